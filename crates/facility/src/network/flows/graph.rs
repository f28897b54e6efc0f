//! Fabrics as directed links with capacities, and the routes between their endpoints.

use crate::network::bill::FabricCounts;
use crate::network::clos::Clos;
use crate::network::dragonfly::Dragonfly;
use crate::network::torus::Torus;

/// Rates that the links of a graph have.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LinkRates {
    /// One link of the fabric, one way.
    pub link: f64,
    /// One device into its scale-up domain, one way; rail-only fabrics pass from rail to rail there.
    pub scale_up: f64,
}

/// How a packet chooses among the ways that a graph offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Routing {
    /// A shortest way.
    #[default]
    Minimal,
    /// In a dragonfly, by way of any group: twice the load, spread over all of them.
    Valiant,
}

/// One plane of a fabric as directed links; each endpoint has one port in it.
///
/// Endpoints are numbered platform by platform. With `rails`, the endpoints of a platform lie on as many different
/// leaves (rail-optimised); without, neighbours fill a leaf.
#[derive(Clone, PartialEq, Debug)]
pub struct LinkGraph {
    capacity: Vec<f64>,
    endpoints: u32,
    routes: Routes,
}

#[derive(Clone, PartialEq, Debug)]
enum Routes {
    Clos(ClosRoutes),
    RailOnly { rails: u32, rail: ClosRoutes, rail_links: u32 },
    Dragonfly { found: Dragonfly, routing: Routing },
    Torus(Torus),
}

impl LinkGraph {
    /// The graph of a fabric's counts.
    ///
    /// `rails` is the number of endpoints of a server that a rail-optimised Clos puts on different leaves; 1 where
    /// neighbours share a leaf. `pooled` merges the parallel links of a Clos into one of their joint capacity: the
    /// bound that no congestion ever reaches, as if packets were sprayed evenly.
    pub fn new(
        counts: &FabricCounts,
        rates: LinkRates,
        rails: u64,
        pooled: bool,
        routing: Routing,
    ) -> LinkGraph {
        let mut capacity = Vec::new();
        let (routes, endpoints) = match counts {
            FabricCounts::Clos(clos) => {
                let routes = ClosRoutes::new(clos, rails.max(1), pooled);
                routes.capacities(rates.link, &mut capacity);
                (Routes::Clos(routes), clos.request.ports)
            }
            FabricCounts::RailOnly { rails, rail } => {
                let routes = ClosRoutes::new(rail, 1, pooled);
                for _ in 0..*rails {
                    routes.capacities(rates.link, &mut capacity);
                }
                let rail_links = (capacity.len() as u64 / (*rails).max(1)) as u32;
                let endpoints = rail.request.ports * rails;
                capacity.extend((0..2 * endpoints).map(|_| rates.scale_up));
                (Routes::RailOnly { rails: *rails as u32, rail: routes, rail_links }, endpoints)
            }
            FabricCounts::Dragonfly(found) => {
                let links = 2 * found.ports
                    + found.groups * found.group_routers * found.group_routers
                    + found.groups * found.groups * found.trunk;
                capacity.resize(links as usize, rates.link);
                (Routes::Dragonfly { found: *found, routing }, found.ports)
            }
            FabricCounts::Torus(found) => {
                capacity.resize(6 * found.devices() as usize, rates.link);
                (Routes::Torus(*found), found.devices())
            }
        };
        LinkGraph { capacity, endpoints: endpoints as u32, routes }
    }

    /// Capacities of the directed links.
    pub fn capacity(&self) -> &[f64] {
        &self.capacity
    }

    /// Endpoints.
    pub const fn endpoints(&self) -> u32 {
        self.endpoints
    }

    /// Different ways from one endpoint to another.
    pub fn paths(&self, from: u32, to: u32) -> u64 {
        match &self.routes {
            Routes::Clos(routes) => routes.paths(from, to),
            Routes::RailOnly { rails, rail, .. } => rail.paths(from / rails, to / rails),
            Routes::Dragonfly { found, routing } => {
                let group = |endpoint: u32| u64::from(endpoint) / found.group_ports();
                match routing {
                    _ if group(from) == group(to) => 1,
                    Routing::Minimal => found.trunk,
                    Routing::Valiant => found.groups * found.trunk,
                }
            }
            Routes::Torus(found) => {
                let ties =
                    sides(found, from, to).into_iter().filter(|(delta, side)| 2 * delta == *side).count();
                1 << ties
            }
        }
    }

