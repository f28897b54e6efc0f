//! Sharding of embedding tables: whole tables, rows, columns or copies on devices, so that the busiest device is as
//! little above the mean as can be.
//!
//! ```text
//!  tables ──► cost and bytes of each way to split ──► greedy: costliest first, to the least loaded device with room
//!         ──► local search on the busiest device: split otherwise, move, swap ──► plan, imbalance
//! ```
//!
//! Sources: `recshard-2022` and `torchrec-2022` for the ways to split and the objective; the search is our own.

use std::fmt;

use quarterdeck_units::{Bandwidth, Bytes, Seconds};

/// A table as the planner sees it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TableLoad {
    /// Rows.
    pub rows: f64,
    /// Elements of a row.
    pub width: f64,
    /// Lookups of a sample, summed into one vector.
    pub pooling: f64,
    /// Bytes of a stored element.
    pub element_bytes: f64,
    /// Share of a batch's lookups that are the first of their row; 0 at inference, where nothing is written.
    pub unique_share: f64,
}

impl TableLoad {
    /// Bytes of the table, with four bytes of row-wise state where it is trained.
    pub fn bytes(&self) -> f64 {
        self.rows * (self.width * self.element_bytes + if self.unique_share > 0.0 { 4.0 } else { 0.0 })
    }
}

/// The devices that tables are placed on, all alike.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Devices {
    /// How many.
    pub count: usize,
    /// What tables may take of the memory of each.
    pub memory: Bytes,
    /// Rate of row fetches of each.
    pub lookup_rate: Bandwidth,
    /// Rate of each in an exchange with all others.
    pub exchange_rate: Bandwidth,
    /// Bytes that a memory fetch brings at least.
    pub line: f64,
    /// Bytes of an element of exchanged vectors.
    pub vector_bytes: f64,
    /// Samples of a batch over all devices.
    pub global_batch: f64,
}

/// How a table is split.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Split {
    /// On one device.
    Whole,
    /// Rows dealt to this many devices, each of which sends a partial sum.
    Rows(u16),
    /// Columns dealt to this many devices, each of which sees every index.
    Columns(u16),
    /// A copy on every device, kept equal by an all-reduce where it is trained.
    Copies,
}

/// Where a table lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// How it is split.
    pub split: Split,
    /// Devices of its parts; all of them for copies.
    pub devices: Vec<u16>,
}

/// A placement of every table.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// By table, in the order given.
    pub placed: Vec<Placed>,
    /// Time of lookups and exchange of each device for one batch.
    pub load: Vec<Seconds>,
    /// Bytes on each device.
    pub held: Vec<Bytes>,
}

impl Plan {
    /// Time of the busiest device.
    pub fn slowest(&self) -> Seconds {
        self.load.iter().copied().fold(Seconds::ZERO, Seconds::max)
    }

    /// Busiest over mean device.
    pub fn imbalance(&self) -> f64 {
        let mean = self.load.iter().copied().sum::<Seconds>() / self.load.len().max(1) as f64;
        if mean.is_positive() { self.slowest() / mean } else { 1.0 }
    }
}

/// Why tables can not be placed.
#[derive(Clone, PartialEq, Debug)]
pub enum Unplaceable {
    /// There is no device, or one of its rates or its batch is not above zero.
    Devices,
    /// A table has a size, pooling or share that is not a number in range.
    Table {
        /// Index of the table.
        table: usize,
    },
    /// However it is split, no part of a table fits beside the others.
    Memory {
        /// Index of the table.
        table: usize,
        /// Bytes of all tables.
        needed: Bytes,
        /// Bytes of all devices.
        available: Bytes,
    },
}

impl fmt::Display for Unplaceable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unplaceable::Devices => f.write_str("devices, their rates and the batch must be above zero"),
            Unplaceable::Table { table } => {
                write!(f, "table {table} has a size, pooling or share of first lookups out of range")
            }
            Unplaceable::Memory { table, needed, available } => write!(
                f,
                "table {table} finds no room: all tables need {needed:.1}, the devices hold {available:.1}"
            ),
        }
    }
}

impl std::error::Error for Unplaceable {}

/// Time and bytes of each part of a table split in one way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Part {
    /// Parts.
    pub count: usize,
    /// Seconds of one part for one batch.
    pub seconds: f64,
    /// Bytes of one part.
    pub bytes: f64,
}

