//! Control graphs: in which order a function's operations run, and where control goes when one of them fails.
//!
//! A graph is built from the language-neutral statements, the same way for every language. Nodes are operations in
//! evaluation order. A call that may fail has a raise edge to the innermost handler, through `finally` blocks, or to
//! [`Operation::Escape`]. Rust's failures are values: there the raise edge leaves the `match`, `if let`, `let … else` or
//! `?` that takes the result apart, which for a call looked at directly is the call itself. JavaScript's
//! `.then(f).catch(g)` with function literals is the body of `f`, and that of `g` behind a raise edge.

mod arms;
mod build;
mod dump;
mod evaluate;
#[cfg(test)]
mod tests;

use super::{Facts, FunctionId, StatementId, StatementKind, StoreId, ValueId};
use crate::text::TextRange;

/// Names a node of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// The control graph of one function.
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<GraphNode>,
}

/// An operation and where control goes from it.
#[derive(Debug)]
pub struct GraphNode {
    /// What is done.
    pub operation: Operation,
    /// Where control goes next.
    pub edges: Vec<Edge>,
}

/// A way from one operation to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// When it is taken.
    pub kind: EdgeKind,
    /// Where it leads.
    pub to: NodeId,
}

/// When an edge is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// The operation is done.
    Normal,
    /// The test holds, the pattern fits, the loop has another round.
    True,
    /// The test does not hold, the loop is over.
    False,
    /// The operation failed.
    Raise,
    /// From the end of a loop's round to its head.
    Back,
    /// Out of the function.
    Exit,
}

/// What a node does. A `finally` block stands once in the graph for each way through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The function begins.
    Entry,
    /// The function ends with a result or none.
    Exit,
    /// The function ends with an error.
    Escape,
    /// A call is made.
    Call(ValueId),
    /// Something other than a call is awaited.
    Await(ValueId),
    /// Rust's `?` on something other than a call.
    Propagate(ValueId),
    /// A place is assigned.
    Store(StoreId),
    /// A value decides.
    Test(ValueId),
    /// A `match` or `switch`, or an `if let` or `while let` whose subject is no call, decides.
    Pattern(StatementId),
    /// The head of a loop: each round begins here, before its test.
    Loop(StatementId),
    /// The end of a loop's round.
    Next(StatementId),
    /// The `n`th handler of a `try` begins, or the arm or branch that a Rust failure leads to (`n` counts arms).
    Handler(StatementId, u32),
    /// The rejection callback of this `.then`, `.catch` or `.finally` call begins.
    Rejection(ValueId),
    /// A function literal run in place begins.
    Callback(FunctionId),
    /// The function's result is given.
    Return(Option<ValueId>),
    /// An error is raised.
    Raise(StatementId),
    /// A loop or `switch` is left.
    Break(StatementId),
    /// The rest of a round is skipped.
    Continue(StatementId),
}

impl Operation {
    /// Where the operation stands; `None` for the ends of the graph.
    pub fn range(self, facts: &Facts) -> Option<TextRange> {
        Some(match self {
            Self::Entry | Self::Exit | Self::Escape | Self::Return(None) => return None,
            Self::Call(value) | Self::Await(value) | Self::Propagate(value) | Self::Test(value) => facts.range(value),
            Self::Rejection(value) | Self::Return(Some(value)) => facts.range(value),
            Self::Store(store) => facts.range(store),
            Self::Callback(function) => facts.function_range(function),
            Self::Handler(statement, n) => match &facts[statement].kind {
                StatementKind::Try { handlers, .. } => facts.at(statement.chunk, handlers.get(n as usize)?.range),
                _ => facts.range(statement),
            },
            Self::Pattern(statement)
            | Self::Loop(statement)
            | Self::Next(statement)
            | Self::Raise(statement)
            | Self::Break(statement)
            | Self::Continue(statement) => facts.range(statement),
        })
    }
}

impl Graph {
    /// The graph of a function; `None` if the function is nested too deeply or is too large to follow.
    pub fn of(facts: &Facts, function: FunctionId) -> Option<Self> {
        build::build(facts, function)
    }

    /// Where the function begins.
    pub const ENTRY: NodeId = NodeId(0);
    /// Where it ends with a result.
    pub const EXIT: NodeId = NodeId(1);
    /// Where it ends with an error.
    pub const ESCAPE: NodeId = NodeId(2);

    /// A node.
    pub fn node(&self, id: NodeId) -> &GraphNode {
        &self.nodes[id.0 as usize]
    }

    /// A node's operation.
    pub fn operation(&self, id: NodeId) -> Operation {
        self.node(id).operation
    }

    /// Every node, in the order in which the source was followed.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &GraphNode)> {
        self.nodes.iter().enumerate().map(|(index, it)| (NodeId(index as u32), it))
    }

    /// The nodes where a value is computed (several, if it stands in a `finally` block).
    pub fn calls_of(&self, value: ValueId) -> impl Iterator<Item = NodeId> {
        self.nodes().filter(move |(_, it)| it.operation == Operation::Call(value)).map(|(id, _)| id)
    }

    /// The nodes that can be reached from `from` over edges that `follow` lets pass, `from` itself only through a cycle.
    pub fn reachable(
        &self,
        from: impl IntoIterator<Item = NodeId>,
        mut follow: impl FnMut(NodeId, Edge) -> bool,
    ) -> Reached {
        let mut reached = Reached { marks: vec![false; self.nodes.len()] };
        let mut todo: Vec<NodeId> = from.into_iter().collect();
        while let Some(at) = todo.pop() {
            for edge in &self.node(at).edges {
                if !reached.holds(edge.to) && follow(at, *edge) {
                    reached.marks[edge.to.0 as usize] = true;
                    todo.push(edge.to);
                }
            }
        }
        reached
    }

    /// The nodes from which `to` can be reached over edges that `follow` lets pass, `to` itself included.
    pub fn leading_to(&self, to: NodeId, mut follow: impl FnMut(NodeId, Edge) -> bool) -> Reached {
        let mut before: Vec<Vec<NodeId>> = vec![Vec::new(); self.nodes.len()];
        for (from, node) in self.nodes() {
            for edge in node.edges.iter().filter(|it| follow(from, **it)) {
                before[edge.to.0 as usize].push(from);
            }
        }
        let mut reached = Reached { marks: vec![false; self.nodes.len()] };
        reached.add(to);
        let mut todo = vec![to];
        while let Some(at) = todo.pop() {
            for from in &before[at.0 as usize] {
                if !reached.holds(*from) {
                    reached.add(*from);
                    todo.push(*from);
                }
            }
        }
        reached
    }
}

/// A set of nodes.
#[derive(Clone, Debug)]
pub struct Reached {
    marks: Vec<bool>,
}

impl Reached {
    /// Whether a node is in the set.
    pub fn holds(&self, node: NodeId) -> bool {
        self.marks[node.0 as usize]
    }

    /// Adds a node.
    pub fn add(&mut self, node: NodeId) {
        self.marks[node.0 as usize] = true;
    }

    /// The nodes of both sets.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { marks: self.marks.iter().zip(&other.marks).map(|(a, b)| *a && *b).collect() }
    }

    /// The nodes of the set, in graph order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.marks.iter().enumerate().filter(|(_, it)| **it).map(|(index, _)| NodeId(index as u32))
    }
}
