//! A question about training: what was asked, checked against model and machine, with what was left out filled in.

use quarterdeck_catalog::{Catalog, Cited as _, Platform, Precision, PublishedTraining, Transformer};
use quarterdeck_facility::network::FabricShape;
use quarterdeck_performance::llm_training::{Adaptation, Job, Space};
use quarterdeck_performance::parallelism::Layout;
use quarterdeck_performance::{Machine, Reason};
use quarterdeck_report::number;
use quarterdeck_report::train::{Basis, Question, Setting};
use quarterdeck_units::{Usd, UsdPerJoule};
use quarterdeck_workload::Shape;
use std::fmt;
use std::sync::Arc;

/// What is asked about one training run.
#[derive(Clone, Debug)]
pub struct TrainQuestion {
    /// Model id, or the file that it was read from.
    pub label: String,
    /// The model.
    pub model: Transformer,
    /// The platform.
    pub platform: Arc<Platform>,
    /// Devices of the run.
    pub devices: f64,
    /// Tokens of the whole run.
    pub tokens: Option<f64>,
    /// Tokens of one sequence.
    pub sequence: Option<f64>,
    /// Sequences of one step.
    pub global_batch: Option<f64>,
    /// Numbers of the matrix multiplies.
    pub precision: Option<Precision>,
    /// Fabric between platforms; one that blocks nothing if none.
    pub fabric: Option<FabricShape>,
    /// Rank of low-rank adapters; all weights are trained if none.
    pub lora_rank: Option<f64>,
    /// The one strategy to price; searched if none.
    pub strategy: Option<Layout>,
    /// Layouts to search, with what is fixed.
    pub space: Space,
    /// Strategies to name.
    pub top: usize,
    /// Whether changes and sizes are searched too.
    pub thorough: bool,
    /// Prices and where the machines stand.
    pub economics: Economics,
}

/// Prices and where the machines stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Economics {
    /// How machines are paid for.
    pub pay: Pay,
    /// Price of electricity; the region's if none.
    pub electricity: Option<UsdPerJoule>,
    /// Region of the site.
    pub region: String,
    /// Real discount rate a year.
    pub discount_rate: f64,
}

impl Default for Economics {
    fn default() -> Economics {
        Economics {
            pay: Pay::Purchase,
            electricity: None,
            region: "us-average".to_owned(),
            discount_rate: 0.08,
        }
    }
}

/// How machines are paid for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pay {
    /// Bought at the catalogue's price, paid for over their life.
    Purchase,
    /// Rented by the hour, all included.
    Rent {
        /// Price of one device for an hour.
        device_hour: Usd,
    },
}

/// One fault of a question, with one next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainFault {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl TrainFault {
    /// A fault with its next step.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> TrainFault {
        TrainFault { message: message.into(), help: help.into() }
    }
}

impl fmt::Display for TrainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A reason of the performance stage that is a fault of the question or the catalogue.
pub(super) fn faults(reason: Reason) -> Vec<TrainFault> {
    let help = match &reason {
        Reason::Precision { known, .. } => precisions(known),
        Reason::Coverage { .. } => "choose a platform that trains language models".to_owned(),
        _ => "`quarterdeck catalog show PLATFORM` prints what is known of it".to_owned(),
    };
    vec![TrainFault::new(reason.to_string(), help)]
}

fn precisions(known: &[Precision]) -> String {
    let usable: Vec<String> = known
        .iter()
        .filter(|precision| TRAINABLE.contains(precision))
        .map(|precision| format!("`--precision {precision}`"))
        .collect();
    if usable.is_empty() {
        "the device has no format that training uses".to_owned()
    } else {
        format!("the device has {}", usable.join(", "))
    }
}

/// Number formats in which matrices are multiplied in training.
pub(super) const TRAINABLE: [Precision; 6] =
    [Precision::Fp32, Precision::Tf32, Precision::Bf16, Precision::Fp16, Precision::Fp8, Precision::Fp4];

/// Formats taken where none is asked for, best first.
const DEFAULTS: [Precision; 4] = [Precision::Bf16, Precision::Fp16, Precision::Tf32, Precision::Fp32];

