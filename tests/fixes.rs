//! Every fix of every fixture, carried out: the file parses, the finding is gone, nothing new appears, and a second run
//! changes nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "each test uses a part")]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use keylint::finding::Finding;
use keylint::fix::{Fix, materialise};
use keylint::language::Language;
use keylint::source::Source;

use support::fixture::{self, Fixture};
use support::project::Files;

/// Each fix alone.
#[test]
fn a_fix_mends_its_finding_and_nothing_else_breaks() {
    let mut failures = String::new();
    for fixture in fixture::all() {
        let judgement = fixture.judge();
        for finding in &judgement.findings {
            for fix in &finding.fixes {
                let facts = judgement.facts.as_ref().expect("what is found stands in facts");
                let mut files = Files::of(&fixture);
                let wrong = match materialise(fix, &fixture.source, facts, &files) {
                    None => Some("is withdrawn".to_owned()),
                    Some(edit) => {
                        files.apply(&edit);
                        complaint(&fixture, &judgement.findings, finding, &files)
                    }
                };
                if let Some(wrong) = wrong {
                    failures.push_str(&told(&fixture, finding, fix, &wrong, &files));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// What is wrong with a project after a fix.
fn complaint(fixture: &Fixture, before: &[Finding], mended: &Finding, files: &Files) -> Option<String> {
    let text = &files.0[&*fixture.source.path];
    if !fixture.parses(text) {
        return Some("breaks the syntax".to_owned());
    }
    let after = fixture.judge_text(text).findings;
    let (before, after_count) = (count(before), count(&after));
    if after_count.get(mended.rule) >= before.get(mended.rule) {
        return Some("leaves the finding".to_owned());
    }
    let new = after_count.iter().find(|(rule, count)| **count > before.get(*rule).copied().unwrap_or_default());
    if let Some((rule, _)) = new {
        let messages: Vec<&str> = after.iter().filter(|it| it.rule == *rule).map(|it| it.message.as_str()).collect();
        return Some(format!("makes a new {rule}: {messages:?}"));
    }
    other_files(fixture, files)
}

/// What is wrong with the other files of the project.
fn other_files(fixture: &Fixture, files: &Files) -> Option<String> {
    files.0.iter().filter(|(path, _)| **path != *fixture.source.path).find_map(|(path, text)| {
        let language = Language::of_path(std::path::Path::new(path))?;
        let found = fixture.judge_source(&Source::new(path.as_str(), language, text.as_str())).findings;
        let first = found.first()?;
        Some(format!("makes a {} in {path}: {}", first.rule, first.message))
    })
}

fn count(findings: &[Finding]) -> BTreeMap<&str, usize> {
    findings.iter().fold(BTreeMap::new(), |mut counts, it| {
        *counts.entry(it.rule).or_default() += 1;
        counts
    })
}

/// A fix that went wrong, with the change it made.
fn told(fixture: &Fixture, finding: &Finding, fix: &Fix, wrong: &str, files: &Files) -> String {
    let (line, column) = fixture.position(finding.range.start);
    let mut out = format!("fixtures/{}:{line}:{column} {}: {:?} {wrong}\n", fixture.name, finding.rule, fix.title);
    let change = support::diff(&fixture.source.text, &files.0[&*fixture.source.path]);
    for line in fixture.keys.collapse(&change).lines() {
        writeln!(out, "    {line}").unwrap();
    }
    out
}
