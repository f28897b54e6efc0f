//! What one pipeline stage does for one micro-batch, and the messages between stages.

use quarterdeck_units::{Bytes, Seconds};

use super::layer::{DeviceTime, LayerCost, Traffic};
use super::step::{Costs, Pricer};
use crate::parallelism::{Layout, Recompute};

/// What one stage does for one micro-batch.
#[derive(Clone, Copy, Default)]
pub(super) struct Stage {
    pub(super) work: DeviceTime,
    pub(super) again: DeviceTime,
    pub(super) traffic: Traffic,
    pub(super) backward: Seconds,
}

impl Stage {
    pub(super) fn total(&self) -> Seconds {
        self.work.total() + self.again.total() + self.traffic.exposed.total()
    }
}

impl Pricer<'_> {
    /// Share of the head's time in the mean over stages, where the mean stage was counted without it.
    pub(super) fn head_share(costs: &Costs, pipeline: f64) -> Seconds {
        if pipeline <= 1.0 {
            return Seconds::ZERO;
        }
        let head = &costs.head;
        (head.forward.total() + head.backward.total()) * (1.0 / pipeline)
    }

    /// Mean cost of a layer, dense and expert layers weighted by their number.
    pub(super) fn mean_layer(&self, costs: &Costs) -> LayerCost {
        let shape = &self.job.shape;
        let share = shape.dense_layers / shape.layers;
        let mix =
            |dense: DeviceTime, experts: DeviceTime| dense.times(share).plus(experts.times(1.0 - share));
        let mix_traffic =
            |dense: Traffic, experts: Traffic| dense.times(share).plus(experts.times(1.0 - share));
        let (dense, experts) = (&costs.dense, &costs.experts);
        LayerCost {
            forward: mix(dense.forward, experts.forward),
            backward: mix(dense.backward, experts.backward),
            selective: mix(dense.selective, experts.selective),
            forward_traffic: mix_traffic(dense.forward_traffic, experts.forward_traffic),
            backward_traffic: mix_traffic(dense.backward_traffic, experts.backward_traffic),
        }
    }

    pub(super) fn stage(&self, layout: &Layout, costs: &Costs, layers: f64, with_head: bool) -> Stage {
        let layer = self.mean_layer(costs);
        let again = match layout.recompute {
            Recompute::None => (DeviceTime::default(), Traffic::default()),
            Recompute::Selective => (layer.selective, Traffic::default()),
            Recompute::Full => (layer.forward, layer.forward_traffic),
            Recompute::Layers(full) => {
                let share = (f64::from(full) / layers).min(1.0);
                (layer.forward.times(share), layer.forward_traffic.times(share))
            }
        };
        let mut stage = Stage {
            work: layer.forward.plus(layer.backward).times(layers),
            again: again.0.times(layers),
            traffic: layer.forward_traffic.plus(layer.backward_traffic).plus(again.1).times(layers),
            backward: (layer.backward.total() + again.0.total()) * layers,
        };
        if with_head {
            let head = &costs.head;
            stage.work = stage.work.plus(head.forward).plus(head.backward);
            stage.traffic = stage.traffic.plus(head.forward_traffic).plus(head.backward_traffic);
            stage.backward += head.backward.total();
        }
        stage
    }

    /// Messages between stages: the residual stream forward and its gradient backward for each chunk.
    pub(super) fn boundary_traffic(&self, layout: &Layout, microbatches: f64) -> Traffic {
        let ways = &layout.parallelism;
        if ways.pipeline <= 1 {
            return Traffic::default();
        }
        let tensor = f64::from(ways.tensor);
        let bytes = Bytes::bytes(2.0 * self.tokens(layout) * self.job.shape.hidden / tensor);
        let stride = tensor * f64::from(ways.context) * f64::from(ways.data);
        let message = self.machine.network.point_to_point(bytes, stride);
        let times = 2.0 * f64::from(layout.interleave) * microbatches;
        // Chunks send beside the work of the next chunk; a single chunk waits.
        let overlap =
            if layout.interleave > 1 { self.machine.steps.training.data_overlap.value } else { 0.0 };
        Traffic::with_overlap(message.times(times), overlap)
    }
}
