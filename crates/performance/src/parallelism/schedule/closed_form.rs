//! The time of a pipeline with equal middle chunks, without visiting its slots.
//!
//! A pipeline's time is the longest path through its slots. Such a path goes down the stages with the first
//! forward passes, may turn back at some stage, dwells at one stage for most of the step, may go down to some
//! stage again with the last forward passes, and comes back. Between equal stages the length of a path is linear
//! in where it turns and where it dwells, so it is longest at the ends: the first two and the last two stages.
//!
//! Each path tried here is a path of the schedule, so the result is never above the exact time; that none is
//! longer under the conditions named at each schedule is checked against the recurrence by property tests.

use quarterdeck_units::Seconds;

use super::order::warmup;
use super::{Bound, ChunkTimes, EndTimes, Pipeline};
use crate::parallelism::Schedule;

/// The time, or a bound of it where the closed form is not exact.
pub(super) fn time(pipeline: &Pipeline, times: &EndTimes) -> Bound {
    let m = f64::from(pipeline.microbatches);
    if pipeline.stages == 1 {
        let inner = f64::from(pipeline.chunks.saturating_sub(2));
        let ends = if pipeline.chunks > 1 { times.first.total() } else { Seconds::ZERO };
        return Bound::Exact((times.last.total() + ends + times.middle.total() * inner) * m);
    }
    let forms = Forms::new(pipeline, times);
    let (seconds, exact) = match pipeline.schedule {
        Schedule::OneFOneB if pipeline.chunks == 1 => forms.one_f_one_b(),
        Schedule::OneFOneB => forms.interleaved(),
        Schedule::ZeroBubble => forms.zero_bubble(),
        Schedule::DualPipe => (forms.both_ends(), false),
    };
    let time = Seconds::seconds(seconds);
    if exact && !pipeline.send.is_positive() { Bound::Exact(time) } else { Bound::AtLeast(time) }
}

/// Forward, backward and weight seconds of a chunk.
#[derive(Clone, Copy)]
struct Part {
    f: f64,
    b: f64,
    w: f64,
}

impl Part {
    fn of(times: &ChunkTimes, apart: bool) -> Part {
        let (f, b, w) = (times.forward.as_seconds(), times.backward.as_seconds(), times.weight.as_seconds());
        if apart { Part { f, b, w } } else { Part { f, b: b + w, w: 0.0 } }
    }

    fn total(&self) -> f64 {
        self.f + self.b + self.w
    }
}

struct Forms<'a> {
    pipeline: &'a Pipeline,
    first: Part,
    middle: Part,
    last: Part,
    /// Stages at which a longest path may turn or dwell.
    corners: [u32; 4],
    n_corners: usize,
}

impl<'a> Forms<'a> {
    fn new(pipeline: &'a Pipeline, times: &EndTimes) -> Forms<'a> {
        let apart = pipeline.schedule == Schedule::ZeroBubble;
        let p = pipeline.stages;
        let (corners, n_corners) = match p {
            2 => ([0, 1, 0, 0], 2),
            3 => ([0, 1, 2, 0], 3),
            _ => ([0, 1, p - 2, p - 1], 4),
        };
        Forms {
            pipeline,
            first: Part::of(&times.first, apart),
            middle: Part::of(&times.middle, apart),
            last: Part::of(&times.last, apart),
            corners,
            n_corners,
        }
    }

    fn corners(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.corners[..self.n_corners].iter().copied()
    }

    /// Corners from a stage on.
    fn beyond(&self, stage: u32) -> impl Iterator<Item = u32> + '_ {
        self.corners().filter(move |corner| *corner >= stage)
    }

