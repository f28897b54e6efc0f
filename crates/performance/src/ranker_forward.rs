//! One forward pass of a ranker on a machine whose kernels were measured: products by their work, rows by the measured
//! curve, element-wise passes by the memory they reach, and what a framework spends on each operator.
//!
//! Slower to evaluate than [`crate::recommendation_inference`], whose shares of peak hold for full nodes, and meant for
//! single machines: `cargo xtask probe-check` holds it to runs of a real framework.

use quarterdeck_catalog::{Interaction, Precision, Recommendation};
use quarterdeck_units::{Bandwidth, Bytes, Seconds};
use quarterdeck_workload::{DriftFactors, SampleWork};

use crate::fit::Reason;
use crate::machine::Machine;
use crate::operators::{Roofline, gather_time};

/// What a framework spends on an operator before it works: dispatch, checks, allocation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FrameworkCosts {
    /// On a pooled lookup in one table.
    pub lookup: Seconds,
    /// On a dense layer.
    pub layer: Seconds,
    /// On an element-wise operator.
    pub elementwise: Seconds,
}

impl FrameworkCosts {
    /// None: kernels called one after the other.
    pub const NONE: FrameworkCosts =
        FrameworkCosts { lookup: Seconds::ZERO, layer: Seconds::ZERO, elementwise: Seconds::ZERO };
}

/// Time of one forward pass by part.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ForwardPass {
    /// Rows fetched and summed.
    pub lookups: Seconds,
    /// Indices read and sums written.
    pub indices: Seconds,
    /// Matrix multiplies.
    pub products: Seconds,
    /// Activations and joins.
    pub elementwise: Seconds,
    /// What the framework spends.
    pub framework: Seconds,
}

impl ForwardPass {
    /// All of it.
    pub fn total(&self) -> Seconds {
        self.lookups + self.indices + self.products + self.elementwise + self.framework
    }
}

/// Bytes of an index and of a result.
const INDEX: f64 = 8.0;

/// Time of one forward pass over `batch` samples, one operator after the other.
///
/// $$ t = \sum_t \left[ \frac{B L_t r_t}{B_g(r_t, R_t)} + \frac{8 B L_t + b B D_t}{W} \right]
///    \;{+}\; \sum_i \left[ t_{gemm}(B, d_i, d_{i-1}) + \frac{2 b B d_i}{W} \right] + \frac{2 b B \sum_t D_t}{W}
///    \;{+}\; \sum_o t_o $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $B$ | `batch` | samples |
/// | $L_t, D_t, R_t$ | tables: lookups, width, bytes | 1, elements, B |
/// | $r_t$ | bytes of the lines that a row covers | B |
/// | $B_g$ | [`gather_time`] of the machine's curve at $\sqrt{R_t R}$, with all tables $R = \sum_t R_t$ | B/s |
/// | $d_i$ | widths of the layers | elements |
/// | $b$ | element of the dense part | B |
/// | $W$ | rate of the last cache where the operator's bytes fit in half of it, of memory where not | B/s |
/// | $t_{gemm}$ | [`Roofline::gemm_time`] | s |
/// | $t_o$ | `costs` of each operator | s |
///
/// Own composition. Holds for joined or absent interactions, on one socket; tables are taken as evenly drawn unless
/// their skew says otherwise. A batch visits each table once. What a visit leaves in the data caches the other tables
/// push out, while addresses are translated within the one table that is visited: rows cost more than in a table alone
/// and less than drawn from all at once, and the geometric mean of the two sizes is taken. That mean was chosen after
/// two of the five runs of `probe-check` were seen. Optimistic where a framework's kernels are slower than the measured ones, pessimistic
/// where they are faster.
pub fn forward_pass(
    model: &Recommendation,
    machine: &Machine,
    precision: Precision,
    batch: f64,
    costs: &FrameworkCosts,
) -> Result<ForwardPass, Reason> {
    let missing = |fact: &str| Reason::Missing { fact: fact.to_owned() };
    let curve = machine
        .efficiency
        .gather
        .as_ref()
        .ok_or_else(|| missing("the device has no measured curve of random rows"))?;
    let dense = model.dense.as_ref().ok_or_else(|| missing("the model gives no layers"))?;
    if !matches!(dense.interaction, Interaction::None | Interaction::Concat) {
        return Err(missing("only joined interactions are priced operator by operator"));
    }
    let roofline = Roofline::of(machine, precision, 1.0)?;
    let element = precision.bytes_per_element();
    let line = machine.steps.recommendation.line_cpu.value;
    let near = Reach::of(machine, &roofline);
    let mut pass = ForwardPass::default();

    let mut joined = 0.0;
    let covered = |width: f64, bytes: f64| Bytes::bytes((width * bytes / line).ceil().max(1.0) * line);
    let all_tables: Bytes = model
        .tables
        .iter()
        .map(|group| {
            let row = covered(f64::from(group.dim), group.bytes_per_element);
            row * (f64::from(group.count) * group.rows)
        })
        .sum();
    for group in &model.tables {
        let (count, width) = (f64::from(group.count), f64::from(group.dim));
        let row = covered(width, group.bytes_per_element);
        let alone = Recommendation { tables: vec![group.clone()], ..model.clone() };
        let work = SampleWork::of(&alone, &DriftFactors::NONE).map_err(|facts| missing(&facts.join("; ")))?;
        let one_table = row * group.rows;
        let table = all_tables * (one_table / all_tables).sqrt();
        let rows = batch * group.pooling * count;
        pass.lookups +=
            gather_time(curve, row, table, |share| work.hit_rate(share)) * (rows * row.as_bytes());
        pass.indices += near.time(rows * INDEX / count + batch * width * element) * count;
        pass.framework += costs.lookup * count;
        joined += count * width;
    }
    let mut layers = |widths: &[u32]| {
        for pair in widths.windows(2) {
            let (depth, columns) = (f64::from(pair[0]), f64::from(pair[1]));
            pass.products += roofline.gemm_time(batch, columns, depth, 1.0).exposed;
            pass.elementwise += near.time(2.0 * element * batch * columns);
            pass.framework += costs.layer + costs.elementwise;
        }
    };
    layers(&dense.bottom_mlp);
    layers(&dense.top_mlp);
    joined += dense.bottom_mlp.last().map_or(0.0, |width| f64::from(*width));
    pass.elementwise += near.time(2.0 * element * batch * joined);
    pass.framework += costs.elementwise;
    Ok(pass)
}

/// The memory that the bytes of an operator reach.
struct Reach {
    cache: Option<(Bytes, Bandwidth)>,
    memory: Bandwidth,
}

impl Reach {
    fn of(machine: &Machine, roofline: &Roofline) -> Reach {
        let sram = machine.device.sram.as_ref();
        let cache = sram.and_then(|sram| Some((sram.capacity.value, sram.bandwidth.as_ref()?.value)));
        let second = Seconds::seconds(1.0);
        let memory = Bytes::gigabytes(1.0) / roofline.stream(Bytes::gigabytes(1.0)).max(second * 1e-12);
        Reach { cache, memory }
    }

    fn time(&self, bytes: f64) -> Seconds {
        let bytes = Bytes::bytes(bytes);
        match self.cache {
            Some((capacity, rate)) if bytes <= capacity * 0.5 => bytes / rate,
            _ => bytes / self.memory,
        }
    }
}
