//! Why no fabric can be built from the catalogue's parts, with the nearest that could.

use std::fmt;

use quarterdeck_catalog::UnknownId;
use quarterdeck_units::{Bandwidth, Quarter, UnknownPriceYear};

use super::clos::NoClos;
use super::dragonfly::NoDragonfly;
use super::torus::NoTorus;

/// Why no fabric can be built from the catalogue's parts.
#[derive(Clone, PartialEq, Debug)]
pub enum NoFabric {
    /// No endpoint.
    Nothing,
    /// A switch that the catalogue does not know.
    UnknownSwitch(UnknownId),
    /// A switch whose ports are slower than the endpoints.
    SlowSwitch {
        /// Its id.
        switch: String,
        /// Rate of its ports.
        has: Bandwidth,
        /// Rate of the endpoint ports.
        rate: Bandwidth,
    },
    /// No switch serves the rate in that quarter.
    NoSwitch {
        /// Rate of the endpoint ports.
        rate: Bandwidth,
        /// Quarter asked for.
        quarter: Option<Quarter>,
        /// The fastest port that any switch has then.
        fastest: Option<Bandwidth>,
    },
    /// No link carries the rate.
    NoLink(Bandwidth),
    /// A platform without ports of the kind, or without the links that a torus is made of.
    NoPorts {
        /// The platform.
        platform: String,
        /// What it lacks.
        what: &'static str,
    },
    /// Ports that do not divide into rails.
    Rails {
        /// Ports asked for.
        ports: u64,
        /// Rails asked for; none where nothing says how many.
        rails: Option<u64>,
    },
    /// No Clos of these switches joins the endpoints.
    Clos(NoClos),
    /// No dragonfly of these switches joins the endpoints.
    Dragonfly(NoDragonfly),
    /// No torus of so many devices.
    Torus(NoTorus),
    /// A price can not be brought into the year asked for.
    Year(UnknownPriceYear),
}

impl NoFabric {
    /// Most endpoints that would have worked, where that was the trouble.
    pub(super) const fn most(&self) -> u64 {
        match self {
            NoFabric::Clos(NoClos::TooManyPorts { most, .. } | NoClos::Pod { most, .. })
            | NoFabric::Dragonfly(NoDragonfly::TooManyPorts { most, .. }) => *most,
            _ => 0,
        }
    }
}

impl fmt::Display for NoFabric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gigabits = |rate: &Bandwidth| rate.as_gigabits_per_second();
        match self {
            NoFabric::Nothing => write!(f, "there is nothing to join; a fabric needs at least one endpoint"),
            NoFabric::UnknownSwitch(error) => error.fmt(f),
            NoFabric::SlowSwitch { switch, has, rate } => write!(
                f,
                "ports of switch `{switch}` carry {:.0} Gbit/s, less than the {:.0} Gbit/s of an endpoint; take a \
                 faster switch or leave the choice open",
                gigabits(has),
                gigabits(rate)
            ),
            NoFabric::NoSwitch { rate, quarter, fastest } => {
                write!(
                    f,
                    "catalog/fabric.toml has no switch with ports of {:.0} Gbit/s or more",
                    gigabits(rate)
                )?;
                if let Some(quarter) = quarter {
                    write!(f, " by {quarter}")?;
                }
                match fastest {
                    Some(fastest) => write!(f, "; the fastest has {:.0} Gbit/s", gigabits(fastest)),
                    None => write!(f, "; it has no switch at all then"),
                }
            }
            NoFabric::NoLink(rate) => {
                write!(f, "catalog/fabric.toml has no link of {:.0} Gbit/s or more", gigabits(rate))
            }
            NoFabric::NoPorts { platform, what } => {
                write!(
                    f,
                    "platform `{platform}` has no {what}; take another kind of fabric or another platform"
                )
            }
            NoFabric::Rails { ports, rails: Some(rails) } => {
                let below = ports / rails * rails;
                write!(f, "{ports} ports do not divide into {rails} rails; ")?;
                match below {
                    0 => write!(f, "take {rails}"),
                    below => write!(f, "take {below} or {}", below.saturating_add(*rails)),
                }
            }
            NoFabric::Rails { ports, rails: None } => {
                write!(f, "nothing says how many rails {ports} ports have; write `rail-only,rails=8`")
            }
            NoFabric::Clos(error) => error.fmt(f),
            NoFabric::Dragonfly(error) => error.fmt(f),
            NoFabric::Torus(error) => error.fmt(f),
            NoFabric::Year(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NoFabric {}

macro_rules! from {
    ($($error:ty => $variant:ident),*) => {
        $(impl From<$error> for NoFabric {
            fn from(error: $error) -> Self {
                NoFabric::$variant(error)
            }
        })*
    };
}

from!(
    UnknownId => UnknownSwitch,
    NoClos => Clos,
    NoDragonfly => Dragonfly,
    NoTorus => Torus,
    UnknownPriceYear => Year
);
