//! Queries before batch servers: the simulation against exact queues, the closed forms against the simulation.

use quarterdeck_cluster::{
    Arrivals, Batching, Candidates, QuerySimulation, ServiceSpread, capacity, erlang_c, simulate_queries,
    wait_below_md1, wait_mean_mgk, wait_p99_mmk,
};
use quarterdeck_performance::queueing::{BatchServer, wait_p99};
use quarterdeck_units::Seconds;

const SERVICE: Seconds = Seconds::millis(10.0);

/// Single queries before `servers` at a load.
fn queue(servers: usize, load: f64, spread: ServiceSpread, queries: usize) -> QuerySimulation {
    QuerySimulation {
        rate: servers as f64 * load / SERVICE.as_seconds(),
        arrivals: Arrivals::Poisson,
        candidates: Candidates::Fixed(1.0),
        servers,
        batching: Batching { most: 1.0, wait: Seconds::ZERO },
        spread,
        queries,
        seed: 1,
    }
}

fn off(found: Seconds, expected: Seconds) -> f64 {
    found / expected - 1.0
}

#[test]
fn exponential_servers_match_the_exact_queue() {
    for (servers, load) in [(1, 0.5), (1, 0.8), (4, 0.7), (16, 0.9)] {
        let found = simulate_queries(&queue(servers, load, ServiceSpread::Exponential, 400_000), |_| SERVICE);
        let mean = SERVICE * (erlang_c(servers, load) / (servers as f64 * (1.0 - load)));
        assert!(off(found.mean_wait, mean).abs() < 0.05, "{servers} at {load}: {found:?} against {mean:?}");
        assert!((found.utilisation - load).abs() < 0.01, "{found:?}");
        if servers == 1 {
            // The time in M/M/1 is exponential.
            let p99 = SERVICE * (quarterdeck_units::ln(100.0) / (1.0 - load));
            assert!(off(found.p99, p99).abs() < 0.05, "{load}: {found:?} against {p99:?}");
            assert!(
                off(found.p50, SERVICE * (quarterdeck_units::ln(2.0) / (1.0 - load))).abs() < 0.05,
                "{found:?}"
            );
        }
    }
}

#[test]
fn constant_servers_match_the_exact_queue() {
    for load in [0.5, 0.7, 0.9] {
        let found = simulate_queries(&queue(1, load, ServiceSpread::None, 400_000), |_| SERVICE);
        let below = wait_below_md1(SERVICE, load, found.p99 - SERVICE);
        assert!((below - 0.99).abs() < 0.0015, "{load}: {below}");
        let mean = wait_mean_mgk(SERVICE, 1, load, 0.0);
        assert!(off(found.mean_wait, mean).abs() < 0.05, "{load}: {found:?} against {mean:?}");
    }
}

/// What the documents say of the closed form that fits use: worst error of the p99 wait by servers and load.
#[test]
fn the_closed_form_of_fits_is_near_the_simulation() {
    for (servers, load, most) in [
        (1, 0.5, 0.15),
        (1, 0.7, 0.12),
        (1, 0.9, 0.08),
        (2, 0.7, 0.12),
        (2, 0.9, 0.08),
        (8, 0.7, 0.08),
        (8, 0.9, 0.08),
    ] {
        let run = queue(servers, load, ServiceSpread::None, 400_000);
        let found = simulate_queries(&run, |_| SERVICE);
        let closed = wait_p99(SERVICE, servers as f64, load);
        let error = off(closed + SERVICE, found.p99);
        println!(
            "M/D/{servers} at {load}: closed {closed:.3} wait, simulated p99 {:.3}, error {error:.3}",
            found.p99
        );
        assert!((-0.01..most).contains(&error), "{servers} at {load}: {error}");
    }
}

#[test]
fn the_approximation_for_any_service_is_near_the_simulation() {
    // Logarithm normal with sigma 0.8: squared variation e^0.64 - 1.
    let variation = quarterdeck_units::exp(0.64) - 1.0;
    for (servers, load) in [(1, 0.7), (4, 0.8), (16, 0.9)] {
        let run = queue(servers, load, ServiceSpread::LogNormal { sigma: 0.8 }, 400_000);
        let found = simulate_queries(&run, |_| SERVICE);
        let closed = wait_mean_mgk(SERVICE, servers, load, variation);
        assert!(
            off(closed, found.mean_wait).abs() < 0.12,
            "{servers} at {load}: {closed:?} against {found:?}"
        );
    }
    let tail = wait_p99_mmk(SERVICE, 4, 0.8);
    assert!(tail > SERVICE && tail < SERVICE * 10.0);
}

