//! EnergyPlus weather files that users bring: every fault at once, with its line.

use std::fmt;

use quarterdeck_catalog::{Origin, Provenance, SourceId};
use quarterdeck_units::Metres;

use super::calendar::{DAY, DAYS, HOURS};
use super::psychrometrics::dew_point_of;
use super::year::WeatherYear;

/// Lines of the header.
const HEADER: usize = 8;
/// Columns that a line of data may have: writers differ in what they put after the wind.
const COLUMNS: std::ops::RangeInclusive<usize> = 32..=35;
/// Columns that are read, from 0.
const DRY_BULB: usize = 6;
const DEW_POINT: usize = 7;
const HUMIDITY: usize = 8;

/// What is wrong with a file.
#[derive(Clone, PartialEq, Debug)]
pub enum EpwFaultKind {
    /// The file is no weather file: its first line is not a `LOCATION`.
    NoLocation,
    /// The height in the `LOCATION` line is no number of metres.
    Elevation {
        /// What stands there.
        given: String,
    },
    /// A header line is not there.
    ShortHeader {
        /// Lines found.
        lines: usize,
    },
    /// The file has more than one record an hour.
    Intervals {
        /// Records an hour.
        given: String,
    },
    /// A line has too few or too many columns.
    Columns {
        /// Columns found.
        found: usize,
    },
    /// A field that is due is no number.
    NotANumber {
        /// Name of the field.
        field: &'static str,
        /// What stands there.
        given: String,
    },
    /// A value that the air does not take.
    Impossible {
        /// Name of the field.
        field: &'static str,
        /// The value.
        value: f64,
        /// Least that is taken.
        least: f64,
        /// Most that is taken.
        most: f64,
    },
    /// A value is marked as missing.
    Missing {
        /// Name of the field.
        field: &'static str,
        /// Hours in a row.
        hours: usize,
    },
    /// Hours are not there.
    Gap {
        /// First hour that is not there: month, day, hour.
        from: (usize, usize, usize),
        /// Hours in a row.
        hours: usize,
    },
    /// An hour comes twice, or before an earlier one.
    Order {
        /// Month, day, hour of the line.
        found: (usize, usize, usize),
        /// Month, day, hour that was due.
        due: (usize, usize, usize),
    },
    /// Month, day or hour are none of the calendar.
    Date {
        /// What stands there.
        given: String,
    },
}

/// One fault of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct EpwFault {
    /// File as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: EpwFaultKind,
}

impl EpwFault {
    /// One thing that the user can do.
    pub fn next_step(&self) -> &'static str {
        match self.kind {
            EpwFaultKind::NoLocation | EpwFaultKind::ShortHeader { .. } | EpwFaultKind::Elevation { .. } => {
                "give a file in EnergyPlus format, or name a climate of the catalogue"
            }
            EpwFaultKind::Intervals { .. } => "give a file with one record an hour",
            EpwFaultKind::Columns { .. } | EpwFaultKind::NotANumber { .. } | EpwFaultKind::Date { .. } => {
                "mend the line, or fetch the file anew"
            }
            EpwFaultKind::Impossible { .. } => "correct the value, or take another year of the station",
            EpwFaultKind::Missing { .. } | EpwFaultKind::Gap { .. } => {
                "fill the hours from their neighbours, or take a typical year, which has no gaps"
            }
            EpwFaultKind::Order { .. } => "sort the hours and drop those that come twice",
        }
    }
}

fn moment((month, day, hour): (usize, usize, usize)) -> String {
    format!("{month:02}-{day:02} hour {hour}")
}

