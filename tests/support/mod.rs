//! What the integration tests share.

pub(crate) mod fixture;
pub(crate) mod keys;
pub(crate) mod project;
pub(crate) mod random;

/// What changed between two texts, with a line around it.
pub(crate) fn diff(before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string()
}
