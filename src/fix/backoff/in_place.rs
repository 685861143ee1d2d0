//! Backoff in place: a wait is put into the failure path, or a constant one made to grow.

use crate::facts::{BlockId, LoopKind, StatementId, StatementKind, StoreKind, Test, ValueId, ValueKind};
use crate::fix::backoff::page::{Page, Place};
use crate::fix::backoff::words;
use crate::fix::{Edit, Fix, Replacement};
use crate::language::Language;
use crate::text::TextRange;
use crate::usage::retries::{Counter, Failure, Shape};

/// How often an unbounded loop tries once it counts.
const ATTEMPTS: u32 = 5;
/// Names for a counter, the first free one is taken.
const NAMES: &[&str] = &["attempt", "attempt_number", "retry_attempt"];
const CAMEL_NAMES: &[&str] = &["attempt", "attemptNumber", "retryAttempt"];

/// Puts backoff into the loop.
pub(super) fn fix(page: &Page<'_, '_>) -> Option<Fix> {
    let Shape::Loop(statement) = page.retry.shape else { return None };
    let mut edits = Vec::new();
    let own = page.retry.counter.clone().or_else(|| nameless(page, statement));
    let counting = Counting::of(page, statement, own.as_ref(), &mut edits)?;
    let waits = page.retry.failures.iter().any(|it| !it.waits.is_empty());
    let sleeps = match waits {
        true => grow(page, &counting, &mut edits)?,
        false => insert(page, &counting, statement, &mut edits)?,
    };
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    edits.dedup();
    if edits.windows(2).any(|it| it[0].range.end > it[1].range.start) {
        return None;
    }
    let title = if waits { "Let the wait grow, with jitter" } else { "Wait with exponential backoff and jitter" };
    Some(words::importing(Fix::risky(title, edits), page.language(), sleeps))
}

/// How the attempts are counted once the fix is made.
struct Counting<'p> {
    name: String,
    /// The loop's own counter; otherwise the fix counts.
    own: Option<&'p Counter>,
    /// The fix counts, and bounds the loop, too.
    bounds: bool,
}

impl<'p> Counting<'p> {
    fn of(
        page: &Page<'_, '_>,
        statement: StatementId,
        own: Option<&'p Counter>,
        edits: &mut Vec<Edit>,
    ) -> Option<Self> {
        let names = if page.language().is_ecmascript() { CAMEL_NAMES } else { NAMES };
        if let Some(own) = own {
            let name = match own.declared {
                Some(range) if own.name.starts_with('_') => {
                    let name = page.free_name(names)?;
                    edits.push(Edit::replace(range, name));
                    name.to_owned()
                }
                _ => own.name.to_string(),
            };
            return Some(Self { name, own: Some(own), bounds: false });
        }
        let name = page.free_name(names)?;
        let start = page.facts().range(statement).start;
        if !page.is_first_on_line(start) {
            return None;
        }
        let declaration = match page.language() {
            Language::Python => format!("{name} = 0"),
            Language::Rust => format!("let mut {name} = 0u32;"),
            _ => format!("let {name} = 0{}", page.semicolon()),
        };
        edits.push(Edit::insert(start, [&declaration, page.line_end(), page.indent(start)].concat()));
        Some(Self { name: name.to_owned(), own: None, bounds: !page.is_bounded() })
    }
}

/// The counter that Rust's `for _ in 0..n` does not name.
fn nameless(page: &Page<'_, '_>, statement: StatementId) -> Option<Counter> {
    let facts = page.facts();
    let LoopKind::Each(iterable) = facts[statement].as_loop()?.kind else { return None };
    let range = facts.range(statement);
    let at = page.of(range).find("for _ in ")? as u32 + "for ".len() as u32 + range.start;
    let ValueKind::Binary { operator, left, right } = &facts[facts.past_transparent(iterable)].kind else {
        return None;
    };
    let is_range = page.language() == Language::Rust && &**operator == ".." && at < facts.range(iterable).start;
    let first = match &facts[*left].kind {
        ValueKind::Number(number) => number.parse().ok(),
        _ => None,
    };
    is_range.then(|| Counter {
        name: "_".into(),
        declared: Some(TextRange::new(at, at + 1)),
        first,
        limit: Some(*right),
        inclusive: false,
    })
}

