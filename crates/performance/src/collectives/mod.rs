//! Time of collective messages over two tiers by α–β: a latency for each hop and a rate for the bytes.
//!
//! ```text
//!  domain of g devices ── scale-up: all-reduce, all-gather, all-to-all rates of one device
//!        × groups     ── scale-out: one device's share of the network cards
//! ```
//!
//! Rates are what large messages reach, one way and for one device, as calibrated; latency is that of the
//! smallest collective. Where rows show a domain's collectives by size, [`Measured`] prices them instead.
//! Sources: `hockney-1994` for α–β, `thakur-2005` for the algorithms.

mod fabric;
mod protocols;

pub use fabric::{Fabric, Level};
pub use protocols::{Measured, Protocols};

use quarterdeck_units::{Bandwidth, Bytes, Seconds};

/// One tier of a network, as a collective sees it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tier {
    /// Devices that the tier joins.
    pub size: f64,
    /// Rate of one device in a large all-reduce: bus bandwidth.
    pub all_reduce: Bandwidth,
    /// The same in an all-gather or reduce-scatter.
    pub all_gather: Bandwidth,
    /// The same in an all-to-all.
    pub all_to_all: Bandwidth,
    /// Time of the smallest collective.
    pub latency: Seconds,
    /// Collectives by size and group, where rows show them.
    pub measured: Option<Measured>,
}

impl Tier {
    /// The same tier at a share of its rates.
    #[must_use]
    pub fn slowed(mut self, share: f64) -> Tier {
        for rate in [&mut self.all_reduce, &mut self.all_gather, &mut self.all_to_all] {
            *rate = *rate * share;
        }
        self
    }
}

/// The two tiers between the devices of a job.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Network {
    /// Inside the scale-up domain.
    pub scale_up: Tier,
    /// Between domains.
    pub scale_out: Tier,
    /// What the fabric between domains lets through; everything if none.
    pub fabric: Option<Fabric>,
}

/// A kind of collective.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collective {
    /// Every device ends with the sum of what all had.
    AllReduce,
    /// Every device ends with what all had; or its mirror, in which each ends with its part of the sum.
    AllGather,
    /// Every device sends another part to each other.
    AllToAll,
}

/// Devices of a collective and how they lie in domains.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Group {
    /// Devices that take part.
    pub size: f64,
    /// How many of them share a scale-up domain.
    pub inside: f64,
    /// Devices from one of them to the next.
    pub stride: f64,
}

/// Time of a collective by the tier it is spent on.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Spent {
    /// Inside the scale-up domain.
    pub scale_up: Seconds,
    /// Between domains.
    pub scale_out: Seconds,
}

impl Spent {
    /// Both tiers one after the other.
    pub fn total(&self) -> Seconds {
        self.scale_up + self.scale_out
    }

    /// Every part multiplied.
    #[must_use]
    pub fn times(self, factor: f64) -> Spent {
        Spent { scale_up: self.scale_up * factor, scale_out: self.scale_out * factor }
    }

    /// Both added tier by tier.
    #[must_use]
    pub fn plus(self, other: Spent) -> Spent {
        Spent { scale_up: self.scale_up + other.scale_up, scale_out: self.scale_out + other.scale_out }
    }
}

/// Rounds of messages of a collective over `n` devices, at least one: `log2 n`.
fn rounds(n: f64) -> f64 {
    (quarterdeck_units::ln(n.max(2.0)) / std::f64::consts::LN_2).ceil()
}

/// Ring all-reduce of `bytes` on each of `n` devices of one tier.
///
/// $$ t = \alpha + 2\,\frac{n-1}{n}\,\frac{S}{B} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $\alpha$ | `tier.latency` | s |
/// | $S$ | `bytes` | B |
/// | $B$ | `tier.all_reduce` | B/s |
///
/// Source: `thakur-2005`. The latency is that of a whole small collective, as measured; a ring's own
/// `2(n-1)` hops show only in large groups, where [`tree_all_reduce`] is faster.
///
/// ```
/// # use quarterdeck_performance::collectives::*;
/// # use quarterdeck_units::*;
/// let rate = Bandwidth::gigabytes_per_second(360.0);
/// let tier = Tier { size: 8.0, all_reduce: rate, all_gather: rate, all_to_all: rate, latency: Seconds::micros(10.0), measured: None };
/// let t = ring_all_reduce(Bytes::gigabytes(1.0), 8.0, &tier);
/// assert!((t.as_millis() - (0.01 + 1.75 / 360.0 * 1e3)).abs() < 1e-9);
/// ```
pub fn ring_all_reduce(bytes: Bytes, n: f64, tier: &Tier) -> Seconds {
    if n <= 1.0 {
        return Seconds::ZERO;
    }
    if let Some(measured) = &tier.measured {
        return measured.all_reduce.time(bytes, n);
    }
    // Hops are pipelined inside the measured latency for a domain; beyond eight devices they add up.
    let hops = (2.0 * (n - 1.0) / 14.0).max(1.0);
    tier.latency * hops + bytes * (2.0 * (n - 1.0) / n) / tier.all_reduce
}

