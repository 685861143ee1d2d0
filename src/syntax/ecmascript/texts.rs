//! Strings, templates, and what `+` makes of them.

use tree_sitter::Node;

use super::{Ecmascript, Lowered};
use crate::facts::{Builder, Part, Text, TextForm, ValueId, ValueKind};
use crate::syntax::walk::{Frame, node_range};
use crate::text::TextRange;

impl Ecmascript<'_> {
    /// A string literal.
    pub(super) fn string(&self, node: Node<'_>, builder: &mut Builder) -> ValueId {
        if node.has_error() {
            builder.damage(node_range(node));
        }
        let mut pieces = Vec::new();
        if self.source(node).contains('\\') {
            let mut cursor = node.walk();
            let escapes = node.children(&mut cursor).filter(|it| it.kind() == "escape_sequence");
            pieces.extend(escapes.map(|it| (node_range(it), None)));
        }
        self.text_value(node, pieces, TextForm::Plain, builder)
    }

    /// A template, with or without substitutions.
    pub(super) fn template(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut pieces = Vec::new();
        for child in frame.children {
            let range = node_range(child.node);
            match child.node.kind() {
                "escape_sequence" => pieces.push((range, None)),
                "template_substitution" => {
                    let value = self.value(child.lowered, range, builder);
                    pieces.push((range, Some(value)));
                }
                _ => {}
            }
        }
        Lowered::Value(self.text_value(frame.node, pieces, TextForm::Interpolated, builder))
    }

    /// A text of the escapes and holes between its quotes; what stands between those is literal.
    fn text_value(
        &self,
        node: Node<'_>,
        pieces: Vec<(TextRange, Option<ValueId>)>,
        form: TextForm,
        builder: &mut Builder,
    ) -> ValueId {
        let range = node_range(node);
        let last = pieces.last().map_or(range.start + 1, |it| it.0.end);
        let source = self.source(node);
        let quote = source.chars().next().unwrap_or('"');
        let is_closed = range.end > last && source.len() > 1 && source.ends_with(quote);
        let end = if is_closed { range.end - 1 } else { range.end };
        let mut at = (range.start + 1).min(end);
        let mut parts = Vec::with_capacity(pieces.len() + 1);
        let mut surrogate = None;
        for (piece, value) in pieces {
            if at < piece.start {
                parts.push(self.literal(TextRange::new(at, piece.start), builder));
            }
            at = piece.end;
            match value {
                Some(value) => parts.push(Part::Hole { value, range: builder.relative(piece), conversion: None }),
                None => self.escape(piece, &mut surrogate, &mut parts, builder),
            }
        }
        if at < end || parts.is_empty() {
            parts.push(self.literal(TextRange::new(at, end.max(at)), builder));
        }
        builder.value(ValueKind::Text(Text { parts, form }), range)
    }

    fn literal(&self, range: TextRange, builder: &Builder) -> Part {
        Part::Literal { text: range.of(self.text).into(), range: builder.relative(range) }
    }

    /// Adds an escape. The second half of a surrogate pair completes the part of the first.
    fn escape(&self, range: TextRange, surrogate: &mut Option<(u32, u32)>, parts: &mut Vec<Part>, builder: &Builder) {
        let unit = match unescaped(range.of(self.text)) {
            Ok(text) => {
                *surrogate = None;
                parts.push(Part::Literal { text: text.into(), range: builder.relative(range) });
                return;
            }
            Err(unit) => unit,
        };
        let high = surrogate.take().filter(|(_, end)| *end == range.start).map(|it| it.0);
        let pair = high.filter(|_| (0xDC00..0xE000).contains(&unit));
        let whole = pair.and_then(|high| char::from_u32(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)));
        if let (Some(whole), Some(Part::Literal { text, range: first })) = (whole, parts.last_mut()) {
            let cover = builder.absolute(*first).cover(range);
            *text = whole.to_string().into();
            *first = builder.relative(cover);
            return;
        }
        if (0xD800..0xDC00).contains(&unit) {
            *surrogate = Some((unit, range.end));
        }
        let text = char::REPLACEMENT_CHARACTER.to_string().into();
        parts.push(Part::Literal { text, range: builder.relative(range) });
    }
}

/// What an escape stands for; a lone surrogate as its number.
fn unescaped(escape: &str) -> Result<String, u32> {
    let body = escape.strip_prefix('\\').unwrap_or(escape);
    let first = body.chars().next();
    let simple = match first {
        Some('n') => "\n",
        Some('r') => "\r",
        Some('t') => "\t",
        Some('b') => "\u{8}",
        Some('f') => "\u{c}",
        Some('v') => "\u{b}",
        Some('\n' | '\r' | '\u{2028}' | '\u{2029}') => "",
        Some('x' | 'u') => return code(body[1..].trim_matches(['{', '}']), 16),
        Some('0'..='7') => return code(body, 8),
        _ => body,
    };
    Ok(simple.to_owned())
}

fn code(digits: &str, radix: u32) -> Result<String, u32> {
    let code = u32::from_str_radix(digits, radix).unwrap_or(0xFFFD);
    match char::from_u32(code) {
        Some(it) => Ok(it.to_string()),
        None if code < 0x10000 => Err(code),
        None => Ok(char::REPLACEMENT_CHARACTER.to_string()),
    }
}
