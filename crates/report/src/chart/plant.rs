//! Pictures of things that stand in a building: the switches of a fabric by tier, the racks of a hall by row.

use serde::{Deserialize, Serialize};

use crate::palette::ColourKey;

/// Most boxes of one tier, so that numbers in them stay readable on a phone.
pub const MOST_BOXES: usize = 12;

/// What a fabric is made of, tier by tier from the top, and what joins the tiers. Equal parts are drawn together
/// in one box that says how many it stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fabric {
    /// Tiers from the top; the last holds the platforms.
    pub tiers: Vec<FabricTier>,
    /// Links between boxes.
    pub bundles: Vec<FabricBundle>,
}

/// One tier of a [`Fabric`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FabricTier {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name: `Spine`.
    pub name: String,
    /// What stands in it, plural: `switches`.
    pub noun: String,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// How many there are.
    pub count: u64,
    /// The boxes, from the left.
    pub boxes: Vec<FabricBox>,
}

/// One or several equal parts of a tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FabricBox {
    /// Its name: `pod 1`, `rails 1 to 4`.
    pub name: String,
    /// Parts that it stands for.
    pub count: u64,
}

/// Links between two boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricBundle {
    /// Tier of one end, from the top; both ends are in one tier where it is joined with itself.
    pub upper_tier: usize,
    /// Box of that end.
    pub upper_box: usize,
    /// Tier of the other end.
    pub lower_tier: usize,
    /// Box of the other end.
    pub lower_box: usize,
    /// How many.
    pub links: u64,
}

impl Fabric {
    /// No tiers yet.
    pub fn new() -> Self {
        Self { tiers: Vec::new(), bundles: Vec::new() }
    }
    /// Adds a tier at the bottom.
    pub fn tier(mut self, tier: FabricTier) -> Self {
        self.tiers.push(tier);
        self
    }
    /// Links between two tiers, or of a tier with itself.
    pub fn links_between(&self, upper: usize, lower: usize) -> u64 {
        let here = |bundle: &&FabricBundle| bundle.upper_tier == upper && bundle.lower_tier == lower;
        self.bundles.iter().filter(here).map(|bundle| bundle.links).sum()
    }
}

impl Default for Fabric {
    fn default() -> Self {
        Self::new()
    }
}

/// The racks of a site on its floor, seen from above. Neighbours of one kind are drawn as one tile that says how many
/// it stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Floor {
    /// Halls that are drawn.
    pub halls: u64,
    /// Width of all that is drawn, in metres.
    pub width_m: f64,
    /// Its depth, in metres.
    pub depth_m: f64,
    /// Outlines of halls.
    pub outlines: Vec<FloorOutline>,
    /// Kinds of racks.
    pub kinds: Vec<FloorKind>,
    /// The racks.
    pub tiles: Vec<FloorTile>,
}

/// The walls of one hall, in metres from the upper left corner of the drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FloorOutline {
    /// Its name.
    pub name: String,
    /// Left wall.
    pub x: f64,
    /// Upper wall.
    pub y: f64,
    /// To the right wall.
    pub width: f64,
    /// To the lower wall.
    pub depth: f64,
}

/// One kind of racks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FloorKind {
    /// Stable id, unique in its chart.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its colour stands for.
    pub colour: ColourKey,
    /// Power of one, kW.
    pub power_kw: f64,
}

/// Racks of one kind beside each other, in metres from the upper left corner of the drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FloorTile {
    /// Index of the kind.
    pub kind: usize,
    /// Racks that it stands for.
    pub racks: u64,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// To the right edge.
    pub width: f64,
    /// To the lower edge.
    pub depth: f64,
}

impl Floor {
    /// Racks of a kind.
    pub fn racks_of(&self, kind: usize) -> u64 {
        self.tiles.iter().filter(|tile| tile.kind == kind).map(|tile| tile.racks).sum()
    }
}

/// Parts dealt into at most `boxes` boxes as evenly as they go: earlier boxes hold one more.
///
/// ```
/// assert_eq!(quarterdeck_report::chart::deal(7, 3), [3, 2, 2]);
/// assert_eq!(quarterdeck_report::chart::deal(2, 16), [1, 1]);
/// ```
pub fn deal(parts: u64, boxes: usize) -> Vec<u64> {
    let boxes = (boxes as u64).min(parts);
    (0..boxes).map(|at| parts / boxes + u64::from(at < parts % boxes)).collect()
}
