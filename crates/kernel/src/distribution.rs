//! Distributions to draw from, by inversion where it is closed, with platform-independent mathematics.

use crate::quantile::triangular_quantile;
use crate::random::Stream;

impl Stream {
    /// A number above 0 and up to 1, for logarithms.
    fn positive(&mut self) -> f64 {
        1.0 - self.uniform()
    }

    /// A waiting time of a Poisson process: exponential with that mean.
    ///
    /// $$ x = -\mu \ln u,\quad u \in (0, 1] $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $\mu$ | `mean` | that of the result |
    ///
    /// Holds for any mean above 0; exact (inversion).
    ///
    /// ```
    /// # use quarterdeck_kernel::Streams;
    /// let mut stream = Streams::new(1).of("wait", 0);
    /// let mean = (0..100_000).map(|_| stream.exponential(3.0)).sum::<f64>() / 1e5;
    /// assert!((mean - 3.0).abs() < 0.05);
    /// ```
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.positive())
    }

    /// A life whose hazard falls (`shape` < 1), stays (1) or rises (> 1) with age.
    ///
    /// $$ x = \lambda\,(-\ln u)^{1/k} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $\lambda$ | `scale` | that of the result |
    /// | $k$ | `shape` | 1 |
    ///
    /// Holds for scale and shape above 0; exact (inversion). Its mean is $\lambda\,\Gamma(1 + 1/k)$.
    ///
    /// ```
    /// # use quarterdeck_kernel::Streams;
    /// let mut stream = Streams::new(1).of("life", 0);
    /// let mean = (0..100_000).map(|_| stream.weibull(1.0, 2.0)).sum::<f64>() / 1e5;
    /// assert!((mean - 0.886227).abs() < 0.01); // Γ(1.5)
    /// ```
    pub fn weibull(&mut self, scale: f64, shape: f64) -> f64 {
        scale * libm::pow(-libm::log(self.positive()), 1.0 / shape)
    }

    /// A standard normal number.
    ///
    /// $$ z = \sqrt{-2 \ln u_1}\,\cos(2 \pi u_2) $$
    ///
    /// Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Annals of
    /// Mathematical Statistics 29(2), 1958. Exact; the second number of the pair is not kept, so that each
    /// call takes two uniform numbers whatever came before.
    ///
    /// ```
    /// # use quarterdeck_kernel::Streams;
    /// let mut stream = Streams::new(1).of("noise", 0);
    /// let inside = (0..100_000).filter(|_| stream.normal().abs() < 1.0).count() as f64 / 1e5;
    /// assert!((inside - 0.682689).abs() < 0.01);
    /// ```
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.positive()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// A positive number whose logarithm is normal.
    ///
    /// $$ x = m\,e^{\sigma z} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $m$ | `median` | that of the result |
    /// | $\sigma$ | `sigma`, standard deviation of the logarithm | 1 |
    ///
    /// Holds for a median above 0 and sigma at least 0. Its mean is $m\,e^{\sigma^2/2}$.
    ///
    /// ```
    /// # use quarterdeck_kernel::Streams;
    /// let mut stream = Streams::new(1).of("repair", 0);
    /// let below = (0..100_000).filter(|_| stream.lognormal(4.0, 0.8) < 4.0).count() as f64 / 1e5;
    /// assert!((below - 0.5).abs() < 0.01);
    /// ```
    pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// A number between two ends with a most likely value, as people state dates.
    ///
    /// $$ x = a + \sqrt{u\,(c-a)(b-a)} \text{ if } u < \tfrac{b-a}{c-a}, \text{ else } c - \sqrt{(1-u)(c-a)(c-b)} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $a, b, c$ | `low`, `likely`, `high` | that of the result |
    ///
    /// Holds for low ≤ likely ≤ high; exact (inversion). Its mean is $(a+b+c)/3$.
    ///
    /// ```
    /// # use quarterdeck_kernel::Streams;
    /// let mut stream = Streams::new(1).of("date", 0);
    /// let mean = (0..100_000).map(|_| stream.triangular(1.0, 2.0, 6.0)).sum::<f64>() / 1e5;
    /// assert!((mean - 3.0).abs() < 0.02);
    /// ```
    pub fn triangular(&mut self, low: f64, likely: f64, high: f64) -> f64 {
        triangular_quantile(self.uniform(), low, likely, high)
    }

    /// Number of events in a Poisson process whose expected number is `mean`.
    ///
    /// Multiplies uniform numbers until they fall below $e^{-\mu}$ (Knuth, TAOCP vol. 2, 3.4.1), in portions
    /// of a mean of 500 so that the exponential does not vanish; time grows with the mean.
    ///
    /// ```
    /// # use quarterdeck_kernel::Streams;
    /// let mut stream = Streams::new(1).of("faults", 0);
    /// let mean = (0..2_000).map(|_| stream.poisson(900.0) as f64).sum::<f64>() / 2e3;
    /// assert!((mean - 900.0).abs() < 3.5);
    /// ```
    pub fn poisson(&mut self, mean: f64) -> u64 {
        const PORTION: f64 = 500.0;
        let mut left = mean;
        let mut count = 0;
        while left > 0.0 {
            let limit = libm::exp(-left.min(PORTION));
            let mut product = self.positive();
            while product > limit {
                count += 1;
                product *= self.positive();
            }
            left -= PORTION;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use crate::random::Streams;

    /// Mean of many draws within five standard errors, given the variance.
    fn check(name: &str, mean: f64, variance: f64, mut draw: impl FnMut() -> f64) {
        let n = 100_000;
        let sampled = (0..n).map(|_| draw()).sum::<f64>() / f64::from(n);
        let bound = 5.0 * (variance / f64::from(n)).sqrt();
        assert!((sampled - mean).abs() < bound, "{name}: {sampled} against {mean} ± {bound}");
    }

    #[test]
    fn means_are_those_of_the_closed_forms() {
        let stream = |name| Streams::new(11).of(name, 0);
        let mut s = stream("exponential");
        check("exponential", 2.0, 4.0, || s.exponential(2.0));
        // Weibull with shape 1/2: mean Γ(3) = 2, variance Γ(5) - 4 = 20.
        let mut s = stream("weibull");
        check("weibull", 2.0, 20.0, || s.weibull(1.0, 0.5));
        let mut s = stream("normal");
        check("normal", 0.0, 1.0, || s.normal());
        let mut s = stream("normal squared");
        check("variance of normal", 1.0, 2.0, || {
            let z = s.normal();
            z * z
        });
        // Lognormal with sigma 1/2: mean e^(1/8), variance (e^(1/4) - 1) e^(1/4).
        let mut s = stream("lognormal");
        let growth = libm::exp(0.25);
        check("lognormal", libm::exp(0.125), (growth - 1.0) * growth, || s.lognormal(1.0, 0.5));
        let mut s = stream("poisson");
        check("poisson", 7.5, 7.5, || s.poisson(7.5) as f64);
    }

    #[test]
    fn degenerate_distributions_give_their_only_value() {
        let mut s = Streams::new(0).of("degenerate", 0);
        assert_eq!(s.triangular(3.0, 3.0, 3.0), 3.0);
        assert_eq!(s.lognormal(5.0, 0.0), 5.0);
        assert_eq!(s.poisson(0.0), 0);
        assert!(!s.chance(0.0) && s.chance(1.0));
    }

    /// Bytes must not depend on the platform's mathematics: a change here breaks every stored run.
    #[test]
    fn numbers_are_pinned() {
        let mut s = Streams::new(2022).of("pinned", 1);
        let drawn = [s.exponential(1.0), s.weibull(1.0, 1.5), s.normal(), s.lognormal(1.0, 1.0)];
        assert_eq!(drawn.map(f64::to_bits), PINNED, "{:x?}", drawn.map(f64::to_bits));
    }
    const PINNED: [u64; 4] =
        [0x3fe6_8906_70f6_463b, 0x3ff8_4a46_ebac_2cb0, 0xbffa_ef37_b87c_2977, 0x3ff6_09a0_5ed8_4382];
}