/// Longest sequence that is assumed where nobody names one.
const USUAL_SEQUENCE: f64 = 8192.0;
/// Tokens of a batch that are assumed where nobody names them.
const USUAL_BATCH_TOKENS: f64 = 4.0 * 1024.0 * 1024.0;
/// Tokens for each parameter that are assumed where nobody names them.
const TOKENS_PER_PARAMETER: f64 = 20.0;
/// Tokens and sequences of a fine-tuning where nobody names them.
const TUNING_TOKENS: f64 = 1e9;
const TUNING_BATCH: f64 = 64.0;

/// A question with everything filled in.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub shape: Shape,
    pub tokens: Setting,
    pub sequence: Setting,
    pub global_batch: Setting,
    pub precision: Precision,
}

impl TrainQuestion {
    /// Fills in what was left out and checks everything; all faults at once.
    pub(super) fn resolve(&self, catalog: &Catalog) -> Result<Resolved, Vec<TrainFault>> {
        let mut found = Vec::new();
        self.check_devices(&mut found);
        let precision = self.resolve_precision(catalog, &mut found);
        let shape = Shape::from(&self.model.architecture);
        let published = self.published();
        let sequence = self.resolve_sequence(published);
        let global_batch = self.resolve_batch(published, sequence.value);
        let tokens = self.resolve_tokens(&shape);
        for (name, setting) in
            [("--seq", &sequence), ("--global-batch", &global_batch), ("--tokens", &tokens)]
        {
            if !(setting.value.is_finite() && setting.value >= 1.0) {
                found.push(TrainFault::new(
                    format!("`{name}` is {}; it must be at least 1", setting.value),
                    format!("leave out `{name}` for the model's own"),
                ));
            }
        }
        if let Some(rank) = self.lora_rank {
            let most = shape.hidden.min(shape.ffn_hidden);
            if !(rank >= 1.0 && rank <= most) {
                found.push(TrainFault::new(
                    format!("`--lora {rank}` is no rank of a matrix of this model"),
                    format!("give a rank from 1 to {most}; 8 to 64 are usual"),
                ));
            }
        }
        if let Some(layout) = &self.strategy {
            self.check_layout(layout, &shape, global_batch.value, &mut found);
        }
        match precision {
            Some(precision) if found.is_empty() => {
                Ok(Resolved { shape, tokens, sequence, global_batch, precision })
            }
            _ => Err(found),
        }
    }

