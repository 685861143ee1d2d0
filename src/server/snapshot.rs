//! A moment of one document and everything around it, for requests to compute with.

use std::sync::{Arc, OnceLock};

use super::convert::View;
use super::features::Features;
use super::protocol::Url;
use crate::catalog::Catalog;
use crate::linter::{self, Judgement, Options};
use crate::project::Project;
use crate::source::Source;
use crate::text::LineIndex;

/// What a request computes with.
pub(super) struct Snapshot {
    /// The document's URI, as the editor spells it.
    pub(super) uri: Url,
    /// The editor's version.
    pub(super) version: i32,
    /// The document as it is judged.
    pub(super) source: Source,
    /// Its lines.
    pub(super) lines: Arc<LineIndex>,
    /// Its judgement, once it is there.
    pub(super) judged: OnceLock<Arc<Judgement>>,
    /// What the client can do.
    pub(super) features: Arc<Features>,
    /// How it is judged.
    pub(super) options: Arc<Options>,
    /// What else is known.
    pub(super) project: Arc<Project>,
}

impl Snapshot {
    /// The text as the client sees it.
    pub(super) fn view(&self) -> View<'_> {
        View { text: &self.source.text, lines: &self.lines, encoding: self.features.encoding }
    }

    /// The judgement of exactly this text.
    pub(super) fn judgement(&self) -> Arc<Judgement> {
        self.judged.get_or_init(|| Arc::new(self.judge(&self.source))).clone()
    }

    /// Judges another text in the place of this one.
    pub(super) fn judge(&self, source: &Source) -> Judgement {
        linter::lint(source, &self.options, Catalog::embedded(), &self.project)
    }
}
