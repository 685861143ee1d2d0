//! Maps as they are when they are used: literals, what is spread into them, and what is put in step by step.

use std::collections::HashSet;

use crate::catalog::libraries::Row;
use crate::facts::{Call, Entry, FunctionId, Root, ScopeId, Step, StoreKind, ValueId, ValueKind};
use crate::text::TextRange;
use crate::usage::resolve::{Origin, Resolver};

/// How deep spreads and copies are followed.
const DEPTH: u32 = 4;

/// A map put together.
#[derive(Clone, Debug, Default)]
pub struct ResolvedMap {
    /// The entries that are known, literals first, then what was put in, each in source order.
    pub entries: Vec<MapEntry>,
    /// There may be others.
    pub open: bool,
}

/// An entry of a map, or a header set by a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapEntry {
    /// The key, if it is a known text.
    pub key: Option<String>,
    /// Where the key is written: the literal's text without its quotes where it stands in the file as it is.
    pub key_range: TextRange,
    /// The key's value, if it is one (a keyword argument's name is none).
    pub key_value: Option<ValueId>,
    /// The value.
    pub value: ValueId,
}

/// A variable or member that a map may be kept in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Variable(String, ScopeId, Vec<String>),
    Member(String, Vec<String>),
}

impl Resolver<'_> {
    /// The entries of the map that a value is.
    pub fn map(&self, value: ValueId) -> ResolvedMap {
        let mut res = ResolvedMap::default();
        let mut seen = HashSet::new();
        self.collect(value, DEPTH, &mut res, &mut seen);
        let mut unique: Vec<MapEntry> = Vec::new();
        res.entries.into_iter().for_each(|it| {
            if !unique.contains(&it) {
                unique.push(it);
            }
        });
        ResolvedMap { entries: unique, open: res.open }
    }

    fn collect(&self, value: ValueId, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        if depth == 0 || !seen.insert(value) {
            res.open |= depth == 0;
            return;
        }
        let origins = self.origins(value);
        res.open |= !origins.complete;
        for origin in &origins.all {
            match origin {
                Origin::Value(origin) => self.collect_value(*origin, depth, res, seen),
                _ => res.open = true,
            }
        }
        if let Some(holder) = self.holder(value) {
            self.collect_changes(&holder, depth, res, seen);
        }
    }

    fn collect_value(&self, value: ValueId, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        match &self.facts[value].kind {
            ValueKind::Map(map) => {
                for entry in &map.entries {
                    match entry {
                        Entry::Pair { key, value, .. } => res.entries.push(self.pair(*key, *value)),
                        Entry::Spread(inner) => self.collect(*inner, depth - 1, res, seen),
                    }
                }
            }
            ValueKind::Call(call) => match self.call_row(value) {
                Some(Row::Map) => self.collect_arguments(call, depth, res, seen),
                // An empty map that is filled later.
                _ if call.arguments.is_empty() => {}
                _ => res.open = true,
            },
            ValueKind::Null => {}
            _ => res.open = true,
        }
    }

    fn collect_arguments(&self, call: &Call, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        for argument in &call.arguments {
            match &argument.name {
                Some((name, range)) if !argument.spread => res.entries.push(MapEntry {
                    key: Some(name.to_string()),
                    key_range: self.facts.at(call.callee.chunk, *range),
                    key_value: None,
                    value: argument.value,
                }),
                _ => self.collect(argument.value, depth - 1, res, seen),
            }
        }
    }

    /// An entry of these two values; a key's range is that of its text without quotes.
    pub fn pair(&self, key: ValueId, value: ValueId) -> MapEntry {
        let text = self.text(key);
        let inside = match text.pieces.as_slice() {
            [crate::usage::texts::Piece::Literal { range, .. }] if self.facts.range(key).contains(*range) => *range,
            _ => self.facts.range(key),
        };
        MapEntry { key: text.literal(), key_range: inside, key_value: Some(key), value }
    }

    /// The variable or member that a value names, with the members asked of it.
    fn holder(&self, value: ValueId) -> Option<Holder> {
        let facts = self.facts;
        let mut path = Vec::new();
        let mut at = facts.past_transparent(value);
        loop {
            match &facts[at].kind {
                ValueKind::Name(name) => {
                    path.reverse();
                    let scope = facts.declaring_scope(name, facts[at].scope)?;
                    return Some(Holder::Variable(name.to_string(), scope, path));
                }
                ValueKind::This => {
                    path.reverse();
                    let class = facts.class_around(FunctionId(at.chunk))?;
                    return Some(Holder::Member(facts[class].name.as_deref()?.to_owned(), path));
                }
                ValueKind::Member { object, name, .. } => {
                    path.push(name.to_string());
                    at = facts.past_transparent(*object);
                }
                _ => return None,
            }
        }
    }

    /// What stores and calls put into a held map.
    fn collect_changes(&self, holder: &Holder, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        for (id, store) in self.facts.stores() {
            if store.kind == StoreKind::Delete {
                continue;
            }
            let (Some(value), Some((key, range, key_value))) = (store.value, self.stored_key(id, holder)) else {
                continue;
            };
            res.entries.push(MapEntry { key, key_range: range, key_value, value });
        }
        for (id, call) in self.facts.calls() {
            let Some(receiver) = self.receiver(call) else { continue };
            if !matches!(self.call_row(id), Some(Row::Insert | Row::Header { .. } | Row::Headers(_))) {
                continue;
            }
            if self.holder(receiver).as_ref() == Some(holder) {
                self.collect_insert(call, depth, res, seen);
            }
        }
    }

    fn collect_insert(&self, call: &Call, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        match (call.positional(0), call.positional(1)) {
            (Some(key), Some(value)) => res.entries.push(self.pair(key.value, value.value)),
            _ => self.collect_arguments(call, depth, res, seen),
        }
    }

    /// The key under which a store puts something straight into a held map.
    fn stored_key(
        &self,
        id: crate::facts::StoreId,
        holder: &Holder,
    ) -> Option<(Option<String>, TextRange, Option<ValueId>)> {
        let facts = self.facts;
        let store = &facts[id];
        let (last, inner) = store.place.path.split_last()?;
        let mut keys = Vec::new();
        for step in inner {
            match step {
                Step::Key(key, _) => keys.push(key.to_string()),
                _ => return None,
            }
        }
        let place = match &store.place.root {
            Root::Name(name) => Holder::Variable(name.to_string(), facts.declaring_scope(name, store.scope)?, keys),
            Root::This => {
                let class = facts.class_around(FunctionId(id.chunk))?;
                Holder::Member(facts[class].name.as_deref()?.to_owned(), keys)
            }
            Root::Value(_) => return None,
        };
        if place != *holder {
            return None;
        }
        match last {
            Step::Key(key, range) => Some((Some(key.to_string()), facts.at(id.chunk, *range), None)),
            Step::Computed(value) => Some((self.literal(*value), facts.range(*value), Some(*value))),
            _ => None,
        }
    }
}
