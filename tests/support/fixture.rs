//! Fixtures: realistic files with what is expected of them written into them.
//!
//! `expect: rule-name` in a comment of its own stands on the line above a finding. Several rules are separated by commas;
//! `rule (warning)` pins the severity, `rule @ "text"` what is highlighted; `expect+2:` speaks of the second line below.
//! Every other line claims that no rule has anything to say about it. What is judged is the file without these comments.
//!
//! The first comments may say more: `fixture-path:` (where the file lies; `app/<file name>` if it does not say),
//! `fixture-tracked: yes` (git tracks it), `fixture-project: <path>=<text>` (another file of the project, `\n` for a line
//! break).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use keylint::language::Language;
use keylint::source::Source;
use regex::Regex;

use super::keys::{Expansion, expand};

/// A fixture, ready to be judged.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// Its path below `fixtures/`.
    pub(crate) name: String,
    /// The document.
    pub(crate) source: Source,
    /// Where the keys of the text come from.
    pub(crate) keys: Expansion,
    /// What is expected, by line.
    pub(crate) expected: Vec<Expected>,
    /// Whether git tracks the document.
    pub(crate) tracked: bool,
    /// The other files of the project: path and text.
    pub(crate) project: Vec<(String, String)>,
}

/// A finding that a fixture asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The rule.
    pub(crate) rule: String,
    /// The severity, if it is pinned.
    pub(crate) severity: Option<String>,
    /// What is highlighted, if it is pinned.
    pub(crate) text: Option<String>,
}

/// The folder of the fixtures.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All fixtures whose name holds `FIXTURE` from the environment, in order of their names.
pub(crate) fn all() -> Vec<Fixture> {
    let wanted = std::env::var("FIXTURE").unwrap_or_default();
    let name = |path: PathBuf| {
        let below = path.strip_prefix(root()).expect("the path is below the root");
        below.to_string_lossy().replace('\\', "/")
    };
    // The demo is an example project without expectations.
    let names = files(&root()).into_iter().map(name).filter(|it| it.contains(&wanted) && !it.starts_with("demo/"));
    names.map(|it| Fixture::read(&it)).collect()
}

/// All files of a folder and its folders, in order of their names.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:#|//|\{?/\*)\s*(?:expect(?:\+(\d+))?:|fixture-(path|tracked|project):)\s*(.*?)\s*(?:\*/\}?)?$")
        .expect("the pattern is well formed")
});

static EXPECTATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*([a-z][a-z-]*)(?: \((error|warning|info)\))?(?: @ "((?:[^"\\]|\\.)*)")?\s*(?:,|$)"#)
        .expect("the pattern is well formed")
});

impl Fixture {
    /// Reads the fixture of this name.
    fn read(name: &str) -> Self {
        let text = fs::read_to_string(root().join(name)).expect("fixtures are UTF-8");
        let file = name.rsplit('/').next().unwrap_or(name);
        let mut fixture = Self {
            name: name.to_owned(),
            source: Source::new("", Language::Python, ""),
            keys: expand(&text),
            expected: Vec::new(),
            tracked: false,
            project: Vec::new(),
        };
        let mut path = format!("app/{file}");
        let mut judged = String::new();
        let mut waiting: Vec<Expected> = Vec::new();
        for (at, line) in fixture.keys.text.clone().split_inclusive('\n').enumerate() {
            let Some(found) = DIRECTIVE.captures(line.trim_end()) else {
                judged.push_str(line);
                fixture.expected.extend(waiting.drain(..).map(|it| Expected { line: at + 1, ..it }));
                continue;
            };
            let value = &found[3];
            match found.get(2).map(|it| it.as_str()) {
                Some("path") => value.clone_into(&mut path),
                Some("tracked") => fixture.tracked = value == "yes",
                Some(_) => {
                    let (path, text) = value.split_once('=').expect("fixture-project names a path and a text");
                    fixture.project.push((path.to_owned(), text.replace("\\n", "\n")));
                }
                None => match found.get(1) {
                    Some(down) => {
                        let line = at + 1 + down.as_str().parse::<usize>().expect("the pattern allows digits only");
                        fixture.expected.extend(expectations(name, value, line));
                    }
                    None => waiting.extend(expectations(name, value, 0)),
                },
            }
            judged.push_str(&blank(line));
        }
        assert!(waiting.is_empty(), "{name}: an expectation at the end of the file speaks of no line");
        let language = Language::of_path(Path::new(&path)).unwrap_or_else(|| panic!("{name}: no language"));
        fixture.source = Source::new(path, language, judged);
        fixture
    }

    /// The text of a line of the document, from 1, with keys turned back into placeholders.
    pub(crate) fn line(&self, line: usize) -> String {
        self.keys.collapse(self.source.text.lines().nth(line - 1).unwrap_or_default())
    }

    /// The line and the column (in characters) of an offset, both from 1.
    pub(crate) fn position(&self, offset: u32) -> (usize, usize) {
        let before = self.source.text.get(..offset as usize).unwrap_or(&self.source.text);
        let start = before.rfind('\n').map_or(0, |it| it + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }
}

/// The comment without what only the runner reads.
fn blank(line: &str) -> String {
    let end = if line.ends_with('\n') { "\n" } else { "" };
    let start = line.find("expect").unwrap_or(line.len()).min(line.find("fixture-").unwrap_or(line.len()));
    let close = ["*/}", "*/"].into_iter().find(|it| line.trim_end().ends_with(it)).unwrap_or_default();
    format!("{}{}{close}{end}", line[..start].trim_end(), if close.is_empty() { "" } else { " " })
}

fn expectations(name: &str, text: &str, line: usize) -> Vec<Expected> {
    let mut rest = text;
    let mut expected = Vec::new();
    while !rest.trim().is_empty() {
        let found = EXPECTATION.captures(rest).unwrap_or_else(|| panic!("{name}: `expect: {text}` cannot be read"));
        let part = |at| found.get(at).map(|it: regex::Match<'_>| it.as_str().replace("\\\"", "\""));
        expected.push(Expected { line, rule: found[1].to_owned(), severity: part(2), text: part(3) });
        rest = &rest[found[0].len()..];
    }
    expected
}
