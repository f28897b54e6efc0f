//! A report with every kind of chart, on made-up data of a made-up company. The front end's
//! development page and its drawing tests use it.

use quarterdeck_report::chart::{
    Axis, Band, Bars, Bridge, Chart, ChartSpec, Fabric, FabricBox, FabricBundle, FabricTier, Fan, Floor,
    FloorKind, FloorOutline, FloorTile, Gantt, GanttLane, HeatMap, HeatRow, LimitMark, Lines, MemoryStack,
    MilestoneKind, Pareto, Schedule, ScheduleSlot, Series, SlotKind, StackedArea, SteppedLines, SteppedPanel,
    ValueAxis, Waterfall,
};
use quarterdeck_report::html::InputText;
use quarterdeck_report::palette::Role;
use quarterdeck_report::provenance::RunProvenance;
use quarterdeck_report::{
    ColourKey, Column, HtmlReport, KeyNumber, Origin, Section, SourceRef, Table, Tone, Unit, Verdict,
    VerdictBlock,
};

/// Number of quarters of the sample.
const N: usize = 20;

fn quarters() -> Axis {
    Axis::quarters((0..N).map(|q| format!("{}-Q{}", 2023 + q / 4, q % 4 + 1)))
}

/// A curve through the quarters, rounded so that the fixture stays short.
fn curve(f: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..N).map(|q| round(f(q as f64))).collect()
}

