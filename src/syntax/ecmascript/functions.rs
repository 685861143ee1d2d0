//! Functions, methods and parameters.

use tree_sitter::Node;

use super::kinds::Kind;
use super::patterns::{Binding, Pattern};
use super::places::plain_store;
use super::statements::{Body, Run};
use super::{Ecmascript, Jump, Lowered, OpenFunction, Piece, is_expression, pull};
use crate::facts::{
    Builder, FunctionId, FunctionParts, Parameter, Place, Root, StatementId, StatementKind, Step, StoreKind, ValueId,
    ValueKind,
};
use crate::syntax::walk::{Frame, node_range};
use crate::text::TextRange;

/// A parameter whose position is not known yet.
pub(super) struct Formal {
    pattern: Pattern,
    pub(super) default: Option<ValueId>,
    annotation: Option<ValueId>,
    rest: bool,
    /// Also declares a field (`private key: string`); whether that is `readonly`.
    field: Option<bool>,
    range: TextRange,
}

/// A function's parameters, and what they do before its body.
#[derive(Default)]
pub(super) struct Parameters {
    list: Vec<Parameter>,
    prologue: Vec<StatementId>,
}

impl Ecmascript<'_> {
    /// Opens a function's chunk. A method's opens at its parameters: its name and decorators belong outside.
    pub(super) fn enter_function(&mut self, kind: Kind, node: Node<'_>, builder: &mut Builder) {
        let whole = node_range(node);
        let parameters = node.child_by_field_name("parameters").map(|it| it.id());
        let opened = kind == Kind::Function || parameters.is_none();
        let range = match opened {
            true => whole,
            false => TextRange::new(undecorated_start(node), whole.end),
        };
        if opened {
            builder.open_function(range);
        }
        let body = node.child_by_field_name("body").map(|it| it.id());
        let mark = opened.then(|| builder.mark());
        self.functions.push(OpenFunction { range, parameters, body, opened, mark });
        self.jumps.push(Jump::Function);
    }

    pub(super) fn enter_parameters(&mut self, node: Node<'_>, builder: &mut Builder) {
        let is_own = |it: &&mut OpenFunction| !it.opened && it.parameters == Some(node.id());
        if let Some(function) = self.functions.last_mut().filter(is_own) {
            builder.open_function(function.range);
            function.opened = true;
            function.mark = Some(builder.mark());
        }
    }

    pub(super) fn is_function_body(&self, node: Node<'_>) -> bool {
        self.functions.last().is_some_and(|it| it.opened && it.body == Some(node.id()))
    }

    /// A function declaration, expression or arrow function.
    pub(super) fn function(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let node = frame.node;
        let name = pull(&mut frame, "name").map(|it| self.taken_name(it, builder));
        let is_declaration = node.kind().ends_with("declaration");
        if let (Some((name, name_range)), false) = (&name, is_declaration) {
            let scope = builder.function_scope();
            builder.declare(name, StoreKind::Function(FunctionId(scope.chunk)), None, scope, *name_range);
        }
        let function = self.close(frame, name.clone(), builder);
        let Some((name, name_range)) = name.filter(|_| is_declaration) else {
            return Lowered::Value(builder.value(ValueKind::Function(function), range));
        };
        let scope = builder.scope();
        builder.declare(&name, StoreKind::Function(function), None, scope, name_range);
        let mark = builder.mark();
        Lowered::Run(Run::of(builder.statement(StatementKind::Function(function), range, mark)))
    }

    /// Closes the innermost function with the parts that `frame` still holds.
    pub(super) fn close(
        &mut self,
        mut frame: Frame<'_, Lowered>,
        name: Option<(Box<str>, TextRange)>,
        builder: &mut Builder,
    ) -> FunctionId {
        let open = self.functions.pop();
        self.jumps.pop();
        let (is_async, is_generator) = modifiers(frame.node);
        if let Some(Lowered::Annotation(Some(unread))) = frame.take("return_type") {
            builder.take_kind(unread);
        }
        let result = frame.node.child_by_field_name("return_type");
        let result = result.map(|it| self.source(it).trim_start_matches(':').trim().into());
        let mut parameters = match pull(&mut frame, "parameters") {
            Some(Piece { lowered: Lowered::Parameters(parameters), .. }) => parameters,
            _ => Parameters::default(),
        };
        if let Some(only) = pull(&mut frame, "parameter") {
            let formal = self.formal(only, builder);
            parameters = self.number(vec![formal], builder);
        }
        let mark = open.and_then(|it| it.mark);
        let body = pull(&mut frame, "body").map(|it| self.function_body(it, mark, parameters.prologue, builder));
        let parts = FunctionParts {
            name,
            parameters: parameters.list,
            body,
            is_async,
            is_generator,
            result,
            range: frame.range(),
        };
        builder.close_function(parts)
    }

    /// The body of a function; an arrow function's expression is returned.
    fn function_body(
        &mut self,
        piece: Piece,
        mark: Option<crate::facts::Mark>,
        mut statements: Vec<StatementId>,
        builder: &mut Builder,
    ) -> crate::facts::BlockId {
        let Piece { lowered, range } = piece;
        match lowered {
            Lowered::Body(Body { run, .. }) => statements.extend(run.list),
            lowered => {
                let value = is_expression(&lowered).then(|| self.value(lowered, range, builder));
                let mark = mark.unwrap_or_else(|| builder.mark());
                statements.push(builder.statement(StatementKind::Return(value), range, mark));
            }
        }
        let chunk = builder.scope().chunk;
        let loose = self.loose.iter().rposition(|it| it.0.chunk != chunk).map_or(0, |it| it + 1);
        statements.extend(self.loose.drain(loose..).map(|it| it.0));
        builder.block(statements, None, range)
    }

    /// The name behind a lowered name node, which is no value.
    pub(super) fn taken_name(&self, piece: Piece, builder: &mut Builder) -> (Box<str>, TextRange) {
        if let Lowered::Value(value) = piece.lowered {
            builder.take_kind(value);
        }
        (piece.range.of(self.text).into(), piece.range)
    }

    /// A parameter with TypeScript's additions.
    pub(super) fn parameter(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let annotation = self.annotation_field(&mut frame, "type");
        let default = pull(&mut frame, "value").map(|it| self.value(it.lowered, it.range, builder));
        let Some(pattern) = pull(&mut frame, "pattern") else { return Lowered::Nothing };
        if let Lowered::Value(value) = pattern.lowered
            && matches!(builder.kind(value), Some(ValueKind::This))
        {
            builder.take_kind(value);
            return Lowered::Nothing;
        }
        let formal = self.formal(pattern, builder);
        let default = default.or(formal.default);
        let field = field_modifiers(frame.node);
        Lowered::Formal(Formal { annotation, default, field, range, ..formal })
    }

    fn formal(&mut self, piece: Piece, builder: &mut Builder) -> Formal {
        let range = piece.range;
        let rest = matches!(piece.lowered, Lowered::Rest(_));
        let (pattern, default) = match piece.lowered {
            Lowered::Defaulted(pattern, value) => (pattern, Some(value)),
            Lowered::Rest(pattern) => (pattern, None),
            lowered => (self.pattern(Piece { lowered, range }, builder), None),
        };
        Formal { pattern, default, annotation: None, rest, field: None, range }
    }

    pub(super) fn parameters(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut formals = Vec::with_capacity(frame.children.len());
        for child in frame.children {
            match child.lowered {
                Lowered::Formal(formal) => formals.push(formal),
                Lowered::Nothing => {}
                _ => formals.push(self.formal(Piece::of(child), builder)),
            }
        }
        Lowered::Parameters(self.number(formals, builder))
    }

    /// Stores parameters by position.
    fn number(&mut self, formals: Vec<Formal>, builder: &mut Builder) -> Parameters {
        let mut res = Parameters::default();
        for (position, formal) in (0..).zip(formals) {
            let Formal { pattern, default, annotation, rest, field, range } = formal;
            let name_range = pattern.name().map_or(range, |(_, range)| range);
            let name: Option<Box<str>> = pattern.name().map(|(name, _)| name.into());
            let binding = Binding {
                source: default,
                prefix: &[],
                kind: StoreKind::Parameter(position),
                declares: true,
                scope: builder.function_scope(),
                whole: None,
                annotation: if name.is_some() { annotation } else { None },
            };
            let mut stores = binding.stores(pattern, builder);
            let store = name.as_ref().and_then(|_| stores.first().copied());
            stores.retain(|it| !matches!(builder.store_mut(*it).kind, StoreKind::Parameter(_)));
            if let (Some(name), Some(readonly)) = (&name, field) {
                stores.push(parameter_field(name, readonly, name_range, builder));
            }
            if !stores.is_empty() {
                let mark = builder.mark();
                res.prologue.push(builder.statement(StatementKind::Store(stores), range, mark));
            }
            res.list.push(Parameter { name, store, default, annotation, rest });
        }
        if let Some(function) = self.functions.last_mut() {
            function.mark = Some(builder.mark());
        }
        res
    }
}

