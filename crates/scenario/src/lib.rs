//! Scenario files read into a resolved [`Scenario`], with every fault found at once and shown in place.
//! One description of every table (`tables`) drives reading, writing, the JSON Schema, `explain` and the book.
//!
//! ```text
//!  text ──document──► tree with places ──merge──► extended, overridden
//!                                                      │ tables: keys, units, bounds
//!                                                      ▼
//!           Diagnostics ◄── faults of all steps ── typed tables ──resolve──► Scenario
//! ```

pub mod codes;

mod chip;
mod curve;
mod curves;
mod design;
mod diagnostic;
mod document;
mod entry;
mod explain;
mod fields;
mod files;
mod funnel;
mod merge;
mod model;
mod nearest;
mod read;
mod resolve;
mod schema;
mod source;
pub mod spec;
mod tables;
mod templates;
mod write;

pub use chip::resolve_chip;
pub use curve::Blend;
pub use design::{DesignFabric, DesignSize, SiteDesign, resolve_design, resolve_design_text};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Severity, Warned};
pub use document::{MAX_BYTES, MAX_DEPTH};
pub use explain::{UnknownTopic, design_tables, explain, reference_page, site_page, tables, topics};
pub use files::{Files, MemoryFiles, ReadError, path_beside};
pub use funnel::{Funnel, FunnelStage, resolve_funnel};
pub use merge::OVERRIDE_NAME;
pub use model::*;
pub use resolve::{MAX_ENTRIES, SCHEMA_VERSION, resolve, resolve_text, resolve_with};
pub use schema::{SCHEMA_ID, documents, schema};
pub use source::{FileId, Position, SourceText, Sources, Span};
pub use templates::Template;
