//! Kernel curves: a few numbers for each device and precision, fitted to measured kernel times.
//!
//! ```text
//!  measured rows ──cargo xtask calibrate──► data/calibration/kernels.toml ──► Kernels ──► operators
//!  (not in the repository)                  ten numbers a curve, with the fit's own residuals
//! ```
//!
//! The equations that the numbers belong to are in `quarterdeck-performance`, beside the operators.

use std::collections::BTreeMap;

use quarterdeck_units::{Bandwidth, Bytes, Seconds};
use serde::{Deserialize, Serialize};

use crate::efficiency::{Borrow, borrowed_reason};
use crate::kinds::Precision;
use crate::origin::{Citation, Origin};

pub(crate) const FILE: &str = "calibration/kernels.toml";

/// The file of kernel curves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kernels {
    /// Curves by device.
    #[serde(default)]
    pub device: BTreeMap<String, KernelRow>,
}

/// Curves of one device.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KernelRow {
    /// Matrix multiplies by precision.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gemm: BTreeMap<Precision, GemmCurve>,
    /// Multiplies of experts by precision.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub experts: BTreeMap<Precision, ExpertCurve>,
    /// Attention of whole sequences by precision.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attention: BTreeMap<Precision, AttentionCurve>,
    /// Collectives inside the scale-up domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collectives: Option<CollectiveCurves>,
    /// Rows of tables fetched at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gather: Option<GatherCurve>,
}

/// How far a curve is from the rows it was fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residuals {
    /// Rows.
    pub rows: u32,
    /// Median of the absolute error, as a share of the measured time.
    pub median: f64,
    /// Ninetieth percentile of the absolute error.
    pub p90: f64,
    /// Geometric mean of predicted over measured.
    pub mean: f64,
}

/// Whether the rows of a curve were measured at boost clocks or in runs long enough to meet the power limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clocks {
    /// Short runs; a long training step clocks lower.
    Boost,
    /// Runs whose power was metered: at the limit, as a long step is.
    Sustained,
}

/// Time of a matrix multiply by its shape: tiles in waves, a ramp along the depth, memory, and a floor.
///
/// The equation is at `GemmKernel` of `quarterdeck-performance`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GemmCurve {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Clocks of the rows.
    pub clocks: Clocks,
    /// Share of dense peak inside the main loop of a tile of 256 x 128.
    pub peak_share: f64,
    /// Depth whose multiply-adds would take as long as the start and the end of a tile, elements.
    pub ramp: f64,
    /// Share of an unfilled last wave that is paid, 0 to 1.
    pub wave_share: f64,
    /// Loss of smaller tiles for each unit of perimeter over area, elements.
    pub tile_loss: f64,
    /// Share of memory bandwidth at which partial sums of a divided depth are written and read.
    pub split_share: f64,
    /// Loss of rate for each factor of e by which the ideal time passes a millisecond.
    pub heating: f64,
    /// Share of memory bandwidth that operands and results reach.
    pub memory_share: f64,
    /// Time of the smallest kernel.
    pub floor: Seconds,
    /// Passes over the input that the measured kernel makes to cast it; left out of the time of a multiply.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cast: f64,
    /// Fit over all rows.
    pub all: Residuals,
    /// Fit over the shapes of training: 2,048 rows or more, 1,024 columns and depth or more.
    pub training: Residuals,
}

/// Time of the multiplies of a layer of experts over that of dense ones, which the rows time with all they move.
///
/// The equation is at `GemmKernel::expert_layer` of `quarterdeck-performance`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertCurve {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Clocks of the rows.
    pub clocks: Clocks,
    /// Rate of a multiply of many experts over that of dense multiplies of the same tiles.
    pub share: f64,
    /// Times that tokens are moved to experts and back, over one pass each way with the activation between.
    pub moves: f64,
    /// Time of the smallest layer.
    pub floor: Seconds,
    /// Fit over all rows.
    pub all: Residuals,
    /// Fit over 2,048 tokens or more with 512 or more columns for each expert.
    pub training: Residuals,
}

/// Time of causal attention over whole sequences by its shape.
///
/// The equation is at `FlashKernel` of `quarterdeck-performance`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttentionCurve {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Clocks of the rows.
    pub clocks: Clocks,
    /// Share of dense peak over long sequences with heads of 128 or wider.
    pub peak_share: f64,
    /// Keys that would take as long as the start and the end of a block of queries.
    pub ramp: f64,
    /// Share of an unfilled last wave that is paid, 0 to 1.
    pub wave_share: f64,
    /// Loss of narrow heads: the rate falls with this power of their width over 128.
    pub head_power: f64,
    /// Share of memory bandwidth.
    pub memory_share: f64,
    /// Time of the smallest kernel.
    pub floor: Seconds,
    /// Fit over all rows.
    pub all: Residuals,
    /// Fit over sequences of 1,024 or more, 2,048 tokens or more and 8 heads or more.
    pub training: Residuals,
}

