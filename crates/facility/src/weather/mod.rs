//! Weather of a year by the hour: typical years made from monthly normals, and files that users bring.
//!
//! ```text
//!  ClimateRecord ──typical_year──┐
//!  file.epw ──────read_epw───────┴─► WeatherYear: dry bulb, wet bulb, dew point, 8,760 hours each
//! ```

pub mod calendar;
pub mod psychrometrics;

mod epw;
mod typical;
mod year;

pub use epw::{EpwFault, EpwFaultKind, read_epw};
pub use typical::typical_year;
pub use year::{Air, WeatherYear};
