//! One site beside another of an earlier time: what grew by how much, and what a published factor may have counted.

use quarterdeck_facility::growth::{Basis, BasisView, Counted};
use quarterdeck_facility::redesign::{Redesign, SiteFacts};
use serde_json::{Value, json};

use crate::json::Document;
use crate::number;
use crate::provenance::{Origin, SourceRef};
use crate::table::{Cell, Column, Table, TableError};
use crate::unit::Unit;
use crate::verdict::{TEXT_WIDTH, Verdict};

/// A site beside an earlier one.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// Both sites, their factors and the ways of counting.
    pub redesign: Redesign,
    /// Year of the dollars.
    pub price_year: i32,
    /// Weakest origin of the numbers.
    pub origin: Origin,
    /// Sources that the numbers rest on.
    pub sources: Vec<SourceRef>,
}

fn times() -> Unit {
    Unit::new("factor", "×", "times")
}

/// Factors that the verdict tells.
const TOLD: [&str; 5] = [
    "network capacity: all ports",
    "power density of halls",
    "heat of a rack",
    "cost of everything",
    "lead time, half of all cases",
];

/// `between 24 and 32`, and where a factor lies of it.
fn beside(factor: f64, published: (f64, f64)) -> &'static str {
    match factor {
        x if x < published.0 => "below",
        x if x > published.1 => "above",
        _ => "within",
    }
}

impl Growth {
    /// The answer in words.
    pub fn verdict(&self) -> Verdict {
        let Redesign { old, new, factors, bases, .. } = &self.redesign;
        let given = number::factor(bases.given);
        let (low, high) = bases.published;
        let headline = format!(
            "{} has {given} the network capacity of {} at equal power, {} the published {} to {}.",
            new.title,
            old.title,
            beside(bases.given, bases.published),
            number::factor(low),
            number::factor(high)
        );
        let told: Vec<String> = TOLD
            .iter()
            .filter_map(|name| factors.iter().find(|factor| factor.name == *name))
            .map(|factor| format!("{} {}", factor.name, number::factor(factor.per_site)))
            .collect();
        let judged = bases.verdict();
        let possible: Vec<String> =
            judged.possible.iter().map(|(basis, counted)| format!("{counted} of a {basis}")).collect();
        let reach = if possible.is_empty() {
            "by no way of counting".to_owned()
        } else {
            format!("within reach of {}", possible.join("; "))
        };
        let deciding = bases.deciding();
        let values: Vec<String> = deciding
            .alternatives
            .iter()
            .map(|value| format!("{} {}", value.value, number::factor(value.factor)))
            .collect();
        Verdict::new(headline)
            .line("Old", site_words(old), None)
            .line("New", site_words(new), None)
            .line("A site", told.join(", "), None)
            .line("Published", format!("{} to {}: {reach}", number::factor(low), number::factor(high)), None)
            .line("Decides", format!("{}: {}", deciding.name, values.join(", ")), None)
            .next("quarterdeck explain design")
    }

    /// Factors, ways of counting, and assumptions.
    pub fn tables(&self) -> Vec<Table> {
        vec![self.factors(), self.views(), self.assumptions(), self.cost()]
    }

    fn factors(&self) -> Table {
        let factor = |name: &str, title: &str| Column::number(name, title, &times()).decimals(2);
        let mut table = Table::new("factors", "What grew")
            .column(Column::text("what", "what"))
            .column(Column::text("unit", "unit"))
            .column(Column::text("old", "then"))
            .column(Column::text("new", "now"))
            .column(factor("per_site", "a site"))
            .column(factor("per_megawatt", "a MW"))
            .column(factor("per_rack", "a rack"))
            .column(factor("per_server", "a server"));
        for one in &self.redesign.factors {
            table.push([
                Cell::from(one.name),
                one.unit.into(),
                number::significant(one.old, 4).into(),
                number::significant(one.new, 4).into(),
                one.per_site.into(),
                one.per_megawatt.into(),
                one.per_rack.into(),
                one.per_server.into(),
            ]);
        }
        table
    }

    fn views(&self) -> Table {
        let bases = &self.redesign.bases;
        let mut table = Table::new("views", "Ways of counting network capacity")
            .takeaway(format!(
                "{} of {} combinations of all assumptions lie in the published range.",
                bases.combinations.1, bases.combinations.0
            ))
            .column(Column::text("basis", "for each"))
            .column(Column::text("counted", "counted"))
            .column(Column::number("growth", "factor", &times()).decimals(1))
            .column(Column::number("low", "lowest", &times()).decimals(1))
            .column(Column::number("high", "highest", &times()).decimals(1))
            .column(Column::text("beside", "published range"));
        for BasisView { basis, counted, factor, range } in &bases.views {
            table.push([
                Cell::from(basis.to_string()),
                counted.to_string().into(),
                (*factor).into(),
                range.0.into(),
                range.1.into(),
                beside(*factor, bases.published).into(),
            ]);
        }
        table
    }

