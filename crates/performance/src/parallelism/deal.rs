//! How layers are dealt to the chunks of a pipeline.

use super::StageSplit;

/// Layers of every chunk, in the order in which a micro-batch passes them: chunk `u` of `p v` lies on stage
/// `u mod p`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deal {
    layers: u32,
    /// Chunks.
    units: u32,
    first: u32,
    middle: u32,
    last: u32,
    /// Middle chunks, from the second on, that hold a layer more.
    longer: u32,
}

impl Deal {
    /// Deals `layers` over `stages` of `chunks` each, or none where they cannot be dealt so. Several chunks are equal
    /// here, but for the places of embedding and head; [`Deal::stated`] takes others too.
    ///
    /// Where ends are counted the `L + 2` places of embedding, layers and head are shared out evenly, as frameworks
    /// lay 126 layers over 16 stages: 7, fourteen times 8, 7. Places that are left over go to the stages behind
    /// the first, which holds most activations.
    ///
    /// ```
    /// # use quarterdeck_performance::parallelism::{Deal, StageSplit};
    /// let deal = Deal::of(126, 16, 1, StageSplit::Automatic).unwrap();
    /// assert_eq!((deal.layers_of(0), deal.layers_of(1), deal.layers_of(15)), (7, 8, 7));
    /// assert_eq!((0..16).map(|unit| deal.layers_of(unit)).sum::<u32>(), 126);
    /// ```
    pub fn of(layers: u32, stages: u32, chunks: u32, split: StageSplit) -> Option<Deal> {
        Deal::stated(layers, stages, chunks, split).filter(|deal| chunks <= 1 || deal.longer == 0)
    }

    /// The same for runs that were made so, and chunks of which some hold a layer more than others, as runs lay 61 layers over 4 stages of 4
    /// chunks: 2, fourteen times 4, 3.
    ///
    /// ```
    /// # use quarterdeck_performance::parallelism::{Deal, StageSplit};
    /// let deal = Deal::stated(61, 4, 4, StageSplit::Automatic).unwrap();
    /// assert_eq!((deal.layers_of(0), deal.layers_of(1), deal.layers_of(15)), (2, 4, 3));
    /// assert_eq!(Deal::of(61, 4, 4, StageSplit::Automatic), None);
    /// ```
    pub fn stated(layers: u32, stages: u32, chunks: u32, split: StageSplit) -> Option<Deal> {
        let units = stages.max(1).checked_mul(chunks.max(1))?;
        let deal = |first, middle, last, longer| Deal { layers, units, first, middle, last, longer };
        if units == 1 {
            return (layers > 0).then(|| deal(layers, layers, layers, 0));
        }
        match split {
            StageSplit::Automatic if layers.is_multiple_of(units) => {
                let each = layers / units;
                (each > 0).then(|| deal(each, each, each, 0))
            }
            StageSplit::Automatic | StageSplit::EndsCounted => {
                let (each, over) = ((layers + 2) / units, (layers + 2) % units);
                if each == 0 || (units == 2 && each == 1) {
                    return None;
                }
                let last = each - 1 + u32::from(over == units - 1);
                Some(deal(each - 1, each, last, over.min(units - 2)))
            }
            StageSplit::Ends { first, last } => {
                let rest = layers.checked_sub(first)?.checked_sub(last)?;
                let middle = units - 2;
                let each = rest.checked_div(middle).unwrap_or(0);
                (each * middle == rest && first + last > 0).then(|| deal(first, each, last, 0))
            }
        }
    }

    /// Layers of a chunk.
    pub fn layers_of(&self, unit: u32) -> u32 {
        if unit == 0 {
            self.first
        } else if unit + 1 == self.units {
            self.last
        } else {
            self.middle + u32::from(unit <= self.longer)
        }
    }

    /// Layers before a chunk.
    pub fn before(&self, unit: u32) -> u32 {
        if unit == 0 {
            return 0;
        }
        self.first + (unit - 1) * self.middle + (unit - 1).min(self.longer)
    }

    /// Layers of a chunk among the first `leading` ones of the model.
    pub fn leading_of(&self, unit: u32, leading: u32) -> u32 {
        leading.saturating_sub(self.before(unit)).min(self.layers_of(unit))
    }

    /// Most layers of a chunk.
    pub fn most(&self) -> u32 {
        let middle = if self.units > 2 { self.middle + u32::from(self.longer > 0) } else { 0 };
        self.first.max(self.last).max(middle)
    }

    /// Whether all chunks between the first and the last are equal, with `leading` layers of another kind at the
    /// front of the model.
    pub fn has_equal_middle(&self, leading: u32) -> bool {
        let same_length = self.longer == 0 || self.longer + 2 == self.units;
        let same_kind = leading <= self.first || leading >= self.layers || self.units <= 2;
        same_length && same_kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_is_dealt_once() {
        for layers in 1..130 {
            for stages in 1..40 {
                for chunks in 1..5 {
                    for split in [StageSplit::Automatic, StageSplit::EndsCounted] {
                        let Some(deal) = Deal::of(layers, stages, chunks, split) else { continue };
                        let units = stages * chunks;
                        let sum: u32 = (0..units).map(|unit| deal.layers_of(unit)).sum();
                        assert_eq!(sum, layers, "{layers} over {stages} x {chunks}: {deal:?}");
                        for unit in 0..units {
                            let before: u32 = (0..unit).map(|unit| deal.layers_of(unit)).sum();
                            assert_eq!(deal.before(unit), before);
                            assert!(deal.layers_of(unit) <= deal.most());
                        }
                        let leading: u32 = (0..units).map(|unit| deal.leading_of(unit, 3)).sum();
                        assert_eq!(leading, layers.min(3));
                    }
                }
            }
        }
        assert_eq!(
            Deal::of(96, 8, 1, StageSplit::Ends { first: 10, last: 8 }).map(|deal| deal.layers_of(3)),
            Some(13)
        );
        assert_eq!(Deal::of(96, 8, 1, StageSplit::Ends { first: 10, last: 9 }), None);
    }
}
