//! Published counts of the catalogue's models: parameters, bytes of keys and values, operations and bytes of rankers.

use quarterdeck_catalog::{Catalog, Model};
use quarterdeck_units::Growth;
use quarterdeck_workload::{DriftFactors, LayerKind, Parameters, Partition, Pass, SampleWork, Shape, Widths};

fn shape(catalog: &Catalog, id: &str) -> Shape {
    Shape::from(&catalog.model(id).unwrap().as_transformer().unwrap().architecture)
}

fn ranker(catalog: &Catalog, id: &str, drift: &DriftFactors) -> SampleWork {
    SampleWork::of(catalog.model(id).unwrap().as_recommendation().unwrap(), drift).unwrap()
}

fn near(found: f64, due: f64, tolerance: f64) {
    assert!((found / due - 1.0).abs() <= tolerance, "{found} instead of {due}");
}

/// Exact counts of the published weights, in parameters.
#[test]
fn parameters_are_those_published() {
    let catalog = Catalog::builtin();
    for (id, exact) in [
        ("llama-2-7b", 6_738_415_616.0),
        ("llama-2-13b", 13_015_864_320.0),
        ("llama-2-70b", 68_976_648_192.0),
        ("llama-3-8b", 8_030_261_248.0),
        ("llama-3-70b", 70_553_706_496.0),
        ("llama-3-405b", 405_853_388_800.0),
        ("mixtral-8x7b", 46_702_792_704.0),
    ] {
        assert_eq!(shape(&catalog, id).parameters().total(), exact, "{id}");
    }
    // Routers of the published weights carry a bias for balancing, 256 numbers a layer, that is not trained.
    near(shape(&catalog, "deepseek-v3").parameters().total(), 671_026_404_352.0, 1e-6);
    near(shape(&catalog, "gpt-3-175b").parameters().total(), 174.6e9, 2e-3);
    near(shape(&catalog, "mixtral-8x7b").parameters().active(), 12.9e9, 5e-3);
    near(shape(&catalog, "deepseek-v3").parameters().active(), 37.5e9, 0.02);
}

/// Every transformer of the catalogue agrees with its published count.
#[test]
fn every_transformer_agrees_with_its_published_count() {
    let catalog = Catalog::builtin();
    for model in catalog.models.values() {
        let Model::Transformer(model) = model.as_ref() else { continue };
        let parameters = Shape::from(&model.architecture).parameters();
        let published = model.published_parameters.as_ref().unwrap();
        near(parameters.total(), published.value, 0.02);
        if let Some(active) = &model.published_active_parameters {
            near(parameters.active(), active.value, 0.05);
        }
    }
}

#[test]
fn keys_and_values_are_those_published() {
    let catalog = Catalog::builtin();
    for (id, bytes) in [("llama-3-8b", 131_072.0), ("llama-3-70b", 327_680.0), ("deepseek-v3", 70_272.0)] {
        assert_eq!(shape(&catalog, id).kv_bytes_per_token(2.0).as_bytes(), bytes, "{id}");
    }
}

/// The closed form of Narayanan et al.: `P = 12 L h² (1 + 13/12h + (V+s)/12Lh)`.
#[test]
fn gpt_parameters_follow_the_closed_form() {
    let catalog = Catalog::builtin();
    let gpt = shape(&catalog, "gpt-3-175b");
    let (l, h) = (gpt.layers, gpt.hidden);
    let form = 12.0 * l * h * h * (1.0 + 13.0 / (12.0 * h) + (gpt.vocab + gpt.positions) / (12.0 * l * h));
    near(gpt.parameters().total(), form, 1e-6);
}

/// The closed form of Narayanan et al. without recomputation: `F = 72 B s L h² (1 + s/6h + V/12Lh)`, with the
/// masked half of attention counted as they do.
#[test]
fn gpt_operations_follow_the_closed_form() {
    let catalog = Catalog::builtin();
    let gpt = shape(&catalog, "gpt-3-175b");
    let (l, h, s) = (gpt.layers, gpt.hidden, 2048.0);
    let whole = Pass { attended: s, ..Pass::training(1.0, s) };
    let form = 72.0 * s * l * h * h * (1.0 + s / (6.0 * h) + gpt.vocab / (12.0 * l * h));
    near(3.0 * gpt.forward_flops(&whole).as_flop(), form, 1e-9);
}

/// Operators of a split layer add up to the whole layer's operations and parameters.
#[test]
fn operators_of_a_split_add_up() {
    let catalog = Catalog::builtin();
    let pass = Pass::training(2.0, 4096.0);
    for (id, kind) in [
        ("llama-3-70b", LayerKind::Dense),
        ("gpt-3-175b", LayerKind::Dense),
        ("mixtral-8x7b", LayerKind::Experts),
    ] {
        let shape = shape(&catalog, id);
        let sums = |split: &Partition| {
            let operators = shape.layer_operators(kind, &pass, split, &Widths::HALF);
            let products =
                operators.iter().filter(|operator| operator.flops.is_positive() && operator.name != "router");
            products.fold((0.0, 0.0), |(flops, parameters), operator| {
                (flops + operator.flops.as_flop(), parameters + operator.parameters)
            })
        };
        let whole = sums(&Partition::WHOLE);
        let eighth = sums(&Partition { tensor: 8.0, expert: 1.0, sequence_parallel: true });
        near(8.0 * eighth.0, whole.0, 1e-12);
        near(8.0 * eighth.1, whole.1, 1e-12);
    }
}

