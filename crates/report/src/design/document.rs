//! A site as one JSON document: base units in the ends of the keys, full precision.

use quarterdeck_facility::CostRange;
use quarterdeck_facility::network::Reach;
use serde_json::{Value, json};

use super::{
    Answer, Asked, CoolingOption, Cost, Design, Halls, Misfit, Network, Power, Question, Schedule, Site,
};
use crate::json::Document;
use crate::table::TableError;

impl Design {
    /// The answer as one JSON document.
    ///
    /// # Errors
    /// When it holds what JSON cannot, which is a fault of the program.
    pub fn to_json(&self) -> Result<Value, TableError> {
        let answer = match &self.answer {
            Answer::Stands(found) => site(found),
            Answer::DoesNotFit(found) => misfit(found),
        };
        let body = json!({
            "question": question(&self.question),
            "fits": self.site().is_some(),
            "verdict": self.verdict(),
            "answer": answer,
            "origin": self.origin,
            "assumptions": self.assumptions,
            "sources": self.sources.iter().map(|source| &source.id).collect::<Vec<_>>(),
        });
        serde_json::to_value(Document::new("design", body))
            .map_err(|error| TableError::Write { table: "design".to_owned(), reason: error.to_string() })
    }
}

fn question(question: &Question) -> Value {
    let (platforms, power) = match question.asked {
        Asked::Platforms(platforms) => (Some(platforms), None),
        Asked::ItPower(power) => (None, Some(power.as_watts())),
    };
    json!({
        "platform": question.platform,
        "platform_name": question.platform_name,
        "device": question.device,
        "platform_devices": question.devices_per_platform,
        "asked_platforms": platforms,
        "asked_it_power_w": power,
        "place": question.place.name,
        "climate": question.place.climate,
        "weather": question.place.weather,
        "region": question.place.region,
        "need": question.need.map(|quarter| quarter.to_string()),
        "price_year": question.price_year,
        "command": question.command,
    })
}

fn misfit(misfit: &Misfit) -> Value {
    json!({
        "reason": misfit.reason,
        "instead": misfit.instead.iter().map(|instead| json!({
            "change": instead.change, "flags": instead.flags,
        })).collect::<Vec<_>>(),
        "cooling_options": misfit.options.iter().map(option).collect::<Vec<_>>(),
    })
}

fn range(range: CostRange) -> Value {
    json!({
        "low_usd": range.low.as_dollars(),
        "typical_usd": range.typical.as_dollars(),
        "high_usd": range.high.as_dollars(),
    })
}

fn site(site: &Site) -> Value {
    json!({
        "fleet": {
            "platforms": site.fleet.platforms,
            "devices": site.fleet.devices,
            "servers": site.fleet.servers,
        },
        "halls": halls(&site.halls),
        "power": power(&site.power),
        "cooling_options": site.options.iter().map(option).collect::<Vec<_>>(),
        "networks": site.networks.iter().map(network).collect::<Vec<_>>(),
        "cost": cost(&site.cost),
        "schedule": schedule(&site.schedule),
        "year": {
            "it_energy_j": site.year.it_energy.as_joules(),
            "site_energy_j": site.year.site_energy.as_joules(),
            "electricity_usd": site.year.electricity.as_dollars(),
            "upkeep_usd": site.year.upkeep.as_dollars(),
            "water_l": site.year.water.as_litres(),
            "power_plant_water_l": site.year.source_water.as_litres(),
            "carbon_tco2e": site.year.carbon.as_tonnes(),
            "embodied_carbon_tco2e": site.year.embodied.map(|grams| grams.as_tonnes()),
        },
        "binds": site.binds,
    })
}

fn halls(halls: &Halls) -> Value {
    json!({
        "cooling": halls.cooling,
        "halls_count": halls.count,
        "hall_power_w": halls.hall_power.as_watts(),
        "platforms_per_rack": halls.platforms_per_rack,
        "rack_power_w": halls.rack_power.as_watts(),
        "rack_density_max_w": halls.density_max.as_watts(),
        "rack_limit": halls.rack_limit,
        "racks": halls.racks.iter().map(|group| json!({
            "id": group.id,
            "name": group.name,
            "group_racks": group.racks,
            "rack_power_w": group.power.as_watts(),
            "basis": group.basis,
        })).collect::<Vec<_>>(),
        "all_racks": halls.racks(),
        "floor_m2": halls.area.as_square_metres(),
        "floor_note": halls.floor_note,
    })
}

fn power(power: &Power) -> Value {
    json!({
        "nameplate_it_w": power.nameplate.as_watts(),
        "drawn_it_w": power.drawn.as_watts(),
        "drawn_basis": power.drawn_basis,
        "facility_mean_w": power.facility_mean().as_watts(),
        "facility_peak_w": power.facility_peak().as_watts(),
        "peak_at": power.peak_at,
        "year_pue": power.pue(),
        "peak_pue": power.pue_peak(),
        "year_wue_l_per_kwh": power.wue.as_per_kilowatt_hour(),
        "chiller_hours_fraction": power.chiller_share,
        "too_warm_h": power.over_hours,
        "plant": power.plant_id,
        "plant_title": power.plant,
        "oversubscription": power.oversubscription,
        "chain": power.chain,
        "swing": power.swing,
        "parts": power.parts.iter().map(|part| json!({
            "id": part.id,
            "name": part.name,
            "mean_w": part.mean.as_watts(),
            "peak_w": part.peak.as_watts(),
        })).collect::<Vec<_>>(),
        "months": power.months.iter().map(|month| json!({
            "month": month.name,
            "month_pue": month.pue,
            "month_wue_l_per_kwh": month.wue.as_per_kilowatt_hour(),
        })).collect::<Vec<_>>(),
    })
}

