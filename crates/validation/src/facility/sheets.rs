//! Tables of the golden card, its CSV form, one row in full, and the generated page.

use super::{Check, Outcome, Published, Scored, Table, grouped};
use crate::sheet::{Sheet, significant};
use crate::training::Sheets;

/// Every number of a row in the CSV form, in the order of [`crate::training::ROW_COLUMNS`].
pub fn row_values(outcome: &Outcome) -> Vec<[String; 7]> {
    match &outcome.result {
        Err(reason) => {
            let empty = String::new;
            vec![[outcome.id.clone(), empty(), empty(), empty(), empty(), empty(), reason.clone()]]
        }
        Ok(scored) => scored.checks.iter().map(|check| check_values(&outcome.id, scored, check)).collect(),
    }
}

fn check_values(id: &str, scored: &Scored, check: &Check) -> [String; 7] {
    let (low, high) = check.published.range();
    let bound = |value: f64| if value.is_finite() { significant(value) } else { String::new() };
    let id =
        if scored.checks.len() == 1 { id.to_owned() } else { format!("{id}/{}", super::slug(&check.what)) };
    let status = if check.agrees() { "ok".to_owned() } else { check.difference() };
    [
        id,
        plain(check.published.middle()),
        plain(check.ours),
        bound(low),
        bound(high),
        if check.unit.is_empty() { "count".to_owned() } else { check.unit.clone() },
        status,
    ]
}

/// Whole numbers in full, others with six significant digits.
fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { significant(value) }
}

/// The golden card as tables. `own` where the rows are the user's.
pub fn sheets(outcomes: &[Outcome], own: bool) -> Sheets {
    let scored = |table: Table| -> Vec<(&Outcome, &Scored)> {
        let of = outcomes.iter().filter_map(|outcome| Some((outcome, outcome.result.as_deref().ok()?)));
        of.filter(|(_, scored)| scored.table == table).collect()
    };
    let (fabric, bill, anchors) = (scored(Table::Fabric), scored(Table::Bill), scored(Table::Anchors));
    let mut tables = vec![summary(&fabric, &bill, &anchors, own)];
    tables.extend([fabric_sheet(&fabric), differing(&fabric), slips(&fabric), items(&bill, "bill")]);
    tables.extend([items(&anchors, "anchors"), refusals(outcomes)]);
    tables.retain(|sheet| !sheet.rows.is_empty());
    Sheets { tables, notes: notes() }
}

