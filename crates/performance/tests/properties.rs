//! What must hold whatever the numbers are: faster parts are never slower, larger batches never lower a rate,
//! deeper models never take less memory, and parts sum to totals.

#[path = "common/workloads.rs"]
#[allow(dead_code)]
mod workloads;

use std::sync::LazyLock;

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Device, Platform};
use quarterdeck_performance::collectives::{Network, Tier};
use quarterdeck_performance::llm_inference::{Engine, Group, Requests, Split};
use quarterdeck_performance::llm_training::{Adaptation, Job, Pricer, search};
use quarterdeck_performance::memory::StateWidths;
use quarterdeck_performance::parallelism::{Layout, Parallelism, Recompute, Sharding};
use quarterdeck_performance::{FitTable, Machine, Outcome};
use quarterdeck_units::{Bandwidth, Bytes, Quarter, Seconds};
use quarterdeck_workload::{LayerKind, Operator, Partition, Pass, Shape, Widths};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

/// Bisections stop within a hundredth.
const SLACK: f64 = 0.985;

fn platform(id: &str) -> Platform {
    CATALOG.platform(id).unwrap().as_ref().clone()
}

/// The catalogue with a changed device.
fn changed(device: &str, change: impl Fn(&mut Device)) -> Catalog {
    let mut device = CATALOG.device(device).unwrap().as_ref().clone();
    change(&mut device);
    CATALOG.clone().with_device(device).unwrap()
}

/// Rates of all kinds of work on a platform, 0 where one cannot run.
fn rates(catalog: &Catalog, platform: &Platform) -> Vec<(String, f64)> {
    workloads::all(catalog)
        .iter()
        // Pre-training of the largest models searches longest and adds no other path.
        .filter(|work| work.id != "pretraining")
        .map(|work| {
            let rate = match work.on(catalog, platform) {
                Outcome::Runs(fit) => fit.rate.per_second,
                Outcome::CannotRun(_) => 0.0,
            };
            (format!("{} {:?}", work.id, work.model.as_ref().map(|model| model.id())), rate)
        })
        .collect()
}

fn never_slower(platform: &Platform, better: &Catalog, change: &str) {
    for ((work, before), (_, after)) in rates(&CATALOG, platform).into_iter().zip(rates(better, platform)) {
        assert!(after >= before * SLACK, "{work} on {}: {change} lowers {before} to {after}", platform.id);
    }
}

#[test]
fn more_memory_bandwidth_is_never_slower() {
    for id in ["a100-sxm-80-hgx-8", "h100-hgx-8", "cpu-2s-spr", "mtia-v1"] {
        let platform = platform(id);
        for factor in [1.1, 3.0] {
            let better = changed(&platform.device, |device| {
                let bandwidth = &mut device.memory.bandwidth.value;
                *bandwidth = *bandwidth * factor;
            });
            never_slower(&platform, &better, "more bandwidth");
        }
    }
}

#[test]
fn more_peak_is_never_slower() {
    for id in ["a100-sxm-80-hgx-8", "h100-hgx-8", "cpu-2s-spr", "mtia-v1"] {
        let platform = platform(id);
        for factor in [1.1, 3.0] {
            let better = changed(&platform.device, |device| {
                for peak in device.peak.values_mut() {
                    peak.value = peak.value * factor;
                }
            });
            never_slower(&platform, &better, "more peak");
        }
    }
}

#[test]
fn faster_links_are_never_slower() {
    for id in ["a100-sxm-80-hgx-8", "h100-hgx-8"] {
        let platform = platform(id);
        let better = changed(&platform.device, |device| {
            if let Some(link) = &mut device.scale_up {
                link.bandwidth.value = link.bandwidth.value * 2.0;
            }
        });
        never_slower(&platform, &better, "a faster link");
        let mut networked = platform.clone();
        networked.scale_out.back_end_rate.value = networked.scale_out.back_end_rate.value * 4.0;
        for ((work, before), (_, after)) in
            rates(&CATALOG, &platform).into_iter().zip(rates(&CATALOG, &networked))
        {
            assert!(after >= before * SLACK, "{work} on {id}: a faster network lowers {before} to {after}");
        }
    }
}

/// A heavier model is never served or trained faster.
#[test]
fn heavier_models_are_never_faster() {
    let platform = platform("h100-hgx-8");
    for work in workloads::all(&CATALOG).iter().filter(|work| work.id != "pretraining" && work.id != "jobs") {
        let mut last = f64::INFINITY;
        for flops in [1.0, 1.5, 3.0] {
            let drift = quarterdeck_workload::DriftFactors { flops, embedding_bytes: flops, lookups: flops };
            let Outcome::Runs(fit) = work.with(&CATALOG, &platform, drift, None) else { break };
            // A group may grow with the model, and a wider group has more of everything for one copy.
            let rate = fit.rate.per_second;
            assert!(rate <= last / SLACK, "{} x{flops}: {rate} after {last}", work.id);
            last = rate;
        }
    }
}

