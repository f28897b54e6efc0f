//! Where a number comes from: its origin, its source, and the provenance that results inherit.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How well a number is known, weakest first, so that the weakest of several is their minimum.
///
/// ```
/// use quarterdeck_catalog::Origin;
/// assert!(Origin::Measured > Origin::Published);
/// assert!(Origin::Published > Origin::Interpolated);
/// assert!(Origin::Interpolated > Origin::Analytical);
/// assert!(Origin::Analytical > Origin::Assumed);
/// assert_eq!(Origin::Measured.weakest(Origin::Assumed), Origin::Assumed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A judgement; its `reason` says why this value.
    Assumed,
    /// Computed from other numbers by an equation.
    Analytical,
    /// Read between or scaled from measured or published neighbours.
    Interpolated,
    /// Printed by the maker or in a publication.
    Published,
    /// Measured, by us or by the cited source.
    Measured,
}

impl Origin {
    /// The weaker of two origins: what a result resting on both may claim.
    #[must_use]
    pub fn weakest(self, other: Self) -> Self {
        self.min(other)
    }

    /// The word used in files and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assumed => "assumed",
            Self::Analytical => "analytical",
            Self::Interpolated => "interpolated",
            Self::Published => "published",
            Self::Measured => "measured",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The key of one source in `data/catalog/sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub String);

impl SourceId {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl From<&str> for SourceId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// One publication, data set or page that facts cite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Key that facts cite.
    pub id: SourceId,
    /// Title as printed.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Date of publication (`"2023-03"`), where the source prints one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Date it was last read, for pages without a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessed: Option<String>,
    /// Address.
    pub url: String,
    /// Terms under which its facts or data are used here.
    pub licence: String,
    /// What to know before trusting it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Origin and source of a group of numbers that come from one place, such as a model's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawCitation")]
pub struct Citation {
    /// How well the group is known.
    pub origin: Origin,
    /// The source, absent only for an assumed group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why these values, required when assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Citation {
    /// The citation of numbers that only stand in for ones that could not be read.
    pub(crate) fn stand_in() -> Self {
        let reason = Some("stands in for what could not be read".to_owned());
        Self { origin: Origin::Assumed, source: None, locator: None, reason }
    }
}

/// One number with its origin and source.
///
/// In files a fact is a table; `origin` left out means `published`:
///
/// ```toml
/// tdp = { value = "700 W", source = "nvidia-h100-datasheet", locator = "max thermal design power" }
/// sram = { value = "50 MB", origin = "assumed", reason = "L2 size remembered, not read" }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFact<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// How well it is known.
    pub origin: Origin,
    /// The source, absent only for assumed and analytical values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why this value, required when assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl<T> Fact<T> {
    /// A fact assumed for the given reason, for callers that build facts in code.
    pub fn assumed(value: T, reason: impl Into<String>) -> Self {
        Self { value, origin: Origin::Assumed, source: None, locator: None, reason: Some(reason.into()) }
    }

    /// The same provenance around another value.
    #[must_use]
    pub fn map<U>(&self, change: impl FnOnce(&T) -> U) -> Fact<U> {
        Fact {
            value: change(&self.value),
            origin: self.origin,
            source: self.source.clone(),
            locator: self.locator.clone(),
            reason: self.reason.clone(),
        }
    }
}

/// Anything that knows its origin and source; the catalogue checks them all the same way.
pub trait Cited {
    /// How well it is known.
    fn origin(&self) -> Origin;
    /// The source, if any.
    fn source(&self) -> Option<&SourceId>;
    /// Where in the source.
    fn locator(&self) -> Option<&str>;
    /// Why this value.
    fn reason(&self) -> Option<&str>;
    /// Origin and sources as a provenance.
    fn provenance(&self) -> Provenance {
        Provenance { origin: self.origin(), sources: self.source().cloned().into_iter().collect() }
    }
}

