//! Whether an own chip pays: break-even volume against a rival, how often it is scrapped, how long it stays good.
//!
//! ```text
//!  ChipDesign ──overlay──► catalogue ──fits──► rates by quarter as models drift ─┐
//!  rival platform ─────────────────────fits──► rates ────────────────────────────┤
//!  unit cost, server, hall, network, energy ──► dollars of a quarter ────────────┤
//!                                                                                ▼
//!                                saving of a platform ──► break-even, risk, sweep, lifetime
//! ```

mod coverage;
mod life;
mod rates;
mod risk;
mod sweep;

pub use sweep::SweepAxis;

use std::sync::Arc;

use quarterdeck_catalog::chip::{ChipDesign, UnitCost, Volume, murphy_yield};
use quarterdeck_catalog::{Catalog, Model, Platform, Precision, Provenance};
use quarterdeck_facility::Prices;
use quarterdeck_report::number;
use quarterdeck_report::rank::chip::{ChipAnswer, CostLine, Economy, LifePoint, SideCost, SweepPoint};
use quarterdeck_units::{PriceYear, Quarter, Quarters, Seconds, Usd, pow};

use super::cost;
use crate::train::{Economics, TrainFault};
use life::{Future, Side, Terms, saving};
use rates::{Grid, Mix, SPEEDS};

/// A question about one design and one rival.
#[derive(Clone, Debug)]
pub struct ChipQuestion {
    /// The design.
    pub design: ChipDesign,
    /// The platform that would be bought instead.
    pub rival: Arc<Platform>,
    /// Models with their shares of all samples.
    pub models: Vec<(Arc<Model>, f64)>,
    /// Time within which 99 of 100 queries are answered.
    pub latency_p99: Seconds,
    /// Candidates of a query; each model's own if none.
    pub candidates: Option<f64>,
    /// Numbers of the dense part; the best of each device if none.
    pub precision: Option<Precision>,
    /// Chips over its life; the design's own if none.
    pub volume: Option<f64>,
    /// Seed of the futures.
    pub seed: u64,
    /// Futures that are sampled.
    pub futures: u64,
    /// Numbers of the design to sweep.
    pub sweep: Vec<SweepAxis>,
    /// Prices and where the machines stand.
    pub economics: Economics,
}

/// Platforms of a fleet whose networks and halls are priced together.
const FLEET: f64 = 1000.0;

