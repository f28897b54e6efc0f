//! The charts of a training run: waterfall, memory, scaling, trade-offs, the bill, the pipeline's schedule.

use super::bars::{Part, hidden_parts, memory_parts, time_parts};
use super::parts::{days, seconds, short_layout};
use super::{Run, SlotKind, Training};
use crate::chart::{
    Axis, Bars, Chart, ChartSpec, Lines, MemoryStack, Pareto, Schedule, ScheduleSlot, Series, ValueAxis,
    Waterfall,
};
use crate::number;
use crate::palette::{ColourKey, Role};
use crate::unit::Unit;

/// What the colour of a part stands for.
fn colour(id: &str) -> ColourKey {
    ColourKey::part(match id {
        "matrix" => "compute",
        "attention" => "attention",
        "streaming" => "memory",
        "recompute" => "recompute",
        "scale-up" => "collective",
        "scale-out" => "scale-out",
        "optimizer" => "optimiser",
        "logits" => "logits",
        "reserve" => "overhead",
        other => other,
    })
}

/// Where the time of a step goes, exposed and hidden.
pub(super) fn waterfall(run: &Run) -> ChartSpec {
    let best = run.best();
    let total = best.step_time().as_seconds();
    let (scale, unit) = if total < 10.0 { (1e3, Unit::ms()) } else { (1.0, seconds()) };
    let hidden = hidden_parts(&best.breakdown);
    let behind = |id: &str| hidden.iter().find(|part| part.id == id).map_or(0.0, |part| part.value);
    let mut chart = Waterfall::new(ValueAxis::new("Time of a step", unit), "Step");
    for part in time_parts(&best.breakdown) {
        // Memory traffic behind arithmetic belongs to the matrix multiplies that hide it.
        let behind = if part.id == "matrix" { behind("device") } else { behind(part.id) };
        chart = chart.part(part.id, part.name, colour(part.id), part.value * scale, behind * scale);
    }
    let busy = best.breakdown.matrix + best.breakdown.attention;
    ChartSpec::new("step-time", "Where a step goes", Chart::Waterfall(chart.floor("At peak rate", run.utilisation.mfu * total * scale)))
        .takeaway(format!(
            "A step takes {}; {} of it is arithmetic.",
            number::duration(total),
            number::percent(busy.as_seconds() / total)
        ))
        .question("Where does the time of a step go?")
        .note("Solid bars add up to the step. Dashed ones ran behind other work and add nothing. The line is the work at the device's dense peak.")
}

/// What fills the memory of the best strategies.
pub(super) fn memory(run: &Run) -> ChartSpec {
    let shown: Vec<_> = run.strategies.iter().take(5).collect();
    let names =
        shown.iter().enumerate().map(|(at, one)| format!("{}: {}", at + 1, short_layout(&one.layout)));
    let capacity = shown.iter().map(|one| one.memory.capacity.as_gigabytes());
    let parts: Vec<Vec<Part>> = shown.iter().map(|one| memory_parts(&one.memory)).collect();
    let mut order: Vec<(&'static str, &'static str)> = Vec::new();
    for part in parts.iter().flatten() {
        if !order.iter().any(|(id, _)| *id == part.id) {
            order.push((part.id, part.name));
        }
    }
    let mut chart = MemoryStack::new(
        Axis::texts("Strategy", names),
        ValueAxis::new("Memory of the fullest device", Unit::gb()),
        "Memory of a device",
        capacity,
    );
    for (id, name) in order {
        let values = parts
            .iter()
            .map(|parts| parts.iter().find(|part| part.id == id).map_or(0.0, |part| part.value / 1e9));
        chart = chart.part(Series::new(id, name, colour(id), values));
    }
    let best = run.best();
    ChartSpec::new("memory-stack", "Memory of the fullest device", Chart::MemoryStack(chart))
        .takeaway(format!(
            "The best strategy fills {} of {}.",
            number::bytes(best.memory.used().as_bytes()),
            number::bytes(best.memory.capacity.as_bytes())
        ))
        .question("Does it fit, and what fills the memory?")
        .note("Decimal gigabytes.")
}

/// Time of the run over the number of devices.
pub(super) fn scaling(training: &Training, run: &Run) -> Option<ChartSpec> {
    if run.scaling.len() < 2 {
        return None;
    }
    let own = training.question.devices;
    let x = Axis::texts("Devices", run.scaling.iter().map(|point| number::count(point.devices)));
    let pick = |of: &dyn Fn(&super::ScalingPoint) -> Option<f64>| -> Vec<f64> {
        run.scaling.iter().map(|point| of(point).unwrap_or(f64::NAN)).collect()
    };
    let strong = pick(&|point| point.strong.map(|run| run.elapsed.as_days()));
    let weak = pick(&|point| point.weak.map(|run| run.elapsed.as_days()));
    let elapsed = run.project.elapsed.as_days();
    let ideal = run.scaling.iter().map(|point| elapsed * own / point.devices);
    let chart = Lines::new(x, ValueAxis::new("Time of the whole run", days()).log())
        .line(Series::new("strong", "Same batch", ColourKey::role(Role::Chosen), strong))
        .line(Series::new("weak", "Batch grows with devices", ColourKey::role(Role::Load), weak))
        .faint(Series::new("ideal", "Time by devices alone", ColourKey::role(Role::Baseline), ideal));
    let twice = run
        .scaling
        .iter()
        .filter(|point| point.devices > own)
        .find_map(|point| point.strong.map(|run| (point.devices, run)));
    let takeaway = match twice {
        Some((devices, other)) => format!(
            "{} devices would take {} with the same batch, {} as fast as {}.",
            number::count(devices),
            number::duration(other.elapsed.as_seconds()),
            number::factor(run.project.elapsed / other.elapsed),
            number::count(own)
        ),
        None => format!(
            "{} devices take {}.",
            number::count(own),
            number::duration(run.project.elapsed.as_seconds())
        ),
    };
    Some(
        ChartSpec::new("scaling-time", "Time over devices", Chart::Lines(chart))
            .takeaway(takeaway)
            .question("What would more or fewer devices give?")
            .note("Each point is searched anew, with its failures and checkpoints. Where a line is missing the run does not fit."),
    )
}