/// Makes constant waits grow. `Some(None)`: no new sleep is written.
fn grow(page: &Page<'_, '_>, counting: &Counting<'_>, edits: &mut Vec<Edit>) -> Option<Option<bool>> {
    let facts = page.facts();
    let mut seen: Vec<ValueId> = Vec::new();
    let mut sleeps = None;
    for failure in &page.retry.failures {
        for wait in failure.waits.iter() {
            if seen.contains(&wait.call) {
                continue;
            }
            seen.push(wait.call);
            let place = page.place_of(wait.call)?;
            let duration = wait.duration.filter(|it| facts.range(wait.call).contains(facts.range(*it)));
            let mut lines =
                if counting.own.is_none() { count(page, counting, failure, place.range.start) } else { Vec::new() };
            match duration {
                Some(duration) => {
                    let at = facts.range(duration);
                    let name = &counting.name;
                    let grown = words::grown(page.resolver, duration, page.of(at), wait.per_second, name);
                    lines.extend(grown.before);
                    put_before(page, place, &lines, Edit::replace(at, grown.duration), edits)?;
                }
                None => {
                    // A helper of the file that waits a constant time: the wait is written out instead.
                    let is_async = page.may_await(facts.function_of(wait.call));
                    lines.extend(words::wait(page.language(), &counting.name, is_async, page.semicolon()));
                    sleeps = Some(is_async);
                    let text = match place.alone {
                        true => joined(page, &lines, page.indent(place.range.start)),
                        false => braces(page, &lines, None, place.range.start, false),
                    };
                    edits.push(Edit::replace(place.range, text));
                }
            }
        }
    }
    (!seen.is_empty()).then_some(sleeps)
}

/// Puts lines before a wait that is edited itself, in a block if it has no line to itself.
fn put_before(page: &Page<'_, '_>, place: Place, lines: &[String], edit: Edit, edits: &mut Vec<Edit>) -> Option<()> {
    let start = place.range.start;
    if lines.is_empty() {
        edits.push(edit);
    } else if place.alone {
        let text = joined(page, lines, page.indent(start));
        edits.push(Edit::insert(start, [&text, page.line_end(), page.indent(start)].concat()));
        edits.push(edit);
    } else {
        let Replacement::Text(new) = &edit.text else { return None };
        let text = page.text();
        let before = &text[start as usize..edit.range.start as usize];
        let kept = [before, new, &text[edit.range.end as usize..place.range.end as usize]].concat();
        edits.push(Edit::replace(place.range, braces(page, lines, Some(&kept), start, true)));
    }
    Some(())
}

/// Puts a wait into every failure path.
fn insert(
    page: &Page<'_, '_>,
    counting: &Counting<'_>,
    statement: StatementId,
    edits: &mut Vec<Edit>,
) -> Option<Option<bool>> {
    let function = page.function_of(statement);
    let is_async = page.may_await(function);
    if page.language().is_ecmascript() && !is_async {
        return None;
    }
    let mut spots: Vec<Spot> = Vec::new();
    for failure in &page.retry.failures {
        for spot in Spot::of(page, failure, statement)? {
            if !spots.contains(&spot) {
                let lines = lines(page, counting, failure, statement, &spot, is_async, edits);
                edits.push(spot.edit(page, &lines)?);
                spots.push(spot);
            }
        }
    }
    Some(Some(is_async))
}

/// The statements that wait, with what happens on the last attempt.
fn lines(
    page: &Page<'_, '_>,
    counting: &Counting<'_>,
    failure: &Failure,
    statement: StatementId,
    spot: &Spot,
    is_async: bool,
    edits: &mut Vec<Edit>,
) -> Vec<String> {
    let wait = words::wait(page.language(), &counting.name, is_async, page.semicolon());
    let Some(own) = counting.own else {
        let mut res = count(page, counting, failure, spot.start(page));
        res.extend(wait);
        return res;
    };
    let Some(limit) = last(page, own, statement, spot.offset()) else { return wait };
    if in_handler(page, failure, spot.start(page))
        && let Some(raise) = raise(page, failure, statement, edits)
    {
        let mut res = test(page, &format!("{} {} {limit}", counting.name, equals(page)), &[raise]);
        res.extend(wait);
        return res;
    }
    test(page, &format!("{} < {limit}", counting.name), &wait)
}

fn equals(page: &Page<'_, '_>) -> &'static str {
    if page.language().is_ecmascript() { "===" } else { "==" }
}

