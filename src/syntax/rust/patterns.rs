//! Patterns: which variants and literals they fit, and what they bind.

use tree_sitter::Node;

use super::literals::literal;
use super::paths::{Path, plain};
use crate::facts::{Builder, Pattern, ScopeId, Step, StoreId, StoreKind, ValueId, ValueKind};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

/// Names bound deeper inside than this are stored from somewhere unknown.
const DEEPEST: usize = 16;

/// A pattern that was read, its names not yet stored.
#[derive(Default)]
pub(super) struct Read {
    /// What it fits.
    pub(super) pattern: Pattern,
    /// The names it binds, in source order.
    pub(super) bound: Vec<Bound>,
}

/// A name that a pattern binds.
pub(super) struct Bound {
    /// The name.
    pub(super) name: Box<str>,
    /// Where it stands.
    pub(super) range: TextRange,
    /// How to get to it from the subject.
    pub(super) steps: Vec<Step>,
}

/// A piece of a pattern, and the way to it.
struct Work<'t> {
    node: Node<'t>,
    steps: Vec<Step>,
    /// Whether the whole subject, and not a part of it, has to fit this piece.
    is_whole: bool,
}

/// Reads a pattern.
pub(super) fn read(node: Node<'_>, source: &str, builder: &mut Builder) -> Read {
    let mut reader = Reader { source, builder, res: Read::default(), todo: Vec::new() };
    reader.res.pattern.range = reader.builder.relative(node_range(node));
    reader.todo.push(Work { node, steps: Vec::new(), is_whole: true });
    while let Some(work) = reader.todo.pop() {
        reader.piece(work);
    }
    reader.res
}

/// Stores what a pattern binds.
pub(super) fn declare(
    bound: Bound,
    kind: StoreKind,
    value: Option<ValueId>,
    scope: ScopeId,
    builder: &mut Builder,
) -> StoreId {
    let store = builder.declare(&bound.name, kind, value, scope, bound.range);
    builder.store_mut(store).projection = bound.steps;
    store
}

struct Reader<'s, 'b, 't> {
    source: &'s str,
    builder: &'b mut Builder,
    res: Read,
    todo: Vec<Work<'t>>,
}

impl<'t> Reader<'_, '_, 't> {
    fn piece(&mut self, work: Work<'t>) {
        let Work { node, steps, is_whole } = work;
        match node.kind() {
            "_" => self.fits(is_whole, "_"),
            "identifier" => self.name(node, steps, is_whole),
            "scoped_identifier" | "generic_pattern" => self.variant(node, is_whole),
            "tuple_struct_pattern" => self.tuple_struct(node, steps, is_whole),
            "struct_pattern" => self.structure(node, steps, is_whole),
            "tuple_pattern" => match self.is_parenthesised(node) {
                true => self.same(node, steps, is_whole),
                false => self.positions(pieces(node), steps),
            },
            "slice_pattern" => self.positions(pieces(node), steps),
            "or_pattern" | "mut_pattern" | "ref_pattern" | "reference_pattern" => self.same(node, steps, is_whole),
            "captured_pattern" => self.captured(node, steps, is_whole),
            "negative_literal" if is_whole => self.negative(node),
            kind if is_whole => {
                let made = literal(kind, node_range(node), self.source, self.builder);
                self.res.pattern.literals.extend(made);
            }
            _ => {}
        }
    }

    fn fits(&mut self, is_whole: bool, variant: &str) {
        if is_whole {
            self.res.pattern.variants.push(variant.into());
        }
    }

    fn variant(&mut self, path: Node<'_>, is_whole: bool) {
        if let Some(name) = Path::of(path, self.source).last() {
            self.fits(is_whole, name);
        }
    }

    fn bind(&mut self, name: Node<'_>, steps: Vec<Step>) {
        let range = node_range(name);
        self.res.bound.push(Bound { name: plain(range.of(self.source)).into(), range, steps });
    }

