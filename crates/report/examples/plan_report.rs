//! Writes the report of the sample plans to a file and prints its verdict:
//! `cargo run -p quarterdeck-report --example plan_report -- FILE`.

#[path = "../tests/plan_sample/mod.rs"]
mod plan_sample;

use quarterdeck_report::PlanReport;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "plan-report.html".to_string());
    let sample = plan_sample::sample();
    let report = PlanReport::new(&[sample.best(), sample.history()], sample.context());
    println!("{}", report.verdict().to_text(100));
    let html = report.to_html_report().to_html()?;
    std::fs::write(&path, &html)?;
    println!("wrote {path}: {} kB", html.len() / 1000);
    Ok(())
}
