//! Keys that are written into a document, whatever it does with them.
//!
//! A key is told by its shape, by where it goes (a client's option, a header, an environment variable), or by its shape and
//! the name of its place together.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use memchr::memmem;

use crate::catalog::keys::{KeyClass, KeyMatch};
use crate::catalog::names::words;
use crate::catalog::{Inspection, KeyKind, Provider, is_placeholder};
use crate::facts::{Part, Text, TextForm, ValueId, ValueKind};
use crate::language::Language;
use crate::text::{Secret, TextRange};
use crate::usage::Usage;
use crate::usage::clients::Endpoint;
use crate::usage::joined::Joined;
use crate::usage::keys::BoundKey;
use crate::usage::places::KeyPlace;

/// The length from which a literal that goes where a key goes is taken for one.
const LEAST: usize = 16;
/// The least letters and digits in a row that no person makes up.
const RUN: usize = 12;
/// How much text around a key is looked at.
const AROUND: usize = 2000;
/// No key is longer.
const MOST: usize = 400;

/// Words of a name that say that it holds a key, but not whose.
const SAY_NOTHING: &[&str] = &["api", "key", "keys", "apikey", "token", "secret"];

/// A key in a document.
#[derive(Clone, Debug)]
pub struct WrittenKey<'a> {
    /// The key's own text, without what surrounds it in its literal.
    pub range: TextRange,
    /// The key.
    pub key: Secret,
    /// What it is, if its shape or its place says so.
    pub kind: Option<&'a KeyKind>,
    /// Whose it is, if that is known.
    pub provider: Option<&'a Provider>,
    /// Where it stands.
    pub spot: Spot,
}

/// Where a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// In a comment.
    Comment,
    /// In a text.
    Text {
        /// The text.
        value: ValueId,
        /// What surrounds the key in it; `None` if that is not known literal text.
        around: Option<(String, String)>,
    },
    /// Neither: text of a page, a document that is not parsed.
    Elsewhere,
}

impl WrittenKey<'_> {
    /// The text that it stands in.
    pub fn value(&self) -> Option<ValueId> {
        match self.spot {
            Spot::Text { value, .. } => Some(value),
            _ => None,
        }
    }
}

/// One search of a document.
struct Search<'u, 'a> {
    usage: &'u Usage<'a>,
    source: &'u str,
    found: Vec<WrittenKey<'a>>,
    taken: Taken,
    /// What goes where a key goes, by its value.
    bound: HashMap<ValueId, &'u BoundKey<'a>>,
    /// Whether the document speaks of the service that a kind of key is for, once that was asked.
    spoken_of: RefCell<HashMap<String, bool>>,
}

/// Ranges that do not overlap.
#[derive(Default)]
struct Taken(BTreeMap<u32, u32>);

impl Taken {
    fn overlaps(&self, range: TextRange) -> bool {
        self.0.range(..range.end).next_back().is_some_and(|(_, end)| *end > range.start)
    }

    fn add(&mut self, range: TextRange) {
        self.0.insert(range.start, range.end);
    }
}

/// A slice of a text that has the shape of a key.
struct Hit<'a> {
    range: TextRange,
    matched: KeyMatch<'a>,
    key: String,
    spot: Spot,
}

/// Finds the keys in a document's text, in source order.
pub(super) fn written_keys<'a>(usage: &Usage<'a>, source: &str) -> Vec<WrittenKey<'a>> {
    let bound = usage.bound_keys().iter().map(|it| (it.value, it)).collect();
    let mut search =
        Search { usage, source, found: Vec::new(), taken: Taken::default(), bound, spoken_of: RefCell::default() };
    let hits = search.by_shape();
    hits.into_iter().for_each(|it| search.judge(it));
    search.by_use();
    search.by_name();
    search.found.sort_by_key(|it| it.range);
    search.found
}

