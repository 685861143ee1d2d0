//! The one owner of documents, workspace and configuration.
//!
//! Handlers send it events in the order of arrival; what it wants of the client it puts into an outbox. It never waits for
//! either side, and what takes time runs elsewhere and comes back as an event.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;

use super::documents::{Change, Document};
use super::features::Features;
use super::jobs::{Job, Report};
use super::open::{News, Open, Waiting};
use super::pace::Step;
use super::projects::Projects;
use super::protocol::{Diagnostic, Url};
use super::snapshot::{Buffer, Snapshot};
use super::workspace::{Workspace, file_path, key};
use crate::catalog::Date;
use crate::language::Language;
use crate::linter::Options;
use crate::project::Project;

/// Without a timer the actor still looks up this often.
const IDLE: Duration = Duration::from_secs(3600);

/// What reaches the actor.
pub(super) enum Event {
    /// `initialize`, read.
    Initialize(Features),
    /// The client takes messages from now on.
    Initialized,
    /// A document was opened.
    Opened {
        /// Its URI.
        uri: Url,
        /// The editor's word for its language.
        language_id: String,
        /// The editor's version.
        version: i32,
        /// Its text.
        text: String,
    },
    /// A document was changed.
    Changed {
        /// Its URI.
        uri: Url,
        /// The version after the changes.
        version: i32,
        /// The changes, each of the text that the one before has left.
        changes: Vec<Change>,
    },
    /// A document was closed.
    Closed(Url),
    /// Folders were opened and closed.
    Folders {
        /// The URIs of the opened ones.
        added: Vec<String>,
        /// The URIs of the closed ones.
        removed: Vec<String>,
    },
    /// Files were saved, or changed behind the editor's back.
    Files(Vec<Url>),
    /// A project was opened.
    Project {
        /// Its root.
        root: PathBuf,
        /// What is known of it.
        project: Arc<Project>,
    },
    /// A judgement came back.
    Judged {
        /// The document's key.
        key: String,
        /// The document's id.
        id: u64,
        /// The generation of the text that was judged.
        generation: u64,
        /// What came of it.
        report: Report,
    },
    /// A request wants to compute something of a document; `None` is sent for one that is not open.
    Snapshot(Url, oneshot::Sender<Option<Snapshot>>),
    /// A client asks for a document's diagnostics.
    Pull(Url, Waiting),
}

/// What the actor wants of the client.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// Show these diagnostics.
    Publish {
        /// The document.
        uri: Url,
        /// All of its diagnostics.
        diagnostics: Vec<Diagnostic>,
        /// The version of the text they are of; `None` when it is closed.
        version: Option<i32>,
    },
    /// Ask for diagnostics again.
    Refresh,
    /// Tell when files change that match these globs.
    Watch(Vec<&'static str>),
}

/// Files whose changes matter to documents that do not change.
const WATCHED: &[&str] = &[
    "**/.env*",
    "**/*.env",
    "**/.gitignore",
    "**/package.json",
    "**/package-lock.json",
    "**/pnpm-lock.yaml",
    "**/yarn.lock",
    "**/pyproject.toml",
    "**/requirements*.txt",
    "**/poetry.lock",
    "**/uv.lock",
    "**/Cargo.{toml,lock}",
];

/// The actor.
pub(super) struct Actor {
    inbox: mpsc::UnboundedSender<Event>,
    outbox: mpsc::UnboundedSender<Outgoing>,
    features: Arc<Features>,
    /// The client takes messages.
    ready: bool,
    workspace: Arc<Workspace>,
    /// By key; ordered, so that judging many starts in a stable order.
    documents: BTreeMap<String, Open>,
    /// Documents that are open in a language that keylint does not read.
    unread: BTreeSet<String>,
    opened: u64,
    options: Arc<Options>,
    /// Judge by the day it is, not by a day that was asked for.
    follows_clock: bool,
    projects: Arc<Projects>,
    /// How many judgements may run at once.
    workers: Arc<Semaphore>,
}

impl Actor {
    /// Starts the actor: where to send it events, and what it wants of the client.
    pub(super) fn start(options: Options) -> (mpsc::UnboundedSender<Event>, mpsc::UnboundedReceiver<Outgoing>) {
        let (inbox, events) = mpsc::unbounded_channel();
        let (outbox, outgoing) = mpsc::unbounded_channel();
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let actor = Self {
            inbox: inbox.clone(),
            outbox,
            features: Arc::new(Features::read(&serde_json::Value::Null)),
            ready: false,
            workspace: Arc::default(),
            documents: BTreeMap::new(),
            unread: BTreeSet::new(),
            opened: 0,
            follows_clock: clock() == Some(options.today),
            options: Arc::new(options),
            projects: Arc::new(Projects::new(inbox.clone())),
            workers: Arc::new(Semaphore::new(workers)),
        };
        tokio::spawn(actor.run(events));
        (inbox, outgoing)
    }

