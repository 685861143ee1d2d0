//! Finds the lines of a dotenv file and the pieces of their values.

use crate::text::TextRange;

/// A line, or several where a quoted value runs on.
pub(super) enum Line {
    /// Nothing, or nothing that keylint understands.
    Blank,
    /// A comment.
    Comment(TextRange),
    /// A definition.
    Definition(Found),
}

/// A definition as it was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The name.
    pub(super) name: TextRange,
    /// The value without its quotes.
    pub(super) value: TextRange,
    /// Everything behind the separator, without the line break.
    pub(super) raw: TextRange,
    /// The whole line or lines, without the last line break.
    pub(super) line: TextRange,
    /// The quote around the value.
    pub(super) quote: Option<char>,
    /// The comment behind the value.
    pub(super) comment: Option<TextRange>,
    /// What the value is made of.
    pub(super) pieces: Vec<Piece>,
    /// Why loaders disagree.
    pub(super) problem: Option<&'static str>,
}

/// A piece of a value.
#[derive(Debug)]
pub(super) struct Piece {
    /// What it is.
    pub(super) kind: PieceKind,
    /// Its source.
    pub(super) range: TextRange,
}

/// What a piece of a value is.
#[derive(Clone, Copy, Debug)]
pub(super) enum PieceKind {
    /// The source itself.
    Literal,
    /// An escape that stands for this character.
    Escape(char),
    /// `$NAME`, `${NAME}`, `${NAME:-default}`: the name.
    Variable(TextRange),
    /// `$(…)`: whatever a shell makes of it.
    Command,
}