/// Time and bytes of the parts of a table.
///
/// $$ t = \frac{B L \ell (1 + 2u)}{B_m} + \frac{2 B D b + 8 B L}{B_x}\cdot\frac{N-1}{N} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $B, N$ | `devices`: samples of a batch, devices | 1 |
/// | $L, D$ | lookups and columns of the part: rows deal lookups, columns deal width | 1 |
/// | $\ell$ | bytes of a row of the part, by lines | B |
/// | $u$ | `unique_share` | 1 |
/// | $b$ | `vector_bytes` | B |
/// | $B_m, B_x$ | rates of fetches and of exchange | B/s |
///
/// A copy serves the samples of its own device, exchanges nothing, and where it is trained costs an all-reduce of
/// `2 (N-1)/N` of its bytes.
pub fn part(table: &TableLoad, split: Split, devices: &Devices) -> Part {
    let all = devices.count as f64;
    let (pieces, lookups, width, batch) = match split {
        Split::Whole => (1.0, table.pooling, table.width, devices.global_batch),
        Split::Rows(parts) => {
            (f64::from(parts), table.pooling / f64::from(parts), table.width, devices.global_batch)
        }
        Split::Columns(parts) => {
            (f64::from(parts), table.pooling, (table.width / f64::from(parts)).ceil(), devices.global_batch)
        }
        Split::Copies => (all, table.pooling, table.width, devices.global_batch / all),
    };
    let row = (width * table.element_bytes / devices.line).ceil().max(1.0) * devices.line;
    let traffic = batch * lookups * row * (1.0 + 2.0 * table.unique_share);
    let others = (all - 1.0) / all;
    let trained = table.unique_share > 0.0;
    let directions = if trained { 2.0 } else { 1.0 };
    let exchanged = match split {
        Split::Copies if trained => 2.0 * others * table.bytes(),
        Split::Copies => 0.0,
        _ => others * batch * (directions * width * devices.vector_bytes + 8.0 * lookups),
    };
    let bytes = if split == Split::Copies { table.bytes() } else { table.bytes() / pieces };
    Part {
        count: pieces as usize,
        seconds: traffic / devices.lookup_rate.as_bytes_per_second()
            + exchanged / devices.exchange_rate.as_bytes_per_second(),
        bytes,
    }
}

/// Rounds of local search, each of which lowers the busiest device.
const ROUNDS: usize = 20_000;
/// Tables times devices up to which a search is begun anew from every other way to split each table.
const SMALL: usize = 512;
/// The same up to which every pair of tables is split otherwise.
const SMALLEST: usize = 32;
/// Share above the mean at which the busiest device is not worth another round.
const TIGHT: f64 = 1e-3;
/// Columns below which a part is not worth a fetch of its own.
const NARROWEST: f64 = 16.0;
/// Shares of the mean load that tables are first cut to.
const CUTS: [f64; 4] = [f64::INFINITY, 1.0, 0.5, 0.25];

/// Places tables on devices.
///
/// Greedy from several cuts of the costliest tables, each followed by a local search on the busiest device: one of its
/// tables split otherwise and placed anew, moved, or swapped with a part of another device. The best plan is taken.
///
/// # Errors
/// When devices or a table are out of range, or tables do not fit.
pub fn plan(tables: &[TableLoad], devices: &Devices) -> Result<Plan, Unplaceable> {
    check(tables, devices)?;
    let mut best: Option<Search> = None;
    let mut fault = None;
    for cut in CUTS {
        match Search::greedy(tables, devices, cut) {
            Ok(mut search) => {
                search.improve();
                if tables.len() * devices.count <= SMALL {
                    search = search.kicked();
                }
                if best.as_ref().is_none_or(|best| search.slowest() < best.slowest()) {
                    best = Some(search);
                }
            }
            Err(found) => fault = Some(found),
        }
    }
    match (best, fault) {
        (Some(search), _) => Ok(search.plan()),
        (None, Some(fault)) => Err(fault),
        (None, None) => Err(Unplaceable::Devices),
    }
}

/// The best plan in groups that each hold all tables and train on a share of the batch, with its number of groups:
/// 2-D sharding. The rows that a group touches are averaged over the groups after each batch.
///
/// # Errors
/// When tables fit in no number of groups.
pub fn plan_in_groups(tables: &[TableLoad], devices: &Devices) -> Result<(usize, Plan), Unplaceable> {
    let mut best: Option<(usize, Plan)> = None;
    let mut fault = None;
    let mut groups = 1;
    while groups <= devices.count {
        if devices.count.is_multiple_of(groups) {
            let group = Devices {
                count: devices.count / groups,
                global_batch: devices.global_batch / groups as f64,
                ..*devices
            };
            match plan(tables, &group) {
                Ok(mut found) => {
                    synchronise(&mut found, tables, &group, groups);
                    if best.as_ref().is_none_or(|(_, best)| found.slowest() < best.slowest()) {
                        best = Some((groups, found));
                    }
                }
                Err(found) => fault = fault.or(Some(found)),
            }
        }
        groups *= 2;
    }
    best.ok_or(fault.unwrap_or(Unplaceable::Devices))
}

