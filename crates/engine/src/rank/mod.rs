//! Platforms ranked for one recommendation model: how many, how much power, what a million samples cost, what binds,
//! and the same after years of drift.

mod chip;
mod cost;
mod funnel;

pub use chip::{ChipQuestion, SweepAxis, rank_chip};
pub use funnel::{FunnelQuestion, rank_funnel};

use std::sync::Arc;

use quarterdeck_catalog::{Catalog, Model, Platform, Precision};
use quarterdeck_cluster::{
    Arrivals, Batching, Candidates, QuerySimulation, ServiceSpread, ingestion_fleet, simulate_queries,
};
use quarterdeck_facility::Prices;
use quarterdeck_performance::{Fit, FitRequest, Latency, Outcome, Strategy, fit};
use quarterdeck_report::number;
use quarterdeck_report::rank::{Entry, Ingestion, Need, Ranking};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Count, PriceYear, Seconds, Usd, Watts};
use quarterdeck_workload::{DriftFactors, SampleWork};

use crate::train::{Economics, TrainFault};

/// The work that platforms are ranked by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RankWork {
    /// Queries to answer.
    Inference {
        /// Queries a second.
        queries_per_second: f64,
        /// Time within which 99 of 100 are answered.
        latency_p99: Seconds,
        /// Candidates of a query; the model's own if none.
        candidates: Option<f64>,
    },
    /// A training job on a number of devices.
    Training {
        /// Devices of the job.
        devices: f64,
        /// Samples of a step over all devices.
        global_batch: f64,
    },
}

/// A question about platforms for one model.
#[derive(Clone, Debug)]
pub struct RankQuestion {
    /// Model of the catalogue.
    pub model: Arc<Model>,
    /// Platforms to rank.
    pub platforms: Vec<Arc<Platform>>,
    /// The work.
    pub work: RankWork,
    /// Numbers of the dense part; the best of each device if none.
    pub precision: Option<Precision>,
    /// Years of drift of the second answer.
    pub years: f64,
    /// Prices and where the machines stand.
    pub economics: Economics,
}

/// The answer to a question about platforms. A platform that cannot run is part of the answer.
///
/// # Errors
/// Everything that is wrong with the question, each with one next step.
pub fn rank(catalog: &Catalog, question: &RankQuestion) -> Result<Ranking, Vec<TrainFault>> {
    let Some(model) = question.model.as_recommendation() else {
        return Err(vec![TrainFault::new(
            format!("`{}` is a language model, and `rank` prices recommendation models", question.model.id()),
            "`quarterdeck catalog list models` prints every id",
        )]);
    };
    let faults: Vec<TrainFault> = uneven(question).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let candidates = match question.work {
        RankWork::Inference { candidates, .. } => {
            candidates.unwrap_or(model.sample.samples_per_request.value)
        }
        RankWork::Training { .. } => 1.0,
    };
    let kind = match question.work {
        RankWork::Inference { latency_p99, .. } => WorkloadKind::RecommendationInference {
            latency_p99,
            candidates_per_query: Count(candidates),
            precision: question.precision,
        },
        RankWork::Training { global_batch, .. } => WorkloadKind::RecommendationTraining {
            global_batch: Count(global_batch),
            precision: question.precision.unwrap_or(Precision::Bf16),
        },
    };
    let drift = drift(catalog, question.years);
    let year = PriceYear(catalog_year(question));
    let prices = Prices::new(&catalog.money, year);
    let need = |platform: &Platform, drift: DriftFactors| {
        let mut request = FitRequest::new(&model.id, &kind, Some(&question.model), platform);
        request.drift = drift;
        if let RankWork::Training { devices, .. } = question.work {
            request.platforms = Some(devices / f64::from(platform.devices.max(1)));
        }
        match fit(&request, catalog) {
            Outcome::CannotRun(refusal) => Err(refusal.reason.to_string()),
            Outcome::Runs(fit) => Ok(carry(catalog, question, platform, &fit, drift, candidates, &prices)),
        }
    };
    let entries = question.platforms.iter().map(|platform| Entry {
        platform: platform.id.clone(),
        now: need(platform, DriftFactors::NONE),
        later: need(platform, drift),
    });
    let mut ranking = Ranking {
        model: model.id.clone(),
        work: words(question, candidates),
        samples_per_second: match question.work {
            RankWork::Inference { queries_per_second, .. } => Some(queries_per_second * candidates),
            RankWork::Training { .. } => None,
        },
        samples_per_query: match question.work {
            RankWork::Inference { .. } => Some(candidates),
            RankWork::Training { .. } => None,
        },
        years: question.years,
        price_year: year.0,
        entries: entries.collect(),
        assumptions: assumptions(catalog, question),
    };
    ranking.sort();
    Ok(ranking)
}

