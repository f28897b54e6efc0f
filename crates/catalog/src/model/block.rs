//! Order of a model's blocks: what each of them does along the sequence and along the channels.
//!
//! Most models repeat one block. Hybrids, models with windows and models whose experts come in every second
//! block do not; they write one letter for each block:
//!
//! | letter | along the sequence | along the channels |
//! |---|---|---|
//! | `D`, `d` | attention to all, to a window | dense feed-forward |
//! | `X`, `x` | attention to all, to a window | experts |
//! | `*`, `w` | attention to all, to a window | nothing |
//! | `M` | Mamba-2 | nothing |
//! | `-` | nothing | dense feed-forward |
//! | `E` | nothing | experts |
//!
//! `M`, `*`, `-` and `E` are the letters of `hybrid_override_pattern` in Nemotron-H.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a block does along the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mixer {
    /// Nothing: the block works on each token alone.
    None,
    /// Attention to every earlier token.
    Attention,
    /// Attention to a window or chunk of earlier tokens.
    Window,
    /// Mamba-2: a state of fixed size in place of keys and values.
    Mamba,
}

/// What a block does along the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedForward {
    /// Nothing.
    None,
    /// Every token passes the same matrices.
    Dense,
    /// Each token passes its chosen experts.
    Experts,
}

/// One block of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// Along the sequence.
    pub mixer: Mixer,
    /// Along the channels.
    pub ffn: FeedForward,
}

/// Every block that has a letter, with it.
const LETTERS: [(char, Block); 9] = [
    ('D', Block { mixer: Mixer::Attention, ffn: FeedForward::Dense }),
    ('d', Block { mixer: Mixer::Window, ffn: FeedForward::Dense }),
    ('X', Block { mixer: Mixer::Attention, ffn: FeedForward::Experts }),
    ('x', Block { mixer: Mixer::Window, ffn: FeedForward::Experts }),
    ('*', Block { mixer: Mixer::Attention, ffn: FeedForward::None }),
    ('w', Block { mixer: Mixer::Window, ffn: FeedForward::None }),
    ('M', Block { mixer: Mixer::Mamba, ffn: FeedForward::None }),
    ('-', Block { mixer: Mixer::None, ffn: FeedForward::Dense }),
    ('E', Block { mixer: Mixer::None, ffn: FeedForward::Experts }),
];

impl Block {
    /// Attention and a dense feed-forward part.
    pub const DENSE: Block = Block { mixer: Mixer::Attention, ffn: FeedForward::Dense };
    /// Attention and experts.
    pub const EXPERTS: Block = Block { mixer: Mixer::Attention, ffn: FeedForward::Experts };

    /// The block of a letter.
    ///
    /// ```
    /// use quarterdeck_catalog::Block;
    /// assert_eq!(Block::of_letter('D'), Some(Block::DENSE));
    /// assert_eq!(Block::of_letter('?'), None);
    /// ```
    pub fn of_letter(letter: char) -> Option<Block> {
        LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, block)| *block)
    }

    /// The letter of a block; `?` for a block that no model has, such as one that does nothing.
    pub fn letter(self) -> char {
        LETTERS.iter().find(|(_, block)| *block == self).map_or('?', |(letter, _)| *letter)
    }

    /// Whether the block attends to earlier tokens.
    pub fn attends(self) -> bool {
        matches!(self.mixer, Mixer::Attention | Mixer::Window)
    }
}

/// The blocks of a model in order, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Vec<Block>);

impl Pattern {
    /// A pattern from its blocks; none where there are none.
    pub fn new(blocks: Vec<Block>) -> Option<Pattern> {
        (!blocks.is_empty()).then_some(Pattern(blocks))
    }

    /// The blocks in order.
    pub fn blocks(&self) -> &[Block] {
        &self.0
    }

    /// Whether any block satisfies a condition.
    pub fn any(&self, wanted: impl Fn(Block) -> bool) -> bool {
        self.0.iter().any(|block| wanted(*block))
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = || LETTERS.iter().map(|(letter, _)| letter.to_string()).collect::<Vec<_>>().join(" ");
        let read = |letter| {
            Block::of_letter(letter).ok_or_else(|| format!("`{letter}` is not a block; known: {}", known()))
        };
        let blocks = text.chars().map(read).collect::<Result<Vec<_>, _>>()?;
        Pattern::new(blocks).ok_or_else(|| "a pattern names at least one block".to_owned())
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> String {
        pattern.to_string()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|block| block.letter()).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_round_trip() {
        let pattern = Pattern::try_from("M-M*ExXdDw".to_owned()).unwrap();
        assert_eq!(String::from(pattern.clone()), "M-M*ExXdDw");
        assert_eq!(pattern.blocks().len(), 10);
        assert!(pattern.any(|block| block.mixer == Mixer::Mamba));
        for (letter, block) in LETTERS {
            assert_eq!(block.letter(), letter);
        }
    }

    #[test]
    fn unknown_letters_and_empty_patterns_are_refused() {
        assert!(Pattern::try_from("M?".to_owned()).unwrap_err().contains("`?`"));
        assert!(Pattern::try_from(String::new()).is_err());
    }
}
