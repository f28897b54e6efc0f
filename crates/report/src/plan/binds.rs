//! Which limits bind, in words, and what one more unit of each is worth.

use std::collections::BTreeMap;

use quarterdeck_plan::LimitValue;
use quarterdeck_plan::problem::QuarterIdx;

use super::Run;
use super::words::{money_text, sentence};

/// Use of a limit from which on it counts as full.
const NEARLY: f64 = 0.97;

/// A limit over the quarters in which it binds.
#[derive(Clone, Debug)]
pub(super) struct Bind {
    /// What is limited, in words: `power at Prineville`.
    pub(super) what: String,
    pub(super) quarters: Vec<QuarterIdx>,
    /// What one more unit is worth, in words.
    pub(super) worth: String,
    /// Present value of one percent more of it in all these quarters; orders limits that have unlike units.
    pub(super) weight: f64,
}

impl Bind {
    /// `power at Prineville from 2022-Q3 (one more MW is worth $2.1 M)`.
    pub(super) fn text(&self, run: &Run<'_>) -> String {
        format!("{} {} ({})", self.what, span(run, &self.quarters), self.worth)
    }

    pub(super) fn sentence(&self, run: &Run<'_>) -> String {
        sentence(&self.text(run))
    }
}

/// The limits that a person can do something about, the most valuable first.
///
/// Rows of demand and of machines at work have worths too, but nobody can be asked for more of them; they stand in
/// the table of limits.
pub(super) fn binds(run: &Run<'_>) -> Vec<Bind> {
    let mut groups: BTreeMap<(&'static str, &str), Vec<&LimitValue>> = BTreeMap::new();
    for limit in run.plan.duals.iter().filter(|limit| limit.value > 0.0 && is_full(run, limit)) {
        groups.entry((limit.family, limit.subject.as_str())).or_default().push(limit);
    }
    let mut binds: Vec<Bind> =
        groups.into_iter().map(|((family, subject), limits)| bind(run, family, subject, &limits)).collect();
    binds.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.what.cmp(&b.what)));
    binds
}

/// Whether a limit is one that people run into: something is there, and it is used up. With whole-number decisions
/// as they are, a hall that is not built and a chip that is not made have worths too, but nothing stands at them.
pub(super) fn is_full(run: &Run<'_>, limit: &LimitValue) -> bool {
    let Some(quarter) = limit.quarter else { return false };
    let problem = run.problem;
    let power = problem
        .places
        .iter()
        .position(|place| place.id == limit.subject)
        .and_then(|place| run.plan.power.get(&place))
        .map(|uses| uses[quarter]);
    match limit.family {
        "power" => power.and_then(|power| Run::use_of(&power)).is_some_and(|share| share >= NEARLY),
        "air" | "racks" => power.is_some_and(|power| power.provisioned.as_watts() > 0.0),
        "supply" => problem.offers.iter().position(|offer| offer.id == limit.subject).is_some_and(|offer| {
            let orders =
                run.plan.orders.iter().filter(|order| order.offer == offer && order.quarter == quarter);
            let ordered: f64 = orders.map(|order| order.count).sum();
            ordered > 0.0 && ordered >= NEARLY * problem.offers[offer].supply[quarter]
        }),
        "budget" => run.capex()[quarter] >= NEARLY * problem.budget[quarter].as_dollars(),
        _ => false,
    }
}

fn bind(run: &Run<'_>, family: &'static str, subject: &str, limits: &[&LimitValue]) -> Bind {
    let discount = |limit: &LimitValue| limit.quarter.map_or(1.0, |quarter| run.problem.discount[quarter]);
    let present: f64 = limits.iter().map(|limit| limit.value * discount(limit)).sum();
    let most = limits.iter().map(|limit| limit.value).fold(0.0, f64::max);
    let weight = limits
        .iter()
        .map(|limit| limit.value * discount(limit) * size(run, family, subject, limit.quarter))
        .sum::<f64>()
        * 0.01;
    let quarters = limits.iter().filter_map(|limit| limit.quarter).collect();
    let (what, worth) = match family {
        "power" => (
            format!("power at {}", run.place_title(subject)),
            format!("one more MW is worth {}", money_text(present)),
        ),
        "air" => (
            format!("cooling by air at {}", run.place_title(subject)),
            format!("one more MW of heat in room air is worth {}", money_text(present)),
        ),
        "racks" => (
            format!("space at {}", run.place_title(subject)),
            format!("room for one more rack is worth {}", money_text(present)),
        ),
        "supply" => {
            let platform =
                run.problem.offers.iter().find(|offer| offer.id == subject).map(|offer| offer.platform);
            let name = platform.map_or_else(|| subject.to_owned(), |platform| run.platform(platform));
            let each =
                platform.filter(|platform| run.is_accelerator(*platform)).map_or(1.0, |p| run.devices(p));
            let noun = if each > 1.0 { "one more accelerator" } else { "one more" };
            (format!("supply of {name}"), format!("{noun} is worth {}", money_text(most / each)))
        }
        _ => ("the capital budget".to_owned(), format!("one more dollar saves up to ${:.2}", most / 1e6)),
    };
    Bind { what, quarters, worth, weight }
}

/// How much of the limit there is, in the unit of its worth.
fn size(run: &Run<'_>, family: &str, subject: &str, quarter: Option<QuarterIdx>) -> f64 {
    let Some(quarter) = quarter else { return 1.0 };
    let problem = run.problem;
    let place = || problem.places.iter().position(|place| place.id == subject);
    let size = match family {
        "power" => place()
            .and_then(|place| run.plan.power.get(&place))
            .map_or(0.0, |uses| uses[quarter].envelope.as_megawatts()),
        "air" => place()
            .and_then(|place| {
                Some(run.plan.power.get(&place)?[quarter].envelope * problem.places[place].air_share)
            })
            .map_or(0.0, |heat| heat.as_megawatts()),
        "racks" => place().map_or(0.0, |place| problem.places[place].racks[quarter]),
        "supply" => {
            problem.offers.iter().find(|offer| offer.id == subject).map_or(0.0, |offer| offer.supply[quarter])
        }
        _ => problem.budget[quarter].as_millions(),
    };
    if size.is_finite() { size } else { 0.0 }
}

/// `in 2022-Q3`, `2022-Q3 to 2023-Q1`, `from 2024-Q1`.
pub(super) fn span(run: &Run<'_>, quarters: &[QuarterIdx]) -> String {
    match (quarters.iter().min(), quarters.iter().max()) {
        (Some(first), Some(last)) if first == last => format!("in {}", run.quarter(*first)),
        (Some(first), Some(last)) if *last + 1 == run.n() => format!("from {}", run.quarter(*first)),
        (Some(first), Some(last)) => format!("{} to {}", run.quarter(*first), run.quarter(*last)),
        _ => "throughout".to_owned(),
    }
}