    async fn run(mut self, mut events: mpsc::UnboundedReceiver<Event>) {
        loop {
            let wake = self.documents.values().filter_map(|it| it.pace.next()).map(|it| it.0).min();
            let wake = wake.unwrap_or_else(|| Instant::now() + IDLE);
            tokio::select! {
                event = events.recv() => match event {
                    Some(event) => self.survive(event),
                    None => return,
                },
                () = tokio::time::sleep_until(wake) => {}
            }
            self.step(Instant::now());
        }
    }

    /// Handles an event. After a panic the document concerned is given up: its text may no longer be the editor's.
    fn survive(&mut self, event: Event) {
        let key = match &event {
            Event::Opened { uri, .. } | Event::Changed { uri, .. } | Event::Closed(uri) => Some(key(uri)),
            _ => None,
        };
        if catch_unwind(AssertUnwindSafe(|| self.handle(event))).is_err()
            && let Some(key) = key
        {
            tracing::error!("gave up a document after a panic");
            self.documents.remove(&key);
        }
    }

    fn handle(&mut self, event: Event) {
        let now = Instant::now();
        match event {
            Event::Initialize(features) => {
                let workspace = Arc::make_mut(&mut self.workspace);
                features.roots.iter().for_each(|it| workspace.add(it));
                self.features = Arc::new(features);
            }
            Event::Initialized => self.initialized(),
            Event::Opened { uri, language_id, version, text } => self.open(uri, &language_id, version, text, now),
            Event::Changed { uri, version, changes } => match self.documents.get_mut(&key(&uri)) {
                Some(open) => open.edit(version, changes, &self.features, now),
                None if self.unread.contains(&key(&uri)) => {}
                None => tracing::warn!("a change of a document that is not open"),
            },
            Event::Closed(uri) => self.close(&uri),
            Event::Folders { added, removed } => {
                let workspace = Arc::make_mut(&mut self.workspace);
                removed.iter().for_each(|it| workspace.remove(it));
                added.iter().for_each(|it| workspace.add(it));
                self.documents.values_mut().for_each(|it| it.move_out(now));
            }
            Event::Files(uris) => {
                let paths: Vec<PathBuf> = uris.iter().filter_map(file_path).collect();
                self.projects.refresh(&paths);
            }
            Event::Project { root, project } => {
                self.documents.values_mut().for_each(|it| it.project_opened(&root, &project, now));
            }
            Event::Judged { key, id, generation, report } => {
                if let Some(open) = self.documents.get_mut(&key).filter(|it| it.id == id)
                    && open.judged(report, generation, now)
                {
                    self.tell(&key);
                }
            }
            Event::Snapshot(uri, reply) => {
                let snapshot = self.documents.get(&key(&uri)).map(|it| self.snapshot(it));
                // A cancelled request has dropped its end.
                let _ = reply.send(snapshot);
            }
            Event::Pull(uri, waiting) => match self.documents.get_mut(&key(&uri)) {
                Some(open) => open.pull(waiting, &self.features),
                None => drop(waiting.send(Vec::new())),
            },
        }
    }

    fn initialized(&mut self) {
        self.ready = true;
        if self.features.watchers {
            self.send(Outgoing::Watch(WATCHED.to_vec()));
        }
    }

    fn open(&mut self, uri: Url, language_id: &str, version: i32, text: String, now: Instant) {
        let key = key(&uri);
        let Some(language) = language(language_id, uri.path()) else {
            // It may have been open in another language.
            self.close(&uri);
            self.unread.insert(key);
            return;
        };
        if let Some(path) = file_path(&uri) {
            self.projects.refresh(&[path]);
        }
        self.opened += 1;
        let document = Document::new(uri, version, language, text);
        self.documents.insert(key, Open::new(self.opened, document, now));
    }

    fn close(&mut self, uri: &Url) {
        self.unread.remove(&key(uri));
        if let Some(open) = self.documents.remove(&key(uri))
            && !self.features.pull
        {
            self.send(Outgoing::Publish { uri: open.document.uri, diagnostics: Vec::new(), version: None });
        }
    }

