//! A key as the default of an environment variable.
//!
//! The code reads the variable, so it looks as if the key came from outside; but where the variable is not set the key in
//! the source is used. It leaks as any key in the source does, is harder to see, and hides that the deployment lacks its
//! own key.
//!
//! ```python
//! api_key = os.getenv("OPENAI_API_KEY", "sk-proj-…")
//! ```
//!
//! Use instead:
//!
//! ```python
//! api_key = os.environ["OPENAI_API_KEY"]
//! ```
//!
//! and rotate the key that was in the file.
//!
//! Seen are defaults of reads (`os.getenv(…, …)`, `config(…, default=…)`), `or`, `||` and `??` behind a read, defaults in
//! the destructuring of `process.env`, Rust's `unwrap_or` and `unwrap_or_else`, the other arm of a `match` on a read, and
//! defaults of command line options (`add_argument`, clap). What counts as a key is said under `hardcoded-key`; empty
//! defaults, placeholders and stand-ins for local servers are left alone.
//!
//! The fix drops the default and moves the key to the project's `.env`. It is unsafe: it writes other files, and the program
//! now fails where the variable is not set.
//!
//! Sources: as `hardcoded-key`.

use crate::catalog::libraries::{Passed, Row};
use crate::facts::{
    BlockId, Call, FunctionId, Parent, Root, StatementId, StatementKind, Step, Test, ValueId, ValueKind,
};
use crate::finding::Finding;
use crate::fix::move_key::{named, variable};
use crate::fix::{Edit, Fix, Need, items};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::text::TextRange;
use crate::usage::environment::EnvironmentRead;
use crate::usage::written::WrittenKey;

/// How far out from the literal the read is looked for.
const CLIMB: usize = 24;

/// Finds keys that are defaults.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    let search = Search { context };
    for written in context.usage.written_keys(&context.source.text) {
        let Some(value) = written.value() else { continue };
        if let Some(default) = search.default(value) {
            findings.push(report(context, written, &default));
        }
    }
}

/// A literal that is taken where a variable is not set.
struct Default {
    /// The variable's name, if it is known.
    name: Option<String>,
    /// How the code says so.
    form: Form,
}

/// How code says what is taken where a variable is not set.
enum Form {
    /// An argument of the read.
    Argument {
        /// The read.
        call: ValueId,
        /// The argument's whole text.
        argument: TextRange,
    },
    /// `read or default`.
    Or {
        /// All of it.
        whole: ValueId,
        /// The read.
        read: ValueId,
    },
    /// `read.unwrap_or(default)`.
    Method {
        /// The call of the method.
        call: ValueId,
        /// The read.
        read: ValueId,
    },
    /// `Err(_) => default`.
    Arm(ValueId),
    /// `const { NAME = default } = process.env`: from behind the name to the end of the default.
    Destructured(TextRange),
    /// The default of a command line option.
    Option {
        /// The argument's whole text.
        argument: TextRange,
        /// The default's own text.
        value: TextRange,
        /// The option is read from a variable, too.
        reads: bool,
    },
}

struct Search<'c, 'a> {
    context: &'c Context<'a>,
}

/// What lies around a value on the way out from a literal.
enum Outwards {
    /// A read whose default it is.
    Found(Default),
    /// A value that is the same in another form.
    Next(ValueId),
    /// Neither.
    Nothing,
}

/// Calls that declare a command line option or a setting with a default.
const DECLARING: &[&str] =
    &["add_argument", "add_option", "option", "Option", "argument", "Argument", "arg", "clap", "Field", "structopt"];

impl Search<'_, '_> {
    /// What a literal is the default of.
    fn default(&self, literal: ValueId) -> Option<Default> {
        let mut at = literal;
        for _ in 0..CLIMB {
            match self.outwards(at) {
                Outwards::Found(found) => return Some(found),
                Outwards::Next(next) => at = next,
                Outwards::Nothing => return None,
            }
        }
        None
    }

    fn outwards(&self, at: ValueId) -> Outwards {
        let found = match self.context.facts[at].parent {
            Parent::Value(parent) => return self.in_value(at, parent),
            Parent::Statement(statement) => self.arm(at, statement).or_else(|| self.destructured(at)),
            Parent::None => None,
        };
        match found {
            Some(found) => Outwards::Found(found),
            None => self.closure(at).map_or(Outwards::Nothing, Outwards::Next),
        }
    }

