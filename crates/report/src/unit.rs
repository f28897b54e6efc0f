//! Units as a reader sees them: the symbol beside a value and the suffix of a key.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The unit of an axis or a column: how to write a value and how to name its key.
///
/// ```
/// use quarterdeck_report::Unit;
/// assert_eq!(Unit::musd().write(412.0), "$412 M");
/// assert_eq!(Unit::mw().write(118.4), "118 MW");
/// assert_eq!(Unit::mw().key("it load"), "it_load_mw");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Ending of a key or column id that holds this unit: `musd`, `mw`, `percent`.
    pub suffix: Cow<'static, str>,
    /// Sign before the number: `$`, or empty.
    pub prefix: Cow<'static, str>,
    /// Symbol after the number: `M`, `MW`, `%`, or empty.
    pub symbol: Cow<'static, str>,
    /// The unit in words, for axis titles, table heads and screen readers.
    pub name: Cow<'static, str>,
}

impl Unit {
    const fn fixed(
        suffix: &'static str,
        prefix: &'static str,
        symbol: &'static str,
        name: &'static str,
    ) -> Self {
        Self {
            suffix: Cow::Borrowed(suffix),
            prefix: Cow::Borrowed(prefix),
            symbol: Cow::Borrowed(symbol),
            name: Cow::Borrowed(name),
        }
    }

    /// A unit of the caller's own; the suffix should be one that [`is_unit_suffix`] knows.
    pub fn new(suffix: impl Into<String>, symbol: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            suffix: Cow::Owned(suffix.into()),
            prefix: Cow::Borrowed(""),
            symbol: Cow::Owned(symbol.into()),
            name: Cow::Owned(name.into()),
        }
    }

    /// Millions of US dollars.
    pub const fn musd() -> Self {
        Self::fixed("musd", "$", "M", "million USD")
    }
    /// Billions of US dollars.
    pub const fn busd() -> Self {
        Self::fixed("busd", "$", "bn", "billion USD")
    }
    /// US dollars.
    pub const fn usd() -> Self {
        Self::fixed("usd", "$", "", "USD")
    }
    /// Megawatts.
    pub const fn mw() -> Self {
        Self::fixed("mw", "", "MW", "MW")
    }
    /// Kilowatts.
    pub const fn kw() -> Self {
        Self::fixed("kw", "", "kW", "kW")
    }
    /// Decimal gigabytes.
    pub const fn gb() -> Self {
        Self::fixed("gb", "", "GB", "decimal GB")
    }
    /// Milliseconds.
    pub const fn ms() -> Self {
        Self::fixed("ms", "", "ms", "ms")
    }
    /// Percent; values run from 0 to 100.
    pub const fn percent() -> Self {
        Self::fixed("percent", "", "%", "percent")
    }
    /// A count of servers.
    pub const fn servers() -> Self {
        Self::fixed("servers", "", "", "servers")
    }
    /// A count of devices (accelerators or CPU sockets).
    pub const fn devices() -> Self {
        Self::fixed("devices", "", "", "devices")
    }
    /// A share of one.
    pub const fn fraction() -> Self {
        Self::fixed("fraction", "", "", "share of 1")
    }

    /// Writes a value with this unit: three significant digits, or all digits of a whole count.
    pub fn write(&self, value: f64) -> String {
        if !value.is_finite() {
            return crate::number::significant(value, 3);
        }
        if self.symbol.is_empty() && self.prefix.is_empty() {
            return crate::number::count(value);
        }
        if self.suffix == "busd" && value != 0.0 && value.abs() < 0.9995 {
            return Self::musd().write(value * 1e3);
        }
        let digits = crate::number::significant(value.abs(), 3);
        let sign = if value < 0.0 && digits != "0" { "−" } else { "" };
        let space = if self.symbol.is_empty() { "" } else { " " };
        format!("{sign}{}{digits}{space}{}", self.prefix, self.symbol)
    }

    /// A key in snake case that ends in this unit: `key("Demand, peak")` → `demand_peak_mw`.
    pub fn key(&self, name: &str) -> String {
        let stem = snake(name);
        if stem.is_empty() {
            return self.suffix.to_string();
        }
        format!("{stem}_{}", self.suffix)
    }
}

