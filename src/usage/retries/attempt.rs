//! Which calls are attempts to reach an LLM: direct ones, calls of local functions that make one, calls that run a closure
//! that makes one, and calls of a parameter for which such a closure or function is passed.

use std::collections::{HashMap, HashSet};

use crate::facts::{
    Call, FunctionId, Parent, Root, StatementId, StatementKind, StoreId, StoreKind, ValueId, ValueKind,
};
use crate::language::Language;
use crate::usage::resolve::Resolver;
use crate::usage::retries::wait::{self, Delay, Rounds, Waiting};

/// How many functions a call may stand behind.
const DEPTH: u32 = 3;
/// How many calls of a builder chain are followed.
const CHAIN: usize = 64;

/// Words in the name of a function that retries or limits the rate by itself.
const GUARDS: &[&str] = &["retry", "retries", "backoff", "limit", "throttle", "queue", "schedule"];
/// Words in the name of a function that runs its callback at another time.
const LATER: &[&str] =
    &["settimeout", "setinterval", "setimmediate", "addeventlistener", "on", "once", "usecallback", "useeffect"];

/// The attempts of a document.
pub struct Attempts {
    calls: HashMap<ValueId, Attempt>,
    functions: Vec<FunctionId>,
}

/// A call that reaches an LLM.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The call itself and the calls made on its result (`.json().send()`), in evaluation order.
    pub chain: Vec<ValueId>,
    /// Whether it waits or retries by itself.
    pub guard: Guard,
}

/// Whether a call waits or retries by itself. Ordered: what is greater says less about the calls themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// It does not.
    None,
    /// It waits the same time, whatever for.
    Constant,
    /// It waits well, or nobody knows how.
    Well,
}

impl Attempts {
    /// Finds the attempts around the direct calls.
    pub fn of(resolver: &Resolver<'_>, direct: &[ValueId]) -> Self {
        let mut search =
            Search { resolver, parameters: parameter_calls(resolver), done: HashSet::new(), res: HashMap::new() };
        let mut level: Vec<(ValueId, Guard)> = direct.iter().map(|it| (*it, Guard::None)).collect();
        for _ in 0..=DEPTH {
            let mut next = Vec::new();
            for (call, guard) in level {
                search.add(call, guard, &mut next);
            }
            level = next;
        }
        let mut functions: Vec<FunctionId> = Vec::new();
        for call in search.res.keys() {
            let mut at = Some(resolver.facts.function_of(*call));
            while let Some(function) = at {
                functions.push(function);
                at = resolver.facts.function(function).parent;
            }
        }
        functions.sort_unstable();
        functions.dedup();
        Self { calls: search.res, functions }
    }

    /// The functions that hold an attempt, or a function that does.
    pub fn functions(&self) -> impl Iterator<Item = FunctionId> {
        self.functions.iter().copied()
    }

    /// The attempt that a call is.
    pub fn get(&self, call: ValueId) -> Option<&Attempt> {
        self.calls.get(&call)
    }
}

struct Search<'r, 'a> {
    resolver: &'r Resolver<'a>,
    parameters: HashMap<StoreId, Vec<ValueId>>,
    done: HashSet<FunctionId>,
    res: HashMap<ValueId, Attempt>,
}

impl Search<'_, '_> {
    /// Adds an attempt; what runs the function around it goes to `next`.
    fn add(&mut self, call: ValueId, guard: Guard, next: &mut Vec<(ValueId, Guard)>) {
        if self.res.contains_key(&call) {
            return;
        }
        self.res.insert(call, Attempt { chain: chain(self.resolver, call), guard });
        let function = self.resolver.facts.function_of(call);
        if !self.done.insert(function) {
            return;
        }
        let guard = guard.max(guard_inside(self.resolver, function));
        // A decorator's own code is judged where it calls the function.
        self.decorated(function, guard, next);
        let guard = guard.max(guard_of_decorators(self.resolver, function));
        let callers = self.resolver.callers_of(function);
        next.extend(callers.into_iter().map(|it| (it, guard)));
        self.passed(function, guard, next);
    }

