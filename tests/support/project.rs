//! A fixture in its project: judging it, and carrying out its fixes.

use std::collections::BTreeMap;
use std::time::Duration;

use keylint::catalog::{Catalog, Date};
use keylint::fix::{ProjectFiles, WorkspaceEdit};
use keylint::linter::{Judgement, Options, lint};
use keylint::project::Project;
use keylint::source::Source;
use keylint::syntax::Syntax;

use super::fixture::Fixture;

/// How fixtures are judged.
pub(crate) fn options() -> Options {
    Options::on(Date::parse("2026-11-23").expect("a valid date"))
}

/// The texts of a project: path and text.
pub(crate) struct Files(pub(crate) BTreeMap<String, String>);

impl ProjectFiles for Files {
    fn read(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }
}

impl Files {
    /// The project of a fixture, the fixture included.
    pub(crate) fn of(fixture: &Fixture) -> Self {
        let own = (fixture.source.path.to_string(), fixture.source.text.to_string());
        Self(fixture.project.iter().cloned().chain([own]).collect())
    }

    /// Carries out an edit.
    pub(crate) fn apply(&mut self, edit: &WorkspaceEdit) {
        for file in &edit.files {
            let text = self.0.get(&file.path).cloned();
            assert_eq!(file.create, text.is_none(), "{} is made only if it is not there", file.path);
            let text = file.apply(&text.unwrap_or_default()).expect("the edits fit the file");
            self.0.insert(file.path.clone(), text);
        }
    }
}

impl Fixture {
    /// What the linter says of the fixture.
    pub(crate) fn judge(&self) -> Judgement {
        self.judge_text(&self.source.text)
    }

    /// What it says of a text in the fixture's place.
    pub(crate) fn judge_text(&self, text: &str) -> Judgement {
        self.judge_source(&self.with_text(text))
    }

    /// What it says of a document of the fixture's project.
    pub(crate) fn judge_source(&self, source: &Source) -> Judgement {
        lint(source, &options(), Catalog::embedded(), &self.known())
    }

    /// What is known of the fixture's project.
    pub(crate) fn known(&self) -> Project {
        let files = self.project.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        Project::from_files(files).with_tracked(self.tracked.then_some(&*self.source.path))
    }

    /// The fixture with another text.
    pub(crate) fn with_text(&self, text: &str) -> Source {
        Source::new(self.source.path.clone(), self.source.language, text)
    }

    /// Whether a text in the fixture's place is whole.
    pub(crate) fn parses(&self, text: &str) -> bool {
        let syntax = Syntax::parse(self.source.language, text, None, Duration::from_secs(5));
        syntax.is_ok_and(|it| !it.has_error())
    }
}
