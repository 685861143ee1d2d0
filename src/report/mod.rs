//! Findings as people and programs read them. Everything in here is printable: keys are masked and control characters
//! escaped when an [`Entry`] is made, and no text that an entry was made from outlives its file.

mod concise;
mod entry;
mod full;
mod json;

pub use entry::{EditEntry, Entry, FixEntry, Neighbours, Page, RelatedEntry, Snippet, find_keys};

use std::io::{self, Write};

use crate::finding::Severity;

/// Everything a run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// How many files were judged.
    pub files: usize,
    /// The findings, by path, start and rule.
    pub entries: Vec<Entry>,
    /// What could not be judged, by path.
    pub failures: Vec<Failure>,
    /// How many findings were mended; `None` if that was not asked for.
    pub fixed: Option<usize>,
}

/// Something that could not be judged, or not in full.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The path, printable.
    pub path: String,
    /// Why, printable.
    pub message: String,
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Source lines with the place marked.
    Full,
    /// A line for each finding.
    Concise,
    /// One JSON document.
    Json,
}

/// How output looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to colour it.
    pub colour: bool,
    /// Whether to leave the closing line away.
    pub quiet: bool,
    /// Whether to count findings by rule instead of listing them.
    pub statistics: bool,
}

impl Report {
    /// Puts everything into the one order that does not depend on who was first.
    pub fn sort(&mut self) {
        self.entries.sort_by(|a, b| (&a.path, a.start, a.rule, a.end).cmp(&(&b.path, b.start, b.rule, b.end)));
        self.failures.sort();
        self.failures.dedup();
    }

    /// The number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.entries.iter().filter(|it| it.severity == severity).count()
    }

    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.entries.iter().map(|it| it.severity).max()
    }

    /// Writes the report.
    ///
    /// # Errors
    /// If the writer does not take it.
    pub fn write(&self, format: Format, style: Style, catalog_date: &str, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Json => json::write(self, catalog_date, out),
            _ if style.statistics => self.write_statistics(out),
            Format::Full => full::write(self, style, out),
            Format::Concise => concise::write(self, style, out),
        }
    }

    /// How many findings each rule has, the most first.
    fn write_statistics(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut counts = std::collections::BTreeMap::new();
        self.entries.iter().for_each(|it| *counts.entry(it.rule).or_insert(0_usize) += 1);
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
        let width = counts.first().map_or(0, |(_, count)| count.to_string().len());
        for (rule, count) in counts {
            writeln!(out, "{count:>width$}  {rule}")?;
        }
        self.write_failures(out)
    }

    fn write_failures(&self, out: &mut dyn Write) -> io::Result<()> {
        self.failures.iter().try_for_each(|it| writeln!(out, "{}: not judged in full: {}", it.path, it.message))
    }

    /// The closing line.
    fn summary(&self) -> String {
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let found = [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .map(|it| (self.count(it), it.as_str()))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| plural(count, word))
            .collect::<Vec<_>>();
        let found = if found.is_empty() { "Nothing found".to_owned() } else { format!("Found {}", found.join(", ")) };
        let fixed = self.fixed.map(|it| format!(", {} mended", plural(it, "mistake"))).unwrap_or_default();
        let files = plural(self.files, "file");
        match self.failures.len() {
            0 => format!("{found} in {files}{fixed}"),
            count => format!("{found} in {files}{fixed}; {} could not be judged in full", plural(count, "file")),
        }
    }
}

#[cfg(test)]
mod tests;
