//! scratch
use quarterdeck_catalog::*;
use quarterdeck_performance::llm_training::*;
use quarterdeck_performance::*;
use quarterdeck_workload::Shape;
use std::time::Instant;
fn main() {
    let catalog = Catalog::builtin();
    let args: Vec<String> = std::env::args().collect();
    let (model, platform, devices, batch, seq, whole) = (
        &args[1],
        &args[2],
        args[3].parse::<f64>().unwrap(),
        args[4].parse::<f64>().unwrap(),
        args[5].parse::<f64>().unwrap(),
        args[6] == "whole",
    );
    let platform = catalog.platform(platform).unwrap();
    let machine = Machine::of(&catalog, platform).unwrap();
    let model = catalog.model(model).unwrap();
    let shape = Shape::from(&model.as_transformer().unwrap().architecture);
    let mut job = Job::new(shape, seq, batch, Precision::Bf16);
    if args.len() > 7 {
        job.precision = Precision::Fp8;
    }
    let pricer = Pricer::new(&machine, &job).unwrap();
    let t = Instant::now();
    println!("smallest {:?} {:?}", smallest_group(&pricer), t.elapsed());
    let t = Instant::now();
    let space = if whole { Space::WHOLE } else { Space::USUAL };
    let found = explore(&[&pricer], &Query { top: 5, ..Query::fastest(devices, space) });
    let e = t.elapsed();
    for best in &found.best {
        println!("{:.4} s  {}  {:.1}", best.time().as_seconds(), best.layout.spec(), best.step.memory.used());
    }
    println!("{:?} {:?} pruned {}", e, found.counters, found.counters.pruned_share());
    if let Some(best) = found.best.first() {
        let t = Instant::now();
        let n = 20000;
        let mut s = 0.0;
        for _ in 0..n {
            s += pricer.price(std::hint::black_box(&best.layout)).breakdown.total().as_seconds();
        }
        println!("price {:?} {}", t.elapsed() / n, s);
        println!("{:?}", best.step.breakdown);
    }
    let t = Instant::now();
    let found = explore(&[&pricer], &Query { pareto: true, ..Query::fastest(devices, Space::USUAL) });
    println!("pareto usual {} in {:?}, {:?}", found.pareto.len(), t.elapsed(), found.counters);
}
