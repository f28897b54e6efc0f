//! What things cost: the prices that the objective uses, and the bill of a plan added up from its decisions.

use crate::CostClass;
use crate::outcome::{LedgerKind, LedgerLine, Plan, Pool};
use crate::problem::{
    OfferIdx, Pin, PlaceIdx, Placement, PlatformIdx, PortingIdx, Problem, QuarterIdx, WorkloadIdx,
};
use quarterdeck_units::{Seconds, Usd, UsdPerJoule};

/// One calendar quarter.
fn quarter_length() -> Seconds {
    Seconds::quarters(1.0)
}

/// Whether spending of a class is capital spending, which the budget limits.
pub fn is_capex(class: CostClass) -> bool {
    matches!(class, CostClass::Machines | CostClass::Network | CostClass::Buildings | CostClass::Other)
}

/// Price of one platform delivered at a place.
#[derive(Clone, Copy, Debug)]
pub struct Delivered {
    /// The machine.
    pub machine: Usd,
    /// Switches, optics and cables.
    pub network: Usd,
}

/// Price of one platform of an offer, delivered at a place, ordered in a quarter.
pub fn delivered_cost(problem: &Problem, offer: OfferIdx, place: PlaceIdx, ordered: QuarterIdx) -> Delivered {
    let facts = &problem.offers[offer];
    let network =
        placement(problem, facts.platform, place).map_or(Usd::ZERO, |placement| placement.network_capex);
    Delivered { machine: facts.price[ordered], network }
}

/// What a platform takes at a place, if it may stand there.
pub fn placement(problem: &Problem, platform: PlatformIdx, place: PlaceIdx) -> Option<&Placement> {
    problem.placements.iter().find(|placement| placement.platform == platform && placement.place == place)
}

/// Share of the price that is left at the end of the horizon, by straight line over the life.
///
/// $$ \max\left(0,\ 1 - \frac{n - a}{L}\right) $$
///
/// with $a$ the quarter of arrival, $n$ the number of quarters planned, $L$ the life.
pub fn residual_share(problem: &Problem, platform: PlatformIdx, arrives: QuarterIdx) -> f64 {
    let age = (problem.quarters.len() - arrives) as f64;
    let life = f64::from(problem.platforms[platform].life.0.max(1));
    (1.0 - age / life).max(0.0)
}

/// Quarters within the horizon in which a rental is paid.
pub fn rental_quarters(problem: &Problem, rental: usize, begun: QuarterIdx) -> std::ops::Range<QuarterIdx> {
    let term = problem.rentals[rental].term.0.max(1) as usize;
    begun..(begun + term).min(problem.quarters.len())
}

/// Value of all the demand of a workload in a quarter, at the price of leaving it unserved.
pub fn value_of_demand(problem: &Problem, workload: WorkloadIdx, quarter: QuarterIdx) -> Usd {
    let facts = &problem.workloads[workload];
    let units = facts.peak_demand[quarter] * facts.mean_over_peak * quarter_length().as_seconds();
    Usd::dollars(units * facts.unserved_price)
}

/// Cash of a porting begun in a quarter: its cost, evenly over its effort, as far as the horizon reaches.
pub fn porting_cash(problem: &Problem, porting: PortingIdx, start: QuarterIdx) -> Vec<(QuarterIdx, Usd)> {
    let facts = &problem.portings[porting];
    let effort = facts.effort.0.max(1) as usize;
    (start..(start + effort).min(problem.quarters.len()))
        .map(|quarter| (quarter, facts.cost / effort as f64))
        .collect()
}

/// Cost of keeping one platform in service for a quarter.
#[derive(Clone, Copy, Debug)]
pub struct Upkeep {
    /// Electricity at idle.
    pub energy: Usd,
    /// Maintenance.
    pub maintenance: Usd,
}

/// Energy prices that need a view of all places.
#[derive(Clone, Debug)]
pub struct Prices {
    /// Price of IT energy, facility losses included, averaged over the places of each platform.
    work: Vec<UsdPerJoule>,
}

