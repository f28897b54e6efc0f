//! A training run as an HTML report: verdict, key numbers, then a section for each question.

use super::{Answer, Basis, Run, Training, charts, parts};
use crate::html::{HtmlReport, KeyNumber, Section};
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::verdict::Tone;

impl Training {
    /// The run as an HTML report; the caller adds provenance.
    pub fn to_html_report(&self) -> HtmlReport {
        let question = &self.question;
        let (key_numbers, sections) = match &self.answer {
            Answer::Runs(run) => (self.key_numbers(run), self.sections(run)),
            Answer::DoesNotFit(misfit) => {
                let smallest = misfit.smallest_devices.map_or("none".to_owned(), number::count);
                let least = KeyNumber::new("Fewest devices", smallest, misfit.reason.clone()).tone(Tone::Bad);
                (vec![least], Vec::new())
            }
        };
        let mut sections = sections;
        sections.push(Section::new("asked", "What was asked").table(self.settings()));
        HtmlReport {
            title: format!(
                "{} on {} × {}",
                question.model_name,
                number::count(question.devices),
                question.device
            ),
            subtitle: format!(
                "Training on {} tokens, {} sequences of {} a step, in {}",
                number::count(question.tokens.value),
                number::count(question.global_batch.value),
                number::count(question.sequence.value),
                question.precision
            ),
            verdict: self.verdict(),
            key_numbers,
            sections,
            sources: self.sources.clone(),
            run: self.to_json().unwrap_or_default(),
            ..HtmlReport::default()
        }
    }

    fn key_numbers(&self, run: &Run) -> Vec<KeyNumber> {
        let best = run.best();
        let project = &run.project;
        let published = run.utilisation.published.first().map_or_else(
            || {
                format!(
                    "{} as PaLM counts, HFU {}",
                    number::percent(run.utilisation.mfu_palm),
                    number::percent(run.utilisation.hfu)
                )
            },
            |published| {
                format!(
                    "published {} on {} devices",
                    number::percent(published.mfu),
                    number::count(published.devices)
                )
            },
        );
        let cost = project.cost.total();
        vec![
            KeyNumber::new(
                "Time",
                number::duration(project.elapsed.as_seconds()),
                format!("{} steps", number::count(project.steps)),
            ),
            KeyNumber::new(
                "Step",
                number::duration(best.step_time().as_seconds()),
                parts::short_layout(&best.layout),
            ),
            KeyNumber::new("MFU", number::percent(run.utilisation.mfu), published),
            KeyNumber::new(
                "Energy",
                number::energy(project.energy.site.as_joules() / 3600.0),
                format!(
                    "{} of machines, PUE {:.2}",
                    number::power(project.energy.platforms.as_watts()),
                    project.energy.pue
                ),
            ),
            KeyNumber::new(
                "Cost",
                cost.map_or("unknown".to_owned(), |cost| number::usd(cost.as_dollars())),
                format!("dollars of {}", project.cost.price_year),
            ),
            KeyNumber::new(
                "Interruptions",
                number::count(project.interruptions.round()),
                format!("goodput {}", number::percent(project.goodput)),
            ),
        ]
    }

    fn sections(&self, run: &Run) -> Vec<Section> {
        let mut step =
            Section::new("step", "The step").lead(run.limits.join("\n\n")).chart(charts::waterfall(run));
        step.tables.push(parts::strategies(run));
        let mut memory = Section::new("memory", "Memory").chart(charts::memory(run));
        memory.charts.extend(charts::trades(run));
        let mut sections = vec![step, memory];
        if let Some(chart) = charts::schedule(run) {
            sections.push(Section::new("pipeline", "The pipeline").chart(chart));
        }
        let mut project = Section::new("project", "The whole run");
        project.charts.extend(charts::bill(run));
        project.tables.extend([parts::bill(run), self.cost_table(run)]);
        sections.push(project);
        if let Some(chart) = charts::scaling(self, run) {
            let mut section = Section::new("sizes", "More or fewer devices").chart(chart);
            section.tables.extend(parts::scaling(run));
            sections.push(section);
        }
        if let Some(table) = parts::effects(run) {
            sections.push(Section::new("changes", "What changes would bring").table(table));
        }
        sections
    }

    fn cost_table(&self, run: &Run) -> Table {
        let mut table = Table::new("cost-parts", "How the money is counted")
            .column(Column::text("part", "Part"))
            .column(Column::number("amount", "Amount", &crate::unit::Unit::musd()))
            .column(Column::text("basis", "Counted as"));
        for part in &run.project.cost.parts {
            table.push([
                Cell::from(part.name.clone()),
                Cell::from(part.amount.as_dollars() / 1e6),
                Cell::from(part.basis.clone()),
            ]);
        }
        table
    }

    fn settings(&self) -> Table {
        let question = &self.question;
        let mut table = Table::new("settings", "Settings")
            .column(Column::text("setting", "Setting"))
            .column(Column::text("value", "Value"))
            .column(Column::text("basis", "Where from"));
        let mut row = |name: &str, value: String, basis: String| {
            table.push([Cell::from(name), Cell::from(value), Cell::from(basis)]);
        };
        row(
            "model",
            format!(
                "{} ({} parameters, {} a token)",
                question.model_name,
                number::count(question.parameters),
                number::count(question.active_parameters)
            ),
            question.model.clone(),
        );
        row("platform", question.platform_name.clone(), question.platform.clone());
        row("devices", number::count(question.devices), "given".to_owned());
        for (name, setting) in [
            ("tokens", &question.tokens),
            ("sequence", &question.sequence),
            ("global batch", &question.global_batch),
        ] {
            let basis = match &setting.basis {
                Basis::Given => "given".to_owned(),
                Basis::Catalogue(source) => format!("catalogue: {source}"),
                Basis::Assumed(reason) => format!("assumed: {reason}"),
            };
            row(name, number::count(setting.value), basis);
        }
        row(
            "precision",
            format!("{}, {:.0} TFLOP/s a device, dense", question.precision, question.peak.as_tera()),
            question.device.clone(),
        );
        table
    }
}
