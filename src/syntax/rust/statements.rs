//! Blocks, assignments, jumps and control flow.

use super::concat::binary;
use super::patterns;
use super::values::{body_of, value_of};
use super::{Attribute, Body, Context, Decorated, Fits, Piece, Role, Rust};
use crate::facts::{
    Arm, BlockId, Builder, FunctionId, Loop, LoopKind, Mark, Pattern, Place, StatementId, StatementKind, Step, Store,
    StoreId, StoreKind, Test, ValueId, ValueKind,
};
use crate::syntax::places::{Reading, place_of};
use crate::syntax::walk::{Child, Frame, node_range};
use crate::text::TextRange;

/// A loop is looked for no further out than this.
const FARTHEST_LOOP: usize = 1000;

impl Rust<'_> {
    /// Lowers any node that was entered.
    pub(super) fn lower(&mut self, frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
        match frame.kind() {
            "source_file" | "block" | "declaration_list" => block(frame, context.is_valued, builder),
            "ERROR" => wreck(frame, builder),
            "expression_statement" => expression_statement(frame, builder),
            "let_declaration" => self.declaration(frame, builder),
            "assignment_expression" => assignment(frame, builder),
            "compound_assignment_expr" => self.augmentation(frame, builder),
            "return_expression" => self.jump(frame, builder),
            "break_expression" => self.jump(frame, builder),
            "continue_expression" => self.jump(frame, builder),
            "if_expression" => branch(frame, context, builder),
            "else_clause" => alternative(frame, context, builder),
            "let_condition" => self.condition(frame, builder),
            "let_chain" => chain(frame, builder),
            "match_expression" => matching(frame, context, builder),
            "match_block" => arms(frame),
            "match_arm" => arm(frame, context, builder),
            "match_pattern" => fits(frame, context, builder),
            "loop_expression" | "while_expression" | "for_expression" => looping(frame, context, builder),
            "unsafe_block" | "async_block" | "gen_block" | "try_block" | "const_block" => {
                entered(frame, context, builder)
            }
            "arguments" => self.arguments(frame, builder),
            "field_initializer"
            | "shorthand_field_initializer"
            | "base_field_initializer"
            | "field_initializer_list" => self.entries(frame, builder),
            "const_item" | "static_item" | "type_item" => self.constant(frame, builder),
            "function_item" => self.function(frame, builder),
            "impl_item" | "trait_item" | "struct_item" | "enum_item" | "union_item" => self.class(frame, builder),
            "field_declaration_list" | "enum_variant_list" | "enum_variant" => {
                Piece::Items(gather(frame.children, false, builder).statements, Decorated::Nothing)
            }
            "mod_item" => self.module(frame, builder),
            _ => self.expression(frame, context, builder),
        }
    }

    fn declaration(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark, scope) = (frame.range(), frame.mark, builder.scope());
        let declared = frame.node.child_by_field_name("type");
        let (mut read, mut value, mut otherwise) = (patterns::Read::default(), None, None);
        for child in frame.children {
            match (child.field, child.lowered) {
                (Some("pattern"), Piece::Pattern(it)) => read = it,
                (Some("alternative"), Piece::Block(it)) => otherwise = Some(it),
                (Some("value"), lowered) => value = value_of(Child { lowered, ..child }, builder),
                _ => {}
            }
        }
        let annotation = declared.and_then(|it| super::paths::leading_path(it, self.source, builder));
        let is_plain = matches!(&*read.bound, [only] if only.steps.is_empty());
        let store = |bound| patterns::declare(bound, StoreKind::Assign, value, scope, builder);
        let stores: Vec<StoreId> = read.bound.into_iter().map(store).collect();
        if let ([only], true) = (&*stores, is_plain) {
            let whole = builder.relative(range);
            let store = builder.store_mut(*only);
            (store.range, store.annotation) = (whole, annotation);
        }
        let mut statements = Vec::new();
        if !stores.is_empty() {
            // With an `else` the values belong to the branch.
            let mark = if otherwise.is_some() { builder.mark() } else { mark };
            statements.push(builder.statement(StatementKind::Store(stores), range, mark));
        }
        match (otherwise, value) {
            (Some(otherwise), Some(subject)) => {
                let then = builder.block(Vec::new(), None, TextRange::empty(otherwise.range.start));
                let test = Test::Pattern { pattern: read.pattern, subject };
                let kind = StatementKind::Branch { test, then, otherwise: Some(otherwise.block) };
                statements.insert(0, builder.statement(kind, range, mark));
            }
            (_, Some(value)) if statements.is_empty() => {
                statements.push(builder.statement(StatementKind::Expression(value), range, mark));
            }
            _ => {}
        }
        Piece::Items(statements, Decorated::Nothing)
    }

    fn augmentation(&mut self, mut frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark) = (frame.range(), frame.mark);
        let operator = frame.node.child_by_field_name("operator").map(|it| node_range(it).of(self.source));
        let values = super::values::values(&mut frame, builder);
        let (Some(operator), [left, right]) = (operator, &*values) else {
            return Piece::Value(builder.value(ValueKind::Opaque(values), range));
        };
        let place = place_of(*left, Reading::Yes, builder);
        let value = binary(operator.trim_end_matches('='), *left, *right, range, builder);
        let target = Target { place, projection: Vec::new(), value, kind: StoreKind::Augment };
        let store = target.store(range, builder);
        finished(StatementKind::Store(vec![store]), range, mark, builder)
    }

    fn jump(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark, keyword) = (frame.range(), frame.mark, frame.kind());
        let (mut label, mut value) = (None, None);
        for child in frame.children {
            match child.lowered {
                Piece::Label(it) => label = Some(it),
                _ => value = value.or(value_of(child, builder)),
            }
        }
        let kind = match keyword {
            "return_expression" => StatementKind::Return(value),
            "continue_expression" => StatementKind::Continue { label },
            _ => {
                if value.is_some() {
                    self.give_loop_a_value(label.is_some());
                }
                StatementKind::Break { label, value }
            }
        };
        finished(kind, range, mark, builder)
    }

    /// Tells the innermost loop, or all loops, that it has a value.
    fn give_loop_a_value(&mut self, is_labelled: bool) {
        for context in self.contexts.iter_mut().rev().take(FARTHEST_LOOP) {
            match context.role {
                Role::Function | Role::Closure | Role::Async => return,
                Role::Loop | Role::For => context.breaks_with_value = true,
                _ => continue,
            }
            if !is_labelled {
                return;
            }
        }
    }

    fn condition(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let range = frame.range();
        let (mut read, mut subject) = (patterns::Read::default(), None);
        read.pattern = anything(range, builder);
        for child in frame.children {
            match (child.field, child.lowered) {
                (Some("pattern"), Piece::Pattern(it)) => read = it,
                (Some("value"), lowered) => subject = value_of(Child { lowered, ..child }, builder),
                _ => {}
            }
        }
        if let Some(owner) = self.condition_owner() {
            owner.pending.extend(read.bound.into_iter().map(|it| (it, StoreKind::Binding, subject)));
        }
        match subject {
            Some(subject) => Piece::Condition(read.pattern, subject),
            None => Piece::Nothing,
        }
    }
}

