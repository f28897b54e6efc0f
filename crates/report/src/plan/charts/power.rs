//! Power against envelope of each place, and how much of each limit is left.

use super::super::Run;
use super::super::tables::racks;
use super::super::view::FULL;
use super::super::words::{counted, sentence};
use crate::chart::{
    Chart, ChartSpec, HeatMap, HeatRow, LimitMark, Series, SteppedLines, SteppedPanel, ValueAxis,
};
use crate::number;
use crate::palette::{ColourKey, Role};
use crate::unit::Unit;

/// Reserved and drawn power under the envelope, one panel for each place that holds machines.
pub(crate) fn power(run: &Run<'_>) -> Option<ChartSpec> {
    let peaks = run.peaks();
    if peaks.is_empty() {
        return None;
    }
    let mut chart = SteppedLines::new(run.axis(), ValueAxis::new("IT power", Unit::mw()));
    for peak in &peaks {
        let place = &run.problem.places[peak.place];
        let uses = &run.plan.power[&peak.place];
        let of = |value: fn(&quarterdeck_plan::PowerUse) -> f64| uses.iter().map(value).collect::<Vec<f64>>();
        let remark =
            format!("{}; {} in {}", place.cooling, number::percent(peak.share), run.quarter(peak.quarter));
        let panel = SteppedPanel::new(&place.id, &place.title)
            .remark(remark)
            .held("reserved")
            .load(Series::new(
                "drawn",
                "Drawn on average",
                ColourKey::role(Role::Load),
                of(|power| power.drawn.as_megawatts()),
            ))
            .load(Series::new(
                "reserved",
                "Reserved for machines",
                ColourKey::role(Role::LoadTotal),
                of(|power| power.provisioned.as_megawatts()),
            ))
            .limit(
                Series::new(
                    "envelope",
                    "Energised envelope",
                    ColourKey::role(Role::Limit),
                    of(|power| power.envelope.as_megawatts()),
                ),
                LimitMark::Firm,
            );
        chart = chart.panel(panel);
    }
    let full = peaks.iter().filter(|peak| peak.share >= FULL).count();
    let takeaway =
        match peaks.iter().max_by(|a, b| a.share.total_cmp(&b.share).then(b.quarter.cmp(&a.quarter))) {
            Some(peak) if full == 0 => {
                format!(
                    "No place fills up; {} comes nearest with {} in {}.",
                    run.place(peak.place),
                    number::percent(peak.share),
                    run.quarter(peak.quarter)
                )
            }
            _ => format!(
                "{full} of {} {} full at some time.",
                counted(peaks.len(), "place"),
                if full == 1 { "is" } else { "are" }
            ),
        };
    let spec = ChartSpec::new("power-places", "Power against envelope", Chart::SteppedLines(chart))
        .takeaway(takeaway)
        .question("Does it fit?")
        .note("Power is reserved at nameplate, network included, and drawn below it; work outside this scenario is taken off the envelope.");
    Some(spec)
}

/// Share of power and space that is left at each place, with a mark where a limit binds.
pub(crate) fn headroom(run: &Run<'_>) -> Option<ChartSpec> {
    let mut chart = HeatMap::new(run.axis(), ValueAxis::new("Left", Unit::percent()));
    let mut first: Option<(usize, usize)> = None;
    let has_racks = |place: usize| run.problem.places[place].racks.iter().any(|racks| racks.is_finite());
    let is_power_alone = !run.peaks().iter().any(|peak| has_racks(peak.place));
    for peak in run.peaks() {
        let place = &run.problem.places[peak.place];
        let uses = &run.plan.power[&peak.place];
        let left: Vec<f64> = uses
            .iter()
            .map(|power| Run::use_of(power).map_or(f64::NAN, |share| 100.0 * (1.0 - share)))
            .collect();
        let is_worth = |family: &str, quarter: usize| {
            run.plan.duals.iter().any(|limit| {
                super::super::binds::is_full(run, limit)
                    && limit.family == family
                    && limit.subject == place.id
                    && limit.quarter == Some(quarter)
                    && limit.value > 0.0
            })
        };
        let binding: Vec<usize> = (0..run.n())
            .filter(|quarter| is_worth("power", *quarter) || left[*quarter] <= 100.0 * (1.0 - FULL))
            .collect();
        if let Some(quarter) = binding.first()
            && first.is_none_or(|(_, at)| *quarter < at)
        {
            first = Some((peak.place, *quarter));
        }
        let (name, group) =
            if is_power_alone { (place.title.as_str(), "") } else { ("Power", place.title.as_str()) };
        chart = chart.row(HeatRow::new(format!("{} power", place.id), name, group, left).binding(binding));
        if has_racks(peak.place) {
            let left: Vec<f64> = (0..run.n())
                .map(|quarter| {
                    let limit = place.racks[quarter];
                    if limit > 0.0 {
                        100.0 * (1.0 - racks(run, peak.place, quarter) / limit)
                    } else {
                        f64::NAN
                    }
                })
                .collect();
            let binding: Vec<usize> = (0..run.n()).filter(|quarter| is_worth("racks", *quarter)).collect();
            chart = chart.row(
                HeatRow::new(format!("{} racks", place.id), "Racks", &place.title, left).binding(binding),
            );
        }
    }
    if chart.rows.is_empty() {
        return None;
    }
    let takeaway = match first {
        Some((place, quarter)) => {
            format!("{} is the first to bind, in {}.", sentence(run.place(place)), run.quarter(quarter))
        }
        None => "Every place has power to spare in every quarter.".to_owned(),
    };
    let spec = ChartSpec::new("headroom", "Headroom by place", Chart::HeatMap(chart))
        .takeaway(takeaway)
        .question("What runs out first?")
        .note("Percent left of what is energised; a ring marks a limit whose increase would save money, or that is full.");
    Some(spec)
}
