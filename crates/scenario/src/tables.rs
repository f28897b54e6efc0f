//! The tables of a scenario file. Each is declared once, with the meaning, need, bounds and an example of every key;
//! reading, writing, the JSON Schema, `explain` and the reference pages all follow from it.

mod chip;
mod design;
mod funnel;
mod places;
mod record;
mod supply;
mod work;

pub(crate) use chip::{
    ChipCostTable, ChipProgrammeTable, ChipServerTable, ChipSoftwareTable, ChipTable, SiliconTable,
};
pub(crate) use design::{DesignFabricTable, DesignSiteTable, DesignTable};
pub(crate) use funnel::{FunnelTable, StageTable};
pub(crate) use places::{DeliveryTable, InstalledTable, ProjectTable, RedesignTable, SiteTable};
pub(crate) use record::{DecisionKind, ExpectTable, HistoryTable, MeasureKind};
pub(crate) use supply::{OfferTable, OutcomeTable, PortingTable, PortingTarget, ProgrammeTable, ReadyTable};
pub(crate) use work::{ChangesTable, DriftTable, ModelField, ShockTable, WorkKind, WorkloadTable};

use crate::curves::RawCurve;
use crate::document::Node;
use crate::fields::{Id, List, Map, OneWord, Word};
use crate::model::CostClass;
use crate::read::{Reader, Tables, double_brackets};
use crate::spec::{Field, FieldSpec, Limits, Need, Shape, cited_table, table};
use quarterdeck_units::{Growth, PriceYear, Quarter, Ratio, UsdPerJoule, UsdPerSecond};

/// Bounds of spending by time.
pub(crate) const SPENDING: Limits = Limits::not_negative()
    .at_most("27e12 USD/quarter", "the gross product of the whole world is about that much");
/// Bounds of a price of electricity.
pub(crate) const ELECTRICITY: Limits = Limits::positive()
    .unlikely_below("5 USD/MWh", "large customers pay about 25 to 200 USD/MWh")
    .unlikely_above("1000 USD/MWh", "large customers pay about 25 to 200 USD/MWh");

table! {
    /// A scenario: what is asked, what stands, what may be bought, built or stopped, over a span of quarters.
    RootTable, "scenario", "a scenario", "";
    /// Version of this format.
    schema: i64 = Need::Required, "1";
    /// Another scenario file that this one changes: keys given here replace its keys, entries with the same id
    /// are merged key by key, other entries are added.
    extends: String = Need::Default("none"), "\"../base/scenario.toml\"";
    /// Entries of the extended scenario that are left out: `table.id`, or `table` for all of its entries.
    remove: List<String> = Need::Default("none"), "[\"shock.chatgpt\"]";
    /// Name of the scenario, also of its folder.
    name: Id = Need::Required, "\"my-scenario\"";
    /// Title for people.
    title: String = Need::Default("the name"), "\"An assistant on rented machines\"";
    /// A paragraph for people.
    description: String = Need::Default("empty"), "\"Serve one product for three years.\"";
    /// The quarters planned and how money is counted over them.
    horizon: HorizonTable = Need::Required, "{ start = \"2024-Q1\", end = \"2026-Q4\", discount_rate = \"8 %/yr\", price_year = 2024 }";
    /// What is asked: models to serve or train, and how much.
    workload: Tables<WorkloadTable> = Need::Default("none"), "";
    /// Places where machines stand or can stand from the start.
    site: Tables<SiteTable> = Need::Default("none"), "";
    /// Builds, expansions and retrofits of sites.
    project: Tables<ProjectTable> = Need::Default("none"), "";
    /// What can be bought or rented.
    offer: Tables<OfferTable> = Need::Default("none"), "";
    /// Engineering that brings a workload to another family of machines.
    porting: Tables<PortingTable> = Need::Default("none"), "";
    /// Own-chip developments.
    programme: Tables<ProgrammeTable> = Need::Default("none"), "";
    /// Changes of demand, price, supply or schedule, with the quarter they become known.
    shock: Tables<ShockTable> = Need::Default("none"), "";
    /// Limits on spending.
    budget: BudgetTable = Need::Default("no limit"), "{ capex = \"50e6 USD/quarter\" }";
    /// Spending that the plan takes as given.
    commitment: Tables<CommitmentTable> = Need::Default("none"), "";
    /// Decisions as they were really taken; a run may hold the plan to them.
    history: Tables<HistoryTable> = Need::Default("none"), "";
    /// Published outcomes that a run is judged against.
    expect: Tables<ExpectTable> = Need::Default("none"), "";
    /// Prices and settings that belong to no single entry.
    costs: CostsTable = Need::Default("those of the catalogue"), "{ electricity = \"70 USD/MWh\" }";
    /// Sources that this scenario cites and the catalogue does not have, by id.
    source: Map<SourceTable> = Need::Default("none"), "{ memo = { title = \"Capacity memo\" } }";
    /// Devices that the catalogue does not have, written as in its files; `base = "id"` starts from one that it has.
    device: DeviceEntries = Need::Default("none"), "";
    /// Platforms that the catalogue does not have, written as in its files; `base = "id"` starts from one that it
    /// has.
    platform: PlatformEntries = Need::Default("none"), "";
}

