//! The fastest layout of a training job on a number of devices.

use quarterdeck_units::Bytes;

use super::step::{Costs, Pricer, Step};
use crate::fit::{MemoryUse, Reason};
use crate::parallelism::{Layout, Parallelism, Recompute, Sharding, divisors, powers_of_two};

/// A layout with its price.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Best {
    /// The layout.
    pub layout: Layout,
    /// Its price.
    pub step: Step,
}

/// Sequences shorter than this on a device are not split further: attention blocks become too small.
const CONTEXT_GRAIN: f64 = 4096.0;
/// Most stages tried; deeper pipelines lose to other ways before they are needed.
const MOST_STAGES: u32 = 64;
/// Micro-batches tried, in sequences.
const MICROBATCHES: [u32; 3] = [1, 2, 4];
const RECOMPUTES: [Recompute; 3] = [Recompute::None, Recompute::Selective, Recompute::Full];

/// The layout with the shortest step on `devices` devices, of those that fit.
///
/// Tries tensor ways inside the scale-up domain, context ways for long sequences, expert ways, stages that
/// divide the layers or leave a ragged last one, chunks, micro-batches, recomputation and sharding. Devices that
/// a layout cannot use idle. Returns the memory that is short where nothing fits.
pub fn search(pricer: &Pricer, devices: f64) -> Result<Best, Reason> {
    let mut search = Search { pricer, devices, best: None, closest: None, any: false };
    search.run();
    search.answer()
}

/// The smallest number of platforms on which some layout fits.
///
/// Starts from the group whose memory could hold the states and grows it by doubling, then tries three quarters of
/// the last step.
pub fn smallest_group(pricer: &Pricer) -> Result<f64, Reason> {
    let machine = pricer.machine();
    let fits = |platforms: f64| {
        let mut search =
            Search { pricer, devices: platforms * machine.devices, best: None, closest: None, any: true };
        search.run();
        search.answer().map(|_| ())
    };
    let mut platforms = pricer.least_platforms();
    let mut failed = 0.0;
    loop {
        match fits(platforms) {
            Ok(()) => break,
            Err(reason) if platforms >= MOST_PLATFORMS => return Err(reason),
            Err(_) => {
                failed = platforms;
                platforms *= 2.0;
            }
        }
    }
    // Between the last failure and the first success lie sizes that frameworks use too: three quarters.
    let between = platforms * 0.75;
    if failed > 0.0 && between.fract() == 0.0 && between > failed && fits(between).is_ok() {
        platforms = between;
    }
    Ok(platforms)
}

/// Groups beyond this are not tried when looking for the smallest.
const MOST_PLATFORMS: f64 = 4096.0;

struct Search<'s, 'a> {
    pricer: &'s Pricer<'a>,
    devices: f64,
    best: Option<Best>,
    /// Layout that was shortest of memory by least.
    closest: Option<MemoryUse>,
    /// Whether any layout that fits will do.
    any: bool,
}

impl Search<'_, '_> {
    fn answer(self) -> Result<Best, Reason> {
        self.best.ok_or_else(|| {
            let memory = self.closest.unwrap_or_default();
            Reason::Memory {
                of: "weights, states and activations",
                needed: memory.used() - memory.reserve,
                available: (memory.capacity - memory.reserve).max(Bytes::ZERO),
            }
        })
    }

    fn run(&mut self) {
        let job = self.pricer.job();
        let machine = self.pricer.machine();
        let shape = &job.shape;
        let tensor_limit = machine.network.scale_up.size.min(shape.heads).min(self.devices).min(16.0);
        let context_limit = (job.sequence / CONTEXT_GRAIN).clamp(1.0, 16.0);
        let expert_limit = shape.moe.map_or(1.0, |moe| f64::from(moe.experts).min(64.0));
        for tensor in powers_of_two(tensor_limit) {
            for context in powers_of_two(context_limit) {
                for expert in powers_of_two(expert_limit) {
                    for microbatch in MICROBATCHES {
                        if f64::from(microbatch) <= job.global_batch {
                            self.over_stages(tensor, context, expert, microbatch);
                        }
                        if self.any && self.best.is_some() {
                            return;
                        }
                    }
                }
            }
        }
    }

