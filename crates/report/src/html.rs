//! One self-contained HTML file: verdict, key numbers, charts, tables, inputs, provenance.
//!
//! The shell (script and style) comes from the built front end in `web/` and is embedded when
//! this crate is compiled after it. Without it the file still holds the verdict, every table and
//! every source, and says how to get the charts. Either file loads nothing from anywhere.

mod fallback;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::chart::{ChartSpec, SpecError};
use crate::json::{Document, to_script_json};
use crate::palette::{ColourKey, Role, Swatch, resolve};
use crate::provenance::{RunProvenance, SourceRef};
use crate::table::{Table, TableError};
use crate::verdict::{MAX_LINES, Tone, Verdict};

/// The built front end, or nothing if it was not there when this crate was compiled.
const SHELL: &str = include_str!(concat!(env!("OUT_DIR"), "/report-shell.html"));
/// Where the shell takes the document.
const DATA_MARK: &str = "<!--quarterdeck:data-->";
/// Where the shell takes the title.
const TITLE_MARK: &str = "<!--quarterdeck:title-->";
/// Where the shell takes what is shown without scripts.
const STATIC_MARK: &str = "<!--quarterdeck:static-->";

/// Whether this build can draw charts, or only say how to get them.
pub fn has_charts() -> bool {
    !SHELL.is_empty()
}

/// A number that a reader should see first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNumber {
    /// What it is: `Order by`, `Capex 2023`.
    pub label: String,
    /// The number as text, with its unit.
    pub value: String,
    /// A few words on it: a range, a comparison, a definition.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Good or bad news.
    #[serde(default)]
    pub tone: Tone,
}

impl KeyNumber {
    /// A key number that is neither good nor bad news.
    pub fn new(label: impl Into<String>, value: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), detail: detail.into(), tone: Tone::Neutral }
    }
    /// Sets whether it is good or bad news.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// A part of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Stable id in kebab case; the link to it.
    pub id: String,
    /// Its title, also in the navigation.
    pub title: String,
    /// Text before the charts; an empty line starts a paragraph, backticks mark literals.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lead: String,
    /// Charts, in order.
    pub charts: Vec<ChartSpec>,
    /// Tables, in order.
    pub tables: Vec<Table>,
}

impl Section {
    /// An empty section.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), ..Self::default() }
    }
    /// Sets the text before the charts.
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = text.into();
        self
    }
    /// Adds a chart.
    pub fn chart(mut self, chart: ChartSpec) -> Self {
        self.charts.push(chart);
        self
    }
    /// Adds a table.
    pub fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }
}

/// A file that went into the run, shown as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputText {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A whole report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HtmlReport {
    /// Title of the page: the scenario in words.
    pub title: String,
    /// A line under the title: period, price year, kind of run.
    pub subtitle: String,
    /// The answer in words.
    pub verdict: Verdict,
    /// The numbers to see first; six are enough.
    pub key_numbers: Vec<KeyNumber>,
    /// The sections, in order.
    pub sections: Vec<Section>,
    /// The files that went into the run.
    pub inputs: Vec<InputText>,
    /// What is needed to repeat the run.
    pub provenance: RunProvenance,
    /// The sources that charts and tables cite.
    pub sources: Vec<SourceRef>,
    /// The run's own result document, to be saved from the page; `Null` leaves it out.
    pub run: Value,
}

/// Why a report cannot be written. Each is a fault of the code that built it.
#[derive(Clone, Debug, PartialEq)]
pub enum ReportError {
    /// A chart is not sound.
    Chart(SpecError),
    /// A table is not sound.
    Table(TableError),
    /// Two sections or two charts share an id.
    Repeated(String),
    /// A chart or column cites a source that the report does not list.
    UnknownSource {
        /// Id of the chart or table.
        cited_by: String,
        /// Id of the source.
        source: String,
    },
    /// The verdict has more lines than a verdict may have.
    LongVerdict(usize),
    /// The document could not be written as JSON.
    Json(String),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chart(error) => error.fmt(f),
            Self::Table(error) => error.fmt(f),
            Self::Repeated(id) => write!(f, "the report uses the id `{id}` twice"),
            Self::UnknownSource { cited_by, source } => {
                write!(f, "`{cited_by}` cites `{source}`, which the report does not list")
            }
            Self::LongVerdict(lines) => {
                write!(f, "the verdict has {lines} lines; at most {MAX_LINES} are allowed")
            }
            Self::Json(reason) => write!(f, "the report cannot be written as JSON: {reason}"),
        }
    }
}

