//! Matrix multiplies of ranking shapes by number format, through the kernels of `rten-gemm`.

use crate::sample::{Summary, rounds};
use crate::threads::{of_all_threads, of_this_thread};
use quarterdeck_catalog::Precision;
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, PackedBMatrix};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use std::time::Duration;

/// Shape of a product `rows x depth` by `depth x columns`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GemmShape {
    /// Rows: samples of a batch.
    pub rows: usize,
    /// Columns: width of a layer's output.
    pub columns: usize,
    /// Depth: width of its input.
    pub depth: usize,
}

impl GemmShape {
    /// Operations, a multiply-add counting two.
    pub fn flops(self) -> f64 {
        2.0 * self.rows as f64 * self.columns as f64 * self.depth as f64
    }

    /// Bytes of operands and result, each moved once.
    pub fn bytes(self, element: f64, result: f64) -> f64 {
        let (rows, columns, depth) = (self.rows as f64, self.columns as f64, self.depth as f64);
        element * (rows * depth + depth * columns) + result * rows * columns
    }
}

/// Rate of one shape.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GemmRate {
    /// The shape.
    pub shape: GemmShape,
    /// Operations a second.
    pub rate: Summary,
}

/// Rates at one number format.
#[derive(Clone, PartialEq, Debug)]
pub struct GemmTable {
    /// Numbers of the operands.
    pub precision: Precision,
    /// Kernel that ran, by its own name.
    pub kernel: String,
    /// Threads.
    pub threads: usize,
    /// Shapes with arithmetic enough to be bound by it.
    pub shapes: Vec<GemmRate>,
    /// A product of few rows with weights past the caches, bound by memory.
    pub thin: GemmRate,
    /// Time of the smallest product, s.
    pub floor: Summary,
    /// Rate of the best shape on one thread, operations a second.
    pub one_thread: Summary,
}

impl GemmTable {
    /// The best median over the shapes, operations a second.
    pub fn peak(&self) -> f64 {
        self.shapes.iter().map(|shape| shape.rate.median).fold(0.0, f64::max)
    }
}

/// Least time of one run: short products are repeated until then, so that the clock's grain does not count.
const LEAST_RUN: Duration = Duration::from_millis(8);
/// Rows of the products of ranking layers.
const ROWS: [usize; 3] = [64, 256, 1024];
/// Widths of ranking layers.
const WIDTHS: [usize; 4] = [256, 512, 1024, 2048];
/// Product bound by memory: weights of 64 MB in 32 bits.
const THIN: GemmShape = GemmShape { rows: 4, columns: 4096, depth: 4096 };
/// The smallest product.
const SMALLEST: GemmShape = GemmShape { rows: 1, columns: 16, depth: 16 };

/// The shape whose rate is followed over time, and measured on one thread.
pub const LARGE: GemmShape = GemmShape { rows: 1024, columns: 1024, depth: 1024 };

fn shapes() -> Vec<GemmShape> {
    let square = |rows: usize| WIDTHS.map(|width| GemmShape { rows, columns: width, depth: width });
    ROWS.into_iter().flat_map(square).collect()
}

/// A product with its operands, ready to run.
pub trait Product {
    /// Runs it once.
    fn run(&mut self);
}

/// In 32-bit floating point.
pub struct Single {
    kernel: GemmExecutor<f32, f32, f32>,
    left: NdTensor<f32, 2>,
    /// Weights, packed once as engines of inference do.
    right: PackedBMatrix<f32>,
    result: Vec<f32>,
}

impl Single {
    /// A product of small whole numbers, so that none is denormal.
    pub fn new(shape: GemmShape) -> Single {
        let fill = |rows: usize, columns: usize| {
            let values = (0..rows * columns).map(|index| (index % 7) as f32 - 3.0).collect::<Vec<f32>>();
            NdTensor::from_data([rows, columns], values)
        };
        let kernel = GemmExecutor::default();
        Single {
            left: fill(shape.rows, shape.depth),
            right: kernel.prepack_b(fill(shape.depth, shape.columns).view()),
            kernel,
            result: vec![0.0; shape.rows * shape.columns],
        }
    }
}

impl Product for Single {
    fn run(&mut self) {
        let (left, right) = (GemmInputA::Unpacked(self.left.view()), GemmInputB::Packed(&self.right));
        let ran = self.kernel.gemm(&mut self.result, left, right, Default::default());
        assert!(ran.is_ok(), "operands and result fit by construction");
        std::hint::black_box(&self.result);
    }
}

/// In 8-bit integers with sums of 32 bits.
struct Narrow {
    kernel: GemmExecutor<u8, i8, i32>,
    left: NdTensor<u8, 2>,
    right: PackedBMatrix<i8>,
    result: Vec<i32>,
}

impl Narrow {
    fn new(shape: GemmShape) -> Narrow {
        let left = (0..shape.rows * shape.depth).map(|index| (index % 7) as u8).collect::<Vec<u8>>();
        let right = (0..shape.depth * shape.columns).map(|index| (index % 5) as i8 - 2).collect::<Vec<i8>>();
        let right = NdTensor::from_data([shape.depth, shape.columns], right);
        let kernel = GemmExecutor::default();
        Narrow {
            left: NdTensor::from_data([shape.rows, shape.depth], left),
            right: kernel.prepack_b(right.view()),
            kernel,
            result: vec![0; shape.rows * shape.columns],
        }
    }
}

