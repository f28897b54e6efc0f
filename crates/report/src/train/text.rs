//! A training run as one page of text.

use super::{Answer, Training, bars, parts};
use crate::verdict::{TEXT_WIDTH, Verdict};
use crate::wrap::wrap_indented;

impl Training {
    /// The verdict, then strategies, the step, memory, what limits, what changes would bring, and what to try next.
    pub fn to_text(&self) -> String {
        let verdict = self.verdict();
        let closing = Verdict {
            assumptions: verdict.assumptions.clone(),
            next: verdict.next.clone(),
            ..Verdict::default()
        };
        let opening = Verdict { assumptions: Vec::new(), next: Vec::new(), ..verdict };
        let mut out = opening.to_text(TEXT_WIDTH);
        if let Answer::Runs(run) = &self.answer {
            let mut add = |text: &str| {
                out.push('\n');
                out.push_str(text);
            };
            let table = parts::strategies(run);
            let searched = run.searched.map_or_else(String::new, |searched| {
                format!(", of {} searched", crate::number::count(searched.space))
            });
            add(&format!("{}{searched}\n{}", table.title, table.to_text(TEXT_WIDTH)));
            add(&bars::waterfall(run.best()));
            add(&bars::memory(run.best()));
            add(&format!("What limits\n{}", numbered(&run.limits)));
            if let Some(table) = parts::effects(run) {
                add(&format!("{}\n{}", table.title, table.to_text(TEXT_WIDTH)));
            }
        }
        out.push('\n');
        out.push_str(closing.to_text(TEXT_WIDTH).trim_start_matches('\n'));
        out
    }
}

fn numbered(sentences: &[String]) -> String {
    let mut out = String::new();
    for (index, sentence) in sentences.iter().enumerate() {
        let head = format!("  {}. ", index + 1);
        for line in wrap_indented(sentence, TEXT_WIDTH, &head, &" ".repeat(head.len())) {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}
