//! From a file to a resolved scenario: read, extend, override, then check every name and number against the rest.

mod names;
mod places;
mod record;
mod supply;
mod work;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Warned};
use crate::document::{MAX_BYTES, Node};
use crate::entry::{read_device, read_platform};
use crate::fields::{Cited, Map};
use crate::files::{Files, MemoryFiles};
use crate::merge::{apply_override, extended};
use crate::model::{Budget, Commitment, CostClass, Costs, Horizon, Scenario, ScenarioSource};
use crate::read::{Reader, Tables};
use crate::source::Span;
use crate::spec::{At, Slot, Table};
use crate::tables::{BudgetTable, CommitmentTable, CostsTable, HorizonTable, RootTable, SourceTable};
use names::{KnownSources, Names};
use quarterdeck_catalog::{Catalog, Device, Platform};
use quarterdeck_units::Quarter;
use std::sync::Arc;

/// Version of the file format that is read and written.
pub const SCHEMA_VERSION: i64 = 1;

/// Most entries of one kind in a scenario.
pub const MAX_ENTRIES: usize = 10_000;

/// Reads a scenario file with all that it names.
///
/// Every fault comes back in one go, each with its place; a scenario comes back only if none is an error.
///
/// ```
/// use quarterdeck_catalog::Catalog;
/// use quarterdeck_scenario::{MemoryFiles, resolve};
/// let text = r#"
/// schema = 1
/// name = "empty"
/// [horizon]
/// start = "2024-Q1"
/// end = "2026-Q4"
/// discount_rate = "8 %/yr"
/// price_year = "2024"
/// "#;
/// let files = MemoryFiles::one("scenario.toml", text);
/// let read = resolve("scenario.toml", &files, &Catalog::builtin());
/// let errors = read.value.unwrap_err();
/// assert_eq!(errors.list[0].message, "`price_year` is text, where a year is due");
/// ```
pub fn resolve(path: &str, files: &dyn Files, catalog: &Catalog) -> Warned<Result<Scenario, Diagnostics>> {
    resolve_with(path, &[], files, catalog)
}

/// Reads a scenario held in memory, under the name `scenario.toml`.
pub fn resolve_text(text: &str, catalog: &Catalog) -> Warned<Result<Scenario, Diagnostics>> {
    resolve("scenario.toml", &MemoryFiles::one("scenario.toml", text), catalog)
}

/// Reads a scenario file and applies overrides such as `site.north.it_power=30 MW` before it is checked.
pub fn resolve_with(
    path: &str,
    overrides: &[String],
    files: &dyn Files,
    catalog: &Catalog,
) -> Warned<Result<Scenario, Diagnostics>> {
    let mut reader = Reader::new(files);
    let scenario = read(&mut reader, path, overrides, catalog);
    finished(reader, scenario)
}

/// What was read, or every fault; with the doubts.
pub(crate) fn finished<T>(mut reader: Reader<'_>, read: Option<T>) -> Warned<Result<T, Diagnostics>> {
    let sources = Arc::new(std::mem::take(&mut reader.sources));
    let all = Diagnostics::new(sources, reader.diagnostics);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        all.list.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
    let value = match read {
        Some(read) if errors.is_empty() => Ok(read),
        _ => Err(Diagnostics { sources: Arc::clone(&all.sources), list: errors }),
    };
    Warned { value, warnings: Diagnostics { sources: all.sources, list: warnings } }
}

fn read(reader: &mut Reader<'_>, path: &str, overrides: &[String], catalog: &Catalog) -> Option<Scenario> {
    let file = reader.load(path, None, MAX_BYTES)?;
    let mut root = extended(reader, file, &mut Vec::new())?;
    if root.entries().is_none_or(<[_]>::is_empty) && !reader.any_damaged() {
        let message = format!("`{}` holds no scenario", reader.sources.name(file));
        reader.push(
            Diagnostic::new("scenario::empty", Span::new(file, 0, 0), message)
                .help("write one with `quarterdeck init`"),
        );
        return None;
    }
    for given in overrides {
        apply_override(reader, RootTable::spec(), &mut root, given);
    }
    if has_too_many(reader, &root) {
        return None;
    }
    let table = RootTable::read_table(reader, &root)?;
    Resolver::new(reader, catalog, &table).scenario(&table)
}

