//! Judging a document, away from the actor.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::Catalog;
use crate::linter::{self, Judgement, Options};
use crate::project::Project;
use crate::source::Source;
use crate::syntax::Syntax;

/// How long a parse may take while typing goes on.
const TYPING_DEADLINE: Duration = Duration::from_millis(10);

/// What is judged.
pub(super) struct Job {
    /// The document.
    pub(super) source: Source,
    /// The tree of an earlier text, told of all edits since.
    pub(super) tree: Option<Syntax>,
    /// Typing goes on: a parse that takes long is given up.
    pub(super) hasty: bool,
    /// How.
    pub(super) options: Arc<Options>,
    /// What else is known.
    pub(super) project: Arc<Project>,
}

/// What came of it.
pub(super) struct Report {
    /// The tree, to start from the next time.
    pub(super) tree: Option<Syntax>,
    /// What the linter says; `None` if it was given up or has failed.
    pub(super) judgement: Option<Arc<Judgement>>,
    /// The parse passed its deadline.
    pub(super) too_slow: bool,
}

impl Report {
    /// The report of a judge that panicked.
    pub(super) const FAILED: Self = Self { tree: None, judgement: None, too_slow: false };
}

impl Job {
    /// Judges. A panic costs this judgement only.
    pub(super) fn run(self) -> Report {
        catch_unwind(AssertUnwindSafe(|| self.judge())).unwrap_or(Report::FAILED)
    }

    fn judge(self) -> Report {
        let Self { source, tree, hasty, options, project } = self;
        let catalog = Catalog::embedded();
        let deadline = if hasty { TYPING_DEADLINE.min(options.parse_deadline) } else { options.parse_deadline };
        match linter::lint_from(&source, tree.as_ref(), deadline, &options, catalog, &project) {
            Ok((judgement, tree)) => Report { tree, judgement: Some(Arc::new(judgement)), too_slow: false },
            Err(_) if hasty => Report { tree: None, judgement: None, too_slow: true },
            Err(_) => {
                let gap = Some(linter::Gap::TooSlow);
                let judgement = linter::lint_literals(&source, &options, catalog, &project, gap);
                Report { tree: None, judgement: Some(Arc::new(judgement)), too_slow: true }
            }
        }
    }
}
