//! Rates of a mix of models on one platform as the models drift: a grid over quarters and speeds of drift.

use std::sync::Arc;

use quarterdeck_catalog::chip::{ChipSoftware, Operator};
use quarterdeck_catalog::{Catalog, Fitted, Interaction, Model, Platform, Precision, Recommendation};
use quarterdeck_performance::{Binding, FitRequest, Outcome, Strategy, fit};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Count, Quarter, Quarters, Seconds, Watts, exp, ln, pow};
use quarterdeck_workload::DriftFactors;

/// Models with their shares of all samples, and what is asked of a query.
pub(super) struct Mix<'q> {
    /// Models with shares that sum to 1.
    pub models: &'q [(Arc<Model>, f64)],
    /// Time within which 99 of 100 queries are answered.
    pub latency_p99: Seconds,
    /// Candidates of a query; the model's own if none.
    pub candidates: Option<f64>,
    /// Numbers of the dense part; the best of each device if none.
    pub precision: Option<Precision>,
}

/// What one platform does with a mix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mixed {
    /// Samples a second over the mix.
    pub rate: f64,
    /// Mean draw while it works.
    pub draw: Watts,
    /// What limits each model.
    pub binds: Vec<Binding>,
    /// Samples that a device scores at once, of each model.
    pub batches: Vec<f64>,
    /// Precision of each model.
    pub precisions: Vec<Precision>,
}

/// Yearly factor at a speed of drift from 0 (the slowest that is credible) over ½ (central) to 1 (the fastest).
pub(super) fn yearly_factor(range: &Fitted, speed: f64) -> f64 {
    if speed <= 0.5 {
        range.low + (range.value - range.low) * 2.0 * speed.max(0.0)
    } else {
        range.value + (range.high - range.value) * (2.0 * speed.min(1.0) - 1.0)
    }
}

/// How much heavier a model is at a quarter than when it was described.
pub(super) fn drift(catalog: &Catalog, as_of: Quarter, at: Quarter, speed: f64) -> DriftFactors {
    let years = (at - as_of).years().max(0.0);
    let calibration = &catalog.steps.recommendation;
    let over = |range: &Fitted| pow(yearly_factor(range, speed), years);
    DriftFactors {
        flops: over(&calibration.drift_flops),
        embedding_bytes: over(&calibration.drift_embedding_bytes),
        lookups: over(&calibration.drift_lookups),
    }
}

/// Operators that a model is made of.
pub(super) fn operators(model: &Recommendation) -> Vec<Operator> {
    let mut found = vec![Operator::Dense];
    if !model.tables.is_empty() || model.totals.embedding_bytes.is_some() {
        found.push(Operator::Pooling);
    }
    match model.dense.as_ref().map(|dense| &dense.interaction) {
        // Factorisation machines are products of pairs of vectors, as dot interactions are.
        Some(Interaction::Dot | Interaction::Wukong { .. }) => found.push(Operator::Dot),
        Some(Interaction::DcnV2 { .. }) => found.push(Operator::Cross),
        Some(Interaction::Hstu { .. }) => found.push(Operator::Attention),
        Some(Interaction::None | Interaction::Concat) | None => {}
    }
    // A model without a shape that reads rows one by one is a sequence model.
    if model.dense.is_none() && model.id.starts_with("hstu") {
        found.push(Operator::Attention);
    }
    found
}

