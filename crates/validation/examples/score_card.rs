//! Prints errors of training predictions by publication and split, and the worst rows.
use std::collections::BTreeMap;

use quarterdeck_catalog::Catalog;
use quarterdeck_validation::training::{Completeness, MEASURED, predict_table};

fn main() {
    let catalog = Catalog::builtin();
    let outcomes = predict_table(&catalog, "measured.csv", MEASURED.as_bytes()).unwrap();
    let verbose = std::env::args().any(|word| word == "--rows");
    let mut groups: BTreeMap<String, Vec<(f64, String)>> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in &outcomes {
        match &outcome.result {
            Ok(scored) => {
                let facts = &scored.facts;
                if facts.completeness == Completeness::Partial || facts.metric.is_memory() {
                    continue;
                }
                let error = scored.error();
                let fits = scored.priced.step.memory.fits();
                if verbose {
                    println!(
                        "{},{},{},{:.4},{}",
                        outcome.id, facts.measured, scored.predicted.value, error, fits
                    );
                }
                for key in [
                    format!("{} all", facts.split.as_str()),
                    format!("{} {}", facts.split.as_str(), facts.publication()),
                    format!(
                        "{} {} {}",
                        facts.split.as_str(),
                        facts.publication(),
                        scored.case.platform.device
                    ),
                ] {
                    groups.entry(key).or_default().push((error, outcome.id.clone()));
                }
                if !fits {
                    *reasons.entry("out of memory".into()).or_default() += 1;
                }
            }
            Err(reason) => *reasons.entry(reason.clone()).or_default() += 1,
        }
    }
    for (key, mut errors) in groups {
        errors.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
        let n = errors.len();
        let at = |share: f64| 100.0 * errors[((n - 1) as f64 * share).round() as usize].0.abs();
        let mean = 100.0 * errors.iter().map(|(error, _)| error.abs()).sum::<f64>() / n as f64;
        let signed = 100.0 * errors.iter().map(|(error, _)| error).sum::<f64>() / n as f64;
        println!(
            "{key:<75} n {n:>4} median {:>5.1} mean {mean:>5.1} p90 {:>5.1} worst {:>6.1} ({}) bias {signed:>6.1}",
            at(0.5),
            at(0.9),
            at(1.0),
            errors[n - 1].1
        );
    }
    for (reason, count) in reasons {
        println!("{count:>4} {reason}");
    }
}
