//! Building a control graph: statements and values are followed in evaluation order, with the edges that still lead
//! nowhere (`open`) in hand.

use std::collections::HashSet;

use super::super::{
    Arm, BlockId, Call, Facts, FunctionId, Handler, Loop, LoopKind, Statement, StatementId, StatementKind, Step,
    StoreId, Test, ValueId, ValueKind,
};
use super::{Edge, EdgeKind, Graph, GraphNode, NodeId, Operation};
use crate::language::Language;

/// How deeply statements and branching values may nest; what is nested deeper has no graph.
const MAX_DEPTH: u32 = 64;
/// How many nodes a graph may have: `finally` blocks stand several times in it.
const MAX_NODES: usize = 20_000;

/// Edges that do not lead anywhere yet.
type Open = Vec<(NodeId, EdgeKind)>;

/// What surrounds the operation at hand, and what jumps to it.
enum Frame {
    /// A loop, or a JavaScript `switch` (which `continue` passes).
    Loop { statement: StatementId, breaks: Open, continues: Open, is_switch: bool },
    /// A `try` body, or a promise whose rejection is handled.
    Handlers { raises: Open },
    /// A body with a `finally` block.
    Finally { block: BlockId, raises: Open },
    /// A function literal run in place.
    Callback { returns: Open },
}

