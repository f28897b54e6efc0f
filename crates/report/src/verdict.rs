//! The verdict: what to do, in words, before any chart or table.
//!
//! Plain sentence first, then at most six aligned lines, then what it rests on, then what to do
//! next.

use serde::{Deserialize, Serialize};
use textwrap::core::display_width;

use crate::wrap::{wrap, wrap_indented};

/// Lines that a verdict may have, so that it stays a verdict.
pub const MAX_LINES: usize = 6;
/// Width that every text output fits.
pub const TEXT_WIDTH: usize = 100;
/// A remark is set flush right only where the words beside it keep at least this width.
const NARROWEST_TEXT: usize = 30;
const INDENT: &str = "  ";
const GAP: usize = 4;

/// Whether a line is good news or bad. Shown by a word or a mark, never by colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Neither.
    #[default]
    Neutral,
    /// Good news.
    Good,
    /// To be watched.
    Warning,
    /// Bad news.
    Bad,
}

/// One aligned line: `Power   Dublin reaches 94 % …   gap 0.4 %`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLine {
    /// One word: `Buy`, `Power`, `Cost`, `Binds`, `Risk`.
    pub label: String,
    /// What is so.
    pub text: String,
    /// A date or a figure, set to the right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Good or bad news.
    #[serde(default)]
    pub tone: Tone,
}

/// A short answer beside the first: its sentence, then lines as in the verdict itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictBlock {
    /// One or two sentences.
    pub headline: String,
    /// Good or bad news as a whole.
    #[serde(default)]
    pub tone: Tone,
    /// At most [`MAX_LINES`] lines.
    pub lines: Vec<VerdictLine>,
}

impl VerdictBlock {
    /// A block with only its sentence.
    pub fn new(headline: impl Into<String>) -> Self {
        Self { headline: headline.into(), ..Self::default() }
    }
    /// Sets whether it is good or bad news.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
    /// Adds a line.
    pub fn line(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        let (label, text) = (label.into(), text.into());
        self.lines.push(VerdictLine { label, text, remark: None, tone: Tone::Neutral });
        self
    }
}

/// The answer in words.
///
/// ```
/// use quarterdeck_report::Verdict;
/// let verdict = Verdict::new("Meet demand with 1,024 more accelerators.")
///     .line("Buy", "1,024 × B200 at Dublin", Some("order by 2026-Q1"))
///     .next("quarterdeck why buy.dublin");
/// assert_eq!(
///     verdict.to_text(60),
///     "Meet demand with 1,024 more accelerators.\n\n  \
///      Buy  1,024 × B200 at Dublin    order by 2026-Q1\n\n  \
///      Next: `quarterdeck why buy.dublin`\n"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// One or two sentences that say what to do.
    pub headline: String,
    /// Good or bad news as a whole.
    #[serde(default)]
    pub tone: Tone,
    /// At most [`MAX_LINES`] lines.
    pub lines: Vec<VerdictLine>,
    /// Short answers beside the first, such as what another run gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<VerdictBlock>,
    /// Sentences on the inputs that are assumed and move the answer most.
    pub assumptions: Vec<String>,
    /// Commands worth trying next, without backticks.
    pub next: Vec<String>,
}

impl Verdict {
    /// A verdict with only its sentence.
    pub fn new(headline: impl Into<String>) -> Self {
        Self { headline: headline.into(), ..Self::default() }
    }
    /// Sets whether the answer is good or bad news.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
    /// Adds a line.
    pub fn line(self, label: impl Into<String>, text: impl Into<String>, remark: Option<&str>) -> Self {
        self.line_toned(label, text, remark, Tone::Neutral)
    }
    /// Adds a line that is good or bad news.
    pub fn line_toned(
        mut self,
        label: impl Into<String>,
        text: impl Into<String>,
        remark: Option<&str>,
        tone: Tone,
    ) -> Self {
        self.lines.push(VerdictLine {
            label: label.into(),
            text: text.into(),
            remark: remark.map(str::to_string),
            tone,
        });
        self
    }
    /// Adds a short answer beside the first.
    pub fn beside(mut self, block: VerdictBlock) -> Self {
        self.beside.push(block);
        self
    }
    /// Adds a sentence on an assumption.
    pub fn assumption(mut self, sentence: impl Into<String>) -> Self {
        self.assumptions.push(sentence.into());
        self
    }
    /// Adds a command to try next.
    pub fn next(mut self, command: impl Into<String>) -> Self {
        self.next.push(command.into());
        self
    }

    /// Plain text, no wider than `width`.
    pub fn to_text(&self, width: usize) -> String {
        let mut out = String::new();
        wrap_into(&mut out, &self.headline, "", "", width);
        if !self.lines.is_empty() {
            out.push('\n');
            write_lines(&mut out, &self.lines, width);
        }
        for block in &self.beside {
            out.push('\n');
            wrap_into(&mut out, &block.headline, "", "", width);
            write_lines(&mut out, &block.lines, width);
        }
        if !self.assumptions.is_empty() || !self.next.is_empty() {
            out.push('\n');
        }
        for sentence in &self.assumptions {
            wrap_into(&mut out, sentence, INDENT, &INDENT.repeat(2), width);
        }
        self.write_next(&mut out, width);
        out
    }

