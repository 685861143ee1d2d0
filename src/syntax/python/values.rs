//! Expressions.

use super::{Frame, Lowered, Operand, Python};
use crate::facts::{Argument, Builder, Call, Entry, List, Map, ValueId, ValueKind};
use crate::syntax::sums;
use crate::syntax::walk::{Child, node_range};
use crate::text::TextRange;

impl Python<'_> {
    pub(super) fn expression(&mut self, kind: &str, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let value = match kind {
            "argument_list" => return self.arguments(frame, builder),
            "keyword_argument" => return self.keyword_argument(frame, builder),
            "list_splat" | "dictionary_splat" | "list_splat_pattern" | "dictionary_splat_pattern" => {
                return self.splat(frame, builder);
            }
            "pair" => return self.pair(frame, builder),
            "interpolation" | "format_expression" => return self.interpolation(frame, builder),
            "format_specifier" => return Self::format_specifier(frame),
            "as_pattern" => return self.as_pattern(frame, builder),
            "as_pattern_target" => return only(frame),
            "with_item" => return self.with_item(frame, builder),
            "assignment" => return self.assignment(frame, builder),
            "augmented_assignment" => return self.augmented(frame, builder),
            "string" => self.string(frame, builder),
            "concatenated_string" => self.adjacent(frame, builder),
            "integer" | "float" => self.number(frame.range(), builder),
            "true" => builder.value(ValueKind::Boolean(true), frame.range()),
            "false" => builder.value(ValueKind::Boolean(false), frame.range()),
            "none" => builder.value(ValueKind::Null, frame.range()),
            "attribute" => self.attribute(frame, builder),
            "subscript" => self.subscript(frame, builder),
            "call" => self.call(frame, builder),
            "dictionary" => self.dictionary(frame, builder),
            "list" | "tuple" | "set" | "expression_list" | "tuple_pattern" | "list_pattern" | "pattern_list" => {
                self.list(frame, builder)
            }
            "binary_operator" => self.binary(frame, builder),
            "boolean_operator" => self.boolean(frame, builder),
            "comparison_operator" => self.comparison(frame, builder),
            "not_operator" | "unary_operator" => self.unary(frame, builder),
            "conditional_expression" => self.conditional(frame, builder),
            "named_expression" => self.named_expression(frame, builder),
            "parenthesized_expression" => self.parenthesized(frame, builder),
            "await" => {
                let range = frame.range();
                let inner = self.use_children(&mut frame, builder);
                builder.value(inner.first().map_or(ValueKind::Unknown, |it| ValueKind::Await(*it)), range)
            }
            "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
                self.comprehension(frame, builder)
            }
            "yield" => {
                builder.mark_generator();
                self.opaque(frame, builder)
            }
            _ => self.opaque(frame, builder),
        };
        Lowered::Operand(Operand::Value(value))
    }

    /// A value of which only the children are known.
    fn opaque(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let children = self.use_children(&mut frame, builder);
        builder.value(ValueKind::Opaque(children), range)
    }

    fn number(&self, range: TextRange, builder: &mut Builder) -> ValueId {
        let digits = self.of(range).replace('_', "");
        builder.value(ValueKind::Number(digits.trim_end_matches(['l', 'L']).into()), range)
    }

    fn attribute(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let object = self.use_field(&mut frame, "object", builder);
        let kind = match frame.take("attribute") {
            Some(Lowered::Operand(Operand::Name(name))) => {
                ValueKind::Member { object, name: self.of(name).into(), name_range: builder.relative(name) }
            }
            _ => ValueKind::Opaque(vec![object]),
        };
        builder.value(kind, range)
    }

    fn subscript(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let object = self.use_field(&mut frame, "value", builder);
        let at = frame.children.first().map_or(range, |it| node_range(it.node));
        let mut indices = self.use_children(&mut frame, builder);
        let index = match indices.len() {
            1 => indices.remove(0),
            _ => builder.value(ValueKind::List(List::of(indices)), at),
        };
        builder.value(ValueKind::Index { object, index }, range)
    }

    fn call(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let callee = self.use_field(&mut frame, "function", builder);
        let Some(at) = frame.children.iter().position(|it| it.field == Some("arguments")) else {
            return builder.value(ValueKind::Opaque(vec![callee]), range);
        };
        let child = frame.children.remove(at);
        let argument_range = builder.relative(node_range(child.node));
        let arguments = match child.lowered {
            Lowered::Arguments(arguments) => arguments,
            // `f(x for x in xs)`
            _ => vec![self.argument(child, builder)],
        };
        builder.value(ValueKind::Call(Call { callee, arguments, argument_range, constructs: false }), range)
    }

    fn arguments(&mut self, frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        Lowered::Arguments(frame.children.into_iter().map(|it| self.argument(it, builder)).collect())
    }

    fn argument(&mut self, child: Child<'_, Lowered>, builder: &mut Builder) -> Argument {
        let range = builder.relative(node_range(child.node));
        match child.lowered {
            Lowered::Argument(argument) => argument,
            Lowered::Splat(operand) => {
                Argument { name: None, value: self.use_operand(operand, builder), spread: true, range }
            }
            _ => Argument { name: None, value: self.use_child(child, builder), spread: false, range },
        }
    }

    fn keyword_argument(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = builder.relative(frame.range());
        let name = match frame.take("name") {
            Some(Lowered::Operand(Operand::Name(name))) => Some((self.of(name).into(), builder.relative(name))),
            _ => None,
        };
        let value = self.use_field(&mut frame, "value", builder);
        Lowered::Argument(Argument { name, value, spread: false, range })
    }

    fn splat(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        match frame.children.pop() {
            Some(child) => match child.lowered {
                Lowered::Operand(operand) => Lowered::Splat(operand),
                _ => Lowered::Splat(Operand::Value(self.use_child(child, builder))),
            },
            None => Lowered::Nothing,
        }
    }

    fn pair(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = builder.relative(frame.range());
        let key = self.use_field(&mut frame, "key", builder);
        let value = self.use_field(&mut frame, "value", builder);
        Lowered::Entry(Entry::Pair { key, value, shorthand: false, range })
    }

    fn dictionary(&mut self, frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let entries = frame.children.into_iter().map(|it| match it.lowered {
            Lowered::Entry(entry) => entry,
            Lowered::Splat(operand) => Entry::Spread(self.use_operand(operand, builder)),
            _ => Entry::Spread(self.use_child(it, builder)),
        });
        let map = Map::of(entries.collect());
        builder.value(ValueKind::Map(map), range)
    }

    fn list(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let items = self.use_children(&mut frame, builder);
        builder.value(ValueKind::List(List::of(items)), range)
    }

    fn binary(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let operator = frame.node.child_by_field_name("operator").map_or("", |it| it.kind());
        let left = self.use_field(&mut frame, "left", builder);
        let right = self.use_field(&mut frame, "right", builder);
        arithmetic(operator, left, right, range, builder)
    }

    fn boolean(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let is_and = frame.node.child_by_field_name("operator").is_some_and(|it| it.kind() == "and");
        let left = self.use_field(&mut frame, "left", builder);
        let right = self.use_field(&mut frame, "right", builder);
        let kind = match is_and {
            true => ValueKind::Binary { operator: "&&".into(), left, right },
            false => ValueKind::Fallback { value: left, default: right },
        };
        builder.value(kind, range)
    }

    /// `a < b < c` is `a < b && b < c`; a middle operand that is more than a name is known in the first only.
    fn comparison(&mut self, frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let mut cursor = frame.node.walk();
        let operators: Vec<&str> =
            frame.node.children_by_field_name("operators", &mut cursor).map(|it| it.kind()).collect();
        let start = frame.range().start;
        let mut children = frame.children.into_iter();
        let Some(first) = children.next() else { return builder.value(ValueKind::Unknown, TextRange::empty(start)) };
        let (mut left, mut left_start) = (self.use_child(first, builder), start);
        let mut whole = None;
        for (operator, child) in operators.into_iter().zip(children) {
            let range = node_range(child.node);
            let is_name = matches!(child.lowered, Lowered::Operand(Operand::Name(_)));
            let right = self.use_child(child, builder);
            let kind = ValueKind::Binary { operator: comparison_operator(operator).into(), left, right };
            let one = builder.value(kind, TextRange::new(left_start, range.end));
            whole = Some(match whole {
                Some(left) => {
                    let kind = ValueKind::Binary { operator: "&&".into(), left, right: one };
                    builder.value(kind, TextRange::new(start, range.end))
                }
                None => one,
            });
            left_start = range.start;
            left = match is_name {
                true => self.use_operand(Operand::Name(range), builder),
                false => builder.value(ValueKind::Unknown, range),
            };
        }
        whole.unwrap_or(left)
    }

    fn unary(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let operator = frame.node.child(0).map_or("", |it| it.kind());
        let operand = self.use_field(&mut frame, "argument", builder);
        let operator = match operator {
            "not" => {
                as_condition(operand, builder);
                "!"
            }
            other => other,
        };
        builder.value(ValueKind::Unary { operator: operator.into(), operand }, range)
    }

    fn conditional(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let parts = self.use_children(&mut frame, builder);
        let kind = match parts[..] {
            [then, condition, otherwise] => {
                as_condition(condition, builder);
                ValueKind::Choice { condition, then, otherwise }
            }
            _ => ValueKind::Opaque(parts),
        };
        builder.value(kind, range)
    }

    fn parenthesized(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let parts = self.use_children(&mut frame, builder);
        let kind = match parts[..] {
            [inner] => ValueKind::Transparent(inner),
            _ => ValueKind::Opaque(parts),
        };
        builder.value(kind, range)
    }

    fn comprehension(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> ValueId {
        let range = frame.range();
        let mut parts = Vec::new();
        let mut element = None;
        for child in std::mem::take(&mut frame.children) {
            let at = node_range(child.node);
            match child.lowered {
                Lowered::Iterables(iterables) => parts.extend(iterables),
                Lowered::Guard(condition) => parts.push(condition),
                Lowered::Entry(Entry::Pair { key, value, .. }) => {
                    element = Some(builder.value(ValueKind::Opaque(vec![key, value]), at));
                }
                _ => element = Some(self.use_child(child, builder)),
            }
        }
        let element = element.unwrap_or_else(|| builder.value(ValueKind::Unknown, range));
        builder.close_scope();
        builder.value(ValueKind::Comprehension { element, parts }, range)
    }

    fn as_pattern(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let target = match frame.take("alias") {
            Some(Lowered::Operand(target)) => target,
            _ => Operand::Value(builder.value(ValueKind::Unknown, frame.range())),
        };
        let value = self.use_children(&mut frame, builder);
        match value.first() {
            Some(value) => Lowered::As { value: *value, target },
            None => Lowered::Nothing,
        }
    }
}

