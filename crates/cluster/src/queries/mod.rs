//! Ranking queries before servers that work in batches: an event simulation, the capacity that holds a p99, and the
//! closed forms that hold the simulation to account.

mod arrivals;
mod capacity;
mod closed;
mod simulation;

pub use arrivals::{Arrivals, Candidates, ServiceSpread};
pub use capacity::{Capacity, capacity};
pub use closed::{erlang_c, wait_below_md1, wait_mean_mgk, wait_p99_mmk};
pub use simulation::{Batching, QueryOutcome, QuerySimulation, simulate_queries};
