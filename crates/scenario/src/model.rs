//! The resolved scenario: what the stages to the right read, with every quantity typed and every name checked.

use quarterdeck_catalog::{Cooling, Device, Model, Platform, Precision};
use quarterdeck_units::{
    Bytes, Celsius, Count, GramsPerJoule, Growth, PriceYear, Quarter, Quarters, Ratio, Seconds, Usd,
    UsdPerJoule, UsdPerSecond, UsdPerWatt, UsdPerWork, Watts, WorkRate,
};

/// Where the inputs of one table come from: sources, or an assumption with its reason, or both.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Basis {
    /// Ids of sources, in the scenario's `[source.ID]` tables or in the catalogue.
    pub sources: Vec<String>,
    /// Why the values that no source holds were chosen.
    pub assumed: Option<String>,
}

/// Everything a question is asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// Identifier, also the name of the folder.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// The quarters planned and how money is counted over them.
    pub horizon: Horizon,
    /// What is asked.
    pub workloads: Vec<Workload>,
    /// Where machines can stand at the start.
    pub sites: Vec<Site>,
    /// What can be built, extended, redesigned, paused or cancelled.
    pub projects: Vec<Project>,
    /// What can be bought or rented.
    pub offers: Vec<Offer>,
    /// What it takes to bring a workload to another family of machines.
    pub portings: Vec<Porting>,
    /// Own-chip developments.
    pub programmes: Vec<Programme>,
    /// Changes with the quarter they happen and the quarter they become known.
    pub shocks: Vec<Shock>,
    /// Limits on spending.
    pub budget: Budget,
    /// Spending that the plan takes as given.
    pub commitments: Vec<Commitment>,
    /// Decisions as they were really taken; a run may pin them.
    pub history: Vec<HistoryEntry>,
    /// Published outcomes that a run with history is judged against.
    pub expectations: Vec<Expectation>,
    /// Prices and settings that belong to no single entity.
    pub costs: Costs,
    /// Sources that only this scenario cites.
    pub sources: Vec<ScenarioSource>,
    /// Devices written in the scenario, beside or instead of the catalogue's.
    pub devices: Vec<Device>,
    /// Platforms written in the scenario, beside or instead of the catalogue's.
    pub platforms: Vec<Platform>,
}

/// The quarters planned and how money is counted over them.
#[derive(Clone, PartialEq, Debug)]
pub struct Horizon {
    /// First quarter planned.
    pub start: Quarter,
    /// Last quarter planned.
    pub end: Quarter,
    /// Real discount rate.
    pub discount_rate: Growth,
    /// Year whose dollars all results are in.
    pub price_year: PriceYear,
}

impl Horizon {
    /// The quarters planned, in order.
    pub fn quarters(&self) -> Vec<Quarter> {
        self.start.through(self.end).collect()
    }
}

/// How a curve goes between two of its points, and what holds before the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Between {
    /// A straight line, as prices go; before the first point its value holds.
    Linear,
    /// By a constant factor each quarter, as demand grows; nothing before the first point.
    Geometric,
    /// The earlier point holds until the next; nothing before the first point.
    Step,
}

/// A value over the quarters, given at some of them; beyond the last point the last value holds.
/// [`Curve::at`] gives the value in a quarter.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve<T> {
    /// Points in order of quarters; a constant is a single point with no quarter.
    pub points: Vec<(Option<Quarter>, T)>,
    /// How it goes between points.
    pub between: Between,
}

