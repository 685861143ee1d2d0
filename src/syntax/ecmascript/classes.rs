//! Classes, their members, and enums.

use super::functions::undecorated_start;
use super::places::plain_store;
use super::statements::Run;
use super::{Ecmascript, Lowered, Piece, pull};
use crate::facts::{
    BlockId, Builder, Class, Entry, FunctionId, Map, Place, Root, ScopeId, StatementKind, Step, StoreKind, ValueId,
    ValueKind,
};
use crate::syntax::places::step_of;
use crate::syntax::walk::{Frame, node_range};
use crate::text::TextRange;

/// A method of a class or an object.
pub(super) struct Method {
    pub(super) key: ValueId,
    pub(super) function: FunctionId,
    /// `get`, `set`
    pub(super) is_accessor: bool,
    pub(super) range: TextRange,
    decorators: Vec<ValueId>,
}

/// A class's body.
pub(super) struct ClassBody {
    scope: ScopeId,
    pub(super) body: BlockId,
    methods: Vec<FunctionId>,
}

impl Ecmascript<'_> {
    /// `name() { … }`, `get name() { … }`
    pub(super) fn method(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = TextRange::new(undecorated_start(frame.node), frame.range().end);
        let name = pull(&mut frame, "name");
        let decorators = decorators(&mut frame);
        let mut cursor = frame.node.walk();
        let is_accessor = frame.node.children(&mut cursor).any(|it| matches!(it.kind(), "get" | "set" | "static get"));
        let spelt = match &name {
            Some(Piece { lowered: Lowered::Nothing, range }) => Some((range.of(self.text).into(), *range)),
            Some(piece) => unquoted(piece.range.of(self.text)).map(|it| (it.into(), piece.range)),
            None => None,
        };
        let function = self.close(frame, spelt, builder);
        let key = match name {
            Some(Piece { lowered: Lowered::Nothing, range }) => builder.bare_text(range.of(self.text), range),
            name => self.value_of(name, range.start, builder),
        };
        Lowered::Method(Method { key, function, is_accessor, range, decorators })
    }

    /// `key = value`, `private readonly key: string`
    pub(super) fn field(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = TextRange::new(undecorated_start(frame.node), frame.range().end);
        let mark = frame.mark;
        let decorators = decorators(&mut frame);
        let annotation = self.annotation_field(&mut frame, "type");
        let value = pull(&mut frame, "value").map(|it| self.value(it.lowered, it.range, builder));
        let name = pull(&mut frame, "name").or_else(|| pull(&mut frame, "property"));
        let Some(name) = name else { return Lowered::Nothing };
        let name_range = builder.relative(name.range);
        let step = match name.lowered {
            Lowered::Nothing => Step::Key(name.range.of(self.text).into(), name_range),
            lowered => step_of(self.value(lowered, name.range, builder), builder),
        };
        let mut cursor = frame.node.walk();
        let is_constant = frame.node.children(&mut cursor).any(|it| it.kind() == "readonly");
        let kind = if is_constant { StoreKind::Constant } else { StoreKind::Assign };
        let place = Place { root: Root::This, path: vec![step], range: name_range };
        let store = plain_store(place, value, kind, range, builder);
        let made = builder.store_mut(store);
        (made.declares, made.annotation) = (true, annotation);
        let mut run = Run::default();
        if !decorators.is_empty() {
            run.list.push(builder.statement(StatementKind::Other(decorators), range, mark));
        }
        run.list.push(builder.statement(StatementKind::Store(vec![store]), range, mark));
        Lowered::Run(run)
    }

    pub(super) fn class_heritage(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut bases = Vec::new();
        for child in frame.children {
            bases.extend(self.pieces_of(child.lowered, node_range(child.node), builder));
        }
        Lowered::Values(bases)
    }

    pub(super) fn class_body(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let mut methods = Vec::new();
        let mut run = Run::default();
        let mut above = Vec::new();
        for child in frame.children {
            match child.lowered {
                Lowered::Decorator(value) => above.push(value),
                Lowered::Method(method) => {
                    // A method's name is a value only if it is computed.
                    let mark = builder.mark();
                    match builder.kind(method.key) {
                        Some(ValueKind::Text(_) | ValueKind::Number(_)) => {
                            builder.take_kind(method.key);
                        }
                        _ => {
                            let kind = StatementKind::Other(vec![method.key]);
                            run.list.push(builder.statement(kind, method.range, mark));
                        }
                    }
                    above.extend(method.decorators);
                    builder.decorate(method.function, std::mem::take(&mut above));
                    methods.push(method.function);
                    let kind = StatementKind::Function(method.function);
                    run.list.push(builder.statement(kind, method.range, mark));
                }
                _ => self.add(child, &mut run, builder),
            }
        }
        self.add_loose(range.start, u32::MAX, &mut run, builder);
        let scope = builder.scope();
        builder.close_scope();
        Lowered::ClassBody(ClassBody { scope, body: builder.block(run.list, None, range), methods })
    }

    /// A class, declared or as a value.
    pub(super) fn class(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let node = frame.node;
        let range = TextRange::new(undecorated_start(node), frame.range().end);
        let mark = frame.mark;
        let decorators = decorators(&mut frame);
        let name = pull(&mut frame, "name").map(|it| self.taken_name(it, builder));
        let mut bases = Vec::new();
        let mut body = None;
        for child in frame.children {
            match child.lowered {
                Lowered::Values(values) => bases.extend(values),
                Lowered::ClassBody(it) => body = Some(it),
                _ => {}
            }
        }
        let body = body.unwrap_or_else(|| ClassBody {
            scope: builder.scope(),
            body: builder.block(Vec::new(), None, TextRange::empty(range.end)),
            methods: Vec::new(),
        });
        let class = builder.class(Class {
            name: name.as_ref().map(|it| it.0.clone()),
            bases,
            scope: body.scope,
            body: body.body,
            decorators,
            range: builder.relative(range),
        });
        body.methods.iter().for_each(|it| builder.set_class(*it, class));
        let statement = builder.statement(StatementKind::Class(class), range, mark);
        if node.kind() == "class" {
            return Lowered::Value(builder.value(ValueKind::Control(statement), range));
        }
        if let Some((name, name_range)) = name {
            let scope = builder.scope();
            builder.declare(&name, StoreKind::Class(class), None, scope, name_range);
        }
        Lowered::Run(Run::of(statement))
    }

    /// `enum Name { … }`: a constant map.
    pub(super) fn enumeration(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let name = pull(&mut frame, "name");
        let Some(Piece { lowered: Lowered::Entries(entries), range: body }) = pull(&mut frame, "body") else {
            return Lowered::Nothing;
        };
        let value = builder.value(ValueKind::Map(Map::of(entries)), body);
        let Some((name, _)) = name.map(|it| self.taken_name(it, builder)) else { return Lowered::Value(value) };
        let scope = builder.scope();
        let store = builder.declare(&name, StoreKind::Constant, Some(value), scope, range);
        Lowered::Run(Run::of(builder.statement(StatementKind::Store(vec![store]), range, mark)))
    }

    pub(super) fn enum_body(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut entries = Vec::with_capacity(frame.children.len());
        for child in frame.children {
            let range = node_range(child.node);
            match (child.lowered, child.field) {
                (Lowered::Entry(entry), _) => entries.push(entry),
                (lowered, Some("name")) => {
                    let key = match lowered {
                        Lowered::Nothing => builder.bare_text(range.of(self.text), range),
                        lowered => self.value(lowered, range, builder),
                    };
                    let value = builder.value(ValueKind::Unknown, TextRange::empty(range.end));
                    let range = builder.relative(range);
                    entries.push(Entry::Pair { key, value, shorthand: false, range });
                }
                _ => {}
            }
        }
        Lowered::Entries(entries)
    }

    /// `Name = value` in an enum.
    pub(super) fn enum_member(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = builder.relative(frame.range());
        let key = self.key(&mut frame, "name", builder);
        let value = self.field_value(&mut frame, "value", builder);
        Lowered::Entry(Entry::Pair { key, value, shorthand: false, range })
    }
}

/// The decorators that are children of what they decorate.
fn decorators(frame: &mut Frame<'_, Lowered>) -> Vec<ValueId> {
    let values = frame.take_all("decorator").into_iter();
    values.filter_map(|it| if let Lowered::Decorator(value) = it { Some(value) } else { None }).collect()
}

/// What stands between the quotes of a quoted name.
fn unquoted(name: &str) -> Option<&str> {
    let quote = name.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    name.strip_prefix(quote)?.strip_suffix(quote)
}
