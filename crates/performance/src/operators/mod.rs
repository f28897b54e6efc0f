//! Time of one operator by the roofline with calibrated shares of peak, and of matrix multiplies by their shape.

mod attention;
mod experts;
mod gather;
mod gemm;

pub use attention::{AttentionShape, FlashKernel};
pub use experts::{ExpertShape, expert_layer_time};
pub use gather::{gather_bandwidth, gather_time};
pub use gemm::{GemmKernel, element_bytes};

use gemm::smooth_max;
use quarterdeck_catalog::{Clocks, GemmCurve, GemmEfficiency, GemmShares, NarrowRate, Precision};
use quarterdeck_units::{Bandwidth, Bytes, Flop, FlopRate, Seconds};
use quarterdeck_workload::{Gemm, Operator, OperatorKind};

use crate::fit::Reason;
use crate::machine::Machine;

/// Multiprocessors of a device whose catalogue entry does not count them: tiles then fill it at any size.
const UNCOUNTED_PROCESSORS: f64 = 1.0;

/// Rates of one device at one precision, ready for operators.
#[derive(Clone, Debug)]
pub struct Roofline<'a> {
    /// Dense peak of matrix multiplies.
    peak: FlopRate,
    /// Matrix multiplies by shape, or by work where no curve is known.
    gemm: Multiply<'a>,
    precision: Precision,
    /// Rate of multiplies of experts over that of dense ones.
    expert_share: f64,
    /// Rate of attention while many tokens are read, and its kernel where rows show it.
    attention: FlopRate,
    flash: Option<FlashKernel>,
    /// Memory bandwidth that streaming kernels and cached attention reach.
    streaming_bandwidth: Bandwidth,
    cache_bandwidth: Bandwidth,
    gather_bandwidth: Bandwidth,
    launch: Seconds,
    /// Rate of a long step over that of short kernels.
    sustained: f64,
}

/// How matrix multiplies are priced.
#[derive(Clone, Debug)]
enum Multiply<'a> {
    /// By shape.
    Curve { kernel: Box<GemmKernel>, clocks: Clocks },
    /// By work, by the prior of a family.
    Prior { shares: &'a GemmEfficiency, bandwidth: Bandwidth },
}

/// Which of its two limits an operator meets, and for how long.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OperatorTime {
    /// Time that it takes.
    pub exposed: Seconds,
    /// Time of arithmetic alone.
    pub arithmetic: Seconds,
    /// Time of memory traffic alone.
    pub traffic: Seconds,
}

impl<'a> Roofline<'a> {
    /// Rates of a machine's device. Attention runs in 16 bits whatever the precision of the matrices is, where
    /// the device has such a rate.
    pub fn of(machine: &'a Machine, precision: Precision, sustained: f64) -> Result<Roofline<'a>, Reason> {
        let peak = machine.peak(precision)?;
        let shares = machine.efficiency;
        let processors = machine.device.processors.as_ref();
        let processors = processors.map_or(UNCOUNTED_PROCESSORS, |count| f64::from(count.value));
        let bandwidth = machine.memory_bandwidth;
        let gemm = shares.gemm(precision).map_err(|error| Reason::Missing { fact: error.to_string() })?;
        let gemm = match gemm {
            GemmShares::Curve(curve) => {
                let kernel = GemmKernel::new(curve, precision, peak, bandwidth, processors);
                Multiply::Curve { kernel: Box::new(kernel), clocks: curve.clocks }
            }
            GemmShares::Prior(shares) => {
                Multiply::Prior { shares, bandwidth: bandwidth * shares.memory.value }
            }
        };
        let wide = machine.device.first_peak(&[Precision::Bf16, Precision::Fp16]);
        let attention = wide.map_or(peak, |(_, wide)| wide.value).min(peak);
        let flash = wide.and_then(|(precision, wide)| {
            let curve = machine.efficiency.attention.get(&precision)?;
            Some(FlashKernel::new(curve, wide.value, machine.memory_bandwidth, processors))
        });
        Ok(Roofline {
            peak,
            gemm,
            precision,
            expert_share: shares.experts.get(&precision).map_or(1.0, |curve| curve.share),
            attention: attention * shares.attention_prefill.value,
            flash,
            streaming_bandwidth: bandwidth * shares.memory.value,
            cache_bandwidth: bandwidth * shares.attention_decode.value,
            gather_bandwidth: bandwidth * shares.embedding.value,
            launch: shares.launch.value,
            sustained,
        })
    }

    /// Rates at a precision narrower than 16 bits as training runs it: the 16-bit curve of the device at the narrow
    /// peak, with the changes of `rate`. Devices without such a curve take [`Roofline::of`].
    pub fn narrowed(
        machine: &'a Machine,
        precision: Precision,
        rate: &NarrowRate,
        sustained: f64,
    ) -> Result<Roofline<'a>, Reason> {
        let mut rates = Roofline::of(machine, precision, sustained)?;
        let wide = [Precision::Bf16, Precision::Fp16]
            .into_iter()
            .find_map(|wide| machine.efficiency.gemm(wide).ok().and_then(GemmShares::curve));
        if let (Some(wide), Some(processors)) = (wide, machine.device.processors.as_ref()) {
            let curve = GemmCurve {
                peak_share: wide.peak_share * rate.peak_share,
                ramp: wide.ramp * rate.ramp,
                ..wide.clone()
            };
            let processors = f64::from(processors.value);
            let kernel = GemmKernel::new(&curve, precision, rates.peak, machine.memory_bandwidth, processors);
            rates.gemm = Multiply::Curve { kernel: Box::new(kernel), clocks: curve.clocks };
        }
        Ok(rates)
    }