/// One demand for work over time.
#[derive(Clone, PartialEq, Debug)]
pub struct Workload {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What kind of work it is, with the settings of that kind.
    pub kind: WorkloadKind,
    /// The model served or trained; none for plain device time.
    pub model: Option<Model>,
    /// Units of work each second, averaged over a quarter; nothing before its first point.
    pub demand: Curve<WorkRate>,
    /// Highest rate in a day over the mean; machines are sized for the peak, energy for the mean.
    pub peak_over_mean: Ratio,
    /// How the model grows heavier each year from `drift_from` on.
    pub drift: Drift,
    /// What a unit of work that is not done costs.
    pub unserved: UsdPerWork,
    /// Families of machines that it runs on at the start of the horizon, such as `x86`.
    pub runs_on: Vec<String>,
    /// Whether all its devices must stand at one site (a training run of one model).
    pub one_site: bool,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Kind of work with the settings that only this kind has.
#[derive(Clone, PartialEq, Debug)]
pub enum WorkloadKind {
    /// Continuous training of a recommendation model; demand in samples.
    RecommendationTraining {
        /// Samples of one step over all devices.
        global_batch: Count,
        /// Numbers of the dense part.
        precision: Precision,
    },
    /// Ranking of candidates for people; demand in samples (user-item pairs).
    RecommendationInference {
        /// Time within which 99 of 100 queries are answered.
        latency_p99: Seconds,
        /// Candidates scored for one query.
        candidates_per_query: Count,
        /// Numbers of the dense part, the best that each device has if none is named.
        precision: Option<Precision>,
    },
    /// Pre-training of a transformer; demand in tokens, derived from `tokens` over `window`.
    LlmPretraining {
        /// Tokens of the whole run.
        tokens: Count,
        /// First and last quarter of the run.
        window: (Quarter, Quarter),
        /// Tokens of one sequence.
        sequence_length: Count,
        /// Sequences of one step.
        global_batch: Count,
        /// Numbers of the matrix multiplications.
        precision: Option<Precision>,
    },
    /// Fine-tuning of a pre-trained transformer; demand in tokens.
    LlmFineTuning {
        /// Tokens of one sequence.
        sequence_length: Count,
        /// Sequences of one step.
        global_batch: Count,
        /// Rank of the low-rank adapters; none for full fine-tuning.
        lora_rank: Option<Count>,
        /// Numbers of the matrix multiplications.
        precision: Option<Precision>,
    },
    /// Serving of a transformer; demand in requests.
    LlmInference {
        /// Tokens read for one request.
        input_len: Count,
        /// Tokens written for one request.
        output_len: Count,
        /// Time to first token within which 99 of 100 requests stay.
        ttft: Seconds,
        /// Time per output token after the first.
        tpot: Seconds,
        /// Numbers of the weights and matrix multiplications.
        precision: Option<Precision>,
    },
    /// Plain device time, as a job trace asks for; demand in devices of `reference`.
    DeviceHours {
        /// Platform whose devices the demand is counted in.
        reference: String,
        /// Share of the devices that jobs keep busy; 1 if the demand counts busy devices.
        devices_per_job: Count,
        /// Memory of a device that a job needs.
        memory_per_device: Option<Bytes>,
    },
}

/// Yearly growth of what a model asks of a machine.
#[derive(Clone, PartialEq, Debug)]
pub struct Drift {
    /// Quarter in which the model is as the catalogue has it.
    pub from: Quarter,
    /// FLOPs of one unit of work.
    pub flops_per_sample: Growth,
    /// Bytes of the embedding tables.
    pub embedding_bytes: Growth,
    /// Lookups (bytes read) of one unit of work.
    pub lookups_per_sample: Growth,
}

/// A place with power and cooling.
#[derive(Clone, PartialEq, Debug)]
pub struct Site {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// IT power that can be drawn, by quarter, as energised.
    pub it_power: Curve<Watts>,
    /// IT power taken by work outside this scenario.
    pub reserved: Curve<Watts>,
    /// What its halls can cool.
    pub cooling: Cooling,
    /// Most power of one rack.
    pub rack_density_max: Watts,
    /// Racks that fit; no limit but power if none.
    pub racks_max: Option<Count>,
    /// Climate class of the catalogue, such as `cold-dry`.
    pub climate: String,
    /// Price of electricity; the catalogue's by region if none.
    pub electricity: Option<UsdPerJoule>,
    /// Carbon intensity of its grid.
    pub grid_carbon: Option<GramsPerJoule>,
    /// Highest temperature of supply water that its machines get, if it has liquid cooling.
    pub supply_water: Option<Celsius>,
    /// Machines that stand there at the start.
    pub fleet: Vec<Installed>,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Machines that stand at a site at the start.
#[derive(Clone, PartialEq, Debug)]
pub struct Installed {
    /// Platform id.
    pub platform: String,
    /// Number of platforms.
    pub count: Count,
    /// Quarter in which they came, on average; decides their end of life.
    pub since: Option<Quarter>,
}

/// Power and cooling that a project brings.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivery {
    /// IT power added.
    pub it_power: Watts,
    /// What the new halls can cool.
    pub cooling: Cooling,
    /// Most power of one rack in them.
    pub rack_density_max: Watts,
}

/// A change of a running project into another design.
#[derive(Clone, PartialEq, Debug)]
pub struct Redesign {
    /// What it brings instead.
    pub adds: Delivery,
    /// Building money per watt of the new design.
    pub cost: UsdPerWatt,
    /// Quarters from the change to energised power.
    pub lead_time: Quarters,
    /// Share of the money spent so far that serves the new design.
    pub reuse: Ratio,
}

/// A site build, expansion or retrofit.
#[derive(Clone, PartialEq, Debug)]
pub struct Project {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Id of the site it serves; a new id is a new site in `climate`.
    pub site: String,
    /// Climate of a new site.
    pub climate: Option<String>,
    /// What it brings.
    pub adds: Delivery,
    /// Air-cooled IT power that a retrofit takes out of service from its start on.
    pub removes: Option<Watts>,
    /// Building money per watt of `adds`.
    pub cost: UsdPerWatt,
    /// Quarters from start to energised power; from the precedence network of its kind if none.
    pub lead_time: Option<Quarters>,
    /// Share of the cost spent in each quarter of the lead time; even if empty.
    pub spending: Vec<Ratio>,
    /// Quarter in which work began, for a project under way: it then goes on unless paused, cancelled or redesigned.
    pub started: Option<Quarter>,
    /// First quarter in which it may start.
    pub from: Option<Quarter>,
    /// Last quarter in which it may start.
    pub until: Option<Quarter>,
    /// Share of the money not yet spent that a cancellation costs.
    pub cancel_cost: Option<Ratio>,
    /// Share of the total cost that each quarter of pause costs; no pause if none.
    pub pause_cost: Option<Ratio>,
    /// A change of design that is possible while it is under way.
    pub redesign: Option<Redesign>,
    /// Projects that can not be done beside this one.
    pub excludes: Vec<String>,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Something that can be bought or rented.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// Identifier; the platform's if the file names none.
    pub id: String,
    /// Platform id.
    pub platform: String,
    /// Who sells it.
    pub vendor: String,
    /// What it costs and when it comes.
    pub terms: OfferTerms,
    /// Most platforms ordered in one quarter; without limit if none.
    pub supply: Option<Curve<Count>>,
    /// First quarter of orders.
    pub from: Option<Quarter>,
    /// Last quarter of orders.
    pub until: Option<Quarter>,
    /// Programme that must have shipped.
    pub programme: Option<String>,
    /// Whether orders come in whole platforms; by default continuous where an order is large.
    pub whole: bool,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Purchase or rental.
#[derive(Clone, PartialEq, Debug)]
pub enum OfferTerms {
    /// Bought, delivered after a lead time, placed at a site.
    Purchase {
        /// Price of one platform by quarter of the order.
        price: Curve<Usd>,
        /// Quarters from order to service; the cash leaves in the quarter of delivery.
        lead_time: Quarters,
    },
    /// Rented where the vendor keeps it; power, cooling and network are in the price.
    Rental {
        /// Price of one platform by quarter.
        price: Curve<UsdPerSecond>,
        /// Quarters that each rental runs at least.
        term: Quarters,
    },
}

/// Engineering that brings a workload to another family of machines.
#[derive(Clone, PartialEq, Debug)]
pub struct Porting {
    /// Workload id.
    pub workload: String,
    /// Family of machines, such as `cuda`.
    pub to: String,
    /// Quarters of work before the first machine serves.
    pub effort: Quarters,
    /// Money for all of it.
    pub cost: Usd,
    /// Share of the full rate in the first quarter after porting.
    pub maturity_at_first: Ratio,
    /// Quarters until the full rate.
    pub maturity_after: Quarters,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// An own-chip development.
#[derive(Clone, PartialEq, Debug)]
pub struct Programme {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Platform that it yields.
    pub platform: String,
    /// Money while it runs.
    pub cost: UsdPerSecond,
    /// Quarter in which it began or may begin.
    pub started: Quarter,
    /// Distribution of the date of the first shipment.
    pub ready: Ready,
    /// Probability that the chip meets its performance target.
    pub meets_target: Ratio,
    /// Share of the target reached if it does not.
    pub missed_performance: Ratio,
    /// Share of the target that it really reached, and the quarter in which that became known.
    pub outcome: Option<ProgrammeOutcome>,
    /// Money that stopping costs at once.
    pub stop_cost: Usd,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Three points of a date's distribution.
#[derive(Clone, PartialEq, Debug)]
pub struct Ready {
    /// Soonest.
    pub earliest: Quarter,
    /// Most likely.
    pub likely: Quarter,
    /// Last.
    pub latest: Quarter,
}

/// What a programme turned out to be.
#[derive(Clone, PartialEq, Debug)]
pub struct ProgrammeOutcome {
    /// Share of the target reached.
    pub performance: Ratio,
    /// Quarter in which it could first ship.
    pub ready: Quarter,
    /// Quarter in which that became known.
    pub known: Quarter,
}

/// A change of demand, price, supply or schedule.
#[derive(Clone, PartialEq, Debug)]
pub struct Shock {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Quarter it happens in.
    pub happens: Quarter,
    /// Quarter it becomes known in.
    pub known: Quarter,
    /// What it changes.
    pub changes: ShockChange,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// What a shock changes, from the quarter it happens on.
#[derive(Clone, PartialEq, Debug)]
pub enum ShockChange {
    /// Demand of a workload, by a factor.
    Demand {
        /// Workload id.
        workload: String,
        /// Factor.
        factor: Ratio,
    },
    /// Price of an offer, by a factor.
    Price {
        /// Offer id.
        offer: String,
        /// Factor.
        factor: Ratio,
    },
    /// Supply of an offer, by a factor.
    Supply {
        /// Offer id.
        offer: String,
        /// Factor.
        factor: Ratio,
    },
    /// Lead time of a project, by quarters added.
    Delay {
        /// Project id.
        project: String,
        /// Quarters added.
        by: Quarters,
    },
}

/// Limits on spending.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Budget {
    /// Capital spending; no limit if none.
    pub capex: Option<Curve<UsdPerSecond>>,
    /// Dollars of penalty for each dollar above the limit; the catalogue's default if none.
    pub overspend_price: Option<Ratio>,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Capital spending that the plan takes as given.
#[derive(Clone, PartialEq, Debug)]
pub struct Commitment {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Class it is reported under.
    pub class: CostClass,
    /// Money by quarter.
    pub capex: Curve<UsdPerSecond>,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// Classes that cash is reported under.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CostClass {
    /// Servers and accelerators.
    Machines,
    /// Switches, optics and cables.
    Network,
    /// Shells, power and cooling plant.
    Buildings,
    /// Own-chip programmes.
    Programmes,
    /// Engineering that ports workloads.
    Porting,
    /// Electricity and water.
    Energy,
    /// Maintenance and staff of machines and sites.
    Operations,
    /// Rented machines.
    Rental,
    /// Cancelling, pausing, stopping.
    Exit,
    /// Spending outside this scenario's decisions.
    Other,
}

impl CostClass {
    /// Every class, in the order of reports.
    pub const ALL: &'static [CostClass] = &[
        CostClass::Machines,
        CostClass::Network,
        CostClass::Buildings,
        CostClass::Programmes,
        CostClass::Porting,
        CostClass::Energy,
        CostClass::Operations,
        CostClass::Rental,
        CostClass::Exit,
        CostClass::Other,
    ];

