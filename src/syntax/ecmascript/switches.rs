//! `switch` and its cases.

use super::statements::{Body, Run};
use super::{Ecmascript, Lowered, Piece, node_range, pull};
use crate::facts::{Arm, Builder, Pattern, StatementKind};
use crate::syntax::walk::Frame;
use crate::text::TextRange;

impl Ecmascript<'_> {
    pub(super) fn switch(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let subject = match pull(&mut frame, "value") {
            Some(Piece { lowered: Lowered::Parenthesized(value), .. }) => value,
            piece => self.value_of(piece, range.end, builder),
        };
        let arms = match pull(&mut frame, "body") {
            Some(Piece { lowered: Lowered::Arms(arms), .. }) => arms,
            _ => Vec::new(),
        };
        Lowered::Run(Run::of(builder.statement(StatementKind::Match { subject, arms }, range, mark)))
    }

    pub(super) fn switch_body(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        self.jumps.pop();
        builder.close_scope();
        let arms = frame.children.into_iter().filter_map(|it| match it.lowered {
            Lowered::Arm(arm) => Some(arm),
            _ => None,
        });
        let mut arms: Vec<Arm> = arms.collect();
        if let Some(last) = arms.last_mut() {
            last.falls_through = false;
        }
        Lowered::Arms(arms)
    }

    /// A case. The `break` that ends it is its end, not a statement.
    pub(super) fn case(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let value = pull(&mut frame, "value");
        let head_end = value.as_ref().map_or(range.start, |it| it.range.end);
        let head = TextRange::new(range.start, head_end);
        let mut pattern = Pattern { range: builder.relative(head), ..Pattern::default() };
        match value {
            Some(value) => pattern.literals.push(self.value(value.lowered, value.range, builder)),
            None => pattern.variants.push("_".into()),
        }
        let mut children = frame.children;
        let body_start = children.first().map_or(range.end, |it| node_range(it.node).start);
        for child in &mut children {
            if let Lowered::Body(Body { run, .. }) = &mut child.lowered
                && run.leaves_switch
            {
                run.list.pop();
                run.leaves_switch = false;
            }
        }
        let mut run = self.run(children, head_end, builder);
        if run.leaves_switch {
            run.list.pop();
        }
        let body = builder.block(run.list, None, TextRange::new(body_start, range.end));
        Lowered::Arm(Arm { pattern, guard: None, body, falls_through: !run.ends })
    }
}
