//! The facts of a training run as tables.

use quarterdeck_performance::parallelism::{Layout, Offload, Recompute, Schedule, Sharding};

use super::bars::{hidden_parts, memory_parts, time_parts};
use super::{Run, Strategy, Training};
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;

/// Seconds.
pub(super) fn seconds() -> Unit {
    Unit::new("s", "s", "s")
}

/// Days.
pub(super) fn days() -> Unit {
    Unit::new("days", "days", "days")
}

/// Megawatt-hours.
pub(super) fn mwh() -> Unit {
    Unit::new("mwh", "MWh", "MWh")
}

/// All tables of a run that fits, in the order in which they are read.
pub(super) fn tables(training: &Training) -> Vec<Table> {
    let Some(run) = training.run() else { return Vec::new() };
    let mut tables = vec![strategies(run), time(run), memory(run), bill(run)];
    tables.extend([effects(run), scaling(run)].into_iter().flatten());
    tables
}

/// Words of a choice of recomputation for a narrow column.
pub(super) fn recompute_word(layout: &Layout) -> String {
    match layout.recompute {
        Recompute::None => "none".to_owned(),
        Recompute::Selective => "selective".to_owned(),
        Recompute::Full => "full".to_owned(),
        Recompute::Layers(layers) => format!("{layers} layers"),
    }
}

/// Recomputation without its number of layers, to group by.
pub(super) fn recompute_group(layout: &Layout) -> &'static str {
    match layout.recompute {
        Recompute::None => "none",
        Recompute::Selective => "selective",
        Recompute::Full => "full",
        Recompute::Layers(_) => "some layers",
    }
}

/// Stage of state sharding: 0 nothing, 1 optimizer, 2 gradients too, 3 weights too.
pub(super) fn zero_stage(layout: &Layout) -> i64 {
    match layout.sharding {
        Sharding::Replicated => 0,
        Sharding::Optimizer => 1,
        Sharding::Gradients => 2,
        Sharding::Full => 3,
    }
}

/// Order of the pipeline for a narrow column.
pub(super) fn schedule_word(layout: &Layout) -> &'static str {
    match layout.schedule {
        Schedule::OneFOneB => "1f1b",
        Schedule::ZeroBubble => "zb",
        Schedule::DualPipe => "dualpipe",
    }
}

/// What is kept on the host, for a narrow column.
fn host_word(layout: &Layout) -> &'static str {
    match (layout.offload.optimizer, layout.offload.activations) {
        (false, false) => "–",
        (true, false) => "states",
        (false, true) => "activ.",
        (true, true) => "both",
    }
}

/// The best strategies side by side, within the width of a terminal.
pub(super) fn strategies(run: &Run) -> Table {
    let mut table = Table::new("strategies", "Best strategies")
        .takeaway("Ways of parallelism, fastest first.")
        .column(Column::integer("rank", "#"))
        .column(Column::integer("tensor", "tp"))
        .column(Column::integer("pipeline", "pp"))
        .column(Column::integer("data", "dp"))
        .column(Column::integer("context", "cp"))
        .column(Column::integer("expert", "ep"))
        .column(Column::integer("microbatch", "mbs"))
        .column(Column::integer("interleave", "vpp"))
        .column(Column::text("schedule", "order"))
        .column(Column::text("recompute", "recompute"))
        .column(Column::integer("zero", "zero"))
        .column(Column::text("host", "on host"))
        .column(Column::number("step", "step", &seconds()))
        .column(Column::number("mfu", "MFU", &Unit::percent()).decimals(1))
        .column(Column::number("memory", "memory", &Unit::gb()).decimals(1));
    for (rank, strategy) in (1..).zip(&run.strategies) {
        table.push(strategy_row(rank, strategy));
    }
    table
}

fn strategy_row(rank: i64, strategy: &Strategy) -> Vec<Cell> {
    let ways = &strategy.layout.parallelism;
    let step = strategy.step_time();
    let mut cells = vec![Cell::Integer(rank)];
    cells.extend(
        [ways.tensor, ways.pipeline, ways.data, ways.context, ways.expert].map(|n| Cell::Integer(n.into())),
    );
    cells.extend([strategy.layout.microbatch, strategy.layout.interleave].map(|n| Cell::Integer(n.into())));
    cells.extend([
        Cell::from(schedule_word(&strategy.layout)),
        Cell::from(recompute_word(&strategy.layout)),
        Cell::Integer(zero_stage(&strategy.layout)),
        Cell::from(host_word(&strategy.layout)),
        Cell::from(step.as_seconds()),
        Cell::from(strategy.mfu * 100.0),
        Cell::from(strategy.memory.used().as_gigabytes()),
    ]);
    cells
}

fn time(run: &Run) -> Table {
    let best = run.best();
    let total = best.step_time().as_seconds();
    let mut table = Table::new("step-time", "Where a step goes")
        .column(Column::text("part", "Part"))
        .column(Column::number("exposed", "Exposed", &seconds()))
        .column(Column::number("share", "Share", &Unit::percent()).decimals(1))
        .column(Column::number("hidden", "Hidden", &seconds()));
    let hidden = hidden_parts(&best.breakdown);
    let behind = |id: &str| hidden.iter().find(|part| part.id == id).map(|part| part.value);
    for part in time_parts(&best.breakdown) {
        table.push([
            Cell::from(part.name),
            Cell::from(part.value),
            Cell::from(part.value / total * 100.0),
            Cell::from(behind(part.id)),
        ]);
    }
    for part in
        hidden.iter().filter(|part| !time_parts(&best.breakdown).iter().any(|shown| shown.id == part.id))
    {
        table.push([Cell::from(part.name), Cell::from(0.0), Cell::from(0.0), Cell::from(part.value)]);
    }
    table
}

