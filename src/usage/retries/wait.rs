//! Waits: which calls wait, and how the time they wait develops from one attempt to the next.

use crate::catalog::libraries::Row;
use crate::facts::{
    Call, Facts, FunctionId, Parent, Root, StatementKind, Step, Store, StoreId, StoreKind, ValueId, ValueKind,
};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;

/// How many helper functions a wait may stand behind, and how many values its duration may depend on.
const DEPTH: u32 = 3;
const FUEL: u32 = 256;
/// How many calls a duration may be passed through.
const NESTED_CALLS: u32 = 5;

/// JavaScript's timer.
pub(super) const TIMER: &str = "setTimeout";

/// Words in the name of a function that waits, whatever it is.
const WAIT_WORDS: &[&str] = &[
    "sleep",
    "delay",
    "wait",
    "backoff",
    "back_off",
    "pause",
    "throttle",
    "cooldown",
    "cool_down",
    "limiter",
    "ratelimit",
    "rate_limit",
];
/// Names that hold such a word and do not wait.
const NOT_WAITS: &[&str] = &["wait_for", "waitfor", "nowait", "no_wait", "get_nowait", "put_nowait", "ratelimiterror"];
/// Names of helpers that wait just as long as they are told.
const PLAIN_SLEEPS: &[&str] = &["sleep", "delay", "wait", "pause", "sleepms", "delayms", "waitms", "sleep_ms"];
/// Functions that give one number for the same arguments.
const PURE: &[&str] = &[
    "int",
    "float",
    "round",
    "abs",
    "max",
    "min",
    "number",
    "parseint",
    "parsefloat",
    "floor",
    "ceil",
    "trunc",
    "string",
    "from",
    "into",
    "as_secs",
    "as_millis",
    "timedelta",
    "total_seconds",
    "getenv",
    "unwrap",
    "unwrap_or",
    "saturating_mul",
    "checked_mul",
    "mul_f64",
    "mul_f32",
    "saturating_add",
    "get",
    "len",
    "str",
    "ln",
    "log",
    "log2",
    "sqrt",
    "clamp",
];
/// Words in a name or a text that say that the server told how long to wait.
const SERVER_WORDS: &[&str] = &[
    "retry-after",
    "retry_after",
    "retryafter",
    "ratelimit-reset",
    "ratelimit_reset",
    "retry-in",
    "retrydelay",
    "try again in",
    "reset-requests",
    "reset-tokens",
    "reset_requests",
    "reset_tokens",
];

/// A call on a failure path that waits.
#[derive(Clone, Debug)]
pub struct Wait {
    /// The waiting call, in the function that retries.
    pub call: ValueId,
    /// How the time develops.
    pub delay: Delay,
    /// The expression that says how long, where it stands in the function that retries and is passed on as it is.
    pub duration: Option<ValueId>,
    /// How many of the expression's units are a second.
    pub per_second: f64,
}

/// How the time that a wait takes develops from one attempt to the next. Ordered: what is greater is better or less known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delay {
    /// The same each time.
    Constant,
    /// Random around a constant, or by a helper that is not known.
    Unknown,
    /// It grows, or at least changes, with the attempts.
    Growing,
    /// The server says.
    Server,
}

/// What a duration is judged by.
pub struct Rounds<'r, 'a> {
    /// Binds names.
    pub resolver: &'r Resolver<'a>,
    /// What runs again with each attempt: stores in it change from round to round.
    pub range: TextRange,
    /// Parameters whose argument changes when the function calls itself.
    pub changing: Vec<StoreId>,
}

/// A wait that a call is, before anybody asks whether it is awaited.
struct Found {
    delay: Delay,
    duration: Option<ValueId>,
    per_second: f64,
    must_be_awaited: bool,
}

/// What a call on a failure path does about time.
pub enum Waiting {
    /// Nothing.
    No,
    /// It waits.
    Yes(Wait),
    /// It would, if it were awaited.
    Idle,
}

