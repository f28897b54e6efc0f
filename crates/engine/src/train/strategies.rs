//! The best strategies of a run, and the price of those that are named.

use quarterdeck_performance::energy::{Activity, training_power};
use quarterdeck_performance::llm_training::{Best, Pricer, search};
use quarterdeck_performance::{MemoryUse, Reason};
use quarterdeck_report::train::{Searched, Strategy};
use quarterdeck_units::Watts;

use super::question::TrainQuestion;

/// What the search found.
pub(super) struct Found {
    /// The fastest, in order.
    pub best: Vec<Best>,
    /// Those that no other beats in both time and memory.
    pub trades: Vec<Best>,
    /// How large the search was.
    pub searched: Option<Searched>,
}

/// The strategy that was given, or the best of all.
pub(super) fn find(pricer: &Pricer, question: &TrainQuestion) -> Result<Found, Reason> {
    let best = match question.strategy {
        Some(layout) => {
            let step = pricer.price(&layout);
            if !step.memory.fits() {
                return Err(short(&step.memory));
            }
            Best { layout, step }
        }
        None => search(pricer, question.devices)?,
    };
    Ok(Found { best: vec![best], trades: Vec::new(), searched: None })
}

fn short(memory: &MemoryUse) -> Reason {
    Reason::Memory {
        of: "weights, states and activations",
        needed: memory.used() - memory.reserve,
        available: memory.capacity - memory.reserve,
    }
}

/// Priced layouts as the report tells them.
pub(super) fn price(pricer: &Pricer, found: &[Best], devices: f64) -> Vec<Strategy> {
    let machine = pricer.machine();
    found
        .iter()
        .map(|best| {
            let time = best.step.breakdown.total();
            let used = best.layout.parallelism.devices() / devices;
            let busy = training_power(machine, &Activity::of(&best.step.breakdown));
            let idle = machine.platform.power.idle.value;
            // Devices that the layout leaves out idle.
            let power = busy.map_or(Watts::ZERO, |busy| idle + (busy - idle) * used.min(1.0));
            Strategy {
                layout: best.layout,
                breakdown: best.step.breakdown,
                interval: None,
                memory: best.step.memory,
                microbatches: best.step.microbatches,
                mfu: mfu(pricer, time.as_seconds(), devices),
                power,
                step_energy: power * (devices / machine.devices) * time,
            }
        })
        .collect()
}

/// Model FLOPs utilisation of a step over all devices of a run.
pub(super) fn mfu(pricer: &Pricer, step_time: f64, devices: f64) -> f64 {
    let job = pricer.job();
    let work = super::words::flops_per_token(job) * job.sequence * job.global_batch;
    pricer
        .machine()
        .peak(job.precision)
        .map_or(0.0, |peak| work / (peak.as_per_second() * devices * step_time))
}
