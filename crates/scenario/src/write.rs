//! A resolved scenario as canonical TOML: every default written out, so that a stored run can be repeated.

use crate::curves::RawCurve;
use crate::entry::tree;
use crate::fields::{
    Factor, FleetValue, Id, List, Map, OfferRef, OneOrMany, OneWord, PlaceRef, PlatformRef, ProgrammeRef,
    ProjectRef, Published, QuarterSpan, Rent, SiteRef, Word, WorkloadRef,
};
use crate::model::{
    Basis, Bound, Budget, Commitment, Costs, Curve, Decision, Delivery, Expectation, HistoryEntry, Measure,
    Offer, OfferTerms, Porting, Programme, Project, Scenario, Shock, ShockChange, Site, Workload,
    WorkloadKind,
};
use crate::read::Tables;
use crate::resolve::SCHEMA_VERSION;
use crate::source::Span;
use crate::spec::{At, Slot, Table};
use crate::tables::{
    BudgetTable, ChangesTable, CommitmentTable, CostsTable, DecisionKind, DeliveryTable, DeviceEntries,
    DriftTable, ExpectTable, HistoryTable, HorizonTable, MeasureKind, ModelField, OfferTable, OutcomeTable,
    PlatformEntries, PortingTable, PortingTarget, ProgrammeTable, ProjectTable, ReadyTable, RedesignTable,
    RootTable, ShockTable, SiteTable, SourceTable, WorkKind, WorkloadTable,
};
use quarterdeck_catalog::{Catalog, Model};
use quarterdeck_units::{Quarter, UsdPerSecond};

/// A slot with a value.
fn some<T>(value: T) -> Slot<T> {
    Some(At::nowhere(value))
}

/// A slot with a value if there is one.
fn maybe<T>(value: Option<T>) -> Slot<T> {
    value.map(At::nowhere)
}

/// The id slot of a name.
fn id(name: &str) -> Slot<Id> {
    some(Id(name.to_owned()))
}

/// The word for a text that came from one; none if it is no such word.
fn word<T: Word>(text: &str) -> Slot<OneWord<T>> {
    T::all().into_iter().find(|(word, _)| *word == text).map(|(_, value)| At::nowhere(OneWord(value)))
}

fn curve<T: Clone>(curve: &Curve<T>) -> Slot<RawCurve<T>> {
    if curve.points.is_empty() { None } else { some(RawCurve::of(curve, T::clone)) }
}

fn span((first, last): (Quarter, Quarter)) -> Slot<QuarterSpan> {
    some(QuarterSpan(first, last))
}

fn tables<T, U>(items: &[U], table: impl Fn(&U) -> T) -> Slot<Tables<T>> {
    if items.is_empty() { None } else { some(Tables(items.iter().map(table).collect())) }
}

fn has_basis(basis: &Basis) -> bool {
    !basis.sources.is_empty() || basis.assumed.is_some()
}

impl Scenario {
    /// The scenario as TOML that resolves to itself. Models that are as in the catalogue are written by their id,
    /// others in full.
    ///
    /// ```
    /// use quarterdeck_catalog::Catalog;
    /// use quarterdeck_scenario::{codes, resolve_text};
    /// let catalog = Catalog::builtin();
    /// let scenario = resolve_text(codes::BASE, &catalog).value.unwrap();
    /// let text = scenario.to_toml(&catalog);
    /// assert_eq!(resolve_text(&text, &catalog).value.unwrap(), scenario);
    /// ```
    pub fn to_toml(&self, catalog: &Catalog) -> String {
        let table = self.table(catalog).write_table();
        let mut out = String::new();
        emit_table(&mut out, &table, &mut Vec::new());
        out
    }

