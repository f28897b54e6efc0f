//! One site of a comparison: racks, halls, networks, money and time.

use std::fmt;

use quarterdeck_catalog::{Catalog, MissingFact, Platform, Provenance, UnknownId};
use quarterdeck_scenario::{DesignSize, SiteDesign};
use quarterdeck_units::{Bandwidth, SquareMetres, Watts};

use super::cost::{PricedSite, SiteCost, site_cost};
use crate::error::FacilityError;
use crate::footprint::{Misfit, Provision};
use crate::hall::{HallPlan, HallRequest, Switching, hall_plan};
use crate::network::{
    FabricPolicy, FabricShape, NetworkPolicy, NoClos, NoFabric, Oversubscription, PlatformNetwork,
    platform_network,
};
use crate::prices::Prices;
use crate::project::precedence::{ProjectKind, ProjectTerms, Sampling, project_terms};
use crate::site::Block;

/// Why a site can not be described.
#[derive(Clone, PartialEq, Debug)]
pub enum RedesignFault {
    /// A name that the catalogue does not have.
    Unknown(UnknownId),
    /// The platform can not stand there.
    Misfit(Misfit),
    /// No network joins the platforms.
    Network(NoFabric),
    /// A fact or price that the catalogue lacks.
    Facility(FacilityError),
    /// Not even one platform fits.
    TooSmall {
        /// IT power of the site.
        power: Watts,
        /// What one platform takes.
        each: Watts,
    },
    /// The kind of project is none of the catalogue's.
    Project(String),
}

