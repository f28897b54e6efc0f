//! Power, cooling, racks, network and money that platforms need at a site.

pub mod network;
pub mod project;
