//! The projects that open documents belong to: each is opened once, beside the judgements that want it, and anew when its
//! files change.

use std::collections::HashMap;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::actor::Event;
use crate::project::Project;
use crate::project::stamp::Stamp;
use crate::project::workspace::Workspace;

/// How long a judgement waits for its project before it does without.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a change of files waits for further ones.
const SETTLE: Duration = Duration::from_millis(200);

/// The projects, by their roots.
pub(super) struct Projects {
    slots: Mutex<HashMap<PathBuf, Slot>>,
    changed: Condvar,
    /// Told when a project was opened.
    actor: mpsc::UnboundedSender<Event>,
}

/// A project, and whether it is being opened.
#[derive(Default)]
struct Slot {
    project: Option<Arc<Project>>,
    /// Of the files that the project was made of.
    stamp: Stamp,
    opening: bool,
    /// Its files have changed since the opening began.
    again: bool,
}

impl Projects {
    /// No project yet. `actor` is told of each that is opened.
    pub(super) fn new(actor: mpsc::UnboundedSender<Event>) -> Self {
        Self { slots: Mutex::default(), changed: Condvar::new(), actor }
    }

    /// The project under a root. Waits a little for one that is being opened; without it nothing is known, and the actor
    /// hears of it when it is there. Blocks, so not for the actor.
    pub(super) fn get(self: &Arc<Self>, root: Option<&Path>) -> Arc<Project> {
        let Some(root) = root else { return Arc::new(Project::unknown()) };
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(root.to_owned()).or_default();
        if slot.project.is_none() && !slot.opening {
            slot.opening = true;
            self.open(root.to_owned(), Duration::ZERO, None);
        }
        let missing = |slots: &mut HashMap<PathBuf, Slot>| slots.get(root).is_some_and(|it| it.project.is_none());
        let waited = self.changed.wait_timeout_while(slots, PATIENCE, missing);
        let (slots, _) = waited.unwrap_or_else(PoisonError::into_inner);
        slots.get(root).and_then(|it| it.project.clone()).unwrap_or_else(|| Arc::new(Project::unknown()))
    }

    /// Looks after the projects that hold these files, which were changed, or saved, or opened. One that matters to its
    /// project has it opened anew; another is an occasion to see whether those that matter have changed.
    pub(super) fn refresh(self: &Arc<Self>, paths: &[PathBuf]) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        for (root, slot) in slots.iter_mut() {
            let mut inside = paths.iter().filter(|it| it.starts_with(root)).peekable();
            if inside.peek().is_none() {
                continue;
            }
            let concerned = inside.any(|it| Stamp::concerns(it));
            if slot.opening {
                slot.again |= concerned;
                continue;
            }
            slot.opening = true;
            self.open(root.clone(), SETTLE, (!concerned).then(|| slot.stamp.clone()));
        }
    }

    /// Opens a project, unless its stamp is still this one.
    fn open(self: &Arc<Self>, root: PathBuf, delay: Duration, unless: Option<Stamp>) {
        let this = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let opened = tokio::task::spawn_blocking({
                let root = root.clone();
                move || {
                    let stamp = Stamp::of(&root);
                    // A panic costs what is known of the project.
                    let open = || catch_unwind(|| Workspace::open(root).project).unwrap_or_default();
                    (unless != Some(stamp.clone())).then(|| (Arc::new(open()), stamp))
                }
            });
            this.opened(root, opened.await.unwrap_or_default());
        });
    }

    fn opened(self: &Arc<Self>, root: PathBuf, opened: Option<(Arc<Project>, Stamp)>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(root.clone()).or_default();
        slot.opening = std::mem::take(&mut slot.again);
        if slot.opening {
            self.open(root.clone(), SETTLE, None);
        }
        let Some((project, stamp)) = opened else { return };
        slot.project = Some(project.clone());
        slot.stamp = stamp;
        drop(slots);
        self.changed.notify_all();
        // The actor is gone only when the process is about to go.
        let _ = self.actor.send(Event::Project { root, project });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn projects_are_opened_once_and_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, mut events) = mpsc::unbounded_channel();
        let projects = Arc::new(Projects::new(actor));
        let get = |root: Option<PathBuf>| {
            let projects = projects.clone();
            async move { tokio::task::spawn_blocking(move || projects.get(root.as_deref())).await.expect("no panic") }
        };
        let root = folder.path().to_owned();
        let first = get(Some(root.clone())).await;
        assert!(Arc::ptr_eq(&first, &get(Some(root.clone())).await));
        projects.refresh(&[root.join("main.py")]);
        tokio::time::sleep(SETTLE * 2).await;
        assert!(Arc::ptr_eq(&first, &get(Some(root.clone())).await), "nothing that matters has changed");
        projects.refresh(&[root.join("main.py"), root.join(".env")]);
        projects.refresh(&[root.join(".env")]);
        for _ in 0..3 {
            let event = events.recv().await.expect("the project was opened");
            assert!(matches!(event, Event::Project { .. }));
        }
        assert!(!Arc::ptr_eq(&first, &get(Some(root.clone())).await));
        std::fs::write(root.join("package.json"), "{}").expect("written");
        projects.refresh(&[root.join("main.py")]);
        assert!(matches!(events.recv().await, Some(Event::Project { .. })), "noticed on another occasion");
        assert!(!get(None).await.is_known());
    }
}
