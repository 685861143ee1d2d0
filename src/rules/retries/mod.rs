//! Retries: how code behaves after an LLM call failed.

pub mod retry_fixed_delay;
pub mod retry_without_backoff;

use crate::facts::ValueId;
use crate::finding::Finding;
use crate::fix::backoff;
use crate::rules::Context;
use crate::source::PathClass;
use crate::usage::retries::Retry;

/// The longest name of a call that a message carries.
const LONGEST_NAME: usize = 60;

/// What every rule of the family advises.
const ADVICE: &str = "wait longer after each failure: exponential backoff with jitter, capped at 60 s, and as long as the \
                      server's Retry-After says";

/// The retries that are judged: tests may hammer their mocks.
fn judged<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Retry> {
    let retries = match context.class {
        PathClass::Test => &[],
        _ => context.usage.retries(),
    };
    retries.iter()
}

/// A finding with the fixes of its retry. One that changes its request on the way is left to its author.
fn mended(context: &Context<'_>, retry: &Retry, finding: Finding) -> Finding {
    let fixes = if retry.adapts { Vec::new() } else { backoff::fixes(context.source, context.usage, retry) };
    fixes.into_iter().fold(finding, Finding::fix)
}

/// What a call calls, as written, on one line.
fn called(context: &Context<'_>, call: ValueId) -> String {
    let callee = context.facts.call(call).map_or(call, |it| it.callee);
    let text = context.facts.range(callee).of(&context.source.text);
    let name: String = text.split_whitespace().collect();
    match name.chars().count() > LONGEST_NAME || name.contains(['(', '{', '"']) {
        true => name
            .rsplit('.')
            .next()
            .filter(|it| it.chars().all(|it| it.is_alphanumeric() || it == '_'))
            .map_or_else(|| "the LLM call".to_owned(), |it| format!("`{it}`")),
        false => format!("`{name}`"),
    }
}
