//! Event simulation of one run under failures, checkpoints and restarts: what the closed forms must match.

use quarterdeck_kernel::{Clock, Rank, Streams, Token};
use quarterdeck_units::Seconds;

use super::rate::{FailureRate, mean_time_to_failure};

/// One run on many nodes, any of which stops it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RunSimulation {
    /// Nodes of the run.
    pub nodes: f64,
    /// Failures of a node.
    pub rate: FailureRate,
    /// Work between two checkpoints.
    pub interval: Seconds,
    /// Time that a checkpoint stops work.
    pub write: Seconds,
    /// Time from a failure until work goes on from the last checkpoint.
    pub restart: Seconds,
    /// Work to be done, without any loss.
    pub work: Seconds,
}

/// What became of a run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RunOutcome {
    /// Time from the first second to the last.
    pub elapsed: Seconds,
    /// Work that was kept.
    pub kept: Seconds,
    /// Work that failures undid.
    pub undone: Seconds,
    /// Time spent writing checkpoints, those cut short included.
    pub writing: Seconds,
    /// Time spent restarting.
    pub restarting: Seconds,
    /// Failures, those during restarts included.
    pub failures: u64,
}

impl RunOutcome {
    /// Share of the time that made progress which was kept.
    pub fn ettr(&self) -> f64 {
        self.kept / self.elapsed
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Working,
    Writing,
    Restarting,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Happening {
    Failure,
    PhaseEnds,
}

/// Runs to the end of the work; the same streams give the same outcome.
///
/// Failures are exponential with the rate of all nodes together and strike while working, writing and
/// restarting. A failure undoes the work since the last finished checkpoint. The last stretch of work needs
/// no checkpoint after it.
///
/// ```
/// # use quarterdeck_cluster::{simulate_run, FailureRate, RunSimulation};
/// # use quarterdeck_kernel::Streams;
/// # use quarterdeck_units::Seconds;
/// let run = RunSimulation {
///     nodes: 2048.0,
///     rate: FailureRate::per_1000_node_days(3.79),
///     interval: Seconds::seconds(660.0),
///     write: Seconds::seconds(2.0),
///     restart: Seconds::seconds(1500.0),
///     work: Seconds::days(45.0),
/// };
/// let outcome = simulate_run(&run, Streams::new(1));
/// assert!(outcome.failures > 300 && outcome.failures < 550);
/// assert!((outcome.ettr() - 0.84).abs() < 0.02);
/// ```
pub fn simulate_run(run: &RunSimulation, streams: Streams) -> RunOutcome {
    let mut failures = streams.of("failure", 0);
    let mttf = mean_time_to_failure(run.nodes, run.rate);
    let mut next_failure = || Seconds::seconds(failures.exponential(mttf.as_seconds()));
    let mut clock: Clock<Happening> = Clock::new();
    let mut outcome = RunOutcome {
        elapsed: Seconds::ZERO,
        kept: Seconds::ZERO,
        undone: Seconds::ZERO,
        writing: Seconds::ZERO,
        restarting: Seconds::ZERO,
        failures: 0,
    };
    let mut phase = Phase::Working;
    let mut began = Seconds::ZERO;
    // Work done since the last finished checkpoint, in phases that are over.
    let mut at_risk = Seconds::ZERO;
    let stretch = |kept: Seconds| run.interval.min(run.work - kept);
    if mttf.is_finite() {
        clock.after(next_failure(), Rank::FIRST, Happening::Failure);
    }
    let mut end: Token = clock.after(stretch(outcome.kept), Rank::NORMAL, Happening::PhaseEnds);
    while outcome.kept < run.work {
        let Some(happening) = clock.advance() else { break };
        let spent = clock.now() - began;
        match phase {
            Phase::Working => at_risk += spent,
            Phase::Writing => outcome.writing += spent,
            Phase::Restarting => outcome.restarting += spent,
        }
        began = clock.now();
        let length = match (happening, phase) {
            (Happening::Failure, _) => {
                outcome.failures += 1;
                outcome.undone += at_risk;
                at_risk = Seconds::ZERO;
                clock.cancel(end);
                clock.after(next_failure(), Rank::FIRST, Happening::Failure);
                phase = Phase::Restarting;
                run.restart
            }
            (Happening::PhaseEnds, Phase::Working) if outcome.kept + at_risk >= run.work => {
                outcome.kept = run.work;
                break;
            }
            (Happening::PhaseEnds, Phase::Working) => {
                phase = Phase::Writing;
                run.write
            }
            (Happening::PhaseEnds, Phase::Writing) => {
                outcome.kept += at_risk;
                at_risk = Seconds::ZERO;
                phase = Phase::Working;
                stretch(outcome.kept)
            }
            (Happening::PhaseEnds, Phase::Restarting) => {
                phase = Phase::Working;
                stretch(outcome.kept)
            }
        };
        end = clock.after(length, Rank::NORMAL, Happening::PhaseEnds);
    }
    outcome.elapsed = clock.now();
    outcome
}
