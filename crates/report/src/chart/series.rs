//! Charts over a shared first axis: layers, bars, loads against limits, fans.

use serde::{Deserialize, Serialize};

use super::{Axis, Series, ValueAxis, totals};
use crate::palette::{ColourKey, Role};

/// Layers over time: usable capacity under demand, or a fleet by platform.
///
/// Values hold for a whole position of the axis, so they are drawn as steps: capacity arrives in
/// lumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StackedArea {
    /// First axis.
    pub x: Axis,
    /// Value axis.
    pub y: ValueAxis,
    /// Layers from the bottom.
    pub layers: Vec<Series>,
    /// A line above the layers, such as demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineOverlay>,
    /// What is missing, hung from the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Series>,
}

/// A line with its band of uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineOverlay {
    /// The line.
    pub series: Series,
    /// Its band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
}

/// A range of values at each position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// What the range is: `p10 to p90 of 200 futures`.
    pub name: String,
    /// Lower ends.
    pub low: Vec<Option<f64>>,
    /// Upper ends.
    pub high: Vec<Option<f64>>,
}

impl Band {
    /// A range; ends that are not finite become missing.
    pub fn new(
        name: impl Into<String>,
        low: impl IntoIterator<Item = f64>,
        high: impl IntoIterator<Item = f64>,
    ) -> Self {
        let known = |x: f64| x.is_finite().then_some(x);
        Self {
            name: name.into(),
            low: low.into_iter().map(known).collect(),
            high: high.into_iter().map(known).collect(),
        }
    }
}

impl StackedArea {
    /// Layers without a line.
    pub fn new(x: Axis, y: ValueAxis) -> Self {
        Self { x, y, layers: Vec::new(), line: None, shortfall: None }
    }
    /// Adds a layer on top.
    pub fn layer(mut self, series: Series) -> Self {
        self.layers.push(series);
        self
    }
    /// Sets the line, with a band if it has one.
    pub fn line(mut self, series: Series, band: Option<Band>) -> Self {
        self.line = Some(LineOverlay { series, band });
        self
    }
    /// Sets what is missing at each position.
    pub fn shortfall(mut self, name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let colour = ColourKey::role(Role::Shortfall);
        self.shortfall = Some(Series::new("shortfall", name, colour, values));
        self
    }
    /// Sets what is missing to the part of the line above the sum of the layers.
    pub fn shortfall_below_line(self, name: &str) -> Self {
        let capacity = totals(&self.layers, self.x.len());
        let values: Vec<f64> = match &self.line {
            Some(line) => line
                .series
                .values
                .iter()
                .zip(&capacity)
                .map(|(demand, capacity)| (demand.unwrap_or(0.0) - capacity).max(0.0))
                .collect(),
            None => vec![0.0; capacity.len()],
        };
        self.shortfall(name, values)
    }
}

/// How bars of several series stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BarLayout {
    /// On each other; series with different `group` side by side.
    Stacked,
    /// All side by side.
    Grouped,
}

/// Bars, with a running total and a limit if asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// First axis.
    pub x: Axis,
    /// Value axis.
    pub y: ValueAxis,
    /// How the series stand.
    pub layout: BarLayout,
    /// The series, from the bottom or from the left.
    pub series: Vec<Series>,
    /// Running total, on an axis of its own at the right in the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cumulative: Option<Series>,
    /// A limit on the bar's height, as steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Series>,
    /// Totals known from elsewhere, such as published ones, as marks to hold the bars against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marks: Option<Series>,
}

