//! A text that was meant to be filled in and is sent as it stands.
//!
//! `"Bearer ${key}"` in plain JavaScript quotes, `"Bearer {key}"` in Python without `f`, `"Bearer {}"` in Rust outside
//! `format!`, and shell spellings such as `"$OPENAI_API_KEY"` reach the provider letter by letter and are answered with 401.
//!
//! ```python
//! headers = {"Authorization": "Bearer {api_key}"}
//! ```
//!
//! Use instead:
//!
//! ```python
//! headers = {"Authorization": f"Bearer {api_key}"}
//! ```
//!
//! keylint speaks of texts that reach the authentication header of a request to a known provider, or the key of a known
//! client, and that nothing fills in on the way (`.format`, `%`, `Template`, `replace`).
//!
//! The fix makes it an f-string, a template or `format!`, or reads the environment variable that the text names. It is safe:
//! the old text could not have worked.
//!
//! Sources: the languages' references; executed: the SDKs send such a text unchanged (FACTS: symptoms of section 0.1).

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::{TextForm, ValueId, ValueKind};
use crate::finding::Finding;
use crate::fix::{Edit, Fix, Need, scheme};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::text::TextRange;
use crate::usage::clients::{ClientOption, Endpoint};

/// The whole text is an optional scheme and a place that something should have filled.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^(?P<scheme>[A-Za-z-]+:? +)?(?:\$\{(?P<template>[^{}]*)\}|#\{(?P<ruby>[^{}]*)\}|\{(?P<brace>[A-Za-z_][\w.]*(?:\[[^\]{}]*\])?|)\}|\$(?P<shell>[A-Z][A-Z0-9_]{2,})|%(?P<windows>[A-Z][A-Z0-9_]{2,})%|(?P<code>process\.env\.\w+|import\.meta\.env\.\w+|os\.environ(?:\.get\(|\[)['"]\w+['"][\])]|os\.getenv\(['"]\w+['"]\)))$"#,
    )
    .expect("well formed")
});

/// The name of an environment variable inside a place.
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\W)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:\W|$)").expect("well formed"));

/// Finds texts that nothing fills in.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for header in context.usage.headers() {
        let goes_to_provider = header.provider().is_some();
        let is_auth = header.name == "authorization"
            || header.accepted().iter().any(|it| it.header.eq_ignore_ascii_case(&header.name));
        if goes_to_provider && is_auth {
            findings.extend(judge(context, header.entry.value));
        }
    }
    for client in context.usage.clients() {
        let Some(call) = context.facts.call(client.call) else { continue };
        let position = client.sdk.key_position.and_then(|it| call.positional(it)).map(|it| it.value);
        let key = match context.usage.resolver().client_option(call, &client.sdk.key_options) {
            ClientOption::Given(key) => Some(key),
            _ => position,
        };
        if !matches!(client.endpoint, Endpoint::Local) {
            findings.extend(key.and_then(|it| judge(context, it)));
        }
    }
}

fn judge(context: &Context<'_>, value: ValueId) -> Option<Finding> {
    let resolved = context.usage.resolver().text(value);
    let text_value = resolved.value?;
    let ValueKind::Text(text) = &context.facts[text_value].kind else { return None };
    if text.form != TextForm::Plain {
        return None;
    }
    let whole = resolved.literal()?;
    let found = PLACE.captures(&whole)?;
    let place = found.get(0)?.as_str();
    let inside = &place[found.name("scheme").map_or(0, |it| it.end())..];
    if found.name("brace").is_some_and(|it| it.as_str().is_empty()) && context.source.language != Language::Rust {
        return None;
    }
    let range = context.facts.range(text_value);
    let message = format!("\"{whole}\" is sent as it stands: nothing fills in \"{inside}\"");
    let finding = Finding::new(range, message).help(help(context.source.language));
    Some(finding.fix(fix(context, text_value, range, &found)))
}

fn help(language: Language) -> &'static str {
    match language {
        Language::Python => {
            "only an f-string (f\"…\") fills in {names}; environment variables are read with os.environ"
        }
        Language::Rust => "only format! fills in {names}; environment variables are read with std::env::var",
        _ => "only a template in backticks fills in ${…}; environment variables are read with process.env",
    }
}

