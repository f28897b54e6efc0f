//! Any text as every kind of quantity: read or refused, and what is read is written and read as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_units::{
    SquareMetres, Bandwidth, Bytes, Celsius, Count, DefectDensity, FlopRate, GramsPerJoule, Growth, Hertz, Metres, Quarter,
    Quarters, Ratio, Seconds, Usd, UsdPerArea, UsdPerByte, UsdPerJoule, UsdPerSecond, UsdPerWatt, UsdPerWork, Watts,
    WorkRate,
};

fn check<T: std::str::FromStr + std::fmt::Display + PartialEq + std::fmt::Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(written.parse::<T>().ok().as_ref(), Some(&value), "{text} became {written}");
    }
}

fuzz_target!(|text: &str| {
    check::<Watts>(text);
    check::<Seconds>(text);
    check::<Bytes>(text);
    check::<Bandwidth>(text);
    check::<FlopRate>(text);
    check::<Celsius>(text);
    check::<GramsPerJoule>(text);
    check::<Hertz>(text);
    check::<Metres>(text);
    check::<SquareMetres>(text);
    check::<DefectDensity>(text);
    check::<UsdPerArea>(text);
    check::<UsdPerByte>(text);
    check::<Usd>(text);
    check::<UsdPerJoule>(text);
    check::<UsdPerSecond>(text);
    check::<UsdPerWatt>(text);
    check::<UsdPerWork>(text);
    check::<WorkRate>(text);
    check::<Count>(text);
    check::<Ratio>(text);
    check::<Quarter>(text);
    check::<Quarters>(text);
    // Growth is rounded to twelve digits, so only its reading is held here.
    let _ = text.parse::<Growth>();
});
