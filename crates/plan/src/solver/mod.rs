//! Mixed-integer linear models and the solver that minimises them.
//!
//! ```text
//! Model ──► Solver (HiGHS) ──► values ──► check ──► Solution
//!   │            ▲                                     │
//!   ├─ stats     └── strategy: bound, round, search ◄──┘
//!   └─ MPS file ──► any other solver
//! ```
//!
//! This is the only module that knows a solver, and the only one with `unsafe`. The formulation
//! speaks to it in columns and rows with names; see [`Model`] for the mathematics and the units.

mod check;
mod highs;
mod model;
mod mps;
mod outcome;
mod stats;
mod strategy;

pub use check::{Check, FEASIBILITY_TOLERANCE, INTEGRALITY_TOLERANCE, Violation, activity, check, objective};
pub use highs::Highs;
pub use model::{Column, Fault, Kind, Model, Row, RowBounds};
pub use mps::{WriteMpsError, write_mps};
pub use outcome::{
    DualSolution, Incumbent, LpMethod, OnProgress, Options, Phase, Progress, Ranging, RhsRange, Solution,
    SolveError, Solver, Start, Status, relative_gap, silent,
};
pub use stats::{NumericRange, Stats};
pub use strategy::{Staging, StartGroup, solve_staged};
