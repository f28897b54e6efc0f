//! Step time over the number of devices: the same batch on more of them, and a batch that grows with them.

use quarterdeck_catalog::Catalog;
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Job, Pricer};
use quarterdeck_report::train::{ScalingPoint, ScalingRun, Setting};

use super::question::{Resolved, TrainQuestion};
use super::{project, strategies};

/// Most devices of the curve.
const MOST_DEVICES: f64 = 100_000.0;
/// Fewest devices of the curve, or one platform if that has more.
const FEWEST_DEVICES: f64 = 8.0;

/// The curve, each point searched.
pub(super) fn scaling(
    catalog: &Catalog,
    question: &TrainQuestion,
    resolved: &Resolved,
    machine: &Machine,
    job: &Job,
) -> Vec<ScalingPoint> {
    if !question.thorough {
        return Vec::new();
    }
    let run = |devices: f64, batch: f64| -> Option<ScalingRun> {
        let batch = batch.round().max(1.0);
        let job = Job { global_batch: batch, ..job.clone() };
        let basis = resolved.global_batch.basis.clone();
        let resolved = Resolved { global_batch: Setting { value: batch, basis }, ..resolved.clone() };
        let question = TrainQuestion { devices, strategy: None, ..question.clone() };
        let pricer = Pricer::new(machine, &job).ok()?;
        let best = strategies::fastest(&pricer, &question).ok()?;
        let step_time = best.step.breakdown.total();
        let (elapsed, goodput) =
            project::elapsed(catalog, &question, &resolved, machine, &best.layout, step_time);
        Some(ScalingRun {
            global_batch: batch,
            layout: best.layout,
            step_time,
            tokens_per_second: batch * job.sequence / step_time.as_seconds(),
            mfu: strategies::mfu(&pricer, step_time.as_seconds(), devices),
            elapsed,
            goodput,
        })
    };
    let batch = resolved.global_batch.value;
    sizes(question.devices, machine.devices)
        .into_iter()
        .map(|devices| ScalingPoint {
            devices,
            strong: run(devices, batch),
            weak: run(devices, batch * devices / question.devices),
        })
        .collect()
}

/// Powers of two of platforms from the fewest to the most devices, with the run's own number among them.
fn sizes(own: f64, per_platform: f64) -> Vec<f64> {
    let mut devices = per_platform;
    while devices < FEWEST_DEVICES {
        devices *= 2.0;
    }
    let mut sizes = vec![own];
    while devices <= MOST_DEVICES {
        sizes.push(devices);
        devices *= 2.0;
    }
    sizes.push((MOST_DEVICES / per_platform).floor() * per_platform);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    sizes
}

#[cfg(test)]
mod tests {
    use super::sizes;

    #[test]
    fn sizes_run_from_eight_to_a_hundred_thousand_in_whole_platforms() {
        let found = sizes(16_384.0, 8.0);
        assert_eq!((found[0], found[found.len() - 1]), (8.0, 100_000.0));
        assert!(found.contains(&16_384.0) && found.is_sorted());
        let racks = sizes(576.0, 72.0);
        assert!(racks.iter().all(|devices| devices % 72.0 == 0.0), "{racks:?}");
        assert_eq!(sizes(3.0, 1.0)[..2], [3.0, 8.0]);
    }
}
