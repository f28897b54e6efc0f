//! A fabric as tiers and the links between them: what a parts list counts and what a picture draws.

use quarterdeck_catalog::Medium;

use super::clos::Clos;
use super::dragonfly::Dragonfly;
use super::torus::{CUBE_SIDE, Torus};

/// What stands on a tier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Ports of platforms, or devices of a torus or a scale-up domain.
    Endpoint,
    /// Switches that endpoints are plugged into.
    Leaf,
    /// Switches above the leaves.
    Spine,
    /// Switches above the spines.
    Core,
    /// Switches of a dragonfly.
    Router,
    /// Mirrors that join cubes.
    OpticalSwitch,
    /// Switch chips inside a scale-up domain.
    Chip,
}

impl Role {
    /// The word for one of them, or for several.
    pub const fn word(self, several: bool) -> &'static str {
        match (self, several) {
            (Role::Endpoint, false) => "endpoint",
            (Role::Endpoint, true) => "endpoints",
            (Role::Leaf, false) => "leaf",
            (Role::Leaf, true) => "leaves",
            (Role::Spine, false) => "spine",
            (Role::Spine, true) => "spines",
            (Role::Core, false) => "core switch",
            (Role::Core, true) => "core switches",
            (Role::Router, false) => "router",
            (Role::Router, true) => "routers",
            (Role::OpticalSwitch, false) => "optical switch",
            (Role::OpticalSwitch, true) => "optical switches",
            (Role::Chip, false) => "switch chip",
            (Role::Chip, true) => "switch chips",
        }
    }

    /// Whether it is a packet switch that is bought.
    pub const fn is_switch(self) -> bool {
        matches!(self, Role::Leaf | Role::Spine | Role::Core | Role::Router)
    }
}

/// What members of a tier are grouped into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// All in one.
    Whole,
    /// Two-tier networks below a core.
    Pods,
    /// Rails that nothing joins but the scale-up domains.
    Rails,
    /// Fully joined routers.
    Groups,
    /// Devices of one rack, wired in copper.
    Cubes,
}

impl Grouping {
    /// The word for one of them.
    pub const fn word(self) -> &'static str {
        match self {
            Grouping::Whole => "whole",
            Grouping::Pods => "pod",
            Grouping::Rails => "rail",
            Grouping::Groups => "group",
            Grouping::Cubes => "cube",
        }
    }
}

/// One tier of a fabric, all planes and fabrics together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StructureTier {
    /// What stands on it.
    pub role: Role,
    /// How many.
    pub count: u64,
    /// Equal boxes to draw them in; the last may hold fewer.
    pub groups: u64,
}

/// How far a cable goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// Inside a rack.
    InRack,
    /// Along a row of racks.
    Row,
    /// Across the hall.
    Hall,
}

impl Reach {
    /// All of them, the shortest first.
    pub const ALL: [Reach; 3] = [Reach::InRack, Reach::Row, Reach::Hall];

    /// The words for it.
    pub const fn word(self) -> &'static str {
        match self {
            Reach::InRack => "in the rack",
            Reach::Row => "along the row",
            Reach::Hall => "across the hall",
        }
    }
}

/// Links between two tiers, or inside one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Join {
    /// The lower tier, by place in [`Structure::tiers`].
    pub lower: usize,
    /// The upper tier; the same as the lower for links inside it.
    pub upper: usize,
    /// Links at the rate of an endpoint port.
    pub links: u64,
    /// Parallel links between two members that are joined; 0 where it differs.
    pub trunk: u64,
    /// How far the cables go.
    pub reach: Reach,
    /// What they are made of.
    pub medium: Medium,
}

/// Switches on shortest paths between two different endpoints; links instead of switches in a torus.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hops {
    /// Mean over all pairs.
    pub mean: f64,
    /// Most.
    pub worst: u32,
}

