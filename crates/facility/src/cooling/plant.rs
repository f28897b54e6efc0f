//! A plant with its load: what one hour of weather makes it take and evaporate.

use quarterdeck_units::{Litres, Watts};

use super::design::{AirSide, CoolingDesign};
use super::water_loop::{EVAPORATION, LoopRun};
use crate::power::{PowerChain, StageLoss};
use crate::weather::Air;
use crate::weather::psychrometrics::{standard_pressure, wet_bulb_at_limit};

/// How the hottest part of a plant is cooled in an hour, from cheap to dear.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mode {
    /// By outside air or evaporating towers alone.
    Free,
    /// With wetted air, or with fans at their most.
    Assisted,
    /// With compressors.
    Mechanical,
}

/// The machines that a plant cools.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ItLoad {
    /// What they draw through the year.
    pub draw: Watts,
    /// What the plant is sized for.
    pub peak: Watts,
    /// Share of their heat that goes to liquid.
    pub liquid_share: f64,
    /// Share of their draw that the fans in them take.
    pub fan_share: f64,
}

impl ItLoad {
    /// Machines that draw what the plant is sized for, all on air, with fans that take a tenth.
    pub fn air(power: Watts) -> Self {
        Self { draw: power, peak: power, liquid_share: 0.0, fan_share: 0.10 }
    }
}

/// What a plant does in one hour; the powers of its parts sum to the meter's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HourOfOperation {
    /// How its hottest part is cooled.
    pub mode: Mode,
    /// Machines.
    pub it: Watts,
    /// Losses of the power chain.
    pub conversion: Watts,
    /// Fans of rooms and doors.
    pub air_fans: Watts,
    /// Pumps of loops and distribution units.
    pub pumps: Watts,
    /// Fans of coolers and towers.
    pub heat_rejection: Watts,
    /// Compressors.
    pub compressors: Watts,
    /// Lights, offices, control and the like.
    pub house: Watts,
    /// Heat that leaves the site, added up path by path and not from the powers above.
    pub rejected: Watts,
    /// Water that is taken.
    pub water: Litres,
    /// Kelvins by which supply air is too warm.
    pub air_over: f64,
    /// Kelvins by which facility water is too warm.
    pub liquid_over: f64,
}

impl HourOfOperation {
    /// What the meter shows.
    pub fn facility(&self) -> Watts {
        let plant = self.air_fans + self.pumps + self.heat_rejection + self.compressors;
        self.it + self.conversion + plant + self.house
    }

    /// Power of the site over that of its machines.
    pub fn pue(&self) -> f64 {
        self.facility() / self.it
    }

    /// Litres for each kilowatt-hour of machines.
    pub fn wue(&self) -> f64 {
        self.water.as_litres() / self.it.as_kilowatts()
    }
}

/// What of an hour changes with the weather, in W and L; the rest is the plant's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Varying {
    pub mode: Mode,
    pub facility: f64,
    pub conversion: f64,
    pub heat_rejection: f64,
    pub compressors: f64,
    pub rejected: f64,
    pub water: f64,
    pub air_over: f64,
    pub liquid_over: f64,
}

/// A design with its load and power chain: all that does not depend on weather is worked out.
#[derive(Clone, Debug)]
pub struct Plant {
    pub(crate) design: CoolingDesign,
    pub(crate) load: ItLoad,
    air: AirSide,
    air_heat: f64,
    room_loop: Option<LoopRun>,
    liquid_loop: Option<LoopRun>,
    /// Powers that are the same in every hour.
    pub(crate) steady: Steady,
    /// Litres an hour that evaporate into supply air for each kelvin that it cools.
    air_water: f64,
    site_stages: Vec<StageLoss>,
}

/// Powers of a plant that are the same in every hour, in W.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Steady {
    pub it: f64,
    pub air_fans: f64,
    pub pumps: f64,
    pub house: f64,
    /// Losses inside the building of stages that carry machines.
    inside: f64,
    /// Their losses outside.
    outside: f64,
}

/// The wettest air that a room takes, which depends on the height of the site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomLimits {
    /// Wet bulb above which wetted air would be too humid.
    wet_bulb_max: f64,
}

