//! Prints facts without ranges and ids, for tests and debugging: equivalent snippets of two languages print the same.
//!
//! What differs only in how it is written is printed alike: adjacent literal pieces of a text, bare and quoted keys,
//! parentheses and borrows, constants and variables, `while true` and `loop`, a function's tail and its `return`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{
    Argument, Block, BlockId, Call, ClassId, Entry, Facts, FunctionId, ImportId, Loop, LoopKind, Map, Parameter, Part,
    Pattern, Place, Root, StatementId, StatementKind, Step, StoreId, StoreKind, Test, Text, TextForm, ValueId,
    ValueKind,
};

/// Deeper blocks are printed no further to the right, so that the print stays linear in the program.
const DEEPEST_INDENT: usize = 32;

impl Facts {
    /// The whole program as text, one statement a line.
    pub fn dump(&self) -> String {
        let mut dump = Dump::of(self);
        dump.module();
        for function in self.functions().skip(1) {
            if !dump.printed.contains(&function) {
                dump.run(vec![word("unreached "), Work::Function(function), Work::Line]);
            }
        }
        dump.out
    }
}

/// What is still to be printed. An explicit stack, because programs nest deeper than a thread's stack.
enum Work<'a> {
    Word(Cow<'a, str>),
    Value(ValueId),
    Statement(StatementId),
    Block(BlockId),
    Function(FunctionId),
    Line,
    Indent,
    Dedent,
}

type Pieces<'a> = Vec<Work<'a>>;

fn word<'a>(text: impl Into<Cow<'a, str>>) -> Work<'a> {
    Work::Word(text.into())
}

struct Dump<'a> {
    facts: &'a Facts,
    out: String,
    indent: usize,
    printed: HashSet<FunctionId>,
    /// What loops, patterns and `with` bind, by statement.
    bindings: HashMap<StatementId, Vec<StoreId>>,
}

impl<'a> Dump<'a> {
    fn of(facts: &'a Facts) -> Self {
        let mut bindings: HashMap<_, Vec<_>> = HashMap::new();
        for (id, store) in facts.stores() {
            if let (StoreKind::Element | StoreKind::Binding, Some(statement)) = (store.kind, store.statement) {
                bindings.entry(statement).or_default().push(id);
            }
        }
        Self { facts, out: String::new(), indent: 0, printed: HashSet::new(), bindings }
    }

    fn module(&mut self) {
        self.printed.insert(FunctionId::MODULE);
        let module = self.facts.function(FunctionId::MODULE);
        let flags = [(self.facts.broken, "broken"), (module.damaged, "damaged")];
        let mut head: Vec<String> = flags.iter().filter(|it| it.0).map(|it| it.1.to_owned()).collect();
        match self.facts.comments.len() {
            0 => {}
            1 => head.push("1 comment".to_owned()),
            n => head.push(format!("{n} comments")),
        }
        if !head.is_empty() {
            self.out = format!("module: {}\n", head.join(", "));
        }
        self.run(statements(&self.facts[module.body], "tail "));
    }

    fn run(&mut self, mut todo: Pieces<'a>) {
        todo.reverse();
        while let Some(next) = todo.pop() {
            let more = match next {
                Work::Word(text) => {
                    self.word(&text);
                    continue;
                }
                Work::Line => {
                    self.out.push('\n');
                    continue;
                }
                Work::Indent => {
                    self.indent += 1;
                    continue;
                }
                Work::Dedent => {
                    self.indent -= 1;
                    continue;
                }
                Work::Value(id) => self.value(id),
                Work::Statement(id) => self.statement(id),
                Work::Block(id) => block(&self.facts[id]),
                Work::Function(id) => self.function(id),
            };
            todo.extend(more.into_iter().rev());
        }
    }

    fn word(&mut self, text: &str) {
        if self.out.ends_with('\n') && !text.is_empty() {
            self.out.push_str(&"  ".repeat(self.indent.min(DEEPEST_INDENT)));
        }
        self.out.push_str(text);
    }