/// Platforms that the devices of a training job do not fill.
fn uneven(question: &RankQuestion) -> impl Iterator<Item = TrainFault> {
    let devices = match question.work {
        RankWork::Training { devices, .. } => devices,
        RankWork::Inference { .. } => 0.0,
    };
    question.platforms.iter().filter_map(move |platform| {
        let per_platform = f64::from(platform.devices.max(1));
        (devices % per_platform != 0.0).then(|| {
            let enough = (devices / per_platform).ceil() * per_platform;
            TrainFault::new(
                format!(
                    "{devices:.0} devices do not fill platforms of {per_platform:.0} (`{}`)",
                    platform.id
                ),
                format!("`--devices {enough:.0}` fills them"),
            )
        })
    })
}

/// How much heavier the model is after some years.
fn drift(catalog: &Catalog, years: f64) -> DriftFactors {
    let calibration = &catalog.steps.recommendation;
    let over = |factor: f64| quarterdeck_units::pow(factor, years);
    DriftFactors {
        flops: over(calibration.drift_flops.value),
        embedding_bytes: over(calibration.drift_embedding_bytes.value),
        lookups: over(calibration.drift_lookups.value),
    }
}

/// Year of the dollars: the latest price of the platforms.
fn catalog_year(question: &RankQuestion) -> i32 {
    let years = question.platforms.iter().filter_map(|platform| platform.price.as_ref());
    years.map(|price| price.price_year).max().unwrap_or(2024)
}

/// What a platform takes to carry the work.
///
/// Cost is machines, network and hall at equal yearly payments over their lives, upkeep of the hall and electricity,
/// over the samples of a year at the rate that was asked for.
fn carry(
    catalog: &Catalog,
    question: &RankQuestion,
    platform: &Platform,
    fit: &Fit,
    drift: DriftFactors,
    candidates: f64,
    prices: &Prices,
) -> Need {
    let rate = fit.rate.per_second;
    let group = fit.min_platforms.max(1.0);
    let (machines, samples) = match question.work {
        RankWork::Inference { queries_per_second, .. } => {
            let samples = queries_per_second * candidates;
            ((samples / (rate * group)).ceil().max(1.0) * group, samples)
        }
        RankWork::Training { devices, .. } => {
            let machines = devices / f64::from(platform.devices.max(1));
            (machines, rate * machines)
        }
    };
    // Machines that are there for the whole groups idle no less than they would share the load.
    let busy = (samples / (rate * machines)).min(1.0);
    let idle = platform.power.idle.value;
    let draw = (idle + (fit.power - idle).max(Watts::ZERO) * busy) * machines;
    let rated = platform.power.rated.value * machines;
    let economics = &question.economics;
    let yearly = cost::yearly(catalog, economics, prices, platform, machines, draw);
    let pue = cost::pue(catalog, economics, platform);
    let millions = samples * Seconds::years(1.0).as_seconds() / 1e6;
    Need {
        machines,
        rate_per_machine: rate,
        site_watts: yearly.map_or((draw * pue).as_watts(), |yearly| yearly.site.as_watts()),
        rated_watts: rated.as_watts(),
        capex: yearly.map(|yearly| yearly.capex.as_dollars()),
        cost_per_million: yearly.map(|yearly| yearly.total().as_dollars() / millions),
        parts: yearly.map_or_else(Vec::new, |yearly| {
            let part = |(name, usd): (&str, Usd)| (name.to_owned(), usd.as_dollars() / millions);
            yearly.parts().into_iter().map(part).collect()
        }),
        binds: fit.binds.to_string(),
        strategy: fit.strategy.to_string(),
        latency_p99: match fit.latency {
            Some(Latency::Query { p99 }) => Some(p99.as_seconds()),
            _ => None,
        },
        simulated_p99: simulated_p99(platform, fit, candidates).map(|p99| p99.as_seconds()),
        ingestion: match question.work {
            RankWork::Training { .. } => ingestion(catalog, question, drift, samples),
            RankWork::Inference { .. } => None,
        },
    }
}

