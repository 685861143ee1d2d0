//! Functions, parameters, classes, decorators, annotations.

use tree_sitter::Node;

use super::{Context, Frame, Lowered, Operand, Python};
use crate::facts::{Builder, Class, FunctionParts, Parameter, ScopeKind, StatementKind, StoreKind, ValueId, ValueKind};
use crate::syntax::walk::node_range;
use crate::text::TextRange;

/// Types that stand for what is in their brackets.
const WRAPPERS: &[&str] =
    &["Optional", "Annotated", "Union", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"];

/// A parameter before its position is known.
pub(super) struct Parts {
    name: Option<TextRange>,
    pub(super) default: Option<ValueId>,
    annotation: Option<ValueId>,
    rest: bool,
}

impl Python<'_> {
    pub(super) fn enter_function(&mut self, node: Node<'_>, builder: &mut Builder) {
        let in_class = self.context().methods.is_some();
        let mut context = self.definition_context(node, builder);
        let is_static = context.decorators.iter().any(|it| is_name(builder.kind(*it), "staticmethod"));
        context.this = match in_class && node.kind() == "function_definition" && !is_static {
            true => self.first_parameter(node).map(Into::into),
            false => self.context().this.clone().filter(|it| !self.has_parameter(node, it)),
        };
        builder.open_function(node_range(node));
        context.inner_mark = Some(builder.mark());
        self.contexts.push(context);
    }

    fn definition_context(&mut self, node: Node<'_>, builder: &Builder) -> Context {
        if node.kind() == "lambda" {
            return Context::default();
        }
        let (start, mark) = self.decorated.take().unwrap_or_else(|| (node_range(node).start, builder.mark()));
        Context { decorators: std::mem::take(&mut self.decorators), start, mark: Some(mark), ..Context::default() }
    }

    fn first_parameter(&self, node: Node<'_>) -> Option<&str> {
        let parameters = node.child_by_field_name("parameters")?;
        let mut cursor = parameters.walk();
        let first = parameters.named_children(&mut cursor).find(|it| !it.is_extra())?;
        Some(self.of(parameter_name(first)?)).filter(|it| !it.is_empty())
    }

    fn has_parameter(&self, node: Node<'_>, name: &str) -> bool {
        let Some(parameters) = node.child_by_field_name("parameters") else { return false };
        let mut cursor = parameters.walk();
        parameters.named_children(&mut cursor).any(|it| parameter_name(it).is_some_and(|it| self.of(it) == name))
    }

    pub(super) fn parameter(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let annotation = match frame.take("type") {
            Some(Lowered::Type(range)) => self.annotation(range, builder),
            _ => None,
        };
        let default = frame.children.iter().any(|it| it.field == Some("value"));
        let default = default.then(|| self.use_field(&mut frame, "value", builder));
        let (name, rest) = match frame.children.pop().map(|it| it.lowered) {
            Some(Lowered::Operand(Operand::Name(name))) => (Some(name), false),
            Some(Lowered::Splat(Operand::Name(name))) => (Some(name), true),
            _ => (None, false),
        };
        Lowered::Parameter(Parts { name, default, annotation, rest })
    }

    /// Declares the parameters. Their defaults and annotations were looked up outside the function.
    pub(super) fn parameters(&mut self, frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        builder.close_scope();
        let plain = |name, rest| Some(Parts { name: Some(name), default: None, annotation: None, rest });
        let parts = frame.children.into_iter().filter_map(|it| match it.lowered {
            Lowered::Operand(Operand::Name(name)) => plain(name, false),
            Lowered::Splat(Operand::Name(name)) => plain(name, true),
            Lowered::Parameter(parts) => Some(parts),
            Lowered::Operand(Operand::Value(_)) => {
                Some(Parts { name: None, default: None, annotation: None, rest: false })
            }
            _ => None,
        });
        let mut res: Vec<Parameter> = Vec::new();
        for (at, parts) in parts.enumerate() {
            let name = parts.name.map(|it| self.of(it));
            let is_this = at == 0 && name.is_some() && self.is_method() && self.context().this.as_deref() == name;
            if !is_this {
                res.push(self.declare_parameter(res.len() as u32, parts, builder));
            }
        }
        Lowered::Parameters(res)
    }

    fn declare_parameter(&self, position: u32, parts: Parts, builder: &mut Builder) -> Parameter {
        let Parts { name, default, annotation, rest } = parts;
        let scope = builder.function_scope();
        let store = name.map(|range| {
            let kind = StoreKind::Parameter(position);
            let store = builder.declare(self.of(range), kind, default, scope, range);
            builder.store_mut(store).annotation = annotation;
            store
        });
        Parameter { name: name.map(|it| self.of(it).into()), store, default, annotation, rest }
    }

    /// Whether the function that is being lowered stands in a class.
    fn is_method(&self) -> bool {
        self.contexts.iter().nth_back(1).is_some_and(|it| it.methods.is_some())
    }

    pub(super) fn function(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let context = self.contexts.pop().unwrap_or_default();
        let name = self.definition_name(&mut frame);
        let parameters = match frame.take("parameters") {
            Some(Lowered::Parameters(parameters)) => parameters,
            _ => Vec::new(),
        };
        let result = match frame.take("return_type") {
            Some(Lowered::Type(range)) => Some(self.of(range).into()),
            _ => None,
        };
        let body = match frame.take("body") {
            Some(Lowered::Block(block)) => Some(block),
            _ => Some(builder.block(context.lost.iter().map(|it| it.1).collect(), None, TextRange::empty(range.end))),
        };
        let is_async = frame.node.child(0).is_some_and(|it| it.kind() == "async");
        let named = name.map(|it| (self.of(it).into(), it));
        let parts = FunctionParts { name: named, parameters, body, is_async, is_generator: false, result, range };
        let function = builder.close_function(parts);
        builder.decorate(function, context.decorators);
        if let Some(methods) = &mut self.context().methods {
            methods.push(function);
        }
        self.declare_definition(name, StoreKind::Function(function), builder);
        let mark = context.mark.unwrap_or(frame.mark);
        let range = TextRange::new(context.start, range.end);
        Lowered::Statement(builder.statement(StatementKind::Function(function), range, mark))
    }

    fn definition_name(&self, frame: &mut Frame<'_>) -> Option<TextRange> {
        match frame.take("name") {
            Some(Lowered::Operand(Operand::Name(name))) => Some(name),
            _ => None,
        }
    }

    fn declare_definition(&mut self, name: Option<TextRange>, kind: StoreKind, builder: &mut Builder) {
        let Some(range) = name else { return };
        let name = self.of(range);
        let store = builder.declare(name, kind, None, builder.function_scope(), range);
        builder.store_mut(store).declares = !self.context().outer.contains(name);
    }

    /// A lambda's body is what it returns.
    pub(super) fn lambda(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let parameters = match frame.take("parameters") {
            Some(Lowered::Parameters(parameters)) => parameters,
            _ => Vec::new(),
        };
        let at = frame.children.last().map_or(TextRange::empty(range.end), |it| node_range(it.node));
        let value = self.use_field(&mut frame, "body", builder);
        let mut context = self.contexts.pop().unwrap_or_default();
        let mark = context.inner_mark.unwrap_or(frame.mark);
        let returned = builder.statement(StatementKind::Return(Some(value)), at, mark);
        let statements = context.with_lost(vec![(at.start, returned)]);
        let body = Some(builder.block(statements, None, at));
        let function = builder.close_function(FunctionParts { parameters, body, range, ..FunctionParts::default() });
        Lowered::Operand(Operand::Value(builder.value(ValueKind::Function(function), range)))
    }

    pub(super) fn enter_class(&mut self, node: Node<'_>, builder: &mut Builder) {
        let mut context = self.definition_context(node, builder);
        context.this = self.context().this.clone();
        context.methods = Some(Vec::new());
        builder.open_scope(ScopeKind::Class, node_range(node));
        self.contexts.push(context);
    }

    pub(super) fn class(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let range = frame.range();
        let scope = builder.scope();
        let mut context = self.contexts.pop().unwrap_or_default();
        builder.close_scope();
        let name = self.definition_name(&mut frame);
        let bases = match frame.take("superclasses") {
            Some(Lowered::Arguments(bases)) => {
                bases.into_iter().filter(|it| it.name.is_none() && !it.spread).map(|it| it.value).collect()
            }
            _ => Vec::new(),
        };
        let body = match frame.take("body") {
            Some(Lowered::Block(block)) => block,
            _ => builder.block(context.with_lost(Vec::new()), None, TextRange::empty(range.end)),
        };
        let class = builder.class(Class {
            name: name.map(|it| self.of(it).into()),
            bases,
            scope,
            body,
            decorators: context.decorators,
            range: builder.relative(range),
        });
        context.methods.iter().flatten().for_each(|it| builder.set_class(*it, class));
        self.declare_definition(name, StoreKind::Class(class), builder);
        let mark = context.mark.unwrap_or(frame.mark);
        let range = TextRange::new(context.start, range.end);
        Lowered::Statement(builder.statement(StatementKind::Class(class), range, mark))
    }

    pub(super) fn decorator(&mut self, mut frame: Frame<'_>, builder: &mut Builder) -> Lowered {
        let values = self.use_children(&mut frame, builder);
        self.decorators.extend(values);
        Lowered::Nothing
    }

    pub(super) fn decorated(&mut self, mut frame: Frame<'_>) -> Lowered {
        self.decorated = None;
        self.decorators.clear();
        frame.take("definition").unwrap_or(Lowered::Nothing)
    }

    /// The leading path of an annotation: `OpenAI` of `Optional["openai.OpenAI"]` is `openai.OpenAI`.
    pub(super) fn annotation(&mut self, range: TextRange, builder: &mut Builder) -> Option<ValueId> {
        let path = leading_path(self.of(range))?;
        let mut at = range.start + path.start as u32;
        let mut res = None;
        for segment in self.of(range).get(path)?.split('.') {
            let name_range = TextRange::new(at, at + segment.len() as u32);
            at = name_range.end + 1;
            res = Some(match res {
                None => builder.value(ValueKind::Name(segment.into()), name_range),
                Some(object) => {
                    let name_range_within = builder.relative(name_range);
                    let kind = ValueKind::Member { object, name: segment.into(), name_range: name_range_within };
                    let start = builder.value_range(object).start;
                    builder.value(kind, TextRange::new(start, name_range.end))
                }
            });
        }
        res
    }
}

