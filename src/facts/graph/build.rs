//! Building a control graph: statements and values are followed in evaluation order, with the edges that still lead
//! nowhere (`open`) in hand.

use std::collections::HashSet;

use super::super::{
    BlockId, Facts, FunctionId, Handler, Loop, LoopKind, Statement, StatementId, StatementKind, Step, StoreId, Test,
    ValueId, ValueKind,
};
use super::{Edge, EdgeKind, Graph, GraphNode, NodeId, Operation};

/// How deeply statements and branching values may nest; what is nested deeper has no graph.
const MAX_DEPTH: u32 = 64;
/// How many nodes a graph may have: `finally` blocks stand several times in it.
const MAX_NODES: usize = 20_000;

/// Edges that do not lead anywhere yet.
pub(super) type Open = Vec<(NodeId, EdgeKind)>;

/// What surrounds the operation at hand, and what jumps to it.
pub(super) enum Frame {
    /// A loop, or a JavaScript `switch` (which `continue` passes).
    Loop { statement: StatementId, breaks: Open, continues: Open, is_switch: bool },
    /// A `try` body, or a promise whose rejection is handled.
    Handlers { raises: Open },
    /// A body with a `finally` block.
    Finally { block: BlockId, raises: Open },
    /// A function literal run in place.
    Callback { returns: Open },
}

/// A graph in the making.
pub(super) struct Build<'a> {
    pub(super) facts: &'a Facts,
    pub(super) graph: Graph,
    pub(super) open: Open,
    pub(super) frames: Vec<Frame>,
    /// What `let … else` has computed for its test, and stores then.
    pub(super) subjects: HashSet<ValueId>,
    pub(super) depth: u32,
    pub(super) too_large: bool,
}

/// Builds the graph of a function.
pub(super) fn build(facts: &Facts, function: FunctionId) -> Option<Graph> {
    let empty = |operation| GraphNode { operation, edges: Vec::new() };
    let nodes = vec![empty(Operation::Entry), empty(Operation::Exit), empty(Operation::Escape)];
    let open = vec![(Graph::ENTRY, EdgeKind::Normal)];
    let mut build = Build {
        facts,
        graph: Graph { nodes },
        open,
        frames: Vec::new(),
        subjects: HashSet::new(),
        depth: 0,
        too_large: false,
    };
    build.body(function);
    let rest = std::mem::take(&mut build.open);
    build.link(rest.into_iter().map(|(from, kind)| (from, exit_kind(kind))).collect(), Graph::EXIT);
    (!build.too_large).then_some(build.graph)
}

/// Leaving the function is an exit edge unless a test or a failure decides it.
fn exit_kind(kind: EdgeKind) -> EdgeKind {
    match kind {
        EdgeKind::Normal => EdgeKind::Exit,
        other => other,
    }
}

