//! What a fleet carries once failures, checkpoints, spares and maintenance have taken their part.
//! Closed forms that a plan can call millions of times, and an event simulation that holds them to account.
//!
//! ```text
//!  failure rate × nodes ──► MTTF ──► checkpoint interval ──► ETTR (runtime)
//!  repair, spares, maintenance ─────────────────────────────► availability
//!  queueing ────────────────────────────────────────────────► scheduling
//!                                   Goodput = scheduling × runtime × availability
//! ```
//!
//! Ranking queries before batch servers are simulated event by event, with exact queues as check; and the machines
//! that feed a training fleet are counted from the bytes of its samples.
//!
//! Model FLOPs utilisation is not in here: it is the performance stage's, so that no loss counts twice.

mod failures;
mod goodput;
mod ingestion;
mod queries;

pub use failures::{
    EttrModel, FailureRate, Population, RunOutcome, RunSimulation, daly_2006, ettr_daly_2006,
    ettr_kokolis_2025, mean_time_to_failure, simulate_run, spares_needed, young_1974,
};
pub use goodput::{Goodput, GoodputRequest, PlatformGoodput, goodput, platform_goodput};
pub use ingestion::{IngestionFleet, ingestion_fleet};
pub use queries::{
    Arrivals, Batching, Candidates, Capacity, QueryOutcome, QuerySimulation, ServiceSpread, capacity,
    erlang_c, simulate_queries, wait_below_md1, wait_mean_mgk, wait_p99_mmk,
};
