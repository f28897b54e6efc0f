//! Tiers of memory: the rows looked up most lie in the fastest, and what each answers bounds the time of a sample by
//! its rate or by its latency.

use std::fmt;

use quarterdeck_catalog::TierCalibration;
use quarterdeck_units::{Bandwidth, Bytes, Seconds};
use quarterdeck_workload::SampleWork;

use crate::machine::Machine;

/// A memory that rows may lie in.
#[derive(Clone, PartialEq, Debug)]
pub struct MemoryTier {
    /// Name in words.
    pub name: String,
    /// What tables may take of it.
    pub capacity: Bytes,
    /// Rate at which rows arrive, as reached.
    pub bandwidth: Bandwidth,
    /// Time of one fetch.
    pub latency: Seconds,
    /// Fetches under way at once.
    pub outstanding: f64,
    /// Bytes that one fetch brings at least.
    pub line: f64,
}

impl MemoryTier {
    /// A tier of the calibration with the capacity that a platform gives it.
    pub fn of(tier: &TierCalibration, capacity: Bytes) -> MemoryTier {
        MemoryTier {
            name: tier.title.clone(),
            capacity,
            bandwidth: tier.bandwidth.value,
            latency: tier.latency.value,
            outstanding: tier.outstanding.value,
            line: tier.line.value,
        }
    }
}

/// Where the lookups of a sample are answered.
#[derive(Clone, PartialEq, Debug)]
pub struct Spread {
    /// By tier, in the order of the tiers.
    pub tiers: Vec<TierShare>,
}

/// What one tier holds and answers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TierShare {
    /// Bytes of tables that lie in it.
    pub held: Bytes,
    /// Share of lookups that it answers.
    pub hit_rate: f64,
    /// Time of its part of one sample.
    pub time: Seconds,
}

impl Spread {
    /// Time of the lookups of one sample when tiers answer one after the other.
    pub fn time(&self) -> Seconds {
        self.tiers.iter().map(|tier| tier.time).sum()
    }
}

/// Tables that no tier, nor all of them together, can hold.
#[derive(Clone, PartialEq, Debug)]
pub struct NoRoom {
    /// Bytes of the tables.
    pub needed: Bytes,
    /// Bytes of all tiers.
    pub available: Bytes,
    /// Names of the tiers.
    pub tiers: Vec<String>,
}

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "embedding tables need {:.1}; the tiers ({}) hold {:.1} together",
            self.needed,
            self.tiers.join(", "),
            self.available
        )
    }
}

impl std::error::Error for NoRoom {}

/// Spreads the tables of a model over tiers, the rows looked up most for each of their bytes in the first.
///
/// $$ h_k = h\left(\sum_{j \le k} C_j\right) - h\left(\sum_{j < k} C_j\right), \qquad
///    t_k = \max\left( \frac{h_k E_k}{B_k},\ \frac{h_k L\,\tau_k}{o_k} \right) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $C_k, B_k, \tau_k, o_k$ | `tiers`: capacity, rate, latency, fetches under way | B, B/s, s, 1 |
/// | $h$ | the model's laws of indices over all tables | 1 |
/// | $E_k, L$ | bytes of a sample's rows by the tier's line; lookups | B, 1 |
///
/// Sources: `gupta-2020` for lines; Little's law for the bound by latency. Holds for caches that keep the rows used
/// most; the least used go first in those that keep recent rows, which costs a few hundredths of the hit rate.
///
/// # Errors
/// When all tiers together are smaller than the tables.
pub fn spread(work: &SampleWork, element_bytes: f64, tiers: &[MemoryTier]) -> Result<Spread, NoRoom> {
    let needed = work.table_bytes(element_bytes);
    let available: Bytes = tiers.iter().map(|tier| tier.capacity).sum();
    if needed > available {
        let tiers = tiers.iter().map(|tier| tier.name.clone()).collect();
        return Err(NoRoom { needed, available, tiers });
    }
    let (mut kept, mut answered) = (Bytes::ZERO, 0.0);
    let shares = tiers
        .iter()
        .map(|tier| {
            let held = tier.capacity.min(needed - kept);
            kept += held;
            let hits = if needed.is_positive() { work.hit_rate(kept / needed) } else { 1.0 };
            let hit_rate = (hits - answered).max(0.0);
            answered = hits;
            let streaming = work.bytes_read(element_bytes, tier.line) * hit_rate / tier.bandwidth;
            let waiting = tier.latency * (hit_rate * work.lookups / tier.outstanding);
            TierShare { held, hit_rate, time: streaming.max(waiting) }
        })
        .collect();
    Ok(Spread { tiers: shares })
}

/// The tiers of one device of a machine: on-chip memory where its rate is printed, its own memory, and its share of
/// the host's.
///
/// # Errors
/// When the calibration lacks the host's tier.
pub fn of_machine(machine: &Machine) -> Result<Vec<MemoryTier>, quarterdeck_catalog::MissingFact> {
    let calibration = &machine.steps.recommendation;
    let line = if machine.is_cpu() { calibration.line_cpu.value } else { calibration.line_accelerator.value };
    let share = calibration.memory_share.value;
    let mut tiers = Vec::with_capacity(3);
    let embedding = machine.efficiency.embedding.value;
    if let Some((sram, bandwidth)) =
        machine.device.sram.as_ref().and_then(|sram| Some((sram, sram.bandwidth.as_ref()?)))
    {
        tiers.push(MemoryTier {
            name: "on-chip memory".to_owned(),
            capacity: sram.capacity.value * share,
            bandwidth: bandwidth.value * embedding,
            latency: Seconds::ZERO,
            outstanding: 1.0,
            line,
        });
    }
    tiers.push(MemoryTier {
        name: "memory of the device".to_owned(),
        capacity: machine.memory * share,
        bandwidth: machine.memory_bandwidth * embedding,
        latency: Seconds::ZERO,
        outstanding: 1.0,
        line,
    });
    if let Some(link) = &machine.platform.host.link {
        let host = &machine.platform.host;
        let mut tier = MemoryTier::of(calibration.tier("host")?, host.memory.value * share);
        let of_memory = host.memory_bandwidth.value / machine.devices;
        tier.bandwidth = (link.value * calibration.host_link.value).min(of_memory);
        tiers.push(tier);
    }
    Ok(tiers)
}
