//! The server and the terminal say the same of the same text, and typing changes nothing that is there at rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::fixture::{self, Fixture};
use crate::support::lsp::{Client, range};
use crate::support::random::Random;
use keylint::language::Language;
use serde_json::{Value, json};

/// A fixture written to a folder of its own.
struct Written {
    fixture: Fixture,
    folder: PathBuf,
    path: PathBuf,
}

impl Written {
    fn uri(&self) -> String {
        uri(&self.path)
    }

    fn text(&self) -> &str {
        &self.fixture.source.text
    }

    fn language_id(&self) -> &'static str {
        match self.fixture.source.language {
            Language::Python => "python",
            Language::JavaScript => "javascript",
            Language::TypeScript => "typescript",
            Language::Tsx => "typescriptreact",
            Language::Rust => "rust",
            Language::Dotenv => "dotenv",
        }
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.to_str().expect("fixtures have plain names"))
}

fn write_all(root: &Path) -> Vec<Written> {
    let write = |(at, fixture): (usize, Fixture)| {
        let folder = root.join(at.to_string());
        let path = folder.join(&*fixture.source.path);
        for (name, text) in fixture.project.iter().map(|it| (it.0.as_str(), it.1.as_str())) {
            write_file(&folder.join(name), text);
        }
        write_file(&path, &fixture.source.text);
        Written { fixture, folder, path }
    };
    fixture::all().into_iter().enumerate().map(write).collect()
}

fn write_file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// A server that counts code points, as the terminal does, with every fixture open; and what it says of each.
fn serve(written: &[Written]) -> (Client, BTreeMap<String, Vec<Value>>) {
    let folders: Vec<Value> = written.iter().map(|it| json!({ "uri": uri(&it.folder), "name": "" })).collect();
    let mut client = Client::start(json!({
        "workspaceFolders": folders,
        "capabilities": { "general": { "positionEncodings": ["utf-32"] } },
    }));
    for it in written {
        client.open(&it.uri(), it.language_id(), it.text());
    }
    let said = written.iter().map(|it| (it.uri(), client.diagnostics(&it.uri(), 1))).collect();
    (client, said)
}

/// One finding in a line: rule, severity, place, message.
fn line(rule: &Value, severity: &str, places: [&Value; 4], message: &str) -> String {
    let [a, b, c, d] = places;
    format!("{a}:{b}-{c}:{d} {severity} {} {message}", rule.as_str().unwrap_or_default())
}

fn of_server(diagnostic: &Value) -> String {
    let severity = ["", "error", "warning", "info"][diagnostic["severity"].as_u64().unwrap_or_default() as usize];
    let place = |end: &str, field: &str| json!(diagnostic["range"][end][field].as_u64().expect("a number") + 1);
    let places = [place("start", "line"), place("start", "character"), place("end", "line"), place("end", "character")];
    line(&diagnostic["code"], severity, places.each_ref(), diagnostic["message"].as_str().unwrap_or_default())
}

fn of_check(finding: &Value) -> String {
    let text = |field: &str| finding[field].as_str().unwrap_or_default();
    let message = match text("help") {
        "" => text("message").to_owned(),
        help => format!("{}\n{help}", text("message")),
    };
    let place = |end: &str, field: &str| finding[end][field].clone();
    let places = [place("start", "line"), place("start", "column"), place("end", "line"), place("end", "column")];
    line(&finding["rule"], text("severity"), places.each_ref(), &message)
}

#[test]
fn server_and_check_say_the_same() {
    let root = tempfile::tempdir().expect("a folder");
    let written = write_all(root.path());
    let (_client, said) = serve(&written);
    let mut differences = String::new();
    for it in &written {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("keylint"))
            .args(["check", "--format", "json"])
            .arg(&it.path)
            .current_dir(&it.folder)
            .output()
            .expect("the binary runs");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let check: Vec<String> = report["findings"].as_array().into_iter().flatten().map(of_check).collect();
        let server: Vec<String> = said[&it.uri()].iter().map(of_server).collect();
        if check != server {
            differences += &format!("{}\n  check:  {check:#?}\n  server: {server:#?}\n", it.fixture.name);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// Takes pieces out of a text and puts them back, in UTF-32 positions: pairs of changes, the second of which undoes the
/// first.
fn typing(text: &str, random: &mut Random) -> Vec<[Value; 2]> {
    let characters: Vec<char> = text.chars().collect();
    let position = |at: usize| {
        let before = &characters[..at];
        let line = before.iter().filter(|it| **it == '\n').count();
        let column = before.iter().rev().take_while(|it| **it != '\n').count();
        (line as u32, column as u32)
    };
    let pair = |_| {
        let start = random.below(characters.len().max(1));
        let end = (start + random.below(40)).min(characters.len());
        let piece: String = characters[start..end].iter().collect();
        let (start, end) = (position(start), position(end));
        [json!([{ "range": range(start, end), "text": "" }]), json!([{ "range": range(start, start), "text": piece }])]
    };
    (0..3).map(pair).collect()
}

#[test]
fn typing_changes_nothing_that_is_there_at_rest() {
    let root = tempfile::tempdir().expect("a folder");
    let written = write_all(root.path());
    let (mut client, at_first) = serve(&written);
    let edits: Vec<Vec<[Value; 2]>> =
        written.iter().map(|it| typing(it.text(), &mut Random::of(&it.fixture.name))).collect();
    let final_version = 7;
    let mut last: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut listen = |messages: Vec<Value>| {
        for message in messages {
            let params = &message["params"];
            if params["version"] == final_version
                && let (Some(uri), Some(diagnostics)) = (params["uri"].as_str(), params["diagnostics"].as_array())
            {
                last.insert(uri.to_owned(), diagnostics.clone());
            }
        }
    };
    for version in 2..=final_version {
        for (it, edits) in written.iter().zip(&edits) {
            let step = version - 2;
            client.change(&it.uri(), version as i32, edits[step / 2][step % 2].clone());
        }
        listen(client.linger(Duration::from_millis(400)));
    }
    loop {
        let messages = client.linger(Duration::from_secs(4));
        if messages.is_empty() {
            break;
        }
        listen(messages);
    }
    let mut differences = String::new();
    for it in &written {
        let lines = |said: &BTreeMap<String, Vec<Value>>| {
            said.get(&it.uri()).map(|it| it.iter().map(of_server).collect::<Vec<_>>())
        };
        let (first, last) = (lines(&at_first), lines(&last));
        if first != last {
            differences += &format!("{}\n  at first: {first:#?}\n  at last: {last:#?}\n", it.fixture.name);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