impl Prices {
    /// The prices of a problem.
    ///
    /// Work is not bound to a place, so the energy above idle is priced at the mean over the platform's places,
    /// weighted by the most power each can have: exact where sites pay alike, otherwise off by the spread of
    /// prices times the share of energy above idle.
    pub fn of(problem: &Problem) -> Prices {
        let weight = |place: PlaceIdx| -> f64 {
            let base =
                problem.places[place].it_power.iter().map(|power| power.as_megawatts()).fold(0.0, f64::max);
            let added: f64 = problem
                .projects
                .iter()
                .map(|project| {
                    let adds = project.schedules.iter().flat_map(|schedule| &schedule.adds);
                    adds.filter(|(at, _)| *at == place)
                        .flat_map(|(_, watts)| watts.iter().map(|power| power.as_megawatts()))
                        .fold(0.0, f64::max)
                })
                .sum();
            base + added
        };
        let work = (0..problem.platforms.len())
            .map(|platform| {
                let mut total = 0.0;
                let mut price = 0.0;
                for placement in problem.placements.iter().filter(|placement| placement.platform == platform)
                {
                    let place = &problem.places[placement.place];
                    total += weight(placement.place);
                    price += weight(placement.place) * place.pue * place.electricity.as_per_megawatt_hour();
                }
                UsdPerJoule::per_megawatt_hour(if total > 0.0 { price / total } else { 0.0 })
            })
            .collect();
        Prices { work }
    }

    /// Cost of one platform in service at a place for a quarter, before any work.
    pub fn upkeep(&self, problem: &Problem, platform: PlatformIdx, place: PlaceIdx) -> Upkeep {
        let facts = &problem.platforms[platform];
        let place = &problem.places[place];
        Upkeep {
            energy: facts.idle_power * quarter_length() * place.pue * place.electricity,
            maintenance: facts.maintenance,
        }
    }

    /// Cost of the energy above idle of one platform that works for a workload for a quarter.
    pub fn work(
        &self,
        problem: &Problem,
        workload: WorkloadIdx,
        platform: PlatformIdx,
        quarter: QuarterIdx,
    ) -> Usd {
        let facts = &problem.workloads[workload];
        let power = facts.rates[&platform][quarter].power - problem.platforms[platform].idle_power;
        power.max(quarterdeck_units::Watts::ZERO)
            * facts.mean_over_peak
            * quarter_length()
            * self.work[platform]
    }
}

/// The bill of a plan, added up from its decisions; the discounted sum is its present cost.
pub fn bill(problem: &Problem, plan: &Plan) -> Vec<LedgerLine> {
    let mut bill = Bill { problem, lines: Vec::new() };
    bill.machines(plan);
    bill.operation(plan);
    bill.choices(plan);
    bill.shortfalls(plan);
    bill.lines
}

struct Bill<'a> {
    problem: &'a Problem,
    lines: Vec<LedgerLine>,
}

