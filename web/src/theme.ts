// Colours of the page and of the charts, in light and dark, and the patterns beside them.

import type { Pattern, Swatch } from "./spec";

export type Mode = "light" | "dark";

/** Colours of what is not data. The style sheet has the same ones for the page. */
export interface Tokens {
  mode: Mode;
  paper: string;
  ink: string;
  muted: string;
  faint: string;
  rule: string;
  bad: string;
  zone: string;
}

export const TOKENS: Record<Mode, Tokens> = {
  light: {
    mode: "light",
    paper: "#ffffff",
    ink: "#14202e",
    muted: "#55637a",
    faint: "#8593a6",
    rule: "#e4e9ef",
    bad: "#c8252c",
    zone: "rgba(0, 133, 106, 0.08)",
  },
  dark: {
    mode: "dark",
    paper: "#141c26",
    ink: "#eef2f7",
    muted: "#a3b1c4",
    faint: "#6d7d92",
    rule: "#26313f",
    bad: "#ff6b66",
    zone: "rgba(31, 181, 136, 0.10)",
  },
};

// Single quotes: the text of an SVG file holds this inside double ones.
export const FONT =
  "Inter, 'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** What a series looks like. */
export interface Look {
  colour: string;
  decal: Decal | undefined;
}

/** A decal as ECharts draws it. */
export interface Decal {
  symbol: "rect" | "circle" | "none";
  symbolSize: number;
  color: string;
  dashArrayX: number | number[] | number[][];
  dashArrayY: number | number[];
  rotation: number;
}

const SPARE: [string, string][] = [
  ["#0072b2", "#4aa3df"],
  ["#e69f00", "#f2b844"],
  ["#009e73", "#2bbd92"],
  ["#b5679a", "#d58cbd"],
  ["#56b4e9", "#86cbf2"],
];

/** Looks of all keys of a report, in one mode. */
export class Palette {
  constructor(
    private readonly swatches: Record<string, Swatch>,
    readonly tokens: Tokens,
    private readonly usesPatterns: boolean,
  ) {}

  look(key: string): Look {
    const swatch = this.swatches[key] ?? spare(key);
    const colour = this.tokens.mode === "dark" ? swatch.dark : swatch.light;
    const shown = this.usesPatterns || swatch.pattern === "hatch";
    return { colour, decal: shown ? decal(swatch.pattern, colour) : undefined };
  }
}

/** A key that the report does not know still gets the same colour each time. */
function spare(key: string): Swatch {
  let sum = 0;
  for (const c of key) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 9973;
  const [light, dark] = SPARE[sum % SPARE.length] ?? ["#0072b2", "#4aa3df"];
  return { light, dark, pattern: "solid" };
}

/** Lines and dots that show on the fill: dark on pale fills, pale on dark ones. */
export function decal(pattern: Pattern, fill: string): Decal | undefined {
  const isPale = luminance(fill) > 0.34;
  const color =
    pattern === "hatch"
      ? isPale ? "rgba(20, 10, 10, 0.42)" : "rgba(255, 255, 255, 0.6)"
      : isPale ? "rgba(10, 25, 45, 0.22)" : "rgba(255, 255, 255, 0.30)";
  const lines = (rotation: number, gap: number, width: number): Decal => ({
    symbol: "rect",
    symbolSize: 1,
    color,
    dashArrayX: [1, 0],
    dashArrayY: [width, gap],
    rotation,
  });
  switch (pattern) {
    case "solid":
      return undefined;
    case "rising":
      return lines(-Math.PI / 4, 6, 1.5);
    case "falling":
      return lines(Math.PI / 4, 6, 1.5);
    case "horizontal":
      return lines(0, 5, 1.3);
    case "vertical":
      return lines(Math.PI / 2, 5, 1.3);
    case "hatch":
      return lines(-Math.PI / 4, 3, 2);
    case "dots":
      return {
        symbol: "circle",
        symbolSize: 0.9,
        color,
        dashArrayX: [[4, 4], [0, 4, 4, 0]],
        dashArrayY: [3, 1],
        rotation: 0,
      };
    case "cross":
      return {
        symbol: "rect",
        symbolSize: 0.7,
        color,
        dashArrayX: [[5, 5], [0, 5, 5, 0]],
        dashArrayY: [5, 0],
        rotation: Math.PI / 4,
      };
  }
}

/** Relative luminance of a colour `#rrggbb`, after WCAG. */
export function luminance(hex: string): number {
  const channel = (at: number) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Ink that reads on a fill. */
export function inkOn(fill: string): string {
  // Where the two inks have equal contrast.
  return luminance(fill) > 0.21 ? "#14202e" : "#ffffff";
}

/** A colour `#rrggbb` made see-through. */
export function alpha(hex: string, share: number): string {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${share})`;
}

/** A colour `#rrggbb` on its way to another: 0 is the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const part = (hex: string, at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  const one = (at: number) => Math.round(part(from, at) + share * (part(to, at) - part(from, at)));
  return `#${[1, 3, 5].map((at) => one(at).toString(16).padStart(2, "0")).join("")}`;
}
