//! Steps of language-model training: rows of published runs beside their prices.
//!
//! ```text
//! facts ──► hardware, models ──► case (job, platform, layout) ──► predict (value in the row's unit)
//! ```

pub mod card;
mod case;
mod explain;
mod facts;
mod hardware;
mod models;
mod predict;
mod sheets;

use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::Diagnostics;

pub use crate::outcome::Split;
pub use case::{Case, Priced, Software};
pub use explain::explain;
pub use facts::{Completeness, Facts, Metric, REQUIRED};
pub use hardware::{between_nodes, generation};
pub use predict::{Predicted, palm_operations_per_token, predict};
pub use sheets::{ROW_COLUMNS, Sheets, page, row_status, row_values, sheets};

use crate::table::Row;

/// The measurements that the program carries.
pub const MEASURED: &str = include_str!("../../../../validation/training/measured.csv");

/// Rows of the Llama 3 report, found elsewhere and so for scoring only.
pub const LLAMA_3: &str = include_str!("../../../../validation/training/llama_3.csv");

/// Predictions of another tool for part of them.
pub const CALCULON: &str = include_str!("../../../../validation/training/calculon.csv");

/// One row with its prediction.
#[derive(Clone, Debug)]
pub struct Scored {
    /// What the row states.
    pub facts: Facts,
    /// The question asked and the price.
    pub case: Case,
    /// The price.
    pub priced: Priced,
    /// Prediction in the row's unit.
    pub predicted: Predicted,
}

/// What came of one row.
pub type Outcome = crate::outcome::Outcome<Scored>;

/// Predicts every row that the program carries.
///
/// # Errors
/// Faults of the embedded files, which a test rules out.
pub fn predict_published(catalog: &Catalog) -> Result<Vec<Outcome>, Diagnostics> {
    let mut outcomes = predict_table(catalog, "validation/training/measured.csv", MEASURED.as_bytes())?;
    outcomes.extend(predict_table(catalog, "validation/training/llama_3.csv", LLAMA_3.as_bytes())?);
    Ok(outcomes)
}

/// Predicts every row of a table.
///
/// # Errors
/// Faults of the file; faults of rows are in their outcomes.
pub fn predict_table(catalog: &Catalog, name: &str, bytes: &[u8]) -> Result<Vec<Outcome>, Diagnostics> {
    Outcome::of_table(name, bytes, REQUIRED, |row| score(catalog, row))
}

/// Predicts one row.
pub fn predict_row(catalog: &Catalog, row: Row) -> Outcome {
    Outcome::of(row, |row| score(catalog, row))
}

fn score(catalog: &Catalog, row: &Row) -> Result<Scored, String> {
    let facts = Facts::read(row)?;
    let case = Case::of(catalog, facts.clone())?;
    let priced = case.price(catalog)?;
    let predicted = predict(&case, &priced)?;
    Ok(Scored { facts, case, priced, predicted })
}

impl Scored {
    /// Priced seconds of a step.
    pub fn step_seconds(&self) -> f64 {
        self.priced.step.breakdown.total().as_seconds()
    }

    /// Measured seconds of a step, from the measured value in its own unit.
    pub fn measured_seconds(&self) -> f64 {
        if self.facts.metric.is_rate() {
            self.step_seconds() * self.predicted.value / self.facts.measured
        } else {
            self.step_seconds() * self.facts.measured / self.predicted.value
        }
    }

    /// Signed relative error in the row's own unit.
    pub fn error(&self) -> f64 {
        self.predicted.value / self.facts.measured - 1.0
    }
}
