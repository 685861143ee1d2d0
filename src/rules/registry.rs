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

/// A rule from its file `family/module.rs`: `rule!(keys / hardcoded_key, "hardcoded-key", Error, literal_proof)`.
macro_rules! rule {
    ($family:ident / $module:ident, $name:expr, $severity:ident $(, $flag:ident)*) => {
        Rule {
            name: $name,
            family: stringify!($family),
            severity: Severity::$severity,
            source: include_str!(concat!(stringify!($family), "/", stringify!($module), ".rs")),
            check: super::$family::$module::check,
            $($flag: true,)*
            ..PLAIN
        }
    };
}

/// A rule without flags.
const PLAIN: Rule = Rule {
    name: "",
    family: "",
    severity: Severity::Error,
    pedantic: false,
    literal_proof: false,
    source: "",
    check: |_, _| {},
};

/// All rules, by family and name. One line each: the file, the name, the severity, and the flags that it has.
pub const REGISTRY: &[Rule] = &[
    rule!(env / env_bearer_prefix, "env-bearer-prefix", Error),
    rule!(env / real_key_in_example, "real-key-in-example", Error),
    rule!(headers / header_typo, "header-typo", Warning),
    rule!(headers / malformed_bearer, "malformed-bearer", Error),
    rule!(headers / missing_bearer, "missing-bearer", Error),
    rule!(headers / uninterpolated_template, "uninterpolated-template", Error),
    rule!(headers / wrong_auth_header, "wrong-auth-header", Error),
    rule!(keys / hardcoded_key, "hardcoded-key", Error, literal_proof),
    rule!(keys / key_fallback_literal, "key-fallback-literal", Error),
    rule!(keys / key_whitespace, "key-whitespace", Error),
    rule!(keys / malformed_key, "malformed-key", Error),
    rule!(keys / placeholder_key, "placeholder-key", Warning),
    rule!(models / deprecated_model, "deprecated-model", Warning),
    rule!(models / fine_tuned_id_malformed, "fine-tuned-id-malformed", Error),
    rule!(models / retired_model, "retired-model", Error),
    rule!(models / unknown_model, "unknown-model", Warning),
    rule!(retries / retry_fixed_delay, "retry-fixed-delay", Warning),
    rule!(retries / retry_without_backoff, "retry-without-backoff", Warning),
    rule!(suppressions / unused_ignore, "unused-ignore", Warning),
];

impl Rule {
    /// The rule's documentation: the leading `//!` lines of its file, as Markdown.
    pub fn documentation(&self) -> String {
        let lines = self.source.lines().map_while(|it| it.strip_prefix("//!"));
        lines.map(|it| it.strip_prefix(' ').unwrap_or(it)).collect::<Vec<_>>().join("\n")
    }

    /// The rule's page in `docs/rules`, made of its documentation.
    pub fn page(&self) -> String {
        let (severity, off) = (self.severity.as_str(), if self.pedantic { ", off by default" } else { "" });
        format!("# {}\n\n*{} · {severity}{off}*\n\n{}\n", self.name, self.family, self.documentation().trim_end())
    }

    /// What it is about, in one line: the first line of its documentation.
    pub fn summary(&self) -> &'static str {
        self.source.lines().next().and_then(|it| it.strip_prefix("//!")).unwrap_or_default().trim()
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.name)
    }
}

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    REGISTRY.iter().find(|it| it.name == name)
}
