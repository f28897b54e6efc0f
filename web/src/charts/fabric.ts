// The switches of a network: a row for each tier, a box for one or several equal parts, lines for links.

import type { ChartSpec, Fabric, FabricBundle } from "../spec";
import { inkOn } from "../theme";
import { type Context, type Drawing, type Option, base, isNarrow, look, textWidth, tip, tokens, tooltip } from "./common";

const GROUPED = new Intl.NumberFormat("en-US");
const BOX = 38;

interface Place {
  x: number;
  y: number;
  width: number;
}

export function fabric(spec: ChartSpec<Fabric>, ctx: Context): Drawing {
  const { chart } = spec;
  const t = tokens(ctx);
  const narrow = isNarrow(ctx);
  const gutter = narrow ? 0 : 142;
  const labelRoom = narrow ? 20 : 0;
  const fontFamily = base(ctx).textStyle.fontFamily as string;
  const linksBetween = (upper: number, lower: number) =>
    chart.bundles.filter((b) => b.upper_tier === upper && b.lower_tier === lower).reduce((sum, b) => sum + b.links, 0);

  // Rows from the top; a tier that is joined with itself has arcs above it.
  const arcRoom = (tier: number) => (linksBetween(tier, tier) > 0 && (chart.tiers[tier]?.boxes.length ?? 0) > 1 ? 58 : 0);
  const gap = narrow ? 62 : 74;
  const tops: number[] = [];
  let y = 6;
  chart.tiers.forEach((_, i) => {
    y += arcRoom(i) + labelRoom;
    tops.push(y);
    y += BOX + (i + 1 < chart.tiers.length ? gap : 0);
  });
  const height = y + 8;
  const room = ctx.width - gutter;
  const places: Place[][] = chart.tiers.map((tier, i) => {
    const n = Math.max(tier.boxes.length, 1);
    const between = n > 8 ? 4 : 10;
    const width = Math.min((room - between * (n - 1)) / n, 128);
    const left = gutter + (room - n * width - (n - 1) * between) / 2;
    return tier.boxes.map((_, k) => ({ x: left + k * (width + between), y: tops[i] ?? 0, width }));
  });
  const most = Math.max(...chart.bundles.map((b) => b.links), 1);

  const line = (b: FabricBundle): Option | undefined => {
    const up = places[b.upper_tier]?.[b.upper_box];
    const down = places[b.lower_tier]?.[b.lower_box];
    if (!up || !down || (b.upper_tier === b.lower_tier && b.upper_box === b.lower_box)) return undefined;
    const colour = look(ctx, chart.tiers[b.upper_tier]?.colour ?? "").colour;
    const style = { stroke: colour, fill: "none", lineWidth: 0.7 + 1.9 * Math.sqrt(b.links / most), opacity: chart.bundles.length > 60 ? 0.42 : 0.62 };
    const x1 = up.x + up.width / 2;
    const x2 = down.x + down.width / 2;
    if (b.upper_tier === b.lower_tier) {
      const lift = 16 + 38 * Math.min(1, Math.abs(x2 - x1) / room);
      return { type: "bezierCurve", shape: { x1, y1: up.y, x2, y2: down.y, cpx1: x1, cpy1: up.y - lift, cpx2: x2, cpy2: down.y - lift }, style, silent: true };
    }
    return { type: "line", shape: { x1, y1: up.y + BOX, x2, y2: down.y }, style, silent: true };
  };

  const words = (x: number, top: number, parts: { text: string; size: number; weight: number; fill: string }[], align: "left" | "center"): Option[] => {
    let at = top;
    return parts.map(({ text, size, weight, fill }) => {
      const shape = { type: "text", silent: true, style: { text, x, y: at, ...(align === "left" && narrow ? { backgroundColor: t.paper, padding: [1, 5, 2, 0] } : {}), textAlign: align, textVerticalAlign: "top", fill, font: `${weight} ${size}px ${fontFamily}` } };
      at += size + 3;
      return shape;
    });
  };

  const labels = (): Option[] =>
    chart.tiers.flatMap((tier, i) => {
      const top = tops[i] ?? 0;
      const count = `${GROUPED.format(tier.count)} ${tier.noun}`;
      const down = i + 1 < chart.tiers.length ? linksBetween(i, i + 1) : 0;
      const own = linksBetween(i, i);
      const links = [down > 0 ? `${GROUPED.format(down)} links${narrow ? " down" : ""}` : "", own > 0 ? `${GROUPED.format(own)} among them` : ""].filter((s) => s !== "");
      if (narrow) {
        return words(0, top - labelRoom + 3, [{ text: [`${tier.name}: ${count}`, ...links].join(", "), size: 11.5, weight: 500, fill: t.ink }], "left");
      }
      return [
        ...words(0, top + 3, [{ text: tier.name, size: 13, weight: 600, fill: t.ink }, { text: count, size: 11.5, weight: 400, fill: t.muted }], "left"),
        ...words(0, top + BOX + gap / 2 - 7, links.filter((_, k) => k === 0 && down > 0).map((text) => ({ text, size: 11.5, weight: 400, fill: t.muted })), "left"),
        ...words(0, top - 22, own > 0 && arcRoom(i) > 0 ? [{ text: `${GROUPED.format(own)} among them`, size: 11.5, weight: 400, fill: t.muted }] : [], "left"),
      ];
    });

  const boxes = chart.tiers.map((tier, i): Option => {
    const colour = look(ctx, tier.colour).colour;
    const ink = inkOn(colour);
    return {
      type: "custom",
      name: tier.name,
      itemStyle: { color: colour },
      data: tier.boxes.map((_, k) => {
        const place = places[i]?.[k];
        return [place?.x ?? 0, place?.y ?? 0];
      }),
      encode: { x: 0, y: 1 },
      z: 4,
      tooltip: {
        formatter: (item: Option) => {
          const box = tier.boxes[Number(item.dataIndex)];
          if (!box) return "";
          const k = Number(item.dataIndex);
          const up = chart.bundles.filter((b) => b.lower_tier === i && b.lower_box === k && b.upper_tier !== i).reduce((sum, b) => sum + b.links, 0);
          const below = chart.bundles.filter((b) => b.upper_tier === i && b.upper_box === k && b.lower_tier !== i).reduce((sum, b) => sum + b.links, 0);
          const rows = [{ name: tier.noun, value: GROUPED.format(box.count), colour, strong: true }];
          if (up > 0) rows.push({ name: "links up", value: GROUPED.format(up), colour: "", strong: false });
          if (below > 0) rows.push({ name: "links down", value: GROUPED.format(below), colour: "", strong: false });
          return tip(`${tier.name} ${box.name}`, rows);
        },
      },
      renderItem: (params: Option) => {
        const k = Number(params.dataIndex);
        const box = tier.boxes[k];
        const place = places[i]?.[k];
        if (!box || !place) return undefined;
        const count = GROUPED.format(box.count);
        const fits = (text: string, px: number) => textWidth(text, px) + 4 <= place.width;
        const centre = place.x + place.width / 2;
        const isOne = box.count === 1;
        // On a phone three digits need smaller letters.
        const size = [13, 10, 8.5].find((px) => fits(count, px)) ?? 0;
        const upper = isOne || size === 0 ? "" : count;
        const lower = fits(box.name, 10) ? box.name : "";
        const top = place.y + (upper !== "" && lower !== "" ? 6 : 13);
        const parts = [
          ...(upper !== "" ? [{ text: upper, size, weight: 600, fill: ink }] : []),
          ...(lower !== "" ? [{ text: lower, size: 10, weight: 400, fill: ink }] : []),
        ];
        return {
          type: "group",
          children: [
            { type: "rect", shape: { x: place.x, y: place.y, width: place.width, height: BOX, r: 3 }, style: { fill: colour } },
            ...words(centre, top, parts, "center"),
          ],
        };
      },
    };
  });

  const axis = (max: number) => ({ type: "value", min: 0, max, show: false });
  return {
    height,
    option: {
      ...base(ctx),
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: axis(ctx.width),
      yAxis: { ...axis(height), inverse: true },
      tooltip: tooltip(ctx, { trigger: "item" }),
      series: [
        {
          type: "custom",
          name: "links",
          data: chart.bundles.map((_, k) => [k, 0]),
          silent: true,
          tooltip: { show: false },
          z: 2,
          renderItem: (params: Option) => {
            const bundle = chart.bundles[Number(params.dataIndex)];
            return bundle ? line(bundle) : undefined;
          },
        },
        ...boxes,
        { type: "custom", name: "words", data: [[0, 0]], silent: true, tooltip: { show: false }, z: 5, renderItem: () => ({ type: "group", children: labels() }) },
      ],
    },
  };
}
