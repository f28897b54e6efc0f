//! One training run looked at closely: the best strategies, where a step's time and memory go, and what the whole
//! run takes in days, energy and money.
//!
//! ```text
//! Training (facts of one question) ─► verdict, tables, charts ─► text, CSV, Markdown, JSON, HTML
//! ```

mod bars;
mod charts;
mod compare;
mod document;
mod page;
mod parts;
mod schedule;
mod text;
mod verdict;

use quarterdeck_performance::parallelism::Layout;
use quarterdeck_performance::{Breakdown, MemoryUse};
use quarterdeck_units::{Bytes, FlopRate, Joules, Price, Seconds, Usd, Watts};

use crate::provenance::{Origin, SourceRef};
use crate::table::Table;
use crate::verdict::Verdict;

pub use compare::comparison;

/// Name of a part of a step for people, by its id in a breakdown.
pub fn part_name(id: &str) -> &'static str {
    bars::part_name(id)
}

/// The answer to one question about training.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// What was asked, with what was filled in.
    pub question: Question,
    /// What came out.
    pub answer: Answer,
    /// Sources that the numbers rest on.
    pub sources: Vec<SourceRef>,
    /// Weakest origin of the numbers.
    pub origin: Origin,
    /// Sentences on what was assumed, what moves the answer most first.
    pub assumptions: Vec<String>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Model id, or the file that it was read from.
    pub model: String,
    /// Name of the model for people.
    pub model_name: String,
    /// Parameters.
    pub parameters: f64,
    /// Parameters that one token uses.
    pub active_parameters: f64,
    /// Platform id.
    pub platform: String,
    /// Name of the platform for people.
    pub platform_name: String,
    /// Name of its device.
    pub device: String,
    /// Devices of one platform.
    pub devices_per_platform: f64,
    /// Devices of the run.
    pub devices: f64,
    /// Tokens of the whole run.
    pub tokens: Setting,
    /// Tokens of one sequence.
    pub sequence: Setting,
    /// Sequences of one step.
    pub global_batch: Setting,
    /// Numbers of the matrix multiplies.
    pub precision: String,
    /// Dense peak of a device at that precision.
    pub peak: FlopRate,
    /// Rank of low-rank adapters; none if all weights are trained.
    pub lora_rank: Option<f64>,
    /// Whether the strategy was given rather than searched.
    pub strategy_given: bool,
}

/// A number with where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The number.
    pub value: f64,
    /// Where from: `given`, `catalogue`, or a reason.
    pub basis: Basis,
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq)]
pub enum Basis {
    /// The user gave it.
    Given,
    /// The model's catalogue entry has it, from a source.
    Catalogue(String),
    /// Assumed, with the reason.
    Assumed(String),
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It runs.
    Runs(Box<Run>),
    /// It does not: an answer, not an error.
    DoesNotFit(Misfit),
}

/// Why a run does not fit, and what would.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The reason in words.
    pub reason: String,
    /// Memory of the layout that was short by least, without the reserve; none where memory is not the reason.
    pub memory: Option<Shortage>,
    /// Fewest devices of the platform on which the run fits; none if no number of them does.
    pub smallest_devices: Option<f64>,
}

/// Memory that is missing on a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shortage {
    /// Needed at least.
    pub needed: Bytes,
    /// There.
    pub available: Bytes,
}

/// A run that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Strategies, the fastest first; the first is the one that all other numbers are of.
    pub strategies: Vec<Strategy>,
    /// Further strategies for the trade of time against memory.
    pub trades: Vec<Strategy>,
    /// How many layouts the search went through.
    pub searched: Option<Searched>,
    /// Work of one token and of one step.
    pub utilisation: Utilisation,
    /// The whole run.
    pub project: Project,
    /// Time, energy and money of the whole run by what they are spent on; they sum to the run's.
    pub bill: Vec<BillLine>,
    /// What changes would bring, each searched and priced again.
    pub effects: Vec<Effect>,
    /// Step time over the number of devices.
    pub scaling: Vec<ScalingPoint>,
    /// What limits the step, largest first, as whole sentences.
    pub limits: Vec<String>,
    /// Slots of the pipeline's schedule; none without a pipeline.
    pub schedule: Option<Schedule>,
}

