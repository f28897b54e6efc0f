//! What of each model fits a chip: operators, precisions, tables, on-chip working set, with the numbers.

use quarterdeck_catalog::chip::{ChipDesign, Operator};
use quarterdeck_catalog::{Catalog, Platform, Recommendation};
use quarterdeck_report::rank::chip::{Check, Coverage};
use quarterdeck_units::{Bytes, Quarter};
use quarterdeck_workload::SampleWork;

use super::rates::{Mix, drift, operators};

/// Replicas over more platforms than this are not considered, as in the fits.
const MOST_PLATFORMS: f64 = 64.0;

/// Checks of every model at a quarter.
pub(super) fn coverage(
    mix: &Mix,
    catalog: &Catalog,
    design: &ChipDesign,
    platform: &Platform,
    at: Quarter,
) -> Vec<Coverage> {
    let models = mix.models.iter().filter_map(|(model, _)| model.as_recommendation());
    models.map(|model| of_model(mix, catalog, design, platform, model, at)).collect()
}

fn of_model(
    mix: &Mix,
    catalog: &Catalog,
    design: &ChipDesign,
    platform: &Platform,
    model: &Recommendation,
    at: Quarter,
) -> Coverage {
    let alone =
        [(std::sync::Arc::new(quarterdeck_catalog::Model::Recommendation(Box::new(model.clone()))), 1.0)];
    let mixed = Mix { models: &alone, ..*mix }.on(catalog, platform, Some(&design.software), at, 0.5);
    let mut checks = vec![operator_check(design, model)];
    let factors = drift(catalog, model.as_of, at, 0.5);
    if let Ok(work) = SampleWork::of(model, &factors) {
        let precision = mixed.as_ref().ok().and_then(|mixed| mixed.precisions.first().copied());
        let element = precision.map_or(1.0, quarterdeck_catalog::Precision::bytes_per_element);
        checks.push(table_check(catalog, design, &work, element));
        let batch = mixed.as_ref().ok().and_then(|mixed| mixed.batches.first().copied()).unwrap_or(1.0);
        let growth = factors.flops.sqrt();
        checks.push(sram_check(design, model, &work, element, batch, growth));
        if let Some(precision) = precision {
            checks.push(Check {
                what: "precision".to_owned(),
                fits: true,
                words: format!(
                    "{precision} at {:.0} {}",
                    design.peak(precision).unwrap_or_default().as_tera(),
                    if precision == quarterdeck_catalog::Precision::Int8 { "TOP/s" } else { "TFLOP/s" }
                ),
            });
        }
    }
    Coverage { model: model.id.clone(), runs: mixed.is_ok(), reason: mixed.err(), checks }
}

fn operator_check(design: &ChipDesign, model: &Recommendation) -> Check {
    let needed = operators(model);
    let missing: Vec<&str> = needed
        .iter()
        .filter(|operator| !design.software.operators.contains(operator))
        .map(|operator| operator.as_str())
        .collect();
    let words: Vec<&str> = needed.iter().copied().map(Operator::as_str).collect();
    Check {
        what: "operators".to_owned(),
        fits: missing.is_empty(),
        words: match missing.as_slice() {
            [] => words.join(", "),
            missing => format!("needs {}; the compiler lacks {}", words.join(", "), missing.join(", ")),
        },
    }
}

/// Where the tables fit: a chip, a server, some servers, or nowhere.
fn table_check(catalog: &Catalog, design: &ChipDesign, work: &SampleWork, element: f64) -> Check {
    let tables = work.table_bytes(element.min(work.training_element_bytes));
    let share = catalog.steps.recommendation.memory_share.value;
    let chip = design.memory * share;
    let server = chip * f64::from(design.server.chips);
    let host = design.server.memory * share;
    let (fits, words) = if tables <= chip {
        (true, format!("{tables:.1} fit one chip ({chip:.1} for tables)"))
    } else if tables <= server {
        (true, format!("{tables:.1} fit one server ({server:.1} for tables)"))
    } else if tables <= server * MOST_PLATFORMS {
        (true, format!("{tables:.1} take {:.0} servers of {server:.1}", (tables / server).ceil()))
    } else if tables <= host {
        (true, format!("{tables:.1} fit host memory ({host:.1} for tables)"))
    } else {
        (false, format!("{tables:.1} fit no tier: {:.1} are there", server * MOST_PLATFORMS))
    };
    Check { what: "tables".to_owned(), fits, words }
}

/// Whether weights and a batch's activations stay on the chip.
///
/// A layer as wide as the model's widest, after drift by the square root of the growth of operations, holds `w²`
/// weights and a batch of inputs and outputs. Weights that do not stay are read again for each batch.
fn sram_check(
    design: &ChipDesign,
    model: &Recommendation,
    work: &SampleWork,
    element: f64,
    batch: f64,
    growth: f64,
) -> Check {
    let widths = model.dense.iter().flat_map(|dense| dense.bottom_mlp.iter().chain(&dense.top_mlp));
    let widest = widths.copied().max().map_or(0.0, f64::from) * growth;
    let weights = Bytes::bytes(work.dense_parameters * element);
    let activations = Bytes::bytes(2.0 * batch * widest * element);
    let layer = Bytes::bytes(widest * widest * element);
    let (fits, words) = if weights + activations <= design.sram {
        (true, format!("weights of {weights:.1} and {activations:.1} of a batch stay on the chip"))
    } else if layer + activations <= design.sram {
        (
            true,
            format!(
                "weights of {weights:.1} are read for each batch; a layer of {layer:.1} and {activations:.1} of a batch stay"
            ),
        )
    } else {
        (
            false,
            format!("a layer of {layer:.1} and {activations:.1} of a batch spill from {:.1}", design.sram),
        )
    };
    Check { what: "on-chip memory".to_owned(), fits, words }
}
