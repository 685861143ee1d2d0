//! Between byte ranges and the protocol's positions.

use super::protocol::{Position, Range};
use crate::text::{Encoding, LineColumn, LineIndex, TextRange};

/// A text with its lines, seen by a client that counts columns in a certain way.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Its lines.
    pub(super) lines: &'a LineIndex,
    /// How the client counts.
    pub(super) encoding: Encoding,
}

impl View<'_> {
    /// The protocol's form of a range.
    pub(super) fn range(self, range: TextRange) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    fn position(self, offset: u32) -> Position {
        let LineColumn { line, column } = self.lines.position(self.text, offset, self.encoding);
        Position { line, character: column }
    }

    /// The bytes under a range of the protocol, clamped to the text.
    pub(super) fn bytes(self, range: Range) -> TextRange {
        let offset = |it| self.lines.offset(self.text, line_column(it), self.encoding);
        let start = offset(range.start);
        TextRange::new(start, offset(range.end).max(start))
    }
}

/// The protocol's position as text has it.
pub(super) fn line_column(position: Position) -> LineColumn {
    LineColumn { line: position.line, column: position.character }
}
