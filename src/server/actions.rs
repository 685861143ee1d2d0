//! Code actions: fixes and suppressions of single findings, and all safe fixes of a document.
//!
//! Everything is computed from the snapshot of the moment. Between listing an action and resolving it only its name is kept
//! ([`Name`]); if the document has changed meanwhile the action is gone.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::diagnostics::{diagnostic, id};
use super::edits::Plan;
use super::fixes;
use super::protocol::*;
use super::snapshot::Snapshot;
use super::suppress::{Scope, suppression};
use crate::finding::Finding;
use crate::fix::Safety;

/// The kind of the action that applies all safe fixes.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.keylint");
/// Findings in the requested range that are looked at; a whole document may be selected.
const FINDINGS: usize = 20;

/// The kinds of actions that there are.
pub(super) fn kinds() -> Vec<CodeActionKind> {
    vec![CodeActionKind::QUICKFIX, FIX_ALL]
}

/// What is needed to compute an action again.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Name {
    /// The document.
    pub(super) uri: Url,
    /// Its version when the action was listed.
    version: i32,
    /// What the action does.
    what: What,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum What {
    /// Applies a fix: of which finding, and which of its fixes.
    Fix(FindingName, usize),
    /// Silences a finding on its line.
    IgnoreLine(FindingName),
    /// Silences a finding's rule in the file.
    IgnoreFile(FindingName),
    /// Applies all safe fixes.
    FixAll,
}

/// A finding's id, and which of the document's findings with this id it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct FindingName(String, usize);

/// The actions for a range.
pub(super) fn actions(snapshot: &Snapshot, range: Range, only: Option<&[CodeActionKind]>) -> Vec<CodeAction> {
    if !snapshot.features.code_action_literals {
        return Vec::new();
    }
    let mut actions = Vec::new();
    if wants(only, &CodeActionKind::QUICKFIX, true) {
        actions.extend(quick_fixes(snapshot, range));
    }
    if wants(only, &FIX_ALL, false) {
        actions.extend(fix_all(snapshot));
    }
    actions
}

/// Whether a kind is asked for, by its own name or that of a group it is in.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind, by_default: bool) -> bool {
    let Some(only) = only else { return by_default };
    only.iter().any(|it| {
        let rest = kind.as_str().strip_prefix(it.as_str());
        it.as_str().is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
    })
}

fn quick_fixes(snapshot: &Snapshot, range: Range) -> Vec<CodeAction> {
    let range = snapshot.view().bytes(range);
    let judgement = snapshot.judgement();
    let names = names(&judgement.findings);
    let touched = |it: &&(Finding, FindingName)| it.0.range.start <= range.end && range.start <= it.0.range.end;
    let here: Vec<(Finding, FindingName)> = judgement.findings.iter().cloned().zip(names).collect();
    let here: Vec<&(Finding, FindingName)> = here.iter().filter(touched).take(FINDINGS).collect();
    let fixes = here.iter().flat_map(|(finding, name)| fixes_of(snapshot, finding, name));
    let ignores = here.iter().flat_map(|(finding, name)| ignores_of(snapshot, finding, name));
    fixes.chain(ignores).collect()
}

fn names(findings: &[Finding]) -> Vec<FindingName> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut name = |finding: &Finding| {
        let id = id(finding);
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        FindingName(id, *count - 1)
    };
    findings.iter().map(&mut name).collect()
}

fn fixes_of(snapshot: &Snapshot, finding: &Finding, name: &FindingName) -> Vec<CodeAction> {
    let preferred = finding.fixes.iter().position(|it| it.safety == Safety::Safe).unwrap_or(0);
    let action = |(at, fix): (usize, &crate::fix::Fix)| {
        let mut action = listed(snapshot, finding, fix.title.clone(), What::Fix(name.clone(), at))?;
        let prefer = at == preferred && snapshot.features.preferred_actions;
        action.is_preferred = prefer.then_some(true);
        Some(action)
    };
    finding.fixes.iter().enumerate().filter_map(action).collect()
}

fn ignores_of(snapshot: &Snapshot, finding: &Finding, name: &FindingName) -> Vec<CodeAction> {
    let line = (format!("Ignore {} on this line", finding.rule), What::IgnoreLine(name.clone()));
    let file = (format!("Ignore {} in this file", finding.rule), What::IgnoreFile(name.clone()));
    [line, file].into_iter().filter_map(|(title, what)| listed(snapshot, finding, title, what)).collect()
}

