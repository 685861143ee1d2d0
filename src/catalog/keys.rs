//! Kinds of key, and finding them by shape.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use regex::Regex;
use serde::Deserialize;

use super::placeholder::{entropy, is_placeholder, is_wordy};

/// A kind of key, such as "OpenAI project key".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyKind {
    /// Id of the provider that issues it.
    #[serde(default)]
    pub provider: String,
    /// Stable name: `openai-project-key`.
    pub slug: String,
    /// What people call it, without the provider: `project key`.
    pub kind: String,
    /// How it begins; empty where nothing is fixed.
    #[serde(default)]
    pub prefix: String,
    /// Further beginnings.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Text inside it that proves where it is from.
    #[serde(default)]
    pub marker: String,
    /// Every form that has been seen: evidence of being well formed.
    regex: Shape,
    /// A wider shape to find with, since formats grow.
    detect: Option<Shape>,
    /// Length in bytes below which none has been seen.
    pub shortest: usize,
    /// What it opens and for how long.
    pub class: KeyClass,
    /// How far its shape alone is proof.
    pub confidence: Confidence,
    /// The shape is too common to mean anything without the provider.
    #[serde(default)]
    pub needs_context: bool,
    /// Other providers issue keys of the same shape: it is a key, but the provider is a guess.
    #[serde(default)]
    pub shared: bool,
    /// The company issues keys of the same shape for other services, some of them meant for web pages: without a sign of the
    /// LLM service it may be one of those.
    #[serde(default)]
    pub elsewhere: bool,
    /// Least entropy of the part after the prefix, in bits a character.
    #[serde(default = "default_entropy")]
    entropy: f64,
    /// Characters after the prefix, as inside `[…]` of a regular expression.
    #[serde(default = "default_alphabet")]
    alphabet: String,
    /// Further providers that take it.
    #[serde(default)]
    pub also: Vec<String>,
    /// Variables that usually hold it.
    #[serde(default)]
    pub env: Vec<String>,
}

/// What a key opens and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyClass {
    /// Calls to models, until revoked.
    Secret,
    /// Administration of an account.
    Admin,
    /// A person's session on a web site.
    Session,
    /// Makes new tokens.
    Refresh,
    /// Minted for one client, gone within minutes.
    Ephemeral,
    /// Gone within hours.
    ShortLived,
    /// Meant to be seen.
    Public,
}

/// How far a shape alone is proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Says little.
    Low,
    /// Rarely anything else.
    Medium,
    /// Nothing else looks so.
    High,
}

/// A key inside a text.
#[derive(Clone, Debug)]
pub struct KeyMatch<'a> {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: &'a KeyKind,
    /// It has a form that has been seen, not only the wider shape.
    pub exact: bool,
}

impl KeyMatch<'_> {
    /// Whether the shape says which provider it is from.
    pub fn names_provider(&self) -> bool {
        !self.kind.shared
    }
}

/// Every kind of key.
#[derive(Clone, Debug)]
pub struct KeyKinds {
    kinds: Vec<KeyKind>,
    /// Providers that take any text as key.
    any_key: HashSet<String>,
    finder: OnceLock<Finder>,
}

/// The literals to look for, and what each may begin.
#[derive(Clone, Debug)]
struct Finder {
    literals: Vec<Literal>,
    automaton: AhoCorasick,
}

#[derive(Clone, Debug)]
struct Literal {
    text: String,
    /// Indices of kinds, the most specific first.
    kinds: Vec<usize>,
    /// It stands inside the key, not at its beginning.
    inside: bool,
    /// Length of the shortest text that any of the kinds accepts.
    shortest: usize,
}

/// No key is longer; what is longer is data.
const LONGEST: usize = 400;

