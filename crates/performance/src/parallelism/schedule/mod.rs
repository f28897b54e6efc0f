//! Pipeline schedules: the exact time of a step's pipeline over unequal stages, and the slots for drawing it.
//!
//! ```text
//!  Pipeline { schedule, stages, chunks, microbatches }
//!     ├─ order of each stage's work                     (order.rs)
//!     ├─ recurrence over every slot, exact, O(p v m)     (recurrence.rs, and without an order in wave.rs)
//!     └─ closed form for equal middle stages, O(1)       (closed_form.rs)
//! ```
//!
//! A slot starts when its stage is free and what it needs has arrived. Nothing else delays it, so the time of
//! the pipeline is the longest path through the slots.

mod closed_form;
mod order;
mod recurrence;
mod wave;

use quarterdeck_units::Seconds;

use super::Schedule;

/// Time of one chunk of layers for one micro-batch.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ChunkTimes {
    /// Forward pass.
    pub forward: Seconds,
    /// Gradient by input, recomputation included.
    pub backward: Seconds,
    /// Gradient by weight, which nothing downstream waits for.
    pub weight: Seconds,
}

impl ChunkTimes {
    /// All of one chunk's work for one micro-batch.
    pub fn total(&self) -> Seconds {
        self.forward + self.backward + self.weight
    }
}

/// Times where all chunks are equal but the first of the first stage and the last of the last stage: the usual
/// case, with the embedding in one, the head in the other, and a layer less in either or both.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct EndTimes {
    /// First chunk of the first stage.
    pub first: ChunkTimes,
    /// Every other chunk.
    pub middle: ChunkTimes,
    /// Last chunk of the last stage.
    pub last: ChunkTimes,
}

impl EndTimes {
    /// Times of a chunk of a stage. A pipeline of one stage and one chunk has only a last one.
    pub fn of(&self, pipeline: &Pipeline, stage: u32, chunk: u32) -> ChunkTimes {
        if stage + 1 == pipeline.stages && chunk + 1 == pipeline.chunks {
            self.last
        } else if stage == 0 && chunk == 0 {
            self.first
        } else {
            self.middle
        }
    }
}

/// What a slot does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Work {
    /// Forward pass.
    Forward,
    /// Backward pass: by input, and by weight too where the schedule does not keep that apart.
    Backward,
    /// Gradient by weight alone.
    Weight,
}

/// One piece of work of one stage, for drawing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Slot {
    /// Stage, from 0.
    pub stage: u32,
    /// Chunk of the stage; with [`Schedule::DualPipe`] the direction, 0 or 1.
    pub chunk: u32,
    /// Micro-batch, from 0.
    pub microbatch: u32,
    /// What is done.
    pub work: Work,
    /// When it starts.
    pub start: Seconds,
    /// When it ends.
    pub end: Seconds,
}

/// What a closed form says of a pipeline's time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Bound {
    /// It is this.
    Exact(Seconds),
    /// It is this or longer.
    AtLeast(Seconds),
}

impl Bound {
    /// The time that is never undercut.
    pub fn least(self) -> Seconds {
        match self {
            Bound::Exact(time) | Bound::AtLeast(time) => time,
        }
    }

    /// The time, where it is exact.
    pub fn exact(self) -> Option<Seconds> {
        match self {
            Bound::Exact(time) => Some(time),
            Bound::AtLeast(_) => None,
        }
    }
}

/// A pipeline's shape.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pipeline {
    /// Order of work.
    pub schedule: Schedule,
    /// Stages.
    pub stages: u32,
    /// Chunks of each stage; more than one interleaves 1F1B.
    pub chunks: u32,
    /// Micro-batches of a step.
    pub microbatches: u32,
    /// Latency of a message to a neighbouring stage, during which both may work.
    pub send: Seconds,
}

