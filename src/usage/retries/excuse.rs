//! What looks like a retry and is none: the next attempt asks something else, or somebody else, or a person.

use crate::catalog::libraries::Row;
use crate::facts::graph::{EdgeKind, Graph, NodeId, Operation, Reached};
use crate::facts::{Facts, StatementId, StatementKind, Store, StoreId, StoreKind, ValueId, ValueKind};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;
use crate::usage::retries::inputs::{Inputs, Variable};
use crate::usage::retries::wait::{Delay, Rounds, last_name};

/// Words in the names of errors that say that the answer was wrong, not that the call failed.
const ANSWER_ERRORS: &[&str] = &[
    "validation",
    "valueerror",
    "typeerror",
    "keyerror",
    "indexerror",
    "attributeerror",
    "assertion",
    "decode",
    "syntaxerror",
    "parse",
    "parser",
    "schema",
    "invalidjson",
    "zoderror",
    "lookuperror",
    "unicode",
    "stopiteration",
    "stopasynciteration",
    "badoutput",
    "outputerror",
    "nosuchtool",
    "noobjectgenerated",
    "invalidtool",
    "jsonerror",
    "recursionerror",
    "filenotfound",
];
/// Words in the names of errors that another attempt with the same request cannot mend: the handler changes something.
const FINAL_ERRORS: &[&str] = &[
    "authentication",
    "permission",
    "badrequest",
    "invalidrequest",
    "notfound",
    "contextlength",
    "contextwindow",
    "contentfilter",
    "contentpolicy",
    "unprocessable",
    "keyboardinterrupt",
    "cancelled",
    "importerror",
    "modulenotfound",
    "toolong",
    "eoferror",
    "unauthorized",
    "forbidden",
];
/// Words in the names of variables that say whom a call asks.
const WHOM: &[&str] = &[
    "model",
    "client",
    "provider",
    "endpoint",
    "base_url",
    "baseurl",
    "host",
    "deployment",
    "region",
    "proxy",
    "account",
    "engine",
    "llm",
    "api_key",
    "apikey",
    "key",
    "backend",
    "service",
    "credential",
    "url",
    "session",
];
/// Words in the names of functions that put something else in place before the next attempt.
const CHANGES: &[&str] = &[
    "rotate",
    "switch",
    "fallback",
    "fall_back",
    "swap",
    "failover",
    "downgrade",
    "next_key",
    "nextkey",
    "next_model",
    "nextmodel",
    "refresh",
    "renew",
    "reconnect",
    "relogin",
    "login",
    "reset_client",
    "truncate",
    "shorten",
    "compress",
    "reduce",
    "trim_",
    "trimm",
    "summarize",
    "summarise",
    "compact",
    "change_",
    "select_",
    "choose",
    "pick_",
];
/// Methods that change their receiver.
const MUTATES: &[&str] = &[
    "append",
    "extend",
    "insert",
    "push",
    "unshift",
    "pop",
    "shift",
    "splice",
    "update",
    "add",
    "push_str",
    "clear",
    "remove",
    "delete",
    "set",
    "push_back",
    "pop_front",
    "add_message",
    "addmessage",
    "setdefault",
    "write",
    "send",
    "put",
    "enqueue",
];
/// Words in the names of what a request says.
const SAID: &[&str] = &[
    "message",
    "prompt",
    "history",
    "conversation",
    "input",
    "content",
    "context",
    "chat",
    "query",
    "feedback",
    "instruction",
    "question",
    "text",
    "contents",
    "turns",
];

/// What the failure path does to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// It adapts it: a smaller `max_tokens`, another temperature.
    Adapts,
    /// It asks something else or somebody else: no retry.
    Other,
}

/// Whether a handler catches only errors that are no failure of the call, or that the same request would meet again.
pub(super) fn catches_nothing_retryable(resolver: &Resolver<'_>, types: &[ValueId]) -> bool {
    !types.is_empty() && types.iter().all(|it| is_listed(resolver, *it, &[ANSWER_ERRORS, FINAL_ERRORS]))
}

fn is_listed(resolver: &Resolver<'_>, error: ValueId, lists: &[&[&str]]) -> bool {
    let facts = resolver.facts;
    let error = facts.past_transparent(error);
    // `except ERRORS` of a module constant.
    let origin = resolver.origins(error).single_value().unwrap_or(error);
    if let ValueKind::List(list) = &facts[origin].kind {
        return !list.items.is_empty() && list.items.iter().all(|it| names_one(facts, *it, lists));
    }
    names_one(facts, error, lists)
}

