//! The order in which each stage of a pipeline works.

use super::{Pipeline, Work};
use crate::parallelism::Schedule;

/// A chunk of layers in the order of the forward pass, and a micro-batch that passes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Position on the line of chunks; the second direction of [`Schedule::DualPipe`] follows the first.
    pub unit: u32,
    /// Micro-batch.
    pub microbatch: u32,
}

/// One entry of a stage's order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    /// A forward pass.
    Forward(Part),
    /// A backward pass, with the gradient by weight if `whole`.
    Backward {
        /// Of what.
        part: Part,
        /// Whether the gradient by weight is part of it.
        whole: bool,
    },
    /// A gradient by weight.
    Weight(Part),
    /// A forward and a whole backward pass that run as one.
    Both {
        /// Forward of this.
        forward: Part,
        /// Backward of this.
        backward: Part,
    },
}

impl Entry {
    /// What it is for drawing; of two that run as one, the forward.
    pub(super) fn work(&self) -> Work {
        match self {
            Entry::Forward(_) | Entry::Both { .. } => Work::Forward,
            Entry::Backward { .. } => Work::Backward,
            Entry::Weight(_) => Work::Weight,
        }
    }
}

/// Forward chunks that a stage of (interleaved) 1F1B works through before its first backward one.
pub(super) fn warmup(pipeline: &Pipeline, stage: u32) -> u32 {
    let (p, v) = (pipeline.stages, pipeline.chunks);
    let ahead = p - 1 - stage;
    let ahead = if v > 1 { 2 * ahead + (v - 1) * p } else { ahead };
    ahead.min(pipeline.microbatches * v)
}

/// The order of a stage.
pub(super) fn of(pipeline: &Pipeline, stage: u32) -> Vec<Entry> {
    match pipeline.schedule {
        _ if pipeline.stages == 1 => alone(pipeline),
        Schedule::OneFOneB => one_f_one_b(pipeline, stage),
        Schedule::ZeroBubble => zero_bubble(pipeline, stage),
        Schedule::DualPipe => dual_pipe(pipeline, stage),
    }
}

/// One stage: every micro-batch forward through all chunks and back.
fn alone(pipeline: &Pipeline) -> Vec<Entry> {
    let mut order = Vec::with_capacity((2 * pipeline.microbatches * pipeline.chunks) as usize);
    for microbatch in 0..pipeline.microbatches {
        order.extend((0..pipeline.chunks).map(|unit| Entry::Forward(Part { unit, microbatch })));
        order.extend(
            (0..pipeline.chunks)
                .rev()
                .map(|unit| Entry::Backward { part: Part { unit, microbatch }, whole: true }),
        );
    }
    order
}

/// The `x`-th forward chunk of a stage: rounds of `p` micro-batches pass its chunks in turn.
fn forward_part(pipeline: &Pipeline, stage: u32, x: u32) -> (u32, u32) {
    let (p, v) = (pipeline.stages, pipeline.chunks);
    if v == 1 {
        return (stage, x);
    }
    let (round, rest) = (x / (p * v), x % (p * v));
    (rest / p * p + stage, round * p + rest % p)
}

fn one_f_one_b(pipeline: &Pipeline, stage: u32) -> Vec<Entry> {
    let (p, v) = (pipeline.stages, pipeline.chunks);
    let all = pipeline.microbatches * v;
    let forward = |x: u32| {
        let (unit, microbatch) = forward_part(pipeline, stage, x);
        Entry::Forward(Part { unit, microbatch })
    };
    let backward = |x: u32| {
        let (unit, microbatch) = forward_part(pipeline, stage, x);
        // Backward passes take the chunks in reverse.
        let unit = (v - 1) * p + 2 * stage - unit;
        Entry::Backward { part: Part { unit, microbatch }, whole: true }
    };
    let warmup = warmup(pipeline, stage);
    let mut order = Vec::with_capacity(2 * all as usize);
    order.extend((0..warmup).map(forward));
    for x in warmup..all {
        order.push(forward(x));
        order.push(backward(x - warmup));
    }
    order.extend((all - warmup..all).map(backward));
    order
}