/// The store of a parameter property: `this.name = name`.
fn parameter_field(name: &str, readonly: bool, range: TextRange, builder: &mut Builder) -> crate::facts::StoreId {
    let value = builder.value(ValueKind::Name(name.into()), range);
    let relative = builder.relative(range);
    let place = Place { root: Root::This, path: vec![Step::Key(name.into(), relative)], range: relative };
    let kind = if readonly { StoreKind::Constant } else { StoreKind::Assign };
    plain_store(place, Some(value), kind, range, builder)
}

/// Whether a parameter declares a field, and whether that is `readonly`.
fn field_modifiers(parameter: Node<'_>) -> Option<bool> {
    let mut cursor = parameter.walk();
    let mut is_field = false;
    let mut readonly = false;
    for child in parameter.children(&mut cursor) {
        readonly |= child.kind() == "readonly";
        is_field |= readonly || matches!(child.kind(), "accessibility_modifier" | "override_modifier");
    }
    is_field.then_some(readonly)
}

/// Whether a function is `async`, and whether it is a generator.
fn modifiers(function: Node<'_>) -> (bool, bool) {
    let (mut is_async, mut is_generator) = (false, false);
    let mut cursor = function.walk();
    for child in function.children(&mut cursor) {
        match child.kind() {
            "async" => is_async = true,
            "*" => is_generator = true,
            "formal_parameters" | "=>" | "statement_block" => break,
            _ => {}
        }
    }
    (is_async, is_generator)
}

/// Where a class, a method or a field begins behind its decorators.
pub(super) fn undecorated_start(node: Node<'_>) -> u32 {
    let mut cursor = node.walk();
    let first = node.children(&mut cursor).find(|it| it.kind() != "decorator" && !it.is_extra());
    node_range(first.unwrap_or(node)).start
}
