//! Synthetic keys, built at run time from the shapes in the catalogue.
//!
//! No file of the project holds text of the shape of a key: bots and push protection would raise alarms. Tests,
//! fixtures and the demo ask here instead. The same name and seed always give the same text.

use super::keys::KeyKind;
use super::{Catalog, is_placeholder};

/// A key of the kind named `slug` (such as `openai-project-key`), well formed and random to the eye.
pub fn key(slug: &str, seed: u64) -> Option<String> {
    let kind = Catalog::embedded().key_kinds().by_slug(slug)?;
    // A random body looks like a placeholder once in a long while.
    (0..100).map(|attempt| of_shape(kind.pattern(), seed.wrapping_add(attempt << 32))).find(|key| is_good(kind, key))
}

fn is_good(kind: &KeyKind, key: &str) -> bool {
    kind.matches(key) == Some(true) && !is_placeholder(key)
}

/// Text that the expression matches. Knows what the catalogue uses: classes, groups, alternatives, counts.
fn of_shape(pattern: &str, seed: u64) -> String {
    let mut generator = Generator { rest: pattern, random: Random(seed) };
    generator.alternatives()
}

struct Generator<'a> {
    rest: &'a str,
    random: Random,
}

/// One item of an expression.
enum Item {
    Class(Vec<char>),
    /// Made anew for each repetition, from its source.
    Group(String),
}

impl Generator<'_> {
    /// Reads up to the end of the group and gives one of its alternatives.
    fn alternatives(&mut self) -> String {
        let mut made = vec![self.sequence()];
        while let Some(rest) = self.rest.strip_prefix('|') {
            self.rest = rest;
            made.push(self.sequence());
        }
        let chosen = self.random.below(made.len());
        made.swap_remove(chosen)
    }

    fn sequence(&mut self) -> String {
        let mut text = String::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let item = self.item();
            let (least, most) = self.count();
            for _ in 0..least + self.random.below(most - least + 1) {
                text.push_str(&self.make(&item));
            }
        }
        text
    }

    fn item(&mut self) -> Item {
        if let Some(inner) = self.rest.strip_prefix("(?:") {
            let end = closing(inner);
            self.rest = inner.get(end + 1..).unwrap_or_default();
            return Item::Group(inner[..end].to_owned());
        }
        match self.next() {
            '[' => self.class(),
            '\\' => match self.next() {
                'd' => Item::Class(('0'..='9').collect()),
                escaped => Item::Class(vec![escaped]),
            },
            literal => Item::Class(vec![literal]),
        }
    }

    fn class(&mut self) -> Item {
        let mut members = Vec::new();
        loop {
            match self.next() {
                ']' | '\0' => return Item::Class(members),
                first if self.rest.starts_with('-') && !self.rest.starts_with("-]") => {
                    self.next();
                    let last = self.next();
                    members.extend(first..=last);
                }
                member => members.push(member),
            }
        }
    }

    /// How often the item before may stand, unbounded counts cut short.
    fn count(&mut self) -> (usize, usize) {
        let Some(first) = self.rest.chars().next().filter(|c| "{?*+".contains(*c)) else {
            return (1, 1);
        };
        self.next();
        match first {
            '?' => (0, 1),
            '*' => (8, 24),
            '+' => (8, 16),
            _ => {
                let (counts, rest) = self.rest.split_once('}').unwrap_or((self.rest, ""));
                self.rest = rest;
                let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
                let least = least.parse().unwrap_or(1);
                (least, most.parse().unwrap_or(least + 53))
            }
        }
    }

    fn make(&mut self, item: &Item) -> String {
        match item {
            Item::Class(members) => members.get(self.random.below(members.len())).copied().into_iter().collect(),
            Item::Group(source) => of_shape(source, self.random.next()),
        }
    }

    fn next(&mut self) -> char {
        let mut chars = self.rest.chars();
        let c = chars.next().unwrap_or('\0');
        self.rest = chars.as_str();
        c
    }
}

/// Where the group that began before `inner` ends.
fn closing(inner: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            _ => {}
        }
    }
    inner.len()
}

/// `SplitMix64`, for texts that are the same everywhere; nothing here is secret.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}