impl KeyKind {
    /// How it may begin; empty if nothing is fixed.
    pub fn beginnings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.prefix).chain(&self.prefixes).map(String::as_str).filter(|prefix| !prefix.is_empty())
    }

    /// The regular expression of the forms that have been seen.
    pub fn pattern(&self) -> &str {
        &self.regex.source
    }

    /// Whether `provider` takes it.
    pub fn fits(&self, provider: &str) -> bool {
        self.provider == provider || self.also.iter().any(|other| other == provider)
    }

    /// Whether its shape alone, found anywhere, is worth a finding.
    pub fn stands_alone(&self) -> bool {
        !self.needs_context && self.confidence > Confidence::Low
    }

    /// Whether `c` may stand after the prefix.
    pub fn allows(&self, c: char) -> bool {
        let spec: Vec<char> = self.alphabet.chars().collect();
        let mut rest = spec.as_slice();
        while let [first, tail @ ..] = rest {
            if let ['-', last, after @ ..] = tail {
                if (*first..=*last).contains(&c) {
                    return true;
                }
                rest = after;
            } else if *first == c {
                return true;
            } else {
                rest = tail;
            }
        }
        false
    }

    /// Length of the match at the beginning of `text`, and whether the form has been seen.
    fn match_at_start(&self, text: &str) -> Option<(usize, bool)> {
        let exact = self.regex.get().find(text).map(|found| (found.end(), true));
        let ends_well = |&(end, _): &(usize, bool)| !text[end..].starts_with(is_word);
        // The wider shape of a family would take one kind for another.
        let begins = self.beginnings().any(|prefix| text.starts_with(prefix)) || self.beginnings().next().is_none();
        let wider = self.detect.as_ref().filter(|_| begins);
        let wide = || wider?.get().find(text).map(|found| (found.end(), false));
        exact.filter(ends_well).or_else(|| wide().filter(ends_well))
    }

    /// Whether all of `text` is such a key, and whether the form has been seen.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        let (end, exact) = self.match_at_start(text)?;
        (end == text.len() && self.is_random(text)).then_some(exact)
    }

    fn is_random(&self, key: &str) -> bool {
        let prefix = self.beginnings().filter(|prefix| key.starts_with(prefix)).map(str::len).max().unwrap_or(0);
        let body = &key[prefix..];
        entropy(body) >= self.entropy && !is_wordy(body) && !is_placeholder(key)
    }
}

impl KeyKinds {
    /// `any_key`: ids of providers that take any text as key.
    pub(super) fn new(kinds: Vec<KeyKind>, any_key: impl Iterator<Item = String>) -> Self {
        Self { kinds, any_key: any_key.collect(), finder: OnceLock::new() }
    }

    /// Every kind.
    pub fn all(&self) -> &[KeyKind] {
        &self.kinds
    }

    /// The kind of that name.
    pub fn by_slug(&self, slug: &str) -> Option<&KeyKind> {
        self.kinds.iter().find(|kind| kind.slug == slug)
    }

    /// The kinds that `provider` takes.
    pub fn of_provider<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a KeyKind> {
        self.kinds.iter().filter(move |kind| kind.fits(provider))
    }

    /// Whether `provider` takes any text as key.
    pub fn takes_anything(&self, provider: &str) -> bool {
        self.any_key.contains(provider)
    }

    /// Literals of which every text that holds a findable key holds one. For a prefilter.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.finder().literals.iter().map(|literal| literal.text.as_str())
    }

    /// Every key inside `text` that its shape alone proves, in order. Placeholders are none.
    pub fn find(&self, text: &str) -> Vec<KeyMatch<'_>> {
        let finder = self.finder();
        let mut found: Vec<KeyMatch<'_>> = Vec::new();
        let mut from = 0;
        while let Some(hit) = finder.automaton.find(Input::new(text).range(from..)) {
            let literal = &finder.literals[hit.pattern().as_usize()];
            let key = if literal.inside {
                let free = found.last().map_or(0, |last| last.range.end);
                self.around(text, hit.range(), free, literal)
            } else {
                self.beginning_at(text, hit.start(), literal)
            };
            from = key.as_ref().map_or(hit.start() + 1, |key| key.range.end.max(hit.start() + 1));
            found.extend(key);
        }
        found
    }

    /// What all of `value` is. Kinds of `provider` come first, and only they may be of a shape that needs context.
    pub fn classify(&self, value: &str, provider: Option<&str>) -> Option<KeyMatch<'_>> {
        let matched = |kind: &'_ KeyKind| kind.matches(value);
        let own = self.kinds.iter().filter(|kind| provider.is_some_and(|provider| kind.fits(provider)));
        let others = self.kinds.iter().filter(|kind| kind.stands_alone());
        best(own, matched).or_else(|| best(others, matched)).map(|(kind, exact)| KeyMatch {
            range: 0..value.len(),
            kind,
            exact,
        })
    }

    fn beginning_at(&self, text: &str, start: usize, literal: &Literal) -> Option<KeyMatch<'_>> {
        if continues_word(&text[..start]) {
            return None;
        }
        let run = text.as_bytes()[start..].iter().take(LONGEST + 1).take_while(|&&b| is_key_byte(b)).count();
        if run < literal.shortest || run > LONGEST {
            return None;
        }
        // Up to the first byte that no key holds: those before are ASCII, so this is a boundary.
        let run = &text[start..start + run];
        literal.kinds.iter().map(|&index| &self.kinds[index]).find_map(|kind| {
            let (length, exact) = kind.match_at_start(run)?;
            let range = start..start + length;
            kind.is_random(&text[range.clone()]).then_some(KeyMatch { range, kind, exact })
        })
    }

    /// The key that holds the literal at `hit` and begins at `free` or later.
    fn around(&self, text: &str, hit: Range<usize>, free: usize, literal: &Literal) -> Option<KeyMatch<'_>> {
        let bytes = text.as_bytes();
        let before =
            bytes[free..hit.start].iter().rev().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric()).count();
        let after = bytes[hit.end..].iter().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric()).count();
        let range = hit.start - before..hit.end + after;
        let candidates = literal.kinds.iter().map(|&index| &self.kinds[index]);
        let (kind, exact) = best(candidates, |kind| kind.matches(&text[range.clone()]))?;
        Some(KeyMatch { range, kind, exact })
    }

    fn finder(&self) -> &Finder {
        self.finder.get_or_init(|| Finder::new(&self.kinds))
    }
}