/// 1F1B in which a stage's gradients by weight lag by as many micro-batches as it has fewer forwards in flight
/// than the first stage, so that every stage holds `p` micro-batches (`zero-bubble-2024`, schedule ZB-H1).
fn zero_bubble(pipeline: &Pipeline, stage: u32) -> Vec<Entry> {
    let m = pipeline.microbatches;
    let part = |microbatch: u32| Part { unit: stage, microbatch };
    let warmup = warmup(pipeline, stage);
    let lag = stage;
    let mut order = Vec::with_capacity(3 * m as usize);
    order.extend((0..warmup).map(|j| Entry::Forward(part(j))));
    let mut weights = 0;
    for backward in 0..m {
        if backward + warmup < m {
            order.push(Entry::Forward(part(backward + warmup)));
        }
        order.push(Entry::Backward { part: part(backward), whole: false });
        if backward >= lag {
            order.push(Entry::Weight(part(weights)));
            weights += 1;
        }
    }
    order.extend((weights..m).map(|j| Entry::Weight(part(j))));
    order
}

/// Micro-batches from both ends: a device holds stage `k` of one direction and `p - 1 - k` of the other, and pairs
/// a forward of one with a backward of the other (`deepseek-v3-2024`, section 3.2.1, and its published schedule).
fn dual_pipe(pipeline: &Pipeline, stage: u32) -> Vec<Entry> {
    let (p, m) = (pipeline.stages, pipeline.microbatches);
    let second_half = 2 * stage >= p;
    let near = stage.min(p - 1 - stage);
    let beyond = p / 2 - 1 - near;
    // Devices of the second half see the directions exchanged.
    let line = |direction: u32| if second_half { 1 - direction } else { direction };
    let mut next_forward = [0_u32; 2];
    let mut next_backward = [0_u32; 2];
    let part = |direction: u32, index: u32| {
        let line = line(direction);
        let position = if line == 0 { stage } else { p - 1 - stage };
        Part { unit: line * p + position, microbatch: line * (m / 2) + index }
    };
    let mut forward = |direction: u32| {
        let index = next_forward[direction as usize];
        next_forward[direction as usize] += 1;
        part(direction, index)
    };
    let mut backward = |direction: u32| {
        let index = next_backward[direction as usize];
        next_backward[direction as usize] += 1;
        part(direction, index)
    };
    let mut order = Vec::with_capacity(3 * m as usize);
    let mut waiting = std::collections::VecDeque::new();
    // Fill: forwards of the near direction, then of both.
    for _ in 0..2 * beyond {
        order.push(Entry::Forward(forward(0)));
    }
    for _ in 0..=near {
        order.push(Entry::Forward(forward(0)));
        order.push(Entry::Forward(forward(1)));
    }
    // The far direction turns first; its gradients by weight follow at once, while its next forward travels.
    for _ in 0..beyond {
        let part = backward(1);
        order.push(Entry::Backward { part, whole: false });
        order.push(Entry::Weight(part));
        order.push(Entry::Forward(forward(1)));
    }
    // Steady: forwards of one direction beside backwards of the other.
    for round in 0..(m / 2 + near + 1).saturating_sub(p) {
        if round == 0 && near + 1 == p / 2 {
            // The middle devices turn their own micro-batch, so these two cannot run as one.
            order.push(Entry::Forward(forward(0)));
            order.push(Entry::Backward { part: backward(1), whole: true });
        } else {
            order.push(Entry::Both { forward: forward(0), backward: backward(1) });
        }
        order.push(Entry::Both { forward: forward(1), backward: backward(0) });
    }
    for _ in 0..beyond {
        order.push(Entry::Backward { part: backward(1), whole: true });
        order.push(Entry::Both { forward: forward(1), backward: backward(0) });
    }
    // Drain: the second half of the backwards leave their gradients by weight for later.
    let mut apart = false;
    for round in 0..=near {
        let half = round == near.div_ceil(2);
        if half && near % 2 == 1 {
            apart = true;
        }
        let mut push = |direction: u32, apart: bool, order: &mut Vec<Entry>| {
            let part = backward(direction);
            order.push(Entry::Backward { part, whole: !apart });
            if apart {
                waiting.push_back(part);
            }
        };
        push(1, apart, &mut order);
        if half && near.is_multiple_of(2) {
            apart = true;
        }
        push(0, apart, &mut order);
    }
    for _ in 0..beyond {
        order.extend(waiting.pop_front().map(Entry::Weight));
        let part = backward(0);
        order.push(Entry::Backward { part, whole: false });
        waiting.push_back(part);
    }
    order.extend(waiting.into_iter().map(Entry::Weight));
    order
}
