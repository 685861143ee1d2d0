//! The document around a retry: its indentation, its line breaks, and what stands where.

use crate::facts::{Facts, FunctionId, LoopKind, Parent, StatementId, StatementKind, Test, ValueId, ValueKind};
use crate::language::Language;
use crate::source::Source;
use crate::text::{TextRange, edits};
use crate::usage::resolve::Resolver;
use crate::usage::retries::{Failure, Retry, Shape};

/// How many calls and members one expression may chain.
const CHAIN: usize = 64;

/// A retry in its document.
pub(super) struct Page<'p, 'a> {
    /// The document.
    pub(super) source: &'p Source,
    /// What names stand for.
    pub(super) resolver: &'p Resolver<'a>,
    /// The retry.
    pub(super) retry: &'p Retry,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The statement.
    pub(super) range: TextRange,
    /// Its line begins with it.
    pub(super) alone: bool,
}

impl<'a> Page<'_, 'a> {
    /// The document's facts.
    pub(super) fn facts(&self) -> &'a Facts {
        self.resolver.facts
    }

    /// The document's text.
    pub(super) fn text(&self) -> &str {
        &self.source.text
    }

    /// The text of a range.
    pub(super) fn of(&self, range: TextRange) -> &str {
        range.of(&self.source.text)
    }

    /// The language.
    pub(super) fn language(&self) -> Language {
        self.source.language
    }

    /// The line break that the document uses.
    pub(super) fn line_end(&self) -> &'static str {
        edits::line_end(self.text())
    }

    /// The offset at which a line begins.
    pub(super) fn line_start(&self, offset: u32) -> u32 {
        self.text()[..offset as usize].rfind(['\n', '\r']).map_or(0, |it| it as u32 + 1)
    }

    /// The white space at the beginning of a line.
    pub(super) fn indent(&self, offset: u32) -> &str {
        let line = &self.text()[self.line_start(offset) as usize..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// Whether nothing but white space stands before an offset on its line.
    pub(super) fn is_first_on_line(&self, offset: u32) -> bool {
        self.line_start(offset) + self.indent(offset).len() as u32 == offset
    }

    /// One step of indentation: what the loop's or function's body has more than its head.
    pub(super) fn unit(&self) -> String {
        let facts = self.facts();
        let block = match self.retry.shape {
            Shape::Loop(statement) => facts[statement].as_loop().map(|it| it.body),
            Shape::Recursion(_) => Some(facts.function(self.retry.function).body),
        };
        let inner = block.and_then(|it| facts[it].statements.first()).map(|it| self.indent(facts.range(*it).start));
        let outer = self.indent(self.retry.range(self.resolver).start);
        match inner.and_then(|it| it.strip_prefix(outer)) {
            Some(step) if !step.is_empty() => step.to_owned(),
            _ if self.language().is_ecmascript() => "  ".to_owned(),
            _ => "    ".to_owned(),
        }
    }

    /// The semicolon that ends the document's statements.
    pub(super) fn semicolon(&self) -> &'static str {
        match self.language() {
            Language::Python => "",
            Language::Rust => ";",
            _ if self.text().lines().any(|it| it.trim_end().ends_with(';')) => ";",
            _ => "",
        }
    }

    /// The function that a statement stands in.
    pub(super) fn function_of(&self, statement: StatementId) -> FunctionId {
        self.facts().function_of(statement)
    }

    /// Whether code of a function may await.
    pub(super) fn may_await(&self, function: FunctionId) -> bool {
        self.facts().function(function).is_async || self.awaited(self.retry.call).1
    }

    /// The attempt as one expression, up to an `await` around it, and whether there is one.
    pub(super) fn awaited(&self, call: ValueId) -> (ValueId, bool) {
        let facts = self.facts();
        let mut at = call;
        for _ in 0..CHAIN {
            let Parent::Value(parent) = facts[at].parent else { break };
            match &facts[parent].kind {
                ValueKind::Await(_) => return (parent, true),
                ValueKind::Transparent(_) => at = parent,
                ValueKind::Member { .. } => at = parent,
                ValueKind::Call(outer) if outer.callee == at => at = parent,
                _ => break,
            }
        }
        (call, false)
    }

    /// Whether the loop ends by itself.
    pub(super) fn is_bounded(&self) -> bool {
        let Shape::Loop(statement) = self.retry.shape else { return false };
        if self.retry.counter.is_some() {
            return true;
        }
        let Some(it) = self.facts()[statement].as_loop() else { return false };
        if self.retry.failures.iter().any(|it| self.gives_up(it)) {
            return true;
        }
        match (&it.kind, &it.test) {
            (LoopKind::Each(_), _) => true,
            (_, Some(Test::Value(test))) => self.counts(*test),
            _ => false,
        }
    }

    /// Whether a handler leaves the loop by a test of its own.
    fn gives_up(&self, failure: &Failure) -> bool {
        let facts = self.facts();
        let Some((statement, place)) = failure.handler else { return false };
        let StatementKind::Try { handlers, .. } = &facts[statement].kind else { return false };
        let Some(handler) = handlers.get(place as usize) else { return false };
        facts.statements_in(handler.body).into_iter().any(|it| {
            matches!(facts[it].kind, StatementKind::Raise(_) | StatementKind::Return(_) | StatementKind::Break { .. })
        })
    }

    /// Whether a test compares or counts a number.
    fn counts(&self, test: ValueId) -> bool {
        let facts = self.facts();
        let mut todo = vec![test];
        while let Some(at) = todo.pop() {
            match &facts[at].kind {
                ValueKind::Binary { operator, .. } if matches!(&**operator, "<" | "<=" | ">" | ">=") => return true,
                ValueKind::Assign { .. } => return true,
                kind => kind.each_child(|it| todo.push(it)),
            }
        }
        false
    }

    /// Whether a name is free in the function of the retry.
    pub(super) fn free_name(&self, names: &[&'static str]) -> Option<&'static str> {
        let facts = self.facts();
        let scope = facts.function(self.retry.function).scope;
        let used = |name: &str| {
            facts.declaring_scope(name, scope).is_some()
                || facts.stores().any(|(id, it)| {
                    facts.function_of(id) == self.retry.function
                        && matches!(&it.place.root, crate::facts::Root::Name(it) if **it == *name)
                })
        };
        names.iter().copied().find(|it| !used(it))
    }

    /// Whether a literal in a range spans lines, so that its lines may not be indented.
    pub(super) fn holds_multiline_text(&self, range: TextRange) -> bool {
        let facts = self.facts();
        facts.values().any(|(id, it)| {
            matches!(it.kind, ValueKind::Text(_)) && {
                let at = facts.range(id);
                range.contains(at) && self.of(at).contains(['\n', '\r'])
            }
        })
    }

    /// Whether a function ends when a loop does. The block that holds a counting `for` and its initialiser is passed.
    pub(super) fn ends_function(&self, statement: StatementId) -> bool {
        let facts = self.facts();
        let mut at = statement;
        loop {
            let Some(block) = facts[at].block else { return false };
            if facts[block].statements.last() != Some(&at) {
                return false;
            }
            match facts[block].owner {
                None => return true,
                Some(owner) if matches!(facts[owner].kind, StatementKind::Block(_)) => at = owner,
                Some(_) => return false,
            }
        }
    }

    /// The statement or tail expression that a value is part of.
    pub(super) fn place_of(&self, value: ValueId) -> Option<Place> {
        let facts = self.facts();
        let mut at = value;
        let statement = loop {
            match facts[at].parent {
                Parent::Value(parent) => at = parent,
                Parent::Statement(statement) => break statement,
                Parent::None => return None,
            }
        };
        let tail = facts.blocks_of(statement).into_iter().find(|it| facts[*it].tail == Some(at));
        let range = if tail.is_some() { facts.range(at) } else { facts.range(statement) };
        Some(Place { range, alone: self.is_first_on_line(range.start) })
    }

    /// A statement with the braces around it, if it has them to itself on its line.
    pub(super) fn with_braces(&self, range: TextRange) -> TextRange {
        let text = self.text();
        let before = text[..range.start as usize].trim_end_matches([' ', '\t']);
        let behind = &text[range.end as usize..];
        let gap = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        match before.ends_with('{') && behind[gap..].starts_with('}') {
            true => TextRange::new(before.len() as u32 - 1, range.end + gap as u32 + 1),
            false => range,
        }
    }

    /// The text of a range, moved to another indentation.
    pub(super) fn moved(&self, text: &str, from: &str, to: &str) -> String {
        let mut res = String::with_capacity(text.len());
        for (number, line) in text.split_inclusive('\n').enumerate() {
            match line.strip_prefix(from) {
                Some(rest) if number > 0 => {
                    res.push_str(to);
                    res.push_str(rest);
                }
                _ => res.push_str(line),
            }
        }
        res
    }
}
