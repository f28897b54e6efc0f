//! Memory streams: read, copy and triad over arrays past the caches, and copies within the last cache, by threads.

use crate::sample::{Summary, rounds};
use crate::threads::together;
use quarterdeck_units::Bytes;
use std::time::Duration;

/// Last cache taken where the system does not tell: larger than any, so that streams reach memory.
pub const CACHE_WHERE_UNKNOWN: Bytes = Bytes::megabytes(64.0);

/// What a stream does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StreamKind {
    /// Sums an array: each byte is read once.
    Read,
    /// Copies an array, as the system's library does: each byte is read once and written once.
    Copy,
    /// `a = b + s c`: two arrays read, one written. What a cache reads before it writes is not counted.
    Triad,
    /// Copies within half the last cache.
    CacheCopy,
}

impl StreamKind {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            StreamKind::Read => "read",
            StreamKind::Copy => "copy",
            StreamKind::Triad => "triad",
            StreamKind::CacheCopy => "copy in cache",
        }
    }
}

/// Rate of one stream.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StreamRate {
    /// What it does.
    pub kind: StreamKind,
    /// Threads.
    pub threads: usize,
    /// Bytes a second.
    pub rate: Summary,
}

/// Arrays together are this many times the last cache.
const PAST_CACHE: f64 = 6.0;
/// Most memory of the arrays.
const MOST: Bytes = Bytes::megabytes(1536.0);

/// Threads whose rates are measured: 1, 2, 4 … and all.
pub fn counts(threads: usize) -> Vec<usize> {
    let mut counts: Vec<usize> = std::iter::successors(Some(1), |count| Some(count * 2))
        .take_while(|count| *count < threads)
        .collect();
    counts.push(threads.max(1));
    counts
}

/// Measures every stream at every number of threads.
pub fn measure(threads: usize, cache: Bytes, time: Duration) -> Vec<StreamRate> {
    let elements = |bytes: Bytes| (bytes.as_bytes() / 24.0) as usize;
    let length = elements((cache * PAST_CACHE).min(MOST)).max(threads * 1024);
    let small = elements(cache * 0.5).clamp(threads * 64, length);
    let mut arrays = Arrays {
        a: vec![1.0; length],
        b: (0..length).map(|index| (index % 17) as f64).collect(),
        c: vec![2.0; length],
    };
    let mut trials: Vec<(StreamKind, usize)> = Vec::new();
    for count in counts(threads) {
        for kind in [StreamKind::Read, StreamKind::Copy, StreamKind::Triad, StreamKind::CacheCopy] {
            trials.push((kind, count));
        }
    }
    let rates = rounds(trials.len(), time, |trial| {
        let (kind, count) = trials[trial];
        arrays.run(kind, count, if kind == StreamKind::CacheCopy { small } else { length })
    });
    let named = trials.into_iter().zip(rates);
    named.filter_map(|((kind, threads), rate)| Some(StreamRate { kind, threads, rate: rate? })).collect()
}

struct Arrays {
    a: Vec<f64>,
    b: Vec<f64>,
    c: Vec<f64>,
}

/// Passes over arrays in cache, so that a run is long enough for the clock.
const CACHE_PASSES: usize = 8;

impl Arrays {
    /// Runs a stream over the first `length` elements and returns bytes a second.
    fn run(&mut self, kind: StreamKind, threads: usize, length: usize) -> f64 {
        let part = length.div_ceil(threads);
        let parts: Vec<_> = self.a[..length]
            .chunks_mut(part)
            .zip(self.b[..length].chunks(part))
            .zip(self.c[..length].chunks(part))
            .collect();
        let (words, passes) = match kind {
            StreamKind::Read => (1.0, 1),
            StreamKind::Copy => (2.0, 1),
            StreamKind::Triad => (3.0, 1),
            StreamKind::CacheCopy => (2.0, CACHE_PASSES),
        };
        let taken = together(parts, |((a, b), c)| match kind {
            StreamKind::Read => drop(std::hint::black_box(sum(b))),
            StreamKind::Copy => a.copy_from_slice(std::hint::black_box(b)),
            StreamKind::Triad => {
                let scale = std::hint::black_box(3.0);
                for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                    *a = b + scale * c;
                }
            }
            StreamKind::CacheCopy => {
                for _ in 0..CACHE_PASSES {
                    a.copy_from_slice(std::hint::black_box(b));
                    std::hint::black_box(&mut *a);
                }
            }
        });
        words * 8.0 * length as f64 * f64::from(passes as u32) / taken.as_secs_f64()
    }
}

/// Sum in lanes, so that additions do not wait for one another.
fn sum(values: &[f64]) -> f64 {
    let mut lanes = [0.0; 32];
    for chunk in values.chunks_exact(lanes.len()) {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_double_up_to_all() {
        assert_eq!(counts(1), [1]);
        assert_eq!(counts(2), [1, 2]);
        assert_eq!(counts(12), [1, 2, 4, 8, 12]);
    }

    #[test]
    fn streams_do_what_they_say() {
        let mut arrays = Arrays { a: vec![0.0; 100], b: vec![5.0; 100], c: vec![7.0; 100] };
        assert!(arrays.run(StreamKind::Triad, 3, 100) > 0.0);
        assert!(arrays.a.iter().all(|value| *value == 26.0));
        arrays.run(StreamKind::Copy, 2, 99);
        assert_eq!((arrays.a[98], arrays.a[99]), (5.0, 26.0));
        assert_eq!(sum(&[1.5; 64]), 96.0);
    }
}
