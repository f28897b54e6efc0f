//! Two runs of one question beside each other: words, a table, and the bridge from one cost to the other.

use quarterdeck_plan::{CostClass, LedgerKind};

use super::Run;
use super::verdict::{brief, unserved_total, worst_short};
use super::view::Course;
use super::words::{class_word, family_word, list_up_to, machines, money_unit, sentence, usd};
use crate::chart::{Bridge, Chart, ChartSpec, ValueAxis};
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::verdict::{Tone, VerdictBlock};

/// Share of the largest total below which a step of the bridge joins the others.
const SMALL_STEP: f64 = 0.002;
/// Share of the largest total that sums may be off by.
const ROUNDING: f64 = 1e-9;
/// Accelerators count as a difference from this share of the most that either run ever has.
const NOTABLE_FLEET: f64 = 0.05;

/// What differs in another run.
pub(super) fn beside(run: &Run<'_>, other: &Run<'_>) -> VerdictBlock {
    let (here, there) = (run.plan.present_cost().as_dollars(), other.plan.present_cost().as_dollars());
    let difference = there - here;
    let word = if difference < 0.0 { "cheaper" } else { "dearer" };
    let share = if here != 0.0 {
        format!(" ({})", number::percent((difference / here).abs()))
    } else {
        String::new()
    };
    let headline = format!(
        "{}: {}{share} {word} in present value than the {}.",
        sentence(other.label),
        usd(difference.abs()),
        run.label
    );
    let tone = if difference > 0.0 { Tone::Warning } else { Tone::Neutral };
    let mut block = VerdictBlock::new(headline).tone(tone);
    let mut steps = steps(run, other);
    steps.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    let named: Vec<String> = steps
        .iter()
        .take(3)
        .filter(|(_, _, change)| *change != 0.0)
        .map(|(_, name, change)| format!("{} {}", name.to_lowercase(), number::usd_change(-change)))
        .collect();
    if !named.is_empty() {
        block = block.line("Money", named.join(", "));
    }
    block = block.line("Served", served_text(run, other));
    if let Some(text) = fleet_text(run, other) {
        block = block.line("Fleet", text);
    }
    if let Some(text) = portings_text(run, other) {
        block = block.line("Porting", text);
    }
    if let Some(text) = projects_text(run, other) {
        block = block.line("Sites", text);
    }
    block
}

fn served_text(run: &Run<'_>, other: &Run<'_>) -> String {
    let (here, there) = (unserved_total(run), unserved_total(other));
    let mut text = match (there > 0.0, here > 0.0) {
        (false, false) => return "all demand, as in the other".to_owned(),
        (false, true) => format!("all demand, against {} unserved", usd(here)),
        (true, false) => format!("{} of demand unserved, against nothing", usd(there)),
        (true, true) => format!("{} of demand unserved, against {}", usd(there), usd(here)),
    };
    if let Some((workload, quarter, share)) = worst_short(other) {
        let worst = format!(
            "; worst {}, {} in {}",
            other.workload(workload),
            number::percent(share),
            other.quarter(quarter)
        );
        text.push_str(&worst);
    }
    text
}

/// The quarter in which the two fleets of accelerators are widest apart, by their ratio.
fn fleet_text(run: &Run<'_>, other: &Run<'_>) -> Option<String> {
    let quarters = run.n().min(other.n());
    let counts: Vec<(f64, f64)> = (0..quarters)
        .map(|quarter| (run.accelerators(quarter, None), other.accelerators(quarter, None)))
        .collect();
    let most = counts.iter().map(|(a, b)| a.max(*b)).fold(0.0, f64::max);
    let apart = |(a, b): &(f64, f64)| if a + b > 0.0 { (a - b).abs() / (a + b) } else { 0.0 };
    let notable =
        |(_, pair): &(usize, &(f64, f64))| pair.0.max(pair.1) >= NOTABLE_FLEET * most && apart(pair) > 0.005;
    let (quarter, (here, there)) = counts
        .iter()
        .enumerate()
        .filter(notable)
        .max_by(|a, b| apart(a.1).total_cmp(&apart(b.1)).then(b.0.cmp(&a.0)))?;
    Some(format!(
        "{} accelerators in {}, against {}",
        machines(*there),
        run.quarter(quarter),
        machines(*here)
    ))
}

