//! Networks: which switches and links join platforms, what they cost and draw, and what capacity they give.
//!
//! ```text
//!  "clos:3,core=7:1" ──shape──┐
//!  ports, radix ──────────────┴─► clos, dragonfly, torus ──structure──► tiers and links between them
//!                                                              │
//!         catalogue: switches, links ──────────────────────► bill ──► parts, dollars, watts, optics
//!
//!  platform × count ──platform──► back end, front end      ──capacity──► what a site injects
//!  scale-up domain ──scale_up──► switch chips and links
//! ```

mod bill;
mod capacity;
mod clos;
mod dragonfly;
mod error;
pub mod flows;
mod optics;
mod platform;
mod published;
mod scale_up;
mod shape;
mod structure;
mod torus;

pub use bill::{
    BillLine, FabricBill, FabricCounts, FabricPolicy, FabricRequest, PartKind, design_fabric, fabric_bill,
};
pub use capacity::{NetworkCapacity, network_capacity};
pub use clos::{Clos, ClosPlane, ClosRequest, LeafPorts, Links, NoClos, clos};
pub use dragonfly::{Dragonfly, NoDragonfly, dragonfly};
pub use error::NoFabric;
pub use optics::Optics;
pub use platform::{NetworkPolicy, PlatformNetwork, back_end_fabric, platform_network};
pub use published::{Beside, COUNTS, Comparison, PublishedFabric, RowFault, read_published};
pub use scale_up::{ScaleUp, scale_up};
pub use shape::{BadShape, FabricKind, FabricShape, Oversubscription};
pub use structure::{Grouping, Hops, Join, Reach, Role, Structure, StructureTier};
pub use torus::{CUBE_SIDE, NoTorus, Torus, torus};
