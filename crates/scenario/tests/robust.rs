//! No input makes the reader panic: arbitrary bytes, mutations of sound scenarios, huge and deep ones. What does not
//! resolve has an error that points into a text.

mod common;

use common::{catalog, codes, render};
use proptest::prelude::*;
use quarterdeck_scenario::codes::{self, BASE, Example};
use quarterdeck_scenario::{MAX_BYTES, MemoryFiles, Severity, Template, resolve, resolve_with};

/// Reads bytes beside the base of the examples and checks what must hold for any input.
fn check(bytes: &[u8], overrides: &[String]) {
    let files = MemoryFiles::one("x.toml", bytes).with("base.toml", BASE).with("demand.csv", bytes);
    let read = resolve_with("x.toml", overrides, &files, catalog());
    let diagnostics = read.diagnostics();
    assert_eq!(read.value.is_err(), diagnostics.count(Severity::Error) > 0);
    for diagnostic in diagnostics.iter() {
        for label in &diagnostic.labels {
            let text = diagnostics.sources.text(label.span.file);
            assert!(label.span.start <= label.span.end && label.span.end <= text.len(), "{diagnostic:?}");
            assert!(text.is_char_boundary(label.span.start) && text.is_char_boundary(label.span.end));
        }
        assert!(diagnostic.message.len() < 2000, "{diagnostic:?}");
    }
    let _ = diagnostics.to_json();
    if let Ok(scenario) = read.value {
        // What resolves can be stored and read again.
        let text = scenario.to_toml(catalog());
        let again = resolve("y.toml", &MemoryFiles::one("y.toml", text.as_str()), catalog());
        let again = again.value.unwrap_or_else(|errors| panic!("{}\n{text}", render(&errors)));
        assert_eq!(again, scenario, "{text}");
    }
}

/// Sound texts to start from.
fn seeds() -> Vec<&'static str> {
    let mut seeds = vec![BASE];
    seeds.extend(Template::ALL.iter().map(|template| template.text()));
    seeds.extend(codes::all().iter().filter_map(|code| match &code.example {
        Example::File(text) | Example::With(text, _, _) => Some(*text),
        _ => None,
    }));
    seeds
}

/// A small generator of numbers, so that every run takes the same mutations.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % below.max(1) as u64).unwrap()
    }
}

/// Pieces that mistakes are made of.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\n",
    "#",
    "-1",
    "0",
    "1e999",
    "nan",
    "inf",
    "-0.0",
    "\"\"",
    "\"0 W\"",
    "\"1e300 MW\"",
    "\"2024-Q1\"",
    "\"9999-Q4\"",
    "\"0000-Q1\"",
    "true",
    "2024-01-01",
    "\"-3 quarters\"",
    "\"4000 quarters\"",
    "\u{e9}",
    "\u{1f680}",
    "\\u0000",
    "\"\"\"",
    "\"x40\"",
    "\"100 %\"",
    "9223372036854775807",
    "99999999999999999999",
    "_",
    "csv",
    "extends",
    "base",
    "id",
    "fleet",
    "\"demand.csv\"",
    "\"base.toml\"",
    "\"x.toml\"",
];

fn mutate(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        let to = (at + dice.roll(24)).min(bytes.len());
        match dice.roll(7) {
            0 => drop(bytes.drain(at..to)),
            1 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            2 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..to, piece.bytes());
            }
            3 => {
                let copy = bytes[at..to].to_vec();
                let other = dice.roll(bytes.len() + 1);
                bytes.splice(other..other, copy);
            }
            // A whole line gone, or twice.
            4 | 5 => {
                let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let line = dice.roll(lines.len());
                let twice = dice.roll(2) == 0;
                let kept = lines.iter().enumerate().flat_map(|(index, text)| {
                    let times = if index == line { if twice { 2 } else { 0 } } else { 1 };
                    std::iter::repeat_n(*text, times).flatten().copied()
                });
                bytes = kept.collect();
            }
            _ if at < bytes.len() => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            _ => {}
        }
    }
    bytes
}

