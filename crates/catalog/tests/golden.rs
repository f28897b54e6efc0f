//! Spot values of the catalogue against the figures they were taken from, and shapes against the
//! totals that publications print beside them.

use quarterdeck_catalog::{Catalog, Interaction, Model, Origin, Precision, Recommendation};
use quarterdeck_units::{Bandwidth, Watts};

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found / expected - 1.0).abs();
    assert!(error <= tolerance, "{what}: {found} against {expected}, off by {:.2} %", error * 100.0);
}

#[test]
fn every_part_is_there() {
    let catalog = Catalog::builtin();
    assert_eq!(catalog.devices.len(), 78);
    assert!(catalog.platforms.len() >= 35, "{}", catalog.platforms.len());
    for id in [
        "cpu-1s-2017",
        "cpu-1s-2020",
        "cpu-2s-skx",
        "cpu-2s-clx",
        "cpu-2s-icx",
        "cpu-2s-spr",
        "cpu-2s-genoa",
        "cpu-2s-gnr",
        "v100-hgx-8",
        "a100-sxm-40-hgx-8",
        "a100-sxm-80-hgx-8",
        "a100-hgx-8",
        "h100-hgx-8",
        "h200-hgx-8",
        "b200-hgx-8",
        "b300-hgx-8",
        "gb200-nvl72",
        "gb300-nvl72",
        "t4-server-4",
        "l4-server-8",
        "mi300x-8",
        "mi325x-8",
        "mi355x-8",
        "tpu-v3",
        "tpu-v4",
        "tpu-v5e",
        "tpu-v5p",
        "tpu-v6e",
        "tpu-v7",
        "trn1",
        "trn2-ultra",
        "gaudi2-8",
        "gaudi3-8",
        "nnpi-yosemite-6",
        "mtia-v1",
        "mtia-2i",
        "mtia-300",
        "n3000-8",
    ] {
        assert!(catalog.platform(id).is_ok(), "{id}");
    }
    for id in [
        "gpt-3-175b",
        "llama-65b",
        "llama-2-7b",
        "llama-2-13b",
        "llama-2-70b",
        "llama-3-8b",
        "llama-3-70b",
        "llama-3-405b",
        "mixtral-8x7b",
        "mixtral-8x22b",
        "deepseek-v3",
        "dlrm-small",
        "dlrm-medium",
        "dlrm-large",
        "dlrm-very-large",
        "dlrm-mlperf-v1",
        "dlrm-dcnv2",
        "hstu-large",
        "dlrm-ads",
        "dlrm-feed-2021",
        "dlrm-video-2021",
        "dlrm-retrieval-2021",
    ] {
        assert!(catalog.model(id).is_ok(), "{id}");
    }
}

#[test]
fn peaks_are_dense_and_as_printed() {
    let catalog = Catalog::builtin();
    let check = |device: &str, precision: Precision, tera: f64| {
        let peak = catalog.device(device).unwrap().peak(precision).unwrap().value.as_tera();
        assert_eq!(peak, tera, "{device} {precision}");
    };
    check("v100-sxm2-32", Precision::Fp16, 125.0);
    check("t4", Precision::Int8, 130.0);
    check("a100-sxm-80", Precision::Bf16, 312.0);
    check("a100-sxm-80", Precision::Tf32, 156.0);
    check("h100-sxm", Precision::Bf16, 989.4);
    check("h100-sxm", Precision::Fp8, 1979.0);
    check("b200-sxm", Precision::Fp4, 9000.0);
    check("b300-sxm", Precision::Int8, 157.5);
    check("gb300-nvl72", Precision::Int8, 165.0);
    check("mtia-v1", Precision::Int8, 102.4);
    check("mtia-2i", Precision::Int8, 354.0);
    check("tpu-v4", Precision::Bf16, 275.0);
    check("tpu-v5p", Precision::Bf16, 459.0);
    check("mi300x", Precision::Bf16, 1307.4);
}

