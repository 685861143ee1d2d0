//! Every fix of every fixture, carried out: the file parses, the finding is gone, nothing new appears, and a second run
//! changes nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "each test uses a part")]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use keylint::finding::Finding;
use keylint::fix::apply::{Limits, Overlay, mend};
use keylint::fix::{Fix, Safety, materialise};
use keylint::language::Language;
use keylint::source::Source;

use support::fixture::{self, Fixture};
use support::project::{Files, options};

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

/// All fixes at once, the safe ones and then all: what is left has no fix, and a second run changes nothing.
#[test]
fn all_fixes_together_come_to_rest() {
    let mut failures = String::new();
    for fixture in fixture::all() {
        for unsafe_fixes in [false, true] {
            let files = mended(&fixture, unsafe_fixes);
            let text = &files.0[&*fixture.source.path];
            let findings = fixture.judge_text(text).findings;
            let judged = fixture.judge().findings;
            let before = count(&judged);
            let wrong = match () {
                () if !fixture.parses(text) => Some("break the syntax".to_owned()),
                () if again(&fixture, &files, unsafe_fixes) => {
                    Some("change something once more in a second run".to_owned())
                }
                () => new_finding(&before, &findings).or_else(|| left(&findings, unsafe_fixes)),
            };
            let wrong = wrong.or_else(|| other_files(&fixture, &files));
            if let Some(wrong) = wrong {
                let which = if unsafe_fixes { "all fixes" } else { "the safe fixes" };
                writeln!(failures, "fixtures/{}: {which} {wrong}", fixture.name).unwrap();
                indent(&mut failures, &fixture.keys.collapse(&support::diff(&fixture.source.text, text)));
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// The project of a fixture after its fixes.
fn mended(fixture: &Fixture, unsafe_fixes: bool) -> Files {
    let files = Files::of(fixture);
    let changed = run(fixture, &files, &fixture.source.text, unsafe_fixes);
    Files(files.0.into_iter().chain(changed).collect())
}

/// Mends a text in the place of a fixture; the files that changed.
fn run(fixture: &Fixture, files: &Files, text: &str, unsafe_fixes: bool) -> Vec<(String, String)> {
    let mut overlay = Overlay::new(files);
    let limits = Limits { unsafe_fixes, parse_deadline: options().parse_deadline };
    mend(&fixture.with_text(text), &mut overlay, limits, |it| fixture.judge_source(it));
    overlay.changed().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// Whether a second run changes something.
fn again(fixture: &Fixture, files: &Files, unsafe_fixes: bool) -> bool {
    let changed = run(fixture, files, &files.0[&*fixture.source.path], unsafe_fixes);
    changed.iter().any(|(path, text)| files.0.get(path) != Some(text))
}

/// A finding that still has a fix which should have been carried out.
fn left(findings: &[Finding], unsafe_fixes: bool) -> Option<String> {
    let open = |it: &&Finding| it.fixes.iter().any(|fix| unsafe_fixes || fix.safety == Safety::Safe);
    let first = findings.iter().find(open)?;
    Some(format!("leave a {} that has a fix: {}", first.rule, first.message))
}

/// The fixed twin of every fixture, as a change to it, with what is said of it.
#[test]
fn fixed_twins() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for fixture in fixture::all() {
        let findings = fixture.judge().findings;
        if !findings.is_empty() {
            insta::assert_snapshot!(fixture.name.replace('/', "__"), twin(&fixture, &findings));
        }
    }
}

/// The findings of a fixture, and what its fixes make of the project. Keys are placeholders.
fn twin(fixture: &Fixture, findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let (line, column) = fixture.position(finding.range.start);
        writeln!(out, "{line}:{column} {} {}: {}", finding.severity.as_str(), finding.rule, finding.message).unwrap();
        for fix in &finding.fixes {
            let safety = if fix.safety == Safety::Safe { "safe" } else { "unsafe" };
            writeln!(out, "    {safety}: {}", fix.title).unwrap();
        }
    }
    let before = Files::of(fixture);
    for (path, text) in mended(fixture, true).0 {
        let change = support::diff(before.0.get(&path).map_or("", |it| it), &text);
        if !change.is_empty() {
            writeln!(out, "\n{path}\n{change}").unwrap();
        }
    }
    fixture.keys.collapse(&out)
}

/// What is wrong with a project after a fix.
fn complaint(fixture: &Fixture, before: &[Finding], mended: &Finding, files: &Files) -> Option<String> {
    let text = &files.0[&*fixture.source.path];
    if !fixture.parses(text) {
        return Some("breaks the syntax".to_owned());
    }
    let after = fixture.judge_text(text).findings;
    let before = count(before);
    if count(&after).get(mended.rule) >= before.get(mended.rule) {
        return Some("leaves the finding".to_owned());
    }
    if let Some(new) = new_finding(&before, &after) {
        return Some(new);
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

/// A finding that was not there before.
fn new_finding(before: &BTreeMap<&str, usize>, after: &[Finding]) -> Option<String> {
    let is_new = |(rule, count): &(&str, usize)| *count > before.get(rule).copied().unwrap_or_default();
    let (rule, _) = count(after).into_iter().find(is_new)?;
    let messages: Vec<&str> = after.iter().filter(|it| it.rule == rule).map(|it| it.message.as_str()).collect();
    Some(format!("makes a new {rule}: {messages:?}"))
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
    indent(&mut out, &fixture.keys.collapse(&change));
    out
}

fn indent(out: &mut String, text: &str) {
    text.lines().for_each(|line| writeln!(out, "    {line}").unwrap());
}