impl Rounds<'_, '_> {
    /// Whether a call waits, and how.
    pub fn waiting(&self, value: ValueId) -> Waiting {
        let facts = self.resolver.facts;
        let Some(call) = facts.call(value) else { return Waiting::No };
        if self.resolver.callee_name(call) == Some(TIMER) && self.resolver.local_callee(call).is_none() {
            // A timer runs its callback some day; the code behind it goes on at once.
            return match matches!(self.resolver.call_row(value), Some(Row::Sleep { .. })) {
                true => self.slept(value, call),
                false => Waiting::Idle,
            };
        }
        self.slept(value, call)
    }

    fn slept(&self, value: ValueId, call: &Call) -> Waiting {
        let facts = self.resolver.facts;
        let Some(found) = self.find(value, call, DEPTH) else { return Waiting::No };
        if found.must_be_awaited && !is_awaited(facts, value) {
            return Waiting::Idle;
        }
        // `sleep(0)` only yields to other tasks.
        if found.duration.is_some_and(|it| is_zero(self.resolver, it)) {
            return Waiting::No;
        }
        Waiting::Yes(Wait { call: value, delay: found.delay, duration: found.duration, per_second: found.per_second })
    }

    fn find(&self, value: ValueId, call: &Call, depth: u32) -> Option<Found> {
        if let Some(Row::Sleep { duration, per_second, awaited }) = self.resolver.call_row(value) {
            let duration = self.resolver.argument(call, duration);
            let (delay, per_second) = duration.map_or((Delay::Unknown, *per_second), |it| self.judge(it, *per_second));
            return Some(Found { delay, duration, per_second, must_be_awaited: *awaited });
        }
        if let Some(duration) = self.timer_promise(call) {
            let delay = self.delay(duration);
            return Some(Found { delay, duration: Some(duration), per_second: 1000.0, must_be_awaited: true });
        }
        if self.is_promisified_timer(call) {
            let duration = call.positional(0)?.value;
            let delay = self.delay(duration);
            return Some(Found { delay, duration: Some(duration), per_second: 1000.0, must_be_awaited: true });
        }
        if let Some(callee) = self.resolver.local_callee(call) {
            let helper = depth.checked_sub(1).and_then(|depth| self.helper(callee, call, depth));
            if helper.is_some() {
                return helper;
            }
        }
        let name = self.resolver.callee_name(call).filter(|it| is_wait_name(it))?;
        let plain = PLAIN_SLEEPS.contains(&name.to_ascii_lowercase().as_str());
        let duration = call.positional(0).map(|it| it.value).filter(|_| plain && call.arguments.len() == 1);
        let duration = duration.filter(|it| matches!(facts_kind(self.resolver, *it), ValueKind::Number(_)));
        let delay = if duration.is_some() { Delay::Constant } else { Delay::Unknown };
        let per_second = if self.resolver.facts.language.is_ecmascript() { 1000.0 } else { 1.0 };
        Some(Found { delay, duration, per_second, must_be_awaited: false })
    }

    /// The time that a sleep takes, through a call that makes a duration of a number.
    fn judge(&self, duration: ValueId, per_second: f64) -> (Delay, f64) {
        let per_second = match self.resolver.call_row(self.resolver.facts.past_transparent(duration)) {
            Some(Row::Duration { per_second }) => *per_second,
            _ => per_second,
        };
        (self.delay(duration), per_second)
    }

    /// The duration of `new Promise(r => setTimeout(r, ms))`.
    fn timer_promise(&self, call: &Call) -> Option<ValueId> {
        let facts = self.resolver.facts;
        if !call.constructs || self.resolver.callee_name(call) != Some("Promise") {
            return None;
        }
        let ValueKind::Function(executor) = facts[facts.past_transparent(call.positional(0)?.value)].kind else {
            return None;
        };
        timer_in(self.resolver, executor)
    }

    /// `const sleep = promisify(setTimeout)`.
    fn is_promisified_timer(&self, call: &Call) -> bool {
        let facts = self.resolver.facts;
        let Some(made) = self.resolver.origins(call.callee).single_value() else { return false };
        let Some(maker) = facts.call(made) else { return false };
        self.resolver.callee_name(maker) == Some("promisify")
            && maker.positional(0).is_some_and(|it| last_name(facts, it.value) == Some(TIMER))
    }

