//! Tables of a chip design: some ten numbers of silicon, the server around them, software, cost and programme.

use super::{ReadyTable, SourceTable};
use crate::fields::{Id, List, Map, OneWord};
use crate::spec::{Limits, Need, cited_table, table};
use quarterdeck_catalog::Cooling;
use quarterdeck_catalog::chip::Operator;
use quarterdeck_units::{
    Bandwidth, Bytes, Count, DefectDensity, Hertz, PriceYear, Quarter, Quarters, Ratio, Seconds,
    SquareMetres, Usd, UsdPerSecond, Watts,
};

table! {
    /// A chip as a design: peaks, cost, a device and a platform follow from its numbers.
    ChipTable, "chip", "a chip design", "";
    /// Version of this format.
    schema: i64 = Need::Required, "1";
    /// Id of the device and of the platform that it becomes.
    id: Id = Need::Required, "\"own-chip\"";
    /// Name for people.
    title: String = Need::Default("the id"), "\"Own inference chip\"";
    /// First quarter in which it can be had.
    available_from: Quarter = Need::Required, "\"2025-Q1\"";
    /// Year of the dollars in this file.
    price_year: PriceYear = Need::Required, "2024";
    /// The numbers of the chip.
    silicon: SiliconTable = Need::Required, "{ node = \"n7\" }";
    /// The memory of one chip.
    memory: ChipMemoryTable = Need::Required, "{ kind = \"lpddr5\", capacity = \"64 GB\", rate = \"204.8 GB/s\" }";
    /// The server that carries the chips.
    server: ChipServerTable = Need::Required, "{ chips = 12 }";
    /// What its software covers and reaches.
    software: ChipSoftwareTable = Need::Required, "{ operators = [\"dense\", \"pooling\"] }";
    /// Costs that go before those of the node.
    cost: ChipCostTable = Need::Default("those of the node"), "{ margin = \"20 %\" }";
    /// Its development, in the words of a programme of a scenario.
    programme: ChipProgrammeTable = Need::Default("ready at once, at the development cost of the node"),
        "{ cost = \"20e6 USD/quarter\" }";
    /// Chips that are wanted over its life.
    volume: VolumeTable = Need::Default("named on the command line"), "{ low = 20_000, likely = 60_000, high = 120_000 }";
    /// Sources that this design cites and the catalogue does not have, by id.
    source: Map<SourceTable> = Need::Default("none"), "{ memo = { title = \"Architecture memo\" } }";
}

cited_table! {
    /// The numbers of the chip.
    SiliconTable, "chip.silicon", "the silicon of a chip", "";
    /// Process node of the catalogue.
    node: String = Need::Required, "\"n7\"";
    /// Clock of the arithmetic.
    clock: Hertz = Need::Required, "\"1.2 GHz\"";
    /// Multiply-accumulates of one cycle, by precision.
    macs: Map<Count> = Need::Required, "{ int8 = 65_536, fp16 = 32_768 }";
    /// On-chip memory.
    sram: Bytes = Need::Required, "\"192 MB\"", limits(Limits::not_negative());
    /// Rate of the on-chip memory.
    sram_rate: Bandwidth = Need::Default("not known"), "\"2 TB/s\"", limits(Limits::positive());
    /// Link of one chip to the others of its server, one way.
    link: Bandwidth = Need::Required, "\"16 GB/s\"", limits(Limits::positive());
    /// Power of one chip with its memory.
    tdp: Watts = Need::Required, "\"60 W\"";
    /// Area of one die.
    die_area: SquareMetres = Need::Required, "\"380 mm2\"";
    /// Dies of one chip.
    dies: i64 = Need::Default("1"), "1";
}

table! {
    /// The memory of one chip.
    ChipMemoryTable, "chip.memory", "the memory of a chip", "";
    /// Kind of memory of the catalogue.
    kind: String = Need::Required, "\"lpddr5\"";
    /// Capacity.
    capacity: Bytes = Need::Required, "\"64 GB\"";
    /// Rate.
    rate: Bandwidth = Need::Required, "\"204.8 GB/s\"";
}

cited_table! {
    /// The server that carries the chips, without them.
    ChipServerTable, "chip.server", "the server of a chip", "";
    /// Chips of one server.
    chips: i64 = Need::Required, "12";
    /// Host processors in words.
    cpu: String = Need::Default("one host socket"), "\"1 x 26 cores\"";
    /// Host sockets.
    sockets: i64 = Need::Default("1"), "1";
    /// Host memory.
    memory: Bytes = Need::Required, "\"256 GB\"", limits(Limits::positive());
    /// Rate of the host memory.
    memory_rate: Bandwidth = Need::Required, "\"200 GB/s\"", limits(Limits::positive());
    /// Link between host and one chip, one way.
    link: Bandwidth = Need::Required, "\"16 GB/s\"", limits(Limits::positive());
    /// Network of the server, one way.
    network: Bandwidth = Need::Required, "\"100 Gbit/s\"", limits(Limits::positive());
    /// Draw of the server without its chips at full load.
    power: Watts = Need::Required, "\"400 W\"", limits(Limits::not_negative());
    /// Draw of the whole server without work.
    idle: Watts = Need::Required, "\"300 W\"", limits(Limits::positive());
    /// Price of the server without its chips.
    price: Usd = Need::Required, "\"9e3 USD\"", limits(Limits::not_negative());
    /// Height in rack units.
    rack_units: Ratio = Need::Default("4"), "4", limits(Limits::positive());
    /// Servers of one rack.
    per_rack: Ratio = Need::Default("8"), "8", limits(Limits::positive());
    /// How its heat leaves.
    cooling: OneWord<Cooling> = Need::Default("`air`"), "\"air\"";
    /// Planned life.
    lifetime: Seconds = Need::Default("5 years"), "\"5 years\"", limits(
        Limits::positive().unlikely_above("15 years", "servers are used for about 3 to 8 years")
    );
}