impl Bars {
    /// Bars that stand on each other.
    pub fn stacked(x: Axis, y: ValueAxis) -> Self {
        Self {
            x,
            y,
            layout: BarLayout::Stacked,
            series: Vec::new(),
            cumulative: None,
            limit: None,
            marks: None,
        }
    }
    /// Bars side by side.
    pub fn grouped(x: Axis, y: ValueAxis) -> Self {
        Self { layout: BarLayout::Grouped, ..Self::stacked(x, y) }
    }
    /// Adds a series.
    pub fn series(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }
    /// Adds the running total of all series.
    pub fn cumulative(mut self, name: &str) -> Self {
        let mut sum = 0.0;
        let running: Vec<f64> = totals(&self.series, self.x.len())
            .into_iter()
            .map(|x| {
                sum += x;
                sum
            })
            .collect();
        let colour = ColourKey::role(Role::Cumulative);
        self.cumulative = Some(Series::new("cumulative", name, colour, running));
        self
    }
    /// Adds a limit, such as a budget.
    pub fn limit(mut self, name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let colour = ColourKey::role(Role::Limit);
        self.limit = Some(Series::new("limit", name, colour, values));
        self
    }
    /// Adds totals known from elsewhere; those that are not finite are left out.
    pub fn marks(mut self, name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let colour = ColourKey::role(Role::Chosen);
        self.marks = Some(Series::new("marks", name, colour, values));
        self
    }
}

/// Loads against limits that move in steps, one panel per site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SteppedLines {
    /// First axis, shared.
    pub x: Axis,
    /// Value axis; each panel has its own range.
    pub y: ValueAxis,
    /// The panels.
    pub panels: Vec<SteppedPanel>,
}

/// One panel of [`SteppedLines`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SteppedPanel {
    /// Stable id, such as the site's.
    pub id: String,
    /// Head of the panel.
    pub title: String,
    /// A few words on what to see: `94 % in 2027-Q4`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// Id of the load that the firm limit holds; the first load if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Loads, the widest last; drawn as filled steps from zero, each over the next. Where the load that the
    /// firm limit holds passes it, the part above is red.
    pub loads: Vec<Series>,
    /// Limits, drawn as lines.
    pub limits: Vec<LimitLine>,
}

/// A limit and how it is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitLine {
    /// The limit's values.
    pub series: Series,
    /// Its mark.
    pub mark: LimitMark,
}

/// Lines of limits; the kind of line tells them apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitMark {
    /// The limit that counts now, such as energised power.
    Firm,
    /// A limit held back by redundancy, such as the N+1 derate.
    Derated,
    /// A limit that is promised but not there yet, such as contracted power.
    Promised,
}

impl SteppedLines {
    /// No panels yet.
    pub fn new(x: Axis, y: ValueAxis) -> Self {
        Self { x, y, panels: Vec::new() }
    }
    /// Adds a panel.
    pub fn panel(mut self, panel: SteppedPanel) -> Self {
        self.panels.push(panel);
        self
    }
}

impl SteppedPanel {
    /// An empty panel.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            remark: String::new(),
            held: None,
            loads: Vec::new(),
            limits: Vec::new(),
        }
    }
    /// Sets the words beside its head.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = remark.into();
        self
    }
    /// Names the load that the firm limit holds.
    pub fn held(mut self, load: impl Into<String>) -> Self {
        self.held = Some(load.into());
        self
    }
    /// Adds a load.
    pub fn load(mut self, series: Series) -> Self {
        self.loads.push(series);
        self
    }
    /// Adds a limit.
    pub fn limit(mut self, series: Series, mark: LimitMark) -> Self {
        self.limits.push(LimitLine { series, mark });
        self
    }
}

/// A line with bands of uncertainty, and single futures thin behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fan {
    /// First axis.
    pub x: Axis,
    /// Value axis.
    pub y: ValueAxis,
    /// The middle line.
    pub median: Series,
    /// Bands from the widest to the narrowest; each lies within the one before.
    pub bands: Vec<Band>,
    /// Single futures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<Series>,
}

impl Fan {
    /// A line without bands.
    pub fn new(x: Axis, y: ValueAxis, median: Series) -> Self {
        Self { x, y, median, bands: Vec::new(), scenarios: Vec::new() }
    }
    /// Adds a band within those before.
    pub fn band(mut self, band: Band) -> Self {
        self.bands.push(band);
        self
    }
    /// Adds a single future.
    pub fn scenario(mut self, series: Series) -> Self {
        self.scenarios.push(series);
        self
    }
}
