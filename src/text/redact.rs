//! What may be printed: keys masked, control characters escaped.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::{TextRange, mask};

/// Finds whatever has a key's shape in a text; in order, not overlapping.
pub type FindKeys<'a> = &'a (dyn Fn(&str) -> Vec<Range<usize>> + Sync);

/// Makes text printable: every source line, diff line, path, message and log line goes through one.
#[derive(Clone)]
pub struct Redactor<'a> {
    find: FindKeys<'a>,
    known: Vec<&'a str>,
    /// Finds the known texts in one pass, however many there are.
    known_finder: Option<AhoCorasick>,
}

/// A printable form of a text, and the way from the text's offsets to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printable {
    /// What may be printed.
    pub text: String,
    /// What was replaced: the range in the original and the range in the printable text.
    replaced: Vec<(Range<usize>, Range<usize>)>,
}

impl Printable {
    /// Where an offset of the original went. Inside something replaced it is the start of the replacement, or its end if
    /// `end`.
    pub fn offset(&self, offset: usize, end: bool) -> usize {
        let next = self.replaced.partition_point(|(old, _)| old.end <= offset);
        if let Some((old, new)) = self.replaced.get(next)
            && old.start < offset
        {
            return if end { new.end } else { new.start };
        }
        match next.checked_sub(1).and_then(|it| self.replaced.get(it)) {
            Some((old, new)) => offset - old.end + new.end,
            None => offset,
        }
    }

    /// A piece of it, by the original's offsets. Pieces of a replacement are taken whole.
    pub fn cropped(&self, keep: Range<usize>) -> Self {
        let (start, end) = (self.offset(keep.start, false), self.offset(keep.end, true));
        let inside = |new: &Range<usize>| new.start >= start && new.end <= end;
        let moved = |(old, new): &(Range<usize>, Range<usize>)| {
            (
                old.start.saturating_sub(keep.start)..old.end.saturating_sub(keep.start),
                new.start - start..new.end - start,
            )
        };
        let replaced = self.replaced.iter().filter(|(_, new)| inside(new)).map(moved).collect();
        Self { text: self.text.get(start..end).unwrap_or_default().to_owned(), replaced }
    }
}

impl<'a> Redactor<'a> {
    /// Masks whatever `find` finds.
    pub fn new(find: FindKeys<'a>) -> Self {
        Self { find, known: Vec::new(), known_finder: None }
    }

    /// Also masks these texts wherever they stand. Texts of less than eight bytes are left alone: they are no keys, and
    /// masking each `x` would make output unreadable.
    #[must_use]
    pub fn knowing(mut self, secrets: impl IntoIterator<Item = &'a str>) -> Self {
        self.known.extend(secrets.into_iter().filter(|it| it.len() >= 8));
        self.known.sort_unstable_by_key(|it| std::cmp::Reverse(it.len()));
        self.known.dedup();
        self.known_finder = AhoCorasick::new(&self.known).ok().filter(|_| !self.known.is_empty());
        self
    }

    /// One line of a message, a path or a label: no key, no control character, no line break.
    pub fn label<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let secrets = self.secrets(text, &[]);
        if secrets.is_empty() && !text.chars().any(is_hidden) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(printable(text, &secrets, &|it| is_hidden(it)).text)
    }

    /// A source line, in which keys stand at `known`. Tabs are kept.
    pub fn line(&self, text: &str, known: &[Range<usize>]) -> Printable {
        printable(text, &self.secrets(text, known), &|it| it != '\t' && is_hidden(it))
    }

    /// Text of several lines, such as an edit's: keys masked, control characters escaped, line breaks and tabs kept.
    pub fn block(&self, text: &str) -> Printable {
        let kept = |it: char| matches!(it, '\t' | '\n' | '\r');
        printable(text, &self.secrets(text, &[]), &|it| !kept(it) && is_hidden(it))
    }

    /// Whether a text holds a key.
    pub fn holds_key(&self, text: &str) -> bool {
        !self.secrets(text, &[]).is_empty()
    }

    /// Where keys stand in a text, merged and in order.
    fn secrets(&self, text: &str, known: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut res: Vec<Range<usize>> = (self.find)(text);
        res.extend_from_slice(known);
        if let Some(finder) = &self.known_finder {
            res.extend(finder.find_overlapping_iter(text).map(|it| it.range()));
        }
        res.retain(|it| it.start < it.end && text.get(it.clone()).is_some());
        res.sort_unstable_by_key(|it| (it.start, it.end));
        res.dedup_by(|next, last| {
            let overlap = next.start < last.end;
            if overlap {
                last.end = last.end.max(next.end);
            }
            overlap
        });
        res
    }
}

