//! Tables as users write them, and tables broken in every way: statuses and diagnostics, never a panic.

use proptest::prelude::*;
use quarterdeck_catalog::Catalog;
use quarterdeck_validation::training::{MEASURED, ROW_COLUMNS, predict_table, row_status, row_values};
use std::sync::OnceLock;

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

/// Statuses of a table's rows.
fn statuses(text: &str) -> Vec<String> {
    let outcomes =
        predict_table(catalog(), "runs.csv", text.as_bytes()).unwrap_or_else(|faults| panic!("{faults}"));
    outcomes.iter().map(row_status).collect()
}

fn faults(bytes: &[u8]) -> String {
    match predict_table(catalog(), "runs.csv", bytes) {
        Ok(_) => panic!("the table was read"),
        Err(faults) => {
            assert!(faults.iter().all(|fault| fault.help.is_some()));
            faults.to_string()
        }
    }
}

const HEADER: &str =
    "id,hardware,gpus,model,seq_len,global_batch,tp,pp,dp,micro_batch,measured_metric,measured_value";

#[test]
fn the_csv_form_has_the_columns_that_programs_expect() {
    assert_eq!(ROW_COLUMNS.join(","), "id,measured,predicted,lower,upper,unit,status");
}

#[test]
fn a_few_columns_in_any_order_are_enough() {
    let text = "measured_value,measured_metric,my remark,model,GPUS,hardware,id,seq_len,global_batch\r\n\
                \"14.61\",step_time,\"warm, second run\",llama-3-70b,64,h100-hgx-8,mine,8192,128\r\n";
    let outcomes = predict_table(catalog(), "runs.csv", text.as_bytes()).unwrap();
    let [id, measured, predicted, lower, upper, unit, status] =
        row_values(&outcomes[0], &catalog().intervals.training);
    assert_eq!([id.as_str(), &measured, &unit], ["mine", "14.61", "s"]);
    assert_eq!(status, "ok (fastest layout, as none is stated)");
    let [lower, predicted, upper] = [lower, predicted, upper].map(|text| text.parse::<f64>().unwrap());
    assert!(lower < predicted && predicted < upper && (5.0..30.0).contains(&predicted));
}

#[test]
fn the_same_run_in_other_units_has_the_same_error() {
    let of = |metric: &str, unit: &str, value: &str| {
        let text =
            format!("{HEADER},unit\na,h100-hgx-8,64,llama-3-70b,8192,128,4,4,4,1,{metric},{value},{unit}\n");
        let outcomes = predict_table(catalog(), "runs.csv", text.as_bytes()).unwrap();
        outcomes[0].result.as_ref().map(|scored| scored.measured_seconds()).map_err(Clone::clone)
    };
    let tokens = 128.0 * 8192.0;
    let per_device = (tokens / 14.61 / 64.0).to_string();
    for (metric, unit, value) in [
        ("step_time", "s", "14.61"),
        ("step_time", "ms", "14610"),
        ("tokens_per_s", "", &(tokens / 14.61).to_string()),
        ("tokens_per_s_per_gpu", "tok/s/GPU", &per_device),
        ("samples_per_s", "", &(128.0 / 14.61).to_string()),
    ] {
        let seconds = of(metric, unit, value).unwrap();
        assert!((seconds - 14.61).abs() < 1e-6, "{metric}: {seconds}");
    }
    assert!(of("step_time", "fortnights", "1").unwrap_err().contains("fortnights"));
}

