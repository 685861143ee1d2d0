//! What a call is made with: the variables in its arguments and its receiver, and those that they are computed from in the
//! same round.

use crate::facts::{Facts, FunctionId, Root, ScopeId, Step, Store, StoreId, ValueId, ValueKind};
use crate::text::TextRange;

/// How many variables are followed.
const MOST: usize = 64;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// A name and the scope that declares it; `None` for a global.
    Name(Box<str>, Option<ScopeId>),
    /// `self.name`.
    Member(Box<str>),
}

/// The variables that a call is made with.
pub(super) struct Inputs<'a> {
    facts: &'a Facts,
    variables: Vec<Variable>,
    indexes: Vec<Variable>,
}

impl<'a> Inputs<'a> {
    /// The inputs of a call whose round is `range`.
    pub(super) fn of(facts: &'a Facts, call: ValueId, range: TextRange) -> Self {
        let mut res = Self { facts, variables: Vec::new(), indexes: Vec::new() };
        res.add_value(call);
        let mut done = 0;
        while done < res.variables.len().min(MOST) {
            let variable = res.variables[done].clone();
            done += 1;
            let stores: Vec<StoreId> =
                res.stores(&variable).into_iter().filter(|it| range.contains(facts.range(*it))).collect();
            for store in stores {
                // What the call itself gives is no input of it.
                if let Some(value) = facts[store].value
                    && !facts.range(value).contains(facts.range(call))
                {
                    res.add_value(value);
                }
            }
        }
        res
    }

    fn add_value(&mut self, value: ValueId) {
        let facts = self.facts;
        let mut todo = vec![value];
        while let Some(at) = todo.pop() {
            if let Some(variable) = variable(facts, at) {
                push(&mut self.variables, variable);
            }
            if let ValueKind::Index { index, .. } = facts[at].kind
                && let Some(variable) = variable(facts, facts.past_transparent(index))
            {
                push(&mut self.indexes, variable);
            }
            if let ValueKind::Function(function) = facts[at].kind {
                todo.extend(names_in(facts, function));
            }
            facts[at].kind.each_child(|it| todo.push(it));
        }
    }

    fn stores(&self, variable: &Variable) -> Vec<StoreId> {
        match variable {
            Variable::Name(name, Some(home)) => self.facts.stores_of(name, *home),
            _ => Vec::new(),
        }
    }

    /// Whether the call is made with what a store stores to, and with which name.
    pub(super) fn stored(&self, store: &Store) -> Option<&Variable> {
        let stored = match (&store.place.root, store.place.path.first()) {
            (Root::Name(name), _) => Variable::Name(name.clone(), self.facts.declaring_scope(name, store.scope)),
            (Root::This, Some(Step::Key(name, _))) => Variable::Member(name.clone()),
            _ => return None,
        };
        self.variables.iter().find(|it| **it == stored)
    }

    /// Whether the call is made with a value (a name or a member of `self`).
    pub(super) fn holds(&self, value: ValueId) -> bool {
        let Some(root) = root(self.facts, value) else { return false };
        self.variables.contains(&root)
    }

    /// Whether the call's inputs are picked from a collection by this variable.
    pub(super) fn picked_by(&self, store: &Store) -> bool {
        match &store.place.root {
            Root::Name(name) => {
                self.indexes.contains(&Variable::Name(name.clone(), self.facts.declaring_scope(name, store.scope)))
            }
            _ => false,
        }
    }
}

fn push(list: &mut Vec<Variable>, variable: Variable) {
    if !list.contains(&variable) && list.len() < MOST {
        list.push(variable);
    }
}

fn names_in(facts: &Facts, function: FunctionId) -> Vec<ValueId> {
    let values = facts.values().filter(|(id, _)| facts.function_of(*id) == function);
    values
        .filter(|(_, it)| matches!(it.kind, ValueKind::Name(_) | ValueKind::Member { .. }))
        .map(|(id, _)| id)
        .collect()
}

/// The variable that a value is.
pub(super) fn variable(facts: &Facts, value: ValueId) -> Option<Variable> {
    match &facts[value].kind {
        ValueKind::Name(name) => Some(Variable::Name(name.clone(), facts.declaring_scope(name, facts[value].scope))),
        ValueKind::Member { object, name, .. } if matches!(facts[*object].kind, ValueKind::This) => {
            Some(Variable::Member(name.clone()))
        }
        _ => None,
    }
}

/// The variable at the root of a chain of members, elements and calls.
fn root(facts: &Facts, value: ValueId) -> Option<Variable> {
    let mut at = value;
    for _ in 0..MOST {
        at = facts.past_transparent(at);
        if let Some(variable) = variable(facts, at) {
            return Some(variable);
        }
        at = match &facts[at].kind {
            ValueKind::Member { object, .. } | ValueKind::Index { object, .. } => *object,
            ValueKind::Call(call) => call.callee,
            _ => return None,
        };
    }
    None
}
