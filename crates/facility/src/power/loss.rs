//! What one unit of a stage loses at a load.

use quarterdeck_catalog::StageRecord;
use quarterdeck_units::Watts;

use super::chain::Stage;

/// Loss of one unit against its load.
#[derive(Clone, PartialEq, Debug)]
pub enum LossCurve {
    /// The form $P_{in} = (P_{out} + c)/\eta$.
    Affine {
        /// $c$ of one unit.
        fixed: Watts,
        /// $\eta$.
        efficiency: f64,
    },
    /// Loss as a share of the rating at shares of the rating, ascending, joined by straight lines.
    Points(Vec<(f64, f64)>),
}

impl LossCurve {
    /// The curve of a catalogue stage.
    pub fn of(stage: &StageRecord) -> Self {
        match (&stage.points, &stage.fixed_loss, &stage.efficiency) {
            (Some(points), _, _) => Self::through(&points.value.0),
            (None, Some(fixed), Some(efficiency)) => {
                LossCurve::Affine { fixed: fixed.value, efficiency: efficiency.value }
            }
            // Reading the catalogue refuses a stage without either; a stage that loses nothing adds nothing.
            _ => LossCurve::Affine { fixed: Watts::ZERO, efficiency: 1.0 },
        }
    }

    /// A curve through efficiencies at shares of load.
    ///
    /// $$ \ell(x) = x\left(\frac{1}{\eta(x)} - 1\right) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $x$, $\eta$ | share of load and efficiency of each point | 1 |
    /// | $\ell$ | loss as a share of the rating | 1 |
    ///
    /// The loss, and not the efficiency, is joined by straight lines: it stays finite at no load, where the first
    /// two points say how much is lost.
    ///
    /// ```
    /// # use quarterdeck_facility::power::LossCurve;
    /// # use quarterdeck_units::Watts;
    /// let curve = LossCurve::through(&[(0.25, 0.94), (0.5, 0.96), (1.0, 0.955)]);
    /// let rating = Watts::megawatts(1.0);
    /// let loss = curve.loss(Watts::kilowatts(500.0), rating);
    /// assert!((500.0 / (500.0 + loss.as_kilowatts()) - 0.96).abs() < 1e-12);
    /// assert!(curve.loss(Watts::ZERO, rating) > Watts::ZERO);
    /// ```
    pub fn through(points: &[(f64, f64)]) -> Self {
        let mut losses: Vec<(f64, f64)> =
            points.iter().map(|(load, efficiency)| (*load, load * (1.0 / efficiency - 1.0))).collect();
        if let [(x1, l1), (x2, l2), ..] = losses[..] {
            let at_rest = l1 - x1 * (l2 - l1) / (x2 - x1);
            losses.insert(0, (0.0, at_rest.max(0.0)));
        }
        LossCurve::Points(losses)
    }

    /// Loss of one unit of a rating at a load; beyond the last point the curve goes on straight.
    pub fn loss(&self, output: Watts, rating: Watts) -> Watts {
        match self {
            LossCurve::Affine { fixed, efficiency } => (output + *fixed) / *efficiency - output,
            LossCurve::Points(points) => {
                let load = output / rating;
                let last = points.len().saturating_sub(1).max(1);
                let above = points[1..last].iter().position(|point| load < point.0).map_or(last, |at| at + 1);
                let ((x1, l1), (x2, l2)) = (points[above - 1], points[above]);
                rating * (l1 + (l2 - l1) * (load - x1) / (x2 - x1)).max(0.0)
            }
        }
    }
}

/// Loss of all units of a stage against their whole load: straight pieces, worked out once.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StageLoss {
    /// Load up to which a piece holds, its loss at no load, and its slope; the last holds for all loads.
    pieces: Vec<(f64, f64, f64)>,
}

impl StageLoss {
    pub fn of(stage: &Stage) -> Self {
        let pieces = match &stage.curve {
            LossCurve::Affine { fixed, efficiency } => {
                vec![(f64::INFINITY, stage.units * fixed.as_watts() / efficiency, 1.0 / efficiency - 1.0)]
            }
            LossCurve::Points(points) => {
                let full = (stage.rating * stage.units).as_watts();
                let piece = |pair: &[(f64, f64)]| {
                    let ((x1, l1), (x2, l2)) = (pair[0], pair[1]);
                    let slope = (l2 - l1) / (x2 - x1);
                    (x2 * full, full * (l1 - slope * x1), slope)
                };
                points.windows(2).map(piece).collect()
            }
        };
        Self { pieces }
    }

    /// Loss at a load, in W.
    pub fn at(&self, load: f64) -> f64 {
        let mut loss = 0.0;
        for (end, rest, slope) in &self.pieces {
            loss = rest + slope * load;
            if load < *end {
                break;
            }
        }
        loss.max(0.0)
    }
}
