//! Reading files: only regular ones, and none twice.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// A file's bytes, or a handle to read it piece by piece.
#[derive(Debug)]
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than the cap.
    Large(File),
}

/// Opens a regular file and reads it if it is not larger than `cap`.
///
/// # Errors
/// If it cannot be read, or is no regular file.
pub fn read(path: &Path, cap: usize) -> io::Result<Content> {
    // A FIFO blocks whoever opens it, so the kind is asked first; the handle is asked again, in case it was swapped.
    let is_file = |it: &std::fs::Metadata| it.is_file();
    if !is_file(&std::fs::metadata(path)?) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !is_file(&metadata) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    if metadata.len() > cap as u64 {
        return Ok(Content::Large(file));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    // It may grow while it is read.
    (&mut file).take(cap as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Content::Whole(bytes))
}

/// The first line of a file, if it is short and UTF-8.
pub fn first_line(path: &Path) -> Option<String> {
    let mut start = Vec::with_capacity(256);
    File::open(path).ok()?.take(256).read_to_end(&mut start).ok()?;
    let end = memchr::memchr2(b'\n', b'\r', &start).unwrap_or(start.len());
    String::from_utf8(start.get(..end)?.to_vec()).ok()
}

/// An input or output error in words, without a number.
pub fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "no space left".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "read-only file system".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// Puts bytes into a file, whole or not at all: they go to a temporary file in the same folder, which then takes the
/// file's place. A link stays a link, and a file keeps its mode; a new one is for its owner alone if `private`.
///
/// # Errors
/// If the folder or the file cannot be written. The old file is untouched then.
pub fn replace(path: &Path, bytes: &[u8], private: bool) -> io::Result<()> {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = std::fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|it| it.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let folder = target.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".keylint-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the process' mask takes away is taken from this, as for any new file.
        builder.permissions(std::fs::Permissions::from_mode(if private { 0o600 } else { 0o666 }));
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|it| it.error)?;
    // Without this a power cut may bring back the old name's entry; not every system can sync a folder.
    if let Ok(folder) = File::open(folder) {
        drop(folder.sync_all());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_are_replaced_whole() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let mode = |name: &str| std::fs::metadata(path(name)).expect("there").permissions().mode() & 0o777;
        std::fs::write(path("run.sh"), "old").expect("written");
        std::fs::set_permissions(path("run.sh"), std::fs::Permissions::from_mode(0o755)).expect("set");
        symlink("run.sh", path("link.sh")).expect("linked");
        replace(&path("link.sh"), b"new", false).expect("replaced");
        assert_eq!(std::fs::read_to_string(path("run.sh")).expect("read"), "new");
        assert!(std::fs::symlink_metadata(path("link.sh")).expect("there").is_symlink());
        assert_eq!(mode("run.sh"), 0o755);
        replace(&path(".env"), b"K=1\n", true).expect("made");
        assert_eq!(mode(".env"), 0o600);
        std::fs::set_permissions(path(".env"), std::fs::Permissions::from_mode(0o400)).expect("set");
        let refused = replace(&path(".env"), b"", true).map_err(|it| in_words(&it));
        assert_eq!(refused, Err("permission denied".to_owned()));
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 3, "nothing is left behind");
    }
}
