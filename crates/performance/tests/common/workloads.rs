//! Workloads of all six kinds, and requests for them.

use quarterdeck_catalog::{Catalog, Model, Platform, Precision};
use quarterdeck_performance::{FitRequest, Outcome, fit};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Count, Quarter, Seconds};
use quarterdeck_workload::DriftFactors;

/// A kind of work with the model it is asked of.
pub struct Work {
    pub id: &'static str,
    pub kind: WorkloadKind,
    pub model: Option<Model>,
}

impl Work {
    /// The outcome on a platform.
    pub fn on(&self, catalog: &Catalog, platform: &Platform) -> Outcome {
        self.with(catalog, platform, DriftFactors::NONE, None)
    }

    /// The outcome with a heavier model, on a group.
    pub fn with(
        &self,
        catalog: &Catalog,
        platform: &Platform,
        drift: DriftFactors,
        platforms: Option<f64>,
    ) -> Outcome {
        let request = FitRequest {
            drift,
            platforms,
            ..FitRequest::new(self.id, &self.kind, self.model.as_ref(), platform)
        };
        fit(&request, catalog)
    }
}

fn model(catalog: &Catalog, id: &str) -> Option<Model> {
    Some(catalog.model(id).unwrap().as_ref().clone())
}

pub fn ranking(catalog: &Catalog, id: &'static str) -> Work {
    let kind = WorkloadKind::RecommendationInference {
        latency_p99: Seconds::millis(60.0),
        candidates_per_query: Count(200.0),
        precision: None,
    };
    Work { id: "ranking", kind, model: model(catalog, id) }
}

pub fn ranker_training(catalog: &Catalog, id: &'static str) -> Work {
    let kind =
        WorkloadKind::RecommendationTraining { global_batch: Count(65_536.0), precision: Precision::Bf16 };
    Work { id: "ranker-training", kind, model: model(catalog, id) }
}

pub fn pretraining(catalog: &Catalog, id: &'static str) -> Work {
    let kind = WorkloadKind::LlmPretraining {
        tokens: Count(15.6e12),
        window: (Quarter::new(2023, 3), Quarter::new(2024, 2)),
        sequence_length: Count(8192.0),
        global_batch: Count(2048.0),
        precision: None,
    };
    Work { id: "pretraining", kind, model: model(catalog, id) }
}

pub fn fine_tuning(catalog: &Catalog, id: &'static str, lora_rank: Option<f64>) -> Work {
    let kind = WorkloadKind::LlmFineTuning {
        sequence_length: Count(4096.0),
        global_batch: Count(128.0),
        lora_rank: lora_rank.map(Count),
        precision: None,
    };
    Work { id: "fine-tuning", kind, model: model(catalog, id) }
}

pub fn serving(catalog: &Catalog, id: &'static str, ttft: f64, tpot: f64) -> Work {
    let kind = WorkloadKind::LlmInference {
        input_len: Count(1000.0),
        output_len: Count(300.0),
        ttft: Seconds::seconds(ttft),
        tpot: Seconds::millis(tpot),
        precision: None,
    };
    Work { id: "serving", kind, model: model(catalog, id) }
}

pub fn device_hours() -> Work {
    let kind = WorkloadKind::DeviceHours {
        reference: "a100-sxm-80-hgx-8".to_owned(),
        devices_per_job: Count(16.0),
        memory_per_device: None,
    };
    Work { id: "jobs", kind, model: None }
}

/// One of each kind, and a few sizes.
pub fn all(catalog: &Catalog) -> Vec<Work> {
    vec![
        ranking(catalog, "dlrm-ads-2021"),
        ranking(catalog, "dlrm-dcnv2"),
        ranking(catalog, "dlrm-very-large"),
        ranking(catalog, "hstu-small"),
        ranker_training(catalog, "dlrm-ads-2021"),
        ranker_training(catalog, "dlrm-very-large"),
        pretraining(catalog, "llama-3-405b"),
        pretraining(catalog, "deepseek-v3"),
        fine_tuning(catalog, "llama-3-70b", None),
        fine_tuning(catalog, "llama-3-70b", Some(16.0)),
        serving(catalog, "llama-3-8b", 1.0, 50.0),
        serving(catalog, "llama-3-70b", 2.0, 50.0),
        serving(catalog, "deepseek-v3", 2.0, 50.0),
        device_hours(),
    ]
}