    /// A function of this file that waits: as long as its own code says, with its parameters taken from the call.
    fn helper(&self, callee: FunctionId, call: &Call, depth: u32) -> Option<Found> {
        let facts = self.resolver.facts;
        let inner = Rounds { resolver: self.resolver, range: TextRange::empty(0), changing: Vec::new() };
        let mut res: Option<Found> = None;
        for (id, inside) in facts.calls_in(callee) {
            if self.resolver.local_callee(inside) == Some(callee) {
                continue;
            }
            let Some(found) = inner.find(id, inside, depth) else { continue };
            let passed = found.duration.and_then(|it| self.argument_for(callee, call, it));
            let varies = found.duration.is_some_and(|it| self.depends_on_arguments(callee, call, it));
            let delay = match passed {
                Some(argument) => self.delay(argument),
                None if varies => found.delay.max(Delay::Growing),
                None => found.delay,
            };
            let awaited = found.must_be_awaited || facts.function(callee).is_async;
            let found = Found { delay, duration: passed, per_second: found.per_second, must_be_awaited: awaited };
            if res.as_ref().is_none_or(|it| it.delay < found.delay) {
                res = Some(found);
            }
        }
        res
    }

    /// The argument that a helper passes on as it is.
    fn argument_for(&self, callee: FunctionId, call: &Call, duration: ValueId) -> Option<ValueId> {
        let facts = self.resolver.facts;
        let mut inner = facts.past_transparent(duration);
        if let (Some(Row::Duration { .. }), Some(made)) = (self.resolver.call_row(inner), facts.call(inner)) {
            inner = facts.past_transparent(made.positional(0)?.value);
        }
        let ValueKind::Name(name) = &facts[inner].kind else { return None };
        self.passed(callee, call, name)
    }

    fn passed(&self, callee: FunctionId, call: &Call, name: &str) -> Option<ValueId> {
        let parameters = &self.resolver.facts.function(callee).parameters;
        let place = parameters.iter().position(|it| it.name.as_deref() == Some(name))?;
        let argument = call.named(name).or_else(|| call.positional(place));
        argument.map(|it| it.value).or(parameters[place].default)
    }

    /// Whether a helper's duration depends on an argument that changes with the attempts.
    fn depends_on_arguments(&self, callee: FunctionId, call: &Call, duration: ValueId) -> bool {
        let facts = self.resolver.facts;
        let mut todo = vec![duration];
        let mut fuel = FUEL;
        while let Some(at) = todo.pop() {
            fuel = fuel.saturating_sub(1);
            if fuel == 0 {
                return true;
            }
            if let ValueKind::Name(name) = &facts[at].kind {
                if self.passed(callee, call, name).is_some_and(|it| self.delay(it) > Delay::Constant) {
                    return true;
                }
                let here = |it: &StoreId| facts.function_of(*it) == callee;
                let stores = facts.stores_of(name, facts[at].scope).into_iter().filter(here);
                todo.extend(stores.filter_map(|it| facts[it].value).filter(|it| *it < at));
            }
            facts[at].kind.each_child(|it| todo.push(it));
        }
        false
    }

    /// How a duration develops from round to round.
    pub fn delay(&self, duration: ValueId) -> Delay {
        self.delay_within(duration, NESTED_CALLS)
    }

    fn delay_within(&self, duration: ValueId, depth: u32) -> Delay {
        let Some(depth) = depth.checked_sub(1) else { return Delay::Unknown };
        let mut res = Delay::Constant;
        let mut seen: Vec<ValueId> = Vec::new();
        let mut todo = vec![duration];
        while let Some(at) = todo.pop() {
            if seen.contains(&at) {
                continue;
            }
            if seen.len() as u32 >= FUEL {
                return Delay::Unknown.max(res);
            }
            seen.push(at);
            res = res.max(self.step(at, depth, &mut todo));
        }
        res
    }

