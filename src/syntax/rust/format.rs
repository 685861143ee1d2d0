//! Format strings: `{}`, `{0}`, `{name:?}`.

use std::collections::HashMap;

use super::paths::plain;
use super::reader::{Item, Reader};
use crate::facts::{Part, Text, TextForm, ValueId, ValueKind};
use crate::text::TextRange;

/// What goes into a format string.
pub(super) struct Arguments {
    items: Vec<Item>,
    used: Vec<bool>,
    named: HashMap<Box<str>, usize>,
    /// How many `{}` there were.
    next: usize,
}

impl Arguments {
    /// The items behind the format string.
    pub(super) fn of(items: Vec<Item>) -> Self {
        let names = items.iter().enumerate().filter_map(|(at, it)| Some((it.name.as_ref()?.0.clone(), at)));
        Self { used: vec![false; items.len()], named: names.collect(), items, next: 0 }
    }

    /// The items that no hole names.
    pub(super) fn unused(self) -> impl Iterator<Item = Item> {
        self.items.into_iter().zip(self.used).filter(|it| !it.1).map(|it| it.0)
    }

    fn positional(&mut self, position: usize) -> Option<ValueId> {
        let value = self.items.get(position)?.value;
        self.used[position] = true;
        Some(value)
    }

    fn next(&mut self) -> Option<ValueId> {
        self.next += 1;
        self.positional(self.next - 1)
    }

    fn named(&mut self, name: &str) -> Option<ValueId> {
        self.positional(*self.named.get(name)?)
    }
}

/// Makes the text of a format string, which `string` is a plain text of.
pub(super) fn text(string: ValueId, arguments: &mut Arguments, range: TextRange, reader: &mut Reader<'_>) -> ValueId {
    let parts = match reader.builder.take_kind(string) {
        ValueKind::Text(text) => text.parts,
        _ => Vec::new(),
    };
    let mut formatter = Formatter { arguments, reader, parts: Vec::new() };
    for part in parts {
        match part {
            Part::Literal { text, range } if text.len() == range.0.len() as usize => {
                let start = formatter.reader.builder.absolute(range).start;
                formatter.verbatim(&text, start);
            }
            part => formatter.parts.push(part),
        }
    }
    let kind = ValueKind::Text(Text { parts: formatter.parts, form: TextForm::Interpolated });
    reader.builder.value(kind, range)
}

struct Formatter<'f, 'r> {
    arguments: &'f mut Arguments,
    reader: &'f mut Reader<'r>,
    parts: Vec<Part>,
}

impl Formatter<'_, '_> {
    /// Splits a piece that starts at `start` of the source into literals and holes.
    fn verbatim(&mut self, text: &str, start: u32) {
        let mut from = 0;
        let mut at = 0;
        while let Some(found) = text[at..].find(['{', '}']) {
            at += found;
            let brace = &text[at..=at];
            let is_escape = text[at + 1..].starts_with(brace);
            if !is_escape && brace == "}" {
                at += 1;
                continue;
            }
            self.literal(&text[from..at], start + from as u32, at - from);
            from = at;
            if is_escape {
                self.literal(brace, start + at as u32, 2);
                at += 2;
            } else {
                let Some(end) = text[at..].find('}') else { break };
                self.hole(&text[at + 1..at + end], start + at as u32);
                at += end + 1;
            }
            from = at;
        }
        self.literal(&text[from..], start + from as u32, text.len() - from);
    }

    fn literal(&mut self, text: &str, start: u32, length: usize) {
        if !text.is_empty() {
            let range = TextRange::new(start, start + length as u32);
            self.parts.push(Part::Literal { text: text.into(), range: self.reader.builder.relative(range) });
        }
    }

    /// A hole: `inner` without its braces, the opening one at `start`.
    fn hole(&mut self, inner: &str, start: u32) {
        let (name, conversion) = match inner.find(':') {
            Some(at) => (&inner[..at], Some(&inner[at..])),
            None => (inner, None),
        };
        if conversion.is_some_and(|it| it.contains(".*")) {
            self.arguments.next();
        }
        let name_start = start + 1 + (name.len() - name.trim_start().len()) as u32;
        let value = self.value(name.trim(), name_start);
        let range = TextRange::new(start, start + inner.len() as u32 + 2);
        let conversion = conversion.map(str::trim_end).filter(|it| *it != ":").map(Into::into);
        self.parts.push(Part::Hole { value, range: self.reader.builder.relative(range), conversion });
    }

    fn value(&mut self, name: &str, start: u32) -> ValueId {
        let known = match name.parse() {
            _ if name.is_empty() => self.arguments.next(),
            Ok(position) => self.arguments.positional(position),
            Err(_) => self.arguments.named(name),
        };
        if let Some(value) = known {
            return value;
        }
        let is_name = name.starts_with(|it: char| it.is_alphabetic() || it == '_');
        let kind = match (is_name, plain(name)) {
            (true, "self") => ValueKind::This,
            (true, name) => ValueKind::Name(name.into()),
            (false, _) => ValueKind::Unknown,
        };
        self.reader.builder.value(kind, TextRange::new(start, start + name.len() as u32))
    }
}
