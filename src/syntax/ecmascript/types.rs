//! Types: only the leading path of an annotation matters.

use tree_sitter::Node;

use super::Ecmascript;
use crate::facts::{Builder, ValueId, ValueKind};
use crate::syntax::walk::node_range;

/// Generic types that stand for their argument.
const WRAPPERS: &[&str] = &["Promise", "PromiseLike", "Awaited", "Readonly", "Partial", "Required", "NonNullable"];

impl Ecmascript<'_> {
    /// The leading path of an annotation: `Client<C> | null` gives `Client`; arrays, literals and true unions give none.
    pub(super) fn annotation(&self, annotation: Node<'_>, builder: &mut Builder) -> Option<ValueId> {
        let mut at = annotation;
        loop {
            at = match at.kind() {
                "type_annotation" | "parenthesized_type" | "readonly_type" => at.named_child(0)?,
                "union_type" => self.only_alternative(at)?,
                "generic_type" => {
                    let name = at.child_by_field_name("name")?;
                    match WRAPPERS.contains(&self.source(name)) {
                        true => at.child_by_field_name("type_arguments")?.named_child(0)?,
                        false => name,
                    }
                }
                "type_identifier" | "predefined_type" => {
                    let name = self.source(at).into();
                    return Some(builder.value(ValueKind::Name(name), node_range(at)));
                }
                "nested_type_identifier" => return self.path(at, builder),
                _ => return None,
            };
        }
    }

    /// The alternative of a union that is not `null` or `undefined`.
    fn only_alternative<'t>(&self, union: Node<'t>) -> Option<Node<'t>> {
        let is_nothing = |it: Node<'_>| matches!(self.source(it), "null" | "undefined" | "void");
        let last = u32::try_from(union.named_child_count()).ok()?.checked_sub(1)?;
        let (first, last) = (union.named_child(0)?, union.named_child(last)?);
        match (is_nothing(first), is_nothing(last)) {
            _ if first == last => Some(first),
            (false, true) => Some(first),
            (true, false) => Some(last),
            _ => None,
        }
    }

    /// `module.Name` as a chain of members.
    fn path(&self, node: Node<'_>, builder: &mut Builder) -> Option<ValueId> {
        let mut members = Vec::new();
        let mut at = node;
        while let (Some(object), Some(name)) = (at.named_child(0), at.named_child(1)) {
            members.push((name, node_range(at)));
            at = object;
        }
        let mut value = builder.value(ValueKind::Name(self.source(at).into()), node_range(at));
        for (name, range) in members.into_iter().rev() {
            let name_range = builder.relative(node_range(name));
            let name = self.source(name).into();
            value = builder.value(ValueKind::Member { object: value, name, name_range }, range);
        }
        Some(value)
    }
}