/// Collectives inside a scale-up domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectiveCurves {
    /// All-reduce.
    pub all_reduce: CollectiveCurve,
    /// All-gather and reduce-scatter.
    pub all_gather: CollectiveCurve,
    /// All-to-all.
    pub all_to_all: CollectiveCurve,
}

/// Time of one kind of collective by size and group: the faster of a protocol for small messages and one for
/// large.
///
/// The equation is at `Protocols` of `quarterdeck-performance`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectiveCurve {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Latency of the protocol for small messages between two devices.
    pub small_latency: Seconds,
    /// Its bus bandwidth as a share of the one-way link bandwidth, in the largest group.
    pub small_share: f64,
    /// Latency of the protocol for large messages between two devices.
    pub large_latency: Seconds,
    /// Its bus bandwidth as a share of the one-way link bandwidth, in the largest group.
    pub large_share: f64,
    /// Growth of latency with each doubling of the group.
    pub doubling: f64,
    /// Power of the group's size over that of the largest with which bandwidth grows.
    pub group_power: f64,
    /// Devices of the largest group measured.
    pub largest: u32,
    /// Fit over all rows.
    pub all: Residuals,
    /// Fit over messages of 4 MB or more.
    pub training: Residuals,
}

/// Rate at which a device fetches rows of a table at random and sums them, by bytes of a row and of the table.
///
/// Points form a grid: every width of row at every size of table. How a rate is read between them is at
/// `gather_bandwidth` of `quarterdeck-performance`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatherCurve {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Rows that are summed into one.
    pub pooling: u32,
    /// Measured rates.
    pub point: Vec<GatherPoint>,
}

/// One measured rate of fetching rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatherPoint {
    /// Bytes of a row.
    pub row: Bytes,
    /// Bytes of the table that rows are drawn from, each as likely.
    pub table: Bytes,
    /// Bytes of rows a second, all threads of the device: median of the runs.
    pub bandwidth: Bandwidth,
    /// Slowest run.
    pub low: Bandwidth,
    /// Fastest run.
    pub high: Bandwidth,
}

impl GatherCurve {
    /// Widths of rows and sizes of tables, ascending, where every pair of them is measured once and is positive.
    pub fn grid(&self) -> Option<(Vec<Bytes>, Vec<Bytes>)> {
        let distinct = |of: fn(&GatherPoint) -> Bytes| {
            let mut all: Vec<Bytes> = self.point.iter().map(of).collect();
            all.sort_by(Bytes::total_cmp);
            all.dedup();
            all
        };
        let (rows, tables) = (distinct(|point| point.row), distinct(|point| point.table));
        let positive = |point: &GatherPoint| {
            point.row.is_positive() && point.table.is_positive() && point.bandwidth.is_positive()
        };
        let whole = self.point.len() == rows.len() * tables.len()
            && !self.point.is_empty()
            && self.point.iter().all(positive)
            && rows.iter().all(|row| tables.iter().all(|table| self.at(*row, *table).is_some()));
        whole.then_some((rows, tables))
    }

    /// The measured rate at a point of the grid.
    pub fn at(&self, row: Bytes, table: Bytes) -> Option<Bandwidth> {
        let found = self.point.iter().find(|point| point.row == row && point.table == table);
        found.map(|point| point.bandwidth)
    }
}

impl Borrow for GatherCurve {
    fn borrowed(&self, from: &str) -> Self {
        Self { cite: lent(&self.cite, from), ..self.clone() }
    }
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// The citation of a sibling's rows.
fn lent(cite: &Citation, from: &str) -> Citation {
    Citation {
        origin: cite.origin.weakest(Origin::Interpolated),
        reason: Some(borrowed_reason(from, cite.reason.as_deref())),
        ..cite.clone()
    }
}

impl Borrow for GemmCurve {
    fn borrowed(&self, from: &str) -> Self {
        Self { cite: lent(&self.cite, from), ..self.clone() }
    }
}

impl Borrow for ExpertCurve {
    fn borrowed(&self, from: &str) -> Self {
        Self { cite: lent(&self.cite, from), ..self.clone() }
    }
}

impl Borrow for AttentionCurve {
    fn borrowed(&self, from: &str) -> Self {
        Self { cite: lent(&self.cite, from), ..self.clone() }
    }
}

impl Borrow for CollectiveCurves {
    fn borrowed(&self, from: &str) -> Self {
        let lend =
            |curve: &CollectiveCurve| CollectiveCurve { cite: lent(&curve.cite, from), ..curve.clone() };
        Self {
            all_reduce: lend(&self.all_reduce),
            all_gather: lend(&self.all_gather),
            all_to_all: lend(&self.all_to_all),
        }
    }
}