impl std::error::Error for ReportError {}

impl From<SpecError> for ReportError {
    fn from(error: SpecError) -> Self {
        Self::Chart(error)
    }
}
impl From<TableError> for ReportError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

/// What the front end reads. Each chart comes with its table, so that no script has to derive
/// one.
#[derive(Serialize)]
struct ReportDocument<'a> {
    title: &'a str,
    subtitle: &'a str,
    verdict: &'a Verdict,
    key_numbers: &'a [KeyNumber],
    sections: Vec<SectionDocument<'a>>,
    inputs: &'a [InputText],
    provenance: Vec<(String, String)>,
    sources: &'a [SourceRef],
    palette: BTreeMap<String, Swatch>,
    run: &'a Value,
}

#[derive(Serialize)]
struct SectionDocument<'a> {
    id: &'a str,
    title: &'a str,
    lead: &'a str,
    charts: Vec<ChartDocument<'a>>,
    tables: &'a [Table],
}

#[derive(Serialize)]
struct ChartDocument<'a> {
    spec: &'a ChartSpec,
    table: Table,
}

impl HtmlReport {
    /// Whether every part is sound and every citation is listed.
    pub fn check(&self) -> Result<(), ReportError> {
        let beside = self.verdict.beside.iter().map(|block| block.lines.len());
        if let Some(lines) = beside.chain([self.verdict.lines.len()]).find(|lines| *lines > MAX_LINES) {
            return Err(ReportError::LongVerdict(lines));
        }
        let mut ids = std::collections::BTreeSet::new();
        let mut take = |id: &str| {
            if ids.insert(id.to_string()) { Ok(()) } else { Err(ReportError::Repeated(id.into())) }
        };
        for section in &self.sections {
            take(&section.id)?;
            for chart in &section.charts {
                take(&chart.id)?;
                chart.check()?;
                chart.table().check()?;
                self.check_sources(&chart.id, &chart.sources)?;
            }
            for table in &section.tables {
                take(&table.id)?;
                table.check()?;
                for column in &table.columns {
                    self.check_sources(&table.id, &column.sources)?;
                }
            }
        }
        Ok(())
    }

    fn check_sources(&self, cited_by: &str, cited: &[String]) -> Result<(), ReportError> {
        match cited.iter().find(|id| !self.sources.iter().any(|s| s.id == **id)) {
            Some(source) => {
                Err(ReportError::UnknownSource { cited_by: cited_by.to_string(), source: source.clone() })
            }
            None => Ok(()),
        }
    }

    /// The report as a JSON value: what the front end draws, and what a server would answer.
    pub fn to_document(&self) -> Result<Value, ReportError> {
        self.check()?;
        serde_json::to_value(Document::new("report", self.document()))
            .map_err(|e| ReportError::Json(e.to_string()))
    }

    /// The report as one HTML file; with charts if the front end was built, else with tables.
    pub fn to_html(&self) -> Result<String, ReportError> {
        self.check()?;
        if SHELL.is_empty() {
            return Ok(fallback::page(self));
        }
        self.fill(SHELL)
    }

    /// The report without charts, whatever the build holds.
    pub fn to_static_html(&self) -> Result<String, ReportError> {
        self.check()?;
        Ok(fallback::page(self))
    }

    fn fill(&self, shell: &str) -> Result<String, ReportError> {
        let data = to_script_json(&Document::new("report", self.document()))
            .map_err(|e| ReportError::Json(e.to_string()))?;
        // One pass: text that a later mark would match may stand in the data.
        let mut out = String::with_capacity(shell.len() + data.len());
        let mut rest = shell;
        while let Some((at, mark)) = [DATA_MARK, TITLE_MARK, STATIC_MARK]
            .into_iter()
            .filter_map(|mark| rest.find(mark).map(|at| (at, mark)))
            .min()
        {
            out.push_str(&rest[..at]);
            match mark {
                DATA_MARK => out.push_str(&data),
                TITLE_MARK => out.push_str(&escape(&self.title)),
                _ => out.push_str(&fallback::no_script(self)),
            }
            rest = &rest[at + mark.len()..];
        }
        out.push_str(rest);
        Ok(out)
    }

