//! Halls: how platforms stand in racks, racks in rows, rows in halls; what binds, and what a conversion frees.
//!
//! ```text
//!  platform + room ──rack_fit──► platforms of a rack: layout, units, density, weight; positions on the floor
//!       │                          └──fill──► how many, and what binds: power, air, water, floor, space, reach
//!       │   catalogue ──carry──► what a hall carries of every platform, as it is and after a conversion
//!       └── count ──hall_plan──► halls, racks by kind, rows, area ──► Layout ──tiles──► a picture
//!                                                                       └──cable_lengths──► cables by class
//!  room + cooling ──retrofit──► money, weeks, power out of service, power freed
//! ```

mod cables;
mod carry;
mod fill;
mod layout;
mod plan;
mod rack;
mod retrofit;
mod room;
mod switching;

pub use cables::{CabledFabric, Tier, TierLengths, cable_lengths};
pub use carry::{Carried, CarriedAs, carry};
pub use fill::{HallBind, HallFill, HallUsage, fill};
pub use layout::{Layout, PlacedRack, RackKind, Tile};
pub use plan::{HallPlan, HallRequest, RackCounts, hall_plan};
pub use rack::{RackBind, RackFit, rack_fit};
pub use retrofit::{Retrofit, RetrofitRequest, retrofit};
pub use room::HallRoom;
pub use switching::Switching;
