//! The charts of a site: money by class, power at the meter, months of a year, and dates.

use super::tables::capital;
use super::{Cost, Power, Question, Schedule};
use crate::chart::{Axis, Bars, Chart, ChartSpec, Gantt, GanttLane, Lines, MilestoneKind, Series, ValueAxis};
use crate::number;
use crate::palette::{ColourKey, Role};
use crate::unit::Unit;
use quarterdeck_facility::project::precedence::Month;
use quarterdeck_units::{Quarters, Seconds};

/// Money by class, with what it could be.
pub(super) fn cost(question: &Question, cost: &Cost) -> ChartSpec {
    let total = cost.total();
    let names = ["if prices are low", "as counted", "if prices are high"];
    let mut chart = Bars::stacked(
        Axis::texts("Prices", names),
        ValueAxis::new(format!("Cost, dollars of {}", question.price_year), Unit::musd()),
    );
    for class in &cost.classes {
        let values = [class.cost.low, class.cost.typical, class.cost.high].map(|usd| usd.as_millions());
        chart =
            chart.series(Series::new(class.id.clone(), class.name.clone(), class_colour(&class.id), values));
    }
    let largest = cost.classes.iter().max_by(|a, b| a.cost.typical.total_cmp(&b.cost.typical));
    let takeaway = largest.map_or_else(String::new, |class| {
        format!(
            "{}; {} of it {}.",
            number::usd(total.typical.as_dollars()),
            number::percent(class.cost.typical / total.typical),
            class.name.to_lowercase()
        )
    });
    ChartSpec::new("cost-classes", "Cost by class", Chart::Bars(chart))
        .takeaway(takeaway)
        .question("Where does the money go?")
        .note("Low and high take the low or the high price of every part at once.")
}

fn class_colour(id: &str) -> ColourKey {
    ColourKey::class(match id {
        "shell" => "building",
        "critical-capacity" => "power",
        id => id,
    })
}

/// Power at the meter by what draws it.
pub(super) fn power(power: &Power) -> ChartSpec {
    let mut chart = Bars::stacked(
        Axis::texts("When", ["mean of the year", "peak hour"]),
        ValueAxis::new("Power at the meter", Unit::mw()),
    );
    for part in &power.parts {
        let values = [part.mean, part.peak].map(|watts| watts.as_megawatts());
        chart = chart.series(Series::new(part.id.clone(), part.name.clone(), part_colour(&part.id), values));
    }
    let overhead = power.facility_mean() - power.drawn;
    ChartSpec::new("power-parts", "Power at the meter", Chart::Bars(chart))
        .takeaway(format!(
            "{} on the mean, {} of it beside machines and networks.",
            number::power(power.facility_mean().as_watts()),
            number::percent(overhead / power.facility_mean())
        ))
        .question("What draws power?")
        .note(format!("In the peak hour machines draw their nameplate. {}.", capital(&power.drawn_basis)))
}

fn part_colour(id: &str) -> ColourKey {
    match id {
        "machines" | "network" => ColourKey::class(id),
        "chillers" | "cooling" => ColourKey::part("memory"),
        "fans" => ColourKey::part("bubble"),
        "pumps" => ColourKey::part("ingestion"),
        "losses" | "supply" => ColourKey::part("scale-out"),
        _ => ColourKey::part("overhead"),
    }
}

/// Power beside IT by month; none where only the year is known.
pub(super) fn months(power: &Power) -> Option<ChartSpec> {
    // From nothing, so that heights compare: a PUE starts at 1.
    let beside = |pue: f64| 100.0 * (pue - 1.0);
    let worst = power.months.iter().max_by(|a, b| a.pue.total_cmp(&b.pue))?;
    let best = power.months.iter().min_by(|a, b| a.pue.total_cmp(&b.pue))?;
    let axis = Axis::texts("Month", power.months.iter().map(|month| month.name.clone()));
    let year = vec![beside(power.pue()); power.months.len()];
    let months = power.months.iter().map(|month| beside(month.pue));
    let chart = Lines::new(axis, ValueAxis::new("Power beside IT over IT power", Unit::percent()))
        .line(Series::new("beside", "Power beside IT", ColourKey::role(Role::Load), months))
        .faint(Series::new("year", "Mean of the year", ColourKey::role(Role::Baseline), year));
    Some(
        ChartSpec::new("months-pue", "Power beside IT by month", Chart::Lines(chart))
            .takeaway(format!(
                "PUE runs from {:.3} in {} to {:.3} in {}; {:.3} over the year.",
                best.pue,
                best.name,
                worst.pue,
                worst.name,
                power.pue()
            ))
            .question("What does the weather of a year do?"),
    )
}

/// Tasks back from the quarter of need; none without such a quarter.
pub(super) fn dates(question: &Question, schedule: &Schedule) -> Option<ChartSpec> {
    let need = question.need?;
    let (_, middle, high) = schedule.finish;
    let likely = schedule.likely;
    let quarters = likely.as_quarters().ceil().max(1.0) as i32 + 1;
    let first = need - Quarters(quarters);
    let axis = Axis::quarters(first.through(need).map(|quarter| quarter.to_string()));
    // Places count from the start of the axis; the project ends where the quarter of need begins.
    let at =
        |from_first_decision: Seconds| f64::from(quarters) - (likely - from_first_decision).as_quarters();
    let mut chart = Gantt::new(axis);
    for task in schedule.tasks.iter().filter(|task| task.duration.1.is_positive()) {
        let stage = if task.is_critical() { "Decides" } else { "May slip" };
        let name = task.order_by.as_ref().map_or_else(String::new, |months| format!("by {}", months.p50));
        let lane = GanttLane::new(task.id.clone(), task.name.clone(), "")
            .bar(stage, at(task.latest_start), at(task.latest_start + task.duration.1))
            .milestone(MilestoneKind::Decide, name, at(task.latest_start));
        chart = chart.lane(lane);
    }
    Some(
        ChartSpec::new("dates", "Last dates to begin", Chart::Gantt(chart))
            .takeaway(format!(
                "To run in {need}, begin by {} for even odds, by {} for nine in ten.",
                Month::before(need, middle),
                Month::before(need, high)
            ))
            .question("When must we decide?")
            .note("Bars lie as late as they may, with likely durations; marks are the months for even odds."),
    )
}
