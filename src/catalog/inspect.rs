//! What is wrong with a value that ought to be a key.

use super::keys::{Confidence, KeyKind, KeyKinds};
use super::placeholder::is_placeholder;

/// What was found out about a value. Offsets are in bytes of the value.
#[derive(Clone, Debug)]
pub enum Inspection<'a> {
    /// Nothing is known to be wrong.
    Fine,
    /// Nothing, or nothing but blanks.
    Empty,
    /// It points at the key elsewhere: `op://…`, `${NAME}`, `vault:…`.
    Reference,
    /// It stands in place of a key.
    Placeholder,
    /// A copy with its middle hidden.
    Masked,
    /// Blanks or invisible characters at an end or inside.
    Whitespace {
        /// The first of them.
        at: usize,
        /// Which.
        found: char,
        /// Whether taking away the ends mends it.
        at_ends: bool,
    },
    /// A line break inside.
    LineBreak {
        /// Where.
        at: usize,
    },
    /// `Bearer ` stands in front.
    BearerPrefix,
    /// Quotes inside the quotes.
    InnerQuotes {
        /// Which.
        quote: char,
    },
    /// It begins twice: `sk-sk-proj-…`.
    DoubledPrefix {
        /// What stands there too much.
        extra: &'a str,
    },
    /// Two keys without anything between.
    TwoKeys {
        /// Where the second begins.
        at: usize,
    },
    /// Something else altogether.
    NotAKey(NotAKey),
    /// A character that such keys do not have.
    Alphabet {
        /// Where.
        at: usize,
        /// Which.
        found: char,
        /// What it would be.
        kind: &'a KeyKind,
    },
    /// Shorter than every such key seen.
    Truncated {
        /// What it would be.
        kind: &'a KeyKind,
        /// Its length.
        length: usize,
        /// The least seen.
        shortest: usize,
    },
    /// A key, but of another provider.
    OtherProvider {
        /// What it is.
        kind: &'a KeyKind,
    },
}

/// What stands where a key should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAKey {
    /// A web address.
    Url,
    /// Several words.
    Sentence,
    /// A path of a file.
    Path,
}

/// How values begin that point at the key elsewhere: secret managers and encrypted dotenv files.
const REFERENCES: &[&str] = &[
    "op://",
    "vault:",
    "vault://",
    "sops:",
    "enc[",
    "encrypted:",
    "ref+",
    "secret://",
    "secrets:",
    "keyring:",
    "keychain:",
    "arn:",
    "projects/",
    "awssm://",
    "gcpsm://",
    "akv://",
    "azkv://",
    "file:",
    "doppler://",
    "infisical://",
    "bws://",
    "ssm:",
    "env:",
    // Code that was put in quotes: `uninterpolated-template` speaks of it.
    "env::",
    "std::env",
    "process.env",
    "import.meta.env",
    "os.environ",
    "os.getenv",
    "$",
    "{{",
    "%",
];

/// Kinds of quote that survive copying.
pub const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '‘', '’', '«', '»', '„', '‚'];

