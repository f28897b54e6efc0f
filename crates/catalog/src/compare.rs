//! Rows for `catalog list`, `show` and `compare`: plain data, printed elsewhere.

use std::fmt;
use std::sync::Arc;

use quarterdeck_units::Quantity;
use serde::Serialize;

use crate::catalog::Catalog;
use crate::device::Device;
use crate::error::UnknownId;
use crate::kinds::words;
use crate::model::{Interaction, Model, Recommendation, Transformer};
use crate::origin::{Cited, Fact, Origin, SourceId};
use crate::platform::Platform;
use crate::price::PriceFact;

words! {
    /// Tables of the catalogue that can be listed.
    EntryKind: "a table of the catalogue" {
        /// Accelerators and CPU sockets.
        Device = "device",
        /// What one buys and places.
        Platform = "platform",
        /// Transformers and recommendation models.
        Model = "model",
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Table.
    pub kind: EntryKind,
    /// Key.
    pub id: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Name in full.
    pub name: String,
    /// What tells it apart, in one line.
    pub summary: String,
    /// Weakest origin of its values.
    pub weakest: Origin,
    /// Values that are assumed.
    pub assumed: usize,
    /// Values in all.
    pub values: usize,
}

/// Several entries side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Table the entries come from.
    pub kind: EntryKind,
    /// Keys, one per column.
    pub ids: Vec<String>,
    /// Names, one per column.
    pub names: Vec<String>,
    /// One row per field that at least one entry has.
    pub rows: Vec<FieldRow>,
    /// Notes, one per column.
    pub notes: Vec<Option<String>>,
}

/// One field of the compared entries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldRow {
    /// Dotted key of the field.
    pub field: String,
    /// One cell per column; absent where the catalogue has no value.
    pub cells: Vec<Option<Cell>>,
}

/// One value with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Value as text with its unit.
    pub text: String,
    /// Value in base units, for ratios between columns.
    pub number: Option<f64>,
    /// How well it is known; absent for identity such as the vendor.
    pub origin: Option<Origin>,
    /// Source key.
    pub source: Option<SourceId>,
    /// Where in the source.
    pub locator: Option<String>,
    /// Why this value, when assumed.
    pub reason: Option<String>,
}

/// Entries found by name, all of one table.
#[derive(Debug, Clone)]
pub enum Selected {
    /// Devices.
    Devices(Vec<Arc<Device>>),
    /// Platforms.
    Platforms(Vec<Arc<Platform>>),
    /// Models.
    Models(Vec<Arc<Model>>),
}

impl Catalog {
    /// Every entry of one table, or of all three.
    pub fn list(&self, kind: Option<EntryKind>) -> Vec<Entry> {
        let wants = |table| kind.is_none_or(|kind| kind == table);
        let mut entries = Vec::new();
        if wants(EntryKind::Device) {
            entries.extend(self.devices.values().map(|device| {
                let rate = device.peak.iter().map(|(precision, peak)| (peak.value, precision));
                let best = rate.max_by(|one, other| one.0.total_cmp(&other.0));
                let best = best.map_or("no published rate".to_owned(), |(rate, at)| format!("{rate} {at}"));
                let memory = &device.memory;
                let summary = format!(
                    "{} {} from {}: {best}, {} {} at {}",
                    device.vendor,
                    device.class,
                    device.available_from,
                    memory.capacity.value,
                    memory.kind,
                    memory.bandwidth.value
                );
                entry(
                    EntryKind::Device,
                    &device.id,
                    &device.aliases,
                    &device.name,
                    summary,
                    &device_rows(device),
                )
            }));
        }
        if wants(EntryKind::Platform) {
            entries.extend(self.platforms.values().map(|platform| {
                let summary = format!(
                    "{} x {} from {}: {} rated, {} cooling",
                    platform.devices,
                    platform.device,
                    platform.available_from,
                    platform.power.rated.value,
                    platform.cooling.kind
                );
                let rows = platform_rows(platform);
                entry(EntryKind::Platform, &platform.id, &platform.aliases, &platform.name, summary, &rows)
            }));
        }
        if wants(EntryKind::Model) {
            entries.extend(self.models.values().map(|model| {
                let summary = match model.as_ref() {
                    Model::Transformer(model) => transformer_summary(model),
                    Model::Recommendation(model) => format!("recommendation model of {}", model.as_of),
                };
                let rows = model_rows(model);
                entry(EntryKind::Model, model.id(), model.aliases(), model.name(), summary, &rows)
            }));
        }
        entries
    }

