//! Patterns: what they bind, and the stores that this makes.

use tree_sitter::Node;

use super::modules::ImportRoot;
use super::values::positions;
use super::{Ecmascript, Lowered, Piece, pull};
use crate::facts::{Builder, Place, Root, ScopeId, Step, Store, StoreId, StoreKind, ValueId};
use crate::syntax::places::{Reading, place_of, step_of};
use crate::syntax::walk::{Frame, node_range};
use crate::text::TextRange;

/// Deeper projections are unknown, so that nested patterns cost no more than their length.
const DEEPEST_PROJECTION: usize = 32;

/// What a pattern binds.
#[derive(Default)]
pub(super) struct Pattern {
    leaves: Vec<Leaf>,
    /// Leaves whose way from the source is unknown, and stays so.
    settled: Vec<Leaf>,
}

/// One place that a pattern stores to.
pub(super) struct Leaf {
    pub(super) place: Place,
    /// The way from the source, the last step first.
    steps: Vec<Step>,
    /// Defaults, each with the number of steps (from the leaf) that lead from it to the leaf.
    defaults: Vec<(ValueId, usize)>,
    pub(super) range: TextRange,
}

/// A declarator: what is declared and its first value.
pub(super) struct Declarator {
    pub(super) pattern: Pattern,
    pub(super) value: Option<ValueId>,
    annotation: Option<ValueId>,
    range: TextRange,
}

/// How a pattern's leaves are stored.
pub(super) struct Binding<'a> {
    /// The value that is taken apart.
    pub(super) source: Option<ValueId>,
    /// The way from the value to what the pattern takes apart.
    pub(super) prefix: &'a [Step],
    pub(super) kind: StoreKind,
    pub(super) declares: bool,
    pub(super) scope: ScopeId,
    /// The range of the store of a pattern that is only a name or a place.
    pub(super) whole: Option<TextRange>,
    pub(super) annotation: Option<ValueId>,
}

impl Pattern {
    fn of(leaf: Leaf) -> Self {
        Self { leaves: vec![leaf], settled: Vec::new() }
    }

    fn place(place: Place, range: TextRange) -> Self {
        Self::of(Leaf { place, steps: Vec::new(), defaults: Vec::new(), range })
    }

    /// Adds the leaves of another pattern; the smaller list moves.
    fn merge(&mut self, mut other: Self) {
        if other.leaves.len() > self.leaves.len() {
            std::mem::swap(&mut self.leaves, &mut other.leaves);
        }
        if other.settled.len() > self.settled.len() {
            std::mem::swap(&mut self.settled, &mut other.settled);
        }
        self.leaves.append(&mut other.leaves);
        self.settled.append(&mut other.settled);
    }

    /// The pattern stands behind a step.
    fn behind(mut self, step: &Step) -> Self {
        let mut at = 0;
        while let Some(leaf) = self.leaves.get_mut(at) {
            if leaf.steps.len() < DEEPEST_PROJECTION {
                leaf.steps.push(step.clone());
                at += 1;
                continue;
            }
            let mut leaf = self.leaves.swap_remove(at);
            leaf.steps = vec![Step::Unknown];
            leaf.defaults.clear();
            self.settled.push(leaf);
        }
        self
    }

    fn with_default(mut self, value: ValueId) -> Self {
        for leaf in &mut self.leaves {
            leaf.defaults.push((value, leaf.steps.len()));
        }
        self
    }

    /// The leaves in source order.
    fn into_leaves(mut self) -> Vec<Leaf> {
        self.leaves.append(&mut self.settled);
        self.leaves.sort_by_key(|it| it.range.start);
        self.leaves
    }

    /// The name, if the pattern is just one.
    pub(super) fn name(&self) -> Option<(&str, TextRange)> {
        match &self.leaves[..] {
            [leaf] if self.settled.is_empty() && leaf.steps.is_empty() => leaf.name(),
            _ => None,
        }
    }

    /// The names and the keys they are taken from, if the pattern does no more than that.
    pub(super) fn keys(&self) -> Option<Vec<(&str, &str, TextRange)>> {
        if !self.settled.is_empty() {
            return None;
        }
        self.leaves
            .iter()
            .map(|leaf| leaf.key().zip(leaf.name()).map(|(key, (name, range))| (key, name, range)))
            .collect()
    }
}

impl Leaf {
    /// The key that the leaf is taken from, if that is all.
    fn key(&self) -> Option<&str> {
        match &self.steps[..] {
            [Step::Key(key, _)] if self.defaults.is_empty() => Some(key),
            _ => None,
        }
    }

    fn name(&self) -> Option<(&str, TextRange)> {
        match &self.place.root {
            Root::Name(name) if self.place.path.is_empty() => Some((name, self.range)),
            _ => None,
        }
    }
}

impl Binding<'_> {
    /// Makes the stores of a pattern.
    pub(super) fn stores(&self, pattern: Pattern, builder: &mut Builder) -> Vec<StoreId> {
        let (mut stores, mut defaults) = (Vec::new(), Vec::new());
        for leaf in pattern.into_leaves() {
            let range = match self.whole {
                Some(whole) if leaf.steps.is_empty() => whole,
                _ => leaf.range,
            };
            let range = builder.relative(range);
            // Behind the others, so that what all take from one source stays together.
            defaults.extend(leaf.defaults.iter().map(|(value, steps)| Store {
                place: copy(&leaf.place),
                value: Some(*value),
                projection: leaf.steps[..*steps].iter().rev().cloned().collect(),
                kind: StoreKind::Assign,
                declares: false,
                scope: self.scope,
                statement: None,
                annotation: None,
                range,
            }));
            stores.push(Store {
                projection: self.prefix.iter().chain(leaf.steps.iter().rev()).cloned().collect(),
                place: leaf.place,
                value: self.source,
                kind: self.kind,
                declares: self.declares,
                scope: self.scope,
                statement: None,
                annotation: self.annotation,
                range,
            });
        }
        stores.into_iter().chain(defaults).map(|it| builder.store(it)).collect()
    }
}

