//! Layouts as text, both ways: `tp=8,pp=16,dp=32,vpp=6,mbs=1,recompute=selective,zero=1,sp,schedule=1f1b`.
//!
//! | key | meaning | values |
//! |---|---|---|
//! | `tp`, `pp`, `dp`, `cp`, `ep`, `etp` | tensor, pipeline, data, context, expert ways, tensor ways of an expert | whole number |
//! | `vpp` | chunks of a stage | whole number |
//! | `mbs` | sequences of a micro-batch | whole number |
//! | `schedule` | order of the pipeline | `1f1b`, `zb`, `dualpipe` |
//! | `split` | how layers are dealt | `auto`, `ends`, `FIRST:LAST` |
//! | `recompute` | what is computed again | `none`, `selective`, `full`, or that many layers of a chunk |
//! | `zero` | what data-parallel ranks split | `0`, `1`, `2`, `3` |
//! | `fsdp`, `hsdp=N` | `zero=3`, over all ranks or over groups of N | |
//! | `sp` | sequence parallelism | `on`, `off` |
//! | `tp-overlap`, `dp-overlap` | exchange beside work | `on`, `off` |
//! | `offload` | what is kept on the host | `none`, `optimizer`, `activations`, `optimizer+activations` |
//! | `attention` | kernel | `fused`, `unfused` |
//!
//! A key alone means `on`; `no-KEY` means `off`. Keys that are left out stay open.

use std::fmt;
use std::str::FromStr;

use super::{
    AttentionKernel, GradientExchange, Layout, Offload, Recompute, Schedule, Sharding, StageSplit,
    TensorOverlap,
};

/// What is fixed of a layout; the rest is open to a search, or has the value of current frameworks.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Fixed {
    /// Tensor ways.
    pub tensor: Option<u32>,
    /// Stages.
    pub pipeline: Option<u32>,
    /// Copies of the model.
    pub data: Option<u32>,
    /// Context ways.
    pub context: Option<u32>,
    /// Expert ways.
    pub expert: Option<u32>,
    /// Tensor ways of each expert.
    pub expert_tensor: Option<u32>,
    /// Sequences of a micro-batch.
    pub microbatch: Option<u32>,
    /// Chunks of a stage.
    pub interleave: Option<u32>,
    /// Order of the pipeline.
    pub schedule: Option<Schedule>,
    /// How layers are dealt.
    pub split: Option<StageSplit>,
    /// What is computed again.
    pub recompute: Option<Recompute>,
    /// What data-parallel ranks split.
    pub sharding: Option<Sharding>,
    /// Ranks of a shard group.
    pub shard_group: Option<u32>,
    /// Sequence parallelism.
    pub sequence_parallel: Option<bool>,
    /// Overlap of tensor exchange.
    pub tensor_overlap: Option<TensorOverlap>,
    /// What is kept on the host.
    pub offload: Option<Offload>,
    /// Attention kernel.
    pub attention: Option<AttentionKernel>,
    /// When gradients are exchanged.
    pub gradients: Option<GradientExchange>,
}

impl Fixed {
    /// Everything is open.
    pub const NOTHING: Fixed = Fixed {
        tensor: None,
        pipeline: None,
        data: None,
        context: None,
        expert: None,
        expert_tensor: None,
        microbatch: None,
        interleave: None,
        schedule: None,
        split: None,
        recompute: None,
        sharding: None,
        shard_group: None,
        sequence_parallel: None,
        tensor_overlap: None,
        offload: None,
        attention: None,
        gradients: None,
    };

