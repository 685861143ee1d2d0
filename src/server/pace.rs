//! When an open document is judged, and how. Pure: time is handed in.

use std::time::Duration;

use tokio::time::Instant;

/// How long an edit waits for further ones before the document is judged.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// How long a new finding at the place of the last edit is held back.
pub(super) const HOLD: Duration = Duration::from_millis(400);
/// Without edits for this long a document is at rest.
pub(super) const REST: Duration = Duration::from_secs(2);

/// What to do with a document now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Judge it, re-using the tree; while typing goes on the parse has a short deadline.
    Judge,
    /// Judge it at rest: without the old tree, and show exactly what is found.
    JudgeAtRest,
    /// Show what was held back.
    Release,
}

/// What was judged, as far as the pace depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The parse passed its deadline: trying again while typing goes on is in vain.
    pub(super) too_slow: bool,
    /// At rest another result is possible: it was given up, its tree holds errors, or a lost finding is still shown.
    pub(super) unsettled: bool,
    /// A finding is held back.
    pub(super) holding: bool,
}

/// The clockwork of one document.
#[derive(Debug)]
pub(super) struct Pace {
    /// When the first edit since the last judgement came, or the document was opened.
    dirty_since: Option<Instant>,
    edited_at: Option<Instant>,
    in_flight: Option<Step>,
    too_slow: bool,
    unsettled: bool,
    holding: bool,
}

impl Pace {
    /// A document that was just opened: it is judged at once.
    pub(super) fn opened(now: Instant) -> Self {
        Self {
            dirty_since: Some(now),
            edited_at: None,
            in_flight: None,
            too_slow: false,
            unsettled: false,
            holding: false,
        }
    }

    /// The text has changed.
    pub(super) fn edited(&mut self, now: Instant) {
        self.dirty_since.get_or_insert(now);
        self.edited_at = Some(now);
        self.holding = false;
    }

    /// Something else that findings depend on has changed.
    pub(super) fn outdated(&mut self, now: Instant) {
        self.dirty_since.get_or_insert(now);
    }

    /// A judgement was begun.
    pub(super) fn begun(&mut self, step: Step) {
        self.in_flight = Some(step);
        self.dirty_since = None;
        self.holding = false;
        self.unsettled = false;
    }

    /// The judgement came back.
    pub(super) fn done(&mut self, outcome: Outcome) {
        // What was judged at rest is settled, whatever came of it: trying again would come to the same, for ever.
        let was_at_rest = self.in_flight.take() == Some(Step::JudgeAtRest);
        self.too_slow = outcome.too_slow;
        self.unsettled = outcome.unsettled && !was_at_rest;
        self.holding = outcome.holding;
    }

    /// The judgement that is under way.
    pub(super) fn in_flight(&self) -> Option<Step> {
        self.in_flight
    }

    /// What was held back is shown now.
    pub(super) fn released(&mut self) {
        self.holding = false;
    }

    /// How long ago the last edit was; `None` if there was none.
    pub(super) fn since_edit(&self, now: Instant) -> Option<Duration> {
        self.edited_at.map(|it| now.saturating_duration_since(it))
    }

    /// Whether what is shown is of the current text and project.
    pub(super) fn is_current(&self) -> bool {
        self.dirty_since.is_none() && self.in_flight.is_none()
    }

    /// The next step and its time; `None` while a judgement is under way or nothing is to be done.
    pub(super) fn next(&self) -> Option<(Instant, Step)> {
        if self.in_flight.is_some() {
            return None;
        }
        if let Some(since) = self.dirty_since {
            let Some(edited_at) = self.edited_at else { return Some((since, Step::Judge)) };
            if self.too_slow {
                return Some((edited_at + REST, Step::JudgeAtRest));
            }
            return Some((since + DEBOUNCE, Step::Judge));
        }
        if self.holding {
            return self.edited_at.map(|it| (it + HOLD, Step::Release));
        }
        if self.unsettled {
            return self.edited_at.map(|it| (it + REST, Step::JudgeAtRest));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next step and the milliseconds from `start` to it.
    fn next(pace: &Pace, start: Instant) -> Option<(u128, Step)> {
        pace.next().map(|(at, step)| (at.saturating_duration_since(start).as_millis(), step))
    }

    #[test]
    fn steps() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut pace = Pace::opened(start);
        assert_eq!(next(&pace, start), Some((0, Step::Judge)), "the first judgement comes at once");
        pace.begun(Step::Judge);
        pace.edited(at(10));
        assert_eq!(next(&pace, start), None, "one judgement at a time");
        pace.done(Outcome::default());
        assert_eq!(next(&pace, start), Some((110, Step::Judge)));
        pace.edited(at(90));
        assert_eq!(next(&pace, start), Some((110, Step::Judge)), "typing on does not put it off");
        pace.begun(Step::Judge);
        pace.done(Outcome { holding: true, unsettled: true, ..Outcome::default() });
        assert!(pace.is_current());
        assert_eq!(next(&pace, start), Some((490, Step::Release)));
        pace.released();
        assert_eq!(next(&pace, start), Some((2090, Step::JudgeAtRest)));
        pace.begun(Step::JudgeAtRest);
        pace.done(Outcome { too_slow: true, unsettled: true, holding: false });
        assert_eq!(next(&pace, start), None, "nothing comes of trying again at rest");
        pace.edited(at(5000));
        assert_eq!(next(&pace, start), Some((7000, Step::JudgeAtRest)), "what is too slow waits for rest");
        pace.begun(Step::JudgeAtRest);
        pace.edited(at(7100));
        pace.done(Outcome::default());
        assert_eq!(next(&pace, start), Some((7200, Step::Judge)));
    }
}
