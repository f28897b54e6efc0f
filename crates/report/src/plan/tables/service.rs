//! Machines at work: the fleet, what it is given to, what is served, what is short, and what limits are worth.

use quarterdeck_plan::{LimitValue, Pool};

use super::platforms;
use crate::number;
use crate::plan::Run;
use crate::plan::binds::{binds, is_full};
use crate::plan::verdict::{limits_not_kept, unserved_total, worst_short};
use crate::plan::words::{counted, sentence, usd, work_noun};
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;

/// Machines in service by quarter, platform and owner.
pub(crate) fn fleet(run: &Run<'_>) -> Table {
    let mut table = Table::new("fleet", "Fleet")
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::text("platform", "Platform"))
        .column(Column::text("where", "Where"))
        .column(Column::number("in_service", "In service", &platforms()).decimals(0))
        .column(Column::number("in_service", "Devices", &Unit::devices()).decimals(0))
        .column(Column::number("it_power", "IT power reserved", &Unit::mw()))
        .column(Column::number("retired", "Retired early", &platforms()).decimals(0));
    for quarter in 0..run.n() {
        for ((platform, place), counts) in run.plan.fleet.iter().filter(|(_, counts)| counts[quarter] > 0.0) {
            let power = quarterdeck_plan::ledger::placement(run.problem, *platform, *place)
                .map(|placement| placement.provisioned_power.as_megawatts() * counts[quarter]);
            let retired = run.plan.retired.get(&(*platform, *place)).map(|retired| retired[quarter]);
            table.push([
                run.quarter(quarter).into(),
                run.platform(*platform).into(),
                run.place(*place).into(),
                counts[quarter].into(),
                (counts[quarter] * run.devices(*platform)).into(),
                power.into(),
                Cell::from(retired.filter(|count| *count > 0.0)),
            ]);
        }
        for (platform, counts) in run.plan.rented.iter().filter(|(_, counts)| counts[quarter] > 0.0) {
            table.push([
                run.quarter(quarter).into(),
                run.platform(*platform).into(),
                "rented".into(),
                counts[quarter].into(),
                (counts[quarter] * run.devices(*platform)).into(),
                Cell::Empty,
                Cell::Empty,
            ]);
        }
    }
    let last = run.n().saturating_sub(1);
    let accelerators = if run.n() > 0 { run.accelerators(last, None) } else { 0.0 };
    table.takeaway(format!(
        "{} accelerators in service in {}.",
        crate::plan::words::machines(accelerators),
        run.quarter(last)
    ))
}

/// Machines given to each workload at its peak.
pub(crate) fn allocation(run: &Run<'_>) -> Table {
    let mut table = Table::new("allocation", "What the machines work on")
        .takeaway("Machines that each workload takes at its peak, after spares and repair.")
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::text("workload", "Workload"))
        .column(Column::text("platform", "Platform"))
        .column(Column::text("owner", "Owner"))
        .column(Column::number("given", "Given", &platforms()).decimals(0))
        .column(Column::number("given", "Devices", &Unit::devices()).decimals(0));
    for quarter in 0..run.n() {
        for ((workload, platform, pool), counts) in
            run.plan.allocation.iter().filter(|(_, c)| c[quarter] > 0.0)
        {
            table.push([
                run.quarter(quarter).into(),
                run.workload(*workload).into(),
                run.platform(*platform).into(),
                match pool {
                    Pool::Own => "own",
                    Pool::Rented => "rented",
                }
                .into(),
                counts[quarter].into(),
                (counts[quarter] * run.devices(*platform)).into(),
            ]);
        }
    }
    table
}

/// Demand, what is served and what is not, at the peak of each quarter.
pub(crate) fn service(run: &Run<'_>) -> Table {
    let rate = Unit::new("count_per_s", "/s", "work/s at peak");
    let mut table = Table::new("service", "Demand and what is served")
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::text("workload", "Workload"))
        .column(Column::text("work", "Counted in"))
        .column(Column::number("demand", "Demand", &rate))
        .column(Column::number("served", "Served", &rate))
        .column(Column::number("unserved", "Not served", &rate))
        .column(Column::number("unserved", "Not served", &Unit::percent()))
        .column(Column::number("unserved_value", "Value not served", &Unit::musd()));
    for quarter in 0..run.n() {
        for (index, facts) in run.problem.workloads.iter().enumerate() {
            let demand = facts.peak_demand[quarter];
            if demand <= 0.0 {
                continue;
            }
            let of = run.plan.served.iter().filter(|((workload, _), _)| *workload == index);
            let served: f64 = of.map(|(_, rates)| rates[quarter]).sum();
            let share = run.unserved_share(index, quarter);
            table.push([
                run.quarter(quarter).into(),
                facts.title.as_str().into(),
                work_noun(facts.unit).into(),
                demand.into(),
                served.into(),
                (demand * share).into(),
                (100.0 * share).into(),
                (run.unserved_value(index)[quarter] / 1e6).into(),
            ]);
        }
    }
    match worst_short(run) {
        Some((workload, quarter, share)) => table.takeaway(format!(
            "{} of demand goes unserved in all; worst is {}, {} short in {}.",
            usd(unserved_total(run)),
            run.workload(workload),
            number::percent(share),
            run.quarter(quarter)
        )),
        None => table.takeaway("All demand is served in every quarter."),
    }
}