    fn table(&self, catalog: &Catalog) -> RootTable {
        let horizon = &self.horizon;
        let source = |source: &crate::model::ScenarioSource| {
            let table = SourceTable {
                title: some(source.title.clone()),
                url: maybe(source.url.clone()),
                date: maybe(source.date.clone()),
                ..SourceTable::default()
            };
            (At::nowhere(source.id.clone()), At::nowhere(table))
        };
        RootTable {
            schema: some(SCHEMA_VERSION),
            name: id(&self.name),
            title: some(self.title.clone()),
            description: if self.description.is_empty() { None } else { some(self.description.clone()) },
            horizon: some(HorizonTable {
                start: some(horizon.start),
                end: some(horizon.end),
                discount_rate: some(horizon.discount_rate),
                price_year: some(horizon.price_year),
                ..HorizonTable::default()
            }),
            workload: tables(&self.workloads, |workload| workload_table(workload, catalog)),
            site: tables(&self.sites, site_table),
            project: tables(&self.projects, project_table),
            offer: tables(&self.offers, offer_table),
            porting: tables(&self.portings, porting_table),
            programme: tables(&self.programmes, programme_table),
            shock: tables(&self.shocks, shock_table),
            budget: budget_table(&self.budget),
            commitment: tables(&self.commitments, commitment_table),
            history: tables(&self.history, history_table),
            expect: tables(&self.expectations, expect_table),
            costs: costs_table(&self.costs),
            source: if self.sources.is_empty() {
                None
            } else {
                some(Map(self.sources.iter().map(source).collect()))
            },
            device: if self.devices.is_empty() {
                None
            } else {
                some(DeviceEntries(
                    self.devices.iter().filter_map(|device| tree(device, Span::default())).collect(),
                ))
            },
            platform: if self.platforms.is_empty() {
                None
            } else {
                let entries = self.platforms.iter().filter_map(|platform| tree(platform, Span::default()));
                some(PlatformEntries(entries.collect()))
            },
            ..RootTable::default()
        }
    }
}

fn model_field(model: &Model, catalog: &Catalog) -> Option<ModelField> {
    let known = catalog.model(model.id()).is_ok_and(|known| **known == *model);
    if known {
        return Some(ModelField::Named(model.id().to_owned()));
    }
    tree(model, Span::default()).map(ModelField::Inline)
}

fn workload_table(workload: &Workload, catalog: &Catalog) -> WorkloadTable {
    let drift = &workload.drift;
    let mut table = WorkloadTable {
        id: id(&workload.id),
        title: some(workload.title.clone()),
        model: maybe(workload.model.as_ref().and_then(|model| model_field(model, catalog))),
        demand: curve(&workload.demand),
        peak_over_mean: some(workload.peak_over_mean),
        drift: some(DriftTable {
            from: some(drift.from),
            flops_per_sample: some(drift.flops_per_sample),
            embedding_bytes: some(drift.embedding_bytes),
            lookups_per_sample: some(drift.lookups_per_sample),
            ..DriftTable::default()
        }),
        unserved: some(workload.unserved),
        runs_on: some(List(workload.runs_on.iter().filter_map(|family| word(family)).collect())),
        one_site: some(workload.one_site),
        ..WorkloadTable::default()
    };
    let kind = match &workload.kind {
        WorkloadKind::RecommendationTraining { global_batch, precision } => {
            table.global_batch = some(*global_batch);
            table.precision = some(OneWord(*precision));
            WorkKind::RecommendationTraining
        }
        WorkloadKind::RecommendationInference { latency_p99, candidates_per_query, precision } => {
            table.latency_p99 = some(*latency_p99);
            table.candidates_per_query = some(*candidates_per_query);
            table.precision = maybe(precision.map(OneWord));
            WorkKind::RecommendationInference
        }
        WorkloadKind::LlmPretraining { tokens, window, sequence_length, global_batch, precision } => {
            // The demand follows from tokens and window.
            table.demand = None;
            table.tokens = some(*tokens);
            table.window = span(*window);
            table.sequence_length = some(*sequence_length);
            table.global_batch = some(*global_batch);
            table.precision = maybe(precision.map(OneWord));
            WorkKind::LlmPretraining
        }
        WorkloadKind::LlmFineTuning { sequence_length, global_batch, lora_rank, precision } => {
            table.sequence_length = some(*sequence_length);
            table.global_batch = some(*global_batch);
            table.lora_rank = maybe(*lora_rank);
            table.precision = maybe(precision.map(OneWord));
            WorkKind::LlmFineTuning
        }
        WorkloadKind::LlmInference { input_len, output_len, ttft, tpot, precision } => {
            table.input_len = some(*input_len);
            table.output_len = some(*output_len);
            table.ttft = some(*ttft);
            table.tpot = some(*tpot);
            table.precision = maybe(precision.map(OneWord));
            WorkKind::LlmInference
        }
        WorkloadKind::DeviceHours { reference, devices_per_job, memory_per_device } => {
            table.reference = some(PlatformRef(reference.clone()));
            table.devices_per_job = some(*devices_per_job);
            table.memory_per_device = maybe(*memory_per_device);
            WorkKind::DeviceHours
        }
    };
    table.kind = some(OneWord(kind));
    table.with_basis(&workload.basis)
}

