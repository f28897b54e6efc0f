//! The page on one quarter: what it says, and that it fits.

use quarterdeck_report::assess::{Assessment, FleetState, SiteState, WorkloadState};
use quarterdeck_report::json::keys_without_unit;
use quarterdeck_report::verdict::TEXT_WIDTH;
use quarterdeck_units::{Quarter, Usd, Watts, WorkUnit};

fn assessment() -> Assessment {
    let fleet = |platform: &str,
                 title: &str,
                 site: &str,
                 platforms: f64,
                 devices: f64,
                 mw: f64,
                 carries: &[(&str, f64)],
                 busy| FleetState {
        platform: platform.to_owned(),
        title: title.to_owned(),
        site: site.to_owned(),
        platforms,
        devices,
        it_power: Watts::megawatts(mw),
        carries: carries.iter().map(|(name, share)| ((*name).to_owned(), *share)).collect(),
        utilisation: busy,
    };
    let workload =
        |id: &str, title: &str, unit, demand: f64, capacity: f64, binding: &str, cost: Option<f64>| {
            WorkloadState {
                id: id.to_owned(),
                title: title.to_owned(),
                unit,
                demand,
                capacity,
                binding: binding.to_owned(),
                cost_per_unit: cost.map(Usd::dollars),
            }
        };
    let site = |id: &str, title: &str, cooling: &str, envelope: f64, used: f64, binds: &str| SiteState {
        id: id.to_owned(),
        title: title.to_owned(),
        cooling: cooling.to_owned(),
        envelope: Watts::megawatts(envelope),
        used: Watts::megawatts(used),
        racks: used * 90.0,
        racks_max: None,
        binds: binds.to_owned(),
    };
    Assessment {
        scenario: "sample".to_owned(),
        title: "A made-up company".to_owned(),
        scenario_file: "scenarios/sample/scenario.toml".to_owned(),
        quarter: Quarter::new(2022, 3),
        fleets: vec![
            fleet(
                "cpu-1s-2020",
                "1-socket server of 2020 (Delta Lake class)",
                "High desert",
                220_000.0,
                220_000.0,
                46.2,
                &[("Ads ranking", 0.55), ("Feed ranking", 0.41), ("Ads training", 0.004)],
                0.97,
            ),
            fleet(
                "a100-sxm-80-hgx-8",
                "8 x A100 80 GB server (DGX A100)",
                "Midwest",
                1_200.0,
                9_600.0,
                8.4,
                &[("Ads training", 0.8), ("Research", 0.2)],
                1.0,
            ),
            fleet(
                "nnpi-yosemite-6",
                "6 x NNP-I M.2 cards with a 1-socket host",
                "High desert",
                1_000.0,
                6_000.0,
                0.3,
                &[("Feed ranking", 0.3)],
                0.3,
            ),
        ],
        workloads: vec![
            workload(
                "ads-ranking",
                "Ads ranking",
                WorkUnit::Samples,
                1.06e9,
                0.93e9,
                "CPU servers: memory bandwidth of the embeddings",
                Some(0.021e-6),
            ),
            workload(
                "feed-ranking",
                "Feed ranking",
                WorkUnit::Samples,
                1.51e9,
                1.62e9,
                "CPU servers: compute",
                Some(0.009e-6),
            ),
            workload(
                "ads-training",
                "Ads training",
                WorkUnit::Samples,
                1.4e8,
                1.1e8,
                "A100 servers: all are busy",
                Some(0.3e-6),
            ),
            workload(
                "research",
                "Research",
                WorkUnit::DeviceSeconds,
                14_000.0,
                14_000.0,
                "A100 servers: all are busy",
                Some(1.1 / 3600.0),
            ),
        ],
        sites: vec![
            site("high-desert", "High desert", "air", 96.0, 95.8, "power"),
            site("midwest", "Midwest", "air", 118.0, 77.0, "supply of machines"),
        ],
        binds: vec![
            "Ads ranking runs on CPU servers only; no other machine may serve it until it is ported."
                .to_owned(),
            "High desert has 0.2 MW left; the next power there comes in 2023-Q1.".to_owned(),
        ],
        ways_out: vec![
            "Port ads ranking to CUDA GPUs: $60 M and three quarters; 800 A100 servers then close the gap."
                .to_owned(),
            "Move 12 % of feed ranking to Midwest, which has room for 5,800 servers: $27 M.".to_owned(),
        ],
    }
}

