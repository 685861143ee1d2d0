//! An open document with everything the actor keeps for it.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::convert::View;
use super::diagnostics::diagnostic;
use super::documents::{Change, Document, KeptTree};
use super::features::Features;
use super::jobs::Report;
use super::pace::{HOLD, Outcome, Pace, Step};
use super::protocol::Diagnostic;
use super::shown::{Shown, Situation, Taken};
use crate::linter::Judgement;
use crate::project::Project;
use crate::syntax::Syntax;

/// Where a request waits for a document's diagnostics.
pub(super) type Waiting = oneshot::Sender<Vec<Diagnostic>>;

/// An open document.
pub(super) struct Open {
    /// Tells it from one that was open under the same URI before.
    pub(super) id: u64,
    /// The text.
    pub(super) document: Document,
    /// When it is judged.
    pub(super) pace: Pace,
    /// How often the text or its place was changed.
    generation: u64,
    tree: KeptTree,
    shown: Shown,
    latest: Option<Arc<Judgement>>,
    /// The project it was last judged with.
    project: Option<Arc<Project>>,
    waiting: Vec<Waiting>,
    /// What a pulling client was told of the current text.
    answered: Option<Vec<Diagnostic>>,
}

/// What a pushing or pulling client is to be told.
#[derive(Debug, PartialEq)]
pub(super) enum News {
    /// Nothing.
    None,
    /// These diagnostics, of this version.
    Publish(Vec<Diagnostic>, i32),
    /// To ask again.
    Refresh,
}

impl Open {
    /// A document that was just opened.
    pub(super) fn new(id: u64, document: Document, now: Instant) -> Self {
        Self {
            id,
            document,
            pace: Pace::opened(now),
            generation: 0,
            tree: KeptTree::default(),
            shown: Shown::default(),
            latest: None,
            project: None,
            waiting: Vec::new(),
            answered: None,
        }
    }

    /// Applies an editor's changes.
    pub(super) fn edit(&mut self, version: i32, changes: Vec<Change>, features: &Features, now: Instant) {
        let (tree, shown) = (&mut self.tree, &mut self.shown);
        self.document.apply(changes, features.encoding, |edit| match edit {
            Some((splice, edit)) => {
                tree.edit(&edit);
                shown.edit(splice);
            }
            None => {
                tree.clear();
                shown.clear();
            }
        });
        self.document.version = version;
        self.generation += 1;
        self.latest = None;
        self.answered = None;
        self.pace.edited(now);
    }

    /// Begins a judgement: the tree to start from and the generation of the text.
    pub(super) fn begin(&mut self, step: Step) -> (Option<Syntax>, u64) {
        self.pace.begun(step);
        if step == Step::JudgeAtRest {
            self.tree.clear();
        }
        (self.tree.take(), self.generation)
    }

    /// Takes a judgement over; whether there is anything to tell. What is of an older text is not shown.
    pub(super) fn judged(&mut self, report: Report, generation: u64, now: Instant) -> bool {
        let Report { home, project, tree, judgement, too_slow } = report;
        let damaged = tree.as_ref().is_some_and(Syntax::has_error);
        self.tree.put(tree);
        if self.document.home.is_none() {
            self.document.home = home;
        }
        self.project = project;
        let Some(judgement) = judgement.filter(|_| generation == self.generation) else {
            self.pace.done(Outcome { too_slow, unsettled: too_slow, holding: false });
            return generation == self.generation && !self.waiting.is_empty();
        };
        let unsettled = damaged && self.pace.in_flight() != Some(Step::JudgeAtRest);
        let typing = self.pace.since_edit(now).is_some_and(|it| it < HOLD);
        let Taken { holding, keeping } = self.shown.take(&judgement.findings, Situation { typing, damaged: unsettled });
        self.latest = Some(judgement);
        self.pace.done(Outcome { too_slow, unsettled: unsettled || keeping, holding });
        true
    }

    /// Shows what was held back.
    pub(super) fn release(&mut self) {
        self.pace.released();
        let damaged = self.tree.current().is_some_and(Syntax::has_error);
        if let Some(judgement) = &self.latest {
            self.shown.take(&judgement.findings, Situation { typing: false, damaged });
        }
    }

    /// The judgement of the current text.
    pub(super) fn latest(&self) -> Option<&Arc<Judgement>> {
        self.latest.as_ref()
    }

    /// The folders around it have changed: it may belong elsewhere.
    pub(super) fn move_out(&mut self, now: Instant) {
        self.document.home = None;
        self.generation += 1;
        self.outdate(now);
    }

    /// A project was opened: if the document belongs to it and was judged with another state of it, that was premature.
    pub(super) fn project_opened(&mut self, root: &Path, project: &Arc<Project>, now: Instant) {
        let is_own = self.document.home.as_ref().is_some_and(|it| it.root.as_deref() == Some(root));
        let is_news = self.project.as_ref().is_some_and(|it| !Arc::ptr_eq(it, project));
        if is_own && is_news {
            self.outdate(now);
        }
    }

    /// Something else that findings depend on has changed.
    fn outdate(&mut self, now: Instant) {
        self.latest = None;
        self.pace.outdated(now);
    }

    /// The diagnostics of what is shown.
    pub(super) fn diagnostics(&self, features: &Features) -> Vec<Diagnostic> {
        let Document { uri, .. } = &self.document;
        let view = View { text: self.document.text(), lines: self.document.lines(), encoding: features.encoding };
        self.shown.findings().map(|it| diagnostic(it, uri, view, features)).collect()
    }

    /// Answers a pulling client: at once if what is shown is current, else with the next judgement.
    pub(super) fn pull(&mut self, waiting: Waiting, features: &Features) {
        if self.pace.is_current() {
            let diagnostics = self.diagnostics(features);
            self.answered = Some(diagnostics.clone());
            // A cancelled request has dropped its end.
            let _ = waiting.send(diagnostics);
        } else {
            self.waiting.push(waiting);
        }
    }

    /// What the client is to be told after a change of what is shown.
    pub(super) fn news(&mut self, features: &Features) -> News {
        let diagnostics = self.diagnostics(features);
        if !features.pull {
            return News::Publish(diagnostics, self.document.version);
        }
        let news = match &self.answered {
            Some(answered) if *answered != diagnostics => News::Refresh,
            _ => News::None,
        };
        for waiting in self.waiting.drain(..) {
            self.answered = Some(diagnostics.clone());
            let _ = waiting.send(diagnostics.clone());
        }
        news
    }
}
