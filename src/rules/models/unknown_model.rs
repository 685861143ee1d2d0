//! A model id that the provider does not have.
//!
//! A swapped letter, a dot for a hyphen, a snapshot date that never was: the provider answers with 404 `model_not_found`,
//! or with 400.
//!
//! ```python
//! client.chat.completions.create(model="gpt-6-lunar", messages=messages)
//! ```
//!
//! Use instead an id from the provider's list:
//!
//! ```python
//! client.chat.completions.create(model="gpt-6-luna", messages=messages)
//! ```
//!
//! keylint speaks where the request goes to a provider whose list of models it knows in full, and the id has the shape of
//! that provider's ids. Where the shape says nothing, only ids close to a listed one are judged. Other base URLs, local
//! servers, Azure deployments and gateways take any name. New models appear every week: with a catalogue older than 90 days
//! this is information.
//!
//! The fix writes a close id that is served and whose end is not announced. It is unsafe: only the author knows which model was meant.
//!
//! Sources: `src/catalog/data/models.tsv`, generated from the providers' SDKs and pages named at its head.

use crate::catalog::{Date, ModelPolicy, ParsedId, Standing};
use crate::finding::{Finding, Severity};
use crate::rules::{Context, Findings};
use crate::usage::models::ModelUse;

/// An older catalogue may lack models that exist.
const FRESH_DAYS: i64 = 90;

/// Words of ids that stand for no model.
const MOCKS: &[&str] = &["mock", "test", "fake", "dummy", "example", "your", "placeholder", "xxx", "foo", "stub"];

/// Finds ids that no provider's list has.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for model in super::judged(context) {
        findings.extend(judge(context, model));
    }
}

fn judge(context: &Context<'_>, used: &ModelUse<'_>) -> Option<Finding> {
    let provider = used.provider;
    let lower = used.id.to_ascii_lowercase();
    let is_mock = lower.split(|it: char| !it.is_ascii_alphanumeric()).any(|it| MOCKS.contains(&it));
    let is_id = !lower.is_empty() && lower.len() <= 80 && !is_mock;
    if provider.models != ModelPolicy::Closed || !is_id || !matches!(provider.parse_model(&used.id), ParsedId::Plain(_))
    {
        return None;
    }
    let (suggestions, reason) = match context.catalog.standing(provider, &used.id, context.today) {
        Standing::Unknown => {
            (context.catalog.models().suggest(&provider.id, &used.id, context.today), "is not a model that")
        }
        Standing::Invalid { model } => {
            (context.catalog.models().replacements(&model, context.today), "never was a model that")
        }
        _ => return None,
    };
    let has_shape =
        provider.shapes_models() && (provider.has_model_shape(&used.id) || provider.has_model_shape(lower.trim()));
    if !has_shape && suggestions.is_empty() {
        return None;
    }
    if context
        .catalog
        .models()
        .get(&provider.id, &used.id)
        .is_some_and(|it| it.status == crate::catalog::Status::Unknown)
    {
        return None;
    }
    let question = suggestions.first().map_or(String::new(), |it| format!("; did you mean \"{it}\"?"));
    let message = format!("\"{}\" {reason} {} lists{question}", used.id, provider.title);
    let mut finding = Finding::new(used.range, message).help(format!(
        "as of the catalogue of {}; requests for an unknown model fail with 404",
        context.catalog.date()
    ));
    finding.severity = if is_fresh(context) { Severity::Warning } else { Severity::Info };
    for id in lasting(context, used, &suggestions) {
        finding = finding.fix(super::replace(context, used, id));
    }
    Some(finding)
}

/// The suggestions that are served for good; if there are none, what the providers advise in place of the nearest.
fn lasting(context: &Context<'_>, used: &ModelUse<'_>, suggestions: &[&'static str]) -> Vec<&'static str> {
    let models = context.catalog.models();
    let provider = &used.provider.id;
    let is_lasting = |id: &&&str| matches!(models.standing(provider, id, context.today), Standing::Active);
    let found: Vec<&str> = suggestions.iter().filter(is_lasting).copied().collect();
    match suggestions.first().and_then(|it| models.get(provider, it)) {
        Some(nearest) if found.is_empty() => models.replacements(&nearest, context.today),
        _ => found,
    }
}

fn is_fresh(context: &Context<'_>) -> bool {
    Date::parse(context.catalog.date()).is_none_or(|it| it.days_until(context.today) <= FRESH_DAYS)
}