fn llama(layers: f64) -> Shape {
    let model = CATALOG.model("llama-3-70b").unwrap();
    Shape { layers, dense_layers: layers, ..Shape::from(&model.as_transformer().unwrap().architecture) }
}

fn job(shape: Shape, global_batch: f64) -> Job {
    Job {
        shape,
        sequence: 8192.0,
        global_batch,
        precision: quarterdeck_catalog::Precision::Bf16,
        adaptation: Adaptation::Full,
        expert_imbalance: 1.0,
        routing: quarterdeck_performance::llm_training::Routing::Dropless,
        states: StateWidths::MIXED,
        software: None,
        launches_wait: false,
    }
}

/// Tokens come down to the experts' stream before they travel: a quarter of the width, a quarter of the bytes.
#[test]
fn experts_in_a_narrower_stream_exchange_less() {
    let platform = platform("b200-hgx-8");
    let machine = Machine::of(&CATALOG, &platform).unwrap();
    let model = CATALOG.model("nemotron-3-super").unwrap();
    let narrow = Shape::from(&model.as_transformer().unwrap().architecture);
    let mut wide = narrow.clone();
    wide.moe.as_mut().unwrap().latent = None;
    let layout =
        Layout { parallelism: Parallelism { data: 64, expert: 64, ..Parallelism::ONE }, ..Layout::PLAIN };
    let between = |shape: Shape| {
        let job = job(shape, 512.0);
        Pricer::new(&machine, &job).unwrap().price(&layout).breakdown.scale_out.as_seconds()
    };
    let (narrow, wide) = (between(narrow), between(wide));
    assert!((0.2..0.35).contains(&(narrow / wide)), "{narrow} s against {wide} s");
}

