//! One site beside another of an earlier time: what grew by how much, and what a published factor may have counted.

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
    /// Name of the earlier site.
    pub old: String,
    /// Name of the later one.
    pub new: String,
    /// What grew.
    pub factors: Vec<GrowthFactor>,
    /// Ways of counting network capacity, with what each comes to.
    pub views: Vec<GrowthView>,
    /// The published factor, from and to, and who says it.
    pub published: Option<(f64, f64, String)>,
    /// Whether the published factor is reached, and by which way of counting, in a sentence.
    pub judgement: String,
    /// The assumption that decides it, in a sentence.
    pub deciding: String,
    /// Weakest origin of the numbers.
    pub origin: Origin,
    /// Sources that the numbers rest on.
    pub sources: Vec<SourceRef>,
}

/// One thing that grew.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthFactor {
    /// What it is.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Then.
    pub old: f64,
    /// Now.
    pub new: f64,
    /// Now over then, site against site.
    pub per_site: f64,
    /// The same for each megawatt of IT power; none where it makes no sense.
    pub per_megawatt: Option<f64>,
    /// The same for each rack.
    pub per_rack: Option<f64>,
    /// The same for each server.
    pub per_server: Option<f64>,
}

/// One way of counting network capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthView {
    /// What is divided by what.
    pub basis: String,
    /// What is counted.
    pub counted: String,
    /// What it comes to.
    pub factor: f64,
}

impl Growth {
    /// The answer in words.
    pub fn verdict(&self) -> Verdict {
        let find = |name: &str| self.factors.iter().find(|factor| factor.name.contains(name));
        let mut text = format!("{} against {}: ", self.new, self.old);
        let mut parts = Vec::new();
        for (word, name) in
            [("network capacity", "network"), ("rack power", "rack power"), ("cost", "cost")]
        {
            if let Some(factor) = find(name) {
                parts.push(format!("{word} {}", number::factor(factor.per_site)));
            }
        }
        text.push_str(&parts.join(", "));
        text.push('.');
        let mut verdict = Verdict::new(text);
        if let Some((low, high, who)) = &self.published {
            verdict = verdict.line(
                "Published",
                format!("{}x to {}x ({who})", number::count(*low), number::count(*high)),
                None,
            );
        }
        verdict.line("Computed", self.judgement.clone(), None).line("Decides", self.deciding.clone(), None)
    }

    /// Factors, and ways of counting.
    pub fn tables(&self) -> Vec<Table> {
        let factor = |name: &str, title: &str| {
            Column::number(name, title, &Unit::new("factor", "×", "times")).decimals(2)
        };
        let mut factors = Table::new("factors", "What grew")
            .column(Column::text("what", "what"))
            .column(Column::text("unit", "unit"))
            .column(Column::text("old", "then"))
            .column(Column::text("new", "now"))
            .column(factor("per_site", "a site"))
            .column(factor("per_megawatt", "a MW"))
            .column(factor("per_rack", "a rack"))
            .column(factor("per_server", "a server"));
        for one in &self.factors {
            factors.push([
                Cell::from(one.name.clone()),
                one.unit.clone().into(),
                number::significant(one.old, 4).into(),
                number::significant(one.new, 4).into(),
                one.per_site.into(),
                one.per_megawatt.into(),
                one.per_rack.into(),
                one.per_server.into(),
            ]);
        }
        let mut views = Table::new("views", "Ways of counting network capacity")
            .column(Column::text("basis", "for each"))
            .column(Column::text("counted", "counted"))
            .column(factor("growth", "factor"))
            .column(Column::text("beside", "beside the published"));
        for view in &self.views {
            let beside = self.published.as_ref().map_or("", |(low, high, _)| match view.factor {
                x if x < *low => "below",
                x if x > *high => "above",
                _ => "within",
            });
            views.push([
                Cell::from(view.basis.clone()),
                view.counted.clone().into(),
                view.factor.into(),
                beside.into(),
            ]);
        }
        vec![factors, views]
    }

    /// For people, within 100 columns.
    pub fn to_text(&self) -> String {
        let mut out = self.verdict().to_text(TEXT_WIDTH);
        for table in self.tables() {
            out.push_str(&format!("\n{}\n{}", table.title, table.to_text(TEXT_WIDTH)));
        }
        let ids: Vec<&str> = self.sources.iter().map(|source| source.id.as_str()).collect();
        let text = format!("Rests on: {} at weakest; sources {}.", self.origin, ids.join(", "));
        out.push_str(&format!(
            "\n{}\n",
            crate::wrap::wrap_indented(&text, TEXT_WIDTH, "  ", "    ").join("\n")
        ));
        out
    }

    /// For programs.
    ///
    /// # Errors
    /// When it holds what JSON cannot, which is a fault of the program.
    pub fn to_json(&self) -> Result<Value, TableError> {
        let body = json!({
            "old": self.old,
            "new": self.new,
            "verdict": self.verdict(),
            "factors": self.factors.iter().map(|one| json!({
                "name": one.name,
                "unit": one.unit,
                "old_count": one.old,
                "new_count": one.new,
                "per_site_factor": one.per_site,
                "per_megawatt_factor": one.per_megawatt,
                "per_rack_factor": one.per_rack,
                "per_server_factor": one.per_server,
            })).collect::<Vec<_>>(),
            "views": self.views.iter().map(|view| json!({
                "basis": view.basis, "counted": view.counted, "growth_factor": view.factor,
            })).collect::<Vec<_>>(),
            "published_low_factor": self.published.as_ref().map(|(low, _, _)| low),
            "published_high_factor": self.published.as_ref().map(|(_, high, _)| high),
            "judgement": self.judgement,
            "deciding": self.deciding,
            "origin": self.origin,
            "sources": self.sources.iter().map(|source| &source.id).collect::<Vec<_>>(),
        });
        serde_json::to_value(Document::new("growth", body))
            .map_err(|error| TableError::Write { table: "growth".to_owned(), reason: error.to_string() })
    }
}