    fn in_value(&self, at: ValueId, parent: ValueId) -> Outwards {
        let facts = self.context.facts;
        match &facts[parent].kind {
            ValueKind::Transparent(_) | ValueKind::Await(_) | ValueKind::Propagate(_) => Outwards::Next(parent),
            ValueKind::Fallback { value, default } if *default == at => match self.read(*value) {
                Some(read) => {
                    Outwards::Found(Default { name: read.name, form: Form::Or { whole: parent, read: *value } })
                }
                None => Outwards::Next(parent),
            },
            ValueKind::Fallback { .. } => Outwards::Next(parent),
            ValueKind::Member { object, .. } if *object == at => {
                let Parent::Value(call) = facts[parent].parent else { return Outwards::Nothing };
                let passes =
                    matches!(self.context.usage.resolver().call_row(call), Some(Row::Passes(Passed::Receiver)));
                let is_callee = facts.call(call).is_some_and(|it| it.callee == parent);
                if passes && is_callee { Outwards::Next(call) } else { Outwards::Nothing }
            }
            ValueKind::Call(call) => self.in_call(at, parent, call),
            _ => Outwards::Nothing,
        }
    }

    fn in_call(&self, at: ValueId, id: ValueId, call: &Call) -> Outwards {
        let resolver = self.context.usage.resolver();
        let Some(argument) = call.arguments.iter().find(|it| it.value == at) else { return Outwards::Nothing };
        let range = self.context.facts.at(id.chunk, argument.range);
        if let Some(read) = resolver.environment_read(id).filter(|it| it.default == Some(at)) {
            return Outwards::Found(Default { name: read.name, form: Form::Argument { call: id, argument: range } });
        }
        if let (Some(Row::Default(_)), Some(receiver)) = (resolver.method_row(call), resolver.receiver(call))
            && let Some(read) = self.read(receiver)
        {
            return Outwards::Found(Default { name: read.name, form: Form::Method { call: id, read: receiver } });
        }
        // `typer.Option("…", envvar="OPENAI_API_KEY")` has its default in front.
        let is_first = call.positional(0).is_some_and(|it| it.value == at) && call.named("envvar").is_some();
        let is_default = is_first || argument.name.as_ref().is_some_and(|(it, _)| it.starts_with("default"));
        if is_default && resolver.callee_name(call).is_some_and(|it| DECLARING.contains(&it)) {
            let variable = ["env", "envvar", "validation_alias"].iter().find_map(|it| call.named(it));
            let name = variable.and_then(|it| resolver.literal(it.value));
            let form = Form::Option { argument: range, value: self.context.facts.range(at), reads: variable.is_some() };
            return Outwards::Found(Default { name, form });
        }
        match resolver.call_row(id) {
            Some(Row::Passes(Passed::Argument(_))) => Outwards::Next(id),
            _ => Outwards::Nothing,
        }
    }

    /// The environment read that a value itself is, or comes from.
    fn read(&self, value: ValueId) -> Option<EnvironmentRead> {
        self.context.usage.resolver().environment_origins(value).into_iter().next()
    }

    /// `match read { Ok(key) => key, Err(_) => default }`, `if let Ok(key) = read { key } else { default }`.
    fn arm(&self, at: ValueId, statement: StatementId) -> Option<Default> {
        let facts = self.context.facts;
        let is_tail = |block: BlockId| facts[block].tail == Some(at);
        let subject = match &facts[statement].kind {
            StatementKind::Match { subject, arms } => arms.iter().any(|it| is_tail(it.body)).then_some(*subject),
            StatementKind::Branch { test: Test::Pattern { subject, .. }, otherwise, .. } => {
                otherwise.is_some_and(is_tail).then_some(*subject)
            }
            _ => None,
        };
        Some(Default { name: self.read(subject?)?.name, form: Form::Arm(at) })
    }

    /// `const { NAME = default } = process.env`.
    fn destructured(&self, at: ValueId) -> Option<Default> {
        let facts = self.context.facts;
        let resolver = self.context.usage.resolver();
        let default = &facts[self.context.usage.store_of(at)?];
        let Root::Name(variable) = &default.place.root else { return None };
        facts.stores_of(variable, default.scope).into_iter().find_map(|id| {
            let store = &facts[id];
            let [Step::Key(name, _)] = store.projection.as_slice() else { return None };
            let place = facts.at(id.chunk, store.place.range);
            let value = facts.range(at);
            let here = resolver.is_environment(store.value?)
                && store.statement == default.statement
                && place.end <= value.start;
            let form = Form::Destructured(TextRange::new(place.end.min(value.start), value.end));
            here.then(|| Default { name: Some(name.to_string()), form })
        })
    }

    /// The closure that gives this value and does nothing else.
    fn closure(&self, at: ValueId) -> Option<ValueId> {
        let facts = self.context.facts;
        let function = FunctionId(at.chunk);
        let body = facts.body(function);
        let returned = match (body.tail, body.statements.as_slice()) {
            (Some(tail), []) => tail == at,
            (None, [only]) => matches!(facts[*only].kind, StatementKind::Return(Some(it)) if it == at),
            _ => false,
        };
        if !returned || facts.function(function).name.is_some() {
            return None;
        }
        self.context.usage.closure_of(function)
    }
}

