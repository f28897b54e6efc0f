//! Network capacity of everything that stands at a site.

use quarterdeck_catalog::{Platform, Provenance};
use quarterdeck_units::Bandwidth;

/// Rates of network ports, one way, summed over platforms.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct NetworkCapacity {
    /// Ports towards storage and users.
    pub front_end: Bandwidth,
    /// Ports between accelerators.
    pub back_end: Bandwidth,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl NetworkCapacity {
    /// All ports.
    pub fn total(&self) -> Bandwidth {
        self.front_end + self.back_end
    }
}

/// Network capacity of platforms: the rates of their ports, one way, front end and back end apart.
///
/// $$ C = \sum_p n_p (k^f_p b^f_p + k^b_p b^b_p) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n_p$ | number of platforms | 1 |
/// | $k^f, b^f, k^b, b^b$ | front-end and back-end ports of the platform and their rates | 1, B/s |
///
/// Counts what servers can inject, not what the core carries; scale-up links inside a platform do not count.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::network::network_capacity;
/// let catalog = Catalog::builtin();
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let capacity = network_capacity([(hgx.as_ref(), 10.0)]);
/// // Eight ports of 400 Gbit/s behind each of ten servers.
/// assert!((capacity.back_end.as_gigabits_per_second() - 32_000.0).abs() < 1e-6);
/// ```
pub fn network_capacity<'a>(fleet: impl IntoIterator<Item = (&'a Platform, f64)>) -> NetworkCapacity {
    let mut capacity = NetworkCapacity { provenance: Provenance::analytical(), ..NetworkCapacity::default() };
    for (platform, count) in fleet {
        let scale_out = &platform.scale_out;
        capacity.front_end += scale_out.front_end() * count;
        capacity.back_end += scale_out.back_end() * count;
        capacity.provenance.absorb_fact(&scale_out.front_end_rate);
        if scale_out.back_end_ports > 0 {
            capacity.provenance.absorb_fact(&scale_out.back_end_rate);
        }
    }
    capacity
}
