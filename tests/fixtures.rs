//! Every fixture, judged: what its comments expect is found, and nothing else is.
//!
//! `FIXTURE=missing-bearer/python cargo test --test fixtures` judges only the fixtures whose name holds that text.
#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "each test uses a part")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use keylint::catalog::Catalog;
use keylint::finding::Finding;
use keylint::language::Language;
use keylint::linter::{Judgement, judge, lint};
use keylint::project::Project;
use keylint::rules;
use keylint::source::Source;
use keylint::syntax::Syntax;

use support::fixture::{self, Expected, Fixture};
use support::project::options;
use support::random::Random;

#[test]
fn expectations() {
    let mut tally: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    let mut differences = String::new();
    for fixture in fixture::all() {
        let difference = match waits(&fixture) {
            true => String::new(),
            false => compare(&fixture, &fixture.judge().findings),
        };
        let rule = fixture.name.split('/').next().unwrap_or_default();
        let (passed, failed) = tally.entry(rule.to_owned()).or_default();
        if difference.is_empty() {
            *passed += 1;
            continue;
        }
        failed.push(fixture.name[rule.len() + 1..].to_owned());
        writeln!(differences, "fixtures/{}\n{difference}", fixture.name).unwrap();
    }
    let summary = summary(&tally);
    assert!(differences.is_empty(), "\n{differences}\n{summary}");
    if summary.contains("skipped") {
        std::io::stderr().write_all(summary.as_bytes()).unwrap();
    }
}

/// Whether the fixture hides findings of a rule that is not registered.
fn waits(fixture: &Fixture) -> bool {
    let lists = fixture.source.text.split("keylint: ignore").skip(1).filter_map(|it| it.split(['[', ']']).nth(1));
    lists
        .flat_map(|it| it.split(','))
        .any(|it| fixture::root().join(it.trim()).is_dir() && rules::find(it.trim()).is_none())
}

/// What is missing and what is too much, as a user would see it; empty if all is as expected.
fn compare(fixture: &Fixture, findings: &[Finding]) -> String {
    let mut open: Vec<&Expected> = fixture.expected.iter().filter(|it| rules::find(&it.rule).is_some()).collect();
    let mut out = String::new();
    for finding in findings {
        match open.iter().position(|it| agrees(fixture, it, finding)) {
            Some(at) => {
                open.swap_remove(at);
            }
            None => writeln!(out, "  unexpected  {}", shown(fixture, finding)).unwrap(),
        }
    }
    open.sort_by_key(|it| it.line);
    for it in open {
        let pins = [it.severity.as_ref().map(|it| format!(" ({it})")), it.text.as_ref().map(|it| format!(" @ {it:?}"))];
        let pins: String = pins.into_iter().flatten().collect();
        let line = fixture.line(it.line);
        let pins = fixture.keys.collapse(&pins);
        writeln!(
            out,
            "  missing     {}:{} {}{pins}\n              | {}",
            fixture.source.path,
            it.line,
            it.rule,
            line.trim()
        )
        .unwrap();
    }
    out
}

fn agrees(fixture: &Fixture, expected: &Expected, finding: &Finding) -> bool {
    expected.rule == finding.rule
        && expected.line == fixture.position(finding.range.start).0
        && expected.severity.as_ref().is_none_or(|it| it == finding.severity.as_str())
        && expected.text.as_ref().is_none_or(|it| it == finding.range.of(&fixture.source.text))
}

/// A finding on two lines: where, which rule, which message; the source line.
fn shown(fixture: &Fixture, finding: &Finding) -> String {
    let (line, column) = fixture.position(finding.range.start);
    let text = fixture.keys.collapse(finding.range.of(&fixture.source.text));
    format!(
        "{}:{line}:{column} {} ({}) @ {text:?}: {}\n              | {}",
        fixture.source.path,
        finding.rule,
        finding.severity.as_str(),
        finding.message,
        fixture.line(line).trim()
    )
}

