//! Plants against a second, plain implementation of the same equations, written from the catalogue's records alone:
//! hour by hour, with powers and searches in place of what the plant works out beforehand.

use std::sync::OnceLock;

use quarterdeck_catalog::{AirPath, Catalog, Chiller, DesignRecord, Sink, StageLoad, StagePlace, WaterLoop};
use quarterdeck_facility::cooling::{CoolingDesign, ItLoad, Plant};
use quarterdeck_facility::power::{PowerChain, Redundancy};
use quarterdeck_facility::weather::psychrometrics::{dew_point, humidity_ratio, saturation_pressure};
use quarterdeck_facility::weather::{Air, typical_year};
use quarterdeck_units::Watts;

/// The catalogue, read once.
fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

const LATENT: f64 = 2.43e6;

/// Power, compressors and litres of an hour.
#[derive(Debug, Clone, Copy)]
struct Reference {
    facility: f64,
    compressors: f64,
    litres: f64,
}

fn cop(chiller: &Chiller, cold: f64, warm: f64) -> f64 {
    let evaporating = cold - chiller.evaporator_approach.value.as_degrees() + 273.15;
    let condensing = warm + chiller.condenser_approach.value.as_degrees() + 273.15;
    let lift = (condensing - evaporating).max(chiller.lift_min.value.as_degrees());
    chiller.carnot_share.value * evaporating / lift
}

/// Pumps, fans, compressors, litres of a loop.
fn water(
    catalog: &Catalog,
    part: &WaterLoop,
    target: f64,
    (design, heat): (f64, f64),
    air: Air,
) -> (f64, f64, f64, f64) {
    let cycles = catalog.cooling.water.cycles.value;
    let drained = 1.0 + 1.0 / (cycles - 1.0);
    let pumps = part.pumps.value * design * libm::pow(heat / design, 3.0);
    let (full, heat) = (design * (1.0 + part.pumps.value), heat + pumps);
    let approach = part.approach.value.as_degrees() * heat / full;
    let fans_full = part.fans.value * full;
    let tower = part.sink == Sink::Tower;
    let sink = if tower { air.wet_bulb } else { air.dry_bulb };
    let vapour = |watts: f64| watts * 3600.0 / LATENT * drained;
    let tower_water = |watts: f64| {
        part.evaporated_share.as_ref().filter(|_| tower).map_or(0.0, |share| vapour(watts * share.value))
    };
    if sink + approach <= target {
        let speed = (approach / (target - sink)).max(part.fan_speed_min.value);
        return (pumps, fans_full * libm::pow(speed, 3.0), 0.0, tower_water(heat));
    }
    let depression = match part.sink {
        Sink::Adiabatic => {
            let share = part.pad_effectiveness.as_ref().expect("pads").value;
            share * (air.dry_bulb - air.wet_bulb)
        }
        _ => 0.0,
    };
    let pads = |kelvins: f64| {
        let rise = part.air_rise.as_ref().map_or(1.0, |rise| rise.value.as_degrees());
        vapour(full / rise * kelvins)
    };
    if sink - depression + approach <= target {
        return (pumps, fans_full, 0.0, pads(sink + approach - target));
    }
    let best = sink - depression + approach;
    let Some(chiller) = &part.chiller else {
        return (pumps, fans_full, 0.0, pads(depression) + tower_water(heat));
    };
    let chiller = catalog.cooling.chiller(chiller).expect("a chiller");
    let rise = part.rise.value.as_degrees();
    let returning = target + rise;
    let mechanical = ((best - target) / (returning - target)).min(1.0) * heat;
    let warm = if tower { sink + approach } else { sink - depression };
    let compressors = mechanical / cop(chiller, target, warm);
    let fans = if mechanical >= heat && !tower { 0.0 } else { fans_full };
    (pumps, fans, compressors, pads(depression) + tower_water(heat + compressors))
}

