//! Where assignments go: places, updates, deletions.

use super::{Assignment, Ecmascript, Lowered, Piece, pull};
use crate::facts::{Builder, Place, Root, Step, Store, StoreId, StoreKind, ValueId, ValueKind};
use crate::syntax::walk::Frame;
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

impl Ecmascript<'_> {
    /// `left = right`
    pub(super) fn assignment(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let Some(left) = pull(&mut frame, "left") else {
            return Lowered::Value(self.field_value(&mut frame, "right", builder));
        };
        let value = self.field_value(&mut frame, "right", builder);
        let pattern = self.pattern(left, builder);
        let scope = builder.scope();
        let make = super::patterns::Binding {
            source: Some(value),
            prefix: &[],
            kind: StoreKind::Assign,
            declares: false,
            scope,
            whole: Some(range),
            annotation: None,
        };
        let stores = make.stores(pattern, builder);
        Lowered::Assignment(Assignment { stores, value: Some(value), end: builder.mark() })
    }

    /// `left += right`
    pub(super) fn augmented(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let operator = frame.node.child_by_field_name("operator").map_or("", |it| self.source(it));
        let left = self.field_value(&mut frame, "left", builder);
        let right = self.field_value(&mut frame, "right", builder);
        let place = place_of(left, Reading::Yes, builder);
        let value = self.operation(left, operator.trim_end_matches('='), right, range, builder);
        augment(place, value, range, builder)
    }

    /// `x++`, `--x`
    pub(super) fn update(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let operator = frame.node.child_by_field_name("operator");
        let left = self.field_value(&mut frame, "argument", builder);
        let place = place_of(left, Reading::Yes, builder);
        let at = operator.map_or(range, super::node_range);
        let right = builder.value(ValueKind::Number("1".into()), at);
        let operator = operator.map_or("+", |it| self.source(it).get(..1).unwrap_or("+"));
        let value = builder.value(ValueKind::Binary { operator: operator.into(), left, right }, range);
        augment(place, value, range, builder)
    }

    /// `delete x.y`
    pub(super) fn deletion(&mut self, argument: Piece, range: TextRange, builder: &mut Builder) -> Lowered {
        let value = self.value(argument.lowered, argument.range, builder);
        let place = place_of(value, Reading::No, builder);
        let store = plain_store(place, None, StoreKind::Delete, range, builder);
        Lowered::Assignment(Assignment { stores: vec![store], value: None, end: builder.mark() })
    }
}

fn augment(place: Place, value: ValueId, range: TextRange, builder: &mut Builder) -> Lowered {
    let store = plain_store(place, Some(value), StoreKind::Augment, range, builder);
    Lowered::Assignment(Assignment { stores: vec![store], value: Some(value), end: builder.mark() })
}

/// A store that declares nothing.
pub(super) fn plain_store(
    place: Place,
    value: Option<ValueId>,
    kind: StoreKind,
    range: TextRange,
    builder: &mut Builder,
) -> StoreId {
    let scope = builder.scope();
    builder.store(Store {
        place,
        value,
        projection: Vec::new(),
        kind,
        declares: false,
        scope,
        statement: None,
        annotation: None,
        range: builder.relative(range),
    })
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
    use crate::facts::{Part, TextForm};
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