/// `if test:` around statements.
fn test(page: &Page<'_, '_>, test: &str, inside: &[String]) -> Vec<String> {
    let unit = page.unit();
    let inside = inside.iter().map(|it| format!("{unit}{it}"));
    let (head, end) = match page.language() {
        Language::Python => (format!("if {test}:"), None),
        Language::Rust => (format!("if {test} {{"), Some("}")),
        _ => (format!("if ({test}) {{"), Some("}")),
    };
    [head].into_iter().chain(inside).chain(end.map(str::to_owned)).collect()
}

/// The statements that count an attempt, and give up after some if nothing else bounds the loop.
fn count(page: &Page<'_, '_>, counting: &Counting<'_>, failure: &Failure, at: u32) -> Vec<String> {
    let name = &counting.name;
    let mut res = vec![format!("{name} += 1{}", page.semicolon())];
    if counting.bounds && in_handler(page, failure, at) {
        let raise = match page.language() {
            Language::Python => Some("raise".to_owned()),
            Language::Rust => None,
            _ => caught(page, failure).map(|it| format!("throw {it}{}", page.semicolon())),
        };
        if let Some(raise) = raise {
            res.extend(test(page, &format!("{name} {} {ATTEMPTS}", equals(page)), &[raise]));
        }
    }
    res
}

/// Whether an offset stands in the handler that a failure path begins with, where the error can be raised again.
fn in_handler(page: &Page<'_, '_>, failure: &Failure, at: u32) -> bool {
    let facts = page.facts();
    failure.handler.is_some_and(|(statement, place)| match &facts[statement].kind {
        StatementKind::Try { handlers, .. } => handlers
            .get(place as usize)
            .is_some_and(|it| facts.at(statement.chunk, it.range).contains(TextRange::empty(at))),
        _ => false,
    })
}

/// The name that a JavaScript handler gives to the error.
fn caught(page: &Page<'_, '_>, failure: &Failure) -> Option<String> {
    let facts = page.facts();
    let (statement, place) = failure.handler?;
    let StatementKind::Try { handlers, .. } = &facts[statement].kind else { return None };
    match &facts[handlers.get(place as usize)?.binding?].place.root {
        crate::facts::Root::Name(name) => Some(name.to_string()),
        _ => None,
    }
}

/// What raises the error again after the last attempt, where otherwise the function would just end.
fn raise(page: &Page<'_, '_>, failure: &Failure, statement: StatementId, edits: &mut Vec<Edit>) -> Option<String> {
    let facts = page.facts();
    let is_last = page.ends_function(statement);
    let is_function = facts.function_of(statement) != crate::facts::FunctionId::MODULE;
    let ends = facts[statement].as_loop().is_some_and(|it| it.otherwise.is_none());
    if !is_last || !is_function || !ends {
        return None;
    }
    match page.language() {
        Language::Python => Some("raise".to_owned()),
        Language::Rust => None,
        _ => {
            let name = caught(page, failure).or_else(|| bind(page, failure, edits))?;
            Some(format!("throw {name}{}", page.semicolon()))
        }
    }
}

/// Gives the error of `catch {` a name.
fn bind(page: &Page<'_, '_>, failure: &Failure, edits: &mut Vec<Edit>) -> Option<String> {
    let facts = page.facts();
    let (statement, place) = failure.handler?;
    let StatementKind::Try { handlers, .. } = &facts[statement].kind else { return None };
    let handler = handlers.get(place as usize)?;
    let range = facts.at(statement.chunk, handler.range);
    if handler.binding.is_some() || !page.of(range).starts_with("catch") {
        return None;
    }
    let name = page.free_name(&["error", "caught"])?;
    edits.push(Edit::insert(range.start + "catch".len() as u32, format!(" ({name})")));
    Some(name.to_owned())
}