/// Limits that could not be kept.
pub(crate) fn shortfalls(run: &Run<'_>) -> Table {
    let mut table = Table::new("shortfalls", "Limits that could not be kept")
        .column(Column::text("limit", "Limit"))
        .column(Column::text("subject", "Where or what"))
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::number("short", "Short by", &Unit::new("count", "", "")).decimals(1))
        .column(Column::text("unit", "Unit"));
    for shortfall in &run.plan.shortfalls {
        table.push([
            family_word(shortfall.family).into(),
            subject(run, shortfall.family, &shortfall.subject).into(),
            shortfall.quarter.map(|quarter| run.quarter(quarter)).into(),
            shortfall.amount.into(),
            unit_word(shortfall.unit).into(),
        ]);
    }
    let sentences = limits_not_kept(run);
    table.takeaway(sentences.first().map_or_else(String::new, |first| format!("{}.", sentence(first))))
}

/// Worth of one more unit of every limit that binds.
pub(crate) fn limits(run: &Run<'_>) -> Table {
    let mut table = Table::new("limits", "What one more of each limit is worth")
        .column(Column::text("limit", "Limit"))
        .column(Column::text("subject", "Where or what"))
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::text("state", "State"))
        .column(Column::text("one_more", "One more"))
        .column(Column::number("worth", "Is worth", &Unit::usd()));
    for limit in &run.plan.duals {
        table.push([
            family_word(limit.family).into(),
            subject(run, limit.family, &limit.subject).into(),
            limit.quarter.map(|quarter| run.quarter(quarter)).into(),
            state(run, limit).into(),
            unit_word(limit.unit).into(),
            limit.value.into(),
        ]);
    }
    let found = binds(run);
    let takeaway = match found.as_slice() {
        [] => "No limit on power, space, supply or money binds.".to_owned(),
        [first, rest @ ..] => {
            format!(
                "{} binds most; {} bind as well. Worths hold for small changes, with projects as chosen.",
                first.sentence(run),
                counted(rest.len(), "other limit")
            )
        }
    };
    table.takeaway(takeaway)
}

/// Whether people run into a limit, or nothing stands at it yet.
fn state(run: &Run<'_>, limit: &LimitValue) -> &'static str {
    match limit.family {
        "serve" => "demand",
        "capacity" => "machines",
        _ if is_full(run, limit) => "used up",
        _ => "closed",
    }
}

fn family_word(family: &str) -> String {
    match family {
        "power" => "Power",
        "racks" => "Space",
        "air" => "Cooling by air",
        "budget" => "Capital budget",
        "supply" => "Supply",
        "serve" => "Demand to serve",
        "capacity" => "Machines at work",
        "history" => "History",
        other => return sentence(other),
    }
    .to_owned()
}

fn subject(run: &Run<'_>, family: &str, id: &str) -> String {
    let problem = run.problem;
    let platform = |id: &str| problem.platforms.iter().position(|found| found.id == id);
    match family {
        "power" | "air" | "racks" => run.place_title(id),
        "supply" => problem
            .offers
            .iter()
            .find(|offer| offer.id == id)
            .map_or_else(|| id.to_owned(), |offer| run.platform(offer.platform)),
        "serve" => {
            problem.workloads.iter().find(|found| found.id == id).map_or(id, |found| &found.title).to_owned()
        }
        "capacity" => platform(id).map_or_else(|| id.to_owned(), |platform| run.platform(platform)),
        _ => id.to_owned(),
    }
}

fn unit_word(unit: &str) -> String {
    match unit {
        "10^6 USD" => "million USD".to_owned(),
        other => other.to_owned(),
    }
}
