//! Differential test: the closed form of the effective time ratio against the event simulation.

use quarterdeck_cluster::{FailureRate, RunSimulation, ettr_daly_2006, simulate_run};
use quarterdeck_kernel::Streams;
use quarterdeck_units::Seconds;

fn run(mttf_hours: f64, interval: f64, write: f64, restart: f64) -> RunSimulation {
    let nodes = 2048.0;
    RunSimulation {
        nodes,
        rate: FailureRate::of_job(Seconds::hours(mttf_hours), nodes),
        interval: Seconds::seconds(interval),
        write: Seconds::seconds(write),
        restart: Seconds::seconds(restart),
        work: Seconds::days(200.0),
    }
}

#[test]
fn the_simulation_meets_the_closed_form_within_its_error() {
    let replicas = 40;
    let cases = [
        run(3.09, 660.0, 2.0, 600.0),
        run(3.09, 3600.0, 120.0, 1500.0),
        run(0.225, 300.0, 20.0, 300.0),
        run(28.8, 7200.0, 60.0, 1800.0),
    ];
    for (index, case) in cases.iter().enumerate() {
        let streams = Streams::new(index as u64);
        let outcomes: Vec<_> =
            (0..replicas).map(|replica| simulate_run(case, streams.replica(replica))).collect();
        // The expected time of the work is what is exact, so times are averaged and not ratios.
        let times: Vec<f64> = outcomes.iter().map(|outcome| outcome.elapsed / case.work).collect();
        let n = times.len() as f64;
        let mean = times.iter().sum::<f64>() / n;
        let variance = times.iter().map(|time| (time - mean) * (time - mean)).sum::<f64>() / (n - 1.0);
        let error = (variance / n).sqrt();
        let exact = 1.0 / ettr_daly_2006(case.nodes, case.rate, case.write, case.interval, case.restart);
        assert!(
            (mean - exact).abs() < 4.0 * error + 1e-4,
            "case {index}: {mean} simulated, {exact} in closed form, standard error {error}"
        );
        assert!(error / mean < 0.01, "case {index} is too noisy to test anything: {error}");
    }
}

#[test]
fn every_second_of_a_run_is_accounted_for() {
    let case = run(3.09, 660.0, 5.0, 600.0);
    let outcome = simulate_run(&case, Streams::new(9));
    let parts = outcome.kept + outcome.undone + outcome.writing + outcome.restarting;
    assert!((parts / outcome.elapsed - 1.0).abs() < 1e-9);
    assert_eq!(outcome.kept, case.work);
    let expected = case.rate.expected(case.nodes, outcome.elapsed);
    assert!((outcome.failures as f64 - expected).abs() < 5.0 * expected.sqrt());
    assert_eq!(simulate_run(&case, Streams::new(9)), outcome);
    assert_ne!(simulate_run(&case, Streams::new(10)), outcome);
}

#[test]
fn without_failures_only_checkpoints_cost() {
    let mut case = run(1.0, 100.0, 1.0, 50.0);
    case.rate = FailureRate::per_1000_node_days(0.0);
    case.work = Seconds::seconds(1000.0);
    let outcome = simulate_run(&case, Streams::new(0));
    // Ten stretches, nine checkpoints between them.
    assert_eq!(outcome.elapsed, Seconds::seconds(1009.0));
    assert_eq!(outcome.failures, 0);
}