    /// Calls that take the function as an argument: those of the parameter it becomes, and the call itself.
    fn passed(&self, function: FunctionId, guard: Guard, next: &mut Vec<(ValueId, Guard)>) {
        for (id, call) in self.resolver.facts.calls() {
            let place = call.arguments.iter().position(|it| self.is_function(it.value, function));
            let Some(place) = place else { continue };
            match self.resolver.local_callee(call) {
                Some(callee) => {
                    next.extend(self.calls_of_parameter(callee, call, place).map(|it| (it, guard)));
                    next.push((id, guard.max(guard_inside(self.resolver, callee))));
                }
                None => {
                    let name = self.resolver.callee_name(call).unwrap_or_default().to_ascii_lowercase();
                    if !LATER.contains(&name.as_str()) && !in_place(call, &name) {
                        let own = if is_guard_name(&name) { Guard::Well } else { Guard::None };
                        next.push((id, guard.max(own)));
                    }
                }
            }
        }
    }

    fn is_function(&self, value: ValueId, function: FunctionId) -> bool {
        let facts = self.resolver.facts;
        let value = facts.past_transparent(value);
        match &facts[value].kind {
            ValueKind::Function(it) => *it == function,
            ValueKind::Name(name) => facts.function_named(name, facts[value].scope) == Some(function),
            ValueKind::Member { object, name, .. } if matches!(facts[*object].kind, ValueKind::This) => facts
                .class_around(FunctionId(value.chunk))
                .and_then(|it| facts.method(it, name))
                .is_some_and(|it| it == function),
            _ => false,
        }
    }

    /// The calls, inside a function, of the parameter that takes the argument at this place of a call.
    fn calls_of_parameter(&self, callee: FunctionId, call: &Call, place: usize) -> impl Iterator<Item = ValueId> {
        let parameters = &self.resolver.facts.function(callee).parameters;
        let argument = &call.arguments[place];
        let store = match &argument.name {
            Some((name, _)) => parameters.iter().find(|it| it.name.as_deref() == Some(name)),
            None => parameters.get(place),
        };
        self.calls_of(store.and_then(|it| it.store))
    }

    fn calls_of(&self, parameter: Option<StoreId>) -> impl Iterator<Item = ValueId> {
        let calls = parameter.and_then(|it| self.parameters.get(&it)).cloned().unwrap_or_default();
        calls.into_iter()
    }

    /// Decorators of the same file: the calls of their parameter are attempts.
    fn decorated(&self, function: FunctionId, guard: Guard, next: &mut Vec<(ValueId, Guard)>) {
        let facts = self.resolver.facts;
        for decorator in &facts.function(function).decorators {
            let decorator = facts.past_transparent(*decorator);
            let (called, is_factory) = match &facts[decorator].kind {
                ValueKind::Call(call) => (self.resolver.local_callee(call), true),
                ValueKind::Name(name) => (facts.function_named(name, facts[decorator].scope), false),
                _ => (None, false),
            };
            let Some(called) = called else { continue };
            let takers: Vec<FunctionId> = match is_factory {
                true => facts.functions().filter(|it| facts.function(*it).parent == Some(called)).collect(),
                false => vec![called],
            };
            for taker in takers {
                let parameter = facts.function(taker).parameters.first().and_then(|it| it.store);
                next.extend(self.calls_of(parameter).map(|it| (it, guard)));
            }
        }
    }
}

/// Promise methods run their callbacks inside the function's own graph.
fn in_place(call: &Call, name: &str) -> bool {
    matches!(name, "then" | "catch" | "finally") || call.arguments.is_empty()
}

