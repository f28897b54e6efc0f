//! The recurrence in waves: for schedules in which every stage follows the same order, only the last slots of each
//! stage are kept, and no order is written down.
//!
//! In wave $q$ stage $k$ does its forward slot $q - k$ and the backward slot that its order puts behind it. What
//! a slot takes was then made in the wave before, or by the slots of this wave that were done first.

use quarterdeck_units::Seconds;

use super::{ChunkTimes, Pipeline};
use crate::parallelism::Schedule;

/// Time of a step's pipeline, or none for schedules without waves. Exact; O(p v m) time and O(p) memory.
pub(super) fn time(pipeline: &Pipeline, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Option<Seconds> {
    if pipeline.stages < 2 {
        return None;
    }
    match pipeline.schedule {
        Schedule::OneFOneB if pipeline.chunks == 1 => Some(single(pipeline, times, false)),
        Schedule::ZeroBubble => Some(single(pipeline, times, true)),
        Schedule::OneFOneB => Some(interleaved(pipeline, times)),
        Schedule::DualPipe => None,
    }
}

/// Seconds of a chunk.
#[derive(Clone, Copy)]
struct Part {
    forward: f64,
    backward: f64,
    weight: f64,
}

impl Part {
    fn of(times: &ChunkTimes, apart: bool) -> Part {
        let weight = times.weight.as_seconds();
        let backward = times.backward.as_seconds();
        Part {
            forward: times.forward.as_seconds(),
            backward: if apart { backward } else { backward + weight },
            weight: if apart { weight } else { 0.0 },
        }
    }
}

/// Where a stage stands.
#[derive(Clone, Copy, Default)]
struct Stage {
    /// End of its last slot.
    free: f64,
    /// End of its last forward and of its last backward slot.
    forward: f64,
    backward: f64,
}

/// One chunk a stage: 1F1B, and zero bubble, whose gradients by weight lag by as many micro-batches as the stage's
/// number and are done at the end as far as they are left.
fn single(pipeline: &Pipeline, times: &dyn Fn(u32, u32) -> ChunkTimes, apart: bool) -> Seconds {
    let p = pipeline.stages as usize;
    let m = pipeline.microbatches as usize;
    let send = pipeline.send.as_seconds();
    let parts: Vec<Part> = (0..pipeline.stages).map(|stage| Part::of(&times(stage, 0), apart)).collect();
    let mut stages = vec![Stage::default(); p];
    for wave in 0..m + p - 1 {
        // From the last stage on, so that each takes what the stage before it made in the wave before.
        for k in (wave.saturating_sub(m - 1)..=wave.min(p - 1)).rev() {
            let ready = if k > 0 { stages[k - 1].forward + send } else { 0.0 };
            let end = stages[k].free.max(ready) + parts[k].forward;
            stages[k].forward = end;
            stages[k].free = end;
        }
        let Some(microbatch) = (wave + 1).checked_sub(p) else { continue };
        for k in (0..p).rev() {
            let ready = if k + 1 < p { stages[k + 1].backward + send } else { stages[k].forward };
            let end = stages[k].free.max(ready) + parts[k].backward;
            stages[k].backward = end;
            stages[k].free = if microbatch >= k { end + parts[k].weight } else { end };
        }
    }
    let left = |k: usize| k.min(m) as f64 * parts[k].weight;
    Seconds::seconds(stages.iter().enumerate().map(|(k, stage)| stage.free + left(k)).fold(0.0, f64::max))
}

/// Interleaved 1F1B.
fn interleaved(pipeline: &Pipeline, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Seconds {
    let (p, v) = (pipeline.stages as usize, pipeline.chunks as usize);
    let all = pipeline.microbatches as usize * v;
    let send = pipeline.send.as_seconds();
    let parts: Vec<Part> = (0..pipeline.stages)
        .flat_map(|stage| (0..pipeline.chunks).map(move |chunk| (stage, chunk)))
        .map(|(stage, chunk)| Part::of(&times(stage, chunk), false))
        .collect();
    let chunk_of = |slot: usize| slot % (p * v) / p;
    let mut stages = vec![Stage::default(); p];
    // The backward slot 0 of stage k is in wave `2 (p - 1) - k + (v - 1) p`.
    let first_backward = 2 * (p - 1) + (v - 1) * p;
    for wave in 0..all + first_backward {
        let from_last = stages[p - 1].forward;
        for k in (wave.saturating_sub(all - 1)..=wave.min(p - 1)).rev() {
            let slot = wave - k;
            let chunk = chunk_of(slot);
            let ready = match (k, chunk) {
                (0, 0) => 0.0,
                (0, _) => from_last + send,
                _ => stages[k - 1].forward + send,
            };
            let end = stages[k].free.max(ready) + parts[k * v + chunk].forward;
            stages[k].forward = end;
            stages[k].free = end;
        }
        let from_first = stages[0].backward;
        for k in 0..p {
            let Some(slot) = (wave + k).checked_sub(first_backward).filter(|slot| *slot < all) else {
                continue;
            };
            let chunk = v - 1 - chunk_of(slot);
            let ready = match (k + 1 == p, chunk + 1 == v) {
                (true, true) => stages[k].forward,
                (true, false) => from_first + send,
                (false, _) => stages[k + 1].backward + send,
            };
            let end = stages[k].free.max(ready) + parts[k * v + chunk].backward;
            stages[k].backward = end;
            stages[k].free = end;
        }
    }
    Seconds::seconds(stages.iter().map(|stage| stage.free).fold(0.0, f64::max))
}
