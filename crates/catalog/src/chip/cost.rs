//! What a chip costs to make: dies of a wafer, yield, memory, package, test, board and the margin of a partner.

use quarterdeck_units::{DefectDensity, Price, PriceYear, SquareMetres, Usd, exp, pow};

use super::ChipDesign;
use crate::money::Money;
use crate::origin::{Cited as _, Provenance};
use crate::price::PriceFact;
use crate::silicon::{Silicon, Wafer};

/// Dies of a wafer, whole ones.
///
/// $$ n = \frac{\pi d^2}{4 S} - \frac{\pi d}{\sqrt{2 S}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $d$ | `wafer.diameter` less the rim on both sides | m |
/// | $S$ | the die with half a street all round | m² |
///
/// Source: de Vries 2005, "Investigation of gross die per wafer formulas", IEEE Transactions on Semiconductor
/// Manufacturing 18. Holds for dies near a square; within about 2 % of exact counts below the reticle's size.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, chip::dies_per_wafer};
/// # use quarterdeck_units::SquareMetres;
/// // 373 mm2 of MTIA v1: pi 294^2 / 4 / 376.9 - pi 294 / sqrt(753.8) = 180.1 - 33.6.
/// let wafer = &Catalog::builtin().silicon.wafer;
/// assert_eq!(dies_per_wafer(SquareMetres::square_millimetres(373.0), wafer), 146.0);
/// ```
pub fn dies_per_wafer(die: SquareMetres, wafer: &Wafer) -> f64 {
    let diameter = wafer.diameter.value.as_millimetres() - 2.0 * wafer.edge.value.as_millimetres();
    let side = die.as_square_millimetres().max(0.0).sqrt() + wafer.scribe.value.as_millimetres();
    let step = side * side;
    let pi = std::f64::consts::PI;
    (pi * diameter * diameter / (4.0 * step) - pi * diameter / (2.0 * step).sqrt()).floor().max(0.0)
}

/// Share of good dies where defects cluster.
///
/// $$ Y = \left(1 + \frac{A D}{\alpha}\right)^{-\alpha} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $A, D$ | die, killer defects | m², 1/m² |
/// | $\alpha$ | `wafer.clustering` | 1 |
///
/// Source: Stapper, Armstrong and Saji 1983, "Integrated circuit yield statistics", Proceedings of the IEEE 71.
/// Pessimistic for arrays with spare parts, which makers sell with some of them off.
///
/// ```
/// # use quarterdeck_catalog::chip::negative_binomial_yield;
/// # use quarterdeck_units::{SquareMetres, DefectDensity};
/// let (die, defects) = (SquareMetres::square_millimetres(373.0), DefectDensity::per_square_centimetre(0.09));
/// assert!((negative_binomial_yield(die, defects, 3.0) - 0.7274).abs() < 1e-4);
/// ```
pub fn negative_binomial_yield(die: SquareMetres, defects: DefectDensity, clustering: f64) -> f64 {
    let faults = die.as_square_centimetres() * defects.as_per_square_centimetre();
    pow(1.0 + faults / clustering, -clustering)
}

/// Share of good dies by Murphy's law, as a check of the other.
///
/// $$ Y = \left(\frac{1 - e^{-A D}}{A D}\right)^2 $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $A, D$ | die, killer defects | m², 1/m² |
///
/// Source: Murphy 1964, "Cost-size optima of monolithic integrated circuits", Proceedings of the IEEE 52. Lies near the
/// negative binomial law with a clustering of 3 to 5.
///
/// ```
/// # use quarterdeck_catalog::chip::murphy_yield;
/// # use quarterdeck_units::{SquareMetres, DefectDensity};
/// let (die, defects) = (SquareMetres::square_millimetres(373.0), DefectDensity::per_square_centimetre(0.09));
/// assert!((murphy_yield(die, defects) - 0.7213).abs() < 1e-3);
/// ```
pub fn murphy_yield(die: SquareMetres, defects: DefectDensity) -> f64 {
    let faults = die.as_square_centimetres() * defects.as_per_square_centimetre();
    if faults <= 0.0 {
        return 1.0;
    }
    let share = (1.0 - exp(-faults)) / faults;
    share * share
}

/// Dollars with the range of their inputs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CostRange {
    /// With every input at its low end.
    pub low: Usd,
    /// With every input at its central value.
    pub typical: Usd,
    /// With every input at its high end.
    pub high: Usd,
}

impl CostRange {
    fn exact(amount: Usd) -> CostRange {
        CostRange { low: amount, typical: amount, high: amount }
    }

    fn each(of: impl Fn(End) -> Usd) -> CostRange {
        CostRange { low: of(End::Low), typical: of(End::Typical), high: of(End::High) }
    }

