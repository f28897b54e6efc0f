//! Whole runs of `design`: what is printed, what sums up, what is refused, what is written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn design(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .arg("design")
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn shown(arguments: &[&str]) -> String {
    let output = design(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    serde_json::from_str(&shown(&all)).expect("one JSON document")
}

fn refused(arguments: &[&str]) -> String {
    let output = design(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{}", text(&output.stdout));
    assert!(output.stdout.is_empty());
    text(&output.stderr)
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn sum(list: &serde_json::Value, of: impl Fn(&serde_json::Value) -> f64) -> f64 {
    list.as_array().expect("a list").iter().map(of).sum()
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()), "{a} is not {b}");
}

/// Digits made `#`, so that a snapshot holds the form and not the catalogue of the day.
fn form(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut digits = false;
        for c in line.trim_end().chars() {
            if c.is_ascii_digit() || (digits && (c == '.' || c == ',')) {
                if !digits {
                    out.push('#');
                }
                digits = true;
            } else {
                digits = false;
                out.push(c);
            }
        }
        out.push('\n');
    }
    out
}

const LARGE: [&str; 8] =
    ["--platform", "h100-hgx-8", "--count", "3072", "--site", "cold-dry", "--need", "2029-Q4"];

/// Emissions that a user gives, by year, month or hour, take the place of the region's; other series are refused.
#[test]
fn a_grid_of_one_s_own_is_counted_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    let path = path.to_str().unwrap();
    let asked = ["--platform", "h100-hgx-8", "--count", "16", "--site", "cold-dry", "--grid-intensity", path];
    let carbon = |values: &str| {
        std::fs::write(path, values).unwrap();
        number(&json(&asked)["answer"]["year"]["carbon_tco2e"])
    };
    let clean = carbon("g_per_kwh\n20\n");
    near(carbon(&"40\n".repeat(12)), 2.0 * clean);
    near(carbon(&"40\n".repeat(8760)), 2.0 * clean);
    std::fs::write(path, "20\nforty\n").unwrap();
    let said = refused(&asked);
    assert!(said.contains("grid.csv:2") && said.contains("forty"), "{said}");
    std::fs::write(path, "20\n30\n40\n").unwrap();
    assert!(refused(&asked).contains("3 values"));
}

/// The hours written add up to the year told.
#[test]
fn the_hours_of_a_year_add_up_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hours.csv");
    let path = path.to_str().unwrap();
    let mut asked =
        vec!["--platform", "gb200-nvl72", "--it-power", "10 MW", "--climate", "hot-humid", "--hours", path];
    asked.extend(["--cooling", "liquid-w32-tower"]);
    let told = json(&asked);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 8760);
    let sum = |name: &str| -> f64 {
        let column = names.iter().position(|other| *other == name).unwrap();
        rows.iter().map(|row| row[column].parse::<f64>().unwrap()).sum()
    };
    near(sum("facility_mw") / 8760.0 * 1e6, number(&told["answer"]["power"]["facility_mean_w"]));
    near(sum("water_l"), number(&told["answer"]["year"]["water_l"]));
    near(sum("facility_mw") / sum("it_mw"), number(&told["answer"]["power"]["year_pue"]));
    assert_eq!(rows[8759][..3], ["12", "31", "23"]);
}

#[test]
fn a_climate_that_is_misspelt_is_suggested() {
    let said = refused(&["--platform", "h100-hgx-8", "--count", "16", "--site", "cold-dri"]);
    assert!(said.contains("did you mean `cold-dry`"), "{said}");
}

