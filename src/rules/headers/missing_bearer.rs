//! An `Authorization` header that holds the bare key.
//!
//! Most providers read `Authorization: Bearer <key>`. With the key alone the request is answered with 401, and the answer
//! speaks of a missing or invalid key, so that people look for the mistake in the key.
//!
//! ```python
//! requests.post("https://api.openai.com/v1/responses", headers={"Authorization": os.environ["OPENAI_API_KEY"]})
//! ```
//!
//! Use instead:
//!
//! ```python
//! requests.post("https://api.openai.com/v1/responses", headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"})
//! ```
//!
//! keylint speaks when it knows where the request goes, that this provider reads `Authorization` only with a scheme, and
//! that the value is a key and nothing else: an environment variable, a literal, a variable or parameter named as a key.
//! Values that a function gives, and names such as `auth_header`, may hold the scheme and are left alone; so are hosts that
//! keylint does not know, and vendors that read the bare key (AssemblyAI).
//!
//! The fix adds `Bearer `. It is safe: the old request could not have worked.
//!
//! Sources: the providers' API references, collected in `src/catalog/data/providers/*.toml`.

use crate::finding::Finding;
use crate::fix::{Edit, Fix, scheme};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::usage::headers::{AuthValue, HeaderUse};

/// Finds headers whose value is the key alone.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for header in context.usage.headers() {
        findings.extend(judge(context, header));
    }
}

fn judge(context: &Context<'_>, header: &HeaderUse<'_>) -> Option<Finding> {
    if header.name != "authorization" || context.facts.is_damaged(header.entry.value) {
        return None;
    }
    let provider = header.provider()?;
    let scheme = scheme_of(header)?;
    let AuthValue::Bare(key) = bare(context, header) else { return None };
    context.usage.credential(header.entry.value).or_else(|| context.usage.credential(key))?;
    if header.has_another_right() {
        return None;
    }
    let shown = context.facts.range(context.usage.past_header_value(header.entry.value));
    let host = &provider.title;
    let message =
        format!("the \"Authorization\" header for {host} holds the bare key, without \"{scheme} \" before it");
    let finding = Finding::new(shown, message)
        .help(format!("{host} expects \"Authorization: {scheme} <key>\"; with the key alone it answers 401"));
    Some(finding.fix(fix(context, header)))
}

/// The scheme that the provider reads `Authorization` with, if it never reads it without.
fn scheme_of<'a>(header: &HeaderUse<'a>) -> Option<&'a str> {
    let forms = header.accepted();
    let mut schemes =
        forms.iter().filter(|it| it.header.eq_ignore_ascii_case("authorization")).map(|it| it.scheme.as_str());
    let first = schemes.next()?;
    (first == "Bearer" && schemes.all(|it| !it.is_empty())).then_some(first)
}

/// The value, unless literal text surrounds it; a literal key is a value, too.
fn bare(context: &Context<'_>, header: &HeaderUse<'_>) -> AuthValue {
    match context.usage.auth_value(header.entry.value) {
        AuthValue::Prefixed { prefix, hole: None, .. } if !prefix.contains(' ') => AuthValue::Bare(header.entry.value),
        other => other,
    }
}

fn fix(context: &Context<'_>, header: &HeaderUse<'_>) -> Option<Fix> {
    let value = header.entry.value;
    if context.source.language == Language::Rust
        && !scheme::is_header_value(context.usage, context.usage.past_header_value(value))
        && let Some(fix) = bearer_auth(context, header)
    {
        return Some(fix);
    }
    let edit = scheme::add_bearer(context.source, context.usage, value)?;
    Some(Fix::safe("Add \"Bearer \" before the key", vec![edit]))
}

/// reqwest has a method of its own: `.header(AUTHORIZATION, key)` becomes `.bearer_auth(key)`.
fn bearer_auth(context: &Context<'_>, header: &HeaderUse<'_>) -> Option<Fix> {
    let facts = context.facts;
    let call_id = facts.parent_value(header.entry.key_value?)?;
    let call = facts.call(call_id)?;
    let path = context.usage.resolver().path(call.callee)?;
    if path != "reqwest.RequestBuilder.header" {
        return None;
    }
    let name = facts.member_name_range(call.callee)?;
    let arguments = facts.at(call_id.chunk, call.argument_range);
    let value = facts.range(context.usage.past_header_value(header.entry.value));
    let text = format!("bearer_auth({})", value.of(&context.source.text));
    Some(Fix::safe("Use `.bearer_auth(…)`", vec![Edit::replace(name.cover(arguments), text)]))
}