    /// The published run of the model that is most like this one.
    fn published(&self) -> Option<&PublishedTraining> {
        let distance = |run: &PublishedTraining| {
            let other_device = run.device.as_deref().is_some_and(|device| device != self.platform.device);
            let size = run.devices.map_or(0.0, |devices| {
                (self.devices / f64::from(devices)).max(f64::from(devices) / self.devices)
            });
            let length = self.sequence.map_or(0.0, |wanted| (wanted - f64::from(run.sequence)).abs());
            (length, other_device, size)
        };
        self.model.training.iter().min_by(|a, b| {
            let (a, b) = (distance(a), distance(b));
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2))
        })
    }

    fn check_devices(&self, found: &mut Vec<TrainFault>) {
        // A server is the least that one takes part in a run with; a rack may be left partly idle.
        let each = f64::from((self.platform.devices / self.platform.servers.max(1)).max(1));
        if !(self.devices >= 1.0 && self.devices <= 1e6) || self.devices.fract() != 0.0 {
            found.push(TrainFault::new(
                format!("`--devices {}` is no number of devices", self.devices),
                "give a whole number from 1 to 1,000,000",
            ));
            return;
        }
        if self.devices % each == 0.0 {
            return;
        }
        let below = (self.devices / each).floor() * each;
        let above = below + each;
        let choice = if below > 0.0 { format!("{below} or {above}") } else { format!("{above}") };
        found.push(TrainFault::new(
            format!("{} devices do not fill servers of {each} (`{}`)", self.devices, self.platform.id),
            format!("give `--devices` {choice}"),
        ));
    }

    fn resolve_precision(&self, catalog: &Catalog, found: &mut Vec<TrainFault>) -> Option<Precision> {
        let device = catalog.device_of(&self.platform);
        match self.precision {
            Some(wanted) if device.peak.contains_key(&wanted) && TRAINABLE.contains(&wanted) => Some(wanted),
            Some(wanted) => {
                let known: Vec<Precision> = device.peak.keys().copied().collect();
                found.push(TrainFault::new(
                    format!("`{}` on `{}` has no peak rate in {wanted}", device.id, self.platform.id),
                    precisions(&known),
                ));
                None
            }
            None => {
                let choice = device.first_peak(&DEFAULTS).map(|(precision, _)| precision);
                if choice.is_none() {
                    found.push(TrainFault::new(
                        format!(
                            "`{}` on `{}` has no number format that training uses",
                            device.id, self.platform.id
                        ),
                        "choose a platform that trains language models",
                    ));
                }
                choice
            }
        }
    }

    fn resolve_sequence(&self, published: Option<&PublishedTraining>) -> Setting {
        if let Some(value) = self.sequence {
            return Setting { value, basis: Basis::Given };
        }
        if let Some(run) = published {
            return catalogued(f64::from(run.sequence), run);
        }
        let context = f64::from(self.model.architecture.context);
        let value = context.min(USUAL_SEQUENCE);
        let reason = if value < context {
            format!(
                "{} tokens a sequence, the usual length of pre-training; the model reads up to {}",
                number::count(value),
                number::count(context)
            )
        } else {
            format!("{} tokens a sequence, the longest that the model reads", number::count(value))
        };
        Setting { value, basis: Basis::Assumed(reason) }
    }

    fn resolve_batch(&self, published: Option<&PublishedTraining>, sequence: f64) -> Setting {
        if let Some(value) = self.global_batch {
            return Setting { value, basis: Basis::Given };
        }
        if self.lora_rank.is_some() {
            let reason = format!("{TUNING_BATCH} sequences a step, usual in fine-tuning");
            return Setting { value: TUNING_BATCH, basis: Basis::Assumed(reason) };
        }
        if let Some(run) = published.filter(|run| f64::from(run.sequence) == sequence) {
            return catalogued(f64::from(run.global_batch), run);
        }
        // The makers' tokens a step, where the sequence is another.
        if let Some(run) = published {
            let tokens = f64::from(run.sequence) * f64::from(run.global_batch);
            let value = (tokens / sequence).round().max(1.0);
            let reason = format!(
                "{} sequences a step, which keeps the {} tokens of the published run",
                number::count(value),
                number::count(tokens)
            );
            return Setting { value, basis: Basis::Assumed(reason) };
        }
        let value = (USUAL_BATCH_TOKENS / sequence).round().max(1.0);
        let reason = format!("{} sequences a step, about 4 M tokens", number::count(value));
        Setting { value, basis: Basis::Assumed(reason) }
    }

    fn resolve_tokens(&self, shape: &Shape) -> Setting {
        if let Some(value) = self.tokens {
            return Setting { value, basis: Basis::Given };
        }
        if self.lora_rank.is_some() {
            let reason = format!("{} tokens of fine-tuning", number::count(TUNING_TOKENS));
            return Setting { value: TUNING_TOKENS, basis: Basis::Assumed(reason) };
        }
        if let Some(tokens) = &self.model.training_tokens {
            let source = tokens.source().map_or_else(String::new, ToString::to_string);
            return Setting { value: tokens.value, basis: Basis::Catalogue(source) };
        }
        let value = TOKENS_PER_PARAMETER * shape.parameters().active();
        let reason = format!(
            "{} tokens, 20 for each parameter that a token uses (Hoffmann et al. 2022)",
            number::count(value)
        );
        Setting { value, basis: Basis::Assumed(reason) }
    }

    /// What of a given layout does not divide, with the nearest that does.
    fn check_layout(&self, layout: &Layout, shape: &Shape, batch: f64, found: &mut Vec<TrainFault>) {
        let ways = &layout.parallelism;
        let model = ways.model_devices();
        let mut fault = |message: String, help: String| found.push(TrainFault::new(message, help));
        if ways.devices() != self.devices {
            let data = (self.devices / model).floor();
            let help = if data >= 1.0 && data * model == self.devices {
                format!("with these, `dp={data}` uses all {} devices; leave out `dp` for that", self.devices)
            } else {
                format!(
                    "choose ways whose product divides {}: {}",
                    self.devices,
                    nearest_divisors(self.devices, model)
                )
            };
            fault(
                format!(
                    "tp {} × pp {} × cp {} × dp {} are {} devices, and the run has {}",
                    ways.tensor,
                    ways.pipeline,
                    ways.context,
                    ways.data,
                    ways.devices(),
                    self.devices
                ),
                help,
            );
        }
        let per_round = f64::from(ways.data) * f64::from(layout.microbatch);
        if batch % per_round != 0.0 {
            fault(
                format!(
                    "dp {} × micro-batch {} do not divide the batch of {batch} sequences",
                    ways.data, layout.microbatch
                ),
                format!(
                    "use a batch of {} sequences, or ways that divide it: {}",
                    (batch / per_round).ceil().max(1.0) * per_round,
                    nearest_divisors(batch, per_round)
                ),
            );
        }
        for (name, ways, what, count) in [
            ("tp", ways.tensor, "query heads", shape.heads),
            ("ep", ways.expert, "experts", shape.moe.map_or(1.0, |moe| f64::from(moe.experts))),
        ] {
            if ways > 0 && count % f64::from(ways) != 0.0 {
                fault(
                    format!("{name} {ways} does not divide the model's {count} {what}"),
                    format!("choose {name} from {}", nearest_divisors(count, f64::from(ways))),
                );
            }
        }
        // Embedding and head may take the place of a layer each.
        if f64::from(ways.pipeline) * f64::from(layout.interleave) > shape.layers + 2.0 {
            fault(
                format!(
                    "pp {} × {} chunks are more than the model's {} layers",
                    ways.pipeline, layout.interleave, shape.layers
                ),
                format!("choose pp up to {}", shape.layers / f64::from(layout.interleave)),
            );
        }
    }
}

