//! Text: byte ranges, lines, encodings, edits, and the masking of keys.
//!
//! All positions inside keylint are byte offsets into the decoded text. A line and column exist only at the edges.

pub mod edits;
mod encoding;
mod lines;
mod redact;
mod secret;

pub use encoding::{Charset, Decoded, FileEncoding, decode, detect};
pub use lines::{Encoding, LineColumn, LineIndex, Place};
pub use redact::{FindKeys, Printable, Redactor, clip};
pub use secret::{Secret, mask};

use std::fmt;

/// A half-open range of byte offsets into a document's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TextRange {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range from `start` to `end`; `start <= end` is the caller's promise.
    pub fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "{start}..{end} runs backwards");
        Self { start, end }
    }

    /// The empty range at `offset`.
    pub fn empty(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// The number of bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside this range (touching ends included).
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two ranges share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same range, `by` bytes further on.
    pub fn shifted(self, by: u32) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// The smallest range that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The text under the range; empty if the range does not fit `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.as_usize()).unwrap_or_default()
    }

    /// The range as the standard library wants it.
    pub fn as_usize(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl From<std::ops::Range<usize>> for TextRange {
    fn from(range: std::ops::Range<usize>) -> Self {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }
}
