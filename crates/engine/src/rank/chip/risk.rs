//! Futures of a programme by seeded sampling: how often it is scrapped, why, and what it is worth.

use quarterdeck_catalog::chip::{ChipDesign, Volume};
use quarterdeck_kernel::Streams;
use quarterdeck_report::rank::chip::{Cause, Risk};
use quarterdeck_units::{Quarter, Quarters, pow};

use super::life::{Future, Side, Terms, saving};

/// What is sampled and what it costs.
pub(super) struct Stakes<'a> {
    pub design: &'a ChipDesign,
    pub chip: &'a Side,
    pub rival: &'a Side,
    pub terms: &'a Terms,
    pub volume: Volume,
    /// Share of its expected rate that the software may reach: lowest, highest; 1 is expected.
    pub software: (f64, f64),
    /// Development that does not depend on the date, USD; the programme's spending if none.
    pub development: Option<f64>,
    /// Programme's spending, USD a quarter in dollars of the answer.
    pub spending: f64,
    /// Money that stopping costs, USD.
    pub stop_cost: f64,
    /// Money for bringing the models to the chip, USD.
    pub porting: f64,
}

/// One drawn future with its demand.
#[derive(Clone, Copy)]
struct Drawn {
    ready: f64,
    performance: f64,
    software: f64,
    speed: f64,
    volume: f64,
}

impl Stakes<'_> {
    fn dates(&self) -> (Quarter, f64, f64, f64) {
        match &self.design.programme {
            Some(programme) => {
                let (earliest, likely, latest) = programme.ready;
                let after = |quarter: Quarter| f64::from((quarter - programme.started).0);
                (programme.started, after(earliest), after(likely), after(latest))
            }
            None => (self.design.available_from, 0.0, 0.0, 0.0),
        }
    }

    fn drawn(&self, streams: Streams, index: u64) -> Drawn {
        let mut stream = streams.of("chip-programme", index);
        let (_, earliest, likely, latest) = self.dates();
        let (chance, missed) = self
            .design
            .programme
            .as_ref()
            .map_or((1.0, 1.0), |programme| (programme.meets_target, programme.missed_performance));
        let ready = if latest > earliest { stream.triangular(earliest, likely, latest) } else { likely };
        let performance = if stream.chance(chance) { 1.0 } else { missed };
        let (low, high) = self.software;
        let software = if high > low { stream.triangular(low, 1.0_f64.clamp(low, high), high) } else { 1.0 };
        let speed = stream.triangular(0.0, 0.5, 1.0);
        let Volume { low, likely, high } = self.volume;
        let volume = if high > low { stream.triangular(low, likely, high) } else { likely };
        Drawn { ready, performance, software, speed, volume }
    }

    /// Net value of going on at the date of shipment, what was spent by then left out.
    fn ahead(&self, drawn: &Drawn) -> f64 {
        let (started, ..) = self.dates();
        #[allow(clippy::cast_possible_truncation)]
        let ready = started + Quarters(drawn.ready.round() as i32);
        let future = Future { ready, performance: drawn.performance * drawn.software, speed: drawn.speed };
        let platforms = drawn.volume / f64::from(self.design.server.chips);
        saving(self.chip, self.rival, self.terms, &future) * platforms - self.porting
    }

    /// Development up to the date of shipment with interest to it.
    fn spent(&self, drawn: &Drawn) -> f64 {
        let development = self.development.unwrap_or(self.spending * drawn.ready);
        development * pow(1.0 + self.terms.discount_rate, drawn.ready / 8.0)
    }

    /// Samples the futures.
    pub fn risk(&self, seed: u64, futures: u64) -> Risk {
        let streams = Streams::new(seed);
        let expected = Drawn {
            ready: self.dates().2,
            performance: 1.0,
            software: 1.0,
            speed: 0.5,
            volume: self.volume.likely,
        };
        let mut values = Vec::with_capacity(usize::try_from(futures).unwrap_or(0));
        let mut scrapped = 0_u64;
        let mut saved_by = [0_u64; 4];
        for index in 0..futures {
            let drawn = self.drawn(streams, index);
            let ahead = self.ahead(&drawn);
            if ahead < 0.0 {
                scrapped += 1;
                let changed = [
                    Drawn { performance: expected.performance, ..drawn },
                    Drawn { speed: expected.speed, ..drawn },
                    Drawn { ready: expected.ready, ..drawn },
                    Drawn { software: expected.software, ..drawn },
                ];
                for (count, changed) in saved_by.iter_mut().zip(changed) {
                    *count += u64::from(self.ahead(&changed) >= 0.0);
                }
            }
            values.push(if ahead < 0.0 { -self.stop_cost } else { ahead } - self.spent(&drawn));
        }
        values.sort_by(f64::total_cmp);
        let share = |count: u64, of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
        let quantile = |share: f64| -> f64 {
            let last = values.len().saturating_sub(1);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let at = (share * last as f64).round() as usize;
            values.get(at).copied().unwrap_or(0.0)
        };
        let words = [
            "it had met its target",
            "models had drifted as expected",
            "it had come on the likely date",
            "its software had reached what is expected",
        ];
        Risk {
            seed,
            futures,
            scrapped: share(scrapped, futures),
            loses: share(values.iter().filter(|value| **value < 0.0).count() as u64, futures),
            p10: quantile(0.1),
            p50: quantile(0.5),
            p90: quantile(0.9),
            causes: words
                .into_iter()
                .zip(saved_by)
                .map(|(words, count)| Cause { words: words.to_owned(), share: share(count, scrapped) })
                .collect(),
            values: (1..20).map(|twentieth| quantile(f64::from(twentieth) / 20.0)).collect(),
        }
    }
}
