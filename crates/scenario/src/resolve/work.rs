//! Workloads and shocks: kinds and their settings, units of demand, defaults that depend on the model.

use super::names::is_known;
use super::{Resolver, text, value};
use crate::curves::RawCurve;
use crate::diagnostic::Diagnostic;
use crate::entry::{read_model, unknown_entry};
use crate::model::{Between, Curve, Drift, Shock, ShockChange, Workload, WorkloadKind};
use crate::source::Span;
use crate::spec::{At, Slot};
use crate::tables::{ChangesTable, DriftTable, ModelField, ShockTable, WorkKind, WorkloadTable, word_of};
use quarterdeck_catalog::{Family, Model, ModelKind, Precision};
use quarterdeck_units::{Count, Growth, Quarters, Ratio, UsdPerWork, WorkRate, WorkUnit};

/// Tokens of one training step that `global_batch` makes by default, as Llama 2 had (4 Mi tokens).
const DEFAULT_BATCH_TOKENS: f64 = 4_194_304.0;
/// Longest default sequence of a pre-training.
const DEFAULT_SEQUENCE: f64 = 8192.0;
/// Penalty for training tokens that are not done, where the file gives none. A penalty and no price: some twenty
/// times what a token of a 400-billion-parameter model costs on rented machines, so that a plan rather trains.
const DEFAULT_TOKEN_PENALTY: f64 = 100.0 / 1e6;

impl WorkKind {
    fn unit(self) -> WorkUnit {
        match self {
            WorkKind::RecommendationTraining | WorkKind::RecommendationInference => WorkUnit::Samples,
            WorkKind::LlmPretraining | WorkKind::LlmFineTuning => WorkUnit::Tokens,
            WorkKind::LlmInference => WorkUnit::Requests,
            WorkKind::DeviceHours => WorkUnit::DeviceSeconds,
        }
    }

    fn model_kind(self) -> Option<ModelKind> {
        match self {
            WorkKind::RecommendationTraining | WorkKind::RecommendationInference => {
                Some(ModelKind::Recommendation)
            }
            WorkKind::DeviceHours => None,
            _ => Some(ModelKind::Transformer),
        }
    }
}

fn count(slot: &Slot<Count>) -> Option<Count> {
    value(slot)
}

impl Resolver<'_, '_> {
    pub(super) fn workload(&mut self, table: &WorkloadTable) -> Option<Workload> {
        let kind = table.kind.as_ref()?.value.0;
        let id = table.id.as_ref().map_or("", |id| id.value.0.as_str());
        let model = table.model.as_ref().and_then(|field| self.model(kind, field, id));
        let settings = self.settings(kind, table, model.as_ref());
        let demand = self.demand(kind, table);
        let unserved = self.unserved(kind, table);
        let drift = self.drift(table.drift.as_ref().map(|slot| &slot.value));
        let runs_on = self.runs_on(kind, table);
        let one_site = matches!(kind, WorkKind::LlmPretraining | WorkKind::RecommendationTraining);
        if kind.model_kind().is_some() && model.is_none() {
            return None;
        }
        Some(Workload {
            id: table.id.as_ref()?.value.0.clone(),
            title: text(&table.title).unwrap_or_else(|| id.to_owned()),
            kind: settings?,
            model,
            demand: demand?,
            peak_over_mean: value(&table.peak_over_mean).unwrap_or(Ratio(1.0)),
            drift: drift?,
            unserved: unserved?,
            runs_on,
            one_site: value(&table.one_site).unwrap_or(one_site),
            basis: table.basis(),
        })
    }

    fn model(&mut self, kind: WorkKind, field: &At<ModelField>, workload: &str) -> Option<Model> {
        let model = match &field.value {
            ModelField::Named(name) => match self.catalog.model(name) {
                Ok(model) => (**model).clone(),
                Err(unknown) => {
                    unknown_entry(self.reader, field.span, &unknown);
                    return None;
                }
            },
            ModelField::Inline(node) => {
                let id = format!("{workload}-model");
                read_model(self.reader, &self.catalog, node, &id)?
            }
        };
        let due = kind.model_kind()?;
        if model.kind() == due {
            return Some(model);
        }
        let message =
            format!("`{}` is a {} model, where `{}` takes a {due}", model.id(), model.kind(), word_of(kind));
        let help = format!("name a {due} model, or change `kind`");
        self.push(Diagnostic::new("scenario::wrong-model", field.span, message).help(help));
        None
    }