impl KeyKinds {
    /// What is wrong with `value`, which is bound to `provider` if that is known.
    pub fn inspect(&self, value: &str, provider: Option<&str>) -> Inspection<'_> {
        let trimmed = value.trim_matches(is_blank);
        if trimmed.is_empty() {
            return Inspection::Empty;
        }
        if is_reference(trimmed) {
            return Inspection::Reference;
        }
        look(value, trimmed)
            .or_else(|| (provider.is_some_and(|id| self.takes_anything(id))).then_some(Inspection::Fine))
            .or_else(|| self.doubled(value))
            .or_else(|| self.second_key(value))
            .unwrap_or_else(|| self.judge(value, provider))
    }

    fn doubled(&self, value: &str) -> Option<Inspection<'_>> {
        let twice = |prefix: &&str| {
            let rest = value.strip_prefix(prefix);
            rest.is_some_and(|rest| self.beginnings().any(|next| next.starts_with(prefix) && rest.starts_with(next)))
        };
        let extra = self.beginnings().filter(twice).max_by_key(|prefix| prefix.len())?;
        Some(Inspection::DoubledPrefix { extra })
    }

    fn second_key(&self, value: &str) -> Option<Inspection<'_>> {
        let first = self.beginnings().filter(|prefix| value.starts_with(prefix)).max_by_key(|prefix| prefix.len())?;
        // Shorter ones turn up in random bodies by chance.
        let telling = |prefix: &&str| prefix.len() >= 6 || (prefix.len() >= 4 && *prefix == first);
        let at = self.beginnings().filter(telling).filter_map(|prefix| {
            let from = first.len() + 12;
            value.get(from..)?.find(prefix).map(|found| from + found)
        });
        at.min().map(|at| Inspection::TwoKeys { at })
    }

    /// Judges a value of one piece by the shapes of keys.
    fn judge(&self, value: &str, provider: Option<&str>) -> Inspection<'_> {
        let whole = |kind: &KeyKind, exact: bool| exact || value.len() >= self.shortest_alike(kind);
        let mut own = self.all().iter().filter(|kind| provider.is_some_and(|id| kind.fits(id)));
        if own.any(|kind| kind.matches(value).is_some_and(|exact| whole(kind, exact))) {
            return Inspection::Fine;
        }
        if let Some(found) = self.classify(value, None).filter(|found| whole(found.kind, found.exact)) {
            let foreign = provider.is_some_and(|id| !found.kind.fits(id)) && found.names_provider();
            return if foreign { Inspection::OtherProvider { kind: found.kind } } else { Inspection::Fine };
        }
        let Some(kind) = self.kind_meant(value, provider) else {
            return Inspection::Fine;
        };
        let body = kind.beginnings().filter(|prefix| value.starts_with(prefix)).map(str::len).max().unwrap_or(0);
        if let Some((at, found)) = value[body..].char_indices().find(|&(_, c)| !kind.allows(c)) {
            return Inspection::Alphabet { at: body + at, found, kind };
        }
        let shortest = self.shortest_alike(kind);
        if value.len() < shortest && !self.could_be_any(value) {
            return Inspection::Truncated { kind, length: value.len(), shortest };
        }
        Inspection::Fine
    }

    /// The kind that the beginning of `value` promises.
    fn kind_meant(&self, value: &str, provider: Option<&str>) -> Option<&KeyKind> {
        let begins = |kind: &&KeyKind| kind.beginnings().any(|prefix| value.starts_with(prefix));
        let longest = |kind: &&KeyKind| kind.beginnings().map(str::len).max().unwrap_or(0);
        let own = self.all().iter().filter(|kind| provider.is_some_and(|id| kind.fits(id)));
        let meant = own.filter(begins).max_by_key(longest);
        let telling = |kind: &&KeyKind| kind.stands_alone() && !kind.shared && longest(kind) >= 4;
        let foreign = self.all().iter().filter(telling).filter(begins).max_by_key(longest);
        match (meant, foreign) {
            // `sk-ant-…` cut short under an OpenAI name is Anthropic's, not a short `sk-…`.
            (Some(own), Some(other)) if longest(&other) > longest(&own) => Some(other),
            (None, other) => other,
            (own, _) => own,
        }
    }

    /// Kinds that begin alike have the same claim to a short value.
    fn shortest_alike(&self, kind: &KeyKind) -> usize {
        let alike = self.all().iter().filter(|other| other.provider == kind.provider && other.prefix == kind.prefix);
        alike.map(|other| other.shortest).min().unwrap_or(kind.shortest)
    }

    /// Whether some provider's keys, even of a shape that proves nothing, look so.
    fn could_be_any(&self, value: &str) -> bool {
        let prefixed = |kind: &&KeyKind| kind.beginnings().any(|prefix| value.starts_with(prefix));
        let weak = |kind: &&KeyKind| kind.shared || kind.confidence == Confidence::Low;
        self.all().iter().filter(prefixed).filter(weak).any(|kind| kind.matches(value).is_some())
    }

    fn beginnings(&self) -> impl Iterator<Item = &str> {
        self.all().iter().filter(|kind| kind.confidence > Confidence::Low).flat_map(KeyKind::beginnings)
    }
}

