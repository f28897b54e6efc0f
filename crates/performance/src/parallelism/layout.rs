//! A full layout of a training job: ways, schedule, what is kept, what is split, what hides, what leaves the device.

use std::fmt;

use super::Parallelism;

/// Order in which a pipeline works.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Schedule {
    /// One forward, one backward (`narayanan-2021`); interleaved where a stage holds several chunks.
    OneFOneB,
    /// Gradients by weight wait and fill the drain, with the memory of 1F1B (`zero-bubble-2024`, ZB-H1).
    ZeroBubble,
    /// Micro-batches enter at both ends, and each device holds two mirrored stages (`deepseek-v3-2024`).
    DualPipe,
}

/// How layers are dealt to stages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StageSplit {
    /// Evenly where they divide; otherwise embedding and head each take the place of a layer.
    Automatic,
    /// Embedding and head each take the place of a layer, whether layers divide or not.
    EndsCounted,
    /// The first and the last stage hold as many as named, the others share the rest evenly.
    Ends {
        /// Layers of the first stage.
        first: u32,
        /// Layers of the last stage.
        last: u32,
    },
}

/// What is computed again in the backward pass instead of kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Recompute {
    /// Nothing.
    None,
    /// Tensors that are large and cheap: attention scores, or the product of gated blocks.
    Selective,
    /// Whole layers.
    Full,
    /// That many whole layers of each chunk of a stage; the others keep everything.
    Layers(u32),
}

/// Which states the data-parallel ranks split among them (ZeRO stages 0 to 3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sharding {
    /// None.
    Replicated,
    /// Optimizer states.
    Optimizer,
    /// Gradients and optimizer states.
    Gradients,
    /// Weights, gradients and optimizer states.
    Full,
}

/// Whether gathers and scatters of a tensor group run beside the products that they feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TensorOverlap {
    /// Products wait for them.
    Exposed,
    /// In chunks, as far as sequence parallelism makes gathers of them.
    Chunked,
}

/// What is kept in the memory of the host.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Offload {
    /// Optimizer states, which the device fetches for its step.
    pub optimizer: bool,
    /// Activations, written after a forward and fetched before a backward pass.
    pub activations: bool,
}

impl Offload {
    /// Everything stays on the device.
    pub const NONE: Offload = Offload { optimizer: false, activations: false };
    /// All that may leave the device does.
    pub const ALL: Offload = Offload { optimizer: true, activations: true };
}

/// Which kernel computes attention.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AttentionKernel {
    /// Fused: scores stay on the chip and masked blocks are skipped (`flash-attention-2022`).
    Fused,
    /// Scores, softmax and dropout pass through memory, and the mask hides nothing from the arithmetic.
    Unfused,
}

/// Whether gradient exchange runs beside the backward pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GradientExchange {
    /// In buckets, as gradients become ready.
    Overlapped,
    /// After the last backward pass.
    AtEnd,
}

/// A full layout of a training job.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Layout {
    /// Ways of each kind.
    pub parallelism: Parallelism,
    /// Devices that split the matrices of each expert, where experts are spread; they are among those that split
    /// experts of the same stage.
    pub expert_tensor: u32,
    /// Sequences that pass the pipeline together.
    pub microbatch: u32,
    /// Chunks of layers that each stage holds; 1 is plain 1F1B.
    pub interleave: u32,
    /// Order of the pipeline's work.
    pub schedule: Schedule,
    /// How layers are dealt to stages.
    pub split: StageSplit,
    /// What is computed again.
    pub recompute: Recompute,
    /// What data-parallel ranks split.
    pub sharding: Sharding,
    /// Ranks over which full sharding splits, the others holding copies; all of them where none is named.
    pub shard_group: Option<u32>,
    /// Whether norms and residuals are split over the tensor group.
    pub sequence_parallel: bool,
    /// Whether tensor exchange runs beside products.
    pub tensor_overlap: TensorOverlap,
    /// What is kept in the memory of the host.
    pub offload: Offload,
    /// Which kernel computes attention.
    pub attention: AttentionKernel,
    /// When gradients are exchanged.
    pub gradients: GradientExchange,
}

impl Layout {
    /// The layout of current frameworks on one device, to be widened.
    pub const PLAIN: Layout = Layout {
        parallelism: Parallelism::ONE,
        expert_tensor: 1,
        microbatch: 1,
        interleave: 1,
        schedule: Schedule::OneFOneB,
        split: StageSplit::Automatic,
        recompute: Recompute::None,
        sharding: Sharding::Optimizer,
        shard_group: None,
        sequence_parallel: true,
        tensor_overlap: TensorOverlap::Chunked,
        offload: Offload::NONE,
        attention: AttentionKernel::Fused,
        gradients: GradientExchange::Overlapped,
    };
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, micro-batch {}", self.parallelism, self.microbatch)?;
        if self.interleave > 1 {
            write!(f, ", {} chunks a stage", self.interleave)?;
        }
        match self.schedule {
            Schedule::OneFOneB => {}
            Schedule::ZeroBubble => f.write_str(", zero-bubble schedule")?,
            Schedule::DualPipe => f.write_str(", pipeline from both ends")?,
        }
        match self.recompute {
            Recompute::None => {}
            Recompute::Selective => f.write_str(", selective recomputation")?,
            Recompute::Full => f.write_str(", full recomputation")?,
            Recompute::Layers(layers) => write!(f, ", recomputation of {layers} layers a stage")?,
        }
        match self.sharding {
            Sharding::Replicated => {}
            Sharding::Optimizer => f.write_str(", sharded optimizer")?,
            Sharding::Gradients => f.write_str(", sharded gradients and optimizer")?,
            Sharding::Full => f.write_str(", fully sharded")?,
        }
        if let Some(ranks) = self.shard_group {
            write!(f, " over {ranks}")?;
        }
        if self.offload.optimizer {
            f.write_str(", optimizer on the host")?;
        }
        if self.offload.activations {
            f.write_str(", activations on the host")?;
        }
        Ok(())
    }
}
