//! What is known of the project beyond the document at hand.

pub mod discover;
pub mod disk;
pub mod files;
pub mod paths;
pub mod stamp;
pub mod workspace;

use std::sync::Arc;

/// An immutable snapshot made purely from file summaries.
#[derive(Debug, Default)]
pub struct Project {
    known: bool,
    packages: Vec<Package>,
    tracked: Vec<Arc<str>>,
}

/// A dependency named in a manifest or lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// `python`, `javascript` or `rust`.
    pub family: &'static str,
    /// The name, normalised as its registry does.
    pub name: String,
    /// The version or requirement as written, if there is one.
    pub version: Option<String>,
}

impl Project {
    /// Nothing is known: rules that need other files stay silent.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// A project of which only the files are known that git tracks.
    pub fn tracking<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self { known: true, tracked: paths.into_iter().map(Arc::from).collect(), ..Self::default() }
    }

    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// The dependency of this name.
    pub fn package(&self, family: &str, name: &str) -> Option<&Package> {
        self.packages.iter().find(|it| it.family == family && it.name == name)
    }

    /// Whether git tracks a path (relative to the root); `None` if that is not known.
    pub fn is_tracked(&self, path: &str) -> Option<bool> {
        self.known.then(|| self.tracked.iter().any(|it| **it == *path))
    }
}
