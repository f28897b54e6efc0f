//! Networks: which switches and links join platforms, what they cost and draw, and what capacity they give.
//!
//! ```text
//!  platforms × ports ──clos──► switches, links ──fabric_bill──► dollars, watts
//!                                   │
//!                                   └──network_capacity──► injection and bisection of a site
//! ```

mod bill;
mod capacity;
mod clos;
mod platform;

pub use bill::{FabricBill, FabricPolicy, NoFabric, fabric_bill};
pub use capacity::{NetworkCapacity, network_capacity};
pub use clos::{Clos, ClosRequest, Links, NoClos, clos};
pub use platform::{NetworkPolicy, PlatformNetwork, platform_network};