/// Double-tree all-reduce: few hops, each byte sent twice.
///
/// $$ t = \alpha \lceil \log_2 n \rceil / 3 + 2\,\frac{S}{B} $$
///
/// Source: `sanders-2009`. The latency is measured at eight devices, three rounds.
pub fn tree_all_reduce(bytes: Bytes, n: f64, tier: &Tier) -> Seconds {
    if n <= 1.0 {
        return Seconds::ZERO;
    }
    if let Some(measured) = &tier.measured {
        return measured.all_reduce.time(bytes, n);
    }
    tier.latency * (rounds(n) / 3.0).max(1.0) + bytes * 2.0 / tier.all_reduce
}

/// All-gather (or its mirror, reduce-scatter) of `bytes` in all over `n` devices of one tier:
/// `α + (n-1)/n · S/B`.
///
/// Source: `thakur-2005`.
pub fn all_gather(bytes: Bytes, n: f64, tier: &Tier) -> Seconds {
    if n <= 1.0 {
        return Seconds::ZERO;
    }
    if let Some(measured) = &tier.measured {
        return measured.all_gather.time(bytes, n);
    }
    let hops = (rounds(n) / 3.0).max(1.0);
    tier.latency * hops + bytes * ((n - 1.0) / n) / tier.all_gather
}

impl Network {
    /// A group of `size` devices that are `stride` apart, such as data-parallel ranks between which tensor ranks
    /// lie; `inside` of them share a domain.
    pub fn group(&self, size: f64, stride: f64) -> Group {
        let inside = (self.scale_up.size / stride).floor().clamp(1.0, size.max(1.0));
        // A ragged domain is used as far as it divides the group.
        let inside = if (size / inside).fract() == 0.0 { inside } else { largest_divisor(size, inside) };
        Group { size, inside, stride: stride.max(1.0) }
    }

    /// The tier between domains with the rates that a ring of a group reaches behind the fabric.
    fn ring_tier(&self, group: Group) -> Tier {
        match &self.fabric {
            None => self.scale_out,
            Some(fabric) => self.scale_out.slowed(fabric.ring(group, self.scale_up.size)),
        }
    }

    /// Bus bandwidth of a collective of `bytes` on each device, or in all for an all-gather: what one device moves
    /// over the time.
    ///
    /// $$ B = \frac{f(n)\,S}{t}, \qquad f = 2\frac{n-1}{n} \text{ for an all-reduce},\ \frac{n-1}{n} \text{ else} $$
    ///
    /// Counted as benchmarks of collectives print it, so that values compare with the rate of a link.
    pub fn effective(&self, collective: Collective, bytes: Bytes, group: Group) -> Bandwidth {
        let share = (group.size - 1.0) / group.size;
        let (moved, spent) = match collective {
            Collective::AllReduce => (bytes * (2.0 * share), self.all_reduce(bytes, group)),
            Collective::AllGather => (bytes * share, self.all_gather(bytes, group)),
            Collective::AllToAll => (bytes * share, self.all_to_all(bytes, group)),
        };
        moved / spent.total()
    }

    /// All-reduce of `bytes` on each device: inside the domains, between them, and inside again.
    ///
    /// $$ t = t_{rs}(S, g) + t_{ar}(S/g, n/g) + t_{ag}(S, g) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $n, g$ | `group.size`, `group.inside` | devices |
    /// | $S$ | `bytes` | B |
    ///
    /// In one domain the faster of ring and tree is taken. Source: `thakur-2005`.
    pub fn all_reduce(&self, bytes: Bytes, group: Group) -> Spent {
        let faster =
            |bytes, n, tier: &Tier| ring_all_reduce(bytes, n, tier).min(tree_all_reduce(bytes, n, tier));
        if group.inside >= group.size {
            return Spent { scale_up: faster(bytes, group.size, &self.scale_up), scale_out: Seconds::ZERO };
        }
        let inside = all_gather(bytes, group.inside, &self.scale_up) * 2.0;
        let out = self.ring_tier(group);
        let part = bytes / group.inside;
        let between = faster(part, group.size / group.inside, &out);
        // Switches that add up pass each byte up once and down once.
        let between = match self.fabric {
            Some(Fabric { reduces: true, .. }) => {
                let rounds = (rounds(group.size / group.inside) / 3.0).max(1.0);
                between.min(out.latency * rounds + part / self.scale_out.all_reduce)
            }
            _ => between,
        };
        Spent { scale_up: inside, scale_out: between }
    }

