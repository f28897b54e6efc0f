//! The exact time of every slot of a pipeline, by recurrence over stages and micro-batches.

use quarterdeck_units::Seconds;

use super::order::{self, Entry, Part};
use super::{ChunkTimes, Pipeline, Slot, Work, wave};
use crate::parallelism::Schedule;

/// Time of a step's pipeline.
///
/// $$ s = \max(e_{before},\ e_{needed} + \sigma), \qquad e = s + d $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $s, e$ | start and end of a slot | s |
/// | $e_{before}$ | end of the slot before it on its stage | s |
/// | $e_{needed}$ | end of the slot whose result it takes | s |
/// | $\sigma$ | `pipeline.send`, none within a stage | s |
/// | $d$ | `times` of its chunk | s |
///
/// Exact for the order of [`order::of`], with every stage different.
pub(super) fn time(pipeline: &Pipeline, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Seconds {
    wave::time(pipeline, times).unwrap_or_else(|| Run::new(pipeline, times).finish(&mut |_, _, _, _| {}))
}

/// Every slot, stage by stage.
pub(super) fn timeline(pipeline: &Pipeline, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Vec<Slot> {
    let mut slots = Vec::new();
    let run = Run::new(pipeline, times);
    let p = pipeline.stages;
    let slot = |stage: u32, part: Part, work, start: f64, end: f64| Slot {
        stage,
        // Units of a stage alone are its chunks; the directions of both ends count as chunks too.
        chunk: part.unit / p,
        microbatch: part.microbatch,
        work,
        start: Seconds::seconds(start),
        end: Seconds::seconds(end),
    };
    let widths: Vec<ChunkTimes> = run.times.clone();
    run.finish(&mut |stage, entry, start, end| match *entry {
        Entry::Forward(part) | Entry::Backward { part, .. } | Entry::Weight(part) => {
            slots.push(slot(stage, part, entry.work(), start, end));
        }
        Entry::Both { forward, backward } => {
            // Two that run as one are drawn one after the other.
            let middle = start + widths[forward.unit as usize].forward.as_seconds();
            slots.push(slot(stage, forward, Work::Forward, start, middle));
            slots.push(slot(stage, backward, Work::Backward, middle, end));
        }
    });
    slots.sort_by(|left, right| {
        left.stage.cmp(&right.stage).then(left.start.total_cmp(&right.start)).then(left.work.cmp(&right.work))
    });
    slots
}

struct Run {
    stages: u32,
    microbatches: usize,
    send: f64,
    /// Times of each unit.
    times: Vec<ChunkTimes>,
    /// Units of one line, from the embedding to the head.
    line: usize,
    orders: Vec<Vec<Entry>>,
    forward_end: Vec<f64>,
    backward_end: Vec<f64>,
}

impl Run {
    fn new(pipeline: &Pipeline, times: &dyn Fn(u32, u32) -> ChunkTimes) -> Run {
        let p = pipeline.stages;
        let dual = pipeline.schedule == Schedule::DualPipe && p > 1;
        let times: Vec<ChunkTimes> = if dual {
            // Both lines pass the same layers, from one end and from the other.
            (0..2 * p).map(|unit| times(unit % p, 0)).collect()
        } else {
            (0..p * pipeline.chunks).map(|unit| times(unit % p, unit / p)).collect()
        };
        let microbatches = pipeline.microbatches as usize;
        let ends = vec![f64::NAN; times.len() * microbatches];
        Run {
            stages: p,
            microbatches,
            send: pipeline.send.as_seconds(),
            line: if dual { p as usize } else { times.len() },
            orders: (0..p).map(|stage| order::of(pipeline, stage)).collect(),
            forward_end: ends.clone(),
            backward_end: ends,
            times,
        }
    }

    fn at(&self, part: Part) -> usize {
        part.unit as usize * self.microbatches + part.microbatch as usize
    }

    /// When what a forward takes is there; NaN while it is not known.
    fn forward_ready(&self, part: Part) -> f64 {
        if (part.unit as usize).is_multiple_of(self.line) {
            return 0.0;
        }
        let from = self.forward_end[self.at(part) - self.microbatches];
        from + if self.stages > 1 { self.send } else { 0.0 }
    }

    fn backward_ready(&self, part: Part) -> f64 {
        if (part.unit as usize + 1).is_multiple_of(self.line) {
            return self.forward_end[self.at(part)];
        }
        let from = self.backward_end[self.at(part) + self.microbatches];
        from + if self.stages > 1 { self.send } else { 0.0 }
    }

    fn ready(&self, entry: &Entry) -> f64 {
        match *entry {
            Entry::Forward(part) => self.forward_ready(part),
            Entry::Backward { part, .. } => self.backward_ready(part),
            Entry::Weight(_) => 0.0,
            Entry::Both { forward, backward } => {
                let (left, right) = (self.forward_ready(forward), self.backward_ready(backward));
                // Not `max`, which would drop an unknown one.
                if left.is_nan() || right.is_nan() { f64::NAN } else { left.max(right) }
            }
        }
    }

    fn duration(&self, entry: &Entry) -> f64 {
        let times = |part: Part| &self.times[part.unit as usize];
        let whole = |part: Part| (times(part).backward + times(part).weight).as_seconds();
        match *entry {
            Entry::Forward(part) => times(part).forward.as_seconds(),
            Entry::Backward { part, whole: true } => whole(part),
            Entry::Backward { part, whole: false } => times(part).backward.as_seconds(),
            Entry::Weight(part) => times(part).weight.as_seconds(),
            Entry::Both { forward, backward } => times(forward).forward.as_seconds() + whole(backward),
        }
    }

    /// Works through all orders; each pass over the stages advances every one as far as it can.
    fn finish(mut self, record: &mut dyn FnMut(u32, &Entry, f64, f64)) -> Seconds {
        let orders = std::mem::take(&mut self.orders);
        let mut next = vec![0_usize; orders.len()];
        let mut free = vec![0.0_f64; orders.len()];
        loop {
            let mut moved = false;
            for (stage, order) in orders.iter().enumerate() {
                while let Some(entry) = order.get(next[stage]) {
                    let ready = self.ready(entry);
                    if ready.is_nan() {
                        break;
                    }
                    let start = free[stage].max(ready);
                    let end = start + self.duration(entry);
                    match *entry {
                        Entry::Forward(part) => {
                            let at = self.at(part);
                            self.forward_end[at] = end;
                        }
                        Entry::Backward { part, .. } => {
                            let at = self.at(part);
                            self.backward_end[at] = end;
                        }
                        Entry::Weight(_) => {}
                        Entry::Both { forward, backward } => {
                            let (ahead, back) = (self.at(forward), self.at(backward));
                            self.forward_end[ahead] = end;
                            self.backward_end[back] = end;
                        }
                    }
                    record(stage as u32, entry, start, end);
                    free[stage] = end;
                    next[stage] += 1;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        debug_assert!(
            next.iter().zip(&orders).all(|(next, order)| *next == order.len()),
            "orders must not block"
        );
        Seconds::seconds(free.into_iter().fold(0.0, f64::max))
    }
}
