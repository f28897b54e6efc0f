//! Time of a collective inside a scale-up domain by size and group: the faster of two protocols.

use quarterdeck_catalog::{CollectiveCurve, CollectiveCurves};
use quarterdeck_units::{Bandwidth, Bytes, Seconds, ln, pow};

/// The two protocols of one kind of collective on one link.
///
/// $$ t = \min_{i \in \{small, large\}} \left[ \alpha_i \left( 1 + \delta \log_2 \tfrac{n}{2} \right)
///    + f(n)\, \frac{S}{\beta_i B} \left( \tfrac{n}{n_0} \right)^{-\gamma} \right] $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n, S$ | devices, bytes of the message | 1, B |
/// | $f$ | $2(n-1)/n$ of an all-reduce, $(n-1)/n$ of the others | 1 |
/// | $B$ | one-way link bandwidth of a device | B/s |
/// | $\alpha_i, \beta_i$ | `small_latency`, `large_latency`, `small_share`, `large_share` | s, 1 |
/// | $\delta, \gamma, n_0$ | `doubling`, `group_power`, `largest` | 1, 1, devices |
///
/// Libraries send small messages with flags beside the data, which start early and waste half of the link, and
/// large ones in slices; the step between the two is visible in the rows. Source: `hockney-1994` for each
/// protocol; the numbers are fitted to `aiconfigurator-095f58a`, up to 8 devices, or 4 of a rack. Larger groups
/// take the bandwidth of the largest and grow in latency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Protocols {
    small: (f64, f64),
    large: (f64, f64),
    doubling: f64,
    group_power: f64,
    largest: f64,
    /// Passes of each byte: 2 for an all-reduce.
    passes: f64,
}

impl Protocols {
    /// The protocols of a curve on a link.
    pub fn new(curve: &CollectiveCurve, link: Bandwidth, passes: f64) -> Protocols {
        let link = link.as_bytes_per_second();
        Protocols {
            small: (curve.small_latency.as_seconds(), 1.0 / (curve.small_share * link)),
            large: (curve.large_latency.as_seconds(), 1.0 / (curve.large_share * link)),
            doubling: curve.doubling,
            group_power: curve.group_power,
            largest: f64::from(curve.largest),
            passes,
        }
    }

    /// Time of a message of `bytes` among `n` devices; `bytes` is the whole of what an all-gather ends with.
    pub fn time(&self, bytes: Bytes, n: f64) -> Seconds {
        if n <= 1.0 {
            return Seconds::ZERO;
        }
        let hops = 1.0 + self.doubling * ln((n / 2.0).max(1.0)) / std::f64::consts::LN_2;
        let slower = if n < self.largest { pow(n / self.largest, -self.group_power) } else { 1.0 };
        let moved = self.passes * (n - 1.0) / n * bytes.as_bytes() * slower;
        let time = |(latency, per_byte): (f64, f64)| latency * hops + moved * per_byte;
        Seconds::seconds(time(self.small).min(time(self.large)))
    }
}

/// The protocols of all kinds on one link.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// All-reduce.
    pub all_reduce: Protocols,
    /// All-gather and reduce-scatter.
    pub all_gather: Protocols,
    /// All-to-all.
    pub all_to_all: Protocols,
}

impl Measured {
    /// The protocols of a device's curves on a link.
    pub fn new(curves: &CollectiveCurves, link: Bandwidth) -> Measured {
        Measured {
            all_reduce: Protocols::new(&curves.all_reduce, link, 2.0),
            all_gather: Protocols::new(&curves.all_gather, link, 1.0),
            all_to_all: Protocols::new(&curves.all_to_all, link, 1.0),
        }
    }
}