fn site_table(site: &Site) -> SiteTable {
    let installed = |installed: &crate::model::Installed| {
        let value = FleetValue { count: installed.count, since: installed.since };
        (At::nowhere(installed.platform.clone()), At::nowhere(value))
    };
    SiteTable {
        id: id(&site.id),
        title: some(site.title.clone()),
        it_power: curve(&site.it_power),
        reserved: curve(&site.reserved),
        cooling: some(OneWord(site.cooling)),
        rack_density_max: some(site.rack_density_max),
        racks_max: maybe(site.racks_max),
        climate: word(&site.climate),
        electricity: maybe(site.electricity),
        grid_carbon: maybe(site.grid_carbon),
        supply_water: maybe(site.supply_water),
        fleet: if site.fleet.is_empty() {
            None
        } else {
            some(Map(site.fleet.iter().map(installed).collect()))
        },
        ..SiteTable::default()
    }
    .with_basis(&site.basis)
}

fn delivery_table(delivery: &Delivery) -> DeliveryTable {
    DeliveryTable {
        it_power: some(delivery.it_power),
        cooling: some(OneWord(delivery.cooling)),
        rack_density_max: some(delivery.rack_density_max),
        ..DeliveryTable::default()
    }
}

fn project_table(project: &Project) -> ProjectTable {
    let redesign = |redesign: &crate::model::Redesign| RedesignTable {
        adds: some(delivery_table(&redesign.adds)),
        cost: some(redesign.cost),
        lead_time: some(redesign.lead_time),
        reuse: some(redesign.reuse),
        ..RedesignTable::default()
    };
    let spending = &project.spending;
    let excludes = &project.excludes;
    ProjectTable {
        id: id(&project.id),
        title: some(project.title.clone()),
        site: some(SiteRef(project.site.clone())),
        climate: project.climate.as_deref().and_then(word),
        adds: some(delivery_table(&project.adds)),
        removes: maybe(project.removes),
        cost: some(project.cost),
        lead_time: maybe(project.lead_time),
        spending: if spending.is_empty() {
            None
        } else {
            some(List(spending.iter().map(|share| At::nowhere(*share)).collect()))
        },
        started: maybe(project.started),
        from: maybe(project.from),
        until: maybe(project.until),
        cancel_cost: maybe(project.cancel_cost),
        pause_cost: maybe(project.pause_cost),
        redesign: maybe(project.redesign.as_ref().map(redesign)),
        excludes: if excludes.is_empty() {
            None
        } else {
            some(List(excludes.iter().map(|other| At::nowhere(ProjectRef(other.clone()))).collect()))
        },
        ..ProjectTable::default()
    }
    .with_basis(&project.basis)
}

fn offer_table(offer: &Offer) -> OfferTable {
    let mut table = OfferTable {
        id: id(&offer.id),
        platform: some(PlatformRef(offer.platform.clone())),
        vendor: some(offer.vendor.clone()),
        supply: offer.supply.as_ref().and_then(curve),
        from: maybe(offer.from),
        until: maybe(offer.until),
        programme: maybe(offer.programme.clone().map(ProgrammeRef)),
        whole: some(offer.whole),
        ..OfferTable::default()
    };
    match &offer.terms {
        OfferTerms::Purchase { price, lead_time } => {
            table.price = curve(price);
            table.lead_time = some(*lead_time);
        }
        OfferTerms::Rental { price, term } => {
            table.rent = some(RawCurve::of(price, |price| Rent::PerPlatform(*price)));
            table.term = some(*term);
        }
    }
    table.with_basis(&offer.basis)
}

fn porting_table(porting: &Porting) -> PortingTable {
    PortingTable {
        workload: some(WorkloadRef(porting.workload.clone())),
        to: word::<PortingTarget>(&porting.to),
        effort: some(porting.effort),
        cost: some(porting.cost),
        maturity_at_first: some(porting.maturity_at_first),
        maturity_after: some(porting.maturity_after),
        ..PortingTable::default()
    }
    .with_basis(&porting.basis)
}

