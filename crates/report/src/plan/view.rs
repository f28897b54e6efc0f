//! A run as a reader sees it: names, dates and the sums that sentences, tables and charts share.

use std::collections::BTreeMap;

use quarterdeck_plan::ledger::{delivered_cost, is_capex, placement, value_of_demand};
use quarterdeck_plan::problem::{PlaceIdx, PlatformIdx, ProjectIdx, QuarterIdx, WorkloadIdx};
use quarterdeck_plan::{CostClass, LedgerKind, LedgerLine, Order, PowerUse};
use quarterdeck_units::{Quarter, Usd, Watts};

use super::Run;
use super::words::{list_up_to, machines, short_name};
use crate::chart::Axis;

/// Families of machines whose devices are CPU sockets.
const CPU_FAMILIES: [&str; 2] = ["x86", "arm"];
/// Subject of the ledger lines that a scenario takes as given.
const GIVEN: &str = "committed";
/// Use of an envelope from which on a place counts as full.
pub(super) const FULL: f64 = 0.995;
/// Use of an envelope above which it is passed, and not by rounding.
pub(super) const OVER: f64 = 1.001;

/// What a project does in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// Built as first designed.
    Built,
    /// Built to another design.
    Redesigned,
    /// Stopped, and not taken up again.
    Paused,
    /// Stopped for good.
    Cancelled,
    /// Never begun.
    NotStarted,
}

/// One project's course in a plan.
#[derive(Clone, Debug)]
pub(super) struct ProjectCourse {
    pub(super) project: ProjectIdx,
    pub(super) title: String,
    pub(super) course: Course,
    /// First quarter in which money leaves or the start falls.
    pub(super) start: Option<QuarterIdx>,
    /// First quarter with power.
    pub(super) ready: Option<QuarterIdx>,
    /// Quarter of the pause, cancellation or redesign.
    pub(super) stopped: Option<QuarterIdx>,
    /// Quarter in which its design or its fate changes.
    pub(super) turned: Option<QuarterIdx>,
    /// Quarter in which work goes on after a pause.
    pub(super) resumed: Option<QuarterIdx>,
    /// IT power that it adds.
    pub(super) adds: Watts,
    /// Cash of all classes over the horizon.
    pub(super) cash: Usd,
    /// What happens, in the words of the schedule.
    pub(super) label: String,
}

/// All that is bought of one platform.
#[derive(Clone, Debug)]
pub(super) struct Purchase {
    pub(super) platform: PlatformIdx,
    pub(super) platforms: f64,
    pub(super) devices: f64,
    pub(super) power: Watts,
    pub(super) capex: Usd,
    pub(super) first_order: QuarterIdx,
    pub(super) last_order: QuarterIdx,
    pub(super) first_service: QuarterIdx,
    pub(super) last_service: QuarterIdx,
    pub(super) places: Vec<PlaceIdx>,
}

/// The largest use of an envelope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peak {
    pub(super) place: PlaceIdx,
    pub(super) quarter: QuarterIdx,
    pub(super) share: f64,
    pub(super) power: PowerUse,
}

impl<'a> Run<'a> {
    pub(super) fn n(&self) -> usize {
        self.problem.quarters.len()
    }

    pub(super) fn quarter(&self, index: QuarterIdx) -> String {
        match (self.problem.quarters.get(index), self.problem.quarters.last()) {
            (Some(quarter), _) => quarter.to_string(),
            (None, Some(last)) => format!("after {last}"),
            (None, None) => String::new(),
        }
    }

    pub(super) fn quarter_idx(&self, quarter: Quarter) -> Option<QuarterIdx> {
        self.problem.quarters.iter().position(|planned| *planned == quarter)
    }

    pub(super) fn axis(&self) -> Axis {
        Axis::quarters(self.problem.quarters.iter().map(Quarter::to_string))
    }

    /// Whether decisions of history are kept in it.
    pub(super) fn is_history(&self) -> bool {
        !self.problem.pins.is_empty()
    }

    /// Name of a platform, short if that still tells it from the others.
    pub(super) fn platform(&self, platform: PlatformIdx) -> String {
        let title = &self.problem.platforms[platform].title;
        let short = short_name(title);
        let twins = self.problem.platforms.iter().filter(|other| short_name(&other.title) == short).count();
        if twins > 1 { self.problem.platforms[platform].id.clone() } else { short }
    }

