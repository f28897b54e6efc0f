//! A row's prediction in its own unit, and where its time goes.

use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_performance::energy::mean_power;
use quarterdeck_performance::recommendation_inference::{Placement, Ranker, SampleCost};
use quarterdeck_performance::recommendation_training::iteration;
use quarterdeck_performance::{Breakdown, Machine};
use quarterdeck_workload::SampleWork;

use super::facts::{Facts, Quantity};
use super::hardware::{self, Hardware};
use super::models::{self, EPOCH, SHARE_OF_EPOCH};

/// Global batch of training submissions that do not state it.
const GLOBAL_BATCH: f64 = 55_296.0;

/// A prediction with what it rests on.
#[derive(Clone, Debug)]
pub struct Predicted {
    /// In the row's own unit.
    pub value: f64,
    /// Device of the catalogue.
    pub device: String,
    /// Whether the device is a processor.
    pub is_cpu: bool,
    /// Platform whose host and networks were taken.
    pub platform: String,
    /// Model of the catalogue.
    pub model: String,
    /// Number format.
    pub precision: Precision,
    /// Operations that the row's devices could do in the time of one sample, over those of the sample: a time that
    /// only one share of peak separates from a prediction. None of power.
    pub bare: Option<f64>,
    /// Where the time of a step or batch goes; none of power.
    pub breakdown: Option<Breakdown>,
    /// What was filled in, in words.
    pub filled: Vec<String>,
}

/// Predicts a row.
pub(super) fn predict(catalog: &Catalog, facts: &Facts) -> Result<Predicted, String> {
    let hardware = hardware::of(catalog, facts)?;
    let machine = Machine::of(catalog, &hardware.platform).map_err(|reason| reason.to_string())?;
    let (precision, why) = hardware::precision(catalog, facts, &hardware.platform.device)?;
    let mut predicted = Predicted {
        value: f64::NAN,
        device: hardware.platform.device.clone(),
        is_cpu: machine.is_cpu(),
        platform: hardware.platform.id.clone(),
        model: models::id(catalog, facts)?,
        precision,
        bare: None,
        breakdown: None,
        filled: Vec::new(),
    };
    if !why.is_empty() {
        predicted.filled.push(format!("{precision}: {why}"));
    }
    if hardware.slice < 1.0 {
        predicted.filled.push(format!("a slice of {:.0} % of a device", 100.0 * hardware.slice));
    }
    let base = if facts.quantity == Quantity::NodePower {
        power(&machine, &hardware, facts)?
    } else {
        let work = models::work(catalog, facts)?;
        let (seconds, samples) = if facts.quantity.is_training() {
            train(&machine, &work, precision, facts, &mut predicted)?
        } else {
            serve(&machine, &work, precision, facts, hardware.slice, &mut predicted)?
        };
        let peak = machine.peak(precision).map_err(|reason| reason.to_string())?;
        let operations = work.flops() * if facts.quantity.is_training() { 3.0 } else { 1.0 };
        let bare = (operations * samples / (peak * (facts.devices * hardware.slice))).as_seconds();
        predicted.bare = Some(bare / seconds);
        seconds
    };
    let scale = facts.scale()?;
    let rate = facts.quantity.is_rate();
    predicted.value = if rate { 1.0 / base / scale } else { base / scale };
    if predicted.value.is_finite() && predicted.value > 0.0 {
        Ok(predicted)
    } else {
        Err("the model gives no finite value for this row".to_owned())
    }
}

/// Seconds of what the row counts, and how many samples that is: one for rates.
fn serve(
    machine: &Machine,
    work: &SampleWork,
    precision: Precision,
    facts: &Facts,
    slice: f64,
    predicted: &mut Predicted,
) -> Result<(f64, f64), String> {
    let pairs = models::pairs(work, facts);
    let ranker = Ranker::new(machine, work, precision, 1.0);
    let placement = placement(&ranker, facts, predicted)?;
    let cost: SampleCost = ranker.sample_cost(placement).map_err(|reason| reason.to_string())?;
    let calibration = &machine.steps.recommendation;
    let batch = facts.batch.unwrap_or(calibration.max_batch.value);
    let breakdown = ranker.batch(&cost, batch);
    predicted.breakdown = Some(breakdown);
    let in_batch = breakdown.total().as_seconds() / slice;
    // Engines that are offered all queries at once prepare the next batch while one is scored; a stated batch is
    // one that is waited for.
    let of_sample = match facts.batch {
        Some(batch) => in_batch / batch,
        None => cost.exposed().as_seconds() / slice,
    };
    Ok(match facts.quantity {
        Quantity::Latency | Quantity::LatencyP99 => (in_batch, batch),
        Quantity::Server => {
            let load = calibration.server_over_offline.value;
            predicted.filled.push(format!("{:.0} % of the offline rate", 100.0 * load));
            (of_sample * pairs / facts.devices / load, pairs)
        }
        _ => (of_sample * pairs / facts.devices, pairs),
    })
}

/// Where the tables lie: in host memory where the row says so, on each device otherwise.
fn placement(ranker: &Ranker, facts: &Facts, predicted: &mut Predicted) -> Result<Placement, String> {
    let words = format!("{} {}", facts.model, facts.notes).to_lowercase();
    if !words.contains("cpu memory") && !words.contains("host dram") {
        return Ok(Placement::EachDevice);
    }
    let cached = 0.1;
    let hit_rate = ranker.hit_rate(cached);
    predicted.filled.push(format!(
        "{:.0} % of the rows kept on the device, which answer {:.0} % of lookups",
        100.0 * cached,
        100.0 * hit_rate
    ));
    Ok(Placement::HostMemory { hit_rate })
}

/// Seconds of a sample, of a step, or until the model is good enough, and how many samples that is.
fn train(
    machine: &Machine,
    work: &SampleWork,
    precision: Precision,
    facts: &Facts,
    predicted: &mut Predicted,
) -> Result<(f64, f64), String> {
    if facts.hardware.contains(" + ") {
        return Err("training with tables in host memory is not modelled".to_owned());
    }
    machine.covers_only_ranking().map_err(|reason| reason.to_string())?;
    let batch = facts.batch.unwrap_or_else(|| {
        predicted.filled.push(format!("a global batch of {GLOBAL_BATCH:.0}, as none is stated"));
        GLOBAL_BATCH
    });
    let platforms = facts.devices / machine.devices;
    let step = iteration(work, machine, precision, batch, platforms).map_err(|reason| reason.to_string())?;
    predicted.breakdown = Some(step);
    let slower = if facts.is_framework() {
        let slower = machine.steps.recommendation.framework_over_tuned.value;
        predicted.filled.push(format!("an example of a framework: {slower} times a tuned iteration"));
        slower
    } else {
        1.0
    };
    let seconds = step.total().as_seconds() * slower;
    Ok(match facts.quantity {
        Quantity::StepTime => (seconds, batch),
        Quantity::TimeToTrain => {
            let samples = EPOCH * SHARE_OF_EPOCH;
            predicted.filled.push(format!("{SHARE_OF_EPOCH} of an epoch of {EPOCH:.3e} samples"));
            (seconds * samples / batch, samples)
        }
        _ => (seconds / batch, 1.0),
    })
}

/// Watts of the node.
fn power(machine: &Machine, hardware: &Hardware, facts: &Facts) -> Result<f64, String> {
    let whole = mean_power(machine, "recommendation-inference", 1.0).map_err(|reason| reason.to_string())?;
    let _ = hardware.own;
    Ok(whole.as_watts() * facts.devices / machine.devices)
}
