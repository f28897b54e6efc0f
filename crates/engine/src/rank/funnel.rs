//! Funnels: machines of each stage, and the split of the time between stages that makes all of them cheapest.

use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_facility::Prices;
use quarterdeck_performance::{FitRequest, Latency, Outcome, fit};
use quarterdeck_report::rank::funnel::{FunnelAnswer, StageAnswer, StageNeed};
use quarterdeck_scenario::{Funnel, FunnelStage, WorkloadKind};
use quarterdeck_units::{Count, PriceYear, Seconds, Watts};

use super::cost;
use crate::train::Economics;

/// A question about a funnel.
#[derive(Clone, Debug)]
pub struct FunnelQuestion {
    /// The funnel.
    pub funnel: Funnel,
    /// Prices and where the machines stand.
    pub economics: Economics,
}

/// Parts that the time of a funnel is dealt in.
const PARTS: usize = 48;

/// Sizes every stage on its cheapest platform, with the time dealt so that the sum is cheapest.
///
/// The times of the stages add up to the time of the funnel, which overstates its p99: slow answers of all stages
/// rarely fall together. The deal is exact to a 48th of the time by dynamic programming.
pub fn rank_funnel(catalog: &Catalog, question: &FunnelQuestion) -> FunnelAnswer {
    let funnel = &question.funnel;
    let year = PriceYear(price_year(funnel));
    let prices = Prices::new(&catalog.money, year);
    let hops = funnel.hop * (funnel.stages.len().saturating_sub(1)) as f64;
    let fixed: Seconds = funnel.stages.iter().filter_map(|stage| stage.p99).sum();
    let free = (funnel.p99 - hops - fixed).max(Seconds::ZERO);
    let part = free / PARTS as f64;

    // What each stage needs at each number of parts; a fixed stage needs the same at none.
    let priced = |stage: &FunnelStage, time: Seconds| -> Vec<Priced> {
        stage
            .platforms
            .iter()
            .map(|platform| price(catalog, question, &prices, stage, platform, time))
            .collect()
    };
    let options: Vec<Vec<Option<Choice>>> = funnel
        .stages
        .iter()
        .map(|stage| match stage.p99 {
            Some(time) => vec![cheapest(priced(stage, time))],
            None => (0..=PARTS).map(|parts| cheapest(priced(stage, part * parts as f64))).collect(),
        })
        .collect();
    let deal = deal(&options);
    let stages = funnel
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let parts = deal.as_ref().map_or(PARTS / funnel.stages.len().max(1), |deal| deal[index]);
            let time = stage.p99.unwrap_or(part * parts as f64);
            let mut all = priced(stage, time);
            all.sort_by(|left, right| left.key().total_cmp(&right.key()));
            StageAnswer {
                id: stage.id.clone(),
                title: stage.title.clone(),
                model: stage.model.id().to_owned(),
                candidates: stage.candidates,
                samples_per_second: funnel.requests_per_second * stage.candidates,
                p99: time.as_seconds(),
                fixed: stage.p99.is_some(),
                platforms: all.into_iter().map(|priced| priced.need).collect(),
            }
        })
        .collect();
    FunnelAnswer {
        title: funnel.title.clone(),
        requests_per_second: funnel.requests_per_second,
        p99: funnel.p99.as_seconds(),
        hops: hops.as_seconds(),
        feasible: deal.is_some(),
        stages,
        price_year: year.0,
        assumptions: vec![
            "times of the stages add up, which overstates the p99 of all of them together".to_owned(),
            "machines for the rate that was asked for: no spares, no second region, no growth of traffic"
                .to_owned(),
            format!(
                "machines, network and hall at {} a year over their lives, electricity of {}",
                quarterdeck_report::number::percent(question.economics.discount_rate),
                question.economics.region
            ),
        ],
    }
}

fn price_year(funnel: &Funnel) -> i32 {
    let platforms = funnel.stages.iter().flat_map(|stage| &stage.platforms);
    platforms
        .filter_map(|platform| platform.price.as_ref())
        .map(|price| price.price_year)
        .max()
        .unwrap_or(2024)
}

/// A platform under a stage, with its cost of a year for comparison.
struct Priced {
    need: (String, Result<StageNeed, String>),
    yearly: Option<f64>,
}

impl Priced {
    fn key(&self) -> f64 {
        self.yearly.unwrap_or(f64::INFINITY)
    }
}

