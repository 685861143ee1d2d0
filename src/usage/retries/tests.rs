//! Functions that retry badly, and functions that look like it, judged line by line.

use crate::catalog::{Catalog, Date};
use crate::language::Language;
use crate::linter::{Options, lint};
use crate::project::Project;
use crate::source::Source;

/// `-> none` stands behind a line that is told to back off, `-> fixed` behind one whose wait is told to grow.
const FILES: &[(&str, Language, &str)] = &[
    ("retries.py", Language::Python, include_str!("tests/retries.py")),
    ("retries.ts", Language::TypeScript, include_str!("tests/retries.ts")),
    ("retries.rs", Language::Rust, include_str!("tests/retries.rs")),
    ("look_alikes.py", Language::Python, include_str!("tests/look_alikes.py")),
    ("look_alikes.ts", Language::TypeScript, include_str!("tests/look_alikes.ts")),
    ("look_alikes.rs", Language::Rust, include_str!("tests/look_alikes.rs")),
];

#[test]
fn each_line_is_judged_as_it_says() {
    for (name, language, text) in FILES {
        let expected: Vec<String> =
            lines(text).filter_map(|(n, line)| Some((n, line.split_once("-> ")?.1))).map(shown).collect();
        assert_eq!(found(name, *language, text), expected, "{name}");
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // Rust writes its result types with the same arrow: a marker is the last thing on its line.
    let marked = |it: &&str| it.ends_with("-> none") || it.ends_with("-> fixed");
    text.lines().enumerate().filter(move |(_, it)| marked(it)).map(|(n, it)| (n + 1, it))
}

fn shown((line, what): (usize, &str)) -> String {
    let what = what.rsplit("-> ").next().unwrap_or(what);
    format!("{line}: {what}")
}

fn found(name: &str, language: Language, text: &str) -> Vec<String> {
    let mut options = Options::on(Date::parse("2026-11-23").expect("a date"));
    options.select = vec!["retries".to_owned()];
    let source = Source::new(format!("app/{name}"), language, text);
    let judgement = lint(&source, &options, Catalog::embedded(), &Project::unknown());
    let line = |start: u32| text[..start as usize].matches('\n').count() + 1;
    let what = |rule: &str| if rule == "retry-fixed-delay" { "fixed" } else { "none" };
    judgement.findings.iter().map(|it| shown((line(it.range.start), what(it.rule)))).collect()
}
