// Lines side by side over one axis, with thin dashed ones to hold them against.

import { withUnit } from "../format";
import type { ChartSpec, Lines } from "../spec";
import {
  type Context, type Drawing, type Option, axisLabels, base, categoryAxis, isNarrow, legend, look, marks, tip,
  tokens, tooltip, valueAxis,
} from "./common";

const SHAPES = ["circle", "rect", "triangle", "diamond"];

export function lines(spec: ChartSpec<Lines>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const left = 52;
  const plotWidth = ctx.width - left - 12;
  const mark = marks(ctx, spec.annotations, chart.x, left, plotWidth);
  const faint = chart.faint ?? [];
  const series: Option[] = chart.lines.map((line, i) => {
    const colour = look(ctx, line.colour).colour;
    return {
      type: "line", name: line.name, data: line.values, z: 5, symbol: SHAPES[i % SHAPES.length], symbolSize: 7,
      itemStyle: { color: colour }, lineStyle: { color: colour, width: 2.2 },
    };
  });
  for (const line of faint) {
    const colour = look(ctx, line.colour).colour;
    series.push({
      type: "line", name: line.name, data: line.values, symbol: "none", z: 3,
      itemStyle: { color: colour }, lineStyle: { color: colour, width: 1.4, type: "dashed" },
    });
  }
  if (mark.series) series.push(mark.series);
  const keys = legend(ctx, [
    ...chart.lines.map((l, i) => ({ name: l.name, icon: SHAPES[i % SHAPES.length] })),
    ...faint.map((l) => ({ name: l.name, icon: "path://M0,4h7v2h-7zM11,4h7v2h-7z" })),
  ]);
  const labels = axisLabels(chart.x);
  const axis = categoryAxis(ctx, chart.x, plotWidth);
  // Every second, third … name where all of them would not fit.
  const widest = Math.max(...labels.map((l) => l.length)) * 6.6 + 8;
  const every = Math.max(1, Math.ceil((widest * labels.length) / plotWidth));
  axis.axisLabel = { ...axis.axisLabel, interval: every - 1, width: undefined, overflow: "none" };
  return {
    height: keys.height + (isNarrow(ctx) ? 300 : 380),
    option: {
      ...base(ctx),
      legend: { ...keys.option, selectedMode: false },
      grid: { left, right: 12, top: keys.height + mark.height + 30, bottom: 40 },
      xAxis: axis,
      yAxis: valueAxis(ctx, chart.y, { nameGap: 14 + mark.height }),
      tooltip: tooltip(ctx, {
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: t.faint } },
        formatter: (items: Option[]) => {
          const i = Number(items[0]?.dataIndex ?? 0);
          const say = (v: number | null | undefined) => (v === null || v === undefined ? "n/a" : withUnit(v, chart.y.unit));
          return tip(
            labels[i] ?? "",
            [...chart.lines, ...faint].map((l) => ({ name: l.name, value: say(l.values[i]), colour: look(ctx, l.colour).colour })),
          );
        },
      }),
      series,
    },
  };
}
