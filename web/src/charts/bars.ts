// Bars by class, in one stack or in rival groups, with a running total and a limit.

import { axisNumber, withUnit } from "../format";
import type { Bars, ChartSpec, Series } from "../spec";
import { mix } from "../theme";
import {
  type Context, type Drawing, type Option, axisLabels, base, categoryAxis, fill, isNarrow, legend,
  look, axisTitle, marks, steps, textWidth, tip, tokens, tooltip, valueAxis,
} from "./common";

export function bars(spec: ChartSpec<Bars>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const left = 46;
  const right = chart.cumulative ? 50 : 6;
  const plotWidth = ctx.width - left - right;
  const mark = marks(ctx, spec.annotations, chart.x, left, plotWidth);
  const groups = [...new Set(chart.series.map((s) => s.group ?? ""))];
  const isRival = chart.layout === "stacked" && groups.length > 1;
  // The same class in two groups has one legend entry and one colour; the group that is not
  // first is paler, and its name stands under its bars.
  const series: Option[] = chart.series.map((s) => {
    const group = groups.indexOf(s.group ?? "");
    const style = fill(ctx, s.colour, 0.6);
    return {
      type: "bar",
      name: s.name,
      stack: chart.layout === "stacked" ? `g${group}` : undefined,
      data: s.values,
      itemStyle: isRival && group === 0 ? { ...style, color: mix(String(style.color), t.paper, 0.5) } : style,
      barCategoryGap: isRival || chart.layout === "grouped" ? "26%" : "24%",
      barGap: isRival ? "8%" : "4%",
      z: 2,
    };
  });
  const room = (plotWidth / Math.max(axisLabels(chart.x).length, 1)) * 0.74;
  const fits = groups.every((g) => textWidth(g, 10.5) < room / groups.length);
  if (isRival) series.push(...groupNames(ctx, chart, groups, fits));
  const limit = chart.limit;
  if (limit) series.push(steps(limit.name, limit.values, { color: look(ctx, limit.colour).colour, width: 2, dash: [6, 3] }));
  const total = chart.cumulative;
  if (total) {
    const colour = look(ctx, total.colour).colour;
    series.push({ type: "line", yAxisIndex: 1, data: total.values, symbol: "none", silent: true, tooltip: { show: false }, lineStyle: { color: t.paper, width: 4.5, opacity: 0.75 }, z: 4 });
    series.push({
      type: "line", name: total.name, yAxisIndex: 1, data: total.values, symbol: "circle", symbolSize: 6,
      itemStyle: { color: colour, borderColor: t.paper, borderWidth: 1 }, lineStyle: { color: colour, width: 1.8 }, z: 5,
    });
  }
  const known = chart.marks;
  if (known) {
    series.push({
      type: "scatter", name: known.name, symbol: "diamond", symbolSize: isNarrow(ctx) ? 7 : 10, data: known.values,
      itemStyle: { color: look(ctx, known.colour).colour, borderColor: t.paper, borderWidth: 1.2, opacity: 1 }, z: 7,
    });
  }
  if (mark.series) series.push(mark.series);
  const names = [...new Map(chart.series.map((s) => [s.name, s.colour])).entries()].map(([name, key]) => ({ name, itemStyle: fill(ctx, key, 0) }));
  const entries: (string | Option)[] = [
    ...names,
    ...(limit ? [{ name: limit.name, icon: "path://M0,4h8v3h-8zM12,4h8v3h-8z" }] : []),
    ...(total ? [{ name: total.name, icon: "path://M0,4h20v3h-20z", itemStyle: { borderWidth: 0 } }] : []),
    ...(known ? [{ name: known.name, icon: "diamond" }] : []),
  ];
  const keys = legend(ctx, entries);
  const labels = axisLabels(chart.x);
  const last = total?.values.reduce<number>((most, v) => Math.max(most, v ?? 0), 0) ?? 0;
  return {
    height: (isNarrow(ctx) ? 290 : 370) + keys.height,
    option: {
      ...base(ctx),
      legend: keys.option,
      grid: { left, right, top: keys.height + mark.height + 30 + (isRival && !fits ? 15 : 0), bottom: isRival ? 30 : 40 },
      xAxis: categoryAxis(ctx, chart.x, plotWidth),
      yAxis: [
        valueAxis(ctx, chart.y, { nameGap: 14 + mark.height, ...(isRival && !fits ? { name: `${axisTitle(chart.y)}\n${letters(groups)}` } : {}) }),
        ...(total
          ? [valueAxis(ctx, { ...chart.y, scale: "linear" }, {
              name: "Cumulative", splitLine: { show: false }, max: last > 0 ? undefined : 1,
              nameTextStyle: { color: t.muted, fontSize: 11.5, align: "right", padding: [0, -44, 0, 0] },
              axisLabel: { color: t.faint, fontSize: 11.5, formatter: axisNumber }, alignTicks: true,
            })]
          : []),
      ],
      tooltip: tooltip(ctx, {
        trigger: "axis",
        formatter: (items: Option[]) => {
          const i = Number(items[0]?.dataIndex ?? 0);
          const say = (v: number | null | undefined) => withUnit(v ?? 0, chart.y.unit);
          const line = (s: Series) => ({ name: isRival ? `${s.group ?? ""}: ${s.name}` : s.name, value: say(s.values[i]), colour: look(ctx, s.colour).colour });
          const sums = chart.layout === "stacked" && chart.series.length > 1
            ? groups.map((g) => ({
                name: g === "" ? "Total" : `${g}: total`,
                value: say(chart.series.filter((s) => (s.group ?? "") === g).reduce((sum, s) => sum + (s.values[i] ?? 0), 0)),
                strong: true,
              }))
            : [];
          return tip(labels[i] ?? "", [
            ...sums,
            ...[...chart.series].reverse().filter((s) => (s.values[i] ?? 0) !== 0).map(line),
            ...(limit ? [{ name: limit.name, value: say(limit.values[i]) }] : []),
            ...(total ? [{ name: total.name, value: say(total.values[i]) }] : []),
            ...(known && known.values[i] !== null ? [{ name: known.name, value: say(known.values[i]), colour: look(ctx, known.colour).colour }] : []),
          ]);
        },
      }),
      series,
    },
  };
}

/** `A: As it happened, B: Best plan`. */
function letters(groups: string[]): string {
  return groups.map((g, i) => `${String.fromCharCode(65 + i)}: ${g}`).join(", ");
}

/** The name of each group above its stack, or its letter where there is no room. */
function groupNames(ctx: Context, chart: Bars, groups: string[], fits: boolean): Option[] {
  const n = axisLabels(chart.x).length;
  return groups.map((g, idx) => ({
    type: "bar",
    stack: `g${idx}`,
    data: new Array<number>(n).fill(0),
    silent: true,
    tooltip: { show: false },
    label: {
      show: true,
      position: "top",
      formatter: fits ? g : String.fromCharCode(65 + idx),
      color: tokens(ctx).muted,
      fontSize: 10.5,
    },
  }));
}