    /// The word used in files and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            CostClass::Machines => "machines",
            CostClass::Network => "network",
            CostClass::Buildings => "buildings",
            CostClass::Programmes => "programmes",
            CostClass::Porting => "porting",
            CostClass::Energy => "energy",
            CostClass::Operations => "operations",
            CostClass::Rental => "rental",
            CostClass::Exit => "exit",
            CostClass::Other => "other",
        }
    }
}

/// One decision that was really taken, or a total that is known.
#[derive(Clone, PartialEq, Debug)]
pub struct HistoryEntry {
    /// What was decided.
    pub decision: Decision,
    /// Name for people.
    pub title: String,
    /// Where it is known from.
    pub basis: Basis,
}

/// How a number of history binds a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The plan has this number.
    Exactly,
    /// The plan has this number or more.
    AtLeast,
    /// The plan has this number or less.
    AtMost,
}

/// A decision of history.
#[derive(Clone, PartialEq, Debug)]
pub enum Decision {
    /// Orders over a span of quarters, summed over the offers named.
    Buy {
        /// Offer ids.
        offers: Vec<String>,
        /// First and last quarter of the span.
        span: (Quarter, Quarter),
        /// How it binds.
        bound: Bound,
        /// Platforms.
        count: Count,
    },
    /// Platforms in service at a quarter, summed over those named.
    Fleet {
        /// Platform ids.
        platforms: Vec<String>,
        /// The quarter.
        quarter: Quarter,
        /// How it binds.
        bound: Bound,
        /// Platforms.
        count: Count,
    },
    /// A project was started in a quarter.
    Start {
        /// Project id.
        project: String,
        /// The quarter.
        quarter: Quarter,
    },
    /// A project was paused in a quarter, and taken up again in another if ever.
    Pause {
        /// Project id.
        project: String,
        /// The quarter.
        quarter: Quarter,
        /// The quarter in which work went on.
        resumed: Option<Quarter>,
    },
    /// A project was cancelled in a quarter.
    Cancel {
        /// Project id.
        project: String,
        /// The quarter.
        quarter: Quarter,
    },
    /// A project was redesigned in a quarter.
    Redesign {
        /// Project id.
        project: String,
        /// The quarter.
        quarter: Quarter,
    },
    /// A project was never started.
    Never {
        /// Project id.
        project: String,
    },
    /// A porting was started in a quarter; none means never.
    Port {
        /// Workload id.
        workload: String,
        /// Family.
        to: String,
        /// The quarter.
        quarter: Option<Quarter>,
    },
    /// A programme was stopped in a quarter.
    Stop {
        /// Programme id.
        programme: String,
        /// The quarter.
        quarter: Quarter,
    },
}

/// A published outcome that a run is judged against.
#[derive(Clone, PartialEq, Debug)]
pub struct Expectation {
    /// Identifier.
    pub id: String,
    /// What was published, in words.
    pub title: String,
    /// Which number of the run it is compared with.
    pub measure: Measure,
    /// Lowest published value, in the measure's unit.
    pub low: f64,
    /// Highest published value.
    pub high: f64,
    /// Where it is published.
    pub basis: Basis,
}

/// A number that a run yields and a publication states.
#[derive(Clone, PartialEq, Debug)]
pub enum Measure {
    /// Mean capital spending a quarter over `of` minus that over `against`, in 10^9 USD.
    CapexStep {
        /// First and last quarter.
        of: (Quarter, Quarter),
        /// First and last quarter.
        against: (Quarter, Quarter),
    },
    /// The quotient of the two means.
    CapexRatio {
        /// First and last quarter.
        of: (Quarter, Quarter),
        /// First and last quarter.
        against: (Quarter, Quarter),
    },
    /// Projects paused, cancelled or redesigned up to a quarter.
    ProjectsStopped {
        /// The quarter.
        until: Quarter,
    },
    /// Network capacity of a new site over that of an old one of equal IT power.
    NetworkFactor {
        /// Platform that fills the new site.
        new: String,
        /// Platform that filled the old one.
        old: String,
        /// Site or project whose power and racks count.
        site: String,
        /// Site that counts as old.
        old_site: String,
    },
    /// Accelerators in service at a quarter, over all platforms of a family.
    Accelerators {
        /// Family, such as `cuda`.
        family: String,
        /// The quarter.
        at: Quarter,
    },
}

/// Prices and settings that belong to no single entity; the catalogue's default where none.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Costs {
    /// Price of electricity where a site names none.
    pub electricity: Option<UsdPerJoule>,
    /// Yearly maintenance as a share of the price of machines.
    pub maintenance: Option<Ratio>,
    /// Share of fleet kept as spares and out for repair.
    pub spares: Option<Ratio>,
    /// Where the inputs come from.
    pub basis: Basis,
}

/// A source that only this scenario cites.
#[derive(Clone, PartialEq, Debug)]
pub struct ScenarioSource {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Address.
    pub url: Option<String>,
    /// Publication date as printed, or a note.
    pub date: Option<String>,
}
