//! A document: its text, its language, where it lies.

use std::sync::Arc;

use crate::language::Language;

/// A document as it is judged.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path relative to the project root, `/`-separated; the URI of a document that is no file.
    pub path: Arc<str>,
    /// The language.
    pub language: Language,
    /// The decoded text, without a byte order mark.
    pub text: Arc<str>,
}

impl Source {
    /// A document of this path, language and text.
    pub fn new(path: impl Into<Arc<str>>, language: Language, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), language, text: text.into() }
    }

    /// What kind of file the path says it is; minified code is nobody's to mend.
    pub fn class(&self) -> PathClass {
        match PathClass::of(&self.path) {
            PathClass::Production if is_minified(self.language, &self.text) => PathClass::Foreign,
            class => class,
        }
    }
}

/// Whether JavaScript was packed by a machine: lines of several hundred characters on average.
fn is_minified(language: Language, text: &str) -> bool {
    const LONGEST_AVERAGE: usize = 400;
    const SMALLEST: usize = 4096;
    language.is_ecmascript()
        && text.len() >= SMALLEST
        && memchr::memchr_iter(b'\n', text.as_bytes()).count() < text.len() / LONGEST_AVERAGE
}

/// What kind of file a path says it is. Rules are milder where a mistake is expected or harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathClass {
    /// Code that runs.
    Production,
    /// Tests, fixtures, mocks.
    Test,
    /// Examples, documentation, tutorials.
    Example,
    /// A sample of an environment file (`.env.example`).
    EnvExample,
    /// Not the author's: vendored, generated, minified.
    Foreign,
}

impl PathClass {
    /// The class of a `/`-separated path.
    pub fn of(path: &str) -> Self {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let lower = name.to_ascii_lowercase();
        let has = |names: &[&str]| folders.split('/').any(|it| names.contains(&it.to_ascii_lowercase().as_str()));
        if has(FOREIGN_FOLDERS)
            || lower.contains(".min.")
            || lower.ends_with("_pb2.py")
            || lower.ends_with(".bundle.js")
            || lower.ends_with("-bundle.js")
        {
            Self::Foreign
        } else if Language::of_path(std::path::Path::new(name)) == Some(Language::Dotenv) {
            if ENV_EXAMPLE_WORDS.iter().any(|it| lower.contains(it)) { Self::EnvExample } else { Self::Production }
        } else if has(TEST_FOLDERS) || is_test_name(&lower) {
            Self::Test
        } else if has(EXAMPLE_FOLDERS) || is_example_name(&lower) {
            Self::Example
        } else {
            Self::Production
        }
    }
}

const FOREIGN_FOLDERS: &[&str] = &[
    "node_modules",
    "site-packages",
    "vendor",
    "vendored",
    "third_party",
    ".next",
    ".nuxt",
    "bower_components",
    ".venv",
    "__pypackages__",
];
const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "mocks",
    "testing",
    "spec",
    "specs",
    "fixtures",
    "testdata",
    "e2e",
    "cassettes",
];
const EXAMPLE_FOLDERS: &[&str] = &[
    "example",
    "examples",
    "docs",
    "doc",
    "samples",
    "sample",
    "demo",
    "demos",
    "cookbook",
    "tutorials",
    "tutorial",
    "snippets",
];
const ENV_EXAMPLE_WORDS: &[&str] = &["example", "sample", "template", "dist", "default", "tmpl"];

/// Whether a file's name says that it shows how something is used.
fn is_example_name(lower: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or(lower);
    let words = ["example", "examples", "demo", "sample", "quickstart", "tutorial"];
    words.iter().any(|it| stem.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-'])))
        || words.iter().any(|it| stem.strip_suffix(it).is_some_and(|rest| rest.ends_with(['_', '-'])))
}

fn is_test_name(lower: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or(lower);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem == "conftest"
        || stem == "tests"
        || lower.contains(".test.")
        || lower.contains(".spec.")
        || lower.contains(".stories.")
}
