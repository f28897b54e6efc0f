//! What is decided: purchases, rentals, projects, programmes and portings, with their dates.

use quarterdeck_plan::ledger::{porting_cash, rental_quarters};
use quarterdeck_units::Usd;

use super::platforms;
use crate::number;
use crate::plan::Run;
use crate::plan::view::Course;
use crate::plan::words::{counted, family_word, machines, sentence, usd};
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;

/// What is bought of each platform, dearest first.
pub(crate) fn purchases(run: &Run<'_>) -> Table {
    let mut table = Table::new("purchases", "What to buy")
        .column(Column::text("platform", "Platform"))
        .column(Column::quarter("first_order", "First order by"))
        .column(Column::quarter("last_order", "Last order"))
        .column(Column::quarter("in_service", "In service from"))
        .column(Column::number("bought", "Bought", &platforms()).decimals(0))
        .column(Column::number("bought", "Devices", &Unit::devices()).decimals(0))
        .column(Column::number("it_power", "IT power", &Unit::mw()))
        .column(Column::number("capex", "Capex", &Unit::musd()))
        .column(Column::text("places", "Places"));
    let purchases = run.purchases();
    for purchase in &purchases {
        table.push([
            run.platform(purchase.platform).into(),
            run.quarter(purchase.first_order).into(),
            run.quarter(purchase.last_order).into(),
            run.quarter(purchase.first_service).into(),
            purchase.platforms.into(),
            purchase.devices.into(),
            purchase.power.as_megawatts().into(),
            purchase.capex.as_millions().into(),
            run.places(&purchase.places).into(),
        ]);
    }
    let capex: f64 = purchases.iter().map(|purchase| purchase.capex.as_dollars()).sum();
    let power: f64 = purchases.iter().map(|purchase| purchase.power.as_watts()).sum();
    let devices: f64 = purchases.iter().map(|purchase| purchase.devices).sum();
    if let Some(first) = purchases.iter().map(|purchase| purchase.first_order).min() {
        table = table.takeaway(format!(
            "{} devices with {} of IT power are bought for {}, the first ordered by {}.",
            machines(devices),
            number::power(power),
            usd(capex),
            run.quarter(first)
        ));
    }
    table
}

/// Every order: when, what, where, how many.
pub(crate) fn orders(run: &Run<'_>) -> Table {
    let mut table = Table::new("orders", "Orders")
        .takeaway("Order in the first column's quarter; cash leaves when the machines arrive.")
        .column(Column::quarter("order_by", "Order by"))
        .column(Column::quarter("in_service", "In service"))
        .column(Column::text("platform", "Platform"))
        .column(Column::text("vendor", "Vendor"))
        .column(Column::text("place", "Place"))
        .column(Column::number("ordered", "Ordered", &platforms()).decimals(0))
        .column(Column::number("ordered", "Devices", &Unit::devices()).decimals(0))
        .column(Column::number("it_power", "IT power", &Unit::mw()))
        .column(Column::number("capex", "Capex", &Unit::musd()));
    let mut orders: Vec<_> = run.plan.orders.iter().collect();
    orders.sort_by(|a, b| a.quarter.cmp(&b.quarter).then(a.offer.cmp(&b.offer)).then(a.place.cmp(&b.place)));
    for order in orders {
        let offer = &run.problem.offers[order.offer];
        table.push([
            run.quarter(order.quarter).into(),
            run.quarter(order.in_service).into(),
            run.platform(offer.platform).into(),
            sentence(&offer.vendor).into(),
            run.place(order.place).into(),
            order.count.into(),
            (order.count * run.devices(offer.platform)).into(),
            run.order_power(order).as_megawatts().into(),
            run.order_capex(order).as_millions().into(),
        ]);
    }
    table
}

