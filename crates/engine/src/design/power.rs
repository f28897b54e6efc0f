//! Power of the site: what machines are rated for and draw, and what the building adds.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_facility::network::PlatformNetwork;
use quarterdeck_facility::site::Block;
use quarterdeck_facility::{Prices, Provision};
use quarterdeck_report::design::{Power, PowerPart};
use quarterdeck_units::{GramsPerJoule, LitresPerJoule, UsdPerJoule, Watts};

use super::options::Candidate;
use super::question::DesignQuestion;
use crate::train::TrainFault;

/// Power of a site by what draws it.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub machines_rated: Watts,
    pub machines_drawn: Watts,
    pub network: Watts,
    pub pue: f64,
    pub wue: LitresPerJoule,
}

impl Load {
    pub(super) fn nameplate(&self) -> Watts {
        self.machines_rated + self.network
    }
    pub(super) fn drawn(&self) -> Watts {
        self.machines_drawn + self.network
    }
    pub(super) fn facility_mean(&self) -> Watts {
        self.drawn() * self.pue
    }
    pub(super) fn facility_peak(&self) -> Watts {
        self.nameplate() * self.pue
    }
}

/// What machines are rated for and draw, with the overhead of halls.
pub(super) fn load(
    question: &DesignQuestion,
    block: &Block,
    platforms: u64,
    network: &PlatformNetwork,
    provenance: &mut Provenance,
) -> Load {
    let count = platforms as f64;
    let (drawn, known) = Provision::HighestMeasured.power(&question.platform);
    provenance.absorb(&known);
    Load {
        machines_rated: question.platform.power.rated.value * count,
        machines_drawn: drawn * count,
        network: network.power(),
        pue: block.pue,
        wue: block.wue,
    }
}

/// Price of electricity.
pub(super) fn electricity(
    catalog: &Catalog,
    question: &DesignQuestion,
    provenance: &mut Provenance,
) -> Result<UsdPerJoule, TrainFault> {
    if let Some(price) = question.place.electricity {
        return Ok(price);
    }
    let fault = |error: &dyn std::fmt::Display| TrainFault::new(error.to_string(), "give `--electricity '62 USD/MWh'`");
    let region = catalog.region(&question.place.region).map_err(|error| fault(&error))?;
    let prices = Prices::new(&catalog.money, question.price_year());
    prices.of(&region.electricity, provenance).map_err(|error| fault(&error))
}

/// Emissions of the grid.
pub(super) fn grid(catalog: &Catalog, question: &DesignQuestion, provenance: &mut Provenance) -> GramsPerJoule {
    question.place.grid_carbon.unwrap_or_else(|| {
        catalog.region(&question.place.region).map_or(GramsPerJoule::ZERO, |region| {
            provenance.absorb_fact(&region.carbon);
            region.carbon.value
        })
    })
}

/// Power as the report tells it.
pub(super) fn power(catalog: &Catalog, chosen: &Candidate, provenance: &mut Provenance) -> Power {
    let load = &chosen.load;
    let loss = &catalog.facility.power_chain.distribution_loss;
    provenance.absorb_fact(loss);
    let part = |id: &str, name: &str, mean: Watts, peak: Watts| PowerPart {
        id: id.to_owned(),
        name: name.to_owned(),
        mean,
        peak,
    };
    let overhead = |it: Watts| it * (load.pue - 1.0);
    let lost = |it: Watts| (it * load.pue * loss.value).min(overhead(it));
    let (mean, peak) = (load.drawn(), load.nameplate());
    Power {
        nameplate: peak,
        drawn: mean,
        drawn_basis: "machines draw the highest that was measured of them, or their nameplate".to_owned(),
        parts: vec![
            part("machines", "machines", load.machines_drawn, load.machines_rated),
            part("network", "networks", load.network, load.network),
            part("losses", "power supply losses", lost(mean), lost(peak)),
            part("cooling", "cooling", overhead(mean) - lost(mean), overhead(peak) - lost(peak)),
        ],
        peak_at: None,
        wue: load.wue,
        chiller_share: None,
        capped: None,
        months: Vec::new(),
        chain: "usual supply of a new hall".to_owned(),
        swing: None,
    }
}