    /// One layout: what is open takes the value of [`Layout::PLAIN`], sequence parallelism comes with tensor
    /// parallelism, and copies fill the devices where these are given.
    pub fn complete(&self, devices: Option<f64>) -> Layout {
        let plain = Layout::PLAIN;
        let ways = plain.parallelism;
        let tensor = self.tensor.unwrap_or(ways.tensor);
        let mut layout = Layout {
            parallelism: super::Parallelism {
                tensor,
                pipeline: self.pipeline.unwrap_or(ways.pipeline),
                data: self.data.unwrap_or(ways.data),
                expert: self.expert.unwrap_or(ways.expert),
                context: self.context.unwrap_or(ways.context),
            },
            expert_tensor: self.expert_tensor.unwrap_or(plain.expert_tensor),
            microbatch: self.microbatch.unwrap_or(plain.microbatch),
            interleave: self.interleave.unwrap_or(plain.interleave),
            schedule: self.schedule.unwrap_or(plain.schedule),
            split: self.split.unwrap_or(plain.split),
            recompute: self.recompute.unwrap_or(plain.recompute),
            sharding: self.sharding.unwrap_or(plain.sharding),
            shard_group: self.shard_group,
            sequence_parallel: self.sequence_parallel.unwrap_or(tensor > 1),
            tensor_overlap: self.tensor_overlap.unwrap_or(plain.tensor_overlap),
            offload: self.offload.unwrap_or(plain.offload),
            attention: self.attention.unwrap_or(plain.attention),
            gradients: self.gradients.unwrap_or(plain.gradients),
        };
        if let (None, Some(devices)) = (self.data, devices) {
            layout.parallelism.data = (devices / layout.parallelism.model_devices()).floor().max(1.0) as u32;
        }
        layout
    }
}

/// One fault of a layout's text, or of a layout for a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayoutFault {
    /// The key that is at fault.
    pub key: String,
    /// What is wrong, with the value that was given.
    pub message: String,
    /// The nearest choice that is valid, or what is allowed.
    pub help: String,
}

impl fmt::Display for LayoutFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

/// All faults of a layout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayoutFaults(pub Vec<LayoutFault>);

impl fmt::Display for LayoutFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for LayoutFaults {}

/// Keys as they are printed, in that order.
const KEYS: [&str; 19] = [
    "tp",
    "pp",
    "dp",
    "cp",
    "ep",
    "etp",
    "vpp",
    "mbs",
    "schedule",
    "split",
    "recompute",
    "zero",
    "fsdp",
    "hsdp",
    "sp",
    "tp-overlap",
    "dp-overlap",
    "offload",
    "attention",
];

impl FromStr for Fixed {
    type Err = LayoutFaults;

    /// Reads a text; all faults are found, each with the nearest valid choice.
    ///
    /// ```
    /// # use quarterdeck_performance::parallelism::{Fixed, Recompute, Schedule};
    /// let fixed: Fixed = "tp=8, pp=16, vpp=6, mbs=1, recompute=selective, zero=1, sp".parse().unwrap();
    /// assert_eq!((fixed.tensor, fixed.interleave), (Some(8), Some(6)));
    /// assert_eq!(fixed.recompute, Some(Recompute::Selective));
    /// assert_eq!(fixed.sequence_parallel, Some(true));
    /// let faults = "tp=eight,shedule=zb,recompute=selectiv".parse::<Fixed>().unwrap_err();
    /// assert_eq!(faults.0.len(), 3);
    /// assert!(faults.0[1].help.contains("`schedule`"));
    /// ```
    fn from_str(text: &str) -> Result<Fixed, LayoutFaults> {
        let mut fixed = Fixed::NOTHING;
        let mut faults = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (key, value) = match entry.split_once('=') {
                Some((key, value)) => (key.trim(), value.trim()),
                None => match entry.strip_prefix("no-") {
                    Some(key) => (key, "off"),
                    None => (entry, "on"),
                },
            };
            let key = key.to_ascii_lowercase();
            if seen.contains(&key) {
                faults.push(LayoutFault {
                    message: format!("`{key}` is given twice"),
                    help: "give it once".to_owned(),
                    key: key.clone(),
                });
                continue;
            }
            if let Err(fault) = set(&mut fixed, &key, value) {
                faults.push(fault);
            }
            seen.push(key);
        }
        if faults.is_empty() { Ok(fixed) } else { Err(LayoutFaults(faults)) }
    }
}