/// An action as it is listed: with its edit, or with the name to resolve it by. One without an edit is not listed, but
/// whether there is a place for a comment is looked for only when it is wanted, if the client can wait.
fn listed(snapshot: &Snapshot, finding: &Finding, title: String, what: What) -> Option<CodeAction> {
    let lazy = snapshot.features.lazy_edits;
    let mut action = CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic(finding, &snapshot.uri, snapshot.view(), &snapshot.features)]),
        ..CodeAction::default()
    };
    if !lazy || matches!(what, What::Fix(..)) {
        let planned = planned(snapshot, &what)?;
        let edit = planned.plan.workspace_edit(&snapshot.features)?;
        action.title = planned.title.unwrap_or(action.title);
        action.edit = (!lazy).then_some(edit);
    }
    if lazy {
        let name = Name { uri: snapshot.uri.clone(), version: snapshot.version, what };
        action.data = Some(serde_json::to_value(name).ok()?);
    }
    Some(action)
}

fn fix_all(snapshot: &Snapshot) -> Option<CodeAction> {
    let edit = planned(snapshot, &What::FixAll)?.plan.workspace_edit(&snapshot.features)?;
    Some(CodeAction {
        title: "Apply all safe keylint fixes".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(edit),
        ..CodeAction::default()
    })
}

/// The edit of a listed action; `None` if the document is not what it was, or the action no longer applies.
pub(super) fn resolve(snapshot: &Snapshot, name: &Name) -> Option<WorkspaceEdit> {
    if snapshot.version != name.version {
        return None;
    }
    planned(snapshot, &name.what)?.plan.workspace_edit(&snapshot.features)
}

/// What an action changes.
pub(super) struct Planned {
    /// The changes.
    pub(super) plan: Plan,
    /// Another title, where the action does less for want of the client's support.
    pub(super) title: Option<String>,
}

fn planned(snapshot: &Snapshot, what: &What) -> Option<Planned> {
    let of_document = |edits| {
        let plan = Plan::of_document(snapshot.uri.clone(), snapshot.version, snapshot.text.clone(), edits);
        Planned { plan, title: None }
    };
    match what {
        What::Fix(name, at) => {
            let judgement = snapshot.judgement();
            let finding = find(&judgement.findings, name)?;
            fixes::plan(snapshot, &judgement, finding.fixes.get(*at)?)
        }
        What::IgnoreLine(name) => ignore(snapshot, name, Scope::Line).map(of_document),
        What::IgnoreFile(name) => ignore(snapshot, name, Scope::File).map(of_document),
        What::FixAll => fixes::all_safe(snapshot).map(of_document),
    }
}

fn ignore(snapshot: &Snapshot, name: &FindingName, scope: Scope) -> Option<Vec<(crate::text::TextRange, String)>> {
    let judgement = snapshot.judgement();
    let finding = find(&judgement.findings, name)?;
    let judge = |source: &_| snapshot.judge(source);
    suppression(&snapshot.source(), &snapshot.lines, finding, scope, &judgement, judge)
}

fn find<'a>(findings: &'a [Finding], name: &FindingName) -> Option<&'a Finding> {
    findings.iter().filter(|it| id(it) == name.0).nth(name.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_are_asked_for() {
        let only = |names: &[&'static str]| names.iter().map(|it| CodeActionKind::from(*it)).collect::<Vec<_>>();
        for (asked, quick_fix, fix_all) in [
            (None, true, false),
            (Some(vec![]), false, false),
            (Some(vec![""]), true, true),
            (Some(vec!["quickfix"]), true, false),
            (Some(vec!["source"]), false, true),
            (Some(vec!["source.fixAll"]), false, true),
            (Some(vec!["source.fixAll.keylint"]), false, true),
            (Some(vec!["source.fixAll.other", "refactor"]), false, false),
            (Some(vec!["sourc"]), false, false),
        ] {
            let only = asked.as_deref().map(only);
            let got =
                (wants(only.as_deref(), &CodeActionKind::QUICKFIX, true), wants(only.as_deref(), &FIX_ALL, false));
            assert_eq!(got, (quick_fix, fix_all), "{asked:?}");
        }
    }
}
