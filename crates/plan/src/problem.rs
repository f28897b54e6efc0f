//! The planning problem as numbers with names: what the formulation reads, independent of where it came from.
//!
//! Indices into the vectors of [`Problem`] link its parts; names are kept for rows, columns and people.

use quarterdeck_catalog::Provenance;
use quarterdeck_units::{Quarter, Quarters, Ratio, Usd, UsdPerJoule, Watts, WorkUnit};
use std::collections::BTreeMap;

use crate::CostClass;

/// Index of a quarter in [`Problem::quarters`].
pub type QuarterIdx = usize;
/// Index of a platform in [`Problem::platforms`].
pub type PlatformIdx = usize;
/// Index of a place in [`Problem::places`].
pub type PlaceIdx = usize;
/// Index of a site in [`Problem::sites`].
pub type SiteIdx = usize;
/// Index of a workload in [`Problem::workloads`].
pub type WorkloadIdx = usize;
/// Index of a project in [`Problem::projects`].
pub type ProjectIdx = usize;
/// Index of an offer in [`Problem::offers`].
pub type OfferIdx = usize;
/// Index of a programme in [`Problem::programmes`].
pub type ProgrammeIdx = usize;
/// Index of a porting in [`Problem::portings`].
pub type PortingIdx = usize;

/// All that one plan decides on.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// Name of the scenario and of the run, such as `meta-2022 · best plan`.
    pub name: String,
    /// Quarters planned, in order.
    pub quarters: Vec<Quarter>,
    /// Discount factor of each quarter's cash.
    pub discount: Vec<f64>,
    /// Kinds of machine.
    pub platforms: Vec<PlatformFacts>,
    /// Names of sites; a site holds one or more places.
    pub sites: Vec<String>,
    /// Groups of halls with one kind of cooling.
    pub places: Vec<Place>,
    /// Where each platform may stand, and what it takes there.
    pub placements: Vec<Placement>,
    /// Demands.
    pub workloads: Vec<WorkloadFacts>,
    /// What can be bought.
    pub offers: Vec<OfferFacts>,
    /// What can be rented.
    pub rentals: Vec<RentalFacts>,
    /// Site projects, each as a choice among schedules.
    pub projects: Vec<ProjectFacts>,
    /// Portings.
    pub portings: Vec<PortingFacts>,
    /// Own-chip programmes, each as a choice among schedules.
    pub programmes: Vec<ProgrammeFacts>,
    /// Capital spending taken as given, by class and quarter.
    pub committed: BTreeMap<CostClass, Vec<Usd>>,
    /// Limit on capital spending by quarter; infinite where there is none.
    pub budget: Vec<Usd>,
    /// Prices of last resort.
    pub penalties: Penalties,
    /// Facts of history that the plan must keep.
    pub pins: Vec<Pin>,
}

/// One kind of machine, as the plan sees it.
#[derive(Clone, Debug)]
pub struct PlatformFacts {
    /// Platform id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Porting family.
    pub family: String,
    /// Accelerators (or sockets) in one platform.
    pub devices: f64,
    /// Quarters of service.
    pub life: Quarters,
    /// IT power drawn when it has nothing to do.
    pub idle_power: Watts,
    /// Share of the fleet that serves, after spares and repair.
    pub available: Ratio,
    /// Maintenance of one platform in one quarter.
    pub maintenance: Usd,
    /// Origin and sources of these facts.
    pub provenance: Provenance,
}

/// A group of halls at a site, with one kind of cooling, one envelope and one energy price.
#[derive(Clone, Debug)]
pub struct Place {
    /// Identifier, unique; the site's id, or the site's and the project's.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The site it belongs to.
    pub site: SiteIdx,
    /// Cooling kind in words.
    pub cooling: String,
    /// IT power without projects and after other work, by quarter.
    pub it_power: Vec<Watts>,
    /// Racks without projects; infinite where power alone limits.
    pub racks: Vec<f64>,
    /// Share of the IT power whose heat room air may carry; below one in liquid-cooled halls.
    pub air_share: f64,
    /// Facility power over IT power.
    pub pue: f64,
    /// Price of electricity.
    pub electricity: UsdPerJoule,
}

