//! The table of fits: every workload on every platform in every quarter, equal requests priced once.

use std::collections::BTreeMap;
use std::sync::Arc;

use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_scenario::{Workload, WorkloadKind};
use quarterdeck_units::Quarter;
use quarterdeck_workload::{DriftFactors, Foresight, demand_at};

use crate::fit::{FitRequest, Outcome, Reason, fit};

/// Fits by workload, platform and quarter.
#[derive(Clone, Debug, Default)]
pub struct FitTable {
    outcomes: BTreeMap<(String, String), BTreeMap<Quarter, Arc<Outcome>>>,
    priced: usize,
}

/// What two requests of one workload and platform must share to have one answer.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    drift: [u64; 3],
    platforms: Option<u64>,
}

impl Key {
    fn of(drift: &DriftFactors, platforms: Option<f64>) -> Key {
        Key {
            drift: [drift.flops, drift.embedding_bytes, drift.lookups].map(f64::to_bits),
            platforms: platforms.map(f64::to_bits),
        }
    }
}

impl FitTable {
    /// Fits of the workloads on the platforms in the quarters.
    ///
    /// A pre-training run is priced on a group that delivers its demand of the quarter, found in three rounds;
    /// other jobs on the smallest group that can run them, of which several run side by side.
    pub fn build<'a>(
        workloads: &[Workload],
        platforms: impl IntoIterator<Item = &'a Platform> + Clone,
        quarters: &[Quarter],
        catalog: &Catalog,
    ) -> FitTable {
        let mut table = FitTable::default();
        for workload in workloads {
            for platform in platforms.clone() {
                let row = table.row(workload, platform, quarters, catalog);
                table.outcomes.insert((workload.id.clone(), platform.id.clone()), row);
            }
        }
        table
    }

    fn row(
        &mut self,
        workload: &Workload,
        platform: &Platform,
        quarters: &[Quarter],
        catalog: &Catalog,
    ) -> BTreeMap<Quarter, Arc<Outcome>> {
        let mut known: BTreeMap<Key, Arc<Outcome>> = BTreeMap::new();
        let mut priced = 0;
        let mut price = |drift: DriftFactors, group: Option<f64>| -> Arc<Outcome> {
            let answer = known.entry(Key::of(&drift, group)).or_insert_with(|| {
                priced += 1;
                Arc::new(fit(
                    &FitRequest {
                        drift,
                        platforms: group,
                        ..FitRequest::new(&workload.id, &workload.kind, workload.model.as_ref(), platform)
                    },
                    catalog,
                ))
            });
            Arc::clone(answer)
        };
        let row = quarters
            .iter()
            .map(|quarter| {
                let drift = DriftFactors::at(&workload.drift, *quarter);
                let wanted = match workload.kind {
                    WorkloadKind::LlmPretraining { .. } => {
                        demand_at(workload, *quarter, &[], Foresight::Nothing).mean.per_second
                    }
                    _ => 0.0,
                };
                (*quarter, for_demand(&mut price, drift, wanted))
            })
            .collect();
        self.priced += priced;
        row
    }

    /// The outcome of a workload on a platform in a quarter, if the table has it.
    pub fn get(&self, workload: &str, platform: &str, quarter: Quarter) -> Option<&Outcome> {
        self.outcomes.get(&(workload.to_owned(), platform.to_owned()))?.get(&quarter).map(AsRef::as_ref)
    }

    /// Every outcome, by workload, platform and quarter.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, Quarter, &Outcome)> {
        self.outcomes.iter().flat_map(|((workload, platform), row)| {
            row.iter()
                .map(|(quarter, outcome)| (workload.as_str(), platform.as_str(), *quarter, outcome.as_ref()))
        })
    }

    /// How many outcomes were computed; the others were equal to one of them.
    pub fn priced(&self) -> usize {
        self.priced
    }
}

/// The fit on a group that delivers `wanted` units of work a second, or on the smallest one if nothing is wanted.
///
/// The rate of a platform falls slowly as the group grows, so the group is found by repeating
/// `platforms = wanted / rate(platforms)` from the smallest, a few rounds being enough; groups are rounded up to
/// three significant binary digits so that neighbouring quarters share answers.
fn for_demand(
    price: &mut impl FnMut(DriftFactors, Option<f64>) -> Arc<Outcome>,
    drift: DriftFactors,
    wanted: f64,
) -> Arc<Outcome> {
    let mut outcome = price(drift, None);
    for _ in 0..ROUNDS {
        let Outcome::Runs(fit) = outcome.as_ref() else { return outcome };
        if wanted <= 0.0 {
            return outcome;
        }
        let platforms = round_up((wanted / fit.rate.per_second).max(fit.min_platforms));
        let next = price(drift, Some(platforms));
        match next.as_ref() {
            Outcome::Runs(_) => outcome = next,
            // The rounded group is too small after all: the last answer stands.
            Outcome::CannotRun(refusal) if matches!(refusal.reason, Reason::TooFewDevices { .. }) => {
                return outcome;
            }
            Outcome::CannotRun(_) => return next,
        }
    }
    outcome
}

const ROUNDS: usize = 3;

/// Next larger number with three significant binary digits.
fn round_up(platforms: f64) -> f64 {
    let platforms = platforms.ceil().max(1.0);
    let mut grain = 1.0;
    while platforms / grain > 8.0 {
        grain *= 2.0;
    }
    (platforms / grain).ceil() * grain
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn groups_are_rounded_up() {
        for (given, due) in
            [(0.2, 1.0), (5.0, 5.0), (9.0, 10.0), (17.0, 20.0), (1990.0, 2048.0), (2048.0, 2048.0)]
        {
            assert_eq!(round_up(given), due, "{given}");
        }
    }
}
