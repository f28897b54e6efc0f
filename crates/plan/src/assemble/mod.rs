//! From scenario, fits and envelopes to the planning problem: each name becomes an index, each curve a row of
//! numbers by quarter.
//!
//! ```text
//! Scenario ─┬─► work.rs       workloads, rates after goodput, portings
//!           ├─► machines.rs   platforms, placements, offers, rentals
//! Envelopes ┼─► projects.rs   places, projects, programmes
//!           └─► history.rs    pins
//! ```

mod history;
mod machines;
mod projects;
mod work;

use crate::problem::{Penalties, PlaceIdx, PlatformIdx, Problem, QuarterIdx};
use quarterdeck_catalog::{Catalog, Platform, UnknownId};
use quarterdeck_facility::network::NoFabric;
use quarterdeck_facility::project::ImpossibleCourse;
use quarterdeck_facility::{FacilityError, Provision, site::SiteEnvelope};
use quarterdeck_performance::FitTable;
use quarterdeck_scenario::{OfferTerms, Scenario};
use quarterdeck_units::{Quarter, Quarters, Usd};
use quarterdeck_workload::Foresight;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Which future is known and whether history is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Name of the run, such as `best plan`.
    pub label: String,
    /// What is known of shocks and programmes.
    pub foresight: Foresight,
    /// Whether decisions of history are pinned.
    pub history: bool,
    /// How power is reserved for machines.
    pub provision: Provision,
}

impl Run {
    /// The cheapest plan in hindsight.
    pub fn best() -> Run {
        Run {
            label: "best plan".to_owned(),
            foresight: Foresight::Everything,
            history: false,
            provision: Provision::Nameplate,
        }
    }

    /// Decisions as they were taken where they are known, the rest at least cost.
    pub fn as_it_happened() -> Run {
        Run { label: "as it happened".to_owned(), history: true, ..Run::best() }
    }
}

/// Why a scenario does not make a problem, although its file is in order.
#[derive(Clone, Debug, PartialEq)]
pub enum AssembleError {
    /// A fact of a site or a price is missing.
    Facility(FacilityError),
    /// Decisions of history that cannot follow each other.
    History(ImpossibleCourse),
    /// A decision of history names something that is not in the scenario.
    Pin(String),
    /// A name that the catalogue does not hold.
    Unknown(UnknownId),
    /// No network can be built for a platform.
    NoFabric {
        /// The platform.
        platform: String,
        /// Why not.
        reason: NoFabric,
    },
    /// A platform that can be bought or stands somewhere, but no site can hold it.
    NoPlace {
        /// The platform.
        platform: String,
        /// Why not, for the place that comes nearest.
        reason: String,
    },
}

impl fmt::Display for AssembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AssembleError::Facility(error) => error.fmt(f),
            AssembleError::History(error) => write!(f, "history: {error}"),
            AssembleError::Pin(message) => write!(f, "history: {message}"),
            AssembleError::Unknown(error) => error.fmt(f),
            AssembleError::NoFabric { platform, reason } => write!(f, "network of `{platform}`: {reason}"),
            AssembleError::NoPlace { platform, reason } => write!(f, "no place for `{platform}`: {reason}"),
        }
    }
}

impl std::error::Error for AssembleError {}

/// What the parts of an assembly share.
struct Assembler<'a> {
    scenario: &'a Scenario,
    catalog: &'a Catalog,
    fits: &'a FitTable,
    envelopes: &'a [SiteEnvelope],
    run: &'a Run,
    quarters: Vec<Quarter>,
    platforms: Vec<Arc<Platform>>,
    problem: Problem,
    errors: Vec<AssembleError>,
}