    /// Finds entries by id or alias, all in the first table that has every name.
    ///
    /// # Errors
    /// The first name that is unknown in the table that knows most of the names.
    pub fn select(&self, names: &[&str]) -> Result<Selected, UnknownId> {
        let devices: Vec<_> = names.iter().map(|name| self.device(name).cloned()).collect();
        let platforms: Vec<_> = names.iter().map(|name| self.platform(name).cloned()).collect();
        let models: Vec<_> = names.iter().map(|name| self.model(name).cloned()).collect();
        let known = [
            devices.iter().filter(|found| found.is_ok()).count(),
            platforms.iter().filter(|found| found.is_ok()).count(),
            models.iter().filter(|found| found.is_ok()).count(),
        ];
        let most = known.iter().max().copied().unwrap_or(0);
        if most == 0 && !names.is_empty() {
            let tables = [
                self.devices.keys().collect::<Vec<_>>(),
                self.platforms.keys().collect(),
                self.models.keys().collect(),
            ];
            let all = tables.iter().flatten().map(|name| name.as_str());
            return Err(UnknownId::new("entry", names[0], all));
        }
        if known[0] == most {
            devices.into_iter().collect::<Result<_, _>>().map(Selected::Devices)
        } else if known[1] == most {
            platforms.into_iter().collect::<Result<_, _>>().map(Selected::Platforms)
        } else {
            models.into_iter().collect::<Result<_, _>>().map(Selected::Models)
        }
    }

    /// Entries side by side, field by field; one name shows one entry.
    ///
    /// # Errors
    /// See [`Catalog::select`].
    pub fn compare(&self, names: &[&str]) -> Result<Comparison, UnknownId> {
        let selected = self.select(names)?;
        let (kind, columns): (_, Vec<Column>) = match &selected {
            Selected::Devices(all) => (
                EntryKind::Device,
                all.iter().map(|one| Column::new(&one.id, &one.name, &one.notes, device_rows(one))).collect(),
            ),
            Selected::Platforms(all) => (
                EntryKind::Platform,
                all.iter()
                    .map(|one| Column::new(&one.id, &one.name, &one.notes, platform_rows(one)))
                    .collect(),
            ),
            Selected::Models(all) => (
                EntryKind::Model,
                all.iter()
                    .map(|one| {
                        let notes = match one.as_ref() {
                            Model::Transformer(model) => &model.notes,
                            Model::Recommendation(model) => &model.notes,
                        };
                        Column::new(one.id(), one.name(), notes, model_rows(one))
                    })
                    .collect(),
            ),
        };
        Ok(side_by_side(kind, columns))
    }
}

struct Column {
    id: String,
    name: String,
    notes: Option<String>,
    rows: Vec<(String, Cell)>,
}

impl Column {
    fn new(id: &str, name: &str, notes: &Option<String>, rows: Vec<(String, Cell)>) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), notes: notes.clone(), rows }
    }
}

/// Lines up the fields of all columns, keeping the order in which each column lists them.
fn side_by_side(kind: EntryKind, columns: Vec<Column>) -> Comparison {
    let mut fields: Vec<String> = Vec::new();
    for column in &columns {
        let mut after = 0;
        for (field, _) in &column.rows {
            match fields.iter().position(|known| known == field) {
                Some(at) => after = at + 1,
                None => {
                    fields.insert(after, field.clone());
                    after += 1;
                }
            }
        }
    }
    let rows = fields
        .into_iter()
        .map(|field| {
            let cell =
                |column: &Column| column.rows.iter().find(|row| row.0 == field).map(|row| row.1.clone());
            FieldRow { cells: columns.iter().map(cell).collect(), field }
        })
        .collect();
    Comparison {
        kind,
        ids: columns.iter().map(|column| column.id.clone()).collect(),
        names: columns.iter().map(|column| column.name.clone()).collect(),
        notes: columns.iter().map(|column| column.notes.clone()).collect(),
        rows,
    }
}

