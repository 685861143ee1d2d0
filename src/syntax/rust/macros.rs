//! Macros and attributes: which ones are texts, lists or JSON, and the calls that the others are.

use tree_sitter::Node;

use super::format::{self, Arguments};
use super::paths::Path;
use super::reader::{Items, Reader, read_arguments, read_macro};
use super::tokens::tokens;
use crate::facts::{Argument, Builder, Call, Part, Text, TextForm, ValueId, ValueKind};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

/// What a macro's arguments are.
#[derive(Debug)]
pub(super) enum Shape {
    /// A format string and what goes into it; the macro is the text.
    Format,
    /// A call with so many arguments, then a format string and what goes into it.
    Message(usize),
    /// JSON.
    Json,
    /// A list.
    List,
    /// Literals, one behind the other.
    Concat,
    /// Anything else: a call.
    Call,
}

/// The macros whose arguments are no plain arguments. Log macros take fields before their message.
static SHAPES: [(&str, Shape); 38] = [
    ("anyhow", Shape::Message(0)),
    ("assert", Shape::Message(1)),
    ("assert_eq", Shape::Message(2)),
    ("assert_ne", Shape::Message(2)),
    ("bail", Shape::Message(0)),
    ("concat", Shape::Concat),
    ("debug", Shape::Message(0)),
    ("debug_assert", Shape::Message(1)),
    ("debug_span", Shape::Message(0)),
    ("ensure", Shape::Message(1)),
    ("eprint", Shape::Message(0)),
    ("eprintln", Shape::Message(0)),
    ("error", Shape::Message(0)),
    ("error_span", Shape::Message(0)),
    ("event", Shape::Message(1)),
    ("eyre", Shape::Message(0)),
    ("format", Shape::Format),
    ("format_args", Shape::Format),
    ("format_err", Shape::Message(0)),
    ("info", Shape::Message(0)),
    ("info_span", Shape::Message(0)),
    ("json", Shape::Json),
    ("json_internal", Shape::Json),
    ("log", Shape::Message(1)),
    ("panic", Shape::Message(0)),
    ("print", Shape::Message(0)),
    ("println", Shape::Message(0)),
    ("span", Shape::Message(1)),
    ("todo", Shape::Message(0)),
    ("trace", Shape::Message(0)),
    ("trace_span", Shape::Message(0)),
    ("unimplemented", Shape::Message(0)),
    ("unreachable", Shape::Message(0)),
    ("vec", Shape::List),
    ("warn", Shape::Message(0)),
    ("warn_span", Shape::Message(0)),
    ("write", Shape::Message(1)),
    ("writeln", Shape::Message(1)),
];

/// The attributes that make a function a test.
const TEST_ATTRIBUTES: [&str; 5] = ["proptest", "rstest", "test", "test_case", "wasm_bindgen_test"];

/// What the arguments of the macro of this name are.
pub(super) fn shape(name: &str) -> &'static Shape {
    match SHAPES.binary_search_by_key(&name, |it| it.0) {
        Ok(at) => &SHAPES[at].1,
        Err(_) => &Shape::Call,
    }
}

/// Lowers a macro invocation.
pub(super) fn invocation(node: Node<'_>, source: &str, builder: &mut Builder) -> ValueId {
    let Some(path) = node.child_by_field_name("macro") else {
        return builder.value(ValueKind::Unknown, node_range(node));
    };
    let path = Path::of(path, source);
    let shape = shape(path.last().unwrap_or_default());
    let callee = path.value("!", builder);
    let tree = (0..node.named_child_count()).rev().filter_map(|it| node.named_child(it as u32));
    let tokens = tree.into_iter().find(|it| it.kind() == "token_tree").map(|it| tokens(it, builder));
    read_macro(callee, shape, &tokens.unwrap_or_default(), source, builder)
}

/// Makes of a macro's items what its shape says. `whole` is the invocation.
pub(super) fn finish(
    reader: &mut Reader<'_>,
    callee: ValueId,
    shape: &Shape,
    items: Items,
    whole: TextRange,
) -> ValueId {
    match shape {
        Shape::Format => formatted(reader, callee, items, whole),
        Shape::Message(first) => message(reader, callee, *first, items, whole),
        Shape::List => {
            reader.silence(callee);
            reader.list(items, whole)
        }
        Shape::Json => match *items.items {
            [ref item] if item.name.is_none() => {
                reader.silence(callee);
                reader.builder.value(ValueKind::Transparent(item.value), whole)
            }
            _ => reader.call(callee, items, whole),
        },
        Shape::Concat => {
            reader.silence(callee);
            let parts = items.items.iter().flat_map(|it| concatenated(it.value, reader.builder)).collect();
            reader.builder.value(ValueKind::Text(Text { parts, form: TextForm::Concatenation }), whole)
        }
        Shape::Call => reader.call(callee, items, whole),
    }
}

