//! Reading files: only regular ones, and none twice.

use std::fs::File;
use std::io::{self, Read};
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
            let end = text.find(" (os error").unwrap_or(text.len());
            text[..end].to_lowercase()
        }
    }
}