fn names_one(facts: &Facts, error: ValueId, lists: &[&[&str]]) -> bool {
    let Some(name) = last_name(facts, error) else { return false };
    let lower = name.to_ascii_lowercase();
    lists.iter().any(|list| list.iter().any(|it| lower.contains(it)))
}

/// Whether an edge is taken only for an error of the answer: `if isinstance(e, ValidationError)`.
pub(super) fn is_reprompt_test(resolver: &Resolver<'_>, operation: Operation, kind: EdgeKind) -> bool {
    let (Operation::Test(value), EdgeKind::True) = (operation, kind) else { return false };
    let facts = resolver.facts;
    match &facts[facts.past_transparent(value)].kind {
        ValueKind::Binary { operator, right, .. } if &**operator == "is" => {
            is_listed(resolver, *right, &[ANSWER_ERRORS, FINAL_ERRORS])
        }
        ValueKind::Binary { operator, right, .. } if &**operator == "==" => match &facts[*right].kind {
            ValueKind::Text(text) => text.literal().is_some_and(|it| {
                let lower = it.to_ascii_lowercase();
                ANSWER_ERRORS.iter().any(|it| lower.contains(it))
            }),
            _ => false,
        },
        ValueKind::Call(call) if resolver.callee_name(call) == Some("isinstance") => {
            call.positional(1).is_some_and(|it| is_listed(resolver, it.value, &[ANSWER_ERRORS, FINAL_ERRORS]))
        }
        _ => false,
    }
}

/// Whether a range asks a person: a loop around it is a conversation.
pub(super) fn asks_a_person(resolver: &Resolver<'_>, range: TextRange) -> bool {
    let facts = resolver.facts;
    facts.calls().any(|(id, call)| {
        range.contains(facts.range(id))
            && (matches!(resolver.call_row(id), Some(Row::Input))
                || matches!(
                    resolver.callee_name(call),
                    Some("input" | "readline" | "read_line" | "question" | "prompt_async")
                ))
    })
}

/// Whether a loop's own element is part of the call: it goes over items, models or keys. A counter may be.
pub(super) fn goes_over(facts: &Facts, statement: StatementId, inputs: &Inputs<'_>, is_counter: bool) -> Change {
    let elements = facts.stores().filter(|(_, it)| it.statement == Some(statement) && it.kind == StoreKind::Element);
    let mut res = Change::None;
    for (_, store) in elements {
        if inputs.stored(store).is_none() {
            continue;
        }
        if !is_counter || inputs.picked_by(store) {
            return Change::Other;
        }
        res = Change::Adapts;
    }
    res
}

/// What the operations on a way do to the request.
pub(super) fn change(rounds: &Rounds<'_, '_>, graph: &Graph, way: &Reached, inputs: &Inputs<'_>) -> Change {
    way.nodes().map(|it| change_by(rounds, graph, it, inputs)).max().unwrap_or(Change::None)
}

/// What an operation does to the request.
pub(super) fn change_by(rounds: &Rounds<'_, '_>, graph: &Graph, node: NodeId, inputs: &Inputs<'_>) -> Change {
    let resolver = rounds.resolver;
    let facts = resolver.facts;
    match graph.operation(node) {
        Operation::Store(store) => store_change(rounds, store, inputs),
        Operation::Call(value) => {
            let Some(call) = facts.call(value) else { return Change::None };
            let Some(name) = resolver.callee_name(call) else { return Change::None };
            let lower = name.to_ascii_lowercase();
            if CHANGES.iter().any(|it| lower.contains(it)) {
                return Change::Other;
            }
            let mutates = MUTATES.contains(&lower.as_str());
            match resolver.receiver(call) {
                Some(receiver) if mutates && inputs.holds(receiver) && !is_fresh(rounds, receiver) => Change::Other,
                _ => Change::None,
            }
        }
        _ => Change::None,
    }
}

/// Whether a variable is made anew in each round, so that what is added to it is gone in the next one.
fn is_fresh(rounds: &Rounds<'_, '_>, value: ValueId) -> bool {
    let facts = rounds.resolver.facts;
    let value = facts.past_transparent(value);
    let ValueKind::Name(name) = &facts[value].kind else { return false };
    let stores = facts.stores_of(name, facts[value].scope);
    stores.iter().any(|it| {
        let store = &facts[*it];
        store.place.path.is_empty() && store.kind != StoreKind::Augment && rounds.range.contains(facts.range(*it))
    })
}

