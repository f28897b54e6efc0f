//! Bands of 80 %: quantiles of residuals by family, widened until they hold for sources left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quarterdeck_catalog::{Band, Bands};
use quarterdeck_units::{exp, ln};

use crate::score::quantile;

/// Share of measurements that a band shall hold.
pub const COVERED: f64 = 0.8;

/// Most that quantiles are widened, and the step of the search for it.
const MOST_WIDENING: f64 = 4.0;
const WIDENING_STEP: f64 = 0.05;

/// Groups from which on a family's rows show how far another one may lie.
const ENOUGH_GROUPS: usize = 3;

/// One row to fit bands on: measured over predicted time.
#[derive(Clone, PartialEq, Debug)]
pub struct Residual {
    /// Family that shares a band.
    pub family: String,
    /// Publication.
    pub source: String,
    /// Hardware generation.
    pub generation: String,
    /// Measured over predicted time.
    pub ratio: f64,
}

impl Residual {
    /// What one source measured on one hardware generation.
    fn group(&self) -> (&str, &str) {
        (&self.source, &self.generation)
    }
}

/// Fits bands: the tenth and ninetieth percentiles of each family's ratios, stretched about their median by the smallest
/// factor with which bands fitted without a group hold 80 % of its rows. A group is what one source measured on one
/// hardware generation, since a prediction is asked for where one of the two is new; each counts alike.
///
/// A family of three groups or more has a factor of its own. The others share one, found on the groups of all families
/// that have another group beside them, and are at least as wide as the band of everything: one or two groups do not
/// show how far a third may lie.
pub fn fit(residuals: &[Residual]) -> Bands {
    let widening = widening(residuals);
    let default = band(&residuals.iter().collect::<Vec<_>>(), widening);
    let families: BTreeSet<&str> = residuals.iter().map(|residual| residual.family.as_str()).collect();
    let family = |name: &str| {
        let own: Vec<Residual> = residuals.iter().filter(|row| row.family == name).cloned().collect();
        let rows: Vec<&Residual> = own.iter().collect();
        let groups: BTreeSet<_> = own.iter().map(Residual::group).collect();
        if groups.len() < ENOUGH_GROUPS {
            return band(&rows, widening).at_least(&default);
        }
        let across = self::widening(&own);
        Band { widening: Some(across), ..band(&rows, across) }
    };
    Bands {
        covered: COVERED,
        widening,
        family: families.into_iter().map(|name| (name.to_owned(), family(name))).collect(),
        default,
    }
}

/// The smallest factor with which bands fitted without a group hold [`COVERED`] of that group's rows.
fn widening(residuals: &[Residual]) -> f64 {
    let mut widening = 1.0;
    while widening < MOST_WIDENING && left_out_coverage(residuals, widening) < COVERED {
        widening += WIDENING_STEP;
    }
    (widening * 100.0).round() / 100.0
}

/// Share of rows inside bands that were fitted on the other groups of their family, each group counting alike. Groups
/// that are alone in their family test nothing.
fn left_out_coverage(residuals: &[Residual], widening: f64) -> f64 {
    let mut groups: BTreeMap<(&str, (&str, &str)), Vec<&Residual>> = BTreeMap::new();
    for residual in residuals {
        groups.entry((residual.family.as_str(), residual.group())).or_default().push(residual);
    }
    let mut shares = Vec::new();
    for ((family, left_out), rows) in &groups {
        let others: Vec<&Residual> =
            residuals.iter().filter(|other| other.family == *family && other.group() != *left_out).collect();
        if others.is_empty() {
            continue;
        }
        let band = band(&others, widening);
        let inside = rows.iter().filter(|row| (band.lower..=band.upper).contains(&row.ratio)).count();
        shares.push(inside as f64 / rows.len() as f64);
    }
    if shares.is_empty() { 1.0 } else { shares.iter().sum::<f64>() / shares.len() as f64 }
}

/// Quantiles of ratios, stretched about their median in logarithms; the prediction itself always lies within.
fn band(residuals: &[&Residual], widening: f64) -> Band {
    let logs: Vec<f64> = residuals.iter().map(|residual| ln(residual.ratio)).collect();
    let tail = (1.0 - COVERED) / 2.0;
    let (low, middle, high) = (quantile(&logs, tail), quantile(&logs, 0.5), quantile(&logs, 1.0 - tail));
    let rounded = |log: f64| (exp(log) * 1e4).round() / 1e4;
    let distinct = |key: fn(&Residual) -> &str| -> BTreeSet<String> {
        residuals.iter().map(|residual| key(residual).to_owned()).collect()
    };
    Band {
        lower: rounded((middle + widening * (low - middle)).min(0.0)),
        upper: rounded((middle + widening * (high - middle)).max(0.0)),
        rows: residuals.len() as u32,
        sources: distinct(|residual| &residual.source).len() as u32,
        widening: None,
        generations: distinct(|residual| &residual.generation).into_iter().collect(),
    }
}

/// Widening of bands that rest on too few groups to show how groups differ.
trait AtLeast {
    fn at_least(self, default: &Band) -> Band;
}

impl AtLeast for Band {
    /// The wider of the band and the default at each end.
    fn at_least(self, default: &Band) -> Band {
        Band { lower: self.lower.min(default.lower), upper: self.upper.max(default.upper), ..self }
    }
}

