//! Switches and links of a folded Clos network (leaf, spine, core) of equal switches, in parallel planes.

/// What a Clos network must join.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ClosRequest {
    /// Endpoint ports of one plane: every endpoint has one port in each plane.
    pub ports: u64,
    /// Ports of one switch, at the rate of the endpoint ports.
    pub radix: u32,
    /// Independent networks side by side, each with its own switches.
    pub planes: u32,
    /// Endpoint ports of a leaf over its uplinks; 1 when nothing blocks.
    pub leaf_oversubscription: f64,
    /// Capacity that enters the core tier over capacity of its links; 1 when nothing blocks.
    pub core_oversubscription: f64,
}

impl ClosRequest {
    /// A non-blocking network of one plane.
    pub const fn non_blocking(ports: u64, radix: u32) -> Self {
        Self { ports, radix, planes: 1, leaf_oversubscription: 1.0, core_oversubscription: 1.0 }
    }
}

/// Links by the tiers that they join, all planes together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Links {
    /// From endpoints to leaves.
    pub endpoint_leaf: u64,
    /// From leaves to spines.
    pub leaf_spine: u64,
    /// From spines to the core.
    pub spine_core: u64,
}

impl Links {
    /// All links.
    pub const fn total(self) -> u64 {
        self.endpoint_leaf + self.between_switches()
    }

    /// Links with a switch at both ends.
    pub const fn between_switches(self) -> u64 {
        self.leaf_spine + self.spine_core
    }
}

/// A Clos network: switches and links, all planes together.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Clos {
    /// What was asked for.
    pub request: ClosRequest,
    /// Tiers of switches, 1 to 3.
    pub tiers: u32,
    /// Switches that endpoints are plugged into.
    pub leaf: u64,
    /// Switches above the leaves.
    pub spine: u64,
    /// Switches above the spines.
    pub core: u64,
    /// Links.
    pub links: Links,
    /// Capacity across the worst even cut, as a share of half the endpoint capacity.
    pub bisection_share: f64,
}

impl Clos {
    /// All switches.
    pub const fn switches(&self) -> u64 {
        self.leaf + self.spine + self.core
    }

    /// Ports of all switches, used or not.
    pub const fn switch_ports(&self) -> u64 {
        self.switches() * self.request.radix as u64
    }

    /// Switches on the longest path between two endpoints.
    pub const fn hops(&self) -> u32 {
        2 * self.tiers - 1
    }
}

/// Why no Clos network of up to three tiers joins what was asked for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum NoClos {
    /// A switch of this radix can not have a port down and one up.
    Radix(u32),
    /// An oversubscription that is not a number of at least 1.
    Oversubscription(f64),
    /// No plane.
    Planes,
    /// More endpoint ports than three tiers of this radix join.
    TooManyPorts {
        /// Ports asked for, of one plane.
        ports: u64,
        /// Most that fit.
        most: u64,
        /// The radix.
        radix: u32,
    },
}

impl std::fmt::Display for NoClos {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoClos::Radix(radix) => {
                write!(
                    f,
                    "a switch of {radix} ports can not join endpoints and uplinks; it needs 2 ports or more"
                )
            }
            NoClos::Oversubscription(value) => {
                write!(
                    f,
                    "an oversubscription of {value} is not possible; 1 blocks nothing, more saves switches"
                )
            }
            NoClos::Planes => write!(f, "a network needs at least one plane"),
            NoClos::TooManyPorts { ports, most, radix } => write!(
                f,
                "{ports} ports are more than three tiers of {radix}-port switches join; they join {most}; \
                 take more planes or switches of more ports"
            ),
        }
    }
}

impl std::error::Error for NoClos {}