/// What one platform takes at a place.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The platform.
    pub platform: PlatformIdx,
    /// The place.
    pub place: PlaceIdx,
    /// IT power reserved for one platform, network included.
    pub provisioned_power: Watts,
    /// Racks of one platform.
    pub racks: f64,
    /// Heat that room air must carry away.
    pub air_heat: Watts,
    /// Network (switches, optics, cables) of one platform, paid on delivery.
    pub network_capex: Usd,
    /// One-way network capacity of one platform in bits per second, for the growth factor.
    pub network_gbps: f64,
    /// Platforms there at the start, by the quarter in which each lot reaches its end of life (none: after the horizon).
    pub installed: Vec<(f64, Option<QuarterIdx>)>,
}

/// One demand, as the plan sees it.
#[derive(Clone, Debug)]
pub struct WorkloadFacts {
    /// Workload id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What work is counted in.
    pub unit: WorkUnit,
    /// Work each second at the peak, by quarter.
    pub peak_demand: Vec<f64>,
    /// Mean over peak.
    pub mean_over_peak: f64,
    /// Dollars for a unit of work not done.
    pub unserved_price: f64,
    /// Whether it must run at one site, on one kind of machine.
    pub one_site: bool,
    /// First and last quarter of a run that has an end; the gang stays where it is over this window.
    pub window: Option<(QuarterIdx, QuarterIdx)>,
    /// What one platform yields, by platform and quarter; absent where it cannot run.
    pub rates: BTreeMap<PlatformIdx, Vec<Rate>>,
    /// Families that it runs on without porting.
    pub runs_on: Vec<String>,
}

/// What one platform yields for a workload in a quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Work each second of one platform at the objective, after goodput; zero where it cannot run.
    pub per_platform: f64,
    /// IT power of one platform while it works.
    pub power: Watts,
}

/// A purchase on offer.
#[derive(Clone, Debug)]
pub struct OfferFacts {
    /// Offer id.
    pub id: String,
    /// Who sells it.
    pub vendor: String,
    /// What is bought.
    pub platform: PlatformIdx,
    /// Price of one platform by quarter of the order.
    pub price: Vec<Usd>,
    /// Quarters from order to service.
    pub lead_time: Quarters,
    /// Most platforms ordered in each quarter; zero where it is not on offer, infinite without limit.
    pub supply: Vec<f64>,
    /// Programme that must have shipped, with the first quarter of orders if it has.
    pub programme: Option<ProgrammeIdx>,
    /// Whether orders come in whole platforms.
    pub whole: bool,
}

/// A rental on offer.
#[derive(Clone, Debug)]
pub struct RentalFacts {
    /// Offer id.
    pub id: String,
    /// Who rents it out.
    pub vendor: String,
    /// What is rented.
    pub platform: PlatformIdx,
    /// Price of one platform for one quarter, by quarter in which the rental begins.
    pub price: Vec<Usd>,
    /// Quarters that a rental runs.
    pub term: Quarters,
    /// Most platforms newly rented in each quarter.
    pub supply: Vec<f64>,
    /// Whether rentals come in whole platforms.
    pub whole: bool,
}

/// A site project: exactly one schedule is chosen.
#[derive(Clone, Debug)]
pub struct ProjectFacts {
    /// Project id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The alternatives; the first is the one without any decision.
    pub schedules: Vec<ProjectSchedule>,
    /// Projects that cannot deliver beside this one.
    pub excludes: Vec<ProjectIdx>,
}

