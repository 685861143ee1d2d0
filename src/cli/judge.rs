//! Judging one file: reading it, the linter, and what is printed of the outcome.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::finding::Finding;
use crate::fix::{Fix, materialise};
use crate::language::Language;
use crate::linter::{self, Gap, Judgement, Options};
use crate::project::files::{self, Content};
use crate::project::workspace::Workspace;
use crate::report::{Entry, Failure, FixEntry, Neighbours, Page};
use crate::source::{PathClass, Source};
use crate::text::{Decoded, LineIndex, Place, Redactor, decode};

/// What every file of a run is judged with.
pub(super) struct Judge<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) options: &'a Options,
    /// The working directory: paths are printed relative to it.
    pub(super) here: PathBuf,
    pub(super) find_keys: &'a (dyn Fn(&str) -> Vec<Range<usize>> + Sync),
}

/// A file and how it is called.
pub(super) struct Subject<'a> {
    /// Where it lies.
    pub(super) path: &'a Path,
    /// Its path relative to its project's root.
    pub(super) relative: String,
    /// Its path as printed, not yet made printable.
    pub(super) display: String,
    pub(super) language: Language,
    pub(super) workspace: &'a Workspace,
}

/// The outcome for one file.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) entries: Vec<Entry>,
    pub(super) failure: Option<Failure>,
    /// Some finding has a fix.
    pub(super) fixable: bool,
}

/// Pieces of this size are read of a file that is larger than the cap.
const WINDOW: usize = 1 << 20;
/// So much is read again where a piece does not end with a line: no key is longer.
const OVERLAP: usize = 8 << 10;

thread_local! {
    /// Where the last panic of this thread began.
    static PANICKED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics from printing: their text may hold source code. Only the place is remembered.
pub(super) fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|it| format!("{}:{}", it.file(), it.line())).unwrap_or_default();
        PANICKED.with_borrow_mut(|it| *it = place);
    }));
}

/// Runs one file's work. A panic becomes a failure of that file alone.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let caught = catch_unwind(AssertUnwindSafe(work));
    caught.map_err(|_| format!("internal error at {}", PANICKED.with_borrow(String::clone)))
}

impl<'a> Judge<'a> {
    /// Judges a file on the disk.
    pub(super) fn file(&self, subject: &Subject<'_>) -> Judged {
        let outcome = guarded(|| match files::read(subject.path, self.options.size_cap) {
            Ok(Content::Whole(bytes)) => self.bytes(subject, &bytes),
            Ok(Content::Large(file)) => self.large(subject, file),
            Err(error) => self.failed(subject, &files::in_words(&error)),
        });
        outcome.unwrap_or_else(|message| self.failed(subject, &message))
    }

    /// Judges a document's bytes.
    pub(super) fn bytes(&self, subject: &Subject<'_>, bytes: &[u8]) -> Judged {
        let decoded = decode(bytes);
        let (source, judgement) = self.lint(subject, decoded);
        let mut res = Judged {
            failure: judgement.gap.map(|it| self.failure(subject, it.as_str())),
            fixable: judgement.findings.iter().any(|it| !it.fixes.is_empty()),
            entries: Vec::new(),
        };
        if !judgement.findings.is_empty() {
            let shown = |path: &str| subject.workspace.display(path, &self.here);
            let neighbours = Neighbours { files: &*subject.workspace.disk, shown: &shown };
            let page = Page::new(&subject.display, &source.text, &judgement.secrets, self.redactor()).among(neighbours);
            res.entries = page.entries(&judgement.findings, |it| self.fixes(it, subject, &source, &judgement, &page));
        }
        res
    }

    /// Judges a decoded document.
    pub(super) fn lint(&self, subject: &Subject<'_>, decoded: Decoded) -> (Source, Judgement) {
        let source = Source::new(subject.relative.as_str(), subject.language, decoded.text);
        let judgement = match decoded.binary {
            true => linter::lint_literals(&source, self.options, self.catalog, &subject.workspace.project, None),
            false => linter::lint(&source, self.options, self.catalog, &subject.workspace.project),
        };
        (source, judgement)
    }

