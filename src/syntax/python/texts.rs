//! Strings: escapes, prefixes, holes, adjacent literals and concatenations.

use tree_sitter::Node;

use super::{Frame, Lowered, Operand, Python};
use crate::facts::{Builder, Part, Text, TextForm, ValueId, ValueKind};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

impl Python<'_> {
    pub(super) fn string(&mut self, frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let (mut parts, mut prefix) = (Vec::new(), String::new());
        for child in frame.children {
            match child.node.kind() {
                "string_start" => prefix = self.of(node_range(child.node)).to_ascii_lowercase(),
                "string_content" => self.content(child.node, prefix.contains('b'), &mut parts, builder),
                _ => parts.extend(match child.lowered {
                    Lowered::Part(part) => Some(part),
                    _ => None,
                }),
            }
        }
        let form = if prefix.contains(['f', 't']) { TextForm::Interpolated } else { TextForm::Plain };
        builder.value(ValueKind::Text(Text { parts, form }), range)
    }

    /// Cuts a piece of a string at its escapes.
    fn content(&mut self, node: Node<'_>, bytes: bool, parts: &mut Vec<Part>, builder: &mut Builder) {
        let whole = node_range(node);
        let mut at = whole.start;
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let escape = node_range(cursor.node());
            self.literal(TextRange::new(at, escape.start.max(at)), parts, builder);
            let source = self.of(escape);
            let range = builder.relative(escape);
            at = escape.end;
            more = cursor.goto_next_sibling();
            parts.push(match cook(source, bytes) {
                Some(text) => Part::Literal { text: text.into(), range },
                None => {
                    let value = builder.value(ValueKind::Unknown, escape);
                    Part::Hole { value, range, conversion: None }
                }
            });
        }
        self.literal(TextRange::new(at, whole.end), parts, builder);
    }

    fn literal(&self, range: TextRange, parts: &mut Vec<Part>, builder: &Builder) {
        if !range.is_empty() {
            parts.push(Part::Literal { text: self.of(range).into(), range: builder.relative(range) });
        }
    }

    /// `{value!r:>10}`
    pub(super) fn interpolation(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let expression = frame.children.iter().find(|it| it.field == Some("expression"));
        let end = expression.map_or(range.start, |it| node_range(it.node).end);
        let mut value = self.use_field(&mut frame, "expression", builder);
        let as_written = self.text.get(end as usize..range.end as usize).unwrap_or_default();
        let conversion = as_written.trim_end_matches('}').trim();
        // `{x:{width}}` ends in two braces, of which one is the specification's.
        let conversion = match conversion.matches('{').count() > conversion.matches('}').count() {
            true => as_written[..as_written.len() - 1].trim(),
            false => conversion,
        };
        let nested = frame.children.into_iter().filter_map(|it| match it.lowered {
            Lowered::Nested(values) => Some(values),
            _ => None,
        });
        let nested: Vec<ValueId> = nested.flatten().collect();
        if !nested.is_empty() {
            let values = std::iter::once(value).chain(nested).collect();
            value = builder.value(ValueKind::Opaque(values), range);
        }
        let conversion = Some(conversion).filter(|it| !it.is_empty()).map(Into::into);
        Lowered::Part(Part::Hole { value, range: builder.relative(range), conversion })
    }

    /// What is nested in a format specification.
    pub(super) fn format_specifier(frame: Frame<'_>) -> Lowered {
        let holes = frame.children.into_iter().filter_map(|it| match it.lowered {
            Lowered::Part(Part::Hole { value, .. }) => Some(value),
            _ => None,
        });
        Lowered::Nested(holes.collect())
    }

    /// `"a" "b"`
    pub(super) fn adjacent(&mut self, frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let mut all = Text::default();
        for child in frame.children {
            let Lowered::Operand(Operand::Value(value)) = child.lowered else { continue };
            if let ValueKind::Text(text) = builder.take_kind(value) {
                all.parts.extend(text.parts);
                if text.form == TextForm::Interpolated {
                    all.form = TextForm::Interpolated;
                }
            }
        }
        builder.value(ValueKind::Text(all), range)
    }
}

/// What an escape stands for; `None` for a character that is only named.
fn cook(source: &str, bytes: bool) -> Option<String> {
    let code = |digits: &str, radix| {
        let character = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        Some(character.unwrap_or(char::REPLACEMENT_CHARACTER).to_string())
    };
    let plain = |text: &str| Some(text.to_owned());
    let Some(escape) = source.strip_prefix('\\') else {
        // `{{` and `}}` of an f-string.
        return plain(source.get(..1).unwrap_or_default());
    };
    let mut rest = escape.chars();
    match (rest.next(), rest.as_str()) {
        (Some('\n' | '\r'), _) => plain(""),
        (Some('n'), _) => plain("\n"),
        (Some('t'), _) => plain("\t"),
        (Some('r'), _) => plain("\r"),
        (Some('a'), _) => plain("\u{7}"),
        (Some('b'), _) => plain("\u{8}"),
        (Some('f'), _) => plain("\u{c}"),
        (Some('v'), _) => plain("\u{b}"),
        (Some('N' | 'u' | 'U'), _) if bytes => plain(source),
        (Some('N'), _) => None,
        (Some('x' | 'u' | 'U'), digits) => code(digits, 16),
        (Some('0'..='7'), _) if escape.bytes().all(|it| it.is_ascii_digit() && it < b'8') => code(escape, 8),
        (Some('0'..='9'), _) => plain(source),
        (_, _) => plain(escape),
    }
}