impl Pipeline {
    /// The pipeline that really runs: interleaved chunks are dealt in rounds of as many micro-batches as there are
    /// stages, and work from both ends takes an even number, at least twice the stages; rounds are filled up.
    #[must_use]
    pub fn filled(&self) -> Pipeline {
        let stages = self.stages.max(1);
        let microbatches = self.microbatches.max(1);
        let microbatches = match self.schedule {
            _ if stages == 1 => microbatches,
            Schedule::OneFOneB if self.chunks > 1 => microbatches.next_multiple_of(stages),
            Schedule::DualPipe => microbatches.next_multiple_of(2).max(2 * stages),
            Schedule::OneFOneB | Schedule::ZeroBubble => microbatches,
        };
        Pipeline { stages, chunks: self.chunks.max(1), microbatches, ..*self }
    }

    /// Time from the first forward to the last slot of a step: the closed form where it is exact, else the
    /// recurrence.
    ///
    /// ```
    /// # use quarterdeck_performance::parallelism::{Schedule, schedule::*};
    /// # use quarterdeck_units::Seconds;
    /// let one = ChunkTimes { forward: Seconds::seconds(1.0), backward: Seconds::seconds(2.0), weight: Seconds::ZERO };
    /// let equal = EndTimes { first: one, middle: one, last: one };
    /// let plain = Pipeline { schedule: Schedule::OneFOneB, stages: 4, chunks: 1, microbatches: 8, send: Seconds::ZERO };
    /// // m + p - 1 rounds of forward and backward.
    /// assert_eq!(plain.time(&equal).as_seconds(), 33.0);
    /// // Two chunks halve the bubble: m v + p - 1 rounds of half the work.
    /// let interleaved = Pipeline { chunks: 2, ..plain };
    /// assert_eq!(interleaved.time(&equal).as_seconds(), 57.0);
    /// ```
    pub fn time(&self, times: &EndTimes) -> Seconds {
        let pipeline = self.filled();
        match closed_form::time(&pipeline, times) {
            Bound::Exact(time) => time,
            Bound::AtLeast(_) => {
                recurrence::time(&pipeline, &|stage, chunk| times.of(&pipeline, stage, chunk))
            }
        }
    }

    /// The time, if a closed form is exact, or a time that it does not undercut.
    pub fn bound(&self, times: &EndTimes) -> Bound {
        closed_form::time(&self.filled(), times)
    }

    /// Time of a step's pipeline whose chunks all differ, by stage and chunk. Exact; O(p v m).
    pub fn time_of(&self, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Seconds {
        recurrence::time(&self.filled(), times)
    }

    /// Every slot of a step, stage by stage in the order of work.
    pub fn timeline(&self, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Vec<Slot> {
        recurrence::timeline(&self.filled(), times)
    }

    /// Most chunks of activations that a stage holds at once.
    ///
    /// $$ n_{1F1B} = \min(p - k,\ m), \qquad n_{interleaved} = \min(2(p - 1 - k) + (v-1)p + 1,\ v m) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $p, v, m$ | `stages`, `chunks`, `microbatches` | 1 |
    /// | $k$ | `stage`, from 0 | 1 |
    ///
    /// Zero-bubble stages hold `min(p, m)` each, because gradients by weight wait for as long as forwards came
    /// early; both ends together hold `p + 1` (`deepseek-v3-2024`, table 2). Source: `narayanan-2021`,
    /// `korthikanti-2022`. Exact: the orders of [`Pipeline::timeline`] are counted by a test.
    ///
    /// ```
    /// # use quarterdeck_performance::parallelism::{Schedule, schedule::*};
    /// # use quarterdeck_units::Seconds;
    /// let pipeline = Pipeline { schedule: Schedule::OneFOneB, stages: 8, chunks: 2, microbatches: 64, send: Seconds::ZERO };
    /// // p v (1 + (p - 1) / (p v)) chunks on the first stage.
    /// assert_eq!(pipeline.chunks_in_flight(0), 23);
    /// ```
    pub fn chunks_in_flight(&self, stage: u32) -> u32 {
        let pipeline = self.filled();
        let (p, m) = (pipeline.stages, pipeline.microbatches);
        if p == 1 {
            return pipeline.chunks;
        }
        match pipeline.schedule {
            Schedule::OneFOneB => (order::warmup(&pipeline, stage) + 1).min(m * pipeline.chunks),
            Schedule::ZeroBubble => p.min(m),
            Schedule::DualPipe => (p + 1).min(m),
        }
    }
}