/// Portings that begin at another time.
fn portings_text(run: &Run<'_>, other: &Run<'_>) -> Option<String> {
    let mut differing = Vec::new();
    for (index, start) in &run.plan.portings {
        let there = other.plan.portings.get(index).copied().flatten();
        if there != *start {
            let facts = &run.problem.portings[*index];
            let word = |at: Option<usize>| at.map_or_else(|| "never".to_owned(), |at| run.quarter(at));
            differing.push(format!(
                "{} to {} {}, against {}",
                run.workload(facts.workload),
                family_word(&facts.family),
                word(there),
                word(*start)
            ));
        }
    }
    let named: Vec<String> = differing.iter().take(2).cloned().collect();
    let more = differing.len().saturating_sub(2);
    match more {
        _ if named.is_empty() => None,
        0 => Some(named.join("; ")),
        more => {
            let verb = if more == 1 { "differs" } else { "differ" };
            Some(format!("{}; {more} more {verb}", named.join("; ")))
        }
    }
}

/// Projects that take another course.
fn projects_text(run: &Run<'_>, other: &Run<'_>) -> Option<String> {
    let word = |course: Course| match course {
        Course::Built => "built",
        Course::Redesigned => "redesigned",
        Course::Paused => "paused",
        Course::Cancelled => "cancelled",
        Course::NotStarted => "not started",
    };
    let theirs = other.courses();
    let differing: Vec<String> = run
        .courses()
        .iter()
        .filter_map(|ours| {
            let theirs = theirs.iter().find(|theirs| theirs.project == ours.project)?;
            (theirs.course != ours.course).then(|| {
                format!(
                    "{} {} instead of {}",
                    brief(run, &ours.title),
                    word(theirs.course),
                    word(ours.course)
                )
            })
        })
        .collect();
    (!differing.is_empty()).then(|| list_up_to(&differing, 3))
}

/// Steps from the cost of `other` to that of `run`, by class of money, in dollars of present value.
pub(super) fn steps(run: &Run<'_>, other: &Run<'_>) -> Vec<(String, String, f64)> {
    let mut steps: Vec<(String, String, f64)> = Vec::new();
    let classes = [
        CostClass::Machines,
        CostClass::Network,
        CostClass::Buildings,
        CostClass::Programmes,
        CostClass::Porting,
        CostClass::Energy,
        CostClass::Operations,
        CostClass::Rental,
        CostClass::Exit,
        CostClass::Other,
    ];
    // What is left at the end belongs to the class that was bought: more machines leave more behind.
    let net = [LedgerKind::Capex, LedgerKind::Opex, LedgerKind::Residual];
    let spent =
        |of: &Run<'_>, class: CostClass| of.present(|line| line.class == class && net.contains(&line.kind));
    for class in classes {
        let change = spent(run, class) - spent(other, class);
        steps.push((super::words::class_id(class).to_owned(), class_word(class).to_owned(), change));
    }
    let kinds = [
        (LedgerKind::Unserved, "unserved", "Demand not served"),
        (LedgerKind::Penalty, "penalty", "Limits not kept"),
    ];
    for (kind, id, name) in kinds {
        let of = |run: &Run<'_>| run.present(|line| line.kind == kind);
        steps.push((id.to_owned(), name.to_owned(), of(run) - of(other)));
    }
    steps
}

/// Present value of what both runs take as given; nothing if they differ in it.
fn given_in_both(run: &Run<'_>, other: &Run<'_>) -> f64 {
    let given = |of: &Run<'_>| of.present(Run::is_given);
    let (here, there) = (given(run), given(other));
    if (here - there).abs() <= 1e-9 * here.abs().max(there.abs()) { here } else { 0.0 }
}