fn has_too_many(reader: &mut Reader<'_>, root: &Node) -> bool {
    let mut too_many = false;
    for entry in root.entries().unwrap_or_default() {
        let count = entry.node.list().map_or(0, <[_]>::len).max(entry.node.entries().map_or(0, <[_]>::len));
        if count > MAX_ENTRIES {
            let message = format!(
                "`{}` has {count} entries, more than {MAX_ENTRIES}",
                crate::document::cut(&entry.key)
            );
            reader.push(
                Diagnostic::new("scenario::too-many", entry.key_span, message)
                    .help("gather machines, sites or workloads that are alike into one entry"),
            );
            too_many = true;
        }
    }
    too_many
}

/// Reading in progress: the names that are declared, the catalogue with the scenario's own entries.
struct Resolver<'r, 'a> {
    reader: &'r mut Reader<'a>,
    catalog: Catalog,
    names: Names,
    horizon: Option<Horizon>,
    devices: Vec<Device>,
    platforms: Vec<Platform>,
}

impl<'r, 'a> Resolver<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>, catalog: &Catalog, table: &RootTable) -> Resolver<'r, 'a> {
        let mut resolver = Resolver {
            reader,
            catalog: catalog.clone(),
            names: Names::default(),
            horizon: None,
            devices: Vec::new(),
            platforms: Vec::new(),
        };
        resolver.own_entries(table);
        resolver.names = Names::gather(resolver.reader, table);
        resolver.horizon = table.horizon.as_ref().and_then(|horizon| resolver.horizon(&horizon.value));
        resolver
    }

    /// Adds devices and platforms written in the scenario to the catalogue it is read with.
    fn own_entries(&mut self, table: &RootTable) {
        for node in table.device.iter().flat_map(|slot| &slot.value.0) {
            let Some(device) = read_device(self.reader, &self.catalog, node) else { continue };
            match self.catalog.clone().with_device(device.clone()) {
                Ok(catalog) => {
                    self.catalog = catalog;
                    self.devices.push(device);
                }
                Err(missing) => {
                    let keys: Vec<&str> = missing.iter().map(|fact| fact.key.as_str()).collect();
                    let message = format!(
                        "the catalogue has no efficiency for device `{}`: {}",
                        device.id,
                        crate::nearest::listed(keys)
                    );
                    self.reader.push(
                        Diagnostic::new("scenario::bad-entry", node.span, message)
                            .help("give it the `family` of a device that is calibrated"),
                    );
                }
            }
        }
        for node in table.platform.iter().flat_map(|slot| &slot.value.0) {
            let Some(platform) = read_platform(self.reader, &self.catalog, node) else { continue };
            match self.catalog.clone().with_platform(platform.clone()) {
                Ok(catalog) => {
                    self.catalog = catalog;
                    self.platforms.push(platform);
                }
                Err(unknown) => {
                    let span = node.get("device").map_or(node.span, |device| device.span);
                    crate::entry::unknown_entry(self.reader, span, &unknown);
                }
            }
        }
    }

    fn scenario(mut self, table: &RootTable) -> Option<Scenario> {
        check_schema(self.reader, &table.schema);
        self.citations(table);
        let workloads = self.each(&table.workload, Self::workload);
        let sites = self.each(&table.site, Self::site);
        let projects = self.projects(&table.project);
        let offers = self.each(&table.offer, Self::offer);
        let portings = self.each(&table.porting, Self::porting);
        let programmes = self.each(&table.programme, Self::programme);
        let shocks = self.each(&table.shock, Self::shock);
        let commitments = self.each(&table.commitment, Self::commitment);
        let history = self.each(&table.history, Self::history_entry);
        self.check_history(table);
        let expectations = self.each(&table.expect, Self::expectation);
        let budget = table.budget.as_ref().map_or_else(Budget::default, |slot| self.budget(&slot.value));
        let costs = table.costs.as_ref().map_or_else(Costs::default, |slot| costs_of(&slot.value));
        let sources = table.source.iter().flat_map(|slot| &slot.value.0);
        let sources = sources.filter_map(|(id, source)| {
            Some(ScenarioSource {
                id: id.value.clone(),
                title: source.value.title.as_ref()?.value.clone(),
                url: text(&source.value.url),
                date: text(&source.value.date),
            })
        });
        let sources = sources.collect();
        if self.reader.has_errors() {
            return None;
        }
        let name = table.name.as_ref()?.value.0.clone();
        Some(Scenario {
            title: text(&table.title).unwrap_or_else(|| name.clone()),
            name,
            description: text(&table.description).unwrap_or_default(),
            horizon: self.horizon?,
            workloads,
            sites,
            projects,
            offers,
            portings,
            programmes,
            shocks,
            budget,
            commitments,
            history,
            expectations,
            costs,
            sources,
            devices: self.devices,
            platforms: self.platforms,
        })
    }

    fn each<T, U>(
        &mut self,
        tables: &Slot<Tables<T>>,
        resolve: impl Fn(&mut Self, &T) -> Option<U>,
    ) -> Vec<U> {
        tables.iter().flat_map(|slot| &slot.value.0).filter_map(|table| resolve(self, table)).collect()
    }

    /// Whether a key that seems to be missing from an entry may be there, but faulty.
    fn may_be_there(&self, entry: Span) -> bool {
        self.reader.has_errors_within(entry) || self.reader.is_damaged(entry.file)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.reader.push(diagnostic);
    }

    fn horizon(&mut self, table: &HorizonTable) -> Option<Horizon> {
        let (start, end) = (table.start.as_ref()?, table.end.as_ref()?);
        if end.value < start.value {
            let message = format!("the horizon ends in {}, before it starts in {}", end.value, start.value);
            self.push(
                Diagnostic::new("scenario::reversed", end.span, message)
                    .also(start.span, "the start")
                    .help("swap the two, or correct one"),
            );
            return None;
        }
        let quarters = (end.value - start.value).0 + 1;
        if quarters > MOST_QUARTERS {
            let message = format!("the horizon has {quarters} quarters, more than {MOST_QUARTERS}");
            self.push(
                Diagnostic::new("scenario::impossible", end.span, message)
                    .help("plan at most fifty years at once"),
            );
            return None;
        }
        Some(Horizon {
            start: start.value,
            end: end.value,
            discount_rate: table.discount_rate.as_ref()?.value,
            price_year: table.price_year.as_ref()?.value,
        })
    }

    /// Warns of a quarter outside the horizon.
    fn expect_inside(&mut self, what: &str, quarter: &At<Quarter>) {
        let Some(horizon) = &self.horizon else { return };
        if (horizon.start..=horizon.end).contains(&quarter.value) {
            return;
        }
        let message = format!("{what} {} lies outside the horizon", quarter.value);
        let label = format!("the horizon is {} to {}", horizon.start, horizon.end);
        self.push(
            Diagnostic::new("scenario::outside-horizon", quarter.span, message)
                .label(label)
                .help("it has no effect there; correct the quarter or the horizon"),
        );
    }

    /// Warns of points of a curve after the horizon: they are never reached.
    fn expect_points_inside<T>(&mut self, key: &str, curve: &crate::curves::RawCurve<T>) {
        let Some(end) = self.horizon.as_ref().map(|horizon| horizon.end) else { return };
        let beyond =
            curve.points.iter().filter_map(|(quarter, _)| quarter.as_ref()).find(|point| point.value > end);
        // One point beyond gives a curve its direction at the end.
        let count =
            curve.points.iter().filter(|(point, _)| point.as_ref().is_some_and(|p| p.value > end)).count();
        let (Some(point), true) = (beyond, count > 1 || curve.points.len() == 1) else { return };
        let point = point.clone();
        self.expect_inside(&format!("the point of `{key}` at"), &point);
    }

    /// Reports a span of quarters that ends before it starts.
    fn expect_order(&mut self, first: (&str, &Slot<Quarter>), last: (&str, &Slot<Quarter>)) {
        let ((first_name, Some(first)), (last_name, Some(last))) = (first, last) else { return };
        if first.value <= last.value {
            return;
        }
        let message = format!("`{last_name}` {} is before `{first_name}` {}", last.value, first.value);
        self.push(
            Diagnostic::new("scenario::reversed", last.span, message)
                .also(first.span, first_name)
                .help("swap the two, or correct one"),
        );
    }

    fn commitment(&mut self, table: &CommitmentTable) -> Option<Commitment> {
        let capex = table.capex.as_ref()?;
        self.expect_points_inside("capex", &capex.value);
        let id = table.id.as_ref()?.value.0.clone();
        Some(Commitment {
            title: text(&table.title).unwrap_or_else(|| id.clone()),
            id,
            class: table.class.as_ref().map_or(CostClass::Other, |class| class.value.0),
            capex: capex.value.curve(),
            basis: table.basis(),
        })
    }

    fn budget(&mut self, table: &BudgetTable) -> Budget {
        if let Some(capex) = &table.capex {
            self.expect_points_inside("capex", &capex.value);
        }
        Budget {
            capex: table.capex.as_ref().map(|capex| capex.value.curve()),
            overspend_price: value(&table.overspend_price),
            basis: table.basis(),
        }
    }

    /// Says which tables are neither cited nor assumed, and which sources nobody knows or cites.
    fn citations(&mut self, table: &RootTable) {
        fn of<T: Cited>(slot: &Slot<Tables<T>>) -> Vec<&dyn Cited> {
            slot.iter().flat_map(|slot| &slot.value.0).map(|table| table as &dyn Cited).collect()
        }
        let mut cited = of(&table.workload);
        cited.extend(of(&table.site));
        cited.extend(of(&table.project));
        cited.extend(of(&table.offer));
        cited.extend(of(&table.porting));
        cited.extend(of(&table.programme));
        cited.extend(of(&table.shock));
        cited.extend(of(&table.commitment));
        cited.extend(of(&table.history));
        cited.extend(of(&table.expect));
        if let Some(budget) = table.budget.as_ref().filter(|slot| slot.value.capex.is_some()) {
            cited.push(&budget.value);
        }
        if let Some(costs) = &table.costs {
            cited.push(&costs.value);
        }
        check_citations(self.reader, &self.catalog, &cited, &table.source);
    }
}