impl<'a> Search<'_, 'a> {
    /// Everything in the text that has the shape of a key.
    fn by_shape(&self) -> Vec<Hit<'a>> {
        let facts = self.usage.facts();
        let kinds = self.usage.catalog().key_kinds();
        let mut hits: Vec<Hit<'a>> = kinds
            .find(self.source)
            .into_iter()
            .map(|it| Hit {
                range: TextRange::from(it.range.clone()),
                key: self.source[it.range.clone()].to_owned(),
                matched: it,
                spot: Spot::Elsewhere,
            })
            .collect();
        let mut split: Vec<Hit<'a>> = Vec::new();
        for (id, value) in facts.values() {
            let ValueKind::Text(text) = &value.kind else { continue };
            for part in &text.parts {
                if let Part::Literal { range, .. } = part {
                    self.place_hits(&mut hits, id, text, facts.at(id.chunk, *range));
                }
            }
            split.extend(self.split_keys(id, text));
        }
        let mut of_split = Taken::default();
        split.iter().for_each(|it| of_split.add(it.range));
        hits.retain(|it| !of_split.overlaps(it.range));
        hits.extend(split);
        self.place_comments(&mut hits);
        hits.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
        hits.dedup_by(|next, kept| next.range.overlaps(kept.range));
        hits
    }

    /// Tells hits inside a literal piece of a text that they stand there.
    fn place_hits(&self, hits: &mut [Hit<'a>], id: ValueId, text: &Text, piece: TextRange) {
        let from = hits.partition_point(|it| it.range.start < piece.start);
        for hit in hits[from..].iter_mut().take_while(|it| it.range.end <= piece.end) {
            let small = text.parts.iter().map(part_length).sum::<usize>() <= AROUND;
            let runs = if small { Joined::of_text(self.usage.facts(), id, text) } else { Vec::new() };
            let around = match runs.as_slice() {
                [whole] if text.holes().next().is_none() => whole.text.split_once(&hit.key),
                _ => None,
            };
            let around = around.map(|(before, after)| (before.to_owned(), after.to_owned()));
            hit.spot = Spot::Text { value: id, around };
        }
    }

    /// Keys that are written in several pieces.
    fn split_keys(&self, id: ValueId, text: &Text) -> Vec<Hit<'a>> {
        if text.parts.len() < 2 {
            return Vec::new();
        }
        let facts = self.usage.facts();
        let has_holes = text.holes().next().is_some();
        let runs = match has_holes && text.parts.iter().any(is_long) {
            true => Joined::of_resolved(&self.usage.resolver().text(id)),
            false => Joined::of_text(facts, id, text),
        };
        let whole = runs.len() == 1 && !has_holes;
        let mut res = Vec::new();
        for run in runs.iter().filter(|it| it.pieces() > 1 && it.text.len() >= LEAST) {
            for matched in self.usage.catalog().key_kinds().find(&run.text) {
                let slice = matched.range.clone();
                let sources = run.sources(slice.clone());
                if let ([first, .., last], Some(range)) = (sources.as_slice(), run.source(slice.clone()))
                    && first != last
                {
                    let around = whole.then(|| split_at(&run.text, &slice));
                    let key = run.text[slice].to_owned();
                    res.push(Hit { range, matched, key, spot: Spot::Text { value: id, around } });
                }
            }
        }
        res
    }

    fn place_comments(&self, hits: &mut [Hit<'a>]) {
        let comments = &self.usage.facts().comments;
        for hit in hits.iter_mut().filter(|it| it.spot == Spot::Elsewhere) {
            let next = comments.partition_point(|it| it.range.end < hit.range.end);
            if comments.get(next).is_some_and(|it| it.range.contains(hit.range)) {
                hit.spot = Spot::Comment;
            }
        }
    }

    /// Takes what has the shape of a key for one, unless its place says that it is none.
    fn judge(&mut self, hit: Hit<'a>) {
        let kind = hit.matched.kind;
        if matches!(kind.class, KeyClass::Public | KeyClass::Ephemeral) {
            return;
        }
        let value = match hit.spot {
            Spot::Text { value, .. } => Some(value),
            _ => None,
        };
        let bound = value.and_then(|it| self.bound.get(&it).copied());
        if bound.is_some_and(|it| is_local(it.endpoint)) && kind.shared {
            return;
        }
        if bound.is_none() && value.is_some_and(|it| self.usage.is_looked_at(it)) {
            return;
        }
        let place = value.and_then(|it| self.usage.key_place(it));
        let fits = |it: &&Provider| kind.shared || kind.fits(&it.id);
        let place = place.filter(|it| fits(&it.provider));
        let is_named = || place.as_ref().is_some_and(|it| self.names_service(it, kind));
        if kind.elsewhere && bound.is_none() && !self.speaks_of(&hit, kind) && !is_named() {
            return;
        }
        let of_place = bound.and_then(|it| it.provider).filter(fits).or(place.map(|it| it.provider));
        let own = self.usage.catalog().provider(&kind.provider).filter(|_| !kind.shared);
        let provider = own.or(of_place);
        let named = !kind.shared || provider.is_some_and(|it| kind.provider == it.id);
        // A prefix that stands there twice does not belong to the key.
        let key = match self.usage.catalog().key_kinds().inspect(&hit.key, Some(&kind.provider)) {
            Inspection::DoubledPrefix { extra } => Secret::new(&hit.key[extra.len()..]),
            _ => Secret::new(hit.key),
        };
        self.push(WrittenKey { range: hit.range, key, kind: named.then_some(kind), provider, spot: hit.spot });
    }

    /// Whether a place's name speaks of the LLM service, not only of the company: `GEMINI_KEY`, not `GOOGLE_MAPS_KEY`.
    fn names_service(&self, place: &KeyPlace<'_>, kind: &KeyKind) -> bool {
        let says_nothing = |it: &String| *it == place.provider.id || SAY_NOTHING.contains(&it.as_str());
        let rest: Vec<String> = words(&place.name).into_iter().filter(|it| !says_nothing(it)).collect();
        if rest.is_empty() {
            return self.usage.facts().language == Language::Dotenv || self.document_speaks_of(kind);
        }
        let named = || self.usage.catalog().provider_named(&rest.join("_"));
        place.variable || named().is_some_and(|it| it.id == place.provider.id)
    }

    /// Whether the text that holds a key names a host of the provider.
    fn speaks_of(&self, hit: &Hit<'_>, kind: &KeyKind) -> bool {
        let Some(provider) = self.usage.catalog().provider(&kind.provider) else { return false };
        match &hit.spot {
            Spot::Text { around: Some((before, _)), .. } => {
                provider.hosts.iter().any(|it| before.contains(it.as_str()))
            }
            Spot::Text { around: None, .. } => false,
            // A comment or a line by itself: the name in front of the key.
            _ => {
                let line = line_before(self.source, hit.range.start);
                let name = line.trim_end_matches(|it: char| !it.is_alphanumeric() && it != '_');
                let from = name.rfind(|it: char| !it.is_alphanumeric() && it != '_').map_or(0, |it| it + 1);
                self.usage
                    .secret_variable(name.get(from..).unwrap_or_default())
                    .is_some_and(|it| kind.fits(&it.provider.id))
                    || provider.hosts.iter().any(|it| line.contains(it.as_str()))
            }
        }
    }

    /// Whether the document speaks of the provider's LLM service: by a host, a client library, or a variable that only it
    /// reads.
    fn document_speaks_of(&self, kind: &KeyKind) -> bool {
        let Some(provider) = self.usage.catalog().provider(&kind.provider) else { return false };
        if let Some(known) = self.spoken_of.borrow().get(&kind.slug) {
            return *known;
        }
        let holds = |word: &str| memmem::find(self.source.as_bytes(), word.as_bytes()).is_some();
        let packages = provider.sdks.iter().map(|it| it.package.as_str());
        let modules =
            provider.sdks.iter().flat_map(|it| &it.clients).filter_map(|it| it.rsplit_once('.')).map(|it| it.0);
        let hosts = provider.hosts.iter().map(String::as_str);
        let res = packages.chain(modules).chain(hosts).any(holds);
        self.spoken_of.borrow_mut().insert(kind.slug.clone(), res);
        res
    }

    /// Literals that go where a key goes.
    fn by_use(&mut self) {
        for bound in self.usage.bound_keys() {
            if is_local(bound.endpoint) {
                continue;
            }
            let key = bound.key().trim();
            let id = bound.provider.map(|it| it.id.as_str());
            if !looks_made(key) || !self.is_sound(key, id) {
                continue;
            }
            let start = bound.scheme + (bound.key().len() - bound.key().trim_start().len());
            let slice = start..start + key.len();
            let Some(range) = bound.text.source(slice.clone()) else { continue };
            let Some(spot) = self.spot_at(bound, range, &slice) else { continue };
            let kind = self.usage.catalog().key_kinds().classify(key, id);
            let kind = kind.filter(|it| id.is_some_and(|id| it.kind.fits(id)) || it.names_provider()).map(|it| it.kind);
            self.push(WrittenKey { range, key: Secret::new(key), kind, provider: bound.provider, spot });
        }
    }

    /// The text that holds a bound key: the bound value itself, or the literal that it was put together from.
    fn spot_at(&self, bound: &BoundKey<'_>, range: TextRange, slice: &Range<usize>) -> Option<Spot> {
        let facts = self.usage.facts();
        let ValueKind::Text(text) = &facts[bound.value].kind else { return Some(Spot::Elsewhere) };
        if facts.range(bound.value).contains(range) && text.holes().next().is_none() {
            return Some(Spot::Text { value: bound.value, around: Some(split_at(&bound.text.text, slice)) });
        }
        let origin = self.literal_around(range, &bound.text.text[slice.clone()]);
        let origin = origin.map(|(value, around)| Spot::Text { value, around: Some(around) });
        Some(origin.unwrap_or(Spot::Text { value: bound.value, around: None }))
    }

    /// The literal without holes that holds a key in this place, and its text around the key.
    fn literal_around(&self, range: TextRange, key: &str) -> Option<(ValueId, (String, String))> {
        let facts = self.usage.facts();
        let around = |id: ValueId, text: &Text| {
            let runs = Joined::of_text(facts, id, text);
            let [whole] = runs.as_slice() else { return None };
            let start = whole.text.find(key)?;
            let slice = start..start + key.len();
            (whole.source(slice.clone()) == Some(range)).then(|| split_at(&whole.text, &slice))
        };
        facts.values().find_map(|(id, it)| match &it.kind {
            ValueKind::Text(text) if text.holes().next().is_none() && facts.range(id).contains(range) => {
                Some((id, around(id, text)?))
            }
            _ => None,
        })
    }

    /// Literals of a shape that says little, under a name that says the rest.
    fn by_name(&mut self) {
        let facts = self.usage.facts();
        let mut named: Vec<WrittenKey<'a>> = Vec::new();
        for (id, value) in facts.values() {
            let ValueKind::Text(text) = &value.kind else { continue };
            let Some((key, range)) = single_literal(text) else { continue };
            if !looks_made(key) {
                continue;
            }
            let range = facts.at(id.chunk, range);
            if range.len() as usize != key.len() || self.taken.overlaps(range) {
                continue;
            }
            let Some(place) = self.usage.key_place(id) else { continue };
            let matched = self.usage.catalog().key_kinds().classify(key, Some(&place.provider.id));
            let Some(matched) = matched.filter(|it| it.kind.fits(&place.provider.id)) else { continue };
            let skipped =
                matches!(matched.kind.class, KeyClass::Public | KeyClass::Ephemeral) || matched.kind.elsewhere;
            if skipped || self.usage.is_looked_at(id) {
                continue;
            }
            let around = Some((String::new(), String::new()));
            named.push(WrittenKey {
                range,
                key: Secret::new(key),
                kind: Some(matched.kind),
                provider: Some(place.provider),
                spot: Spot::Text { value: id, around },
            });
        }
        for definition in &facts.definitions {
            named.extend(self.defined(definition));
        }
        named.into_iter().for_each(|it| self.push(it));
    }

    /// A key in an environment file, told by the variable's name.
    fn defined(&self, definition: &crate::facts::Definition) -> Option<WrittenKey<'a>> {
        let facts = self.usage.facts();
        let meaning = self.usage.secret_variable(&definition.name)?;
        let ValueKind::Text(text) = &facts[definition.value].kind else { return None };
        let runs = Joined::of_text(facts, definition.value, text);
        let [whole] = runs.as_slice() else { return None };
        let key = whole.text.trim();
        if !looks_made(key) || !self.is_sound(key, Some(&meaning.provider.id)) {
            return None;
        }
        let start = whole.text.len() - whole.text.trim_start().len();
        let slice = start..start + key.len();
        let kind = self.usage.catalog().key_kinds().classify(key, Some(&meaning.provider.id))?;
        Some(WrittenKey {
            range: whole.source(slice.clone())?,
            key: Secret::new(key),
            kind: Some(kind.kind),
            provider: Some(meaning.provider),
            spot: Spot::Text { value: definition.value, around: Some(split_at(&whole.text, &slice)) },
        })
    }

    fn push(&mut self, key: WrittenKey<'a>) {
        if !self.taken.overlaps(key.range) {
            self.taken.add(key.range);
            self.found.push(key);
        }
    }

    /// Whether nothing else is known of a value than that it may be a key.
    fn is_sound(&self, key: &str, provider: Option<&str>) -> bool {
        let inspection = self.usage.catalog().key_kinds().inspect(key, provider);
        matches!(inspection, Inspection::Fine | Inspection::OtherProvider { .. })
    }
}

