//! What the format can do: the sample of the design, curves from CSV, scenarios that extend others, overrides,
//! entries written in place, defaults.

mod common;

use common::{catalog, codes, read, render};
use quarterdeck_catalog::Model;
use quarterdeck_scenario::codes::BASE;
use quarterdeck_scenario::{
    MemoryFiles, OfferTerms, Scenario, ShockChange, WorkloadKind, resolve, resolve_text, resolve_with,
};
use quarterdeck_units::{Quarter, Quarters, Ratio, Watts, WorkUnit};

fn resolved(text: &str) -> Scenario {
    let read = read(text);
    let diagnostics = read.diagnostics();
    read.value.unwrap_or_else(|_| panic!("{}", render(&diagnostics)))
}

const SAMPLE: &str = r#"
schema = 1
name = "sample"

[horizon]
start = "2021-Q1"
end = "2026-Q4"
discount_rate = "8 %/yr"
price_year = 2022

[[workload]]
id = "ads-ranking"
kind = "recommendation-inference"
model = "dlrm-ads-2021"                 # catalogue, or a table written here
demand = { "2021-Q1" = "1.9e9 samples/s", "2023-Q4" = "3.1e9 samples/s" }
drift = { flops_per_sample = "1.9x/yr", embedding_bytes = "1.4x/yr" }
latency_p99 = "60 ms"
unserved = "0.9 USD/1e6 samples"

[[workload]]
id = "foundation-model"
kind = "llm-pretraining"
model = "llama-3-405b"
tokens = "15.6e12"
window = ["2023-Q3", "2024-Q2"]

[[workload]]
id = "assistant"
kind = "llm-inference"
model = "llama-3-70b"
demand = { "2022-Q4" = "10 requests/s" }
input_len = 1000
output_len = 300
ttft = "1 s"
tpot = "50 ms"
unserved = "0.02 USD/request"

[[site]]
id = "prineville"
it_power = "120 MW"
cooling = "air"
rack_density_max = "12 kW"
climate = "cold-dry"
fleet = { "cpu-1s-2020" = 60_000 }

[[project]]
id = "temple-redesign"
site = "temple"
climate = "hot-humid"
adds = { it_power = "150 MW", cooling = "liquid" }
cost = "11 USD/W"
lead_time = "8 quarters"
cancel_cost = "30 %"

[[offer]]
platform = "h100-hgx-8"
vendor = "nvidia"
price = { "2022-Q4" = "290e3 USD", "2024-Q4" = "240e3 USD" }
lead_time = "3 quarters"
supply = { "2022-Q4" = 500, "2023-Q4" = 6_000 }

[[porting]]
workload = "ads-ranking"
to = "gpu"
effort = "3 quarters"
cost = "25e6 USD"

[[programme]]
id = "own-chip-1"
platform = "mtia-v1"
cost = "60e6 USD/quarter"
ready = { earliest = "2022-Q2", likely = "2023-Q1", latest = "2024-Q4" }
meets_target = 0.5

[[shock]]
id = "chatgpt"
happens = "2022-Q4"
known = "2022-Q4"
changes = { workload = "assistant", demand = "x40" }

[budget]
capex = { "2021-Q1" = "5e9 USD/quarter", "2022-Q3" = "10e9 USD/quarter" }
"#;

