use super::*;
use crate::language::Language;
use crate::linter::{Options, tests::today};
use crate::text::edits;

/// Facts of a text whose comments are what the marks `«…»` stood around, and the text without the marks.
fn marked(text: &str) -> (String, Facts) {
    let mut clean = String::new();
    let mut comments = Vec::new();
    for (number, piece) in text.split(['«', '»']).enumerate() {
        let start = clean.len();
        clean.push_str(piece);
        if number % 2 == 1 {
            comments.push(TextRange::from(start..clean.len()));
        }
    }
    let whole = TextRange::from(0..clean.len());
    let mut builder = crate::facts::Builder::new(Language::Python, whole.end);
    comments.into_iter().for_each(|it| builder.comment(it));
    (clean, builder.finish(None, whole))
}

/// Which of the findings `rule-a` at every `A` and `rule-b` at every `B` stay, and which ignores are idle.
fn judged(text: &str) -> (String, Vec<String>) {
    let (clean, facts) = marked(text);
    let mut findings = Vec::new();
    for (sign, rule) in [('A', "rule-a"), ('B', "rule-b")] {
        findings.extend(clean.match_indices(sign).map(|(at, _)| {
            let mut finding = Finding::new(TextRange::from(at..at + 1), "");
            finding.rule = rule;
            finding
        }));
    }
    findings.sort_by_key(|it| it.range);
    let selection = Selection::new(&Options::on(today()));
    let unused = apply(&clean, &facts, &selection, &mut findings);
    let left = findings.iter().map(|it| it.range.of(&clean)).collect();
    let mended = |it: &Unused| {
        let edits = it.edits.iter().map(|(range, text)| (*range, text.as_str()));
        format!("{} -> {:?}", it.range.of(&clean), edits::apply(&clean, edits).expect("edits fit"))
    };
    (left, unused.iter().map(mended).collect())
}

#[test]
fn findings_are_hidden_on_the_line_or_the_next() {
    for (text, left) in [
        ("A «# keylint: ignore[rule-a]»\nA", "A"),
        ("A «# keylint: ignore[rule-b]»", "A"),
        ("A B «# keylint: ignore[rule-b, rule-a]»", ""),
        ("A B «# keylint:ignore»", ""),
        ("A B «# keylint: ignore because of this»", ""),
        ("«# keylint: ignore[rule-a]»\nA\nA", "A"),
        ("  «// keylint: ignore[rule-a] -- reason»\r\n  A\r\n  A", "A"),
        ("«# keylint: ignore[rule-a]»\n«# more»\nA", ""),
        ("«# keylint: ignore[rule-a]»\n«# keylint: ignore[rule-b]»\nA B", ""),
        ("«# keylint: ignore[rule-a]»\n\nA", "A"),
        ("x «# keylint: ignore[rule-a]»\nA", "A"),
        ("x(«/* keylint: ignore[rule-a] */» A)", ""),
        ("  {«/* keylint: ignore[rule-a] */»}\n  A", ""),
        ("«/* some\n * keylint: ignore[rule-a]\n */»\nA", ""),
        ("«<!-- keylint: ignore[rule-a] -->»\nA", ""),
        ("A «# keylint: ignored»", "A"),
        ("A «# keylint: ignore[rule-a»", "A"),
        ("A «# see keylint: the manual»", "A"),
        ("«# x»\n\n«# keylint: ignore-file[rule-a]»\nA B\nA", "B"),
        ("«#!/bin/x»\n«# keylint: ignore-file»\nA B", ""),
        ("#!/bin/x\n«// keylint: ignore-file»\nA B", ""),
        ("A\n«# keylint: ignore-file»\nB", "AB"),
    ] {
        assert_eq!(judged(text).0, left, "{text}");
    }
}

#[test]
fn what_hides_nothing_is_taken_out() {
    for (text, want) in [
        ("A «# keylint: ignore»", &[][..]),
        ("x = 1  «# keylint: ignore»\ny", &["keylint: ignore -> \"x = 1\\ny\""]),
        ("x\n  «# keylint: ignore why»\r\ny", &["keylint: ignore why -> \"x\\ny\""]),
        ("x «# noqa: E1 keylint: ignore»\n", &["keylint: ignore -> \"x # noqa: E1\\n\""]),
        ("A «# keylint: ignore[rule-a, nope]»", &["nope -> \"A # keylint: ignore[rule-a]\""]),
        ("A «# keylint: ignore[nope,rule-a,none]» x", &["nope -> \"A # keylint: ignore[rule-a] x\""]),
        ("f(«/* keylint: ignore */» x)", &["keylint: ignore -> \"f( x)\""]),
        ("«/* why keylint: ignore */»\nx", &["keylint: ignore -> \"/* why */\\nx\""]),
        ("«# keylint: ignore-file»\nx", &["keylint: ignore-file -> \"x\""]),
        ("x «# keylint: ignore[unused-ignore]»", &[]),
    ] {
        assert_eq!(judged(text).1, want, "{text}");
    }
}

#[test]
fn raw_comments_reach_to_the_end_of_the_line() {
    let text = "x # keylint: ignore[a]\ny // keylint: ignore\r\nkeylint: ignore\n";
    let found: Vec<&str> = raw_comments(text).iter().map(|it| it.of(text)).collect();
    assert_eq!(found, ["# keylint: ignore[a]", "// keylint: ignore"]);
}
