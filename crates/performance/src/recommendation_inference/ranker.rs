//! A ranker on a machine under a software stack: where its tables may lie, what one sample costs there, and how long
//! a batch takes.

use quarterdeck_catalog::{Precision, ServingStack};
use quarterdeck_units::{Bytes, Seconds};
use quarterdeck_workload::SampleWork;

use super::Placement;
use crate::collectives::Spent;
use crate::fit::{Breakdown, Hidden, Reason};
use crate::machine::Machine;
use crate::operators::gather_time;
use crate::queueing::BatchServer;

/// Number formats of a served ranker.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Formats {
    /// Of the layers.
    pub layers: Precision,
    /// Of low-rank cross layers, which lose accuracy first.
    pub cross: Precision,
}

impl Formats {
    /// One format throughout.
    pub const fn all(precision: Precision) -> Formats {
        Formats { layers: precision, cross: precision }
    }
}

/// Costs of one sample on one device under a placement.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SampleCost {
    /// Dense layers.
    pub dense: Seconds,
    /// Rows read from the device's memory.
    pub lookups: Seconds,
    /// Looked-up vectors that pass through memory again: copies between engines, changes of format.
    pub vectors: Seconds,
    /// Indices, and rows that the device lacks, over the host link.
    pub host: Seconds,
    /// Bytes of pooled vectors that a device sends to others.
    pub exchanged: Bytes,
    /// Devices among which vectors are exchanged.
    pub shards: f64,
    /// Whether several batches are under way, so that only the longest part shows.
    pub overlapped: bool,
}

impl SampleCost {
    /// Exposed time: the longest part where batches overlap, all parts where they do not.
    pub fn exposed(&self) -> Seconds {
        let memory = self.lookups + self.vectors;
        if self.overlapped { self.dense.max(memory).max(self.host) } else { self.dense + memory + self.host }
    }
}

/// A ranker on a machine, with what does not depend on batch or placement.
pub struct Ranker<'a> {
    pub(super) machine: &'a Machine<'a>,
    pub(super) work: &'a SampleWork,
    pub(super) formats: Formats,
    stack: &'a ServingStack,
    /// Bytes of a stored table element.
    element: f64,
    /// Share of a sample's operations left once candidates share the user's part.
    flops_share: f64,
    /// The same of its lookups.
    lookup_share: f64,
}