    fn over_stages(&mut self, tensor: u32, context: u32, expert: u32, microbatch: u32) {
        let job = self.pricer.job();
        let base = Layout {
            parallelism: Parallelism { tensor, pipeline: 1, data: 1, expert, context },
            microbatch,
            sequence_parallel: tensor > 1,
            ..Layout::PLAIN
        };
        let model_ways = f64::from(tensor) * f64::from(context);
        if model_ways > self.devices {
            return;
        }
        // Layers are priced once some layout of them fits.
        let mut costs: Option<Costs> = None;
        let layers = job.shape.layers as u32;
        let ragged = divisors(layers + 2, MOST_STAGES);
        let mut stages: Vec<u32> = divisors(layers, MOST_STAGES).chain(ragged).collect();
        stages.sort_unstable();
        stages.dedup();
        for pipeline in stages {
            let copies = (self.devices / (model_ways * f64::from(pipeline))).floor();
            let data = copies.min((job.global_batch / f64::from(microbatch)).floor());
            // Experts lie on the ranks of one stage.
            if data < 1.0 || f64::from(expert) > data * model_ways {
                continue;
            }
            let parallelism = Parallelism { pipeline, data: data as u32, ..base.parallelism };
            let leanest = Layout {
                parallelism,
                recompute: Recompute::Full,
                sharding: if pipeline == 1 && data > 1.0 { Sharding::Full } else { Sharding::Optimizer },
                ..base
            };
            if !self.fits(&leanest) {
                continue;
            }
            let costs = costs.get_or_insert_with(|| self.pricer.costs(&base));
            if self.best.is_some_and(|best| {
                self.pricer.least_time(&base, costs, self.devices) >= best.step.breakdown.total()
            }) {
                return;
            }
            let costs = *costs;
            for interleave in chunks(layers, pipeline) {
                let layout = Layout { parallelism, interleave, ..base };
                let microbatches = self.pricer.microbatches(&layout);
                // Chunks are dealt in rounds of as many micro-batches as there are stages.
                if interleave > 1 && microbatches % f64::from(pipeline) != 0.0 {
                    continue;
                }
                for recompute in RECOMPUTES {
                    for sharding in [Sharding::Optimizer, Sharding::Full] {
                        if sharding == Sharding::Full && (pipeline > 1 || data <= 1.0) {
                            continue;
                        }
                        self.consider(Layout { recompute, sharding, ..layout }, &costs);
                    }
                }
            }
        }
    }

    /// Whether a layout fits; remembers the one that was short by least.
    fn fits(&mut self, layout: &Layout) -> bool {
        let memory = self.pricer.memory_of(layout);
        let fits = memory.fits();
        if !fits && self.closest.is_none_or(|closest| memory.used() < closest.used()) {
            self.closest = Some(memory);
        }
        fits
    }

    fn consider(&mut self, layout: Layout, costs: &Costs) {
        if !self.fits(&layout) {
            return;
        }
        let step = self.pricer.price_with(&layout, costs);
        if self.best.is_none_or(|best| step.breakdown.total() < best.step.breakdown.total()) {
            self.best = Some(Best { layout, step });
        }
    }
}

/// Chunks a stage may be cut into: one, and divisors of its layers.
fn chunks(layers: u32, pipeline: u32) -> impl Iterator<Item = u32> {
    let per_stage =
        if layers.is_multiple_of(pipeline) { layers / pipeline } else { (layers + 2).div_ceil(pipeline) };
    let most = if pipeline > 1 { 10 } else { 1 };
    divisors(per_stage.max(1), most)
}
