//! A site of one era beside a site of another: network, density, heat, money and time, per site and per megawatt.
//!
//! ```text
//!  SiteDesign ──site_facts──► racks, halls, networks, cost by class, lead time ──┐
//!  SiteDesign ──site_facts──► …                                                  ├──redesign──► factors, bases
//!                                             published range, assumptions ──────┘
//! ```

mod cost;
mod factors;
mod facts;

pub use cost::{CostClassOfSite, CostLine, PricedSite, SiteCost, building_cost, site_cost};
pub use factors::{Redesign, RedesignFactor, redesign};
pub use facts::{RedesignFault, SiteFacts, site_facts};
