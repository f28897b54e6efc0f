//! A number of platforms at a place: what they need in racks, halls, power, cooling, network, money and weeks.

mod cost;
mod growth;
mod halls;
mod networks;
mod options;
mod planned;
mod power;
mod question;
mod schedule;
mod words;
mod year;

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_report::design::{Answer, Design, Fleet, Hour, Site};

pub use growth::growth;
pub use planned::plan_designs;
pub use question::{DesignPlace, DesignQuestion, DesignSize, FabricChoice, place_of_climate, place_of_site};

use crate::train::TrainFault;

/// The year of a site hour by hour: weather, power, water. `answer` is that of [`design`] to the same question; a
/// platform that can not stand there has no hours.
///
/// # Errors
/// A plant or chain that the catalogue lacks.
pub fn design_hours(
    catalog: &Catalog,
    question: &DesignQuestion,
    answer: &Design,
) -> Result<Vec<Hour>, Vec<TrainFault>> {
    let Some(site) = answer.site() else { return Ok(Vec::new()) };
    power::hours(catalog, question, &site.power)
        .map_err(|error| vec![TrainFault::new(error.to_string(), "name another plant with `--cooling`")])
}

/// The answer to a question about a site.
///
/// # Errors
/// Everything that is wrong with the question, each with one next step. A platform that can not stand there is an
/// answer.
pub fn design(catalog: &Catalog, question: &DesignQuestion) -> Result<Design, Vec<TrainFault>> {
    question.check(catalog)?;
    let mut provenance = Provenance::analytical();
    let options = options::compare(catalog, question)?;
    let answer = match options.chosen() {
        None => Answer::DoesNotFit(options.misfit(question)),
        Some(chosen) => {
            provenance.absorb(&chosen.provenance);
            let networks = networks::networks(catalog, question, chosen, &mut provenance);
            let halls = halls::halls(catalog, chosen);
            let power = power::power(catalog, question, chosen);
            let cost = cost::cost(catalog, question, chosen, &mut provenance);
            let schedule = schedule::schedule(catalog, question, &cost, &mut provenance);
            let year = year::year(catalog, question, chosen, &mut provenance);
            let binds = words::binds(question, &options, chosen, &halls, &networks, &schedule);
            let platforms = chosen.platforms as f64;
            Answer::Stands(Box::new(Site {
                fleet: Fleet {
                    platforms,
                    devices: platforms * f64::from(question.platform.devices),
                    servers: platforms * f64::from(question.platform.servers),
                },
                options: options.told(),
                halls,
                power,
                networks,
                cost,
                schedule,
                year,
                binds,
            }))
        }
    };
    Ok(Design {
        question: question.told(),
        answer,
        origin: crate::train::origin(provenance.origin),
        sources: crate::train::sources(catalog, &provenance),
        assumptions: words::assumptions(catalog, question),
    })
}