fn set(fixed: &mut Fixed, key: &str, value: &str) -> Result<(), LayoutFault> {
    match key {
        "tp" => fixed.tensor = Some(number(key, value)?),
        "pp" => fixed.pipeline = Some(number(key, value)?),
        "dp" => fixed.data = Some(number(key, value)?),
        "cp" => fixed.context = Some(number(key, value)?),
        "ep" => fixed.expert = Some(number(key, value)?),
        "etp" => fixed.expert_tensor = Some(number(key, value)?),
        "vpp" => fixed.interleave = Some(number(key, value)?),
        "mbs" => fixed.microbatch = Some(number(key, value)?),
        "schedule" => {
            let names = [
                ("1f1b", Schedule::OneFOneB),
                ("interleaved", Schedule::OneFOneB),
                ("zb", Schedule::ZeroBubble),
                ("dualpipe", Schedule::DualPipe),
            ];
            fixed.schedule = Some(one_of(key, value, &names)?);
        }
        "split" => fixed.split = Some(split(value)?),
        "recompute" => {
            let names =
                [("none", Recompute::None), ("selective", Recompute::Selective), ("full", Recompute::Full)];
            fixed.recompute = Some(match value.parse::<u32>() {
                Ok(0) => Recompute::None,
                Ok(layers) => Recompute::Layers(layers),
                Err(_) => one_of(key, value, &names)?,
            });
        }
        "zero" => {
            let names = [
                ("0", Sharding::Replicated),
                ("1", Sharding::Optimizer),
                ("2", Sharding::Gradients),
                ("3", Sharding::Full),
            ];
            fixed.sharding = Some(one_of(key, value, &names)?);
        }
        "fsdp" => fixed.sharding = switch(key, value)?.then_some(Sharding::Full).or(fixed.sharding),
        "hsdp" => {
            fixed.shard_group = Some(number(key, value)?);
            fixed.sharding = Some(Sharding::Full);
        }
        "sp" => fixed.sequence_parallel = Some(switch(key, value)?),
        "tp-overlap" => {
            let on = switch(key, value)?;
            fixed.tensor_overlap = Some(if on { TensorOverlap::Chunked } else { TensorOverlap::Exposed });
        }
        "dp-overlap" => {
            let on = switch(key, value)?;
            fixed.gradients = Some(if on { GradientExchange::Overlapped } else { GradientExchange::AtEnd });
        }
        "offload" => fixed.offload = Some(offload(value)?),
        "attention" => {
            let names = [("fused", AttentionKernel::Fused), ("unfused", AttentionKernel::Unfused)];
            fixed.attention = Some(one_of(key, value, &names)?);
        }
        other => {
            return Err(LayoutFault {
                key: other.to_owned(),
                message: format!("a layout has no `{other}`"),
                help: nearest(other, &KEYS),
            });
        }
    }
    Ok(())
}

fn number(key: &str, value: &str) -> Result<u32, LayoutFault> {
    match value.parse::<u32>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(LayoutFault {
            key: key.to_owned(),
            message: format!("`{key}` is `{value}`"),
            help: format!("write a whole number of 1 or more, such as `{key}=1`"),
        }),
    }
}

fn switch(key: &str, value: &str) -> Result<bool, LayoutFault> {
    one_of(
        key,
        value,
        &[("on", true), ("off", false), ("yes", true), ("no", false), ("true", true), ("false", false)],
    )
}

fn one_of<T: Copy>(key: &str, value: &str, names: &[(&str, T)]) -> Result<T, LayoutFault> {
    let wanted = value.to_ascii_lowercase();
    names.iter().find(|(name, _)| *name == wanted).map(|(_, meaning)| *meaning).ok_or_else(|| LayoutFault {
        key: key.to_owned(),
        message: format!("`{key}` is `{value}`"),
        help: nearest(&wanted, &names.iter().map(|(name, _)| *name).collect::<Vec<_>>()),
    })
}

fn split(value: &str) -> Result<StageSplit, LayoutFault> {
    let ends = value.split_once(':').map(|(first, last)| (first.trim().parse(), last.trim().parse()));
    if let Some((Ok(first), Ok(last))) = ends {
        return Ok(StageSplit::Ends { first, last });
    }
    one_of("split", value, &[("auto", StageSplit::Automatic), ("ends", StageSplit::EndsCounted)]).map_err(
        |mut fault| {
            fault.help.push_str(", or the layers of the first and the last stage, such as `split=7:7`");
            fault
        },
    )
}

