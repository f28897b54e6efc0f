//! Kernel curves: measured points quoted from their source, and properties that hold for any shape.

use std::sync::LazyLock;

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, GemmCurve, Precision};
use quarterdeck_performance::collectives::Measured;
use quarterdeck_performance::operators::{AttentionShape, FlashKernel, GemmKernel, element_bytes};
use quarterdeck_units::{Bandwidth, Bytes, FlopRate};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

/// Devices with curves in 16 bits.
const MEASURED: [&str; 8] =
    ["a100-sxm-80", "h100-sxm", "h200-sxm", "b200-sxm", "b300-sxm", "gb200-nvl72", "gb300-nvl72", "l40s"];

fn curve(device: &str, precision: Precision) -> &'static GemmCurve {
    CATALOG.efficiency(device).unwrap().gemm(precision).unwrap().curve().unwrap()
}

/// Peak, bandwidth and multiprocessors of a device.
fn facts(device: &str, precision: Precision) -> (FlopRate, Bandwidth, f64) {
    let device = CATALOG.device(device).unwrap();
    let processors = f64::from(device.processors.as_ref().unwrap().value);
    (device.peak(precision).unwrap().value, device.memory.bandwidth.value, processors)
}

fn kernel(device: &str, precision: Precision) -> GemmKernel {
    let (peak, bandwidth, processors) = facts(device, precision);
    GemmKernel::new(curve(device, precision), precision, peak, bandwidth, processors)
}

/// Rows of `aiconfigurator-095f58a` (Apache-2.0, Copyright NVIDIA Corporation), table `gemm_perf`: `m, n, k` and
/// milliseconds, the cast of the input included where the format is narrow.
#[test]
fn measured_products_are_repeated() {
    use Precision::{Bf16, Fp4, Fp8};
    let points = [
        ("a100-sxm-80", Bf16, [16384.0, 10240.0, 5120.0], 6.858_78),
        ("a100-sxm-80", Bf16, [16384.0, 6144.0, 4096.0], 3.388_87),
        ("h100-sxm", Bf16, [16384.0, 12288.0, 10240.0], 5.523_08),
        ("h100-sxm", Bf16, [2048.0, 10240.0, 8192.0], 0.446_639),
        ("h100-sxm", Fp8, [4096.0, 10240.0, 4096.0], 0.260_559),
        ("h100-sxm", Fp8, [4096.0, 16384.0, 10240.0], 1.102_69),
        ("h200-sxm", Bf16, [16384.0, 4096.0, 10240.0], 1.969_7),
        ("h200-sxm", Bf16, [16384.0, 8192.0, 6144.0], 2.159_77),
        ("gb200-nvl72", Bf16, [2048.0, 8192.0, 6144.0], 0.156_941),
        ("gb200-nvl72", Fp4, [4096.0, 10240.0, 12288.0], 0.268_279),
        ("gb300-nvl72", Bf16, [16384.0, 6144.0, 10240.0], 1.164_32),
        ("gb300-nvl72", Fp8, [8192.0, 10240.0, 10240.0], 0.563_757),
    ];
    for (device, precision, [rows, columns, depth], measured) in points {
        let kernel = kernel(device, precision);
        let predicted = (kernel.time(rows, columns, depth, 1.0) + kernel.cast(rows, depth)).as_millis();
        // One row in ten lies beyond the ninetieth percentile.
        let bound = curve(device, precision).training.p90.max(0.1);
        let error = predicted / measured - 1.0;
        assert!(
            error.abs() <= bound,
            "{device} {precision} {rows}x{columns}x{depth}: {error:+.3} of {bound}"
        );
    }
}

