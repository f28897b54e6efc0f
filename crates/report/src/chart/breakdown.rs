//! Charts that take a total apart: bridges, waterfalls, memory stacks.

use serde::{Deserialize, Serialize};

use super::{Axis, Series, ValueAxis};
use crate::palette::{ColourKey, Role};

/// From one total to another by named steps, in a stated order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// Value axis.
    pub y: ValueAxis,
    /// A start, the changes, and an end; subtotals may stand between.
    pub steps: Vec<BridgeStep>,
}

/// What a step of a bridge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BridgeStepKind {
    /// A total that stands on zero: start, subtotal or end.
    Total,
    /// A change of the running total.
    Change,
}

/// One step of a [`Bridge`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BridgeStep {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Total or change.
    pub kind: BridgeStepKind,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// The total, or the signed change.
    pub value: f64,
}

impl Bridge {
    /// A bridge that starts at a total.
    pub fn from(y: ValueAxis, name: impl Into<String>, start: f64) -> Self {
        Self { y, steps: Vec::new() }.total("start", name, start)
    }
    /// Adds a change.
    pub fn change(mut self, id: impl Into<String>, name: impl Into<String>, value: f64) -> Self {
        let role = if value < 0.0 { Role::Decrease } else { Role::Increase };
        self.steps.push(BridgeStep {
            id: id.into(),
            name: name.into(),
            kind: BridgeStepKind::Change,
            colour: ColourKey::role(role),
            value,
        });
        self
    }
    /// Ends at a total; [`check`](super::ChartSpec::check) refuses one that the changes miss.
    pub fn to(self, name: impl Into<String>, end: f64) -> Self {
        self.total("end", name, end)
    }
    fn total(mut self, id: &str, name: impl Into<String>, value: f64) -> Self {
        self.steps.push(BridgeStep {
            id: id.to_string(),
            name: name.into(),
            kind: BridgeStepKind::Total,
            colour: ColourKey::role(Role::Total),
            value,
        });
        self
    }
}

/// Where the time of one step goes: exposed parts on each other up to the total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// Value axis.
    pub y: ValueAxis,
    /// The parts, in order.
    pub parts: Vec<WaterfallPart>,
    /// Name of the total: `Step time`.
    pub total_name: String,
    /// The total; equals the sum of the exposed parts.
    pub total: f64,
    /// The physical bound below which the total cannot fall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Goal>,
}

/// One part of a [`Waterfall`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaterfallPart {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// What adds to the total.
    pub exposed: f64,
    /// What runs behind other parts and adds nothing.
    #[serde(default)]
    pub hidden: f64,
}

impl Waterfall {
    /// No parts yet; the total grows with them.
    pub fn new(y: ValueAxis, total_name: impl Into<String>) -> Self {
        Self { y, parts: Vec::new(), total_name: total_name.into(), total: 0.0, floor: None }
    }
    /// Adds a part.
    pub fn part(
        mut self,
        id: impl Into<String>,
        name: impl Into<String>,
        colour: ColourKey,
        exposed: f64,
        hidden: f64,
    ) -> Self {
        self.parts.push(WaterfallPart { id: id.into(), name: name.into(), colour, exposed, hidden });
        self.total += exposed;
        self
    }
    /// Sets the physical bound.
    pub fn floor(mut self, name: impl Into<String>, value: f64) -> Self {
        self.floor = Some(Goal { name: name.into(), value });
        self
    }
}

/// A named value to compare with: a bound, an SLO.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// Its name.
    pub name: String,
    /// Its value, in the unit of the axis that it stands on.
    pub value: f64,
}

/// What fills the memory of each option, against its capacity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryStack {
    /// The options: strategies, batch sizes or devices.
    pub options: Axis,
    /// Value axis.
    pub y: ValueAxis,
    /// Parts, one value per option.
    pub parts: Vec<Series>,
    /// Name of the capacity: `HBM of one device`.
    pub capacity_name: String,
    /// Capacity of each option.
    pub capacity: Vec<f64>,
}

impl MemoryStack {
    /// No parts yet.
    pub fn new(
        options: Axis,
        y: ValueAxis,
        capacity_name: impl Into<String>,
        capacity: impl IntoIterator<Item = f64>,
    ) -> Self {
        Self {
            options,
            y,
            parts: Vec::new(),
            capacity_name: capacity_name.into(),
            capacity: capacity.into_iter().collect(),
        }
    }
    /// Adds a part.
    pub fn part(mut self, series: Series) -> Self {
        self.parts.push(series);
        self
    }
}
