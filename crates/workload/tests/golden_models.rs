//! Published counts of the catalogue's models: parameters, bytes of keys and values, operations and bytes of rankers.

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Interaction, Model};
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

/// Every transformer of the catalogue agrees with its published count. Publications round, small ones to a
/// single digit behind the point.
#[test]
fn every_transformer_agrees_with_its_published_count() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for model in catalog.models.values() {
        let Model::Transformer(model) = model.as_ref() else { continue };
        let parameters = Shape::from(&model.architecture).parameters();
        let mut compare = |what: &str, found: f64, due: f64, tolerance: f64| {
            if (found / due - 1.0).abs() > tolerance {
                wrong.push(format!("{} {what}: {found} instead of {due}", model.id));
            }
        };
        let published = model.published_parameters.as_ref().unwrap().value;
        let rounding = if published < 2e9 { 0.05e9 / published } else { 0.02 };
        compare("in all", parameters.total(), published, rounding);
        if let Some(active) = &model.published_active_parameters {
            compare("active", parameters.active(), active.value, 0.05);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
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
        // Each device holds the whole bias of what it adds to the stream.
        let copies = if shape.biases { 7.0 * 2.0 * shape.hidden } else { 0.0 };
        near(8.0 * eighth.1, whole.1 + copies, 1e-12);
    }
}

