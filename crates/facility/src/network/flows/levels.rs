//! Shares of a fabric by level, computed from its design for the collectives of `performance`.

use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_kernel::Streams;
use quarterdeck_performance::collectives::{Fabric, Level};

use super::fair::max_min;
use super::graph::{LinkGraph, LinkRates, Routing};
use super::spread::{Spreading, pooled, sample};
use crate::network::bill::{FabricBill, FabricCounts};
use crate::network::clos::Clos;

/// Flows that a draw of hash collisions looks at, at least; a larger block is looked at whole.
const SAMPLED_FLOWS: u64 = 1024;

/// What decides the shares of a fabric beside its design.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Load {
    /// Devices that share the endpoint ports.
    pub devices: f64,
    /// Devices of a scale-up domain.
    pub domain: f64,
    /// Rate of one device into its scale-up domain over its rate into the fabric.
    pub scale_up: f64,
    /// How paths are chosen.
    pub spreading: Spreading,
    /// Draws of hash collisions.
    pub draws: u32,
    /// Streams that the draws take their numbers from.
    pub streams: Streams,
}

impl Load {
    /// What a platform puts on the fabric that its bill describes; nothing if it has no back end.
    pub fn of(
        catalog: &Catalog,
        platform: &Platform,
        bill: &FabricBill,
        spreading: Spreading,
        streams: Streams,
    ) -> Option<Load> {
        let scale_out = &platform.scale_out;
        let devices = f64::from(platform.devices);
        if scale_out.back_end_ports == 0 {
            return None;
        }
        let device = catalog.device(&platform.device).ok()?;
        let own = scale_out.back_end() / devices;
        Some(Load {
            devices: bill.ports as f64 / f64::from(scale_out.back_end_ports) * devices,
            domain: f64::from(platform.scale_up_domain.max(1)),
            // A device without such links hands over through the host, at no more than its own rate.
            scale_up: device.scale_up.as_ref().map_or(1.0, |link| link.bandwidth.value / own),
            spreading,
            draws: 4,
            streams,
        })
    }
}