#[test]
fn a_bad_row_says_what_is_wrong_and_leaves_the_others_alone() {
    let good = "a,h100-hgx-8,64,llama-3-70b,8192,128,4,4,4,1,step_time,14.61";
    let rows: Vec<(String, &str)> = vec![
        (good.to_owned(), "ok"),
        (good.replace("h100-hgx-8", "abacus"), "no platform for the hardware `abacus`"),
        (good.replace("llama-3-70b", "mystery"), "`hidden` is empty"),
        (good.replace("14.61", "fast"), "`measured_value` is `fast`"),
        (good.replace("14.61", "-1"), "`measured_value` is -1"),
        (good.replace("14.61", "NaN"), "`measured_value` is `NaN`"),
        (good.replace("8192", ""), "`seq_len` is empty"),
        (good.replace(",128,", ",,"), "`global_batch` is empty"),
        (good.replace(",4,4,4,", ",3,4,4,"), "does not divide 64 devices"),
        (good.replace(",4,4,4,", ",4.5,4,4,"), "`tp` is 4.5"),
        (good.replace("step_time", "vibes"), "`measured_metric` is `vibes`"),
        (good.replace(",1,step", ",0,step"), "`micro_batch` is 0"),
        ("a,h100-hgx-8,64".to_owned(), "line 14 has 3 cells"),
        (format!("{good},more"), "line 15 has 13 cells"),
        (good.replace("64", "99999999999999999999"), "`gpus` is"),
    ];
    let text =
        format!("{HEADER}\n{}\n", rows.iter().map(|(row, _)| row.as_str()).collect::<Vec<_>>().join("\n"));
    let found = statuses(&text);
    assert_eq!(found.len(), rows.len());
    for ((row, expected), status) in rows.iter().zip(&found) {
        assert!(status.contains(expected), "{row}\n  says: {status}\n  not:  {expected}");
    }
}

#[test]
fn a_bad_file_is_refused_with_its_place() {
    assert!(faults(b"").contains("column `id`"));
    let missing = faults(b"id,hardware,gpu,model,measured_metric,measured_value\n");
    assert!(missing.contains("runs.csv:1:1: error[scenario::unknown-column]"), "{missing}");
    assert!(missing.contains("`gpus`"), "{missing}");
    assert!(faults(&[0x69, 0x64, 0xff, 0xfe]).contains("UTF-8"));
    assert!(faults(format!("{HEADER},tp\n").as_bytes()).contains("twice"));
    assert!(faults(&vec![b'a'; (16 << 20) + 1]).contains("bytes"));
}

#[test]
fn a_table_without_rows_has_no_scores() {
    assert_eq!(statuses(&format!("{HEADER}\n")), Vec::<String>::new());
    let outcomes = predict_table(catalog(), "runs.csv", HEADER.as_bytes()).unwrap();
    let sheets = quarterdeck_validation::training::sheets(
        &outcomes,
        catalog(),
        &[quarterdeck_validation::training::Split::Test],
        false,
    );
    assert!(sheets.tables.is_empty());
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_header() {
    let text = format!("\u{feff}{HEADER}\na,h100-hgx-8,64,llama-3-70b,8192,128,4,4,4,1,step_time,14.61\n");
    assert_eq!(statuses(&text), ["ok"]);
}

/// Header and some rows of the published table, of all kinds.
fn sample() -> String {
    let lines: Vec<&str> = MEASURED.lines().collect();
    let picked = (1..lines.len()).step_by(120).map(|idx| lines[idx]);
    std::iter::once(lines[0]).chain(picked).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Cells replaced by what people and machines put there by mistake.
    #[test]
    fn replaced_cells_never_panic(
        changes in prop::collection::vec((0_usize..8, 0_usize..38, 0_usize..14), 1..6),
    ) {
        const WRONG: [&str; 14] = [
            "", "0", "-1", "1e308", "1e-308", "nan", "inf", "7", "4096", "16777216", "yes", "\"", "ä×\u{0}", "1/2(x",
        ];
        let text = sample();
        let mut rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        for (row, column, wrong) in changes {
            let count = rows.len();
            let row = &mut rows[row % count];
            let width = row.len();
            row[column % width] = WRONG[wrong].to_owned();
        }
        let broken: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        if let Ok(outcomes) = predict_table(catalog(), "runs.csv", broken.join("\n").as_bytes()) {
            for outcome in &outcomes {
                prop_assert!(!row_status(outcome).is_empty());
                row_values(outcome, &catalog().intervals.training);
            }
        }
    }

    /// Bytes flipped, removed or doubled anywhere.
    #[test]
    fn broken_bytes_never_panic(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..20)) {
        let mut bytes = sample().into_bytes();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        let _ = predict_table(catalog(), "runs.csv", &bytes);
    }
}
