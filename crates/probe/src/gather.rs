//! The embedding curve: rows of a table fetched at random and summed, by width of row and size of table.

use crate::sample::{Summary, rounds};
use crate::threads::together;
use quarterdeck_units::Bytes;
use rten_simd::ops::NumOps;
use rten_simd::{Isa, SimdOp};
use std::time::Duration;

/// Rate of one width of row in one size of table.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GatherRate {
    /// Bytes of a row.
    pub row: Bytes,
    /// Bytes of the table.
    pub table: Bytes,
    /// Bytes of rows a second, all threads.
    pub rate: Summary,
}

/// Rows that are summed into one, a usual pooling of rankers.
pub const POOLING: usize = 32;
/// Elements of the rows, of four bytes.
const WIDTHS: [usize; 4] = [16, 32, 64, 128];
/// Bytes that one thread fetches in a run: tens of milliseconds.
const BYTES_OF_A_RUN: f64 = 64e6;
/// Ratio of one size of table to the next.
const STEP: f64 = 4.0;

/// Sizes of tables: from a quarter of the last cache by factors of four to the memory that may be taken.
pub fn sizes(cache: Bytes, memory: Bytes) -> Vec<Bytes> {
    let memory = memory.max(Bytes::megabytes(8.0));
    // Whole rows of the widest kind.
    let whole = |bytes: Bytes| {
        let row = 4.0 * WIDTHS[WIDTHS.len() - 1] as f64;
        Bytes::bytes((bytes.as_bytes() / row).floor() * row)
    };
    let first = (cache * 0.25).min(memory * (1.0 / STEP));
    let mut sizes: Vec<Bytes> = std::iter::successors(Some(first), |size| Some(*size * STEP))
        .take_while(|size| *size * 1.5 < memory)
        .collect();
    sizes.push(memory);
    sizes.into_iter().map(whole).collect()
}

/// Measures the curve on all threads.
pub fn measure(threads: usize, cache: Bytes, memory: Bytes, time: Duration) -> Vec<GatherRate> {
    let sizes = sizes(cache, memory);
    let largest = sizes.last().map_or(0.0, |size| size.as_bytes());
    let table = filled((largest / 4.0) as usize, threads);
    let trials: Vec<(Bytes, usize)> =
        sizes.iter().flat_map(|size| WIDTHS.map(|width| (*size, width))).collect();
    let mut seed = 1;
    let rates = rounds(trials.len(), time, |trial| {
        let (size, width) = trials[trial];
        let part = &table[..(size.as_bytes() / 4.0) as usize];
        seed += 1;
        run(part, width, threads, seed, BYTES_OF_A_RUN)
    });
    trials
        .into_iter()
        .zip(rates)
        .filter_map(|((table, width), rate)| {
            Some(GatherRate { row: Bytes::bytes(4.0 * width as f64), table, rate: rate? })
        })
        .collect()
}

/// A table whose pages are all written, by all threads, so that each lies near one of them.
fn filled(elements: usize, threads: usize) -> Vec<f32> {
    let mut table = vec![0.0_f32; elements];
    let part = elements.div_ceil(threads).max(1);
    together(table.chunks_mut(part).collect(), |part: &mut [f32]| {
        for (index, value) in part.iter_mut().enumerate() {
            *value = (index % 13) as f32;
        }
    });
    table
}

/// Fetches rows on every thread and returns bytes of rows a second.
fn run(table: &[f32], width: usize, threads: usize, seed: u64, bytes: f64) -> f64 {
    let bags = (bytes / (4 * width * POOLING) as f64).ceil().max(1.0) as usize;
    let mut sums = vec![0.0_f32; threads * bags * width];
    let parts: Vec<(Vec<u32>, &mut [f32])> = (0..)
        .map(|thread| draw(seed * 977 + thread, bags * POOLING, table.len() / width))
        .zip(sums.chunks_mut(bags * width))
        .collect();
    let taken = together(parts, |(rows, sums)| Bags { table, width, rows: &rows, sums }.dispatch());
    std::hint::black_box(&sums);
    (threads * bags * POOLING * width * 4) as f64 / taken.as_secs_f64()
}