/// One way in which a project can go.
#[derive(Clone, Debug)]
pub struct ProjectSchedule {
    /// Short unique text, such as `start.2022-Q3` or `start.2022-Q2.cancel.2022-Q4`.
    pub id: String,
    /// In words.
    pub label: String,
    /// Cash by class and quarter.
    pub cash: BTreeMap<CostClass, Vec<Usd>>,
    /// IT power added to places, by quarter.
    pub adds: Vec<(PlaceIdx, Vec<Watts>)>,
    /// IT power taken from places, by quarter.
    pub removes: Vec<(PlaceIdx, Vec<Watts>)>,
    /// Value left at the end of the horizon.
    pub residual: Usd,
    /// Whether it delivers anything (then projects that it excludes may not).
    pub delivers: bool,
    /// Quarter of a pause, cancellation or redesign.
    pub stopped: Option<QuarterIdx>,
}

/// A porting: started in one quarter or never.
#[derive(Clone, Debug)]
pub struct PortingFacts {
    /// The workload.
    pub workload: WorkloadIdx,
    /// To which family.
    pub family: String,
    /// Quarters from start until the first machine serves.
    pub effort: Quarters,
    /// Quarters after that with the lower rate.
    pub ramp: Quarters,
    /// Share of the full rate in these quarters, on average.
    pub ramp_rate: f64,
    /// Money, spent evenly over the effort.
    pub cost: Usd,
}

/// A programme: exactly one schedule is chosen.
#[derive(Clone, Debug)]
pub struct ProgrammeFacts {
    /// Programme id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The alternatives.
    pub schedules: Vec<ProgrammeSchedule>,
}

/// One way in which a programme can go.
#[derive(Clone, Debug)]
pub struct ProgrammeSchedule {
    /// Short unique text, such as `ship.2023-Q1` or `stop.2022-Q3`.
    pub id: String,
    /// In words.
    pub label: String,
    /// Cash by class and quarter.
    pub cash: BTreeMap<CostClass, Vec<Usd>>,
    /// First quarter of orders, if it ships within the horizon.
    pub ships: Option<QuarterIdx>,
    /// Quarter in which it is stopped.
    pub stopped: Option<QuarterIdx>,
}

/// Prices of last resort: high enough to be last, low enough to keep the numbers well scaled.
#[derive(Clone, Copy, Debug)]
pub struct Penalties {
    /// Dollars for each dollar above the capital budget.
    pub overspend: f64,
    /// Dollars for each watt above an envelope in one quarter.
    pub power_per_watt: f64,
    /// Dollars for each rack above the space in one quarter.
    pub rack: f64,
    /// Dollars for each platform by which a fact of history is missed.
    pub history_per_platform: f64,
}

impl Default for Penalties {
    fn default() -> Self {
        Penalties { overspend: 1.0, power_per_watt: 4.0, rack: 50_000.0, history_per_platform: 1e6 }
    }
}

/// A fact of history that the plan must keep; missing it is priced, so that a plan always comes back.
#[derive(Clone, Debug)]
pub enum Pin {
    /// Orders of some offers over a span of quarters.
    Buy {
        /// The offers, summed.
        offers: Vec<OfferIdx>,
        /// First and last quarter.
        span: (QuarterIdx, QuarterIdx),
        /// Least and most platforms.
        range: (f64, f64),
        /// In words.
        label: String,
    },
    /// Platforms in service in a quarter.
    Fleet {
        /// The platforms, summed over places.
        platforms: Vec<PlatformIdx>,
        /// The quarter.
        quarter: QuarterIdx,
        /// Least and most platforms.
        range: (f64, f64),
        /// In words.
        label: String,
    },
    /// The schedule of a project.
    Project {
        /// The project.
        project: ProjectIdx,
        /// Index of its schedule.
        schedule: usize,
    },
    /// The schedule of a programme.
    Programme {
        /// The programme.
        programme: ProgrammeIdx,
        /// Index of its schedule.
        schedule: usize,
    },
    /// The start of a porting; none for never.
    Porting {
        /// The porting.
        porting: PortingIdx,
        /// The quarter.
        start: Option<QuarterIdx>,
    },
}
