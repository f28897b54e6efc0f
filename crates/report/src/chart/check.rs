//! Whether a spec is sound: complete, finite, and true to its own sums.

use std::collections::BTreeSet;
use std::fmt;

use super::{
    At, Axis, Band, Bridge, BridgeStepKind, Chart, ChartSpec, Fabric, Floor, Gantt, HeatMap, MemoryStack,
    Pareto, Scale, Schedule, Series, SteppedLines, ValueAxis, Waterfall,
};

/// Largest share by which a sum may miss its total: rounding of a long sum, no more.
const SUM_TOLERANCE: f64 = 1e-6;

/// Why a chart cannot be drawn. Each is a fault of the code that built it.
#[derive(Clone, Debug, PartialEq)]
pub enum SpecError {
    /// A row of values is not as long as the axis.
    Length {
        /// Id of the chart.
        chart: String,
        /// Id of the row.
        id: String,
        /// Values in the row.
        values: usize,
        /// Positions of the axis.
        positions: usize,
    },
    /// Two parts have the same id.
    Repeated {
        /// Id of the chart.
        chart: String,
        /// The id.
        id: String,
    },
    /// A value is not finite, or not above zero on a logarithmic axis.
    Value {
        /// Id of the chart.
        chart: String,
        /// Id of the part.
        id: String,
        /// The value.
        value: f64,
    },
    /// Parts miss their total.
    Sum {
        /// Id of the chart.
        chart: String,
        /// Id of the total.
        id: String,
        /// Sum of the parts.
        sum: f64,
        /// Stated total.
        total: f64,
    },
    /// A range ends before it starts, or leaves the one around it.
    Range {
        /// Id of the chart.
        chart: String,
        /// Id or name of the part.
        id: String,
    },
    /// A mark stands outside the axis.
    Place {
        /// Id of the chart.
        chart: String,
        /// The place.
        place: String,
    },
    /// An option stands on the front although another beats it, or the reverse.
    Front {
        /// Id of the chart.
        chart: String,
        /// Id of the option.
        id: String,
    },
    /// Words are missing: title, takeaway or question.
    Words {
        /// Id of the chart.
        chart: String,
        /// What is missing.
        what: &'static str,
    },
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { chart, id, values, positions } => {
                write!(f, "chart `{chart}`: `{id}` has {values} values for {positions} positions")
            }
            Self::Repeated { chart, id } => write!(f, "chart `{chart}`: `{id}` is there twice"),
            Self::Value { chart, id, value } => {
                write!(f, "chart `{chart}`: `{id}` cannot be drawn at {value}")
            }
            Self::Sum { chart, id, sum, total } => {
                write!(f, "chart `{chart}`: parts sum to {sum}, but `{id}` says {total}")
            }
            Self::Range { chart, id } => {
                write!(f, "chart `{chart}`: `{id}` ends before it starts or leaves the range around it")
            }
            Self::Place { chart, place } => {
                write!(f, "chart `{chart}`: a mark stands at {place}, outside the axis")
            }
            Self::Front { chart, id } => {
                write!(f, "chart `{chart}`: `{id}` is wrongly marked on or off the front")
            }
            Self::Words { chart, what } => write!(f, "chart `{chart}` has no {what}"),
        }
    }
}

impl std::error::Error for SpecError {}

impl ChartSpec {
    /// Whether the spec is sound. The HTML report refuses one that is not.
    pub fn check(&self) -> Result<(), SpecError> {
        for (what, text) in
            [("title", &self.title), ("takeaway", &self.takeaway), ("question", &self.question)]
        {
            if text.trim().is_empty() {
                return Err(SpecError::Words { chart: self.id.clone(), what });
            }
        }
        let check = Checker { chart: &self.id };
        let x = match &self.chart {
            Chart::StackedArea(c) => {
                let len = check.axis(&c.x)?;
                let line = c.line.iter().map(|l| &l.series);
                check.all_series(c.layers.iter().chain(line).chain(&c.shortfall), len, &c.y)?;
                if let Some(band) = c.line.as_ref().and_then(|l| l.band.as_ref()) {
                    check.band(band, len)?;
                }
                Some(&c.x)
            }
            Chart::Bars(c) => {
                let len = check.axis(&c.x)?;
                check.all_series(
                    c.series.iter().chain(&c.cumulative).chain(&c.limit).chain(&c.marks),
                    len,
                    &c.y,
                )?;
                Some(&c.x)
            }
            Chart::SteppedLines(c) => {
                check.stepped(c)?;
                Some(&c.x)
            }
            Chart::Bridge(c) => {
                check.bridge(c)?;
                None
            }
            Chart::Waterfall(c) => {
                check.waterfall(c)?;
                None
            }
            Chart::MemoryStack(c) => {
                check.memory(c)?;
                None
            }
            Chart::HeatMap(c) => {
                check.heat(c)?;
                Some(&c.x)
            }
            Chart::Gantt(c) => {
                check.gantt(c)?;
                Some(&c.x)
            }
            Chart::Pareto(c) => {
                check.pareto(c)?;
                None
            }
            Chart::Fan(c) => {
                let len = check.axis(&c.x)?;
                let rows = std::iter::once(&c.median).chain(&c.scenarios);
                check.all_series(rows, len, &c.y)?;
                for band in &c.bands {
                    check.band(band, len)?;
                }
                check.nested(&c.bands)?;
                Some(&c.x)
            }
            Chart::Lines(c) => {
                let len = check.axis(&c.x)?;
                check.all_series(c.lines.iter().chain(&c.faint), len, &c.y)?;
                Some(&c.x)
            }
            Chart::Schedule(c) => {
                check.schedule(c)?;
                None
            }
            Chart::Fabric(c) => {
                check.fabric(c)?;
                None
            }
            Chart::Floor(c) => {
                check.floor(c)?;
                None
            }
        };
        self.check_marks(x)
    }

