//! Switches and links of a folded Clos network (leaf, spine, core) of equal switches, in parallel planes.

use super::shape::Oversubscription;

/// Ports of a leaf, where they are given and not left to the oversubscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeafPorts {
    /// To endpoints.
    pub down: u32,
    /// To spines.
    pub up: u32,
}

/// What a Clos network must join.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ClosRequest {
    /// Endpoint ports of one plane: every endpoint has one port in each plane.
    pub ports: u64,
    /// Ports of one switch, at the rate of the endpoint ports.
    pub radix: u32,
    /// Ports of a spine or core switch, where these are larger than leaves.
    pub upper_radix: Option<u32>,
    /// Ports of a leaf; from the oversubscription if none.
    pub leaf_ports: Option<LeafPorts>,
    /// Independent networks side by side, each with its own switches.
    pub planes: u32,
    /// Tiers of switches, 1 to 3; as few as the ports need if none.
    pub tiers: Option<u32>,
    /// Endpoint ports below one group of spines of three tiers; as many as fit if none.
    pub pod: Option<u64>,
    /// What blocks.
    pub oversubscription: Oversubscription,
}

impl ClosRequest {
    /// A non-blocking network of one plane of equal switches.
    pub const fn non_blocking(ports: u64, radix: u32) -> Self {
        Self {
            ports,
            radix,
            upper_radix: None,
            leaf_ports: None,
            planes: 1,
            tiers: None,
            pod: None,
            oversubscription: Oversubscription::NONE,
        }
    }

    /// The same with an oversubscription.
    #[must_use]
    pub const fn oversubscribed(mut self, oversubscription: Oversubscription) -> Self {
        self.oversubscription = oversubscription;
        self
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

/// How the switches of one plane hang together; the last leaf and the last pod may be partly filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClosPlane {
    /// Endpoint ports of a leaf.
    pub leaf_down: u64,
    /// Uplinks of a leaf.
    pub leaf_up: u64,
    /// Groups of leaves with spines of their own; 1 below three tiers.
    pub pods: u64,
    /// Leaves of a pod.
    pub pod_leaves: u64,
    /// Spines that a leaf of a pod spreads its uplinks over.
    pub pod_spines: u64,
    /// Uplinks of a spine; 0 below three tiers.
    pub spine_up: u64,
}

impl ClosPlane {
    /// Endpoint ports of a full pod.
    pub const fn pod_ports(&self) -> u64 {
        self.leaf_down * self.pod_leaves
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
    /// How one plane hangs together.
    pub plane: ClosPlane,
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
        let request = &self.request;
        let upper = match request.upper_radix {
            Some(upper) => upper,
            None => request.radix,
        };
        self.leaf * request.radix as u64 + (self.spine + self.core) * upper as u64
    }

    /// Switches on the longest path between two endpoints.
    pub const fn hops(&self) -> u32 {
        2 * self.tiers - 1
    }

    /// Share of an endpoint's rate that can leave its leaf, and of that what can leave its pod.
    pub fn uplink_shares(&self) -> (f64, f64) {
        let plane = &self.plane;
        let leaf = if self.tiers >= 2 { plane.leaf_up as f64 / plane.leaf_down as f64 } else { 1.0 };
        let into_spines = (plane.pod_leaves * plane.leaf_up) as f64;
        let pod =
            if self.tiers == 3 { (plane.pod_spines * plane.spine_up) as f64 / into_spines } else { 1.0 };
        (leaf.min(1.0), pod.min(1.0))
    }
}

/// Why no Clos network of up to three tiers joins what was asked for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum NoClos {
    /// No endpoint.
    Empty,
    /// A switch of this radix can not have a port down and one up.
    Radix(u32),
    /// A leaf whose ports do not fit on its switch, or that has none on one side.
    Leaf {
        /// Ports asked for.
        given: LeafPorts,
        /// The radix.
        radix: u32,
    },
    /// An oversubscription that is not a number of at least 1.
    Oversubscription(f64),
    /// No plane.
    Planes,
    /// A number of tiers other than 1, 2, 3.
    Tiers(u32),
    /// More endpoint ports than the tiers of this radix join.
    TooManyPorts {
        /// Ports asked for, of one plane.
        ports: u64,
        /// Most that fit.
        most: u64,
        /// The radix.
        radix: u32,
        /// Tiers.
        tiers: u32,
    },
    /// More endpoint ports in a pod than its spines join.
    Pod {
        /// Ports asked for.
        pod: u64,
        /// Most that fit.
        most: u64,
        /// The radix of the spines.
        radix: u32,
    },
}

