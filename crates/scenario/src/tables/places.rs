//! Tables of places: sites with their machines, and the projects that build and change them.

use super::ELECTRICITY;
use crate::curves::RawCurve;
use crate::fields::{FleetValue, Id, List, Map, OneWord, ProjectRef, RegionRef, SiteRef};
use crate::spec::{Limits, Need, cited_table, table};
use quarterdeck_catalog::{Climate, Cooling};
use quarterdeck_units::{
    Celsius, Count, GramsPerJoule, Quarter, Quarters, Ratio, UsdPerJoule, UsdPerWatt, Watts,
};

/// Bounds of the power of a site.
pub(super) const SITE_POWER: Limits = Limits::not_negative()
    .at_most("3.4 TW", "that is all electricity generated in the world, on average")
    .unlikely_above("10 GW", "the largest campuses announced up to 2026 have about 5 GW");
/// Bounds of the power of a rack.
pub(super) const RACK_POWER: Limits = Limits::positive()
    .at_most("10 MW", "carrying that away takes 240 litres of water a second, warmed by 10 K")
    .unlikely_below("1 kW", "racks draw about 5 to 150 kW")
    .unlikely_above("1 MW", "the densest racks announced up to 2026 draw about 600 kW");
/// Bounds of the cost of building.
const BUILDING: Limits = Limits::not_negative()
    .unlikely_below("0.5 USD/W", "published building costs are about 9 to 15 USD/W")
    .unlikely_above("60 USD/W", "published building costs are about 9 to 15 USD/W");
/// Bounds of a building time.
const BUILDING_TIME: Limits = Limits::not_negative().unlikely_above("40 quarters", "that is ten years");

cited_table! {
    /// A place with power and cooling, and the machines that stand there at the start.
    SiteTable, "scenario.site", "a site", "";
    /// Identifier.
    id: Id = Need::Required, "\"north\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"North campus\"";
    /// IT power that can be drawn, as energised, constant or in steps by quarter.
    it_power: RawCurve<Watts> = Need::Required, "\"120 MW\"", limits(SITE_POWER);
    /// IT power taken by work outside this scenario.
    reserved: RawCurve<Watts> = Need::Default("none"), "\"40 MW\"", limits(SITE_POWER);
    /// What its halls can cool.
    cooling: OneWord<Cooling> = Need::Required, "\"air\"";
    /// Most power of one rack.
    rack_density_max: Watts = Need::Default("the usual rack power of its cooling kind in the catalogue"), "\"12 kW\"",
        limits(RACK_POWER);
    /// Racks that fit.
    racks_max: Count = Need::Default("no limit but power"), "8000", limits(Limits::positive());
    /// Climate class; it decides the overhead of cooling and the water used.
    climate: OneWord<Climate> = Need::Default("that of `region`; one of the two is due"), "\"cold-dry\"";
    /// Region of the catalogue, for what the site does not say itself: climate, electricity, carbon.
    region: RegionRef = Need::Default("none"), "\"us-oregon\"";
    /// Price of electricity.
    electricity: UsdPerJoule = Need::Default("that of `region`, else of `[costs]`"), "\"55 USD/MWh\"",
        limits(ELECTRICITY);
    /// Carbon intensity of the grid.
    grid_carbon: GramsPerJoule = Need::Default("that of `region`, else none is reported"), "\"380 g/kWh\"", limits(
        Limits::not_negative().at_most("3000 g/kWh", "no fuel emits that much")
            .unlikely_above("1200 g/kWh", "coal power emits about 1000 g/kWh")
    );
    /// Highest temperature of the cooling water that machines get.
    supply_water: Celsius = Need::Default("that of the catalogue"), "\"32 °C\"", limits(
        Limits::not_negative().at_least("0 °C").at_most("100 °C", "water boils there")
            .unlikely_above("60 °C", "machines take up to about 45 °C")
    );
    /// Machines that stand there at the start: platform and number, or `{ count, since }`.
    fleet: Map<FleetValue> = Need::Default("none"), "{ \"cpu-1s-2020\" = 60_000 }",
        limits(Limits::not_negative().unlikely_above("1e8", "the largest fleets have some million servers"));
}

table! {
    /// Machines of one platform that stand at a site.
    InstalledTable, "scenario.site.fleet", "an installed fleet", "";
    /// Number of platforms.
    count: Count = Need::Required, "60_000", limits(Limits::not_negative());
    /// Quarter in which they came, on average; it decides when they leave.
    since: Quarter = Need::Default("the start of the horizon"), "\"2019-Q3\"";
}

