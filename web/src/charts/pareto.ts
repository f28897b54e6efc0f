// Options by two measures, the front of the unbeaten, the limit and its allowed zone, the choice.

import { axisNumber, withUnit } from "../format";
import type { ChartSpec, Pareto } from "../spec";
import { alpha } from "../theme";
import { type Context, type Drawing, type Option, axisTitle, base, fill, isNarrow, legend, look, tip, tokens, tooltip, valueAxis } from "./common";

export function pareto(spec: ChartSpec<Pareto>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const groups = [...new Set(chart.points.map((p) => p.group))];
  const shapes = ["circle", "rect", "triangle", "diamond", "pin", "arrow"];
  const xs = chart.points.map((p) => p.x).concat(chart.x_limit ? [chart.x_limit.value] : []);
  const ys = chart.points.map((p) => p.y).concat(chart.y_limit ? [chart.y_limit.value] : []);
  const top = (values: number[]) => Math.max(...values, 0);
  const series: Option[] = groups.map((group, g) => {
    const own = chart.points.filter((p) => p.group === group);
    const key = own[0]?.colour ?? "";
    return {
      type: "scatter", name: group, symbol: shapes[g % shapes.length], z: 4,
      itemStyle: { ...fill(ctx, key, 1), decal: undefined },
      data: own.map((p) => ({ value: [p.x, p.y], point: p, symbolSize: p.on_front ? 12 : 8, itemStyle: { opacity: p.on_front ? 1 : 0.55 } })),
    };
  });
  const front = chart.points.filter((p) => p.on_front).sort((a, b) => a.x - b.x);
  const frontName = "Front";
  series.push({
    type: "line", name: frontName, step: "end", symbol: "none", silent: true, z: 3,
    data: front.map((p) => [p.x, p.y]),
    itemStyle: { color: t.muted }, lineStyle: { color: t.muted, width: 1.6 },
  });
  const chosen = chart.points.filter((p) => p.chosen);
  const chosenName = "Chosen";
  if (chosen.length > 0) {
    const star = "path://M10,0L12.9,6.6L20,7.3L14.6,12L16.2,19L10,15.3L3.8,19L5.4,12L0,7.3L7.1,6.6Z";
    series.push({
      type: "scatter", name: chosenName, symbol: star, symbolSize: 24, z: 6,
      itemStyle: { color: look(ctx, "role/chosen").colour, borderColor: t.paper, borderWidth: 1.5, opacity: 1 },
      data: chosen.map((p) => ({ value: [p.x, p.y], point: p })),
      label: {
        show: true, position: "bottom", distance: 6, align: "left", fontSize: 12, fontWeight: 600, lineHeight: 16, color: t.ink,
        backgroundColor: alpha(t.paper, 0.86), padding: [2, 4], borderRadius: 3,
        formatter: (item: Option) => {
          const p = item.data.point as (typeof chosen)[number];
          return `${p.name}\n${withUnit(p.x, chart.x.unit)}, ${withUnit(p.y, chart.y.unit)}`;
        },
      },
    });
  }
  const limits: Option[] = [];
  if (chart.x_limit) limits.push({ xAxis: chart.x_limit.value, label: { formatter: chart.x_limit.name, position: "end" } });
  if (chart.y_limit) limits.push({ yAxis: chart.y_limit.value, label: { formatter: chart.y_limit.name, position: "insideEndTop" } });
  if (limits.length > 0) {
    series.push({
      type: "line", data: [], silent: true,
      markLine: { silent: true, symbol: ["none", "none"], lineStyle: { color: t.ink, width: 1.6, type: "solid" }, label: { color: t.ink, fontSize: 12, fontWeight: 600 }, data: limits },
      markArea: {
        silent: true, itemStyle: { color: t.zone },
        data: [[
          { ...(chart.x_limit ? { xAxis: "min" } : {}), ...(chart.y_limit ? { yAxis: "min" } : {}) },
          { ...(chart.x_limit ? { xAxis: chart.x_limit.value } : {}), ...(chart.y_limit ? { yAxis: chart.y_limit.value } : {}) },
        ]],
      },
    });
  }
  const keys = legend(ctx, [...groups, { name: frontName, icon: "path://M0,2h10v5h10v3h-13v-5h-7z" }, ...(chosen.length > 0 ? [chosenName] : [])]);
  return {
    height: keys.height + (isNarrow(ctx) ? 330 : 420),
    option: {
      ...base(ctx),
      legend: keys.option,
      grid: { left: 46, right: 16, top: keys.height + 50, bottom: 52 },
      xAxis: valueAxis(ctx, chart.x, {
        name: axisTitle(chart.x), nameLocation: "middle", nameGap: 30, nameTextStyle: { color: t.muted, fontSize: 11.5 },
        splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: t.faint } },
        axisLabel: { color: t.muted, fontSize: 11.5, formatter: axisNumber, hideOverlap: true },
        ...(chart.x.scale === "linear" && top(xs) > 0 ? { min: 0 } : {}),
      }),
      yAxis: valueAxis(ctx, chart.y, { nameGap: 28, ...(chart.y.scale === "linear" && top(ys) > 0 ? { min: 0 } : {}) }),
      tooltip: tooltip(ctx, {
        trigger: "item",
        formatter: (item: Option) => {
          const p = item.data?.point as (typeof chart.points)[number] | undefined;
          if (!p) return "";
          return tip(p.name, [
            { name: chart.x.title, value: withUnit(p.x, chart.x.unit), strong: true },
            { name: chart.y.title, value: withUnit(p.y, chart.y.unit), strong: true },
          ], p.on_front ? "On the front: no other option is better in both." : "Another option is better in both.");
        },
      }),
      series,
    },
  };
}