/// Queries of the simulation behind a p99, and its seed: half a per cent of standard error in some milliseconds.
const SIMULATED_QUERIES: usize = 40_000;
const SEED: u64 = 4;

/// The p99 of one platform at the load of the fit, by event simulation: Poisson queries of equal size, batches as the
/// fit forms them, but started once waiting longer would not fill them.
fn simulated_p99(platform: &Platform, fit: &Fit, candidates: f64) -> Option<Seconds> {
    let (Strategy::Ranking(strategy), Some(Latency::Query { .. })) = (&fit.strategy, fit.latency) else {
        return None;
    };
    let fixed = fit.breakdown.overhead;
    let whole = fit.breakdown.total() - fit.breakdown.headroom;
    let rate = fit.rate.per_second / candidates;
    let queries = (strategy.batch / candidates).max(1.0);
    let run = QuerySimulation {
        rate,
        arrivals: Arrivals::Poisson,
        candidates: Candidates::Fixed(candidates),
        servers: platform.devices.max(1) as usize,
        batching: Batching { most: strategy.batch, wait: Seconds::seconds((queries - 1.0) / rate) },
        spread: ServiceSpread::None,
        queries: SIMULATED_QUERIES,
        seed: SEED,
    };
    let service = |of: f64| fixed + (whole - fixed) * (of / strategy.batch);
    Some(simulate_queries(&run, service).p99)
}

/// The machines that feed a training job.
fn ingestion(
    catalog: &Catalog,
    question: &RankQuestion,
    drift: DriftFactors,
    samples: f64,
) -> Option<Ingestion> {
    let work = SampleWork::of(question.model.as_recommendation()?, &drift).ok()?;
    let fleet = ingestion_fleet(samples, work.stored_bytes, &catalog.steps.recommendation.ingestion);
    Some(Ingestion {
        samples_per_second: samples,
        from_storage: fleet.from_storage.as_bytes_per_second(),
        to_trainers: fleet.to_trainers.as_bytes_per_second(),
        readers: fleet.readers,
        storage: fleet.storage,
        watts: fleet.power.as_watts(),
        origin: fleet.provenance.origin.as_str().to_owned(),
    })
}

/// The work in words.
fn words(question: &RankQuestion, candidates: f64) -> String {
    match question.work {
        RankWork::Inference { queries_per_second, latency_p99, .. } => format!(
            "{} queries a second of {} candidates of {} within {}",
            number::count(queries_per_second),
            number::count(candidates),
            question.model.id(),
            number::duration(latency_p99.as_seconds())
        ),
        RankWork::Training { devices, global_batch } => format!(
            "training of {} on {} devices with {} samples a step",
            question.model.id(),
            number::count(devices),
            number::count(global_batch)
        ),
    }
}

fn assumptions(catalog: &Catalog, question: &RankQuestion) -> Vec<String> {
    let calibration = &catalog.steps.recommendation;
    let economics = &question.economics;
    let mut lines = vec![
        match question.work {
            RankWork::Inference { .. } => {
                "machines for the rate that was asked for: no spares, no second region, no growth of traffic"
            }
            RankWork::Training { .. } => {
                "devices work all the time: no failures, checkpoints or spares; reading of training data not included"
            }
        }
        .to_owned(),
        format!(
            "machines, network and hall at {} a year over their lives, electricity of {}; no staff, porting or design \
             of chips",
            number::percent(economics.discount_rate),
            economics.region
        ),
    ];
    match question.work {
        RankWork::Inference { .. } => lines.push(
            "p99 by closed form, as the fit takes it, and by event simulation of 40,000 Poisson queries of equal size"
                .to_owned(),
        ),
        RankWork::Training { .. } => lines.push(
            "servers that feed the job by one rate for all models; their cost is in no number above, and storage is \
             counted for its rate, not for its capacity"
                .to_owned(),
        ),
    }
    if question.years > 0.0 {
        lines.push(format!(
            "drift of a year: {}x operations, {}x table bytes, {}x lookups, on the same machines",
            calibration.drift_flops.value,
            calibration.drift_embedding_bytes.value,
            calibration.drift_lookups.value
        ));
    }
    let unpriced: Vec<&str> = question
        .platforms
        .iter()
        .filter(|platform| platform.price.is_none())
        .map(|platform| platform.id.as_str())
        .collect();
    if !unpriced.is_empty() {
        lines.push(format!("the catalogue has no price of {}", unpriced.join(", ")));
    }
    lines
}
