//! A project's files as they lie on the disk, seen through their paths relative to its root.

use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::Backing;
use super::files::{self, Content};
use crate::fix::ProjectFiles;
use crate::text::{Decoded, FileEncoding, decode};

/// A file that is read for its neighbours' sake is not larger.
const CAP: usize = 1 << 20;

/// An index of a million files has some hundred megabytes.
const INDEX_CAP: usize = 256 << 20;

/// The files under a root. Each is read once; what is written later is checked against what was read.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    known: Mutex<HashMap<String, Option<Arc<Document>>>>,
}

/// A file as it was read.
#[derive(Debug)]
struct Document {
    bytes: Vec<u8>,
    decoded: Decoded,
}

impl ProjectFiles for Disk {
    fn read(&self, path: &str) -> Option<String> {
        self.document(path).map(|it| it.decoded.text.clone())
    }
}

impl Backing for Disk {
    fn git_index(&self) -> Option<Vec<u8>> {
        let git = self.root.join(".git");
        let folder = match std::fs::metadata(&git) {
            Ok(it) if it.is_dir() => git,
            // A work tree or submodule has a file that names the folder.
            Ok(it) if it.is_file() => {
                let line = files::first_line(&git)?;
                self.root.join(line.strip_prefix("gitdir:")?.trim())
            }
            Ok(_) => return None,
            Err(_) => return Some(Vec::new()),
        };
        match files::read(&folder.join("index"), INDEX_CAP) {
            Ok(Content::Whole(bytes)) => Some(bytes),
            Ok(Content::Large(_)) => None,
            // A fresh repository has none.
            Err(error) => (error.kind() == io::ErrorKind::NotFound).then(Vec::new),
        }
    }
}

impl Disk {
    /// The files under this folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), known: Mutex::default() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn document(&self, path: &str) -> Option<Arc<Document>> {
        if let Ok(known) = self.known.lock()
            && let Some(document) = known.get(path)
        {
            return document.clone();
        }
        let document = self.load(path).map(Arc::new);
        if let Ok(mut known) = self.known.lock() {
            known.insert(path.to_owned(), document.clone());
        }
        document
    }

    fn load(&self, path: &str) -> Option<Document> {
        match files::read(&self.inside(path)?, CAP) {
            Ok(Content::Whole(bytes)) => Some(Document { decoded: decode(&bytes), bytes }),
            _ => None,
        }
    }

    /// Where a path lies, unless it leads out of the root.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let stays = path.components().all(|it| matches!(it, Component::Normal(_)));
        stays.then(|| self.root.join(path))
    }

    /// Writes a file's new text in the encoding it had. A new file is for its owner alone if its name is one of the dotenv
    /// family.
    ///
    /// # Errors
    /// If it cannot be written, was changed since it was read, leads out of the root through a link, or cannot hold the
    /// text in its encoding. The file is untouched then.
    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let refused = |why: &str| Err(io::Error::other(why.to_owned()));
        let Some(place) = self.inside(path) else { return refused("outside of the project") };
        let target = std::fs::canonicalize(&place);
        if let (Ok(target), Ok(root)) = (&target, std::fs::canonicalize(&self.root))
            && !target.starts_with(root)
        {
            return refused("a link that leads out of the project");
        }
        let old = self.document(path);
        let bytes = match (&old, files::read(&place, CAP)) {
            (Some(old), Ok(Content::Whole(now))) if now == old.bytes => {
                let encoding = old.decoded.encoding;
                if encoding.encode(&old.decoded.text).as_ref() != Some(&old.bytes) {
                    return refused("its encoding is damaged");
                }
                encoding.encode(text)
            }
            (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => FileEncoding::UTF8.encode(text),
            (None, Err(error)) => return Err(error),
            _ => return refused("changed since it was read"),
        };
        let Some(bytes) = bytes else { return refused("its encoding lacks a character of the new text") };
        files::replace(&place, &bytes, is_private(path))?;
        if let Ok(mut known) = self.known.lock() {
            known.insert(path.to_owned(), Some(Arc::new(Document { decoded: decode(&bytes), bytes })));
        }
        Ok(())
    }
}

fn is_private(path: &str) -> bool {
    use crate::language::Language;
    Language::of_path(Path::new(path)) == Some(Language::Dotenv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_are_written_as_they_were_or_not_at_all() {
        let outer = tempfile::tempdir().expect("a temporary folder");
        let root = outer.path().join("project");
        std::fs::create_dir(&root).expect("made");
        let put = |name: &str, bytes: &[u8]| std::fs::write(root.join(name), bytes).expect("written");
        let get = |name: &str| std::fs::read(root.join(name)).unwrap_or_default();
        put("bom.py", b"\xEF\xBB\xBFa\r\n");
        put("latin.py", b"\xE9");
        put("moved.py", b"a");
        put("damaged.py", b"\xFF\xFEa\0\xD8\xD8");
        std::fs::write(outer.path().join("outside"), "a").expect("written");
        std::os::unix::fs::symlink("../outside", root.join(".env")).expect("linked");
        let disk = Disk::new(&root);
        for name in ["bom.py", "latin.py", "moved.py", "damaged.py", ".env", "new/.env"] {
            disk.read(name);
        }
        put("moved.py", b"b");
        let write = |name: &str, text: &str| disk.write(name, text).map_err(|it| files::in_words(&it));
        let refused = |why: &str| Err(why.to_owned());
        assert_eq!(write("bom.py", "b\r\n"), Ok(()));
        assert_eq!(get("bom.py"), b"\xEF\xBB\xBFb\r\n");
        assert_eq!(write("bom.py", "c"), Ok(()), "what was written counts as read");
        assert_eq!(write("latin.py", "\u{e8}"), Ok(()));
        assert_eq!(get("latin.py"), b"\xE8");
        assert_eq!(write("latin.py", "…"), refused("its encoding lacks a character of the new text"));
        assert_eq!(write("moved.py", "c"), refused("changed since it was read"));
        assert_eq!(write("damaged.py", "c"), refused("its encoding is damaged"));
        assert_eq!(write(".env", "K=1"), refused("a link that leads out of the project"));
        assert_eq!(write("../outside", "K=1"), refused("outside of the project"));
        assert_eq!(write("new/.env", "K=1"), refused("no such file or directory"));
        assert_eq!(get("moved.py"), b"b");
    }
}
