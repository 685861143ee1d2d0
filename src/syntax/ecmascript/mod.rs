//! Lowers JavaScript and TypeScript, with and without JSX.
//!
//! The walk hands each node's children over lowered. What a child is in the end (a value, a place to store to, a condition, a
//! statement) only its parent knows, so the ambiguous ones stay [`Lowered`] pieces until a parent asks for one of these.

mod classes;
mod functions;
mod kinds;
mod modules;
mod patterns;
mod places;
mod statements;
mod switches;
#[cfg(test)]
mod tests;
mod texts;
mod types;
mod values;

use tree_sitter::{Node, Tree};

use self::classes::{ClassBody, Method};
use self::functions::{Formal, Parameters};
use self::kinds::{Kind, Kinds};
use self::modules::Specifier;
use self::patterns::{Declarator, Pattern};
use self::statements::{Body, Run};
use super::walk::{Adapter, Child, Enter, Frame, node_range, walk};
use crate::facts::{
    Argument, Arm, BlockId, Builder, Entry, Facts, Handler, Mark, ScopeKind, StatementId, StatementKind, StoreId,
    ValueId, ValueKind,
};
use crate::language::Language;
use crate::text::TextRange;

/// Lowers a tree.
pub(super) fn lower(language: Language, text: &str, tree: &Tree) -> Facts {
    let adapter = Ecmascript {
        kinds: Kinds::of(language),
        text,
        regions: 0,
        functions: Vec::new(),
        jumps: Vec::new(),
        loose: Vec::new(),
    };
    walk(tree, adapter, Builder::new(language, text.len() as u32))
}

/// What a node became.
enum Lowered {
    /// Nothing that is used as such.
    Nothing,
    Value(ValueId),
    /// `(x)`: transparent as a value, nothing as a condition.
    Parenthesized(ValueId),
    /// `a, b` with the range of each.
    Sequence(Vec<(Self, TextRange)>),
    /// An assignment: a statement of its own or a value.
    Assignment(Assignment),
    Spread(ValueId),
    Arguments(Vec<Argument>),
    Entry(Entry),
    /// The attributes of a JSX tag.
    Attributes(Vec<ValueId>),
    Pattern(Pattern),
    /// A pattern with a default.
    Defaulted(Pattern, ValueId),
    /// `...pattern`.
    Rest(Pattern),
    Declarator(Declarator),
    Formal(Formal),
    Parameters(Parameters),
    Method(Method),
    ClassBody(ClassBody),
    /// Base classes, enum entries' values and the like.
    Values(Vec<ValueId>),
    Entries(Vec<Entry>),
    Decorator(ValueId),
    /// A type's leading path.
    Annotation(Option<ValueId>),
    Specifiers(Vec<Specifier>),
    Run(Run),
    Body(Body),
    Arm(Arm),
    Arms(Vec<Arm>),
    /// A handler, and whether its body ends.
    Handler(Handler, bool),
}

/// An assignment, an update or a deletion.
struct Assignment {
    stores: Vec<StoreId>,
    value: Option<ValueId>,
    /// Behind its values.
    end: Mark,
}

/// A lowered child with its range.
struct Piece {
    lowered: Lowered,
    range: TextRange,
}

/// A function that is being lowered.
struct OpenFunction {
    /// Its whole range, which a method needs when its parameters begin.
    range: TextRange,
    /// The node of its parameters, which may hold others in damaged code.
    parameters: Option<usize>,
    /// The node of its body, whose block is no scope of its own.
    body: Option<usize>,
    /// Whether its chunk is open: a method's opens behind its name and decorators.
    opened: bool,
    /// Behind its parameters.
    mark: Option<Mark>,
}

/// What a `break` without a label can leave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Jump {
    Loop,
    Switch,
    /// A function: `break` does not reach out of it.
    Function,
}

/// The label of a `break` that leaves a `switch` from inside a branch: a reserved word, so no loop has it.
const SWITCH_LABEL: &str = "switch";

/// The state of the walk.
struct Ecmascript<'t> {
    kinds: &'static Kinds,
    text: &'t str,
    /// How many nodes of a region without values are open.
    regions: u32,
    functions: Vec<OpenFunction>,
    jumps: Vec<Jump>,
    /// Statements of what stood in ERROR nodes, by start, until a block takes them.
    loose: Vec<(StatementId, u32)>,
}

