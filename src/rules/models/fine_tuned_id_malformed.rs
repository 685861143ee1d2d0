//! The id of a fine-tuned model that cannot be one.
//!
//! OpenAI's fine-tunes are called `ft:<base>:<organization>:<suffix>:<id>`, with an optional `:ckpt-step-<n>`; the suffix
//! may be empty, its colons may not be missing. A job's id (`ftjob-…`), a hyphen for the first colon or a missing part is
//! answered with 404 `model_not_found`.
//!
//! ```python
//! client.chat.completions.create(model="ft-gpt-6-luna-acme-7p4lURel", messages=messages)
//! ```
//!
//! Use instead the id that the fine-tuning job shows as `fine_tuned_model`:
//!
//! ```python
//! client.chat.completions.create(model="ft:gpt-6-luna:acme::7p4lURel", messages=messages)
//! ```
//!
//! keylint speaks where the request goes to a provider that has such ids. There is no fix: only the job knows the id.
//!
//! Sources: developers.openai.com, fine-tuning guide; pypi openai (types/fine_tuning).

use crate::catalog::{FineTuneFault, ParsedId, Standing};
use crate::finding::Finding;
use crate::rules::{Context, Findings};
use crate::usage::models::ModelUse;

/// Finds malformed ids of fine-tunes.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for model in super::judged(context) {
        findings.extend(judge(context, model));
    }
}

fn judge(context: &Context<'_>, used: &ModelUse<'_>) -> Option<Finding> {
    let why = match used.provider.parse_model(&used.id) {
        ParsedId::MalformedFineTune { fault } => explain(fault),
        ParsedId::FineTune(tune) if !context.catalog.models().is_fine_tunable(&used.provider.id, tune.base) => {
            let known = context.catalog.models().standing(&used.provider.id, tune.base, context.today);
            if !matches!(known, Standing::Unknown) {
                return None;
            }
            format!("\"{}\" is not a model that can be fine-tuned", tune.base)
        }
        _ => return None,
    };
    let message = format!("\"{}\" is not the id of a fine-tuned model: {why}", used.id);
    let help = "a fine-tuned model is called ft:<base>:<organization>:<suffix>:<id>; the suffix may be empty";
    Some(Finding::new(used.range, message).help(help))
}

fn explain(fault: FineTuneFault) -> String {
    match fault {
        FineTuneFault::Hyphen => "it begins with \"ft-\" instead of \"ft:\"".to_owned(),
        FineTuneFault::Blank => "it holds a blank".to_owned(),
        FineTuneFault::JobId => "it is the id of a fine-tuning job".to_owned(),
        FineTuneFault::OldForm => "it has the form used before August 2023".to_owned(),
        FineTuneFault::MissingSuffix => "the colon of the empty suffix is missing".to_owned(),
        FineTuneFault::MissingParts => "parts are missing".to_owned(),
        FineTuneFault::TooManyParts => "it has too many parts".to_owned(),
        FineTuneFault::BadPart { part } => {
            format!("its {part} is empty or holds other characters than letters, digits, hyphens")
        }
    }
}
