//! A key with a blank, a line break or an invisible character at an end or inside.
//!
//! It is copied along with the key and cannot be seen. Python's SDKs then fail with nothing but `Connection error.`, since a
//! header must not end in a blank or a line break; other clients send the request and get 401. No-break and zero-width
//! spaces fail with an encoding error.
//!
//! ```python
//! client = OpenAI(api_key="sk-proj-… ")
//! ```
//!
//! Use instead:
//!
//! ```python
//! client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
//! ```
//!
//! keylint looks at literals that go into the key option of a provider's client, an authentication header or a provider's
//! environment variable, at keys known by their shape, and at quoted values of key variables in environment files. Blanks
//! behind an unquoted value in an environment file are left alone: every loader strips them.
//!
//! The fix takes the characters away. It is safe: no key holds them.
//!
//! Sources: executed against a local server with requests 2.32, httpx 0.28, openai 3.54 and Node's fetch;
//! openai-python#961, langchain#21261.

use std::collections::HashSet;

use crate::catalog::Inspection;
use crate::facts::ValueKind;
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::source::PathClass;
use crate::text::TextRange;
use crate::usage::written::Spot;

use super::{Claimed, claimed};

/// Finds keys with such characters.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for claim in claimed(context) {
        let id = claim.provider.map(|it| it.id.as_str());
        let inspection = context.catalog.key_kinds().inspect(&claim.text, id);
        if let Inspection::Whitespace { found, at_ends, .. } = inspection
            && let Some(finding) = report(&claim, found, at_ends)
            && seen.insert(finding.range)
        {
            findings.push(finding);
        }
    }
    by_shape(context, &mut seen, findings);
}

/// Keys known by their shape whose literal holds nothing else but blanks.
fn by_shape(context: &Context<'_>, seen: &mut HashSet<TextRange>, findings: &mut Findings) {
    if context.source.language == Language::Dotenv || context.class != PathClass::Production {
        return;
    }
    for written in context.usage.written_keys(&context.source.text) {
        let Spot::Text { value, around: Some((before, after)) } = &written.spot else { continue };
        let blank = |it: &str| it.chars().all(is_blank);
        if (before.is_empty() && after.is_empty()) || !blank(before) || !blank(after) {
            continue;
        }
        // A text of several lines is a text, not a key.
        if before.contains('\n') || context.usage.key_place(*value).is_none() {
            continue;
        }
        let ValueKind::Text(text) = &context.facts[*value].kind else { continue };
        for joined in crate::usage::joined::Joined::of_text(context.facts, *value, text) {
            let claim =
                Claimed { text: joined.text.clone(), joined, scheme: 0, provider: written.provider, certain: true };
            let found = before.chars().next().or_else(|| after.chars().next()).unwrap_or(' ');
            if let Some(finding) = report(&claim, found, true)
                && seen.insert(finding.range)
            {
                findings.push(finding);
            }
        }
    }
}

fn report(claim: &Claimed<'_>, found: char, at_ends: bool) -> Option<Finding> {
    let text = &claim.text;
    let start = text.len() - text.trim_start_matches(is_blank).len();
    let end = text.trim_end_matches(is_blank).len();
    let inner = text.get(start..end)?.find(is_blank).map(|it| start + it);
    let (from, to, place) = match (start > 0, end < text.len(), inner) {
        (true, _, _) => (0, start, "begins with"),
        (_, true, _) => (end, text.len(), "ends in"),
        (_, _, Some(at)) => (at, at + found.len_utf8(), "holds"),
        _ => return None,
    };
    let range = claim.source(from, to)?;
    let whose = claim.provider.map_or(String::new(), |it| format!(" for {}", it.title));
    let message = format!("the key{whose} {place} {}", named(found));
    let finding = Finding::new(range, message)
        .help("no key holds such a character: requests fail with a connection error, an encoding error or 401");
    let key = claim.source(start, end)?;
    let cuts = [claim.source(0, start), claim.source(end, text.len())];
    let fix = at_ends.then(|| {
        let edits = cuts.into_iter().flatten().filter(|it| !it.is_empty()).map(Edit::delete).collect();
        Fix::safe("Take the blanks away", edits)
    });
    Some(finding.secret(key).fix(fix.filter(|it| !it.edits.is_empty())))
}

/// A character in words.
fn named(found: char) -> String {
    match found {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '\u{a0}' => "a no-break space".to_owned(),
        '\u{200b}' => "a zero-width space".to_owned(),
        '\u{feff}' => "a byte order mark".to_owned(),
        _ => format!("the invisible character U+{:04X}", u32::from(found)),
    }
}

/// White space and characters that cannot be seen, as the inspection of keys has them.
fn is_blank(found: char) -> bool {
    crate::catalog::inspect::is_blank(found)
}
