// From a chart spec to a drawing, on the page or as text.

import type { Chart, ChartSpec } from "../spec";
import { FONT } from "../theme";
import { bars } from "./bars";
import { bridge, memoryStack, waterfall } from "./breakdown";
import { type Context, type Drawing, type Option, isNarrow, marks, tokens } from "./common";
import { echarts } from "./echarts";
import { fabric } from "./fabric";
import { fan } from "./fan";
import { floor } from "./floor";
import { gantt } from "./gantt";
import { heatMap } from "./heat-map";
import { lines } from "./lines";
import { pareto } from "./pareto";
import { schedule } from "./schedule";
import { stackedArea } from "./stacked-area";
import { stepped } from "./stepped";

export type { Context, Drawing } from "./common";
export { echarts } from "./echarts";

function isOf<K extends Chart["kind"]>(spec: ChartSpec, kind: K): spec is ChartSpec<Extract<Chart, { kind: K }>> {
  return spec.chart.kind === kind;
}

export function draw(spec: ChartSpec, ctx: Context): Drawing {
  if (isOf(spec, "stacked-area")) return stackedArea(spec, ctx);
  if (isOf(spec, "bars")) return bars(spec, ctx);
  if (isOf(spec, "stepped-lines")) return stepped(spec, ctx);
  if (isOf(spec, "bridge")) return bridge(spec, ctx);
  if (isOf(spec, "waterfall")) return waterfall(spec, ctx);
  if (isOf(spec, "memory-stack")) return memoryStack(spec, ctx);
  if (isOf(spec, "heat-map")) return heatMap(spec, ctx);
  if (isOf(spec, "gantt")) return gantt(spec, ctx);
  if (isOf(spec, "pareto")) return pareto(spec, ctx);
  if (isOf(spec, "fan")) return fan(spec, ctx);
  if (isOf(spec, "lines")) return lines(spec, ctx);
  if (isOf(spec, "schedule")) return schedule(spec, ctx);
  if (isOf(spec, "fabric")) return fabric(spec, ctx);
  if (isOf(spec, "floor")) return floor(spec, ctx);
  throw new Error(`this page cannot draw a chart of kind "${(spec.chart as { kind: string }).kind}"`);
}

/** Words of numbered marks, for below the chart. */
export function captions(spec: ChartSpec, ctx: Context): string[] {
  const { chart } = spec;
  if (!("x" in chart) || !("type" in chart.x) ) return [];
  // Small panels have no room for words: their dashed lines are told below.
  if (chart.kind === "stepped-lines") return (spec.annotations ?? []).map((a) => `${String(a.at)}, ${a.text} (dashed line)`);
  return marks(ctx, spec.annotations, chart.x, 46, ctx.width - 52).captions;
}

/** A chart as SVG text that stands alone: takeaway above, source line below. */
export function toSvg(spec: ChartSpec, ctx: Context, foot: string): { svg: string; width: number; height: number } {
  const margin = 24;
  const inner = { ...ctx, width: ctx.width - 2 * margin };
  const { option, height } = draw(spec, inner);
  const t = tokens(ctx);
  const body = renderSvg(option, inner.width, height);
  const lines = wrap(spec.takeaway, isNarrow(inner) ? 38 : Math.floor(inner.width / 9.4));
  const head = 22 + lines.length * 24;
  const total = margin + head + height + 44;
  const text = (y: number, size: number, weight: number, fill: string, words: string) =>
    `<text x="${margin}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeXml(words)}</text>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${ctx.width}" height="${total}" viewBox="0 0 ${ctx.width} ${total}" font-family="${escapeXml(FONT)}">`,
    `<title>${escapeXml(spec.takeaway)}</title>`,
    `<rect width="100%" height="100%" fill="${t.paper}"/>`,
    ...lines.map((line, i) => text(margin + 16 + i * 24, 18, 650, t.ink, line)),
    text(margin + 16 + lines.length * 24 - 2, 12.5, 400, t.muted, spec.title),
    `<g transform="translate(${margin} ${margin + head})">${body}</g>`,
    text(total - 16, 11, 400, t.muted, foot),
    "</svg>",
  ].join("\n");
  return { svg, width: ctx.width, height: total };
}

/** SVG text of an option, without a page. */
export function renderSvg(option: Option, width: number, height: number): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function escapeXml(text: string): string {
  const safe: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (c) => safe[c] ?? c);
}
