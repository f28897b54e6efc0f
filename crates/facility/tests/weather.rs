//! Typical years against the hours that their normals were computed from, and files with every kind of fault.

use std::sync::OnceLock;

use quarterdeck_catalog::{Catalog, QUANTILES};
use quarterdeck_facility::weather::calendar::HOURS;
use quarterdeck_facility::weather::psychrometrics::{dew_point_of, saturation_pressure, wet_bulb};
use quarterdeck_facility::weather::{EpwFaultKind, WeatherYear, read_epw, typical_year};

/// The catalogue, read once.
fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

#[test]
fn made_years_keep_the_distribution_of_the_hours_that_they_stand_for() {
    let catalog = catalog();
    let mut worst = 0.0_f64;
    for climate in catalog.climates.values() {
        let made = typical_year(climate);
        assert_eq!(made.dry_bulb.len(), HOURS);
        let Some(seen) = &climate.observed else { continue };
        let mean = made.wet_bulb.iter().sum::<f64>() / HOURS as f64;
        let mut text = format!("{:14} wet mean {:+.2}", climate.id, mean - seen.wet_bulb_mean.as_degrees());
        worst = worst.max((mean - seen.wet_bulb_mean.as_degrees()).abs());
        for (index, share) in QUANTILES.into_iter().enumerate() {
            let dry =
                WeatherYear::quantile(&made.dry_bulb, share) - seen.dry_bulb_quantiles.0[index].as_degrees();
            let wet =
                WeatherYear::quantile(&made.wet_bulb, share) - seen.wet_bulb_quantiles.0[index].as_degrees();
            text += &format!("  {share}: {dry:+.1} {wet:+.1}");
            // Winters have longer tails than the made years, and coasts with hot winds have longer summers'.
            let (most_dry, most_wet) = match share {
                share if share < 0.2 => (6.0, 6.0),
                share if share < 0.96 => (1.6, 1.3),
                share if share < 0.995 => (3.6, 1.3),
                _ => (5.0, 3.0),
            };
            assert!(
                dry.abs() < most_dry && wet.abs() < most_wet,
                "{} {share}: {dry:.1} {wet:.1}",
                climate.id
            );
        }
        println!("{text}");
    }
    println!("worst mean of the wet bulb {worst:.2} K");
    assert!(worst < 0.15);
}

#[test]
fn monthly_means_are_those_of_the_record() {
    let catalog = catalog();
    assert!(catalog.climates.len() >= 20);
    for climate in catalog.climates.values() {
        let made = typical_year(climate);
        for month in 0..12 {
            let (found, normals) = (made.month_means(month), &climate.normals);
            let near = |ours: f64, theirs: f64| (ours - theirs).abs() < 1e-9;
            assert!(near(found.dry_bulb, normals.mean.0[month].as_degrees()), "{} {month}", climate.id);
            assert!(near(found.dew_point, normals.dew_point.0[month].as_degrees()), "{} {month}", climate.id);
        }
        for hour in 0..HOURS {
            let air = made.air(hour);
            assert!(air.dew_point <= air.wet_bulb + 1e-9 && air.wet_bulb <= air.dry_bulb + 1e-9, "{air:?}");
        }
        assert_eq!(made, typical_year(climate), "the same year each time");
    }
}

#[test]
fn wet_bulbs_solve_their_equation() {
    // Dry bulb, relative humidity, wet bulb at sea level as the psychrometric chart gives them.
    for (dry, humidity, wet) in [(25.0, 0.5, 17.9), (40.0, 0.2, 22.0), (10.0, 0.8, 8.2), (30.0, 0.9, 28.6)] {
        let found = wet_bulb(dry, dew_point_of(dry, humidity), 101_325.0);
        assert!((found - wet).abs() < 0.2, "{dry} {humidity}: {found}");
    }
    assert!((saturation_pressure(100.0) / 101_325.0 - 1.0).abs() < 0.04);
}

/// A weather file of a made year, in EnergyPlus format.
fn file(year: &WeatherYear) -> Vec<String> {
    let mut lines = vec![format!(
        "LOCATION,{},-,XXX,Made,000000,39.0,-77.5,-5.0,{}",
        year.id,
        year.elevation.as_metres()
    )];
    for name in ["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"] {
        lines.push(name.to_owned());
    }
    for name in ["HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", "COMMENTS 1,", "COMMENTS 2,"] {
        lines.push(name.to_owned());
    }
    lines.push("DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31".to_owned());
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut hour = 0;
    for (month, count) in (1..).zip(days) {
        for day in 1..=count {
            for clock in 1..=24 {
                let air = year.air(hour);
                let rest = ",0".repeat(35 - 10);
                lines.push(format!(
                    "2024,{month},{day},{clock},60,flags,{},{},50,101325{rest}",
                    air.dry_bulb, air.dew_point
                ));
                hour += 1;
            }
        }
    }
    lines
}