/// What a node with one child became through it.
fn only(mut frame: Frame<'_>) -> Lowered {
    frame.children.pop().map_or(Lowered::Nothing, |it| it.lowered)
}

/// An arithmetic operation, or the text that a sum with one is.
pub(super) fn arithmetic(
    operator: &str,
    left: ValueId,
    right: ValueId,
    range: TextRange,
    builder: &mut Builder,
) -> ValueId {
    let operator = match operator {
        "+" => return sums::sum(left, right, range, builder),
        "//" => "/",
        "@" | "" => return builder.value(ValueKind::Opaque(vec![left, right]), range),
        other => other,
    };
    builder.value(ValueKind::Binary { operator: operator.into(), left, right }, range)
}

fn comparison_operator(operator: &str) -> &str {
    match operator {
        "<>" => "!=",
        "not in" => "!in",
        "is not" => "!is",
        other => other,
    }
}

/// A value that is only asked whether it is true: its `or`s are no fallbacks. What a `not` holds has been settled there.
pub(super) fn as_condition(value: ValueId, builder: &mut Builder) {
    let mut todo = vec![value];
    while let Some(at) = todo.pop() {
        match builder.kind(at) {
            Some(ValueKind::Transparent(inner)) => todo.push(*inner),
            Some(ValueKind::Binary { operator, left, right }) if &**operator == "&&" => todo.extend([*left, *right]),
            Some(ValueKind::Fallback { value: left, default: right }) => {
                let (left, right) = (*left, *right);
                builder.set_kind(at, ValueKind::Binary { operator: "||".into(), left, right });
                todo.extend([left, right]);
            }
            _ => {}
        }
    }
}
