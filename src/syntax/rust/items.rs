//! Declarations: functions, types and their implementations, modules, imports, constants.

use tree_sitter::Node;

use super::paths::{Path, leading_path, plain};
use super::values::value_of;
use super::{Decorated, Piece, Rust, patterns};
use crate::facts::{Builder, Class, ClassId, FunctionParts, Import, Parameter, StatementKind, StoreKind};
use crate::syntax::walk::{Frame, node_range};
use crate::text::TextRange;

/// Names imported from a tree deeper than this are left out.
const DEEPEST_USE: usize = 64;

impl Rust<'_> {
    /// `const`, `static`, and `type`, whose value is the path it stands for.
    pub(super) fn constant(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark, scope) = (frame.range(), frame.mark, builder.scope());
        let (name, declared) = (frame.node.child_by_field_name("name"), frame.node.child_by_field_name("type"));
        let is_type = frame.kind() == "type_item";
        let values = frame.children.into_iter().filter(|it| it.field == Some("value"));
        let value = values.filter_map(|it| value_of(it, builder)).last();
        let Some(name) = name.map(node_range) else { return Piece::Nothing };
        let path = declared.and_then(|it| leading_path(it, self.source, builder));
        let (value, annotation) = if is_type { (path, None) } else { (value, path) };
        let store = builder.declare(plain(name.of(self.source)), StoreKind::Constant, value, scope, name);
        let whole = builder.relative(range);
        let made = builder.store_mut(store);
        (made.annotation, made.range) = (annotation, whole);
        let statement = builder.statement(StatementKind::Store(vec![store]), range, mark);
        Piece::Items(vec![statement], Decorated::Nothing)
    }

    /// A function with a body.
    pub(super) fn function(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark) = (frame.range(), frame.mark);
        let name = frame.node.child_by_field_name("name").map(node_range);
        let result = frame.node.child_by_field_name("return_type").map(|it| node_range(it).of(self.source));
        let mut parts = FunctionParts { range, ..FunctionParts::default() };
        parts.name = name.map(|it| (plain(it.of(self.source)).into(), it));
        parts.result = result.map(Into::into);
        for child in frame.children {
            match child.lowered {
                Piece::Parameters(parameters) => parts.parameters = parameters,
                Piece::Block(body) => parts.body = Some(body.block),
                _ if child.node.kind() == "function_modifiers" => {
                    parts.is_async = node_range(child.node).of(self.source).split_whitespace().any(|it| it == "async");
                }
                _ => {}
            }
        }
        let function = builder.close_function(parts);
        if let Some(name) = name {
            let scope = builder.scope();
            builder.declare(plain(name.of(self.source)), StoreKind::Function(function), None, scope, name);
        }
        let statement = builder.statement(StatementKind::Function(function), range, mark);
        Piece::Items(vec![statement], Decorated::Function(function))
    }

    /// A type or trait, or an implementation of one.
    pub(super) fn class(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark, scope) = (frame.range(), frame.mark, builder.scope());
        let field = |name: &str| frame.node.child_by_field_name(name);
        let (implemented, name, base) = (field("type"), field("name"), field("trait"));
        let (mut body, mut functions, mut statements) = (None, Vec::new(), Vec::new());
        for child in frame.children {
            match child.lowered {
                Piece::Block(it) => (body, functions) = (Some(it.block), it.functions),
                Piece::Items(it, _) => statements = it,
                _ => {}
            }
        }
        let body = body.unwrap_or_else(|| builder.block(statements, None, TextRange::empty(range.end)));
        builder.close_scope();
        let named = name.or(implemented).and_then(|it| type_name(it, self.source));
        let bases = base.map(|it| Path::of(it, self.source).value("", builder)).into_iter().collect();
        let place = builder.relative(range);
        let class = Class { name: named.map(Into::into), bases, scope, body, decorators: Vec::new(), range: place };
        let class: ClassId = builder.class(class);
        functions.into_iter().for_each(|it| builder.set_class(it, class));
        if let Some(name) = name.map(node_range) {
            let scope = builder.scope();
            builder.declare(plain(name.of(self.source)), StoreKind::Class(class), None, scope, name);
        }
        let statement = builder.statement(StatementKind::Class(class), range, mark);
        Piece::Items(vec![statement], Decorated::Class(class))
    }

    /// `mod x { … }` is a block; `mod x;` imports a file.
    pub(super) fn module(&mut self, frame: Frame<'_, Piece>, builder: &mut Builder) -> Piece {
        let (range, mark) = (frame.range(), frame.mark);
        let name = frame.node.child_by_field_name("name").map(node_range);
        let body = frame.children.into_iter().find_map(|it| match it.lowered {
            Piece::Block(body) => Some(body.block),
            _ => None,
        });
        let kind = match (body, name) {
            (Some(body), _) => StatementKind::Block(body),
            (None, Some(name)) => {
                let local = plain(name.of(self.source));
                let module = format!("self::{local}");
                return import_statement(
                    vec![Leaf { module, name: None, local: Some((local, name)) }],
                    range,
                    mark,
                    builder,
                );
            }
            (None, None) => return Piece::Nothing,
        };
        Piece::Items(vec![builder.statement(kind, range, mark)], Decorated::Nothing)
    }
}

