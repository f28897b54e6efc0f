//! What to buy, build, redesign, pause or cancel, quarter by quarter, at least cost.

pub mod solver;
