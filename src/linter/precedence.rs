//! One text, one finding: where two rules speak of the same place, the more specific one does.

use std::collections::HashSet;

use crate::finding::Finding;

/// A rule, and the rules that are silent where it speaks.
const OVER: &[(&str, &[&str])] = &[
    ("real-key-in-example", &["hardcoded-key", "key-whitespace", "malformed-key", "env-bearer-prefix"]),
    ("key-fallback-literal", &["hardcoded-key"]),
    ("env-bearer-prefix", &["malformed-key", "key-whitespace"]),
    ("key-whitespace", &["malformed-key"]),
    ("placeholder-key", &["malformed-key"]),
    ("uninterpolated-template", &["missing-bearer", "malformed-bearer"]),
    ("malformed-bearer", &["missing-bearer"]),
    ("header-typo", &["wrong-auth-header"]),
    ("fine-tuned-id-malformed", &["unknown-model"]),
    ("retired-model", &["deprecated-model", "unknown-model"]),
    ("deprecated-model", &["unknown-model"]),
];

/// Drops findings that a more specific one stands over, and repetitions.
pub(super) fn settle(findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    findings.retain(|it| seen.insert((it.rule, it.range)));
    let winners: Vec<(&[&str], crate::text::TextRange)> = findings
        .iter()
        .filter_map(|it| OVER.iter().find(|(rule, _)| *rule == it.rule).map(|(_, under)| (*under, it.range)))
        .collect();
    findings.retain(|it| {
        let touches = |range: &crate::text::TextRange| range.overlaps(it.range) || *range == it.range;
        !winners.iter().any(|(under, range)| under.contains(&it.rule) && touches(range))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextRange;

    #[test]
    fn the_more_specific_rule_speaks() {
        let finding = |(rule, start, end): &(&'static str, u32, u32)| {
            let mut res = Finding::new(TextRange::new(*start, *end), "");
            res.rule = rule;
            res
        };
        for (found, want) in [
            (vec![("hardcoded-key", 0, 9), ("real-key-in-example", 0, 9)], vec!["real-key-in-example"]),
            (
                vec![("hardcoded-key", 0, 9), ("real-key-in-example", 9, 12)],
                vec!["hardcoded-key", "real-key-in-example"],
            ),
            (vec![("hardcoded-key", 0, 9), ("hardcoded-key", 0, 9)], vec!["hardcoded-key"]),
            (vec![("missing-bearer", 3, 3), ("malformed-bearer", 3, 3)], vec!["malformed-bearer"]),
        ] {
            let mut findings: Vec<Finding> = found.iter().map(finding).collect();
            settle(&mut findings);
            assert_eq!(findings.iter().map(|it| it.rule).collect::<Vec<_>>(), want);
        }
    }
}