/// Batches of eight queries, filled before they start: the composition that fits use, beside the simulation.
#[test]
fn the_closed_form_of_batches_is_near_the_simulation() {
    let service = |candidates: f64| Seconds::millis(2.0 + 0.01 * candidates);
    for (servers, load, low, high) in [(1, 0.6, -0.15, 0.0), (1, 0.9, 0.0, 0.25), (8, 0.9, 0.0, 0.15)] {
        let batch = service(800.0);
        let rate = servers as f64 * load * 8.0 / batch.as_seconds();
        let run = QuerySimulation {
            rate,
            candidates: Candidates::Fixed(100.0),
            batching: Batching { most: 800.0, wait: Seconds::INFINITE },
            ..queue(servers, load, ServiceSpread::None, 300_000)
        };
        let found = simulate_queries(&run, service);
        assert!((found.batch_queries - 8.0).abs() < 1e-9, "{found:?}");
        let closed = BatchServer {
            service: batch,
            queries: 8.0,
            servers: servers as f64,
            beside: Seconds::ZERO,
            burst: Seconds::ZERO,
        }
        .latency_p99(load);
        let error = off(closed, found.p99);
        println!(
            "batches of 8, {servers} servers at {load}: closed {closed:.3}, simulated {:.3}, error {error:.3}",
            found.p99
        );
        assert!((low..high).contains(&error), "{servers} at {load}: {error}");
    }
}

#[test]
fn impatient_batches_answer_sooner_at_low_load() {
    let service = |candidates: f64| Seconds::millis(2.0 + 0.01 * candidates);
    let with = |wait| {
        let run = QuerySimulation {
            rate: 100.0,
            candidates: Candidates::Fixed(100.0),
            batching: Batching { most: 800.0, wait },
            ..queue(1, 0.5, ServiceSpread::None, 50_000)
        };
        simulate_queries(&run, service)
    };
    let (at_once, soon, full) = (with(Seconds::ZERO), with(Seconds::millis(5.0)), with(Seconds::INFINITE));
    assert!(at_once.p99 < soon.p99 && soon.p99 < full.p99, "{at_once:?} {soon:?} {full:?}");
    assert!(at_once.batch_queries < soon.batch_queries && soon.batch_queries < full.batch_queries);
    // A lone query at a free server waits as long as it is told to and no longer.
    assert!(soon.p50 <= Seconds::millis(5.0) + service(800.0));
}

#[test]
fn bursts_and_unequal_queries_lengthen_the_tail() {
    let base = queue(2, 0.7, ServiceSpread::None, 200_000);
    let even = simulate_queries(&base, |_| SERVICE);
    let bursty = Arrivals::Bursty { peak: 1.8, share: 0.3, cycle: Seconds::seconds(1.0) };
    let bursts = simulate_queries(&QuerySimulation { arrivals: bursty, ..base }, |_| SERVICE);
    assert!(bursts.p99 > even.p99 * 1.5, "{bursts:?} {even:?}");
    let candidates = Candidates::LogNormal { mean: 1.0, sigma: 1.0, most: 50.0 };
    let batching = Batching { most: 1.0, wait: Seconds::ZERO };
    let unequal = QuerySimulation { candidates, batching, ..base };
    let unequal = simulate_queries(&unequal, |candidates| SERVICE * (candidates * 0.8));
    assert!(unequal.p99 > even.p99, "{unequal:?} {even:?}");
}

#[test]
fn capacity_is_the_highest_rate_within_the_limit() {
    let run = queue(4, 0.5, ServiceSpread::None, 40_000);
    let limit = Seconds::millis(40.0);
    let found = capacity(&run, limit, 400.0, |_| SERVICE).expect("four servers hold 40 ms");
    assert!(found.outcome.p99 <= limit && found.rate > 250.0 && found.rate < 400.0, "{found:?}");
    let more = simulate_queries(&QuerySimulation { rate: found.rate * 1.02, ..run }, |_| SERVICE);
    assert!(more.p99 > limit, "{more:?}");
    assert_eq!(capacity(&run, Seconds::millis(9.0), 400.0, |_| SERVICE), None);
    // Twice the servers carry more than twice the rate.
    let twice = capacity(&queue(8, 0.5, ServiceSpread::None, 40_000), limit, 800.0, |_| SERVICE).unwrap();
    assert!(twice.rate > 2.0 * found.rate, "{twice:?}");
}

#[test]
fn the_same_seed_gives_the_same_outcome() {
    let run = queue(3, 0.8, ServiceSpread::Exponential, 5_000);
    assert_eq!(simulate_queries(&run, |_| SERVICE), simulate_queries(&run, |_| SERVICE));
    let other = QuerySimulation { seed: 2, ..run };
    assert_ne!(simulate_queries(&run, |_| SERVICE), simulate_queries(&other, |_| SERVICE));
}
