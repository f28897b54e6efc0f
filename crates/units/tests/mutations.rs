//! Texts of quantities, mutated: each is read or refused, and what is read is written as the same value.

use quarterdeck_units::{
    Bandwidth, Bytes, Celsius, Count, FlopRate, GramsPerJoule, Growth, Quarter, Quarters, Ratio, Seconds,
    Usd, UsdPerJoule, UsdPerSecond, UsdPerWatt, UsdPerWork, Watts, WorkRate,
};

fn check<T: std::str::FromStr + std::fmt::Display + PartialEq + std::fmt::Debug>(text: &str) -> usize {
    let Ok(value) = text.parse::<T>() else { return 0 };
    let written = value.to_string();
    assert_eq!(written.parse::<T>().ok().as_ref(), Some(&value), "{text} became {written}");
    1
}

fn check_all(text: &str) -> usize {
    let _ = text.parse::<Growth>();
    check::<Watts>(text)
        + check::<Seconds>(text)
        + check::<Bytes>(text)
        + check::<Bandwidth>(text)
        + check::<FlopRate>(text)
        + check::<Celsius>(text)
        + check::<GramsPerJoule>(text)
        + check::<Usd>(text)
        + check::<UsdPerJoule>(text)
        + check::<UsdPerSecond>(text)
        + check::<UsdPerWatt>(text)
        + check::<UsdPerWork>(text)
        + check::<WorkRate>(text)
        + check::<Count>(text)
        + check::<Ratio>(text)
        + check::<Quarter>(text)
        + check::<Quarters>(text)
}

const SEEDS: &[&str] = &[
    "1.2 MW",
    "12 ms",
    "80 GiB",
    "400 Gbit/s",
    "989.4 TFLOP/s",
    "27 °C",
    "380 g/kWh",
    "290e3 USD",
    "62 USD/MWh",
    "60e6 USD/quarter",
    "11 USD/W",
    "0.9 USD/1e6 samples",
    "1.9e9 samples/s",
    "15.6T",
    "30 %",
    "2022-Q3",
    "3 quarters",
    "2.5 USD/device/h",
    "1.9x/yr",
];

const PIECES: &[&str] = &[
    "-",
    "+",
    "e",
    "e308",
    "e-320",
    ".",
    "_",
    "/",
    "*",
    "·",
    " ",
    "k",
    "M",
    "Ki",
    "µ",
    "%",
    "x",
    "\u{1f680}",
    "°",
    "0",
    "9999999999999999999",
    "s",
    "W",
    "Q",
    "/s",
    "nan",
    "inf",
];

#[test]
fn mutated_texts_are_read_or_refused() {
    let mut state = 7_u64;
    let mut roll = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below as u64).unwrap()
    };
    let mut read = 0;
    for round in 0..3_000 {
        let mut text: Vec<char> = SEEDS[round % SEEDS.len()].chars().collect();
        for _ in 0..=roll(3) {
            let at = roll(text.len() + 1);
            let to = (at + roll(3)).min(text.len());
            text.splice(at..to, PIECES[roll(PIECES.len())].chars());
        }
        read += check_all(&text.into_iter().collect::<String>());
    }
    assert!(read > 100, "the mutations must not all be refused: {read} were read");
}
