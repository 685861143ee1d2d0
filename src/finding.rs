//! What a rule found.

use crate::fix::Fix;
use crate::text::TextRange;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice.
    Info,
    /// Probably a problem.
    Warning,
    /// Fails at run time, or leaks.
    Error,
}

impl Severity {
    /// The word for it in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One mistake in one place. Messages, help and notes hold keys masked only.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is here.
    pub severity: Severity,
    /// What is wrong, with the concrete values; one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The smallest thing that is wrong.
    pub range: TextRange,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// Ways to mend it, the preferred one first.
    pub fixes: Vec<Fix>,
    /// How an editor may draw it.
    pub tag: Option<Tag>,
    /// Where the finding's own document holds a key: whoever prints it masks these places and their repetitions.
    pub secrets: Vec<TextRange>,
}

/// A place that explains a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// The path of another document, relative to the project root; `None` for the finding's own.
    pub path: Option<std::sync::Arc<str>>,
    /// Where.
    pub range: TextRange,
    /// What it shows.
    pub message: String,
}

/// How an editor may draw a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Struck through.
    Deprecated,
    /// Greyed out.
    Unnecessary,
}

impl Finding {
    /// A finding without help, notes and fixes. The linter sets the rule and its default severity.
    pub fn new(range: TextRange, message: impl Into<String>) -> Self {
        Self {
            rule: "",
            severity: Severity::Error,
            message: message.into(),
            help: None,
            range,
            related: Vec::new(),
            fixes: Vec::new(),
            tag: None,
            secrets: Vec::new(),
        }
    }

    /// With this help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a note on a place in the same document.
    #[must_use]
    pub fn note(mut self, range: TextRange, message: impl Into<String>) -> Self {
        self.related.push(Related { path: None, range, message: message.into() });
        self
    }

    /// With this fix behind the others.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into());
        self
    }

    /// With a key at this place.
    #[must_use]
    pub fn secret(mut self, range: TextRange) -> Self {
        self.secrets.push(range);
        self
    }

    /// With this way of being drawn.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }
}