/// The counter's value on the last attempt, as it is at an offset: a literal if it can be worked out.
fn last(page: &Page<'_, '_>, own: &Counter, statement: StatementId, offset: u32) -> Option<String> {
    let facts = page.facts();
    let limit = own.limit?;
    let written = page.of(facts.range(limit)).to_owned();
    let whole = page.of(facts.range(statement));
    let head = whole.split(['\n', '{']).next().unwrap_or_default();
    let inclusive = own.inclusive || (page.language() == Language::Rust && head.contains("..="));
    // A `while` loop counts in its body: before the offset the counter is one further.
    let counted = facts.stores().any(|(id, it)| {
        it.kind == StoreKind::Augment
            && matches!(&it.place.root, crate::facts::Root::Name(name) if *name == own.name)
            && facts.range(statement).contains(facts.range(id))
            && facts.range(id).end <= offset
            && !is_update(page, statement, facts.range(id))
    });
    let below = u32::from(!inclusive) - u32::from(counted && !inclusive);
    let above = u32::from(counted && inclusive);
    if let Ok(number) = written.parse::<i64>() {
        return Some((number - i64::from(below) + i64::from(above)).to_string());
    }
    let is_simple = written.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.'));
    match (is_simple, below, above) {
        (false, ..) => None,
        (_, 0, 0) => Some(written),
        (_, 0, _) => Some(format!("{written} + 1")),
        _ => Some(format!("{written} - 1")),
    }
}

/// Whether a store is the third part of a counting `for`, which runs after the body.
fn is_update(page: &Page<'_, '_>, statement: StatementId, store: TextRange) -> bool {
    let facts = page.facts();
    facts[statement].as_loop().and_then(|it| it.update).is_some_and(|it| facts.range(it).contains(store))
}

/// Where a wait goes.
#[derive(PartialEq)]
enum Spot {
    /// Before this statement.
    Before(StatementId),
    /// Behind what ends here, on a line of its own, indented as the line that begins at the second offset.
    Behind(u32, u32),
    /// Into this empty block (`{}`), which stands on the line of the second offset.
    Into(TextRange, u32),
    /// In place of this (`pass`, an arm's expression, an idle timer); the text is kept if the flag says so.
    Instead(TextRange, bool),
}

impl Spot {
    fn of(page: &Page<'_, '_>, failure: &Failure, statement: StatementId) -> Option<Vec<Self>> {
        let facts = page.facts();
        if let Some(idle) = failure.idle.first() {
            let idle = facts.statement_of(*idle)?;
            return Some(vec![Self::Instead(facts.range(idle), false)]);
        }
        if !failure.turns.is_empty() {
            return Some(failure.turns.iter().map(|it| Self::Before(*it)).collect());
        }
        let end = match failure.handler {
            Some((handler, place)) => Self::handler_end(page, handler, place),
            None => {
                let body = facts[statement].as_loop()?.body;
                let last = facts.range(*facts[body].statements.last()?);
                Some(Self::Behind(last.end, last.start))
            }
        };
        Some(vec![end?])
    }

    fn handler_end(page: &Page<'_, '_>, statement: StatementId, place: u32) -> Option<Self> {
        let facts = page.facts();
        match &facts[statement].kind {
            StatementKind::Try { handlers, .. } => {
                let handler = handlers.get(place as usize)?;
                Self::block_end(page, handler.body, facts.at(statement.chunk, handler.range))
            }
            StatementKind::Match { arms, .. } => {
                let arm = arms.get(place as usize)?;
                let pattern = facts.at(statement.chunk, arm.pattern.range);
                Self::block_end(page, arm.body, pattern)
            }
            StatementKind::Branch { test: Test::Pattern { .. }, then, otherwise } => {
                let block = if place == 0 { Some(*then) } else { *otherwise };
                match block {
                    Some(block) => Self::block_end(page, block, facts.range(statement)),
                    None => Some(Self::Behind(facts.range(statement).end, facts.range(statement).start)),
                }
            }
            _ => None,
        }
    }

    /// The end of a block whose head stands at `head`.
    fn block_end(page: &Page<'_, '_>, block: BlockId, head: TextRange) -> Option<Self> {
        let facts = page.facts();
        let range = facts.range(block);
        let text = page.of(range);
        if page.language() == Language::Python {
            if facts[block].statements.is_empty() {
                let at = page.of(head).rfind("pass").map(|it| head.start + it as u32)?;
                return Some(Self::Instead(TextRange::new(at, at + "pass".len() as u32), false));
            }
            let last = facts.range(*facts[block].statements.last()?);
            let is_inline = !page.is_first_on_line(facts.range(*facts[block].statements.first()?).start);
            return match is_inline {
                true => Some(Self::Instead(last, true)),
                false => Some(Self::Behind(last.end, last.start)),
            };
        }
        if !text.starts_with('{') {
            return Some(Self::Instead(range, true));
        }
        let last = facts[block].statements.last().map(|it| facts.range(*it));
        let tail = facts[block].tail.map(|it| facts.range(it));
        match (last, tail) {
            (_, Some(_)) => None,
            (Some(last), None) if text.contains(['\n', '\r']) => Some(Self::Behind(last.end, last.start)),
            _ => Some(Self::Into(range, head.start)),
        }
    }

