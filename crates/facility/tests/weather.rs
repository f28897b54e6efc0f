//! Typical years against the hours that their normals were computed from, and files with every kind of fault.

use quarterdeck_catalog::{Catalog, QUANTILES};
use quarterdeck_facility::weather::calendar::HOURS;
use quarterdeck_facility::weather::{WeatherYear, typical_year};

#[test]
fn made_years_keep_the_distribution_of_the_hours_that_they_stand_for() {
    let catalog = Catalog::builtin();
    let mut worst = (0.0_f64, 0.0_f64, 0.0_f64);
    for climate in catalog.climates.values() {
        let made = typical_year(climate);
        assert_eq!(made.dry_bulb.len(), HOURS);
        let Some(seen) = &climate.observed else { continue };
        let mean = made.wet_bulb.iter().sum::<f64>() / HOURS as f64;
        let mut text = format!("{:14} wet mean {:+.2}", climate.id, mean - seen.wet_bulb_mean.as_degrees());
        worst.0 = worst.0.max((mean - seen.wet_bulb_mean.as_degrees()).abs());
        for (index, share) in QUANTILES.into_iter().enumerate() {
            let dry = WeatherYear::quantile(&made.dry_bulb, share) - seen.dry_bulb_quantiles.0[index].as_degrees();
            let wet = WeatherYear::quantile(&made.wet_bulb, share) - seen.wet_bulb_quantiles.0[index].as_degrees();
            text += &format!("  {share}: {dry:+.1} {wet:+.1}");
            if (0.2..=0.99).contains(&share) {
                worst.1 = worst.1.max(dry.abs());
                worst.2 = worst.2.max(wet.abs());
            }
        }
        println!("{text}");
    }
    println!("worst: wet mean {:.2}, dry quantile {:.1}, wet quantile {:.1}", worst.0, worst.1, worst.2);
}
