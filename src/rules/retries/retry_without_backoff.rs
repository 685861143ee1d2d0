//! A failed LLM call is made again at once.
//!
//! A loop, a recursion or a handler calls the provider again after a failure without waiting.
//!
//! ## Why it matters
//! A provider answers 429 because too many requests came. Asking again at once adds to them: one rate limit becomes
//! twenty, and failed requests count against the limit, too. A server that is overloaded (500, 503, 529) needs the pause
//! even more.
//!
//! ## Example
//! ```python
//! for attempt in range(3):
//!     try:
//!         return client.responses.create(model=MODEL, input=prompt)
//!     except openai.RateLimitError:
//!         continue
//! ```
//! Use instead:
//! ```python
//! for attempt in range(3):
//!     try:
//!         return client.responses.create(model=MODEL, input=prompt)
//!     except openai.RateLimitError:
//!         if attempt == 2:
//!             raise
//!         time.sleep(min(60, 2**attempt) + random.uniform(0, 1))
//! ```
//! or leave it to the SDK, which waits well by itself: `OpenAI(max_retries=5)`.
//!
//! ## When it is silent
//! The success path does not leave the loop (it goes over items), each attempt asks another model, provider or key, the
//! handler catches only errors of the answer (`ValidationError`, `JSONDecodeError`) or changes the messages, the loop asks a
//! person, or something on the failure path waits, be it only by its name (`backoff`, `throttle`). A plain SDK call is never
//! at fault: official SDKs retry twice with backoff. If the handler changes the request, the finding is advice.
//!
//! ## Sources
//! - <https://developers.openai.com/api/docs/guides/rate-limits#retrying-with-exponential-backoff>
//! - <https://platform.claude.com/docs/en/api/rate-limits>

use crate::facts::StatementKind;
use crate::finding::{Finding, Severity};
use crate::language::Language;
use crate::rules::retries::{ADVICE, called, judged, mended};
use crate::rules::{Context, Findings};
use crate::text::TextRange;
use crate::usage::retries::attempt::Guard;
use crate::usage::retries::{Failure, Retry, Shape};

/// Judges a document.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for retry in judged(context).filter(|it| it.delay().is_none() && it.guard == Guard::None) {
        findings.push(finding(context, retry));
    }
}

fn finding(context: &Context<'_>, retry: &Retry) -> Finding {
    let facts = context.facts;
    let name = called(context, retry.call);
    let idle = retry.failures.iter().find_map(|it| it.idle.first());
    let mut res = match idle {
        Some(idle) => {
            Finding::new(facts.range(*idle), format!("nothing awaits this wait, so {name} is called again at once"))
        }
        None => Finding::new(turning_point(context, retry), format!("{name} is called again at once after it failed")),
    };
    res.severity = if retry.adapts { Severity::Info } else { Severity::Warning };
    let res = res.help(ADVICE).note(facts.range(retry.call), "the call that is made again");
    mended(context, retry, res)
}

/// Where the failure path turns back to the next attempt.
fn turning_point(context: &Context<'_>, retry: &Retry) -> TextRange {
    let facts = context.facts;
    if let Shape::Recursion(again) = retry.shape {
        return facts.range(again);
    }
    let turn = retry.failures.iter().find_map(|it| it.turns.first());
    if let Some(turn) = turn {
        return facts.range(*turn);
    }
    let head = retry.failures.iter().find_map(|it| handler_head(context, it));
    head.unwrap_or_else(|| first_line(context, retry.range(context.usage.resolver())))
}

/// The handler that swallows the failure: its first line, or the pattern of its arm.
fn handler_head(context: &Context<'_>, failure: &Failure) -> Option<TextRange> {
    let facts = context.facts;
    if let Some(call) = failure.rejection {
        let call = facts.call(call)?;
        return call.arguments.last().map(|it| first_line(context, facts.range(it.value)));
    }
    let (statement, place) = failure.handler?;
    let range = match &facts[statement].kind {
        StatementKind::Try { handlers, .. } => facts.at(statement.chunk, handlers.get(place as usize)?.range),
        StatementKind::Match { arms, .. } => facts.at(statement.chunk, arms.get(place as usize)?.pattern.range),
        _ => facts.range(statement),
    };
    Some(first_line(context, range))
}

/// The first line of a range, without what opens a block and comments.
fn first_line(context: &Context<'_>, range: TextRange) -> TextRange {
    let text = range.of(&context.source.text);
    let line = text.lines().next().unwrap_or_default();
    let head = match context.source.language {
        Language::Python => line.split('#').next().unwrap_or(line).trim_end().trim_end_matches(':'),
        _ => line.split('{').next().filter(|it| !it.trim().is_empty()).unwrap_or(line),
    };
    TextRange::new(range.start, range.start + head.trim_end().len() as u32)
}
