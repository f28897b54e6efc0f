//! What one row of training measurements states, typed: nothing is filled in here.

use crate::outcome::Split;
use crate::table::Row;

/// How much of a run's settings its source states.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Completeness {
    /// All that decides its speed.
    Full,
    /// All but one or two settings.
    Near,
    /// Too little to count.
    Partial,
}

/// What was measured; the unit of the prediction follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metric {
    /// Time of one step.
    StepTime,
    /// Tokens of all devices in a second.
    Tokens,
    /// Tokens of one device in a second.
    TokensPerDevice,
    /// Sequences of all devices in a second.
    Samples,
    /// Operations of one device in a second, those done again counted.
    HardwareTflops,
    /// Operations of one device in a second that the model needs.
    ModelTflops,
    /// Share of peak that model operations reach.
    Mfu,
    /// Bytes of activations on the fullest device.
    MemoryActivations,
    /// Bytes of weights, gradients and optimizer states on the fullest device.
    MemoryStates,
    /// All bytes on the fullest device.
    MemoryTotal,
}

impl Metric {
    /// Reads the name of a metric.
    pub fn parse(text: &str) -> Result<Metric, String> {
        Ok(match text.to_lowercase().as_str() {
            "step_time" | "iteration_time" | "train_step_timing" => Metric::StepTime,
            "tokens_per_s" | "tokens_per_second" => Metric::Tokens,
            "tokens_per_s_per_gpu" | "tokens_per_s_per_chip" | "tokens_per_s_per_device" => {
                Metric::TokensPerDevice
            }
            "samples_per_s" | "sequences_per_s" => Metric::Samples,
            "hardware_tflops_per_gpu" | "hardware_tflops_per_chip" => Metric::HardwareTflops,
            "model_tflops_per_gpu" | "model_tflops_per_chip" => Metric::ModelTflops,
            "mfu" => Metric::Mfu,
            "memory_activations" => Metric::MemoryActivations,
            "memory_params+grad+optimizer" | "memory_states" => Metric::MemoryStates,
            "memory" | "memory_total" | "memory_peak" => Metric::MemoryTotal,
            "" => return Err("`measured_metric` is empty".to_owned()),
            other => {
                return Err(format!(
                    "`measured_metric` is `{}`; known: step_time, tokens_per_s, tokens_per_s_per_gpu, \
                     samples_per_s, hardware_tflops_per_gpu, model_tflops_per_gpu, mfu, memory_activations, \
                     memory_states, memory_total",
                    crate::table::shortened(other)
                ));
            }
        })
    }

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Metric::StepTime => "step_time",
            Metric::Tokens => "tokens_per_s",
            Metric::TokensPerDevice => "tokens_per_s_per_gpu",
            Metric::Samples => "samples_per_s",
            Metric::HardwareTflops => "hardware_tflops_per_gpu",
            Metric::ModelTflops => "model_tflops_per_gpu",
            Metric::Mfu => "mfu",
            Metric::MemoryActivations => "memory_activations",
            Metric::MemoryStates => "memory_states",
            Metric::MemoryTotal => "memory_total",
        }
    }

    /// Whether a larger value is a shorter step.
    pub const fn is_rate(self) -> bool {
        matches!(
            self,
            Metric::Tokens
                | Metric::TokensPerDevice
                | Metric::Samples
                | Metric::HardwareTflops
                | Metric::ModelTflops
                | Metric::Mfu
        )
    }

    /// Whether memory is measured, not time.
    pub const fn is_memory(self) -> bool {
        matches!(self, Metric::MemoryActivations | Metric::MemoryStates | Metric::MemoryTotal)
    }

    /// Unit where the row names none.
    pub const fn unit(self) -> &'static str {
        match self {
            Metric::StepTime => "s",
            Metric::Tokens => "tok/s",
            Metric::TokensPerDevice => "tok/s/GPU",
            Metric::Samples => "samples/s",
            Metric::HardwareTflops | Metric::ModelTflops => "TFLOP/s/GPU",
            Metric::Mfu => "%",
            Metric::MemoryActivations | Metric::MemoryStates | Metric::MemoryTotal => "GiB/GPU",
        }
    }
}

/// Facts of one row. `None` is what the row does not state.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Key of the row.
    pub id: String,
    /// Line in the file.
    pub line: u64,
    /// Split; rows of a user's file are scored.
    pub split: Split,
    /// Where it was published.
    pub source: String,
    /// Hardware in the words of the source.
    pub hardware: String,
    /// Devices of the run.
    pub devices: f64,
    /// Devices of one server.
    pub devices_per_node: Option<f64>,
    /// Networks in the words of the source.
    pub interconnect: String,
    /// Model in the words of the source.
    pub model: String,
    /// Parameters in units of 10⁹.
    pub billions: Option<f64>,
    /// Blocks.
    pub layers: Option<f64>,
    /// Width of the residual stream.
    pub hidden: Option<f64>,
    /// Feed-forward width, as stated: `18432(dense x3)/2048(expert)` has two.
    pub ffn_hidden: String,
    /// Query heads.
    pub heads: Option<f64>,
    /// Key-value heads; none for latent attention.
    pub kv_heads: Option<f64>,
    /// Vocabulary.
    pub vocab: Option<f64>,
    /// Tokens of a sequence.
    pub sequence: Option<f64>,
    /// Routed experts of a layer.
    pub experts: Option<u32>,
    /// Experts of a token.
    pub top_k: Option<u32>,
    /// Number format in the words of the source.
    pub precision: String,
    /// Sequences of a step.
    pub global_batch: Option<f64>,
    /// Sequences of a micro-batch.
    pub microbatch: Option<u32>,
    /// Ways of each kind.
    pub tensor: Option<u32>,
    /// Stages.
    pub pipeline: Option<u32>,
    /// Copies.
    pub data: Option<u32>,
    /// Context ways.
    pub context: Option<u32>,
    /// Expert ways.
    pub expert: Option<u32>,
    /// Chunks of a stage.
    pub interleave: Option<u32>,
    /// Whether norms are split over the tensor group.
    pub sequence_parallel: Option<bool>,
    /// Recomputation in the words of the source.
    pub recompute: String,
    /// ZeRO stage in the words of the source.
    pub sharding: String,
    /// Software in the words of the source.
    pub framework: String,
    /// What was measured.
    pub metric: Metric,
    /// Its value.
    pub measured: f64,
    /// Its unit.
    pub unit: String,
    /// How much of the settings is stated.
    pub completeness: Completeness,
    /// Remarks of whoever wrote the row.
    pub notes: String,
}

