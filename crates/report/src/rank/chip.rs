//! Whether an own chip pays: the answer as numbers, and as words, tables and JSON; charts are in `chip_charts`.

use super::{bar, dollars};
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;
use crate::verdict::{Tone, Verdict};
use serde_json::{Value, json};

/// One part of the cost of a chip.
#[derive(Clone, Debug, PartialEq)]
pub struct CostLine {
    /// Name.
    pub name: String,
    /// USD with every input at its low end.
    pub low: f64,
    /// USD with every input at its central value.
    pub typical: f64,
    /// USD with every input at its high end.
    pub high: f64,
    /// How it is counted.
    pub basis: String,
}

/// What a million samples costs on one side at the first shipment.
#[derive(Clone, Debug, PartialEq)]
pub struct SideCost {
    /// Platform.
    pub platform: String,
    /// Samples a second of one platform; none if it cannot run the mix.
    pub rate: Option<f64>,
    /// Draw of one platform at the site's meter, W.
    pub watts: f64,
    /// Price of one platform, USD.
    pub price: f64,
    /// USD a million samples by class; empty if it cannot run.
    pub parts: Vec<(String, f64)>,
}

impl SideCost {
    /// USD a million samples; none if it cannot run.
    pub fn per_million(&self) -> Option<f64> {
        (!self.parts.is_empty()).then(|| self.parts.iter().map(|(_, usd)| usd).sum())
    }

    /// Samples for a joule at the site's meter; none if it cannot run.
    pub fn samples_per_joule(&self) -> Option<f64> {
        self.rate.filter(|_| self.watts > 0.0).map(|rate| rate / self.watts)
    }
}

/// What pays for the development.
#[derive(Clone, Debug, PartialEq)]
pub struct Economy {
    /// USD that one chip saves over its life, at the first shipment.
    pub saving_per_chip: f64,
    /// USD of development.
    pub development: f64,
    /// The same with interest to the first shipment.
    pub development_at_shipment: f64,
    /// How it is counted.
    pub development_basis: String,
    /// USD for bringing the models to the chip.
    pub porting: f64,
    /// Chips from which it pays; none if no number does.
    pub break_even: Option<f64>,
    /// Rivals whose work one platform of chips does at the first shipment; none if either cannot run.
    pub rivals_per_platform: Option<f64>,
    /// USD that the likely volume brings, development and porting paid; none without a volume.
    pub net: Option<f64>,
}

/// What would have saved a scrapped programme.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// `it had met its target`.
    pub words: String,
    /// Share of scrapped futures.
    pub share: f64,
}

/// Futures of the programme.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Seed.
    pub seed: u64,
    /// Futures sampled.
    pub futures: u64,
    /// Share of futures in which the chip is scrapped when it could ship.
    pub scrapped: f64,
    /// Share of futures in which money is lost over all.
    pub loses: f64,
    /// Net value that one future in ten falls below, USD.
    pub p10: f64,
    /// Median net value, USD.
    pub p50: f64,
    /// Net value that nine futures in ten fall below, USD.
    pub p90: f64,
    /// What alone would have saved scrapped futures.
    pub causes: Vec<Cause>,
    /// Net values at each twentieth, USD.
    pub values: Vec<f64>,
}

/// Both sides in one quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct LifePoint {
    /// Quarter.
    pub quarter: String,
    /// USD a million samples on the chip; none once it cannot run.
    pub chip: Option<f64>,
    /// USD a million samples on a rival bought in that quarter.
    pub rival: Option<f64>,
}

impl LifePoint {
    /// Cost on the chip over that on the rival.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.chip? / self.rival?)
    }

    /// Whether a rival bought now is cheaper, or the chip cannot run.
    pub fn is_stale(&self) -> bool {
        self.chip.is_none() || self.ratio().is_some_and(|ratio| ratio > 1.0)
    }
}

/// One check of a model on a chip.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is checked.
    pub what: String,
    /// Whether it fits.
    pub fits: bool,
    /// With the numbers.
    pub words: String,
}

/// Checks of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// Model.
    pub model: String,
    /// Whether it runs.
    pub runs: bool,
    /// Why it does not.
    pub reason: Option<String>,
    /// Checks.
    pub checks: Vec<Check>,
}

