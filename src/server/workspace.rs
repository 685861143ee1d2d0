//! The workspace's folders, and where a document belongs among them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::protocol::Url;
use crate::project::paths;

/// The folders that the editor has opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Workspace {
    folders: Vec<PathBuf>,
}

impl Workspace {
    /// Opens a folder; one that is no path on this machine is left out.
    pub(super) fn add(&mut self, uri: &str) {
        if let Some(path) = Url::parse(uri).ok().and_then(|it| it.to_file_path().ok())
            && !self.folders.contains(&path)
        {
            self.folders.push(path);
        }
    }

    /// Closes a folder.
    pub(super) fn remove(&mut self, uri: &str) {
        if let Some(path) = Url::parse(uri).ok().and_then(|it| it.to_file_path().ok()) {
            self.folders.retain(|it| *it != path);
        }
    }

    /// Where a document belongs. Asks the disk for the project's root, so not for the actor.
    pub(super) fn home_of(&self, uri: &Url) -> Home {
        let Some(path) = file_path(uri) else { return Home { root: None, name: uri.as_str().into() } };
        let folder = self.folder_of(&path).or_else(|| path.parent());
        let root = folder.map(|it| paths::root_of(&path, it));
        let name = root.as_deref().and_then(|it| paths::relative(&path, it)).unwrap_or_else(|| paths::slashed(&path));
        Home { root, name: name.into() }
    }

    /// The innermost folder that holds a path.
    fn folder_of(&self, path: &Path) -> Option<&Path> {
        let holding = self.folders.iter().filter(|it| path.starts_with(it));
        holding.max_by_key(|it| it.as_os_str().len()).map(PathBuf::as_path)
    }
}

/// Where a document belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Home {
    /// The root of its project; `None` for one that is no file.
    pub(super) root: Option<PathBuf>,
    /// What rules call it: its path relative to the root, or its URI.
    pub(super) name: Arc<str>,
}

/// The path of a document that is a file.
pub(super) fn file_path(uri: &Url) -> Option<PathBuf> {
    if uri.scheme() != "file" {
        return None;
    }
    uri.to_file_path().ok()
}

/// A form in which two spellings of one URI are equal: clients write `file:///c%3A/x` and `file:///C:/x`, and encode more
/// or fewer characters.
pub(super) fn key(uri: &Url) -> String {
    let plain = file_path(uri).and_then(|it| Url::from_file_path(it).ok());
    let text = plain.as_ref().unwrap_or(uri).as_str();
    let Some(path) = text.strip_prefix("file:///") else { return text.to_owned() };
    let mut characters = path.chars();
    match (characters.next(), characters.next()) {
        (Some(drive), Some(':')) => format!("file:///{}:{}", drive.to_ascii_lowercase(), characters.as_str()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Url {
        Url::parse(text).expect("a URI")
    }

    #[test]
    fn spellings() {
        for (text, want) in [
            ("file:///C%3A/a%20b", "file:///c:/a%20b"),
            ("file:///c:/a", "file:///c:/a"),
            ("file:///home/A", "file:///home/A"),
            ("file:///a%40b/%28c%29", "file:///a@b/(c)"),
            ("file:///c", "file:///c"),
            ("untitled:C:/Untitled-1", "untitled:C:/Untitled-1"),
            ("vscode-notebook-cell:/a.ipynb#W0sZ", "vscode-notebook-cell:/a.ipynb#W0sZ"),
        ] {
            assert_eq!(key(&uri(text)), want);
        }
    }

    #[cfg(unix)]
    #[test]
    fn homes() {
        let disk = tempfile::tempdir().expect("a folder");
        let at = |path: &str| format!("file://{}/{path}", disk.path().display());
        for folder in ["w/inner", "w/kept/.git", "w/kept/deep", "elsewhere"] {
            std::fs::create_dir_all(disk.path().join(folder)).expect("a folder");
        }
        let mut workspace = Workspace::default();
        for root in [&*at("w"), &at("w/inner"), "untitled:x", "no uri"] {
            workspace.add(root);
        }
        for (document, root, name) in [
            (&*at("w/a/b.py"), Some("w"), "a/b.py"),
            (&at("w/inner/%C3%BC.py"), Some("w/inner"), "ü.py"),
            (&at("w/kept/deep/a.py"), Some("w/kept"), "deep/a.py"),
            (&at("elsewhere/c.py"), Some("elsewhere"), "c.py"),
            ("untitled:Untitled-1", None, "untitled:Untitled-1"),
        ] {
            let home = Home { root: root.map(|it| disk.path().join(it)), name: name.into() };
            assert_eq!(workspace.home_of(&uri(document)), home);
        }
        workspace.remove(&at("w/inner"));
        assert_eq!(&*workspace.home_of(&uri(&at("w/inner/a.py"))).name, "inner/a.py");
    }
}
