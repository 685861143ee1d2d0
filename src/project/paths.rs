//! Paths as they are told apart and printed.

use std::path::{Component, Path, PathBuf};

/// A path made absolute and free of `.` and `..`, without asking the disk.
pub fn absolute(path: &Path, here: &Path) -> PathBuf {
    let mut res = PathBuf::new();
    for component in here.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                res.pop();
            }
            other => res.push(other),
        }
    }
    res
}

/// An absolute path relative to a folder that holds it, `/`-separated.
pub fn relative(path: &Path, folder: &Path) -> Option<String> {
    path.strip_prefix(folder).ok().filter(|it| !it.as_os_str().is_empty()).map(slashed)
}

/// How an absolute path is printed: relative to a folder that holds it, else as it is.
pub fn display(path: &Path, here: &Path) -> String {
    relative(path, here).unwrap_or_else(|| slashed(path))
}

/// A path with `/` between its parts.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// The folders of a `/`-separated path from the inside out, each with a final `/`; the root is empty.
pub fn folders(path: &str) -> impl Iterator<Item = &str> {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    std::iter::successors(Some(folder), |it| {
        let inner = it.strip_suffix('/')?;
        Some(inner.rfind('/').map_or("", |at| &inner[..=at]))
    })
}

/// The root of the project that a named path belongs to: the nearest folder upwards that git keeps; else the working
/// directory if the path lies in it; else the named folder itself, or the folder of the named file.
pub fn root_of(path: &Path, here: &Path) -> PathBuf {
    let absolute = absolute(path, here);
    let folder = match absolute.is_dir() {
        true => absolute.as_path(),
        false => absolute.parent().unwrap_or(&absolute),
    };
    if let Some(root) = folder.ancestors().find(|it| it.join(".git").exists()) {
        return root.to_owned();
    }
    if folder.starts_with(here) { here.to_owned() } else { folder.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        let here = Path::new("/home/me/project");
        for (path, plain, shown) in [
            ("a/./b.py", "/home/me/project/a/b.py", Some("a/b.py")),
            ("../x.py", "/home/me/x.py", None),
            ("/home/me/project/../project/c.py", "/home/me/project/c.py", Some("c.py")),
            ("../../../../..", "/", None),
        ] {
            let absolute = absolute(Path::new(path), here);
            assert_eq!(absolute, Path::new(plain));
            assert_eq!(relative(&absolute, here).as_deref(), shown);
        }
    }
}
