//! One quarter looked at closely: what each fleet carries, what is short, what binds, and what would help.
//!
//! ```text
//! Assessment (facts of one quarter) ─► verdict, tables, charts ─► one page of text, JSON, HTML
//! ```

mod page;
mod parts;

use quarterdeck_units::{Quarter, Usd, Watts, WorkUnit};

use crate::chart::ChartSpec;
use crate::number;
use crate::table::Table;
use crate::verdict::{Tone, Verdict};

/// The state of one scenario in one quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Name of the scenario.
    pub scenario: String,
    /// Its title for people.
    pub title: String,
    /// Name of its file as the user gave it.
    pub scenario_file: String,
    /// The quarter looked at.
    pub quarter: Quarter,
    /// Machines in service: one entry for each platform at each site.
    pub fleets: Vec<FleetState>,
    /// Every workload that asks for work in the quarter.
    pub workloads: Vec<WorkloadState>,
    /// Every site.
    pub sites: Vec<SiteState>,
    /// What binds, most important first; whole sentences.
    pub binds: Vec<String>,
    /// What would help, cheapest first; whole sentences.
    pub ways_out: Vec<String>,
}

/// Machines of one platform at one site.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetState {
    /// Platform id.
    pub platform: String,
    /// Name of the platform for people.
    pub title: String,
    /// Name of the site for people.
    pub site: String,
    /// Platforms in service.
    pub platforms: f64,
    /// Accelerators or sockets in them.
    pub devices: f64,
    /// IT power reserved for them.
    pub it_power: Watts,
    /// What they work on: titles of workloads with their share of these machines, largest first.
    pub carries: Vec<(String, f64)>,
    /// Share of usable machines that have work at the peak.
    pub utilisation: f64,
}

/// One workload in the quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkloadState {
    /// Workload id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What its work is counted in.
    pub unit: WorkUnit,
    /// Work asked each second at the peak.
    pub demand: f64,
    /// Work that the machines given to it do each second, plus what spare machines could do of it.
    pub capacity: f64,
    /// What limits it: a resource of its machines, a platform, a site; in words.
    pub binding: String,
    /// Cost of one unit of work on the machines that do it; none if none do.
    pub cost_per_unit: Option<Usd>,
}

impl WorkloadState {
    /// Share of the demand that is missing; nothing if all is served.
    pub fn shortfall(&self) -> f64 {
        if self.demand > 0.0 { (1.0 - self.capacity / self.demand).max(0.0) } else { 0.0 }
    }

    /// Growth of demand that its machines and spare ones could still serve, as a share of it.
    pub fn headroom(&self) -> f64 {
        if self.demand > 0.0 { (self.capacity / self.demand - 1.0).max(0.0) } else { f64::INFINITY }
    }
}

/// One site, or the halls of one kind of cooling at a site, in the quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteState {
    /// Site or place id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What its halls cool, in words.
    pub cooling: String,
    /// IT power that may be reserved.
    pub envelope: Watts,
    /// IT power reserved.
    pub used: Watts,
    /// Racks filled.
    pub racks: f64,
    /// Racks that fit; none if power alone limits.
    pub racks_max: Option<f64>,
    /// What stops one more machine, in a word or two: `power`, `space`, `cooling`.
    pub binds: String,
}

impl SiteState {
    /// Share of the envelope in use.
    pub fn used_share(&self) -> f64 {
        if self.envelope.as_watts() > 0.0 { self.used / self.envelope } else { 0.0 }
    }
}

impl Assessment {
    /// The state in words.
    pub fn verdict(&self) -> Verdict {
        parts::verdict(self)
    }

    /// Fleets, workloads and sites as tables.
    pub fn tables(&self) -> Vec<Table> {
        [parts::workloads(self), parts::fleets(self), parts::sites(self)]
            .into_iter()
            .filter(|table| !table.rows.is_empty())
            .collect()
    }

    /// Demand beside capacity, and power at each site.
    pub fn charts(&self) -> Vec<ChartSpec> {
        [parts::demand_chart(self), parts::power_chart(self)].into_iter().flatten().collect()
    }

    /// Workloads that are short, the worst first.
    pub fn short(&self) -> Vec<&WorkloadState> {
        let mut short: Vec<&WorkloadState> =
            self.workloads.iter().filter(|workload| workload.shortfall() > SHORT).collect();
        short.sort_by(|a, b| b.shortfall().total_cmp(&a.shortfall()).then(a.id.cmp(&b.id)));
        short
    }

    fn tone(&self) -> Tone {
        if self.short().is_empty() { Tone::Good } else { Tone::Bad }
    }

    fn devices(&self) -> f64 {
        self.fleets.iter().map(|fleet| fleet.devices).sum()
    }

    fn reserved(&self) -> String {
        number::power(self.sites.iter().map(|site| site.used.as_watts()).sum())
    }
}

/// Missing shares up to this are rounding.
const SHORT: f64 = 1e-4;
