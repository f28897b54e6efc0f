//! Designs over a grid of their numbers: cost, power, break-even; the front, and the best.

use quarterdeck_catalog::Catalog;
use quarterdeck_catalog::chip::{ChipDesign, Knob};
use quarterdeck_report::rank::chip::{Sweep, SweepPoint};

use crate::train::TrainFault;

/// One number of a design with the values that it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepAxis {
    /// The number.
    pub knob: Knob,
    /// Its values in base units.
    pub values: Vec<f64>,
}

/// Steps of a range where nobody names them.
const USUAL_STEPS: usize = 5;
/// Most designs of one sweep.
const MOST_DESIGNS: usize = 1000;

impl SweepAxis {
    /// Reads `sram=64MB..1GB`, `sram=64MB..1GB:9` or `chips=6|12|24`; ranges step by equal factors.
    ///
    /// # Errors
    /// What is wrong, with one next step.
    pub fn parse(text: &str) -> Result<SweepAxis, TrainFault> {
        let help = || "write it as in `--sweep sram=64MB..1GB,memory-rate=100GB/s..400GB/s:4`".to_owned();
        let Some((name, values)) = text.split_once('=') else {
            return Err(TrainFault::new(format!("`{text}` sweeps nothing"), help()));
        };
        let knob: Knob = name.trim().parse().map_err(|error: String| TrainFault::new(error, help()))?;
        let parse = |text: &str| knob.parse(text).map_err(|error| TrainFault::new(error, help()));
        let values = match values.split_once("..") {
            None => values.split('|').map(parse).collect::<Result<Vec<f64>, _>>()?,
            Some((from, to)) => {
                let (to, steps) = match to.rsplit_once(':') {
                    Some((to, steps)) => (to, steps.trim().parse::<usize>().unwrap_or(0)),
                    None => (to, USUAL_STEPS),
                };
                let (from, to) = (parse(from)?, parse(to)?);
                if !(from > 0.0 && to > from && (2..=50).contains(&steps)) {
                    let message =
                        format!("`{text}` is no range: from low to high above zero in 2 to 50 steps");
                    return Err(TrainFault::new(message, help()));
                }
                let step = |index: usize| {
                    from * quarterdeck_units::pow(to / from, index as f64 / (steps - 1) as f64)
                };
                (0..steps).map(step).collect()
            }
        };
        if values.iter().any(|value| !(value.is_finite() && *value > 0.0)) {
            return Err(TrainFault::new(format!("`{text}` has a value that is not above zero"), help()));
        }
        Ok(SweepAxis { knob, values })
    }
}

/// Prices every design of the grid.
pub(super) fn sweep(
    catalog: &Catalog,
    base: &ChipDesign,
    axes: &[SweepAxis],
    price: impl Fn(&ChipDesign) -> Result<SweepPoint, String>,
) -> Result<Sweep, TrainFault> {
    let count: usize = axes.iter().map(|axis| axis.values.len()).product();
    if count > MOST_DESIGNS {
        return Err(TrainFault::new(
            format!("the sweep has {count} designs, more than {MOST_DESIGNS}"),
            "sweep fewer numbers at once, or in fewer steps as in `sram=64MB..1GB:4`",
        ));
    }
    let mut points = Vec::with_capacity(count);
    for index in 0..count {
        let mut rest = index;
        let mut design = Ok(base.clone());
        let mut settings = Vec::new();
        for axis in axes {
            let value = axis.values[rest % axis.values.len()];
            rest /= axis.values.len();
            settings.push(axis.knob.show(value));
            design = design.and_then(|design| design.changed(axis.knob, value, &catalog.silicon));
        }
        let point = design.and_then(|design| {
            let faults = design.faults(&catalog.silicon);
            match faults.first() {
                Some(fault) => Err(fault.message.clone()),
                None => price(&design),
            }
        });
        points.push(match point {
            Ok(point) => SweepPoint { settings, ..point },
            Err(reason) => SweepPoint { settings, refused: Some(reason), ..SweepPoint::default() },
        });
    }
    let mut sweep = Sweep { names: axes.iter().map(|axis| axis.knob.as_str().to_owned()).collect(), points };
    sweep.mark();
    Ok(sweep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_step_by_equal_factors_and_lists_stand_as_they_are() {
        let axis = SweepAxis::parse("sram=64MB..1024MB").unwrap();
        let shown: Vec<String> = axis.values.iter().map(|value| axis.knob.show(*value)).collect();
        assert_eq!(shown, ["64 MB", "128 MB", "256 MB", "512 MB", "1 GB"]);
        assert_eq!(SweepAxis::parse("chips=6|12").unwrap().values, [6.0, 12.0]);
        for wrong in
            ["sram", "colour=1", "sram=1GB..64MB", "sram=64..128", "sram=0MB..1GB", "clock=1GHz..2GHz:1"]
        {
            assert!(SweepAxis::parse(wrong).is_err(), "{wrong}");
        }
    }
}