impl fmt::Display for EpwFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        match &self.kind {
            EpwFaultKind::NoLocation => write!(f, "the first line is no `LOCATION` line"),
            EpwFaultKind::Elevation { given } => {
                write!(f, "the height `{given}` is no number of metres between -500 and 9000")
            }
            EpwFaultKind::ShortHeader { lines } => {
                write!(f, "the file ends after {lines} lines; {HEADER} lines of header are due")
            }
            EpwFaultKind::Intervals { given } => {
                write!(f, "the data period has `{given}` records an hour; one is taken")
            }
            EpwFaultKind::Columns { found } => {
                write!(f, "the line has {found} columns; {} to {} are due", COLUMNS.start(), COLUMNS.end())
            }
            EpwFaultKind::NotANumber { field, given } => write!(f, "the {field} `{given}` is no number"),
            EpwFaultKind::Impossible { field, value, least, most } => {
                write!(f, "the {field} is {value}; {least} to {most} is possible")
            }
            EpwFaultKind::Missing { field, hours } => {
                write!(f, "the {field} is marked as missing for {hours} hours")
            }
            EpwFaultKind::Gap { from, hours } => {
                write!(f, "{hours} hours are missing, from {}", moment(*from))
            }
            EpwFaultKind::Order { found, due } => {
                write!(f, "{} stands where {} is due", moment(*found), moment(*due))
            }
            EpwFaultKind::Date { given } => write!(f, "`{given}` is no month, day and hour"),
        }?;
        write!(f, "; {}", self.next_step())
    }
}

impl std::error::Error for EpwFault {}

/// Month, day and hour (1 to 24) of an hour of the year.
fn moment_of(index: usize) -> (usize, usize, usize) {
    let (mut day, hour) = (index / DAY, index % DAY + 1);
    for (month, days) in (1..).zip(DAYS) {
        if day < days {
            return (month, day + 1, hour);
        }
        day -= days;
    }
    (12, 31, DAY)
}

/// Hour of the year of a moment, if it is one; the leap day is none.
fn index_of((month, day, hour): (usize, usize, usize)) -> Option<usize> {
    let days = *DAYS.get(month.checked_sub(1)?)?;
    let inside = (1..=days).contains(&day) && (1..=DAY).contains(&hour);
    let before: usize = DAYS[..month - 1].iter().sum();
    inside.then(|| (before + day - 1) * DAY + hour - 1)
}

struct Reader<'a> {
    file: &'a str,
    faults: Vec<EpwFault>,
}

