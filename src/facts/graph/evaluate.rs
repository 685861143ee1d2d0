//! The evaluation of values in a control graph: operands before their operation, promises and function literals in place.

use super::super::{Call, FunctionId, ValueId, ValueKind};
use super::build::{Build, Frame};
use super::{EdgeKind, NodeId, Operation};
use crate::language::Language;

impl Build<'_> {
    /// Follows the evaluation of a value.
    pub(super) fn value(&mut self, root: ValueId) {
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
