//! A value at a quarter, from the points of its curve.

use crate::model::{Between, Curve};
use quarterdeck_units::{Count, Quantity, Quarter, Usd, UsdPerSecond, Watts, WorkRate, pow};

/// A value that can be placed between two others.
pub trait Blend: Copy {
    /// Its size.
    fn number(self) -> f64;
    /// The same kind of value with another size.
    #[must_use]
    fn with_number(self, number: f64) -> Self;
}

macro_rules! blend_quantities {
    ($($type:ty),*) => {$(
        impl Blend for $type {
            fn number(self) -> f64 {
                self.base()
            }
            fn with_number(self, number: f64) -> Self {
                <$type>::from_base(number)
            }
        }
    )*};
}
blend_quantities!(Watts, Usd, UsdPerSecond);

impl Blend for Count {
    fn number(self) -> f64 {
        self.0
    }
    fn with_number(self, number: f64) -> Self {
        Count(number)
    }
}

impl Blend for WorkRate {
    fn number(self) -> f64 {
        self.per_second
    }
    fn with_number(self, number: f64) -> Self {
        WorkRate { per_second: number, ..self }
    }
}

impl<T> Curve<T> {
    /// The same value in every quarter.
    pub fn constant(value: T) -> Curve<T> {
        Curve { points: vec![(None, value)], between: Between::Step }
    }

    /// Nothing in any quarter.
    pub const fn nothing() -> Curve<T> {
        Curve { points: Vec::new(), between: Between::Step }
    }

    /// Whether it has one value for all quarters.
    pub fn is_constant(&self) -> bool {
        matches!(self.points.as_slice(), [(None, _)])
    }

    /// Quarter of its first point; none for a constant.
    pub fn first_quarter(&self) -> Option<Quarter> {
        self.points.first().and_then(|(quarter, _)| *quarter)
    }
}

impl<T: Blend> Curve<T> {
    /// The value in a quarter.
    ///
    /// With neighbouring points $(q_0, v_0)$ and $(q_1, v_1)$ and $w = (q - q_0) / (q_1 - q_0)$:
    ///
    /// $$ v = \begin{cases} v_0 + w\,(v_1 - v_0) & \text{linear} \\
    ///    v_0\,(v_1 / v_0)^w & \text{geometric} \\ v_0 & \text{step} \end{cases} $$
    ///
    /// Beyond the last point its value holds. Before the first point a linear curve (prices) has the first
    /// value, any other (demand, power, supply, spending) has none. Where a geometric curve touches zero it is
    /// linear, since no factor leads there.
    ///
    /// ```
    /// use quarterdeck_scenario::{Between, Curve};
    /// use quarterdeck_units::{Quarter, Watts};
    /// let points = vec![
    ///     (Some(Quarter::new(2022, 1)), Watts::megawatts(10.0)),
    ///     (Some(Quarter::new(2023, 1)), Watts::megawatts(160.0)),
    /// ];
    /// let curve = Curve { points, between: Between::Geometric };
    /// assert_eq!(curve.at(Quarter::new(2021, 4)), None);
    /// assert!((curve.at(Quarter::new(2022, 3)).unwrap().as_megawatts() - 40.0).abs() < 1e-9);
    /// assert_eq!(curve.at(Quarter::new(2030, 1)), Some(Watts::megawatts(160.0)));
    /// ```
    pub fn at(&self, quarter: Quarter) -> Option<T> {
        let after = self.points.iter().position(|(point, _)| point.is_some_and(|point| point > quarter));
        let (before, after) = match after {
            Some(0) => {
                let first = self.points.first().map(|(_, value)| *value);
                return if self.between == Between::Linear { first } else { None };
            }
            Some(index) => (self.points.get(index - 1)?, self.points.get(index)?),
            None => return self.points.last().map(|(_, value)| *value),
        };
        let ((Some(start), from), (Some(end), to)) = (before, after) else {
            return Some(before.1);
        };
        let share = f64::from((quarter - *start).0) / f64::from((*end - *start).0);
        let (low, high) = (from.number(), to.number());
        let number = match self.between {
            Between::Step => low,
            _ if share == 0.0 => low,
            Between::Geometric if low > 0.0 && high > 0.0 => low * pow(high / low, share),
            Between::Geometric | Between::Linear => low + share * (high - low),
        };
        Some(from.with_number(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(between: Between, points: &[(i32, f64)]) -> Curve<Watts> {
        let point = |(index, value): &(i32, f64)| (Some(quarter(*index)), Watts::watts(*value));
        Curve { points: points.iter().map(point).collect(), between }
    }

    fn quarter(index: i32) -> Quarter {
        Quarter::new(2022 + index.div_euclid(4), 1 + index.rem_euclid(4))
    }

    #[test]
    fn each_kind_has_its_value_before_between_and_beyond() {
        let check = |between, points: &[(i32, f64)], at: i32, expect: Option<f64>| {
            let got = curve(between, points).at(quarter(at)).map(Watts::as_watts);
            let near = match (got, expect) {
                (Some(got), Some(expect)) => (got - expect).abs() < 1e-9 * expect.abs().max(1.0),
                (got, expect) => got == expect,
            };
            assert!(near, "{between:?} {points:?} at {at}: {got:?}, expected {expect:?}");
        };
        let points = [(0, 100.0), (4, 400.0)];
        check(Between::Linear, &points, -3, Some(100.0));
        check(Between::Linear, &points, 2, Some(250.0));
        check(Between::Linear, &points, 9, Some(400.0));
        check(Between::Geometric, &points, -1, None);
        check(Between::Geometric, &points, 2, Some(200.0));
        check(Between::Geometric, &points, 4, Some(400.0));
        check(Between::Geometric, &[(0, 0.0), (4, 400.0)], 1, Some(100.0));
        check(Between::Step, &points, -1, None);
        check(Between::Step, &points, 3, Some(100.0));
        check(Between::Step, &points, 4, Some(400.0));
        check(Between::Step, &[], 4, None);
        for between in [Between::Linear, Between::Geometric, Between::Step] {
            check(between, &[(2, 7.0)], 5, Some(7.0));
        }
    }

    #[test]
    fn a_constant_holds_always() {
        let constant = Curve::constant(Watts::megawatts(3.0));
        for index in [-40, 0, 400] {
            assert_eq!(constant.at(quarter(index)), Some(Watts::megawatts(3.0)));
        }
        assert_eq!(Curve::<Watts>::nothing().at(quarter(0)), None);
    }

    #[test]
    fn a_point_is_met_exactly() {
        let points = [(0, 3.1e9), (7, 1.7e9), (8, 9.9e9)];
        for between in [Between::Linear, Between::Geometric, Between::Step] {
            for (index, value) in points {
                assert_eq!(curve(between, &points).at(quarter(index)), Some(Watts::watts(value)));
            }
        }
    }
}
