//! Fits the numbers of the software stacks that rows marked `calibrate` ran on, and prints them; they are copied to
//! `data/calibration/performance.toml` by hand. Each is the value with the least mean absolute log error on its rows.
//!
//! ```console
//! $ cargo run --release -p quarterdeck-validation --example calibrate_recommendation
//! ```

use quarterdeck_catalog::{Catalog, Family};
use quarterdeck_units::{Seconds, ln};
use quarterdeck_validation::recommendation::{self, Quantity, Scored};
use quarterdeck_validation::training::Split;

fn main() {
    let mut catalog = Catalog::builtin();
    let shares: Vec<f64> = (4..=20).map(|step| 0.05 * f64::from(step)).collect();
    let best = least(&shares, |share| {
        catalog.steps.recommendation.cross_over_layers.value = share;
        error(&catalog, None, "dcn-")
    });
    println!("cross_over_layers {:.2}, error {:.3} on {} rows", best.0, best.1.0, best.1.1);
    catalog.steps.recommendation.cross_over_layers.value = best.0;

    // Processors: benchmark submissions that trained the one-hot model on them.
    let shares: Vec<f64> = (1..=60).map(|step| 0.01 * f64::from(step)).collect();
    let best = least(&shares, |share| {
        let prior = catalog.efficiencies.prior.get_mut(&Family::X86);
        let share_of = prior.and_then(|row| row.recommendation_training.as_mut());
        share_of.expect("the family is in the calibration").value = share;
        error_where(&catalog, |scored| {
            scored.facts.quantity == Quantity::TimeToTrain
                && scored.facts.software().is_none()
                && scored.facts.hardware.to_lowercase().contains("xeon")
        })
    });
    println!("x86 recommendation_training {:.2}, error {:.3} on {} rows", best.0, best.1.0, best.1.1);

    let passes: Vec<f64> = (0..=60).map(f64::from).collect();
    let best = least(&passes, |passes| {
        let stack = catalog.steps.recommendation.serving.get_mut("framework");
        stack.expect("the stack is in the calibration").vector_passes = passes;
        error(&catalog, Some("framework"), "")
    });
    println!("serving.framework vector_passes {:.1}, error {:.3} on {} rows", best.0, best.1.0, best.1.1);

    // One number for vectors and for what layers give: all are outputs of operators.
    let floors: Vec<f64> = (1..=16).map(|half| 0.5 * f64::from(half)).collect();
    let passes: Vec<f64> = (0..=32).map(|half| 0.5 * f64::from(half)).collect();
    let mut found = (0.0, 0.0, (f64::INFINITY, 0));
    for floor in floors {
        let best = least(&passes, |passes| {
            let stack = catalog.steps.recommendation.training.get_mut("tensorflow-2");
            let stack = stack.expect("the stack is in the calibration");
            stack.vector_passes = passes;
            stack.layer_passes = passes;
            stack.floor = Seconds::millis(floor);
            error(&catalog, Some("tensorflow-2"), "")
        });
        if best.1.0 < found.2.0 {
            found = (floor, best.0, best.1);
        }
    }
    let (floor, passes, (error, rows)) = found;
    println!(
        "training.tensorflow-2 floor {floor:.2} ms, vector_passes {passes:.1}, error {error:.3} on {rows} rows"
    );
}

/// The value with the least error, with that error and the rows behind it.
fn least(values: &[f64], mut error: impl FnMut(f64) -> (f64, usize)) -> (f64, (f64, usize)) {
    let tried = values.iter().map(|value| (*value, error(*value)));
    tried.min_by(|a, b| a.1.0.total_cmp(&b.1.0)).expect("values are tried")
}

/// Mean absolute log error on the calibrate rows of a stack whose names start so, and how many there are.
fn error(catalog: &Catalog, stack: Option<&str>, rows: &str) -> (f64, usize) {
    error_where(catalog, |scored| scored.facts.software() == stack && scored.facts.id.starts_with(rows))
}

/// Mean absolute log error on the calibrate rows that are wanted, and how many there are.
fn error_where(catalog: &Catalog, wanted: impl Fn(&Scored) -> bool) -> (f64, usize) {
    let outcomes = recommendation::predict_published(catalog).expect("the published rows are read");
    let scored: Vec<&Scored> = outcomes
        .iter()
        .filter(|outcome| outcome.split() == Split::Calibrate)
        .filter_map(|outcome| outcome.result.as_deref().ok())
        .filter(|scored| wanted(scored))
        .collect();
    let sum: f64 = scored.iter().map(|scored| ln(scored.ratio()).abs()).sum();
    (sum / scored.len().max(1) as f64, scored.len())
}
