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

/// Sources from which on a family's rows show how sources of it differ.
const ENOUGH_SOURCES: u32 = 3;

/// Hardware generations from which on one can be left out.
const ENOUGH_GENERATIONS: usize = 2;

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

/// Fits bands: the tenth and ninetieth percentiles of each family's ratios, stretched about their median by one
/// factor for all, the smallest with which bands fitted without a source hold 80 % of that source's rows, each
/// source of a family counting alike. Families of one or two sources are at least as wide as the default: how
/// sources differ cannot be seen on them. A family with one source is then judged by the default, which is fitted on
/// the other families.
pub fn fit(residuals: &[Residual]) -> Bands {
    let widening = widening_by(residuals, |row| &row.source);
    let default = band(&residuals.iter().collect::<Vec<_>>(), widening);
    let families: BTreeSet<&str> = residuals.iter().map(|residual| residual.family.as_str()).collect();
    let of = |family: &str| residuals.iter().filter(|residual| residual.family == family).collect::<Vec<_>>();
    Bands {
        covered: COVERED,
        widening,
        family: families
            .into_iter()
            .map(|family| (family.to_owned(), band(&of(family), widening).at_least(&default)))
            .collect(),
        default,
    }
}

/// Fits bands as [`fit`] does, but stretches each family of three sources or more by a factor of its own, which holds
/// 80 % of the rows of its left-out sources: for work whose families are as unlike as the throughput of tuned engines
/// and the draw of a node. Where such a family has rows of two hardware generations or more, the larger of that factor and the
/// one that holds left-out generations gives its band on hardware without rows.
pub fn fit_each(residuals: &[Residual]) -> Bands {
    let mut bands = fit(residuals);
    for (family, found) in &mut bands.family {
        if found.sources < ENOUGH_SOURCES {
            continue;
        }
        let own: Vec<Residual> = residuals.iter().filter(|row| row.family == *family).cloned().collect();
        let all: Vec<&Residual> = own.iter().collect();
        let across = widening_by(&own, |row| &row.source);
        *found = Band { widening: Some(across), ..band(&all, across) };
        if found.generations.len() >= ENOUGH_GENERATIONS {
            let unseen = band(&all, across.max(widening_by(&own, |row| &row.generation)));
            found.unseen = Some((unseen.lower, unseen.upper));
        }
    }
    bands
}

/// The smallest factor with which bands fitted without a part hold [`COVERED`] of that part's rows.
fn widening_by(residuals: &[Residual], part: fn(&Residual) -> &str) -> f64 {
    let mut widening = 1.0;
    while widening < MOST_WIDENING && left_out_coverage(residuals, part, widening) < COVERED {
        widening += WIDENING_STEP;
    }
    (widening * 100.0).round() / 100.0
}

/// Share of rows inside bands that were fitted without their part, such as their source, each part of a family
/// counting alike.
fn left_out_coverage(residuals: &[Residual], part: fn(&Residual) -> &str, widening: f64) -> f64 {
    let mut groups: BTreeMap<(&str, &str), Vec<&Residual>> = BTreeMap::new();
    for residual in residuals {
        groups.entry((residual.family.as_str(), part(residual))).or_default().push(residual);
    }
    if groups.is_empty() {
        return 1.0;
    }
    let mut sum = 0.0;
    for ((family, left_out), rows) in &groups {
        let same = residuals.iter().filter(|other| other.family == *family && part(other) != *left_out);
        let mut others: Vec<&Residual> = same.collect();
        if others.is_empty() {
            others = residuals.iter().filter(|other| other.family != *family).collect();
        }
        if others.is_empty() {
            others.clone_from(rows);
        }
        let band = band(&others, widening);
        let inside = rows.iter().filter(|row| (band.lower..=band.upper).contains(&row.ratio)).count();
        sum += inside as f64 / rows.len() as f64;
    }
    sum / groups.len() as f64
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
        unseen: None,
        generations: distinct(|residual| &residual.generation).into_iter().collect(),
    }
}

/// Widening of bands that rest on too few sources to show how sources differ.
trait AtLeast {
    fn at_least(self, default: &Band) -> Band;
}

impl AtLeast for Band {
    /// The band itself, or the wider of it and the default where it rests on fewer than [`ENOUGH_SOURCES`].
    fn at_least(self, default: &Band) -> Band {
        if self.sources >= ENOUGH_SOURCES {
            return self;
        }
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
         # `widening`, the one factor with which bands fitted without a source hold 80 % of that source's rows.\n\
         # Families of recommendation models with three sources or more have a factor of their own, and a band for\n\
         # hardware without rows that holds generations left out.\n\
         # Families of fewer than three sources are at least as wide as the default: one or two sources do not show\n\
         # how much sources differ.\n\
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
    if let Some((lower, upper)) = band.unseen {
        let _ = writeln!(text, "unseen = [{lower:?}, {upper:?}]");
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
        assert!(left_out_coverage(&rows, |row| &row.source, bands.widening) >= COVERED);
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
        let (all, each) = (fit(&rows), fit_each(&rows));
        assert!(each.family["calm"].widening.unwrap() < all.widening);
        assert!(each.family["calm"].upper < all.family["calm"].upper);
        assert!(each.family["wild"].widening.unwrap() > each.family["calm"].widening.unwrap());
        // One source shows nothing of how sources differ.
        assert_eq!(each.family["rare"], all.family["rare"]);
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