/// A statement of this piece.
pub(super) fn statement(piece: Piece, range: TextRange, mark: Mark, builder: &mut Builder) -> Option<StatementId> {
    let kind = match piece {
        Piece::Statement { id, .. } => return Some(id),
        Piece::Value(value) => StatementKind::Expression(value),
        Piece::Block(body) => StatementKind::Block(body.block),
        _ => return None,
    };
    Some(builder.statement(kind, range, mark))
}

/// Whether a statement never has a value: a jump or an assignment.
pub(super) fn is_jump(id: StatementId, builder: &mut Builder) -> bool {
    use StatementKind::{Break, Continue, Return, Store};
    matches!(builder.statement_kind_mut(id), Return(_) | Break { .. } | Continue { .. } | Store(_))
}

fn finished(kind: StatementKind, range: TextRange, mark: Mark, builder: &mut Builder) -> Piece {
    Piece::Statement { id: builder.statement(kind, range, mark), range, is_valued: false }
}

fn expression_statement(frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
    let (range, mark) = (frame.range(), frame.mark);
    let is_closed = super::is_closed(frame.node);
    let Some(child) = frame.children.into_iter().next_back() else { return Piece::Nothing };
    if !is_closed || matches!(child.lowered, Piece::Wreck(..)) {
        return child.lowered;
    }
    let made = statement(child.lowered, range, mark, builder);
    made.into_iter().for_each(|it| builder.widen_statement(it, range));
    Piece::Items(made.into_iter().collect(), Decorated::Nothing)
}

