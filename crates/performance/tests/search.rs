//! The search is exact: it finds what trying every layout finds, in small spaces and in a real one.

use std::sync::LazyLock;

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Moe, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Best, Found, Job, Pricer, Query, Space, explore};
use quarterdeck_performance::memory::StateWidths;
use quarterdeck_performance::parallelism::{Fixed, Layout, Recompute, Schedule, Sharding};
use quarterdeck_units::Bytes;
use quarterdeck_workload::Shape;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

fn shape(id: &str) -> Shape {
    Shape::from(&CATALOG.model(id).unwrap().as_transformer().unwrap().architecture)
}

/// Times of the fastest layouts that fit, and how many layouts there are, by trying all.
fn by_force(pricer: &Pricer, query: &Query) -> (Vec<f64>, u64, Vec<[f64; 2]>, Vec<String>) {
    let mut times: Vec<(f64, String)> = Vec::new();
    let mut front: Vec<[f64; 2]> = Vec::new();
    let mut size = 0;
    query.space.layouts(pricer, query.devices, &mut |layout| {
        size += 1;
        let step = pricer.price(layout);
        let within = query.memory.is_none_or(|most| step.memory.used() <= most);
        if step.memory.fits() && within {
            times.push((step.breakdown.total().as_seconds(), layout.spec()));
            front.push([step.breakdown.total().as_seconds(), step.memory.used().as_bytes()]);
        }
    });
    times.sort_by(|left, right| left.0.total_cmp(&right.0));
    times.truncate(query.top);
    let (times, texts) = times.into_iter().unzip();
    (times, size, front, texts)
}

