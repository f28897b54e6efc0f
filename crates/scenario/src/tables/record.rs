//! Tables of what really happened: decisions of history, and published outcomes.

use super::tags;
use crate::fields::{
    Id, OfferRef, OneOrMany, OneWord, PlaceRef, PlatformRef, ProgrammeRef, ProjectRef, Published,
    QuarterSpan, SiteRef, WorkloadRef,
};
use crate::spec::{Limits, Need, cited_table};
use crate::tables::supply::PortingTarget;
use quarterdeck_catalog::Family;
use quarterdeck_units::{Count, Quarter};

tags! {
    /// Kind of decision.
    DecisionKind: "a decision" {
        Buy = "buy",
        Fleet = "fleet",
        Start = "start",
        Pause = "pause",
        Cancel = "cancel",
        Redesign = "redesign",
        Never = "never",
        Port = "port",
        Stop = "stop",
    }
}

tags! {
    /// Kind of published outcome.
    MeasureKind: "a measure" {
        CapexStep = "capex-step",
        CapexRatio = "capex-ratio",
        ProjectsStopped = "projects-stopped",
        NetworkFactor = "network-factor",
        Accelerators = "accelerators",
    }
}

const COUNTED: &[&str] = &["buy", "fleet"];
const OF_PROJECTS: &[&str] = &["start", "pause", "cancel", "redesign", "never"];
const CAPEX: &[&str] = &["capex-step", "capex-ratio"];

cited_table! {
    /// One decision that was really taken, or a total that is known. With `count` the plan has this number, with
    /// `at_least` or `at_most` that much or more, or less.
    HistoryTable, "scenario.history", "an entry of history", "decision";
    /// What was decided: `buy` orders, `fleet` in service, a project's `start`, `pause`, `cancel`, `redesign` or
    /// `never`, `port` of a workload, `stop` of a programme.
    decision: OneWord<DecisionKind> = Need::Required, "\"buy\"";
    /// Name for people.
    title: String = Need::Default("made from the decision"), "\"First orders of H100\"";
    /// Offer or offers that the orders are summed over.
    offer: OneOrMany<OfferRef> = Need::Required, "\"h100-hgx-8\"", only(&["buy"]);
    /// First and last quarter of the orders.
    span: QuarterSpan = Need::Default("the one `quarter`"), "[\"2022-Q3\", \"2022-Q4\"]", only(&["buy"]);
    /// Platform or platforms that the fleet is summed over.
    platform: OneOrMany<PlatformRef> = Need::Required, "\"h100-hgx-8\"", only(&["fleet"]);
    /// Platforms, neither more nor less.
    count: Count = Need::Default("one of `count`, `at_least`, `at_most` is due"), "500", only(COUNTED),
        limits(Limits::not_negative());
    /// Platforms, or more.
    at_least: Count = Need::Default("one of `count`, `at_least`, `at_most` is due"), "500", only(COUNTED),
        limits(Limits::not_negative());
    /// Platforms, or fewer.
    at_most: Count = Need::Default("one of `count`, `at_least`, `at_most` is due"), "500", only(COUNTED),
        limits(Limits::not_negative());
    /// Project that was decided on.
    project: ProjectRef = Need::Required, "\"hall-2\"", only(OF_PROJECTS);
    /// Workload that was ported.
    workload: WorkloadRef = Need::Required, "\"ads-ranking\"", only(&["port"]);
    /// Family that it was ported to.
    to: OneWord<PortingTarget> = Need::Required, "\"cuda\"", only(&["port"]);
    /// Programme that was stopped.
    programme: ProgrammeRef = Need::Required, "\"own-chip-1\"", only(&["stop"]);
    /// Quarter of the decision.
    quarter: Quarter = Need::Default(
        "due, but for `buy` with a `span`, `never`, and a `port` that never came"
    ), "\"2022-Q4\"", only(&["buy", "fleet", "start", "pause", "cancel", "redesign", "port", "stop"]);
    /// Quarter in which paused work went on.
    resumed: Quarter = Need::Default("it did not"), "\"2023-Q2\"", only(&["pause"]);
}

cited_table! {
    /// A published outcome that a run is judged against: the run's number should lie between `low` and `high`.
    ExpectTable, "scenario.expect", "an expectation", "measure";
    /// Identifier.
    id: Id = Need::Required, "\"capex-step\"";
    /// What was published, in words.
    title: String = Need::Default("the id"), "\"Capital spending rose by about 4 billion dollars a quarter\"";
    /// Which number of the run it is: `capex-step` and `capex-ratio` compare mean capital spending over `of` with
    /// that over `against`; `projects-stopped` counts projects paused, cancelled or redesigned up to `until`;
    /// `network-factor` is the network capacity of a new site over that of an old one of equal IT power;
    /// `accelerators` counts devices of a family in service.
    measure: OneWord<MeasureKind> = Need::Required, "\"capex-ratio\"";
    /// First and last quarter of the span that is measured.
    of: QuarterSpan = Need::Required, "[\"2022-Q2\", \"2022-Q4\"]", only(CAPEX);
    /// First and last quarter of the span that it is compared with.
    against: QuarterSpan = Need::Required, "[\"2021-Q1\", \"2021-Q4\"]", only(CAPEX);
    /// Last quarter that counts.
    until: Quarter = Need::Required, "\"2023-Q1\"", only(&["projects-stopped"]);
    /// Platform that fills the new site.
    new: PlatformRef = Need::Required, "\"h100-hgx-8\"", only(&["network-factor"]);
    /// Platform that filled the old one.
    old: PlatformRef = Need::Required, "\"cpu-1s-2020\"", only(&["network-factor"]);
    /// Site or project that counts as new.
    site: PlaceRef = Need::Required, "\"hall-2\"", only(&["network-factor"]);
    /// Site that counts as old.
    old_site: SiteRef = Need::Required, "\"north\"", only(&["network-factor"]);
    /// Family of the accelerators.
    family: OneWord<Family> = Need::Required, "\"cuda\"", only(&["accelerators"]);
    /// Quarter in which they are counted.
    at: Quarter = Need::Required, "\"2024-Q4\"", only(&["accelerators"]);
    /// Lowest published value: money by quarter for `capex-step`, a plain number for the others.
    low: Published = Need::Required, "1.7";
    /// Highest published value.
    high: Published = Need::Required, "2.0";
}