fn concatenated(value: ValueId, builder: &mut Builder) -> Vec<Part> {
    let range = builder.relative(builder.value_range(value));
    match builder.kind(value) {
        Some(ValueKind::Text(_)) => match builder.take_kind(value) {
            ValueKind::Text(text) => text.parts,
            _ => Vec::new(),
        },
        _ => vec![Part::Hole { value, range, conversion: None }],
    }
}

/// The first literal string at or behind `first`, which is the format string.
fn format_string(items: &Items, first: usize, builder: &Builder) -> Option<usize> {
    let is_literal =
        |it: ValueId| matches!(builder.kind(it), Some(ValueKind::Text(text)) if text.form == TextForm::Plain);
    (first..items.items.len()).find(|it| items.items[*it].name.is_none() && is_literal(items.items[*it].value))
}

fn formatted(reader: &mut Reader<'_>, callee: ValueId, items: Items, whole: TextRange) -> ValueId {
    if format_string(&items, 0, reader.builder) != Some(0) {
        return reader.call(callee, items, whole);
    }
    reader.silence(callee);
    let mut items = items.items.into_iter();
    let Some(string) = items.next() else { return callee };
    let mut arguments = Arguments::of(items.collect());
    format::text(string.value, &mut arguments, whole, reader)
}

/// A call whose arguments are what stands before the message, the message, and what the message does not use.
fn message(reader: &mut Reader<'_>, callee: ValueId, first: usize, mut items: Items, whole: TextRange) -> ValueId {
    let Some(at) = format_string(&items, first, reader.builder) else {
        return reader.call(callee, items, whole);
    };
    let behind = items.items.split_off(at + 1);
    let mut arguments = Arguments::of(behind);
    if let Some(item) = items.items.last_mut() {
        let range = reader.builder.value_range(item.value);
        item.value = format::text(item.value, &mut arguments, range, reader);
    }
    items.items.extend(arguments.unused());
    reader.call(callee, items, whole)
}

/// An attribute that was read.
pub(super) struct Attribute {
    /// A path, or a call with the arguments.
    pub(super) value: ValueId,
    /// What it stands before is test code.
    pub(super) is_test: bool,
    /// Where it stands.
    pub(super) range: TextRange,
}

/// Lowers `#[…]` or `#![…]`.
pub(super) fn attribute(node: Node<'_>, source: &str, builder: &mut Builder) -> Option<Attribute> {
    let range = node_range(node);
    let inner = (0..node.named_child_count()).filter_map(|it| node.named_child(it as u32));
    let inner = inner.into_iter().find(|it| it.kind() == "attribute")?;
    let path = Path::of(inner.named_child(0)?, source);
    let name = path.last().unwrap_or_default();
    let callee = path.value("", builder);
    if let Some(tree) = inner.child_by_field_name("arguments") {
        let tokens = tokens(tree, builder);
        let configures = name == "cfg" && is_test_condition(node_range(tree).of(source));
        let is_test = configures || TEST_ATTRIBUTES.contains(&name);
        return Some(Attribute { value: read_arguments(callee, &tokens, source, builder), is_test, range });
    }
    let is_test = TEST_ATTRIBUTES.contains(&name);
    let assigned = inner.child_by_field_name("value");
    let literal = assigned.and_then(|it| super::literals::literal(it.kind(), node_range(it), source, builder));
    let Some(value) = literal else { return Some(Attribute { value: callee, is_test, range }) };
    let at = builder.relative(builder.value_range(value));
    let arguments = vec![Argument { name: None, value, spread: false, range: at }];
    let call = Call { callee, arguments, argument_range: at, constructs: false };
    Some(Attribute { value: builder.value(ValueKind::Call(call), node_range(inner)), is_test, range })
}

/// `(test)`, `(all(test, …))`; not `(any(test, …))`, which other code may be, too.
fn is_test_condition(arguments: &str) -> bool {
    let plain: String = arguments.chars().filter(|it| !it.is_whitespace()).collect();
    let conditions = plain.strip_prefix("(all").unwrap_or(&plain).trim_matches(['(', ')']);
    !plain.starts_with("(any") && conditions.split(',').any(|it| it == "test")
}
