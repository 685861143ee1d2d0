//! Paths (`a::b::c`) and the leading path of a type.

use tree_sitter::Node;

use crate::facts::{Builder, ValueId, ValueKind};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

/// Types that only hold another one: what is declared as `Arc<Client>` is used as a `Client`.
const WRAPPERS: [&str; 6] = ["Arc", "Box", "Cow", "Mutex", "Option", "Rc"];

/// A path's segments, from the first to the last, generic arguments left out.
pub(super) struct Path<'s> {
    /// Name and place of each segment; at least one, unless the path begins with something that has no name.
    segments: Vec<(&'s str, TextRange)>,
    /// The path begins with something that has no name (`<[u8]>::len`), here.
    nameless: Option<TextRange>,
}

impl<'s> Path<'s> {
    /// Reads a path node: an expression's, a type's, an attribute's or a macro's.
    pub(super) fn of(node: Node<'_>, source: &'s str) -> Self {
        let mut res = Path { segments: Vec::new(), nameless: None };
        let mut next = Some(node);
        while let Some(node) = next {
            next = match node.kind() {
                "scoped_identifier" | "scoped_type_identifier" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        res.push(name, source);
                    }
                    node.child_by_field_name("path")
                }
                "generic_type" | "generic_type_with_turbofish" | "qualified_type" | "reference_type" => {
                    node.child_by_field_name("type")
                }
                "generic_function" => node.child_by_field_name("function"),
                "bracketed_type" | "generic_pattern" => node.named_child(0),
                "identifier" | "type_identifier" | "primitive_type" | "self" | "super" | "crate" => {
                    res.push(node, source);
                    None
                }
                _ => {
                    res.nameless = Some(node_range(node));
                    None
                }
            };
        }
        res.segments.reverse();
        res
    }

    fn push(&mut self, name: Node<'_>, source: &'s str) {
        let range = node_range(name);
        self.segments.push((plain(range.of(source)), range));
    }

    /// The last segment.
    pub(super) fn last(&self) -> Option<&'s str> {
        self.segments.last().map(|it| it.0)
    }

    /// The whole path with `::`.
    pub(super) fn joined(&self) -> String {
        let names: Vec<&str> = self.segments.iter().map(|it| it.0).collect();
        names.join("::")
    }

    /// The path as a name and its members. `suffix` is appended to the last segment (a macro's `!`).
    pub(super) fn value(&self, suffix: &str, builder: &mut Builder) -> ValueId {
        let mut made = self.nameless.map(|it| builder.value(ValueKind::Opaque(Vec::new()), it));
        let start = self.nameless.or(self.segments.first().map(|it| it.1)).unwrap_or_default();
        for (at, (name, range)) in self.segments.iter().enumerate() {
            let suffix = if at + 1 == self.segments.len() { suffix } else { "" };
            let name: Box<str> = format!("{name}{suffix}").into();
            let kind = match made {
                None if name.is_empty() => ValueKind::Unknown,
                None => ValueKind::Name(name),
                Some(object) => ValueKind::Member { object, name, name_range: builder.relative(*range) },
            };
            made = Some(builder.value(kind, start.cover(*range)));
        }
        made.unwrap_or_else(|| builder.value(ValueKind::Unknown, start))
    }
}

/// An identifier without its `r#`.
pub(super) fn plain(identifier: &str) -> &str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

/// The path that a type leads with, past borrows and wrappers: `&Arc<api::Client<C>>` gives `api::Client`.
pub(super) fn leading_path(node: Node<'_>, source: &str, builder: &mut Builder) -> Option<ValueId> {
    let mut at = node;
    loop {
        at = match at.kind() {
            "reference_type" | "pointer_type" => at.child_by_field_name("type")?,
            "dynamic_type" | "abstract_type" => at.child_by_field_name("trait")?,
            "bounded_type" => at.named_child(0)?,
            "generic_type" => match wrapped(at, source) {
                Some(inner) => inner,
                None => break,
            },
            "type_identifier" | "scoped_type_identifier" | "primitive_type" | "identifier" => break,
            _ => return None,
        };
    }
    Some(Path::of(at, source).value("", builder))
}

fn wrapped<'t>(node: Node<'t>, source: &str) -> Option<Node<'t>> {
    let name = Path::of(node, source).last()?;
    if !WRAPPERS.contains(&name) {
        return None;
    }
    let arguments = node.child_by_field_name("type_arguments")?;
    let mut cursor = arguments.walk();
    arguments.named_children(&mut cursor).find(|it| it.kind() != "lifetime")
}
