//! A placeholder in place of a key, in code that runs or in the real environment file.
//!
//! It was copied from a tutorial or a sample and never filled in. Every request is answered with 401.
//!
//! ```python
//! client = OpenAI(api_key="your-api-key-here")
//! ```
//!
//! Use instead:
//!
//! ```python
//! client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
//! ```
//!
//! Placeholders are known by their look: words such as `your-key-here` or `changeme`, angle brackets, ellipses, runs and
//! sequences of characters. keylint looks at literals that go into the key option of a provider's client or into an
//! authentication header of a request to a provider, and at key variables in environment files.
//!
//! Stand-ins that were put there on purpose (`dummy`, `fake`, `EMPTY`, `not-needed`) are left alone: the program talks to a
//! mock, or to a server that takes any key. So are samples (`.env.example`), examples, documentation and tests, where
//! a placeholder belongs, servers on one's own machine, and clients whose base URL is another host's. References to a secret
//! store (`op://…`, `${NAME}`) are no placeholders.
//!
//! There is no fix: only you have the key.
//!
//! Sources: the guides and samples of the providers; the words stand in `src/catalog/placeholder.rs`.

use std::collections::HashSet;

use crate::catalog::Inspection;
use crate::catalog::names::words;
use crate::finding::Finding;
use crate::rules::{Context, Findings};

use super::claimed;

/// The longest placeholder that is shown in a message.
const SHOWN: usize = 40;

/// Finds placeholders.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for claim in claimed(context).into_iter().filter(|it| it.certain) {
        let Some(provider) = claim.provider else { continue };
        let inspection = context.catalog.key_kinds().inspect(&claim.text, Some(&provider.id));
        let Some(range) = claim.whole().filter(|_| matches!(inspection, Inspection::Placeholder)) else { continue };
        if is_deliberate(&claim.text) || !seen.insert(range) {
            continue;
        }
        let text: String = claim.text.trim().chars().take(SHOWN).collect();
        let title = &provider.title;
        let message = format!("\"{text}\" is a placeholder, not a key for {title}");
        let help = match provider.key_page.as_deref() {
            Some(page) => format!("make a key at {page} and put it into the environment"),
            None => "put the key into the environment".to_owned(),
        };
        findings.push(Finding::new(range, message).help(help));
    }
}

/// Words of stand-ins that nobody means to replace.
const DELIBERATE: &[&str] = &[
    "fake", "dummy", "mock", "mocked", "stub", "test", "tests", "testing", "none", "null", "nil", "na", "no", "not",
    "noop", "empty", "unused", "ignored", "anything", "whatever", "bogus", "invalid", "redacted", "ollama", "vllm",
    "lm", "lmstudio", "llama", "local",
];

/// Whether a stand-in says of itself that it is one.
fn is_deliberate(text: &str) -> bool {
    words(text).iter().any(|it| DELIBERATE.contains(&it.as_str()))
}
