//! A scenario whose project states no lead time is planned with that of its precedence network, and one that does as
//! it is written.

use quarterdeck_catalog::Catalog;
use quarterdeck_engine::{fits, problem};
use quarterdeck_facility::project::precedence::complete_projects;
use quarterdeck_plan::Run;
use quarterdeck_scenario::{Scenario, resolve_text};
use quarterdeck_units::Quarters;

const SCENARIO: &str = r#"
schema = 1
name = "lead-times"
[horizon]
start = "2025-Q1"
end = "2034-Q4"
discount_rate = "8 %/yr"
price_year = 2025
[[site]]
id = "north"
it_power = "60 MW"
cooling = "liquid"
rack_density_max = "140 kW"
climate = "temperate"
assumed = "a test"
[[project]]
id = "more"
site = "north"
adds = { it_power = "30 MW", cooling = "liquid" }
cost = "12 USD/W"
assumed = "a test"
"#;

fn read(text: &str, catalog: &Catalog) -> Scenario {
    resolve_text(text, catalog).value.unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn a_project_without_a_lead_time_is_planned() {
    let catalog = Catalog::builtin();
    let open = read(SCENARIO, &catalog);
    let table = fits(&open, &catalog);
    let of = |scenario: &Scenario| problem(scenario, &catalog, &table, &Run::best()).expect("a problem");
    // As if the scenario had stated what the network says.
    let mut stated = open.clone();
    let lead_time = complete_projects(&mut stated, &catalog).expect("networks")[0].terms.lead_time;
    let planned = of(&open);
    assert_eq!(format!("{:?}", planned.projects), format!("{:?}", of(&stated).projects));
    // Never, or a start in each quarter from which its power still comes within the horizon.
    assert_eq!(planned.projects[0].schedules.len() as i32, 1 + 40 - lead_time.0);
    // A scenario that states one keeps it.
    let mut short = open;
    short.projects[0].lead_time = Some(Quarters(5));
    assert_eq!(of(&short).projects[0].schedules.len(), 1 + 40 - 5);
}
