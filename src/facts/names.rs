//! Names: which scope declares one as seen from another, and which stores mean the same variable.

use std::collections::HashMap;

use super::{Facts, FunctionId, Root, ScopeId, ScopeKind, StoreId};

/// The stores of every name, by the scope that declares it.
#[derive(Debug, Default)]
pub(super) struct Names {
    homes: HashMap<Box<str>, Vec<Home>>,
}

/// The stores of one variable.
#[derive(Debug)]
struct Home {
    scope: ScopeId,
    /// In source order within each function: what a loop or a handler binds was stored after its body was.
    stores: Vec<StoreId>,
}

impl Names {
    /// The names of facts that have none yet.
    pub(super) fn of(facts: &Facts) -> Self {
        let mut res = Self::default();
        let mut loose: Vec<(&str, StoreId)> = Vec::new();
        for (id, store) in facts.stores() {
            let Root::Name(name) = &store.place.root else { continue };
            match store.declares {
                true => res.homes.entry(name.clone()).or_default().push(Home { scope: store.scope, stores: vec![id] }),
                false => loose.push((name, id)),
            }
        }
        res.homes.values_mut().for_each(merge);
        let homes: Vec<Option<usize>> =
            loose.iter().map(|(name, id)| res.home(facts, name, facts[*id].scope)).collect();
        for ((name, id), home) in loose.into_iter().zip(homes) {
            if let (Some(home), Some(homes)) = (home, res.homes.get_mut(name)) {
                homes[home].stores.push(id);
            }
        }
        let start = |it: &StoreId| (it.chunk, facts[*it].range.0.start);
        res.homes.values_mut().flatten().for_each(|it| it.stores.sort_by_key(start));
        res
    }

    /// The place among a name's homes of the one that is seen from `scope`.
    fn home(&self, facts: &Facts, name: &str, scope: ScopeId) -> Option<usize> {
        let homes = self.homes.get(name)?;
        let mut at = scope;
        loop {
            let visible = facts[at].kind != ScopeKind::Class || at.chunk == scope.chunk;
            if let (true, Ok(home)) = (visible, homes.binary_search_by_key(&at, |it| it.scope)) {
                return Some(home);
            }
            at = facts[at].parent.or_else(|| facts.function(FunctionId(at.chunk)).outer_scope)?;
        }
    }

    fn seen(&self, facts: &Facts, name: &str, scope: ScopeId) -> Option<&Home> {
        self.homes.get(name)?.get(self.home(facts, name, scope)?)
    }
}

/// Sorts a name's homes and makes one of those of one scope.
fn merge(homes: &mut Vec<Home>) {
    homes.sort_by_key(|it| it.scope);
    let mut merged: Vec<Home> = Vec::with_capacity(homes.len());
    for home in homes.drain(..) {
        match merged.last_mut().filter(|it| it.scope == home.scope) {
            Some(last) => last.stores.extend(home.stores),
            None => merged.push(home),
        }
    }
    *homes = merged;
}

impl Facts {
    /// The scope that declares `name` as seen from `scope`; `None` for a global or unknown name.
    pub fn declaring_scope(&self, name: &str, scope: ScopeId) -> Option<ScopeId> {
        self.names.seen(self, name, scope).map(|it| it.scope)
    }

    /// Every store to `name` (its members and elements included) that means the same variable as `name` seen from
    /// `scope`, in source order within each function.
    pub fn stores_of(&self, name: &str, scope: ScopeId) -> Vec<StoreId> {
        self.names.seen(self, name, scope).map_or_else(Vec::new, |it| it.stores.clone())
    }
}
