//! An `Authorization` header whose scheme is not written as `Bearer`, one blank, the key.
//!
//! `Bearer` glued to the key, followed by a colon or by two blanks, written twice or misspelt, and other vendors' schemes
//! (`Token`, `Key`, `Basic`) are all answered with 401.
//!
//! ```javascript
//! headers: { Authorization: "Bearer" + process.env.OPENAI_API_KEY }
//! ```
//!
//! Use instead:
//!
//! ```javascript
//! headers: { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` }
//! ```
//!
//! The scheme's case does not matter: `bearer ` is right (RFC 9110, section 11.1). keylint speaks only where it knows that
//! the request goes to a provider that takes nothing but `Bearer`.
//!
//! The fix rewrites the prefix to exactly one `Bearer `. It is safe: the old request could not have worked.
//!
//! Sources: RFC 6750, section 2.1; the providers' API references, collected in `src/catalog/data/providers/*.toml`.

use crate::facts::ValueId;
use crate::finding::Finding;
use crate::fix::{Edit, Fix, scheme};
use crate::rules::{Context, Findings};
use crate::text::TextRange;
use crate::usage::headers::{AuthValue, HeaderUse};
use crate::usage::requests::Request;
use crate::usage::texts::Piece;

/// Schemes of other vendors that people send to providers that take `Bearer`.
const OTHER_SCHEMES: &[&str] = &["token", "basic", "key", "apikey", "api-key", "apitoken", "raw"];

/// Finds headers whose scheme is malformed.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for header in context.usage.headers() {
        findings.extend(judge(context, header));
    }
    for request in context.usage.requests() {
        findings.extend(request.bearer.and_then(|it| judge_bearer_auth(context, it, request)));
    }
}

/// `.bearer_auth(token)` of a token that holds the scheme already.
fn judge_bearer_auth(context: &Context<'_>, call_id: ValueId, request: &Request<'_>) -> Option<Finding> {
    let provider = request.endpoint.provider().filter(|it| !it.local)?;
    let call = context.facts.call(call_id)?;
    let token = call.positional(0)?.value;
    let prefix = context.usage.resolver().text(token).prefix();
    if !prefix.to_ascii_lowercase().starts_with("bearer ") {
        return None;
    }
    let message = format!("\"Bearer\" twice in the \"Authorization\" header for {}", provider.title);
    let help = "bearer_auth adds \"Bearer \" by itself, and the value begins with it already";
    let finding = Finding::new(context.facts.range(token), message).help(help);
    let name = context.facts.member_name_range(call.callee)?;
    let whole = name.cover(context.facts.at(call_id.chunk, call.argument_range));
    let text = context.facts.range(token).of(&context.source.text);
    let edit = Edit::replace(whole, format!("header(\"Authorization\", {text})"));
    Some(finding.fix(Fix::safe("Send the value as it is", vec![edit])))
}

fn judge(context: &Context<'_>, header: &HeaderUse<'_>) -> Option<Finding> {
    if header.name != "authorization" || context.facts.is_damaged(header.entry.value) {
        return None;
    }
    let provider = header.provider()?;
    let takes_bearer_only = header
        .accepted()
        .iter()
        .filter(|it| it.header.eq_ignore_ascii_case("authorization"))
        .all(|it| it.scheme == "Bearer");
    if !takes_bearer_only || header.has_another_right() {
        return None;
    }
    let AuthValue::Prefixed { prefix, hole, suffix } = context.usage.auth_value(header.entry.value) else {
        return None;
    };
    let fault = fault(&prefix, hole.is_some()).or_else(|| trailing(&suffix, hole.is_some()))?;
    if matches!(fault, Fault::OtherScheme(_)) && hole.is_some_and(|it| context.usage.credential(it).is_none()) {
        return None;
    }
    let (range, edit) = place(context, header, &fault, prefix.len())?;
    let message = format!("{} in the \"Authorization\" header for {}", fault.message(), provider.title);
    let finding = Finding::new(range, message)
        .help("the header is \"Authorization: Bearer <key>\", with one blank after \"Bearer\" and nothing else");
    Some(finding.fix(edit.map(|it| Fix::safe("Write \"Bearer \" once, with one blank", vec![it]))))
}

/// What is wrong with a prefix.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    /// No blank, or something else than a blank.
    NoBlank,
    Colon,
    Blanks,
    Twice,
    Misspelt(String),
    OtherScheme(String),
    TrailingBlank,
}

impl Fault {
    fn message(&self) -> String {
        match self {
            Self::NoBlank => "no blank between \"Bearer\" and the key".to_owned(),
            Self::Colon => "\"Bearer:\" instead of \"Bearer \"".to_owned(),
            Self::Blanks => "more than one blank after \"Bearer\"".to_owned(),
            Self::Twice => "\"Bearer\" twice".to_owned(),
            Self::Misspelt(word) => format!("\"{word}\" instead of \"Bearer\""),
            Self::OtherScheme(word) => format!("the scheme \"{word}\" instead of \"Bearer\""),
            Self::TrailingBlank => "a blank after the key".to_owned(),
        }
    }
}