impl Adapter for Ecmascript<'_> {
    type Lowered = Lowered;

    fn enter(&mut self, node: Node<'_>, builder: &mut Builder) -> Enter<Lowered> {
        if self.regions > 0 {
            self.regions += 1;
            return Enter::Children;
        }
        let kind = self.kinds.get(node);
        if let Some(done) = self.leaf(kind, node, builder) {
            return Enter::Done(done);
        }
        let range = node_range(node);
        match kind {
            Kind::Annotation
            | Kind::ExportClause
            | Kind::ImportClause
            | Kind::ImportRequire
            | Kind::NamespaceExport
            | Kind::Region => self.regions = 1,
            Kind::Function | Kind::Method => self.enter_function(kind, node, builder),
            Kind::Parameters => self.enter_parameters(node, builder),
            Kind::Block if !self.is_function_body(node) => {
                builder.open_scope(ScopeKind::Block, range);
            }
            Kind::Catch => {
                builder.open_scope(ScopeKind::Block, range);
            }
            Kind::ClassBody => {
                builder.open_scope(ScopeKind::Class, range);
            }
            Kind::For | Kind::ForIn => {
                builder.open_scope(ScopeKind::Block, range);
                self.jumps.push(Jump::Loop);
            }
            Kind::While | Kind::Do => self.jumps.push(Jump::Loop),
            Kind::SwitchBody => {
                builder.open_scope(ScopeKind::Block, range);
                self.jumps.push(Jump::Switch);
            }
            _ => {}
        }
        Enter::Children
    }

    fn leave(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        if self.regions > 1 {
            self.regions -= 1;
            return Lowered::Nothing;
        }
        self.regions = 0;
        let kind = self.kinds.get(frame.node);
        match kind {
            Kind::Program => self.program(frame, builder),
            Kind::Error => self.error(frame, builder),
            Kind::Annotation => Lowered::Annotation(self.annotation(frame.node, builder)),
            Kind::Template => self.template(frame, builder),
            Kind::Pass => pass(frame),
            Kind::TaggedOrCall => self.call(frame, builder),
            Kind::New => self.construction(frame, builder),
            Kind::Arguments => self.arguments(frame, builder),
            Kind::Spread => Lowered::Spread(self.only_value(frame, builder)),
            Kind::Member => self.member(frame, builder),
            Kind::Subscript => self.subscript(frame, builder),
            Kind::Object => self.object(frame, builder),
            Kind::Pair => self.pair(frame, builder),
            Kind::Array => self.array(frame, builder),
            Kind::Unary => self.unary(frame, builder),
            Kind::Binary => self.binary(frame, builder),
            Kind::Ternary => self.ternary(frame, builder),
            Kind::Await => self.wrapped(frame, builder, ValueKind::Await),
            Kind::Cast => self.wrapped(frame, builder, ValueKind::Transparent),
            Kind::Yield => {
                builder.mark_generator();
                self.opaque(frame, builder)
            }
            Kind::Parenthesized => self.parenthesized(frame, builder),
            Kind::Sequence => self.sequence(frame, builder),
            Kind::Assignment => self.assignment(frame, builder),
            Kind::Augmented => self.augmented(frame, builder),
            Kind::Update => self.update(frame, builder),
            Kind::JsxElement => self.jsx_element(frame, builder),
            Kind::JsxTag => self.jsx_tag(frame, builder),
            Kind::ObjectPattern => self.object_pattern(frame, builder),
            Kind::ArrayPattern => self.array_pattern(frame, builder),
            Kind::PairPattern => self.pair_pattern(frame, builder),
            Kind::DefaultPattern => self.default_pattern(frame, builder),
            Kind::RestPattern => self.rest_pattern(frame, builder),
            Kind::Function => self.function(frame, builder),
            Kind::Method => self.method(frame, builder),
            Kind::Parameters => self.parameters(frame, builder),
            Kind::Parameter => self.parameter(frame, builder),
            Kind::Class => self.class(frame, builder),
            Kind::ClassHeritage => self.class_heritage(frame, builder),
            Kind::ClassBody => self.class_body(frame, builder),
            Kind::Field => self.field(frame, builder),
            Kind::Decorator => Lowered::Decorator(self.only_value(frame, builder)),
            Kind::Enum => self.enumeration(frame, builder),
            Kind::EnumBody => self.enum_body(frame, builder),
            Kind::EnumMember => self.enum_member(frame, builder),
            Kind::ImportStatement => self.import_statement(frame, builder),
            Kind::ImportClause | Kind::ImportRequire => Lowered::Specifiers(self.import_specifiers(frame.node)),
            Kind::ImportAlias => self.import_alias(frame, builder),
            Kind::ExportStatement => self.export_statement(frame, builder),
            Kind::ExportClause | Kind::NamespaceExport => Lowered::Specifiers(self.export_specifiers(frame.node, kind)),
            Kind::Declarator => self.declarator(frame, builder),
            _ => self.leave_statement(kind, frame, builder),
        }
    }

    fn finish(mut self, root: Lowered, mut builder: Builder) -> Facts {
        let range = TextRange::new(0, self.text.len() as u32);
        let mut statements = match root {
            Lowered::Run(run) => run.list,
            _ => Vec::new(),
        };
        statements.extend(self.loose.drain(..).map(|it| it.0));
        let body = builder.block(statements, None, range);
        builder.finish(Some(body), range)
    }
}