/// Goes through a document line by line.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// Spaces and tabs; a no-break space is no separator to most loaders.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next line; `None` at the end of the text.
    pub(super) fn next_line(&mut self) -> Option<Line> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let end = self.line_end(start);
        let first = start + self.blanks(start);
        let (line, end) = if self.byte(first) == Some(b'#') {
            (Line::Comment(TextRange::from(first..end)), end)
        } else if let Some(found) = self.definition(start, first, end) {
            let end = found.line.end as usize;
            (Line::Definition(found), end)
        } else {
            (Line::Blank, end)
        };
        self.at = self.behind_break(end);
        Some(line)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn blanks(&self, at: usize) -> usize {
        self.text.as_bytes()[at..].iter().take_while(|it| is_blank(**it)).count()
    }

    fn line_end(&self, at: usize) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[at..]).map_or(self.text.len(), |it| at + it)
    }

    fn behind_break(&self, end: usize) -> usize {
        match (self.byte(end), self.byte(end + 1)) {
            (Some(b'\r'), Some(b'\n')) => end + 2,
            (Some(_), _) => end + 1,
            (None, _) => end,
        }
    }

    /// A definition whose line runs from `start` to `end` and whose first word begins at `first`.
    fn definition(&self, start: usize, first: usize, end: usize) -> Option<Found> {
        let (name_start, mut problem) = self.skip_keyword(first);
        let length = self.text.as_bytes()[name_start..end].iter().take_while(|it| is_name_byte(**it)).count();
        if length == 0 || !is_name_start(self.byte(name_start)?) {
            return None;
        }
        let name = TextRange::from(name_start..name_start + length);
        let separator = name.end as usize + self.blanks(name.end as usize);
        match self.byte(separator) {
            Some(b'=') => {}
            // Only npm's dotenv accepts a colon, and only with a space behind it.
            Some(b':') if self.byte(separator + 1).is_some_and(is_blank) => problem = Some("`:` in place of `=`"),
            _ => return None,
        }
        let raw_start = separator + 1;
        let value_start = raw_start + self.blanks(raw_start);
        let has_value = value_start < end && self.byte(value_start) != Some(b'#');
        if separator > name.end as usize || (value_start > raw_start && has_value) {
            problem = problem.or(Some("spaces around `=`"));
        }
        let mut found = match self.quoted(value_start, end) {
            Ok(found) => found,
            Err(because) => {
                problem = problem.or(because);
                self.unquoted(raw_start, value_start, end)
            }
        };
        found.name = name;
        found.raw = TextRange::from(raw_start..found.line.end as usize);
        found.line.start = start as u32;
        found.problem = problem.or(found.problem);
        Some(found)
    }

    /// Where the name begins, past `export`, and past a Windows `set`.
    fn skip_keyword(&self, first: usize) -> (usize, Option<&'static str>) {
        for (keyword, problem) in [("export", None), ("set", Some("`set` in front of the name"))] {
            let behind = first + keyword.len();
            let blanks = if self.text[first..].starts_with(keyword) { self.blanks(behind) } else { 0 };
            let next = behind + blanks;
            if blanks > 0 && self.byte(next).is_some_and(is_name_start) {
                return (next, problem);
            }
        }
        (first, None)
    }

    /// A quoted value that begins at `at`; why it is none if a quote stands there all the same.
    fn quoted(&self, at: usize, line_end: usize) -> Result<Found, Option<&'static str>> {
        let quote = match self.byte(at) {
            Some(it @ (b'"' | b'\'' | b'`')) if at < line_end => it,
            _ => return Err(None),
        };
        let close = self.closing_quote(at + 1, quote).ok_or(Some("unterminated quote"))?;
        let end = self.line_end(close + 1);
        let rest = close + 1 + self.blanks(close + 1);
        let comment = match self.byte(rest) {
            Some(b'#') if rest < end => Some(TextRange::from(rest..end)),
            _ if rest == end => None,
            // A quote that closes on a later line in front of more text belongs to another definition.
            _ if close > line_end => return Err(Some("unterminated quote")),
            _ => return Err(Some("text behind the closing quote")),
        };
        let value = TextRange::from(at + 1..close);
        let pieces = match quote {
            b'"' => self.pieces(value, true),
            _ => whole(value),
        };
        let problem = (quote == b'`').then_some("backticks are no quotes to most loaders");
        let line = TextRange::from(at..end);
        Ok(Found { name: value, value, raw: value, line, quote: Some(char::from(quote)), comment, pieces, problem })
    }

    /// The next quote that is not escaped, on this line or a later one.
    fn closing_quote(&self, mut at: usize, quote: u8) -> Option<usize> {
        loop {
            match self.byte(at)? {
                b'\\' => at += 2,
                it if it == quote => return Some(at),
                _ => at += 1,
            }
        }
    }

    fn unquoted(&self, raw_start: usize, start: usize, end: usize) -> Found {
        let bytes = &self.text.as_bytes()[..end];
        // ` #` begins a comment; `#` inside a word does so only in npm's dotenv.
        let begins = |at: &usize| bytes[*at] == b'#' && (*at == raw_start || is_blank(bytes[*at - 1]));
        let comment = memchr::memchr_iter(b'#', &bytes[start..]).map(|it| start + it).find(begins);
        let content = &self.text[start..comment.unwrap_or(end)];
        let value = TextRange::from(start..start + content.trim_end_matches([' ', '\t']).len());
        let text = value.of(self.text);
        let problem = if text.contains('#') {
            Some("`#` without a space in front of it")
        } else if text.bytes().any(is_blank) {
            Some("spaces in a value without quotes")
        } else {
            None
        };
        Found {
            name: value,
            value,
            raw: value,
            line: TextRange::from(start..end),
            quote: None,
            comment: comment.map(|it| TextRange::from(it..end)),
            pieces: self.pieces(value, false),
            problem,
        }
    }

    /// The pieces of a value in which `$` expands, and `\` escapes if it is quoted.
    fn pieces(&self, value: TextRange, escapes: bool) -> Vec<Piece> {
        let (mut res, mut done, mut at) = (Vec::new(), value.start as usize, value.start as usize);
        let end = value.end as usize;
        while at < end {
            let special = match self.byte(at) {
                Some(b'\\') if escapes => self.escape(at, end),
                Some(b'$') => self.expansion(at, end),
                _ => None,
            };
            let Some(piece) = special else {
                // A backslash that escapes nothing still keeps `$` from expanding.
                at += if self.byte(at) == Some(b'\\') && self.byte(at + 1) == Some(b'$') { 2 } else { 1 };
                continue;
            };
            if done < at {
                res.push(Piece { kind: PieceKind::Literal, range: TextRange::from(done..at) });
            }
            at = piece.range.end as usize;
            done = at;
            res.push(piece);
        }
        if done < end {
            res.push(Piece { kind: PieceKind::Literal, range: TextRange::from(done..end) });
        }
        res
    }

    fn escape(&self, at: usize, end: usize) -> Option<Piece> {
        let character = match self.byte(at + 1).filter(|_| at + 1 < end)? {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            it @ (b'\\' | b'"' | b'\'' | b'$') => char::from(it),
            _ => return None,
        };
        Some(Piece { kind: PieceKind::Escape(character), range: TextRange::from(at..at + 2) })
    }

    fn expansion(&self, at: usize, end: usize) -> Option<Piece> {
        let bytes = &self.text.as_bytes()[..end];
        let close = |by: u8| memchr::memchr(by, &bytes[at..]).map(|it| at + it + 1);
        let name = |from: usize| {
            let length = bytes[from..].iter().take_while(|it| is_name_byte(**it) && !matches!(it, b'.' | b'-')).count();
            let is_name = bytes.get(from).copied().is_some_and(is_name_start);
            is_name.then(|| TextRange::from(from..from + length))
        };
        let (kind, behind) = match bytes.get(at + 1)? {
            b'(' => (PieceKind::Command, close(b')')?),
            b'{' => (PieceKind::Variable(name(at + 2)?), close(b'}')?),
            _ => {
                let name = name(at + 1)?;
                (PieceKind::Variable(name), name.end as usize)
            }
        };
        Some(Piece { kind, range: TextRange::from(at..behind) })
    }
}

fn whole(value: TextRange) -> Vec<Piece> {
    if value.is_empty() { Vec::new() } else { vec![Piece { kind: PieceKind::Literal, range: value }] }
}
