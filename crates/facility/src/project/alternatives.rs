//! Which courses a plan may choose from: few enough to be binaries, enough to hold the sensible ones.

use quarterdeck_scenario::{Decision, HistoryEntry, Horizon, Project};
use quarterdeck_units::{Quarter, Quarters};

use super::course::{ImpossibleCourse, course};
use super::schedule::{Event, Schedule};

/// Quarters of pause that are offered, beside a pause that never ends.
const PAUSES: [Quarters; 3] = [Quarters(2), Quarters(4), Quarters(8)];
/// Most courses of one project.
const MOST: usize = 60;

/// The courses of one project; a plan picks exactly one.
#[derive(Clone, PartialEq, Debug)]
pub struct ProjectSchedules {
    /// Project id.
    pub project: String,
    /// Site id.
    pub site: String,
    /// Projects that can not be done beside this one.
    pub excludes: Vec<String>,
    /// The courses; the first is the one without any decision (never started, or going on).
    pub schedules: Vec<Schedule>,
}

/// Every course that a project may take in a horizon.
///
/// - Not begun: never; started in each quarter from `from` until `until` in which its power still comes within
///   the horizon; if it has a redesign, started with that design in each such quarter.
/// - Under way (`started`): going on; cancelled, redesigned or paused in each quarter from the horizon's first
///   (or the one after its start) until its delivery. A pause ends after 2, 4 or 8 quarters or never. Cancelling
///   needs a `cancel_cost`, pausing a `pause_cost`, both of which may be 0.
/// - At most 60 courses: when there are more, pauses begin only in every second, third … quarter of those
///   possible; starts, cancellations and redesigns are never thinned out.
///
/// # Errors
/// Never for a project whose dates are in order; the error names the decision that is not.
pub fn alternatives(project: &Project, horizon: &Horizon) -> Result<Vec<Schedule>, ImpossibleCourse> {
    let last = horizon.end;
    let make = |events: &[(Quarter, Event)]| course(project, events, last);
    let Some(started) = project.started else {
        let mut schedules = vec![make(&[])?];
        let from = project.from.map_or(horizon.start, |from| from.max(horizon.start));
        let until = project.until.map_or(last, |until| until.min(last));
        let in_time = |schedule: &Schedule| schedule.delivers.as_ref().is_some_and(|d| d.quarter <= last);
        for quarter in from.through(until) {
            schedules.push(make(&[(quarter, Event::Start)])?);
            if project.redesign.is_some() {
                schedules.push(make(&[(quarter, Event::Start), (quarter, Event::Redesign)])?);
            }
        }
        schedules.retain(|schedule| !schedule.is_active() || in_time(schedule));
        return Ok(schedules);
    };

    let start = (started, Event::Start);
    let going_on = make(&[start])?;
    let delivery = going_on.delivers.as_ref().map_or(last, |delivered| delivered.quarter);
    let first = horizon.start.max(started + Quarters(1));
    let window: Vec<Quarter> = first.through((delivery - Quarters(1)).min(last)).collect();
    let mut schedules = vec![going_on];
    for quarter in &window {
        if project.cancel_cost.is_some() {
            schedules.push(make(&[start, (*quarter, Event::Cancel)])?);
        }
        if project.redesign.is_some() {
            schedules.push(make(&[start, (*quarter, Event::Redesign)])?);
        }
    }
    if project.pause_cost.is_some() {
        let room = MOST.saturating_sub(schedules.len()) / (PAUSES.len() + 1);
        let step = window.len().div_ceil(room.max(1)).max(1);
        for quarter in window.iter().step_by(step) {
            let pause = (*quarter, Event::Pause);
            schedules.push(make(&[start, pause])?);
            for length in PAUSES {
                let resume = *quarter + length;
                if resume <= last {
                    schedules.push(make(&[start, pause, (resume, Event::Resume)])?);
                }
            }
        }
    }
    Ok(schedules)
}

/// The courses of every project; where history decides about a project, only the one that happened.
///
/// A project under way keeps its start; a decision of history adds to it. History that starts a project and
/// says no more lets it go on.
///
/// # Errors
/// The decisions of history that contradict each other or the project, all of them.
pub fn all_schedules(
    projects: &[Project],
    horizon: &Horizon,
    history: &[HistoryEntry],
) -> Result<Vec<ProjectSchedules>, Vec<ImpossibleCourse>> {
    let mut all = Vec::new();
    let mut faults = Vec::new();
    for project in projects {
        let pinned = pinned_events(project, history);
        let found = match pinned {
            None => alternatives(project, horizon),
            Some(events) => course(project, &events, horizon.end).map(|schedule| vec![schedule]),
        };
        match found {
            Ok(schedules) => all.push(ProjectSchedules {
                project: project.id.clone(),
                site: project.site.clone(),
                excludes: project.excludes.clone(),
                schedules,
            }),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(all) } else { Err(faults) }
}

/// Events that history fixes, in order of quarters; nothing if history does not speak of the project.
fn pinned_events(project: &Project, history: &[HistoryEntry]) -> Option<Vec<(Quarter, Event)>> {
    let mut events = Vec::new();
    let mut spoken = false;
    let mut started = project.started;
    for entry in history {
        match &entry.decision {
            Decision::Start { project: id, quarter } if *id == project.id => started = Some(*quarter),
            Decision::Pause { project: id, quarter, resumed } if *id == project.id => {
                events.push((*quarter, Event::Pause));
                events.extend(resumed.map(|quarter| (quarter, Event::Resume)));
            }
            Decision::Cancel { project: id, quarter } if *id == project.id => {
                events.push((*quarter, Event::Cancel));
            }
            Decision::Redesign { project: id, quarter } if *id == project.id => {
                events.push((*quarter, Event::Redesign));
            }
            Decision::Never { project: id } if *id == project.id => started = None,
            _ => continue,
        }
        spoken = true;
    }
    if !spoken {
        return None;
    }
    // A resumption comes before another decision of its quarter, a start before all.
    events.sort_by_key(|(quarter, event)| (*quarter, *event != Event::Resume));
    Some(started.map(|quarter| (quarter, Event::Start)).into_iter().chain(events).collect())
}
