//! Calibration: the shares of peak that real software reaches, fitted from published measurements.
//!
//! ```text
//!  kernels.toml        matrix multiplies: curves of the device, then of its siblings
//!  [device.h200-sxm]   own rows, measured
//!        │ field missing
//!  like = "h100-sxm"   a sibling's rows; origin falls to interpolated
//!        │ field missing (fp16 takes the bf16 curves of the two above, and the reverse)
//!  [prior.cuda]        the family's prior, with its own origin
//! ```

use std::collections::BTreeMap;

use quarterdeck_units::{Flop, Seconds, ln};
use serde::{Deserialize, Serialize};

use crate::device::Device;
use crate::error::MissingFact;
use crate::kernels::{
    AttentionCurve, CollectiveCurves, ExpertCurve, GatherCurve, GemmCurve, KernelRow, Kernels,
};
use crate::kinds::{Family, Precision};
use crate::origin::{Citation, Cited, Fact, Origin, Provenance, SourceId, check_citation, cited};

/// One fitted number with its spread and the rows it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFitted<T>", bound(deserialize = "T: Deserialize<'de> + Clone"))]
pub struct Fitted<T = f64> {
    /// Central value: the median of the rows.
    pub value: T,
    /// Tenth percentile of the rows.
    pub low: T,
    /// Ninetieth percentile of the rows.
    pub high: T,
    /// Rows it rests on; 0 when it rests on none.
    pub rows: u32,
    /// How well it is known.
    pub origin: Origin,
    /// The source, absent only for assumed values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why this value, required when assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

cited!(Fitted<T> where T);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFitted<T> {
    value: T,
    low: Option<T>,
    high: Option<T>,
    #[serde(default)]
    rows: u32,
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl<T: Clone> TryFrom<RawFitted<T>> for Fitted<T> {
    type Error = String;

    fn try_from(raw: RawFitted<T>) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        if origin == Origin::Measured && raw.rows == 0 {
            return Err("a measured efficiency needs `rows`, the number of rows it rests on".to_owned());
        }
        Ok(Self {
            low: raw.low.unwrap_or_else(|| raw.value.clone()),
            high: raw.high.unwrap_or_else(|| raw.value.clone()),
            value: raw.value,
            rows: raw.rows,
            origin,
            source: raw.source,
            locator: raw.locator,
            reason: raw.reason,
        })
    }
}

/// Efficiency of matrix multiplies `m x k` by `k x n` at one precision, for families without measured rows.
///
/// Meant for the roofline bound with a floor:
///
/// $$ t = \max\left( \frac{F}{\eta_c(F) P},\ \frac{B}{\eta_m W},\ t_0 \right), \quad F = 2mnk $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $F$, $B$ | the shape | FLOP, B |
/// | $P$, $W$ | peak and memory bandwidth of the device | FLOP/s, B/s |
/// | $\eta_c(F)$, $\eta_m$ | `compute(work)`, `memory.value` | 1 |
/// | $t_0$ | `floor` | s |
///
/// The share of peak follows the work of a shape better than its rows: over measured bf16 shapes the median
/// error is 4 to 7 % by work and 6 to 10 % by rows. Where rows exist a [`GemmCurve`] stands instead: a third to
/// a half of the error over all shapes and in narrow formats, a little less on large 16-bit ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GemmEfficiency {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Share of dense peak by work, for compute-bound shapes, ascending in `work`.
    pub compute: Vec<ComputeBucket>,
    /// Share of memory bandwidth that memory-bound shapes reach.
    pub memory: MemoryBucket,
    /// Time of the smallest kernels.
    pub floor: Seconds,
}

/// Share of dense peak for shapes of about one amount of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputeBucket {
    /// Work at the middle of the bucket, which spans a factor of four.
    pub work: Flop,
    /// Median share.
    pub value: f64,
    /// Tenth percentile.
    pub low: f64,
    /// Ninetieth percentile.
    pub high: f64,
    /// Measured shapes in the bucket.
    pub rows: u32,
}

/// Share of memory bandwidth that memory-bound shapes reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryBucket {
    /// Median share.
    pub value: f64,
    /// Tenth percentile.
    pub low: f64,
    /// Ninetieth percentile.
    pub high: f64,
    /// Measured shapes.
    pub rows: u32,
}

