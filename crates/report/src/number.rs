//! Numbers as people read them: three significant digits, grouped thousands, scaled units.
//!
//! Every function takes a value in the base unit that its name says and never shows more
//! digits than the models behind it support. Full precision belongs to CSV, JSON and Parquet.

/// Groups the digits of a whole number by thousands: `24576` → `24,576`.
///
/// ```
/// assert_eq!(quarterdeck_report::number::whole(-24_576), "−24,576");
/// ```
pub fn whole(value: i64) -> String {
    signed(value < 0, &group(&value.unsigned_abs().to_string()))
}

/// A count of things: exact below a million, three digits with a magnitude word above.
///
/// ```
/// use quarterdeck_report::number::count;
/// assert_eq!(count(24_576.0), "24,576");
/// assert_eq!(count(1.9e9), "1.9 bn");
/// assert_eq!(count(15.6e12), "15.6 tn");
/// ```
pub fn count(value: f64) -> String {
    if !value.is_finite() {
        return missing();
    }
    if value.abs() < 999_999.5 {
        if value == value.trunc() || value.abs() >= 1000.0 {
            return whole(value.round() as i64);
        }
        return significant(value, 3);
    }
    scaled(value, &[(1e6, "M"), (1e9, "bn"), (1e12, "tn")], 1e6)
}

/// Money in US dollars: `$412 M`, `$4.0 bn`, `−$1.9 M`, `$12.5`.
///
/// ```
/// use quarterdeck_report::number::usd;
/// assert_eq!(usd(412.3e6), "$412 M");
/// assert_eq!(usd(4.0e9), "$4.0 bn");
/// assert_eq!(usd(999.9e6), "$1.0 bn");
/// assert_eq!(usd(-0.85), "−$0.85");
/// ```
pub fn usd(dollars: f64) -> String {
    if !dollars.is_finite() {
        return missing();
    }
    let text = scaled(dollars.abs(), &[(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "bn"), (1e12, "tn")], 1.0);
    signed(dollars < 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0'), &format!("${text}"))
}

/// Money with its sign always shown, for differences: `+$38 M`, `−$1.9 M`.
pub fn usd_change(dollars: f64) -> String {
    let text = usd(dollars);
    if dollars > 0.0 { format!("+{text}") } else { text }
}

/// Electric power from watts: `9.1 MW`, `118 MW`, `1.2 GW`.
///
/// ```
/// assert_eq!(quarterdeck_report::number::power(118.4e6), "118 MW");
/// ```
pub fn power(watts: f64) -> String {
    scaled(watts, &[(1.0, "W"), (1e3, "kW"), (1e6, "MW"), (1e9, "GW")], 1.0)
}

/// Energy from watt-hours: `640 GWh`.
pub fn energy(watt_hours: f64) -> String {
    scaled(watt_hours, &[(1.0, "Wh"), (1e3, "kWh"), (1e6, "MWh"), (1e9, "GWh"), (1e12, "TWh")], 1.0)
}

/// Data from bytes, in decimal units: `80 GB`, `3.35 TB`.
pub fn bytes(bytes: f64) -> String {
    const STEPS: [(f64, &str); 6] =
        [(1.0, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB"), (1e15, "PB")];
    scaled(bytes, &STEPS, 1.0)
}

/// Time from seconds: `138 µs`, `42 ms`, `3.2 s`, `4.5 h`, `12 days`.
///
/// ```
/// use quarterdeck_report::number::duration;
/// assert_eq!(duration(138.9e-6), "139 µs");
/// assert_eq!(duration(86_400.0 * 54.2), "54.2 days");
/// ```
pub fn duration(seconds: f64) -> String {
    const STEPS: [(f64, &str); 7] = [
        (1e-9, "ns"),
        (1e-6, "µs"),
        (1e-3, "ms"),
        (1.0, "s"),
        (60.0, "min"),
        (3600.0, "h"),
        (86_400.0, "days"),
    ];
    scaled(seconds, &STEPS, 1e-9)
}

/// A share of one as percent: two digits, one decimal below ten: `94 %`, `2.1 %`, `0.4 %`.
///
/// ```
/// use quarterdeck_report::number::percent;
/// assert_eq!(percent(0.94), "94 %");
/// assert_eq!(percent(0.0043), "0.4 %");
/// assert_eq!(percent(0.0001), "<0.1 %");
/// ```
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return missing();
    }
    let value = share * 100.0;
    if value == 0.0 {
        "0 %".to_string()
    } else if value.abs() < 0.05 {
        if value > 0.0 { "<0.1 %".to_string() } else { ">−0.1 %".to_string() }
    } else if value.abs() < 9.95 {
        format!("{} %", signed(value < 0.0, &format!("{:.1}", value.abs())))
    } else {
        format!("{} %", whole(value.round() as i64))
    }
}

/// A factor between two amounts: `1.84×`, `24×`.
///
/// ```
/// assert_eq!(quarterdeck_report::number::factor(1.8412), "1.84×");
/// ```
pub fn factor(ratio: f64) -> String {
    if ratio.is_finite() { format!("{}×", significant(ratio, 3)) } else { missing() }
}

/// A plain number with its unit: `quantity(12.345, "kW/rack")` → `12.3 kW/rack`.
pub fn quantity(value: f64, unit: &str) -> String {
    if unit.is_empty() { significant(value, 3) } else { format!("{} {unit}", significant(value, 3)) }
}

/// A value rounded to `digits` significant digits, grouped, without trailing zeros.
///
/// Whole digits are kept even when there are more of them than `digits`, but those beyond are
/// zeros, so nothing is shown that the rounding does not support.
///
/// ```
/// use quarterdeck_report::number::significant;
/// assert_eq!(significant(1234.5, 3), "1,230");
/// assert_eq!(significant(0.012345, 3), "0.0123");
/// assert_eq!(significant(40.0, 3), "40");
/// ```
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return missing();
    }
    let rounded = round_significant(value, digits);
    let decimals = digits.saturating_sub(1) as i32 - exponent(rounded);
    fixed(rounded, decimals.clamp(0, 12) as usize, Zeros::Trim)
}

