//! More machines than the nameplate allows: how often their draw then passes the limit.

use quarterdeck_catalog::{DistributionRecord, Provenance};
use quarterdeck_units::Watts;

/// How the draw of one machine is distributed over time.
#[derive(Clone, PartialEq, Debug)]
pub struct PowerDistribution {
    points: Vec<(f64, f64)>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// How often a group of machines meets its limit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Capping {
    /// Share of hours in which the group would draw more.
    pub share_of_hours: f64,
    /// Mean draw of the group without a limit.
    pub mean: Watts,
    /// Draw above the limit, averaged over all hours: what capping takes away.
    pub mean_cut: Watts,
    /// The limit over the nameplates of all machines: below 1 the group is oversubscribed.
    pub limit_over_nameplate: f64,
}

impl PowerDistribution {
    /// A measured distribution of the catalogue.
    pub fn of(record: &DistributionRecord) -> Self {
        let mut provenance = Provenance::none();
        provenance.absorb_fact(&record.quantiles);
        let points = record.quantiles.value.0.iter().map(|(share, power)| (*share, power.as_watts()));
        Self { points: points.collect(), provenance }
    }

    /// The same shape between another idle draw and another peak.
    #[must_use]
    pub fn scaled(&self, idle: Watts, peak: Watts) -> Self {
        let (low, high) = (self.least(), self.most());
        let scale = (peak - idle).as_watts() / (high - low).max(1e-9);
        let points =
            self.points.iter().map(|(share, power)| (*share, idle.as_watts() + (power - low) * scale));
        Self { points: points.collect(), provenance: self.provenance.clone() }
    }

    fn least(&self) -> f64 {
        self.points.first().map_or(0.0, |point| point.1)
    }

    fn most(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.1)
    }

    /// Mean draw.
    pub fn mean(&self) -> Watts {
        Watts::watts(self.points.windows(2).map(|w| (w[1].0 - w[0].0) * (w[0].1 + w[1].1) / 2.0).sum())
    }

    /// Standard deviation of the draw.
    pub fn deviation(&self) -> Watts {
        let mean = self.mean().as_watts();
        // Draw is uniform between two points.
        let square = |w: &[(f64, f64)]| {
            let (a, b) = (w[0].1 - mean, w[1].1 - mean);
            (w[1].0 - w[0].0) * (a * a + a * b + b * b) / 3.0
        };
        Watts::watts(self.points.windows(2).map(square).sum::<f64>().sqrt())
    }

    /// Share of time above a draw, and mean draw above it.
    fn above(&self, limit: f64) -> (f64, f64) {
        let (mut share, mut cut) = (0.0, 0.0);
        for pair in self.points.windows(2) {
            let ((s1, p1), (s2, p2)) = (pair[0], pair[1]);
            if p2 <= limit {
                continue;
            }
            let from = if p1 >= limit { 0.0 } else { (limit - p1) / (p2 - p1) };
            let part = (s2 - s1) * (1.0 - from);
            share += part;
            cut += part * ((p1 + (p2 - p1) * from + p2) / 2.0 - limit);
        }
        (share, cut)
    }
}

/// How often a group of machines passes its limit.
///
/// $$ \sigma_k^2 = k\,\sigma^2\,(1 + (k-1)\,\rho), \qquad \Pr[P > L] = \tfrac12 \operatorname{erfc}\frac{L - k\mu}{\sqrt 2\,\sigma_k} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $k$, $L$ | `machines`, `limit` of the group | 1, W |
/// | $\mu, \sigma$ | mean and deviation of one machine | W |
/// | $\rho$ | `correlation` of two machines: 0 for separate jobs, 1 for training in step | 1 |
///
/// The sum of many machines is taken as normal, which holds for some thirty and more; at a correlation of 1, and
/// for one machine, the measured distribution itself is used, which is far from normal.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::power::{PowerDistribution, capping};
/// # use quarterdeck_units::Watts;
/// let catalog = Catalog::builtin();
/// let gpu = PowerDistribution::of(catalog.power.distribution("acme-kalos-gpu").unwrap());
/// let limit = Watts::watts(250.0 * 1000.0);
/// // A thousand separate devices stay under 250 W each; in step they pass it a third of the time.
/// assert!(capping(&gpu, 1000, limit, Watts::watts(400.0), 0.0).share_of_hours < 1e-6);
/// assert!(capping(&gpu, 1000, limit, Watts::watts(400.0), 1.0).share_of_hours > 0.3);
/// ```
pub fn capping(
    one: &PowerDistribution,
    machines: u32,
    limit: Watts,
    nameplate: Watts,
    correlation: f64,
) -> Capping {
    let count = f64::from(machines.max(1));
    let mean = one.mean() * count;
    let limit_over_nameplate = limit / (nameplate * count);
    let correlation = correlation.clamp(0.0, 1.0);
    if correlation >= 1.0 || machines <= 1 {
        let (share_of_hours, cut) = one.above(limit.as_watts() / count);
        return Capping { share_of_hours, mean, mean_cut: Watts::watts(cut * count), limit_over_nameplate };
    }
    let deviation = one.deviation().as_watts() * (count * (1.0 + (count - 1.0) * correlation)).sqrt();
    let gap = (limit - mean).as_watts() / deviation.max(1e-9);
    let share_of_hours = 0.5 * libm::erfc(gap / std::f64::consts::SQRT_2);
    let density = libm::exp(-gap * gap / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
    let mean_cut = Watts::watts((deviation * (density - gap * share_of_hours)).max(0.0));
    Capping { share_of_hours, mean, mean_cut, limit_over_nameplate }
}

/// Most machines of which a group stays under its limit but for a share of hours.
///
/// More machines pass the limit more often, so that halving finds the number.
pub fn oversubscribe(
    one: &PowerDistribution,
    limit: Watts,
    nameplate: Watts,
    correlation: f64,
    share_of_hours: f64,
) -> u32 {
    let fits = |machines: u32| {
        capping(one, machines, limit, nameplate, correlation).share_of_hours <= share_of_hours
    };
    let most = limit.as_watts() / one.least().max(1.0);
    let (mut low, mut high) = (0u32, most.clamp(1.0, 1e9) as u32 + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}
