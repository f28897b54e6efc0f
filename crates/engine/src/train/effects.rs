//! What a change would bring: one more rack, a faster network, other numbers, more memory; each searched and priced
//! again.

use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::collectives::Tier;
use quarterdeck_performance::llm_training::{Job, Pricer};
use quarterdeck_report::number;
use quarterdeck_report::train::{Effect, EffectOutcome};

use super::question::{Resolved, TrainQuestion};
use super::{project, strategies};

/// Formats that a change may go to, wide to narrow.
const FORMATS: [Precision; 3] = [Precision::Bf16, Precision::Fp8, Precision::Fp4];

/// The changes that are looked at, in order.
pub(super) fn effects(
    catalog: &Catalog,
    question: &TrainQuestion,
    resolved: &Resolved,
    machine: &Machine,
    job: &Job,
) -> Vec<Effect> {
    if !question.thorough {
        return Vec::new();
    }
    let free = TrainQuestion { strategy: None, ..question.clone() };
    let outcome =
        |question: &TrainQuestion, resolved: &Resolved, machine: &Machine, job: &Job, note: Option<&str>| {
            let pricer = Pricer::new(machine, job).map_err(|reason| reason.to_string())?;
            let found = strategies::fastest(&pricer, question).map_err(|reason| reason.to_string())?;
            let priced = strategies::price(&pricer, &[found], question.devices, &catalog.intervals.training);
            let best = &priced[0];
            let project = project::project(catalog, question, resolved, machine, best);
            Ok(EffectOutcome {
                layout: best.layout,
                step_time: best.step_time(),
                elapsed: project.elapsed,
                energy: project.energy.site,
                cost: project.cost.total(),
                note: note.map(str::to_owned),
            })
        };
    let mut effects = Vec::new();

    let rack = (machine.platform.rack.platforms_per_rack.value.max(1.0).round()) * machine.devices;
    let wider = TrainQuestion { devices: question.devices + rack, ..free.clone() };
    effects.push(Effect {
        id: "more-rack".to_owned(),
        change: format!("one more rack ({} devices)", number::count(rack)),
        outcome: outcome(&wider, resolved, machine, job, None),
    });
    let wider = TrainQuestion { devices: question.devices * 2.0, ..free.clone() };
    effects.push(Effect {
        id: "twice-devices".to_owned(),
        change: "twice the devices, same batch".to_owned(),
        outcome: outcome(&wider, resolved, machine, job, None),
    });
    let mut faster = machine.clone();
    faster.network.scale_out = twice(&machine.network.scale_out);
    effects.push(Effect {
        id: "twice-network".to_owned(),
        change: "twice the network between platforms".to_owned(),
        outcome: outcome(&free, resolved, &faster, job, Some("without the price of the network")),
    });
    let mut larger = machine.clone();
    larger.memory = machine.memory * 1.5;
    effects.push(Effect {
        id: "more-memory".to_owned(),
        change: "half as much memory again".to_owned(),
        outcome: outcome(&free, resolved, &larger, job, Some("without the price of the memory")),
    });
    for precision in FORMATS {
        if precision == job.precision || !machine.device.peak.contains_key(&precision) {
            continue;
        }
        let other = Resolved { precision, ..resolved.clone() };
        let job = Job { precision, ..job.clone() };
        effects.push(Effect {
            id: format!("precision-{precision}"),
            change: format!("matrices in {precision}"),
            outcome: outcome(&free, &other, machine, &job, None),
        });
    }
    effects
}

fn twice(tier: &Tier) -> Tier {
    Tier {
        all_reduce: tier.all_reduce * 2.0,
        all_gather: tier.all_gather * 2.0,
        all_to_all: tier.all_to_all * 2.0,
        ..*tier
    }
}