/// The name of the type that is implemented.
fn type_name<'s>(node: Node<'_>, source: &'s str) -> Option<&'s str> {
    let mut at = node;
    while let "reference_type" | "dynamic_type" | "pointer_type" = at.kind() {
        at = at.child_by_field_name("type").or_else(|| at.child_by_field_name("trait"))?;
    }
    Path::of(at, source).last()
}

/// The parameters of a function or closure, in the function's own scope. `self` is left out.
pub(super) fn parameters(node: Node<'_>, source: &str, builder: &mut Builder) -> Vec<Parameter> {
    let scope = builder.function_scope();
    let mut res = Vec::new();
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        let is_named = child.is_named() && !child.is_extra();
        let pattern = match child.kind() {
            "self_parameter" | "attribute_item" | "ERROR" => continue,
            "_" => None,
            "parameter" => child.child_by_field_name("pattern"),
            _ if is_named && node.kind() == "closure_parameters" => Some(child),
            _ if is_named => None,
            _ => continue,
        };
        if pattern.is_some_and(|it| it.kind() == "self") {
            continue;
        }
        let annotation = child.child_by_field_name("type").and_then(|it| leading_path(it, source, builder));
        let position = res.len() as u32;
        let bound = pattern.map(|it| patterns::read(it, source, builder).bound).unwrap_or_default();
        let is_plain = matches!(&*bound, [only] if only.steps.is_empty());
        let names: Vec<_> = bound.iter().map(|it| it.name.clone()).collect();
        let kind = StoreKind::Parameter(position);
        let stores: Vec<_> = bound.into_iter().map(|it| patterns::declare(it, kind, None, scope, builder)).collect();
        if is_plain {
            builder.store_mut(stores[0]).annotation = annotation;
        }
        res.push(Parameter {
            name: names.into_iter().next().filter(|_| is_plain),
            store: stores.first().copied().filter(|_| is_plain),
            default: None,
            annotation,
            rest: child.kind() == "variadic_parameter",
        });
    }
    res
}

/// One name that a `use` brings in.
struct Leaf<'s> {
    module: String,
    name: Option<&'s str>,
    local: Option<(&'s str, TextRange)>,
}