/// The calls of each parameter that is called.
fn parameter_calls(resolver: &Resolver<'_>) -> HashMap<StoreId, Vec<ValueId>> {
    let facts = resolver.facts;
    let mut res: HashMap<StoreId, Vec<ValueId>> = HashMap::new();
    for (id, call) in facts.calls() {
        let callee = facts.past_transparent(call.callee);
        let ValueKind::Name(name) = &facts[callee].kind else { continue };
        let stores = facts.stores_of(name, facts[callee].scope);
        if let Some(store) = stores.into_iter().find(|it| matches!(facts[*it].kind, StoreKind::Parameter(_))) {
            res.entry(store).or_default().push(id);
        }
    }
    res
}

/// A call and the calls made on what it gives, through `await` and, for Rust's builders, through variables.
fn chain(resolver: &Resolver<'_>, call: ValueId) -> Vec<ValueId> {
    let facts = resolver.facts;
    let mut res = vec![call];
    let mut at = call;
    for _ in 0..CHAIN {
        at = match facts[at].parent {
            Parent::Value(parent) => match &facts[parent].kind {
                ValueKind::Await(_) | ValueKind::Transparent(_) => parent,
                ValueKind::Member { name, .. } if !matches!(&**name, "then" | "catch" | "finally") => parent,
                ValueKind::Call(outer) if outer.callee == at && at != call => {
                    res.push(parent);
                    parent
                }
                _ => break,
            },
            Parent::Statement(statement) if facts.language == Language::Rust => {
                match builder_use(resolver, statement, at) {
                    Some(next) => next,
                    None => break,
                }
            }
            _ => break,
        };
    }
    res
}

/// Where a builder that was stored in a variable is used: the name, as the object of a call.
fn builder_use(resolver: &Resolver<'_>, statement: StatementId, value: ValueId) -> Option<ValueId> {
    let facts = resolver.facts;
    let StatementKind::Store(stores) = &facts[statement].kind else { return None };
    let store = stores.iter().find(|it| facts[**it].value == Some(value) && facts[**it].projection.is_empty())?;
    let Root::Name(name) = &facts[*store].place.root else { return None };
    if matches!(facts[value].kind, ValueKind::Await(_)) {
        return None;
    }
    let behind = facts.range(*store).end;
    let mut uses = facts.values().filter(|(id, it)| {
        id.chunk == value.chunk
            && matches!(&it.kind, ValueKind::Name(used) if used == name)
            && facts.range(*id).start >= behind
            && facts.stores_of(name, it.scope).contains(store)
    });
    let (used, _) = uses.next()?;
    let object_of = facts.parent_value(used)?;
    matches!(facts[object_of].kind, ValueKind::Member { .. }).then_some(used)
}

fn is_guard_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    GUARDS.iter().any(|it| lower.contains(it))
}

fn guard_of_decorators(resolver: &Resolver<'_>, function: FunctionId) -> Guard {
    let facts = resolver.facts;
    let retries = facts.function(function).decorators.iter().any(|it| {
        let callee = facts.call(*it).map_or(*it, |call| call.callee);
        wait::last_name(facts, callee).is_some_and(is_guard_name)
    });
    if retries { Guard::Well } else { Guard::None }
}

/// How a function, or one inside it, waits or has somebody else retry.
fn guard_inside(resolver: &Resolver<'_>, function: FunctionId) -> Guard {
    let facts = resolver.facts;
    let rounds = Rounds { resolver, range: facts.function_range(function), changing: Vec::new() };
    let around = |it: FunctionId| std::iter::successors(Some(it), |it| facts.function(*it).parent);
    let inside = facts.functions().filter(|it| around(*it).any(|it| it == function));
    let calls = inside.flat_map(|it| facts.calls_in(it));
    let guard = |(id, call): (ValueId, &Call)| match rounds.waiting(id) {
        Waiting::Yes(wait) if wait.delay == Delay::Constant => Guard::Constant,
        Waiting::Yes(_) => Guard::Well,
        Waiting::No | Waiting::Idle if resolver.callee_name(call).is_some_and(is_guard_name) => Guard::Well,
        Waiting::No | Waiting::Idle => Guard::None,
    };
    calls.map(guard).max().unwrap_or(Guard::None)
}
