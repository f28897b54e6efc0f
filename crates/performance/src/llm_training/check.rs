//! Whether a layout is possible for a job: what does not divide is named, with the nearest value that does.

use super::step::Pricer;
use crate::parallelism::{Deal, Layout, LayoutFault, LayoutFaults, Schedule, Sharding, divisors};

impl Pricer<'_> {
    /// All faults of a layout for this job on a number of devices.
    ///
    /// [`Pricer::price`] answers for layouts with faults too, as if what does not divide were filled up; this says
    /// what a framework would refuse.
    pub fn check(&self, layout: &Layout, devices: Option<f64>) -> Result<(), LayoutFaults> {
        let mut faults = Vec::new();
        self.check_model(layout, &mut faults);
        self.check_pipeline(layout, &mut faults);
        self.check_batch(layout, &mut faults);
        self.check_devices(layout, devices, &mut faults);
        if faults.is_empty() { Ok(()) } else { Err(LayoutFaults(faults)) }
    }

    fn check_model(&self, layout: &Layout, faults: &mut Vec<LayoutFault>) {
        let shape = &self.job().shape;
        let ways = &layout.parallelism;
        let heads = shape.heads as u32;
        if !heads.is_multiple_of(ways.tensor) {
            let valid = divisors(heads, heads);
            faults.push(fault("tp", ways.tensor, &format!("does not divide {heads} attention heads"), valid));
        }
        match shape.moe {
            Some(moe) if !moe.experts.is_multiple_of(ways.expert) => {
                let valid = divisors(moe.experts, moe.experts);
                let what = format!("does not divide {} experts", moe.experts);
                faults.push(fault("ep", ways.expert, &what, valid));
            }
            None if ways.expert > 1 => {
                faults.push(fault("ep", ways.expert, "is for models with experts", [1].into_iter()));
            }
            _ => {}
        }
        let blocks = (self.job().sequence / 2.0) as u32;
        if ways.context > 1 && !blocks.is_multiple_of(ways.context) {
            // Causal attention gives each device a block from either end of the sequence.
            let what = format!("does not divide half a sequence of {} tokens", self.job().sequence);
            faults.push(fault("cp", ways.context, &what, divisors(blocks, blocks)));
        }
    }

    fn check_pipeline(&self, layout: &Layout, faults: &mut Vec<LayoutFault>) {
        let layers = self.layer_count();
        let (stages, chunks) = (layout.parallelism.pipeline, layout.interleave);
        if Deal::of(layers, stages, 1, layout.split).is_none() {
            let valid = (1..=layers).filter(|stages| Deal::of(layers, *stages, 1, layout.split).is_some());
            faults.push(fault("pp", stages, &format!("cannot deal {layers} layers"), valid));
        } else if Deal::of(layers, stages, chunks, layout.split).is_none() {
            let valid =
                (1..=layers).filter(|chunks| Deal::of(layers, stages, *chunks, layout.split).is_some());
            let what = format!("cannot deal {layers} layers over {stages} stages in equal chunks");
            faults.push(fault("vpp", chunks, &what, valid));
        }
        if chunks > 1 && (stages <= 1 || layout.schedule != Schedule::OneFOneB) {
            let what = if stages <= 1 { "needs more than one stage" } else { "is for the schedule `1f1b`" };
            faults.push(fault("vpp", chunks, what, [1].into_iter()));
        }
        let microbatches = self.microbatches(layout) as u32;
        if layout.schedule == Schedule::DualPipe {
            if !stages.is_multiple_of(2) {
                let valid = (1..=layers / 2).map(|half| 2 * half);
                faults.push(fault("pp", stages, "is odd, and `schedule=dualpipe` pairs stages", valid));
            } else if microbatches < 2 * stages || !microbatches.is_multiple_of(2) {
                faults.push(LayoutFault {
                    key: "schedule".to_owned(),
                    message: format!(
                        "`schedule=dualpipe` has {microbatches} micro-batches for {stages} stages"
                    ),
                    help: format!("it needs an even number of at least {}", 2 * stages),
                });
            }
        }
        if chunks > 1 && layout.schedule == Schedule::OneFOneB && !microbatches.is_multiple_of(stages) {
            let valid = divisors(microbatches, microbatches);
            let what = format!("does not divide the {microbatches} micro-batches that chunks take in rounds");
            faults.push(fault("pp", stages, &what, valid));
        }
    }

    fn check_batch(&self, layout: &Layout, faults: &mut Vec<LayoutFault>) {
        let batch = self.job().global_batch;
        let data = layout.parallelism.data;
        let each = batch / f64::from(data);
        if each.fract() != 0.0 {
            let valid = divisors(batch as u32, batch as u32);
            faults.push(fault("dp", data, &format!("does not divide a batch of {batch} sequences"), valid));
        } else if (each / f64::from(layout.microbatch)).fract() != 0.0 {
            let what = format!("does not divide the {each} sequences of a copy");
            faults.push(fault("mbs", layout.microbatch, &what, divisors(each as u32, each as u32)));
        }
        let ranks = data * layout.parallelism.context;
        match layout.shard_group {
            Some(group) if layout.sharding == Sharding::Full && !ranks.is_multiple_of(group) => {
                let what = format!("does not divide {ranks} data-parallel ranks");
                faults.push(fault("hsdp", group, &what, divisors(ranks, ranks)));
            }
            _ => {}
        }
    }

    fn check_devices(&self, layout: &Layout, devices: Option<f64>, faults: &mut Vec<LayoutFault>) {
        let ways = &layout.parallelism;
        if let Some(devices) = devices.filter(|devices| ways.devices() > *devices) {
            let room = (devices / ways.model_devices()).floor() as u32;
            faults.push(LayoutFault {
                key: "dp".to_owned(),
                message: format!("the layout takes {} devices of {devices}", ways.devices()),
                help: if room > 0 {
                    format!("the nearest choice is `dp={room}`")
                } else {
                    format!("one copy of the model takes {} devices", ways.model_devices())
                },
            });
        }
        let ranks = ways.tensor * ways.context * ways.data;
        let spread = ways.expert * layout.expert_tensor;
        if ways.expert > 1 && !ranks.is_multiple_of(spread) {
            let what = format!("does not divide the {ranks} devices of a stage");
            let valid = divisors(ranks, ranks).filter(|ways| ways.is_multiple_of(layout.expert_tensor));
            faults.push(fault("ep", ways.expert, &what, valid.map(|ways| ways / layout.expert_tensor)));
        }
        let away = layout.offload.optimizer || layout.offload.activations;
        if away && self.host_link().is_none() {
            faults.push(LayoutFault {
                key: "offload".to_owned(),
                message: format!("`{}` has no link to the memory of a host", self.machine().platform.id),
                help: "the nearest choice is `offload=none`".to_owned(),
            });
        }
    }
}

/// A fault of a number, with the valid one that is nearest by ratio, the smaller of two.
fn fault(key: &str, given: u32, what: &str, valid: impl Iterator<Item = u32>) -> LayoutFault {
    let far = |value: u32| {
        let (value, given) = (f64::from(value.max(1)), f64::from(given.max(1)));
        (value / given).max(given / value)
    };
    let nearest = valid.min_by(|left, right| far(*left).total_cmp(&far(*right)).then(left.cmp(right)));
    LayoutFault {
        key: key.to_owned(),
        message: format!("`{key}={given}` {what}"),
        help: nearest.map_or_else(
            || "no value is possible with the other choices".to_owned(),
            |value| format!("the nearest choice is `{key}={value}`"),
        ),
    }
}