#[test]
fn the_page_answers_what_carries_what_and_what_binds() {
    insta::assert_snapshot!(assessment().to_text(), @r#"
    In 2022-Q3 2 of 4 workloads are short; the worst is Ads training, by 21 %.

      Fleet    236,000 devices of 3 kinds at 2 sites    173 MW reserved
      Short    Ads training 21 % and Ads ranking 12 %
      Spare    none for 3 of 4 workloads: their machines are busy
      Power    High desert uses 100 % of its 96 MW
      Binds    Ads ranking runs on CPU servers only; no other machine may serve it until it is ported
      Way out  Port ads ranking to CUDA GPUs: $60 M and three quarters; 800 A100 servers then close the
               gap

      Next: `quarterdeck plan scenarios/sample/scenario.toml`

    Demand and what the machines can do
    Workload      Demand at peak     Room (+) or short (-)  What limits it         Cost
                                                   percent
    ────────────  ─────────────────  ─────────────────────  ─────────────────────  ─────────────────────
    Ads ranking   1.06 bn samples/s                  −12.3  CPU servers: memory    $0.021 per million
                                                            bandwidth of the       samples
                                                            embeddings
    Feed ranking  1.51 bn samples/s                    7.3  CPU servers: compute   $0.009 per million
                                                                                   samples
    Ads training  140 M samples/s                    −21.4  A100 servers: all are  $0.3 per million
                                                            busy                   samples
    Research      14,000 devices                       0.0  A100 servers: all are  $1.1 per device-hour
                                                            busy

    What each fleet carries
    Platform                 Site         In service  IT power     Busy  Works on
                                           platforms        MW  percent
    ───────────────────────  ───────────  ──────────  ────────  ───────  ───────────────────────────────
    1-socket server of 2020  High desert     220,000      46.2       97  Ads ranking 55 % and Feed
                                                                         ranking 41 %
    A100 80 GB               Midwest           1,200       8.4      100  Ads training 80 % and Research
                                                                         20 %
    NNP-I M.2                High desert       1,000       0.3       30  Feed ranking 30 %

    Sites
    Site         Cooling  Envelope  Used     Left  Racks  Binds
                                MW    MW  percent  racks
    ───────────  ───────  ────────  ────  ───────  ─────  ──────────────────
    High desert  air            96  95.8        0  8,622  power
    Midwest      air           118  77.0       35  6,930  supply of machines

    What binds
      1. Ads ranking runs on CPU servers only; no other machine may serve it until it is ported.
      2. High desert has 0.2 MW left; the next power there comes in 2023-Q1.

    Ways out
      1. Port ads ranking to CUDA GPUs: $60 M and three quarters; 800 A100 servers then close the gap.
      2. Move 12 % of feed ranking to Midwest, which has room for 5,800 servers: $27 M.
    "#);
}

#[test]
fn no_line_is_wider_than_a_page_and_the_page_is_one() {
    let text = assessment().to_text();
    for line in text.lines() {
        assert!(line.chars().count() <= TEXT_WIDTH, "{line}");
    }
    assert!(text.lines().count() <= 60, "{} lines", text.lines().count());
}

#[test]
fn a_quarter_in_which_all_is_served_says_so() {
    let mut state = assessment();
    state.workloads.retain(|one| one.shortfall() == 0.0);
    assert_eq!(state.verdict().headline, "In 2022-Q3 every workload is served.");
    state.workloads.clear();
    state.fleets.clear();
    state.sites.clear();
    assert_eq!(state.to_html_report().check(), Ok(()));
}

#[test]
fn its_documents_are_sound() {
    let state = assessment();
    assert_eq!(keys_without_unit(&state.to_json().unwrap()), Vec::<String>::new());
    assert_eq!(state.to_html_report().check(), Ok(()));
    for table in state.tables() {
        assert_eq!(table.check(), Ok(()));
    }
}
