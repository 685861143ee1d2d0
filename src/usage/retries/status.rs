//! Status checks: which edge of a test is taken when a call's result says that it failed.

use crate::facts::graph::{EdgeKind, Operation};
use crate::facts::{Facts, StatementKind, Step, ValueId, ValueKind};
use crate::usage::resolve::Resolver;

/// The lowest status that is a failure.
const FIRST_FAILURE: f64 = 400.0;

/// Members that are the status.
const STATUS: &[&str] = &["status", "status_code", "statuscode", "as_u16", "statusCode"];
/// Members and methods that hold on success.
const SUCCESS: &[&str] = &["ok", "is_success", "is_ok"];
/// Members and methods that hold on failure.
const FAILURE: &[&str] = &["is_err", "is_error", "is_server_error", "is_client_error"];
/// Named statuses that are failures.
const NAMED: &[&str] = &[
    "TOO_MANY_REQUESTS",
    "INTERNAL_SERVER_ERROR",
    "SERVICE_UNAVAILABLE",
    "BAD_GATEWAY",
    "GATEWAY_TIMEOUT",
    "REQUEST_TIMEOUT",
];

/// What a test says of a call's result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It holds if the call failed.
    Failed,
    /// It holds if the call succeeded.
    Succeeded,
}

impl Says {
    fn not(self) -> Self {
        match self {
            Self::Failed => Self::Succeeded,
            Self::Succeeded => Self::Failed,
        }
    }
}

/// The edge of an operation that is taken if `call`'s result says that the call failed.
pub(super) fn failing_edge(resolver: &Resolver<'_>, operation: Operation, call: ValueId) -> Option<EdgeKind> {
    let facts = resolver.facts;
    match operation {
        Operation::Test(value) => Some(match says(facts, value, call)? {
            Says::Failed => EdgeKind::True,
            Says::Succeeded => EdgeKind::False,
        }),
        Operation::Pattern(statement) => {
            let subject = match &facts[statement].kind {
                StatementKind::Match { subject, .. } => *subject,
                StatementKind::Branch { test: crate::facts::Test::Pattern { subject, .. }, .. } => *subject,
                _ => return None,
            };
            is_result(facts, subject, call).then_some(EdgeKind::Raise)
        }
        _ => None,
    }
}

fn says(facts: &Facts, value: ValueId, call: ValueId) -> Option<Says> {
    let mut at = value;
    let mut turned = false;
    loop {
        at = facts.past_transparent(at);
        match &facts[at].kind {
            ValueKind::Unary { operator, operand } if &**operator == "!" => {
                turned = !turned;
                at = *operand;
            }
            ValueKind::Binary { operator, left, right } => {
                let res = binary(facts, operator, *left, *right, call)?;
                return Some(if turned { res.not() } else { res });
            }
            _ => {
                let res = member(facts, at, call)?;
                return Some(if turned { res.not() } else { res });
            }
        }
    }
}

fn binary(facts: &Facts, operator: &str, left: ValueId, right: ValueId, call: ValueId) -> Option<Says> {
    match operator {
        // One side is enough: `429 or 503`, `429 and attempts are left`. Sides nest to the left, a few deep.
        "||" | "&&" => {
            let mut sides = vec![right, left];
            let mut fuel = 16;
            while let Some(side) = sides.pop() {
                fuel -= 1;
                if fuel == 0 {
                    return None;
                }
                let side = facts.past_transparent(side);
                match &facts[side].kind {
                    ValueKind::Binary { operator, left, right } if matches!(&**operator, "||" | "&&") => {
                        sides.extend([*right, *left]);
                    }
                    ValueKind::Binary { operator, left, right } => {
                        if let Some(res) = comparison(facts, operator, *left, *right, call) {
                            return Some(res);
                        }
                    }
                    ValueKind::Unary { operator, operand } if &**operator == "!" => {
                        if let Some(res) = member(facts, facts.past_transparent(*operand), call) {
                            return Some(res.not());
                        }
                    }
                    _ => {
                        if let Some(res) = member(facts, side, call) {
                            return Some(res);
                        }
                    }
                }
            }
            None
        }
        _ => comparison(facts, operator, left, right, call),
    }
}

