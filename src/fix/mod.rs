//! Fixes: what they are made of. Building blocks and applying stand in this folder's files.

pub mod apply;
pub mod backoff;
pub(crate) mod environment;
pub mod items;
mod materialise;
pub mod move_key;
mod placement;
pub mod scheme;

pub use materialise::{FileEdit, ProjectFiles, TextEdit, WorkspaceEdit, materialise, materialise_all};

use crate::text::{Secret, TextRange};

/// A way to mend a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What pressing it does, in the imperative: `Move the key to OPENAI_API_KEY`.
    pub title: String,
    /// Whether it may be applied unattended.
    pub safety: Safety,
    /// Fixes of one group mend the same construct: only one of them is applied in a pass. The start offset of the
    /// construct.
    pub group: Option<u32>,
    /// Edits of the finding's own document; they do not overlap.
    pub edits: Vec<Edit>,
    /// What the edits need besides.
    pub needs: Vec<Need>,
}

/// Whether a fix may be applied unattended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// One file, the old text could not have worked, only one meaning is possible.
    Safe,
    /// Changes behaviour or other files: a person looks.
    Unsafe,
}

/// One replacement in the finding's document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub range: TextRange,
    /// What takes its place.
    pub text: Replacement,
}

/// The new text of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// This text. Never holds a key.
    Text(String),
    /// `before`, the final name of the fix's environment variable ([`Need::Environment`]), `after`.
    EnvironmentName {
        /// Text in front of the name.
        before: String,
        /// Text behind it.
        after: String,
    },
}

/// What a fix needs outside its edits. Equal needs of several fixes are met once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// An import in the same document.
    Import {
        /// `os`, `asyncio`, `node:timers/promises`.
        module: String,
        /// The name taken from it; `None` for the module itself.
        name: Option<String>,
    },
    /// A helper function pasted into the same document once.
    Helper {
        /// Its name; if the name is taken by something else the fix is withdrawn.
        name: String,
        /// Its source at indentation zero, `\n` line ends, four-space (Python, Rust) or two-space (JavaScript)
        /// indentation, without a trailing line break.
        source: String,
        /// Imports the helper needs: module and name as in [`Need::Import`].
        imports: Vec<(String, Option<String>)>,
    },
    /// A variable in the project's environment file (`NAME=value` in `.env`, `NAME=` in `.env.example` if there is one,
    /// `.env` in `.gitignore`). If the name is there with another value, `NAME_2` is taken.
    Environment {
        /// The wished name.
        name: String,
        /// The value.
        value: Secret,
        /// The name cannot be another, because the edits name it or the client reads it by itself: where it has another
        /// value already, that value stays and nothing is written.
        fixed: bool,
    },
}

impl Need {
    /// The key that it moves.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Environment { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl Fix {
    /// A safe fix.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safety: Safety::Safe, group: None, edits, needs: Vec::new() }
    }

    /// A fix that a person should look at.
    pub fn risky(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safety: Safety::Unsafe, group: None, edits, needs: Vec::new() }
    }

    /// With this need.
    #[must_use]
    pub fn need(mut self, need: Need) -> Self {
        self.needs.push(need);
        self
    }

    /// As one of the fixes of the construct that starts here.
    #[must_use]
    pub fn group(mut self, start: u32) -> Self {
        self.group = Some(start);
        self
    }
}

impl Edit {
    /// Replaces a range.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, text: Replacement::Text(text.into()) }
    }

    /// Inserts at an offset.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self::replace(TextRange::empty(offset), text)
    }

    /// Deletes a range.
    pub fn delete(range: TextRange) -> Self {
        Self::replace(range, "")
    }
}
