//! Putting a variable into a project's environment file.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::materialise::{FileEdit, ProjectFiles, TextEdit};
use crate::catalog::is_placeholder;
use crate::facts::{Facts, ValueKind};
use crate::language::Language;
use crate::project::paths::folders;
use crate::source::Source;
use crate::syntax::Syntax;
use crate::text::{Secret, TextRange, edits};

/// A file of one of these names makes its folder the root of a package, where loaders look for `.env`.
const MANIFESTS: &[&str] = &["package.json", "pyproject.toml", "Cargo.toml", "requirements.txt", "setup.py"];

/// No project has more keys for one provider than this.
const MOST_NAMES: u32 = 100;

/// Collects the variables that fixes define, and turns them into edits of `.env`, `.env.example` and `.gitignore`.
pub(super) struct Writer<'a> {
    files: &'a dyn ProjectFiles,
    /// The folder of the environment file, with a final `/` unless it is the root; `None` if the document has no place in
    /// a project.
    folder: Option<String>,
    /// Whether the document is that environment file itself.
    is_own: bool,
    present: Option<Present>,
    defined: Vec<(String, String)>,
    filled: Vec<TextEdit>,
    appended: Vec<String>,
}

/// The environment file as it is.
struct Present {
    text: Option<String>,
    facts: Facts,
}

impl<'a> Writer<'a> {
    pub(super) fn new(source: &Source, files: &'a dyn ProjectFiles) -> Self {
        let folder = folder_of(&source.path, files);
        let is_own = folder.as_ref().is_some_and(|it| *source.path == [it, ".env"].concat());
        Self { files, folder, is_own, present: None, defined: Vec::new(), filled: Vec::new(), appended: Vec::new() }
    }

    /// Sees to it that a variable of this value is defined; its final name. A name that is taken gets a number unless it
    /// is fixed, when the other value stays.
    pub(super) fn define(&mut self, name: &str, value: &Secret, fixed: bool) -> Option<String> {
        let written = written(value.expose())?;
        let path = [self.folder.as_ref()?, ".env"].concat();
        if self.is_own {
            return None;
        }
        let (files, present) = (self.files, &mut self.present);
        let present = present.get_or_insert_with(|| Present::new(files.read(&path)));
        for number in 1..=MOST_NAMES {
            let candidate = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            if let Some((_, other)) = self.defined.iter().find(|it| it.0 == candidate) {
                match other == value.expose() || fixed {
                    true => return Some(candidate),
                    false => continue,
                }
            }
            match present.value(&candidate) {
                Found::Nothing => self.appended.push(format!("{candidate}={written}")),
                Found::Blank(range) => self.filled.push(TextEdit::new(range, written)),
                Found::Value(other) if other == value.expose() => {}
                Found::Value(_) | Found::Unclear if fixed => {}
                Found::Value(_) | Found::Unclear => continue,
            }
            self.defined.push((candidate.clone(), value.expose().to_owned()));
            return Some(candidate);
        }
        None
    }

    /// The edits of the files around the document.
    pub(super) fn finish(self) -> Vec<FileEdit> {
        let (Some(folder), Some(present)) = (&self.folder, &self.present) else { return Vec::new() };
        let mut res = Vec::new();
        let path = [folder, ".env"].concat();
        let mut edits = self.filled.clone();
        edits.sort_by_key(|it| it.range);
        edits.extend(append(present.text.as_deref(), &self.appended));
        if !edits.is_empty() {
            res.push(FileEdit { path: path.clone(), create: present.text.is_none(), edits, secret: true });
        }
        res.extend(self.example(folder));
        res.extend(self.ignored(&path));
        res
    }

    /// The name without its value, for people who set the project up.
    fn example(&self, folder: &str) -> Option<FileEdit> {
        let path = [folder, ".env.example"].concat();
        let text = self.files.read(&path)?;
        let present = Present::new(Some(text.clone()));
        let is_new = |name: &&String| matches!(present.value(name), Found::Nothing);
        let lines: Vec<String> =
            self.defined.iter().map(|(name, _)| name).filter(is_new).map(|it| format!("{it}=")).collect();
        let edits: Vec<TextEdit> = append(Some(&text), &lines).into_iter().collect();
        (!edits.is_empty()).then_some(FileEdit { path, create: false, edits, secret: false })
    }

