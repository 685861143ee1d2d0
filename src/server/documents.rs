//! Open documents: their text, kept in step with the editor's, and their syntax trees.

use std::sync::Arc;

use tree_sitter::{InputEdit, Point};

use super::protocol::Url;
use super::workspace::Home;
use crate::language::Language;
use crate::syntax::Syntax;
use crate::text::{Encoding, LineColumn, LineIndex, TextRange};

/// One change of a document, as the editor sends it.
#[derive(Debug)]
pub(super) struct Change {
    /// What is replaced; `None` for the whole text.
    pub(super) range: Option<(LineColumn, LineColumn)>,
    /// What takes its place.
    pub(super) text: String,
}

/// What a change did to the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    /// What was replaced, in the text before.
    pub(super) old: TextRange,
    /// Where the new text ends, in the text after.
    pub(super) new_end: u32,
}

impl Splice {
    /// Where the new text stands.
    pub(super) fn new_range(self) -> TextRange {
        TextRange::new(self.old.start, self.new_end)
    }

    /// Where an offset outside the replaced text has gone.
    fn shift(self, offset: u32) -> u32 {
        (offset + self.new_end).saturating_sub(self.old.end)
    }

    /// Where a range has gone, and whether its own text was touched. A range grows and shrinks with what it holds.
    pub(super) fn moved(self, range: TextRange) -> (TextRange, bool) {
        if self.old.end <= range.start && self.old.start < range.start {
            return (TextRange::new(self.shift(range.start), self.shift(range.end)), false);
        }
        if self.old.start >= range.end {
            return (range, false);
        }
        let start = range.start.min(self.old.start);
        let end = if self.old.end <= range.end { self.shift(range.end) } else { self.new_end };
        (TextRange::new(start, end.max(start)), true)
    }
}

/// An open document's text and what is derived from it.
#[derive(Debug)]
pub(super) struct Document {
    /// Its URI, as the editor spells it.
    pub(super) uri: Url,
    /// The editor's version.
    pub(super) version: i32,
    /// The language.
    pub(super) language: Language,
    /// Where it belongs, once that was asked for.
    pub(super) home: Option<Arc<Home>>,
    text: Arc<str>,
    lines: Arc<LineIndex>,
}

impl Document {
    /// A document that was just opened.
    pub(super) fn new(uri: Url, version: i32, language: Language, text: String) -> Self {
        let lines = Arc::new(LineIndex::new(&text));
        Self { uri, version, language, home: None, text: text.into(), lines }
    }

    /// The text.
    pub(super) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The lines of the text.
    pub(super) fn lines(&self) -> &Arc<LineIndex> {
        &self.lines
    }

    /// Applies the changes of one notification, each to the text that the one before has left. Every splice is handed to
    /// `on_edit` with what a syntax tree needs to know of it; a replaced whole text is `None`.
    pub(super) fn apply(
        &mut self,
        changes: Vec<Change>,
        encoding: Encoding,
        mut on_edit: impl FnMut(Option<(Splice, InputEdit)>),
    ) {
        let mut text = String::from(&*self.text);
        let mut lines = LineIndex::clone(&self.lines);
        for change in changes {
            let Some((start, end)) = change.range else {
                text = change.text;
                lines = LineIndex::new(&text);
                on_edit(None);
                continue;
            };
            let start = lines.offset(&text, start, encoding);
            let old = TextRange::new(start, lines.offset(&text, end, encoding).max(start));
            let (start_position, old_end_position) = (point(&text, old.start), point(&text, old.end));
            text.replace_range(old.as_usize(), &change.text);
            lines = LineIndex::new(&text);
            let new_end = old.start + TextRange::from(0..change.text.len()).end;
            let edit = InputEdit {
                start_byte: old.start as usize,
                old_end_byte: old.end as usize,
                new_end_byte: new_end as usize,
                start_position,
                old_end_position,
                new_end_position: point(&text, new_end),
            };
            on_edit(Some((Splice { old, new_end }, edit)));
        }
        self.text = text.into();
        self.lines = Arc::new(lines);
    }
}

/// A row and a byte column as tree-sitter counts them: only `\n` ends a row.
fn point(text: &str, offset: u32) -> Point {
    let before = &text.as_bytes()[..offset as usize];
    let row = memchr::memchr_iter(b'\n', before).count();
    let row_start = memchr::memrchr(b'\n', before).map_or(0, |it| it + 1);
    Point { row, column: before.len() - row_start }
}

/// A syntax tree that was told of every edit since it was parsed.
#[derive(Debug, Default)]
pub(super) struct KeptTree {
    tree: Option<Syntax>,
    /// The edits that a tree being parsed meanwhile does not know.
    missed: Option<Vec<InputEdit>>,
}

