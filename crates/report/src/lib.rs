//! Words, tables and charts for people, from the results of the other stages.
//!
//! A report is a [`Verdict`] in words, [`Table`]s of typed cells and [`ChartSpec`]s: charts as
//! data, drawn alike by the HTML file, the browser front end and scripts. Nothing here computes
//! a result; everything here can be written as text, CSV, Markdown, JSON, Parquet or one
//! self-contained HTML file.
//!
//! ```text
//! results ─► verdict.rs  what to do, in words      ─┐
//!            table.rs    typed cells with units     ├─► html.rs  one offline file
//!            chart.rs    typed chart specs          ─┘   json.rs  versioned documents
//!              number.rs, unit.rs, palette.rs, provenance.rs serve all of them
//!              plan.rs fills them from plans
//! ```

pub mod number;
pub mod unit;
mod wrap;

pub mod palette;
pub mod provenance;

pub mod table;

pub mod chart;

pub mod verdict;

pub mod json;

pub mod html;

pub mod assess;
pub mod catalog;
pub mod design;
pub mod plan;
pub mod rank;
pub mod train;

pub use assess::Assessment;
pub use chart::{Chart, ChartSpec, SpecError};
pub use html::{HtmlReport, KeyNumber, Section};
pub use palette::ColourKey;
pub use plan::PlanReport;
pub use provenance::{Origin, SourceRef};
pub use table::{Cell, Column, Table, TableError};
pub use unit::Unit;
pub use verdict::{Tone, Verdict, VerdictBlock};
