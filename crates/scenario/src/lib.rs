//! Scenario files read into a resolved [`Scenario`], with every fault found at once and shown in place.

pub mod model;

pub use model::*;
