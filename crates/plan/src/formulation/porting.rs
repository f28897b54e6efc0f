//! Family `porting`: a workload runs on a family of machines only after the engineering is done.
//!
//! $$ \sum_t v_t \le 1 \qquad
//!    \sum_{p \in f} s^{\text{full}}_{w,p,q} \le \sum_{t \le q - e - m} v_t \qquad
//!    \sum_{p \in f} s^{\text{ramp}}_{w,p,q} \le \sum_{q-e-m < t \le q-e} v_t $$
//!
//! with $v_t$ the start in quarter $t$, $s$ the share of demand served, $e$ the effort and $m$ the quarters of ramp, in
//! which a machine yields its full rate times the mean maturity of the ramp. Shares are at most one, so no large
//! constant is needed.

use super::{Formulation, Stage};
use crate::problem::{PortingFacts, Problem};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for (index, porting) in problem.portings.iter().enumerate() {
        let starts: Vec<Column> = (0..problem.quarters.len())
            .map(|quarter| formulation.variables.port[&(index, quarter)])
            .collect();
        let workload = &problem.workloads[porting.workload];
        let name = format!("port.{}.{}", workload.id, porting.family);
        formulation.row(
            name.clone(),
            RowBounds::AtMost(1.0),
            starts.iter().map(|column| (*column, 1.0)).collect(),
        );
        if !workload.runs_on.contains(&porting.family) {
            gate(problem, formulation, porting, &starts, &name);
        }
        formulation.choices.push(starts);
    }
}

fn gate(
    problem: &Problem,
    formulation: &mut Formulation,
    porting: &PortingFacts,
    starts: &[Column],
    name: &str,
) {
    let (effort, ramp) = (porting.effort.0.max(0), porting.ramp.0.max(0));
    for quarter in 0..problem.quarters.len() {
        let started_by = |back: i32| (quarter as i32 + 1 - back).clamp(0, starts.len() as i32) as usize;
        let full = &starts[..started_by(effort + ramp)];
        let in_ramp = &starts[started_by(effort + ramp)..started_by(effort)];
        for (stage, gates) in [(Stage::Full, full), (Stage::Ramp, in_ramp)] {
            let mut terms: Vec<(Column, f64)> = formulation
                .variables
                .share
                .iter()
                .filter(|(key, _)| {
                    key.workload == porting.workload
                        && key.quarter == quarter
                        && key.stage == stage
                        && problem.platforms[key.platform].family == porting.family
                })
                .map(|(_, column)| (*column, 1.0))
                .collect();
            if terms.is_empty() {
                continue;
            }
            terms.extend(gates.iter().map(|column| (*column, -1.0)));
            let suffix = if stage == Stage::Ramp { "ramp" } else { "full" };
            formulation.row(
                format!("ported.{name}.{suffix}.{}", problem.quarters[quarter]),
                RowBounds::AtMost(0.0),
                terms,
            );
        }
    }
}