/// The cheapest platform of a stage at a time.
#[derive(Clone, Copy)]
struct Choice {
    yearly: f64,
}

fn cheapest(priced: Vec<Priced>) -> Option<Choice> {
    let yearly = priced.into_iter().filter_map(|priced| priced.yearly).min_by(f64::total_cmp);
    yearly.map(|yearly| Choice { yearly })
}

/// Parts for each stage so that the sum is cheapest; none if no deal lets every stage run.
fn deal(options: &[Vec<Option<Choice>>]) -> Option<Vec<usize>> {
    // Cheapest sum over the stages so far with that many parts, and the parts of the last stage.
    let mut best: Vec<Option<(f64, Vec<usize>)>> = vec![None; PARTS + 1];
    best[0] = Some((0.0, Vec::new()));
    for stage in options {
        let mut next: Vec<Option<(f64, Vec<usize>)>> = vec![None; PARTS + 1];
        for (used, so_far) in best.iter().enumerate() {
            let Some((sum, parts)) = so_far else { continue };
            for (taken, choice) in stage.iter().enumerate() {
                let Some(choice) = choice.filter(|_| used + taken <= PARTS) else { continue };
                let total = sum + choice.yearly;
                let slot = &mut next[used + taken];
                if slot.as_ref().is_none_or(|(known, _)| total < *known) {
                    let mut parts = parts.clone();
                    parts.push(taken);
                    *slot = Some((total, parts));
                }
            }
        }
        best = next;
    }
    best.into_iter().flatten().min_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, parts)| parts)
}

fn price(
    catalog: &Catalog,
    question: &FunnelQuestion,
    prices: &Prices,
    stage: &FunnelStage,
    platform: &Platform,
    time: Seconds,
) -> Priced {
    let id = platform.id.clone();
    if !time.is_positive() {
        return Priced { need: (id, Err("no time is left".to_owned())), yearly: None };
    }
    let kind = WorkloadKind::RecommendationInference {
        latency_p99: time,
        candidates_per_query: Count(stage.candidates),
        precision: None,
    };
    let request = FitRequest::new(stage.model.id(), &kind, Some(&stage.model), platform);
    let found = match fit(&request, catalog) {
        Outcome::CannotRun(refusal) => {
            return Priced { need: (id, Err(refusal.reason.to_string())), yearly: None };
        }
        Outcome::Runs(found) => found,
    };
    let samples = question.funnel.requests_per_second * stage.candidates;
    let group = found.min_platforms.max(1.0);
    let rate = found.rate.per_second;
    let machines = (samples / (rate * group)).ceil().max(1.0) * group;
    let busy = (samples / (rate * machines)).min(1.0);
    let idle = platform.power.idle.value;
    let draw = (idle + (found.power - idle).max(Watts::ZERO) * busy) * machines;
    let yearly = cost::yearly(catalog, &question.economics, prices, platform, machines, draw);
    let p99 = match found.latency {
        Some(Latency::Query { p99 }) => p99.as_seconds(),
        _ => time.as_seconds(),
    };
    let need = StageNeed {
        machines,
        site_watts: yearly
            .map_or((draw * cost::pue(catalog, &question.economics, platform)).as_watts(), |yearly| {
                yearly.site.as_watts()
            }),
        capex: yearly.map(|yearly| yearly.capex.as_dollars()),
        yearly: yearly.map(|yearly| yearly.total().as_dollars()),
        binds: found.binds.to_string(),
        p99,
    };
    Priced { yearly: need.yearly, need: (id, Ok(need)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deal_is_as_cheap_as_any() {
        // Two stages whose cost falls with time: 100/t and 400/t are cheapest at a third and two thirds.
        let falling = |scale: f64| -> Vec<Option<Choice>> {
            (0..=PARTS).map(|parts| (parts > 0).then(|| Choice { yearly: scale / parts as f64 })).collect()
        };
        let options = vec![falling(100.0), falling(400.0)];
        assert_eq!(deal(&options), Some(vec![PARTS / 3, 2 * PARTS / 3]));
        let brute = (1..PARTS)
            .map(|parts| 100.0 / parts as f64 + 400.0 / (PARTS - parts) as f64)
            .fold(f64::INFINITY, f64::min);
        let found = deal(&options).unwrap();
        assert!((100.0 / found[0] as f64 + 400.0 / found[1] as f64 - brute).abs() < 1e-9);
        assert_eq!(deal(&[vec![None; PARTS + 1]]), None);
    }
}
