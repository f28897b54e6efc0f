//! Projects as precedence networks: activities that wait for each other, how long they take, when to order what.
//!
//! ```text
//!  catalogue ──project_network──► Precedence: activities, their order, durations as distributions, money
//!      likely durations ──critical_path──► starts, slack, what decides
//!      10,000 replicas  ──sample──► dates by confidence, criticality ──order_by──► months before a need
//!      money            ──spend_curve, exit_costs──► by quarter ──project_terms──► a `[[project]]` of a scenario
//! ```
//!
//! The plan still sees a project as a lead time with a spending curve; this module is where the two come from when a
//! scenario does not state them.

mod critical_path;
mod duration;
mod money;
mod network;
mod order_by;
mod sample;
mod template;
mod terms;

pub use critical_path::{CriticalPath, critical_path};
pub use duration::Duration;
pub use money::{ExitCost, PaymentTerms, exit_costs, spend_curve};
pub use network::{Activity, ActivitySpec, Precedence, PrecedenceFault};
pub use order_by::{Month, OrderBy, order_by};
pub use sample::{Sampled, Sampling, sample};
pub use template::{ProjectKind, project_network};
pub use terms::{Completed, ProjectTerms, complete_projects, project_block, project_terms};
