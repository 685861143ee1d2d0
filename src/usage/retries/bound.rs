//! How often a retry tries, and what counts the attempts.

use crate::facts::graph::{Operation, Reached};
use crate::facts::{Facts, FunctionId, Loop, LoopKind, Root, StatementId, Store, StoreKind, Test, ValueId, ValueKind};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;
use crate::usage::retries::way::Ways;

/// The variable that counts the attempts of a loop, upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its name.
    pub name: Box<str>,
    /// Where the loop declares it (`_` may have to be renamed); `None` if the loop only counts it.
    pub declared: Option<TextRange>,
    /// Its first value, if that is a literal.
    pub first: Option<i64>,
    /// What it is compared with or runs up to, if it is.
    pub limit: Option<ValueId>,
    /// The limit is the last value (`<=`); otherwise it is the first value that is not taken. Rust's `..=` reads as `..` in the
    /// facts, so that whoever needs to know asks the source.
    pub inclusive: bool,
}

impl Counter {
    /// How many attempts it allows, if that is known.
    pub(super) fn attempts(&self, resolver: &Resolver<'_>) -> Option<u32> {
        let limit = integer(resolver, self.limit?)?;
        u32::try_from(limit - self.first? + i64::from(self.inclusive)).ok()
    }
}

/// The counter of a loop.
pub(super) fn counter(resolver: &Resolver<'_>, statement: StatementId, it: &Loop) -> Option<Counter> {
    match it.kind {
        LoopKind::Each(iterable) => counted_range(resolver, statement, iterable),
        _ => compared(resolver, statement, it),
    }
}

/// Whether a loop goes over numbers: `range(n)`, `0..n`, `[0, 1, 2]`, `Array(3).keys()`.
pub(super) fn is_counting(resolver: &Resolver<'_>, it: &Loop) -> bool {
    let LoopKind::Each(iterable) = it.kind else { return true };
    let facts = resolver.facts;
    let origin = resolver.origins(iterable).single_value().unwrap_or(iterable);
    match &facts[origin].kind {
        ValueKind::Binary { operator, .. } => &**operator == "..",
        ValueKind::Call(call) => {
            matches!(resolver.callee_name(call), Some("range" | "count" | "trange" | "keys"))
                || (resolver.callee_name(call) == Some("enumerate")
                    && call.positional(0).is_some_and(|it| is_numbers(resolver, it.value)))
        }
        _ => is_numbers(resolver, origin),
    }
}

fn is_numbers(resolver: &Resolver<'_>, value: ValueId) -> bool {
    let facts = resolver.facts;
    let origin = resolver.origins(value).single_value().unwrap_or(value);
    match &facts[origin].kind {
        ValueKind::List(list) => list.items.iter().all(|it| matches!(facts[*it].kind, ValueKind::Number(_))),
        ValueKind::Call(call) => resolver.callee_name(call) == Some("range"),
        _ => false,
    }
}

fn counted_range(resolver: &Resolver<'_>, statement: StatementId, iterable: ValueId) -> Option<Counter> {
    let facts = resolver.facts;
    let (_, store) = facts.stores().find(|(_, it)| it.statement == Some(statement) && it.kind == StoreKind::Element)?;
    let (Root::Name(name), true) = (&store.place.root, store.place.path.is_empty()) else { return None };
    let iterable = facts.past_transparent(iterable);
    let (first, limit) = match &facts[iterable].kind {
        ValueKind::Binary { operator, left, right } if &**operator == ".." => (Some(*left), *right),
        ValueKind::Call(call) if resolver.callee_name(call) == Some("range") => {
            match (call.positional(0), call.positional(1), call.positional(2)) {
                (Some(limit), None, _) => (None, limit.value),
                (Some(first), Some(limit), None) => (Some(first.value), limit.value),
                _ => return None,
            }
        }
        _ => return None,
    };
    let first = match first {
        Some(first) => integer(resolver, first),
        None => Some(0),
    };
    let declared = Some(facts.at(statement.chunk, store.place.range));
    Some(Counter { name: name.clone(), declared, first, limit: Some(limit), inclusive: false })
}