/// Weights of the operators are the parameters of the layer, norms and biases apart.
#[test]
fn operators_hold_the_parameters_of_the_layer() {
    let catalog = Catalog::builtin();
    for (id, kind) in [
        ("llama-3-8b", LayerKind::Dense),
        ("mixtral-8x7b", LayerKind::Experts),
        ("deepseek-v3", LayerKind::Dense),
        ("deepseek-v3", LayerKind::Experts),
    ] {
        let shape = shape(&catalog, id);
        let parameters: Parameters = shape.parameters();
        let held: f64 = shape
            .layer_operators(kind, &Pass::training(1.0, 128.0), &Partition::WHOLE, &Widths::HALF)
            .iter()
            .map(|operator| operator.parameters)
            .sum();
        near(held, parameters.of_layer(kind), 1e-4);
    }
}

/// MLPerf's rankers: 4.8 MFLOP and 26 rows a pair, 32 MFLOP and 214 rows a pair (MLCommons prints 40 MFLOP).
#[test]
fn rankers_are_those_published() {
    let catalog = Catalog::builtin();
    let v1 = ranker(&catalog, "dlrm-mlperf-v1", &DriftFactors::NONE);
    near(v1.flops().as_flop(), 4.8e6, 0.05);
    assert_eq!(v1.lookups, 26.0);
    let v2 = ranker(&catalog, "dlrm-dcnv2", &DriftFactors::NONE);
    near(v2.flops().as_flop(), 32e6, 0.05);
    assert_eq!(v2.lookups, 214.0);
    // 128 elements of 2 bytes cover eight sectors of 32 bytes, exactly.
    near(v2.bytes_read(2.0, 32.0).as_bytes(), 214.0 * 256.0, 1e-12);
    // Rows of 1 byte an element cover two lines of 64.
    near(v2.bytes_read(1.0, 64.0).as_bytes(), 214.0 * 128.0, 1e-12);
}

#[test]
fn every_ranker_of_the_catalogue_has_work() {
    let catalog = Catalog::builtin();
    for model in catalog.models.values() {
        let Model::Recommendation(model) = model.as_ref() else { continue };
        let work = SampleWork::of(model, &DriftFactors::NONE).unwrap();
        assert!(work.flops().is_positive(), "{}", model.id);
        assert!(work.lookups > 0.0 && work.table_elements > 0.0, "{}", model.id);
        if let Some(published) = &model.totals.flops_per_sample {
            near(work.flops().as_flop(), published.value.as_flop(), 0.25);
        }
    }
}

#[test]
fn drift_scales_each_part() {
    let catalog = Catalog::builtin();
    let drift = DriftFactors { flops: 1.9, embedding_bytes: 1.4, lookups: 1.2 };
    let (before, after) =
        (ranker(&catalog, "dlrm-dcnv2", &DriftFactors::NONE), ranker(&catalog, "dlrm-dcnv2", &drift));
    near(after.flops() / before.flops(), 1.9, 1e-12);
    near(after.table_bytes(2.0) / before.table_bytes(2.0), 1.4, 1e-12);
    near(after.lookups / before.lookups, 1.2, 1e-12);
    near(after.bytes_read(2.0, 64.0) / before.bytes_read(2.0, 64.0), 1.2, 1e-12);
}

#[test]
fn hit_rates_rise_with_the_share_that_is_kept() {
    let catalog = Catalog::builtin();
    let work = ranker(&catalog, "dlrm-dcnv2", &DriftFactors::NONE);
    let rates: Vec<f64> = [0.0, 1e-6, 0.001, 0.01, 0.1, 0.5, 1.0].map(|kept| work.hit_rate(kept)).into();
    assert!(rates.windows(2).all(|pair| pair[0] <= pair[1]), "{rates:?}");
    assert!((rates[6] - 1.0).abs() < 1e-9, "{rates:?}");
    // Skewed indices answer far more than their share of rows.
    assert!(rates[4] > 0.5, "{rates:?}");
}

#[test]
fn growth_counts_from_its_first_quarter() {
    let drift = quarterdeck_scenario::Drift {
        from: "2021-Q1".parse().unwrap(),
        flops_per_sample: Growth { per_year: 2.0 },
        embedding_bytes: Growth::NONE,
        lookups_per_sample: Growth::NONE,
    };
    let at = |quarter: &str| DriftFactors::at(&drift, quarter.parse().unwrap()).flops;
    near(at("2021-Q1"), 1.0, 1e-12);
    near(at("2022-Q1"), 2.0, 1e-12);
    near(at("2023-Q3"), quarterdeck_units::pow(2.0, 2.5), 1e-12);
}