    fn statement(&self, id: StatementId) -> Pieces<'a> {
        let statement = &self.facts[id];
        let mut res = if statement.damaged { vec![word("damaged ")] } else { Vec::new() };
        match &statement.kind {
            StatementKind::Expression(value) => res.push(Work::Value(*value)),
            StatementKind::Store(stores) => res.extend(self.stores(stores)),
            StatementKind::Return(value) => res.extend(keyword("return", *value)),
            StatementKind::Raise(value) => res.extend(keyword("raise", *value)),
            StatementKind::Break { label, value } => {
                res.push(word(labelled("break", label.as_deref())));
                value.iter().for_each(|it| res.extend([word(" "), Work::Value(*it)]));
            }
            StatementKind::Continue { label } => res.push(word(labelled("continue", label.as_deref()))),
            StatementKind::Branch { test, then, otherwise } => {
                res.push(word("if "));
                res.extend(self::test(test));
                res.extend(self.bindings(id));
                res.extend([word(" "), Work::Block(*then)]);
                res.extend(clause(" else ", *otherwise));
            }
            StatementKind::Match { subject, arms } => {
                res.extend([word("match "), Work::Value(*subject)]);
                res.extend(self.bindings(id));
                res.extend([word(" {"), Work::Indent, Work::Line]);
                for arm in arms {
                    res.push(word("case "));
                    res.extend(pattern(&arm.pattern));
                    arm.guard.iter().for_each(|it| res.extend([word(" if "), Work::Value(*it)]));
                    res.extend([word(" "), Work::Block(arm.body)]);
                    res.extend([word(if arm.falls_through { " falls through" } else { "" }), Work::Line]);
                }
                res.extend([Work::Dedent, word("}")]);
            }
            StatementKind::Loop(it) => res.extend(self.loops(id, it)),
            StatementKind::Try { body, handlers, otherwise, finally } => {
                res.extend([word("try "), Work::Block(*body)]);
                for handler in handlers {
                    res.push(word(" catch "));
                    handler.types.iter().for_each(|it| res.extend([Work::Value(*it), word(" ")]));
                    if let Some(binding) = handler.binding {
                        res.push(word("as "));
                        res.extend(self.place(&self.facts[binding].place));
                        res.push(word(" "));
                    }
                    res.push(Work::Block(handler.body));
                }
                res.extend(clause(" else ", *otherwise));
                res.extend(clause(" finally ", *finally));
            }
            StatementKind::With { items, body } => {
                res.push(word("with "));
                res.extend(separated(items.iter().map(|it| vec![Work::Value(*it)])));
                res.extend(self.bindings(id));
                res.extend([word(" "), Work::Block(*body)]);
            }
            StatementKind::Block(body) => res.push(Work::Block(*body)),
            StatementKind::Function(function) => res.push(Work::Function(*function)),
            StatementKind::Class(class) => res.extend(self.class(*class)),
            StatementKind::Import(imports) => {
                res.push(word("import "));
                res.extend(separated(imports.iter().map(|it| vec![self.import(*it)])));
            }
            StatementKind::Other(values) => {
                res.push(word("other "));
                res.extend(separated(values.iter().map(|it| vec![Work::Value(*it)])));
            }
        }
        res
    }

    fn loops(&self, id: StatementId, it: &'a Loop) -> Pieces<'a> {
        let mut res = vec![word(labelled("loop", it.label.as_deref()))];
        if let LoopKind::Each(iterable) = it.kind {
            res.extend([word(" each "), Work::Value(iterable)]);
        }
        if let Some(test) = it.test.as_ref().filter(|it| !self.is_true(it)) {
            res.push(word(" while "));
            res.extend(self::test(test));
        }
        it.update.iter().for_each(|it| res.extend([word(" then "), Work::Value(*it)]));
        res.extend(self.bindings(id));
        res.extend([word(" "), Work::Block(it.body)]);
        res.extend(clause(" else ", it.otherwise));
        res
    }

    fn is_true(&self, test: &Test) -> bool {
        let Test::Value(value) = test else { return false };
        matches!(self.facts[self.facts.past_transparent(*value)].kind, ValueKind::Boolean(true))
    }

    /// What a loop, a pattern or a `with` binds: `[x@element]`.
    fn bindings(&self, id: StatementId) -> Pieces<'a> {
        let Some(stores) = self.bindings.get(&id) else { return Vec::new() };
        let mut res = vec![word(" [")];
        res.extend(separated(stores.iter().map(|it| self.target(*it))));
        res.push(word("]"));
        res
    }

    /// Stores of one statement; those of one value share it: `a@[0], b@[1] = v`.
    fn stores(&self, stores: &'a [StoreId]) -> Pieces<'a> {
        let runs =
            stores.chunk_by(|a, b| self.facts[*a].value.is_some() && self.facts[*a].value == self.facts[*b].value);
        let mut res = Vec::new();
        for (at, run) in runs.enumerate() {
            res.push(word(if at > 0 { "; " } else { "" }));
            res.extend(separated(run.iter().map(|it| self.target(*it))));
            if let Some(value) = run.first().and_then(|it| self.facts[*it].value) {
                res.extend([word(" = "), Work::Value(value)]);
            }
        }
        res
    }

    fn target(&self, id: StoreId) -> Pieces<'a> {
        let store = &self.facts[id];
        let mut res = match store.kind {
            StoreKind::Delete => vec![word("delete ")],
            StoreKind::Augment => vec![word("augment ")],
            _ => Vec::new(),
        };
        res.extend(self.place(&store.place));
        if !store.projection.is_empty() {
            res.push(word("@"));
            store.projection.iter().for_each(|it| res.extend(step(it)));
        }
        store.annotation.iter().for_each(|it| res.extend([word(": "), Work::Value(*it)]));
        res
    }

    fn place(&self, place: &'a Place) -> Pieces<'a> {
        let mut res = vec![match &place.root {
            Root::Name(name) => word(&**name),
            Root::This => word("this"),
            Root::Value(value) => Work::Value(*value),
        }];
        place.path.iter().for_each(|it| res.extend(step(it)));
        res
    }

    fn import(&self, id: ImportId) -> Work<'a> {
        let import = &self.facts[id];
        let type_only = if import.type_only { "type " } else { "" };
        let name = import.name.as_deref().unwrap_or("*");
        let local = import.local.as_deref().unwrap_or("_");
        word(format!("{type_only}{}:{name} as {local}", import.module))
    }

    fn class(&self, id: ClassId) -> Pieces<'a> {
        let class = &self.facts[id];
        let mut res = decorators(&class.decorators);
        res.push(word(format!("class {}(", class.name.as_deref().unwrap_or("_"))));
        res.extend(separated(class.bases.iter().map(|it| vec![Work::Value(*it)])));
        res.extend([word(") "), Work::Block(class.body)]);
        res
    }

    fn function(&mut self, id: FunctionId) -> Pieces<'a> {
        let function = self.facts.function(id);
        if !self.printed.insert(id) {
            return vec![word("fn seen")];
        }
        let mut res = decorators(&function.decorators);
        let flags = [
            (function.damaged, "damaged "),
            (function.opaque_flow, "opaque "),
            (function.is_async, "async "),
            (function.is_generator, "generator "),
        ];
        res.extend(flags.into_iter().filter(|it| it.0).map(|it| word(it.1)));
        let method = if function.class.is_some() { "method" } else { "fn" };
        res.push(word(format!("{method} {}(", function.name.as_deref().unwrap_or("_"))));
        res.extend(separated(function.parameters.iter().map(parameter)));
        res.push(word(")"));
        function.result.iter().for_each(|it| res.push(word(format!(" -> {it}"))));
        res.push(word(" "));
        res.extend(block_with_tail(self.facts.body(id), "return "));
        res
    }

    fn value(&self, id: ValueId) -> Pieces<'a> {
        match &self.facts[id].kind {
            ValueKind::Text(it) => text(it),
            ValueKind::Number(it) => vec![word(&**it)],
            ValueKind::Boolean(it) => vec![word(if *it { "true" } else { "false" })],
            ValueKind::Null => vec![word("null")],
            ValueKind::Name(it) => vec![word(&**it)],
            ValueKind::This => vec![word("this")],
            ValueKind::Member { object, name, .. } => vec![Work::Value(*object), word("."), word(&**name)],
            ValueKind::Index { object, index } => {
                vec![Work::Value(*object), word("["), Work::Value(*index), word("]")]
            }
            ValueKind::Call(it) => call(it),
            ValueKind::Map(it) => map(it),
            ValueKind::List(it) => {
                let mut res = vec![word("[")];
                res.extend(separated(it.items.iter().map(|it| vec![Work::Value(*it)])));
                res.push(word("]"));
                res
            }
            ValueKind::Function(it) => vec![Work::Function(*it)],
            ValueKind::Unary { operator, operand } => {
                vec![word("("), word(&**operator), word(" "), Work::Value(*operand), word(")")]
            }
            ValueKind::Binary { operator, left, right } => infix(*left, operator, *right),
            ValueKind::Fallback { value, default } => infix(*value, "??", *default),
            ValueKind::Choice { condition, then, otherwise } => {
                let [condition, then, otherwise] = [condition, then, otherwise].map(|it| Work::Value(*it));
                vec![word("("), condition, word(" ? "), then, word(" : "), otherwise, word(")")]
            }
            ValueKind::Await(it) => vec![word("(await "), Work::Value(*it), word(")")],
            ValueKind::Propagate(it) => vec![word("(try "), Work::Value(*it), word(")")],
            ValueKind::Transparent(it) => vec![Work::Value(*it)],
            ValueKind::Assign { stores, value } => {
                let mut res = vec![word("(set ")];
                res.extend(separated(stores.iter().map(|it| self.target(*it))));
                value.iter().for_each(|it| res.extend([word(" = "), Work::Value(*it)]));
                res.push(word(")"));
                res
            }
            ValueKind::Control(it) => vec![word("(do "), Work::Statement(*it), word(")")],
            ValueKind::Comprehension { element, parts } => {
                let mut res = vec![word("(each "), Work::Value(*element)];
                parts.iter().for_each(|it| res.extend([word(" of "), Work::Value(*it)]));
                res.push(word(")"));
                res
            }
            ValueKind::Opaque(parts) => {
                let mut res = vec![word("opaque(")];
                res.extend(separated(parts.iter().map(|it| vec![Work::Value(*it)])));
                res.push(word(")"));
                res
            }
            ValueKind::Unknown => vec![word("unknown")],
        }
    }
}

