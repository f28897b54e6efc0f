//! How much more network capacity a site of one era has than one of another, and which assumption decides.

use quarterdeck_catalog::{Catalog, Origin, Platform, Provenance};
use quarterdeck_units::{Bandwidth, Watts};

use crate::footprint::{Misfit, Provision, footprint};
use crate::headroom::{Resource, headroom};
use crate::network::network_capacity;
use crate::site::Block;

mod bases;

pub use bases::{Alternative, Assumption, Bases, Basis, BasisView, Counted, Verdict, bases};

/// Endpoint capacity of each network over what crosses its core.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CoreShare {
    /// Of the network towards storage and users.
    pub front_end: f64,
    /// Of the network between accelerators.
    pub back_end: f64,
}

impl CoreShare {
    /// The front end of the catalogue, and a back end that blocks nothing.
    pub fn usual(catalog: &Catalog) -> CoreShare {
        CoreShare { front_end: catalog.growth.front_end_oversubscription.likely, back_end: 1.0 }
    }
}

/// A block of halls filled with one platform.
#[derive(Clone, Copy, Debug)]
pub struct Era<'a> {
    /// The platform that fills it.
    pub platform: &'a Platform,
    /// The halls.
    pub block: &'a Block,
    /// IT power that is filled.
    pub power: Watts,
    /// How far its networks are oversubscribed; decides what crosses the core.
    pub oversubscription: CoreShare,
}

/// What a filled block of halls carries.
#[derive(Clone, PartialEq, Debug)]
pub struct EraCapacity {
    /// Platforms that fill it.
    pub platforms: f64,
    /// Servers of those.
    pub servers: f64,
    /// Racks that they take.
    pub racks: f64,
    /// IT power that they are given.
    pub filled: Watts,
    /// What stops one more.
    pub binds: Resource,
    /// Power of a rack.
    pub rack_power: Watts,
    /// Ports towards storage and users, one way.
    pub front_end: Bandwidth,
    /// Ports between accelerators, one way.
    pub back_end: Bandwidth,
    /// What crosses the core at once, one way.
    pub core: Bandwidth,
}

impl EraCapacity {
    /// All ports.
    pub fn total(&self) -> Bandwidth {
        self.front_end + self.back_end
    }
}

/// One factor of the growth.
#[derive(Clone, PartialEq, Debug)]
pub struct GrowthTerm {
    /// What grew, in words.
    pub name: &'static str,
    /// By how much.
    pub factor: f64,
}

/// Network capacity of a new site over an old one.
#[derive(Clone, PartialEq, Debug)]
pub struct GrowthFactor {
    /// The old site, filled.
    pub old: EraCapacity,
    /// The new one, filled.
    pub new: EraCapacity,
    /// Port capacity of a site over that of the other: the product of `terms`.
    pub per_site: f64,
    /// The same of a server.
    pub per_server: f64,
    /// The same of a rack.
    pub per_rack: f64,
    /// The same of a kilowatt that is filled.
    pub per_kilowatt: f64,
    /// What crosses the core of a site over the same of the other.
    pub core: f64,
    /// What reaches the core from a rack over the same of the other.
    pub core_per_rack: f64,
    /// The factors of `per_site`.
    pub terms: Vec<GrowthTerm>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
    old_front_end_rate: Bandwidth,
}

impl GrowthFactor {
    /// The factor that moves `per_site` most, up or down.
    pub fn deciding(&self) -> &GrowthTerm {
        let size = |term: &GrowthTerm| quarterdeck_units::ln(term.factor).abs();
        let first = &self.terms[0];
        self.terms.iter().fold(first, |best, term| if size(term) > size(best) { term } else { best })
    }

    /// Share of a term in the whole growth, on a logarithmic scale; the shares add up to 1.
    pub fn share(&self, term: &GrowthTerm) -> f64 {
        quarterdeck_units::ln(term.factor) / quarterdeck_units::ln(self.per_site)
    }