fn entry(
    kind: EntryKind,
    id: &str,
    aliases: &[String],
    name: &str,
    summary: String,
    rows: &[(String, Cell)],
) -> Entry {
    let origins: Vec<Origin> = rows.iter().filter_map(|(_, cell)| cell.origin).collect();
    Entry {
        kind,
        id: id.to_owned(),
        aliases: aliases.to_vec(),
        name: name.to_owned(),
        summary,
        weakest: origins.iter().copied().min().unwrap_or(Origin::Measured),
        assumed: origins.iter().filter(|origin| **origin == Origin::Assumed).count(),
        values: origins.len(),
    }
}

/// Collects the rows of one entry.
#[derive(Default)]
struct Rows(Vec<(String, Cell)>);

impl Rows {
    fn cell(&mut self, field: &str, text: String, number: Option<f64>, cited: Option<&dyn Cited>) {
        let cell = Cell {
            text,
            number,
            origin: cited.map(|cited| cited.origin()),
            source: cited.and_then(|cited| cited.source().cloned()),
            locator: cited.and_then(|cited| cited.locator().map(str::to_owned)),
            reason: cited.and_then(|cited| cited.reason().map(str::to_owned)),
        };
        self.0.push((field.to_owned(), cell));
    }

    fn plain(&mut self, field: &str, value: impl fmt::Display) {
        self.cell(field, value.to_string(), None, None);
    }

    fn count(&mut self, field: &str, value: u32) {
        self.cell(field, value.to_string(), Some(f64::from(value)), None);
    }

    fn quantity<T: Quantity>(&mut self, field: &str, fact: &Fact<T>) {
        self.cell(field, fact.value.to_string(), Some(fact.value.base()), Some(fact));
    }

    fn maybe<T: Quantity>(&mut self, field: &str, fact: Option<&Fact<T>>) {
        if let Some(fact) = fact {
            self.quantity(field, fact);
        }
    }

    fn number<T: Copy + Into<f64> + fmt::Display>(&mut self, field: &str, fact: &Fact<T>) {
        self.cell(field, fact.value.to_string(), Some(fact.value.into()), Some(fact));
    }

    fn price(&mut self, field: &str, price: Option<&PriceFact>) {
        if let Some(price) = price {
            let range = if price.low < price.high {
                format!(" ({} to {})", price.low, price.high)
            } else {
                String::new()
            };
            let text = format!("{}{range}, {} dollars", price.value, price.price_year);
            self.cell(field, text, Some(price.value.base()), Some(price));
        }
    }
}

fn device_rows(device: &Device) -> Vec<(String, Cell)> {
    let mut rows = Rows::default();
    rows.plain("vendor", &device.vendor);
    rows.plain("class", device.class);
    rows.plain("family", device.family);
    rows.plain("available_from", device.available_from);
    if let Some(cores) = &device.cores {
        rows.number("cores", cores);
    }
    for (precision, peak) in &device.peak {
        let text = peak.value.to_string();
        rows.cell(&format!("peak.{precision}"), text, Some(peak.value.base()), Some(peak));
    }
    rows.plain("memory.kind", &device.memory.kind);
    rows.quantity("memory.capacity", &device.memory.capacity);
    rows.quantity("memory.bandwidth", &device.memory.bandwidth);
    if let Some(sram) = &device.sram {
        rows.quantity("sram.capacity", &sram.capacity);
        rows.maybe("sram.bandwidth", sram.bandwidth.as_ref());
    }
    if let Some(link) = &device.scale_up {
        rows.number("scale_up.domain", &link.domain);
        rows.quantity("scale_up.bandwidth", &link.bandwidth);
    }
    rows.maybe("nic", device.nic.as_ref());
    rows.maybe("tdp", device.tdp.as_ref());
    rows.price("price", device.price.as_ref());
    rows.0
}