impl Plant {
    /// A plant for a load behind a power chain.
    ///
    /// Designs without liquid cool all heat through air, whatever share the machines could give to liquid. Losses of
    /// the chain inside the building are cooled with the air.
    pub fn new(design: &CoolingDesign, load: ItLoad, chain: &PowerChain) -> Self {
        let share = if design.liquid.is_some() { load.liquid_share } else { 0.0 };
        let (draw, peak) = (load.draw.as_watts(), load.peak.max(load.draw).as_watts());
        let flow = draw / peak;
        let cube = flow * flow * flow;
        let at = |it: f64, cube: f64| {
            let fans = design.air.fans * peak * (1.0 - share) * cube;
            let pumps = design.liquid.map_or(0.0, |liquid| liquid.pumps * peak * share) * cube;
            let losses = chain.critical_losses(Watts::watts(it + fans + pumps));
            let room = it * (1.0 - share) + fans + losses.indoors.as_watts();
            (fans, pumps, losses, room, it * share + pumps)
        };
        let (_, _, _, room_design, liquid_design) = at(peak, 1.0);
        let (air_fans, unit_pumps, losses, air_heat, liquid_heat) = at(draw, cube);
        let room_loop = design.air.water.map(|part| {
            let target = design.air.supply - design.air.coil_approach;
            LoopRun::new(part, target, room_design, air_heat, design.cycles)
        });
        let liquid_loop = design.liquid.filter(|_| share > 0.0).map(|liquid| {
            LoopRun::new(liquid.water, liquid.facility_supply, liquid_design, liquid_heat, design.cycles)
        });
        let loop_pumps: f64 = [&room_loop, &liquid_loop].into_iter().flatten().map(|run| run.pumps).sum();
        let drained = design.cycles / (design.cycles - 1.0);
        Self {
            air: design.air,
            air_heat,
            room_loop,
            liquid_loop,
            steady: Steady {
                it: draw,
                air_fans,
                pumps: unit_pumps + loop_pumps,
                house: design.house_share * peak,
                inside: losses.indoors.as_watts(),
                outside: losses.outdoors.as_watts(),
            },
            air_water: air_heat / design.air.rise / EVAPORATION * drained * 3600.0,
            site_stages: chain.site_stages().map(StageLoss::of).collect(),
            design: design.clone(),
            load,
        }
    }

    pub(crate) fn limits(&self, pressure: f64) -> RoomLimits {
        RoomLimits { wet_bulb_max: wet_bulb_at_limit(self.air.supply, self.air.dew_point_max, pressure) }
    }

    /// One hour of weather at the height of the sea.
    ///
    /// ```
    /// # use quarterdeck_catalog::Catalog;
    /// # use quarterdeck_facility::cooling::{CoolingDesign, ItLoad, Mode, Plant};
    /// # use quarterdeck_facility::power::{PowerChain, Redundancy};
    /// # use quarterdeck_facility::weather::Air;
    /// # use quarterdeck_units::Watts;
    /// let catalog = Catalog::builtin();
    /// let it = Watts::megawatts(10.0);
    /// let chain = PowerChain::usual(Redundancy::NPlusOne, it, &catalog).unwrap();
    /// let design = CoolingDesign::of("outside-evaporative", &catalog).unwrap();
    /// let plant = Plant::new(&design, ItLoad::air(it), &chain);
    /// // A cold day needs fans only; a hot dry one water; a hot humid one compressors.
    /// let hour = |dry_bulb, wet_bulb, dew_point| plant.hour(Air { dry_bulb, wet_bulb, dew_point });
    /// assert_eq!(hour(5.0, 3.0, 0.0).mode, Mode::Free);
    /// assert_eq!(hour(38.0, 20.0, 10.0).mode, Mode::Assisted);
    /// assert_eq!(hour(32.0, 28.0, 27.0).mode, Mode::Mechanical);
    /// let hot = hour(32.0, 28.0, 27.0);
    /// assert!((hot.rejected / hot.facility() - 1.0).abs() < 1e-12);
    /// ```
    pub fn hour(&self, air: Air) -> HourOfOperation {
        let sea = standard_pressure(quarterdeck_units::Metres::ZERO);
        self.told(&self.varying(air, self.limits(sea)))
    }