#[test]
fn mutations_of_sound_scenarios_never_panic() {
    let seeds = seeds();
    let mut dice = Dice(2022);
    for round in 0..3000 {
        let seed = seeds[round % seeds.len()];
        check(&mutate(seed, &mut dice), &[]);
    }
}

#[test]
fn mutations_of_overrides_never_panic() {
    let paths = [
        "site.north.it_power=30 MW",
        "offer.h100-hgx-8.price={ \"2024-Q1\" = \"1e5 USD\" }",
        "horizon.end=2025-Q2",
    ];
    let mut dice = Dice(7);
    for round in 0..500 {
        let given = String::from_utf8_lossy(&mutate(paths[round % paths.len()], &mut dice)).into_owned();
        check(BASE.as_bytes(), &[given]);
    }
}

/// One value of a sound scenario replaced: the fault is found, or the scenario is another sound one.
#[test]
fn every_value_can_be_replaced_by_every_piece() {
    let mut count = 0;
    for (at, _) in BASE.match_indices(" = ") {
        let start = at + 3;
        let end = start + BASE[start..].find('\n').unwrap();
        for piece in PIECES {
            check(format!("{}{piece}{}", &BASE[..start], &BASE[end..]).as_bytes(), &[]);
            count += 1;
        }
    }
    assert!(count > 1000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes, &[]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        check(text.as_bytes(), &[]);
    }

    #[test]
    fn any_toml_like_text_is_read_or_refused(text in "([a-z_]{1,9}(\\.[a-z]{1,3})? ?= ?[\\[{\"0-9a-zA-Z%/. ,=}\\]-]{0,20}\n|\\[\\[?[a-z]{1,9}\\]?\\]\n){0,12}") {
        check(text.as_bytes(), &[]);
    }
}

#[test]
fn deep_nesting_is_refused_and_not_recursed_into() {
    let check = |text: String| {
        let read = resolve("x.toml", &MemoryFiles::one("x.toml", text.into_bytes()), catalog());
        assert!(codes(&read).contains(&"scenario::too-deep"), "{:?}", codes(&read));
    };
    for n in [40, 1000, 100_000] {
        check(format!("a = {}", "[".repeat(n)));
        check(format!("a = {}{}", "[".repeat(n), "]".repeat(n)));
        check(format!("a = {}", "{ b = ".repeat(n)));
        check(format!("a{} = 1", ".a".repeat(n)));
        check(format!("[a{}]", ".a".repeat(n)));
        check(format!("x = 1\na = {}1{}", "[\n".repeat(n), "]\n".repeat(n)));
    }
    // Dots and brackets multiply; each alone is within its limit.
    check(format!("x = {}1{}", format!("{{ a{} = ", ".a".repeat(25)).repeat(30), "}".repeat(30)));
    // Brackets in strings and comments nest nothing.
    let text = format!("title = \"{}\"\n# {}\n", "[".repeat(500), "{".repeat(500));
    let read = resolve("x.toml", &MemoryFiles::one("x.toml", text.into_bytes()), catalog());
    assert!(!codes(&read).contains(&"scenario::too-deep"));
}

#[test]
fn large_files_are_refused_and_long_ones_read() {
    let limit = usize::try_from(MAX_BYTES).unwrap();
    let refused = resolve("x.toml", &MemoryFiles::one("x.toml", vec![b'a'; 50 << 20]), catalog());
    assert_eq!(codes(&refused), ["scenario::too-large"]);
    // The most nodes that fit: still an answer, and a list of faults of bounded length.
    for line in ["a = 1\n", "[[site]]\n", "x = 99999999999999999999\n", "= 1\n"] {
        let text = line.repeat((limit / 8) / line.len());
        let read = resolve("x.toml", &MemoryFiles::one("x.toml", text.into_bytes()), catalog());
        assert!(read.value.is_err());
        assert!(read.diagnostics().len() <= 600, "{line}: {}", read.diagnostics().len());
    }
    let list = format!("a = [{}]", "1,".repeat(limit / 2 - 10));
    let read = resolve("x.toml", &MemoryFiles::one("x.toml", list.into_bytes()), catalog());
    assert!(read.value.is_err());
}