#[test]
fn the_sample_of_the_design_resolves() {
    let read = resolve_text(SAMPLE, catalog());
    let warnings: std::collections::BTreeSet<_> = read.warnings.iter().map(|warning| warning.code).collect();
    let scenario = read.value.unwrap_or_else(|errors| panic!("{}", render(&errors)));
    assert_eq!(warnings.into_iter().collect::<Vec<_>>(), ["scenario::default-penalty", "scenario::no-basis"]);

    assert_eq!(scenario.horizon.quarters().len(), 24);
    let ads = &scenario.workloads[0];
    assert_eq!(ads.demand.at(Quarter::new(2020, 4)), None);
    let middle = ads.demand.at(Quarter::new(2022, 3)).unwrap();
    let grown = 1.9e9 * quarterdeck_units::pow(3.1 / 1.9, 6.0 / 11.0);
    assert!((middle.per_second / grown - 1.0).abs() < 1e-12 && middle.unit == WorkUnit::Samples);
    assert_eq!(ads.drift.from, Quarter::new(2021, 1));
    assert_eq!(ads.runs_on, ["x86"]);
    let WorkloadKind::RecommendationInference { candidates_per_query, .. } = ads.kind else { panic!() };
    let model = catalog().model("dlrm-ads-2021").unwrap();
    let of_model = model.as_recommendation().unwrap().sample.samples_per_request.value;
    assert_eq!(candidates_per_query.0, of_model);

    // The tokens of a run are its rate times its time, and nothing before or after.
    let run = &scenario.workloads[1];
    let total: f64 = scenario
        .horizon
        .quarters()
        .into_iter()
        .filter_map(|quarter| run.demand.at(quarter))
        .map(|rate| rate.per_second * Quarters(1).duration().as_seconds())
        .sum();
    assert!((total / 15.6e12 - 1.0).abs() < 1e-12);
    assert!(run.one_site);
    assert!(run.runs_on.contains(&"cuda".to_owned()) && !run.runs_on.contains(&"own".to_owned()));

    assert_eq!(scenario.portings[0].to, "cuda");
    let project = &scenario.projects[0];
    assert_eq!(project.climate.as_deref(), Some("hot-humid"));
    let hall = catalog().facility.hall(project.adds.cooling).unwrap();
    assert_eq!(project.adds.rack_density_max, hall.rack_power_max.value);
    let h100 = &scenario.offers[0];
    assert_eq!(h100.id, "h100-hgx-8");
    let OfferTerms::Purchase { price, .. } = &h100.terms else { panic!() };
    assert_eq!(price.at(Quarter::new(2021, 1)).unwrap().as_dollars(), 290e3);
    assert_eq!(price.at(Quarter::new(2023, 4)).unwrap().as_dollars(), 265e3);
    let supply = h100.supply.as_ref().unwrap();
    assert_eq!(supply.at(Quarter::new(2022, 3)), None);
    assert_eq!(supply.at(Quarter::new(2023, 3)).unwrap().0, 500.0);
    assert_eq!(
        scenario.shocks[0].changes,
        ShockChange::Demand { workload: "assistant".to_owned(), factor: Ratio(40.0) }
    );
}

#[test]
fn a_curve_comes_from_a_column_of_a_csv_file() {
    let scenario = |demand: &str, csv: &str| {
        let text = format!("extends = \"base.toml\"\n[[workload]]\nid = \"assistant\"\ndemand = {demand}\n");
        let files =
            MemoryFiles::one("a/example.toml", text).with("a/base.toml", BASE).with("a/d/demand.csv", csv);
        resolve("a/example.toml", &files, catalog())
    };
    let bare = "{ csv = \"d/demand.csv\", column = \"requests\", unit = \"requests/s\" }";
    let csv = "# by hand\nquarter, requests, note\n2024-Q1, 50, \"first, small\"\n# a pause\n2024-Q2,,\n2024-Q3, 200,\n";
    let read = scenario(bare, csv);
    let demand = read.value.unwrap().workloads[0].demand.clone();
    assert_eq!(demand.at(Quarter::new(2024, 2)).unwrap().per_second, 100.0);
    let with_units = "{ csv = \"d/demand.csv\", column = \"b\", quarter = \"a\" }";
    let read = scenario(with_units, "a,b\n2024-Q1,50 requests/s\n");
    assert!(read.value.is_ok(), "{}", render(&read.diagnostics()));

    let check = |demand: &str, csv: &str, code: &str, line: &str| {
        let read = scenario(demand, csv);
        assert_eq!(codes(&read), [code], "{}", render(&read.diagnostics()));
        let shown = render(&read.diagnostics());
        assert!(shown.contains(line), "{shown}");
    };
    check(bare, "quarter,requests\n2024-Q1,50\n2024-Q5,60\n", "scenario::wrong-form", "| 2024-Q5,60");
    check(bare, "quarter,requests\n2024-Q1,fifty\n", "scenario::bad-number", "a/d/demand.csv:2:1");
    check(
        bare,
        "# note\nquarter,requests\n# note\n2024-Q1,50\n2024-Q1,60\n",
        "scenario::duplicate-point",
        "| 2024-Q1,60",
    );
    check(bare, "quarter,requests\n", "scenario::empty-curve", "demand = ");
    check(bare, "", "scenario::bad-csv", "is empty");
    check(bare, "quarter,request\n2024-Q1,50\n", "scenario::unknown-column", "did you mean `request`?");
    check(&bare.replace("d/", "x/"), "", "scenario::unreadable", "`a/x/demand.csv`");
}

