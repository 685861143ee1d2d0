//! Statements but definitions and `match`.

use tree_sitter::Node;

use super::targets::Storing;
use super::values::as_condition;
use super::{Frame, Lowered, Operand, Python};
use crate::facts::{
    BlockId, Builder, Handler, Import, List, Loop, LoopKind, Mark, StatementId, StatementKind, Step, StoreId,
    StoreKind, Test, ValueId, ValueKind,
};
use crate::syntax::walk::{Child, node_range};
use crate::text::TextRange;

/// An `elif`, `else`, `except` or `finally` of a statement.
pub(super) struct Clause {
    pub(super) block: BlockId,
    /// The condition of an `elif`, the types of an `except`.
    pub(super) values: Vec<ValueId>,
    /// What an `except` binds its error to.
    binding: Option<StoreId>,
    range: TextRange,
    mark: Mark,
}

impl Python<'_> {
    /// Notes the block that only type checkers read.
    pub(super) fn enter_if(&mut self, node: Node<'_>) {
        let condition = node.child_by_field_name("condition").map(|it| self.of(node_range(it)));
        if matches!(condition, Some("TYPE_CHECKING" | "typing.TYPE_CHECKING" | "t.TYPE_CHECKING")) {
            self.type_blocks.extend(node.child_by_field_name("consequence").map(|it| it.id()));
        }
    }

    pub(super) fn declare_outer(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let names: Vec<Box<str>> = node.named_children(&mut cursor).map(|it| self.of(node_range(it)).into()).collect();
        // At module level `global` says nothing.
        if self.contexts.len() > 1 {
            self.context().outer.extend(names);
        }
    }

    /// A module, a suite, or the cases of a `match`.
    pub(super) fn block(&mut self, frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        if self.type_blocks.last() == Some(&frame.node.id()) {
            self.type_blocks.pop();
            self.type_only -= 1;
        }
        let range = frame.range();
        let (mut statements, mut cases) = (Vec::new(), Vec::new());
        for child in frame.children {
            match child.lowered {
                Lowered::Statement(statement) => statements.push((node_range(child.node).start, statement)),
                Lowered::Cases(more) => cases.extend(more),
                _ => {}
            }
        }
        if !cases.is_empty() {
            return Lowered::Cases(cases);
        }
        let statements = self.context().with_lost(statements);
        Lowered::Block(builder.block(statements, None, range))
    }

    pub(super) fn statement(&mut self, kind: &str, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let kind = match kind {
            "aliased_import" => return Self::alias(frame),
            "if_clause" => return self.guard(frame, builder),
            "for_in_clause" => return self.for_in(frame, builder),
            "with_clause" => return Self::with_items(frame),
            _ if kind.ends_with("_clause") => return self.clause(frame, builder),
            "match_statement" => return Lowered::Statement(self.matching(frame, builder)),
            "if_statement" => return Lowered::Statement(self.branch(frame, builder)),
            "expression_statement" => self.expression_statement(frame, builder),
            "import_statement" | "import_from_statement" | "future_import_statement" => self.import(frame, builder),
            "return_statement" => StatementKind::Return(self.use_children(&mut frame, builder).first().copied()),
            "raise_statement" => {
                frame.take("cause");
                StatementKind::Raise(self.use_children(&mut frame, builder).first().copied())
            }
            "break_statement" => StatementKind::Break { label: None, value: None },
            "continue_statement" => StatementKind::Continue { label: None },
            "delete_statement" => self.delete(frame, builder),
            "assert_statement" => {
                let values = self.use_children(&mut frame, builder);
                values.first().iter().for_each(|it| as_condition(**it, builder));
                StatementKind::Other(values)
            }
            "for_statement" => self.each(frame, builder),
            "while_statement" => self.while_loop(frame, builder),
            "try_statement" => self.try_statement(frame, builder),
            "with_statement" => self.with(frame, builder),
            "type_alias_statement" => StatementKind::Other(Vec::new()),
            _ => StatementKind::Other(self.use_children(&mut frame, builder)),
        };
        Lowered::Statement(builder.statement(kind, range, mark))
    }

    fn expression_statement(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let range = frame.range();
        let is_assignment = |it: &Child<'_, Lowered>| matches!(it.lowered, Lowered::Stores(_));
        if let Some(at) = frame.children.iter().position(is_assignment)
            && let Lowered::Stores(assignment) = frame.children.remove(at).lowered
        {
            let mut stores = assignment.stores;
            stores.reverse();
            return StatementKind::Store(stores);
        }
        let is_tuple = self.of(range).ends_with(',');
        let mut values = self.use_children(&mut frame, builder);
        match values.len() {
            1 if !is_tuple => StatementKind::Expression(values.remove(0)),
            _ => StatementKind::Expression(builder.value(ValueKind::List(List::of(values)), range)),
        }
    }

    /// `elif`s become branches alone in the `else` before them.
    fn branch(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementId {
        let (range, mark) = (frame.range(), frame.mark);
        let test = self.condition(&mut frame, builder);
        let then = block_of(frame.take("consequence"), range, builder);
        let mut otherwise = None;
        for child in std::mem::take(&mut frame.children).into_iter().rev() {
            let Lowered::Clause(clause) = child.lowered else { continue };
            let Some(test) = clause.values.first() else {
                otherwise = Some(clause.block);
                continue;
            };
            let range = TextRange::new(clause.range.start, range.end);
            let kind = StatementKind::Branch { test: Test::Value(*test), then: clause.block, otherwise };
            let inner = builder.statement(kind, range, clause.mark);
            otherwise = Some(builder.block(vec![inner], None, range));
        }
        builder.statement(StatementKind::Branch { test: Test::Value(test), then, otherwise }, range, mark)
    }

    fn condition(&mut self, frame: &mut Frame<'_>, builder: &mut Builder) -> ValueId {
        let condition = self.use_field(frame, "condition", builder);
        as_condition(condition, builder);
        condition
    }

    fn clause(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let (range, mark) = (frame.range(), frame.mark);
        let mut clause = Clause {
            block: block_of(take_block(&mut frame), range, builder),
            values: Vec::new(),
            binding: None,
            range,
            mark,
        };
        if frame.kind() == "elif_clause" {
            clause.values.push(self.condition(&mut frame, builder));
        }
        let alias = frame.take("alias");
        for child in std::mem::take(&mut frame.children) {
            let type_ = match child.lowered {
                Lowered::As { value, target } => {
                    clause.binding = self.error(target, builder);
                    value
                }
                _ => self.use_child(child, builder),
            };
            match items(type_, builder) {
                Some(items) => clause.values.extend(items),
                None => clause.values.push(type_),
            }
        }
        if let Some(Lowered::Operand(target)) = alias {
            clause.binding = self.error(target, builder);
        }
        Lowered::Clause(clause)
    }

    fn error(&mut self, target: Operand, builder: &mut Builder) -> Option<StoreId> {
        let storing = Storing::of(StoreKind::Error, None, Vec::new(), builder);
        self.store(target, &storing, builder).first().copied()
    }

    fn guard(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let condition = self.use_children(&mut frame, builder).first().copied();
        let condition = condition.unwrap_or_else(|| builder.value(ValueKind::Unknown, range));
        as_condition(condition, builder);
        Lowered::Guard(condition)
    }

    /// A comprehension's `for` binds in the comprehension.
    fn for_in(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let target = self.target_of(&mut frame, "left", builder);
        let iterables = self.use_children(&mut frame, builder);
        let value = if let [one] = iterables[..] { Some(one) } else { None };
        let (kind, projection, scope) = (StoreKind::Element, vec![Step::Element], builder.scope());
        let storing = Storing { kind, value, projection, scope, range: None };
        self.store(target, &storing, builder);
        Lowered::Iterables(iterables)
    }

    fn each(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let range = frame.range();
        let target = self.target_of(&mut frame, "left", builder);
        let iterable = self.use_field(&mut frame, "right", builder);
        let storing = Storing::of(StoreKind::Element, Some(iterable), vec![Step::Element], builder);
        self.store(target, &storing, builder);
        let body = block_of(frame.take("body"), range, builder);
        let otherwise = otherwise(frame.take("alternative"));
        let kind = LoopKind::Each(iterable);
        StatementKind::Loop(Loop { kind, test: None, update: None, body, otherwise, label: None })
    }

    fn while_loop(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let test = Some(Test::Value(self.condition(&mut frame, builder)));
        let body = block_of(frame.take("body"), frame.range(), builder);
        let otherwise = otherwise(frame.take("alternative"));
        StatementKind::Loop(Loop { kind: LoopKind::While, test, update: None, body, otherwise, label: None })
    }

    fn try_statement(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let body = block_of(frame.take("body"), frame.range(), builder);
        let (mut handlers, mut otherwise, mut finally) = (Vec::new(), None, None);
        for child in frame.children {
            let Lowered::Clause(clause) = child.lowered else { continue };
            match child.node.kind() {
                "else_clause" => otherwise = Some(clause.block),
                "finally_clause" => finally = Some(clause.block),
                _ => handlers.push(Handler {
                    types: clause.values,
                    binding: clause.binding,
                    body: clause.block,
                    range: builder.relative(clause.range),
                }),
            }
        }
        StatementKind::Try { body, handlers, otherwise, finally }
    }

    pub(super) fn with_item(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let value = self.use_field(&mut frame, "value", builder);
        Lowered::Items(vec![value])
    }

    fn with_items(frame: Frame<'_>) -> Lowered {
        let items = frame.children.into_iter().filter_map(|it| match it.lowered {
            Lowered::Items(items) => Some(items),
            _ => None,
        });
        Lowered::Items(items.flatten().collect())
    }

    fn with(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let body = block_of(frame.take("body"), frame.range(), builder);
        let items = frame.children.into_iter().filter_map(|it| match it.lowered {
            Lowered::Items(items) => Some(items),
            _ => None,
        });
        StatementKind::With { items: items.flatten().collect(), body }
    }

    fn delete(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let mut targets: Vec<Operand> = Vec::new();
        for child in std::mem::take(&mut frame.children) {
            let value = match child.lowered {
                Lowered::Operand(Operand::Value(value)) => value,
                Lowered::Operand(name) => {
                    targets.push(name);
                    continue;
                }
                _ => self.use_child(child, builder),
            };
            match items(value, builder) {
                Some(items) => targets.extend(items.into_iter().map(Operand::Value)),
                None => targets.push(Operand::Value(value)),
            }
        }
        let storing = Storing::of(StoreKind::Delete, None, Vec::new(), builder);
        let stores = targets.into_iter().flat_map(|it| self.store(it, &storing, builder));
        StatementKind::Store(stores.collect())
    }

    fn alias(mut frame: Frame<'_>) -> Lowered {
        match (frame.take("name"), frame.take("alias")) {
            (Some(Lowered::Path(path)), Some(Lowered::Operand(Operand::Name(local)))) => Lowered::Alias { path, local },
            (Some(path), _) => path,
            _ => Lowered::Nothing,
        }
    }

    fn import(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> StatementKind {
        let range = frame.range();
        let module = match frame.kind() {
            "import_statement" => None,
            "future_import_statement" => Some("__future__"),
            _ => match frame.take("module_name") {
                Some(Lowered::Path(path)) => Some(self.of(path)),
                _ => Some(""),
            },
        };
        let mut imports = Vec::new();
        for child in frame.children {
            let (path, local) = match child.lowered {
                Lowered::Path(path) => (self.of(path), None),
                Lowered::Alias { path, local } => (self.of(path), Some(local)),
                _ if child.node.kind() == "wildcard_import" => ("*", None),
                _ => continue,
            };
            let at = node_range(child.node);
            let first = path.split('.').next().unwrap_or(path);
            let first_range = TextRange::new(at.start, at.start + first.len() as u32);
            let mut add = |module: &str, name: Option<&str>, local: Option<TextRange>| {
                let import = Import {
                    module: module.into(),
                    name: name.map(Into::into),
                    local: local.map(|it| self.of(it).into()),
                    type_only: self.type_only > 0,
                    range: builder.relative(range),
                };
                imports.push(builder.import(import, local.unwrap_or(at)));
            };
            match (module, local) {
                (Some(module), None) if path == "*" => add(module, None, None),
                (Some(module), local) => add(module, Some(path), Some(local.unwrap_or(at))),
                (None, Some(local)) => add(path, None, Some(local)),
                (None, None) => {
                    // `import a.b` binds `a`.
                    add(first, None, Some(first_range));
                    if first != path {
                        add(path, None, None);
                    }
                }
            }
        }
        StatementKind::Import(imports)
    }
}

/// The items of a tuple that is no value here.
fn items(value: ValueId, builder: &mut Builder) -> Option<Vec<ValueId>> {
    if !matches!(builder.kind(value), Some(ValueKind::List(_))) {
        return None;
    }
    match builder.take_kind(value) {
        ValueKind::List(list) => Some(list.items),
        _ => None,
    }
}

/// The suite of a clause, which has a field in some only.
fn take_block(frame: &mut Frame<'_>) -> Option<Lowered> {
    let at = frame.children.iter().rposition(|it| matches!(it.lowered, Lowered::Block(_)))?;
    Some(frame.children.remove(at).lowered)
}

/// A suite; an empty one where it is missing.
fn block_of(lowered: Option<Lowered>, around: TextRange, builder: &mut Builder) -> BlockId {
    match lowered {
        Some(Lowered::Block(block)) => block,
        _ => builder.block(Vec::new(), None, TextRange::empty(around.end)),
    }
}

fn otherwise(lowered: Option<Lowered>) -> Option<BlockId> {
    match lowered {
        Some(Lowered::Clause(clause)) => Some(clause.block),
        _ => None,
    }
}
