//! Building block: reading a key from the environment instead of from a literal.

use crate::catalog::Provider;
use crate::catalog::inspect::{QUOTES, is_blank};
use crate::catalog::names::{names_key, words};
use crate::facts::{Entry, FunctionId, Parent, Root, StatementKind, StoreKind, TextForm, ValueId, ValueKind};
use crate::fix::{Edit, Fix, Need, Replacement, items};
use crate::language::Language;
use crate::source::Source;
use crate::text::{Secret, TextRange};
use crate::usage::Usage;

/// A key in a literal.
#[derive(Clone, Copy)]
pub struct KeyLiteral<'k, 'a> {
    /// The document.
    pub source: &'k Source,
    /// The document's usage.
    pub usage: &'k Usage<'a>,
    /// The literal.
    pub value: ValueId,
    /// The literal's text in front of the key and behind it.
    pub around: (&'k str, &'k str),
    /// The key.
    pub key: &'k Secret,
}

/// The variable that a key should be read from: by its provider, by what its place is called, or `API_KEY`.
pub fn variable(usage: &Usage<'_>, provider: Option<&Provider>, value: Option<ValueId>) -> String {
    let names = value.map(|it| usage.place_names(it)).unwrap_or_default();
    if let Some(provider) = provider {
        let own = |name: &&String| {
            let meaning = usage.catalog().provider_of_env(name);
            meaning.is_some_and(|it| it.provider.id == provider.id && it.role.is_secret() && it.instead.is_none())
        };
        if let Some(name) = names.first().filter(own) {
            return name.clone();
        }
        if let Some(name) = provider.key_variable() {
            return name.to_owned();
        }
    }
    let telling = |it: &&String| names_key(it) && words(it).iter().any(|it| !GENERIC.contains(&it.as_str()));
    match names.iter().take(2).find(telling) {
        Some(name) => words(name).join("_").to_ascii_uppercase(),
        None => "API_KEY".to_owned(),
    }
}

/// Words that say nothing of whose key it is.
const GENERIC: &[&str] = &["api", "key", "keys", "apikey", "token", "secret", "my", "the", "default", "auth"];

/// Rust methods that take a `String` as well as a `&str`.
const OWNING: &[&str] = &["with_api_key", "bearer_auth"];

impl KeyLiteral<'_, '_> {
    /// Replaces the literal by a read of the variable, and puts the key into the project's environment file.
    pub fn move_to(self, name: &str) -> Option<Fix> {
        let edits = self.replacement()?;
        let need = Need::Environment { name: name.to_owned(), value: self.key.clone(), fixed: false };
        let fix = Fix::risky(format!("Move the key to {name}"), edits).need(need);
        Some(match self.source.language {
            Language::Python => fix.need(Need::Import { module: "os".to_owned(), name: None }),
            _ => fix,
        })
    }

    /// The edits that put a read of the variable in place of the literal.
    fn replacement(self) -> Option<Vec<Edit>> {
        let facts = self.usage.facts();
        let ValueKind::Text(text) = &facts[self.value].kind else { return None };
        // Blanks and stray quotes around the key are no part of it.
        let bare = |it: &'_ str| it.trim_matches(|it: char| is_blank(it) || QUOTES.contains(&it)).to_owned();
        let scheme = &*bare(self.around.0);
        let known = scheme.is_empty() || (scheme.len() < 12 && scheme.chars().all(|it| it.is_ascii_alphabetic()));
        if !known || !bare(self.around.1).is_empty() || text.form == TextForm::Bare || !self.is_replaceable() {
            return None;
        }
        match self.source.language {
            Language::Python => self.python(scheme),
            Language::Rust => self.rust(scheme),
            Language::Dotenv => None,
            _ => self.ecmascript(scheme),
        }
    }

    /// Whether an expression may stand where the literal stands.
    fn is_replaceable(self) -> bool {
        let facts = self.usage.facts();
        match facts[self.value].parent {
            Parent::Value(parent) => match &facts[parent].kind {
                ValueKind::Map(map) => {
                    !map.entries.iter().any(|it| matches!(it, Entry::Pair { key, .. } if *key == self.value))
                }
                ValueKind::Text(_) => false,
                _ => true,
            },
            Parent::Statement(statement) => !matches!(facts[statement].kind, StatementKind::Expression(_)),
            Parent::None => true,
        }
    }

