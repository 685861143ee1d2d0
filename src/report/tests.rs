use super::*;
use crate::finding::Finding;
use crate::text::{Redactor, TextRange};

fn find_secret(text: &str) -> Vec<std::ops::Range<usize>> {
    text.match_indices("SECRETSECRET").map(|(at, it)| at..at + it.len()).collect()
}

/// A report on findings of `unused-ignore` at what the marks `«…»` stand around.
fn report(path: &str, text: &str) -> Report {
    let clean = text.replace(['«', '»'], "");
    let mut findings = Vec::new();
    let mut at = 0;
    for (number, piece) in text.split(['«', '»']).enumerate() {
        if number % 2 == 1 {
            let range = TextRange::from(at..at + piece.len());
            let mut finding = Finding::new(range, format!("bad {piece}")).help("do better");
            finding.rule = "unused-ignore";
            findings.push(finding);
        }
        at += piece.len();
    }
    let page = Page::new(path, &clean, &[], Redactor::new(&find_secret));
    Report { files: 1, entries: page.entries(&findings, |_| Vec::new()), ..Report::default() }
}

fn shown(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    let style = Style { colour: false, quiet: true, statistics: false };
    report.write(format, style, "2026-11-20", &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("output is UTF-8")
}

#[test]
fn concise() {
    for (path, text, want) in [
        ("a.py", "x\n é«y»", "a.py:2:3: error[unused-ignore] bad y\n"),
        ("a\u{1b}.py", "«SECRETSECRET»", "a\\x1b.py:1:1: error[unused-ignore] bad …\n"),
        ("x\n::warning::.py", "\r\r«y\u{202e}»", "x\\n::warning::.py:3:1: error[unused-ignore] bad y\\u{202e}\n"),
    ] {
        assert_eq!(shown(&report(path, text), Format::Concise), want);
    }
}

#[test]
fn full() {
    let text = format!("k = SECRETSECRET + «other»\n\n{}«y»{}\n«a\nb»\n", "x".repeat(500), "z".repeat(500));
    insta::assert_snapshot!(shown(&report("src/a.py", &text), Format::Full));
}

#[test]
fn json() {
    insta::assert_snapshot!(shown(&report("src/a.py", "k = «SECRETSECRET»"), Format::Json));
}

#[test]
fn fingerprints_survive_line_moves() {
    let prints = |text: &str| report("a.py", text).entries.into_iter().map(|it| it.fingerprint).collect::<Vec<_>>();
    let first = prints("«x»\n«x»\n");
    assert_ne!(first[0], first[1]);
    assert_eq!(first, prints("\n\n«x»\n\n«x»\n"));
}
