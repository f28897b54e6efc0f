//! Platforms ranked for one recommendation model: machines, power, money, what binds, and the same after years of
//! drift.

pub mod chip;
mod chip_charts;
pub mod funnel;

use crate::number;
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;
use serde_json::{Value, json};

/// What one platform takes to carry the work.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// Platforms, whole groups where the tables need several.
    pub machines: f64,
    /// Samples a second that one of them carries.
    pub rate_per_machine: f64,
    /// Draw at the site's meter, W: machines while they work, times PUE.
    pub site_watts: f64,
    /// Rated power of the machines, W.
    pub rated_watts: f64,
    /// Purchase of the machines, USD; none without a price.
    pub capex: Option<f64>,
    /// Machines, network, hall and energy for a million samples, USD; none without a price.
    pub cost_per_million: Option<f64>,
    /// Parts of that cost by class, USD; empty without a price.
    pub parts: Vec<(String, f64)>,
    /// What limits the rate.
    pub binds: String,
    /// How the work is laid on devices.
    pub strategy: String,
    /// Time within which 99 of 100 queries are answered, s.
    pub latency_p99: Option<f64>,
    /// The same by event simulation.
    pub simulated_p99: Option<f64>,
    /// Machines that feed the job, in training.
    pub ingestion: Option<Ingestion>,
}

/// Machines that feed a training job.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingestion {
    /// Samples a second of the whole job.
    pub samples_per_second: f64,
    /// Bytes a second read from storage.
    pub from_storage: f64,
    /// Bytes a second sent to the trainers.
    pub to_trainers: f64,
    /// Servers that preprocess.
    pub readers: f64,
    /// Servers that store, for their rate.
    pub storage: f64,
    /// Draw of both, W.
    pub watts: f64,
    /// How well this is known: the weakest origin.
    pub origin: String,
}

/// One platform.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Id of the catalogue.
    pub platform: String,
    /// Now, or why it cannot run.
    pub now: Result<Need, String>,
    /// After the years of drift.
    pub later: Result<Need, String>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Model.
    pub model: String,
    /// The work, in words.
    pub work: String,
    /// Samples a second that are asked for; none in training, where the devices are given.
    pub samples_per_second: Option<f64>,
    /// Samples of one query; none in training.
    pub samples_per_query: Option<f64>,
    /// Years of drift of the second answer.
    pub years: f64,
    /// Year of the dollars.
    pub price_year: i32,
    /// Platforms, cheapest first; those that cannot run last.
    pub entries: Vec<Entry>,
    /// What the answer assumes.
    pub assumptions: Vec<String>,
}

