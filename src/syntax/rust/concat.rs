//! `+`: a sum, or a text made of texts and other values.

use crate::facts::{Builder, Part, Text, TextForm, ValueId, ValueKind};
use crate::text::TextRange;

/// A right operand of more parts stays one hole, so that nests of parentheses cost no more than their length.
const LONGEST_RIGHT: usize = 64;

/// Conversions from a literal to an owned string, which a concatenation begins with.
const OWNING_METHODS: [&str; 4] = ["to_string", "to_owned", "into", "clone"];

/// Makes a binary value; a `+` with a text in it becomes a concatenation.
pub(super) fn binary(
    operator: &str,
    left: ValueId,
    right: ValueId,
    range: TextRange,
    builder: &mut Builder,
) -> ValueId {
    if operator == "+" {
        let texts = (find_text(left, builder), find_text(right, builder));
        if texts.0.is_some() || texts.1.is_some() {
            let mut parts = left_parts(left, texts.0, builder);
            parts.extend(right_parts(right, texts.1, builder));
            let text = Text { parts, form: TextForm::Concatenation };
            return builder.value(ValueKind::Text(text), range);
        }
    }
    builder.value(ValueKind::Binary { operator: operator.into(), left, right }, range)
}

/// A text, and the values around it that only pass it on.
struct Found {
    text: ValueId,
    around: Vec<ValueId>,
}

fn find_text(value: ValueId, builder: &Builder) -> Option<Found> {
    let mut res = Found { text: value, around: Vec::new() };
    loop {
        let inner = match builder.kind(res.text)? {
            ValueKind::Text(_) => return Some(res),
            ValueKind::Transparent(inner) => *inner,
            ValueKind::Call(call) => match (builder.kind(call.callee)?, &*call.arguments) {
                (ValueKind::Member { object, name, .. }, []) if OWNING_METHODS.contains(&&**name) => {
                    res.around.push(call.callee);
                    *object
                }
                (ValueKind::Member { object, name, .. }, [argument]) if &**name == "from" => {
                    let ValueKind::Name(class) = builder.kind(*object)? else { return None };
                    if &**class != "String" {
                        return None;
                    }
                    res.around.extend([*object, call.callee]);
                    argument.value
                }
                _ => return None,
            },
            _ => return None,
        };
        res.around.push(res.text);
        res.text = inner;
    }
}

/// Takes a text apart. An interpolated one stays a hole: its own holes stand inside its literal.
fn take_parts(found: Found, whole: ValueId, builder: &mut Builder) -> Vec<Part> {
    let is_flat = |it: &ValueKind| matches!(it, ValueKind::Text(text) if text.form != TextForm::Interpolated);
    if !builder.kind(found.text).is_some_and(is_flat) {
        return vec![hole(whole, builder)];
    }
    found.around.into_iter().for_each(|it| drop(builder.take_kind(it)));
    match builder.take_kind(found.text) {
        ValueKind::Text(text) => text.parts,
        _ => Vec::new(),
    }
}

fn hole(value: ValueId, builder: &Builder) -> Part {
    Part::Hole { value, range: builder.relative(builder.value_range(value)), conversion: None }
}

fn left_parts(left: ValueId, text: Option<Found>, builder: &mut Builder) -> Vec<Part> {
    if let Some(found) = text {
        return take_parts(found, left, builder);
    }
    // `a + b + "x"`: the sum to the left was no text yet.
    let mut operands = Vec::new();
    let mut at = left;
    while let Some(ValueKind::Binary { operator, left, right }) = builder.kind(at) {
        if &**operator != "+" {
            break;
        }
        let (left, right) = (*left, *right);
        operands.push(right);
        builder.take_kind(at);
        at = left;
    }
    operands.push(at);
    operands.into_iter().rev().map(|it| hole(it, builder)).collect()
}

fn right_parts(right: ValueId, text: Option<Found>, builder: &mut Builder) -> Vec<Part> {
    let Some(found) = text else { return vec![hole(right, builder)] };
    let is_short = |it: &ValueKind| matches!(it, ValueKind::Text(text) if text.parts.len() <= LONGEST_RIGHT);
    match builder.kind(found.text).is_some_and(is_short) {
        true => take_parts(found, right, builder),
        false => vec![hole(right, builder)],
    }
}
