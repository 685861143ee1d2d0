//! What a finding's rule is about.

use super::convert::View;
use super::protocol::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Range};
use super::snapshot::Snapshot;
use crate::finding::Finding;
use crate::rules;

/// The rules whose findings stand at a position.
pub(super) fn hover(snapshot: &Snapshot, position: Position) -> Option<Hover> {
    let view = snapshot.view();
    let at = view.bytes(Range { start: position, end: position });
    let judgement = snapshot.judgement();
    let here: Vec<&Finding> =
        judgement.findings.iter().filter(|it| it.range.start <= at.start && at.start <= it.range.end).collect();
    let range = here.first()?.range;
    let mut names: Vec<&str> = here.iter().map(|it| it.rule).collect();
    names.dedup();
    let markdown = snapshot.features.markdown;
    let sections: Vec<String> = names.into_iter().filter_map(|it| section(it, markdown)).collect();
    Some(Hover { contents: contents(sections.join("\n\n"), markdown), range: Some(View::range(view, range)) })
}

fn section(name: &str, markdown: bool) -> Option<String> {
    let rule = rules::find(name)?;
    let (summary, url) = (rule.summary(), rule.url());
    Some(match markdown {
        true => format!("**{name}**: {summary} [More]({url})"),
        false => format!("{name}: {summary}\n{url}"),
    })
}

fn contents(value: String, markdown: bool) -> HoverContents {
    let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    HoverContents::Markup(MarkupContent { kind, value })
}
