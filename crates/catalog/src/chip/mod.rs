//! A chip as a design: some ten numbers from which peaks, cost, a device and a platform follow.
//!
//! ```text
//!  ChipDesign ──peaks──► 2 · MACs · clock            ──overlay──► Device + efficiencies + Platform
//!      │      ──cost───► dies per wafer, yield, unit            which every question can use
//!      └──changed(knob)► another design: area and power follow the numbers
//! ```

mod cost;
mod knob;
mod overlay;

pub use cost::{
    CostRange, DieCost, UnitCost, UnitCostPart, dies_per_wafer, murphy_yield, negative_binomial_yield,
};
pub use knob::Knob;

use std::collections::BTreeMap;

use quarterdeck_units::{
    Bandwidth, Bytes, DefectDensity, FlopRate, Hertz, Price, Quarter, Quarters, Seconds, SquareMetres, Usd,
    UsdPerSecond, Watts,
};

use crate::kinds::{Cooling, Precision, words};
use crate::origin::Citation;
use crate::silicon::{MemoryKind, Node, Silicon};

/// A chip as a design, with the server that carries it, its software, its cost and its programme.
#[derive(Debug, Clone, PartialEq)]
pub struct ChipDesign {
    /// Id of the device and of the platform that it becomes.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// First quarter in which it can be had.
    pub available_from: Quarter,
    /// Year of the dollars that the design states.
    pub price_year: i32,
    /// Key of the process node.
    pub node: String,
    /// Clock of the arithmetic.
    pub clock: Hertz,
    /// Multiply-accumulates of a cycle, by precision.
    pub macs: BTreeMap<Precision, f64>,
    /// On-chip memory.
    pub sram: Bytes,
    /// Its rate, where stated.
    pub sram_rate: Option<Bandwidth>,
    /// Key of the kind of memory.
    pub memory_kind: String,
    /// Capacity of the memory.
    pub memory: Bytes,
    /// Rate of the memory.
    pub memory_rate: Bandwidth,
    /// Link of one chip to the others of its server, one way.
    pub link: Bandwidth,
    /// Power of a chip with its memory.
    pub tdp: Watts,
    /// Area of one die.
    pub die_area: SquareMetres,
    /// Dies of one chip.
    pub dies: u32,
    /// Where these numbers come from.
    pub cite: Citation,
    /// The server that carries the chips.
    pub server: ServerDesign,
    /// What its software covers and reaches.
    pub software: ChipSoftware,
    /// Costs that go before those of the node.
    pub cost: ChipCost,
    /// Its development, where the design tells of one.
    pub programme: Option<ChipProgramme>,
    /// Chips that are wanted over its life, where the design says.
    pub volume: Option<Volume>,
}

/// The server that carries the chips.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerDesign {
    /// Chips of one server.
    pub chips: u32,
    /// Host processors in words.
    pub cpu: String,
    /// Host sockets.
    pub sockets: u32,
    /// Host memory.
    pub memory: Bytes,
    /// Rate of the host memory.
    pub memory_rate: Bandwidth,
    /// Link between host and one chip, one way.
    pub link: Bandwidth,
    /// Network of the server, one way.
    pub network: Bandwidth,
    /// Draw of the server without its chips at full load.
    pub power: Watts,
    /// Draw of the whole server without work.
    pub idle: Watts,
    /// Price of the server without its chips.
    pub price: Usd,
    /// Height in rack units.
    pub rack_units: f64,
    /// Servers of one rack.
    pub per_rack: f64,
    /// How its heat leaves.
    pub cooling: Cooling,
    /// Planned life.
    pub lifetime: Seconds,
    /// Where these numbers come from.
    pub cite: Citation,
}

impl ServerDesign {
    /// A server of one chip and nothing else: stands in where a file's own could not be read and its other numbers
    /// are still to be checked.
    pub fn stand_in() -> ServerDesign {
        ServerDesign {
            chips: 1,
            cpu: String::new(),
            sockets: 1,
            memory: Bytes::ZERO,
            memory_rate: Bandwidth::ZERO,
            link: Bandwidth::ZERO,
            network: Bandwidth::ZERO,
            power: Watts::ZERO,
            idle: Watts::ZERO,
            price: Usd::ZERO,
            rack_units: 1.0,
            per_rack: 1.0,
            cooling: Cooling::Air,
            lifetime: Seconds::years(1.0),
            cite: Citation::stand_in(),
        }
    }
}

