//! Building block: making a retry wait with exponential backoff and jitter.
//!
//! In place where the attempts are counted, or where a counter can be put in front of the loop; through a pasted helper where
//! the loop is unbounded and simple, or where the function calls itself.

mod in_place;
mod page;
mod words;
mod wrap;

use crate::fix::Fix;
use crate::source::Source;
use crate::usage::Usage;
use crate::usage::retries::{Retry, Shape};

use page::Page;

/// The fixes of a retry, the preferred one first.
pub fn fixes(source: &Source, usage: &Usage<'_>, retry: &Retry) -> Vec<Fix> {
    let page = Page { source, resolver: usage.resolver(), retry };
    let wrapped = || wrap::wrap(&page);
    let res = match retry.shape {
        Shape::Recursion(_) => wrapped().into_iter().collect(),
        Shape::Loop(_) if page.is_bounded() => in_place::fix(&page).into_iter().collect(),
        Shape::Loop(_) => wrapped().or_else(|| in_place::fix(&page)).into_iter().collect::<Vec<_>>(),
    };
    let start = retry.range(usage.resolver()).start;
    res.into_iter().map(|it| it.group(start)).collect()
}
