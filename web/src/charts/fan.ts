// A middle line with bands of uncertainty, single futures thin behind it.

import { withUnit } from "../format";
import type { ChartSpec, Fan } from "../spec";
import { alpha } from "../theme";
import {
  type Context, type Drawing, type Option, axisLabels, base, categoryAxis, isNarrow, legend, look, marks, tip,
  tokens, tooltip, valueAxis,
} from "./common";

export function fan(spec: ChartSpec<Fan>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const left = 46;
  const plotWidth = ctx.width - left - 8;
  const mark = marks(ctx, spec.annotations, chart.x, left, plotWidth);
  const colour = look(ctx, chart.median.colour).colour;
  const shade = (i: number) => 0.16 + (0.26 * i) / Math.max(chart.bands.length - 1, 1);
  const series: Option[] = chart.bands.flatMap((band, i) => [
    { type: "line", stack: `band${i}`, data: band.low, symbol: "none", lineStyle: { opacity: 0 }, silent: true, z: 2 + i },
    {
      type: "line", name: band.name, stack: `band${i}`, symbol: "none", silent: true, z: 2 + i,
      data: band.high.map((h, j) => (h === null ? null : h - (band.low[j] ?? 0))),
      lineStyle: { opacity: 0 }, itemStyle: { color: alpha(colour, shade(i)) }, areaStyle: { color: alpha(colour, shade(i)) },
    },
  ]);
  const futures = chart.scenarios ?? [];
  for (const future of futures) {
    series.push({
      type: "line", name: future.name, data: future.values, symbol: "none", silent: true, z: 6,
      lineStyle: { color: look(ctx, future.colour).colour, width: 1, opacity: 0.9 },
    });
  }
  series.push({ type: "line", name: chart.median.name, data: chart.median.values, symbol: "none", itemStyle: { color: colour }, lineStyle: { color: colour, width: 2.8 }, z: 7 });
  const futuresName = "Single futures";
  if (futures.length > 0) {
    series.push({ type: "line", name: futuresName, data: [], itemStyle: { color: t.faint }, lineStyle: { color: t.faint } });
  }
  if (mark.series) series.push(mark.series);
  const line = "path://M0,4h20v3h-20z";
  const keys = legend(ctx, [
    { name: chart.median.name, icon: line },
    ...[...chart.bands].reverse().map((b) => ({ name: b.name, icon: "rect" })),
    ...(futures.length > 0 ? [{ name: futuresName, icon: "path://M0,4h20v2h-20z" }] : []),
  ]);
  const labels = axisLabels(chart.x);
  return {
    height: keys.height + (isNarrow(ctx) ? 290 : 370),
    option: {
      ...base(ctx),
      legend: { ...keys.option, selectedMode: false },
      grid: { left, right: 8, top: keys.height + mark.height + 30, bottom: 40 },
      xAxis: { ...categoryAxis(ctx, chart.x, plotWidth), boundaryGap: true },
      yAxis: valueAxis(ctx, chart.y, { nameGap: 14 + mark.height }),
      tooltip: tooltip(ctx, {
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: t.faint } },
        formatter: (items: Option[]) => {
          const i = Number(items[0]?.dataIndex ?? 0);
          const say = (v: number | null | undefined) => (v === null || v === undefined ? "n/a" : withUnit(v, chart.y.unit));
          return tip(labels[i] ?? "", [
            { name: chart.median.name, value: say(chart.median.values[i]), colour, strong: true },
            ...[...chart.bands].reverse().map((b, j) => ({ name: b.name, value: `${say(b.low[i])} to ${say(b.high[i])}`, colour: alpha(colour, shade(chart.bands.length - 1 - j)) })),
          ]);
        },
      }),
      series,
    },
  };
}
