//! `+`: a sum, or a text made of texts and other values.

use crate::facts::{Builder, Part, Text, TextForm, ValueId, ValueKind};
use crate::text::TextRange;

/// A sum; a text if an operand is one.
pub(super) fn sum(left: ValueId, right: ValueId, range: TextRange, builder: &mut Builder) -> ValueId {
    if !is_text(left, builder) && !is_text(right, builder) {
        return builder.value(ValueKind::Binary { operator: "+".into(), left, right }, range);
    }
    let mut parts = Vec::new();
    for operand in terms(left, builder) {
        append(operand, &mut parts, builder);
    }
    match is_bracketed_sum(right, builder) {
        true => parts.push(hole(right, builder)),
        false => append(right, &mut parts, builder),
    }
    builder.value(ValueKind::Text(Text { parts, form: TextForm::Concatenation }), range)
}

/// The terms of a left-nested sum. Each sum is taken apart once: when it becomes part of a text.
fn terms(left: ValueId, builder: &mut Builder) -> Vec<ValueId> {
    let (mut at, mut res) = (left, Vec::new());
    while let Some(ValueKind::Binary { operator, left, right }) = builder.kind(at) {
        if &**operator != "+" {
            break;
        }
        let (inner, term) = (*left, *right);
        res.push(term);
        builder.take_kind(at);
        at = inner;
    }
    res.push(at);
    res.reverse();
    res
}

/// Appends an operand of a concatenation: a text's own parts, or a hole.
fn append(operand: ValueId, parts: &mut Vec<Part>, builder: &mut Builder) {
    if !is_text(operand, builder) {
        parts.push(hole(operand, builder));
        return;
    }
    let mut at = operand;
    loop {
        match builder.take_kind(at) {
            ValueKind::Text(text) if parts.is_empty() => *parts = text.parts,
            ValueKind::Text(text) => parts.extend(text.parts),
            ValueKind::Transparent(inner) => {
                at = inner;
                continue;
            }
            _ => {}
        }
        return;
    }
}

fn hole(value: ValueId, builder: &Builder) -> Part {
    let range = builder.relative(builder.value_range(value));
    Part::Hole { value, range, conversion: None }
}

/// `("a" + b)`: its parts stay where they are, or right-nested sums would be moved once for each level.
fn is_bracketed_sum(value: ValueId, builder: &Builder) -> bool {
    let mut at = value;
    while let Some(ValueKind::Transparent(inner)) = builder.kind(at) {
        at = *inner;
    }
    at != value && matches!(builder.kind(at), Some(ValueKind::Text(Text { form: TextForm::Concatenation, .. })))
}

/// Whether a value is a text, parentheses aside.
fn is_text(value: ValueId, builder: &Builder) -> bool {
    let mut at = value;
    loop {
        match builder.kind(at) {
            Some(ValueKind::Text(_)) => return true,
            Some(ValueKind::Transparent(inner)) => at = *inner,
            _ => return false,
        }
    }
}
