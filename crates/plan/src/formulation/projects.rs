//! Families `project` and `programme`: each goes by exactly one of its schedules; some exclude each other.
//!
//! $$ \sum_k x_{j,k} = 1 \qquad \sum_{k \text{ delivers}} x_{j,k} + \sum_{k \text{ delivers}} x_{i,k} \le 1
//!    \ \text{ for } i \text{ excluded by } j $$
//!
//! A schedule is one way a project can go: never, begun in a quarter, paused, cancelled or redesigned. Choosing
//! among whole schedules keeps the relaxation tight: no project is half cancelled.

use super::Formulation;
use crate::problem::{Problem, ProjectIdx};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for (index, project) in problem.projects.iter().enumerate() {
        let columns: Vec<Column> = (0..project.schedules.len())
            .map(|schedule| formulation.variables.project[&(index, schedule)])
            .collect();
        choose_one(formulation, format!("project.{}", project.id), columns);
        for other in &project.excludes {
            let mut terms = delivering(problem, formulation, index);
            terms.extend(delivering(problem, formulation, *other));
            let name = format!("excludes.{}.{}", project.id, problem.projects[*other].id);
            formulation.row(name, RowBounds::AtMost(1.0), terms);
        }
    }
    for (index, programme) in problem.programmes.iter().enumerate() {
        let columns: Vec<Column> = (0..programme.schedules.len())
            .map(|schedule| formulation.variables.programme[&(index, schedule)])
            .collect();
        choose_one(formulation, format!("programme.{}", programme.id), columns);
    }
}

fn choose_one(formulation: &mut Formulation, name: String, columns: Vec<Column>) {
    let terms = columns.iter().map(|column| (*column, 1.0)).collect();
    formulation.row(name, RowBounds::Equal(1.0), terms);
    formulation.choices.push(columns);
}

fn delivering(problem: &Problem, formulation: &Formulation, project: ProjectIdx) -> Vec<(Column, f64)> {
    problem.projects[project]
        .schedules
        .iter()
        .enumerate()
        .filter(|(_, schedule)| schedule.delivers)
        .map(|(index, _)| (formulation.variables.project[&(project, index)], 1.0))
        .collect()
}
