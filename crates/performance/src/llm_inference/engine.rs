//! One copy of a model on a group of devices: its memory, the time of a step, and the rates that hold.

use std::fmt;

use quarterdeck_catalog::{Precision, Residual};
use quarterdeck_units::{Bytes, Seconds};
use quarterdeck_workload::{Block, FeedForward, Mixer, OperatorKind, Partition, Pass, Shape, Widths};

use crate::collectives::Spent;
use crate::fit::{Binding, Breakdown, MemoryUse, Reason};
use crate::machine::Machine;
use crate::operators::Roofline;
use crate::queueing::{NORMAL_99, mean_for_occupancy, wait_p99};

/// How the devices of a group split a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Split {
    /// Every matrix over all devices.
    Tensor,
    /// Requests over devices for attention, experts over devices: for latent attention, whose cache tensor
    /// ways would copy.
    RequestsAndExperts,
}

/// Devices that serve one copy.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Group {
    /// Devices of one scale-up domain.
    pub inside: f64,
    /// Platforms over which the layers are spread stage by stage.
    pub platforms: f64,
    /// How a stage is split.
    pub split: Split,
}

impl Group {
    /// Devices of the group.
    pub fn devices(&self) -> f64 {
        self.inside * self.platforms
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.split {
            Split::Tensor => "tensor",
            Split::RequestsAndExperts => "expert",
        };
        write!(f, "{way} {:.0}", self.inside)?;
        if self.platforms > 1.0 {
            write!(f, ", a copy spans {:.0} platforms", self.platforms)?;
        }
        Ok(())
    }
}

/// Lengths of requests, in tokens.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Requests {
    /// Tokens read.
    pub input: f64,
    /// Tokens written.
    pub output: f64,
}

impl Requests {
    /// Positions in the cache of a running request, averaged over its life.
    fn mean_context(&self) -> f64 {
        self.input + 0.5 * self.output
    }
}

/// Room for requests on a group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Room {
    /// Most requests that run together.
    pub most_requests: f64,
    /// Bytes of a device for weights and one request.
    pub needed_for_one: Bytes,
    /// Bytes of a device for weights and cache.
    pub available: Bytes,
    weights: Bytes,
    cache_per_request: Bytes,
}

/// One copy at work.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Operating {
    /// Requests per second of the copy.
    pub rate: f64,
    /// Requests that run together on average.
    pub running: f64,
    /// Share of time spent reading prompts.
    pub prefill_share: f64,
    /// Time per output token.
    pub tpot: Seconds,
    /// Time to first token that 99 of 100 requests stay within.
    pub ttft_p99: Seconds,
    /// Where the time per token goes.
    pub breakdown: Breakdown,
    /// Memory of a device.
    pub memory: MemoryUse,
    /// What limits the rate.
    pub binds: Binding,
}

/// A model in one precision on a machine.
#[derive(Clone, Debug)]
pub struct Engine<'a> {
    machine: &'a Machine<'a>,
    shape: &'a Shape,
    widths: Widths,
    narrow: Roofline<'a>,
    wide: Roofline<'a>,
    weights: Weights,
}

/// Bytes of the model's weights.
#[derive(Clone, Copy, Debug)]
struct Weights {
    /// Of all layers but routed experts, and of the ends.
    dense: Bytes,
    /// Of routed experts.
    experts: Bytes,
}

/// A time by part, with which limit rules the two largest.
#[derive(Clone, Copy, Debug, Default)]
struct PassTime {
    matrix: Seconds,
    attention: Seconds,
    streaming: Seconds,
    overhead: Seconds,
    network: Spent,
    matrix_is_traffic: bool,
    attention_is_traffic: bool,
}

impl PassTime {
    fn total(&self) -> Seconds {
        self.matrix + self.attention + self.streaming + self.overhead + self.network.total()
    }
}

/// Prompt tokens read in one pass: longer prompts are read chunk by chunk.
const CHUNK: f64 = 8192.0;

