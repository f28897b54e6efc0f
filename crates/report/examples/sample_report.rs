//! Writes the sample report to a file: `cargo run -p quarterdeck-report --example sample_report -- FILE`.

#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "sample-report.html".to_string());
    let html = sample::report().to_html()?;
    std::fs::write(&path, &html)?;
    println!("wrote {path}: {} kB", html.len() / 1000);
    Ok(())
}
