//! What a finished group becomes.

use super::{Group, Item, Items, Kind, Reader};
use crate::facts::{Argument, Call, Entry, List, Map, ValueId, ValueKind};
use crate::syntax::rust::macros;
use crate::text::TextRange;

impl Reader<'_> {
    pub(super) fn finish(&mut self, group: Group) -> ValueId {
        let Group { kind, items, is_json, .. } = group;
        let range = items.range;
        match kind {
            Kind::Parentheses => self.parentheses(items),
            Kind::List => self.list(items, range),
            Kind::Map(record) => self.map(record, items, is_json),
            Kind::Block => self.opaque(values(items), range),
            Kind::Index(object) => {
                let whole = self.builder.value_range(object).cover(range);
                match *values(items) {
                    [index] => self.builder.value(ValueKind::Index { object, index }, whole),
                    ref several => self.opaque([&[object], several].concat(), whole),
                }
            }
            Kind::Arguments(callee) => {
                let whole = self.builder.value_range(callee).cover(range);
                self.call(callee, items, whole)
            }
            Kind::Macro(callee, shape) => {
                let whole = self.builder.value_range(callee).cover(range);
                macros::finish(self, callee, shape, items, whole)
            }
        }
    }

    fn parentheses(&mut self, items: Items) -> ValueId {
        let (range, is_tuple) = (items.range, items.is_tuple);
        let values = values(items);
        let kind = match *values {
            [] => ValueKind::Null,
            [inner] if !is_tuple => ValueKind::Transparent(inner),
            _ => ValueKind::List(List::of(values)),
        };
        self.builder.value(kind, range)
    }

    /// A list of the items; one that repeats an item is opaque.
    pub(in crate::syntax::rust) fn list(&mut self, items: Items, range: TextRange) -> ValueId {
        let kind = match items.is_repeat {
            true => ValueKind::Opaque(values(items)),
            false => ValueKind::List(List::of(values(items))),
        };
        self.builder.value(kind, range)
    }

    fn map(&mut self, record: Option<ValueId>, items: Items, is_json: bool) -> ValueId {
        let start = record.map_or(items.range, |it| self.builder.value_range(it));
        let name = record.and_then(|it| last_name(self.builder.kind(it)));
        record.into_iter().for_each(|it| self.silence(it));
        let range = start.cover(items.range);
        let entries = items.items.into_iter().map(|it| self.entry(it, is_json)).collect();
        self.builder.value(ValueKind::Map(Map { entries, record: name }), range)
    }

    fn entry(&mut self, item: Item, is_json: bool) -> Entry {
        let range = self.builder.relative(item.range);
        match (item.key, self.builder.kind(item.value)) {
            (Some(key), _) => {
                let key = if is_json { key } else { self.field(key) };
                Entry::Pair { key, value: item.value, shorthand: false, range }
            }
            (None, Some(ValueKind::Name(name))) if !item.is_spread => {
                let name = name.clone();
                let key = self.builder.bare_text(&name, item.range);
                Entry::Pair { key, value: item.value, shorthand: true, range }
            }
            (None, _) => Entry::Spread(item.value),
        }
    }

    /// A record's field name, which was read as a name.
    fn field(&mut self, key: ValueId) -> ValueId {
        let Some(ValueKind::Name(name)) = self.builder.kind(key) else { return key };
        let name = name.clone();
        self.builder.take_kind(key);
        let range = self.builder.value_range(key);
        self.builder.bare_text(&name, range)
    }

    /// A call of `callee` with these items.
    pub(in crate::syntax::rust) fn call(&mut self, callee: ValueId, items: Items, range: TextRange) -> ValueId {
        let argument_range = self.builder.relative(items.range);
        let arguments = items.items.into_iter().map(|it| self.argument(it)).collect();
        self.builder.value(ValueKind::Call(Call { callee, arguments, argument_range, constructs: false }), range)
    }

    fn argument(&mut self, item: Item) -> Argument {
        let name = item.name.map(|(name, range)| (name, self.builder.relative(range)));
        Argument { name, value: item.value, spread: false, range: self.builder.relative(item.range) }
    }

    pub(in crate::syntax::rust) fn opaque(&mut self, values: Vec<ValueId>, range: TextRange) -> ValueId {
        self.builder.value(ValueKind::Opaque(values), range)
    }
}

fn values(items: Items) -> Vec<ValueId> {
    items.items.into_iter().flat_map(|it| it.key.into_iter().chain([it.value])).collect()
}

fn last_name(path: Option<&ValueKind>) -> Option<Box<str>> {
    match path? {
        ValueKind::Name(name) | ValueKind::Member { name, .. } => Some(name.clone()),
        _ => None,
    }
}
