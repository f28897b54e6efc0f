//! Published training steps against prices of the same layouts: Megatron on A100, NeMo on H100 and Blackwell, FSDP.

mod common;

use std::collections::BTreeMap;

use common::{Errors, Row, number, platform, rows};
use quarterdeck_catalog::{Catalog, Mla, Moe, Platform, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Adaptation, Job, Pricer, Step};
use quarterdeck_performance::memory::StateWidths;
use quarterdeck_performance::parallelism::{
    AttentionKernel, GradientExchange, Layout, Parallelism, Recompute, Sharding,
};
use quarterdeck_workload::Shape;

fn system(catalog: &Catalog, hardware: &str) -> Platform {
    let id = match hardware {
        "A100-SXM-80GB" => "a100-sxm-80-hgx-8",
        "A100-SXM-40GB" => "a100-sxm-40-hgx-8",
        "H100-SXM-80GB" => "h100-hgx-8",
        "B200" => "b200-hgx-8",
        "GB200 NVL72" => "gb200-nvl72",
        "TPU v5p" => "tpu-v5p",
        other => panic!("no platform for {other}"),
    };
    platform(catalog, id)
}

/// The model of a row. Tables leave out what every reader of the model's publication knows.
fn shape(row: &Row) -> Shape {
    let model = row["model"].to_lowercase();
    let (hidden, heads) = (number(row, "hidden", 0.0), number(row, "heads", 0.0));
    let gated = ["llama", "qwen", "deepseek", "gpt oss", "grok", "mixtral", "maxtext"]
        .iter()
        .any(|name| model.contains(name));
    let head_dim = match () {
        () if model.contains("qwen3") => 128.0,
        () if model.contains("gpt oss") => 64.0,
        () if model.contains("maxtext") => 128.0,
        () => hidden / heads,
    };
    let deepseek = model.contains("deepseek");
    let layers = number(row, "layers", 0.0);
    let ffn_hidden = if deepseek { 18432.0 } else { number(row, "ffn_hidden", 4.0 * hidden) };
    let experts = number(row, "experts", 0.0) as u32;
    let expert_ffn = if deepseek { 2048 } else { ffn_hidden as u32 };
    let moe = (experts > 0).then(|| Moe {
        shared_experts: u32::from(deepseek),
        first_dense_layers: if deepseek { 3 } else { 0 },
        ..Moe::plain(experts, number(row, "top_k", 0.0) as u32, expert_ffn)
    });
    Shape {
        layers,
        dense_layers: match (moe, deepseek) {
            (None, _) => layers,
            (Some(_), true) => 3.0,
            (Some(_), false) => 0.0,
        },
        hidden,
        ffn_hidden,
        heads,
        kv_heads: if deepseek { heads } else { number(row, "kv_heads", heads) },
        head_dim,
        vocab: number(row, "vocab", if model.contains("maxtext") { 32000.0 } else { 51200.0 }),
        positions: if gated { 0.0 } else { number(row, "seq_len", 2048.0) },
        ffn_matrices: if gated { 3.0 } else { 2.0 },
        norm_vectors: 1.0,
        biases: false,
        tied_embeddings: !gated,
        mla: deepseek.then_some(Mla { q_rank: 1536, kv_rank: 512, nope_dim: 128, rope_dim: 64, v_dim: 128 }),
        moe,
    }
}

fn layout(row: &Row) -> Layout {
    let ways = |key: &str| number(row, key, 1.0) as u32;
    let old = row["framework"].starts_with("Megatron-LM") || row["framework"].starts_with("DeepSpeed");
    Layout {
        parallelism: Parallelism {
            tensor: ways("tp"),
            pipeline: ways("pp"),
            data: ways("dp"),
            expert: ways("ep"),
            context: ways("cp"),
        },
        microbatch: ways("micro_batch"),
        interleave: ways("vpp"),
        recompute: match row["recompute"].as_str() {
            "full" => Recompute::Full,
            "selective" => Recompute::Selective,
            _ => Recompute::None,
        },
        sharding: match row["zero_stage"].chars().next() {
            Some('1') => Sharding::Optimizer,
            Some('3' | 'S') => Sharding::Full,
            _ => Sharding::Replicated,
        },
        sequence_parallel: row["sequence_parallel"] == "yes",
        attention: if old { AttentionKernel::Unfused } else { AttentionKernel::Fused },
        gradients: if old && !row["framework"].starts_with("DeepSpeed") {
            GradientExchange::AtEnd
        } else {
            GradientExchange::Overlapped
        },
        ..Layout::PLAIN
    }
}

