//! Fixes as plans.

use std::sync::Arc;
use std::time::Duration;

use similar::TextDiff;

use super::actions::Planned;
use super::edits::{FilePlan, Plan};
use super::snapshot::Snapshot;
use crate::fix::apply::{Limits, Overlay, mend};
use crate::fix::{FileEdit, Fix, Need, Safety, materialise};
use crate::linter::Judgement;
use crate::source::Source;
use crate::text::TextRange;

/// A difference that takes longer to find is told more coarsely.
const DIFF_TIME: Duration = Duration::from_millis(200);

/// What a fix changes; `None` if it cannot be applied here. A client that cannot make a file, and a document that is in no
/// project, get the change of the document alone.
pub(super) fn plan(snapshot: &Snapshot, judgement: &Judgement, fix: &Fix) -> Option<Planned> {
    let facts = judgement.facts.as_ref()?;
    let source = snapshot.source();
    let read = |path: &str| Some(String::from(&*snapshot.file(path)?.text?));
    let edit = materialise(fix, &source, facts, &read)?;
    let files: Option<Vec<FilePlan>> = edit.files.iter().map(|it| file_plan(snapshot, &source, it)).collect();
    let whole = files.map(|files| Plan { files }).filter(|it| !it.creates() || snapshot.features.create_files);
    if let Some(plan) = whole {
        return Some(Planned { plan, title: None });
    }
    let own = edit.files.iter().find(|it| it.path == *source.path)?;
    let plan = Plan { files: vec![file_plan(snapshot, &source, own)?] };
    Some(Planned { plan, title: Some(format!("{}, without writing .env", fix.title)) })
}

fn file_plan(snapshot: &Snapshot, source: &Source, edit: &FileEdit) -> Option<FilePlan> {
    let edits = edit.edits.iter().map(|it| (it.range, it.text.clone())).collect();
    if edit.path == *source.path {
        let (uri, text) = (snapshot.uri.clone(), snapshot.text.clone());
        return Some(FilePlan { uri, version: Some(snapshot.version), text: Some(text), edits });
    }
    let file = snapshot.file(&edit.path)?;
    Some(FilePlan { uri: file.uri, version: file.version, text: file.text, edits })
}

/// The edits of all safe fixes of the document; `None` if there are none.
pub(super) fn all_safe(snapshot: &Snapshot) -> Option<Vec<(TextRange, String)>> {
    let source = snapshot.source();
    let read = |path: &str| Some(String::from(&*snapshot.file(path)?.text?));
    let mut overlay = Overlay::new(&read);
    let limits = Limits { unsafe_fixes: false, parse_deadline: snapshot.options.parse_deadline };
    mend(&source, &mut overlay, limits, |it| in_document_alone(snapshot.judge(it)));
    let (_, text) = overlay.changed().find(|(path, _)| *path == &*source.path)?;
    let edits = difference(&source.text, text);
    (!edits.is_empty()).then_some(edits)
}

/// A judgement with no fixes but those that are safe and change only the document.
fn in_document_alone(mut judgement: Judgement) -> Judgement {
    let leaves = |need: &Need| matches!(need, Need::Environment { .. });
    for finding in &mut judgement.findings {
        finding.fixes.retain(|it| it.safety == Safety::Safe && !it.needs.iter().any(leaves));
    }
    judgement
}

/// The edits of whole lines that make one text of another.
fn difference(old: &Arc<str>, new: &str) -> Vec<(TextRange, String)> {
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(&**old, new);
    let mut edits = Vec::new();
    let (mut at, mut line) = (0, 0);
    for operation in diff.ops() {
        let range = operation.old_range();
        at += width(&diff.old_slices()[line..range.start]);
        let end = at + width(&diff.old_slices()[range.clone()]);
        if operation.tag() != similar::DiffTag::Equal {
            edits.push((TextRange::from(at..end), diff.new_slices()[operation.new_range()].concat()));
        }
        (at, line) = (end, range.end);
    }
    edits
}

fn width(lines: &[&str]) -> usize {
    lines.iter().map(|it| it.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edits;

    #[test]
    fn differences() {
        for (old, new, count) in [
            ("a\nb\nc\n", "a\nx\nc\n", 1),
            ("a\r\nb\r\n", "a\r\nb\r\nc\r\n", 1),
            ("a\nb", "b", 1),
            ("a\nb\nc\nd\n", "x\nb\nc\ny\n", 2),
            ("", "a", 1),
            ("a", "a", 0),
        ] {
            let edits = difference(&old.into(), new);
            assert_eq!(edits.len(), count, "{old:?} {edits:?}");
            let got = edits::apply(old, edits.iter().map(|(range, text)| (*range, text.as_str())));
            assert_eq!(got.as_deref(), Some(new));
        }
    }
}