/// Strategies by time and memory.
pub(super) fn trades(run: &Run) -> Option<ChartSpec> {
    let mut chart = Pareto::new(
        ValueAxis::new("Memory of the fullest device", Unit::gb()),
        ValueAxis::new("Time of a step", seconds()),
    );
    let mut seen = Vec::new();
    for strategy in run.strategies.iter().chain(&run.trades) {
        let at = (strategy.memory.used().as_gigabytes(), strategy.step_time().as_seconds());
        if seen.contains(&strategy.layout) {
            continue;
        }
        seen.push(strategy.layout);
        let group = format!("Recomputation: {}", super::parts::recompute_group(&strategy.layout));
        let key = ColourKey::workload(&group);
        chart = chart.point(format!("s{}", seen.len()), short_layout(&strategy.layout), group, key, at);
    }
    if seen.len() < 3 {
        return None;
    }
    let capacity = run.best().memory.capacity.as_gigabytes();
    let chart = chart.x_limit("Capacity", capacity).mark_front().choose("s1");
    let front = chart.points.iter().filter(|point| point.on_front).count();
    let least = chart.points.iter().map(|point| point.x).fold(f64::INFINITY, f64::min);
    Some(
        ChartSpec::new("trades", "Strategies by time and memory", Chart::Pareto(chart))
            .takeaway(format!(
                "{front} of {} strategies are beaten by no other in both; the leanest needs {}.",
                seen.len(),
                number::quantity(least, "GB")
            ))
            .question("What does less memory cost in time?"),
    )
}

/// Time, energy and money of the run by what they are spent on, as shares.
pub(super) fn bill(run: &Run) -> Option<ChartSpec> {
    let priced = run.project.cost.total().is_some();
    let mut names = vec!["Time", "Energy"];
    if priced {
        names.push("Money");
    }
    let total = |of: &dyn Fn(&super::BillLine) -> f64| run.bill.iter().map(of).sum::<f64>();
    let time = total(&|line| line.time.as_seconds());
    let energy = total(&|line| line.energy.as_joules());
    let cost = total(&|line| line.cost.map_or(0.0, |cost| cost.as_dollars()));
    let mut chart = Bars::stacked(Axis::texts("Of the run", names), ValueAxis::new("Share", Unit::percent()));
    for line in &run.bill {
        let mut values =
            vec![line.time.as_seconds() / time * 100.0, line.energy.as_joules() / energy * 100.0];
        if priced {
            values.push(line.cost.map_or(0.0, |cost| cost.as_dollars()) / cost * 100.0);
        }
        chart = chart.series(Series::new(line.id.clone(), line.name.clone(), colour(&line.id), values));
    }
    let money = run
        .project
        .cost
        .total()
        .map_or(String::new(), |cost| format!(" and {}", number::usd(cost.as_dollars())));
    (time > 0.0 && energy > 0.0).then(|| {
        ChartSpec::new("bill-shares", "What the run is spent on", Chart::Bars(chart))
            .takeaway(format!(
                "{} of {}{money}.",
                number::duration(run.project.elapsed.as_seconds()),
                number::energy(energy / 3600.0),
            ))
            .question("Which part of the work takes time, energy and money?")
            .note("Energy follows the draw of each kind of work, money without energy its time.")
    })
}

/// What each stage of the pipeline does when.
pub(super) fn schedule(run: &Run) -> Option<ChartSpec> {
    let found = run.schedule.as_ref()?;
    let mut chart = Schedule::new(ValueAxis::new("Time", Unit::ms()), found.stages.len());
    for (stage, slots) in found.stages.iter().enumerate() {
        for slot in slots {
            chart = chart.slot(ScheduleSlot {
                stage,
                kind: match slot.kind {
                    SlotKind::Forward => crate::chart::SlotKind::Forward,
                    SlotKind::Backward => crate::chart::SlotKind::Backward,
                    SlotKind::Weight => crate::chart::SlotKind::Weight,
                },
                microbatch: slot.microbatch,
                chunk: slot.chunk,
                from: slot.from.as_millis(),
                to: slot.to.as_millis(),
            });
        }
    }
    let (drawn, all) = found.microbatches;
    let note = if drawn < all {
        format!(
            "The first {drawn} of {all} micro-batches are drawn, as a step of that many; the share above is of all."
        )
    } else {
        "Each bar is one micro-batch on one chunk of layers; numbers name micro-batches.".to_owned()
    };
    Some(
        ChartSpec::new(
            "schedule",
            format!("Schedule of the pipeline ({})", found.name),
            Chart::Schedule(chart),
        )
        .takeaway(format!("Stages wait {} of their time.", number::percent(found.bubble)))
        .question("Is the schedule good?")
        .note(note),
    )
}
