//! The best layouts of a training job on a number of devices, exactly, by best-first branch and bound.
//!
//! A *node* names what decides the cost of layers, the stages and the copies; its layouts differ in schedule,
//! recomputation, sharding and offload. No layout of a node is faster than the bound of [`Search::bound`], and
//! none with a given schedule and recomputation is faster than its pipeline alone. Nodes are taken by rising bound,
//! so that the search ends at the first whose bound is not below the worst of the layouts that are kept; whole
//! layers of recomputation are taken by rising number, so that a pipeline that is too long ends them. What is
//! skipped is therefore never better than what is kept, and the result is that of trying everything. The proof is
//! written out in the documentation of the model, and tests compare with brute force.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use quarterdeck_units::{Bytes, Joules, Seconds};

use super::footprint::Kept;
use super::layer::LayerCost;
use super::space::{Node, Possible, Space, Timing};
use super::stage::Plan;
use super::step::{Costs, Laid, Pricer, Step};
use crate::energy::step_energy;
use crate::fit::{MemoryUse, Reason};
use crate::parallelism::{Layout, Offload, Recompute};

/// A layout with its price.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Best {
    /// The layout.
    pub layout: Layout,
    /// Its price.
    pub step: Step,
    /// Energy of a step on all devices that were given, those that idle included.
    pub energy: Joules,
    /// Which of the pricers that were asked, as where several precisions compete.
    pub pricer: usize,
}

impl Best {
    /// Time of a step.
    pub fn time(&self) -> Seconds {
        self.step.breakdown.total()
    }
}

/// What is asked of a search.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    /// Devices that are given; those that a layout cannot use idle.
    pub devices: f64,
    /// Layouts to consider.
    pub space: Space,
    /// How many of the fastest layouts are wanted.
    pub top: usize,
    /// Whether the layouts are wanted that no other undercuts in time, memory and energy at once.
    pub pareto: bool,
    /// Most memory that a layout may use on a device, where less than all of it.
    pub memory: Option<Bytes>,
}

impl Query {
    /// The fastest layout of a space.
    pub fn fastest(devices: f64, space: Space) -> Query {
        Query { devices, space, top: 1, pareto: false, memory: None }
    }
}

/// How much a search did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Layouts of the space.
    pub size: u64,
    /// Layouts that were priced.
    pub priced: u64,
    /// Layouts whose memory was worked out, priced ones included.
    pub weighed: u64,
    /// Layer costs that were worked out.
    pub costs: u64,
}

impl Counters {
    /// Share of the space that was never priced, because it does not fit or cannot be better.
    pub fn pruned_share(&self) -> f64 {
        if self.size == 0 { 0.0 } else { 1.0 - self.priced as f64 / self.size as f64 }
    }
}

/// What a search found.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The fastest layouts, the fastest first; equal ones in the order of the space.
    pub best: Vec<Best>,
    /// Layouts that no other undercuts in time, memory and energy at once, the fastest first.
    pub pareto: Vec<Best>,
    /// How much was done.
    pub counters: Counters,
    /// The layout that was short of memory by least, where none fits.
    pub closest: Option<(Layout, MemoryUse)>,
}

/// The best layouts of a job. Several pricers compete, as of the same job in several precisions.
///
/// Exact: the same as pricing every layout of [`Space::layouts`] and keeping those that fit.
pub fn explore(pricers: &[&Pricer], query: &Query) -> Found {
    let mut search = Search::new(query);
    search.run(pricers, false);
    search.found()
}

/// The layout with the shortest step on `devices` devices, of those usual in large runs that fit.
///
/// Devices that a layout cannot use idle. Returns the memory that is short where nothing fits.
pub fn search(pricer: &Pricer, devices: f64) -> Result<Best, Reason> {
    let found = explore(&[pricer], &Query::fastest(devices, Space::USUAL));
    match found.best.first() {
        Some(best) => Ok(*best),
        None => Err(short_of(found.closest)),
    }
}

