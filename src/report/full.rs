//! Source lines with the place marked.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet as Shown};

use super::{Entry, Report, Snippet, Style};
use crate::finding::Severity;
use crate::fix::Safety;

pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDTH);
    for it in &report.entries {
        let rendered = renderer.render(&[group(it)]);
        rendered.lines().filter(|it| !is_empty_origin(it)).try_for_each(|it| writeln!(out, "{it}"))?;
        writeln!(out)?;
    }
    report.write_failures(out)?;
    if !style.quiet {
        writeln!(out, "{}", report.summary())?;
    }
    Ok(())
}

/// Wider than any line of a [`Snippet`], which is trimmed around the finding already.
const WIDTH: usize = 2000;

/// Whether a rendered line is the mark of a snippet that names no file. The place stands above it: the renderer would count
/// columns in the masked line.
fn is_empty_origin(line: &str) -> bool {
    let mut visible = String::new();
    let mut pieces = line.split('\u{1b}');
    visible.push_str(pieces.next().unwrap_or_default());
    pieces.for_each(|it| visible.push_str(it.split_once('m').map_or("", |(_, text)| text)));
    visible.trim() == ":::"
}

fn group(entry: &Entry) -> Group<'_> {
    let level = match entry.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let origin = |path, start: crate::text::Place| {
        Origin::path(path).line(start.line as usize).char_column(start.column as usize)
    };
    let mut group = level
        .primary_title(entry.message.as_str())
        .id(entry.rule)
        .element(origin(entry.path.as_str(), entry.start))
        .element(shown(&entry.snippet, AnnotationKind::Primary, None));
    for related in &entry.related {
        group = match &related.snippet {
            Some(snippet) if related.start.line == entry.start.line && snippet.text == entry.snippet.text => {
                group.element(Level::NOTE.message(related.message.as_str()))
            }
            Some(snippet) => group.element(origin(related.path.as_str(), related.start)).element(shown(
                snippet,
                AnnotationKind::Context,
                Some(&related.message),
            )),
            None => group.element(Level::NOTE.message(format!("{}: {}", related.path, related.message))),
        };
    }
    if let Some(help) = &entry.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(fix) = entry.fixes.first() {
        let how = if fix.safety == Safety::Safe { "--fix" } else { "--fix --unsafe-fixes" };
        group = group.element(Level::NOTE.with_name("fix").message(format!("{} ({how})", fix.title)));
    }
    group
}

fn shown<'a>(
    snippet: &'a Snippet,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Shown<'a, annotate_snippets::Annotation<'a>> {
    let annotation = kind.span(snippet.range.clone());
    let annotation = match label {
        Some(label) => annotation.label(label),
        None => annotation,
    };
    Shown::source(snippet.text.as_str()).line_start(snippet.line as usize).annotation(annotation)
}