fn wreck(frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
    let (mut statements, mut values) = (Vec::new(), Vec::new());
    for child in frame.children {
        match child.lowered {
            Piece::Items(items, _) => statements.extend(items),
            Piece::Statement { id, .. } => statements.push(id),
            Piece::Block(_) => {
                statements.extend(statement(child.lowered, node_range(child.node), child.mark, builder));
            }
            Piece::Attribute(attribute) => values.push(attribute.value),
            Piece::Condition(_, subject) => values.push(subject),
            Piece::Arguments(arguments, _) => values.extend(arguments.iter().map(|it| it.value)),
            Piece::Wreck(more, others) => {
                statements.extend(more);
                values.extend(others);
            }
            _ => values.extend(value_of(child, builder)),
        }
    }
    Piece::Wreck(statements, values)
}

/// The statements of a block while they are gathered.
#[derive(Default)]
struct Gathered {
    statements: Vec<StatementId>,
    tail: Option<ValueId>,
    functions: Vec<FunctionId>,
    /// Attributes that wait for what they stand before.
    attributes: Vec<(Attribute, Mark)>,
}

fn block(frame: Frame<'_, Piece>, is_valued: bool, builder: &mut Builder) -> Piece {
    let range = frame.range();
    let Gathered { statements, tail, functions, .. } = gather(frame.children, is_valued, builder);
    let block = builder.block(statements, tail, range);
    Piece::Block(Body { block, functions, range })
}

fn gather(children: Vec<Child<'_, Piece>>, is_valued: bool, builder: &mut Builder) -> Gathered {
    let mut res = Gathered::default();
    let count = children.len();
    for (at, child) in children.into_iter().enumerate() {
        res.add(child, is_valued && at + 1 == count, builder);
    }
    res.flush(builder);
    res
}

impl Gathered {
    fn add(&mut self, child: Child<'_, Piece>, is_tail: bool, builder: &mut Builder) {
        let (range, mark) = (node_range(child.node), child.mark);
        if let Piece::Attribute(attribute) = child.lowered {
            return self.attributes.push((attribute, mark));
        }
        let decorated = match &child.lowered {
            Piece::Items(_, decorated) => *decorated,
            _ => Decorated::Nothing,
        };
        self.decorate(decorated, range, builder);
        match child.lowered {
            Piece::Items(items, _) => {
                self.statements.extend(items);
                if let Decorated::Function(function) = decorated {
                    self.functions.push(function);
                }
            }
            Piece::Wreck(statements, values) => {
                self.statements.extend(statements);
                if !values.is_empty() {
                    self.statements.push(builder.statement(StatementKind::Other(values), range, mark));
                }
            }
            Piece::Statement { id, is_valued, .. } if !is_tail || !is_valued => self.statements.push(id),
            lowered if is_tail => self.tail = value_of(Child { lowered, ..child }, builder),
            lowered => self.statements.extend(statement(lowered, range, mark, builder)),
        }
    }

    /// Hands the waiting attributes to what they stand before.
    fn decorate(&mut self, decorated: Decorated, range: TextRange, builder: &mut Builder) {
        let first = self.attributes.first().map_or(range, |it| it.0.range);
        if self.attributes.iter().any(|it| it.0.is_test) {
            builder.test_range(first.cover(range));
        }
        let values = self.attributes.iter().map(|it| it.0.value).collect();
        match decorated {
            Decorated::Function(function) => builder.decorate(function, values),
            Decorated::Class(class) => builder.decorate_class(class, values),
            Decorated::Nothing => return self.flush(builder),
        }
        self.attributes.clear();
    }

    fn flush(&mut self, builder: &mut Builder) {
        for (attribute, mark) in self.attributes.drain(..) {
            let kind = StatementKind::Other(vec![attribute.value]);
            self.statements.push(builder.statement(kind, attribute.range, mark));
        }
    }
}