table! {
    /// The quarters planned and how money is counted over them.
    HorizonTable, "scenario.horizon", "the horizon", "";
    /// First quarter planned.
    start: Quarter = Need::Required, "\"2024-Q1\"";
    /// Last quarter planned.
    end: Quarter = Need::Required, "\"2026-Q4\"";
    /// Real discount rate: what a dollar a year later counts less.
    discount_rate: Growth = Need::Required, "\"8 %/yr\"", limits(
        Limits::unbounded()
            .at_least("-20 %/yr")
            .at_most("100 %/yr", "at such a rate a dollar next year would count less than half a dollar")
            .unlikely_above("25 %/yr", "companies mostly count with 5 to 15 %/yr")
    );
    /// Year whose dollars all prices and results are in.
    price_year: PriceYear = Need::Required, "2024";
}

cited_table! {
    /// Limits on spending.
    BudgetTable, "scenario.budget", "the budget", "";
    /// Capital spending; before the first point there is no limit.
    capex: RawCurve<UsdPerSecond> = Need::Default("no limit"), "\"50e6 USD/quarter\"", limits(SPENDING);
    /// Dollars of penalty for each dollar above the limit; the limit can be overspent at that price, and the plan
    /// says by how much.
    overspend_price: Ratio = Need::Default("that of the planner"), "10", limits(Limits::positive());
}

cited_table! {
    /// Spending that the plan takes as given, such as leases signed before the horizon.
    CommitmentTable, "scenario.commitment", "a commitment", "";
    /// Identifier.
    id: Id = Need::Required, "\"finance-leases\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"Finance leases\"";
    /// Class of cost that it is reported under.
    class: OneWord<CostClass> = Need::Default("`other`"), "\"buildings\"";
    /// Money by quarter; nothing before the first point.
    capex: RawCurve<UsdPerSecond> = Need::Required, "\"20e6 USD/quarter\"", limits(SPENDING);
}

cited_table! {
    /// Prices and settings that belong to no single entry.
    CostsTable, "scenario.costs", "the costs", "";
    /// Price of electricity at sites that name none.
    electricity: UsdPerJoule = Need::Default("that of the catalogue"), "\"70 USD/MWh\"", limits(ELECTRICITY);
    /// Maintenance in a year, as a share of the price of the machines.
    maintenance: Ratio = Need::Default("that of the catalogue"), "\"5 %\"", limits(
        Limits::share().unlikely_above("30 %", "contracts cost about 3 to 15 % of the price in a year")
    );
    /// Share of the machines kept as spares or out for repair.
    spares: Ratio = Need::Default("that of the catalogue"), "\"3 %\"", limits(
        Limits::share().unlikely_above("30 %", "fleets hold about 2 to 10 %")
    );
}

table! {
    /// A source that this scenario cites: `[source.ID]`.
    SourceTable, "scenario.source", "a source", "";
    /// Title as printed.
    title: String = Need::Required, "\"Third quarter 2022 results\"";
    /// Address of the source.
    url: String = Need::Default("none"), "\"https://example.org/results.html\"";
    /// Date as printed, or a note on it.
    date: String = Need::Default("none"), "\"2022-10-26\"";
}

macro_rules! catalogue_entries {
    ($($(#[$doc:meta])* $name:ident: $what:literal);* $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug)]
        pub(crate) struct $name(pub(crate) Vec<Node>);

        impl Field for $name {
            fn shape() -> Shape {
                Shape::List(Box::new(Shape::CatalogEntry($what)))
            }

            fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
                double_brackets(reader, field, node).map(|items| $name(items.to_vec()))
            }

            fn write(&self) -> toml::Value {
                toml::Value::Array(self.0.iter().map(crate::entry::plain).collect())
            }
        }
    )*};
}
catalogue_entries! {
    /// Devices written in a scenario.
    DeviceEntries: "a device";
    /// Platforms written in a scenario.
    PlatformEntries: "a platform";
}

/// Declares an enum of words that tag a table, each with its meaning.
macro_rules! tags {
    ($(#[$doc:meta])* $name:ident: $what:literal { $($(#[$tag_doc:meta])* $tag:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum $name { $($(#[$tag_doc])* $tag),+ }

        impl $crate::fields::Word for $name {
            const WHAT: &'static str = $what;
            fn all() -> Vec<(&'static str, Self)> {
                vec![$(($text, $name::$tag)),+]
            }
        }
    };
}
pub(crate) use tags;

/// The word of a tag.
pub(crate) fn word_of<T: Word>(value: T) -> &'static str {
    T::all().into_iter().find(|(_, other)| *other == value).map_or("", |(word, _)| word)
}
