//! One course of a project, ready for a plan to pick.

use std::collections::BTreeMap;
use std::fmt;

use quarterdeck_scenario::{CostClass, Decision, Delivery};
use quarterdeck_units::{Quarter, Usd, Watts};

/// What happens to a project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Event {
    /// Work begins.
    Start,
    /// Work stops, for now.
    Pause,
    /// Work goes on after a pause.
    Resume,
    /// Work stops for good.
    Cancel,
    /// Work goes on with another design.
    Redesign,
    /// Power is energised.
    Deliver,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Event::Start => "start",
            Event::Pause => "pause",
            Event::Resume => "resume",
            Event::Cancel => "cancel",
            Event::Redesign => "redesign",
            Event::Deliver => "deliver",
        })
    }
}

/// Power that a schedule brings, from a quarter on.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivered {
    /// First quarter with the power.
    pub quarter: Quarter,
    /// Block of the site that it forms; see [`crate::site::Block`].
    pub block: String,
    /// Power, cooling and rack density.
    pub delivery: Delivery,
}

/// Power that a retrofit takes away, from a quarter on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Removed {
    /// First quarter without the power.
    pub quarter: Quarter,
    /// IT power of the site's existing halls taken out of service.
    pub power: Watts,
}

/// Money of a schedule by class and quarter.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ScheduleCash {
    /// Building money.
    pub building: BTreeMap<Quarter, Usd>,
    /// Money for pausing and cancelling.
    pub exit: BTreeMap<Quarter, Usd>,
}

impl ScheduleCash {
    /// All money of one quarter.
    pub fn in_quarter(&self, quarter: Quarter) -> Usd {
        let of = |class: &BTreeMap<Quarter, Usd>| class.get(&quarter).copied().unwrap_or(Usd::ZERO);
        of(&self.building) + of(&self.exit)
    }

    /// Building money of all quarters.
    pub fn building_total(&self) -> Usd {
        self.building.values().sum()
    }

    /// Exit money of all quarters.
    pub fn exit_total(&self) -> Usd {
        self.exit.values().sum()
    }

    /// Every entry with the class it is reported under.
    pub fn entries(&self) -> impl Iterator<Item = (Quarter, CostClass, Usd)> + '_ {
        let building = self.building.iter().map(|(quarter, usd)| (*quarter, CostClass::Buildings, *usd));
        building.chain(self.exit.iter().map(|(quarter, usd)| (*quarter, CostClass::Exit, *usd)))
    }
}

/// One course of a project.
#[derive(Clone, PartialEq, Debug)]
pub struct Schedule {
    /// Key within its project, such as `start@2022-Q3` or `pause@2022-Q4+resume@2023-Q4`.
    pub id: String,
    /// Project id.
    pub project: String,
    /// The course in words.
    pub label: String,
    /// What happens, in order of quarters.
    pub events: Vec<(Quarter, Event)>,
    /// Money by class and quarter, also outside the quarters planned.
    pub cash: ScheduleCash,
    /// Power that comes, if it ever does.
    pub delivers: Option<Delivered>,
    /// Power that goes.
    pub removes: Option<Removed>,
    /// Building money spent that serves no power in the end.
    pub sunk: Usd,
    /// Whether work that had begun was paused, cancelled or redesigned.
    pub stopped: bool,
}

impl Schedule {
    /// Whether anything is built; a plan may pick only one such schedule among projects that exclude each other.
    pub fn is_active(&self) -> bool {
        !self.events.is_empty()
    }

    /// Quarter of an event, the first if there are several.
    pub fn quarter_of(&self, event: Event) -> Option<Quarter> {
        self.events.iter().find(|(_, what)| *what == event).map(|(quarter, _)| *quarter)
    }

    /// Whether work that had begun was paused, cancelled or redesigned in or before a quarter.
    pub fn stopped_by(&self, quarter: Quarter) -> bool {
        let stops = |event: Event| matches!(event, Event::Pause | Event::Cancel | Event::Redesign);
        self.stopped && self.events.iter().any(|(when, event)| stops(*event) && *when <= quarter)
    }

    /// IT power that the schedule has brought by a quarter, in the block it names.
    pub fn delivered_by(&self, quarter: Quarter) -> Watts {
        self.delivers
            .as_ref()
            .filter(|delivered| delivered.quarter <= quarter)
            .map_or(Watts::ZERO, |delivered| delivered.delivery.it_power)
    }

    /// IT power that the schedule has taken from the existing halls by a quarter.
    pub fn removed_by(&self, quarter: Quarter) -> Watts {
        self.removes.filter(|removed| removed.quarter <= quarter).map_or(Watts::ZERO, |removed| removed.power)
    }

    /// Whether the schedule does what a decision of history says; decisions on other things are obeyed by all.
    pub fn obeys(&self, decision: &Decision) -> bool {
        let did = |what: Event, when: Quarter| self.events.contains(&(when, what));
        match decision {
            Decision::Start { project, quarter } if *project == self.project => did(Event::Start, *quarter),
            Decision::Pause { project, quarter, resumed } if *project == self.project => {
                did(Event::Pause, *quarter) && self.quarter_of(Event::Resume) == *resumed
            }
            Decision::Cancel { project, quarter } if *project == self.project => did(Event::Cancel, *quarter),
            Decision::Redesign { project, quarter } if *project == self.project => {
                did(Event::Redesign, *quarter)
            }
            Decision::Never { project } if *project == self.project => !self.is_active(),
            _ => true,
        }
    }
}
