//! Recommendation models: rows of published inference, training and node power beside their predictions.
//!
//! ```text
//! facts ──► hardware, models ──► predict (value in the row's unit) ──► card ──► sheets
//! ```

pub mod card;
mod facts;
mod hardware;
mod models;
mod predict;
mod sheets;

use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::Diagnostics;

pub use facts::{Facts, Quantity, REQUIRED};
pub use hardware::generation;
pub use predict::Predicted;
pub use sheets::{explain, page, row_status, row_values, sheets};

/// The measurements that the program carries.
pub const MEASURED: &str = include_str!("../../../../validation/recommendation/measured.csv");

/// Training of the multi-hot benchmark on machines of 2023 to 2025.
pub const DCNV2_TRAINING: &str = include_str!("../../../../validation/recommendation/dcnv2_training.csv");

/// Examples of frameworks and request servers, apart from tuned submissions.
pub const EXAMPLES: &str = include_str!("../../../../validation/recommendation/examples.csv");

/// One row with its prediction.
#[derive(Clone, Debug)]
pub struct Scored {
    /// What the row states.
    pub facts: Facts,
    /// The prediction.
    pub predicted: Predicted,
}

/// What came of one row.
pub type Outcome = crate::outcome::Outcome<Scored>;

impl Scored {
    /// Measured over predicted, of times and powers; of rates the inverse, so that above 1 is always slower or
    /// hotter than predicted.
    pub fn ratio(&self) -> f64 {
        let ratio = self.facts.measured / self.predicted.value;
        if self.facts.quantity.is_rate() { 1.0 / ratio } else { ratio }
    }
}

/// Predicts every row that the program carries.
///
/// # Errors
/// Faults of the embedded files, which a test rules out.
pub fn predict_published(catalog: &Catalog) -> Result<Vec<Outcome>, Diagnostics> {
    let mut outcomes = predict_table(catalog, "validation/recommendation/measured.csv", MEASURED.as_bytes())?;
    for (name, text) in [("dcnv2_training", DCNV2_TRAINING), ("examples", EXAMPLES)] {
        let path = format!("validation/recommendation/{name}.csv");
        outcomes.extend(predict_table(catalog, &path, text.as_bytes())?);
    }
    Ok(outcomes)
}

/// Predicts every row of a table.
///
/// # Errors
/// Faults of the file; faults of rows are in their outcomes.
pub fn predict_table(catalog: &Catalog, name: &str, bytes: &[u8]) -> Result<Vec<Outcome>, Diagnostics> {
    Outcome::of_table(name, bytes, REQUIRED, |row| {
        let facts = Facts::read(row)?;
        let predicted = predict::predict(catalog, &facts)?;
        Ok(Scored { facts, predicted })
    })
}
