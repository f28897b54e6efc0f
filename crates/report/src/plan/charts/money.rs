//! Capital spending and running costs by quarter.

use quarterdeck_plan::LedgerKind;
use quarterdeck_units::{Quarter, Usd};

use super::super::Run;
use super::super::words::{class_id, class_word, money_unit, usd};
use crate::chart::{Bars, Chart, ChartSpec, Series, ValueAxis};
use crate::number;
use crate::palette::{ColourKey, Role};

/// Spending within this share of the budget counts as within it.
const WITHIN: f64 = 1e-6;

/// Capital spending by class with its running total and budget; `published` adds marks.
pub(crate) fn capex(run: &Run<'_>, published: &[(Quarter, Usd)]) -> ChartSpec {
    let total = run.capex();
    let budget = &run.problem.budget;
    let most = total.iter().copied().fold(0.0, f64::max);
    let (unit, scale) = money_unit(most);
    let mut chart = Bars::stacked(run.axis(), ValueAxis::new("Capital spending a quarter", unit));
    for (id, name, values) in run.capex_parts() {
        let colour = if id == "given" { ColourKey::role(Role::Baseline) } else { ColourKey::class(id) };
        chart = chart.series(Series::new(id, name, colour, values.iter().map(|value| value * scale)));
    }
    chart = chart.cumulative("Cumulative");
    let is_limited = budget.iter().any(|limit| limit.is_finite());
    if is_limited {
        chart = chart.limit("Budget", budget.iter().map(|limit| limit.as_dollars() * scale));
    }
    if !published.is_empty() {
        let of = |quarter: &Quarter| {
            published
                .iter()
                .find(|(at, _)| at == quarter)
                .map_or(f64::NAN, |(_, amount)| amount.as_dollars() * scale)
        };
        chart = chart.marks("Published", run.problem.quarters.iter().map(of));
    }
    let all: f64 = total.iter().sum();
    let peak = total.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    let over: Vec<usize> = (0..run.n())
        .filter(|quarter| total[*quarter] > budget[*quarter].as_dollars() * (1.0 + WITHIN))
        .collect();
    let mut takeaway = match peak {
        Some((at, amount)) if amount > 0.0 => {
            format!("{} in all; the highest quarter is {} with {}", usd(all), run.quarter(at), usd(amount))
        }
        _ => "Nothing is spent on capital".to_owned(),
    };
    match over.as_slice() {
        _ if !is_limited => takeaway.push('.'),
        [] => takeaway.push_str(", and the budget is kept."),
        quarters => {
            let excess = quarters
                .iter()
                .map(|quarter| total[*quarter] / budget[*quarter].as_dollars() - 1.0)
                .fold(0.0, f64::max);
            let more = format!(
                "; the budget is passed in {} quarters, by up to {}.",
                quarters.len(),
                number::percent(excess)
            );
            takeaway.push_str(&more);
        }
    }
    ChartSpec::new("capex-quarters", "Capital spending by quarter and class", Chart::Bars(chart))
        .takeaway(takeaway)
        .question("When is cash needed?")
        .note("Cash leaves when machines are delivered and as buildings rise; real dollars of the scenario's price year.")
}

/// Running costs by class; none if there are none.
pub(crate) fn running_costs(run: &Run<'_>) -> Option<ChartSpec> {
    let classes: Vec<_> = run
        .classes(LedgerKind::Opex)
        .into_iter()
        .map(|class| (class, run.cash(|line| line.kind == LedgerKind::Opex && line.class == class)))
        .collect();
    let total: Vec<f64> = (0..run.n()).map(|q| classes.iter().map(|(_, values)| values[q]).sum()).collect();
    let most = total.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let (unit, scale) = money_unit(most);
    let mut chart = Bars::stacked(run.axis(), ValueAxis::new("Running costs a quarter", unit));
    for (class, values) in &classes {
        let scaled = values.iter().map(|value| value * scale);
        chart = chart.series(Series::new(
            class_id(*class),
            class_word(*class),
            ColourKey::class(class_id(*class)),
            scaled,
        ));
    }
    let last = run.n() - 1;
    let spec =
        ChartSpec::new("running-cost-quarters", "Running costs by quarter and class", Chart::Bars(chart))
            .takeaway(format!("Running costs reach {} in {}.", usd(total[last]), run.quarter(last)))
            .question("What does it cost to run?")
            .note("Energy includes cooling and power losses of the facility.");
    Some(spec)
}
