// What the report rests on: sources, inputs, and the record of the run.

import { h, link, save } from "../dom";
import type { ReportDocument } from "../spec";

export function closing(report: ReportDocument): HTMLElement[] {
  return [sources(report), inputs(report), run(report)].filter((s): s is HTMLElement => s !== null);
}

function section(id: string, title: string, ...children: (Node | null)[]): HTMLElement {
  return h("section", { id, class: "closing" }, h("h2", {}, title), ...children);
}

function sources(report: ReportDocument): HTMLElement | null {
  if (report.sources.length === 0) return null;
  const items = report.sources.map((s) =>
    h(
      "li",
      { id: `source-${s.id}` },
      h("b", {}, s.title),
      [s.publisher, s.date].filter(Boolean).map((x) => `, ${x}`).join(""),
      ". ",
      s.url ? link(s.url) : null,
      " ",
      h("code", {}, s.id),
    ),
  );
  return section("sources", "Sources", h("ol", { class: "sources" }, ...items));
}

function inputs(report: ReportDocument): HTMLElement | null {
  if (report.inputs.length === 0) return null;
  return section(
    "inputs",
    "Inputs",
    ...report.inputs.map((input) =>
      h(
        "details",
        { class: "card" },
        h("summary", {}, input.name, h("small", {}, ` ${input.text.split("\n").length} lines`)),
        h("div", { class: "tools" }, h("button", { type: "button", click: () => save(input.name.split("/").pop() ?? "input", "text/plain", input.text) }, "Save")),
        h("pre", { tabindex: 0 }, input.text),
      ),
    ),
  );
}

function run(report: ReportDocument): HTMLElement {
  const rows = report.provenance.map(([label, text]) => h("div", {}, h("dt", {}, label), h("dd", {}, text)));
  const saves = [
    report.run !== null
      ? h("button", { type: "button", click: () => save("run.json", "application/json", `${JSON.stringify(report.run, null, 2)}\n`) }, "Save run data (JSON)")
      : null,
    h("button", { type: "button", click: () => save("report.json", "application/json", `${JSON.stringify(report, null, 2)}\n`) }, "Save report data (JSON)"),
  ];
  return section("run", "Run", h("div", { class: "card" }, h("dl", { class: "record" }, ...rows), h("div", { class: "tools" }, ...saves)));
}
