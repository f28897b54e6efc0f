// What all charts share: size, axes, legend, tooltip, marks on the first axis.

import { FONT, type Look, type Palette, type Tokens } from "../theme";
import { axisNumber, withUnit } from "../format";
import type { Annotation, Axis, Unit, ValueAxis } from "../spec";

/** Where and how a chart is drawn. */
export interface Context {
  width: number;
  palette: Palette;
}

/** A drawn chart: the option and the height that it wants. */
export interface Drawing {
  option: Option;
  height: number;
}

// ECharts' own option types reject its documented mixed series; builders stay plain objects.
export type Option = Record<string, any>;

export const isNarrow = (ctx: Context): boolean => ctx.width < 560;
export const tokens = (ctx: Context): Tokens => ctx.palette.tokens;
export const look = (ctx: Context, key: string): Look => ctx.palette.look(key);

/** A fill with its pattern and a thin edge in the colour of the paper. */
export function fill(ctx: Context, key: string, edge = 0.6): Option {
  const { colour, decal } = look(ctx, key);
  return { color: colour, decal, borderColor: tokens(ctx).paper, borderWidth: edge };
}

/** Options that every chart starts from. */
export function base(ctx: Context): Option {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: FONT, color: tokens(ctx).muted, fontSize: 12 },
  };
}

export function axisLabels(axis: Axis): string[] {
  return axis.type === "numbers" ? axis.values.map((v) => withUnit(v, axis.unit)) : axis.values;
}

/** The first axis. Quarters show the year under each first quarter. */
export function categoryAxis(ctx: Context, axis: Axis, plotWidth: number, gridIndex = 0): Option {
  const t = tokens(ctx);
  const labels = axisLabels(axis);
  const room = plotWidth / Math.max(labels.length, 1);
  const label: Option = { color: t.muted, fontSize: 11.5, hideOverlap: true, margin: 9 };
  if (axis.type === "quarters") {
    const parts = labels.map((q) => q.split("-"));
    const isFirst = (i: number) => i === 0 || parts[i]?.[1] === "Q1";
    const showsQuarters = room >= 23;
    const everyYears = Math.max(1, Math.ceil(36 / (room * 4)));
    const year = (i: number) => Number(parts[i]?.[0] ?? 0);
    label.hideOverlap = false;
    label.interval = (i: number) =>
      showsQuarters || (parts[i]?.[1] === "Q1" && (year(i) - year(0)) % everyYears === 0) || (i === 0 && isFirst(0) && parts[0]?.[1] === "Q1");
    label.formatter = (_: string, i: number) => {
      if (!showsQuarters) return parts[i]?.[0] ?? "";
      const quarter = parts[i]?.[1] ?? "";
      return isFirst(i) ? `${quarter}\n{year|${parts[i]?.[0] ?? ""}}` : quarter;
    };
    label.rich = { year: { color: t.ink, fontWeight: 600, fontSize: 11.5, lineHeight: 17 } };
  } else if (axis.type === "texts") {
    label.interval = 0;
    label.width = room - 8;
    label.overflow = "break";
    label.hideOverlap = false;
  }
  return {
    gridIndex,
    type: "category",
    data: labels,
    axisLine: { lineStyle: { color: t.faint } },
    axisTick: { show: axis.type === "quarters", alignWithLabel: false, length: 4, lineStyle: { color: t.rule } },
    axisLabel: label,
  };
}

/** A value axis; its title stands flush left above it. */
export function valueAxis(ctx: Context, axis: ValueAxis, more: Option = {}): Option {
  const t = tokens(ctx);
  return {
    type: axis.scale === "log" ? "log" : "value",
    name: axisTitle(axis),
    nameLocation: "end",
    nameGap: 14,
    nameTextStyle: { color: t.muted, fontSize: 11.5, align: "left", padding: [0, 0, 0, -44] },
    axisLabel: { color: t.muted, fontSize: 11.5, formatter: axisNumber },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: t.rule } },
    splitNumber: 5,
    ...more,
  };
}

export function axisTitle(axis: { title: string; unit: Unit }): string {
  const unit = axis.unit.name;
  return axis.title.toLowerCase().includes(unit.toLowerCase()) ? axis.title : `${axis.title} (${unit})`;
}

/** A legend at the top, with the height that its lines need. */
export function legend(ctx: Context, entries: (string | Option)[], top = 0): { option: Option; height: number } {
  const t = tokens(ctx);
  const names = entries.map((e) => (typeof e === "string" ? e : String(e.name)));
  let lines = names.length > 0 ? 1 : 0;
  let used = 0;
  for (const name of names) {
    const width = 16 + 5 + textWidth(name, 12) + 14;
    // A little to spare: one line too many is a gap, one too few an overlap.
    if (used > 0 && used + width > ctx.width - 16) {
      lines += 1;
      used = 0;
    }
    used += width;
  }
  return {
    height: lines > 0 ? lines * 29 - 4 : 0,
    option: {
      top,
      left: 0,
      padding: 0,
      itemGap: 14,
      itemWidth: 16,
      itemHeight: 11,
      icon: undefined,
      data: entries,
      textStyle: { color: t.ink, fontSize: 12, lineHeight: 15 },
      inactiveColor: t.faint,
    },
  };
}

/** Width of text, well enough to reserve room. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const c of text) {
    width += /[iljtfr.,:;'| ]/.test(c) ? 0.34 : /[mwMW%×]/.test(c) ? 0.88 : /[A-Z0-9]/.test(c) ? 0.64 : 0.55;
  }
  return width * size;
}

/** Text cut to a width, with an ellipsis. */
export function fitText(text: string, size: number, room: number): string {
  if (textWidth(text, size) <= room) return text;
  let end = text.length;
  while (end > 1 && textWidth(`${text.slice(0, end)}…`, size) > room) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

export function escapeHtml(text: string): string {
  const safe: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (c) => safe[c] ?? c);
}