/// One design of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepPoint {
    /// Values of the swept numbers.
    pub settings: Vec<String>,
    /// Why the design is impossible or cannot run; its numbers are then nothing.
    pub refused: Option<String>,
    /// USD a million samples at the first shipment.
    pub cost_per_million: f64,
    /// Draw for a million samples a second, W.
    pub watts_per_million_rate: f64,
    /// Samples a second of one platform.
    pub rate: f64,
    /// USD of one chip.
    pub unit_cost: f64,
    /// Area of a die, mm².
    pub die_area_mm2: f64,
    /// Power of a chip, W.
    pub tdp_w: f64,
    /// USD that one chip saves over its life.
    pub saving_per_chip: f64,
    /// Chips from which it pays.
    pub break_even: Option<f64>,
    /// USD that the likely volume brings.
    pub net: Option<f64>,
    /// What limits the rate.
    pub binds: String,
    /// Whether no other is cheaper and draws less.
    pub on_front: bool,
    /// Whether it is the best.
    pub best: bool,
}

/// Designs over a grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// Names of the swept numbers.
    pub names: Vec<String>,
    /// Designs.
    pub points: Vec<SweepPoint>,
}

impl Sweep {
    /// Marks the front of cost and power, and the best: most net value, else the lowest cost.
    pub fn mark(&mut self) {
        let possible: Vec<(f64, f64)> = self
            .points
            .iter()
            .filter(|point| point.refused.is_none())
            .map(|point| (point.cost_per_million, point.watts_per_million_rate))
            .collect();
        for point in self.points.iter_mut().filter(|point| point.refused.is_none()) {
            let (cost, watts) = (point.cost_per_million, point.watts_per_million_rate);
            point.on_front =
                !possible.iter().any(|(c, w)| *c <= cost && *w <= watts && (*c < cost || *w < watts));
        }
        let value = |point: &SweepPoint| point.net.unwrap_or(-point.cost_per_million);
        let best = self
            .points
            .iter()
            .enumerate()
            .filter(|(_, point)| point.refused.is_none())
            .max_by(|left, right| value(left.1).total_cmp(&value(right.1)))
            .map(|(index, _)| index);
        if let Some(best) = best {
            self.points[best].best = true;
        }
    }

    /// The best design.
    pub fn best(&self) -> Option<&SweepPoint> {
        self.points.iter().find(|point| point.best)
    }

