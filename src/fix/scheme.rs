//! Building block: putting `Bearer ` in front of a key, in the file's own language and style.

use crate::facts::{TextForm, ValueId, ValueKind};
use crate::fix::Edit;
use crate::language::Language;
use crate::source::Source;
use crate::text::TextRange;
use crate::usage::Usage;

/// The edit that puts `Bearer ` in front of the key that `value` stands for at this place.
pub fn add_bearer(source: &Source, usage: &Usage<'_>, value: ValueId) -> Option<Edit> {
    let facts = usage.facts();
    let value = usage.past_header_value(value);
    if let ValueKind::Text(text) = &facts[value].kind {
        return match (text.form, usage.own_pieces(value).first()) {
            (TextForm::Plain, Some((_, range))) => Some(Edit::insert(range.start, "Bearer ")),
            (TextForm::Interpolated, first) => {
                let hole = text.parts.first().and_then(|it| match it {
                    crate::facts::Part::Hole { range, .. } => Some(facts.at(value.chunk, *range)),
                    crate::facts::Part::Literal { .. } => None,
                });
                let start = hole.or_else(|| first.map(|(_, range)| *range))?.start;
                Some(Edit::insert(start, "Bearer "))
            }
            _ => None,
        };
    }
    let range = facts.range(value);
    Some(Edit::replace(range, interpolated(source, "Bearer ", range.of(&source.text))))
}

/// A text that is `prefix` and the value of an expression.
pub fn interpolated(source: &Source, prefix: &str, expression: &str) -> String {
    match source.language {
        Language::Python => python(source, prefix, expression),
        Language::Rust => rust(prefix, expression),
        _ => format!("`{prefix}${{{expression}}}`"),
    }
}

/// An f-string; before Python 3.12 its quotes must not occur in the expression.
fn python(source: &Source, prefix: &str, expression: &str) -> String {
    let preferred = if source.text.matches('\'').count() > source.text.matches('"').count() { '\'' } else { '"' };
    let other = if preferred == '"' { '\'' } else { '"' };
    let fits = |quote: &char| !expression.contains(*quote) && !expression.contains(['\\', '\n', '{', '}', '#']);
    match [preferred, other].iter().find(|it| fits(it)) {
        Some(quote) => format!("f{quote}{prefix}{{{expression}}}{quote}"),
        None => format!("{preferred}{prefix}{preferred} + {expression}"),
    }
}

fn rust(prefix: &str, expression: &str) -> String {
    let expression = expression.trim_start_matches('&');
    let is_name = !expression.is_empty() && expression.chars().all(|it| it.is_alphanumeric() || it == '_');
    match is_name && expression != "self" {
        true => format!("format!(\"{prefix}{{{expression}}}\")"),
        false => format!("format!(\"{prefix}{{}}\", {expression})"),
    }
}

/// The whole range of a text literal's quotes and prefix around a piece of it.
pub fn literal_range(usage: &Usage<'_>, value: ValueId) -> Option<TextRange> {
    let facts = usage.facts();
    let value = facts.past_transparent(value);
    matches!(&facts[value].kind, ValueKind::Text(text) if text.form == TextForm::Plain).then(|| facts.range(value))
}