/// A fabric as tiers, the lowest first, and the links between them.
#[derive(Clone, PartialEq, Debug)]
pub struct Structure {
    /// Tiers, endpoints first.
    pub tiers: Vec<StructureTier>,
    /// Links.
    pub joins: Vec<Join>,
    /// What the boxes of [`StructureTier::groups`] are.
    pub grouping: Grouping,
    /// Equal networks side by side that every endpoint has a port in.
    pub planes: u64,
    /// Capacity across the worst cut into halves that keeps platforms whole, as a share of half of what
    /// endpoints inject.
    pub bisection_share: f64,
    /// Path lengths.
    pub hops: Hops,
}

impl Structure {
    /// How many of a role there are.
    pub fn count(&self, role: Role) -> u64 {
        self.tiers.iter().filter(|tier| tier.role == role).map(|tier| tier.count).sum()
    }

    /// Packet switches.
    pub fn switches(&self) -> u64 {
        self.tiers.iter().filter(|tier| tier.role.is_switch()).map(|tier| tier.count).sum()
    }

    /// All links.
    pub fn links(&self) -> u64 {
        self.joins.iter().map(|join| join.links).sum()
    }

    /// Links from endpoints to switches.
    pub fn endpoint_links(&self) -> u64 {
        self.joins.iter().filter(|join| join.lower == 0).map(|join| join.links).sum()
    }

    /// Ports of one tier's members that links end at.
    pub fn ports_used(&self, tier: usize) -> u64 {
        let ends = |join: &Join| u64::from(join.lower == tier) + u64::from(join.upper == tier);
        self.joins.iter().map(|join| join.links * ends(join)).sum()
    }

    /// The same structure several times over, side by side with nothing between.
    #[must_use]
    pub fn times(mut self, copies: u64, grouping: Grouping) -> Structure {
        if copies == 1 {
            return self;
        }
        for tier in &mut self.tiers {
            tier.count *= copies;
            tier.groups = if grouping == self.grouping { tier.groups * copies } else { copies };
        }
        for join in &mut self.joins {
            join.links *= copies;
        }
        self.grouping = grouping;
        self
    }
}

/// Where endpoints stand, as far as cable lengths need it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Placing {
    /// What joins endpoints to leaves.
    pub medium: Medium,
    /// Endpoint ports of a rack; unknown if none.
    pub rack_ports: Option<f64>,
    /// Endpoints of a platform that lie on different leaves.
    pub rails: u64,
    /// Racks of a row.
    pub row: u64,
}

impl Placing {
    /// How far a cable goes to what so many endpoint ports hang from. Unknown racks are taken to be far apart.
    fn reach(&self, ports: u64) -> Reach {
        let Some(rack) = self.rack_ports.filter(|rack| *rack > 0.0) else { return Reach::Hall };
        let racks = (ports as f64 / rack).ceil();
        if racks <= 1.0 {
            Reach::InRack
        } else if racks <= self.row as f64 {
            Reach::Row
        } else {
            Reach::Hall
        }
    }

    /// From endpoints to a leaf. Copper is taken where the leaf stands in their rack; else rails spread a leaf over
    /// as many racks as its endpoints have platforms.
    fn leaf_reach(&self, ports: u64) -> Reach {
        if self.medium == Medium::Copper { Reach::InRack } else { self.reach(ports * self.rails.max(1)) }
    }
}

/// The tiers of a Clos.
pub(super) fn of_clos(clos: &Clos, placing: &Placing) -> Structure {
    let planes = u64::from(clos.request.planes);
    let plane = &clos.plane;
    let pods = if clos.tiers == 3 { plane.pods } else { 1 };
    let tier = |role, count, groups| StructureTier { role, count, groups };
    let mut tiers = vec![tier(Role::Endpoint, clos.request.ports, pods), tier(Role::Leaf, clos.leaf, pods)];
    let mut joins = vec![Join {
        lower: 0,
        upper: 1,
        links: clos.links.endpoint_leaf,
        trunk: 1,
        reach: placing.leaf_reach(plane.leaf_down),
        medium: placing.medium,
    }];
    let between = |lower: usize, links, trunk, ports| Join {
        lower,
        upper: lower + 1,
        links,
        trunk,
        // What joins switches is far from any one rack at best by the length of a row.
        reach: placing.reach(ports).max(Reach::Row),
        medium: Medium::Optical,
    };
    if clos.tiers >= 2 {
        tiers.push(tier(Role::Spine, clos.spine, pods));
        let trunk = plane.leaf_up / plane.pod_spines.max(1);
        joins.push(between(1, clos.links.leaf_spine, trunk, plane.pod_ports().min(clos.request.ports)));
    }
    if clos.tiers == 3 {
        tiers.push(tier(Role::Core, clos.core, 1));
        joins.push(between(2, clos.links.spine_core, 0, clos.request.ports));
    }
    Structure {
        tiers,
        joins,
        grouping: if pods > 1 { Grouping::Pods } else { Grouping::Whole },
        planes,
        bisection_share: clos.bisection_share,
        hops: clos_hops(clos),
    }
}

