//! The report without scripts: verdict, tables, sources and inputs as plain HTML.

use super::{HtmlReport, Section, escape};
use crate::table::{Column, Table};
use crate::verdict::{Tone, VerdictLine};

const STYLE: &str = "\
:root{color-scheme:light dark}\
.plain{font:16px/1.55 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem}\
.plain h1{font-size:1.6rem;margin-bottom:0}\
.plain h2{margin-top:2.5rem;border-bottom:1px solid #8886}\
.plain-verdict{border-left:.3rem solid #0a5c9c;padding:.2rem 1rem;font-size:1.05rem}\
.plain dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem 1.2rem}\
.plain dt{font-weight:600}.plain dd{margin:0;overflow-wrap:anywhere}\
.plain-numbers{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;padding:0}\
.plain-numbers li{list-style:none}.plain-numbers b{display:block;font-size:1.35rem}\
.plain-scroll{overflow-x:auto}.plain table{border-collapse:collapse;font-size:.88rem}\
.plain th,.plain td{padding:.2rem .7rem;text-align:left;border-bottom:1px solid #8884;white-space:nowrap}\
.plain .n{text-align:right;font-variant-numeric:tabular-nums}\
.plain .unit{display:block;font-weight:400;opacity:.7}\
.plain pre{overflow-x:auto;background:#8881;padding:1rem;font-size:.85rem}\
.plain small,.plain .question{opacity:.8}.plain-hint{background:#e0a10022;padding:.6rem 1rem}\
@media print{.plain pre,.plain-scroll{overflow:visible}}";

/// How to get charts, in a build without them.
const HINT: &str = "<p class=\"plain-hint\">This file has tables only. To get charts, run \
                    <code>make web</code> in the source tree, build again, and write the report \
                    again.</p>\n";
/// What a browser without scripts says about the charts of a page that has them.
const NO_SCRIPT: &str = "<p class=\"plain-hint\">Charts need JavaScript; everything else follows.</p>\n";

/// A whole page, for a build without the front end.
pub(super) fn page(report: &HtmlReport) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        escape(&report.title),
        body(report, HINT)
    )
}

/// What the page with charts shows to a browser without scripts.
pub(super) fn no_script(report: &HtmlReport) -> String {
    format!("<style>{STYLE}</style>\n{}", body(report, NO_SCRIPT))
}

fn body(report: &HtmlReport, hint: &str) -> String {
    let mut out = format!("<div class=\"plain\">\n{hint}<h1>{}</h1>\n", escape(&report.title));
    if !report.subtitle.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", escape(&report.subtitle)));
    }
    verdict(&mut out, report);
    if !report.key_numbers.is_empty() {
        out.push_str("<ul class=\"plain-numbers\">\n");
        for number in &report.key_numbers {
            out.push_str(&format!(
                "<li>{}{}<b>{}</b><small>{}</small></li>\n",
                escape(&number.label),
                tone_word(number.tone),
                escape(&number.value),
                escape(&number.detail)
            ));
        }
        out.push_str("</ul>\n");
    }
    for part in &report.sections {
        section(&mut out, part);
    }
    closing(&mut out, report);
    out.push_str("</div>\n");
    out
}

fn verdict(out: &mut String, report: &HtmlReport) {
    let verdict = &report.verdict;
    out.push_str(&format!("<div class=\"plain-verdict\">\n<p><b>{}</b></p>\n", escape(&verdict.headline)));
    verdict_lines(out, &verdict.lines);
    for block in &verdict.beside {
        out.push_str(&format!("<p><b>{}</b></p>\n", escape(&block.headline)));
        verdict_lines(out, &block.lines);
    }
    for sentence in &verdict.assumptions {
        out.push_str(&format!("<p>{}</p>\n", escape(sentence)));
    }
    for command in &verdict.next {
        out.push_str(&format!("<p><code>{}</code></p>\n", escape(command)));
    }
    out.push_str("</div>\n");
}