    /// An ignore rule for the environment file, if there is none.
    fn ignored(&self, path: &str) -> Option<FileEdit> {
        if self.defined.is_empty() || is_ignored(path, self.files) {
            return None;
        }
        let nearest = folders(path).map(|it| [it, ".gitignore"].concat());
        let found = nearest.into_iter().find_map(|it| Some((self.files.read(&it)?, it)));
        let (text, file) = match found {
            Some((text, file)) => (Some(text), file),
            None => (None, ".gitignore".to_owned()),
        };
        let edits = append(text.as_deref(), &[".env".to_owned()]).into_iter().collect();
        Some(FileEdit { path: file, create: text.is_none(), edits, secret: false })
    }
}

/// What stands under a name.
enum Found {
    /// No definition.
    Nothing,
    /// A definition without a value, or with a placeholder for one: where the value belongs.
    Blank(TextRange),
    /// This value.
    Value(String),
    /// Several values, or one that is not known.
    Unclear,
}

impl Present {
    fn new(text: Option<String>) -> Self {
        let content = text.as_deref().unwrap_or_default();
        let syntax = Syntax::parse(Language::Dotenv, content, None, std::time::Duration::MAX);
        let facts = syntax.map(|it| it.lower(content)).expect("the line parser knows no deadline");
        Self { text, facts }
    }

    fn value(&self, name: &str) -> Found {
        let mut found = self.facts.definitions.iter().filter(|it| &*it.name == name);
        let (Some(definition), None) = (found.next(), found.next()) else {
            let is_there = self.facts.definitions.iter().any(|it| &*it.name == name);
            return if is_there { Found::Unclear } else { Found::Nothing };
        };
        let ValueKind::Text(text) = &self.facts[definition.value].kind else { return Found::Unclear };
        let range = self.facts.range(definition.value);
        match text.literal() {
            Some(value) if value.is_empty() && definition.quote.is_none() => {
                // `NAME= # comment`: the value goes to where the `=` ends.
                Found::Blank(TextRange::empty(definition.raw_range.start))
            }
            Some(value) if value.is_empty() || is_placeholder(&value) => match definition.quote {
                Some(_) => Found::Blank(TextRange::new(range.start - 1, range.end + 1)),
                None => Found::Blank(range),
            },
            Some(value) => Found::Value(value),
            None => Found::Unclear,
        }
    }
}

/// A value as all loaders read it alike; `None` if there is no such form.
fn written(value: &str) -> Option<String> {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"_-./+=:@%,~".contains(&it);
    let quotable = |it: u8| (b' '..0x7f).contains(&it) && !matches!(it, b'\'' | b'\\');
    if !value.is_empty() && value.bytes().all(plain) {
        return Some(value.to_owned());
    }
    value.bytes().all(quotable).then(|| format!("'{value}'"))
}

/// Adds lines at the end of a text, in its own line ends.
fn append(text: Option<&str>, lines: &[String]) -> Option<TextEdit> {
    if lines.is_empty() {
        return None;
    }
    let text = text.unwrap_or_default();
    let end = edits::line_end(text);
    let open = !text.is_empty() && !text.ends_with(['\n', '\r']);
    let mut res = if open { end.to_owned() } else { String::new() };
    for line in lines {
        res.push_str(line);
        res.push_str(end);
    }
    Some(TextEdit::new(TextRange::from(text.len()..text.len()), res))
}

/// The folder of the nearest manifest, else the root; `None` for a document that is no file of a project.
fn folder_of(path: &str, files: &dyn ProjectFiles) -> Option<String> {
    if path.starts_with('/') || path.contains("://") || path.contains(":\\") {
        return None;
    }
    let has_manifest = |folder: &&str| MANIFESTS.iter().any(|it| files.read(&[folder, *it].concat()).is_some());
    Some(folders(path).find(has_manifest).unwrap_or_default().to_owned())
}

/// Whether git would leave a file alone, by the rules that lie in the project.
pub(crate) fn is_ignored(path: &str, files: &dyn ProjectFiles) -> bool {
    let nested = folders(path).filter_map(|it| Some(rules(it, &files.read(&[it, ".gitignore"].concat())?)));
    let mut all = nested.chain(files.read(".git/info/exclude").map(|it| rules("", &it)));
    let absolute = format!("/{path}");
    let decided = all.find_map(|it| match it.matched_path_or_any_parents(&absolute, false) {
        ignore::Match::None => None,
        ignore::Match::Ignore(_) => Some(true),
        ignore::Match::Whitelist(_) => Some(false),
    });
    decided.unwrap_or(false)
}

/// The rules of an ignore file in a folder.
fn rules(folder: &str, text: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new(format!("/{folder}"));
    // A line that is no pattern is none to git either.
    text.lines().for_each(|line| drop(builder.add_line(None, line)));
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