words! {
    /// Operators of recommendation models.
    Operator: "an operator" {
        /// Layers of matrix products.
        Dense = "dense",
        /// Rows looked up and summed.
        Pooling = "pooling",
        /// Dot products of every pair of vectors.
        Dot = "dot",
        /// Low-rank cross layers.
        Cross = "cross",
        /// Attention over the history of a user.
        Attention = "attention",
    }
}

/// What the software of a chip covers and reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct ChipSoftware {
    /// Operators that its compiler covers.
    pub operators: Vec<Operator>,
    /// Whether it trains.
    pub trains: bool,
    /// Share of peak that dense layers reach; the prior of own chips if none.
    pub dense: Option<Share>,
    /// Share of memory rate that lookups reach; the prior of own chips if none.
    pub embedding: Option<Share>,
    /// Share of its full rate in the first quarter.
    pub maturity: f64,
    /// Quarters until the full rate.
    pub mature_after: Quarters,
    /// Money for bringing the models to it.
    pub porting: Usd,
    /// Where these numbers come from.
    pub cite: Citation,
}

impl ChipSoftware {
    /// Software that covers nothing, for the same purpose as [`ServerDesign::stand_in`].
    pub fn stand_in() -> ChipSoftware {
        ChipSoftware {
            operators: Vec::new(),
            trains: false,
            dense: None,
            embedding: None,
            maturity: 1.0,
            mature_after: Quarters(0),
            porting: Usd::ZERO,
            cite: Citation::stand_in(),
        }
    }

    /// Share of the full rate some quarters after the first, on a straight line.
    ///
    /// ```
    /// # use quarterdeck_catalog::chip::ChipSoftware;
    /// assert_eq!(ChipSoftware::maturity_of(0.6, 4.0, 2.0), 0.8);
    /// assert_eq!(ChipSoftware::maturity_of(0.6, 0.0, 0.0), 1.0);
    /// ```
    pub fn maturity_of(first: f64, after: f64, age: f64) -> f64 {
        if after <= 0.0 { 1.0 } else { first + (1.0 - first) * (age / after).clamp(0.0, 1.0) }
    }

    /// Share of the full rate some quarters after the first.
    pub fn maturity_at(&self, age: f64) -> f64 {
        Self::maturity_of(self.maturity, f64::from(self.mature_after.0), age)
    }
}

/// A share with its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Central value.
    pub value: f64,
    /// Lowest credible value.
    pub low: f64,
    /// Highest credible value.
    pub high: f64,
}

/// Costs that a design states, which go before those of its node.
#[derive(Debug, Clone, PartialEq)]
pub struct ChipCost {
    /// Price of a wafer.
    pub wafer: Option<Usd>,
    /// Share of dies that are good.
    pub r#yield: Option<f64>,
    /// Killer defects.
    pub defects: Option<DefectDensity>,
    /// Package with assembly.
    pub package: Option<Usd>,
    /// Test of wafer and package.
    pub test: Option<Usd>,
    /// Card without memory.
    pub board: Option<Usd>,
    /// What a partner adds.
    pub margin: Option<f64>,
    /// All that the development takes, masks included.
    pub nre: Option<Usd>,
    /// Where these numbers come from.
    pub cite: Option<Citation>,
}

impl ChipCost {
    /// A design that states no cost of its own.
    pub const fn none() -> ChipCost {
        ChipCost {
            wafer: None,
            r#yield: None,
            defects: None,
            package: None,
            test: None,
            board: None,
            margin: None,
            nre: None,
            cite: None,
        }
    }
}

/// A development, in the words of a programme of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ChipProgramme {
    /// Money while it runs.
    pub cost: UsdPerSecond,
    /// Quarter in which it began.
    pub started: Quarter,
    /// Soonest, most likely and last quarter of the first shipment.
    pub ready: (Quarter, Quarter, Quarter),
    /// Probability that the chip meets its target.
    pub meets_target: f64,
    /// Share of the target that it reaches if it misses.
    pub missed_performance: f64,
    /// Money that stopping costs at once.
    pub stop_cost: Usd,
}

/// Chips wanted over a life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volume {
    /// Fewest.
    pub low: f64,
    /// Most likely number.
    pub likely: f64,
    /// Most.
    pub high: f64,
}

