//! One hall in metres: every rack with its place and kind, merged into larger rectangles where a picture needs it.

use std::fmt;

use quarterdeck_catalog::Halls;
use quarterdeck_units::Metres;

use super::plan::{Standing, tray};

/// What stands in a rack position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RackKind {
    /// Platforms.
    Compute,
    /// Switches.
    Network,
    /// Storage and management.
    Storage,
    /// A coolant distribution unit.
    Cdu,
    /// A sidecar heat exchanger.
    Sidecar,
}

impl fmt::Display for RackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            RackKind::Compute => "compute",
            RackKind::Network => "network",
            RackKind::Storage => "storage",
            RackKind::Cdu => "coolant distribution",
            RackKind::Sidecar => "sidecar",
        })
    }
}

/// A rack in its place, corner nearest to the origin of the hall.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PlacedRack {
    /// What it is.
    pub kind: RackKind,
    /// Group of platforms that it belongs to; none for what serves all.
    pub group: Option<u32>,
    /// Row, counted from 0 through all columns of rows.
    pub row: u32,
    /// Along the row.
    pub x: Metres,
    /// Across the rows.
    pub y: Metres,
    /// Along the row, with what its floor keeps free.
    pub width: Metres,
    /// Across the row.
    pub depth: Metres,
}

impl PlacedRack {
    /// Its middle.
    pub fn centre(&self) -> (Metres, Metres) {
        (self.x + self.width * 0.5, self.y + self.depth * 0.5)
    }
}

/// A rectangle of a picture: one rack, or neighbours of one kind.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tile {
    /// What it is.
    pub kind: RackKind,
    /// Group, if all of it belongs to one.
    pub group: Option<u32>,
    /// Racks in it.
    pub racks: u32,
    /// Along the row.
    pub x: Metres,
    /// Across the rows.
    pub y: Metres,
    /// Along the row.
    pub width: Metres,
    /// Across the row.
    pub depth: Metres,
}

/// One hall in metres.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// Halls that look like it; the last may be less full.
    pub halls: u64,
    /// Along the rows, between walls.
    pub width: Metres,
    /// Across the rows, between walls.
    pub depth: Metres,
    /// Rows of racks.
    pub rows: u32,
    /// Racks in order of rows and places.
    pub racks: Vec<PlacedRack>,
    /// Groups of platforms.
    pub groups: u32,
}

/// Rows of racks in columns, with their aisles and walkways.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Grid {
    positions: f64,
    row_positions: f64,
    rows_of_column: u32,
    rows: u32,
    rack: (Metres, Metres),
    aisles: (Metres, Metres),
    walkway: Metres,
    /// Width and depth of the hall.
    pub(super) size: (Metres, Metres),
}

impl Grid {
    /// A grid of nearly square form for a number of positions.
    pub(super) fn of(positions: f64, facts: &Halls) -> Grid {
        let rack = (facts.rack.width.value, facts.rack.depth.value);
        let (cold, hot) = (facts.aisle.cold.value, facts.aisle.hot.value);
        let walkway = facts.aisle.walkway.value;
        let most = f64::from(facts.aisle.row_positions.value);
        let rows = (positions / most).ceil().max(1.0);
        // A short single row needs no more room than its racks.
        let row_positions = if rows > 1.0 { most } else { positions.ceil().max(1.0) };
        let along = rack.0 * row_positions + walkway;
        let across = rack.1 + (cold + hot) * 0.5;
        let columns = libm::sqrt(rows * (across / along)).round().clamp(1.0, rows);
        let rows_of_column = (rows / columns).ceil();
        let columns = (rows / rows_of_column).ceil();
        let mut grid = Grid {
            positions,
            row_positions,
            rows_of_column: rows_of_column as u32,
            rows: rows as u32,
            rack,
            aisles: (cold, hot),
            walkway,
            size: (walkway + along * columns, Metres::ZERO),
        };
        grid.size.1 = grid.y(grid.rows_of_column - 1) + rack.1 + walkway;
        grid
    }

    /// Where a row of its column begins across the hall: two rows face a cold aisle, two backs share a hot one.
    fn y(&self, row: u32) -> Metres {
        self.walkway
            + self.rack.1 * f64::from(row)
            + self.aisles.0 * f64::from(row.div_ceil(2))
            + self.aisles.1 * f64::from(row / 2)
    }

    /// Corner of a place: row through all columns, positions from the start of the row.
    fn corner(&self, row: u32, position: f64) -> (Metres, Metres) {
        let column = f64::from(row / self.rows_of_column);
        let along = self.rack.0 * self.row_positions + self.walkway;
        (self.walkway + along * column + self.rack.0 * position, self.y(row % self.rows_of_column))
    }

