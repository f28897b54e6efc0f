//! What kind of fabric is wanted, and the text form of it: `clos`, `clos:3,core=7:1,pod=3072`, `torus:16x16x16`.
//!
//! | text | fabric |
//! |---|---|
//! | `clos`, `clos:N` | folded Clos with as few tiers as the ports need, or with 1, 2 or 3 |
//! | `rail-only` | one Clos for each rail and nothing between rails but the scale-up domains |
//! | `dragonfly` | groups of routers, each group joined to every other |
//! | `torus`, `torus:XxY`, `torus:XxYxZ` | devices joined to their neighbours; cubes joined by optical switches |
//!
//! | key | meaning | values |
//! |---|---|---|
//! | `over` | oversubscription of the highest tier | `7:1`, `7` |
//! | `leaf`, `core` | of one tier: uplinks of leaves, links into the core | `3:1` |
//! | `planes` | equal networks side by side, each with a share of every endpoint's ports | whole number |
//! | `rails` | endpoints of a platform that lie on different leaves | whole number |
//! | `pod` | endpoints below one group of spines | whole number |

use std::fmt;
use std::str::FromStr;

/// How endpoints are joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FabricKind {
    /// Folded Clos: leaves, spines and a core of equal switches.
    Clos {
        /// Tiers of switches; as few as the ports need if none.
        tiers: Option<u32>,
    },
    /// One Clos for each rail; rails meet in the scale-up domains only.
    RailOnly,
    /// Groups of routers, each group joined to every other.
    Dragonfly,
    /// A ring in each of two or three directions.
    Torus {
        /// Devices in each direction, 1 where there is no third; as even as possible if none.
        sides: Option<[u64; 3]>,
    },
}

impl FabricKind {
    /// The words for kinds, for messages and completions.
    pub const WORDS: [&str; 4] = ["clos", "rail-only", "dragonfly", "torus"];

    /// The word of the kind.
    pub const fn word(self) -> &'static str {
        match self {
            FabricKind::Clos { .. } => Self::WORDS[0],
            FabricKind::RailOnly => Self::WORDS[1],
            FabricKind::Dragonfly => Self::WORDS[2],
            FabricKind::Torus { .. } => Self::WORDS[3],
        }
    }
}

impl fmt::Display for FabricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            FabricKind::Clos { tiers: Some(tiers) } => write!(f, ":{tiers}"),
            FabricKind::Torus { sides: Some([x, y, 1]) } => write!(f, ":{x}x{y}"),
            FabricKind::Torus { sides: Some([x, y, z]) } => write!(f, ":{x}x{y}x{z}"),
            _ => Ok(()),
        }
    }
}

/// Capacity that enters a tier over capacity that leaves it upwards; 1 where nothing blocks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Oversubscription {
    /// Of the highest tier that the network turns out to have: leaves of two tiers, the core of three.
    Top(f64),
    /// Of each tier.
    Tiers {
        /// Endpoint ports of a leaf over its uplinks.
        leaf: f64,
        /// Capacity that enters the core over capacity of its links.
        core: f64,
    },
}

impl Oversubscription {
    /// Nothing blocks.
    pub const NONE: Oversubscription = Oversubscription::Tiers { leaf: 1.0, core: 1.0 };

    /// Leaf and core of a network of so many tiers.
    pub const fn of(self, tiers: u32) -> (f64, f64) {
        match self {
            Oversubscription::Top(over) if tiers >= 3 => (1.0, over),
            Oversubscription::Top(over) => (over, 1.0),
            Oversubscription::Tiers { leaf, core } => (leaf, core),
        }
    }

    /// Capacity of endpoints over what the top carries, all tiers together.
    pub const fn overall(self) -> f64 {
        match self {
            Oversubscription::Top(over) => over,
            Oversubscription::Tiers { leaf, core } => leaf * core,
        }
    }
}

/// A ratio as people write it: `7:1`, `7`, and `1:7`, which some publications print for the same.
fn ratio(text: &str) -> Option<f64> {
    let number = |part: &str| part.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0);
    let (a, b) = match text.split_once(':') {
        Some((a, b)) => (number(a)?, number(b)?),
        None => (number(text)?, 1.0),
    };
    Some(a.max(b) / a.min(b)).filter(|value| value.is_finite())
}