    pub(super) fn place(&self, place: PlaceIdx) -> &'a str {
        &self.problem.places[place].title
    }

    /// Places by name, three at most.
    pub(super) fn places(&self, places: &[PlaceIdx]) -> String {
        let names: Vec<&str> = places.iter().map(|place| self.place(*place)).collect();
        list_up_to(&names, 2)
    }

    pub(super) fn place_title(&self, id: &str) -> String {
        self.problem
            .places
            .iter()
            .find(|place| place.id == id)
            .map_or(id, |place| place.title.as_str())
            .to_owned()
    }

    pub(super) fn workload(&self, workload: WorkloadIdx) -> &'a str {
        &self.problem.workloads[workload].title
    }

    pub(super) fn is_accelerator(&self, platform: PlatformIdx) -> bool {
        !CPU_FAMILIES.contains(&self.problem.platforms[platform].family.as_str())
    }

    pub(super) fn devices(&self, platform: PlatformIdx) -> f64 {
        self.problem.platforms[platform].devices
    }

    /// Machines as people count them: accelerators by the chip, others by the server.
    pub(super) fn counted(&self, platform: PlatformIdx, platforms: f64) -> String {
        let count =
            if self.is_accelerator(platform) { platforms * self.devices(platform) } else { platforms };
        format!("{} × {}", machines(count), self.platform(platform))
    }

    /// IT power reserved for an order.
    pub(super) fn order_power(&self, order: &Order) -> Watts {
        let platform = self.problem.offers[order.offer].platform;
        placement(self.problem, platform, order.place)
            .map_or(Watts::ZERO, |placement| placement.provisioned_power * order.count)
    }

    /// Price of an order, network included.
    pub(super) fn order_capex(&self, order: &Order) -> Usd {
        let unit = delivered_cost(self.problem, order.offer, order.place, order.quarter);
        (unit.machine + unit.network) * order.count
    }

    /// What is bought, by platform, dearest first.
    pub(super) fn purchases(&self) -> Vec<Purchase> {
        let mut found: BTreeMap<PlatformIdx, Purchase> = BTreeMap::new();
        for order in &self.plan.orders {
            let platform = self.problem.offers[order.offer].platform;
            let sum = found.entry(platform).or_insert_with(|| Purchase {
                platform,
                platforms: 0.0,
                devices: 0.0,
                power: Watts::ZERO,
                capex: Usd::ZERO,
                first_order: order.quarter,
                last_order: order.quarter,
                first_service: order.in_service,
                last_service: order.in_service,
                places: Vec::new(),
            });
            sum.platforms += order.count;
            sum.devices += order.count * self.problem.platforms[platform].devices;
            sum.power += self.order_power(order);
            sum.capex += self.order_capex(order);
            sum.first_order = sum.first_order.min(order.quarter);
            sum.last_order = sum.last_order.max(order.quarter);
            sum.first_service = sum.first_service.min(order.in_service);
            sum.last_service = sum.last_service.max(order.in_service);
            if !sum.places.contains(&order.place) {
                sum.places.push(order.place);
            }
        }
        let mut purchases: Vec<Purchase> = found.into_values().collect();
        purchases.sort_by(|a, b| b.capex.total_cmp(&a.capex));
        purchases
    }

    /// Whether a line of the ledger is taken as given by the scenario.
    pub(super) fn is_given(line: &LedgerLine) -> bool {
        line.subject == GIVEN
    }

    /// Sum of ledger lines in dollars, not discounted, by quarter.
    pub(super) fn cash(&self, keep: impl Fn(&LedgerLine) -> bool) -> Vec<f64> {
        let mut sums = vec![0.0; self.n()];
        for line in self.plan.ledger.iter().filter(|line| keep(line)) {
            sums[line.quarter] += line.amount.as_dollars();
        }
        sums
    }

    /// Sum of ledger lines in dollars of present value.
    pub(super) fn present(&self, keep: impl Fn(&LedgerLine) -> bool) -> f64 {
        self.plan.ledger.iter().filter(|line| keep(line)).map(|line| line.present.as_dollars()).sum()
    }

    pub(super) fn capex(&self) -> Vec<f64> {
        self.cash(|line| line.kind == LedgerKind::Capex)
    }

    /// Classes that have lines of a kind, in the order of [`CostClass`].
    pub(super) fn classes(&self, kind: LedgerKind) -> Vec<CostClass> {
        let mut classes: Vec<CostClass> =
            self.plan.ledger.iter().filter(|line| line.kind == kind).map(|line| line.class).collect();
        classes.sort();
        classes.dedup();
        classes
    }

    /// Money of decided capital classes and of what is given, in the order in which charts stack them.
    pub(super) fn capex_parts(&self) -> Vec<(&'static str, &'static str, Vec<f64>)> {
        let decided = |class: CostClass| {
            self.cash(|line| line.kind == LedgerKind::Capex && line.class == class && !Self::is_given(line))
        };
        let given = self.cash(|line| line.kind == LedgerKind::Capex && Self::is_given(line));
        let mut parts: Vec<(&str, &str, Vec<f64>)> =
            [CostClass::Machines, CostClass::Network, CostClass::Buildings, CostClass::Other]
                .into_iter()
                .filter(|class| is_capex(*class))
                .map(|class| (super::words::class_id(class), super::words::class_word(class), decided(class)))
                .collect();
        parts.insert(0, ("given", "Taken as given", given));
        parts.retain(|(_, _, values)| values.iter().any(|value| *value != 0.0));
        parts
    }

    /// Platforms in service or rented, by platform and quarter.
    pub(super) fn fleet(&self) -> BTreeMap<PlatformIdx, Vec<f64>> {
        let mut fleet: BTreeMap<PlatformIdx, Vec<f64>> = BTreeMap::new();
        let own = self.plan.fleet.iter().map(|((platform, _), counts)| (*platform, counts));
        for (platform, counts) in
            own.chain(self.plan.rented.iter().map(|(platform, counts)| (*platform, counts)))
        {
            let sums = fleet.entry(platform).or_insert_with(|| vec![0.0; self.n()]);
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        fleet
    }

    /// Platforms of the fleet in the order in which they come into service; machines at the start by their number.
    pub(super) fn generations(&self) -> Vec<PlatformIdx> {
        let fleet = self.fleet();
        let mut order: Vec<(usize, f64, PlatformIdx)> = fleet
            .iter()
            .filter_map(|(platform, counts)| {
                let first = counts.iter().position(|count| *count > 0.0)?;
                let power = self.fleet_power(*platform);
                Some((first, power.first().copied().unwrap_or(0.0), *platform))
            })
            .collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        order.into_iter().map(|(_, _, platform)| platform).collect()
    }

    /// IT power reserved for own machines of a platform, by quarter.
    pub(super) fn fleet_power(&self, platform: PlatformIdx) -> Vec<f64> {
        let mut watts = vec![0.0; self.n()];
        for ((of, place), counts) in self.plan.fleet.iter().filter(|((of, _), _)| *of == platform) {
            let each = placement(self.problem, *of, *place)
                .map_or(0.0, |placement| placement.provisioned_power.as_watts());
            for (sum, count) in watts.iter_mut().zip(counts) {
                *sum += each * count;
            }
        }
        watts
    }

    /// Accelerators in service in a quarter, rented ones too.
    pub(super) fn accelerators(&self, quarter: QuarterIdx, family: Option<&str>) -> f64 {
        self.fleet()
            .iter()
            .filter(|(platform, _)| match family {
                Some(family) => self.problem.platforms[**platform].family == family,
                None => self.is_accelerator(**platform),
            })
            .map(|(platform, counts)| counts[quarter] * self.devices(*platform))
            .sum()
    }

    /// Dollars of demand not served, by workload, not discounted, by quarter.
    pub(super) fn unserved_value(&self, workload: WorkloadIdx) -> Vec<f64> {
        let mut values = vec![0.0; self.n()];
        if let Some(short) = self.plan.unserved.get(&workload) {
            for (quarter, short) in short.iter().enumerate().filter(|(_, short)| **short > 0.0) {
                let peak = self.problem.workloads[workload].peak_demand[quarter];
                values[quarter] =
                    value_of_demand(self.problem, workload, quarter).as_dollars() * short / peak;
            }
        }
        values
    }

    /// Share of a workload's peak demand that is not served.
    pub(super) fn unserved_share(&self, workload: WorkloadIdx, quarter: QuarterIdx) -> f64 {
        let peak = self.problem.workloads[workload].peak_demand[quarter];
        let short = self.plan.unserved.get(&workload).map_or(0.0, |short| short[quarter]);
        if peak > 0.0 { short / peak } else { 0.0 }
    }

    /// Use of the envelope; nothing where there is none.
    pub(super) fn use_of(power: &PowerUse) -> Option<f64> {
        (power.envelope.as_watts() > 0.0).then(|| power.provisioned / power.envelope)
    }

    /// The quarter of the fullest envelope of each place that holds machines: the first in which it is full, unless
    /// it is passed later.
    pub(super) fn peaks(&self) -> Vec<Peak> {
        let mut peaks = Vec::new();
        for (place, uses) in &self.plan.power {
            let at = |quarter: QuarterIdx| -> Peak {
                let power = uses[quarter];
                Peak { place: *place, quarter, share: Self::use_of(&power).unwrap_or(f64::INFINITY), power }
            };
            let held: Vec<Peak> =
                (0..uses.len()).filter(|q| uses[*q].provisioned.as_watts() > 0.0).map(at).collect();
            let most = held.iter().max_by(|a, b| a.share.total_cmp(&b.share).then(b.quarter.cmp(&a.quarter)));
            let first_full = held.iter().find(|peak| peak.share >= FULL);
            peaks.extend(match (most, first_full) {
                (Some(most), Some(first)) if most.share <= OVER => Some(*first),
                (most, _) => most.copied(),
            });
        }
        peaks
    }

    /// IT power reserved at all places, by quarter.
    pub(super) fn reserved(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.n()];
        for uses in self.plan.power.values() {
            for (sum, power) in sums.iter_mut().zip(uses) {
                *sum += power.provisioned.as_watts();
            }
        }
        sums
    }

    /// What every project does, in the order of the scenario.
    pub(super) fn courses(&self) -> Vec<ProjectCourse> {
        self.plan.projects.iter().map(|(project, schedule)| self.course(*project, *schedule)).collect()
    }

    fn course(&self, project: ProjectIdx, schedule: usize) -> ProjectCourse {
        let facts = &self.problem.projects[project];
        let schedule = &facts.schedules[schedule];
        let paid = |quarter: QuarterIdx| schedule.cash.values().any(|cash| cash[quarter].is_positive());
        let added =
            |quarter: QuarterIdx| -> Watts { schedule.adds.iter().map(|(_, watts)| watts[quarter]).sum() };
        let said = self.decided(&schedule.id);
        let quarter_said = |wanted: &str| {
            said.iter().find(|(word, _)| word == wanted).and_then(|(_, quarter)| self.quarter_idx(*quarter))
        };
        let spending = (0..self.n()).find(|quarter| paid(*quarter));
        let has = |word: &str| said.iter().any(|(found, _)| found == word);
        let course = if has("cancel") {
            Course::Cancelled
        } else if has("redesign") {
            Course::Redesigned
        } else if has("pause") && !has("resume") {
            Course::Paused
        } else if schedule.delivers {
            Course::Built
        } else if schedule.stopped.is_some() {
            Course::Cancelled
        } else {
            Course::NotStarted
        };
        let label = schedule.label.strip_prefix(facts.title.as_str()).unwrap_or(&schedule.label).trim();
        ProjectCourse {
            project,
            title: facts.title.clone(),
            course,
            start: quarter_said("start").or(spending),
            ready: (0..self.n()).find(|quarter| added(*quarter).as_watts() > 0.0),
            stopped: schedule.stopped,
            turned: ["cancel", "redesign", "pause"].into_iter().find_map(quarter_said).or(schedule.stopped),
            resumed: quarter_said("resume"),
            adds: (0..self.n()).map(added).fold(Watts::ZERO, Watts::max),
            cash: schedule.cash.values().flatten().fold(Usd::ZERO, |sum, cash| sum + *cash),
            label: label.to_owned(),
        }
    }

    /// Decisions named in a schedule's id, such as `start@2022-Q2+cancel@2022-Q4`, with their quarters.
    fn decided(&self, id: &str) -> Vec<(String, Quarter)> {
        let parts: Vec<&str> = id.split(['@', '+', '.', ' ']).filter(|part| !part.is_empty()).collect();
        parts
            .windows(2)
            .filter_map(|pair| Some((pair[0].to_owned(), pair[1].parse::<Quarter>().ok()?)))
            .collect()
    }
}