/// Switches on a path: one below the same leaf, three in the same pod, five through the core.
fn clos_hops(clos: &Clos) -> Hops {
    let ports = clos.request.ports;
    let others = (ports.max(2) - 1) as f64;
    let near = (clos.plane.leaf_down.min(ports) - 1) as f64;
    let pod = (clos.plane.pod_ports().min(ports) - 1) as f64;
    let mean = match clos.tiers {
        1 => 1.0,
        2 => (near + 3.0 * (others - near)) / others,
        _ => (near + 3.0 * (pod - near) + 5.0 * (others - pod)) / others,
    };
    Hops { mean, worst: clos.hops() }
}

/// Routers of a dragonfly in groups.
pub(super) fn of_dragonfly(found: &Dragonfly, placing: &Placing) -> Structure {
    let groups = found.groups;
    let join = |lower, upper, links, trunk, reach, medium| Join { lower, upper, links, trunk, reach, medium };
    let (mean, worst) = found.hops();
    let inside = placing.reach(found.group_ports()).max(Reach::Row);
    let mut joins = vec![join(0, 1, found.ports, 1, placing.leaf_reach(found.router_ports), placing.medium)];
    if found.group_routers > 1 {
        joins.push(join(1, 1, found.local_links(), 1, inside, Medium::Optical));
    }
    if groups > 1 {
        joins.push(join(1, 1, found.global_links(), found.trunk, Reach::Hall, Medium::Optical));
    }
    Structure {
        tiers: vec![
            StructureTier { role: Role::Endpoint, count: found.ports, groups },
            StructureTier { role: Role::Router, count: found.routers(), groups },
        ],
        joins,
        grouping: if groups > 1 { Grouping::Groups } else { Grouping::Whole },
        planes: 1,
        bisection_share: found.bisection_share().min(1.0),
        hops: Hops { mean, worst },
    }
}

/// Devices of a torus, and the optical switches between its cubes.
pub(super) fn of_torus(found: &Torus, placing: &Placing) -> Structure {
    let devices = found.devices();
    let (mean, worst) = found.hops();
    let mut tiers = vec![StructureTier { role: Role::Endpoint, count: devices, groups: found.cubes.max(1) }];
    let mut joins = Vec::new();
    if found.cubes > 0 {
        let copper = Join {
            lower: 0,
            upper: 0,
            links: found.copper_links(),
            trunk: 1,
            reach: Reach::InRack,
            medium: Medium::Copper,
        };
        tiers.push(StructureTier { role: Role::OpticalSwitch, count: found.optical_switches, groups: 1 });
        // Two fibres, from either cube to the switch, make one link between devices.
        let optical = Join {
            upper: 1,
            links: found.cubes * found.cube_optical_links(),
            trunk: 1,
            reach: Reach::Hall,
            medium: Medium::Optical,
            ..copper
        };
        joins.extend([copper, optical]);
    } else {
        let reach = placing.reach(devices);
        let medium = if reach == Reach::InRack { Medium::Copper } else { Medium::Optical };
        joins.push(Join { lower: 0, upper: 0, links: found.links(), trunk: 1, reach, medium });
    }
    debug_assert!(found.cubes == 0 || found.sides.iter().all(|side| side % CUBE_SIDE == 0));
    Structure {
        tiers,
        joins,
        grouping: if found.cubes > 0 { Grouping::Cubes } else { Grouping::Whole },
        planes: 1,
        bisection_share: found.bisection_share(),
        hops: Hops { mean, worst },
    }
}