    /// Corners up to a stage.
    fn up_to(&self, stage: u32) -> impl Iterator<Item = u32> + '_ {
        self.corners().filter(move |corner| *corner <= stage)
    }

    /// The only chunk of a stage.
    fn stage(&self, stage: u32) -> &Part {
        if stage == 0 {
            &self.first
        } else if stage + 1 == self.pipeline.stages {
            &self.last
        } else {
            &self.middle
        }
    }

    /// Sum over stages `from..to` of one chunk each.
    fn across(&self, from: u32, to: u32, of: impl Fn(&Part) -> f64) -> f64 {
        if from >= to {
            return 0.0;
        }
        let p = self.pipeline.stages;
        let mut sum = f64::from(to - from) * of(&self.middle);
        if from == 0 {
            sum += of(&self.first) - of(&self.middle);
        }
        if to == p {
            sum += of(&self.last) - of(&self.middle);
        }
        sum
    }

    /// 1F1B with one chunk a stage, exact for more micro-batches than stages.
    ///
    /// With $w_k = p - k$ micro-batches in flight at stage $k$, the longest of, for every stage $k$ of dwelling,
    /// $\sum_{i<k} (F_i + B_i) + m (F_k + B_k)$ and $E_k + (m - 1 - w_k)(F_k + B_k) + X_k$, where
    ///
    /// $$ E_k = \max_{b \ge k,\ a \le b} \sum_{i \le b} F_i + (w_b - 1) F_a + \sum_{i=k}^{b} B_i $$
    ///
    /// is the end of the first backward pass of stage $k$ by way of turning at stage $b$, and $X_k$ its mirror.
    /// Equal stages give $(m + p - 1)(F + B)$.
    fn one_f_one_b(&self) -> (f64, bool) {
        let (p, m) = (self.pipeline.stages, self.pipeline.microbatches);
        let mut longest = 0.0_f64;
        for k in self.corners() {
            let own = self.stage(k).total();
            longest = longest.max(self.across(0, k, Part::total) + f64::from(m) * own);
            if m <= p - k {
                continue;
            }
            let (mut enter, mut leave) = (0.0_f64, 0.0_f64);
            for b in self.beyond(k) {
                let shifts = f64::from(p - 1 - b);
                let most =
                    |of: fn(&Part) -> f64| self.up_to(b).map(|a| of(self.stage(a))).fold(0.0, f64::max);
                let (all_forward, all_backward) =
                    (self.across(0, b + 1, |part| part.f), self.across(0, b + 1, |part| part.b));
                let part_forward = all_forward - self.across(0, k, |part| part.f);
                let part_backward = all_backward - self.across(0, k, |part| part.b);
                enter = enter.max(all_forward + shifts * most(|part| part.f) + part_backward);
                leave = leave.max(part_forward + shifts * most(|part| part.b) + all_backward);
            }
            longest = longest.max(enter + leave + f64::from(m - 1 - (p - k)) * own);
        }
        (longest, m > p)
    }

    /// Zero bubble, exact for more micro-batches than stages and ends that are no lighter than the middle.
    ///
    /// As 1F1B, with gradients by weight between the backward passes of the dwelling stage from its lag on, and
    /// after the last backward pass of the stage that ends last. Equal stages with $W \le \min(F, B)$ give
    /// $m (F + B + W) + (p - 1)(F + B - W)$, the published bubble (`zero-bubble-2024`).
    fn zero_bubble(&self) -> (f64, bool) {
        let (p, m) = (self.pipeline.stages, self.pipeline.microbatches);
        let lighter = |end: &Part| end.f < self.middle.f || end.b < self.middle.b || end.w < self.middle.w;
        let exact = m > p && (p == 2 || !(lighter(&self.first) || lighter(&self.last)));
        let forward = |from: u32, to: u32| self.across(from, to, |part| part.f);
        let backward = |from: u32, to: u32| self.across(from, to, |part| part.b);
        let mut longest = 0.0_f64;
        for k in self.corners() {
            let own = *self.stage(k);
            let warm = p - 1 - k;
            longest = longest.max(forward(0, k) + f64::from(m) * own.total());
            if m <= p {
                continue;
            }
            let (mut enter, mut leave) = (0.0_f64, 0.0_f64);
            for b in self.beyond(k) {
                let shifts = f64::from(p - 1 - b);
                for a in self.up_to(b) {
                    enter = enter.max(forward(0, b + 1) + shifts * self.stage(a).f + backward(k, b + 1));
                    let drain = self.stage(a);
                    for end in self.up_to(a) {
                        let tail = f64::from(end + 1) * self.stage(end).w;
                        let path =
                            forward(k, b + 1) + backward(end, b + 1) + shifts * (drain.b + drain.w) + tail;
                        leave = leave.max(path);
                    }
                }
            }
            // Gradients by weight that the dwelling stage does before its last forward pass.
            let within = f64::from((m - 1 - warm).saturating_sub(k)) * own.w;
            longest = longest.max(
                enter + f64::from(m - 1 - warm) * own.f + f64::from(m - 1) * own.b + f64::from(m) * own.w,
            );
            longest = longest.max(enter + f64::from(m - 2 - warm) * (own.f + own.b) + within + leave);
            longest = longest.max(
                forward(0, k) + f64::from(m - 1) * own.f + f64::from(m - 1 - warm) * own.b + within + leave,
            );
        }
        (longest, exact)
    }

    /// A chunk of a stage.
    fn chunk(&self, stage: u32, chunk: u32) -> &Part {
        if stage == 0 && chunk == 0 {
            &self.first
        } else if stage + 1 == self.pipeline.stages && chunk + 1 == self.pipeline.chunks {
            &self.last
        } else {
            &self.middle
        }
    }

    /// Chunk of the `x`-th forward slot.
    fn chunk_at(&self, x: u32) -> u32 {
        let (p, v) = (self.pipeline.stages, self.pipeline.chunks);
        x % (p * v) / p
    }

    /// How many of the first `x` forward slots are of a chunk.
    fn count(&self, x: u32, chunk: u32) -> f64 {
        let (p, v) = (self.pipeline.stages, self.pipeline.chunks);
        let (rounds, rest) = (x / (p * v), x % (p * v));
        f64::from(rounds * p + rest.saturating_sub(chunk * p).min(p))
    }

    /// Sum of the first `x` forward slots of a stage.
    fn forwards(&self, stage: u32, x: u32) -> f64 {
        let mut sum = f64::from(x) * self.middle.f;
        if stage == 0 {
            sum += self.count(x, 0) * (self.first.f - self.middle.f);
        }
        if stage + 1 == self.pipeline.stages {
            sum += self.count(x, self.pipeline.chunks - 1) * (self.last.f - self.middle.f);
        }
        sum
    }

    /// Sum of the first `x` backward slots of a stage, which take its chunks in reverse.
    fn backwards(&self, stage: u32, x: u32) -> f64 {
        let mut sum = f64::from(x) * self.middle.b;
        if stage == 0 {
            sum += self.count(x, self.pipeline.chunks - 1) * (self.first.b - self.middle.b);
        }
        if stage + 1 == self.pipeline.stages {
            sum += self.count(x, 0) * (self.last.b - self.middle.b);
        }
        sum
    }

    /// Sum over stages `from..to` of a chunk each.
    fn across_chunk(&self, from: u32, to: u32, chunk: u32, of: impl Fn(&Part) -> f64) -> f64 {
        if from >= to {
            return 0.0;
        }
        let mut sum = f64::from(to - from) * of(&self.middle);
        if from == 0 {
            sum += of(self.chunk(0, chunk)) - of(&self.middle);
        }
        if to == self.pipeline.stages {
            sum += of(self.chunk(to - 1, chunk)) - of(&self.middle);
        }
        sum
    }

    /// Interleaved 1F1B of three stages or more, exact where chunks never get lighter from first to middle to last,
    /// or the first is heavier than the middle but not than the last; for two rounds or more also where the first
    /// is no heavier than the middle, whatever the last is.
    ///
    /// As 1F1B with one chunk, over the stage's own order of slots. Equal chunks give $(m v + p - 1)(F + B)$.
    fn interleaved(&self) -> (f64, bool) {
        let (p, v, m) = (self.pipeline.stages, self.pipeline.chunks, self.pipeline.microbatches);
        let no_less = |left: &Part, right: &Part| left.f >= right.f && left.b >= right.b;
        let heavy = no_less(&self.last, &self.middle) && no_less(&self.last, &self.first);
        let light_first = no_less(&self.middle, &self.first);
        let exact = if m > p { heavy || light_first } else { heavy && no_less(&self.first, &self.middle) };
        let exact = exact && p > 2;
        let all = m * v;
        let forward = |from, to, chunk| self.across_chunk(from, to, chunk, |part| part.f);
        let backward = |from, to, chunk| self.across_chunk(from, to, chunk, |part| part.b);
        let mut longest = 0.0_f64;
        for k in self.corners() {
            let warm = warmup(self.pipeline, k);
            let ends = forward(0, k, 0) + backward(0, k, 0);
            longest = longest.max(ends + self.forwards(k, all) + self.backwards(k, all));
            if all - 1 <= warm {
                continue;
            }
            let (mut enter, mut leave) = (0.0_f64, 0.0_f64);
            for b in self.beyond(k) {
                let turn = warmup(self.pipeline, b);
                let turn_back = all - 1 - turn;
                let (chunk, chunk_back) = (self.chunk_at(turn), v - 1 - self.chunk_at(turn_back));
                let back = backward(k, b + 1, v - 1);
                let down = forward(k, b + 1, v - 1);
                for a in self.up_to(b) {
                    let path =
                        forward(0, a, 0) + self.forwards(a, turn + 1) + forward(a + 1, b + 1, chunk) + back;
                    enter = enter.max(path);
                    let own = self.backwards(a, all) - self.backwards(a, turn_back);
                    let path = down + backward(a + 1, b + 1, chunk_back) + own + backward(0, a, 0);
                    leave = leave.max(path);
                }
            }
            let dwell = self.forwards(k, all - 1) - self.forwards(k, warm + 1)
                + self.backwards(k, all - 1 - warm)
                - self.backwards(k, 1);
            longest = longest.max(enter + leave + dwell);
        }
        (longest, exact)
    }

    /// Work from both ends: half of the micro-batches pass a device as each of its two stages, once the first has come
    /// down to it from its nearer end. Never exact.
    fn both_ends(&self) -> f64 {
        let p = self.pipeline.stages;
        let half = 0.5 * f64::from(self.pipeline.microbatches);
        let with_middle = self.corners().chain([p / 2 - 1, p / 2]);
        with_middle
            .map(|k| {
                let mirrored = p - 1 - k;
                let fill = self.across(0, k.min(mirrored), |part| part.f);
                fill + (self.stage(k).total() + self.stage(mirrored).total()) * half
            })
            .fold(0.0, f64::max)
    }
}
