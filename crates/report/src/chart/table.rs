//! The table that says the same as a chart.

use super::{
    At, Axis, Band, Bars, Bridge, BridgeStepKind, Chart, ChartSpec, Fabric, Fan, Floor, Gantt, HeatMap,
    MemoryStack, Milestone, MilestoneKind, Pareto, Schedule, Series, SlotKind, StackedArea, SteppedLines,
    ValueAxis, Waterfall, totals,
};
use crate::table::{Cell, Column, Table};
use crate::unit::{Unit, snake};

impl ChartSpec {
    /// The table with every value of the chart; time runs down, series run across.
    pub fn table(&self) -> Table {
        let table = Table::new(self.id.clone(), self.title.clone()).takeaway(self.takeaway.clone());
        let mut table = match &self.chart {
            Chart::StackedArea(c) => stacked_area(table, c),
            Chart::Bars(c) => bars(table, c),
            Chart::SteppedLines(c) => stepped(table, c),
            Chart::Bridge(c) => bridge(table, c),
            Chart::Waterfall(c) => waterfall(table, c),
            Chart::MemoryStack(c) => memory(table, c),
            Chart::HeatMap(c) => heat(table, c),
            Chart::Gantt(c) => gantt(table, c),
            Chart::Pareto(c) => pareto(table, c),
            Chart::Fan(c) => fan(table, c),
            Chart::Lines(c) => Wide::new(&c.x).series(&c.lines, &c.y).series(&c.faint, &c.y).write(table),
            Chart::Schedule(c) => schedule(table, c),
            Chart::Fabric(c) => fabric(table, c),
            Chart::Floor(c) => floor(table, c),
        };
        for column in table.columns.iter_mut().filter(|c| c.is_numeric()) {
            column.origin = self.origin;
            column.sources.clone_from(&self.sources);
        }
        self.add_marks(&mut table);
        make_ids_unique(&mut table);
        table
    }

    /// Annotations become a last column where the chart has one row per position.
    fn add_marks(&self, table: &mut Table) {
        let x = match &self.chart {
            Chart::StackedArea(c) => &c.x,
            Chart::Bars(c) => &c.x,
            Chart::Fan(c) => &c.x,
            Chart::Lines(c) => &c.x,
            _ => return,
        };
        if self.annotations.is_empty() {
            return;
        }
        table.columns.push(Column::text("events", "Events"));
        for (idx, row) in table.rows.iter_mut().enumerate() {
            let words: Vec<&str> = self
                .annotations
                .iter()
                .filter(|mark| match (&mark.at, x) {
                    (At::Label(label), Axis::Quarters { values } | Axis::Texts { values, .. }) => {
                        values.get(idx) == Some(label)
                    }
                    (At::Number(at), Axis::Numbers { values, .. }) => values.get(idx) == Some(at),
                    _ => false,
                })
                .map(|mark| mark.text.as_str())
                .collect();
            row.push(if words.is_empty() { Cell::Empty } else { words.join("; ").into() });
        }
    }
}

/// Two series may share a name; their columns may not share an id.
fn make_ids_unique(table: &mut Table) {
    for idx in 1..table.columns.len() {
        let (before, rest) = table.columns.split_at_mut(idx);
        let id = &mut rest[0].id;
        let is_taken = |id: &str| before.iter().any(|c| c.id == id);
        let mut wanted = id.clone();
        let mut n = 2;
        while is_taken(&wanted) {
            wanted = format!("v{n}_{id}");
            n += 1;
        }
        *id = wanted;
    }
}

fn axis_column(axis: &Axis) -> Column {
    match axis {
        Axis::Quarters { .. } => Column::quarter("quarter", "Quarter"),
        Axis::Texts { title, .. } => Column::text(snake(title), title.clone()),
        Axis::Numbers { title, unit, .. } => Column::number(title, title.clone(), unit),
    }
}

fn axis_cell(axis: &Axis, idx: usize) -> Cell {
    match axis {
        Axis::Quarters { values } | Axis::Texts { values, .. } => values.get(idx).map(String::as_str).into(),
        Axis::Numbers { values, .. } => values.get(idx).copied().into(),
    }
}

