//! Typical years: 8,760 hours from the normals of twelve months, the same on every machine.

use quarterdeck_catalog::ClimateRecord;
use quarterdeck_kernel::{Stream, Streams};

use super::calendar::{DAY, DAYS, HOURS, MONTH_STARTS};
use super::year::WeatherYear;

/// Share of the range of a day by which each hour lies below its warmest.
///
/// Source: ASHRAE handbook of fundamentals, chapter on climatic design information, the profile of the dry bulb.
const BELOW_WARMEST: [f64; DAY] = [
    0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74, 0.55, 0.38, 0.23, 0.13, 0.05, 0.00, 0.00, 0.06, 0.14,
    0.24, 0.39, 0.50, 0.59, 0.68, 0.75, 0.82,
];

/// Seed of all typical years: their days are the same in every run.
const SEED: u64 = 0x7e17_b01d;

/// A typical year of a climate.
///
/// $$ t_{h} = \bar t_m(h) + \sigma_m\,x_d(h) + R_m\,(\bar f - f_h), \qquad x_{d+1} = \rho\,x_d + \sqrt{1-\rho^2}\,\varepsilon $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $\bar t_m(h)$ | monthly means, joined by straight lines between mid-months | °C |
/// | $\sigma_m$, $\rho$ | spread of daily means and its persistence | K, 1 |
/// | $R_m$, $f_h$ | range of the average day and its profile | K, 1 |
///
/// The dew point is made likewise, without a profile, from days that correlate with those of the dry bulb as
/// observed; it never exceeds the dry bulb. Each month is then shifted and stretched so that its mean of dry bulb and
/// dew point and the spread of its days are those of the record. Days are normally distributed: real ones have
/// longer tails. Against the hours of the sources, means of the wet bulb agree to 0.1 K, and quantiles from a quarter to
/// nineteen twentieths to 1.6 K; the hottest 35 hours are a kelvin or two mild, five on coasts with hot winds.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::weather::typical_year;
/// let catalog = Catalog::builtin();
/// let phoenix = catalog.climate("phoenix").unwrap();
/// let year = typical_year(phoenix);
/// let july = year.month_means(6);
/// assert!((july.dry_bulb - phoenix.normals.mean.0[6].as_degrees()).abs() < 1e-9);
/// ```
pub fn typical_year(climate: &ClimateRecord) -> WeatherYear {
    let mut weather = Streams::new(SEED).of(&climate.id, 0);
    let (dry_days, wet_days) = days(climate, &mut weather);
    let degrees =
        |values: &[quarterdeck_units::Celsius; 12]| values.map(quarterdeck_units::Celsius::as_degrees);
    let normals = &climate.normals;
    let mut dry = series(&degrees(&normals.mean.0), &degrees(&climate.spread.dry_bulb.0), &dry_days);
    let range = degrees(&normals.daily_range.0);
    let middle = BELOW_WARMEST.iter().sum::<f64>() / DAY as f64;
    for month in 0..12 {
        for hour in MONTH_STARTS[month]..MONTH_STARTS[month + 1] {
            dry[hour] += range[month] * (middle - BELOW_WARMEST[hour % DAY]);
        }
    }
    let wanted = degrees(&normals.dew_point.0);
    let mut dew = series(&wanted, &degrees(&climate.spread.dew_point.0), &wet_days);
    cap(&mut dew, &dry, &wanted);
    WeatherYear::new(
        climate.id.clone(),
        climate.title.clone(),
        climate.elevation,
        dry,
        dew,
        climate.provenance(),
    )
}