/// A mesh spends a link for each hop; switches of the same links spend one.
#[test]
fn an_all_to_all_pays_for_hops() {
    let rate = |id: &str| {
        let platform = platform(id);
        Machine::of(&CATALOG, &platform).unwrap().network.scale_up
    };
    let (mesh, switched) = (rate("v100-hgx-8"), rate("dgx-2"));
    let hops = platform("v100-hgx-8").scale_up_hops.unwrap().value;
    let ratio = switched.all_to_all.as_bytes_per_second() / mesh.all_to_all.as_bytes_per_second();
    assert!((ratio - hops).abs() < 1e-9, "{ratio}");
    assert_eq!(mesh.all_reduce, switched.all_reduce);
    assert_eq!(switched.size, 16.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Parts of a step sum to its time under any layout, and nothing is negative.
    #[test]
    fn parts_of_a_step_sum_to_it(
        tensor in 0..4_u32, pipeline in prop::sample::select(vec![1_u32, 2, 4, 5, 8, 10]), data in 1..64_u32,
        microbatch in 1..4_u32, interleave in prop::sample::select(vec![1_u32, 2, 4]),
        recompute in prop::sample::select(vec![Recompute::None, Recompute::Selective, Recompute::Full]),
    ) {
        let platform = platform("h100-hgx-8");
        let machine = Machine::of(&CATALOG, &platform).unwrap();
        let job = job(llama(80.0), 512.0);
        let layout = Layout {
            parallelism: Parallelism { tensor: 1 << tensor, pipeline, data, expert: 1, context: 1 },
            microbatch, interleave, recompute,
            ..Layout::PLAIN
        };
        let step = Pricer::new(&machine, &job).unwrap().price(&layout);
        let sum: f64 = step.breakdown.parts().iter().map(|(_, time)| time.as_seconds()).sum();
        prop_assert!((sum - step.breakdown.total().as_seconds()).abs() <= 1e-12 * sum);
        prop_assert!(step.breakdown.parts().iter().all(|(_, time)| time.as_seconds() >= 0.0));
        let hidden = step.breakdown.hidden;
        prop_assert!(hidden.scale_up.as_seconds() >= 0.0 && hidden.scale_out.as_seconds() >= 0.0);
    }

    /// Deeper models take more memory and more time; recomputation trades one for the other.
    #[test]
    fn memory_grows_with_layers(layers in 2..60_u32, more in 1..40_u32, full in any::<bool>()) {
        let platform = platform("h100-hgx-8");
        let machine = Machine::of(&CATALOG, &platform).unwrap();
        let recompute = if full { Recompute::Full } else { Recompute::None };
        let layout = Layout {
            parallelism: Parallelism { tensor: 8, data: 4, ..Parallelism::ONE },
            recompute,
            sharding: Sharding::Full,
            ..Layout::PLAIN
        };
        let price = |layers: u32, layout: &Layout| {
            let job = job(llama(f64::from(layers)), 64.0);
            Pricer::new(&machine, &job).unwrap().price(layout)
        };
        let (shallow, deep) = (price(layers, &layout), price(layers + more, &layout));
        prop_assert!(deep.memory.used() > shallow.memory.used());
        prop_assert!(deep.breakdown.total() > shallow.breakdown.total());
        let again = price(layers + 3, &Layout { recompute: Recompute::Full, ..layout });
        let kept = price(layers + 3, &Layout { recompute: Recompute::None, ..layout });
        prop_assert!(again.memory.activations < kept.memory.activations);
        // Where gathering of weights sets the pace, doing work again is free.
        prop_assert!(again.breakdown.total() >= kept.breakdown.total() * (1.0 - 1e-9));
    }

    /// A larger global batch on the same devices never lowers tokens per second.
    #[test]
    fn larger_batches_never_lower_training(batch in 1..32_u32, times in 2..5_u32) {
        let platform = platform("h100-hgx-8");
        let machine = Machine::of(&CATALOG, &platform).unwrap();
        let layout = Layout { parallelism: Parallelism { tensor: 8, pipeline: 4, data: 4, ..Parallelism::ONE }, ..Layout::PLAIN };
        let rate = |batch: f64| {
            let job = job(llama(80.0), batch);
            batch / Pricer::new(&machine, &job).unwrap().price(&layout).breakdown.total().as_seconds()
        };
        let small = f64::from(batch * 4);
        prop_assert!(rate(small * f64::from(times)) >= rate(small));
    }

    /// More running requests lower a rate by no more than the last wave of tiles that they start, and never
    /// shorten the time per token.
    #[test]
    fn larger_batches_never_lower_serving(running in 1..500_u32, more in 1..500_u32, ways in 0..4_u32) {
        let platform = platform("h100-hgx-8");
        let machine = Machine::of(&CATALOG, &platform).unwrap();
        let shape = llama(80.0);
        let engine = Engine::new(&machine, &shape, quarterdeck_catalog::Precision::Fp8).unwrap();
        let group = Group { inside: f64::from(1 << ways), platforms: 1.0, split: Split::Tensor };
        let requests = Requests { input: 700.0, output: 200.0 };
        let (few, many) = (f64::from(running), f64::from(running + more));
        let (few, many) = (engine.operate(&group, few, &requests), engine.operate(&group, many, &requests));
        // One request past the edge of a tile starts a row of tiles: 7 % at 257 rows, less above.
        prop_assert!(many.rate >= few.rate * 0.92);
        prop_assert!(many.tpot >= few.tpot);
    }

    /// Operators of passes over parts of the tokens add up to those over all, sequence by sequence.
    #[test]
    fn operations_and_bytes_of_sequences_add_up(first in 1..40_u32, second in 1..40_u32, length in 64..4096_u32) {
        let shape = llama(1.0);
        let sums = |sequences: u32| {
            let pass = Pass::training(f64::from(sequences), f64::from(length));
            let operators = shape.layer_operators(LayerKind::Dense, &pass, &Partition::WHOLE, &Widths::HALF);
            let weights = |operator: &Operator| operator.parameters * if operator.gemm.is_some() { 2.0 } else { 0.0 };
            let flops: f64 = operators.iter().map(|operator| operator.flops.as_flop()).sum();
            // Weights are read once however many tokens there are.
            let bytes: f64 = operators.iter().map(|operator| operator.bytes.as_bytes() - weights(operator)).sum();
            (flops, bytes)
        };
        let (one, two, both) = (sums(first), sums(second), sums(first + second));
        prop_assert!((one.0 + two.0 - both.0).abs() <= 1e-9 * both.0);
        prop_assert!((one.1 + two.1 - both.1).abs() <= 1e-9 * both.1);
    }

    /// The search returns a layout that no other one that fits undercuts, its pruning included.
    #[test]
    fn no_layout_undercuts_the_best(
        tensor in 0..4_u32, pipeline in prop::sample::select(vec![1_u32, 2, 4, 5, 8, 10, 16, 20]),
        microbatch in prop::sample::select(vec![1_u32, 2, 4]),
        interleave in prop::sample::select(vec![1_u32, 2, 4, 5, 8, 10]),
        recompute in prop::sample::select(vec![Recompute::None, Recompute::Selective, Recompute::Full]),
        full in any::<bool>(),
    ) {
        static BEST: LazyLock<f64> = LazyLock::new(|| {
            let platform = platform("h100-hgx-8");
            let machine = Machine::of(&CATALOG, &platform).unwrap();
            let job = job(llama(80.0), 512.0);
            let best = search(&Pricer::new(&machine, &job).unwrap(), 256.0).unwrap();
            best.step.breakdown.total().as_seconds()
        });
        let tensor = 1 << tensor;
        let chunks_fit = (80 / pipeline).is_multiple_of(interleave) && (pipeline > 1 || interleave == 1);
        prop_assume!(chunks_fit && 256_u32.is_multiple_of(tensor * pipeline));
        let data = 256 / (tensor * pipeline);
        prop_assume!(interleave == 1 || (512 / (data * microbatch)).is_multiple_of(pipeline));
        let platform = platform("h100-hgx-8");
        let machine = Machine::of(&CATALOG, &platform).unwrap();
        let job = job(llama(80.0), 512.0);
        let layout = Layout {
            parallelism: Parallelism { tensor, pipeline, data, ..Parallelism::ONE },
            microbatch, interleave, recompute,
            sharding: if full && pipeline == 1 { Sharding::Full } else { Sharding::Optimizer },
            sequence_parallel: tensor > 1,
            ..Layout::PLAIN
        };
        let step = Pricer::new(&machine, &job).unwrap().price(&layout);
        prop_assert!(!step.memory.fits() || step.breakdown.total().as_seconds() >= *BEST * (1.0 - 1e-9));
    }

    /// Collectives take longer with more bytes, and shorter with more bandwidth.
    #[test]
    fn collectives_are_monotone(
        bytes in 1.0..1e10_f64, more in 1.0..10.0_f64, size in prop::sample::select(vec![2.0, 4.0, 8.0, 16.0, 64.0, 512.0]),
        stride in prop::sample::select(vec![1.0, 2.0, 8.0]),
    ) {
        let network = |scale: f64| {
            let tier = |gigabytes: f64, size: f64, micros: f64| {
                let rate = Bandwidth::gigabytes_per_second(gigabytes * scale);
                Tier { size, all_reduce: rate, all_gather: rate, all_to_all: rate, latency: Seconds::micros(micros), measured: None }
            };
            Network { scale_up: tier(300.0, 8.0, 10.0), scale_out: tier(30.0, f64::INFINITY, 25.0), fabric: None }
        };
        let (slow, fast) = (network(1.0), network(2.0));
        let group = slow.group(size, stride);
        let (small, large) = (Bytes::bytes(bytes), Bytes::bytes(bytes * more));
        for collective in [Network::all_reduce, Network::all_gather, Network::all_to_all] {
            prop_assert!(collective(&slow, large, group).total() >= collective(&slow, small, group).total());
            prop_assert!(collective(&fast, large, group).total() <= collective(&slow, large, group).total());
        }
    }
}

/// Equal requests are priced once, and a table answers for every triple asked.
#[test]
fn a_table_prices_equal_requests_once() {
    use quarterdeck_scenario::{Basis, Between, Curve, Drift, Workload};
    use quarterdeck_units::{Growth, Ratio, UsdPerWork, WorkRate, WorkUnit};
    let quarters: Vec<Quarter> = Quarter::new(2021, 1).through(Quarter::new(2026, 4)).collect();
    let workload = |growth: f64| {
        let work = workloads::ranking(&CATALOG, "dlrm-dcnv2");
        Workload {
            id: format!("ranking-{growth}"),
            title: String::new(),
            kind: work.kind,
            model: work.model,
            demand: Curve {
                points: vec![(None, WorkRate::new(1e9, WorkUnit::Samples))],
                between: Between::Geometric,
            },
            peak_over_mean: Ratio(1.4),
            drift: Drift {
                from: quarters[0],
                flops_per_sample: Growth { per_year: growth },
                embedding_bytes: Growth::NONE,
                lookups_per_sample: Growth::NONE,
            },
            unserved: UsdPerWork { dollars: 1e-6, unit: WorkUnit::Samples },
            runs_on: vec!["x86".to_owned()],
            one_site: false,
            basis: Basis::default(),
        }
    };
    let platforms = [platform("h100-hgx-8"), platform("cpu-2s-spr")];
    let table = FitTable::build(&[workload(1.0), workload(1.9)], &platforms, &quarters, &CATALOG);
    assert_eq!(table.iter().count(), 2 * 2 * 24);
    assert_eq!(table.priced(), 2 * (1 + 24));
    let rate = |quarter: Quarter| match table.get("ranking-1.9", "h100-hgx-8", quarter).unwrap() {
        Outcome::Runs(fit) => fit.rate.per_second,
        Outcome::CannotRun(refusal) => panic!("{refusal}"),
    };
    assert!(rate(quarters[23]) < 0.1 * rate(quarters[0]));
}
