//! How a model is laid over devices, and the time that a pipeline's schedule loses.

mod layout;

use std::fmt;

pub use layout::{
    AttentionKernel, GradientExchange, Layout, Offload, Recompute, Schedule, Sharding, StageSplit,
    TensorOverlap,
};

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

/// Time of a pipeline step over that of its busiest stage working without a pause.
///
/// $$ \frac{m + (p-1)/v}{m} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $m$ | `microbatches` | 1 |
/// | $p, v$ | `pipeline`, `interleave` | 1 |
///
/// Source: `narayanan-2021`, section 2.2, for 1F1B and its interleaved form. Exact for equal stages and no
/// communication; with unequal ones the busiest stage sets the pace and fill and drain are a little shorter.
///
/// ```
/// # use quarterdeck_performance::parallelism::pipeline_stretch;
/// assert_eq!(pipeline_stretch(8.0, 8.0, 1.0), 1.875);
/// assert_eq!(pipeline_stretch(8.0, 8.0, 7.0), 1.125);
/// ```
pub fn pipeline_stretch(pipeline: f64, microbatches: f64, interleave: f64) -> f64 {
    (microbatches + (pipeline - 1.0) / interleave) / microbatches
}

/// Layers of the fullest stage and whether the last stage holds a layer less, to make room for the head.
///
/// Layers that divide evenly are spread evenly, and the last stage also has the head. Otherwise embedding and
/// head each take the place of a layer, as frameworks lay out 126 layers over 16 stages.
pub fn stage_layers(layers: f64, pipeline: f64) -> StageLayers {
    if pipeline <= 1.0 {
        return StageLayers { fullest: layers, last: layers };
    }
    if (layers / pipeline).fract() == 0.0 {
        return StageLayers { fullest: layers / pipeline, last: layers / pipeline };
    }
    let fullest = ((layers + 2.0) / pipeline).ceil();
    StageLayers { fullest, last: (fullest - 1.0).max(0.0) }
}

/// Layers of the fullest and of the last stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StageLayers {
    /// Of the fullest stage.
    pub fullest: f64,
    /// Of the last stage, which also has the head.
    pub last: f64,
}

/// Whole numbers whose product with others makes up `devices`: the divisors of `n` up to `limit`.
pub fn divisors(n: u32, limit: u32) -> impl Iterator<Item = u32> {
    (1..=limit.min(n)).filter(move |candidate| n.is_multiple_of(*candidate))
}

/// Powers of two up to `limit`.
pub fn powers_of_two(limit: f64) -> impl Iterator<Item = u32> {
    (0..31).map(|exponent| 1_u32 << exponent).take_while(move |power| f64::from(*power) <= limit)
}