/// Whether a value looks as if a machine made it: long enough, in one piece, letters and digits mixed.
fn looks_made(key: &str) -> bool {
    (LEAST..=MOST).contains(&key.len())
        && key.bytes().all(|it| it.is_ascii_graphic())
        && key.split(|it: char| !it.is_ascii_alphanumeric()).any(|run| {
            run.len() >= RUN
                && run.bytes().any(|it| it.is_ascii_digit())
                && run.bytes().any(|it| it.is_ascii_alphabetic())
        })
        && !is_placeholder(key)
}

/// The text of a literal in one piece.
fn single_literal(text: &Text) -> Option<(&str, crate::facts::RelativeRange)> {
    match text.parts.as_slice() {
        [Part::Literal { text: key, range }] if text.form != TextForm::Bare || key.len() >= LEAST => {
            Some((key, *range))
        }
        _ => None,
    }
}

/// Whether a literal piece holds enough of a key for the rest to be in a constant.
fn is_long(part: &Part) -> bool {
    let Part::Literal { text, .. } = part else { return false };
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_').any(|it| it.len() >= LEAST)
}

fn split_at(text: &str, slice: &Range<usize>) -> (String, String) {
    (text[..slice.start].to_owned(), text[slice.end..].to_owned())
}

/// The end of the line in front of an offset.
fn line_before(source: &str, offset: u32) -> &str {
    let before = &source[..offset as usize];
    let from = (before.len().saturating_sub(AROUND / 10)..=before.len()).find(|it| before.is_char_boundary(*it));
    before[from.unwrap_or(before.len())..].rsplit('\n').next().unwrap_or_default()
}

fn part_length(part: &Part) -> usize {
    match part {
        Part::Literal { text, .. } => text.len(),
        Part::Hole { .. } => 0,
    }
}

fn is_local(endpoint: Endpoint<'_>) -> bool {
    matches!(endpoint, Endpoint::Local) || endpoint.provider().is_some_and(|it| it.local)
}

impl<'a> Usage<'a> {
    /// The keys written into the document, whose text is `source`.
    pub fn written_keys(&self, source: &str) -> &[WrittenKey<'a>] {
        self.written.get_or_init(|| written_keys(self, source))
    }
}
