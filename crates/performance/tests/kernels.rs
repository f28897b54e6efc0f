//! Kernel curves: measured points quoted from their source, and properties that hold for any shape.

use std::sync::LazyLock;

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, GemmCurve, Precision};
use quarterdeck_performance::operators::{GemmKernel, element_bytes};
use quarterdeck_units::{Bandwidth, FlopRate};

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
