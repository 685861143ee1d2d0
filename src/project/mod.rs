//! What is known of the project beyond the document at hand.

pub mod discover;
pub mod disk;
mod exports;
pub mod files;
mod git;
mod manifest;
pub mod paths;
pub mod stamp;
pub mod workspace;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::fix::ProjectFiles;
use crate::language::Language;

pub use exports::Exported;
pub use manifest::Package;

/// Where a snapshot gets its files from.
pub trait Backing: ProjectFiles + Send + Sync {
    /// The bytes of git's index; empty if git does not keep the project, `None` if that is not known.
    fn git_index(&self) -> Option<Vec<u8>>;
}

/// A snapshot of a project, made purely from its files. An entry is worked out when it is first asked for and does not
/// change afterwards.
#[derive(Default)]
pub struct Project {
    files: Option<Arc<dyn Backing>>,
    tracked: OnceLock<Option<HashSet<String>>>,
    packages: Mutex<HashMap<String, Arc<Vec<Package>>>>,
    exports: Mutex<HashMap<String, Arc<exports::Module>>>,
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Project").field("known", &self.is_known()).finish_non_exhaustive()
    }
}

impl Project {
    /// Nothing is known: rules that need other files stay silent.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// The project of these files.
    pub fn new(files: Arc<dyn Backing>) -> Self {
        Self { files: Some(files), ..Self::default() }
    }

    /// The project of these paths and texts. Whether git tracks them is not known.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let table = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Self::new(Arc::new(Table(table)))
    }

    /// A project of which only the files are known that git tracks.
    pub fn tracking<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self::from_files([]).with_tracked(paths)
    }

    /// The same project, of which git tracks these files and no others.
    #[must_use]
    pub fn with_tracked<'a>(self, paths: impl IntoIterator<Item = &'a str>) -> Self {
        let tracked = Some(paths.into_iter().map(str::to_owned).collect());
        Self { tracked: OnceLock::from(tracked), ..self }
    }

    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        self.files.is_some()
    }

    /// Whether git tracks a path (relative to the root); `None` if that is not known.
    pub fn is_tracked(&self, path: &str) -> Option<bool> {
        let files = self.files.as_ref()?;
        let tracked = self.tracked.get_or_init(|| git::tracked(&files.git_index()?));
        tracked.as_ref().map(|it| it.contains(path))
    }

    /// The dependency of this name in the nearest manifest upwards from a document that names it.
    pub fn package(&self, path: &str, language: Language, name: &str) -> Option<Package> {
        let files = self.files.as_ref()?;
        let name = manifest::normalised(language, name);
        paths::folders(path).find_map(|folder| {
            let mut known = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
            let packages =
                known.entry(folder.to_owned()).or_insert_with(|| Arc::new(manifest::packages(&**files, folder)));
            packages.iter().find(|it| it.family == language.family() && it.name == name).cloned()
        })
    }

    /// The text that a module of the project gives a name, as a document imports it: `./config` and `MODEL`. `None` if it
    /// is none of the project's, or anything but one literal.
    pub fn exported_text(&self, from: &str, language: Language, module: &str, name: &str) -> Option<Exported> {
        let files = self.files.as_ref()?;
        let path = exports::resolve(&**files, from, language, module)?;
        let mut known = self.exports.lock().unwrap_or_else(PoisonError::into_inner);
        let module = known.entry(path.clone()).or_insert_with(|| Arc::new(exports::read(&**files, &path))).clone();
        drop(known);
        module.text(&path, name)
    }
}

/// Files in a table.
struct Table(BTreeMap<String, String>);

impl ProjectFiles for Table {
    fn read(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }
}

impl Backing for Table {
    fn git_index(&self) -> Option<Vec<u8>> {
        None
    }
}

#[cfg(test)]
mod tests;
