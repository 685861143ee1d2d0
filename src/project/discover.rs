//! Which files a run looks at.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{WalkBuilder, WalkState};

use crate::language::Language;

/// A file to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it lies, as it was reached from the path named by the user.
    pub path: PathBuf,
    /// Its language.
    pub language: Language,
    /// How many bytes it has.
    pub size: u64,
    /// Which of the named paths led to it.
    pub origin: usize,
}

/// A path that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// The path.
    pub path: PathBuf,
    /// Why.
    pub message: String,
}

/// How to look.
#[derive(Clone, Copy, Debug)]
pub struct Discovery {
    /// Whether `.gitignore` and the like count.
    pub respect_ignore: bool,
    /// How many threads to use.
    pub threads: usize,
}

/// What a look found.
#[derive(Debug, Default)]
struct Found {
    candidates: BTreeMap<PathBuf, Candidate>,
    unreachable: BTreeMap<PathBuf, String>,
}

impl Discovery {
    /// The files under the named paths, each once, in the order of their paths. A named file is judged even if it is
    /// ignored or has a telling first line only; FIFOs, sockets, devices and links to files found on the way are passed
    /// over.
    pub fn run(self, named: &[PathBuf]) -> (Vec<Candidate>, Vec<Unreachable>) {
        let found = Mutex::new(Found::default());
        for (origin, path) in named.iter().enumerate() {
            match path.metadata() {
                Err(error) => fail(&found, path, &error),
                Ok(it) if it.is_dir() => self.walk(path, origin, &found),
                Ok(it) if it.is_file() => add(&found, path, origin, true),
                Ok(_) => {}
            }
        }
        let found = found.into_inner().unwrap_or_default();
        let unreachable = found.unreachable.into_iter().map(|(path, message)| Unreachable { path, message });
        (found.candidates.into_values().collect(), unreachable.collect())
    }

    fn walk(self, root: &Path, origin: usize, found: &Mutex<Found>) {
        let mut builder = WalkBuilder::new(root);
        builder.standard_filters(self.respect_ignore).require_git(false).hidden(false).threads(self.threads);
        builder.filter_entry(|it| it.depth() == 0 || is_of_interest(it.file_name()));
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) => match entry.file_type() {
                        Some(kind) if kind.is_file() => add(found, entry.path(), origin, false),
                        Some(kind) if kind.is_dir() && self.respect_ignore => {
                            add_ignored_dotenv(found, entry.path(), origin);
                        }
                        _ => {}
                    },
                    Err(error) => fail_walk(found, root, &error),
                }
                WalkState::Continue
            })
        });
    }
}

/// Hidden entries are passed over, except what keylint is for.
fn is_of_interest(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return !name.as_encoded_bytes().starts_with(b".") };
    !name.starts_with('.') || name == ".github" || Language::of_path(Path::new(name)) == Some(Language::Dotenv)
}

/// Files of the dotenv family are judged even when they are ignored, for that is how they should be.
fn add_ignored_dotenv(found: &Mutex<Found>, folder: &Path, origin: usize) {
    // What cannot be read here is reported by the walk itself.
    let Ok(entries) = folder.read_dir() else { return };
    for entry in entries.flatten() {
        let is_dotenv = Language::of_path(Path::new(&entry.file_name())) == Some(Language::Dotenv);
        if is_dotenv && entry.file_type().is_ok_and(|it| it.is_file()) {
            add(found, &entry.path(), origin, false);
        }
    }
}

fn add(found: &Mutex<Found>, path: &Path, origin: usize, named: bool) {
    let language = match Language::of_path(path) {
        Some(language) => language,
        None if named => match super::files::first_line(path).as_deref().and_then(Language::of_shebang) {
            Some(language) => language,
            None => return,
        },
        None => return,
    };
    let path = path.strip_prefix(".").unwrap_or(path).to_owned();
    let size = path.metadata().map_or(0, |it| it.len());
    if let Ok(mut found) = found.lock() {
        let candidate = Candidate { path: path.clone(), language, size, origin };
        found.candidates.entry(path).or_insert(candidate);
    }
}

fn fail(found: &Mutex<Found>, path: &Path, error: &std::io::Error) {
    if let Ok(mut found) = found.lock() {
        found.unreachable.insert(path.to_owned(), super::files::in_words(error));
    }
}

fn fail_walk(found: &Mutex<Found>, root: &Path, error: &ignore::Error) {
    let (path, io) = unwrap(error);
    // A bad pattern in an ignore file, or a loop of links, does not keep files from being judged.
    if let Some(io) = io {
        fail(found, path.unwrap_or(root), io);
    }
}

/// The path and the input error inside the layers of a walk's error.
fn unwrap(error: &ignore::Error) -> (Option<&Path>, Option<&std::io::Error>) {
    let (mut at, mut path) = (error, None);
    // Each layer holds a smaller error; there are three kinds of layer.
    loop {
        match at {
            ignore::Error::WithPath { path: inner, err } => {
                path = Some(inner.as_path());
                at = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => at = err,
            ignore::Error::Io(io) => return (path, Some(io)),
            _ => return (path, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)], named: &[&str], respect_ignore: bool) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let named: Vec<PathBuf> = named.iter().map(|it| folder.path().join(it)).collect();
        let (candidates, unreachable) = Discovery { respect_ignore, threads: 2 }.run(&named);
        let shown = |path: &Path| path.strip_prefix(folder.path()).expect("under the folder").display().to_string();
        let failed = unreachable.iter().map(|it| format!("! {}: {}", shown(&it.path), it.message));
        candidates.iter().map(|it| shown(&it.path)).chain(failed).collect()
    }

    #[test]
    fn files_are_found_in_order() {
        let files = [
            (".gitignore", "build/\n.env\n*.local.py\n"),
            ("b.py", ""),
            ("a/x.ts", ""),
            ("a/x.txt", ""),
            ("build/x.py", ""),
            ("build/.env", ""),
            (".env", ""),
            ("a/.env.local", ""),
            ("a/app.env", ""),
            (".hidden/x.py", ""),
            (".github/x.py", ""),
            ("c.local.py", ""),
            ("script", "#!/usr/bin/env python3\n"),
        ];
        let all = [".env", ".github/x.py", "a/.env.local", "a/app.env", "a/x.ts", "b.py"];
        assert_eq!(found(&files, &["."], true), all);
        assert_eq!(found(&files, &[".", "b.py", "a"], true), all, "each once");
        assert_eq!(found(&files, &["c.local.py", "script", "a/x.txt"], true), ["c.local.py", "script"]);
        assert_eq!(found(&files, &["none.py"], true), ["! none.py: no such file or directory"]);
        let without: Vec<String> = found(&files, &["."], false);
        assert_eq!(without.len(), all.len() + 3, "{without:?}");
    }
}
