//! A model whose shutdown is announced.
//!
//! It still answers; on the day of shutdown requests begin to fail with 404. Within 90 days of that day it is a warning,
//! before that it is information.
//!
//! ```javascript
//! await client.responses.create({ model: "gpt-4o", input }); // ends on 2027-01-14
//! ```
//!
//! Use instead a model that stays, best the one that the provider names as replacement:
//!
//! ```javascript
//! await client.responses.create({ model: "gpt-6-luna", input });
//! ```
//!
//! Where the only known date is not the provider's own and has passed, while the id is still listed, the finding says that
//! the model may already be shut down, for providers whose list is known in full. What `retired-model` leaves alone is left alone here, too.
//!
//! The fix writes the replacement. It is unsafe: another model answers differently.
//!
//! Sources: `src/catalog/data/models.tsv`, generated from the providers' SDKs and pages named at its head.

use crate::catalog::{ModelPolicy, ParsedId, Standing};
use crate::finding::{Finding, Severity, Tag};
use crate::rules::{Context, Findings};
use crate::usage::models::ModelUse;

/// A shutdown nearer than this is a warning.
const NEAR_DAYS: i64 = 90;

/// Finds models that will be shut down.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    for model in super::judged(context) {
        findings.extend(judge(context, model));
    }
}

fn judge(context: &Context<'_>, used: &ModelUse<'_>) -> Option<Finding> {
    if !matches!(used.provider.parse_model(&used.id), ParsedId::Plain(_)) {
        return None;
    }
    let (id, title) = (&used.id, &used.provider.title);
    let (model, message, severity) = match context.catalog.standing(used.provider, id, context.today) {
        Standing::Deprecated { model, end: Some((date, days)) } => {
            let severity = if days <= NEAR_DAYS { Severity::Warning } else { Severity::Info };
            (model, format!("{title} will shut down \"{id}\" on {date}, in {days} days"), severity)
        }
        Standing::Deprecated { model, end: None } => {
            (model, format!("{title} has announced the end of \"{id}\""), Severity::Info)
        }
        // Lists of hosts that serve what others made are kept by third parties: their dates alone prove nothing.
        Standing::MayBeShutDown { model, date } if used.provider.models == ModelPolicy::Closed => {
            (model, format!("\"{id}\" may already be shut down (earliest date {date})"), Severity::Warning)
        }
        _ => return None,
    };
    let replacements = context.catalog.models().replacements(&model, context.today);
    let mut finding = Finding::new(used.range, message).tag(Tag::Deprecated);
    finding.severity = severity;
    finding.help = super::advice(&replacements);
    for id in replacements.iter().take(3) {
        finding = finding.fix(super::replace(context, used, id));
    }
    Some(finding)
}
