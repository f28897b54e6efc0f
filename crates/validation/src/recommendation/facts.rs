//! What one row of recommendation measurements states, typed; precision is filled in where the source's round and
//! accuracy target decide it.

use crate::outcome::Split;
use crate::table::{Row, shortened};

/// Columns without which a file says nothing that can be predicted.
pub const REQUIRED: &[&str] = &["id", "hardware", "model", "metric", "value"];

/// What was measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Quantity {
    /// Samples scored in a second with all queries at hand.
    Offline,
    /// Samples scored in a second within a bound on the p99.
    Server,
    /// Samples trained in a second.
    Training,
    /// Time until the model is good enough.
    TimeToTrain,
    /// Time of one step of training.
    StepTime,
    /// Mean time of one batch.
    Latency,
    /// Time within which 99 of 100 batches are answered.
    LatencyP99,
    /// Mean draw of the whole node.
    NodePower,
}

impl Quantity {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Quantity::Offline => "offline throughput",
            Quantity::Server => "server throughput",
            Quantity::Training => "training throughput",
            Quantity::TimeToTrain => "time to train",
            Quantity::StepTime => "training step",
            Quantity::Latency => "batch latency",
            Quantity::LatencyP99 => "batch p99",
            Quantity::NodePower => "node power",
        }
    }

    /// Whether more is better.
    pub const fn is_rate(self) -> bool {
        matches!(self, Quantity::Offline | Quantity::Server | Quantity::Training)
    }

    /// Whether the row is of training.
    pub const fn is_training(self) -> bool {
        matches!(self, Quantity::Training | Quantity::TimeToTrain | Quantity::StepTime)
    }

    /// What is measured, from the columns `task` and `metric`.
    fn parse(task: &str, metric: &str) -> Result<Quantity, String> {
        let (task, metric) = (task.to_lowercase(), metric.to_lowercase());
        if task.contains("embedding-only") {
            return Err("one module of a model is measured, not the model".to_owned());
        }
        let trains = task.starts_with("train");
        match metric.as_str() {
            "throughput" | "samples_per_s" if trains => Ok(Quantity::Training),
            "throughput" | "samples_per_s" | "queries_per_s" | "qps" => {
                let server = task.contains("server") || matches!(metric.as_str(), "queries_per_s" | "qps");
                Ok(if server { Quantity::Server } else { Quantity::Offline })
            }
            "step_time" | "iteration_time" => Ok(Quantity::StepTime),
            "p99_latency" => Ok(Quantity::LatencyP99),
            "avg_latency" | "latency" => Ok(Quantity::Latency),
            "avg_system_power" | "node_power" | "power" => Ok(Quantity::NodePower),
            name if name.starts_with("time_to_train") => Ok(Quantity::TimeToTrain),
            "" => Err("`metric` is empty".to_owned()),
            other => Err(format!("`{}` is not a quantity that is predicted", shortened(other))),
        }
    }
}

/// Facts of one row. `None` is what the row does not state.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Key of the row.
    pub id: String,
    /// Split; rows of a user's file are scored.
    pub split: Split,
    /// Where it was published.
    pub source: String,
    /// What was measured.
    pub quantity: Quantity,
    /// Hardware in the words of the source.
    pub hardware: String,
    /// Devices of the run; sockets of processors.
    pub devices: f64,
    /// Hosts of the run.
    pub hosts: Option<f64>,
    /// Processors of the host in the words of the source.
    pub host_cpu: String,
    /// Model in the words of the source.
    pub model: String,
    /// Parameters in units of 10⁹.
    pub billions: Option<f64>,
    /// Embedding tables.
    pub tables: Option<f64>,
    /// Elements of a row.
    pub width: Option<f64>,
    /// Rows read for a sample.
    pub lookups: Option<f64>,
    /// Forward operations of the dense part for a sample, in units of 10⁶.
    pub dense_mflop: Option<f64>,
    /// Number format in the words of the source.
    pub precision: String,
    /// Accuracy that a benchmark asks for, in the words of the source.
    pub accuracy: String,
    /// Samples of a batch or global batch.
    pub batch: Option<f64>,
    /// Its value, in its own unit.
    pub measured: f64,
    /// Its unit.
    pub unit: String,
    /// Software, as a key of the calibration's stacks; empty where the source decides it.
    pub stack: String,
    /// Samples that the measurement uses over and over, where it draws no new ones.
    pub distinct_samples: Option<f64>,
    /// Remarks of whoever wrote the row.
    pub notes: String,
}

