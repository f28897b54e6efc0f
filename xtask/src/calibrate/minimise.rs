//! The simplex search of Nelder and Mead, with fixed steps and restarts: the same rows give the same numbers.

/// Least value of `cost` near `start`, and where. `step` is the size of the first simplex along each axis.
///
/// Restarts from the best point until a round gains less than a thousandth, at most `rounds` times: a simplex
/// that has collapsed on a slope is not at a minimum.
pub fn minimise(cost: &dyn Fn(&[f64]) -> f64, start: &[f64], step: &[f64], rounds: usize) -> (Vec<f64>, f64) {
    let mut best = start.to_vec();
    let mut value = cost(&best);
    for _ in 0..rounds {
        let (found, lower) = simplex(cost, &best, step);
        let gain = value - lower;
        if lower < value {
            (best, value) = (found, lower);
        }
        if gain < 1e-3 * value.abs() {
            break;
        }
    }
    (best, value)
}

fn simplex(cost: &dyn Fn(&[f64]) -> f64, start: &[f64], step: &[f64]) -> (Vec<f64>, f64) {
    const STEPS: usize = 700;
    let size = start.len();
    let mut points = vec![(cost(start), start.to_vec())];
    for axis in 0..size {
        let mut point = start.to_vec();
        point[axis] += step[axis];
        points.push((cost(&point), point));
    }
    for _ in 0..STEPS {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (low, high) = (points[0].0, points[size].0);
        if high - low < 1e-6 * low.abs().max(1e-12) {
            break;
        }
        let centre: Vec<f64> = (0..size)
            .map(|axis| points[..size].iter().map(|point| point.1[axis]).sum::<f64>() / size as f64)
            .collect();
        let along = |share: f64| -> Vec<f64> {
            centre
                .iter()
                .zip(&points[size].1)
                .map(|(middle, worst)| middle + share * (middle - worst))
                .collect()
        };
        let mirrored = along(1.0);
        let value = cost(&mirrored);
        if value < low {
            let further = along(2.0);
            let lower = cost(&further);
            points[size] = if lower < value { (lower, further) } else { (value, mirrored) };
        } else if value < points[size - 1].0 {
            points[size] = (value, mirrored);
        } else {
            let inside = along(if value < high { 0.5 } else { -0.5 });
            let lower = cost(&inside);
            if lower < value.min(high) {
                points[size] = (lower, inside);
            } else {
                let best = points[0].1.clone();
                for point in &mut points[1..] {
                    for (axis, middle) in point.1.iter_mut().zip(&best) {
                        *axis = middle + 0.5 * (*axis - middle);
                    }
                    point.0 = cost(&point.1);
                }
            }
        }
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (value, point) = points.swap_remove(0);
    (point, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_a_bent_valley() {
        let banana = |x: &[f64]| {
            let (bend, side) = (x[1] - x[0] * x[0], 1.0 - x[0]);
            100.0 * bend * bend + side * side + (x[2] - 3.0).abs()
        };
        let (point, value) = minimise(&banana, &[-1.2, 1.0, 0.0], &[0.5, 0.5, 0.5], 10);
        assert!(value < 1e-4, "{value}");
        for (found, expected) in point.iter().zip([1.0, 1.0, 3.0]) {
            assert!((found - expected).abs() < 0.02, "{point:?}");
        }
    }

    #[test]
    fn the_same_start_gives_the_same_point() {
        let bowl = |x: &[f64]| x.iter().map(|axis| (axis - 0.3).abs()).sum::<f64>();
        let run = || minimise(&bowl, &[1.0, 2.0], &[0.1, 0.1], 5);
        assert_eq!(run(), run());
    }
}
