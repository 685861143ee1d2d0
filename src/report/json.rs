//! One JSON document; its form is a contract.

use std::io::{self, Write};

use serde::Serialize;

use super::{EditEntry, Entry, FixEntry, RelatedEntry, Report};
use crate::finding::Severity;
use crate::fix::Safety;
use crate::text::Place;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool<'a>,
    summary: Summary,
    findings: Vec<Found<'a>>,
    failures: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'static str,
    catalog: &'a str,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<usize>,
}

#[derive(Serialize)]
struct Found<'a> {
    rule: &'a str,
    severity: &'static str,
    path: &'a str,
    start: At,
    end: At,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    url: &'a str,
    fingerprint: &'a str,
    related: Vec<Related<'a>>,
    fixes: Vec<Mended<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    start: At,
    end: At,
    message: &'a str,
}

#[derive(Serialize)]
struct Mended<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<Edited<'a>>,
}

#[derive(Serialize)]
struct Edited<'a> {
    path: &'a str,
    start: At,
    end: At,
    text: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    masked: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    create: bool,
}

#[derive(Serialize)]
struct At {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Failed<'a> {
    path: &'a str,
    message: &'a str,
}

pub(super) fn write(report: &Report, catalog_date: &str, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), catalog: catalog_date },
        summary: Summary {
            files: report.files,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            infos: report.count(Severity::Info),
            fixed: report.fixed,
        },
        findings: report.entries.iter().map(Found::from).collect(),
        failures: report.failures.iter().map(|it| Failed { path: &it.path, message: &it.message }).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

impl From<Place> for At {
    fn from(place: Place) -> Self {
        Self { line: place.line, column: place.column }
    }
}

impl<'a> From<&'a Entry> for Found<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            rule: entry.rule,
            severity: entry.severity.as_str(),
            path: &entry.path,
            start: entry.start.into(),
            end: entry.end.into(),
            message: &entry.message,
            help: entry.help.as_deref(),
            url: &entry.url,
            fingerprint: &entry.fingerprint,
            related: entry.related.iter().map(Related::from).collect(),
            fixes: entry.fixes.iter().map(Mended::from).collect(),
        }
    }
}

impl<'a> From<&'a RelatedEntry> for Related<'a> {
    fn from(it: &'a RelatedEntry) -> Self {
        Self { path: &it.path, start: it.start.into(), end: it.end.into(), message: &it.message }
    }
}

impl<'a> From<&'a FixEntry> for Mended<'a> {
    fn from(it: &'a FixEntry) -> Self {
        let safety = if it.safety == Safety::Safe { "safe" } else { "unsafe" };
        Self { title: &it.title, safety, edits: it.edits.iter().map(Edited::from).collect() }
    }
}

impl<'a> From<&'a EditEntry> for Edited<'a> {
    fn from(it: &'a EditEntry) -> Self {
        let EditEntry { path, start, end, text, masked, create } = it;
        Self { path, start: (*start).into(), end: (*end).into(), text, masked: *masked, create: *create }
    }
}
