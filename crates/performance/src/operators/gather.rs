//! Rows fetched at random by the measured curve of a device: rate by width and size of table, and what skew saves.

use quarterdeck_catalog::GatherCurve;
use quarterdeck_units::{Bandwidth, Bytes, Seconds, exp, ln};

/// Rate at which rows are fetched, by the measured curve.
///
/// $$ \ln B(r, s) $$ is linear in $\ln r$ and in $\ln s$ between the four nearest measured points, and constant past
/// the first and the last.
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $r$ | `row`, bytes of a row | B |
/// | $s$ | `table`, bytes that rows are drawn from evenly | B |
///
/// Own composition. Holds for rows drawn evenly; past the largest table that was measured it is optimistic, because
/// misses of the address cache go on rising. Nothing for a curve that is no grid, which reading a catalogue rules out.
///
/// ```
/// # use quarterdeck_catalog::{Citation, GatherCurve, GatherPoint, Origin};
/// # use quarterdeck_performance::operators::gather_bandwidth;
/// # use quarterdeck_units::{Bandwidth, Bytes};
/// let rate = Bandwidth::gigabytes_per_second;
/// let point = |row: f64, table: f64, found: f64| GatherPoint {
///     row: Bytes::bytes(row), table: Bytes::megabytes(table),
///     bandwidth: rate(found), low: rate(found), high: rate(found),
/// };
/// let curve = GatherCurve {
///     cite: Citation { origin: Origin::Assumed, source: None, locator: None, reason: Some("example".into()) },
///     pooling: 32,
///     point: vec![point(64.0, 10.0, 8.0), point(64.0, 1000.0, 2.0)],
/// };
/// // Halfway between the sizes on a logarithmic scale: the geometric mean of 8 and 2.
/// let between = gather_bandwidth(&curve, Bytes::bytes(64.0), Bytes::megabytes(100.0));
/// assert!((between.as_gigabytes_per_second() - 4.0).abs() < 1e-9);
/// ```
pub fn gather_bandwidth(curve: &GatherCurve, row: Bytes, table: Bytes) -> Bandwidth {
    let Some((rows, tables)) = curve.grid() else { return Bandwidth::ZERO };
    let (row_low, row_high, row_share) = between(&rows, row);
    let (table_low, table_high, table_share) = between(&tables, table);
    let at = |row, table| curve.at(row, table).map_or(0.0, |rate| ln(rate.as_bytes_per_second()));
    let along = |row| (1.0 - table_share) * at(row, table_low) + table_share * at(row, table_high);
    let logarithm = (1.0 - row_share) * along(row_low) + row_share * along(row_high);
    Bandwidth::bytes_per_second(exp(logarithm))
}

/// The neighbours of a value among ascending ones, and how far it lies from the first to the second in logarithms.
fn between(values: &[Bytes], wanted: Bytes) -> (Bytes, Bytes, f64) {
    let (first, last) = (values[0], values[values.len() - 1]);
    let after = values.partition_point(|value| *value <= wanted);
    match (after.checked_sub(1).map(|before| values[before]), values.get(after).copied()) {
        (Some(low), Some(high)) => (low, high, ln(wanted / low) / ln(high / low)),
        (None, _) => (first, first, 0.0),
        (Some(_), None) => (last, last, 0.0),
    }
}

