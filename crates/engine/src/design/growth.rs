//! What grew from one site to another, beside a published factor.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::redesign::redesign;
use quarterdeck_report::design::Growth;
use quarterdeck_scenario::SiteDesign;
use quarterdeck_units::PriceYear;

use crate::train::{TrainFault, origin, sources};

/// What grew from one site to another: network capacity, density, heat, money and time.
///
/// # Errors
/// Everything that is wrong with the two sites.
pub fn growth(catalog: &Catalog, old: &SiteDesign, new: &SiteDesign) -> Result<Growth, Vec<TrainFault>> {
    let price = |site: &SiteDesign| {
        catalog.platform(&site.platform).ok()?.price.as_ref().map(|price| price.price_year)
    };
    let year = price(new).or_else(|| price(old)).unwrap_or(LAST_PRICE_YEAR);
    let redesign = redesign(old, new, PriceYear(year), catalog).map_err(|faults| {
        let help = "change the site's file; `quarterdeck explain design` lists its keys";
        faults.iter().map(|fault| TrainFault::new(fault.to_string(), help)).collect::<Vec<_>>()
    })?;
    let provenance = redesign.provenance.clone();
    Ok(Growth {
        price_year: year,
        origin: origin(provenance.origin),
        sources: sources(catalog, &provenance),
        redesign,
    })
}

/// Year of the dollars where neither platform has a price.
const LAST_PRICE_YEAR: i32 = 2024;