/// Adds the averaging of touched rows over groups to every device.
fn synchronise(plan: &mut Plan, tables: &[TableLoad], group: &Devices, groups: usize) {
    if groups <= 1 {
        return;
    }
    let others = (groups as f64 - 1.0) / groups as f64;
    for (placed, table) in plan.placed.iter().zip(tables) {
        let touched = (group.global_batch * table.pooling * table.unique_share).min(table.rows);
        let bytes = 2.0 * others * touched * table.width * table.element_bytes;
        let each = bytes / placed.devices.len() as f64 / group.exchange_rate.as_bytes_per_second();
        for device in &placed.devices {
            plan.load[usize::from(*device)] += Seconds::seconds(each);
        }
    }
}

fn check(tables: &[TableLoad], devices: &Devices) -> Result<(), Unplaceable> {
    let rates = devices.lookup_rate.is_positive() && devices.exchange_rate.is_positive();
    let counted = (1..=usize::from(u16::MAX)).contains(&devices.count) && devices.global_batch > 0.0;
    if !(rates && counted && devices.line > 0.0) {
        return Err(Unplaceable::Devices);
    }
    let within = |table: &TableLoad| {
        table.rows >= 1.0
            && table.width >= 1.0
            && table.pooling >= 0.0
            && table.element_bytes > 0.0
            && (0.0..=1.0).contains(&table.unique_share)
            && table.bytes().is_finite()
    };
    match tables.iter().position(|table| !within(table)) {
        Some(table) => Err(Unplaceable::Table { table }),
        None => Ok(()),
    }
}

/// A placement while it is searched.
#[derive(Clone)]
struct Search<'a> {
    tables: &'a [TableLoad],
    devices: &'a Devices,
    placed: Vec<Option<Placed>>,
    load: Vec<f64>,
    held: Vec<f64>,
    /// Tables on each device, copies left out.
    on: Vec<Vec<u32>>,
    /// What each part of a placed table costs.
    parts: Vec<Part>,
}