fn write_ratio(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    write!(f, "{value}:1")
}

impl fmt::Display for Oversubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Oversubscription::Top(over) => write_ratio(f, *over),
            Oversubscription::Tiers { leaf, core } => {
                f.write_str("leaf=")?;
                write_ratio(f, *leaf)?;
                f.write_str(",core=")?;
                write_ratio(f, *core)
            }
        }
    }
}

/// What an oversubscription may look like, for messages.
const RATIOS: &str = "write `7:1` for the highest tier, or `leaf=3:1,core=7:1`; 1:1 blocks nothing";

impl FromStr for Oversubscription {
    type Err = BadShape;

    /// Reads `7:1`, `7`, `1:7`, `leaf=3:1`, `core=7:1`, `leaf=3:1,core=7:1`.
    fn from_str(text: &str) -> Result<Self, BadShape> {
        let mut faults = Vec::new();
        let (mut leaf, mut core, mut top) = (None, None, None);
        for part in text.split(',').map(str::trim) {
            let (key, value) = part.split_once('=').map_or(("", part), |(key, value)| (key.trim(), value));
            let place = match key {
                "" => &mut top,
                "leaf" => &mut leaf,
                "core" => &mut core,
                other => {
                    faults.push(format!("`{other}` is not a tier; {RATIOS}"));
                    continue;
                }
            };
            *place = ratio(value);
            if place.is_none() {
                faults.push(format!("`{part}` is not an oversubscription; {RATIOS}"));
            }
        }
        if top.is_some() && (leaf.is_some() || core.is_some()) {
            faults.push(format!("`{text}` names the highest tier and single tiers together; {RATIOS}"));
        }
        if !faults.is_empty() {
            return Err(BadShape { given: text.to_owned(), faults });
        }
        Ok(match top {
            Some(over) => Oversubscription::Top(over),
            None => Oversubscription::Tiers { leaf: leaf.unwrap_or(1.0), core: core.unwrap_or(1.0) },
        })
    }
}

/// A fabric as it is asked for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FabricShape {
    /// How endpoints are joined.
    pub kind: FabricKind,
    /// What blocks, in a Clos or on a rail.
    pub oversubscription: Oversubscription,
    /// Equal networks side by side, each with a share of every endpoint's ports.
    pub planes: u32,
    /// Endpoints of a platform that lie on different leaves; the platform's ports if none.
    pub rails: Option<u32>,
    /// Endpoints below one group of spines of a three-tier Clos; as many as fit if none.
    pub pod: Option<u64>,
}

impl FabricShape {
    /// A Clos that blocks nothing.
    pub const CLOS: FabricShape = FabricShape {
        kind: FabricKind::Clos { tiers: None },
        oversubscription: Oversubscription::NONE,
        planes: 1,
        rails: None,
        pod: None,
    };

    /// Another kind that blocks nothing.
    pub const fn of(kind: FabricKind) -> FabricShape {
        FabricShape { kind, ..FabricShape::CLOS }
    }

    /// The same with an oversubscription.
    #[must_use]
    pub const fn oversubscribed(mut self, oversubscription: Oversubscription) -> FabricShape {
        self.oversubscription = oversubscription;
        self
    }
}

impl Default for FabricShape {
    fn default() -> Self {
        Self::CLOS
    }
}

impl fmt::Display for FabricShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match self.oversubscription {
            Oversubscription::Top(over) => write!(f, ",over={over}:1")?,
            Oversubscription::NONE => (),
            other => write!(f, ",{other}")?,
        }
        if self.planes != 1 {
            write!(f, ",planes={}", self.planes)?;
        }
        if let Some(rails) = self.rails {
            write!(f, ",rails={rails}")?;
        }
        if let Some(pod) = self.pod {
            write!(f, ",pod={pod}")?;
        }
        Ok(())
    }
}

/// Why a text is not a fabric: every fault of it, each with what is allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadShape {
    /// The text.
    pub given: String,
    /// What is wrong, one sentence each.
    pub faults: Vec<String>,
}

impl fmt::Display for BadShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.faults.join("; "))
    }
}

impl std::error::Error for BadShape {}

