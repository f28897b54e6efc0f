//! Cooling: designs of plants, what they take and evaporate hour by hour, which machines they suit, which is cheapest.
//!
//! ```text
//!  design (catalogue) + load + power chain ──► Plant ──hour by hour──► YearOfOperation: PUE, WUE, hours, peaks
//!  platform + design + weather ──suits──► yes, or why not and what would
//!  platform + weather + prices ──choose──► designs by yearly cost
//! ```

mod choose;
mod design;
mod flow;
mod plant;
mod suits;
mod water_loop;
mod year;

pub use choose::{AnnualCost, Candidate, Choice, ChoiceQuestion, choose};
pub use design::{CoolingDesign, designs};
pub use flow::{air_flow, liquid_flow};
pub use plant::{HourOfOperation, ItLoad, Mode, Plant};
pub use suits::{Reason, Suitability, Unsuitable, load_of, suits};
pub use year::{EnergyUse, ModeHours, MonthOfOperation, PeakHour, YearOfOperation};