impl Reader<'_> {
    fn add(&mut self, line: usize, kind: EpwFaultKind) {
        // Runs of missing values are one fault that grows.
        if let EpwFaultKind::Missing { field, hours } = &kind
            && let Some(EpwFault {
                kind: EpwFaultKind::Missing { field: last, hours: run }, line: at, ..
            }) = self.faults.last_mut()
            && last == field
            && *at + *run == line
        {
            *run += hours;
            return;
        }
        self.faults.push(EpwFault { file: self.file.to_owned(), line, kind });
    }

    /// A number within bounds, or nothing with the fault noted.
    fn number(&mut self, line: usize, text: &str, field: &'static str, bounds: (f64, f64)) -> Option<f64> {
        match text.trim().parse::<f64>() {
            Ok(value) if (bounds.0..=bounds.1).contains(&value) => Some(value),
            Ok(value) if value.is_finite() => {
                let (least, most) = bounds;
                self.add(line, EpwFaultKind::Impossible { field, value, least, most });
                None
            }
            _ => {
                self.add(line, EpwFaultKind::NotANumber { field, given: cut(text) });
                None
            }
        }
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

fn is_missing(text: &str, marker: f64) -> bool {
    text.trim().parse::<f64>().is_ok_and(|value| (value - marker).abs() < 1e-9)
}

/// Reads a weather file in EnergyPlus format; `file` names it in messages and results.
///
/// Dry bulb and dew point are taken, and the relative humidity where the dew point is missing. A leap day is left
/// out. Nothing is filled in: hours that are missing are faults.
///
/// # Errors
/// All faults of the file, in the order of its lines.
///
/// ```
/// # use quarterdeck_facility::weather::read_epw;
/// let faults = read_epw("site.epw", "hello").unwrap_err();
/// assert!(faults[0].to_string().starts_with("site.epw:1: the first line is no `LOCATION` line"));
/// ```
pub fn read_epw(file: &str, text: &str) -> Result<WeatherYear, Vec<EpwFault>> {
    let mut reader = Reader { file, faults: Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let (title, elevation) = header(&mut reader, &lines);
    let (mut dry, mut dew) = (vec![0.0; HOURS], vec![0.0; HOURS]);
    let mut due = 0;
    for (number, line) in (1..).zip(&lines).skip(HEADER) {
        if line.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split(',').collect();
        if !COLUMNS.contains(&fields.len()) {
            reader.add(number, EpwFaultKind::Columns { found: fields.len() });
        }
        if fields.len() <= HUMIDITY {
            // Its hour is taken as present, so that one fault does not become two.
            due += 1;
            continue;
        }
        let whole = |index: usize| fields[index].trim().parse::<usize>().ok();
        let parts = whole(1).zip(whole(2)).zip(whole(3)).map(|((month, day), hour)| (month, day, hour));
        if parts.is_some_and(|(month, day, _)| (month, day) == (2, 29)) {
            continue;
        }
        let Some((found, index)) = parts.and_then(|found| Some((found, index_of(found)?))) else {
            reader.add(number, EpwFaultKind::Date { given: cut(&fields[1..4].join(",")) });
            due += 1;
            continue;
        };
        if index < due || due >= HOURS {
            reader.add(number, EpwFaultKind::Order { found, due: moment_of(due.min(HOURS - 1)) });
            continue;
        }
        if index > due {
            reader.add(number, EpwFaultKind::Gap { from: moment_of(due), hours: index - due });
        }
        due = index + 1;
        if let Some((found_dry, found_dew)) = air_of(&mut reader, number, &fields) {
            (dry[index], dew[index]) = (found_dry, found_dew);
        }
    }
    if lines.len() >= HEADER && due < HOURS {
        reader.add(lines.len(), EpwFaultKind::Gap { from: moment_of(due), hours: HOURS - due });
    }
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let provenance =
        Provenance { origin: Origin::Measured, sources: [SourceId::from(file)].into_iter().collect() };
    Ok(WeatherYear::new(file.to_owned(), title, elevation, dry, dew, provenance))
}

fn header(reader: &mut Reader<'_>, lines: &[&str]) -> (String, Metres) {
    let location: Vec<&str> = lines.first().map(|line| line.split(',').collect()).unwrap_or_default();
    if location.first().map(|word| word.trim()) != Some("LOCATION") || location.len() < 10 {
        reader.add(1, EpwFaultKind::NoLocation);
        return (String::new(), Metres::ZERO);
    }
    if lines.len() < HEADER {
        reader.add(lines.len(), EpwFaultKind::ShortHeader { lines: lines.len() });
    }
    for (number, line) in (1..).zip(lines).take(HEADER) {
        if let Some(period) = line.strip_prefix("DATA PERIODS,") {
            let intervals = period.split(',').nth(1).unwrap_or_default().trim();
            if intervals != "1" {
                reader.add(number, EpwFaultKind::Intervals { given: cut(intervals) });
            }
        }
    }
    let elevation = location[9].trim().parse::<f64>().ok().filter(|h| (-500.0..=9000.0).contains(h));
    if elevation.is_none() {
        reader.add(1, EpwFaultKind::Elevation { given: cut(location[9]) });
    }
    let place = [location[1], location[3]].map(str::trim).join(", ");
    (place, Metres::metres(elevation.unwrap_or(0.0)))
}

/// Dry bulb and dew point of a line; what is wrong is noted.
fn air_of(reader: &mut Reader<'_>, line: usize, fields: &[&str]) -> Option<(f64, f64)> {
    let dry = if is_missing(fields[DRY_BULB], 99.9) {
        reader.add(line, EpwFaultKind::Missing { field: "dry bulb", hours: 1 });
        None
    } else {
        reader.number(line, fields[DRY_BULB], "dry bulb", (-70.0, 60.0))
    };
    let dew = if !is_missing(fields[DEW_POINT], 99.9) {
        reader.number(line, fields[DEW_POINT], "dew point", (-80.0, 40.0))
    } else if is_missing(fields[HUMIDITY], 999.0) {
        reader.add(line, EpwFaultKind::Missing { field: "dew point and humidity", hours: 1 });
        None
    } else {
        let humidity = reader.number(line, fields[HUMIDITY], "relative humidity", (0.0, 110.0));
        humidity.zip(dry).map(|(humidity, dry)| dew_point_of(dry, humidity / 100.0))
    };
    dry.zip(dew)
}