fn programme_table(programme: &Programme) -> ProgrammeTable {
    let outcome = |outcome: &crate::model::ProgrammeOutcome| OutcomeTable {
        performance: some(outcome.performance),
        ready: some(outcome.ready),
        known: some(outcome.known),
        ..OutcomeTable::default()
    };
    let ready = &programme.ready;
    ProgrammeTable {
        id: id(&programme.id),
        title: some(programme.title.clone()),
        platform: some(PlatformRef(programme.platform.clone())),
        cost: some(programme.cost),
        started: some(programme.started),
        ready: some(ReadyTable {
            earliest: some(ready.earliest),
            likely: some(ready.likely),
            latest: some(ready.latest),
            ..ReadyTable::default()
        }),
        meets_target: some(programme.meets_target),
        missed_performance: some(programme.missed_performance),
        outcome: maybe(programme.outcome.as_ref().map(outcome)),
        stop_cost: some(programme.stop_cost),
        ..ProgrammeTable::default()
    }
    .with_basis(&programme.basis)
}

fn shock_table(shock: &Shock) -> ShockTable {
    let mut changes = ChangesTable::default();
    match &shock.changes {
        ShockChange::Demand { workload, factor } => {
            changes.workload = some(WorkloadRef(workload.clone()));
            changes.demand = some(Factor(factor.0));
        }
        ShockChange::Price { offer, factor } => {
            changes.offer = some(OfferRef(offer.clone()));
            changes.price = some(Factor(factor.0));
        }
        ShockChange::Supply { offer, factor } => {
            changes.offer = some(OfferRef(offer.clone()));
            changes.supply = some(Factor(factor.0));
        }
        ShockChange::Delay { project, by } => {
            changes.project = some(ProjectRef(project.clone()));
            changes.delay = some(*by);
        }
    }
    ShockTable {
        id: id(&shock.id),
        title: some(shock.title.clone()),
        happens: some(shock.happens),
        known: some(shock.known),
        changes: some(changes),
        ..ShockTable::default()
    }
    .with_basis(&shock.basis)
}

fn budget_table(budget: &Budget) -> Slot<BudgetTable> {
    if *budget == Budget::default() {
        return None;
    }
    let table = BudgetTable {
        capex: budget.capex.as_ref().and_then(curve),
        overspend_price: maybe(budget.overspend_price),
        ..BudgetTable::default()
    };
    some(table.with_basis(&budget.basis))
}

fn commitment_table(commitment: &Commitment) -> CommitmentTable {
    CommitmentTable {
        id: id(&commitment.id),
        title: some(commitment.title.clone()),
        class: some(OneWord(commitment.class)),
        capex: curve(&commitment.capex),
        ..CommitmentTable::default()
    }
    .with_basis(&commitment.basis)
}

fn costs_table(costs: &Costs) -> Slot<CostsTable> {
    let empty = costs.electricity.is_none()
        && costs.maintenance.is_none()
        && costs.spares.is_none()
        && !has_basis(&costs.basis);
    if empty {
        return None;
    }
    let table = CostsTable {
        electricity: maybe(costs.electricity),
        maintenance: maybe(costs.maintenance),
        spares: maybe(costs.spares),
        ..CostsTable::default()
    };
    some(table.with_basis(&costs.basis))
}

fn many<T, U: Clone>(items: &[U], wrap: impl Fn(U) -> T) -> Slot<OneOrMany<T>> {
    some(OneOrMany(items.iter().cloned().map(|item| At::nowhere(wrap(item))).collect()))
}

fn history_table(entry: &HistoryEntry) -> HistoryTable {
    let mut table = HistoryTable { title: some(entry.title.clone()), ..HistoryTable::default() };
    let bounded = |table: &mut HistoryTable, bound: Bound, count| match bound {
        Bound::Exactly => table.count = some(count),
        Bound::AtLeast => table.at_least = some(count),
        Bound::AtMost => table.at_most = some(count),
    };
    let kind = match &entry.decision {
        Decision::Buy { offers, span: (first, last), bound, count } => {
            table.offer = many(offers, OfferRef);
            if first == last {
                table.quarter = some(*first);
            } else {
                table.span = span((*first, *last));
            }
            bounded(&mut table, *bound, *count);
            DecisionKind::Buy
        }
        Decision::Fleet { platforms, quarter, bound, count } => {
            table.platform = many(platforms, PlatformRef);
            table.quarter = some(*quarter);
            bounded(&mut table, *bound, *count);
            DecisionKind::Fleet
        }
        Decision::Start { project, quarter } => {
            table.project = some(ProjectRef(project.clone()));
            table.quarter = some(*quarter);
            DecisionKind::Start
        }
        Decision::Pause { project, quarter, resumed } => {
            table.project = some(ProjectRef(project.clone()));
            table.quarter = some(*quarter);
            table.resumed = maybe(*resumed);
            DecisionKind::Pause
        }
        Decision::Cancel { project, quarter } => {
            table.project = some(ProjectRef(project.clone()));
            table.quarter = some(*quarter);
            DecisionKind::Cancel
        }
        Decision::Redesign { project, quarter } => {
            table.project = some(ProjectRef(project.clone()));
            table.quarter = some(*quarter);
            DecisionKind::Redesign
        }
        Decision::Never { project } => {
            table.project = some(ProjectRef(project.clone()));
            DecisionKind::Never
        }
        Decision::Port { workload, to, quarter } => {
            table.workload = some(WorkloadRef(workload.clone()));
            table.to = word::<PortingTarget>(to);
            table.quarter = maybe(*quarter);
            DecisionKind::Port
        }
        Decision::Stop { programme, quarter } => {
            table.programme = some(ProgrammeRef(programme.clone()));
            table.quarter = some(*quarter);
            DecisionKind::Stop
        }
    };
    table.decision = some(OneWord(kind));
    table.with_basis(&entry.basis)
}

