// Loads against limits, one small panel per site, all on the same calendar.

import { withUnit } from "../format";
import type { ChartSpec, LimitMark, SteppedLines } from "../spec";
import {
  type Context, type Drawing, type Option, axisLabels, axisTitle, base, categoryAxis, fill, fitText, isNarrow,
  legend, look, steps, tip, tokens, tooltip, valueAxis,
} from "./common";

const LINES: Record<LimitMark, { width: number; dash?: number[]; icon: string }> = {
  firm: { width: 2.2, icon: "path://M0,4h20v3h-20z" },
  derated: { width: 1.6, dash: [6, 3], icon: "path://M0,4h8v3h-8zM12,4h8v3h-8z" },
  promised: { width: 1.6, dash: [1.5, 3], icon: "path://M0,4h3v3h-3zM6,4h3v3h-3zM12,4h3v3h-3zM18,4h3v3h-3z" },
};

export function stepped(spec: ChartSpec<SteppedLines>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const columns = Math.max(1, Math.min(chart.panels.length, Math.floor(ctx.width / 290), 3));
  const gap = 26;
  const cell = (ctx.width - gap * (columns - 1)) / columns;
  const rows = Math.ceil(chart.panels.length / columns);
  const head = 52;
  const body = isNarrow(ctx) ? 130 : 150;
  const foot = 40;
  const entries: Option[] = [];
  const known = new Set<string>();
  for (const panel of chart.panels) {
    for (const load of panel.loads) {
      if (!known.has(load.name)) entries.push({ name: load.name });
      known.add(load.name);
    }
  }
  for (const panel of chart.panels) {
    for (const limit of panel.limits) {
      if (!known.has(limit.series.name)) entries.push({ name: limit.series.name, icon: LINES[limit.mark].icon });
      known.add(limit.series.name);
    }
  }
  const overName = "Over the limit";
  const over = chart.panels.map((p) => {
    const firm = p.limits.find((l) => l.mark === "firm")?.series.values;
    const held = p.loads.find((l) => l.id === p.held) ?? p.loads[0];
    return (held?.values ?? []).map((v, i) => {
      const limit = firm?.[i];
      return v !== null && limit !== null && limit !== undefined && v > limit * (1 + 1e-9) ? v - limit : 0;
    });
  });
  const isOver = over.some((values) => values.some((v) => v > 0));
  if (isOver) entries.push({ name: overName });
  const keys = legend(ctx, entries);
  const grid: Option[] = [];
  const xAxis: Option[] = [];
  const yAxis: Option[] = [];
  const title: Option[] = [{ text: axisTitle(chart.y), left: 0, top: keys.height, textStyle: { color: t.muted, fontSize: 11.5, fontWeight: 400 }, padding: 0 }];
  const series: Option[] = [];
  chart.panels.forEach((panel, p) => {
    const x0 = (p % columns) * (cell + gap);
    const y0 = keys.height + 22 + Math.floor(p / columns) * (head + body + foot);
    grid.push({ left: x0 + 38, top: y0 + head, width: cell - 42, height: body });
    xAxis.push(categoryAxis(ctx, chart.x, cell - 42, p));
    yAxis.push(valueAxis(ctx, chart.y, { gridIndex: p, name: "", splitNumber: 3, min: 0 }));
    title.push({
      text: `{a|${fitText(panel.title, 13.5, cell)}}\n{b|${fitText(panel.remark ?? "", 12, cell)}}`,
      left: x0, top: y0 + 4, padding: 0,
      textStyle: {
        lineHeight: 18,
        rich: {
          a: { color: t.ink, fontSize: 13.5, fontWeight: 600 },
          b: { color: isOver && over[p]?.some((v) => v > 0) ? t.bad : t.muted, fontSize: 12 },
        },
      },
    });
    const at = { xAxisIndex: p, yAxisIndex: p };
    [...panel.loads].reverse().forEach((load, i) => {
      series.push({
        ...at, type: "bar", name: load.name, data: load.values, itemStyle: fill(ctx, load.colour, 0.4),
        barCategoryGap: "5%", barGap: "-100%", z: 2 + i,
      });
    });
    if (over[p]?.some((v) => v > 0)) {
      const firm = panel.limits.find((l) => l.mark === "firm")?.series.values ?? [];
      const under = over[p].map((v, i) => (v > 0 ? (firm[i] ?? 0) : 0));
      series.push(
        { ...at, type: "bar", stack: `over${p}`, data: under, itemStyle: { color: "transparent" }, silent: true, barGap: "-100%", z: 5 },
        { ...at, type: "bar", stack: `over${p}`, name: overName, data: over[p], itemStyle: fill(ctx, "role/shortfall", 0.4), barGap: "-100%", z: 5 },
      );
    }
    const events = (spec.annotations ?? []).map((a) => ({ xAxis: axisLabels(chart.x).indexOf(String(a.at)) }));
    if (events.length > 0) {
      series.push({
        ...at, type: "line", data: [], silent: true,
        markLine: { silent: true, symbol: ["none", "none"], label: { show: false }, lineStyle: { color: t.muted, type: [4, 3], width: 1 }, data: events },
      });
    }
    for (const limit of panel.limits) {
      const { width, dash } = LINES[limit.mark];
      const line = { color: look(ctx, limit.series.colour).colour, width, ...(dash ? { dash } : {}) };
      series.push(steps(limit.series.name, limit.series.values, line, at));
    }
  });
  const labels = axisLabels(chart.x);
  return {
    height: keys.height + 22 + rows * (head + body + foot),
    option: {
      ...base(ctx), legend: keys.option, grid, xAxis, yAxis, title, series,
      tooltip: tooltip(ctx, {
        trigger: "axis",
        formatter: (items: Option[]) => {
          const i = Number(items[0]?.dataIndex ?? 0);
          const panel = chart.panels[Number(items[0]?.axisIndex ?? 0)];
          if (!panel) return "";
          const say = (v: number | null | undefined) => (v === null || v === undefined ? "n/a" : withUnit(v, chart.y.unit));
          const events = (spec.annotations ?? []).filter((a) => a.at === labels[i]).map((a) => a.text);
          return tip(`${panel.title}, ${labels[i] ?? ""}`, [
            ...panel.loads.map((l) => ({ name: l.name, value: say(l.values[i]), colour: look(ctx, l.colour).colour, strong: true })),
            ...panel.limits.map((l) => ({ name: l.series.name, value: say(l.series.values[i]) })),
          ], events.join("; "));
        },
      }),
    },
  };
}
