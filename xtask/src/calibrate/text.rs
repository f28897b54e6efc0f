//! The calibration file as text: one table for each curve, numbers as short as they were rounded to.

use std::fmt::Write as _;

use quarterdeck_catalog::{
    AttentionCurve, Citation, Clocks, CollectiveCurve, ExpertCurve, GemmCurve, Kernels, Residuals,
};
use quarterdeck_units::Seconds;

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
# enough to meet the power limit. Others ran at boost clocks. For experts `training` counts 2,048 tokens or more,
# 512 inner columns or more and 64 rows or more for each expert; for attention sequences of 1,024 or more, 2,048
# tokens or more and 8 heads or more; for collectives messages of 4 MB or more.
";

/// The whole file.
pub(super) fn write(kernels: &Kernels) -> String {
    let mut text = HEAD.to_owned();
    for (device, row) in &kernels.device {
        for (precision, curve) in &row.gemm {
            let _ = write!(text, "\n[device.{device}.gemm.{precision}]\n{}", gemm(curve));
        }
        for (precision, curve) in &row.experts {
            let _ = write!(text, "\n[device.{device}.experts.{precision}]\n{}", experts(curve));
        }
        for (precision, curve) in &row.attention {
            let _ = write!(text, "\n[device.{device}.attention.{precision}]\n{}", attention(curve));
        }
        if let Some(curves) = &row.collectives {
            for (kind, curve) in [
                ("all_reduce", &curves.all_reduce),
                ("all_gather", &curves.all_gather),
                ("all_to_all", &curves.all_to_all),
            ] {
                let _ = write!(text, "\n[device.{device}.collectives.{kind}]\n{}", collective(curve));
            }
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

fn clocks(clocks: Clocks) -> &'static str {
    match clocks {
        Clocks::Boost => "clocks = \"boost\"\n",
        Clocks::Sustained => "clocks = \"sustained\"\n",
    }
}

fn numbers<const N: usize>(fields: [(&str, f64); N]) -> String {
    fields.into_iter().map(|(name, value)| format!("{name} = {value}\n")).collect()
}

fn micros(name: &str, value: Seconds) -> String {
    format!("{name} = \"{} us\"\n", super::rounded(value.as_micros(), 3))
}

fn gemm(curve: &GemmCurve) -> String {
    let mut text = cite(&curve.cite) + clocks(curve.clocks);
    text += &numbers([
        ("peak_share", curve.peak_share),
        ("ramp", curve.ramp),
        ("wave_share", curve.wave_share),
        ("tile_loss", curve.tile_loss),
        ("split_share", curve.split_share),
        ("heating", curve.heating),
        ("memory_share", curve.memory_share),
    ]);
    text += &micros("floor", curve.floor);
    if curve.cast > 0.0 {
        text += &numbers([("cast", curve.cast)]);
    }
    text + &fit("all", &curve.all) + &fit("training", &curve.training)
}

fn experts(curve: &ExpertCurve) -> String {
    let mut text = cite(&curve.cite) + clocks(curve.clocks);
    text += &numbers([("share", curve.share), ("moves", curve.moves)]);
    text += &micros("floor", curve.floor);
    text + &fit("all", &curve.all) + &fit("training", &curve.training)
}

fn attention(curve: &AttentionCurve) -> String {
    let mut text = cite(&curve.cite) + clocks(curve.clocks);
    text += &numbers([
        ("peak_share", curve.peak_share),
        ("ramp", curve.ramp),
        ("wave_share", curve.wave_share),
        ("head_power", curve.head_power),
        ("memory_share", curve.memory_share),
    ]);
    text += &micros("floor", curve.floor);
    text + &fit("all", &curve.all) + &fit("training", &curve.training)
}

fn collective(curve: &CollectiveCurve) -> String {
    let mut text = cite(&curve.cite);
    text += &micros("small_latency", curve.small_latency);
    text += &numbers([("small_share", curve.small_share)]);
    text += &micros("large_latency", curve.large_latency);
    text += &numbers([
        ("large_share", curve.large_share),
        ("doubling", curve.doubling),
        ("group_power", curve.group_power),
        ("largest", f64::from(curve.largest)),
    ]);
    text + &fit("all", &curve.all) + &fit("training", &curve.training)
}
