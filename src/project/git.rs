//! What git tracks, read from its index by ourselves: running git in an untrusted folder may run what its configuration
//! names.

use std::collections::HashSet;

/// Bytes of an entry in front of its flags: times, device, inode, mode, owner, size, and a SHA-1.
const FIXED: usize = 60;
/// The flag that says that two more bytes of flags follow.
const EXTENDED: u16 = 0x4000;

/// The tracked paths of an index, version 2 to 4; `None` if it is none that can be read in full.
pub(super) fn tracked(index: &[u8]) -> Option<HashSet<String>> {
    if index.is_empty() {
        return Some(HashSet::new());
    }
    let number = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?));
    let (version, count) = (number(4)?, number(8)?);
    if index.get(..4) != Some(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    let (mut res, mut at, mut last) = (HashSet::new(), 12, Vec::new());
    for _ in 0..count {
        let start = at;
        let flags = u16::from_be_bytes(index.get(at + FIXED..at + FIXED + 2)?.try_into().ok()?);
        at += FIXED + if flags & EXTENDED == 0 { 2 } else { 4 };
        if version == 4 {
            let (dropped, width) = variable(index.get(at..)?)?;
            at += width;
            last.truncate(last.len().checked_sub(dropped)?);
        } else {
            last.clear();
        }
        let rest = index.get(at..)?;
        let length = memchr::memchr(0, rest)?;
        last.extend_from_slice(&rest[..length]);
        at += length + 1;
        if version < 4 {
            // Padded with NULs to a multiple of eight.
            at = start + (at - start).next_multiple_of(8);
        }
        res.insert(String::from_utf8_lossy(&last).into_owned());
    }
    // A split index keeps its entries in another file.
    let is_split = index.get(at..at + 4) == Some(b"link");
    (!is_split).then_some(res)
}

/// A number of git's variable width, and how many bytes it takes.
fn variable(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = usize::from(bytes.first()? & 0x7f);
    let mut width = 1;
    while bytes[width - 1] & 0x80 != 0 {
        let next = *bytes.get(width)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(next & 0x7f))?;
        width += 1;
    }
    Some((value, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index as git writes it.
    fn index(version: u32, paths: &[&str], extra: &[u8]) -> Vec<u8> {
        let mut res = b"DIRC".to_vec();
        res.extend(version.to_be_bytes());
        res.extend((paths.len() as u32).to_be_bytes());
        let mut last = "";
        for path in paths {
            let start = res.len();
            res.extend([7; FIXED]);
            res.extend((path.len() as u16).to_be_bytes());
            let common = path.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
            if version == 4 {
                res.push((last.len() - common) as u8);
                res.extend(&path.as_bytes()[common..]);
                res.push(0);
            } else {
                res.extend(path.as_bytes());
                res.push(0);
                res.resize(start + (res.len() - start).next_multiple_of(8), 0);
            }
            last = path;
        }
        res.extend(extra);
        res
    }

    #[test]
    fn paths_are_read_in_every_version() {
        let paths = [".env", "src/a.py", "src/ab.py", "z"];
        for version in 2..=4 {
            let found = tracked(&index(version, &paths, b"TREE\0\0\0\0")).expect("well formed");
            assert_eq!(found, paths.iter().map(|it| (*it).to_owned()).collect(), "{version}");
        }
        assert_eq!(tracked(&[]), Some(HashSet::new()));
    }

    #[test]
    fn what_cannot_be_read_in_full_is_not_known() {
        let whole = index(2, &["a", "b"], b"");
        assert_eq!(tracked(&whole[..whole.len() - 9]), None);
        assert_eq!(tracked(&index(2, &["a"], b"link\0\0\0\0")), None);
        assert_eq!(tracked(&index(5, &["a"], b"")), None);
        assert_eq!(tracked(b"not an index at all"), None);
        let mut endless = index(4, &["a"], b"");
        endless[12 + FIXED + 2] = 0x7f;
        assert_eq!(tracked(&endless), None);
    }
}
