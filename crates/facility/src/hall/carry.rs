//! What a hall carries of every platform of the catalogue, as it is and after a conversion.

use quarterdeck_catalog::{Catalog, Cooling, Platform};
use quarterdeck_units::Watts;

use super::fill::{HallFill, fill};
use super::room::HallRoom;
use crate::footprint::Misfit;

/// How a hall carries a platform.
#[derive(Clone, PartialEq, Debug)]
pub enum CarriedAs {
    /// As it stands.
    Now(HallFill),
    /// After a conversion to a kind of cooling with that much power in a rack.
    After {
        /// What it is converted to.
        cooling: Cooling,
        /// Most power of one rack then.
        rack_density_max: Watts,
        /// What it carries then.
        fill: HallFill,
    },
    /// Not even then; with the reason.
    Never(Misfit),
}

/// A platform in a hall.
#[derive(Clone, PartialEq, Debug)]
pub struct Carried {
    /// Platform id.
    pub platform: String,
    /// How the hall carries it, if it does.
    pub how: CarriedAs,
    /// Why not as the hall stands, where it does not.
    pub why_not: Option<Misfit>,
}

/// What a hall carries of every platform of the catalogue: as it is, else after the least conversion that carries it.
///
/// A conversion keeps power, floor and places, changes the cooling, and allows the rack power that the new kind
/// carries. Networks are left out, so that platforms compare by themselves; they take a twentieth to a tenth more.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling};
/// # use quarterdeck_facility::{hall::{carry, CarriedAs, HallRoom}, site::Block};
/// # use quarterdeck_units::Watts;
/// let catalog = Catalog::builtin();
/// let block = Block::example(Cooling::Air, Climate::ColdDry, Watts::kilowatts(12.0), &catalog).unwrap();
/// let hall = HallRoom::of(&block, Watts::megawatts(8.0)).with_positions(700.0);
/// let all = carry(&hall, &catalog);
/// let of = |id: &str| &all.iter().find(|carried| carried.platform == id).unwrap().how;
/// assert!(matches!(of("h100-hgx-8"), CarriedAs::Now(fill) if fill.rack.platforms == 1.0));
/// assert!(matches!(of("gb200-nvl72"), CarriedAs::After { cooling: Cooling::Liquid, .. }));
/// ```
pub fn carry(hall: &HallRoom, catalog: &Catalog) -> Vec<Carried> {
    catalog.platforms.values().map(|platform| carried(platform, hall, catalog)).collect()
}

fn carried(platform: &Platform, hall: &HallRoom, catalog: &Catalog) -> Carried {
    let id = platform.id.clone();
    let why_not = match fill(platform, hall, None, catalog) {
        Ok(fill) => return Carried { platform: id, how: CarriedAs::Now(fill), why_not: None },
        Err(misfit) => misfit,
    };
    let mut last = why_not.clone();
    for cooling in Cooling::ALL.iter().copied().filter(|cooling| *cooling > hall.block.cooling) {
        let converted = match converted(hall, cooling, catalog) {
            Ok(converted) => converted,
            Err(fact) => {
                last = Misfit::Unknown(fact);
                continue;
            }
        };
        match fill(platform, &converted, None, catalog) {
            Ok(fill) => {
                let rack_density_max = converted.block.rack_density_max;
                let how = CarriedAs::After { cooling, rack_density_max, fill };
                return Carried { platform: id, how, why_not: Some(why_not) };
            }
            Err(misfit) => last = misfit,
        }
    }
    Carried { platform: id, how: CarriedAs::Never(last), why_not: Some(why_not) }
}

/// The same hall with another kind of cooling and the rack power that it carries.
pub(super) fn converted(
    hall: &HallRoom,
    cooling: Cooling,
    catalog: &Catalog,
) -> Result<HallRoom, quarterdeck_catalog::MissingFact> {
    let kind = catalog.facility.hall(cooling)?;
    let mut converted = hall.clone();
    converted.block.cooling = cooling;
    converted.block.liquid_share = kind.liquid_share.value;
    converted.block.rack_density_max = hall.block.rack_density_max.max(kind.rack_power_max.value);
    Ok(converted)
}
