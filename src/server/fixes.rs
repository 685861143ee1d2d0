//! Fixes as plans.

use super::actions::Planned;
use super::edits::Plan;
use super::snapshot::Snapshot;
use crate::fix::{Fix, Replacement};
use crate::linter::Judgement;
use crate::text::TextRange;

/// What a fix changes; `None` if it cannot be applied here.
pub(super) fn plan(snapshot: &Snapshot, judgement: &Judgement, fix: &Fix) -> Option<Planned> {
    let _ = judgement;
    if !fix.needs.is_empty() {
        return None;
    }
    let edits = fix.edits.iter().map(|it| match &it.text {
        Replacement::Text(text) => Some((it.range, text.clone())),
        Replacement::EnvironmentName { .. } => None,
    });
    let plan =
        Plan::of_document(snapshot.uri.clone(), snapshot.version, snapshot.text.clone(), edits.collect::<Option<_>>()?);
    Some(Planned { plan, title: None })
}

/// The edits of all safe fixes of the document; `None` if there are none.
pub(super) fn all_safe(snapshot: &Snapshot) -> Option<Vec<(TextRange, String)>> {
    let _ = snapshot;
    None
}