fn option(option: &CoolingOption) -> Value {
    match &option.outcome {
        Ok(found) => json!({
            "plant": option.design,
            "cooling": option.kind,
            "carries": true,
            "chosen": option.chosen,
            "platforms": found.platforms,
            "racks": found.racks,
            "year_pue": found.pue,
            "year_wue_l_per_kwh": found.wue.as_per_kilowatt_hour(),
            "chiller_hours_fraction": found.chiller_share,
            "peak_w": found.peak.as_watts(),
            "halls_usd": found.build.as_dollars(),
            "yearly_usd_per_platform_year": found.yearly_per_platform.as_dollars(),
        }),
        Err(reason) => json!({
            "plant": option.design, "cooling": option.kind, "carries": false, "reason": reason,
        }),
    }
}

fn network(network: &Network) -> Value {
    let bill = &network.bill;
    let structure = &bill.structure;
    let role = |tier: usize| structure.tiers[tier].role.word(true);
    json!({
        "id": network.id,
        "name": network.name,
        "fabric": bill.shape.to_string(),
        "shape": network.shape(),
        "switch": bill.switch,
        "ports_count": bill.ports,
        "port_rate_b_per_s": bill.port_rate.as_bytes_per_second(),
        "switches": bill.switches(),
        "planes": structure.planes,
        "tiers": structure.tiers.iter().map(|tier| json!({
            "role": tier.role.word(true), "count": tier.count, "groups": tier.groups,
        })).collect::<Vec<_>>(),
        "links": structure.joins.iter().map(|join| json!({
            "from": role(join.lower), "to": role(join.upper), "links": join.links,
            "reach": join.reach.word(), "medium": join.medium.as_str(),
        })).collect::<Vec<_>>(),
        "all_links": bill.links(),
        "cables": Reach::ALL.map(|reach| json!({
            "reach": reach.word(), "cables_count": bill.cables(reach),
        })),
        "parts": bill.lines.iter().map(|line| json!({
            "part": line.part,
            "what": super::tables::part_words(line),
            "parts_count": line.count,
            "power_w": line.power.as_watts(),
            "cost": range(line.cost),
        })).collect::<Vec<_>>(),
        "optics": bill.optics.iter().map(|optics| json!({
            "link": optics.link, "at": optics.role.word(true), "module_ports": optics.module_ports,
            "modules": optics.modules,
        })).collect::<Vec<_>>(),
        "power_w": bill.power().as_watts(),
        "cost": range(bill.cost_range()),
        "bisection_b_per_s": bill.bisection().as_bytes_per_second(),
        "bisection_fraction": network.bisection_share(),
        "injection_b_per_s": bill.injection().as_bytes_per_second(),
        "mean_hops_count": structure.hops.mean,
        "worst_hops": structure.hops.worst,
        "under_load": network.under_load.iter().map(|load| json!({
            "collective": load.collective,
            "rate_b_per_s": load.rate.as_bytes_per_second(),
            "limit": load.limit,
        })).collect::<Vec<_>>(),
    })
}

fn cost(cost: &Cost) -> Value {
    json!({
        "total": range(cost.total()),
        "classes": cost.classes.iter().map(|class| json!({
            "id": class.id, "name": class.name, "cost": range(class.cost), "basis": class.basis,
        })).collect::<Vec<_>>(),
        "missing": cost.missing,
    })
}

fn schedule(schedule: &Schedule) -> Value {
    let (low, middle, high) = schedule.finish;
    json!({
        "project": schedule.kind,
        "likely_s": schedule.likely.as_seconds(),
        "p10_s": low.as_seconds(),
        "p50_s": middle.as_seconds(),
        "p90_s": high.as_seconds(),
        "tasks": schedule.tasks.iter().map(|task| json!({
            "id": task.id,
            "name": task.name,
            "p10_s": task.duration.0.as_seconds(),
            "likely_s": task.duration.1.as_seconds(),
            "p90_s": task.duration.2.as_seconds(),
            "start_s": task.start.as_seconds(),
            "latest_start_s": task.latest_start.as_seconds(),
            "critical": task.is_critical(),
            "criticality_fraction": task.criticality,
            "begin_by_p50": task.order_by.as_ref().map(|months| &months.p50),
            "begin_by_p90": task.order_by.as_ref().map(|months| &months.p90),
            "after": task.after,
        })).collect::<Vec<_>>(),
        "exits": schedule.exits.iter().map(|exit| json!({
            "after_quarters": exit.quarter,
            "spent_usd": exit.spent.as_dollars(),
            "cancel_usd": exit.cancel.as_dollars(),
            "pause_usd": exit.pause.as_dollars(),
        })).collect::<Vec<_>>(),
    })
}