/// Columns without which a file says nothing that can be predicted.
pub const REQUIRED: &[&str] = &["id", "hardware", "gpus", "model", "measured_metric", "measured_value"];

impl Facts {
    /// Facts of a row, or what is wrong with it.
    pub fn read(row: &Row) -> Result<Facts, String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        const MOST: u32 = 1 << 24;
        let metric = Metric::parse(row.text("measured_metric"))?;
        let kv_heads =
            if row.text("kv_heads").eq_ignore_ascii_case("mla") { None } else { row.positive("kv_heads")? };
        Ok(Facts {
            id: row.text("id").to_owned(),
            line: row.line,
            split: match row.text("split").to_lowercase().as_str() {
                "" | "test" => Split::Test,
                "calibrate" => Split::Calibrate,
                other => {
                    return Err(format!(
                        "`split` is `{}`; known: calibrate, test",
                        crate::table::shortened(other)
                    ));
                }
            },
            source: row.text("source").to_owned(),
            hardware: row.text("hardware").to_owned(),
            devices: f64::from(row.ways("gpus", MOST)?.ok_or("`gpus` is empty")?),
            devices_per_node: row.positive("gpus_per_node")?,
            interconnect: row.text("interconnect").to_owned(),
            model: row.text("model").to_owned(),
            billions: row.positive("params_b")?,
            layers: row.ways("layers", 10_000)?.map(f64::from),
            hidden: row.ways("hidden", 1 << 20)?.map(f64::from),
            ffn_hidden: row.text("ffn_hidden").to_owned(),
            heads: row.ways("heads", 1 << 16)?.map(f64::from),
            kv_heads,
            vocab: row.ways("vocab", 1 << 24)?.map(f64::from),
            sequence: row.ways("seq_len", 1 << 24)?.map(f64::from),
            experts: row.ways("experts", 1 << 16)?,
            top_k: row.ways("top_k", 1 << 16)?,
            precision: row.text("precision").to_owned(),
            global_batch: row.ways("global_batch", MOST)?.map(f64::from),
            microbatch: row.ways("micro_batch", 1 << 16)?,
            tensor: row.ways("tp", MOST)?,
            pipeline: row.ways("pp", 10_000)?,
            data: row.ways("dp", MOST)?,
            context: row.ways("cp", MOST)?,
            expert: row.ways("ep", MOST)?,
            interleave: row.ways("vpp", 10_000)?,
            sequence_parallel: match row.text("sequence_parallel").to_lowercase().as_str() {
                "" => None,
                "yes" | "true" | "1" => Some(true),
                "no" | "false" | "0" => Some(false),
                other => {
                    return Err(format!(
                        "`sequence_parallel` is `{}`; known: yes, no",
                        crate::table::shortened(other)
                    ));
                }
            },
            recompute: row.text("recompute").to_lowercase(),
            sharding: row.text("zero_stage").to_owned(),
            framework: row.text("framework").to_owned(),
            metric,
            measured: row.positive("measured_value")?.ok_or("`measured_value` is empty")?,
            unit: match row.text("unit") {
                "" => metric.unit().to_owned(),
                unit => unit.to_owned(),
            },
            completeness: match row.text("complete").to_lowercase().as_str() {
                "" | "full" => Completeness::Full,
                "near" => Completeness::Near,
                "partial" => Completeness::Partial,
                other => {
                    let other = crate::table::shortened(other);
                    return Err(format!("`complete` is `{other}`; known: full, near, partial"));
                }
            },
            notes: row.text("notes").to_owned(),
        })
    }

    /// The publication of a row.
    pub fn publication(&self) -> &str {
        publication(&self.source)
    }

    /// Whether a remark occurs in the notes, letters of either case.
    pub fn notes_say(&self, remark: &str) -> bool {
        self.notes.to_lowercase().contains(remark)
    }
}

/// The publication that a table belongs to: what its source says before a comma, a parenthesis or a version.
pub(super) fn publication(source: &str) -> &str {
    let marks = [",", " (", " v2", " Figure"];
    let end = marks.into_iter().filter_map(|mark| source.find(mark)).min().unwrap_or(source.len());
    let name = source[..end].trim();
    if name.is_empty() { "not stated" } else { name }
}

#[cfg(test)]
mod tests {
    use super::publication;

    #[test]
    fn tables_of_one_publication_share_its_name() {
        let bigscience = "BigScience tr11-176B chronicles-prequel.md";
        assert_eq!(
            publication("BigScience tr11-176B chronicles-prequel.md, section \"Best TFLOPs\" (2022)"),
            bigscience
        );
        assert_eq!(publication("NVIDIA dgxc-benchmarking v25.02, grok1/README"), "NVIDIA dgxc-benchmarking");
        assert_eq!(publication("vTrain (MICRO 2024)"), "vTrain");
        assert_eq!(publication(""), "not stated");
    }
}
