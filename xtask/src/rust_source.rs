//! Tells code, comments and text apart in Rust source, so that a check for a word in code is not
//! misled by prose; keeps line numbers.

use std::ops::{Range, RangeInclusive};

/// What a stretch of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// Code, with the quotes of its literals.
    Code,
    /// A comment with its marks.
    Comment,
    /// What stands between the quotes of a text or character literal.
    Literal,
}

/// Cuts Rust source into code, comments and literals.
pub fn stretches(source: &str) -> Vec<(Stretch, Range<usize>)> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut code_from = 0;
    let mut at = 0;
    while at < bytes.len() {
        let Some((kind, inside, after)) = not_code(bytes, at) else {
            at += 1;
            continue;
        };
        found.push((Stretch::Code, code_from..inside.start));
        found.push((kind, inside.clone()));
        code_from = inside.end;
        at = after;
    }
    found.push((Stretch::Code, code_from..bytes.len()));
    found
}

/// The comment or literal that begins at `at`: its kind, its inside, and where code goes on.
fn not_code(bytes: &[u8], at: usize) -> Option<(Stretch, Range<usize>, usize)> {
    match bytes[at] {
        b'/' if bytes.get(at + 1) == Some(&b'/') => {
            let end = find(bytes, at, b"\n").unwrap_or(bytes.len());
            Some((Stretch::Comment, at..end, end))
        }
        b'/' if bytes.get(at + 1) == Some(&b'*') => {
            let end = end_of_block(bytes, at);
            Some((Stretch::Comment, at..end, end))
        }
        b'"' => {
            let hashes = hashes_before(bytes, at);
            let end = match hashes {
                Some(count) => {
                    let mut close = vec![b'"'];
                    close.resize(count + 1, b'#');
                    find(bytes, at + 1, &close).unwrap_or(bytes.len())
                }
                None => end_of_text(bytes, at + 1, b'"'),
            };
            Some((Stretch::Literal, at + 1..end, (end + 1).min(bytes.len())))
        }
        // A character literal, not a lifetime: `'a'` closes, `'a` does not.
        b'\'' if bytes.get(at + 1) == Some(&b'\\') => {
            let end = end_of_text(bytes, at + 1, b'\'');
            Some((Stretch::Literal, at + 1..end, (end + 1).min(bytes.len())))
        }
        b'\'' => {
            let width = match bytes.get(at + 1)? {
                0..=0x7f => 1,
                0xc0..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => 4,
            };
            let end = at + 1 + width;
            (bytes.get(end) == Some(&b'\'')).then_some((Stretch::Literal, at + 1..end, end + 1))
        }
        _ => None,
    }
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

/// The number of `#` of a raw text whose quote stands at `quote`; none if the text is not raw.
fn hashes_before(bytes: &[u8], quote: usize) -> Option<usize> {
    let count = bytes[..quote].iter().rev().take_while(|byte| **byte == b'#').count();
    let mark = quote.checked_sub(count + 1)?;
    let before = mark.checked_sub(1).map(|at| bytes[at]);
    let begins_word = match before {
        None => true,
        Some(b'b' | b'c') => true,
        Some(byte) => !(byte.is_ascii_alphanumeric() || byte == b'_'),
    };
    (bytes[mark] == b'r' && begins_word).then_some(count)
}

fn end_of_text(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

fn end_of_block(bytes: &[u8], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => depth += 1,
            Some(b"*/") => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

/// The source with comments and the insides of literals blanked; lines stay where they are.
pub fn code_only(source: &str) -> String {
    keep(source, &[Stretch::Code])
}

/// The source with the insides of literals blanked; lines stay where they are.
pub fn without_literals(source: &str) -> String {
    keep(source, &[Stretch::Code, Stretch::Comment])
}

fn keep(source: &str, kinds: &[Stretch]) -> String {
    let mut code = String::with_capacity(source.len());
    for (kind, range) in stretches(source) {
        let part = &source[range];
        if kinds.contains(&kind) {
            code.push_str(part);
        } else {
            code.extend(part.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        }
    }
    code
}

/// The insides of all literals, with their line numbers.
pub fn literals(source: &str) -> Vec<(usize, &str)> {
    let literal = |(kind, _): &(Stretch, Range<usize>)| *kind == Stretch::Literal;
    let place = |(_, range): (Stretch, Range<usize>)| (line_of(source, range.start), &source[range]);
    stretches(source).into_iter().filter(literal).map(place).collect()
}

/// First and last line of each `#[cfg(test)]` item, counted from one.
pub fn test_lines(source: &str) -> Vec<RangeInclusive<usize>> {
    const MARK: &str = "#[cfg(test)]";
    let code = code_only(source);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(mark) = code[from..].find(MARK).map(|at| from + at) {
        let after = mark + MARK.len();
        // An item without braces, such as `use` or `mod tests;`, ends at its semicolon.
        let end = match code[after..].find(['{', ';']).map(|at| after + at) {
            Some(open) if code.as_bytes()[open] == b'{' => closing_brace(&code, open),
            Some(semicolon) => semicolon + 1,
            None => code.len(),
        };
        found.push(line_of(&code, mark)..=line_of(&code, end.saturating_sub(1)));
        from = end;
    }
    found
}

/// The source with its `#[cfg(test)]` items blanked; lines stay where they are.
pub fn without_tests(source: &str) -> String {
    let tests = test_lines(source);
    let kept = |(index, line): (usize, &str)| {
        let is_test = tests.iter().any(|lines| lines.contains(&(index + 1)));
        if is_test { "\n".to_owned() } else { format!("{line}\n") }
    };
    source.lines().enumerate().map(kept).collect()
}

fn closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// The line, counted from one, of the byte at `at`.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Lines on which `word` stands as a whole word, counted from one.
pub fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let part_of_word =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let whole = |at: usize| {
        let before = at.checked_sub(1).map(|before| code.as_bytes()[before]);
        !part_of_word(before) && !part_of_word(code.as_bytes().get(at + word.len()).copied())
    };
    code.match_indices(word).filter(|(at, _)| whole(*at)).map(|(at, _)| line_of(code, at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_prose_are_not_code() {
        let source = "let a = \"unsafe \\\" { \"; // unsafe\n/* unsafe /* nested */ unsafe */ let b = 'x';\n";
        let code = code_only(source);
        assert!(lines_with_word(&code, "unsafe").is_empty(), "{code}");
        assert!(code.contains("let a = \"") && code.contains("let b = '"), "{code}");
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn raw_texts_end_at_their_own_mark() {
        let source = "let a = r#\"say \"unsafe\" \"#; unsafe {}\nlet c = br\"\\\"; unsafe {}";
        assert_eq!(lines_with_word(&code_only(source), "unsafe"), [1, 2]);
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let source = "fn f<'a>(x: &'a str) -> &'a str { x.unwrap() } let q = '\\''; let e = 'é'; dbg!(1)";
        let code = code_only(source);
        assert!(code.contains("unwrap") && code.contains("dbg!"), "{code}");
        assert!(!code.contains('é'));
    }

    #[test]
    fn a_word_is_whole() {
        assert_eq!(lines_with_word("unsafe_code\nunsafe {}\nnot_unsafe", "unsafe"), [2]);
    }

    #[test]
    fn test_modules_are_left_out() {
        let source =
            "fn a() { \"é}\"; }\n#[cfg(test)]\nmod tests {\n fn b() { x.unwrap() } // }\n}\nfn c() {}\n";
        let kept = without_tests(source);
        assert!(kept.contains("fn a") && kept.contains("fn c") && !kept.contains("unwrap"), "{kept}");
        assert_eq!(kept.lines().count(), source.lines().count());
    }

    #[test]
    fn a_test_module_in_another_file_ends_at_its_semicolon() {
        let kept = without_tests("#[cfg(test)]\nmod tests;\nfn a() { b }\n");
        assert!(kept.contains("fn a") && !kept.contains("mod tests"), "{kept}");
    }

    #[test]
    fn literals_know_their_lines() {
        assert_eq!(literals("a(\n\"b::c\", 'd')"), [(2, "b::c"), (2, "d")]);
    }
}
