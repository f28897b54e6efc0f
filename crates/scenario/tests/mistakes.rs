//! The commonest mistakes in a scenario file: all found at once, each with advice that mends the file when it is
//! followed to the letter.

mod common;

use common::{catalog, codes, read, render};
use quarterdeck_scenario::codes::BASE;
use quarterdeck_scenario::{Diagnostic, Diagnostics, Severity, Template, resolve_text};

#[test]
fn ten_mistakes_give_ten_messages_in_one_run() {
    let text = r#"schema = 1
name = "ten mistakes"

[horizon]
start = "2024-Q1"
end = "2023-Q4"
discount_rate = 0.08
price_year = 2024

[[workload]]
id = "assistant"
kind = "llm-inference"
model = "llama-3-70"
demand = { "2024-Q1" = "50 tokens/s" }
input_len = 1500
output_len = 300
ttft = "1 sec"
tpot = "40 ms"
unserved = "20 USD/1e3 requests"
assumed = "an example"

[[site]]
id = "north"
it_power = 10 MW
coolling = "air"
climate = "temperate"
fleet = { "h100-hgx8" = 20 }
assumed = "an example"

[[porting]]
workload = "asistant"
to = "own"
effort = "3 quarters"
cost = "5e6 USD"
assumed = "an example"
"#;
    let read = resolve_text(text, catalog());
    let diagnostics = read.diagnostics();
    // The porting's workload is not judged: a declaration may be hidden by the broken line.
    assert_eq!(diagnostics.count(Severity::Error), 9, "{}", render(&diagnostics));
    let mended = text.replace("it_power = 10 MW", "it_power = 10");
    let read = resolve_text(&mended, catalog());
    insta::assert_snapshot!(render(&read.diagnostics()), @r#"
    error[scenario::bad-id]: `ten mistakes` can not be an id
      scenario.toml:2:8
        | name = "ten mistakes"
        |        ^^^^^^^^^^^^^^ letters, digits, `-`, `_` and `.`, at most 64
      help: write `"ten-mistakes"`; `title` takes any text

    error[scenario::reversed]: the horizon ends in 2023-Q4, before it starts in 2024-Q1
      scenario.toml:6:7
        | end = "2023-Q4"
        |       ^^^^^^^^^
      scenario.toml:5:9
        | start = "2024-Q1"
        |         ^^^^^^^^^ the start
      help: swap the two, or correct one

    error[scenario::missing-unit]: `discount_rate` has no unit
      scenario.toml:7:17
        | discount_rate = 0.08
        |                 ^^^^ growth by year with its unit is due
      help: write the unit, in quotes, as in `discount_rate = "8 %/yr"`

    error[scenario::unknown-model]: `llama-3-70` is not a model of the catalogue
      scenario.toml:13:9
        | model = "llama-3-70"
        |         ^^^^^^^^^^^^ did you mean `llama-3-70b`?
      help: `quarterdeck catalog list models` shows them; others can be written in the scenario

    error[scenario::wrong-unit]: `demand` counts tokens, where `llm-inference` counts requests
      scenario.toml:14:24
        | demand = { "2024-Q1" = "50 tokens/s" }
        |                        ^^^^^^^^^^^^^
      help: write it as in `demand = "50 requests/s"`

    error[scenario::unknown-unit]: `sec` is not a known unit
      scenario.toml:17:8
        | ttft = "1 sec"
        |        ^^^^^^^ `ttft` takes a time with its unit
      help: write it as in `ttft = "1 s"`

    error[scenario::missing-unit]: `it_power` has no unit
      scenario.toml:24:12
        | it_power = 10
        |            ^^ a power with its unit is due
      help: write the unit, in quotes, as in `it_power = "10 MW"`

    error[scenario::unknown-key]: `coolling` is not a key of a site
      scenario.toml:25:1
        | coolling = "air"
        | ^^^^^^^^ did you mean `cooling`?
      help: `quarterdeck explain scenario.site` lists its keys

    error[scenario::unknown-platform]: `h100-hgx8` is not a platform of the catalogue
      scenario.toml:27:11
        | fleet = { "h100-hgx8" = 20 }
        |           ^^^^^^^^^^^ did you mean `h100-hgx-8`?
      help: `quarterdeck catalog list platforms` shows them; others can be written in the scenario

    error[scenario::unknown-workload]: there is no workload `asistant` in this scenario
      scenario.toml:31:12
        | workload = "asistant"
        |            ^^^^^^^^^^ did you mean `assistant`?
      help: known: `assistant`
    "#);
}

/// Follows the advice of a diagnostic as an impatient reader would, without thinking.
fn follow(text: &str, diagnostics: &Diagnostics, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.span();
    let given = &text[span.start..span.end];
    let line = diagnostics.sources.line_span(span.file, span.start);
    let quoted = |text: &str, after: &str| {
        let rest = &text[text.find(after)? + after.len()..];
        Some(rest[..rest.find('`')?].to_owned())
    };
    if let Some(meant) = quoted(&diagnostic.labels[0].text, "did you mean `") {
        let meant = if given.starts_with('"') { format!("\"{meant}\"") } else { meant };
        return format!("{}{meant}{}", &text[..span.start], &text[span.end..]);
    }
    let help = diagnostic.help.as_deref().unwrap_or_default();
    let remove = help.starts_with("remove it") || help.starts_with("keep one of the two");
    if remove {
        return format!("{}{}", &text[..line.start], &text[line.end..]);
    }
    let write = ["write `", "as in `"].iter().find_map(|before| quoted(help, before));
    let write = write.unwrap_or_else(|| panic!("no advice in `{help}` of {}", diagnostic.code));
    let missing = ["scenario::missing-key", "scenario::no-basis"].contains(&diagnostic.code);
    if missing {
        // Below the header of the entry.
        format!("{}\n{write}{}", &text[..line.end], &text[line.end..])
    } else if write.contains(" = ") {
        format!("{}{write}{}", &text[..line.start], &text[line.end..])
    } else {
        format!("{}{write}{}", &text[..span.start], &text[span.end..])
    }
}

#[test]
fn advice_followed_to_the_letter_mends_the_commonest_mistakes() {
    // What stands in the sound file, what people write instead, the code that they get.
    let mistakes = [
        ("cooling = \"air\"\nrack", "coolling = \"air\"\nrack", "scenario::unknown-key"),
        ("it_power = \"10 MW\"", "it_power = 10 MW", "scenario::syntax"),
        ("it_power = \"10 MW\"", "it_power = 10", "scenario::missing-unit"),
        ("it_power = \"10 MW\"", "it_power = \"10\"", "scenario::missing-unit"),
        ("it_power = \"10 MW\"", "it_power = \"10 Mw\"", "scenario::unknown-unit"),
        ("it_power = \"10 MW\"", "it_power = \"10 MWh\"", "scenario::wrong-unit"),
        ("it_power = \"10 MW\"", "it_power = \"10 TW\"", "scenario::impossible"),
        ("it_power = \"10 MW\"\n", "", "scenario::missing-key"),
        ("cooling = \"air\"\nrack", "cooling = \"liqiud\"\nrack", "scenario::unknown-word"),
        ("{ \"h100-hgx-8\" = 20 }", "{ \"h100-hgx8\" = 20 }", "scenario::unknown-platform"),
        ("\"llama-3-8b\"", "\"lama-3-8b\"", "scenario::unknown-model"),
        ("[[site]]", "[site]", "scenario::wrong-type"),
        ("[horizon]", "[[horizon]]", "scenario::wrong-type"),
        ("start = \"2024-Q1\"", "start = \"2024-01\"", "scenario::wrong-form"),
        ("start = \"2024-Q1\"", "start = 2024-Q1", "scenario::syntax"),
        ("end = \"2026-Q4\"", "end = \"2026-Q4\"\nend = \"2027-Q4\"", "scenario::duplicate-key"),
        ("discount_rate = \"8 %/yr\"", "discount_rate = 0.08", "scenario::missing-unit"),
        ("price_year = 2024", "price_year = \"2024\"", "scenario::wrong-type"),
        ("workload = \"assistant\"", "workload = \"asistant\"", "scenario::unknown-workload"),
        ("name = \"base\"", "name = \"my base\"", "scenario::bad-id"),
        ("unserved = \"20 USD/1e3 requests\"\n", "", "scenario::missing-key"),
        ("unserved = \"20 USD/1e3 requests\"", "unserved = \"$20/1e3 requests\"", "scenario::bad-number"),
        ("ttft = \"1 s\"", "ttft = \"1 s\"\nlora_rank = 16", "scenario::misplaced-key"),
        ("ttft = \"1 s\"", "ttft = \"-1 s\"", "scenario::impossible"),
        (
            "demand = { \"2024-Q1\" = \"50 requests/s\", \"2026-Q4\" = \"900 requests/s\" }",
            "demand = \"50 tokens/s\"",
            "scenario::wrong-unit",
        ),
        ("lead_time = \"2 quarters\"", "lead_time = 2", "scenario::missing-unit"),
        ("price = \"290e3 USD\"", "price = \"290e3 usd\"", "scenario::unknown-unit"),
        ("schema = 1", "schema = 2", "scenario::schema-version"),
        ("assumed = \"an example\"\n\n[[site]]", "\n[[site]]", "scenario::no-basis"),
    ];
    for (sound, wrong, code) in mistakes {
        assert!(BASE.contains(sound), "{sound}");
        let mut text = BASE.replacen(sound, wrong, 1);
        let first = read(&text);
        assert_eq!(codes(&first), [code], "{wrong}:\n{}", render(&first.diagnostics()));
        for _ in 0..3 {
            let diagnostics = read(&text).diagnostics();
            let Some(diagnostic) = diagnostics.iter().next() else { break };
            text = follow(&text, &diagnostics, diagnostic);
        }
        let last = read(&text);
        let left = last.diagnostics();
        assert!(last.value.is_ok() && left.is_empty(), "{wrong} became\n{text}\n{}", render(&left));
    }
}

#[test]
fn a_broken_line_does_not_hide_the_faults_behind_it() {
    let check = |wrong: &str, also: &[&str]| {
        let text = format!(
            "{}\n{wrong}\n\n[[site]]\nid = \"south\"\nit_powr = \"1 MW\"\ncooling = \"air\"\nclimate = \"temperate\"\n",
            BASE
        );
        let found = codes(&read(&text));
        assert!(found.contains(&"scenario::unknown-key"), "{wrong}: {found:?}");
        for code in also {
            assert!(found.contains(code), "{wrong}: {found:?}");
        }
    };
    check("cost 5", &["scenario::syntax"]);
    check("cost = ", &["scenario::syntax"]);
    check("[[site", &["scenario::syntax"]);
    check("[site]", &["scenario::duplicate-key"]);
    check("title = \"unclosed", &["scenario::syntax"]);
    check("]", &["scenario::syntax"]);
    check("= 3", &["scenario::syntax"]);
    check("a.b.c", &["scenario::syntax"]);
    check("\u{7}", &["scenario::syntax"]);
}

#[test]
fn places_are_those_of_the_users_file() {
    let text = BASE.replace("cooling = \"air\"\nrack", "cooling = \"steam\"\nrack");
    let json = read(&text).diagnostics().to_json();
    let label = &json["diagnostics"][0]["labels"][0];
    assert_eq!(json["diagnostics"][0]["code"], "scenario::unknown-word");
    assert_eq!(label["file"], "example.toml");
    let line = label["line"].as_u64().unwrap() as usize;
    assert_eq!(text.lines().nth(line - 1), Some("cooling = \"steam\""));
    assert_eq!((label["column"].as_u64(), label["end_column"].as_u64()), (Some(11), Some(18)));
    assert_eq!(json["errors"], 1);
}

#[test]
fn contradictions_in_history_are_found() {
    let check = |history: &str, expect: &[&str]| {
        let text = format!(
            "extends = \"base.toml\"\n[[project]]\nid = \"hall-2\"\npause_cost = \"1 %\"\ncancel_cost = \"30 %\"\n{history}"
        );
        let read = read(&text);
        assert_eq!(codes(&read), expect, "{history}\n{}", render(&read.diagnostics()));
    };
    let entry = |decision: &str, rest: &str| {
        format!("[[history]]\ndecision = \"{decision}\"\nassumed = \"x\"\n{rest}\n")
    };
    let project = |decision: &str, quarter: &str| {
        entry(decision, &format!("project = \"hall-2\"\nquarter = \"{quarter}\""))
    };
    check(&(project("start", "2024-Q2") + &project("cancel", "2024-Q4")), &[]);
    check(&(project("start", "2024-Q4") + &project("cancel", "2024-Q2")), &["scenario::not-started"]);
    check(&(project("start", "2024-Q1") + &project("start", "2024-Q2")), &["scenario::history-conflict"]);
    check(&project("redesign", "2024-Q2"), &["scenario::no-right", "scenario::not-started"]);
    check(&entry("pause", "project = \"hall-2\""), &["scenario::missing-key", "scenario::not-started"]);
    check(&entry("buy", "offer = \"h100-hgx-8\"\nquarter = \"2024-Q2\""), &["scenario::one-of"]);
    let buy = |bound: &str| entry("buy", &format!("offer = \"h100-hgx-8\"\nquarter = \"2024-Q2\"\n{bound}"));
    check(&(buy("at_least = 10") + &buy("at_most = 20")), &[]);
    check(&(buy("at_least = 10") + &buy("at_most = 5")), &["scenario::history-conflict"]);
    check(&(buy("count = 10") + &buy("count = 11")), &["scenario::history-conflict"]);
    check(&buy("count = -1"), &["scenario::impossible"]);
    let stop = entry("stop", "programme = \"own-chip\"\nquarter = \"2024-Q2\"");
    check(&(stop.clone() + &stop), &["scenario::history-conflict"]);
}

#[test]
fn absurd_machines_are_refused_with_the_physical_reason() {
    let text = "extends = \"base.toml\"\n[[device]]\nbase = \"h100-sxm\"\nid = \"dream\"\n\
                memory.bandwidth = { value = \"3 PB/s\", origin = \"assumed\", reason = \"a dream\" }\n";
    let read = read(text);
    assert_eq!(codes(&read), ["scenario::impossible"]);
    let diagnostics = read.diagnostics();
    let shown = render(&diagnostics);
    assert!(shown.contains("`memory.bandwidth.value` of 3 PB/s can not be meant"), "{shown}");
    assert!(shown.contains("HBM4"), "{shown}");
    let span = diagnostics.list[0].span();
    assert_eq!(diagnostics.sources.slice(span), "\"3 PB/s\"");
}

#[test]
fn templates_are_named() {
    assert_eq!("serving".parse(), Ok(Template::Serving));
    assert!("severing".parse::<Template>().unwrap_err().contains("`training`"));
}