const KEYS: [&str; 6] = ["over", "leaf", "core", "planes", "rails", "pod"];

/// The nearest of some words, if one is near enough to be a slip.
fn nearest<'a>(given: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = words.into_iter().map(|word| (strsim::damerau_levenshtein(given, word), word));
    ranked.min().filter(|(distance, word)| *distance <= 2.max(word.len() / 3)).map(|(_, word)| word)
}

fn unknown(what: &str, given: &str, words: &[&str]) -> String {
    let hint = nearest(given, words.iter().copied()).map(|word| format!("; did you mean `{word}`?"));
    let known = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    format!(
        "`{given}` is not {what}{}{known}",
        hint.map_or("; take one of ".to_owned(), |hint| hint + " Known are ")
    )
}

/// Other names that publications use for the kinds.
fn alias(word: &str) -> &str {
    match word {
        "fat-tree" | "fattree" | "leaf-spine" | "rail-optimized" | "rail-optimised" => "clos",
        "railonly" | "rail" => "rail-only",
        other => other,
    }
}

fn kind(text: &str, faults: &mut Vec<String>) -> FabricKind {
    let lower = text.trim().to_lowercase().replace('_', "-");
    let (word, detail) =
        lower.split_once(':').map_or((lower.as_str(), None), |(word, rest)| (word, Some(rest)));
    let refuse = |faults: &mut Vec<String>| {
        if let Some(detail) = detail {
            faults.push(format!("`{word}` takes nothing after a colon, not `{detail}`; write `{word}`"));
        }
    };
    match alias(word) {
        "clos" => FabricKind::Clos {
            tiers: detail.and_then(|detail| match detail.parse() {
                Ok(tiers @ 1..=3) => Some(tiers),
                _ => {
                    faults.push(format!(
                        "`{detail}` is not a number of tiers; write `clos:2` or `clos:3`, or `clos` for as few as the \
                         ports need"
                    ));
                    None
                }
            }),
        },
        "rail-only" => {
            refuse(faults);
            FabricKind::RailOnly
        }
        "dragonfly" => {
            refuse(faults);
            FabricKind::Dragonfly
        }
        "torus" => FabricKind::Torus {
            sides: detail.and_then(|detail| {
                let found = sides(detail);
                if found.is_none() {
                    faults.push(format!(
                        "`{detail}` is not the sides of a torus; write two or three whole numbers, such as \
                         `torus:16x16x16`"
                    ));
                }
                found
            }),
        },
        other => {
            faults.push(unknown("a kind of fabric", other, &FabricKind::WORDS));
            FabricKind::Clos { tiers: None }
        }
    }
}

fn sides(text: &str) -> Option<[u64; 3]> {
    let parts: Option<Vec<u64>> =
        text.split(['x', '×', '*']).map(|side| side.trim().parse().ok().filter(|side| *side > 0)).collect();
    match parts?.as_slice() {
        [x, y] => Some([*x, *y, 1]),
        [x, y, z] => Some([*x, *y, *z]),
        _ => None,
    }
}

impl FromStr for FabricShape {
    type Err = BadShape;

