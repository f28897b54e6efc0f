// What happens when. Stages are bars; a diamond is the last date to decide.

import { significant } from "../format";
import type { ChartSpec, Gantt, MilestoneKind } from "../spec";
import { inkOn } from "../theme";
import {
  type Context, type Drawing, type Option, axisLabels, base, isNarrow, legend, look, marks, textWidth, tip,
  tokens, tooltip,
} from "./common";

const MILESTONES: Record<MilestoneKind, { name: string; symbol: string; size: number }> = {
  decide: { name: "Decide by", symbol: "diamond", size: 14 },
  ready: { name: "Ready", symbol: "circle", size: 10 },
  need: { name: "Needed by", symbol: "triangle", size: 12 },
  stop: { name: "Stopped", symbol: "path://M2,0L0,2L4,6L0,10L2,12L6,8L10,12L12,10L8,6L12,2L10,0L6,4Z", size: 14 },
};

type Line = { head: string } | { lane: number };

export function gantt(spec: ChartSpec<Gantt>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const quarters = axisLabels(chart.x);
  const lines: Line[] = [];
  let group = "";
  chart.lanes.forEach((lane, idx) => {
    if ((lane.group ?? "") !== group) {
      group = lane.group ?? "";
      if (group !== "") lines.push({ head: group });
    }
    lines.push({ lane: idx });
  });
  const widest = Math.max(...chart.lanes.map((l) => textWidth(l.name, 12.5)));
  const left = Math.min(widest + 22, isNarrow(ctx) ? 104 : 190);
  const plotWidth = ctx.width - left - 8;
  const mark = marks(ctx, spec.annotations, chart.x, left, plotWidth, "inverse");
  const stages = [...new Map(chart.lanes.flatMap((l) => l.bars).map((b) => [b.name, b.colour])).entries()];
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const rowOf = (lane: number) => lines.findIndex((l) => "lane" in l && l.lane === lane);
  const when = (at: number) => quarters[Math.min(Math.max(Math.floor(at), 0), quarters.length - 1)] ?? "";
  const milestones = chart.lanes.flatMap((lane, i) => (lane.milestones ?? []).map((m) => ({ ...m, lane, y: rowOf(i) })));
  const series: Option[] = stages.map(([name, key]) => {
    const own = chart.lanes.flatMap((lane, i) => lane.bars.filter((b) => b.name === name).map((b) => ({ ...b, lane, y: rowOf(i) })));
    const { colour, decal } = look(ctx, key);
    return {
      type: "custom",
      name,
      itemStyle: { color: colour, decal },
      data: own.map((b) => [b.from_quarters, b.y, b.to_quarters]),
      encode: { x: [0, 2], y: 1 },
      tooltip: {
        formatter: (item: Option) => {
          const bar = own[Number(item.dataIndex)];
          if (!bar) return "";
          const span = bar.to_quarters - bar.from_quarters;
          return tip(bar.lane.name, [
            { name: bar.name, value: `${when(bar.from_quarters)} to ${when(Math.max(bar.to_quarters - 1e-6, bar.from_quarters))}`, colour, strong: true },
            { name: "Duration", value: `${significant(span)} quarters` },
          ]);
        },
      },
      renderItem: (params: Option, api: Option) => {
        const bar = own[Number(params.dataIndex)];
        if (!bar) return undefined;
        const [x0, y] = api.coord([Math.max(bar.from_quarters, 0), bar.y]) as [number, number];
        const [x1] = api.coord([Math.min(bar.to_quarters, quarters.length), bar.y]) as [number, number];
        const h = (api.size([0, 1])[1] as number) * 0.56;
        // The name starts after a milestone that would lie on it.
        const width = textWidth(bar.name, 11);
        let start = x0 + 10;
        for (const m of milestones.filter((m) => m.y === bar.y).sort((a, b) => a.at_quarters - b.at_quarters)) {
          const [at] = api.coord([m.at_quarters, bar.y]) as [number, number];
          if (at > x0 - 9 && at - 9 < start + width && at + 9 > start) start = at + 11;
        }
        const fits = start + width + 4 < x1;
        return {
          type: "group",
          children: [
            { type: "rect", shape: { x: x0 + 0.5, y: y - h / 2, width: Math.max(x1 - x0 - 1, 2), height: h, r: 3 }, style: { fill: colour, decal } },
            ...(fits
              ? [{ type: "text", silent: true, style: { text: bar.name, x: start, y, textVerticalAlign: "middle", fill: inkOn(colour), font: `600 11px ${fontFamily}`, stroke: colour, lineWidth: decal ? 3 : 0 } }]
              : []),
          ],
        };
      },
    };
  });
  const kinds = [...new Set(milestones.map((m) => m.kind))];
  for (const kind of kinds) {
    const own = milestones.filter((m) => m.kind === kind);
    const shape = MILESTONES[kind];
    const colour = kind === "stop" ? t.bad : t.ink;
    series.push({
      type: "scatter", name: shape.name, symbol: shape.symbol, symbolSize: shape.size, z: 8,
      data: own.map((m) => [m.at_quarters, m.y]),
      itemStyle: { color: colour, borderColor: t.paper, borderWidth: kind === "stop" ? 0.8 : 1.5, opacity: 1 },
      tooltip: {
        formatter: (item: Option) => {
          const m = own[Number(item.dataIndex)];
          return m ? tip(m.lane.name, [{ name: `${shape.name}: ${m.name}`, value: when(m.at_quarters), strong: true }]) : "";
        },
      },
    });
  }
  const keys = legend(ctx, [
    ...kinds.map((k) => ({ name: MILESTONES[k].name, icon: MILESTONES[k].symbol })),
    ...stages.map(([name]) => ({ name, icon: "roundRect" })),
  ]);
  const rowHeight = isNarrow(ctx) ? 38 : 34;
  const top = keys.height + mark.height + 12;
  if (mark.series) {
    // The calendar is a value axis here: a mark stands in the middle of its quarter.
    for (const m of mark.series.markLine.data) m.xAxis += 0.5;
    series.push(mark.series);
  }
  const perYear = plotWidth / (quarters.length / 4);
  const first = quarters.findIndex((q) => q.endsWith("Q1"));
  return {
    height: top + lines.length * rowHeight + 34,
    option: {
      ...base(ctx),
      legend: keys.option,
      grid: { left, right: 8, top, height: lines.length * rowHeight },
      xAxis: {
        type: "value", min: 0, max: quarters.length, interval: 1,
        axisLine: { lineStyle: { color: t.faint } },
        axisTick: { show: false },
        splitLine: { show: true, lineStyle: { color: quarters.map((q) => (q.endsWith("Q1") ? t.faint : t.rule)).concat(t.rule), width: 0.8 } },
        axisLabel: {
          color: t.ink, fontSize: 11.5, fontWeight: 600, align: "left", showMaxLabel: false, hideOverlap: false,
          formatter: (at: number) => {
            const isYear = quarters[at]?.endsWith("Q1") || (at === 0 && first > 2);
            return isYear ? ` ${(quarters[at] ?? "").slice(perYear < 34 ? 2 : 0, 4)}` : "";
          },
        },
      },
      yAxis: {
        type: "category", inverse: true, data: lines.map((_, i) => String(i)),
        axisLine: { show: false }, axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: {
          interval: 0, margin: left - 2, align: "left", width: left - 8, overflow: "break", lineHeight: 15, fontSize: 12.5,
          formatter: (_: string, i: number) => {
            const line = lines[i];
            if (!line) return "";
            return "head" in line ? `{head|${line.head}}` : (chart.lanes[line.lane]?.name ?? "");
          },
          color: t.muted,
          rich: { head: { color: t.ink, fontWeight: 600, fontSize: 12.5 } },
        },
      },
      tooltip: tooltip(ctx, { trigger: "item" }),
      series,
    },
  };
}