    fn check_marks(&self, x: Option<&Axis>) -> Result<(), SpecError> {
        for mark in &self.annotations {
            let stands = match (&mark.at, x) {
                (At::Label(label), Some(Axis::Quarters { values } | Axis::Texts { values, .. })) => {
                    values.contains(label)
                }
                (At::Number(at), Some(Axis::Numbers { values, .. })) => {
                    matches!((values.first(), values.last()), (Some(a), Some(b)) if a <= at && at <= b)
                }
                _ => false,
            };
            if !stands {
                let place = match &mark.at {
                    At::Label(label) => format!("`{label}`"),
                    At::Number(at) => at.to_string(),
                };
                return Err(SpecError::Place { chart: self.id.clone(), place });
            }
        }
        Ok(())
    }
}

struct Checker<'a> {
    chart: &'a str,
}

impl Checker<'_> {
    fn chart(&self) -> String {
        self.chart.to_string()
    }

    fn axis(&self, axis: &Axis) -> Result<usize, SpecError> {
        match axis {
            Axis::Quarters { values } | Axis::Texts { values, .. } => {
                self.unique(values.iter().map(String::as_str))?;
            }
            Axis::Numbers { values, title, .. } => {
                for &value in values {
                    self.finite(title, value)?;
                }
                if !values.is_sorted() {
                    return Err(SpecError::Range { chart: self.chart(), id: title.clone() });
                }
            }
        }
        Ok(axis.len())
    }

    fn unique<'b>(&self, ids: impl Iterator<Item = &'b str>) -> Result<(), SpecError> {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                return Err(SpecError::Repeated { chart: self.chart(), id: id.to_string() });
            }
        }
        Ok(())
    }

    fn finite(&self, id: &str, value: f64) -> Result<(), SpecError> {
        if value.is_finite() {
            return Ok(());
        }
        Err(SpecError::Value { chart: self.chart(), id: id.to_string(), value })
    }

    fn length(&self, id: &str, values: usize, positions: usize) -> Result<(), SpecError> {
        if values == positions {
            return Ok(());
        }
        Err(SpecError::Length { chart: self.chart(), id: id.to_string(), values, positions })
    }

    fn values(&self, id: &str, values: &[Option<f64>], len: usize) -> Result<(), SpecError> {
        self.length(id, values.len(), len)?;
        values.iter().flatten().try_for_each(|&x| self.finite(id, x))
    }

    fn all_series<'b>(
        &self,
        all: impl Iterator<Item = &'b Series>,
        len: usize,
        y: &ValueAxis,
    ) -> Result<(), SpecError> {
        let all: Vec<&Series> = all.collect();
        self.unique(all.iter().map(|s| s.id.as_str()))?;
        for series in all {
            self.values(&series.id, &series.values, len)?;
            if y.scale == Scale::Log
                && let Some(&value) = series.values.iter().flatten().find(|x| **x <= 0.0)
            {
                return Err(SpecError::Value { chart: self.chart(), id: series.id.clone(), value });
            }
        }
        Ok(())
    }

    fn band(&self, band: &Band, len: usize) -> Result<(), SpecError> {
        self.values(&band.name, &band.low, len)?;
        self.values(&band.name, &band.high, len)?;
        let crossed = band.low.iter().zip(&band.high).any(|pair| match pair {
            (Some(low), Some(high)) => low > high,
            (low, high) => low.is_some() != high.is_some(),
        });
        if crossed { Err(self.range(&band.name)) } else { Ok(()) }
    }

    fn nested(&self, bands: &[Band]) -> Result<(), SpecError> {
        for pair in bands.windows(2) {
            let (outer, inner) = (&pair[0], &pair[1]);
            let leaves = |a: &Option<f64>, b: &Option<f64>| matches!((a, b), (Some(a), Some(b)) if a > b);
            let low = outer.low.iter().zip(&inner.low).any(|(o, i)| leaves(o, i));
            let high = outer.high.iter().zip(&inner.high).any(|(o, i)| leaves(i, o));
            if low || high {
                return Err(self.range(&inner.name));
            }
        }
        Ok(())
    }

    fn range(&self, id: &str) -> SpecError {
        SpecError::Range { chart: self.chart(), id: id.to_string() }
    }

    fn sum(&self, id: &str, sum: f64, total: f64) -> Result<(), SpecError> {
        if (sum - total).abs() <= SUM_TOLERANCE * sum.abs().max(total.abs()).max(1.0) {
            return Ok(());
        }
        Err(SpecError::Sum { chart: self.chart(), id: id.to_string(), sum, total })
    }

    /// Work lies on a stage that is there, ends after it starts, and does not overlap other work of its stage.
    fn schedule(&self, chart: &Schedule) -> Result<(), SpecError> {
        let mut ends = vec![f64::NEG_INFINITY; chart.stages];
        let mut slots: Vec<_> = chart.slots.iter().collect();
        slots.sort_by(|a, b| a.from.total_cmp(&b.from));
        for slot in slots {
            let id = format!("stage {}, micro-batch {}", slot.stage, slot.microbatch);
            for value in [slot.from, slot.to] {
                self.finite(&id, value)?;
            }
            let Some(end) = ends.get_mut(slot.stage) else {
                return Err(SpecError::Place { chart: self.chart(), place: id });
            };
            let slack = SUM_TOLERANCE * slot.to.abs().max(1.0);
            if slot.to < slot.from || slot.from < *end - slack {
                return Err(self.range(&id));
            }
            *end = slot.to;
        }
        Ok(())
    }

    /// Boxes stand for all parts of their tier, and links join boxes that are there.
    fn fabric(&self, chart: &Fabric) -> Result<(), SpecError> {
        self.unique(chart.tiers.iter().map(|tier| tier.id.as_str()))?;
        for tier in &chart.tiers {
            let drawn: u64 = tier.boxes.iter().map(|one| one.count).sum();
            self.sum(&tier.id, drawn as f64, tier.count as f64)?;
        }
        for bundle in &chart.bundles {
            let there =
                |tier: usize, at: usize| chart.tiers.get(tier).is_some_and(|tier| at < tier.boxes.len());
            let ends =
                there(bundle.upper_tier, bundle.upper_box) && there(bundle.lower_tier, bundle.lower_box);
            if !ends || bundle.upper_tier > bundle.lower_tier || bundle.links == 0 {
                let place = format!("tiers {} and {}", bundle.upper_tier, bundle.lower_tier);
                return Err(SpecError::Place { chart: self.chart(), place });
            }
        }
        Ok(())
    }

    /// Racks are of kinds that are there and stand inside what is drawn.
    fn floor(&self, chart: &Floor) -> Result<(), SpecError> {
        self.unique(chart.kinds.iter().map(|kind| kind.id.as_str()))?;
        for kind in &chart.kinds {
            self.finite(&kind.id, kind.power_kw)?;
        }
        for value in [chart.width_m, chart.depth_m] {
            self.finite("floor", value)?;
        }
        // A millimetre of play for sums of widths.
        let play = 1e-3;
        let inside = |at: f64, length: f64, whole: f64| {
            length.is_finite() && length > 0.0 && at >= -play && at + length <= whole + play
        };
        for (at, tile) in chart.tiles.iter().enumerate() {
            let stands =
                inside(tile.x, tile.width, chart.width_m) && inside(tile.y, tile.depth, chart.depth_m);
            if !stands || tile.kind >= chart.kinds.len() || tile.racks == 0 {
                return Err(SpecError::Place { chart: self.chart(), place: format!("tile {}", at + 1) });
            }
        }
        Ok(())
    }

    fn stepped(&self, chart: &SteppedLines) -> Result<(), SpecError> {
        let len = self.axis(&chart.x)?;
        self.unique(chart.panels.iter().map(|p| p.id.as_str()))?;
        for panel in &chart.panels {
            if let Some(held) = panel.held.as_ref().filter(|held| panel.loads.iter().all(|l| l.id != **held))
            {
                return Err(SpecError::Place { chart: self.chart(), place: format!("`{held}`") });
            }
            let rows = panel.loads.iter().chain(panel.limits.iter().map(|l| &l.series));
            self.all_series(rows, len, &chart.y)?;
        }
        Ok(())
    }

    fn bridge(&self, bridge: &Bridge) -> Result<(), SpecError> {
        self.unique(bridge.steps.iter().map(|s| s.id.as_str()))?;
        let mut running: Option<f64> = None;
        for step in &bridge.steps {
            self.finite(&step.id, step.value)?;
            running = Some(match (step.kind, running) {
                (BridgeStepKind::Total, None) => step.value,
                (BridgeStepKind::Total, Some(sum)) => {
                    self.sum(&step.id, sum, step.value)?;
                    step.value
                }
                (BridgeStepKind::Change, sum) => sum.unwrap_or(0.0) + step.value,
            });
        }
        let ends = |step: Option<&super::BridgeStep>| step.is_some_and(|s| s.kind == BridgeStepKind::Total);
        if bridge.steps.len() < 2 || !ends(bridge.steps.first()) || !ends(bridge.steps.last()) {
            return Err(self.range("start and end"));
        }
        Ok(())
    }

    fn waterfall(&self, waterfall: &Waterfall) -> Result<(), SpecError> {
        self.unique(waterfall.parts.iter().map(|p| p.id.as_str()))?;
        for part in &waterfall.parts {
            for value in [part.exposed, part.hidden] {
                self.finite(&part.id, value)?;
                if value < 0.0 {
                    return Err(SpecError::Value { chart: self.chart(), id: part.id.clone(), value });
                }
            }
        }
        let sum = waterfall.parts.iter().map(|p| p.exposed).sum();
        self.finite(&waterfall.total_name, waterfall.total)?;
        self.sum(&waterfall.total_name, sum, waterfall.total)?;
        match &waterfall.floor {
            Some(floor) if floor.value > waterfall.total * (1.0 + SUM_TOLERANCE) => {
                Err(self.range(&floor.name))
            }
            Some(floor) => self.finite(&floor.name, floor.value),
            None => Ok(()),
        }
    }

    fn memory(&self, stack: &MemoryStack) -> Result<(), SpecError> {
        let len = self.axis(&stack.options)?;
        self.all_series(stack.parts.iter(), len, &stack.y)?;
        self.length(&stack.capacity_name, stack.capacity.len(), len)?;
        stack.capacity.iter().try_for_each(|&c| self.finite(&stack.capacity_name, c))
    }

    fn heat(&self, map: &HeatMap) -> Result<(), SpecError> {
        let len = self.axis(&map.x)?;
        self.unique(map.rows.iter().map(|r| r.id.as_str()))?;
        for row in &map.rows {
            self.values(&row.id, &row.values, len)?;
            if let Some(at) = row.binding.iter().find(|&&at| at >= len) {
                return Err(SpecError::Place { chart: self.chart(), place: at.to_string() });
            }
        }
        Ok(())
    }

    fn gantt(&self, gantt: &Gantt) -> Result<(), SpecError> {
        let end = self.axis(&gantt.x)? as f64;
        self.unique(gantt.lanes.iter().map(|l| l.id.as_str()))?;
        for lane in &gantt.lanes {
            for bar in &lane.bars {
                self.finite(&bar.name, bar.from_quarters)?;
                self.finite(&bar.name, bar.to_quarters)?;
                if bar.from_quarters > bar.to_quarters {
                    return Err(self.range(&lane.id));
                }
                if bar.to_quarters < 0.0 || bar.from_quarters > end {
                    let place = format!("{} to {}", bar.from_quarters, bar.to_quarters);
                    return Err(SpecError::Place { chart: self.chart(), place });
                }
            }
            for mark in &lane.milestones {
                self.finite(&mark.name, mark.at_quarters)?;
            }
        }
        Ok(())
    }

    fn pareto(&self, pareto: &Pareto) -> Result<(), SpecError> {
        self.unique(pareto.points.iter().map(|p| p.id.as_str()))?;
        for point in &pareto.points {
            for (value, axis) in [(point.x, &pareto.x), (point.y, &pareto.y)] {
                self.finite(&point.id, value)?;
                if axis.scale == Scale::Log && value <= 0.0 {
                    return Err(SpecError::Value { chart: self.chart(), id: point.id.clone(), value });
                }
            }
            if point.on_front == pareto.is_beaten(point) {
                return Err(SpecError::Front { chart: self.chart(), id: point.id.clone() });
            }
        }
        Ok(())
    }
}