    fn range(self) -> TextRange {
        self.usage.facts().range(self.value)
    }

    fn python(self, scheme: &str) -> Option<Vec<Edit>> {
        let range = self.range();
        let written = range.of(&self.source.text);
        let prefix = written.split(['"', '\'']).next().unwrap_or_default();
        if prefix.contains(['b', 'B']) {
            return None;
        }
        let quote = if written.ends_with('\'') { '\'' } else { '"' };
        let inner = if quote == '"' { '\'' } else { '"' };
        let (before, after) = match scheme {
            "" => (format!("os.environ[{quote}"), format!("{quote}]")),
            _ => (format!("f{quote}{scheme} {{os.environ[{inner}"), format!("{inner}]}}{quote}")),
        };
        Some(vec![named(range, before, after)])
    }

    fn ecmascript(self, scheme: &str) -> Option<Vec<Edit>> {
        let facts = self.usage.facts();
        let text = &*self.source.text;
        let mut range = self.range();
        if self.is_enum_member() {
            return None;
        }
        let typed = self.source.language != Language::JavaScript;
        if typed
            && let Some(parent) = facts.parent_value(self.value)
            && matches!(facts[parent].kind, ValueKind::Transparent(_))
            && facts.range(parent).of(text).ends_with("as const")
        {
            range = facts.range(parent);
        }
        let (before, after) = match scheme {
            "" => ("process.env.".to_owned(), if typed { "!" } else { "" }.to_owned()),
            _ => (format!("`{scheme} ${{process.env."), "}`".to_owned()),
        };
        // An attribute of JSX takes an expression in braces only.
        let attribute = text[..range.start as usize].ends_with('=')
            && facts.parent_value(self.value).is_some_and(|it| matches!(facts[it].kind, ValueKind::Opaque(_)));
        Some(vec![match attribute {
            true => named(range, format!("{{{before}"), format!("{after}}}")),
            false => named(range, before, after),
        }])
    }

    /// Whether the literal is the value of an enum's member, which takes constants only.
    fn is_enum_member(self) -> bool {
        let facts = self.usage.facts();
        let Some(parent) = facts.parent_value(self.value) else { return false };
        let ValueKind::Map(map) = &facts[parent].kind else { return false };
        map.entries.iter().any(|it| match it {
            Entry::Pair { key, value, .. } if *value == self.value => {
                let (key, value) = (facts.range(*key), facts.range(*value));
                key.end < value.start && TextRange::new(key.end, value.start).of(&self.source.text).trim() == "="
            }
            _ => false,
        })
    }

    fn rust(self, scheme: &str) -> Option<Vec<Edit>> {
        let (range, form) = self.rust_place()?;
        let (open, close) = match scheme {
            "" => (String::new(), String::new()),
            _ => (format!("format!(\"{scheme} {{}}\", "), ")".to_owned()),
        };
        let (open, close) = match form {
            RustForm::Owned => (open, close),
            RustForm::Argument => (open, format!("{close}.as_str()")),
            RustForm::Local => (format!("&*{open}"), close),
        };
        Some(vec![
            named(range, format!("{open}std::env::var(\""), "\")"),
            named(TextRange::empty(range.end), ".expect(\"", format!(" is not set\"){close}")),
        ])
    }

