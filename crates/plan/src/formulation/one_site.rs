//! Families `runs_at` and `gang`: a training run keeps to one site and one kind of machine over its window.
//!
//! $$ \sum_{p,s} z_{w,p,s} \le 1 \qquad s_{w,p,s,q} \le z_{w,p,s} \qquad
//!    \sum_w \frac{D_{w,q}}{\rho_{w,p,q}}\, s_{w,p,s,q} \le a_p \sum_{l \in s} F_{p,l,q} $$
//!
//! with $z$ the choice of site and platform. A share is at most one, so the second row needs no large constant.

use super::{Formulation, Pool};
use crate::problem::{PlatformIdx, Problem, QuarterIdx, SiteIdx};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for (index, workload) in problem.workloads.iter().enumerate().filter(|(_, workload)| workload.one_site) {
        let columns: Vec<Column> = formulation
            .variables
            .runs_at
            .iter()
            .filter(|((of, _, _), _)| *of == index)
            .map(|(_, column)| *column)
            .collect();
        if columns.is_empty() {
            continue;
        }
        let terms = columns.iter().map(|column| (*column, 1.0)).collect();
        formulation.row(format!("runs_at.{}", workload.id), RowBounds::AtMost(1.0), terms);
        formulation.choices.push(columns);
    }
    let links: Vec<(String, Column, Column)> = formulation
        .variables
        .share
        .iter()
        .filter(|(key, _)| problem.workloads[key.workload].one_site)
        .map(|(key, share)| {
            let runs_at = formulation.variables.runs_at[&(key.workload, key.platform, key.site)];
            (format!("gang.{}", formulation.model.column_name(*share)), *share, runs_at)
        })
        .collect();
    for (name, share, runs_at) in links {
        formulation.row(name, RowBounds::AtMost(0.0), vec![(share, 1.0), (runs_at, -1.0)]);
    }
    for platform in 0..problem.platforms.len() {
        for site in 0..problem.sites.len() {
            for quarter in 0..problem.quarters.len() {
                site_capacity(problem, formulation, platform, site, quarter);
            }
        }
    }
}

fn site_capacity(
    problem: &Problem,
    formulation: &mut Formulation,
    platform: PlatformIdx,
    site: SiteIdx,
    quarter: QuarterIdx,
) {
    let variables = &formulation.variables;
    let mut terms: Vec<(Column, f64)> = variables
        .share
        .iter()
        .filter(|(key, _)| {
            key.platform == platform
                && key.site == Some(site)
                && key.quarter == quarter
                && key.pool == Pool::Own
        })
        .map(|(key, column)| (*column, variables.lots_for_all(problem, *key)))
        .collect();
    if terms.is_empty() {
        return;
    }
    let available = problem.platforms[platform].available.0;
    terms.extend(
        variables
            .fleet
            .iter()
            .filter(|((of, place, when), _)| {
                *of == platform && problem.places[*place].site == site && *when == quarter
            })
            .map(|(_, column)| (*column, -available)),
    );
    let name = format!(
        "gang_capacity.{}.{}.{}",
        problem.platforms[platform].id, problem.sites[site], problem.quarters[quarter]
    );
    formulation.row(name, RowBounds::AtMost(0.0), terms);
}
