//! Keys in fixtures: placeholders that are expanded at run time, so that no key stands in the repository.
//!
//! `{{slug}}` is a key of the catalogue's kind `slug`, `{{random-20}}` twenty letters and digits, `{{hex-32}}` as many
//! hexadecimal digits, `{{zero-64}}` as many zeros. The same placeholder is the same key everywhere; `{{slug#2}}` is another one. Transformations
//! follow behind bars: `{{slug|first:31}}`, `{{slug|newline-escape}}`; see [`transform`].

use std::sync::LazyLock;

use keylint::catalog::sample;
use regex::{Captures, Regex};

use super::random::Random;

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{\{([a-z0-9]+(?:-[a-z0-9]+)+)(#[0-9]+)?((?:\|[a-z-]+(?::[0-9]+)?)*)\}\}")
        .expect("the pattern is well formed")
});

/// A text with its placeholders expanded.
#[derive(Debug)]
pub(crate) struct Expansion {
    /// The text as it is judged.
    pub(crate) text: String,
    /// What was expanded: the text that took the placeholder's place, and the placeholder. The longest first.
    pub(crate) keys: Vec<(String, String)>,
}

/// Expands the placeholders of a fixture.
pub(crate) fn expand(text: &str) -> Expansion {
    let mut keys = Vec::new();
    let expanded = PLACEHOLDER.replace_all(text, |found: &Captures<'_>| {
        let (slug, number) = (&found[1], found.get(2).map_or("", |it| it.as_str()));
        let key = key(slug, number);
        let shown = found[3].split('|').filter(|it| !it.is_empty()).fold(key.clone(), |key, it| transform(&key, it));
        keys.push((shown.clone(), found[0].to_owned()));
        keys.push((key, format!("{{{{{slug}{number}}}}}")));
        shown
    });
    let text = expanded.into_owned();
    keys.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    keys.dedup();
    Expansion { text, keys }
}

impl Expansion {
    /// `text` with the expanded keys turned back into their placeholders.
    pub(crate) fn collapse(&self, text: &str) -> String {
        self.keys.iter().fold(text.to_owned(), |text, (key, placeholder)| text.replace(key, placeholder))
    }
}

/// The key of a placeholder.
fn key(slug: &str, number: &str) -> String {
    let name = format!("{slug}{number}");
    if let Some(len) = length(slug, "random-") {
        let mut random = Random::of(&name);
        return format!("{}7{}", random.text(LETTERS, 3), random.text(&format!("{LETTERS}{DIGITS}"), len - 4));
    }
    if let Some(len) = length(slug, "hex-") {
        return format!("c4{}", Random::of(&name).text("0123456789abcdef", len - 2));
    }
    if let Some(len) = length(slug, "zero-") {
        return "0".repeat(len);
    }
    sample::key(slug, Random::of(&name).seed()).unwrap_or_else(|| panic!("{slug} is no kind of key"))
}

fn length(slug: &str, prefix: &str) -> Option<usize> {
    slug.strip_prefix(prefix)?.parse().ok()
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
/// What a transformation makes of a key.
fn transform(key: &str, how: &str) -> String {
    let (name, count) = how.split_once(':').unwrap_or((how, "0"));
    let count: usize = count.parse().expect("the pattern allows digits only");
    let insert = |what: &str| format!("{}{what}{}", &key[..count], &key[count..]);
    match name {
        "first" => key[..count].to_owned(),
        "from" => key[count..].to_owned(),
        "space" => format!("{key} "),
        "lead-space" => format!(" {key}"),
        "tab" => format!("{key}\t"),
        "newline" => format!("{key}\n"),
        "newline-escape" => format!("{key}\\n"),
        "nbsp" => format!("{key}\u{a0}"),
        "zwsp" => format!("\u{200b}{key}"),
        "inner-space" => insert(" "),
        "inner-newline-escape" => insert("\\n"),
        "bad-char" => insert("§"),
        "masked" => format!("{}…{}", prefix(key), &key[key.len() - 4..]),
        "stars" => format!("{}{}", prefix(key), "*".repeat(16)),
        "double-prefix" => {
            let head = key.split_inclusive(['-', '_']).next().unwrap_or_default();
            format!("{head}{key}")
        }
        "twice" => format!("{key}{key}"),
        "quoted" => format!("'{key}'"),
        "quote-escape" => format!("\\\"{key}\\\""),
        "upper" => key.to_uppercase(),
        _ => panic!("{how} is no transformation"),
    }
}

/// The words in front of the random part.
fn prefix(key: &str) -> &str {
    let end = key.match_indices(['-', '_']).map(|(at, _)| at + 1).take_while(|&it| it <= 13).last();
    &key[..end.unwrap_or(0)]
}
