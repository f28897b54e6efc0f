//! The quantity types, their arithmetic and their text form.

use crate::parse::{Dimension, ParseError, YEAR, parse_quantity, parse_with};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};
use std::str::FromStr;

/// What every quantity can do: know its dimension, and give or take its value in base units.
pub trait Quantity: Copy + fmt::Display + FromStr<Err = ParseError> {
    /// Exponents of the base units.
    const DIMENSION: Dimension;
    /// An example of the text form, used in messages.
    const EXAMPLE: &'static str;
    /// Builds from a value in base units.
    fn from_base(value: f64) -> Self;
    /// The value in base units.
    fn base(self) -> f64;
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $dimension:expr, $example:literal, [$(($suffix:literal, $scale:expr)),+ $(,)?],
     { $($(#[$ctor_doc:meta])* $ctor:ident / $getter:ident = $factor:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
        pub struct $name(f64);

        // `Seconds::seconds(3.0)` reads as the field writes it.
        #[allow(clippy::self_named_constructors)]
        impl $name {
            /// Nothing of it.
            pub const ZERO: $name = $name(0.0);
            /// Without end; a bound that never binds.
            pub const INFINITE: $name = $name(f64::INFINITY);

            $(
                $(#[$ctor_doc])*
                pub const fn $ctor(value: f64) -> Self { $name(value * $factor) }
                /// The value in the unit of the name.
                pub const fn $getter(self) -> f64 { self.0 / $factor }
            )*

            /// The greater of two.
            pub fn max(self, other: Self) -> Self { $name(self.0.max(other.0)) }
            /// The smaller of two.
            pub fn min(self, other: Self) -> Self { $name(self.0.min(other.0)) }
            /// Whether the value is neither infinite nor undefined.
            pub fn is_finite(self) -> bool { self.0.is_finite() }
            /// Whether the value is greater than nothing.
            pub fn is_positive(self) -> bool { self.0 > 0.0 }
            /// Order that also ranks undefined values, for sorting.
            pub fn total_cmp(&self, other: &Self) -> std::cmp::Ordering { self.0.total_cmp(&other.0) }
        }

        impl Quantity for $name {
            const DIMENSION: Dimension = $dimension;
            const EXAMPLE: &'static str = $example;
            fn from_base(value: f64) -> Self { $name(value) }
            fn base(self) -> f64 { self.0 }
        }

        impl Add for $name { type Output = Self; fn add(self, other: Self) -> Self { $name(self.0 + other.0) } }
        impl AddAssign for $name { fn add_assign(&mut self, other: Self) { self.0 += other.0; } }
        impl Sub for $name { type Output = Self; fn sub(self, other: Self) -> Self { $name(self.0 - other.0) } }
        impl SubAssign for $name { fn sub_assign(&mut self, other: Self) { self.0 -= other.0; } }
        impl Neg for $name { type Output = Self; fn neg(self) -> Self { $name(-self.0) } }
        impl Mul<f64> for $name { type Output = Self; fn mul(self, factor: f64) -> Self { $name(self.0 * factor) } }
        impl Mul<$name> for f64 { type Output = $name; fn mul(self, value: $name) -> $name { $name(self * value.0) } }
        impl Div<f64> for $name { type Output = Self; fn div(self, divisor: f64) -> Self { $name(self.0 / divisor) } }
        impl Div for $name { type Output = f64; fn div(self, other: Self) -> f64 { self.0 / other.0 } }
        impl Sum for $name { fn sum<I: Iterator<Item = Self>>(iter: I) -> Self { $name(iter.map(|item| item.0).sum()) } }
        impl<'a> Sum<&'a $name> for $name {
            fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self { $name(iter.map(|item| item.0).sum()) }
        }

        impl FromStr for $name {
            type Err = ParseError;
            fn from_str(text: &str) -> Result<Self, ParseError> {
                parse_with(text, Self::DIMENSION, Self::EXAMPLE).map($name)
            }
        }

        impl fmt::Display for $name {
            /// Shortest text, in a fitting unit, that reads back as the same value;
            /// with a precision (`{:.2}`) rounded for people.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_scaled(f, self.0, &[$(($suffix, $scale)),+])
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::quantity::deserialize_text(deserializer, $example)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

/// Reads any text form; a bare number is refused with an example of the form that is due.
#[cfg(feature = "serde")]
pub(crate) fn deserialize_text<'de, D, T>(deserializer: D, example: &'static str) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: FromStr<Err = ParseError>,
{
    struct Visitor<T>(&'static str, std::marker::PhantomData<T>);
    impl<T: FromStr<Err = ParseError>> serde::de::Visitor<'_> for Visitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a text with its unit, such as \"{}\"", self.0)
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse::<T>().map_err(|error| match error.help() {
                Some(help) => E::custom(format!("{error}; {help}")),
                None => E::custom(error),
            })
        }
    }
    deserializer.deserialize_str(Visitor(example, std::marker::PhantomData))
}

fn write_scaled(f: &mut fmt::Formatter<'_>, value: f64, units: &[(&str, f64)]) -> fmt::Result {
    let magnitude = value.abs();
    let (suffix, scale) = units
        .iter()
        .rev()
        .find(|(_, scale)| magnitude >= *scale)
        .or(units.iter().find(|(_, scale)| *scale == 1.0))
        .unwrap_or(&units[0]);
    if let Some(precision) = f.precision() {
        return write!(f, "{:.precision$} {suffix}", value / scale);
    }
    // Scaling may cost the last digit; then the next smaller unit is tried, and at last the base unit.
    let from = units.iter().position(|(of, _)| of == suffix).unwrap_or(0);
    for (suffix, scale) in units[..=from].iter().rev().filter(|(_, scale)| magnitude >= *scale || from == 0) {
        let text = format!("{} {suffix}", value / scale);
        if parse_quantity(&text, "").is_ok_and(|(read, _, _)| read == value) {
            return f.write_str(&text);
        }
    }
    match units.iter().find(|(_, scale)| *scale == 1.0) {
        Some((base, _)) => write!(f, "{value:?} {base}"),
        None => write!(f, "{:?} {suffix}", value / scale),
    }
}

quantity!(
    /// A span of time.
    Seconds, Dimension::SECOND, "12 ms",
    [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("h", 3600.0), ("d", 86_400.0)],
    {
        /// From nanoseconds.
        nanos / as_nanos = 1e-9,
        /// From microseconds.
        micros / as_micros = 1e-6,
        /// From milliseconds.
        millis / as_millis = 1e-3,
        /// From seconds.
        seconds / as_seconds = 1.0,
        /// From hours.
        hours / as_hours = 3600.0,
        /// From days of 24 hours.
        days / as_days = 86_400.0,
        /// From calendar quarters of a quarter of 365.25 days.
        quarters / as_quarters = YEAR / 4.0,
        /// From years of 365.25 days.
        years / as_years = YEAR,
    }
);
quantity!(
    /// An amount of data; decimal prefixes are powers of ten, `GiB` a power of two.
    Bytes, Dimension::BYTE, "80 GiB",
    [("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("PB", 1e15)],
    {
        /// From bytes.
        bytes / as_bytes = 1.0,
        /// From decimal megabytes.
        megabytes / as_megabytes = 1e6,
        /// From decimal gigabytes.
        gigabytes / as_gigabytes = 1e9,
        /// From binary gigabytes.
        gibibytes / as_gibibytes = 1_073_741_824.0,
        /// From decimal terabytes.
        terabytes / as_terabytes = 1e12,
    }
);
quantity!(
    /// Data moved in a time.
    Bandwidth, Dimension::BYTE.per(Dimension::SECOND), "3.35 TB/s",
    [("B/s", 1.0), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12), ("PB/s", 1e15)],
    {
        /// From bytes per second.
        bytes_per_second / as_bytes_per_second = 1.0,
        /// From decimal gigabytes per second.
        gigabytes_per_second / as_gigabytes_per_second = 1e9,
        /// From decimal terabytes per second.
        terabytes_per_second / as_terabytes_per_second = 1e12,
        /// From gigabits per second.
        gigabits_per_second / as_gigabits_per_second = 1.25e8,
    }
);
quantity!(
    /// Floating-point (or integer) operations; a multiply-add is two.
    Flop, Dimension::FLOP, "4.8 MFLOP",
    [("FLOP", 1.0), ("kFLOP", 1e3), ("MFLOP", 1e6), ("GFLOP", 1e9), ("TFLOP", 1e12), ("PFLOP", 1e15), ("EFLOP", 1e18)],
    {
        /// From single operations.
        flop / as_flop = 1.0,
        /// From 10^12 operations.
        tera / as_tera = 1e12,
    }
);
quantity!(
    /// Operations in a time; dense unless a name says otherwise.
    FlopRate, Dimension::FLOP.per(Dimension::SECOND), "989.4 TFLOP/s",
    [("FLOP/s", 1.0), ("kFLOP/s", 1e3), ("MFLOP/s", 1e6), ("GFLOP/s", 1e9), ("TFLOP/s", 1e12), ("PFLOP/s", 1e15), ("EFLOP/s", 1e18)],
    {
        /// From operations per second.
        per_second / as_per_second = 1.0,
        /// From 10^12 operations per second.
        tera / as_tera = 1e12,
    }
);
quantity!(
    /// Energy.
    Joules, Dimension::JOULE, "1.5 MWh",
    [("J", 1.0), ("Wh", 3600.0), ("kWh", 3.6e6), ("MWh", 3.6e9), ("GWh", 3.6e12)],
    {
        /// From joules.
        joules / as_joules = 1.0,
        /// From kilowatt-hours.
        kilowatt_hours / as_kilowatt_hours = 3.6e6,
        /// From megawatt-hours.
        megawatt_hours / as_megawatt_hours = 3.6e9,
    }
);
quantity!(
    /// Power.
    Watts, Dimension::JOULE.per(Dimension::SECOND), "1.2 MW",
    [("W", 1.0), ("kW", 1e3), ("MW", 1e6), ("GW", 1e9)],
    {
        /// From watts.
        watts / as_watts = 1.0,
        /// From kilowatts.
        kilowatts / as_kilowatts = 1e3,
        /// From megawatts.
        megawatts / as_megawatts = 1e6,
    }
);
quantity!(
    /// Money in dollars of one price year, that of the scenario; see [`crate::Price`] for money with its year.
    Usd, Dimension::USD, "290e3 USD",
    [("USD", 1.0), ("kUSD", 1e3), ("MUSD", 1e6), ("GUSD", 1e9)],
    {
        /// From dollars.
        dollars / as_dollars = 1.0,
        /// From millions of dollars.
        millions / as_millions = 1e6,
        /// From billions of dollars.
        billions / as_billions = 1e9,
    }
);
quantity!(
    /// A flow of money, such as a budget or a programme's spending.
    UsdPerSecond, Dimension::USD.per(Dimension::SECOND), "60e6 USD/quarter",
    [("USD/s", 1.0), ("USD/quarter", 4.0 / YEAR)],
    {
        /// From dollars per second.
        per_second / as_per_second = 1.0,
        /// From dollars per calendar quarter.
        per_quarter / as_per_quarter = 4.0 / YEAR,
        /// From dollars per year.
        per_year / as_per_year = 1.0 / YEAR,
    }
);
quantity!(
    /// Building money per power.
    UsdPerWatt, Dimension::USD.per(Dimension::JOULE.per(Dimension::SECOND)), "11 USD/W",
    [("USD/W", 1.0)],
    {
        /// From dollars per watt.
        per_watt / as_per_watt = 1.0,
    }
);
quantity!(
    /// A price of energy.
    UsdPerJoule, Dimension::USD.per(Dimension::JOULE), "62 USD/MWh",
    [("USD/MWh", 1.0 / 3.6e9), ("USD/J", 1.0)],
    {
        /// From dollars per megawatt-hour.
        per_megawatt_hour / as_per_megawatt_hour = 1.0 / 3.6e9,
    }
);
quantity!(
    /// A volume of water.
    Litres, Dimension::LITRE, "3.2 m3",
    [("L", 1.0), ("m3", 1e3)],
    {
        /// From litres.
        litres / as_litres = 1.0,
    }
);
quantity!(
    /// Water used per energy: the water usage effectiveness.
    LitresPerJoule, Dimension::LITRE.per(Dimension::JOULE), "0.17 L/kWh",
    [("L/kWh", 1.0 / 3.6e6), ("L/J", 1.0)],
    {
        /// From litres per kilowatt-hour.
        per_kilowatt_hour / as_per_kilowatt_hour = 1.0 / 3.6e6,
    }
);
quantity!(
    /// A mass of emitted carbon dioxide equivalent.
    Grams, Dimension::GRAM, "1.3 t",
    [("g", 1.0), ("kg", 1e3), ("t", 1e6), ("kt", 1e9), ("Mt", 1e12)],
    {
        /// From tonnes.
        tonnes / as_tonnes = 1e6,
    }
);
quantity!(
    /// Carbon dioxide equivalent per energy.
    GramsPerJoule, Dimension::GRAM.per(Dimension::JOULE), "380 g/kWh",
    [("g/kWh", 1.0 / 3.6e6), ("g/J", 1.0)],
    {
        /// From grams per kilowatt-hour.
        per_kilowatt_hour / as_per_kilowatt_hour = 1.0 / 3.6e6,
    }
);
quantity!(
    /// A mass of equipment.
    Kilograms, Dimension::GRAM, "1360 kg",
    [("g", 1.0), ("kg", 1e3), ("t", 1e6)],
    {
        /// From kilograms.
        kilograms / as_kilograms = 1e3,
    }
);
quantity!(
    /// A mass that an area of floor carries, as load ratings state it.
    KilogramsPerSquareMetre, Dimension::GRAM.per(Dimension::AREA), "1224 kg/m2",
    [("kg/m2", 1e3)],
    {
        /// From kilograms per square metre.
        per_square_metre / as_per_square_metre = 1e3,
    }
);
quantity!(
    /// A temperature, or a difference of two.
    Celsius, Dimension::CELSIUS, "27 °C",
    [("°C", 1.0)],
    {
        /// From degrees Celsius.
        degrees / as_degrees = 1.0,
    }
);

quantity!(
    /// A length, such as that of a cable, a row of racks or the diameter of a wafer.
    Metres, Dimension::METRE, "300 mm",
    [("mm", 1e-3), ("m", 1.0), ("km", 1e3)],
    {
        /// From metres.
        metres / as_metres = 1.0,
        /// From millimetres.
        millimetres / as_millimetres = 1e-3,
    }
);
quantity!(
    /// An area, of floor or of a die.
    SquareMetres, Dimension::AREA, "373 mm2",
    [("um2", 1e-12), ("mm2", 1e-6), ("m2", 1.0)],
    {
        /// From square metres.
        square_metres / as_square_metres = 1.0,
        /// From square millimetres.
        square_millimetres / as_square_millimetres = 1e-6,
        /// From square centimetres.
        square_centimetres / as_square_centimetres = 1e-4,
    }
);
quantity!(
    /// A clock rate.
    Hertz, Dimension::NONE.per(Dimension::SECOND), "1.2 GHz",
    [("Hz", 1.0), ("MHz", 1e6), ("GHz", 1e9)],
    {
        /// From cycles per second.
        hertz / as_hertz = 1.0,
        /// From billions of cycles per second.
        gigahertz / as_gigahertz = 1e9,
    }
);
quantity!(
    /// Killer defects per area of a wafer.
    DefectDensity, Dimension::NONE.per(Dimension::AREA), "0.09 defects/cm2",
    [("defects/cm2", 1e4)],
    {
        /// From defects per square centimetre.
        per_square_centimetre / as_per_square_centimetre = 1e4,
    }
);
quantity!(
    /// A price of memory.
    UsdPerByte, Dimension::USD.per(Dimension::BYTE), "4 USD/GB",
    [("USD/GB", 1e-9)],
    {
        /// From dollars per decimal gigabyte.
        per_gigabyte / as_per_gigabyte = 1e-9,
    }
);
quantity!(
    /// A price of silicon or of a package.
    UsdPerArea, Dimension::USD.per(Dimension::AREA), "0.1 USD/mm2",
    [("USD/mm2", 1e6)],
    {
        /// From dollars per square millimetre.
        per_square_millimetre / as_per_square_millimetre = 1e6,
    }
);
quantity!(
    /// Energy of moving data.
    JoulesPerByte, Dimension::JOULE.per(Dimension::BYTE), "0.04 J/GB",
    [("J/GB", 1e-9)],
    {
        /// From joules per decimal gigabyte: 0.008 J/GB are a picojoule a bit.
        per_gigabyte / as_per_gigabyte = 1e-9,
    }
);
quantity!(
    /// Energy of arithmetic.
    JoulesPerFlop, Dimension::JOULE.per(Dimension::FLOP), "0.2 J/TFLOP",
    [("J/TFLOP", 1e-12)],
    {
        /// From joules per 10^12 operations: a picojoule an operation.
        per_teraflop / as_per_teraflop = 1e-12,
    }
);
quantity!(
    /// Area of memory on a die.
    AreaPerByte, Dimension::AREA.per(Dimension::BYTE), "0.34 mm2/MB",
    [("mm2/MB", 1e-12)],
    {
        /// From square millimetres per decimal megabyte.
        square_millimetres_per_megabyte / as_square_millimetres_per_megabyte = 1e-12,
    }
);

quantity!(
    /// Power of keeping data.
    WattsPerByte, Dimension::JOULE.per(Dimension::SECOND).per(Dimension::BYTE), "0.02 W/MB",
    [("W/MB", 1e-6)],
    {
        /// From watts per decimal megabyte.
        per_megabyte / as_per_megabyte = 1e-6,
    }
);

/// `a * b = c` and the two divisions that follow from it.
macro_rules! product {
    ($a:ident * $b:ident = $c:ident) => {
        impl Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c {
                $c(self.0 * other.0)
            }
        }
        impl Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c {
                $c(self.0 * other.0)
            }
        }
        impl Div<$a> for $c {
            type Output = $b;
            fn div(self, other: $a) -> $b {
                $b(self.0 / other.0)
            }
        }
        impl Div<$b> for $c {
            type Output = $a;
            fn div(self, other: $b) -> $a {
                $a(self.0 / other.0)
            }
        }
    };
}

product!(Bandwidth * Seconds = Bytes);
product!(FlopRate * Seconds = Flop);
product!(Watts * Seconds = Joules);
product!(UsdPerSecond * Seconds = Usd);
product!(UsdPerWatt * Watts = Usd);
product!(UsdPerJoule * Joules = Usd);
product!(LitresPerJoule * Joules = Litres);
product!(GramsPerJoule * Joules = Grams);
product!(KilogramsPerSquareMetre * SquareMetres = Kilograms);

impl Mul for Metres {
    type Output = SquareMetres;
    fn mul(self, other: Metres) -> SquareMetres {
        SquareMetres(self.0 * other.0)
    }
}
impl Div<Metres> for SquareMetres {
    type Output = Metres;
    fn div(self, other: Metres) -> Metres {
        Metres(self.0 / other.0)
    }
}
product!(UsdPerByte * Bytes = Usd);
product!(UsdPerArea * SquareMetres = Usd);
product!(JoulesPerByte * Bandwidth = Watts);
product!(JoulesPerFlop * FlopRate = Watts);
product!(AreaPerByte * Bytes = SquareMetres);
product!(WattsPerByte * Bytes = Watts);
