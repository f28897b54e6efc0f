//! Devices joined to their neighbours in two or three directions, cube by cube through optical circuit switches.

/// Devices along a side of a cube that stands in one rack and is wired in copper.
pub const CUBE_SIDE: u64 = 4;
const CUBE: u64 = CUBE_SIDE * CUBE_SIDE * CUBE_SIDE;
/// Links that leave one face of a cube.
const FACE: u64 = CUBE_SIDE * CUBE_SIDE;

/// A torus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Torus {
    /// Devices in each direction; 1 where there is no third.
    pub sides: [u64; 3],
    /// Cubes joined by optical switches; 0 where links go straight to the neighbour.
    pub cubes: u64,
    /// Optical circuit switches.
    pub optical_switches: u64,
}

impl Torus {
    /// All devices.
    pub const fn devices(&self) -> u64 {
        self.sides[0] * self.sides[1] * self.sides[2]
    }

    /// Links between neighbours. Two devices in a direction share one link, not two.
    pub fn links(&self) -> u64 {
        self.sides.iter().map(|side| self.devices() / side * ring_links(*side)).sum()
    }

    /// Links of one device.
    pub fn degree(&self) -> u64 {
        self.sides.iter().map(|side| ring_links(*side).min(1) * if *side == 2 { 1 } else { 2 }).sum()
    }

    /// Links inside cubes, in copper.
    pub const fn copper_links(&self) -> u64 {
        self.cubes * 3 * FACE * (CUBE_SIDE - 1)
    }

    /// Links that leave a cube to an optical switch: six faces of sixteen.
    pub const fn cube_optical_links(&self) -> u64 {
        if self.cubes > 0 { 6 * FACE } else { 0 }
    }

    /// Capacity across the cut through the longest direction, as a share of what half of the devices inject.
    ///
    /// $$ \frac{2\,N / s_{max}}{N/2 \cdot k} $$
    ///
    /// with $N$ devices, $s_{max}$ the longest side and $k$ links of a device.
    pub fn bisection_share(&self) -> f64 {
        let longest = self.sides.iter().copied().max().unwrap_or(1);
        if longest == 1 {
            return 1.0;
        }
        let cut = if longest == 2 { 1 } else { 2 };
        let links = (cut * self.devices() / longest) as f64;
        (links / (self.devices() as f64 / 2.0 * self.degree() as f64)).min(1.0)
    }

    /// Links on a shortest path between two different devices: the mean over all pairs, and the most.
    pub fn hops(&self) -> (f64, u32) {
        let mean: f64 = self.sides.iter().map(|side| ring_distance(*side)).sum();
        let all = self.devices() as f64;
        let worst: u64 = self.sides.iter().map(|side| side / 2).sum();
        (mean * all / (all - 1.0).max(1.0), u32::try_from(worst).unwrap_or(u32::MAX))
    }
}

/// Links of a ring.
const fn ring_links(side: u64) -> u64 {
    match side {
        0 | 1 => 0,
        2 => 1,
        side => side,
    }
}

/// Mean distance between two places of a ring, the same place among them.
fn ring_distance(side: u64) -> f64 {
    let half = side / 2;
    // Both ways to every distance below the half; the half itself once where the side is even.
    let sum = if side.is_multiple_of(2) { half * half } else { half * (half + 1) };
    sum as f64 / side.max(1) as f64
}

/// Why no torus joins what was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoTorus {
    /// No device.
    Empty,
    /// A number of devices that does not fill cubes.
    NotCubes {
        /// Devices asked for.
        given: u64,
        /// The nearest smaller number that does; 0 if none.
        below: u64,
        /// The nearest larger one.
        above: u64,
    },
    /// Sides whose product is another number.
    Sides {
        /// Sides asked for.
        sides: [u64; 3],
        /// Devices asked for.
        given: u64,
    },
    /// More cubes than one set of optical switches joins.
    TooManyCubes {
        /// Cubes asked for.
        cubes: u64,
        /// Most that fit.
        most: u64,
        /// Ports of an optical switch.
        ports: u32,
    },
    /// No optical switch in the catalogue.
    NoOpticalSwitch,
}

impl std::fmt::Display for NoTorus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoTorus::Empty => write!(f, "there is nothing to join; a torus needs at least one device"),
            NoTorus::NotCubes { given, below: 0, above } => {
                write!(f, "{given} devices do not fill cubes of {CUBE}; take {above}")
            }
            NoTorus::NotCubes { given, below, above } => {
                write!(f, "{given} devices do not fill cubes of {CUBE}; take {below} or {above}")
            }
            NoTorus::Sides { sides: [x, y, z], given } => write!(
                f,
                "a torus of {x} x {y} x {z} has {} devices, not {given}; take sides whose product is {given}",
                x.saturating_mul(*y).saturating_mul(*z)
            ),
            NoTorus::TooManyCubes { cubes, most, ports } => write!(
                f,
                "{cubes} cubes are more than optical switches of {ports} ports join; they join {most}, which is {} \
                 devices",
                most * CUBE
            ),
            NoTorus::NoOpticalSwitch => {
                write!(
                    f,
                    "catalog/fabric.toml has no `optical_switch`; give sides that are no multiples of {CUBE_SIDE}"
                )
            }
        }
    }
}

impl std::error::Error for NoTorus {}

