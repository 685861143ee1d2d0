//! `--fix` and `--diff`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::judge::{Judge, Subject, guarded};
use crate::fix::ProjectFiles;
use crate::fix::apply::{self, Limits, Overlay};
use crate::linter;
use crate::project::files;
use crate::project::workspace::Workspace;
use crate::report::Failure;
use crate::source::Source;

/// What mending came to.
#[derive(Default)]
pub(super) struct Mended {
    /// How many findings were mended.
    pub(super) fixed: usize,
    /// What could not be written.
    pub(super) failures: Vec<Failure>,
    /// The files that would change: how they are called, and their old and new texts.
    changes: BTreeMap<String, (String, String)>,
    /// Every key seen on the way.
    secrets: BTreeSet<String>,
}

/// A comparison of two texts ends after this long and takes what it has.
const DIFF_DEADLINE: Duration = Duration::from_secs(2);

/// Mends files one after the other, for several may move keys to one environment file. Each one's new text, and that of
/// the files around it, is written before the next is begun.
pub(super) fn run(judge: &Judge<'_>, subjects: &[Subject<'_>], limits: Limits, write: bool) -> Mended {
    let mut res = Mended::default();
    let mut at = 0;
    while let Some(first) = subjects.get(at) {
        // The subjects of one project stand together, and share what is not written yet.
        let workspace = first.workspace;
        let count = subjects[at..].iter().take_while(|it| std::ptr::eq(it.workspace, workspace)).count();
        let mut overlay = Overlay::new(&*workspace.disk);
        for subject in &subjects[at..at + count] {
            let outcome = guarded(|| mend_one(judge, subject, limits, &mut overlay, &mut res.secrets));
            match outcome {
                Ok(0) => {}
                Ok(fixed) if !write => res.fixed += fixed,
                Ok(fixed) => match write_all(judge, workspace, subject, &mut overlay) {
                    Ok(()) => res.fixed += fixed,
                    Err(failure) => res.failures.push(failure),
                },
                Err(message) => res.failures.push(judge.failure(subject, &message)),
            }
        }
        for (path, text) in overlay.changed() {
            let old = workspace.disk.read(path).unwrap_or_default();
            res.changes.insert(workspace.display(path, &judge.here), (old, text.to_owned()));
        }
        at += count;
    }
    res
}

fn mend_one(
    judge: &Judge<'_>,
    subject: &Subject<'_>,
    limits: Limits,
    overlay: &mut Overlay<'_>,
    secrets: &mut BTreeSet<String>,
) -> usize {
    let Some(text) = overlay.read(&subject.relative) else { return 0 };
    if text.contains('\0') {
        return 0;
    }
    let source = Source::new(subject.relative.as_str(), subject.language, text);
    let secrets = RefCell::new(secrets);
    apply::mend(&source, overlay, limits, |source| {
        let judgement = linter::lint(source, judge.options, judge.catalog, &subject.workspace.project);
        let texts = judgement.secrets.iter().map(|it| it.of(&source.text).to_owned());
        secrets.borrow_mut().extend(texts);
        judgement
    })
}

/// Writes what an overlay changed, the document itself last: a key is never taken out of one file before it is in the
/// other. On failure the rest stays as it was.
fn write_all(
    judge: &Judge<'_>,
    workspace: &Workspace,
    subject: &Subject<'_>,
    overlay: &mut Overlay<'_>,
) -> Result<(), Failure> {
    let mut changed: Vec<(String, String)> = overlay.changed().map(|(path, text)| (path.into(), text.into())).collect();
    changed.sort_by_key(|(path, _)| (*path == subject.relative, !path.ends_with(".gitignore")));
    changed.iter().for_each(|(path, _)| overlay.forget(path));
    for (path, text) in &changed {
        if let Err(error) = workspace.disk.write(path, text) {
            let redactor = judge.redactor();
            let message = format!("cannot be mended: {}", files::in_words(&error));
            return Err(Failure {
                path: redactor.label(&workspace.display(path, &judge.here)).into_owned(),
                message: redactor.label(&message).into_owned(),
            });
        }
    }
    Ok(())
}

impl Mended {
    /// Writes what would change as a unified diff, keys masked: it is for reading, not for `patch`.
    pub(super) fn write_diff(&self, judge: &Judge<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = judge.redactor().knowing(self.secrets.iter().map(String::as_str));
        if !self.changes.is_empty() {
            writeln!(out, "# keys are masked in this diff")?;
        }
        for (path, (old, new)) in &self.changes {
            let path = redactor.label(path);
            let from = if old.is_empty() { "/dev/null".into() } else { format!("a/{path}") };
            writeln!(out, "--- {from}\n+++ b/{path}")?;
            let diff = TextDiff::configure().timeout(DIFF_DEADLINE).diff_lines(old, new);
            for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
                writeln!(out, "{}", hunk.header())?;
                for change in hunk.iter_changes() {
                    let sign = match change.tag() {
                        ChangeTag::Delete => '-',
                        ChangeTag::Insert => '+',
                        ChangeTag::Equal => ' ',
                    };
                    let line = change.value().trim_end_matches(['\n', '\r']);
                    writeln!(out, "{sign}{}", redactor.line(line, &[]).text)?;
                }
            }
        }
        Ok(())
    }
}