    fn assumptions(&self) -> Table {
        let mut table = Table::new("assumptions", "Which assumption decides")
            .column(Column::text("assumption", "assumption"))
            .column(Column::text("value", "value"))
            .column(Column::number("growth", "factor", &times()).decimals(1))
            .column(Column::number("inside", "in the range", &Unit::percent()).decimals(0));
        for assumption in &self.redesign.bases.assumptions {
            for value in &assumption.alternatives {
                table.push([
                    Cell::from(assumption.name),
                    value.value.clone().into(),
                    value.factor.into(),
                    (100.0 * value.inside).into(),
                ]);
            }
        }
        table
    }

    fn cost(&self) -> Table {
        let Redesign { old, new, .. } = &self.redesign;
        let mut table = Table::new("cost", format!("Cost by class, dollars of {}", self.price_year))
            .column(Column::text("class", "class"))
            .column(Column::number("old", "then", &Unit::musd()))
            .column(Column::number("new", "now", &Unit::musd()))
            .column(Column::number("new_low", "low", &Unit::musd()))
            .column(Column::number("new_high", "high", &Unit::musd()));
        for line in &new.cost.lines {
            let before = old.cost.line(&line.class).map(|line| line.typical.as_millions());
            table.push([
                Cell::from(line.class.to_string()),
                before.into(),
                line.typical.as_millions().into(),
                line.low.as_millions().into(),
                line.high.as_millions().into(),
            ]);
        }
        table
    }

    /// For people, within 100 columns.
    pub fn to_text(&self) -> String {
        let mut out = self.verdict().to_text(TEXT_WIDTH);
        for table in self.tables() {
            let takeaway =
                if table.takeaway.is_empty() { String::new() } else { format!("{}\n", table.takeaway) };
            out.push_str(&format!("\n{}\n{takeaway}{}", table.title, table.to_text(TEXT_WIDTH)));
        }
        out.push_str(&super::text::rests_on(self.origin, &self.sources));
        out
    }

    /// For programs.
    ///
    /// # Errors
    /// When it holds what JSON cannot, which is a fault of the program.
    pub fn to_json(&self) -> Result<Value, TableError> {
        let Redesign { old, new, factors, bases, growth, .. } = &self.redesign;
        let judged = bases.verdict();
        let body = json!({
            "old": site(old),
            "new": site(new),
            "price_year": self.price_year,
            "verdict": self.verdict(),
            "factors": factors.iter().map(|one| json!({
                "name": one.name,
                "unit": one.unit,
                "old_count": one.old,
                "new_count": one.new,
                "per_site_factor": one.per_site,
                "per_megawatt_factor": one.per_megawatt,
                "per_rack_factor": one.per_rack,
                "per_server_factor": one.per_server,
            })).collect::<Vec<_>>(),
            "growth_terms": growth.terms.iter().map(|term| json!({
                "name": term.name, "term_factor": term.factor,
            })).collect::<Vec<_>>(),
            "given_factor": bases.given,
            "published_low_factor": bases.published.0,
            "published_high_factor": bases.published.1,
            "reproduced": judged.reproduced,
            "possible": judged.possible.iter().map(possible).collect::<Vec<_>>(),
            "views": bases.views.iter().map(|view| json!({
                "basis": view.basis.to_string(),
                "counted": view.counted.to_string(),
                "growth_factor": view.factor,
                "low_factor": view.range.0,
                "high_factor": view.range.1,
            })).collect::<Vec<_>>(),
            "assumptions": bases.assumptions.iter().map(|assumption| json!({
                "name": assumption.name,
                "swing_factor": assumption.swing(),
                "values": assumption.alternatives.iter().map(|value| json!({
                    "value": value.value, "growth_factor": value.factor, "inside_fraction": value.inside,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "combinations": bases.combinations.0,
            "combinations_inside": bases.combinations.1,
            "origin": self.origin,
            "sources": self.sources.iter().map(|source| &source.id).collect::<Vec<_>>(),
        });
        serde_json::to_value(Document::new("growth", body))
            .map_err(|error| TableError::Write { table: "growth".to_owned(), reason: error.to_string() })
    }
}

fn possible((basis, counted): &(Basis, Counted)) -> Value {
    json!({ "basis": basis.to_string(), "counted": counted.to_string() })
}

fn site_words(site: &SiteFacts) -> String {
    format!(
        "{} × {} in {}, {} of IT",
        number::count(site.platforms as f64),
        site.platform,
        number::counted(site.halls.halls as i64, "hall"),
        number::power(site.it_power.as_watts())
    )
}

fn site(site: &SiteFacts) -> Value {
    let [low, typical, high] = site.cost.total();
    json!({
        "name": site.name,
        "title": site.title,
        "platform": site.platform,
        "platforms": site.platforms,
        "servers": site.servers,
        "it_power_w": site.it_power.as_watts(),
        "site_power_w": site.site_power.as_watts(),
        "halls_count": site.halls.halls,
        "cost_low_usd": low.as_dollars(),
        "cost_typical_usd": typical.as_dollars(),
        "cost_high_usd": high.as_dollars(),
    })
}
