// What each stage of a pipeline does when: a row for each stage, a bar for each piece of work.

import { axisNumber, withUnit } from "../format";
import type { ChartSpec, Schedule, ScheduleSlot } from "../spec";
import { inkOn, mix } from "../theme";
import { type Context, type Drawing, type Option, axisTitle, base, isNarrow, legend, look, textWidth, tip, tokens, tooltip, valueAxis } from "./common";

const KINDS: Record<ScheduleSlot["kind"], { name: string }> = {
  forward: { name: "Forward" },
  backward: { name: "Backward" },
  weight: { name: "Weight gradients" },
};

export function schedule(spec: ChartSpec<Schedule>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const kinds = (Object.keys(KINDS) as ScheduleSlot["kind"][]).filter((k) => chart.slots.some((s) => s.kind === k));
  const chunks = Math.max(...chart.slots.map((s) => s.chunk)) + 1;
  const length = Math.max(...chart.slots.map((s) => s.to));
  const colourOf = (kind: ScheduleSlot["kind"]) => look(ctx, chart.colours[kind]).colour;
  const keys = legend(ctx, kinds.map((k) => ({ name: KINDS[k].name, icon: "rect" })));
  const left = isNarrow(ctx) ? 30 : 62;
  const row = chart.stages > 24 ? 16 : 24;
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const series: Option[] = kinds.map((kind) => {
    const own = chart.slots.filter((s) => s.kind === kind);
    const plain = colourOf(kind);
    return {
      type: "custom",
      name: KINDS[kind].name,
      itemStyle: { color: plain },
      data: own.map((s) => [s.from, s.stage, s.to]),
      encode: { x: [0, 2], y: 1 },
      tooltip: {
        formatter: (item: Option) => {
          const s = own[Number(item.dataIndex)];
          if (!s) return "";
          return tip(`Stage ${s.stage}`, [
            { name: KINDS[kind].name, value: `micro-batch ${s.microbatch}${chunks > 1 ? `, chunk ${s.chunk}` : ""}`, colour: plain, strong: true },
            { name: "From", value: withUnit(s.from, chart.time.unit) },
            { name: "Takes", value: withUnit(s.to - s.from, chart.time.unit) },
          ]);
        },
      },
      renderItem: (params: Option, api: Option) => {
        const s = own[Number(params.dataIndex)];
        if (!s) return undefined;
        const [x0, y] = api.coord([s.from, s.stage]) as [number, number];
        const [x1] = api.coord([s.to, s.stage]) as [number, number];
        const h = (api.size([0, 1])[1] as number) * 0.82;
        // Later chunks are lighter, so that rounds can be told apart.
        const colour = chunks > 1 ? mix(plain, t.paper, (0.45 * s.chunk) / (chunks - 1)) : plain;
        const name = String(s.microbatch);
        const fits = textWidth(name, 9.5) + 3 < x1 - x0 && h > 10;
        const gap = x1 - x0 > 3 ? 0.5 : 0;
        return {
          type: "group",
          children: [
            { type: "rect", shape: { x: x0, y: y - h / 2, width: Math.max(x1 - x0 - gap, 0.5), height: h }, style: { fill: colour } },
            ...(fits ? [{ type: "text", silent: true, style: { text: name, x: (x0 + x1) / 2, y, textAlign: "center", textVerticalAlign: "middle", fill: inkOn(colour), font: `500 9.5px ${fontFamily}` } }] : []),
          ],
        };
      },
    };
  });
  return {
    height: keys.height + chart.stages * row + 66,
    option: {
      ...base(ctx),
      legend: keys.option,
      title: { text: axisTitle(chart.time), left: 0, bottom: 0, padding: 0, textStyle: { color: t.muted, fontSize: 11.5, fontWeight: 400 } },
      grid: { left, right: 12, top: keys.height + 10, bottom: 44 },
      xAxis: valueAxis(ctx, chart.time, { name: "", min: 0, max: length, splitNumber: isNarrow(ctx) ? 3 : 6, axisLabel: { color: t.muted, fontSize: 11.5, showMaxLabel: false, formatter: axisNumber } }),
      yAxis: {
        type: "category", inverse: true, data: Array.from({ length: chart.stages }, (_, i) => (isNarrow(ctx) ? String(i) : `Stage ${i}`)),
        axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false },
        axisLabel: { color: t.muted, fontSize: 11.5, interval: chart.stages > 24 ? 3 : 0 },
      },
      tooltip: tooltip(ctx, { trigger: "item" }),
      series,
    },
  };
}
