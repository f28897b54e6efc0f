// Numbers as people read them; the same rules as crates/report/src/number.rs.

import type { Cell, Column, Unit } from "./spec";

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 12 });

/** Three significant digits, grouped, no trailing zeros, a true minus sign. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "n/a";
  return minus(GROUPED.format(Number(value.toPrecision(digits))));
}

/** A value with its unit; whole counts keep all their digits. */
export function withUnit(value: number, unit: Unit): string {
  if (unit.suffix === "busd" && value !== 0 && Math.abs(value) < 0.9995) {
    return withUnit(value * 1000, { ...unit, suffix: "musd", symbol: "M" });
  }
  const isCount = unit.symbol === "" && unit.prefix === "";
  const magnitude = Math.abs(value);
  const digits =
    isCount && magnitude < 1e6 && (Number.isInteger(value) || magnitude >= 1000)
      ? GROUPED.format(Math.round(magnitude))
      : significant(magnitude);
  const sign = value < 0 && digits !== "0" ? "−" : "";
  const space = unit.symbol === "" ? "" : " ";
  return `${sign}${unit.prefix}${digits}${space}${unit.symbol}`;
}

/** As withUnit, with a plus sign before a rise. */
export function changeWithUnit(value: number, unit: Unit): string {
  const text = withUnit(value, unit);
  return value > 0 ? `+${text}` : text;
}

/** A label of a value axis: short, since the axis title names the unit. */
export function axisNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e9) return minus(`${GROUPED.format(value / 1e9)} bn`);
  if (magnitude >= 1e6) return minus(`${GROUPED.format(value / 1e6)} M`);
  return minus(GROUPED.format(Number(value.toPrecision(6))));
}

/** Decimals that show three or four significant digits of the largest cell of a column. */
export function columnDecimals(column: Column, cells: Cell[]): number {
  if (column.decimals !== undefined) return column.decimals;
  if (column.kind !== "number") return 0;
  const values = cells.filter((c): c is number => typeof c === "number");
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const supported = largest >= 999.95 ? 0 : largest >= 9.995 ? 1 : largest >= 0.9995 ? 2 : 3;
  for (let d = 0; d < supported; d++) {
    const isWhole = (x: number) => Math.abs(x * 10 ** d - Math.round(x * 10 ** d)) < 1e-9;
    if (values.every(isWhole)) return d;
  }
  return supported;
}

export function cellText(cell: Cell, decimals: number): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  const text = cell.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return minus(text === "-0" ? "0" : text);
}

function minus(text: string): string {
  return text.replace("-", "−");
}