/// What is wrong with the text in front of the key; `text` is the whole header if no value follows.
fn fault(text: &str, value_follows: bool) -> Option<Fault> {
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("bearer") {
        return match rest {
            "" => value_follows.then_some(Fault::NoBlank),
            _ if rest.starts_with(':') => Some(Fault::Colon),
            _ if rest.trim_start().starts_with("bearer ") => Some(Fault::Twice),
            _ if rest.trim_start() == "bearer" && value_follows => Some(Fault::Twice),
            _ if rest.starts_with("  ") || rest.starts_with(" \t") => Some(Fault::Blanks),
            _ if rest.starts_with(char::is_whitespace) => None,
            _ if value_follows || rest.len() >= 12 => Some(Fault::NoBlank),
            _ => None,
        };
    }
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let has_key = value_follows || rest.len() >= 12;
    if word.is_empty() || !has_key || (rest.is_empty() && !text.ends_with(' ')) || rest.trim().contains(' ') {
        return None;
    }
    let lower_word = word.to_ascii_lowercase();
    if OTHER_SCHEMES.contains(&lower_word.as_str()) {
        return Some(Fault::OtherScheme(word.to_owned()));
    }
    let near = word.len() >= 4 && strsim::osa_distance(&lower_word, "bearer") <= 2;
    near.then(|| Fault::Misspelt(word.to_owned()))
}

fn trailing(suffix: &str, value_before: bool) -> Option<Fault> {
    (value_before && !suffix.is_empty() && suffix.chars().all(char::is_whitespace)).then_some(Fault::TrailingBlank)
}

/// The text that is wrong, and the edit that mends it where one literal piece of the header's own expression holds it all.
fn place(
    context: &Context<'_>,
    header: &HeaderUse<'_>,
    fault: &Fault,
    prefix: usize,
) -> Option<(TextRange, Option<Edit>)> {
    let text = context.usage.resolver().text(header.entry.value);
    let pieces: Vec<(&str, TextRange)> = text
        .pieces
        .iter()
        .filter_map(|it| match it {
            Piece::Literal { text, range } if !text.is_empty() => Some((text.as_str(), *range)),
            _ => None,
        })
        .collect();
    if *fault == Fault::TrailingBlank {
        let (last, range) = *pieces.last()?;
        let exact = range.len() as usize == last.len();
        return Some((range, exact.then(|| Edit::delete(range))));
    }
    let (first, range) = *pieces.first()?;
    let exact = range.len() as usize == first.len();
    let shown =
        if exact { TextRange::new(range.start, range.start + shown_length(first, fault) as u32) } else { range };
    if !exact {
        return Some((shown, None));
    }
    let rest = match fault {
        // The second "Bearer " stands in another piece: the value brings its own.
        Fault::Twice if prefix > first.len() => {
            let value = context.usage.past_header_value(header.entry.value);
            let edit = scheme::drop_scheme(context.source, context.usage, value, "bearer");
            return Some((shown, edit.or_else(|| Some(Edit::delete(range)))));
        }
        Fault::Twice => return Some((shown, Some(Edit::replace(range, second_bearer(first))))),
        Fault::OtherScheme(word) | Fault::Misspelt(word) => first[word.len()..].trim_start(),
        _ => first["bearer".len()..].trim_start_matches(|it: char| it == ':' || it.is_whitespace()),
    };
    Some((shown, Some(Edit::replace(range, format!("Bearer {rest}")))))
}

/// How much of the first piece is the scheme that is wrong.
fn shown_length(first: &str, fault: &Fault) -> usize {
    let word = match fault {
        Fault::OtherScheme(word) | Fault::Misspelt(word) => word.len(),
        _ => "bearer".len(),
    };
    let blanks = first[word.min(first.len())..].chars().take_while(|it| it.is_whitespace() || *it == ':').count();
    (word + blanks).min(first.len())
}

/// What remains when the first of two schemes is dropped.
fn second_bearer(first: &str) -> String {
    let rest = first["bearer".len()..].trim_start();
    match rest.len() >= "bearer".len() {
        true => format!("Bearer {}", rest["bearer".len()..].trim_start()),
        false => "Bearer ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults() {
        for (text, follows, want) in [
            ("Bearer ", true, None),
            ("bearer ", true, None),
            ("Bearer", true, Some(Fault::NoBlank)),
            ("Bearer: ", true, Some(Fault::Colon)),
            ("Bearer:", true, Some(Fault::Colon)),
            ("Bearer  ", true, Some(Fault::Blanks)),
            ("Bearer Bearer ", true, Some(Fault::Twice)),
            ("Bearar ", true, Some(Fault::Misspelt("Bearar".to_owned()))),
            ("Bear ", true, Some(Fault::Misspelt("Bear".to_owned()))),
            ("Token ", true, Some(Fault::OtherScheme("Token".to_owned()))),
            ("Bot ", true, None),
            ("Bearer abcdefghijkl", false, None),
            ("Bearerabcdefghijklmnop", false, Some(Fault::NoBlank)),
            ("Bearer", false, None),
            ("Basic dXNlcjpwYXNzd29yZA==", false, Some(Fault::OtherScheme("Basic".to_owned()))),
            ("Key ", false, None),
        ] {
            assert_eq!(fault(text, follows), want, "{text:?}");
        }
    }
}