fn memory(run: &Run) -> Table {
    let best = run.best();
    let mut table = Table::new("memory", "Memory of the fullest device")
        .column(Column::text("part", "Part"))
        .column(Column::number("size", "Size", &Unit::gb()))
        .column(Column::number("share", "Share of capacity", &Unit::percent()).decimals(1));
    let capacity = best.memory.capacity.as_bytes();
    let mut row = |name: &str, bytes: f64| {
        table.push([Cell::from(name), Cell::from(bytes / 1e9), Cell::from(bytes / capacity * 100.0)]);
    };
    for part in memory_parts(&best.memory) {
        row(part.name, part.value);
    }
    row("used", best.memory.used().as_bytes());
    row("capacity", capacity);
    table
}

/// Time, energy and money of the run by what they are spent on.
pub(super) fn bill(run: &Run) -> Table {
    let mut table = Table::new("bill", "What the run is spent on")
        .column(Column::text("part", "Part"))
        .column(Column::number("time", "Time", &days()))
        .column(Column::number("energy", "Energy", &mwh()))
        .column(Column::number("cost", "Cost", &Unit::musd()));
    for line in &run.bill {
        table.push([
            Cell::from(line.name.clone()),
            Cell::from(line.time.as_days()),
            Cell::from(line.energy.as_megawatt_hours()),
            Cell::from(line.cost.map(|cost| cost.as_dollars() / 1e6)),
        ]);
    }
    table
}

/// What changes would bring, as differences.
pub(super) fn effects(run: &Run) -> Option<Table> {
    let mut table = Table::new("effects", "What changes would bring")
        .takeaway("Each change is searched and priced again.")
        .column(Column::text("change", "Change"))
        .column(Column::number("step", "step", &seconds()))
        .column(Column::number("time", "time", &Unit::percent()).decimals(1))
        .column(Column::number("energy", "energy", &Unit::percent()).decimals(1))
        .column(Column::number("cost", "cost", &Unit::percent()).decimals(1))
        .column(Column::text("strategy", "best strategy then"));
    let project = &run.project;
    let change = |new: f64, old: f64| (new / old - 1.0) * 100.0;
    for effect in &run.effects {
        match &effect.outcome {
            Ok(outcome) => {
                let costs = outcome.cost.zip(project.cost.total());
                let note = outcome.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
                table.push([
                    Cell::from(format!("{}{note}", effect.change)),
                    Cell::from(outcome.step_time.as_seconds()),
                    Cell::from(change(outcome.elapsed.as_seconds(), project.elapsed.as_seconds())),
                    Cell::from(change(outcome.energy.as_joules(), project.energy.site.as_joules())),
                    Cell::from(costs.map(|(new, old)| change(new.as_dollars(), old.as_dollars()))),
                    Cell::from(short_layout(&outcome.layout)),
                ]);
            }
            Err(reason) => table.push([
                Cell::from(effect.change.clone()),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::from(reason.clone()),
            ]),
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// `tp8 pp16 dp128 vpp4 mbs1`, for narrow columns.
pub(super) fn short_layout(layout: &Layout) -> String {
    let ways = &layout.parallelism;
    let mut words: Vec<String> = [
        ("tp", ways.tensor),
        ("pp", ways.pipeline),
        ("dp", ways.data),
        ("cp", ways.context),
        ("ep", ways.expert),
        ("vpp", layout.interleave),
    ]
    .into_iter()
    .filter(|(_, ways)| *ways > 1)
    .map(|(name, ways)| format!("{name}{ways}"))
    .collect();
    words.push(format!("mbs{}", layout.microbatch));
    if layout.recompute != Recompute::None {
        words.push(format!("recompute {}", recompute_word(layout)));
    }
    match layout.schedule {
        Schedule::OneFOneB => {}
        Schedule::ZeroBubble => words.push("zb".to_owned()),
        Schedule::DualPipe => words.push("dualpipe".to_owned()),
    }
    if layout.sharding == Sharding::Full {
        words.push("fsdp".to_owned());
    }
    if layout.offload != Offload::NONE {
        words.push("offload".to_owned());
    }
    words.join(" ")
}

/// Step time over the number of devices.
pub(super) fn scaling(run: &Run) -> Option<Table> {
    let mut table = Table::new("scaling", "Scaling")
        .takeaway("The run's own batch on more devices, and a batch that grows with them.")
        .column(Column::integer("devices", "Devices"))
        .column(Column::number("strong_step", "step, same batch", &seconds()))
        .column(Column::number("strong_mfu", "MFU, same batch", &Unit::percent()).decimals(1))
        .column(Column::number("strong_time", "time, same batch", &days()))
        .column(Column::number("weak_step", "step, grown batch", &seconds()))
        .column(Column::number("weak_mfu", "MFU, grown batch", &Unit::percent()).decimals(1))
        .column(Column::number("weak_time", "time, grown batch", &days()));
    for point in &run.scaling {
        let cells = |run: &Option<super::ScalingRun>| {
            [
                Cell::from(run.map(|run| run.step_time.as_seconds())),
                Cell::from(run.map(|run| run.mfu * 100.0)),
                Cell::from(run.map(|run| run.elapsed.as_days())),
            ]
        };
        let mut row = vec![Cell::Integer(point.devices as i64)];
        row.extend(cells(&point.strong));
        row.extend(cells(&point.weak));
        table.push(row);
    }
    (!table.rows.is_empty()).then_some(table)
}
