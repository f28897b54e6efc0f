//! What the facility stage can not answer: facts that the catalogue lacks and names that it does not know.

use std::fmt;

use quarterdeck_catalog::MissingFact;
use quarterdeck_units::UnknownPriceYear;

/// Why the facility stage can not describe a site.
#[derive(Clone, PartialEq, Debug)]
pub enum FacilityError {
    /// The catalogue lacks a fact.
    Missing(MissingFact),
    /// A site's climate is none of the catalogue's.
    Climate {
        /// Site id.
        site: String,
        /// The climate given.
        given: String,
        /// The catalogue's message with the climates that it knows.
        message: String,
    },
    /// A project makes a new site and nobody says in which climate.
    NoClimate {
        /// Site id.
        site: String,
        /// Project id.
        project: String,
    },
    /// A price can not be brought into the scenario's year.
    Year(UnknownPriceYear),
}

impl fmt::Display for FacilityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FacilityError::Missing(fact) => fact.fmt(f),
            FacilityError::Climate { site, message, .. } => write!(f, "site `{site}`: {message}"),
            FacilityError::NoClimate { site, project } => {
                write!(f, "project `{project}` makes the new site `{site}`; give the project a `climate`")
            }
            FacilityError::Year(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FacilityError {}

impl From<MissingFact> for FacilityError {
    fn from(fact: MissingFact) -> Self {
        FacilityError::Missing(fact)
    }
}

impl From<UnknownPriceYear> for FacilityError {
    fn from(error: UnknownPriceYear) -> Self {
        FacilityError::Year(error)
    }
}