fn statements<'a>(block: &Block, tail_word: &'static str) -> Pieces<'a> {
    let mut res = Vec::new();
    block.statements.iter().for_each(|it| res.extend([Work::Statement(*it), Work::Line]));
    block.tail.iter().for_each(|it| res.extend([word(tail_word), Work::Value(*it), Work::Line]));
    res
}

fn block<'a>(block: &Block) -> Pieces<'a> {
    block_with_tail(block, "tail ")
}

fn block_with_tail<'a>(block: &Block, tail_word: &'static str) -> Pieces<'a> {
    let inner = statements(block, tail_word);
    if inner.is_empty() {
        return vec![word("{}")];
    }
    let mut res = vec![word("{"), Work::Indent, Work::Line];
    res.extend(inner);
    res.extend([Work::Dedent, word("}")]);
    res
}

fn separated<'a>(items: impl Iterator<Item = Pieces<'a>>) -> Pieces<'a> {
    let mut res = Vec::new();
    for (at, item) in items.enumerate() {
        if at > 0 {
            res.push(word(", "));
        }
        res.extend(item);
    }
    res
}

fn keyword<'a>(name: &'static str, value: Option<ValueId>) -> Pieces<'a> {
    let mut res = vec![word(name)];
    value.iter().for_each(|it| res.extend([word(" "), Work::Value(*it)]));
    res
}

