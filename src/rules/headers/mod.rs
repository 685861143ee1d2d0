//! Rules on the headers of requests to LLM providers.

pub mod header_typo;
pub mod malformed_bearer;
pub mod missing_bearer;
pub mod uninterpolated_template;
pub mod wrong_auth_header;

use crate::fix::Edit;
use crate::language::Language;
use crate::rules::Context;
use crate::usage::headers::HeaderUse;

/// Writes another header name, in quotes where the old one was a bare word. In Rust a name in small letters stays so: some
/// constructors take no others.
fn rename(context: &Context<'_>, header: &HeaderUse<'_>, name: &str) -> Option<Edit> {
    let range = header.entry.key_range;
    let text = &context.source.text;
    let written = range.of(text);
    if header.entry.key.as_deref() != Some(written) {
        return None;
    }
    let is_small = context.source.language == Language::Rust && !written.contains(|it: char| it.is_ascii_uppercase());
    let name = if is_small { name.to_ascii_lowercase() } else { name.to_owned() };
    let quoted = text[..range.start as usize].ends_with(['"', '\'', '`']);
    let is_word = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    match (quoted, is_word) {
        (true, _) | (false, true) => Some(Edit::replace(range, name)),
        // A keyword argument or a member cannot be quoted.
        (false, false) if context.source.language.is_ecmascript() && header.entry.key_value.is_some() => {
            Some(Edit::replace(range, format!("\"{name}\"")))
        }
        (false, false) => None,
    }
}
