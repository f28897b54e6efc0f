//! A funnel sized: machines, power, cost and time of each stage.

use super::dollars;
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;
use serde_json::{Value, json};

/// What one platform takes to carry a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageNeed {
    /// Platforms.
    pub machines: f64,
    /// Draw at the site's meter, W.
    pub site_watts: f64,
    /// Purchase, USD; none without a price.
    pub capex: Option<f64>,
    /// All costs of a year, USD; none without a price.
    pub yearly: Option<f64>,
    /// What limits the rate.
    pub binds: String,
    /// Time within which 99 of 100 are answered, s.
    pub p99: f64,
}

/// One stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageAnswer {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Model.
    pub model: String,
    /// Candidates of a request.
    pub candidates: f64,
    /// Samples a second.
    pub samples_per_second: f64,
    /// Time that the stage is given, s.
    pub p99: f64,
    /// Whether the file fixes it.
    pub fixed: bool,
    /// Platforms, cheapest first; those that cannot run last, with the reason.
    pub platforms: Vec<(String, Result<StageNeed, String>)>,
}

impl StageAnswer {
    /// The cheapest platform that runs.
    pub fn best(&self) -> Option<(&str, &StageNeed)> {
        self.platforms.iter().find_map(|(id, need)| need.as_ref().ok().map(|need| (id.as_str(), need)))
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelAnswer {
    /// Title.
    pub title: String,
    /// Requests a second.
    pub requests_per_second: f64,
    /// Time of the whole funnel, s.
    pub p99: f64,
    /// Time between stages, s.
    pub hops: f64,
    /// Whether every stage runs within the time.
    pub feasible: bool,
    /// Stages.
    pub stages: Vec<StageAnswer>,
    /// Year of the dollars.
    pub price_year: i32,
    /// What the answer assumes.
    pub assumptions: Vec<String>,
}

impl FunnelAnswer {
    fn sum(&self, of: impl Fn(&StageNeed) -> Option<f64>) -> Option<f64> {
        self.stages.iter().map(|stage| of(stage.best()?.1)).sum()
    }

    /// All costs of a year, USD.
    pub fn yearly(&self) -> Option<f64> {
        self.sum(|need| need.yearly)
    }

    /// USD of a million requests through all stages.
    pub fn per_million_requests(&self) -> Option<f64> {
        // Seconds of a year of 365.25 days.
        self.yearly().map(|yearly| yearly / (self.requests_per_second * 31_557_600.0) * 1e6)
    }

    /// The verdict in words.
    pub fn verdict(&self) -> String {
        if !self.feasible {
            let stuck: Vec<String> = self
                .stages
                .iter()
                .filter(|stage| stage.best().is_none())
                .map(|stage| stage.id.clone())
                .collect();
            let which = if stuck.is_empty() { "some stage".to_owned() } else { stuck.join(", ") };
            return format!(
                "{} does not pass {} in {}: {which} finds no platform that is quick enough.",
                self.title,
                number::count(self.requests_per_second) + " requests a second",
                number::duration(self.p99)
            );
        }
        let mut text = format!(
            "{} passes {} requests a second in {} with {} and {}",
            self.title,
            number::count(self.requests_per_second),
            number::duration(self.p99),
            number::counted(self.sum(|need| Some(need.machines)).unwrap_or(0.0) as i64, "machine"),
            number::power(self.sum(|need| Some(need.site_watts)).unwrap_or(0.0))
        );
        if let Some(cost) = self.per_million_requests() {
            text.push_str(&format!(", at {} a million requests", dollars(cost)));
        }
        text.push('.');
        let dearest = self.stages.iter().filter_map(|stage| Some((stage, stage.best()?.1.yearly?)));
        if let (Some((stage, cost)), Some(all)) =
            (dearest.max_by(|left, right| left.1.total_cmp(&right.1)), self.yearly())
        {
            text.push_str(&format!(" {} takes {} of the cost.", stage.title, number::percent(cost / all)));
        }
        text
    }

    /// Stages on their cheapest platforms.
    pub fn table(&self) -> Table {
        let mut table = Table::new("funnel", "Stages on their cheapest platforms")
            .takeaway(self.verdict())
            .column(Column::text("stage", "stage"))
            .column(Column::text("platform", "platform"))
            .column(Column::number("candidates", "candidates", &Unit::new("count", "", "count")).decimals(0))
            .column(Column::number("time", "time", &Unit::ms()).decimals(1))
            .column(Column::number("p99", "p99", &Unit::ms()).decimals(1))
            .column(Column::number("machines", "machines", &Unit::servers()).decimals(0))
            .column(Column::number("power", "power", &Unit::kw()).decimals(1))
            .column(Column::number("capex", "capex", &Unit::musd()).decimals(1))
            .column(Column::number("yearly", "a year", &Unit::musd()).decimals(1))
            .column(Column::text("binds", "binds"));
        for stage in &self.stages {
            let Some((platform, need)) = stage.best() else { continue };
            table.push([
                Cell::Text(stage.id.clone()),
                Cell::Text(platform.to_owned()),
                Cell::number(stage.candidates),
                Cell::number(stage.p99 * 1e3),
                Cell::number(need.p99 * 1e3),
                Cell::number(need.machines),
                Cell::number(need.site_watts / 1e3),
                need.capex.map_or(Cell::Empty, |usd| Cell::number(usd / 1e6)),
                need.yearly.map_or(Cell::Empty, |usd| Cell::number(usd / 1e6)),
                Cell::Text(need.binds.clone()),
            ]);
        }
        table
    }

    /// Every platform of every stage at the time that the stage is given.
    pub fn choices(&self) -> Table {
        let mut table = Table::new("choices", "Platforms of each stage at its time")
            .column(Column::text("stage", "stage"))
            .column(Column::text("platform", "platform"))
            .column(Column::number("machines", "machines", &Unit::servers()).decimals(0))
            .column(Column::number("yearly", "a year", &Unit::musd()).decimals(1))
            .column(Column::text("note", "note"));
        for stage in &self.stages {
            for (platform, need) in &stage.platforms {
                let (machines, yearly, note) = match need {
                    Ok(need) => (
                        Cell::number(need.machines),
                        need.yearly.map_or(Cell::Empty, |usd| Cell::number(usd / 1e6)),
                        need.binds.clone(),
                    ),
                    Err(reason) => (Cell::Empty, Cell::Empty, reason.clone()),
                };
                table.push([
                    Cell::Text(stage.id.clone()),
                    Cell::Text(platform.clone()),
                    machines,
                    yearly,
                    Cell::Text(note),
                ]);
            }
        }
        table
    }

    /// Every table.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.table(), self.choices()];
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    /// For people, within 100 columns.
    pub fn to_text(&self) -> String {
        let mut text = crate::wrap::wrap(&self.verdict(), 100).join("\n");
        for table in self.tables() {
            text.push_str(&format!("\n\n{}\n\n{}", table.title, table.to_text(100).trim_end()));
        }
        text.push_str(&format!(
            "\n\n{} of hops between stages. Dollars of {}. Assumed:\n",
            number::duration(self.hops),
            self.price_year
        ));
        for line in &self.assumptions {
            text.push_str(&crate::wrap::wrap_indented(line, 100, "- ", "  ").join("\n"));
            text.push('\n');
        }
        text
    }

    /// For programs: keys end in their units.
    pub fn to_json(&self) -> Value {
        let stages: Vec<Value> = self
            .stages
            .iter()
            .map(|stage| {
                let platforms: Vec<Value> = stage
                    .platforms
                    .iter()
                    .map(|(id, need)| match need {
                        Err(reason) => json!({ "platform": id, "runs": false, "reason": reason }),
                        Ok(need) => json!({
                            "platform": id,
                            "runs": true,
                            "machines": need.machines,
                            "site_power_w": need.site_watts,
                            "capex_usd": need.capex,
                            "cost_usd_per_year": need.yearly,
                            "binds": need.binds,
                            "latency_p99_ms": need.p99 * 1e3,
                        }),
                    })
                    .collect();
                json!({
                    "stage": stage.id,
                    "model": stage.model,
                    "candidates_count": stage.candidates,
                    "rate_samples_per_s": stage.samples_per_second,
                    "time_ms": stage.p99 * 1e3,
                    "time_is_fixed": stage.fixed,
                    "platforms": platforms,
                })
            })
            .collect();
        json!({
            "title": self.title,
            "requests_per_s": self.requests_per_second,
            "latency_p99_ms": self.p99 * 1e3,
            "hops_ms": self.hops * 1e3,
            "feasible": self.feasible,
            "cost_usd_per_year": self.yearly(),
            "cost_per_million_requests_usd": self.per_million_requests(),
            "price_year": self.price_year,
            "verdict": self.verdict(),
            "stages": stages,
            "assumptions": self.assumptions,
        })
    }
}
