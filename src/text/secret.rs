//! Keys are held and printed masked.

use std::fmt;

/// A key. `Debug` and `Display` show it masked; only [`Secret::expose`] gives the text, to the edit that moves it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Wraps a key.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key itself. Only for comparing keys and for the one edit that moves it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0))
    }
}

/// A key as it may be shown: its public prefix (`sk-proj-`), an ellipsis, and of a long one its last four characters.
/// Control characters do not survive.
pub fn mask(key: &str) -> String {
    let key: Vec<char> = key.chars().filter(|it| !it.is_control()).collect();
    let prefix = public_prefix(&key);
    let tail = if key.len() - prefix >= 24 { 4 } else { 0 };
    let head: String = key[..prefix].iter().collect();
    let tail: String = key[key.len() - tail..].iter().collect();
    format!("{head}…{tail}")
}

/// How many leading characters name the kind of key: up to three words of at most eight letters ending in `-` or `_`, and
/// never more than a third of the key.
fn public_prefix(key: &[char]) -> usize {
    let limit = (key.len() / 3).min(16);
    let (mut end, mut words, mut word) = (0, 0, 0);
    for (at, it) in key.iter().enumerate().take(limit) {
        match it {
            '-' | '_' => {
                words += 1;
                word = 0;
                end = at + 1;
            }
            _ if it.is_ascii_alphanumeric() && word < 8 && words < 3 => word += 1,
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        let body = "a1B2".repeat(12);
        for (key, want) in [
            (format!("sk-proj-{body}"), "sk-proj-…a1B2".to_owned()),
            (format!("sk-{body}"), "sk-…a1B2".to_owned()),
            (body.clone(), "…a1B2".to_owned()),
            ("hunter2hunter2".to_owned(), "…".to_owned()),
            (String::new(), "…".to_owned()),
            ("sk-1".to_owned(), "…".to_owned()),
        ] {
            assert_eq!(mask(&key), want);
            assert_eq!(format!("{:?}", Secret::new(key)), want);
        }
    }
}