/// The bands as a file of the catalogue.
pub fn to_toml(training: &Bands, recommendation: &Bands) -> String {
    let mut text = String::from(
        "# Bands of predictions: what a measured time or power may be, as a share of the predicted one; of rates, what\n\
         # the predicted one may be as a share of the measured one.\n\
         #\n\
         # Written by `cargo run -p quarterdeck-validation --example score_card -- --write`; not by hand.\n\
         # Fitted on the `calibrate` rows of validation/training and validation/recommendation only. `lower` and `upper` are the\n\
         # tenth and ninetieth percentiles of measured over predicted time, stretched about their median by\n\
         # `widening`, the smallest factor with which bands fitted without a group hold 80 % of its rows. A group is what\n\
         # one source measured on one hardware generation.\n\
         # Families of three groups or more have a factor of their own; the others share one, and are at least as wide\n\
         # as the default: one or two groups do not show how far a third may lie.\n\
         # A family or hardware generation without rows takes the wider of its family's band and the default.\n",
    );
    for (kind, bands) in [("training", training), ("recommendation", recommendation)] {
        let _ = writeln!(text, "\n[{kind}]\ncovered = {}\nwidening = {}", bands.covered, bands.widening);
        write_band(&mut text, &format!("{kind}.default"), &bands.default);
        for (family, band) in &bands.family {
            write_band(&mut text, &format!("{kind}.family.{family}"), band);
        }
    }
    text
}

fn write_band(text: &mut String, key: &str, band: &Band) {
    let generations: Vec<String> = band.generations.iter().map(|name| format!("{name:?}")).collect();
    let _ = writeln!(
        text,
        "\n[{key}]\nlower = {:?}\nupper = {:?}\nrows = {}\nsources = {}",
        band.lower, band.upper, band.rows, band.sources,
    );
    if let Some(widening) = band.widening {
        let _ = writeln!(text, "widening = {widening:?}");
    }
    let _ = writeln!(text, "generations = [{}]", generations.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residual(family: &str, source: &str, ratio: f64) -> Residual {
        Residual {
            family: family.to_owned(),
            source: source.to_owned(),
            generation: "h100".to_owned(),
            ratio,
        }
    }

    /// Ratios spread evenly from 0.8 to 1.2.
    fn spread(family: &str, source: &str, shift: f64) -> Vec<Residual> {
        (0..=40).map(|step| residual(family, source, 0.8 + 0.01 * f64::from(step) + shift)).collect()
    }

    #[test]
    fn sources_that_agree_need_no_widening() {
        let rows: Vec<Residual> = [spread("a", "one", 0.0), spread("a", "two", 0.0)].concat();
        let bands = fit(&rows);
        assert!(bands.widening <= 1.1, "{}", bands.widening);
        let band = &bands.family["a"];
        assert!((band.lower - 0.84).abs() < 0.03 && (band.upper - 1.16).abs() < 0.03, "{band:?}");
        assert_eq!((band.rows, band.sources), (82, 2));
    }

    #[test]
    fn sources_that_disagree_widen_the_bands() {
        let rows: Vec<Residual> = [spread("a", "one", 0.0), spread("a", "two", 0.25)].concat();
        let bands = fit(&rows);
        assert!(bands.widening > 1.2, "{}", bands.widening);
        assert!(left_out_coverage(&rows, bands.widening) >= COVERED);
    }

    #[test]
    fn a_family_whose_sources_agree_is_not_widened_for_another() {
        let rows: Vec<Residual> = [
            ["one", "two", "three"].map(|source| spread("calm", source, 0.0)).concat(),
            [("one", 0.0), ("two", 0.5), ("three", -0.3)]
                .map(|(source, shift)| spread("wild", source, shift))
                .concat(),
            spread("rare", "one", 0.0),
        ]
        .concat();
        let bands = fit(&rows);
        let [calm, wild, rare] = ["calm", "wild", "rare"].map(|name| &bands.family[name]);
        assert!(calm.widening.unwrap() < bands.widening && bands.widening <= wild.widening.unwrap());
        assert!(calm.upper < wild.upper);
        // One group shows nothing of how groups differ.
        assert!(rare.widening.is_none());
        assert!(rare.lower <= bands.default.lower && rare.upper >= bands.default.upper);
    }

    #[test]
    fn a_group_without_another_beside_it_is_not_judged() {
        let pair = [spread("a", "one", 0.0), spread("a", "two", 0.0)].concat();
        let with_a_stray = [pair.clone(), spread("b", "three", 1.0)].concat();
        assert_eq!(fit(&pair).widening, fit(&with_a_stray).widening);
    }

    #[test]
    fn a_band_holds_the_prediction() {
        let rows: Vec<Residual> =
            (0..10).map(|step| residual("a", "one", 1.3 + 0.01 * f64::from(step))).collect();
        assert_eq!(fit(&rows).family["a"].lower, 1.0);
    }

    #[test]
    fn the_file_reads_back() {
        let bands = fit(&[spread("a-dense", "one", 0.0), spread("b-experts", "two", 0.1)].concat());
        let text = to_toml(&bands, &bands);
        assert!(text.contains("[recommendation.family.a-dense]"));
        assert!(text.contains("[training.family.b-experts]") && text.contains("generations = [\"h100\"]"));
    }
}
