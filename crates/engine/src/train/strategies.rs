//! The best strategies of a run, and the price of those that are named.

use quarterdeck_catalog::Bands;
use quarterdeck_performance::energy::{Activity, step_energy, training_power};
use quarterdeck_performance::llm_training::{Best, Breadth, Job, Pricer, Query, Space, explore};
use quarterdeck_performance::parallelism::Schedule as Order;
use quarterdeck_performance::parallelism::schedule::Work;
use quarterdeck_performance::{MemoryUse, Reason};
use quarterdeck_report::train::{Schedule, Searched, Slot, SlotKind, Strategy};
use quarterdeck_units::{Seconds, Watts};

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

/// The strategy that was given, or the best of all and those that trade time for memory.
pub(super) fn find(pricer: &Pricer, question: &TrainQuestion) -> Result<Found, Reason> {
    if let Some(layout) = question.strategy {
        let step = pricer.price(&layout);
        if !step.memory.fits() {
            return Err(short(&step.memory));
        }
        let used = layout.parallelism.devices() / question.devices;
        let energy = step_energy(pricer.machine(), question.devices, used, &step.breakdown);
        let best = vec![Best { layout, step, energy, pricer: 0 }];
        return Ok(Found { best, trades: Vec::new(), searched: None });
    }
    let devices = question.devices;
    let query = Query { top: question.top.max(1), ..Query::fastest(devices, question.space.clone()) };
    let found = explore(&[pricer], &query);
    if found.best.is_empty() {
        return Err(found.closest.map_or_else(|| nothing(question), |(_, memory)| short(&memory)));
    }
    // Nothing bounds a search for all trade-offs, so it keeps to what large runs use.
    let trades = if question.thorough {
        let space = Space { breadth: Breadth::Usual, ..question.space.clone() };
        explore(&[pricer], &Query { pareto: true, ..Query::fastest(devices, space) }).pareto
    } else {
        Vec::new()
    };
    let searched = Searched { space: found.counters.size as f64, pruned: found.counters.pruned_share() };
    Ok(Found { best: found.best, trades, searched: Some(searched) })
}

/// The fastest layout alone, of those usual in large runs: for changes and sizes, of which there are many.
pub(super) fn fastest(pricer: &Pricer, question: &TrainQuestion) -> Result<Best, Reason> {
    let space = Space { breadth: Breadth::Usual, ..question.space.clone() };
    let found = explore(&[pricer], &Query::fastest(question.devices, space));
    let closest = found.closest;
    found
        .best
        .into_iter()
        .next()
        .ok_or_else(|| closest.map_or_else(|| nothing(question), |(_, memory)| short(&memory)))
}

/// Most platforms that are tried when looking for the fewest.
const MOST_PLATFORMS: f64 = 16_384.0;

/// Fewest devices on which a run fits, of whole platforms by powers of two and three quarters of them.
pub(super) fn smallest(pricer: &Pricer, question: &TrainQuestion) -> Option<f64> {
    let mut size = 1.0;
    while size <= MOST_PLATFORMS {
        for platforms in [size, size * 1.5] {
            let devices = platforms * pricer.machine().devices;
            let asked = TrainQuestion { devices, ..question.clone() };
            if platforms.fract() == 0.0 && fastest(pricer, &asked).is_ok() {
                return Some(devices);
            }
        }
        size *= 2.0;
    }
    None
}

/// No layout of the space is possible at all.
fn nothing(question: &TrainQuestion) -> Reason {
    Reason::Missing {
        fact: format!("no layout of {} devices divides the model and the batch as asked", question.devices),
    }
}

/// Most pieces of work that are drawn.
const MOST_SLOTS: f64 = 6000.0;

/// What each stage does when under a layout, of as many micro-batches as can be drawn.
pub(super) fn schedule(pricer: &Pricer, best: &Best) -> Option<Schedule> {
    let layout = &best.layout;
    let ways = &layout.parallelism;
    if ways.pipeline <= 1 {
        return None;
    }
    let (stages, all) = (f64::from(ways.pipeline), best.step.microbatches);
    let per_microbatch = 3.0 * stages * f64::from(layout.interleave);
    // Rounds of as many micro-batches as there are stages; two show how one follows the other.
    let rounds = (MOST_SLOTS / per_microbatch / stages).floor().max(1.0);
    let drawn = all.min((rounds * stages).max(stages));
    if per_microbatch * drawn > 4.0 * MOST_SLOTS {
        return None;
    }
    let copies = f64::from(ways.data) * f64::from(layout.microbatch);
    let job = Job { global_batch: drawn * copies, ..pricer.job().clone() };
    let short = Pricer::new(pricer.machine(), &job).ok()?;
    let mut stages: Vec<Vec<Slot>> = vec![Vec::new(); ways.pipeline as usize];
    for slot in short.timeline(layout) {
        let own = stages.get_mut(slot.stage as usize)?;
        own.push(Slot {
            kind: match slot.work {
                Work::Forward => SlotKind::Forward,
                Work::Backward => SlotKind::Backward,
                Work::Weight => SlotKind::Weight,
            },
            microbatch: slot.microbatch,
            chunk: slot.chunk,
            from: slot.start,
            to: slot.end,
        });
    }
    let length = stages.iter().flatten().map(|slot| slot.to).fold(Seconds::ZERO, Seconds::max);
    let name = match (layout.schedule, layout.interleave) {
        (Order::OneFOneB, 1) => "one forward, one backward".to_owned(),
        (Order::OneFOneB, chunks) => format!("interleaved, {chunks} chunks a stage"),
        (Order::ZeroBubble, _) => "zero bubble".to_owned(),
        (Order::DualPipe, _) => "from both ends".to_owned(),
    };
    Some(Schedule {
        name,
        stages,
        length,
        microbatches: (drawn as usize, all as usize),
        bubble: best.step.breakdown.bubble / best.step.breakdown.total(),
    })
}

fn short(memory: &MemoryUse) -> Reason {
    Reason::Memory {
        of: "weights, states and activations",
        needed: memory.used() - memory.reserve,
        available: memory.capacity - memory.reserve,
    }
}

/// Priced layouts as the report tells them.
pub(super) fn price(pricer: &Pricer, found: &[Best], devices: f64, bands: &Bands) -> Vec<Strategy> {
    let (lower, upper) = pricer.band(bands);
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
                interval: Some((time * lower, time * upper)),
                memory: best.step.memory,
                microbatches: best.step.microbatches,
                mfu: mfu(pricer, time.as_seconds(), devices),
                power,
                step_energy: best.energy,
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