/// The parts of secrets that lie in `within`, relative to it.
pub fn clip(secrets: &[TextRange], within: TextRange) -> Vec<Range<usize>> {
    let relative = |it: &TextRange| {
        let (start, end) = (it.start.max(within.start), it.end.min(within.end));
        (start - within.start) as usize..(end - within.start) as usize
    };
    secrets.iter().filter(|it| it.overlaps(within)).map(relative).collect()
}

/// Whether a character must not reach a terminal or a log as it is: it moves the cursor, breaks the line, or changes how
/// its neighbours are shown.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{061C}' | '\u{FEFF}')
}

fn printable(text: &str, secrets: &[Range<usize>], hidden: &dyn Fn(char) -> bool) -> Printable {
    let mut res = Printable::default();
    let mut done = 0;
    for secret in secrets {
        escape(&text[done..secret.start], done, hidden, &mut res);
        let start = res.text.len();
        res.text.push_str(&mask(&text[secret.clone()]));
        res.replaced.push((secret.clone(), start..res.text.len()));
        done = secret.end;
    }
    escape(&text[done..], done, hidden, &mut res);
    res
}

fn escape(text: &str, base: usize, hidden: &dyn Fn(char) -> bool, out: &mut Printable) {
    for (at, character) in text.char_indices() {
        if !hidden(character) {
            out.text.push(character);
            continue;
        }
        let start = out.text.len();
        let code = u32::from(character);
        // Writing into a string cannot fail.
        let _ = match character {
            '\n' => write!(out.text, "\\n"),
            '\r' => write!(out.text, "\\r"),
            '\t' => write!(out.text, "\\t"),
            _ if code < 0x100 => write!(out.text, "\\x{code:02x}"),
            _ => write!(out.text, "\\u{{{code:x}}}"),
        };
        out.replaced.push((base + at..base + at + character.len_utf8(), start..out.text.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find_secret(text: &str) -> Vec<Range<usize>> {
        text.match_indices("SECRET").map(|(at, it)| at..at + it.len()).collect()
    }

    #[test]
    fn labels_are_one_safe_line() {
        let redactor = Redactor::new(&find_secret).knowing(["hunter2hunter2", "x"]);
        for (text, want) in [
            ("src/a.py", "src/a.py"),
            ("a\u{1b}]0;PWN\u{7}.py", "a\\x1b]0;PWN\\x07.py"),
            ("x\n::warning::y", "x\\n::warning::y"),
            ("left\u{202E}right\u{2028}", "left\\u{202e}right\\u{2028}"),
            ("key SECRET and SECRET", "key … and …"),
            ("pw hunter2hunter2!", "pw …!"),
            ("tab\tétoile", "tab\\tétoile"),
        ] {
            assert_eq!(redactor.label(text), want);
        }
    }

    #[test]
    fn offsets_follow() {
        let redactor = Redactor::new(&find_secret);
        let line = redactor.line("k =\t'SECRET'; \u{1b}x", &[]);
        assert_eq!(line.text, "k =\t'…'; \\x1bx");
        for (offset, end, want) in [
            (0, false, "k =\t'…'; \\x1bx"),
            (5, false, "…'; \\x1bx"),
            (7, false, "…'; \\x1bx"),
            (7, true, "'; \\x1bx"),
            (11, true, "'; \\x1bx"),
            (14, false, "\\x1bx"),
            (15, false, "x"),
            (16, true, ""),
        ] {
            assert_eq!(&line.text[line.offset(offset, end)..], want, "{offset}");
        }
        let piece = line.cropped(4..13);
        assert_eq!(piece.text, "'…';");
        assert_eq!(&piece.text[piece.offset(7, true)..], "';");
    }

    #[test]
    fn known_ranges_are_masked() {
        let redactor = Redactor::new(&find_secret);
        let clipped = clip(&[TextRange::new(4, 30), TextRange::new(40, 44)], TextRange::new(10, 20));
        assert_eq!(clipped.as_slice(), std::slice::from_ref(&(0..10)));
        assert_eq!(redactor.line("abcdefghij;", &clipped).text, "…;");
    }
}