    /// What a read takes the place of in Rust, and which type it has there; `None` where there is no good one.
    fn rust_place(self) -> Option<(TextRange, RustForm)> {
        let facts = self.usage.facts();
        if !self.range().of(&self.source.text).starts_with(['"', 'r']) {
            return None;
        }
        let at = self.value;
        let Parent::Value(parent) = facts[at].parent else {
            let store = &facts[self.usage.store_of(at)?];
            let local = matches!(store.kind, StoreKind::Assign)
                && matches!(store.place.root, Root::Name(_))
                && store.place.path.is_empty()
                && FunctionId(at.chunk) != FunctionId::MODULE
                && store.declares;
            return local.then(|| (facts.range(at), RustForm::Local));
        };
        match &facts[parent].kind {
            ValueKind::Member { object, name, .. } if *object == at => {
                let Parent::Value(call) = facts[parent].parent else { return None };
                let is_callee = facts.call(call).is_some_and(|it| it.callee == parent);
                match (&**name, is_callee) {
                    ("to_string" | "to_owned", true) => Some((facts.range(call), RustForm::Owned)),
                    ("into", true) => Some((facts.range(at), RustForm::Owned)),
                    _ => None,
                }
            }
            ValueKind::Call(call) if call.callee != at => {
                if self.usage.resolver().path(call.callee).as_deref() == Some("String.from") {
                    return Some((facts.range(parent), RustForm::Owned));
                }
                let name = self.usage.resolver().callee_name(call)?;
                let plain = !name.ends_with('!') && name != "from_static" && !name.starts_with(char::is_uppercase);
                let form = if OWNING.contains(&name) { RustForm::Owned } else { RustForm::Argument };
                plain.then(|| (facts.range(at), form))
            }
            _ => None,
        }
    }

    /// Takes the key from the construction of a client that reads the variable by itself.
    pub fn drop_argument(self, call: ValueId, name: &str) -> Option<Fix> {
        let range = self.argument(call)?;
        let need = Need::Environment { name: name.to_owned(), value: self.key.clone(), fixed: true };
        let title = format!("Drop the key: the client reads {name} by itself");
        Some(Fix::risky(title, vec![Edit::delete(range)]).need(need))
    }

    /// The argument, the option or the builder call that is this literal and nothing else.
    fn argument(self, call: ValueId) -> Option<TextRange> {
        let facts = self.usage.facts();
        let text = &*self.source.text;
        let is_this = |it: ValueId| facts.past_transparent(it) == self.value;
        let made = facts.call(call)?;
        if self.source.language == Language::Rust {
            let parent = facts.parent_past_transparent(self.value)?;
            let ValueKind::Call(setter) = &facts[parent].kind else { return None };
            let receiver = self.usage.resolver().receiver(setter)?;
            let only = setter.arguments.len() == 1 && !self.usage.resolver().callee_name(setter)?.contains("new");
            return only.then(|| TextRange::new(facts.range(receiver).end, facts.range(parent).end));
        }
        if let Some(argument) = made.arguments.iter().find(|it| is_this(it.value)) {
            argument.name.as_ref()?;
            return Some(items::removal(text, facts.at(call.chunk, argument.range)));
        }
        let options = made.arguments.first()?.value;
        let ValueKind::Map(map) = &facts[facts.past_transparent(options)].kind else { return None };
        map.entries.iter().find_map(|it| match it {
            Entry::Pair { value, range, .. } if is_this(*value) => {
                Some(items::removal(text, facts.at(options.chunk, *range)))
            }
            _ => None,
        })
    }

    /// Takes away the statement that puts the key into the environment, since the environment file does.
    pub fn drop_statement(self, name: &str) -> Option<Fix> {
        let facts = self.usage.facts();
        let statement = facts.statement_of(self.value)?;
        let block = &facts[facts[statement].block?];
        let alone = match &facts[statement].kind {
            StatementKind::Store(stores) => stores.len() == 1,
            StatementKind::Expression(_) => true,
            _ => false,
        };
        // A Python block must not become empty.
        if !alone || (self.source.language == Language::Python && block.statements.len() < 2) {
            return None;
        }
        let range = items::whole_lines(&self.source.text, facts.range(statement))?;
        let need = Need::Environment { name: name.to_owned(), value: self.key.clone(), fixed: true };
        Some(Fix::risky(format!("Move the key to {name}"), vec![Edit::delete(range)]).need(need))
    }
}

/// Which type a read must have where a Rust literal stood.
#[derive(Clone, Copy)]
enum RustForm {
    /// `String`.
    Owned,
    /// `&str` that lives as long as the call.
    Argument,
    /// `&str` that lives as long as the variable: a borrowed temporary of a `let` does.
    Local,
}

/// An edit whose text holds the variable's final name.
pub fn named(range: TextRange, before: impl Into<String>, after: impl Into<String>) -> Edit {
    Edit { range, text: Replacement::EnvironmentName { before: before.into(), after: after.into() } }
}

#[cfg(test)]
mod tests;
