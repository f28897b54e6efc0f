// The racks of a site from above, to scale: halls side by side or below each other, as the page has room.

import { withUnit } from "../format";
import type { ChartSpec, Floor, FloorOutline, FloorTile } from "../spec";
import { inkOn } from "../theme";
import { type Context, type Drawing, type Option, base, fill, isNarrow, legend, look, textWidth, tip, tokens, tooltip } from "./common";

const GROUPED = new Intl.NumberFormat("en-US");
const KW = { suffix: "kw", prefix: "", symbol: "kW", name: "kW" };
/** Room for the name of a hall above it, and between halls. */
const NAME = 20;
const BETWEEN = 14;

interface Hall {
  outline: FloorOutline;
  tiles: FloorTile[];
  left: number;
  top: number;
}

/** Halls on a grid of so many columns: scale and height that they come to. */
function arrange(halls: FloorOutline[], columns: number, width: number): { scale: number; height: number } {
  const widest = Math.max(...halls.map((h) => h.width), 1);
  const deepest = Math.max(...halls.map((h) => h.depth), 1);
  const scale = Math.min((width - BETWEEN * (columns - 1)) / (columns * widest), 44);
  const rows = Math.ceil(halls.length / columns);
  return { scale, height: rows * (deepest * scale + NAME) + (rows - 1) * BETWEEN };
}

