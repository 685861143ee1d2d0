//! `Bearer ` in front of the key in an environment file.
//!
//! The variable holds the key; the client puts `Bearer ` in front of it. With the word in the variable the header becomes
//! `Authorization: Bearer Bearer sk-…`, which is answered with 401.
//!
//! ```sh
//! OPENAI_API_KEY="Bearer sk-proj-…"
//! ```
//!
//! Use instead:
//!
//! ```sh
//! OPENAI_API_KEY=sk-proj-…
//! ```
//!
//! Only variables that hold a provider's key are judged. Variables that hold the whole header, as their name says
//! (`…_AUTHORIZATION`, `…_AUTH_HEADER`), are left alone.
//!
//! The fix takes the word away. It is safe: no key begins so.
//!
//! Sources: executed against a local server with requests, httpx, the OpenAI SDK and Node's fetch.

use crate::facts::ValueKind;
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::rules::{Context, Findings};
use crate::usage::joined::Joined;

/// The word and its blank.
const SCHEME: &str = "bearer ";

/// Finds key variables whose value begins with the scheme.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in &context.facts.definitions {
        findings.extend(judge(context, definition));
    }
}

fn judge(context: &Context<'_>, definition: &crate::facts::Definition) -> Option<Finding> {
    let meaning = context.catalog.provider_of_env(&definition.name).filter(|it| it.role.is_secret())?;
    let ValueKind::Text(text) = &context.facts[definition.value].kind else { return None };
    let runs = Joined::of_text(context.facts, definition.value, text);
    let value = runs.first()?;
    let start = value.text.len() - value.text.trim_start().len();
    let rest = value.text.get(start..)?;
    let has_scheme = rest.get(..SCHEME.len()).is_some_and(|it| it.eq_ignore_ascii_case(SCHEME));
    let key = rest.get(SCHEME.len()..).filter(|_| has_scheme)?;
    let blanks = key.len() - key.trim_start().len();
    let cut = value.source(0..start + SCHEME.len() + blanks)?;
    let message = format!("{} begins with \"Bearer\", which the client adds by itself", definition.name);
    let help = format!("{} would be sent \"Bearer Bearer …\" and answer 401", meaning.provider.title);
    let finding = Finding::new(cut, message).help(help);
    let finding = match value.source(start + SCHEME.len() + blanks..value.text.len()) {
        Some(key) => finding.secret(key),
        None => finding,
    };
    Some(finding.fix(Fix::safe("Take \"Bearer \" away", vec![Edit::delete(cut)])))
}
