//! Lines and columns, for the edges: everything inside counts bytes.

use super::TextRange;

/// How a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// In bytes.
    Utf8,
    /// In UTF-16 code units.
    Utf16,
    /// In Unicode code points.
    Utf32,
}

/// A line and a column, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line.
    pub line: u32,
    /// The column, in the units of an [`Encoding`].
    pub column: u32,
}

/// A line and a column as people count them: from 1, columns in Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// Where the lines of a text begin. A line ends at `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl LineIndex {
    /// The index of a text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_half = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_half {
                starts.push(clamp(at + 1));
            }
        }
        Self { starts, length: clamp(bytes.len()) }
    }

    /// How many lines there are; a line break at the end opens an empty one.
    pub fn count(&self) -> u32 {
        clamp(self.starts.len())
    }

    /// The line that holds an offset.
    pub fn line_of(&self, offset: u32) -> u32 {
        clamp(self.starts.partition_point(|it| *it <= offset)).saturating_sub(1)
    }

    /// A line with its line break; empty behind the last line.
    pub fn full_line(&self, line: u32) -> TextRange {
        let start = |line: usize| self.starts.get(line).copied().unwrap_or(self.length);
        TextRange::new(start(line as usize), start(line as usize + 1))
    }

    /// A line without its line break. `text` is the text the index was made of.
    pub fn line(&self, text: &str, line: u32) -> TextRange {
        let full = self.full_line(line);
        let trimmed = full.of(text).trim_end_matches(['\n', '\r']);
        TextRange::new(full.start, full.start + clamp(trimmed.len()))
    }

    /// The ranges of a range's lines, without their line breaks. An end at a line's start does not touch that line.
    pub fn lines_of(&self, text: &str, range: TextRange) -> Vec<TextRange> {
        let last = self.line_of(range.end.saturating_sub(1).max(range.start));
        (self.line_of(range.start)..=last).map(|it| self.line(text, it)).collect()
    }

    /// The place of an offset. Inside a line break it is the line's end.
    pub fn place(&self, text: &str, offset: u32) -> Place {
        let end = self.line(text, self.line_of(offset.min(self.length))).end;
        let LineColumn { line, column } = self.position(text, offset.min(end), Encoding::Utf32);
        Place { line: line + 1, column: column + 1 }
    }

    /// The offset of a place, clamped as [`Self::offset`] does.
    pub fn offset_of_place(&self, text: &str, place: Place) -> u32 {
        let position = LineColumn { line: place.line.max(1) - 1, column: place.column.max(1) - 1 };
        self.offset(text, position, Encoding::Utf32)
    }

    /// The line and column of an offset. An offset inside a character counts as the character's start.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let line = self.line_of(offset);
        let start = self.full_line(line).start;
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(start as usize..end).unwrap_or_default();
        LineColumn { line, column: width(before, encoding) }
    }

    /// The offset of a line and column, clamped: behind the end of a line is the line's end (before its line break), behind
    /// the last line is the end of the text, inside a character is its start.
    pub fn offset(&self, text: &str, position: LineColumn, encoding: Encoding) -> u32 {
        if position.line >= self.count() {
            return self.length;
        }
        let line = self.line(text, position.line);
        let content = line.of(text);
        if content.is_ascii() {
            return line.start + position.column.min(line.len());
        }
        let mut column = 0;
        for (at, character) in content.char_indices() {
            let next = column + width_of(character, encoding);
            if next > position.column {
                return line.start + clamp(at);
            }
            column = next;
        }
        line.end
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    if text.is_ascii() || encoding == Encoding::Utf8 {
        return clamp(text.len());
    }
    text.chars().map(|it| width_of(it, encoding)).sum()
}

fn width_of(character: char, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => clamp(character.len_utf8()),
        Encoding::Utf16 => clamp(character.len_utf16()),
        Encoding::Utf32 => 1,
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\nb🙂ü=c\rd\n\ne";

    #[test]
    fn positions_and_offsets() {
        let index = LineIndex::new(TEXT);
        // (what stands there, line, columns in UTF-8, UTF-16, UTF-32)
        for (what, line, columns) in
            [("a", 0, [0, 0, 0]), ("b", 1, [0, 0, 0]), ("🙂", 1, [1, 1, 1]), ("ü", 1, [5, 3, 2]), ("c", 1, [8, 5, 4])]
                .into_iter()
                .chain([("d", 2, [0, 0, 0]), ("e", 4, [0, 0, 0])])
        {
            let offset = TEXT.find(what).map(clamp).expect("in the text");
            for (encoding, column) in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32].into_iter().zip(columns) {
                let position = LineColumn { line, column };
                assert_eq!(index.position(TEXT, offset, encoding), position, "{what} {encoding:?}");
                assert_eq!(index.offset(TEXT, position, encoding), offset, "{what} {encoding:?}");
            }
        }
    }

    #[test]
    fn what_lies_outside_is_clamped() {
        let index = LineIndex::new(TEXT);
        for (line, column, want) in [
            (0, 99, "a"),
            (1, 99, "a\r\nb🙂ü=c"),
            (1, 2, "a\r\nb"),
            (3, 1, "a\r\nb🙂ü=c\rd\n"),
            (4, 9, TEXT),
            (9, 0, TEXT),
            (u32::MAX, u32::MAX, TEXT),
        ] {
            let offset = index.offset(TEXT, LineColumn { line, column }, Encoding::Utf16);
            assert_eq!(&TEXT[..offset as usize], want, "{line}:{column}");
        }
    }

    #[test]
    fn lines() {
        let index = LineIndex::new(TEXT);
        let lines: Vec<_> = (0..index.count()).map(|it| index.line(TEXT, it).of(TEXT)).collect();
        assert_eq!(lines, ["a", "b🙂ü=c", "d", "", "e"]);
        assert_eq!(LineIndex::new("").count(), 1);
        assert_eq!(LineIndex::new("x\n").line("x\n", 1), TextRange::empty(2));
    }

    #[test]
    fn places_count_from_one() {
        let text = "é😀x\r\nyz";
        let index = LineIndex::new(text);
        for (offset, line, column) in
            [(0, 1, 1), (2, 1, 2), (6, 1, 3), (7, 1, 4), (8, 1, 4), (9, 2, 1), (11, 2, 3), (99, 2, 3), (3, 1, 2)]
        {
            assert_eq!(index.place(text, offset), Place { line, column }, "offset {offset}");
        }
        assert_eq!(index.offset_of_place(text, Place { line: 1, column: 3 }), 6);
        assert_eq!(index.offset_of_place(text, Place { line: 1, column: 99 }), 7);
        assert_eq!(index.lines_of(text, TextRange::new(0, 9)), [TextRange::new(0, 7)]);
    }

    proptest::proptest! {
        #[test]
        fn positions_come_back(text in "[a\r\n🙂ü]{0,40}") {
            let index = LineIndex::new(&text);
            for (offset, _) in text.char_indices() {
                let inside_break = offset > 0 && text.as_bytes()[offset - 1] == b'\r' && text.as_bytes()[offset] == b'\n';
                for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                    let position = index.position(&text, clamp(offset), encoding);
                    let back = index.offset(&text, position, encoding);
                    assert!(back == clamp(offset) || inside_break);
                }
            }
        }
    }
}