#[test]
fn a_scenario_can_change_another_one() {
    let base = resolved(BASE);
    let text = r#"
extends = "base.toml"
remove = ["programme.own-chip", "porting"]
name = "more-power"

[horizon]
end = "2027-Q4"

[[site]]
id = "north"
it_power = "20 MW"

[[site]]
id = "south"
it_power = "5 MW"
cooling = "liquid"
climate = "hot-dry"
assumed = "an example"
"#;
    let changed = resolved(text);
    assert_eq!(changed.name, "more-power");
    assert_eq!((changed.horizon.start, changed.horizon.end), (base.horizon.start, Quarter::new(2027, 4)));
    assert_eq!(changed.sites[0].it_power.at(changed.horizon.start), Some(Watts::megawatts(20.0)));
    assert_eq!(changed.sites[0].fleet, base.sites[0].fleet);
    assert_eq!(changed.sites[1].id, "south");
    assert!(changed.programmes.is_empty() && changed.portings.is_empty());
    assert_eq!(changed.workloads, base.workloads);
    // A fault in the base points into the base.
    let files =
        MemoryFiles::one("a.toml", "extends = \"b.toml\"\n").with("b.toml", BASE.replace("10 MW", "10 Mw"));
    let read = resolve("a.toml", &files, catalog());
    assert!(render(&read.diagnostics()).contains("b.toml:24:12"), "{}", render(&read.diagnostics()));
    // A circle over three files is named.
    let files = MemoryFiles::one("a.toml", "extends = \"b.toml\"\n")
        .with("b.toml", "extends = \"c.toml\"\n")
        .with("c.toml", "extends = \"a.toml\"\n");
    let read = resolve("a.toml", &files, catalog());
    assert_eq!(codes(&read), ["scenario::cyclic-extends"]);
    assert!(render(&read.diagnostics()).contains("`a.toml`, `b.toml` and `c.toml`"));
}

#[test]
fn overrides_set_keys_by_their_path() {
    let set = |given: &[&str]| {
        let given: Vec<String> = given.iter().map(|text| (*text).to_owned()).collect();
        resolve_with("base.toml", &given, &MemoryFiles::one("base.toml", BASE), catalog())
    };
    let check = |given: &str, seen: &dyn Fn(&Scenario) -> bool| {
        let read = set(&[given]);
        let scenario = read.value.unwrap_or_else(|errors| panic!("{given}: {}", render(&errors)));
        assert!(seen(&scenario), "{given}");
    };
    let start = Quarter::new(2024, 1);
    check("site.north.it_power=30 MW", &|s| s.sites[0].it_power.at(start) == Some(Watts::megawatts(30.0)));
    check("site.north.it_power=\"30 MW\"", &|s| {
        s.sites[0].it_power.at(start) == Some(Watts::megawatts(30.0))
    });
    check("horizon.end=2025-Q2", &|s| s.horizon.end == Quarter::new(2025, 2));
    check("horizon.price_year=2023", &|s| s.horizon.price_year.0 == 2023);
    check("project.hall-2.adds.it_power=7 MW", &|s| s.projects[0].adds.it_power == Watts::megawatts(7.0));
    check("site.north.fleet.\"h100-hgx-8\"=30", &|s| s.sites[0].fleet[0].count.0 == 30.0);
    check("porting.assistant>own.cost=1e6 USD", &|s| s.portings[0].cost.as_dollars() == 1e6);
    check("offer.h100-hgx-8.supply={ \"2024-Q1\" = 5 }", &|s| s.offers[0].supply.is_some());
    check("workload.assistant.runs_on=[\"cuda\", \"rocm\"]", &|s| s.workloads[0].runs_on == ["cuda", "rocm"]);
    check("budget.capex=1e6 USD/quarter", &|s| s.budget.capex.is_some());
    check("name=other", &|s| s.name == "other");

    let wrong = |given: &str, code: &str| {
        let read = set(&[given]);
        assert!(codes(&read).contains(&code), "{given}: {}", render(&read.diagnostics()));
        let diagnostics = read.diagnostics();
        assert_eq!(diagnostics.sources.name(diagnostics.list[0].file()), "--set");
    };
    for given in [
        "",
        "=",
        "a",
        "site",
        "site=3=",
        "site.north=1",
        "nonsense.x=1",
        "site..x=1",
        ".=",
        "site.north.it_power.x=1",
    ] {
        let read = set(&[given]);
        assert!(read.value.is_err(), "{given}");
    }
    wrong("site.nort.it_power=1 MW", "scenario::bad-override");
    wrong("site.north.it_powr=1 MW", "scenario::unknown-key");
    wrong("site.north.it_power=1 Mw", "scenario::unknown-unit");
    wrong("name.x=1", "scenario::bad-override");
}

