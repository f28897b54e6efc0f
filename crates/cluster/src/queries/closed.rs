//! Queues in closed form, exact where they can be: what the simulation must match.
//!
//! Sources: `erlang-1909`, A. K. Erlang, "The theory of probabilities and telephone conversations"; `erlang-1917`, by
//! the same, "Solution of some problems in the theory of probabilities of significance in automatic telephone
//! exchanges"; `sakasegawa-1977`, H. Sakasegawa, "An approximation formula for the mean queue length of M/M/s", Annals
//! of the Institute of Statistical Mathematics 29; `allen-1990`, A. O. Allen, "Probability, statistics, and queueing
//! theory", second edition, chapter 5.

use quarterdeck_units::{Seconds, exp, ln, pow};

/// Chance that an arrival waits, of Poisson arrivals at exponential servers with one queue.
///
/// $$ C = \frac{\frac{a^k}{k!}\frac{1}{1-\rho}}{\sum_{i=0}^{k-1}\frac{a^i}{i!} + \frac{a^k}{k!}\frac{1}{1-\rho}},
///    \qquad a = k\rho $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $k$ | `servers` | 1 |
/// | $\rho$ | `load` of each | 1 |
///
/// Source: `erlang-1917`; exact for M/M/k. Computed through the blocking recursion, which does not overflow.
///
/// ```
/// # use quarterdeck_cluster::erlang_c;
/// // One server: the chance to wait is the load. Two at 0.5: 1/3.
/// assert!((erlang_c(1, 0.8) - 0.8).abs() < 1e-12);
/// assert!((erlang_c(2, 0.5) - 1.0 / 3.0).abs() < 1e-12);
/// ```
pub fn erlang_c(servers: usize, load: f64) -> f64 {
    let offered = servers as f64 * load;
    let blocking = (1..=servers).fold(1.0, |blocked, server| {
        let passed = offered * blocked;
        passed / (server as f64 + passed)
    });
    blocking / (1.0 - load * (1.0 - blocking))
}

/// Wait that 99 of 100 arrivals stay within in M/M/k.
///
/// $$ P(W > t) = C\,e^{-k(1-\rho)t/S} \quad\Rightarrow\quad W_{99} = \frac{S}{k(1-\rho)}\ln(100\,C) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $S$ | `service`, mean | s |
/// | $k, \rho$ | `servers`, `load` | 1 |
/// | $C$ | [`erlang_c`] | 1 |
///
/// Source: `erlang-1917`; exact. Zero where fewer than one in a hundred waits.
///
/// ```
/// # use quarterdeck_cluster::wait_p99_mmk;
/// # use quarterdeck_units::Seconds;
/// // 10 ms at load 0.8: 50 ms times ln 80.
/// let wait = wait_p99_mmk(Seconds::millis(10.0), 1, 0.8);
/// assert!((wait.as_millis() - 50.0 * quarterdeck_units::ln(80.0)).abs() < 1e-9);
/// ```
pub fn wait_p99_mmk(service: Seconds, servers: usize, load: f64) -> Seconds {
    let tail = ln(100.0 * erlang_c(servers, load)).max(0.0);
    service * (tail / (servers as f64 * (1.0 - load)))
}

/// Chance that an arrival waits no longer than `wait` in M/D/1.
///
/// $$ P(W \le t) = (1-\rho)\sum_{j=0}^{\lfloor t/D \rfloor} \frac{(-x_j)^j}{j!}\,e^{x_j},
///    \qquad x_j = \rho\,(t/D - j) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $D$ | `service` | s |
/// | $t$ | `wait` | s |
/// | $\rho$ | `load` | 1 |
///
/// Source: `erlang-1909`; exact. Terms alternate and cancel: holds to six digits up to a wait of 20 services.
///
/// ```
/// # use quarterdeck_cluster::wait_below_md1;
/// # use quarterdeck_units::Seconds;
/// // Nobody waits with the chance that the server is free.
/// assert!((wait_below_md1(Seconds::millis(10.0), 0.7, Seconds::ZERO) - 0.3).abs() < 1e-12);
/// ```
pub fn wait_below_md1(service: Seconds, load: f64, wait: Seconds) -> f64 {
    let services = wait / service;
    let mut sum = 0.0;
    let mut factorial = 1.0;
    for j in 0..=(services.floor() as usize) {
        let j = j as f64;
        if j > 0.0 {
            factorial *= j;
        }
        let x = load * (services - j);
        let sign = if j % 2.0 == 0.0 { 1.0 } else { -1.0 };
        let power = if j == 0.0 { 1.0 } else { pow(x, j) };
        sum += sign * power / factorial * exp(x);
    }
    (1.0 - load) * sum
}

/// Mean wait of Poisson arrivals at servers whose times have the squared coefficient of variation `variation`.
///
/// $$ W = \frac{1 + c_s^2}{2}\,\frac{\rho^{\sqrt{2(k+1)} - 1}}{k(1-\rho)}\,S $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $S$ | `service`, mean | s |
/// | $k, \rho$ | `servers`, `load` | 1 |
/// | $c_s^2$ | `variation` of service | 1 |
///
/// Sources: `sakasegawa-1977` for the waiting of M/M/k, `allen-1990` for the factor of variation. Exact for one server
/// (Pollaczek and Khinchine); within 5 % of exact M/M/k at loads of a half and above.
///
/// ```
/// # use quarterdeck_cluster::wait_mean_mgk;
/// # use quarterdeck_units::Seconds;
/// // M/D/1 at load 0.8: 10 ms * 0.8 / (2 * 0.2) = 20 ms.
/// assert!((wait_mean_mgk(Seconds::millis(10.0), 1, 0.8, 0.0).as_millis() - 20.0).abs() < 1e-9);
/// ```
pub fn wait_mean_mgk(service: Seconds, servers: usize, load: f64, variation: f64) -> Seconds {
    let servers = servers as f64;
    let exponent = (2.0 * (servers + 1.0)).sqrt() - 1.0;
    service * (0.5 * (1.0 + variation) * pow(load, exponent) / (servers * (1.0 - load)))
}