impl KeptTree {
    /// Forgets the tree, and the one that is being parsed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Tells the tree of an edit.
    pub(super) fn edit(&mut self, edit: &InputEdit) {
        if let Some(tree) = &mut self.tree {
            tree.edit(edit);
        }
        if let Some(missed) = &mut self.missed {
            missed.push(*edit);
        }
    }

    /// The tree to start a parse of the current text from; [`KeptTree::put`] takes the result.
    pub(super) fn take(&mut self) -> Option<Syntax> {
        self.missed = Some(Vec::new());
        self.tree.clone()
    }

    /// Keeps the tree that was parsed since [`KeptTree::take`]. It is dropped if the whole text was replaced meanwhile.
    pub(super) fn put(&mut self, tree: Option<Syntax>) {
        let Some(missed) = self.missed.take() else { return };
        self.tree = tree;
        if let Some(tree) = &mut self.tree {
            missed.iter().for_each(|it| tree.edit(it));
        }
    }

    /// The tree, if it is of the current text.
    pub(super) fn current(&self) -> Option<&Syntax> {
        self.tree.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        let uri = Url::parse("untitled:a").expect("a URI");
        Document::new(uri, 1, Language::Python, text.into())
    }

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> Change {
        let at = |(line, column)| LineColumn { line, column };
        Change { range: Some((at(start), at(end))), text: text.into() }
    }

    #[test]
    fn changes() {
        for (before, changes, after) in [
            ("ab", vec![change((0, 1), (0, 1), "x")], "axb"),
            ("🙂b", vec![change((0, 2), (0, 3), "c")], "🙂c"),
            ("🙂b", vec![change((0, 1), (0, 2), "c")], "cb"),
            ("a\rb\r\nc", vec![change((1, 0), (2, 0), "")], "a\rc"),
            ("ab", vec![change((0, 9), (7, 7), "c")], "abc"),
            ("ab", vec![change((0, 2), (0, 0), "c")], "abc"),
            ("ab", vec![change((0, 0), (0, 1), "1\n2"), change((1, 0), (1, 1), "3")], "1\n3b"),
            ("ab", vec![Change { range: None, text: "x\ny".into() }, change((1, 1), (1, 1), "z")], "x\nyz"),
        ] {
            let mut document = document(before);
            document.apply(changes, Encoding::Utf16, |_| ());
            assert_eq!(&**document.text(), after, "from {before:?}");
            assert_eq!(document.lines().count(), LineIndex::new(after).count(), "from {before:?}");
        }
    }

    #[test]
    fn ranges_move_with_edits() {
        // The range 4..8 and a splice of `old` that leaves `new` bytes.
        for (old, new, want) in [
            ((0, 2), 5, ((7, 11), false)),
            ((0, 4), 0, ((0, 4), false)),
            ((8, 9), 3, ((4, 8), false)),
            ((5, 6), 3, ((4, 10), true)),
            ((4, 4), 2, ((4, 10), true)),
            ((4, 8), 0, ((4, 4), true)),
            ((2, 6), 1, ((2, 5), true)),
            ((6, 10), 1, ((4, 7), true)),
            ((0, 20), 2, ((0, 2), true)),
        ] {
            let splice = Splice { old: TextRange::new(old.0, old.1), new_end: old.0 + new };
            let ((start, end), touched) = want;
            assert_eq!(splice.moved(TextRange::new(4, 8)), (TextRange::new(start, end), touched), "{old:?} {new}");
        }
    }

    #[test]
    fn an_edited_tree_is_the_tree_of_the_text() {
        let deadline = std::time::Duration::from_secs(5);
        let mut document = document("a = 'ü'\r\nb = [1,\n2]\n");
        let mut kept = KeptTree::default();
        kept.take();
        kept.put(Syntax::parse(Language::Python, document.text(), None, deadline).ok());
        for edit in [change((1, 4), (1, 5), "(["), change((2, 1), (2, 2), "])"), change((0, 5), (0, 6), "🙂")] {
            let old = kept.take();
            document.apply(vec![edit], Encoding::Utf16, |edit| {
                if let Some((_, edit)) = edit {
                    kept.edit(&edit);
                }
            });
            // The parse was under way when the edit came: its result must learn of it.
            kept.put(old);
            let old = kept.take();
            let again = Syntax::parse(Language::Python, document.text(), old.as_ref(), deadline).expect("in time");
            let fresh = Syntax::parse(Language::Python, document.text(), None, deadline).expect("in time");
            assert_eq!(again.has_error(), fresh.has_error(), "{}", document.text());
            kept.put(Some(again));
        }
        assert_eq!(kept.current().map(Syntax::has_error), Some(false));
    }
}