/// The answer to a question about a chip.
///
/// # Errors
/// Everything that is wrong with the question, each with one next step.
pub fn rank_chip(catalog: &Catalog, question: &ChipQuestion) -> Result<ChipAnswer, Vec<TrainFault>> {
    let design = &question.design;
    let one = |message: String, help: &str| vec![TrainFault::new(message, help)];
    let faults: Vec<TrainFault> = question
        .models
        .iter()
        .filter(|(model, _)| model.as_recommendation().is_none())
        .map(|(model, _)| {
            TrainFault::new(
                format!("`{}` is a language model, and `rank` prices recommendation models", model.id()),
                "`quarterdeck catalog list models` prints every id",
            )
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let Some(rival_price) = &question.rival.price else {
        let message = format!(
            "the catalogue has no price of `{}`, so nothing can be saved against it",
            question.rival.id
        );
        return Err(one(message, "name a rival with a price with `--against`"));
    };
    let year = PriceYear(design.price_year.max(rival_price.price_year));
    let table = Table { catalog, question, year };
    let unit = design
        .unit_cost(&catalog.silicon, &catalog.money, year)
        .map_err(|message| one(message, "`quarterdeck explain chip.silicon` lists the keys"))?;
    let own = table.overlaid(design).map_err(|message| one(message, "mend the design file"))?;
    let chip_platform =
        own.platform(&design.id).map_err(|error| one(error.to_string(), "mend the design file"))?;

    let terms = table.terms(design);
    let ready = table.ready(design);
    let (first, last) = table.span(design, terms.life);
    let chip = table.side(&own, chip_platform, Some(design), (first, last), &SPEEDS, ready);
    let rival = table.side(catalog, &question.rival, None, (first, last), &SPEEDS, ready);
    let expected = Future { ready, performance: 1.0, speed: 0.5 };

    let economy = table.economy(design, &chip, &rival, &terms, &expected);
    let volume = table.volume(design);
    let risk = volume.map(|volume| table.risk(&own, design, volume, &chip, &rival, &terms));
    let sweep = if question.sweep.is_empty() {
        None
    } else {
        let price = |design: &ChipDesign| table.point(design, &rival, volume);
        Some(sweep::sweep(catalog, design, &question.sweep, price).map_err(|fault| vec![fault])?)
    };
    let mix = table.mix();
    let now = mix.on(&own, chip_platform, Some(&design.software), ready, 0.5);
    let after = ready + Quarters(4 * YEARS_OF_DRIFT);
    let later = mix.on(&own, chip_platform, Some(&design.software), after, 0.5);
    let binds = |mixed: &Result<rates::Mixed, String>| match mixed {
        Ok(mixed) => words_of(&mixed.binds),
        Err(reason) => reason.clone(),
    };
    let lifetime = table.lifetime(&chip, &rival, &terms, ready);
    Ok(ChipAnswer {
        chip: design.id.clone(),
        title: design.title.clone(),
        rival: question.rival.id.clone(),
        models: question.models.iter().map(|(model, share)| (model.id().to_owned(), *share)).collect(),
        price_year: year.0,
        ready: ready.to_string(),
        node: design.node(&catalog.silicon).map_or_else(|_| design.node.clone(), |node| node.title.clone()),
        peaks: design
            .macs
            .keys()
            .filter_map(|precision| Some((precision.to_string(), design.peak(*precision)?.as_tera())))
            .collect(),
        unit: cost_lines(&unit),
        dies_per_wafer: unit.die.per_wafer,
        good_dies: unit.die.r#yield,
        good_dies_murphy: murphy_yield(
            design.die_area,
            design
                .cost
                .defects
                .or(design.node(&catalog.silicon).ok().map(|node| node.defects.value))
                .unwrap_or_default(),
        ),
        unit_low: unit.total().low.as_dollars(),
        unit_typical: unit.total().typical.as_dollars(),
        unit_high: unit.total().high.as_dollars(),
        server_price: chip_platform.price.as_ref().map_or(0.0, |price| price.value.as_dollars()),
        chips_per_server: f64::from(design.server.chips),
        sides: vec![
            table.side_cost(&own, chip_platform, Some(design), ready),
            table.side_cost(catalog, &question.rival, None, ready),
        ],
        economy,
        volume: volume.map(|volume| (volume.low, volume.likely, volume.high)),
        risk,
        stale_after: lifetime.iter().position(|point| point.is_stale()).and_then(|at| i32::try_from(at).ok()),
        lost_after: chip.grid.lost_after(ready, 0.5, HORIZON),
        lifetime,
        binds_now: binds(&now),
        binds_later: binds(&later),
        later: after.to_string(),
        coverage: coverage::coverage(&mix, &own, design, chip_platform, ready),
        coverage_later: coverage::coverage(&mix, &own, design, chip_platform, after),
        sweep,
        assumptions: table.assumptions(&own, design, &terms),
    })
}

/// Years after the first shipment at which coverage is looked at again.
const YEARS_OF_DRIFT: i32 = 3;
/// Quarters over which the two sides are followed.
const HORIZON: i32 = 28;

/// What stays the same over all designs of a question.
struct Table<'a> {
    catalog: &'a Catalog,
    question: &'a ChipQuestion,
    year: PriceYear,
}

impl Table<'_> {
    fn mix(&self) -> Mix<'_> {
        Mix {
            models: &self.question.models,
            latency_p99: self.question.latency_p99,
            candidates: self.question.candidates,
            precision: self.question.precision,
        }
    }

    fn overlaid(&self, design: &ChipDesign) -> Result<Catalog, String> {
        let overlay = design.overlay(self.catalog)?;
        let catalog = self.catalog.clone().overlaid(&overlay, &design.id, "");
        catalog.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    fn ready(&self, design: &ChipDesign) -> Quarter {
        design.programme.as_ref().map_or(design.available_from, |programme| programme.ready.1)
    }

    fn terms(&self, design: &ChipDesign) -> Terms {
        let rival = &self.question.rival;
        let priced = rival.price.as_ref().map_or(rival.available_from, |price| {
            rival.available_from.max(Quarter::new(price.price_year, 1))
        });
        let quarters = design.server.lifetime.as_quarters().round();
        #[allow(clippy::cast_possible_truncation)]
        let life = (quarters as i32).clamp(1, HORIZON);
        Terms {
            priced,
            progress: self.catalog.silicon.outlook.rival_progress.value,
            life,
            discount_rate: self.question.economics.discount_rate,
            maturity: (design.software.maturity, f64::from(design.software.mature_after.0)),
        }
    }

    /// Quarters that any future may touch.
    fn span(&self, design: &ChipDesign, life: i32) -> (Quarter, Quarter) {
        let (first, last) = match &design.programme {
            Some(programme) => (programme.ready.0, programme.ready.2),
            None => (design.available_from, design.available_from),
        };
        (first, last + Quarters(life.max(HORIZON)))
    }

    /// One platform's cost of a year while it works on the mix at a quarter.
    fn yearly(
        &self,
        catalog: &Catalog,
        platform: &Platform,
        design: Option<&ChipDesign>,
        at: Quarter,
    ) -> Option<(cost::Yearly, Option<f64>)> {
        let prices = Prices::new(&self.catalog.money, self.year);
        let mixed = self.mix().on(catalog, platform, design.map(|design| &design.software), at, 0.5).ok();
        let draw = mixed.as_ref().map_or(platform.power.rated.value, |mixed| mixed.draw);
        let economics = &self.question.economics;
        let fleet = cost::yearly(catalog, economics, &prices, platform, FLEET, draw * FLEET)?;
        Some((fleet.share(1.0 / FLEET), mixed.map(|mixed| mixed.rate)))
    }

    fn side(
        &self,
        catalog: &Catalog,
        platform: &Platform,
        design: Option<&ChipDesign>,
        span: (Quarter, Quarter),
        speeds: &[f64],
        at: Quarter,
    ) -> Side {
        let yearly = self.yearly(catalog, platform, design, at).map(|(yearly, _)| yearly).unwrap_or_default();
        let software = design.map(|design| &design.software);
        Side {
            grid: Grid::new(&self.mix(), catalog, platform, software, span, speeds),
            capital: (yearly.total() - yearly.energy).as_dollars() / 4.0,
            running: yearly.energy.as_dollars() / 4.0,
        }
    }

    /// Dollars of a million samples at a quarter, by class; the software is as mature as it becomes.
    fn side_cost(
        &self,
        catalog: &Catalog,
        platform: &Platform,
        design: Option<&ChipDesign>,
        at: Quarter,
    ) -> SideCost {
        let found = self.yearly(catalog, platform, design, at);
        let rate = found.as_ref().and_then(|(_, rate)| *rate);
        let millions = rate.unwrap_or(0.0) * Seconds::years(1.0).as_seconds() / 1e6;
        let parts = found.as_ref().filter(|_| millions > 0.0).map_or_else(Vec::new, |(yearly, _)| {
            let part = |(name, usd): (&str, Usd)| (name.to_owned(), usd.as_dollars() / millions);
            yearly.parts().into_iter().map(part).collect()
        });
        SideCost {
            platform: platform.id.clone(),
            rate,
            watts: found.as_ref().map_or(0.0, |(yearly, _)| yearly.site.as_watts()),
            price: platform.price.as_ref().map_or(0.0, |price| price.value.as_dollars()),
            parts,
        }
    }

    /// Development with interest to the first shipment, and its basis.
    fn development(&self, design: &ChipDesign) -> (f64, f64, String) {
        let found = design.development(&self.catalog.silicon, &self.catalog.money, self.year);
        let (range, basis) = found.unwrap_or_else(|message| (Default::default(), message));
        let years = design
            .programme
            .as_ref()
            .map_or(0.0, |programme| (programme.ready.1 - programme.started).years().max(0.0));
        let spent = range.typical.as_dollars();
        (spent, spent * pow(1.0 + self.question.economics.discount_rate, years / 2.0), basis)
    }

    /// A stated amount in dollars of the answer.
    fn dollars(&self, design: &ChipDesign, amount: Usd) -> f64 {
        let deflator = self.catalog.money.price_index.deflator();
        design.price(amount).in_year(self.year, &deflator).map_or(amount, |usd| usd).as_dollars()
    }

    fn economy(
        &self,
        design: &ChipDesign,
        chip: &Side,
        rival: &Side,
        terms: &Terms,
        expected: &Future,
    ) -> Economy {
        let per_platform = saving(chip, rival, terms, expected);
        let per_chip = per_platform / f64::from(design.server.chips);
        let (development, at_shipment, basis) = self.development(design);
        let porting = self.dollars(design, design.software.porting);
        let fixed = at_shipment + porting;
        let at_first = match (chip.grid.at(expected.ready, 0.5), rival.grid.at(expected.ready, 0.5)) {
            (Some(own), Some(other)) => Some(own / other),
            _ => None,
        };
        Economy {
            saving_per_chip: per_chip,
            development,
            development_at_shipment: at_shipment,
            development_basis: basis,
            porting,
            break_even: (per_chip > 0.0).then(|| fixed / per_chip),
            rivals_per_platform: at_first,
            net: self.volume(design).map(|volume| volume.likely * per_chip - fixed),
        }
    }

    fn volume(&self, design: &ChipDesign) -> Option<Volume> {
        let stated = design.volume;
        match (self.question.volume, stated) {
            (None, stated) => stated,
            (Some(likely), None) => Some(Volume { low: likely, likely, high: likely }),
            // The design's own spread around the number that was asked for.
            (Some(likely), Some(known)) => {
                let scale = likely / known.likely;
                Some(Volume { low: known.low * scale, likely, high: known.high * scale })
            }
        }
    }

    fn risk(
        &self,
        own: &Catalog,
        design: &ChipDesign,
        volume: Volume,
        chip: &Side,
        rival: &Side,
        terms: &Terms,
    ) -> quarterdeck_report::rank::chip::Risk {
        let software = own.efficiency(&design.id).map_or((1.0, 1.0), |shares| {
            let dense = &shares.recommendation_inference;
            (dense.low / dense.value, dense.high / dense.value)
        });
        let programme = design.programme.as_ref();
        let quarter = Seconds::quarters(1.0);
        let stakes = risk::Stakes {
            design,
            chip,
            rival,
            terms,
            volume,
            software,
            development: match (design.cost.nre, programme) {
                (None, Some(_)) => None,
                _ => Some(self.development(design).0),
            },
            spending: programme.map_or(0.0, |programme| self.dollars(design, programme.cost * quarter)),
            stop_cost: programme.map_or(0.0, |programme| self.dollars(design, programme.stop_cost)),
            porting: self.dollars(design, design.software.porting),
        };
        stakes.risk(self.question.seed, self.question.futures)
    }

    /// Both sides by quarter: what a million samples costs on the chip, and on a rival bought in that quarter.
    fn lifetime(&self, chip: &Side, rival: &Side, terms: &Terms, ready: Quarter) -> Vec<LifePoint> {
        let seconds = Seconds::quarters(1.0).as_seconds();
        (0..=HORIZON)
            .map(|age| {
                let at = ready + Quarters(age);
                let cost = |total: f64, rate: Option<f64>| rate.map(|rate| total / (rate * seconds) * 1e6);
                LifePoint {
                    quarter: at.to_string(),
                    chip: cost(chip.total(), chip.grid.at(at, 0.5).map(|rate| rate * terms.maturity(age))),
                    rival: cost(rival.total() * terms.rival_price(at), rival.grid.at(at, 0.5)),
                }
            })
            .collect()
    }

    /// One design of a sweep.
    fn point(&self, design: &ChipDesign, rival: &Side, volume: Option<Volume>) -> Result<SweepPoint, String> {
        let own = self.overlaid(design)?;
        let platform = own.platform(&design.id).map_err(|error| error.to_string())?;
        let terms = self.terms(design);
        let ready = self.ready(design);
        let mixed = self.mix().on(&own, platform, Some(&design.software), ready, 0.5)?;
        let span = self.span(design, terms.life);
        let chip = self.side(&own, platform, Some(design), span, &[0.5], ready);
        let expected = Future { ready, performance: 1.0, speed: 0.5 };
        let economy = self.economy(design, &chip, rival, &terms, &expected);
        let millions = mixed.rate * Seconds::quarters(1.0).as_seconds() / 1e6;
        let unit = design.unit_cost(&self.catalog.silicon, &self.catalog.money, self.year)?.total();
        Ok(SweepPoint {
            cost_per_million: chip.total() / millions,
            watts_per_million_rate: mixed.draw.as_watts() / (mixed.rate / 1e6),
            rate: mixed.rate,
            unit_cost: unit.typical.as_dollars(),
            die_area_mm2: design.die_area.as_square_millimetres(),
            tdp_w: design.tdp.as_watts(),
            saving_per_chip: economy.saving_per_chip,
            break_even: economy.break_even,
            net: volume.map(|volume| {
                volume.likely * economy.saving_per_chip - economy.development_at_shipment - economy.porting
            }),
            binds: words_of(&mixed.binds),
            ..SweepPoint::default()
        })
    }

    fn assumptions(&self, own: &Catalog, design: &ChipDesign, terms: &Terms) -> Vec<String> {
        let calibration = &self.catalog.steps.recommendation;
        let mut provenance = Provenance::none();
        if let Ok(shares) = own.efficiency(&design.id) {
            provenance.absorb_fact(&shares.recommendation_inference);
            provenance.absorb_fact(&shares.embedding);
        }
        let shares = own.efficiency(&design.id).map_or_else(
            |_| String::new(),
            |shares| {
                format!(
                    "dense layers reach {} of peak ({} to {}), lookups {} of the memory's rate: {}",
                    number::percent(shares.recommendation_inference.value),
                    number::percent(shares.recommendation_inference.low),
                    number::percent(shares.recommendation_inference.high),
                    number::percent(shares.embedding.value),
                    provenance.origin
                )
            },
        );
        vec![
            format!(
                "models grow each year by {}x operations ({} to {}), {}x table bytes, {}x lookups from their own quarter on",
                calibration.drift_flops.value,
                calibration.drift_flops.low,
                calibration.drift_flops.high,
                calibration.drift_embedding_bytes.value,
                calibration.drift_lookups.value
            ),
            format!(
                "work on newly bought rivals falls in cost by {}x a year from {}; the price of the catalogue stands before",
                terms.progress, terms.priced
            ),
            shares,
            format!(
                "machines, network and hall at {} a year over their lives, electricity of {}; no staff to run either side",
                number::percent(self.question.economics.discount_rate),
                self.question.economics.region
            ),
            "chips are bought at once, at the first shipment, and work all the time at the rate of the fit"
                .to_owned(),
        ]
    }
}

/// Bindings of the models of a mix in words, each once.
fn words_of(binds: &[quarterdeck_performance::Binding]) -> String {
    let mut words: Vec<String> = Vec::new();
    for bind in binds.iter().map(ToString::to_string) {
        if !words.contains(&bind) {
            words.push(bind);
        }
    }
    words.join(", ")
}

fn cost_lines(unit: &UnitCost) -> Vec<CostLine> {
    unit.parts
        .iter()
        .map(|part| CostLine {
            name: part.name.to_owned(),
            low: part.cost.low.as_dollars(),
            typical: part.cost.typical.as_dollars(),
            high: part.cost.high.as_dollars(),
            basis: part.basis.clone(),
        })
        .collect()
}