/// A copy of a place for another store to it.
fn copy(place: &Place) -> Place {
    let root = match &place.root {
        Root::Name(name) => Root::Name(name.clone()),
        Root::This => Root::This,
        Root::Value(value) => Root::Value(*value),
    };
    Place { root, path: place.path.clone(), range: place.range }
}

impl Ecmascript<'_> {
    /// Makes a pattern of what stands where one is expected.
    pub(super) fn pattern(&mut self, piece: Piece, builder: &mut Builder) -> Pattern {
        match piece.lowered {
            Lowered::Pattern(pattern) => pattern,
            Lowered::Defaulted(pattern, value) => pattern.with_default(value),
            Lowered::Rest(pattern) => pattern.behind(&Step::Unknown),
            Lowered::Value(value) | Lowered::Parenthesized(value) => {
                Pattern::place(place_of(value, Reading::No, builder), piece.range)
            }
            _ => Pattern::default(),
        }
    }

    /// `{ name }` in a pattern.
    pub(super) fn shorthand_pattern(&self, node: Node<'_>, builder: &Builder) -> Pattern {
        let (name, range) = (self.source(node), node_range(node));
        let relative = builder.relative(range);
        let place = Place { root: Root::Name(name.into()), path: Vec::new(), range: relative };
        let steps = vec![Step::Key(name.into(), relative)];
        Pattern::of(Leaf { place, steps, defaults: Vec::new(), range })
    }

    pub(super) fn object_pattern(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut res = Pattern::default();
        for child in frame.children {
            res.merge(match child.lowered {
                // The step to a shorthand name belongs to the name, so its default stands behind the step.
                Lowered::Defaulted(pattern, value) => pattern.with_default_of_shorthand(value),
                _ => self.pattern(Piece::of(child), builder),
            });
        }
        Lowered::Pattern(res)
    }

    pub(super) fn array_pattern(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let positions = positions(frame.node, &frame.children);
        let mut res = Pattern::default();
        for (child, position) in frame.children.into_iter().zip(positions) {
            let is_rest = matches!(child.lowered, Lowered::Rest(_));
            let pattern = self.pattern(Piece::of(child), builder);
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            res.merge(if is_rest { pattern } else { pattern.behind(&Step::Position(position)) });
        }
        Lowered::Pattern(res)
    }

    /// `key: pattern`
    pub(super) fn pair_pattern(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let step = match pull(&mut frame, "key") {
            Some(Piece { lowered: Lowered::Value(key), .. }) => step_of(key, builder),
            Some(key) => Step::Key(key.range.of(self.text).into(), builder.relative(key.range)),
            None => Step::Unknown,
        };
        let Some(value) = pull(&mut frame, "value") else { return Lowered::Nothing };
        Lowered::Pattern(self.pattern(value, builder).behind(&step))
    }

    /// `pattern = value`
    pub(super) fn default_pattern(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let left = pull(&mut frame, "left");
        let value = self.field_value(&mut frame, "right", builder);
        match left {
            Some(left) => Lowered::Defaulted(self.pattern(left, builder), value),
            None => Lowered::Nothing,
        }
    }

    /// `...pattern`
    pub(super) fn rest_pattern(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        match frame.children.into_iter().next() {
            Some(child) => Lowered::Rest(self.pattern(Piece::of(child), builder)),
            None => Lowered::Nothing,
        }
    }

    /// `name = value`, `{ … } = value`
    pub(super) fn declarator(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let annotation = self.annotation_field(&mut frame, "type");
        let value = pull(&mut frame, "value").map(|it| self.value(it.lowered, it.range, builder));
        let Some(name) = pull(&mut frame, "name") else { return Lowered::Nothing };
        let pattern = self.pattern(name, builder);
        Lowered::Declarator(Declarator { pattern, value, annotation, range })
    }

    /// The type that a field declares.
    pub(super) fn annotation_field(&self, frame: &mut Frame<'_, Lowered>, field: &str) -> Option<ValueId> {
        match frame.take(field) {
            Some(Lowered::Annotation(annotation)) => annotation,
            _ => None,
        }
    }

    /// Stores what a declarator declares, or imports it.
    pub(super) fn declare(
        &mut self,
        declarator: Declarator,
        kind: StoreKind,
        scope: ScopeId,
        statement: TextRange,
        builder: &mut Builder,
    ) -> Declared {
        let Declarator { pattern, value, annotation, range } = declarator;
        if let Some(root) = value.and_then(|it| ImportRoot::of(it, builder))
            && let Some(imports) = self.required(&root, &pattern, statement, builder)
        {
            return Declared::Imports(imports);
        }
        let binding =
            Binding { source: value, prefix: &[], kind, declares: true, scope, whole: Some(range), annotation };
        Declared::Stores(binding.stores(pattern, builder))
    }
}

/// What a declarator became.
pub(super) enum Declared {
    Stores(Vec<StoreId>),
    Imports(Vec<crate::facts::ImportId>),
}

impl Pattern {
    /// A default in an object pattern: `{ name = value }` defaults the name, `{ … } = value` cannot stand there.
    fn with_default_of_shorthand(mut self, value: ValueId) -> Self {
        for leaf in &mut self.leaves {
            leaf.defaults.push((value, leaf.steps.len().saturating_sub(1)));
        }
        self
    }
}
