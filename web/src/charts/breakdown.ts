// Totals taken apart: the bridge between two of them, and the waterfall of one.

import { axisNumber, changeWithUnit, withUnit } from "../format";
import type { Bridge, ChartSpec, MemoryStack, Waterfall } from "../spec";
import { inkOn } from "../theme";
import {
  type Context, type Drawing, type Option, axisLabels, axisTitle, base, fill, isNarrow, legend, look,
  textWidth, tip, tokens, tooltip, valueAxis,
} from "./common";

/** One bar from `from` to `to`. */
interface Span {
  name: string;
  from: number;
  to: number;
  key: string;
  label: string;
}

export function bridge(spec: ChartSpec<Bridge>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  let running = 0;
  const spans: Span[] = chart.steps.map((step) => {
    const from = step.kind === "total" ? 0 : running;
    running = step.kind === "total" ? step.value : running + step.value;
    const label = step.kind === "total" ? withUnit(step.value, chart.y.unit) : changeWithUnit(step.value, chart.y.unit);
    return { name: step.name, from, to: running, key: step.colour, label };
  });
  const isUpright = ctx.width >= 640;
  const widest = Math.max(...spans.map((s) => textWidth(s.name, 12)));
  const side = Math.min(Math.max(widest + 14, 80), ctx.width * 0.36);
  const room = (ctx.width - 52) / spans.length;
  const names: Option = {
    type: "category",
    data: spans.map((s) => s.name),
    inverse: !isUpright,
    axisLine: { lineStyle: { color: t.faint } },
    axisTick: { show: false },
    axisLabel: { color: t.ink, fontSize: 12, interval: 0, width: isUpright ? room - 10 : side - 12, overflow: "break", lineHeight: 15 },
  };
  const value = valueAxis(ctx, chart.y, isUpright ? {} : { name: "", splitNumber: 3 });
  const point = (api: Option, i: number, v: number) => (isUpright ? api.coord([i, v]) : api.coord([v, i])) as [number, number];
  return {
    height: isUpright ? 400 : 60 + spans.length * 44,
    option: {
      ...base(ctx),
      grid: isUpright
        ? { left: 46, right: 6, top: 34, bottom: 48 }
        : { left: side, right: 64, top: 26, bottom: 26 },
      ...(isUpright ? {} : { title: { text: axisTitle(chart.y), left: 0, top: 0, padding: 0, textStyle: { color: t.muted, fontSize: 11.5, fontWeight: 400 } } }),
      xAxis: isUpright ? names : value,
      yAxis: isUpright ? value : names,
      tooltip: tooltip(ctx, {
        trigger: "item",
        formatter: (item: Option) => {
          const s = spans[Number(item.dataIndex)];
          return s ? tip(s.name, [{ name: "Step", value: s.label, strong: true }, { name: "Running total", value: withUnit(s.to, chart.y.unit) }]) : "";
        },
      }),
      series: [{
        type: "custom",
        name: chart.y.title,
        data: spans.map((s, i) => (isUpright ? [i, s.to, s.from] : [s.to, i, s.from])),
        encode: isUpright ? { x: 0, y: [1, 2] } : { x: [0, 2], y: 1 },
        renderItem: (params: Option, api: Option) => {
          const i = Number(params.dataIndex);
          const s = spans[i];
          if (!s) return undefined;
          const a = point(api, i, s.from);
          const b = point(api, i, s.to);
          const band = (isUpright ? api.size([1, 0])[0] : api.size([0, 1])[1]) as number;
          const half = band * (isUpright ? 0.34 : 0.3);
          const rect = isUpright
            ? { x: b[0] - half, y: Math.min(a[1], b[1]), width: half * 2, height: Math.max(Math.abs(a[1] - b[1]), 1.5) }
            : { x: Math.min(a[0], b[0]), y: b[1] - half, width: Math.max(Math.abs(a[0] - b[0]), 1.5), height: half * 2 };
          const { colour, decal } = look(ctx, s.key);
          const next = spans[i + 1];
          const link = isUpright
            ? { x1: b[0] + half, y1: b[1], x2: b[0] + band - half, y2: b[1] }
            : { x1: b[0], y1: b[1] + half, x2: b[0], y2: b[1] + band - half };
          return {
            type: "group",
            children: [
              { type: "rect", shape: rect, style: { fill: colour, decal } },
              ...(next ? [{ type: "line", shape: link, style: { stroke: t.faint, lineDash: [3, 3] }, silent: true }] : []),
              {
                type: "text",
                silent: true,
                style: {
                  text: s.label,
                  x: isUpright ? b[0] : rect.x + rect.width + 6,
                  y: isUpright ? rect.y - 6 : b[1],
                  textAlign: isUpright ? "center" : "left",
                  textVerticalAlign: isUpright ? "bottom" : "middle",
                  fill: t.ink,
                  font: `600 12px ${base(ctx).textStyle.fontFamily}`,
                },
              },
            ],
          };
        },
      }],
    },
  };
}

