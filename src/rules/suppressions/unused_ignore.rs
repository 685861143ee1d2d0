//! A suppression comment that hides nothing.
//!
//! `keylint: ignore[rule]` hides a rule's findings on its own line, or on the next line if the comment stands alone;
//! `keylint: ignore-file[rule]` in the comments at the top hides them in the whole file. When the mistake is gone, the
//! comment should go, too.
//!
//! ## Why it matters
//! An ignore that outlives its reason hides the next mistake.
//!
//! ## Example
//! ```python
//! api_key = os.environ["OPENAI_API_KEY"]  # keylint: ignore[hardcoded-key]
//! ```
//! Use instead:
//! ```python
//! api_key = os.environ["OPENAI_API_KEY"]
//! ```
//!
//! ## When it is silent
//! A rule that was not selected in this run, and a file that was judged only in part, prove nothing.

use crate::finding::{Finding, Tag};
use crate::fix::{Edit, Fix};
use crate::rules::{Context, Findings};
use crate::text::TextRange;

/// The rule's name.
pub const NAME: &str = "unused-ignore";

/// A suppression comment, or part of one, that hid nothing.
#[derive(Clone, Debug)]
pub struct Unused {
    /// The rules named in vain; `None` for a comment that names none and would hide all.
    pub names: Option<Vec<String>>,
    /// What is idle.
    pub range: TextRange,
    /// What takes it away.
    pub edits: Vec<(TextRange, String)>,
}

/// Finds nothing by itself: whether a comment hid something is known when all other rules have spoken, so the linter calls
/// [`report`] then.
pub fn check(_: &Context<'_>, _: &mut Findings) {}

/// The finding for an idle comment.
pub fn report(unused: &Unused) -> Finding {
    let unknown = |it: &&String| crate::rules::find(it).is_none();
    let message = match &unused.names {
        None => "this comment hides nothing".to_owned(),
        Some(names) if names.iter().any(|it| unknown(&it)) => {
            let names: Vec<&str> = names.iter().filter(unknown).map(String::as_str).collect();
            format!("there is no rule {}", quoted(&names))
        }
        Some(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("this comment hides no finding of {}", quoted(&names))
        }
    };
    let edits = unused.edits.iter().map(|(range, text)| Edit::replace(*range, text.as_str())).collect();
    Finding::new(unused.range, message)
        .help("remove it: it would hide the next mistake on this line")
        .fix(Fix::safe("Remove the unused ignore", edits))
        .tag(Tag::Unnecessary)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}
