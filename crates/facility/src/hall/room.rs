//! One hall as it stands: power, cooling, floor, places for racks.

use quarterdeck_catalog::{Catalog, Cooling, FloorKind};
use quarterdeck_units::{Metres, SquareMetres, Watts};

use crate::site::Block;

/// One hall as it stands, or as it is to be built.
#[derive(Clone, PartialEq, Debug)]
pub struct HallRoom {
    /// Cooling, density, overheads.
    pub block: Block,
    /// IT power that may be filled.
    pub power: Watts,
    /// What it stands on.
    pub floor: FloorKind,
    /// Rack positions; no limit but power if none.
    pub positions: Option<f64>,
    /// Longest cable that its network allows; no limit if none.
    pub reach: Option<Metres>,
}

impl HallRoom {
    /// A hall of a block with a power that may be filled, without limit of space.
    ///
    /// Halls cooled by air stand on raised floors, others on slabs, where nothing else is known.
    pub fn of(block: &Block, power: Watts) -> HallRoom {
        let floor = if block.cooling == Cooling::Air { FloorKind::Raised } else { FloorKind::Slab };
        HallRoom { block: block.clone(), power, floor, positions: block.racks_max, reach: None }
    }

    /// The same hall on another floor.
    #[must_use]
    pub fn on(mut self, floor: FloorKind) -> HallRoom {
        self.floor = floor;
        self
    }

    /// The same hall with a number of rack positions.
    #[must_use]
    pub fn with_positions(mut self, positions: f64) -> HallRoom {
        self.positions = Some(positions);
        self
    }

    /// The same hall with a floor area: as many positions as it holds between aisles and walkways.
    ///
    /// $$ n = \frac{A\,(1 - w)}{b\,(t + \tfrac{c+h}{2})},\qquad w = 1 - \frac{20\,b}{20\,b + v} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $A$ | `area` | m² |
    /// | $b, t$ | width and depth of a rack | m |
    /// | $c, h, v$ | cold aisle, hot aisle, walkway at the end of a row of 20 | m |
    ///
    /// Columns, ramps and rooms for people are left out, which overstates the places of old halls.
    #[must_use]
    pub fn with_area(self, area: SquareMetres, catalog: &Catalog) -> HallRoom {
        let (rack, aisle) = (&catalog.halls.rack, &catalog.halls.aisle);
        let pitch = rack.depth.value + (aisle.cold.value + aisle.hot.value) * 0.5;
        let row = rack.width.value * f64::from(aisle.row_positions.value);
        let used = row / (row + aisle.walkway.value);
        self.with_positions((area * used / (rack.width.value * pitch)).floor())
    }
}
