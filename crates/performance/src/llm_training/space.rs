//! The space of layouts that a search goes through.
//!
//! ```text
//!  tensor × context × expert × stages × data × micro-batch × sequence parallelism × overlap   = a node
//!  node   × schedule and chunks × recomputation × sharding × shard group × offload            = a layout
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use quarterdeck_units::Seconds;

use super::step::Pricer;
use crate::parallelism::schedule::Pipeline;
use crate::parallelism::{
    Deal, Fixed, Layout, Offload, Parallelism, Recompute, Schedule, Sharding, StageSplit, TensorOverlap,
    divisors, powers_of_two,
};

/// How much of what is possible is considered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breadth {
    /// What large runs use, at powers of two: for planning, where many searches are made.
    Usual,
    /// Everything that divides.
    Whole,
}

/// Layouts to search, as far as they are possible for a job on a machine.
#[derive(Clone, PartialEq, Debug)]
pub struct Space {
    /// How much is considered where nothing is fixed.
    pub breadth: Breadth,
    /// What is fixed.
    pub fixed: Fixed,
}

impl Space {
    /// What large runs use.
    pub const USUAL: Space = Space { breadth: Breadth::Usual, fixed: Fixed::NOTHING };
    /// Everything that divides.
    pub const WHOLE: Space = Space { breadth: Breadth::Whole, fixed: Fixed::NOTHING };
}

/// Sequences shorter than this on a device are not split further in the usual space: attention blocks become small.
const CONTEXT_GRAIN: f64 = 4096.0;
/// The same in the whole space.
const LEAST_CONTEXT: f64 = 1024.0;
/// Most stages of the usual space; deeper pipelines lose to other ways before they are needed.
const MOST_STAGES: u32 = 64;
/// Most stages of the whole space.
const MOST_STAGES_WHOLE: u32 = 128;
/// Most chunks of a stage in the usual space.
const MOST_CHUNKS: u32 = 10;
/// Micro-batches of the usual space, in sequences.
const MICROBATCHES: [u32; 3] = [1, 2, 4];

/// The part of a layout that decides the cost of its layers, with stages and copies.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Node {
    pub parallelism: Parallelism,
    pub expert_tensor: u32,
    pub microbatch: u32,
    pub microbatches: u32,
    pub sequence_parallel: bool,
    pub tensor_overlap: TensorOverlap,
}

/// A schedule with its chunks, and the layers that they hold.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Timing {
    pub schedule: Schedule,
    pub chunks: u32,
    pub deal: Deal,
}

impl Timing {
    /// The pipeline of a node.
    pub fn pipeline(&self, node: &Node) -> Pipeline {
        Pipeline {
            schedule: self.schedule,
            stages: node.parallelism.pipeline,
            chunks: self.chunks,
            microbatches: node.microbatches,
            send: Seconds::ZERO,
        }
    }
}

/// A space with what is possible for one job and number of devices.
pub(super) struct Possible<'s, 'p, 'a> {
    space: &'s Space,
    pricer: &'p Pricer<'a>,
    devices: f64,
    /// Timings by number of stages: 1F1B, then interleaved, then others.
    timings: Vec<Vec<Timing>>,
    offloads: Vec<Offload>,
    /// Micro-batches that divide the sequences of a copy, by their number.
    microbatches: RefCell<BTreeMap<u32, Rc<[u32]>>>,
}