/// Deviations of the days of dry bulb and dew point, each persistent and of unit spread, correlated by month.
fn days(climate: &ClimateRecord, weather: &mut Stream) -> (Vec<f64>, Vec<f64>) {
    let persistence = climate.spread.persistence;
    let fresh = (1.0 - persistence * persistence).sqrt();
    let (mut shared, mut own) = (weather.normal(), weather.normal());
    let (mut dry, mut wet) = (Vec::new(), Vec::new());
    for (month, days) in DAYS.iter().enumerate() {
        let correlation = climate.spread.correlation.0[month];
        let rest = (1.0 - correlation * correlation).sqrt();
        for _ in 0..*days {
            shared = persistence * shared + fresh * weather.normal();
            own = persistence * own + fresh * weather.normal();
            dry.push(shared);
            wet.push(correlation * shared + rest * own);
        }
    }
    (dry, wet)
}

/// Hours from monthly means and daily deviations, with the mean and the spread of each month as given.
fn series(means: &[f64; 12], spread: &[f64; 12], days: &[f64]) -> Vec<f64> {
    let deviation = between_noons(days);
    let mut hours = Vec::with_capacity(HOURS);
    for month in 0..12 {
        let (start, end) = (MONTH_STARTS[month], MONTH_STARTS[month + 1]);
        let count = (end - start) as f64;
        let mean = deviation[start..end].iter().sum::<f64>() / count;
        let daily: Vec<f64> = deviation[start..end]
            .chunks_exact(DAY)
            .map(|day| day.iter().sum::<f64>() / DAY as f64 - mean)
            .collect();
        let found = (daily.iter().map(|day| day * day).sum::<f64>() / daily.len() as f64).sqrt();
        let season: Vec<f64> = (start..end).map(|hour| seasonal(means, month, hour)).collect();
        let shift = means[month] - season.iter().sum::<f64>() / count;
        for (hour, season) in (start..end).zip(season) {
            hours.push(season + shift + (deviation[hour] - mean) * spread[month] / found.max(1e-9));
        }
    }
    hours
}

/// Deviations of days, joined by straight lines from noon to noon, around the year.
fn between_noons(days: &[f64]) -> Vec<f64> {
    let count = days.len();
    (0..HOURS)
        .map(|hour| {
            let place = (hour as f64 + 0.5) / DAY as f64 - 0.5 + count as f64;
            let (before, share) = (place as usize, place - (place as usize) as f64);
            days[before % count] * (1.0 - share) + days[(before + 1) % count] * share
        })
        .collect()
}

/// Monthly means joined by straight lines from mid-month to mid-month, around the year.
fn seasonal(means: &[f64; 12], month: usize, hour: usize) -> f64 {
    let middle = |month: usize| (MONTH_STARTS[month] + MONTH_STARTS[month + 1]) as f64 / 2.0;
    let at = hour as f64 + 0.5;
    let (from, to, start, end) = if at < middle(month) {
        let before = (month + 11) % 12;
        let start = if month == 0 { middle(11) - HOURS as f64 } else { middle(before) };
        (before, month, start, middle(month))
    } else {
        let after = (month + 1) % 12;
        let end = if month == 11 { middle(0) + HOURS as f64 } else { middle(after) };
        (month, after, middle(month), end)
    };
    let share = (at - start) / (end - start);
    means[from] * (1.0 - share) + means[to] * share
}

/// Cuts dew points at the dry bulb and lifts the rest of the month so that its mean stays as wanted.
fn cap(dew: &mut [f64], dry: &[f64], wanted: &[f64; 12]) {
    for month in 0..12 {
        let hours = MONTH_STARTS[month]..MONTH_STARTS[month + 1];
        let (raw, limit) = (dew[hours.clone()].to_vec(), &dry[hours.clone()]);
        let mean = |lift: f64| {
            raw.iter().zip(limit).map(|(dew, dry)| (dew + lift).min(*dry)).sum::<f64>() / raw.len() as f64
        };
        // The mean grows with the lift, and no faster than it: steps by the gap close in from below.
        let mut lift = 0.0;
        for _ in 0..60 {
            let gap = wanted[month] - mean(lift);
            lift += gap;
            if gap.abs() < 1e-12 {
                break;
            }
        }
        for ((dew, raw), dry) in dew[hours].iter_mut().zip(&raw).zip(limit) {
            *dew = (raw + lift).min(*dry);
        }
    }
}