/// Why the costs of two runs differ: from `other` to `run`, class by class; sums exactly.
pub(super) fn bridge(run: &Run<'_>, other: &Run<'_>) -> ChartSpec {
    let given = given_in_both(run, other);
    let (start, end) =
        (other.plan.present_cost().as_dollars() - given, run.plan.present_cost().as_dollars() - given);
    let (unit, scale) = money_unit(start.abs().max(end.abs()));
    let mut chart = Bridge::from(ValueAxis::new("Present cost", unit), sentence(other.label), start * scale);
    let all = steps(run, other);
    let small = SMALL_STEP * start.abs().max(end.abs());
    let mut rest = end - start;
    for (id, name, change) in all.iter().filter(|(_, _, change)| change.abs() > small) {
        chart = chart.change(id.clone(), name.clone(), change * scale);
        rest -= change;
    }
    // What is left is small steps, so that the bridge ends where the plan does; rounding of the sums is no step.
    if rest.abs() > ROUNDING * start.abs().max(end.abs()) {
        chart = chart.change("rest", "All else", rest * scale);
    }
    chart = chart.to(sentence(run.label), end * scale);
    let largest = all.iter().max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()));
    let difference = start - end;
    let word = if difference >= 0.0 { "less" } else { "more" };
    let takeaway = match largest {
        Some((_, name, change)) if *change != 0.0 => format!(
            "The {} costs {} {word}; the largest part is {} ({}).",
            run.label,
            usd(difference.abs()),
            name.to_lowercase(),
            number::usd_change(*change)
        ),
        _ => format!("The two runs cost the same, {}.", usd(end)),
    };
    let mut note =
        "Present values; each step is the difference of one class of money, so their order does not matter. Machines, \
         network and buildings count less what they are still worth at the end."
            .to_owned();
    if given != 0.0 {
        note.push_str(&format!(
            " {} of spending taken as given is the same in both and left out.",
            usd(given)
        ));
    }
    ChartSpec::new("cost-bridge", "From one cost to the other", Chart::Bridge(chart))
        .takeaway(takeaway)
        .question("Why do the two runs cost unlike amounts?")
        .note(note)
}

/// Figures of all runs side by side, as text; the exact values stand in the tables of each run.
pub(super) fn table(runs: &[Run<'_>]) -> Table {
    let mut table =
        Table::new("comparison", "The runs side by side").column(Column::text("measure", "Measure"));
    for run in runs {
        table = table.column(Column::text(crate::unit::snake(run.label), sentence(run.label)));
    }
    let mut row = |measure: String, write: fn(f64) -> String, value: &dyn Fn(&Run<'_>) -> f64| {
        let values: Vec<f64> = runs.iter().map(value).collect();
        if values.iter().any(|value| *value != 0.0) {
            let cells = values.into_iter().map(|value| Cell::from(write(value)));
            table.push([Cell::from(measure)].into_iter().chain(cells));
        }
    };
    row("Present cost".to_owned(), usd, &|run| run.plan.present_cost().as_dollars());
    row("Lowest cost that any plan can have".to_owned(), usd, &|run| run.plan.solve.bound.as_dollars());
    for (kind, name) in [
        (LedgerKind::Capex, "Capital spending, present value"),
        (LedgerKind::Opex, "Running costs, present value"),
        (LedgerKind::Unserved, "Demand not served, present value"),
        (LedgerKind::Penalty, "Price of limits not kept, present value"),
        (LedgerKind::Residual, "Value left at the end, present value"),
    ] {
        row(name.to_owned(), usd, &|run| run.present(|line| line.kind == kind));
    }
    if let Some(first) = runs.first() {
        for quarter in (0..first.n()).filter(|quarter| first.problem.quarters[*quarter].of_year() == 4) {
            let name = format!("Accelerators in {}", first.quarter(quarter));
            row(name, machines, &|run| if quarter < run.n() { run.accelerators(quarter, None) } else { 0.0 });
        }
    }
    row("Most IT power reserved".to_owned(), number::power, &|run| {
        run.reserved().into_iter().fold(0.0, f64::max)
    });
    table
}
