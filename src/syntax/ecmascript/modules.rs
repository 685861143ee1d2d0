//! Imports and exports, `require` and `import()`.

use tree_sitter::Node;

use super::kinds::Kind;
use super::patterns::Pattern;
use super::places::plain_store;
use super::statements::Run;
use super::{Ecmascript, Lowered, Piece, node_range, pull};
use crate::facts::{Builder, Call, Import, ImportId, Place, Root, StatementKind, StoreKind, ValueId, ValueKind};
use crate::syntax::walk::Frame;
use crate::text::TextRange;

/// The name under which a default export is stored; a reserved word, so no variable has it.
const DEFAULT: &str = "default";

/// What an import or export clause names.
pub(super) struct Specifier {
    /// The name in the module; `None` for the module itself.
    name: Option<Box<str>>,
    local: Option<(Box<str>, TextRange)>,
    type_only: bool,
}

/// How many members and wrappers are looked through for a `require`.
const DEEPEST_REQUIRE: usize = 6;

/// An expression that gives a module or one of its members.
pub(super) struct ImportRoot {
    module: Box<str>,
    /// The member taken from it: `require("m").name`.
    name: Option<Box<str>>,
    /// The values that spell it.
    values: Vec<ValueId>,
}

impl ImportRoot {
    /// Reads `require("m")`, `await import("m")`, and a member of either.
    pub(super) fn of(value: ValueId, builder: &Builder) -> Option<Self> {
        let mut values = Vec::new();
        let mut name: Option<Box<str>> = None;
        let mut at = value;
        let mut awaited = false;
        for _ in 0..DEEPEST_REQUIRE {
            values.push(at);
            at = match builder.kind(at)? {
                ValueKind::Transparent(inner) => *inner,
                ValueKind::Await(inner) if !awaited => {
                    awaited = true;
                    *inner
                }
                ValueKind::Member { object, name: member, .. } if name.is_none() && !awaited => {
                    name = Some(member.clone());
                    *object
                }
                ValueKind::Call(call) => {
                    let module = required_module(call, awaited, &mut values, builder)?;
                    return Some(Self { module, name, values });
                }
                _ => return None,
            };
        }
        None
    }
}

/// The module of `require("m")` or of an awaited `import("m")`.
fn required_module(call: &Call, awaited: bool, values: &mut Vec<ValueId>, builder: &Builder) -> Option<Box<str>> {
    let function = if awaited { "import" } else { "require" };
    let argument = call.positional(0)?;
    if call.constructs || !matches!(builder.kind(call.callee), Some(ValueKind::Name(name)) if **name == *function) {
        return None;
    }
    let Some(ValueKind::Text(text)) = builder.kind(argument.value) else { return None };
    values.extend([call.callee, argument.value]);
    text.literal().map(String::into_boxed_str)
}

