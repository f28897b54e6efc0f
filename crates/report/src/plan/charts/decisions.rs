//! What must be decided when: projects, purchases, portings and own chips on one calendar.

use super::super::Run;
use super::super::verdict::brief;
use super::super::view::Course;
use super::super::words::{counted, family_word, list_up_to, sentence};
use crate::chart::{Chart, ChartSpec, Gantt, GanttLane, MilestoneKind};

/// Platforms with a lane of their own; the dearest.
const LANES_OF_PURCHASES: usize = 8;

/// Lanes for every decision, each with the last date to take it; none if nothing is decided.
pub(crate) fn decisions(run: &Run<'_>) -> Option<ChartSpec> {
    let mut lanes = purchase_lanes(run);
    lanes.extend(project_lanes(run));
    lanes.extend(porting_lanes(run));
    lanes.extend(programme_lanes(run));
    if lanes.is_empty() {
        return None;
    }
    let due = |lane: &GanttLane| {
        let dates = lane.milestones.iter().filter(|mark| mark.kind == MilestoneKind::Decide);
        dates.map(|mark| mark.at_quarters).min_by(f64::total_cmp)
    };
    let first = lanes.iter().filter_map(due).min_by(f64::total_cmp);
    let takeaway = match first {
        Some(at) => {
            let now: Vec<&str> =
                lanes.iter().filter(|lane| due(lane) == Some(at)).map(|lane| lane.name.as_str()).collect();
            let later = lanes.iter().filter(|lane| due(lane).is_some_and(|due| due > at)).count();
            let quarter = run.quarter(at.max(0.0) as usize);
            let verb = if later == 1 { "follows" } else { "follow" };
            format!(
                "Decide first, in {quarter}: {}; {} {verb}.",
                list_up_to(&now, 2),
                counted(later, "more decision")
            )
        }
        None => "Nothing has to be decided within the horizon.".to_owned(),
    };
    let mut chart = Gantt::new(run.axis());
    for lane in lanes {
        chart = chart.lane(lane);
    }
    let spec = ChartSpec::new("decisions", "What to decide when", Chart::Gantt(chart))
        .takeaway(takeaway)
        .question("When must we decide?")
        .note("A decision stands at the start of its quarter. Orders of one platform run from the first order to the last machine in service.");
    Some(spec)
}

fn purchase_lanes(run: &Run<'_>) -> Vec<GanttLane> {
    let end = run.n() as f64;
    run.purchases()
        .iter()
        .take(LANES_OF_PURCHASES)
        .map(|purchase| {
            let id = format!("buy {}", run.problem.platforms[purchase.platform].id);
            let (first, service) = (purchase.first_order as f64, purchase.first_service as f64);
            let mut lane =
                GanttLane::new(id, run.counted(purchase.platform, purchase.platforms), "Purchases");
            if service > first {
                lane = lane.bar("Order", first, service.min(end));
            }
            let until = (purchase.last_service as f64 + 1.0).min(end);
            if service < end {
                lane = lane.bar("Deliver", service, until.max(service));
            }
            lane.milestone(MilestoneKind::Decide, "first order", first)
        })
        .collect()
}

fn project_lanes(run: &Run<'_>) -> Vec<GanttLane> {
    let end = run.n() as f64;
    let mut lanes = Vec::new();
    for course in run.courses() {
        if course.course == Course::NotStarted && course.stopped.is_none() {
            continue;
        }
        let facts = &run.problem.projects[course.project];
        let mut lane = GanttLane::new(&facts.id, brief(run, &course.title), "Sites");
        let start = course.start.map_or(0.0, |at| at as f64);
        let stop = course.turned.map(|at| at as f64);
        match (course.course, course.ready, stop) {
            (Course::Cancelled, _, Some(stop)) => {
                if stop > start {
                    lane = lane.bar("Build", start, stop);
                }
                lane = lane.milestone(MilestoneKind::Stop, "cancelled", stop);
            }
            (Course::Redesigned, ready, Some(stop)) => {
                if stop > start {
                    lane = lane.bar("Build", start, stop);
                }
                lane = lane.bar("Rebuild", stop, ready.map_or(end, |at| at as f64).max(stop));
                lane = lane.milestone(MilestoneKind::Decide, "redesign", stop);
            }
            (_, ready, Some(stop)) => {
                if stop > start {
                    lane = lane.bar("Build", start, stop);
                }
                let resumed = course.resumed.map_or(end, |at| at as f64).max(stop);
                lane = lane.bar("Paused", stop, resumed).milestone(MilestoneKind::Stop, "paused", stop);
                if resumed < end {
                    lane = lane.bar("Build", resumed, ready.map_or(end, |at| at as f64).max(resumed));
                }
            }
            (_, ready, None) => {
                lane = lane.bar("Build", start, ready.map_or(end, |at| at as f64).max(start)).milestone(
                    MilestoneKind::Decide,
                    "start",
                    start,
                );
            }
        }
        if let Some(ready) = course.ready {
            lane = lane.milestone(MilestoneKind::Ready, "energised", ready as f64);
        }
        lanes.push(lane);
    }
    lanes
}

fn porting_lanes(run: &Run<'_>) -> Vec<GanttLane> {
    let end = run.n() as f64;
    let mut lanes = Vec::new();
    for (index, start) in &run.plan.portings {
        let Some(start) = start else { continue };
        let facts = &run.problem.portings[*index];
        let start = *start as f64;
        let ready = start + f64::from(facts.effort.0.max(0));
        let mature = ready + f64::from(facts.ramp.0.max(0));
        let id = format!("port {} {}", run.problem.workloads[facts.workload].id, facts.family);
        let name = format!("{} to {}", run.workload(facts.workload), family_word(&facts.family));
        let mut lane = GanttLane::new(id, name, "Portings").bar("Port", start, ready.min(end).max(start));
        if mature > ready && ready < end {
            lane = lane.bar("Ramp", ready, mature.min(end));
        }
        lane = lane.milestone(MilestoneKind::Decide, "start of porting", start);
        if ready <= end {
            lane = lane.milestone(MilestoneKind::Ready, "first machine serves", ready);
        }
        lanes.push(lane);
    }
    lanes
}

fn programme_lanes(run: &Run<'_>) -> Vec<GanttLane> {
    let end = run.n() as f64;
    let mut lanes = Vec::new();
    for (index, schedule) in &run.plan.programmes {
        let facts = &run.problem.programmes[*index];
        let schedule = &facts.schedules[*schedule];
        let spends = |quarter: usize| schedule.cash.values().any(|cash| cash[quarter].is_positive());
        let Some(start) = (0..run.n()).find(|quarter| spends(*quarter)) else { continue };
        let until = schedule.stopped.or(schedule.ships).map_or(end, |at| at as f64);
        let start = start as f64;
        let mut lane = GanttLane::new(&facts.id, sentence(&facts.title), "Own chips");
        if until > start {
            lane = lane.bar("Develop", start, until);
        }
        lane = match (schedule.stopped, schedule.ships) {
            (Some(stop), _) => lane.milestone(MilestoneKind::Stop, "stopped", stop as f64),
            (None, Some(ships)) => lane.milestone(MilestoneKind::Ready, "ships", ships as f64),
            (None, None) => lane,
        };
        lanes.push(lane);
    }
    lanes
}