/// One strategy with its price.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategy {
    /// The layout.
    pub layout: Layout,
    /// Where the time of a step goes.
    pub breakdown: Breakdown,
    /// Band that holds four of five measured steps of this kind; none where it is not calibrated.
    pub interval: Option<(Seconds, Seconds)>,
    /// Where the memory of the fullest device goes.
    pub memory: MemoryUse,
    /// Micro-batches of each pipeline in a step.
    pub microbatches: f64,
    /// Model FLOPs utilisation over all devices of the run, idle ones too.
    pub mfu: f64,
    /// Mean draw of one platform.
    pub power: Watts,
    /// Energy of IT equipment and its fabric for one step, over all devices of the run.
    pub step_energy: Joules,
}

impl Strategy {
    /// Time of a step.
    pub fn step_time(&self) -> Seconds {
        self.breakdown.total()
    }
}

/// Size of the search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Searched {
    /// Layouts of the space.
    pub space: f64,
    /// Share of them that bounds ruled out without pricing.
    pub pruned: f64,
}

/// Work per token and how much of the peak it makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Utilisation {
    /// Operations of training on one token: forward and backward, the visible half of attention, nothing twice.
    pub flops_per_token: f64,
    /// Model FLOPs utilisation with those.
    pub mfu: f64,
    /// The same with the full square of attention, as PaLM's appendix B counts.
    pub mfu_palm: f64,
    /// Hardware FLOPs utilisation: recomputed work counted too.
    pub hfu: f64,
    /// Tokens that one device trains on each second.
    pub tokens_per_second: f64,
    /// What was published of the same model on the same device.
    pub published: Vec<Published>,
}

/// A published utilisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Model FLOPs utilisation as printed.
    pub mfu: f64,
    /// Devices it was measured on.
    pub devices: f64,
    /// Tokens of one sequence.
    pub sequence: f64,
    /// Sequences of one step.
    pub global_batch: f64,
    /// How the source counts, where it says.
    pub convention: String,
    /// Source id and place in it.
    pub source: String,
}

/// The whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Optimizer steps.
    pub steps: f64,
    /// Time in which steps are made that count.
    pub useful: Seconds,
    /// Time from first to last step, losses included.
    pub elapsed: Seconds,
    /// Share of the elapsed time that makes steps which count.
    pub goodput: f64,
    /// Failures that stop the run.
    pub interruptions: f64,
    /// Mean time between them.
    pub mean_time_to_failure: Seconds,
    /// Failures per 1000 node-days that were counted with.
    pub failures_per_1000_node_days: f64,
    /// Time from a failure until steps are made again.
    pub restart: Seconds,
    /// Bytes of one checkpoint.
    pub checkpoint: Bytes,
    /// Time until a checkpoint is stored.
    pub checkpoint_store: Seconds,
    /// Time that a checkpoint stops steps.
    pub checkpoint_stall: Seconds,
    /// Work between checkpoints.
    pub checkpoint_interval: Seconds,
    /// Checkpoints written.
    pub checkpoints: f64,
    /// Whole platforms that the run holds, without spares.
    pub platforms: f64,
    /// Devices of them that do nothing, because groups do not straddle scale-up domains.
    pub idle_devices: f64,
    /// Spare platforms that keep the run whole.
    pub spares: f64,
    /// Power and energy.
    pub energy: Energy,
    /// Money.
    pub cost: Cost,
}

/// Power and energy of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Energy {
    /// Mean draw of all platforms of the run while steps are made.
    pub platforms: Watts,
    /// Draw of the fabric that joins them.
    pub fabric: Watts,
    /// Draw as rated, for comparison.
    pub rated: Watts,
    /// Site power over IT power.
    pub pue: f64,
    /// Energy of IT equipment over the run.
    pub it: Joules,
    /// Energy of the site over the run.
    pub site: Joules,
}

/// Money of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Parts, which sum to the total.
    pub parts: Vec<CostPart>,
    /// Dollars of which year.
    pub price_year: i32,
    /// Purchase of all machines and their fabric, where they are owned.
    pub purchase: Option<Price>,
    /// Why there is no price, where there is none.
    pub missing: Option<String>,
}