    fn settings(
        &mut self,
        kind: WorkKind,
        table: &WorkloadTable,
        model: Option<&Model>,
    ) -> Option<WorkloadKind> {
        let precision = table.precision.as_ref().map(|precision| precision.value.0);
        Some(match kind {
            WorkKind::RecommendationTraining => WorkloadKind::RecommendationTraining {
                global_batch: self.batch(kind, table)?,
                precision: precision.unwrap_or(Precision::Fp32),
            },
            WorkKind::RecommendationInference => {
                let of_model = || {
                    let sample = &model?.as_recommendation()?.sample;
                    Some(Count(sample.samples_per_request.value))
                };
                WorkloadKind::RecommendationInference {
                    latency_p99: value(&table.latency_p99)?,
                    candidates_per_query: count(&table.candidates_per_query).or_else(of_model)?,
                    precision,
                }
            }
            WorkKind::LlmPretraining => {
                let sequence_length = self.sequence_length(table, model)?;
                let window = table.window.as_ref()?;
                let (first, last) = (window.value.0, window.value.1);
                self.expect_inside("the window's", &At::new(window.span, first));
                self.expect_inside("the window's", &At::new(window.span, last));
                let sequences = (DEFAULT_BATCH_TOKENS / sequence_length.0).max(1.0).round();
                WorkloadKind::LlmPretraining {
                    tokens: count(&table.tokens)?,
                    window: (first, last),
                    sequence_length,
                    global_batch: count(&table.global_batch).unwrap_or(Count(sequences)),
                    precision,
                }
            }
            WorkKind::LlmFineTuning => WorkloadKind::LlmFineTuning {
                sequence_length: self.sequence_length(table, model)?,
                global_batch: self.batch(kind, table)?,
                lora_rank: count(&table.lora_rank),
                precision,
            },
            WorkKind::LlmInference => WorkloadKind::LlmInference {
                input_len: count(&table.input_len)?,
                output_len: count(&table.output_len)?,
                ttft: value(&table.ttft)?,
                tpot: value(&table.tpot)?,
                precision,
            },
            WorkKind::DeviceHours => WorkloadKind::DeviceHours {
                reference: self
                    .platform(table.reference.as_ref().map(|at| (at.span, at.value.0.as_str()))?)?,
                devices_per_job: count(&table.devices_per_job).unwrap_or(Count(1.0)),
                memory_per_device: value(&table.memory_per_device),
            },
        })
    }

    /// The id in the catalogue of a platform given by id or alias.
    pub(super) fn platform(&mut self, (span, name): (Span, &str)) -> Option<String> {
        match self.catalog.platform(name) {
            Ok(platform) => Some(platform.id.clone()),
            Err(unknown) => {
                unknown_entry(self.reader, span, &unknown);
                None
            }
        }
    }

    fn batch(&mut self, kind: WorkKind, table: &WorkloadTable) -> Option<Count> {
        if table.global_batch.is_none() && !self.may_be_there(table.place) {
            let id = table.id.as_ref().map_or("", |id| id.value.0.as_str());
            let message = format!("workload `{id}` of kind `{}` has no `global_batch`", word_of(kind));
            let help =
                "write `global_batch = 65536` (samples or sequences of one training step over all devices)";
            self.push(Diagnostic::new("scenario::missing-key", table.place, message).help(help));
        }
        count(&table.global_batch)
    }

    fn sequence_length(&mut self, table: &WorkloadTable, model: Option<&Model>) -> Option<Count> {
        let context = f64::from(model?.as_transformer()?.architecture.context);
        let Some(given) = &table.sequence_length else {
            return Some(Count(DEFAULT_SEQUENCE.min(context)));
        };
        if given.value.0 > context {
            let message =
                format!("sequences of {} tokens exceed the model's context of {context}", given.value);
            self.push(
                Diagnostic::new("scenario::unlikely", given.span, message)
                    .label("longer than the model was published with")
                    .help("correct it, or keep it if the model is trained further"),
            );
        }
        Some(given.value)
    }

