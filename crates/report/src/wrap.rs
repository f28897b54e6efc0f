//! Wrapping of words in plain text: never inside `2026-Q1` or `h100-hgx-8`.

use textwrap::{Options, WordSplitter};

/// Lines no wider than `width`; only words longer than a line are broken.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_indented(text, width, "", "")
}

/// As [`wrap`], with the first and the further lines indented.
pub(crate) fn wrap_indented(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let text = &glue(text);
    let options = Options::new(width.max(1))
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(rest);
    textwrap::wrap(text, options).into_iter().map(|l| l.trim_end().replace(GLUE, " ")).collect()
}

/// Stands for a space that no line may end at.
const GLUE: char = '\u{a0}';
/// Symbols that stay beside their number.
const SYMBOLS: &[&str] = &["%", "k", "M", "bn", "tn", "W", "kW", "MW", "GW", "×"];

/// Binds a number to the symbol behind it: `118 MW` is one word.
fn glue(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut ends_in_digit = false;
    for word in text.split(' ') {
        let symbol = word.trim_end_matches([')', ',', '.', ';', ':']);
        if !out.is_empty() {
            out.push(if ends_in_digit && SYMBOLS.contains(&symbol) { GLUE } else { ' ' });
        }
        out.push_str(word);
        ends_in_digit = word.ends_with(|c: char| c.is_ascii_digit());
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_keeps_its_symbol() {
        assert_eq!(super::wrap("uses (118 MW) in all", 11), ["uses", "(118 MW) in", "all"]);
        assert_eq!(super::wrap("a  b", 10), ["a  b"]);
    }

    #[test]
    fn quarters_and_ids_stay_whole() {
        assert_eq!(super::wrap("order by 2026-Q1 at last", 14), ["order by", "2026-Q1 at", "last"]);
    }
}
