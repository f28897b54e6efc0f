// Every chart of the sample draws at every width, in both modes, and shows what it must.

import assert from "node:assert/strict";
import { test } from "node:test";
import { captions, draw, toSvg } from "../src/charts";
import { renderSvg } from "../src/charts";
import { cellText, changeWithUnit, columnDecimals, significant, withUnit } from "../src/format";
import { toCsv, toMarkdown } from "../src/page/table";
import { sample } from "../src/sample/report";
import type { Unit } from "../src/spec";
import { decal, inkOn, luminance, mix, Palette, TOKENS } from "../src/theme";

const charts = sample.sections.flatMap((s) => s.charts);
const musd: Unit = { suffix: "musd", prefix: "$", symbol: "M", name: "million USD" };
const servers: Unit = { suffix: "servers", prefix: "", symbol: "", name: "servers" };

for (const { spec } of charts) {
  for (const mode of ["light", "dark"] as const) {
    for (const width of [330, 720, 1060]) {
      test(`${spec.id} draws at ${width} in ${mode}`, () => {
        const ctx = { width, palette: new Palette(sample.palette, TOKENS[mode], true) };
        const { option, height } = draw(spec, ctx);
        assert.ok(height > 100 && height < 3000, `height ${height}`);
        const svg = renderSvg(option, width, height);
        assert.match(svg, /^<svg /);
        assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
        // A quote inside an attribute would end it, and with it the file.
        assert.doesNotMatch(svg, /="[^"]*"[^\s/>?]/);
        // Marks, not just axes.
        assert.ok(svg.split("<path").length > 12, "too few marks");
      });
    }
  }
}

test("a file of a chart says its takeaway and its source", () => {
  const spec = charts[0]?.spec;
  assert.ok(spec);
  const ctx = { width: 1040, palette: new Palette(sample.palette, TOKENS.light, true) };
  const { svg, height } = toSvg(spec, ctx, "origin: assumed · a <source> & more");
  assert.ok(height > 400);
  assert.match(svg, /Demand outruns usable capacity/);
  assert.match(svg, /a &lt;source&gt; &amp; more/);
});

test("marks stand as words on a desk and as numbers on a phone", () => {
  const spec = charts.find((c) => c.spec.id === "demand-capacity")?.spec;
  assert.ok(spec);
  const palette = new Palette(sample.palette, TOKENS.light, true);
  assert.deepEqual(captions(spec, { width: 1000, palette }), []);
  assert.deepEqual(captions(spec, { width: 330, palette }), ["1: 2023-Q4, Assistant launched", "2: 2025-Q2, B200 delay known"]);
});

test("a chart of an unknown kind is refused by name", () => {
  const spec = structuredClone(charts[0]?.spec);
  assert.ok(spec);
  (spec.chart as { kind: string }).kind = "pie";
  assert.throws(() => draw(spec, { width: 600, palette: new Palette({}, TOKENS.light, true) }), /kind "pie"/);
});

test("every colour of the sample is in its palette", () => {
  const keys = [...JSON.stringify(charts.map((c) => c.spec)).matchAll(/"colour":"([^"]+)"/g)].map((m) => m[1] ?? "");
  assert.ok(keys.length > 50);
  for (const key of [...keys, "role/shortfall", "role/total", "role/chosen"]) assert.ok(key in sample.palette, key);
});

test("numbers read as in the text output", () => {
  assert.equal(significant(1234.5), "1,230");
  assert.equal(significant(-0.012345), "−0.0123");
  assert.equal(withUnit(412.3, musd), "$412 M");
  assert.equal(withUnit(-1.94, musd), "−$1.94 M");
  assert.equal(changeWithUnit(38, musd), "+$38 M");
  assert.equal(withUnit(24_576, servers), "24,576");
  assert.equal(withUnit(Number.NaN, servers), "n/a");
});

test("cells of a column share their decimals", () => {
  const column = { id: "x_mw", title: "X", kind: "number" as const };
  assert.equal(columnDecimals(column, [12.34, 0.5]), 1);
  assert.equal(columnDecimals(column, [1, 2, null]), 0);
  assert.equal(columnDecimals({ ...column, decimals: 4 }, [1]), 4);
  assert.equal(cellText(-1234.56, 1), "−1,234.6");
  assert.equal(cellText(null, 1), "");
});

test("tables leave at full precision and quoted", () => {
  const table = {
    id: "t", title: "T",
    columns: [{ id: "name", title: "Name", kind: "text" as const }, { id: "x_mw", title: "X", unit: "MW", kind: "number" as const }],
    rows: [['say "yes", | twice', 0.30000000000000004], ["b", null]],
  };
  assert.equal(toCsv(table), 'name,x_mw\n"say ""yes"", | twice",0.30000000000000004\nb,\n');
  assert.equal(toMarkdown(table), '| Name | X (MW) |\n| --- | ---: |\n| say "yes", \\| twice | 0.3 |\n| b |  |\n');
});

test("each table of the sample is as wide as its columns", () => {
  for (const { table } of charts) {
    assert.ok(table.rows.length > 0, table.id);
    for (const row of table.rows) assert.equal(row.length, table.columns.length, table.id);
  }
});

test("words on a fill and patterns on a fill can be seen", () => {
  for (const swatch of Object.values(sample.palette)) {
    for (const fill of [swatch.light, swatch.dark]) {
      const [a, b] = [luminance(fill), luminance(inkOn(fill))].sort((x, y) => x - y) as [number, number];
      assert.ok((b + 0.05) / (a + 0.05) > 3, `words on ${fill}`);
      assert.equal(decal(swatch.pattern, fill) === undefined, swatch.pattern === "solid");
    }
  }
  assert.equal(mix("#000000", "#ffffff", 0.5), "#808080");
});
