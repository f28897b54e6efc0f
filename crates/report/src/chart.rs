//! Charts as data: what is drawn, in which unit, why, and from which sources.
//!
//! A [`ChartSpec`] holds no pixels and no results of its own: a drawing program (the HTML
//! report, the browser, a notebook) turns it into marks, and [`ChartSpec::table`] turns it into
//! the table that says the same. Specs are compared in tests where pixels could not be.

mod breakdown;
mod check;
mod decision;
mod lines;
mod plant;
mod series;
mod table;

use serde::{Deserialize, Serialize};

pub use breakdown::{Bridge, BridgeStep, BridgeStepKind, Goal, MemoryStack, Waterfall, WaterfallPart};
pub use check::SpecError;
pub use decision::{
    Gantt, GanttBar, GanttLane, HeatMap, HeatRow, Milestone, MilestoneKind, Pareto, ParetoPoint,
};
pub use lines::{Lines, Schedule, ScheduleSlot, SlotKind};
pub use plant::{
    Fabric, FabricBox, FabricBundle, FabricTier, Floor, FloorKind, FloorOutline, FloorTile, MOST_BOXES, deal,
};
pub use series::{
    Band, BarLayout, Bars, Fan, LimitLine, LimitMark, LineOverlay, StackedArea, SteppedLines, SteppedPanel,
};

use crate::json::SCHEMA_VERSION;
use crate::palette::ColourKey;
use crate::provenance::Origin;
use crate::unit::Unit;

/// A chart: its words, its marks and its proof.
///
/// ```
/// use quarterdeck_report::chart::{Axis, Bars, Chart, ChartSpec, Series, ValueAxis};
/// use quarterdeck_report::{ColourKey, Unit};
/// let bars = Bars::stacked(Axis::quarters(["2022-Q1", "2022-Q2"]), ValueAxis::new("Capex", Unit::musd()))
///     .series(Series::new("machines", "Machines", ColourKey::class("machines"), [3_100.0, 4_000.0]))
///     .series(Series::new("network", "Network", ColourKey::class("network"), [300.0, 450.0]));
/// let spec = ChartSpec::new("capex", "Capital spending", Chart::Bars(bars))
///     .takeaway("Spending grows by a third within a quarter.")
///     .question("When is cash needed?");
/// assert_eq!(spec.check(), Ok(()));
/// assert_eq!(spec.table().sum("total_musd"), Some(7_850.0));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// Version of the spec's form.
    pub schema_version: String,
    /// Stable id in kebab case; also the file name of an export.
    pub id: String,
    /// Short name: `Demand and usable capacity`.
    pub title: String,
    /// One sentence that says what to see; the chart's headline.
    pub takeaway: String,
    /// The question that the chart answers.
    pub question: String,
    /// What a reader must know to read it rightly: a definition, an order, a price year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Weakest origin of the numbers in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Ids of the sources that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Marks on the first axis, with their words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
    /// The marks.
    pub chart: Chart,
}

/// The kinds of chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Chart {
    /// Layers over time, with demand above and shortfall between.
    StackedArea(StackedArea),
    /// Bars over time or categories, with a running total.
    Bars(Bars),
    /// Loads against limits that move in steps; one panel per site.
    SteppedLines(SteppedLines),
    /// From one total to another by named steps.
    Bridge(Bridge),
    /// Where the time of one step goes.
    Waterfall(Waterfall),
    /// What fills a memory, against its capacity.
    MemoryStack(MemoryStack),
    /// How much is left of each resource, and which binds.
    HeatMap(HeatMap),
    /// What happens when, back from the date of need.
    Gantt(Gantt),
    /// Options and the front of those that no other beats.
    Pareto(Pareto),
    /// A line with bands of uncertainty.
    Fan(Fan),
    /// Lines side by side.
    Lines(Lines),
    /// What each stage of a pipeline does when.
    Schedule(Schedule),
    /// Switches by tier and what joins them.
    Fabric(Fabric),
    /// Racks of a site on its floor.
    Floor(Floor),
}

/// The first axis of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Axis {
    /// Calendar quarters in order, `2022-Q3`.
    Quarters {
        /// The quarters.
        values: Vec<String>,
    },
    /// Named categories.
    Texts {
        /// What the categories are: `Strategy`.
        title: String,
        /// The names.
        values: Vec<String>,
    },
    /// Numbers in rising order.
    Numbers {
        /// What they measure.
        title: String,
        /// Their unit.
        unit: Unit,
        /// The numbers.
        values: Vec<f64>,
    },
}

impl Axis {
    /// An axis of calendar quarters.
    pub fn quarters<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Self {
        Self::Quarters { values: values.into_iter().map(Into::into).collect() }
    }
    /// An axis of named categories.
    pub fn texts<S: Into<String>>(title: impl Into<String>, values: impl IntoIterator<Item = S>) -> Self {
        Self::Texts { title: title.into(), values: values.into_iter().map(Into::into).collect() }
    }
    /// An axis of numbers.
    pub fn numbers(title: impl Into<String>, unit: Unit, values: impl IntoIterator<Item = f64>) -> Self {
        Self::Numbers { title: title.into(), unit, values: values.into_iter().collect() }
    }
    /// Number of positions.
    pub fn len(&self) -> usize {
        match self {
            Self::Quarters { values } | Self::Texts { values, .. } => values.len(),
            Self::Numbers { values, .. } => values.len(),
        }
    }
    /// Whether it has no positions.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The value axis of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueAxis {
    /// What is measured: `Capital spending, nominal`.
    pub title: String,
    /// Its unit.
    pub unit: Unit,
    /// Linear unless said otherwise.
    #[serde(default)]
    pub scale: Scale,
}

