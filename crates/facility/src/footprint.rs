//! What one platform needs in a block of halls: power, racks, room air, its share of the network; or why not.

use std::fmt;

use quarterdeck_catalog::{Cooling, MissingFact, Platform, Provenance};
use quarterdeck_units::{Kilograms, KilogramsPerSquareMetre, Usd, Watts};

use crate::network::PlatformNetwork;
use crate::site::Block;

/// How much power to reserve for a platform.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Provision {
    /// The largest sustained draw that the maker states. Safe for any load; training in step comes near it.
    #[default]
    Nameplate,
    /// The highest draw that somebody measured under load, where the catalogue has one, else the nameplate. Fits
    /// more machines, and relies on the same kind of load: DLRM inference draws 51 to 59 % of nameplate.
    HighestMeasured,
}

impl Provision {
    /// Power to reserve for a platform.
    ///
    /// ```
    /// # use quarterdeck_catalog::Catalog;
    /// # use quarterdeck_facility::Provision;
    /// # use quarterdeck_units::Watts;
    /// let catalog = Catalog::builtin();
    /// let hgx = catalog.platform("h100-hgx-8").unwrap();
    /// assert_eq!(Provision::Nameplate.power(hgx).0, Watts::kilowatts(10.2));
    /// assert!(Provision::HighestMeasured.power(hgx).0 < Watts::kilowatts(10.2));
    /// ```
    pub fn power(self, platform: &Platform) -> (Watts, Provenance) {
        let mut provenance = Provenance::none();
        let rated = &platform.power.rated;
        let highest = platform.power.measured.iter().map(|row| &row.power);
        let highest = highest.max_by(|a, b| a.value.total_cmp(&b.value));
        match (self, highest) {
            (Provision::HighestMeasured, Some(measured)) if measured.value < rated.value => {
                provenance.absorb_fact(measured);
                (measured.value, provenance)
            }
            _ => {
                provenance.absorb_fact(rated);
                (rated.value, provenance)
            }
        }
    }
}

/// What stops a rack from holding more platforms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RackLimit {
    /// The rack is full as its maker or a reference design lays it out.
    Layout,
    /// The hall allows no more power in one rack.
    Density,
}

/// What one platform needs in a block of halls.
#[derive(Clone, PartialEq, Debug)]
pub struct Footprint {
    /// Platform id.
    pub platform: String,
    /// Block id.
    pub block: String,
    /// Power reserved for the platform itself.
    pub provisioned: Watts,
    /// Power of its share of switches and transceivers.
    pub network_power: Watts,
    /// Money of its share of switches, transceivers and cables.
    pub network_cost: Usd,
    /// Racks that it takes, a share of one or several.
    pub racks: f64,
    /// Power of a rack filled with such platforms.
    pub rack_power: Watts,
    /// What stops a rack from holding more of them.
    pub rack_limit: RackLimit,
    /// Heat that room air must carry away.
    pub air_heat: Watts,
    /// Weight of a rack filled with such platforms, where the catalogue knows it.
    pub rack_weight: Option<Kilograms>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl Footprint {
    /// IT power of the platform with its share of the network.
    pub fn it_power(&self) -> Watts {
        self.provisioned + self.network_power
    }
}

/// Why a platform can not stand in a block of halls.
#[derive(Clone, PartialEq, Debug)]
pub enum Misfit {
    /// The halls do not carry its heat away in the way it needs.
    Cooling {
        /// Platform id.
        platform: String,
        /// Block id.
        block: String,
        /// What it needs.
        needs: Cooling,
        /// What the halls have.
        has: Cooling,
    },
    /// Even one platform in a rack is more than the halls allow.
    RackDensity {
        /// Platform id.
        platform: String,
        /// Block id.
        block: String,
        /// Power of the lightest rack possible.
        needs: Watts,
        /// Most power of one rack.
        allowed: Watts,
    },
    /// A rack of it is heavier than the floor carries, however far it stands from others.
    FloorLoad {
        /// Platform id.
        platform: String,
        /// Block id.
        block: String,
        /// Load of the rack with all the floor that may carry it.
        needs: KilogramsPerSquareMetre,
        /// Load that the floor carries.
        allowed: KilogramsPerSquareMetre,
    },
    /// The catalogue lacks a fact that would tell.
    Unknown(MissingFact),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::Cooling { platform, block, needs, has } => write!(
                f,
                "`{platform}` needs {needs} cooling and `{block}` has {has}; a retrofit to {needs} would carry it"
            ),
            Misfit::FloorLoad { platform, block, needs, allowed } => write!(
                f,
                "a rack of `{platform}` loads the floor of `{block}` with {needs:.0}, and it carries {allowed:.0}; \
                 a slab would carry it"
            ),
            Misfit::Unknown(fact) => fact.fmt(f),
            Misfit::RackDensity { platform, block, needs, allowed } => {
                let (needs, allowed) = (needs.as_kilowatts(), allowed.as_kilowatts());
                write!(
                    f,
                    "one `{platform}` makes a rack of {needs:.1} kW and `{block}` allows {allowed:.1} kW; \
                     a hall of {needs:.1} kW a rack would carry it"
                )
            }
        }
    }
}

