//! Places of sites, and the schedules of projects and programmes.

use super::{AssembleError, Assembler, Map};
use crate::CostClass;
use crate::problem::{Place, ProgrammeFacts, ProgrammeSchedule, ProjectFacts, ProjectSchedule};
use quarterdeck_facility::project::{Schedule, all_schedules};
use quarterdeck_facility::site::{Block, BlockSource, SiteEnvelope};
use quarterdeck_scenario::{HistoryEntry, Programme, Project, ShockChange};
use quarterdeck_units::{Quarter, Quarters, Usd, Watts};
use quarterdeck_workload::Foresight;

impl Assembler<'_> {
    pub(super) fn places(&mut self) {
        let envelopes = self.envelopes;
        for envelope in envelopes {
            let site = self.problem.sites.len();
            self.problem.sites.push(envelope.id.clone());
            for block in &envelope.blocks {
                let place = self.place(site, envelope, block);
                self.problem.places.push(place);
            }
        }
    }

    fn place(&self, site: usize, envelope: &SiteEnvelope, block: &Block) -> Place {
        let title = match &block.source {
            BlockSource::Existing => envelope.title.clone(),
            BlockSource::Project { project, redesigned } => {
                let facts = self.scenario.projects.iter().find(|facts| facts.id == *project);
                let title = facts.map_or(project.as_str(), |facts| facts.title.as_str());
                if *redesigned { format!("{title}, redesigned") } else { title.to_owned() }
            }
        };
        Place {
            id: block.id.clone(),
            title,
            site,
            cooling: block.cooling.to_string(),
            it_power: self.by_quarter(|quarter| {
                block.usable(block.base_power.get(&quarter).copied().unwrap_or(Watts::ZERO))
            }),
            racks: self.by_quarter(|_| block.racks_max.unwrap_or(f64::INFINITY)),
            air_share: 1.0 - block.liquid_share,
            pue: block.pue,
            electricity: envelope.electricity,
        }
    }

    pub(super) fn projects(&mut self) {
        let delayed: Vec<Project> =
            self.scenario.projects.iter().map(|project| self.delayed(project)).collect();
        let nothing: &[HistoryEntry] = &[];
        let history = if self.run.history { self.scenario.history.as_slice() } else { nothing };
        let all = match all_schedules(&delayed, &self.scenario.horizon, history) {
            Ok(all) => all,
            Err(errors) => {
                self.errors.extend(errors.into_iter().map(AssembleError::History));
                return;
            }
        };
        let ids: Vec<String> = all.iter().map(|project| project.project.clone()).collect();
        for (project, found) in delayed.iter().zip(&all) {
            let schedules =
                found.schedules.iter().map(|schedule| self.project_schedule(&found.site, schedule)).collect();
            let excludes =
                found.excludes.iter().filter_map(|id| ids.iter().position(|known| known == id)).collect();
            self.problem.projects.push(ProjectFacts {
                id: project.id.clone(),
                title: project.title.clone(),
                schedules,
                excludes,
            });
        }
    }

    /// The project with the delays of shocks that are seen.
    fn delayed(&self, project: &Project) -> Project {
        let added: i32 = self
            .scenario
            .shocks
            .iter()
            .filter(|shock| self.run.foresight.sees(shock))
            .filter_map(|shock| match &shock.changes {
                ShockChange::Delay { project: id, by } if *id == project.id => Some(by.0),
                _ => None,
            })
            .sum();
        let lead_time = project.lead_time.map(|time| Quarters(time.0 + added));
        Project { lead_time, ..project.clone() }
    }

    fn project_schedule(&self, site: &str, schedule: &Schedule) -> ProjectSchedule {
        let zero = || vec![Usd::ZERO; self.quarters.len()];
        let mut cash: Map<CostClass, Vec<Usd>> = Map::new();
        let mut built = Usd::ZERO;
        for (quarter, class, amount) in schedule.cash.entries() {
            // What was paid before the horizon is sunk for every course alike.
            let Some(index) = self.quarter_idx(quarter) else { continue };
            cash.entry(class).or_insert_with(zero)[index] += amount;
            if class == CostClass::Buildings {
                built += amount;
            }
        }
        let mut adds = Vec::new();
        let mut removes = Vec::new();
        let block_of = |id: &str| {
            self.envelopes.iter().flat_map(|envelope| &envelope.blocks).find(|block| block.id == id)
        };
        let mut residual = Usd::ZERO;
        if let Some(delivered) = &schedule.delivers
            && let (Some(place), Some(block)) = (self.place_idx(&delivered.block), block_of(&delivered.block))
        {
            adds.push((place, self.by_quarter(|quarter| block.usable(schedule.delivered_by(quarter)))));
            let served = Quarters((self.scenario.horizon.end - delivered.quarter).0 + 1).years();
            let life = self.catalog.facility.project.lifetime.value.as_years();
            residual =
                (built - schedule.sunk).max(Usd::ZERO) * (1.0 - served.max(0.0) / life).clamp(0.0, 1.0);
        }
        if schedule.removes.is_some()
            && let (Some(place), Some(block)) = (self.place_idx(site), block_of(site))
        {
            removes.push((place, self.by_quarter(|quarter| block.usable(schedule.removed_by(quarter)))));
        }
        ProjectSchedule {
            id: schedule.id.clone(),
            label: schedule.label.clone(),
            cash,
            adds,
            removes,
            residual,
            delivers: schedule.is_active(),
            stopped: self.quarters.iter().position(|quarter| schedule.stopped_by(*quarter)),
        }
    }

    pub(super) fn programmes(&mut self) {
        let scenario = self.scenario;
        for programme in &scenario.programmes {
            let schedules = self.programme_schedules(programme);
            self.problem.programmes.push(ProgrammeFacts {
                id: programme.id.clone(),
                title: programme.title.clone(),
                schedules,
            });
        }
    }

    /// Quarter of the first shipment and share of the target reached, as far as the run can know.
    pub(super) fn programme_result(&self, programme: &Programme) -> (Quarter, f64) {
        let seen = programme.outcome.as_ref().filter(|outcome| match self.run.foresight {
            Foresight::Everything => true,
            Foresight::KnownBy(now) => outcome.known <= now,
            Foresight::Nothing => false,
        });
        match seen {
            Some(outcome) => (outcome.ready, outcome.performance.0),
            None => {
                let hit = programme.meets_target.0;
                (programme.ready.likely, hit + (1.0 - hit) * programme.missed_performance.0)
            }
        }
    }

    fn programme_schedules(&self, programme: &Programme) -> Vec<ProgrammeSchedule> {
        let horizon = &self.scenario.horizon;
        let (ready, _) = self.programme_result(programme);
        let begins = programme.started.max(horizon.start);
        let per_quarter = programme.cost * Quarters(1).duration();
        let until = |end: Quarter| -> Vec<Usd> {
            self.by_quarter(
                |quarter| if quarter >= begins && quarter < end { per_quarter } else { Usd::ZERO },
            )
        };
        let after_end = horizon.end + Quarters(1);
        let ship = ProgrammeSchedule {
            id: format!("ship.{ready}"),
            label: format!("goes on and ships in {ready}"),
            cash: Map::from([(CostClass::Programmes, until(ready.min(after_end)))]),
            ships: if ready < begins { Some(0) } else { self.quarter_idx(ready) },
            stopped: None,
        };
        let mut schedules = vec![ship];
        for quarter in begins.through((ready - Quarters(1)).min(horizon.end)) {
            let never = quarter == begins && programme.started >= horizon.start;
            let mut cash = Map::from([(CostClass::Programmes, until(quarter))]);
            if !never && let Some(index) = self.quarter_idx(quarter) {
                let mut exit = vec![Usd::ZERO; self.quarters.len()];
                exit[index] = programme.stop_cost;
                cash.insert(CostClass::Exit, exit);
            }
            schedules.push(ProgrammeSchedule {
                id: format!("stop.{quarter}"),
                label: if never { "never begun".to_owned() } else { format!("stopped in {quarter}") },
                cash,
                ships: None,
                stopped: self.quarter_idx(quarter),
            });
        }
        schedules
    }
}
