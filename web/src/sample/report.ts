// Written by the test `front_end` of crates/report; do not edit.
import type { ReportDocument } from "../spec";

export const sample: ReportDocument = {
  "schema_version": "1.0",
  "document": "report",
  "title": "Sample Company: capacity plan",
  "subtitle": "2023-Q1 to 2027-Q4 · dollars of 2023 · made-up data that shows every chart",
  "verdict": {
    "headline": "Demand grows eightfold by 2027-Q4. Meet it with 33,792 more devices at four sites, and decide on Madrid and the H100 order by 2023-Q2.",
    "tone": "warning",
    "lines": [
      {
        "label": "Buy",
        "text": "5,120 × H100 at Ashburn, 18,432 × B200 at Temple, 8,192 own chips",
        "remark": "order by 2023-Q2",
        "tone": "neutral"
      },
      {
        "label": "Power",
        "text": "Dublin reaches 94 % of its 40 MW envelope in 2027-Q4",
        "remark": "348 MW in all",
        "tone": "neutral"
      },
      {
        "label": "Cost",
        "text": "$7.0 bn present value over 5 years (capex 71 %)",
        "remark": "gap 0.4 %",
        "tone": "neutral"
      },
      {
        "label": "Short",
        "text": "20 EFLOP/s in 2025-Q4, 34 % of demand, until B200 arrives",
        "remark": "2025-Q2 to 2026-Q1",
        "tone": "bad"
      },
      {
        "label": "Binds",
        "text": "B200 lead time until 2026-Q1; Singapore power from 2027-Q2",
        "tone": "neutral"
      },
      {
        "label": "Risk",
        "text": "demand +20 % leaves 6 % unserved in 2027-Q4",
        "tone": "warning"
      }
    ],
    "beside": [
      {
        "headline": "As it happened: $2.1 bn (30 %) dearer in present value.",
        "tone": "neutral",
        "lines": [
          {
            "label": "Fleet",
            "text": "4,096 accelerators in 2024-Q4, against 9,216",
            "tone": "neutral"
          }
        ]
      }
    ],
    "assumptions": ["Two inputs are assumptions and move cost most: accelerator price and demand growth."],
    "next": ["quarterdeck why buy.temple.b200", "quarterdeck open", "quarterdeck sweep --vary demand.growth=0.8..1.2"]
  },
  "key_numbers": [
    {
      "label": "Devices to buy",
      "value": "33,792",
      "detail": "in four orders",
      "tone": "neutral"
    },
    {
      "label": "Peak power",
      "value": "348 MW",
      "detail": "of 464 MW energised",
      "tone": "neutral"
    },
    {
      "label": "First decision",
      "value": "2023-Q2",
      "detail": "H100 order, Madrid permit",
      "tone": "neutral"
    },
    {
      "label": "Cost",
      "value": "$7.0 bn",
      "detail": "present value, gap 0.4 %",
      "tone": "neutral"
    },
    {
      "label": "Worst shortfall",
      "value": "34 %",
      "detail": "2025-Q4, 20 EFLOP/s",
      "tone": "bad"
    },
    {
      "label": "Against what happened",
      "value": "−$1.2 bn",
      "detail": "15 % less",
      "tone": "good"
    }
  ],
  "sections": [
    {
      "id": "overview",
      "title": "Overview",
      "lead": "The plan follows demand with machines that are usable: energised, repaired and ported. Where it cannot, the shortfall is red.\n\nEvery chart has its table, and `quarterdeck why` gives the reasons behind a line.",
      "charts": [
        {
          "spec": {
            "schema_version": "1.0",
            "id": "demand-capacity",
            "title": "Demand and usable capacity",
            "takeaway": "Demand outruns usable capacity by a third in 2025-Q4, until B200 arrives in 2026.",
            "question": "Are we short, and when?",
            "note": "Usable capacity is what is energised, repaired and ported, not what is announced.",
            "origin": "assumed",
            "sources": ["sample-demand", "sample-fleet"],
            "annotations": [
              {
                "at": "2023-Q4",
                "text": "Assistant launched"
              },
              {
                "at": "2025-Q2",
                "text": "B200 delay known"
              }
            ],
            "chart": {
              "kind": "stacked-area",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "y": {
                "title": "Dense BF16 compute, usable",
                "unit": {
                  "suffix": "eflop_per_s",
                  "prefix": "",
                  "symbol": "EFLOP/s",
                  "name": "EFLOP/s"
                },
                "scale": "linear"
              },
              "layers": [
                {
                  "id": "cpu-2s",
                  "name": "CPU servers",
                  "colour": "technology/cpu-2s",
                  "values": [6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
                },
                {
                  "id": "v100-hgx-8",
                  "name": "V100",
                  "colour": "technology/v100-hgx-8",
                  "values": [3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
                },
                {
                  "id": "a100-hgx-8",
                  "name": "A100",
                  "colour": "technology/a100-hgx-8",
                  "values": [9.5, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 8.0, 8.0, 8.0, 8.0]
                },
                {
                  "id": "h100-hgx-8",
                  "name": "H100",
                  "colour": "technology/h100-hgx-8",
                  "values": [-0.0, -0.0, -0.0, 3.0, 3.0, 8.0, 14.0, 14.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0, 19.0]
                },
                {
                  "id": "own-inference-1",
                  "name": "Own chip",
                  "colour": "technology/own-inference-1",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 4.0, 4.0, 9.0, 9.0, 15.0, 15.0, 15.0, 15.0, 15.0, 15.0]
                },
                {
                  "id": "b200-nvl72",
                  "name": "B200",
                  "colour": "technology/b200-nvl72",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 12.0, 26.0, 26.0, 48.0, 48.0, 74.0, 94.0, 94.0]
                }
              ],
              "line": {
                "series": {
                  "id": "demand",
                  "name": "Demand",
                  "colour": "role/demand",
                  "values": [18.0, 20.07, 22.38, 24.95, 27.82, 31.02, 34.59, 38.57, 43.0, 47.95, 53.46, 59.61, 66.46, 74.1, 82.63, 92.13, 102.72, 114.54, 127.71, 142.4]
                },
                "band": {
                  "name": "p10 to p90",
                  "low": [18.0, 19.89, 21.98, 24.28, 26.82, 29.62, 32.72, 36.14, 39.9, 44.07, 48.65, 53.71, 59.28, 65.43, 72.22, 79.69, 87.93, 97.02, 107.02, 118.05],
                  "high": [18.0, 20.35, 23.01, 26.0, 29.38, 33.19, 37.5, 42.35, 47.82, 53.99, 60.94, 68.79, 77.63, 87.59, 98.83, 111.48, 125.73, 141.8, 159.89, 180.28]
                }
              },
              "shortfall": {
                "id": "shortfall",
                "name": "Shortfall",
                "colour": "role/shortfall",
                "values": [0.0, 0.0, 1.379999999999999, 0.9499999999999993, 3.8200000000000003, 2.0199999999999996, 0.0, 3.5700000000000003, 4.5, 12.450000000000003, 13.96, 20.11, 9.959999999999994, 3.5999999999999943, 8.129999999999995, 0.0, 10.219999999999999, 0.0, 0.0, 3.9000000000000057]
              }
            }
          },
          "table": {
            "id": "demand-capacity",
            "title": "Demand and usable capacity",
            "takeaway": "Demand outruns usable capacity by a third in 2025-Q4, until B200 arrives in 2026.",
            "columns": [
              {
                "id": "quarter",
                "title": "Quarter",
                "kind": "quarter"
              },
              {
                "id": "cpu_2s_eflop_per_s",
                "title": "CPU servers",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "v100_hgx_8_eflop_per_s",
                "title": "V100",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "a100_hgx_8_eflop_per_s",
                "title": "A100",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "h100_hgx_8_eflop_per_s",
                "title": "H100",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "own_inference_1_eflop_per_s",
                "title": "Own chip",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "b200_nvl72_eflop_per_s",
                "title": "B200",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "total_eflop_per_s",
                "title": "Total",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "demand_eflop_per_s",
                "title": "Demand",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "p10_to_p90_low_eflop_per_s",
                "title": "p10 to p90 low",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "p10_to_p90_high_eflop_per_s",
                "title": "p10 to p90 high",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "shortfall_eflop_per_s",
                "title": "Shortfall",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand", "sample-fleet"]
              },
              {
                "id": "events",
                "title": "Events",
                "kind": "text"
              }
            ],
            "rows": [
              ["2023-Q1", 6.0, 3.0, 9.5, -0.0, -0.0, -0.0, 18.5, 18.0, 18.0, 18.0, 0.0, null],
              ["2023-Q2", 6.0, 3.0, 12.0, -0.0, -0.0, -0.0, 21.0, 20.07, 19.89, 20.35, 0.0, null],
              ["2023-Q3", 6.0, 3.0, 12.0, -0.0, -0.0, -0.0, 21.0, 22.38, 21.98, 23.01, 1.379999999999999, null],
              ["2023-Q4", 6.0, 3.0, 12.0, 3.0, -0.0, -0.0, 24.0, 24.95, 24.28, 26.0, 0.9499999999999993, "Assistant launched"],
              ["2024-Q1", 6.0, 3.0, 12.0, 3.0, -0.0, -0.0, 24.0, 27.82, 26.82, 29.38, 3.8200000000000003, null],
              ["2024-Q2", 6.0, 3.0, 12.0, 8.0, -0.0, -0.0, 29.0, 31.02, 29.62, 33.19, 2.0199999999999996, null],
              ["2024-Q3", 6.0, 3.0, 12.0, 14.0, -0.0, -0.0, 35.0, 34.59, 32.72, 37.5, 0.0, null],
              ["2024-Q4", 6.0, 3.0, 12.0, 14.0, -0.0, -0.0, 35.0, 38.57, 36.14, 42.35, 3.5700000000000003, null],
              ["2025-Q1", 4.5, 3.0, 12.0, 19.0, -0.0, -0.0, 38.5, 43.0, 39.9, 47.82, 4.5, null],
              ["2025-Q2", 4.5, 0.0, 12.0, 19.0, -0.0, -0.0, 35.5, 47.95, 44.07, 53.99, 12.450000000000003, "B200 delay known"],
              ["2025-Q3", 4.5, 0.0, 12.0, 19.0, 4.0, -0.0, 39.5, 53.46, 48.65, 60.94, 13.96, null],
              ["2025-Q4", 4.5, 0.0, 12.0, 19.0, 4.0, -0.0, 39.5, 59.61, 53.71, 68.79, 20.11, null],
              ["2026-Q1", 4.5, 0.0, 12.0, 19.0, 9.0, 12.0, 56.5, 66.46, 59.28, 77.63, 9.959999999999994, null],
              ["2026-Q2", 4.5, 0.0, 12.0, 19.0, 9.0, 26.0, 70.5, 74.1, 65.43, 87.59, 3.5999999999999943, null],
              ["2026-Q3", 2.5, 0.0, 12.0, 19.0, 15.0, 26.0, 74.5, 82.63, 72.22, 98.83, 8.129999999999995, null],
              ["2026-Q4", 2.5, 0.0, 12.0, 19.0, 15.0, 48.0, 96.5, 92.13, 79.69, 111.48, 0.0, null],
              ["2027-Q1", 2.5, 0.0, 8.0, 19.0, 15.0, 48.0, 92.5, 102.72, 87.93, 125.73, 10.219999999999999, null],
              ["2027-Q2", 2.5, 0.0, 8.0, 19.0, 15.0, 74.0, 118.5, 114.54, 97.02, 141.8, 0.0, null],
              ["2027-Q3", 2.5, 0.0, 8.0, 19.0, 15.0, 94.0, 138.5, 127.71, 107.02, 159.89, 0.0, null],
              ["2027-Q4", 2.5, 0.0, 8.0, 19.0, 15.0, 94.0, 138.5, 142.4, 118.05, 180.28, 3.9000000000000057, null]
            ]
          }
        }
      ],
      "tables": []
    },
    {
      "id": "plan",
      "title": "Plan",
      "lead": "",
      "charts": [
        {
          "spec": {
            "schema_version": "1.0",
            "id": "timeline",
            "title": "Decisions and deliveries",
            "takeaway": "Two decisions fall in 2023-Q2: the H100 order and the permit for Madrid.",
            "question": "When must we decide?",
            "origin": "assumed",
            "sources": ["sample-sites", "sample-prices"],
            "annotations": [
              {
                "at": "2025-Q2",
                "text": "B200 delay known"
              }
            ],
            "chart": {
              "kind": "gantt",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "lanes": [
                {
                  "id": "madrid",
                  "name": "Madrid hall 2",
                  "group": "Sites",
                  "bars": [
                    {
                      "name": "Permit",
                      "colour": "part/permit",
                      "from_quarters": 1.0,
                      "to_quarters": 4.0
                    },
                    {
                      "name": "Build",
                      "colour": "part/build",
                      "from_quarters": 4.0,
                      "to_quarters": 10.5
                    },
                    {
                      "name": "Burn-in",
                      "colour": "part/burn-in",
                      "from_quarters": 10.5,
                      "to_quarters": 12.0
                    },
                    {
                      "name": "In service",
                      "colour": "part/in-service",
                      "from_quarters": 12.0,
                      "to_quarters": 20.0
                    }
                  ],
                  "milestones": [
                    {
                      "name": "decide",
                      "kind": "decide",
                      "at_quarters": 1.0
                    },
                    {
                      "name": "Madrid demand",
                      "kind": "need",
                      "at_quarters": 12.5
                    }
                  ]
                },
                {
                  "id": "temple",
                  "name": "Temple redesign",
                  "group": "Sites",
                  "bars": [
                    {
                      "name": "Paused",
                      "colour": "part/paused",
                      "from_quarters": 0.0,
                      "to_quarters": 2.0
                    },
                    {
                      "name": "Permit",
                      "colour": "part/permit",
                      "from_quarters": 2.0,
                      "to_quarters": 4.0
                    },
                    {
                      "name": "Build",
                      "colour": "part/build",
                      "from_quarters": 4.0,
                      "to_quarters": 9.0
                    },
                    {
                      "name": "In service",
                      "colour": "part/in-service",
                      "from_quarters": 9.0,
                      "to_quarters": 20.0
                    }
                  ],
                  "milestones": [
                    {
                      "name": "redesign for liquid",
                      "kind": "decide",
                      "at_quarters": 2.0
                    }
                  ]
                },
                {
                  "id": "odense",
                  "name": "Odense extension",
                  "group": "Sites",
                  "bars": [
                    {
                      "name": "Permit",
                      "colour": "part/permit",
                      "from_quarters": 0.0,
                      "to_quarters": 2.5
                    },
                    {
                      "name": "Cancelled",
                      "colour": "part/cancelled",
                      "from_quarters": 2.5,
                      "to_quarters": 3.0
                    }
                  ],
                  "milestones": [
                    {
                      "name": "cancelled",
                      "kind": "stop",
                      "at_quarters": 3.0
                    }
                  ]
                },
                {
                  "id": "h100",
                  "name": "5,120 × H100",
                  "group": "Purchases",
                  "bars": [
                    {
                      "name": "Order",
                      "colour": "part/order",
                      "from_quarters": 1.0,
                      "to_quarters": 3.0
                    },
                    {
                      "name": "Deliver",
                      "colour": "part/deliver",
                      "from_quarters": 3.0,
                      "to_quarters": 4.5
                    },
                    {
                      "name": "Burn-in",
                      "colour": "part/burn-in",
                      "from_quarters": 4.5,
                      "to_quarters": 5.0
                    },
                    {
                      "name": "In service",
                      "colour": "part/in-service",
                      "from_quarters": 5.0,
                      "to_quarters": 20.0
                    }
                  ],
                  "milestones": [
                    {
                      "name": "order",
                      "kind": "decide",
                      "at_quarters": 1.0
                    }
                  ]
                },
                {
                  "id": "b200",
                  "name": "18,432 × B200",
                  "group": "Purchases",
                  "bars": [
                    {
                      "name": "Order",
                      "colour": "part/order",
                      "from_quarters": 8.0,
                      "to_quarters": 11.0
                    },
                    {
                      "name": "Deliver",
                      "colour": "part/deliver",
                      "from_quarters": 11.0,
                      "to_quarters": 13.5
                    },
                    {
                      "name": "Burn-in",
                      "colour": "part/burn-in",
                      "from_quarters": 13.5,
                      "to_quarters": 14.0
                    },
                    {
                      "name": "In service",
                      "colour": "part/in-service",
                      "from_quarters": 14.0,
                      "to_quarters": 20.0
                    }
                  ],
                  "milestones": [
                    {
                      "name": "order",
                      "kind": "decide",
                      "at_quarters": 8.0
                    },
                    {
                      "name": "assistant peak",
                      "kind": "need",
                      "at_quarters": 13.0
                    }
                  ]
                },
                {
                  "id": "own",
                  "name": "Own chip 2",
                  "group": "Programmes",
                  "bars": [
                    {
                      "name": "Design",
                      "colour": "part/design",
                      "from_quarters": 0.0,
                      "to_quarters": 6.0
                    },
                    {
                      "name": "Deliver",
                      "colour": "part/deliver",
                      "from_quarters": 6.0,
                      "to_quarters": 10.0
                    },
                    {
                      "name": "In service",
                      "colour": "part/in-service",
                      "from_quarters": 10.0,
                      "to_quarters": 20.0
                    }
                  ],
                  "milestones": [
                    {
                      "name": "first silicon works",
                      "kind": "ready",
                      "at_quarters": 6.0
                    }
                  ]
                }
              ]
            }
          },
          "table": {
            "id": "timeline",
            "title": "Decisions and deliveries",
            "takeaway": "Two decisions fall in 2023-Q2: the H100 order and the permit for Madrid.",
            "columns": [
              {
                "id": "group",
                "title": "Group",
                "kind": "text"
              },
              {
                "id": "name",
                "title": "What",
                "kind": "text"
              },
              {
                "id": "stage",
                "title": "Stage",
                "kind": "text"
              },
              {
                "id": "from",
                "title": "From",
                "kind": "quarter"
              },
              {
                "id": "to",
                "title": "To",
                "kind": "quarter"
              },
              {
                "id": "duration_quarters",
                "title": "Duration",
                "unit": "quarters",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-sites", "sample-prices"]
              }
            ],
            "rows": [
              ["Sites", "Madrid hall 2", "Permit", "2023-Q2", "2023-Q4", 3.0],
              ["Sites", "Madrid hall 2", "Build", "2024-Q1", "2025-Q3", 6.5],
              ["Sites", "Madrid hall 2", "Burn-in", "2025-Q3", "2025-Q4", 1.5],
              ["Sites", "Madrid hall 2", "In service", "2026-Q1", "2027-Q4", 8.0],
              ["Sites", "Madrid hall 2", "decide (decide by)", "2023-Q2", null, null],
              ["Sites", "Madrid hall 2", "Madrid demand (needed by)", "2026-Q1", null, null],
              ["Sites", "Temple redesign", "Paused", "2023-Q1", "2023-Q2", 2.0],
              ["Sites", "Temple redesign", "Permit", "2023-Q3", "2023-Q4", 2.0],
              ["Sites", "Temple redesign", "Build", "2024-Q1", "2025-Q1", 5.0],
              ["Sites", "Temple redesign", "In service", "2025-Q2", "2027-Q4", 11.0],
              ["Sites", "Temple redesign", "redesign for liquid (decide by)", "2023-Q3", null, null],
              ["Sites", "Odense extension", "Permit", "2023-Q1", "2023-Q3", 2.5],
              ["Sites", "Odense extension", "Cancelled", "2023-Q3", "2023-Q3", 0.5],
              ["Sites", "Odense extension", "cancelled (stopped)", "2023-Q4", null, null],
              ["Purchases", "5,120 × H100", "Order", "2023-Q2", "2023-Q3", 2.0],
              ["Purchases", "5,120 × H100", "Deliver", "2023-Q4", "2024-Q1", 1.5],
              ["Purchases", "5,120 × H100", "Burn-in", "2024-Q1", "2024-Q1", 0.5],
              ["Purchases", "5,120 × H100", "In service", "2024-Q2", "2027-Q4", 15.0],
              ["Purchases", "5,120 × H100", "order (decide by)", "2023-Q2", null, null],
              ["Purchases", "18,432 × B200", "Order", "2025-Q1", "2025-Q3", 3.0],
              ["Purchases", "18,432 × B200", "Deliver", "2025-Q4", "2026-Q2", 2.5],
              ["Purchases", "18,432 × B200", "Burn-in", "2026-Q2", "2026-Q2", 0.5],
              ["Purchases", "18,432 × B200", "In service", "2026-Q3", "2027-Q4", 6.0],
              ["Purchases", "18,432 × B200", "order (decide by)", "2025-Q1", null, null],
              ["Purchases", "18,432 × B200", "assistant peak (needed by)", "2026-Q2", null, null],
              ["Programmes", "Own chip 2", "Design", "2023-Q1", "2024-Q2", 6.0],
              ["Programmes", "Own chip 2", "Deliver", "2024-Q3", "2025-Q2", 4.0],
              ["Programmes", "Own chip 2", "In service", "2025-Q3", "2027-Q4", 10.0],
              ["Programmes", "Own chip 2", "first silicon works (ready)", "2024-Q3", null, null]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "fleet",
            "title": "Fleet by platform",
            "takeaway": "CPU servers fall from three quarters of the fleet to two fifths.",
            "question": "What do we run on?",
            "origin": "assumed",
            "sources": ["sample-fleet"],
            "chart": {
              "kind": "stacked-area",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "y": {
                "title": "Servers in service",
                "unit": {
                  "suffix": "servers",
                  "prefix": "",
                  "symbol": "",
                  "name": "servers"
                },
                "scale": "linear"
              },
              "layers": [
                {
                  "id": "cpu-1s",
                  "name": "CPU 1 socket",
                  "colour": "technology/cpu-1s",
                  "values": [9000.0, 9000.0, 9000.0, 9000.0, 9000.0, 9000.0, 8200.0, 8200.0, 8200.0, 8200.0, 8200.0, 6700.0, 6700.0, 6700.0, 6700.0, 6700.0, 6700.0, 6700.0, 6700.0, 6700.0]
                },
                {
                  "id": "v100-hgx-8",
                  "name": "V100 HGX-8",
                  "colour": "technology/v100-hgx-8",
                  "values": [900.0, 900.0, 900.0, 900.0, 900.0, 900.0, 900.0, 900.0, 900.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
                },
                {
                  "id": "a100-hgx-8",
                  "name": "A100 HGX-8",
                  "colour": "technology/a100-hgx-8",
                  "values": [2400.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 3000.0, 2100.0, 2100.0, 2100.0, 2100.0]
                },
                {
                  "id": "h100-hgx-8",
                  "name": "H100 HGX-8",
                  "colour": "technology/h100-hgx-8",
                  "values": [-0.0, -0.0, -0.0, 400.0, 400.0, 1300.0, 1300.0, 1300.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0, 2700.0]
                },
                {
                  "id": "h200-hgx-8",
                  "name": "H200 HGX-8",
                  "colour": "technology/h200-hgx-8",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 500.0, 500.0, 800.0, 800.0, 800.0, 800.0, 800.0, 800.0, 800.0, 800.0, 800.0]
                },
                {
                  "id": "b200-nvl72",
                  "name": "B200 NVL72",
                  "colour": "technology/b200-nvl72",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 600.0, 600.0, 600.0, 1700.0, 1700.0, 1700.0, 2600.0, 2600.0]
                },
                {
                  "id": "mtia-v1",
                  "name": "Own chip 1",
                  "colour": "technology/mtia-v1",
                  "values": [-0.0, -0.0, -0.0, -0.0, 500.0, 500.0, 500.0, 500.0, 500.0, 500.0, 500.0, 500.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
                },
                {
                  "id": "mtia-v2",
                  "name": "Own chip 2",
                  "colour": "technology/mtia-v2",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 700.0, 700.0, 700.0, 700.0, 1900.0, 1900.0, 1900.0, 1900.0, 1900.0, 1900.0]
                },
                {
                  "id": "tpu-v5p",
                  "name": "TPU v5p, rented",
                  "colour": "technology/tpu-v5p",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0, 350.0]
                },
                {
                  "id": "mi300x-8",
                  "name": "MI300X-8",
                  "colour": "technology/mi300x-8",
                  "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0, 450.0]
                }
              ]
            }
          },
          "table": {
            "id": "fleet",
            "title": "Fleet by platform",
            "takeaway": "CPU servers fall from three quarters of the fleet to two fifths.",
            "columns": [
              {
                "id": "quarter",
                "title": "Quarter",
                "kind": "quarter"
              },
              {
                "id": "cpu_1s_servers",
                "title": "CPU 1 socket",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "v100_hgx_8_servers",
                "title": "V100 HGX-8",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "a100_hgx_8_servers",
                "title": "A100 HGX-8",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "h100_hgx_8_servers",
                "title": "H100 HGX-8",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "h200_hgx_8_servers",
                "title": "H200 HGX-8",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "b200_nvl72_servers",
                "title": "B200 NVL72",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "mtia_v1_servers",
                "title": "Own chip 1",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "mtia_v2_servers",
                "title": "Own chip 2",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "tpu_v5p_servers",
                "title": "TPU v5p, rented",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "mi300x_8_servers",
                "title": "MI300X-8",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              },
              {
                "id": "total_servers",
                "title": "Total",
                "unit": "servers",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-fleet"]
              }
            ],
            "rows": [
              ["2023-Q1", 9000.0, 900.0, 2400.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 12300.0],
              ["2023-Q2", 9000.0, 900.0, 3000.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 12900.0],
              ["2023-Q3", 9000.0, 900.0, 3000.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 12900.0],
              ["2023-Q4", 9000.0, 900.0, 3000.0, 400.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 13300.0],
              ["2024-Q1", 9000.0, 900.0, 3000.0, 400.0, -0.0, -0.0, 500.0, -0.0, -0.0, -0.0, 13800.0],
              ["2024-Q2", 9000.0, 900.0, 3000.0, 1300.0, -0.0, -0.0, 500.0, -0.0, -0.0, -0.0, 14700.0],
              ["2024-Q3", 8200.0, 900.0, 3000.0, 1300.0, -0.0, -0.0, 500.0, -0.0, -0.0, -0.0, 13900.0],
              ["2024-Q4", 8200.0, 900.0, 3000.0, 1300.0, -0.0, -0.0, 500.0, -0.0, 350.0, -0.0, 14250.0],
              ["2025-Q1", 8200.0, 900.0, 3000.0, 2700.0, -0.0, -0.0, 500.0, -0.0, 350.0, 450.0, 16100.0],
              ["2025-Q2", 8200.0, 0.0, 3000.0, 2700.0, 500.0, -0.0, 500.0, -0.0, 350.0, 450.0, 15700.0],
              ["2025-Q3", 8200.0, 0.0, 3000.0, 2700.0, 500.0, -0.0, 500.0, 700.0, 350.0, 450.0, 16400.0],
              ["2025-Q4", 6700.0, 0.0, 3000.0, 2700.0, 800.0, -0.0, 500.0, 700.0, 350.0, 450.0, 15200.0],
              ["2026-Q1", 6700.0, 0.0, 3000.0, 2700.0, 800.0, 600.0, 0.0, 700.0, 350.0, 450.0, 15300.0],
              ["2026-Q2", 6700.0, 0.0, 3000.0, 2700.0, 800.0, 600.0, 0.0, 700.0, 350.0, 450.0, 15300.0],
              ["2026-Q3", 6700.0, 0.0, 3000.0, 2700.0, 800.0, 600.0, 0.0, 1900.0, 350.0, 450.0, 16500.0],
              ["2026-Q4", 6700.0, 0.0, 3000.0, 2700.0, 800.0, 1700.0, 0.0, 1900.0, 350.0, 450.0, 17600.0],
              ["2027-Q1", 6700.0, 0.0, 2100.0, 2700.0, 800.0, 1700.0, 0.0, 1900.0, 350.0, 450.0, 16700.0],
              ["2027-Q2", 6700.0, 0.0, 2100.0, 2700.0, 800.0, 1700.0, 0.0, 1900.0, 350.0, 450.0, 16700.0],
              ["2027-Q3", 6700.0, 0.0, 2100.0, 2700.0, 800.0, 2600.0, 0.0, 1900.0, 350.0, 450.0, 17600.0],
              ["2027-Q4", 6700.0, 0.0, 2100.0, 2700.0, 800.0, 2600.0, 0.0, 1900.0, 350.0, 450.0, 17600.0]
            ]
          }
        }
      ],
      "tables": [
        {
          "id": "purchases",
          "title": "Purchases",
          "takeaway": "Three of four orders make up 94 % of the devices.",
          "columns": [
            {
              "id": "order_by",
              "title": "Order by",
              "kind": "quarter"
            },
            {
              "id": "in_service",
              "title": "In service",
              "kind": "quarter"
            },
            {
              "id": "what",
              "title": "What",
              "kind": "text"
            },
            {
              "id": "site",
              "title": "Site",
              "kind": "text"
            },
            {
              "id": "devices",
              "title": "Devices",
              "kind": "integer"
            },
            {
              "id": "it_load_mw",
              "title": "IT load",
              "unit": "MW",
              "kind": "number"
            },
            {
              "id": "capex_musd",
              "title": "Capex",
              "unit": "million USD",
              "kind": "number",
              "origin": "assumed",
              "sources": ["sample-prices"]
            },
            {
              "id": "why",
              "title": "Why",
              "kind": "text"
            }
          ],
          "rows": [
            ["2023-Q2", "2024-Q2", "H100 HGX-8", "Ashburn", 5120, 7.2, 186.4, "assistant serving from 2024-Q2"],
            ["2024-Q1", "2024-Q4", "H100 HGX-8", "Madrid", 2048, 2.9, 71.0, "European traffic within 150 ms"],
            ["2025-Q1", "2026-Q3", "B200 NVL72", "Temple", 18432, 31.5, 921.6, "foundation model of 2026"],
            ["2025-Q4", "2026-Q4", "Own chip 2", "Prineville", 8192, 3.4, 82.0, "feed ranking at a third of the power"]
          ]
        }
      ]
    },
    {
      "id": "money",
      "title": "Money",
      "lead": "",
      "charts": [
        {
          "spec": {
            "schema_version": "1.0",
            "id": "capex",
            "title": "Capital spending by quarter and class",
            "takeaway": "Spending peaks at $1.1 bn in 2026-Q4, 27 % over the budget of that quarter.",
            "question": "When is cash needed?",
            "note": "Cash falls due before machines are in service; nominal dollars.",
            "origin": "assumed",
            "sources": ["sample-prices"],
            "chart": {
              "kind": "bars",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "y": {
                "title": "Capital spending, nominal",
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
                  "values": [210.0, 232.0, 254.0, 276.0, 298.0, 320.0, 342.0, 364.0, 386.0, 408.0, 430.0, 692.0, 714.0, 736.0, 758.0, 780.0, 562.0, 584.0, 606.0, 628.0]
                },
                {
                  "id": "network",
                  "name": "Network",
                  "colour": "class/network",
                  "values": [28.0, 33.5, 39.0, 44.5, 50.0, 55.5, 61.0, 66.5, 72.0, 77.5, 83.0, 158.5, 164.0, 169.5, 175.0, 180.5, 116.0, 121.5, 127.0, 132.5]
                },
                {
                  "id": "building",
                  "name": "Buildings",
                  "colour": "class/building",
                  "values": [60.0, 62.0, 64.0, 66.0, 68.0, 70.0, 162.0, 164.0, 166.0, 168.0, 170.0, 82.0, 84.0, 86.0, 88.0, 90.0, 92.0, 94.0, 96.0, 98.0]
                },
                {
                  "id": "power",
                  "name": "Power and cooling",
                  "colour": "class/power",
                  "values": [35.0, 38.0, 41.0, 44.0, 47.0, 50.0, 53.0, 116.0, 119.0, 122.0, 125.0, 128.0, 71.0, 74.0, 77.0, 80.0, 83.0, 86.0, 89.0, 92.0]
                },
                {
                  "id": "programme",
                  "name": "Own chip",
                  "colour": "class/programme",
                  "values": [22.0, 21.5, 21.0, 32.5, 32.0, 31.5, 31.0, 30.5, 18.0, 17.5, 17.0, 16.5, 16.0, 15.5, 15.0, 14.5, 14.0, 13.5, 13.0, 12.5]
                }
              ],
              "cumulative": {
                "id": "cumulative",
                "name": "Cumulative",
                "colour": "role/cumulative",
                "values": [355.0, 742.0, 1161.0, 1624.0, 2119.0, 2646.0, 3295.0, 4036.0, 4797.0, 5590.0, 6415.0, 7492.0, 8541.0, 9622.0, 10735.0, 11880.0, 12747.0, 13646.0, 14577.0, 15540.0]
              },
              "limit": {
                "id": "limit",
                "name": "Budget",
                "colour": "role/limit",
                "values": [420.0, 420.0, 420.0, 420.0, 420.0, 420.0, 600.0, 600.0, 600.0, 600.0, 900.0, 900.0, 900.0, 900.0, 900.0, 900.0, 1000.0, 1000.0, 1000.0, 1000.0]
              },
              "marks": {
                "id": "marks",
                "name": "Published",
                "colour": "role/chosen",
                "values": [370.0, 403.0, 436.0, 469.0, 502.0, 535.0, 568.0, 601.0, 634.0, null, null, null, null, null, null, null, null, null, null, null]
              }
            }
          },
          "table": {
            "id": "capex",
            "title": "Capital spending by quarter and class",
            "takeaway": "Spending peaks at $1.1 bn in 2026-Q4, 27 % over the budget of that quarter.",
            "columns": [
              {
                "id": "quarter",
                "title": "Quarter",
                "kind": "quarter"
              },
              {
                "id": "machines_musd",
                "title": "Machines",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "network_musd",
                "title": "Network",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "building_musd",
                "title": "Buildings",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "power_musd",
                "title": "Power and cooling",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "programme_musd",
                "title": "Own chip",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "total_musd",
                "title": "Total",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "cumulative_musd",
                "title": "Cumulative",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "limit_musd",
                "title": "Budget",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              },
              {
                "id": "marks_musd",
                "title": "Published",
                "unit": "million USD",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-prices"]
              }
            ],
            "rows": [
              ["2023-Q1", 210.0, 28.0, 60.0, 35.0, 22.0, 355.0, 355.0, 420.0, 370.0],
              ["2023-Q2", 232.0, 33.5, 62.0, 38.0, 21.5, 387.0, 742.0, 420.0, 403.0],
              ["2023-Q3", 254.0, 39.0, 64.0, 41.0, 21.0, 419.0, 1161.0, 420.0, 436.0],
              ["2023-Q4", 276.0, 44.5, 66.0, 44.0, 32.5, 463.0, 1624.0, 420.0, 469.0],
              ["2024-Q1", 298.0, 50.0, 68.0, 47.0, 32.0, 495.0, 2119.0, 420.0, 502.0],
              ["2024-Q2", 320.0, 55.5, 70.0, 50.0, 31.5, 527.0, 2646.0, 420.0, 535.0],
              ["2024-Q3", 342.0, 61.0, 162.0, 53.0, 31.0, 649.0, 3295.0, 600.0, 568.0],
              ["2024-Q4", 364.0, 66.5, 164.0, 116.0, 30.5, 741.0, 4036.0, 600.0, 601.0],
              ["2025-Q1", 386.0, 72.0, 166.0, 119.0, 18.0, 761.0, 4797.0, 600.0, 634.0],
              ["2025-Q2", 408.0, 77.5, 168.0, 122.0, 17.5, 793.0, 5590.0, 600.0, null],
              ["2025-Q3", 430.0, 83.0, 170.0, 125.0, 17.0, 825.0, 6415.0, 900.0, null],
              ["2025-Q4", 692.0, 158.5, 82.0, 128.0, 16.5, 1077.0, 7492.0, 900.0, null],
              ["2026-Q1", 714.0, 164.0, 84.0, 71.0, 16.0, 1049.0, 8541.0, 900.0, null],
              ["2026-Q2", 736.0, 169.5, 86.0, 74.0, 15.5, 1081.0, 9622.0, 900.0, null],
              ["2026-Q3", 758.0, 175.0, 88.0, 77.0, 15.0, 1113.0, 10735.0, 900.0, null],
              ["2026-Q4", 780.0, 180.5, 90.0, 80.0, 14.5, 1145.0, 11880.0, 900.0, null],
              ["2027-Q1", 562.0, 116.0, 92.0, 83.0, 14.0, 867.0, 12747.0, 1000.0, null],
              ["2027-Q2", 584.0, 121.5, 94.0, 86.0, 13.5, 899.0, 13646.0, 1000.0, null],
              ["2027-Q3", 606.0, 127.0, 96.0, 89.0, 13.0, 931.0, 14577.0, 1000.0, null],
              ["2027-Q4", 628.0, 132.5, 98.0, 92.0, 12.5, 963.0, 15540.0, 1000.0, null]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "bridge",
            "title": "From what happened to the best plan",
            "takeaway": "The best plan costs $1.2 bn less, nearly all of it demand that is served.",
            "question": "Why does the cost differ?",
            "note": "Changes are made in the order shown; another order gives other steps, the same sum.",
            "origin": "analytical",
            "chart": {
              "kind": "bridge",
              "y": {
                "title": "Cost, present value 2023",
                "unit": {
                  "suffix": "musd",
                  "prefix": "$",
                  "symbol": "M",
                  "name": "million USD"
                },
                "scale": "linear"
              },
              "steps": [
                {
                  "id": "start",
                  "name": "As it happened",
                  "kind": "total",
                  "colour": "role/total",
                  "value": 8240.0
                },
                {
                  "id": "late",
                  "name": "Late start of Temple",
                  "kind": "change",
                  "colour": "role/decrease",
                  "value": -310.0
                },
                {
                  "id": "chip",
                  "name": "Own chip stopped in 2023",
                  "kind": "change",
                  "colour": "role/decrease",
                  "value": -185.5
                },
                {
                  "id": "h100",
                  "name": "More H100 in 2023",
                  "kind": "change",
                  "colour": "role/increase",
                  "value": 640.0
                },
                {
                  "id": "energy",
                  "name": "Energy",
                  "kind": "change",
                  "colour": "role/decrease",
                  "value": -92.0
                },
                {
                  "id": "liquid",
                  "name": "Liquid cooling",
                  "kind": "change",
                  "colour": "role/increase",
                  "value": 155.0
                },
                {
                  "id": "unserved",
                  "name": "Less demand unserved",
                  "kind": "change",
                  "colour": "role/decrease",
                  "value": -1410.0
                },
                {
                  "id": "end",
                  "name": "Best plan",
                  "kind": "total",
                  "colour": "role/total",
                  "value": 7037.5
                }
              ]
            }
          },
          "table": {
            "id": "bridge",
            "title": "From what happened to the best plan",
            "takeaway": "The best plan costs $1.2 bn less, nearly all of it demand that is served.",
            "columns": [
              {
                "id": "step",
                "title": "Step",
                "kind": "text"
              },
              {
                "id": "change_musd",
                "title": "Change",
                "unit": "million USD",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "running_total_musd",
                "title": "Running total",
                "unit": "million USD",
                "kind": "number",
                "origin": "analytical"
              }
            ],
            "rows": [
              ["As it happened", null, 8240.0],
              ["Late start of Temple", -310.0, 7930.0],
              ["Own chip stopped in 2023", -185.5, 7744.5],
              ["More H100 in 2023", 640.0, 8384.5],
              ["Energy", -92.0, 8292.5],
              ["Liquid cooling", 155.0, 8447.5],
              ["Less demand unserved", -1410.0, 7037.5],
              ["Best plan", null, 7037.5]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "two-plans",
            "title": "Spending in two plans",
            "takeaway": "The best plan spends earlier and $1.1 bn less.",
            "question": "What would have been better?",
            "origin": "assumed",
            "chart": {
              "kind": "bars",
              "x": {
                "type": "texts",
                "title": "Year",
                "values": ["2023", "2024", "2025", "2026", "2027"]
              },
              "y": {
                "title": "Capital spending",
                "unit": {
                  "suffix": "busd",
                  "prefix": "$",
                  "symbol": "bn",
                  "name": "billion USD"
                },
                "scale": "linear"
              },
              "layout": "stacked",
              "series": [
                {
                  "id": "As it happened machines",
                  "name": "Machines",
                  "colour": "class/machines",
                  "group": "As it happened",
                  "values": [0.9, 1.3, 1.9, 2.8, 3.1]
                },
                {
                  "id": "As it happened network",
                  "name": "Network",
                  "colour": "class/network",
                  "group": "As it happened",
                  "values": [0.1, 0.2, 0.3, 0.6, 0.7]
                },
                {
                  "id": "Best plan machines",
                  "name": "Machines",
                  "colour": "class/machines",
                  "group": "Best plan",
                  "values": [1.1, 1.7, 1.8, 2.1, 2.4]
                },
                {
                  "id": "Best plan network",
                  "name": "Network",
                  "colour": "class/network",
                  "group": "Best plan",
                  "values": [0.2, 0.3, 0.3, 0.4, 0.5]
                }
              ]
            }
          },
          "table": {
            "id": "two-plans",
            "title": "Spending in two plans",
            "takeaway": "The best plan spends earlier and $1.1 bn less.",
            "columns": [
              {
                "id": "year",
                "title": "Year",
                "kind": "text"
              },
              {
                "id": "as_it_happened_machines_busd",
                "title": "Machines",
                "unit": "billion USD",
                "kind": "number",
                "origin": "assumed"
              },
              {
                "id": "as_it_happened_network_busd",
                "title": "Network",
                "unit": "billion USD",
                "kind": "number",
                "origin": "assumed"
              },
              {
                "id": "best_plan_machines_busd",
                "title": "Machines",
                "unit": "billion USD",
                "kind": "number",
                "origin": "assumed"
              },
              {
                "id": "best_plan_network_busd",
                "title": "Network",
                "unit": "billion USD",
                "kind": "number",
                "origin": "assumed"
              }
            ],
            "rows": [
              ["2023", 0.9, 0.1, 1.1, 0.2],
              ["2024", 1.3, 0.2, 1.7, 0.3],
              ["2025", 1.9, 0.3, 1.8, 0.3],
              ["2026", 2.8, 0.6, 2.1, 0.4],
              ["2027", 3.1, 0.7, 2.4, 0.5]
            ]
          }
        }
      ],
      "tables": []
    },
    {
      "id": "sites",
      "title": "Sites",
      "lead": "",
      "charts": [
        {
          "spec": {
            "schema_version": "1.0",
            "id": "power",
            "title": "Power against envelope, by site",
            "takeaway": "Singapore passes its limit in 2027; Dublin reaches 94 % of 40 MW.",
            "question": "Does it fit?",
            "note": "Hourly peak within the quarter, not the mean.",
            "origin": "analytical",
            "sources": ["sample-sites"],
            "annotations": [
              {
                "at": "2025-Q2",
                "text": "B200 delay known"
              }
            ],
            "chart": {
              "kind": "stepped-lines",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "y": {
                "title": "Peak power",
                "unit": {
                  "suffix": "mw",
                  "prefix": "",
                  "symbol": "MW",
                  "name": "MW"
                },
                "scale": "linear"
              },
              "panels": [
                {
                  "id": "ashburn",
                  "title": "Ashburn",
                  "remark": "90 % in 2027-Q4",
                  "loads": [
                    {
                      "id": "it",
                      "name": "IT load",
                      "colour": "role/load",
                      "values": [35.0, 36.57, 38.22, 39.94, 41.74, 43.62, 45.58, 47.63, 49.77, 52.01, 54.35, 56.8, 59.36, 62.03, 64.82, 67.73, 70.78, 73.97, 77.3, 80.78]
                    },
                    {
                      "id": "facility",
                      "name": "Facility load",
                      "colour": "role/load-total",
                      "values": [39.55, 41.32, 43.19, 45.13, 47.17, 49.29, 51.51, 53.82, 56.24, 58.77, 61.42, 64.18, 67.08, 70.09, 73.25, 76.53, 79.98, 83.59, 87.35, 91.28]
                    }
                  ],
                  "limits": [
                    {
                      "series": {
                        "id": "energised",
                        "name": "Energised",
                        "colour": "role/limit",
                        "values": [60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0]
                      },
                      "mark": "firm"
                    },
                    {
                      "series": {
                        "id": "derated",
                        "name": "N+1 derate",
                        "colour": "role/limit",
                        "values": [55.2, 55.2, 55.2, 55.2, 55.2, 55.2, 55.2, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8, 82.8]
                      },
                      "mark": "derated"
                    },
                    {
                      "series": {
                        "id": "contracted",
                        "name": "Contracted",
                        "colour": "role/limit",
                        "values": [75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5, 112.5]
                      },
                      "mark": "promised"
                    }
                  ]
                },
                {
                  "id": "dublin",
                  "title": "Dublin",
                  "remark": "94 % in 2027-Q4",
                  "loads": [
                    {
                      "id": "it",
                      "name": "IT load",
                      "colour": "role/load",
                      "values": [16.3, 17.03, 17.8, 18.6, 19.44, 20.31, 21.23, 22.18, 23.18, 24.22, 25.31, 26.45, 27.64, 28.89, 30.19, 31.55, 32.96, 34.45, 36.0, 37.62]
                    },
                    {
                      "id": "facility",
                      "name": "Facility load",
                      "colour": "role/load-total",
                      "values": [18.42, 19.24, 20.11, 21.02, 21.97, 22.95, 23.99, 25.06, 26.19, 27.37, 28.6, 29.89, 31.23, 32.65, 34.11, 35.65, 37.24, 38.93, 40.68, 42.51]
                    }
                  ],
                  "limits": [
                    {
                      "series": {
                        "id": "energised",
                        "name": "Energised",
                        "colour": "role/limit",
                        "values": [40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0]
                      },
                      "mark": "firm"
                    },
                    {
                      "series": {
                        "id": "derated",
                        "name": "N+1 derate",
                        "colour": "role/limit",
                        "values": [36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8, 36.8]
                      },
                      "mark": "derated"
                    },
                    {
                      "series": {
                        "id": "contracted",
                        "name": "Contracted",
                        "colour": "role/limit",
                        "values": [50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0]
                      },
                      "mark": "promised"
                    }
                  ]
                },
                {
                  "id": "madrid",
                  "title": "Madrid",
                  "remark": "64 % in 2027-Q4",
                  "loads": [
                    {
                      "id": "it",
                      "name": "IT load",
                      "colour": "role/load",
                      "values": [0.0, 0.0, 0.0, 0.0, 4.89, 5.53, 6.25, 7.06, 7.98, 9.01, 10.18, 11.51, 13.0, 14.69, 16.6, 18.76, 21.2, 23.96, 27.07, 30.59]
                    },
                    {
                      "id": "facility",
                      "name": "Facility load",
                      "colour": "role/load-total",
                      "values": [0.0, 0.0, 0.0, 0.0, 5.53, 6.25, 7.06, 7.98, 9.02, 10.18, 11.5, 13.01, 14.69, 16.6, 18.76, 21.2, 23.96, 27.07, 30.59, 34.57]
                    }
                  ],
                  "limits": [
                    {
                      "series": {
                        "id": "energised",
                        "name": "Energised",
                        "colour": "role/limit",
                        "values": [-0.0, -0.0, -0.0, -0.0, 24.0, 24.0, 24.0, 24.0, 24.0, 24.0, 24.0, 24.0, 48.0, 48.0, 48.0, 48.0, 48.0, 48.0, 48.0, 48.0]
                      },
                      "mark": "firm"
                    },
                    {
                      "series": {
                        "id": "derated",
                        "name": "N+1 derate",
                        "colour": "role/limit",
                        "values": [-0.0, -0.0, -0.0, -0.0, 22.08, 22.08, 22.08, 22.08, 22.08, 22.08, 22.08, 22.08, 44.16, 44.16, 44.16, 44.16, 44.16, 44.16, 44.16, 44.16]
                      },
                      "mark": "derated"
                    },
                    {
                      "series": {
                        "id": "contracted",
                        "name": "Contracted",
                        "colour": "role/limit",
                        "values": [30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0]
                      },
                      "mark": "promised"
                    }
                  ]
                },
                {
                  "id": "prineville",
                  "title": "Prineville",
                  "remark": "74 % in 2027-Q4",
                  "loads": [
                    {
                      "id": "it",
                      "name": "IT load",
                      "colour": "role/load",
                      "values": [71.0, 71.85, 72.71, 73.59, 74.47, 75.36, 76.27, 77.18, 78.11, 79.05, 80.0, 80.96, 81.93, 82.91, 83.9, 84.91, 85.93, 86.96, 88.01, 89.06]
                    },
                    {
                      "id": "facility",
                      "name": "Facility load",
                      "colour": "role/load-total",
                      "values": [80.23, 81.19, 82.16, 83.16, 84.15, 85.16, 86.19, 87.21, 88.26, 89.33, 90.4, 91.48, 92.58, 93.69, 94.81, 95.95, 97.1, 98.26, 99.45, 100.64]
                    }
                  ],
                  "limits": [
                    {
                      "series": {
                        "id": "energised",
                        "name": "Energised",
                        "colour": "role/limit",
                        "values": [120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0]
                      },
                      "mark": "firm"
                    },
                    {
                      "series": {
                        "id": "derated",
                        "name": "N+1 derate",
                        "colour": "role/limit",
                        "values": [110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4, 110.4]
                      },
                      "mark": "derated"
                    },
                    {
                      "series": {
                        "id": "contracted",
                        "name": "Contracted",
                        "colour": "role/limit",
                        "values": [150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0]
                      },
                      "mark": "promised"
                    }
                  ]
                },
                {
                  "id": "singapore",
                  "title": "Singapore",
                  "remark": "over its limit from 2027-Q2",
                  "loads": [
                    {
                      "id": "it",
                      "name": "IT load",
                      "colour": "role/load",
                      "values": [11.5, 11.73, 11.96, 12.2, 12.45, 12.7, 12.95, 13.21, 13.47, 13.74, 14.02, 14.3, 14.58, 14.88, 15.17, 15.48, 15.79, 16.1, 16.42, 16.75]
                    },
                    {
                      "id": "facility",
                      "name": "Facility load",
                      "colour": "role/load-total",
                      "values": [13.0, 13.25, 13.51, 13.79, 14.07, 14.35, 14.63, 14.93, 15.22, 15.53, 15.84, 16.16, 16.48, 16.81, 17.14, 17.49, 17.84, 18.19, 18.55, 18.93]
                    }
                  ],
                  "limits": [
                    {
                      "series": {
                        "id": "energised",
                        "name": "Energised",
                        "colour": "role/limit",
                        "values": [16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0, 16.0]
                      },
                      "mark": "firm"
                    },
                    {
                      "series": {
                        "id": "derated",
                        "name": "N+1 derate",
                        "colour": "role/limit",
                        "values": [14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72, 14.72]
                      },
                      "mark": "derated"
                    },
                    {
                      "series": {
                        "id": "contracted",
                        "name": "Contracted",
                        "colour": "role/limit",
                        "values": [20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0]
                      },
                      "mark": "promised"
                    }
                  ]
                },
                {
                  "id": "temple",
                  "title": "Temple",
                  "remark": "63 % in 2027-Q4",
                  "loads": [
                    {
                      "id": "it",
                      "name": "IT load",
                      "colour": "role/load",
                      "values": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 8.59, 10.92, 13.86, 17.61, 22.36, 28.4, 36.06, 45.8, 58.17, 73.87, 93.81]
                    },
                    {
                      "id": "facility",
                      "name": "Facility load",
                      "colour": "role/load-total",
                      "values": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.71, 12.34, 15.66, 19.9, 25.27, 32.09, 40.75, 51.75, 65.73, 83.47, 106.01]
                    }
                  ],
                  "limits": [
                    {
                      "series": {
                        "id": "energised",
                        "name": "Energised",
                        "colour": "role/limit",
                        "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 50.0, 50.0, 50.0, 50.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0, 150.0]
                      },
                      "mark": "firm"
                    },
                    {
                      "series": {
                        "id": "derated",
                        "name": "N+1 derate",
                        "colour": "role/limit",
                        "values": [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 46.0, 46.0, 46.0, 46.0, 138.0, 138.0, 138.0, 138.0, 138.0, 138.0, 138.0]
                      },
                      "mark": "derated"
                    },
                    {
                      "series": {
                        "id": "contracted",
                        "name": "Contracted",
                        "colour": "role/limit",
                        "values": [62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 62.5, 187.5, 187.5, 187.5, 187.5, 187.5, 187.5, 187.5]
                      },
                      "mark": "promised"
                    }
                  ]
                }
              ]
            }
          },
          "table": {
            "id": "power",
            "title": "Power against envelope, by site",
            "takeaway": "Singapore passes its limit in 2027; Dublin reaches 94 % of 40 MW.",
            "columns": [
              {
                "id": "panel",
                "title": "Panel",
                "kind": "text"
              },
              {
                "id": "quarter",
                "title": "Quarter",
                "kind": "quarter"
              },
              {
                "id": "measure",
                "title": "Measure",
                "kind": "text"
              },
              {
                "id": "value_mw",
                "title": "Peak power",
                "unit": "MW",
                "kind": "number",
                "origin": "analytical",
                "sources": ["sample-sites"]
              }
            ],
            "rows": [
              ["Ashburn", "2023-Q1", "IT load", 35.0],
              ["Ashburn", "2023-Q2", "IT load", 36.57],
              ["Ashburn", "2023-Q3", "IT load", 38.22],
              ["Ashburn", "2023-Q4", "IT load", 39.94],
              ["Ashburn", "2024-Q1", "IT load", 41.74],
              ["Ashburn", "2024-Q2", "IT load", 43.62],
              ["Ashburn", "2024-Q3", "IT load", 45.58],
              ["Ashburn", "2024-Q4", "IT load", 47.63],
              ["Ashburn", "2025-Q1", "IT load", 49.77],
              ["Ashburn", "2025-Q2", "IT load", 52.01],
              ["Ashburn", "2025-Q3", "IT load", 54.35],
              ["Ashburn", "2025-Q4", "IT load", 56.8],
              ["Ashburn", "2026-Q1", "IT load", 59.36],
              ["Ashburn", "2026-Q2", "IT load", 62.03],
              ["Ashburn", "2026-Q3", "IT load", 64.82],
              ["Ashburn", "2026-Q4", "IT load", 67.73],
              ["Ashburn", "2027-Q1", "IT load", 70.78],
              ["Ashburn", "2027-Q2", "IT load", 73.97],
              ["Ashburn", "2027-Q3", "IT load", 77.3],
              ["Ashburn", "2027-Q4", "IT load", 80.78],
              ["Ashburn", "2023-Q1", "Facility load", 39.55],
              ["Ashburn", "2023-Q2", "Facility load", 41.32],
              ["Ashburn", "2023-Q3", "Facility load", 43.19],
              ["Ashburn", "2023-Q4", "Facility load", 45.13],
              ["Ashburn", "2024-Q1", "Facility load", 47.17],
              ["Ashburn", "2024-Q2", "Facility load", 49.29],
              ["Ashburn", "2024-Q3", "Facility load", 51.51],
              ["Ashburn", "2024-Q4", "Facility load", 53.82],
              ["Ashburn", "2025-Q1", "Facility load", 56.24],
              ["Ashburn", "2025-Q2", "Facility load", 58.77],
              ["Ashburn", "2025-Q3", "Facility load", 61.42],
              ["Ashburn", "2025-Q4", "Facility load", 64.18],
              ["Ashburn", "2026-Q1", "Facility load", 67.08],
              ["Ashburn", "2026-Q2", "Facility load", 70.09],
              ["Ashburn", "2026-Q3", "Facility load", 73.25],
              ["Ashburn", "2026-Q4", "Facility load", 76.53],
              ["Ashburn", "2027-Q1", "Facility load", 79.98],
              ["Ashburn", "2027-Q2", "Facility load", 83.59],
              ["Ashburn", "2027-Q3", "Facility load", 87.35],
              ["Ashburn", "2027-Q4", "Facility load", 91.28],
              ["Ashburn", "2023-Q1", "Energised", 60.0],
              ["Ashburn", "2023-Q2", "Energised", 60.0],
              ["Ashburn", "2023-Q3", "Energised", 60.0],
              ["Ashburn", "2023-Q4", "Energised", 60.0],
              ["Ashburn", "2024-Q1", "Energised", 60.0],
              ["Ashburn", "2024-Q2", "Energised", 60.0],
              ["Ashburn", "2024-Q3", "Energised", 60.0],
              ["Ashburn", "2024-Q4", "Energised", 90.0],
              ["Ashburn", "2025-Q1", "Energised", 90.0],
              ["Ashburn", "2025-Q2", "Energised", 90.0],
              ["Ashburn", "2025-Q3", "Energised", 90.0],
              ["Ashburn", "2025-Q4", "Energised", 90.0],
              ["Ashburn", "2026-Q1", "Energised", 90.0],
              ["Ashburn", "2026-Q2", "Energised", 90.0],
              ["Ashburn", "2026-Q3", "Energised", 90.0],
              ["Ashburn", "2026-Q4", "Energised", 90.0],
              ["Ashburn", "2027-Q1", "Energised", 90.0],
              ["Ashburn", "2027-Q2", "Energised", 90.0],
              ["Ashburn", "2027-Q3", "Energised", 90.0],
              ["Ashburn", "2027-Q4", "Energised", 90.0],
              ["Ashburn", "2023-Q1", "N+1 derate", 55.2],
              ["Ashburn", "2023-Q2", "N+1 derate", 55.2],
              ["Ashburn", "2023-Q3", "N+1 derate", 55.2],
              ["Ashburn", "2023-Q4", "N+1 derate", 55.2],
              ["Ashburn", "2024-Q1", "N+1 derate", 55.2],
              ["Ashburn", "2024-Q2", "N+1 derate", 55.2],
              ["Ashburn", "2024-Q3", "N+1 derate", 55.2],
              ["Ashburn", "2024-Q4", "N+1 derate", 82.8],
              ["Ashburn", "2025-Q1", "N+1 derate", 82.8],
              ["Ashburn", "2025-Q2", "N+1 derate", 82.8],
              ["Ashburn", "2025-Q3", "N+1 derate", 82.8],
              ["Ashburn", "2025-Q4", "N+1 derate", 82.8],
              ["Ashburn", "2026-Q1", "N+1 derate", 82.8],
              ["Ashburn", "2026-Q2", "N+1 derate", 82.8],
              ["Ashburn", "2026-Q3", "N+1 derate", 82.8],
              ["Ashburn", "2026-Q4", "N+1 derate", 82.8],
              ["Ashburn", "2027-Q1", "N+1 derate", 82.8],
              ["Ashburn", "2027-Q2", "N+1 derate", 82.8],
              ["Ashburn", "2027-Q3", "N+1 derate", 82.8],
              ["Ashburn", "2027-Q4", "N+1 derate", 82.8],
              ["Ashburn", "2023-Q1", "Contracted", 75.0],
              ["Ashburn", "2023-Q2", "Contracted", 75.0],
              ["Ashburn", "2023-Q3", "Contracted", 75.0],
              ["Ashburn", "2023-Q4", "Contracted", 75.0],
              ["Ashburn", "2024-Q1", "Contracted", 75.0],
              ["Ashburn", "2024-Q2", "Contracted", 75.0],
              ["Ashburn", "2024-Q3", "Contracted", 75.0],
              ["Ashburn", "2024-Q4", "Contracted", 112.5],
              ["Ashburn", "2025-Q1", "Contracted", 112.5],
              ["Ashburn", "2025-Q2", "Contracted", 112.5],
              ["Ashburn", "2025-Q3", "Contracted", 112.5],
              ["Ashburn", "2025-Q4", "Contracted", 112.5],
              ["Ashburn", "2026-Q1", "Contracted", 112.5],
              ["Ashburn", "2026-Q2", "Contracted", 112.5],
              ["Ashburn", "2026-Q3", "Contracted", 112.5],
              ["Ashburn", "2026-Q4", "Contracted", 112.5],
              ["Ashburn", "2027-Q1", "Contracted", 112.5],
              ["Ashburn", "2027-Q2", "Contracted", 112.5],
              ["Ashburn", "2027-Q3", "Contracted", 112.5],
              ["Ashburn", "2027-Q4", "Contracted", 112.5],
              ["Dublin", "2023-Q1", "IT load", 16.3],
              ["Dublin", "2023-Q2", "IT load", 17.03],
              ["Dublin", "2023-Q3", "IT load", 17.8],
              ["Dublin", "2023-Q4", "IT load", 18.6],
              ["Dublin", "2024-Q1", "IT load", 19.44],
              ["Dublin", "2024-Q2", "IT load", 20.31],
              ["Dublin", "2024-Q3", "IT load", 21.23],
              ["Dublin", "2024-Q4", "IT load", 22.18],
              ["Dublin", "2025-Q1", "IT load", 23.18],
              ["Dublin", "2025-Q2", "IT load", 24.22],
              ["Dublin", "2025-Q3", "IT load", 25.31],
              ["Dublin", "2025-Q4", "IT load", 26.45],
              ["Dublin", "2026-Q1", "IT load", 27.64],
              ["Dublin", "2026-Q2", "IT load", 28.89],
              ["Dublin", "2026-Q3", "IT load", 30.19],
              ["Dublin", "2026-Q4", "IT load", 31.55],
              ["Dublin", "2027-Q1", "IT load", 32.96],
              ["Dublin", "2027-Q2", "IT load", 34.45],
              ["Dublin", "2027-Q3", "IT load", 36.0],
              ["Dublin", "2027-Q4", "IT load", 37.62],
              ["Dublin", "2023-Q1", "Facility load", 18.42],
              ["Dublin", "2023-Q2", "Facility load", 19.24],
              ["Dublin", "2023-Q3", "Facility load", 20.11],
              ["Dublin", "2023-Q4", "Facility load", 21.02],
              ["Dublin", "2024-Q1", "Facility load", 21.97],
              ["Dublin", "2024-Q2", "Facility load", 22.95],
              ["Dublin", "2024-Q3", "Facility load", 23.99],
              ["Dublin", "2024-Q4", "Facility load", 25.06],
              ["Dublin", "2025-Q1", "Facility load", 26.19],
              ["Dublin", "2025-Q2", "Facility load", 27.37],
              ["Dublin", "2025-Q3", "Facility load", 28.6],
              ["Dublin", "2025-Q4", "Facility load", 29.89],
              ["Dublin", "2026-Q1", "Facility load", 31.23],
              ["Dublin", "2026-Q2", "Facility load", 32.65],
              ["Dublin", "2026-Q3", "Facility load", 34.11],
              ["Dublin", "2026-Q4", "Facility load", 35.65],
              ["Dublin", "2027-Q1", "Facility load", 37.24],
              ["Dublin", "2027-Q2", "Facility load", 38.93],
              ["Dublin", "2027-Q3", "Facility load", 40.68],
              ["Dublin", "2027-Q4", "Facility load", 42.51],
              ["Dublin", "2023-Q1", "Energised", 40.0],
              ["Dublin", "2023-Q2", "Energised", 40.0],
              ["Dublin", "2023-Q3", "Energised", 40.0],
              ["Dublin", "2023-Q4", "Energised", 40.0],
              ["Dublin", "2024-Q1", "Energised", 40.0],
              ["Dublin", "2024-Q2", "Energised", 40.0],
              ["Dublin", "2024-Q3", "Energised", 40.0],
              ["Dublin", "2024-Q4", "Energised", 40.0],
              ["Dublin", "2025-Q1", "Energised", 40.0],
              ["Dublin", "2025-Q2", "Energised", 40.0],
              ["Dublin", "2025-Q3", "Energised", 40.0],
              ["Dublin", "2025-Q4", "Energised", 40.0],
              ["Dublin", "2026-Q1", "Energised", 40.0],
              ["Dublin", "2026-Q2", "Energised", 40.0],
              ["Dublin", "2026-Q3", "Energised", 40.0],
              ["Dublin", "2026-Q4", "Energised", 40.0],
              ["Dublin", "2027-Q1", "Energised", 40.0],
              ["Dublin", "2027-Q2", "Energised", 40.0],
              ["Dublin", "2027-Q3", "Energised", 40.0],
              ["Dublin", "2027-Q4", "Energised", 40.0],
              ["Dublin", "2023-Q1", "N+1 derate", 36.8],
              ["Dublin", "2023-Q2", "N+1 derate", 36.8],
              ["Dublin", "2023-Q3", "N+1 derate", 36.8],
              ["Dublin", "2023-Q4", "N+1 derate", 36.8],
              ["Dublin", "2024-Q1", "N+1 derate", 36.8],
              ["Dublin", "2024-Q2", "N+1 derate", 36.8],
              ["Dublin", "2024-Q3", "N+1 derate", 36.8],
              ["Dublin", "2024-Q4", "N+1 derate", 36.8],
              ["Dublin", "2025-Q1", "N+1 derate", 36.8],
              ["Dublin", "2025-Q2", "N+1 derate", 36.8],
              ["Dublin", "2025-Q3", "N+1 derate", 36.8],
              ["Dublin", "2025-Q4", "N+1 derate", 36.8],
              ["Dublin", "2026-Q1", "N+1 derate", 36.8],
              ["Dublin", "2026-Q2", "N+1 derate", 36.8],
              ["Dublin", "2026-Q3", "N+1 derate", 36.8],
              ["Dublin", "2026-Q4", "N+1 derate", 36.8],
              ["Dublin", "2027-Q1", "N+1 derate", 36.8],
              ["Dublin", "2027-Q2", "N+1 derate", 36.8],
              ["Dublin", "2027-Q3", "N+1 derate", 36.8],
              ["Dublin", "2027-Q4", "N+1 derate", 36.8],
              ["Dublin", "2023-Q1", "Contracted", 50.0],
              ["Dublin", "2023-Q2", "Contracted", 50.0],
              ["Dublin", "2023-Q3", "Contracted", 50.0],
              ["Dublin", "2023-Q4", "Contracted", 50.0],
              ["Dublin", "2024-Q1", "Contracted", 50.0],
              ["Dublin", "2024-Q2", "Contracted", 50.0],
              ["Dublin", "2024-Q3", "Contracted", 50.0],
              ["Dublin", "2024-Q4", "Contracted", 50.0],
              ["Dublin", "2025-Q1", "Contracted", 50.0],
              ["Dublin", "2025-Q2", "Contracted", 50.0],
              ["Dublin", "2025-Q3", "Contracted", 50.0],
              ["Dublin", "2025-Q4", "Contracted", 50.0],
              ["Dublin", "2026-Q1", "Contracted", 50.0],
              ["Dublin", "2026-Q2", "Contracted", 50.0],
              ["Dublin", "2026-Q3", "Contracted", 50.0],
              ["Dublin", "2026-Q4", "Contracted", 50.0],
              ["Dublin", "2027-Q1", "Contracted", 50.0],
              ["Dublin", "2027-Q2", "Contracted", 50.0],
              ["Dublin", "2027-Q3", "Contracted", 50.0],
              ["Dublin", "2027-Q4", "Contracted", 50.0],
              ["Madrid", "2023-Q1", "IT load", 0.0],
              ["Madrid", "2023-Q2", "IT load", 0.0],
              ["Madrid", "2023-Q3", "IT load", 0.0],
              ["Madrid", "2023-Q4", "IT load", 0.0],
              ["Madrid", "2024-Q1", "IT load", 4.89],
              ["Madrid", "2024-Q2", "IT load", 5.53],
              ["Madrid", "2024-Q3", "IT load", 6.25],
              ["Madrid", "2024-Q4", "IT load", 7.06],
              ["Madrid", "2025-Q1", "IT load", 7.98],
              ["Madrid", "2025-Q2", "IT load", 9.01],
              ["Madrid", "2025-Q3", "IT load", 10.18],
              ["Madrid", "2025-Q4", "IT load", 11.51],
              ["Madrid", "2026-Q1", "IT load", 13.0],
              ["Madrid", "2026-Q2", "IT load", 14.69],
              ["Madrid", "2026-Q3", "IT load", 16.6],
              ["Madrid", "2026-Q4", "IT load", 18.76],
              ["Madrid", "2027-Q1", "IT load", 21.2],
              ["Madrid", "2027-Q2", "IT load", 23.96],
              ["Madrid", "2027-Q3", "IT load", 27.07],
              ["Madrid", "2027-Q4", "IT load", 30.59],
              ["Madrid", "2023-Q1", "Facility load", 0.0],
              ["Madrid", "2023-Q2", "Facility load", 0.0],
              ["Madrid", "2023-Q3", "Facility load", 0.0],
              ["Madrid", "2023-Q4", "Facility load", 0.0],
              ["Madrid", "2024-Q1", "Facility load", 5.53],
              ["Madrid", "2024-Q2", "Facility load", 6.25],
              ["Madrid", "2024-Q3", "Facility load", 7.06],
              ["Madrid", "2024-Q4", "Facility load", 7.98],
              ["Madrid", "2025-Q1", "Facility load", 9.02],
              ["Madrid", "2025-Q2", "Facility load", 10.18],
              ["Madrid", "2025-Q3", "Facility load", 11.5],
              ["Madrid", "2025-Q4", "Facility load", 13.01],
              ["Madrid", "2026-Q1", "Facility load", 14.69],
              ["Madrid", "2026-Q2", "Facility load", 16.6],
              ["Madrid", "2026-Q3", "Facility load", 18.76],
              ["Madrid", "2026-Q4", "Facility load", 21.2],
              ["Madrid", "2027-Q1", "Facility load", 23.96],
              ["Madrid", "2027-Q2", "Facility load", 27.07],
              ["Madrid", "2027-Q3", "Facility load", 30.59],
              ["Madrid", "2027-Q4", "Facility load", 34.57],
              ["Madrid", "2023-Q1", "Energised", -0.0],
              ["Madrid", "2023-Q2", "Energised", -0.0],
              ["Madrid", "2023-Q3", "Energised", -0.0],
              ["Madrid", "2023-Q4", "Energised", -0.0],
              ["Madrid", "2024-Q1", "Energised", 24.0],
              ["Madrid", "2024-Q2", "Energised", 24.0],
              ["Madrid", "2024-Q3", "Energised", 24.0],
              ["Madrid", "2024-Q4", "Energised", 24.0],
              ["Madrid", "2025-Q1", "Energised", 24.0],
              ["Madrid", "2025-Q2", "Energised", 24.0],
              ["Madrid", "2025-Q3", "Energised", 24.0],
              ["Madrid", "2025-Q4", "Energised", 24.0],
              ["Madrid", "2026-Q1", "Energised", 48.0],
              ["Madrid", "2026-Q2", "Energised", 48.0],
              ["Madrid", "2026-Q3", "Energised", 48.0],
              ["Madrid", "2026-Q4", "Energised", 48.0],
              ["Madrid", "2027-Q1", "Energised", 48.0],
              ["Madrid", "2027-Q2", "Energised", 48.0],
              ["Madrid", "2027-Q3", "Energised", 48.0],
              ["Madrid", "2027-Q4", "Energised", 48.0],
              ["Madrid", "2023-Q1", "N+1 derate", -0.0],
              ["Madrid", "2023-Q2", "N+1 derate", -0.0],
              ["Madrid", "2023-Q3", "N+1 derate", -0.0],
              ["Madrid", "2023-Q4", "N+1 derate", -0.0],
              ["Madrid", "2024-Q1", "N+1 derate", 22.08],
              ["Madrid", "2024-Q2", "N+1 derate", 22.08],
              ["Madrid", "2024-Q3", "N+1 derate", 22.08],
              ["Madrid", "2024-Q4", "N+1 derate", 22.08],
              ["Madrid", "2025-Q1", "N+1 derate", 22.08],
              ["Madrid", "2025-Q2", "N+1 derate", 22.08],
              ["Madrid", "2025-Q3", "N+1 derate", 22.08],
              ["Madrid", "2025-Q4", "N+1 derate", 22.08],
              ["Madrid", "2026-Q1", "N+1 derate", 44.16],
              ["Madrid", "2026-Q2", "N+1 derate", 44.16],
              ["Madrid", "2026-Q3", "N+1 derate", 44.16],
              ["Madrid", "2026-Q4", "N+1 derate", 44.16],
              ["Madrid", "2027-Q1", "N+1 derate", 44.16],
              ["Madrid", "2027-Q2", "N+1 derate", 44.16],
              ["Madrid", "2027-Q3", "N+1 derate", 44.16],
              ["Madrid", "2027-Q4", "N+1 derate", 44.16],
              ["Madrid", "2023-Q1", "Contracted", 30.0],
              ["Madrid", "2023-Q2", "Contracted", 30.0],
              ["Madrid", "2023-Q3", "Contracted", 30.0],
              ["Madrid", "2023-Q4", "Contracted", 30.0],
              ["Madrid", "2024-Q1", "Contracted", 30.0],
              ["Madrid", "2024-Q2", "Contracted", 30.0],
              ["Madrid", "2024-Q3", "Contracted", 30.0],
              ["Madrid", "2024-Q4", "Contracted", 30.0],
              ["Madrid", "2025-Q1", "Contracted", 30.0],
              ["Madrid", "2025-Q2", "Contracted", 30.0],
              ["Madrid", "2025-Q3", "Contracted", 30.0],
              ["Madrid", "2025-Q4", "Contracted", 30.0],
              ["Madrid", "2026-Q1", "Contracted", 60.0],
              ["Madrid", "2026-Q2", "Contracted", 60.0],
              ["Madrid", "2026-Q3", "Contracted", 60.0],
              ["Madrid", "2026-Q4", "Contracted", 60.0],
              ["Madrid", "2027-Q1", "Contracted", 60.0],
              ["Madrid", "2027-Q2", "Contracted", 60.0],
              ["Madrid", "2027-Q3", "Contracted", 60.0],
              ["Madrid", "2027-Q4", "Contracted", 60.0],
              ["Prineville", "2023-Q1", "IT load", 71.0],
              ["Prineville", "2023-Q2", "IT load", 71.85],
              ["Prineville", "2023-Q3", "IT load", 72.71],
              ["Prineville", "2023-Q4", "IT load", 73.59],
              ["Prineville", "2024-Q1", "IT load", 74.47],
              ["Prineville", "2024-Q2", "IT load", 75.36],
              ["Prineville", "2024-Q3", "IT load", 76.27],
              ["Prineville", "2024-Q4", "IT load", 77.18],
              ["Prineville", "2025-Q1", "IT load", 78.11],
              ["Prineville", "2025-Q2", "IT load", 79.05],
              ["Prineville", "2025-Q3", "IT load", 80.0],
              ["Prineville", "2025-Q4", "IT load", 80.96],
              ["Prineville", "2026-Q1", "IT load", 81.93],
              ["Prineville", "2026-Q2", "IT load", 82.91],
              ["Prineville", "2026-Q3", "IT load", 83.9],
              ["Prineville", "2026-Q4", "IT load", 84.91],
              ["Prineville", "2027-Q1", "IT load", 85.93],
              ["Prineville", "2027-Q2", "IT load", 86.96],
              ["Prineville", "2027-Q3", "IT load", 88.01],
              ["Prineville", "2027-Q4", "IT load", 89.06],
              ["Prineville", "2023-Q1", "Facility load", 80.23],
              ["Prineville", "2023-Q2", "Facility load", 81.19],
              ["Prineville", "2023-Q3", "Facility load", 82.16],
              ["Prineville", "2023-Q4", "Facility load", 83.16],
              ["Prineville", "2024-Q1", "Facility load", 84.15],
              ["Prineville", "2024-Q2", "Facility load", 85.16],
              ["Prineville", "2024-Q3", "Facility load", 86.19],
              ["Prineville", "2024-Q4", "Facility load", 87.21],
              ["Prineville", "2025-Q1", "Facility load", 88.26],
              ["Prineville", "2025-Q2", "Facility load", 89.33],
              ["Prineville", "2025-Q3", "Facility load", 90.4],
              ["Prineville", "2025-Q4", "Facility load", 91.48],
              ["Prineville", "2026-Q1", "Facility load", 92.58],
              ["Prineville", "2026-Q2", "Facility load", 93.69],
              ["Prineville", "2026-Q3", "Facility load", 94.81],
              ["Prineville", "2026-Q4", "Facility load", 95.95],
              ["Prineville", "2027-Q1", "Facility load", 97.1],
              ["Prineville", "2027-Q2", "Facility load", 98.26],
              ["Prineville", "2027-Q3", "Facility load", 99.45],
              ["Prineville", "2027-Q4", "Facility load", 100.64],
              ["Prineville", "2023-Q1", "Energised", 120.0],
              ["Prineville", "2023-Q2", "Energised", 120.0],
              ["Prineville", "2023-Q3", "Energised", 120.0],
              ["Prineville", "2023-Q4", "Energised", 120.0],
              ["Prineville", "2024-Q1", "Energised", 120.0],
              ["Prineville", "2024-Q2", "Energised", 120.0],
              ["Prineville", "2024-Q3", "Energised", 120.0],
              ["Prineville", "2024-Q4", "Energised", 120.0],
              ["Prineville", "2025-Q1", "Energised", 120.0],
              ["Prineville", "2025-Q2", "Energised", 120.0],
              ["Prineville", "2025-Q3", "Energised", 120.0],
              ["Prineville", "2025-Q4", "Energised", 120.0],
              ["Prineville", "2026-Q1", "Energised", 120.0],
              ["Prineville", "2026-Q2", "Energised", 120.0],
              ["Prineville", "2026-Q3", "Energised", 120.0],
              ["Prineville", "2026-Q4", "Energised", 120.0],
              ["Prineville", "2027-Q1", "Energised", 120.0],
              ["Prineville", "2027-Q2", "Energised", 120.0],
              ["Prineville", "2027-Q3", "Energised", 120.0],
              ["Prineville", "2027-Q4", "Energised", 120.0],
              ["Prineville", "2023-Q1", "N+1 derate", 110.4],
              ["Prineville", "2023-Q2", "N+1 derate", 110.4],
              ["Prineville", "2023-Q3", "N+1 derate", 110.4],
              ["Prineville", "2023-Q4", "N+1 derate", 110.4],
              ["Prineville", "2024-Q1", "N+1 derate", 110.4],
              ["Prineville", "2024-Q2", "N+1 derate", 110.4],
              ["Prineville", "2024-Q3", "N+1 derate", 110.4],
              ["Prineville", "2024-Q4", "N+1 derate", 110.4],
              ["Prineville", "2025-Q1", "N+1 derate", 110.4],
              ["Prineville", "2025-Q2", "N+1 derate", 110.4],
              ["Prineville", "2025-Q3", "N+1 derate", 110.4],
              ["Prineville", "2025-Q4", "N+1 derate", 110.4],
              ["Prineville", "2026-Q1", "N+1 derate", 110.4],
              ["Prineville", "2026-Q2", "N+1 derate", 110.4],
              ["Prineville", "2026-Q3", "N+1 derate", 110.4],
              ["Prineville", "2026-Q4", "N+1 derate", 110.4],
              ["Prineville", "2027-Q1", "N+1 derate", 110.4],
              ["Prineville", "2027-Q2", "N+1 derate", 110.4],
              ["Prineville", "2027-Q3", "N+1 derate", 110.4],
              ["Prineville", "2027-Q4", "N+1 derate", 110.4],
              ["Prineville", "2023-Q1", "Contracted", 150.0],
              ["Prineville", "2023-Q2", "Contracted", 150.0],
              ["Prineville", "2023-Q3", "Contracted", 150.0],
              ["Prineville", "2023-Q4", "Contracted", 150.0],
              ["Prineville", "2024-Q1", "Contracted", 150.0],
              ["Prineville", "2024-Q2", "Contracted", 150.0],
              ["Prineville", "2024-Q3", "Contracted", 150.0],
              ["Prineville", "2024-Q4", "Contracted", 150.0],
              ["Prineville", "2025-Q1", "Contracted", 150.0],
              ["Prineville", "2025-Q2", "Contracted", 150.0],
              ["Prineville", "2025-Q3", "Contracted", 150.0],
              ["Prineville", "2025-Q4", "Contracted", 150.0],
              ["Prineville", "2026-Q1", "Contracted", 150.0],
              ["Prineville", "2026-Q2", "Contracted", 150.0],
              ["Prineville", "2026-Q3", "Contracted", 150.0],
              ["Prineville", "2026-Q4", "Contracted", 150.0],
              ["Prineville", "2027-Q1", "Contracted", 150.0],
              ["Prineville", "2027-Q2", "Contracted", 150.0],
              ["Prineville", "2027-Q3", "Contracted", 150.0],
              ["Prineville", "2027-Q4", "Contracted", 150.0],
              ["Singapore", "2023-Q1", "IT load", 11.5],
              ["Singapore", "2023-Q2", "IT load", 11.73],
              ["Singapore", "2023-Q3", "IT load", 11.96],
              ["Singapore", "2023-Q4", "IT load", 12.2],
              ["Singapore", "2024-Q1", "IT load", 12.45],
              ["Singapore", "2024-Q2", "IT load", 12.7],
              ["Singapore", "2024-Q3", "IT load", 12.95],
              ["Singapore", "2024-Q4", "IT load", 13.21],
              ["Singapore", "2025-Q1", "IT load", 13.47],
              ["Singapore", "2025-Q2", "IT load", 13.74],
              ["Singapore", "2025-Q3", "IT load", 14.02],
              ["Singapore", "2025-Q4", "IT load", 14.3],
              ["Singapore", "2026-Q1", "IT load", 14.58],
              ["Singapore", "2026-Q2", "IT load", 14.88],
              ["Singapore", "2026-Q3", "IT load", 15.17],
              ["Singapore", "2026-Q4", "IT load", 15.48],
              ["Singapore", "2027-Q1", "IT load", 15.79],
              ["Singapore", "2027-Q2", "IT load", 16.1],
              ["Singapore", "2027-Q3", "IT load", 16.42],
              ["Singapore", "2027-Q4", "IT load", 16.75],
              ["Singapore", "2023-Q1", "Facility load", 13.0],
              ["Singapore", "2023-Q2", "Facility load", 13.25],
              ["Singapore", "2023-Q3", "Facility load", 13.51],
              ["Singapore", "2023-Q4", "Facility load", 13.79],
              ["Singapore", "2024-Q1", "Facility load", 14.07],
              ["Singapore", "2024-Q2", "Facility load", 14.35],
              ["Singapore", "2024-Q3", "Facility load", 14.63],
              ["Singapore", "2024-Q4", "Facility load", 14.93],
              ["Singapore", "2025-Q1", "Facility load", 15.22],
              ["Singapore", "2025-Q2", "Facility load", 15.53],
              ["Singapore", "2025-Q3", "Facility load", 15.84],
              ["Singapore", "2025-Q4", "Facility load", 16.16],
              ["Singapore", "2026-Q1", "Facility load", 16.48],
              ["Singapore", "2026-Q2", "Facility load", 16.81],
              ["Singapore", "2026-Q3", "Facility load", 17.14],
              ["Singapore", "2026-Q4", "Facility load", 17.49],
              ["Singapore", "2027-Q1", "Facility load", 17.84],
              ["Singapore", "2027-Q2", "Facility load", 18.19],
              ["Singapore", "2027-Q3", "Facility load", 18.55],
              ["Singapore", "2027-Q4", "Facility load", 18.93],
              ["Singapore", "2023-Q1", "Energised", 16.0],
              ["Singapore", "2023-Q2", "Energised", 16.0],
              ["Singapore", "2023-Q3", "Energised", 16.0],
              ["Singapore", "2023-Q4", "Energised", 16.0],
              ["Singapore", "2024-Q1", "Energised", 16.0],
              ["Singapore", "2024-Q2", "Energised", 16.0],
              ["Singapore", "2024-Q3", "Energised", 16.0],
              ["Singapore", "2024-Q4", "Energised", 16.0],
              ["Singapore", "2025-Q1", "Energised", 16.0],
              ["Singapore", "2025-Q2", "Energised", 16.0],
              ["Singapore", "2025-Q3", "Energised", 16.0],
              ["Singapore", "2025-Q4", "Energised", 16.0],
              ["Singapore", "2026-Q1", "Energised", 16.0],
              ["Singapore", "2026-Q2", "Energised", 16.0],
              ["Singapore", "2026-Q3", "Energised", 16.0],
              ["Singapore", "2026-Q4", "Energised", 16.0],
              ["Singapore", "2027-Q1", "Energised", 16.0],
              ["Singapore", "2027-Q2", "Energised", 16.0],
              ["Singapore", "2027-Q3", "Energised", 16.0],
              ["Singapore", "2027-Q4", "Energised", 16.0],
              ["Singapore", "2023-Q1", "N+1 derate", 14.72],
              ["Singapore", "2023-Q2", "N+1 derate", 14.72],
              ["Singapore", "2023-Q3", "N+1 derate", 14.72],
              ["Singapore", "2023-Q4", "N+1 derate", 14.72],
              ["Singapore", "2024-Q1", "N+1 derate", 14.72],
              ["Singapore", "2024-Q2", "N+1 derate", 14.72],
              ["Singapore", "2024-Q3", "N+1 derate", 14.72],
              ["Singapore", "2024-Q4", "N+1 derate", 14.72],
              ["Singapore", "2025-Q1", "N+1 derate", 14.72],
              ["Singapore", "2025-Q2", "N+1 derate", 14.72],
              ["Singapore", "2025-Q3", "N+1 derate", 14.72],
              ["Singapore", "2025-Q4", "N+1 derate", 14.72],
              ["Singapore", "2026-Q1", "N+1 derate", 14.72],
              ["Singapore", "2026-Q2", "N+1 derate", 14.72],
              ["Singapore", "2026-Q3", "N+1 derate", 14.72],
              ["Singapore", "2026-Q4", "N+1 derate", 14.72],
              ["Singapore", "2027-Q1", "N+1 derate", 14.72],
              ["Singapore", "2027-Q2", "N+1 derate", 14.72],
              ["Singapore", "2027-Q3", "N+1 derate", 14.72],
              ["Singapore", "2027-Q4", "N+1 derate", 14.72],
              ["Singapore", "2023-Q1", "Contracted", 20.0],
              ["Singapore", "2023-Q2", "Contracted", 20.0],
              ["Singapore", "2023-Q3", "Contracted", 20.0],
              ["Singapore", "2023-Q4", "Contracted", 20.0],
              ["Singapore", "2024-Q1", "Contracted", 20.0],
              ["Singapore", "2024-Q2", "Contracted", 20.0],
              ["Singapore", "2024-Q3", "Contracted", 20.0],
              ["Singapore", "2024-Q4", "Contracted", 20.0],
              ["Singapore", "2025-Q1", "Contracted", 20.0],
              ["Singapore", "2025-Q2", "Contracted", 20.0],
              ["Singapore", "2025-Q3", "Contracted", 20.0],
              ["Singapore", "2025-Q4", "Contracted", 20.0],
              ["Singapore", "2026-Q1", "Contracted", 20.0],
              ["Singapore", "2026-Q2", "Contracted", 20.0],
              ["Singapore", "2026-Q3", "Contracted", 20.0],
              ["Singapore", "2026-Q4", "Contracted", 20.0],
              ["Singapore", "2027-Q1", "Contracted", 20.0],
              ["Singapore", "2027-Q2", "Contracted", 20.0],
              ["Singapore", "2027-Q3", "Contracted", 20.0],
              ["Singapore", "2027-Q4", "Contracted", 20.0],
              ["Temple", "2023-Q1", "IT load", 0.0],
              ["Temple", "2023-Q2", "IT load", 0.0],
              ["Temple", "2023-Q3", "IT load", 0.0],
              ["Temple", "2023-Q4", "IT load", 0.0],
              ["Temple", "2024-Q1", "IT load", 0.0],
              ["Temple", "2024-Q2", "IT load", 0.0],
              ["Temple", "2024-Q3", "IT load", 0.0],
              ["Temple", "2024-Q4", "IT load", 0.0],
              ["Temple", "2025-Q1", "IT load", 0.0],
              ["Temple", "2025-Q2", "IT load", 8.59],
              ["Temple", "2025-Q3", "IT load", 10.92],
              ["Temple", "2025-Q4", "IT load", 13.86],
              ["Temple", "2026-Q1", "IT load", 17.61],
              ["Temple", "2026-Q2", "IT load", 22.36],
              ["Temple", "2026-Q3", "IT load", 28.4],
              ["Temple", "2026-Q4", "IT load", 36.06],
              ["Temple", "2027-Q1", "IT load", 45.8],
              ["Temple", "2027-Q2", "IT load", 58.17],
              ["Temple", "2027-Q3", "IT load", 73.87],
              ["Temple", "2027-Q4", "IT load", 93.81],
              ["Temple", "2023-Q1", "Facility load", 0.0],
              ["Temple", "2023-Q2", "Facility load", 0.0],
              ["Temple", "2023-Q3", "Facility load", 0.0],
              ["Temple", "2023-Q4", "Facility load", 0.0],
              ["Temple", "2024-Q1", "Facility load", 0.0],
              ["Temple", "2024-Q2", "Facility load", 0.0],
              ["Temple", "2024-Q3", "Facility load", 0.0],
              ["Temple", "2024-Q4", "Facility load", 0.0],
              ["Temple", "2025-Q1", "Facility load", 0.0],
              ["Temple", "2025-Q2", "Facility load", 9.71],
              ["Temple", "2025-Q3", "Facility load", 12.34],
              ["Temple", "2025-Q4", "Facility load", 15.66],
              ["Temple", "2026-Q1", "Facility load", 19.9],
              ["Temple", "2026-Q2", "Facility load", 25.27],
              ["Temple", "2026-Q3", "Facility load", 32.09],
              ["Temple", "2026-Q4", "Facility load", 40.75],
              ["Temple", "2027-Q1", "Facility load", 51.75],
              ["Temple", "2027-Q2", "Facility load", 65.73],
              ["Temple", "2027-Q3", "Facility load", 83.47],
              ["Temple", "2027-Q4", "Facility load", 106.01],
              ["Temple", "2023-Q1", "Energised", -0.0],
              ["Temple", "2023-Q2", "Energised", -0.0],
              ["Temple", "2023-Q3", "Energised", -0.0],
              ["Temple", "2023-Q4", "Energised", -0.0],
              ["Temple", "2024-Q1", "Energised", -0.0],
              ["Temple", "2024-Q2", "Energised", -0.0],
              ["Temple", "2024-Q3", "Energised", -0.0],
              ["Temple", "2024-Q4", "Energised", -0.0],
              ["Temple", "2025-Q1", "Energised", -0.0],
              ["Temple", "2025-Q2", "Energised", 50.0],
              ["Temple", "2025-Q3", "Energised", 50.0],
              ["Temple", "2025-Q4", "Energised", 50.0],
              ["Temple", "2026-Q1", "Energised", 50.0],
              ["Temple", "2026-Q2", "Energised", 150.0],
              ["Temple", "2026-Q3", "Energised", 150.0],
              ["Temple", "2026-Q4", "Energised", 150.0],
              ["Temple", "2027-Q1", "Energised", 150.0],
              ["Temple", "2027-Q2", "Energised", 150.0],
              ["Temple", "2027-Q3", "Energised", 150.0],
              ["Temple", "2027-Q4", "Energised", 150.0],
              ["Temple", "2023-Q1", "N+1 derate", -0.0],
              ["Temple", "2023-Q2", "N+1 derate", -0.0],
              ["Temple", "2023-Q3", "N+1 derate", -0.0],
              ["Temple", "2023-Q4", "N+1 derate", -0.0],
              ["Temple", "2024-Q1", "N+1 derate", -0.0],
              ["Temple", "2024-Q2", "N+1 derate", -0.0],
              ["Temple", "2024-Q3", "N+1 derate", -0.0],
              ["Temple", "2024-Q4", "N+1 derate", -0.0],
              ["Temple", "2025-Q1", "N+1 derate", -0.0],
              ["Temple", "2025-Q2", "N+1 derate", 46.0],
              ["Temple", "2025-Q3", "N+1 derate", 46.0],
              ["Temple", "2025-Q4", "N+1 derate", 46.0],
              ["Temple", "2026-Q1", "N+1 derate", 46.0],
              ["Temple", "2026-Q2", "N+1 derate", 138.0],
              ["Temple", "2026-Q3", "N+1 derate", 138.0],
              ["Temple", "2026-Q4", "N+1 derate", 138.0],
              ["Temple", "2027-Q1", "N+1 derate", 138.0],
              ["Temple", "2027-Q2", "N+1 derate", 138.0],
              ["Temple", "2027-Q3", "N+1 derate", 138.0],
              ["Temple", "2027-Q4", "N+1 derate", 138.0],
              ["Temple", "2023-Q1", "Contracted", 62.5],
              ["Temple", "2023-Q2", "Contracted", 62.5],
              ["Temple", "2023-Q3", "Contracted", 62.5],
              ["Temple", "2023-Q4", "Contracted", 62.5],
              ["Temple", "2024-Q1", "Contracted", 62.5],
              ["Temple", "2024-Q2", "Contracted", 62.5],
              ["Temple", "2024-Q3", "Contracted", 62.5],
              ["Temple", "2024-Q4", "Contracted", 62.5],
              ["Temple", "2025-Q1", "Contracted", 62.5],
              ["Temple", "2025-Q2", "Contracted", 62.5],
              ["Temple", "2025-Q3", "Contracted", 62.5],
              ["Temple", "2025-Q4", "Contracted", 62.5],
              ["Temple", "2026-Q1", "Contracted", 62.5],
              ["Temple", "2026-Q2", "Contracted", 187.5],
              ["Temple", "2026-Q3", "Contracted", 187.5],
              ["Temple", "2026-Q4", "Contracted", 187.5],
              ["Temple", "2027-Q1", "Contracted", 187.5],
              ["Temple", "2027-Q2", "Contracted", 187.5],
              ["Temple", "2027-Q3", "Contracted", 187.5],
              ["Temple", "2027-Q4", "Contracted", 187.5]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "headroom",
            "title": "Headroom by site and resource",
            "takeaway": "Power runs out first at Dublin and Singapore; space never binds.",
            "question": "What runs out first?",
            "note": "Percent left of each limit; a ring marks the limit that binds.",
            "origin": "analytical",
            "sources": ["sample-sites"],
            "annotations": [
              {
                "at": "2025-Q2",
                "text": "B200 delay known"
              }
            ],
            "chart": {
              "kind": "heat-map",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "y": {
                "title": "Left of the limit",
                "unit": {
                  "suffix": "percent",
                  "prefix": "",
                  "symbol": "%",
                  "name": "percent"
                },
                "scale": "linear"
              },
              "rows": [
                {
                  "id": "Ashburn Power",
                  "name": "Power",
                  "group": "Ashburn",
                  "values": [52.0, 49.8, 47.6, 45.4, 43.2, 41.0, 38.8, 36.6, 34.4, 32.2, 30.0, 27.8, 25.6, 23.4, 21.2, 19.0, 16.8, 14.6, 12.4, 10.2]
                },
                {
                  "id": "Ashburn Cooling",
                  "name": "Cooling",
                  "group": "Ashburn",
                  "values": [44.0, 42.1, 40.2, 38.3, 36.4, 34.5, 32.6, 30.7, 28.8, 26.9, 25.0, 23.1, 21.2, 19.3, 17.4, 15.5, 13.6, 11.7, 9.8, 7.9]
                },
                {
                  "id": "Ashburn Space",
                  "name": "Space",
                  "group": "Ashburn",
                  "values": [61.0, 59.9, 58.8, 57.7, 56.6, 55.5, 54.4, 53.3, 52.2, 51.1, 50.0, 48.9, 47.8, 46.7, 45.6, 44.5, 43.4, 42.3, 41.2, 40.1]
                },
                {
                  "id": "Dublin Power",
                  "name": "Power",
                  "group": "Dublin",
                  "values": [51.0, 48.64, 46.28, 43.92, 41.56, 39.2, 36.84, 34.48, 32.12, 29.76, 27.4, 25.04, 22.68, 20.32, 17.96, 15.6, 13.24, 10.88, 8.52, 6.16],
                  "binding": [19]
                },
                {
                  "id": "Dublin Cooling",
                  "name": "Cooling",
                  "group": "Dublin",
                  "values": [40.0, 38.25, 36.5, 34.75, 33.0, 31.25, 29.5, 27.75, 26.0, 24.25, 22.5, 20.75, 19.0, 17.25, 15.5, 13.75, 12.0, 10.25, 8.5, 6.75]
                },
                {
                  "id": "Dublin Network ports",
                  "name": "Network ports",
                  "group": "Dublin",
                  "values": [68.0, 65.1, 62.2, 59.3, 56.4, 53.5, 50.6, 47.7, 44.8, 41.9, 39.0, 36.1, 33.2, 30.3, 27.4, 24.5, 21.6, 18.7, 15.8, 12.9]
                },
                {
                  "id": "Singapore Power",
                  "name": "Power",
                  "group": "Singapore",
                  "values": [21.0, 19.38, 17.76, 16.14, 14.52, 12.9, 11.28, 9.66, 8.04, 6.42, 4.8, 3.18, 1.56, -0.06, -1.68, -3.3, -4.92, -6.54, -8.16, -9.78],
                  "binding": [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
                },
                {
                  "id": "Singapore Cooling",
                  "name": "Cooling",
                  "group": "Singapore",
                  "values": [33.0, 31.7, 30.4, 29.1, 27.8, 26.5, 25.2, 23.9, 22.6, 21.3, 20.0, 18.7, 17.4, 16.1, 14.8, 13.5, 12.2, 10.9, 9.6, 8.3]
                },
                {
                  "id": "Singapore Space",
                  "name": "Space",
                  "group": "Singapore",
                  "values": [18.0, 17.3, 16.6, 15.9, 15.2, 14.5, 13.8, 13.1, 12.4, 11.7, 11.0, 10.3, 9.6, 8.9, 8.2, 7.5, 6.8, 6.1, 5.4, 4.7]
                }
              ]
            }
          },
          "table": {
            "id": "headroom",
            "title": "Headroom by site and resource",
            "takeaway": "Power runs out first at Dublin and Singapore; space never binds.",
            "columns": [
              {
                "id": "place",
                "title": "Place",
                "kind": "text"
              },
              {
                "id": "resource",
                "title": "Resource",
                "kind": "text"
              },
              {
                "id": "quarter",
                "title": "Quarter",
                "kind": "quarter"
              },
              {
                "id": "left_percent",
                "title": "Left of the limit",
                "unit": "percent",
                "kind": "number",
                "origin": "analytical",
                "sources": ["sample-sites"]
              },
              {
                "id": "binds",
                "title": "Binds",
                "kind": "text"
              }
            ],
            "rows": [
              ["Ashburn", "Power", "2023-Q1", 52.0, null],
              ["Ashburn", "Power", "2023-Q2", 49.8, null],
              ["Ashburn", "Power", "2023-Q3", 47.6, null],
              ["Ashburn", "Power", "2023-Q4", 45.4, null],
              ["Ashburn", "Power", "2024-Q1", 43.2, null],
              ["Ashburn", "Power", "2024-Q2", 41.0, null],
              ["Ashburn", "Power", "2024-Q3", 38.8, null],
              ["Ashburn", "Power", "2024-Q4", 36.6, null],
              ["Ashburn", "Power", "2025-Q1", 34.4, null],
              ["Ashburn", "Power", "2025-Q2", 32.2, null],
              ["Ashburn", "Power", "2025-Q3", 30.0, null],
              ["Ashburn", "Power", "2025-Q4", 27.8, null],
              ["Ashburn", "Power", "2026-Q1", 25.6, null],
              ["Ashburn", "Power", "2026-Q2", 23.4, null],
              ["Ashburn", "Power", "2026-Q3", 21.2, null],
              ["Ashburn", "Power", "2026-Q4", 19.0, null],
              ["Ashburn", "Power", "2027-Q1", 16.8, null],
              ["Ashburn", "Power", "2027-Q2", 14.6, null],
              ["Ashburn", "Power", "2027-Q3", 12.4, null],
              ["Ashburn", "Power", "2027-Q4", 10.2, null],
              ["Ashburn", "Cooling", "2023-Q1", 44.0, null],
              ["Ashburn", "Cooling", "2023-Q2", 42.1, null],
              ["Ashburn", "Cooling", "2023-Q3", 40.2, null],
              ["Ashburn", "Cooling", "2023-Q4", 38.3, null],
              ["Ashburn", "Cooling", "2024-Q1", 36.4, null],
              ["Ashburn", "Cooling", "2024-Q2", 34.5, null],
              ["Ashburn", "Cooling", "2024-Q3", 32.6, null],
              ["Ashburn", "Cooling", "2024-Q4", 30.7, null],
              ["Ashburn", "Cooling", "2025-Q1", 28.8, null],
              ["Ashburn", "Cooling", "2025-Q2", 26.9, null],
              ["Ashburn", "Cooling", "2025-Q3", 25.0, null],
              ["Ashburn", "Cooling", "2025-Q4", 23.1, null],
              ["Ashburn", "Cooling", "2026-Q1", 21.2, null],
              ["Ashburn", "Cooling", "2026-Q2", 19.3, null],
              ["Ashburn", "Cooling", "2026-Q3", 17.4, null],
              ["Ashburn", "Cooling", "2026-Q4", 15.5, null],
              ["Ashburn", "Cooling", "2027-Q1", 13.6, null],
              ["Ashburn", "Cooling", "2027-Q2", 11.7, null],
              ["Ashburn", "Cooling", "2027-Q3", 9.8, null],
              ["Ashburn", "Cooling", "2027-Q4", 7.9, null],
              ["Ashburn", "Space", "2023-Q1", 61.0, null],
              ["Ashburn", "Space", "2023-Q2", 59.9, null],
              ["Ashburn", "Space", "2023-Q3", 58.8, null],
              ["Ashburn", "Space", "2023-Q4", 57.7, null],
              ["Ashburn", "Space", "2024-Q1", 56.6, null],
              ["Ashburn", "Space", "2024-Q2", 55.5, null],
              ["Ashburn", "Space", "2024-Q3", 54.4, null],
              ["Ashburn", "Space", "2024-Q4", 53.3, null],
              ["Ashburn", "Space", "2025-Q1", 52.2, null],
              ["Ashburn", "Space", "2025-Q2", 51.1, null],
              ["Ashburn", "Space", "2025-Q3", 50.0, null],
              ["Ashburn", "Space", "2025-Q4", 48.9, null],
              ["Ashburn", "Space", "2026-Q1", 47.8, null],
              ["Ashburn", "Space", "2026-Q2", 46.7, null],
              ["Ashburn", "Space", "2026-Q3", 45.6, null],
              ["Ashburn", "Space", "2026-Q4", 44.5, null],
              ["Ashburn", "Space", "2027-Q1", 43.4, null],
              ["Ashburn", "Space", "2027-Q2", 42.3, null],
              ["Ashburn", "Space", "2027-Q3", 41.2, null],
              ["Ashburn", "Space", "2027-Q4", 40.1, null],
              ["Dublin", "Power", "2023-Q1", 51.0, null],
              ["Dublin", "Power", "2023-Q2", 48.64, null],
              ["Dublin", "Power", "2023-Q3", 46.28, null],
              ["Dublin", "Power", "2023-Q4", 43.92, null],
              ["Dublin", "Power", "2024-Q1", 41.56, null],
              ["Dublin", "Power", "2024-Q2", 39.2, null],
              ["Dublin", "Power", "2024-Q3", 36.84, null],
              ["Dublin", "Power", "2024-Q4", 34.48, null],
              ["Dublin", "Power", "2025-Q1", 32.12, null],
              ["Dublin", "Power", "2025-Q2", 29.76, null],
              ["Dublin", "Power", "2025-Q3", 27.4, null],
              ["Dublin", "Power", "2025-Q4", 25.04, null],
              ["Dublin", "Power", "2026-Q1", 22.68, null],
              ["Dublin", "Power", "2026-Q2", 20.32, null],
              ["Dublin", "Power", "2026-Q3", 17.96, null],
              ["Dublin", "Power", "2026-Q4", 15.6, null],
              ["Dublin", "Power", "2027-Q1", 13.24, null],
              ["Dublin", "Power", "2027-Q2", 10.88, null],
              ["Dublin", "Power", "2027-Q3", 8.52, null],
              ["Dublin", "Power", "2027-Q4", 6.16, "yes"],
              ["Dublin", "Cooling", "2023-Q1", 40.0, null],
              ["Dublin", "Cooling", "2023-Q2", 38.25, null],
              ["Dublin", "Cooling", "2023-Q3", 36.5, null],
              ["Dublin", "Cooling", "2023-Q4", 34.75, null],
              ["Dublin", "Cooling", "2024-Q1", 33.0, null],
              ["Dublin", "Cooling", "2024-Q2", 31.25, null],
              ["Dublin", "Cooling", "2024-Q3", 29.5, null],
              ["Dublin", "Cooling", "2024-Q4", 27.75, null],
              ["Dublin", "Cooling", "2025-Q1", 26.0, null],
              ["Dublin", "Cooling", "2025-Q2", 24.25, null],
              ["Dublin", "Cooling", "2025-Q3", 22.5, null],
              ["Dublin", "Cooling", "2025-Q4", 20.75, null],
              ["Dublin", "Cooling", "2026-Q1", 19.0, null],
              ["Dublin", "Cooling", "2026-Q2", 17.25, null],
              ["Dublin", "Cooling", "2026-Q3", 15.5, null],
              ["Dublin", "Cooling", "2026-Q4", 13.75, null],
              ["Dublin", "Cooling", "2027-Q1", 12.0, null],
              ["Dublin", "Cooling", "2027-Q2", 10.25, null],
              ["Dublin", "Cooling", "2027-Q3", 8.5, null],
              ["Dublin", "Cooling", "2027-Q4", 6.75, null],
              ["Dublin", "Network ports", "2023-Q1", 68.0, null],
              ["Dublin", "Network ports", "2023-Q2", 65.1, null],
              ["Dublin", "Network ports", "2023-Q3", 62.2, null],
              ["Dublin", "Network ports", "2023-Q4", 59.3, null],
              ["Dublin", "Network ports", "2024-Q1", 56.4, null],
              ["Dublin", "Network ports", "2024-Q2", 53.5, null],
              ["Dublin", "Network ports", "2024-Q3", 50.6, null],
              ["Dublin", "Network ports", "2024-Q4", 47.7, null],
              ["Dublin", "Network ports", "2025-Q1", 44.8, null],
              ["Dublin", "Network ports", "2025-Q2", 41.9, null],
              ["Dublin", "Network ports", "2025-Q3", 39.0, null],
              ["Dublin", "Network ports", "2025-Q4", 36.1, null],
              ["Dublin", "Network ports", "2026-Q1", 33.2, null],
              ["Dublin", "Network ports", "2026-Q2", 30.3, null],
              ["Dublin", "Network ports", "2026-Q3", 27.4, null],
              ["Dublin", "Network ports", "2026-Q4", 24.5, null],
              ["Dublin", "Network ports", "2027-Q1", 21.6, null],
              ["Dublin", "Network ports", "2027-Q2", 18.7, null],
              ["Dublin", "Network ports", "2027-Q3", 15.8, null],
              ["Dublin", "Network ports", "2027-Q4", 12.9, null],
              ["Singapore", "Power", "2023-Q1", 21.0, null],
              ["Singapore", "Power", "2023-Q2", 19.38, null],
              ["Singapore", "Power", "2023-Q3", 17.76, null],
              ["Singapore", "Power", "2023-Q4", 16.14, null],
              ["Singapore", "Power", "2024-Q1", 14.52, null],
              ["Singapore", "Power", "2024-Q2", 12.9, null],
              ["Singapore", "Power", "2024-Q3", 11.28, null],
              ["Singapore", "Power", "2024-Q4", 9.66, null],
              ["Singapore", "Power", "2025-Q1", 8.04, null],
              ["Singapore", "Power", "2025-Q2", 6.42, "yes"],
              ["Singapore", "Power", "2025-Q3", 4.8, "yes"],
              ["Singapore", "Power", "2025-Q4", 3.18, "yes"],
              ["Singapore", "Power", "2026-Q1", 1.56, "yes"],
              ["Singapore", "Power", "2026-Q2", -0.06, "yes"],
              ["Singapore", "Power", "2026-Q3", -1.68, "yes"],
              ["Singapore", "Power", "2026-Q4", -3.3, "yes"],
              ["Singapore", "Power", "2027-Q1", -4.92, "yes"],
              ["Singapore", "Power", "2027-Q2", -6.54, "yes"],
              ["Singapore", "Power", "2027-Q3", -8.16, "yes"],
              ["Singapore", "Power", "2027-Q4", -9.78, "yes"],
              ["Singapore", "Cooling", "2023-Q1", 33.0, null],
              ["Singapore", "Cooling", "2023-Q2", 31.7, null],
              ["Singapore", "Cooling", "2023-Q3", 30.4, null],
              ["Singapore", "Cooling", "2023-Q4", 29.1, null],
              ["Singapore", "Cooling", "2024-Q1", 27.8, null],
              ["Singapore", "Cooling", "2024-Q2", 26.5, null],
              ["Singapore", "Cooling", "2024-Q3", 25.2, null],
              ["Singapore", "Cooling", "2024-Q4", 23.9, null],
              ["Singapore", "Cooling", "2025-Q1", 22.6, null],
              ["Singapore", "Cooling", "2025-Q2", 21.3, null],
              ["Singapore", "Cooling", "2025-Q3", 20.0, null],
              ["Singapore", "Cooling", "2025-Q4", 18.7, null],
              ["Singapore", "Cooling", "2026-Q1", 17.4, null],
              ["Singapore", "Cooling", "2026-Q2", 16.1, null],
              ["Singapore", "Cooling", "2026-Q3", 14.8, null],
              ["Singapore", "Cooling", "2026-Q4", 13.5, null],
              ["Singapore", "Cooling", "2027-Q1", 12.2, null],
              ["Singapore", "Cooling", "2027-Q2", 10.9, null],
              ["Singapore", "Cooling", "2027-Q3", 9.6, null],
              ["Singapore", "Cooling", "2027-Q4", 8.3, null],
              ["Singapore", "Space", "2023-Q1", 18.0, null],
              ["Singapore", "Space", "2023-Q2", 17.3, null],
              ["Singapore", "Space", "2023-Q3", 16.6, null],
              ["Singapore", "Space", "2023-Q4", 15.9, null],
              ["Singapore", "Space", "2024-Q1", 15.2, null],
              ["Singapore", "Space", "2024-Q2", 14.5, null],
              ["Singapore", "Space", "2024-Q3", 13.8, null],
              ["Singapore", "Space", "2024-Q4", 13.1, null],
              ["Singapore", "Space", "2025-Q1", 12.4, null],
              ["Singapore", "Space", "2025-Q2", 11.7, null],
              ["Singapore", "Space", "2025-Q3", 11.0, null],
              ["Singapore", "Space", "2025-Q4", 10.3, null],
              ["Singapore", "Space", "2026-Q1", 9.6, null],
              ["Singapore", "Space", "2026-Q2", 8.9, null],
              ["Singapore", "Space", "2026-Q3", 8.2, null],
              ["Singapore", "Space", "2026-Q4", 7.5, null],
              ["Singapore", "Space", "2027-Q1", 6.8, null],
              ["Singapore", "Space", "2027-Q2", 6.1, null],
              ["Singapore", "Space", "2027-Q3", 5.4, null],
              ["Singapore", "Space", "2027-Q4", 4.7, null]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "fabric",
            "title": "Network between accelerators",
            "takeaway": "96 switches join 128 servers and block nothing.",
            "question": "What is joined with what?",
            "origin": "analytical",
            "chart": {
              "kind": "fabric",
              "tiers": [
                {
                  "id": "core",
                  "name": "Core",
                  "noun": "switches",
                  "colour": "part/collective",
                  "count": 32,
                  "boxes": [
                    {
                      "name": "pod 1",
                      "count": 16
                    },
                    {
                      "name": "pod 2",
                      "count": 16
                    }
                  ]
                },
                {
                  "id": "spine",
                  "name": "Spine",
                  "noun": "switches",
                  "colour": "part/scale-out",
                  "count": 32,
                  "boxes": [
                    {
                      "name": "pod 1",
                      "count": 8
                    },
                    {
                      "name": "pod 2",
                      "count": 8
                    },
                    {
                      "name": "pod 3",
                      "count": 8
                    },
                    {
                      "name": "pod 4",
                      "count": 8
                    }
                  ]
                },
                {
                  "id": "leaf",
                  "name": "Leaf",
                  "noun": "switches",
                  "colour": "part/memory",
                  "count": 32,
                  "boxes": [
                    {
                      "name": "pod 1",
                      "count": 8
                    },
                    {
                      "name": "pod 2",
                      "count": 8
                    },
                    {
                      "name": "pod 3",
                      "count": 8
                    },
                    {
                      "name": "pod 4",
                      "count": 8
                    }
                  ]
                },
                {
                  "id": "servers",
                  "name": "Servers",
                  "noun": "servers",
                  "colour": "part/compute",
                  "count": 128,
                  "boxes": [
                    {
                      "name": "pod 1",
                      "count": 32
                    },
                    {
                      "name": "pod 2",
                      "count": 32
                    },
                    {
                      "name": "pod 3",
                      "count": 32
                    },
                    {
                      "name": "pod 4",
                      "count": 32
                    }
                  ]
                }
              ],
              "bundles": [
                {
                  "upper_tier": 0,
                  "upper_box": 0,
                  "lower_tier": 1,
                  "lower_box": 0,
                  "links": 128
                },
                {
                  "upper_tier": 0,
                  "upper_box": 1,
                  "lower_tier": 1,
                  "lower_box": 0,
                  "links": 128
                },
                {
                  "upper_tier": 1,
                  "upper_box": 0,
                  "lower_tier": 2,
                  "lower_box": 0,
                  "links": 256
                },
                {
                  "upper_tier": 2,
                  "upper_box": 0,
                  "lower_tier": 3,
                  "lower_box": 0,
                  "links": 256
                },
                {
                  "upper_tier": 0,
                  "upper_box": 0,
                  "lower_tier": 1,
                  "lower_box": 1,
                  "links": 128
                },
                {
                  "upper_tier": 0,
                  "upper_box": 1,
                  "lower_tier": 1,
                  "lower_box": 1,
                  "links": 128
                },
                {
                  "upper_tier": 1,
                  "upper_box": 1,
                  "lower_tier": 2,
                  "lower_box": 1,
                  "links": 256
                },
                {
                  "upper_tier": 2,
                  "upper_box": 1,
                  "lower_tier": 3,
                  "lower_box": 1,
                  "links": 256
                },
                {
                  "upper_tier": 0,
                  "upper_box": 0,
                  "lower_tier": 1,
                  "lower_box": 2,
                  "links": 128
                },
                {
                  "upper_tier": 0,
                  "upper_box": 1,
                  "lower_tier": 1,
                  "lower_box": 2,
                  "links": 128
                },
                {
                  "upper_tier": 1,
                  "upper_box": 2,
                  "lower_tier": 2,
                  "lower_box": 2,
                  "links": 256
                },
                {
                  "upper_tier": 2,
                  "upper_box": 2,
                  "lower_tier": 3,
                  "lower_box": 2,
                  "links": 256
                },
                {
                  "upper_tier": 0,
                  "upper_box": 0,
                  "lower_tier": 1,
                  "lower_box": 3,
                  "links": 128
                },
                {
                  "upper_tier": 0,
                  "upper_box": 1,
                  "lower_tier": 1,
                  "lower_box": 3,
                  "links": 128
                },
                {
                  "upper_tier": 1,
                  "upper_box": 3,
                  "lower_tier": 2,
                  "lower_box": 3,
                  "links": 256
                },
                {
                  "upper_tier": 2,
                  "upper_box": 3,
                  "lower_tier": 3,
                  "lower_box": 3,
                  "links": 256
                }
              ]
            }
          },
          "table": {
            "id": "fabric",
            "title": "Network between accelerators",
            "takeaway": "96 switches join 128 servers and block nothing.",
            "columns": [
              {
                "id": "part",
                "title": "Part",
                "kind": "text"
              },
              {
                "id": "count",
                "title": "Count",
                "kind": "integer",
                "origin": "analytical"
              },
              {
                "id": "drawn_as",
                "title": "Drawn as",
                "kind": "text"
              }
            ],
            "rows": [
              ["Core: switches", 32, "2 boxes"],
              ["Spine: switches", 32, "4 boxes"],
              ["Leaf: switches", 32, "4 boxes"],
              ["Servers: servers", 128, "4 boxes"],
              ["links, spine to core", 1024, "lines"],
              ["links, leaf to spine", 1024, "lines"],
              ["links, servers to leaf", 1024, "lines"]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "floor",
            "title": "Racks on the floor",
            "takeaway": "36 racks stand in two halls.",
            "question": "What stands where?",
            "origin": "assumed",
            "chart": {
              "kind": "floor",
              "halls": 2,
              "width_m": 30.0,
              "depth_m": 7.0,
              "outlines": [
                {
                  "name": "Hall 1",
                  "x": 0.0,
                  "y": 0.0,
                  "width": 14.0,
                  "depth": 7.0
                },
                {
                  "name": "Hall 2",
                  "x": 16.0,
                  "y": 0.0,
                  "width": 14.0,
                  "depth": 7.0
                }
              ],
              "kinds": [
                {
                  "id": "platforms",
                  "name": "Machines",
                  "colour": "part/compute",
                  "power_kw": 41.0
                },
                {
                  "id": "network",
                  "name": "Network",
                  "colour": "part/collective",
                  "power_kw": 6.0
                }
              ],
              "tiles": [
                {
                  "kind": 0,
                  "racks": 8,
                  "x": 1.5,
                  "y": 1.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 1,
                  "racks": 1,
                  "x": 6.3,
                  "y": 1.5,
                  "width": 0.6,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "label": "Row of eight",
                  "x": 6.8999999999999995,
                  "y": 1.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "x": 1.5,
                  "y": 4.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 1,
                  "racks": 1,
                  "x": 6.3,
                  "y": 4.5,
                  "width": 0.6,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "label": "Row of eight",
                  "x": 6.8999999999999995,
                  "y": 4.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "x": 17.5,
                  "y": 1.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 1,
                  "racks": 1,
                  "x": 22.3,
                  "y": 1.5,
                  "width": 0.6,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "label": "Row of eight",
                  "x": 22.9,
                  "y": 1.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "x": 17.5,
                  "y": 4.5,
                  "width": 4.8,
                  "depth": 1.2
                },
                {
                  "kind": 1,
                  "racks": 1,
                  "x": 22.3,
                  "y": 4.5,
                  "width": 0.6,
                  "depth": 1.2
                },
                {
                  "kind": 0,
                  "racks": 8,
                  "label": "Row of eight",
                  "x": 22.9,
                  "y": 4.5,
                  "width": 4.8,
                  "depth": 1.2
                }
              ]
            }
          },
          "table": {
            "id": "floor",
            "title": "Racks on the floor",
            "takeaway": "36 racks stand in two halls.",
            "columns": [
              {
                "id": "kind",
                "title": "Kind",
                "kind": "text"
              },
              {
                "id": "racks",
                "title": "Racks",
                "kind": "integer",
                "origin": "assumed"
              },
              {
                "id": "power_each_kw",
                "title": "Power of one",
                "unit": "kW",
                "kind": "number",
                "origin": "assumed"
              },
              {
                "id": "power_kw",
                "title": "Power of all",
                "unit": "kW",
                "kind": "number",
                "origin": "assumed"
              }
            ],
            "rows": [
              ["Machines", 64, 41.0, 2624.0],
              ["Network", 4, 6.0, 24.0]
            ]
          }
        }
      ],
      "tables": []
    },
    {
      "id": "performance",
      "title": "Performance",
      "lead": "",
      "charts": [
        {
          "spec": {
            "schema_version": "1.0",
            "id": "step-time",
            "title": "Step time, 70 B on 1,024 H100",
            "takeaway": "A step takes 693 ms; 56 % of it is the physical bound of its arithmetic.",
            "question": "Where does the time go?",
            "note": "Hatched outlines run hidden behind compute and add nothing.",
            "origin": "interpolated",
            "sources": ["sample-kernels"],
            "chart": {
              "kind": "waterfall",
              "y": {
                "title": "Time of one step",
                "unit": {
                  "suffix": "ms",
                  "prefix": "",
                  "symbol": "ms",
                  "name": "ms"
                },
                "scale": "linear"
              },
              "parts": [
                {
                  "id": "gemm",
                  "name": "Matrix multiply",
                  "colour": "part/compute",
                  "exposed": 412.0,
                  "hidden": 0.0
                },
                {
                  "id": "attention",
                  "name": "Attention",
                  "colour": "part/compute",
                  "exposed": 96.5,
                  "hidden": 0.0
                },
                {
                  "id": "memory",
                  "name": "Memory-bound operators",
                  "colour": "part/memory",
                  "exposed": 54.0,
                  "hidden": 0.0
                },
                {
                  "id": "tensor",
                  "name": "Tensor-parallel all-reduce",
                  "colour": "part/collective",
                  "exposed": 38.5,
                  "hidden": 71.0
                },
                {
                  "id": "data",
                  "name": "Gradient reduce-scatter",
                  "colour": "part/collective",
                  "exposed": 12.0,
                  "hidden": 128.0
                },
                {
                  "id": "bubble",
                  "name": "Pipeline bubble",
                  "colour": "part/bubble",
                  "exposed": 61.0,
                  "hidden": 0.0
                },
                {
                  "id": "overhead",
                  "name": "Launch and optimiser",
                  "colour": "part/overhead",
                  "exposed": 19.0,
                  "hidden": 0.0
                }
              ],
              "total_name": "Step time",
              "total": 693.0,
              "floor": {
                "name": "Dense peak",
                "value": 389.0
              }
            }
          },
          "table": {
            "id": "step-time",
            "title": "Step time, 70 B on 1,024 H100",
            "takeaway": "A step takes 693 ms; 56 % of it is the physical bound of its arithmetic.",
            "columns": [
              {
                "id": "part",
                "title": "Part",
                "kind": "text"
              },
              {
                "id": "exposed_ms",
                "title": "Exposed",
                "unit": "ms",
                "kind": "number",
                "origin": "interpolated",
                "sources": ["sample-kernels"]
              },
              {
                "id": "hidden_ms",
                "title": "Hidden behind others",
                "unit": "ms",
                "kind": "number",
                "origin": "interpolated",
                "sources": ["sample-kernels"]
              },
              {
                "id": "share_percent",
                "title": "Share of total",
                "unit": "percent",
                "kind": "number",
                "origin": "interpolated",
                "sources": ["sample-kernels"]
              }
            ],
            "rows": [
              ["Matrix multiply", 412.0, 0.0, 59.45165945165945],
              ["Attention", 96.5, 0.0, 13.924963924963924],
              ["Memory-bound operators", 54.0, 0.0, 7.792207792207792],
              ["Tensor-parallel all-reduce", 38.5, 71.0, 5.555555555555555],
              ["Gradient reduce-scatter", 12.0, 128.0, 1.7316017316017316],
              ["Pipeline bubble", 61.0, 0.0, 8.802308802308803],
              ["Launch and optimiser", 19.0, 0.0, 2.7417027417027415],
              ["Step time", 693.0, null, 100.0],
              ["Dense peak", 389.0, null, 56.132756132756136]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "memory",
            "title": "Memory of one device, by strategy",
            "takeaway": "Three of four strategies fit in 80 GB; two pipeline stages do not.",
            "question": "Does it fit?",
            "note": "Decimal gigabytes.",
            "origin": "analytical",
            "chart": {
              "kind": "memory-stack",
              "options": {
                "type": "texts",
                "title": "Strategy",
                "values": ["TP8 PP4, batch 1", "TP8 PP4, batch 2", "TP4 PP8, batch 2", "TP8 PP2, batch 2"]
              },
              "y": {
                "title": "Memory of one device",
                "unit": {
                  "suffix": "gb",
                  "prefix": "",
                  "symbol": "GB",
                  "name": "decimal GB"
                },
                "scale": "linear"
              },
              "parts": [
                {
                  "id": "weights",
                  "name": "Weights",
                  "colour": "part/weights",
                  "values": [4.4, 4.4, 4.4, 8.8]
                },
                {
                  "id": "gradients",
                  "name": "Gradients",
                  "colour": "part/gradients",
                  "values": [8.8, 8.8, 8.8, 17.5]
                },
                {
                  "id": "optimiser",
                  "name": "Optimiser",
                  "colour": "part/optimiser",
                  "values": [13.1, 13.1, 13.1, 26.3]
                },
                {
                  "id": "activations",
                  "name": "Activations",
                  "colour": "part/activations",
                  "values": [17.2, 34.4, 41.0, 34.4]
                },
                {
                  "id": "overhead",
                  "name": "Overhead",
                  "colour": "part/overhead",
                  "values": [5.5, 5.5, 5.5, 5.5]
                }
              ],
              "capacity_name": "HBM capacity",
              "capacity": [80.0, 80.0, 80.0, 80.0]
            }
          },
          "table": {
            "id": "memory",
            "title": "Memory of one device, by strategy",
            "takeaway": "Three of four strategies fit in 80 GB; two pipeline stages do not.",
            "columns": [
              {
                "id": "strategy",
                "title": "Strategy",
                "kind": "text"
              },
              {
                "id": "weights_gb",
                "title": "Weights",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "gradients_gb",
                "title": "Gradients",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "optimiser_gb",
                "title": "Optimiser",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "activations_gb",
                "title": "Activations",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "overhead_gb",
                "title": "Overhead",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "total_gb",
                "title": "Total",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "capacity_gb",
                "title": "HBM capacity",
                "unit": "decimal GB",
                "kind": "number",
                "origin": "analytical"
              }
            ],
            "rows": [
              ["TP8 PP4, batch 1", 4.4, 8.8, 13.1, 17.2, 5.5, 49.0, 80.0],
              ["TP8 PP4, batch 2", 4.4, 8.8, 13.1, 34.4, 5.5, 66.2, 80.0],
              ["TP4 PP8, batch 2", 4.4, 8.8, 13.1, 41.0, 5.5, 72.8, 80.0],
              ["TP8 PP2, batch 2", 8.8, 17.5, 26.3, 34.4, 5.5, 92.5, 80.0]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "pareto",
            "title": "Cost against latency",
            "takeaway": "B200 at batch 64 meets the SLO at the lowest cost.",
            "question": "What is the trade?",
            "origin": "interpolated",
            "sources": ["sample-kernels", "sample-prices"],
            "chart": {
              "kind": "pareto",
              "x": {
                "title": "Time to first token, p99",
                "unit": {
                  "suffix": "ms",
                  "prefix": "",
                  "symbol": "ms",
                  "name": "ms"
                },
                "scale": "linear"
              },
              "y": {
                "title": "Cost",
                "unit": {
                  "suffix": "usd_per_mtokens",
                  "prefix": "",
                  "symbol": "USD/M tokens",
                  "name": "USD per million tokens"
                },
                "scale": "linear"
              },
              "points": [
                {
                  "id": "h100-hgx-8-0",
                  "name": "H100, batch 8",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 60.0,
                  "y": 5.72,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-1",
                  "name": "H100, batch 16",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 118.0,
                  "y": 3.84,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-2",
                  "name": "H100, batch 24",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 176.0,
                  "y": 2.89,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-3",
                  "name": "H100, batch 32",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 168.0,
                  "y": 3.24,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-4",
                  "name": "H100, batch 40",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 226.0,
                  "y": 2.63,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-5",
                  "name": "H100, batch 48",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 284.0,
                  "y": 2.67,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-6",
                  "name": "H100, batch 56",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 276.0,
                  "y": 2.49,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-7",
                  "name": "H100, batch 64",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 334.0,
                  "y": 2.11,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-8",
                  "name": "H100, batch 72",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 392.0,
                  "y": 2.27,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-9",
                  "name": "H100, batch 80",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 384.0,
                  "y": 2.08,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-10",
                  "name": "H100, batch 88",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 442.0,
                  "y": 2.27,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-11",
                  "name": "H100, batch 96",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 434.0,
                  "y": 2.07,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-12",
                  "name": "H100, batch 104",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 492.0,
                  "y": 2.28,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "h100-hgx-8-13",
                  "name": "H100, batch 112",
                  "group": "H100",
                  "colour": "technology/h100-hgx-8",
                  "x": 550.0,
                  "y": 2.01,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-0",
                  "name": "B200, batch 8",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 60.0,
                  "y": 3.58,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-1",
                  "name": "B200, batch 16",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 118.0,
                  "y": 2.5,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-2",
                  "name": "B200, batch 24",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 176.0,
                  "y": 1.83,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-3",
                  "name": "B200, batch 32",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 168.0,
                  "y": 2.16,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-4",
                  "name": "B200, batch 40",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 226.0,
                  "y": 1.7,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-5",
                  "name": "B200, batch 48",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 284.0,
                  "y": 1.83,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-6",
                  "name": "B200, batch 56",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 276.0,
                  "y": 1.63,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-7",
                  "name": "B200, batch 64",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 334.0,
                  "y": 1.32,
                  "on_front": true,
                  "chosen": true
                },
                {
                  "id": "b200-nvl72-8",
                  "name": "B200, batch 72",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 392.0,
                  "y": 1.53,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-9",
                  "name": "B200, batch 80",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 384.0,
                  "y": 1.32,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-10",
                  "name": "B200, batch 88",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 442.0,
                  "y": 1.55,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-11",
                  "name": "B200, batch 96",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 434.0,
                  "y": 1.35,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-12",
                  "name": "B200, batch 104",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 492.0,
                  "y": 1.58,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "b200-nvl72-13",
                  "name": "B200, batch 112",
                  "group": "B200",
                  "colour": "technology/b200-nvl72",
                  "x": 550.0,
                  "y": 1.34,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-0",
                  "name": "Own chip, batch 8",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 250.0,
                  "y": 2.62,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-1",
                  "name": "Own chip, batch 16",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 308.0,
                  "y": 1.91,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-2",
                  "name": "Own chip, batch 24",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 366.0,
                  "y": 1.36,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-3",
                  "name": "Own chip, batch 32",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 358.0,
                  "y": 1.68,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-4",
                  "name": "Own chip, batch 40",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 416.0,
                  "y": 1.28,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-5",
                  "name": "Own chip, batch 48",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 474.0,
                  "y": 1.45,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-6",
                  "name": "Own chip, batch 56",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 466.0,
                  "y": 1.25,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-7",
                  "name": "Own chip, batch 64",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 524.0,
                  "y": 0.97,
                  "on_front": true,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-8",
                  "name": "Own chip, batch 72",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 582.0,
                  "y": 1.19,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-9",
                  "name": "Own chip, batch 80",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 574.0,
                  "y": 0.99,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-10",
                  "name": "Own chip, batch 88",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 632.0,
                  "y": 1.23,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-11",
                  "name": "Own chip, batch 96",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 624.0,
                  "y": 1.02,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-12",
                  "name": "Own chip, batch 104",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 682.0,
                  "y": 1.27,
                  "on_front": false,
                  "chosen": false
                },
                {
                  "id": "own-inference-1-13",
                  "name": "Own chip, batch 112",
                  "group": "Own chip",
                  "colour": "technology/own-inference-1",
                  "x": 740.0,
                  "y": 1.04,
                  "on_front": false,
                  "chosen": false
                }
              ],
              "x_limit": {
                "name": "SLO 400 ms",
                "value": 400.0
              }
            }
          },
          "table": {
            "id": "pareto",
            "title": "Cost against latency",
            "takeaway": "B200 at batch 64 meets the SLO at the lowest cost.",
            "columns": [
              {
                "id": "option",
                "title": "Option",
                "kind": "text"
              },
              {
                "id": "group",
                "title": "Group",
                "kind": "text"
              },
              {
                "id": "time_to_first_token_p99_ms",
                "title": "Time to first token, p99",
                "unit": "ms",
                "kind": "number",
                "origin": "interpolated",
                "sources": ["sample-kernels", "sample-prices"]
              },
              {
                "id": "cost_usd_per_mtokens",
                "title": "Cost",
                "unit": "USD per million tokens",
                "kind": "number",
                "origin": "interpolated",
                "sources": ["sample-kernels", "sample-prices"]
              },
              {
                "id": "standing",
                "title": "Standing",
                "kind": "text"
              }
            ],
            "rows": [
              ["B200, batch 8", "B200", 60.0, 3.58, "on the front"],
              ["H100, batch 8", "H100", 60.0, 5.72, null],
              ["B200, batch 16", "B200", 118.0, 2.5, "on the front"],
              ["H100, batch 16", "H100", 118.0, 3.84, null],
              ["B200, batch 32", "B200", 168.0, 2.16, "on the front"],
              ["H100, batch 32", "H100", 168.0, 3.24, null],
              ["B200, batch 24", "B200", 176.0, 1.83, "on the front"],
              ["H100, batch 24", "H100", 176.0, 2.89, null],
              ["B200, batch 40", "B200", 226.0, 1.7, "on the front"],
              ["H100, batch 40", "H100", 226.0, 2.63, null],
              ["Own chip, batch 8", "Own chip", 250.0, 2.62, null],
              ["B200, batch 56", "B200", 276.0, 1.63, "on the front"],
              ["H100, batch 56", "H100", 276.0, 2.49, null],
              ["B200, batch 48", "B200", 284.0, 1.83, null],
              ["H100, batch 48", "H100", 284.0, 2.67, null],
              ["Own chip, batch 16", "Own chip", 308.0, 1.91, null],
              ["B200, batch 64", "B200", 334.0, 1.32, "chosen, on the front"],
              ["H100, batch 64", "H100", 334.0, 2.11, null],
              ["Own chip, batch 32", "Own chip", 358.0, 1.68, null],
              ["Own chip, batch 24", "Own chip", 366.0, 1.36, null],
              ["B200, batch 80", "B200", 384.0, 1.32, null],
              ["H100, batch 80", "H100", 384.0, 2.08, null],
              ["B200, batch 72", "B200", 392.0, 1.53, null],
              ["H100, batch 72", "H100", 392.0, 2.27, null],
              ["Own chip, batch 40", "Own chip", 416.0, 1.28, "on the front"],
              ["B200, batch 96", "B200", 434.0, 1.35, null],
              ["H100, batch 96", "H100", 434.0, 2.07, null],
              ["B200, batch 88", "B200", 442.0, 1.55, null],
              ["H100, batch 88", "H100", 442.0, 2.27, null],
              ["Own chip, batch 56", "Own chip", 466.0, 1.25, "on the front"],
              ["Own chip, batch 48", "Own chip", 474.0, 1.45, null],
              ["B200, batch 104", "B200", 492.0, 1.58, null],
              ["H100, batch 104", "H100", 492.0, 2.28, null],
              ["Own chip, batch 64", "Own chip", 524.0, 0.97, "on the front"],
              ["B200, batch 112", "B200", 550.0, 1.34, null],
              ["H100, batch 112", "H100", 550.0, 2.01, null],
              ["Own chip, batch 80", "Own chip", 574.0, 0.99, null],
              ["Own chip, batch 72", "Own chip", 582.0, 1.19, null],
              ["Own chip, batch 96", "Own chip", 624.0, 1.02, null],
              ["Own chip, batch 88", "Own chip", 632.0, 1.23, null],
              ["Own chip, batch 104", "Own chip", 682.0, 1.27, null],
              ["Own chip, batch 112", "Own chip", 740.0, 1.04, null]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "scaling",
            "title": "Scaling of one run",
            "takeaway": "Eight times the devices are six times as fast with the same batch.",
            "question": "What would more devices give?",
            "origin": "analytical",
            "chart": {
              "kind": "lines",
              "x": {
                "type": "texts",
                "title": "Devices",
                "values": ["512", "1,024", "2,048", "4,096", "8,192"]
              },
              "y": {
                "title": "Time of the run",
                "unit": {
                  "suffix": "days",
                  "prefix": "",
                  "symbol": "days",
                  "name": "days"
                },
                "scale": "log"
              },
              "lines": [
                {
                  "id": "same",
                  "name": "Same batch",
                  "colour": "role/chosen",
                  "values": [61.0, 31.5, 17.0, 10.1, 7.2]
                },
                {
                  "id": "grown",
                  "name": "Grown batch",
                  "colour": "role/load",
                  "values": [61.0, 30.8, 15.7, 8.1, null]
                }
              ],
              "faint": [
                {
                  "id": "ideal",
                  "name": "Ideal",
                  "colour": "role/baseline",
                  "values": [61.0, 30.5, 15.25, 7.6, 3.8]
                }
              ]
            }
          },
          "table": {
            "id": "scaling",
            "title": "Scaling of one run",
            "takeaway": "Eight times the devices are six times as fast with the same batch.",
            "columns": [
              {
                "id": "devices",
                "title": "Devices",
                "kind": "text"
              },
              {
                "id": "same_days",
                "title": "Same batch",
                "unit": "days",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "grown_days",
                "title": "Grown batch",
                "unit": "days",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "ideal_days",
                "title": "Ideal",
                "unit": "days",
                "kind": "number",
                "origin": "analytical"
              }
            ],
            "rows": [
              ["512", 61.0, 61.0, 61.0],
              ["1,024", 31.5, 30.8, 30.5],
              ["2,048", 17.0, 15.7, 15.25],
              ["4,096", 10.1, 8.1, 7.6],
              ["8,192", 7.2, null, 3.8]
            ]
          }
        },
        {
          "spec": {
            "schema_version": "1.0",
            "id": "schedule",
            "title": "Schedule of a pipeline",
            "takeaway": "Stages wait a third of the time.",
            "question": "Is the schedule good?",
            "note": "Numbers name micro-batches.",
            "origin": "analytical",
            "chart": {
              "kind": "schedule",
              "time": {
                "title": "Time",
                "unit": {
                  "suffix": "ms",
                  "prefix": "",
                  "symbol": "ms",
                  "name": "ms"
                },
                "scale": "linear"
              },
              "stages": 4,
              "colours": {
                "forward": "part/compute",
                "backward": "part/collective",
                "weight": "part/recompute"
              },
              "slots": [
                {
                  "stage": 0,
                  "kind": "forward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 0.0,
                  "to": 10.0
                },
                {
                  "stage": 0,
                  "kind": "backward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 150.0,
                  "to": 170.0
                },
                {
                  "stage": 0,
                  "kind": "forward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 10.0,
                  "to": 20.0
                },
                {
                  "stage": 0,
                  "kind": "backward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 170.0,
                  "to": 190.0
                },
                {
                  "stage": 0,
                  "kind": "forward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 20.0,
                  "to": 30.0
                },
                {
                  "stage": 0,
                  "kind": "backward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 190.0,
                  "to": 210.0
                },
                {
                  "stage": 0,
                  "kind": "forward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 30.0,
                  "to": 40.0
                },
                {
                  "stage": 0,
                  "kind": "backward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 210.0,
                  "to": 230.0
                },
                {
                  "stage": 0,
                  "kind": "forward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 40.0,
                  "to": 50.0
                },
                {
                  "stage": 0,
                  "kind": "backward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 230.0,
                  "to": 250.0
                },
                {
                  "stage": 0,
                  "kind": "forward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 50.0,
                  "to": 60.0
                },
                {
                  "stage": 0,
                  "kind": "backward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 250.0,
                  "to": 270.0
                },
                {
                  "stage": 1,
                  "kind": "forward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 10.0,
                  "to": 20.0
                },
                {
                  "stage": 1,
                  "kind": "backward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 130.0,
                  "to": 150.0
                },
                {
                  "stage": 1,
                  "kind": "forward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 20.0,
                  "to": 30.0
                },
                {
                  "stage": 1,
                  "kind": "backward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 150.0,
                  "to": 170.0
                },
                {
                  "stage": 1,
                  "kind": "forward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 30.0,
                  "to": 40.0
                },
                {
                  "stage": 1,
                  "kind": "backward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 170.0,
                  "to": 190.0
                },
                {
                  "stage": 1,
                  "kind": "forward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 40.0,
                  "to": 50.0
                },
                {
                  "stage": 1,
                  "kind": "backward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 190.0,
                  "to": 210.0
                },
                {
                  "stage": 1,
                  "kind": "forward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 50.0,
                  "to": 60.0
                },
                {
                  "stage": 1,
                  "kind": "backward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 210.0,
                  "to": 230.0
                },
                {
                  "stage": 1,
                  "kind": "forward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 60.0,
                  "to": 70.0
                },
                {
                  "stage": 1,
                  "kind": "backward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 230.0,
                  "to": 250.0
                },
                {
                  "stage": 2,
                  "kind": "forward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 20.0,
                  "to": 30.0
                },
                {
                  "stage": 2,
                  "kind": "backward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 110.0,
                  "to": 130.0
                },
                {
                  "stage": 2,
                  "kind": "forward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 30.0,
                  "to": 40.0
                },
                {
                  "stage": 2,
                  "kind": "backward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 130.0,
                  "to": 150.0
                },
                {
                  "stage": 2,
                  "kind": "forward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 40.0,
                  "to": 50.0
                },
                {
                  "stage": 2,
                  "kind": "backward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 150.0,
                  "to": 170.0
                },
                {
                  "stage": 2,
                  "kind": "forward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 50.0,
                  "to": 60.0
                },
                {
                  "stage": 2,
                  "kind": "backward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 170.0,
                  "to": 190.0
                },
                {
                  "stage": 2,
                  "kind": "forward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 60.0,
                  "to": 70.0
                },
                {
                  "stage": 2,
                  "kind": "backward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 190.0,
                  "to": 210.0
                },
                {
                  "stage": 2,
                  "kind": "forward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 70.0,
                  "to": 80.0
                },
                {
                  "stage": 2,
                  "kind": "backward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 210.0,
                  "to": 230.0
                },
                {
                  "stage": 3,
                  "kind": "forward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 30.0,
                  "to": 40.0
                },
                {
                  "stage": 3,
                  "kind": "backward",
                  "microbatch": 0,
                  "chunk": 0,
                  "from": 90.0,
                  "to": 110.0
                },
                {
                  "stage": 3,
                  "kind": "forward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 40.0,
                  "to": 50.0
                },
                {
                  "stage": 3,
                  "kind": "backward",
                  "microbatch": 1,
                  "chunk": 0,
                  "from": 110.0,
                  "to": 130.0
                },
                {
                  "stage": 3,
                  "kind": "forward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 50.0,
                  "to": 60.0
                },
                {
                  "stage": 3,
                  "kind": "backward",
                  "microbatch": 2,
                  "chunk": 0,
                  "from": 130.0,
                  "to": 150.0
                },
                {
                  "stage": 3,
                  "kind": "forward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 60.0,
                  "to": 70.0
                },
                {
                  "stage": 3,
                  "kind": "backward",
                  "microbatch": 3,
                  "chunk": 0,
                  "from": 150.0,
                  "to": 170.0
                },
                {
                  "stage": 3,
                  "kind": "forward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 70.0,
                  "to": 80.0
                },
                {
                  "stage": 3,
                  "kind": "backward",
                  "microbatch": 4,
                  "chunk": 0,
                  "from": 170.0,
                  "to": 190.0
                },
                {
                  "stage": 3,
                  "kind": "forward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 80.0,
                  "to": 90.0
                },
                {
                  "stage": 3,
                  "kind": "backward",
                  "microbatch": 5,
                  "chunk": 0,
                  "from": 190.0,
                  "to": 210.0
                }
              ]
            }
          },
          "table": {
            "id": "schedule",
            "title": "Schedule of a pipeline",
            "takeaway": "Stages wait a third of the time.",
            "columns": [
              {
                "id": "stage",
                "title": "Stage",
                "kind": "integer",
                "origin": "analytical"
              },
              {
                "id": "forward_ms",
                "title": "Forward",
                "unit": "ms",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "backward_ms",
                "title": "Backward",
                "unit": "ms",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "weight_gradients_ms",
                "title": "Weight gradients",
                "unit": "ms",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "waiting_ms",
                "title": "Waiting",
                "unit": "ms",
                "kind": "number",
                "origin": "analytical"
              },
              {
                "id": "waiting_percent",
                "title": "Waiting",
                "unit": "percent",
                "kind": "number",
                "decimals": 1,
                "origin": "analytical"
              }
            ],
            "rows": [
              [0, 60.0, 120.0, -0.0, 90.0, 33.33333333333333],
              [1, 60.0, 120.0, -0.0, 90.0, 33.33333333333333],
              [2, 60.0, 120.0, -0.0, 90.0, 33.33333333333333],
              [3, 60.0, 120.0, -0.0, 90.0, 33.33333333333333]
            ]
          }
        }
      ],
      "tables": []
    },
    {
      "id": "risk",
      "title": "Risk",
      "lead": "",
      "charts": [
        {
          "spec": {
            "schema_version": "1.0",
            "id": "fan",
            "title": "Demand in 200 futures",
            "takeaway": "By 2027-Q4 demand is between 96 and 213 EFLOP/s in nine of ten futures.",
            "question": "How sure are we?",
            "note": "Percentiles of 200 sampled futures; thin lines are six of them.",
            "origin": "assumed",
            "sources": ["sample-demand"],
            "chart": {
              "kind": "fan",
              "x": {
                "type": "quarters",
                "values": ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
              },
              "y": {
                "title": "Demand",
                "unit": {
                  "suffix": "eflop_per_s",
                  "prefix": "",
                  "symbol": "EFLOP/s",
                  "name": "EFLOP/s"
                },
                "scale": "linear"
              },
              "median": {
                "id": "median",
                "name": "Median",
                "colour": "role/load",
                "values": [18.0, 20.07, 22.38, 24.95, 27.82, 31.02, 34.59, 38.57, 43.0, 47.95, 53.46, 59.61, 66.46, 74.1, 82.63, 92.13, 102.72, 114.54, 127.71, 142.4]
              },
              "bands": [
                {
                  "name": "p5 to p95",
                  "low": [18.0, 19.73, 21.62, 23.68, 25.93, 28.38, 31.06, 33.98, 37.15, 40.61, 44.37, 48.46, 52.9, 57.72, 62.96, 68.64, 74.78, 81.44, 88.63, 96.4],
                  "high": [18.0, 20.59, 23.54, 26.9, 30.71, 35.05, 39.99, 45.59, 51.94, 59.17, 67.36, 76.66, 87.2, 99.15, 112.71, 128.06, 145.45, 165.17, 187.48, 212.75]
                },
                {
                  "name": "p25 to p75",
                  "low": [18.0, 19.93, 22.07, 24.43, 27.04, 29.93, 33.14, 36.68, 40.59, 44.93, 49.72, 55.02, 60.88, 67.36, 74.53, 82.46, 91.22, 100.91, 111.62, 123.46],
                  "high": [18.0, 20.25, 22.78, 25.62, 28.82, 32.42, 36.46, 41.0, 46.1, 51.83, 58.27, 65.51, 73.64, 82.77, 93.04, 104.57, 117.51, 132.06, 148.4, 166.75]
                }
              ],
              "scenarios": [
                {
                  "id": "future-0",
                  "name": "Future 1",
                  "colour": "role/scenario",
                  "values": [18.0, 19.67, 21.48, 23.45, 25.59, 27.92, 30.44, 33.17, 36.12, 39.32, 42.77, 46.5, 50.51, 54.83, 59.49, 64.49, 69.85, 75.6, 81.73, 88.29]
                },
                {
                  "id": "future-1",
                  "name": "Future 2",
                  "colour": "role/scenario",
                  "values": [18.0, 19.85, 21.89, 24.13, 26.6, 29.31, 32.31, 35.6, 39.22, 43.2, 47.58, 52.4, 57.69, 63.5, 69.9, 76.93, 84.64, 93.12, 102.42, 112.64]
                },
                {
                  "id": "future-2",
                  "name": "Future 3",
                  "colour": "role/scenario",
                  "values": [18.0, 20.02, 22.27, 24.76, 27.54, 30.63, 34.07, 37.9, 42.14, 46.87, 52.12, 57.97, 64.47, 71.69, 79.74, 88.68, 98.61, 109.67, 121.96, 135.64]
                },
                {
                  "id": "future-3",
                  "name": "Future 4",
                  "colour": "role/scenario",
                  "values": [18.0, 20.15, 22.56, 25.25, 28.27, 31.64, 35.42, 39.65, 44.38, 49.68, 55.6, 62.23, 69.65, 77.95, 87.26, 97.66, 109.29, 122.33, 136.91, 153.22]
                },
                {
                  "id": "future-4",
                  "name": "Future 5",
                  "colour": "role/scenario",
                  "values": [18.0, 20.37, 23.05, 26.07, 29.49, 33.35, 37.7, 42.62, 48.16, 54.42, 61.48, 69.45, 78.42, 88.55, 99.98, 112.86, 127.37, 143.75, 162.19, 182.98]
                },
                {
                  "id": "future-5",
                  "name": "Future 6",
                  "colour": "role/scenario",
                  "values": [18.0, 20.69, 23.77, 27.27, 31.27, 35.83, 41.02, 46.94, 53.66, 61.33, 70.03, 79.94, 91.18, 103.96, 118.49, 134.97, 153.67, 174.9, 198.97, 226.27]
                }
              ]
            }
          },
          "table": {
            "id": "fan",
            "title": "Demand in 200 futures",
            "takeaway": "By 2027-Q4 demand is between 96 and 213 EFLOP/s in nine of ten futures.",
            "columns": [
              {
                "id": "quarter",
                "title": "Quarter",
                "kind": "quarter"
              },
              {
                "id": "median_eflop_per_s",
                "title": "Median",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "p5_to_p95_low_eflop_per_s",
                "title": "p5 to p95 low",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "p5_to_p95_high_eflop_per_s",
                "title": "p5 to p95 high",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "p25_to_p75_low_eflop_per_s",
                "title": "p25 to p75 low",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "p25_to_p75_high_eflop_per_s",
                "title": "p25 to p75 high",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "future_0_eflop_per_s",
                "title": "Future 1",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "future_1_eflop_per_s",
                "title": "Future 2",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "future_2_eflop_per_s",
                "title": "Future 3",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "future_3_eflop_per_s",
                "title": "Future 4",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "future_4_eflop_per_s",
                "title": "Future 5",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              },
              {
                "id": "future_5_eflop_per_s",
                "title": "Future 6",
                "unit": "EFLOP/s",
                "kind": "number",
                "origin": "assumed",
                "sources": ["sample-demand"]
              }
            ],
            "rows": [
              ["2023-Q1", 18.0, 18.0, 18.0, 18.0, 18.0, 18.0, 18.0, 18.0, 18.0, 18.0, 18.0],
              ["2023-Q2", 20.07, 19.73, 20.59, 19.93, 20.25, 19.67, 19.85, 20.02, 20.15, 20.37, 20.69],
              ["2023-Q3", 22.38, 21.62, 23.54, 22.07, 22.78, 21.48, 21.89, 22.27, 22.56, 23.05, 23.77],
              ["2023-Q4", 24.95, 23.68, 26.9, 24.43, 25.62, 23.45, 24.13, 24.76, 25.25, 26.07, 27.27],
              ["2024-Q1", 27.82, 25.93, 30.71, 27.04, 28.82, 25.59, 26.6, 27.54, 28.27, 29.49, 31.27],
              ["2024-Q2", 31.02, 28.38, 35.05, 29.93, 32.42, 27.92, 29.31, 30.63, 31.64, 33.35, 35.83],
              ["2024-Q3", 34.59, 31.06, 39.99, 33.14, 36.46, 30.44, 32.31, 34.07, 35.42, 37.7, 41.02],
              ["2024-Q4", 38.57, 33.98, 45.59, 36.68, 41.0, 33.17, 35.6, 37.9, 39.65, 42.62, 46.94],
              ["2025-Q1", 43.0, 37.15, 51.94, 40.59, 46.1, 36.12, 39.22, 42.14, 44.38, 48.16, 53.66],
              ["2025-Q2", 47.95, 40.61, 59.17, 44.93, 51.83, 39.32, 43.2, 46.87, 49.68, 54.42, 61.33],
              ["2025-Q3", 53.46, 44.37, 67.36, 49.72, 58.27, 42.77, 47.58, 52.12, 55.6, 61.48, 70.03],
              ["2025-Q4", 59.61, 48.46, 76.66, 55.02, 65.51, 46.5, 52.4, 57.97, 62.23, 69.45, 79.94],
              ["2026-Q1", 66.46, 52.9, 87.2, 60.88, 73.64, 50.51, 57.69, 64.47, 69.65, 78.42, 91.18],
              ["2026-Q2", 74.1, 57.72, 99.15, 67.36, 82.77, 54.83, 63.5, 71.69, 77.95, 88.55, 103.96],
              ["2026-Q3", 82.63, 62.96, 112.71, 74.53, 93.04, 59.49, 69.9, 79.74, 87.26, 99.98, 118.49],
              ["2026-Q4", 92.13, 68.64, 128.06, 82.46, 104.57, 64.49, 76.93, 88.68, 97.66, 112.86, 134.97],
              ["2027-Q1", 102.72, 74.78, 145.45, 91.22, 117.51, 69.85, 84.64, 98.61, 109.29, 127.37, 153.67],
              ["2027-Q2", 114.54, 81.44, 165.17, 100.91, 132.06, 75.6, 93.12, 109.67, 122.33, 143.75, 174.9],
              ["2027-Q3", 127.71, 88.63, 187.48, 111.62, 148.4, 81.73, 102.42, 121.96, 136.91, 162.19, 198.97],
              ["2027-Q4", 142.4, 96.4, 212.75, 123.46, 166.75, 88.29, 112.64, 135.64, 153.22, 182.98, 226.27]
            ]
          }
        }
      ],
      "tables": []
    }
  ],
  "inputs": [
    {
      "name": "scenario.toml",
      "text": "# Made up, to show the page.\nschema = 1\nname = \"sample\"\n\n[horizon]\nstart = \"2023-Q1\"\nend = \"2027-Q4\"\ndiscount_rate = \"8 %/yr\"\n\n[[site]]\nid = \"dublin\"\nit_power = \"40 MW\"\ncooling = \"air\"\n"
    }
  ],
  "provenance": [
    ["Scenario", "sample"],
    ["Quarterdeck", "0.1.0"],
    ["Seed", "7"],
    ["Catalogue hash", "3f9a1c07d2b4"],
    ["Solver", "HiGHS 1.10"],
    ["Solver gap", "0.4 %"],
    ["Price year", "2023"]
  ],
  "sources": [
    {
      "id": "sample-demand",
      "title": "Demand forecast of January 2023",
      "publisher": "Sample Company (made up)",
      "date": "2023-01-15"
    },
    {
      "id": "sample-fleet",
      "title": "Fleet register",
      "publisher": "Sample Company (made up)",
      "date": "2023-01-15"
    },
    {
      "id": "sample-prices",
      "title": "Price list",
      "publisher": "Sample Company (made up)",
      "date": "2023-01-15"
    },
    {
      "id": "sample-sites",
      "title": "Site register",
      "publisher": "Sample Company (made up)",
      "date": "2023-01-15"
    },
    {
      "id": "sample-kernels",
      "title": "Kernel measurements",
      "publisher": "Sample Company (made up)",
      "date": "2023-01-15"
    }
  ],
  "palette": {
    "class/building": {
      "light": "#7d8799",
      "dark": "#8f9aad",
      "pattern": "solid"
    },
    "class/machines": {
      "light": "#0a5c9c",
      "dark": "#3f94d6",
      "pattern": "solid"
    },
    "class/network": {
      "light": "#e0a100",
      "dark": "#f0b83a",
      "pattern": "rising"
    },
    "class/power": {
      "light": "#009e73",
      "dark": "#1fb588",
      "pattern": "dots"
    },
    "class/programme": {
      "light": "#b5679a",
      "dark": "#d58cbd",
      "pattern": "falling"
    },
    "part/activations": {
      "light": "#e0a100",
      "dark": "#f0b83a",
      "pattern": "rising"
    },
    "part/bubble": {
      "light": "#b5679a",
      "dark": "#d58cbd",
      "pattern": "falling"
    },
    "part/build": {
      "light": "#7d8799",
      "dark": "#8f9aad",
      "pattern": "solid"
    },
    "part/burn-in": {
      "light": "#b5679a",
      "dark": "#d58cbd",
      "pattern": "falling"
    },
    "part/cancelled": {
      "light": "#c8252c",
      "dark": "#ff6b66",
      "pattern": "hatch"
    },
    "part/collective": {
      "light": "#e0a100",
      "dark": "#f0b83a",
      "pattern": "rising"
    },
    "part/compute": {
      "light": "#0a5c9c",
      "dark": "#3f94d6",
      "pattern": "solid"
    },
    "part/deliver": {
      "light": "#56b4e9",
      "dark": "#7cc6ef",
      "pattern": "dots"
    },
    "part/design": {
      "light": "#0072b2",
      "dark": "#4aa3df",
      "pattern": "solid"
    },
    "part/gradients": {
      "light": "#56b4e9",
      "dark": "#7cc6ef",
      "pattern": "dots"
    },
    "part/in-service": {
      "light": "#009e73",
      "dark": "#1fb588",
      "pattern": "solid"
    },
    "part/memory": {
      "light": "#56b4e9",
      "dark": "#7cc6ef",
      "pattern": "dots"
    },
    "part/optimiser": {
      "light": "#b5679a",
      "dark": "#d58cbd",
      "pattern": "falling"
    },
    "part/order": {
      "light": "#e0a100",
      "dark": "#f0b83a",
      "pattern": "rising"
    },
    "part/overhead": {
      "light": "#7d8799",
      "dark": "#8f9aad",
      "pattern": "vertical"
    },
    "part/paused": {
      "light": "#b7bdc9",
      "dark": "#5b6474",
      "pattern": "vertical"
    },
    "part/permit": {
      "light": "#c98d5e",
      "dark": "#d9a277",
      "pattern": "horizontal"
    },
    "part/recompute": {
      "light": "#7d8799",
      "dark": "#8f9aad",
      "pattern": "horizontal"
    },
    "part/scale-out": {
      "light": "#a3602c",
      "dark": "#c17c46",
      "pattern": "vertical"
    },
    "part/weights": {
      "light": "#0a5c9c",
      "dark": "#3f94d6",
      "pattern": "solid"
    },
    "role/baseline": {
      "light": "#9aa7b8",
      "dark": "#7b8aa0",
      "pattern": "solid"
    },
    "role/chosen": {
      "light": "#d55e00",
      "dark": "#ff9147",
      "pattern": "solid"
    },
    "role/cumulative": {
      "light": "#4a5568",
      "dark": "#b6c2d2",
      "pattern": "solid"
    },
    "role/decrease": {
      "light": "#00856a",
      "dark": "#1fb588",
      "pattern": "solid"
    },
    "role/demand": {
      "light": "#14202e",
      "dark": "#f2f5f9",
      "pattern": "solid"
    },
    "role/increase": {
      "light": "#d9822b",
      "dark": "#f0a04f",
      "pattern": "rising"
    },
    "role/limit": {
      "light": "#14202e",
      "dark": "#f2f5f9",
      "pattern": "solid"
    },
    "role/load": {
      "light": "#0a5c9c",
      "dark": "#3f94d6",
      "pattern": "solid"
    },
    "role/load-total": {
      "light": "#8bbbe0",
      "dark": "#2c587f",
      "pattern": "dots"
    },
    "role/other": {
      "light": "#a9b4c2",
      "dark": "#5f6d80",
      "pattern": "solid"
    },
    "role/scenario": {
      "light": "#9aa7b8",
      "dark": "#66758a",
      "pattern": "solid"
    },
    "role/shortfall": {
      "light": "#c8252c",
      "dark": "#ff6b66",
      "pattern": "hatch"
    },
    "role/total": {
      "light": "#4a5b70",
      "dark": "#8497ad",
      "pattern": "solid"
    },
    "technology/a100-hgx-8": {
      "light": "#3f9bdc",
      "dark": "#56a8e4",
      "pattern": "solid"
    },
    "technology/b200-nvl72": {
      "light": "#009e73",
      "dark": "#1fb588",
      "pattern": "solid"
    },
    "technology/cpu-1s": {
      "light": "#7d8799",
      "dark": "#8f9aad",
      "pattern": "solid"
    },
    "technology/cpu-2s": {
      "light": "#7d8799",
      "dark": "#8f9aad",
      "pattern": "solid"
    },
    "technology/h100-hgx-8": {
      "light": "#0a5c9c",
      "dark": "#2b7ec2",
      "pattern": "rising"
    },
    "technology/h200-hgx-8": {
      "light": "#083d68",
      "dark": "#1d5c94",
      "pattern": "cross"
    },
    "technology/mi300x-8": {
      "light": "#a3602c",
      "dark": "#c17c46",
      "pattern": "horizontal"
    },
    "technology/mtia-v1": {
      "light": "#b5679a",
      "dark": "#d58cbd",
      "pattern": "rising"
    },
    "technology/mtia-v2": {
      "light": "#86377a",
      "dark": "#b45fa8",
      "pattern": "falling"
    },
    "technology/own-inference-1": {
      "light": "#b5679a",
      "dark": "#d58cbd",
      "pattern": "rising"
    },
    "technology/tpu-v5p": {
      "light": "#b97a00",
      "dark": "#cf9423",
      "pattern": "vertical"
    },
    "technology/v100-hgx-8": {
      "light": "#9ecbea",
      "dark": "#a9d3f0",
      "pattern": "dots"
    }
  },
  "run": {
    "plan": {
      "cost_musd": 7037.5,
      "sites": 4
    }
  }
};