cited_table! {
    /// A site build, expansion, redesign or retrofit: money over some quarters, then power.
    ProjectTable, "scenario.project", "a project", "";
    /// Identifier.
    id: Id = Need::Required, "\"hall-2\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"Second hall\"";
    /// Site that it serves. A new id makes a new site; then `climate` or `region` is due in one of its projects.
    site: SiteRef = Need::Required, "\"north\"";
    /// Climate class of a new site.
    climate: OneWord<Climate> = Need::Default("that of the site, or of `region`"), "\"temperate\"";
    /// Region of the catalogue of a new site.
    region: RegionRef = Need::Default("none"), "\"us-oregon\"";
    /// What it brings.
    adds: DeliveryTable = Need::Required, "{ it_power = \"150 MW\", cooling = \"liquid\" }";
    /// Power of the site that is out of service from the start of the work on, as in a retrofit.
    removes: Watts = Need::Default("none"), "\"20 MW\"", limits(SITE_POWER);
    /// Building money for each watt that it adds.
    cost: UsdPerWatt = Need::Required, "\"11 USD/W\"", limits(BUILDING);
    /// Quarters from the start of work to energised power.
    lead_time: Quarters = Need::Default("the median of the catalogue's precedence network for its kind of project"),
        "\"8 quarters\"", limits(BUILDING_TIME);
    /// Share of the cost that is spent in each quarter of the lead time.
    spending: List<Ratio> = Need::Default("even, or as the network says if it gives the lead time"),
        "[\"10 %\", \"30 %\", \"40 %\", \"20 %\"]", limits(Limits::share());
    /// Quarter in which work began, or is sure to begin: the start is then no decision. It goes on unless it is
    /// paused, cancelled or redesigned.
    started: Quarter = Need::Default("not yet begun"), "\"2021-Q3\"";
    /// First quarter in which it may start.
    from: Quarter = Need::Default("the start of the horizon"), "\"2022-Q1\"";
    /// Last quarter in which it may start.
    until: Quarter = Need::Default("the end of the horizon"), "\"2024-Q4\"";
    /// Share of the money not yet spent that a cancellation costs; without it a project under way can not be
    /// cancelled.
    cancel_cost: Ratio = Need::Default("no cancellation, or as the network says if it gives the lead time"), "\"30 %\"", limits(Limits::share());
    /// Share of the whole cost that each quarter of a pause costs; without it there is no pause.
    pause_cost: Ratio = Need::Default("no pause, or as the network says if it gives the lead time"), "\"1 %\"", limits(Limits::share());
    /// A change into another design that is possible while work is under way.
    redesign: RedesignTable = Need::Default("none"), "";
    /// Projects that can not be done beside this one.
    excludes: List<ProjectRef> = Need::Default("none"), "[\"hall-2-air\"]";
}

table! {
    /// Power and cooling that a project brings.
    DeliveryTable, "scenario.project.adds", "what a project adds", "";
    /// IT power.
    it_power: Watts = Need::Required, "\"150 MW\"", limits(
        Limits::positive().at_most("3.4 TW", "that is all electricity generated in the world, on average")
            .unlikely_above("10 GW", "the largest campuses announced up to 2026 have about 5 GW")
    );
    /// What the new halls can cool.
    cooling: OneWord<Cooling> = Need::Required, "\"liquid\"";
    /// Most power of one rack in them.
    rack_density_max: Watts = Need::Default(
        "the most that its cooling kind carries, in the catalogue"
    ), "\"80 kW\"", limits(RACK_POWER);
}

table! {
    /// A change of a project under way into another design.
    RedesignTable, "scenario.project.redesign", "a redesign", "";
    /// What it brings instead.
    adds: DeliveryTable = Need::Required, "{ it_power = \"150 MW\", cooling = \"liquid\" }";
    /// Building money for each watt of the new design.
    cost: UsdPerWatt = Need::Required, "\"9 USD/W\"", limits(BUILDING);
    /// Quarters from the change to energised power.
    lead_time: Quarters = Need::Required, "\"6 quarters\"", limits(BUILDING_TIME);
    /// Share of the money spent so far that serves the new design.
    reuse: Ratio = Need::Default("none"), "\"20 %\"", limits(Limits::share());
}
