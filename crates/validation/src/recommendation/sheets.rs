//! Tables of the score card, rows of its CSV form, one row in full, and the section of the generated page.

use std::collections::BTreeMap;

use quarterdeck_catalog::{Bands, Catalog};

use super::card::{Card, Grouping, Line, family, interval};
use super::{Outcome, Quantity, Scored};
use crate::sheet::{Sheet, dash, percent, percent_or_dash, significant};
use crate::training::{Sheets, Split};

/// Whether a row could be predicted: `ok`, or the reason.
pub fn row_status(outcome: &Outcome) -> String {
    match &outcome.result {
        Ok(_) => "ok".to_owned(),
        Err(reason) => reason.clone(),
    }
}

/// One row of the CSV form, in the order of [`crate::training::ROW_COLUMNS`].
pub fn row_values(outcome: &Outcome, bands: &Bands) -> [String; 7] {
    let measured = outcome.row.text("value").to_owned();
    let unit = outcome.row.text("unit").to_owned();
    let status = row_status(outcome);
    let [predicted, lower, upper] = match &outcome.result {
        Ok(scored) => {
            let (lower, upper) = interval(scored, bands);
            [significant(scored.predicted.value), significant(lower), significant(upper)]
        }
        Err(_) => [String::new(), String::new(), String::new()],
    };
    [outcome.id.clone(), measured, predicted, lower, upper, unit, status]
}

/// The score card as tables. `bars` only for the measurements that the program carries.
pub fn sheets(outcomes: &[Outcome], catalog: &Catalog, splits: &[Split], bars: bool) -> Sheets {
    let card = Card::of(outcomes, &catalog.intervals.recommendation);
    let mut tables = Vec::new();
    if bars && splits.contains(&Split::Test) {
        let mut sheet = Sheet::new(
            "bars",
            "Bars of the test rows",
            &[("what", "what"), ("bar", "bar"), ("reached", "reached"), ("met", "met")],
        );
        for bar in card.bars() {
            let met = if bar.met { "yes" } else { "no" };
            sheet.push([bar.what.to_owned(), bar.bar.to_owned(), bar.reached, met.to_owned()]);
        }
        tables.push(sheet);
    }
    for split in splits {
        let name = split.as_str();
        for (grouping, key, what) in [
            (Grouping::Quantity, "errors_by_quantity", "quantity"),
            (Grouping::Source, "errors_by_source", "source"),
            (Grouping::Device, "errors_by_device", "device family"),
            (Grouping::Precision, "errors_by_precision", "precision"),
        ] {
            let lines = card.lines(*split, grouping);
            if lines.is_empty() {
                continue;
            }
            tables.push(accuracy(key, format!("Errors by {what}, {name} rows"), &lines));
            if grouping == Grouping::Source {
                tables.push(rivals(format!("Null model on the same rows, {name} rows"), &lines));
            }
        }
    }
    tables.push(pairs(&card, splits));
    tables.push(floors(&card));
    let reasons = refusals(outcomes);
    if !reasons.rows.is_empty() {
        tables.push(reasons);
    }
    tables.retain(|sheet| !sheet.rows.is_empty());
    Sheets { tables, notes: notes() }
}