/// A value with a given number of decimals, grouped by thousands: `decimals(1234.5, 1)` →
/// `1,234.5`.
pub fn decimals(value: f64, decimals: usize) -> String {
    if value.is_finite() { fixed(value, decimals, Zeros::Keep) } else { missing() }
}

/// `1 server`, `2 servers`: a count with its noun, the plural formed with `s`.
pub fn counted(n: i64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", whole(n)) }
}

/// Rounds half away from zero in decimal, through the exact decimal expansion, so that the
/// result does not depend on the platform's logarithm.
pub fn round_significant(value: f64, digits: usize) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

/// Decimal exponent of a value: 0 for 1 to 9.99, 2 for hundreds.
fn exponent(value: f64) -> i32 {
    if value == 0.0 {
        return 0;
    }
    let text = format!("{value:e}");
    text.rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0)
}

/// Picks the largest step that keeps the value at or above one, after rounding.
fn scaled(value: f64, steps: &[(f64, &str)], smallest: f64) -> String {
    if !value.is_finite() {
        return missing();
    }
    let rounded = round_significant(value, 3);
    let mut step = steps.first().copied().unwrap_or((smallest, ""));
    for &(size, name) in steps {
        if round_significant(rounded / size, 3).abs() >= 1.0 {
            step = (size, name);
        }
    }
    let amount = round_significant(rounded / step.0, 3);
    let mut text = significant(amount, 3);
    // `4.0 bn` reads as a rounded amount where `4 bn` reads as an exact one.
    if !step.1.is_empty() && amount != 0.0 && amount.abs() < 10.0 && !text.contains('.') {
        text.push_str(".0");
    }
    if step.1.is_empty() { text } else { format!("{text} {}", step.1) }
}

/// What to do with zeros after the last meaningful decimal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zeros {
    Trim,
    Keep,
}

fn fixed(value: f64, decimals: usize, zeros: Zeros) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = match zeros {
        Zeros::Trim => fraction.trim_end_matches('0'),
        Zeros::Keep => fraction,
    };
    let is_zero = whole.bytes().chain(fraction.bytes()).all(|b| b == b'0');
    let mut out = group(whole);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    signed(value < 0.0 && !is_zero, &out)
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn signed(negative: bool, text: &str) -> String {
    if negative { format!("−{text}") } else { text.to_string() }
}

/// How a value that does not exist is shown.
fn missing() -> String {
    "n/a".to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(got: String, expect: &str) {
        assert_eq!(got, expect);
    }

    #[test]
    fn counts_are_exact_below_a_million() {
        check(count(0.0), "0");
        check(count(999.0), "999");
        check(count(3072.0), "3,072");
        check(count(999_999.0), "999,999");
        check(count(1_000_000.0), "1.0 M");
        check(count(0.25), "0.25");
        check(count(f64::NAN), "n/a");
    }

    #[test]
    fn scaling_rounds_before_it_picks_the_prefix() {
        check(power(999.6e6), "1.0 GW");
        check(power(999.4e6), "999 MW");
        check(power(40e6), "40 MW");
        check(power(9.1e6), "9.1 MW");
        check(power(0.0), "0 W");
        check(duration(59.99), "1.0 min");
        check(duration(0.042), "42 ms");
    }

    #[test]
    fn money_keeps_its_sign_before_the_currency() {
        check(usd(0.0), "$0");
        check(usd(-1.9e6), "−$1.9 M");
        check(usd(12.5), "$12.5");
        check(usd(290e3), "$290 k");
        check(usd_change(38e6), "+$38 M");
        check(usd_change(-38e6), "−$38 M");
        check(usd_change(0.0), "$0");
    }

    #[test]
    fn percentages_show_no_false_precision() {
        check(percent(0.0), "0 %");
        check(percent(0.0994), "9.9 %");
        check(percent(0.0996), "10 %");
        check(percent(1.2), "120 %");
        check(percent(-0.021), "−2.1 %");
        check(percent(-0.0001), ">−0.1 %");
    }

    #[test]
    fn small_and_large_plain_numbers() {
        check(significant(0.0, 3), "0");
        check(significant(-0.0004, 3), "−0.0004");
        check(significant(1_234_567.0, 3), "1,230,000");
        check(significant(99.96, 3), "100");
        check(decimals(-0.004, 2), "0.00");
        check(decimals(-1234.567, 2), "−1,234.57");
        check(factor(24.0), "24×");
        check(quantity(12.345, "kW/rack"), "12.3 kW/rack");
        check(counted(1, "site"), "1 site");
        check(counted(2048, "server"), "2,048 servers");
    }

    proptest::proptest! {
        #[test]
        fn text_stays_within_half_a_unit_of_the_third_digit(value in 1e-6f64..1e12) {
            let text = significant(value, 3).replace(',', "");
            let back: f64 = text.parse().unwrap();
            proptest::prop_assert!((back - value).abs() <= 0.00501 * value, "{value} → {text}");
        }
    }
}