/// Switches and links of a Clos network, by the rule that NVIDIA's reference architectures follow.
///
/// $$ L = \left\lceil \frac{N}{d} \right\rceil,\quad
///    S_2 = \min\{s : s \mid u,\ s \ge \lceil L u / r \rceil\},\quad
///    S_3 = \left\lceil \frac{L u}{r/2} \right\rceil,\quad
///    C = \left\lceil \frac{S_3\, r/2}{o_c\, r} \right\rceil $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N$ | `ports` | ports of one plane |
/// | $r$ | `radix` | ports |
/// | $d, u$ | ports of a leaf to endpoints and up; $d = u = r/2$ when nothing blocks | ports |
/// | $L, S_2, S_3, C$ | leaves, spines of two and of three tiers, cores | switches of one plane |
/// | $o_c$ | `core_oversubscription` | 1 |
///
/// Two tiers take the smallest divisor of the uplinks, because each leaf must spread its uplinks evenly over
/// the spines. Planes multiply everything.
///
/// Source: the rule is ours; it reproduces the switch and cable counts that NVIDIA prints for DGX SuperPODs
/// of H100, B200 and B300 systems (rows with their addresses in `validation/facility/superpod_fabric.csv`).
/// Holds for fixed-radix switches and up to three tiers. With an oversubscribed leaf it keeps the rule and
/// is not confirmed by printed counts; with an oversubscribed core it leaves the spare spine ports empty,
/// which overstates spines by up to a quarter.
///
/// ```
/// # use quarterdeck_facility::network::{clos, ClosRequest};
/// // DGX H100 SuperPOD with 16 scalable units, 4,096 GPUs.
/// let fabric = clos(ClosRequest::non_blocking(4096, 64)).unwrap();
/// assert_eq!((fabric.leaf, fabric.spine, fabric.core), (128, 128, 64));
/// assert_eq!(fabric.links.total(), 3 * 4096);
/// ```
///
/// # Errors
/// When no network of up to three tiers joins the ports, with the most that would fit.
pub fn clos(request: ClosRequest) -> Result<Clos, NoClos> {
    let ClosRequest { ports, radix, planes, leaf_oversubscription, core_oversubscription } = request;
    if radix < 2 {
        return Err(NoClos::Radix(radix));
    }
    if planes == 0 {
        return Err(NoClos::Planes);
    }
    for oversubscription in [leaf_oversubscription, core_oversubscription] {
        if !(oversubscription >= 1.0 && oversubscription.is_finite()) {
            return Err(NoClos::Oversubscription(oversubscription));
        }
    }
    let (radix, planes) = (u64::from(radix), u64::from(planes));
    let (down, up) = split(radix, leaf_oversubscription);
    let bisection_of_leaf = (up as f64 / down as f64).min(1.0);
    let plan = |tiers, leaf: u64, spine: u64, core: u64, links: Links, bisection_share| Clos {
        request,
        tiers,
        leaf: leaf * planes,
        spine: spine * planes,
        core: core * planes,
        links: Links {
            endpoint_leaf: links.endpoint_leaf * planes,
            leaf_spine: links.leaf_spine * planes,
            spine_core: links.spine_core * planes,
        },
        bisection_share,
    };
    if ports <= radix {
        // One switch joins everything; it blocks nothing.
        let links = Links { endpoint_leaf: ports, ..Links::default() };
        return Ok(plan(1, ports.min(1), 0, 0, links, 1.0));
    }
    let leaf = ports.div_ceil(down);
    let links = Links { endpoint_leaf: ports, leaf_spine: leaf * up, spine_core: 0 };
    if leaf <= radix {
        let spine = smallest_divisor(up, (leaf * up).div_ceil(radix));
        return Ok(plan(2, leaf, spine, 0, links, bisection_of_leaf));
    }
    let half = radix / 2;
    let most = down * half * radix;
    if ports > most {
        return Err(NoClos::TooManyPorts { ports, most, radix: request.radix });
    }
    let spine = (leaf * up).div_ceil(half);
    let spine_core = (spine as f64 * half as f64 / core_oversubscription).ceil() as u64;
    let links = Links { spine_core, ..links };
    let core = spine_core.div_ceil(radix);
    Ok(plan(3, leaf, spine, core, links, bisection_of_leaf / core_oversubscription))
}

/// Ports of a leaf towards endpoints and upwards.
fn split(radix: u64, oversubscription: f64) -> (u64, u64) {
    let down = (radix as f64 * oversubscription / (1.0 + oversubscription)).floor() as u64;
    let down = down.clamp(1, radix - 1);
    (down, (radix - down).min(down.max(1)))
}