/// A torus of devices; in three directions with sides that are multiples of four, cubes joined by optical switches.
///
/// A cube of $4^3$ devices has 144 links inside and $6 \times 16 = 96$ optical links on its faces. The $+$ and $-$
/// face links of one place and one direction, of all cubes, end at one optical switch: $3 \times 16 = 48$ switches,
/// each with two ports for every cube.
///
/// $$ \text{links} = 3N,\quad \text{optical} = 96\,c,\quad \text{switches} = 48,\quad 2c \le \text{ports} $$
///
/// Source: `jouppi-2023`. Holds for plain tori; twisted ones have the same parts.
///
/// ```
/// # use quarterdeck_facility::network::torus;
/// let pod = torus(4096, None, Some(136)).unwrap();
/// assert_eq!((pod.sides, pod.cubes, pod.optical_switches), ([16, 16, 16], 64, 48));
/// assert_eq!((pod.cube_optical_links(), pod.links()), (96, 3 * 4096));
/// ```
///
/// # Errors
/// When the devices do not fill cubes or sides, or the cubes do not fit on optical switches of so many ports.
pub fn torus(devices: u64, sides: Option<[u64; 3]>, optical_ports: Option<u32>) -> Result<Torus, NoTorus> {
    if devices == 0 || sides.is_some_and(|sides| sides.contains(&0)) {
        return Err(NoTorus::Empty);
    }
    let sides = match sides {
        Some(sides) => {
            let product = sides.iter().try_fold(1u64, |product, side| product.checked_mul(*side));
            if product != Some(devices) {
                return Err(NoTorus::Sides { sides, given: devices });
            }
            sides
        }
        None if devices.is_multiple_of(CUBE) => {
            fit(devices / CUBE, optical_ports)?;
            even_sides(devices / CUBE).map(|side| side * CUBE_SIDE)
        }
        None => {
            let below = devices / CUBE * CUBE;
            return Err(NoTorus::NotCubes { given: devices, below, above: below.saturating_add(CUBE) });
        }
    };
    if !sides.iter().all(|side| side.is_multiple_of(CUBE_SIDE)) {
        return Ok(Torus { sides, cubes: 0, optical_switches: 0 });
    }
    let cubes = devices / CUBE;
    fit(cubes, optical_ports)?;
    Ok(Torus { sides, cubes, optical_switches: 3 * FACE })
}

/// Whether so many cubes fit on optical switches of so many ports, two for each.
fn fit(cubes: u64, optical_ports: Option<u32>) -> Result<(), NoTorus> {
    let ports = optical_ports.ok_or(NoTorus::NoOpticalSwitch)?;
    let most = u64::from(ports / 2);
    if cubes > most { Err(NoTorus::TooManyCubes { cubes, most, ports }) } else { Ok(()) }
}

/// Three factors of a number, as even as possible, the smallest first.
fn even_sides(number: u64) -> [u64; 3] {
    let divisors = |number: u64| {
        (1..=number).take_while(move |x| x * x <= number).filter(move |x| number.is_multiple_of(*x))
    };
    let mut best = [1, 1, number];
    for x in divisors(number).take_while(|x| x * x * x <= number) {
        let rest = number / x;
        if let Some(y) = divisors(rest).filter(|y| *y >= x).last()
            && rest / y < best[2]
        {
            best = [x, y, rest / y];
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_does_not_fit_says_what_would() {
        let error = torus(1000, None, Some(136)).unwrap_err();
        assert_eq!(error, NoTorus::NotCubes { given: 1000, below: 960, above: 1024 });
        assert!(error.to_string().contains("960 or 1024"));
        assert_eq!(torus(8960, None, Some(136)).unwrap_err().to_string().matches("4352").count(), 1);
        assert!(torus(4352, None, Some(136)).is_ok());
        assert!(matches!(torus(100, Some([4, 4, 4]), Some(136)), Err(NoTorus::Sides { .. })));
        assert_eq!(torus(0, None, None), Err(NoTorus::Empty));
        assert_eq!(torus(64, None, None), Err(NoTorus::NoOpticalSwitch));
    }

    #[test]
    fn sides_are_as_even_as_they_can_be() {
        let sides = |devices| torus(devices, None, Some(512)).unwrap().sides;
        assert_eq!(sides(64), [4, 4, 4]);
        assert_eq!(sides(512), [8, 8, 8]);
        assert_eq!(sides(2048), [8, 16, 16]);
        assert_eq!(sides(64 * 7), [4, 4, 28]);
    }

    #[test]
    fn a_plane_of_devices_has_no_optical_switch() {
        let flat = torus(256, Some([16, 16, 1]), None).unwrap();
        assert_eq!((flat.links(), flat.degree(), flat.optical_switches), (512, 4, 0));
        assert_eq!(flat.bisection_share(), 32.0 / (128.0 * 4.0));
        assert_eq!(flat.hops().1, 16);
    }

    proptest! {
        /// The mean distance equals that of a walk over all places, seen from the first.
        #[test]
        fn hops_are_those_of_a_walk(x in 1u64..9, y in 1u64..9, z in 1u64..7) {
            let found = Torus { sides: [x, y, z], cubes: 0, optical_switches: 0 };
            let ring = |a: u64, side: u64| a.min(side - a);
            let (mut sum, mut most) = (0, 0);
            for a in 0..x { for b in 0..y { for c in 0..z {
                let distance = ring(a, x) + ring(b, y) + ring(c, z);
                (sum, most) = (sum + distance, most.max(distance));
            }}}
            let (mean, worst) = found.hops();
            prop_assert!((mean - sum as f64 / (found.devices() - 1).max(1) as f64).abs() < 1e-9);
            prop_assert_eq!(u64::from(worst), most);
        }

        /// Every link is counted once from each of its two ends.
        #[test]
        fn links_match_degrees(x in 1u64..9, y in 1u64..9, z in 1u64..9) {
            let found = Torus { sides: [x, y, z], cubes: 0, optical_switches: 0 };
            prop_assert_eq!(2 * found.links(), found.devices() * found.degree());
        }
    }
}