    /// Commands in one paragraph; none is broken over two lines unless it is longer than one.
    fn write_next(&self, out: &mut String, width: usize) {
        let mut row = format!("{INDENT}Next:");
        let mut used = false;
        for command in &self.next {
            let piece = format!("`{command}`");
            let gap = if used { "   " } else { " " };
            if used && display_width(&row) + gap.len() + display_width(&piece) > width {
                out.push_str(&row);
                out.push('\n');
                row = format!("{INDENT}      {piece}");
            } else {
                row.push_str(gap);
                row.push_str(&piece);
            }
            used = true;
        }
        if used {
            out.push_str(&row);
            out.push('\n');
        }
    }
}

fn write_lines(out: &mut String, lines: &[VerdictLine], width: usize) {
    let label_width = lines.iter().map(|l| display_width(&l.label)).max().unwrap_or(0);
    let start = INDENT.len() + label_width + 2;
    let room = width.saturating_sub(start).max(1);
    let remark_width = lines.iter().flat_map(|l| &l.remark).map(|r| display_width(r)).max().unwrap_or(0);
    // The remark column stands right of the longest text that leaves it room.
    let beside = room.checked_sub(remark_width + GAP).filter(|&w| w >= NARROWEST_TEXT);
    let text_width = match beside {
        Some(most) => lines
            .iter()
            .filter(|l| l.remark.is_some())
            .map(|l| display_width(&l.text).min(most))
            .max()
            .unwrap_or(room),
        None => room,
    };
    for line in lines {
        let (text, width_of_text) = match (&line.remark, beside) {
            (Some(_), Some(_)) => (line.text.clone(), text_width),
            (Some(remark), None) => (format!("{} ({remark})", line.text), room),
            (None, _) => (line.text.clone(), room),
        };
        for (idx, piece) in wrap(&text, width_of_text).iter().enumerate() {
            let label = if idx == 0 { line.label.as_str() } else { "" };
            let mut row = format!("{INDENT}{}  {piece}", padded(label, label_width));
            if let (0, Some(remark), Some(_)) = (idx, &line.remark, beside) {
                row = padded(&row, start + text_width + GAP);
                row.push_str(remark);
            }
            out.push_str(row.trim_end());
            out.push('\n');
        }
    }
}

fn wrap_into(out: &mut String, text: &str, first: &str, rest: &str, width: usize) {
    for line in wrap_indented(text, width, first, rest) {
        out.push_str(&line);
        out.push('\n');
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn quickstart() -> Verdict {
        Verdict::new("Demand doubles by 2027-Q4. Meet it with 3,072 more accelerators in two sites.")
            .line("Buy", "2,048 × B200 at Ashburn, 1,024 × B200 at Dublin", Some("order by 2026-Q1"))
            .line("Power", "Dublin reaches 94 % of its 40 MW envelope in 2027-Q4", None)
            .line("Cost", "$412 M present value over 5 years (capex 71 %)", Some("gap 0.4 %"))
            .line("Binds", "Dublin power from 2027-Q3; B200 lead time until 2026-Q4", None)
            .line("Risk", "demand +20 % leaves 6 % unserved in 2027-Q4", None)
            .assumption("2 inputs are assumptions and move cost most: accelerator price, demand growth")
            .next("quarterdeck why buy.ashburn")
            .next("quarterdeck open")
            .next("quarterdeck sweep --vary demand.growth=0.8..1.2")
    }

    #[test]
    fn as_a_first_run_prints_it() {
        assert_snapshot!(quickstart().to_text(TEXT_WIDTH), @r#"
        Demand doubles by 2027-Q4. Meet it with 3,072 more accelerators in two sites.

          Buy    2,048 × B200 at Ashburn, 1,024 × B200 at Dublin    order by 2026-Q1
          Power  Dublin reaches 94 % of its 40 MW envelope in 2027-Q4
          Cost   $412 M present value over 5 years (capex 71 %)     gap 0.4 %
          Binds  Dublin power from 2027-Q3; B200 lead time until 2026-Q4
          Risk   demand +20 % leaves 6 % unserved in 2027-Q4

          2 inputs are assumptions and move cost most: accelerator price, demand growth
          Next: `quarterdeck why buy.ashburn`   `quarterdeck open`
                `quarterdeck sweep --vary demand.growth=0.8..1.2`
        "#);
    }

    #[test]
    fn on_a_narrow_terminal() {
        assert_snapshot!(quickstart().to_text(48), @r#"
        Demand doubles by 2027-Q4. Meet it with 3,072
        more accelerators in two sites.

          Buy    2,048 × B200 at Ashburn, 1,024 × B200
                 at Dublin (order by 2026-Q1)
          Power  Dublin reaches 94 % of its 40 MW
                 envelope in 2027-Q4
          Cost   $412 M present value over 5 years
                 (capex 71 %) (gap 0.4 %)
          Binds  Dublin power from 2027-Q3; B200 lead
                 time until 2026-Q4
          Risk   demand +20 % leaves 6 % unserved in
                 2027-Q4

          2 inputs are assumptions and move cost most:
            accelerator price, demand growth
          Next: `quarterdeck why buy.ashburn`
                `quarterdeck open`
                `quarterdeck sweep --vary demand.growth=0.8..1.2`
        "#);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(
            texts in proptest::collection::vec("[a-z0-9 ×%é]{0,160}", 1..7),
            remark in "[a-z0-9 ]{0,40}",
            width in 60usize..120,
        ) {
            let mut verdict = Verdict::new(texts.join(". ")).assumption(texts.join(", "));
            for text in &texts {
                verdict = verdict.line("Label", text.clone(), Some(&remark)).line("B", text.clone(), None);
            }
            for line in verdict.to_text(width).lines() {
                prop_assert!(display_width(line) <= width, "{line}");
            }
        }
    }
}
