//! Ways through a control graph: from a failure of an attempt to the next one, and from its success onwards.

use crate::facts::graph::{Edge, EdgeKind, Graph, NodeId, Operation, Reached};
use crate::facts::{Facts, StatementId, ValueId};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;
use crate::usage::retries::attempt::Attempt;
use crate::usage::retries::{excuse, status};

/// An attempt in a control graph, with the edges that its outcome decides.
pub(super) struct Ways<'g, 'r, 'a> {
    /// Binds names.
    pub(super) resolver: &'r Resolver<'a>,
    /// The graph.
    pub(super) graph: &'g Graph,
    /// The attempt's own nodes, first call first.
    pub(super) nodes: Vec<NodeId>,
    /// The call.
    pub(super) call: ValueId,
    /// Tests of the call's result, and the edge that is taken if it failed.
    checks: Vec<(NodeId, EdgeKind)>,
}

impl<'g, 'r, 'a> Ways<'g, 'r, 'a> {
    /// The attempt that `call` is, if the graph runs it.
    pub(super) fn of(resolver: &'r Resolver<'a>, graph: &'g Graph, call: ValueId, attempt: &Attempt) -> Option<Self> {
        let nodes: Vec<NodeId> = attempt.chain.iter().flat_map(|it| graph.calls_of(*it)).collect();
        if nodes.is_empty() {
            return None;
        }
        let last = *attempt.chain.last()?;
        let checks = graph
            .nodes()
            .filter_map(|(id, node)| Some((id, status::failing_edge(resolver, node.operation, last)?)))
            .collect();
        Some(Self { resolver, graph, nodes, call, checks })
    }

    /// The document's facts.
    pub(super) fn facts(&self) -> &'a Facts {
        self.resolver.facts
    }

    /// Where control is right after a failure of the attempt.
    pub(super) fn failures(&self) -> Vec<NodeId> {
        let raised = self.nodes.iter().flat_map(|it| &self.graph.node(*it).edges);
        let raised = raised.filter(|it| it.kind == EdgeKind::Raise).map(|it| it.to);
        let succeeded = self.after_success(None);
        let checked =
            self.checks.iter().filter(|(node, _)| succeeded.holds(*node)).flat_map(|(node, kind)| {
                self.graph.node(*node).edges.iter().filter(|it| it.kind == *kind).map(|it| it.to)
            });
        let mut res: Vec<NodeId> = raised.chain(checked).filter(|it| *it != Graph::ESCAPE).collect();
        res.sort_unstable();
        res.dedup();
        res
    }

    /// What runs after the attempt succeeded, up to the end of a round of the loop.
    pub(super) fn after_success(&self, within: Option<StatementId>) -> Reached {
        let last = self.nodes.last().copied();
        self.graph.reachable(last, |from, edge| {
            edge.kind != EdgeKind::Raise
                && !self.checks.contains(&(from, edge.kind))
                && !is_end_of(self.graph, from, within)
                && !self.is_end_around(from, within)
        })
    }

    /// What runs after a failure that leads to `entry`, up to the next attempt. A loop around `within` is not gone round.
    pub(super) fn after_failure(&self, entry: NodeId, within: Option<StatementId>) -> Reached {
        let mut res = self.graph.reachable([entry], |from, edge| self.goes_on(from, edge, within));
        res.add(entry);
        res
    }

    /// The operations on the ways from `entry` to `target`.
    pub(super) fn between(&self, entry: NodeId, target: NodeId, within: Option<StatementId>) -> Reached {
        let there = self.graph.leading_to(target, |from, edge| self.goes_on(from, edge, within));
        self.after_failure(entry, within).and(&there)
    }

    /// The operations on the ways from `entry` to `target` that pass by some others.
    pub(super) fn between_without(
        &self,
        entry: NodeId,
        target: NodeId,
        within: Option<StatementId>,
        avoid: impl Fn(NodeId) -> bool,
    ) -> Reached {
        let follow = |from: NodeId, edge: Edge| self.goes_on(from, edge, within) && !avoid(from);
        let mut from = self.graph.reachable([entry], follow);
        from.add(entry);
        from.and(&self.graph.leading_to(target, follow))
    }

    fn goes_on(&self, from: NodeId, edge: Edge, within: Option<StatementId>) -> bool {
        !self.nodes.contains(&from)
            && !self.is_end_around(from, within)
            && !excuse::is_reprompt_test(self.resolver, self.graph.operation(from), edge.kind)
    }

    /// Whether a node ends a round of a loop that `within` stands in.
    fn is_end_around(&self, node: NodeId, within: Option<StatementId>) -> bool {
        let (Operation::Next(statement), Some(within)) = (self.graph.operation(node), within) else { return false };
        let (outer, inner) = (self.facts().range(statement), self.facts().range(within));
        outer.contains(inner) && outer != inner
    }

    /// Whether a node runs outside a range; the graph's ends do.
    pub(super) fn is_outside(&self, node: NodeId, range: TextRange) -> bool {
        match self.graph.operation(node) {
            Operation::Exit => true,
            operation => operation.range(self.facts()).is_some_and(|it| !range.contains(it)),
        }
    }
}

/// Whether a node ends a round of this loop.
fn is_end_of(graph: &Graph, node: NodeId, within: Option<StatementId>) -> bool {
    within.is_some() && matches!(graph.operation(node), Operation::Next(it) if Some(it) == within)
}
