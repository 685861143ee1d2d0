//! Decisions in a control graph: tests, patterns, and the arms of a match.

use super::super::{Arm, StatementId, Test, ValueId, ValueKind};
use super::build::{Build, Frame, Open};
use super::{EdgeKind, NodeId, Operation};
use crate::language::Language;

impl Build<'_> {
    /// Evaluates a test; returns the edges taken if it holds and if it does not.
    pub(super) fn test(&mut self, id: StatementId, test: &Test) -> (Open, Open) {
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
    pub(super) fn called(&self, value: ValueId) -> Option<ValueId> {
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

    pub(super) fn arms(&mut self, id: StatementId, subject: ValueId, arms: &[Arm]) {
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
