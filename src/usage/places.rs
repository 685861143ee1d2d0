//! What the code calls the place that a value is put in: a variable, a field, a keyword, a key of a map.

use std::collections::HashMap;

use crate::catalog::libraries::Row;
use crate::catalog::names::{names_key, words};
use crate::catalog::{EnvMeaning, Provider};
use crate::facts::{
    ClassId, Entry, FunctionId, Parent, Root, ScopeId, StatementKind, Step, StoreId, StoreKind, ValueId, ValueKind,
};
use crate::usage::Usage;

/// How far out names are looked for, and how many are taken.
const CLIMB: usize = 48;
const NAMES: usize = 4;

/// Places by the value that is put there.
pub struct Places {
    stores: HashMap<ValueId, StoreId>,
    /// The variables that an environment file defines.
    definitions: HashMap<ValueId, usize>,
    /// The keys of the map entries that values stand in.
    keys: HashMap<ValueId, ValueId>,
    /// The values that closures are.
    closures: HashMap<FunctionId, ValueId>,
    /// Classes by the scope of their bodies.
    classes: HashMap<ScopeId, ClassId>,
}

/// A place whose name says that it holds a provider's key.
#[derive(Clone, Debug)]
pub struct KeyPlace<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// The nearest name.
    pub name: String,
    /// The name is one of the provider's environment variables.
    pub variable: bool,
}

impl<'a> Usage<'a> {
    /// The names of the place that a value stands in, from the inside out: for `x` in `keys = {"openai": str(x)}` these are
    /// `openai`, `keys`.
    pub fn place_names(&self, value: ValueId) -> Vec<String> {
        let facts = self.facts();
        let mut names = Vec::new();
        let mut at = value;
        for _ in 0..CLIMB {
            self.stored_names(at, &mut names);
            if names.len() >= NAMES {
                break;
            }
            let Parent::Value(parent) = facts[at].parent else {
                // What a closure gives goes where the closure goes.
                let Some(closure) = self.returned_name(at, &mut names) else { break };
                at = closure;
                continue;
            };
            let Some(next) = self.outwards(at, parent, &mut names) else { break };
            at = next;
        }
        names.truncate(NAMES);
        names
    }