    /// An hour with its units and the powers that are the same in every hour.
    pub(crate) fn told(&self, found: &Varying) -> HourOfOperation {
        let steady = &self.steady;
        HourOfOperation {
            mode: found.mode,
            it: Watts::watts(steady.it),
            conversion: Watts::watts(found.conversion),
            air_fans: Watts::watts(steady.air_fans),
            pumps: Watts::watts(steady.pumps),
            heat_rejection: Watts::watts(found.heat_rejection),
            compressors: Watts::watts(found.compressors),
            house: Watts::watts(steady.house),
            rejected: Watts::watts(found.rejected),
            water: Litres::litres(found.water),
            air_over: found.air_over,
            liquid_over: found.liquid_over,
        }
    }

    pub(crate) fn varying(&self, weather: Air, limits: RoomLimits) -> Varying {
        let mut hour = match &self.room_loop {
            Some(water) => on_water(water, weather),
            None => self.on_outside_air(weather, limits),
        };
        if let Some(water) = &self.liquid_loop {
            let found = on_water(water, weather);
            hour.mode = hour.mode.max(found.mode);
            hour.heat_rejection += found.heat_rejection;
            hour.compressors += found.compressors;
            hour.rejected += found.rejected;
            hour.water += found.water;
            hour.liquid_over = found.air_over;
        }
        // The plant's own power passes the site's stages too, whose loss follows their whole load.
        let steady = &self.steady;
        let mut lost = steady.inside + steady.outside;
        let plant = steady.air_fans + steady.pumps + hour.heat_rejection + hour.compressors;
        let mut power = steady.it + plant + steady.house + lost;
        for stage in &self.site_stages {
            let loss = stage.at(power);
            power += loss;
            lost += loss;
        }
        hour.facility = power;
        hour.conversion = lost;
        // Loss inside is cooled with the air; the rest leaves by itself.
        hour.rejected += lost - steady.inside + steady.house;
        hour
    }

    /// Outside air through the room: as it is, wetted, or shut out and cooled by compressors.
    fn on_outside_air(&self, weather: Air, limits: RoomLimits) -> Varying {
        let side = &self.air;
        let free = Varying { rejected: self.air_heat, ..NOTHING };
        let dry_enough = weather.dew_point <= side.dew_point_max;
        if weather.dry_bulb <= side.supply && dry_enough {
            return free;
        }
        let wettable = side
            .evaporation
            .filter(|_| weather.dry_bulb > side.supply && weather.wet_bulb <= limits.wet_bulb_max);
        let wetted = wettable.map(|share| share * (weather.dry_bulb - weather.wet_bulb));
        let needed = weather.dry_bulb - side.supply;
        if let Some(depression) = wetted
            && depression >= needed
        {
            return Varying { mode: Mode::Assisted, water: self.air_water * needed, ..free };
        }
        // Air that is colder than what leaves machines still takes a part; else the room is shut.
        let (inlet, depression) = match wetted {
            Some(depression) => (weather.dry_bulb - depression, depression),
            None if dry_enough => (weather.dry_bulb, 0.0),
            None => (f64::INFINITY, 0.0),
        };
        let excess = (inlet - side.supply).max(0.0);
        let Some(compressor) = &side.compressor else {
            let air_over = if inlet.is_finite() { excess } else { needed.max(0.0) };
            return Varying { mode: Mode::Assisted, water: self.air_water * depression, air_over, ..free };
        };
        let shut = excess >= side.rise;
        let share = if shut { 1.0 } else { excess / side.rise };
        let performance = compressor.performance(side.supply - side.coil_approach, weather.dry_bulb);
        let compressors = share * self.air_heat / performance;
        Varying {
            mode: Mode::Mechanical,
            compressors,
            rejected: self.air_heat + compressors,
            water: if shut { 0.0 } else { self.air_water * depression },
            ..free
        }
    }
}

/// An hour in which nothing happens.
const NOTHING: Varying = Varying {
    mode: Mode::Free,
    facility: 0.0,
    conversion: 0.0,
    heat_rejection: 0.0,
    compressors: 0.0,
    rejected: 0.0,
    water: 0.0,
    air_over: 0.0,
    liquid_over: 0.0,
};

fn on_water(water: &LoopRun, weather: Air) -> Varying {
    let found = water.hour(weather.dry_bulb, weather.wet_bulb);
    Varying {
        mode: found.mode,
        heat_rejection: found.fans,
        compressors: found.compressors,
        rejected: water.heat + found.compressors + found.fans,
        water: found.water,
        air_over: found.over,
        ..NOTHING
    }
}