#[test]
fn entries_written_in_place_start_from_the_catalogue() {
    let text = r#"
extends = "base.toml"

[[device]]
base = "h100-sxm"
id = "h100-wide"
memory.capacity = { value = "160 GB", origin = "assumed", reason = "an example" }

[[platform]]
base = "h100-hgx-8"
id = "wide-8"
device = "h100-wide"

[[workload]]
id = "assistant"
model = { base = "llama-3-8b", architecture.layers = 40 }

[[site]]
id = "north"
fleet = { "wide-8" = { count = 10, since = "2023-Q2" } }
"#;
    let scenario = resolved(text);
    let Some(Model::Transformer(model)) = &scenario.workloads[0].model else { panic!() };
    let Model::Transformer(base) = &**catalog().model("llama-3-8b").unwrap() else { panic!() };
    assert_eq!((model.id.as_str(), model.architecture.layers), ("assistant-model", 40));
    assert_eq!(model.architecture.hidden, base.architecture.hidden);
    assert_eq!(scenario.devices[0].memory.capacity.value.as_gigabytes(), 160.0);
    assert_eq!(scenario.devices[0].peak, catalog().device("h100-sxm").unwrap().peak);
    assert_eq!(scenario.platforms[0].device, "h100-wide");
    assert_eq!(scenario.sites[0].fleet[0].since, Some(Quarter::new(2023, 2)));
    // It survives being written, model in full.
    let written = scenario.to_toml(catalog());
    assert_eq!(resolve_text(&written, catalog()).value.unwrap(), scenario);
    let extended = scenario.catalog(catalog()).unwrap();
    assert_eq!(extended.platform("wide-8").unwrap().device, "h100-wide");
}

#[test]
fn a_region_fills_in_what_the_site_does_not_say() {
    let region = catalog().regions.keys().next().unwrap().clone();
    let text = format!(
        "extends = \"base.toml\"\n[[site]]\nid = \"south\"\nit_power = \"1 MW\"\ncooling = \"air\"\nregion = \"{region}\"\nassumed = \"x\"\n"
    );
    let site = resolved(&text).sites[1].clone();
    let region = &catalog().regions[&region];
    assert_eq!(site.climate, region.climate.as_str());
    assert_eq!(site.electricity, Some(region.electricity.value));
    assert_eq!(site.grid_carbon, Some(region.carbon.value));
}

#[test]
fn rents_are_of_a_device_or_of_a_platform() {
    let price = |rent: &str| {
        let text = format!(
            "extends = \"base.toml\"\n[[offer]]\nid = \"rental\"\nplatform = \"h100-hgx-8\"\nrent = \"{rent}\"\nassumed = \"x\"\n"
        );
        let offer = resolved(&text).offers[1].clone();
        let OfferTerms::Rental { price, term } = offer.terms else { panic!() };
        assert_eq!(term, Quarters(1));
        price.at(Quarter::new(2024, 1)).unwrap().as_per_second() * 3600.0
    };
    assert!((price("2.5 USD/device/h") - 20.0).abs() < 1e-9);
    assert!((price("20 USD/h") - 20.0).abs() < 1e-9);
}
