//! Reading of single keys of a configuration, with every fault kept and none fatal.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::ConfigFault;

/// Largest number of any count: wide vocabularies are below a million, contexts below a hundred.
const MOST: u64 = 1 << 27;
/// Most blocks: an order of magnitude above any published model.
pub(super) const MOST_LAYERS: u32 = 10_000;

/// The keys of a configuration, and what was found wrong with them.
pub(super) struct Keys<'a> {
    map: &'a Map<String, Value>,
    faults: RefCell<Vec<ConfigFault>>,
    notes: RefCell<Vec<String>>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(map: &'a Map<String, Value>) -> Self {
        Self { map, faults: RefCell::default(), notes: RefCell::default() }
    }

    /// What was found wrong, or what a reader should know.
    pub(super) fn into_parts(self) -> (Vec<ConfigFault>, Vec<String>) {
        (self.faults.into_inner(), self.notes.into_inner())
    }

    pub(super) fn fault(&self, key: &str, message: impl Into<String>, nearest: Option<String>) {
        let given = self.map.get(key).filter(|value| !value.is_null()).map(shortened);
        let fault = ConfigFault { key: key.to_owned(), given, message: message.into(), nearest };
        let mut faults = self.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    pub(super) fn note(&self, text: impl Into<String>) {
        self.notes.borrow_mut().push(text.into());
    }

    /// The first of several names of a key that is given and is not null.
    pub(super) fn find(&self, names: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        names
            .iter()
            .find_map(|name| self.map.get(*name).filter(|value| !value.is_null()).map(|value| (*name, value)))
    }

    pub(super) fn has(&self, names: &[&'static str]) -> bool {
        self.find(names).is_some()
    }

    /// A count that may be absent. One of a wrong form or size is a fault, and counts as absent.
    pub(super) fn count(&self, names: &[&'static str]) -> Option<u32> {
        self.count_or_zero(names)
            .filter(|(name, value)| {
                if *value == 0 {
                    self.fault(name, "is 0; at least 1 is due", Some("1".to_owned()));
                }
                *value > 0
            })
            .map(|(_, value)| value)
    }

    /// A count that may be absent or 0.
    pub(super) fn natural(&self, names: &[&'static str]) -> Option<u32> {
        self.count_or_zero(names).map(|(_, value)| value)
    }

    fn count_or_zero(&self, names: &[&'static str]) -> Option<(&'static str, u32)> {
        let (name, value) = self.find(names)?;
        let number = value.as_u64().or_else(|| {
            // Some writers print whole numbers with a point.
            value
                .as_f64()
                .filter(|float| float.fract() == 0.0 && (0.0..=MOST as f64).contains(float))
                .map(|float| float as u64)
        });
        match number {
            Some(number) if number <= MOST => Some((name, number as u32)),
            Some(_) => {
                self.fault(name, format!("is more than {MOST}, which no model has"), None);
                None
            }
            None => {
                let nearest = value
                    .as_f64()
                    .filter(|float| float.is_finite())
                    .map(|float| format!("{}", float.round().clamp(1.0, MOST as f64) as u64));
                self.fault(name, "is not a whole number above 0", nearest);
                None
            }
        }
    }

    /// A count that the shape cannot be built without.
    pub(super) fn due(&self, names: &[&'static str], what: &str) -> Option<u32> {
        if self.has(names) {
            return self.count(names);
        }
        self.missing(names, what);
        None
    }

    pub(super) fn missing(&self, names: &[&'static str], what: &str) {
        let Some(first) = names.first() else { return };
        let mut message = format!("is missing: {what}");
        if names.len() > 1 {
            message.push_str(&format!(" (also read as {})", quoted(&names[1..])));
        }
        self.fault(first, message, self.similar(names));
    }

    /// The given key that looks most like one of the names: a slip, perhaps.
    fn similar(&self, names: &[&'static str]) -> Option<String> {
        self.map
            .keys()
            .flat_map(|given| names.iter().map(move |name| (strsim::damerau_levenshtein(given, name), given)))
            .filter(|(distance, _)| (1..=2).contains(distance))
            .min()
            .map(|(_, given)| format!("the file has `{given}`"))
    }

    /// Whether a key is true; none where it is absent.
    pub(super) fn flag(&self, names: &[&'static str]) -> Option<bool> {
        let (name, value) = self.find(names)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.fault(name, "is neither true nor false", Some("false".to_owned()));
        }
        flag
    }

    /// A word; none where it is absent.
    pub(super) fn word(&self, names: &[&'static str]) -> Option<&'a str> {
        let (name, value) = self.find(names)?;
        let word = value.as_str();
        if word.is_none() {
            self.fault(name, "is not a word", None);
        }
        word
    }

    /// A list; none where it is absent.
    pub(super) fn list(&self, names: &[&'static str]) -> Option<(&'static str, &'a [Value])> {
        let (name, value) = self.find(names)?;
        match value.as_array() {
            Some(list) => Some((name, list)),
            None => {
                self.fault(name, "is not a list", None);
                None
            }
        }
    }
}

/// Names in quotes, joined.
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A value as it was given, cut where it is long.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
