//! The invariants of `src/lib.rs`, as far as a test can hold them.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

/// Every text file under a folder, with its path relative to the package; built and kept things left out.
fn texts(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut todo: Vec<PathBuf> = vec![root.join(folder)];
    let mut res = Vec::new();
    while let Some(at) = todo.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() && !matches!(relative.as_str(), "target" | ".git") {
                todo.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                res.push((relative, text));
            }
        }
    }
    res.sort();
    res
}

/// Every Rust file under a folder, with its path relative to the package and its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    texts(folder).into_iter().filter(|(path, _)| path.ends_with(".rs")).collect()
}

/// The lines that are code of the product: no comments, nothing behind `#[cfg(test)]`, no files of tests.
fn code_lines() -> Vec<(String, usize, String)> {
    let files = sources("src").into_iter().filter(|(path, _)| !path.ends_with("tests.rs") && !path.contains("/tests/"));
    files
        .flat_map(|(path, text)| {
            let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
            let lines = code.lines().map(str::to_owned).collect::<Vec<_>>();
            lines.into_iter().enumerate().map(move |(at, line)| (path.clone(), at + 1, line)).collect::<Vec<_>>()
        })
        .filter(|(_, _, line)| !line.trim_start().starts_with("//"))
        .collect()
}

/// Fails with every line outside `allowed` that holds one of the words.
fn only_in(words: &[&str], allowed: &[&str]) {
    let wrong: Vec<String> = code_lines()
        .into_iter()
        .filter(|(path, _, line)| {
            words.iter().any(|it| line.contains(it)) && !allowed.iter().any(|it| path.starts_with(it))
        })
        .map(|(path, at, line)| format!("{path}:{at}: {}", line.trim()))
        .collect();
    assert!(wrong.is_empty(), "{words:?} outside {allowed:?}:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_edges_touch_files_and_clocks() {
    only_in(&["std::fs", "fs::File", "File::open"], &["src/cli/", "src/project/", "src/server/"]);
    only_in(&["SystemTime::now"], &["src/cli/", "src/main.rs", "src/server/"]);
    only_in(&["std::process::Command", "std::net", "TcpStream"], &[]);
}

#[test]
fn only_the_server_knows_lsp() {
    let named = ["src/server/transport.rs", "src/server/guard.rs", "src/server/backend.rs", "src/server/protocol.rs"];
    only_in(&["tower_lsp::"], &named);
    only_in(&["lsp_types"], &["src/server/"]);
}

#[test]
fn core_types_are_not_serialized() {
    only_in(&["Serialize"], &["src/report/", "src/cli/", "src/server/"]);
}

#[test]
fn trees_stay_in_syntax_and_are_walked_without_climbing() {
    only_in(&["tree_sitter"], &["src/syntax/", "src/server/"]);
    only_in(&["node.parent()"], &[]);
}

#[test]
fn rules_know_no_syntax_and_list_no_hosts() {
    let wrong: Vec<String> = code_lines()
        .into_iter()
        .filter(|(path, _, _)| path.starts_with("src/rules/"))
        .filter(|(_, _, line)| {
            ["crate::syntax", "tree_sitter", "api.openai.com", "api.anthropic.com"].iter().any(|it| line.contains(it))
        })
        .map(|(path, at, line)| format!("{path}:{at}: {}", line.trim()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_its_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut stale = Vec::new();
    for rule in keylint::rules::REGISTRY {
        let page = folder.join(format!("{}.md", rule.name));
        let want = rule.page();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&page, &want).unwrap();
        }
        if std::fs::read_to_string(&page).ok().as_deref() != Some(&want) {
            stale.push(rule.name);
        }
    }
    assert!(stale.is_empty(), "pages to write with `UPDATE=1 cargo test --test invariants`: {stale:?}");
}

/// Bots and push protection raise an alarm over any text of the shape of a key, even a made-up one: tests build their keys
/// when they run. The catalogue's own shapes are none.
#[test]
fn no_file_holds_a_key() {
    let kinds = keylint::catalog::Catalog::embedded().key_kinds();
    let found = texts("").into_iter().filter(|it| !it.0.starts_with("src/catalog/data/")).flat_map(|(path, text)| {
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let shown =
            |it: &keylint::catalog::KeyMatch<'_>| format!("{path}:{}: a {}", line(it.range.start), it.kind.slug);
        kinds.find(&text).iter().map(shown).collect::<Vec<_>>()
    });
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{found:#?}");
}
