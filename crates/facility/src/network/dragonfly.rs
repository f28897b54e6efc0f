//! Routers and links of a dragonfly: groups of fully joined routers, each group joined to every other.

/// A dragonfly network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dragonfly {
    /// Endpoint ports.
    pub ports: u64,
    /// Ports of one router.
    pub radix: u32,
    /// Endpoints of a router.
    pub router_ports: u64,
    /// Routers of a group, each joined to all others of it.
    pub group_routers: u64,
    /// Links of a router to other groups.
    pub router_global: u64,
    /// Groups.
    pub groups: u64,
    /// Parallel links between any two groups.
    pub trunk: u64,
}

impl Dragonfly {
    /// All routers.
    pub const fn routers(&self) -> u64 {
        self.groups * self.group_routers
    }

    /// Links between routers of one group, all groups together.
    pub const fn local_links(&self) -> u64 {
        self.groups * (self.group_routers * (self.group_routers - 1) / 2)
    }

    /// Links between groups.
    pub const fn global_links(&self) -> u64 {
        self.trunk * (self.groups * (self.groups - 1) / 2)
    }

    /// Endpoints of a full group.
    pub const fn group_ports(&self) -> u64 {
        self.router_ports * self.group_routers
    }

    /// Capacity across a cut between two halves of the groups, as a share of half the endpoint capacity.
    ///
    /// A lone group is cut through the middle of its routers.
    pub fn bisection_share(&self) -> f64 {
        if self.routers() == 1 {
            return 1.0;
        }
        let (parts, links) = match self.groups {
            1 => (self.group_routers, 1),
            groups => (groups, self.trunk),
        };
        let (one, other) = (parts / 2, parts.div_ceil(2));
        (one * other * links) as f64 / (self.ports as f64 / 2.0)
    }

    /// Routers between two different endpoints by any of the direct links of their groups: the mean over all pairs and
    /// links, and the most.
    pub fn hops(&self) -> (f64, u32) {
        let others = (self.ports.max(2) - 1) as f64;
        let near = (self.router_ports.min(self.ports) - 1) as f64;
        let group = (self.group_ports().min(self.ports) - 1) as f64;
        if self.groups == 1 {
            let worst = if self.group_routers > 1 { 2 } else { 1 };
            return ((near + 2.0 * (group - near)) / others, worst);
        }
        // The link to the other group is on the sender's router once in so many times, and so at the far end.
        let elsewhere = 1.0 - 1.0 / self.group_routers as f64;
        let far = others - group;
        let worst = if self.group_routers > 1 { 4 } else { 2 };
        ((near + 2.0 * (group - near) + far * (2.0 + 2.0 * elsewhere)) / others, worst)
    }
}

/// Why no dragonfly joins what was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoDragonfly {
    /// No endpoint.
    Empty,
    /// A router of too few ports for an endpoint, a neighbour and another group.
    Radix(u32),
    /// More endpoints than balanced groups of this radix join.
    TooManyPorts {
        /// Ports asked for.
        ports: u64,
        /// Most that fit.
        most: u64,
        /// The radix.
        radix: u32,
        /// Fewest ports of a router that would do.
        needed: u32,
    },
}

impl std::fmt::Display for NoDragonfly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoDragonfly::Empty => {
                write!(f, "there is nothing to join; a dragonfly needs at least one endpoint port")
            }
            NoDragonfly::Radix(radix) => write!(
                f,
                "a router of {radix} ports can not join an endpoint, its group and another group; it needs 3 or more"
            ),
            NoDragonfly::TooManyPorts { ports, most, radix, needed } => write!(
                f,
                "{ports} ports are more than a balanced dragonfly of {radix}-port routers joins; it joins {most}; take \
                 routers of {needed} ports or more"
            ),
        }
    }
}

impl std::error::Error for NoDragonfly {}

/// Balanced split of a router's ports: to endpoints, and routers of a group.
const fn balanced(radix: u32) -> (u64, u64) {
    // k = p + (a - 1) + h with a = 2p = 2h, so k = 4p - 1.
    let endpoints = (radix as u64 + 1) / 4;
    (endpoints, 2 * endpoints)
}

const fn most_ports(radix: u32) -> u64 {
    let (endpoints, routers) = balanced(radix);
    (endpoints * routers).saturating_mul(routers * endpoints + 1)
}

