//! The same run on several platforms, side by side.

use super::parts::{days, mwh, seconds, short_layout};
use super::{Answer, Training};
use crate::number;
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;

/// The same run on several platforms as a table, a row for each; what does not fit says why.
pub fn comparison(answers: &[Training]) -> Table {
    let mut table = Table::new("compare", "Side by side")
        .takeaway(headline(answers))
        .column(Column::text("platform", "platform"))
        .column(Column::integer("devices", "devices"))
        .column(Column::text("precision", "in"))
        .column(Column::number("step", "step", &seconds()))
        .column(Column::number("mfu", "MFU", &Unit::percent()).decimals(1))
        .column(Column::number("time", "time", &days()))
        .column(Column::number("energy", "energy", &mwh()))
        .column(Column::number("cost", "cost", &Unit::musd()))
        .column(Column::text("strategy", "best strategy"));
    for answer in answers {
        let question = &answer.question;
        let mut row = vec![
            Cell::from(question.platform.clone()),
            Cell::Integer(question.devices as i64),
            Cell::from(question.precision.clone()),
        ];
        match &answer.answer {
            Answer::Runs(run) => {
                let best = run.best();
                row.extend([
                    Cell::from(best.step_time().as_seconds()),
                    Cell::from(best.mfu * 100.0),
                    Cell::from(run.project.elapsed.as_days()),
                    Cell::from(run.project.energy.site.as_megawatt_hours()),
                    Cell::from(run.project.cost.total().map(|cost| cost.as_dollars() / 1e6)),
                    Cell::from(short_layout(&best.layout)),
                ]);
            }
            Answer::DoesNotFit(misfit) => {
                row.extend(std::iter::repeat_n(Cell::Empty, 5));
                let smallest = misfit.smallest_devices.map_or_else(
                    || "does not fit on any number".to_owned(),
                    |smallest| format!("does not fit; fits on {}", number::count(smallest)),
                );
                row.push(Cell::from(smallest));
            }
        }
        table.push(row);
    }
    table
}

/// Which platform is fastest, and which is cheapest.
fn headline(answers: &[Training]) -> String {
    let runs: Vec<_> = answers.iter().filter_map(|answer| Some((&answer.question, answer.run()?))).collect();
    let fastest = runs.iter().min_by(|a, b| a.1.project.elapsed.total_cmp(&b.1.project.elapsed));
    let Some((question, run)) = fastest else { return "It fits on none of these.".to_owned() };
    let time = number::duration(run.project.elapsed.as_seconds());
    let priced = runs.iter().filter_map(|(question, run)| Some((question, run.project.cost.total()?)));
    match priced.min_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((cheap, cost)) if cheap.platform != question.platform => format!(
            "{} is fastest with {time}; {} is cheapest with {}.",
            question.platform,
            cheap.platform,
            number::usd(cost.as_dollars())
        ),
        Some((_, cost)) => {
            format!(
                "{} is fastest with {time} and cheapest with {}.",
                question.platform,
                number::usd(cost.as_dollars())
            )
        }
        None => format!("{} is fastest with {time}.", question.platform),
    }
}