    /// Where the edit begins.
    fn start(&self, page: &Page<'_, '_>) -> u32 {
        match self {
            Self::Before(statement) => page.facts().range(*statement).start,
            Self::Behind(end, _) => *end,
            Self::Into(range, _) | Self::Instead(range, _) => range.start,
        }
    }

    /// Where the wait will stand.
    fn offset(&self) -> u32 {
        match self {
            Self::Before(_) => u32::MAX,
            Self::Behind(end, _) => *end,
            Self::Into(range, _) | Self::Instead(range, _) => range.end,
        }
    }

    fn edit(&self, page: &Page<'_, '_>, lines: &[String]) -> Option<Edit> {
        let facts = page.facts();
        let end = page.line_end();
        Some(match self {
            Self::Before(statement) => {
                let range = facts.range(*statement);
                if page.is_first_on_line(range.start) {
                    let indent = page.indent(range.start);
                    return Some(Edit::insert(range.start, [&joined(page, lines, indent), end, indent].concat()));
                }
                let kept = page.of(range);
                Edit::replace(page.with_braces(range), braced(page, lines, Some(kept), range.start))
            }
            Self::Behind(offset, like) => {
                let indent = page.indent(*like);
                Edit::insert(*offset, [end, indent, &joined(page, lines, indent)].concat())
            }
            Self::Into(range, _) => {
                let text = page.of(*range);
                let inside = text.trim_start_matches('{').trim_end_matches('}').trim();
                let kept = (!inside.is_empty()).then_some(inside);
                Edit::replace(*range, braces(page, lines, kept, range.start, false))
            }
            Self::Instead(range, keep) => {
                let kept = keep.then(|| page.of(*range));
                if page.language() == Language::Python || !keep {
                    return Some(Edit::replace(*range, braced(page, lines, kept, range.start)));
                }
                Edit::replace(*range, braces(page, lines, kept, range.start, false))
            }
        })
    }
}

/// Lines joined at an indentation; the first one has none.
fn joined(page: &Page<'_, '_>, lines: &[String], indent: &str) -> String {
    lines.join(&[page.line_end(), indent].concat())
}

/// Lines in place of a statement: as they are where it has its line to itself, otherwise as a block, with what is kept
/// at the end.
fn braced(page: &Page<'_, '_>, lines: &[String], kept: Option<&str>, start: u32) -> String {
    let indent = page.indent(start);
    if page.is_first_on_line(start) {
        let lines: Vec<String> = lines.iter().cloned().chain(kept.map(str::to_owned)).collect();
        return joined(page, &lines, indent);
    }
    if page.language() == Language::Python {
        let deeper = [indent, &page.unit()].concat();
        let all: Vec<&str> = match kept {
            // `continue` ends the block, anything else comes first.
            Some("continue") => lines.iter().map(String::as_str).chain(["continue"]).collect(),
            Some(kept) => [kept].into_iter().chain(lines.iter().map(String::as_str)).collect(),
            None => lines.iter().map(String::as_str).collect(),
        };
        return all.iter().map(|it| [page.line_end(), &deeper, it].concat()).collect();
    }
    braces(page, lines, kept, start, true)
}

/// A block of lines, with what is kept before or behind them.
fn braces(page: &Page<'_, '_>, lines: &[String], kept: Option<&str>, start: u32, kept_last: bool) -> String {
    let indent = page.indent(start);
    let deeper = [page.line_end(), indent, &page.unit()].concat();
    let kept = kept.map(|it| match it.ends_with([';', '}']) {
        true => it.to_owned(),
        false => [it, page.semicolon()].concat(),
    });
    let jumps = kept.as_deref().is_some_and(|it| it.starts_with("continue"));
    let mut all: Vec<&str> = lines.iter().map(String::as_str).collect();
    if let Some(kept) = &kept {
        let at = if kept_last || jumps { all.len() } else { 0 };
        all.insert(at, kept);
    }
    let inside: String = all.iter().map(|it| [&deeper, *it].concat()).collect();
    ["{", &inside, page.line_end(), indent, "}"].concat()
}
