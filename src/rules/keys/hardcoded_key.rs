//! A key that is written into the source.
//!
//! Whoever can read the file can spend on the account: everybody with access to the repository, to a fork, a backup, a
//! build log or the bundle. The key stays in the git history after it is deleted from the file, and it cannot be rotated
//! without a change of code. Bots find keys in public repositories within minutes.
//!
//! ```python
//! client = OpenAI(api_key="sk-proj-…")
//! ```
//!
//! Use instead:
//!
//! ```python
//! client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
//! ```
//!
//! and rotate the key that was in the file.
//!
//! A key is known by its shape alone where nothing else looks so (`sk-proj-…`, `sk-ant-…`, `gsk_…`), wherever it stands:
//! in a literal, in pieces put together with `+`, in a longer text, in a comment. Other literals are taken for keys where
//! they go where a key goes: into the key option of a provider's client, an authentication header of a request to a
//! provider, a provider's environment variable; there they need at least 16 characters with letters and digits mixed.
//! Shapes that say little (32 hexadecimal digits) count under a name that says whose key it is (`mistral_api_key`).
//!
//! Left alone are placeholders, masked keys, keys that are only compared, matched or redacted, literals for servers on
//! one's own machine, public keys, and Google's `AIza…` keys without a sign that they are for Gemini: Firebase and Maps
//! keys are meant to be seen. In tests, examples and comments it is a warning. In environment files the rule speaks only if
//! git tracks the file; `real-key-in-example` speaks of samples.
//!
//! The fix moves the key to the project's `.env` and reads the variable instead. It is unsafe, since it writes other files.
//! Where the client reads that variable by itself, a second fix drops the argument.
//!
//! Sources: the shapes are in `src/catalog/data/providers/*.toml`, each with where it is from;
//! <https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety>.

use crate::facts::{StatementKind, ValueId};
use crate::finding::{Finding, Severity};
use crate::fix::Fix;
use crate::fix::move_key::{KeyLiteral, variable};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::source::PathClass;
use crate::usage::keys::{Binding, BoundKey};
use crate::usage::written::{Spot, WrittenKey};

/// Finds keys in the document.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_dotenv = context.source.language == Language::Dotenv;
    if context.class == PathClass::EnvExample || (is_dotenv && !is_tracked(context)) {
        return;
    }
    let bound = super::bound_by_value(context);
    for written in context.usage.written_keys(&context.source.text) {
        let bound = written.value().and_then(|it| bound.get(&it).copied());
        findings.push(report(context, written, bound));
    }
}

fn is_tracked(context: &Context<'_>) -> bool {
    context.project.is_tracked(&context.source.path) == Some(true)
}

fn report(context: &Context<'_>, written: &WrittenKey<'_>, bound: Option<&BoundKey<'_>>) -> Finding {
    let key = super::described(written, context.catalog);
    let name = variable(context.usage, written.provider, written.value());
    let in_comment = written.spot == Spot::Comment;
    let is_dotenv = context.source.language == Language::Dotenv;
    let message = match (in_comment, is_dotenv) {
        (true, _) => format!("{key} in a comment"),
        (_, true) => format!("{key} in a file that git tracks"),
        _ => format!("{key} is written into the source"),
    };
    let help = match (in_comment, is_dotenv) {
        (true, _) => "delete it and rotate the key: it stays in the git history".to_owned(),
        (_, true) => "rotate the key, since it stays in the git history, and take the file out of git".to_owned(),
        _ => format!("rotate the key, since it stays in the git history, and read the new one from {name}"),
    };
    let mut finding = Finding::new(written.range, message).help(help).secret(written.range);
    finding.severity = if in_comment { Severity::Warning } else { super::leak_severity(context, written.range) };
    fixes(context, written, bound, &name).into_iter().fold(finding, Finding::fix)
}

fn fixes(context: &Context<'_>, written: &WrittenKey<'_>, bound: Option<&BoundKey<'_>>, name: &str) -> Vec<Fix> {
    let Spot::Text { value, around: Some((before, after)) } = &written.spot else { return Vec::new() };
    if context.facts.is_damaged(*value) {
        return Vec::new();
    }
    let literal = KeyLiteral {
        source: context.source,
        usage: context.usage,
        value: *value,
        around: (before, after),
        key: &written.key,
    };
    let group = context.facts.range(*value).start;
    let environment = bound.filter(|it| it.binding == Binding::Variable);
    let fixes = match environment.and_then(|_| set_variable(context, *value)) {
        Some(name) => vec![literal.drop_statement(&name)],
        None => {
            let moved = literal.move_to(name);
            let dropped = bound.filter(|_| moved.is_some()).and_then(|it| drop_argument(literal, it));
            vec![moved, dropped]
        }
    };
    fixes.into_iter().flatten().map(|it| it.group(group)).collect()
}

/// The variable that the statement around a literal sets, if that is all it does.
fn set_variable(context: &Context<'_>, value: ValueId) -> Option<String> {
    let statement = context.facts.statement_of(value)?;
    let sets = match &context.facts[statement].kind {
        StatementKind::Store(stores) => stores.iter().all(|it| context.usage.is_environment_store(*it)),
        StatementKind::Expression(_) => context.source.language != Language::Rust,
        _ => false,
    };
    let name = context.usage.place_names(value).into_iter().next()?;
    (sets && context.catalog.provider_of_env(&name).is_some()).then_some(name)
}

/// Without the argument the client reads its provider's own variable, if it speaks to that provider.
fn drop_argument(literal: KeyLiteral<'_, '_>, bound: &BoundKey<'_>) -> Option<Fix> {
    let Binding::Client { call, reads_env: true } = bound.binding else { return None };
    let client = literal.usage.clients().iter().find(|it| it.call == call)?;
    let own = client.endpoint.provider().is_some_and(|it| it.id == client.provider.id);
    let name = client.provider.key_variable().filter(|_| own)?;
    literal.drop_argument(call, name)
}
