//! A key sent in a header that the provider does not read.
//!
//! Every provider reads its key from one or two headers of its own. `API-Key` or `x-api-key` to api.openai.com, a Gemini
//! key as `Authorization: Bearer`, `x-api-key: Bearer …`: the request is answered as if there were no key.
//!
//! ```python
//! httpx.post("https://api.openai.com/v1/responses", headers={"API-Key": os.environ["OPENAI_API_KEY"]}, json=body)
//! ```
//!
//! Use instead:
//!
//! ```python
//! httpx.post("https://api.openai.com/v1/responses", headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}, json=body)
//! ```
//!
//! keylint speaks where it knows the host. Anthropic reads both `x-api-key` and `Authorization: Bearer`; Azure reads
//! `api-key`, and takes `Bearer` for Entra tokens and under `/openai/v1/`. Nothing is said where a right header is sent
//! beside the wrong one, or may be.
//!
//! The fix renames the header and adds or removes `Bearer `. It is safe: the old request could not have worked.
//!
//! Sources: the providers' API references, collected in `src/catalog/data/providers/*.toml`.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::{AuthForm, Credential, Provider};
use crate::facts::ValueId;
use crate::finding::Finding;
use crate::fix::{Edit, Fix, scheme};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::text::TextRange;
use crate::usage::headers::{AuthValue, HeaderUse, forms};

/// Names under which people send keys.
static KEY_HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(x-)?([a-z]+[-_])?(api|access|auth|secret|subscription)?[-_]?(key|token)$").expect("well formed")
});

/// Finds keys in headers that are not read.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for header in context.usage.headers() {
        findings.extend(judge(context, header));
    }
    for request in context.usage.requests() {
        findings.extend(request.bearer.and_then(|it| judge_bearer_auth(context, it, request)));
    }
}

/// How a key is sent: alone, or behind a scheme.
struct Sent {
    key: ValueId,
    scheme: Option<String>,
}

fn judge(context: &Context<'_>, header: &HeaderUse<'_>) -> Option<Finding> {
    if context.facts.is_damaged(header.entry.value) || header.bearer.is_some() {
        return None;
    }
    let provider = header.provider()?;
    let accepted = header.accepted();
    let sent = sent(context, header.entry.value)?;
    let same_header: Vec<&&AuthForm> =
        accepted.iter().filter(|it| it.header.eq_ignore_ascii_case(&header.name)).collect();
    if same_header.is_empty() {
        if !is_key_header(provider, &header.name) || header.has_another_right() {
            return None;
        }
    } else if same_header.iter().any(|it| reads(it, &sent, context)) || !is_wrong_form(&same_header, &sent) {
        return None;
    }
    let right = accepted.iter().find(|it| it.credential == Credential::Key)?;
    let name = header.entry.key.as_deref().unwrap_or_default();
    let wanted = format!("\"{}: {}<key>\"", right.header, with_blank(&right.scheme));
    let (range, message) = if same_header.is_empty() {
        (
            header.entry.key_range,
            format!("\"{name}\" is not a header that {} reads; it expects {wanted}", provider.title),
        )
    } else {
        let how = sent.scheme.as_deref().map_or("the bare key".to_owned(), |it| format!("\"{it} <key>\""));
        (shown(context, header), format!("{} does not take {how} in \"{name}\"; it expects {wanted}", provider.title))
    };
    let finding = Finding::new(range, message)
        .help("without a header that it reads, the provider answers as if there were no key");
    Some(finding.fix(fix(context, header, &sent, right)))
}

/// Whether people send keys under this name.
fn is_key_header(provider: &Provider, name: &str) -> bool {
    name == "authorization"
        || provider.wrong_headers.iter().any(|it| it.eq_ignore_ascii_case(name))
        || KEY_HEADER.is_match(name)
}

/// The key that a header's value sends, if it certainly is one.
fn sent(context: &Context<'_>, value: ValueId) -> Option<Sent> {
    let usage = context.usage;
    match usage.auth_value(value) {
        AuthValue::Bare(key) => {
            usage.credential(value).or_else(|| usage.credential(key))?;
            Some(Sent { key, scheme: None })
        }
        AuthValue::Prefixed { prefix, hole, .. } => {
            let scheme = prefix.split_once(' ').map(|(it, _)| it.to_owned());
            match hole {
                Some(key) => {
                    scheme.as_ref()?;
                    usage.credential(key)?;
                    Some(Sent { key, scheme })
                }
                None => {
                    let key = scheme.as_ref().map_or(prefix.as_str(), |it| &prefix[it.len() + 1..]);
                    let is_key = key.len() >= 16 && usage.catalog().key_kinds().classify(key, None).is_some();
                    is_key.then_some(Sent { key: value, scheme })
                }
            }
        }
    }
}