    /// Searches a file that is too large to be judged for literals that need no context, piece by piece.
    fn large(&self, subject: &Subject<'_>, mut file: File) -> Judged {
        if PathClass::of(&subject.relative) == PathClass::Foreign {
            return Judged::default();
        }
        let mut res = Judged { failure: Some(self.failure(subject, Gap::TooLarge.as_str())), ..Judged::default() };
        let mut origin = Place { line: 1, column: 1 };
        let mut carried = Vec::new();
        loop {
            let last = match fill(&mut file, &mut carried) {
                Ok(last) => last,
                Err(error) => return Judged { failure: Some(self.failure(subject, &files::in_words(&error))), ..res },
            };
            let (end, next) = cut(&carried, last);
            let text = decode(&carried[..end]).text;
            self.window(subject, &text, origin, &mut res.entries);
            if last {
                return res;
            }
            origin = advance(origin, &decode(&carried[..next]).text);
            carried.drain(..next);
        }
    }

    /// Judges a piece of a large file. What was found in the overlap is found twice and counted once.
    fn window(&self, subject: &Subject<'_>, text: &str, origin: Place, entries: &mut Vec<Entry>) {
        let source = Source::new(subject.relative.as_str(), subject.language, text);
        let judgement =
            linter::lint_literals(&source, self.options, self.catalog, &subject.workspace.project, Some(Gap::TooLarge));
        if judgement.findings.is_empty() {
            return;
        }
        let page = Page::new(&subject.display, text, &judgement.secrets, self.redactor()).starting_at(origin);
        for entry in page.entries(&judgement.findings, |_| Vec::new()) {
            let known = |it: &Entry| (it.rule, it.start) == (entry.rule, entry.start);
            if !entries.iter().rev().take(64).any(known) {
                entries.push(entry);
            }
        }
    }

    /// The fixes of a finding that can be carried out here, with their edits.
    fn fixes(
        &self,
        finding: &Finding,
        subject: &Subject<'_>,
        source: &Source,
        judgement: &Judgement,
        page: &Page<'_>,
    ) -> Vec<FixEntry> {
        let Some(facts) = &judgement.facts else { return Vec::new() };
        let disk = &*subject.workspace.disk;
        let entry = |fix: &Fix| Some(page.fix(fix, &materialise(fix, source, facts, disk)?, &source.path));
        finding.fixes.iter().filter_map(entry).collect()
    }

    fn failed(&self, subject: &Subject<'_>, message: &str) -> Judged {
        Judged { failure: Some(self.failure(subject, message)), ..Judged::default() }
    }

    pub(super) fn failure(&self, subject: &Subject<'_>, message: &str) -> Failure {
        let redactor = self.redactor();
        Failure { path: redactor.label(&subject.display).into_owned(), message: redactor.label(message).into_owned() }
    }

    pub(super) fn redactor(&self) -> Redactor<'a> {
        Redactor::new(self.find_keys)
    }
}

/// Reads until a window is full; whether the file has ended.
fn fill(file: &mut File, carried: &mut Vec<u8>) -> io::Result<bool> {
    let wanted = WINDOW.saturating_sub(carried.len()) as u64;
    let read = file.take(wanted).read_to_end(carried)?;
    Ok((read as u64) < wanted)
}

/// Where a window ends, and where the next one begins: behind its last line, or in the middle of a line with an overlap.
fn cut(window: &[u8], last: bool) -> (usize, usize) {
    if last {
        return (window.len(), window.len());
    }
    match memchr::memrchr(b'\n', window) {
        // In UTF-16 the line's end has two bytes; cutting between them would turn the rest inside out.
        Some(at) if at > window.len() / 2 && !window[..64.min(window.len())].contains(&0) => (at + 1, at + 1),
        _ => (window.len() & !1, (window.len() - OVERLAP) & !1),
    }
}

/// The place behind a text that begins at `origin`.
fn advance(origin: Place, text: &str) -> Place {
    let index = LineIndex::new(text);
    let end = index.place(text, text.len() as u32);
    match end.line {
        1 => Place { line: origin.line, column: origin.column - 1 + end.column },
        line => Place { line: origin.line - 1 + line, column: end.column },
    }
}
