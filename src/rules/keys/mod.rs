//! Keys: where they are written, and what is wrong with them.

pub mod hardcoded_key;
pub mod key_fallback_literal;
pub mod key_whitespace;
pub mod malformed_key;
pub mod placeholder_key;

use std::collections::HashMap;

use crate::catalog::Provider;
use crate::facts::ValueId;
use crate::finding::Severity;
use crate::rules::Context;
use crate::source::PathClass;
use crate::text::{Secret, TextRange};
use crate::usage::clients::Endpoint;
use crate::usage::joined::Joined;
use crate::usage::keys::BoundKey;
use crate::usage::written::WrittenKey;

/// A key in words: `OpenAI project key "sk-proj-…a1B2"`.
pub(super) fn described(written: &WrittenKey<'_>, catalog: &crate::catalog::Catalog) -> String {
    let shown = shown(&written.key);
    match (written.kind, written.provider) {
        (Some(kind), _) if !kind.shared => {
            let title = catalog.provider(&kind.provider).map_or(kind.provider.as_str(), |it| it.title.as_str());
            format!("{title} {}{shown}", kind.kind)
        }
        (_, Some(provider)) => format!("the key for {}{shown}", provider.title),
        _ => format!("a key{shown}"),
    }
}

/// A masked key in quotes, with a blank before; nothing where the mask hides all of it.
fn shown(key: &Secret) -> String {
    let masked = key.to_string();
    if masked.chars().count() > 1 { format!(" \"{masked}\"") } else { String::new() }
}

/// A leak in test code, an example or a comment is a lesser one.
fn leak_severity(context: &Context<'_>, range: TextRange) -> Severity {
    match context.class_at(range) {
        PathClass::Test | PathClass::Example => Severity::Warning,
        _ => Severity::Error,
    }
}

/// The bound keys by their literals.
fn bound_by_value<'u, 'a>(context: &'u Context<'a>) -> HashMap<ValueId, &'u BoundKey<'a>> {
    context.usage.bound_keys().iter().map(|it| (it.value, it)).collect()
}

/// A value that must be a key: a literal that goes where a key goes, or a variable of an environment file.
struct Claimed<'a> {
    /// The text without its scheme.
    text: String,
    /// The whole text and the way to the source, and how much of it is scheme.
    joined: Joined,
    scheme: usize,
    /// Whose key it must be.
    provider: Option<&'a Provider>,
    /// It goes to that provider and nowhere else.
    certain: bool,
}

impl Claimed<'_> {
    /// Where a slice of the text stands.
    fn source(&self, from: usize, to: usize) -> Option<TextRange> {
        self.joined.source(self.scheme + from..self.scheme + to)
    }

    /// Where all of it stands.
    fn whole(&self) -> Option<TextRange> {
        self.source(0, self.text.len())
    }
}

/// Everything in a document that must be a key. Examples and tests hold stand-ins and are left alone.
fn claimed<'a>(context: &Context<'a>) -> Vec<Claimed<'a>> {
    let mut res = Vec::new();
    for bound in context.usage.bound_keys() {
        let range = context.facts.range(bound.value);
        if context.facts.is_damaged(bound.value)
            || is_local(bound.endpoint)
            || matches!(context.class_at(range), PathClass::Test | PathClass::Example)
        {
            continue;
        }
        res.push(Claimed {
            text: bound.key().to_owned(),
            joined: bound.text.clone(),
            scheme: bound.scheme,
            provider: bound.provider,
            certain: bound.endpoint.provider().is_some(),
        });
    }
    if context.class == PathClass::Production {
        res.extend(defined(context));
    }
    res
}

/// The keys that an environment file defines.
fn defined<'a>(context: &Context<'a>) -> Vec<Claimed<'a>> {
    let facts = context.facts;
    let moved = moved_providers(context);
    let claim = |definition: &crate::facts::Definition| {
        let meaning = context.catalog.provider_of_env(&definition.name).filter(|it| it.role.is_secret())?;
        let crate::facts::ValueKind::Text(text) = &facts[definition.value].kind else { return None };
        let runs = Joined::of_text(facts, definition.value, text);
        let [joined] = runs.as_slice() else { return None };
        let moved = moved.contains(&meaning.provider.id.as_str());
        (!moved).then(|| Claimed {
            text: joined.text.clone(),
            joined: joined.clone(),
            scheme: 0,
            provider: Some(meaning.provider),
            certain: true,
        })
    };
    facts.definitions.iter().filter_map(claim).collect()
}

/// Providers whose base URL the same file sets to another host: their variables hold that host's keys.
fn moved_providers<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let facts = context.facts;
    let moved = |definition: &crate::facts::Definition| {
        let meaning = context.catalog.provider_of_env(&definition.name)?;
        if meaning.role != crate::catalog::EnvRole::BaseUrl {
            return None;
        }
        let (_, endpoint) = context.usage.resolver().endpoint(definition.value, context.catalog);
        let own = endpoint.provider().is_some_and(|it| it.id == meaning.provider.id);
        (!own).then_some(meaning.provider.id.as_str())
    };
    facts.definitions.iter().filter_map(moved).collect()
}

fn is_local(endpoint: Endpoint<'_>) -> bool {
    matches!(endpoint, Endpoint::Local) || endpoint.provider().is_some_and(|it| it.local)
}