impl<'a> Search<'a> {
    fn greedy(tables: &'a [TableLoad], devices: &'a Devices, cut: f64) -> Result<Search<'a>, Unplaceable> {
        let mut search = Search {
            tables,
            devices,
            placed: vec![None; tables.len()],
            load: vec![0.0; devices.count],
            held: vec![0.0; devices.count],
            on: vec![Vec::new(); devices.count],
            parts: tables.iter().map(|table| part(table, Split::Whole, devices)).collect(),
        };
        let whole = search.parts.clone();
        let mean = whole.iter().map(|part| part.seconds).sum::<f64>() / devices.count as f64;
        let mut order: Vec<usize> = (0..tables.len()).collect();
        // What weighs most in time or memory is placed first.
        let room = devices.memory.as_bytes().max(1.0);
        let weight = |table: usize| (whole[table].seconds / mean.max(1e-30)).max(whole[table].bytes / room);
        order.sort_by(|one, other| weight(*other).total_cmp(&weight(*one)).then(one.cmp(other)));
        for table in order {
            let within = |split: &Split| part(&tables[table], *split, devices).seconds <= cut * mean;
            let splits = search.splits(table);
            let first = splits.iter().copied().find(|split| within(split));
            let wanted = first.unwrap_or_else(|| search.finest(table));
            let mut tried = std::iter::once(wanted).chain(splits);
            let found = tried.find_map(|split| Some((split, search.least_loaded(table, split)?)));
            let Some((split, on)) = found else {
                let needed = Bytes::bytes(whole.iter().map(|part| part.bytes).sum());
                let available = devices.memory * devices.count as f64;
                return Err(Unplaceable::Memory { table, needed, available });
            };
            search.put(table, split, on);
        }
        Ok(search)
    }

    /// Ways to split a table, coarse ones first.
    fn splits(&self, table: usize) -> Vec<Split> {
        let mut splits = vec![Split::Whole];
        let most = self.devices.count.min(usize::from(u16::MAX));
        let mut parts = 2_usize;
        while parts <= most {
            let ways = parts as u16;
            if self.tables[table].width / parts as f64 >= NARROWEST {
                splits.push(Split::Columns(ways));
            }
            if self.tables[table].rows >= parts as f64 {
                splits.push(Split::Rows(ways));
            }
            // Every number of few parts, then doubling.
            parts = if parts < 4 { parts + 1 } else { (2 * parts).min(most.max(parts + 1)) };
        }
        if most > 1 {
            splits.push(Split::Copies);
        }
        splits
    }

    /// The way to split a table whose parts cost least.
    fn finest(&self, table: usize) -> Split {
        let cost = |split: &Split| part(&self.tables[table], *split, self.devices).seconds;
        let splits = self.splits(table);
        splits.into_iter().min_by(|one, other| cost(one).total_cmp(&cost(other))).unwrap_or(Split::Whole)
    }

    /// The least loaded devices with room for the parts of a table.
    fn least_loaded(&self, table: usize, split: Split) -> Option<Vec<u16>> {
        let part = part(&self.tables[table], split, self.devices);
        let room = self.devices.memory.as_bytes();
        let mut free: Vec<u16> = (0..self.devices.count as u16)
            .filter(|device| self.held[usize::from(*device)] + part.bytes <= room)
            .collect();
        if free.len() < part.count {
            return None;
        }
        let by_load = |one: &u16, other: &u16| {
            self.load[usize::from(*one)].total_cmp(&self.load[usize::from(*other)]).then(one.cmp(other))
        };
        if part.count < free.len() {
            free.select_nth_unstable_by(part.count - 1, by_load);
            free.truncate(part.count);
        }
        Some(free)
    }

    fn put(&mut self, table: usize, split: Split, on: Vec<u16>) {
        let part = part(&self.tables[table], split, self.devices);
        for device in &on {
            let device = usize::from(*device);
            self.load[device] += part.seconds;
            self.held[device] += part.bytes;
            if split != Split::Copies {
                self.on[device].push(table as u32);
            }
        }
        self.parts[table] = part;
        self.placed[table] = Some(Placed { split, devices: on });
    }

    fn take(&mut self, table: usize) -> Option<Placed> {
        let placed = self.placed[table].take()?;
        let part = self.parts[table];
        for device in &placed.devices {
            let device = usize::from(*device);
            self.load[device] -= part.seconds;
            self.held[device] -= part.bytes;
            self.on[device].retain(|other| *other != table as u32);
        }
        Some(placed)
    }

    fn busiest(&self) -> usize {
        let by_load =
            |one: &usize, other: &usize| self.load[*one].total_cmp(&self.load[*other]).then(other.cmp(one));
        (0..self.load.len()).max_by(by_load).unwrap_or(0)
    }

    fn slowest(&self) -> f64 {
        self.load.iter().copied().fold(0.0, f64::max)
    }

    fn improve(&mut self) {
        for _ in 0..ROUNDS {
            let device = self.busiest();
            let mean = self.load.iter().sum::<f64>() / self.load.len() as f64;
            if self.load[device] <= mean * (1.0 + TIGHT) {
                break;
            }
            if !self.place_anew(device) && !self.swap(device) && !self.undo_copy(device) {
                break;
            }
        }
    }

    /// The best that is found by splitting one table otherwise, or two in cases smaller still, whatever that does at
    /// first, and searching on; again from there until nothing helps. For small cases, whose plans the costliest tables
    /// decide.
    fn kicked(self) -> Search<'a> {
        let mut best = self;
        let pairs = best.tables.len() * best.devices.count <= SMALLEST;
        while let Some(better) = best.better(pairs) {
            best = better;
        }
        best
    }

    /// A better plan after one table, or with `pairs` one of two, is split otherwise.
    fn better(&self, pairs: bool) -> Option<Search<'a>> {
        let bound = self.slowest() * (1.0 - 1e-9);
        let tried = |mut trial: Search<'a>| {
            trial.improve();
            (trial.slowest() < bound).then_some(trial)
        };
        let tables = 0..self.tables.len();
        let kicks = |search: &Search<'a>, table: usize| {
            search.splits(table).into_iter().filter_map(|split| search.with(table, split)).collect::<Vec<_>>()
        };
        let single = tables.clone().find_map(|table| kicks(self, table).into_iter().find_map(tried));
        if single.is_some() || !pairs {
            return single;
        }
        tables.clone().find_map(|one| {
            kicks(self, one).into_iter().find_map(|first| {
                tables
                    .clone()
                    .filter(|other| *other != one)
                    .find_map(|other| kicks(&first, other).into_iter().find_map(tried))
            })
        })
    }

    /// A copy with one table placed anew in one way, on the devices that are least loaded without it.
    fn with(&self, table: usize, split: Split) -> Option<Search<'a>> {
        let mut trial = self.clone();
        trial.take(table)?;
        let on = trial.least_loaded(table, split)?;
        trial.put(table, split, on);
        Some(trial)
    }

    /// Splits or places one table of the busiest device otherwise, where that lowers it and lifts no other as high.
    fn place_anew(&mut self, device: usize) -> bool {
        let mut tables = self.on[device].clone();
        let cost = |table: &u32| self.parts[*table as usize].seconds;
        tables.sort_by(|one, other| cost(other).total_cmp(&cost(one)).then(one.cmp(other)));
        tables.into_iter().any(|table| self.replace(table as usize, self.load[device]))
    }

    /// Copies weigh on every device: one that costs more than the same table elsewhere is worth placing anew.
    fn undo_copy(&mut self, device: usize) -> bool {
        let copied: Vec<usize> = (0..self.tables.len())
            .filter(|table| self.placed[*table].as_ref().is_some_and(|placed| placed.split == Split::Copies))
            .collect();
        copied.into_iter().any(|table| self.replace(table, self.load[device]))
    }

    /// Places a table in the way after which the highest load of the devices it leaves and joins is least; keeps it as
    /// it was where that is not below `bound`.
    fn replace(&mut self, table: usize, bound: f64) -> bool {
        let Some(before) = self.take(table) else { return false };
        let mut best: Option<(f64, Split, Vec<u16>)> = None;
        for split in self.splits(table) {
            let Some(on) = self.least_loaded(table, split) else { continue };
            let seconds = part(&self.tables[table], split, self.devices).seconds;
            let left = before.devices.iter().map(|device| self.load[usize::from(*device)]);
            let joined = on.iter().map(|device| self.load[usize::from(*device)] + seconds);
            let highest = left.chain(joined).fold(0.0, f64::max);
            if best.as_ref().is_none_or(|(found, ..)| highest < *found) {
                best = Some((highest, split, on));
            }
        }
        match best {
            Some((highest, split, on)) if highest < bound * (1.0 - 1e-9) => {
                self.put(table, split, on);
                true
            }
            _ => {
                self.put(table, before.split, before.devices);
                false
            }
        }
    }

    /// Swaps a part of the busiest device with one of another device, where both end below it.
    fn swap(&mut self, device: usize) -> bool {
        let bound = self.load[device] * (1.0 - 1e-9);
        let room = self.devices.memory.as_bytes();
        let mut best: Option<(f64, u32, usize, u32)> = None;
        for &mine in &self.on[device] {
            let Some((own, mine_placed)) = self.placed_part(mine) else { continue };
            for other in (0..self.load.len()).filter(|other| *other != device) {
                if mine_placed.devices.contains(&(other as u16)) {
                    continue;
                }
                for &theirs in &self.on[other] {
                    let Some((far, theirs_placed)) = self.placed_part(theirs) else { continue };
                    let moved = own.seconds - far.seconds;
                    let highest = (self.load[device] - moved).max(self.load[other] + moved);
                    let fits = self.held[device] - own.bytes + far.bytes <= room
                        && self.held[other] - far.bytes + own.bytes <= room;
                    if moved <= 0.0
                        || highest >= best.map_or(bound, |(found, ..)| found)
                        || !fits
                        || theirs_placed.devices.contains(&(device as u16))
                    {
                        continue;
                    }
                    best = Some((highest, mine, other, theirs));
                }
            }
        }
        let Some((_, mine, other, theirs)) = best else { return false };
        self.shift(mine as usize, device, other);
        self.shift(theirs as usize, other, device);
        true
    }

    fn placed_part(&self, table: u32) -> Option<(Part, &Placed)> {
        let placed = self.placed[table as usize].as_ref()?;
        Some((self.parts[table as usize], placed))
    }

    /// Moves one part of a table from a device to another.
    fn shift(&mut self, table: usize, from: usize, to: usize) {
        let Some(mut placed) = self.take(table) else { return };
        for device in &mut placed.devices {
            if usize::from(*device) == from {
                *device = to as u16;
            }
        }
        self.put(table, placed.split, placed.devices);
    }

    fn plan(self) -> Plan {
        Plan {
            placed: self.placed.into_iter().flatten().collect(),
            load: self.load.into_iter().map(Seconds::seconds).collect(),
            held: self.held.into_iter().map(Bytes::bytes).collect(),
        }
    }
}