    fn demand(&mut self, kind: WorkKind, table: &WorkloadTable) -> Option<Curve<WorkRate>> {
        if kind == WorkKind::LlmPretraining {
            let (tokens, window) = (table.tokens.as_ref()?.value, table.window.as_ref()?.value);
            let (first, last) = (window.0, window.1);
            let duration = (last + Quarters(1) - first).duration();
            let rate = tokens.0 / duration.as_seconds();
            let points = vec![
                (Some(first), WorkRate::new(rate, WorkUnit::Tokens)),
                (Some(last + Quarters(1)), WorkRate::new(0.0, WorkUnit::Tokens)),
            ];
            return Some(Curve { points, between: Between::Step });
        }
        let demand = table.demand.as_ref()?;
        let due = kind.unit();
        if let Some((_, wrong)) = demand.value.points.iter().find(|(_, rate)| rate.value.unit != due) {
            self.wrong_work_unit(
                "demand",
                kind,
                wrong.span,
                wrong.value.unit,
                &demand_example(&demand.value, due),
            );
            return None;
        }
        self.expect_points_inside("demand", &demand.value);
        Some(demand.value.curve())
    }

    fn unserved(&mut self, kind: WorkKind, table: &WorkloadTable) -> Option<UsdPerWork> {
        let due = kind.unit();
        let Some(unserved) = &table.unserved else {
            let id = table.id.as_ref().map_or("", |id| id.value.0.as_str());
            if due == WorkUnit::Tokens {
                let message = format!("workload `{id}` does not say what unserved work costs");
                self.push(
                    Diagnostic::new("scenario::default-penalty", table.place, message)
                        .label("100 USD for a million tokens is assumed")
                        .help("write `unserved = \"100 USD/1e6 tokens\"`, or what the work is worth"),
                );
                return Some(UsdPerWork { dollars: DEFAULT_TOKEN_PENALTY, unit: due });
            }
            if !self.may_be_there(table.place) {
                let message = format!("workload `{id}` has no `unserved`");
                let help = format!(
                    "write `unserved = \"{}\"` (what a unit of work that is not done costs)",
                    unserved_example(due)
                );
                self.push(Diagnostic::new("scenario::missing-key", table.place, message).help(help));
            }
            return None;
        };
        if unserved.value.unit != due {
            let example = unserved_example(due).to_owned();
            self.wrong_work_unit("unserved", kind, unserved.span, unserved.value.unit, &example);
            return None;
        }
        Some(unserved.value)
    }

    fn wrong_work_unit(&mut self, key: &str, kind: WorkKind, span: Span, found: WorkUnit, example: &str) {
        let message = format!("`{key}` counts {found}, where `{}` counts {}", word_of(kind), kind.unit());
        self.push(
            Diagnostic::new("scenario::wrong-unit", span, message)
                .help(format!("write it as in `{key} = \"{example}\"`")),
        );
    }

    fn drift(&mut self, table: Option<&DriftTable>) -> Option<Drift> {
        let start = self.horizon.as_ref()?.start;
        let growth = |slot: Option<&Slot<Growth>>| slot.and_then(value).unwrap_or(Growth::NONE);
        Some(Drift {
            from: table.and_then(|table| value(&table.from)).unwrap_or(start),
            flops_per_sample: growth(table.map(|table| &table.flops_per_sample)),
            embedding_bytes: growth(table.map(|table| &table.embedding_bytes)),
            lookups_per_sample: growth(table.map(|table| &table.lookups_per_sample)),
        })
    }

