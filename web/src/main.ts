// Reads the report that the page carries and draws it. Nothing is loaded from anywhere.

import "./style.css";
import { h, prose } from "./dom";
import { type ChartCard, chartCard, type Stage } from "./page/chart-card";
import { closing } from "./page/closing";
import { tableCard } from "./page/table";
import { keyNumbers, verdictCard } from "./page/verdict";
import type { ReportDocument } from "./spec";
import { type Mode, Palette, TOKENS } from "./theme";

/** How the reader wants the page; kept in the address, so that a link shows the same. */
const view = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function mode(): Mode {
  const asked = view.get("theme");
  if (asked === "light" || asked === "dark") return asked;
  return prefersDark.matches ? "dark" : "light";
}

const usesPatterns = (): boolean => view.get("patterns") !== "off";

async function readReport(): Promise<ReportDocument> {
  const text = document.getElementById("quarterdeck-data")?.textContent ?? "";
  if (import.meta.env.DEV && text.startsWith("<!--")) return (await import("./sample/report")).sample;
  const report = JSON.parse(text) as ReportDocument;
  if (!report.schema_version.startsWith("1.")) {
    throw new Error(`the report has form ${report.schema_version}; this page reads 1.x`);
  }
  return report;
}

function mount(report: ReportDocument): void {
  const paper = (m: Mode) => new Palette(report.palette, TOKENS[m], usesPatterns());
  const numbers = new Map(report.sources.map((s, i) => [s.id, i + 1]));
  let palette = paper(mode());
  const stage: Stage = {
    palette: () => palette,
    filePalette: () => paper("light"),
    sources: new Map(report.sources.map((s) => [s.id, s])),
    sourceNumber: (id) => numbers.get(id) ?? 0,
    title: report.title,
  };
  const cards: ChartCard[] = [];
  const sections = report.sections.map((section) => {
    const charts = section.charts.map(({ spec, table }) => {
      const card = chartCard(spec, table, stage);
      cards.push(card);
      return card.element;
    });
    const lead = section.lead.split("\n\n").filter((p) => p.trim() !== "");
    return h(
      "section",
      { id: section.id },
      h("h2", {}, section.title),
      ...lead.map((p) => h("p", { class: "lead" }, ...prose(p))),
      ...charts,
      ...section.tables.map(tableCard),
    );
  });
  const ends = closing(report);
  const nav = navigation([
    { id: "verdict", title: "Verdict" },
    ...report.sections,
    ...ends.map((s) => ({ id: s.id, title: s.querySelector("h2")?.textContent ?? s.id })),
  ]);
  const themeButton = h("button", { type: "button" });
  const patternButton = h("button", { type: "button", title: "Patterns tell fills apart without colour" }, "Patterns");
  const apply = () => {
    const m = mode();
    document.documentElement.dataset.theme = m;
    palette = paper(m);
    themeButton.textContent = m === "dark" ? "Light" : "Dark";
    themeButton.setAttribute("aria-label", m === "dark" ? "Use light colours" : "Use dark colours");
    patternButton.setAttribute("aria-pressed", String(usesPatterns()));
    for (const card of cards) card.redraw();
  };
  const set = (key: string, value: string) => {
    view.set(key, value);
    history.replaceState(null, "", `#${view}`);
    apply();
  };
  themeButton.addEventListener("click", () => set("theme", mode() === "dark" ? "light" : "dark"));
  patternButton.addEventListener("click", () => set("patterns", usesPatterns() ? "off" : "on"));
  prefersDark.addEventListener("change", apply);

  document.title = report.title;
  document.getElementById("app")?.replaceChildren(
    h("a", { class: "skip", href: "#verdict" }, "Skip to the verdict"),
    h(
      "header",
      { class: "top" },
      h("span", { class: "brand" }, mark(), "Quarterdeck"),
      h("div", { class: "tools" }, patternButton, themeButton, h("button", { type: "button", click: () => print() }, "Print")),
    ),
    nav.element,
    h(
      "main",
      {},
      h("div", { class: "title" }, h("h1", {}, report.title), h("p", {}, report.subtitle)),
      verdictCard(report.verdict),
      keyNumbers(report.key_numbers),
      ...sections,
      ...ends,
    ),
  );
  apply();
  nav.watch();
  // A link to a section or chart: the page was not there yet when the browser looked for it.
  const wanted = location.hash.slice(1);
  if (wanted !== "" && !wanted.includes("=")) document.getElementById(decodeURIComponent(wanted))?.scrollIntoView({ behavior: "instant" });
  printLight(apply, (m) => {
    palette = paper(m);
    document.documentElement.dataset.theme = m;
    for (const card of cards) card.redraw();
  });
}

/** Paper is light whatever the screen is. */
function printLight(restore: () => void, use: (m: Mode) => void): void {
  addEventListener("beforeprint", () => use("light"));
  addEventListener("afterprint", restore);
}

/** Links to the sections; the one in view is marked. */
function navigation(items: { id: string; title: string }[]): { element: HTMLElement; watch(): void } {
  const links = new Map(items.map(({ id, title }) => [id, h("a", { href: `#${id}` }, title)]));
  for (const [id, a] of links) {
    // The hash holds the view, so a section is scrolled to, not navigated to.
    a.addEventListener("click", (event) => {
      event.preventDefault();
      const target = document.getElementById(id);
      target?.scrollIntoView();
      target?.setAttribute("tabindex", "-1");
      target?.focus({ preventScroll: true });
    });
  }
  const list = h("ul", {}, ...[...links.values()].map((a) => h("li", {}, a)));
  const element = h("nav", { "aria-label": "Sections" }, list);
  const watch = () => {
    const update = () => {
      let current = items[0]?.id ?? "";
      for (const { id } of items) {
        const top = document.getElementById(id)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
        if (top < 140) current = id;
      }
      const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
      if (atEnd) current = items.at(-1)?.id ?? current;
      for (const [id, a] of links) {
        if (id === current && !a.hasAttribute("aria-current")) {
          a.setAttribute("aria-current", "true");
          list.scrollTo({ left: a.offsetLeft - 60 });
        } else if (id !== current) a.removeAttribute("aria-current");
      }
    };
    addEventListener("scroll", update, { passive: true });
    update();
  };
  return { element, watch };
}

/** The mark: a deck with three quarters of a bar chart. */
function mark(): Node {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M2 16h16v2H2zM3 10h3v5H3zM8.5 6h3v9h-3zM14 2h3v13h-3z");
  svg.append(path);
  return svg;
}

readReport().then(mount, (error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  document.getElementById("app")?.replaceChildren(h("p", { class: "failure" }, `This report cannot be read: ${reason}.`));
});
