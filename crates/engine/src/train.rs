//! What a training run takes: the best strategies for a step, and days, energy, money and interruptions of the whole.

mod bill;
mod effects;
mod joined;
mod project;
mod question;
mod scaling;
mod strategies;
mod words;

use quarterdeck_catalog::{Cited as _, Origin, Provenance};
use quarterdeck_performance::llm_training::{Job, Pricer};
use quarterdeck_performance::{Machine, Reason};
use quarterdeck_report::train as report;
use quarterdeck_report::train::{Answer, Misfit, Shortage, Training};

pub use question::{Economics, Pay, TrainFault, TrainQuestion};
pub(crate) use words::{origin, sources};

/// The answer to a question about training.
///
/// # Errors
/// Everything that is wrong with the question, each with one next step. A run that does not fit is an answer.
pub fn train(
    catalog: &quarterdeck_catalog::Catalog,
    question: &TrainQuestion,
) -> Result<Training, Vec<TrainFault>> {
    let resolved = question.resolve(catalog)?;
    let machine = Machine::of(catalog, &question.platform).map_err(question::faults)?;
    machine.covers_only_ranking().map_err(question::faults)?;
    let machine = joined::joined(catalog, question, machine)?;
    let job = resolved.job(question, &machine);
    let pricer = Pricer::new(&machine, &job).map_err(question::faults)?;

    let answer = match strategies::find(&pricer, question) {
        Err(reason) => Answer::DoesNotFit(misfit(reason, &pricer, question)),
        Ok(found) => {
            let bands = &catalog.intervals.training;
            let strategies = strategies::price(&pricer, &found.best, question.devices, bands);
            let best = &strategies[0];
            let project = project::project(catalog, question, &resolved, &machine, best);
            let utilisation = words::utilisation(question, &resolved, &job, best);
            let effects = effects::effects(catalog, question, &resolved, &machine, &job);
            let scaling = scaling::scaling(catalog, question, &resolved, &machine, &job);
            let limits = words::limits(best, &machine, &job);
            let schedule = found.best.first().and_then(|best| strategies::schedule(&pricer, best));
            let bill = bill::bill(&machine, best, &project);
            Answer::Runs(Box::new(report::Run {
                limits,
                bill,
                trades: strategies::price(&pricer, &found.trades, question.devices, bands),
                searched: found.searched,
                utilisation,
                strategies,
                project,
                effects,
                scaling,
                schedule,
            }))
        }
    };
    let provenance = provenance(catalog, question, &machine, &job);
    Ok(Training {
        assumptions: words::assumptions(question, &resolved, &machine),
        origin: words::origin(provenance.origin),
        sources: words::sources(catalog, &provenance),
        question: resolved.told(question, &machine, &job),
        answer,
    })
}

/// Why a run does not fit, with the fewest devices on which it would.
fn misfit(reason: Reason, pricer: &Pricer, question: &TrainQuestion) -> Misfit {
    let memory = match &reason {
        Reason::Memory { needed, available, .. } => Some(Shortage { needed: *needed, available: *available }),
        _ => None,
    };
    let smallest_devices = match question.strategy {
        Some(_) => None,
        None => strategies::smallest(pricer, question),
    };
    Misfit { reason: reason.to_string(), memory, smallest_devices }
}

/// What the answer rests on: device, networks, calibration, model, failures, hall and prices.
fn provenance(
    catalog: &quarterdeck_catalog::Catalog,
    question: &TrainQuestion,
    machine: &Machine,
    job: &Job,
) -> Provenance {
    let mut known = machine.provenance(job.precision, "llm-training");
    known.absorb(&machine.network_provenance());
    known.absorb(&question.model.architecture.cite.provenance());
    let training = &machine.steps.training;
    known.absorb_fact(&training.memory_reserve);
    if let Ok(software) = training.current_software(machine.device.family) {
        known.absorb(&software.cite.provenance());
    }
    for share in [&training.power.memory, &training.power.network, &training.power.waiting] {
        known.absorb_fact(share);
    }
    if let Some(sustained) = training.sustained(machine.device) {
        known.absorb_fact(sustained);
    }
    if let Some(price) = &question.platform.price {
        known.absorb_fact(price);
    }
    for run in &question.model.training {
        known.absorb(&run.cite.provenance());
    }
    if let Ok(pue) = project::pue_fact(catalog, question) {
        known.absorb_fact(pue);
    }
    known.origin = known.origin.weakest(Origin::Analytical);
    known
}