    /// A design's settings: `sram 256 MB, clock 1.2 GHz`.
    pub fn named(&self, point: &SweepPoint) -> String {
        let pairs = self.names.iter().zip(&point.settings);
        pairs.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ChipAnswer {
    /// Id of the design.
    pub chip: String,
    /// Its title.
    pub title: String,
    /// Platform that would be bought instead.
    pub rival: String,
    /// Models with their shares.
    pub models: Vec<(String, f64)>,
    /// Year of the dollars.
    pub price_year: i32,
    /// Quarter of the first shipment.
    pub ready: String,
    /// Process node.
    pub node: String,
    /// Peak by precision, 10¹² operations a second.
    pub peaks: Vec<(String, f64)>,
    /// Parts of the cost of a chip.
    pub unit: Vec<CostLine>,
    /// Whole dies of a wafer.
    pub dies_per_wafer: f64,
    /// Share of good dies.
    pub good_dies: f64,
    /// The same by Murphy's law.
    pub good_dies_murphy: f64,
    /// One chip with every input at its low end, USD.
    pub unit_low: f64,
    /// One chip, USD.
    pub unit_typical: f64,
    /// One chip with every input at its high end, USD.
    pub unit_high: f64,
    /// One server with its chips, USD.
    pub server_price: f64,
    /// Chips of a server.
    pub chips_per_server: f64,
    /// Chip and rival at the first shipment.
    pub sides: Vec<SideCost>,
    /// What pays.
    pub economy: Economy,
    /// Chips: fewest, likely, most; none if nobody said.
    pub volume: Option<(f64, f64, f64)>,
    /// Futures; none without a volume.
    pub risk: Option<Risk>,
    /// Both sides by quarter from the first shipment.
    pub lifetime: Vec<LifePoint>,
    /// Quarters after which a newly bought rival is cheaper or the chip cannot run.
    pub stale_after: Option<i32>,
    /// Quarters after which the chip cannot run the mix.
    pub lost_after: Option<i32>,
    /// What limits the rate at the first shipment, or why it cannot run.
    pub binds_now: String,
    /// The same some years later.
    pub binds_later: String,
    /// Quarter of that.
    pub later: String,
    /// Coverage at the first shipment.
    pub coverage: Vec<Coverage>,
    /// Coverage some years later.
    pub coverage_later: Vec<Coverage>,
    /// Designs of a sweep.
    pub sweep: Option<Sweep>,
    /// What the answer assumes.
    pub assumptions: Vec<String>,
}

fn quarters(count: i32) -> String {
    number::counted(i64::from(count), "quarter")
}

impl ChipAnswer {
    /// The verdict in words.
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::new(self.headline()).tone(self.tone());
        let per_million = |side: &SideCost| side.per_million().map_or("cannot run".to_owned(), dollars);
        if let [chip, rival] = self.sides.as_slice() {
            let ratio = self.economy.rivals_per_platform.map_or(String::new(), |ratio| {
                format!(
                    "; a server of {:.0} chips does the work of {} {}",
                    self.chips_per_server,
                    number::significant(ratio, 2),
                    self.rival
                )
            });
            verdict = verdict.line(
                "Cost",
                format!(
                    "{} a million samples against {} on {}, in {}{ratio}",
                    per_million(chip),
                    per_million(rival),
                    self.rival,
                    self.ready
                ),
                None,
            );
        }
        verdict = verdict.line(
            "Chip",
            format!(
                "{} each ({} to {}): {:.0} dies a wafer, {} good",
                number::usd(self.unit_typical),
                number::usd(self.unit_low),
                number::usd(self.unit_high),
                self.dies_per_wafer,
                number::percent(self.good_dies)
            ),
            None,
        );
        verdict = verdict.line("Pays", self.pays(), None);
        if let Some(risk) = &self.risk {
            verdict = verdict.line_toned(
                "Risk",
                self.risk_words(risk),
                None,
                if risk.scrapped > 0.5 { Tone::Bad } else { Tone::Neutral },
            );
        }
        verdict = verdict.line("Lasts", self.lasts(), None);
        verdict = verdict.line(
            "Binds",
            format!("{} in {}; {} in {}", self.binds_now, self.ready, self.binds_later, self.later),
            None,
        );
        for line in &self.assumptions {
            verdict = verdict.assumption(line.clone());
        }
        verdict.next(format!(
            "quarterdeck rank --chip-design FILE --against {} --sweep sram=64MB..1GB",
            self.rival
        ))
    }

    fn tone(&self) -> Tone {
        match (self.economy.net, self.economy.break_even) {
            (Some(net), _) if net < 0.0 => Tone::Bad,
            (_, None) => Tone::Bad,
            (Some(_), Some(_)) => Tone::Good,
            (None, Some(_)) => Tone::Neutral,
        }
    }

    fn headline(&self) -> String {
        let Some(break_even) = self.economy.break_even else {
            let reason = self.coverage.iter().find_map(|model| model.reason.clone());
            return match reason {
                Some(reason) => format!("{} cannot do this work: {reason}.", self.title),
                None => format!(
                    "{} pays at no volume: a chip loses {} over its life against {}.{}",
                    self.title,
                    number::usd(-self.economy.saving_per_chip),
                    self.rival,
                    self.scrapped()
                ),
            };
        };
        let mut text = format!(
            "{} pays against {} from {} chips.",
            self.title,
            self.rival,
            number::count(number::round_significant(break_even, 2))
        );
        if let (Some(net), Some((_, likely, _))) = (self.economy.net, self.volume) {
            let verb = if net < 0.0 { "lose" } else { "bring" };
            text.push_str(&format!(" {} chips {verb} {}.", number::count(likely), number::usd(net.abs())));
        }
        text.push_str(&self.scrapped());
        text
    }

    fn scrapped(&self) -> String {
        let risk = self.risk.as_ref();
        risk.map_or(String::new(), |risk| {
            format!(" {} of its futures end scrapped.", number::percent(risk.scrapped))
        })
    }

    fn pays(&self) -> String {
        let economy = &self.economy;
        let fixed = format!(
            "{} of development ({}), {} with interest, and {} of porting",
            number::usd(economy.development),
            economy.development_basis,
            number::usd(economy.development_at_shipment),
            number::usd(economy.porting)
        );
        match economy.break_even {
            Some(break_even) => format!(
                "{fixed} over {} that a chip saves make {} chips",
                number::usd(economy.saving_per_chip),
                number::count(number::round_significant(break_even, 3))
            ),
            None => format!("{fixed}; a chip loses {}", number::usd(-economy.saving_per_chip)),
        }
    }

    fn risk_words(&self, risk: &Risk) -> String {
        let mut text = format!(
            "scrapped in {}, a loss in {} of {} futures; net {} to {}, median {}",
            number::percent(risk.scrapped),
            number::percent(risk.loses),
            number::count(risk.futures as f64),
            number::usd(risk.p10),
            number::usd(risk.p90),
            number::usd(risk.p50)
        );
        let main = risk.causes.iter().max_by(|left, right| left.share.total_cmp(&right.share));
        if let Some(main) = main.filter(|main| risk.scrapped > 0.0 && main.share > 0.0) {
            text.push_str(&format!(
                "; {} of scrapped ones would ship if {}",
                number::percent(main.share),
                main.words
            ));
        }
        text
    }

    fn lasts(&self) -> String {
        let most = self.lifetime.len().saturating_sub(1);
        match (self.stale_after, self.lost_after) {
            (_, Some(0)) => "it cannot run the models at its first shipment".to_owned(),
            (Some(0), _) => "a rival bought at the first shipment is cheaper already".to_owned(),
            (Some(stale), lost) => {
                let lost = match lost {
                    Some(lost) => format!("; models outgrow it after {}", quarters(lost)),
                    None => format!("; it runs the models for {most} quarters and more"),
                };
                format!("{} until a newly bought {} is cheaper{lost}", quarters(stale), self.rival)
            }
            (None, _) => format!("cheaper than newly bought {} for {most} quarters and more", self.rival),
        }
    }

    /// Cost of a chip by part.
    pub fn unit_table(&self) -> Table {
        let mut table = Table::new("unit-cost", "Cost of a chip")
            .column(Column::text("part", "part"))
            .column(Column::number("low", "low", &Unit::usd()).decimals(0))
            .column(Column::number("typical", "typical", &Unit::usd()).decimals(0))
            .column(Column::number("high", "high", &Unit::usd()).decimals(0))
            .column(Column::text("basis", "how"));
        for line in &self.unit {
            table.push([
                Cell::Text(line.name.clone()),
                Cell::number(line.low),
                Cell::number(line.typical),
                Cell::number(line.high),
                Cell::Text(line.basis.clone()),
            ]);
        }
        table
    }

    /// Cost of a million samples by class, chip beside rival.
    pub fn cost_table(&self) -> Table {
        let mut table = Table::new("cost-per-million", format!("A million samples in {}", self.ready))
            .column(Column::text("platform", "platform"))
            .column(Column::text("part", "part"))
            .column(Column::number("cost", "cost", &Unit::usd()).decimals(6))
            .column(Column::text("bar", ""));
        let most = self.sides.iter().filter_map(SideCost::per_million).fold(0.0, f64::max);
        for side in &self.sides {
            for (name, usd) in &side.parts {
                table.push([
                    Cell::Text(side.platform.clone()),
                    Cell::Text(name.clone()),
                    Cell::number(*usd),
                    Cell::Text(bar(if most > 0.0 { usd / most } else { 0.0 })),
                ]);
            }
        }
        table
    }

    /// Chip over newly bought rival, once a year.
    pub fn lifetime_table(&self) -> Table {
        let mut table =
            Table::new("lifetime", "Cost on the chip over that on a newly bought rival, as models drift")
                .column(Column::text("quarter", "quarter"))
                .column(Column::number("chip", "chip", &Unit::usd()).decimals(6))
                .column(Column::number("rival", "rival", &Unit::usd()).decimals(6))
                .column(
                    Column::number("over", "chip over rival", &Unit::new("ratio", "", "ratio")).decimals(2),
                )
                .column(Column::text("bar", "rival is 1 = 20 blocks"));
        for point in self.lifetime.iter().step_by(4) {
            table.push([
                Cell::Text(point.quarter.clone()),
                point.chip.map_or(Cell::Empty, Cell::number),
                point.rival.map_or(Cell::Empty, Cell::number),
                point.ratio().map_or(Cell::Empty, Cell::number),
                Cell::Text(match point.ratio() {
                    Some(ratio) => bar(ratio / 2.0),
                    None if point.chip.is_none() => "cannot run".to_owned(),
                    None => "the rival cannot run".to_owned(),
                }),
            ]);
        }
        table
    }

    /// Checks of every model, at the first shipment and later; of the later ones all, or what no longer fits.
    pub fn coverage_table(&self, all: bool) -> Table {
        let mut table = Table::new("coverage", "What fits")
            .column(Column::text("quarter", "quarter"))
            .column(Column::text("model", "model"))
            .column(Column::text("check", "check"))
            .column(Column::text("fits", "fits"))
            .column(Column::text("numbers", "numbers"));
        for (quarter, models, later) in
            [(&self.ready, &self.coverage, false), (&self.later, &self.coverage_later, true)]
        {
            for model in models {
                for check in model.checks.iter().filter(|check| all || !later || !check.fits) {
                    table.push([
                        Cell::Text(quarter.clone()),
                        Cell::Text(model.model.clone()),
                        Cell::Text(check.what.clone()),
                        Cell::Text(if check.fits { "yes" } else { "no" }.to_owned()),
                        Cell::Text(check.words.clone()),
                    ]);
                }
                if let Some(reason) = &model.reason {
                    table.push([
                        Cell::Text(quarter.clone()),
                        Cell::Text(model.model.clone()),
                        Cell::Text("runs".to_owned()),
                        Cell::Text("no".to_owned()),
                        Cell::Text(reason.clone()),
                    ]);
                }
            }
        }
        table
    }

    /// What alone would have saved scrapped futures.
    pub fn causes_table(&self) -> Option<Table> {
        let risk = self.risk.as_ref().filter(|risk| risk.scrapped > 0.0)?;
        let mut table = Table::new("scrapped", "Scrapped futures that would ship if …")
            .column(Column::text("change", "if"))
            .column(Column::number("share", "share", &Unit::percent()).decimals(0))
            .column(Column::text("bar", ""));
        for cause in &risk.causes {
            table.push([
                Cell::Text(cause.words.clone()),
                Cell::number(100.0 * cause.share),
                Cell::Text(bar(cause.share)),
            ]);
        }
        Some(table)
    }

    /// Designs of the sweep; the front, the best first, or all of them.
    pub fn sweep_table(&self, all: bool) -> Option<Table> {
        let sweep = self.sweep.as_ref()?;
        let title = if all { "Designs" } else { "The best design and the front of cost and power" };
        let mut table = Table::new("sweep", title);
        for name in &sweep.names {
            table = table.column(Column::text(name.clone(), name.clone()));
        }
        table = table
            .column(Column::number("cost_per_million", "per million", &Unit::usd()).decimals(6))
            .column(Column::number("power", "W per M/s", &Unit::new("w", "", "W")).decimals(0))
            .column(Column::number("unit", "chip", &Unit::usd()).decimals(0))
            .column(Column::number("break_even", "break-even", &Unit::devices()).decimals(0))
            .column(Column::number("net", "net", &Unit::musd()).decimals(0))
            .column(Column::text("note", "note"));
        let mut shown: Vec<&SweepPoint> =
            sweep.points.iter().filter(|point| all || point.best || point.on_front).collect();
        if !all {
            shown.sort_by(|left, right| {
                right.best.cmp(&left.best).then(left.cost_per_million.total_cmp(&right.cost_per_million))
            });
            shown.truncate(12);
        }
        for point in shown {
            let number = |value: f64| if point.refused.is_some() { Cell::Empty } else { Cell::number(value) };
            let note = match &point.refused {
                Some(reason) => reason.clone(),
                None if point.best => format!("best, {}", point.binds),
                None if point.on_front => format!("front, {}", point.binds),
                None => point.binds.clone(),
            };
            let mut cells: Vec<Cell> = point.settings.iter().map(|value| Cell::Text(value.clone())).collect();
            cells.extend([
                number(point.cost_per_million),
                number(point.watts_per_million_rate),
                number(point.unit_cost),
                point.break_even.map_or(Cell::Empty, Cell::number),
                point.net.map_or(Cell::Empty, |net| Cell::number(net / 1e6)),
                Cell::Text(note),
            ]);
            table.push(cells);
        }
        Some(table)
    }

    /// Every table.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.cost_table(), self.unit_table()];
        tables.extend(self.causes_table());
        tables.push(self.lifetime_table());
        tables.push(self.coverage_table(true));
        tables.extend(self.sweep_table(true));
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    /// For people, within 100 columns.
    pub fn to_text(&self) -> String {
        let mut text = self.verdict().to_text(100).trim_end().to_owned();
        let mut tables = vec![self.cost_table(), self.unit_table()];
        tables.extend(self.causes_table());
        tables.push(self.lifetime_table());
        tables.push(self.coverage_table(false));
        if let Some(sweep) = &self.sweep {
            if let Some(best) = sweep.best() {
                let refused = sweep.points.iter().filter(|point| point.refused.is_some()).count();
                text.push_str(&format!(
                    "\n\nThe best of {} designs has {}; {} are impossible or cannot run.",
                    sweep.points.len(),
                    sweep.named(best),
                    refused
                ));
            }
            tables.insert(0, self.sweep_table(false).unwrap_or_else(|| self.cost_table()));
        }
        for table in tables.iter().filter(|table| !table.rows.is_empty()) {
            text.push_str(&format!("\n\n{}\n\n{}", table.title, table.to_text(100).trim_end()));
        }
        text.push_str(&format!("\n\nDollars of {}.\n", self.price_year));
        text
    }

    /// For programs: keys end in their units.
    pub fn to_json(&self) -> Value {
        let side = |side: &SideCost| {
            json!({
                "platform": side.platform,
                "rate_per_platform_samples_per_s": side.rate,
                "site_power_w": side.watts,
                "price_usd": side.price,
                "samples_per_j": side.samples_per_joule(),
                "cost_per_million_samples_usd": side.per_million(),
                "cost_parts_usd": side.parts.iter().map(|(name, usd)| (name.clone(), json!(usd))).collect::<serde_json::Map<_, _>>(),
            })
        };
        let coverage = |models: &[Coverage]| -> Vec<Value> {
            models
                .iter()
                .map(|model| {
                    let checks: Vec<Value> = model
                        .checks
                        .iter()
                        .map(|check| json!({ "check": check.what, "fits": check.fits, "numbers": check.words }))
                        .collect();
                    json!({ "model": model.model, "runs": model.runs, "reason": model.reason, "checks": checks })
                })
                .collect()
        };
        let risk = self.risk.as_ref().map(|risk| {
            json!({
                "seed": risk.seed,
                "futures": risk.futures,
                "scrapped_fraction": risk.scrapped,
                "loses_fraction": risk.loses,
                "net_p10_usd": risk.p10,
                "net_p50_usd": risk.p50,
                "net_p90_usd": risk.p90,
                "would_ship_if": risk.causes.iter().map(|cause| json!({ "words": cause.words, "share_fraction": cause.share })).collect::<Vec<_>>(),
            })
        });
        let sweep = self.sweep.as_ref().map(|sweep| {
            let points: Vec<Value> = sweep
                .points
                .iter()
                .map(|point| {
                    let settings: serde_json::Map<String, Value> = sweep
                        .names
                        .iter()
                        .cloned()
                        .zip(point.settings.iter().map(|value| json!(value)))
                        .collect();
                    json!({
                        "settings": settings,
                        "refused": point.refused,
                        "cost_per_million_samples_usd": point.cost_per_million,
                        "power_per_million_samples_per_s_w": point.watts_per_million_rate,
                        "unit_cost_usd": point.unit_cost,
                        "die_area_mm2": point.die_area_mm2,
                        "tdp_w": point.tdp_w,
                        "saving_per_chip_usd": point.saving_per_chip,
                        "break_even_devices": point.break_even,
                        "net_usd": point.net,
                        "binds": point.binds,
                        "on_front": point.on_front,
                        "best": point.best,
                    })
                })
                .collect();
            json!({ "designs": points })
        });
        let economy = &self.economy;
        json!({
            "chip": self.chip,
            "title": self.title,
            "against": self.rival,
            "models": self.models.iter().map(|(id, share)| json!({ "model": id, "share_fraction": share })).collect::<Vec<_>>(),
            "price_year": self.price_year,
            "first_shipment_quarter": self.ready,
            "verdict": self.headline(),
            "peak_tflops": self.peaks.iter().map(|(name, tera)| (name.clone(), json!(tera))).collect::<serde_json::Map<_, _>>(),
            "unit_cost_usd": { "low_usd": self.unit_low, "typical_usd": self.unit_typical, "high_usd": self.unit_high },
            "unit_cost_parts": self.unit.iter().map(|line| json!({ "part": line.name, "low_usd": line.low, "typical_usd": line.typical, "high_usd": line.high, "basis": line.basis })).collect::<Vec<_>>(),
            "dies_per_wafer_count": self.dies_per_wafer,
            "good_dies_fraction": self.good_dies,
            "good_dies_murphy_fraction": self.good_dies_murphy,
            "server_price_usd": self.server_price,
            "sides": self.sides.iter().map(side).collect::<Vec<_>>(),
            "saving_per_chip_usd": economy.saving_per_chip,
            "development_usd": economy.development,
            "development_at_shipment_usd": economy.development_at_shipment,
            "development_basis": economy.development_basis,
            "porting_usd": economy.porting,
            "break_even_devices": economy.break_even,
            "rivals_per_platform_ratio": economy.rivals_per_platform,
            "volume_devices": self.volume.map(|(low, likely, high)| json!({ "low_devices": low, "likely_devices": likely, "high_devices": high })),
            "net_usd": economy.net,
            "risk": risk,
            "stale_after_quarters": self.stale_after,
            "lost_after_quarters": self.lost_after,
            "binds": self.binds_now,
            "binds_later": self.binds_later,
            "later_quarter": self.later,
            "lifetime": self.lifetime.iter().map(|point| json!({ "quarter": point.quarter, "chip_cost_per_million_samples_usd": point.chip, "rival_cost_per_million_samples_usd": point.rival })).collect::<Vec<_>>(),
            "coverage": coverage(&self.coverage),
            "coverage_later": coverage(&self.coverage_later),
            "sweep": sweep,
            "assumptions": self.assumptions,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_has_what_no_other_beats_and_the_best_brings_most() {
        let point = |cost: f64, watts: f64, net: f64| SweepPoint {
            cost_per_million: cost,
            watts_per_million_rate: watts,
            net: Some(net),
            ..SweepPoint::default()
        };
        let refused = SweepPoint { refused: Some("too large".to_owned()), ..SweepPoint::default() };
        let mut sweep = Sweep {
            names: vec!["sram".to_owned()],
            points: vec![point(1.0, 4.0, 5.0), point(2.0, 2.0, 9.0), point(3.0, 3.0, 1.0), refused],
        };
        sweep.mark();
        let front: Vec<bool> = sweep.points.iter().map(|point| point.on_front).collect();
        assert_eq!(front, [true, true, false, false]);
        assert_eq!(sweep.best().map(|best| best.net), Some(Some(9.0)));
    }

    #[test]
    fn a_point_is_stale_where_the_rival_is_cheaper_or_the_chip_cannot_run() {
        let point = |chip, rival| LifePoint { quarter: String::new(), chip, rival };
        assert!(!point(Some(1.0), Some(2.0)).is_stale());
        assert!(point(Some(3.0), Some(2.0)).is_stale());
        assert!(point(None, Some(2.0)).is_stale());
        assert!(!point(Some(1.0), None).is_stale());
    }
}
