//! Reads expressions out of a macro's tokens, by precedence and without recursion.
//!
//! What it does not understand makes the item it stands in opaque; the calls in it are still found.

mod expressions;
mod groups;

use super::concat::binary;
use super::macros::Shape;
use super::tokens::{Token, TokenKind};
use crate::facts::{Builder, StoreKind, ValueId, ValueKind};
use crate::text::TextRange;

/// An operator that waits for its right operand.
struct Operator {
    precedence: u8,
    written: &'static str,
    is_prefix: bool,
    range: TextRange,
}

/// Something between commas.
pub(super) struct Item {
    /// `name = value`, `name: value` outside maps.
    pub(super) name: Option<(Box<str>, TextRange)>,
    /// `key: value` in a map.
    key: Option<ValueId>,
    /// `..value`.
    is_spread: bool,
    /// The value.
    pub(super) value: ValueId,
    /// All of it.
    pub(super) range: TextRange,
}

/// The items of a delimited group.
pub(super) struct Items {
    /// The items in order.
    pub(super) items: Vec<Item>,
    /// One of them ends in `;` (`[0; 32]`).
    pub(super) is_repeat: bool,
    /// The last one ends in a comma.
    is_tuple: bool,
    /// The group with its delimiters.
    pub(super) range: TextRange,
}

/// What a group becomes.
enum Kind {
    Parentheses,
    List,
    /// Braces that hold entries, behind a path if it is a record.
    Map(Option<ValueId>),
    Arguments(ValueId),
    Index(ValueId),
    Macro(ValueId, &'static Shape),
    /// Braces that hold anything.
    Block,
}

/// An open group, and the item in it that is being read.
struct Group {
    kind: Kind,
    /// Braces and brackets hold JSON.
    is_json: bool,
    close: usize,
    items: Items,
    operands: Vec<ValueId>,
    operators: Vec<Operator>,
    /// An operand was read, so an operator may follow.
    is_ready: bool,
    name: Option<(Box<str>, TextRange)>,
    key: Option<ValueId>,
    is_spread: bool,
    /// The name that the item declares.
    declared: Option<(Box<str>, TextRange, StoreKind)>,
    /// The finished pieces of an item that is not understood.
    pieces: Option<Vec<ValueId>>,
}

/// Reads one token tree.
pub(super) struct Reader<'a> {
    pub(super) source: &'a str,
    pub(super) builder: &'a mut Builder,
    tokens: &'a [Token],
    at: usize,
    groups: Vec<Group>,
    awaits: bool,
    jumps: bool,
    is_opaque: bool,
}

/// Reads a macro's invocation: `callee` is its path with the `!`, `tokens` its arguments with their delimiters.
pub(super) fn read_macro(
    callee: ValueId,
    shape: &'static Shape,
    tokens: &[Token],
    source: &str,
    builder: &mut Builder,
) -> ValueId {
    Reader::of(tokens, source, builder).read(Kind::Macro(callee, shape), matches!(shape, Shape::Json))
}

/// Reads an attribute's arguments.
pub(super) fn read_arguments(callee: ValueId, tokens: &[Token], source: &str, builder: &mut Builder) -> ValueId {
    Reader::of(tokens, source, builder).read(Kind::Arguments(callee), false)
}

impl<'a> Reader<'a> {
    fn of(tokens: &'a [Token], source: &'a str, builder: &'a mut Builder) -> Self {
        let (awaits, jumps, is_opaque) = (false, false, false);
        Self { source, builder, tokens, at: 0, groups: Vec::new(), awaits, jumps, is_opaque }
    }

    fn read(mut self, kind: Kind, is_json: bool) -> ValueId {
        self.open(kind, is_json);
        let value = loop {
            let Some(group) = self.groups.last() else { unreachable!("the last group to close returns") };
            if self.at < group.close {
                match group.is_ready {
                    true => self.behind_operand(),
                    false => self.before_operand(),
                }
            } else if let Some(value) = self.close() {
                break value;
            }
        };
        if self.jumps || (self.awaits && self.is_opaque) {
            self.builder.mark_opaque_flow();
        }
        value
    }

    fn open(&mut self, kind: Kind, is_json: bool) {
        let token = self.tokens.get(self.at).copied();
        let token = token.unwrap_or(Token { kind: TokenKind::Open, range: TextRange::default(), partner: self.at });
        let end = self.tokens.get(token.partner).map_or(token.range, |it| it.range);
        self.is_opaque |= matches!(kind, Kind::Block);
        let range = token.range.cover(end);
        self.groups.push(Group {
            kind,
            is_json,
            close: token.partner,
            items: Items { items: Vec::new(), is_repeat: false, is_tuple: false, range },
            operands: Vec::new(),
            operators: Vec::new(),
            is_ready: false,
            name: None,
            key: None,
            is_spread: false,
            declared: None,
            pieces: None,
        });
        self.at += 1;
    }

