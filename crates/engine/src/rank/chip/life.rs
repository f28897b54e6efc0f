//! What a platform of chips saves over its life against buying rivals for the same work, as models drift.

use quarterdeck_units::{Quarter, Quarters, pow};

use super::rates::Grid;

/// One of the two ways to carry the work.
pub(super) struct Side {
    /// Rates as models drift.
    pub grid: Grid,
    /// Machines, network and hall of one platform, USD a quarter.
    pub capital: f64,
    /// Electricity of one platform at full work, USD a quarter.
    pub running: f64,
}

impl Side {
    /// All of one platform, USD a quarter.
    pub fn total(&self) -> f64 {
        self.capital + self.running
    }
}

/// What the two sides are compared under.
pub(super) struct Terms {
    /// Quarter whose prices the rival's cost is in.
    pub priced: Quarter,
    /// Yearly factor by which work on newly bought rivals falls in cost.
    pub progress: f64,
    /// Quarters that machines live.
    pub life: i32,
    /// Real discount rate a year.
    pub discount_rate: f64,
    /// Software of the chip: share of the full rate at first, quarters until all of it.
    pub maturity: (f64, f64),
}

impl Terms {
    /// Cost of work on a rival bought at a quarter, over that at the quarter of its price.
    pub fn rival_price(&self, bought: Quarter) -> f64 {
        pow(self.progress, -(bought - self.priced).years().max(0.0))
    }

    /// Share of its full rate that the chip's software reaches some quarters after the first.
    pub fn maturity(&self, age: i32) -> f64 {
        quarterdeck_catalog::chip::ChipSoftware::maturity_of(self.maturity.0, self.maturity.1, f64::from(age))
    }
}

/// One future of a programme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Future {
    /// Quarter of the first shipment.
    pub ready: Quarter,
    /// Share of the target that the chip reaches.
    pub performance: f64,
    /// Speed of drift, ½ is central.
    pub speed: f64,
}

/// Saving of one platform of chips over its life, in dollars at its first quarter.
///
/// $$ S = \sum_{k=0}^{n-1} \frac{\max\left(c_r(q_0)\,\frac{m_k\,p\,R_c(q_0+k)}{R_r(q_0+k)} - e_c,\ 0\right) - a_c}
///   {(1 + i)^{(k + 1/2)/4}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $c_r$ | a rival bought at the same time, all costs of a quarter | USD |
/// | $R_c, R_r$ | rates of the mix, which drifts | samples/s |
/// | $m_k, p$ | maturity of the software, share of the target reached | 1 |
/// | $e_c, a_c$ | electricity; machines, network and hall of a platform of chips in a quarter | USD |
/// | $n, i$ | life in quarters, discount rate | 1 |
///
/// The work of a quarter is worth what it costs on rivals; a platform whose work is worth less than its electricity
/// stands still, and its capital is lost. Work that rivals cannot do at all is counted at the platform's own cost,
/// which neither saves nor loses.
pub(super) fn saving(chip: &Side, rival: &Side, terms: &Terms, future: &Future) -> f64 {
    let rival_unit = rival.total() * terms.rival_price(future.ready);
    (0..terms.life)
        .map(|age| {
            let at = future.ready + Quarters(age);
            let worth = match (chip.grid.at(at, future.speed), rival.grid.at(at, future.speed)) {
                (Some(own), Some(other)) => {
                    rival_unit * own * terms.maturity(age) * future.performance / other
                }
                (Some(_), None) => chip.total(),
                (None, _) => 0.0,
            };
            let net = (worth - chip.running).max(0.0) - chip.capital;
            net / pow(1.0 + terms.discount_rate, (f64::from(age) + 0.5) / 4.0)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(grid: Grid, capital: f64) -> Side {
        Side { grid, capital, running: 10.0 }
    }

    fn terms() -> Terms {
        Terms {
            priced: Quarter::new(2024, 1),
            progress: 1.0,
            life: 4,
            discount_rate: 0.0,
            maturity: (1.0, 0.0),
        }
    }

    #[test]
    fn equal_sides_save_nothing_and_twice_the_rate_saves_a_rival() {
        let start = Quarter::new(2024, 1);
        let future = Future { ready: start, performance: 1.0, speed: 0.5 };
        let flat = |rate: f64| Grid::flat(start, rate);
        let rival = side(flat(100.0), 90.0);
        assert!(saving(&side(flat(100.0), 90.0), &rival, &terms(), &future).abs() < 1e-9);
        // Twice the rate is worth another rival at 100 a quarter, over four quarters.
        assert!((saving(&side(flat(200.0), 90.0), &rival, &terms(), &future) - 400.0).abs() < 1e-9);
        // Half the target halves the worth.
        let missed = Future { performance: 0.5, ..future };
        assert!(saving(&side(flat(200.0), 90.0), &rival, &terms(), &missed).abs() < 1e-9);
    }

    #[test]
    fn a_platform_that_cannot_run_loses_its_capital_and_no_more() {
        let start = Quarter::new(2024, 1);
        let future = Future { ready: start, performance: 1.0, speed: 0.5 };
        let lost =
            saving(&side(Grid::none(start), 90.0), &side(Grid::flat(start, 1.0), 90.0), &terms(), &future);
        assert!((lost + 360.0).abs() < 1e-9);
    }
}