fn stage_loss(catalog: &Catalog, chain: &PowerChain, index: usize, output: f64) -> f64 {
    let stage = &chain.stages[index];
    let record = catalog.power.stage(&stage.id).expect("a stage");
    let one = output / stage.units;
    let rating = record.rating.value.as_watts();
    let loss = match (&record.points, &record.fixed_loss, &record.efficiency) {
        (Some(points), ..) => {
            let mut curve: Vec<(f64, f64)> = points
                .value
                .0
                .iter()
                .map(|(load, share)| (load * rating, load * rating * (1.0 / share - 1.0)))
                .collect();
            let slope = (curve[1].1 - curve[0].1) / (curve[1].0 - curve[0].0);
            curve.insert(0, (0.0, (curve[0].1 - slope * curve[0].0).max(0.0)));
            let after = curve.iter().position(|point| point.0 > one).unwrap_or(curve.len() - 1).max(1);
            let ((x1, y1), (x2, y2)) = (curve[after - 1], curve[after]);
            (y1 + (y2 - y1) * (one - x1) / (x2 - x1)).max(0.0)
        }
        (None, Some(fixed), Some(share)) => (one + fixed.value.as_watts()) / share.value - one,
        _ => unreachable!("a stage has a curve"),
    };
    loss * stage.units
}

fn reference(
    catalog: &Catalog,
    design: &DesignRecord,
    chain: &PowerChain,
    load: ItLoad,
    air: Air,
    pressure: f64,
) -> Reference {
    let parts = &catalog.cooling;
    let side = parts.air(&design.air).expect("air");
    let liquid = design.liquid.as_ref().map(|key| parts.liquid(key).expect("liquid"));
    let share = if liquid.is_some() { load.liquid_share } else { 0.0 };
    let heats = |it: f64, speed: f64| {
        let peak = load.peak.as_watts();
        let fans = side.fans.value * peak * (1.0 - share) * libm::pow(speed, 3.0);
        let units = liquid.map_or(0.0, |part| part.pumps.value * peak * share) * libm::pow(speed, 3.0);
        let (mut power, mut inside, mut outside) = (it + fans + units, 0.0, 0.0);
        for index in (0..chain.stages.len()).rev() {
            if chain.stages[index].carries == StageLoad::Critical {
                let loss = stage_loss(catalog, chain, index, power);
                power += loss;
                if chain.stages[index].place == StagePlace::Outdoors {
                    outside += loss
                } else {
                    inside += loss
                }
            }
        }
        (fans, units, inside, outside, it * (1.0 - share) + fans + inside, it * share + units)
    };
    let it = load.draw.as_watts();
    let (_, _, _, _, room_design, liquid_design) = heats(load.peak.as_watts(), 1.0);
    let (fans, units, inside, outside, room, liquid_heat) = heats(it, load.draw / load.peak);
    let supply = side.supply.value.as_degrees();
    let (mut pumps, mut coolers, mut compressors, mut litres) = (0.0, 0.0, 0.0, 0.0);
    let mut add = |found: (f64, f64, f64, f64)| {
        pumps += found.0;
        coolers += found.1;
        compressors += found.2;
        litres += found.3;
    };
    if side.path == AirPath::OutsideAir {
        add(outside_air(catalog, side, supply, room, air, pressure));
    } else {
        let part = parts.water_loop(design.air_loop.as_ref().expect("a loop")).expect("a loop");
        let target = supply - side.coil_approach.as_ref().expect("a coil").value.as_degrees();
        add(water(catalog, part, target, (room_design, room), air));
    }
    if let (Some(part), Some(key)) = (liquid, &design.liquid_loop)
        && share > 0.0
    {
        let part_loop = parts.water_loop(key).expect("a loop");
        let target = part.facility_supply.value.as_degrees();
        add(water(catalog, part_loop, target, (liquid_design, liquid_heat), air));
    }
    let mut power = it + fans + units + inside + outside + pumps + coolers + compressors;
    power += parts.house.share.value * load.peak.as_watts();
    for index in (0..chain.stages.len()).rev() {
        if chain.stages[index].carries == StageLoad::Site {
            power += stage_loss(catalog, chain, index, power);
        }
    }
    Reference { facility: power, compressors, litres }
}

