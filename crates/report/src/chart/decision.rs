//! Charts to decide by: headroom, dates, and options that trade one measure for another.

use serde::{Deserialize, Serialize};

use super::{Axis, Goal, ValueAxis};
use crate::palette::ColourKey;

/// How much is left of each resource over time. Red is none left; a dot marks what binds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// First axis.
    pub x: Axis,
    /// What is measured; in percent left.
    pub y: ValueAxis,
    /// The rows, from the top.
    pub rows: Vec<HeatRow>,
}

/// One row of a [`HeatMap`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatRow {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name, such as the resource.
    pub name: String,
    /// Rows of one group stand together, such as a site's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Percent left at each position; negative where over the limit.
    pub values: Vec<Option<f64>>,
    /// Positions at which this row binds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub binding: Vec<usize>,
}

impl HeatMap {
    /// No rows yet.
    pub fn new(x: Axis, y: ValueAxis) -> Self {
        Self { x, y, rows: Vec::new() }
    }
    /// Adds a row.
    pub fn row(mut self, row: HeatRow) -> Self {
        self.rows.push(row);
        self
    }
}

impl HeatRow {
    /// A row; values that are not finite become missing.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        group: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            group: group.into(),
            values: values.into_iter().map(|x| x.is_finite().then_some(x)).collect(),
            binding: Vec::new(),
        }
    }
    /// Sets the positions at which the row binds.
    pub fn binding(mut self, positions: impl IntoIterator<Item = usize>) -> Self {
        self.binding = positions.into_iter().collect();
        self
    }
}

/// What happens when. Places on the axis count quarters from its start: 0.0 is the beginning of
/// the first quarter, 1.5 the middle of the second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gantt {
    /// The calendar, always quarters.
    pub x: Axis,
    /// Lanes from the top.
    pub lanes: Vec<GanttLane>,
}

/// One project or purchase in a [`Gantt`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GanttLane {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Lanes of one group stand together, such as `Sites` and `Purchases`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Stages in time.
    pub bars: Vec<GanttBar>,
    /// Dates that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
}

/// One stage of a lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GanttBar {
    /// Name of the stage; equal stages share it: `Permit`, `Build`, `Deliver`.
    pub name: String,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// Start, in quarters from the start of the axis.
    pub from_quarters: f64,
    /// End, in quarters from the start of the axis.
    pub to_quarters: f64,
}

/// A date in a lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    /// What happens.
    pub name: String,
    /// What it means.
    pub kind: MilestoneKind,
    /// When, in quarters from the start of the axis.
    pub at_quarters: f64,
}

/// What a milestone means; each has a shape of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MilestoneKind {
    /// The last date to decide.
    Decide,
    /// Ready for use.
    Ready,
    /// Needed by.
    Need,
    /// Stopped.
    Stop,
}

impl Gantt {
    /// No lanes yet.
    pub fn new(quarters: Axis) -> Self {
        Self { x: quarters, lanes: Vec::new() }
    }
    /// Adds a lane.
    pub fn lane(mut self, lane: GanttLane) -> Self {
        self.lanes.push(lane);
        self
    }
}

impl GanttLane {
    /// An empty lane.
    pub fn new(id: impl Into<String>, name: impl Into<String>, group: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            group: group.into(),
            bars: Vec::new(),
            milestones: Vec::new(),
        }
    }
    /// Adds a stage; its colour follows its name.
    pub fn bar(mut self, name: impl Into<String>, from_quarters: f64, to_quarters: f64) -> Self {
        let name = name.into();
        let colour = ColourKey::part(&name);
        self.bars.push(GanttBar { name, colour, from_quarters, to_quarters });
        self
    }
    /// Adds a date.
    pub fn milestone(mut self, kind: MilestoneKind, name: impl Into<String>, at_quarters: f64) -> Self {
        self.milestones.push(Milestone { name: name.into(), kind, at_quarters });
        self
    }
}

/// Options by two measures, both better when lower, and the front of those that none beats.
///
/// A measure that is better when higher is turned into its inverse or its cost first, so that
/// "down and left is better" holds in every chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pareto {
    /// First measure.
    pub x: ValueAxis,
    /// Second measure.
    pub y: ValueAxis,
    /// The options.
    pub points: Vec<ParetoPoint>,
    /// The most of the first measure that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_limit: Option<Goal>,
    /// The most of the second measure that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_limit: Option<Goal>,
}

/// One option of a [`Pareto`] chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParetoPoint {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Options of one group share colour and legend entry.
    pub group: String,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// First measure.
    pub x: f64,
    /// Second measure.
    pub y: f64,
    /// Whether no other option is at least as good in both and better in one.
    pub on_front: bool,
    /// Whether it is the chosen one.
    #[serde(default)]
    pub chosen: bool,
}

impl Pareto {
    /// No options yet.
    pub fn new(x: ValueAxis, y: ValueAxis) -> Self {
        Self { x, y, points: Vec::new(), x_limit: None, y_limit: None }
    }
    /// Adds an option; call [`Pareto::mark_front`] after the last.
    pub fn point(
        mut self,
        id: impl Into<String>,
        name: impl Into<String>,
        group: impl Into<String>,
        colour: ColourKey,
        at: (f64, f64),
    ) -> Self {
        self.points.push(ParetoPoint {
            id: id.into(),
            name: name.into(),
            group: group.into(),
            colour,
            x: at.0,
            y: at.1,
            on_front: false,
            chosen: false,
        });
        self
    }
    /// Stars the chosen option.
    pub fn choose(mut self, id: &str) -> Self {
        for point in &mut self.points {
            point.chosen = point.id == id;
        }
        self
    }
    /// Sets the most of the first measure that is allowed.
    pub fn x_limit(mut self, name: impl Into<String>, value: f64) -> Self {
        self.x_limit = Some(Goal { name: name.into(), value });
        self
    }
    /// Sets the most of the second measure that is allowed.
    pub fn y_limit(mut self, name: impl Into<String>, value: f64) -> Self {
        self.y_limit = Some(Goal { name: name.into(), value });
        self
    }
    /// Marks the options that no other beats.
    pub fn mark_front(mut self) -> Self {
        let front: Vec<bool> = self.points.iter().map(|p| !self.is_beaten(p)).collect();
        for (point, on_front) in self.points.iter_mut().zip(front) {
            point.on_front = on_front;
        }
        self
    }
    /// Whether another option is at least as good in both measures and better in one.
    pub(super) fn is_beaten(&self, point: &ParetoPoint) -> bool {
        self.points
            .iter()
            .any(|other| other.x <= point.x && other.y <= point.y && (other.x < point.x || other.y < point.y))
    }
}
