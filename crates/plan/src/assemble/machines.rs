//! Platforms, where they may stand, and what can be bought or rented.

use super::{AssembleError, Assembler, is_purchase, platform_ids};
use crate::problem::{OfferFacts, Placement, PlatformFacts, RentalFacts};
use quarterdeck_catalog::{Platform, Provenance};
use quarterdeck_cluster::platform_goodput;
use quarterdeck_facility::network::{
    NetworkPolicy, NoFabric, PlatformNetwork, network_capacity, platform_network,
};
use quarterdeck_facility::site::{Block, SiteEnvelope};
use quarterdeck_facility::{Prices, footprint};
use quarterdeck_scenario::{Offer, OfferTerms, ShockChange, WorkloadKind};
use quarterdeck_units::{Bytes, Count, Quarter, Quarters, Ratio, Seconds, Usd, Watts};
use std::sync::Arc;

impl Assembler<'_> {
    pub(super) fn platforms(&mut self) {
        for id in platform_ids(self.scenario) {
            match self.catalog.platform(&id) {
                Ok(platform) => {
                    if self.platform_idx(&platform.id).is_none() {
                        let facts = self.platform_facts(platform);
                        self.platforms.push(Arc::clone(platform));
                        self.problem.platforms.push(facts);
                    }
                }
                Err(error) => self.errors.push(AssembleError::Unknown(error)),
            }
        }
    }

    fn platform_facts(&self, platform: &Platform) -> PlatformFacts {
        let mut provenance = Provenance::none();
        provenance.absorb_fact(&platform.power.idle);
        provenance.absorb_fact(&platform.lifetime);
        // Shares out for spares, repair and maintenance are those of a serving replica; what a training job
        // loses to failures is in its rate.
        let serving = WorkloadKind::RecommendationInference {
            latency_p99: Seconds::seconds(1.0),
            candidates_per_query: Count(1.0),
            precision: None,
        };
        let goodput =
            platform_goodput(&serving, platform, 1.0, Bytes::ZERO, self.scenario.costs.spares, self.catalog);
        provenance.absorb(&goodput.provenance);
        let available = goodput.goodput.availability;
        let price = self.list_price(platform, &mut provenance);
        let share = self.scenario.costs.maintenance.map_or_else(
            || {
                let upkeep = &self.catalog.facility.project.upkeep_share;
                provenance.absorb_fact(upkeep);
                upkeep.value
            },
            |share| share.0,
        );
        PlatformFacts {
            id: platform.id.clone(),
            title: platform.name.clone(),
            family: self.catalog.device_of(platform).family.to_string(),
            devices: f64::from(platform.devices),
            life: quarters_of(platform.lifetime.value),
            idle_power: platform.power.idle.value,
            available: Ratio(available),
            maintenance: price * (share / 4.0),
            provenance,
        }
    }

    /// Price for upkeep: the first offer's, else the catalogue's, else nothing known and so nothing charged.
    fn list_price(&self, platform: &Platform, provenance: &mut Provenance) -> Usd {
        let offered = self.scenario.offers.iter().find_map(|offer| match &offer.terms {
            OfferTerms::Purchase { price, .. } if offer.platform == platform.id => {
                price.points.first().map(|(_, price)| *price)
            }
            _ => None,
        });
        offered.unwrap_or_else(|| {
            let prices = Prices::new(&self.catalog.money, self.scenario.horizon.price_year);
            platform.price().ok().and_then(|fact| prices.of(fact, provenance).ok()).unwrap_or(Usd::ZERO)
        })
    }

    pub(super) fn placements(&mut self) {
        let envelopes = self.envelopes;
        for platform in 0..self.platforms.len() {
            let purchasable = self.scenario.offers.iter().any(|offer| {
                is_purchase(&offer.terms) && self.platform_idx(&offer.platform) == Some(platform)
            });
            let mut placed = false;
            let mut misfit = None;
            for envelope in envelopes {
                for block in &envelope.blocks {
                    let installed = self.installed(platform, envelope, block);
                    if !purchasable && installed.is_empty() {
                        continue;
                    }
                    match self.placement(platform, envelope, block, installed) {
                        Ok(placement) => {
                            self.problem.placements.push(placement);
                            placed = true;
                        }
                        Err(Unplaced::Fit(reason)) => misfit = Some(reason),
                        Err(Unplaced::Error(error)) => self.errors.push(error),
                    }
                }
            }
            if let (true, false, Some(reason)) = (purchasable, placed, misfit) {
                let platform = self.platforms[platform].id.clone();
                self.errors.push(AssembleError::NoPlace { platform, reason });
            }
        }
    }

    /// Machines that stand in existing halls at the start, with the quarter in which they reach their end.
    fn installed(
        &self,
        platform: usize,
        envelope: &SiteEnvelope,
        block: &Block,
    ) -> Vec<(f64, Option<usize>)> {
        if block.source != quarterdeck_facility::site::BlockSource::Existing {
            return Vec::new();
        }
        let life = self.problem.platforms[platform].life;
        let start = self.scenario.horizon.start;
        let end_of = |since: Option<Quarter>| {
            // Without a date, machines are taken to be half through their life.
            let since = since.unwrap_or(start - Quarters(life.0 / 2));
            let end = since + life;
            if end > self.scenario.horizon.end { None } else { Some((end - start).0.max(0) as usize) }
        };
        self.scenario
            .sites
            .iter()
            .filter(|site| site.id == envelope.id)
            .flat_map(|site| &site.fleet)
            .filter(|installed| self.platform_idx(&installed.platform) == Some(platform))
            .flat_map(|installed| {
                let end = end_of(installed.since);
                // A fleet bought over years leaves over years: a quarter of it each half year around the mean.
                spread(installed.count.0, end, self.quarters.len())
            })
            .collect()
    }

    fn placement(
        &self,
        platform: usize,
        envelope: &SiteEnvelope,
        block: &Block,
        installed: Vec<(f64, Option<usize>)>,
    ) -> Result<Placement, Unplaced> {
        let facts = &self.platforms[platform];
        let (power, _) = self.run.provision.power(facts);
        let most = self.most_power(envelope, block);
        let count = (most / power).floor().max(1.0) as u64;
        let network = self.network(facts, count).map_err(|reason| {
            Unplaced::Error(AssembleError::NoFabric { platform: facts.id.clone(), reason })
        })?;
        let found = footprint(facts, block, self.run.provision, Some(&network))
            .map_err(|misfit| Unplaced::Fit(misfit.to_string()))?;
        Ok(Placement {
            platform,
            place: self.place_idx(&block.id).unwrap_or_default(),
            provisioned_power: found.it_power(),
            racks: found.racks,
            air_heat: found.air_heat,
            network_capex: found.network_cost,
            network_gbps: network_capacity([(facts.as_ref(), 1.0)]).total().as_gigabits_per_second(),
            installed,
        })
    }

    /// Network of as many platforms as the place holds, or of the largest pods that three tiers can join.
    fn network(&self, platform: &Platform, count: u64) -> Result<PlatformNetwork, NoFabric> {
        let prices = Prices::new(&self.catalog.money, self.scenario.horizon.price_year);
        let policy = NetworkPolicy::default();
        let mut count = count;
        loop {
            match platform_network(platform, count, &self.catalog.fabric, &policy, &prices) {
                Err(_) if count > 1 => count /= 2,
                found => return found,
            }
        }
    }

    pub(super) fn offers(&mut self) {
        let scenario = self.scenario;
        for offer in &scenario.offers {
            let Some(platform) = self.platform_idx(&offer.platform) else { continue };
            let price_factor = self.shock_factor(offer, |change| match change {
                ShockChange::Price { offer, factor } => Some((offer, factor.0)),
                _ => None,
            });
            let supply_factor = self.shock_factor(offer, |change| match change {
                ShockChange::Supply { offer, factor } => Some((offer, factor.0)),
                _ => None,
            });
            let ceiling = self.ceiling(platform);
            let on_sale = |quarter: Quarter| {
                offer.from.is_none_or(|from| quarter >= from)
                    && offer.until.is_none_or(|until| quarter <= until)
            };
            let supply = self.by_quarter(|quarter| {
                if !on_sale(quarter) {
                    return 0.0;
                }
                let limit = offer
                    .supply
                    .as_ref()
                    .map_or(Some(ceiling), |curve| curve.at(quarter).map(|count| count.0));
                limit.unwrap_or(0.0) * supply_factor[self.clamped(quarter)]
            });
            match &offer.terms {
                OfferTerms::Purchase { price, lead_time } => {
                    let price = self.by_quarter(|quarter| {
                        price.at(quarter).unwrap_or(Usd::ZERO) * price_factor[self.clamped(quarter)]
                    });
                    let programme = offer.programme.as_ref().and_then(|id| {
                        self.problem.programmes.iter().position(|programme| programme.id == *id)
                    });
                    self.problem.offers.push(OfferFacts {
                        id: offer.id.clone(),
                        vendor: offer.vendor.clone(),
                        platform,
                        price,
                        lead_time: *lead_time,
                        supply,
                        programme,
                        whole: offer.whole,
                    });
                }
                OfferTerms::Rental { price, term } => {
                    let quarter_length = Quarters(1).duration();
                    let price = self.by_quarter(|quarter| {
                        let flow = price.at(quarter).unwrap_or_default();
                        flow * quarter_length * price_factor[self.clamped(quarter)]
                    });
                    self.problem.rentals.push(RentalFacts {
                        id: offer.id.clone(),
                        vendor: offer.vendor.clone(),
                        platform,
                        price,
                        term: *term,
                        supply,
                        whole: offer.whole,
                    });
                }
            }
        }
    }

    /// As many as all places could ever power, with room for replacements: a real bound where no supply is given.
    fn ceiling(&self, platform: usize) -> f64 {
        let power = self.run.provision.power(&self.platforms[platform]).0;
        let all: Watts = self
            .envelopes
            .iter()
            .flat_map(|envelope| envelope.blocks.iter().map(|block| self.most_power(envelope, block)))
            .sum();
        if all.is_positive() { (all / power).max(1.0) } else { 10_000.0 }
    }

    fn shock_factor<'s>(
        &'s self,
        offer: &Offer,
        of: impl Fn(&'s ShockChange) -> Option<(&'s String, f64)>,
    ) -> Vec<f64> {
        self.by_quarter(|quarter| {
            self.scenario
                .shocks
                .iter()
                .filter(|shock| shock.happens <= quarter && self.run.foresight.sees(shock))
                .filter_map(|shock| of(&shock.changes))
                .filter(|(id, _)| **id == offer.id)
                .map(|(_, factor)| factor)
                .product()
        })
    }
}

enum Unplaced {
    Fit(String),
    Error(AssembleError),
}

fn quarters_of(life: Seconds) -> Quarters {
    Quarters((life.as_quarters().round() as i32).max(1))
}

/// A lot of machines bought around one date leaves in four parts, a quarter before to two after its mean end.
fn spread(count: f64, end: Option<usize>, quarters: usize) -> Vec<(f64, Option<usize>)> {
    let Some(end) = end else { return vec![(count, None)] };
    // A handful is not spread: parts of a machine mean nothing.
    if count < 100.0 {
        return vec![(count, Some(end))];
    }
    [-2i64, -1, 1, 2]
        .into_iter()
        .map(|shift| {
            let part_end = (end as i64 + shift).max(0) as usize;
            (count / 4.0, (part_end < quarters).then_some(part_end))
        })
        .collect()
}
