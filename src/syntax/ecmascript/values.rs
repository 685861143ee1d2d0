//! Expressions: names, members, calls, literals, operators, JSX.

use tree_sitter::Node;

use super::kinds::Kind;
use super::{Ecmascript, Lowered, Piece, is_expression, pull};
use crate::facts::{Argument, Builder, Call, Entry, List, Map, ValueId, ValueKind};
use crate::syntax::sums::sum;
use crate::syntax::walk::{Child, Frame, node_range};
use crate::text::TextRange;

impl Ecmascript<'_> {
    /// What a node without children of interest becomes.
    pub(super) fn leaf(&mut self, kind: Kind, node: Node<'_>, builder: &mut Builder) -> Option<Lowered> {
        let range = node_range(node);
        let value = match kind {
            Kind::Piece => return Some(Lowered::Nothing),
            Kind::String => return Some(Lowered::Value(self.string(node, builder))),
            Kind::MetaProperty => return Some(Lowered::Value(self.meta_property(node, builder))),
            Kind::Shorthand => return Some(Lowered::Entry(self.shorthand(node, builder))),
            Kind::ShorthandPattern => return Some(Lowered::Pattern(self.shorthand_pattern(node, builder))),
            _ if node.is_missing() && matches!(kind, Kind::Name | Kind::Number) => ValueKind::Unknown,
            Kind::Name | Kind::Super | Kind::Import => ValueKind::Name(self.source(node).into()),
            Kind::Number => ValueKind::Number(number(self.source(node)).into()),
            Kind::True => ValueKind::Boolean(true),
            Kind::False => ValueKind::Boolean(false),
            Kind::Null => ValueKind::Null,
            Kind::This => ValueKind::This,
            Kind::Regex => ValueKind::Opaque(Vec::new()),
            _ => return None,
        };
        Some(Lowered::Value(builder.value(value, range)))
    }

    /// `import.meta` as a member of `import`; `new.target` is opaque.
    fn meta_property(&self, node: Node<'_>, builder: &mut Builder) -> ValueId {
        let range = node_range(node);
        let source = self.source(node);
        if !source.starts_with("import") || !source.ends_with("meta") {
            return builder.value(ValueKind::Opaque(Vec::new()), range);
        }
        let object = TextRange::new(range.start, range.start + "import".len() as u32);
        let object = builder.value(ValueKind::Name("import".into()), object);
        let name_range = builder.relative(TextRange::new(range.end - "meta".len() as u32, range.end));
        builder.value(ValueKind::Member { object, name: "meta".into(), name_range }, range)
    }

    /// `object.name`
    pub(super) fn member(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let object = self.field_value(&mut frame, "object", builder);
        let property = frame.children.iter().find(|it| it.field == Some("property"));
        let Some(property) = property else {
            return Lowered::Value(builder.value(ValueKind::Opaque(vec![object]), range));
        };
        let name_range = builder.relative(node_range(property.node));
        let name = self.source(property.node).into();
        Lowered::Value(builder.value(ValueKind::Member { object, name, name_range }, range))
    }

    /// `object[index]`
    pub(super) fn subscript(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let object = self.field_value(&mut frame, "object", builder);
        let index = self.field_value(&mut frame, "index", builder);
        Lowered::Value(builder.value(ValueKind::Index { object, index }, frame.range()))
    }

    /// A call; a tagged template is opaque.
    pub(super) fn call(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let callee = self.field_value(&mut frame, "function", builder);
        let kind = match pull(&mut frame, "arguments") {
            Some(Piece { lowered: Lowered::Arguments(arguments), range: written }) => {
                let argument_range = builder.relative(written);
                // The grammar reads `await f<T>()` as a call of `await f`.
                let awaited = match builder.kind(callee) {
                    Some(ValueKind::Await(inner)) => Some(*inner),
                    _ => None,
                };
                let callee = awaited.unwrap_or(callee);
                let call = ValueKind::Call(Call { callee, arguments, argument_range, constructs: false });
                match awaited {
                    Some(_) => ValueKind::Await(
                        builder.value(call, TextRange::new(builder.value_range(callee).start, range.end)),
                    ),
                    None => call,
                }
            }
            Some(piece) => ValueKind::Opaque(vec![callee, self.value(piece.lowered, piece.range, builder)]),
            None => ValueKind::Opaque(vec![callee]),
        };
        Lowered::Value(builder.value(kind, range))
    }

    /// `new X(…)`, `new X`
    pub(super) fn construction(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let callee = self.field_value(&mut frame, "constructor", builder);
        let behind = TextRange::empty(builder.value_range(callee).end);
        let (arguments, range) = match pull(&mut frame, "arguments") {
            Some(Piece { lowered: Lowered::Arguments(arguments), range }) => (arguments, range),
            _ => (Vec::new(), behind),
        };
        let argument_range = builder.relative(range);
        let call = Call { callee, arguments, argument_range, constructs: true };
        Lowered::Value(builder.value(ValueKind::Call(call), frame.range()))
    }

    pub(super) fn arguments(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        self.check_separators(frame.node, frame.children.len(), Trailing::OnNewLine, builder);
        let mut arguments = Vec::with_capacity(frame.children.len());
        for child in frame.children {
            let range = node_range(child.node);
            let (value, spread) = match child.lowered {
                Lowered::Spread(value) => (value, true),
                lowered if is_expression(&lowered) => (self.value(lowered, range, builder), false),
                _ => continue,
            };
            arguments.push(Argument { name: None, value, spread, range: builder.relative(range) });
        }
        Lowered::Arguments(arguments)
    }

    /// An object literal.
    pub(super) fn object(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        self.check_separators(frame.node, frame.children.len(), Trailing::Anywhere, builder);
        let mut entries = Vec::with_capacity(frame.children.len());
        for child in frame.children {
            match child.lowered {
                Lowered::Entry(entry) => entries.push(entry),
                Lowered::Spread(value) => entries.push(Entry::Spread(value)),
                Lowered::Method(method) => {
                    let value = builder.value(ValueKind::Function(method.function), method.range);
                    let value = match method.is_accessor {
                        true => builder.value(ValueKind::Opaque(vec![value]), method.range),
                        false => value,
                    };
                    let range = builder.relative(method.range);
                    entries.push(Entry::Pair { key: method.key, value, shorthand: false, range });
                }
                _ => {}
            }
        }
        Lowered::Value(builder.value(ValueKind::Map(Map::of(entries)), range))
    }

    pub(super) fn pair(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let key = self.key(&mut frame, "key", builder);
        let value = self.field_value(&mut frame, "value", builder);
        Lowered::Entry(Entry::Pair { key, value, shorthand: false, range: builder.relative(range) })
    }

    fn shorthand(&self, node: Node<'_>, builder: &mut Builder) -> Entry {
        let (name, range) = (self.source(node), node_range(node));
        let key = builder.bare_text(name, range);
        let value = builder.value(ValueKind::Name(name.into()), range);
        Entry::Pair { key, value, shorthand: true, range: builder.relative(range) }
    }

    /// The name of a property, a method or a field as a value.
    pub(super) fn key(&mut self, frame: &mut Frame<'_, Lowered>, field: &str, builder: &mut Builder) -> ValueId {
        match pull(frame, field) {
            Some(Piece { lowered: Lowered::Nothing, range }) => builder.bare_text(range.of(self.text), range),
            piece => self.value_of(piece, frame.range().end, builder),
        }
    }

    pub(super) fn array(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let positions = positions(frame.node, &frame.children);
        let mut items = Vec::with_capacity(frame.children.len());
        for (child, position) in frame.children.into_iter().zip(positions) {
            let range = node_range(child.node);
            while items.len() < position {
                items.push(builder.value(ValueKind::Null, TextRange::empty(range.start)));
            }
            items.push(self.value(child.lowered, range, builder));
        }
        Lowered::Value(builder.value(ValueKind::List(List::of(items)), range))
    }

    pub(super) fn unary(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let operator = frame.node.child_by_field_name("operator").map_or("", |it| self.source(it));
        let Some(argument) = pull(&mut frame, "argument") else {
            return Lowered::Value(builder.value(ValueKind::Unknown, range));
        };
        if operator == "delete" {
            return self.deletion(argument, range, builder);
        }
        let operand = match operator {
            "!" => self.condition(argument, builder),
            _ => self.value(argument.lowered, argument.range, builder),
        };
        Lowered::Value(builder.value(ValueKind::Unary { operator: operator.into(), operand }, range))
    }

    pub(super) fn binary(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let left = self.field_value(&mut frame, "left", builder);
        let right = self.field_value(&mut frame, "right", builder);
        let operator = frame.node.child_by_field_name("operator").map_or("", |it| self.source(it));
        Lowered::Value(self.operation(left, operator, right, frame.range(), builder))
    }

    /// `left operator right`, with the operator as written.
    pub(super) fn operation(
        &mut self,
        left: ValueId,
        operator: &str,
        right: ValueId,
        range: TextRange,
        builder: &mut Builder,
    ) -> ValueId {
        let operator = match operator {
            "+" => return sum(left, right, range, builder),
            "||" | "??" => return builder.value(ValueKind::Fallback { value: left, default: right }, range),
            "===" => "==",
            "!==" => "!=",
            ">>>" => ">>",
            "instanceof" => "is",
            other => other,
        };
        builder.value(ValueKind::Binary { operator: operator.into(), left, right }, range)
    }

    pub(super) fn ternary(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let condition = self.condition_field(&mut frame, builder);
        let then = self.field_value(&mut frame, "consequence", builder);
        let otherwise = self.field_value(&mut frame, "alternative", builder);
        Lowered::Value(builder.value(ValueKind::Choice { condition, then, otherwise }, range))
    }

    /// The condition of a branch, a loop or a choice.
    pub(super) fn condition_field(&mut self, frame: &mut Frame<'_, Lowered>, builder: &mut Builder) -> ValueId {
        match pull(frame, "condition") {
            Some(piece) => self.condition(piece, builder),
            None => self.value_of(None, frame.range().end, builder),
        }
    }

    /// Makes a condition of a piece: its own parentheses do not count, and `||` asks instead of falling back.
    pub(super) fn condition(&mut self, piece: Piece, builder: &mut Builder) -> ValueId {
        let condition = match piece.lowered {
            Lowered::Parenthesized(value) => value,
            lowered => self.value(lowered, piece.range, builder),
        };
        let mut todo = vec![condition];
        while let Some(at) = todo.pop() {
            match builder.kind(at) {
                Some(ValueKind::Transparent(inner)) => todo.push(*inner),
                // The operand of `!` was a condition before this one.
                Some(ValueKind::Binary { operator, left, right }) if matches!(&**operator, "&&" | "||") => {
                    todo.extend([*left, *right]);
                }
                Some(&ValueKind::Fallback { value: left, default: right }) => {
                    builder.set_kind(at, ValueKind::Binary { operator: "||".into(), left, right });
                    todo.extend([left, right]);
                }
                _ => {}
            }
        }
        condition
    }

    /// A node that puts its only child into another form.
    pub(super) fn wrapped(
        &mut self,
        frame: Frame<'_, Lowered>,
        builder: &mut Builder,
        kind: fn(ValueId) -> ValueKind,
    ) -> Lowered {
        let range = frame.range();
        let value = self.only_value(frame, builder);
        Lowered::Value(builder.value(kind(value), range))
    }

    /// A node of which only the values inside it are known.
    pub(super) fn opaque(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let mut values = Vec::new();
        for child in frame.children {
            values.extend(self.pieces_of(child.lowered, node_range(child.node), builder));
        }
        Lowered::Value(builder.value(ValueKind::Opaque(values), range))
    }

    /// `(x)`. Parentheses around an assignment or a sequence are there for the grammar alone.
    pub(super) fn parenthesized(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let end = frame.range().end;
        let child = frame.children.into_iter().find(|it| is_expression(&it.lowered));
        match child {
            Some(Child { lowered: lowered @ (Lowered::Assignment(_) | Lowered::Sequence(_)), .. }) => lowered,
            child => Lowered::Parenthesized(self.value_of(child.map(Piece::of), end, builder)),
        }
    }

    pub(super) fn sequence(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut items = Vec::with_capacity(frame.children.len());
        for child in frame.children.into_iter().filter(|it| is_expression(&it.lowered)) {
            let range = node_range(child.node);
            let lowered = match child.lowered {
                Lowered::Sequence(_) => Lowered::Value(self.value(child.lowered, range, builder)),
                lowered => lowered,
            };
            items.push((lowered, range));
        }
        Lowered::Sequence(items)
    }

    /// The value of `a, b`: opaque, but for the `(0, f)` that compilers write for `f` without its `this`.
    pub(super) fn sequence_value(
        &mut self,
        items: Vec<(Lowered, TextRange)>,
        range: TextRange,
        builder: &mut Builder,
    ) -> ValueId {
        let values: Vec<ValueId> =
            items.into_iter().map(|(lowered, range)| self.value(lowered, range, builder)).collect();
        let kind = match values[..] {
            [zero, value] if matches!(builder.kind(zero), Some(ValueKind::Number(_))) => {
                builder.take_kind(zero);
                ValueKind::Transparent(value)
            }
            _ => ValueKind::Opaque(values),
        };
        builder.value(kind, range)
    }

    pub(super) fn jsx_element(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let values = self.jsx_values(frame, builder);
        Lowered::Value(builder.value(ValueKind::Opaque(values), range))
    }

    pub(super) fn jsx_tag(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        Lowered::Attributes(self.jsx_values(frame, builder))
    }

    /// The values of attributes and children; the name of a tag is none.
    fn jsx_values(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Vec<ValueId> {
        let mut values = Vec::new();
        for child in frame.children {
            match child.lowered {
                Lowered::Value(name) if child.field == Some("name") => {
                    builder.take_kind(name);
                }
                lowered => values.extend(self.pieces_of(lowered, node_range(child.node), builder)),
            }
        }
        values
    }

    /// Half-typed code often parses: a comma where an argument, an entry or the end should stand is damage.
    fn check_separators(&self, node: Node<'_>, children: usize, trailing: Trailing, builder: &mut Builder) {
        let regular = if children == 0 { 2 } else { 2 * children + 1 };
        if node.child_count() as usize == regular {
            return;
        }
        let mut cursor = node.walk();
        let mut comma: Option<TextRange> = None;
        let mut expects = true;
        for child in node.children(&mut cursor).filter(|it| !it.is_extra()) {
            let range = node_range(child);
            match child.kind() {
                "," if expects => builder.damage(range),
                "," => (comma, expects) = (Some(range), true),
                ")" if trailing == Trailing::OnNewLine && expects => {
                    let between = comma.map(|it| TextRange::new(it.end, range.start).of(self.text));
                    if let (Some(comma), Some(false)) = (comma, between.map(|it| it.contains('\n'))) {
                        builder.damage(comma);
                    }
                }
                "(" | "{" | ")" | "}" => {}
                _ => expects = false,
            }
        }
    }
}

/// Where a comma may stand before the closing bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trailing {
    Anywhere,
    /// `f(a, )` on one line is an argument that is about to be typed.
    OnNewLine,
}

/// The positions of an array's items, elisions counted.
pub(super) fn positions(node: Node<'_>, children: &[Child<'_, Lowered>]) -> Vec<usize> {
    if node.child_count() as usize == 2 * children.len() + 1 {
        return (0..children.len()).collect();
    }
    let mut cursor = node.walk();
    let mut position = 0;
    let mut res = Vec::with_capacity(children.len());
    for child in node.children(&mut cursor) {
        match child.kind() {
            "," => position += 1,
            _ if child.is_named() && !child.is_extra() => res.push(position),
            _ => {}
        }
    }
    // ERROR nodes are extras, but lowered: positions are then unknown anyway.
    if res.len() == children.len() { res } else { (0..children.len()).collect() }
}

/// A number without separators and its bigint suffix.
fn number(source: &str) -> String {
    source.trim_end_matches('n').replace('_', "")
}