fn round(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// Growth from `start`, by `factor` in each of the quarters, without platform functions.
fn growth(start: f64, factor: f64) -> Vec<f64> {
    let mut value = start;
    (0..N)
        .map(|_| {
            let now = round(value);
            value *= factor;
            now
        })
        .collect()
}

/// Lumps: `(from quarter, amount)` added up.
fn lumps(steps: &[(usize, f64)]) -> Vec<f64> {
    (0..N).map(|q| steps.iter().filter(|(at, _)| *at <= q).map(|(_, amount)| amount).sum()).collect()
}

fn demand_and_capacity() -> ChartSpec {
    let demand = growth(18.0, 1.115);
    let factor = |by: f64| {
        demand.iter().enumerate().map(|(q, d)| round(d * (1.0 + by * q as f64))).collect::<Vec<_>>()
    };
    let layer = |id: &str, name: &str, steps: &[(usize, f64)]| {
        Series::new(id, name, ColourKey::technology(id), lumps(steps))
    };
    let chart = StackedArea::new(
        quarters(),
        ValueAxis::new("Dense BF16 compute, usable", Unit::new("eflop_per_s", "EFLOP/s", "EFLOP/s")),
    )
    .layer(layer("cpu-2s", "CPU servers", &[(0, 6.0), (8, -1.5), (14, -2.0)]))
    .layer(layer("v100-hgx-8", "V100", &[(0, 3.0), (9, -3.0)]))
    .layer(layer("a100-hgx-8", "A100", &[(0, 9.5), (1, 2.5), (16, -4.0)]))
    .layer(layer("h100-hgx-8", "H100", &[(3, 3.0), (5, 5.0), (6, 6.0), (8, 5.0)]))
    .layer(layer("own-inference-1", "Own chip", &[(10, 4.0), (12, 5.0), (14, 6.0)]))
    .layer(layer("b200-nvl72", "B200", &[(12, 12.0), (13, 14.0), (15, 22.0), (17, 26.0), (18, 20.0)]))
    .line(
        Series::new("demand", "Demand", ColourKey::role(Role::Demand), demand.clone()),
        Some(Band::new("p10 to p90", factor(-0.009), factor(0.014))),
    )
    .shortfall_below_line("Shortfall");
    ChartSpec::new("demand-capacity", "Demand and usable capacity", Chart::StackedArea(chart))
        .takeaway("Demand outruns usable capacity by a third in 2025-Q4, until B200 arrives in 2026.")
        .question("Are we short, and when?")
        .note("Usable capacity is what is energised, repaired and ported, not what is announced.")
        .origin(Origin::Assumed)
        .sources(["sample-demand", "sample-fleet"])
        .mark("2023-Q4", "Assistant launched")
        .mark("2025-Q2", "B200 delay known")
}

fn capex() -> ChartSpec {
    let series = |id: &str, name: &str, values: Vec<f64>| Series::new(id, name, ColourKey::class(id), values);
    let wave = |base: f64, slope: f64, bump: usize, height: f64| {
        curve(|q| base + slope * q + if (q as usize).abs_diff(bump) < 3 { height } else { 0.0 })
    };
    let chart = Bars::stacked(quarters(), ValueAxis::new("Capital spending, nominal", Unit::musd()))
        .series(series("machines", "Machines", wave(210.0, 22.0, 13, 240.0)))
        .series(series("network", "Network", wave(28.0, 5.5, 13, 70.0)))
        .series(series("building", "Buildings", wave(60.0, 2.0, 8, 90.0)))
        .series(series("power", "Power and cooling", wave(35.0, 3.0, 9, 60.0)))
        .series(series("programme", "Own chip", wave(22.0, -0.5, 5, 12.0)))
        .cumulative("Cumulative")
        .marks("Published", curve(|q| if q < 9.0 { 370.0 + 33.0 * q } else { f64::NAN }))
        .limit("Budget", lumps(&[(0, 420.0), (6, 180.0), (10, 300.0), (16, 100.0)]));
    ChartSpec::new("capex", "Capital spending by quarter and class", Chart::Bars(chart))
        .takeaway("Spending peaks at $1.1 bn in 2026-Q4, 27 % over the budget of that quarter.")
        .question("When is cash needed?")
        .note("Cash falls due before machines are in service; nominal dollars.")
        .origin(Origin::Assumed)
        .sources(["sample-prices"])
}

fn two_plans() -> ChartSpec {
    let years = Axis::texts("Year", ["2023", "2024", "2025", "2026", "2027"]);
    let series = |plan: &str, id: &str, name: &str, values: [f64; 5]| {
        Series::new(format!("{plan} {id}"), name, ColourKey::class(id), values).group(plan)
    };
    let chart = Bars::stacked(years, ValueAxis::new("Capital spending", Unit::busd()))
        .series(series("As it happened", "machines", "Machines", [0.9, 1.3, 1.9, 2.8, 3.1]))
        .series(series("As it happened", "network", "Network", [0.1, 0.2, 0.3, 0.6, 0.7]))
        .series(series("Best plan", "machines", "Machines", [1.1, 1.7, 1.8, 2.1, 2.4]))
        .series(series("Best plan", "network", "Network", [0.2, 0.3, 0.3, 0.4, 0.5]));
    ChartSpec::new("two-plans", "Spending in two plans", Chart::Bars(chart))
        .takeaway("The best plan spends earlier and $1.1 bn less.")
        .question("What would have been better?")
        .origin(Origin::Assumed)
}

fn power() -> ChartSpec {
    let mut chart = SteppedLines::new(quarters(), ValueAxis::new("Peak power", Unit::mw()));
    type SiteRow<'a> = (&'a str, &'a str, f64, f64, &'a [(usize, f64)], &'a str);
    let sites: [SiteRow<'_>; 6] = [
        ("ashburn", "Ashburn", 35.0, 1.045, &[(0, 60.0), (7, 30.0)], "90 % in 2027-Q4"),
        ("dublin", "Dublin", 16.3, 1.045, &[(0, 40.0)], "94 % in 2027-Q4"),
        ("madrid", "Madrid", 3.0, 1.13, &[(4, 24.0), (12, 24.0)], "64 % in 2027-Q4"),
        ("prineville", "Prineville", 71.0, 1.012, &[(0, 120.0)], "74 % in 2027-Q4"),
        ("singapore", "Singapore", 11.5, 1.02, &[(0, 16.0)], "over its limit from 2027-Q2"),
        ("temple", "Temple", 1.0, 1.27, &[(9, 50.0), (13, 100.0)], "63 % in 2027-Q4"),
    ];
    for (id, name, start, factor, limit, remark) in sites {
        // Nothing runs before a site has power.
        let from = limit[0].0;
        let it: Vec<f64> = growth(start, factor)
            .into_iter()
            .enumerate()
            .map(|(q, x)| if q < from { 0.0 } else { x })
            .collect();
        let facility: Vec<f64> = it.iter().map(|x| round(x * 1.13)).collect();
        let energised = lumps(limit);
        let contracted: Vec<f64> = energised.iter().map(|x| (x * 1.25).max(limit[0].1 * 1.25)).collect();
        let derated: Vec<f64> = energised.iter().map(|x| round(x * 0.92)).collect();
        chart = chart.panel(
            SteppedPanel::new(id, name)
                .remark(remark)
                .load(Series::new("it", "IT load", ColourKey::role(Role::Load), it))
                .load(Series::new("facility", "Facility load", ColourKey::role(Role::LoadTotal), facility))
                .limit(
                    Series::new("energised", "Energised", ColourKey::role(Role::Limit), energised),
                    LimitMark::Firm,
                )
                .limit(
                    Series::new("derated", "N+1 derate", ColourKey::role(Role::Limit), derated),
                    LimitMark::Derated,
                )
                .limit(
                    Series::new("contracted", "Contracted", ColourKey::role(Role::Limit), contracted),
                    LimitMark::Promised,
                ),
        );
    }
    ChartSpec::new("power", "Power against envelope, by site", Chart::SteppedLines(chart))
        .takeaway("Singapore passes its limit in 2027; Dublin reaches 94 % of 40 MW.")
        .question("Does it fit?")
        .note("Hourly peak within the quarter, not the mean.")
        .origin(Origin::Analytical)
        .sources(["sample-sites"])
        .mark("2025-Q2", "B200 delay known")
}

fn fleet() -> ChartSpec {
    let layer = |id: &str, name: &str, steps: &[(usize, f64)]| {
        Series::new(id, name, ColourKey::technology(id), lumps(steps))
    };
    let chart = StackedArea::new(quarters(), ValueAxis::new("Servers in service", Unit::servers()))
        .layer(layer("cpu-1s", "CPU 1 socket", &[(0, 9000.0), (6, -800.0), (11, -1500.0)]))
        .layer(layer("v100-hgx-8", "V100 HGX-8", &[(0, 900.0), (9, -900.0)]))
        .layer(layer("a100-hgx-8", "A100 HGX-8", &[(0, 2400.0), (1, 600.0), (16, -900.0)]))
        .layer(layer("h100-hgx-8", "H100 HGX-8", &[(3, 400.0), (5, 900.0), (8, 1400.0)]))
        .layer(layer("h200-hgx-8", "H200 HGX-8", &[(9, 500.0), (11, 300.0)]))
        .layer(layer("b200-nvl72", "B200 NVL72", &[(12, 600.0), (15, 1100.0), (18, 900.0)]))
        .layer(layer("mtia-v1", "Own chip 1", &[(4, 500.0), (12, -500.0)]))
        .layer(layer("mtia-v2", "Own chip 2", &[(10, 700.0), (14, 1200.0)]))
        .layer(layer("tpu-v5p", "TPU v5p, rented", &[(7, 350.0)]))
        .layer(layer("mi300x-8", "MI300X-8", &[(8, 450.0)]));
    ChartSpec::new("fleet", "Fleet by platform", Chart::StackedArea(chart))
        .takeaway("CPU servers fall from three quarters of the fleet to two fifths.")
        .question("What do we run on?")
        .origin(Origin::Assumed)
        .sources(["sample-fleet"])
}

fn bridge() -> ChartSpec {
    let chart =
        Bridge::from(ValueAxis::new("Cost, present value 2023", Unit::musd()), "As it happened", 8_240.0)
            .change("late", "Late start of Temple", -310.0)
            .change("chip", "Own chip stopped in 2023", -185.5)
            .change("h100", "More H100 in 2023", 640.0)
            .change("energy", "Energy", -92.0)
            .change("liquid", "Liquid cooling", 155.0)
            .change("unserved", "Less demand unserved", -1_410.0)
            .to("Best plan", 7_037.5);
    ChartSpec::new("bridge", "From what happened to the best plan", Chart::Bridge(chart))
        .takeaway("The best plan costs $1.2 bn less, nearly all of it demand that is served.")
        .question("Why does the cost differ?")
        .note("Changes are made in the order shown; another order gives other steps, the same sum.")
        .origin(Origin::Analytical)
}

fn waterfall() -> ChartSpec {
    let chart = Waterfall::new(ValueAxis::new("Time of one step", Unit::ms()), "Step time")
        .part("gemm", "Matrix multiply", ColourKey::part("compute"), 412.0, 0.0)
        .part("attention", "Attention", ColourKey::part("compute"), 96.5, 0.0)
        .part("memory", "Memory-bound operators", ColourKey::part("memory"), 54.0, 0.0)
        .part("tensor", "Tensor-parallel all-reduce", ColourKey::part("collective"), 38.5, 71.0)
        .part("data", "Gradient reduce-scatter", ColourKey::part("collective"), 12.0, 128.0)
        .part("bubble", "Pipeline bubble", ColourKey::part("bubble"), 61.0, 0.0)
        .part("overhead", "Launch and optimiser", ColourKey::part("overhead"), 19.0, 0.0)
        .floor("Dense peak", 389.0);
    ChartSpec::new("step-time", "Step time, 70 B on 1,024 H100", Chart::Waterfall(chart))
        .takeaway("A step takes 693 ms; 56 % of it is the physical bound of its arithmetic.")
        .question("Where does the time go?")
        .note("Hatched outlines run hidden behind compute and add nothing.")
        .origin(Origin::Interpolated)
        .sources(["sample-kernels"])
}

fn scaling() -> ChartSpec {
    let x = Axis::texts("Devices", ["512", "1,024", "2,048", "4,096", "8,192"]);
    let chart = Lines::new(x, ValueAxis::new("Time of the run", Unit::new("days", "days", "days")).log())
        .line(Series::new("same", "Same batch", ColourKey::role(Role::Chosen), [61.0, 31.5, 17.0, 10.1, 7.2]))
        .line(Series::new(
            "grown",
            "Grown batch",
            ColourKey::role(Role::Load),
            [61.0, 30.8, 15.7, 8.1, f64::NAN],
        ))
        .faint(Series::new("ideal", "Ideal", ColourKey::role(Role::Baseline), [61.0, 30.5, 15.25, 7.6, 3.8]));
    ChartSpec::new("scaling", "Scaling of one run", Chart::Lines(chart))
        .takeaway("Eight times the devices are six times as fast with the same batch.")
        .question("What would more devices give?")
        .origin(Origin::Analytical)
}

fn schedule() -> ChartSpec {
    let mut chart = Schedule::new(ValueAxis::new("Time", Unit::ms()), 4);
    // All forward passes of 10 ms, then all backward passes of 20 ms, over four stages and six micro-batches.
    for (stage, at) in (0..4).zip([0.0, 1.0, 2.0, 3.0]) {
        for (microbatch, n) in (0..6).zip([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]) {
            let (forward, backward) = (10.0 * (at + n), 90.0 + 20.0 * (3.0 - at + n));
            let slot = |kind, from, length| ScheduleSlot {
                stage,
                kind,
                microbatch,
                chunk: 0,
                from,
                to: from + length,
            };
            chart = chart.slot(slot(SlotKind::Forward, forward, 10.0)).slot(slot(
                SlotKind::Backward,
                backward,
                20.0,
            ));
        }
    }
    ChartSpec::new("schedule", "Schedule of a pipeline", Chart::Schedule(chart))
        .takeaway("Stages wait a third of the time.")
        .question("Is the schedule good?")
        .note("Numbers name micro-batches.")
        .origin(Origin::Analytical)
}

/// Four pods of two planes' worth of switches, and two halls of two rows.
fn network() -> ChartSpec {
    let tier = |id: &str, name: &str, noun: &str, part: &str, counts: &[u64]| FabricTier {
        id: id.into(),
        name: name.into(),
        noun: noun.into(),
        colour: ColourKey::part(part),
        count: counts.iter().sum(),
        boxes: (1..).zip(counts).map(|(n, &count)| FabricBox { name: format!("pod {n}"), count }).collect(),
    };
    let mut chart = Fabric::new()
        .tier(tier("core", "Core", "switches", "collective", &[16, 16]))
        .tier(tier("spine", "Spine", "switches", "scale-out", &[8; 4]))
        .tier(tier("leaf", "Leaf", "switches", "memory", &[8; 4]))
        .tier(tier("servers", "Servers", "servers", "compute", &[32; 4]));
    for pod in 0..4 {
        let bundle = |upper_tier, upper_box, lower_tier, links| FabricBundle {
            upper_tier,
            upper_box,
            lower_tier,
            lower_box: pod,
            links,
        };
        chart.bundles.extend([
            bundle(0, 0, 1, 128),
            bundle(0, 1, 1, 128),
            bundle(1, pod, 2, 256),
            bundle(2, pod, 3, 256),
        ]);
    }
    ChartSpec::new("fabric", "Network between accelerators", Chart::Fabric(chart))
        .takeaway("96 switches join 128 servers and block nothing.")
        .question("What is joined with what?")
        .origin(Origin::Analytical)
}

fn floor() -> ChartSpec {
    let kind = |id: &str, name: &str, part: &str, power_kw| FloorKind {
        id: id.into(),
        name: name.into(),
        colour: ColourKey::part(part),
        power_kw,
    };
    let mut tiles = Vec::new();
    for hall in [0.0, 16.0] {
        for row in [1.5, 4.5] {
            let tile = |kind, racks: u64, label: &str, from: f64| FloorTile {
                kind,
                racks,
                label: label.into(),
                x: hall + 1.5 + 0.6 * from,
                y: row,
                width: 0.6 * racks as f64,
                depth: 1.2,
            };
            tiles.extend([tile(0, 8, "", 0.0), tile(1, 1, "", 8.0), tile(0, 8, "Row of eight", 9.0)]);
        }
    }
    let outline = |name: &str, x| FloorOutline { name: name.into(), x, y: 0.0, width: 14.0, depth: 7.0 };
    let chart = Floor {
        halls: 2,
        width_m: 30.0,
        depth_m: 7.0,
        outlines: vec![outline("Hall 1", 0.0), outline("Hall 2", 16.0)],
        kinds: vec![
            kind("platforms", "Machines", "compute", 41.0),
            kind("network", "Network", "collective", 6.0),
        ],
        tiles,
    };
    ChartSpec::new("floor", "Racks on the floor", Chart::Floor(chart))
        .takeaway("36 racks stand in two halls.")
        .question("What stands where?")
        .origin(Origin::Assumed)
}

fn memory() -> ChartSpec {
    let options = Axis::texts(
        "Strategy",
        ["TP8 PP4, batch 1", "TP8 PP4, batch 2", "TP4 PP8, batch 2", "TP8 PP2, batch 2"],
    );
    let part = |id: &str, name: &str, values: [f64; 4]| Series::new(id, name, ColourKey::part(id), values);
    let chart = MemoryStack::new(
        options,
        ValueAxis::new("Memory of one device", Unit::gb()),
        "HBM capacity",
        [80.0; 4],
    )
    .part(part("weights", "Weights", [4.4, 4.4, 4.4, 8.8]))
    .part(part("gradients", "Gradients", [8.8, 8.8, 8.8, 17.5]))
    .part(part("optimiser", "Optimiser", [13.1, 13.1, 13.1, 26.3]))
    .part(part("activations", "Activations", [17.2, 34.4, 41.0, 34.4]))
    .part(part("overhead", "Overhead", [5.5, 5.5, 5.5, 5.5]));
    ChartSpec::new("memory", "Memory of one device, by strategy", Chart::MemoryStack(chart))
        .takeaway("Three of four strategies fit in 80 GB; two pipeline stages do not.")
        .question("Does it fit?")
        .note("Decimal gigabytes.")
        .origin(Origin::Analytical)
}

fn headroom() -> ChartSpec {
    let mut chart = HeatMap::new(quarters(), ValueAxis::new("Left of the limit", Unit::percent()));
    let rows: [(&str, &str, f64, f64); 9] = [
        ("Ashburn", "Power", 52.0, 2.2),
        ("Ashburn", "Cooling", 44.0, 1.9),
        ("Ashburn", "Space", 61.0, 1.1),
        ("Dublin", "Power", 51.0, 2.36),
        ("Dublin", "Cooling", 40.0, 1.75),
        ("Dublin", "Network ports", 68.0, 2.9),
        ("Singapore", "Power", 21.0, 1.62),
        ("Singapore", "Cooling", 33.0, 1.3),
        ("Singapore", "Space", 18.0, 0.7),
    ];
    for (site, resource, start, slope) in rows {
        let values = curve(|q| start - slope * q);
        let binding = (0..N).filter(|&q| values[q] < 6.5 && resource == "Power");
        let id = format!("{site} {resource}");
        chart = chart.row(HeatRow::new(id, resource, site, values.clone()).binding(binding));
    }
    ChartSpec::new("headroom", "Headroom by site and resource", Chart::HeatMap(chart))
        .takeaway("Power runs out first at Dublin and Singapore; space never binds.")
        .question("What runs out first?")
        .note("Percent left of each limit; a ring marks the limit that binds.")
        .origin(Origin::Analytical)
        .sources(["sample-sites"])
        .mark("2025-Q2", "B200 delay known")
}

fn timeline() -> ChartSpec {
    let chart = Gantt::new(quarters())
        .lane(
            GanttLane::new("madrid", "Madrid hall 2", "Sites")
                .bar("Permit", 1.0, 4.0)
                .bar("Build", 4.0, 10.5)
                .bar("Burn-in", 10.5, 12.0)
                .bar("In service", 12.0, 20.0)
                .milestone(MilestoneKind::Decide, "decide", 1.0)
                .milestone(MilestoneKind::Need, "Madrid demand", 12.5),
        )
        .lane(
            GanttLane::new("temple", "Temple redesign", "Sites")
                .bar("Paused", 0.0, 2.0)
                .bar("Permit", 2.0, 4.0)
                .bar("Build", 4.0, 9.0)
                .bar("In service", 9.0, 20.0)
                .milestone(MilestoneKind::Decide, "redesign for liquid", 2.0),
        )
        .lane(
            GanttLane::new("odense", "Odense extension", "Sites")
                .bar("Permit", 0.0, 2.5)
                .bar("Cancelled", 2.5, 3.0)
                .milestone(MilestoneKind::Stop, "cancelled", 3.0),
        )
        .lane(
            GanttLane::new("h100", "5,120 × H100", "Purchases")
                .bar("Order", 1.0, 3.0)
                .bar("Deliver", 3.0, 4.5)
                .bar("Burn-in", 4.5, 5.0)
                .bar("In service", 5.0, 20.0)
                .milestone(MilestoneKind::Decide, "order", 1.0),
        )
        .lane(
            GanttLane::new("b200", "18,432 × B200", "Purchases")
                .bar("Order", 8.0, 11.0)
                .bar("Deliver", 11.0, 13.5)
                .bar("Burn-in", 13.5, 14.0)
                .bar("In service", 14.0, 20.0)
                .milestone(MilestoneKind::Decide, "order", 8.0)
                .milestone(MilestoneKind::Need, "assistant peak", 13.0),
        )
        .lane(
            GanttLane::new("own", "Own chip 2", "Programmes")
                .bar("Design", 0.0, 6.0)
                .bar("Deliver", 6.0, 10.0)
                .bar("In service", 10.0, 20.0)
                .milestone(MilestoneKind::Ready, "first silicon works", 6.0),
        );
    ChartSpec::new("timeline", "Decisions and deliveries", Chart::Gantt(chart))
        .takeaway("Two decisions fall in 2023-Q2: the H100 order and the permit for Madrid.")
        .question("When must we decide?")
        .origin(Origin::Assumed)
        .sources(["sample-sites", "sample-prices"])
        .mark("2025-Q2", "B200 delay known")
}

fn pareto() -> ChartSpec {
    let mut chart = Pareto::new(
        ValueAxis::new("Time to first token, p99", Unit::ms()),
        ValueAxis::new("Cost", Unit::new("usd_per_mtokens", "USD/M tokens", "USD per million tokens")),
    );
    for (group, tech, base) in
        [("H100", "h100-hgx-8", 2.4), ("B200", "b200-nvl72", 1.5), ("Own chip", "own-inference-1", 1.1)]
    {
        for i in 0..14 {
            let t = 60.0 + 34.0 * f64::from(i) + f64::from((i * 37) % 11) * 6.0;
            let floor = if group == "Own chip" { 190.0 } else { 0.0 };
            let cost = base * (0.55 + 110.0 / t) + f64::from((i * 53) % 7) * 0.07;
            chart = chart.point(
                format!("{tech}-{i}"),
                format!("{group}, batch {}", 8 * (i + 1)),
                group,
                ColourKey::technology(tech),
                (round(t + floor), round(cost)),
            );
        }
    }
    let chart = chart.x_limit("SLO 400 ms", 400.0).mark_front().choose("b200-nvl72-7");
    ChartSpec::new("pareto", "Cost against latency", Chart::Pareto(chart))
        .takeaway("B200 at batch 64 meets the SLO at the lowest cost.")
        .question("What is the trade?")
        .origin(Origin::Interpolated)
        .sources(["sample-kernels", "sample-prices"])
}

fn fan() -> ChartSpec {
    let median = growth(18.0, 1.115);
    let spread = |by: f64| -> Vec<f64> {
        median.iter().enumerate().map(|(q, m)| round(m * (1.0 + by * q as f64 / 20.0))).collect()
    };
    let mut chart = Fan::new(
        quarters(),
        ValueAxis::new("Demand", Unit::new("eflop_per_s", "EFLOP/s", "EFLOP/s")),
        Series::new("median", "Median", ColourKey::role(Role::Load), median.clone()),
    )
    .band(Band::new("p5 to p95", spread(-0.34), spread(0.52)))
    .band(Band::new("p25 to p75", spread(-0.14), spread(0.18)));
    for (i, tilt) in [-0.4, -0.22, -0.05, 0.08, 0.3, 0.62].into_iter().enumerate() {
        let id = format!("future-{i}");
        let name = format!("Future {}", i + 1);
        chart = chart.scenario(Series::new(id, name, ColourKey::role(Role::Scenario), spread(tilt)));
    }
    ChartSpec::new("fan", "Demand in 200 futures", Chart::Fan(chart))
        .takeaway("By 2027-Q4 demand is between 96 and 213 EFLOP/s in nine of ten futures.")
        .question("How sure are we?")
        .note("Percentiles of 200 sampled futures; thin lines are six of them.")
        .origin(Origin::Assumed)
        .sources(["sample-demand"])
}

fn purchases() -> Table {
    let mut table = Table::new("purchases", "Purchases")
        .takeaway("Three of four orders make up 94 % of the devices.")
        .column(Column::quarter("order_by", "Order by"))
        .column(Column::quarter("in_service", "In service"))
        .column(Column::text("what", "What"))
        .column(Column::text("site", "Site"))
        .column(Column::integer("devices", "Devices"))
        .column(Column::number("it load", "IT load", &Unit::mw()))
        .column(
            Column::number("capex", "Capex", &Unit::musd())
                .origin(Origin::Assumed)
                .sources(["sample-prices"]),
        )
        .column(Column::text("why", "Why"));
    type Row<'a> = (&'a str, &'a str, &'a str, &'a str, i64, f64, f64, &'a str);
    let rows: [Row<'_>; 4] = [
        ("2023-Q2", "2024-Q2", "H100 HGX-8", "Ashburn", 5120, 7.2, 186.4, "assistant serving from 2024-Q2"),
        ("2024-Q1", "2024-Q4", "H100 HGX-8", "Madrid", 2048, 2.9, 71.0, "European traffic within 150 ms"),
        ("2025-Q1", "2026-Q3", "B200 NVL72", "Temple", 18432, 31.5, 921.6, "foundation model of 2026"),
        (
            "2025-Q4",
            "2026-Q4",
            "Own chip 2",
            "Prineville",
            8192,
            3.4,
            82.0,
            "feed ranking at a third of the power",
        ),
    ];
    for (order, service, what, site, devices, mw, musd, why) in rows {
        table.push([
            order.into(),
            service.into(),
            what.into(),
            site.into(),
            devices.into(),
            mw.into(),
            musd.into(),
            why.into(),
        ]);
    }
    table
}