/// One line for each rule: how many fixtures pass, which do not.
fn summary(tally: &BTreeMap<String, (usize, Vec<String>)>) -> String {
    let mut out = String::from("fixtures that pass, by rule:\n");
    for (rule, (passed, failed)) in tally {
        let note = match rules::find(rule) {
            Some(_) => failed.join(" "),
            None => format!("skipped, the rule is not registered; {}", failed.join(" ")),
        };
        writeln!(out, "  {rule:<24} {passed:>2} of {:>2}  {note}", passed + failed.len()).unwrap();
    }
    out
}

/// Fixtures are whole programs: what is judged in them is no half-typed code.
#[test]
fn fixtures_parse() {
    for fixture in fixture::all() {
        assert!(fixture.parses(&fixture.source.text), "fixtures/{} does not parse", fixture.name);
    }
}

/// No key of a fixture stands in what a user is shown.
#[test]
fn no_key_is_shown() {
    for fixture in fixture::all() {
        for finding in fixture.judge().findings {
            let titles = finding.fixes.iter().map(|it| it.title.as_str());
            let notes = finding.related.iter().map(|it| it.message.as_str());
            let shown =
                [finding.message.as_str()].into_iter().chain(finding.help.as_deref()).chain(notes).chain(titles);
            for text in shown {
                let key = fixture.keys.keys.iter().find(|(key, _)| key.len() >= 16 && text.contains(key.as_str()));
                assert!(key.is_none(), "{}: {} shows {}", fixture.name, finding.rule, key.unwrap().1);
            }
        }
    }
}

/// The example project of the README holds a mistake of every kind.
#[test]
fn the_demo_shows_every_rule() {
    let root = fixture::root().join("demo");
    let mut shown = BTreeSet::new();
    for path in fixture::files(&root) {
        let Some(language) = Language::of_path(&path) else { continue };
        let place = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let source = Source::new(place, language, std::fs::read_to_string(&path).unwrap());
        let judgement = lint(&source, &options(), Catalog::embedded(), &Project::tracking([]));
        shown.extend(judgement.findings.iter().map(|it| it.rule));
    }
    let missing: Vec<&str> =
        rules::REGISTRY.iter().filter(|it| !it.pedantic).map(|it| it.name).filter(|it| !shown.contains(it)).collect();
    assert!(missing.is_empty(), "fixtures/demo shows nothing of {missing:?}");
}

/// What the prefilter keeps from being parsed holds no finding.
#[test]
fn filtered_is_unfiltered() {
    let places = |judgement: Judgement| judgement.findings.iter().map(|it| (it.rule, it.range)).collect::<Vec<_>>();
    for fixture in fixture::all() {
        let source = &fixture.source;
        let syntax = Syntax::parse(source.language, &source.text, None, options().parse_deadline).unwrap();
        let facts = syntax.lower(&source.text);
        let all = judge(source, facts, &options(), Catalog::embedded(), &fixture.known());
        assert_eq!(places(fixture.judge()), places(all), "fixtures/{}", fixture.name);
    }
}

/// Damaged text never panics, and what is found lies inside it.
#[test]
fn damage_is_survived() {
    for fixture in fixture::all() {
        let mut random = Random::of(&fixture.name);
        for _ in 0..12 {
            let text = damaged(&fixture.source.text, &mut random);
            for finding in fixture.judge_text(&text).findings {
                assert!(
                    text.get(finding.range.as_usize()).is_some(),
                    "{}: {} lies outside the text",
                    fixture.name,
                    finding.rule
                );
            }
        }
    }
}

/// The text cut off somewhere, or with a piece missing.
fn damaged(text: &str, random: &mut Random) -> String {
    let boundary = |at: usize| (at..text.len()).find(|&it| text.is_char_boundary(it)).unwrap_or(text.len());
    let at = boundary(random.below(text.len() + 1));
    if random.below(2) == 0 {
        return text[..at].to_owned();
    }
    let end = boundary((at + 1 + random.below(8)).min(text.len()));
    format!("{}{}", &text[..at], &text[end.max(at)..])
}