impl std::error::Error for Misfit {}

/// What one platform needs in a block of halls.
///
/// $$ n = \min\left(n_l,\ \left\lfloor \frac{\rho}{P} \right\rfloor\right),\quad R = \frac1n,\quad
///    H_a = P\,(1 - \lambda) + P_n $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P$ | `provision` of the platform | W |
/// | $n_l$ | platforms of a rack as laid out; below 1 for platforms of several racks | 1 |
/// | $\rho$ | most power of a rack in the block | W |
/// | $R$ | racks of one platform | 1 |
/// | $\lambda$ | share of its heat that goes to liquid, where the block has facility water | 1 |
/// | $P_n$ | its share of the network's power, always cooled by air | W |
///
/// A platform may stand in halls of a stronger cooling kind. An air-cooled one in halls on facility water
/// loads their air handlers with all of its heat; [`Block::air_capacity`] says how much they carry. Racks of
/// switches, storage and management are left out: about a sixth more in published layouts (38 racks for 127
/// H100 systems that fill 32).
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling};
/// # use quarterdeck_facility::{footprint, Provision, RackLimit, site::Block};
/// # use quarterdeck_units::Watts;
/// let catalog = Catalog::builtin();
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let old = Block::example(Cooling::Air, Climate::ColdDry, Watts::kilowatts(12.0), &catalog).unwrap();
/// let needs = footprint(hgx, &old, Provision::Nameplate, None).unwrap();
/// // A rack laid out for four carries one at 12 kW.
/// assert_eq!((needs.racks, needs.rack_limit), (1.0, RackLimit::Density));
/// let nvl72 = catalog.platform("gb200-nvl72").unwrap();
/// assert!(footprint(nvl72, &old, Provision::Nameplate, None).is_err());
/// ```
///
/// # Errors
/// When the platform can not stand there, with what would carry it.
pub fn footprint(
    platform: &Platform,
    block: &Block,
    provision: Provision,
    network: Option<&PlatformNetwork>,
) -> Result<Footprint, Misfit> {
    let cooling = &platform.cooling;
    if cooling.kind > block.cooling {
        return Err(Misfit::Cooling {
            platform: platform.id.clone(),
            block: block.id.clone(),
            needs: cooling.kind,
            has: block.cooling,
        });
    }
    let (power, mut provenance) = provision.power(platform);
    let layout = &platform.rack.platforms_per_rack;
    provenance.absorb_fact(layout);
    provenance.absorb_fact(&cooling.liquid_share);
    // A platform of several racks spreads over them; any other comes whole.
    let laid_out = if layout.value < 1.0 { layout.value } else { layout.value.floor() };
    let lightest = power * laid_out.min(1.0);
    // A thousandth of play: a rack of 12 kW carries a platform stated as 12.0 kW.
    let by_density = (block.rack_density_max / power * 1.001).floor();
    if lightest > block.rack_density_max * 1.001 {
        return Err(Misfit::RackDensity {
            platform: platform.id.clone(),
            block: block.id.clone(),
            needs: lightest,
            allowed: block.rack_density_max,
        });
    }
    let dense = laid_out >= 1.0 && by_density < laid_out;
    let per_rack = if dense { by_density } else { laid_out };
    let network_power = network.map_or(Watts::ZERO, PlatformNetwork::power_per_platform);
    let network_cost = network.map_or(Usd::ZERO, PlatformNetwork::cost_per_platform);
    if let Some(network) = network {
        provenance.absorb(&network.provenance);
    }
    let to_water = if block.cooling == Cooling::Liquid { cooling.liquid_share.value } else { 0.0 };
    Ok(Footprint {
        platform: platform.id.clone(),
        block: block.id.clone(),
        provisioned: power,
        network_power,
        network_cost,
        racks: 1.0 / per_rack,
        rack_power: power * per_rack,
        rack_limit: if dense { RackLimit::Density } else { RackLimit::Layout },
        air_heat: power * (1.0 - to_water) + network_power,
        rack_weight: platform.rack.weight.as_ref().map(|weight| weight.value * per_rack),
        provenance,
    })
}
