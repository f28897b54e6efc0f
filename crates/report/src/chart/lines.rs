//! Lines side by side, and the slots of a pipeline's schedule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Axis, Series, ValueAxis};
use crate::palette::ColourKey;

/// Named lines over one axis, to compare how options grow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// First axis.
    pub x: Axis,
    /// Value axis.
    pub y: ValueAxis,
    /// The lines.
    pub lines: Vec<Series>,
    /// Lines to hold the others against, drawn thin and dashed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faint: Vec<Series>,
}

impl Lines {
    /// No lines yet.
    pub fn new(x: Axis, y: ValueAxis) -> Self {
        Self { x, y, lines: Vec::new(), faint: Vec::new() }
    }
    /// Adds a line.
    pub fn line(mut self, series: Series) -> Self {
        self.lines.push(series);
        self
    }
    /// Adds a line to hold the others against.
    pub fn faint(mut self, series: Series) -> Self {
        self.faint.push(series);
        self
    }
}

/// What each stage of a pipeline does when; a row for each stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Time, from the beginning of the step.
    pub time: ValueAxis,
    /// Stages.
    pub stages: usize,
    /// What the colour of each kind of work stands for.
    pub colours: BTreeMap<SlotKind, ColourKey>,
    /// Pieces of work; those of one stage do not overlap.
    pub slots: Vec<ScheduleSlot>,
}

/// One piece of work of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleSlot {
    /// Stage, from 0.
    pub stage: usize,
    /// What it is.
    pub kind: SlotKind,
    /// Micro-batch, from 0.
    pub microbatch: u32,
    /// Chunk of layers, from 0.
    pub chunk: u32,
    /// Start.
    pub from: f64,
    /// End.
    pub to: f64,
}

/// Kinds of work of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotKind {
    /// Forward pass.
    Forward,
    /// Backward pass.
    Backward,
    /// Gradients of weights alone.
    Weight,
}

impl SlotKind {
    /// Every kind, in order.
    pub const ALL: [Self; 3] = [Self::Forward, Self::Backward, Self::Weight];

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forward => "Forward",
            Self::Backward => "Backward",
            Self::Weight => "Weight gradients",
        }
    }
}

impl Schedule {
    /// No work yet.
    pub fn new(time: ValueAxis, stages: usize) -> Self {
        let colour = |kind| match kind {
            SlotKind::Forward => ColourKey::part("compute"),
            SlotKind::Backward => ColourKey::part("collective"),
            SlotKind::Weight => ColourKey::part("recompute"),
        };
        let colours = SlotKind::ALL.into_iter().map(|kind| (kind, colour(kind))).collect();
        Self { time, stages, colours, slots: Vec::new() }
    }
    /// Adds a piece of work.
    pub fn slot(mut self, slot: ScheduleSlot) -> Self {
        self.slots.push(slot);
        self
    }
    /// End of the last piece of work.
    pub fn length(&self) -> f64 {
        self.slots.iter().map(|slot| slot.to).fold(0.0, f64::max)
    }
}