    /// What a value says by itself; what it depends on goes to `todo`.
    fn step(&self, at: ValueId, depth: u32, todo: &mut Vec<ValueId>) -> Delay {
        let facts = self.resolver.facts;
        match &facts[at].kind {
            ValueKind::Number(_) | ValueKind::Boolean(_) | ValueKind::Null => Delay::Constant,
            ValueKind::Text(text) => {
                todo.extend(text.holes());
                if text.literal().is_some_and(|it| says_server(&it)) { Delay::Server } else { Delay::Constant }
            }
            ValueKind::Name(name) => self.name(at, name, todo),
            ValueKind::This => Delay::Constant,
            ValueKind::Member { object, name, .. } => {
                if says_server(name) {
                    return Delay::Server;
                }
                if self.member_changes(at) {
                    return Delay::Growing;
                }
                todo.push(*object);
                Delay::Constant
            }
            ValueKind::Call(call) => self.call(at, call, depth, todo),
            ValueKind::Function(_) | ValueKind::Control(_) | ValueKind::Opaque(_) | ValueKind::Unknown => {
                Delay::Unknown
            }
            kind => {
                kind.each_child(|it| todo.push(it));
                Delay::Constant
            }
        }
    }

    fn name(&self, at: ValueId, name: &str, todo: &mut Vec<ValueId>) -> Delay {
        let facts = self.resolver.facts;
        if says_server(name) {
            return Delay::Server;
        }
        let mut res = Delay::Constant;
        for id in facts.stores_of(name, facts[at].scope) {
            let store = &facts[id];
            if self.changing.contains(&id) {
                return Delay::Growing;
            }
            if is_error(store) {
                return Delay::Server;
            }
            if self.range.contains(facts.range(id)) {
                res = res.max(match store.kind {
                    StoreKind::Element | StoreKind::Augment => Delay::Growing,
                    StoreKind::Assign | StoreKind::Constant | StoreKind::Binding if store.place.path.is_empty() => {
                        self.stored(id, store, name, todo)
                    }
                    _ => Delay::Constant,
                });
            }
        }
        res
    }

    /// A variable that is assigned in the round: it grows if it is made of itself, else it is what its value is.
    fn stored(&self, id: StoreId, store: &Store, name: &str, todo: &mut Vec<ValueId>) -> Delay {
        let Some(value) = store.value else { return Delay::Unknown };
        if self.mentions(value, name, facts_scope(self.resolver, id)) {
            return Delay::Growing;
        }
        todo.push(value);
        Delay::Constant
    }

    fn mentions(&self, value: ValueId, name: &str, scope: crate::facts::ScopeId) -> bool {
        let facts = self.resolver.facts;
        let home = facts.declaring_scope(name, scope);
        let mut todo = vec![value];
        while let Some(at) = todo.pop() {
            if let ValueKind::Name(it) = &facts[at].kind
                && **it == *name
                && facts.declaring_scope(name, facts[at].scope) == home
            {
                return true;
            }
            facts[at].kind.each_child(|it| todo.push(it));
        }
        false
    }

    /// Whether `object.name` is assigned in the round.
    fn member_changes(&self, member: ValueId) -> bool {
        let facts = self.resolver.facts;
        let ValueKind::Member { object, name, .. } = &facts[member].kind else { return false };
        let is_this = matches!(facts[*object].kind, ValueKind::This);
        let root = last_name(facts, *object);
        facts.stores().any(|(id, store)| {
            let key = store.place.path.last();
            matches!(key, Some(Step::Key(key, _)) if **key == **name)
                && self.range.contains(facts.range(id))
                && match &store.place.root {
                    Root::This => is_this,
                    Root::Name(it) => root == Some(it),
                    Root::Value(_) => false,
                }
        })
    }

    fn call(&self, at: ValueId, call: &Call, depth: u32, todo: &mut Vec<ValueId>) -> Delay {
        let facts = self.resolver.facts;
        let name = self.resolver.callee_name(call).unwrap_or_default().to_ascii_lowercase();
        if says_server(&name) || self.reads_error(call) {
            return Delay::Server;
        }
        todo.extend(call.arguments.iter().map(|it| it.value));
        let known = matches!(
            self.resolver.call_row(at),
            Some(
                Row::Minimum
                    | Row::Power
                    | Row::Duration { .. }
                    | Row::Passes(_)
                    | Row::Default(_)
                    | Row::Environment { .. }
            )
        );
        if let Some(receiver) = self.resolver.receiver(call)
            && !matches!(facts[receiver].kind, ValueKind::This)
        {
            todo.push(receiver);
        }
        if matches!(self.resolver.call_row(at), Some(Row::Random)) || name.contains("jitter") || name.contains("random")
        {
            return Delay::Unknown;
        }
        if known || PURE.contains(&name.as_str()) {
            return Delay::Constant;
        }
        let varies = call.arguments.iter().any(|it| self.delay_within(it.value, depth) > Delay::Constant);
        let returned = self.resolver.local_callee(call).map_or_else(Vec::new, |it| self.resolver.returned(it));
        if !returned.is_empty() && !varies {
            todo.extend(returned);
            return Delay::Constant;
        }
        // An unknown function of the attempt grows; of nothing that changes it may do anything.
        if varies { Delay::Growing } else { Delay::Unknown }
    }

