//! The walk that all adapters share: one pass over the tree, from the leaves up, without recursion.

use tree_sitter::{Node, Tree};

use crate::facts::{Builder, Facts, Mark};
use crate::text::TextRange;

/// Lowers one language.
pub(crate) trait Adapter {
    /// What a node becomes: a value, a statement, a pattern, a piece for its parent.
    type Lowered;

    /// Called before a named node's children. May open functions and scopes, or have the subtree skipped.
    fn enter(&mut self, node: Node<'_>, builder: &mut Builder) -> Enter<Self::Lowered>;

    /// Called after a named node's children, with what they became, in source order. Closes what `enter` opened.
    fn leave(&mut self, frame: Frame<'_, Self::Lowered>, builder: &mut Builder) -> Self::Lowered;

    /// Called with the root's lowered form.
    fn finish(self, root: Self::Lowered, builder: Builder) -> Facts;
}

/// Whether to go into a node.
pub(crate) enum Enter<T> {
    /// Lower the children, then call `leave`.
    Children,
    /// Neither: this is what the node becomes.
    Done(T),
}

/// A node whose children were lowered.
pub(crate) struct Frame<'tree, T> {
    /// The node itself, for its tokens.
    pub(crate) node: Node<'tree>,
    /// The named children but comments, lowered.
    pub(crate) children: Vec<Child<'tree, T>>,
    /// The builder's mark before the node was entered.
    pub(crate) mark: Mark,
}

/// A lowered child.
pub(crate) struct Child<'tree, T> {
    /// Its field in the parent.
    pub(crate) field: Option<&'tree str>,
    /// The node.
    pub(crate) node: Node<'tree>,
    /// What it became.
    pub(crate) lowered: T,
    /// The builder's mark before it was entered.
    pub(crate) mark: Mark,
}

impl<'tree, T> Frame<'tree, T> {
    /// The kind of the node.
    pub(crate) fn kind(&self) -> &'tree str {
        self.node.kind()
    }

    /// The node's range.
    pub(crate) fn range(&self) -> TextRange {
        node_range(self.node)
    }

    /// Takes the first remaining child of this field.
    pub(crate) fn take(&mut self, field: &str) -> Option<T> {
        let at = self.children.iter().position(|it| it.field == Some(field))?;
        Some(self.children.remove(at).lowered)
    }

    /// Takes all remaining children of this field.
    pub(crate) fn take_all(&mut self, field: &str) -> Vec<T> {
        let (taken, rest) = std::mem::take(&mut self.children).into_iter().partition(|it| it.field == Some(field));
        self.children = rest;
        let taken: Vec<Child<'tree, T>> = taken;
        taken.into_iter().map(|it| it.lowered).collect()
    }
}

/// A node's byte range.
pub(crate) fn node_range(node: Node<'_>) -> TextRange {
    TextRange::from(node.byte_range())
}

/// Walks the tree with an adapter. Comments are recorded, errors and missing nodes become damage.
pub(crate) fn walk<A: Adapter>(tree: &Tree, mut adapter: A, mut builder: Builder) -> Facts {
    let root = tree.root_node();
    if root.is_error() {
        builder.mark_broken();
    }
    let is_broken = root.has_error();
    let mut cursor = root.walk();
    let mut stack: Vec<(Option<&str>, Frame<'_, A::Lowered>)> = Vec::new();
    loop {
        let node = cursor.node();
        let mark = builder.mark();
        let mut lowered = match visit(node, is_broken, &mut adapter, &mut builder) {
            Visit::Skip => None,
            Visit::Done(lowered) => Some(Child { field: cursor.field_name(), node, lowered, mark }),
            Visit::Enter => {
                stack.push((cursor.field_name(), Frame { node, children: Vec::new(), mark }));
                if cursor.goto_first_child() {
                    continue;
                }
                stack.pop().map(|(field, frame)| Child {
                    field,
                    node,
                    lowered: adapter.leave(frame, &mut builder),
                    mark,
                })
            }
        };
        // Hand what was lowered to its parent, and close every node whose last child this was.
        loop {
            if let Some(child) = lowered.take() {
                match stack.last_mut() {
                    Some((_, parent)) => parent.children.push(child),
                    None => return adapter.finish(child.lowered, builder),
                }
            }
            if cursor.goto_next_sibling() {
                break;
            }
            let Some((field, frame)) = stack.pop() else {
                unreachable!("the root is never skipped, so it has been returned")
            };
            cursor.goto_parent();
            let (node, mark) = (frame.node, frame.mark);
            lowered = Some(Child { field, node, lowered: adapter.leave(frame, &mut builder), mark });
        }
    }
}

enum Visit<T> {
    Skip,
    Done(T),
    Enter,
}

fn visit<A: Adapter>(node: Node<'_>, is_broken: bool, adapter: &mut A, builder: &mut Builder) -> Visit<A::Lowered> {
    if is_broken && (node.is_error() || node.is_missing()) {
        builder.damage(node_range(node));
    }
    if !node.is_named() {
        return Visit::Skip;
    }
    // Python's line continuations are extras, too.
    if node.is_extra() && !node.is_error() {
        if node.kind().ends_with("comment") {
            builder.comment(node_range(node));
        }
        return Visit::Skip;
    }
    match adapter.enter(node, builder) {
        Enter::Children => Visit::Enter,
        Enter::Done(lowered) => Visit::Done(lowered),
    }
}