impl<'t> Ecmascript<'t> {
    fn source(&self, node: Node<'_>) -> &'t str {
        node_range(node).of(self.text)
    }

    /// What stood in damaged code keeps its literals and calls in sight: statements of their own.
    fn error(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let mut values = Vec::new();
        for child in frame.children {
            let at = node_range(child.node);
            match child.lowered {
                Lowered::Run(run) => self.loose.extend(run.list.into_iter().map(|it| (it, at.start))),
                Lowered::Body(body) => {
                    let run = self.block_statement(body, builder);
                    self.loose.extend(run.list.into_iter().map(|it| (it, at.start)));
                }
                lowered => {
                    let mark = builder.mark();
                    for block in blocks_of(&lowered) {
                        let statement = builder.statement(StatementKind::Block(block), at, mark);
                        self.loose.push((statement, at.start));
                    }
                    values.extend(self.pieces_of(lowered, at, builder));
                }
            }
        }
        if !values.is_empty() {
            let statement = builder.statement(StatementKind::Other(values), range, mark);
            self.loose.push((statement, range.start));
        }
        Lowered::Nothing
    }

    /// The values inside anything lowered, for a parent that cannot make sense of it.
    fn pieces_of(&mut self, lowered: Lowered, range: TextRange, builder: &mut Builder) -> Vec<ValueId> {
        match lowered {
            Lowered::Arguments(arguments) => arguments.into_iter().map(|it| it.value).collect(),
            Lowered::Entry(Entry::Pair { key, value, .. }) => vec![key, value],
            Lowered::Entry(Entry::Spread(value)) | Lowered::Decorator(value) => vec![value],
            Lowered::Entries(entries) => vec![builder.value(ValueKind::Map(crate::facts::Map::of(entries)), range)],
            Lowered::Attributes(values) | Lowered::Values(values) => values,
            Lowered::Defaulted(_, value) => vec![value],
            Lowered::Declarator(it) => it.value.into_iter().collect(),
            Lowered::Arm(arm) => arm.pattern.literals,
            Lowered::Arms(arms) => arms.into_iter().flat_map(|it| it.pattern.literals).collect(),
            Lowered::Formal(it) => it.default.into_iter().collect(),
            Lowered::Method(it) => vec![builder.value(ValueKind::Function(it.function), range)],
            lowered if is_expression(&lowered) => vec![self.value(lowered, range, builder)],
            _ => Vec::new(),
        }
    }

    /// Makes a value of something lowered.
    fn value(&mut self, lowered: Lowered, range: TextRange, builder: &mut Builder) -> ValueId {
        match lowered {
            Lowered::Value(value) => value,
            Lowered::Parenthesized(value) => builder.value(ValueKind::Transparent(value), range),
            Lowered::Spread(value) => builder.value(ValueKind::Opaque(vec![value]), range),
            Lowered::Assignment(it) => builder.value(ValueKind::Assign { stores: it.stores, value: it.value }, range),
            Lowered::Sequence(items) => self.sequence_value(items, range, builder),
            _ => builder.value(ValueKind::Unknown, range),
        }
    }

    /// Makes a value of a child; unknown if there is none.
    fn value_of(&mut self, piece: Option<Piece>, behind: u32, builder: &mut Builder) -> ValueId {
        let piece = piece.unwrap_or(Piece { lowered: Lowered::Nothing, range: TextRange::empty(behind) });
        self.value(piece.lowered, piece.range, builder)
    }

    /// The value of a field.
    fn field_value(&mut self, frame: &mut Frame<'_, Lowered>, field: &str, builder: &mut Builder) -> ValueId {
        let piece = pull(frame, field);
        self.value_of(piece, frame.range().end, builder)
    }

    /// The value of the first child that is an expression.
    fn only_value(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> ValueId {
        let end = frame.range().end;
        let child = frame.children.into_iter().find(|it| is_expression(&it.lowered));
        self.value_of(child.map(Piece::of), end, builder)
    }
}

impl Piece {
    fn of(child: Child<'_, Lowered>) -> Self {
        Self { range: node_range(child.node), lowered: child.lowered }
    }
}

/// Takes a field's child.
fn pull(frame: &mut Frame<'_, Lowered>, field: &str) -> Option<Piece> {
    let at = frame.children.iter().position(|it| it.field == Some(field))?;
    Some(Piece::of(frame.children.remove(at)))
}

/// The blocks inside something lowered that its parent did not take.
fn blocks_of(lowered: &Lowered) -> Vec<BlockId> {
    match lowered {
        Lowered::Arm(arm) => vec![arm.body],
        Lowered::Arms(arms) => arms.iter().map(|it| it.body).collect(),
        Lowered::Handler(handler, _) => vec![handler.body],
        Lowered::ClassBody(class) => vec![class.body],
        _ => Vec::new(),
    }
}

fn is_expression(lowered: &Lowered) -> bool {
    use Lowered::{Assignment, Parenthesized, Sequence, Spread, Value};
    matches!(lowered, Value(_) | Parenthesized(_) | Sequence(_) | Assignment(_) | Spread(_))
}

/// What a node stands for that adds nothing to its only child.
fn pass(frame: Frame<'_, Lowered>) -> Lowered {
    let child = frame.children.into_iter().find(|it| is_expression(&it.lowered));
    match child.map(|it| it.lowered) {
        Some(Lowered::Spread(value)) => Lowered::Value(value),
        Some(lowered) => lowered,
        None => Lowered::Nothing,
    }
}