impl Product for Narrow {
    fn run(&mut self) {
        let (left, right) = (GemmInputA::Unpacked(self.left.view()), GemmInputB::Packed(&self.right));
        let ran = self.kernel.gemm(&mut self.result, left, right, Default::default());
        assert!(ran.is_ok(), "operands and result fit by construction");
        std::hint::black_box(&self.result);
    }
}

/// Operations below which a product stays on one thread.
const WORTH_SHARING: f64 = 1e6;

/// Seconds of one product of a shape: the mean over as many as fill the least time of a run.
///
/// Processor time of all threads, dealt evenly: threads that find no work sleep and are not counted, so that products
/// too small to fill all threads look better than they are.
pub fn seconds(product: &mut dyn Product, shape: GemmShape, threads: usize) -> f64 {
    let shared = threads > 1 && shape.flops() >= WORTH_SHARING;
    let now = || if shared { of_all_threads() / threads as u32 } else { of_this_thread() };
    let began = now();
    let mut runs = 0;
    loop {
        product.run();
        runs += 1;
        let taken = now() - began;
        if taken >= LEAST_RUN {
            return taken.as_secs_f64() / f64::from(runs);
        }
    }
}

/// Runs `work` in a pool of its own; on the calling thread where none can be started.
pub fn pooled<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Measures both formats.
pub fn measure(threads: usize, time: Duration) -> Vec<GemmTable> {
    let single = || GemmExecutor::<f32, f32, f32>::default().kernel_name().to_owned();
    let narrow = || GemmExecutor::<u8, i8, i32>::default().kernel_name().to_owned();
    let half = time / 2;
    [
        table(Precision::Fp32, single(), threads, half, &|shape| Box::new(Single::new(shape))),
        table(Precision::Int8, narrow(), threads, half, &|shape| Box::new(Narrow::new(shape))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn table(
    precision: Precision,
    kernel: String,
    threads: usize,
    time: Duration,
    product: &(dyn Fn(GemmShape) -> Box<dyn Product> + Sync),
) -> Option<GemmTable> {
    let wide = shapes();
    let all: Vec<GemmShape> = wide.iter().copied().chain([THIN, SMALLEST]).collect();
    // Products are made on the pool's thread, since their kernels need not travel.
    let rates = pooled(threads, || {
        let mut products: Vec<Box<dyn Product>> = all.iter().map(|shape| product(*shape)).collect();
        rounds(all.len(), time.mul_f64(0.9), |trial| {
            all[trial].flops() / seconds(products[trial].as_mut(), all[trial], threads)
        })
    });
    let one_thread = pooled(1, || {
        let mut large = product(LARGE);
        rounds(1, time.mul_f64(0.1), |_| LARGE.flops() / seconds(large.as_mut(), LARGE, 1))
    });
    let shapes = wide
        .iter()
        .zip(&rates)
        .filter_map(|(shape, rate)| Some(GemmRate { shape: *shape, rate: (*rate)? }))
        .collect();
    let (thin, smallest) = (rates[wide.len()]?, rates[wide.len() + 1]?);
    let time_of = |rate: f64| SMALLEST.flops() / rate;
    Some(GemmTable {
        precision,
        kernel,
        threads,
        shapes,
        thin: GemmRate { shape: THIN, rate: thin },
        floor: Summary {
            median: time_of(smallest.median),
            low: time_of(smallest.high),
            high: time_of(smallest.low),
            runs: smallest.runs,
        },
        one_thread: (*one_thread.first()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_multiply() {
        let shape = GemmShape { rows: 3, columns: 5, depth: 17 };
        let mut product = Single::new(shape);
        product.run();
        let mut narrow = Narrow::new(shape);
        narrow.run();
        for row in 0..shape.rows {
            for column in 0..shape.columns {
                let sum = |of: &dyn Fn(usize) -> f64| (0..shape.depth).map(of).sum::<f64>();
                let single = sum(&|k| {
                    let (left, right) = (row * shape.depth + k, k * shape.columns + column);
                    ((left % 7) as f64 - 3.0) * ((right % 7) as f64 - 3.0)
                });
                assert_eq!(f64::from(product.result[row * shape.columns + column]), single);
                let whole = sum(&|k| {
                    let (left, right) = (row * shape.depth + k, k * shape.columns + column);
                    (left % 7) as f64 * ((right % 5) as f64 - 2.0)
                });
                assert_eq!(f64::from(narrow.result[row * shape.columns + column]), whole);
            }
        }
    }

    #[test]
    fn operations_and_bytes_are_those_of_the_shape() {
        let shape = GemmShape { rows: 2, columns: 3, depth: 5 };
        assert_eq!(shape.flops(), 60.0);
        assert_eq!(shape.bytes(4.0, 4.0), 4.0 * (10.0 + 15.0 + 6.0));
    }
}
