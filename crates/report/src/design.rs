//! A number of platforms at a place: racks, halls, power, cooling, networks, money, weeks, water and carbon.
//!
//! ```text
//! Design (facts of one question) ─► verdict, tables, pictures ─► text, CSV, Markdown, JSON, HTML
//! ```

mod charts;
mod document;
mod growth;
mod page;
mod pictures;
mod tables;
mod text;
mod verdict;

use quarterdeck_facility::CostRange;
use quarterdeck_facility::network::{Clos, FabricBill, FabricCounts};
use quarterdeck_units::{
    Bandwidth, Grams, Joules, Litres, LitresPerJoule, Quarter, Seconds, SquareMetres, Usd, Watts,
};

use crate::chart::{ChartSpec, FloorOutline, FloorTile};
use crate::number;
use crate::provenance::{Origin, SourceRef};
use crate::table::Table;
use crate::verdict::Verdict;

pub use growth::Growth;

/// The answer to one question about a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// What was asked, with what was filled in.
    pub question: Question,
    /// What came out.
    pub answer: Answer,
    /// Weakest origin of the numbers.
    pub origin: Origin,
    /// Sources that the numbers rest on.
    pub sources: Vec<SourceRef>,
    /// Sentences on what was assumed, what moves the answer most first.
    pub assumptions: Vec<String>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Platform id.
    pub platform: String,
    /// Name of the platform for people.
    pub platform_name: String,
    /// Name of its device.
    pub device: String,
    /// Devices of one platform.
    pub devices_per_platform: f64,
    /// How much of it.
    pub asked: Asked,
    /// Where.
    pub place: Place,
    /// First quarter in which it must run; none if no date was given.
    pub need: Option<Quarter>,
    /// Year of the dollars.
    pub price_year: i32,
    /// The command that asks this again, without the form of the answer.
    pub command: String,
}

/// How much was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    /// Platforms.
    Platforms(f64),
    /// As many platforms as an IT power feeds.
    ItPower(Watts),
}

/// Where the site stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its name: a climate, or a site of a scenario.
    pub name: String,
    /// The same after a preposition: `in a cold-dry climate`, `at Prineville`.
    pub words: String,
    /// Class of its climate.
    pub climate: String,
    /// Where the weather of the year comes from.
    pub weather: String,
    /// Region whose prices and grid are counted with.
    pub region: String,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It can be built.
    Stands(Box<Site>),
    /// It can not: an answer, not an error.
    DoesNotFit(Misfit),
}

/// Why nothing can be built, and what could.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The reason in words.
    pub reason: String,
    /// What would work, nearest first, as flags of the command line.
    pub instead: Vec<Instead>,
    /// Every way of cooling, with what it comes to.
    pub options: Vec<CoolingOption>,
}

/// A change with which it could be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// The change in words.
    pub change: String,
    /// Flags to add to the question.
    pub flags: String,
}

/// A site that can be built.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// What stands there.
    pub fleet: Fleet,
    /// Racks and halls.
    pub halls: Halls,
    /// Power and cooling.
    pub power: Power,
    /// Every way of cooling beside the chosen one.
    pub options: Vec<CoolingOption>,
    /// Networks, the one between accelerators first.
    pub networks: Vec<Network>,
    /// Money.
    pub cost: Cost,
    /// What must happen before it runs.
    pub schedule: Schedule,
    /// A year of running it.
    pub year: Year,
    /// What binds, most first, as whole sentences.
    pub binds: Vec<String>,
}

/// Machines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fleet {
    /// Platforms.
    pub platforms: f64,
    /// Devices of all of them.
    pub devices: f64,
    /// Servers of all of them.
    pub servers: f64,
}

