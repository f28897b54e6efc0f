//! Shape of a recommendation model: embedding tables, dense layers, interaction, and what a sample is.

use quarterdeck_units::{Bytes, Flop, Quarter};
use serde::{Deserialize, Serialize};

use super::ModelKind;
use crate::error::MissingFact;
use crate::origin::{Citation, Fact};

/// A recommendation model.
///
/// Shapes (`tables`, `dense`) or totals (`totals`) may be given, or both. Where both are given the
/// shapes decide and the totals are what the publication prints, for comparison. A model without
/// `dense` must give `totals.flops_per_sample` and `totals.dense_parameters`; one without `tables`
/// must give `totals.lookups_per_sample`, `totals.embedding_bytes`, `totals.embedding_bytes_per_sample`
/// and `totals.pooled_bytes_per_sample`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recommendation {
    /// Key; equals the file name.
    pub id: String,
    /// `recommendation`.
    pub kind: ModelKind,
    /// Other names users type.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name in full.
    pub name: String,
    /// Who made or published it.
    pub vendor: String,
    /// Quarter whose model this is.
    pub as_of: Quarter,
    /// What one sample is, and how many a request holds.
    pub sample: Sample,
    /// Groups of equal embedding tables.
    #[serde(default)]
    pub tables: Vec<TableGroup>,
    /// Dense layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dense: Option<Dense>,
    /// Totals as published or estimated.
    #[serde(default)]
    pub totals: RecommendationTotals,
    /// What a reader must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// What one sample is.
///
/// A sample is always one user-item pair: the unit of demand, of `flops_per_sample` and of lookups.
/// A request ranks `samples_per_request` of them for one user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Candidates ranked in one request at inference.
    pub samples_per_request: Fact<f64>,
    /// Share of a sample's FLOP that depends on the user only and is done once per request at
    /// inference; 0 when the implementation repeats it for each candidate.
    pub user_flops_share: Fact<f64>,
    /// Share of a sample's lookups that depends on the user only and is done once per request at
    /// inference; 0 when the implementation repeats them for each candidate.
    pub user_lookup_share: Fact<f64>,
    /// Bytes one training sample takes from storage, compressed, for sizing ingestion.
    pub stored_bytes: Fact<Bytes>,
}

/// Some equal embedding tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableGroup {
    /// Where the group comes from.
    pub cite: Citation,
    /// Tables in the group.
    pub count: u32,
    /// Rows of each table, on average.
    pub rows: f64,
    /// Elements of a row.
    pub dim: u32,
    /// Lookups per table and sample, summed into one vector.
    pub pooling: f64,
    /// Bytes of a stored element in training.
    pub bytes_per_element: f64,
    /// Exponent of the Zipf law that rows are drawn from; 0 is uniform.
    pub skew: f64,
}

/// Dense layers of a recommendation model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dense {
    /// Where the layers come from.
    pub cite: Citation,
    /// Widths from dense features to the vector that meets the embeddings.
    pub bottom_mlp: Vec<u32>,
    /// How embeddings and dense features meet.
    pub interaction: Interaction,
    /// Widths from the interaction's output to the score. The first is the interaction's output.
    pub top_mlp: Vec<u32>,
}

/// How embeddings and dense features meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Interaction {
    /// Its work is negligible beside the layers, or already inside them.
    None,
    /// Vectors are joined end to end.
    Concat,
    /// Every pair of vectors gives a dot product.
    Dot,
    /// Low-rank cross network.
    DcnV2 {
        /// Rank of each cross layer.
        rank: u32,
        /// Cross layers.
        layers: u32,
    },
    /// Stacked factorisation machines with linear compression, as Wukong has them.
    Wukong {
        /// Layers.
        layers: u32,
        /// Vectors that the factorisation of a layer gives.
        factorised: u32,
        /// Vectors that its linear compression gives.
        compressed: u32,
        /// Rank of the products of vectors.
        rank: u32,
        /// Widths of the layers between products and vectors.
        hidden: Vec<u32>,
    },
    /// Attention over the user's history, amortised over the candidates of a request.
    Hstu {
        /// Blocks.
        layers: u32,
        /// Width.
        dim: u32,
        /// Heads.
        heads: u32,
        /// Length of the user's history.
        sequence_len: u32,
    },
}

/// Totals of a recommendation model, as published or estimated.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendationTotals {
    /// All parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Fact<f64>>,
    /// Parameters of the dense part, which every device of a data-parallel group holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dense_parameters: Option<Fact<f64>>,
    /// Forward operations of the dense part per sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flops_per_sample: Option<Fact<Flop>>,
    /// Embedding rows read per sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookups_per_sample: Option<Fact<f64>>,
    /// Bytes of embedding rows read per sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding_bytes_per_sample: Option<Fact<Bytes>>,
    /// Bytes of pooled vectors that leave the tables per sample: what the all-to-all moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooled_bytes_per_sample: Option<Fact<Bytes>>,
    /// Bytes of all embedding tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding_bytes: Option<Fact<Bytes>>,
}

impl Recommendation {
    /// Path of the model's file below `data/`.
    pub fn file(&self) -> String {
        format!("catalog/models/{}.toml", self.id)
    }

    /// Keys that a model without shapes still needs, of those it lacks.
    pub fn missing_totals(&self) -> Vec<MissingFact> {
        let totals = &self.totals;
        let no_tables = self.tables.is_empty();
        [
            ("totals.flops_per_sample", self.dense.is_none() && totals.flops_per_sample.is_none()),
            ("totals.dense_parameters", self.dense.is_none() && totals.dense_parameters.is_none()),
            ("totals.lookups_per_sample", no_tables && totals.lookups_per_sample.is_none()),
            ("totals.embedding_bytes", no_tables && totals.embedding_bytes.is_none()),
            ("totals.embedding_bytes_per_sample", no_tables && totals.embedding_bytes_per_sample.is_none()),
            ("totals.pooled_bytes_per_sample", no_tables && totals.pooled_bytes_per_sample.is_none()),
        ]
        .into_iter()
        .filter(|(_, lacks)| *lacks)
        .map(|(key, _)| MissingFact::new(&self.file(), key))
        .collect()
    }

    /// Embedding rows read per sample, from the tables.
    pub fn table_lookups(&self) -> f64 {
        self.tables.iter().map(|group| f64::from(group.count) * group.pooling).sum()
    }

    /// Bytes of all tables, from the tables.
    pub fn table_bytes(&self) -> Bytes {
        let bytes = |group: &TableGroup| {
            f64::from(group.count) * group.rows * f64::from(group.dim) * group.bytes_per_element
        };
        Bytes::bytes(self.tables.iter().map(bytes).sum())
    }
}