/// Weights of the operators are the parameters of the layer, exactly, for every block of every model.
#[test]
fn operators_hold_the_parameters_of_the_layer() {
    let catalog = Catalog::builtin();
    for model in catalog.models.values() {
        let Model::Transformer(model) = model.as_ref() else { continue };
        let shape = Shape::from(&model.architecture);
        let parameters: Parameters = shape.parameters();
        for (block, _) in shape.blocks() {
            let pass = Pass::training(1.0, 128.0);
            let operators = shape.layer_operators(block, &pass, &Partition::WHOLE, &Widths::HALF);
            let held: f64 = operators.iter().map(|operator| operator.parameters).sum();
            assert_eq!(held, parameters.of_layer(block), "{} {}", model.id, block.letter());
        }
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

/// Rows, weights and operations of both public rankers, by hand from their shapes.
#[test]
fn public_rankers_are_exact() {
    let catalog = Catalog::builtin();
    let bottom = 13.0 * 512.0 + 512.0 * 256.0 + 256.0 * 128.0;
    let over = |inputs: f64| inputs * 1024.0 + 1024.0 * 1024.0 + 1024.0 * 512.0 + 512.0 * 256.0 + 256.0;
    let v1 = ranker(&catalog, "dlrm-mlperf-v1", &DriftFactors::NONE);
    assert_eq!(v1.table_rows, 187_767_399.0);
    assert_eq!(v1.table_elements, 187_767_399.0 * 128.0);
    assert_eq!(v1.dense_parameters, bottom + over(479.0));
    assert_eq!(v1.flops().as_flop(), 2.0 * (bottom + over(479.0)) + 2.0 * 27.0 * 27.0 * 128.0);
    let v2 = ranker(&catalog, "dlrm-dcnv2", &DriftFactors::NONE);
    let cross = 3.0 * 2.0 * 3456.0 * 512.0;
    assert_eq!(v2.table_rows, 204_184_588.0);
    assert_eq!(v2.dense_parameters, bottom + over(3456.0) + cross);
    assert_eq!(v2.layer_flops().as_flop(), 2.0 * (bottom + over(3456.0)));
    near(v2.cross_flops().as_flop(), 2.0 * cross, 1e-12);
    assert_eq!(v2.pooled_elements, 26.0 * 128.0);
}

/// The sequential benchmark: two terabytes of rows in 16 bits, and one user's history over its candidates.
#[test]
fn the_sequential_benchmark_is_exact() {
    let catalog = Catalog::builtin();
    let v3 = ranker(&catalog, "dlrm-v3", &DriftFactors::NONE);
    assert_eq!(v3.table_elements, (1e9 + 1e7 + 128.0) * 512.0);
    near(v3.table_bytes(2.0).as_terabytes(), 1.0, 0.05);
    // Five layers: 10 d² for each of history and candidate, and both ways of causal attention.
    let (n, d) = (5950.0, 512.0);
    let layers = 5.0 * (10.0 * (n + 1.0) * d * d + 4.0 * d * (n * (n + 1.0) / 2.0 + n));
    near(v3.interaction.as_flop(), layers, 1e-12);
    // A request of 2,048 candidates encodes the history once: all candidates cost less than it.
    let pair = v3.flops() * v3.flops_share(2048.0);
    near(pair.as_flop() * 2048.0, layers + 2047.0 * 74.04e6, 0.05);
}

proptest! {
    /// Of cross networks and factorisation machines of any shape, operations are twice the weights they use, the
    /// products of vectors with vectors aside.
    #[test]
    fn weights_and_operations_agree(rank in 1_u32..600, layers in 1_u32..7, width in 8_u32..600, tables in 1_u32..40) {
        let catalog = Catalog::builtin();
        let mut model = catalog.model("dlrm-dcnv2").unwrap().as_recommendation().unwrap().clone();
        model.tables.truncate(1);
        model.tables[0].count = tables;
        model.tables[0].dim = width;
        let dense = model.dense.as_mut().unwrap();
        dense.interaction = Interaction::DcnV2 { rank, layers };
        let work = SampleWork::of(&model, &DriftFactors::NONE).unwrap();
        let vectors = f64::from(tables + 1) * f64::from(width);
        let cross = 2.0 * vectors * f64::from(rank) * f64::from(layers);
        prop_assert_eq!(work.interaction.as_flop(), 2.0 * cross);
        prop_assert_eq!(work.flops().as_flop(), 2.0 * work.dense_parameters);

        let dense = model.dense.as_mut().unwrap();
        let (factorised, compressed) = (8, 24);
        dense.interaction = Interaction::Wukong { layers, factorised, compressed, rank, hidden: vec![64] };
        let work = SampleWork::of(&model, &DriftFactors::NONE).unwrap();
        let mut n = f64::from(tables + 1);
        let (mut flops, mut weights) = (0.0, 0.0);
        for _ in 0..layers {
            let (d, k, out) = (f64::from(width), f64::from(rank), f64::from(factorised + compressed));
            let mlp = n * k * 64.0 + 64.0 * f64::from(factorised) * d;
            let residual = if n == out { 0.0 } else { n * out };
            flops += 4.0 * n * d * k + 2.0 * mlp + 2.0 * d * (n * f64::from(compressed) + residual);
            weights += n * k + mlp + n * f64::from(compressed) + residual;
            n = out;
        }
        near(work.interaction.as_flop(), flops, 1e-12);
        let around = (work.bottom + work.top).as_flop() / 2.0;
        near(work.dense_parameters, weights + around, 1e-12);
    }
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
    let work = ranker(&catalog, "dlrm-mlperf-v1", &DriftFactors::NONE);
    let rates: Vec<f64> = [0.0, 1e-6, 0.001, 0.01, 0.1, 0.5, 1.0].map(|kept| work.hit_rate(kept)).into();
    assert!(rates.windows(2).all(|pair| pair[0] <= pair[1]), "{rates:?}");
    assert!((rates[6] - 1.0).abs() < 1e-9, "{rates:?}");
    // Skewed indices answer far more than their share of rows, those drawn uniformly do not.
    assert!(rates[4] > 0.8, "{rates:?}");
    let multi_hot = ranker(&catalog, "dlrm-dcnv2", &DriftFactors::NONE);
    assert!(multi_hot.hit_rate(0.1) < 0.6, "{}", multi_hot.hit_rate(0.1));
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

/// Three cross layers give 512 and 27 x 128 numbers each, beside the layers below and above.
#[test]
fn outputs_of_layers_are_counted() {
    let work = ranker(&Catalog::builtin(), "dlrm-dcnv2", &DriftFactors::NONE);
    let below = 512.0 + 256.0 + 128.0;
    let above = 1024.0 + 1024.0 + 512.0 + 256.0 + 1.0;
    assert_eq!(work.layer_elements, below + above + 3.0 * (512.0 + 3456.0));
}
