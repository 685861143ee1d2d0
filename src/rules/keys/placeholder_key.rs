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
//! Left alone are samples (`.env.example`), examples, documentation and tests, where a placeholder belongs; servers on one's
//! own machine, which take any key; and clients whose base URL is another host's, for the same reason. References to a
//! secret store (`op://…`, `${NAME}`) are no placeholders.
//!
//! There is no fix: only you have the key.
//!
//! Sources: the guides and samples of the providers; the words stand in `src/catalog/placeholder.rs`.

use std::collections::HashSet;

use crate::catalog::Inspection;
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
        if !seen.insert(range) {
            continue;
        }
        let text: String = claim.text.trim().chars().take(SHOWN).collect();
        let title = &provider.title;
        let message = format!("\"{text}\" is a placeholder, not a key for {title}");
        let help = match provider.key_page.as_deref() {
            Some(page) => format!("Make a key at {page} and put it into the environment"),
            None => "Put the key into the environment".to_owned(),
        };
        findings.push(Finding::new(range, message).help(help));
    }
}
