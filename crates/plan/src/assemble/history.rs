//! Decisions of history as pins of the problem.

use super::{AssembleError, Assembler};
use crate::problem::Pin;
use quarterdeck_scenario::{Bound, Decision, HistoryEntry};

fn range(bound: Bound, count: f64) -> (f64, f64) {
    match bound {
        Bound::Exactly => (count, count),
        Bound::AtLeast => (count, f64::INFINITY),
        Bound::AtMost => (0.0, count),
    }
}

impl Assembler<'_> {
    pub(super) fn pins(&mut self) {
        for entry in &self.scenario.history {
            match self.pin(entry) {
                Ok(Some(pin)) => self.problem.pins.push(pin),
                Ok(None) => {}
                Err(message) => self.errors.push(AssembleError::Pin(message)),
            }
        }
    }

    /// The pin of an entry; none for projects, whose schedules already follow history.
    fn pin(&self, entry: &HistoryEntry) -> Result<Option<Pin>, String> {
        let label = entry.title.clone();
        Ok(Some(match &entry.decision {
            Decision::Buy { offers, span, bound, count } => {
                let mut indices = Vec::new();
                for id in offers {
                    let found = self.problem.offers.iter().position(|offer| offer.id == *id);
                    indices.push(
                        found.ok_or_else(|| {
                            format!("`{label}` names the offer `{id}`, which is no purchase")
                        })?,
                    );
                }
                let span = (self.clamped(span.0), self.clamped(span.1));
                Pin::Buy { offers: indices, span, range: range(*bound, count.0), label }
            }
            Decision::Fleet { platforms, quarter, bound, count } => {
                let indices = platforms.iter().filter_map(|id| self.platform_idx(id)).collect();
                Pin::Fleet {
                    platforms: indices,
                    quarter: self.clamped(*quarter),
                    range: range(*bound, count.0),
                    label,
                }
            }
            Decision::Port { workload, to, quarter } => {
                let porting = self
                    .problem
                    .portings
                    .iter()
                    .position(|porting| {
                        self.problem.workloads[porting.workload].id == *workload && porting.family == *to
                    })
                    .ok_or_else(|| {
                        format!("`{label}` ports `{workload}` to `{to}`, for which there is no porting")
                    })?;
                Pin::Porting { porting, start: quarter.and_then(|quarter| self.quarter_idx(quarter)) }
            }
            Decision::Stop { programme, quarter } => {
                let index = self
                    .problem
                    .programmes
                    .iter()
                    .position(|known| known.id == *programme)
                    .ok_or_else(|| format!("`{label}` stops `{programme}`, which is no programme"))?;
                let stop = self.quarter_idx(*quarter);
                let schedule = self.problem.programmes[index]
                    .schedules
                    .iter()
                    .position(|schedule| schedule.stopped.is_some() && schedule.stopped == stop)
                    .ok_or_else(|| {
                        format!("`{label}` stops `{programme}` in {quarter}, when it does not run")
                    })?;
                Pin::Programme { programme: index, schedule }
            }
            Decision::Start { .. }
            | Decision::Pause { .. }
            | Decision::Cancel { .. }
            | Decision::Redesign { .. }
            | Decision::Never { .. } => return Ok(None),
        }))
    }
}