/// Reports a version of the format that is not read.
pub(crate) fn check_schema(reader: &mut Reader<'_>, schema: &Slot<i64>) {
    let Some(schema) = schema.as_ref().filter(|schema| schema.value != SCHEMA_VERSION) else { return };
    let message =
        format!("format version {} is not known; this program reads {SCHEMA_VERSION}", schema.value);
    let help = if schema.value > SCHEMA_VERSION {
        format!(
            "use a newer quarterdeck, or write `schema = {SCHEMA_VERSION}` if the file is of that version"
        )
    } else {
        format!("write `schema = {SCHEMA_VERSION}`")
    };
    reader.push(Diagnostic::new("scenario::schema-version", schema.span, message).help(help));
}

/// Says which tables are neither cited nor assumed, and which sources nobody knows or cites.
pub(crate) fn check_citations(
    reader: &mut Reader<'_>,
    catalog: &Catalog,
    cited: &[&dyn Cited],
    sources: &Slot<Map<SourceTable>>,
) {
    let own = || sources.iter().flat_map(|slot| &slot.value.0);
    let known = KnownSources::new(catalog, own().map(|(id, _)| (id.value.clone(), id.span)));
    let mut used = std::collections::BTreeSet::new();
    for entry in cited {
        let citation = entry.cited();
        for source in citation.sources {
            used.insert(source.value.0.clone());
            known.check(reader, source);
        }
        if citation.sources.is_empty() && !citation.assumed {
            let message = format!("nothing says where the numbers of {} come from", citation.noun);
            reader.push(
                Diagnostic::new("scenario::no-basis", citation.place, message).help(
                    "cite with `source = \"ID\"` and a table `[source.ID]`, or write `assumed = \"why these values\"`",
                ),
            );
        }
    }
    for (id, _) in own() {
        if !used.contains(&id.value) {
            let message = format!("source `{}` is cited nowhere", id.value);
            reader.push(
                Diagnostic::new("scenario::unused-source", id.span, message)
                    .help(format!("cite it with `source = \"{}\"`, or remove it", id.value)),
            );
        }
    }
}

