//! Bytes to text and back.

/// How a document's bytes stand for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileEncoding {
    /// The character encoding.
    pub charset: Charset,
    /// A byte order mark stands in front.
    pub mark: bool,
}

/// A character encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// One byte is one code point: what is not UTF-8. Keys, names and syntax are ASCII, so it does not matter which of
    /// the many such encodings the author meant.
    Latin1,
}

/// A decoded document.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The way back.
    pub encoding: FileEncoding,
    /// Holds NUL bytes although it is no UTF-16: only its literals can be trusted.
    pub binary: bool,
}

/// Decodes bytes. Never fails: a broken piece of UTF-16 becomes U+FFFD.
pub fn decode(bytes: &[u8]) -> Decoded {
    let (encoding, body) = detect(bytes);
    let text = match encoding.charset {
        Charset::Utf8 => String::from_utf8_lossy(body).into_owned(),
        Charset::Utf16Le => from_utf16(body, u16::from_le_bytes),
        Charset::Utf16Be => from_utf16(body, u16::from_be_bytes),
        Charset::Latin1 => body.iter().copied().map(char::from).collect(),
    };
    let binary = memchr::memchr(0, text.as_bytes()).is_some();
    Decoded { text, encoding, binary }
}

impl FileEncoding {
    /// UTF-8 without a mark, as new files are written.
    pub const UTF8: Self = Self { charset: Charset::Utf8, mark: false };

    /// Encodes a text; `None` if it holds a character that the encoding has not.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        let utf16 = |to: fn(u16) -> [u8; 2]| {
            let mark = self.mark.then_some(0xFEFF);
            mark.into_iter().chain(text.encode_utf16()).flat_map(to).collect()
        };
        Some(match self.charset {
            Charset::Utf8 if self.mark => ["\u{FEFF}", text].concat().into_bytes(),
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Utf16Le => utf16(u16::to_le_bytes),
            Charset::Utf16Be => utf16(u16::to_be_bytes),
            Charset::Latin1 => text.chars().map(|it| u8::try_from(it).ok()).collect::<Option<_>>()?,
        })
    }
}

/// The encoding of a document and its bytes behind the mark.
pub fn detect(bytes: &[u8]) -> (FileEncoding, &[u8]) {
    let marks: [(&[u8], Charset); 3] =
        [(b"\xEF\xBB\xBF", Charset::Utf8), (b"\xFF\xFE", Charset::Utf16Le), (b"\xFE\xFF", Charset::Utf16Be)];
    for (mark, charset) in marks {
        if let Some(body) = bytes.strip_prefix(mark) {
            let charset =
                if charset == Charset::Utf8 && std::str::from_utf8(body).is_err() { Charset::Latin1 } else { charset };
            // Bytes that only begin like UTF-8 are one-byte text, mark included.
            return match charset {
                Charset::Latin1 => (FileEncoding { charset, mark: false }, bytes),
                _ => (FileEncoding { charset, mark: true }, body),
            };
        }
    }
    let charset = match utf16_without_mark(bytes) {
        Some(charset) => charset,
        None if std::str::from_utf8(bytes).is_ok() => Charset::Utf8,
        None => Charset::Latin1,
    };
    (FileEncoding { charset, mark: false }, bytes)
}

/// UTF-16 shows without a mark where nearly every second byte of the beginning is NUL and the others are not.
fn utf16_without_mark(bytes: &[u8]) -> Option<Charset> {
    let sample = &bytes[..bytes.len().min(1024) & !1];
    let nuls = |from: usize| sample.iter().skip(from).step_by(2).filter(|it| **it == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), sample.len() / 2);
    if pairs < 2 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    match (even * 10 >= pairs * 8, odd * 10 >= pairs * 8) {
        (false, true) if even == 0 => Some(Charset::Utf16Le),
        (true, false) if odd == 0 => Some(Charset::Utf16Be),
        _ => None,
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().copied().map(unit);
    let tail = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_there_and_back() {
        let utf16 = |text: &str, mark: bool, to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).flat_map(to).collect()
        };
        let text = "k = 'é'\r\n";
        for (bytes, charset, mark) in [
            (text.as_bytes().to_vec(), Charset::Utf8, false),
            (["\u{FEFF}", text].concat().into_bytes(), Charset::Utf8, true),
            (utf16(text, true, u16::to_le_bytes), Charset::Utf16Le, true),
            (utf16(text, true, u16::to_be_bytes), Charset::Utf16Be, true),
            (utf16(text, false, u16::to_le_bytes), Charset::Utf16Le, false),
            (utf16(text, false, u16::to_be_bytes), Charset::Utf16Be, false),
            (b"k = '\xE9'\r\n".to_vec(), Charset::Latin1, false),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, FileEncoding { charset, mark }));
            assert!(!decoded.binary, "{charset:?}");
            assert_eq!(decoded.encoding.encode(&decoded.text), Some(bytes), "{charset:?}");
        }
        assert_eq!(FileEncoding { charset: Charset::Latin1, mark: false }.encode("…"), None);
    }

    #[test]
    fn broken_bytes_are_still_read() {
        for (bytes, want, binary) in [
            (&b""[..], "", false),
            (b"x\0\0k", "x\0\0k", true),
            (b"\xFF\xFEk\0\xD8", "k\u{FFFD}", false),
            (b"\xEF\xBB\xBFk\xE9", "\u{EF}\u{BB}\u{BF}k\u{E9}", false),
        ] {
            let decoded = decode(bytes);
            assert_eq!((decoded.text.as_str(), decoded.binary), (want, binary));
        }
    }
}