/// The whole sample.
pub fn report() -> HtmlReport {
    let verdict = Verdict::new(
        "Demand grows eightfold by 2027-Q4. Meet it with 33,792 more devices at four sites, and \
         decide on Madrid and the H100 order by 2023-Q2.",
    )
    .tone(Tone::Warning)
    .line(
        "Buy",
        "5,120 × H100 at Ashburn, 18,432 × B200 at Temple, 8,192 own chips",
        Some("order by 2023-Q2"),
    )
    .line("Power", "Dublin reaches 94 % of its 40 MW envelope in 2027-Q4", Some("348 MW in all"))
    .beside(
        VerdictBlock::new("As it happened: $2.1 bn (30 %) dearer in present value.")
            .line("Fleet", "4,096 accelerators in 2024-Q4, against 9,216"),
    )
    .line("Cost", "$7.0 bn present value over 5 years (capex 71 %)", Some("gap 0.4 %"))
    .line_toned(
        "Short",
        "20 EFLOP/s in 2025-Q4, 34 % of demand, until B200 arrives",
        Some("2025-Q2 to 2026-Q1"),
        Tone::Bad,
    )
    .line("Binds", "B200 lead time until 2026-Q1; Singapore power from 2027-Q2", None)
    .line_toned("Risk", "demand +20 % leaves 6 % unserved in 2027-Q4", None, Tone::Warning)
    .assumption("Two inputs are assumptions and move cost most: accelerator price and demand growth.")
    .next("quarterdeck why buy.temple.b200")
    .next("quarterdeck open")
    .next("quarterdeck sweep --vary demand.growth=0.8..1.2");
    let source = |id: &str, title: &str| SourceRef {
        id: id.into(),
        title: title.into(),
        publisher: Some("Sample Company (made up)".into()),
        url: None,
        date: Some("2023-01-15".into()),
    };
    HtmlReport {
        title: "Sample Company: capacity plan".into(),
        subtitle: "2023-Q1 to 2027-Q4 · dollars of 2023 · made-up data that shows every chart".into(),
        verdict,
        key_numbers: vec![
            KeyNumber::new("Devices to buy", "33,792", "in four orders"),
            KeyNumber::new("Peak power", "348 MW", "of 464 MW energised"),
            KeyNumber::new("First decision", "2023-Q2", "H100 order, Madrid permit"),
            KeyNumber::new("Cost", "$7.0 bn", "present value, gap 0.4 %"),
            KeyNumber::new("Worst shortfall", "34 %", "2025-Q4, 20 EFLOP/s").tone(Tone::Bad),
            KeyNumber::new("Against what happened", "−$1.2 bn", "15 % less").tone(Tone::Good),
        ],
        sections: vec![
            Section::new("overview", "Overview")
                .lead(
                    "The plan follows demand with machines that are usable: energised, repaired \
                     and ported. Where it cannot, the shortfall is red.\n\nEvery chart has its \
                     table, and `quarterdeck why` gives the reasons behind a line.",
                )
                .chart(demand_and_capacity()),
            Section::new("plan", "Plan").chart(timeline()).table(purchases()).chart(fleet()),
            Section::new("money", "Money").chart(capex()).chart(bridge()).chart(two_plans()),
            Section::new("sites", "Sites").chart(power()).chart(headroom()).chart(network()).chart(floor()),
            Section::new("performance", "Performance")
                .chart(waterfall())
                .chart(memory())
                .chart(pareto())
                .chart(scaling())
                .chart(schedule()),
            Section::new("risk", "Risk").chart(fan()),
        ],
        inputs: vec![InputText {
            name: "scenario.toml".into(),
            text: "# Made up, to show the page.\nschema = 1\nname = \"sample\"\n\n[horizon]\nstart = \
                   \"2023-Q1\"\nend = \"2027-Q4\"\ndiscount_rate = \"8 %/yr\"\n\n[[site]]\nid = \
                   \"dublin\"\nit_power = \"40 MW\"\ncooling = \"air\"\n"
                .into(),
        }],
        provenance: RunProvenance {
            version: "0.1.0".into(),
            scenario: "sample".into(),
            seed: Some(7),
            catalog_hash: Some("3f9a1c07d2b4".into()),
            solver: Some("HiGHS 1.10".into()),
            solver_gap_fraction: Some(0.004),
            more: vec![("Price year".into(), "2023".into())],
            ..RunProvenance::default()
        },
        sources: vec![
            source("sample-demand", "Demand forecast of January 2023"),
            source("sample-fleet", "Fleet register"),
            source("sample-prices", "Price list"),
            source("sample-sites", "Site register"),
            source("sample-kernels", "Kernel measurements"),
        ],
        run: serde_json::json!({ "plan": { "cost_musd": 7037.5, "sites": 4 } }),
    }
}
