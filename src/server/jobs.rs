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
    /// How.
    pub(super) options: Arc<Options>,
    /// What else is known.
    pub(super) project: Arc<Project>,
}

/// What came of it.
pub(super) struct Report {
    /// The tree, to start from the next time.
    pub(super) tree: Option<Syntax>,
    /// What the linter says; `None` if the parse was too slow or the judge failed.
    pub(super) judgement: Option<Arc<Judgement>>,
}

impl Job {
    /// Judges. A panic costs this judgement only.
    pub(super) fn run(self) -> Report {
        let failed = Report { tree: None, judgement: None };
        catch_unwind(AssertUnwindSafe(|| self.judge())).unwrap_or(failed)
    }

    fn judge(self) -> Report {
        let Self { source, tree, options, project } = self;
        let deadline = match tree {
            Some(_) => TYPING_DEADLINE.min(options.parse_deadline),
            None => options.parse_deadline,
        };
        let Ok(tree) = Syntax::parse(source.language, &source.text, tree.as_ref(), deadline) else {
            return Report { tree: None, judgement: None };
        };
        let judgement = linter::lint(&source, &options, Catalog::embedded(), &project);
        Report { tree: Some(tree), judgement: Some(Arc::new(judgement)) }
    }
}
