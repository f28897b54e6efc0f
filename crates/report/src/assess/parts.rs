//! Verdict, tables and charts of an assessment.

use quarterdeck_units::WorkUnit;

use super::{Assessment, FleetState, WorkloadState};
use crate::chart::{Axis, Bars, Chart, ChartSpec, Series, ValueAxis};
use crate::number;
use crate::palette::{ColourKey, Role};
use crate::plan::words::{counted, list_up_to, machines, rate, sentence, short_name, work_noun};
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;
use crate::verdict::Verdict;

/// Growth that rounds to nothing.
const NO_ROOM: f64 = 0.0005;
/// A fleet's share that is worth naming.
const NAMED_SHARE: f64 = 0.01;

pub(super) fn verdict(state: &Assessment) -> Verdict {
    let short = state.short();
    let at = state.quarter;
    let headline = match short.as_slice() {
        [] => format!("In {at} every workload is served."),
        [only] => {
            format!(
                "In {at} {} is {} short; all else is served.",
                only.title,
                number::percent(only.shortfall())
            )
        }
        [worst, ..] => format!(
            "In {at} {} of {} are short; the worst is {}, by {}.",
            short.len(),
            counted(state.workloads.len(), "workload"),
            worst.title,
            number::percent(worst.shortfall())
        ),
    };
    let mut verdict = Verdict::new(headline).tone(state.tone());
    verdict = verdict.line(
        "Fleet",
        format!("{} devices of {} at {}", machines(state.devices()), kinds(state), places(state)),
        Some(&format!("{} reserved", state.reserved())),
    );
    if short.len() > 1 {
        let names: Vec<String> =
            short.iter().map(|one| format!("{} {}", one.title, number::percent(one.shortfall()))).collect();
        verdict = verdict.line_toned("Short", list_up_to(&names, 4), None, state.tone());
    }
    if let Some(tightest) = tightest(state) {
        let full = state.workloads.iter().filter(|one| one.headroom() < NO_ROOM).count();
        let text = match full {
            0 => format!(
                "{} has the least room: {} more work",
                tightest.title,
                number::percent(tightest.headroom())
            ),
            1 => format!("none for {}: all its machines are busy", tightest.title),
            all if all == state.workloads.len() => "none: the machines of every workload are busy".to_owned(),
            some => format!(
                "none for {some} of {}: their machines are busy",
                counted(state.workloads.len(), "workload")
            ),
        };
        verdict = verdict.line("Spare", text, None);
    }
    let fullest = state.sites.iter().max_by(|a, b| a.used_share().total_cmp(&b.used_share()));
    if let Some(site) = fullest {
        let text = format!(
            "{} uses {} of its {}",
            site.title,
            number::percent(site.used_share()),
            number::power(site.envelope.as_watts())
        );
        verdict = verdict.line("Power", text, None);
    }
    if let Some(first) = state.binds.first() {
        verdict = verdict.line("Binds", first.trim_end_matches('.'), None);
    }
    if let Some(first) = state.ways_out.first() {
        verdict = verdict.line("Way out", first.trim_end_matches('.'), None);
    }
    verdict.next(format!("quarterdeck plan {}", state.scenario_file))
}

fn kinds(state: &Assessment) -> String {
    let mut platforms: Vec<&str> = state.fleets.iter().map(|fleet| fleet.platform.as_str()).collect();
    platforms.sort_unstable();
    platforms.dedup();
    counted(platforms.len(), "kind")
}

fn places(state: &Assessment) -> String {
    let mut sites: Vec<&str> = state.fleets.iter().map(|fleet| fleet.site.as_str()).collect();
    sites.sort_unstable();
    sites.dedup();
    counted(sites.len(), "site")
}

/// The served workload with the least room to grow.
fn tightest(state: &Assessment) -> Option<&WorkloadState> {
    let served = state.workloads.iter().filter(|one| one.demand > 0.0 && one.shortfall() <= super::SHORT);
    served.filter(|one| one.headroom().is_finite()).min_by(|a, b| a.headroom().total_cmp(&b.headroom()))
}

