//! The text form of quantities: what is read, what is refused and with which words, and that it round-trips.

use proptest::prelude::*;
use quarterdeck_units::*;

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-12 * left.abs().max(right.abs())
}

#[test]
fn reads_what_people_write() {
    assert!(near("3.35 TB/s".parse::<Bandwidth>().unwrap().as_terabytes_per_second(), 3.35));
    assert!(near("80 GiB".parse::<Bytes>().unwrap().as_gibibytes(), 80.0));
    assert!(near("400 Gbit/s".parse::<Bandwidth>().unwrap().as_gigabytes_per_second(), 50.0));
    assert!(near("1.2 MW".parse::<Watts>().unwrap().as_megawatts(), 1.2));
    assert!(near("60e6 USD/quarter".parse::<UsdPerSecond>().unwrap().as_per_quarter(), 60e6));
    assert!(near("11 USD/W".parse::<UsdPerWatt>().unwrap().as_per_watt(), 11.0));
    assert!(near("62 USD/MWh".parse::<UsdPerJoule>().unwrap().as_per_megawatt_hour(), 62.0));
    assert!(near("0.17 L/kWh".parse::<LitresPerJoule>().unwrap().as_per_kilowatt_hour(), 0.17));
    assert!(near("60 ms".parse::<Seconds>().unwrap().as_millis(), 60.0));
    assert!(near("1_000 TFLOP/s".parse::<FlopRate>().unwrap().as_tera(), 1000.0));
    assert!(near("1 EFLOP".parse::<Flop>().unwrap().as_tera(), 1e6));
    assert_eq!("3 quarters".parse::<Quarters>().unwrap(), Quarters(3));
    assert_eq!("2 yr".parse::<Quarters>().unwrap(), Quarters(8));
    assert_eq!("2022-Q3".parse::<Quarter>().unwrap(), Quarter::new(2022, 3));
    assert!(near("8 %/yr".parse::<Growth>().unwrap().per_year, 1.08));
    assert!(near("15.6T".parse::<Count>().unwrap().0, 15.6e12));
    let unserved = "0.9 USD/1e6 samples".parse::<UsdPerWork>().unwrap();
    assert!(near(unserved.dollars, 0.9e-6) && unserved.unit == WorkUnit::Samples);
    let hourly = "3.6 USD/device/h".parse::<UsdPerWork>().unwrap();
    assert!(near(hourly.dollars, 0.001) && hourly.unit == WorkUnit::DeviceSeconds);
    let rate = "64 devices".parse::<WorkRate>().unwrap();
    assert!(near(rate.per_second, 64.0) && rate.unit == WorkUnit::DeviceSeconds);
}

#[test]
fn refuses_with_a_next_step() {
    let message = |text: &str| {
        let error = text.parse::<Bandwidth>().unwrap_err();
        format!("{error}; {}", error.help().unwrap_or_default())
    };
    assert_eq!(message("400 Gb/s"), "`Gb` is not a known unit; write `Gbit` for bits or `GB` for bytes");
    assert_eq!(
        message("400"),
        "`400` has no unit; write the unit after the number, as in `\"3.35 TB/s\"` (given `400`)"
    );
    assert_eq!(message("80 GB"), "`80 GB` is B, where B/s is due; write it as in `\"3.35 TB/s\"`");
    assert_eq!(
        message("fast"),
        "`fast` does not start with a number; write a number and its unit, such as `\"1.2 MW\"`"
    );
    assert_eq!(message("400 gbit/s"), "`gbit` is not a known unit; write `Gbit`");
    assert_eq!(message("1e999 B/s"), "`1e999 B/s` is not a finite number; write a finite number");
    assert!(message(&"9".repeat(5000)).contains("is not a finite number"));
    assert!("2022-Q5".parse::<Quarter>().is_err() && "22-Q1".parse::<Quarter>().is_err());
    assert!("1.5 quarters".parse::<Quarters>().is_err());
    assert!("989 TFLOPS".parse::<FlopRate>().unwrap_err().help().unwrap().contains("`TFLOP/s`"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_round_trips_to_the_bit(mantissa in -1e3..1e3f64, exponent in -8i32..16) {
        let value = mantissa * quarterdeck_units::pow(10.0, f64::from(exponent));
        macro_rules! check { ($($name:ident),*) => {$(
            let quantity = $name::from_base(value);
            prop_assert_eq!(quantity.to_string().parse::<$name>().unwrap(), quantity);
        )*} }
        check!(Seconds, Bytes, Bandwidth, Flop, FlopRate, Joules, Watts, Usd, UsdPerWatt, Celsius, Grams, UsdPerJoule);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = text.parse::<Bytes>();
        let _ = text.parse::<Quarter>();
        let _ = text.parse::<Quarters>();
        let _ = text.parse::<WorkRate>();
        let _ = text.parse::<UsdPerWork>();
        let _ = text.parse::<Count>();
        let _ = text.parse::<Growth>();
    }

    #[test]
    fn quarters_add_as_on_a_calendar(year in 1990i32..2100, q in 1i32..5, by in -200i32..200) {
        let quarter = Quarter::new(year, q);
        prop_assert_eq!((quarter + Quarters(by)) - quarter, Quarters(by));
        prop_assert_eq!(quarter.to_string().parse::<Quarter>().unwrap(), quarter);
    }
}
