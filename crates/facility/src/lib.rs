//! Power, cooling, racks, network and money that platforms need at a site; and what site projects can become.
//! Closed forms over catalogue facts; every result carries the weakest origin of what it rests on.
//!
//! ```text
//!  Site, Project ──site──► SiteEnvelope: blocks of halls (MW, cooling, rack density, PUE, WUE)
//!  Platform ──network──► switches, links ──┐
//!  Platform + block ──footprint──► IT watts, racks, air heat, network share; or why it does not fit
//!  Project ──project──► schedules: cash, power and exits by quarter
//!  IT watts ──operations──► facility watts, energy, water, carbon, dollars
//!  climate or file ──weather──► 8,760 hours ──cooling──► PUE, WUE, hours, peaks   (design + load + power chain)
//!  year ──emissions──► carbon, water at power plants
//!  fleet + block ──headroom──► what binds;   old site, new site ──growth──► factors
//! ```

mod annuity;
mod error;
mod prices;

pub mod cooling;
pub mod emissions;
pub mod hall;
pub mod network;
pub mod power;
pub mod project;
pub mod site;
pub mod weather;

mod footprint;
mod headroom;
mod operations;

pub mod growth;
pub mod redesign;

pub use annuity::annuity;
pub use error::FacilityError;
pub use footprint::{Footprint, Misfit, Provision, RackLimit, footprint};
pub use headroom::{Headroom, Resource, Room, Usage, headroom};
pub use operations::{Operation, operate, upkeep};
pub use prices::{CostRange, Prices};
