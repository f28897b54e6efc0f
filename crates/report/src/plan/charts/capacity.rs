//! Demand against what the machines can do, over all work and for each workload.

use super::super::Run;
use super::super::equivalents::Equivalents;
use super::super::verdict::{unserved_total, worst_short};
use super::super::words::{list_up_to, machines, money_unit, rate, usd};
use crate::chart::{
    Bars, Chart, ChartSpec, LimitMark, Series, StackedArea, SteppedLines, SteppedPanel, ValueAxis,
};
use crate::number;
use crate::palette::{ColourKey, Role};
use crate::unit::Unit;

/// Idle capacity below this share of the demand is not drawn.
const NOTABLE_IDLE: f64 = 0.005;

/// All demand against all usable capacity, in devices of one platform; none if no machine can do any work.
pub(crate) fn capacity(run: &Run<'_>) -> Option<ChartSpec> {
    let equivalents = Equivalents::of(run)?;
    let name = run.platform(equivalents.platform);
    let demand: Vec<f64> = (0..run.n()).map(|quarter| equivalents.total(quarter)).collect();
    let short = equivalents.short(run);
    let unit = Unit::new("devices", "", format!("{name} equivalents"));
    let mut chart = StackedArea::new(run.axis(), ValueAxis::new(format!("Work in {name} equivalents"), unit));
    for platform in run.generations() {
        let Some(served) =
            equivalents.served.get(&platform).filter(|work| work.iter().any(|work| *work > 0.0))
        else {
            continue;
        };
        let id = &run.problem.platforms[platform].id;
        let layer =
            Series::new(id, run.platform(platform), ColourKey::technology(id), served.iter().copied());
        chart = chart.layer(layer);
    }
    let is_idle = equivalents.idle.iter().zip(&demand).any(|(idle, demand)| *idle > NOTABLE_IDLE * demand);
    if is_idle {
        let idle = equivalents.idle.iter().copied();
        chart =
            chart.layer(Series::new("idle", "In place, without work", ColourKey::role(Role::Other), idle));
    }
    chart = chart
        .line(
            Series::new("demand", "Demand at peak", ColourKey::role(Role::Demand), demand.iter().copied()),
            None,
        )
        .shortfall("Not served", short.iter().copied());
    let last = run.n() - 1;
    let takeaway = match worst_quarter(&short) {
        None => format!(
            "Machines keep up with a demand of {} in {}, counted in {name}.",
            machines(demand[last]),
            run.quarter(last)
        ),
        Some(quarter) => format!(
            "Capacity falls short by up to {} {name} equivalents in {}, {} of the demand then.",
            machines(short[quarter]),
            run.quarter(quarter),
            number::percent(short[quarter] / demand[quarter])
        ),
    };
    let converted: Vec<&str> = equivalents.converted.iter().map(|workload| run.workload(*workload)).collect();
    let mut note = format!(
        "Unlike work is counted as the number of {name} devices that would do the same in that quarter. Layers are \
         what machines in service do after porting, spares and repair; idle ones stand on top."
    );
    if !converted.is_empty() {
        let more = format!(
            " {name} cannot run {} in every quarter; there it is counted at equal power.",
            list_up_to(&converted, 3)
        );
        note.push_str(&more);
    }
    let spec = ChartSpec::new("demand-capacity", "Demand and usable capacity", Chart::StackedArea(chart))
        .takeaway(takeaway)
        .question("Are we short, and when?")
        .note(note);
    Some(spec)
}

fn worst_quarter(short: &[f64]) -> Option<usize> {
    let (quarter, most) =
        short.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    (most > 0.0).then_some(quarter)
}

