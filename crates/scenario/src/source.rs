//! The texts a scenario is read from, and places in them.

use std::sync::Arc;

/// Index of a text in [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct FileId(pub u32);

/// A stretch of bytes of one text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl Span {
    /// The stretch from `start` to `end` of a text.
    pub const fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start, end }
    }

    /// The smallest stretch that holds both; `self` if they lie in different texts.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place as people count it: line and column from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One text with the name it is shown under.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceText {
    /// Path as the user gave it, or `--set` for an override.
    pub name: String,
    /// The text.
    pub text: Arc<str>,
}

/// Every text that took part: the scenario, what it extends, CSV files, overrides.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sources {
    texts: Vec<SourceText>,
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(SourceText { name: name.into(), text: text.into() });
        id
    }

    /// A text by its index.
    pub fn get(&self, file: FileId) -> Option<&SourceText> {
        self.texts.get(file.0 as usize)
    }

    /// The name a text is shown under.
    pub fn name(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| source.name.as_str())
    }

    /// The whole text; empty if there is none.
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.text)
    }

    /// The text of a stretch.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start..span.end).unwrap_or("")
    }

    /// All texts in the order they were read.
    pub fn iter(&self) -> impl Iterator<Item = &SourceText> {
        self.texts.iter()
    }

    /// Line and column of a byte of a text; a byte beyond the end counts as the end.
    ///
    /// ```
    /// use quarterdeck_scenario::{Position, Sources};
    /// let mut sources = Sources::default();
    /// let file = sources.add("fleet.toml", "a = 1\nµb = 2\n");
    /// assert_eq!(sources.position(file, 8), Position { line: 2, column: 2 });
    /// ```
    pub fn position(&self, file: FileId, offset: usize) -> Position {
        let text = self.text(file);
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: 1 + before.bytes().filter(|byte| *byte == b'\n').count(),
            column: 1 + before[line_start..].chars().count(),
        }
    }

    /// The stretch of the whole line that holds a byte, without its end of line.
    pub fn line_span(&self, file: FileId, offset: usize) -> Span {
        let text = self.text(file).as_bytes();
        let offset = offset.min(text.len());
        let start = text[..offset].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let end =
            text[offset..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |rest| offset + rest);
        Span::new(file, start, end)
    }
}