/// The planning problem of a scenario.
///
/// `fits` must hold every workload on every platform that stands at a site or is on offer, in every quarter.
///
/// # Errors
/// Everything that keeps the problem from being complete, not only the first.
pub fn assemble(
    scenario: &Scenario,
    catalog: &Catalog,
    fits: &FitTable,
    envelopes: &[SiteEnvelope],
    run: &Run,
) -> Result<Problem, Vec<AssembleError>> {
    let quarters = scenario.horizon.quarters();
    let discount = quarters
        .iter()
        .map(|quarter| {
            1.0 / scenario.horizon.discount_rate.over_years((*quarter - scenario.horizon.start).years())
        })
        .collect();
    let problem = Problem {
        name: format!("{} · {}", scenario.name, run.label),
        quarters: quarters.clone(),
        discount,
        penalties: Penalties {
            overspend: scenario
                .budget
                .overspend_price
                .map_or(Penalties::default().overspend, |price| price.0),
            ..Penalties::default()
        },
        ..Problem::default()
    };
    let mut assembler = Assembler {
        scenario,
        catalog,
        fits,
        envelopes,
        run,
        quarters,
        platforms: Vec::new(),
        problem,
        errors: Vec::new(),
    };
    assembler.platforms();
    assembler.places();
    assembler.placements();
    assembler.programmes();
    assembler.offers();
    assembler.projects();
    assembler.workloads();
    assembler.portings();
    assembler.money();
    if run.history {
        assembler.pins();
    }
    let mut errors: Vec<AssembleError> = Vec::new();
    for error in assembler.errors {
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    if errors.is_empty() { Ok(assembler.problem) } else { Err(errors) }
}

/// Ids of every platform that stands at a site or is on offer, without repetition, in order.
pub fn platform_ids(scenario: &Scenario) -> Vec<String> {
    let standing =
        scenario.sites.iter().flat_map(|site| site.fleet.iter().map(|installed| installed.platform.clone()));
    let offered = scenario.offers.iter().map(|offer| offer.platform.clone());
    let mut ids: Vec<String> = standing.chain(offered).collect();
    ids.sort();
    ids.dedup();
    ids
}

impl Assembler<'_> {
    fn quarter_idx(&self, quarter: Quarter) -> Option<QuarterIdx> {
        self.quarters.iter().position(|planned| *planned == quarter)
    }

    /// Index of a quarter, cut to the horizon.
    fn clamped(&self, quarter: Quarter) -> QuarterIdx {
        let distance = (quarter - self.scenario.horizon.start).0.max(0) as usize;
        distance.min(self.quarters.len() - 1)
    }

    fn platform_idx(&self, id: &str) -> Option<PlatformIdx> {
        self.platforms
            .iter()
            .position(|platform| platform.id == id || platform.aliases.iter().any(|alias| alias == id))
    }

    fn place_idx(&self, id: &str) -> Option<PlaceIdx> {
        self.problem.places.iter().position(|place| place.id == id)
    }

    fn by_quarter<T>(&self, value: impl Fn(Quarter) -> T) -> Vec<T> {
        self.quarters.iter().map(|quarter| value(*quarter)).collect()
    }

    fn money(&mut self) {
        let quarter = Quarters(1).duration();
        for commitment in &self.scenario.commitments {
            let cash =
                self.by_quarter(|when| commitment.capex.at(when).map_or(Usd::ZERO, |flow| flow * quarter));
            let total =
                self.problem.committed.entry(commitment.class).or_insert_with(|| vec![Usd::ZERO; cash.len()]);
            for (sum, amount) in total.iter_mut().zip(cash) {
                *sum += amount;
            }
        }
        let capex = self.scenario.budget.capex.as_ref();
        self.problem.budget = self.by_quarter(|when| {
            capex.and_then(|curve| curve.at(when)).map_or(Usd::INFINITE, |flow| flow * quarter)
        });
    }

    /// Largest IT power that a place can ever have, over its projects' schedules.
    fn most_power(
        &self,
        envelope: &SiteEnvelope,
        block: &quarterdeck_facility::site::Block,
    ) -> quarterdeck_units::Watts {
        let _ = envelope;
        let base = block.base_power.values().copied().fold(quarterdeck_units::Watts::ZERO, |a, b| a.max(b));
        block.usable(base + block.delivered_power)
    }
}

/// Purchases only; rentals stand elsewhere.
fn is_purchase(terms: &OfferTerms) -> bool {
    matches!(terms, OfferTerms::Purchase { .. })
}

type Map<K, V> = BTreeMap<K, V>;
