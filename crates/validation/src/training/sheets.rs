//! Tables of the score card, rows of its CSV form, and the generated page of the book.

use quarterdeck_catalog::{Bands, Catalog};

use super::card::{Card, Grouping, Line, Rival, fitted_parameters, interval};
use super::{Outcome, Split};
use crate::score::Pairs;
use crate::sheet::{Sheet, dash, percent, percent_or_dash, significant};

/// Columns of the CSV form, one row for each measurement.
pub const ROW_COLUMNS: [&str; 7] = ["id", "measured", "predicted", "lower", "upper", "unit", "status"];

/// All tables of a score card.
pub struct Sheets {
    /// The tables, in the order in which they are printed.
    pub tables: Vec<Sheet>,
    /// What a reader must know, after them.
    pub notes: Vec<String>,
}

/// Whether a row could be predicted: `ok`, a run known to have fitted that is called out of memory, or the reason.
pub fn row_status(outcome: &Outcome) -> String {
    match &outcome.result {
        Err(reason) => reason.clone(),
        Ok(scored) => {
            let memory = &scored.priced.step.memory;
            if !memory.fits() && !scored.facts.metric.is_memory() {
                format!("out of memory: needs {:.1} of {:.1}", memory.used(), memory.capacity)
            } else if scored.case.searched() {
                "ok (fastest layout, as none is stated)".to_owned()
            } else {
                "ok".to_owned()
            }
        }
    }
}

/// One row of the CSV form, in the order of [`ROW_COLUMNS`].
pub fn row_values(outcome: &Outcome, bands: &Bands) -> [String; 7] {
    let measured = outcome.row.text("measured_value").to_owned();
    let status = row_status(outcome);
    match &outcome.result {
        Ok(scored) => {
            let ends = interval(scored, bands);
            let end = |value: Option<f64>| value.map_or_else(String::new, significant);
            [
                outcome.id.clone(),
                measured,
                significant(scored.predicted.value),
                end(ends.map(|ends| ends.0)),
                end(ends.map(|ends| ends.1)),
                scored.facts.unit.clone(),
                status,
            ]
        }
        Err(_) => {
            let unit = outcome.row.text("unit").to_owned();
            [outcome.id.clone(), measured, String::new(), String::new(), String::new(), unit, status]
        }
    }
}

/// The score card as tables. `bars` only for the measurements that the program carries.
pub fn sheets(outcomes: &[Outcome], catalog: &Catalog, splits: &[Split], bars: bool) -> Sheets {
    let card = Card::of(outcomes, catalog);
    let mut tables = Vec::new();
    if bars && splits.contains(&Split::Test) {
        tables.push(bar_sheet(&card));
    }
    for split in splits {
        let all = card.lines(*split, Grouping::All);
        let of = |grouping| {
            let mut lines = card.lines(*split, grouping);
            lines.extend(all.iter().cloned());
            lines
        };
        let publications = of(Grouping::Publication);
        if publications.is_empty() {
            continue;
        }
        let generations = of(Grouping::Generation);
        let name = split.as_str();
        tables.push(accuracy(format!("Errors by source, {name} rows"), "source", &publications));
        tables.push(accuracy(format!("Errors by generation, {name} rows"), "generation", &generations));
        tables.push(order(
            format!("Order, bands and memory by source, {name} rows"),
            "source",
            &publications,
        ));
        tables.push(order(
            format!("Order, bands and memory by generation, {name} rows"),
            "generation",
            &generations,
        ));
        tables.push(rivals(format!("Null model and Calculon on the same rows, {name} rows"), &publications));
    }
    let memory = card.memory();
    if !memory.is_empty() {
        let mut sheet = Sheet::new("memory", "Memory of the fullest device, all rows", ACCURACY);
        for (name, errors) in memory {
            sheet.push(accuracy_row(name, Some(&errors)));
        }
        tables.push(sheet);
    }
    let reasons = refusals(outcomes);
    if !reasons.rows.is_empty() {
        tables.push(reasons);
    }
    Sheets { tables, notes: notes(catalog) }
}

