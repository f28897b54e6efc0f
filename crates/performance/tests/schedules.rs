//! Pipeline schedules: closed forms equal the recurrence over every slot, orders do each piece of work once, and
//! published bubbles come out.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quarterdeck_performance::parallelism::Schedule;
use quarterdeck_performance::parallelism::schedule::{ChunkTimes, EndTimes, Pipeline, Slot, Work};
use quarterdeck_units::Seconds;

fn times(forward: f64, backward: f64, weight: f64) -> ChunkTimes {
    ChunkTimes {
        forward: Seconds::seconds(forward),
        backward: Seconds::seconds(backward),
        weight: Seconds::seconds(weight),
    }
}

fn pipeline(schedule: Schedule, stages: u32, chunks: u32, microbatches: u32) -> Pipeline {
    Pipeline { schedule, stages, chunks, microbatches, send: Seconds::ZERO }.filled()
}

fn by_recurrence(pipeline: &Pipeline, ends: &EndTimes) -> f64 {
    let slots = pipeline.timeline(&|stage, chunk| ends.of(pipeline, stage, chunk));
    slots.iter().map(|slot| slot.end.as_seconds()).fold(0.0, f64::max)
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-9 * right.abs()
}

/// Any times that a chunk of layers may have, an embedding before and a head behind, and layers that are missing at
/// the ends.
fn ends(light: bool) -> impl Strategy<Value = EndTimes> {
    let layers = 1..9_u32;
    (layers, 0.8..3.0_f64, 0.0..1.5_f64, 0.0..0.4_f64, 0.0..20.0_f64, 0..9_u32, any::<bool>()).prop_map(
        move |(layers, b, w, embedding, head, missing, less_first)| {
            let layers = f64::from(layers);
            let missing = if light { f64::from(missing).min(layers) } else { 0.0 };
            let first_missing = if light && less_first { 1.0_f64.min(layers) } else { 0.0 };
            let of = |layers: f64, extra: f64| times(layers + extra, layers * b + extra, layers * w + extra);
            EndTimes {
                first: of(layers - first_missing, embedding),
                middle: of(layers, 0.0),
                last: of(layers - missing, head),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The closed form of 1F1B is exact, ragged ends included.
    #[test]
    fn one_f_one_b_is_exact(ends in ends(true), p in 1..14_u32, more in 1..40_u32) {
        let pipeline = pipeline(Schedule::OneFOneB, p, 1, p + more);
        let form = pipeline.bound(&ends).exact().unwrap().as_seconds();
        prop_assert!(close(form, by_recurrence(&pipeline, &ends)), "{form} {}", by_recurrence(&pipeline, &ends));
    }

    /// The closed form of interleaved 1F1B is exact where it answers, which it does for usual ends.
    #[test]
    fn interleaved_is_exact(ends in ends(true), p in 2..9_u32, rounds in 1..6_u32, v in 2..6_u32) {
        let pipeline = pipeline(Schedule::OneFOneB, p, v, p * rounds);
        let (f, l) = (&ends.first, &ends.last);
        let no_less = |left: &ChunkTimes, right: &ChunkTimes| {
            left.forward >= right.forward && left.backward + left.weight >= right.backward + right.weight
        };
        let usual = p > 2 && no_less(f, &ends.middle) && no_less(l, f);
        let form = pipeline.bound(&ends).exact();
        prop_assert!(form.is_some() || !usual);
        let exact = by_recurrence(&pipeline, &ends);
        prop_assert!(form.is_none_or(|form| close(form.as_seconds(), exact)), "{form:?} {exact}");
    }

    /// The closed form of the zero-bubble schedule is exact.
    #[test]
    fn zero_bubble_is_exact(ends in ends(false), p in 1..12_u32, more in 1..40_u32) {
        let pipeline = pipeline(Schedule::ZeroBubble, p, 1, p + more);
        let form = pipeline.bound(&ends).exact().unwrap().as_seconds();
        prop_assert!(close(form, by_recurrence(&pipeline, &ends)), "{form} {}", by_recurrence(&pipeline, &ends));
    }

    /// Where no closed form is exact the recurrence answers, and a closed form never exceeds it.
    #[test]
    fn time_is_the_recurrence(
        ends in ends(true), p in 1..8_u32, m in 1..20_u32, v in 1..5_u32,
        schedule in prop::sample::select(vec![Schedule::OneFOneB, Schedule::ZeroBubble, Schedule::DualPipe]),
    ) {
        let v = if schedule == Schedule::OneFOneB { v } else { 1 };
        let p = if schedule == Schedule::DualPipe { 2 * p } else { p };
        let pipeline = pipeline(schedule, p, v, m);
        let exact = by_recurrence(&pipeline, &ends);
        prop_assert!(close(pipeline.time(&ends).as_seconds(), exact));
        prop_assert!(pipeline.bound(&ends).least().as_seconds() <= exact * (1.0 + 1e-12));
    }

    /// Waves give what the slots give, with every chunk different and messages that take time.
    #[test]
    fn waves_are_exact(
        p in 2..9_u32, m in 1..20_u32, v in 1..5_u32, send in 0.0..2.0_f64,
        seconds in prop::collection::vec((0.1..4.0_f64, 0.1..4.0_f64, 0.1..4.0_f64), 40),
        schedule in prop::sample::select(vec![Schedule::OneFOneB, Schedule::ZeroBubble]),
    ) {
        let v = if schedule == Schedule::OneFOneB { v } else { 1 };
        let pipeline = Pipeline { send: Seconds::seconds(send), ..pipeline(schedule, p, v, m) };
        let of = |stage: u32, chunk: u32| {
            let (f, b, w) = seconds[(stage * v + chunk) as usize];
            times(f, b, w)
        };
        let slots = pipeline.timeline(&of);
        let exact = slots.iter().map(|slot| slot.end.as_seconds()).fold(0.0, f64::max);
        prop_assert!(close(pipeline.time_of(&of).as_seconds(), exact));
    }

    /// Orders do each piece of work once, never two at a time on a stage, and hold as many chunks as counted.
    #[test]
    fn orders_do_each_piece_once(
        half in 1..5_u32, m in 1..24_u32, v in 1..4_u32,
        schedule in prop::sample::select(vec![Schedule::OneFOneB, Schedule::ZeroBubble, Schedule::DualPipe]),
    ) {
        let p = if schedule == Schedule::DualPipe { 2 * half } else { half };
        let v = if schedule == Schedule::OneFOneB { v } else { 1 };
        let pipeline = pipeline(schedule, p, v, m);
        let slots = pipeline.timeline(&|_, _| times(1.0, 1.2, 0.8));
        let mut counts: BTreeMap<(Work, u32, u32), u32> = BTreeMap::new();
        for slot in &slots {
            *counts.entry((slot.work, slot.stage, slot.microbatch)).or_default() += 1;
        }
        for stage in 0..p {
            for microbatch in 0..pipeline.microbatches {
                prop_assert_eq!(counts.get(&(Work::Forward, stage, microbatch)), Some(&v));
                prop_assert_eq!(counts.get(&(Work::Backward, stage, microbatch)), Some(&v));
            }
            let own: Vec<&Slot> = slots.iter().filter(|slot| slot.stage == stage).collect();
            for pair in own.windows(2) {
                prop_assert!(pair[1].start.as_seconds() >= pair[0].end.as_seconds() - 1e-9);
            }
            let mut held = 0_i64;
            let mut most = 0_i64;
            for slot in &own {
                held += match slot.work {
                    Work::Forward => 1,
                    Work::Backward => -1,
                    Work::Weight => 0,
                };
                most = most.max(held);
            }
            prop_assert_eq!(held, 0);
            let counted = i64::from(pipeline.chunks_in_flight(stage));
            if schedule == Schedule::OneFOneB {
                prop_assert_eq!(most, counted);
            } else {
                prop_assert!(most <= counted, "{} of {}", most, counted);
            }
        }
    }

    /// A longer message between stages never shortens a step.
    #[test]
    fn sends_only_lengthen(ends in ends(false), p in 1..6_u32, m in 1..12_u32, send in 0.0..2.0_f64) {
        let near = pipeline(Schedule::OneFOneB, p, 1, m);
        let far = Pipeline { send: Seconds::seconds(send), ..near };
        prop_assert!(far.time(&ends).as_seconds() >= near.time(&ends).as_seconds() * (1.0 - 1e-12));
    }
}

/// Published bubbles of equal stages: 1F1B `(p-1)(F+B)`, interleaved the `v`-th part, zero bubble `(p-1)(F+B-W)`,
/// and both ends `(p/2-1)(F&B + B - 3W)` (`deepseek-v3-2024`, table 2, where `B` counts both gradients).
#[test]
fn published_bubbles_come_out() {
    for (f, b, w) in [(1.0, 1.0, 1.0), (1.0, 1.1, 0.9)] {
        let one = times(f, b, w);
        let equal = EndTimes { first: one, middle: one, last: one };
        for (p, m) in [(4, 16), (8, 32), (16, 64)] {
            let bubble = |schedule, v: u32| {
                let pipeline = pipeline(schedule, p, v, m);
                pipeline.time(&equal).as_seconds() - f64::from(m * v) * (f + b + w)
            };
            let stages = f64::from(p);
            assert!(close(bubble(Schedule::OneFOneB, 1), (stages - 1.0) * (f + b + w)));
            assert!(close(bubble(Schedule::OneFOneB, 4), (stages - 1.0) * (f + b + w)));
            assert!(close(bubble(Schedule::ZeroBubble, 1), (stages - 1.0) * (f + b - w)));
            let both_ends = (stages / 2.0 - 1.0) * ((f + b + w) + (b + w) - 3.0 * w);
            let found = bubble(Schedule::DualPipe, 1);
            // The published count takes all three parts as equal.
            let slack = if (b - w).abs() < 1e-12 { 1e-9 } else { 0.05 };
            assert!((found / both_ends - 1.0).abs() <= slack, "{found} {both_ends}");
        }
    }
}
