//! The chain between the grid's meter and machines: stages, units, redundancy, and what each loses.

use std::fmt;
use std::str::FromStr;

use quarterdeck_catalog::{Catalog, Provenance, StageLoad, StagePlace};
use quarterdeck_units::Watts;

use super::loss::LossCurve;
use crate::error::FacilityError;

/// How many units stand beside those that the load needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Redundancy {
    /// As many as the load needs.
    N,
    /// One more.
    #[default]
    NPlusOne,
    /// Twice as many, each side at half load or below.
    TwoN,
}

impl Redundancy {
    /// Every kind.
    pub const ALL: [Redundancy; 3] = [Redundancy::N, Redundancy::NPlusOne, Redundancy::TwoN];

    /// Units that stand where the load needs `needed`.
    pub fn units(self, needed: f64) -> f64 {
        match self {
            Redundancy::N => needed,
            Redundancy::NPlusOne => needed + 1.0,
            Redundancy::TwoN => 2.0 * needed,
        }
    }
}

impl fmt::Display for Redundancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Redundancy::N => "n",
            Redundancy::NPlusOne => "n+1",
            Redundancy::TwoN => "2n",
        })
    }
}

impl FromStr for Redundancy {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        let found = Redundancy::ALL.into_iter().find(|kind| kind.to_string() == lower);
        found.ok_or_else(|| format!("`{text}` is no redundancy; n, n+1 and 2n are"))
    }
}

/// Units of one kind that share a load.
#[derive(Clone, PartialEq, Debug)]
pub struct Stage {
    /// Key in the catalogue.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it carries.
    pub carries: StageLoad,
    /// Where its loss turns into heat.
    pub place: StagePlace,
    /// Units that stand.
    pub units: f64,
    /// Full load of one unit.
    pub rating: Watts,
    /// Loss of one unit.
    pub curve: LossCurve,
}

impl Stage {
    /// Loss of all units at a load that they share evenly.
    pub fn loss(&self, output: Watts) -> Watts {
        self.curve.loss(output / self.units, self.rating) * self.units
    }
}

/// A stage at work.
#[derive(Clone, PartialEq, Debug)]
pub struct StageDraw {
    /// Key in the catalogue.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Units that stand.
    pub units: f64,
    /// Share of its rating that each carries.
    pub load_share: f64,
    /// What it hands on.
    pub output: Watts,
    /// What it loses.
    pub loss: Watts,
    /// Where its loss turns into heat.
    pub place: StagePlace,
}

/// The chain at work: `grid = critical + mechanical + Σ loss`.
#[derive(Clone, PartialEq, Debug)]
pub struct ChainDraw {
    /// Stages from the grid to the machine.
    pub stages: Vec<StageDraw>,
    /// Machines, and the fans and pumps that may not stop.
    pub critical: Watts,
    /// The rest of the cooling plant.
    pub mechanical: Watts,
    /// What the meter shows.
    pub grid: Watts,
}

impl ChainDraw {
    /// All that is lost.
    pub fn loss(&self) -> Watts {
        self.stages.iter().map(|stage| stage.loss).sum()
    }
}

/// The chain of a site, sized for a peak.
#[derive(Clone, PartialEq, Debug)]
pub struct PowerChain {
    /// Key in the catalogue.
    pub id: String,
    /// Redundancy of the stages that have it.
    pub redundancy: Redundancy,
    /// Stages from the grid to the machine; those inside machines are not among them.
    pub stages: Vec<Stage>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Shares of the power of machines by which fans and pumps that may not stop, and the rest of the plant, raise what
/// stages are sized for.
const CRITICAL_SHARE: f64 = 0.05;
const PLANT_SHARE: f64 = 0.25;

impl PowerChain {
    /// The catalogue's usual chain for a peak of machines.
    ///
    /// # Errors
    /// When the catalogue lacks the chain or a stage.
    pub fn usual(redundancy: Redundancy, peak: Watts, catalog: &Catalog) -> Result<Self, FacilityError> {
        Self::of(&catalog.power.usual_chain, redundancy, peak, catalog)
    }