struct Build<'a> {
    facts: &'a Facts,
    graph: Graph,
    open: Open,
    frames: Vec<Frame>,
    /// What `let … else` has computed for its test, and stores then.
    subjects: HashSet<ValueId>,
    depth: u32,
    too_large: bool,
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
    fn add(&mut self, operation: Operation) -> Option<NodeId> {
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

    fn link(&mut self, open: Open, to: NodeId) {
        for (from, kind) in open {
            let edges = &mut self.graph.nodes[from.0 as usize].edges;
            let edge = Edge { kind, to };
            if !edges.contains(&edge) {
                edges.push(edge);
            }
        }
    }

    /// Sends edges to the innermost place that handles errors.
    fn raise(&mut self, edges: Open) {
        for frame in self.frames.iter_mut().rev() {
            if let Frame::Handlers { raises } | Frame::Finally { raises, .. } = frame {
                raises.extend(edges);
                return;
            }
        }
        self.link(edges, Graph::ESCAPE);
    }

    /// Runs what stands between the operation at hand and the frame at `depth`: the `finally` blocks.
    fn unwind(&mut self, depth: usize) {
        for at in (depth..self.frames.len()).rev() {
            if let Frame::Finally { block, .. } = self.frames[at] {
                let inner = self.frames.split_off(at);
                self.block(block);
                self.frames.extend(inner);
            }
        }
    }

    fn nested(&mut self, inside: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            self.too_large = true;
            return;
        }
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    fn body(&mut self, function: FunctionId) {
        let body = self.facts.function(function).body;
        self.block(body);
        if let Some(tail) = self.facts[body].tail {
            self.add(Operation::Return(Some(tail)));
        }
    }

    fn block(&mut self, block: BlockId) {
        self.nested(|build| {
            for statement in &build.facts[block].statements {
                build.statement(*statement);
            }
            if let Some(tail) = build.facts[block].tail {
                build.value(tail);
            }
        });
    }

    fn statement(&mut self, id: StatementId) {
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

    fn leave_function(&mut self) {
        let callback = self.frames.iter().rposition(|it| matches!(it, Frame::Callback { .. }));
        self.unwind(callback.map_or(0, |it| it + 1));
        let open = std::mem::take(&mut self.open);
        match callback.map(|it| &mut self.frames[it]) {
            Some(Frame::Callback { returns }) => returns.extend(open),
            _ => self.link(open.into_iter().map(|(from, kind)| (from, exit_kind(kind))).collect(), Graph::EXIT),
        }
    }

    fn jump(&mut self, label: Option<&str>, is_break: bool) {
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

    fn label(&self, statement: StatementId) -> Option<&str> {
        match &self.facts[statement].kind {
            StatementKind::Loop(it) => it.label.as_deref(),
            _ => None,
        }
    }

    fn stores(&mut self, stores: &[StoreId]) {
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

    fn branch(&mut self, id: StatementId, test: &Test, then: BlockId, otherwise: Option<BlockId>) {
        self.nested(|build| {
            let (holds, fails) = build.test(id, test);
            build.open = holds;
            build.block(then);
            let after_then = std::mem::replace(&mut build.open, fails);
            otherwise.iter().for_each(|it| build.block(*it));
            build.open.extend(after_then);
        });
    }

    /// Evaluates a test; returns the edges taken if it holds and if it does not.
    fn test(&mut self, id: StatementId, test: &Test) -> (Open, Open) {
        match test {
            Test::Value(value) => {
                self.value(*value);
                match self.add(Operation::Test(*value)) {
                    Some(node) => (vec![(node, EdgeKind::True)], vec![(node, EdgeKind::False)]),
                    None => (Vec::new(), Vec::new()),
                }
            }
            Test::Pattern { pattern, subject } => {
                self.value(*subject);
                self.subjects.insert(*subject);
                let outcome = Outcome::of(pattern.variants.iter());
                let Some(node) = self.decider(id, *subject, outcome.is_some()) else {
                    return (Vec::new(), Vec::new());
                };
                match outcome {
                    Some(Outcome::Success) => (vec![(node, EdgeKind::Normal)], self.failed(id, 1, node)),
                    Some(Outcome::Failure) => (self.failed(id, 0, node), vec![(node, EdgeKind::Normal)]),
                    None => (vec![(node, EdgeKind::True)], vec![(node, EdgeKind::False)]),
                }
            }
        }
    }

    /// The node whose edges a pattern chooses: the call itself if its result is taken apart into success and failure.
    fn decider(&mut self, id: StatementId, subject: ValueId, is_outcome: bool) -> Option<NodeId> {
        if let ([(node, EdgeKind::Normal)], true) = (self.open.as_slice(), is_outcome)
            && self.called(subject).is_some_and(|call| self.graph.operation(*node) == Operation::Call(call))
        {
            let node = *node;
            self.open.clear();
            return Some(node);
        }
        self.add(Operation::Pattern(id))
    }

    /// The call that gives a value, past `await` and parentheses.
    fn called(&self, value: ValueId) -> Option<ValueId> {
        let mut at = value;
        loop {
            match self.facts[at].kind {
                ValueKind::Await(inner) | ValueKind::Transparent(inner) => at = inner,
                ValueKind::Call(_) => return Some(at),
                _ => return None,
            }
        }
    }

    /// The edges behind the entry of a Rust failure's arm.
    fn failed(&mut self, id: StatementId, arm: u32, node: NodeId) -> Open {
        let before = std::mem::replace(&mut self.open, vec![(node, EdgeKind::Raise)]);
        self.add(Operation::Handler(id, arm));
        std::mem::replace(&mut self.open, before)
    }

    fn arms(&mut self, id: StatementId, subject: ValueId, arms: &[Arm]) {
        self.nested(|build| {
            build.value(subject);
            let outcomes: Vec<Option<Outcome>> =
                arms.iter().map(|it| Outcome::of(it.pattern.variants.iter())).collect();
            let takes_apart = outcomes.iter().any(Option::is_some);
            let Some(node) = build.decider(id, subject, takes_apart) else { return };
            build.open.clear();
            if build.facts.language.is_ecmascript() {
                let frame = Frame::Loop { statement: id, breaks: Vec::new(), continues: Vec::new(), is_switch: true };
                build.frames.push(frame);
            }
            let fits_any = |it: &Arm| it.guard.is_none() && it.pattern.variants.iter().any(|it| &**it == "_");
            // Rust's matches fit always; elsewhere one without a default may fit nowhere.
            let exhaustive = build.facts.language == Language::Rust || arms.iter().any(fits_any);
            let mut choice = Choice::new(node, takes_apart, exhaustive);
            let mut done = Open::new();
            let mut falling = Open::new();
            for (index, arm) in arms.iter().enumerate() {
                let entry = build.arm_entry(id, index as u32, outcomes[index], arm, &mut choice);
                build.open = entry;
                if let Some(guard) = arm.guard {
                    build.value(guard);
                    if let Some(test) = build.add(Operation::Test(guard)) {
                        build.open = vec![(test, EdgeKind::True)];
                        choice.refused(outcomes[index], (test, EdgeKind::False));
                    }
                }
                build.open.append(&mut falling);
                build.block(arm.body);
                let end = std::mem::take(&mut build.open);
                if arm.falls_through { falling = end } else { done.extend(end) }
            }
            done.append(&mut falling);
            if build.facts.language.is_ecmascript()
                && let Some(Frame::Loop { breaks, .. }) = build.frames.pop()
            {
                done.extend(breaks);
            }
            done.extend(choice.rest());
            build.open = done;
        });
    }

    /// The edges that lead into an arm.
    fn arm_entry(
        &mut self,
        id: StatementId,
        index: u32,
        outcome: Option<Outcome>,
        arm: &Arm,
        choice: &mut Choice,
    ) -> Open {
        let (mut open, failing) = choice.enter(outcome, arm.guard.is_some());
        if !failing.is_empty() {
            let before = std::mem::replace(&mut self.open, failing);
            self.add(Operation::Handler(id, index));
            open.extend(std::mem::replace(&mut self.open, before));
        }
        open
    }

    fn round(&mut self, id: StatementId, it: &Loop) {
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
    fn end_round(&mut self, it: &Loop, asks_last: Option<StatementId>, over: &mut Open) {
        if let Some(Frame::Loop { continues, .. }) = self.frames.last_mut() {
            self.open.append(continues);
        }
        it.update.iter().for_each(|it| self.value(*it));
        if let Some(id) = asks_last {
            over.extend(self.ask(id, it));
        }
    }

    /// Evaluates a loop's test, leaves the edges into the round open and returns those out of the loop.
    fn ask(&mut self, id: StatementId, it: &Loop) -> Open {
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
    fn asks_last(&self, it: &Loop) -> bool {
        let test = match &it.test {
            Some(Test::Value(value)) => self.facts.range(*value),
            _ => return false,
        };
        it.kind == LoopKind::While && test.start >= self.facts.range(it.body).end
    }

    fn guarded(
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

    fn handle(&mut self, id: StatementId, handlers: &[Handler], raises: Open, done: &mut Open) {
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
    fn pop_raises(&mut self) -> Open {
        match self.frames.pop() {
            Some(Frame::Handlers { raises } | Frame::Finally { raises, .. }) => raises,
            _ => Open::new(),
        }
    }

    /// Runs something on the way of an error, which then goes on.
    fn run_then_raise(&mut self, raises: Open, run: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.open, raises);
        run(self);
        let edges = std::mem::replace(&mut self.open, before);
        self.raise(edges);
    }

    /// Follows the evaluation of a value.
    fn value(&mut self, root: ValueId) {
        let facts = self.facts;
        let mut todo = vec![(root, false)];
        while let Some((at, operands_done)) = todo.pop() {
            if operands_done {
                self.operate(at);
                continue;
            }
            if self.branches(at) {
                continue;
            }
            todo.push((at, true));
            let first = todo.len();
            facts[at].kind.each_child(|it| todo.push((it, false)));
            todo[first..].reverse();
        }
    }

    /// The operation that a value is once its operands are there.
    fn operate(&mut self, value: ValueId) {
        let facts = self.facts;
        match &facts[value].kind {
            ValueKind::Call(_) => {
                let node = self.add(Operation::Call(value));
                self.may_raise(node);
            }
            ValueKind::Await(inner) if self.called(*inner).is_none() => {
                let node = self.add(Operation::Await(value));
                self.may_raise(node);
            }
            ValueKind::Propagate(inner) => {
                let call = self.called(*inner).map(Operation::Call);
                let node = match self.open.as_slice() {
                    [(node, EdgeKind::Normal)] if Some(self.graph.operation(*node)) == call => Some(*node),
                    _ => self.add(Operation::Propagate(value)),
                };
                if let Some(node) = node {
                    self.raise(vec![(node, EdgeKind::Raise)]);
                }
            }
            ValueKind::Assign { stores, .. } => stores.iter().for_each(|it| {
                self.add(Operation::Store(*it));
            }),
            _ => {}
        }
    }

    /// In Rust a call gives its failure as a value; elsewhere it raises.
    fn may_raise(&mut self, node: Option<NodeId>) {
        if let Some(node) = node
            && self.facts.language != Language::Rust
        {
            self.raise(vec![(node, EdgeKind::Raise)]);
        }
    }

    /// Follows a value whose parts do not all run in order; `false` if it is not such a value.
    fn branches(&mut self, value: ValueId) -> bool {
        let facts = self.facts;
        match &facts[value].kind {
            ValueKind::Function(_) => {}
            ValueKind::Control(statement) => self.nested(|it| it.statement(*statement)),
            ValueKind::Choice { condition, then, otherwise } if self.acts(*then) || self.acts(*otherwise) => {
                self.nested(|it| it.choose(*condition, *then, *otherwise));
            }
            ValueKind::Binary { operator, left, right } if self.acts(*right) && matches!(&**operator, "&&" | "||") => {
                self.nested(|it| it.short_circuit(*left, *right, &**operator == "&&"));
            }
            ValueKind::Fallback { value, default } if self.acts(*default) => {
                self.nested(|it| it.short_circuit(*value, *default, false));
            }
            ValueKind::Call(call) => return self.runs_in_place(value, call),
            _ => return false,
        }
        true
    }

    /// Whether a value holds an operation.
    fn acts(&self, value: ValueId) -> bool {
        let mut todo = vec![value];
        while let Some(at) = todo.pop() {
            let kind = &self.facts[at].kind;
            if matches!(
                kind,
                ValueKind::Call(_)
                    | ValueKind::Await(_)
                    | ValueKind::Propagate(_)
                    | ValueKind::Assign { .. }
                    | ValueKind::Control(_)
            ) {
                return true;
            }
            kind.each_child(|it| todo.push(it));
        }
        false
    }

    fn choose(&mut self, condition: ValueId, then: ValueId, otherwise: ValueId) {
        self.value(condition);
        let Some(test) = self.add(Operation::Test(condition)) else { return };
        self.open = vec![(test, EdgeKind::True)];
        self.value(then);
        let after = std::mem::replace(&mut self.open, vec![(test, EdgeKind::False)]);
        self.value(otherwise);
        self.open.extend(after);
    }

    fn short_circuit(&mut self, left: ValueId, right: ValueId, goes_on_if: bool) {
        self.value(left);
        let Some(test) = self.add(Operation::Test(left)) else { return };
        let (on, off) = if goes_on_if { (EdgeKind::True, EdgeKind::False) } else { (EdgeKind::False, EdgeKind::True) };
        self.open = vec![(test, on)];
        self.value(right);
        self.open.push((test, off));
    }

    /// Follows a call that runs function literals before it is done: `(async () => …)()`, `p.then(() => …)`.
    fn runs_in_place(&mut self, value: ValueId, call: &Call) -> bool {
        let facts = self.facts;
        if let ValueKind::Function(function) = facts[facts.past_transparent(call.callee)].kind {
            self.nested(|build| {
                call.arguments.iter().for_each(|it| build.value(it.value));
                build.callback(function);
            });
            return true;
        }
        let ValueKind::Member { object, name, .. } = &facts[facts.past_transparent(call.callee)].kind else {
            return false;
        };
        if !facts.language.is_ecmascript() {
            return false;
        }
        let argument = |n| call.positional(n).map(|it| it.value);
        let (fulfilled, rejected) = match &**name {
            "then" => (argument(0), argument(1)),
            "catch" => (None, argument(0)),
            "finally" => (argument(0), argument(0)),
            _ => return false,
        };
        let goes_on_raising = &**name == "finally";
        self.nested(|build| {
            build.promise(value, *object, fulfilled, rejected, goes_on_raising);
        });
        true
    }

    fn promise(
        &mut self,
        call: ValueId,
        object: ValueId,
        fulfilled: Option<ValueId>,
        rejected: Option<ValueId>,
        goes_on_raising: bool,
    ) {
        let Some(rejected) = rejected else {
            self.value(object);
            fulfilled.iter().for_each(|it| self.react(call, *it));
            return;
        };
        self.frames.push(Frame::Handlers { raises: Vec::new() });
        self.value(object);
        let raises = self.pop_raises();
        fulfilled.iter().for_each(|it| self.react(call, *it));
        if goes_on_raising {
            self.run_then_raise(raises, |build| build.react(call, rejected));
            return;
        }
        let done = std::mem::replace(&mut self.open, raises);
        self.add(Operation::Rejection(call));
        self.react(call, rejected);
        self.open.extend(done);
    }

    /// Runs a callback in place: a literal's body, otherwise the `.then` or `.catch` call stands for it.
    fn react(&mut self, call: ValueId, callback: ValueId) {
        match self.facts[self.facts.past_transparent(callback)].kind {
            ValueKind::Function(function) => self.callback(function),
            _ => {
                self.value(callback);
                let node = self.add(Operation::Call(call));
                self.may_raise(node);
            }
        }
    }

    fn callback(&mut self, function: FunctionId) {
        if self.add(Operation::Callback(function)).is_none() {
            return;
        }
        self.frames.push(Frame::Callback { returns: Vec::new() });
        self.body(function);
        if let Some(Frame::Callback { returns }) = self.frames.pop() {
            self.open.extend(returns);
        }
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

/// What a Rust pattern says of a `Result`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Success,
    Failure,
}

impl Outcome {
    fn of<'a>(mut variants: impl Iterator<Item = &'a Box<str>>) -> Option<Self> {
        let first = variants.next()?;
        let res = match &**first {
            "Ok" => Self::Success,
            "Err" => Self::Failure,
            _ => return None,
        };
        variants.all(|it| it == first).then_some(res)
    }
}

/// The edges that lead into the arms of a match.
struct Choice {
    success: Open,
    failure: Open,
    success_taken: bool,
    failure_taken: bool,
    takes_apart: bool,
    exhaustive: bool,
}

impl Choice {
    fn new(node: NodeId, takes_apart: bool, exhaustive: bool) -> Self {
        let (success, failure) = match takes_apart {
            true => (vec![(node, EdgeKind::Normal)], vec![(node, EdgeKind::Raise)]),
            false => (vec![(node, EdgeKind::True)], Vec::new()),
        };
        Self { success, failure, success_taken: false, failure_taken: false, takes_apart, exhaustive }
    }

    /// The edges into an arm: those of success and those of failure. An arm that names neither gets what no unguarded arm
    /// before it took.
    fn enter(&mut self, outcome: Option<Outcome>, guarded: bool) -> (Open, Open) {
        match outcome {
            Some(Outcome::Success) => {
                self.success_taken |= !guarded;
                (self.success.clone(), Open::new())
            }
            Some(Outcome::Failure) => {
                self.failure_taken |= !guarded;
                (Open::new(), self.failure.clone())
            }
            None => {
                let rest = |edges: &Open, taken| if taken { Open::new() } else { edges.clone() };
                (rest(&self.success, self.success_taken), rest(&self.failure, self.failure_taken))
            }
        }
    }

    /// A guard refused: a later arm may take over.
    fn refused(&mut self, outcome: Option<Outcome>, edge: (NodeId, EdgeKind)) {
        match outcome {
            Some(Outcome::Failure) => self.failure.push(edge),
            _ => self.success.push(edge),
        }
    }

    /// What no arm took.
    fn rest(self) -> Open {
        match self.takes_apart || self.exhaustive {
            true => Open::new(),
            false => self.success.into_iter().map(|(node, _)| (node, EdgeKind::False)).collect(),
        }
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