    fn at(&self, end: End) -> Usd {
        match end {
            End::Low => self.low,
            End::Typical => self.typical,
            End::High => self.high,
        }
    }
}

#[derive(Clone, Copy)]
enum End {
    Low,
    Typical,
    High,
}

impl End {
    fn pick<T: Copy>(self, low: T, typical: T, high: T) -> T {
        match self {
            End::Low => low,
            End::Typical => typical,
            End::High => high,
        }
    }
}

/// One part of the cost of a chip.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCostPart {
    /// Key.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Dollars.
    pub cost: CostRange,
    /// How it is counted.
    pub basis: String,
}

/// Dies and their yield.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DieCost {
    /// Whole dies of a wafer.
    pub per_wafer: f64,
    /// Share of them that are good.
    pub r#yield: f64,
    /// One good die.
    pub cost: CostRange,
}

/// What one chip costs on its card, with its memory.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCost {
    /// Dies and yield.
    pub die: DieCost,
    /// Parts, which sum to the total.
    pub parts: Vec<UnitCostPart>,
    /// How well the inputs are known.
    pub provenance: Provenance,
}

impl UnitCost {
    /// The whole chip on its card.
    pub fn total(&self) -> CostRange {
        CostRange::each(|end| self.parts.iter().map(|part| part.cost.at(end)).sum())
    }
}

/// Converts prices to one year and remembers what they rest on.
struct Pricer<'a> {
    money: &'a Money,
    year: PriceYear,
    provenance: Provenance,
}

impl Pricer<'_> {
    /// The factor from a fact's year to the year of the answer.
    fn scale(&self, from: PriceYear) -> f64 {
        let deflator = self.money.price_index.deflator();
        let one = Price { amount: Usd::dollars(1.0), year: from };
        one.in_year(self.year, &deflator).map_or(1.0, |usd| usd.as_dollars())
    }

    fn fact<T: Copy>(&mut self, fact: &PriceFact<T>) -> (T, T, T, f64) {
        self.provenance.absorb_fact(fact);
        (fact.low, fact.value, fact.high, self.scale(fact.year()))
    }

    fn usd(&mut self, fact: &PriceFact) -> CostRange {
        let (low, value, high, scale) = self.fact(fact);
        CostRange { low: low * scale, typical: value * scale, high: high * scale }
    }

    /// What the design states, or the catalogue's.
    fn or(&mut self, design: &ChipDesign, stated: Option<Usd>, fact: &PriceFact) -> CostRange {
        match stated {
            Some(amount) => CostRange::exact(amount * self.scale(PriceYear(design.price_year))),
            None => self.usd(fact),
        }
    }
}

