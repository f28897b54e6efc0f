//! How a model is laid over devices, and the time that a pipeline's schedule takes.
//!
//! ```text
//!  Parallelism ─► Layout (layout.rs) ◄─ text (text.rs), Fixed
//!                    └─► Deal of layers (deal.rs) ─► Pipeline and its schedule (schedule/)
//! ```

mod deal;
mod layout;
pub mod schedule;
mod text;

use std::fmt;

pub use deal::Deal;
pub use layout::{
    AttentionKernel, GradientExchange, Layout, Offload, Recompute, Schedule, Sharding, StageSplit,
    TensorOverlap,
};
pub use text::{Fixed, LayoutFault, LayoutFaults};

/// Ways over which the devices of a job are split; their product, expert apart, is the number of devices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Parallelism {
    /// Devices that split each matrix.
    pub tensor: u32,
    /// Stages of consecutive layers.
    pub pipeline: u32,
    /// Copies of the model that share the batch.
    pub data: u32,
    /// Devices that split the experts; they are the data, context and tensor ranks of the same stage.
    pub expert: u32,
    /// Devices that split each sequence.
    pub context: u32,
}

impl Parallelism {
    /// One device.
    pub const ONE: Parallelism = Parallelism { tensor: 1, pipeline: 1, data: 1, expert: 1, context: 1 };

    /// Devices in use.
    pub fn devices(&self) -> f64 {
        self.model_devices() * f64::from(self.data)
    }

    /// Devices of one copy of the model.
    pub fn model_devices(&self) -> f64 {
        f64::from(self.tensor) * f64::from(self.pipeline) * f64::from(self.context)
    }
}

impl fmt::Display for Parallelism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut named = false;
        for (name, ways) in [
            ("tensor", self.tensor),
            ("pipeline", self.pipeline),
            ("data", self.data),
            ("context", self.context),
            ("expert", self.expert),
        ] {
            if ways > 1 {
                write!(f, "{}{name} {ways}", if named { ", " } else { "" })?;
                named = true;
            }
        }
        if named { Ok(()) } else { f.write_str("one device") }
    }
}

/// Whole numbers whose product with others makes up `devices`: the divisors of `n` up to `limit`.
pub fn divisors(n: u32, limit: u32) -> impl Iterator<Item = u32> {
    (1..=limit.min(n)).filter(move |candidate| n.is_multiple_of(*candidate))
}

/// Powers of two up to `limit`.
pub fn powers_of_two(limit: f64) -> impl Iterator<Item = u32> {
    (0..31).map(|exponent| 1_u32 << exponent).take_while(move |power| f64::from(*power) <= limit)
}