export function waterfall(spec: ChartSpec<Waterfall>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  let running = 0;
  const rows = chart.parts.map((part) => {
    const from = running;
    running += part.exposed;
    // What is hidden ran beside earlier work, so it ends where its exposed part begins.
    const hiddenFrom = from >= part.hidden ? from - part.hidden : running;
    return { ...part, from, to: running, hiddenFrom };
  });
  const names = [...rows.map((r) => r.name), chart.total_name];
  const widest = Math.max(...names.map((n) => textWidth(n, 12)));
  const side = Math.min(widest + 16, ctx.width * (isNarrow(ctx) ? 0.34 : 0.3));
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const reach = Math.max(chart.total, ...rows.map((r) => r.hiddenFrom + r.hidden));
  return {
    height: 66 + names.length * (isNarrow(ctx) ? 38 : 34),
    option: {
      ...base(ctx),
      title: { text: axisTitle(chart.y), left: 0, top: 0, padding: 0, textStyle: { color: t.muted, fontSize: 11.5, fontWeight: 400 } },
      grid: { left: side, right: isNarrow(ctx) ? 12 : 110, top: 40, bottom: 28 },
      xAxis: valueAxis(ctx, chart.y, { name: "", max: isNarrow(ctx) ? reach * 1.35 : undefined, splitNumber: isNarrow(ctx) ? 3 : 6, axisLabel: { color: t.muted, fontSize: 11.5, showMaxLabel: !isNarrow(ctx), formatter: axisNumber } }),
      yAxis: {
        type: "category", inverse: true, data: names,
        axisLine: { lineStyle: { color: t.faint } }, axisTick: { show: false },
        axisLabel: { color: t.ink, fontSize: 12, width: side - 12, overflow: "break", interval: 0, lineHeight: 14 },
      },
      tooltip: tooltip(ctx, {
        trigger: "item",
        formatter: (item: Option) => {
          const i = Number(item.dataIndex);
          const row = rows[i];
          const say = (v: number) => `${withUnit(v, chart.y.unit)} (${Math.round((100 * v) / chart.total)} %)`;
          if (!row) return tip(chart.total_name, [{ name: "Total", value: withUnit(chart.total, chart.y.unit), strong: true }]);
          return tip(row.name, [
            { name: "Exposed", value: say(row.exposed), strong: true },
            ...(row.hidden > 0 ? [{ name: "Hidden behind others", value: withUnit(row.hidden, chart.y.unit) }] : []),
          ]);
        },
      }),
      series: [{
        type: "custom",
        name: chart.total_name,
        data: [...rows.map((r, i) => [r.to, i, r.from]), [chart.total, rows.length, 0]],
        encode: { x: [0, 2], y: 1 },
        renderItem: (params: Option, api: Option) => {
          const i = Number(params.dataIndex);
          const row = rows[i];
          const from = row?.from ?? 0;
          const to = row?.to ?? chart.total;
          const [x0, y] = api.coord([from, i]) as [number, number];
          const [x1] = api.coord([to, i]) as [number, number];
          const band = api.size([0, 1])[1] as number;
          const h = band * 0.62;
          const { colour, decal } = look(ctx, row?.colour ?? "role/total");
          const share = Math.round((100 * (to - from)) / chart.total);
          const text = row ? `${withUnit(to - from, chart.y.unit)}  ${share} %` : withUnit(chart.total, chart.y.unit);
          const children: Option[] = [{ type: "rect", shape: { x: x0, y: y - h / 2, width: Math.max(x1 - x0, 1.5), height: h }, style: { fill: colour, decal } }];
          let labelX = x1 + 6;
          if (row && row.hidden > 0) {
            const [h0] = api.coord([row.hiddenFrom, i]) as [number, number];
            const [h1] = api.coord([row.hiddenFrom + row.hidden, i]) as [number, number];
            children.unshift({
              type: "rect",
              shape: { x: h0, y: y - h / 2 + 0.5, width: h1 - h0, height: h - 1 },
              style: { fill: "transparent", stroke: colour, lineWidth: 1, lineDash: [3, 2], decal: { symbol: "rect", symbolSize: 1, color: colour, dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4 } },
            });
            labelX = Math.max(labelX, h1 + 6);
          }
          if (i < rows.length) {
            children.push({ type: "line", silent: true, shape: { x1, y1: y + h / 2, x2: x1, y2: y + band - h / 2 }, style: { stroke: t.faint, lineDash: [3, 3] } });
          }
          children.push({ type: "text", silent: true, style: { text, x: labelX, y, textVerticalAlign: "middle", fill: t.ink, font: `${row ? 500 : 700} 12px ${fontFamily}` } });
          return { type: "group", children };
        },
        ...(chart.floor
          ? {
              markLine: {
                silent: true, symbol: ["none", "none"],
                lineStyle: { color: t.ink, type: "solid", width: 1.5 },
                data: [{ xAxis: chart.floor.value, label: { formatter: `${chart.floor.name}: ${withUnit(chart.floor.value, chart.y.unit)}`, position: "start", distance: [0, 6], color: t.ink, fontSize: 11.5, fontWeight: 600, align: "center" } }],
              },
            }
          : {}),
      }],
    },
  };
}