/// The variable of the loop's test that goes up by one.
fn compared(resolver: &Resolver<'_>, statement: StatementId, it: &Loop) -> Option<Counter> {
    let facts = resolver.facts;
    let (range, body) = (facts.range(statement), facts.range(it.body));
    let comparison = match &it.test {
        Some(Test::Value(test)) => limit_of(facts, *test),
        _ => None,
    };
    let counted: Vec<&Store> = facts
        .stores()
        .filter(|(id, it)| {
            range.contains(facts.range(*id)) && it.kind == StoreKind::Augment && it.place.path.is_empty()
        })
        .map(|(_, it)| it)
        .collect();
    let counts_up = |name: &str, store: &Store| {
        matches!(&store.place.root, Root::Name(it) if **it == *name) && step(facts, store).is_some_and(|it| it > 0.0)
    };
    if let Some((name, limit, inclusive)) = comparison {
        let counter = counted.iter().find(|it| counts_up(&name, it))?;
        let first = initial(resolver, &name, counter, body);
        return Some(Counter { name, declared: None, first, limit: Some(limit), inclusive });
    }
    let by_one = |it: &&&Store| step(facts, it) == Some(1.0);
    let mut by_one = counted.iter().filter(by_one);
    let only = by_one.next()?;
    let Root::Name(name) = &only.place.root else { return None };
    let first = initial(resolver, name, only, body);
    (by_one.next().is_none() && first.is_some()).then(|| Counter {
        name: name.clone(),
        declared: None,
        first,
        limit: None,
        inclusive: false,
    })
}

/// By how much an augmented assignment changes its variable, if that is a literal: `n += 1`, `n++`, `n -= 1`.
fn step(facts: &Facts, store: &Store) -> Option<f64> {
    let Some(value) = store.value else { return Some(1.0) };
    let ValueKind::Binary { operator, right, .. } = &facts[facts.past_transparent(value)].kind else { return None };
    let ValueKind::Number(number) = &facts[*right].kind else { return None };
    let number: f64 = number.parse().ok()?;
    match &**operator {
        "+" => Some(number),
        "-" => Some(-number),
        _ => None,
    }
}

/// `name < limit`, alone or with other conditions.
fn limit_of(facts: &Facts, test: ValueId) -> Option<(Box<str>, ValueId, bool)> {
    let mut todo = vec![test];
    for _ in 0..16 {
        let at = facts.past_transparent(todo.pop()?);
        let ValueKind::Binary { operator, left, right } = &facts[at].kind else { continue };
        match &**operator {
            "&&" => todo.extend([*right, *left]),
            "<" | "<=" => {
                if let ValueKind::Name(name) = &facts[facts.past_transparent(*left)].kind {
                    return Some((name.clone(), *right, &**operator == "<="));
                }
            }
            _ => {}
        }
    }
    None
}

/// What a counter begins with: its last store before the loop's body.
fn initial(resolver: &Resolver<'_>, name: &str, counter: &Store, body: TextRange) -> Option<i64> {
    let facts = resolver.facts;
    let before: Vec<ValueId> = facts
        .stores_of(name, counter.scope)
        .into_iter()
        .filter(|it| facts.range(*it).end <= body.start && facts[*it].kind != StoreKind::Augment)
        .filter_map(|it| facts[it].value)
        .collect();
    integer(resolver, *before.last()?)
}

/// The integer that a value certainly is.
pub(super) fn integer(resolver: &Resolver<'_>, value: ValueId) -> Option<i64> {
    let origin = resolver.origins(value).single_value()?;
    match &resolver.facts[origin].kind {
        ValueKind::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// How many attempts a recursion allows: `retries = 1` that is passed on as `retries - 1`.
pub(super) fn recursion_attempts(resolver: &Resolver<'_>, function: FunctionId, again: ValueId) -> Option<u32> {
    let facts = resolver.facts;
    let call = facts.call(again)?;
    for (place, parameter) in facts.function(function).parameters.iter().enumerate() {
        let Some(name) = parameter.name.as_deref() else { continue };
        let Some(argument) = call.named(name).or_else(|| call.positional(place)) else { continue };
        if let ValueKind::Binary { operator, left, .. } = &facts[facts.past_transparent(argument.value)].kind
            && &**operator == "-"
            && matches!(&facts[*left].kind, ValueKind::Name(it) if **it == *name)
            && let Some(ValueKind::Number(first)) = parameter.default.map(|it| &facts[it].kind)
        {
            return Some(first.parse::<u32>().ok()? + 1);
        }
    }
    None
}

/// Whether a way tests the counter and may leave by that test.
pub(super) fn tests_counter(ways: &Ways<'_, '_, '_>, way: &Reached, name: &str) -> bool {
    let facts = ways.facts();
    way.nodes().any(|node| match ways.graph.operation(node) {
        Operation::Test(value) => {
            mentions(facts, value, name) && ways.graph.node(node).edges.iter().any(|it| !way.holds(it.to))
        }
        _ => false,
    })
}

fn mentions(facts: &Facts, value: ValueId, name: &str) -> bool {
    let mut todo = vec![value];
    while let Some(at) = todo.pop() {
        if matches!(&facts[at].kind, ValueKind::Name(it) if **it == *name) {
            return true;
        }
        facts[at].kind.each_child(|it| todo.push(it));
    }
    false
}