/// Price of an amount of work that costs a readable sum, with that amount in words.
fn cost_text(workload: &WorkloadState) -> Option<String> {
    let cost = workload.cost_per_unit?.as_dollars();
    Some(match workload.unit {
        WorkUnit::Samples => format!("{} per million samples", number::usd(cost * 1e6)),
        WorkUnit::Tokens => format!("{} per million tokens", number::usd(cost * 1e6)),
        WorkUnit::Requests => format!("{} per thousand requests", number::usd(cost * 1e3)),
        WorkUnit::DeviceSeconds => format!("{} per device-hour", number::usd(cost * 3600.0)),
    })
}

pub(super) fn workloads(state: &Assessment) -> Table {
    let mut table = Table::new("workloads", "Demand and what the machines can do")
        .column(Column::text("workload", "Workload"))
        .column(Column::text("demand", "Demand at peak"))
        .column(Column::number("left", "Room (+) or short (-)", &Unit::percent()))
        .column(Column::text("binding", "What limits it"))
        .column(Column::text("cost", "Cost"));
    for one in &state.workloads {
        let left = if one.shortfall() > 0.0 { -100.0 * one.shortfall() } else { 100.0 * one.headroom() };
        table.push([
            one.title.as_str().into(),
            rate(one.demand, one.unit).into(),
            Cell::number(left),
            one.binding.as_str().into(),
            cost_text(one).into(),
        ]);
    }
    let short = state.short();
    let names: Vec<&str> = short.iter().map(|one| one.title.as_str()).collect();
    let takeaway = match names.as_slice() {
        [] => "Every workload is served at its peak.".to_owned(),
        names => format!(
            "{} short.",
            sentence(&format!("{} {}", list_up_to(names, 3), if names.len() == 1 { "is" } else { "are" }))
        ),
    };
    table.takeaway(takeaway)
}

/// Fleets of one platform that do the same work at several sites stand in one row, so that the page stays one.
fn alike(state: &Assessment) -> Vec<Vec<&FleetState>> {
    let mut groups: Vec<Vec<&FleetState>> = Vec::new();
    for fleet in &state.fleets {
        let same = |group: &&mut Vec<&FleetState>| {
            let first = group[0];
            first.platform == fleet.platform
                && first.utilisation == fleet.utilisation
                && first.carries == fleet.carries
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(fleet),
            None => groups.push(vec![fleet]),
        }
    }
    groups
}

pub(super) fn fleets(state: &Assessment) -> Table {
    let mut table = Table::new("fleets", "What each fleet carries")
        .column(Column::text("platform", "Platform"))
        .column(Column::text("site", "Site"))
        .column(
            Column::number("in_service", "In service", &Unit::new("platforms", "", "platforms")).decimals(0),
        )
        .column(Column::number("it_power", "IT power", &Unit::mw()))
        .column(Column::number("busy", "Busy", &Unit::percent()).decimals(0))
        .column(Column::text("carries", "Works on"));
    for group in alike(state) {
        let fleet = group[0];
        let carries: Vec<String> = fleet
            .carries
            .iter()
            .filter(|(_, share)| *share >= NAMED_SHARE)
            .map(|(title, share)| format!("{title} {}", number::percent(*share)))
            .collect();
        let site = if group.len() == 1 { fleet.site.clone() } else { counted(group.len(), "site") };
        table.push([
            short_name(&fleet.title).into(),
            site.into(),
            group.iter().map(|fleet| fleet.platforms).sum::<f64>().into(),
            group.iter().map(|fleet| fleet.it_power.as_megawatts()).sum::<f64>().into(),
            (100.0 * fleet.utilisation).into(),
            if carries.is_empty() { "nothing".into() } else { list_up_to(&carries, 3).into() },
        ]);
    }
    let idle = state.fleets.iter().min_by(|a, b| a.utilisation.total_cmp(&b.utilisation));
    match idle {
        Some(fleet) if fleet.utilisation < 0.5 => table.takeaway(format!(
            "{} at {} is the idlest, {} busy.",
            short_name(&fleet.title),
            fleet.site,
            number::percent(fleet.utilisation)
        )),
        _ => table.takeaway("Every fleet has work for half of its machines or more."),
    }
}

