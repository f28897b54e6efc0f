// What is left of each resource; strong colour is little left, a ring marks what binds.

import { withUnit } from "../format";
import type { ChartSpec, HeatMap } from "../spec";
import { decal, inkOn } from "../theme";
import {
  type Context, type Drawing, type Option, axisLabels, base, categoryAxis, fitText, isNarrow, legend, marks, textWidth,
  tip, tokens, tooltip,
} from "./common";

interface Step {
  name: string;
  /** Values up to this one belong to the step. */
  upTo: number;
  light: string;
  dark: string;
}

const STEPS: Step[] = [
  { name: "over the limit", upTo: 0, light: "#c8252c", dark: "#ff6b66" },
  { name: "under 5", upTo: 5, light: "#c2570c", dark: "#f08a3c" },
  { name: "5 to 10", upTo: 10, light: "#e98b3a", dark: "#c06a24" },
  { name: "10 to 25", upTo: 25, light: "#f7cf9f", dark: "#7a4d26" },
  { name: "25 to 50", upTo: 50, light: "#dce6f0", dark: "#2a3b4e" },
  { name: "over 50", upTo: Number.POSITIVE_INFINITY, light: "#b8d0e6", dark: "#35536f" },
];

/** Whole numbers, one decimal below ten; a true minus sign. */
function shortNumber(v: number): string {
  const text = Math.abs(v) < 9.95 ? v.toFixed(1).replace(/\.0$/, "") : v.toFixed(0);
  return text.replace("-", "−");
}

/** A row of the drawing: the head of a group, or a row of values. */
type Line = { head: string } | { row: number };

export function heatMap(spec: ChartSpec<HeatMap>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const lines: Line[] = [];
  let group = "";
  chart.rows.forEach((row, idx) => {
    if ((row.group ?? "") !== group) {
      group = row.group ?? "";
      if (group !== "") lines.push({ head: group });
    }
    lines.push({ row: idx });
  });
  const widest = Math.max(...chart.rows.map((r) => textWidth(r.name, 12) + 24), ...chart.rows.map((r) => textWidth(r.group ?? "", 13) + 10));
  const left = Math.min(Math.max(widest, 70), ctx.width * 0.36);
  const plotWidth = ctx.width - left - 4;
  const mark = marks(ctx, spec.annotations, chart.x, left, plotWidth, "inverse");
  const labels = axisLabels(chart.x);
  const rowHeight = isNarrow(ctx) ? 22 : 26;
  const colour = (step: Step) => (t.mode === "dark" ? step.dark : step.light);
  const stepOf = (v: number) => STEPS.findIndex((s, i) => (i === 0 ? v < s.upTo : v <= s.upTo));
  const cells = lines.flatMap((line, y) =>
    "row" in line
      ? (chart.rows[line.row]?.values ?? []).flatMap((v, x) => (v === null ? [] : [{ x, y, v, row: line.row }]))
      : [],
  );
  const showsText = plotWidth / labels.length > 27;
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const used = STEPS.map((_, i) => cells.filter((c) => stepOf(c.v) === i));
  const suffix = chart.y.unit.symbol ? ` ${chart.y.unit.symbol}` : "";
  const name = (step: Step) => (step.upTo === 0 ? step.name : `${step.name}${suffix}`);
  const series: Option[] = STEPS.flatMap((step, i) => {
    const own = used[i] ?? [];
    if (own.length === 0) return [];
    const hatch = i === 0 ? decal("hatch", colour(step)) : undefined;
    return [{
      type: "custom",
      name: name(step),
      itemStyle: { color: colour(step), decal: hatch },
      data: own.map((c) => [c.x, c.y, c.v]),
      encode: { x: 0, y: 1, tooltip: 2 },
      renderItem: (params: Option, api: Option) => {
        const cell = own[Number(params.dataIndex)];
        if (!cell) return undefined;
        const [x, y] = api.coord([cell.x, cell.y]) as [number, number];
        const [w, h] = api.size([1, 1]) as [number, number];
        const binds = chart.rows[cell.row]?.binding?.includes(cell.x) ?? false;
        const ink = inkOn(colour(step));
        return {
          type: "group",
          children: [
            { type: "rect", shape: { x: x - w / 2 + 0.75, y: y - h / 2 + 0.75, width: w - 1.5, height: h - 1.5, r: 2 }, style: { fill: colour(step), decal: hatch } },
            ...(binds
              ? [{ type: "rect", silent: true, shape: { x: x - w / 2 + 1.75, y: y - h / 2 + 1.75, width: w - 3.5, height: h - 3.5, r: 2 }, style: { fill: "none", stroke: t.ink, lineWidth: 2 } }]
              : []),
            ...(showsText
              ? [{ type: "text", silent: true, style: { text: shortNumber(cell.v), x, y, textAlign: "center", textVerticalAlign: "middle", fill: ink, stroke: hatch ? colour(step) : undefined, lineWidth: hatch ? 3 : 0, font: `${binds ? 700 : 400} 11px ${fontFamily}` } }]
              : []),
          ],
        };
      },
    }];
  });
  const bindName = "binds";
  const anyBinds = chart.rows.some((r) => (r.binding ?? []).length > 0);
  if (anyBinds) {
    series.push({ type: "custom", name: bindName, data: [], itemStyle: { color: "transparent", borderColor: t.ink, borderWidth: 2 }, renderItem: () => undefined });
  }
  // Behind the cells: the mark shows above them and between the groups, and hides no number.
  if (mark.series) series.push(mark.series);
  const keys = legend(ctx, [...STEPS.filter((_, i) => (used[i] ?? []).length > 0).map(name), ...(anyBinds ? [bindName] : [])]);
  const top = keys.height + mark.height + 12;
  return {
    height: top + lines.length * rowHeight + 42,
    option: {
      ...base(ctx),
      legend: keys.option,
      grid: { left, right: 4, top, height: lines.length * rowHeight },
      xAxis: categoryAxis(ctx, chart.x, plotWidth),
      yAxis: {
        type: "category", inverse: true,
        data: lines.map((line, i) => ("head" in line ? `head:${line.head}` : `row:${i}`)),
        axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false },
        axisLabel: {
          interval: 0, margin: left - 2, align: "left", fontSize: 12,
          formatter: (_: string, i: number) => {
            const line = lines[i];
            if (!line) return "";
            return "head" in line ? `{head|${line.head}}` : `{row|${fitText(chart.rows[line.row]?.name ?? "", 12, left - 16)}}`;
          },
          rich: { head: { color: t.ink, fontWeight: 600, fontSize: 12.5 }, row: { color: t.muted, fontSize: 12, padding: [0, 0, 0, 10] } },
        },
      },
      tooltip: tooltip(ctx, {
        trigger: "item",
        formatter: (item: Option) => {
          const value = item.value as number[] | undefined;
          const line = lines[value?.[1] ?? -1];
          if (!value || !line || !("row" in line)) return "";
          const row = chart.rows[line.row];
          const binds = row?.binding?.includes(value[0] ?? -1) ?? false;
          return tip(`${row?.group ?? ""} ${row?.name ?? ""}, ${labels[value[0] ?? 0] ?? ""}`, [
            { name: chart.y.title, value: withUnit(value[2] ?? 0, chart.y.unit), strong: true },
          ], binds ? "This limit binds." : "");
        },
      }),
      series,
    },
  };
}