    /// Whether a call asks the error, or is given it: `parse_wait(str(e))`, `e.response.headers.get(…)`.
    fn reads_error(&self, call: &Call) -> bool {
        let facts = self.resolver.facts;
        let mut todo: Vec<ValueId> =
            call.arguments.iter().map(|it| it.value).chain(self.resolver.receiver(call)).collect();
        while let Some(at) = todo.pop() {
            if let ValueKind::Name(name) = &facts[at].kind
                && facts.stores_of(name, facts[at].scope).iter().any(|it| is_error(&facts[*it]))
            {
                return true;
            }
            facts[at].kind.each_child(|it| todo.push(it));
        }
        false
    }
}

/// The duration of the timer that a promise's executor sets to resolve it.
fn timer_in(resolver: &Resolver<'_>, executor: FunctionId) -> Option<ValueId> {
    let facts = resolver.facts;
    let mut timers = facts
        .calls()
        .filter(|(id, call)| facts.function_of(*id) == executor && resolver.callee_name(call) == Some(TIMER));
    let (_, timer) = timers.next()?;
    Some(timer.positional(1)?.value)
}

/// Whether a promise or future is waited for: awaited, returned, or the beginning of a chain.
fn is_awaited(facts: &Facts, value: ValueId) -> bool {
    let mut at = value;
    loop {
        match facts[at].parent {
            Parent::Value(parent) => match &facts[parent].kind {
                ValueKind::Transparent(_)
                | ValueKind::Choice { .. }
                | ValueKind::Binary { .. }
                | ValueKind::Control(_) => {
                    at = parent;
                }
                _ => return true,
            },
            // An arrow function's expression body, a returned promise: somebody else awaits it.
            Parent::Statement(statement) => return !matches!(facts[statement].kind, StatementKind::Expression(_)),
            Parent::None => return true,
        }
    }
}

fn is_zero(resolver: &Resolver<'_>, value: ValueId) -> bool {
    let facts = resolver.facts;
    let mut at = facts.past_transparent(value);
    if let (Some(Row::Duration { .. }), Some(call)) = (resolver.call_row(at), facts.call(at)) {
        match call.positional(0) {
            Some(it) => at = facts.past_transparent(it.value),
            None => return false,
        }
    }
    matches!(&facts[at].kind, ValueKind::Number(it) if it.parse::<f64>() == Ok(0.0))
}

fn facts_kind<'a>(resolver: &Resolver<'a>, value: ValueId) -> &'a ValueKind {
    let facts = resolver.facts;
    match resolver.origins(value).single_value() {
        Some(origin) => &facts[origin].kind,
        None => &facts[value].kind,
    }
}

fn facts_scope(resolver: &Resolver<'_>, store: StoreId) -> crate::facts::ScopeId {
    resolver.facts[store].scope
}

/// The error of a handler, or of a failed result.
fn is_error(store: &Store) -> bool {
    store.kind == StoreKind::Error || store.projection.contains(&Step::Failure)
}

fn says_server(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SERVER_WORDS.iter().any(|it| lower.contains(it))
}

/// Whether a function's name says that it waits.
pub fn is_wait_name(name: &str) -> bool {
    // `recursiveAwait` waits for no time.
    let lower = name.to_ascii_lowercase().replace("await", "");
    (WAIT_WORDS.iter().any(|it| lower.contains(it)) || lower == "acquire") && !NOT_WAITS.contains(&lower.as_str())
}

/// The last segment of a name or member.
pub fn last_name(facts: &Facts, value: ValueId) -> Option<&str> {
    match &facts[facts.past_transparent(value)].kind {
        ValueKind::Name(name) | ValueKind::Member { name, .. } => Some(name),
        _ => None,
    }
}
