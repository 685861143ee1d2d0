//! Assignments: where values go.

use super::values::arithmetic;
use super::{Frame, Lowered, Operand, Python};
use crate::facts::{Builder, Place, Root, ScopeId, Step, Store, StoreId, StoreKind, ValueId, ValueKind};
use crate::syntax::places::{Reading, place_of};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

/// Targets nested deeper than this are stores of something unknown inside the value.
const DEEPEST_PROJECTION: usize = 16;

/// An assignment before its statement is made.
pub(super) struct Assignment {
    /// The stores, last target first.
    pub(super) stores: Vec<StoreId>,
    pub(super) value: Option<ValueId>,
}

/// How a target's stores are made.
pub(super) struct Storing {
    pub(super) kind: StoreKind,
    pub(super) value: Option<ValueId>,
    /// Leads from the value to what the target takes as a whole.
    pub(super) projection: Vec<Step>,
    /// The scope in which names are declared.
    pub(super) scope: ScopeId,
    /// The whole assignment; the target's own range otherwise.
    pub(super) range: Option<TextRange>,
}

impl Storing {
    /// Stores in the function's scope.
    pub(super) fn of(kind: StoreKind, value: Option<ValueId>, projection: Vec<Step>, builder: &Builder) -> Self {
        Self { kind, value, projection, scope: builder.function_scope(), range: None }
    }
}

impl Python<'_> {
    /// `a, b = value`, `x: T = value`, `a = b = value`
    pub(super) fn assignment(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let annotation = match frame.take("type") {
            Some(Lowered::Type(range)) => self.annotation(range, builder),
            _ => None,
        };
        let right = frame.children.iter().position(|it| it.field == Some("right")).map(|at| frame.children.remove(at));
        let mut rest = match right {
            Some(child) => match child.lowered {
                Lowered::Stores(rest) => rest,
                _ => Assignment { stores: Vec::new(), value: Some(self.use_child(child, builder)) },
            },
            None => Assignment { stores: Vec::new(), value: None },
        };
        let target = self.target_of(&mut frame, "left", builder);
        let storing = Storing { range: Some(range), ..Storing::of(StoreKind::Assign, rest.value, Vec::new(), builder) };
        let mut stores = self.store(target, &storing, builder);
        if let (Some(annotation), [store]) = (annotation, &stores[..]) {
            builder.store_mut(*store).annotation = Some(annotation);
        }
        stores.reverse();
        rest.stores.append(&mut stores);
        Lowered::Stores(rest)
    }

    /// `x += value`: the place gets the operation of its old value and `value`.
    pub(super) fn augmented(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let operator = frame.node.child_by_field_name("operator").map_or("", |it| it.kind());
        let target = self.target_of(&mut frame, "left", builder);
        let old = self.use_operand(target, builder);
        let place = place_of(old, Reading::Yes, builder);
        let right = self.use_field(&mut frame, "right", builder);
        let value = Some(arithmetic(operator.trim_end_matches('='), old, right, range, builder));
        let storing = Storing { range: Some(range), ..Storing::of(StoreKind::Augment, value, Vec::new(), builder) };
        let store = self.store_place(place, Vec::new(), &storing, builder);
        Lowered::Stores(Assignment { stores: vec![store], value })
    }

    /// `x := value`
    pub(super) fn named_expression(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let target = self.target_of(&mut frame, "name", builder);
        let value = Some(self.use_field(&mut frame, "value", builder));
        let storing = Storing { range: Some(range), ..Storing::of(StoreKind::Assign, value, Vec::new(), builder) };
        let stores = self.store(target, &storing, builder);
        builder.value(ValueKind::Assign { stores, value }, range)
    }

    /// Binds a target to the value of a `with` item or of a pattern.
    pub(super) fn bind(&mut self, target: Operand, value: ValueId, builder: &mut Builder) {
        let storing = Storing::of(StoreKind::Binding, Some(value), vec![Step::Payload], builder);
        self.store(target, &storing, builder);
    }

    /// The child of a field, as a target.
    pub(super) fn target_of(&mut self, frame: &mut Frame<'_>, field: &str, builder: &mut Builder) -> Operand {
        let at = frame.children.iter().position(|it| it.field == Some(field));
        let Some(child) = at.map(|at| frame.children.remove(at)) else {
            return Operand::Value(builder.value(ValueKind::Unknown, TextRange::empty(frame.range().start)));
        };
        match child.lowered {
            Lowered::Operand(operand) => operand,
            _ => {
                let range = node_range(child.node);
                let value = self.use_child(child, builder);
                Operand::Value(match builder.kind(value) {
                    Some(ValueKind::Opaque(_)) => value,
                    _ => builder.value(ValueKind::Opaque(vec![value]), range),
                })
            }
        }
    }

    /// One store for each leaf of a target.
    pub(super) fn store(&mut self, target: Operand, storing: &Storing, builder: &mut Builder) -> Vec<StoreId> {
        let mut todo = vec![(target, storing.projection.clone())];
        let mut res = Vec::new();
        while let Some((target, projection)) = todo.pop() {
            let Some((items, is_rest)) = taken_apart(target, builder) else {
                let place = self.place(target, builder);
                res.push(self.store_place(place, projection, storing, builder));
                continue;
            };
            let deep = projection.len() >= DEEPEST_PROJECTION;
            let inner = items.into_iter().enumerate().map(|(at, item)| {
                let mut projection = projection.clone();
                if !deep {
                    projection.push(if is_rest { Step::Unknown } else { Step::Position(at as u32) });
                } else if projection.last() != Some(&Step::Unknown) {
                    projection.push(Step::Unknown);
                }
                (Operand::Value(item), projection)
            });
            let from = todo.len();
            todo.extend(inner);
            todo[from..].reverse();
        }
        res
    }

    fn store_place(
        &mut self,
        place: Place,
        projection: Vec<Step>,
        storing: &Storing,
        builder: &mut Builder,
    ) -> StoreId {
        let declares = match &place.root {
            Root::Name(name) => {
                place.path.is_empty() && storing.kind != StoreKind::Delete && !self.context().outer.contains(name)
            }
            Root::This | Root::Value(_) => false,
        };
        let range = storing.range.map_or(place.range, |it| builder.relative(it));
        let scope = if place.path.is_empty() { storing.scope } else { builder.scope() };
        let (kind, value) = (storing.kind, storing.value);
        builder.store(Store {
            place,
            value,
            projection,
            kind,
            declares,
            scope,
            statement: None,
            annotation: None,
            range,
        })
    }

    /// The place that a target names.
    fn place(&mut self, target: Operand, builder: &mut Builder) -> Place {
        match target {
            Operand::Value(value) => place_of(value, Reading::No, builder),
            Operand::Name(range) => {
                let root = Root::Name(self.of(range).into());
                Place { root, path: Vec::new(), range: builder.relative(range) }
            }
        }
    }
}

/// The items of a tuple or list target, or what a starred one takes.
fn taken_apart(target: Operand, builder: &mut Builder) -> Option<(Vec<ValueId>, bool)> {
    let Operand::Value(mut at) = target else { return None };
    while let Some(ValueKind::Transparent(inner)) = builder.kind(at) {
        at = *inner;
    }
    match builder.kind(at)? {
        ValueKind::List(_) | ValueKind::Opaque(_) => match builder.take_kind(at) {
            ValueKind::List(list) => Some((list.items, false)),
            ValueKind::Opaque(items) => Some((items, true)),
            _ => None,
        },
        _ => None,
    }
}
