//! Score cards: published measurements beside what the models predict for the same rows, with intervals, beside
//! a null model and other tools. Nothing is fitted here but the width of intervals.
//!
//! ```text
//!  CSV ──table──► rows ──training::facts──► typed facts ──training::case──► Job + Layout + Platform
//!                                                                             │ performance
//!   score card ◄── score ◄── measured beside predicted in the row's own unit ◄┘
//! ```
//!
//! A family of measurements (`training`, `recommendation`, `facility`) has its own module for reading and predicting; [`outcome`], [`score`] and
//! [`intervals`] know nothing of what is measured.

pub mod facility;
pub mod intervals;
pub mod outcome;
pub mod recommendation;
pub mod score;
pub mod sheet;
pub mod table;
pub mod training;

/// A family of measurements that can be scored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Family {
    /// The word of the command line.
    pub name: &'static str,
    /// What is measured, in one line.
    pub what: &'static str,
}

/// Every family, in the order of their names.
pub const FAMILIES: &[Family] = &[
    Family { name: "training", what: "steps of language-model training: time, rate, utilisation, memory" },
    Family {
        name: "recommendation",
        what: "recommendation models: inference, training, time to train, latency, node power",
    },
    Family {
        name: "facility",
        what: "fabrics, parts lists, power, cooling and halls: printed counts and numbers",
    },
];