    /// Appends the links of one of the ways from an endpoint to another; nothing if they are the same.
    pub fn route(&self, from: u32, to: u32, path: u64, links: &mut Vec<u32>) {
        if from == to {
            return;
        }
        match &self.routes {
            Routes::Clos(routes) => routes.route(from, to, path, 0, links),
            Routes::RailOnly { rails, rail, rail_links } => {
                // Along the rail of the receiver, which the sender reaches inside its own domain.
                let first_scale_up = rails * rail_links;
                let along = to % rails;
                let hand_over = from / rails * rails + along;
                if hand_over != from {
                    links.extend([first_scale_up + 2 * from, first_scale_up + 2 * hand_over + 1]);
                }
                if hand_over != to {
                    rail.route(from / rails, to / rails, path, along * rail_links, links);
                }
            }
            Routes::Dragonfly { found, routing } => dragonfly_route(found, *routing, from, to, path, links),
            Routes::Torus(found) => torus_route(found, from, to, path, links),
        }
    }
}

/// Places of a Clos and of its links: up and down links of endpoints, of leaves, of spines, in this order.
#[derive(Clone, Copy, PartialEq, Debug)]
struct ClosRoutes {
    ports: u64,
    leaf_down: u64,
    leaf_up: u64,
    leaves: u64,
    pod_leaves: u64,
    pods: u64,
    pod_spines: u64,
    spine_up: u64,
    rails: u64,
    pooled: bool,
}

impl ClosRoutes {
    fn new(clos: &Clos, rails: u64, pooled: bool) -> ClosRoutes {
        let plane = &clos.plane;
        let ports = clos.request.ports;
        // Rails fill leaves side by side, so a last, partly filled set of servers takes a leaf of every rail.
        let sets = ports.div_ceil(rails).div_ceil(plane.leaf_down.max(1));
        let leaves = if clos.tiers == 1 { 1 } else { sets * rails };
        let pod_leaves = if clos.tiers == 3 { plane.pod_leaves } else { leaves };
        ClosRoutes {
            ports,
            leaf_down: if clos.tiers == 1 { ports } else { plane.leaf_down },
            leaf_up: plane.leaf_up,
            leaves,
            pod_leaves,
            pods: leaves.div_ceil(pod_leaves),
            pod_spines: plane.pod_spines.max(1),
            spine_up: if clos.tiers == 3 { plane.spine_up } else { 0 },
            rails: if clos.tiers == 1 { 1 } else { rails },
            pooled,
        }
    }

    /// Links up from one leaf, and from all spines of one pod.
    const fn uplinks(&self) -> (u64, u64) {
        if self.pooled { (1, 1) } else { (self.leaf_up, self.pod_spines * self.spine_up) }
    }

    fn capacities(&self, rate: f64, capacity: &mut Vec<f64>) {
        let (leaf, pod) = self.uplinks();
        let tier = |members: u64, links: u64, all: u64| {
            let each = if links == 0 { 0.0 } else { rate * all as f64 / links as f64 };
            (2 * members * links, each)
        };
        let tiers = [
            tier(self.ports, 1, 1),
            tier(self.leaves, leaf, self.leaf_up),
            tier(self.pods, pod, self.pod_spines * self.spine_up),
        ];
        for (links, each) in tiers {
            capacity.extend((0..links).map(|_| each));
        }
    }

    fn leaf(&self, endpoint: u32) -> u64 {
        let endpoint = u64::from(endpoint);
        let (server, rail) = (endpoint / self.rails, endpoint % self.rails);
        (server / self.leaf_down * self.rails + rail).min(self.leaves - 1)
    }

    fn paths(&self, from: u32, to: u32) -> u64 {
        let (a, b) = (self.leaf(from), self.leaf(to));
        if a == b || self.pooled {
            1
        } else if a / self.pod_leaves == b / self.pod_leaves {
            self.leaf_up * self.trunk()
        } else {
            self.leaf_up * self.trunk() * self.spine_up.max(1)
        }
    }

    /// Parallel links between a leaf and a spine.
    const fn trunk(&self) -> u64 {
        self.leaf_up / self.pod_spines
    }