    /// Does what is due.
    fn step(&mut self, now: Instant) {
        let due = |open: &Open| open.pace.next().filter(|(at, _)| *at <= now).map(|(_, step)| step);
        let steps: Vec<(String, Step)> =
            self.documents.iter().filter_map(|(key, open)| Some((key.clone(), due(open)?))).collect();
        for (key, step) in steps {
            match step {
                Step::Judge | Step::JudgeAtRest => self.judge(key, step),
                Step::Release => {
                    if let Some(open) = self.documents.get_mut(&key) {
                        open.release();
                        self.tell(&key);
                    }
                }
            }
        }
    }

    fn judge(&mut self, key: String, step: Step) {
        if let Some(today) = clock().filter(|it| self.follows_clock && *it != self.options.today) {
            self.options = Arc::new(Options { today, ..Options::clone(&self.options) });
        }
        let Some(open) = self.documents.get_mut(&key) else { return };
        let (tree, generation) = open.begin(step);
        let id = open.id;
        let job = Job {
            uri: open.document.uri.clone(),
            language: open.document.language,
            text: open.document.text().clone(),
            home: open.document.home.clone().ok_or_else(|| self.workspace.clone()),
            hasty: tree.is_some() && step == Step::Judge,
            tree,
            options: self.options.clone(),
            projects: self.projects.clone(),
        };
        let (inbox, workers) = (self.inbox.clone(), self.workers.clone());
        tokio::spawn(async move {
            let permit = workers.acquire_owned().await;
            let report = tokio::task::spawn_blocking(|| job.run()).await;
            drop(permit);
            let report = report.unwrap_or(Report::FAILED);
            // The actor is gone only when the process is about to go.
            let _ = inbox.send(Event::Judged { key, id, generation, report });
        });
    }

    /// Tells the client what is shown of a document.
    fn tell(&mut self, key: &str) {
        let Some(open) = self.documents.get_mut(key) else { return };
        let news = open.news(&self.features);
        let uri = open.document.uri.clone();
        match news {
            News::None => {}
            News::Publish(diagnostics, version) => {
                self.send(Outgoing::Publish { uri, diagnostics, version: Some(version) });
            }
            News::Refresh => self.send(Outgoing::Refresh),
        }
    }

    fn send(&self, outgoing: Outgoing) {
        if self.ready {
            // The courier is gone only when the process is about to go.
            let _ = self.outbox.send(outgoing);
        }
    }

    fn snapshot(&self, open: &Open) -> Snapshot {
        let buffer = |open: &Open| {
            let Document { uri, version, .. } = &open.document;
            Buffer { uri: uri.clone(), version: *version, text: open.document.text().clone() }
        };
        Snapshot {
            uri: open.document.uri.clone(),
            version: open.document.version,
            language: open.document.language,
            text: open.document.text().clone(),
            lines: open.document.lines().clone(),
            home: open.document.home.clone().map(OnceLock::from).unwrap_or_default(),
            judged: open.latest().cloned().map(OnceLock::from).unwrap_or_default(),
            features: self.features.clone(),
            options: self.options.clone(),
            projects: self.projects.clone(),
            workspace: self.workspace.clone(),
            buffers: self.documents.iter().map(|(key, open)| (key.clone(), buffer(open))).collect(),
        }
    }
}

/// The day in UTC; editors stay open for days.
fn clock() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Date::from_days_since_epoch(i64::try_from(seconds / 86_400).ok()?)
}

/// The language of a document: the editor's word, made exact by the name where they agree on the family; the name where
/// the editor's word says nothing (`plaintext`, `properties`).
fn language(id: &str, path: &str) -> Option<Language> {
    let by_name = Language::of_path(std::path::Path::new(path));
    match (Language::of_language_id(id), by_name) {
        (Some(by_id), Some(by_name)) if by_id.family() == by_name.family() => Some(by_name),
        (Some(by_id), _) => Some(by_id),
        (None, by_name) => by_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (id, path, want) in [
            ("python", "a.py", Some(Language::Python)),
            ("python", "untitled:Untitled-1", Some(Language::Python)),
            ("typescript", "a.tsx", Some(Language::Tsx)),
            ("javascript", "a.py", Some(Language::JavaScript)),
            ("plaintext", ".env", Some(Language::Dotenv)),
            ("shellscript", "dir/.env.local", Some(Language::Dotenv)),
            ("markdown", "a.md", None),
        ] {
            assert_eq!(language(id, path), want, "{id} {path}");
        }
    }
}
