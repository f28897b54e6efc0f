//! Published serving rates and step times of language models against prices of the same groups.

mod common;

use common::{Errors, Row, number, rows, server};
use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_inference::{Engine, Group, Requests, Split};
use quarterdeck_workload::Shape;

fn model(catalog: &Catalog, name: &str) -> Shape {
    let id = match name {
        name if name.contains("8B") => "llama-3-8b",
        name if name.contains("405B") => "llama-3-405b",
        "llama2-70b" => "llama-2-70b",
        name if name.contains("70B") => "llama-3-70b",
        other => panic!("no shape of {other}"),
    };
    Shape::from(&catalog.model(id).unwrap().as_transformer().unwrap().architecture)
}

fn device(row: &Row) -> &'static str {
    match row["hardware"].as_str() {
        "H100-SXM-80GB" => "h100-sxm",
        "A100-SXM-80GB" => "a100-sxm-80",
        other => panic!("no device {other}"),
    }
}

fn with_engine<T>(catalog: &Catalog, row: &Row, run: impl Fn(&Engine, &Group) -> T) -> T {
    let base = server(catalog, device(row), 8, 400.0);
    let machine = Machine::of(catalog, &base).unwrap();
    let shape = model(catalog, &row["model"]);
    let precision = if row["precision"].starts_with("FP8") { Precision::Fp8 } else { Precision::Bf16 };
    let engine = Engine::new(&machine, &shape, precision).unwrap();
    run(&engine, &Group { inside: number(row, "tp", 1.0), platforms: 1.0, split: Split::Tensor })
}

#[test]
fn published_offline_rates_are_met() {
    let catalog = Catalog::builtin();
    let mut errors = Errors::default();
    for row in rows("serving/trtllm.csv") {
        let requests =
            Requests { input: number(&row, "input_len", 0.0), output: number(&row, "output_len", 0.0) };
        let measured = number(&row, "value", f64::NAN);
        let predicted = with_engine(&catalog, &row, |engine, group| {
            // Offline engines fill their memory, or the largest batch that they are built for.
            let room = engine.room(group, &requests).most_requests.min(engine.most_sequences(group));
            engine.operate(group, room, &requests).rate * requests.output
        });
        errors.add(&row["id"], predicted, measured);
    }
    errors.report("serving, offline output rate");
    assert!(errors.median() < 0.15, "median {:.3}", errors.median());
    assert!(errors.quantile(1.0) < 0.35, "worst {:.3}", errors.quantile(1.0));
    assert!((0.85..1.1).contains(&errors.geometric_mean()));
}

/// Steps of vLLM of 2023, before its scheduler and kernels were rewritten: 1.3 to 3 times longer than priced.
///
/// The version of the software is not modelled, and priced is what current engines reach; this holds the distance
/// as it is today.
#[test]
fn older_engines_are_slower_than_priced() {
    let catalog = Catalog::builtin();
    let mut errors = Errors::default();
    for row in rows("serving/splitwise.csv") {
        let requests =
            Requests { input: number(&row, "input_len", 0.0), output: number(&row, "output_len", 0.0) };
        let batch = number(&row, "batch_or_concurrency", 1.0);
        let predicted =
            with_engine(&catalog, &row, |engine, group| engine.decode_time(group, batch, &requests));
        errors.add(&row["id"], predicted.as_millis(), number(&row, "value", f64::NAN));
    }
    errors.report("serving, decode step of vLLM 2023");
    assert!((0.25..0.75).contains(&errors.geometric_mean()), "{:.3}", errors.geometric_mean());
}