/// One row past a full wave starts another: 27 x 32 tiles of 256 x 128 fill 108 multiprocessors eight times.
#[test]
fn a_wave_too_many_costs_a_step() {
    let kernel = kernel("a100-sxm-80", Precision::Bf16);
    let full = kernel.time(6912.0, 4096.0, 8192.0, 1.0);
    let one_more = kernel.time(6913.0, 4096.0, 8192.0, 1.0);
    assert!(one_more > full * 1.002, "{one_more} after {full}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// No product beats its peak or its bandwidth.
    #[test]
    fn products_never_beat_the_roofline(
        device in prop::sample::select(MEASURED.to_vec()),
        rows in 1.0..40_000.0_f64, columns in 1.0..40_000.0_f64, depth in 1.0..40_000.0_f64,
        groups in 1_u32..64,
    ) {
        let (rows, columns, depth, groups) = (rows.ceil(), columns.ceil(), depth.ceil(), f64::from(groups));
        let (peak, bandwidth, _) = facts(device, Precision::Bf16);
        let (weight, input, output) = element_bytes(Precision::Bf16);
        let time = kernel(device, Precision::Bf16).time(rows, columns, depth, groups).as_seconds();
        prop_assert!(time >= 2.0 * rows * columns * depth / peak.as_per_second());
        let bytes = weight * groups * columns * depth + input * rows * depth + output * rows * columns;
        prop_assert!(time >= bytes / bandwidth.as_bytes_per_second());
    }

    /// A larger product is never faster, whichever side grows.
    #[test]
    fn larger_products_are_never_faster(
        device in prop::sample::select(MEASURED.to_vec()),
        rows in 1_u32..20_000, columns in 1_u32..20_000, depth in 1_u32..20_000,
        more in 1_u32..5_000, side in 0..3_usize,
    ) {
        let kernel = kernel(device, Precision::Bf16);
        let small = [rows, columns, depth].map(f64::from);
        let mut large = small;
        large[side] += f64::from(more);
        let time = |[rows, columns, depth]: [f64; 3]| kernel.time(rows, columns, depth, 1.0).as_seconds();
        prop_assert!(time(large) >= time(small) * (1.0 - 1e-12));
    }

    /// More peak, bandwidth or multiprocessors' worth of either never slow a product.
    #[test]
    fn faster_devices_are_never_slower(
        rows in 1_u32..20_000, columns in 1_u32..20_000, depth in 1_u32..20_000,
        faster in 1.0..4.0_f64, what in 0..2_usize,
    ) {
        let (peak, bandwidth, processors) = facts("h100-sxm", Precision::Bf16);
        let curve = curve("h100-sxm", Precision::Bf16);
        let better = match what {
            0 => GemmKernel::new(curve, Precision::Bf16, peak * faster, bandwidth, processors),
            _ => GemmKernel::new(curve, Precision::Bf16, peak, bandwidth * faster, processors),
        };
        let base = GemmKernel::new(curve, Precision::Bf16, peak, bandwidth, processors);
        let [rows, columns, depth] = [rows, columns, depth].map(f64::from);
        let (slow, fast) = (base.time(rows, columns, depth, 1.0), better.time(rows, columns, depth, 1.0));
        prop_assert!(fast <= slow * (1.0 + 1e-12));
    }

    /// Dealing the same rows to more weight matrices never saves time.
    #[test]
    fn groups_never_save_time(rows in 1_u32..20_000, groups in 1_u32..128) {
        let kernel = kernel("h100-sxm", Precision::Bf16);
        let rows = f64::from(rows * groups);
        let one = kernel.time(rows, 4096.0, 4096.0, 1.0);
        prop_assert!(kernel.time(rows, 4096.0, 4096.0, f64::from(groups)) >= one * (1.0 - 1e-12));
    }
}

fn flash(device: &str) -> FlashKernel {
    let (peak, bandwidth, processors) = facts(device, Precision::Bf16);
    let curve = &CATALOG.efficiency(device).unwrap().attention[&Precision::Bf16];
    FlashKernel::new(curve, peak, bandwidth, processors)
}

fn causal(sequences: f64, length: f64, heads: f64, kv_heads: f64, head_dim: f64) -> AttentionShape {
    AttentionShape { sequences, length, attended: (length + 1.0) / 2.0, heads, kv_heads, head_dim }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Attention never beats its peak over the keys that the mask leaves, and longer sequences take longer.
    #[test]
    fn attention_never_beats_its_peak(
        device in prop::sample::select(MEASURED.to_vec()),
        sequences in 1_u32..16, length in 1_u32..40_000, more in 1_u32..10_000, heads in 1_u32..129,
        head_dim in prop::sample::select(vec![64.0, 128.0, 192.0]),
    ) {
        let flash = flash(device);
        let shape = |length: u32| {
            let heads = f64::from(heads);
            causal(f64::from(sequences), f64::from(length), heads, (heads / 8.0).ceil(), head_dim)
        };
        let (peak, _, _) = facts(device, Precision::Bf16);
        let time = flash.time(&shape(length)).as_seconds();
        prop_assert!(time >= shape(length).flops() / peak.as_per_second());
        prop_assert!(flash.time(&shape(length + more)).as_seconds() >= time * (1.0 - 1e-9));
    }

    /// A larger message among more devices is never faster, and none beats the link.
    #[test]
    fn messages_never_beat_the_link(
        device in prop::sample::select(vec!["a100-sxm-80", "h100-sxm", "b200-sxm", "gb200-nvl72", "h800-sxm"]),
        bytes in 1.0..1e10_f64, more in 1.0..1e10_f64, devices in 2_u32..72,
    ) {
        let link = CATALOG.device(device).unwrap().scale_up.as_ref().unwrap().bandwidth.value;
        let curves = CATALOG.efficiency(device).unwrap().collectives.as_ref().unwrap();
        let measured = Measured::new(curves, link);
        let n = f64::from(devices);
        for protocols in [measured.all_reduce, measured.all_gather, measured.all_to_all] {
            let time = |bytes: f64| protocols.time(Bytes::bytes(bytes), n);
            prop_assert!(time(bytes + more) >= time(bytes));
            prop_assert!(time(bytes) >= Bytes::bytes(bytes) * ((n - 1.0) / n) / link);
        }
    }
}

/// Rows of `aiconfigurator-095f58a`, table `context_attention_perf`, and milliseconds.
#[test]
fn measured_attention_is_repeated() {
    for (device, shape, measured) in [
        ("h100-sxm", causal(2.0, 10240.0, 96.0, 4.0, 64.0), 6.098_77),
        ("h100-sxm", causal(2.0, 6144.0, 96.0, 4.0, 64.0), 2.369_15),
        ("gb200-nvl72", causal(1.0, 8192.0, 16.0, 4.0, 128.0), 0.290_357),
        ("gb200-nvl72", causal(1.0, 8192.0, 20.0, 4.0, 128.0), 0.344_794),
        ("a100-sxm-80", causal(4.0, 16384.0, 96.0, 96.0, 128.0), 131.873),
    ] {
        let error = flash(device).time(&shape).as_millis() / measured - 1.0;
        let bound = CATALOG.efficiency(device).unwrap().attention[&Precision::Bf16].training.p90;
        assert!(error.abs() <= bound, "{device} {shape:?}: {error:+.3} of {bound}");
    }
}

/// Rows of `aiconfigurator-095f58a`, table `nccl_perf`: elements of two bytes, devices and milliseconds.
#[test]
fn measured_collectives_are_repeated() {
    let (reduce, gather, exchange) = (0, 1, 2);
    for (device, kind, elements, devices, measured) in [
        ("h100-sxm", reduce, 16_777_216.0, 8.0, 0.199_92),
        ("h100-sxm", reduce, 67_108_864.0, 4.0, 0.615_19),
        ("h100-sxm", gather, 67_108_864.0, 8.0, 0.390_07),
        ("h100-sxm", exchange, 16_777_216.0, 8.0, 0.126_64),
        ("gb200-nvl72", gather, 67_108_864.0, 4.0, 0.192_85),
        ("gb200-nvl72", exchange, 67_108_864.0, 4.0, 0.219_4),
    ] {
        let link = CATALOG.device(device).unwrap().scale_up.as_ref().unwrap().bandwidth.value;
        let curves = CATALOG.efficiency(device).unwrap().collectives.as_ref().unwrap();
        let measured_curves = Measured::new(curves, link);
        let (protocols, curve) = [
            (measured_curves.all_reduce, &curves.all_reduce),
            (measured_curves.all_gather, &curves.all_gather),
            (measured_curves.all_to_all, &curves.all_to_all),
        ][kind];
        let error = protocols.time(Bytes::bytes(2.0 * elements), devices).as_millis() / measured - 1.0;
        let bound = curve.training.p90.max(0.1);
        assert!(error.abs() <= bound, "{device} {kind} {elements} {devices}: {error:+.3} of {bound}");
    }
}