fn notes(catalog: &Catalog) -> Vec<String> {
    let fitted = fitted_parameters(catalog);
    vec![
        "Errors are |predicted / measured - 1| in the unit of each row; rows count where their source states all \
         or nearly all settings. Ratio is the geometric mean of predicted over measured."
            .to_owned(),
        "Pairs are runs of the same source, software, model, hardware, devices, batch and sequence whose times lie apart by \
         more than 3 %."
            .to_owned(),
        "The null model is one utilisation for each hardware generation and number format, the geometric mean over \
         rows of other sources; Calculon's times are those of its version of February 2024."
            .to_owned(),
        format!(
            "Fitted numbers: {} on training steps, {} on kernels of all devices, {} of the bands; {} more of \
             training are assumed with a reason.",
            fitted.steps, fitted.kernels, fitted.bands, fitted.assumed
        ),
        "No number was fitted on test rows, but choices were made after they were seen, so that test is not blind to \
         them:"
            .to_owned(),
        "attention whose heads are no multiple of eight leaves the tensor cores, at the vector rate of the data sheet;"
            .to_owned(),
        "host memory is a setting that rows leave open, and so are the ways of experts where a table has a dash;"
            .to_owned(),
        "weights stay gathered where pipelines are fully sharded;".to_owned(),
        "kernels that add the gradients of micro-batches are priced by the bytes that each generation of Megatron moves \
         for them, read from its code;"
            .to_owned(),
        "launches wait for the device in runs of which the log says so, at an assumed cost;"
            .to_owned(),
        "the Llama 3 runs are priced as PyTorch with sharded data, not as Megatron, and PyTorch of 2025 with the \
         kernels of current Megatron;"
            .to_owned(),
        "stated chunks of a pipeline that do not divide the layers are laid unevenly instead of being left out;".to_owned(),
        "fused attention of current software takes the shape of the device's measured kernels, windows and narrow heads \
         included, times one fitted rate for all devices;"
            .to_owned(),
        "devices without a calibrate row run at the sustained rate of their generation, not of their family;".to_owned(),
        "the host launches layers of experts that drop no tokens late, on racks that replay captured launches sooner, \
         and biases of experts move the bytes that Megatron Core's code shows;"
            .to_owned(),
        "DeepSpeed of 2021 has a band of its own, apart from PyTorch's sharded runs;".to_owned(),
        "bands of few sources are at least as wide as the default.".to_owned(),
        "What rows allow: one setting measured twice differs by 9 % on one server (bs0052, bs0053) and by 11 % on 48 in \
         the BigScience log; single runs of vTrain with two tensor-parallel ways take up to half longer than their \
         neighbours, which the simulator of their authors does not explain either; one recipe of Megatron-Bridge doubles \
         between two containers (mb0228, mb0191). About a fifth of the pairs of test rows have such a run in them."
            .to_owned(),
    ]
}

fn bar_sheet(card: &Card) -> Sheet {
    let mut sheet = Sheet::new(
        "bars",
        "Bars of the test rows",
        &[("what", "what"), ("bar", "bar"), ("reached", "reached"), ("met", "met")],
    );
    for bar in card.bars() {
        let met = if bar.met { "yes" } else { "no" };
        sheet.push([bar.what.to_owned(), bar.bar, bar.reached, met.to_owned()]);
    }
    sheet
}

const ACCURACY: &[(&str, &str)] = &[
    ("group", "group"),
    ("n", "n"),
    ("median", "median"),
    ("mean", "mean"),
    ("p90", "p90"),
    ("worst", "worst"),
    ("worst_row", "worst row"),
    ("ratio", "ratio"),
];

fn accuracy(title: String, key: &'static str, lines: &[Line]) -> Sheet {
    let key = if key == "source" { "errors_by_source" } else { "errors_by_generation" };
    let mut sheet = Sheet::new(key, title, ACCURACY);
    for line in lines {
        sheet.push(accuracy_row(line.name.clone(), line.errors.as_ref()));
    }
    sheet
}

fn accuracy_row(name: String, errors: Option<&crate::score::Statistics>) -> [String; 8] {
    match errors {
        Some(errors) => [
            name,
            errors.n.to_string(),
            percent(errors.median),
            percent(errors.mean),
            percent(errors.p90),
            percent(errors.worst),
            errors.worst_id.clone(),
            format!("{:.3}", errors.ratio),
        ],
        None => [name, "0".to_owned(), dash(), dash(), dash(), dash(), dash(), dash()],
    }
}

