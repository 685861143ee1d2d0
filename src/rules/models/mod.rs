//! Rules on model ids.

pub mod deprecated_model;
pub mod fine_tuned_id_malformed;
pub mod retired_model;
pub mod unknown_model;

use crate::fix::{Edit, Fix};
use crate::rules::Context;
use crate::source::PathClass;
use crate::usage::models::ModelUse;

/// The model ids that the rules judge: those in code that runs, outside damaged statements.
fn judged<'c, 'a>(context: &'c Context<'a>) -> impl Iterator<Item = &'c ModelUse<'a>> {
    let runs = context.class == PathClass::Production;
    let uses = if runs { context.usage.models() } else { &[] };
    uses.iter().filter(|it| !context.facts.is_damaged(it.value))
}

/// A fix that writes another id in place of the one used.
fn replace(context: &Context<'_>, model: &ModelUse<'_>, id: &str) -> Option<Fix> {
    // Escapes and adjacent literals are left to the author.
    let written = model.range.of(&context.source.text) == model.id;
    written.then(|| Fix::risky(format!("Replace with \"{id}\""), vec![Edit::replace(model.range, id)]))
}

/// `; use "a" or "b"`, or nothing.
fn advice(ids: &[&str]) -> Option<String> {
    let quoted: Vec<String> = ids.iter().take(3).map(|it| format!("\"{it}\"")).collect();
    (!quoted.is_empty()).then(|| format!("use {}", quoted.join(" or ")))
}
