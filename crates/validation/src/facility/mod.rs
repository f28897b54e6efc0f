//! Fabrics, power and cooling: published tables beside what the rules give for the same question.
//!
//! ```text
//! superpod_fabric.csv ──fabric──► Check per printed count ──┐
//! superpod_bill.csv ────bill────► Check per item ───────────┼─► sheets
//! anchors.csv ──────────anchors─► Check per number ─────────┘
//! ```
//!
//! Counts are exact or wrong. Nothing is fitted to any row.

mod anchors;
mod bill;
mod fabric;
mod sheets;

use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::Diagnostics;

pub use fabric::REQUIRED;
pub use sheets::{explain, page, row_values, sheets};

use crate::sheet::significant;

/// Switch and cable counts that makers print.
pub const FABRIC: &str = include_str!("../../../../validation/facility/superpod_fabric.csv");
/// The parts list of one of these systems.
pub const BILL: &str = include_str!("../../../../validation/facility/superpod_bill.csv");
/// Published numbers of networks, power, cooling and halls.
pub const ANCHORS: &str = include_str!("../../../../validation/facility/anchors.csv");

/// A published number beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is counted or measured.
    pub what: String,
    /// Its unit; empty for counts.
    pub unit: String,
    /// What was published.
    pub published: Published,
    /// What the rules give.
    pub ours: f64,
}

/// A number as it was published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Published {
    /// One number, to be met exactly: a count.
    Exact(f64),
    /// One number that was measured or rounded, to be met within a share of it.
    Near(f64, f64),
    /// Anything from one number to another.
    Between(f64, f64),
    /// At least a number.
    AtLeast(f64),
    /// At most a number.
    AtMost(f64),
}

impl Published {
    /// The range that agrees.
    pub fn range(self) -> (f64, f64) {
        match self {
            Published::Exact(value) => (value, value),
            Published::Near(value, share) => (value * (1.0 - share), value * (1.0 + share)),
            Published::Between(low, high) => (low, high),
            Published::AtLeast(low) => (low, f64::INFINITY),
            Published::AtMost(high) => (f64::NEG_INFINITY, high),
        }
    }

    /// The number, or the middle of its range.
    pub fn middle(self) -> f64 {
        match self {
            Published::Exact(value) | Published::Near(value, _) => value,
            Published::Between(low, high) => 0.5 * (low + high),
            Published::AtLeast(value) | Published::AtMost(value) => value,
        }
    }
}

impl std::fmt::Display for Published {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Published::Exact(value) | Published::Near(value, _) => f.write_str(&grouped(value)),
            Published::Between(low, high) => write!(f, "{} to {}", grouped(low), grouped(high)),
            Published::AtLeast(low) => write!(f, "{} or more", grouped(low)),
            Published::AtMost(high) => write!(f, "{} or less", grouped(high)),
        }
    }
}

impl Check {
    /// Whether ours is what was published.
    pub fn agrees(&self) -> bool {
        let (low, high) = self.published.range();
        // A ten-thousandth of play: published numbers are rounded.
        let play = 1e-4 * self.ours.abs();
        match self.published {
            Published::Exact(value) => (self.ours - value).abs() < 0.5,
            _ => self.ours >= low - play && self.ours <= high + play,
        }
    }

    /// How far ours lies from what was published, in words.
    pub fn difference(&self) -> String {
        let (low, high) = self.published.range();
        match self.published {
            Published::Exact(_) if self.agrees() => "exact".to_owned(),
            Published::Exact(value) => format!("{:+}", self.ours - value),
            Published::Near(value, _) => format!("{:+.1} %", 100.0 * (self.ours / value - 1.0)),
            _ if self.agrees() => "within".to_owned(),
            _ if self.ours < low => format!("{:+.1} % of the lower end", 100.0 * (self.ours / low - 1.0)),
            _ => format!("{:+.1} % of the upper end", 100.0 * (self.ours / high - 1.0)),
        }
    }
}

/// Digits grouped by thousands for whole numbers, else six significant ones.
pub(crate) fn grouped(value: f64) -> String {
    if value.fract() != 0.0 || value.abs() < 1000.0 {
        return significant(value);
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

/// What came of one published row.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Which table it stands in.
    pub table: Table,
    /// Name of the system or number.
    pub name: String,
    /// Where it was published.
    pub source: String,
    /// The numbers.
    pub checks: Vec<Check>,
    /// How the row contradicts itself, in sentences.
    pub slips: Vec<String>,
    /// How ours was found, in a sentence; empty where the table says it.
    pub basis: String,
}

/// Tables of published numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Switches and cables of whole systems.
    Fabric,
    /// A parts list.
    Bill,
    /// Single numbers.
    Anchors,
}

impl Scored {
    /// Whether every number agrees.
    pub fn agrees(&self) -> bool {
        self.checks.iter().all(Check::agrees)
    }
}

/// What came of one row.
pub type Outcome = crate::outcome::Outcome<Scored>;

/// Scores every row that the program carries.
///
/// # Errors
/// Faults of the embedded files, which a test rules out.
pub fn predict_published(catalog: &Catalog) -> Result<Vec<Outcome>, Diagnostics> {
    let mut outcomes = predict_table(catalog, "validation/facility/superpod_fabric.csv", FABRIC.as_bytes())?;
    outcomes.extend(bill::outcomes(catalog)?);
    outcomes.extend(anchors::outcomes(catalog)?);
    Ok(outcomes)
}

/// Scores every row of a table with the columns of `superpod_fabric.csv`.
///
/// # Errors
/// Faults of the file; faults of rows are in their outcomes.
pub fn predict_table(catalog: &Catalog, name: &str, bytes: &[u8]) -> Result<Vec<Outcome>, Diagnostics> {
    let mut outcomes = Outcome::of_table(name, bytes, REQUIRED, |row| fabric::score(catalog, row))?;
    for outcome in &mut outcomes {
        if let (Ok(scored), "") = (&outcome.result, outcome.row.text("id")) {
            outcome.id = format!("{}-{}", slug(&scored.name), outcome.row.text("nodes"));
        }
    }
    Ok(outcomes)
}

/// A name as a key: lower case, words joined by `-`.
fn slug(name: &str) -> String {
    let mut text = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with('-') {
            text.push('-');
        }
    }
    text.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_or_wrong_and_ranges_have_ends() {
        let check = |published, ours| Check { what: "x".into(), unit: String::new(), published, ours };
        assert!(check(Published::Exact(16.0), 16.0).agrees());
        assert_eq!(check(Published::Exact(16.0), 12.0).difference(), "-4");
        assert_eq!(check(Published::Exact(16.0), 16.0).difference(), "exact");
        assert!(check(Published::Near(100.0, 0.05), 104.0).agrees());
        assert!(!check(Published::Near(100.0, 0.05), 106.0).agrees());
        assert_eq!(check(Published::Near(100.0, 0.05), 106.0).difference(), "+6.0 %");
        assert!(check(Published::AtLeast(40.0), 40.8).agrees());
        assert!(!check(Published::AtMost(1.3), 1.4).agrees());
        assert_eq!(check(Published::Between(1.0, 2.0), 3.0).difference(), "+50.0 % of the upper end");
    }

    #[test]
    fn names_become_keys() {
        assert_eq!(
            slug("DGX B300 SuperPOD (Quantum-X800 XDR, 144x800G)"),
            "dgx-b300-superpod-quantum-x800-xdr-144x800g"
        );
        assert_eq!(grouped(16384.0), "16,384");
        assert_eq!(grouped(1.5), "1.5");
    }
}