fn assignment(mut frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
    let (range, mark) = (frame.range(), frame.mark);
    let values = super::values::values(&mut frame, builder);
    let [left, value] = *values else {
        return Piece::Value(builder.value(ValueKind::Opaque(values), range));
    };
    let mut stores = Vec::new();
    let mut todo = vec![(left, Vec::new())];
    while let Some((at, projection)) = todo.pop() {
        match builder.kind(at) {
            Some(ValueKind::Name(name)) if &**name == "_" => drop(builder.take_kind(at)),
            Some(ValueKind::List(_)) => {
                let ValueKind::List(list) = builder.take_kind(at) else { continue };
                let items = list.items.into_iter().enumerate().rev();
                todo.extend(items.map(|(n, it)| (it, patterns::with(projection.clone(), Step::Position(n as u32)))));
            }
            _ => {
                let place = place_of(at, Reading::No, builder);
                stores.push(Target { place, projection, value, kind: StoreKind::Assign }.store(range, builder));
            }
        }
    }
    let kind = match stores.is_empty() {
        true => StatementKind::Expression(value),
        false => StatementKind::Store(stores),
    };
    finished(kind, range, mark, builder)
}

/// What one store needs.
struct Target {
    place: Place,
    projection: Vec<Step>,
    value: ValueId,
    kind: StoreKind,
}

impl Target {
    fn store(self, range: TextRange, builder: &mut Builder) -> StoreId {
        let Self { place, projection, value, kind } = self;
        let (scope, range) = (builder.scope(), builder.relative(range));
        builder.store(Store {
            place,
            value: Some(value),
            projection,
            kind,
            declares: false,
            scope,
            statement: None,
            annotation: None,
            range,
        })
    }
}

fn anything(range: TextRange, builder: &Builder) -> Pattern {
    Pattern { variants: vec!["_".into()], literals: Vec::new(), range: builder.relative(range) }
}

fn test_of(child: Child<'_, Piece>, builder: &mut Builder) -> Option<Test> {
    match child.lowered {
        Piece::Condition(pattern, subject) => Some(Test::Pattern { pattern, subject }),
        lowered => value_of(Child { lowered, ..child }, builder).map(Test::Value),
    }
}

/// A chain is tested by its first `let`; the other conditions are only looked at.
fn chain(frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
    let range = frame.range();
    let mut values = Vec::new();
    let mut first = None;
    for child in frame.children {
        match child.lowered {
            Piece::Condition(pattern, subject) if first.is_none() => first = Some(Piece::Condition(pattern, subject)),
            Piece::Condition(_, subject) => values.push(subject),
            lowered => values.extend(value_of(Child { lowered, ..child }, builder)),
        }
    }
    first.unwrap_or_else(|| Piece::Value(builder.value(ValueKind::Opaque(values), range)))
}

fn branch(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let (range, mark) = (frame.range(), frame.mark);
    let (mut test, mut then, mut otherwise) = (None, None, None);
    for child in frame.children {
        match (child.field, child.lowered) {
            (Some("consequence"), Piece::Block(it)) => then = Some(it.block),
            (Some("alternative"), Piece::Block(it)) => otherwise = Some(it.block),
            (Some("condition"), lowered) => test = test_of(Child { lowered, ..child }, builder),
            _ => {}
        }
    }
    let test = test.unwrap_or_else(|| Test::Value(builder.value(ValueKind::Unknown, range)));
    let then = then.unwrap_or_else(|| empty_block(range, builder));
    let kind = StatementKind::Branch { test, then, otherwise };
    Piece::Statement { id: builder.statement(kind, range, mark), range, is_valued: context.is_valued }
}

fn empty_block(range: TextRange, builder: &mut Builder) -> BlockId {
    builder.block(Vec::new(), None, TextRange::empty(range.end))
}

fn alternative(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let range = frame.range();
    let is_branch = |it: &Child<'_, Piece>| matches!(it.lowered, Piece::Block(_) | Piece::Statement { .. });
    let Some(child) = frame.children.into_iter().find(is_branch) else { return Piece::Nothing };
    if let Piece::Block(body) = child.lowered {
        return Piece::Block(body);
    }
    let inner = node_range(child.node);
    let block = body_of(child, context.is_valued, inner, builder);
    Piece::Block(Body { block, functions: Vec::new(), range })
}

