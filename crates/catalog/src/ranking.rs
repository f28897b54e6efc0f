//! Calibration of recommendation models: software stacks that serve and train them, tiers of memory that their tables
//! may lie in, and what the rules of their public benchmark are.
//!
//! Tuned submissions, request servers and framework examples on one device differ by more than two generations of
//! devices do. Each is an entry of its own, so that a baseline is declared and never mixed with another.

use std::collections::BTreeMap;

use quarterdeck_units::{Bandwidth, Seconds};
use serde::{Deserialize, Serialize};

use crate::efficiency::Fitted;
use crate::error::MissingFact;
use crate::kinds::Precision;
use crate::origin::{Citation, Fact};
use crate::performance::{FILE, IngestionCalibration};

/// Recommendation models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendationCalibration {
    /// Share of device memory that tables may take.
    pub memory_share: Fact<f64>,
    /// Time that bursts of arrivals and hiccups of hosts add to the slowest hundredth of waits, for each share of
    /// time that a server idles.
    pub burst: Fitted<Seconds>,
    /// Largest batch that one device scores at once.
    pub max_batch: Fact<f64>,
    /// Share of the host link's rate that row fetches from host memory reach.
    pub host_link: Fact<f64>,
    /// Bytes that a memory fetch brings on a processor with caches of 64-byte lines.
    pub line_cpu: Fact<f64>,
    /// Bytes that a memory fetch brings on an accelerator.
    pub line_accelerator: Fact<f64>,
    /// Rate of the products of low-rank cross layers over that of other layers in training.
    pub cross_over_layers: Fitted,
    /// Yearly factor of a ranker's operations, where nobody states one.
    pub drift_flops: Fitted,
    /// Yearly factor of its tables.
    pub drift_embedding_bytes: Fitted,
    /// Yearly factor of its lookups.
    pub drift_lookups: Fitted,
    /// What plans assume that serves: a key of `serving`.
    pub current_serving: String,
    /// What plans assume that trains: a key of `training`.
    pub current_training: String,
    /// Stacks that serve, by id.
    pub serving: BTreeMap<String, ServingStack>,
    /// Stacks that train, by id.
    pub training: BTreeMap<String, RankerTrainingStack>,
    /// Memories below those of the device, by id.
    pub tier: BTreeMap<String, TierCalibration>,
    /// Rules of the public benchmark that its results leave unsaid.
    pub benchmark: RankingBenchmark,
    /// Speed of one thread of host processors, by a word of their names.
    pub host_rating: BTreeMap<String, Fact<f64>>,
    /// Share of the rows that published request servers keep in the cache of a device.
    pub cached_rows: Fact<f64>,
    /// Machines that feed training.
    pub ingestion: IngestionCalibration,
}

/// A software stack that serves rankers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServingStack {
    /// Name and years.
    pub title: String,
    /// Where the numbers come from.
    pub cite: Citation,
    /// Published measurements that they were fitted on; 0 where assumed.
    pub rows: u32,
    /// Fitted numbers of this entry.
    pub fitted: u32,
    /// Batches under way at once: host work, copies and lookups of one run beside the layers of another; 1 where
    /// every part of a batch waits for the one before.
    pub under_way: f64,
    /// Time of a request beside the work of its samples, on an accelerator.
    pub floor: Seconds,
    /// The same on a processor, which calls a library and copies nothing.
    pub floor_cpu: Seconds,
    /// Share of peak that the layers reach; where absent, that of the device under tuned engines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<f64>,
    /// Times that the looked-up vectors pass through the memory of the device beside the lookup: copies between
    /// engines, changes of number format, concatenation.
    pub vector_passes: f64,
    /// Bytes of an element of those vectors; where absent, that of the layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector_bytes: Option<f64>,
    /// Bytes of an element of stored rows; where absent, that of the layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_bytes: Option<f64>,
    /// Slowest of a hundred equal batches over the mean.
    pub tail: f64,
    /// Queries a second that a host hands to the engines of one platform, where that is known to bind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_queries: Option<f64>,
}

