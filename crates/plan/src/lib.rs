//! What to buy, build, redesign, pause or cancel, quarter by quarter, at least cost.
//!
//! ```text
//! scenario, fits, envelopes ─► assemble ─► Problem ─► formulation ─► solver ─► extract ─► Plan
//!                                            │                                   │
//!                                            └────────────── verify ◄────────────┘
//! ```

pub mod assemble;
pub mod extract;
pub mod formulation;
pub mod ledger;
pub mod optimise;
pub mod outcome;
pub mod problem;
pub mod solver;
pub mod verify;

pub use assemble::{AssembleError, Run, assemble, platform_ids};
pub use optimise::{PlanError, PlanOptions, PlanProgress, optimise, write_model};
pub use outcome::{
    LedgerKind, LedgerLine, LimitValue, Order, Plan, Pool, PowerUse, RentalStart, Shortfall, SolveRecord,
};
pub use problem::Problem;
pub use quarterdeck_scenario::CostClass;
