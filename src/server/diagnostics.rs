//! Findings as diagnostics.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::convert::View;
use super::features::Features;
use super::protocol::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Url,
};
use crate::finding::{Finding, Severity, Tag};
use crate::rules;

/// What diagnostics and code actions name as their origin.
pub(super) const SOURCE: &str = "keylint";

/// The diagnostic of a finding in the document `uri`.
pub(super) fn diagnostic(finding: &Finding, uri: &Url, view: View<'_>, features: &Features) -> Diagnostic {
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    Diagnostic {
        range: view.range(finding.range),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        code_description: features.code_description.then(|| description(finding.rule)).flatten(),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: related(finding, uri, view, features),
        tags: tags(finding, features),
        data: features.diagnostic_data.then(|| id(finding).into()),
    }
}

/// What tells a finding from the document's others: no offset, so it is the same when the text around it moves.
pub(super) fn id(finding: &Finding) -> String {
    let mut hasher = DefaultHasher::new();
    (finding.rule, &finding.message).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// Where the rule's page is.
fn description(rule: &str) -> Option<CodeDescription> {
    Some(CodeDescription { href: Url::parse(&rules::find(rule)?.url()).ok()? })
}

fn related(
    finding: &Finding,
    uri: &Url,
    view: View<'_>,
    features: &Features,
) -> Option<Vec<DiagnosticRelatedInformation>> {
    if !features.related_information || finding.related.is_empty() {
        return None;
    }
    let here = finding.related.iter().filter(|it| it.path.is_none());
    let information = here.map(|it| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: view.range(it.range) },
        message: it.message.clone(),
    });
    Some(information.collect())
}

fn tags(finding: &Finding, features: &Features) -> Option<Vec<DiagnosticTag>> {
    let (number, tag) = match finding.tag? {
        Tag::Unnecessary => (1, DiagnosticTag::UNNECESSARY),
        Tag::Deprecated => (2, DiagnosticTag::DEPRECATED),
    };
    features.tags.contains(&number).then(|| vec![tag])
}
