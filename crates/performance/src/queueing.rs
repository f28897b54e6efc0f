//! Queueing in closed form: how much load a server takes before its slowest answers are too slow.

use quarterdeck_units::{Seconds, ln};

/// Standard deviations above the mean that 99 of 100 draws of a normal distribution stay below.
pub const NORMAL_99: f64 = 2.326_347_874;

/// Wait that 99 of 100 arrivals stay within, of Poisson arrivals at servers with constant service time and one
/// queue.
///
/// $$ W_{99} = \frac{S}{2 c (1-\rho)} \ln\left(100\,\rho^{\sqrt{2(c+1)} - 1}\right) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $S$ | `service` | s |
/// | $c$ | `servers` | 1 |
/// | $\rho$ | `load` of each | 1 |
///
/// Sources: `sakasegawa-1977` for the chance to wait and its mean, `kingman-1961` for the exponential tail, with
/// no variance of service. Zero where fewer than one in a hundred waits. Beside an event simulation (the tests of
/// the cluster crate) wait and service together are 3 to 13 % too long at loads of 0.5 to 0.9 on one to eight
/// servers, least at high loads; arrivals burstier than Poisson wait longer.
///
/// ```
/// # use quarterdeck_performance::queueing::wait_p99;
/// # use quarterdeck_units::Seconds;
/// let wait = wait_p99(Seconds::millis(10.0), 1.0, 0.8);
/// assert!((wait.as_millis() - 10.0 / 0.4 * 80f64.ln()).abs() < 1e-9);
/// ```
pub fn wait_p99(service: Seconds, servers: f64, load: f64) -> Seconds {
    if load >= 1.0 {
        return Seconds::INFINITE;
    }
    let exponent = (2.0 * (servers + 1.0)).sqrt() - 1.0;
    let tail = LN_100 + exponent * ln(load.max(1e-9));
    service * (tail.max(0.0) / (2.0 * servers * (1.0 - load)))
}

const LN_100: f64 = 4.605_170_185_988_091;

/// A batch server as queries see it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BatchServer {
    /// Time of one batch.
    pub service: Seconds,
    /// Queries in a batch.
    pub queries: f64,
    /// Equal servers behind one queue.
    pub servers: f64,
    /// Time of an answer during which no server works on it.
    pub beside: Seconds,
    /// What bursts of arrivals and hiccups of hosts add to the slowest hundredth of waits, for each share of time
    /// that a server idles.
    pub burst: Seconds,
}

impl BatchServer {
    /// Latency that 99 of 100 queries stay within, at a load.
    ///
    /// $$ t_{99} = t_0 + \frac{q-1}{q}\frac{S}{c \rho} + \frac{W_{99}(\rho)}{q} + \frac{\tau}{1-\rho} + S $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $S, q, c$ | `self` | s, 1, 1 |
    /// | $t_0, \tau$ | `beside`, `burst` | s |
    /// | $\rho$ | `load` | 1 |
    ///
    /// A query waits for the rest of its batch to arrive, for a server, and for its own batch. Full batches come as
    /// every $q$-th of Poisson queries does: the squared variation of the times between them is $1/q$, and the wait
    /// falls with it (`kingman-1961`). Own composition of the tail of [`wait_p99`]; beside an event simulation of
    /// batches of eight it is 11 % short at a load of 0.6 and 9 to 18 % long at 0.9. `burst` is what published servers
    /// wait beyond it, of the form that heavy traffic gives any variability.
    pub fn latency_p99(&self, load: f64) -> Seconds {
        let filling = self.service * ((self.queries - 1.0) / self.queries / (self.servers * load.max(1e-6)));
        let bursts = if load < 1.0 { self.burst / (1.0 - load) } else { Seconds::INFINITE };
        let wait = wait_p99(self.service, self.servers, load) / self.queries;
        self.beside + filling + wait + bursts + self.service
    }

    /// Highest load at which 99 of 100 queries are answered within `limit`, if there is one.
    ///
    /// The latency falls with load while batches fill and rises when they queue, so loads are tried from the
    /// highest down.
    pub fn load_within(&self, limit: Seconds) -> Option<f64> {
        let within = |load: f64| self.latency_p99(load) <= limit;
        if self.beside + self.service > limit {
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
}

const LOADS_TRIED: u32 = 64;

/// The lowest load that is tried.
pub const LEAST_LOAD: f64 = 1.0 / LOADS_TRIED as f64;

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

    fn server(millis: f64, queries: f64, servers: f64) -> BatchServer {
        BatchServer {
            service: Seconds::millis(millis),
            queries,
            servers,
            beside: Seconds::ZERO,
            burst: Seconds::ZERO,
        }
    }

    #[test]
    fn longer_service_allows_less_load() {
        let limit = Seconds::millis(60.0);
        let loads: Vec<_> = [1.0, 2.0, 5.0, 8.0].map(|ms| server(ms, 8.0, 1.0).load_within(limit)).into();
        assert!(loads.windows(2).all(|pair| pair[0] > pair[1]), "{loads:?}");
        assert_eq!(server(40.0, 8.0, 1.0).load_within(limit), None);
        assert_eq!(server(61.0, 1.0, 1.0).load_within(limit), None);
    }

    #[test]
    fn more_servers_allow_more_load() {
        let limit = Seconds::millis(60.0);
        let loads: Vec<_> =
            [1.0, 2.0, 8.0, 72.0].map(|servers| server(8.0, 4.0, servers).load_within(limit)).into();
        assert!(loads.windows(2).all(|pair| pair[0] < pair[1]), "{loads:?}");
    }

    #[test]
    fn the_load_found_is_the_limit() {
        let (server, limit) = (server(4.0, 4.0, 1.0), Seconds::millis(60.0));
        let load = server.load_within(limit).unwrap();
        assert!(server.latency_p99(load) <= limit);
        assert!(server.latency_p99(load + 0.001) > limit);
    }

    #[test]
    fn bursts_and_time_beside_leave_less_load() {
        let limit = Seconds::millis(60.0);
        let plain = server(1.0, 4.0, 8.0);
        let bursty = BatchServer { burst: Seconds::millis(3.6), ..plain };
        let slow = BatchServer { beside: Seconds::millis(20.0), ..bursty };
        let loads = [plain, bursty, slow].map(|server| server.load_within(limit).unwrap());
        assert!(loads.is_sorted_by(|one, other| one > other), "{loads:?}");
        // All but the burst is small: 1 - 3.6 / 60.
        assert!((loads[1] - 0.94).abs() < 0.02, "{loads:?}");
    }

    #[test]
    fn occupancy_inverts() {
        for n in [0.5, 3.0, 64.0, 2000.0] {
            assert!((mean_for_occupancy(occupancy_p99(n)) - n).abs() < 1e-9);
        }
    }
}