fn outside_air(
    catalog: &Catalog,
    side: &quarterdeck_catalog::AirSystem,
    supply: f64,
    heat: f64,
    air: Air,
    pressure: f64,
) -> (f64, f64, f64, f64) {
    let rise = side.rise.value.as_degrees();
    let limit = side.dew_point_max.value.as_degrees();
    let cycles = catalog.cooling.water.cycles.value;
    let litres = |kelvins: f64| heat / rise * kelvins * 3600.0 / LATENT * (1.0 + 1.0 / (cycles - 1.0));
    if air.dry_bulb <= supply && air.dew_point <= limit {
        return (0.0, 0.0, 0.0, 0.0);
    }
    // Dew point of air at the supply temperature with the wet bulb of outside.
    let saturated = humidity_ratio(saturation_pressure(air.wet_bulb), pressure);
    let ratio = ((2501.0 - 2.326 * air.wet_bulb) * saturated - 1.006 * (supply - air.wet_bulb))
        / (2501.0 + 1.86 * supply - 4.186 * air.wet_bulb);
    let vapour = ratio * pressure / (0.621_945 + ratio);
    let wetted_dry_enough = vapour <= 0.0 || dew_point(vapour) <= limit;
    let effect =
        side.evaporation_effectiveness.as_ref().filter(|_| air.dry_bulb > supply && wetted_dry_enough);
    let depression = effect.map(|share| share.value * (air.dry_bulb - air.wet_bulb));
    if depression.is_some_and(|kelvins| air.dry_bulb - kelvins <= supply) {
        return (0.0, 0.0, 0.0, litres(air.dry_bulb - supply));
    }
    let inlet = match depression {
        Some(kelvins) => air.dry_bulb - kelvins,
        None if air.dew_point <= limit => air.dry_bulb,
        None => supply + rise,
    };
    let share = ((inlet - supply) / rise).clamp(0.0, 1.0);
    let used = if share < 1.0 { litres(depression.unwrap_or(0.0)) } else { 0.0 };
    let chiller = catalog.cooling.chiller(side.chiller.as_ref().expect("a chiller")).expect("a chiller");
    let cold = supply - side.coil_approach.as_ref().expect("a coil").value.as_degrees();
    (0.0, 0.0, share * heat / cop(chiller, cold, air.dry_bulb), used)
}

#[test]
fn every_hour_agrees_with_the_plain_implementation() {
    let catalog = catalog();
    let loads = [
        ItLoad {
            draw: Watts::megawatts(16.0),
            peak: Watts::megawatts(20.0),
            liquid_share: 0.87,
            fan_share: 0.1,
        },
        ItLoad {
            draw: Watts::megawatts(3.0),
            peak: Watts::megawatts(9.0),
            liquid_share: 0.6,
            fan_share: 0.1,
        },
    ];
    let mut hours = 0_u32;
    for climate in ["prineville", "phoenix", "singapore", "ashburn"] {
        let weather = typical_year(catalog.climate(climate).expect("a climate"));
        for (id, record) in &catalog.cooling.design {
            let design = CoolingDesign::of(id, catalog).expect("a design");
            for (load, chain) in loads.into_iter().zip(["double-conversion", "rack-battery"]) {
                let chain = PowerChain::of(chain, Redundancy::TwoN, load.peak, catalog).expect("a chain");
                let plant = Plant::new(&design, load, &chain);
                let fast = plant.hours(&weather);
                for hour in (0..8760).step_by(7) {
                    let air = weather.air(hour);
                    let slow = reference(catalog, record, &chain, load, air, weather.pressure);
                    let context =
                        format!("{id} in {climate}, hour {hour}: {air:?} {slow:?} {:?}", fast[hour]);
                    let near = |ours: f64, theirs: f64| (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0);
                    assert!(near(fast[hour].facility().as_watts(), slow.facility), "{context}");
                    assert!(near(fast[hour].compressors.as_watts(), slow.compressors), "{context}");
                    assert!(near(fast[hour].water.as_litres(), slow.litres), "{context}");
                    hours += 1;
                }
            }
        }
    }
    println!("{hours} hours agree");
    assert!(hours > 100_000);
}