/// The smallest number of platforms on which some usual layout fits.
///
/// Starts from the group whose memory could hold the states and grows it by doubling, then tries three quarters of
/// the last step.
pub fn smallest_group(pricer: &Pricer) -> Result<f64, Reason> {
    let machine = pricer.machine();
    let fits = |platforms: f64| {
        let query = Query::fastest(platforms * machine.devices, Space::USUAL);
        let mut search = Search::new(&query);
        if search.run(&[pricer], true) { Ok(()) } else { Err(short_of(search.closest)) }
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

fn short_of(closest: Option<(Layout, MemoryUse)>) -> Reason {
    let memory = closest.map(|(_, memory)| memory).unwrap_or_default();
    Reason::Memory {
        of: "weights, states and activations",
        needed: memory.used() - memory.reserve,
        available: (memory.capacity - memory.reserve).max(Bytes::ZERO),
    }
}

/// A node that has yet to be searched.
struct Open {
    bound: Seconds,
    pricer: usize,
    costs: usize,
    node: Node,
}

struct Search<'q> {
    query: &'q Query,
    best: Vec<Best>,
    pareto: Vec<Best>,
    counters: Counters,
    closest: Option<(Layout, MemoryUse)>,
}

impl<'q> Search<'q> {
    fn new(query: &'q Query) -> Search<'q> {
        let (best, pareto) = (Vec::new(), Vec::new());
        Search { query, best, pareto, counters: Counters::default(), closest: None }
    }

    fn found(self) -> Found {
        let fits = !self.best.is_empty() || !self.pareto.is_empty();
        let closest = if fits { None } else { self.closest };
        Found { best: self.best, pareto: self.pareto, counters: self.counters, closest }
    }

    /// Searches all pricers; with `any` stops at the first layout that fits, unpriced. Says whether one fits.
    fn run(&mut self, pricers: &[&Pricer], any: bool) -> bool {
        let mut costs: Vec<Costs> = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let mut possibles = Vec::with_capacity(pricers.len());
        let mut any_fits = false;
        for (at, pricer) in pricers.iter().enumerate() {
            let possible = Possible::new(&self.query.space, pricer, self.query.devices);
            let mut known: BTreeMap<CostKey, usize> = BTreeMap::new();
            let mut kept: BTreeMap<CostKey, Kept> = BTreeMap::new();
            let mut last: Option<(CostKey, Kept)> = None;
            let _ = possible.nodes(&mut |node| {
                if any && node.microbatch > least_microbatch(&self.query.space) {
                    // Larger micro-batches only keep more.
                    return ControlFlow::Continue(());
                }
                self.counters.size += if any { 1 } else { possible.size(node) };
                let key = CostKey::of(node);
                let kept = match last {
                    Some((of, kept)) if of == key => kept,
                    _ => *kept.entry(key).or_insert_with(|| pricer.kept(&possible.layout(node))),
                };
                last = Some((key, kept));
                if !self.may_fit(pricer, &possible, node, &kept) {
                    return ControlFlow::Continue(());
                }
                any_fits = true;
                if any {
                    return ControlFlow::Break(());
                }
                let index = *known.entry(key).or_insert_with(|| {
                    costs.push(pricer.costs(&possible.layout(node), kept));
                    costs.len() - 1
                });
                let bound = self.bound(pricer, node, &costs[index]);
                open.push(Open { bound, pricer: at, costs: index, node: *node });
                ControlFlow::Continue(())
            });
            possibles.push(possible);
        }
        self.counters.costs = costs.len() as u64;
        open.sort_by(|left, right| left.bound.total_cmp(&right.bound));
        for node in &open {
            let (pricer, possible) = (pricers[node.pricer], &possibles[node.pricer]);
            if !self.query.pareto && node.bound >= self.worst_kept() {
                break;
            }
            self.within(pricer, possible, node, &costs[node.costs]);
        }
        any_fits
    }

    /// Time that a layout must undercut to be kept among the fastest.
    fn worst_kept(&self) -> Seconds {
        if self.best.len() < self.query.top {
            return Seconds::seconds(f64::INFINITY);
        }
        self.best.last().map_or(Seconds::ZERO, Best::time)
    }

    /// Whether the leanest layout of a node fits. That is one with everything computed again, or with selective
    /// recomputation where a whole layer made again weighs more than what it saves; with all states split that the
    /// node allows; and with all that can leave on the host.
    fn may_fit(&mut self, pricer: &Pricer, possible: &Possible, node: &Node, kept: &Kept) -> bool {
        // Of all schedules that a node has, the first keeps least: plain 1F1B, unless another is fixed.
        let Some(timing) = possible.timings(node).next() else { return false };
        let base = Layout {
            schedule: timing.schedule,
            interleave: timing.chunks,
            offload: possible.offloads().last().copied().unwrap_or_default(),
            ..possible.layout(node)
        };
        let pipeline = timing.pipeline(node);
        let loads = pricer.loads(&base, &timing.deal, &pipeline);
        let fixed = self.query.space.fixed.recompute;
        for recompute in [Recompute::Full, Recompute::Selective] {
            let recompute = fixed.unwrap_or(recompute);
            for (sharding, shard_group) in possible.leanest_shardings(node) {
                let layout = Layout { recompute, sharding, shard_group, ..base };
                let memory = pricer.memory(&layout, kept, &loads, &pipeline);
                // The limit of the host may not bind a layout that keeps less there.
                if self.fits(&MemoryUse { host: Bytes::ZERO, ..memory }) {
                    return true;
                }
                if self.closest.is_none_or(|(_, closest)| memory.used() < closest.used()) {
                    self.closest = Some((layout, memory));
                }
            }
            if fixed.is_some() {
                break;
            }
        }
        false
    }

    fn fits(&self, memory: &MemoryUse) -> bool {
        memory.fits() && self.query.memory.is_none_or(|most| memory.used() <= most)
    }

    /// Time that no layout of a node undercuts.
    ///
    /// $$ m \max\left( \frac{\sum_\ell t_\ell + t_{ends}}{p},\ \lceil L / p \rceil \min_\ell t_\ell \right) + t_0 $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $m, p, L$ | micro-batches, stages, layers | 1 |
    /// | $t_\ell, t_{ends}$ | forward and backward pass of a layer, of embedding and head | s |
    /// | $t_0$ | calibrated overhead of a step | s |
    ///
    /// Some stage works at least as long as the mean, and some stage holds at least $\lceil L/p \rceil$ layers; each
    /// works through all micro-batches one after the other. Recomputation, sends, exchange, offload, optimizer and
    /// bubble only add.
    fn bound(&self, pricer: &Pricer, node: &Node, costs: &Costs) -> Seconds {
        let each = |cost: &LayerCost| {
            cost.forward.total()
                + cost.backward.total()
                + cost.forward_traffic.exposed.total()
                + cost.backward_traffic.exposed.total()
        };
        let (layers, dense) = (f64::from(pricer.layer_count()), f64::from(pricer.leading()));
        let dense = dense.min(layers);
        let (of_dense, of_experts) = (each(&costs.dense), each(&costs.experts));
        let all =
            of_dense * dense + of_experts * (layers - dense) + each(&costs.embedding) + each(&costs.head);
        let stages = f64::from(node.parallelism.pipeline);
        let least = match (dense > 0.0, layers > dense) {
            (true, true) => of_dense.min(of_experts),
            (true, false) => of_dense,
            _ => of_experts,
        };
        let busiest = (all / stages).max(least * (layers / stages).ceil());
        // Sums are made in another order than in a price: a little is given away so that the bound stays one.
        busiest * (f64::from(node.microbatches) * (1.0 - 1e-9)) + pricer.step_overhead()
    }

    /// Searches the layouts of a node.
    fn within(&mut self, pricer: &Pricer, possible: &Possible, open: &Open, costs: &Costs) {
        let base = possible.layout(&open.node);
        for timing in possible.timings(&open.node) {
            let base = Layout { schedule: timing.schedule, interleave: timing.chunks, ..base };
            self.over_recomputes(pricer, possible, open, costs, timing, &base);
        }
    }

    fn over_recomputes(
        &mut self,
        pricer: &Pricer,
        possible: &Possible,
        open: &Open,
        costs: &Costs,
        timing: &Timing,
        base: &Layout,
    ) {
        let (deal, pipeline) = (timing.deal, timing.pipeline(&open.node));
        let send = pricer.send(base, &pipeline);
        // Nothing computed again and nothing sent to the host is fastest.
        let barest = Layout { recompute: Recompute::None, offload: Offload::NONE, ..*base };
        let plan = |layout: Layout| Plan { layout, costs, deal, pipeline, send };
        let bound = pricer.pipeline_bound(&plan(barest)).least();
        if !self.query.pareto && bound + pricer.step_overhead() >= self.worst_kept() {
            return;
        }
        let loads = pricer.loads(base, &deal, &pipeline);
        let trained = Pricer::most_trained(&loads);
        for activations in [false, true] {
            if !possible.offloads().iter().any(|offload| offload.activations == activations) {
                continue;
            }
            for recompute in possible.recomputes(timing) {
                let offload = Offload { activations, ..Offload::NONE };
                let layout = Layout { recompute, offload, ..*base };
                let bound = pricer.pipeline_bound(&plan(layout));
                let least = bound.least() + pricer.step_overhead();
                if !self.query.pareto && least >= self.worst_kept() {
                    // What is computed again need not travel to the host.
                    if activations || matches!(recompute, Recompute::None | Recompute::Selective) {
                        continue;
                    }
                    // More layers computed again, and then all of them, take longer still.
                    break;
                }
                // The exact time is worked out once something fits.
                let mut time = bound.exact();
                'options: for (sharding, shard_group) in possible.shardings(&open.node) {
                    for offload in possible.offloads().iter().filter(|it| it.activations == activations) {
                        let layout = Layout { sharding, shard_group, offload: *offload, ..layout };
                        let memory = pricer.memory(&layout, &costs.kept, &loads, &pipeline);
                        self.counters.weighed += 1;
                        if !self.fits(&memory) {
                            continue;
                        }
                        self.counters.priced += 1;
                        let plan = plan(layout);
                        let time = *time.get_or_insert_with(|| pricer.pipeline_time(&plan));
                        if !self.query.pareto && time + pricer.step_overhead() >= self.worst_kept() {
                            break 'options;
                        }
                        let step = pricer.assemble(&plan, &Laid { trained, time, memory });
                        self.consider(pricer, open.pricer, layout, step);
                    }
                }
            }
        }
    }

    fn consider(&mut self, pricer: &Pricer, at: usize, layout: Layout, step: Step) {
        let time = step.breakdown.total();
        let is_fast = time < self.worst_kept();
        if !is_fast && !self.query.pareto {
            return;
        }
        let used = layout.parallelism.devices() / self.query.devices;
        let energy = step_energy(pricer.machine(), self.query.devices, used, &step.breakdown);
        let new = Best { layout, step, energy, pricer: at };
        if is_fast && self.query.top > 0 {
            let place = self.best.partition_point(|best| best.time() <= time);
            self.best.insert(place, new);
            self.best.truncate(self.query.top);
        }
        if self.query.pareto {
            self.consider_pareto(new);
        }
    }

    fn consider_pareto(&mut self, new: Best) {
        let key = |best: &Best| (best.time(), best.step.memory.used(), best.energy);
        let no_worse = |left: &Best, right: &Best| {
            let (left, right) = (key(left), key(right));
            left.0 <= right.0 && left.1 <= right.1 && left.2 <= right.2
        };
        if self.pareto.iter().any(|best| no_worse(best, &new)) {
            return;
        }
        self.pareto.retain(|best| !no_worse(&new, best));
        let place = self.pareto.partition_point(|best| best.time() <= new.time());
        self.pareto.insert(place, new);
    }
}

/// The micro-batch that keeps least.
fn least_microbatch(space: &Space) -> u32 {
    space.fixed.microbatch.unwrap_or(1)
}

/// What decides layer costs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CostKey {
    tensor: u32,
    context: u32,
    expert: u32,
    expert_tensor: u32,
    microbatch: u32,
    sequence_parallel: bool,
    overlapped: bool,
}

impl CostKey {
    fn of(node: &Node) -> CostKey {
        let ways = &node.parallelism;
        CostKey {
            tensor: ways.tensor,
            context: ways.context,
            expert: ways.expert,
            expert_tensor: node.expert_tensor,
            microbatch: node.microbatch,
            sequence_parallel: node.sequence_parallel,
            overlapped: node.tensor_overlap == crate::parallelism::TensorOverlap::Chunked,
        }
    }
}