impl GemmEfficiency {
    /// Share of dense peak for a compute-bound shape of the given work: between the middles of two
    /// buckets linear in the logarithm of work, beyond the first and last constant.
    ///
    /// Zero only when the calibration has no bucket, which reading the catalogue rules out.
    pub fn compute(&self, work: Flop) -> f64 {
        let after = self.compute.partition_point(|bucket| bucket.work <= work);
        match (after.checked_sub(1).and_then(|before| self.compute.get(before)), self.compute.get(after)) {
            (Some(left), Some(right)) => {
                let share = ln(work / left.work) / ln(right.work / left.work);
                left.value + share * (right.value - left.value)
            }
            (Some(only), None) | (None, Some(only)) => only.value,
            (None, None) => 0.0,
        }
    }
}

/// Matrix multiplies of one device at one precision: a curve where rows exist, shares by work where not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum GemmShares {
    /// Fitted to rows of the device or a sibling.
    Curve(GemmCurve),
    /// Measured by work, or the prior of the family.
    Prior(GemmEfficiency),
}

impl GemmShares {
    /// The fitted curve, if there is one.
    pub fn curve(&self) -> Option<&GemmCurve> {
        match self {
            GemmShares::Curve(curve) => Some(curve),
            GemmShares::Prior(_) => None,
        }
    }

    /// Where the numbers come from.
    pub fn cite(&self) -> &Citation {
        match self {
            GemmShares::Curve(curve) => &curve.cite,
            GemmShares::Prior(prior) => &prior.cite,
        }
    }
}

/// Collectives inside a scale-up domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkEfficiency {
    /// Share of one-way link bandwidth that the bus bandwidth of a large all-reduce reaches.
    pub all_reduce: Fitted,
    /// The same for all-gather and reduce-scatter.
    pub all_gather: Fitted,
    /// The same for all-to-all.
    pub all_to_all: Fitted,
    /// Time of the smallest collective.
    pub latency: Fitted<Seconds>,
}

/// Rows of one device or family in the file; what is absent is filled from sibling and prior.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EfficiencyRow {
    /// Device whose rows stand in for absent ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Matrix multiplies by precision, in priors and for processors that were measured by work; accelerators with
    /// rows have curves.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gemm: BTreeMap<Precision, GemmEfficiency>,
    /// Share of memory bandwidth that streaming kernels reach.
    pub memory: Option<Fitted>,
    /// Share of matrix peak that prefill and training attention reaches.
    pub attention_prefill: Option<Fitted>,
    /// Share of memory bandwidth that decode attention reaches.
    pub attention_decode: Option<Fitted>,
    /// Share of memory bandwidth that pooled embedding lookups reach.
    pub embedding: Option<Fitted>,
    /// Share of peak that the layers of recommendation inference reach on a saturated node, all overheads of
    /// the node included.
    pub recommendation_inference: Option<Fitted>,
    /// The same of low-rank cross layers, whose wide vectors and narrow products fill multipliers less.
    pub recommendation_cross: Option<Fitted>,
    /// Share of peak that the dense part of recommendation training reaches while it runs;
    /// communication, input and the iteration floor come on top.
    pub recommendation_training: Option<Fitted>,
    /// Collectives inside the scale-up domain.
    pub scale_up: Option<LinkEfficiency>,
    /// Share of network-card rate that tuned collectives reach between platforms.
    pub scale_out: Option<Fitted>,
    /// Time of the smallest collective between platforms.
    pub scale_out_latency: Option<Fitted<Seconds>>,
    /// Time from one kernel to the next when nothing else binds.
    pub launch: Option<Fitted<Seconds>>,
}