fn comparison(facts: &Facts, operator: &str, left: ValueId, right: ValueId, call: ValueId) -> Option<Says> {
    if !is_status(facts, left, call) {
        return None;
    }
    let fails = names_failure(facts, right)?;
    Some(match (operator, fails) {
        ("==" | "in", true) | (">=" | ">", true) | ("!=" | "!in", false) | (">=" | ">", false) => Says::Failed,
        ("==" | "in", false) | ("!=" | "!in", true) | ("<" | "<=", _) => Says::Succeeded,
        _ => return None,
    })
}

/// Whether a literal, a list or a named constant is a failing status.
fn names_failure(facts: &Facts, value: ValueId) -> Option<bool> {
    let value = facts.past_transparent(value);
    match &facts[value].kind {
        ValueKind::Number(number) => Some(number.parse::<f64>().ok()? >= FIRST_FAILURE),
        ValueKind::List(list) => list.items.first().and_then(|it| match &facts[*it].kind {
            ValueKind::Number(number) => Some(number.parse::<f64>().ok()? >= FIRST_FAILURE),
            _ => None,
        }),
        ValueKind::Member { name, .. } | ValueKind::Name(name) => match &**name {
            "OK" => Some(false),
            name => NAMED.contains(&name).then_some(true),
        },
        _ => None,
    }
}

fn is_status(facts: &Facts, value: ValueId, call: ValueId) -> bool {
    let mut at = facts.past_transparent(value);
    if let ValueKind::Name(name) = &facts[at].kind {
        // `status = response.status_code`
        let stored = facts.stores_of(name, facts[at].scope).into_iter().filter_map(|it| facts[it].value);
        return stored.take(4).any(|it| facts.past_transparent(it) != at && is_status_member(facts, it, call));
    }
    if let Some(it) = facts.call(at) {
        at = it.callee;
    }
    is_status_member(facts, at, call)
}

fn is_status_member(facts: &Facts, value: ValueId, call: ValueId) -> bool {
    let mut at = facts.past_transparent(value);
    if let Some(it) = facts.call(at) {
        at = facts.past_transparent(it.callee);
    }
    matches!(&facts[at].kind, ValueKind::Member { object, name, .. }
        if STATUS.contains(&&**name) && is_result(facts, *object, call))
}

/// `response.ok`, `response.status().is_success()`, `result.is_err()`.
fn member(facts: &Facts, value: ValueId, call: ValueId) -> Option<Says> {
    let callee = facts.call(value).map_or(value, |it| facts.past_transparent(it.callee));
    let ValueKind::Member { object, name, .. } = &facts[callee].kind else { return None };
    if !is_result(facts, *object, call) {
        return None;
    }
    if SUCCESS.contains(&&**name) {
        return Some(Says::Succeeded);
    }
    FAILURE.contains(&&**name).then_some(Says::Failed)
}

/// Whether a value is made of what the call gave: the call itself, a variable it was stored in, a member of either.
fn is_result(facts: &Facts, value: ValueId, call: ValueId) -> bool {
    let mut at = value;
    for _ in 0..16 {
        if at == call {
            return true;
        }
        at = match &facts[at].kind {
            ValueKind::Transparent(inner) | ValueKind::Await(inner) | ValueKind::Propagate(inner) => *inner,
            ValueKind::Member { object, .. } | ValueKind::Index { object, .. } => *object,
            ValueKind::Call(it) => it.callee,
            ValueKind::Name(name) => {
                let range = facts.range(call);
                return facts.stores_of(name, facts[at].scope).iter().any(|it| {
                    let store = &facts[*it];
                    let unwrapped = store.projection.iter().all(|it| *it == Step::Payload);
                    unwrapped && store.value.is_some_and(|it| facts.range(it).contains(range))
                });
            }
            _ => return false,
        };
    }
    false
}