    /// Every way of counting the growth, with its name.
    pub fn views(&self) -> [(&'static str, f64); 6] {
        [
            ("ports of a server", self.per_server),
            ("ports of a rack", self.per_rack),
            ("ports of a kilowatt", self.per_kilowatt),
            ("ports of a site", self.per_site),
            ("core of a site", self.core),
            ("core of a rack", self.core_per_rack),
        ]
    }

    /// Front-end rate of an old server's port at which `per_site` would be a given factor.
    ///
    /// Turns the comparison with a published factor round: it says what the old servers must have had. Holds
    /// where the old platform has no back end.
    pub fn old_rate_for(&self, factor: f64) -> Bandwidth {
        self.old_front_end_rate * (self.per_site / factor)
    }
}

/// Network capacity of a site of one era over that of another, taken apart.
///
/// $$ \frac{C_1}{C_0} = \underbrace{\frac{P_1}{P_0}}_{\text{site power}} \cdot
///    \underbrace{\frac{f_1}{f_0}}_{\text{share filled}} \cdot
///    \underbrace{\frac{F_1/W_1}{F_0/W_0}}_{\text{front end per watt}} \cdot
///    \underbrace{\frac{1 + B_1/F_1}{1 + B_0/F_0}}_{\text{back end}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P$ | `power` of the block | W |
/// | $f$ | share of it that the platforms fill before power, racks or room air run out | 1 |
/// | $F, B$ | front-end and back-end ports of all platforms | B/s |
/// | $W$ | IT power of the platforms | W |
///
/// Platforms are provisioned at nameplate; network power is left out on both sides. Ports count what servers
/// can inject; `core` divides it by the oversubscription of each network. No number is fitted to any published
/// factor; which view a publication means has to be said beside the comparison, and [`bases`] shows what each would
/// give. A site of equal power with platforms that draw fifty times more has fifty times fewer of them, so the factor
/// of a server is always far above that of a site.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling};
/// # use quarterdeck_facility::{growth::{growth_factor, CoreShare, Era}, site::Block};
/// # use quarterdeck_units::Watts;
/// let catalog = Catalog::builtin();
/// let hall = |density| Block::example(Cooling::Air, Climate::Temperate, Watts::kilowatts(density), &catalog).unwrap();
/// let (old, new) = (hall(8.0), hall(45.0));
/// let era = |platform: &str, block| Era {
///     platform: &catalog.platforms[platform],
///     block,
///     power: Watts::megawatts(100.0),
///     oversubscription: CoreShare::usual(&catalog),
/// };
/// let growth = growth_factor(era("cpu-1s-2020", &old), era("h100-hgx-8", &new)).unwrap();
/// let product: f64 = growth.terms.iter().map(|term| term.factor).product();
/// assert!((product / growth.per_site - 1.0).abs() < 1e-9);
/// assert!(growth.per_server > growth.per_rack && growth.per_rack > growth.per_kilowatt);
/// ```
///
/// # Errors
/// When one of the platforms can not stand in its halls.
pub fn growth_factor(old: Era<'_>, new: Era<'_>) -> Result<GrowthFactor, Misfit> {
    let mut provenance = Provenance::analytical();
    let before = fill(&old, &mut provenance)?;
    let after = fill(&new, &mut provenance)?;
    provenance.origin = provenance.origin.weakest(Origin::Analytical);
    let filled_share = |era: &Era<'_>, capacity: &EraCapacity| capacity.filled / era.power;
    let front_per_watt =
        |capacity: &EraCapacity| capacity.front_end.as_bytes_per_second() / capacity.filled.as_watts();
    let back_end = |capacity: &EraCapacity| capacity.total() / capacity.front_end;
    let terms = vec![
        GrowthTerm { name: "power of the site", factor: new.power / old.power },
        GrowthTerm {
            name: "share of the power that can be filled",
            factor: filled_share(&new, &after) / filled_share(&old, &before),
        },
        GrowthTerm {
            name: "front-end rate of a kilowatt of servers",
            factor: front_per_watt(&after) / front_per_watt(&before),
        },
        GrowthTerm {
            name: "a second network between accelerators",
            factor: back_end(&after) / back_end(&before),
        },
    ];
    let per = |of: fn(&EraCapacity) -> f64| (after.total() / before.total()) / (of(&after) / of(&before));
    Ok(GrowthFactor {
        per_site: after.total() / before.total(),
        per_server: per(|capacity| capacity.servers),
        per_rack: per(|capacity| capacity.racks),
        per_kilowatt: per(|capacity| capacity.filled.as_kilowatts()),
        core: after.core / before.core,
        core_per_rack: (after.core / before.core) / (after.racks / before.racks),
        terms,
        provenance,
        old_front_end_rate: old.platform.scale_out.front_end_rate.value,
        old: before,
        new: after,
    })
}

fn fill(era: &Era<'_>, provenance: &mut Provenance) -> Result<EraCapacity, Misfit> {
    let needs = footprint(era.platform, era.block, Provision::Nameplate, None)?;
    let room = headroom(era.block, era.power, &[]).room_for(&needs);
    let capacity = network_capacity([(era.platform, room.platforms)]);
    provenance.absorb(&needs.provenance);
    provenance.absorb(&capacity.provenance);
    let core = capacity.front_end / era.oversubscription.front_end
        + capacity.back_end / era.oversubscription.back_end;
    Ok(EraCapacity {
        platforms: room.platforms,
        servers: room.platforms * f64::from(era.platform.servers),
        racks: room.platforms * needs.racks,
        filled: needs.it_power() * room.platforms,
        binds: room.binds,
        rack_power: needs.rack_power,
        front_end: capacity.front_end,
        back_end: capacity.back_end,
        core,
    })
}