/// Numbers of rows drawn evenly, by a linear congruential generator whose high half is random enough to defeat
/// prefetchers. Constants: D. E. Knuth, MMIX, as in TAOCP vol. 2, 3.3.4.
fn draw(seed: u64, count: usize, rows: usize) -> Vec<u32> {
    let rows = rows.min(u32::MAX as usize) as u64;
    let next =
        |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let mut state = next(seed);
    let mut drawn = Vec::with_capacity(count);
    for _ in 0..count {
        state = next(state);
        drawn.push((((state >> 32) * rows) >> 32) as u32);
    }
    drawn
}

/// Elements of a cache line.
const LINE: usize = 16;
/// Rows that are asked for ahead of the one that is summed, as embedding kernels do.
const AHEAD: usize = 16;

/// Sums `POOLING` rows of a table into each row of `sums`.
struct Bags<'a> {
    table: &'a [f32],
    /// Elements of a row.
    width: usize,
    /// Numbers of the rows, one bag after the other.
    rows: &'a [u32],
    sums: &'a mut [f32],
}

impl SimdOp for Bags<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        // Sums stay in registers: as many vectors as a row has.
        match self.width / isa.f32().len() {
            1 => self.sum::<I, 1>(isa),
            2 => self.sum::<I, 2>(isa),
            4 => self.sum::<I, 4>(isa),
            8 => self.sum::<I, 8>(isa),
            16 => self.sum::<I, 16>(isa),
            _ => self.sum::<I, 32>(isa),
        }
    }
}

impl Bags<'_> {
    #[inline(always)]
    fn sum<I: Isa, const VECTORS: usize>(self, isa: I) {
        let Bags { table, width, rows, sums } = self;
        let ops = isa.f32();
        let lanes = ops.len();
        for (index, sums) in sums.chunks_exact_mut(width).enumerate() {
            let first = index * POOLING;
            let mut totals = [ops.zero(); VECTORS];
            for place in first..first + POOLING {
                if let Some(asked) = rows.get(place + AHEAD) {
                    let asked = *asked as usize * width;
                    for line in table[asked..asked + width].chunks_exact(LINE) {
                        ops.prefetch(line.as_ptr());
                    }
                }
                let start = rows[place] as usize * width;
                let row = &table[start..start + width];
                for (total, value) in totals.iter_mut().zip(row.chunks_exact(lanes)) {
                    *total = ops.add(*total, ops.load(value));
                }
            }
            for (total, sum) in totals.into_iter().zip(sums.chunks_exact_mut(lanes)) {
                ops.store(total, sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_go_from_cache_to_memory() {
        let found = sizes(Bytes::megabytes(32.0), Bytes::gigabytes(2.0));
        let megabytes: Vec<f64> = found.iter().map(|size| size.as_megabytes().round()).collect();
        assert_eq!(megabytes, [8.0, 32.0, 128.0, 512.0, 2000.0]);
        assert!(
            sizes(Bytes::gigabytes(1.0), Bytes::megabytes(1.0)).len() >= 2,
            "little memory still has a curve"
        );
    }

    #[test]
    fn bags_are_sums_of_rows_of_the_table() {
        // Each row holds its own number, so that a bag of one value is that many rows of it.
        let table: Vec<f32> = (0..64).flat_map(|row| [row as f32; 16]).collect();
        let mut sums = vec![0.0; 16 * 100];
        Bags { table: &table, width: 16, rows: &draw(5, 100 * POOLING, 64), sums: &mut sums }.dispatch();
        for bag in sums.chunks_exact(16) {
            assert!(bag.iter().all(|value| *value == bag[0]), "elements of a row differ");
            assert!((0.0..=(63 * POOLING) as f32).contains(&bag[0]));
        }
        let mean = sums.iter().sum::<f32>() / sums.len() as f32 / POOLING as f32;
        assert!((mean - 31.5).abs() < 2.5, "rows are drawn evenly: mean {mean}");
    }
}
