//! What the answer rests on that nobody published: how many inputs are assumed, and which weigh most.

use quarterdeck_plan::CostClass;

use super::equivalents::Equivalents;
use super::words::list;
use super::{Context, Run};
use crate::number;

/// Share of demand or cost from which on an assumption is named.
const WEIGHTY: f64 = 0.01;

/// How many inputs are assumed, and the three that most of the money rests on.
pub(super) fn sentence(run: &Run<'_>, context: &Context<'_>) -> Option<String> {
    let count = context.assumptions.len();
    if count == 0 {
        return None;
    }
    let heaviest: Vec<String> =
        heaviest_demands(run, context).into_iter().chain(heaviest_price(run, context)).collect();
    let inputs = if count == 1 {
        "1 input is an assumption".to_owned()
    } else {
        format!("{count} inputs are assumptions")
    };
    Some(match heaviest.as_slice() {
        [] => inputs,
        heaviest => format!("{inputs}; most rests on {}", heaviest.join(", and on ")),
    })
}

/// The two assumed demands that ask for most machines at the end.
fn heaviest_demands(run: &Run<'_>, context: &Context<'_>) -> Option<String> {
    let equivalents = Equivalents::of(run)?;
    let last = run.n() - 1;
    let total = equivalents.total(last);
    let mut shares: Vec<(f64, &str)> = run
        .problem
        .workloads
        .iter()
        .zip(&equivalents.demand)
        .filter(|(workload, _)| {
            context
                .scenario
                .workloads
                .iter()
                .any(|found| found.id == workload.id && found.basis.assumed.is_some())
        })
        .map(|(workload, demand)| (demand[last] / total, workload.title.as_str()))
        .filter(|(share, _)| share.is_finite() && *share >= WEIGHTY)
        .collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<String> = shares
        .iter()
        .take(2)
        .map(|(share, title)| format!("{title} ({})", number::percent(*share)))
        .collect();
    let at = run.quarter(last);
    (!names.is_empty()).then(|| format!("the demand of {} of all in {at}", list(&names)))
}

/// The assumed price that most money is spent at.
fn heaviest_price(run: &Run<'_>, context: &Context<'_>) -> Option<String> {
    let gross: f64 = run.plan.ledger.iter().map(|line| line.present.as_dollars().max(0.0)).sum();
    let is_assumed = |id: &str| {
        context.scenario.offers.iter().any(|offer| offer.id == id && offer.basis.assumed.is_some())
    };
    (0..run.problem.platforms.len())
        .filter(|index| {
            run.problem.offers.iter().any(|offer| offer.platform == *index && is_assumed(&offer.id))
        })
        .map(|index| {
            let id = &run.problem.platforms[index].id;
            let spent = run.present(|line| {
                matches!(line.class, CostClass::Machines | CostClass::Rental)
                    && line.subject == *id
                    && line.present.is_positive()
            });
            (index, spent / gross)
        })
        .filter(|(_, share)| share.is_finite() && *share >= WEIGHTY)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, share)| {
            format!("the price of {} ({} of cost)", run.platform(index), number::percent(share))
        })
}