impl Bill<'_> {
    fn add(&mut self, kind: LedgerKind, class: CostClass, subject: &str, quarter: QuarterIdx, amount: Usd) {
        if amount == Usd::ZERO {
            return;
        }
        let present = amount * self.problem.discount[quarter];
        self.lines.push(LedgerLine { kind, class, subject: subject.to_owned(), quarter, amount, present });
    }

    fn add_class(&mut self, class: CostClass, subject: &str, quarter: QuarterIdx, amount: Usd) {
        let kind = if is_capex(class) { LedgerKind::Capex } else { LedgerKind::Opex };
        self.add(kind, class, subject, quarter, amount);
    }

    fn machines(&mut self, plan: &Plan) {
        let problem = self.problem;
        let last = problem.quarters.len() - 1;
        for order in &plan.orders {
            let offer = &problem.offers[order.offer];
            let subject = &problem.platforms[offer.platform].id;
            let unit = delivered_cost(problem, order.offer, order.place, order.quarter);
            let arrives = order.in_service;
            self.add_class(CostClass::Machines, subject, arrives, unit.machine * order.count);
            self.add_class(CostClass::Network, subject, arrives, unit.network * order.count);
            let left = residual_share(problem, offer.platform, arrives) * order.count;
            self.add(LedgerKind::Residual, CostClass::Machines, subject, last, -(unit.machine * left));
            self.add(LedgerKind::Residual, CostClass::Network, subject, last, -(unit.network * left));
        }
        for start in &plan.rentals {
            let rental = &problem.rentals[start.rental];
            for quarter in rental_quarters(problem, start.rental, start.quarter) {
                let amount = rental.price[start.quarter] * start.count;
                self.add_class(CostClass::Rental, &problem.platforms[rental.platform].id, quarter, amount);
            }
        }
        for (class, cash) in &problem.committed {
            for (quarter, amount) in cash.iter().enumerate() {
                self.add_class(*class, "committed", quarter, *amount);
            }
        }
    }

    fn operation(&mut self, plan: &Plan) {
        let problem = self.problem;
        let prices = Prices::of(problem);
        for ((platform, place), fleet) in &plan.fleet {
            let upkeep = prices.upkeep(problem, *platform, *place);
            let subject = &problem.platforms[*platform].id;
            for (quarter, count) in fleet.iter().enumerate() {
                self.add_class(CostClass::Energy, subject, quarter, upkeep.energy * *count);
                self.add_class(CostClass::Operations, subject, quarter, upkeep.maintenance * *count);
            }
        }
        for ((workload, platform, pool), allocated) in &plan.allocation {
            if *pool == Pool::Rented {
                continue;
            }
            for (quarter, count) in allocated.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                let energy = prices.work(problem, *workload, *platform, quarter);
                self.add_class(CostClass::Energy, &problem.platforms[*platform].id, quarter, energy * *count);
            }
        }
        for (workload, unserved) in &plan.unserved {
            let facts = &problem.workloads[*workload];
            for (quarter, short) in unserved.iter().enumerate().filter(|(_, short)| **short > 0.0) {
                let amount =
                    value_of_demand(problem, *workload, quarter) * (short / facts.peak_demand[quarter]);
                self.add(LedgerKind::Unserved, CostClass::Other, &facts.id, quarter, amount);
            }
        }
    }

    fn choices(&mut self, plan: &Plan) {
        let problem = self.problem;
        let last = problem.quarters.len() - 1;
        for (project, schedule) in &plan.projects {
            let facts = &problem.projects[*project];
            let schedule = &facts.schedules[*schedule];
            for (class, cash) in &schedule.cash {
                for (quarter, amount) in cash.iter().enumerate() {
                    self.add_class(*class, &facts.id, quarter, *amount);
                }
            }
            self.add(LedgerKind::Residual, CostClass::Buildings, &facts.id, last, -schedule.residual);
        }
        for (programme, schedule) in &plan.programmes {
            let facts = &problem.programmes[*programme];
            for (class, cash) in &facts.schedules[*schedule].cash {
                for (quarter, amount) in cash.iter().enumerate() {
                    self.add_class(*class, &facts.id, quarter, *amount);
                }
            }
        }
        for (porting, start) in &plan.portings {
            let Some(start) = start else { continue };
            let facts = &problem.portings[*porting];
            let subject = format!("{} to {}", problem.workloads[facts.workload].id, facts.family);
            for (quarter, amount) in porting_cash(problem, *porting, *start) {
                self.add_class(CostClass::Porting, &subject, quarter, amount);
            }
        }
    }

    fn shortfalls(&mut self, plan: &Plan) {
        let penalties = &self.problem.penalties;
        for shortfall in &plan.shortfalls {
            let price = match shortfall.family {
                "power" => penalties.power_per_watt * 1e6,
                "racks" => penalties.rack,
                "budget" => penalties.overspend * 1e6,
                "history" => penalties.history_per_platform,
                _ => continue,
            };
            let amount = Usd::dollars(price * shortfall.amount);
            // History belongs to no single quarter: its price is not discounted.
            let quarter = shortfall.quarter.unwrap_or(0);
            self.add(LedgerKind::Penalty, CostClass::Other, shortfall.family, quarter, amount);
            if shortfall.quarter.is_none()
                && let Some(line) = self.lines.last_mut()
            {
                line.present = line.amount;
            }
        }
    }
}

/// Words for a pin, for the shortfall that names it.
pub fn pin_label(pin: &Pin) -> String {
    match pin {
        Pin::Buy { label, .. } | Pin::Fleet { label, .. } => label.clone(),
        Pin::Project { .. } | Pin::Programme { .. } | Pin::Porting { .. } => String::new(),
    }
}
