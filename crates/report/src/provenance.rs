//! Where a number came from: its origin, from strongest to weakest, and its cited sources.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a value is known. Ordered from strongest to weakest, so the weakest of several is their
/// maximum.
///
/// ```
/// use quarterdeck_report::Origin;
/// let weakest = [Origin::Published, Origin::Assumed].into_iter().max();
/// assert_eq!(weakest, Some(Origin::Assumed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Measured on a machine by this project or its user.
    Measured,
    /// Stated in a cited publication.
    Published,
    /// Interpolated between measured or published values.
    Interpolated,
    /// Computed from first principles.
    Analytical,
    /// Assumed, with a reason.
    Assumed,
}

impl Origin {
    /// The word printed in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Published => "published",
            Self::Interpolated => "interpolated",
            Self::Analytical => "analytical",
            Self::Assumed => "assumed",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A source that charts and tables cite by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRef {
    /// The id that specs and columns name.
    pub id: String,
    /// Title of the publication.
    pub title: String,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Address, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Date of publication, as text (`2022-08-03`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// What is needed to repeat a run and to judge it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunProvenance {
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of every random stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Hash of the catalogue that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_hash: Option<String>,
    /// Hash of the resolved scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario_hash: Option<String>,
    /// Name and version of the solver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<String>,
    /// Relative distance between the plan's cost and the proven bound, as a share of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver_gap_fraction: Option<f64>,
    /// Further lines, in order: label and text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<(String, String)>,
}

impl RunProvenance {
    /// The record as label and text, in the order in which it is shown.
    pub fn lines(&self) -> Vec<(String, String)> {
        let mut lines = vec![
            ("Scenario".to_string(), self.scenario.clone()),
            ("Quarterdeck".to_string(), self.version.clone()),
        ];
        let mut add = |label: &str, text: Option<String>| {
            if let Some(text) = text {
                lines.push((label.to_string(), text));
            }
        };
        add("Seed", self.seed.map(|s| s.to_string()));
        add("Catalogue hash", self.catalog_hash.clone());
        add("Scenario hash", self.scenario_hash.clone());
        add("Solver", self.solver.clone());
        add("Solver gap", self.solver_gap_fraction.map(crate::number::percent));
        lines.extend(self.more.iter().cloned());
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_run_from_strong_to_weak() {
        let order =
            [Origin::Measured, Origin::Published, Origin::Interpolated, Origin::Analytical, Origin::Assumed];
        assert!(order.is_sorted());
        assert_eq!(serde_json::to_string(&Origin::Analytical).unwrap(), "\"analytical\"");
    }

    #[test]
    fn lines_leave_out_what_is_unknown() {
        let run = RunProvenance {
            version: "0.1.0".into(),
            scenario: "meta-2022".into(),
            solver_gap_fraction: Some(0.001),
            more: vec![("Price year".into(), "2022".into())],
            ..RunProvenance::default()
        };
        let text: Vec<String> =
            run.lines().into_iter().map(|(label, text)| format!("{label}: {text}")).collect();
        assert_eq!(
            text,
            ["Scenario: meta-2022", "Quarterdeck: 0.1.0", "Solver gap: 0.1 %", "Price year: 2022"]
        );
    }
}
