//! Properties of chart specs: parts sum to totals, tables say the same as charts, specs survive
//! JSON, and unsound ones are refused.

mod sample;

use proptest::prelude::*;
use quarterdeck_report::chart::{
    Axis, Band, Bars, Bridge, Chart, ChartSpec, Fan, Pareto, Series, StackedArea, ValueAxis, Waterfall,
    totals,
};
use quarterdeck_report::palette::Role;
use quarterdeck_report::{Cell, ColourKey, SpecError, Unit};

fn named(chart: Chart) -> ChartSpec {
    ChartSpec::new("chart", "Chart", chart).takeaway("It shows.").question("What?")
}

fn money() -> ValueAxis {
    ValueAxis::new("Money", Unit::musd())
}

fn quarters(n: usize) -> Axis {
    Axis::quarters((0..n).map(|q| format!("{}-Q{}", 2022 + q / 4, q % 4 + 1)))
}

fn number(table: &quarterdeck_report::Table, row: usize, column: &str) -> f64 {
    let idx = table.columns.iter().position(|c| c.id == column).expect("column");
    table.rows[row][idx].as_f64().expect("number")
}

/// One to five series of equal length.
fn stacks() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1usize..6, 1usize..12).prop_flat_map(|(rows, len)| {
        proptest::collection::vec(proptest::collection::vec(0.0f64..1e6, len), rows)
    })
}

fn series(rows: &[Vec<f64>]) -> Vec<Series> {
    rows.iter()
        .enumerate()
        .map(|(i, v)| {
            Series::new(format!("s{i}"), format!("S {i}"), ColourKey::class(&format!("c{i}")), v.clone())
        })
        .collect()
}

proptest! {
    #[test]
    fn layers_shortfall_and_demand_agree(rows in stacks(), scale in 0.0f64..3.0) {
        let len = rows[0].len();
        let layers = series(&rows);
        let capacity = totals(&layers, len);
        let demand: Vec<f64> = capacity.iter().enumerate().map(|(i, c)| c * scale + i as f64).collect();
        let mut area = StackedArea::new(quarters(len), money());
        area.layers = layers;
        let area = area
            .line(Series::new("demand", "Demand", ColourKey::role(Role::Demand), demand.clone()), None)
            .shortfall_below_line("Shortfall");
        let missing = area.shortfall.clone().unwrap();
        let spec = named(Chart::StackedArea(area));
        prop_assert_eq!(spec.check(), Ok(()));
        let table = spec.table();
        prop_assert_eq!(table.check(), Ok(()));
        for q in 0..len {
            let short = missing.values[q].unwrap();
            prop_assert!((capacity[q].min(demand[q]) + short - demand[q]).abs() <= 1e-9 * demand[q].max(1.0));
            if rows.len() > 1 {
                prop_assert_eq!(number(&table, q, "total_musd"), capacity[q]);
            }
        }
    }

    #[test]
    fn the_running_total_ends_at_the_sum_of_all_parts(rows in stacks()) {
        let len = rows[0].len();
        let mut bars = Bars::stacked(quarters(len), money());
        bars.series = series(&rows);
        let spec = named(Chart::Bars(bars.cumulative("Cumulative")));
        prop_assert_eq!(spec.check(), Ok(()));
        let sum: f64 = rows.iter().flatten().sum();
        let last = number(&spec.table(), len - 1, "cumulative_musd");
        prop_assert!((last - sum).abs() <= 1e-9 * sum.max(1.0));
    }

    #[test]
    fn a_bridge_must_arrive(
        start in -1e6f64..1e6,
        changes in proptest::collection::vec(-1e5f64..1e5, 0..8),
        miss in 1.0f64..1e4,
    ) {
        let build = |end: f64| {
            let mut bridge = Bridge::from(money(), "A", start);
            for (i, change) in changes.iter().enumerate() {
                bridge = bridge.change(format!("c{i}"), format!("Change {i}"), *change);
            }
            named(Chart::Bridge(bridge.to("B", end)))
        };
        let end = changes.iter().fold(start, |sum, change| sum + change);
        prop_assert_eq!(build(end).check(), Ok(()));
        let missed = build(end + miss + 2e-6 * (end.abs() + miss)).check();
        let is_sum_error = matches!(missed, Err(SpecError::Sum { .. }));
        prop_assert!(is_sum_error, "{:?}", missed);
        let table = build(end).table();
        let running = number(&table, table.rows.len() - 1, "running_total_musd");
        prop_assert_eq!(running, end);
    }

    #[test]
    fn a_waterfall_sums_to_its_total(
        parts in proptest::collection::vec((0.0f64..1e3, 0.0f64..1e3), 1..9),
    ) {
        let mut waterfall = Waterfall::new(ValueAxis::new("Time", Unit::ms()), "Step");
        for (i, (exposed, hidden)) in parts.iter().enumerate() {
            waterfall = waterfall.part(format!("p{i}"), format!("P {i}"), ColourKey::part("compute"), *exposed, *hidden);
        }
        let mut spec = named(Chart::Waterfall(waterfall));
        prop_assert_eq!(spec.check(), Ok(()));
        if let Chart::Waterfall(w) = &mut spec.chart {
            w.total += 1.0;
        }
        prop_assert!(spec.check().is_err());
    }

    #[test]
    fn the_front_holds_exactly_the_unbeaten(
        points in proptest::collection::vec((0u8..12, 0u8..12), 1..30),
    ) {
        let mut pareto = Pareto::new(ValueAxis::new("Time", Unit::ms()), money());
        for (i, (x, y)) in points.iter().enumerate() {
            pareto = pareto.point(
                format!("p{i}"), format!("P {i}"), "all", ColourKey::role(Role::Other),
                (f64::from(*x), f64::from(*y)),
            );
        }
        let spec = named(Chart::Pareto(pareto.mark_front()));
        prop_assert_eq!(spec.check(), Ok(()));
        let Chart::Pareto(pareto) = &spec.chart else { unreachable!() };
        for (i, point) in pareto.points.iter().enumerate() {
            let (x, y) = points[i];
            let beaten = points.iter().any(|(a, b)| *a <= x && *b <= y && (*a, *b) != (x, y));
            prop_assert_eq!(point.on_front, !beaten);
        }
    }

    #[test]
    fn specs_survive_json(rows in stacks(), log in any::<bool>()) {
        let mut bars = Bars::grouped(quarters(rows[0].len()), if log { money().log() } else { money() });
        bars.series = series(&rows);
        bars.series[0].values[0] = None;
        let spec = named(Chart::Bars(bars)).mark("2022-Q1", "start");
        let text = serde_json::to_string(&spec).unwrap();
        let back: ChartSpec = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &spec);
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}