    /// Time of an operator by the roofline bound; matrix multiplies by their shape.
    ///
    /// $$ t = \max\left( \frac{F}{\sigma\,\eta\,P},\ \frac{S}{\sigma\,\eta_m B},\ t_0 \right) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $F, S$ | `operator.flops`, `operator.bytes` | FLOP, B |
    /// | $P, B$ | device | FLOP/s, B/s |
    /// | $\eta, \eta_m, t_0$ | calibration by kind of operator | 1, 1, s |
    /// | $\sigma$ | sustained rate of long steps | 1 |
    ///
    /// Source: `williams-2009-roofline`; for matrix multiplies [`GemmKernel`], where the floor is added and the
    /// maximum is smooth. `flops_factor` and `bytes_factor` scale the forward pass, for a backward one of the
    /// same shapes; [`Roofline::gemm_time`] prices products of other shapes.
    pub fn time(&self, operator: &Operator, flops_factor: f64, bytes_factor: f64) -> OperatorTime {
        // A backward pass launches a kernel for each of its products.
        let launches = flops_factor.max(bytes_factor).max(1.0).round();
        let (rate, bandwidth) = match operator.kind {
            OperatorKind::Gemm | OperatorKind::GroupedGemm => {
                return self.multiply(operator, flops_factor, bytes_factor, launches);
            }
            OperatorKind::Attention => (self.attention, self.cache_bandwidth),
            OperatorKind::Streaming => (self.peak, self.streaming_bandwidth),
            OperatorKind::Gather => (self.peak, self.gather_bandwidth),
        };
        let arithmetic = operator.flops * flops_factor / rate / self.sustained;
        let traffic = operator.bytes * bytes_factor / bandwidth / self.sustained;
        OperatorTime { exposed: arithmetic.max(traffic).max(self.launch * launches), arithmetic, traffic }
    }

    fn multiply(
        &self,
        operator: &Operator,
        flops_factor: f64,
        bytes_factor: f64,
        launches: f64,
    ) -> OperatorTime {
        // A product without sizes is priced as a cube of the same work.
        let shape = operator.gemm.unwrap_or_else(|| {
            let side = quarterdeck_units::pow(operator.flops.as_flop() / 2.0, 1.0 / 3.0);
            Gemm { rows: side, columns: side, depth: side, groups: 1.0 }
        });
        let slower = if operator.kind == OperatorKind::GroupedGemm { 1.0 / self.expert_share } else { 1.0 };
        self.product(&shape, operator.bytes * bytes_factor, flops_factor, slower, launches)
    }

    /// Time of a product with its own sizes and the bytes that it moves, repeated `times` with `launches` kernels,
    /// its arithmetic `slower` than that of a dense product where a curve is known.
    fn product(&self, shape: &Gemm, bytes: Bytes, times: f64, slower: f64, launches: f64) -> OperatorTime {
        let groups = shape.groups.max(1.0);
        match &self.gemm {
            Multiply::Curve { kernel, .. } => {
                let arithmetic = kernel.arithmetic(shape.rows, shape.columns, shape.depth, groups);
                let arithmetic = arithmetic * times * slower / self.sustained;
                let traffic = kernel.traffic(bytes.as_bytes()) / self.sustained;
                let exposed = smooth_max(arithmetic, traffic) + kernel.floor() * launches;
                OperatorTime {
                    exposed: Seconds::seconds(exposed),
                    arithmetic: Seconds::seconds(arithmetic),
                    traffic: Seconds::seconds(traffic),
                }
            }
            Multiply::Prior { shares, bandwidth } => {
                let flops = shape.flops();
                let rate = self.peak * shares.compute(flops / groups);
                let arithmetic = flops * times / rate / self.sustained;
                let traffic = bytes / *bandwidth / self.sustained;
                let exposed = arithmetic.max(traffic).max(shares.floor * launches);
                OperatorTime { exposed, arithmetic, traffic }
            }
        }
    }