impl<'s, 'p, 'a> Possible<'s, 'p, 'a> {
    pub fn new(space: &'s Space, pricer: &'p Pricer<'a>, devices: f64) -> Possible<'s, 'p, 'a> {
        let whole = space.breadth == Breadth::Whole;
        let fixed = &space.fixed;
        let offloads = match fixed.offload {
            Some(only) => vec![only],
            None if whole && pricer.host_link().is_some() => [false, true]
                .into_iter()
                .flat_map(|optimizer| [false, true].map(|activations| Offload { optimizer, activations }))
                .collect(),
            None => vec![Offload::NONE],
        };
        let most = if whole { MOST_STAGES_WHOLE } else { MOST_STAGES };
        let layers = pricer.layer_count();
        let most = fixed.pipeline.unwrap_or(most).min(layers);
        let mut possible = Possible {
            space,
            pricer,
            devices,
            timings: Vec::new(),
            offloads,
            microbatches: RefCell::default(),
        };
        possible.timings = (0..=most).map(|stages| possible.timings_of(stages, layers)).collect();
        possible
    }

    fn whole(&self) -> bool {
        self.space.breadth == Breadth::Whole
    }

    /// How layers are dealt.
    pub fn split(&self) -> StageSplit {
        self.space.fixed.split.unwrap_or(StageSplit::Automatic)
    }

    /// All timings of a number of stages that some number of micro-batches allows.
    fn timings_of(&self, stages: u32, layers: u32) -> Vec<Timing> {
        let fixed = &self.space.fixed;
        let usual_stages = layers.is_multiple_of(stages.max(1)) || (layers + 2).is_multiple_of(stages.max(1));
        let named = fixed.pipeline.is_some_and(|only| only == stages);
        if stages == 0 || fixed.pipeline.is_some_and(|only| only != stages) {
            return Vec::new();
        }
        if !(self.whole() || usual_stages || named) {
            return Vec::new();
        }
        let mut timings = Vec::new();
        let mut add = |schedule, chunks| {
            let allowed = fixed.schedule.is_none_or(|only| only == schedule)
                && fixed.interleave.is_none_or(|only| only == chunks);
            if let Some(deal) = Deal::of(layers, stages, chunks, self.split()).filter(|_| allowed) {
                timings.push(Timing { schedule, chunks, deal });
            }
        };
        add(Schedule::OneFOneB, 1);
        if stages > 1 {
            let most = if self.whole() || fixed.interleave.is_some() { layers } else { MOST_CHUNKS };
            for chunks in 2..=most.min((layers + 2) / stages) {
                add(Schedule::OneFOneB, chunks);
            }
            if self.whole() || fixed.schedule.is_some() {
                add(Schedule::ZeroBubble, 1);
                if stages.is_multiple_of(2) {
                    add(Schedule::DualPipe, 1);
                }
            }
        }
        timings
    }

    /// Timings of a node: rounds of chunks must be full, and work from both ends even and long enough.
    pub fn timings(&self, node: &Node) -> impl Iterator<Item = &Timing> {
        let (stages, microbatches) = (node.parallelism.pipeline, node.microbatches);
        self.timings[stages as usize].iter().filter(move |timing| match timing.schedule {
            Schedule::OneFOneB => timing.chunks == 1 || microbatches.is_multiple_of(stages),
            Schedule::ZeroBubble => true,
            Schedule::DualPipe => microbatches.is_multiple_of(2) && microbatches >= 2 * stages,
        })
    }

    fn tensors(&self) -> Vec<u32> {
        let shape = &self.pricer.job().shape;
        let domain = self.pricer.machine().network.scale_up.size;
        let heads = shape.heads as u32;
        let kv_heads = (shape.kv_heads as u32).max(1);
        if let Some(only) = self.space.fixed.tensor {
            return vec![only];
        }
        let most = if self.whole() { 2.0 * domain } else { domain.min(16.0) }.min(self.devices).max(1.0);
        divisors(heads, most as u32)
            .filter(|tensor| kv_heads.is_multiple_of(*tensor) || tensor.is_multiple_of(kv_heads))
            .filter(|tensor| self.whole() || tensor.is_power_of_two())
            .collect()
    }

    fn contexts(&self) -> Vec<u32> {
        if let Some(only) = self.space.fixed.context {
            return vec![only];
        }
        let sequence = self.pricer.job().sequence;
        let (grain, most) = if self.whole() { (LEAST_CONTEXT, 64.0) } else { (CONTEXT_GRAIN, 16.0) };
        powers_of_two((sequence / grain).clamp(1.0, most)).collect()
    }

    fn experts(&self) -> Vec<u32> {
        let experts = self.pricer.job().shape.moe.map_or(1, |moe| moe.experts.max(1));
        if let Some(only) = self.space.fixed.expert {
            return vec![only];
        }
        let most = if self.whole() { experts } else { experts.min(64) };
        divisors(experts, most).filter(|ways| self.whole() || ways.is_power_of_two()).collect()
    }

    /// Copies of the model that `room` devices for each stage leave room for: as many as fit, and as many as divide
    /// the batch.
    fn copies(&self, room: f64, stage_ways: f64, spread: u32) -> [u32; 2] {
        let batch = self.pricer.job().global_batch;
        if let Some(only) = self.space.fixed.data {
            return [if f64::from(only) * stage_ways <= room { only } else { 0 }, 0];
        }
        let room = (room / stage_ways).floor().min(batch.floor());
        if room < 1.0 {
            return [0, 0];
        }
        // Experts lie on whole groups of the ranks of one stage.
        let ranks = (stage_ways as u32).max(1);
        let step = spread / gcd(spread, ranks);
        let most = room as u32 / step * step;
        if !self.whole() || most == 0 || batch.fract() != 0.0 {
            return [most, 0];
        }
        let mut even = most;
        while even > 0 && !(batch as u32).is_multiple_of(even) {
            even -= step;
        }
        [most, if even == most { 0 } else { even }]
    }

    /// Every node, until the visitor breaks.
    pub fn nodes(&self, visit: &mut dyn FnMut(&Node) -> ControlFlow<()>) -> ControlFlow<()> {
        let fixed = &self.space.fixed;
        let batch = self.pricer.job().global_batch;
        let named_expert_tensor = fixed.expert_tensor.unwrap_or(1);
        for tensor in self.tensors() {
            for context in self.contexts() {
                for expert in self.experts() {
                    let expert_tensor = if expert > 1 { named_expert_tensor } else { 1 };
                    for (pipeline, timings) in self.timings.iter().enumerate() {
                        if timings.is_empty() {
                            continue;
                        }
                        let pipeline = pipeline as u32;
                        let stage_ways = f64::from(tensor) * f64::from(context);
                        let room = self.devices / f64::from(pipeline);
                        if stage_ways > room {
                            break;
                        }
                        // Ranks of one stage; stages repeat them.
                        let copies = self.copies(room, stage_ways, expert * expert_tensor);
                        for data in copies.into_iter().filter(|data| *data > 0) {
                            let parallelism = Parallelism { tensor, pipeline, data, expert, context };
                            let each = (batch / f64::from(data)).ceil().max(1.0) as u32;
                            self.over_microbatches(parallelism, expert_tensor, each, visit)?;
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn dividing(&self, each: u32) -> Rc<[u32]> {
        let mut known = self.microbatches.borrow_mut();
        Rc::clone(known.entry(each).or_insert_with(|| divisors(each, each).collect()))
    }

    fn over_microbatches(
        &self,
        parallelism: Parallelism,
        expert_tensor: u32,
        each: u32,
        visit: &mut dyn FnMut(&Node) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let fixed = &self.space.fixed;
        let mut with = |microbatch: u32| -> ControlFlow<()> {
            let base = Node {
                parallelism,
                expert_tensor,
                microbatch,
                microbatches: each.div_ceil(microbatch),
                sequence_parallel: false,
                tensor_overlap: TensorOverlap::Exposed,
            };
            for sequence_parallel in [true, false] {
                for tensor_overlap in [TensorOverlap::Chunked, TensorOverlap::Exposed] {
                    let needs_tensor = sequence_parallel && parallelism.tensor <= 1;
                    // Only gathers and scatters run in chunks.
                    let canonical = sequence_parallel || tensor_overlap == TensorOverlap::Exposed;
                    let usual = parallelism.tensor <= 1
                        || (sequence_parallel && tensor_overlap == TensorOverlap::Chunked);
                    let named = fixed.sequence_parallel.is_some() || fixed.tensor_overlap.is_some();
                    if needs_tensor
                        || !canonical
                        || !(self.whole() || usual || named)
                        || (parallelism.tensor > 1
                            && (fixed.sequence_parallel.is_some_and(|only| only != sequence_parallel)
                                || fixed
                                    .tensor_overlap
                                    .is_some_and(|only| sequence_parallel && only != tensor_overlap)))
                    {
                        continue;
                    }
                    visit(&Node { sequence_parallel, tensor_overlap, ..base })?;
                }
            }
            ControlFlow::Continue(())
        };
        match fixed.microbatch {
            Some(only) => with(only),
            None if self.whole() => {
                let known = self.dividing(each);
                known.iter().copied().try_for_each(with)
            }
            None => MICROBATCHES
                .into_iter()
                .filter(|microbatch| f64::from(*microbatch) <= self.pricer.job().global_batch)
                .try_for_each(with),
        }
    }

    /// Shardings of a node with their shard groups.
    pub fn shardings(&self, node: &Node) -> impl Iterator<Item = (Sharding, Option<u32>)> {
        let fixed = self.space.fixed;
        let whole = self.whole();
        let replicas = node.parallelism.data * node.parallelism.context;
        let flat = node.parallelism.pipeline == 1;
        let plain: &[Sharding] = match (whole || fixed.sharding.is_some(), replicas > 1, flat) {
            (_, false, _) => &[Sharding::Optimizer],
            (true, ..) => &[Sharding::Optimizer, Sharding::Replicated, Sharding::Gradients, Sharding::Full],
            (false, _, true) => &[Sharding::Optimizer, Sharding::Full],
            (false, _, false) => &[Sharding::Optimizer],
        };
        let full = plain.contains(&Sharding::Full);
        let groups = (1..31)
            .map(|exponent| 1_u32 << exponent)
            .take_while(move |group| full && *group < replicas)
            .filter(move |group| (whole || fixed.shard_group.is_some()) && replicas.is_multiple_of(*group))
            .map(|group| (Sharding::Full, Some(group)));
        plain.iter().map(|sharding| (*sharding, None)).chain(groups).filter(move |(sharding, group)| {
            let own = fixed.sharding.is_none_or(|only| only == *sharding || replicas <= 1);
            own && (*sharding != Sharding::Full || fixed.shard_group.is_none_or(|only| Some(only) == *group))
        })
    }

    /// Shardings of a node of which one keeps least, most split first: over all ranks, unless a group is fixed. Where
    /// a stage has few layers, or few weights are trained, gathered weights outweigh what full sharding saves.
    pub fn leanest_shardings(&self, node: &Node) -> impl Iterator<Item = (Sharding, Option<u32>)> {
        let grouped = self.space.fixed.shard_group.is_some();
        let most = self.shardings(node).map(|(sharding, _)| sharding).max();
        let plain = move |(_, group): &(Sharding, Option<u32>)| grouped || group.is_none();
        let of = |first: bool| {
            self.shardings(node).filter(plain).filter(move |(sharding, _)| (Some(*sharding) == most) == first)
        };
        of(true).chain(of(false))
    }

    /// Ways of keeping states and activations on the host.
    pub fn offloads(&self) -> &[Offload] {
        &self.offloads
    }

    /// Recomputation of a node, by growing work; whole layers one more at a time.
    pub fn recomputes(&self, timing: &Timing) -> impl Iterator<Item = Recompute> {
        let only = self.space.fixed.recompute;
        let most = if self.whole() || only.is_some() { timing.deal.most() } else { 1 };
        [Recompute::None, Recompute::Selective]
            .into_iter()
            .chain((1..most).map(Recompute::Layers))
            .chain([Recompute::Full])
            .filter(move |recompute| only.is_none_or(|only| only == *recompute))
    }

    /// Layouts of a node.
    pub fn size(&self, node: &Node) -> u64 {
        let timed: u64 = if self.space.fixed.recompute.is_none() {
            self.timings(node)
                .map(|timing| if self.whole() { 2 + u64::from(timing.deal.most().max(1)) } else { 3 })
                .sum()
        } else {
            self.timings(node).map(|timing| self.recomputes(timing).count() as u64).sum()
        };
        timed * self.shardings(node).count() as u64 * self.offloads.len() as u64
    }

    /// A node as a layout, whose options are to be filled in.
    pub fn layout(&self, node: &Node) -> Layout {
        let fixed = &self.space.fixed;
        Layout {
            parallelism: node.parallelism,
            expert_tensor: node.expert_tensor,
            microbatch: node.microbatch,
            sequence_parallel: node.sequence_parallel,
            tensor_overlap: node.tensor_overlap,
            split: self.split(),
            attention: fixed.attention.unwrap_or(Layout::PLAIN.attention),
            gradients: fixed.gradients.unwrap_or(Layout::PLAIN.gradients),
            ..Layout::PLAIN
        }
    }
}

impl Space {
    /// Visits every layout of the space that is possible for a job on a number of devices.
    pub fn layouts(&self, pricer: &Pricer, devices: f64, visit: &mut dyn FnMut(&Layout)) {
        let possible = Possible::new(self, pricer, devices);
        let _ = possible.nodes(&mut |node| {
            let base = possible.layout(node);
            for timing in possible.timings(node) {
                let base = Layout { schedule: timing.schedule, interleave: timing.chunks, ..base };
                for recompute in possible.recomputes(timing) {
                    for (sharding, shard_group) in possible.shardings(node) {
                        for offload in possible.offloads() {
                            visit(&Layout { recompute, sharding, shard_group, offload: *offload, ..base });
                        }
                    }
                }
            }
            ControlFlow::Continue(())
        });
    }
}

fn gcd(mut left: u32, mut right: u32) -> u32 {
    while right > 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}