fn precision(row: &Row) -> Precision {
    let text = row["precision"].to_uppercase();
    match () {
        () if text.starts_with("FP8") || text.starts_with("MXFP8") => Precision::Fp8,
        () if text.starts_with("NVFP4") => Precision::Fp4,
        () => Precision::Bf16,
    }
}

/// Measured seconds of one step.
fn measured_step(row: &Row, shape: &Shape) -> f64 {
    let value = number(row, "measured_value", f64::NAN);
    let (sequence, batch, gpus) =
        (number(row, "seq_len", 0.0), number(row, "global_batch", 0.0), number(row, "gpus", 0.0));
    match row["measured_metric"].as_str() {
        "iteration_time" | "step_time" => value,
        "tokens_per_s_per_gpu" => batch * sequence / (value * gpus),
        "hardware_tflops_per_gpu" => {
            // Operations with full recomputation, the count of the publication.
            let (s, h, l, v) = (sequence, shape.hidden, shape.layers, shape.vocab);
            96.0 * batch * s * l * h * h * (1.0 + s / (6.0 * h) + v / (16.0 * l * h)) / (value * 1e12 * gpus)
        }
        "model_tflops_per_chip" => {
            // MaxText counted the full square of attention in 2024.
            let square = 12.0 * shape.layers * shape.heads * shape.head_dim * sequence;
            let parameters = shape.parameters();
            let per_token = 6.0 * (parameters.total() - parameters.embedding) + square;
            batch * sequence * per_token / (value * 1e12 * gpus)
        }
        "model_tflops_per_gpu" => {
            batch * shape.training_flops_per_token(sequence).as_tera() * sequence / (value * gpus)
        }
        other => panic!("no step in {other}"),
    }
}

fn priced(catalog: &Catalog, row: &Row) -> (Step, f64) {
    let system = system(catalog, &row["hardware"]);
    let machine = Machine::of(catalog, &system).unwrap();
    let shape = shape(row);
    let measured = measured_step(row, &shape);
    let job = Job {
        shape,
        sequence: number(row, "seq_len", 2048.0),
        global_batch: number(row, "global_batch", 1.0),
        precision: precision(row),
        adaptation: Adaptation::Full,
        // Some benchmarks force routers to balance, and say so.
        expert_imbalance: if row["notes"].contains("force-balanced") {
            1.0
        } else {
            catalog.efficiencies.general.expert_imbalance.value
        },
        states: StateWidths::MIXED,
    };
    let pricer = Pricer::new(&machine, &job).unwrap();
    (pricer.price(&layout(row)), measured)
}

/// Rows that state a layout: models trained under layouts that are not published cannot be priced.
fn usable(row: &Row) -> bool {
    let jax_on_gpu = row["framework"].starts_with("MaxText (JAX GPU") || row["framework"].starts_with("Pax");
    !row["measured_metric"].starts_with("memory")
        && row["complete"] != "partial"
        && !row["micro_batch"].is_empty()
        && !jax_on_gpu
}

/// Which software made a step, as far as it decides its speed.
fn software(row: &Row) -> &'static str {
    match row["framework"].as_str() {
        name if name.starts_with("DeepSpeed") => "DeepSpeed ZeRO-3 2021, A100",
        name if name.starts_with("Megatron-LM") => "Megatron-LM 2021-22, A100",
        name if name.starts_with("PyTorch FSDP") => "PyTorch FSDP 2023, A100 and H100",
        name if name.starts_with("MaxText") => "MaxText, TPU v5p",
        _ if !row["experts"].is_empty() => "NeMo and Megatron-Bridge, experts",
        _ => "NeMo and Megatron-Bridge, dense",
    }
}