fn agrees(pricer: &Pricer, query: &Query) {
    let found = explore(&[pricer], query);
    let (times, size, all, texts) = by_force(pricer, query);
    assert_eq!(found.counters.size, size);
    assert_eq!(found.best.len(), times.len());
    for (index, (best, time)) in found.best.iter().zip(&times).enumerate() {
        let (text, found) = (best.layout.spec(), best.time().as_seconds());
        assert!((found / time - 1.0).abs() < 1e-9, "{found} not {time}: {text}, not {}", texts[index]);
        assert_eq!(pricer.price(&best.layout), best.step, "{}", best.layout.spec());
    }
    if query.pareto {
        for [time, memory] in all {
            let undercut = found.pareto.iter().any(|best| {
                best.time().as_seconds() <= time * (1.0 + 1e-9)
                    && best.step.memory.used().as_bytes() <= memory * (1.0 + 1e-9)
            });
            assert!(undercut, "{time} s and {memory} B are on the front");
        }
        let key = |best: &Best| (best.time(), best.step.memory.used(), best.energy);
        for (index, left) in found.pareto.iter().enumerate() {
            for right in &found.pareto[..index] {
                let (left, right) = (key(left), key(right));
                assert!(!(right.0 <= left.0 && right.1 <= left.1 && right.2 <= left.2));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Branch and bound finds what brute force finds, over everything that divides.
    #[test]
    fn small_spaces_are_searched_exactly(
        layers in 2..7_u32, heads in prop::sample::select(vec![2_u32, 4, 6]), width in 1..5_u32,
        devices in prop::sample::select(vec![2.0, 4.0, 6.0, 8.0]), batch in 4..17_u32,
        experts in prop::option::of(0..2_u32), room in 1.5..60.0_f64, top in 1..12_usize, pareto in any::<bool>(),
    ) {
        let moe = experts.map(|dense| Moe {
            experts: 4,
            top_k: 2,
            expert_ffn: 1024 * width,
            first_dense_layers: dense,
            ..shape("deepseek-v3").moe.unwrap()
        });
        let hidden = f64::from(heads * 128 * width);
        let shape = Shape {
            layers: f64::from(layers),
            dense_layers: experts.map_or(f64::from(layers), f64::from),
            hidden,
            ffn_hidden: 4.0 * hidden,
            heads: f64::from(heads),
            kv_heads: f64::from(heads) / 2.0,
            moe,
            ..shape("llama-3-8b")
        };
        let job = Job::new(shape, 2048.0, f64::from(batch), Precision::Bf16);
        let platform = CATALOG.platform("h100-hgx-8").unwrap();
        let machine = Machine::of(&CATALOG, platform).unwrap();
        let pricer = Pricer::new(&machine, &job).unwrap();
        let query = Query { top, pareto, memory: Some(Bytes::gigabytes(room)), ..Query::fastest(devices, Space::WHOLE) };
        agrees(&pricer, &query);
    }
}

/// A real model in a real space, of the size that frameworks choose among.
#[test]
fn a_real_space_is_searched_exactly() {
    let job = Job::new(shape("llama-3-8b"), 8192.0, 96.0, Precision::Bf16);
    let platform = CATALOG.platform("h100-hgx-8").unwrap();
    let machine = Machine::of(&CATALOG, platform).unwrap();
    let pricer = Pricer::new(&machine, &job).unwrap();
    let fixed = Fixed { recompute: Some(Recompute::Selective), ..Fixed::NOTHING };
    let query = Query { top: 20, ..Query::fastest(16.0, Space { fixed, ..Space::WHOLE }) };
    agrees(&pricer, &query);
    agrees(&pricer, &Query { top: 5, pareto: true, ..Query::fastest(64.0, Space::USUAL) });
}

fn found(fixed: &str) -> Found {
    let job = Job::new(shape("llama-3-70b"), 8192.0, 128.0, Precision::Bf16);
    let platform = CATALOG.platform("h100-hgx-8").unwrap();
    let machine = Machine::of(&CATALOG, platform).unwrap();
    let pricer = Pricer::new(&machine, &job).unwrap();
    let fixed = fixed.parse().unwrap();
    explore(&[&pricer], &Query { top: 3, ..Query::fastest(64.0, Space { fixed, ..Space::WHOLE }) })
}

/// What is fixed stays fixed.
#[test]
fn fixed_values_hold() {
    let best = |fixed: &str| -> Layout { found(fixed).best[0].layout };
    assert_eq!(best("tp=4").parallelism.tensor, 4);
    assert_eq!(best("pp=8,vpp=2").interleave, 2);
    assert_eq!(best("pp=8,schedule=zb").schedule, Schedule::ZeroBubble);
    assert_eq!(best("zero=3,pp=1").sharding, Sharding::Full);
    assert_eq!(best("hsdp=8,pp=1").shard_group, Some(8));
    assert_eq!(best("recompute=3,pp=8").recompute, Recompute::Layers(3));
    let open = found("").best[0].time();
    assert!(found("tp=2").best.iter().all(|best| best.time() >= open));
}

/// Nothing fits: the layout that is short by least is named with what it needs.
#[test]
fn what_does_not_fit_says_so() {
    let found = found("tp=1,pp=1,zero=0,recompute=none,offload=none");
    assert!(found.best.is_empty());
    let (layout, memory) = found.closest.unwrap();
    assert!(memory.used() > memory.capacity && layout.parallelism.tensor == 1);
}

/// Memory never grows with more sharding, more recomputation or offload.
#[test]
fn memory_never_grows_with_sharding() {
    let job = Job::new(shape("llama-3-70b"), 8192.0, 128.0, Precision::Bf16);
    assert_eq!(job.states, StateWidths::MIXED);
    let platform = CATALOG.platform("h100-hgx-8").unwrap();
    let machine = Machine::of(&CATALOG, platform).unwrap();
    let pricer = Pricer::new(&machine, &job).unwrap();
    let used = |text: &str| pricer.memory_of(&text.parse().unwrap()).used();
    for base in
        ["tp=8,pp=1,dp=8", "tp=8,pp=4,dp=2,sp", "tp=4,pp=8,dp=2,vpp=2,sp", "tp=2,pp=4,dp=8,schedule=dualpipe"]
    {
        for chain in [
            vec!["zero=0", "zero=1", "zero=2", "zero=3"],
            vec!["hsdp=2", "hsdp=4", "zero=3"],
            vec!["recompute=none", "recompute=selective"],
            vec!["recompute=1", "recompute=2", "recompute=4", "recompute=full"],
            vec!["offload=none", "offload=optimizer", "offload=optimizer+activations"],
        ] {
            for pair in chain.windows(2) {
                let (more, less) = (format!("{base},{}", pair[0]), format!("{base},{}", pair[1]));
                if base.contains("dp=2") && pair[0] == "hsdp=4" {
                    continue;
                }
                assert!(used(&less) <= used(&more), "{less} uses more than {more}");
            }
        }
    }
}

/// Layouts survive text and back.
#[test]
fn every_layout_is_read_as_it_is_written() {
    let job = Job::new(shape("llama-3-8b"), 8192.0, 32.0, Precision::Bf16);
    let platform = CATALOG.platform("h100-hgx-8").unwrap();
    let machine = Machine::of(&CATALOG, platform).unwrap();
    let pricer = Pricer::new(&machine, &job).unwrap();
    let mut seen = 0;
    Space::WHOLE.layouts(&pricer, 16.0, &mut |layout| {
        seen += 1;
        if seen % 37 == 0 {
            assert_eq!(layout.spec().parse::<Layout>().as_ref(), Ok(layout), "{}", layout.spec());
        }
    });
    assert!(seen > 10_000);
}

/// What does not divide is named, with the nearest choice that does.
#[test]
fn faults_name_the_nearest_choice() {
    let job = Job::new(shape("llama-3-70b"), 8192.0, 128.0, Precision::Bf16);
    let platform = CATALOG.platform("h100-hgx-8").unwrap();
    let machine = Machine::of(&CATALOG, platform).unwrap();
    let pricer = Pricer::new(&machine, &job).unwrap();
    let check = |text: &str, expected: &str| {
        let faults = pricer.check(&text.parse().unwrap(), Some(64.0)).unwrap_err().to_string();
        assert!(faults.contains(expected), "{text}: {faults}");
    };
    check("tp=7", "`tp=8`");
    check("tp=8,pp=8,dp=1,vpp=4", "`vpp=5`");
    check("tp=8,dp=6,mbs=1", "`dp=8`");
    check("tp=8,dp=8,mbs=3", "`mbs=4`");
    check("tp=8,dp=16", "`dp=8`");
    check("tp=8,dp=8,ep=2", "`ep=1`");
    check("tp=8,pp=5,dp=1,schedule=dualpipe", "`pp=6`");
    check("tp=8,dp=8,zero=3,hsdp=3", "`hsdp=4`");
    check("tp=8,pp=90", "`pp=80`");
    assert_eq!(pricer.check(&"tp=8,pp=8,dp=1,vpp=5,sp".parse().unwrap(), Some(64.0)), Ok(()));
}
