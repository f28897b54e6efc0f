//! The scenario of the sample: titles, expectations and the reasons behind what is assumed.

use quarterdeck_scenario::{
    Basis, Between, Budget, Costs, Curve, Drift, Expectation, Horizon, Measure, Offer, OfferTerms, Scenario,
    Workload, WorkloadKind,
};
use quarterdeck_units::Count;
use quarterdeck_units::{
    Growth, PriceYear, Quarter, Quarters, Ratio, Seconds, Usd, UsdPerWork, WorkRate, WorkUnit,
};

/// Stands for the text of the file.
pub const SCENARIO_TEXT: &str = "schema = 1\nname = \"sample\"\n";

fn assumed(reason: &str) -> Basis {
    Basis { sources: Vec::new(), assumed: Some(reason.to_owned()) }
}

fn published() -> Basis {
    Basis { sources: vec!["sample-paper".to_owned()], assumed: None }
}

fn curve<T>(value: T) -> Curve<T> {
    Curve { points: vec![(None, value)], between: Between::Linear }
}

pub fn scenario() -> Scenario {
    let q = Quarter::new;
    Scenario {
        name: "sample".to_owned(),
        title: "A made-up company, 2021 to 2026".to_owned(),
        description: "Ranking models grow denser every year, generative AI arrives, and the halls are full."
            .to_owned(),
        horizon: Horizon {
            start: q(2021, 1),
            end: q(2026, 4),
            discount_rate: Growth { per_year: 1.08 },
            price_year: PriceYear(2022),
        },
        workloads: vec![
            workload("ads-ranking", "Ads ranking", assumed("share of the predictions made by large rankers")),
            workload("feed-ranking", "Feed ranking", assumed("growth by people and by recommended content")),
            workload("ads-training", "Ads training", published()),
            workload("llama-3", "Foundation model 2024", published()),
            workload("assistant", "Assistant", assumed("messages per person, and growth after 2025")),
            workload("research", "Research and experiments", assumed("a tenth of all capacity")),
        ],
        devices: Vec::new(),
        platforms: Vec::new(),
        sites: Vec::new(),
        projects: Vec::new(),
        offers: vec![
            offer("a100-sxm-80-hgx-8", assumed("discount of a quarter on the list")),
            offer("h100-hgx-8", assumed("one customer's cap at a fifth of all deliveries")),
            offer("gb200-nvl72", assumed("price of a rack from reports")),
        ],
        portings: Vec::new(),
        programmes: Vec::new(),
        shocks: Vec::new(),
        budget: Budget { basis: assumed("a year's guidance spread over its quarters"), ..Budget::default() },
        commitments: Vec::new(),
        history: Vec::new(),
        expectations: vec![
            expectation(
                "capex-step",
                "Capital spending about 4e9 USD a quarter higher than in 2021",
                Measure::CapexStep { of: (q(2022, 2), q(2022, 4)), against: (q(2021, 1), q(2021, 4)) },
                (3.6, 4.1),
            ),
            expectation(
                "capex-ratio",
                "Nearly double the spending of 2021",
                Measure::CapexRatio { of: (q(2022, 2), q(2022, 4)), against: (q(2021, 1), q(2021, 4)) },
                (1.68, 1.86),
            ),
            expectation(
                "sites-stopped",
                "Sites paused, cancelled or redesigned at four locations",
                Measure::ProjectsStopped { until: q(2022, 4) },
                (4.0, 4.0),
            ),
            expectation(
                "network",
                "Network capacity of a new site 24 to 32 times that of an old one",
                Measure::NetworkFactor {
                    new: "h100-hgx-8".to_owned(),
                    old: "cpu-1s-2020".to_owned(),
                    site: "temple".to_owned(),
                    old_site: "midwest".to_owned(),
                },
                (24.0, 32.0),
            ),
            expectation(
                "gpus-2024",
                "350,000 H100 at the end of 2024, 600,000 equivalents in all",
                Measure::Accelerators { family: "cuda".to_owned(), at: q(2024, 4) },
                (350_000.0, 600_000.0),
            ),
        ],
        costs: Costs { basis: published(), ..Costs::default() },
        sources: Vec::new(),
    }
}

fn expectation(id: &str, title: &str, measure: Measure, (low, high): (f64, f64)) -> Expectation {
    Expectation { id: id.to_owned(), title: title.to_owned(), measure, low, high, basis: published() }
}

fn workload(id: &str, title: &str, basis: Basis) -> Workload {
    Workload {
        id: id.to_owned(),
        title: title.to_owned(),
        kind: WorkloadKind::RecommendationInference {
            latency_p99: Seconds::millis(60.0),
            candidates_per_query: Count(500.0),
            precision: None,
        },
        model: None,
        demand: curve(WorkRate::new(1.0, WorkUnit::Samples)),
        peak_over_mean: Ratio(1.4),
        drift: Drift {
            from: Quarter::new(2021, 1),
            flops_per_sample: Growth::NONE,
            embedding_bytes: Growth::NONE,
            lookups_per_sample: Growth::NONE,
        },
        unserved: UsdPerWork { dollars: 1e-6, unit: WorkUnit::Samples },
        runs_on: vec!["x86".to_owned()],
        one_site: false,
        basis,
    }
}

fn offer(id: &str, basis: Basis) -> Offer {
    Offer {
        id: id.to_owned(),
        platform: id.to_owned(),
        vendor: "nvidia".to_owned(),
        terms: OfferTerms::Purchase { price: curve(Usd::dollars(1.0)), lead_time: Quarters(2) },
        supply: None,
        from: None,
        until: None,
        programme: None,
        whole: false,
        basis,
    }
}
