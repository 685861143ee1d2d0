//! Expressions.

use super::concat::binary;
use super::paths::Path;
use super::statements::{is_jump, statement};
use super::{Context, Piece, Rust};
use crate::facts::{Argument, Builder, Call, Entry, FunctionParts, List, Map, StatementKind, ValueId, ValueKind};
use crate::syntax::walk::{Child, Frame, node_range};
use crate::text::TextRange;

impl Rust<'_> {
    /// Lowers an expression.
    pub(super) fn expression(&mut self, mut frame: Frame<'_, Piece>, context: Context, builder: &mut Builder) -> Piece {
        let range = frame.range();
        let kind = match frame.kind() {
            "parenthesized_expression" | "type_cast_expression" | "reference_expression" => {
                one(&mut frame, builder).map(ValueKind::Transparent)
            }
            "generic_function" => return first(&mut frame),
            "await_expression" => one(&mut frame, builder).map(ValueKind::Await),
            "try_expression" => one(&mut frame, builder).map(ValueKind::Propagate),
            "unary_expression" => self.unary(&mut frame, builder),
            "binary_expression" => return self.binary(&mut frame, builder),
            "range_expression" => self.range(&mut frame, builder),
            "field_expression" => self.member(&mut frame, builder),
            "index_expression" => match *values(&mut frame, builder) {
                [object, index] => Some(ValueKind::Index { object, index }),
                _ => None,
            },
            "call_expression" => self.call(&mut frame, builder),
            "array_expression" => Some(array(&mut frame, builder)),
            "tuple_expression" => Some(ValueKind::List(List::of(values(&mut frame, builder)))),
            "struct_expression" => self.record(&mut frame),
            "closure_expression" => return self.closure(frame, context, builder),
            "yield_expression" => {
                builder.mark_generator();
                None
            }
            _ => None,
        };
        let kind = match kind {
            Some(kind) => kind,
            None => ValueKind::Opaque(values(&mut frame, builder)),
        };
        Piece::Value(builder.value(kind, range))
    }

    fn unary(&self, frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Option<ValueKind> {
        let operator = frame.range().of(self.source).chars().next()?;
        let operand = one(frame, builder)?;
        Some(match operator {
            '*' => ValueKind::Transparent(operand),
            operator => ValueKind::Unary { operator: operator.to_string().into(), operand },
        })
    }

    fn binary(&self, frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let range = frame.range();
        let operator = frame.node.child_by_field_name("operator").map(|it| node_range(it).of(self.source));
        match (operator, &*values(frame, builder)) {
            (Some(operator), [left, right]) => Piece::Value(binary(operator, *left, *right, range, builder)),
            (_, others) => Piece::Value(builder.value(ValueKind::Opaque(others.to_vec()), range)),
        }
    }

    /// `a..b`; a missing end is null.
    fn range(&self, frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Option<ValueKind> {
        let range = frame.range();
        let starts_open = range.of(self.source).starts_with("..");
        let (left, right) = match *values(frame, builder) {
            [left, right] => (left, right),
            [right] if starts_open => (builder.value(ValueKind::Null, TextRange::empty(range.start)), right),
            [left] => (left, builder.value(ValueKind::Null, TextRange::empty(range.end))),
            _ => return None,
        };
        Some(ValueKind::Binary { operator: "..".into(), left, right })
    }

    fn member(&self, frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Option<ValueKind> {
        let name = node_range(frame.node.child_by_field_name("field")?);
        let object = one(frame, builder)?;
        let written = super::paths::plain(name.of(self.source));
        Some(ValueKind::Member { object, name: written.into(), name_range: builder.relative(name) })
    }

    fn call(&self, frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Option<ValueKind> {
        let mut callee = None;
        let mut arguments = Vec::new();
        let mut argument_range = TextRange::empty(frame.range().end);
        for child in std::mem::take(&mut frame.children) {
            match child.lowered {
                Piece::Arguments(made, range) => (arguments, argument_range) = (made, range),
                _ if callee.is_none() => callee = value_of(child, builder),
                _ => {}
            }
        }
        let argument_range = builder.relative(argument_range);
        Some(ValueKind::Call(Call { callee: callee?, arguments, argument_range, constructs: false }))
    }

    /// `(a, b)`. A comma right before the closing parenthesis of one line is where a half-typed argument will stand.
    pub(super) fn arguments(&self, mut frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let range = frame.range();
        let written = range.of(self.source);
        let last = frame.children.last().map_or(range.start, |it| node_range(it.node).end);
        let behind = TextRange::new(last, range.end).of(self.source);
        if written.starts_with('(') && behind.trim_end_matches(')').trim_matches([' ', '\t']) == "," {
            builder.damage(range);
        }
        let values = values(&mut frame, builder).into_iter();
        let argument = |value| {
            let range = builder.relative(builder.value_range(value));
            Argument { name: None, value, spread: false, range }
        };
        Piece::Arguments(values.map(argument).collect(), range)
    }

    fn record(&self, frame: &mut Frame<'_, Piece>) -> Option<ValueKind> {
        let name = Path::of(frame.node.child_by_field_name("name")?, self.source).last()?;
        let entries = frame.children.drain(..).find_map(|it| match it.lowered {
            Piece::Entries(entries) => Some(entries),
            _ => None,
        });
        Some(ValueKind::Map(Map { entries: entries?, record: Some(name.into()) }))
    }

    /// An entry of a struct expression, or all of them.
    pub(super) fn entries(&self, mut frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let range = builder.relative(frame.range());
        match frame.kind() {
            "field_initializer_list" => {
                let entries = frame.children.into_iter().filter_map(|it| match it.lowered {
                    Piece::Entries(entries) => Some(entries),
                    _ => None,
                });
                Piece::Entries(entries.flatten().collect())
            }
            "base_field_initializer" => {
                Piece::Entries(one(&mut frame, builder).map(Entry::Spread).into_iter().collect())
            }
            "field_initializer" => {
                let key = frame.node.child_by_field_name("field").map(node_range);
                let (Some(key), Some(value)) = (key, one(&mut frame, builder)) else { return Piece::Nothing };
                let key = builder.bare_text(super::paths::plain(key.of(self.source)), key);
                Piece::Entries(vec![Entry::Pair { key, value, shorthand: false, range }])
            }
            _ => {
                let Some(value) = one(&mut frame, builder) else { return Piece::Nothing };
                let place = builder.value_range(value);
                let key = builder.bare_text(super::paths::plain(place.of(self.source)), place);
                Piece::Entries(vec![Entry::Pair { key, value, shorthand: true, range }])
            }
        }
    }

    fn closure(&mut self, frame: Frame<'_, Piece>, _: Context, builder: &mut Builder) -> Piece {
        let range = frame.range();
        let mut parts = FunctionParts { range, ..FunctionParts::default() };
        let result = frame.node.child_by_field_name("return_type");
        parts.result = result.map(|it| node_range(it).of(self.source).into());
        for child in frame.children {
            let (field, body) = (child.field, node_range(child.node));
            match child.lowered {
                Piece::Parameters(parameters) => {
                    let before = TextRange::new(range.start, body.start).of(self.source);
                    parts.is_async = before.contains("async");
                    parts.parameters = parameters;
                }
                Piece::Block(block) => parts.body = Some(block.block),
                lowered if field == Some("body") => {
                    let child = Child { lowered, ..child };
                    parts.body = Some(body_of(child, true, body, builder));
                }
                _ => {}
            }
        }
        let function = builder.close_function(parts);
        Piece::Value(builder.value(ValueKind::Function(function), range))
    }
}

/// The block that an expression is where a block could stand: an arm's, a closure's, an `else if`.
pub(super) fn body_of(
    child: Child<'_, Piece>,
    is_valued: bool,
    range: TextRange,
    builder: &mut Builder,
) -> crate::facts::BlockId {
    let mark = child.mark;
    match child.lowered {
        Piece::Block(body) => body.block,
        Piece::Statement { id, is_valued, .. } if is_jump(id, builder) || !is_valued => {
            builder.block(vec![id], None, range)
        }
        lowered => match value_of(Child { lowered, ..child }, builder) {
            Some(tail) if is_valued => builder.block(Vec::new(), Some(tail), range),
            Some(value) => {
                let only = builder.statement(StatementKind::Expression(value), range, mark);
                builder.block(vec![only], None, range)
            }
            None => builder.block(Vec::new(), None, range),
        },
    }
}

/// The value of a child, if it is one or can be made one.
pub(super) fn value_of(child: Child<'_, Piece>, builder: &mut Builder) -> Option<ValueId> {
    match child.lowered {
        Piece::Value(value) => Some(value),
        Piece::Statement { id, range, .. } => Some(builder.value(ValueKind::Control(id), range)),
        Piece::Block(_) => {
            let range = node_range(child.node);
            let id = statement(child.lowered, range, child.mark, builder)?;
            Some(builder.value(ValueKind::Control(id), range))
        }
        Piece::Wreck(_, values) => Some(builder.value(ValueKind::Opaque(values), node_range(child.node))),
        _ => None,
    }
}

/// The values of all children, in order.
pub(super) fn values(frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Vec<ValueId> {
    std::mem::take(&mut frame.children).into_iter().filter_map(|it| value_of(it, builder)).collect()
}

/// The value of the first child that has one.
pub(super) fn one(frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> Option<ValueId> {
    let is_sound = |it: &Child<'_, Piece>| !matches!(it.lowered, Piece::Wreck(..));
    let at = frame.children.iter().position(|it| is_sound(it) && is_value(it))?;
    value_of(frame.children.swap_remove(at), builder)
}

fn is_value(child: &Child<'_, Piece>) -> bool {
    matches!(child.lowered, Piece::Value(_) | Piece::Statement { .. } | Piece::Block(_))
}

fn first(frame: &mut Frame<'_, Piece>) -> Piece {
    let mut children = std::mem::take(&mut frame.children).into_iter();
    children.find(is_value).map_or(Piece::Nothing, |it| it.lowered)
}

fn array(frame: &mut Frame<'_, Piece>, builder: &mut Builder) -> ValueKind {
    let repeats = frame.children.iter().any(|it| it.field == Some("length"));
    let items = values(frame, builder);
    match repeats {
        true => ValueKind::Opaque(items),
        false => ValueKind::List(List::of(items)),
    }
}
