//! Every retry of an LLM call waits the same time.
//!
//! A loop, a recursion or a handler waits before it calls the provider again, but always as long as the first time.
//!
//! ## Why it matters
//! When many clients run into a limit together, a constant wait brings them all back together, again and again. A wait that
//! doubles, with a random part, spreads them out; a constant one is too short for a long outage and too long for a short one.
//!
//! ## Example
//! ```python
//! for attempt in range(5):
//!     try:
//!         return client.responses.create(model=MODEL, input=prompt)
//!     except openai.RateLimitError:
//!         time.sleep(20)
//! ```
//! Use instead:
//! ```python
//! for attempt in range(5):
//!     try:
//!         return client.responses.create(model=MODEL, input=prompt)
//!     except openai.RateLimitError:
//!         time.sleep(min(60, 2**attempt) + random.uniform(0, 1))
//! ```
//!
//! ## When it is silent
//! The wait grows in any way (linearly, too), is taken from a list, from the error or from a `Retry-After` header, has a random
//! part, or comes from a helper that is not in the file; there are two attempts at most; or the loop is no retry (see
//! `retry-without-backoff`). Polling a job or pacing items is none.
//!
//! ## Sources
//! - <https://developers.openai.com/api/docs/guides/rate-limits#retrying-with-exponential-backoff>
//! - <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>

use crate::facts::ValueKind;
use crate::finding::{Finding, Severity};
use crate::rules::retries::{ADVICE, called, judged, mended};
use crate::rules::{Context, Findings};
use crate::usage::retries::{Delay, Retry, Wait};

/// Fewer attempts wait once: there is nothing to grow.
const FEWEST_ATTEMPTS: u32 = 3;

/// The longest expression that a message carries.
const LONGEST_TIME: usize = 40;

/// Judges a document.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    let constant = judged(context).filter(|it| it.delay() == Some(Delay::Constant));
    for retry in constant.filter(|it| it.attempts.is_none_or(|it| it >= FEWEST_ATTEMPTS)) {
        findings.extend(finding(context, retry));
    }
}

fn finding(context: &Context<'_>, retry: &Retry) -> Option<Finding> {
    let facts = context.facts;
    let wait = retry.waits().next()?;
    let range = facts.range(wait.duration.unwrap_or(wait.call));
    let name = called(context, retry.call);
    let mut res = Finding::new(range, format!("each retry of {name} waits the same {}", time(context, wait)));
    res.severity = if retry.adapts { Severity::Info } else { Severity::Warning };
    let res = res.help(ADVICE).note(facts.range(retry.call), "the call that is made again");
    Some(mended(context, retry, res))
}

/// How long a wait is, in words: `20 s`, or the variable that holds it.
fn time(context: &Context<'_>, wait: &Wait) -> String {
    let Some(duration) = wait.duration else { return "time".to_owned() };
    let facts = context.facts;
    let inner = facts.past_transparent(duration);
    let argument =
        facts.call(inner).and_then(|it| it.positional(0)).map_or(inner, |it| facts.past_transparent(it.value));
    match &facts[argument].kind {
        ValueKind::Number(number) => match number.parse::<f64>() {
            Ok(number) => format!("{} s", number / wait.per_second),
            Err(_) => "time".to_owned(),
        },
        _ => {
            let written = facts.range(argument).of(&context.source.text);
            let is_short = written.len() <= LONGEST_TIME && !written.contains(['\n', '\r', '"', '\'']);
            if is_short { format!("`{written}`") } else { "time".to_owned() }
        }
    }
}
