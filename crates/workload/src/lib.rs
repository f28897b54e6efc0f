//! What is asked: model architectures become operators with FLOPs, bytes and parameters; demand becomes
//! rates by quarter.
//!
//! ```text
//!  Transformer ──Shape──► layer_operators(block, pass, partition) ──► [Operator { flops, bytes, parameters }]
//!                                              Recipe::casts(gemm) ──► [Operator] of narrow number formats
//!  Recommendation ──drift──► SampleWork { flops, lookups, bytes } of one user-item pair
//!  Workload + shocks ──foresight──► Demand { mean, peak } of a quarter
//! ```
//!
//! Nothing here knows a machine: the same operators are priced on each by `quarterdeck-performance`.

pub mod demand;
pub mod indices;
pub mod operator;
pub mod recipe;
pub mod recommendation;
pub mod role;
pub mod transformer;

pub use demand::{Demand, Foresight, demand_at};
pub use indices::{BadIndexLaw, Cumulated, IndexLaw};
pub use operator::{Gemm, Operator, OperatorKind, Operators};
pub use quarterdeck_catalog::{Block, FeedForward, Mixer};
pub use recipe::{Casts, Recipe};
pub use recommendation::{DriftFactors, Meeting, SampleWork, TableWork};
pub use role::{Backward, Role, Weights};
pub use transformer::{
    FlopConvention, LayerKind, LoraTargets, Order, Parameters, Partition, Pass, Shape, Widths, Work,
};
