//! Published training steps against prices of the same layouts: Megatron on A100, NeMo on H100 and Blackwell, FSDP.

mod common;

use std::collections::BTreeMap;

use common::{Errors, Row, number, rows, server};
use quarterdeck_catalog::{Catalog, Mla, Moe, Platform, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Adaptation, Job, Pricer, Step};
use quarterdeck_performance::parallelism::{
    AttentionKernel, GradientExchange, Layout, Parallelism, Recompute, Sharding,
};
use quarterdeck_workload::Shape;

fn system(catalog: &Catalog, hardware: &str) -> Option<Platform> {
    Some(match hardware {
        "A100-SXM-80GB" => server(catalog, "a100-sxm-80", 8, 200.0),
        "A100-SXM-40GB" => server(catalog, "a100-sxm-40", 8, 200.0),
        "H100-SXM-80GB" => server(catalog, "h100-sxm", 8, 400.0),
        "B200" => server(catalog, "b200-sxm", 8, 400.0),
        "GB200 NVL72" => server(catalog, "gb200-nvl72", 64, 400.0),
        _ => return None,
    })
}

/// The model of a row. Tables leave out what every reader of the model's publication knows.
fn shape(row: &Row) -> Shape {
    let model = row["model"].to_lowercase();
    let (hidden, heads) = (number(row, "hidden", 0.0), number(row, "heads", 0.0));
    let gated = ["llama", "qwen", "deepseek", "gpt oss", "grok", "mixtral"].iter().any(|name| model.contains(name));
    let head_dim = match () {
        () if model.contains("qwen3") => 128.0,
        () if model.contains("gpt oss") => 64.0,
        () => hidden / heads,
    };
    let deepseek = model.contains("deepseek");
    let layers = number(row, "layers", 0.0);
    let ffn_hidden = if deepseek { 18432.0 } else { number(row, "ffn_hidden", 4.0 * hidden) };
    let experts = number(row, "experts", 0.0) as u32;
    let moe = (experts > 0).then(|| Moe {
        experts,
        top_k: number(row, "top_k", 0.0) as u32,
        expert_ffn: if deepseek { 2048 } else { ffn_hidden as u32 },
        shared_experts: u32::from(deepseek),
        first_dense_layers: if deepseek { 3 } else { 0 },
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
        vocab: number(row, "vocab", 51200.0),
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
        other => panic!("no step in {other}"),
    }
}

fn priced(catalog: &Catalog, row: &Row) -> Option<(Step, f64)> {
    let system = system(catalog, &row["hardware"])?;
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
    };
    let pricer = Pricer::new(&machine, &job).unwrap();
    Some((pricer.price(&layout(row)), measured))
}

fn usable(row: &Row) -> bool {
    !row["measured_metric"].starts_with("memory")
        && row["complete"] != "partial"
        && !row["micro_batch"].is_empty()
        && !row["framework"].contains("MaxText")
        && !row["framework"].contains("Pax")
}

#[test]
fn published_steps_are_met() {
    let catalog = explore();
    let mut all = Errors::default();
    let mut families: BTreeMap<String, Errors> = BTreeMap::new();
    for row in rows("training/calibrate.csv").iter().filter(|row| usable(row)) {
        let Some((step, measured)) = priced(&catalog, row) else { continue };
        let predicted = step.breakdown.total().as_seconds();
        let family = format!("{} {} {:?}", row["source"].chars().take(48).collect::<String>(), row["hardware"], precision(row));
        if std::env::var("SHOW").is_ok_and(|wanted| family.contains(&wanted)) {
            println!(
                "{} {} gpus {} tp{} pp{} dp{} cp{} ep{} mb{} v{} {} pred {predicted:.3} meas {measured:.3} ratio {:.2} fits {} mem {:.0} | {:?}",
                row["id"], row["model"], row["gpus"], row["tp"], row["pp"], row["dp"], row["cp"], row["ep"], row["micro_batch"], row["vpp"], row["recompute"],
                predicted / measured, step.memory.fits(), step.memory.used().as_gigabytes(),
                step.breakdown.parts().map(|(name, time)| format!("{name} {:.3}", time.as_seconds()))
            );
        }
        families.entry(family).or_default().add(&row["id"], predicted, measured);
        all.add(&row["id"], predicted, measured);
    }
    for (family, errors) in &families {
        errors.report(family);
    }
    all.report("all training steps");
}

fn explore() -> Catalog {
    let Ok(path) = std::env::var("OVERRIDE") else { return Catalog::builtin() };
    let text = std::fs::read_to_string(path).unwrap();
    Catalog::from_files(Catalog::builtin_files().map(|(name, built)| {
        (name, if name == "calibration/performance.toml" { text.as_str() } else { built })
    }))
    .unwrap()
}