fn platform_rows(platform: &Platform) -> Vec<(String, Cell)> {
    let mut rows = Rows::default();
    rows.plain("device", &platform.device);
    rows.count("devices", platform.devices);
    rows.count("servers", platform.servers);
    rows.count("scale_up_domain", platform.scale_up_domain);
    if let Some(hops) = &platform.scale_up_hops {
        rows.number("scale_up_hops", hops);
    }
    rows.plain("available_from", platform.available_from);
    rows.plain("host.cpu", &platform.host.cpu);
    rows.quantity("host.memory", &platform.host.memory);
    rows.quantity("host.memory_bandwidth", &platform.host.memory_bandwidth);
    rows.maybe("host.link", platform.host.link.as_ref());
    rows.quantity("power.rated", &platform.power.rated);
    rows.quantity("power.idle", &platform.power.idle);
    for measured in &platform.power.measured {
        rows.quantity(&format!("power.measured: {}", measured.load), &measured.power);
    }
    rows.number("rack.rack_units", &platform.rack.rack_units);
    rows.number("rack.platforms_per_rack", &platform.rack.platforms_per_rack);
    rows.maybe("rack.weight", platform.rack.weight.as_ref());
    rows.plain("cooling.kind", platform.cooling.kind);
    rows.number("cooling.liquid_share", &platform.cooling.liquid_share);
    rows.count("scale_out.back_end_ports", platform.scale_out.back_end_ports);
    rows.quantity("scale_out.back_end_rate", &platform.scale_out.back_end_rate);
    rows.count("scale_out.front_end_ports", platform.scale_out.front_end_ports);
    rows.quantity("scale_out.front_end_rate", &platform.scale_out.front_end_rate);
    rows.price("price", platform.price.as_ref());
    rows.quantity("lifetime", &platform.lifetime);
    rows.0
}

fn model_rows(model: &Model) -> Vec<(String, Cell)> {
    match model {
        Model::Transformer(model) => transformer_rows(model),
        Model::Recommendation(model) => recommendation_rows(model),
    }
}

fn transformer_summary(model: &Transformer) -> String {
    let when = model.published.map(|quarter| format!(" of {quarter}")).unwrap_or_default();
    match &model.published_parameters {
        Some(parameters) => format!("transformer{when}: {} parameters", parameters.value),
        None => format!("transformer{when}"),
    }
}

fn transformer_rows(model: &Transformer) -> Vec<(String, Cell)> {
    let mut rows = Rows::default();
    let shape = &model.architecture;
    rows.plain("kind", model.kind);
    rows.plain("vendor", &model.vendor);
    if let Some(published) = model.published {
        rows.plain("published", published);
    }
    if let Some(parameters) = &model.published_parameters {
        rows.number("published_parameters", parameters);
    }
    if let Some(active) = &model.published_active_parameters {
        rows.number("published_active_parameters", active);
    }
    if let Some(tokens) = &model.training_tokens {
        rows.number("training_tokens", tokens);
    }
    for (at, run) in model.training.iter().enumerate() {
        let mut cited = |field: &str, value: Option<f64>| {
            if let Some(value) = value {
                let field = format!("training.{at}.{field}");
                rows.cell(&field, value.to_string(), Some(value), Some(&run.cite));
            }
        };
        cited("devices", run.devices.map(f64::from));
        cited("sequence", Some(f64::from(run.sequence)));
        cited("global_batch", Some(f64::from(run.global_batch)));
        cited("mfu", run.mfu);
    }
    let mut cited = |field: &str, value: u32| {
        rows.cell(
            &format!("architecture.{field}"),
            value.to_string(),
            Some(f64::from(value)),
            Some(&shape.cite),
        );
    };
    cited("layers", shape.layers);
    cited("hidden", shape.hidden);
    cited("ffn_hidden", shape.ffn_hidden);
    cited("heads", shape.heads);
    cited("kv_heads", shape.kv_heads);
    cited("head_dim", shape.head_dim);
    cited("vocab", shape.vocab);
    cited("context", shape.context);
    if let Some(moe) = &shape.moe {
        cited("moe.experts", moe.experts);
        cited("moe.top_k", moe.top_k);
        cited("moe.expert_ffn", moe.expert_ffn);
        cited("moe.shared_experts", moe.shared_experts);
        cited("moe.first_dense_layers", moe.first_dense_layers);
        if let Some(limit) = &moe.limit {
            cited("moe.groups", limit.groups);
            cited("moe.groups_per_token", limit.groups_per_token);
        }
    }
    if let Some(mla) = &shape.mla {
        cited("mla.q_rank", mla.q_rank);
        cited("mla.kv_rank", mla.kv_rank);
        cited("mla.nope_dim", mla.nope_dim);
        cited("mla.rope_dim", mla.rope_dim);
    }
    if let Some(mamba) = &shape.mamba {
        cited("mamba.heads", mamba.heads);
        cited("mamba.head_dim", mamba.head_dim);
        cited("mamba.state", mamba.state);
        cited("mamba.groups", mamba.groups);
    }
    if let Some(window) = &shape.window {
        cited("window.size", window.size);
    }
    if let Some(pattern) = &shape.pattern {
        rows.cell("architecture.pattern", pattern.to_string(), None, Some(&shape.cite));
    }
    rows.plain("architecture.attention", shape.attention);
    rows.plain("architecture.activation", shape.activation);
    rows.0
}

