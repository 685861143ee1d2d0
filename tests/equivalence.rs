//! Equivalent snippets of the languages give equal facts, and equal control graphs where failures are exceptions.
//!
//! The tables lie in `tests/equivalence/`: rows begin with `### title`, their columns with `--- language…`, and the last
//! column, `--- facts`, is the print that all others give. A row leaves out the languages that cannot say the same.

use std::fmt::Write;
use std::time::Duration;

use keylint::facts::Facts;
use keylint::facts::graph::Graph;
use keylint::language::Language;
use keylint::syntax::Syntax;

const LANGUAGES: &[(&str, Language)] = &[
    ("python", Language::Python),
    ("javascript", Language::JavaScript),
    ("typescript", Language::TypeScript),
    ("typescript", Language::Tsx),
    ("rust", Language::Rust),
];

/// A row of a table: the languages and snippet of each column, and the facts.
struct Row<'t> {
    title: &'t str,
    columns: Vec<(&'t str, &'t str)>,
    facts: &'t str,
}

fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table.split("### ").skip(1).map(|row| {
        let mut parts = row.split("\n--- ");
        let title = parts.next().unwrap_or_default().trim();
        let mut columns: Vec<(&str, &str)> = parts.filter_map(|it| it.split_once('\n')).collect();
        let facts = columns.pop().filter(|it| it.0 == "facts").expect("a row ends with its facts").1.trim();
        Row { title, columns, facts }
    })
}

fn lower(language: Language, snippet: &str) -> Facts {
    let syntax = Syntax::parse(language, snippet, None, Duration::from_secs(10));
    syntax.expect("a snippet is parsed in time").lower(snippet)
}

fn graphs(facts: &Facts) -> String {
    let graphs = facts.functions().filter_map(|it| Graph::of(facts, it));
    graphs.map(|it| it.dump(facts)).collect::<Vec<_>>().join("\n")
}

fn check(table: &str) {
    let mut wrong = String::new();
    for row in rows(table) {
        let mut first_graphs: Option<String> = None;
        let named = |(languages, _): &&(&str, &str), name: &str| languages.split(' ').any(|it| it == name);
        for (name, language) in LANGUAGES {
            let Some((_, snippet)) = row.columns.iter().find(|it| named(it, name)) else { continue };
            let facts = lower(*language, snippet);
            let dump = facts.dump();
            if dump.trim() != row.facts {
                let _ = writeln!(wrong, "{}, {language:?}: facts\n{dump}wanted\n{}\n", row.title, row.facts);
            }
            let graphs = graphs(&facts);
            let want = first_graphs.get_or_insert_with(|| graphs.clone());
            if *language != Language::Rust && graphs != *want {
                let _ = writeln!(wrong, "{}, {language:?}: graphs\n{graphs}\nwanted\n{want}\n", row.title);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn values() {
    check(include_str!("equivalence/values.txt"));
}

#[test]
fn control() {
    check(include_str!("equivalence/control.txt"));
}

#[test]
fn functions() {
    check(include_str!("equivalence/functions.txt"));
}
