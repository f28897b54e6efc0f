//! Funnel files: stages with their models, candidates and machines, read with every fault at once.

use crate::diagnostic::{Diagnostic, Diagnostics, Warned};
use crate::document::MAX_BYTES;
use crate::entry::{read_model, unknown_entry};
use crate::files::Files;
use crate::read::Reader;
use crate::resolve::{check_schema, finished, text, value};
use crate::source::Span;
use crate::spec::{At, Table};
use crate::tables::{FunnelTable, ModelField, StageTable};
use quarterdeck_catalog::{Catalog, Model, ModelKind, Platform};
use quarterdeck_units::{Seconds, WorkUnit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stages that pass fewer and fewer candidates to heavier and heavier models.
#[derive(Clone, PartialEq, Debug)]
pub struct Funnel {
    /// Name.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Requests a second.
    pub requests_per_second: f64,
    /// Time within which 99 of 100 requests have passed all stages.
    pub p99: Seconds,
    /// Time between two stages.
    pub hop: Seconds,
    /// Stages in the order that candidates pass them.
    pub stages: Vec<FunnelStage>,
}

/// One stage of a funnel.
#[derive(Clone, PartialEq, Debug)]
pub struct FunnelStage {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The model.
    pub model: Arc<Model>,
    /// Candidates that it scores for one request.
    pub candidates: f64,
    /// Platforms that it may run on.
    pub platforms: Vec<Arc<Platform>>,
    /// Its share of the time, where it is fixed.
    pub p99: Option<Seconds>,
}

/// Most stages of a funnel.
const MOST_STAGES: usize = 12;

/// Reads a funnel with all its faults.
///
/// ```
/// use quarterdeck_catalog::Catalog;
/// use quarterdeck_scenario::{MemoryFiles, resolve_funnel};
/// let text = r#"
/// schema = 1
/// name = "ads"
/// requests = "1e6 requests/s"
/// p99 = "150 ms"
/// [[stage]]
/// id = "final"
/// model = "dlrm-ads-2022"
/// candidates = 200
/// on = "h100-hgx"
/// "#;
/// let read = resolve_funnel("ads.toml", &MemoryFiles::one("ads.toml", text), &Catalog::builtin());
/// assert!(read.value.unwrap_err().to_string().contains("`h100-hgx` is not a platform"));
/// ```
pub fn resolve_funnel(
    path: &str,
    files: &dyn Files,
    catalog: &Catalog,
) -> Warned<Result<Funnel, Diagnostics>> {
    let mut reader = Reader::new(files);
    let funnel = read(&mut reader, path, catalog);
    finished(reader, funnel)
}

fn read(reader: &mut Reader<'_>, path: &str, catalog: &Catalog) -> Option<Funnel> {
    let file = reader.load(path, None, MAX_BYTES)?;
    let root = reader.parse(file);
    if root.entries().is_none_or(<[_]>::is_empty) && !reader.any_damaged() {
        let message = format!("`{}` holds no funnel", reader.sources.name(file));
        reader.push(
            Diagnostic::new("scenario::empty", Span::new(file, 0, 0), message)
                .help("start from a copy of `examples/funnel-ads.toml`"),
        );
        return None;
    }
    let table = FunnelTable::read_table(reader, &root)?;
    check_schema(reader, &table.schema);
    if let Some(requests) = &table.requests
        && !(requests.value.unit == WorkUnit::Requests && requests.value.per_second > 0.0)
    {
        let message = format!("`requests` of {} is no rate of requests above zero", requests.value);
        reader.push(
            Diagnostic::new("scenario::impossible", requests.span, message)
                .help("write it as in `requests = \"1e6 requests/s\"`"),
        );
    }
    let given = table.stage.as_ref().map_or(&[][..], |slot| &slot.value.0);
    let count = given.len();
    if let Some(slot) = &table.stage
        && !(1..=MOST_STAGES).contains(&count)
    {
        let message = format!("a funnel has 1 to {MOST_STAGES} stages, {count} are given");
        reader.push(
            Diagnostic::new("scenario::impossible", slot.span, message)
                .help("write one `[[stage]]` for each"),
        );
    }
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    for id in given.iter().filter_map(|stage| stage.id.as_ref()) {
        if let Some(first) = names.insert(&id.value.0, id.span) {
            let message = format!("stage `{}` is given twice", id.value.0);
            reader.push(
                Diagnostic::new("scenario::duplicate-id", id.span, message)
                    .also(first, "the first")
                    .help("give each an `id` of its own"),
            );
        }
    }
    let stages: Vec<FunnelStage> =
        given.iter().filter_map(|stage| read_stage(reader, catalog, stage)).collect();
    narrowing(reader, given);
    fixed_times(reader, &table, given);
    if reader.has_errors() {
        return None;
    }
    let name = table.name.as_ref()?.value.0.clone();
    Some(Funnel {
        title: text(&table.title).unwrap_or_else(|| name.clone()),
        name,
        requests_per_second: value(&table.requests)?.per_second,
        p99: value(&table.p99)?,
        hop: value(&table.hop).unwrap_or(Seconds::ZERO),
        stages,
    })
}

/// Doubts stages that score more candidates than the one before.
fn narrowing(reader: &mut Reader<'_>, stages: &[StageTable]) {
    for pair in stages.windows(2) {
        if let (Some(before), Some(after)) = (&pair[0].candidates, &pair[1].candidates)
            && after.value.0 > before.value.0
        {
            let message = format!(
                "a stage scores {} candidates, the one before passes at most {}",
                after.value.0, before.value.0
            );
            reader.push(
                Diagnostic::new("scenario::impossible", after.span, message)
                    .also(before.span, "the stage before")
                    .help("order the stages from many candidates to few"),
            );
        }
    }
}

/// Fixed times and hops must leave time for the other stages.
fn fixed_times(reader: &mut Reader<'_>, table: &FunnelTable, stages: &[StageTable]) {
    let Some(whole) = &table.p99 else { return };
    let hops = value(&table.hop).unwrap_or(Seconds::ZERO) * stages.len().saturating_sub(1) as f64;
    let fixed: Seconds = stages.iter().filter_map(|stage| value(&stage.p99)).sum();
    let all_fixed = stages.iter().all(|stage| stage.p99.is_some());
    let left = whole.value - hops - fixed;
    if left < Seconds::ZERO || (!all_fixed && !left.is_positive()) {
        let message = format!(
            "hops and fixed stages take {:.0} of {:.0}, which leaves nothing",
            hops + fixed,
            whole.value
        );
        reader.push(
            Diagnostic::new("scenario::impossible", whole.span, message)
                .help("give the funnel more time, or a stage less"),
        );
    }
}

fn read_stage(reader: &mut Reader<'_>, catalog: &Catalog, stage: &StageTable) -> Option<FunnelStage> {
    let model = stage.model.as_ref().and_then(|model| model_of(reader, catalog, model, stage));
    let mut platforms = Vec::new();
    for name in stage.on.iter().flat_map(|slot| &slot.value.0) {
        match catalog.platform(&name.value.0) {
            Ok(platform) => platforms.push(Arc::clone(platform)),
            Err(unknown) => unknown_entry(reader, name.span, &unknown),
        }
    }
    let id = stage.id.as_ref()?.value.0.clone();
    Some(FunnelStage {
        title: text(&stage.title).unwrap_or_else(|| id.clone()),
        id,
        model: model?,
        candidates: value(&stage.candidates)?.0,
        platforms,
        p99: value(&stage.p99),
    })
}

fn model_of(
    reader: &mut Reader<'_>,
    catalog: &Catalog,
    field: &At<ModelField>,
    stage: &StageTable,
) -> Option<Arc<Model>> {
    let model = match &field.value {
        ModelField::Named(name) => match catalog.model(name) {
            Ok(model) => Arc::clone(model),
            Err(unknown) => {
                unknown_entry(reader, field.span, &unknown);
                return None;
            }
        },
        ModelField::Inline(node) => {
            let id = stage.id.as_ref().map_or("stage", |id| id.value.0.as_str());
            Arc::new(read_model(reader, catalog, node, &format!("{id}-model"))?)
        }
    };
    if model.kind() == ModelKind::Recommendation {
        return Some(model);
    }
    let message = format!("`{}` is a language model, where a stage takes a recommendation model", model.id());
    reader.push(
        Diagnostic::new("scenario::wrong-model", field.span, message)
            .help("name a recommendation model; `quarterdeck catalog list models` prints every id"),
    );
    None
}
