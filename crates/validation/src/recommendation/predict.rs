//! A row's prediction in its own unit, and where its time goes.

use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_performance::energy::mean_power;
use quarterdeck_performance::recommendation_inference::{Formats, Placement, Ranker, serve};
use quarterdeck_performance::recommendation_training::iteration;
use quarterdeck_performance::{Breakdown, Machine};
use quarterdeck_workload::SampleWork;

use super::facts::{Facts, Quantity};
use super::hardware::{self, Hardware};
use super::models;

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
    let formats = hardware::formats(catalog, facts, &hardware.platform.device)?;
    // Cross layers are most of the operations of models that have them.
    let precision = formats.cross;
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
    if !formats.why.is_empty() {
        predicted.filled.push(format!("{}: {}", formats.layers, formats.why));
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
            let formats = Formats { layers: formats.layers, cross: formats.cross };
            // The queue and the host are those of the row's own node.
            let mut node = machine.clone();
            node.devices = facts.devices / facts.hosts.unwrap_or(1.0);
            infer(&node, &work, formats, facts, hardware.slice, &mut predicted)?
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
fn infer(
    machine: &Machine,
    work: &SampleWork,
    formats: Formats,
    facts: &Facts,
    slice: f64,
    predicted: &mut Predicted,
) -> Result<(f64, f64), String> {
    let calibration = &machine.steps.recommendation;
    let stack = calibration.serving(facts.software()).map_err(|missing| missing.to_string())?;
    if let Some(id) = facts.software() {
        predicted.filled.push(format!("software `{id}`: {}", stack.title));
    }
    let pairs = models::pairs(work, facts);
    let ranker = Ranker::new(machine, work, formats, stack, 1.0);
    let placement = placement(&ranker, work, calibration.cached_rows.value, facts, predicted)?;
    let cost = ranker.sample_cost(placement).map_err(|reason| reason.to_string())?;
    let batch = facts.batch.unwrap_or(calibration.max_batch.value);
    let breakdown = ranker.batch(&cost, batch);
    predicted.breakdown = Some(breakdown);
    let answer = ranker.answer_time(&cost, batch).as_seconds() / slice;
    // Engines that are offered all queries at once prepare the next batch while one is scored; a stated batch is
    // one that is waited for.
    let of_sample = match facts.batch {
        Some(batch) => answer / batch,
        None => breakdown.total().as_seconds() / batch / slice,
    };
    Ok(match facts.quantity {
        Quantity::Latency => (answer, batch),
        Quantity::LatencyP99 => (answer * ranker.tail(), batch),
        Quantity::Server => {
            let bounds = &calibration.benchmark.server_p99;
            let bound = bounds
                .get(&predicted.model)
                .ok_or_else(|| format!("the calibration has no bound on the p99 of `{}`", predicted.model))?;
            let found = serve(&ranker, cost, placement, pairs, bound.value)
                .ok_or_else(|| format!("no batch is answered within {:.0}", bound.value))?;
            predicted.breakdown = Some(found.breakdown);
            predicted.filled.push(format!(
                "batches of {:.0} samples at {:.0} % load answer within {:.0}",
                found.batch,
                100.0 * found.load,
                bound.value
            ));
            (pairs * machine.devices / found.rate / slice / facts.devices, pairs)
        }
        _ => (of_sample * pairs / facts.devices, pairs),
    })
}

/// Where the tables lie: as the row says, on each device where they fit, in host memory otherwise. Rows that name a
/// cache mean one of the size that published request servers give it.
fn placement(
    ranker: &Ranker,
    work: &SampleWork,
    cached: f64,
    facts: &Facts,
    predicted: &mut Predicted,
) -> Result<Placement, String> {
    let words = format!("{} {}", facts.model, facts.notes).to_lowercase();
    if words.contains("cpu memory") || words.contains("host dram") {
        // A measurement that draws the same samples over and over leaves all their rows in a cache that holds them.
        let drawn = facts.distinct_samples.map(|samples| samples * work.lookups);
        let hit_rate = if drawn.is_some_and(|drawn| drawn <= cached * work.table_rows) {
            1.0
        } else {
            ranker.hit_rate(cached)
        };
        predicted.filled.push(format!(
            "{:.0} % of the rows kept on the device, which answer {:.0} % of lookups",
            100.0 * cached,
            100.0 * hit_rate
        ));
        return Ok(Placement::HostMemory { hit_rate });
    }
    if ranker.table_bytes() <= ranker.room() {
        return Ok(Placement::EachDevice);
    }
    let Some(hit_rate) = ranker.host_hit_rate() else { return Ok(Placement::EachDevice) };
    predicted.filled.push(format!(
        "tables beyond the device's memory in that of the host; the device answers {:.0} % of lookups",
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
    let calibration = &machine.steps.recommendation;
    let benchmark = &calibration.benchmark;
    let batch = facts.batch.unwrap_or_else(|| {
        let batch = benchmark.global_batch.value;
        predicted.filled.push(format!("a global batch of {batch:.0}, as none is stated"));
        batch
    });
    let stack = calibration.training(facts.software()).map_err(|missing| missing.to_string())?;
    if let Some(id) = facts.software() {
        predicted.filled.push(format!("software `{id}`: {}", stack.title));
    }
    let platforms = facts.devices / machine.devices;
    let step =
        iteration(work, machine, stack, precision, batch, platforms).map_err(|reason| reason.to_string())?;
    predicted.breakdown = Some(step);
    let seconds = step.total().as_seconds();
    Ok(match facts.quantity {
        Quantity::StepTime => (seconds, batch),
        Quantity::TimeToTrain => {
            let (epoch, share) = (benchmark.epoch.value, benchmark.share_of_epoch.value);
            predicted.filled.push(format!("{share} of an epoch of {epoch:.3e} samples"));
            (seconds * epoch * share / batch, epoch * share)
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