/// Every efficiency of one device, complete.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeviceEfficiency {
    /// Device id.
    pub device: String,
    /// Matrix multiplies, one entry for each precision the device has a peak for.
    pub gemm: BTreeMap<Precision, GemmShares>,
    /// Multiplies of experts, where rows of the device or a sibling exist.
    pub experts: BTreeMap<Precision, ExpertCurve>,
    /// Attention of whole sequences, where rows of the device or a sibling exist.
    pub attention: BTreeMap<Precision, AttentionCurve>,
    /// Collectives inside the scale-up domain, where rows of the device or a sibling exist.
    pub collectives: Option<CollectiveCurves>,
    /// Rows of tables fetched at random, where the device was measured.
    pub gather: Option<GatherCurve>,
    /// Share of memory bandwidth that streaming kernels reach.
    pub memory: Fitted,
    /// Share of matrix peak that prefill and training attention reaches.
    pub attention_prefill: Fitted,
    /// Share of memory bandwidth that decode attention reaches.
    pub attention_decode: Fitted,
    /// Share of memory bandwidth that pooled embedding lookups reach.
    pub embedding: Fitted,
    /// Share of peak that the layers of recommendation inference reach on a saturated node, all overheads of
    /// the node included.
    pub recommendation_inference: Fitted,
    /// The same of low-rank cross layers, whose wide vectors and narrow products fill multipliers less.
    pub recommendation_cross: Fitted,
    /// Share of peak that the dense part of recommendation training reaches while it runs;
    /// communication, input and the iteration floor come on top.
    pub recommendation_training: Fitted,
    /// Collectives inside the scale-up domain.
    pub scale_up: LinkEfficiency,
    /// Share of network-card rate that tuned collectives reach between platforms.
    pub scale_out: Fitted,
    /// Time of the smallest collective between platforms.
    pub scale_out_latency: Fitted<Seconds>,
    /// Time from one kernel to the next when nothing else binds.
    pub launch: Fitted<Seconds>,
}

impl DeviceEfficiency {
    /// Matrix-multiply efficiency at a precision.
    pub fn gemm(&self, precision: Precision) -> Result<&GemmShares, MissingFact> {
        let missing = || MissingFact::new(FILE, &format!("device.{}.gemm.{precision}", self.device));
        self.gemm.get(&precision).ok_or_else(missing)
    }

    /// Provenance of the given parts together.
    pub fn provenance(parts: &[&dyn Cited]) -> Provenance {
        parts.iter().map(|part| part.provenance()).fold(Provenance::none(), |all, part| all.merge(&part))
    }
}

/// Efficiencies that hold for every device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneralEfficiency {
    /// Ratio of slowest to mean device in embedding placement, after balancing.
    pub embedding_imbalance: Fact<f64>,
    /// Share of communication of recommendation training that stays exposed.
    pub exposed_communication: Fact<f64>,
    /// Host work between two steps of language-model serving.
    pub serving_step: Fact<Seconds>,
    /// Ratio of slowest to mean expert load.
    pub expert_imbalance: Fact<f64>,
    /// Share of its rated power that a fully loaded platform draws, by kind of load.
    pub busy_power: BTreeMap<String, Fact<f64>>,
}

/// The calibration file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Efficiencies {
    /// For every device.
    pub general: GeneralEfficiency,
    /// Priors of families.
    pub prior: BTreeMap<Family, EfficiencyRow>,
    /// Rows of devices.
    #[serde(default)]
    pub device: BTreeMap<String, EfficiencyRow>,
}

pub(crate) const FILE: &str = "calibration/efficiency.toml";

/// A value that may be borrowed from a sibling device, whose origin then falls to interpolated.
pub(crate) trait Borrow: Clone {
    fn borrowed(&self, from: &str) -> Self;
}

impl<T: Clone> Borrow for Fitted<T> {
    fn borrowed(&self, from: &str) -> Self {
        Self {
            origin: self.origin.weakest(Origin::Interpolated),
            reason: Some(borrowed_reason(from, self.reason.as_deref())),
            ..self.clone()
        }
    }
}

impl Borrow for LinkEfficiency {
    fn borrowed(&self, from: &str) -> Self {
        Self {
            all_reduce: self.all_reduce.borrowed(from),
            all_gather: self.all_gather.borrowed(from),
            all_to_all: self.all_to_all.borrowed(from),
            latency: self.latency.borrowed(from),
        }
    }
}

pub(crate) fn borrowed_reason(from: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("taken from {from}: {reason}"),
        None => format!("taken from {from}, a sibling of the same architecture"),
    }
}

/// The format that the matrix units run at the same rate and width, whose rows stand in for absent ones.
fn twin(precision: Precision) -> Option<Precision> {
    match precision {
        Precision::Fp16 => Some(Precision::Bf16),
        Precision::Bf16 => Some(Precision::Fp16),
        _ => None,
    }
}

/// Where a device's rows are looked for, in order; the flag says whether they are a sibling's.
struct Chain<'a> {
    rows: Vec<(&'a EfficiencyRow, Option<&'a str>)>,
}

