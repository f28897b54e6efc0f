//! What to buy, build, redesign, pause or cancel, quarter by quarter, at least cost.
//!
//! ```text
//! scenario, fits, envelopes ─► assemble ─► Problem ─► formulation ─► solver ─► extract ─► Plan
//! ```

pub mod outcome;
pub mod problem;

pub use outcome::{
    LedgerKind, LedgerLine, LimitValue, Order, Plan, PowerUse, RentalStart, Shortfall, SolveRecord,
};
pub use problem::Problem;
pub use quarterdeck_scenario::CostClass;
