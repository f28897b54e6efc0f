//! The calibration file as text: one table for each curve, numbers as short as they were rounded to.

use std::fmt::Write as _;

use quarterdeck_catalog::{Citation, Clocks, GemmCurve, Kernels, Residuals};

const HEAD: &str = "\
# Kernel curves: a few numbers for each device and precision. Written by `cargo xtask calibrate`; do not edit.
#
# Rows: AIConfigurator measured tables, commit 095f58a, Apache-2.0, a random sample of at most 6,000 rows per
# system and operator. They are not in this repository: see docs/concepts/kernels.md for what each number means
# and how to obtain the rows. `all` and `training` are the fit's own residuals: median and ninetieth percentile
# of the absolute error, and the geometric mean of predicted over measured. `training` counts shapes of 2,048
# rows or more with 1,024 columns and depth or more. Where several kernels of a format were measured, the one
# that is fastest on training shapes is taken. Where the smallest launch takes 40 us or more, short rows time
# the host: only rows of thrice that are taken, and ramp, split, memory share and floor are those of the 16-bit
# curve of the device. `clocks` is sustained where the rows carry the power that was drawn: those runs were long
# enough to meet the power limit. Others ran at boost clocks.
";

/// The whole file.
pub(super) fn write(kernels: &Kernels) -> String {
    let mut text = HEAD.to_owned();
    for (device, row) in &kernels.device {
        for (precision, curve) in &row.gemm {
            let _ = write!(text, "\n[device.{device}.gemm.{precision}]\n{}", gemm(curve));
        }
    }
    text
}

fn cite(cite: &Citation) -> String {
    let quoted = |name: &str, value: Option<&str>| value.map(|value| format!(", {name} = \"{value}\""));
    format!(
        "cite = {{ origin = \"{}\"{}{}{} }}\n",
        cite.origin,
        quoted("source", cite.source.as_ref().map(|source| source.as_str())).unwrap_or_default(),
        quoted("locator", cite.locator.as_deref()).unwrap_or_default(),
        quoted("reason", cite.reason.as_deref()).unwrap_or_default(),
    )
}

fn fit(name: &str, fit: &Residuals) -> String {
    format!(
        "{name} = {{ rows = {}, median = {}, p90 = {}, mean = {} }}\n",
        fit.rows, fit.median, fit.p90, fit.mean
    )
}

fn gemm(curve: &GemmCurve) -> String {
    let clocks = match curve.clocks {
        Clocks::Boost => "boost",
        Clocks::Sustained => "sustained",
    };
    let mut text = cite(&curve.cite);
    let _ = writeln!(text, "clocks = \"{clocks}\"");
    for (name, value) in [
        ("peak_share", curve.peak_share),
        ("ramp", curve.ramp),
        ("wave_share", curve.wave_share),
        ("tile_loss", curve.tile_loss),
        ("split_share", curve.split_share),
        ("heating", curve.heating),
        ("memory_share", curve.memory_share),
    ] {
        let _ = writeln!(text, "{name} = {value}");
    }
    let _ = writeln!(text, "floor = \"{} us\"", super::rounded(curve.floor.as_micros(), 3));
    if curve.cast > 0.0 {
        let _ = writeln!(text, "cast = {}", curve.cast);
    }
    text + &fit("all", &curve.all) + &fit("training", &curve.training)
}