/// The name of a parameter that can be `self`.
fn parameter_name(node: Node<'_>) -> Option<TextRange> {
    match node.kind() {
        "identifier" => Some(node_range(node)),
        "default_parameter" | "typed_default_parameter" => Some(node_range(node.child_by_field_name("name")?)),
        "typed_parameter" => node.named_child(0).filter(|it| it.kind() == "identifier").map(node_range),
        _ => None,
    }
}

fn is_name(kind: Option<&ValueKind>, name: &str) -> bool {
    matches!(kind, Some(ValueKind::Name(it)) if **it == *name)
}

/// Where the path stands that a type begins with, quotes, `None |` and wrappers aside.
fn leading_path(text: &str) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    loop {
        at += text[at..].find(|it: char| !(it.is_whitespace() || matches!(it, '"' | '\'' | '(' | '|' | ',')))?;
        let rest = &text[at..];
        let end = rest.find(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '.'))).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches('.');
        let behind = rest[end..].trim_start();
        let last = path.rsplit('.').next().unwrap_or(path);
        let opens = behind.starts_with('[') && WRAPPERS.contains(&last);
        let skipped = path == "None" && behind.starts_with(['|', ',']);
        if path.is_empty() || path.split('.').any(str::is_empty) {
            return None;
        }
        if !opens && !skipped {
            return Some(at..at + path.len());
        }
        at = text.len() - behind.len() + 1;
    }
}