    fn runs_on(&mut self, kind: WorkKind, table: &WorkloadTable) -> Vec<String> {
        if let Some(given) = &table.runs_on {
            if given.value.0.is_empty() {
                let message = "`runs_on` is empty: the workload could run nowhere without a porting";
                self.push(
                    Diagnostic::new("scenario::empty-list", given.span, message)
                        .help("write the families it runs on, as in `runs_on = [\"x86\"]`"),
                );
            }
            return given.value.0.iter().map(|family| family.value.0.to_string()).collect();
        }
        let families: Vec<Family> = match kind {
            WorkKind::RecommendationTraining | WorkKind::RecommendationInference => vec![Family::X86],
            WorkKind::DeviceHours => {
                let platform =
                    table.reference.as_ref().and_then(|name| self.catalog.platform(&name.value.0).ok());
                platform.map(|platform| self.catalog.device_of(platform).family).into_iter().collect()
            }
            _ => Family::ALL
                .iter()
                .copied()
                .filter(|family| !matches!(family, Family::Own | Family::Other))
                .collect(),
        };
        families.iter().map(ToString::to_string).collect()
    }

    pub(super) fn shock(&mut self, table: &ShockTable) -> Option<Shock> {
        let changes = table.changes.as_ref().and_then(|slot| self.changes(&slot.value));
        for quarter in [&table.happens, &table.known].into_iter().flatten() {
            self.expect_inside("the quarter", quarter);
        }
        let happens = table.happens.as_ref()?.value;
        let id = table.id.as_ref()?.value.0.clone();
        Some(Shock {
            title: text(&table.title).unwrap_or_else(|| id.clone()),
            id,
            happens,
            known: value(&table.known).unwrap_or(happens),
            changes: changes?,
            basis: table.basis(),
        })
    }

    fn changes(&mut self, table: &ChangesTable) -> Option<ShockChange> {
        let keys = [
            table.workload.is_some(),
            table.demand.is_some(),
            table.offer.is_some(),
            table.price.is_some(),
            table.supply.is_some(),
            table.project.is_some(),
            table.delay.is_some(),
        ];
        if keys.iter().filter(|there| **there).count() == 2 {
            let factor = |slot: &Slot<crate::fields::Factor>| slot.as_ref().map(|slot| Ratio(slot.value.0));
            if let (Some(workload), Some(factor)) = (&table.workload, factor(&table.demand)) {
                let known = &self.names.workloads;
                let kind = ("scenario::unknown-workload", "workload");
                is_known(self.reader, kind, known, workload.span, &workload.value.0);
                return Some(ShockChange::Demand { workload: workload.value.0.clone(), factor });
            }
            if let Some(offer) = &table.offer {
                let kind = ("scenario::unknown-offer", "offer");
                let known = is_known(self.reader, kind, &self.names.offers, offer.span, &offer.value.0);
                let id = offer.value.0.clone();
                if let Some(factor) = factor(&table.price) {
                    return known.then_some(ShockChange::Price { offer: id, factor });
                }
                if let Some(factor) = factor(&table.supply) {
                    return known.then_some(ShockChange::Supply { offer: id, factor });
                }
            }
            if let (Some(project), Some(delay)) = (&table.project, &table.delay) {
                let kind = ("scenario::unknown-project", "project");
                is_known(self.reader, kind, &self.names.projects, project.span, &project.value.0);
                return Some(ShockChange::Delay { project: project.value.0.clone(), by: delay.value });
            }
        }
        // A faulty key was reported already and would be missed here.
        if !self.may_be_there(table.place) {
            let message = "a shock changes one thing: a workload's `demand`, an offer's `price` or `supply`, or a project's `delay`";
            let help = "write `changes = { workload = \"assistant\", demand = \"x40\" }`; two changes are two shocks";
            self.push(Diagnostic::new("scenario::one-of", table.place, message).help(help));
        }
        None
    }
}

fn unserved_example(unit: WorkUnit) -> &'static str {
    match unit {
        WorkUnit::Samples => "0.9 USD/1e6 samples",
        WorkUnit::Tokens => "100 USD/1e6 tokens",
        WorkUnit::Requests => "20 USD/1e3 requests",
        WorkUnit::DeviceSeconds => "2.5 USD/device/h",
    }
}

fn demand_example(given: &RawCurve<WorkRate>, due: WorkUnit) -> String {
    let size = given.points.first().map_or(1.0, |(_, rate)| rate.value.per_second);
    WorkRate::new(size, due).to_string()
}
