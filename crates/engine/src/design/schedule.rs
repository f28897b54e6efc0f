//! What must happen before the site runs, as a precedence network with its dates.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_facility::project::precedence::{
    Precedence, ProjectKind, Sampling, critical_path, exit_costs, order_by, project_network, sample,
};
use quarterdeck_report::design::{Cost, Exit, OrderMonths, Schedule, Task};
use quarterdeck_units::{Quarter, Usd};

use super::question::DesignQuestion;

/// Tasks, their dates, and what stopping would cost.
pub(super) fn schedule(
    catalog: &Catalog,
    question: &DesignQuestion,
    cost: &Cost,
    provenance: &mut Provenance,
) -> Schedule {
    let building: Usd = cost
        .classes
        .iter()
        .filter(|class| class.id != "machines" && class.id != "network")
        .map(|class| class.cost.typical)
        .sum();
    let kind = if question.place.energised.is_some() { ProjectKind::Expansion } else { ProjectKind::NewSite };
    let Ok(network) = project_network(kind, building, catalog) else { return Schedule::default() };
    provenance.absorb(&network.provenance);
    tell(&network, question, kind, catalog)
}

fn tell(network: &Precedence, question: &DesignQuestion, kind: ProjectKind, catalog: &Catalog) -> Schedule {
    let path = critical_path(network, &network.likely());
    let sampled = sample(network, Sampling::of(catalog));
    let months = question.need.map(|need| order_by(network, &sampled, need));
    let activities = network.activities();
    let tasks = activities.iter().enumerate().map(|(place, activity)| Task {
        id: activity.id.clone(),
        name: activity.name.clone(),
        duration: (
            activity.duration.quantile(0.1),
            activity.duration.likely(),
            activity.duration.quantile(0.9),
        ),
        start: path.start[place],
        latest_start: path.latest_start[place],
        criticality: sampled.criticality[place],
        order_by: months.as_ref().map(|months| OrderMonths {
            p50: months[place].month_p50.to_string(),
            p90: months[place].month_p90.to_string(),
        }),
        after: activity.after.iter().map(|at| activities[*at].name.clone()).collect(),
    });
    // Costs of leaving are counted from the first decision, whatever its date.
    let start = Quarter::new(2000, 1);
    let exits = exit_costs(network, &path, start).into_iter().map(|exit| Exit {
        quarter: f64::from((exit.quarter - start).0),
        spent: exit.sunk,
        cancel: exit.committed,
        pause: exit.holding,
    });
    Schedule {
        kind: kind.to_string(),
        likely: path.length,
        finish: (sampled.finish(0.1), sampled.finish(0.5), sampled.finish(0.9)),
        tasks: tasks.collect(),
        exits: exits.collect(),
    }
}
