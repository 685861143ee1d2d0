//! Lowers Python.
//!
//! Names are lowered to their ranges and become values only where something uses them as such: most identifiers are
//! attributes, keywords, parameters and targets.

mod damage;
mod definitions;
mod patterns;
mod statements;
mod targets;
mod texts;
mod values;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use tree_sitter::{Node, Tree};

use super::walk::{self, Adapter, Child, Enter};
use crate::facts::{
    Argument, BlockId, Builder, Entry, Facts, FunctionId, Mark, Part, ScopeKind, StatementId, ValueId, ValueKind,
};
use crate::language::Language;
use crate::text::TextRange;

/// Lowers a tree.
pub(super) fn lower(language: Language, text: &str, tree: &Tree) -> Facts {
    let builder = Builder::new(language, TextRange::from(0..text.len()).end);
    walk::walk(tree, Python::new(text, tree.root_node().has_error()), builder)
}

type Frame<'tree> = walk::Frame<'tree, Lowered>;

/// What a node becomes for its parent.
enum Lowered {
    /// Nothing that its parent asks for.
    Nothing,
    /// An expression.
    Operand(Operand),
    /// `*x`, `**x`.
    Splat(Operand),
    /// `x as target`.
    As {
        value: ValueId,
        target: Operand,
    },
    /// A type annotation, read when it is asked for.
    Type(TextRange),
    /// A dotted name of an import or a pattern.
    Path(TextRange),
    /// `path as name`.
    Alias {
        path: TextRange,
        local: TextRange,
    },
    /// A piece of a string.
    Part(Part),
    /// The values nested in a format specification.
    Nested(Vec<ValueId>),
    Argument(Argument),
    Arguments(Vec<Argument>),
    Entry(Entry),
    Parameter(definitions::Parts),
    Parameters(Vec<crate::facts::Parameter>),
    /// An assignment: its stores, last target first, and their value.
    Stores(targets::Assignment),
    /// Iterables of a comprehension's `for`.
    Iterables(Vec<ValueId>),
    /// An `if` of a comprehension or a case.
    Guard(ValueId),
    /// Items of a `with`.
    Items(Vec<ValueId>),
    Pattern(patterns::Parts),
    Cases(Vec<patterns::Case>),
    Clause(statements::Clause),
    Statement(StatementId),
    Block(BlockId),
}

/// An expression: a name that may yet turn out to be no value, or a value.
#[derive(Clone, Copy)]
enum Operand {
    Name(TextRange),
    Value(ValueId),
}

/// A function or a class that is being lowered, or the module.
#[derive(Default)]
struct Context {
    /// The name of the first parameter of the method around.
    this: Option<Box<str>>,
    /// Names that `global` and `nonlocal` took from this function.
    outer: HashSet<Box<str>>,
    /// A class's functions; `None` for anything but a class.
    methods: Option<Vec<FunctionId>>,
    decorators: Vec<ValueId>,
    /// Where the definition begins, its decorators included.
    start: u32,
    /// The mark before the definition, its decorators included.
    mark: Option<Mark>,
    /// The mark at the start of a function's chunk.
    inner_mark: Option<Mark>,
    /// Statements made of what stood in an error, with their starts; they join the innermost block.
    lost: Vec<(u32, StatementId)>,
}

struct Python<'t> {
    text: &'t str,
    /// Whether the tree holds an error anywhere.
    has_error: bool,
    contexts: Vec<Context>,
    /// Decorators of the definition to come.
    decorators: Vec<ValueId>,
    /// Where the decorators of the definition to come begin.
    decorated: Option<(u32, Mark)>,
    /// How many brackets are open; inside them a line break means nothing.
    brackets: u32,
    /// The blocks under `if TYPE_CHECKING:`, by node.
    type_blocks: Vec<usize>,
    /// How many of those are open.
    type_only: u32,
}

impl<'t> Python<'t> {
    fn new(text: &'t str, has_error: bool) -> Self {
        Self {
            text,
            has_error,
            contexts: vec![Context::default()],
            decorators: Vec::new(),
            decorated: None,
            brackets: 0,
            type_blocks: Vec::new(),
            type_only: 0,
        }
    }

    fn context(&mut self) -> &mut Context {
        self.contexts.last_mut().expect("the module's context is never popped")
    }