/// Every rental that begins.
pub(crate) fn rentals(run: &Run<'_>) -> Table {
    let mut table = Table::new("rentals", "Rentals")
        .column(Column::quarter("from", "From"))
        .column(Column::quarter("to", "To"))
        .column(Column::text("platform", "Platform"))
        .column(Column::text("vendor", "Vendor"))
        .column(Column::number("rented", "Rented", &platforms()).decimals(0))
        .column(Column::number("rented", "Devices", &Unit::devices()).decimals(0))
        .column(Column::number("rent", "Rent over the term", &Unit::musd()));
    for start in &run.plan.rentals {
        let rental = &run.problem.rentals[start.rental];
        let quarters = rental_quarters(run.problem, start.rental, start.quarter);
        let rent = rental.price[start.quarter] * (start.count * quarters.len() as f64);
        table.push([
            run.quarter(start.quarter).into(),
            run.quarter(quarters.end.saturating_sub(1)).into(),
            run.platform(rental.platform).into(),
            sentence(&rental.vendor).into(),
            start.count.into(),
            (start.count * run.devices(rental.platform)).into(),
            rent.as_millions().into(),
        ]);
    }
    table
}

/// Projects, programmes and portings with the course chosen for each.
pub(crate) fn choices(run: &Run<'_>) -> Table {
    let mut table = Table::new("choices", "Projects, own chips and portings")
        .column(Column::text("kind", "Kind"))
        .column(Column::text("name", "Name"))
        .column(Column::text("choice", "What happens"))
        .column(Column::quarter("start", "Start"))
        .column(Column::quarter("ready", "Ready"))
        .column(Column::quarter("stopped", "Stopped"))
        .column(Column::number("it_power", "IT power", &Unit::mw()))
        .column(Column::number("cash", "Cash in the horizon", &Unit::musd()));
    let at = |quarter: Option<usize>| -> Cell { quarter.map(|quarter| run.quarter(quarter)).into() };
    let courses = run.courses();
    for course in &courses {
        let choice = if course.label.is_empty() { "as begun".to_owned() } else { course.label.clone() };
        let start = if course.course == Course::NotStarted { None } else { course.start };
        table.push([
            "project".into(),
            course.title.as_str().into(),
            choice.into(),
            at(start),
            at(course.ready),
            at(course.stopped),
            Cell::from((course.adds.as_watts() > 0.0).then(|| course.adds.as_megawatts())),
            course.cash.as_millions().into(),
        ]);
    }
    for (programme, schedule) in &run.plan.programmes {
        let facts = &run.problem.programmes[*programme];
        let schedule = &facts.schedules[*schedule];
        let cash: Usd = schedule.cash.values().flatten().copied().sum();
        table.push([
            "own chip".into(),
            facts.title.as_str().into(),
            schedule.label.as_str().into(),
            Cell::Empty,
            at(schedule.ships),
            at(schedule.stopped),
            Cell::Empty,
            cash.as_millions().into(),
        ]);
    }
    for (porting, start) in &run.plan.portings {
        let facts = &run.problem.portings[*porting];
        let name = format!("{} to {}", run.workload(facts.workload), family_word(&facts.family));
        let cash: Usd = start.map_or(Usd::ZERO, |start| {
            porting_cash(run.problem, *porting, start).iter().map(|(_, cash)| *cash).sum()
        });
        let choice = match start {
            Some(_) => format!("ported in {}", facts.effort),
            None => "not ported".to_owned(),
        };
        let ready = start.map(|start| start + facts.effort.0.max(0) as usize);
        table.push([
            "porting".into(),
            name.into(),
            choice.into(),
            at(*start),
            at(ready),
            Cell::Empty,
            Cell::Empty,
            cash.as_millions().into(),
        ]);
    }
    table.takeaway(choices_note(run))
}

/// How many projects are built, stopped or left, how many portings are done.
fn choices_note(run: &Run<'_>) -> String {
    let courses = run.courses();
    let of = |wanted: &[Course]| courses.iter().filter(|course| wanted.contains(&course.course)).count();
    let ported = run.plan.portings.values().filter(|start| start.is_some()).count();
    let mut parts = Vec::new();
    if !courses.is_empty() {
        let built = of(&[Course::Built, Course::Redesigned]);
        let stopped = of(&[Course::Cancelled, Course::Paused]);
        parts.push(format!("{built} of {} built", counted(courses.len(), "project")));
        parts.push(format!("{stopped} stopped"));
    }
    if !run.plan.portings.is_empty() {
        parts.push(format!("{ported} of {} done", counted(run.plan.portings.len(), "porting")));
    }
    if parts.is_empty() { String::new() } else { format!("{}.", sentence(&parts.join(", "))) }
}
