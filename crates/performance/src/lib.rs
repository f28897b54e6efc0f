//! The cost of one step: the fit of a workload on a platform, in time, memory and power, or why it cannot run.
//!
//! ```text
//!  WorkloadKind + Model ─┐                            ┌─► Fit { strategy, rate, breakdown, memory, power }
//!                        ├─► FitRequest ──fit──► Outcome
//!  Catalog ──► Machine ──┘   closed form, no disk     └─► CannotRun { reason in words and numbers }
//!                                    │
//!                 FitTable: every workload × platform × quarter, equal requests priced once
//! ```
//!
//! A step is the sum of operators by roofline ([`operators`]), messages by α–β ([`collectives`]) and a schedule
//! ([`parallelism`]), within what fits ([`memory`]). Efficiencies are catalogue data; none is written here.

pub mod collectives;
pub mod device_hours;
pub mod embedding;
pub mod energy;
pub mod fit;
pub mod llm_inference;
pub mod llm_training;
pub mod machine;
pub mod memory;
pub mod operators;
pub mod parallelism;
pub mod queueing;
pub mod ranker_forward;
pub mod recommendation_inference;
pub mod recommendation_training;
pub mod table;

pub use fit::{
    Binding, Breakdown, CannotRun, Fit, FitRequest, Hidden, Latency, MemoryUse, Outcome, Reason, Strategy,
    fit,
};
pub use machine::Machine;
pub use parallelism::Parallelism;
pub use table::FitTable;