#[test]
fn every_kind_survives_json_and_has_a_sound_table() {
    for section in sample::report().sections {
        for spec in section.charts {
            let text = serde_json::to_string(&spec).unwrap();
            let back: ChartSpec = serde_json::from_str(&text).unwrap();
            assert_eq!(back, spec);
            assert_eq!(spec.table().check(), Ok(()), "{}", spec.id);
            assert!(!spec.table().rows.is_empty(), "{}", spec.id);
        }
    }
}

#[test]
fn unsound_specs_are_refused() {
    #[track_caller]
    fn check(chart: Chart, expect: &str) {
        assert_eq!(named(chart).check().unwrap_err().to_string(), expect);
    }
    let row = |id: &str, values: &[f64]| Series::new(id, id, ColourKey::class(id), values.to_vec());
    check(
        Chart::Bars(Bars::stacked(quarters(3), money()).series(row("a", &[1.0]))),
        "chart `chart`: `a` has 1 values for 3 positions",
    );
    check(
        Chart::Bars(Bars::stacked(quarters(1), money()).series(row("a", &[1.0])).series(row("a", &[2.0]))),
        "chart `chart`: `a` is there twice",
    );
    check(
        Chart::Bars(Bars::stacked(quarters(1), money().log()).series(row("a", &[0.0]))),
        "chart `chart`: `a` cannot be drawn at 0",
    );
    check(
        Chart::Fan(
            Fan::new(quarters(1), money(), row("m", &[5.0]))
                .band(Band::new("narrow", [4.0], [6.0]))
                .band(Band::new("wide", [1.0], [9.0])),
        ),
        "chart `chart`: `wide` ends before it starts or leaves the range around it",
    );
    let late = named(Chart::Bars(Bars::stacked(quarters(1), money()))).mark("2031-Q1", "too late");
    assert_eq!(
        late.check().unwrap_err().to_string(),
        "chart `chart`: a mark stands at `2031-Q1`, outside the axis"
    );
}

#[test]
fn values_that_are_not_finite_are_missing() {
    let series = Series::new("a", "A", ColourKey::class("a"), [1.0, f64::NAN, f64::INFINITY]);
    assert_eq!(series.values, [Some(1.0), None, None]);
    let spec = named(Chart::Bars(Bars::stacked(quarters(3), money()).series(series)));
    assert_eq!(spec.table().rows[1][1], Cell::Empty);
}

#[test]
fn the_form_of_a_spec() {
    let bars = Bars::stacked(Axis::quarters(["2022-Q1"]), money()).series(Series::new(
        "machines",
        "Machines",
        ColourKey::class("machines"),
        [3100.0],
    ));
    let spec = ChartSpec::new("capex", "Capital spending", Chart::Bars(bars))
        .takeaway("It grows.")
        .question("When is cash needed?")
        .mark("2022-Q1", "start");
    insta::assert_snapshot!(serde_json::to_string_pretty(&spec).unwrap(), @r#"
    {
      "schema_version": "1.0",
      "id": "capex",
      "title": "Capital spending",
      "takeaway": "It grows.",
      "question": "When is cash needed?",
      "annotations": [
        {
          "at": "2022-Q1",
          "text": "start"
        }
      ],
      "chart": {
        "kind": "bars",
        "x": {
          "type": "quarters",
          "values": [
            "2022-Q1"
          ]
        },
        "y": {
          "title": "Money",
          "unit": {
            "suffix": "musd",
            "prefix": "$",
            "symbol": "M",
            "name": "million USD"
          },
          "scale": "linear"
        },
        "layout": "stacked",
        "series": [
          {
            "id": "machines",
            "name": "Machines",
            "colour": "class/machines",
            "values": [
              3100.0
            ]
          }
        ]
      }
    }
    "#);
}