    /// Time of one product of `rows x depth` by `depth x columns`, the rows dealt evenly to `groups` weight
    /// matrices, operands and result in the formats of the precision.
    ///
    /// The three products of a training layer of $m$ tokens, $n$ outputs and $k$ inputs are
    /// `gemm_time(m, n, k, 1)`, `gemm_time(m, k, n, 1)` for the gradient by input, and `gemm_time(n, k, m, 1)`
    /// for the gradient by weight.
    pub fn gemm_time(&self, rows: f64, columns: f64, depth: f64, groups: f64) -> OperatorTime {
        let shape = Gemm { rows, columns, depth, groups };
        let (weight, input, output) = element_bytes(self.precision);
        let bytes = weight * groups * columns * depth + input * rows * depth + output * rows * columns;
        self.product(&shape, Bytes::bytes(bytes), 1.0, self.slower(groups), 1.0)
    }

    /// Arithmetic of a product of several weight matrices over that of one, as experts show it.
    fn slower(&self, groups: f64) -> f64 {
        if groups > 1.0 { 1.0 / self.expert_share } else { 1.0 }
    }

    /// Time of the forward pass of fused attention by its shape; by one share of the peak where no rows show it.
    pub fn attention_time(&self, shape: &AttentionShape) -> OperatorTime {
        let (arithmetic, traffic, floor) = match &self.flash {
            Some(flash) => (flash.arithmetic(shape), flash.traffic(shape), flash.floor()),
            None => {
                let heads = 2.0 * shape.heads + 2.0 * shape.kv_heads;
                let elements = shape.sequences * shape.length * shape.head_dim * heads;
                let traffic = Bytes::bytes(2.0 * elements) / self.streaming_bandwidth;
                let arithmetic = Flop::flop(shape.flops()) / self.attention;
                (arithmetic.as_seconds(), traffic.as_seconds(), self.launch.as_seconds())
            }
        };
        let (arithmetic, traffic) = (arithmetic / self.sustained, traffic / self.sustained);
        OperatorTime {
            exposed: Seconds::seconds(smooth_max(arithmetic, traffic) + floor),
            arithmetic: Seconds::seconds(arithmetic),
            traffic: Seconds::seconds(traffic),
        }
    }

    /// Gradient by weight of `groups` matrices of `columns x depth` whose `rows` tokens are dealt evenly: each a
    /// product of `columns x depth` over its own tokens, which moves `output` bytes for each element of its result.
    pub fn weight_gradient_time(&self, product: &Gemm, output: f64) -> OperatorTime {
        let Gemm { rows, columns, depth, groups } = *product;
        let groups = groups.max(1.0);
        // `groups` matrices of outputs side by side, each over the tokens of its own.
        let shape = Gemm { rows: columns * groups, columns: depth, depth: rows / groups, groups };
        let (_, input, _) = element_bytes(self.precision);
        let bytes = input * rows * (columns + depth) + output * groups * columns * depth;
        self.product(&shape, Bytes::bytes(bytes), 1.0, self.slower(groups), 1.0)
    }

    /// Time to cast the input of a product of `rows x depth` from 16 bits in a kernel of its own, as measured;
    /// zero where no rows show it.
    pub fn cast_time(&self, rows: f64, depth: f64) -> Seconds {
        match &self.gemm {
            Multiply::Curve { kernel, .. } => kernel.cast(rows, depth) / self.sustained,
            Multiply::Prior { .. } => Seconds::ZERO,
        }
    }

    /// Clocks of the rows behind matrix multiplies; none where a family's prior stands.
    pub fn clocks(&self) -> Option<Clocks> {
        match &self.gemm {
            Multiply::Curve { clocks, .. } => Some(*clocks),
            Multiply::Prior { .. } => None,
        }
    }

    /// Share of dense peak that a product of this much work with equal sides reaches, unthrottled.
    pub fn cube_share(&self, work: Flop) -> f64 {
        let side = quarterdeck_units::pow(work.as_flop() / 2.0, 1.0 / 3.0);
        let time = self.gemm_time(side, side, side, 1.0).exposed * self.sustained;
        (work / self.peak) / time
    }

    /// Time to stream bytes through memory.
    pub fn stream(&self, bytes: Bytes) -> Seconds {
        bytes / self.streaming_bandwidth / self.sustained
    }

    /// Least time of a kernel.
    pub fn launch(&self) -> Seconds {
        self.launch
    }
}
