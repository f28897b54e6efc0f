//! The answer on an own chip as a page: verdict, key numbers, charts of money, lifetime, risk and sweep.

use super::chip::ChipAnswer;
use crate::chart::{Axis, Bars, Chart, ChartSpec, Lines, Pareto, Series, ValueAxis};
use crate::html::{HtmlReport, KeyNumber, Section};
use crate::number;
use crate::palette::{ColourKey, Role};
use crate::unit::Unit;
use crate::verdict::Tone;

impl ChipAnswer {
    /// The answer as an HTML report; the caller adds provenance.
    pub fn to_html_report(&self) -> HtmlReport {
        let mut sections = vec![
            Section::new("work", "What work costs").chart(self.cost_chart()).table(self.cost_table()),
            Section::new("volume", "From how many chips it pays")
                .chart(self.volume_chart())
                .table(self.unit_table()),
            Section::new("lasts", "How long it stays good")
                .chart(self.lifetime_chart())
                .table(self.lifetime_table()),
        ];
        if let Some(chart) = self.risk_chart() {
            let mut section = Section::new("risk", "What may go wrong").chart(chart);
            section.tables.extend(self.causes_table());
            sections.push(section);
        }
        if let (Some(chart), Some(table)) = (self.sweep_chart(), self.sweep_table(true)) {
            sections.push(Section::new("designs", "Other designs").chart(chart).table(table));
        }
        sections.push(Section::new("fits", "What fits").table(self.coverage_table(true)));
        HtmlReport {
            title: format!("{} against {}", self.title, self.rival),
            subtitle: format!(
                "{}, first shipment {}, {}, dollars of {}",
                self.models.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", "),
                self.ready,
                self.node,
                self.price_year
            ),
            verdict: self.verdict(),
            key_numbers: self.key_numbers(),
            sections,
            run: self.to_json(),
            ..HtmlReport::default()
        }
    }

    fn key_numbers(&self) -> Vec<KeyNumber> {
        let economy = &self.economy;
        let break_even = economy
            .break_even
            .map_or("never".to_owned(), |chips| number::count(number::round_significant(chips, 2)));
        let mut numbers = vec![
            KeyNumber::new("Break-even", break_even, "chips"),
            KeyNumber::new("A chip", number::usd(self.unit_typical), "made, on its card, with memory"),
            KeyNumber::new("Saves", number::usd(economy.saving_per_chip), "a chip over its life"),
        ];
        if let Some(net) = economy.net {
            let tone = if net < 0.0 { Tone::Bad } else { Tone::Good };
            numbers.push(KeyNumber::new("Net", number::usd(net), "at the likely volume").tone(tone));
        }
        if let Some(risk) = &self.risk {
            numbers.push(KeyNumber::new(
                "Scrapped",
                number::percent(risk.scrapped),
                format!("of {} futures", number::count(risk.futures as f64)),
            ));
        }
        numbers.push(KeyNumber::new(
            "Stays good",
            self.stale_after
                .map_or("whole life".to_owned(), |after| number::counted(i64::from(after), "quarter")),
            "until a new rival is cheaper",
        ));
        numbers
    }

    fn cost_chart(&self) -> ChartSpec {
        let names: Vec<&str> = self.sides.iter().map(|side| side.platform.as_str()).collect();
        let mut chart = Bars::stacked(
            Axis::texts("Platform", names),
            ValueAxis::new("Cost of a million samples", Unit::usd()),
        );
        for class in ["machines", "network", "hall", "energy"] {
            let values = self
                .sides
                .iter()
                .map(|side| side.parts.iter().find(|(name, _)| name == class).map_or(0.0, |(_, usd)| *usd));
            chart = chart.series(Series::new(class, class, ColourKey::class(class), values));
        }
        let takeaway = match self.sides.iter().map(|side| side.per_million()).collect::<Vec<_>>().as_slice() {
            [Some(chip), Some(rival)] => {
                format!("Work on the chip costs {} of that on the rival.", number::percent(chip / rival))
            }
            _ => "One of the two cannot run the models.".to_owned(),
        };
        ChartSpec::new("chip-cost", "Cost of a million samples", Chart::Bars(chart))
            .takeaway(takeaway)
            .question("What does work cost on each?")
            .note("Machines, network and hall at equal yearly payments; development is not in it.")
    }

    fn volume_chart(&self) -> ChartSpec {
        let economy = &self.economy;
        let fixed = economy.development_at_shipment + economy.porting;
        let most = self
            .volume
            .map(|(_, _, high)| high)
            .into_iter()
            .chain(economy.break_even.map(|chips| 2.0 * chips))
            .fold(1000.0, f64::max);
        let volumes: Vec<f64> = (0..=10).map(|tenth| most * f64::from(tenth) / 10.0).collect();
        let net = volumes.iter().map(|chips| (chips * economy.saving_per_chip - fixed) / 1e6);
        let chart = Lines::new(
            Axis::texts(
                "Chips over the life",
                volumes.iter().map(|chips| number::count(number::round_significant(*chips, 2))),
            ),
            ValueAxis::new("Net value at the first shipment", Unit::musd()),
        )
        .line(Series::new("net", "Chip against rival", ColourKey::role(Role::Chosen), net))
        .faint(Series::new(
            "zero",
            "Neither gains nor loses",
            ColourKey::role(Role::Baseline),
            volumes.iter().map(|_| 0.0),
        ));
        let takeaway = economy.break_even.map_or("No volume pays.".to_owned(), |chips| {
            format!("It pays from {} chips.", number::count(number::round_significant(chips, 2)))
        });
        ChartSpec::new("chip-volume", "Net value by volume", Chart::Lines(chart))
            .takeaway(takeaway)
            .question("From how many chips does it pay?")
            .note("What chips save over their lives less development with interest and porting.")
    }

    fn lifetime_chart(&self) -> ChartSpec {
        let missing = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let chart = Lines::new(
            Axis::quarters(self.lifetime.iter().map(|point| point.quarter.clone())),
            ValueAxis::new("Cost of a million samples", Unit::usd()).log(),
        )
        .line(Series::new(
            "chip",
            self.title.clone(),
            ColourKey::role(Role::Chosen),
            self.lifetime.iter().map(|point| missing(point.chip)),
        ))
        .line(Series::new(
            "rival",
            format!("{} bought in that quarter", self.rival),
            ColourKey::role(Role::Load),
            self.lifetime.iter().map(|point| missing(point.rival)),
        ));
        let takeaway = match self.stale_after {
            Some(after) => format!(
                "A newly bought rival is cheaper after {}.",
                number::counted(i64::from(after), "quarter")
            ),
            None => "The chip stays cheaper over all quarters that are followed.".to_owned(),
        };
        ChartSpec::new("chip-lifetime", "Cost as models drift", Chart::Lines(chart))
            .takeaway(takeaway)
            .question("How long does it stay good?")
            .note("Where the line of the chip ends, models have outgrown it.")
    }

    fn risk_chart(&self) -> Option<ChartSpec> {
        let risk = self.risk.as_ref()?;
        let names = (1..=risk.values.len()).map(|twentieth| format!("{} %", 5 * twentieth));
        let chart = Lines::new(
            Axis::texts("Share of futures below", names),
            ValueAxis::new("Net value", Unit::musd()),
        )
        .line(Series::new(
            "net",
            "Net value",
            ColourKey::role(Role::Chosen),
            risk.values.iter().map(|value| value / 1e6),
        ))
        .faint(Series::new(
            "zero",
            "Neither gains nor loses",
            ColourKey::role(Role::Baseline),
            risk.values.iter().map(|_| 0.0),
        ));
        Some(
            ChartSpec::new("chip-risk", "Net value over futures", Chart::Lines(chart))
                .takeaway(format!(
                    "{} of futures end scrapped, {} lose money.",
                    number::percent(risk.scrapped),
                    number::percent(risk.loses)
                ))
                .question("What may go wrong?")
                .note("Futures draw date, target, software, drift and demand; a scrapped chip loses its development."),
        )
    }

    fn sweep_chart(&self) -> Option<ChartSpec> {
        let sweep = self.sweep.as_ref()?;
        let mut chart = Pareto::new(
            ValueAxis::new("Cost of a million samples", Unit::usd()),
            ValueAxis::new("Draw for a million samples a second", Unit::kw()),
        );
        let possible = sweep.points.iter().enumerate().filter(|(_, point)| point.refused.is_none());
        for (index, point) in possible {
            chart = chart.point(
                format!("design-{index}"),
                sweep.named(point),
                "Designs",
                ColourKey::role(if point.best { Role::Chosen } else { Role::Other }),
                (point.cost_per_million, point.watts_per_million_rate / 1e3),
            );
        }
        if chart.points.is_empty() {
            return None;
        }
        let best = sweep.points.iter().position(|point| point.best);
        chart = chart.mark_front();
        if let Some(best) = best {
            chart = chart.choose(&format!("design-{best}"));
        }
        Some(
            ChartSpec::new("chip-sweep", "Designs by cost and power", Chart::Pareto(chart))
                .takeaway(
                    sweep.best().map_or_else(String::new, |best| {
                        format!("The best design has {}.", sweep.named(best))
                    }),
                )
                .question("Which design is best?")
                .note("Area and power follow the numbers by the rules of the node."),
        )
    }
}