impl fmt::Display for RedesignFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RedesignFault::Unknown(error) => error.fmt(f),
            RedesignFault::Misfit(error) => error.fmt(f),
            RedesignFault::Network(error) => error.fmt(f),
            RedesignFault::Facility(error) => error.fmt(f),
            RedesignFault::TooSmall { power, each } => {
                write!(f, "{power:.1} do not feed one platform of {each:.1}; give the site at least that")
            }
            RedesignFault::Project(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for RedesignFault {}

macro_rules! wraps {
    ($($error:ty => $variant:ident),* $(,)?) => {$(
        impl From<$error> for RedesignFault {
            fn from(error: $error) -> Self {
                RedesignFault::$variant(error.into())
            }
        }
    )*};
}
wraps! {
    UnknownId => Unknown,
    Misfit => Misfit,
    NoFabric => Network,
    FacilityError => Facility,
    MissingFact => Facility,
}

/// One site of a comparison.
#[derive(Clone, PartialEq, Debug)]
pub struct SiteFacts {
    /// Name of the site.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Platform id.
    pub platform: String,
    /// Platforms.
    pub platforms: u64,
    /// Servers of those.
    pub servers: u64,
    /// Devices of those.
    pub devices: u64,
    /// Halls with their racks.
    pub halls: HallPlan,
    /// Cooling, density and overheads.
    pub block: Block,
    /// IT power, networks included.
    pub it_power: Watts,
    /// Power of the whole site at its annual mean overhead.
    pub site_power: Watts,
    /// Networks.
    pub network: PlatformNetwork,
    /// Capacity of the ports towards storage and users, one way.
    pub front_end: Bandwidth,
    /// Capacity of the ports between accelerators, one way.
    pub back_end: Bandwidth,
    /// What crosses the core at once, one way.
    pub core: Bandwidth,
    /// What crosses the worst even cut, one way; nothing joins separate fabrics.
    pub bisection: Bandwidth,
    /// Cost by class.
    pub cost: SiteCost,
    /// Time to build it.
    pub project: ProjectTerms,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl SiteFacts {
    /// Capacity of all ports, one way.
    pub fn injection(&self) -> Bandwidth {
        self.front_end + self.back_end
    }

    /// Floor of its halls.
    pub fn area(&self) -> SquareMetres {
        self.halls.area
    }
}

/// Oversubscription of the front end of a design.
pub(super) fn front_end_of(design: &SiteDesign, catalog: &Catalog) -> f64 {
    design.fabric.front_end_oversubscription.unwrap_or(catalog.growth.front_end_oversubscription.likely)
}

/// Racks, halls, networks, money and time of a site.
///
/// A site given by its power holds as many platforms as its power feeds with their share of the network. A network
/// that three tiers can not join is split into as few equal ones as can be.
///
/// # Errors
/// What the catalogue lacks, or why the platform can not stand there.
pub fn site_facts(
    design: &SiteDesign,
    prices: &Prices<'_>,
    catalog: &Catalog,
) -> Result<SiteFacts, RedesignFault> {
    let platform = catalog.platform(&design.platform)?.clone();
    let mut block = Block::example(design.cooling, design.climate, design.rack_density_max, catalog)?;
    block.id.clone_from(&design.name);
    block.site.clone_from(&design.name);
    let (count, network) = size(design, &platform, prices, catalog)?;
    let switching = Switching::of(&network);
    let request = HallRequest {
        platform: &platform,
        count,
        block: &block,
        floor: design.floor,
        hall_power: None,
        network: Some(&switching),
    };
    let halls = hall_plan(&request, catalog)?;
    let it_power = halls.it_power;
    let cost = site_cost(
        &PricedSite {
            platform: &platform,
            count,
            network: &network,
            cooling: design.cooling,
            it_power,
            region: design.region.as_deref(),
        },
        prices,
        catalog,
    )?;
    let kind: ProjectKind = design.project.parse().map_err(RedesignFault::Project)?;
    let project = project_terms(kind, cost.building()[1], Sampling::of(catalog), catalog)?;
    let number = count as f64;
    let (front_end, back_end) =
        (platform.scale_out.front_end() * number, platform.scale_out.back_end() * number);
    let fabric = &design.fabric;
    let core = front_end / front_end_of(design, catalog)
        + back_end / (fabric.back_end_oversubscription * fabric.core_oversubscription);
    let mut provenance = halls.provenance.clone();
    for part in [&network.provenance, &block.provenance, &project.provenance] {
        provenance.absorb(part);
    }
    for line in &cost.lines {
        provenance.absorb(&line.provenance);
    }
    Ok(SiteFacts {
        name: design.name.clone(),
        title: design.title.clone(),
        platform: platform.id.clone(),
        platforms: count,
        servers: count * u64::from(platform.servers),
        devices: count * u64::from(platform.devices),
        site_power: block.facility_power(it_power),
        it_power,
        bisection: network.bisection(),
        halls,
        block,
        network,
        front_end,
        back_end,
        core,
        cost,
        project,
        provenance,
    })
}

/// Turns of the search for the largest number that fits, before it hurries.
const PATIENCE: u32 = 64;

/// Platforms of a site with their networks.
fn size(
    design: &SiteDesign,
    platform: &Platform,
    prices: &Prices<'_>,
    catalog: &Catalog,
) -> Result<(u64, PlatformNetwork), RedesignFault> {
    let join = |count: u64| networks(design, platform, count, prices, catalog);
    match design.size {
        DesignSize::Platforms(count) => {
            let count = (count.0.round() as u64).max(1);
            Ok((count, join(count)?))
        }
        DesignSize::Power(power) => {
            let each = Provision::Nameplate.power(platform).0;
            let fits = |share: Watts| ((power / (each + share)) * (1.0 + 1e-12)).floor() as u64;
            let most = fits(Watts::ZERO);
            if most == 0 {
                return Err(RedesignFault::TooSmall { power, each });
            }
            let mut count = fits(join(most)?.power_per_platform()).max(1);
            let mut network = join(count)?;
            // Fewer platforms may have a larger share each, where the network has fixed parts. The search goes down by
            // what does not fit, and after many turns by a thousandth at least, whatever the steps of the network.
            let mut turns = 0;
            while count > 1 && (each + network.power_per_platform()) * count as f64 > power * (1.0 + 1e-9) {
                turns += 1;
                let least = if turns < PATIENCE { 1 } else { 1 + (count - 1) / 1000 };
                count = fits(network.power_per_platform()).clamp(1, count - least);
                network = join(count)?;
            }
            Ok((count, network))
        }
    }
}

/// Networks of a number of platforms, split where three tiers can not join them.
fn networks(
    design: &SiteDesign,
    platform: &Platform,
    count: u64,
    prices: &Prices<'_>,
    catalog: &Catalog,
) -> Result<PlatformNetwork, NoFabric> {
    let fabric = &design.fabric;
    let mut policy = NetworkPolicy {
        back_end: FabricPolicy {
            shape: FabricShape::CLOS.oversubscribed(Oversubscription::Tiers {
                leaf: fabric.back_end_oversubscription,
                core: fabric.core_oversubscription,
            }),
            ..FabricPolicy::BACK_END
        },
        front_end: FabricPolicy {
            shape: FabricShape::CLOS
                .oversubscribed(Oversubscription::Tiers { leaf: front_end_of(design, catalog), core: 1.0 }),
            ..FabricPolicy::FRONT_END
        },
    };
    if let Some(quarter) = design.quarter {
        policy = policy.at(quarter);
    }
    match platform_network(platform, count, &catalog.fabric, &policy, prices) {
        Err(NoFabric::Clos(NoClos::TooManyPorts { most, .. })) => {
            policy.back_end.largest = Some(most);
            policy.front_end.largest = Some(most);
            platform_network(platform, count, &catalog.fabric, &policy, prices)
        }
        found => found,
    }
}
