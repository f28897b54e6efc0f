//! What a plan decides and what it costs: the result that reports are made from.

use crate::CostClass;
use crate::problem::{
    OfferIdx, PlaceIdx, PlatformIdx, PortingIdx, ProgrammeIdx, ProjectIdx, QuarterIdx, SiteIdx, WorkloadIdx,
};
use quarterdeck_units::{Usd, Watts};
use std::collections::BTreeMap;

/// Own machines or rented ones; rented ones draw no power of ours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pool {
    /// Machines at our sites.
    Own,
    /// Machines rented where the vendor keeps them.
    Rented,
}

/// Decisions, their consequences by quarter, and the proof that comes with them.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Name of the problem solved.
    pub name: String,
    /// Platforms ordered, by offer, place and quarter of the order; only those above nothing.
    pub orders: Vec<Order>,
    /// Platforms newly rented.
    pub rentals: Vec<RentalStart>,
    /// Platforms in service, by platform and place, each quarter.
    pub fleet: BTreeMap<(PlatformIdx, PlaceIdx), Vec<f64>>,
    /// Rented platforms active, each quarter.
    pub rented: BTreeMap<PlatformIdx, Vec<f64>>,
    /// Platforms taken out of service before their end of life, each quarter.
    pub retired: BTreeMap<(PlatformIdx, PlaceIdx), Vec<f64>>,
    /// Platforms given to a workload (at its peak), each quarter.
    pub allocation: BTreeMap<(WorkloadIdx, PlatformIdx, Pool), Vec<f64>>,
    /// Where a workload that needs one site runs.
    pub gang_site: BTreeMap<WorkloadIdx, (PlatformIdx, SiteIdx)>,
    /// Peak work served by platform, each quarter.
    pub served: BTreeMap<(WorkloadIdx, PlatformIdx), Vec<f64>>,
    /// Peak work not served, each quarter.
    pub unserved: BTreeMap<WorkloadIdx, Vec<f64>>,
    /// Index of the schedule chosen for each project.
    pub projects: BTreeMap<ProjectIdx, usize>,
    /// Index of the schedule chosen for each programme.
    pub programmes: BTreeMap<ProgrammeIdx, usize>,
    /// Quarter in which each porting starts.
    pub portings: BTreeMap<PortingIdx, Option<QuarterIdx>>,
    /// IT power in use and its envelope, by place.
    pub power: BTreeMap<PlaceIdx, Vec<PowerUse>>,
    /// Limits that could not be kept.
    pub shortfalls: Vec<Shortfall>,
    /// Every flow of money; its discounted sum is the objective.
    pub ledger: Vec<LedgerLine>,
    /// Worth of one more unit of each limit.
    pub duals: Vec<LimitValue>,
    /// How the solve went.
    pub solve: SolveRecord,
}

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The offer.
    pub offer: OfferIdx,
    /// Where the machines go.
    pub place: PlaceIdx,
    /// Quarter of the order.
    pub quarter: QuarterIdx,
    /// Quarter of service; beyond the horizon if it is past the last index.
    pub in_service: QuarterIdx,
    /// Platforms.
    pub count: f64,
}

/// A rental that begins.
#[derive(Clone, Debug, PartialEq)]
pub struct RentalStart {
    /// Index into `Problem::rentals`.
    pub rental: usize,
    /// First quarter.
    pub quarter: QuarterIdx,
    /// Platforms.
    pub count: f64,
}

/// Power at a place in a quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PowerUse {
    /// IT power reserved for the machines there.
    pub provisioned: Watts,
    /// Mean IT power drawn.
    pub drawn: Watts,
    /// IT power that may be reserved.
    pub envelope: Watts,
}

/// A limit that could not be kept: how much, where, when.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    /// Family of the limit, such as `power` or `budget`.
    pub family: &'static str,
    /// Where or what, such as a place's id.
    pub subject: String,
    /// The quarter, if it belongs to one.
    pub quarter: Option<QuarterIdx>,
    /// How much is short, in `unit`.
    pub amount: f64,
    /// Unit of the amount.
    pub unit: &'static str,
}

/// What a ledger line stands for in the objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LedgerKind {
    /// Capital spending.
    Capex,
    /// Operating spending.
    Opex,
    /// Value of demand not served.
    Unserved,
    /// Price of a limit not kept.
    Penalty,
    /// Value left at the end of the horizon, negative.
    Residual,
}

/// Money in a quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerLine {
    /// Its part of the objective.
    pub kind: LedgerKind,
    /// Class it is reported under.
    pub class: CostClass,
    /// What it is for: a platform, project, workload or limit.
    pub subject: String,
    /// Quarter of the cash.
    pub quarter: QuarterIdx,
    /// Amount, not discounted, in dollars of the price year.
    pub amount: Usd,
    /// Amount after discounting.
    pub present: Usd,
}

/// Worth of one more unit of a limit, with integer decisions as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitValue {
    /// Family of the constraint, as the solver sees it.
    pub family: &'static str,
    /// Where or what.
    pub subject: String,
    /// The quarter, if it belongs to one.
    pub quarter: Option<QuarterIdx>,
    /// Dollars (present value) that one more unit saves.
    pub value: f64,
    /// The unit of one more: MW, platform, 10^6 USD, share of demand.
    pub unit: &'static str,
}

/// How the solve went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SolveRecord {
    /// What ended it, in words.
    pub status: String,
    /// Whether a limit of time, or the user, ended it before the gap was reached.
    pub stopped_early: bool,
    /// Present cost of the plan, from the solver.
    pub objective: Usd,
    /// Lowest cost that any plan can have.
    pub bound: Usd,
    /// (objective - bound) / |objective|.
    pub gap: f64,
    /// Size: columns, of which integer, rows, coefficients.
    pub columns: usize,
    /// Integer columns.
    pub integers: usize,
    /// Rows.
    pub rows: usize,
    /// Coefficients.
    pub coefficients: usize,
    /// Branch-and-bound nodes.
    pub nodes: u64,
    /// Largest violation that the independent checker found, relative to the row's scale.
    pub largest_violation: f64,
    /// Incumbent and bound as they improved: seconds, dollars, dollars.
    pub progress: Vec<(f64, Option<f64>, f64)>,
}

impl Plan {
    /// Present cost: the sum of the ledger, equal to the solver's objective.
    pub fn present_cost(&self) -> Usd {
        self.ledger.iter().map(|line| line.present).sum()
    }

    /// Cash of one kind by quarter, summed over classes.
    pub fn cash(&self, kind: LedgerKind, quarters: usize) -> Vec<Usd> {
        let mut cash = vec![Usd::ZERO; quarters];
        for line in self.ledger.iter().filter(|line| line.kind == kind) {
            cash[line.quarter] += line.amount;
        }
        cash
    }

    /// Cash of one kind by class and quarter.
    pub fn cash_by_class(&self, kind: LedgerKind, quarters: usize) -> BTreeMap<CostClass, Vec<Usd>> {
        let mut classes: BTreeMap<CostClass, Vec<Usd>> = BTreeMap::new();
        for line in self.ledger.iter().filter(|line| line.kind == kind) {
            classes.entry(line.class).or_insert_with(|| vec![Usd::ZERO; quarters])[line.quarter] +=
                line.amount;
        }
        classes
    }
}