export function memoryStack(spec: ChartSpec<MemoryStack>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const names = axisLabels(chart.options);
  const sums = names.map((_, i) => chart.parts.reduce((sum, p) => sum + (p.values[i] ?? 0), 0));
  const keys = legend(ctx, [...chart.parts.map((p) => p.name), { name: chart.capacity_name, icon: "path://M8,0h4v11h-4z" }]);
  const widest = Math.max(...names.map((n) => textWidth(n, 12)));
  const side = Math.min(widest + 14, ctx.width * 0.32);
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const say = (v: number) => withUnit(v, chart.y.unit);
  const series: Option[] = chart.parts.map((part) => ({
    type: "bar", name: part.name, stack: "memory", data: part.values, itemStyle: fill(ctx, part.colour, 0.8), barCategoryGap: "42%",
    label: {
      show: !isNarrow(ctx), position: "inside", color: inkOn(look(ctx, part.colour).colour), fontSize: 11,
      formatter: (item: Option) => (Number(item.value) > Math.max(...sums, ...chart.capacity) * 0.055 ? say(Number(item.value)).replace(/ .*$/, "") : ""),
    },
  }));
  series.push({
    type: "custom", name: chart.capacity_name, itemStyle: { color: t.ink }, z: 6,
    data: names.map((_, i) => [chart.capacity[i] ?? 0, i, sums[i] ?? 0]),
    encode: { x: [0, 2], y: 1 },
    renderItem: (params: Option, api: Option) => {
      const i = Number(params.dataIndex);
      const limit = chart.capacity[i] ?? 0;
      const sum = sums[i] ?? 0;
      const [x, y] = api.coord([limit, i]) as [number, number];
      const [end] = api.coord([sum, i]) as [number, number];
      const h = (api.size([0, 1])[1] as number) * 0.58;
      const over = look(ctx, "role/shortfall");
      const isOver = sum > limit;
      const text = isOver ? `${say(sum)}, ${say(sum - limit)} over` : `${say(sum)} of ${say(limit)}`;
      return {
        type: "group",
        silent: true,
        children: [
          ...(isOver ? [{ type: "rect", shape: { x, y: y - h / 2, width: end - x, height: h }, style: { fill: over.colour, decal: over.decal } }] : []),
          { type: "rect", shape: { x: x - 1.5, y: y - h / 2 - 3, width: 3, height: h + 6 }, style: { fill: t.ink } },
          { type: "text", style: { text, x: end, y: y - h / 2 - 6, textAlign: "right", textVerticalAlign: "bottom", fill: isOver ? t.bad : t.ink, font: `600 11.5px ${fontFamily}` } },
        ],
      };
    },
  });
  return {
    height: keys.height + 64 + names.length * 62,
    option: {
      ...base(ctx),
      legend: keys.option,
      title: { text: axisTitle(chart.y), left: 0, top: keys.height + 2, padding: 0, textStyle: { color: t.muted, fontSize: 11.5, fontWeight: 400 } },
      grid: { left: side, right: 14, top: keys.height + 30, bottom: 28 },
      xAxis: valueAxis(ctx, chart.y, { name: "", splitNumber: isNarrow(ctx) ? 3 : 6 }),
      yAxis: {
        type: "category", inverse: true, data: names, axisLine: { lineStyle: { color: t.faint } }, axisTick: { show: false },
        axisLabel: { color: t.ink, fontSize: 12, width: side - 12, overflow: "break", interval: 0, lineHeight: 15 },
      },
      tooltip: tooltip(ctx, {
        trigger: "axis",
        formatter: (items: Option[]) => {
          const i = Number(items[0]?.dataIndex ?? 0);
          return tip(names[i] ?? "", [
            { name: "Sum", value: say(sums[i] ?? 0), strong: true },
            { name: chart.capacity_name, value: say(chart.capacity[i] ?? 0) },
            ...chart.parts.map((p) => ({ name: p.name, value: say(p.values[i] ?? 0), colour: look(ctx, p.colour).colour })),
          ]);
        },
      }),
      series,
    },
  };
}
