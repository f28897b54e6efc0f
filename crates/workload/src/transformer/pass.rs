//! What passes through a model at once, and which share of it one device works on.

use quarterdeck_catalog::Window;

/// What a pass is for, which decides how kernels are fused and what they keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Forward pass of training: what the backward pass needs is kept, and norms, residual sums and
    /// permutations are kernels of their own.
    Training,
    /// Serving: nothing is kept, residual sums are fused into norms and norms of queries and keys into their
    /// rotation.
    Serving,
}

/// Tokens that pass through the model at once on one group of devices.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pass {
    /// New tokens.
    pub tokens: f64,
    /// Positions that each of them attends to, on average.
    pub attended: f64,
    /// Positions whose keys and values are read from memory, over all sequences.
    pub cached: f64,
    /// Tokens whose next-token distribution is computed.
    pub scored: f64,
    /// Form in which latent attention is computed.
    pub latent: Latent,
    /// What the pass is for.
    pub work: Work,
}

/// Form in which latent attention is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Latent {
    /// Keys and values are expanded for every head: few operations, used where tokens are many.
    Expanded,
    /// Queries are brought into the latent space, and the cache is read as it is: used in decoding.
    Absorbed,
}

impl Pass {
    /// A training pass over whole sequences: each token attends to half of its sequence on average, because
    /// attention kernels skip blocks that the causal mask hides.
    pub fn training(sequences: f64, length: f64) -> Pass {
        let tokens = sequences * length;
        let attended = (length + 1.0) / 2.0;
        Pass {
            tokens,
            attended,
            cached: tokens,
            scored: tokens,
            latent: Latent::Expanded,
            work: Work::Training,
        }
    }

    /// Reading of prompts: only the last token of each needs its distribution.
    pub fn prefill(sequences: f64, length: f64) -> Pass {
        Pass { scored: sequences, work: Work::Serving, ..Pass::training(sequences, length) }
    }

    /// One token for each of `sequences`, with `context` positions in the cache.
    pub fn decode(sequences: f64, context: f64) -> Pass {
        Pass {
            tokens: sequences,
            attended: context,
            cached: sequences * context,
            scored: sequences,
            latent: Latent::Absorbed,
            work: Work::Serving,
        }
    }

    /// The same pass through a block that looks back only through a window.
    pub(super) fn through(&self, window: &Window) -> Pass {
        let attended = match self.latent {
            // Half of the sequence is attended to on average, so the sequence is twice that.
            Latent::Expanded => window.mean_attended(2.0 * self.attended - 1.0).min(self.attended),
            Latent::Absorbed => self.attended.min(f64::from(window.size)),
        };
        let read = match self.latent {
            Latent::Expanded => 1.0,
            Latent::Absorbed => attended / self.attended.max(1.0),
        };
        Pass { attended, cached: self.cached * read, ..*self }
    }
}

/// Share of a layer that one device works on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Partition {
    /// Devices that split each matrix.
    pub tensor: f64,
    /// Devices that split the experts; 1 leaves them to the tensor split.
    pub expert: f64,
    /// Whether norms and residuals are split over the tensor group too.
    pub sequence_parallel: bool,
}

impl Partition {
    /// One device does it all.
    pub const WHOLE: Partition = Partition { tensor: 1.0, expert: 1.0, sequence_parallel: false };

    /// Devices over which norms and residual sums are split.
    pub(super) fn residual(&self) -> f64 {
        if self.sequence_parallel { self.tensor } else { 1.0 }
    }
}

/// Bytes of one stored element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Widths {
    /// Of weights in matrix multiplies.
    pub weight: f64,
    /// Of activations.
    pub activation: f64,
    /// Of keys and values.
    pub kv: f64,
}

impl Widths {
    /// Two bytes for everything: bf16 and fp16.
    pub const HALF: Widths = Widths { weight: 2.0, activation: 2.0, kv: 2.0 };
}
