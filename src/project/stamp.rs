//! Whether the files that a project's snapshot is made of have changed, told by their times: not every editor watches files.

use std::path::Path;
use std::time::SystemTime;

/// The files that are looked at; those of folders further inside are watched or not noticed.
const FILES: &[&str] = &[
    ".git/index",
    ".gitignore",
    ".env",
    ".env.example",
    ".env.local",
    "Cargo.lock",
    "Cargo.toml",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pyproject.toml",
    "requirements.txt",
    "uv.lock",
    "yarn.lock",
];

/// When the files were written last; equal if none has changed, come or gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(Vec<Option<SystemTime>>);

impl Stamp {
    /// The stamp of the project under a root.
    pub fn of(root: &Path) -> Self {
        let time = |name: &&str| std::fs::metadata(root.join(name)).and_then(|it| it.modified()).ok();
        Self(FILES.iter().map(time).collect())
    }

    /// Whether a file of this name matters to a project's snapshot, in whatever folder.
    pub fn concerns(path: &Path) -> bool {
        use crate::language::Language;
        let is_listed = FILES.iter().any(|it| path.ends_with(it));
        is_listed || Language::of_path(path) == Some(Language::Dotenv)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_tell_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let empty = Stamp::of(folder.path());
        std::fs::write(folder.path().join("other.txt"), "").expect("written");
        assert_eq!(Stamp::of(folder.path()), empty);
        std::fs::write(folder.path().join("package.json"), "{}").expect("written");
        assert_ne!(Stamp::of(folder.path()), empty);
    }

    #[test]
    fn files_that_matter() {
        for (path, want) in [
            ("/w/inner/package.json", true),
            ("/w/.git/index", true),
            ("/w/prod.env", true),
            ("/w/index", false),
            ("/w/src/main.rs", false),
        ] {
            assert_eq!(Stamp::concerns(Path::new(path)), want, "{path}");
        }
    }
}