impl Build<'_> {
    /// Adds a node behind all open edges; its own normal edge is the only open one then. `None` in dead code.
    pub(super) fn add(&mut self, operation: Operation) -> Option<NodeId> {
        if self.open.is_empty() || self.too_large {
            return None;
        }
        if self.graph.nodes.len() >= MAX_NODES {
            self.too_large = true;
            return None;
        }
        let id = NodeId(self.graph.nodes.len() as u32);
        self.graph.nodes.push(GraphNode { operation, edges: Vec::new() });
        let open = std::mem::replace(&mut self.open, vec![(id, EdgeKind::Normal)]);
        self.link(open, id);
        Some(id)
    }

    pub(super) fn link(&mut self, open: Open, to: NodeId) {
        for (from, kind) in open {
            let edges = &mut self.graph.nodes[from.0 as usize].edges;
            let edge = Edge { kind, to };
            if !edges.contains(&edge) {
                edges.push(edge);
            }
        }
    }

    /// Sends edges to the innermost place that handles errors.
    pub(super) fn raise(&mut self, edges: Open) {
        for frame in self.frames.iter_mut().rev() {
            if let Frame::Handlers { raises } | Frame::Finally { raises, .. } = frame {
                raises.extend(edges);
                return;
            }
        }
        self.link(edges, Graph::ESCAPE);
    }

    /// Runs what stands between the operation at hand and the frame at `depth`: the `finally` blocks.
    pub(super) fn unwind(&mut self, depth: usize) {
        for at in (depth..self.frames.len()).rev() {
            if let Frame::Finally { block, .. } = self.frames[at] {
                let inner = self.frames.split_off(at);
                self.block(block);
                self.frames.extend(inner);
            }
        }
    }

    pub(super) fn nested(&mut self, inside: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            self.too_large = true;
            return;
        }
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    pub(super) fn body(&mut self, function: FunctionId) {
        let body = self.facts.function(function).body;
        self.block(body);
        if let Some(tail) = self.facts[body].tail {
            self.add(Operation::Return(Some(tail)));
        }
    }

    pub(super) fn block(&mut self, block: BlockId) {
        self.nested(|build| {
            for statement in &build.facts[block].statements {
                build.statement(*statement);
            }
            if let Some(tail) = build.facts[block].tail {
                build.value(tail);
            }
        });
    }

    pub(super) fn statement(&mut self, id: StatementId) {
        let facts = self.facts;
        match &facts[id].kind {
            StatementKind::Expression(value) => self.value(*value),
            StatementKind::Store(stores) => self.stores(stores),
            StatementKind::Return(value) => {
                value.iter().for_each(|it| self.value(*it));
                self.add(Operation::Return(*value));
                self.leave_function();
            }
            StatementKind::Raise(value) => {
                value.iter().for_each(|it| self.value(*it));
                if let Some(node) = self.add(Operation::Raise(id)) {
                    self.open.clear();
                    self.raise(vec![(node, EdgeKind::Raise)]);
                }
            }
            StatementKind::Break { label, value } => {
                value.iter().for_each(|it| self.value(*it));
                self.add(Operation::Break(id));
                self.jump(label.as_deref(), true);
            }
            StatementKind::Continue { label } => {
                self.add(Operation::Continue(id));
                self.jump(label.as_deref(), false);
            }
            StatementKind::Branch { test, then, otherwise } => self.branch(id, test, *then, *otherwise),
            StatementKind::Match { subject, arms } => self.arms(id, *subject, arms),
            StatementKind::Loop(it) => self.nested(|build| build.round(id, it)),
            StatementKind::Try { body, handlers, otherwise, finally } => {
                self.guarded(id, *body, handlers, *otherwise, *finally);
            }
            StatementKind::With { items, body } => {
                items.iter().for_each(|it| self.value(*it));
                self.block(*body);
            }
            StatementKind::Block(block) => self.block(*block),
            StatementKind::Class(class) => self.block(facts[*class].body),
            StatementKind::Function(_) | StatementKind::Import(_) => {}
            StatementKind::Other(values) => values.iter().for_each(|it| self.value(*it)),
        }
    }

    pub(super) fn leave_function(&mut self) {
        let callback = self.frames.iter().rposition(|it| matches!(it, Frame::Callback { .. }));
        self.unwind(callback.map_or(0, |it| it + 1));
        let open = std::mem::take(&mut self.open);
        match callback.map(|it| &mut self.frames[it]) {
            Some(Frame::Callback { returns }) => returns.extend(open),
            _ => self.link(open.into_iter().map(|(from, kind)| (from, exit_kind(kind))).collect(), Graph::EXIT),
        }
    }

    pub(super) fn jump(&mut self, label: Option<&str>, is_break: bool) {
        let target = self.frames.iter().rposition(|it| match it {
            Frame::Loop { statement, is_switch, .. } => match label {
                // What leaves a `switch` from inside a branch has its label.
                Some(label) if *is_switch => label == "switch",
                Some(label) => self.label(*statement) == Some(label),
                None => is_break || !is_switch,
            },
            _ => false,
        });
        let Some(target) = target else {
            // A jump out of what is not followed (a labelled block): where it leads is unknown.
            self.too_large = true;
            return;
        };
        self.unwind(target + 1);
        let jumping = std::mem::take(&mut self.open);
        if let Frame::Loop { breaks, continues, .. } = &mut self.frames[target] {
            if is_break { breaks.extend(jumping) } else { continues.extend(jumping) }
        }
    }

    pub(super) fn label(&self, statement: StatementId) -> Option<&str> {
        match &self.facts[statement].kind {
            StatementKind::Loop(it) => it.label.as_deref(),
            _ => None,
        }
    }

    pub(super) fn stores(&mut self, stores: &[StoreId]) {
        let facts = self.facts;
        let mut done: Option<ValueId> = None;
        for id in stores {
            let store = &facts[*id];
            // One value spread over several places (`const { a, b } = v`) is computed once.
            if store.value != done && !store.value.is_some_and(|it| self.subjects.contains(&it)) {
                store.value.iter().for_each(|it| self.value(*it));
                done = store.value;
            }
            if let super::super::Root::Value(root) = store.place.root {
                self.value(root);
            }
            for step in &store.place.path {
                if let Step::Computed(value) = step {
                    self.value(*value);
                }
            }
        }
        stores.iter().for_each(|it| {
            self.add(Operation::Store(*it));
        });
    }

    pub(super) fn branch(&mut self, id: StatementId, test: &Test, then: BlockId, otherwise: Option<BlockId>) {
        self.nested(|build| {
            let (holds, fails) = build.test(id, test);
            build.open = holds;
            build.block(then);
            let after_then = std::mem::replace(&mut build.open, fails);
            otherwise.iter().for_each(|it| build.block(*it));
            build.open.extend(after_then);
        });
    }

    pub(super) fn round(&mut self, id: StatementId, it: &Loop) {
        if let LoopKind::Each(iterable) = it.kind {
            self.value(iterable);
        }
        let Some(head) = self.add(Operation::Loop(id)) else { return };
        let frame = Frame::Loop { statement: id, breaks: Vec::new(), continues: Vec::new(), is_switch: false };
        self.frames.push(frame);
        let asks_last = self.asks_last(it);
        let mut over = match it.kind {
            LoopKind::Each(_) => {
                self.open = vec![(head, EdgeKind::True)];
                vec![(head, EdgeKind::False)]
            }
            _ if asks_last => Open::new(),
            _ => self.ask(id, it),
        };
        self.block(it.body);
        self.end_round(it, asks_last.then_some(id), &mut over);
        if self.add(Operation::Next(id)).is_some() {
            let back = std::mem::take(&mut self.open);
            self.link(back.into_iter().map(|(from, _)| (from, EdgeKind::Back)).collect(), head);
        }
        let breaks = match self.frames.pop() {
            Some(Frame::Loop { breaks, .. }) => breaks,
            _ => Open::new(),
        };
        self.open = over;
        it.otherwise.iter().for_each(|it| self.block(*it));
        self.open.extend(breaks);
    }

    /// What runs between a round's body and the next round: the third part of a `for`, the test of a `do … while`.
    pub(super) fn end_round(&mut self, it: &Loop, asks_last: Option<StatementId>, over: &mut Open) {
        if let Some(Frame::Loop { continues, .. }) = self.frames.last_mut() {
            self.open.append(continues);
        }
        it.update.iter().for_each(|it| self.value(*it));
        if let Some(id) = asks_last {
            over.extend(self.ask(id, it));
        }
    }

    /// Evaluates a loop's test, leaves the edges into the round open and returns those out of the loop.
    pub(super) fn ask(&mut self, id: StatementId, it: &Loop) -> Open {
        let Some(test) = &it.test else { return Open::new() };
        if let Test::Value(value) = test
            && is_always_true(self.facts, *value)
        {
            return Open::new();
        }
        let (holds, fails) = self.test(id, test);
        self.open = holds;
        fails
    }

    /// Whether the test stands behind the body (`do … while`).
    pub(super) fn asks_last(&self, it: &Loop) -> bool {
        let test = match &it.test {
            Some(Test::Value(value)) => self.facts.range(*value),
            _ => return false,
        };
        it.kind == LoopKind::While && test.start >= self.facts.range(it.body).end
    }

    pub(super) fn guarded(
        &mut self,
        id: StatementId,
        body: BlockId,
        handlers: &[Handler],
        otherwise: Option<BlockId>,
        finally: Option<BlockId>,
    ) {
        self.nested(|build| {
            if let Some(block) = finally {
                build.frames.push(Frame::Finally { block, raises: Vec::new() });
            }
            build.frames.push(Frame::Handlers { raises: Vec::new() });
            build.block(body);
            let raises = build.pop_raises();
            otherwise.iter().for_each(|it| build.block(*it));
            let mut done = std::mem::take(&mut build.open);
            build.handle(id, handlers, raises, &mut done);
            build.open = done;
            if let Some(block) = finally {
                let raises = build.pop_raises();
                build.block(block);
                build.run_then_raise(raises, |it| it.block(block));
            }
        });
    }

    pub(super) fn handle(&mut self, id: StatementId, handlers: &[Handler], raises: Open, done: &mut Open) {
        for (index, handler) in handlers.iter().enumerate() {
            self.open = raises.clone();
            handler.types.iter().for_each(|it| self.value(*it));
            self.open = raises.clone();
            self.add(Operation::Handler(id, index as u32));
            self.block(handler.body);
            done.append(&mut self.open);
        }
        if handlers.iter().all(|it| !it.types.is_empty()) {
            self.raise(raises);
        }
    }

    /// Closes the innermost frame and returns what was raised into it.
    pub(super) fn pop_raises(&mut self) -> Open {
        match self.frames.pop() {
            Some(Frame::Handlers { raises } | Frame::Finally { raises, .. }) => raises,
            _ => Open::new(),
        }
    }

    /// Runs something on the way of an error, which then goes on.
    pub(super) fn run_then_raise(&mut self, raises: Open, run: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.open, raises);
        run(self);
        let edges = std::mem::replace(&mut self.open, before);
        self.raise(edges);
    }
}

/// Whether a loop's test is a constant that holds.
pub(super) fn is_always_true(facts: &Facts, value: ValueId) -> bool {
    match &facts[facts.past_transparent(value)].kind {
        ValueKind::Boolean(it) => *it,
        ValueKind::Number(it) => it.parse::<f64>().is_ok_and(|it| it != 0.0),
        _ => false,
    }
}

impl Statement {
    /// The loop that a statement is.
    pub fn as_loop(&self) -> Option<&Loop> {
        match &self.kind {
            StatementKind::Loop(it) => Some(it),
            _ => None,
        }
    }
}
