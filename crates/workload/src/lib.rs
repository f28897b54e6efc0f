//! What is asked: model architectures become operators with FLOPs, bytes and parameters; demand becomes
//! rates by quarter.
//!
//! ```text
//!  Transformer ──Shape──► layer_operators(pass, partition) ──► [Operator { flops, bytes, parameters }]
//!  Recommendation ──drift──► SampleWork { flops, lookups, bytes } of one user-item pair
//!  Workload + shocks ──foresight──► Demand { mean, peak } of a quarter
//! ```
//!
//! Nothing here knows a machine: the same operators are priced on each by `quarterdeck-performance`.

pub mod demand;
pub mod operator;
pub mod recommendation;
pub mod transformer;

pub use demand::{Demand, Foresight, demand_at, value_at};
pub use operator::{Gemm, Operator, OperatorKind};
pub use recommendation::{DriftFactors, SampleWork};
pub use transformer::{LayerKind, Parameters, Partition, Pass, Shape, Widths};