    /// A lone name: a constant or variant if it has a capital, else it binds whatever is there.
    fn name(&mut self, node: Node<'_>, steps: Vec<Step>, is_whole: bool) {
        let name = node_range(node).of(self.source);
        if name.starts_with(char::is_uppercase) {
            return self.variant(node, is_whole);
        }
        self.fits(is_whole, "_");
        if name != "_" {
            self.bind(node, steps);
        }
    }

    fn tuple_struct(&mut self, node: Node<'t>, steps: Vec<Step>, is_whole: bool) {
        let Some(path) = node.child_by_field_name("type") else { return };
        self.variant(path, is_whole);
        let inner = pieces(node).into_iter().filter(|it| it.id() != path.id()).collect::<Vec<_>>();
        let step = match Path::of(path, self.source).last() {
            Some("Err") => Step::Failure,
            _ => Step::Payload,
        };
        let steps = with(steps, step);
        match inner.len() {
            1 => self.todo.extend(inner.into_iter().map(|node| Work { node, steps: steps.clone(), is_whole: false })),
            _ => self.positions(inner, steps),
        }
    }

    fn structure(&mut self, node: Node<'t>, steps: Vec<Step>, is_whole: bool) {
        if let Some(path) = node.child_by_field_name("type") {
            self.variant(path, is_whole);
        }
        let mut works = Vec::new();
        for field in pieces(node).into_iter().filter(|it| it.kind() == "field_pattern") {
            let Some(name) = field.child_by_field_name("name") else { continue };
            let range = node_range(name);
            let key = Step::Key(plain(range.of(self.source)).into(), self.builder.relative(range));
            let steps = with(steps.clone(), key);
            match field.child_by_field_name("pattern") {
                Some(node) => works.push(Work { node, steps, is_whole: false }),
                None => self.bind(name, steps),
            }
        }
        self.todo.extend(works.into_iter().rev());
    }

    fn captured(&mut self, node: Node<'t>, steps: Vec<Step>, is_whole: bool) {
        let mut inner = pieces(node).into_iter();
        if let Some(name) = inner.next() {
            self.bind(name, steps.clone());
        }
        self.todo.extend(inner.map(|node| Work { node, steps: steps.clone(), is_whole }));
    }

    fn negative(&mut self, node: Node<'_>) {
        let Some(number) = node.named_child(0) else { return };
        let operand = literal(number.kind(), node_range(number), self.source, self.builder);
        if let Some(operand) = operand {
            let kind = ValueKind::Unary { operator: "-".into(), operand };
            let made = self.builder.value(kind, node_range(node));
            self.res.pattern.literals.push(made);
        }
    }

    /// Pieces that have to fit the same value.
    fn same(&mut self, node: Node<'t>, steps: Vec<Step>, is_whole: bool) {
        let works = pieces(node).into_iter().rev().map(|node| Work { node, steps: steps.clone(), is_whole });
        self.todo.extend(works);
    }

    /// Pieces that have to fit the value's elements. Behind `..` the positions are not known.
    fn positions(&mut self, inner: Vec<Node<'t>>, steps: Vec<Step>) {
        let mut works = Vec::new();
        let mut is_known = true;
        for (at, node) in inner.into_iter().enumerate() {
            is_known &= !node_range(node).of(self.source).ends_with("..");
            let step = if is_known { Step::Position(at as u32) } else { Step::Unknown };
            works.push(Work { node, steps: with(steps.clone(), step), is_whole: false });
        }
        self.todo.extend(works.into_iter().rev());
    }

    fn is_parenthesised(&self, node: Node<'_>) -> bool {
        let inner = node_range(node).of(self.source).trim_end_matches(')');
        pieces(node).len() == 1 && !inner.trim_end().ends_with(',')
    }
}

/// The steps with another one behind them.
pub(super) fn with(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    match steps.last() {
        Some(Step::Unknown) => {}
        _ if steps.len() >= DEEPEST => steps = vec![Step::Unknown],
        _ => steps.push(step),
    }
    steps
}

/// The patterns directly inside one.
fn pieces(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let is_piece =
        |it: &Node<'_>| (it.is_named() && !it.is_extra() && it.kind() != "mutable_specifier") || it.kind() == "_";
    node.children(&mut cursor).filter(is_piece).collect()
}