impl std::fmt::Display for NoClos {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoClos::Empty => {
                write!(f, "there is nothing to join; a network needs at least one endpoint port")
            }
            NoClos::Radix(radix) => {
                write!(
                    f,
                    "a switch of {radix} ports can not join endpoints and uplinks; it needs 2 ports or more"
                )
            }
            NoClos::Leaf { given: LeafPorts { down, up }, radix } => write!(
                f,
                "a leaf with {down} ports down and {up} up does not fit on {radix} ports; it needs at least one of each \
                 and {radix} together, such as {0} and {0}",
                radix / 2
            ),
            NoClos::Oversubscription(value) => {
                write!(
                    f,
                    "an oversubscription of {value} is not possible; 1 blocks nothing, more saves switches"
                )
            }
            NoClos::Planes => write!(f, "a network needs at least one plane"),
            NoClos::Tiers(tiers) => write!(f, "a Clos of {tiers} tiers is not built here; take 1, 2 or 3"),
            NoClos::TooManyPorts { ports, most, radix, tiers } => {
                let words = ["no tier", "one tier", "two tiers", "three tiers"];
                let words = words[*tiers as usize % words.len()];
                write!(
                    f,
                    "{ports} ports are more than {words} of {radix}-port switches join; they join {most}; "
                )?;
                match tiers {
                    3 => write!(f, "take more planes or switches of more ports"),
                    _ => write!(f, "take a tier more, or switches of more ports"),
                }
            }
            NoClos::Pod { pod, most, radix } => write!(
                f,
                "a pod of {pod} ports is more than spines of {radix} ports join; they join {most}; take `pod={most}`, a \
                 smaller oversubscription, or switches of more ports"
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
///    C = \left\lceil \frac{S_3\, r/2}{r} \right\rceil $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N$ | `ports` | ports of one plane |
/// | $r$ | `radix`, above the leaves `upper_radix` | ports |
/// | $d, u$ | ports of a leaf to endpoints and up; $d = u = r/2$ when nothing blocks | ports |
/// | $L, S_2, S_3, C$ | leaves, spines of two and of three tiers, cores | switches of one plane |
///
/// Two tiers take the smallest divisor of the uplinks, because each leaf must spread its uplinks evenly over
/// the spines. Planes multiply everything.
///
/// With an oversubscribed core, or pods of a given size, three tiers are two-tier pods below a core. A spine
/// gives $D = \lfloor r\,o/(1+o) \rfloor$ ports to leaves; a pod of $l$ leaves takes the smallest divisor of $u$ that
/// is at least $\lceil l u / D \rceil$ spines, and each spine $\lceil l u / (s\,o) \rceil$ uplinks.
///
/// Source: the rule is ours; it reproduces the switch and cable counts that NVIDIA prints for DGX SuperPODs
/// of H100, B200 and B300 systems (rows with their addresses in `validation/facility/superpod_fabric.csv`) and,
/// with pods, the leaves and pods of two published Ethernet clusters (`superpod_pods.csv`). Holds for
/// fixed-radix switches and up to three tiers; spines of oversubscribed pods are not confirmed by printed counts.
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
    check(&request)?;
    let fits = |tiers: u32| request.tiers.is_none_or(|wanted| wanted == tiers);
    let mut refused = None;
    for (tiers, build) in [(1, one_tier as fn(&ClosRequest) -> _), (2, two_tiers), (3, three_tiers)] {
        if fits(tiers) && !(tiers < 3 && request.pod.is_some_and(|pod| pod < request.ports)) {
            match build(&request) {
                Ok(found) => return Ok(found),
                Err(error) => refused = Some(error),
            }
        }
    }
    // Pods are what three tiers are for, so two tiers were refused above without being tried.
    Err(refused.unwrap_or(NoClos::TooManyPorts {
        ports: request.ports,
        most: request.pod.unwrap_or_default(),
        radix: request.radix,
        tiers: request.tiers.unwrap_or(3),
    }))
}

fn check(request: &ClosRequest) -> Result<(), NoClos> {
    let ClosRequest { ports, radix, upper_radix, leaf_ports, planes, tiers, .. } = *request;
    if ports == 0 || request.pod == Some(0) {
        return Err(NoClos::Empty);
    }
    if let Some(radix) = [Some(radix), upper_radix].into_iter().flatten().find(|radix| *radix < 2) {
        return Err(NoClos::Radix(radix));
    }
    if let Some(given) = leaf_ports
        && (given.down == 0 || given.up == 0 || given.down + given.up > radix)
    {
        return Err(NoClos::Leaf { given, radix });
    }
    if planes == 0 {
        return Err(NoClos::Planes);
    }
    if let Some(tiers) = tiers.filter(|tiers| !(1..=3).contains(tiers)) {
        return Err(NoClos::Tiers(tiers));
    }
    for tiers in [2, 3] {
        let (leaf, core) = request.oversubscription.of(tiers);
        for value in [leaf, core] {
            if !(value >= 1.0 && value.is_finite()) {
                return Err(NoClos::Oversubscription(value));
            }
        }
    }
    Ok(())
}

/// Multiplies one plane.
fn planes(request: &ClosRequest, tiers: u32, switches: [u64; 3], links: Links, plane: ClosPlane) -> Clos {
    let planes = u64::from(request.planes);
    let mut found = Clos {
        request: *request,
        tiers,
        leaf: switches[0] * planes,
        spine: switches[1] * planes,
        core: switches[2] * planes,
        links: Links {
            endpoint_leaf: links.endpoint_leaf * planes,
            leaf_spine: links.leaf_spine * planes,
            spine_core: links.spine_core * planes,
        },
        plane,
        bisection_share: 1.0,
    };
    let (leaf, pod) = found.uplink_shares();
    found.bisection_share = leaf * pod;
    found
}

/// One switch joins everything; it blocks nothing.
fn one_tier(request: &ClosRequest) -> Result<Clos, NoClos> {
    let ports = request.ports;
    let most = request.leaf_ports.map_or(request.radix, |leaf| leaf.down);
    if ports > u64::from(most) {
        return Err(NoClos::TooManyPorts { ports, most: u64::from(most), radix: request.radix, tiers: 1 });
    }
    let links = Links { endpoint_leaf: ports, ..Links::default() };
    let plane =
        ClosPlane { leaf_down: ports, leaf_up: 0, pods: 1, pod_leaves: 1, pod_spines: 0, spine_up: 0 };
    Ok(planes(request, 1, [1, 0, 0], links, plane))
}

fn two_tiers(request: &ClosRequest) -> Result<Clos, NoClos> {
    let (down, up) = leaf_ports(request, 2);
    let upper = upper_radix(request);
    let leaf = request.ports.div_ceil(down);
    if leaf > upper {
        let most = down * upper;
        return Err(NoClos::TooManyPorts { ports: request.ports, most, radix: request.radix, tiers: 2 });
    }
    let links = Links { endpoint_leaf: request.ports, leaf_spine: leaf * up, spine_core: 0 };
    let spine = smallest_divisor(up, (leaf * up).div_ceil(upper));
    let plane =
        ClosPlane { leaf_down: down, leaf_up: up, pods: 1, pod_leaves: leaf, pod_spines: spine, spine_up: 0 };
    Ok(planes(request, 2, [leaf, spine, 0], links, plane))
}

fn three_tiers(request: &ClosRequest) -> Result<Clos, NoClos> {
    let (down, up) = leaf_ports(request, 3);
    let upper = upper_radix(request);
    let (_, over) = request.oversubscription.of(3);
    if over > 1.0 || request.pod.is_some() {
        return pods(request, (down, up), over);
    }
    let half = upper / 2;
    let leaf = request.ports.div_ceil(down);
    let most = (down * half).saturating_mul(upper);
    if request.ports > most {
        return Err(NoClos::TooManyPorts { ports: request.ports, most, radix: request.radix, tiers: 3 });
    }
    let spine = (leaf * up).div_ceil(half);
    let spine_core = spine * half;
    let links = Links { endpoint_leaf: request.ports, leaf_spine: leaf * up, spine_core };
    let plane = ClosPlane {
        leaf_down: down,
        leaf_up: up,
        pods: leaf.div_ceil(half),
        pod_leaves: half.min(leaf),
        // A lone, partly filled pod has as many spines as its leaves need.
        pod_spines: up.min(spine),
        spine_up: half,
    };
    Ok(planes(request, 3, [leaf, spine, spine_core.div_ceil(upper)], links, plane))
}

/// Two-tier pods below a core that may be narrower than what enters it.
fn pods(request: &ClosRequest, (down, up): (u64, u64), over: f64) -> Result<Clos, NoClos> {
    let upper = upper_radix(request);
    let spine_down = ((upper as f64 * over / (1.0 + over)).floor() as u64).clamp(1, upper - 1);
    // Each leaf reaches each spine of its pod at least once, so neither may have more peers than ports.
    let most_leaves = spine_down;
    let pod_leaves = match request.pod {
        Some(pod) => {
            let leaves = pod.div_ceil(down);
            if leaves > most_leaves {
                return Err(NoClos::Pod { pod, most: most_leaves * down, radix: upper as u32 });
            }
            leaves
        }
        None => {
            let leaf = request.ports.div_ceil(down);
            leaf.div_ceil(leaf.div_ceil(most_leaves))
        }
    };
    let pods = request.ports.div_ceil(pod_leaves * down);
    if pods > upper {
        let most = upper.saturating_mul(pod_leaves * down);
        return Err(NoClos::TooManyPorts { ports: request.ports, most, radix: upper as u32, tiers: 3 });
    }
    let pod_spines = smallest_divisor(up, (pod_leaves * up).div_ceil(spine_down));
    let into_spine = (pod_leaves * up).div_ceil(pod_spines);
    let spine_up = ((into_spine as f64 / over).ceil() as u64).clamp(1, upper - into_spine.min(upper - 1));
    let leaf = request.ports.div_ceil(down);
    let spine = pods * pod_spines;
    let spine_core = spine * spine_up;
    let links = Links { endpoint_leaf: request.ports, leaf_spine: leaf * up, spine_core };
    let plane = ClosPlane { leaf_down: down, leaf_up: up, pods, pod_leaves, pod_spines, spine_up };
    Ok(planes(request, 3, [leaf, spine, spine_core.div_ceil(upper)], links, plane))
}

fn upper_radix(request: &ClosRequest) -> u64 {
    u64::from(request.upper_radix.unwrap_or(request.radix))
}

/// Ports of a leaf towards endpoints and upwards.
fn leaf_ports(request: &ClosRequest, tiers: u32) -> (u64, u64) {
    if let Some(given) = request.leaf_ports {
        return (u64::from(given.down), u64::from(given.up));
    }
    let (over, _) = request.oversubscription.of(tiers);
    let radix = u64::from(request.radix);
    let down = (radix as f64 * over / (1.0 + over)).floor() as u64;
    let down = down.clamp(1, radix - 1);
    (down, (radix - down).min(down))
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
        assert_eq!(error, NoClos::TooManyPorts { ports: 1_000_000, most: 65_536, radix: 64, tiers: 3 });
        assert!(error.to_string().contains("65536"));
        assert!(clos(ClosRequest::non_blocking(65_536, 64)).is_ok());
        assert_eq!(clos(ClosRequest::non_blocking(8, 1)), Err(NoClos::Radix(1)));
        assert_eq!(clos(ClosRequest { planes: 0, ..ClosRequest::non_blocking(8, 4) }), Err(NoClos::Planes));
        let request = ClosRequest::non_blocking(8, 4).oversubscribed(Oversubscription::Top(0.5));
        assert_eq!(clos(request), Err(NoClos::Oversubscription(0.5)));
        assert_eq!(clos(ClosRequest::non_blocking(0, 64)), Err(NoClos::Empty));
        let request = ClosRequest { tiers: Some(2), ..ClosRequest::non_blocking(4096, 64) };
        let error = clos(request).unwrap_err();
        assert_eq!(error, NoClos::TooManyPorts { ports: 4096, most: 2048, radix: 64, tiers: 2 });
        assert!(error.to_string().contains("take a tier more"));
        let leaf_ports = Some(LeafPorts { down: 60, up: 8 });
        let error = clos(ClosRequest { leaf_ports, ..ClosRequest::non_blocking(96, 64) }).unwrap_err();
        assert!(error.to_string().contains("such as 32 and 32"), "{error}");
    }

