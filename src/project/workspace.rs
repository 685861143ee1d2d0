//! A project as a run or an editor opens it: its files, and the snapshot made of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Project;
use super::disk::Disk;
use super::paths;

/// A project that was opened.
#[derive(Debug)]
pub struct Workspace {
    /// Its files.
    pub disk: Arc<Disk>,
    /// What is known of them.
    pub project: Project,
}

impl Workspace {
    /// Opens the project under a root.
    pub fn open(root: impl Into<PathBuf>) -> Self {
        let disk = Arc::new(Disk::new(root));
        Self { project: Project::new(disk.clone()), disk }
    }

    /// How a file of it is called as seen from a folder: relative if it lies in there, else absolute.
    pub fn display(&self, path: &str, here: &Path) -> String {
        let absolute = paths::absolute(Path::new(path), self.disk.root());
        paths::display(&absolute, here)
    }
}