impl<'a> Ranker<'a> {
    /// A ranker whose requests hold `candidates` samples.
    pub fn new(
        machine: &'a Machine<'a>,
        work: &'a SampleWork,
        formats: Formats,
        stack: &'a ServingStack,
        candidates: f64,
    ) -> Ranker<'a> {
        // Rows are stored as narrow as the layers read them, never wider than they were trained.
        let element = stack.row_bytes.unwrap_or_else(|| formats.layers.bytes_per_element());
        Ranker {
            machine,
            work,
            formats,
            stack,
            element: element.min(work.training_element_bytes),
            flops_share: work.flops_share(candidates),
            lookup_share: work.lookup_share(candidates),
        }
    }

    /// Bytes of all tables as served.
    pub fn table_bytes(&self) -> Bytes {
        self.work.table_bytes(self.element)
    }

    /// Share of lookups that the most used rows answer when `kept` of all bytes lie on the device.
    pub fn hit_rate(&self, kept: f64) -> f64 {
        self.work.hit_rate(kept)
    }

    /// Bytes of a device that tables may take.
    pub fn room(&self) -> Bytes {
        let dense = Bytes::bytes(self.work.dense_parameters * self.formats.layers.bytes_per_element());
        (self.machine.memory * self.machine.steps.recommendation.memory_share.value - dense).max(Bytes::ZERO)
    }

    /// Every placement that the tables allow; the narrowest one that fits, and host memory where it is short.
    ///
    /// # Errors
    /// When no memory of the machine, nor of as many machines as may share tables, holds them.
    pub fn placements(&self) -> Result<Vec<Placement>, Reason> {
        let (tables, room) = (self.table_bytes(), self.room());
        if tables <= room {
            return Ok(vec![Placement::EachDevice]);
        }
        let mut placements = Vec::with_capacity(2);
        let on_platform = room * self.machine.devices;
        if on_platform.is_positive() {
            let platforms = (tables / on_platform).ceil().max(1.0);
            // Exchange between platforms needs a network.
            if platforms <= super::MOST_PLATFORMS && (platforms <= 1.0 || self.has_network()) {
                placements.push(Placement::Sharded { platforms });
            }
        }
        if let Some(hit_rate) = self.host_hit_rate() {
            placements.push(Placement::HostMemory { hit_rate });
        }
        if placements.is_empty() {
            let available = on_platform * super::MOST_PLATFORMS;
            return Err(Reason::Memory { of: "embedding tables", needed: tables, available });
        }
        Ok(placements)
    }

    fn has_network(&self) -> bool {
        self.machine.network.scale_out.all_to_all.is_positive()
    }

    /// Share of lookups that device memory answers when the rest lies in host memory, where that holds it all.
    pub fn host_hit_rate(&self) -> Option<f64> {
        let host = &self.machine.platform.host;
        host.link.as_ref()?;
        let usable = host.memory.value * self.machine.steps.recommendation.memory_share.value;
        let tables = self.table_bytes();
        (tables <= usable).then(|| self.work.hit_rate(self.room() / tables))
    }

    /// Time of the dense part of one sample.
    fn dense(&self) -> Result<Seconds, Reason> {
        let (machine, work) = (self.machine, self.work);
        let device = machine.efficiency;
        let layers = self.stack.layers.unwrap_or(device.recommendation_inference.value);
        let cross = self.stack.layers.unwrap_or(device.recommendation_cross.value);
        let mut time = work.layer_flops() / (machine.peak(self.formats.layers)? * layers);
        if work.cross_flops().is_positive() {
            time += work.cross_flops() / (machine.peak(self.formats.cross)? * cross);
        }
        Ok(time * self.flops_share)
    }

    /// Costs of one sample under a placement.
    ///
    /// $$ t_d = s\left(\frac{F_l}{\eta P_l} + \frac{F_x}{\eta_x P_x}\right), \quad
    ///    t_e = \lambda\frac{E s' h}{\eta_e B}, \quad t_v = \frac{p V b_v s'}{\eta_m B}, \quad
    ///    t_h = \frac{I}{B_l} + \max\left(\frac{E s' (1 - h)}{B_h}, \frac{L s' (1-h)\, \tau_h}{o_h}\right) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $F_l, F_x$ | `work`: operations of layers and of cross layers | FLOP |
    /// | $E, L, V$ | `work`: bytes by line, lookups, numbers that leave the tables | B, 1, 1 |
    /// | $s, s'$ | shares of operations and lookups left after the user's part is shared | 1 |
    /// | $P_l, P_x$ | peaks at the formats of both | FLOP/s |
    /// | $\eta, \eta_x, \eta_e, \eta_m$ | calibration: shares of peak and of bandwidth | 1 |
    /// | $p, b_v$ | stack: passes of vectors through memory, bytes of their elements | 1, B |
    /// | $\lambda$ | imbalance of shards | 1 |
    /// | $h$ | hit rate; 1 unless rows lie in host memory | 1 |
    /// | $I$ | indices, four bytes each | B |
    /// | $\tau_h, o_h$ | calibration of the host's tier: latency, fetches under way | s, 1 |
    ///
    /// On a machine whose random rows were measured $t_e$ is [`gather_time`] of its curve instead.
    ///
    /// Sources: `mlperf-inference` for the shares, `gupta-2020` for lines. Shares
    /// of peak hold for full batches.
    ///
    /// # Errors
    /// When the device has no peak at a format, or the calibration lacks the host's tier.
    pub fn sample_cost(&self, placement: Placement) -> Result<SampleCost, Reason> {
        let machine = self.machine;
        let calibration = &machine.steps.recommendation;
        let line =
            if machine.is_cpu() { calibration.line_cpu.value } else { calibration.line_accelerator.value };
        let read = self.work.bytes_read(self.element, line) * self.lookup_share;
        let (hit_rate, shards) = match placement {
            Placement::EachDevice => (1.0, 1.0),
            Placement::Sharded { platforms } => (1.0, platforms * machine.devices),
            Placement::HostMemory { hit_rate } => (hit_rate, 1.0),
        };
        let imbalance = if shards > 1.0 { machine.general.embedding_imbalance.value } else { 1.0 };
        let lookups = self.work.lookups * self.lookup_share;
        let host = match &machine.platform.host.link {
            Some(link) => {
                let tier =
                    calibration.tier("host").map_err(|gap| Reason::Missing { fact: gap.to_string() })?;
                let missed = 1.0 - hit_rate;
                let memory = machine.platform.host.memory_bandwidth.value / machine.devices;
                let streaming = read * missed / (link.value * calibration.host_link.value).min(memory);
                let waiting = tier.latency.value * (lookups * missed / tier.outstanding.value);
                Bytes::bytes(4.0 * lookups) / link.value + streaming.max(waiting)
            }
            None => Seconds::ZERO,
        };
        let pooled = self.work.pooled_elements * self.lookup_share;
        let fetched = match (&machine.efficiency.gather, placement) {
            // A measured curve says what rows cost where; rows kept in host memory are another matter.
            (Some(curve), Placement::EachDevice | Placement::Sharded { .. }) => {
                let table = self.table_bytes() / shards;
                let fetch = |(lookups, row): (f64, Bytes)| {
                    let per_byte = gather_time(curve, row, table, |share| self.work.hit_rate(share));
                    per_byte * (lookups * row.as_bytes() * self.lookup_share * imbalance)
                };
                self.work.rows_by_width(self.element, line).map(fetch).sum()
            }
            _ => {
                read * (hit_rate * imbalance)
                    / (machine.memory_bandwidth * machine.efficiency.embedding.value)
            }
        };
        let passed =
            Bytes::bytes(pooled * self.stack.vector_element(self.formats.layers) * self.stack.vector_passes);
        Ok(SampleCost {
            dense: self.dense()?,
            lookups: fetched,
            vectors: passed / (machine.memory_bandwidth * machine.efficiency.memory.value),
            host,
            exchanged: if shards > 1.0 { Bytes::bytes(pooled * 2.0) * imbalance } else { Bytes::ZERO },
            shards,
            overlapped: self.stack.under_way > 1.0,
        })
    }

    /// Time of a request beside the work of its samples.
    pub fn floor(&self) -> Seconds {
        if self.machine.is_cpu() { self.stack.floor_cpu } else { self.stack.floor }
    }

    fn exchange(&self, cost: &SampleCost, batch: f64) -> Spent {
        if cost.shards <= 1.0 {
            return Spent::default();
        }
        let network = &self.machine.network;
        network.all_to_all(cost.exchanged * batch, network.group(cost.shards, 1.0))
    }

    /// The devices of one platform behind one queue, for batches of `queries` that keep a device busy for `service`.
    pub fn server(&self, service: Seconds, queries: f64) -> BatchServer {
        BatchServer {
            service,
            queries,
            servers: self.machine.devices,
            beside: if self.stack.under_way > 1.0 { self.floor() } else { Seconds::ZERO },
            burst: self.machine.steps.recommendation.burst.value,
        }
    }

    /// Time for which one batch keeps a device busy, without headroom. One batch after the other waits for the floor
    /// and for every part; of several under way the longest part shows, and the floor of one runs beside the others.
    pub fn batch(&self, cost: &SampleCost, batch: f64) -> Breakdown {
        let exchange = self.exchange(cost, batch);
        let dense = cost.dense * batch;
        let memory = (cost.lookups + cost.vectors) * batch;
        let all = cost.exposed() * batch;
        let shown = if cost.overlapped { (memory - dense).max(Seconds::ZERO) } else { memory };
        let host = (all - dense - shown).max(Seconds::ZERO);
        let waiting = if cost.overlapped {
            (self.floor() * (1.0 / self.stack.under_way) - all - exchange.total()).max(Seconds::ZERO)
        } else {
            self.floor()
        };
        Breakdown {
            matrix: dense,
            embedding: shown,
            overhead: waiting,
            host,
            scale_up: exchange.scale_up,
            scale_out: exchange.scale_out,
            hidden: Hidden { device: memory - shown, ..Hidden::default() },
            ..Breakdown::default()
        }
    }

    /// Time from a batch's start to its answer, alone on a device.
    pub fn answer_time(&self, cost: &SampleCost, batch: f64) -> Seconds {
        let parts = cost.dense + cost.lookups + cost.vectors + cost.host;
        self.floor() + parts * batch + self.exchange(cost, batch).total()
    }

    /// Queries a second that the host hands to the engines of a platform, where that is known to bind.
    pub fn host_queries(&self) -> Option<f64> {
        self.stack.host_queries
    }

    /// Slowest of a hundred equal batches over the mean.
    pub fn tail(&self) -> f64 {
        self.stack.tail
    }
}
