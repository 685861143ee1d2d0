//! A header whose name is nearly, but not quite, one that the provider reads.
//!
//! A misspelt header is ignored without a word: `Authorisation` is answered as if there were no key, `Content_Type` as if
//! the body were no JSON, `OpenAI-Organisation` bills another organisation.
//!
//! ```python
//! requests.post("https://api.openai.com/v1/responses", headers={"Authorisation": f"Bearer {key}"}, json=body)
//! ```
//!
//! Use instead:
//!
//! ```python
//! requests.post("https://api.openai.com/v1/responses", headers={"Authorization": f"Bearer {key}"}, json=body)
//! ```
//!
//! keylint compares the names of headers that go to a known provider with those that the provider and plain HTTP know; case
//! does not matter.
//!
//! The fix writes the right name. It is safe: the old header was not read.
//!
//! Sources: the providers' API references, collected in `src/catalog/data/providers/*.toml`.

use crate::finding::Finding;
use crate::fix::Fix;
use crate::rules::{Context, Findings};
use crate::usage::headers::HeaderUse;

/// Finds misspelt header names.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for header in context.usage.headers() {
        findings.extend(judge(context, header));
    }
}

fn judge(context: &Context<'_>, header: &HeaderUse<'_>) -> Option<Finding> {
    let provider = header.provider()?;
    let name = header.entry.key.as_deref()?;
    let right = context.catalog.header_near(provider, name)?;
    if header.beside.iter().any(|it| it.eq_ignore_ascii_case(right)) {
        return None;
    }
    let range = header.entry.key_range;
    let message = format!("\"{name}\" is not a header that {} reads; did you mean \"{right}\"?", provider.title);
    let finding = Finding::new(range, message).help("a header of an unknown name is ignored without a word");
    let fix = super::rename(context, header, right).map(|it| Fix::safe(format!("Rename to \"{right}\""), vec![it]));
    Some(finding.fix(fix))
}
