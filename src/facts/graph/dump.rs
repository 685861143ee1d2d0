//! Prints a graph without ids and ranges, for tests: equivalent snippets of two languages print the same.

use std::fmt::Write as _;

use super::super::{Facts, Root, StoreId, ValueId, ValueKind};
use super::{EdgeKind, Graph, NodeId, Operation};

impl Graph {
    /// One line a node: its number, what it does, where it leads. The nodes that every graph has are named, not listed,
    /// except for the entry.
    pub fn dump(&self, facts: &Facts) -> String {
        let mut res = String::new();
        for (id, node) in self.nodes().filter(|(id, _)| ![Self::EXIT, Self::ESCAPE].contains(id)) {
            let targets: Vec<String> = node.edges.iter().map(|it| target(it.kind, it.to)).collect();
            let _ = writeln!(res, "{} {} -> {}", number(id), label(facts, node.operation), targets.join(", "));
        }
        res
    }
}

fn number(id: NodeId) -> String {
    match id {
        Graph::ENTRY => "0".to_owned(),
        Graph::EXIT => "exit".to_owned(),
        Graph::ESCAPE => "escape".to_owned(),
        NodeId(index) => (index - 2).to_string(),
    }
}

fn target(kind: EdgeKind, to: NodeId) -> String {
    let kind = match kind {
        EdgeKind::Normal | EdgeKind::Exit => "",
        EdgeKind::True => "true ",
        EdgeKind::False => "false ",
        EdgeKind::Raise => "raise ",
        EdgeKind::Back => "back ",
    };
    format!("{kind}{}", number(to))
}

fn label(facts: &Facts, operation: Operation) -> String {
    match operation {
        Operation::Entry => "entry".to_owned(),
        Operation::Exit => "exit".to_owned(),
        Operation::Escape => "escape".to_owned(),
        Operation::Call(value) => format!("call {}", called(facts, value)),
        Operation::Await(_) => "await".to_owned(),
        Operation::Propagate(_) => "propagate".to_owned(),
        Operation::Store(store) => format!("store {}", stored(facts, store)),
        Operation::Test(_) => "test".to_owned(),
        Operation::Pattern(_) => "pattern".to_owned(),
        Operation::Loop(_) => "loop".to_owned(),
        Operation::Next(_) => "next".to_owned(),
        Operation::Handler(..) | Operation::Rejection(_) => "handler".to_owned(),
        Operation::Callback(_) => "callback".to_owned(),
        Operation::Return(_) => "return".to_owned(),
        Operation::Raise(_) => "raise".to_owned(),
        Operation::Break(_) => "break".to_owned(),
        Operation::Continue(_) => "continue".to_owned(),
    }
}

/// The last segment of what is called.
fn called(facts: &Facts, value: ValueId) -> &str {
    let Some(call) = facts.call(value) else { return "?" };
    match &facts[facts.past_transparent(call.callee)].kind {
        ValueKind::Name(name) | ValueKind::Member { name, .. } => name,
        _ => "?",
    }
}

fn stored(facts: &Facts, store: StoreId) -> &str {
    match &facts[store].place.root {
        Root::Name(name) => name,
        Root::This => "self",
        Root::Value(_) => "?",
    }
}
