//! Backoff through a helper that is pasted once: the attempt goes into a closure, the loop or the recursion goes away.

use crate::facts::{BlockId, StatementId, StatementKind, ValueId, ValueKind};
use crate::fix::backoff::page::Page;
use crate::fix::{Edit, Fix, Need, items};
use crate::language::Language;
use crate::text::TextRange;
use crate::usage::retries::Shape;

/// Wraps the attempt in the helper.
pub(super) fn wrap(page: &Page<'_, '_>) -> Option<Fix> {
    let helper = Helper::of(page);
    // What nobody awaits here is awaited elsewhere: a helper around it would see no failure.
    let is_async = page.facts().function(page.facts().function_of(page.retry.call)).is_async;
    if page.language() == Language::Python && is_async != helper.is_async {
        return None;
    }
    let edits = match (page.retry.shape, page.language()) {
        (_, Language::Rust) => rust_recursion(page, &helper)?,
        (Shape::Loop(statement), _) => {
            let body = page.facts()[statement].as_loop()?.body;
            let [tried] = page.facts()[body].statements.as_slice() else { return None };
            if decides(page, *tried) {
                return None;
            }
            unwrapped(page, &helper, statement, *tried)?
        }
        (Shape::Recursion(_), _) => match page.retry.failures.iter().find_map(|it| it.rejection) {
            Some(rejection) => rejected(page, &helper, rejection)?,
            None => {
                let (tried, _) = page.retry.failures.first()?.handler?;
                unwrapped(page, &helper, tried, tried)?
            }
        },
    };
    Some(Fix::risky(format!("Retry through {}, with exponential backoff", helper.name), edits).need(helper.need()))
}

/// The helper that fits the document's language and the call.
struct Helper {
    name: &'static str,
    source: &'static str,
    imports: &'static [&'static str],
    is_async: bool,
}

impl Helper {
    fn of(page: &Page<'_, '_>) -> Self {
        let is_async = page.awaited(page.retry.call).1;
        let (name, source, imports): (_, _, &[&str]) = match (page.language(), is_async) {
            (Language::Python, false) => {
                ("retry_with_backoff", include_str!("../helpers/backoff_sync.py"), &["random", "time"])
            }
            (Language::Python, true) => {
                ("retry_with_backoff_async", include_str!("../helpers/backoff_async.py"), &["asyncio", "random"])
            }
            (Language::Rust, true) => ("retry_with_backoff", include_str!("../helpers/backoff_async.rs"), &[]),
            (Language::Rust, false) => ("retry_with_backoff_blocking", include_str!("../helpers/backoff_sync.rs"), &[]),
            (Language::JavaScript, _) => ("retryWithBackoff", include_str!("../helpers/backoff.js"), &[]),
            _ => ("retryWithBackoff", include_str!("../helpers/backoff.ts"), &[]),
        };
        Self { name, source, imports, is_async }
    }

    fn need(&self) -> Need {
        Need::Helper {
            name: self.name.to_owned(),
            source: self.source.trim_end().to_owned(),
            imports: self.imports.iter().map(|it| ((*it).to_owned(), None)).collect(),
        }
    }

    /// A call of the helper around an expression.
    fn around(&self, page: &Page<'_, '_>, expression: &str) -> String {
        let awaited = if self.is_async { "await " } else { "" };
        match page.language() {
            Language::Python => format!("{awaited}{}(lambda: {expression})", self.name),
            Language::Rust => {
                let (open, close) = if self.is_async { ("async { ", ".await }") } else { ("", "") };
                let awaited = if self.is_async { ".await" } else { "" };
                format!("{}(5, || {open}{expression}{close}){awaited}", self.name)
            }
            _ => format!("{awaited}{}(() => {expression})", self.name),
        }
    }
}

/// Replaces `outer` (the loop, or the `try` itself) by the body of `tried`, its attempt wrapped.
fn unwrapped(page: &Page<'_, '_>, helper: &Helper, outer: StatementId, tried: StatementId) -> Option<Vec<Edit>> {
    let facts = page.facts();
    let StatementKind::Try { body, handlers, otherwise: None, finally: None } = &facts[tried].kind else { return None };
    if handlers.len() != 1 {
        return if outer == tried { one_of_several(page, helper, tried) } else { None };
    }
    let range = facts.range(outer);
    if !page.is_first_on_line(range.start) {
        return None;
    }
    let kept = kept(page, *body, outer)?;
    let (expression, awaited) = page.awaited(page.retry.call);
    let inner = match facts[expression].kind {
        ValueKind::Await(inner) if awaited => inner,
        _ => expression,
    };
    let (whole, inside) = (facts.range(expression), facts.range(inner));
    if !kept.contains(whole) || page.holds_multiline_text(kept) || awaits(page, inner) {
        return None;
    }
    let text = page.text();
    let new = [
        &text[kept.start as usize..whole.start as usize],
        &helper.around(page, page.of(inside)),
        &text[whole.end as usize..kept.end as usize],
    ]
    .concat();
    let new = page.moved(&new, page.indent(kept.start), page.indent(range.start));
    Some(vec![Edit::replace(range, new)])
}