fn verdict_lines(out: &mut String, lines: &[VerdictLine]) {
    out.push_str("<dl>\n");
    for line in lines {
        let remark = match &line.remark {
            Some(remark) => format!(" <small>({})</small>", escape(remark)),
            None => String::new(),
        };
        out.push_str(&format!(
            "<dt>{}{}</dt><dd>{}{remark}</dd>\n",
            escape(&line.label),
            tone_word(line.tone),
            escape(&line.text)
        ));
    }
    out.push_str("</dl>\n");
}

fn tone_word(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral | Tone::Good => "",
        Tone::Warning => " (watch)",
        Tone::Bad => " (problem)",
    }
}

fn section(out: &mut String, section: &Section) {
    out.push_str(&format!("<h2 id=\"{}\">{}</h2>\n", escape(&section.id), escape(&section.title)));
    for paragraph in section.lead.split("\n\n").filter(|p| !p.trim().is_empty()) {
        out.push_str(&format!("<p>{}</p>\n", with_code(paragraph)));
    }
    for chart in &section.charts {
        out.push_str(&format!(
            "<h3>{}</h3>\n<p class=\"question\">{}: {}</p>\n",
            escape(&chart.takeaway),
            escape(&chart.title),
            escape(&chart.question)
        ));
        if let Some(note) = &chart.note {
            out.push_str(&format!("<p><small>{}</small></p>\n", escape(note)));
        }
        details(out, &chart.table());
        cited(out, &chart.sources);
    }
    for table in &section.tables {
        out.push_str(&format!("<h3>{}</h3>\n", escape(&table.title)));
        if !table.takeaway.is_empty() {
            out.push_str(&format!("<p>{}</p>\n", escape(&table.takeaway)));
        }
        write_table(out, table);
    }
}

/// Text whose backticks mark literals.
fn with_code(text: &str) -> String {
    let mut out = String::new();
    for (idx, piece) in text.split('`').enumerate() {
        if idx % 2 == 1 {
            out.push_str(&format!("<code>{}</code>", escape(piece)));
        } else {
            out.push_str(&escape(piece));
        }
    }
    out
}

fn details(out: &mut String, table: &Table) {
    out.push_str("<details open><summary>Table</summary>\n");
    write_table(out, table);
    out.push_str("</details>\n");
}

fn write_table(out: &mut String, table: &Table) {
    let class = |c: &Column| if c.is_numeric() { " class=\"n\"" } else { "" };
    out.push_str("<div class=\"plain-scroll\"><table>\n<thead><tr>");
    for column in &table.columns {
        let unit = match &column.unit {
            Some(unit) => format!("<span class=\"unit\">{}</span>", escape(unit)),
            None => String::new(),
        };
        out.push_str(&format!("<th scope=\"col\"{}>{}{unit}</th>", class(column), escape(&column.title)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in table.shown_cells() {
        out.push_str("<tr>");
        for (column, cell) in table.columns.iter().zip(row) {
            out.push_str(&format!("<td{}>{}</td>", class(column), escape(&cell)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}

fn cited(out: &mut String, sources: &[String]) {
    if !sources.is_empty() {
        out.push_str(&format!("<p><small>Sources: {}</small></p>\n", escape(&sources.join(", "))));
    }
}

fn closing(out: &mut String, report: &HtmlReport) {
    if !report.sources.is_empty() {
        out.push_str("<h2 id=\"sources\">Sources</h2>\n<dl>\n");
        for source in &report.sources {
            let more: Vec<&str> = [&source.publisher, &source.date, &source.url]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            out.push_str(&format!(
                "<dt>{}</dt><dd>{}. {}</dd>\n",
                escape(&source.id),
                escape(&source.title),
                escape(&more.join(", "))
            ));
        }
        out.push_str("</dl>\n");
    }
    if !report.inputs.is_empty() {
        out.push_str("<h2 id=\"inputs\">Inputs</h2>\n");
        for input in &report.inputs {
            out.push_str(&format!(
                "<details><summary>{}</summary><pre>{}</pre></details>\n",
                escape(&input.name),
                escape(&input.text)
            ));
        }
    }
    out.push_str("<h2 id=\"run\">Run</h2>\n<dl>\n");
    for (label, text) in report.provenance.lines() {
        out.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escape(&label), escape(&text)));
    }
    out.push_str("</dl>\n");
}
