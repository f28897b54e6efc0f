//! Measures the machine it runs on: matrix multiplies, memory, random rows, clocks, topology and an NVIDIA GPU where
//! there is one. What it finds becomes entries of the catalogue with origin `measured`.
//!
//! ```text
//!  /proc, /sys ──► Topology ─┐
//!  gemm, stream, gather,     ├─► Measured ──entry──► Overlay ──► probe.toml ──► `rank --on measured:probe.toml`
//!  clocks, gpu ──────────────┤        └─────text, json──► people, programs
//!  load, steal ──► Noise ────┘
//! ```
//!
//! This crate stands beside the fronts: it may ask the clock, start threads and read the machine, which no stage may.
//! Rates are by processor time, so that waiting for a turn does not count as working slowly. Every rate is the median of several runs with the slowest and the fastest beside it, and runs are spread over the
//! whole time, so that a busy minute of a shared machine shows as spread and not as a wrong number.

mod clocks;
mod date;
mod entry;
mod gather;
mod gemm;
pub mod gpu;
mod json;
mod noise;
mod sample;
mod stream;
mod text;
mod threads;
mod topology;

pub use clocks::Clocks;
pub use entry::{EntryOptions, entry};
pub use gather::GatherRate;
pub use gemm::{GemmRate, GemmShape, GemmTable};
pub use noise::Noise;
pub use sample::Summary;
pub use stream::{StreamKind, StreamRate};
pub use topology::{Cache, Topology};

use gpu::Gpu;
use quarterdeck_units::Bytes;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// How to measure.
#[derive(Clone, Debug)]
pub struct Options {
    /// Time to take, about; each kind of measurement makes three rounds at least.
    pub time: Duration,
    /// Most threads; those that the system grants if none.
    pub threads: Option<NonZeroUsize>,
    /// Most memory that tables may take; a quarter of what is available, 4 GiB at most, if none.
    pub memory: Option<Bytes>,
    /// Whether to look for a GPU.
    pub gpu: bool,
}

/// Memory taken where the user names no limit, so that neighbours on a shared machine keep theirs.
const POLITE_MEMORY: Bytes = Bytes::gibibytes(4.0);
/// Share of the available memory that is taken at most.
const POLITE_SHARE: f64 = 0.25;

/// What was found.
#[derive(Clone, Debug)]
pub struct Measured {
    /// When it was measured, in days of UTC: `2026-01-31`.
    pub date: String,
    /// Time that it took.
    pub taken: Duration,
    /// Threads that ran.
    pub threads: usize,
    /// The machine.
    pub topology: Topology,
    /// What else went on.
    pub noise: Noise,
    /// Matrix multiplies, a table for each number format.
    pub gemm: Vec<GemmTable>,
    /// Number formats whose instructions the processor has and this program has no kernel for.
    pub unmeasured: Vec<&'static str>,
    /// Memory streams.
    pub stream: Vec<StreamRate>,
    /// Random rows, all threads.
    pub gather: Vec<GatherRate>,
    /// Rates of the first second and of the last.
    pub clocks: Clocks,
    /// The GPUs, or why there is none.
    pub gpu: Result<Vec<Gpu>, String>,
}

/// Shares of the time: clocks, matrix multiplies, streams; the rest is for rows.
const TIME_SHARES: (f64, f64, f64) = (0.12, 0.38, 0.18);

/// Measures; `say` is told what begins.
pub fn probe(options: &Options, say: &mut dyn FnMut(&str)) -> Measured {
    let began = Instant::now();
    let topology = Topology::of_this_machine();
    let granted = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = options.threads.map_or(granted, |most| most.get().min(granted));
    let watch = noise::Watch::start();
    let part = |share: f64| options.time.mul_f64(share);
    say("sustained rate");
    let clocks = clocks::measure(threads, part(TIME_SHARES.0));
    say("matrix multiplies");
    let gemm = gemm::measure(threads, part(TIME_SHARES.1));
    say("memory streams");
    let cache = topology.last_level_cache().unwrap_or(stream::CACHE_WHERE_UNKNOWN);
    let stream = stream::measure(threads, cache, part(TIME_SHARES.2));
    say("random rows");
    let memory = options.memory.unwrap_or_else(|| {
        topology
            .memory_available
            .map_or(Bytes::gibibytes(1.0), |free| (free * POLITE_SHARE).min(POLITE_MEMORY))
    });
    let rest = options.time.saturating_sub(began.elapsed()).max(part(0.2));
    let gather = gather::measure(threads, cache, memory, rest);
    let gpu = if options.gpu {
        say("graphics processors");
        gpu::measure()
    } else {
        Err("not looked for".to_owned())
    };
    Measured {
        date: date::today(),
        taken: began.elapsed(),
        threads,
        noise: watch.stop(),
        unmeasured: topology.formats_without_kernel(),
        topology,
        gemm,
        stream,
        gather,
        clocks,
        gpu,
    }
}
