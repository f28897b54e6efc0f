//! What a fabric carries under load: fair rates of flows, hash collisions, and shares for collectives.
//!
//! ```text
//!  FabricCounts ──graph──► directed links, routes ──┐
//!  who sends to whom ──pattern──────────────────────┼─spread─► FlowSet ──fair──► rates
//!  seed, queue pairs ───────────────────────────────┘
//!  FabricBill ──levels──► shares by level, for `performance`
//! ```

mod classes;
mod fair;
mod graph;
mod levels;
mod pattern;
mod spread;

pub use classes::{FlowClass, all_to_all_classes};
pub use fair::{FlowSet, max_min};
pub use graph::{LinkGraph, LinkRates, Routing};
pub use levels::{Load, levels};
pub use pattern::{permutation, ring};
pub use spread::{Reached, Spreading, hashed, pooled, sample};