/// Whether a handler does different things for different errors, which the helper would not.
fn decides(page: &Page<'_, '_>, tried: StatementId) -> bool {
    let facts = page.facts();
    let StatementKind::Try { handlers, .. } = &facts[tried].kind else { return true };
    handlers.iter().flat_map(|it| facts.statements_in(it.body)).any(|it| {
        matches!(facts[it].kind, StatementKind::Branch { .. } | StatementKind::Match { .. } | StatementKind::Try { .. })
    })
}

/// Wraps the attempt where it stands and takes out the handler that calls the function again; the others stay.
fn one_of_several(page: &Page<'_, '_>, helper: &Helper, tried: StatementId) -> Option<Vec<Edit>> {
    let facts = page.facts();
    let StatementKind::Try { body, handlers, .. } = &facts[tried].kind else { return None };
    let [(at, place)] = page.retry.failures.iter().map(|it| it.handler).collect::<Option<Vec<_>>>()?[..] else {
        return None;
    };
    let handler = handlers.get(place as usize).filter(|_| at == tried)?;
    let (expression, awaited) = page.awaited(page.retry.call);
    let inner = match facts[expression].kind {
        ValueKind::Await(inner) if awaited => inner,
        _ => expression,
    };
    let whole = facts.range(expression);
    if !facts.range(*body).contains(whole) || awaits(page, inner) {
        return None;
    }
    let lines = items::whole_lines(page.text(), facts.at(tried.chunk, handler.range))?;
    let lines = TextRange::new(page.line_start(facts.at(tried.chunk, handler.range).start), lines.end);
    Some(vec![Edit::replace(whole, helper.around(page, page.of(facts.range(inner)))), Edit::delete(lines)])
}

/// What of a `try` body stays when the loop around it goes: everything but a `break` at its end. `None` if other jumps of
/// the loop would be left without one, or if it goes on behind what is kept.
fn kept(page: &Page<'_, '_>, body: BlockId, outer: StatementId) -> Option<TextRange> {
    let facts = page.facts();
    let mut statements = facts[body].statements.as_slice();
    let is_loop = facts[outer].as_loop().is_some();
    if let [first @ .., last] = statements
        && matches!(facts[*last].kind, StatementKind::Break { label: None, value: None })
    {
        statements = first;
    } else if is_loop && !matches!(facts[*statements.last()?].kind, StatementKind::Return(_)) {
        return None;
    }
    let (first, last) = (statements.first()?, statements.last()?);
    let range = facts.range(*first).cover(facts.range(*last));
    let jumps = |it: StatementId| {
        matches!(facts[it].kind, StatementKind::Break { .. } | StatementKind::Continue { .. })
            && range.contains(facts.range(it))
    };
    if !page.is_first_on_line(range.start) || (is_loop && facts.statements_in(body).into_iter().any(jumps)) {
        return None;
    }
    Some(range)
}

/// Whether an expression awaits or assigns inside, which a closure may not.
fn awaits(page: &Page<'_, '_>, value: ValueId) -> bool {
    let facts = page.facts();
    let mut todo = vec![value];
    while let Some(at) = todo.pop() {
        let kind = &facts[at].kind;
        if matches!(kind, ValueKind::Await(_) | ValueKind::Assign { .. } | ValueKind::Control(_)) {
            return true;
        }
        kind.each_child(|it| todo.push(it));
    }
    false
}

/// `call().catch(() => again())` becomes `retryWithBackoff(() => call())`.
fn rejected(page: &Page<'_, '_>, helper: &Helper, rejection: ValueId) -> Option<Vec<Edit>> {
    let facts = page.facts();
    let call = facts.call(rejection)?;
    let object = page.resolver.receiver(call)?;
    if page.resolver.callee_name(call) != Some("catch") || awaits(page, object) {
        return None;
    }
    let (whole, object) = (facts.range(rejection), facts.range(object));
    let open = format!("{}(() => ", helper.name);
    Some(vec![Edit::insert(object.start, open), Edit::replace(TextRange::new(object.end, whole.end), ")")])
}

/// `match call().await { …, Err(_) => again().await }` becomes a match on the helper's result.
fn rust_recursion(page: &Page<'_, '_>, helper: &Helper) -> Option<Vec<Edit>> {
    let facts = page.facts();
    let Shape::Recursion(again) = page.retry.shape else { return None };
    let handlers = page.retry.failures.iter().filter_map(|it| it.handler);
    let (statement, arm) = handlers.into_iter().find_map(|(statement, place)| {
        let StatementKind::Match { arms, .. } = &facts[statement].kind else { return None };
        let arm = arms.get(place as usize)?;
        let recurs = arm.guard.is_none() && facts.range(arm.body).contains(facts.range(again));
        recurs.then_some((statement, arm))
    })?;
    let StatementKind::Match { subject, .. } = &facts[statement].kind else { return None };
    let (expression, awaited) = page.awaited(page.retry.call);
    let inner = match facts[expression].kind {
        ValueKind::Await(inner) if awaited => inner,
        _ => expression,
    };
    if facts.range(*subject) != facts.range(expression) || awaits(page, inner) {
        return None;
    }
    let pattern = facts.at(statement.chunk, arm.pattern.range);
    let body = facts.range(arm.body);
    Some(vec![
        Edit::replace(facts.range(expression), helper.around(page, page.of(facts.range(inner)))),
        Edit::replace(pattern, "Err(error)"),
        Edit::replace(body, "Err(error.into())"),
    ])
}