impl Chain<'_> {
    fn find<T: Borrow>(&self, field: impl Fn(&EfficiencyRow) -> Option<&T>) -> Option<T> {
        self.rows.iter().find_map(|(row, sibling)| {
            field(row).map(|value| match sibling {
                Some(from) => value.borrowed(from),
                None => value.clone(),
            })
        })
    }
}

/// Where a device's curves are looked for: itself, then its siblings.
struct Nearest<'a> {
    names: &'a [&'a str],
    kernels: &'a Kernels,
}

impl Nearest<'_> {
    fn find<T: Borrow>(&self, field: impl Fn(&KernelRow) -> Option<&T>) -> Option<T> {
        self.names.iter().enumerate().find_map(|(place, name)| {
            let found = field(self.kernels.device.get(*name)?)?;
            Some(if place == 0 { found.clone() } else { found.borrowed(name) })
        })
    }
}

impl Efficiencies {
    /// Fills in every efficiency of a device from its curves and rows, its siblings' and its family's prior.
    ///
    /// Fails with the keys that all of them lack.
    pub fn resolve(&self, device: &Device, kernels: &Kernels) -> Result<DeviceEfficiency, Vec<MissingFact>> {
        let mut rows = Vec::new();
        let mut seen = vec![device.id.as_str()];
        if let Some(own) = self.device.get(&device.id) {
            rows.push((own, None));
            let mut like = own.like.as_deref();
            while let Some(sibling) = like.filter(|name| !seen.contains(name)) {
                seen.push(sibling);
                let row = self.device.get(sibling);
                rows.extend(row.map(|row| (row, Some(sibling))));
                like = row.and_then(|row| row.like.as_deref());
            }
        }
        // `seen` is the device and its siblings, nearest first.
        let nearest = Nearest { names: &seen, kernels };
        let curve = |precision: Precision| nearest.find(|row| row.gemm.get(&precision));
        let own_rows = rows.clone();
        let prior = self.prior.get(&device.family);
        rows.extend(prior.map(|prior| (prior, None)));
        let chain = Chain { rows };

        let mut experts = BTreeMap::new();
        let mut attention = BTreeMap::new();
        for precision in device.peak.keys().copied() {
            let twin = twin(precision).unwrap_or(precision);
            let found = nearest.find(|row| row.experts.get(&precision).or(row.experts.get(&twin)));
            experts.extend(found.map(|curve| (precision, curve)));
            let found = nearest.find(|row| row.attention.get(&precision).or(row.attention.get(&twin)));
            attention.extend(found.map(|curve| (precision, curve)));
        }
        let collectives = nearest.find(|row| row.collectives.as_ref());
        let gather = nearest.find(|row| row.gather.as_ref());

        let mut missing = Vec::new();
        let mut gemm = BTreeMap::new();
        for precision in device.peak.keys().copied() {
            let twin = || {
                let twin = twin(precision)?;
                Some(curve(twin)?.borrowed(twin.as_str()))
            };
            let own = own_rows.iter().find_map(|(row, _)| row.gemm.get(&precision)).cloned();
            let own = own.map(GemmShares::Prior);
            let found = own.or_else(|| curve(precision).or_else(twin).map(GemmShares::Curve));
            let prior = || Some(GemmShares::Prior(prior?.gemm.get(&precision)?.clone()));
            match found.or_else(prior) {
                Some(found) => drop(gemm.insert(precision, found)),
                None => {
                    missing.push(MissingFact::new(FILE, &format!("device.{}.gemm.{precision}", device.id)))
                }
            }
        }
        macro_rules! fields {
            ($($field:ident),+ $(,)?) => {
{
                $(let $field = chain.find(|row| row.$field.as_ref());
                if $field.is_none() {
                    let key = format!("device.{}.{}", device.id, stringify!($field));
                    missing.push(MissingFact::new(FILE, &key));
                })+
                match ($($field,)+) {
                    ($(Some($field),)+) if missing.is_empty() => {
                        Ok(DeviceEfficiency {
                            device: device.id.clone(), gemm, experts, attention, collectives, gather, $($field),+
                        })
                    }
                    _ => Err(missing),
                }
            }};
        }
        fields!(
            memory,
            attention_prefill,
            attention_decode,
            embedding,
            recommendation_inference,
            recommendation_cross,
            recommendation_training,
            scale_up,
            scale_out,
            scale_out_latency,
            launch,
        )
    }
}