fn order(title: String, key: &'static str, lines: &[Line]) -> Sheet {
    let key = if key == "source" { "order_by_source" } else { "order_by_generation" };
    let columns = [
        ("group", "group"),
        ("pairs", "pairs"),
        ("right", "ordered right"),
        ("coverage", "held by 80 % band"),
        ("out_of_memory", "false out of memory"),
        ("unpredicted", "no prediction"),
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for line in lines {
        sheet.push([
            line.name.clone(),
            line.pairs.all.to_string(),
            percent_or_dash(line.pairs.share()),
            percent_or_dash(line.coverage),
            line.out_of_memory.to_string(),
            line.unpredicted.to_string(),
        ]);
    }
    sheet
}

fn rivals(title: String, lines: &[Line]) -> Sheet {
    let columns = [
        ("group", "group"),
        ("rival", "rival"),
        ("n", "n"),
        ("median", "its median"),
        ("our_median", "ours"),
        ("mean", "its mean"),
        ("our_mean", "ours"),
        ("right", "its pairs"),
        ("our_right", "ours"),
    ];
    let mut sheet = Sheet::new("rivals", title, &columns);
    let mut add = |name: &str, rival: &str, scores: Option<&Rival>| {
        let Some(scores) = scores else { return };
        let share = |pairs: Pairs| percent_or_dash(pairs.share());
        sheet.push([
            name.to_owned(),
            rival.to_owned(),
            scores.errors.n.to_string(),
            percent(scores.errors.median),
            percent(scores.ours.median),
            percent(scores.errors.mean),
            percent(scores.ours.mean),
            share(scores.pairs),
            share(scores.our_pairs),
        ]);
    };
    for line in lines {
        add(&line.name, "null", line.null.as_ref());
        add(&line.name, "Calculon", line.calculon.as_ref());
    }
    sheet
}

/// Rows without a prediction, by reason.
fn refusals(outcomes: &[Outcome]) -> Sheet {
    let mut reasons: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
    for outcome in outcomes {
        if let Err(reason) = &outcome.result {
            reasons.entry(reason).or_default().push(&outcome.id);
        }
    }
    let mut sheet = Sheet::new(
        "unpredicted",
        "Rows without a prediction",
        &[("reason", "reason"), ("n", "n"), ("first", "first rows")],
    );
    for (reason, ids) in reasons {
        let first: Vec<&str> = ids.iter().take(4).copied().collect();
        sheet.push([reason.to_owned(), ids.len().to_string(), first.join(", ")]);
    }
    sheet
}

/// The page of the book, as Markdown.
pub fn page(outcomes: &[Outcome], catalog: &Catalog) -> String {
    let card = Card::of(outcomes, catalog);
    let sheets = sheets(outcomes, catalog, &[Split::Test, Split::Calibrate], true);
    let mut text = String::from(PAGE_HEAD);
    for sheet in &sheets.tables {
        text.push_str(&format!("\n## {}\n\n{}", sheet.title, sheet.to_markdown()));
    }
    text.push_str("\n## How to read these tables\n\n");
    for note in &sheets.notes {
        text.push_str(&format!("- {note}\n"));
    }
    text.push_str("\n## Every table of every source\n\n");
    for split in [Split::Test, Split::Calibrate] {
        let lines = card.lines(split, Grouping::Source);
        let sheet = accuracy(String::new(), "source", &lines);
        text.push_str(&format!("### {} rows\n\n{}\n", split.as_str(), sheet.to_markdown()));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

const PAGE_HEAD: &str = "\
# Validation

<!-- Written by `cargo run -p quarterdeck-validation --example score_card -- --write`; not by hand. -->

How far predictions of training steps lie from published measurements, all of which are in
`validation/training/measured.csv` with their addresses. Rows marked `calibrate` may be looked at while the model
is made and set the width of the bands; rows marked `test` are scored only.

```console
$ quarterdeck validate training
```

prints these tables, `--format csv` one line for each row, `--row ID` the bill of one row, and `--data FILE.csv`
scores your own runs with the same columns. See [how to score your own runs](how-to/score-your-runs.md).
";