/// A column of one series, named by its id.
fn column(series: &Series, y: &ValueAxis) -> Column {
    Column::number(&series.id, series.name.clone(), &y.unit)
}

/// Columns of amounts beside an axis.
struct Wide<'a> {
    x: &'a Axis,
    columns: Vec<(Column, Vec<Option<f64>>)>,
}

impl<'a> Wide<'a> {
    fn new(x: &'a Axis) -> Self {
        Self { x, columns: Vec::new() }
    }
    fn series<'b>(mut self, all: impl IntoIterator<Item = &'b Series>, y: &ValueAxis) -> Self {
        self.columns.extend(all.into_iter().map(|s| (column(s, y), s.values.clone())));
        self
    }
    fn total(mut self, all: &[Series], y: &ValueAxis) -> Self {
        if all.len() > 1 {
            let sums = totals(all, self.x.len()).into_iter().map(Some).collect();
            self.columns.push((Column::number("total", "Total", &y.unit), sums));
        }
        self
    }
    fn band(mut self, band: &Band, y: &ValueAxis) -> Self {
        for (end, values) in [("low", &band.low), ("high", &band.high)] {
            let name = format!("{} {end}", band.name);
            self.columns.push((Column::number(&name, name.clone(), &y.unit), values.clone()));
        }
        self
    }
    fn write(self, mut table: Table) -> Table {
        table.columns.push(axis_column(self.x));
        table.columns.extend(self.columns.iter().map(|(column, _)| column.clone()));
        for idx in 0..self.x.len() {
            let values = self.columns.iter().map(|(_, v)| v.get(idx).copied().flatten().into());
            table.rows.push(std::iter::once(axis_cell(self.x, idx)).chain(values).collect());
        }
        table
    }
}

/// A row for each stage: thousands of slots would say no more.
fn schedule(mut table: Table, c: &Schedule) -> Table {
    let length = c.length();
    table = table.column(Column::integer("stage", "Stage"));
    for kind in SlotKind::ALL {
        table = table.column(Column::number(kind.name(), kind.name(), &c.time.unit));
    }
    table = table
        .column(Column::number("waiting", "Waiting", &c.time.unit))
        .column(Column::number("waiting", "Waiting", &Unit::percent()).decimals(1));
    for stage in 0..c.stages {
        let own = || c.slots.iter().filter(move |slot| slot.stage == stage);
        let worked: f64 = own().map(|slot| slot.to - slot.from).sum();
        let mut row = vec![Cell::Integer(stage as i64)];
        for kind in SlotKind::ALL {
            row.push(
                own().filter(|slot| slot.kind == kind).map(|slot| slot.to - slot.from).sum::<f64>().into(),
            );
        }
        row.push((length - worked).into());
        row.push(if length > 0.0 { ((length - worked) / length * 100.0).into() } else { Cell::Empty });
        table.push(row);
    }
    table
}

fn stacked_area(table: Table, c: &StackedArea) -> Table {
    let mut wide = Wide::new(&c.x).series(&c.layers, &c.y).total(&c.layers, &c.y);
    if let Some(line) = &c.line {
        wide = wide.series([&line.series], &c.y);
        if let Some(band) = &line.band {
            wide = wide.band(band, &c.y);
        }
    }
    wide.series(&c.shortfall, &c.y).write(table)
}

fn bars(table: Table, c: &Bars) -> Table {
    let mut wide = Wide::new(&c.x).series(&c.series, &c.y);
    // Groups are rival amounts, such as two plans; a sum over both would mean nothing.
    if c.series.windows(2).all(|pair| pair[0].group == pair[1].group) {
        wide = wide.total(&c.series, &c.y);
    }
    wide.series(&c.cumulative, &c.y).series(&c.limit, &c.y).series(&c.marks, &c.y).write(table)
}