/// Demand and served work of each workload, in devices of one platform.
pub(crate) fn served(run: &Run<'_>) -> Option<ChartSpec> {
    let equivalents = Equivalents::of(run)?;
    let name = run.platform(equivalents.platform);
    let unit = Unit::new("devices", "", format!("{name} equivalents"));
    let mut chart =
        SteppedLines::new(run.axis(), ValueAxis::new(format!("Work in {name} equivalents"), unit));
    let mut short_ones = Vec::new();
    for (index, facts) in run.problem.workloads.iter().enumerate() {
        let demand = &equivalents.demand[index];
        if demand.iter().all(|demand| *demand <= 0.0) {
            continue;
        }
        let worst = (0..run.n()).max_by(|a, b| {
            run.unserved_share(index, *a).total_cmp(&run.unserved_share(index, *b)).then(b.cmp(a))
        });
        let worst = worst.map_or(0.0, |quarter| run.unserved_share(index, quarter));
        let last = facts.peak_demand.iter().rev().copied().find(|demand| *demand > 0.0).unwrap_or(0.0);
        let growth = format!("at last {}", rate(last, facts.unit));
        let remark = if worst > 0.0 {
            short_ones.push(facts.title.as_str());
            format!("{growth}; up to {} short", number::percent(worst))
        } else {
            growth
        };
        let panel = SteppedPanel::new(&facts.id, &facts.title)
            .remark(remark)
            .load(Series::new(
                "served",
                "Served",
                ColourKey::role(Role::Load),
                equivalents.served_of[index].iter().copied(),
            ))
            .load(Series::new(
                "demand",
                "Not served",
                ColourKey::role(Role::Shortfall),
                demand.iter().copied(),
            ))
            .limit(
                Series::new("peak", "Demand at peak", ColourKey::role(Role::Demand), demand.iter().copied()),
                LimitMark::Firm,
            );
        chart = chart.panel(panel);
    }
    let takeaway = match short_ones.as_slice() {
        [] => format!("All {} workloads are served in every quarter.", chart.panels.len()),
        some => format!("{} short at some time: {}.", is_or_are(some.len()), list_up_to(some, 4)),
    };
    let spec =
        ChartSpec::new("workloads", "Each workload: demand and what is served", Chart::SteppedLines(chart))
            .takeaway(takeaway)
            .question("Which work is short, and how does each grow?")
            .note("A workload grows with its traffic and with its model: the count of machines holds both.");
    Some(spec)
}

fn is_or_are(n: usize) -> String {
    if n == 1 { "One workload is".to_owned() } else { format!("{n} workloads are") }
}

/// Value of demand not served, by workload and quarter; none if all is served.
pub(crate) fn unserved_value(run: &Run<'_>) -> Option<ChartSpec> {
    let (workload, quarter, share) = worst_short(run)?;
    let values: Vec<(usize, Vec<f64>)> = run
        .plan
        .unserved
        .keys()
        .map(|workload| (*workload, run.unserved_value(*workload)))
        .filter(|(_, values)| values.iter().any(|value| *value > 0.0))
        .collect();
    let most =
        (0..run.n()).map(|q| values.iter().map(|(_, values)| values[q]).sum::<f64>()).fold(0.0, f64::max);
    let (unit, scale) = money_unit(most);
    let mut chart = Bars::stacked(run.axis(), ValueAxis::new("Value of demand not served", unit));
    for (workload, values) in &values {
        let facts = &run.problem.workloads[*workload];
        let scaled = values.iter().map(|value| value * scale);
        chart = chart.series(Series::new(&facts.id, &facts.title, ColourKey::workload(&facts.id), scaled));
    }
    let spec = ChartSpec::new("unserved", "Demand not served", Chart::Bars(chart))
        .takeaway(format!(
            "{} of demand goes unserved; the dearest quarter is {}, when {} is {} short.",
            usd(unserved_total(run)),
            run.quarter(quarter),
            run.workload(workload),
            number::percent(share)
        ))
        .question("What does being short cost, and for whom?")
        .note("Each unit of work not done costs the price that the scenario sets on it; not discounted.");
    Some(spec)
}
