//! How each language says that it waits.

use crate::facts::{Facts, ValueId, ValueKind};
use crate::fix::{Fix, Need};
use crate::language::Language;
use crate::usage::resolve::Resolver;

/// A literal base, in seconds, that is taken over; a longer one would reach the cap at once.
const LONGEST_BASE: f64 = 15.0;
const SHORTEST_BASE: f64 = 0.1;

/// The statements that wait with backoff, without indentation.
pub(super) fn wait(language: Language, counter: &str, is_async: bool, semicolon: &str) -> Vec<String> {
    match language {
        Language::Python => {
            let delay = format!("min(60, 2**{counter}) + random.uniform(0, 1)");
            vec![if is_async { format!("await asyncio.sleep({delay})") } else { format!("time.sleep({delay})") }]
        }
        Language::Rust => {
            let sleep = if is_async { "tokio::time::sleep" } else { "std::thread::sleep" };
            let awaited = if is_async { ".await" } else { "" };
            let mut res = rust_jitter(counter);
            res.push(format!("let delay = (1000u64 << std::cmp::min({counter}, 6)).min(60_000) + jitter;"));
            res.push(format!("{sleep}(std::time::Duration::from_millis(delay)){awaited};"));
            res
        }
        _ => vec![
            format!("const delay = Math.min(60000, 1000 * 2 ** {counter}) + Math.random() * 1000{semicolon}"),
            format!("await new Promise((resolve) => setTimeout(resolve, delay)){semicolon}"),
        ],
    }
}

/// A random number of milliseconds, from the standard library alone.
fn rust_jitter(counter: &str) -> Vec<String> {
    vec![
        "let seed = std::collections::hash_map::RandomState::new();".to_owned(),
        format!("let jitter = std::hash::BuildHasher::hash_one(&seed, {counter}) % 1000;"),
    ]
}

/// A duration that grows.
pub(super) struct Grown {
    /// Statements that must stand before the wait.
    pub(super) before: Vec<String>,
    /// What takes the constant's place.
    pub(super) duration: String,
}

/// An expression that grows from a constant duration.
pub(super) fn grown(
    resolver: &Resolver<'_>,
    duration: ValueId,
    written: &str,
    per_second: f64,
    counter: &str,
) -> Grown {
    let facts = resolver.facts;
    let language = facts.language;
    let inner = facts.past_transparent(duration);
    let number = |value: ValueId| {
        let literal = |it: ValueId| match &facts[it].kind {
            ValueKind::Number(number) => number.parse::<f64>().ok(),
            _ => None,
        };
        literal(facts.past_transparent(value)).or_else(|| resolver.origins(value).values().find_map(literal))
    };
    if language == Language::Rust {
        return rust_grown(facts, inner, written, counter, number);
    }
    let cap = 60.0 * per_second;
    let jitter = match (language, per_second == 1.0) {
        (Language::Python, true) => "random.uniform(0, 1)".to_owned(),
        (Language::Python, false) => format!("random.uniform(0, {per_second})"),
        (_, true) => "Math.random()".to_owned(),
        (_, false) => format!("Math.random() * {per_second}"),
    };
    let (power, minimum) = match language {
        Language::Python => (format!("2**{counter}"), "min"),
        _ => (format!("2 ** {counter}"), "Math.min"),
    };
    let base = match number(inner) {
        Some(it) if (SHORTEST_BASE..=LONGEST_BASE).contains(&(it / per_second)) => written.to_owned(),
        Some(_) => format!("{per_second}"),
        None if is_simple(facts, inner) => written.to_owned(),
        None => format!("({written})"),
    };
    let base = if base == "1" { power } else { format!("{base} * {power}") };
    Grown { before: Vec::new(), duration: format!("{minimum}({cap}, {base}) + {jitter}") }
}

fn rust_grown(
    facts: &Facts,
    duration: ValueId,
    written: &str,
    counter: &str,
    number: impl Fn(ValueId) -> Option<f64>,
) -> Grown {
    let millis = facts.call(duration).and_then(|call| {
        let unit = match &facts[call.callee].kind {
            ValueKind::Member { name, .. } if &**name == "from_secs" => 1000.0,
            ValueKind::Member { name, .. } if &**name == "from_millis" => 1.0,
            _ => return None,
        };
        Some(number(call.positional(0)?.value)? * unit)
    });
    let base = match millis {
        Some(it) if !(SHORTEST_BASE * 1000.0..=LONGEST_BASE * 1000.0).contains(&it) => {
            "std::time::Duration::from_secs(1)".to_owned()
        }
        _ => written.to_owned(),
    };
    let mut before = rust_jitter(counter);
    before.push(format!("let delay = {base} * (1u32 << std::cmp::min({counter}, 6));"));
    before.push("let delay = delay.min(std::time::Duration::from_secs(60));".to_owned());
    Grown { before, duration: "delay + std::time::Duration::from_millis(jitter)".to_owned() }
}

fn is_simple(facts: &Facts, value: ValueId) -> bool {
    matches!(
        facts[value].kind,
        ValueKind::Name(_)
            | ValueKind::Number(_)
            | ValueKind::Member { .. }
            | ValueKind::Call(_)
            | ValueKind::Index { .. }
    )
}

/// A fix with the imports that waiting takes.
pub(super) fn importing(mut fix: Fix, language: Language, sleeps: Option<bool>) -> Fix {
    if language != Language::Python {
        return fix;
    }
    let import = |module: &str| Need::Import { module: module.to_owned(), name: None };
    fix = fix.need(import("random"));
    match sleeps {
        Some(true) => fix.need(import("asyncio")),
        Some(false) => fix.need(import("time")),
        None => fix,
    }
}
