//! Test fixtures and independent references: random planning problems, and the answer by trying every choice.

pub mod brute_force;
pub mod random_problem;
