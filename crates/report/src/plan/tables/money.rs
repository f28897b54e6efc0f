//! Money: capital spending and running costs by quarter, the bill in short, and every line of the ledger.

use quarterdeck_plan::{CostClass, LedgerKind, LedgerLine};

use crate::number;
use crate::plan::Run;
use crate::plan::words::{class_word, kind_word, sentence, usd};
use crate::table::{Cell, Column, Table};
use crate::unit::{Unit, snake};

/// Kinds of money in the order of the objective.
const KINDS: [LedgerKind; 5] =
    [LedgerKind::Capex, LedgerKind::Opex, LedgerKind::Unserved, LedgerKind::Penalty, LedgerKind::Residual];

/// Capital spending by quarter and class, with its budget.
pub(crate) fn capex(run: &Run<'_>) -> Table {
    let mut table = Table::new("capex", "Capital spending").column(Column::quarter("quarter", "Quarter"));
    let parts = run.capex_parts();
    for (id, name, _) in &parts {
        table = table.column(Column::number(id, *name, &Unit::musd()));
    }
    table = table
        .column(Column::number("total", "Total", &Unit::musd()))
        .column(Column::number("cumulative", "Cumulative", &Unit::musd()))
        .column(Column::number("budget", "Budget", &Unit::musd()));
    let total = run.capex();
    let mut running = 0.0;
    for quarter in 0..run.n() {
        running += total[quarter];
        let mut row: Vec<Cell> = vec![run.quarter(quarter).into()];
        row.extend(parts.iter().map(|(_, _, values)| Cell::from(values[quarter] / 1e6)));
        row.extend(
            [total[quarter] / 1e6, running / 1e6, run.problem.budget[quarter].as_millions()].map(Cell::from),
        );
        table.push(row);
    }
    let most = total.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    match most {
        Some((at, amount)) if amount > 0.0 => table.takeaway(format!(
            "{} in all, at most {} in {}.",
            usd(running),
            usd(amount),
            run.quarter(at)
        )),
        _ => table.takeaway("Nothing is spent on capital."),
    }
}

/// Running costs by quarter and class.
pub(crate) fn running_costs(run: &Run<'_>) -> Table {
    let mut table =
        Table::new("running-costs", "Running costs").column(Column::quarter("quarter", "Quarter"));
    let classes: Vec<(CostClass, Vec<f64>)> = run
        .classes(LedgerKind::Opex)
        .into_iter()
        .map(|class| (class, run.cash(|line| line.kind == LedgerKind::Opex && line.class == class)))
        .collect();
    if classes.is_empty() {
        return table;
    }
    for (class, _) in &classes {
        table = table.column(Column::number(&snake(class_word(*class)), class_word(*class), &Unit::musd()));
    }
    table = table.column(Column::number("total", "Total", &Unit::musd()));
    let mut all = 0.0;
    for quarter in 0..run.n() {
        let total: f64 = classes.iter().map(|(_, values)| values[quarter]).sum();
        all += total;
        let mut row: Vec<Cell> = vec![run.quarter(quarter).into()];
        row.extend(classes.iter().map(|(_, values)| Cell::from(values[quarter] / 1e6)));
        row.push((total / 1e6).into());
        table.push(row);
    }
    let largest = classes.iter().max_by(|a, b| a.1.iter().sum::<f64>().total_cmp(&b.1.iter().sum::<f64>()));
    let largest = largest.map_or_else(String::new, |(class, values)| {
        format!(", of which {} {}", class_word(*class).to_lowercase(), usd(values.iter().sum()))
    });
    table.takeaway(format!("{} over the horizon{largest}.", usd(all)))
}

/// The bill in short: each kind and class, as cash and as present value.
pub(crate) fn summary(run: &Run<'_>) -> Table {
    let present = run.plan.present_cost().as_dollars();
    let mut table = Table::new("cost", "What the plan costs")
        .takeaway(format!("Present cost {}: the sum of the last column but one.", usd(present)))
        .column(Column::text("kind", "Kind"))
        .column(Column::text("class", "Class"))
        .column(Column::number("cash", "Cash, not discounted", &Unit::musd()))
        .column(Column::number("present", "Present value", &Unit::musd()))
        .column(Column::number("share", "Share of the present cost", &Unit::percent()));
    for kind in KINDS {
        for class in run.classes(kind) {
            for is_given in [false, true] {
                let of = |line: &LedgerLine| line.kind == kind && line.class == class;
                let keep = |line: &LedgerLine| of(line) && Run::is_given(line) == is_given;
                if !run.plan.ledger.iter().any(keep) {
                    continue;
                }
                let value = run.present(keep);
                let share = if present != 0.0 { 100.0 * value / present } else { f64::NAN };
                let class = match kind {
                    LedgerKind::Unserved | LedgerKind::Penalty => "All".to_owned(),
                    _ if is_given => format!("{}, taken as given", class_word(class)),
                    _ => class_word(class).to_owned(),
                };
                table.push([
                    sentence(kind_word(kind)).into(),
                    class.into(),
                    (run.cash(keep).iter().sum::<f64>() / 1e6).into(),
                    (value / 1e6).into(),
                    Cell::number(share),
                ]);
            }
        }
    }
    table
}

/// Every line of the ledger; the last column sums to the present cost.
pub(crate) fn ledger(run: &Run<'_>) -> Table {
    let present = run.plan.present_cost().as_dollars();
    let mut table = Table::new("ledger", "Ledger")
        .takeaway(format!(
            "{} lines; the present values sum to {}, the plan's cost.",
            number::whole(i64::try_from(run.plan.ledger.len()).unwrap_or(i64::MAX)),
            usd(present)
        ))
        .column(Column::text("kind", "Kind"))
        .column(Column::text("class", "Class"))
        .column(Column::text("subject", "What for"))
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::number("amount", "Amount", &Unit::musd()))
        .column(Column::number("present", "Present value", &Unit::musd()));
    for line in &run.plan.ledger {
        table.push([
            sentence(kind_word(line.kind)).into(),
            class_word(line.class).into(),
            line.subject.as_str().into(),
            run.quarter(line.quarter).into(),
            line.amount.as_millions().into(),
            line.present.as_millions().into(),
        ]);
    }
    table
}