fn store_change(rounds: &Rounds<'_, '_>, id: StoreId, inputs: &Inputs<'_>) -> Change {
    let facts = rounds.resolver.facts;
    let store = &facts[id];
    let Some(variable) = inputs.stored(store) else { return Change::None };
    if matches!(store.kind, StoreKind::Element | StoreKind::Error | StoreKind::Import(_) | StoreKind::Function(_)) {
        return Change::None;
    }
    let whom = asks_whom(store, variable);
    if !varies(rounds, store, whom) {
        return Change::None;
    }
    if whom || names(store, variable, SAID) { Change::Other } else { Change::Adapts }
}

/// Whether what is stored differs from one attempt to the next. A call with the same arguments is taken to give the same,
/// except where it says whom to ask: there it may pick another.
fn varies(rounds: &Rounds<'_, '_>, store: &Store, whom: bool) -> bool {
    let facts = rounds.resolver.facts;
    if store.kind == StoreKind::Augment {
        return true;
    }
    let Some(value) = store.value else { return false };
    let value = facts.past_transparent(value);
    match rounds.delay(value) {
        Delay::Constant => is_switch(rounds, store),
        Delay::Growing | Delay::Server => true,
        Delay::Unknown => whom && picks(rounds, value),
    }
}

/// Whether a constant is stored to something that had another value before: `model = "gpt-4o-mini"` in a handler.
fn is_switch(rounds: &Rounds<'_, '_>, store: &Store) -> bool {
    let facts = rounds.resolver.facts;
    let crate::facts::Root::Name(name) = &store.place.root else { return true };
    let outside = |it: &StoreId| !rounds.range.contains(facts.range(*it)) && facts[*it].value != store.value;
    facts.stores_of(name, store.scope).iter().any(outside)
}

/// Whether a value is picked by a function that may give another one each time.
fn picks(rounds: &Rounds<'_, '_>, value: ValueId) -> bool {
    let facts = rounds.resolver.facts;
    let mut at = value;
    while let ValueKind::Await(inner) | ValueKind::Transparent(inner) | ValueKind::Propagate(inner) = facts[at].kind {
        at = inner;
    }
    match &facts[at].kind {
        ValueKind::Call(call) => {
            let path = rounds.resolver.path(call.callee);
            let constructs = call.constructs
                || path
                    .as_deref()
                    .and_then(|it| it.rsplit('.').next())
                    .is_some_and(|it| it.starts_with(|it: char| it.is_ascii_uppercase()))
                || rounds.resolver.type_of(at).is_some();
            !constructs
        }
        ValueKind::Map(_) | ValueKind::List(_) | ValueKind::Text(_) => false,
        _ => true,
    }
}

fn asks_whom(store: &Store, variable: &Variable) -> bool {
    names(store, variable, WHOM)
}

/// Whether a variable's name, or the key that is stored to in it, holds one of the words.
fn names(store: &Store, variable: &Variable, words: &[&str]) -> bool {
    let name = match store.place.path.last() {
        Some(crate::facts::Step::Key(key, _)) => key,
        _ => match variable {
            Variable::Name(name, _) | Variable::Member(name) => name,
        },
    };
    let lower = name.to_ascii_lowercase();
    let fits = |it: &&&str| lower.contains(**it) && (lower.contains("key") || !lower.contains("token"));
    words.iter().any(|it| fits(&it))
}

/// Whether a way collects something: an agent's history, results, a page number that the call is made with.
pub(super) fn collects(rounds: &Rounds<'_, '_>, graph: &Graph, way: &Reached, inputs: &Inputs<'_>) -> bool {
    let resolver = rounds.resolver;
    let facts = resolver.facts;
    way.nodes().any(|it| match graph.operation(it) {
        Operation::Store(store) => {
            let store = &facts[store];
            inputs.stored(store).is_some() && varies(rounds, store, true)
        }
        Operation::Call(value) => facts.call(value).is_some_and(|call| {
            let name = resolver.callee_name(call).unwrap_or_default().to_ascii_lowercase();
            let is_own = resolver.receiver(call).is_some_and(|it| !is_fresh(rounds, it));
            is_own && MUTATES.contains(&name.as_str())
        }),
        _ => false,
    })
}

/// The errors that a handler names; nothing for one that catches all.
pub(super) fn handler_types(facts: &Facts, statement: StatementId, place: u32) -> &[ValueId] {
    match &facts[statement].kind {
        StatementKind::Try { handlers, .. } => handlers.get(place as usize).map_or(&[], |it| &it.types),
        _ => &[],
    }
}
