//! Lowers Rust.
//!
//! Expressions are lowered by [`values`], blocks and control flow by [`statements`], declarations by [`items`]. Patterns,
//! paths, types and macros are read on their own as soon as they are met, without going on into them.

mod concat;
mod format;
mod items;
mod literals;
mod macros;
mod paths;
mod patterns;
mod reader;
mod statements;
#[cfg(test)]
mod tests;
mod tokens;
mod values;

use tree_sitter::{Node, Tree};

use self::macros::Attribute;
use self::patterns::Bound;
use super::walk::{Adapter, Enter, Frame, node_range, walk};
use crate::facts::{
    Arm, BlockId, Builder, ClassId, Entry, Facts, FunctionId, Parameter, Pattern, ScopeKind, StatementId, StoreId,
    StoreKind, ValueId, ValueKind,
};
use crate::language::Language;
use crate::text::TextRange;

/// Lowers a tree.
pub(super) fn lower(language: Language, text: &str, tree: &Tree) -> Facts {
    let builder = Builder::new(language, text.len() as u32);
    walk(tree, Rust { source: text, contexts: Vec::new() }, builder)
}

/// The adapter.
struct Rust<'s> {
    source: &'s str,
    /// One for each node that was entered and not yet left.
    contexts: Vec<Context>,
}

/// How a node deals with its children.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Uses their values.
    Expression,
    /// Uses none of their values.
    Declarations,
    /// Passes the use of its value on to them.
    Passing,
    Block,
    If,
    Match,
    Arm,
    Loop,
    For,
    Function,
    Closure,
    Async,
    Let,
    LetChain,
    Module,
}

/// What the children of an entered node need to know of it.
struct Context {
    role: Role,
    /// Whether the node's value is used, should it have one.
    is_valued: bool,
    /// The child that is a pattern.
    pattern: Option<usize>,
    /// The child that is a name or a path and no value.
    skipped: Option<usize>,
    /// The child that gives the node its value: a body, a block's last statement.
    body: Option<usize>,
    /// A scope was opened for the node.
    is_scope: bool,
    /// Names that wait for the body's scope, and what they are bound to.
    pending: Vec<(Bound, StoreKind, Option<ValueId>)>,
    /// The stores made of them.
    stores: Vec<StoreId>,
    /// A `break` gives the loop a value.
    breaks_with_value: bool,
}

impl Context {
    fn of(is_valued: bool) -> Self {
        Self {
            role: Role::Expression,
            is_valued,
            pattern: None,
            skipped: None,
            body: None,
            is_scope: false,
            pending: Vec::new(),
            stores: Vec::new(),
            breaks_with_value: false,
        }
    }
}

/// What a node becomes.
enum Piece {
    Nothing,
    Value(ValueId),
    /// Control flow, a jump, an assignment, with its range; as a value only if it is used as one.
    Statement {
        id: StatementId,
        range: TextRange,
        /// It has a value that is used.
        is_valued: bool,
    },
    /// Declarations and other finished statements.
    Items(Vec<StatementId>, Decorated),
    Attribute(Attribute),
    Block(Body),
    /// A pattern, its names not yet stored.
    Pattern(patterns::Read),
    /// `let pattern = value` in a condition.
    Condition(Pattern, ValueId),
    /// A match arm's pattern.
    Fits(Fits),
    Arms(Vec<(Arm, Vec<StoreId>)>),
    Parameters(Vec<Parameter>),
    Arguments(Vec<crate::facts::Argument>, TextRange),
    Entries(Vec<Entry>),
    Label(Box<str>),
    /// What an error held.
    Wreck(Vec<StatementId>, Vec<ValueId>),
}

/// A block, and the functions and classes directly in it.
struct Body {
    block: BlockId,
    functions: Vec<FunctionId>,
    range: TextRange,
}

/// A match arm's pattern and what goes with it.
struct Fits {
    pattern: Pattern,
    guard: Option<ValueId>,
    stores: Vec<StoreId>,
}

/// What an attribute before a declaration decorates.
#[derive(Clone, Copy)]
enum Decorated {
    Function(FunctionId),
    Class(ClassId),
    Nothing,
}

/// A chain of more `let`s is not read: asking for a field in one takes as long as the chain.
const LONGEST_CHAIN: usize = 256;

/// Nodes that are of no interest, with everything in them. Most are types.
const SKIPPED: [&str; 38] = [
    "abstract_type",
    "array_type",
    "associated_type",
    "bounded_type",
    "bracketed_type",
    "dynamic_type",
    "empty_statement",
    "extern_modifier",
    "field_declaration",
    "field_identifier",
    "foreign_mod_item",
    "fragment_specifier",
    "function_modifiers",
    "function_signature_item",
    "function_type",
    "generic_type",
    "generic_type_with_turbofish",
    "lifetime",
    "mutable_specifier",
    "never_type",
    "ordered_field_declaration_list",
    "pointer_type",
    "primitive_type",
    "qualified_type",
    "reference_type",
    "removed_trait_bound",
    "scoped_type_identifier",
    "shebang",
    "shorthand_field_identifier",
    "trait_bounds",
    "tuple_type",
    "type_arguments",
    "type_identifier",
    "type_parameters",
    "unit_type",
    "use_bounds",
    "visibility_modifier",
    "where_clause",
];

