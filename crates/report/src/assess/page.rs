//! An assessment as one page of text, as JSON and as an HTML report.

use serde::Serialize;
use serde_json::Value;

use super::Assessment;
use crate::html::{HtmlReport, KeyNumber, Section};
use crate::json::Document;
use crate::plan::words::{machines, work_noun};
use crate::table::TableError;
use crate::verdict::{TEXT_WIDTH, Verdict};
use crate::wrap::wrap_indented;

#[derive(Serialize)]
struct AssessmentDocument<'a> {
    scenario: &'a str,
    scenario_file: &'a str,
    quarter: String,
    verdict: Verdict,
    workloads: Vec<WorkloadDocument<'a>>,
    fleets: Vec<FleetDocument<'a>>,
    sites: Vec<SiteDocument<'a>>,
    binds: &'a [String],
    ways_out: &'a [String],
}

#[derive(Serialize)]
struct WorkloadDocument<'a> {
    id: &'a str,
    title: &'a str,
    work: &'static str,
    demand_count_per_s: f64,
    capacity_count_per_s: f64,
    shortfall_fraction: f64,
    binding: &'a str,
    cost_usd_per_count: Option<f64>,
}

#[derive(Serialize)]
struct FleetDocument<'a> {
    platform: &'a str,
    title: &'a str,
    site: &'a str,
    in_service_platforms: f64,
    in_service_devices: f64,
    it_power_mw: f64,
    busy_fraction: f64,
    carries: Vec<CarriesDocument<'a>>,
}

#[derive(Serialize)]
struct CarriesDocument<'a> {
    workload: &'a str,
    share_fraction: f64,
}

#[derive(Serialize)]
struct SiteDocument<'a> {
    id: &'a str,
    title: &'a str,
    cooling: &'a str,
    envelope_mw: f64,
    used_mw: f64,
    filled_racks: f64,
    limit_racks: Option<f64>,
    binds: &'a str,
}

impl Assessment {
    /// One page of text: the verdict, then workloads, fleets and sites, then what binds and what would help.
    pub fn to_text(&self) -> String {
        let mut out = self.verdict().to_text(TEXT_WIDTH);
        for table in self.tables() {
            out.push_str(&format!("\n{}\n", table.title));
            out.push_str(&table.to_text(TEXT_WIDTH));
        }
        for (title, sentences) in [("What binds", &self.binds), ("Ways out", &self.ways_out)] {
            if sentences.is_empty() {
                continue;
            }
            out.push_str(&format!("\n{title}\n"));
            for (index, sentence) in sentences.iter().enumerate() {
                let head = format!("  {}. ", index + 1);
                for line in wrap_indented(sentence, TEXT_WIDTH, &head, &" ".repeat(head.len())) {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
        }
        out
    }

    /// The assessment as one JSON document.
    ///
    /// # Errors
    /// When it holds what JSON cannot, which is a fault of the program.
    pub fn to_json(&self) -> Result<Value, TableError> {
        let body = AssessmentDocument {
            scenario: &self.scenario,
            scenario_file: &self.scenario_file,
            quarter: self.quarter.to_string(),
            verdict: self.verdict(),
            workloads: self
                .workloads
                .iter()
                .map(|one| WorkloadDocument {
                    id: &one.id,
                    title: &one.title,
                    work: work_noun(one.unit),
                    demand_count_per_s: one.demand,
                    capacity_count_per_s: one.capacity,
                    shortfall_fraction: one.shortfall(),
                    binding: &one.binding,
                    cost_usd_per_count: one.cost_per_unit.map(|cost| cost.as_dollars()),
                })
                .collect(),
            fleets: self
                .fleets
                .iter()
                .map(|fleet| FleetDocument {
                    platform: &fleet.platform,
                    title: &fleet.title,
                    site: &fleet.site,
                    in_service_platforms: fleet.platforms,
                    in_service_devices: fleet.devices,
                    it_power_mw: fleet.it_power.as_megawatts(),
                    busy_fraction: fleet.utilisation,
                    carries: fleet
                        .carries
                        .iter()
                        .map(|(workload, share)| CarriesDocument { workload, share_fraction: *share })
                        .collect(),
                })
                .collect(),
            sites: self
                .sites
                .iter()
                .map(|site| SiteDocument {
                    id: &site.id,
                    title: &site.title,
                    cooling: &site.cooling,
                    envelope_mw: site.envelope.as_megawatts(),
                    used_mw: site.used.as_megawatts(),
                    filled_racks: site.racks,
                    limit_racks: site.racks_max,
                    binds: &site.binds,
                })
                .collect(),
            binds: &self.binds,
            ways_out: &self.ways_out,
        };
        serde_json::to_value(Document::new("assessment", body))
            .map_err(|error| TableError::Write { table: "assessment".to_owned(), reason: error.to_string() })
    }

    /// The assessment as an HTML report; the caller adds provenance, sources and inputs.
    pub fn to_html_report(&self) -> HtmlReport {
        let sentences = |sentences: &[String]| {
            sentences
                .iter()
                .enumerate()
                .map(|(n, text)| format!("{}. {text}", n + 1))
                .collect::<Vec<_>>()
                .join("\n\n")
        };
        let mut sections = Vec::new();
        let mut tables = self.tables().into_iter();
        let mut charts = self.charts().into_iter();
        let heads = [("demand", "Demand and capacity"), ("carries", "Fleets"), ("power", "Sites")];
        for (id, title) in heads {
            let mut section = Section::new(id, title);
            section.charts.extend(if id == "carries" { None } else { charts.next() });
            section.tables.extend(tables.next());
            sections.push(section);
        }
        if !self.binds.is_empty() {
            sections.push(Section::new("binds", "What binds").lead(sentences(&self.binds)));
        }
        if !self.ways_out.is_empty() {
            sections.push(Section::new("ways-out", "Ways out").lead(sentences(&self.ways_out)));
        }
        let short = self.short();
        HtmlReport {
            title: self.title.clone(),
            subtitle: format!("What the machines carry in {}", self.quarter),
            verdict: self.verdict(),
            key_numbers: vec![
                KeyNumber::new(
                    "Devices in service",
                    machines(self.devices()),
                    format!("in {}", self.quarter),
                ),
                KeyNumber::new("IT power reserved", self.reserved(), ""),
                KeyNumber::new(
                    "Workloads short",
                    short.len().to_string(),
                    format!("of {}", self.workloads.len()),
                )
                .tone(self.tone()),
            ],
            sections,
            run: self.to_json().unwrap_or_default(),
            ..HtmlReport::default()
        }
    }
}