    fn document(&self) -> ReportDocument<'_> {
        let roles = Role::ALL.map(ColourKey::role);
        let used = self.sections.iter().flat_map(|s| &s.charts).flat_map(ChartSpec::colours);
        let colours: Vec<&ColourKey> = roles.iter().chain(used).collect();
        let sections = self.sections.iter().map(|section| SectionDocument {
            id: &section.id,
            title: &section.title,
            lead: &section.lead,
            charts: section.charts.iter().map(|spec| ChartDocument { spec, table: spec.table() }).collect(),
            tables: &section.tables,
        });
        ReportDocument {
            title: &self.title,
            subtitle: &self.subtitle,
            verdict: &self.verdict,
            key_numbers: &self.key_numbers,
            sections: sections.collect(),
            inputs: &self.inputs,
            provenance: self.provenance.lines(),
            sources: &self.sources,
            palette: resolve(colours),
            run: &self.run,
        }
    }
}

/// Text made safe for HTML, in elements and in quoted attributes.
///
/// ```
/// assert_eq!(quarterdeck_report::html::escape("<a href='x'>&"), "&lt;a href=&#39;x&#39;&gt;&amp;");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Bridge, Chart, ValueAxis};
    use crate::table::tests::purchases;
    use crate::unit::Unit;

    const SHELL: &str = "<title><!--quarterdeck:title--></title><script type=\"application/json\">\
                         <!--quarterdeck:data--></script><noscript><!--quarterdeck:static--></noscript>";

    fn report() -> HtmlReport {
        let bridge = Bridge::from(ValueAxis::new("Cost", Unit::musd()), "A", 10.0)
            .change("price", "Price", -2.0)
            .to("B", 8.0);
        let chart = ChartSpec::new("bridge", "Cost <bridge>", Chart::Bridge(bridge))
            .takeaway("B costs $2 M less.")
            .question("Why did the cost change?");
        HtmlReport {
            title: "Plan </title><script>alert(1)</script>".into(),
            verdict: Verdict::new("Buy & build <now>.").line("Buy", "1 × \"B200\"", None),
            sections: vec![
                Section::new("cost", "Cost")
                    .lead("First `a < b`.\n\nSecond.")
                    .chart(chart)
                    .table(purchases()),
            ],
            inputs: vec![InputText {
                name: "scenario.toml".into(),
                text: "name = \"</script><!--quarterdeck:title-->\"".into(),
            }],
            sources: vec![SourceRef {
                id: "vendor-price-list".into(),
                title: "Prices".into(),
                url: Some("javascript:alert(1)".into()),
                ..SourceRef::default()
            }],
            ..HtmlReport::default()
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        for html in [report().fill(SHELL).unwrap(), report().to_static_html().unwrap()] {
            assert!(!html.contains("<script>alert"), "{html}");
            assert!(!html.contains("<now>"));
            assert!(!html.contains("href=\"javascript"));
        }
    }

    #[test]
    fn the_document_reads_back_from_the_page() {
        let html = report().fill(SHELL).unwrap();
        let json = html.split("<script type=\"application/json\">").nth(1).unwrap();
        let json = json.split("</script>").next().unwrap();
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(value, report().to_document().unwrap());
        assert_eq!(value["sections"][0]["charts"][0]["table"]["rows"][1][1], -2.0);
        assert_eq!(value["palette"]["role/decrease"]["pattern"], "solid");
        assert_eq!(value["inputs"][0]["text"], "name = \"</script><!--quarterdeck:title-->\"");
    }

    #[test]
    fn the_page_without_scripts_holds_everything_that_matters() {
        let html = report().to_static_html().unwrap();
        for text in ["Buy &amp; build", "Order by", "2,048", "B costs $2 M less.", "Prices", "make web"] {
            assert!(html.contains(text), "`{text}` is missing in\n{html}");
        }
        assert!(!html.contains("://"), "the page must not load or link anything here");
    }

    #[test]
    fn faults_are_refused() {
        let check = |change: &dyn Fn(&mut HtmlReport), expect: &str| {
            let mut report = report();
            change(&mut report);
            assert_eq!(report.to_html().unwrap_err().to_string(), expect);
        };
        check(
            &|r| r.sources.clear(),
            "`purchases` cites `vendor-price-list`, which the report does not list",
        );
        check(&|r| r.sections.push(Section::new("cost", "Again")), "the report uses the id `cost` twice");
        check(
            &|r| {
                let line = r.verdict.lines[0].clone();
                r.verdict.lines = vec![line; 7];
            },
            "the verdict has 7 lines; at most 6 are allowed",
        );
        check(&|r| r.sections[0].charts[0].question.clear(), "chart `bridge` has no question");
    }
}
