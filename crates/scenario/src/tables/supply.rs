//! Tables of what can be had: offers, portings, programmes.

use crate::curves::RawCurve;
use crate::fields::{Id, OneWord, PlatformRef, ProgrammeRef, Rent, WorkloadRef};
use crate::model::Between;
use crate::spec::{Limits, Need, cited_table, table};
use quarterdeck_catalog::Family;
use quarterdeck_units::{Count, Quarter, Quarters, Ratio, Usd, UsdPerSecond};

cited_table! {
    /// Something that can be bought (`price` and `lead_time`) or rented (`rent`).
    OfferTable, "scenario.offer", "an offer", "";
    /// Identifier; needed where a platform has several offers.
    id: Id = Need::Default("the platform"), "\"h100-spot\"";
    /// Platform that is offered.
    platform: PlatformRef = Need::Required, "\"h100-hgx-8\"";
    /// Who sells it.
    vendor: String = Need::Default("the maker of its device"), "\"nvidia\"";
    /// Price of one platform by quarter of the order; straight between points, the first holds before.
    price: RawCurve<Usd> = Need::Default("none; then `rent` is due"), "\"290e3 USD\"", between(Between::Linear),
        limits(Limits::positive()
            .unlikely_below("100 USD", "a server costs thousands of dollars")
            .unlikely_above("30e6 USD", "full racks of the densest machines cost about 3 to 6 million dollars"));
    /// Rent by quarter: of one device (`"2.5 USD/device/h"`) or of a whole platform (`"20 USD/h"`). Power, cooling
    /// and network are in it.
    rent: RawCurve<Rent> = Need::Default("none; then `price` is due"), "\"2.5 USD/device/h\"",
        between(Between::Linear), limits(Limits::positive());
    /// Quarters from order to service, for a purchase; the money leaves in the quarter of delivery.
    lead_time: Quarters = Need::Default("none; due with `price`"), "\"3 quarters\"", limits(
        Limits::not_negative().unlikely_above("20 quarters", "the longest known lead times were about 4 quarters")
    );
    /// Quarters that each rental runs at least.
    term: Quarters = Need::Default("1 quarter, with `rent`"), "\"4 quarters\"", limits(
        Limits::positive().unlikely_above("40 quarters", "that is ten years")
    );
    /// Most platforms ordered in one quarter, in steps; none before the first point.
    supply: RawCurve<Count> = Need::Default("without limit"), "{ \"2022-Q4\" = 500, \"2023-Q4\" = 6_000 }",
        limits(Limits::not_negative());
    /// First quarter of orders.
    from: Quarter = Need::Default("a lead time before the platform came in volume, by the catalogue"), "\"2022-Q4\"";
    /// Last quarter of orders.
    until: Quarter = Need::Default("the end of the horizon"), "\"2025-Q4\"";
    /// Programme that must have shipped before.
    programme: ProgrammeRef = Need::Default("none"), "\"own-chip-1\"";
    /// Whether orders come in whole platforms; a large order may as well be counted in parts.
    whole: bool = Need::Default("false"), "true";
}

cited_table! {
    /// Engineering that brings a workload to another family of machines.
    PortingTable, "scenario.porting", "a porting", "";
    /// Workload.
    workload: WorkloadRef = Need::Required, "\"ads-ranking\"";
    /// Family of machines; `gpu` stands for `cuda`, `tpu` for `tpu-xla`.
    to: OneWord<PortingTarget> = Need::Required, "\"cuda\"";
    /// Quarters of work before the first machine serves.
    effort: Quarters = Need::Required, "\"3 quarters\"", limits(
        Limits::not_negative().unlikely_above("24 quarters", "that is six years")
    );
    /// Money for all of it.
    cost: Usd = Need::Required, "\"25e6 USD\"", limits(Limits::not_negative());
    /// Share of the full rate in the first quarter after the porting.
    maturity_at_first: Ratio = Need::Default("1"), "\"60 %\"", limits(Limits::share());
    /// Quarters until the full rate.
    maturity_after: Quarters = Need::Default("0 quarters"), "\"4 quarters\"", limits(
        Limits::not_negative().unlikely_above("24 quarters", "that is six years")
    );
}

/// A family, or the short word for one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct PortingTarget(pub(crate) Family);

impl crate::fields::Word for PortingTarget {
    const WHAT: &'static str = "a family of machines";
    fn all() -> Vec<(&'static str, Self)> {
        let families = Family::ALL.iter().map(|family| (family.as_str(), PortingTarget(*family)));
        let short = [("gpu", PortingTarget(Family::Cuda)), ("tpu", PortingTarget(Family::TpuXla))];
        families.chain(short).collect()
    }
}

cited_table! {
    /// An own-chip development: money each quarter, a date that is uncertain, and the right to stop.
    ProgrammeTable, "scenario.programme", "a programme", "";
    /// Identifier.
    id: Id = Need::Required, "\"own-chip-1\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"First own chip\"";
    /// Platform that it yields.
    platform: PlatformRef = Need::Required, "\"own-inference-1\"";
    /// Money while it runs.
    cost: UsdPerSecond = Need::Required, "\"60e6 USD/quarter\"", limits(
        Limits::not_negative().unlikely_above("5e9 USD/quarter", "own chips cost about 20 to 300 million dollars a quarter")
    );
    /// Quarter in which it began or may begin.
    started: Quarter = Need::Default("the start of the horizon"), "\"2020-Q1\"";
    /// When the first machines can ship.
    ready: ReadyTable = Need::Required,
        "{ earliest = \"2022-Q2\", likely = \"2023-Q1\", latest = \"2024-Q4\" }";
    /// Probability that the chip meets its performance target.
    meets_target: Ratio = Need::Default("1"), "0.5", limits(Limits::share());
    /// Share of the target that it reaches if it misses.
    missed_performance: Ratio = Need::Default("0: a chip that misses is of no use"), "\"60 %\"", limits(Limits::share());
    /// What it really turned out to be, for a run with history.
    outcome: OutcomeTable = Need::Default("not known"), "{ performance = \"40 %\", ready = \"2022-Q3\", known = \"2022-Q2\" }";
    /// Money that stopping costs at once.
    stop_cost: Usd = Need::Default("0 USD"), "\"30e6 USD\"", limits(Limits::not_negative());
}

table! {
    /// Three points of the distribution of a date.
    ReadyTable, "scenario.programme.ready", "the date of a programme", "";
    /// Soonest quarter of the first shipment.
    earliest: Quarter = Need::Required, "\"2022-Q2\"";
    /// Most likely quarter.
    likely: Quarter = Need::Required, "\"2023-Q1\"";
    /// Last quarter that is counted with.
    latest: Quarter = Need::Required, "\"2024-Q4\"";
}

table! {
    /// What a programme turned out to be.
    OutcomeTable, "scenario.programme.outcome", "the outcome of a programme", "";
    /// Share of the performance target reached.
    performance: Ratio = Need::Required, "\"40 %\"", limits(
        Limits::not_negative().unlikely_above("2", "chips rarely beat their target twofold")
    );
    /// Quarter in which it could first ship.
    ready: Quarter = Need::Required, "\"2022-Q3\"";
    /// Quarter in which that became known.
    known: Quarter = Need::Required, "\"2022-Q2\"";
}
