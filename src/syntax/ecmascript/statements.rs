//! Statements and blocks.

use super::kinds::Kind;
use super::patterns::{Binding, Declared};
use super::{Assignment, Ecmascript, Jump, Lowered, Piece, SWITCH_LABEL, is_expression, node_range, pull};
use crate::facts::{
    BlockId, Builder, Handler, Loop, LoopKind, Mark, StatementId, StatementKind, Step, StoreKind, Test, ValueKind,
};
use crate::syntax::walk::{Child, Frame};
use crate::text::TextRange;

/// The statements that one node, or one list of them, became.
#[derive(Default)]
pub(super) struct Run {
    pub(super) list: Vec<StatementId>,
    /// Control never runs past them.
    pub(super) ends: bool,
    /// The last one is a `break` that leaves a `switch`.
    pub(super) leaves_switch: bool,
    /// The loop that a label before them names.
    labelled: Option<StatementId>,
}

/// A block that has not been made yet: a function's body, a branch, or a statement of its own.
pub(super) struct Body {
    pub(super) run: Run,
    pub(super) range: TextRange,
}

impl Run {
    pub(super) fn of(statement: StatementId) -> Self {
        Self { list: vec![statement], ..Self::default() }
    }

    fn ending(statement: StatementId) -> Self {
        Self { ends: true, ..Self::of(statement) }
    }
}