/// The best of the kinds that match: a form that has been seen, then the longer prefix, then one provider only.
fn best<'a>(
    kinds: impl Iterator<Item = &'a KeyKind>,
    matches: impl Fn(&'a KeyKind) -> Option<bool>,
) -> Option<(&'a KeyKind, bool)> {
    let matching = kinds.filter_map(|kind| matches(kind).map(|exact| (kind, exact)));
    // The first of equals wins, hence the reversed comparison.
    matching.min_by_key(|&(kind, exact)| (!exact, rank(kind)))
}

/// Smaller is more specific.
fn rank(kind: &KeyKind) -> (std::cmp::Reverse<usize>, bool, bool) {
    let prefix = kind.beginnings().map(str::len).max().unwrap_or(0);
    (std::cmp::Reverse(prefix), kind.shared, !kind.regex.source.contains("[a-f0-9]"))
}

impl Finder {
    fn new(kinds: &[KeyKind]) -> Self {
        let mut literals: Vec<Literal> = Vec::new();
        for kind in kinds.iter().filter(|kind| kind.stands_alone()) {
            for prefix in kind.beginnings() {
                Self::enter(&mut literals, prefix, false);
            }
            if kind.beginnings().next().is_none() && !kind.marker.is_empty() {
                Self::enter(&mut literals, &kind.marker, true);
            }
        }
        for literal in &mut literals {
            literal.fill(kinds);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(literals.iter().map(|literal| literal.text.as_str()))
            .expect("some dozens of short patterns are within the limits of the automaton");
        Self { literals, automaton }
    }

    fn enter(literals: &mut Vec<Literal>, text: &str, inside: bool) {
        if !literals.iter().any(|literal| literal.text == text) {
            literals.push(Literal { text: text.to_owned(), kinds: Vec::new(), inside, shortest: 0 });
        }
    }
}

impl Literal {
    /// A key that begins with `sk-proj-` also begins with `sk-`: the kinds of shorter beginnings come after.
    fn fill(&mut self, kinds: &[KeyKind]) {
        let begins = |kind: &KeyKind| {
            if self.inside {
                kind.marker == self.text
            } else {
                kind.beginnings().any(|prefix| self.text.starts_with(prefix))
            }
        };
        let alone = |&index: &usize| kinds[index].stands_alone() && begins(&kinds[index]);
        self.kinds = (0..kinds.len()).filter(alone).collect();
        self.kinds.sort_by_key(|&index| rank(&kinds[index]));
        // The wider shape may be shorter than anything seen, but never by more than half.
        self.shortest = self.kinds.iter().map(|&index| kinds[index].shortest / 2).min().unwrap_or(0);
    }
}

/// Whether what follows `before` continues a word: `risk-`, `task-`. `\n` in source text is an escape, not a letter.
fn continues_word(before: &str) -> bool {
    if matches!(before.as_bytes(), [.., b'\\', b'n' | b'r' | b't']) {
        return false;
    }
    before.chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == '_')
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn is_key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'+' | b'/' | b'=' | b':')
}

/// A regular expression for the beginning of a text, compiled when first used.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
struct Shape {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Shape {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Shape {
    fn get(&self) -> ShapeRef<'_> {
        let anchored = || Regex::new(&format!("^(?:{})", self.source)).ok();
        ShapeRef(self.compiled.get_or_init(anchored).as_ref())
    }
}

/// A compiled shape; one that did not compile (it can only come from a configuration) matches nothing.
struct ShapeRef<'a>(Option<&'a Regex>);

impl ShapeRef<'_> {
    fn find<'t>(&self, text: &'t str) -> Option<regex::Match<'t>> {
        self.0?.find(text)
    }
}

fn default_entropy() -> f64 {
    2.5
}

fn default_alphabet() -> String {
    "A-Za-z0-9_-".to_owned()
}
