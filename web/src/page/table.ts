// A table with its head fixed, its numbers aligned, and its files.

import { copy, h, save, unbroken } from "../dom";
import { cellText, columnDecimals } from "../format";
import type { Cell, Table } from "../spec";

/** The table in a frame that scrolls by itself. */
export function tableFrame(table: Table): HTMLElement {
  const decimals = table.columns.map((c, i) => columnDecimals(c, table.rows.map((r) => r[i] ?? null)));
  const isNumber = table.columns.map((c) => c.kind === "number" || c.kind === "integer");
  const head = h(
    "tr",
    {},
    ...table.columns.map((c, i) =>
      h("th", { scope: "col", class: isNumber[i] ? "n" : undefined }, c.title, c.unit ? h("span", { class: "unit" }, c.unit) : null),
    ),
  );
  const rows = table.rows.map((row) =>
    h(
      "tr",
      {},
      ...row.map((cell, i) => {
        const text = cellText(cell, decimals[i] ?? 0);
        const kind = isNumber[i] ? "n" : table.columns[i]?.kind === "quarter" ? "q" : text.length > 24 ? "long" : text.length <= 10 ? "q" : undefined;
        const attributes = { class: kind };
        return i === 0 ? h("th", { scope: "row", ...attributes }, text) : h("td", attributes, text);
      }),
    ),
  );
  return h(
    "div",
    { class: "table-frame", tabindex: 0, role: "region", "aria-label": `Table: ${table.title}` },
    h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)),
  );
}

/** CSV at full precision; the ids of the columns end in their units. */
export function toCsv(table: Table): string {
  const quote = (cell: Cell) => {
    const text = cell === null ? "" : String(cell);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [table.columns.map((c) => c.id), ...table.rows];
  return `${lines.map((line) => line.map(quote).join(",")).join("\n")}\n`;
}

export function toMarkdown(table: Table): string {
  const decimals = table.columns.map((c, i) => columnDecimals(c, table.rows.map((r) => r[i] ?? null)));
  const escape = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("|", "\\|");
  const line = (cells: string[]) => `| ${cells.map(escape).join(" | ")} |`;
  return [
    line(table.columns.map((c) => (c.unit ? `${c.title} (${c.unit})` : c.title))),
    line(table.columns.map((c) => (c.kind === "number" || c.kind === "integer" ? "---:" : "---"))),
    ...table.rows.map((row) => line(row.map((cell, i) => cellText(cell, decimals[i] ?? 0)))),
    "",
  ].join("\n");
}

/** Buttons that save or copy a table. */
export function tableButtons(table: Table): HTMLElement[] {
  const markdown = h("button", { type: "button", title: "Copy as Markdown, to paste in a review" }, "Copy");
  markdown.addEventListener("click", () => void copy(toMarkdown(table), markdown));
  return [
    h("button", { type: "button", title: "Save the table at full precision", click: () => save(`${table.id}.csv`, "text/csv", toCsv(table)) }, "CSV"),
    markdown,
  ];
}

/** A table that stands on its own in a section. */
export function tableCard(table: Table): HTMLElement {
  return h(
    "figure",
    { class: "card", id: table.id },
    h(
      "div",
      { class: "card-head" },
      h("div", {}, h("h3", {}, ...unbroken(table.takeaway || table.title)), table.takeaway ? h("p", { class: "question" }, table.title) : null),
      h("div", { class: "tools" }, ...tableButtons(table)),
    ),
    tableFrame(table),
  );
}
