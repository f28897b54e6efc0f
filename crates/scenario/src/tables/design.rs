//! Tables of the site file that `quarterdeck design --compare` reads.

use super::SourceTable;
use super::places::{RACK_POWER, SITE_POWER};
use crate::fields::{Id, Map, OneWord, PlatformRef, RegionRef};
use crate::spec::{Limits, Need, cited_table, table};
use quarterdeck_catalog::{Climate, Cooling, FloorKind};
use quarterdeck_units::{Count, Quarter, Ratio, Watts};

/// Bounds of an oversubscription.
const OVERSUBSCRIPTION: Limits = Limits::unbounded()
    .at_least("1")
    .at_most("1e6", "so little would leave a rack that it were no network")
    .unlikely_above("32", "published networks are oversubscribed up to about 10 times");

table! {
    /// A site filled with one platform, to be compared with another.
    DesignTable, "design", "a site file", "";
    /// Version of this format.
    schema: i64 = Need::Required, "1";
    /// Name of the site, for tables.
    name: Id = Need::Required, "\"gpu-site-2023\"";
    /// Title for people.
    title: String = Need::Default("the name"), "\"A site of the GPU era\"";
    /// The site and what fills it.
    site: DesignSiteTable = Need::Required, "{ platform = \"h100-hgx-8\", it_power = \"54 MW\", cooling = \"air\", climate = \"temperate\" }";
    /// Sources that this file cites and the catalogue does not have, by id.
    source: Map<SourceTable> = Need::Default("none"), "{ memo = { title = \"Capacity memo\" } }";
}

cited_table! {
    /// The site and what fills it.
    DesignSiteTable, "design.site", "the site", "";
    /// Platform of the catalogue that fills it.
    platform: PlatformRef = Need::Required, "\"h100-hgx-8\"";
    /// Platforms that stand there.
    count: Count = Need::Default("as many as `it_power` carries; one of the two is due"), "5000", limits(
        Limits::positive().at_most("1e9", "that is more than all servers ever built")
    );
    /// IT power that is filled with platforms and their networks.
    it_power: Watts = Need::Default("what `count` platforms take; one of the two is due"), "\"54 MW\"",
        limits(SITE_POWER);
    /// What its halls can cool.
    cooling: OneWord<Cooling> = Need::Required, "\"air\"";
    /// Most power of one rack.
    rack_density_max: Watts = Need::Default("the usual rack power of its cooling kind in the catalogue"), "\"12 kW\"",
        limits(RACK_POWER);
    /// What its halls stand on.
    floor: OneWord<FloorKind> = Need::Default("`raised` with air, else `slab`"), "\"slab\"";
    /// Climate class; it decides the overhead of cooling.
    climate: OneWord<Climate> = Need::Default("that of `region`; one of the two is due"), "\"cold-dry\"";
    /// Region of the catalogue, for climate and cost of building.
    region: RegionRef = Need::Default("none"), "\"us-texas\"";
    /// Quarter in which its network parts must be had.
    quarter: Quarter = Need::Default("any part of the catalogue"), "\"2022-Q4\"";
    /// Kind of building project, a template of the catalogue.
    project: String = Need::Default("`powered-site`"), "\"new-site\"";
    /// How its networks are built.
    fabric: DesignFabricTable = Need::Default("the front end as in the catalogue, a back end that blocks nothing"),
        "{ core_oversubscription = 7 }";
}

table! {
    /// How the networks of a site are built.
    DesignFabricTable, "design.site.fabric", "a fabric", "";
    /// Server ports of a front-end leaf over its uplinks.
    front_end_oversubscription: Ratio = Need::Default("that of the catalogue"), "3", limits(OVERSUBSCRIPTION);
    /// Ports of a back-end leaf over its uplinks.
    back_end_oversubscription: Ratio = Need::Default("1: nothing blocks"), "1", limits(OVERSUBSCRIPTION);
    /// Back-end capacity that enters the core over what the core carries.
    core_oversubscription: Ratio = Need::Default("1: nothing blocks"), "7", limits(OVERSUBSCRIPTION);
}