/// Divisors of a number on both sides of a wish.
fn nearest_divisors(number: f64, wish: f64) -> String {
    let divisors: Vec<f64> =
        (1..=number.min(1e6) as u32).map(f64::from).filter(|divisor| number % divisor == 0.0).collect();
    let below = divisors.iter().rev().find(|divisor| **divisor <= wish);
    let above = divisors.iter().find(|divisor| **divisor > wish);
    let both: Vec<String> = below.into_iter().chain(above).map(ToString::to_string).collect();
    both.join(" or ")
}

fn catalogued(value: f64, run: &PublishedTraining) -> Setting {
    let source = run.cite.source().map_or_else(String::new, ToString::to_string);
    Setting { value, basis: Basis::Catalogue(source) }
}

impl Resolved {
    /// The job that the performance stage prices.
    pub(super) fn job(&self, question: &TrainQuestion, machine: &Machine) -> Job {
        Job {
            adaptation: question.lora_rank.map_or(Adaptation::Full, |rank| Adaptation::LowRank { rank }),
            expert_imbalance: machine.general.expert_imbalance.value,
            ..Job::new(self.shape.clone(), self.sequence.value, self.global_batch.value, self.precision)
        }
    }

    /// The question as the report tells it.
    pub(super) fn told(&self, question: &TrainQuestion, machine: &Machine, job: &Job) -> Question {
        let parameters = self.shape.parameters();
        Question {
            model: question.label.clone(),
            model_name: question.model.name.clone(),
            parameters: parameters.total(),
            active_parameters: parameters.active(),
            platform: question.platform.id.clone(),
            platform_name: question.platform.name.clone(),
            device: machine.device.name.clone(),
            devices_per_platform: machine.devices,
            devices: question.devices,
            tokens: self.tokens.clone(),
            sequence: self.sequence.clone(),
            global_batch: self.global_batch.clone(),
            precision: job.precision.to_string(),
            peak: machine.peak(job.precision).unwrap_or_default(),
            lora_rank: question.lora_rank,
            strategy_given: question.strategy.is_some(),
        }
    }
}