macro_rules! cited {
    ($($type:ty $(where $parameter:ident)?),+ $(,)?) => {$(
        impl $(<$parameter>)? $crate::origin::Cited for $type {
            fn origin(&self) -> $crate::origin::Origin { self.origin }
            fn source(&self) -> Option<&$crate::origin::SourceId> { self.source.as_ref() }
            fn locator(&self) -> Option<&str> { self.locator.as_deref() }
            fn reason(&self) -> Option<&str> { self.reason.as_deref() }
        }
    )+};
}
pub(crate) use cited;

cited!(Citation, Fact<T> where T);

/// Says what an origin requires of a source and a reason; the error names what is missing.
pub(crate) fn check_citation(
    origin: Option<Origin>,
    source: Option<&SourceId>,
    reason: Option<&str>,
) -> Result<Origin, String> {
    let origin = origin.unwrap_or(Origin::Published);
    match origin {
        Origin::Assumed if reason.is_none_or(|text| text.trim().is_empty()) => {
            Err("an assumed value needs a `reason`".to_owned())
        }
        Origin::Analytical if source.is_none() && reason.is_none() => {
            Err("an analytical value needs a `reason` (the equation) or a `source`".to_owned())
        }
        Origin::Measured | Origin::Published | Origin::Interpolated if source.is_none() => {
            Err(format!("a {origin} value needs a `source` (or `origin = \"assumed\"` with a `reason`)"))
        }
        _ => Ok(origin),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCitation {
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl TryFrom<RawCitation> for Citation {
    type Error = String;

    fn try_from(raw: RawCitation) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        Ok(Self { origin, source: raw.source, locator: raw.locator, reason: raw.reason })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact<T> {
    value: T,
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl<T> TryFrom<RawFact<T>> for Fact<T> {
    type Error = String;

    fn try_from(raw: RawFact<T>) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        Ok(Self { value: raw.value, origin, source: raw.source, locator: raw.locator, reason: raw.reason })
    }
}

/// The weakest origin among a result's inputs and the sources it rests on.
///
/// The neutral element is [`Provenance::none`]: merging it changes nothing.
///
/// ```
/// use quarterdeck_catalog::{Origin, Provenance};
/// let datasheet = Provenance::of(Origin::Published, "nvidia-h100-datasheet");
/// let guess = Provenance::of(Origin::Assumed, "operator-judgement");
/// let both = datasheet.merge(&guess);
/// assert_eq!(both.origin, Origin::Assumed);
/// assert_eq!(both.sources.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Weakest origin of all inputs.
    pub origin: Origin,
    /// Every source an input cites.
    pub sources: BTreeSet<SourceId>,
}

impl Provenance {
    /// Provenance of a result that has no inputs yet.
    pub fn none() -> Self {
        Self { origin: Origin::Measured, sources: BTreeSet::new() }
    }

    /// Provenance of one input.
    pub fn of(origin: Origin, source: impl Into<SourceId>) -> Self {
        Self { origin, sources: BTreeSet::from([source.into()]) }
    }

    /// Provenance of a value derived by an equation from no cited input.
    pub fn analytical() -> Self {
        Self { origin: Origin::Analytical, sources: BTreeSet::new() }
    }

    /// Provenance of an input that is a judgement.
    pub fn assumed() -> Self {
        Self { origin: Origin::Assumed, sources: BTreeSet::new() }
    }

    /// Both provenances together: the weakest origin, all sources.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.absorb(other);
        self
    }

    /// Adds another provenance in place.
    pub fn absorb(&mut self, other: &Self) {
        self.origin = self.origin.weakest(other.origin);
        self.sources.extend(other.sources.iter().cloned());
    }

    /// Adds a fact in place.
    pub fn absorb_fact(&mut self, fact: &impl Cited) {
        self.origin = self.origin.weakest(fact.origin());
        if let Some(source) = fact.source()
            && !self.sources.contains(source)
        {
            self.sources.insert(source.clone());
        }
    }
}

impl Default for Provenance {
    fn default() -> Self {
        Self::none()
    }
}

impl<'a> FromIterator<&'a Provenance> for Provenance {
    fn from_iter<I: IntoIterator<Item = &'a Provenance>>(all: I) -> Self {
        all.into_iter().fold(Self::none(), Self::merge)
    }
}