fn fix(context: &Context<'_>, value: ValueId, range: TextRange, found: &regex::Captures<'_>) -> Option<Fix> {
    let scheme = found.name("scheme").map_or("", |it| it.as_str());
    let named = |group: &str| found.name(group).map(|it| it.as_str());
    if let Some(expression) = named("template").or_else(|| named("brace")).or_else(|| named("ruby"))
        && is_expression(context, value, expression)
    {
        return fill(context, value, range, scheme, expression);
    }
    let place = found.get(0)?.as_str();
    let variable = VARIABLE.captures(place).and_then(|it| it.get(1))?.as_str();
    read(context, value, range, scheme, variable)
}

/// Whether the text inside the braces names something that is there.
fn is_expression(context: &Context<'_>, value: ValueId, expression: &str) -> bool {
    let first = expression.split(['.', '[', '(', ' ']).next().unwrap_or_default();
    let scope = context.facts[value].scope;
    match first {
        "self" | "this" => context.facts.class_around(context.facts.function_of(value)).is_some(),
        "process" | "import" => context.source.language.is_ecmascript(),
        _ => context.facts.declaring_scope(first, scope).is_some(),
    }
}

/// Makes the literal one that is filled in.
fn fill(context: &Context<'_>, value: ValueId, range: TextRange, scheme: &str, expression: &str) -> Option<Fix> {
    let (title, text) = match context.source.language {
        Language::Python => ("Make it an f-string", scheme::interpolated(context.source, scheme, expression)),
        Language::Rust if !is_static(context, value) => {
            ("Fill it in with format!", scheme::interpolated(context.source, scheme, expression))
        }
        Language::Rust => return None,
        _ => ("Make it a template", format!("`{scheme}${{{expression}}}`")),
    };
    let text = scheme::borrowed(context.source, context.usage, value, text);
    Some(Fix::safe(title, vec![Edit::replace(range, text)]))
}

/// Reads the environment variable that the text names.
fn read(context: &Context<'_>, value: ValueId, range: TextRange, scheme: &str, variable: &str) -> Option<Fix> {
    let language = context.source.language;
    let quote =
        if context.source.text.matches('\'').count() > context.source.text.matches('"').count() { '\'' } else { '"' };
    let text = match (language, scheme.is_empty()) {
        (Language::Python, true) => format!("os.environ[{quote}{variable}{quote}]"),
        (Language::Python, false) => {
            let inner = if quote == '"' { '\'' } else { '"' };
            scheme::interpolated(context.source, scheme, &format!("os.environ[{inner}{variable}{inner}]"))
        }
        (Language::Rust, _) if is_static(context, value) => return None,
        (Language::Rust, true) => format!("std::env::var(\"{variable}\").expect(\"{variable} is not set\")"),
        (Language::Rust, false) => {
            format!("format!(\"{scheme}{{}}\", std::env::var(\"{variable}\").expect(\"{variable} is not set\"))")
        }
        (_, true) => format!("process.env.{variable}"),
        (_, false) => format!("`{scheme}${{process.env.{variable}}}`"),
    };
    let text = scheme::borrowed(context.source, context.usage, value, text);
    let fix = Fix::safe(format!("Read {variable} from the environment"), vec![Edit::replace(range, text)]);
    Some(match language {
        Language::Python => fix.need(Need::Import { module: "os".to_owned(), name: None }),
        _ => fix,
    })
}

/// Whether a Rust literal stands where only a static text may: a `const`, a `static`, `from_static`.
fn is_static(context: &Context<'_>, value: ValueId) -> bool {
    let facts = context.facts;
    let in_static_call = facts
        .parent_past_transparent(value)
        .and_then(|it| facts.call(it))
        .is_some_and(|call| context.usage.resolver().callee_name(call) == Some("from_static"));
    let in_constant = facts.stores().any(|(_, store)| {
        store.kind == crate::facts::StoreKind::Constant
            && store.value.is_some_and(|it| facts.past_transparent(it) == value)
    });
    in_static_call || in_constant
}