impl Facts {
    /// Facts of a row, or what is wrong with it.
    pub fn read(row: &Row) -> Result<Facts, String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let quantity = Quantity::parse(row.text("task"), row.text("metric"))?;
        let value = row.positive("value")?.ok_or("`value` is empty")?;
        let stated = row.text("split").eq_ignore_ascii_case("calibrate");
        let devices = row.positive("n_devices")?.ok_or("`n_devices` is empty")?;
        if devices > 1e6 || devices.fract() != 0.0 {
            return Err(format!("`n_devices` is {devices}, which is no whole number up to 1,000,000"));
        }
        let notes = row.text("notes").to_owned();
        let (_, accuracy) = notes.split_once("accuracy target ").unwrap_or_default();
        let accuracy = accuracy.split([';', ',']).next().unwrap_or_default().trim().to_owned();
        let facts = Facts {
            id: row.text("id").to_owned(),
            split: if stated { Split::Calibrate } else { Split::Test },
            source: row.text("source").to_owned(),
            quantity,
            hardware: row.text("hardware").to_owned(),
            devices,
            hosts: row.positive("n_hosts")?,
            host_cpu: row.text("host_cpu").to_owned(),
            model: row.text("model").to_owned(),
            billions: row.positive("params_billion")?,
            tables: row.positive("n_tables")?,
            width: row.positive("emb_dim")?,
            lookups: row.positive("lookups_per_sample")?,
            dense_mflop: row.positive("dense_mflop_fwd_per_sample")?,
            precision: row.text("precision").to_owned(),
            accuracy,
            batch: row.positive("batch_global")?,
            measured: value,
            unit: row.text("unit").to_owned(),
            stack: row.text("stack").to_owned(),
            distinct_samples: row.positive("distinct_samples")?,
            notes,
        };
        facts.scale()?;
        Ok(facts)
    }

    /// Base units in one unit of the row: samples a second, seconds or watts.
    pub fn scale(&self) -> Result<f64, String> {
        let unit = self.unit.trim();
        let known: &[(&str, f64)] = match self.quantity {
            Quantity::Offline | Quantity::Server | Quantity::Training => &[
                ("samples/s", 1.0),
                ("queries/s", 1.0),
                ("k samples/s", 1e3),
                ("M samples/s", 1e6),
                ("", 1.0),
            ],
            Quantity::NodePower => &[("W", 1.0), ("kW", 1e3), ("", 1.0)],
            _ => &[("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("min", 60.0), ("h", 3600.0), ("hours", 3600.0)],
        };
        known.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale).ok_or_else(|| {
            let names: Vec<&str> =
                known.iter().map(|known| known.0).filter(|name| !name.is_empty()).collect();
            format!(
                "`unit` is `{}`, which is no unit of {}; known: {}",
                shortened(unit),
                self.quantity.name(),
                names.join(", ")
            )
        })
    }

    /// Round or publication, without the list that it was copied from.
    pub fn publication(&self) -> &str {
        publication(&self.source)
    }

    /// Whether the row is of MLPerf inference, whose samples hold many user-item pairs.
    pub fn is_mlperf_inference(&self) -> bool {
        !self.quantity.is_training()
            && (self.source.contains("MLPerf") || self.notes.contains("user-item pairs"))
    }

    /// The software that ran, as a key of the calibration's stacks: as stated, or as the words of the source and its
    /// remarks name it; none means what plans assume.
    pub fn software(&self) -> Option<&str> {
        if !self.stack.is_empty() {
            return Some(&self.stack);
        }
        if self.source.starts_with("MLPerf") {
            let behind = self.quantity == Quantity::Server && self.notes.contains("_Triton");
            return behind.then_some("tuned-triton");
        }
        let words = format!("{} {} {}", self.source, self.model, self.notes).to_lowercase();
        let has = |wanted: &[&str]| wanted.iter().any(|word| words.contains(word));
        if !has(&["deeplearningexamples", "tf2", "torchrec", "untuned", "reference code", "benchmark table"])
        {
            return None;
        }
        Some(match self.quantity.is_training() {
            false => "framework",
            true if has(&["torchrec"]) => "torchrec",
            true => "tensorflow-2",
        })
    }

    /// Number of the round of a benchmark, such as 4.0.
    pub fn round(&self) -> Option<f64> {
        let words = self.source.split_whitespace();
        words.filter_map(|word| word.strip_prefix('v')).find_map(|number| number.parse().ok())
    }
}

/// Round or publication of a source.
pub(super) fn publication(source: &str) -> &str {
    source.split(" via ").next().unwrap_or(source).trim()
}