/// The smallest divisor of `number` that is at least `least`; the number itself if none is smaller.
fn smallest_divisor(number: u64, least: u64) -> u64 {
    (least.max(1)..=number).find(|candidate| number.is_multiple_of(*candidate)).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_can_not_be_joined_says_what_could() {
        let error = clos(ClosRequest::non_blocking(1_000_000, 64)).unwrap_err();
        assert_eq!(error, NoClos::TooManyPorts { ports: 1_000_000, most: 65_536, radix: 64 });
        assert!(error.to_string().contains("65536"));
        assert!(clos(ClosRequest::non_blocking(65_536, 64)).is_ok());
        assert_eq!(clos(ClosRequest::non_blocking(8, 1)), Err(NoClos::Radix(1)));
        assert_eq!(clos(ClosRequest { planes: 0, ..ClosRequest::non_blocking(8, 4) }), Err(NoClos::Planes));
        let request = ClosRequest { leaf_oversubscription: 0.5, ..ClosRequest::non_blocking(8, 4) };
        assert_eq!(clos(request), Err(NoClos::Oversubscription(0.5)));
    }

    #[test]
    fn one_switch_joins_what_fits_on_it() {
        let fabric = clos(ClosRequest::non_blocking(64, 64)).unwrap();
        assert_eq!((fabric.tiers, fabric.switches(), fabric.hops()), (1, 1, 1));
        assert_eq!(fabric.links.total(), 64);
        assert_eq!(clos(ClosRequest::non_blocking(0, 64)).unwrap().switches(), 0);
    }

    #[test]
    fn oversubscription_saves_switches_and_costs_bisection() {
        let free = clos(ClosRequest::non_blocking(24_576, 64)).unwrap();
        let request = ClosRequest { core_oversubscription: 7.0, ..ClosRequest::non_blocking(24_576, 64) };
        let tight = clos(request).unwrap();
        assert_eq!((free.core, free.bisection_share), (384, 1.0));
        assert_eq!(tight.core, 55);
        assert!((tight.bisection_share - 1.0 / 7.0).abs() < 1e-12);
        // Three ports down for one up.
        let request = ClosRequest { leaf_oversubscription: 3.0, ..ClosRequest::non_blocking(1_536, 64) };
        let leaf = clos(request).unwrap();
        assert_eq!((leaf.leaf, leaf.spine), (32, 8));
        assert!((leaf.bisection_share - 1.0 / 3.0).abs() < 1e-12);
    }

    fn requests() -> impl Strategy<Value = ClosRequest> {
        (1u64..60_000, 2u32..200, 1u32..5, 1.0f64..8.0, 1.0f64..8.0).prop_map(
            |(ports, radix, planes, leaf_oversubscription, core_oversubscription)| ClosRequest {
                ports,
                radix,
                planes,
                leaf_oversubscription,
                core_oversubscription,
            },
        )
    }

    proptest! {
        /// No switch has more links than ports, and every leaf spreads its uplinks evenly over two tiers.
        #[test]
        fn links_fit_the_ports(request in requests()) {
            if let Ok(fabric) = clos(request) {
                let radix = u64::from(request.radix);
                let planes = u64::from(request.planes);
                let links = fabric.links;
                prop_assert_eq!(links.endpoint_leaf, request.ports * planes);
                prop_assert!(links.endpoint_leaf + links.leaf_spine <= fabric.leaf * radix);
                prop_assert!(links.leaf_spine + links.spine_core <= fabric.spine * radix || fabric.tiers == 1);
                prop_assert!(links.spine_core <= fabric.core * radix);
                if fabric.tiers == 2 {
                    let uplinks = links.leaf_spine / fabric.leaf;
                    prop_assert_eq!(uplinks % (fabric.spine / planes), 0);
                }
                prop_assert!(fabric.bisection_share > 0.0 && fabric.bisection_share <= 1.0);
            }
        }

        /// Doubling a radix of a power of two never needs more switches. Other radices can: 74 ports
        /// up to 37 uplinks, whose only divisors are 1 and 37.
        #[test]
        fn more_radix_never_more_switches(ports in 1u64..60_000, exponent in 3u32..9) {
            let small = clos(ClosRequest::non_blocking(ports, 1 << exponent));
            let large = clos(ClosRequest::non_blocking(ports, 1 << (exponent + 1)));
            if let Ok(small) = small {
                let large = large.expect("a larger radix joins at least as much");
                prop_assert!(large.switches() <= small.switches());
                prop_assert!(large.tiers <= small.tiers);
            }
        }

        #[test]
        fn more_ports_never_fewer_switches(ports in 1u64..60_000, more in 0u64..500, exponent in 3u32..9) {
            let few = clos(ClosRequest::non_blocking(ports, 1 << exponent));
            let many = clos(ClosRequest::non_blocking(ports + more, 1 << exponent));
            if let (Ok(few), Ok(many)) = (few, many) {
                prop_assert!(few.switches() <= many.switches());
                prop_assert!(few.links.total() <= many.links.total());
            }
        }
    }
}
