//! The workspace's folders, and what a document is called in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::protocol::Url;

/// The folders that the editor has opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Workspace {
    roots: Vec<PathBuf>,
}

impl Workspace {
    /// Opens a folder; one that is no path on this machine is left out.
    pub(super) fn add(&mut self, uri: &str) {
        if let Some(path) = Url::parse(uri).ok().and_then(|it| it.to_file_path().ok())
            && !self.roots.contains(&path)
        {
            self.roots.push(path);
        }
    }

    /// Closes a folder.
    pub(super) fn remove(&mut self, uri: &str) {
        if let Some(path) = Url::parse(uri).ok().and_then(|it| it.to_file_path().ok()) {
            self.roots.retain(|it| *it != path);
        }
    }

    /// The folders.
    pub(super) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The innermost folder that holds a document.
    pub(super) fn root_of(&self, uri: &Url) -> Option<&Path> {
        let path = file_path(uri)?;
        let holding = self.roots.iter().filter(|it| path.starts_with(it));
        holding.max_by_key(|it| it.as_os_str().len()).map(PathBuf::as_path)
    }

    /// What a document is called: its path relative to its folder, its whole path outside, else its URI.
    pub(super) fn name_of(&self, uri: &Url) -> Arc<str> {
        let Some(path) = file_path(uri) else { return uri.as_str().into() };
        let relative = self.root_of(uri).and_then(|it| path.strip_prefix(it).ok());
        let name = relative.unwrap_or(&path).to_string_lossy();
        match std::path::MAIN_SEPARATOR {
            '/' => name.into(),
            other => name.replace(other, "/").into(),
        }
    }
}

/// The path of a document that is a file.
pub(super) fn file_path(uri: &Url) -> Option<PathBuf> {
    if uri.scheme() != "file" {
        return None;
    }
    uri.to_file_path().ok()
}

/// A form in which two spellings of one URI are equal: clients write `file:///c%3A/x` and `file:///C:/x`.
pub(super) fn key(uri: &Url) -> String {
    let text = uri.as_str();
    let Some(path) = text.strip_prefix("file:///") else { return text.to_owned() };
    let mut characters = path.chars();
    let Some(drive) = characters.next().filter(char::is_ascii_alphabetic) else { return text.to_owned() };
    let rest = characters.as_str();
    let colon = ["%3A", "%3a", ":"].into_iter().find(|it| rest.starts_with(it));
    match colon {
        Some(colon) => format!("file:///{}:{}", drive.to_ascii_lowercase(), &rest[colon.len()..]),
        None => text.to_owned(),
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
            ("file:///c", "file:///c"),
            ("untitled:C:/Untitled-1", "untitled:C:/Untitled-1"),
            ("vscode-notebook-cell:/a.ipynb#W0sZ", "vscode-notebook-cell:/a.ipynb#W0sZ"),
        ] {
            assert_eq!(key(&uri(text)), want);
        }
    }

    #[cfg(unix)]
    #[test]
    fn names() {
        let mut workspace = Workspace::default();
        for root in ["file:///w", "file:///w/inner", "untitled:x", "no uri"] {
            workspace.add(root);
        }
        for (text, want) in [
            ("file:///w/a/b.py", "a/b.py"),
            ("file:///w/inner/%C3%BC.py", "ü.py"),
            ("file:///elsewhere/c.py", "/elsewhere/c.py"),
            ("untitled:Untitled-1", "untitled:Untitled-1"),
        ] {
            assert_eq!(&*workspace.name_of(&uri(text)), want);
        }
        workspace.remove("file:///w/inner");
        assert_eq!(&*workspace.name_of(&uri("file:///w/inner/a.py")), "inner/a.py");
    }
}
