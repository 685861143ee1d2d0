//! Maps as they are when they are used: literals, what is spread into them, and what is put in step by step.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::catalog::libraries::Row;
use crate::facts::{Call, Entry, FunctionId, Root, ScopeId, Step, StoreId, StoreKind, ValueId, ValueKind};
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
pub(super) enum Holder {
    Variable(String, ScopeId, Vec<String>),
    Member(String, Vec<String>),
}

/// A change of a held map.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Store(StoreId),
    Call(ValueId),
}

/// Every change, by what is changed.
pub(super) type Changes = HashMap<Holder, Vec<Change>>;

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
        let mut holders: Vec<Holder> = self.holder(value).into_iter().collect();
        for origin in &origins.all {
            match origin {
                Origin::Value(origin) => {
                    self.collect_value(*origin, depth, res, seen);
                    holders.extend(self.kept_in(*origin));
                }
                _ => res.open = true,
            }
        }
        let distinct: HashSet<Holder> = holders.into_iter().collect();
        distinct.iter().for_each(|it| self.collect_changes(it, depth, res, seen));
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
        let name = text.literal().or_else(|| self.header_constant(key));
        MapEntry { key: name, key_range: inside, key_value: Some(key), value }
    }

    /// The header that a constant of an HTTP library names: `reqwest::header::AUTHORIZATION`.
    fn header_constant(&self, value: ValueId) -> Option<String> {
        let path = self.path(self.facts.past_transparent(value))?;
        let (module, name) = path.rsplit_once('.')?;
        let is_constant = name.chars().all(|it| it.is_ascii_uppercase() || it == '_');
        let is_header = module == "header" || module.ends_with(".header");
        (is_constant && is_header).then(|| name.to_ascii_lowercase().replace('_', "-"))
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

    /// The variables and members that a literal or a call's result is first put in.
    fn kept_in(&self, value: ValueId) -> Vec<Holder> {
        let stores = self.stores_of_value(value).into_iter().filter(|it| self.facts[*it].projection.is_empty());
        stores.filter_map(|it| self.place_holder(it, self.facts[it].place.path.len())).collect()
    }

    /// The holder that the first steps of a store's place name.
    fn place_holder(&self, id: StoreId, steps: usize) -> Option<Holder> {
        let facts = self.facts;
        let store = &facts[id];
        let mut keys = Vec::new();
        for step in &store.place.path[..steps] {
            match step {
                Step::Key(key, _) => keys.push(key.to_string()),
                _ => return None,
            }
        }
        match &store.place.root {
            Root::Name(name) => {
                Some(Holder::Variable(name.to_string(), facts.declaring_scope(name, store.scope)?, keys))
            }
            Root::This => {
                let class = facts.class_around(FunctionId(id.chunk))?;
                Some(Holder::Member(facts[class].name.as_deref()?.to_owned(), keys))
            }
            Root::Value(_) => None,
        }
    }

    /// What stores and calls put into a held map.
    fn collect_changes(&self, holder: &Holder, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        let changes = self.changes();
        let Some(changes) = changes.get(holder) else { return };
        for change in changes {
            match change {
                Change::Store(id) => {
                    let Some(value) = self.facts[*id].value else { continue };
                    if let Some((key, key_range, key_value)) = self.stored_key(*id) {
                        res.entries.push(MapEntry { key, key_range, key_value, value });
                    }
                }
                Change::Call(id) => {
                    if let Some(call) = self.facts.call(*id) {
                        self.collect_insert(call, depth, res, seen);
                    }
                }
            }
        }
    }

    /// Every change of a held map in the document, worked out once.
    fn changes(&self) -> Rc<Changes> {
        if let Some(known) = &*self.changes.borrow() {
            return Rc::clone(known);
        }
        let mut res = Changes::new();
        for (id, store) in self.facts.stores() {
            if store.kind == StoreKind::Delete || store.place.path.is_empty() {
                continue;
            }
            if let Some(holder) = self.place_holder(id, store.place.path.len() - 1) {
                res.entry(holder).or_default().push(Change::Store(id));
            }
        }
        for (id, call) in self.facts.calls() {
            let Some(holder) = self.receiver(call).and_then(|it| self.holder(it)) else { continue };
            if matches!(self.call_row(id), Some(Row::Insert | Row::Header { .. } | Row::Headers(_))) {
                res.entry(holder).or_default().push(Change::Call(id));
            }
        }
        let res = Rc::new(res);
        *self.changes.borrow_mut() = Some(Rc::clone(&res));
        res
    }

    fn collect_insert(&self, call: &Call, depth: u32, res: &mut ResolvedMap, seen: &mut HashSet<ValueId>) {
        match (call.positional(0), call.positional(1)) {
            (Some(key), Some(value)) => res.entries.push(self.pair(key.value, value.value)),
            _ => self.collect_arguments(call, depth, res, seen),
        }
    }

    /// The key under which a store puts its value.
    fn stored_key(&self, id: StoreId) -> Option<(Option<String>, TextRange, Option<ValueId>)> {
        let facts = self.facts;
        match facts[id].place.path.last()? {
            Step::Key(key, range) => Some((Some(key.to_string()), facts.at(id.chunk, *range), None)),
            Step::Computed(value) => Some((self.literal(*value), facts.range(*value), Some(*value))),
            _ => None,
        }
    }
}