impl Ranking {
    /// Sorts by cost; platforms without a price follow, those that cannot run come last.
    pub fn sort(&mut self) {
        let key = |entry: &Entry| match &entry.now {
            Ok(need) => (0, need.cost_per_million.unwrap_or(f64::INFINITY)),
            Err(_) => (1, f64::INFINITY),
        };
        self.entries.sort_by(|one, other| {
            let (one, other) = (key(one), key(other));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
    }

    /// The verdict in a sentence or two.
    pub fn verdict(&self) -> String {
        let runs: Vec<(&Entry, &Need)> =
            self.entries.iter().filter_map(|entry| Some((entry, entry.now.as_ref().ok()?))).collect();
        let Some((first, need)) = runs.first() else {
            return format!("No platform of these runs {}.", self.work);
        };
        let mut text = format!(
            "{} carries {} with {} and {}",
            first.platform,
            self.work,
            number::counted(need.machines as i64, "machine"),
            number::power(need.site_watts)
        );
        match (need.cost_per_million, self.samples_per_query) {
            (Some(cost), Some(of_query)) => text.push_str(&format!(
                ", at {} a million queries ({} a million samples)",
                dollars(cost * of_query),
                dollars(cost)
            )),
            (Some(cost), None) => text.push_str(&format!(", at {} a million samples", dollars(cost))),
            (None, _) => {}
        }
        text.push('.');
        let next = runs.get(1).and_then(|(entry, next)| Some((entry, next.cost_per_million?)));
        if let (Some((entry, next)), Some(cost)) = (next, need.cost_per_million) {
            text.push_str(&format!(
                " {} costs {} times as much.",
                entry.platform,
                number::significant(next / cost, 3)
            ));
        }
        text.push_str(&self.drift_words(first));
        text
    }

    /// What the years of drift do to the cheapest platform, and whether another is then cheaper.
    fn drift_words(&self, first: &Entry) -> String {
        let (Ok(now), true) = (&first.now, self.years > 0.0) else { return String::new() };
        let years = number::significant(self.years, 2);
        let mut text = match &first.later {
            Err(reason) => format!(" After {years} years of drift it cannot: {reason}."),
            Ok(later) if self.samples_per_second.is_some() => format!(
                " After {years} years of drift it takes {} and {}, {} the machines.",
                number::counted(later.machines as i64, "machine"),
                number::power(later.site_watts),
                number::factor(later.machines / now.machines)
            ),
            Ok(later) => format!(
                " After {years} years of drift it trains at {} the rate.",
                number::factor(later.rate_per_machine / now.rate_per_machine)
            ),
        };
        let cost = |entry: &&Entry| entry.later.as_ref().ok().and_then(|need| need.cost_per_million);
        let cheapest = self.entries.iter().filter(|entry| cost(entry).is_some()).min_by(|left, right| {
            cost(left).unwrap_or(f64::INFINITY).total_cmp(&cost(right).unwrap_or(f64::INFINITY))
        });
        if let Some(cheapest) = cheapest.filter(|cheapest| cheapest.platform != first.platform) {
            text.push_str(&format!(" Then {} is cheapest.", cheapest.platform));
        }
        text
    }

    /// Unit in which powers of all platforms read well, with watts of one.
    fn power_unit(&self) -> (Unit, f64) {
        let of = |need: &Result<Need, String>| need.as_ref().map_or(0.0, |need| need.site_watts);
        let most = self.entries.iter().map(|entry| of(&entry.now).max(of(&entry.later))).fold(0.0, f64::max);
        if most < 1e6 { (Unit::kw(), 1e3) } else { (Unit::mw(), 1e6) }
    }

    /// Parts of the cost of a million samples, with bars.
    pub fn cost_table(&self) -> Table {
        let mut table = Table::new("cost_parts", "What a million samples costs")
            .column(Column::text("platform", "platform"))
            .column(Column::text("part", "part"))
            .column(Column::number("cost", "cost", &Unit::usd()).decimals(6))
            .column(Column::text("bar", ""));
        let needs = self.entries.iter().filter_map(|entry| Some((entry, entry.now.as_ref().ok()?)));
        let most = needs.clone().flat_map(|(_, need)| &need.parts).map(|(_, usd)| *usd).fold(0.0, f64::max);
        for (entry, need) in needs {
            for (name, usd) in &need.parts {
                table.push([
                    Cell::Text(entry.platform.clone()),
                    Cell::Text(name.clone()),
                    Cell::number(*usd),
                    Cell::Text(bar(if most > 0.0 { usd / most } else { 0.0 })),
                ]);
            }
        }
        table
    }

    /// Platforms, cheapest first.
    pub fn table(&self) -> Table {
        let (unit, watts) = self.power_unit();
        let serves = self.samples_per_second.is_some();
        let mut table = Table::new("ranking", "Platforms, cheapest first")
            .takeaway(self.verdict())
            .column(Column::text("platform", "platform"))
            .column(Column::number("machines", "machines", &Unit::servers()).decimals(0))
            .column(Column::number("power", "power", &unit).decimals(2))
            .column(Column::number("capex", "capex", &Unit::musd()).decimals(1))
            .column(Column::number("cost_per_million", "per million", &Unit::usd()).decimals(6))
            .column(Column::text("binds", "binds"));
        if serves {
            table = table
                .column(Column::number("p99", "p99", &Unit::ms()).decimals(1))
                .column(Column::number("simulated_p99", "simulated", &Unit::ms()).decimals(1));
        }
        for entry in &self.entries {
            if let Ok(need) = &entry.now {
                let mut cells = vec![
                    Cell::Text(entry.platform.clone()),
                    Cell::number(need.machines),
                    Cell::number(need.site_watts / watts),
                    need.capex.map_or(Cell::Empty, |usd| Cell::number(usd / 1e6)),
                    need.cost_per_million.map_or(Cell::Empty, Cell::number),
                    Cell::Text(need.binds.clone()),
                ];
                if serves {
                    cells.push(need.latency_p99.map_or(Cell::Empty, |time| Cell::number(time * 1e3)));
                    cells.push(need.simulated_p99.map_or(Cell::Empty, |time| Cell::number(time * 1e3)));
                }
                table.push(cells);
            }
        }
        table
    }

    /// Machines that feed the job, where the work is training.
    pub fn ingestion_table(&self) -> Table {
        let mut table = Table::new("ingestion", "Behind the trainers: storage and preprocessing")
            .column(Column::text("platform", "platform"))
            .column(
                Column::number(
                    "samples",
                    "samples a second",
                    &Unit::new("samples_per_s", "", "samples a second"),
                )
                .decimals(0),
            )
            .column(
                Column::number("from_storage", "from storage", &Unit::new("gb_per_s", "GB/s", "GB/s"))
                    .decimals(1),
            )
            .column(
                Column::number("to_trainers", "to trainers", &Unit::new("gb_per_s", "GB/s", "GB/s"))
                    .decimals(1),
            )
            .column(Column::number("readers", "readers", &Unit::servers()).decimals(0))
            .column(Column::number("storage", "storage", &Unit::servers()).decimals(0))
            .column(Column::number("power", "power", &Unit::kw()).decimals(0));
        for entry in &self.entries {
            let found = entry.now.as_ref().ok().and_then(|need| need.ingestion.as_ref());
            if let Some(found) = found {
                table.push([
                    Cell::Text(entry.platform.clone()),
                    Cell::number(found.samples_per_second),
                    Cell::number(found.from_storage / 1e9),
                    Cell::number(found.to_trainers / 1e9),
                    Cell::number(found.readers),
                    Cell::number(found.storage),
                    Cell::number(found.watts / 1e3),
                ]);
            }
        }
        table
    }

    /// The same after the years of drift.
    pub fn drift_table(&self) -> Table {
        let title = format!("After {} years of drift", number::significant(self.years, 2));
        let (unit, watts) = self.power_unit();
        let serves = self.samples_per_second.is_some();
        let mut table = Table::new("drift", title)
            .column(Column::text("platform", "platform"))
            .column(Column::number("machines", "machines", &Unit::servers()).decimals(0))
            .column(Column::number("power", "power", &unit).decimals(2))
            .column(Column::number("capex", "capex", &Unit::musd()).decimals(1))
            .column(Column::number("cost_per_million", "per million", &Unit::usd()).decimals(6))
            .column(Column::text("growth", if serves { "machines grow" } else { "rate falls to" }))
            .column(Column::text("binds", "binds"));
        for entry in &self.entries {
            let Ok(now) = &entry.now else { continue };
            match &entry.later {
                Ok(later) => table.push([
                    Cell::Text(entry.platform.clone()),
                    Cell::number(later.machines),
                    Cell::number(later.site_watts / watts),
                    later.capex.map_or(Cell::Empty, |usd| Cell::number(usd / 1e6)),
                    later.cost_per_million.map_or(Cell::Empty, Cell::number),
                    Cell::Text(number::factor(if serves {
                        later.machines / now.machines
                    } else {
                        later.rate_per_machine / now.rate_per_machine
                    })),
                    Cell::Text(later.binds.clone()),
                ]),
                Err(reason) => table.push([
                    Cell::Text(entry.platform.clone()),
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Text("stops".to_owned()),
                    Cell::Text(reason.clone()),
                ]),
            }
        }
        table
    }

    /// Platforms that cannot run it, with the reason.
    pub fn refusals(&self) -> Table {
        let mut table = Table::new("refusals", "Cannot run it")
            .column(Column::text("platform", "platform"))
            .column(Column::text("reason", "reason"));
        for entry in &self.entries {
            if let Err(reason) = &entry.now {
                table.push([Cell::Text(entry.platform.clone()), Cell::Text(reason.clone())]);
            }
        }
        table
    }

    /// Every table that has rows.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.table(), self.ingestion_table()];
        if self.years > 0.0 {
            tables.push(self.drift_table());
        }
        tables.push(self.cost_table());
        tables.push(self.refusals());
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    /// For people, within 100 columns.
    pub fn to_text(&self) -> String {
        let mut text = crate::wrap::wrap(&self.verdict(), 100).join("\n");
        for table in self.tables() {
            text.push_str(&format!("\n\n{}\n\n{}", table.title, table.to_text(100).trim_end()));
        }
        text.push_str(&format!("\n\nDollars of {}. Assumed:\n", self.price_year));
        for line in &self.assumptions {
            text.push_str(&crate::wrap::wrap_indented(line, 100, "- ", "  ").join("\n"));
            text.push('\n');
        }
        text
    }

    /// For programs: keys end in their units.
    pub fn to_json(&self) -> Value {
        let need = |need: &Result<Need, String>| match need {
            Err(reason) => json!({ "runs": false, "reason": reason }),
            Ok(need) => json!({
                "runs": true,
                "machines": need.machines,
                "rate_per_machine_samples_per_s": need.rate_per_machine,
                "site_power_w": need.site_watts,
                "rated_power_w": need.rated_watts,
                "capex_usd": need.capex,
                "cost_per_million_samples_usd": need.cost_per_million,
                "cost_parts_usd": need.parts.iter().map(|(name, usd)| (name.clone(), json!(usd))).collect::<serde_json::Map<_, _>>(),
                "binds": need.binds,
                "strategy": need.strategy,
                "latency_p99_ms": need.latency_p99.map(|time| time * 1e3),
                "simulated_p99_ms": need.simulated_p99.map(|time| time * 1e3),
                "ingestion": need.ingestion.as_ref().map(|found| json!({
                    "samples_per_s": found.samples_per_second,
                    "from_storage_bytes_per_s": found.from_storage,
                    "to_trainers_bytes_per_s": found.to_trainers,
                    "readers": found.readers,
                    "storage_servers": found.storage,
                    "power_w": found.watts,
                    "origin": found.origin,
                })),
            }),
        };
        let entries: Vec<Value> = self
            .entries
            .iter()
            .map(|entry| json!({ "platform": entry.platform, "now": need(&entry.now), "later": need(&entry.later) }))
            .collect();
        json!({
            "model": self.model,
            "work": self.work,
            "samples_per_s": self.samples_per_second,
            "samples_of_query_count": self.samples_per_query,
            "drift_years": self.years,
            "price_year": self.price_year,
            "verdict": self.verdict(),
            "platforms": entries,
            "assumptions": self.assumptions,
        })
    }
}

/// Characters of a whole bar.
const BAR: usize = 40;

/// A bar of a share of [`BAR`] characters.
pub(crate) fn bar(share: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let full = (share.clamp(0.0, 1.0) * BAR as f64).round() as usize;
    "█".repeat(full)
}

pub(crate) fn dollars(value: f64) -> String {
    format!("${}", number::significant(value, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(platform: &str, cost: Option<f64>) -> Entry {
        let need = Need {
            machines: 10.0,
            rate_per_machine: 1e6,
            site_watts: 5e4,
            rated_watts: 1e5,
            capex: cost.map(|cost| cost * 1e6),
            cost_per_million: cost,
            parts: Vec::new(),
            binds: "compute".to_owned(),
            strategy: "tables on each device".to_owned(),
            latency_p99: Some(0.02),
            simulated_p99: Some(0.018),
            ingestion: None,
        };
        Entry { platform: platform.to_owned(), now: Ok(need.clone()), later: Ok(need) }
    }

    #[test]
    fn the_cheapest_comes_first_and_what_cannot_run_last() {
        let refused = Entry {
            platform: "abacus".to_owned(),
            now: Err("no peak".to_owned()),
            later: Err("no peak".to_owned()),
        };
        let mut ranking = Ranking {
            model: "m".to_owned(),
            work: "1 query a second".to_owned(),
            samples_per_second: Some(1.0),
            samples_per_query: Some(1.0),
            years: 3.0,
            price_year: 2024,
            entries: vec![
                refused,
                entry("unpriced", None),
                entry("dear", Some(2.0)),
                entry("cheap", Some(1.0)),
            ],
            assumptions: Vec::new(),
        };
        ranking.sort();
        let order: Vec<&str> = ranking.entries.iter().map(|entry| entry.platform.as_str()).collect();
        assert_eq!(order, ["cheap", "dear", "unpriced", "abacus"]);
        assert!(ranking.verdict().contains("dear costs 2"));
        for table in ranking.tables() {
            table.check().unwrap();
        }
        assert!(ranking.to_text().lines().all(|line| line.chars().count() <= 100));
        assert_eq!(ranking.to_json()["platforms"][3]["now"]["runs"], false);
    }
}