    fn route(&self, from: u32, to: u32, path: u64, offset: u32, links: &mut Vec<u32>) {
        let (leaf_links, pod_links) = self.uplinks();
        let first_leaf = 2 * self.ports;
        let first_pod = first_leaf + 2 * self.leaves * leaf_links;
        let mut push = |link: u64| links.push(offset + link as u32);
        push(2 * u64::from(from));
        let (a, b) = (self.leaf(from), self.leaf(to));
        if a != b {
            let up = path % leaf_links;
            let rest = path / leaf_links;
            // Any of the parallel links of the same spine leads down.
            let spine = up % self.pod_spines;
            let down = if self.pooled { 0 } else { rest % self.trunk() * self.pod_spines + spine };
            push(first_leaf + 2 * (a * leaf_links + up));
            let (pod_a, pod_b) = (a / self.pod_leaves, b / self.pod_leaves);
            if pod_a != pod_b && pod_links > 0 {
                // Uplink `j` of spine `s` of every pod ends at the same core switch.
                let core =
                    if self.pooled { 0 } else { spine * self.spine_up + rest / self.trunk() % self.spine_up };
                push(first_pod + 2 * (pod_a * pod_links + core));
                push(first_pod + 2 * (pod_b * pod_links + core) + 1);
            }
            push(first_leaf + 2 * (b * leaf_links + down) + 1);
        }
        push(2 * u64::from(to) + 1);
    }
}

/// Links: up and down of endpoints, then router to router in a group, then group to group.
fn dragonfly_route(found: &Dragonfly, routing: Routing, from: u32, to: u32, path: u64, links: &mut Vec<u32>) {
    let (routers, groups, trunk) = (found.group_routers, found.groups, found.trunk);
    let local = 2 * found.ports;
    let global = local + groups * routers * routers;
    let router = |endpoint: u32| u64::from(endpoint) / found.router_ports;
    let (start, end) = (router(from), router(to));
    links.push(2 * from);
    let (mut group, mut at) = (start / routers, start % routers);
    let (last_group, last) = (end / routers, end % routers);
    // The router of `a` that holds link `wire` towards `b`; links are dealt to the routers in turn.
    let gate = |a: u64, b: u64, wire: u64| (((b + groups - a) % groups - 1) * trunk + wire) % routers;
    let mut stops = Vec::with_capacity(2);
    if group != last_group {
        let wire = path % trunk;
        let by = path / trunk;
        if routing == Routing::Valiant && by != group && by != last_group && by < groups {
            stops.push((by, wire));
        }
        stops.push((last_group, wire));
    }
    for (next, wire) in stops {
        let out = gate(group, next, wire);
        if out != at {
            links.push((local + (group * routers + at) * routers + out) as u32);
        }
        links.push((global + (group * groups + next) * trunk + wire) as u32);
        at = gate(next, group, wire);
        group = next;
    }
    if at != last {
        links.push((local + (group * routers + at) * routers + last) as u32);
    }
    links.push(2 * to + 1);
}

/// Steps forward from one device to another in each direction, with the length of that direction.
fn sides(found: &Torus, from: u32, to: u32) -> [(u64, u64); 3] {
    let (mut a, mut b) = (u64::from(from), u64::from(to));
    found.sides.map(|side| {
        let delta = (b % side + side - a % side) % side;
        (a, b) = (a / side, b / side);
        (delta, side)
    })
}

/// Direction by direction, the shorter way round; links are numbered six a device.
fn torus_route(found: &Torus, from: u32, to: u32, path: u64, links: &mut Vec<u32>) {
    let mut at = u64::from(from);
    let mut stride = 1;
    let mut ties = path;
    for (direction, (delta, side)) in sides(found, from, to).into_iter().enumerate() {
        let forward = match (2 * delta).cmp(&side) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Greater => false,
            std::cmp::Ordering::Equal => {
                let forward = ties.is_multiple_of(2);
                ties /= 2;
                forward || side == 2
            }
        };
        let steps = if forward { delta } else { side - delta };
        for _ in 0..steps {
            links.push((6 * at + 2 * direction as u64 + u64::from(!forward)) as u32);
            let place = at / stride % side;
            let next = if forward { (place + 1) % side } else { (place + side - 1) % side };
            at = at - place * stride + next * stride;
        }
        stride *= side;
    }
}
