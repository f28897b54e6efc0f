//! Failures: how often they strike, what checkpoints save, what is left, and a simulation of all of it.

mod checkpoint;
mod ettr;
mod rate;
mod simulation;
mod spares;

pub use checkpoint::{daly_2006, young_1974};
pub use ettr::{EttrModel, ettr_daly_2006, ettr_kokolis_2025};
pub(crate) use rate::node_rate;
pub use rate::{FailureRate, Population, mean_time_to_failure};
pub use simulation::{RunOutcome, RunSimulation, simulate_run};
pub use spares::spares_needed;
