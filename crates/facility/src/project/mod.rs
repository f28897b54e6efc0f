//! Site projects: every course that a project can take, with its cash, power and exit cost by quarter.
//!
//! ```text
//!  Project + horizon ──alternatives──► [never, start@q …]            not begun
//!                                      [go on, cancel@q, pause@q …]  under way
//!  kind of project ──precedence──► lead time, spending, exit costs, where a scenario states none
//!  each ──► Schedule { cash by class, power delivered and removed by quarter }
//! ```
//!
//! A plan picks exactly one schedule of each project, so each schedule is complete in itself: its cash holds
//! every dollar from the first shovel on, also those before and after the quarters planned.

pub mod precedence;

mod alternatives;
mod course;
mod schedule;

pub use alternatives::{ProjectSchedules, all_schedules, alternatives};
pub(crate) use course::redesigned_block;
pub use course::{ImpossibleCourse, course};
pub use schedule::{Delivered, Event, Removed, Schedule, ScheduleCash};