/** One line of a tooltip. */
export interface TipLine {
  name: string;
  value: string;
  colour?: string;
  strong?: boolean;
}

/** The content of a tooltip. */
export function tip(head: string, lines: TipLine[], foot = ""): string {
  const rows = lines.map(({ name, value, colour, strong }) => {
    const mark = colour ? `<i style="background:${colour}"></i>` : "<i></i>";
    const cls = strong ? ' class="strong"' : "";
    return `<tr${cls}><td>${mark}${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`;
  });
  const tail = foot ? `<p>${escapeHtml(foot)}</p>` : "";
  return `<div class="tip"><b>${escapeHtml(head)}</b><table>${rows.join("")}</table>${tail}</div>`;
}

/** A tooltip in the colours of the page. */
export function tooltip(ctx: Context, more: Option): Option {
  const t = tokens(ctx);
  return {
    confine: true,
    backgroundColor: t.mode === "dark" ? "#1d2835" : "#ffffff",
    borderColor: t.rule,
    borderWidth: 1,
    padding: [9, 12],
    textStyle: { color: t.ink, fontSize: 12.5, fontFamily: FONT },
    extraCssText: "box-shadow: 0 6px 24px rgba(10, 20, 35, .16); border-radius: 8px;",
    axisPointer: { type: "shadow", shadowStyle: { color: t.mode === "dark" ? "rgba(255,255,255,.06)" : "rgba(20,32,46,.06)" } },
    ...more,
  };
}

/** Vertical marks with their words, in rows so that no two words overlap. */
export function marks(
  ctx: Context,
  annotations: Annotation[] | undefined,
  axis: Axis,
  plotLeft: number,
  plotWidth: number,
  direction: "upright" | "inverse" = "upright",
): { series: Option | undefined; height: number; captions: string[] } {
  const list = annotations ?? [];
  if (list.length === 0) return { series: undefined, height: 0, captions: [] };
  const t = tokens(ctx);
  const labels = axisLabels(axis);
  const place = (mark: Annotation): number => {
    const idx = axis.type === "numbers" ? axis.values.indexOf(Number(mark.at)) : labels.indexOf(String(mark.at));
    return Math.max(idx, 0);
  };
  const ordered = [...list].sort((a, b) => place(a) - place(b));
  // On a phone the words stand below the chart, numbered.
  const isNumbered = isNarrow(ctx) || ordered.length > 6;
  const rowEnds: number[] = [];
  const data = ordered.map((mark, i) => {
    const text = isNumbered ? String(i + 1) : mark.text;
    const width = textWidth(text, 11.5) + 12;
    const centre = plotLeft + ((place(mark) + 0.5) * plotWidth) / labels.length;
    // Words run right of their mark, or left of it near the right edge.
    const runsLeft = centre + width > ctx.width;
    const start = isNumbered ? centre - width / 2 : runsLeft ? centre - width : centre;
    let row = rowEnds.findIndex((end) => end <= start);
    if (row < 0) row = rowEnds.length;
    rowEnds[row] = start + width + 6;
    return { mark, text, row, runsLeft };
  });
  return {
    height: rowEnds.length * 18,
    captions: isNumbered ? ordered.map((m, i) => `${i + 1}: ${String(m.at)}, ${m.text}`) : [],
    series: {
      type: "line",
      data: [],
      silent: true,
      tooltip: { show: false },
      markLine: {
        silent: true,
        // Behind the bars and cells of an inverse chart, so that it hides no word in them.
        z: direction === "inverse" ? 1 : 5,
        symbol: ["none", "none"],
        lineStyle: { color: t.muted, type: [4, 3], width: 1.2 },
        data: data.map(({ mark, text, row, runsLeft }) => ({
          xAxis: place(mark),
          label: {
            show: true,
            formatter: text,
            // An inverse second axis starts at the top.
            position: direction === "inverse" ? "start" : "end",
            distance: [0, 4 + row * 18],
            align: isNumbered ? "center" : runsLeft ? "right" : "left",
            padding: isNumbered ? [1, 5] : 0,
            backgroundColor: isNumbered ? t.muted : undefined,
            borderRadius: 8,
            color: isNumbered ? t.paper : t.ink,
            fontSize: 11.5,
            fontWeight: 500,
          },
        })),
      },
    },
  };
}

/** Values drawn as exact steps over the full width of each position. */
export function steps(
  name: string,
  values: (number | null)[],
  line: { color: string; width: number; dash?: number[] },
  more: Option = {},
): Option {
  return {
    type: "custom",
    name,
    data: values.map((v, i) => [i, v]),
    encode: { x: 0, y: 1 },
    itemStyle: { color: line.color },
    z: 6,
    renderItem: (_: Option, api: Option) => {
      const i = api.value(0) as number;
      const here = values[i];
      if (here === null || here === undefined) return undefined;
      const [x, y] = api.coord([i, here]) as [number, number];
      const half = (api.size([1, 0])[0] as number) / 2;
      const points = [[x - half, y], [x + half, y]];
      const next = values[i + 1];
      if (next !== null && next !== undefined) points.push([x + half, api.coord([i, next])[1] as number]);
      return {
        type: "polyline",
        shape: { points },
        style: { fill: "none", stroke: line.color, lineWidth: line.width, lineDash: line.dash ?? null },
        silent: true,
      };
    },
    ...more,
  };
}