impl Ecmascript<'_> {
    pub(super) fn program(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        Lowered::Run(self.run(frame.children, 0, builder))
    }

    /// The statements of a list of nodes.
    pub(super) fn run(&mut self, children: Vec<Child<'_, Lowered>>, start: u32, builder: &mut Builder) -> Run {
        let mut run = Run::default();
        for child in children {
            self.add_loose(start, node_range(child.node).start, &mut run, builder);
            self.add(child, &mut run, builder);
        }
        self.add_loose(start, u32::MAX, &mut run, builder);
        run
    }

    /// Adds what stood in ERROR nodes between two offsets.
    pub(super) fn add_loose(&mut self, from: u32, to: u32, run: &mut Run, builder: &Builder) {
        let chunk = builder.scope().chunk;
        let inside = |it: &(StatementId, u32)| it.0.chunk == chunk && (from..to).contains(&it.1);
        if let Some(first) = self.loose.iter().position(inside) {
            let count = self.loose[first..].iter().take_while(|it| inside(it)).count();
            run.list.extend(self.loose.drain(first..first + count).map(|it| it.0));
        }
    }

    /// Adds a child of a block.
    pub(super) fn add(&mut self, child: Child<'_, Lowered>, run: &mut Run, builder: &mut Builder) {
        let Piece { lowered, range } = Piece::of(child);
        let added = match lowered {
            Lowered::Run(added) => added,
            Lowered::Body(body) => self.block_statement(body, builder),
            lowered => {
                let mark = builder.mark();
                let values = self.pieces_of(lowered, range, builder);
                if values.is_empty() {
                    return;
                }
                Run::of(builder.statement(StatementKind::Other(values), range, mark))
            }
        };
        run.ends |= added.ends;
        run.leaves_switch = added.leaves_switch;
        run.list.extend(added.list);
    }

    /// A block as a statement.
    pub(super) fn block_statement(&mut self, body: Body, builder: &mut Builder) -> Run {
        let Body { run, range } = body;
        let mark = builder.mark();
        let block = builder.block(run.list, None, range);
        let statement = builder.statement(StatementKind::Block(block), range, mark);
        Run { ends: run.ends, ..Run::of(statement) }
    }

    /// The block of a branch or a loop, whatever statement it is, and whether it ends.
    fn branch(&mut self, piece: Option<Piece>, behind: u32, builder: &mut Builder) -> (BlockId, bool) {
        let (run, range) = match piece {
            Some(Piece { lowered: Lowered::Body(body), .. }) => (body.run, body.range),
            Some(Piece { lowered: Lowered::Run(run), range }) => (run, range),
            _ => (Run::default(), TextRange::empty(behind)),
        };
        (builder.block(run.list, None, range), run.ends)
    }

    fn branch_field(&mut self, frame: &mut Frame<'_, Lowered>, field: &str, builder: &mut Builder) -> (BlockId, bool) {
        let piece = pull(frame, field);
        self.branch(piece, frame.range().end, builder)
    }

    pub(super) fn leave_statement(&mut self, kind: Kind, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let statement = match kind {
            Kind::Block => return self.block(frame, builder),
            Kind::Expression => return self.expression(frame, builder),
            Kind::Declaration => return self.declaration(frame, builder),
            Kind::If => return self.branching(frame, builder),
            Kind::Else | Kind::Finally | Kind::StaticBlock => return inner_block(frame),
            Kind::Switch => return self.switch(frame, builder),
            Kind::SwitchBody => return self.switch_body(frame, builder),
            Kind::Case => return self.case(frame, builder),
            Kind::For => return self.counting_loop(frame, builder),
            Kind::ForIn => return self.each_loop(frame, builder),
            Kind::While | Kind::Do => return self.while_loop(frame, builder),
            Kind::Try => return self.attempt(frame, builder),
            Kind::Catch => return self.handler(frame, builder),
            Kind::Labeled => return self.labelled(frame, builder),
            Kind::Break => return self.leaving(frame, builder),
            Kind::Empty => return Lowered::Run(Run::default()),
            Kind::Namespace => return self.namespace(frame, builder),
            Kind::Return | Kind::Throw => {
                let value = frame.children.into_iter().find(|it| is_expression(&it.lowered)).map(Piece::of);
                let value = value.map(|it| self.value(it.lowered, it.range, builder));
                match kind {
                    Kind::Return => StatementKind::Return(value),
                    _ => StatementKind::Raise(value),
                }
            }
            Kind::Continue => StatementKind::Continue { label: self.label(&frame) },
            Kind::With => {
                let mut frame = frame;
                let item = self.field_value(&mut frame, "object", builder);
                let (body, _) = self.branch_field(&mut frame, "body", builder);
                let kind = StatementKind::With { items: vec![item], body };
                return Lowered::Run(Run::of(builder.statement(kind, range, mark)));
            }
            _ => return self.unknown(frame, builder),
        };
        Lowered::Run(Run::ending(builder.statement(statement, range, mark)))
    }

    /// A node that the adapter has no rule for: a value of what is inside it, or nothing.
    fn unknown(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let mut values = Vec::new();
        let mut run = Run::default();
        for child in frame.children {
            match child.lowered {
                Lowered::Run(_) | Lowered::Body(_) => self.add(child, &mut run, builder),
                lowered => values.extend(self.pieces_of(lowered, node_range(child.node), builder)),
            }
        }
        match (run.list.is_empty(), values.is_empty()) {
            (false, _) => Lowered::Run(run),
            (true, false) => Lowered::Value(builder.value(ValueKind::Opaque(values), range)),
            (true, true) => Lowered::Nothing,
        }
    }

    fn block(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let run = self.run(frame.children, range.start, builder);
        if !self.is_function_body(frame.node) {
            builder.close_scope();
        }
        Lowered::Body(Body { run, range })
    }

    fn namespace(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let mut res = Lowered::Nothing;
        for child in frame.children {
            match child.lowered {
                Lowered::Body(body) => res = Lowered::Run(self.block_statement(body, builder)),
                Lowered::Value(name) => {
                    builder.take_kind(name);
                }
                _ => {}
            }
        }
        res
    }

    fn expression(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let mut run = Run::default();
        for child in frame.children {
            match child.lowered {
                Lowered::Run(_) | Lowered::Body(_) => self.add(child, &mut run, builder),
                lowered if is_expression(&lowered) => {
                    run.list.extend(self.effect(lowered, range, mark, builder));
                }
                _ => {}
            }
        }
        Lowered::Run(run)
    }

    /// The statements of an expression that stands for its effect.
    fn effect(&mut self, lowered: Lowered, range: TextRange, from: Mark, builder: &mut Builder) -> Vec<StatementId> {
        let items = match lowered {
            Lowered::Sequence(items) => items,
            lowered => vec![(lowered, range)],
        };
        let mut res = Vec::with_capacity(items.len());
        let mut mark = from;
        for (lowered, range) in items {
            let (kind, end) = match lowered {
                Lowered::Assignment(Assignment { stores, end, .. }) => (StatementKind::Store(stores), end),
                Lowered::Parenthesized(value) => (StatementKind::Expression(value), builder.mark_after(value)),
                lowered => {
                    let value = self.value(lowered, range, builder);
                    (StatementKind::Expression(value), builder.mark_after(value))
                }
            };
            res.push(builder.statement_between(kind, range, mark, end));
            mark = end;
        }
        res
    }

    fn declaration(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let keyword = frame.node.child(0).map_or("", |it| it.kind());
        let kind = if matches!(keyword, "let" | "var") { StoreKind::Assign } else { StoreKind::Constant };
        let scope = if keyword == "var" { builder.function_scope() } else { builder.scope() };
        let (mut stores, mut imports) = (Vec::new(), Vec::new());
        for child in frame.children {
            let Lowered::Declarator(declarator) = child.lowered else { continue };
            match self.declare(declarator, kind, scope, range, builder) {
                Declared::Stores(made) => stores.extend(made),
                Declared::Imports(made) => imports.extend(made),
            }
        }
        let mut run = Run::default();
        if !imports.is_empty() {
            run.list.push(builder.statement(StatementKind::Import(imports), range, mark));
        }
        if !stores.is_empty() {
            run.list.push(builder.statement(StatementKind::Store(stores), range, mark));
        }
        Lowered::Run(run)
    }

    fn branching(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let test = Test::Value(self.condition_field(&mut frame, builder));
        let (then, then_ends) = self.branch_field(&mut frame, "consequence", builder);
        let alternative = pull(&mut frame, "alternative");
        let otherwise = alternative.map(|it| self.branch(Some(it), range.end, builder));
        let ends = then_ends && otherwise.is_some_and(|it| it.1);
        let kind = StatementKind::Branch { test, then, otherwise: otherwise.map(|it| it.0) };
        Lowered::Run(Run { ends, ..Run::of(builder.statement(kind, range, mark)) })
    }

    fn counting_loop(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let initializer = match pull(&mut frame, "initializer") {
            Some(Piece { lowered: Lowered::Run(run), .. }) => run.list,
            Some(piece) if is_expression(&piece.lowered) => self.effect(piece.lowered, piece.range, mark, builder),
            _ => Vec::new(),
        };
        let test = pull(&mut frame, "condition").filter(|it| is_expression(&it.lowered));
        let test = test.map(|it| Test::Value(self.condition(it, builder)));
        let update = pull(&mut frame, "increment").filter(|it| is_expression(&it.lowered));
        let update = update.map(|it| self.value(it.lowered, it.range, builder));
        let (body, _) = self.branch_field(&mut frame, "body", builder);
        let kind = match (&test, &update) {
            (None, None) => LoopKind::Forever,
            _ => LoopKind::Count,
        };
        let kind = StatementKind::Loop(Loop { kind, test, update, body, otherwise: None, label: None });
        let inner = builder.statement(kind, range, mark);
        self.close_loop(true, builder);
        if initializer.is_empty() {
            return Lowered::Run(Run { labelled: Some(inner), ..Run::of(inner) });
        }
        let mut list = initializer;
        list.push(inner);
        let block = builder.block(list, None, range);
        let outer = builder.statement(StatementKind::Block(block), range, mark);
        Lowered::Run(Run { labelled: Some(inner), ..Run::of(outer) })
    }

    fn each_loop(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let field = |name| frame.node.child_by_field_name(name).map(|it| self.source(it));
        let (keyword, operator) = (field("kind"), field("operator"));
        let left = pull(&mut frame, "left");
        let iterable = self.field_value(&mut frame, "right", builder);
        let (body, _) = self.branch_field(&mut frame, "body", builder);
        if let Some(left) = left {
            let pattern = self.pattern(left, builder);
            let step = if operator == Some("of") { Step::Element } else { Step::Unknown };
            let scope = if keyword == Some("var") { builder.function_scope() } else { builder.scope() };
            let binding = Binding {
                source: Some(iterable),
                prefix: &[step],
                kind: StoreKind::Element,
                declares: keyword.is_some(),
                scope,
                whole: None,
                annotation: None,
            };
            binding.stores(pattern, builder);
        }
        let kind = LoopKind::Each(iterable);
        let kind = StatementKind::Loop(Loop { kind, test: None, update: None, body, otherwise: None, label: None });
        let statement = builder.statement(kind, range, mark);
        self.close_loop(true, builder);
        Lowered::Run(Run { labelled: Some(statement), ..Run::of(statement) })
    }

    fn while_loop(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let test = Some(Test::Value(self.condition_field(&mut frame, builder)));
        let (body, _) = self.branch_field(&mut frame, "body", builder);
        let kind = LoopKind::While;
        let kind = StatementKind::Loop(Loop { kind, test, update: None, body, otherwise: None, label: None });
        let statement = builder.statement(kind, range, mark);
        self.close_loop(false, builder);
        Lowered::Run(Run { labelled: Some(statement), ..Run::of(statement) })
    }

    fn close_loop(&mut self, has_scope: bool, builder: &mut Builder) {
        self.jumps.pop();
        if has_scope {
            builder.close_scope();
        }
    }

    fn attempt(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let (body, body_ends) = self.branch_field(&mut frame, "body", builder);
        let (handlers, handler_ends) = match pull(&mut frame, "handler") {
            Some(Piece { lowered: Lowered::Handler(handler, ends), .. }) => (vec![handler], ends),
            _ => (Vec::new(), true),
        };
        let finally = pull(&mut frame, "finalizer").map(|it| self.branch(Some(it), range.end, builder));
        let ends = body_ends && handler_ends || finally.is_some_and(|it| it.1);
        let kind = StatementKind::Try { body, handlers, otherwise: None, finally: finally.map(|it| it.0) };
        Lowered::Run(Run { ends, ..Run::of(builder.statement(kind, range, mark)) })
    }

    fn handler(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let parameter = pull(&mut frame, "parameter");
        let annotation = self.annotation_field(&mut frame, "type");
        let (body, ends) = self.branch_field(&mut frame, "body", builder);
        let mut binding = None;
        if let Some(parameter) = parameter {
            let pattern = self.pattern(parameter, builder);
            let is_name = pattern.name().is_some();
            let stores = Binding {
                source: None,
                prefix: &[],
                kind: StoreKind::Error,
                declares: true,
                scope: builder.scope(),
                whole: None,
                annotation,
            };
            binding = stores.stores(pattern, builder).first().copied().filter(|_| is_name);
        }
        builder.close_scope();
        let handler = Handler { types: Vec::new(), binding, body, range: builder.relative(range) };
        Lowered::Handler(handler, ends)
    }

    fn labelled(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let label = self.label(&frame);
        let run = match pull(&mut frame, "body").map(|it| it.lowered) {
            Some(Lowered::Run(run)) => run,
            Some(Lowered::Body(body)) => self.block_statement(body, builder),
            _ => return Lowered::Run(Run::default()),
        };
        if let Some(statement) = run.labelled
            && let StatementKind::Loop(it) = builder.statement_kind_mut(statement)
        {
            it.label = label;
        }
        // A `break` to the label runs on behind the statement.
        Lowered::Run(Run { ends: false, ..run })
    }

    /// `break`; without a label it leaves the innermost loop or `switch`.
    fn leaving(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let label = self.label(&frame);
        let leaves_switch = label.is_none() && self.jumps.last() == Some(&Jump::Switch);
        let label = if leaves_switch { Some(SWITCH_LABEL.into()) } else { label };
        let kind = StatementKind::Break { label, value: None };
        let statement = builder.statement(kind, frame.range(), frame.mark);
        Lowered::Run(Run { leaves_switch, ..Run::ending(statement) })
    }

    fn label(&self, frame: &Frame<'_, Lowered>) -> Option<Box<str>> {
        frame.node.child_by_field_name("label").map(|it| self.source(it).into())
    }
}

/// `else …`, `finally …`, `static …`: the block, or the statement as one.
fn inner_block(frame: Frame<'_, Lowered>) -> Lowered {
    for child in frame.children {
        let range = node_range(child.node);
        match child.lowered {
            Lowered::Body(body) => return Lowered::Body(body),
            Lowered::Run(run) => return Lowered::Body(Body { run, range }),
            _ => {}
        }
    }
    Lowered::Nothing
}