    /// Middles of all positions.
    pub(super) fn centres(&self) -> impl Iterator<Item = (Metres, Metres)> + '_ {
        (0..self.positions as u64).map(|position| {
            let row = (position as f64 / self.row_positions).floor();
            let corner = self.corner(row as u32, position as f64 - row * self.row_positions);
            (corner.0 + self.rack.0 * 0.5, corner.1 + self.rack.1 * 0.5)
        })
    }

    /// Middle of the hall.
    pub(super) fn middle(&self) -> (Metres, Metres) {
        (self.size.0 * 0.5, self.size.1 * 0.5)
    }

    /// Length of a cable between two places, up to the tray, along it, down again, with its slack.
    pub(super) fn cable(&self, from: (Metres, Metres), to: (Metres, Metres), facts: &Halls) -> Metres {
        cable(tray(from, to), facts)
    }
}

/// Length of a cable for a way along the tray; within one rack it does not go up to the tray and down again.
pub(super) fn cable(along: Metres, facts: &Halls) -> Metres {
    let rise = facts.cabling.rise.value;
    let climbs = if along.is_positive() { rise * 2.0 } else { rise };
    (along + climbs) * (1.0 + facts.cabling.slack.value)
}

/// Puts racks into rows in their order; a row ends before a rack that does not fit into it.
pub(super) fn lay_out(racks: &[Standing], halls: u64, facts: &Halls) -> Layout {
    let most = f64::from(facts.aisle.row_positions.value);
    let mut places = Vec::with_capacity(racks.len());
    let (mut row, mut used) = (0_u32, 0.0);
    for (_, _, positions) in racks {
        if used > 0.0 && used + positions > most + 1e-9 {
            row += 1;
            used = 0.0;
        }
        places.push((row, used));
        used += positions;
    }
    let rows = if racks.is_empty() { 0 } else { row + 1 };
    let grid = Grid::of(if rows > 1 { f64::from(rows) * most } else { used }, facts);
    let placed = racks.iter().zip(&places).map(|((kind, group, positions), (row, start))| {
        let (x, y) = grid.corner(*row, *start);
        let (width, depth) = (grid.rack.0 * *positions, grid.rack.1);
        PlacedRack { kind: *kind, group: *group, row: *row, x, y, width, depth }
    });
    let groups = racks.iter().filter_map(|(_, group, _)| *group).max().map_or(0, |last| last + 1);
    Layout { halls, width: grid.size.0, depth: grid.size.1, rows, racks: placed.collect(), groups }
}

/// Whether two neighbours of a row become one tile.
type Merges = dyn Fn(&PlacedRack, &PlacedRack) -> bool;

impl Layout {
    /// Racks of a kind.
    pub fn count(&self, kind: RackKind) -> usize {
        self.racks.iter().filter(|rack| rack.kind == kind).count()
    }

    /// At most `most` rectangles that cover all racks, as fine as that allows: single racks, runs of one kind and
    /// group, runs of one kind, whole rows under their most frequent kind. Rows are never merged, so a hall of more
    /// rows than `most` has more tiles.
    pub fn tiles(&self, most: usize) -> Vec<Tile> {
        let single = |_: &PlacedRack, _: &PlacedRack| false;
        let same_group = |a: &PlacedRack, b: &PlacedRack| a.kind == b.kind && a.group == b.group;
        let same_kind = |a: &PlacedRack, b: &PlacedRack| a.kind == b.kind;
        let all = |_: &PlacedRack, _: &PlacedRack| true;
        let levels: [&Merges; 4] = [&single, &same_group, &same_kind, &all];
        let mut tiles = Vec::new();
        for merges in levels {
            tiles = self.merged(merges);
            if tiles.len() <= most {
                break;
            }
        }
        tiles
    }

    fn merged(&self, merges: &Merges) -> Vec<Tile> {
        let runs = self.racks.chunk_by(|a, b| a.row == b.row && merges(a, b));
        runs.filter_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            let of = |kind: RackKind| run.iter().filter(|rack| rack.kind == kind).count();
            let kind =
                run.iter().map(|rack| rack.kind).max_by_key(|kind| (of(*kind), std::cmp::Reverse(*kind)))?;
            let one_group = run.iter().all(|rack| rack.group == first.group);
            Some(Tile {
                kind,
                group: first.group.filter(|_| one_group),
                racks: u32::try_from(run.len()).unwrap_or(u32::MAX),
                x: first.x,
                y: first.y,
                width: last.x + last.width - first.x,
                depth: first.depth,
            })
        })
        .collect()
    }
}
