//! `+` where an operand is a literal that is made an owned string first: `"a".to_string() + b`.

use crate::facts::{Builder, ValueId, ValueKind};
use crate::syntax::sums::sum;
use crate::text::TextRange;

/// Methods that make an owned string of a literal.
const OWNING_METHODS: [&str; 4] = ["clone", "into", "to_owned", "to_string"];

/// Makes a binary value; a `+` with a text in it becomes a text.
pub(super) fn binary(
    operator: &str,
    left: ValueId,
    right: ValueId,
    range: TextRange,
    builder: &mut Builder,
) -> ValueId {
    if operator == "+" {
        let (left, right) = (literal_behind(left, builder), literal_behind(right, builder));
        return sum(left, right, range, builder);
    }
    builder.value(ValueKind::Binary { operator: operator.into(), left, right }, range)
}

/// The text that a value is made of by owning it, the calls around it gone; any other value as it is.
fn literal_behind(value: ValueId, builder: &mut Builder) -> ValueId {
    let mut calls = Vec::new();
    let mut at = value;
    loop {
        at = match builder.kind(at) {
            Some(ValueKind::Transparent(inner)) => *inner,
            Some(ValueKind::Call(_)) => match owned(at, &mut calls, builder) {
                Some(inner) => inner,
                None => return value,
            },
            Some(ValueKind::Text(_)) if !calls.is_empty() => break,
            _ => return value,
        };
    }
    calls.into_iter().for_each(|it| drop(builder.take_kind(it)));
    at
}

/// What a call makes an owned string of. The values that are the call itself go to `calls`.
fn owned(value: ValueId, calls: &mut Vec<ValueId>, builder: &Builder) -> Option<ValueId> {
    let Some(ValueKind::Call(call)) = builder.kind(value) else { return None };
    let ValueKind::Member { object, name, .. } = builder.kind(call.callee)? else { return None };
    calls.extend([value, call.callee]);
    match &*call.arguments {
        [] if OWNING_METHODS.contains(&&**name) => Some(*object),
        [argument] if &**name == "from" => {
            let is_string = matches!(builder.kind(*object)?, ValueKind::Name(class) if &**class == "String");
            calls.push(*object);
            is_string.then_some(argument.value)
        }
        _ => None,
    }
}