pub(super) fn sites(state: &Assessment) -> Table {
    let mut table = Table::new("sites", "Sites")
        .column(Column::text("site", "Site"))
        .column(Column::text("cooling", "Cooling"))
        .column(Column::number("envelope", "Envelope", &Unit::mw()))
        .column(Column::number("used", "Used", &Unit::mw()))
        .column(Column::number("left", "Left", &Unit::percent()).decimals(0))
        .column(Column::number("filled", "Racks", &Unit::new("racks", "", "racks")).decimals(0))
        .column(Column::text("binds", "Binds"));
    for site in &state.sites {
        table.push([
            site.title.as_str().into(),
            site.cooling.as_str().into(),
            site.envelope.as_megawatts().into(),
            site.used.as_megawatts().into(),
            (100.0 * (1.0 - site.used_share())).into(),
            site.racks.into(),
            site.binds.as_str().into(),
        ]);
    }
    let full = state.sites.iter().filter(|site| site.used_share() >= 0.995).count();
    table.takeaway(match full {
        0 => "No site is full.".to_owned(),
        full => format!(
            "{full} of {} full.",
            if state.sites.len() == 1 {
                "1 site is".to_owned()
            } else {
                format!("{} sites are", state.sites.len())
            }
        ),
    })
}

/// Capacity beside demand of every workload, in percent of the demand.
pub(super) fn demand_chart(state: &Assessment) -> Option<ChartSpec> {
    let asked: Vec<&WorkloadState> = state.workloads.iter().filter(|one| one.demand > 0.0).collect();
    if asked.is_empty() {
        return None;
    }
    let axis = Axis::texts("Workload", asked.iter().map(|one| one.title.as_str()));
    let served = asked.iter().map(|one| 100.0 * (1.0 - one.shortfall()));
    let missing = asked.iter().map(|one| 100.0 * one.shortfall());
    let mut chart = Bars::stacked(axis, ValueAxis::new("Share of the demand at peak", Unit::percent()))
        .series(Series::new("served", "Served", ColourKey::role(Role::Load), served));
    if !state.short().is_empty() {
        chart = chart.series(Series::new("short", "Not served", ColourKey::role(Role::Shortfall), missing));
    }
    let takeaway = match state.short().as_slice() {
        [] => format!("All {} are served in {}.", counted(asked.len(), "workload"), state.quarter),
        [worst, ..] => format!(
            "{} misses {} of its {} {} a second.",
            worst.title,
            number::percent(worst.shortfall()),
            machines(worst.demand),
            work_noun(worst.unit)
        ),
    };
    let spec = ChartSpec::new("assess-demand", "Demand that is served", Chart::Bars(chart))
        .takeaway(takeaway)
        .question("Which work is short?");
    Some(spec)
}

/// Power in use and left at every site.
pub(super) fn power_chart(state: &Assessment) -> Option<ChartSpec> {
    if state.sites.is_empty() {
        return None;
    }
    let axis = Axis::texts("Site", state.sites.iter().map(|site| site.title.as_str()));
    let used = state.sites.iter().map(|site| site.used.as_megawatts());
    let left = state.sites.iter().map(|site| (site.envelope - site.used).as_megawatts().max(0.0));
    let chart = Bars::stacked(axis, ValueAxis::new("IT power", Unit::mw()))
        .series(Series::new("used", "Reserved for machines", ColourKey::role(Role::Load), used))
        .series(Series::new("left", "Left", ColourKey::role(Role::Other), left));
    let total: f64 = state.sites.iter().map(|site| site.envelope.as_watts()).sum();
    let spec = ChartSpec::new("assess-power", "Power at the sites", Chart::Bars(chart))
        .takeaway(format!(
            "{} of {} are reserved in {}.",
            state.reserved(),
            number::power(total),
            state.quarter
        ))
        .question("Where is there room?");
    Some(spec)
}
