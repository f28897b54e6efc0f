//! The facts of a site as tables.

use super::verdict::weeks;
use super::{CoolingOption, Cost, Design, Hour, Network, Power, Question, Schedule, Site, Year};
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;
use quarterdeck_facility::network::{BillLine, PartKind, Reach};
use quarterdeck_units::Seconds;

fn weeks_unit() -> Unit {
    Unit::new("weeks", "weeks", "weeks")
}

/// Litres for a kilowatt-hour.
pub(super) fn litres_per_kwh() -> Unit {
    Unit::new("l_per_kwh", "L/kWh", "L/kWh")
}

/// All tables of a site, or what could be done instead of one that can not be built.
pub(super) fn tables(design: &Design) -> Vec<Table> {
    let Some(site) = design.site() else {
        let super::Answer::DoesNotFit(misfit) = &design.answer else { return Vec::new() };
        return [options(&misfit.options), refused(&misfit.options)]
            .into_iter()
            .filter(|table| !table.rows.is_empty())
            .collect();
    };
    let mut tables = vec![racks(site), power(&site.power), options(&site.options), refused(&site.options)];
    tables.extend([parts(&site.networks), links(&site.networks), optics(&site.networks)]);
    tables.extend([cost(&design.question, &site.cost), tasks(&design.question, &site.schedule)]);
    tables.extend([exits(&site.schedule), year(site), months(&site.power), under_load(&site.networks)]);
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn whole(count: f64) -> Cell {
    Cell::Integer(count.ceil() as i64)
}

/// Racks by what stands in them.
pub(super) fn racks(site: &Site) -> Table {
    let mut table = Table::new("racks", "Racks")
        .takeaway(format!("{} in all.", number::counted(site.halls.racks().ceil() as i64, "rack")))
        .column(Column::text("racks_of", "racks of"))
        .column(Column::integer("racks", "racks"))
        .column(Column::number("power_each", "each", &Unit::kw()).decimals(1))
        .column(Column::number("power", "all", &Unit::mw()).decimals(2))
        .column(Column::text("basis", "counted as"));
    for group in site.halls.racks.iter().filter(|group| group.racks > 0.0) {
        table.push([
            group.name.clone().into(),
            whole(group.racks),
            group.power.as_kilowatts().into(),
            (group.power * group.racks).as_megawatts().into(),
            group.basis.clone().into(),
        ]);
    }
    table
}

/// Power at the meter by what draws it.
pub(super) fn power(power: &Power) -> Table {
    let mean = power.facility_mean();
    let mut table = Table::new("power", "Power at the meter")
        .takeaway(format!(
            "{} mean, {} in the peak hour; {}.",
            number::power(mean.as_watts()),
            number::power(power.facility_peak().as_watts()),
            power.chain
        ))
        .column(Column::text("part", "part"))
        .column(Column::number("mean", "mean", &Unit::mw()).decimals(2))
        .column(Column::number("share", "of the mean", &Unit::percent()).decimals(1))
        .column(Column::number("peak", "peak hour", &Unit::mw()).decimals(2));
    for part in &power.parts {
        table.push([
            part.name.clone().into(),
            part.mean.as_megawatts().into(),
            (100.0 * (part.mean / mean)).into(),
            part.peak.as_megawatts().into(),
        ]);
    }
    table
}

/// Every plant that works, the chosen one first.
pub(super) fn options(options: &[CoolingOption]) -> Table {
    let mut table = Table::new("cooling", "Ways of cooling")
        .takeaway(
            "A year for one platform: halls and plant at equal payments, upkeep, electricity and water; machines are \
             the same.",
        )
        .column(Column::text("plant", "plant"))
        .column(Column::text("halls", "halls"))
        .column(Column::integer("platforms", "platforms"))
        .column(Column::integer("racks", "racks"))
        .column(Column::number("annual", "PUE", &Unit::new("pue", "", "year")).decimals(3))
        .column(Column::number("wue", "WUE", &litres_per_kwh()).decimals(2))
        .column(Column::number("chillers", "chillers", &Unit::percent()).decimals(0))
        .column(Column::number("peak", "peak", &Unit::mw()))
        .column(Column::number("build", "halls cost", &Unit::musd()))
        .column(Column::number("yearly", "a year", &Unit::usd()).decimals(0));
    for option in options {
        if let Ok(found) = &option.outcome {
            table.push([
                option.design.clone().into(),
                option.kind.clone().into(),
                whole(found.platforms),
                whole(found.racks),
                found.pue.into(),
                found.wue.as_per_kilowatt_hour().into(),
                (100.0 * found.chiller_share).into(),
                found.peak.as_megawatts().into(),
                found.build.as_millions().into(),
                found.yearly_per_platform.as_dollars().into(),
            ]);
        }
    }
    table
}

/// Plants that can not cool it, with their reasons.
pub(super) fn refused(options: &[CoolingOption]) -> Table {
    let mut table = Table::new("cooling-refused", "Can not cool it")
        .column(Column::text("plant", "plant"))
        .column(Column::text("reason", "reason"));
    for option in options {
        if let Err(reason) = &option.outcome {
            table.push([Cell::from(option.design.clone()), reason.clone().into()]);
        }
    }
    table
}

/// What a line of a parts list is, in words: `leaves`, `cables, endpoints to leaves, along the row`.
pub(super) fn part_words(line: &BillLine) -> String {
    let (lower, upper) = (line.roles.0.word(true), line.roles.1.word(true));
    match line.kind {
        PartKind::Switch | PartKind::OpticalSwitch => lower.to_owned(),
        PartKind::Cable(_, reach) if lower == upper => format!("cables among {lower}, {}", reach.word()),
        PartKind::Cable(_, reach) => format!("cables, {lower} to {upper}, {}", reach.word()),
    }
}

/// Parts of every network.
pub(super) fn parts(networks: &[Network]) -> Table {
    let mut table = Table::new("network-parts", "Network parts")
        .column(Column::text("network", "network"))
        .column(Column::text("what", "what"))
        .column(Column::text("part", "part"))
        .column(Column::integer("count", "count"))
        .column(Column::number("power", "power", &Unit::kw()).decimals(1))
        .column(Column::number("cost", "cost", &Unit::musd()).decimals(2))
        .column(Column::number("cost_low", "low", &Unit::musd()).decimals(2))
        .column(Column::number("cost_high", "high", &Unit::musd()).decimals(2));
    for network in networks {
        for line in &network.bill.lines {
            table.push([
                network.name.clone().into(),
                part_words(line).into(),
                line.part.clone().into(),
                whole(line.count),
                line.power.as_kilowatts().into(),
                line.cost.typical.as_millions().into(),
                line.cost.low.as_millions().into(),
                line.cost.high.as_millions().into(),
            ]);
        }
    }
    let told = networks.iter().map(|network| {
        let bill = &network.bill;
        let reaches: Vec<String> = Reach::ALL
            .iter()
            .filter(|reach| bill.cables(**reach) >= 0.5)
            .map(|reach| format!("{} {}", number::count(bill.cables(*reach).round()), reach.word()))
            .collect();
        let modules: u64 = bill.optics.iter().map(|optics| optics.modules).sum();
        format!(
            "{}: {}; cables {}; {} transceivers; {}, {}.",
            capital(&network.name),
            network.shape(),
            reaches.join(", "),
            number::count(modules as f64),
            number::power(bill.power().as_watts()),
            number::usd(bill.cost().as_dollars())
        )
    });
    table.takeaway = told.collect::<Vec<_>>().join(" ");
    table
}

/// The first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Links by the tiers that they join.
pub(super) fn links(networks: &[Network]) -> Table {
    let mut table = Table::new("network-links", "Links by tier")
        .column(Column::text("network", "network"))
        .column(Column::text("from", "from"))
        .column(Column::text("to", "to"))
        .column(Column::integer("links", "links"))
        .column(Column::text("reach", "how far"))
        .column(Column::text("medium", "of"));
    for network in networks {
        let tiers = &network.bill.structure.tiers;
        for join in &network.bill.structure.joins {
            table.push([
                network.name.clone().into(),
                tiers[join.lower].role.word(true).into(),
                tiers[join.upper].role.word(true).into(),
                whole(join.links as f64),
                join.reach.word().into(),
                join.medium.as_str().into(),
            ]);
        }
    }
    table
}

/// Transceiver modules by where they are plugged in; their money and power are in the cables.
pub(super) fn optics(networks: &[Network]) -> Table {
    let mut table = Table::new("network-optics", "Transceivers")
        .takeaway("Their money and power are counted with the cables.")
        .column(Column::text("network", "network"))
        .column(Column::text("at", "at"))
        .column(Column::text("link", "link"))
        .column(Column::integer("ports_each", "ports of one"))
        .column(Column::integer("modules", "modules"));
    for network in networks {
        for optics in &network.bill.optics {
            table.push([
                network.name.clone().into(),
                optics.role.word(true).into(),
                optics.link.clone().into(),
                Cell::Integer(i64::from(optics.module_ports)),
                whole(optics.modules as f64),
            ]);
        }
    }
    table
}

/// What collectives get of each network.
pub(super) fn under_load(networks: &[Network]) -> Table {
    let mut table = Table::new("network-load", "What collectives get of the network")
        .column(Column::text("network", "network"))
        .column(Column::text("collective", "collective"))
        .column(Column::number("rate", "rate of a device", &Unit::new("gb_per_s", "GB/s", "GB/s")))
        .column(Column::text("limit", "how paths are chosen"));
    for network in networks {
        for load in &network.under_load {
            table.push([
                network.name.clone().into(),
                load.collective.clone().into(),
                load.rate.as_gigabytes_per_second().into(),
                load.limit.clone().into(),
            ]);
        }
    }
    table
}

/// Money by class.
pub(super) fn cost(question: &Question, cost: &Cost) -> Table {
    let total = cost.total();
    let mut table = Table::new("cost", "Cost by class")
        .takeaway(format!(
            "{} in dollars of {}; from {} with all prices low to {} with all high.",
            number::usd(total.typical.as_dollars()),
            question.price_year,
            number::usd(total.low.as_dollars()),
            number::usd(total.high.as_dollars())
        ))
        .column(Column::text("class", "class"))
        .column(Column::number("cost", "cost", &Unit::musd()).decimals(1))
        .column(Column::number("low", "low", &Unit::musd()).decimals(1))
        .column(Column::number("high", "high", &Unit::musd()).decimals(1))
        .column(Column::text("basis", "counted as"));
    for class in &cost.classes {
        table.push([
            class.name.clone().into(),
            class.cost.typical.as_millions().into(),
            class.cost.low.as_millions().into(),
            class.cost.high.as_millions().into(),
            class.basis.clone().into(),
        ]);
    }
    table
}

/// Tasks with the last date to begin each.
pub(super) fn tasks(question: &Question, schedule: &Schedule) -> Table {
    let in_weeks = |time: Seconds| Cell::number(time.as_days() / 7.0);
    let (low, middle, high) = schedule.finish;
    let mut table = Table::new("tasks", "What must happen first")
        .takeaway(format!(
            "{} in half of all cases, {} in one of ten, {} in nine.",
            weeks(middle),
            weeks(low),
            weeks(high)
        ))
        .column(Column::text("task", "task"))
        .column(Column::number("takes_low", "1 in 10", &weeks_unit()).decimals(0))
        .column(Column::number("takes", "likely", &weeks_unit()).decimals(0))
        .column(Column::number("takes_high", "9 in 10", &weeks_unit()).decimals(0))
        .column(Column::number("start", "start", &weeks_unit()).decimals(0))
        .column(Column::number("slack", "slack", &weeks_unit()).decimals(0))
        .column(Column::number("critical", "decides", &Unit::percent()).decimals(0));
    if question.need.is_some() {
        table =
            table.column(Column::text("begin_by", "begin by")).column(Column::text("begin_by_90", "9 in 10"));
    }
    table = table.column(Column::text("waits_for", "waits for"));
    for task in &schedule.tasks {
        let mut row = vec![
            task.name.clone().into(),
            in_weeks(task.duration.0),
            in_weeks(task.duration.1),
            in_weeks(task.duration.2),
            in_weeks(task.start),
            in_weeks(task.slack()),
            (100.0 * task.criticality).into(),
        ];
        if question.need.is_some() {
            let months = task.order_by.as_ref();
            row.push(months.map(|months| months.p50.clone()).into());
            row.push(months.map(|months| months.p90.clone()).into());
        }
        row.push(task.after.join(", ").into());
        table.push(row);
    }
    table
}

/// What stopping would cost, quarter by quarter.
fn exits(schedule: &Schedule) -> Table {
    let mut table = Table::new("exits", "What stopping would cost")
        .column(Column::number("after", "after", &Unit::new("quarters", "quarters", "quarters")).decimals(0))
        .column(Column::number("spent", "spent", &Unit::musd()))
        .column(Column::number("cancel", "to cancel", &Unit::musd()))
        .column(Column::number("pause", "to pause a quarter", &Unit::musd()));
    for exit in &schedule.exits {
        table.push([
            exit.quarter.into(),
            exit.spent.as_millions().into(),
            exit.cancel.as_millions().into(),
            exit.pause.as_millions().into(),
        ]);
    }
    table
}

/// A year of running, with the carbon of making the machines.
pub(super) fn year(site: &Site) -> Table {
    let mut table = Table::new("year", "A year of running")
        .column(Column::text("what", "what"))
        .column(Column::text("amount", "amount"))
        .column(Column::text("remark", "remark"));
    for (what, amount, remark) in year_lines(site) {
        table.push([Cell::from(what), amount.into(), remark.into()]);
    }
    table
}

/// What a year takes: name, amount with its unit, remark.
fn year_lines(site: &Site) -> Vec<(&'static str, String, String)> {
    let Year { it_energy, site_energy, electricity, upkeep, water, source_water, carbon, embodied } =
        site.year;
    let cubic = |litres: quarterdeck_units::Litres| {
        format!("{} m3", number::count((litres.as_litres() / 1e3).round()))
    };
    let energy = |joules: quarterdeck_units::Joules| number::energy(joules.as_joules() / 3600.0);
    let dollars = |usd: quarterdeck_units::Usd| number::usd(usd.as_dollars());
    let tonnes = |grams: quarterdeck_units::Grams| format!("{} t", number::count(grams.as_tonnes().round()));
    let mut lines = vec![
        ("energy", energy(site_energy), format!("{} of it in machines and networks", energy(it_energy))),
        ("electricity", dollars(electricity), String::new()),
        ("upkeep", dollars(upkeep), "staff, contracts and spare parts of the building".to_owned()),
        ("water", cubic(water), format!("on site; {} more at power plants", cubic(source_water))),
        ("carbon", tonnes(carbon), "CO2e of the grid, location-based".to_owned()),
    ];
    if let Some(embodied) = embodied {
        lines.push(("embodied carbon", tonnes(embodied), "CO2e of making the machines, once".to_owned()));
    }
    lines
}

/// Hour by hour.
pub(super) fn hours(hours: &[Hour]) -> Table {
    let celsius = Unit::new("c", "°C", "°C");
    let mut table = Table::new("hours", "Hour by hour")
        .column(Column::integer("month", "month"))
        .column(Column::integer("day", "day"))
        .column(Column::integer("hour", "hour"))
        .column(Column::number("dry_bulb", "dry bulb", &celsius).decimals(1))
        .column(Column::number("wet_bulb", "wet bulb", &celsius).decimals(1))
        .column(Column::text("cooled_by", "cooled by"))
        .column(Column::number("it", "IT", &Unit::mw()).decimals(3))
        .column(Column::number("chillers", "chillers", &Unit::mw()).decimals(3))
        .column(Column::number("facility", "at the meter", &Unit::mw()).decimals(3))
        .column(Column::number("water", "water", &Unit::new("l", "L", "L")).decimals(0))
        .column(Column::number("hourly", "PUE", &Unit::new("pue", "", "hour")).decimals(4))
        .column(Column::number("wue", "WUE", &litres_per_kwh()).decimals(4));
    for hour in hours {
        table.push([
            Cell::Integer(i64::from(hour.month)),
            Cell::Integer(i64::from(hour.day)),
            Cell::Integer(i64::from(hour.hour)),
            hour.dry_bulb.into(),
            hour.wet_bulb.into(),
            hour.cooled_by.clone().into(),
            hour.it.as_megawatts().into(),
            hour.chillers.as_megawatts().into(),
            hour.facility.as_megawatts().into(),
            hour.water.as_litres().into(),
            hour.pue().into(),
            hour.wue().into(),
        ]);
    }
    table
}

/// Month by month.
pub(super) fn months(power: &Power) -> Table {
    let mut table = Table::new("months", "Month by month")
        .column(Column::text("month", "month"))
        .column(Column::number("monthly", "PUE", &Unit::new("pue", "", "month")).decimals(3))
        .column(Column::number("wue", "WUE", &litres_per_kwh()).decimals(2));
    for month in &power.months {
        table.push([month.name.clone().into(), month.pue.into(), month.wue.as_per_kilowatt_hour().into()]);
    }
    table
}