/// What the look of a value tells, whatever the shapes of keys.
fn look(value: &str, trimmed: &str) -> Option<Inspection<'static>> {
    let offset = value.len() - value.trim_start_matches(is_blank).len();
    if let Some(at) = trimmed.find(['\n', '\r']) {
        // Private keys of service accounts have lines.
        let block = trimmed.starts_with("-----BEGIN") || trimmed.starts_with('{');
        return Some(if block { Inspection::Fine } else { Inspection::LineBreak { at: offset + at } });
    }
    if trimmed.starts_with('{') {
        return Some(Inspection::Fine);
    }
    if trimmed.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("bearer ")) {
        return Some(Inspection::BearerPrefix);
    }
    if let Some(quote) = inner_quote(trimmed) {
        return Some(Inspection::InnerQuotes { quote });
    }
    if is_masked(trimmed) {
        return Some(Inspection::Masked);
    }
    let other = other_thing(trimmed);
    if other == Some(NotAKey::Url) {
        return other.map(Inspection::NotAKey);
    }
    if is_placeholder(trimmed) {
        return Some(Inspection::Placeholder);
    }
    other.map(Inspection::NotAKey).or_else(|| blank(value, trimmed, offset))
}

fn blank(value: &str, trimmed: &str, offset: usize) -> Option<Inspection<'static>> {
    if trimmed.len() < value.len() {
        let at = if offset > 0 { 0 } else { trimmed.len() };
        let found = value[at..].chars().next()?;
        return Some(Inspection::Whitespace { at, found, at_ends: !trimmed.contains(is_blank) });
    }
    let (at, found) = value.char_indices().find(|&(_, c)| is_blank(c))?;
    Some(Inspection::Whitespace { at, found, at_ends: false })
}

fn is_reference(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    REFERENCES.iter().any(|begin| lower.starts_with(begin))
        || ["${", "{{", "$("].iter().any(|mark| lower.contains(mark))
}

fn inner_quote(value: &str) -> Option<char> {
    let first = value.chars().next().filter(|c| QUOTES.contains(c));
    first.or_else(|| value.chars().next_back().filter(|c| QUOTES.contains(c)))
}

/// A copy from a page that hides the middle: something before the mask, and stars or something behind it.
fn is_masked(value: &str) -> bool {
    const MASKS: &[&str] = &["***", "•••", "●●●", "…", "..."];
    let Some((at, mask)) = MASKS.iter().filter_map(|mask| value.find(mask).map(|at| (at, *mask))).min() else {
        return false;
    };
    let before = value[..at].chars().any(char::is_alphanumeric);
    let after = value[at..].chars().any(char::is_alphanumeric);
    before && (after || !matches!(mask, "…" | "..."))
}

fn other_thing(value: &str) -> Option<NotAKey> {
    let lower = value.to_ascii_lowercase();
    let words = value.split(is_blank).filter(|word| word.chars().any(char::is_alphabetic)).count();
    if ["http://", "https://", "www."].iter().any(|begin| lower.starts_with(begin)) {
        Some(NotAKey::Url)
    } else if words >= 3 {
        Some(NotAKey::Sentence)
    } else if ["/", "./", "../", "~/"].iter().any(|begin| value.starts_with(begin)) && value.matches('/').count() >= 2 {
        Some(NotAKey::Path)
    } else {
        None
    }
}

/// White space, and characters that cannot be seen: no-break and zero-width spaces, joiners, the byte order mark.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}
