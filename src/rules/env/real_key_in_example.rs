//! A real key in a sample of an environment file.
//!
//! `.env.example` is committed so that others know which variables to set. Whoever filled in their own `.env` by copying it
//! the wrong way round publishes the key with it.
//!
//! ```sh
//! # .env.example
//! OPENAI_API_KEY=sk-proj-…
//! ```
//!
//! Use instead:
//!
//! ```sh
//! # .env.example
//! OPENAI_API_KEY=
//! ```
//!
//! and rotate the key that was in the file.
//!
//! Judged are files of the dotenv family whose name says that they are samples (`example`, `sample`, `template`, `dist`,
//! `default`). What counts as a key is said under `hardcoded-key`; placeholders, references to a secret store and variables
//! that hold no provider's key are left alone. In such files no other rule speaks of the key.
//!
//! The fix empties the value. It is unsafe: the key is then nowhere.
//!
//! Sources: as `hardcoded-key`.

use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::language::Language;
use crate::rules::{Context, Findings};
use crate::source::PathClass;
use crate::text::TextRange;

/// Finds real keys.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.class != PathClass::EnvExample || context.source.language != Language::Dotenv {
        return;
    }
    for written in context.usage.written_keys(&context.source.text) {
        let key = crate::rules::keys::described(written, context.catalog);
        let message = format!("{key} in a sample that is made to be shared");
        let finding = Finding::new(written.range, message)
            .help("rotate the key, since it stays in the git history, and leave the value empty")
            .secret(written.range);
        findings.push(finding.fix(emptied(context, written.range)));
    }
}

/// Everything behind `=` goes, quotes too.
fn emptied(context: &Context<'_>, key: TextRange) -> Option<Fix> {
    let definition = context.facts.definitions.iter().find(|it| it.raw_range.contains(key))?;
    let title = format!("Empty {}", definition.name);
    Some(Fix::risky(title, vec![Edit::delete(definition.raw_range)]))
}