/// Racks and halls.
#[derive(Clone, Debug, PartialEq)]
pub struct Halls {
    /// How halls are cooled, as a word of the command line.
    pub cooling: String,
    /// Halls.
    pub count: f64,
    /// IT power of one hall.
    pub hall_power: Watts,
    /// Platforms of a full rack; below 1 where a platform takes several.
    pub platforms_per_rack: f64,
    /// Power of a full rack of platforms.
    pub rack_power: Watts,
    /// Most power of a rack that the halls carry.
    pub density_max: Watts,
    /// What stops a rack from holding more.
    pub rack_limit: String,
    /// Racks by what stands in them.
    pub racks: Vec<RackGroup>,
    /// Where they stand, to be drawn.
    pub floor: FloorPlan,
    /// Floor of all halls, between their walls.
    pub area: SquareMetres,
    /// What to know of the floor.
    pub floor_note: Option<String>,
}

/// Racks on the floor, merged where they are many; kinds are indices of [`Halls::racks`].
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FloorPlan {
    /// Width of all that is drawn, in metres.
    pub width: f64,
    /// Its depth, in metres.
    pub depth: f64,
    /// Halls that are drawn.
    pub halls: Vec<FloorOutline>,
    /// Racks.
    pub tiles: Vec<FloorTile>,
}

/// Racks of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct RackGroup {
    /// Stable id in kebab case: `platforms`, `network`, `storage`, `cooling`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Racks over all halls.
    pub racks: f64,
    /// IT power of one.
    pub power: Watts,
    /// Where the number comes from.
    pub basis: String,
}

impl Halls {
    /// Racks of all kinds.
    pub fn racks(&self) -> f64 {
        self.racks.iter().map(|group| group.racks).sum()
    }
}

/// Power and cooling.
#[derive(Clone, Debug, PartialEq)]
pub struct Power {
    /// IT power as rated: platforms and networks.
    pub nameplate: Watts,
    /// IT power drawn on the mean.
    pub drawn: Watts,
    /// Mean draw over nameplate of the platforms, and why.
    pub drawn_basis: String,
    /// Power at the meter by what draws it, mean of the year and in the peak hour; parts sum to the meter.
    pub parts: Vec<PowerPart>,
    /// When the peak hour is.
    pub peak_at: Option<String>,
    /// Water for IT energy, mean of the year.
    pub wue: LitresPerJoule,
    /// Share of the year in which chillers run; none where that is not known.
    pub chiller_share: Option<f64>,
    /// Hours of the year in which air or water is warmer than the plant is set to hold.
    pub over_hours: f64,
    /// Key of the plant that cools.
    pub plant_id: String,
    /// The same in words.
    pub plant: String,
    /// How many more machines the same power could feed if some hours were capped, in a sentence.
    pub oversubscription: Option<String>,
    /// Month by month; empty where only the year is known.
    pub months: Vec<Month>,
    /// What the supply chain looks like, in words: stages, redundancy, load of each path.
    pub chain: String,
    /// Steepest change of power that work in step makes, and what smooths it.
    pub swing: Option<String>,
}

/// A part of the power at the meter.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerPart {
    /// Stable id in kebab case.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Mean over the year.
    pub mean: Watts,
    /// In the peak hour, with machines at their nameplate.
    pub peak: Watts,
}

/// One hour of running, named by the time at which it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Hour {
    /// 1 is January.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Hour of the day, 0 to 23.
    pub hour: u32,
    /// Dry bulb outside, in degrees Celsius.
    pub dry_bulb: f64,
    /// Wet bulb outside, in degrees Celsius.
    pub wet_bulb: f64,
    /// How the hottest part is cooled.
    pub cooled_by: String,
    /// Machines and networks.
    pub it: Watts,
    /// Compressors alone.
    pub chillers: Watts,
    /// Power at the meter.
    pub facility: Watts,
    /// Water that is taken in this hour.
    pub water: Litres,
}

impl Hour {
    /// Power at the meter over IT power.
    pub fn pue(&self) -> f64 {
        self.facility / self.it
    }
    /// Litres for each kilowatt-hour of machines and networks.
    pub fn wue(&self) -> f64 {
        self.water.as_litres() / self.it.as_kilowatts()
    }
}

/// The hours of a year as a table.
pub fn hours_table(hours: &[Hour]) -> Table {
    tables::hours(hours)
}

