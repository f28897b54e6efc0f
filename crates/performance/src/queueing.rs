//! Queueing in closed form: how much load a server takes before its slowest answers are too slow.

use quarterdeck_units::{Seconds, ln};

/// Standard deviations above the mean that 99 of 100 draws of a normal distribution stay below.
pub const NORMAL_99: f64 = 2.326_347_874;

/// Wait that 99 of 100 arrivals stay within, of Poisson arrivals at a server with constant service time.
///
/// $$ W_{99} = \frac{S}{2(1-\rho)} \ln(100\rho), \qquad \rho > 0.01 $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $S$ | `service` | s |
/// | $\rho$ | `load` | 1 |
///
/// Source: the exponential tail of M/G/1 in heavy traffic (`kingman-1961`) with no variance of service. Within
/// a few per cent for loads above one half, above the true wait below it; arrivals burstier than Poisson wait
/// longer.
///
/// ```
/// # use quarterdeck_performance::queueing::wait_p99;
/// # use quarterdeck_units::Seconds;
/// let wait = wait_p99(Seconds::millis(10.0), 0.8);
/// assert!((wait.as_millis() - 10.0 / 0.4 * 80f64.ln()).abs() < 1e-9);
/// ```
pub fn wait_p99(service: Seconds, load: f64) -> Seconds {
    if load <= 0.01 {
        return Seconds::ZERO;
    }
    if load >= 1.0 {
        return Seconds::INFINITE;
    }
    service * (ln(100.0 * load) / (2.0 * (1.0 - load)))
}

/// Latency that 99 of 100 queries of a batch server stay within, at a load.
///
/// $$ t_{99} = \frac{q-1}{q}\frac{S}{\rho} + W_{99}(\rho) + S $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $S$ | `service`: time of one batch | s |
/// | $q$ | `queries` in a batch | 1 |
/// | $\rho$ | `load` | 1 |
///
/// A query waits for the rest of its batch to arrive, for the server, and for its own batch. Own composition of
/// the M/D/1 tail above; conservative where several servers share one queue.
pub fn batch_latency_p99(service: Seconds, queries: f64, load: f64) -> Seconds {
    let filling = service * ((queries - 1.0) / queries / load.max(1e-6));
    filling + wait_p99(service, load) + service
}

/// Highest load at which a batch server answers 99 of 100 queries within `limit`, if there is one.
///
/// The latency falls with load while batches fill and rises when they queue, so loads are tried from the highest
/// down.
pub fn load_within(service: Seconds, queries: f64, limit: Seconds) -> Option<f64> {
    let within = |load: f64| batch_latency_p99(service, queries, load) <= limit;
    if service > limit {
        return None;
    }
    let step = 1.0 / f64::from(LOADS_TRIED);
    let found = (1..LOADS_TRIED).rev().map(|index| f64::from(index) * step).find(|load| within(*load))?;
    let (mut low, mut high) = (found, found + step);
    for _ in 0..8 {
        let middle = 0.5 * (low + high);
        if within(middle) { low = middle } else { high = middle }
    }
    Some(low)
}

const LOADS_TRIED: u32 = 64;

/// Arrivals in a system that 99 of 100 moments stay below, when the mean is `n` and places are plenty:
/// $ n + z_{99}\sqrt{n} $.
///
/// Source: the Poisson law of M/G/∞, normal approximation; a little low below ten.
pub fn occupancy_p99(n: f64) -> f64 {
    n + NORMAL_99 * n.max(0.0).sqrt()
}

/// The mean whose [`occupancy_p99`] is `limit`: the inverse of it.
pub fn mean_for_occupancy(limit: f64) -> f64 {
    // x + z sqrt(x) = limit, a quadratic in sqrt(x).
    let root = 0.5 * (-NORMAL_99 + (NORMAL_99 * NORMAL_99 + 4.0 * limit.max(0.0)).sqrt());
    root * root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_service_allows_less_load() {
        let limit = Seconds::millis(60.0);
        let loads: Vec<_> = [1.0, 2.0, 5.0, 8.0].map(|ms| load_within(Seconds::millis(ms), 8.0, limit)).into();
        assert!(loads.windows(2).all(|pair| pair[0] > pair[1]), "{loads:?}");
        assert_eq!(load_within(Seconds::millis(30.0), 8.0, limit), None);
        assert_eq!(load_within(Seconds::millis(61.0), 1.0, limit), None);
    }

    #[test]
    fn the_load_found_is_the_limit() {
        let (service, limit) = (Seconds::millis(4.0), Seconds::millis(60.0));
        let load = load_within(service, 4.0, limit).unwrap();
        assert!(batch_latency_p99(service, 4.0, load) <= limit);
        assert!(batch_latency_p99(service, 4.0, load + 0.001) > limit);
    }

    #[test]
    fn occupancy_inverts() {
        for n in [0.5, 3.0, 64.0, 2000.0] {
            assert!((mean_for_occupancy(occupancy_p99(n)) - n).abs() < 1e-9);
        }
    }
}
