//! Building block: putting `Bearer ` in front of a key, in the file's own language and style.

use crate::facts::{Facts, Part, TextForm, ValueId, ValueKind};
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
    if source.language == Language::Rust && is_header_value(usage, value) {
        return None;
    }
    let value = with_propagation(facts, value);
    let range = facts.range(value);
    let text = interpolated(source, "Bearer ", range.of(&source.text));
    Some(Edit::replace(range, borrowed(source, usage, value, text)))
}

/// The edit that takes a scheme and its blanks out of the front of a header's value. Where only one value remains, it stands
/// alone afterwards.
pub fn drop_scheme(source: &Source, usage: &Usage<'_>, value: ValueId, scheme: &str) -> Option<Edit> {
    let facts = usage.facts();
    let (text, range) = usage.own_pieces(value).into_iter().next()?;
    if range.len() as usize != text.len() || !text.to_ascii_lowercase().starts_with(&scheme.to_ascii_lowercase()) {
        return None;
    }
    let blank = text[scheme.len()..].len() - text[scheme.len()..].trim_start().len();
    let end = scheme.len() + blank;
    let alone = end == text.len() && matches!(source.language, Language::Python | Language::JavaScript);
    if let ValueKind::Text(text) = &facts[value].kind
        && let [Part::Literal { .. }, Part::Hole { value: hole, conversion: None, .. }] = text.parts.as_slice()
        && alone
    {
        let (whole, rest) = (facts.range(value), facts.range(*hole));
        return whole.contains(rest).then(|| Edit::replace(whole, rest.of(&source.text)));
    }
    Some(Edit::delete(TextRange::new(range.start, range.start + end as u32)))
}

/// An expression with the `?` behind it.
fn with_propagation(facts: &Facts, value: ValueId) -> ValueId {
    let mut at = value;
    while let Some(parent) = facts.parent_value(at)
        && matches!(facts[parent].kind, ValueKind::Propagate(_))
    {
        at = parent;
    }
    at
}

/// Calls that make a `HeaderValue` in Rust.
const HEADER_VALUE_MAKERS: &[&str] =
    &["parse", "from_str", "from_static", "from_bytes", "from_maybe_shared", "try_from", "from", "try_into", "into"];

/// Whether an expression of Rust is a `HeaderValue` already, or a variable that was made one: it has no text to put
/// something in front of.
pub fn is_header_value(usage: &Usage<'_>, value: ValueId) -> bool {
    let facts = usage.facts();
    let past = |mut at: ValueId| {
        while let ValueKind::Transparent(inner) | ValueKind::Propagate(inner) = facts[at].kind {
            at = inner;
        }
        at
    };
    let is_made = |at: ValueId| {
        let call = facts.call(past(at));
        call.and_then(|it| usage.resolver().callee_name(it)).is_some_and(|it| HEADER_VALUE_MAKERS.contains(&it))
    };
    match &facts[past(value)].kind {
        ValueKind::Name(name) => {
            let stores = facts.stores_of(name, facts[value].scope);
            stores.iter().any(|it| facts[*it].value.is_some_and(is_made))
        }
        _ => is_made(value),
    }
}

/// Calls that take a `&str` in Rust, so that a made text must be borrowed.
const BORROWERS: &[&str] = &["from_str", "set"];

/// A made text that takes the place of `value`, borrowed where a `&str` is asked for in Rust.
pub fn borrowed(source: &Source, usage: &Usage<'_>, value: ValueId, text: String) -> String {
    let facts = usage.facts();
    let is_borrowed = source.text[..facts.range(value).start as usize].trim_end().ends_with('&');
    let call = facts.parent_value(value).and_then(|it| facts.call(it));
    let name = call.and_then(|it| usage.resolver().callee_name(it));
    let is_asked_for = source.language == Language::Rust && name.is_some_and(|it| BORROWERS.contains(&it));
    if is_asked_for && !is_borrowed { format!("&{text}") } else { text }
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
