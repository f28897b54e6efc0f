//! Power and space by place and quarter.

use quarterdeck_plan::ledger::placement;
use quarterdeck_plan::problem::{PlaceIdx, QuarterIdx};

use crate::number;
use crate::plan::Run;
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;

/// Reserved, drawn and available power of every place that holds machines or has power.
pub(crate) fn power(run: &Run<'_>) -> Table {
    let mw = Unit::mw();
    let mut table = Table::new("power", "Power by place")
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::text("place", "Place"))
        .column(Column::text("site", "Site"))
        .column(Column::text("cooling", "Cooling"))
        .column(Column::number("envelope", "Envelope", &mw))
        .column(Column::number("reserved", "Reserved", &mw))
        .column(Column::number("used", "Used", &Unit::percent()))
        .column(Column::number("drawn", "Drawn, mean", &mw))
        .column(Column::number("facility", "Facility, mean", &mw))
        .column(Column::number("facility", "PUE", &Unit::new("pue", "", "")).decimals(2))
        .column(Column::number("filled", "Racks", &rack_unit()).decimals(0));
    let is_limited = run.problem.places.iter().any(|place| place.racks.iter().any(|racks| racks.is_finite()));
    if is_limited {
        table = table.column(Column::number("limit", "Racks that fit", &rack_unit()).decimals(0));
    }
    for quarter in 0..run.n() {
        for (index, uses) in &run.plan.power {
            let power = &uses[quarter];
            if power.envelope.as_watts() <= 0.0 && power.provisioned.as_watts() <= 0.0 {
                continue;
            }
            let place = &run.problem.places[*index];
            let row = [
                run.quarter(quarter).into(),
                place.title.as_str().into(),
                run.problem.sites[place.site].as_str().into(),
                place.cooling.as_str().into(),
                power.envelope.as_megawatts().into(),
                power.provisioned.as_megawatts().into(),
                Run::use_of(power).map(|share| 100.0 * share).into(),
                power.drawn.as_megawatts().into(),
                (power.drawn.as_megawatts() * place.pue).into(),
                place.pue.into(),
                racks(run, *index, quarter).into(),
            ];
            let limit = is_limited.then(|| Cell::number(place.racks[quarter]));
            table.push(row.into_iter().chain(limit));
        }
    }
    let peak = run.peaks().into_iter().max_by(|a, b| a.share.total_cmp(&b.share));
    match peak {
        Some(peak) => table.takeaway(format!(
            "{} is fullest: {} of {} in {}.",
            run.place(peak.place),
            number::percent(peak.share),
            number::power(peak.power.envelope.as_watts()),
            run.quarter(peak.quarter)
        )),
        None => table,
    }
}

fn rack_unit() -> Unit {
    Unit::new("racks", "", "racks")
}

/// Racks filled at a place.
pub(crate) fn racks(run: &Run<'_>, place: PlaceIdx, quarter: QuarterIdx) -> f64 {
    run.plan
        .fleet
        .iter()
        .filter(|((_, at), _)| *at == place)
        .map(|((platform, at), counts)| {
            placement(run.problem, *platform, *at).map_or(0.0, |placement| placement.racks * counts[quarter])
        })
        .sum()
}
