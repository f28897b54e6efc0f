//! A training run as one JSON document: base units in the ends of the keys, full precision.

use quarterdeck_performance::parallelism::Layout;
use serde_json::{Value, json};

use super::bars::{hidden_parts, memory_parts, time_parts};
use super::{
    Answer, Basis, Effect, Misfit, Project, Question, Run, ScalingRun, Setting, Strategy, Training,
    Utilisation,
};
use crate::json::Document;
use crate::table::TableError;

impl Training {
    /// The answer as one JSON document.
    ///
    /// # Errors
    /// When it holds what JSON cannot, which is a fault of the program.
    pub fn to_json(&self) -> Result<Value, TableError> {
        let answer = match &self.answer {
            Answer::Runs(found) => run(found),
            Answer::DoesNotFit(misfit) => does_not_fit(misfit),
        };
        let body = json!({
            "question": question(&self.question),
            "fits": self.run().is_some(),
            "verdict": self.verdict(),
            "answer": answer,
            "origin": self.origin,
            "assumptions": self.assumptions,
            "sources": self.sources.iter().map(|source| &source.id).collect::<Vec<_>>(),
        });
        serde_json::to_value(Document::new("training", body))
            .map_err(|error| TableError::Write { table: "training".to_owned(), reason: error.to_string() })
    }
}

fn setting(setting: &Setting) -> Value {
    let (basis, detail) = match &setting.basis {
        Basis::Given => ("given", None),
        Basis::Catalogue(source) => ("catalogue", Some(source)),
        Basis::Assumed(reason) => ("assumed", Some(reason)),
    };
    json!({ "count": setting.value, "basis": basis, "detail": detail })
}

fn question(question: &Question) -> Value {
    json!({
        "model": question.model,
        "model_name": question.model_name,
        "parameters_count": question.parameters,
        "active_parameters_count": question.active_parameters,
        "platform": question.platform,
        "platform_name": question.platform_name,
        "device": question.device,
        "run_devices": question.devices,
        "run_platforms": question.platforms(),
        "run_tokens": setting(&question.tokens),
        "sequence_tokens": setting(&question.sequence),
        "global_batch_sequences": setting(&question.global_batch),
        "precision": question.precision,
        "peak_tflops": question.peak.as_tera(),
        "lora_rank_count": question.lora_rank,
        "strategy_given": question.strategy_given,
    })
}

fn does_not_fit(misfit: &Misfit) -> Value {
    json!({
        "reason": misfit.reason,
        "needed_b": misfit.memory.map(|memory| memory.needed.as_bytes()),
        "available_b": misfit.memory.map(|memory| memory.available.as_bytes()),
        "smallest_devices": misfit.smallest_devices,
    })
}

fn run(run: &Run) -> Value {
    json!({
        "strategies": run.strategies.iter().map(strategy).collect::<Vec<_>>(),
        "trades": run.trades.iter().map(strategy).collect::<Vec<_>>(),
        "searched_count": run.searched.map(|searched| searched.space),
        "pruned_fraction": run.searched.map(|searched| searched.pruned),
        "utilisation": utilisation(&run.utilisation),
        "project": project(&run.project),
        "bill": run.bill.iter().map(|line| json!({
            "id": line.id,
            "name": line.name,
            "time_s": line.time.as_seconds(),
            "energy_j": line.energy.as_joules(),
            "cost_usd": line.cost.map(|cost| cost.as_dollars()),
        })).collect::<Vec<_>>(),
        "limits": run.limits,
        "effects": run.effects.iter().map(effect).collect::<Vec<_>>(),
        "scaling": run.scaling.iter().map(|point| json!({
            "run_devices": point.devices,
            "same_batch": point.strong.as_ref().map(scaling),
            "grown_batch": point.weak.as_ref().map(scaling),
        })).collect::<Vec<_>>(),
    })
}

/// A layout as a table of ways and choices.
fn layout(layout: &Layout) -> Value {
    let ways = &layout.parallelism;
    json!({
        "tensor": ways.tensor,
        "pipeline": ways.pipeline,
        "data": ways.data,
        "context": ways.context,
        "expert": ways.expert,
        "microbatch": layout.microbatch,
        "interleave": layout.interleave,
        "schedule": super::parts::schedule_word(layout),
        "recompute": super::parts::recompute_word(layout),
        "zero_stage": super::parts::zero_stage(layout),
        "sequence_parallel": layout.sequence_parallel,
        "offload_optimizer": layout.offload.optimizer,
        "offload_activations": layout.offload.activations,
        "spec": layout.spec(),
        "text": layout.to_string(),
    })
}

