//! When to order and begin what, back from the day on which power is needed.

use std::fmt;

use quarterdeck_units::{Quarter, Seconds};

use super::critical_path::critical_path;
use super::network::Precedence;
use super::sample::Sampled;

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    /// Months since year 0.
    index: i32,
}

impl Month {
    /// The month that holds the day a time before the first day of a quarter.
    ///
    /// ```
    /// # use quarterdeck_facility::project::precedence::Month;
    /// # use quarterdeck_units::{Quarter, Seconds};
    /// let need = Quarter::new(2027, 3);
    /// assert_eq!(Month::before(need, Seconds::ZERO).to_string(), "2027-07");
    /// assert_eq!(Month::before(need, Seconds::days(1.0)).to_string(), "2027-06");
    /// assert_eq!(Month::before(need, Seconds::years(2.0)).to_string(), "2025-07");
    /// ```
    pub fn before(quarter: Quarter, time: Seconds) -> Month {
        let months = time.as_years() * 12.0;
        // A little play, so that two years before a July are a July in spite of rounding.
        let whole = (months - 1e-9).ceil() as i32;
        Month { index: quarter.year() * 12 + (quarter.of_year() - 1) * 3 - whole }
    }

    /// Calendar year.
    pub const fn year(self) -> i32 {
        self.index.div_euclid(12)
    }

    /// 1 to 12.
    pub const fn of_year(self) -> i32 {
        self.index.rem_euclid(12) + 1
    }

    /// The quarter that holds it.
    pub const fn quarter(self) -> Quarter {
        Quarter::new(self.year(), (self.of_year() - 1) / 3 + 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.of_year()))
    }
}

/// Latest month in which an activity may be ordered or begun.
#[derive(Clone, PartialEq, Debug)]
pub struct OrderBy {
    /// Place of the activity in the network.
    pub place: usize,
    /// Time before the need with likely durations.
    pub likely: Seconds,
    /// Time before the need that suffices in half of all cases.
    pub p50: Seconds,
    /// Time before the need that suffices in nine of ten cases.
    pub p90: Seconds,
    /// Month of `p50`.
    pub month_p50: Month,
    /// Month of `p90`.
    pub month_p90: Month,
}

/// Latest month in which each activity may begin so that the project ends before the first day of a quarter.
///
/// The time is that from the activity's start to the end of the project along the longest chain that hangs on it,
/// with likely durations and by confidence. The confidence is that of each activity by itself: to keep the end of the
/// whole project with 90 %, all must begin at their 90 % month or earlier, and the project at
/// [`Sampled::finish`] of 0.9.
pub fn order_by(network: &Precedence, sampled: &Sampled, need: Quarter) -> Vec<OrderBy> {
    let path = critical_path(network, &network.likely());
    let row = |place: usize| {
        let (p50, p90) = (sampled.tail(place, 0.5), sampled.tail(place, 0.9));
        OrderBy {
            place,
            likely: path.length - path.latest_start[place],
            p50,
            p90,
            month_p50: Month::before(need, p50),
            month_p90: Month::before(need, p90),
        }
    };
    (0..network.activities().len()).map(row).collect()
}