fn notes() -> Vec<String> {
    [
        "Counts agree when they are equal, other numbers when they lie in the published range or as near to the \
         published number as its row in `validation/facility/anchors.csv` allows. No parameter is fitted to any row.",
        "Leaves, spines and core switches, and cables from nodes to leaves, to spines, to the core are printed as \
         `a/b/c`.",
        "A row contradicts itself where it prints other GPUs than its nodes hold; what follows from its nodes is \
         compared.",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn summary(
    fabric: &[(&Outcome, &Scored)],
    bill: &[(&Outcome, &Scored)],
    anchors: &[(&Outcome, &Scored)],
    own: bool,
) -> Sheet {
    let columns = [("what", "what"), ("agree", "agree"), ("of", "of"), ("all", "all")];
    let title = if own { "Your rows beside the rule" } else { "Published beside ours" };
    let mut sheet = Sheet::new("bars", title, &columns);
    let mut add = |what: &str, rows: &[(&Outcome, &Scored)]| {
        if rows.is_empty() {
            return;
        }
        let agree = rows.iter().filter(|(_, scored)| scored.agrees()).count();
        let all = if agree == rows.len() { "yes" } else { "no" };
        sheet.push([what.to_owned(), agree.to_string(), rows.len().to_string(), all.to_owned()]);
    };
    add("systems whose switches and cables are all exact", fabric);
    add("items of the parts list of four H100 units", bill);
    add("numbers of networks, power, cooling and halls", anchors);
    sheet
}

/// `32/16/0` of three checks by their names; a dash where a row prints none.
fn triple(scored: &Scored, names: [&str; 3], value: impl Fn(&Check) -> f64) -> String {
    let cell = |name: &str| {
        let check = scored.checks.iter().find(|check| check.what == name);
        check.map_or_else(|| "–".to_owned(), |check| format!("{:.0}", value(check)))
    };
    names.map(cell).join("/")
}

fn fabric_sheet(rows: &[(&Outcome, &Scored)]) -> Sheet {
    let columns = [
        ("system", "system"),
        ("nodes", "nodes"),
        ("switches", "switches"),
        ("our_switches", "ours"),
        ("cables", "cables"),
        ("our_cables", "ours"),
        ("difference", "difference"),
    ];
    const SWITCHES: [&str; 3] = ["leaves", "spines", "core switches"];
    const CABLES: [&str; 3] = ["cables, node to leaf", "cables, leaf to spine", "cables, spine to core"];
    let mut sheet = Sheet::new("fabric", "Switches and cables of whole systems", &columns);
    for (outcome, scored) in rows {
        let ours = |check: &Check| check.ours;
        let published = |check: &Check| check.published.middle();
        let wrong = scored.checks.iter().filter(|check| !check.agrees()).count();
        sheet.push([
            scored.name.replace("DGX ", "").replace(" SuperPOD", ""),
            grouped(outcome.row.number("nodes").ok().flatten().unwrap_or(0.0)),
            triple(scored, SWITCHES, published),
            triple(scored, SWITCHES, ours),
            triple(scored, CABLES, published),
            triple(scored, CABLES, ours),
            if wrong == 0 { "exact".to_owned() } else { format!("{wrong} differ") },
        ]);
    }
    sheet
}

/// Counts of systems that differ, one by one.
fn differing(rows: &[(&Outcome, &Scored)]) -> Sheet {
    let columns = [
        ("row", "row"),
        ("what", "what"),
        ("published", "published"),
        ("ours", "ours"),
        ("difference", "difference"),
    ];
    let mut sheet = Sheet::new("differing", "Counts that differ", &columns);
    for (outcome, scored) in rows {
        for check in scored.checks.iter().filter(|check| !check.agrees()) {
            let (published, ours) = (check.published.to_string(), grouped(check.ours));
            sheet.push([outcome.id.clone(), check.what.clone(), published, ours, check.difference()]);
        }
    }
    sheet
}

fn slips(rows: &[(&Outcome, &Scored)]) -> Sheet {
    let columns = [("row", "row"), ("slip", "how it contradicts itself")];
    let mut sheet = Sheet::new("slips", "Rows that contradict themselves", &columns);
    for (outcome, scored) in rows {
        for slip in &scored.slips {
            sheet.push([outcome.id.clone(), slip.clone()]);
        }
    }
    sheet
}

fn items(rows: &[(&Outcome, &Scored)], key: &'static str) -> Sheet {
    let columns = [
        ("what", "what"),
        ("published", "published"),
        ("ours", "ours"),
        ("unit", "unit"),
        ("difference", "difference"),
        ("source", "source"),
    ];
    let title = if key == "bill" {
        "Parts list of four H100 units"
    } else {
        "Numbers of networks, power, cooling and halls"
    };
    let mut sheet = Sheet::new(key, title, &columns);
    for (_, scored) in rows {
        for check in &scored.checks {
            sheet.push([
                check.what.clone(),
                check.published.to_string(),
                grouped(check.ours),
                check.unit.clone(),
                check.difference(),
                source(&scored.source),
            ]);
        }
    }
    sheet
}

/// The host of an address, else the source as it is.
fn source(text: &str) -> String {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    address.map_or_else(|| text.to_owned(), |rest| rest.split('/').next().unwrap_or(rest).to_owned())
}

/// Rows that could not be scored.
fn refusals(outcomes: &[Outcome]) -> Sheet {
    let columns = [("row", "row"), ("reason", "reason")];
    let mut sheet = Sheet::new("unpredicted", "Rows that can not be scored", &columns);
    for outcome in outcomes {
        if let Err(reason) = &outcome.result {
            sheet.push([outcome.id.clone(), reason.clone()]);
        }
    }
    sheet
}

/// One row in full.
pub fn explain(scored: &Scored) -> Vec<Sheet> {
    let mut row = Sheet::new("row", scored.name.clone(), &[("what", "what"), ("value", "value")]);
    row.push(["source".to_owned(), scored.source.clone()]);
    if !scored.basis.is_empty() {
        row.push(["ours from".to_owned(), scored.basis.clone()]);
    }
    for slip in &scored.slips {
        row.push(["contradicts itself".to_owned(), slip.clone()]);
    }
    let columns =
        [("what", "what"), ("published", "published"), ("ours", "ours"), ("difference", "difference")];
    let mut numbers = Sheet::new("numbers", "Numbers", &columns);
    for check in &scored.checks {
        let unit = if check.unit.is_empty() { String::new() } else { format!(" {}", check.unit) };
        numbers.push([
            check.what.clone(),
            match check.published {
                Published::Near(value, share) => {
                    format!("{}{unit}, within {:.0} %", grouped(value), 100.0 * share)
                }
                other => format!("{other}{unit}"),
            },
            format!("{}{unit}", grouped(check.ours)),
            check.difference(),
        ]);
    }
    vec![row, numbers]
}

/// The generated page, as Markdown.
pub fn page(outcomes: &[Outcome]) -> String {
    let sheets = sheets(outcomes, false);
    let mut text = String::from(HEAD);
    for sheet in &sheets.tables {
        text.push_str(&format!("\n## {}\n\n{}", sheet.title, sheet.to_markdown()));
    }
    text.push_str("\n## How to read these tables\n\n");
    for note in &sheets.notes {
        text.push_str(&format!("- {note}\n"));
    }
    text
}

const HEAD: &str = "\
# Validation: fabrics, power, cooling and halls

<!-- Written by `cargo run -p quarterdeck-validation --example score_card -- --write`; not by hand. -->

What the rules of `quarterdeck design` give beside published tables, all of which are in `validation/facility/` with
their addresses. The rule for switches and cables has no parameter; it is exact or wrong.

```console
$ quarterdeck validate facility
```

prints these tables, `--format csv` one line for each number, `--row ID` one row in full, and `--data FILE.csv` scores
further rows: the columns `system,nodes,gpus,switch_radix` are required, and `leaf`, `spine`, `core`,
`cables_node_leaf`, `cables_leaf_spine`, `cables_spine_core`, `planes` and `source` are read too.
";