/// A balanced dragonfly: as many endpoints as links to other groups on a router, and twice as many routers in a group.
///
/// $$ k = p + a + h - 1,\quad a = 2p = 2h,\quad N \le a p\,(a h + 1) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $k$ | `radix` | ports |
/// | $p, h$ | endpoints of a router, its links to other groups | ports |
/// | $a$ | routers of a group | 1 |
///
/// With fewer groups than the most, the links to other groups are dealt evenly, so that any two groups share
/// several. Source: `kim-2008`. Holds for minimal routing and even traffic; a group that talks to one other group
/// only has $1/(g-1)$ of its links for that.
///
/// ```
/// # use quarterdeck_facility::network::dragonfly;
/// // Routers of 15 ports: p = 4, a = 8, h = 4, so 33 groups of 32 endpoints at most.
/// let full = dragonfly(1056, 15).unwrap();
/// assert_eq!((full.groups, full.routers(), full.trunk), (33, 264, 1));
/// assert!(dragonfly(1057, 15).is_err());
/// ```
///
/// # Errors
/// When balanced groups of this radix do not join as many ports, with the most that would fit.
pub fn dragonfly(ports: u64, radix: u32) -> Result<Dragonfly, NoDragonfly> {
    if ports == 0 {
        return Err(NoDragonfly::Empty);
    }
    if radix < 3 {
        return Err(NoDragonfly::Radix(radix));
    }
    let build = |router_ports, group_routers, router_global, groups, trunk| Dragonfly {
        ports,
        radix,
        router_ports,
        group_routers,
        router_global,
        groups,
        trunk,
    };
    if ports <= u64::from(radix) {
        return Ok(build(ports, 1, 0, 1, 0));
    }
    let (endpoints, routers) = balanced(radix);
    let most = most_ports(radix);
    if ports > most {
        let needed = (radix..=u32::MAX).find(|radix| most_ports(*radix) >= ports).unwrap_or(u32::MAX);
        return Err(NoDragonfly::TooManyPorts { ports, most, radix, needed });
    }
    if ports <= endpoints * routers {
        return Ok(build(endpoints, ports.div_ceil(endpoints), 0, 1, 0));
    }
    let groups = ports.div_ceil(endpoints * routers);
    Ok(build(endpoints, routers, endpoints, groups, routers * endpoints / (groups - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_does_not_fit_says_which_router_would() {
        let error = dragonfly(300_000, 63).unwrap_err();
        let NoDragonfly::TooManyPorts { most, needed, .. } = error else { panic!("{error}") };
        assert_eq!(most, 16 * 32 * 513);
        assert!(dragonfly(300_000, needed).is_ok() && dragonfly(300_000, needed - 1).is_err());
        assert_eq!(dragonfly(8, 2), Err(NoDragonfly::Radix(2)));
        assert_eq!(dragonfly(0, 64), Err(NoDragonfly::Empty));
    }

    #[test]
    fn small_ones_are_one_router_or_one_group() {
        assert_eq!(dragonfly(64, 64).map(|found| (found.routers(), found.hops())), Ok((1, (1.0, 1))));
        let group = dragonfly(480, 63).unwrap();
        assert_eq!((group.groups, group.routers(), group.local_links()), (1, 30, 435));
    }

    /// Mean and worst hops of the smallest balanced dragonfly, by walking all pairs of its routers.
    #[test]
    fn hops_are_those_of_a_walk() {
        // p = h = 2, a = 4, 9 groups; link `j` of group `g` leads to the group `j + 1` further on.
        let found = dragonfly(72, 7).unwrap();
        assert_eq!((found.groups, found.trunk), (9, 1));
        let gate = |from: u64, to: u64| ((to + 9 - from) % 9 - 1) / found.router_global;
        let (mut sum, mut pairs, mut worst) = (0u64, 0u64, 0u64);
        for a in 0..72 {
            for b in (0..72).filter(|b| *b != a) {
                let (ra, rb) = (a / 2, b / 2);
                let (ga, gb) = (ra / 4, rb / 4);
                let hops = if ga == gb {
                    1 + u64::from(ra != rb)
                } else {
                    2 + u64::from(ra % 4 != gate(ga, gb)) + u64::from(rb % 4 != gate(gb, ga))
                };
                (sum, pairs, worst) = (sum + hops, pairs + 1, worst.max(hops));
            }
        }
        let (mean, most) = found.hops();
        assert!((mean - sum as f64 / pairs as f64).abs() < 1e-12);
        assert_eq!(u64::from(most), worst);
    }

    proptest! {
        #[test]
        fn links_fit_the_ports(ports in 1u64..200_000, radix in 3u32..130) {
            if let Ok(found) = dragonfly(ports, radix) {
                prop_assert!(found.routers() * found.router_ports >= ports);
                let used = ports + 2 * (found.local_links() + found.global_links());
                prop_assert!(used <= found.routers() * u64::from(radix), "{found:?}");
                prop_assert!(found.groups == 1 || found.trunk >= 1);
                let (mean, worst) = found.hops();
                prop_assert!(mean <= f64::from(worst) && mean >= 0.0);
            }
        }
    }
}
