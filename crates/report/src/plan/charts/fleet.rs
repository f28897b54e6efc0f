//! The fleet by platform over time.

use super::super::Run;
use super::super::words::machines;
use crate::chart::{Chart, ChartSpec, Series, StackedArea, ValueAxis};
use crate::number;
use crate::palette::ColourKey;
use crate::unit::Unit;

/// IT power reserved for own machines by platform: the one unit in which CPU servers and racks of accelerators add up.
pub(crate) fn fleet(run: &Run<'_>) -> Option<ChartSpec> {
    let mut chart = StackedArea::new(run.axis(), ValueAxis::new("IT power reserved", Unit::mw()));
    let platforms = run.generations();
    let mut totals = vec![0.0; run.n()];
    for platform in platforms {
        let watts = run.fleet_power(platform);
        if watts.iter().all(|value| *value <= 0.0) {
            continue;
        }
        for (total, value) in totals.iter_mut().zip(&watts) {
            *total += value;
        }
        let id = &run.problem.platforms[platform].id;
        let layer = watts.iter().map(|value| value / 1e6);
        chart = chart.layer(Series::new(id, run.platform(platform), ColourKey::technology(id), layer));
    }
    if chart.layers.is_empty() {
        return None;
    }
    let last = run.n() - 1;
    let spec = ChartSpec::new("fleet-power", "Fleet by platform", Chart::StackedArea(chart))
        .takeaway(format!(
            "The fleet goes from {} to {} of IT power and to {} accelerators in {}.",
            number::power(totals[0]),
            number::power(totals[last]),
            machines(run.accelerators(last, None)),
            run.quarter(last)
        ))
        .question("What stands in the halls?")
        .note(
            "Own machines in service, at the power reserved for them; rented machines draw no power of ours.",
        );
    Some(spec)
}