/// One month of running.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    /// Three letters.
    pub name: String,
    /// Power at the meter over IT power.
    pub pue: f64,
    /// Water for IT energy.
    pub wue: LitresPerJoule,
}

impl Power {
    /// Mean power at the meter.
    pub fn facility_mean(&self) -> Watts {
        self.parts.iter().map(|part| part.mean).sum()
    }
    /// Power at the meter in the peak hour.
    pub fn facility_peak(&self) -> Watts {
        self.parts.iter().map(|part| part.peak).sum()
    }
    /// Power at the meter over IT power, mean of the year.
    pub fn pue(&self) -> f64 {
        self.facility_mean() / self.drawn
    }
    /// The same in the peak hour.
    pub fn pue_peak(&self) -> f64 {
        self.facility_peak() / self.nameplate
    }
}

/// One way of cooling the same work.
#[derive(Clone, Debug, PartialEq)]
pub struct CoolingOption {
    /// Key of the plant, its word on the command line.
    pub design: String,
    /// Kind of the halls.
    pub kind: String,
    /// What it comes to, or why it can not carry the platform.
    pub outcome: Result<CoolingOutcome, String>,
    /// Whether the answer has it.
    pub chosen: bool,
}

/// What one way of cooling comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoolingOutcome {
    /// Platforms that fit.
    pub platforms: f64,
    /// Racks of those.
    pub racks: f64,
    /// Power at the meter over IT power, mean of the year.
    pub pue: f64,
    /// Water for IT energy.
    pub wue: LitresPerJoule,
    /// Share of the year in which chillers run.
    pub chiller_share: f64,
    /// Power at the meter in the peak hour.
    pub peak: Watts,
    /// Money for the halls.
    pub build: Usd,
    /// Halls at equal yearly payments, upkeep, electricity: a year, for one platform.
    pub yearly_per_platform: Usd,
}

/// A network with its parts list.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Stable id in kebab case: `back-end`, `front-end`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Endpoint ports of one platform; devices of one where a torus joins those.
    pub platform_ports: f64,
    /// Endpoint ports of a server that lie on different leaves.
    pub rails: u64,
    /// Parts, tiers and links.
    pub bill: FabricBill,
    /// What collectives get of it; empty where it was not computed.
    pub under_load: Vec<UnderLoad>,
}

/// What a collective gets of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct UnderLoad {
    /// The collective.
    pub collective: String,
    /// Rate that each device gets of it.
    pub rate: Bandwidth,
    /// How paths are chosen.
    pub limit: String,
}

impl Network {
    /// The shape in words: `three tiers, nothing blocks`.
    pub fn shape(&self) -> String {
        let blocks = |overall: f64| {
            if overall > 1.0 {
                format!("{}:1", number::significant(overall, 3))
            } else {
                "nothing blocks".to_owned()
            }
        };
        let tiers = |clos: &Clos| match clos.tiers {
            1 => "one switch".to_owned(),
            2 => "two tiers".to_owned(),
            _ => "three tiers".to_owned(),
        };
        match &self.bill.counts {
            FabricCounts::Clos(clos) => {
                format!("{}, {}", tiers(clos), blocks(self.bill.shape.oversubscription.overall()))
            }
            FabricCounts::RailOnly { rails, rail } => {
                format!("{rails} rails of {}, nothing between them", tiers(rail))
            }
            FabricCounts::Dragonfly(found) => {
                format!("dragonfly of {}", number::counted(found.groups as i64, "group"))
            }
            FabricCounts::Torus(found) => {
                let sides: Vec<String> =
                    found.sides.iter().filter(|side| **side > 1).map(ToString::to_string).collect();
                format!("torus of {}", sides.join(" x "))
            }
        }
    }

    /// What one half of the ports gets of the other, as a share of what it could send.
    pub fn bisection_share(&self) -> f64 {
        self.bill.structure.bisection_share
    }
}

/// Money until it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Classes, which sum to the total.
    pub classes: Vec<CostClass>,
    /// What has no price, in words.
    pub missing: Vec<String>,
}

