//! Chip designs and funnels: the shipped ones are read, and every fault of a bad one is told at once, in place.

mod common;

use common::{catalog, render};
use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_scenario::{MemoryFiles, explain, resolve_chip, resolve_funnel, topics};

fn shipped(path: &str) -> String {
    let full = format!("{}/../../examples/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(full).expect("the example is there")
}

fn chip(path: &str) -> quarterdeck_catalog::chip::ChipDesign {
    let files = MemoryFiles::one(path, shipped(path));
    let read = resolve_chip(path, &[], &files, catalog());
    let diagnostics = read.diagnostics();
    assert!(diagnostics.is_empty(), "{}", render(&diagnostics));
    read.value.expect("no fault")
}

/// The faults of a changed example: lines, one a fault.
fn faults_of_chip(changes: &[(&str, &str)]) -> String {
    let mut text = shipped("own-chip.toml");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let files = MemoryFiles::one("own-chip.toml", text);
    resolve_chip("own-chip.toml", &[], &files, catalog()).diagnostics().to_string()
}

#[test]
fn worked_designs_have_the_peaks_that_their_makers_print() {
    for (path, device, tolerance) in [
        // 64 engines of 1.638 TOP/s, each printed as 1.6.
        ("chips/mtia-v1.toml", "mtia-v1", 0.025),
        ("chips/mtia-2i.toml", "mtia-2i", 0.001),
        ("chips/nnpi.toml", "nnpi-m2", 0.001),
        ("chips/n3000.toml", "n3000", 0.002),
    ] {
        let design = chip(path);
        let known = catalog().device(device).unwrap();
        for precision in design.macs.keys() {
            let derived = design.peak(*precision).unwrap();
            let printed = known.peak(*precision).unwrap().value;
            let off = derived / printed - 1.0;
            assert!(off.abs() <= tolerance, "{path} {precision}: {derived} against {printed}");
        }
        assert_eq!(design.peak(Precision::Fp4), None);
        let stated = known.tdp.as_ref().unwrap().value;
        assert_eq!(design.tdp, stated, "{path}");
    }
}

#[test]
fn every_design_becomes_a_device_and_a_platform_of_the_catalogue() {
    for path in
        ["own-chip.toml", "chips/mtia-v1.toml", "chips/mtia-2i.toml", "chips/nnpi.toml", "chips/n3000.toml"]
    {
        let design = chip(path);
        let overlay = design.overlay(catalog()).unwrap();
        let with = Catalog::clone(catalog()).overlaid(&overlay, path, "").unwrap();
        let platform = with.platform(&design.id).unwrap();
        assert_eq!(platform.devices, design.server.chips);
        assert!(platform.power.idle.value < platform.power.rated.value, "{path}");
        let price = platform.price.as_ref().unwrap();
        assert!(price.low < price.value && price.value < price.high, "{path}");
        assert!(with.efficiency(&design.id).is_ok());
    }
}

#[test]
fn published_price_ranges_hold_what_the_cost_model_gives() {
    for (path, device) in [("chips/mtia-v1.toml", "mtia-v1"), ("chips/mtia-2i.toml", "mtia-2i")] {
        let design = chip(path);
        let year = quarterdeck_units::PriceYear(design.price_year);
        let unit = design.unit_cost(&catalog().silicon, &catalog().money, year).unwrap().total();
        let guess = catalog().device(device).unwrap().price.clone().unwrap();
        // The catalogue's guesses are of the price; the model's range must meet them.
        assert!(unit.low < guess.high && unit.high > guess.low, "{path}: {unit:?}");
    }
}

#[test]
fn every_fault_of_a_chip_is_told_at_once_with_its_place() {
    let faults = faults_of_chip(&[
        ("node = \"n5\"", "node = \"n4\""),
        ("clock = \"1.3 GHz\"", "clock = \"0 GHz\""),
        ("die_area = \"560 mm2\"", "die_area = \"900 mm2\""),
        ("rate = \"546 GB/s\"", "rate = \"9 TB/s\""),
        ("maturity = \"60 %\"", "maturity = \"160 %\""),
        ("idle = \"900 W\"", "idle = 900"),
    ]);
    insta::assert_snapshot!(faults);
}

#[test]
fn a_chip_whose_parts_do_not_fit_its_die_or_power_is_refused() {
    let area = faults_of_chip(&[("die_area = \"560 mm2\"", "die_area = \"60 mm2\"")]);
    assert!(
        area.contains("die_area") || area.contains("memory, arithmetic and memory interfaces take"),
        "{area}"
    );
    let power = faults_of_chip(&[("tdp = \"150 W\"", "tdp = \"5 W\"")]);
    assert!(power.contains("at full rate in n5, 5 W are stated"), "{power}");
}

#[test]
fn dates_of_a_programme_and_years_of_money_are_checked() {
    let faults = faults_of_chip(&[
        ("earliest = \"2024-Q3\"", "earliest = \"2027-Q3\""),
        ("price_year = 2024", "price_year = 1960"),
        ("int8 = 262_144", "int9 = 262_144"),
        ("low = 100_000", "low = 5e5"),
    ]);
    for said in ["over earliest", "no year 1960", "`int9` is no precision", "from low over likely to high"] {
        assert!(faults.contains(said), "{said}\n{faults}");
    }
}

#[test]
fn the_shipped_funnel_is_read() {
    let files = MemoryFiles::one("f.toml", shipped("funnel-ads.toml"));
    let read = resolve_funnel("f.toml", &files, catalog());
    assert!(read.diagnostics().is_empty(), "{}", render(&read.diagnostics()));
    let funnel = read.value.unwrap();
    assert_eq!(funnel.stages.len(), 3);
    assert_eq!(funnel.requests_per_second, 1e6);
}

#[test]
fn every_fault_of_a_funnel_is_told_at_once() {
    let text = shipped("funnel-ads.toml")
        .replace("requests = \"1e6 requests/s\"", "requests = \"1e6 tokens/s\"")
        .replace("candidates = 3_000", "candidates = 60_000")
        .replace("\"dlrm-early-2021\"", "{ base = \"dlrm-early-2021\", tables = [{ cite = { origin = \"assumed\", reason = \"x\" }, count = 60, rows = 2e6, dim = 64, pooling = 4, bytes_per_element = 2, skew = -1.05 }] }")
        .replace("\"dlrm-ads-2022\"", "\"llama-3-8b\"")
        .replace("\"mtia-v1\", \"a100-hgx-8\", \"h100-hgx-8\"", "\"mtia-v9\"")
        .replace("hop = \"5 ms\"", "hop = \"80 ms\"");
    let files = MemoryFiles::one("f.toml", text);
    let faults = resolve_funnel("f.toml", &files, catalog()).diagnostics().to_string();
    insta::assert_snapshot!(faults);
}

#[test]
fn nothing_in_a_design_panics() {
    let text = shipped("own-chip.toml");
    let lines: Vec<&str> = text.lines().collect();
    for dropped in 0..lines.len() {
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != dropped).map(|(_, line)| *line).collect();
        let files = MemoryFiles::one("x.toml", kept.join("\n"));
        let _ = resolve_chip("x.toml", &[], &files, catalog()).diagnostics().to_json();
    }
    for end in (0..text.len()).step_by(7).filter(|end| text.is_char_boundary(*end)) {
        let files = MemoryFiles::one("x.toml", &text[..end]);
        let _ = resolve_chip("x.toml", &[], &files, catalog());
        let _ = resolve_funnel("x.toml", &files, catalog());
    }
}

#[test]
fn keys_of_designs_are_explained() {
    assert!(topics().iter().any(|topic| topic == "chip.silicon.clock"));
    assert!(explain("chip.silicon.die_area").unwrap().contains("Area of one die"));
    assert!(explain("funnel.stage").unwrap().contains("candidates"));
}
