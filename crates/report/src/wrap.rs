//! Wrapping of words in plain text: never inside `2026-Q1` or `h100-hgx-8`.

use textwrap::{Options, WordSplitter};

/// Lines no wider than `width`; only words longer than a line are broken.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_indented(text, width, "", "")
}

/// As [`wrap`], with the first and the further lines indented.
pub(crate) fn wrap_indented(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let options = Options::new(width.max(1))
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(rest);
    textwrap::wrap(text, options).into_iter().map(|l| l.trim_end().to_string()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn quarters_and_ids_stay_whole() {
        assert_eq!(super::wrap("order by 2026-Q1 at last", 14), ["order by", "2026-Q1 at", "last"]);
    }
}