    /// A chain by its key, with as many units as a peak of machines needs.
    ///
    /// Stages are sized for the losses of those behind them, for a twentieth more than the machines, which fans and
    /// pumps take that may not stop, and, where they carry the site, for a quarter more, which the plant takes on hot
    /// days. Both shares are judgements.
    ///
    /// # Errors
    /// When the catalogue lacks the chain or a stage.
    ///
    /// ```
    /// # use quarterdeck_catalog::Catalog;
    /// # use quarterdeck_facility::power::{PowerChain, Redundancy};
    /// # use quarterdeck_units::Watts;
    /// let catalog = Catalog::builtin();
    /// let peak = Watts::megawatts(9.0);
    /// let draw = |redundancy| {
    ///     let chain = PowerChain::of("double-conversion", redundancy, peak, &catalog).unwrap();
    ///     chain.draw(peak, Watts::ZERO)
    /// };
    /// // Two sides run at half load or below, so that they lose more where loss hardly depends on load.
    /// let (n, two) = (draw(Redundancy::N), draw(Redundancy::TwoN));
    /// assert!(n.stages[1].load_share > 0.8 && two.stages[1].load_share < 0.5);
    /// assert!(n.stages.iter().all(|stage| stage.load_share < 1.0));
    /// assert_eq!(n.grid, n.critical + n.loss());
    /// ```
    pub fn of(
        id: &str,
        redundancy: Redundancy,
        peak: Watts,
        catalog: &Catalog,
    ) -> Result<Self, FacilityError> {
        let mut provenance = Provenance::none();
        let mut stages = Vec::new();
        let mut load = peak * (1.0 + CRITICAL_SHARE);
        let mut on_site = false;
        for key in catalog.power.chain(id)?.stages.iter().rev() {
            let record = catalog.power.stage(key)?;
            provenance.absorb_fact(&record.rating);
            if let Some(fact) = &record.efficiency {
                provenance.absorb_fact(fact);
            }
            if let Some(fact) = &record.fixed_loss {
                provenance.absorb_fact(fact);
            }
            if let Some(fact) = &record.points {
                provenance.absorb_fact(fact);
            }
            if record.place == StagePlace::Machine {
                continue;
            }
            if record.carries == StageLoad::Site && !on_site {
                load += peak * PLANT_SHARE;
                on_site = true;
            }
            let needed = (load / record.rating.value).ceil().max(1.0);
            let stage = Stage {
                id: key.clone(),
                title: record.title.clone(),
                carries: record.carries,
                place: record.place,
                units: if record.redundant { redundancy.units(needed) } else { needed },
                rating: record.rating.value,
                curve: LossCurve::of(record),
            };
            load += stage.loss(load);
            stages.push(stage);
        }
        stages.reverse();
        Ok(Self { id: id.to_owned(), redundancy, stages, provenance })
    }

    /// What every stage carries and loses.
    ///
    /// Walks from the machine to the meter: $P_{in} = P_{out} + n\,\ell(P_{out}/n)$ for the $n$ units of each stage;
    /// stages of the site carry the cooling plant besides.
    pub fn draw(&self, critical: Watts, mechanical: Watts) -> ChainDraw {
        let mut power = critical;
        let mut on_site = false;
        let mut stages = Vec::with_capacity(self.stages.len());
        for stage in self.stages.iter().rev() {
            if stage.carries == StageLoad::Site && !on_site {
                power += mechanical;
                on_site = true;
            }
            let loss = stage.loss(power);
            stages.push(StageDraw {
                id: stage.id.clone(),
                title: stage.title.clone(),
                units: stage.units,
                load_share: power / stage.units / stage.rating,
                output: power,
                loss,
                place: stage.place,
            });
            power += loss;
        }
        if !on_site {
            power += mechanical;
        }
        stages.reverse();
        let loss: Watts = stages.iter().map(|stage| stage.loss).sum();
        ChainDraw { stages, critical, mechanical, grid: critical + mechanical + loss }
    }

    /// Loss of the stages that carry machines alone, and how much of it is inside.
    pub(crate) fn critical_losses(&self, critical: Watts) -> CriticalLosses {
        let mut power = critical;
        let (mut indoors, mut outdoors) = (Watts::ZERO, Watts::ZERO);
        for stage in self.stages.iter().rev().filter(|stage| stage.carries == StageLoad::Critical) {
            let loss = stage.loss(power);
            match stage.place {
                StagePlace::Outdoors => outdoors += loss,
                StagePlace::Indoors | StagePlace::Machine => indoors += loss,
            }
            power += loss;
        }
        CriticalLosses { indoors, outdoors }
    }

    /// The stages that carry the site, from the machine to the meter.
    pub(crate) fn site_stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().rev().filter(|stage| stage.carries == StageLoad::Site)
    }
}

/// Loss of the stages that carry machines alone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct CriticalLosses {
    /// Inside the building.
    pub indoors: Watts,
    /// Outside.
    pub outdoors: Watts,
}
