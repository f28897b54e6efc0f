//! The charts of a run, each with the one sentence that says what to see.

mod capacity;
mod decisions;
mod fleet;
mod money;
mod power;

pub(super) use capacity::{capacity, served, unserved_value};
pub(super) use decisions::decisions;
pub(super) use fleet::fleet;
pub(super) use money::{capex, running_costs};
pub(super) use power::{headroom, power};
