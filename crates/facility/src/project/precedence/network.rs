//! The network itself: activities in an order in which each stands behind those it waits for.

use std::collections::BTreeMap;
use std::fmt;

use quarterdeck_catalog::{ActivityKind, Provenance};
use quarterdeck_units::{Seconds, Usd};

use super::duration::Duration;
use super::money::PaymentTerms;

/// An activity as it is given: by id, with the ids of those it waits for.
#[derive(Clone, PartialEq, Debug)]
pub struct ActivitySpec {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it waits for in the world: a maker, work on site, a utility.
    pub kind: ActivityKind,
    /// How long it takes.
    pub duration: Duration,
    /// Ids of the activities that must be finished before it starts.
    pub after: Vec<String>,
    /// Money for it.
    pub cost: Usd,
    /// Whether what is worked on is out of service from its start to the end of the project.
    pub outage: bool,
}

/// An activity in its network.
#[derive(Clone, PartialEq, Debug)]
pub struct Activity {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it waits for in the world.
    pub kind: ActivityKind,
    /// How long it takes.
    pub duration: Duration,
    /// Places of the activities that must be finished before it starts; all stand before it.
    pub after: Vec<usize>,
    /// Money for it.
    pub cost: Usd,
    /// Whether what is worked on is out of service from its start to the end of the project.
    pub outage: bool,
}

/// Activities, each behind all that it waits for.
#[derive(Clone, PartialEq, Debug)]
pub struct Precedence {
    activities: Vec<Activity>,
    /// How it is paid and left.
    pub terms: PaymentTerms,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Why activities form no network.
#[derive(Clone, PartialEq, Debug)]
pub enum PrecedenceFault {
    /// Two activities have the same id.
    Duplicate(String),
    /// An activity waits for one that is not there.
    Unknown {
        /// The activity.
        activity: String,
        /// What it waits for.
        after: String,
    },
    /// Activities wait for each other in a circle.
    Circle(Vec<String>),
    /// A duration is impossible.
    Duration {
        /// The activity.
        activity: String,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for PrecedenceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PrecedenceFault::Duplicate(id) => write!(f, "two activities are named `{id}`; rename one"),
            PrecedenceFault::Unknown { activity, after } => {
                write!(f, "`{activity}` waits for `{after}`, which is not there; correct the name")
            }
            PrecedenceFault::Circle(ids) => write!(
                f,
                "{} wait for each other in a circle; remove one `after`",
                ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
            ),
            PrecedenceFault::Duration { activity, reason } => write!(f, "`{activity}`: {reason}"),
        }
    }
}

impl std::error::Error for PrecedenceFault {}

impl Precedence {
    /// A network of activities, in any order.
    ///
    /// # Errors
    /// Everything that is wrong: ids given twice or missing, circles, impossible durations.
    pub fn new(specs: Vec<ActivitySpec>, terms: PaymentTerms) -> Result<Precedence, Vec<PrecedenceFault>> {
        let mut faults = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, spec) in specs.iter().enumerate() {
            if places.insert(&spec.id, place).is_some() {
                faults.push(PrecedenceFault::Duplicate(spec.id.clone()));
            }
            if let Some(reason) = spec.duration.fault() {
                faults.push(PrecedenceFault::Duration { activity: spec.id.clone(), reason });
            }
        }
        let mut waits: Vec<Vec<usize>> = Vec::new();
        for spec in &specs {
            let mut known = Vec::new();
            for after in &spec.after {
                match places.get(after.as_str()) {
                    Some(place) => known.push(*place),
                    None => faults
                        .push(PrecedenceFault::Unknown { activity: spec.id.clone(), after: after.clone() }),
                }
            }
            known.sort_unstable();
            known.dedup();
            waits.push(known);
        }
        let order = match sorted(&waits) {
            Ok(order) => order,
            Err(circle) => {
                let ids = circle.into_iter().map(|place| specs[place].id.clone()).collect();
                faults.push(PrecedenceFault::Circle(ids));
                return Err(faults);
            }
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut new_place = vec![0; specs.len()];
        for (new, old) in order.iter().enumerate() {
            new_place[*old] = new;
        }
        let mut slots: Vec<Option<ActivitySpec>> = specs.into_iter().map(Some).collect();
        let activities = order.iter().filter_map(|old| {
            let spec = slots[*old].take()?;
            Some(Activity {
                id: spec.id,
                name: spec.name,
                kind: spec.kind,
                duration: spec.duration,
                after: waits[*old].iter().map(|place| new_place[*place]).collect(),
                cost: spec.cost,
                outage: spec.outage,
            })
        });
        let activities = activities.collect();
        Ok(Precedence { activities, terms, provenance: Provenance::analytical() })
    }

    /// The activities, each behind all that it waits for.
    pub fn activities(&self) -> &[Activity] {
        &self.activities
    }

    /// Place of an activity.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.activities.iter().position(|activity| activity.id == id)
    }

    /// The duration of each activity that a plan without distributions would use.
    pub fn likely(&self) -> Vec<Seconds> {
        self.activities.iter().map(|activity| activity.duration.likely()).collect()
    }

    /// Money for all.
    pub fn cost(&self) -> Usd {
        self.activities.iter().map(|activity| activity.cost).sum()
    }
}

/// Places in an order in which each stands behind those it waits for, the given order kept where it can be; or the
/// places that wait for each other in a circle.
fn sorted(waits: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut open: Vec<usize> = waits.iter().map(Vec::len).collect();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); waits.len()];
    for (place, before) in waits.iter().enumerate() {
        for other in before {
            followers[*other].push(place);
        }
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..waits.len()).filter(|place| open[*place] == 0).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(place) = ready.pop_first() {
        order.push(place);
        for follower in &followers[place] {
            open[*follower] -= 1;
            if open[*follower] == 0 {
                ready.insert(*follower);
            }
        }
    }
    if order.len() == waits.len() { Ok(order) } else { Err(circle(waits, &open)) }
}

/// One circle among the places that are still open: each open place waits for another open one.
fn circle(waits: &[Vec<usize>], open: &[usize]) -> Vec<usize> {
    let is_open = |place: usize| open[place] > 0;
    let Some(first) = (0..waits.len()).find(|place| is_open(*place)) else { return Vec::new() };
    let mut path = vec![first];
    loop {
        let last = path[path.len() - 1];
        let Some(next) = waits[last].iter().copied().find(|place| is_open(*place)) else { return path };
        if let Some(start) = path.iter().position(|place| *place == next) {
            return path.split_off(start);
        }
        path.push(next);
    }
}
