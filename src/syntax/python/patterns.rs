//! `match`: what its cases fit and bind.

use super::targets::Storing;
use super::{Frame, Lowered, Operand, Python};
use crate::facts::{
    Arm, BlockId, Builder, List, Pattern, StatementId, StatementKind, Step, StoreKind, ValueId, ValueKind,
};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

use super::values::as_condition;

/// A pattern before its subject is known.
#[derive(Default)]
pub(super) struct Parts {
    variants: Vec<Box<str>>,
    literals: Vec<ValueId>,
    /// Names for the whole subject.
    whole: Vec<TextRange>,
    /// Names for something inside the subject.
    inside: Vec<TextRange>,
}

/// A case before its subject is known.
pub(super) struct Case {
    pub(super) body: BlockId,
    pattern: Parts,
    pattern_range: TextRange,
    guard: Option<ValueId>,
}

/// Whether a node is a pattern of `match`, which is no target.
pub(super) fn is_pattern(kind: &str, frame: &Frame<'_>) -> bool {
    match kind {
        "class_pattern" | "complex_pattern" | "dict_pattern" | "keyword_pattern" | "splat_pattern"
        | "union_pattern" => true,
        "list_pattern" | "tuple_pattern" | "as_pattern" => {
            frame.children.first().is_some_and(|it| it.node.kind() == "case_pattern")
        }
        _ => false,
    }
}

/// `case_pattern` is what is in it; `_` has nothing in it.
pub(super) fn only(mut frame: Frame<'_>) -> Lowered {
    let anything = || Lowered::Pattern(Parts { variants: vec!["_".into()], ..Parts::default() });
    frame.children.pop().map_or_else(anything, |it| it.lowered)
}

impl Python<'_> {
    /// A pattern with parts.
    pub(super) fn pattern(&mut self, frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let (kind, text) = (frame.kind(), self.of(frame.range()));
        let grouped = kind == "tuple_pattern" && frame.children.len() == 1 && !text.contains(',');
        let mut res = Parts::default();
        for child in frame.children {
            match (kind, child.lowered) {
                ("class_pattern", Lowered::Path(path)) if child.node.kind() == "dotted_name" => {
                    res.variants.push(last_segment(self.of(path)).into());
                }
                ("as_pattern", Lowered::Operand(Operand::Name(name))) => res.whole.push(name),
                ("splat_pattern", Lowered::Operand(Operand::Name(name))) => res.inside.push(name),
                ("keyword_pattern", Lowered::Operand(Operand::Name(_))) | ("complex_pattern", _) => {}
                ("union_pattern" | "as_pattern" | "keyword_pattern", part) => {
                    let part = self.part(part, builder);
                    append(&mut res.variants, part.variants);
                    append(&mut res.literals, part.literals);
                    append(&mut res.whole, part.whole);
                    append(&mut res.inside, part.inside);
                }
                (_, part) if grouped => res = self.part(part, builder),
                (_, part) => {
                    let part = self.part(part, builder);
                    append(&mut res.inside, part.inside);
                    append(&mut res.inside, part.whole);
                }
            }
        }
        Lowered::Pattern(res)
    }

    fn part(&mut self, lowered: Lowered, builder: &mut Builder) -> Parts {
        match lowered {
            Lowered::Pattern(parts) => parts,
            Lowered::Path(path) => self.path(path),
            Lowered::Operand(Operand::Value(value)) => match builder.kind(value) {
                // `[]` is no literal but a pattern without parts.
                Some(ValueKind::List(_)) => Parts::default(),
                _ => Parts { literals: vec![self.signed(value, builder)], ..Parts::default() },
            },
            _ => Parts::default(),
        }
    }

    /// A dotted name is a value to compare with, a plain one is bound.
    fn path(&self, path: TextRange) -> Parts {
        let text = self.of(path);
        match text.contains('.') {
            true => Parts { variants: vec![last_segment(text).into()], ..Parts::default() },
            false => Parts { variants: vec!["_".into()], whole: vec![path], ..Parts::default() },
        }
    }

    /// A number with its sign, which is no node.
    fn signed(&self, value: ValueId, builder: &mut Builder) -> ValueId {
        let range = builder.value_range(value);
        let before = self.text.get(..range.start as usize).unwrap_or_default().trim_end_matches(' ');
        if !matches!(builder.kind(value), Some(ValueKind::Number(_))) || !before.ends_with('-') {
            return value;
        }
        let range = TextRange::new(before.len() as u32 - 1, range.end);
        builder.value(ValueKind::Unary { operator: "-".into(), operand: value }, range)
    }

    pub(super) fn case(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let guard = match frame.take("guard") {
            Some(Lowered::Guard(guard)) => Some(guard),
            _ => None,
        };
        let body = match frame.take("consequence") {
            Some(Lowered::Block(block)) => block,
            _ => builder.block(Vec::new(), None, TextRange::empty(frame.range().end)),
        };
        let start = frame.children.first().map_or(frame.range(), |it| node_range(it.node));
        let pattern_range = frame.children.last().map_or(start, |it| start.cover(node_range(it.node)));
        let mut parts = std::mem::take(&mut frame.children).into_iter().map(|it| self.part(it.lowered, builder));
        let mut pattern = parts.next().unwrap_or_default();
        for part in parts {
            // `case a, b` is a sequence.
            let first = std::mem::take(&mut pattern);
            for part in [first, part] {
                append(&mut pattern.inside, part.whole);
                append(&mut pattern.inside, part.inside);
            }
        }
        Lowered::Cases(vec![Case { body, pattern, pattern_range, guard }])
    }

    pub(super) fn matching(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementId {
        let range = frame.range();
        let cases = match frame.take("body") {
            Some(Lowered::Cases(cases)) => cases,
            _ => Vec::new(),
        };
        let at = frame.children.first().map_or(TextRange::empty(range.end), |it| node_range(it.node));
        let mut subjects = self.use_children(&mut frame, builder);
        let subject = match subjects.len() {
            1 => subjects.remove(0),
            _ => builder.value(ValueKind::List(List::of(subjects)), at),
        };
        let arms = cases.into_iter().map(|case| {
            for (names, projection) in [(&case.pattern.whole, vec![]), (&case.pattern.inside, vec![Step::Unknown])] {
                let storing = Storing::of(StoreKind::Binding, Some(subject), projection, builder);
                for name in names {
                    self.store(Operand::Name(*name), &storing, builder);
                }
            }
            case.guard.iter().for_each(|it| as_condition(*it, builder));
            let Parts { variants, literals, .. } = case.pattern;
            let pattern = Pattern { variants, literals, range: builder.relative(case.pattern_range) };
            Arm { pattern, guard: case.guard, body: case.body, falls_through: false }
        });
        let arms = arms.collect();
        builder.statement(StatementKind::Match { subject, arms }, range, frame.mark)
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path).trim()
}

/// Moves the smaller list to the larger one, so that deep nesting stays linear.
fn append<T>(to: &mut Vec<T>, mut from: Vec<T>) {
    if from.len() > to.len() {
        std::mem::swap(to, &mut from);
    }
    to.append(&mut from);
}
