//! Plants through typical years: energy closes, heat leaves, comparison with published fleets.

use quarterdeck_catalog::{Catalog, Climate, Cooling};
use quarterdeck_facility::cooling::{
    ChoiceQuestion, CoolingDesign, ItLoad, Plant, YearOfOperation, choose, designs,
};
use quarterdeck_facility::power::{PowerChain, Redundancy};
use quarterdeck_facility::weather::{WeatherYear, typical_year};
use quarterdeck_facility::Prices;
use quarterdeck_units::{PriceYear, UsdPerJoule, Watts};

const IT: Watts = Watts::megawatts(20.0);

fn year(catalog: &Catalog, design: &str, climate: &str, chain: &str, liquid_share: f64) -> YearOfOperation {
    let chain = PowerChain::of(chain, Redundancy::NPlusOne, IT, catalog).expect("a chain");
    let design = CoolingDesign::of(design, catalog).expect("a design");
    let load = ItLoad { liquid_share, ..ItLoad::air(IT) };
    Plant::new(&design, load, &chain).year(&weather(catalog, climate))
}

fn weather(catalog: &Catalog, climate: &str) -> WeatherYear {
    typical_year(catalog.climate(climate).expect("a climate"))
}

#[test]
fn table_of_all_designs_and_classes() {
    let catalog = Catalog::builtin();
    for design in designs(&catalog).expect("designs") {
        for climate in Climate::ALL {
            let found = year(&catalog, &design.id, climate.as_str(), "double-conversion", 0.87);
            println!(
                "{:24} {:11} PUE {:.3} peak {:.3} WUE {:.2} free {} assisted {} mechanical {} over {} ({:.1} K) W/W {:.3}",
                design.id,
                climate.as_str(),
                found.pue,
                found.peak.pue,
                found.wue.as_per_kilowatt_hour(),
                found.hours.free,
                found.hours.assisted,
                found.hours.mechanical,
                found.over_hours,
                found.air_over_max.max(found.liquid_over_max),
                found.watts_per_compute_watt
            );
        }
    }
}
