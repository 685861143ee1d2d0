//! A moment of one document and everything around it, for requests to compute with.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::convert::View;
use super::features::Features;
use super::projects::Projects;
use super::protocol::Url;
use super::redact::redacted;
use super::workspace::{Home, Workspace, key};
use crate::catalog::Catalog;
use crate::language::Language;
use crate::linter::{self, Judgement, Options};
use crate::project::files::{self, Content};
use crate::source::Source;
use crate::text::{LineIndex, decode};

/// What a request computes with.
pub(super) struct Snapshot {
    /// The document's URI, as the editor spells it.
    pub(super) uri: Url,
    /// The editor's version.
    pub(super) version: i32,
    /// Its language.
    pub(super) language: Language,
    /// Its text.
    pub(super) text: Arc<str>,
    /// Its lines.
    pub(super) lines: Arc<LineIndex>,
    /// Where it belongs, once that was asked for.
    pub(super) home: OnceLock<Arc<Home>>,
    /// Its judgement, once it is there.
    pub(super) judged: OnceLock<Arc<Judgement>>,
    /// What the client can do.
    pub(super) features: Arc<Features>,
    /// How it is judged.
    pub(super) options: Arc<Options>,
    /// Where its project is.
    pub(super) projects: Arc<Projects>,
    /// The folders that are open.
    pub(super) workspace: Arc<Workspace>,
    /// The documents that are open, by key.
    pub(super) buffers: HashMap<String, Buffer>,
}

/// An open document's text.
#[derive(Clone)]
pub(super) struct Buffer {
    /// Its URI, as the editor spells it.
    pub(super) uri: Url,
    /// The editor's version.
    pub(super) version: i32,
    /// Its text.
    pub(super) text: Arc<str>,
}

/// A file of the document's project.
pub(super) struct File {
    /// Its URI; the editor's spelling if it is open.
    pub(super) uri: Url,
    /// The editor's version, if it is open.
    pub(super) version: Option<i32>,
    /// Its text; `None` if there is no such file.
    pub(super) text: Option<Arc<str>>,
}

impl Snapshot {
    /// The text as the client sees it.
    pub(super) fn view(&self) -> View<'_> {
        View { text: &self.text, lines: &self.lines, encoding: self.features.encoding }
    }

    /// The document as it is judged.
    pub(super) fn source(&self) -> Source {
        Source { path: self.home().name.clone(), language: self.language, text: self.text.clone() }
    }

    /// The judgement of exactly this text.
    pub(super) fn judgement(&self) -> Arc<Judgement> {
        self.judged.get_or_init(|| Arc::new(self.judge(&self.source()))).clone()
    }

    /// Judges another text in the place of this one.
    pub(super) fn judge(&self, source: &Source) -> Judgement {
        let project = self.projects.get(self.home().root.as_deref());
        redacted(linter::lint(source, &self.options, Catalog::embedded(), &project), &source.text)
    }

    /// A file by its path relative to the project's root, seen in the editor if it is open there, else on the disk;
    /// `None` if the document is in no project.
    pub(super) fn file(&self, path: &str) -> Option<File> {
        let path = self.home().root.as_ref()?.join(path);
        let uri = Url::from_file_path(&path).ok()?;
        if let Some(buffer) = self.buffers.get(&key(&uri)) {
            let Buffer { uri, version, text } = buffer.clone();
            return Some(File { uri, version: Some(version), text: Some(text) });
        }
        let text = match files::read(&path, self.options.size_cap) {
            Ok(Content::Whole(bytes)) => Some(decode(&bytes).text.into()),
            Ok(Content::Large(_)) => return None,
            Err(_) => None,
        };
        Some(File { uri, version: None, text })
    }

    fn home(&self) -> &Home {
        self.home.get_or_init(|| Arc::new(self.workspace.home_of(&self.uri)))
    }
}