fn example() -> (WeatherYear, Vec<String>) {
    let catalog = catalog();
    let year = typical_year(catalog.climate("ashburn").expect("a climate"));
    let lines = file(&year);
    (year, lines)
}

#[test]
fn a_file_gives_back_the_year_that_it_was_written_from() {
    let (year, mut lines) = example();
    let read = read_epw("made.epw", &lines.join("\r\n")).expect("a good file");
    assert_eq!((read.dry_bulb, read.dew_point), (year.dry_bulb.clone(), year.dew_point));
    assert_eq!(read.elevation, year.elevation);
    // A leap day is left out, and a dew point that is marked as missing comes from the humidity.
    let end_of_february = 8 + (31 + 28) * 24;
    for clock in (1..=24).rev() {
        lines.insert(end_of_february, format!("2024,2,29,{clock},60,flags,1,0,50,101325{}", ",0".repeat(25)));
    }
    lines[8] = format!("2024,1,1,1,60,flags,20.0,99.9,50,101325{}", ",0".repeat(25));
    let read = read_epw("made.epw", &lines.join("\n")).expect("a good file");
    assert!((read.dew_point[0] - dew_point_of(20.0, 0.5)).abs() < 1e-12);
    assert_eq!(read.dry_bulb[1..], year.dry_bulb[1..]);
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let (_, mut lines) = example();
    let rest = ",0".repeat(25);
    lines[8] = "2024,1,1,1,60,flags,5.0".to_owned();
    lines[9] = format!("2024,1,1,2,60,flags,warm,1,50,101325{rest}");
    lines[10] = format!("2024,1,1,3,60,flags,140,1,50,101325{rest}");
    for (clock, line) in (4..=6).zip(11..) {
        lines[line] = format!("2024,1,1,{clock},60,flags,99.9,1,50,101325{rest}");
    }
    lines[20] = format!("2024,13,1,13,60,flags,5,1,50,101325{rest}");
    lines[7] = "DATA PERIODS,1,2,Data,Sunday, 1/ 1,12/31".to_owned();
    let again = lines[40].clone();
    lines.insert(41, again);
    lines.drain(100..103);
    let faults = read_epw("bad.epw", &lines.join("\n")).expect_err("a bad file");
    let found: Vec<(usize, &EpwFaultKind)> = faults.iter().map(|fault| (fault.line, &fault.kind)).collect();
    for fault in &faults {
        println!("{fault}");
    }
    assert!(matches!(found[0], (8, EpwFaultKind::Intervals { .. })));
    assert!(matches!(found[1], (9, EpwFaultKind::Columns { found: 7 })));
    assert!(matches!(found[2], (10, EpwFaultKind::NotANumber { field: "dry bulb", .. })));
    assert!(matches!(found[3], (11, EpwFaultKind::Impossible { .. })));
    assert!(matches!(found[4], (12, EpwFaultKind::Missing { hours: 3, .. })));
    assert!(matches!(found[5], (21, EpwFaultKind::Date { .. })));
    assert!(matches!(found[6], (42, EpwFaultKind::Order { .. })));
    assert!(matches!(found[7], (101, EpwFaultKind::Gap { hours: 3, .. })));
    assert_eq!(found.len(), 8);
    let text = faults[7].to_string();
    assert!(text.starts_with("bad.epw:101: 3 hours are missing, from 01-04 hour 20"), "{text}");
}

#[test]
fn what_is_no_weather_file_is_said_to_be_none() {
    for text in ["", "a,b\n1,2", "LOCATION,x\n", "\u{0}\u{0}\n,,,,"] {
        let faults = read_epw("x.epw", text).expect_err("no weather");
        assert!(matches!(faults[0].kind, EpwFaultKind::NoLocation), "{text:?}: {faults:?}");
    }
    let (_, lines) = example();
    let half = read_epw("half.epw", &lines[..5000].join("\n")).expect_err("half a year");
    assert!(matches!(half[..], [ref fault] if matches!(fault.kind, EpwFaultKind::Gap { hours: 3768, .. })));
}
