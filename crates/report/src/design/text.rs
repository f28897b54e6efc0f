//! A site as one page of text.

use super::{Answer, Design, Site, tables};
use crate::provenance::{Origin, SourceRef};
use crate::table::Table;
use crate::verdict::{TEXT_WIDTH, Verdict};
use crate::wrap::{wrap, wrap_indented};

impl Design {
    /// The verdict, then networks, money, weeks, cooling and a year, what binds, and what to try next.
    pub fn to_text(&self) -> String {
        let verdict = self.verdict();
        let closing = Verdict {
            assumptions: verdict.assumptions.clone(),
            next: verdict.next.clone(),
            ..Verdict::default()
        };
        let opening = Verdict { assumptions: Vec::new(), next: Vec::new(), ..verdict };
        let mut out = opening.to_text(TEXT_WIDTH);
        match &self.answer {
            Answer::Stands(site) => self.write_site(&mut out, site),
            Answer::DoesNotFit(misfit) => {
                write_table(&mut out, &tables::options(&misfit.options));
                write_table(&mut out, &tables::refused(&misfit.options));
            }
        }
        out.push('\n');
        out.push_str(closing.to_text(TEXT_WIDTH).trim_start_matches('\n'));
        out.push_str(&rests_on(self.origin, &self.sources));
        out
    }

    fn write_site(&self, out: &mut String, site: &Site) {
        let power = &site.power;
        write_table(out, &tables::racks(site));
        write_table(out, &tables::power(power));
        for sentence in [&power.swing, &power.oversubscription].into_iter().flatten() {
            out.push_str(&wrap(sentence, TEXT_WIDTH).join("\n"));
            out.push('\n');
        }
        for table in [
            narrow(tables::options(&site.options), &["platforms", "build_musd"]),
            tables::refused(&site.options),
            narrow(tables::parts(&site.networks), &["cost_low_musd", "cost_high_musd"]),
            tables::under_load(&site.networks),
            tables::cost(&self.question, &site.cost),
            narrow(tables::tasks(&self.question, &site.schedule), &["waits_for"]),
            tables::year(site),
        ] {
            write_table(out, &table);
        }
        out.push_str("\nWhat binds\n");
        for (at, sentence) in site.binds.iter().enumerate() {
            let head = format!("  {}. ", at + 1);
            let lines = wrap_indented(sentence, TEXT_WIDTH, &head, &" ".repeat(head.len()));
            out.push_str(&lines.join("\n"));
            out.push('\n');
        }
    }
}

/// A table with its title and what it shows; nothing where it has no rows.
fn write_table(out: &mut String, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    out.push_str(&format!("\n{}\n", table.title));
    if !table.takeaway.is_empty() {
        out.push_str(&wrap(&table.takeaway, TEXT_WIDTH).join("\n"));
        out.push('\n');
    }
    out.push_str(&table.to_text(TEXT_WIDTH));
}

/// How well the numbers are known, and where they come from.
pub(super) fn rests_on(origin: Origin, sources: &[SourceRef]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    let text = format!("Rests on: {origin} at weakest; sources {}.", ids.join(", "));
    format!("{}\n", wrap_indented(&text, TEXT_WIDTH, "  ", "    ").join("\n"))
}

/// A table without some of its columns.
fn narrow(mut table: Table, without: &[&str]) -> Table {
    let keep: Vec<bool> = table.columns.iter().map(|column| !without.contains(&column.id.as_str())).collect();
    let mut at = keep.iter();
    table.columns.retain(|_| *at.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut at = keep.iter();
        row.retain(|_| *at.next().unwrap_or(&true));
    }
    table
}
