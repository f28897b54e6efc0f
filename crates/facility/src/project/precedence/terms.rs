//! From a network to what a plan needs of a project: lead time, spending curve, costs of leaving and of waiting.

use std::fmt::Write as _;

use quarterdeck_catalog::{Catalog, MissingFact, Provenance};
use quarterdeck_scenario::{Delivery, Project, Scenario};
use quarterdeck_units::{Quarter, Quarters, Ratio, Seconds, Usd, UsdPerWatt};

use super::critical_path::critical_path;
use super::money::{exit_costs, quarters_of, spend_over};
use super::network::Precedence;
use super::sample::{Sampled, Sampling, sample};
use super::template::{ProjectKind, project_network};

/// What a scenario's project states, drawn from a network.
#[derive(Clone, PartialEq, Debug)]
pub struct ProjectTerms {
    /// Kind of project.
    pub kind: ProjectKind,
    /// Quarters that suffice in half of all cases.
    pub lead_time: Quarters,
    /// Quarters that suffice in nine of ten cases.
    pub lead_time_p90: Quarters,
    /// Share of the cost in each quarter of `lead_time`.
    pub spending: Vec<Ratio>,
    /// Share of the money not yet spent that leaving costs, on average over the quarters.
    pub cancel_cost: Ratio,
    /// Share of the whole cost that each quarter of a pause costs.
    pub pause_cost: Ratio,
    /// Time at the end of the project in which what is worked on is out of service, in half of all cases; none where
    /// nothing is.
    pub outage: Option<Seconds>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl Sampling {
    /// The usual replicas, with the correlation that the catalogue states.
    pub fn of(catalog: &Catalog) -> Sampling {
        Sampling { correlation: catalog.construction.terms.market_correlation.value, ..Sampling::default() }
    }
}

/// Lead time, spending and exit costs of a kind of project.
///
/// The lead time is the median of the sampled length in whole quarters, rounded up. The spending curve is that of the
/// likely durations, stretched to this lead time. One number stands for the cost of leaving:
///
/// $$ c = \frac{\sum_q \text{committed}_q}{\sum_q (C - \text{sunk}_q)} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $C$ | cost of the project | USD |
/// | sunk, committed | [`exit_costs`] at the start of each quarter but the first | USD |
///
/// It overstates leaving early and understates leaving while equipment is being made.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::project::precedence::{project_terms, ProjectKind, Sampling};
/// # use quarterdeck_units::Usd;
/// let catalog = Catalog::builtin();
/// let terms = project_terms(ProjectKind::PoweredSite, Usd::millions(1000.0), Sampling::of(&catalog), &catalog).unwrap();
/// // Published: 18 to 24 months for shell and commissioning, after design and permits.
/// assert!((7..=10).contains(&terms.lead_time.0), "{}", terms.lead_time);
/// assert_eq!(terms.spending.len() as i32, terms.lead_time.0);
/// assert!((terms.spending.iter().map(|share| share.0).sum::<f64>() - 1.0).abs() < 1e-9);
/// ```
///
/// # Errors
/// When the catalogue lacks the kind's template or one of its activities.
pub fn project_terms(
    kind: ProjectKind,
    cost: Usd,
    sampling: Sampling,
    catalog: &Catalog,
) -> Result<ProjectTerms, MissingFact> {
    let network = project_network(kind, cost, catalog)?;
    Ok(terms_of(kind, &network, &sample(&network, sampling)))
}

fn terms_of(kind: ProjectKind, network: &Precedence, sampled: &Sampled) -> ProjectTerms {
    let path = critical_path(network, &network.likely());
    let lead_time = Quarters(quarters_of(sampled.finish(0.5)).0.max(1));
    let stretch = lead_time.duration() / path.length;
    let total = network.cost();
    let amounts = spend_over(network, &path, lead_time.0, stretch);
    let even = 1.0 / f64::from(lead_time.0);
    let share = |amount: &Usd| Ratio(if total.is_positive() { *amount / total } else { even });
    // Any quarter serves as the start: only the shares are used.
    let exits = exit_costs(network, &path, Quarter::new(2000, 1));
    let unspent: Usd = exits.iter().map(|exit| total - exit.sunk).sum();
    let committed: Usd = exits.iter().map(|exit| exit.committed).sum();
    let outage = network.activities().iter().enumerate().filter(|(_, activity)| activity.outage);
    let outage = outage.map(|(place, _)| sampled.tail(place, 0.5));
    ProjectTerms {
        kind,
        lead_time,
        lead_time_p90: quarters_of(sampled.finish(0.9)),
        spending: amounts.iter().map(share).collect(),
        cancel_cost: Ratio(if unspent.is_positive() { committed / unspent } else { 0.0 }),
        pause_cost: Ratio(network.terms.holding),
        outage: outage.reduce(Seconds::max),
        provenance: network.provenance.clone(),
    }
}

/// What was filled into a project of a scenario.
#[derive(Clone, PartialEq, Debug)]
pub struct Completed {
    /// Project id.
    pub project: String,
    /// What its network says.
    pub terms: ProjectTerms,
}

/// Fills the projects of a scenario that state no lead time from the networks of their kinds.
///
/// Such a project takes its lead time from there, and spending, cost of leaving and cost of waiting where it does not
/// state them. Projects that state a lead time stay as they are. Call it once before the plan is made.
///
/// # Errors
/// Every fact that the catalogue lacks.
pub fn complete_projects(
    scenario: &mut Scenario,
    catalog: &Catalog,
) -> Result<Vec<Completed>, Vec<MissingFact>> {
    let mut completed = Vec::new();
    let mut missing = Vec::new();
    for index in 0..scenario.projects.len() {
        let project = &scenario.projects[index];
        if project.lead_time.is_some() {
            continue;
        }
        let kind = ProjectKind::of(project, scenario);
        let cost = project.cost * project.adds.it_power;
        match project_terms(kind, cost, Sampling::of(catalog), catalog) {
            Ok(terms) => {
                fill(&mut scenario.projects[index], &terms);
                let project = scenario.projects[index].id.clone();
                completed.push(Completed { project, terms });
            }
            Err(fact) => missing.push(fact),
        }
    }
    if missing.is_empty() { Ok(completed) } else { Err(missing) }
}

fn fill(project: &mut Project, terms: &ProjectTerms) {
    project.lead_time = Some(terms.lead_time);
    if project.spending.is_empty() {
        project.spending.clone_from(&terms.spending);
    }
    project.cancel_cost.get_or_insert(terms.cancel_cost);
    project.pause_cost.get_or_insert(terms.pause_cost);
}

/// A `[[project]]` that a user can paste into a scenario.
///
/// Shares are rounded to a tenth of a percent and still sum to 100 %. `id` and `site` must be ids as scenarios take
/// them.
pub fn project_block(
    id: &str,
    site: &str,
    adds: &Delivery,
    cost: UsdPerWatt,
    terms: &ProjectTerms,
) -> String {
    let mut text = String::new();
    let spending: Vec<String> =
        tenths(&terms.spending).iter().map(|share| format!("\"{share} %\"")).collect();
    let percent = |share: Ratio| (share.0 * 1000.0).round() / 10.0;
    // Writing to text never fails.
    let _ = writeln!(text, "[[project]]\nid = \"{id}\"\nsite = \"{site}\"");
    let _ = writeln!(
        text,
        "adds = {{ it_power = \"{}\", cooling = \"{}\", rack_density_max = \"{}\" }}",
        adds.it_power, adds.cooling, adds.rack_density_max
    );
    let _ = writeln!(text, "cost = \"{cost}\"");
    let _ = writeln!(text, "# Half of all cases; nine of ten need {}.", terms.lead_time_p90);
    let _ = writeln!(text, "lead_time = \"{}\"", terms.lead_time);
    let _ = writeln!(text, "spending = [{}]", spending.join(", "));
    let _ = writeln!(text, "cancel_cost = \"{} %\"", percent(terms.cancel_cost));
    let _ = writeln!(text, "pause_cost = \"{} %\"", percent(terms.pause_cost));
    let _ = writeln!(
        text,
        "assumed = \"precedence network of the catalogue, {}: median of sampled lead times\"",
        terms.kind
    );
    text
}

/// Shares in percent with one digit that sum to 100: rounded down, the largest remainders rounded up.
fn tenths(shares: &[Ratio]) -> Vec<f64> {
    let exact: Vec<f64> = shares.iter().map(|share| share.0 * 1000.0).collect();
    let mut whole: Vec<f64> = exact.iter().map(|value| value.floor()).collect();
    let missing = (1000.0 - whole.iter().sum::<f64>()).round().max(0.0) as usize;
    let mut by_rest: Vec<usize> = (0..exact.len()).collect();
    by_rest.sort_by(|a, b| (exact[*b] - whole[*b]).total_cmp(&(exact[*a] - whole[*a])));
    for index in by_rest.into_iter().cycle().take(if whole.is_empty() { 0 } else { missing }) {
        whole[index] += 1.0;
    }
    whole.into_iter().map(|value| value / 10.0).collect()
}