/// Levels of a fabric as `performance` sees it: how many neighbouring devices lie below a leaf, a pod or a group, and
/// what share of their rate leaves it. None for a torus, whose links are the scale-up domain itself.
///
/// | fabric | block | leaves it | to one other block |
/// |---|---|---|---|
/// | Clos | leaf, times its rails | uplinks over endpoint ports | the same |
/// | Clos | pod | uplinks of spines over what enters them | the same |
/// | rail-only | as a Clos, and the domain | $1/(1 + \frac{R-1}{R}\frac{b}{B})$: handed to the rail inside the domain first | all |
/// | dragonfly | router, group | links out of it over endpoint ports | half of them by a detour, or the trunk |
///
/// with $R$ rails, $b$ a device's rate into the fabric and $B$ into its domain. Where paths are hashed, `reached` is
/// the mean over draws of the slowest flow when every device of a block sends to the next block, over the same with
/// packets spread evenly.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::{network::{back_end_fabric, FabricPolicy, flows::{Load, Spreading, levels}}, Prices};
/// # use quarterdeck_kernel::Streams;
/// # use quarterdeck_units::PriceYear;
/// let catalog = Catalog::builtin();
/// let prices = Prices::new(&catalog.money, PriceYear(2024));
/// let policy = FabricPolicy { shape: "clos:3,core=7:1,pod=3072".parse().unwrap(), ..FabricPolicy::BACK_END };
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let bill = back_end_fabric(&catalog, hgx, 3072, Some("sn5600"), policy, &prices).unwrap();
/// let load = Load::of(&catalog, hgx, &bill, Spreading::Even, Streams::new(1)).unwrap();
/// assert_eq!((load.devices, load.domain, load.scale_up), (24_576.0, 8.0, 9.0));
/// let fabric = levels(&bill, &load).unwrap();
/// let pod = fabric.levels()[1];
/// assert_eq!(pod.devices, 3072.0);
/// assert!((pod.leaving * 7.0 - 1.0).abs() < 0.03);
/// ```
pub fn levels(bill: &FabricBill, load: &Load) -> Option<Fabric> {
    let each = load.devices / bill.ports as f64;
    let found = match &bill.counts {
        FabricCounts::Clos(clos) => clos_levels(clos, bill, load, each, bill.rails),
        FabricCounts::RailOnly { rails, rail } => {
            let handed = (*rails as f64 - 1.0) / *rails as f64 / load.scale_up;
            let handing =
                Level { devices: load.domain, leaving: 1.0 / (1.0 + handed), to_one: 1.0, reached: 1.0 };
            let mut found = vec![handing];
            found.extend(clos_levels(rail, bill, load, each, *rails));
            found
        }
        FabricCounts::Dragonfly(found) => {
            let router = found.router_ports as f64;
            let group = found.group_ports() as f64;
            let out = (found.group_routers - 1 + found.router_global) as f64;
            let global = (found.trunk * (found.groups - 1)) as f64;
            // A detour by other routers or groups reaches one neighbour at half of all that leaves.
            let to_one = |all: f64, direct: f64| match load.spreading {
                Spreading::Even => direct.max(all / 2.0).min(all),
                Spreading::Hashed { .. } => direct,
            };
            let mut found_levels = Vec::new();
            if found.group_routers > 1 {
                found_levels.push((router, (out / router).min(1.0), 1.0 / router));
            }
            if found.groups > 1 {
                found_levels.push((group, (global / group).min(1.0), found.trunk as f64 / group));
            }
            let level = |(ports, leaving, direct): (f64, f64, f64)| Level {
                devices: ports * each,
                leaving,
                to_one: to_one(leaving, direct).min(1.0),
                reached: reached(bill, load, ports as u64),
            };
            found_levels.into_iter().map(level).collect()
        }
        FabricCounts::Torus(_) => return None,
    };
    Some(Fabric::new(found))
}

fn clos_levels(clos: &Clos, bill: &FabricBill, load: &Load, each: f64, rails: u64) -> Vec<Level> {
    let (leaf_share, pod_share) = clos.uplink_shares();
    let mut found = Vec::new();
    let mut level = |ports: u64, share: f64| {
        found.push(Level {
            devices: ports as f64 * each,
            leaving: share,
            to_one: share,
            reached: reached(bill, load, ports),
        });
    };
    if clos.tiers >= 2 {
        level(clos.plane.leaf_down * rails, leaf_share);
    }
    if clos.tiers == 3 {
        let rails = if matches!(bill.counts, FabricCounts::RailOnly { .. }) { rails } else { 1 };
        level(clos.plane.pod_ports() * rails, leaf_share * pod_share);
    }
    found
}

/// Share of the even spread that hashed flows reach when every endpoint of a block sends to the next block.
fn reached(bill: &FabricBill, load: &Load, block: u64) -> f64 {
    let Spreading::Hashed { queue_pairs } = load.spreading else { return 1.0 };
    let rates = LinkRates { link: 1.0, scale_up: load.scale_up };
    let graph = |merged| LinkGraph::new(&bill.counts, rates, bill.rails, merged, Routing::Minimal);
    let hashed = graph(false);
    let all = u64::from(hashed.endpoints());
    if block >= all {
        return 1.0;
    }
    let senders = block.max(SAMPLED_FLOWS.min(all)).min(all);
    let pairs: Vec<(u32, u32)> =
        (0..senders).map(|from| (from as u32, ((from + block) % all) as u32)).collect();
    let best = max_min(&pooled(&graph(true), &pairs)).into_iter().fold(f64::INFINITY, f64::min);
    (sample(&hashed, &pairs, queue_pairs, load.draws, load.streams).slowest / best).min(1.0)
}
