//! Models: the shapes of transformers and recommendation models, from which work is computed.

mod block;
pub mod hugging_face;
mod recommendation;
mod transformer;

pub use block::{Block, FeedForward, Mixer, Pattern};
pub use recommendation::{Dense, Interaction, Recommendation, RecommendationTotals, Sample, TableGroup};
pub use transformer::{
    Activation, Architecture, Attention, AttentionBiases, GroupLimit, Mamba, Mla, Moe, Norm, Position,
    PublishedTraining, QkNorm, Residual, Transformer, Window, WindowForm,
};

use serde::{Deserialize, Serialize};

use crate::kinds::words;

words! {
    /// Which kind of model a file describes.
    ModelKind: "a model kind" {
        /// Decoder-only transformer.
        Transformer = "transformer",
        /// Embedding tables, dense layers and their interaction.
        Recommendation = "recommendation",
    }
}

/// One model of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Model {
    /// Decoder-only transformer.
    Transformer(Box<Transformer>),
    /// Recommendation model.
    Recommendation(Box<Recommendation>),
}

impl Model {
    /// Key; equals the file name.
    pub fn id(&self) -> &str {
        match self {
            Self::Transformer(model) => &model.id,
            Self::Recommendation(model) => &model.id,
        }
    }

    /// Name in full.
    pub fn name(&self) -> &str {
        match self {
            Self::Transformer(model) => &model.name,
            Self::Recommendation(model) => &model.name,
        }
    }

    /// Other names users type.
    pub fn aliases(&self) -> &[String] {
        match self {
            Self::Transformer(model) => &model.aliases,
            Self::Recommendation(model) => &model.aliases,
        }
    }

    /// Which kind it is.
    pub fn kind(&self) -> ModelKind {
        match self {
            Self::Transformer(_) => ModelKind::Transformer,
            Self::Recommendation(_) => ModelKind::Recommendation,
        }
    }

    /// The transformer, if it is one.
    pub fn as_transformer(&self) -> Option<&Transformer> {
        match self {
            Self::Transformer(model) => Some(model),
            Self::Recommendation(_) => None,
        }
    }

    /// The recommendation model, if it is one.
    pub fn as_recommendation(&self) -> Option<&Recommendation> {
        match self {
            Self::Recommendation(model) => Some(model),
            Self::Transformer(_) => None,
        }
    }
}

/// Reads only the kind, so that the right shape can then be read with its own field names.
#[derive(Deserialize)]
pub(crate) struct KindProbe {
    pub(crate) kind: ModelKind,
}
