//! Judging a document, away from the actor.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::projects::Projects;
use super::protocol::Url;
use super::redact::redacted;
use super::workspace::{Home, Workspace};
use crate::catalog::Catalog;
use crate::language::Language;
use crate::linter::{self, Judgement, Options};
use crate::project::Project;
use crate::source::Source;
use crate::syntax::Syntax;

/// How long a parse may take while typing goes on.
const TYPING_DEADLINE: Duration = Duration::from_millis(10);

/// What is judged.
pub(super) struct Job {
    /// The document's URI.
    pub(super) uri: Url,
    /// Its language.
    pub(super) language: Language,
    /// Its text.
    pub(super) text: Arc<str>,
    /// Where it belongs; otherwise that is asked of the workspace.
    pub(super) home: Result<Arc<Home>, Arc<Workspace>>,
    /// The tree of an earlier text, told of all edits since.
    pub(super) tree: Option<Syntax>,
    /// Typing goes on: a parse that takes long is given up.
    pub(super) hasty: bool,
    /// How.
    pub(super) options: Arc<Options>,
    /// Where its project is.
    pub(super) projects: Arc<Projects>,
}

/// What came of it.
pub(super) struct Report {
    /// Where the document belongs.
    pub(super) home: Option<Arc<Home>>,
    /// What was known of its project.
    pub(super) project: Option<Arc<Project>>,
    /// The tree, to start from the next time.
    pub(super) tree: Option<Syntax>,
    /// What the linter says; `None` if it was given up or has failed.
    pub(super) judgement: Option<Arc<Judgement>>,
    /// The parse passed its deadline.
    pub(super) too_slow: bool,
}

impl Report {
    /// The report of a judge that panicked.
    pub(super) const FAILED: Self = Self { home: None, project: None, tree: None, judgement: None, too_slow: false };
}

impl Job {
    /// Judges. A panic costs this judgement only.
    pub(super) fn run(self) -> Report {
        catch_unwind(AssertUnwindSafe(|| self.judge())).unwrap_or(Report::FAILED)
    }

    fn judge(self) -> Report {
        let Self { uri, language, text, home, tree, hasty, options, projects } = self;
        let home = home.unwrap_or_else(|workspace| Arc::new(workspace.home_of(&uri)));
        let project = projects.get(home.root.as_deref());
        let source = Source { path: home.name.clone(), language, text };
        let catalog = Catalog::embedded();
        let deadline = if hasty { TYPING_DEADLINE.min(options.parse_deadline) } else { options.parse_deadline };
        let (judgement, tree, too_slow) =
            match linter::lint_from(&source, tree.as_ref(), deadline, &options, catalog, &project) {
                Ok((judgement, tree)) => (Some(judgement), tree, false),
                Err(_) if hasty => (None, None, true),
                Err(_) => {
                    let gap = Some(linter::Gap::TooSlow);
                    (Some(linter::lint_literals(&source, &options, catalog, &project, gap)), None, true)
                }
            };
        let judgement = judgement.map(|it| redacted(it, &source.text));
        Report { home: Some(home), project: Some(project), tree, judgement: judgement.map(Arc::new), too_slow }
    }
}
