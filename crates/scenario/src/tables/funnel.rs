//! Tables of a funnel: stages that pass fewer and fewer candidates to heavier and heavier models.

use super::ModelField;
use crate::fields::{Id, OneOrMany, PlatformRef};
use crate::read::Tables;
use crate::spec::{Limits, Need, table};
use quarterdeck_units::{Count, Seconds, WorkRate};

table! {
    /// A funnel: retrieval, early ranking, final ranking, each with its model, candidates and machines.
    FunnelTable, "funnel", "a funnel", "";
    /// Version of this format.
    schema: i64 = Need::Required, "1";
    /// Name.
    name: Id = Need::Required, "\"ads\"";
    /// Name for people.
    title: String = Need::Default("the name"), "\"Ads of 2022\"";
    /// Requests of users; each passes every stage.
    requests: WorkRate = Need::Required, "\"1e6 requests/s\"";
    /// Time within which 99 of 100 requests have passed all stages.
    p99: Seconds = Need::Required, "\"150 ms\"", limits(Limits::positive()
        .unlikely_above("10 s", "users wait for some tenths of a second"));
    /// Time between two stages: network, features, merging.
    hop: Seconds = Need::Default("0 s"), "\"5 ms\"", limits(Limits::not_negative());
    /// Stages in the order that candidates pass them.
    stage: Tables<StageTable> = Need::Required, "";
}

table! {
    /// One stage of a funnel.
    StageTable, "funnel.stage", "a stage", "";
    /// Identifier.
    id: Id = Need::Required, "\"final\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"Final ranking\"";
    /// The model: an id of the catalogue, or a table written as in the catalogue's files. In a table,
    /// `base = "id"` starts from a model of the catalogue and the other keys change it.
    model: ModelField = Need::Required, "\"dlrm-ads-2022\"";
    /// Candidates that it scores for one request.
    candidates: Count = Need::Required, "200", limits(Limits::positive().at_least("1"));
    /// Platforms that it may run on; the cheapest is taken.
    on: OneOrMany<PlatformRef> = Need::Required, "[\"cpu-2s-spr\", \"h100-hgx-8\"]";
    /// Its share of the time, where it is fixed.
    p99: Seconds = Need::Default("what makes all stages together cheapest"), "\"40 ms\"", limits(Limits::positive());
}