fn labelled(name: &str, label: Option<&str>) -> String {
    label.map_or_else(|| name.to_owned(), |label| format!("{name} '{label}"))
}

fn clause<'a>(name: &'static str, block: Option<BlockId>) -> Pieces<'a> {
    block.map_or_else(Vec::new, |it| vec![word(name), Work::Block(it)])
}

fn infix<'a>(left: ValueId, operator: &'a str, right: ValueId) -> Pieces<'a> {
    vec![word("("), Work::Value(left), word(" "), word(operator), word(" "), Work::Value(right), word(")")]
}

fn decorators<'a>(decorators: &[ValueId]) -> Pieces<'a> {
    decorators.iter().flat_map(|it| [word("@"), Work::Value(*it), word(" ")]).collect()
}

fn test<'a>(test: &'a Test) -> Pieces<'a> {
    match test {
        Test::Value(value) => vec![Work::Value(*value)],
        Test::Pattern { pattern, subject } => {
            let mut res = vec![Work::Value(*subject), word(" fits ")];
            res.extend(self::pattern(pattern));
            res
        }
    }
}

fn pattern(pattern: &Pattern) -> Pieces<'_> {
    let variants = pattern.variants.iter().map(|it| vec![word(&**it)]);
    let mut parts: Vec<Pieces<'_>> = variants.chain(pattern.literals.iter().map(|it| vec![Work::Value(*it)])).collect();
    if parts.is_empty() {
        parts.push(vec![word("?")]);
    }
    let mut res = Vec::new();
    for (at, part) in parts.into_iter().enumerate() {
        res.push(word(if at > 0 { " | " } else { "" }));
        res.extend(part);
    }
    res
}

