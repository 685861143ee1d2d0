//! Retries: which code calls an LLM again after a failure, and how long it waits before it does.
//!
//! A retry construct is a loop or a recursion whose failure path reaches the call again and whose success path leaves. It is
//! found in the control graph, so that `for`, `while`, `loop`, `try`, `match`, `.catch()`, status checks and flags are all the
//! same thing: a way from a failure edge of the call back to the call. What is only similar (a loop over items, over models
//! or keys, a re-prompt, an agent's loop) is told apart in `excuse`.

pub mod attempt;
mod bound;
mod construct;
mod excuse;
mod inputs;
mod status;
#[cfg(test)]
mod tests;
pub mod wait;
mod way;

use crate::facts::{FunctionId, StatementId, ValueId};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;

pub use bound::Counter;
pub use wait::{Delay, Wait};

/// Code that calls an LLM again after a failure.
#[derive(Clone, Debug)]
pub struct Retry {
    /// The function in whose control graph it was found.
    pub function: FunctionId,
    /// How it comes back to the call.
    pub shape: Shape,
    /// The call that is made again.
    pub call: ValueId,
    /// The ways from a failure to the next attempt; at least one.
    pub failures: Vec<Failure>,
    /// The variable that counts the attempts, if there is one.
    pub counter: Option<Counter>,
    /// How many attempts there are at most, if that is a literal.
    pub attempts: Option<u32>,
    /// The failure path changes the request (a smaller `max_tokens`, another temperature).
    pub adapts: bool,
    /// Whether the call waits or retries by itself, one function further in.
    pub guard: attempt::Guard,
}

/// How a retry comes back to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By another round of this loop.
    Loop(StatementId),
    /// By a call of the function that makes the call: the calling value.
    Recursion(ValueId),
}

/// A way from a failure to the next attempt.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The handler it begins with: the `try` (or `match`) and the handler's (or arm's) place in it; the call whose result is
    /// checked has none.
    pub handler: Option<(StatementId, u32)>,
    /// The `.catch()` or `.then()` whose callback it begins with.
    pub rejection: Option<ValueId>,
    /// The waits on the way; empty if there are none.
    pub waits: Vec<Wait>,
    /// Sleeps on the way that are not awaited, so that nobody waits for them.
    pub idle: Vec<ValueId>,
    /// Where the way turns back: `continue` statements.
    pub turns: Vec<StatementId>,
}

impl Failure {
    /// How the wait on this way develops; `None` if there is none.
    pub fn delay(&self) -> Option<Delay> {
        self.waits.iter().map(|it| it.delay).max()
    }
}

impl Retry {
    /// How the wait before the next attempt develops; `None` if no failure path waits. One path that waits well speaks for
    /// all: it is the one that a rate limit takes.
    pub fn delay(&self) -> Option<Delay> {
        self.failures.iter().filter_map(Failure::delay).max()
    }

    /// The waits on all failure paths.
    pub fn waits(&self) -> impl Iterator<Item = &Wait> {
        self.failures.iter().flat_map(|it| &it.waits)
    }

    /// The whole construct: the loop, or the function that calls itself.
    pub fn range(&self, resolver: &Resolver<'_>) -> TextRange {
        match self.shape {
            Shape::Loop(statement) => resolver.facts.range(statement),
            Shape::Recursion(_) => resolver.facts.function_range(self.function),
        }
    }
}

/// Finds every retry construct of a document. `direct` are the calls that reach an LLM provider by themselves.
pub fn find(resolver: &Resolver<'_>, direct: &[ValueId]) -> Vec<Retry> {
    let attempts = attempt::Attempts::of(resolver, direct);
    let mut res: Vec<Retry> = Vec::new();
    for function in attempts.functions() {
        construct::find_in(resolver, &attempts, function, &mut res);
    }
    res.sort_by_key(|it| it.range(resolver).start);
    res
}