fn stepped(mut table: Table, c: &SteppedLines) -> Table {
    // The panels may differ in what they show, so the table is long: one row per value.
    table = table
        .column(Column::text("panel", "Panel"))
        .column(axis_column(&c.x))
        .column(Column::text("measure", "Measure"))
        .column(Column::number("value", c.y.title.clone(), &c.y.unit));
    for panel in &c.panels {
        for series in panel.loads.iter().chain(panel.limits.iter().map(|l| &l.series)) {
            for (idx, value) in series.values.iter().enumerate() {
                table.push([
                    panel.title.as_str().into(),
                    axis_cell(&c.x, idx),
                    series.name.as_str().into(),
                    (*value).into(),
                ]);
            }
        }
    }
    table
}

fn bridge(mut table: Table, c: &Bridge) -> Table {
    table = table
        .column(Column::text("step", "Step"))
        .column(Column::number("change", "Change", &c.y.unit))
        .column(Column::number("running total", "Running total", &c.y.unit));
    let mut running = 0.0;
    for step in &c.steps {
        let change = match step.kind {
            BridgeStepKind::Total => {
                running = step.value;
                Cell::Empty
            }
            BridgeStepKind::Change => {
                running += step.value;
                step.value.into()
            }
        };
        table.push([step.name.as_str().into(), change, running.into()]);
    }
    table
}

fn waterfall(mut table: Table, c: &Waterfall) -> Table {
    table = table
        .column(Column::text("part", "Part"))
        .column(Column::number("exposed", "Exposed", &c.y.unit))
        .column(Column::number("hidden", "Hidden behind others", &c.y.unit))
        .column(Column::number("share", "Share of total", &Unit::percent()));
    let share = |x: f64| if c.total == 0.0 { Cell::Empty } else { Cell::number(100.0 * x / c.total) };
    for part in &c.parts {
        table.push([part.name.as_str().into(), part.exposed.into(), part.hidden.into(), share(part.exposed)]);
    }
    table.push([c.total_name.as_str().into(), c.total.into(), Cell::Empty, share(c.total)]);
    if let Some(floor) = &c.floor {
        table.push([floor.name.as_str().into(), floor.value.into(), Cell::Empty, share(floor.value)]);
    }
    table
}

fn memory(table: Table, c: &MemoryStack) -> Table {
    let capacity = Column::number("capacity", c.capacity_name.clone(), &c.y.unit);
    let mut wide = Wide::new(&c.options).series(&c.parts, &c.y).total(&c.parts, &c.y);
    wide.columns.push((capacity, c.capacity.iter().copied().map(Some).collect()));
    wide.write(table)
}

fn heat(mut table: Table, c: &HeatMap) -> Table {
    table = table
        .column(Column::text("place", "Place"))
        .column(Column::text("resource", "Resource"))
        .column(axis_column(&c.x))
        .column(Column::number("left", c.y.title.clone(), &c.y.unit))
        .column(Column::text("binds", "Binds"));
    for row in &c.rows {
        for (idx, value) in row.values.iter().enumerate() {
            let binds = row.binding.contains(&idx);
            table.push([
                row.group.as_str().into(),
                row.name.as_str().into(),
                axis_cell(&c.x, idx),
                (*value).into(),
                if binds { "yes".into() } else { Cell::Empty },
            ]);
        }
    }
    table
}

fn gantt(mut table: Table, c: &Gantt) -> Table {
    table = table
        .column(Column::text("group", "Group"))
        .column(Column::text("name", "What"))
        .column(Column::text("stage", "Stage"))
        .column(Column::quarter("from", "From"))
        .column(Column::quarter("to", "To"))
        .column(Column::number("duration", "Duration", &Unit::new("quarters", "quarters", "quarters")));
    let quarters: &[String] = match &c.x {
        Axis::Quarters { values } => values,
        _ => &[],
    };
    let start = |at: f64| quarter(quarters, at.floor());
    // A stage that ends on a boundary ends in the quarter before it.
    let end = |at: f64| quarter(quarters, at.ceil() - 1.0);
    for lane in &c.lanes {
        for bar in &lane.bars {
            table.push([
                lane.group.as_str().into(),
                lane.name.as_str().into(),
                bar.name.as_str().into(),
                start(bar.from_quarters),
                end(bar.to_quarters.max(bar.from_quarters + f64::EPSILON)),
                (bar.to_quarters - bar.from_quarters).into(),
            ]);
        }
        for mark in &lane.milestones {
            table.push([
                lane.group.as_str().into(),
                lane.name.as_str().into(),
                format!("{} ({})", mark.name, mark.word()).into(),
                start(mark.at_quarters),
                Cell::Empty,
                Cell::Empty,
            ]);
        }
    }
    table
}

