// Layers over time as touching columns, since capacity arrives in lumps; demand as a line over
// them; what is missing hung from the line in hatched red.

import { withUnit } from "../format";
import type { ChartSpec, StackedArea } from "../spec";
import { alpha } from "../theme";
import {
  type Context, type Drawing, type Option, axisLabels, base, categoryAxis, fill, isNarrow, legend,
  look, marks, tip, tokens, tooltip, valueAxis,
} from "./common";

export function stackedArea(spec: ChartSpec<StackedArea>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const left = 46;
  const plotWidth = ctx.width - left - 6;
  const mark = marks(ctx, spec.annotations, chart.x, left, plotWidth);
  const line = chart.line?.series;
  const short = chart.shortfall;
  const isShort = short?.values.some((v) => (v ?? 0) > 0) ?? false;
  const series: Option[] = chart.layers.map((layer) => ({
    type: "bar",
    name: layer.name,
    stack: "layers",
    data: layer.values,
    itemStyle: fill(ctx, layer.colour, 0.5),
    barCategoryGap: "5%",
    barGap: "-100%",
    z: 2,
  }));
  if (short && isShort) {
    const under = short.values.map((v, i) => ((v ?? 0) > 0 ? (line?.values[i] ?? 0) - (v ?? 0) : 0));
    series.push(
      { type: "bar", stack: "short", data: under, itemStyle: { color: "transparent" }, silent: true, tooltip: { show: false }, barGap: "-100%", z: 3 },
      { type: "bar", name: short.name, stack: "short", data: short.values, itemStyle: fill(ctx, short.colour, 0.5), barGap: "-100%", z: 3 },
    );
  }
  const band = chart.line?.band;
  if (band) {
    series.push(
      { type: "line", stack: "band", data: band.low, lineStyle: { opacity: 0 }, symbol: "none", silent: true, tooltip: { show: false }, z: 4 },
      {
        type: "line",
        name: band.name,
        stack: "band",
        data: band.high.map((h, i) => (h === null ? null : h - (band.low[i] ?? 0))),
        lineStyle: { opacity: 0 },
        itemStyle: { color: alpha(t.muted, 0.35) },
        areaStyle: { color: t.mode === "dark" ? "rgba(238,242,247,.17)" : "rgba(20,32,46,.15)" },
        symbol: "none",
        silent: true,
        z: 4,
      },
    );
  }
  if (line) {
    const common = { type: "line", data: line.values, symbol: "none" };
    series.push(
      { ...common, lineStyle: { color: t.paper, width: 5.5, opacity: 0.8 }, silent: true, tooltip: { show: false }, z: 5 },
      { ...common, name: line.name, itemStyle: { color: look(ctx, line.colour).colour }, lineStyle: { color: look(ctx, line.colour).colour, width: 2.4 }, z: 6 },
    );
  }
  if (mark.series) series.push(mark.series);
  const entries: (string | Option)[] = [
    ...(line ? [{ name: line.name, icon: "path://M0,4h20v3h-20z" }] : []),
    ...(band ? [{ name: band.name, icon: "rect" }] : []),
    ...(short && isShort ? [short.name] : []),
    ...[...chart.layers].reverse().map((l) => l.name),
  ];
  const keys = legend(ctx, entries);
  const top = keys.height + mark.height + 30;
  const height = (isNarrow(ctx) ? 300 : 400) + keys.height;
  const labels = axisLabels(chart.x);
  return {
    height,
    option: {
      ...base(ctx),
      legend: keys.option,
      grid: { left, right: 6, top, bottom: 40 },
      xAxis: categoryAxis(ctx, chart.x, plotWidth),
      yAxis: valueAxis(ctx, chart.y, { nameGap: 14 + mark.height }),
      tooltip: tooltip(ctx, {
        trigger: "axis",
        formatter: (items: Option[]) => {
          const i = Number(items[0]?.dataIndex ?? 0);
          const say = (v: number | null | undefined) => (v === null || v === undefined ? "n/a" : withUnit(v, chart.y.unit));
          const layers = [...chart.layers].reverse().filter((l) => (l.values[i] ?? 0) !== 0);
          const total = chart.layers.reduce((sum, l) => sum + (l.values[i] ?? 0), 0);
          return tip(labels[i] ?? "", [
            ...(line ? [{ name: line.name, value: say(line.values[i]), colour: look(ctx, line.colour).colour, strong: true }] : []),
            ...(band ? [{ name: band.name, value: `${say(band.low[i])} to ${say(band.high[i])}` }] : []),
            ...(short && (short.values[i] ?? 0) > 0 ? [{ name: short.name, value: say(short.values[i]), colour: t.bad, strong: true }] : []),
            { name: "All layers", value: say(total), strong: true },
            ...layers.map((l) => ({ name: l.name, value: say(l.values[i]), colour: look(ctx, l.colour).colour })),
          ]);
        },
      }),
      series,
    },
  };
}
