//! The year that plants run through: 365 days of 24 hours, in twelve months.

/// Hours of the year.
pub const HOURS: usize = 8760;
/// Hours of a day.
pub const DAY: usize = 24;
/// Days of each month.
pub const DAYS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// First hour of each month, and the end of the year.
///
/// ```
/// # use quarterdeck_facility::weather::calendar::{HOURS, MONTH_STARTS};
/// assert_eq!((MONTH_STARTS[1], MONTH_STARTS[12]), (744, HOURS));
/// ```
pub const MONTH_STARTS: [usize; 13] = {
    let mut starts = [0; 13];
    let mut month = 0;
    while month < 12 {
        starts[month + 1] = starts[month] + DAYS[month] * DAY;
        month += 1;
    }
    starts
};