fn offload(value: &str) -> Result<Offload, LayoutFault> {
    let mut offload = Offload::NONE;
    for part in value.split('+').map(str::trim) {
        match one_of("offload", part, &[("none", 0), ("optimizer", 1), ("activations", 2)])? {
            1 => offload.optimizer = true,
            2 => offload.activations = true,
            _ => {}
        }
    }
    Ok(offload)
}

/// Help that names the closest of a list of names, or all of them.
fn nearest(given: &str, names: &[&str]) -> String {
    let closest = names.iter().map(|name| (strsim::damerau_levenshtein(given, name), name)).min();
    match closest {
        Some((edits, name)) if edits <= 1 + given.chars().count() / 3 => format!("did you mean `{name}`?"),
        _ => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("choose one of {}", names.join(", "))
        }
    }
}

impl FromStr for Layout {
    type Err = LayoutFaults;

    /// Reads a layout whose ways are all given or 1; see [`Fixed::complete`].
    fn from_str(text: &str) -> Result<Layout, LayoutFaults> {
        Ok(text.parse::<Fixed>()?.complete(None))
    }
}

impl Layout {
    /// The layout as text that [`Layout::from_str`] reads back.
    ///
    /// ```
    /// # use quarterdeck_performance::parallelism::Layout;
    /// let text = "tp=8,pp=16,dp=32,vpp=6,mbs=1,recompute=selective,zero=1,sp";
    /// let layout: Layout = text.parse().unwrap();
    /// assert_eq!(layout.spec(), text);
    /// ```
    pub fn spec(&self) -> String {
        let ways = &self.parallelism;
        let plain = Layout::PLAIN;
        let mut parts = vec![format!("tp={},pp={},dp={}", ways.tensor, ways.pipeline, ways.data)];
        let mut number = |key: &str, value: u32| {
            if value > 1 {
                parts.push(format!("{key}={value}"));
            }
        };
        number("cp", ways.context);
        number("ep", ways.expert);
        number("etp", self.expert_tensor);
        number("vpp", self.interleave);
        parts.push(format!("mbs={}", self.microbatch));
        match self.schedule {
            Schedule::OneFOneB => {}
            Schedule::ZeroBubble => parts.push("schedule=zb".to_owned()),
            Schedule::DualPipe => parts.push("schedule=dualpipe".to_owned()),
        }
        match self.split {
            StageSplit::Automatic => {}
            StageSplit::EndsCounted => parts.push("split=ends".to_owned()),
            StageSplit::Ends { first, last } => parts.push(format!("split={first}:{last}")),
        }
        parts.push(match self.recompute {
            Recompute::None => "recompute=none".to_owned(),
            Recompute::Selective => "recompute=selective".to_owned(),
            Recompute::Full => "recompute=full".to_owned(),
            Recompute::Layers(layers) => format!("recompute={layers}"),
        });
        parts.push(match (self.sharding, self.shard_group) {
            (Sharding::Replicated, _) => "zero=0".to_owned(),
            (Sharding::Optimizer, _) => "zero=1".to_owned(),
            (Sharding::Gradients, _) => "zero=2".to_owned(),
            (Sharding::Full, None) => "zero=3".to_owned(),
            (Sharding::Full, Some(ranks)) => format!("hsdp={ranks}"),
        });
        if self.sequence_parallel != (ways.tensor > 1) || self.sequence_parallel {
            parts.push(if self.sequence_parallel { "sp" } else { "no-sp" }.to_owned());
        }
        if self.tensor_overlap != plain.tensor_overlap {
            parts.push("no-tp-overlap".to_owned());
        }
        if self.gradients != plain.gradients {
            parts.push("no-dp-overlap".to_owned());
        }
        match (self.offload.optimizer, self.offload.activations) {
            (false, false) => {}
            (true, false) => parts.push("offload=optimizer".to_owned()),
            (false, true) => parts.push("offload=activations".to_owned()),
            (true, true) => parts.push("offload=optimizer+activations".to_owned()),
        }
        if self.attention == AttentionKernel::Unfused {
            parts.push("attention=unfused".to_owned());
        }
        parts.join(",")
    }
}
