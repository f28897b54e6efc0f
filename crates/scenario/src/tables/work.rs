//! Tables of what is asked: workloads with their models and drift, and shocks.

use super::tags;
use crate::curves::RawCurve;
use crate::document::{Node, Value};
use crate::fields::{Factor, Id, List, OfferRef, OneWord, PlatformRef, ProjectRef, QuarterSpan, WorkloadRef};
use crate::model::Between;
use crate::read::Reader;
use crate::spec::{Field, FieldSpec, Limits, Need, Shape, cited_table, table};
use quarterdeck_catalog::{Family, Precision};
use quarterdeck_units::{Bytes, Count, Growth, Quarter, Quarters, Ratio, Seconds, UsdPerWork, WorkRate};

tags! {
    /// Kind of work.
    WorkKind: "a kind of work" {
        RecommendationTraining = "recommendation-training",
        RecommendationInference = "recommendation-inference",
        LlmPretraining = "llm-pretraining",
        LlmFineTuning = "llm-fine-tuning",
        LlmInference = "llm-inference",
        DeviceHours = "device-hours",
    }
}

const WITH_DEMAND: &[&str] = &[
    "recommendation-training",
    "recommendation-inference",
    "llm-fine-tuning",
    "llm-inference",
    "device-hours",
];
const WITH_MODEL: &[&str] = &[
    "recommendation-training",
    "recommendation-inference",
    "llm-pretraining",
    "llm-fine-tuning",
    "llm-inference",
];
const TRAINED_LLM: &[&str] = &["llm-pretraining", "llm-fine-tuning"];
const DRIFT: Limits = Limits::unbounded()
    .at_most("1000x/yr", "no model grew a thousandfold in a year")
    .unlikely_above("10x/yr", "ranking models grew about 1.5 to 3 times a year");
const LENGTH: Limits = Limits::positive()
    .at_least("1")
    .unlikely_above("10e6", "the longest context of a published model is about 10 million tokens");

cited_table! {
    /// One demand for work over time: a model to train or serve, how much of it by quarter, how fast, and what it
    /// costs if it is not done.
    WorkloadTable, "scenario.workload", "a workload", "kind";
    /// Identifier.
    id: Id = Need::Required, "\"assistant\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"Assistant for all users\"";
    /// Kind of work. It decides which other keys belong and what demand is counted in: samples for
    /// recommendation (one user-item pair each), tokens for `llm-pretraining` and `llm-fine-tuning`, requests for
    /// `llm-inference`, devices for `device-hours`.
    kind: OneWord<WorkKind> = Need::Required, "\"llm-inference\"";
    /// The model: an id of the catalogue, or a table written as in the catalogue's files. In a table,
    /// `base = "id"` starts from a model of the catalogue and the other keys change it.
    model: ModelField = Need::Required, "\"llama-3-70b\"", only(WITH_MODEL);
    /// Work asked each second, as the mean of a quarter. Between points it grows by a constant factor each
    /// quarter; before the first point there is none, beyond the last it stays.
    demand: RawCurve<WorkRate> = Need::Required, "\"300 requests/s\"",
        only(WITH_DEMAND), limits(Limits::not_negative()), between(Between::Geometric);
    /// Highest rate in a day over the mean of the quarter. Machines are sized for the peak, energy for the mean.
    peak_over_mean: Ratio = Need::Default("1: `demand` is the rate that machines must carry at all hours"), "1.6",
        limits(Limits::positive().at_least("1").unlikely_above("20", "daily traffic peaks at about 1.3 to 3 times its mean"));
    /// How the model grows heavier from year to year.
    drift: DriftTable = Need::Default("the model stays as it is"), "{ flops_per_sample = \"1.9x/yr\" }";
    /// What a unit of work that is not done costs. It is what the plan weighs against buying more.
    unserved: UsdPerWork = Need::Default(
        "100 USD/1e6 tokens for `llm-pretraining` and `llm-fine-tuning`, with a warning; due for the other kinds"
    ), "\"0.02 USD/requests\"", limits(Limits::positive());
    /// Families of machines that it runs on at the start; others need a porting.
    runs_on: List<OneWord<Family>> = Need::Default(
        "`x86` for recommendation, the family of `reference` for device hours; for `llm-` kinds every family but \
         `own` and `other`, since the open frameworks run there"
    ), "[\"x86\"]";
    /// Whether all its devices must stand at one site.
    one_site: bool = Need::Default("true for `llm-pretraining` and `recommendation-training`, else false"), "true";
    /// Time within which 99 of 100 queries are answered.
    latency_p99: Seconds = Need::Required, "\"60 ms\"", only(&["recommendation-inference"]), limits(
        Limits::positive()
            .unlikely_below("1 ms", "ranking queries are given about 10 to 200 ms")
            .unlikely_above("10 s", "ranking queries are given about 10 to 200 ms")
    );
    /// Candidates scored for one query.
    candidates_per_query: Count = Need::Default("the model's samples of a request"), "500",
        only(&["recommendation-inference"]), limits(Limits::positive().at_least("1"));
    /// Number format of the matrix multiplications.
    precision: OneWord<Precision> = Need::Default(
        "the best that each device has; `fp32` for `recommendation-training`, which every device has"
    ), "\"bf16\"", only(WITH_MODEL);
    /// Samples or sequences of one training step over all devices.
    global_batch: Count = Need::Default(
        "for `llm-pretraining` as many sequences as make about 4.2e6 tokens; due for the other training kinds"
    ), "65536",
        only(&["recommendation-training", "llm-pretraining", "llm-fine-tuning"]),
        limits(Limits::positive().at_least("1").unlikely_above("1e8", "published batches stay below 10 million samples"));
    /// Tokens of one training sequence.
    sequence_length: Count = Need::Default("8192, or the model's context if that is shorter"), "8192",
        only(TRAINED_LLM), limits(LENGTH);
    /// Tokens of the whole training run.
    tokens: Count = Need::Required, "\"15.6e12\"", only(&["llm-pretraining"]), limits(
        Limits::positive()
            .unlikely_below("1e6", "the count may lack its exponent, such as `15.6e12`")
            .unlikely_above("1e15", "the largest published runs read about 4e13 tokens")
    );
    /// First and last quarter of the run; its tokens are spread evenly over them.
    window: QuarterSpan = Need::Required, "[\"2024-Q2\", \"2024-Q3\"]", only(&["llm-pretraining"]);
    /// Rank of the low-rank adapters that are trained instead of all weights.
    lora_rank: Count = Need::Default("none: all weights are trained"), "16", only(&["llm-fine-tuning"]),
        limits(Limits::positive().at_least("1").unlikely_above("4096", "adapters have ranks of about 4 to 512"));
    /// Tokens read for one request.
    input_len: Count = Need::Required, "2000", only(&["llm-inference"]), limits(LENGTH);
    /// Tokens written for one request.
    output_len: Count = Need::Required, "400", only(&["llm-inference"]), limits(LENGTH);
    /// Time to first token within which 99 of 100 requests stay.
    ttft: Seconds = Need::Required, "\"1 s\"", only(&["llm-inference"]),
        limits(Limits::positive().unlikely_above("10 min", "people wait seconds, batch jobs minutes"));
    /// Time per output token after the first.
    tpot: Seconds = Need::Required, "\"40 ms\"", only(&["llm-inference"]),
        limits(Limits::positive().unlikely_above("10 s", "people read about ten tokens a second"));
    /// Platform whose devices the demand counts.
    reference: PlatformRef = Need::Required, "\"h100-hgx-8\"", only(&["device-hours"]);
    /// Devices of one job.
    devices_per_job: Count = Need::Default("1"), "8", only(&["device-hours"]), limits(Limits::positive().at_least("1"));
    /// Memory of a device that a job needs.
    memory_per_device: Bytes = Need::Default("no need"), "\"40 GB\"", only(&["device-hours"]), limits(
        Limits::positive().at_most("100 TB", "no single device has that much memory")
            .unlikely_above("1 TB", "accelerators of 2026 have up to about 0.4 TB")
    );
}