/// The quarter at a whole position; outside the axis the table says on which side.
fn quarter(quarters: &[String], at: f64) -> Cell {
    match (quarters.first(), quarters.last()) {
        (Some(first), _) if at < 0.0 => format!("before {first}").into(),
        (_, Some(last)) if at >= quarters.len() as f64 => format!("after {last}").into(),
        _ => quarters.get(at as usize).map(String::as_str).into(),
    }
}

impl Milestone {
    /// The word for what the milestone means.
    pub fn word(&self) -> &'static str {
        match self.kind {
            MilestoneKind::Decide => "decide by",
            MilestoneKind::Ready => "ready",
            MilestoneKind::Need => "needed by",
            MilestoneKind::Stop => "stopped",
        }
    }
}

fn pareto(mut table: Table, c: &Pareto) -> Table {
    table = table
        .column(Column::text("option", "Option"))
        .column(Column::text("group", "Group"))
        .column(Column::number(&c.x.title, c.x.title.clone(), &c.x.unit))
        .column(Column::number(&c.y.title, c.y.title.clone(), &c.y.unit))
        .column(Column::text("standing", "Standing"));
    let mut points: Vec<_> = c.points.iter().collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    for point in points {
        let standing = match (point.chosen, point.on_front) {
            (true, true) => "chosen, on the front".into(),
            (true, false) => "chosen".into(),
            (false, true) => "on the front".into(),
            (false, false) => Cell::Empty,
        };
        table.push([
            point.name.as_str().into(),
            point.group.as_str().into(),
            point.x.into(),
            point.y.into(),
            standing,
        ]);
    }
    table
}

/// What stands in each tier, then the links between tiers.
fn fabric(mut table: Table, c: &Fabric) -> Table {
    table = table
        .column(Column::text("part", "Part"))
        .column(Column::integer("count", "Count"))
        .column(Column::text("drawn_as", "Drawn as"));
    for tier in &c.tiers {
        let drawn = format!("{} boxes", tier.boxes.len());
        table.push([format!("{}: {}", tier.name, tier.noun).into(), whole(tier.count), drawn.into()]);
    }
    for (upper, above) in c.tiers.iter().enumerate() {
        for (lower, below) in c.tiers.iter().enumerate().skip(upper) {
            let links = c.links_between(upper, lower);
            if links > 0 {
                let name = format!("links, {} to {}", below.name.to_lowercase(), above.name.to_lowercase());
                table.push([name.into(), whole(links), "lines".into()]);
            }
        }
    }
    table
}

fn floor(mut table: Table, c: &Floor) -> Table {
    table = table
        .column(Column::text("kind", "Kind"))
        .column(Column::integer("racks", "Racks"))
        .column(Column::number("power_each", "Power of one", &Unit::kw()))
        .column(Column::number("power", "Power of all", &Unit::kw()));
    for (at, kind) in c.kinds.iter().enumerate() {
        let racks = c.racks_of(at);
        let power = kind.power_kw * racks as f64;
        table.push([kind.name.as_str().into(), whole(racks), kind.power_kw.into(), power.into()]);
    }
    table
}

fn whole(count: u64) -> Cell {
    Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn fan(table: Table, c: &Fan) -> Table {
    let mut wide = Wide::new(&c.x).series([&c.median], &c.y);
    for band in &c.bands {
        wide = wide.band(band, &c.y);
    }
    wide.series(&c.scenarios, &c.y).write(table)
}
