//! Literals that are only looked at: compared, matched, redacted, asserted.

use crate::catalog::names::words;
use crate::facts::{Parent, ValueId, ValueKind};
use crate::usage::Usage;

/// How far out is looked.
const CLIMB: usize = 12;

/// Functions that look at their arguments or at what they are called on, in lower case without `_`.
const LOOKING: &[&str] = &[
    "startswith",
    "endswith",
    "includes",
    "contains",
    "match",
    "matches",
    "test",
    "search",
    "indexof",
    "find",
    "findall",
    "finditer",
    "fullmatch",
    "removeprefix",
    "stripprefix",
    "compile",
    "regexp",
    "expect",
    "tobe",
    "toequal",
    "tostrictequal",
    "tocontain",
    "tomatch",
];

/// Functions that do so whatever follows in their name: `assert_eq!`, `redact_secrets`.
const LOOKING_FIRST: &[&str] = &["assert", "redact", "mask", "sanitize", "sanitise", "scrub", "obfuscate", "looks"];

impl Usage<'_> {
    /// Whether a literal is only looked at.
    pub fn is_looked_at(&self, value: ValueId) -> bool {
        let facts = self.facts();
        let mut at = value;
        for _ in 0..CLIMB {
            let Parent::Value(parent) = facts[at].parent else { return false };
            match &facts[parent].kind {
                ValueKind::Transparent(_) | ValueKind::List(_) | ValueKind::Unary { .. } => {}
                ValueKind::Binary { operator, .. } => {
                    return ["==", "!=", "in", "!in", "is", "!is", "<", ">", "<=", ">="].contains(&&**operator);
                }
                ValueKind::Choice { condition, .. } => return *condition == at,
                ValueKind::Index { index, .. } => return *index == at,
                ValueKind::Member { object, .. } if *object == at => {
                    let Parent::Value(call) = facts[parent].parent else { return false };
                    return facts.call(call).is_some_and(|it| it.callee == parent && self.looks(call));
                }
                ValueKind::Call(call) => return call.callee != at && self.looks(parent),
                _ => return false,
            }
            at = parent;
        }
        false
    }

    fn looks(&self, call: ValueId) -> bool {
        let Some(name) = self.facts().call(call).and_then(|it| self.resolver().callee_name(it)) else { return false };
        let name = name.trim_end_matches('!');
        let whole = name.replace('_', "").to_ascii_lowercase();
        let path = || self.facts().call(call).and_then(|it| self.resolver().path(it.callee)).unwrap_or_default();
        LOOKING.contains(&whole.as_str())
            || words(name).first().is_some_and(|it| LOOKING_FIRST.contains(&it.as_str()))
            || (name == "new" && path().to_ascii_lowercase().contains("regex"))
            || ["re.sub", "re.split"].contains(&path().as_str())
    }
}