    /// Closes the innermost group and hands its value to the one around it, or returns it if it was the last.
    fn close(&mut self) -> Option<ValueId> {
        self.end_item();
        let group = self.groups.pop()?;
        self.at = group.close + 1;
        let value = self.finish(group);
        if self.groups.is_empty() {
            return Some(value);
        }
        self.operand(value);
        None
    }

    fn token(&self, at: usize) -> Option<Token> {
        let close = self.groups.last().map_or(0, |it| it.close);
        self.tokens.get(at).filter(|_| at < close).copied()
    }

    fn written(&self, token: Token) -> &'a str {
        token.range.of(self.source)
    }

    /// The text of a token; nothing for a delimiter, so that it is never taken for an operator.
    fn peek(&self, ahead: usize) -> &'a str {
        match self.token(self.at + ahead) {
            Some(token) if token.kind != TokenKind::Open => self.written(token),
            _ => "",
        }
    }

    fn opens(&self, ahead: usize) -> bool {
        self.token(self.at + ahead).is_some_and(|it| it.kind == TokenKind::Open)
    }

    fn group(&mut self) -> &mut Group {
        self.groups.last_mut().expect("a group is open until the reader returns")
    }

    fn operand(&mut self, value: ValueId) {
        let group = self.group();
        group.operands.push(value);
        group.is_ready = true;
    }

    /// Takes a path back that turned out to be no value.
    pub(super) fn silence(&mut self, path: ValueId) {
        let mut at = path;
        while let ValueKind::Member { object, .. } = self.builder.take_kind(at) {
            at = object;
        }
    }

    /// Applies the waiting operators that bind at least as tightly as `precedence`.
    fn reduce(&mut self, precedence: u8) {
        loop {
            let group = self.group();
            if group.operators.last().is_none_or(|it| it.precedence < precedence) {
                return;
            }
            let Some(operator) = group.operators.pop() else { return };
            let Some(right) = group.operands.pop() else { return };
            let made = match operator.is_prefix {
                true => self.prefixed(operator, right),
                false => {
                    let Some(left) = self.group().operands.pop() else { return self.operand(right) };
                    let range = self.builder.value_range(left).cover(self.builder.value_range(right));
                    binary(operator.written, left, right, range, self.builder)
                }
            };
            self.group().operands.push(made);
        }
    }

    fn prefixed(&mut self, operator: Operator, operand: ValueId) -> ValueId {
        let range = operator.range.cover(self.builder.value_range(operand));
        let kind = match operator.written {
            "&" => ValueKind::Transparent(operand),
            "|" => ValueKind::Opaque(vec![operand]),
            ".." => {
                let left = self.builder.value(ValueKind::Null, TextRange::empty(operator.range.start));
                ValueKind::Binary { operator: "..".into(), left, right: operand }
            }
            written => ValueKind::Unary { operator: written.into(), operand },
        };
        self.builder.value(kind, range)
    }

    /// The item is not understood: keeps what was read of it and goes on with what follows.
    fn give_up(&mut self) {
        self.is_opaque = true;
        self.reduce(0);
        let group = self.group();
        group.operators.clear();
        group.is_ready = false;
        let operands = std::mem::take(&mut group.operands);
        group.pieces.get_or_insert_default().extend(operands);
    }

    fn end_item(&mut self) {
        self.reduce(0);
        let group = self.group();
        group.is_ready = false;
        let is_cut = !group.operators.is_empty();
        group.operators.clear();
        let mut operands = std::mem::take(&mut group.operands);
        let (name, key, is_spread) = (group.name.take(), group.key.take(), std::mem::take(&mut group.is_spread));
        let (pieces, declared) = (group.pieces.take(), group.declared.take());
        let value = match (pieces, operands.pop()) {
            (None, None) => return,
            (None, Some(value)) if !is_cut && operands.is_empty() => value,
            (pieces, last) => {
                let mut values = pieces.unwrap_or_default();
                values.extend(operands.into_iter().chain(last));
                let ranges = values.iter().map(|it| self.builder.value_range(*it));
                let Some(range) = ranges.reduce(TextRange::cover) else { return };
                self.opaque(values, range)
            }
        };
        let mut range = self.builder.value_range(value);
        if let Some((_, name)) = &name {
            range = name.cover(range);
        }
        if let Some(key) = key {
            range = self.builder.value_range(key).cover(range);
        }
        if let Some((name, place, kind)) = declared {
            let scope = self.builder.scope();
            self.builder.declare(&name, kind, Some(value), scope, place);
        }
        let items = &mut self.group().items;
        items.is_tuple = false;
        items.items.push(Item { name, key, is_spread, value, range });
    }
}