impl Adapter for Rust<'_> {
    type Lowered = Piece;

    fn enter(&mut self, node: Node<'_>, builder: &mut Builder) -> Enter<Piece> {
        if let Some(piece) = self.whole(node, builder) {
            return Enter::Done(self.settle(piece));
        }
        let context = self.open(node, builder);
        self.contexts.push(context);
        Enter::Children
    }

    fn leave(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let context = self.contexts.pop().expect("every node that is left was entered");
        let is_scope = context.is_scope;
        let piece = self.lower(frame, context, builder);
        if is_scope {
            builder.close_scope();
        }
        self.settle(piece)
    }

    fn finish(self, root: Piece, mut builder: Builder) -> Facts {
        let range = TextRange::new(0, self.source.len() as u32);
        let block = match root {
            Piece::Block(body) => body.block,
            Piece::Wreck(statements, _) => builder.block(statements, None, range),
            _ => builder.block(Vec::new(), None, range),
        };
        builder.finish(Some(block), range)
    }
}

impl Rust<'_> {
    /// What a node becomes that is read at once.
    fn whole(&self, node: Node<'_>, builder: &mut Builder) -> Option<Piece> {
        let (kind, range, source) = (node.kind(), node_range(node), self.source);
        let id = Some(node.id());
        let around = self.contexts.last();
        let is_error = node.is_error() || node.is_missing();
        let piece = if around.is_some_and(|it| it.skipped == id) || SKIPPED.contains(&kind) {
            Piece::Nothing
        } else if around.is_some_and(|it| it.pattern == id) && !is_error {
            Piece::Pattern(patterns::read(node, source, builder))
        } else {
            match kind {
                "identifier" | "super" | "crate" | "scoped_identifier" => {
                    Piece::Value(paths::Path::of(node, source).value("", builder))
                }
                "self" => Piece::Value(builder.value(ValueKind::This, range)),
                "metavariable" => Piece::Value(builder.value(ValueKind::Opaque(Vec::new()), range)),
                "unit_expression" => Piece::Value(builder.value(ValueKind::Null, range)),
                "label" => Piece::Label(range.of(source).trim_start_matches('\'').into()),
                "macro_invocation" => return Some(Piece::Value(macros::invocation(node, source, builder))),
                "attribute_item" | "inner_attribute_item" => {
                    let attribute = macros::attribute(node, source, builder);
                    skim(node, false, builder);
                    return Some(attribute.map_or(Piece::Nothing, Piece::Attribute));
                }
                "let_chain" if node.named_child_count() > LONGEST_CHAIN => {
                    builder.damage(range);
                    Piece::Value(builder.value(ValueKind::Opaque(Vec::new()), range))
                }
                "parameters" | "closure_parameters" => Piece::Parameters(items::parameters(node, source, builder)),
                "use_declaration" => items::uses(node, source, builder),
                "extern_crate_declaration" => items::extern_crate(node, source, builder),
                _ => Piece::Value(literals::literal(kind, range, source, builder)?),
            }
        };
        skim(node, true, builder);
        Some(piece)
    }

    /// Opens what a node opens: a function, a scope.
    fn open(&mut self, node: Node<'_>, builder: &mut Builder) -> Context {
        let field = |name: &str| node.child_by_field_name(name).map(|it| it.id());
        let mut context = Context::of(self.is_valued(node));
        match node.kind() {
            "block" => self.open_block(node, &mut context, builder),
            "source_file" => context.role = Role::Declarations,
            "expression_statement" | "else_clause" | "match_block" | "unsafe_block" | "const_block" | "try_block" => {
                context.role = Role::Passing;
            }
            "async_block" => context.role = Role::Async,
            "function_item" => {
                builder.open_function(node_range(node));
                context.role = Role::Function;
                context.skipped = field("name");
                context.body = field("body").filter(|_| returns_value(node, self.source));
            }
            "closure_expression" => {
                builder.open_function(node_range(node));
                context.role = Role::Closure;
            }
            "impl_item" | "trait_item" | "struct_item" | "enum_item" | "union_item" => {
                builder.open_scope(ScopeKind::Class, node_range(node));
                context.skipped = field("name");
            }
            "mod_item" => {
                context.role = Role::Module;
                context.skipped = field("name");
            }
            "declaration_list" => {
                context.role = Role::Declarations;
                context.is_scope = self.contexts.last().is_some_and(|it| it.role == Role::Module);
                if context.is_scope {
                    builder.open_scope(ScopeKind::Block, node_range(node));
                }
            }
            "const_item" | "static_item" | "type_item" | "enum_variant" | "struct_expression" | "macro_definition" => {
                context.skipped = field("name");
            }
            "field_expression" | "field_initializer" => context.skipped = field("field"),
            "if_expression" => {
                context.role = Role::If;
                context.body = field("consequence");
                context.is_valued &= node.child_by_field_name("alternative").is_some();
            }
            "match_expression" => context.role = Role::Match,
            "match_arm" => {
                builder.open_scope(ScopeKind::Block, node_range(node));
                context.role = Role::Arm;
                context.is_scope = true;
                context.body = field("value");
            }
            "while_expression" | "loop_expression" | "for_expression" => {
                context.role = if node.kind() == "for_expression" { Role::For } else { Role::Loop };
                context.body = field("body");
                context.pattern = field("pattern");
            }
            "let_declaration" => {
                context.role = Role::Let;
                context.body = field("alternative");
                context.pattern = field("pattern");
            }
            "let_condition" => context.pattern = field("pattern"),
            "let_chain" => context.role = Role::LetChain,
            "match_pattern" => {
                let mut cursor = node.walk();
                let is_pattern = |it: &Node<'_>| it.is_named() && !it.is_extra();
                let condition = field("condition");
                context.pattern = node.children(&mut cursor).find(is_pattern).map(|it| it.id());
                context.pattern = context.pattern.filter(|it| Some(*it) != condition);
            }
            _ => {}
        }
        context
    }

    fn open_block(&mut self, node: Node<'_>, context: &mut Context, builder: &mut Builder) {
        context.role = Role::Block;
        let mut cursor = node.walk();
        let children = node.children(&mut cursor).filter(|it| it.is_named() && !it.is_extra());
        context.body = children.last().map(|it| it.id());
        let Some(around) = self.contexts.last_mut() else { return };
        if matches!(around.role, Role::Function | Role::Closure) {
            return;
        }
        builder.open_scope(ScopeKind::Block, node_range(node));
        context.is_scope = true;
        if around.body != Some(node.id()) {
            return;
        }
        let scope = builder.scope();
        for (bound, kind, value) in std::mem::take(&mut around.pending) {
            around.stores.push(patterns::declare(bound, kind, value, scope, builder));
        }
    }

    /// Whether the value of a node that is about to be entered is used.
    fn is_valued(&self, node: Node<'_>) -> bool {
        let Some(around) = self.contexts.last() else { return false };
        let is_body = around.body == Some(node.id());
        match around.role {
            Role::Expression | Role::LetChain | Role::Closure | Role::Async | Role::Module => true,
            Role::Declarations => false,
            Role::Passing => around.is_valued,
            Role::Block => around.is_valued && is_body && !is_closed(node),
            Role::If if is_body || node.kind() == "else_clause" => around.is_valued,
            Role::Match if node.kind() == "match_block" => around.is_valued,
            Role::Arm if is_body => around.is_valued,
            Role::If | Role::Match | Role::Arm => true,
            Role::Function => is_body,
            Role::Loop | Role::For | Role::Let => !is_body,
        }
    }

    /// Lets the node around a finished one know of it, where it has to before it is left itself.
    fn settle(&mut self, piece: Piece) -> Piece {
        let Some(around) = self.contexts.last_mut() else { return piece };
        match piece {
            Piece::Pattern(mut read) if around.role == Role::For => {
                let bound = std::mem::take(&mut read.bound).into_iter();
                around.pending = bound.map(|it| (element(it), StoreKind::Element, None)).collect();
                Piece::Pattern(read)
            }
            piece => piece,
        }
    }

    /// The node around the one that is being left whose body sees what a condition binds.
    fn condition_owner(&mut self) -> Option<&mut Context> {
        let is_chain = |it: &&mut Context| it.role != Role::LetChain;
        self.contexts.iter_mut().rev().take(2).find(is_chain)
    }
}

fn element(mut bound: Bound) -> Bound {
    bound.steps.insert(0, crate::facts::Step::Element);
    bound
}

/// Whether a node is an expression with a `;`.
fn is_closed(node: Node<'_>) -> bool {
    node.kind() == "expression_statement"
        && node.child_count().checked_sub(1).and_then(|it| node.child(it)).is_some_and(|it| it.kind() == ";")
}

fn returns_value(function: Node<'_>, source: &str) -> bool {
    function.child_by_field_name("return_type").is_some_and(|it| node_range(it).of(source) != "()")
}

/// Reports the damage and, if asked to, the comments of a node whose children are not walked.
fn skim(node: Node<'_>, with_comments: bool, builder: &mut Builder) {
    if node.child_count() == 0 {
        return;
    }
    let mut cursor = node.walk();
    loop {
        let at = cursor.node();
        if at.is_error() || at.is_missing() {
            builder.damage(node_range(at));
        }
        let is_comment = at.is_extra() && at.kind().ends_with("comment");
        if is_comment && with_comments {
            builder.comment(node_range(at));
        }
        if !is_comment && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() || cursor.node().id() == node.id() {
                return;
            }
        }
    }
}