cited_table! {
    /// What the software of a chip covers and reaches.
    ChipSoftwareTable, "chip.software", "the software of a chip", "";
    /// Operators that its compiler covers.
    operators: List<OneWord<Operator>> = Need::Required, "[\"dense\", \"pooling\", \"dot\", \"cross\"]";
    /// Whether it trains.
    trains: bool = Need::Default("false"), "true";
    /// Share of peak that dense layers reach once the software is mature.
    dense: Ratio = Need::Default("the prior of own chips"), "\"30 %\"", limits(Limits::share());
    /// Share of memory rate that lookups reach once the software is mature.
    embedding: Ratio = Need::Default("the prior of own chips"), "\"30 %\"", limits(Limits::share());
    /// Share of its full rate in the first quarter.
    maturity: Ratio = Need::Default("1"), "\"60 %\"", limits(Limits::share().at_least("1 %"));
    /// Quarters until the full rate.
    mature_after: Quarters = Need::Default("0 quarters"), "\"4 quarters\"", limits(
        Limits::not_negative().unlikely_above("24 quarters", "that is six years")
    );
    /// Money for bringing the models to it.
    porting: Usd = Need::Default("0 USD"), "\"25e6 USD\"", limits(Limits::not_negative());
}

cited_table! {
    /// Costs that go before those of the node.
    ChipCostTable, "chip.cost", "the cost of a chip", "";
    /// Price of a wafer.
    wafer: Usd = Need::Default("that of the node"), "\"9346 USD\"", limits(Limits::positive());
    /// Share of dies that are good.
    die_yield: Ratio = Need::Default("by area and defects"), "\"80 %\"", limits(Limits::share().at_least("0.1 %"));
    /// Killer defects.
    defects: DefectDensity = Need::Default("those of the node"), "\"0.09 defects/cm2\"", limits(Limits::not_negative());
    /// Package with its assembly.
    package: Usd = Need::Default("by area"), "\"40 USD\"", limits(Limits::not_negative());
    /// Test of wafer and package.
    test: Usd = Need::Default("that of the catalogue"), "\"15 USD\"", limits(Limits::not_negative());
    /// Card of one chip without its memory.
    board: Usd = Need::Default("that of the catalogue"), "\"110 USD\"", limits(Limits::not_negative());
    /// What a design partner adds to the cost of a unit.
    margin: Ratio = Need::Default("that of the catalogue"), "\"20 %\"", limits(
        Limits::not_negative().unlikely_above("3", "partners add about 0.1 to 1 times the cost")
    );
    /// All that the development takes before the first good die, masks included.
    nre: Usd = Need::Default("the programme's spending, else that of the node"), "\"150e6 USD\"", limits(Limits::not_negative());
}

cited_table! {
    /// The development of a chip, in the words of a programme of a scenario.
    ChipProgrammeTable, "chip.programme", "the programme of a chip", "";
    /// Money while it runs.
    cost: UsdPerSecond = Need::Required, "\"20e6 USD/quarter\"", limits(
        Limits::not_negative().unlikely_above("5e9 USD/quarter", "own chips cost about 20 to 300 million dollars a quarter")
    );
    /// Quarter in which it began.
    started: Quarter = Need::Required, "\"2022-Q3\"";
    /// When the first machines can ship.
    ready: ReadyTable = Need::Required,
        "{ earliest = \"2024-Q3\", likely = \"2025-Q1\", latest = \"2026-Q3\" }";
    /// Probability that the chip meets its performance target.
    meets_target: Ratio = Need::Default("1"), "0.6", limits(Limits::share());
    /// Share of the target that it reaches if it misses.
    missed_performance: Ratio = Need::Default("0: a chip that misses is of no use"), "\"60 %\"", limits(Limits::share());
    /// Money that stopping costs at once.
    stop_cost: Usd = Need::Default("0 USD"), "\"10e6 USD\"", limits(Limits::not_negative());
}

table! {
    /// Chips that are wanted over a life.
    VolumeTable, "chip.volume", "the volume of a chip", "";
    /// Fewest.
    low: Count = Need::Required, "20_000", limits(Limits::not_negative());
    /// Most likely number.
    likely: Count = Need::Required, "60_000", limits(Limits::positive());
    /// Most.
    high: Count = Need::Required, "120_000", limits(Limits::positive());
}