/// One class of money.
#[derive(Clone, Debug, PartialEq)]
pub struct CostClass {
    /// Stable id in kebab case: `machines`, `network`, `plant`, `shell`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How much.
    pub cost: CostRange,
    /// How it was counted.
    pub basis: String,
}

impl Cost {
    /// All classes.
    pub fn total(&self) -> CostRange {
        self.classes.iter().map(|class| class.cost).sum()
    }
}

/// What must happen before the site runs.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Schedule {
    /// Kind of project: `new-site`, `expansion`.
    pub kind: String,
    /// Tasks, each behind those it waits for.
    pub tasks: Vec<Task>,
    /// From the first decision to running with likely durations.
    pub likely: Seconds,
    /// The same, kept with a confidence of 10, 50 and 90 %.
    pub finish: (Seconds, Seconds, Seconds),
    /// What stopping would cost, quarter by quarter.
    pub exits: Vec<Exit>,
}

/// One task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Stable id in kebab case.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How long: in one of ten cases less, likely, in one of ten cases more.
    pub duration: (Seconds, Seconds, Seconds),
    /// Start after the first decision, as early as it can be, with likely durations.
    pub start: Seconds,
    /// Start after the first decision, as late as it may be without delay.
    pub latest_start: Seconds,
    /// Share of all cases in which it delays everything when it slips.
    pub criticality: f64,
    /// Latest months to begin it; none where no quarter is given.
    pub order_by: Option<OrderMonths>,
    /// Names of the tasks that it waits for.
    pub after: Vec<String>,
}

/// Latest months to begin a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderMonths {
    /// In time in half of all cases.
    pub p50: String,
    /// In time in nine of ten cases.
    pub p90: String,
}

impl Task {
    /// Time that it may slip without delay.
    pub fn slack(&self) -> Seconds {
        self.latest_start - self.start
    }
    /// Whether it delays everything when it slips.
    pub fn is_critical(&self) -> bool {
        self.slack().as_days() < 0.5
    }
}

/// What stopping in a quarter would cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exit {
    /// Quarters after the first decision.
    pub quarter: f64,
    /// Spent by then.
    pub spent: Usd,
    /// Still to pay if it is cancelled then.
    pub cancel: Usd,
    /// To pay for a pause of a quarter.
    pub pause: Usd,
}

/// A year of running.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Year {
    /// Energy of machines and networks.
    pub it_energy: Joules,
    /// Energy at the meter.
    pub site_energy: Joules,
    /// Money for it.
    pub electricity: Usd,
    /// Upkeep and staff of the building.
    pub upkeep: Usd,
    /// Water for cooling.
    pub water: Litres,
    /// Water at power plants for the energy.
    pub source_water: Litres,
    /// Emissions of the grid, location-based.
    pub carbon: Grams,
    /// Emissions of making the machines, where that is published.
    pub embodied: Option<Grams>,
}

impl Design {
    /// The site, if it can be built.
    pub fn site(&self) -> Option<&Site> {
        match &self.answer {
            Answer::Stands(site) => Some(site),
            Answer::DoesNotFit(_) => None,
        }
    }
    /// The answer in words.
    pub fn verdict(&self) -> Verdict {
        verdict::verdict(self)
    }
    /// The floor and the network between accelerators as pictures of one of several sites, told apart by a key.
    pub fn pictures(&self, key: &str) -> Vec<ChartSpec> {
        let Some(site) = self.site() else { return Vec::new() };
        let network = site.networks.iter().filter(|network| network.id == "back-end").map(pictures::fabric);
        let mut charts: Vec<ChartSpec> = network.chain(pictures::floor(site)).collect();
        for chart in &mut charts {
            chart.id = format!("{}-{key}", chart.id);
            chart.title =
                format!("{}: {}", verdict::machines(&self.question, site.fleet.platforms), chart.title);
        }
        charts
    }
    /// Racks, power, cooling, networks, money, weeks and a year as tables.
    pub fn tables(&self) -> Vec<Table> {
        tables::tables(self)
    }
}