fn notes() -> Vec<String> {
    [
        "Errors are |predicted / measured - 1| in the unit of each row. Ratio is the geometric mean of predicted over \
         measured.",
        "A sample of MLPerf inference is 270 user-item pairs on average, which is assumed. Number formats of MLPerf \
         rows are inferred from model, round and accuracy target.",
        "Corrected rows say so in their notes: a prototype on programmable logic that was taken for the later chip, \
         sockets counted twice, and a rate that was offered and no capacity.",
        "Rates within a bound on the p99 come from the same queue that plans use, at the bound of the benchmark's server \
         scenario. Software is declared by row: tuned submissions, request servers and examples of frameworks are priced \
         apart.",
        "Chosen after test rows were seen, and resting on calibrate rows, documents or assumptions: cross layers with a \
         share and a number format of their own (calibrate rows of two models on six devices; a submission's \
         configuration), overlap of batches in tuned engines, passes of vectors of request servers (those of the \
         TensorFlow examples) and their floor (assumed), the floor of TorchRec with the speed of host threads, shares of \
         L40S and Xeon 8592+ (rows of their siblings), the share of rated power that a node draws (rows of round 3.1; it \
         was first written from a row of round 4.0 that is scored here, and both give 0.56, so node power is no blind \
         test), the rule for bands (one for all kinds of work, after the coverage of test rows was seen), the sixteen-GPU server \
         behind switches and the hops of the cube mesh (documents; two calibrate rows were half the measured rate), what \
         layers give as traffic of frameworks (fitted on 18 calibrate rows, or counted in code) and the floor of \
         PyTorch's captured graphs (that of tuned code and the launches outside its graph; the floor of TensorFlow that \
         stood there before would give a median of 11 % in training).",
        "Rested once on rows that are scored here, and derived anew without them after those were seen: what cross \
         layers cost in training (seven calibrate systems), floor and passes of TensorFlow 2 training (18 calibrate \
         rows), passes of PyTorch's example (counted in its code), and the prior of processors in training, which is \
         assumed. No number is fitted on a test row now.",
        "The null model is one share of peak for each family of devices and number format, the geometric mean over \
         rows of other sources.",
        "Pairs of hardware are of the same source, model, quantity and accuracy target, by the rate of one device or \
         the time of equally many, where they lie apart by more than 3 %.",
        "Equal submissions state the same device, model, round, number format and accuracy target; no model of these \
         columns can be closer to them than they are to each other.",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn accuracy(key: &'static str, title: String, lines: &[Line]) -> Sheet {
    let columns = [
        ("group", "group"),
        ("n", "n"),
        ("median", "median"),
        ("mean", "mean"),
        ("p90", "p90"),
        ("worst", "worst"),
        ("worst_row", "worst row"),
        ("ratio", "ratio"),
        ("coverage", "in 80 % band"),
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for line in lines {
        let errors = &line.errors;
        sheet.push([
            line.name.clone(),
            errors.n.to_string(),
            percent(errors.median),
            percent(errors.mean),
            percent(errors.p90),
            percent(errors.worst),
            errors.worst_id.clone(),
            format!("{:.3}", errors.ratio),
            percent_or_dash(line.coverage),
        ]);
    }
    sheet
}

fn rivals(title: String, lines: &[Line]) -> Sheet {
    let columns = [
        ("group", "group"),
        ("n", "n"),
        ("median", "null's median"),
        ("our_median", "ours"),
        ("mean", "null's mean"),
        ("our_mean", "ours"),
    ];
    let mut sheet = Sheet::new("rivals", title, &columns);
    for line in lines {
        let Some((null, own)) = &line.null else { continue };
        sheet.push([
            line.name.clone(),
            null.n.to_string(),
            percent(null.median),
            percent(own.median),
            percent(null.mean),
            percent(own.mean),
        ]);
    }
    sheet
}

fn pairs(card: &Card, splits: &[Split]) -> Sheet {
    let columns = [("split", "rows"), ("pairs", "pairs"), ("right", "ranked right")];
    let mut sheet = Sheet::new("pairs", "Pairs of hardware", &columns);
    for split in splits {
        let pairs = card.hardware_pairs(Some(*split));
        if pairs.all > 0 {
            sheet.push([split.as_str().to_owned(), pairs.all.to_string(), percent_or_dash(pairs.share())]);
        }
    }
    sheet
}

fn floors(card: &Card) -> Sheet {
    let columns = [
        ("quantity", "quantity"),
        ("groups", "groups"),
        ("rows", "rows"),
        ("median", "median from mean"),
        ("middle", "spread, median"),
        ("most", "spread, most"),
    ];
    let mut sheet = Sheet::new("floor", "Spread of equal submissions: the floor", &columns);
    for quantity in [Quantity::Offline, Quantity::Server, Quantity::TimeToTrain, Quantity::NodePower] {
        let Some(floor) = card.floor(quantity) else { continue };
        sheet.push([
            quantity.name().to_owned(),
            floor.groups.to_string(),
            floor.rows.to_string(),
            percent(floor.median),
            format!("{:.2}x", floor.middle),
            format!("{:.2}x", floor.most),
        ]);
    }
    sheet
}

/// Rows without a prediction, by reason.
fn refusals(outcomes: &[Outcome]) -> Sheet {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for outcome in outcomes {
        if let Err(reason) = &outcome.result {
            reasons.entry(reason).or_default().push(&outcome.id);
        }
    }
    let columns = [("reason", "reason"), ("n", "n"), ("first", "first rows")];
    let mut sheet = Sheet::new("unpredicted", "Rows without a prediction", &columns);
    for (reason, ids) in reasons {
        let first: Vec<&str> = ids.iter().take(3).copied().collect();
        sheet.push([reason.to_owned(), ids.len().to_string(), first.join(", ")]);
    }
    sheet
}

/// One row in full.
pub fn explain(scored: &Scored, catalog: &Catalog) -> Vec<Sheet> {
    let (facts, predicted) = (&scored.facts, &scored.predicted);
    let two = [("what", "what"), ("value", "value")];
    let mut result = Sheet::new("result", format!("Row {}", facts.id), &two);
    let mut add = |what: &str, value: String| result.push([what.to_owned(), value]);
    let (lower, upper) = interval(scored, &catalog.intervals.recommendation);
    add("source", facts.source.clone());
    add("quantity", facts.quantity.name().to_owned());
    add("measured", format!("{} {}", significant(facts.measured), facts.unit));
    add("predicted", format!("{} {}", significant(predicted.value), facts.unit));
    let band = format!("{} to {} {}", significant(lower), significant(upper), facts.unit);
    add("80 % band", format!("{band} (family {})", family(scored)));
    add("error", format!("{:+.1} %", 100.0 * (predicted.value / facts.measured - 1.0)));
    add("hardware", format!("{:.0} x {} ({})", facts.devices, predicted.device, predicted.platform));
    add("model", format!("{} ({})", facts.model, predicted.model));
    add("precision", predicted.precision.to_string());
    add("batch", facts.batch.map_or_else(dash, |batch| format!("{batch:.0}")));
    for filled in &predicted.filled {
        add("filled in", filled.clone());
    }
    let mut sheets = vec![result];
    if let Some(time) = predicted.breakdown {
        let title = if facts.quantity.is_training() { "One iteration" } else { "One batch" };
        let mut parts = Sheet::new("time", title, &[("part", "part"), ("time", "time"), ("share", "share")]);
        for (part, seconds) in [
            ("dense layers", time.matrix),
            ("embedding rows", time.embedding),
            ("exchange inside servers", time.scale_up),
            ("exchange between servers", time.scale_out),
            ("floor and host", time.overhead),
            ("all", time.total()),
        ] {
            let share = percent(seconds / time.total());
            parts.push([part.to_owned(), format!("{seconds:.3}"), share]);
        }
        sheets.push(parts);
    }
    sheets
}

/// The section of the generated page, as Markdown.
pub fn page(outcomes: &[Outcome], catalog: &Catalog) -> String {
    let sheets = sheets(outcomes, catalog, &[Split::Test, Split::Calibrate], true);
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
# Validation: recommendation models

<!-- Written by `cargo run -p quarterdeck-validation --example score_card -- --write`; not by hand. -->

How far predictions of recommendation inference, training and node power lie from published measurements, all of
which are in `validation/recommendation/` with their addresses. Rows marked `calibrate` may be looked at while the
model is made and set the width of the bands; rows marked `test` are scored only.

```console
$ quarterdeck validate recommendation
```

prints these tables, `--format csv` one line for each row, `--row ID` one row in full, and `--data FILE.csv` scores
your own runs: the columns `id,hardware,model,metric,value` are required, and `task` (`infer-offline`,
`infer-server`, `train`), `n_devices`, `precision`, `batch_global`, `stack` (software, as a key of the calibration) and
`unit` are read too. Language-model training has [its own page](validation.md).
";
