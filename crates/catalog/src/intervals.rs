//! Bands of predictions: how far a measured value may lie from a predicted one, by family of work.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Bands of every kind of work that has been scored against measurements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intervals {
    /// Step times of language-model training.
    pub training: Bands,
    /// Inference, training and node power of recommendation models.
    pub recommendation: Bands,
}

/// Bands of one kind of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// Share of measurements that a band shall hold.
    pub covered: f64,
    /// Factor by which quantiles are stretched so that bands hold for sources they were not fitted on.
    pub widening: f64,
    /// Band of everything, for families and hardware without rows.
    pub default: Band,
    /// Bands by family of software and model.
    #[serde(default)]
    pub family: BTreeMap<String, Band>,
}

/// A band of measured over predicted time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lower end, at most 1.
    pub lower: f64,
    /// Upper end, at least 1.
    pub upper: f64,
    /// Rows it was fitted on.
    pub rows: u32,
    /// Publications that these come from.
    pub sources: u32,
    /// Factor by which its own quantiles are stretched, where its sources and generations are enough to show one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widening: Option<f64>,
    /// Hardware generations among them.
    #[serde(default)]
    pub generations: Vec<String>,
}

impl Bands {
    /// Lower and upper ratio of measured to predicted time for a family on a hardware generation. Families and
    /// generations without rows take the wider of what is known and the default, unless the family's own factor was
    /// found by leaving out generations too.
    pub fn of(&self, family: &str, generation: &str) -> (f64, f64) {
        let default = (self.default.lower, self.default.upper);
        match self.family.get(family) {
            Some(band)
                if band.widening.is_some() || band.generations.iter().any(|known| known == generation) =>
            {
                (band.lower, band.upper)
            }
            Some(band) => (band.lower.min(default.0), band.upper.max(default.1)),
            None => default,
        }
    }
}

pub(crate) const FILE: &str = "calibration/intervals.toml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_rows_takes_the_wider_band() {
        let band = |lower, upper, generation: &str| Band {
            lower,
            upper,
            rows: 10,
            sources: 2,
            widening: None,
            generations: vec![generation.to_owned()],
        };
        let bands = Bands {
            covered: 0.8,
            widening: 1.0,
            default: band(0.7, 1.3, "a100"),
            family: [("dense".to_owned(), band(0.9, 1.4, "h100"))].into(),
        };
        assert_eq!(bands.of("dense", "h100"), (0.9, 1.4));
        assert_eq!(bands.of("dense", "b300"), (0.7, 1.4));
        assert_eq!(bands.of("experts", "h100"), (0.7, 1.3));
        let mut shown = bands;
        shown.family.get_mut("dense").unwrap().widening = Some(1.2);
        assert_eq!(shown.of("dense", "b300"), (0.9, 1.4));
        assert_eq!(shown.of("dense", "h100"), (0.9, 1.4));
    }
}
