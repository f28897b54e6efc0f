//! Time of one operator by the roofline with calibrated shares of peak.

use quarterdeck_catalog::{GemmEfficiency, Precision};
use quarterdeck_units::{Bandwidth, Bytes, FlopRate, Seconds};
use quarterdeck_workload::{Operator, OperatorKind};

use crate::fit::Reason;
use crate::machine::Machine;

/// Rates of one device at one precision, ready for operators.
#[derive(Clone, Debug)]
pub struct Roofline<'a> {
    /// Dense peak of matrix multiplies.
    peak: FlopRate,
    /// Share of it by work, and the share of bandwidth.
    gemm: &'a GemmEfficiency,
    /// Rate of attention while many tokens are read.
    attention: FlopRate,
    /// Memory bandwidth that matrix multiplies, streaming kernels and cached attention reach.
    gemm_bandwidth: Bandwidth,
    streaming_bandwidth: Bandwidth,
    cache_bandwidth: Bandwidth,
    gather_bandwidth: Bandwidth,
    launch: Seconds,
    /// Rate of a long step over that of short kernels.
    sustained: f64,
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
        let gemm = machine
            .efficiency
            .gemm(precision)
            .map_err(|error| Reason::Missing { fact: error.to_string() })?;
        let wide = machine.device.first_peak(&[Precision::Bf16, Precision::Fp16]);
        let attention = wide.map_or(peak, |(_, wide)| wide.value).min(peak);
        let bandwidth = machine.memory_bandwidth;
        let shares = machine.efficiency;
        Ok(Roofline {
            peak,
            gemm,
            attention: attention * shares.attention_prefill.value,
            gemm_bandwidth: bandwidth * gemm.memory.value,
            streaming_bandwidth: bandwidth * shares.memory.value,
            cache_bandwidth: bandwidth * shares.attention_decode.value,
            gather_bandwidth: bandwidth * shares.embedding.value,
            launch: shares.launch.value,
            sustained,
        })
    }

    /// Time of an operator by the roofline bound.
    ///
    /// $$ t = \max\left( \frac{F}{\sigma\,\eta(F)\,P},\ \frac{S}{\sigma\,\eta_m B},\ t_0 \right) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $F, S$ | `operator.flops`, `operator.bytes` | FLOP, B |
    /// | $P, B$ | device | FLOP/s, B/s |
    /// | $\eta(F), \eta_m, t_0$ | calibration by kind of operator; experts by the work of one | 1, 1, s |
    /// | $\sigma$ | sustained rate of long steps | 1 |
    ///
    /// Source: `williams-2009-roofline`. `flops_factor` and `bytes_factor` scale the forward pass, for the
    /// backward one. Optimistic for ragged shapes.
    pub fn time(&self, operator: &Operator, flops_factor: f64, bytes_factor: f64) -> OperatorTime {
        let (rate, bandwidth, floor) = match operator.kind {
            OperatorKind::Gemm | OperatorKind::GroupedGemm => {
                let groups = operator.gemm.map_or(1.0, |gemm| gemm.groups.max(1.0));
                let share = self.gemm.compute(operator.flops / groups);
                (self.peak * share, self.gemm_bandwidth, self.gemm.floor)
            }
            OperatorKind::Attention => (self.attention, self.cache_bandwidth, self.launch),
            OperatorKind::Streaming => (self.peak, self.streaming_bandwidth, self.launch),
            OperatorKind::Gather => (self.peak, self.gather_bandwidth, self.launch),
        };
        let arithmetic = operator.flops * flops_factor / rate / self.sustained;
        let traffic = operator.bytes * bytes_factor / bandwidth / self.sustained;
        // A backward pass launches a kernel for each of its products.
        let floor = floor * flops_factor.max(bytes_factor).max(1.0).round();
        OperatorTime { exposed: arithmetic.max(traffic).max(floor), arithmetic, traffic }
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