impl ValueAxis {
    /// A linear axis.
    pub fn new(title: impl Into<String>, unit: Unit) -> Self {
        Self { title: title.into(), unit, scale: Scale::Linear }
    }
    /// Makes the axis logarithmic.
    pub fn log(mut self) -> Self {
        self.scale = Scale::Log;
        self
    }
}

/// How values become lengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal factors; values must be above zero.
    Log,
}

/// A row of values along the first axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Name in the legend.
    pub name: String,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// Bars of one group stand on each other; groups stand side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// One value per position; `null` where there is none.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// A series; values that are not finite become missing.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        colour: ColourKey,
        values: impl IntoIterator<Item = f64>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            colour,
            group: None,
            values: values.into_iter().map(|x| x.is_finite().then_some(x)).collect(),
        }
    }
    /// Puts the series in a group of bars that stand on each other.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

/// The sum of several series at each position; missing values count as nothing.
///
/// Sums run in order of the series, so the same spec gives the same bytes.
pub fn totals<'a>(series: impl IntoIterator<Item = &'a Series>, len: usize) -> Vec<f64> {
    let mut sums = vec![0.0; len];
    for row in series {
        for (sum, value) in sums.iter_mut().zip(&row.values) {
            *sum += value.unwrap_or(0.0);
        }
    }
    sums
}

/// A mark on the first axis: `2022-Q4`, `ChatGPT known`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Where.
    pub at: At,
    /// What happens there, in a few words.
    pub text: String,
}

/// A place on the first axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum At {
    /// A quarter or category of the axis.
    Label(String),
    /// A number on a number axis.
    Number(f64),
}

impl ChartSpec {
    /// A chart with its short name.
    pub fn new(id: impl Into<String>, title: impl Into<String>, chart: Chart) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.to_string(),
            id: id.into(),
            title: title.into(),
            takeaway: String::new(),
            question: String::new(),
            note: None,
            origin: None,
            sources: Vec::new(),
            annotations: Vec::new(),
            chart,
        }
    }
    /// Sets the sentence that says what to see.
    pub fn takeaway(mut self, sentence: impl Into<String>) -> Self {
        self.takeaway = sentence.into();
        self
    }
    /// Sets the question that the chart answers.
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = question.into();
        self
    }
    /// Sets what a reader must know to read it rightly.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
    /// Sets the weakest origin of its numbers.
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }
    /// Adds ids of sources.
    pub fn sources<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.sources.extend(ids.into_iter().map(Into::into));
        self
    }
    /// Adds a mark at a quarter or category.
    pub fn mark(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.annotations.push(Annotation { at: At::Label(label.into()), text: text.into() });
        self
    }
    /// Adds a mark at a number.
    pub fn mark_number(mut self, at: f64, text: impl Into<String>) -> Self {
        self.annotations.push(Annotation { at: At::Number(at), text: text.into() });
        self
    }

    /// Every colour that the chart uses, in the order of its parts.
    pub fn colours(&self) -> Vec<&ColourKey> {
        match &self.chart {
            Chart::StackedArea(c) => c
                .layers
                .iter()
                .chain(c.line.iter().map(|l| &l.series))
                .chain(&c.shortfall)
                .map(|s| &s.colour)
                .collect(),
            Chart::Bars(c) => c
                .series
                .iter()
                .chain(&c.cumulative)
                .chain(&c.limit)
                .chain(&c.marks)
                .map(|s| &s.colour)
                .collect(),
            Chart::SteppedLines(c) => c
                .panels
                .iter()
                .flat_map(|p| p.loads.iter().chain(p.limits.iter().map(|l| &l.series)))
                .map(|s| &s.colour)
                .collect(),
            Chart::Bridge(c) => c.steps.iter().map(|s| &s.colour).collect(),
            Chart::Waterfall(c) => c.parts.iter().map(|p| &p.colour).collect(),
            Chart::MemoryStack(c) => c.parts.iter().map(|p| &p.colour).collect(),
            Chart::HeatMap(_) => Vec::new(),
            Chart::Gantt(c) => c.lanes.iter().flat_map(|l| &l.bars).map(|b| &b.colour).collect(),
            Chart::Pareto(c) => c.points.iter().map(|p| &p.colour).collect(),
            Chart::Fan(c) => std::iter::once(&c.median).chain(&c.scenarios).map(|s| &s.colour).collect(),
            Chart::Lines(c) => c.lines.iter().chain(&c.faint).map(|s| &s.colour).collect(),
            Chart::Schedule(c) => c.colours.values().collect(),
            Chart::Fabric(c) => c.tiers.iter().map(|tier| &tier.colour).collect(),
            Chart::Floor(c) => c.kinds.iter().map(|kind| &kind.colour).collect(),
        }
    }
}