/// What is impossible about a design: the key that says it, what is wrong, and what may stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipFault {
    /// Key of the design file.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
    /// What is allowed.
    pub allowed: String,
}

/// Below this share of what its circuits draw by the rules a stated power is impossible.
const LEAST_POWER_SHARE: f64 = 0.4;

impl ChipDesign {
    /// Peak rate at a precision.
    ///
    /// $$ P = 2\,m\,f $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $m$ | `macs` | multiply-accumulates a cycle |
    /// | $f$ | `clock` | 1/s |
    ///
    /// By definition: a multiply and an add are two operations. Makers may round before they multiply: MTIA v1
    /// prints 102.4 TOP/s, which is 64 engines of 1.6; 64 engines of 1,024 at 800 MHz make 104.9.
    pub fn peak(&self, precision: Precision) -> Option<FlopRate> {
        let macs = self.macs.get(&precision)?;
        Some(FlopRate::per_second(2.0 * macs * self.clock.as_hertz()))
    }

    /// Its node, or the nodes that there are.
    pub fn node<'s>(&self, silicon: &'s Silicon) -> Result<&'s Node, String> {
        silicon.node.get(&self.node).ok_or_else(|| {
            let known: Vec<&str> = silicon.node.keys().map(String::as_str).collect();
            format!("`{}` is not a process node; known: {}", self.node, known.join(", "))
        })
    }

    /// Its kind of memory, or the kinds that there are.
    pub fn memory_kind<'s>(&self, silicon: &'s Silicon) -> Result<&'s MemoryKind, String> {
        silicon.memory.get(&self.memory_kind).ok_or_else(|| {
            let known: Vec<&str> = silicon.memory.keys().map(String::as_str).collect();
            format!("`{}` is not a kind of memory; known: {}", self.memory_kind, known.join(", "))
        })
    }

    /// Area that memory, arithmetic and memory interfaces take by the rules of the node, all dies together.
    ///
    /// $$ A = S a_s + d\,\ell \max_p m_p a_p + u\,a_u $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $S, a_s$ | `sram`, `node.sram_area` | B, m²/B |
    /// | $m_p, a_p$ | `macs`, `arithmetic.area` in 45 nm | 1, m² |
    /// | $d, \ell$ | `design_rules.datapath_area`, `node.logic_area` | 1 |
    /// | $u, a_u$ | units of memory, `interface_area` | 1, m² |
    ///
    /// Arrays of several precisions share their circuits, so the largest counts. Source: `horowitz-2014` for the
    /// arithmetic. Leaves out cores, network and the rest of a chip, which take as much again or more: a lower bound.
    pub fn known_area(&self, silicon: &Silicon) -> Result<SquareMetres, String> {
        let (node, memory) = (self.node(silicon)?, self.memory_kind(silicon)?);
        let array = self
            .macs
            .iter()
            .filter_map(|(precision, macs)| Some(silicon.arithmetic.get(precision)?.area.value * *macs))
            .fold(SquareMetres::ZERO, SquareMetres::max);
        let datapath = silicon.design_rules.datapath_area.value * node.logic_area.value;
        let interfaces = memory.interface_area.value * memory.units(self.memory, self.memory_rate);
        Ok(node.sram_area.value * self.sram + array * datapath + interfaces)
    }

    /// Power that memory, arithmetic and memory traffic draw at full rate by the rules of the node.
    ///
    /// $$ P = d\,\epsilon \max_p 2 m_p f e_p + B e_m + S w $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $m_p, f, e_p$ | `macs`, `clock`, `arithmetic.energy` in 45 nm | 1, 1/s, J/FLOP |
    /// | $d, \epsilon$ | `design_rules.datapath_energy`, `node.energy` | 1 |
    /// | $B, e_m$ | `memory_rate`, `memory.energy` | B/s, J/B |
    /// | $S, w$ | `sram`, `design_rules.sram_power` | B, W/B |
    ///
    /// Source: `horowitz-2014` for the arithmetic. Gives 26 W for MTIA v1, whose maker prints 25 W. Voltage is held,
    /// so a raised clock costs more than this.
    pub fn known_power(&self, silicon: &Silicon) -> Result<Watts, String> {
        let (node, memory) = (self.node(silicon)?, self.memory_kind(silicon)?);
        let array = self
            .macs
            .keys()
            .filter_map(|precision| {
                Some(silicon.arithmetic.get(precision)?.energy.value * self.peak(*precision)?)
            })
            .fold(Watts::ZERO, Watts::max);
        let datapath = silicon.design_rules.datapath_energy.value * node.energy.value;
        Ok(array * datapath
            + memory.energy.value * self.memory_rate
            + silicon.design_rules.sram_power.value * self.sram)
    }

    /// Everything that physics or a maker's limits forbid.
    pub fn faults(&self, silicon: &Silicon) -> Vec<ChipFault> {
        let found = self.limit_faults(silicon);
        if found.is_empty() { self.budget_faults(silicon) } else { found }
    }

    /// Numbers that are impossible one by one, all at once.
    pub fn limit_faults(&self, silicon: &Silicon) -> Vec<ChipFault> {
        let mut found = Vec::new();
        let mut fault = |key, message: String, allowed: String| {
            found.push(ChipFault { key, message, allowed });
        };
        let clock_max = silicon.design_rules.clock_max.value;
        if !(self.clock.is_positive() && self.clock <= clock_max) {
            let message = format!("a clock of {} runs nothing", self.clock);
            fault("clock", message, format!("above 0 and up to {clock_max}"));
        }
        if self.macs.is_empty() || self.macs.values().any(|macs| !(*macs > 0.0 && *macs <= 1e9)) {
            let message = "a chip multiplies at one precision or more, each above 0".to_owned();
            fault("macs", message, "above 0 and up to 1e9 a cycle".to_owned());
        }
        let reticle = silicon.wafer.reticle.value;
        let impossible_area = !(self.die_area.is_positive() && self.die_area <= reticle);
        if impossible_area {
            let message = format!("a die of {:.0} can not be exposed at once", self.die_area);
            fault("die_area", message, format!("above 0 and up to {reticle}, the field of a scanner"));
        }
        if let Err(message) = self.node(silicon) {
            fault("node", message, "a node of the catalogue".to_owned());
        }
        match self.memory_kind(silicon) {
            Err(message) => fault("memory.kind", message, "a kind of the catalogue".to_owned()),
            Ok(kind) => {
                let limit = |what: String| {
                    format!(
                        "above 0 and up to {what}, which is {} units of {}",
                        kind.most_units.value, kind.title
                    )
                };
                if !(self.memory_rate.is_positive() && self.memory_rate <= kind.most_rate()) {
                    let message = format!("{} does not reach {:.1}", self.memory_kind, self.memory_rate);
                    fault("memory.rate", message, limit(format!("{:.1}", kind.most_rate())));
                }
                if !(self.memory.is_positive() && self.memory <= kind.most_capacity()) {
                    let message = format!("{} does not hold {:.0}", self.memory_kind, self.memory);
                    fault("memory.capacity", message, limit(format!("{:.0}", kind.most_capacity())));
                }
            }
        }
        if !self.tdp.is_positive() {
            fault("tdp", format!("a chip of {} does not run", self.tdp), "above 0 W".to_owned());
        }
        found
    }

    /// What does not fit the die or the power, for a design whose numbers are sound one by one.
    pub fn budget_faults(&self, silicon: &Silicon) -> Vec<ChipFault> {
        let mut found = Vec::new();
        if let Ok(needed) = self.known_area(silicon)
            && needed > self.die_area * f64::from(self.dies)
        {
            found.push(ChipFault {
                key: "die_area",
                message: format!(
                    "memory, arithmetic and memory interfaces take {needed:.0} in {}, the dies have {:.0}",
                    self.node,
                    self.die_area * f64::from(self.dies)
                ),
                allowed: format!("{needed:.0} and more; cores and network come on top"),
            });
        }
        if let Ok(needed) = self.known_power(silicon)
            && needed * LEAST_POWER_SHARE > self.tdp
        {
            found.push(ChipFault {
                key: "tdp",
                message: format!(
                    "arithmetic and memory draw about {needed:.0} at full rate in {}, {} are stated",
                    self.node, self.tdp
                ),
                allowed: format!("{:.0} and more", needed * LEAST_POWER_SHARE),
            });
        }
        found
    }

    /// A price that the design states, in its year.
    pub fn price(&self, amount: Usd) -> Price {
        Price { amount, year: quarterdeck_units::PriceYear(self.price_year) }
    }
}
