//! From what a fix wants to the edits that do it.
//!
//! `lint` does no input and output, so a fix only says what it needs: an import, a helper, a variable in the environment
//! file. Here this becomes edits of the document and of other files, seen through [`ProjectFiles`]: from the disk, from an
//! editor's buffers, or from a table in a test.

use super::{Fix, Need, Replacement};
use super::{environment, placement};
use crate::facts::Facts;
use crate::source::Source;
use crate::text::{Secret, TextRange, edits};

/// The texts of a project's files, by their paths relative to its root, `/`-separated.
pub trait ProjectFiles {
    /// The text of a file; `None` if there is no such file.
    fn read(&self, path: &str) -> Option<String>;
}

impl<F: Fn(&str) -> Option<String>> ProjectFiles for F {
    fn read(&self, path: &str) -> Option<String> {
        self(path)
    }
}

impl ProjectFiles for &[(&str, &str)] {
    fn read(&self, path: &str) -> Option<String> {
        self.iter().find(|it| it.0 == path).map(|it| it.1.to_owned())
    }
}

/// Edits of one or more files that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceEdit {
    /// The files, the fix's own document first, each once.
    pub files: Vec<FileEdit>,
}

/// Edits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The path relative to the project's root.
    pub path: String,
    /// The file is not there yet.
    pub create: bool,
    /// The edits, in order, without overlaps.
    pub edits: Vec<TextEdit>,
    /// Some new text holds a key: whoever shows it masks it.
    pub secret: bool,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced, in the file's present text.
    pub range: TextRange,
    /// What takes its place.
    pub text: String,
}

impl TextEdit {
    /// Replaces a range.
    pub(super) fn new(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }
}

impl FileEdit {
    /// The file's text after the edits; `None` if they do not fit it.
    pub fn apply(&self, text: &str) -> Option<String> {
        edits::apply(text, self.edits.iter().map(|it| (it.range, it.text.as_str())))
    }
}

/// The edits that carry out one fix; `None` if it cannot be done here.
pub fn materialise(fix: &Fix, source: &Source, facts: &Facts, files: &dyn ProjectFiles) -> Option<WorkspaceEdit> {
    materialise_all(&[fix], source, facts, files)
}

/// The edits that carry out several fixes of one document at once, their common needs met once; `None` if one of them
/// cannot be done here, or they touch the same text.
pub fn materialise_all(
    fixes: &[&Fix],
    source: &Source,
    facts: &Facts,
    files: &dyn ProjectFiles,
) -> Option<WorkspaceEdit> {
    let mut environment = environment::Writer::new(source, files);
    let mut own = Vec::new();
    for fix in fixes {
        let name = environment_name(fix, &mut environment)?;
        for edit in &fix.edits {
            let text = match (&edit.text, &name) {
                (Replacement::Text(text), _) => text.clone(),
                (Replacement::EnvironmentName { before, after }, Some(name)) => [before.as_str(), name, after].concat(),
                (Replacement::EnvironmentName { .. }, None) => return None,
            };
            own.push(TextEdit::new(edit.range, text));
        }
    }
    let needs: Vec<&Need> = fixes.iter().flat_map(|it| &it.needs).collect();
    own.extend(placement::meet(&needs, &own, source, facts, files)?);
    own.sort_by_key(|it| (it.range.start, it.range.end));
    let own = FileEdit { path: source.path.to_string(), create: false, edits: own, secret: false };
    own.apply(&source.text)?;
    let mut files = vec![own];
    files.extend(environment.finish());
    files.retain(|it| !it.edits.is_empty());
    Some(WorkspaceEdit { files })
}

/// Meets a fix's environment need; the variable's final name. `None` if that cannot be done, `Some(None)` if there is none.
fn environment_name(fix: &Fix, writer: &mut environment::Writer<'_>) -> Option<Option<String>> {
    let mut needs = fix.needs.iter().filter_map(|it| match it {
        Need::Environment { name, value, fixed } => Some((name.as_str(), value, *fixed)),
        _ => None,
    });
    let mut define = |(name, value, fixed): (&str, &Secret, bool)| writer.define(name, value, fixed);
    match (needs.next(), needs.next()) {
        (None, _) => Some(None),
        (Some(need), None) => define(need).map(Some),
        // Which of two names an edit would mean is not known.
        (Some(_), Some(_)) => None,
    }
}

#[cfg(test)]
mod tests;