#[test]
fn known_traps_are_avoided() {
    let catalog = Catalog::builtin();
    // MTIA: the memory columns hold DRAM, not the on-chip memory that data sets put there.
    let mtia = catalog.device("mtia-v1").unwrap();
    assert_eq!(mtia.memory.bandwidth.value, Bandwidth::gigabytes_per_second(176.0));
    assert_eq!(mtia.memory.capacity.value.as_gigabytes(), 64.0);
    assert_eq!(mtia.sram.as_ref().unwrap().capacity.value.as_megabytes(), 128.0);
    // TPU inter-chip links are printed both ways together; the catalogue stores one way.
    let v5p = catalog.device("tpu-v5p").unwrap();
    assert_eq!(v5p.scale_up.as_ref().unwrap().bandwidth.value, Bandwidth::gigabytes_per_second(600.0));
    // AWS prints GiB.
    assert_eq!(catalog.device("trn2").unwrap().memory.capacity.value.as_gibibytes(), 96.0);
    // A wafer whose only printed rate is probably sparse has none.
    assert!(catalog.device("cerebras-wse3").unwrap().peak(Precision::Fp16).is_err());
    // Volta and Turing have no bf16, and nothing is put in its place.
    for device in ["v100-sxm2-32", "t4"] {
        let missing = catalog.device(device).unwrap().peak(Precision::Bf16).unwrap_err();
        assert!(missing.to_string().contains("peak.bf16"), "{missing}");
    }
}

#[test]
fn platforms_match_their_published_ratings() {
    let catalog = Catalog::builtin();
    let check = |id: &str, watts: f64, origin: Origin| {
        let rated = &catalog.platform(id).unwrap().power.rated;
        assert_eq!((rated.value, rated.origin), (Watts::watts(watts), origin), "{id}");
    };
    check("v100-hgx-8", 5000.0, Origin::Published);
    check("a100-hgx-8", 6500.0, Origin::Published);
    check("h100-hgx-8", 10_200.0, Origin::Published);
    check("b200-hgx-8", 14_300.0, Origin::Published);
    check("gb200-nvl72", 132_000.0, Origin::Published);
    check("mtia-v1", 780.0, Origin::Published);
    check("nnpi-yosemite-6", 298.0, Origin::Assumed);
    let grand_teton = catalog.platform("grand-teton").unwrap();
    assert_eq!(grand_teton.scale_out.back_end().as_gigabits_per_second(), 3200.0);
    assert_eq!(grand_teton.power.measured[0].power.value, Watts::watts(5694.0));
}

/// Forward operations of the dense layers, for the interactions whose work is a product of widths.
fn dense_flops(model: &Recommendation) -> f64 {
    let dense = model.dense.as_ref().unwrap();
    let layers = |widths: &[u32]| -> f64 {
        widths.windows(2).map(|pair| 2.0 * f64::from(pair[0]) * f64::from(pair[1])).sum()
    };
    let vectors = 1.0 + model.tables.iter().map(|group| f64::from(group.count)).sum::<f64>();
    let dim = f64::from(model.tables[0].dim);
    let interaction = match dense.interaction {
        Interaction::None | Interaction::Concat => 0.0,
        Interaction::Dot => vectors * (vectors - 1.0) * dim,
        Interaction::DcnV2 { rank, layers } => 4.0 * vectors * dim * f64::from(rank) * f64::from(layers),
        Interaction::Hstu { layers, dim, sequence_len, .. } => {
            let [layers, dim, n] = [layers, dim, sequence_len].map(f64::from);
            layers * (10.0 * (n + 1.0) * dim * dim + 4.0 * dim * (n * (n + 1.0) / 2.0 + n))
        }
        Interaction::Wukong { .. } => f64::NAN,
    };
    layers(&dense.bottom_mlp) + interaction + layers(&dense.top_mlp)
}