/// Time to fetch one byte of rows of a table, where some rows are asked for more often than others.
///
/// $$ t = \sum_i c_i\,\bigl(h(s_i) - h(s_{i-1})\bigr), \qquad
///    c_i = \frac{s_i / B(s_i) - s_{i-1} / B(s_{i-1})}{s_i - s_{i-1}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $s_i$ | measured sizes below that of the table, then the table | B |
/// | $B(s)$ | [`gather_bandwidth`] | B/s |
/// | $h(s)$ | `hit_rate` of the share $s$ of the table that is asked for most | 1 |
///
/// Own composition: rows that are asked for most take the near memories, and each further shell costs what it adds to
/// the time of an even draw. Gives the curve itself where every row is as likely. Holds where caches keep what is used
/// often, as all do within a few per cent.
pub fn gather_time(curve: &GatherCurve, row: Bytes, table: Bytes, hit_rate: impl Fn(f64) -> f64) -> Seconds {
    let sizes = curve.grid().map(|(_, tables)| tables).unwrap_or_default();
    let shells = sizes.into_iter().filter(|size| *size < table).chain([table]);
    let (mut inner, mut whole, mut near) = (Bytes::ZERO, Seconds::ZERO, 0.0);
    let mut time = 0.0;
    for size in shells {
        let even = size / gather_bandwidth(curve, row, size);
        let cost = (even - whole).as_seconds() / (size - inner).as_bytes();
        let answered = hit_rate(size / table);
        time += cost * (answered - near);
        (inner, whole, near) = (size, even, answered);
    }
    Seconds::seconds(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::{Citation, GatherPoint, Origin};

    fn curve() -> GatherCurve {
        let rates = [(64.0, [9e9, 4e9, 2e9, 1e9]), (256.0, [16e9, 8e9, 5e9, 3e9])];
        let sizes = [8.0, 32.0, 512.0, 4096.0];
        let point = |row: f64, size: f64, rate: f64| GatherPoint {
            row: Bytes::bytes(row),
            table: Bytes::megabytes(size),
            bandwidth: Bandwidth::bytes_per_second(rate),
            low: Bandwidth::bytes_per_second(rate),
            high: Bandwidth::bytes_per_second(rate),
        };
        let cite = Citation {
            origin: Origin::Assumed,
            source: None,
            locator: None,
            reason: Some("test".to_owned()),
        };
        let rows = rates.into_iter().flat_map(|(row, of)| {
            sizes.into_iter().zip(of).map(move |(size, rate)| point(row, size, rate)).collect::<Vec<_>>()
        });
        GatherCurve { cite, pooling: 32, point: rows.collect() }
    }

    #[test]
    fn measured_points_come_back_and_ends_are_flat() {
        let (curve, row) = (curve(), Bytes::bytes(64.0));
        let rate =
            |size: f64| gather_bandwidth(&curve, row, Bytes::megabytes(size)).as_gigabytes_per_second();
        for (size, expected) in [(8.0, 9.0), (512.0, 2.0), (4096.0, 1.0), (1.0, 9.0), (1e6, 1.0)] {
            assert!((rate(size) - expected).abs() < 1e-9, "{size}: {}", rate(size));
        }
        let wide =
            gather_bandwidth(&curve, Bytes::bytes(128.0), Bytes::megabytes(8.0)).as_gigabytes_per_second();
        assert!((wide - 12.0).abs() < 1e-9, "between 9 and 16: {wide}");
    }

    #[test]
    fn an_even_draw_costs_what_the_curve_says() {
        let curve = curve();
        for size in [4.0, 8.0, 100.0, 4096.0, 9000.0] {
            let (row, table) = (Bytes::bytes(64.0), Bytes::megabytes(size));
            let time = gather_time(&curve, row, table, |share| share).as_seconds();
            let rate = gather_bandwidth(&curve, row, table).as_bytes_per_second();
            assert!((time * rate - 1.0).abs() < 1e-9, "{size}");
        }
    }

    #[test]
    fn skew_saves_time_and_never_more_than_the_nearest_memory_gives() {
        let (curve, row, table) = (curve(), Bytes::bytes(64.0), Bytes::megabytes(4096.0));
        let time = |power: f64| {
            gather_time(&curve, row, table, |share| quarterdeck_units::pow(share, power)).as_seconds()
        };
        let times = [1.0, 0.5, 0.2, 0.05].map(time);
        assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
        assert!(times[3] > 1.0 / 9e9);
    }
}
