//! Where assignments go: the places that values spell.

use crate::facts::{Builder, Part, Place, Root, Step, TextForm, ValueId, ValueKind};
use crate::text::TextRange;

/// Whether the values of a place are also read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Only stored to: the values that spelt the place are gone.
    No,
    /// Read and stored to, as by `x += 1`. The place holds none of the values that are read: `f(f(f(x)++)++)++` is a tree,
    /// and whoever follows both sides of each store would double its work at each level.
    Yes,
}

/// The place that a value spells.
pub(super) fn place_of(value: ValueId, reading: Reading, builder: &mut Builder) -> Place {
    let range = builder.relative(builder.value_range(value));
    let mut path = Vec::new();
    let mut at = value;
    let root = loop {
        let next = match builder.kind(at) {
            Some(ValueKind::Member { object, name, name_range }) => {
                path.push(Step::Key(name.clone(), *name_range));
                *object
            }
            Some(&ValueKind::Index { object, index }) => {
                path.push(match (step_of(index, builder), reading) {
                    (Step::Computed(_), Reading::Yes) if !is_name(index, builder) => Step::Unknown,
                    (step, _) => step,
                });
                object
            }
            Some(ValueKind::Transparent(inner)) => *inner,
            Some(ValueKind::Name(name)) => break Root::Name(name.clone()),
            Some(ValueKind::This) => break Root::This,
            _ if reading == Reading::Yes => {
                let range = builder.value_range(at);
                break Root::Value(builder.value(ValueKind::Unknown, range));
            }
            _ => break Root::Value(at),
        };
        if reading == Reading::No {
            builder.take_kind(at);
        }
        at = next;
    };
    if reading == Reading::No && !matches!(root, Root::Value(_)) {
        builder.take_kind(at);
    }
    path.reverse();
    Place { root, path, range }
}

fn is_name(value: ValueId, builder: &Builder) -> bool {
    matches!(builder.kind(value), Some(ValueKind::Name(_)))
}

/// The step that an index is. The values of literal ones stay: a literal says what it says wherever it stands.
pub(super) fn step_of(index: ValueId, builder: &Builder) -> Step {
    match builder.kind(index) {
        Some(ValueKind::Text(text)) => match text.literal() {
            Some(name) => Step::Key(name.into(), builder.relative(inner_range(index, builder))),
            None => Step::Computed(index),
        },
        Some(ValueKind::Number(number)) => number.parse().map_or(Step::Computed(index), Step::Position),
        _ => Step::Computed(index),
    }
}

/// A text without its quotes.
fn inner_range(text: ValueId, builder: &Builder) -> TextRange {
    let whole = builder.value_range(text);
    let Some(ValueKind::Text(text)) = builder.kind(text) else { return whole };
    let ranges = text.parts.iter().map(|it| match it {
        Part::Literal { range, .. } | Part::Hole { range, .. } => builder.absolute(*range),
    });
    match text.form {
        TextForm::Bare => whole,
        _ => ranges.reduce(TextRange::cover).unwrap_or(whole),
    }
}