/// Lower-case words joined by `_`; everything that is not a letter or digit separates words.
pub fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// Endings of keys that name a unit (or the thing that is counted, or a dimensionless kind).
const SUFFIXES: &[&str] = &[
    // money
    "usd",
    "kusd",
    "musd",
    "busd", // power, energy, carbon, water, heat
    "w",
    "kw",
    "mw",
    "gw",
    "j",
    "kj",
    "mj",
    "wh",
    "kwh",
    "mwh",
    "gwh",
    "twh",
    "gco2e",
    "kgco2e",
    "tco2e",
    "l",
    "m3",
    "m2",
    "c",
    "k", // time
    "ns",
    "us",
    "ms",
    "s",
    "min",
    "h",
    "days",
    "weeks",
    "months",
    "quarters",
    "quarter",
    "years",
    "year",
    "yr", // data and rates
    "b",
    "kb",
    "mb",
    "gb",
    "tb",
    "pb",
    "kib",
    "mib",
    "gib",
    "tib",
    "bit",
    "gbit",
    "tbit",
    "flop",
    "gflop",
    "tflop",
    "pflop",
    "eflop",
    "tflops",
    "pflops",
    "eflops",
    "byte",
    "bytes",
    // counts of the field's nouns
    "servers",
    "devices",
    "racks",
    "sites",
    "platforms",
    "tokens",
    "token",
    "samples",
    "sample",
    "requests",
    "request",
    "jobs",
    "job",
    "steps",
    "step",
    "server",
    "device",
    "rack",
    "gpu",
    "accelerators",
    "links",
    "switches",
    "people",
    "ktokens",
    "mtokens",
    "gtokens",
    "rows",
    "count", // dimensionless
    "percent",
    "fraction",
    "ratio",
    "factor",
    "index",
    "pue",
    "mfu",
    "points",
];

/// Whether a key such as `capex_musd` or `energy_usd_per_mwh` says its unit at its end.
///
/// ```
/// use quarterdeck_report::unit::is_unit_suffix;
/// assert!(is_unit_suffix("capex_musd"));
/// assert!(is_unit_suffix("cost_usd_per_mwh"));
/// assert!(!is_unit_suffix("capex"));
/// ```
pub fn is_unit_suffix(key: &str) -> bool {
    let (head, last) = key.rsplit_once('_').unwrap_or(("", key));
    if !SUFFIXES.contains(&last) {
        return false;
    }
    // `…_usd_per_mwh` needs a unit on both sides of `per`.
    match head.strip_suffix("_per") {
        Some(numerator) => is_unit_suffix(numerator),
        None if head == "per" => false,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_with_their_unit() {
        assert_eq!(Unit::musd().write(-1.94), "−$1.94 M");
        assert_eq!(Unit::percent().write(94.0), "94 %");
        assert_eq!(Unit::servers().write(24_576.0), "24,576");
        assert_eq!(Unit::usd().write(-0.0), "$0");
    }

    #[test]
    fn keys_are_snake_case_and_end_in_the_unit() {
        assert_eq!(Unit::musd().key("Network & optics"), "network_optics_musd");
        assert_eq!(Unit::mw().key(""), "mw");
        assert_eq!(snake("  A100-SXM (80 GB) "), "a100_sxm_80_gb");
    }

    #[test]
    fn a_rate_needs_a_unit_on_both_sides() {
        assert!(is_unit_suffix("price_usd_per_device"));
        assert!(is_unit_suffix("requests_per_s"));
        assert!(!is_unit_suffix("things_per_s"));
        assert!(!is_unit_suffix("per_s"));
        assert!(is_unit_suffix("mw"));
    }

    #[test]
    fn every_fixed_unit_has_a_known_suffix() {
        for unit in [
            Unit::musd(),
            Unit::busd(),
            Unit::usd(),
            Unit::mw(),
            Unit::kw(),
            Unit::gb(),
            Unit::ms(),
            Unit::percent(),
            Unit::servers(),
            Unit::devices(),
            Unit::fraction(),
        ] {
            assert!(is_unit_suffix(&unit.key("x")), "{unit:?}");
        }
    }
}