    /// The provider whose key a value is, by the names of its place.
    pub fn key_place(&self, value: ValueId) -> Option<KeyPlace<'a>> {
        let names = self.place_names(value);
        let nearest = names.first()?;
        let place = |provider, variable| KeyPlace { provider, name: nearest.clone(), variable };
        if let Some(meaning) = self.secret_variable(nearest) {
            return Some(place(meaning.provider, true));
        }
        let says_key = names_key(nearest)
            || (names.len() > 1 && self.catalog().provider_named(nearest).is_some() && names_key(&names[1]));
        if !says_key {
            return None;
        }
        names.iter().find_map(|it| self.catalog().provider_named(it)).map(|it| place(it, false))
    }

    /// What a name means as an environment variable, in any case and with or without `_`, if that holds a key.
    pub fn secret_variable(&self, name: &str) -> Option<EnvMeaning<'a>> {
        let meaning = self.catalog().provider_of_env(name);
        let meaning = meaning.or_else(|| self.catalog().provider_of_env(&words(name).join("_").to_ascii_uppercase()));
        meaning.filter(|it| it.role.is_secret())
    }

    /// The next value outwards, if what it holds is still this value; its name for it goes to `names`.
    fn outwards(&self, at: ValueId, parent: ValueId, names: &mut Vec<String>) -> Option<ValueId> {
        let facts = self.facts();
        match &facts[parent].kind {
            ValueKind::Transparent(_)
            | ValueKind::Await(_)
            | ValueKind::Propagate(_)
            | ValueKind::Choice { .. }
            | ValueKind::Opaque(_) => Some(parent),
            ValueKind::Fallback { value, default } => {
                if *default == at {
                    names.extend(self.resolver().environment_origins(*value).into_iter().filter_map(|it| it.name));
                }
                Some(parent)
            }
            ValueKind::Assign { .. } => Some(parent),
            ValueKind::Map(_) => {
                names.extend(self.own_literal(*self.places().keys.get(&at)?));
                Some(parent)
            }
            ValueKind::List(list) => {
                if let [name, value] = list.items.as_slice()
                    && *value == at
                {
                    names.extend(self.own_literal(*name));
                }
                Some(parent)
            }
            ValueKind::Member { object, .. } if *object == at => {
                // `"x".to_string()`: the call around passes its receiver on.
                let Parent::Value(call) = facts[parent].parent else { return None };
                let passes = matches!(self.resolver().call_row(call), Some(Row::Passes(_)));
                (passes && facts.call(call).is_some_and(|it| it.callee == parent)).then_some(call)
            }
            ValueKind::Call(call) => {
                let argument = call.arguments.iter().find(|it| it.value == at)?;
                if let Some(Row::Default(_)) = self.resolver().method_row(call) {
                    let read = self.resolver().receiver(call).map(|it| self.resolver().environment_origins(it));
                    names.extend(read.into_iter().flatten().filter_map(|it| it.name));
                    return Some(parent);
                }
                match &argument.name {
                    // `add_argument("--openai-key", default=…)`, `#[arg(env = "OPENAI_API_KEY", default_value = …)]`
                    Some((name, _)) if name.starts_with("default") => {
                        let named = call.named("env").or_else(|| call.positional(0));
                        names.extend(named.and_then(|it| self.own_literal(it.value)));
                        return Some(parent);
                    }
                    Some((name, _)) => {
                        names.push(name.to_string());
                        return Some(parent);
                    }
                    None => {}
                }
                // `set_var("NAME", value)`, `map.insert("name", value)`.
                if let Some(first) = call.positional(0)
                    && call.positional(1).is_some_and(|it| it.value == at)
                {
                    names.extend(self.own_literal(first.value));
                    return None;
                }
                matches!(self.resolver().call_row(parent), Some(Row::Passes(_))).then_some(parent)
            }
            _ => None,
        }
    }

    /// The literal that a value itself is.
    fn own_literal(&self, value: ValueId) -> Option<String> {
        match &self.facts()[self.facts().past_transparent(value)].kind {
            ValueKind::Text(text) => text.literal(),
            ValueKind::Name(name) | ValueKind::Member { name, .. } => Some(name.to_string()),
            _ => None,
        }
    }

    /// The names of the place that a value is stored in, and of the class that the place is a member of.
    fn stored_names(&self, value: ValueId, names: &mut Vec<String>) {
        let facts = self.facts();
        let defined = self.places().definitions.get(&value).and_then(|it| facts.definitions.get(*it));
        names.extend(defined.map(|it| it.name.to_string()));
        let Some(id) = self.places().stores.get(&value) else { return };
        let store = &facts[*id];
        let keys = store.place.path.iter().rev().filter_map(|it| match it {
            Step::Key(key, _) => Some(key.to_string()),
            _ => None,
        });
        names.extend(keys);
        if let Root::Name(name) = &store.place.root {
            names.push(name.to_string());
        }
        let class = facts.class_around(FunctionId(id.chunk));
        let here = self.places().classes.get(&store.scope).copied();
        names.extend(here.or(class).and_then(|it| facts[it].name.as_deref()).map(str::to_owned));
    }

    /// The name of the function that returns a value goes to `names`; a closure itself is given back.
    fn returned_name(&self, value: ValueId, names: &mut Vec<String>) -> Option<ValueId> {
        let facts = self.facts();
        let function = FunctionId(value.chunk);
        let returned = match facts[value].parent {
            Parent::Statement(statement) => matches!(facts[statement].kind, StatementKind::Return(_)),
            _ => facts.body(function).tail == Some(value),
        };
        if !returned {
            return None;
        }
        match facts.function(function).name.as_deref() {
            Some(name) => {
                names.push(name.to_owned());
                None
            }
            None => self.closure_of(function),
        }
    }

    /// The value that a closure is.
    pub fn closure_of(&self, function: FunctionId) -> Option<ValueId> {
        self.places().closures.get(&function).copied()
    }

    /// The store that puts a value somewhere, if one does.
    pub fn store_of(&self, value: ValueId) -> Option<StoreId> {
        self.places().stores.get(&value).copied()
    }
}

impl Places {
    /// Of a document.
    pub(super) fn new(usage: &Usage<'_>) -> Self {
        let direct = |store: &crate::facts::Store| store.projection.is_empty() && store.kind != StoreKind::Augment;
        let facts = usage.facts();
        let stores = facts.stores().filter(|(_, it)| direct(it));
        let pairs = facts.values().filter_map(|(_, it)| match &it.kind {
            ValueKind::Map(map) => Some(map.entries.iter()),
            _ => None,
        });
        let closures = facts.values().filter_map(|(id, it)| match it.kind {
            ValueKind::Function(function) => Some((function, id)),
            _ => None,
        });
        let pair = |it: &Entry| match it {
            Entry::Pair { key, value, .. } => Some((*value, *key)),
            Entry::Spread(_) => None,
        };
        Self {
            definitions: facts.definitions.iter().enumerate().map(|(at, it)| (it.value, at)).collect(),
            stores: stores.filter_map(|(id, it)| Some((it.value?, id))).collect(),
            keys: pairs.flatten().filter_map(pair).collect(),
            closures: closures.collect(),
            classes: facts.classes().map(|(id, it)| (it.scope, id)).collect(),
        }
    }
}
