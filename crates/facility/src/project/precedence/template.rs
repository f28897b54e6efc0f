//! Networks of the catalogue's kinds of project.

use std::fmt;

use quarterdeck_catalog::{Catalog, Cooling, MissingFact, Provenance};
use quarterdeck_scenario::{Project, Scenario};
use quarterdeck_units::Usd;

use super::duration::Duration;
use super::money::PaymentTerms;
use super::network::{ActivitySpec, Precedence};

/// Kinds of project that the catalogue has a template for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ProjectKind {
    /// A new site whose grid connection is to be applied for.
    NewSite,
    /// A new site whose grid connection is secured.
    PoweredSite,
    /// More halls at a site that stands.
    Expansion,
    /// A hall from air to air-assisted liquid.
    RetrofitAirAssisted,
    /// A hall to facility water.
    RetrofitLiquid,
}

impl ProjectKind {
    /// Every kind.
    pub const ALL: [ProjectKind; 5] = [
        ProjectKind::NewSite,
        ProjectKind::PoweredSite,
        ProjectKind::Expansion,
        ProjectKind::RetrofitAirAssisted,
        ProjectKind::RetrofitLiquid,
    ];

    /// Key of its template in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            ProjectKind::NewSite => "new-site",
            ProjectKind::PoweredSite => "powered-site",
            ProjectKind::Expansion => "expansion",
            ProjectKind::RetrofitAirAssisted => "retrofit-air-assisted",
            ProjectKind::RetrofitLiquid => "retrofit-liquid",
        }
    }

    /// The kind that a project of a scenario is: a retrofit if it takes power out of service, an expansion if its
    /// site stands, else a new site that still needs its grid connection.
    pub fn of(project: &Project, scenario: &Scenario) -> ProjectKind {
        match (project.removes.is_some(), project.adds.cooling) {
            (true, Cooling::Liquid) => ProjectKind::RetrofitLiquid,
            (true, Cooling::AirAssistedLiquid) => ProjectKind::RetrofitAirAssisted,
            _ if scenario.sites.iter().any(|site| site.id == project.site) => ProjectKind::Expansion,
            _ => ProjectKind::NewSite,
        }
    }

    /// The retrofit that brings halls to a kind of cooling, if there is one.
    pub fn retrofit(to: Cooling) -> Option<ProjectKind> {
        match to {
            Cooling::Air => None,
            Cooling::AirAssistedLiquid => Some(ProjectKind::RetrofitAirAssisted),
            Cooling::Liquid => Some(ProjectKind::RetrofitLiquid),
        }
    }
}

impl fmt::Display for ProjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for ProjectKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        ProjectKind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = ProjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("`{text}` is not a kind of project; known: {}", known.join(", "))
        })
    }
}

/// The network of a kind of project that costs an amount of money in all.
///
/// Durations, order and shares of the money are the catalogue's; lead times are those of its sources' years and do
/// not follow a scenario's years.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::project::precedence::{critical_path, project_network, ProjectKind};
/// # use quarterdeck_units::Usd;
/// let catalog = Catalog::builtin();
/// let network = project_network(ProjectKind::NewSite, Usd::millions(1170.0), &catalog).unwrap();
/// let path = critical_path(&network, &network.likely());
/// let names: Vec<&str> = path.critical.iter().map(|place| network.activities()[*place].id.as_str()).collect();
/// // Four years for the grid, a month to energise, three to commission: the building is not what decides.
/// assert_eq!(names, ["grid-connection", "energising", "commissioning"]);
/// ```
///
/// # Errors
/// When the catalogue lacks the template or one of its activities, or they form no network.
pub fn project_network(kind: ProjectKind, cost: Usd, catalog: &Catalog) -> Result<Precedence, MissingFact> {
    let construction = &catalog.construction;
    let template = construction.template(kind.as_str())?;
    let mut provenance = Provenance::analytical();
    provenance.absorb_fact(&template.cite);
    let mut specs = Vec::new();
    for step in &template.step {
        let facts = construction.activity(&step.activity)?;
        provenance.absorb_fact(&facts.duration);
        specs.push(ActivitySpec {
            id: step.activity.clone(),
            name: facts.name.clone(),
            kind: facts.kind,
            duration: Duration::of(&facts.duration),
            after: step.after.clone(),
            cost: cost * step.cost_share,
            outage: facts.outage,
        });
    }
    let terms = PaymentTerms::of(&construction.terms, &mut provenance);
    match Precedence::new(specs, terms) {
        Ok(mut network) => {
            network.provenance = provenance;
            Ok(network)
        }
        // Reading the catalogue refuses templates that form no network; only one made in code comes here.
        Err(_) => Err(MissingFact::new("catalog/construction.toml", &format!("template.{kind}.step"))),
    }
}