/// Steps of calibrated rows, priced under their published layouts.
///
/// Current software is met within a few per cent on dense models. Steps of older sharded software are longer
/// than priced: eager launches and unhidden gathers of 2021 and 2023 are not modelled, and the bounds below hold
/// that down as it is today.
#[test]
fn published_steps_are_met() {
    let catalog = Catalog::builtin();
    let mut all = Errors::default();
    let mut families: BTreeMap<&str, Errors> = BTreeMap::new();
    let mut hardware: BTreeMap<String, Errors> = BTreeMap::new();
    for row in rows("training/calibrate.csv").iter().filter(|row| usable(row)) {
        let (step, measured) = priced(&catalog, row);
        let predicted = step.breakdown.total().as_seconds();
        families.entry(software(row)).or_default().add(&row["id"], predicted, measured);
        let of = format!("{} {} {}", software(row), row["hardware"], precision(row));
        hardware.entry(of).or_default().add(&row["id"], predicted, measured);
        all.add(&row["id"], predicted, measured);
    }
    for (family, errors) in families.iter().map(|(name, errors)| (*name, errors)) {
        errors.report(family);
    }
    for (family, errors) in &hardware {
        errors.report(family);
    }
    all.report("all training steps");
    for (family, median, mean) in [
        ("NeMo and Megatron-Bridge, dense", 0.10, 0.9..1.1),
        ("NeMo and Megatron-Bridge, experts", 0.25, 0.75..1.1),
        ("Megatron-LM 2021-22, A100", 0.12, 0.9..1.15),
        ("MaxText, TPU v5p", 0.20, 0.8..1.2),
        ("PyTorch FSDP 2023, A100 and H100", 0.25, 0.7..1.0),
        ("DeepSpeed ZeRO-3 2021, A100", 0.75, 0.3..0.7),
    ] {
        let errors = &families[family];
        assert!(errors.median() < median, "{family}: median {:.3}", errors.median());
        assert!(mean.contains(&errors.geometric_mean()), "{family}: mean {:.3}", errors.geometric_mean());
    }
    assert!(all.median() < 0.15, "all: median {:.3}", all.median());
}

/// Every priced run fitted its devices, whatever its layout: none may be called out of memory.
///
/// Those that are, are known: `mb0245` and its like left activations on the host, which the rows do not say;
/// gpt-oss recomputes norms beside the product of experts; Nemotron-4 kept gradients in two bytes; ZeRO-3 of 2021
/// gathered less than two layers at a time.
#[test]
fn runs_that_fitted_are_said_to_fit() {
    const KNOWN: [&str; 9] =
        ["mb0245", "mb0257", "mb0263", "mb0268", "mb0269", "mb0270", "dg0137", "dg0194", "ml21b03"];
    let catalog = Catalog::builtin();
    let table = rows("training/calibrate.csv");
    let refused: Vec<&str> = table
        .iter()
        .filter(|row| usable(row) && !priced(&catalog, row).0.memory.fits())
        .map(|row| row["id"].as_str())
        .collect();
    println!("called out of memory: {refused:?}");
    assert!(refused.iter().all(|id| KNOWN.contains(id)), "{refused:?}");
}

/// Llama 3 405B on 8,192 and 16,384 H100: published 38 to 43 % of peak.
#[test]
fn llama_3_405b_reaches_its_published_rate() {
    let catalog = Catalog::builtin();
    let peak = catalog.device("h100-sxm").unwrap().peak(Precision::Bf16).unwrap().value;
    let mut errors = Errors::default();
    for row in rows("training/llama_3.csv") {
        let (step, measured) = priced(&catalog, &row);
        let predicted = step.breakdown.total().as_seconds();
        let reached = number(&row, "measured_value", f64::NAN) * measured / predicted;
        println!(
            "{:<20} {predicted:.2} s, {reached:.0} TFLOP/s/GPU, {:.1} % of peak; published {} TFLOP/s/GPU",
            row["id"],
            100.0 * reached / peak.as_tera(),
            row["measured_value"]
        );
        errors.add(&row["id"], predicted, measured);
    }
    errors.report("Llama 3 405B");
    assert!(errors.quantile(1.0) < 0.25, "worst {:.3}", errors.quantile(1.0));
}

/// Figure 1 of the publication on selective recomputation: states and activations of four models.
#[test]
fn published_memory_is_met() {
    let catalog = Catalog::builtin();
    let (mut states, mut activations) = (Errors::default(), Errors::default());
    for row in
        rows("training/calibrate.csv").iter().filter(|row| row["measured_metric"].starts_with("memory"))
    {
        let system = system(&catalog, &row["hardware"]);
        let machine = Machine::of(&catalog, &system).unwrap();
        let job = Job {
            shape: shape(row),
            sequence: number(row, "seq_len", 2048.0),
            global_batch: number(row, "global_batch", 1.0),
            precision: Precision::Bf16,
            adaptation: Adaptation::Full,
            expert_imbalance: 1.0,
            states: StateWidths::MIXED,
        };
        let memory = Pricer::new(&machine, &job).unwrap().price(&layout(row)).memory;
        let measured = number(row, "measured_value", f64::NAN);
        if row["measured_metric"] == "memory_activations" {
            activations.add(&row["id"], memory.activations.as_gibibytes(), measured);
        } else {
            let held = memory.weights + memory.gradients + memory.optimizer;
            states.add(&row["id"], held.as_gibibytes(), measured);
        }
    }
    states.report("states");
    activations.report("activations");
    assert!(states.median() < 0.10 && states.quantile(1.0) < 0.25);
    assert!(activations.median() < 0.10 && activations.quantile(1.0) < 0.25);
}