impl ChipDesign {
    /// Cost of one chip on its card in dollars of a year.
    ///
    /// Dies at the price of a wafer over its good dies, memory by capacity, package by area with its losses, test,
    /// card, and what a partner adds. Low and high have every input at one end: wider than an interval of chance.
    ///
    /// # Errors
    /// A node or kind of memory that the catalogue does not have.
    pub fn unit_cost(&self, silicon: &Silicon, money: &Money, year: PriceYear) -> Result<UnitCost, String> {
        let (node, memory) = (self.node(silicon)?, self.memory_kind(silicon)?);
        let mut pricer = Pricer { money, year, provenance: self.cite.provenance() };
        if let Some(cite) = &self.cost.cite {
            pricer.provenance.absorb(&cite.provenance());
        }
        let die = self.die_cost(silicon, &mut pricer)?;
        let dies = f64::from(self.dies.max(1));
        let units = memory.units(self.memory, self.memory_rate);

        let (low, value, high, scale) = pricer.fact(&memory.price);
        let capacity = self.memory;
        let memory_cost = CostRange {
            low: low * capacity * scale,
            typical: value * capacity * scale,
            high: high * capacity * scale,
        };
        let dies_cost = CostRange::each(|end| die.cost.at(end) * dies);

        let key = if memory.interposer { "interposer" } else { "substrate" };
        let package = silicon
            .package
            .get(key)
            .ok_or_else(|| format!("the catalogue has no `package.{key}` in {}", crate::silicon::FILE))?;
        let base = pricer.usd(&package.base);
        let (low, value, high, scale) = pricer.fact(&package.area_price);
        let stacks = package.stack_area.as_ref().map_or(SquareMetres::ZERO, |area| area.value * units);
        let area = self.die_area * dies + stacks;
        let (stated, design_scale) = (self.cost.package, pricer.scale(PriceYear(self.price_year)));
        let package_cost = CostRange::each(|end| {
            if let Some(stated) = stated {
                return stated * design_scale;
            }
            let bare = base.at(end) + end.pick(low, value, high) * area * scale;
            // A bad assembly costs what stands on it.
            let stacked = if memory.interposer { memory_cost.at(end) } else { Usd::ZERO };
            let lost = (bare + dies_cost.at(end) + stacked) * (1.0 / package.r#yield.value - 1.0);
            bare + lost
        });
        let test = pricer.or(self, self.cost.test, &silicon.unit.test);
        let power = pricer.fact(&silicon.unit.board_power);
        let stated_board = self.cost.board;
        let card = pricer.or(self, stated_board, &silicon.unit.board);
        let board = CostRange::each(|end| match stated_board {
            Some(_) => card.at(end),
            None => card.at(end) + end.pick(power.0, power.1, power.2) * self.tdp * power.3,
        });
        let mut parts = vec![
            UnitCostPart {
                id: "die",
                name: if self.dies > 1 { "dies" } else { "die" },
                cost: dies_cost,
                basis: format!(
                    "{} of {:.0} in {}: {:.0} a wafer, {:.0} % good",
                    self.dies,
                    self.die_area,
                    node.title,
                    die.per_wafer,
                    100.0 * die.r#yield
                ),
            },
            UnitCostPart {
                id: "memory",
                name: "memory",
                cost: memory_cost,
                basis: format!("{:.0} as {units:.0} x {}", self.memory, memory.title),
            },
            UnitCostPart { id: "package", name: "package", cost: package_cost, basis: package.title.clone() },
            UnitCostPart { id: "test", name: "test", cost: test, basis: "wafer and package".to_owned() },
            UnitCostPart { id: "board", name: "card", cost: board, basis: format!("for {:.0}", self.tdp) },
        ];
        let margin = &silicon.unit.margin;
        if self.cost.margin.is_none() {
            pricer.provenance.absorb_fact(margin);
        }
        let share = |end: End| self.cost.margin.unwrap_or(end.pick(margin.low, margin.value, margin.high));
        // A partner's margin lies on what the partner sells, which memory is not always a part of; it is here.
        let bare = |end: End| -> Usd { parts.iter().map(|part| part.cost.at(end)).sum() };
        let added = CostRange::each(|end| bare(end) * share(end));
        parts.push(UnitCostPart {
            id: "margin",
            name: "partner's margin",
            cost: added,
            basis: format!("{:.0} % of the above", 100.0 * share(End::Typical)),
        });
        Ok(UnitCost { die, parts, provenance: pricer.provenance })
    }

    fn die_cost(&self, silicon: &Silicon, pricer: &mut Pricer<'_>) -> Result<DieCost, String> {
        let node = self.node(silicon)?;
        let per_wafer = dies_per_wafer(self.die_area, &silicon.wafer);
        let wafer = pricer.or(self, self.cost.wafer, &node.wafer);
        let clustering = silicon.wafer.clustering.value;
        if self.cost.r#yield.is_none() && self.cost.defects.is_none() {
            pricer.provenance.absorb_fact(&node.defects);
        }
        let good = |end: End| {
            self.cost.r#yield.unwrap_or_else(|| {
                let defects = &node.defects;
                let density = self.cost.defects.unwrap_or(end.pick(defects.low, defects.value, defects.high));
                negative_binomial_yield(self.die_area, density, clustering)
            })
        };
        let cost = CostRange::each(|end| wafer.at(end) / (per_wafer * good(end)).max(f64::MIN_POSITIVE));
        Ok(DieCost { per_wafer, r#yield: good(End::Typical), cost })
    }

    /// What the development takes before the first good die, in dollars of a year.
    ///
    /// The design's own figure, else its programme's spending up to the likely date, else the node's.
    pub fn development(
        &self,
        silicon: &Silicon,
        money: &Money,
        year: PriceYear,
    ) -> Result<(CostRange, String), String> {
        let mut pricer = Pricer { money, year, provenance: Provenance::none() };
        let scale = pricer.scale(PriceYear(self.price_year));
        if let Some(nre) = self.cost.nre {
            return Ok((CostRange::exact(nre * scale), "as the design states".to_owned()));
        }
        let Some(programme) = &self.programme else {
            let node = self.node(silicon)?;
            let basis = format!("a first product in {}, masks and software included", node.title);
            return Ok((pricer.usd(&node.design), basis));
        };
        let spent = |ready: quarterdeck_units::Quarter| {
            let quarters = f64::from((ready - programme.started).0.max(0));
            programme.cost * quarterdeck_units::Seconds::quarters(quarters) * scale
        };
        let (early, likely, late) = programme.ready;
        let range = CostRange { low: spent(early), typical: spent(likely), high: spent(late) };
        Ok((range, format!("the programme from {} to {likely}", programme.started)))
    }
}
