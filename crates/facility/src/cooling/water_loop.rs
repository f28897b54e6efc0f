//! One loop of water through one hour: free, wetted, or helped by compressors.

use quarterdeck_catalog::Sink;

use super::design::{Compressor, Loop};
use super::plant::Mode;

/// Heat that a kilogram of water takes up when it evaporates at 30 °C, in J; a kilogram is a litre.
pub(crate) const EVAPORATION: f64 = 2.43e6;
const KELVIN: f64 = 273.15;

impl Compressor {
    /// Heat moved per work, as a share of the best possible between two temperatures.
    ///
    /// $$ \text{COP} = \eta\,\frac{T_e}{T_c - T_e} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $\eta$ | share of Carnot's coefficient | 1 |
    /// | $T_e, T_c$ | evaporating and condensing refrigerant, at least `lift_min` apart | K |
    ///
    /// `cold` is what it cools to, `warm` what its sink gives, both in °C.
    pub fn performance(&self, cold: f64, warm: f64) -> f64 {
        let evaporating = cold - self.evaporator_approach;
        let lift = (warm + self.condenser_approach - evaporating).max(self.lift_min);
        self.carnot_share * (evaporating + KELVIN) / lift
    }
}

/// A loop with its heat, ready for hours of weather. Powers in W, temperatures in °C.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct LoopRun {
    part: Loop,
    /// Leaving water that is due.
    target: f64,
    /// Heat with that of its pumps.
    pub heat: f64,
    /// Power of its pumps.
    pub pumps: f64,
    /// Fans at full speed.
    fans: f64,
    /// Leaving water above the sink at full fans and this heat.
    approach: f64,
    /// Litres an hour that evaporate with all pads wet, per kelvin that they cool the air.
    pad_water: f64,
    /// Litres an hour per watt that a tower gives off.
    tower_water: f64,
}

/// What a loop does in an hour.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct LoopHour {
    pub mode: Mode,
    pub fans: f64,
    pub compressors: f64,
    pub water: f64,
    /// Kelvins by which the leaving water is too warm.
    pub over: f64,
}

impl LoopRun {
    /// A loop that was sized for `design` watts and has `heat` to carry, pumps not counted in either.
    pub fn new(part: Loop, target: f64, design: f64, heat: f64, cycles: f64) -> Self {
        let flow = heat / design;
        let pumps_at_design = part.pumps * design;
        let pumps = pumps_at_design * flow * flow * flow;
        let design = design + pumps_at_design;
        let heat = heat + pumps;
        // What is drained to keep salts from concentrating comes on top of what evaporates.
        let per_joule = 1.0 / EVAPORATION * (cycles / (cycles - 1.0)) * 3600.0;
        Self {
            part,
            target,
            heat,
            pumps,
            fans: part.fans * design,
            approach: part.approach * heat / design,
            pad_water: design / part.air_rise * per_joule,
            tower_water: part.evaporated_share * per_joule,
        }
    }

    /// One hour of weather.
    ///
    /// Free while the sink is an approach colder than the water that is due: the fans slow until the approach fills
    /// the gap, with their power as the cube of their speed. Pads are wetted only as far as needed. What is still
    /// missing, between the water that comes back and the water that is due, compressors take.
    pub fn hour(&self, dry_bulb: f64, wet_bulb: f64) -> LoopHour {
        let part = &self.part;
        let sink = if part.sink == Sink::Tower { wet_bulb } else { dry_bulb };
        let gap = self.target - sink;
        if gap >= self.approach {
            let speed = (self.approach / gap).max(part.fan_speed_min);
            return LoopHour {
                mode: Mode::Free,
                fans: self.fans * speed * speed * speed,
                compressors: 0.0,
                water: self.tower_water * self.heat,
                over: 0.0,
            };
        }
        let depression =
            if part.sink == Sink::Adiabatic { part.pad_effectiveness * (dry_bulb - wet_bulb) } else { 0.0 };
        let missing = self.approach - gap;
        if missing <= depression {
            return LoopHour {
                mode: Mode::Assisted,
                fans: self.fans,
                compressors: 0.0,
                water: self.pad_water * missing,
                over: 0.0,
            };
        }
        let over = missing - depression;
        let pads = self.pad_water * depression;
        let Some(compressor) = &part.compressor else {
            let water = pads + self.tower_water * self.heat;
            return LoopHour { mode: Mode::Assisted, fans: self.fans, compressors: 0.0, water, over };
        };
        // The sink still cools what comes back from `target + rise` to `target + over`.
        let left = (over / part.rise).min(1.0);
        let leaving = if part.sink == Sink::Tower { sink + self.approach } else { dry_bulb - depression };
        let compressors = left * self.heat / compressor.performance(self.target, leaving);
        let idle = left >= 1.0 && part.sink != Sink::Tower;
        LoopHour {
            mode: Mode::Mechanical,
            fans: if idle { 0.0 } else { self.fans },
            compressors,
            water: pads + self.tower_water * (self.heat + compressors),
            over: 0.0,
        }
    }
}
