//! A model that was shut down.
//!
//! After the day of shutdown the provider answers every request with 404 `model_not_found`. The code was right once; nothing
//! in it changed.
//!
//! ```python
//! client.chat.completions.create(model="gpt-3.5-turbo", messages=messages)  # shut down on 2026-10-23
//! ```
//!
//! Use instead a model that is served, best the one that the provider names as replacement:
//!
//! ```python
//! client.chat.completions.create(model="gpt-6-luna", messages=messages)
//! ```
//!
//! An error where the provider itself gave a date that has passed; a warning where the id was listed once, is listed nowhere
//! now, and no date is known. Other base URLs, Azure, Bedrock and Vertex keep their own schedules and are left alone; so are
//! price tables, comparisons, tests and examples. `--today` sets the date to judge by.
//!
//! The fix writes the replacement. It is unsafe: another model answers differently.
//!
//! Sources: `src/catalog/data/models.tsv`, generated from the providers' SDKs and pages named at its head.

use crate::catalog::{ParsedId, Standing};
use crate::finding::{Finding, Severity, Tag};
use crate::rules::{Context, Findings};
use crate::usage::models::ModelUse;

/// Finds models that are no longer served.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for model in super::judged(context) {
        findings.extend(judge(context, model));
    }
}

fn judge(context: &Context<'_>, used: &ModelUse<'_>) -> Option<Finding> {
    if !matches!(used.provider.parse_model(&used.id), ParsedId::Plain(_) | ParsedId::LegacyFineTune { .. }) {
        return None;
    }
    let (id, title) = (&used.id, &used.provider.title);
    let (model, message, severity) = match context.catalog.standing(used.provider, id, context.today) {
        Standing::Retired { model, date } => {
            let when = date.map_or(String::new(), |it| format!(" on {it}"));
            (model, format!("{title} shut down \"{id}\"{when}"), Severity::Error)
        }
        Standing::Gone { model } => (model, format!("{title} no longer lists \"{id}\""), Severity::Warning),
        _ => return None,
    };
    let replacements = context.catalog.models().replacements(&model, context.today);
    let mut finding = Finding::new(used.range, message).tag(Tag::Deprecated);
    finding.severity = severity;
    finding.help = super::advice(&replacements)
        .or_else(|| Some(format!("requests for it fail with 404; choose a model that {title} lists")));
    for id in replacements.iter().take(3) {
        finding = finding.fix(super::replace(context, used, id));
    }
    Some(finding)
}