/// `use a::b::{self, C as D, e::*}`.
pub(super) fn uses(node: Node<'_>, source: &str, builder: &mut Builder) -> Piece {
    let mark = builder.mark();
    let Some(argument) = node.child_by_field_name("argument") else { return Piece::Nothing };
    let mut leaves = Vec::new();
    let mut todo = vec![(argument, String::new(), 0)];
    while let Some((at, prefix, depth)) = todo.pop() {
        let path = at.child_by_field_name("path").map(|it| under(&prefix, &Path::of(it, source).joined()));
        match at.kind() {
            _ if depth > DEEPEST_USE => {}
            "use_list" | "scoped_use_list" => {
                let prefix = path.unwrap_or(prefix);
                let list = at.child_by_field_name("list").unwrap_or(at);
                let mut cursor = list.walk();
                let inner: Vec<_> = list.named_children(&mut cursor).filter(|it| !it.is_extra()).collect();
                todo.extend(inner.into_iter().rev().map(|it| (it, prefix.clone(), depth + 1)));
            }
            "use_wildcard" => {
                let module = at.named_child(0).map(|it| under(&prefix, &Path::of(it, source).joined()));
                leaves.push(Leaf { module: module.unwrap_or(prefix), name: None, local: None });
            }
            "use_as_clause" => {
                let alias = at.child_by_field_name("alias").map(node_range);
                let local = alias.map(|it| (plain(it.of(source)), it)).filter(|it| it.0 != "_");
                let imported = at.child_by_field_name("path");
                leaves.extend(imported.and_then(|it| leaf(it, &prefix, source)).map(|it| Leaf { local, ..it }));
            }
            "ERROR" => {}
            _ => leaves.extend(leaf(at, &prefix, source)),
        }
    }
    import_statement(leaves, node_range(node), mark, builder)
}

fn under(prefix: &str, path: &str) -> String {
    match prefix.is_empty() {
        true => path.to_owned(),
        false => format!("{prefix}::{path}"),
    }
}

/// What a path at the end of a `use` tree brings in.
fn leaf<'s>(node: Node<'_>, prefix: &str, source: &'s str) -> Option<Leaf<'s>> {
    let path = Path::of(node, source);
    let name = path.last()?;
    let last = node.child_by_field_name("name").unwrap_or(node);
    let place = node_range(last);
    let whole = under(prefix, &path.joined());
    if name == "self" {
        // `use a::b::{self}` names the module `b`.
        let module = whole.strip_suffix("::self").unwrap_or(&whole).to_owned();
        let start = prefix.rfind("::").map_or(0, |it| it + 2);
        let local = self_name(&prefix[start..], source, place);
        return Some(Leaf { module, name: None, local });
    }
    match whole.rfind("::") {
        Some(at) => Some(Leaf { module: whole[..at].to_owned(), name: Some(name), local: Some((name, place)) }),
        None => Some(Leaf { module: whole, name: None, local: Some((name, place)) }),
    }
}

/// The segment of the source before `place` that reads `name`.
fn self_name<'s>(name: &str, source: &'s str, place: TextRange) -> Option<(&'s str, TextRange)> {
    let before = TextRange::new(0, place.start).of(source);
    let at = before.rfind(name).filter(|_| !name.is_empty())?;
    Some((&before[at..at + name.len()], place))
}

/// `extern crate a as b;`
pub(super) fn extern_crate(node: Node<'_>, source: &str, builder: &mut Builder) -> Piece {
    let mark = builder.mark();
    let Some(name) = node.child_by_field_name("name").map(node_range) else { return Piece::Nothing };
    let local = node.child_by_field_name("alias").map_or(name, node_range);
    let local = (plain(local.of(source)), local);
    let leaf = Leaf { module: plain(name.of(source)).to_owned(), name: None, local: Some(local) };
    import_statement(vec![leaf], node_range(node), mark, builder)
}

fn import_statement(leaves: Vec<Leaf<'_>>, range: TextRange, mark: crate::facts::Mark, builder: &mut Builder) -> Piece {
    let (scope, whole) = (builder.scope(), builder.relative(range));
    let mut imports = Vec::new();
    for Leaf { module, name, local } in leaves {
        let place = local.map_or(range, |it| it.1);
        let local = local.map(|it| it.0.into());
        let import =
            Import { module: module.into(), name: name.map(Into::into), local, type_only: false, range: whole };
        imports.push(builder.import_in(scope, import, place));
    }
    let statement = builder.statement(StatementKind::Import(imports), range, mark);
    Piece::Items(vec![statement], Decorated::Nothing)
}
