//! When a project is paid, and what leaving it or waiting costs in each quarter.

use std::collections::BTreeMap;

use quarterdeck_catalog::{ActivityKind, Provenance, Terms};
use quarterdeck_units::{Quarter, Quarters, Seconds, Usd};

use super::critical_path::CriticalPath;
use super::network::Precedence;

/// How a project is paid and left.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PaymentTerms {
    /// Share of an order paid when it is placed; the rest at delivery.
    pub order_deposit: f64,
    /// Share of an order due when it is cancelled on its first day.
    pub order_cancel_first: f64,
    /// Share of an order due when it is cancelled on its last day.
    pub order_cancel_last: f64,
    /// Share of the unfinished part of begun work that leaving it costs.
    pub work_cancel: f64,
    /// Share of the whole cost that each quarter of a pause costs.
    pub holding: f64,
}

impl PaymentTerms {
    /// The terms of the catalogue.
    pub fn of(terms: &Terms, provenance: &mut Provenance) -> PaymentTerms {
        let mut take = |fact: &quarterdeck_catalog::Fact<f64>| {
            provenance.absorb_fact(fact);
            fact.value
        };
        PaymentTerms {
            order_deposit: take(&terms.order_deposit),
            order_cancel_first: take(&terms.order_cancel_first),
            order_cancel_last: take(&terms.order_cancel_last),
            work_cancel: take(&terms.work_cancel),
            holding: take(&terms.holding),
        }
    }
}

/// What it would cost to leave or to hold a project at the start of a quarter.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ExitCost {
    /// The quarter.
    pub quarter: Quarter,
    /// Money paid before it; lost if the project is left.
    pub sunk: Usd,
    /// Money still due for orders and contracts that are left.
    pub committed: Usd,
    /// Money that leaving saves.
    pub avoided: Usd,
    /// What each quarter of waiting costs.
    pub holding: Usd,
}

/// One activity's dates and money.
struct Span {
    kind: ActivityKind,
    start: Seconds,
    finish: Seconds,
    cost: Usd,
}

impl Span {
    /// Share of its time that has passed.
    fn progress(&self, at: Seconds) -> f64 {
        match at {
            _ if at <= self.start => 0.0,
            _ if at >= self.finish => 1.0,
            _ => (at - self.start) / (self.finish - self.start),
        }
    }

    /// Money paid before a time: an order by deposit and delivery, work as it goes on.
    fn paid(&self, at: Seconds, terms: &PaymentTerms) -> Usd {
        let progress = self.progress(at);
        match self.kind {
            ActivityKind::Order if progress > 0.0 && progress < 1.0 => self.cost * terms.order_deposit,
            _ => self.cost * progress_of(self.kind, progress),
        }
    }

    /// Money still due if it is left at a time.
    fn due(&self, at: Seconds, terms: &PaymentTerms) -> Usd {
        let progress = self.progress(at);
        if progress <= 0.0 || progress >= 1.0 {
            return Usd::ZERO;
        }
        let paid = self.paid(at, terms);
        match self.kind {
            ActivityKind::Order => {
                let (first, last) = (terms.order_cancel_first, terms.order_cancel_last);
                (self.cost * (first + (last - first) * progress) - paid).max(Usd::ZERO)
            }
            ActivityKind::Work | ActivityKind::Utility => (self.cost - paid) * terms.work_cancel,
        }
    }
}

fn progress_of(kind: ActivityKind, progress: f64) -> f64 {
    match kind {
        ActivityKind::Order => progress.floor(),
        ActivityKind::Work | ActivityKind::Utility => progress,
    }
}

fn spans<'a>(
    network: &'a Precedence,
    path: &'a CriticalPath,
    stretch: f64,
) -> impl Iterator<Item = Span> + 'a {
    network.activities().iter().zip(path.start.iter().zip(&path.finish)).map(move |(activity, dates)| Span {
        kind: activity.kind,
        start: *dates.0 * stretch,
        finish: *dates.1 * stretch,
        cost: activity.cost,
    })
}

/// Money paid before a time after the start of the project.
fn paid_by(network: &Precedence, path: &CriticalPath, stretch: f64, at: Seconds) -> Usd {
    spans(network, path, stretch).map(|span| span.paid(at, &network.terms)).sum()
}

/// Quarters that a project of a length needs, its last one begun.
pub(super) fn quarters_of(length: Seconds) -> Quarters {
    // A millionth of a quarter of play, so that two years are eight quarters in spite of rounding.
    Quarters((length.as_quarters() - 1e-6).ceil().max(0.0) as i32)
}

/// Money by quarter of a project that starts with a quarter, every activity at its earliest.
///
/// Orders are paid by deposit and at delivery, work and fees as they go on. The entries sum to the cost of the
/// network.
pub fn spend_curve(network: &Precedence, path: &CriticalPath, start: Quarter) -> BTreeMap<Quarter, Usd> {
    spend_over(network, path, quarters_of(path.length).0.max(1), 1.0)
        .into_iter()
        .zip(0..)
        .map(|(amount, index)| (start + Quarters(index), amount))
        .collect()
}

/// Money of each quarter, the dates stretched by a factor.
pub(super) fn spend_over(network: &Precedence, path: &CriticalPath, quarters: i32, stretch: f64) -> Vec<Usd> {
    let mut before = Usd::ZERO;
    let quarter = |index: i32| {
        let end = if index + 1 == quarters { Seconds::INFINITE } else { Quarters(index + 1).duration() };
        let paid = paid_by(network, path, stretch, end);
        let amount = paid - before;
        before = paid;
        amount
    };
    (0..quarters).map(quarter).collect()
}

/// What leaving or holding the project costs at the start of each of its quarters, from its second on.
///
/// $$ \text{sunk}_q = \sum_i p_i(t_q),\qquad
///    \text{committed}_q = \sum_{i \text{ open}} \begin{cases}
///       \max(0,\ c_i (f + (l - f)\,x_i) - p_i) & \text{orders} \\
///       w\,(c_i - p_i) & \text{work} \end{cases} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $p_i, c_i$ | money paid for an activity and its cost | USD |
/// | $x_i$ | share of its time that has passed | 1 |
/// | $f, l, w$ | `order_cancel_first`, `order_cancel_last`, `work_cancel` | 1 |
///
/// Sunk, committed and avoided sum to the cost of the project. What equipment could be sold for is left out, which
/// overstates the loss.
pub fn exit_costs(network: &Precedence, path: &CriticalPath, start: Quarter) -> Vec<ExitCost> {
    let total = network.cost();
    (1..quarters_of(path.length).0.max(1))
        .map(|index| {
            let at = Quarters(index).duration();
            let sunk = paid_by(network, path, 1.0, at);
            let committed = spans(network, path, 1.0).map(|span| span.due(at, &network.terms)).sum();
            ExitCost {
                quarter: start + Quarters(index),
                sunk,
                committed,
                avoided: total - sunk - committed,
                holding: total * network.terms.holding,
            }
        })
        .collect()
}