#[test]
fn one_site_is_told_within_a_hundred_columns() {
    let told = shown(&LARGE);
    // Commands to try next stay on one line each, so that they can be copied.
    let prose = told.lines().filter(|line| !line.contains("quarterdeck design"));
    for line in prose {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let head: Vec<&str> = told.lines().skip_while(|line| !line.is_empty()).skip(1).collect();
    let labels = ["  Halls ", "  Power ", "  Network ", "  Cost ", "  Dates ", "  Binds "];
    for label in labels {
        assert!(head.iter().any(|line| line.starts_with(label)), "no {label} in\n{told}");
    }
    for part in [
        "Racks\n",
        "Power at the meter\n",
        "Ways of cooling\n",
        "Network parts\n",
        "What collectives get of the network\n",
        "Cost by class\n",
        "What must happen first\n",
        "A year of running\n",
        "What binds\n",
        "Rests on: ",
        "Next: ",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
    assert_eq!(shown(&LARGE), told, "the same question gives the same bytes");
}

#[test]
fn the_opening_of_a_small_site_keeps_its_form() {
    let told = shown(&["--platform", "h100-hgx-8", "--count", "8", "--site", "dublin"]);
    let opening: String = told.split("\nPower at the meter").next().unwrap_or_default().to_owned();
    insta::assert_snapshot!(form(&opening));
}

#[test]
fn parts_of_the_document_sum_to_their_wholes() {
    for arguments in [
        LARGE.to_vec(),
        vec![
            "--platform",
            "gb200-nvl72",
            "--it-power",
            "100 MW",
            "--climate",
            "hot-humid",
            "--redundancy",
            "2n",
        ],
        vec!["--platform", "tpu-v4", "--count", "64", "--site", "council-bluffs", "--fabric", "torus"],
        vec!["--platform", "h100-hgx-8", "--devices", "4096", "--site", "ashburn", "--fabric", "rail-only"],
    ] {
        let document = json(&arguments);
        assert_eq!(document["schema_version"], quarterdeck_report::json::SCHEMA_VERSION);
        assert_eq!(quarterdeck_report::json::keys_without_unit(&document), Vec::<String>::new());
        assert_eq!(document["fits"], true, "{arguments:?}");
        let site = &document["answer"];
        // Money.
        for end in ["low_usd", "typical_usd", "high_usd"] {
            near(
                sum(&site["cost"]["classes"], |class| number(&class["cost"][end])),
                number(&site["cost"]["total"][end]),
            );
            for network in site["networks"].as_array().unwrap() {
                near(
                    sum(&network["parts"], |part| number(&part["cost"][end])),
                    number(&network["cost"][end]),
                );
            }
        }
        let of = |id: &str| {
            sum(&site["cost"]["classes"], |class| {
                if class["id"] == id { number(&class["cost"]["typical_usd"]) } else { 0.0 }
            })
        };
        near(of("network"), sum(&site["networks"], |network| number(&network["cost"]["typical_usd"])));
        // Power: parts sum to the meter, machines and networks to IT.
        let power = &site["power"];
        near(sum(&power["parts"], |part| number(&part["mean_w"])), number(&power["facility_mean_w"]));
        near(sum(&power["parts"], |part| number(&part["peak_w"])), number(&power["facility_peak_w"]));
        let it = |when: &str| {
            sum(&power["parts"], |part| {
                if part["id"] == "machines" || part["id"] == "network" { number(&part[when]) } else { 0.0 }
            })
        };
        near(it("mean_w"), number(&power["drawn_it_w"]));
        near(it("peak_w"), number(&power["nameplate_it_w"]));
        near(number(&power["facility_mean_w"]) * 8760.0 * 3600.0, number(&site["year"]["site_energy_j"]));
        // Links and racks.
        for network in site["networks"].as_array().unwrap() {
            near(sum(&network["links"], |join| number(&join["links"])), number(&network["all_links"]));
        }
        near(
            sum(&site["halls"]["racks"], |group| number(&group["group_racks"])),
            number(&site["halls"]["all_racks"]),
        );
        // The chosen plant is the cheapest of those that work.
        let options = site["cooling_options"].as_array().unwrap();
        let yearly = |option: &serde_json::Value| option["yearly_usd_per_platform_year"].as_f64();
        let cheapest = options.iter().filter_map(yearly).fold(f64::INFINITY, f64::min);
        let chosen: Vec<&serde_json::Value> =
            options.iter().filter(|option| option["chosen"] == true).collect();
        assert_eq!(chosen.len(), 1);
        near(yearly(chosen[0]).unwrap(), cheapest);
    }
}

#[test]
fn power_feeds_the_largest_fleet_and_no_more() {
    let site = json(&["--platform", "gb200-nvl72", "--it-power", "100 MW", "--climate", "hot-humid"]);
    let power = number(&site["answer"]["power"]["nameplate_it_w"]);
    let platforms = number(&site["answer"]["fleet"]["platforms"]);
    assert!(power <= 100e6 * (1.0 + 1e-9), "{power}");
    let more = (platforms + 1.0).to_string();
    let next = json(&["--platform", "gb200-nvl72", "--count", &more, "--climate", "hot-humid"]);
    assert!(number(&next["answer"]["power"]["nameplate_it_w"]) > 100e6);
    let plants = site["answer"]["cooling_options"].as_array().unwrap();
    assert!(plants.iter().filter(|plant| plant["carries"] == true).count() > 1, "all that can are compared");
    assert!(plants.iter().any(|plant| plant["carries"] == false && plant["reason"].as_str().is_some()));
}

#[test]
fn devices_and_platforms_ask_the_same() {
    let by_count = json(&["--platform", "h100-hgx-8", "--count", "512", "--site", "ashburn"]);
    let by_devices = json(&["--platform", "h100-hgx-8", "--devices", "4096", "--site", "ashburn"]);
    assert_eq!(by_count["answer"], by_devices["answer"]);
}

#[test]
fn an_oversubscribed_core_saves_switches_and_costs_bisection() {
    let ask = |more: &[&str]| {
        let mut all = LARGE.to_vec();
        all.extend(["--switch", "qm9700"]);
        all.extend(more);
        json(&all)["answer"]["networks"][0].clone()
    };
    let (free, tight) = (ask(&[]), ask(&["--oversubscription", "7:1"]));
    assert!(number(&tight["switches"]) < number(&free["switches"]));
    assert!(number(&tight["cost"]["typical_usd"]) < number(&free["cost"]["typical_usd"]));
    assert!(number(&free["bisection_fraction"]) == 1.0 && number(&tight["bisection_fraction"]) < 0.2);
    let rate = |network: &serde_json::Value| {
        let loads = network["under_load"].as_array().unwrap();
        let found = loads.iter().find(|load| load["collective"] == "all-to-all of 1.0 GB").unwrap();
        number(&found["rate_b_per_s"])
    };
    assert!(rate(&tight) < 0.5 * rate(&free));
}

#[test]
fn a_site_of_a_scenario_brings_its_halls_and_prices() {
    let found = json(&[
        "--platform",
        "h100-hgx-8",
        "--count",
        "64",
        "--site",
        "high-desert",
        "--scenario",
        "scenarios/meta-2022/scenario.toml",
    ]);
    let site = &found["answer"];
    assert_eq!(site["halls"]["cooling"], "air");
    assert!(number(&site["halls"]["rack_power_w"]) <= number(&site["halls"]["rack_density_max_w"]) * 1.001);
    assert_eq!(site["schedule"]["project"], "expansion");
}

#[test]
fn what_can_not_stand_is_an_answer_with_what_could() {
    let air = ["--platform", "gb200-nvl72", "--count", "10", "--climate", "hot-humid", "--cooling", "air"];
    let told = shown(&air);
    assert!(told.contains("can not stand in a hot-humid climate like this"), "{told}");
    assert!(told.contains("Instead") && told.contains("--cooling liquid-"), "{told}");
    let document = json(&air);
    assert_eq!(document["fits"], false);
    // The advice, taken literally, works.
    let flags = document["answer"]["instead"][0]["flags"].as_str().unwrap().replace('\'', "");
    let (flag, value) = flags.split_once(' ').unwrap();
    let again = json(&["--platform", "gb200-nvl72", "--count", "10", "--climate", "hot-humid", flag, value]);
    assert_eq!(again["fits"], true);
}

#[test]
fn every_fault_of_a_question_is_told_at_once() {
    let told = refused(&[
        "--platform",
        "h100-hgxx",
        "--count",
        "0.5",
        "--climate",
        "warm",
        "--fabric",
        "clso",
        "--oversubscription",
        "x",
        "--switch",
        "foo",
        "--cooling",
        "ice",
        "--redundancy",
        "3n",
        "--region",
        "mars",
    ]);
    assert_eq!(told.lines().filter(|line| line.starts_with("error: ")).count(), 9, "{told}");
    assert_eq!(told.lines().filter(|line| line.starts_with("help: ")).count(), 9, "{told}");
    assert!(told.contains("did you mean `clos`?"));
    for (arguments, said) in [
        (vec!["--platform", "h100-hgx-8", "--site", "ashburn"], "how much of it?"),
        (vec!["--platform", "h100-hgx-8", "--count", "8"], "where does it stand?"),
        (
            vec!["--platform", "h100-hgx-8", "--count", "8", "--devices", "64", "--site", "ashburn"],
            "more than once",
        ),
        (
            vec!["--platform", "h100-hgx-8", "--devices", "63", "--site", "ashburn"],
            "give `--devices` 56 or 64",
        ),
        (vec!["--platform", "h100-hgx-8", "--it-power", "5 kW", "--site", "ashburn"], "feed not one"),
        (
            vec!["--platform", "h100-hgx-8", "--count", "8", "--site", "ashburn", "--climate", "tokyo"],
            "keep one of them",
        ),
        (
            vec![
                "--platform",
                "h100-hgx-8",
                "--count",
                "8",
                "--site",
                "ashburn",
                "--fabric",
                "torus",
                "--oversubscription",
                "7:1",
            ],
            "no tiers to oversubscribe",
        ),
        (vec!["--platform", "h100-hgx-8", "--count", "9000000", "--site", "ashburn"], "three tiers"),
    ] {
        let told = refused(&arguments);
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn a_weather_file_with_gaps_is_refused_with_its_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gap.epw");
    let mut file = String::from("LOCATION,Nowhere,-,XXX,Test,0,50.0,8.0,1.0,100.0\n");
    for _ in 0..6 {
        file.push_str("COMMENTS,\n");
    }
    file.push_str("DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n");
    file.push_str("2020,1,1,1,0,x,10.0,5.0,70,101000\n");
    std::fs::write(&path, file).expect("can write");
    let page = folder.path().join("page.html");
    let told = refused(&[
        "--platform",
        "h100-hgx-8",
        "--count",
        "8",
        "--weather",
        path.to_str().unwrap(),
        "-o",
        page.to_str().unwrap(),
    ]);
    assert!(told.contains("gap.epw:"), "{told}");
    assert!(!page.exists(), "nothing is written");
}

#[test]
fn pages_have_pictures_of_fabric_and_floor() {
    let folder = tempfile::tempdir().expect("a folder");
    for count in ["8", "3072"] {
        let path = folder.path().join(format!("{count}.html"));
        let output = design(&[
            "--platform",
            "h100-hgx-8",
            "--count",
            count,
            "--site",
            "ashburn",
            "--format",
            "html",
            "-o",
            path.to_str().unwrap(),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let page = std::fs::read_to_string(&path).expect("the page is there");
        assert!(page.contains("What is joined with what?") && page.contains("What stands where?"));
    }
}

#[test]
fn sites_of_two_eras_are_compared_from_their_files() {
    let files = ["--compare", "examples/meta-cpu-site.toml", "examples/meta-gpu-site.toml"];
    let told = shown(&files);
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
    for said in ["Published  24× to 32×", "Decides", "What grew", "Ways of counting network capacity"] {
        assert!(told.contains(said), "no {said} in\n{told}");
    }
    let document = json(&files);
    assert_eq!(document["schema_version"], quarterdeck_report::json::SCHEMA_VERSION);
    assert_eq!(quarterdeck_report::json::keys_without_unit(&document), Vec::<String>::new());
    let terms = document["growth_terms"].as_array().unwrap().iter().map(|term| number(&term["term_factor"]));
    near(terms.product::<f64>(), number(&document["given_factor"]));
    let told = refused(&["--compare", "examples/meta-cpu-site.toml", "none.toml", "--count", "8"]);
    assert!(told.contains("says nothing beside `--compare`"), "{told}");
}
