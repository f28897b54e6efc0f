//! How many spare nodes keep a job whole.

/// Spare nodes so that, with a given probability, no more nodes than those are out for repair at one time.
///
/// $$ s = \min\left\{k : \sum_{i=0}^{k} e^{-\mu} \frac{\mu^i}{i!} \ge c \right\},\quad \mu = (N + s)\,a $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N$ | `nodes` that must work | 1 |
/// | $a$ | `out_share`, share of time that a node is out | 1 |
/// | $c$ | `confidence` | 1 |
///
/// Nodes out for repair are close to Poisson when many fail rarely. Holds for independent failures and
/// `out_share` below about 0.1; pessimistic above.
///
/// ```
/// # use quarterdeck_cluster::spares_needed;
/// // 2,048 nodes of which 1.5 % are out at a time: 31 on average, 45 to be short once in a hundred looks.
/// assert_eq!(spares_needed(2048.0, 0.015, 0.99), 45);
/// assert_eq!(spares_needed(2048.0, 0.0, 0.99), 0);
/// ```
pub fn spares_needed(nodes: f64, out_share: f64, confidence: f64) -> u64 {
    let out_share = out_share.clamp(0.0, 0.5);
    let confidence = confidence.clamp(0.0, 1.0 - 1e-9);
    // Spares fail too: repeat until their number no longer changes the mean.
    let mut spares = 0;
    for _ in 0..100 {
        let next = poisson_quantile((nodes + spares as f64) * out_share, confidence);
        if next == spares {
            break;
        }
        spares = next;
    }
    spares
}

/// The smallest count that a Poisson variable of that mean does not exceed with the given probability.
fn poisson_quantile(mean: f64, confidence: f64) -> u64 {
    if mean <= 0.0 {
        return 0;
    }
    let mut sum = 0.0;
    let mut count = 0u64;
    loop {
        let term = count as f64 * libm::log(mean) - mean - libm::lgamma(count as f64 + 1.0);
        sum += libm::exp(term);
        if sum >= confidence || count as f64 > mean + 40.0 * libm::sqrt(mean) + 40.0 {
            return count;
        }
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_printed_tables() {
        // Poisson with mean 1: P(X <= 3) = 0.981, P(X <= 4) = 0.9963; with mean 10: P(X <= 18) = 0.9928.
        assert_eq!(poisson_quantile(1.0, 0.98), 3);
        assert_eq!(poisson_quantile(1.0, 0.99), 4);
        assert_eq!(poisson_quantile(10.0, 0.99), 18);
        assert_eq!(poisson_quantile(10.0, 0.993), 19);
        // Large means come near the normal quantile 2.326.
        let found = poisson_quantile(10_000.0, 0.99) as f64;
        assert!((found - 10_233.0).abs() < 5.0, "{found}");
    }

    #[test]
    fn more_nodes_need_more_spares_but_a_smaller_share() {
        let shares: Vec<f64> =
            [100.0, 1_000.0, 10_000.0].map(|nodes| spares_needed(nodes, 0.01, 0.99) as f64 / nodes).to_vec();
        assert!(shares[0] > shares[1] && shares[1] > shares[2] && shares[2] > 0.01, "{shares:?}");
    }
}