fn parameter(it: &Parameter) -> Pieces<'_> {
    let rest = if it.rest { "..." } else { "" };
    let mut res = vec![word(format!("{rest}{}", it.name.as_deref().unwrap_or("_")))];
    it.annotation.iter().for_each(|it| res.extend([word(": "), Work::Value(*it)]));
    it.default.iter().for_each(|it| res.extend([word(" = "), Work::Value(*it)]));
    res
}

fn step(step: &Step) -> Pieces<'_> {
    match step {
        Step::Key(name, _) => vec![word("."), word(&**name)],
        Step::Position(n) => vec![word(format!("[{n}]"))],
        Step::Computed(value) => vec![word("["), Work::Value(*value), word("]")],
        Step::Element => vec![word("<element>")],
        Step::Payload => vec![word("<payload>")],
        Step::Failure => vec![word("<failure>")],
        Step::Unknown => vec![word("<unknown>")],
    }
}

fn call(call: &Call) -> Pieces<'_> {
    let mut res = vec![word(if call.constructs { "new " } else { "" }), Work::Value(call.callee), word("(")];
    res.extend(separated(call.arguments.iter().map(argument)));
    res.push(word(")"));
    res
}

fn argument(it: &Argument) -> Pieces<'_> {
    let mut res = vec![word(if it.spread { "..." } else { "" })];
    it.name.iter().for_each(|(name, _)| res.extend([word(&**name), word("=")]));
    res.push(Work::Value(it.value));
    res
}

fn map(map: &Map) -> Pieces<'_> {
    let mut res = vec![word(map.record.as_deref().unwrap_or_default()), word("{")];
    res.extend(separated(map.entries.iter().map(|it| match it {
        Entry::Pair { key, value, .. } => vec![Work::Value(*key), word(": "), Work::Value(*value)],
        Entry::Spread(value) => vec![word("..."), Work::Value(*value)],
    })));
    res.push(word("}"));
    res
}

/// A text in quotes; what is concatenated to it has a `+` before them.
fn text(text: &Text) -> Pieces<'_> {
    let mut res = vec![word(if text.form == TextForm::Concatenation { "+\"" } else { "\"" })];
    for part in &text.parts {
        match part {
            Part::Literal { text, .. } => res.push(word(text.escape_debug().to_string())),
            Part::Hole { value, conversion, .. } => {
                res.extend([word("{"), Work::Value(*value)]);
                conversion.iter().for_each(|it| res.extend([word(" as "), word(&**it)]));
                res.push(word("}"));
            }
        }
    }
    res.push(word("\""));
    res
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, Call, LoopKind};
    use super::*;
    use crate::language::Language;
    use crate::text::TextRange;

    #[test]
    fn prints_nested_blocks_and_bindings() {
        let mut builder = Builder::new(Language::Python, 40);
        let at = TextRange::new;
        let mark = builder.mark();
        let items = builder.value(ValueKind::Name("xs".into()), at(9, 11));
        let scope = builder.scope();
        let element = builder.declare("x", StoreKind::Element, Some(items), scope, at(4, 5));
        builder.store_mut(element).projection.push(Step::Element);
        let callee = builder.value(ValueKind::Name("f".into()), at(14, 15));
        let key = builder.bare_text("k\"", at(16, 19));
        let argument_range = builder.relative(at(15, 20));
        let arguments = vec![Argument { name: None, value: key, spread: false, range: builder.relative(at(16, 19)) }];
        let call = Call { callee, arguments, argument_range, constructs: false };
        let call = builder.value(ValueKind::Call(call), at(14, 20));
        let inner = builder.statement(StatementKind::Return(Some(call)), at(14, 20), mark);
        let body = builder.block(vec![inner], None, at(14, 20));
        let kind = LoopKind::Each(items);
        let each = Loop { kind, test: None, update: None, body, otherwise: None, label: None };
        let each = builder.statement(StatementKind::Loop(each), at(0, 20), mark);
        let body = builder.block(vec![each], None, at(0, 20));
        let facts = builder.finish(Some(body), at(0, 40));
        assert_eq!(facts.dump(), "loop each xs [x@<element>] {\n  return f(\"k\\\"\")\n}\n");
    }
}