fn report(context: &Context<'_>, written: &WrittenKey<'_>, default: &Default) -> Finding {
    let key = super::described(written, context.catalog);
    let (message, help) = match (&default.name, &default.form) {
        (Some(name), _) => (
            format!("{key} is used where {name} is not set"),
            format!(
                "rotate the key, since it stays in the git history, and let the program fail where {name} is not set"
            ),
        ),
        (None, Form::Option { .. }) => (
            format!("{key} is the default of a command line option"),
            "rotate the key, since it stays in the git history, and read the default from the environment".to_owned(),
        ),
        (None, _) => (
            format!("{key} is used where an environment variable is not set"),
            "rotate the key, since it stays in the git history, and let the program fail without the variable"
                .to_owned(),
        ),
    };
    let mut finding = Finding::new(written.range, message).help(help).secret(written.range);
    finding.severity = super::leak_severity(context, written.range);
    finding.fix(fix(context, written, default))
}

/// Drops the default; the variable's name is part of the code already, so the environment file gets that one.
fn fix(context: &Context<'_>, written: &WrittenKey<'_>, default: &Default) -> Option<Fix> {
    let value = written.value().filter(|it| !context.facts.is_damaged(*it))?;
    if let Form::Option { value: range, reads: false, .. } = default.form {
        return option_fix(context, written, value, range);
    }
    let name = default.name.clone()?;
    let (edit, needs_os) = edit(context, default, &name)?;
    let title = format!("Drop the default and move the key to {name}");
    let need = Need::Environment { name, value: written.key.clone(), fixed: true };
    let fix = Fix::risky(title, vec![edit]).need(need).group(context.facts.range(value).start);
    Some(if needs_os { fix.need(Need::Import { module: "os".to_owned(), name: None }) } else { fix })
}

/// The edit that drops a default, and whether it needs Python's `os`.
fn edit(context: &Context<'_>, default: &Default, name: &str) -> Option<(Edit, bool)> {
    let facts = context.facts;
    let text = &*context.source.text;
    let strict = |read: ValueId| {
        let path = facts.call(read).and_then(|it| context.usage.resolver().path(it.callee)).unwrap_or_default();
        ["os.getenv", "os.environ.get"].contains(&path.as_str()).then(|| {
            let quote = if facts.range(read).of(text).contains('"') { '"' } else { '\'' };
            format!("os.environ[{quote}{name}{quote}]")
        })
    };
    Some(match default.form {
        Form::Argument { call, argument } => match strict(call) {
            Some(read) => (Edit::replace(facts.range(call), read), true),
            None => (Edit::delete(items::removal(text, argument)), false),
        },
        Form::Or { whole, read } => match strict(facts.past_transparent(read)) {
            Some(strict) => (Edit::replace(facts.range(whole), strict), true),
            None => {
                let rest = TextRange::new(facts.range(read).end, facts.range(whole).end);
                let is_typed = matches!(context.source.language, Language::TypeScript | Language::Tsx);
                let plain = matches!(facts[read].kind, ValueKind::Member { .. } | ValueKind::Index { .. });
                (Edit::replace(rest, if is_typed && plain { "!" } else { "" }), false)
            }
        },
        Form::Method { call, read } => {
            let rest = TextRange::new(facts.range(past_ok(context, read)).end, facts.range(call).end);
            (Edit::replace(rest, format!(".expect(\"{name} is not set\")")), false)
        }
        Form::Arm(value) => (Edit::replace(facts.range(value), format!("panic!(\"{name} is not set\")")), false),
        Form::Destructured(range) => (Edit::delete(range), false),
        Form::Option { argument, .. } => (Edit::delete(items::removal(text, argument)), false),
    })
}

/// A Python option's default becomes a read of the environment.
fn option_fix(context: &Context<'_>, written: &WrittenKey<'_>, value: ValueId, range: TextRange) -> Option<Fix> {
    if context.source.language != Language::Python {
        return None;
    }
    let name = variable(context.usage, written.provider, Some(value));
    let need = Need::Environment { name: name.clone(), value: written.key.clone(), fixed: false };
    let edit = named(range, "os.environ.get(\"", "\")");
    let fix = Fix::risky(format!("Move the key to {name}"), vec![edit]).need(need);
    Some(fix.need(Need::Import { module: "os".to_owned(), name: None }).group(range.start))
}

/// The result that `.ok()` makes an option of: it can be expected by itself.
fn past_ok(context: &Context<'_>, value: ValueId) -> ValueId {
    let resolver = context.usage.resolver();
    let call = context.facts.call(value).filter(|it| it.arguments.is_empty());
    let inner = call.filter(|it| resolver.callee_name(it) == Some("ok")).and_then(|it| resolver.receiver(it));
    inner.unwrap_or(value)
}
