//! Published training runs: what the score card says today, that its page and bands are current, and that the
//! table of models agrees with published parameter counts.

use std::path::PathBuf;
use std::sync::OnceLock;

use quarterdeck_catalog::Catalog;
use quarterdeck_validation::intervals;
use quarterdeck_validation::score::{Sample, Statistics};
use quarterdeck_validation::training::card::{Card, Grouping, fitted_parameters, residuals};
use quarterdeck_validation::training::{self, Outcome, Scored, Split};

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

fn outcomes() -> &'static [Outcome] {
    static OUTCOMES: OnceLock<Vec<Outcome>> = OnceLock::new();
    OUTCOMES.get_or_init(|| training::predict_published(catalog()).unwrap())
}

fn scored() -> impl Iterator<Item = &'static Scored> {
    outcomes().iter().filter_map(|outcome| outcome.result.as_deref().ok())
}

const REFRESH: &str = "is stale; run `cargo run -p quarterdeck-validation --example score_card -- --write` and review the change";

fn file(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn bands_are_those_of_the_model_as_it_is() {
    let fitted = intervals::fit(&residuals(outcomes()));
    assert_eq!(
        file("data/calibration/intervals.toml"),
        intervals::to_toml(&fitted, &catalog().intervals.recommendation),
        "intervals.toml {REFRESH}"
    );
    assert_eq!(fitted, catalog().intervals.training);
}

#[test]
fn the_page_is_that_of_the_model_as_it_is() {
    let page = training::page(outcomes(), catalog());
    assert!(file("docs/validation.md") == page, "docs/validation.md {REFRESH}");
}

/// Bands may see `calibrate` rows only: other measurements of `test` rows leave them as they are.
#[test]
fn bands_do_not_see_test_rows() {
    let changed = training::MEASURED.replace(",iteration_time,", ",step_time,");
    let tampered: String = changed
        .lines()
        .map(|line| {
            if line.contains(",test,") { line.replace("step_time,", "step_time,9") } else { line.to_owned() }
        })
        .collect::<Vec<_>>()
        .join("\n");
    let honest = training::predict_table(catalog(), "a.csv", changed.as_bytes()).unwrap();
    let tampered = training::predict_table(catalog(), "b.csv", tampered.as_bytes()).unwrap();
    let error = |outcomes: &[Outcome]| {
        Card::of(outcomes, catalog()).lines(Split::Test, Grouping::All)[0].errors.clone()
    };
    assert_ne!(error(&honest), error(&tampered));
    assert_eq!(intervals::fit(&residuals(&honest)), intervals::fit(&residuals(&tampered)));
}

#[test]
fn every_row_has_a_prediction_or_a_reason() {
    assert_eq!(outcomes().len(), 837 + 3);
    for outcome in outcomes() {
        let [id, measured, predicted, lower, upper, unit, status] =
            training::row_values(outcome, &catalog().intervals.training);
        assert!(!id.is_empty() && !unit.is_empty() && !status.is_empty());
        let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{id}: `{text}`"));
        assert!(number(&measured) > 0.0);
        match &outcome.result {
            Ok(scored) => {
                assert!(number(&predicted) > 0.0);
                if !scored.facts.metric.is_memory() {
                    let [lower, predicted, upper] = [&lower, &predicted, &upper].map(|text| number(text));
                    assert!(lower <= predicted && predicted <= upper, "{id}: {lower} {predicted} {upper}");
                }
                assert!(
                    status.starts_with("ok") || status.starts_with("out of memory: needs "),
                    "{id}: {status}"
                );
            }
            Err(_) => assert!(predicted.is_empty() && !status.starts_with("ok"), "{id}: {status}"),
        }
    }
}

/// A measured step follows from the measured value by the same convention as the prediction.
#[test]
fn rates_and_times_of_a_row_agree() {
    for scored in scored().filter(|scored| scored.facts.unit == "tok/s/GPU") {
        let tokens = scored.case.job.global_batch * scored.case.job.sequence;
        let step = tokens / (scored.facts.measured * scored.facts.devices);
        assert!((scored.measured_seconds() / step - 1.0).abs() < 1e-9, "{}", scored.facts.id);
    }
}

/// Shapes have the parameters that the row states, where it states its whole model.
#[test]
fn shapes_have_the_published_parameters() {
    let (mut samples, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    for scored in scored() {
        let facts = &scored.facts;
        // Proxies of fewer layers carry the size of the whole model.
        let whole = !facts.notes_say("proxy") && facts.layers.is_some();
        if let (true, Some(billions)) = (whole, facts.billions)
            && seen.insert((facts.model.clone(), billions.to_bits()))
        {
            // BigScience counts embeddings in some names of its models and not in others.
            let parameters = scored.case.job.shape.parameters();
            let id = format!("{} ({})", facts.model, facts.id);
            let of =
                |parameters: f64| Sample { id: id.clone(), measured: billions, predicted: parameters / 1e9 };
            let (with, without) = (of(parameters.total()), of(parameters.total() - parameters.embedding));
            let nominal = facts.publication().starts_with("BigScience") && without.error() < with.error();
            samples.push(if nominal { without } else { with });
        }
    }
    let errors = Statistics::of(&samples).unwrap();
    println!(
        "{} models, median {:.4}, p90 {:.4}, worst {:.4} {}",
        errors.n, errors.median, errors.p90, errors.worst, errors.worst_id
    );
    for sample in samples.iter().filter(|sample| sample.error() > 0.03) {
        println!("{} states {} and has {:.3}", sample.id, sample.measured, sample.predicted);
    }
    assert!(errors.n > 60);
    assert!(errors.median < 0.01 && errors.p90 < 0.04, "{errors:?}");
    // Sources round: "30B" is 31.6 billion.
    assert!(errors.worst < 0.06, "{errors:?}");
}

/// What the model reaches today; better is welcome and then holds.
#[test]
fn errors_stay_within_what_is_reached() {
    let card = Card::of(outcomes(), catalog());
    for (split, median, p90) in [(Split::Calibrate, 0.04, 0.20), (Split::Test, 0.09, 0.30)] {
        let line = &card.lines(split, Grouping::All)[0];
        let errors = line.errors.as_ref().unwrap();
        assert!(errors.median < median && errors.p90 < p90, "{split:?}: {errors:?}");
        assert!(line.pairs.all > 50 && line.pairs.share().unwrap() > 0.65, "{split:?}: {:?}", line.pairs);
    }
    let test = card.lines(Split::Test, Grouping::Publication);
    let of = |name: &str| test.iter().find(|line| line.name.starts_with(name)).unwrap();
    let llama = of("Grattafiori").errors.as_ref().unwrap();
    assert!(llama.n == 3 && llama.worst < 0.25, "{llama:?}");
    for name in ["BigScience", "vTrain"] {
        let calculon = of(name).calculon.as_ref().unwrap();
        assert!(calculon.errors.n >= 69 && calculon.ours.mean < calculon.errors.mean, "{name}: {calculon:?}");
    }
}

/// Figure 1 of the publication on selective recomputation: states and activations of four models.
#[test]
fn published_memory_is_met() {
    let card = Card::of(outcomes(), catalog());
    let memory = card.memory();
    let names: Vec<&str> = memory.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["memory_activations", "memory_states"]);
    for (name, errors) in &memory {
        assert!(errors.median < 0.10 && errors.worst < 0.25, "{name}: {errors:?}");
    }
}

/// Calculon's file is read whole, and its measured times agree with ours of the same rows.
#[test]
fn calculons_rows_are_the_same_runs() {
    let rows =
        quarterdeck_validation::table::read("calculon.csv", training::CALCULON.as_bytes(), &["id"]).unwrap();
    assert_eq!(rows.len(), 150);
    for row in rows {
        let scored = scored().find(|scored| scored.facts.id == row.text("id")).unwrap();
        let measured = row.number("measured_s").unwrap().unwrap();
        assert!((scored.measured_seconds() / measured - 1.0).abs() < 0.035, "{}", scored.facts.id);
    }
}

#[test]
fn parameters_are_counted() {
    let parameters = fitted_parameters(catalog());
    assert!(parameters.steps > 0 && parameters.steps < 60, "{parameters:?}");
    assert!(parameters.kernels > 100, "{parameters:?}");
    assert_eq!(parameters.bands, 2 * (catalog().intervals.training.family.len() + 1) + 1);
}

#[test]
fn a_row_is_explained_with_parts_that_sum() {
    let scored = scored().find(|scored| scored.facts.id == "dg0007").unwrap();
    let sheets = training::explain(scored, catalog()).unwrap();
    let keys: Vec<&str> = sheets.iter().map(|sheet| sheet.key).collect();
    assert_eq!(keys, ["result", "facts", "operators", "step", "memory"]);
    let operators = &sheets[2].rows;
    assert!(operators.iter().any(|row| row[1].contains("attention")), "{operators:?}");
    let parts: f64 = scored.priced.step.breakdown.parts().iter().map(|(_, time)| time.as_seconds()).sum();
    assert!((parts / scored.step_seconds() - 1.0).abs() < 1e-12);
}