#[test]
fn shapes_give_the_totals_printed_beside_them() {
    let catalog = Catalog::builtin();
    // Published: DeepRecSys tables (MFLOP, lookups, embedding bytes a sample).
    for (id, mflop, lookups, bytes) in [
        ("dlrm-small", 0.201, 640.0, 81_920.0),
        ("dlrm-rmc2", 0.639, 3840.0, 983_040.0),
        ("dlrm-medium", 6.407, 200.0, 25_600.0),
    ] {
        let model = catalog.model(id).unwrap();
        let model = model.as_recommendation().unwrap();
        near(dense_flops(model), mflop * 1e6, 2e-3, id);
        assert_eq!(model.table_lookups(), lookups, "{id}");
        let group = &model.tables[0];
        assert_eq!(model.table_lookups() * f64::from(group.dim) * group.bytes_per_element, bytes, "{id}");
    }
    for model in catalog.models.values() {
        let Model::Recommendation(model) = model.as_ref() else { continue };
        if let (Some(total), Some(_)) = (&model.totals.flops_per_sample, &model.dense) {
            near(dense_flops(model), total.value.as_flop(), 0.01, &format!("{}: FLOP a sample", model.id));
        }
        if let (Some(total), false) = (&model.totals.lookups_per_sample, model.tables.is_empty()) {
            assert_eq!(model.table_lookups(), total.value, "{}", model.id);
        }
        if let (Some(total), false) = (&model.totals.parameters, model.tables.is_empty()) {
            let rows = |group: &quarterdeck_catalog::TableGroup| {
                f64::from(group.count) * group.rows * f64::from(group.dim)
            };
            let parameters: f64 = model.tables.iter().map(rows).sum();
            near(parameters, total.value, 0.01, &format!("{}: parameters", model.id));
        }
    }
    let ranker = catalog.model("dlrm-a").unwrap();
    assert_eq!(ranker.as_recommendation().unwrap().table_lookups(), 61_440.0);
    let dcn = catalog.model("dlrm-dcnv2").unwrap();
    assert_eq!(dcn.as_recommendation().unwrap().table_lookups(), 214.0);
    assert_eq!(dcn.as_recommendation().unwrap().tables.iter().map(|group| group.count).sum::<u32>(), 26);
}

#[test]
fn gemm_curves_come_with_their_residuals() {
    let catalog = Catalog::builtin();
    // Main-loop share of peak at the largest tile, and median error on shapes of training.
    for (device, share, error) in [
        ("a100-sxm-80", 0.83, 0.03),
        ("h100-sxm", 0.80, 0.05),
        ("h200-sxm", 0.72, 0.03),
        ("b200-sxm", 0.64, 0.06),
        ("b300-sxm", 0.86, 0.04),
        ("gb200-nvl72", 0.56, 0.04),
        ("gb300-nvl72", 0.78, 0.04),
    ] {
        let row = catalog.efficiency(device).unwrap();
        let curve = row.gemm(Precision::Bf16).unwrap().curve().unwrap();
        assert_eq!(curve.cite.origin, Origin::Measured);
        near(curve.peak_share, share, 0.05, device);
        assert!(curve.training.median <= error, "{device}: {}", curve.training.median);
        assert!(curve.training.rows >= 200 && (curve.training.mean - 1.0).abs() < 0.03, "{device}");
    }
}

#[test]
fn every_device_has_every_efficiency() {
    let catalog = Catalog::builtin();
    for (id, device) in &catalog.devices {
        let row = catalog.efficiency(id).unwrap();
        for precision in device.peak.keys() {
            assert!(row.gemm(*precision).is_ok(), "{id} {precision}");
        }
    }
    let h800 = catalog.efficiency("h800-sxm").unwrap();
    assert_eq!(h800.gemm(Precision::Fp8).unwrap().cite().origin, Origin::Interpolated, "taken from the H100");
    assert_eq!(
        catalog.efficiency("v100-sxm2-32").unwrap().gemm(Precision::Fp16).unwrap().cite().origin,
        Origin::Assumed
    );
}
