//! Physical quantities, money and calendar quarters as types, with a text form that carries the unit.
//! Only meaningful arithmetic exists: `Bytes / Bandwidth = Seconds`, `Watts * Seconds = Joules`.
//!
//! ```text
//!  "3.35 TB/s" ──parse──► Bandwidth ──arithmetic──► Seconds ──Display──► "1.2 ms"
//!      text                newtype over f64                                text
//! ```
//!
//! Files write quantities as text with a unit; a bare number where a unit is due is an error.

mod parse;
mod quantity;

mod calendar;
mod money;
mod work;

pub use calendar::{Quarter, Quarters};
pub use money::{Deflator, Price, PriceYear, UnknownPriceYear};
pub use parse::{Dimension, ParseError, parse_ratio, parse_with};
pub use quantity::{
    AreaPerByte, Bandwidth, Bytes, Celsius, DefectDensity, Flop, FlopRate, Grams, GramsPerJoule, Hertz,
    Joules, JoulesPerByte, JoulesPerFlop, Kilograms, KilogramsPerSquareMetre, Litres, LitresPerJoule, Metres,
    Quantity, Seconds, SquareMetres, Usd, UsdPerArea, UsdPerByte, UsdPerJoule, UsdPerSecond, UsdPerWatt,
    Watts, WattsPerByte,
};
pub use work::{Count, Growth, Ratio, UsdPerWork, WorkRate, WorkUnit};

/// Platform-independent `x^y`, so that identical inputs give identical bytes everywhere.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Platform-independent natural exponential.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Platform-independent natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}