    /// Reads the text form that [`fmt::Display`] writes.
    ///
    /// ```
    /// # use quarterdeck_facility::network::FabricShape;
    /// let shape: FabricShape = "clos:3,core=7:1,pod=3072".parse().unwrap();
    /// assert_eq!(shape.pod, Some(3072));
    /// let error = "clso".parse::<FabricShape>().unwrap_err();
    /// assert!(error.to_string().contains("did you mean `clos`?"));
    /// ```
    fn from_str(text: &str) -> Result<Self, BadShape> {
        let mut faults = Vec::new();
        let mut parts = text.split(',');
        let mut shape = FabricShape::of(kind(parts.next().unwrap_or_default(), &mut faults));
        let mut ratios = Vec::new();
        for part in parts {
            let (key, value) = part.split_once('=').map_or((part, ""), |(key, value)| (key, value));
            let (key, value) = (key.trim(), value.trim());
            let whole = |faults: &mut Vec<String>| -> Option<u32> {
                let number = value.replace('_', "").parse().ok().filter(|number| *number > 0);
                if number.is_none() {
                    faults.push(format!("`{key}` needs a whole number of at least 1, not `{value}`"));
                }
                number
            };
            match key {
                "over" => ratios.push(value.to_owned()),
                "leaf" | "core" => ratios.push(format!("{key}={value}")),
                "planes" => shape.planes = whole(&mut faults).unwrap_or(1),
                "rails" => shape.rails = whole(&mut faults),
                "pod" => shape.pod = whole(&mut faults).map(u64::from),
                other => faults.push(unknown("a key of a fabric", other, &KEYS)),
            }
        }
        if !ratios.is_empty() {
            match ratios.join(",").parse() {
                Ok(oversubscription) => shape.oversubscription = oversubscription,
                Err(BadShape { faults: more, .. }) => faults.extend(more),
            }
        }
        if matches!(shape.kind, FabricKind::Dragonfly | FabricKind::Torus { .. })
            && shape.oversubscription != Oversubscription::NONE
        {
            faults.push(format!(
                "`{}` has no tiers to oversubscribe; leave the oversubscription out or take `clos`",
                shape.kind.word()
            ));
        }
        if faults.is_empty() { Ok(shape) } else { Err(BadShape { given: text.to_owned(), faults }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn faults(text: &str) -> Vec<String> {
        text.parse::<FabricShape>().expect_err(text).faults
    }

    #[test]
    fn ratios_are_read_as_people_write_them() {
        for text in ["7:1", "7", "1:7", " 7 : 1 "] {
            assert_eq!(text.parse(), Ok(Oversubscription::Top(7.0)), "{text}");
        }
        assert_eq!("leaf=3:1".parse(), Ok(Oversubscription::Tiers { leaf: 3.0, core: 1.0 }));
        assert_eq!(Oversubscription::Top(7.0).of(3), (1.0, 7.0));
        assert_eq!(Oversubscription::Top(7.0).of(2), (7.0, 1.0));
        for text in ["0", "-2", "a:b", "", "1:0", "inf", "7:1,leaf=3"] {
            assert!(text.parse::<Oversubscription>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_fault_is_named_with_what_is_allowed() {
        assert_eq!(
            faults("dragonfyl"),
            [
                "`dragonfyl` is not a kind of fabric; did you mean `dragonfly`? Known are `clos`, `rail-only`, \
              `dragonfly`, `torus`"
            ]
        );
        assert_eq!(faults("clos:4,plane=2,pod=0").len(), 3);
        assert!(faults("clos,plane=2")[0].contains("did you mean `planes`?"));
        assert!(faults("torus:4x")[0].contains("`torus:16x16x16`"));
        assert!(faults("torus,over=2")[0].contains("no tiers to oversubscribe"));
        assert!(faults("rail-only:8")[0].contains("write `rail-only`"));
        assert_eq!("fat-tree".parse(), Ok(FabricShape::CLOS));
    }

    fn shapes() -> impl Strategy<Value = FabricShape> {
        let kind = prop_oneof![
            proptest::option::of(1u32..4).prop_map(|tiers| FabricKind::Clos { tiers }),
            Just(FabricKind::RailOnly),
        ];
        let over = prop_oneof![
            (1.0f64..9.0).prop_map(Oversubscription::Top),
            (1.0f64..9.0, 1.0f64..9.0).prop_map(|(leaf, core)| Oversubscription::Tiers { leaf, core }),
        ];
        let rest = (1u32..9, proptest::option::of(1u32..99), proptest::option::of(1u64..99_999));
        (kind, over, rest).prop_map(|(kind, oversubscription, (planes, rails, pod))| FabricShape {
            kind,
            oversubscription,
            planes,
            rails,
            pod,
        })
    }

    proptest! {
        #[test]
        fn text_round_trips(shape in shapes()) {
            prop_assert_eq!(shape.to_string().parse(), Ok(shape));
        }

        #[test]
        fn tori_round_trip(x in 1u64..99, y in 1u64..99, z in 2u64..99) {
            let shape = FabricShape::of(FabricKind::Torus { sides: Some([x, y, z]) });
            prop_assert_eq!(shape.to_string().parse(), Ok(shape));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[a-z0-9:=,x. -]{0,40}") {
            if let Err(error) = text.parse::<FabricShape>() {
                prop_assert!(!error.faults.is_empty());
            }
        }
    }
}
