//! The table of all rules.

use super::{Context, Findings};
use crate::finding::Severity;

/// A rule.
pub struct Rule {
    /// Its only identifier, kebab-case.
    pub name: &'static str,
    /// Its folder.
    pub family: &'static str,
    /// Its default severity; a finding may be milder.
    pub severity: Severity,
    /// Off unless asked for.
    pub pedantic: bool,
    /// Speaks about the literal alone, so it also runs on damaged and oversized documents.
    pub literal_proof: bool,
    /// The rule's source file, whose leading `//!` lines are its documentation.
    pub source: &'static str,
    /// Judges a document.
    pub check: fn(&Context<'_>, &mut Findings),
}

/// All rules, by family and name. One line each; `rule!` names the file and the severity.
pub const REGISTRY: &[Rule] = &[];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    REGISTRY.iter().find(|it| it.name == name)
}