fn recommendation_rows(model: &Recommendation) -> Vec<(String, Cell)> {
    let mut rows = Rows::default();
    rows.plain("kind", model.kind);
    rows.plain("vendor", &model.vendor);
    rows.plain("as_of", model.as_of);
    rows.number("sample.samples_per_request", &model.sample.samples_per_request);
    rows.number("sample.user_flops_share", &model.sample.user_flops_share);
    rows.number("sample.user_lookup_share", &model.sample.user_lookup_share);
    rows.quantity("sample.stored_bytes", &model.sample.stored_bytes);
    for (number, group) in (1..).zip(&model.tables) {
        let text = format!(
            "{} x {} rows x {}, {} lookups each, {} B an element",
            group.count, group.rows, group.dim, group.pooling, group.bytes_per_element
        );
        rows.cell(&format!("tables.{number}"), text, None, Some(&group.cite));
    }
    if let Some(dense) = &model.dense {
        let widths = |layers: &[u32]| match layers {
            [] => "none".to_owned(),
            layers => layers.iter().map(u32::to_string).collect::<Vec<_>>().join("-"),
        };
        let interaction = match &dense.interaction {
            Interaction::None => "inside the layers".to_owned(),
            Interaction::Concat => "concatenation".to_owned(),
            Interaction::Dot => "dot products".to_owned(),
            Interaction::DcnV2 { rank, layers } => format!("{layers} cross layers of rank {rank}"),
            Interaction::Wukong { layers, factorised, compressed, rank, .. } => {
                format!("{layers} Wukong layers to {factorised} + {compressed} vectors, rank {rank}")
            }
            Interaction::Hstu { layers, dim, heads, sequence_len } => {
                format!("{layers} HSTU layers, width {dim}, {heads} heads, history {sequence_len}")
            }
        };
        rows.cell("dense.bottom_mlp", widths(&dense.bottom_mlp), None, Some(&dense.cite));
        rows.cell("dense.interaction", interaction, None, Some(&dense.cite));
        rows.cell("dense.top_mlp", widths(&dense.top_mlp), None, Some(&dense.cite));
    }
    let totals = &model.totals;
    for (field, fact) in [
        ("totals.parameters", &totals.parameters),
        ("totals.dense_parameters", &totals.dense_parameters),
        ("totals.lookups_per_sample", &totals.lookups_per_sample),
    ] {
        if let Some(fact) = fact {
            rows.number(field, fact);
        }
    }
    rows.maybe("totals.flops_per_sample", totals.flops_per_sample.as_ref());
    rows.maybe("totals.embedding_bytes_per_sample", totals.embedding_bytes_per_sample.as_ref());
    rows.maybe("totals.pooled_bytes_per_sample", totals.pooled_bytes_per_sample.as_ref());
    rows.maybe("totals.embedding_bytes", totals.embedding_bytes.as_ref());
    rows.0
}
