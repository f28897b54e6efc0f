//! Power of the site: what machines are rated for and draw, what the plant adds hour by hour, and where it is lost.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_facility::cooling::{
    CoolingDesign, EnergyUse, HourOfOperation, Mode, Plant, YearOfOperation, load_of,
};
use quarterdeck_facility::power::{PowerChain, PowerDistribution, it_draw, oversubscribe};
use quarterdeck_facility::weather::calendar::{DAY, DAYS, MONTH_STARTS};
use quarterdeck_facility::{FacilityError, Prices};
use quarterdeck_report::design::{Hour, Month, Power, PowerPart};
use quarterdeck_report::number;
use quarterdeck_units::{Joules, Seconds, UsdPerJoule, Watts};

use super::options::Candidate;
use super::question::DesignQuestion;
use crate::train::TrainFault;

/// What machines and networks are rated for and draw.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub machines_rated: Watts,
    pub machines_drawn: Watts,
    pub network: Watts,
}

impl Load {
    pub(super) fn nameplate(&self) -> Watts {
        self.machines_rated + self.network
    }
    pub(super) fn drawn(&self) -> Watts {
        self.machines_drawn + self.network
    }
}

/// What machines and networks are rated for and draw. The network draws the same whatever machines do.
pub(super) fn load(
    catalog: &Catalog,
    question: &DesignQuestion,
    platforms: u64,
    network: Watts,
    provenance: &mut Provenance,
) -> Result<Load, FacilityError> {
    let one = it_draw(&question.platform, question.utilisation, true, catalog)?;
    provenance.absorb(&one.provenance);
    let count = platforms as f64;
    Ok(Load { machines_rated: one.nameplate * count, machines_drawn: one.total * count, network })
}

/// A plant in its year: at the mean draw, and at nameplate in its worst hour.
#[derive(Clone, Debug)]
pub(super) struct PlantYear {
    pub chain: PowerChain,
    pub mean: YearOfOperation,
    pub peak: HourOfOperation,
    pub peak_hour: usize,
}

/// A plant in its year.
pub(super) fn plant_year(
    catalog: &Catalog,
    question: &DesignQuestion,
    design: &CoolingDesign,
    load: &Load,
) -> Result<PlantYear, FacilityError> {
    let nameplate = load.nameplate();
    let chain = PowerChain::usual(question.redundancy, nameplate, catalog)?;
    let run = |draw: Watts| Plant::new(design, load_of(&question.platform, draw, nameplate, catalog), &chain);
    let full = run(nameplate);
    let peak_hour = full.year(&question.weather).peak.hour;
    let peak = full.hour(question.weather.air(peak_hour));
    Ok(PlantYear { mean: run(load.drawn()).year(&question.weather), peak, peak_hour, chain })
}

/// The hours of the year at the mean draw.
pub(super) fn hours(
    catalog: &Catalog,
    question: &DesignQuestion,
    power: &Power,
) -> Result<Vec<Hour>, FacilityError> {
    let design = CoolingDesign::of(&power.plant_id, catalog)?;
    let chain = PowerChain::usual(question.redundancy, power.nameplate, catalog)?;
    let plant =
        Plant::new(&design, load_of(&question.platform, power.drawn, power.nameplate, catalog), &chain);
    let told = |(at, hour): (usize, HourOfOperation)| {
        let (month, day, hour_of_day) = date(at);
        let air = question.weather.air(at);
        Hour {
            month: month as u32 + 1,
            day: day as u32,
            hour: hour_of_day as u32,
            dry_bulb: air.dry_bulb,
            wet_bulb: air.wet_bulb,
            cooled_by: match hour.mode {
                Mode::Free => "outside air or towers alone",
                Mode::Assisted => "wetted air or fans at their most",
                Mode::Mechanical => "chillers",
            }
            .to_owned(),
            it: hour.it,
            chillers: hour.compressors,
            facility: hour.facility(),
            water: hour.water,
        }
    };
    Ok(plant.hours(&question.weather).into_iter().enumerate().map(told).collect())
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
    let fault = |error: &dyn std::fmt::Display| {
        TrainFault::new(error.to_string(), "give `--electricity '62 USD/MWh'`")
    };
    let region = catalog.region(&question.place.region).map_err(|error| fault(&error))?;
    let prices = Prices::new(&catalog.money, question.price_year());
    prices.of(&region.electricity, provenance).map_err(|error| fault(&error))
}

