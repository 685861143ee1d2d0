//! Half-typed code that parses, and what is kept of code that does not.

use super::{Context, Frame, Lowered, Operand, Python};
use crate::facts::{Builder, StatementId, StatementKind, ValueId};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

impl Python<'_> {
    /// Damage that the grammar has no error for.
    pub(super) fn find_damage(&self, kind: &str, frame: &Frame<'_>, builder: &mut Builder) {
        let range = frame.range();
        match kind {
            // `def f():` with nothing behind it.
            "block" if frame.children.is_empty() => builder.damage(range),
            "argument_list" if self.has_open_end(range) => builder.damage(range),
            _ if self.brackets == 0 && is_one_line(kind) && self.runs_on(frame) => builder.damage(range),
            _ => {}
        }
    }

    /// `f("a", )`: legal, but on one line it is an argument about to be typed.
    fn has_open_end(&self, range: TextRange) -> bool {
        let inner = self.of(range).strip_suffix(')').unwrap_or_default();
        inner.trim_end_matches([' ', '\t']).ends_with(',')
    }

    /// `x = ⏎ y = 1`: the grammar takes the next line for the value where one is missing.
    fn runs_on(&self, frame: &Frame<'_>) -> bool {
        let mut at = frame.range().start;
        frame.children.iter().any(|it| {
            let range = node_range(it.node);
            let gap = self.text.get(at as usize..range.start as usize).unwrap_or_default();
            at = range.end;
            gap.split_inclusive('\n').any(|it| it.ends_with('\n') && !is_continued(it))
        })
    }

    /// Keeps the values and statements of an error: whatever judges literals alone still sees them, in a damaged statement.
    pub(super) fn lose(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let mut values: Vec<ValueId> = Vec::new();
        let mut statements: Vec<(u32, StatementId)> = Vec::new();
        for child in std::mem::take(&mut frame.children) {
            let inner = node_range(child.node);
            match child.lowered {
                Lowered::Statement(statement) => {
                    builder.damage(inner);
                    statements.push((inner.start, statement));
                }
                Lowered::Block(block) => {
                    let kind = StatementKind::Block(block);
                    statements.push((inner.start, builder.statement(kind, inner, frame.mark)));
                }
                Lowered::Clause(clause) => {
                    let kind = StatementKind::Block(clause.block);
                    statements.push((inner.start, builder.statement(kind, inner, frame.mark)));
                    values.extend(clause.values);
                }
                Lowered::Cases(cases) => {
                    for case in cases {
                        let kind = StatementKind::Block(case.body);
                        statements.push((inner.start, builder.statement(kind, inner, frame.mark)));
                    }
                }
                Lowered::Stores(assignment) => {
                    let mut stores = assignment.stores;
                    stores.reverse();
                    statements.push((inner.start, builder.statement(StatementKind::Store(stores), inner, frame.mark)));
                    builder.damage(inner);
                }
                Lowered::Arguments(arguments) => values.extend(arguments.into_iter().map(|it| it.value)),
                Lowered::Items(items) => values.extend(items),
                Lowered::Operand(Operand::Name(_)) => {}
                Lowered::Nothing | Lowered::Type(_) | Lowered::Path(_) | Lowered::Alias { .. } => {}
                _ => values.push(self.use_child(child, builder)),
            }
        }
        if !values.is_empty() {
            let other = builder.statement(StatementKind::Other(values), range, frame.mark);
            statements.push((range.start, other));
        }
        self.context().lost.extend(statements);
        Lowered::Nothing
    }
}

impl Context {
    /// Adds what errors held to the statements of the innermost block around them.
    pub(super) fn with_lost(&mut self, statements: Vec<(u32, StatementId)>) -> Vec<StatementId> {
        let mut all = statements;
        if !self.lost.is_empty() {
            all.append(&mut self.lost);
            all.sort_by_key(|it| it.0);
        }
        all.into_iter().map(|it| it.1).collect()
    }
}

/// Nodes outside brackets whose parts stand on one line.
fn is_one_line(kind: &str) -> bool {
    matches!(
        kind,
        "assignment"
            | "attribute"
            | "augmented_assignment"
            | "await"
            | "binary_operator"
            | "boolean_operator"
            | "call"
            | "comparison_operator"
            | "conditional_expression"
            | "named_expression"
            | "not_operator"
            | "raise_statement"
            | "return_statement"
            | "unary_operator"
    )
}

/// Whether a line ends in a backslash.
fn is_continued(line: &str) -> bool {
    line.trim_end_matches(['\n', '\r']).ends_with('\\')
}