fn matching(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let (range, mark) = (frame.range(), frame.mark);
    let (mut subject, mut made) = (None, Vec::new());
    for child in frame.children {
        match (child.field, child.lowered) {
            (Some("body"), Piece::Arms(it)) => made = it,
            (Some("value"), lowered) => subject = value_of(Child { lowered, ..child }, builder),
            _ => {}
        }
    }
    let subject = subject.unwrap_or_else(|| builder.value(ValueKind::Unknown, TextRange::empty(range.start)));
    let mut arms = Vec::new();
    for (arm, stores) in made {
        stores.iter().for_each(|it| builder.store_mut(*it).value = Some(subject));
        arms.push(arm);
    }
    let id = builder.statement(StatementKind::Match { subject, arms }, range, mark);
    Piece::Statement { id, range, is_valued: context.is_valued }
}

fn arms(frame: Frame<'_, Piece>) -> Piece {
    let arms = frame.children.into_iter().filter_map(|it| match it.lowered {
        Piece::Arms(arms) => Some(arms),
        _ => None,
    });
    Piece::Arms(arms.flatten().collect())
}

fn arm(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let range = frame.range();
    let (mut fits, mut body) = (None, None);
    for child in frame.children {
        let inner = node_range(child.node);
        match (child.field, child.lowered) {
            (Some("pattern"), Piece::Fits(it)) => fits = Some(it),
            (Some("value"), lowered) => {
                body = Some(body_of(Child { lowered, ..child }, context.is_valued, inner, builder));
            }
            _ => {}
        }
    }
    let body = body.unwrap_or_else(|| empty_block(range, builder));
    let Some(Fits { pattern, guard, stores }) = fits else { return Piece::Nothing };
    Piece::Arms(vec![(Arm { pattern, guard, body, falls_through: false }, stores)])
}

fn fits(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let range = frame.range();
    let mut read = patterns::Read { pattern: anything(range, builder), bound: Vec::new() };
    let mut guard = None;
    for child in frame.children {
        match (child.field, child.lowered) {
            (_, Piece::Pattern(it)) => read = it,
            (_, Piece::Condition(_, subject)) => guard = Some(subject),
            (Some("condition"), lowered) => guard = value_of(Child { lowered, ..child }, builder),
            _ => {}
        }
    }
    let scope = builder.scope();
    let own = read.bound.into_iter();
    let stores = own.map(|it| patterns::declare(it, StoreKind::Binding, None, scope, builder)).collect();
    for (bound, kind, value) in context.pending {
        patterns::declare(bound, kind, value, scope, builder);
    }
    Piece::Fits(Fits { pattern: read.pattern, guard, stores })
}

fn looping(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let (range, mark, keyword) = (frame.range(), frame.mark, frame.kind());
    let (mut label, mut test, mut iterable, mut body) = (None, None, None, None);
    for child in frame.children {
        match (child.field, child.lowered) {
            (_, Piece::Label(it)) => label = Some(it),
            (Some("body"), Piece::Block(it)) => body = Some(it.block),
            (Some("condition"), lowered) => test = test_of(Child { lowered, ..child }, builder),
            (Some("value"), lowered) => iterable = value_of(Child { lowered, ..child }, builder),
            _ => {}
        }
    }
    let body = body.unwrap_or_else(|| empty_block(range, builder));
    let kind = match (keyword, iterable) {
        ("loop_expression", _) => LoopKind::Forever,
        ("while_expression", _) => LoopKind::While,
        (_, Some(iterable)) => {
            context.stores.iter().for_each(|it| builder.store_mut(*it).value = Some(iterable));
            LoopKind::Each(iterable)
        }
        (_, None) => LoopKind::Each(builder.value(ValueKind::Unknown, TextRange::empty(range.start))),
    };
    let made = Loop { kind, test, update: None, body, otherwise: None, label };
    let id = builder.statement(StatementKind::Loop(made), range, mark);
    Piece::Statement { id, range, is_valued: context.is_valued && context.breaks_with_value }
}

/// `unsafe`, `async` and the like: a block that runs in its own way.
fn entered(frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
    let (range, mark) = (frame.range(), frame.mark);
    let body = frame.children.into_iter().find_map(|it| match it.lowered {
        Piece::Block(body) => Some(body.block),
        _ => None,
    });
    let body = body.unwrap_or_else(|| empty_block(range, builder));
    let id = builder.statement(StatementKind::With { items: Vec::new(), body }, range, mark);
    Piece::Statement { id, range, is_valued: context.is_valued }
}