fn strategy(strategy: &Strategy) -> Value {
    let parts = |parts: Vec<super::bars::Part>| -> serde_json::Map<String, Value> {
        parts.into_iter().map(|part| (part.id.replace('-', "_"), json!(part.value))).collect()
    };
    json!({
        "layout": layout(&strategy.layout),
        "step_s": strategy.step_time().as_seconds(),
        "step_low_s": strategy.interval.map(|(low, _)| low.as_seconds()),
        "step_high_s": strategy.interval.map(|(_, high)| high.as_seconds()),
        "exposed_s": parts(time_parts(&strategy.breakdown)),
        "hidden_s": parts(hidden_parts(&strategy.breakdown)),
        "memory_b": parts(memory_parts(&strategy.memory)),
        "memory_used_b": strategy.memory.used().as_bytes(),
        "memory_capacity_b": strategy.memory.capacity.as_bytes(),
        "host_memory_b": strategy.memory.host.as_bytes(),
        "microbatches_count": strategy.microbatches,
        "mfu_fraction": strategy.mfu,
        "platform_power_w": strategy.power.as_watts(),
        "step_energy_j": strategy.step_energy.as_joules(),
    })
}

fn utilisation(found: &Utilisation) -> Value {
    json!({
        "convention": "model FLOPs: forward and backward, the visible half of attention, nothing twice",
        "work_per_token_flop": found.flops_per_token,
        "mfu_fraction": found.mfu,
        "mfu_palm_fraction": found.mfu_palm,
        "hfu_fraction": found.hfu,
        "tokens_per_s_per_device_count": found.tokens_per_second,
        "published": found.published.iter().map(|run| json!({
            "mfu_fraction": run.mfu,
            "run_devices": run.devices,
            "sequence_tokens": run.sequence,
            "global_batch_count": run.global_batch,
            "convention": run.convention,
            "source": run.source,
        })).collect::<Vec<_>>(),
    })
}

fn project(project: &Project) -> Value {
    let finite = |value: f64| value.is_finite().then_some(value);
    json!({
        "run_steps": project.steps,
        "useful_s": project.useful.as_seconds(),
        "elapsed_s": project.elapsed.as_seconds(),
        "elapsed_days": project.elapsed.as_days(),
        "goodput_fraction": project.goodput,
        "interruptions_count": project.interruptions,
        "mean_time_to_failure_s": finite(project.mean_time_to_failure.as_seconds()),
        "failures_per_1000_node_days_count": project.failures_per_1000_node_days,
        "restart_s": project.restart.as_seconds(),
        "checkpoint_b": project.checkpoint.as_bytes(),
        "checkpoint_store_s": project.checkpoint_store.as_seconds(),
        "checkpoint_stall_s": project.checkpoint_stall.as_seconds(),
        "checkpoint_interval_s": finite(project.checkpoint_interval.as_seconds()),
        "checkpoints_count": project.checkpoints,
        "platforms_count": project.platforms,
        "idle_devices_count": project.idle_devices,
        "spare_platforms": project.spares,
        "platforms_power_w": project.energy.platforms.as_watts(),
        "fabric_power_w": project.energy.fabric.as_watts(),
        "rated_power_w": project.energy.rated.as_watts(),
        "site_pue": project.energy.pue,
        "it_energy_j": project.energy.it.as_joules(),
        "site_energy_j": project.energy.site.as_joules(),
        "site_energy_mwh": project.energy.site.as_megawatt_hours(),
        "cost_usd": project.cost.total().map(|cost| cost.as_dollars()),
        "price_year": project.cost.price_year,
        "cost_missing": project.cost.missing,
        "purchase_usd": project.cost.purchase.map(|price| price.amount.as_dollars()),
        "cost_parts": project.cost.parts.iter().map(|part| json!({
            "name": part.name, "amount_usd": part.amount.as_dollars(), "basis": part.basis,
        })).collect::<Vec<_>>(),
    })
}

fn effect(effect: &Effect) -> Value {
    match &effect.outcome {
        Ok(outcome) => json!({
            "id": effect.id,
            "change": effect.change,
            "layout": layout(&outcome.layout),
            "step_s": outcome.step_time.as_seconds(),
            "elapsed_s": outcome.elapsed.as_seconds(),
            "site_energy_j": outcome.energy.as_joules(),
            "cost_usd": outcome.cost.map(|cost| cost.as_dollars()),
            "note": outcome.note,
        }),
        Err(reason) => json!({ "id": effect.id, "change": effect.change, "reason": reason }),
    }
}

fn scaling(run: &ScalingRun) -> Value {
    json!({
        "global_batch_count": run.global_batch,
        "layout": layout(&run.layout),
        "step_s": run.step_time.as_seconds(),
        "throughput_tokens_per_s": run.tokens_per_second,
        "mfu_fraction": run.mfu,
        "elapsed_s": run.elapsed.as_seconds(),
        "goodput_fraction": run.goodput,
    })
}