    #[test]
    fn one_switch_joins_what_fits_on_it() {
        let fabric = clos(ClosRequest::non_blocking(64, 64)).unwrap();
        assert_eq!((fabric.tiers, fabric.switches(), fabric.hops()), (1, 1, 1));
        assert_eq!(fabric.links.total(), 64);
    }

    #[test]
    fn oversubscription_saves_switches_and_costs_bisection() {
        let free = clos(ClosRequest::non_blocking(24_576, 64)).unwrap();
        let request = ClosRequest::non_blocking(24_576, 64).oversubscribed(Oversubscription::Top(7.0));
        let tight = clos(request).unwrap();
        assert_eq!((free.spine, free.core, free.bisection_share), (768, 384, 1.0));
        // Spines give 56 of 64 ports to leaves, so 14 pods of 55 leaves and 32 spines; 8 uplinks a spine.
        assert_eq!((tight.plane.pods, tight.plane.pod_leaves, tight.plane.spine_up), (14, 55, 8));
        assert_eq!((tight.spine, tight.core), (448, 56));
        assert!((tight.bisection_share - 8.0 / 55.0).abs() < 1e-12);
        // Three ports down for one up.
        let over = Oversubscription::Tiers { leaf: 3.0, core: 1.0 };
        let request = ClosRequest::non_blocking(1_536, 64).oversubscribed(over);
        let leaf = clos(request).unwrap();
        assert_eq!((leaf.leaf, leaf.spine), (32, 8));
        assert!((leaf.bisection_share - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn pods_are_two_tiers_below_a_core() {
        // 128 ports of 400 Gbit/s: 48 leaves of a pod fill 32 spines with 96 ports, 14 go up.
        let request = ClosRequest {
            pod: Some(3072),
            ..ClosRequest::non_blocking(24_576, 128).oversubscribed(Oversubscription::Top(7.0))
        };
        let found = clos(request).unwrap();
        assert_eq!((found.plane.pods, found.plane.pod_ports()), (8, 3072));
        assert_eq!((found.leaf, found.spine, found.core), (384, 256, 28));
        // Switches of 64 ports can not hold such a pod, and the message says what they can.
        let error = clos(ClosRequest { radix: 64, ..request }).unwrap_err();
        assert_eq!(error, NoClos::Pod { pod: 3072, most: 1792, radix: 64 });
        assert!(error.to_string().contains("pod=1792"), "{error}");
        assert!(clos(ClosRequest { radix: 64, pod: Some(1792), ..request }).is_ok());
    }

    fn requests() -> impl Strategy<Value = ClosRequest> {
        let size = (1u64..60_000, 2u32..200, 1u32..5);
        let over = prop_oneof![Just(1.0), 1.0f64..8.0];
        (size, 1.0f64..8.0, over).prop_map(|((ports, radix, planes), leaf, core)| ClosRequest {
            planes,
            ..ClosRequest::non_blocking(ports, radix).oversubscribed(Oversubscription::Tiers { leaf, core })
        })
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