export function floor(spec: ChartSpec<Floor>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const count = (kind: number) => chart.tiles.filter((tile) => tile.kind === kind).reduce((sum, tile) => sum + tile.racks, 0);
  const named = chart.kinds.map((kind, i) => ({ ...kind, i, words: `${kind.name} (${GROUPED.format(count(i))})` })).filter((kind) => count(kind.i) > 0);
  const keys = legend(ctx, named.map((kind) => ({ name: kind.words, icon: "rect" })));

  const outlines = chart.outlines.length > 0 ? chart.outlines : [{ name: "", x: 0, y: 0, width: chart.width_m, depth: chart.depth_m }];
  // The number of columns that draws racks largest without a page of more than one screen.
  const limit = isNarrow(ctx) ? 900 : 640;
  const choices = outlines.map((_, i) => i + 1).map((columns) => ({ columns, ...arrange(outlines, columns, ctx.width) }));
  const low = choices.filter((c) => c.height <= limit);
  // Of choices about as large the widest, which is the lowest.
  const best = (low.length > 0 ? low : choices).reduce((a, b) => (b.scale >= a.scale * 0.97 ? b : a));
  const shrink = Math.min(1, limit / best.height);
  const scale = best.scale * shrink;
  const widest = Math.max(...outlines.map((h) => h.width), 1);
  const deepest = Math.max(...outlines.map((h) => h.depth), 1);
  const start = keys.height + 8;
  const halls: Hall[] = outlines.map((outline, i) => {
    const inside = (tile: FloorTile) => {
      const [x, y] = [tile.x + tile.width / 2, tile.y + tile.depth / 2];
      return x >= outline.x && x <= outline.x + outline.width && y >= outline.y && y <= outline.y + outline.depth;
    };
    return {
      outline,
      tiles: chart.tiles.filter(inside),
      left: (i % best.columns) * (widest * scale + BETWEEN),
      top: start + Math.floor(i / best.columns) * (deepest * scale + NAME + BETWEEN) + NAME,
    };
  });
  const rows = Math.ceil(outlines.length / best.columns);
  const bottom = start + rows * (deepest * scale + NAME) + (rows - 1) * BETWEEN;
  const height = bottom + 30;

  const series = named.map((kind): Option => {
    const own = halls.flatMap((hall) => hall.tiles.filter((tile) => tile.kind === kind.i).map((tile) => ({ hall, tile })));
    const colour = look(ctx, kind.colour).colour;
    return {
      type: "custom",
      name: kind.words,
      itemStyle: fill(ctx, kind.colour),
      data: own.map(({ hall, tile }) => [hall.left + (tile.x - hall.outline.x) * scale, hall.top + (tile.y - hall.outline.y) * scale]),
      encode: { x: 0, y: 1 },
      z: 4,
      tooltip: {
        formatter: (item: Option) => {
          const found = own[Number(item.dataIndex)];
          if (!found) return "";
          const { tile, hall } = found;
          return tip(tile.label !== undefined && tile.label !== "" ? tile.label : kind.name, [
            { name: kind.name, value: GROUPED.format(tile.racks) + (tile.racks === 1 ? " rack" : " racks"), colour, strong: true },
            { name: "power of one", value: withUnit(kind.power_kw, KW) },
            ...(hall.outline.name !== "" ? [{ name: "in", value: hall.outline.name }] : []),
          ]);
        },
      },
      renderItem: (params: Option) => {
        const found = own[Number(params.dataIndex)];
        if (!found) return undefined;
        const { tile, hall } = found;
        const x = hall.left + (tile.x - hall.outline.x) * scale;
        const y = hall.top + (tile.y - hall.outline.y) * scale;
        const [w, h] = [Math.max(tile.width * scale, 0.8), Math.max(tile.depth * scale, 0.8)];
        const each = w / tile.racks;
        const gap = each > 3 ? 0.8 : 0;
        const cuts = tile.racks > 1 && each > 3 ? Array.from({ length: tile.racks - 1 }, (_, i) => x + (i + 1) * each) : [];
        const text = tile.label !== undefined && tile.label !== "" ? tile.label : tile.racks > 1 ? `${GROUPED.format(tile.racks)}` : "";
        const fits = text !== "" && h >= 11 && textWidth(text, 10) + 6 <= w;
        return {
          type: "group",
          children: [
            { type: "rect", shape: { x, y, width: Math.max(w - gap, 0.6), height: h }, style: { fill: colour } },
            ...cuts.map((cut) => ({ type: "line", silent: true, shape: { x1: cut, y1: y, x2: cut, y2: y + h }, style: { stroke: t.paper, lineWidth: 0.7 } })),
            ...(fits ? [{ type: "text", silent: true, style: { text, x: x + w / 2, y: y + h / 2, textAlign: "center", textVerticalAlign: "middle", fill: inkOn(colour), stroke: colour, lineWidth: 3, font: `500 10px ${fontFamily}` } }] : []),
          ],
        };
      },
    };
  });

  // A bar of a round length says the scale.
  const metres = [1, 2, 5, 10, 20, 50, 100, 200].find((m) => m * scale >= 48) ?? 500;
  const frame = (): Option[] => [
    ...halls.flatMap((hall): Option[] => [
      { type: "rect", shape: { x: hall.left, y: hall.top, width: hall.outline.width * scale, height: hall.outline.depth * scale, r: 2 }, style: { fill: t.mode === "dark" ? "rgba(255,255,255,.03)" : "rgba(20,32,46,.025)", stroke: t.faint, lineWidth: 1 } },
      { type: "text", style: { text: hall.outline.name, x: hall.left, y: hall.top - 5, textAlign: "left", textVerticalAlign: "bottom", fill: t.ink, font: `500 11.5px ${fontFamily}` } },
    ]),
    { type: "line", shape: { x1: 1, y1: bottom + 16, x2: 1 + metres * scale, y2: bottom + 16 }, style: { stroke: t.muted, lineWidth: 1.5 } },
    { type: "text", style: { text: `${metres} m`, x: 7 + metres * scale, y: bottom + 16, textAlign: "left", textVerticalAlign: "middle", fill: t.muted, font: `400 11.5px ${fontFamily}` } },
  ];
  const axis = (max: number) => ({ type: "value", min: 0, max, show: false });
  return {
    height,
    option: {
      ...base(ctx),
      legend: keys.option,
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: axis(ctx.width),
      yAxis: { ...axis(height), inverse: true },
      tooltip: tooltip(ctx, { trigger: "item" }),
      series: [
        { type: "custom", name: "frame", data: [[0, 0]], silent: true, tooltip: { show: false }, z: 1, renderItem: () => ({ type: "group", silent: true, children: frame() }) },
        ...series,
      ],
    },
  };
}
