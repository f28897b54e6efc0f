// One chart: what to see, the question behind it, the drawing, its table, files and sources.

import { captions, draw, echarts, toSvg } from "../charts";
import { h, save, unbroken } from "../dom";
import type { ChartSpec, SourceRef, Table } from "../spec";
import type { Palette } from "../theme";
import { tableButtons, tableFrame } from "./table";

/** What a chart needs to know of the page. */
export interface Stage {
  palette(): Palette;
  /** The palette for files: always on light paper. */
  filePalette(): Palette;
  sources: Map<string, SourceRef>;
  sourceNumber(id: string): number;
  title: string;
}

export interface ChartCard {
  element: HTMLElement;
  redraw(): void;
}

export function chartCard(spec: ChartSpec, table: Table, stage: Stage): ChartCard {
  const plot = h("div", { class: "plot", role: "img", "aria-label": `${spec.takeaway} ${spec.title}. All values are in the table below the chart.` });
  const numbered = h("ol", { class: "captions" });
  const frame = h("div", { class: "chart-table", hidden: true, id: `${spec.id}-table` });
  const toggle = h("button", { type: "button", "aria-expanded": "false", "aria-controls": `${spec.id}-table` }, "Table");
  toggle.addEventListener("click", () => {
    const opens = frame.hidden;
    if (opens && frame.childElementCount === 0) frame.append(tableFrame(table));
    frame.hidden = !opens;
    toggle.setAttribute("aria-expanded", String(opens));
  });
  const foot = () => [stage.title, spec.origin ? `origin: ${spec.origin}` : "", (spec.sources ?? []).join(", ")].filter(Boolean).join(" · ");
  const svg = () => toSvg(spec, { width: 1040, palette: stage.filePalette() }, foot());
  const [csv] = tableButtons(table);
  const element = h(
    "figure",
    { class: "card", id: spec.id },
    h(
      "div",
      { class: "card-head" },
      h("div", {}, h("h3", {}, ...unbroken(spec.takeaway)), h("p", { class: "question" }, h("b", {}, spec.title), ` · ${spec.question}`)),
      h(
        "div",
        { class: "tools", role: "group", "aria-label": `Files of ${spec.title}` },
        toggle,
        csv,
        h("button", { type: "button", title: "Save the chart as an SVG file", click: () => save(`${spec.id}.svg`, "image/svg+xml", svg().svg) }, "SVG"),
        h("button", { type: "button", title: "Save the chart as a PNG file", click: (event: Event) => void savePng(spec.id, svg()).catch(() => { (event.target as HTMLElement).textContent = "PNG failed, use SVG"; }) }, "PNG"),
      ),
    ),
    plot,
    numbered,
    h("div", { class: "foot" }, spec.note ? h("p", {}, spec.note) : null, provenance(spec, stage)),
    frame,
  );
  let chart: ReturnType<typeof echarts.init> | undefined;
  let drawnWidth = 0;
  const redraw = () => {
    const width = plot.clientWidth;
    if (width === 0) return;
    drawnWidth = width;
    const ctx = { width, palette: stage.palette() };
    try {
      const { option, height } = draw(spec, ctx);
      plot.style.height = `${height}px`;
      chart ??= echarts.init(plot, null, { renderer: "svg", width, height });
      chart.resize({ width, height });
      chart.setOption(option, { notMerge: true });
    } catch (error) {
      // One chart that fails must not take the page with it; its table says the same.
      plot.textContent = `This chart cannot be drawn: ${error instanceof Error ? error.message : String(error)}. Its table is complete.`;
      plot.style.height = "auto";
    }
    numbered.replaceChildren(...captions(spec, ctx).map((text) => h("li", {}, text.replace(/^\d+: /, ""))));
  };
  new ResizeObserver(() => {
    if (Math.abs(plot.clientWidth - drawnWidth) > 1) redraw();
  }).observe(plot);
  return { element, redraw };
}

function provenance(spec: ChartSpec, stage: Stage): HTMLElement | null {
  const cited = (spec.sources ?? []).filter((id) => stage.sources.has(id));
  if (!spec.origin && cited.length === 0) return null;
  return h(
    "p",
    { class: "provenance" },
    spec.origin ? h("span", { class: `origin ${spec.origin}`, title: "The weakest origin of the numbers in this chart" }, spec.origin) : null,
    cited.length > 0 ? "Sources: " : null,
    ...cited.flatMap((id, i) => [
      i > 0 ? "; " : null,
      h("a", { href: `#source-${id}`, title: stage.sources.get(id)?.title }, `${stage.sources.get(id)?.title ?? id} [${stage.sourceNumber(id)}]`),
    ]),
  );
}

/** Draws the SVG on a canvas at twice its size and saves that. */
async function savePng(id: string, drawing: { svg: string; width: number; height: number }): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.svg)}`;
  await image.decode();
  const canvas = h("canvas", { width: drawing.width * 2, height: drawing.height * 2 });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob) save(`${id}.png`, "image/png", blob);
}