/// Power as the report tells it.
pub(super) fn power(catalog: &Catalog, question: &DesignQuestion, chosen: &Candidate) -> Power {
    let load = &chosen.load;
    let PlantYear { mean, peak, peak_hour, chain } = &chosen.plant;
    let year = Seconds::hours(8760.0);
    let part = |id: &str, name: &str, mean: Watts, peak: Watts| PowerPart {
        id: id.to_owned(),
        name: name.to_owned(),
        mean,
        peak,
    };
    let of = |energy: Joules| Watts::watts(energy.as_joules() / year.as_seconds());
    // Every use is named, so that the parts sum to the meter.
    let EnergyUse { it, conversion, air_fans, pumps, heat_rejection, compressors, house } = mean.energy;
    let parts = vec![
        // What the plant sees of machines is what they draw with their network.
        part("machines", "machines", of(it) - load.network, peak.it - load.network),
        part("network", "networks", load.network, load.network),
        part("losses", "power supply losses", of(conversion), peak.conversion),
        part("fans", "fans of rooms", of(air_fans), peak.air_fans),
        part("pumps", "pumps", of(pumps), peak.pumps),
        part("coolers", "fans of coolers and towers", of(heat_rejection), peak.heat_rejection),
        part("chillers", "chillers", of(compressors), peak.compressors),
        part("house", "lights, offices, control", of(house), peak.house),
    ];
    let months = MONTHS.iter().zip(&mean.months).map(|(name, month)| Month {
        name: (*name).to_owned(),
        pue: month.pue(),
        wue: month.wue(),
    });
    Power {
        nameplate: load.nameplate(),
        drawn: load.drawn(),
        drawn_basis: drawn_basis(question),
        parts: parts.into_iter().filter(|part| part.mean.is_positive() || part.peak.is_positive()).collect(),
        peak_at: Some(hour_words(*peak_hour)),
        wue: mean.wue,
        chiller_share: Some(f64::from(mean.hours.mechanical) / 8760.0),
        over_hours: f64::from(mean.over_hours),
        months: months.collect(),
        chain: chain_words(chain, load),
        plant_id: chosen.design.clone(),
        plant: chosen.title.clone(),
        oversubscription: oversubscription(catalog, question, chosen),
        swing: swing(catalog, question, chosen),
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Month from 0, day from 1 and hour of the day, of an hour of the year.
fn date(hour: usize) -> (usize, usize, usize) {
    let month = MONTH_STARTS.iter().rposition(|start| *start <= hour).unwrap_or(0).min(11);
    let day = ((hour - MONTH_STARTS[month]) / DAY).min(DAYS[month] - 1) + 1;
    (month, day, hour % DAY)
}

/// `15 July at 16:00` of an hour of the year.
fn hour_words(hour: usize) -> String {
    let (month, day, hour) = date(hour);
    format!("{day} {} at {hour}:00", MONTHS[month])
}

pub(super) fn drawn_basis(question: &DesignQuestion) -> String {
    let most = if question.platform.power.measured.is_empty() {
        "their nameplate, as no draw was measured"
    } else {
        "the highest draw that was measured of them"
    };
    format!("machines draw {} of the way from idle to {most}", number::percent(question.utilisation))
}

/// Stages of the supply with how full each unit runs.
fn chain_words(chain: &PowerChain, load: &Load) -> String {
    let draw = chain.draw(load.drawn(), Watts::ZERO);
    let stages: Vec<String> = draw
        .stages
        .iter()
        .map(|stage| format!("{} at {} load", stage.title, number::percent(stage.load_share)))
        .collect();
    format!("{} supply: {}", chain.redundancy, stages.join(", "))
}

/// Distribution of a research fleet's draw that oversubscription is judged by.
const RESEARCH: &str = "acme-kalos-gpu";
/// Share of hours in which power may be capped.
const CAPPED_HOURS: f64 = 0.01;

/// How many more platforms work of a research fleet would let into the same power.
fn oversubscription(catalog: &Catalog, question: &DesignQuestion, chosen: &Candidate) -> Option<String> {
    let record = catalog.power.distribution(RESEARCH).ok()?;
    let power = &question.platform.power;
    let rated = power.rated.value;
    let one = PowerDistribution::of(record).scaled(power.idle.value, rated);
    let limit = rated * chosen.platforms as f64;
    let fits = oversubscribe(&one, limit, rated, 0.0, CAPPED_HOURS);
    let more = f64::from(fits) / chosen.platforms as f64 - 1.0;
    (more > 0.0).then(|| {
        format!(
            "Separate jobs that draw as those of a measured research fleet ({RESEARCH}) would let {} more platforms \
             share this power with {} of hours capped; training in step lets none.",
            number::percent(more),
            number::percent(CAPPED_HOURS)
        )
    })
}

/// How far work in step swings the draw.
fn swing(catalog: &Catalog, question: &DesignQuestion, chosen: &Candidate) -> Option<String> {
    let power = &question.platform.power;
    let step = (power.rated.value - power.idle.value) * chosen.platforms as f64;
    let store = catalog.power.storage.get(&question.platform.id);
    let smoothed = store.map_or_else(
        || "nothing of the catalogue's smooths it in the machines".to_owned(),
        |store| format!("stores of {:.0} in each device smooth its quick part", store.value),
    );
    step.is_positive().then(|| {
        format!(
            "Training in step swings the draw by up to {} within each step; {smoothed}.",
            number::power(step.as_watts())
        )
    })
}