impl Scenario {
    /// The catalogue with the devices, platforms and models that this scenario brings.
    ///
    /// # Errors
    /// In words, when an entry does not fit the catalogue; never for a scenario that was resolved with it.
    pub fn catalog(&self, catalog: &Catalog) -> Result<Catalog, String> {
        let mut catalog = catalog.clone();
        for device in &self.devices {
            catalog = catalog.with_device(device.clone()).map_err(|missing| {
                missing.first().map_or_else(|| format!("device `{}`", device.id), ToString::to_string)
            })?;
        }
        for platform in &self.platforms {
            catalog = catalog.with_platform(platform.clone()).map_err(|unknown| unknown.to_string())?;
        }
        for model in self.workloads.iter().filter_map(|workload| workload.model.as_ref()) {
            if catalog.model(model.id()).is_err() {
                catalog = catalog.with_model(model.clone());
            }
        }
        Ok(catalog)
    }
}

/// Longest horizon.
const MOST_QUARTERS: i32 = 200;

fn costs_of(table: &CostsTable) -> Costs {
    Costs {
        electricity: value(&table.electricity),
        maintenance: value(&table.maintenance),
        spares: value(&table.spares),
        basis: table.basis(),
    }
}

/// The value of a slot.
pub(crate) fn value<T: Clone>(slot: &Slot<T>) -> Option<T> {
    slot.as_ref().map(|slot| slot.value.clone())
}

/// The text of a slot.
pub(crate) fn text(slot: &Slot<String>) -> Option<String> {
    value(slot)
}