impl Mix<'_> {
    /// What a platform does with the mix at a quarter, or the first reason why it cannot.
    ///
    /// $$ R = \left(\sum_m \frac{w_m}{r_m}\right)^{-1} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $w_m$ | share of model $m$ in all samples | 1 |
    /// | $r_m$ | rate of the model alone | samples/s |
    pub fn on(
        &self,
        catalog: &Catalog,
        platform: &Platform,
        software: Option<&ChipSoftware>,
        at: Quarter,
        speed: f64,
    ) -> Result<Mixed, String> {
        let mut time = 0.0;
        let mut energy = 0.0;
        let mut mixed = Mixed {
            rate: 0.0,
            draw: Watts::ZERO,
            binds: Vec::new(),
            batches: Vec::new(),
            precisions: Vec::new(),
        };
        for (model, share) in self.models {
            let Some(recommendation) = model.as_recommendation() else {
                return Err(format!("`{}` is a language model", model.id()));
            };
            if let Some(software) = software {
                let missing: Vec<&str> = operators(recommendation)
                    .into_iter()
                    .filter(|operator| !software.operators.contains(operator))
                    .map(Operator::as_str)
                    .collect();
                if !missing.is_empty() {
                    return Err(format!(
                        "the compiler does not cover {} of {}",
                        missing.join(", "),
                        model.id()
                    ));
                }
            }
            let candidates = self.candidates.unwrap_or(recommendation.sample.samples_per_request.value);
            let kind = WorkloadKind::RecommendationInference {
                latency_p99: self.latency_p99,
                candidates_per_query: Count(candidates),
                precision: self.precision,
            };
            let mut request = FitRequest::new(model.id(), &kind, Some(model), platform);
            request.drift = drift(catalog, recommendation.as_of, at, speed);
            match fit(&request, catalog) {
                Outcome::CannotRun(refusal) => return Err(format!("{}: {}", model.id(), refusal.reason)),
                Outcome::Runs(found) => {
                    let taken = share / found.rate.per_second;
                    time += taken;
                    energy += taken * found.power.as_watts();
                    mixed.binds.push(found.binds);
                    if let Strategy::Ranking(strategy) = &found.strategy {
                        mixed.batches.push(strategy.batch);
                        mixed.precisions.push(strategy.precision);
                    }
                }
            }
        }
        mixed.rate = 1.0 / time;
        mixed.draw = Watts::watts(energy / time);
        Ok(mixed)
    }
}

/// Rates over quarters and speeds of drift; none where the platform cannot run the mix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    first: Quarter,
    speeds: Vec<f64>,
    /// By speed, then quarter.
    rates: Vec<Vec<Option<f64>>>,
}

/// Speeds of drift that are priced; between them rates are interpolated.
pub(super) const SPEEDS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

impl Grid {
    /// Prices a platform over some quarters.
    pub fn new(
        mix: &Mix,
        catalog: &Catalog,
        platform: &Platform,
        software: Option<&ChipSoftware>,
        (first, last): (Quarter, Quarter),
        speeds: &[f64],
    ) -> Grid {
        let row = |speed: &f64| -> Vec<Option<f64>> {
            let mut lost = false;
            first
                .through(last)
                .map(|at| {
                    // What a model has outgrown it does not grow back into.
                    let rate = if lost {
                        None
                    } else {
                        mix.on(catalog, platform, software, at, *speed).ok().map(|mixed| mixed.rate)
                    };
                    lost = rate.is_none();
                    rate
                })
                .collect()
        };
        Grid { first, speeds: speeds.to_vec(), rates: speeds.iter().map(row).collect() }
    }

    /// Rate at a quarter and a speed, geometric between speeds.
    pub fn at(&self, quarter: Quarter, speed: f64) -> Option<f64> {
        let index = usize::try_from((quarter - self.first).0).unwrap_or(0);
        let of = |row: usize| {
            self.rates.get(row).and_then(|row| *row.get(index.min(row.len().checked_sub(1)?))?)
        };
        let above = self.speeds.partition_point(|known| *known < speed);
        if above == 0 {
            return of(0);
        }
        if above >= self.speeds.len() {
            return of(self.speeds.len() - 1);
        }
        let (low, high) = (self.speeds[above - 1], self.speeds[above]);
        let share = (speed - low) / (high - low);
        match (of(above - 1), of(above)) {
            (Some(slow), Some(fast)) => Some(exp(ln(slow) + share * ln(fast / slow))),
            (found, _) if share < 0.5 => found,
            (_, found) => found,
        }
    }

    /// Quarters from one on until the platform cannot run the mix, at a speed.
    pub fn lost_after(&self, from: Quarter, speed: f64, most: i32) -> Option<i32> {
        (0..=most).find(|quarters| self.at(from + Quarters(*quarters), speed).is_none())
    }
}

#[cfg(test)]
impl Grid {
    /// The same rate for ever.
    pub fn flat(first: Quarter, rate: f64) -> Grid {
        Grid { first, speeds: vec![0.5], rates: vec![vec![Some(rate)]] }
    }

    /// Nothing, for ever.
    pub fn none(first: Quarter) -> Grid {
        Grid { first, speeds: vec![0.5], rates: vec![vec![None]] }
    }
}