impl Ecmascript<'_> {
    /// Imports what a declarator takes from a module; nothing if it does more than naming.
    pub(super) fn required(
        &mut self,
        root: &ImportRoot,
        pattern: &Pattern,
        statement: TextRange,
        builder: &mut Builder,
    ) -> Option<Vec<ImportId>> {
        let names: Vec<(Option<&str>, &str, TextRange)> = match (pattern.name(), &root.name) {
            (Some((local, range)), name) => vec![(name.as_deref(), local, range)],
            (None, None) => pattern.keys()?.into_iter().map(|(key, name, at)| (Some(key), name, at)).collect(),
            (None, Some(_)) => return None,
        };
        root.values.iter().for_each(|it| {
            builder.take_kind(*it);
        });
        let range = builder.relative(statement);
        let import = |(name, local, at): (Option<&str>, &str, TextRange)| {
            let import = Import {
                module: root.module.clone(),
                name: name.map(Into::into),
                local: Some(local.into()),
                type_only: false,
                range,
            };
            builder.import(import, at)
        };
        Some(names.into_iter().map(import).collect())
    }

    /// What an import clause names. Its nodes are a region without values.
    pub(super) fn import_specifiers(&self, clause: Node<'_>) -> Vec<Specifier> {
        if clause.kind() == "import_require_clause" {
            return clause.named_child(0).map(|it| self.whole_module(it)).into_iter().collect();
        }
        let mut res = Vec::new();
        let mut cursor = clause.walk();
        for child in clause.named_children(&mut cursor) {
            match child.kind() {
                "identifier" => res.push(Specifier { name: Some(DEFAULT.into()), ..self.whole_module(child) }),
                "namespace_import" => res.extend(child.named_child(0).map(|it| self.whole_module(it))),
                "named_imports" => {
                    let mut cursor = child.walk();
                    let specifiers = child.named_children(&mut cursor).filter(|it| it.kind() == "import_specifier");
                    res.extend(specifiers.filter_map(|it| self.import_specifier(it)));
                }
                _ => {}
            }
        }
        res
    }

    fn whole_module(&self, local: Node<'_>) -> Specifier {
        Specifier { name: None, local: Some((self.source(local).into(), node_range(local))), type_only: false }
    }

    fn import_specifier(&self, specifier: Node<'_>) -> Option<Specifier> {
        let name = specifier.child_by_field_name("name")?;
        let local = specifier.child_by_field_name("alias").unwrap_or(name);
        let name = Some(unquoted(self.source(name)).into());
        Some(Specifier { name, type_only: is_type_only(specifier, 0), ..self.whole_module(local) })
    }

    /// What `{ a as b }` or `* as b` exports from another module.
    pub(super) fn export_specifiers(&self, clause: Node<'_>, kind: Kind) -> Vec<Specifier> {
        if kind == Kind::NamespaceExport {
            return vec![Specifier { name: None, local: None, type_only: false }];
        }
        let mut cursor = clause.walk();
        let specifiers = clause.named_children(&mut cursor).filter(|it| it.kind() == "export_specifier");
        let names = specifiers.filter_map(|it| it.child_by_field_name("name").map(|name| (it, name)));
        let specifier = |(specifier, name): (Node<'_>, Node<'_>)| Specifier {
            name: Some(unquoted(self.source(name)).into()),
            local: None,
            type_only: is_type_only(specifier, 0),
        };
        names.map(specifier).collect()
    }

    pub(super) fn import_statement(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let node = frame.node;
        let source = match pull(&mut frame, "source") {
            Some(Piece { lowered: Lowered::Value(source), .. }) => module_of(source, builder),
            _ => self.required_source(node),
        };
        let Some(module) = source else { return Lowered::Run(Run::default()) };
        let specifiers = frame.children.into_iter().find_map(|it| match it.lowered {
            Lowered::Specifiers(specifiers) => Some(specifiers),
            _ => None,
        });
        let specifiers = specifiers.unwrap_or_else(|| vec![Specifier { name: None, local: None, type_only: false }]);
        self.import(module, specifiers, is_type_only(node, 1), node_range(node), builder)
    }

    /// The module of TypeScript's `import x = require("m")`.
    fn required_source(&self, statement: Node<'_>) -> Option<Box<str>> {
        let mut cursor = statement.walk();
        let clause = statement.named_children(&mut cursor).find(|it| it.kind() == "import_require_clause")?;
        Some(unquoted(self.source(clause.child_by_field_name("source")?)).into())
    }

    fn import(
        &mut self,
        module: Box<str>,
        specifiers: Vec<Specifier>,
        type_only: bool,
        statement: TextRange,
        builder: &mut Builder,
    ) -> Lowered {
        let range = builder.relative(statement);
        let mut imports = Vec::with_capacity(specifiers.len());
        for it in specifiers {
            let (local, local_range) = it.local.map_or((None, statement), |(local, range)| (Some(local), range));
            let type_only = type_only || it.type_only;
            let import = Import { module: module.clone(), name: it.name, local, type_only, range };
            imports.push(builder.import(import, local_range));
        }
        let mark = builder.mark();
        Lowered::Run(Run::of(builder.statement(StatementKind::Import(imports), statement, mark)))
    }

    /// TypeScript's `import A = B.C`.
    pub(super) fn import_alias(&mut self, frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let mut children = frame.children.into_iter().map(Piece::of);
        let (Some(name), Some(value)) = (children.next(), children.next()) else { return Lowered::Nothing };
        let (name, _) = self.taken_name(name, builder);
        let value = self.value(value.lowered, value.range, builder);
        let scope = builder.scope();
        let store = builder.declare(&name, StoreKind::Constant, Some(value), scope, range);
        Lowered::Run(Run::of(builder.statement(StatementKind::Store(vec![store]), range, mark)))
    }

    /// `export …`: the declaration itself, a store of the default, or imports without a local name.
    pub(super) fn export_statement(&mut self, mut frame: Frame<'_, Lowered>, builder: &mut Builder) -> Lowered {
        let (node, range, mark) = (frame.node, frame.range(), frame.mark);
        let decorators = frame.take_all("decorator").into_iter();
        let decorators: Vec<ValueId> =
            decorators.filter_map(|it| if let Lowered::Decorator(value) = it { Some(value) } else { None }).collect();
        if let Some(Piece { lowered: Lowered::Run(run), .. }) = pull(&mut frame, "declaration") {
            if let (false, Some(first)) = (decorators.is_empty(), run.list.first())
                && let StatementKind::Class(class) = *builder.statement_kind_mut(*first)
            {
                builder.decorate_class(class, decorators);
            }
            return Lowered::Run(run);
        }
        if let Some(Piece { lowered: Lowered::Value(source), .. }) = pull(&mut frame, "source") {
            let Some(module) = module_of(source, builder) else { return Lowered::Nothing };
            let specifiers = frame.children.into_iter().find_map(|it| match it.lowered {
                Lowered::Specifiers(specifiers) => Some(specifiers),
                _ => None,
            });
            let everything = || vec![Specifier { name: None, local: None, type_only: false }];
            return self.import(module, specifiers.unwrap_or_else(everything), is_type_only(node, 1), range, builder);
        }
        let value = pull(&mut frame, "value");
        let value = value.or_else(|| {
            let is_assignment = node.child(1).is_some_and(|it| it.kind() == "=");
            frame.children.into_iter().find(|it| is_assignment && super::is_expression(&it.lowered)).map(Piece::of)
        });
        let Some(piece) = value else { return Lowered::Run(Run::default()) };
        let value = self.value(piece.lowered, piece.range, builder);
        let place = Place { root: Root::Name(DEFAULT.into()), path: Vec::new(), range: builder.relative(piece.range) };
        let store = plain_store(place, Some(value), StoreKind::Constant, range, builder);
        builder.store_mut(store).declares = true;
        Lowered::Run(Run::of(builder.statement(StatementKind::Store(vec![store]), range, mark)))
    }
}

/// The module that a source names; the text is no value of the program.
fn module_of(source: ValueId, builder: &mut Builder) -> Option<Box<str>> {
    match builder.take_kind(source) {
        ValueKind::Text(text) => text.literal().map(String::into_boxed_str),
        _ => None,
    }
}

/// Whether the token at this place says `type` or `typeof` (a specifier's own name may be `type`).
fn is_type_only(node: Node<'_>, at: u32) -> bool {
    node.child(at).is_some_and(|it| !it.is_named() && matches!(it.kind(), "type" | "typeof"))
}

fn unquoted(name: &str) -> &str {
    name.trim_matches(['"', '\''])
}
