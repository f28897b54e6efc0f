//! A site as an HTML report: verdict, key numbers, then halls, networks, power, money, dates and a year.

use super::{Answer, Asked, Design, Misfit, Site, charts, pictures, tables, verdict};
use quarterdeck_facility::project::precedence::Month;

use crate::html::{HtmlReport, KeyNumber, Section};
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::verdict::Tone;

impl Design {
    /// The site as an HTML report; the caller adds provenance.
    pub fn to_html_report(&self) -> HtmlReport {
        let question = &self.question;
        let (key_numbers, mut sections) = match &self.answer {
            Answer::Stands(site) => (self.key_numbers(site), self.sections(site)),
            Answer::DoesNotFit(misfit) => refused(misfit),
        };
        sections.push(Section::new("asked", "What was asked").table(self.settings()));
        let title = match (&self.answer, question.asked) {
            (Answer::Stands(site), _) => verdict::machines(question, site.fleet.platforms),
            (_, Asked::Platforms(platforms)) => verdict::machines(question, platforms),
            (_, Asked::ItPower(power)) => {
                format!("{} of {}", number::power(power.as_watts()), question.platform)
            }
        };
        HtmlReport {
            title: format!("{title} {}", question.place.words),
            subtitle: format!(
                "{}; weather: {}; dollars of {}",
                question.platform_name, question.place.weather, question.price_year
            ),
            verdict: self.verdict(),
            key_numbers,
            sections,
            sources: self.sources.clone(),
            run: self.to_json().unwrap_or_default(),
            ..HtmlReport::default()
        }
    }

    fn key_numbers(&self, site: &Site) -> Vec<KeyNumber> {
        let power = &site.power;
        let total = site.cost.total();
        let (_, middle, high) = site.schedule.finish;
        let network = site.networks.first();
        let mut numbers = vec![
            KeyNumber::new(
                "Racks",
                number::count(site.halls.racks().ceil()),
                format!(
                    "{}, {} a rack of machines",
                    number::counted(site.halls.count as i64, "hall"),
                    number::power(site.halls.rack_power.as_watts())
                ),
            ),
            KeyNumber::new(
                "IT power",
                number::power(power.nameplate.as_watts()),
                format!("{} drawn on the mean", number::power(power.drawn.as_watts())),
            ),
            KeyNumber::new(
                "Peak at the meter",
                number::power(power.facility_peak().as_watts()),
                format!("PUE {:.2} over the year", power.pue()),
            ),
        ];
        numbers.extend(network.map(|network| {
            KeyNumber::new(
                "Switches",
                number::count(network.bill.switches() as f64),
                format!("{} links, {}", number::count(network.bill.links() as f64), network.shape()),
            )
        }));
        numbers.push(KeyNumber::new(
            "Cost",
            number::usd(total.typical.as_dollars()),
            format!("{} to {}", number::usd(total.low.as_dollars()), number::usd(total.high.as_dollars())),
        ));
        numbers.push(match self.question.need {
            Some(need) => KeyNumber::new(
                "Begin by",
                Month::before(need, middle).to_string(),
                format!("to run in {need}; {} for nine in ten", Month::before(need, high)),
            ),
            None => KeyNumber::new(
                "From decision to running",
                verdict::weeks(middle),
                format!("{} in one of ten cases or more", verdict::weeks(high)),
            ),
        });
        numbers
    }

    fn sections(&self, site: &Site) -> Vec<Section> {
        let question = &self.question;
        let mut network = Section::new("network", "Networks");
        network.charts.extend(site.networks.iter().map(pictures::fabric));
        network.tables.extend([
            tables::parts(&site.networks),
            tables::links(&site.networks),
            tables::optics(&site.networks),
            tables::under_load(&site.networks),
        ]);
        let mut halls = Section::new("halls", "Halls").table(tables::racks(site));
        halls.charts.extend(pictures::floor(site));
        halls.lead = site.halls.floor_note.clone().unwrap_or_default();
        let mut power = Section::new("power-section", "Power and cooling").chart(charts::power(&site.power));
        power.charts.extend(charts::months(&site.power));
        let told = [&site.power.swing, &site.power.oversubscription];
        power.lead = told.into_iter().flatten().cloned().collect::<Vec<_>>().join("\n\n");
        power.tables.extend([
            tables::power(&site.power),
            tables::options(&site.options),
            tables::refused(&site.options),
            tables::months(&site.power),
        ]);
        let money = Section::new("money", "Money")
            .chart(charts::cost(question, &site.cost))
            .table(tables::cost(question, &site.cost));
        let mut dates = Section::new("dates-section", "Dates").table(tables::tasks(question, &site.schedule));
        dates.charts.extend(charts::dates(question, &site.schedule));
        let year = Section::new("year-section", "A year").table(tables::year(site));
        let binds = Section::new("binds", "What binds").lead(site.binds.join("\n\n"));
        let mut sections = vec![halls, network, power, money, dates, year];
        if !site.binds.is_empty() {
            sections.insert(0, binds);
        }
        for section in &mut sections {
            section.tables.retain(|table| !table.rows.is_empty());
        }
        sections
    }

    fn settings(&self) -> Table {
        let question = &self.question;
        let mut table = Table::new("settings", "Settings")
            .column(Column::text("setting", "Setting"))
            .column(Column::text("value", "Value"));
        let asked = match question.asked {
            Asked::Platforms(platforms) => format!("{} platforms", number::count(platforms)),
            Asked::ItPower(power) => number::power(power.as_watts()),
        };
        for (name, value) in [
            ("platform", question.platform_name.clone()),
            ("size", asked),
            ("place", question.place.name.clone()),
            ("climate", question.place.climate.clone()),
            ("weather", question.place.weather.clone()),
            ("prices and grid of", question.place.region.clone()),
            ("needed in", question.need.map_or_else(|| "not given".to_owned(), |need| need.to_string())),
            ("command", question.command.clone()),
            ("weakest origin", self.origin.to_string()),
        ] {
            table.push([Cell::from(name), Cell::from(value)]);
        }
        table
    }
}

fn refused(misfit: &Misfit) -> (Vec<KeyNumber>, Vec<Section>) {
    let instead = misfit.instead.first().map_or_else(String::new, |instead| instead.change.clone());
    let number = KeyNumber::new("Can be built", "no", instead).tone(Tone::Bad);
    let section = Section::new("why", "Why not").lead(misfit.reason.clone());
    let tables = [tables::options(&misfit.options), tables::refused(&misfit.options)];
    let section = tables.into_iter().filter(|table| !table.rows.is_empty()).fold(section, Section::table);
    (vec![number], vec![section])
}