/// A software stack that trains rankers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankerTrainingStack {
    /// Name and years.
    pub title: String,
    /// Where the numbers come from.
    pub cite: Citation,
    /// Published measurements that they were fitted on; 0 where assumed.
    pub rows: u32,
    /// Fitted numbers of this entry.
    pub fitted: u32,
    /// Least time of an iteration on accelerators: launches, host work, input.
    pub floor: Seconds,
    /// The same on processors.
    pub floor_cpu: Seconds,
    /// Rating of the host that the floor was measured on, where one thread of the host is what it waits for; on
    /// other hosts it is longer or shorter by their ratings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_rating: Option<f64>,
    /// Times that the looked-up vectors and their gradients pass through the memory of the device beside lookup and
    /// update: concatenation, changes of format, interaction.
    pub vector_passes: f64,
    /// Times that what dense and cross layers give passes through it beside their products: biases, activations,
    /// products by element, the gradients of all these.
    pub layer_passes: f64,
    /// Times that the gradients of looked-up rows pass through it in 32 bits whatever the layers run in, with layers
    /// in 32 bits and in fewer, which need the loss scaled.
    pub gradient_passes: [f64; 2],
    /// Bytes of an element of vectors and gradients between devices; where absent, that of the layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_bytes: Option<f64>,
}

/// A memory below that of the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierCalibration {
    /// Name in words.
    pub title: String,
    /// Rate at which rows reach one device where nothing names another.
    pub bandwidth: Fact<Bandwidth>,
    /// Time of one fetch.
    pub latency: Fact<Seconds>,
    /// Fetches under way at once.
    pub outstanding: Fact<f64>,
    /// Bytes that one fetch brings at least.
    pub line: Fact<f64>,
}

/// Rules of the public benchmark that its results leave unsaid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankingBenchmark {
    /// Samples of one pass over its data.
    pub epoch: Fact<f64>,
    /// Share of a pass after which the model is good enough.
    pub share_of_epoch: Fact<f64>,
    /// Global batch of submissions that state none.
    pub global_batch: Fact<f64>,
    /// First round of its inference whose lower accuracy target is met with narrow cross layers.
    pub narrow_interaction_round: Fact<f64>,
    /// Bound on the p99 of its server scenario, by model.
    pub server_p99: BTreeMap<String, Fact<Seconds>>,
}

impl RecommendationCalibration {
    /// The stack that plans assume to serve, or the key that is missing.
    pub fn serving(&self, id: Option<&str>) -> Result<&ServingStack, MissingFact> {
        let id = id.unwrap_or(&self.current_serving);
        self.serving.get(id).ok_or_else(|| MissingFact::new(FILE, &format!("recommendation.serving.{id}")))
    }

    /// The stack that plans assume to train, or the key that is missing.
    pub fn training(&self, id: Option<&str>) -> Result<&RankerTrainingStack, MissingFact> {
        let id = id.unwrap_or(&self.current_training);
        self.training.get(id).ok_or_else(|| MissingFact::new(FILE, &format!("recommendation.training.{id}")))
    }

    /// Speed of one thread of a processor, where its name holds a known word.
    pub fn rating(&self, cpu: &str) -> Option<&Fact<f64>> {
        let name = cpu.to_lowercase();
        self.host_rating.iter().find(|(word, _)| name.contains(word.as_str())).map(|(_, rating)| rating)
    }

    /// A tier below the memory of the device, or the key that is missing.
    pub fn tier(&self, id: &str) -> Result<&TierCalibration, MissingFact> {
        self.tier.get(id).ok_or_else(|| MissingFact::new(FILE, &format!("recommendation.tier.{id}")))
    }
}

impl ServingStack {
    /// Bytes of an element of the vectors that pass through memory when layers compute in `precision`.
    pub fn vector_element(&self, precision: Precision) -> f64 {
        self.vector_bytes.unwrap_or_else(|| precision.bytes_per_element())
    }
}

impl RankerTrainingStack {
    /// Least time of an iteration behind a host of a rating, where one is known.
    ///
    /// ```
    /// # use quarterdeck_catalog::Catalog;
    /// let catalog = Catalog::builtin();
    /// let stack = catalog.steps.recommendation.training(Some("torchrec")).unwrap();
    /// let measured_on = stack.host_rating.unwrap();
    /// // A thread of half the speed launches for twice as long.
    /// let slower = stack.floor_behind(Some(measured_on / 2.0));
    /// assert!((slower / stack.floor - 2.0).abs() < 1e-12);
    /// assert_eq!(stack.floor_behind(None), stack.floor);
    /// ```
    pub fn floor_behind(&self, rating: Option<f64>) -> Seconds {
        match (self.host_rating, rating) {
            (Some(measured_on), Some(rating)) if rating > 0.0 => self.floor * (measured_on / rating),
            _ => self.floor,
        }
    }
}
