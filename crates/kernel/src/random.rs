//! Random streams: one per entity, counter-based, the same on every platform and in every order of use.
//!
//! Each stream is the Philox4x32-10 block function over (seed, stream, block number), so that adding an
//! entity or drawing once more for one of them changes no other entity's numbers.
//!
//! Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
//! SC'11, doi:10.1145/2063384.2063405.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// Philox4x32-10: four random words from a counter and a key.
fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut words, mut key) = (counter, key);
    for round in 0..ROUNDS {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let product = |index: usize, word: u32| u64::from(MULTIPLIERS[index]) * u64::from(word);
        let (left, right) = (product(0, words[0]), product(1, words[2]));
        words = [
            (right >> 32) as u32 ^ words[1] ^ key[0],
            right as u32,
            (left >> 32) as u32 ^ words[3] ^ key[1],
            left as u32,
        ];
    }
    words
}

/// The final mix of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014): close inputs, distant outputs.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// FNV-1a, so that streams can be asked for by the name of a kind.
fn hash(text: &str) -> u64 {
    let step = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    text.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}

/// All streams of one seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of a seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The stream of one entity: the `index`-th of a kind.
    ///
    /// ```
    /// use quarterdeck_kernel::Streams;
    /// let streams = Streams::new(7);
    /// let again = streams.of("disk", 3).next_u64();
    /// assert_eq!(streams.of("disk", 3).next_u64(), again);
    /// assert_ne!(streams.of("disk", 4).next_u64(), again);
    /// assert_ne!(streams.of("fan", 3).next_u64(), again);
    /// ```
    pub fn of(self, kind: &str, index: u64) -> Stream {
        Stream::new(self.seed ^ mix(hash(kind)), index)
    }

    /// Streams of another seed derived from this one, for the `index`-th replica of a study.
    #[must_use]
    pub fn replica(self, index: u64) -> Streams {
        Streams { seed: mix(self.seed.wrapping_add(mix(index.wrapping_add(0x9E37_79B9_7F4A_7C15)))) }
    }
}

/// A sequence of random numbers that depends on nothing but its seed and number.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    number: u64,
    block: u64,
    words: [u64; 2],
    used: usize,
}

impl Stream {
    /// The stream of that number under that seed.
    pub fn new(seed: u64, number: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], number, block: 0, words: [0; 2], used: 2 }
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        if self.used == self.words.len() {
            let (block, number) = (self.block, self.number);
            let counter = [block as u32, (block >> 32) as u32, number as u32, (number >> 32) as u32];
            let [a, b, c, d] = philox(counter, self.key).map(u64::from);
            self.words = [b << 32 | a, d << 32 | c];
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    /// A number from 0 (counted) to 1 (not counted), of 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A whole number below `bound`, each equally likely.
    ///
    /// Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
    ///
    /// # Panics
    /// When `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "no number lies below 0");
        let mut product = u128::from(self.next_u64()) * u128::from(bound);
        if (product as u64) < bound {
            let threshold = bound.wrapping_neg() % bound;
            while (product as u64) < threshold {
                product = u128::from(self.next_u64()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Known answers that the authors' own library (Random123) ships for philox4x32 with 10 rounds.
    #[test]
    fn philox_gives_the_published_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]);
        assert_eq!(philox([!0; 4], [!0; 2]), [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]);
        assert_eq!(
            philox([0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0]),
            [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
        );
    }

    #[test]
    fn streams_do_not_disturb_each_other() {
        let streams = Streams::new(42);
        let alone: Vec<u64> = (0..8).scan(streams.of("a", 0), |stream, _| Some(stream.next_u64())).collect();
        let (mut a, mut b) = (streams.of("a", 0), streams.of("b", 0));
        let mixed: Vec<u64> = (0..8)
            .map(|_| {
                b.next_u64();
                a.next_u64()
            })
            .collect();
        assert_eq!(alone, mixed);
        assert_ne!(streams.replica(0), streams.replica(1));
    }

    #[test]
    fn uniform_numbers_have_the_moments_of_the_uniform_distribution() {
        let mut stream = Streams::new(1).of("moments", 0);
        let n = 200_000;
        let draws: Vec<f64> = (0..n).map(|_| stream.uniform()).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(n);
        let variance = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>() / f64::from(n);
        // Five standard errors.
        assert!((mean - 0.5).abs() < 5.0 * (1.0f64 / 12.0 / f64::from(n)).sqrt(), "mean {mean}");
        assert!((variance - 1.0 / 12.0).abs() < 5.0 * (1.0f64 / 180.0 / f64::from(n)).sqrt(), "{variance}");
    }

    proptest! {
        #[test]
        fn same_seed_same_bytes(seed in any::<u64>(), number in any::<u64>(), draws in 1usize..50) {
            let run = || (0..draws).scan(Stream::new(seed, number), |s, _| Some(s.next_u64())).collect::<Vec<_>>();
            prop_assert_eq!(run(), run());
        }

        #[test]
        fn below_stays_below(seed in any::<u64>(), bound in 1u64..) {
            let mut stream = Stream::new(seed, 0);
            for _ in 0..20 {
                prop_assert!(stream.below(bound) < bound);
            }
        }
    }

    #[test]
    fn below_reaches_every_number_about_equally_often() {
        let mut stream = Streams::new(3).of("die", 0);
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[stream.below(6) as usize] += 1;
        }
        let chi_square: f64 = counts.iter().map(|n| f64::from(*n) - 10_000.0).map(|d| d * d / 10_000.0).sum();
        // 99.99 % quantile of chi-square with five degrees of freedom.
        assert!(chi_square < 25.7, "{counts:?}");
    }
}