    /// All-gather or reduce-scatter of `bytes` in all.
    pub fn all_gather(&self, bytes: Bytes, group: Group) -> Spent {
        if group.inside >= group.size {
            return Spent {
                scale_up: all_gather(bytes, group.size, &self.scale_up),
                scale_out: Seconds::ZERO,
            };
        }
        let domains = group.size / group.inside;
        // One ring runs through all devices: links inside the domains carry everything, each card its share, both at
        // the same time; a round passes every domain in turn.
        let inside = bytes * ((group.size - 1.0) / group.size) / self.scale_up.all_gather;
        let between = bytes / group.inside * ((domains - 1.0) / domains) / self.ring_tier(group).all_gather;
        let hops = self.scale_out.latency * (domains - 1.0) + self.scale_up.latency;
        if inside > between {
            Spent { scale_up: inside, scale_out: hops }
        } else {
            Spent { scale_up: Seconds::ZERO, scale_out: between + hops }
        }
    }

    /// All-to-all in which each device sends `bytes` in all, evenly to every device including itself.
    ///
    /// $$ t = \alpha + \frac{g-1}{n}\frac{S}{B_{up}}, \qquad t = \alpha + \frac{n-g}{n}\frac{S}{B_{out}} $$
    ///
    /// The two tiers work at the same time; the longer is exposed, and both are returned.
    /// Source: `dlrm-2022` (link classes in parallel).
    pub fn all_to_all(&self, bytes: Bytes, group: Group) -> Spent {
        self.two_tier_all_to_all(bytes, bytes, group)
    }

    /// All-to-all whose messages inside and between domains differ in size, because copies for several receivers
    /// of another domain travel there once: `inside` and `between` are what each device would send if every
    /// receiver were in reach.
    pub fn two_tier_all_to_all(&self, inside: Bytes, between: Bytes, group: Group) -> Spent {
        if group.size <= 1.0 {
            return Spent::default();
        }
        let (up, out) = (&self.scale_up, &self.scale_out);
        let near = if group.inside > 1.0
            && let Some(measured) = &up.measured
        {
            // Of what a device sends, the part that stays in its domain.
            measured.all_to_all.time(inside * (group.inside / group.size), group.inside)
        } else if group.inside > 1.0 {
            up.latency + inside * ((group.inside - 1.0) / group.size) / up.all_to_all
        } else {
            Seconds::ZERO
        };
        let far = if group.size > group.inside {
            let reached = self.fabric.map_or(1.0, |fabric| fabric.all_to_all(group));
            out.latency + between * ((group.size - group.inside) / group.size) / (out.all_to_all * reached)
        } else {
            Seconds::ZERO
        };
        if near >= far {
            Spent { scale_up: near, scale_out: Seconds::ZERO }
        } else {
            Spent { scale_up: Seconds::ZERO, scale_out: far }
        }
    }

    /// A message to the next stage of a pipeline, `stride` devices away.
    pub fn point_to_point(&self, bytes: Bytes, stride: f64) -> Spent {
        if stride < self.scale_up.size {
            Spent {
                scale_up: self.scale_up.latency + bytes / self.scale_up.all_to_all,
                scale_out: Seconds::ZERO,
            }
        } else {
            // All stages send at once, each to the next: a ring without its last link.
            let reached = self.fabric.map_or(1.0, |fabric| {
                fabric.ring(Group { size: 2.0, inside: 1.0, stride }, self.scale_up.size)
            });
            Spent {
                scale_up: Seconds::ZERO,
                scale_out: self.scale_out.latency + bytes / (self.scale_out.all_to_all * reached),
            }
        }
    }
}

/// Largest divisor of `size` that is not above `limit`.
fn largest_divisor(size: f64, limit: f64) -> f64 {
    let mut divisor = limit.floor();
    while divisor > 1.0 && (size / divisor).fract() != 0.0 {
        divisor -= 1.0;
    }
    divisor.max(1.0)
}
