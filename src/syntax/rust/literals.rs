//! Literals: strings with their escapes, characters, numbers.

use crate::facts::{Builder, Part, Text, TextForm, ValueId, ValueKind};
use crate::text::TextRange;

const INTEGER_SUFFIXES: [&str; 12] =
    ["usize", "isize", "u128", "i128", "u64", "i64", "u32", "i32", "u16", "i16", "u8", "i8"];
const FLOAT_SUFFIXES: [&str; 2] = ["f64", "f32"];

/// Makes the value of a literal node or token of this kind; `None` for other kinds.
pub(super) fn literal(kind: &str, range: TextRange, source: &str, builder: &mut Builder) -> Option<ValueId> {
    let written = range.of(source);
    let kind = match kind {
        "string_literal" | "raw_string_literal" => text(range, '"', source, builder),
        "char_literal" => text(range, '\'', source, builder),
        "integer_literal" | "float_literal" => ValueKind::Number(number(written)),
        "boolean_literal" => ValueKind::Boolean(written == "true"),
        _ => return None,
    };
    Some(builder.value(kind, range))
}

/// A number without `_` and type suffix.
fn number(written: &str) -> Box<str> {
    let mut digits = written.replace('_', "");
    let is_hexadecimal = digits.starts_with("0x");
    let floats = FLOAT_SUFFIXES.iter().filter(|_| !is_hexadecimal);
    if let Some(suffix) = INTEGER_SUFFIXES.iter().chain(floats).find(|it| digits.ends_with(**it)) {
        digits.truncate(digits.len() - suffix.len());
    }
    digits.into()
}

/// The text of a string or character, whatever its prefix (`b`, `c`, `r##`).
fn text(range: TextRange, quote: char, source: &str, builder: &Builder) -> ValueKind {
    let written = range.of(source);
    let opening = written.find(quote).map_or(written.len(), |it| it + 1);
    let prefix = &written[..opening];
    let is_raw = prefix.contains('r');
    let closing: String = std::iter::once(quote).chain(prefix.chars().filter(|it| *it == '#')).collect();
    let end = match written[opening..].ends_with(&closing) {
        true => written.len() - closing.len(),
        false => written.len(),
    };
    let mut pieces = Pieces { source, builder, base: range.start, parts: Vec::new() };
    pieces.read(written, opening, end, is_raw);
    ValueKind::Text(Text { parts: pieces.parts, form: TextForm::Plain })
}

/// Splits what stands between quotes into verbatim pieces and escapes.
struct Pieces<'a> {
    source: &'a str,
    builder: &'a Builder,
    base: u32,
    parts: Vec<Part>,
}

impl Pieces<'_> {
    fn read(&mut self, written: &str, start: usize, end: usize, is_raw: bool) {
        let bytes = written.as_bytes();
        let (mut from, mut at) = (start, start);
        while at < end {
            let escape = match bytes[at] {
                b'\\' if !is_raw => Some(escape(&written[at..end])),
                // The compiler reads a carriage return before a line feed as no part of the string.
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => Some(("\n".into(), 2)),
                _ => None,
            };
            let Some((cooked, length)) = escape else {
                at += 1;
                continue;
            };
            self.verbatim(from, at);
            self.part(cooked, at, at + length);
            at += length;
            from = at;
        }
        self.verbatim(from, end);
    }

    fn verbatim(&mut self, from: usize, to: usize) {
        if from < to {
            let range = TextRange::new(self.base + from as u32, self.base + to as u32);
            self.part(range.of(self.source).into(), from, to);
        }
    }

    fn part(&mut self, text: Box<str>, from: usize, to: usize) {
        let range = TextRange::new(self.base + from as u32, self.base + to as u32);
        self.parts.push(Part::Literal { text, range: self.builder.relative(range) });
    }
}

/// The cooked form and the length of the escape that `written` begins with. What is no escape stands for itself.
fn escape(written: &str) -> (Box<str>, usize) {
    let rest = &written[1..];
    let Some(first) = rest.chars().next() else { return (written.into(), written.len()) };
    let simple = match first {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        '0' => "\0",
        '\\' => "\\",
        '"' => "\"",
        '\'' => "'",
        'x' => return code_point(written, 4, rest.get(1..3)),
        'u' => {
            let length = rest.find('}').unwrap_or(0);
            return code_point(written, length + 2, rest.get(2..length));
        }
        '\n' | '\r' => {
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            return ("".into(), 1 + blank);
        }
        other => return (written[..=other.len_utf8()].into(), 1 + other.len_utf8()),
    };
    (simple.into(), 2)
}

fn code_point(written: &str, length: usize, digits: Option<&str>) -> (Box<str>, usize) {
    let point = digits.and_then(|it| u32::from_str_radix(&it.replace('_', ""), 16).ok()).and_then(char::from_u32);
    match point {
        Some(point) => (point.to_string().into(), length),
        None => (written[..2].into(), 2),
    }
}