impl Cost {
    /// All parts; none where a price is missing.
    pub fn total(&self) -> Option<Usd> {
        self.missing.is_none().then(|| self.parts.iter().map(|part| part.amount).sum())
    }
}

/// A part of the cost.
#[derive(Clone, Debug, PartialEq)]
pub struct CostPart {
    /// What it is for.
    pub name: String,
    /// How much.
    pub amount: Usd,
    /// How it was counted, in words.
    pub basis: String,
}

/// What one part of a step takes over the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct BillLine {
    /// Stable id in kebab case.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Time of all steps, or lost between them.
    pub time: Seconds,
    /// Energy of the site.
    pub energy: Joules,
    /// Money; none where a price is missing.
    pub cost: Option<Usd>,
}

/// What a change would bring; searched and priced again.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Stable id in kebab case.
    pub id: String,
    /// The change in words.
    pub change: String,
    /// What came of it.
    pub outcome: Result<EffectOutcome, String>,
}

/// The run after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectOutcome {
    /// Best layout after the change.
    pub layout: Layout,
    /// Time of a step.
    pub step_time: Seconds,
    /// Time of the run.
    pub elapsed: Seconds,
    /// Energy of the site.
    pub energy: Joules,
    /// Cost; none where a price is missing.
    pub cost: Option<Usd>,
    /// What a reader must know, such as that a purchase is not in the cost.
    pub note: Option<String>,
}

/// One size of machine.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalingPoint {
    /// Devices.
    pub devices: f64,
    /// The run's own batch on that many devices; none where it does not fit.
    pub strong: Option<ScalingRun>,
    /// The batch grown with the devices; none where it does not fit.
    pub weak: Option<ScalingRun>,
}

/// A step at one size of machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScalingRun {
    /// Sequences of one step.
    pub global_batch: f64,
    /// Best layout.
    pub layout: Layout,
    /// Time of a step.
    pub step_time: Seconds,
    /// Tokens a second over all devices.
    pub tokens_per_second: f64,
    /// Model FLOPs utilisation over all devices.
    pub mfu: f64,
    /// Time for all tokens, failures and checkpoints included.
    pub elapsed: Seconds,
    /// Share of that time that counts.
    pub goodput: f64,
}

/// What each pipeline stage does when.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Name of the schedule: `1F1B`, `interleaved`.
    pub name: String,
    /// Stages from the first.
    pub stages: Vec<Vec<Slot>>,
    /// Time of the whole.
    pub length: Seconds,
    /// Micro-batches that were drawn, of all.
    pub microbatches: (usize, usize),
    /// Share of stage time without work, over the whole step.
    pub bubble: f64,
}

/// One piece of work of a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// What it is.
    pub kind: SlotKind,
    /// Micro-batch, from 0.
    pub microbatch: u32,
    /// Chunk of layers, from 0.
    pub chunk: u32,
    /// Start.
    pub from: Seconds,
    /// End.
    pub to: Seconds,
}

/// Kinds of work of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// Forward pass.
    Forward,
    /// Backward pass: gradients of inputs, and of weights where the schedule does not split them.
    Backward,
    /// Gradients of weights.
    Weight,
}

impl Training {
    /// The run, if it fits.
    pub fn run(&self) -> Option<&Run> {
        match &self.answer {
            Answer::Runs(run) => Some(run),
            Answer::DoesNotFit(_) => None,
        }
    }

    /// The answer in words.
    pub fn verdict(&self) -> Verdict {
        verdict::verdict(self)
    }

    /// Strategies, time, memory, effects, scaling and the bill as tables.
    pub fn tables(&self) -> Vec<Table> {
        parts::tables(self)
    }
}

impl Run {
    /// The strategy that all other numbers are of.
    ///
    /// # Panics
    /// When the run was built without strategies, which is a fault of its builder.
    pub fn best(&self) -> &Strategy {
        self.strategies.first().expect("a run that fits has a strategy")
    }
}

impl Question {
    /// Tokens of one step.
    pub fn tokens_per_step(&self) -> f64 {
        self.sequence.value * self.global_batch.value
    }

    /// Platforms of the run.
    pub fn platforms(&self) -> f64 {
        self.devices / self.devices_per_platform
    }
}