table! {
    /// Yearly growth of what a model asks of a machine. Each factor counts from `from` on.
    DriftTable, "scenario.workload.drift", "a drift", "";
    /// Quarter in which the model is as the catalogue has it.
    from: Quarter = Need::Default("the start of the horizon"), "\"2021-Q1\"";
    /// Growth of the operations of one unit of work.
    flops_per_sample: Growth = Need::Default("none"), "\"1.9x/yr\"", limits(DRIFT);
    /// Growth of the embedding tables.
    embedding_bytes: Growth = Need::Default("none"), "\"1.4x/yr\"", limits(DRIFT);
    /// Growth of the lookups (bytes read from tables) of one unit of work.
    lookups_per_sample: Growth = Need::Default("none"), "\"1.3x/yr\"", limits(DRIFT);
}

cited_table! {
    /// A change with the quarter it happens and the quarter it becomes known. A plan made before it is known does
    /// not count with it.
    ShockTable, "scenario.shock", "a shock", "";
    /// Identifier.
    id: Id = Need::Required, "\"launch\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"A rival launches\"";
    /// Quarter from which it holds.
    happens: Quarter = Need::Required, "\"2025-Q2\"";
    /// Quarter in which it becomes known.
    known: Quarter = Need::Default("the quarter it happens"), "\"2025-Q1\"";
    /// What it changes.
    changes: ChangesTable = Need::Required, "{ workload = \"assistant\", demand = \"x40\" }";
}

table! {
    /// What a shock changes: one of workload and `demand`, offer and `price` or `supply`, project and `delay`.
    ChangesTable, "scenario.shock.changes", "the changes of a shock", "";
    /// Workload whose demand changes.
    workload: WorkloadRef = Need::Default("none"), "\"assistant\"";
    /// Factor of its demand.
    demand: Factor = Need::Default("none"), "\"x40\"", limits(CHANGE);
    /// Offer whose price or supply changes.
    offer: OfferRef = Need::Default("none"), "\"h100-hgx-8\"";
    /// Factor of its price.
    price: Factor = Need::Default("none"), "\"+20 %\"", limits(CHANGE);
    /// Factor of its supply.
    supply: Factor = Need::Default("none"), "\"0.5x\"", limits(CHANGE);
    /// Project that is delayed.
    project: ProjectRef = Need::Default("none"), "\"hall-2\"";
    /// Quarters that it is delayed by.
    delay: Quarters = Need::Default("none"), "\"2 quarters\"", limits(
        Limits::positive().unlikely_above("40 quarters", "that is ten years")
    );
}

const CHANGE: Limits = Limits::not_negative()
    .unlikely_above("1000", "a thousandfold change from one quarter to the next is rare");

/// A model: named, or written in the scenario.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum ModelField {
    Named(String),
    Inline(Node),
}

impl Field for ModelField {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Reference("a model of the catalogue"), Shape::CatalogEntry("a model")])
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match &node.value {
            Value::Text(name) => Some(ModelField::Named(name.clone())),
            Value::Table(_) => Some(ModelField::Inline(node.clone())),
            _ => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        match self {
            ModelField::Named(name) => toml::Value::String(name.clone()),
            ModelField::Inline(node) => crate::entry::plain(node),
        }
    }
}