    fn of(&self, range: TextRange) -> &'t str {
        range.of(self.text)
    }

    /// An expression as a value.
    fn use_operand(&mut self, operand: Operand, builder: &mut Builder) -> ValueId {
        let range = match operand {
            Operand::Value(value) => return value,
            Operand::Name(range) => range,
        };
        let name = self.of(range);
        match self.context().this.as_deref() == Some(name) {
            true => builder.value(ValueKind::This, range),
            false => builder.value(ValueKind::Name(name.into()), range),
        }
    }

    /// A child as a value, whatever it is.
    fn use_child(&mut self, child: Child<'_, Lowered>, builder: &mut Builder) -> ValueId {
        let range = walk::node_range(child.node);
        match child.lowered {
            Lowered::Operand(operand) => self.use_operand(operand, builder),
            Lowered::Splat(operand) => {
                let value = self.use_operand(operand, builder);
                builder.value(ValueKind::Opaque(vec![value]), range)
            }
            Lowered::As { value, target } => {
                self.bind(target, value, builder);
                value
            }
            Lowered::Stores(assignment) => {
                let mut stores = assignment.stores;
                stores.reverse();
                builder.value(ValueKind::Assign { stores, value: assignment.value }, range)
            }
            Lowered::Arguments(arguments) => {
                let values = arguments.into_iter().map(|it| it.value).collect();
                builder.value(ValueKind::Opaque(values), range)
            }
            Lowered::Argument(argument) => argument.value,
            Lowered::Part(Part::Hole { value, .. }) | Lowered::Entry(Entry::Spread(value)) => value,
            Lowered::Entry(Entry::Pair { key, value, .. }) => builder.value(ValueKind::Opaque(vec![key, value]), range),
            Lowered::Iterables(values) | Lowered::Nested(values) => builder.value(ValueKind::Opaque(values), range),
            Lowered::Guard(value) => value,
            Lowered::Parameter(definitions::Parts { default: Some(value), .. }) => value,
            _ => builder.value(ValueKind::Unknown, range),
        }
    }

    /// The remaining children as values.
    fn use_children(&mut self, frame: &mut Frame<'_>, builder: &mut Builder) -> Vec<ValueId> {
        let children = std::mem::take(&mut frame.children);
        children.into_iter().map(|it| self.use_child(it, builder)).collect()
    }

    /// The child of a field as a value; unknown if it is missing.
    fn use_field(&mut self, frame: &mut Frame<'_>, field: &str, builder: &mut Builder) -> ValueId {
        match frame.children.iter().position(|it| it.field == Some(field)) {
            Some(at) => {
                let child = frame.children.remove(at);
                self.use_child(child, builder)
            }
            None => builder.value(ValueKind::Unknown, TextRange::empty(frame.range().end)),
        }
    }
}

impl Adapter for Python<'_> {
    type Lowered = Lowered;

    fn enter(&mut self, node: Node<'_>, builder: &mut Builder) -> Enter<Lowered> {
        let kind = node.kind();
        match kind {
            "identifier" => return Enter::Done(Lowered::Operand(Operand::Name(walk::node_range(node)))),
            "dotted_name" | "relative_import" => return Enter::Done(Lowered::Path(walk::node_range(node))),
            "string_start"
            | "string_content"
            | "string_end"
            | "type_conversion"
            | "keyword_separator"
            | "positional_separator"
            | "wildcard_import"
            | "pass_statement" => return Enter::Done(Lowered::Nothing),
            "global_statement" | "nonlocal_statement" => {
                self.declare_outer(node);
                return Enter::Done(Lowered::Nothing);
            }
            "function_definition" | "lambda" => self.enter_function(node, builder),
            "class_definition" => self.enter_class(node, builder),
            "decorated_definition" => self.decorated = Some((walk::node_range(node).start, builder.mark())),
            "parameters" | "lambda_parameters" => builder.open_outer_scope(),
            "if_statement" => self.enter_if(node),
            "block" if self.type_blocks.last() == Some(&node.id()) => self.type_only += 1,
            "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
                builder.open_scope(ScopeKind::Block, walk::node_range(node));
            }
            _ => {}
        }
        if is_bracket(kind) {
            self.brackets += 1;
        }
        Enter::Children
    }

    fn leave(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let kind = frame.kind();
        if is_bracket(kind) {
            self.brackets -= 1;
        }
        self.find_damage(kind, &frame, builder);
        if self.has_error {
            if frame.node.is_error() {
                return self.lose(frame, builder);
            }
            frame.children.retain(|it| !it.node.is_error());
        }
        match kind {
            "module" | "block" => self.block(frame, builder),
            "case_clause" => self.case(frame, builder),
            "case_pattern" => patterns::only(frame),
            _ if patterns::is_pattern(kind, &frame) => self.pattern(frame, builder),
            "parameters" | "lambda_parameters" => self.parameters(frame, builder),
            "typed_parameter" | "default_parameter" | "typed_default_parameter" => self.parameter(frame, builder),
            "type" => Lowered::Type(frame.range()),
            "function_definition" => self.function(frame, builder),
            "lambda" => self.lambda(frame, builder),
            "class_definition" => self.class(frame, builder),
            "decorator" => self.decorator(frame, builder),
            "decorated_definition" => self.decorated(frame),
            _ if kind.ends_with("_statement") || kind.ends_with("_clause") || kind == "aliased_import" => {
                self.statement(kind, frame, builder)
            }
            _ => self.expression(kind, frame, builder),
        }
    }

    fn finish(mut self, root: Lowered, mut builder: Builder) -> Facts {
        let range = TextRange::from(0..self.text.len());
        let lost = std::mem::take(&mut self.context().lost);
        let body = match root {
            Lowered::Block(block) => block,
            _ => builder.block(lost.into_iter().map(|it| it.1).collect(), None, range),
        };
        builder.finish(Some(body), range)
    }
}

/// Nodes inside which a line break means nothing.
fn is_bracket(kind: &str) -> bool {
    matches!(
        kind,
        "argument_list"
            | "dictionary"
            | "dictionary_comprehension"
            | "generator_expression"
            | "interpolation"
            | "list"
            | "list_comprehension"
            | "list_pattern"
            | "parameters"
            | "parenthesized_expression"
            | "set"
            | "set_comprehension"
            | "subscript"
            | "tuple"
            | "tuple_pattern"
            | "type_parameter"
            | "with_clause"
    )
}
