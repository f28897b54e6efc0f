//! The machines behind a training fleet of recommendation models: those that store its samples and those that read,
//! decode and transform them, with their network and power.

use quarterdeck_catalog::{IngestionCalibration, Provenance};
use quarterdeck_units::{Bandwidth, Bytes, Watts};

/// What feeds a training fleet.
#[derive(Clone, PartialEq, Debug)]
pub struct IngestionFleet {
    /// Bytes read from storage each second, as stored.
    pub from_storage: Bandwidth,
    /// Bytes sent to the trainers each second, decoded and transformed.
    pub to_trainers: Bandwidth,
    /// Servers that preprocess.
    pub readers: f64,
    /// Servers that store, for their rate alone.
    pub storage: f64,
    /// Draw of all of them.
    pub power: Watts,
    /// How well this is known.
    pub provenance: Provenance,
}

/// The fleet that feeds `samples_per_second` of `stored` bytes each.
///
/// $$ R = s\,b, \qquad n_r = \left\lceil \frac{R}{\rho\,r_r} \right\rceil, \qquad
///    n_s = \left\lceil \frac{R}{\rho\,r_s} \right\rceil, \qquad P = n_r p_r + n_s p_s $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $s, b$ | `samples_per_second`, `stored` | 1/s, B |
/// | $r_r, r_s$ | stored bytes that a reader takes, that a storage server gives | B/s |
/// | $\rho$ | load that leaves headroom against stalls | 1 |
/// | $p_r, p_s$ | draw of a reader, of a storage server | W |
///
/// Source: `zhao-2022-dsi` for the parts of the pipeline; rates and draws are those of the calibration, most of them
/// assumed. Storage for capacity, caches and copies in other regions come on top, so that storage is a lower bound.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_cluster::ingestion_fleet;
/// # use quarterdeck_units::Bytes;
/// let catalog = Catalog::builtin();
/// let fleet = ingestion_fleet(1e6, Bytes::bytes(15e3), &catalog.steps.recommendation.ingestion);
/// // A million samples of 15 kB are 15 GB/s: at 0.8 GB/s a reader and a load of 0.8, 24 readers.
/// assert_eq!(fleet.readers, 24.0);
/// ```
pub fn ingestion_fleet(
    samples_per_second: f64,
    stored: Bytes,
    calibration: &IngestionCalibration,
) -> IngestionFleet {
    let from_storage = Bandwidth::bytes_per_second(samples_per_second * stored.as_bytes());
    let load = calibration.load.value;
    let servers = |rate: Bandwidth| (from_storage / (rate * load)).ceil();
    let (readers, storage) =
        (servers(calibration.reader_rate.value), servers(calibration.storage_rate.value));
    let mut provenance = Provenance::none();
    provenance.absorb_fact(&calibration.reader_rate);
    provenance.absorb_fact(&calibration.storage_rate);
    provenance.absorb_fact(&calibration.reader_power);
    provenance.absorb_fact(&calibration.storage_power);
    IngestionFleet {
        from_storage,
        to_trainers: from_storage * calibration.sent_over_stored.value,
        readers,
        storage,
        power: calibration.reader_power.value * readers + calibration.storage_power.value * storage,
        provenance,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::{Catalog, Origin};

    #[test]
    fn the_fleet_grows_with_rate_and_with_bytes_alike() {
        let catalog = Catalog::builtin();
        let calibration = &catalog.steps.recommendation.ingestion;
        let fleet = |samples: f64, bytes: f64| ingestion_fleet(samples, Bytes::bytes(bytes), calibration);
        assert_eq!(fleet(2e6, 1e4), fleet(1e6, 2e4));
        let (small, large) = (fleet(1e6, 1e4), fleet(1e7, 1e4));
        assert!(large.readers > 9.0 * small.readers && large.readers <= 10.0 * small.readers);
        assert!(large.power > small.power);
        assert_eq!(fleet(0.0, 1e4).readers, 0.0);
        assert_eq!(small.provenance.origin, Origin::Assumed, "rates of nodes are remembered, not read");
    }

    /// The published ratio of servers to trainers: three models whose trainers take 16.5, 4.7 and 12 GB/s decoded need
    /// 24, 9 and 55 servers; with one rate for all models the total is met within a third.
    #[test]
    fn published_ratios_are_of_this_size() {
        let catalog = Catalog::builtin();
        let calibration = &catalog.steps.recommendation.ingestion;
        let sent = [16.5e9, 4.69e9, 12.0e9];
        let stored = sent.map(|bytes| bytes / calibration.sent_over_stored.value);
        let readers: f64 =
            stored.iter().map(|bytes| ingestion_fleet(1.0, Bytes::bytes(*bytes), calibration).readers).sum();
        let published = 24.16 + 9.44 + 55.22;
        assert!((readers / published - 1.0).abs() < 0.34, "{readers} against {published}");
    }
}