fn expect_table(expectation: &Expectation) -> ExpectTable {
    let mut table = ExpectTable {
        id: id(&expectation.id),
        title: some(expectation.title.clone()),
        low: some(Published::Plain(expectation.low)),
        high: some(Published::Plain(expectation.high)),
        ..ExpectTable::default()
    };
    let kind = match &expectation.measure {
        Measure::CapexStep { of, against } => {
            table.of = span(*of);
            table.against = span(*against);
            let flow = |billions: f64| Published::Text(UsdPerSecond::per_quarter(billions * 1e9).to_string());
            table.low = some(flow(expectation.low));
            table.high = some(flow(expectation.high));
            MeasureKind::CapexStep
        }
        Measure::CapexRatio { of, against } => {
            table.of = span(*of);
            table.against = span(*against);
            MeasureKind::CapexRatio
        }
        Measure::ProjectsStopped { until } => {
            table.until = some(*until);
            MeasureKind::ProjectsStopped
        }
        Measure::NetworkFactor { new, old, site, old_site } => {
            table.new = some(PlatformRef(new.clone()));
            table.old = some(PlatformRef(old.clone()));
            table.site = some(PlaceRef(site.clone()));
            table.old_site = some(SiteRef(old_site.clone()));
            MeasureKind::NetworkFactor
        }
        Measure::Accelerators { family, at } => {
            table.family = word(family);
            table.at = some(*at);
            MeasureKind::Accelerators
        }
    };
    table.measure = some(OneWord(kind));
    table.with_basis(&expectation.basis)
}

/// Longest line of a table within a line.
const LINE: usize = 100;

/// Writes a table: plain values first, then tables within; short tables stay on the line of their key.
fn emit_table(out: &mut String, table: &toml::Table, path: &mut Vec<String>) {
    let mut later = Vec::new();
    for (key, value) in table {
        let line = format!("{} = {value}\n", key_text(key));
        let nests = match value {
            toml::Value::Table(inner) => !inner.is_empty(),
            toml::Value::Array(items) => items.iter().any(toml::Value::is_table),
            _ => false,
        };
        // The root has its tables in sections; below it, what fits stays in one line.
        if nests && (path.is_empty() || line.len() > LINE) {
            later.push((key, value));
        } else {
            out.push_str(&line);
        }
    }
    for (key, value) in later {
        path.push(key_text(key));
        match value {
            toml::Value::Array(items) => {
                for item in items.iter().filter_map(toml::Value::as_table) {
                    out.push_str(&format!("\n[[{}]]\n", path.join(".")));
                    emit_table(out, item, path);
                }
            }
            toml::Value::Table(inner) => {
                if path.len() > 1 || inner.values().any(|value| !value.is_table()) {
                    out.push_str(&format!("\n[{}]\n", path.join(".")));
                }
                emit_section(out, inner, path);
            }
            _ => {}
        }
        path.pop();
    }
}

/// A section of the root whose entries are tables themselves, such as the sources, has one section for each.
fn emit_section(out: &mut String, table: &toml::Table, path: &mut Vec<String>) {
    if path.len() > 1 || table.values().any(|value| !value.is_table()) {
        return emit_table(out, table, path);
    }
    for (key, value) in table {
        path.push(key_text(key));
        out.push_str(&format!("\n[{}]\n", path.join(".")));
        if let Some(inner) = value.as_table() {
            emit_table(out, inner, path);
        }
        path.pop();
    }
}

fn key_text(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { key.to_owned() } else { toml::Value::String(key.to_owned()).to_string() }
}
