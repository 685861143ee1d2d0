//! Assignments, updates, deletions.

use super::{Assignment, Ecmascript, Lowered, Piece, pull};
use crate::facts::{Builder, Place, Store, StoreId, StoreKind, ValueId, ValueKind};
use crate::syntax::places::{Reading, place_of};
use crate::syntax::walk::Frame;
use crate::text::TextRange;

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