/// Whether a way to authenticate takes what is sent.
fn reads(form: &AuthForm, sent: &Sent, context: &Context<'_>) -> bool {
    let scheme_fits = form.scheme.eq_ignore_ascii_case(sent.scheme.as_deref().unwrap_or_default());
    if !scheme_fits {
        return false;
    }
    match form.credential {
        Credential::Key => true,
        // A token is taken: only what is surely an API key is not.
        Credential::Token => !context.usage.credential(sent.key).is_some_and(|it| it.is_api_key),
    }
}

/// Whether the right header holds the wrong thing in a way that no other rule speaks of: a scheme where none is read, or an
/// API key where only tokens are.
fn is_wrong_form(forms: &[&&AuthForm], sent: &Sent) -> bool {
    match &sent.scheme {
        Some(scheme) => {
            forms.iter().all(|it| it.scheme.is_empty()) || forms.iter().any(|it| it.scheme.eq_ignore_ascii_case(scheme))
        }
        None => forms.iter().all(|it| it.credential == Credential::Token),
    }
}

fn shown(context: &Context<'_>, header: &HeaderUse<'_>) -> TextRange {
    match header.name.as_str() {
        "authorization" => header.entry.key_range,
        _ => context.facts.range(context.usage.past_header_value(header.entry.value)),
    }
}

fn with_blank(scheme: &str) -> String {
    if scheme.is_empty() { String::new() } else { format!("{scheme} ") }
}

fn fix(context: &Context<'_>, header: &HeaderUse<'_>, sent: &Sent, right: &AuthForm) -> Option<Fix> {
    let mut edits = Vec::new();
    if !right.header.eq_ignore_ascii_case(&header.name) {
        edits.push(super::rename(context, header, &right.header)?);
    }
    let has = sent.scheme.as_deref().unwrap_or_default();
    if !right.scheme.eq_ignore_ascii_case(has) {
        edits.push(match right.scheme.is_empty() {
            true => {
                let value = context.usage.past_header_value(header.entry.value);
                scheme::drop_scheme(context.source, context.usage, value, has)?
            }
            false if has.is_empty() => scheme::add_bearer(context.source, context.usage, header.entry.value)?,
            false => return None,
        });
    }
    let title = format!("Send the key as \"{}: {}<key>\"", right.header, with_blank(&right.scheme));
    Some(Fix::safe(title, edits))
}

/// `.bearer_auth(key)` to a provider that does not take a key so.
fn judge_bearer_auth(
    context: &Context<'_>,
    call_id: ValueId,
    request: &crate::usage::requests::Request<'_>,
) -> Option<Finding> {
    let facts = context.facts;
    let call = facts.call(call_id)?;
    let provider = request.endpoint.provider().filter(|it| !it.local)?;
    let forms = forms(request.endpoint, request.path.as_deref());
    let key = call.positional(0)?.value;
    let credential = context.usage.credential(key)?;
    let takes = |it: &&AuthForm| it.scheme == "Bearer" && (it.credential == Credential::Key || !credential.is_api_key);
    if context.usage.resolver().callee_name(call) != Some("bearer_auth") || forms.iter().any(takes) {
        return None;
    }
    let right = forms.iter().find(|it| it.credential == Credential::Key && it.scheme.is_empty())?;
    let range = facts.member_name_range(call.callee)?;
    let message = format!(
        "{} does not take a key as \"Authorization: Bearer\"; it expects \"{}: <key>\"",
        provider.title, right.header
    );
    let key_text = facts.range(key).of(&context.source.text);
    let whole = range.cover(facts.at(call_id.chunk, call.argument_range));
    let is_reqwest = context.source.language == Language::Rust;
    let edit = Edit::replace(whole, format!("header(\"{}\", {key_text})", right.header));
    let fix = is_reqwest.then(|| Fix::safe(format!("Send the key as \"{}\"", right.header), vec![edit]));
    Some(
        Finding::new(range, message)
            .help("without a header that it reads, the provider answers as if there were no key")
            .fix(fix),
    )
}