impl<'a> Engine<'a> {
    /// A model in a precision on a machine.
    pub fn new(
        machine: &'a Machine<'a>,
        shape: &'a Shape,
        precision: Precision,
    ) -> Result<Engine<'a>, Reason> {
        let weight = match precision {
            // Blocks of sixteen share an 8-bit scale.
            Precision::Fp4 => 0.5625,
            other => other.bytes_per_element(),
        };
        // Caches are kept in 8 bits beside 8-bit weights, in 16 otherwise.
        let kv = if matches!(precision, Precision::Fp8 | Precision::Fp4) { 1.0 } else { 2.0 };
        let widths = Widths { weight, activation: 2.0, kv };
        let parameters = shape.parameters();
        let experts = parameters.routed_experts();
        let ends = parameters.embedding + parameters.head;
        let dense = (parameters.total() - experts - ends) * weight + ends * weight.max(2.0);
        let wide = machine
            .device
            .first_peak(&[Precision::Bf16, Precision::Fp16])
            .map_or(precision, |(found, _)| found);
        Ok(Engine {
            machine,
            shape,
            widths,
            narrow: Roofline::of(machine, precision, 1.0)?,
            wide: Roofline::of(machine, wide, 1.0)?,
            weights: Weights { dense: Bytes::bytes(dense), experts: Bytes::bytes(experts * weight) },
        })
    }

    /// Ways to split the model that are worth trying.
    pub fn splits(&self) -> &'static [Split] {
        match (self.shape.mla, self.shape.moe) {
            (Some(_), Some(_)) => &[Split::RequestsAndExperts],
            (_, Some(_)) => &[Split::Tensor, Split::RequestsAndExperts],
            _ => &[Split::Tensor],
        }
    }

    /// Copies on one platform.
    pub fn copies(&self, group: &Group) -> f64 {
        (self.machine.devices / group.inside).floor() / group.platforms
    }

    fn partition(&self, group: &Group) -> Partition {
        match group.split {
            Split::Tensor => Partition { tensor: group.inside, expert: 1.0, sequence_parallel: false },
            Split::RequestsAndExperts => {
                Partition { tensor: 1.0, expert: group.inside, sequence_parallel: false }
            }
        }
    }

    /// Room for requests: what weights leave of the memory share given to the engine.
    ///
    /// $$ N = \frac{u M - W/g - A}{\kappa (I + O)/g_{kv}} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $M, u$ | device memory, calibration `memory_share` | B, 1 |
    /// | $W, g$ | weights, devices of the group | B, 1 |
    /// | $\kappa$ | bytes of keys and values per token | B |
    /// | $g_{kv}$ | ways that split the cache: at most the key-value heads | 1 |
    ///
    /// Source: the block arithmetic of serving engines; every request is given room for all its tokens at once,
    /// the guarantee of engines that never evict.
    pub fn room(&self, group: &Group, requests: &Requests) -> Room {
        let available = self.machine.memory * self.machine.steps.serving.memory_share.value;
        let per_stage = 1.0 / group.platforms;
        let (dense_ways, cache_ways) = match group.split {
            Split::Tensor => (group.inside, self.cache_ways(group.inside)),
            Split::RequestsAndExperts => (1.0, group.inside),
        };
        let weights = (self.weights.dense / dense_ways + self.weights.experts / group.inside) * per_stage;
        let tokens = CHUNK.min(requests.input);
        let activations =
            Bytes::bytes(tokens * (4.0 * self.shape.hidden + 2.0 * self.widest() / group.inside) * 2.0);
        let cache_per_request = self.shape.kv_bytes_per_token(self.widths.kv)
            * ((requests.input + requests.output) * per_stage / cache_ways);
        let left = available - weights - activations;
        Room {
            most_requests: (left / cache_per_request).max(0.0),
            needed_for_one: weights + activations + cache_per_request,
            available,
            weights,
            cache_per_request,
        }
    }

    /// Ways that split the cache: with latent attention none, otherwise at most the key-value heads.
    fn cache_ways(&self, devices: f64) -> f64 {
        if self.shape.mla.is_some() { 1.0 } else { devices.min(self.shape.kv_heads) }
    }

    fn widest(&self) -> f64 {
        let ffn = self.shape.moe.map_or(self.shape.ffn_hidden, |moe| f64::from(moe.expert_ffn * moe.top_k));
        (self.shape.ffn_matrices - 1.0) * ffn.max(self.shape.ffn_hidden)
    }

    /// Time of one pass of the whole model on a group.
    ///
    /// The sum of the operators' rooflines, two all-reduces a layer (or two exchanges of experts), a time for
    /// each layer that operators do not show, and the host's time between steps.
    fn pass_time(&self, pass: &Pass, group: &Group) -> PassTime {
        let split = self.partition(group);
        let local = match group.split {
            Split::Tensor => *pass,
            Split::RequestsAndExperts => share_of(pass, group.inside),
        };
        let serving = &self.machine.steps.serving;
        let mut time = PassTime { overhead: self.machine.general.serving_step.value, ..PassTime::default() };
        let mut traffic = Seconds::ZERO;
        let mut arithmetic = Seconds::ZERO;
        for (block, count) in self.shape.blocks() {
            for operator in self.shape.layer_operators(block, &local, &split, &self.widths) {
                let cost = self.narrow.time(&operator, 1.0, 1.0);
                match operator.kind {
                    OperatorKind::Gemm | OperatorKind::GroupedGemm => {
                        let uneven = operator.kind == OperatorKind::GroupedGemm && split.expert > 1.0;
                        let stretch = if uneven { self.machine.general.expert_imbalance.value } else { 1.0 };
                        time.matrix += cost.exposed * (count * stretch);
                        traffic += cost.traffic * count;
                        arithmetic += cost.arithmetic * count;
                    }
                    OperatorKind::Attention => {
                        time.attention += cost.exposed * count;
                        time.attention_is_traffic = cost.traffic > cost.arithmetic;
                    }
                    OperatorKind::Streaming | OperatorKind::Gather => time.streaming += cost.exposed * count,
                }
            }
            time.overhead += serving.layer_overhead.value * count;
            time.network = time.network.plus(self.layer_network(block, &local, group).times(count));
        }
        for operator in self.shape.head_operators(&local, &split, &Widths::HALF) {
            let cost = self.wide.time(&operator, 1.0, 1.0);
            match operator.kind {
                OperatorKind::Gemm => time.matrix += cost.exposed,
                _ => time.streaming += cost.exposed,
            }
        }
        time.matrix_is_traffic = traffic > arithmetic;
        time
    }

    fn layer_network(&self, block: Block, local: &Pass, group: &Group) -> Spent {
        if group.inside <= 1.0 {
            return Spent::default();
        }
        let network = &self.machine.network;
        let lanes = network.group(group.inside, 1.0);
        let stream = Bytes::bytes(local.tokens * self.shape.hidden * 2.0);
        let both = block.mixer != Mixer::None && block.ffn != FeedForward::None;
        let sums = if both && self.shape.residual == Residual::Serial { 2.0 } else { 1.0 };
        match (group.split, block.ffn, self.shape.moe) {
            (Split::Tensor, ..) => network.all_reduce(stream, lanes).times(sums),
            (Split::RequestsAndExperts, FeedForward::Experts, Some(moe)) => {
                network.all_to_all(stream * f64::from(moe.top_k), lanes).times(2.0)
            }
            (Split::RequestsAndExperts, ..) => Spent::default(),
        }
    }

    /// Time to read one prompt, chunk by chunk, on a group.
    ///
    /// Stages of several platforms read it one after the other, which a single prompt feels and throughput does
    /// not.
    pub fn prefill_time(&self, group: &Group, input: f64) -> Seconds {
        self.prefill(group, input).total()
    }

    fn prefill(&self, group: &Group, input: f64) -> PassTime {
        let chunks = (input / CHUNK).ceil().max(1.0);
        let length = input / chunks;
        // Every chunk attends to those before it: on average half the prompt and half of itself.
        let pass = Pass {
            tokens: length,
            attended: (input + 1.0) / 2.0,
            cached: (input + length) / 2.0,
            scored: 1.0 / chunks,
            ..Pass::prefill(1.0, length)
        };
        let one = self.pass_time(&pass, group);
        PassTime {
            matrix: one.matrix * chunks,
            attention: one.attention * chunks,
            streaming: one.streaming * chunks,
            overhead: one.overhead * chunks,
            network: one.network.times(chunks),
            ..one
        }
    }

    /// Most requests that the engine is built to run together on a group.
    pub fn most_sequences(&self, group: &Group) -> f64 {
        self.machine.steps.serving.max_sequences.value * group.platforms
    }

    /// Time per prompt when many short prompts fill a chunk together, as engines do under load.
    fn prefill_share_of_chunk(&self, group: &Group, input: f64) -> Seconds {
        let together = (CHUNK / input).floor().max(1.0);
        if together <= 1.0 {
            return self.prefill_time(group, input);
        }
        let pass = Pass::prefill(together, input);
        self.pass_time(&pass, group).total() / together
    }

    /// Time of one decoding step with `running` requests, over all stages.
    pub fn decode_time(&self, group: &Group, running: f64, requests: &Requests) -> Seconds {
        self.decode(group, running, requests).total()
    }

    fn decode(&self, group: &Group, running: f64, requests: &Requests) -> PassTime {
        // Stages work on different requests at the same time; a token passes all of them in turn.
        let per_stage = (running / group.platforms).max(1.0);
        let mut time = self.pass_time(&Pass::decode(per_stage, requests.mean_context()), group);
        if group.platforms > 1.0 {
            let bytes = Bytes::bytes(per_stage * self.shape.hidden * 2.0);
            let hop = self.machine.network.point_to_point(bytes, f64::INFINITY);
            time.network = time.network.plus(hop.times(group.platforms));
        }
        time
    }

    /// A copy with `running` requests on average, by Little's law.
    ///
    /// In the time in which a request writes its `O` tokens, every running request leaves once and is replaced
    /// once, so `n` prompts are read:
    ///
    /// $$ \text{TPOT}(n) = T(n) + \frac{n\,\tau}{O}, \qquad \lambda = \frac{n}{O\,\text{TPOT}(n)} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $T(n)$ | decoding step with `n` requests | s |
    /// | $\tau$ | reading of one prompt, in chunks with others | s |
    /// | $O$ | `requests.output` | tokens |
    ///
    /// Source: `little-1961`. Holds for engines that mix prompts into decoding; the time to first token is that
    /// of a prompt read alone, after those before it and a step in progress.
    pub fn operate(&self, group: &Group, running: f64, requests: &Requests) -> Operating {
        let decode = self.decode(group, running, requests);
        let prompt = self.prefill_share_of_chunk(group, requests.input) / group.platforms;
        let prefill_per_token = prompt * (running / requests.output);
        let tpot = decode.total() + prefill_per_token;
        let rate = running / (requests.output * tpot.as_seconds());
        let prefill_share = (rate * prompt.as_seconds()).min(1.0);
        let alone = self.prefill_time(group, requests.input);
        let ttft_p99 = alone + wait_p99(alone / group.platforms, 1.0, prefill_share) + decode.total();
        let breakdown = Breakdown {
            matrix: decode.matrix,
            attention: decode.attention,
            streaming: decode.streaming,
            prefill: prefill_per_token,
            scale_up: decode.network.scale_up,
            scale_out: decode.network.scale_out,
            overhead: decode.overhead,
            ..Breakdown::default()
        };
        let room = self.room(group, requests);
        let reserve = self.machine.memory - room.available;
        let memory = MemoryUse {
            weights: room.weights,
            kv_cache: room.cache_per_request * running,
            activations: room.needed_for_one - room.weights - room.cache_per_request,
            reserve,
            capacity: self.machine.memory,
            ..MemoryUse::default()
        };
        let binds = super::binding(&breakdown, decode.attention_is_traffic, decode.matrix_is_traffic);
        Operating { rate, running, prefill_share, tpot, ttft_p99, breakdown, memory, binds }
    }

    /// The most requests within both objectives; the best latencies with a single one where there are none.
    ///
    /// The number that runs varies around its mean as arrivals do, so room and time per token hold for the number
    /// that 99 of 100 moments stay below (Poisson law of M/G/∞), and the rate is that of the mean.
    pub fn operate_within(
        &self,
        group: &Group,
        requests: &Requests,
        ttft: Seconds,
        tpot: Seconds,
    ) -> Result<Operating, (Seconds, Seconds)> {
        let serving = &self.machine.steps.serving;
        let room = self.room(group, requests).most_requests.min(self.most_sequences(group));
        let holds = |peak: f64| {
            let at_peak = self.operate(group, peak, requests);
            at_peak.tpot <= tpot && {
                let mean = self.operate(group, mean_for_occupancy(peak), requests);
                mean.ttft_p99 <= ttft && mean.prefill_share <= serving.prefill_share_max.value
            }
        };
        let least = LEAST_PEAK.min(room);
        if !holds(least) {
            let alone = self.operate(group, 1.0, requests);
            return Err((alone.ttft_p99, alone.tpot));
        }
        let (mut low, mut high) = (least, room);
        let at_room = holds(room);
        if at_room {
            low = room;
        } else {
            for _ in 0..24 {
                let middle = 0.5 * (low + high);
                if holds(middle) {
                    low = middle
                } else {
                    high = middle
                }
                if high - low < 0.01 * low {
                    break;
                }
            }
        }
        let mean = mean_for_occupancy(low);
        let mut operating = self.operate(group, mean, requests);
        operating.binds = if at_room { self.room_binding(group, requests) } else { Binding::Latency };
        Ok(operating)
    }

    /// What keeps a copy from running more requests where latency does not.
    fn room_binding(&self, group: &Group, requests: &Requests) -> Binding {
        let by_memory = self.room(group, requests).most_requests;
        if by_memory <= self.most_sequences(group) { Binding::MemoryCapacity } else { Binding::Floor }
    }
}

/// Peak occupancy of a copy that runs a single request on average.
const LEAST_PEAK: f64 = 1.0 + NORMAL_99;

/// A pass spread evenly over devices by its requests.
fn share_of(pass: &Pass, devices: f64) -> Pass {
    Pass {
        tokens: pass.tokens / devices,
        cached: pass.cached / devices,
        scored: pass.scored / devices,
        ..*pass
    }
}
