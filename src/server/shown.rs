//! What the editor shows of a document: its findings, without flicker while it is typed.
//!
//! A new finding that touches the last edit waits; one that the linter has lost to damaged code stays, moved with the text,
//! until its own text is edited or typing rests.

use super::documents::Splice;
use crate::finding::Finding;
use crate::text::TextRange;

/// What is shown, and what was edited last.
#[derive(Debug, Default)]
pub(super) struct Shown {
    items: Vec<Item>,
    last_edit: Option<TextRange>,
}

/// A finding on the screen.
#[derive(Clone, Debug)]
struct Item {
    finding: Finding,
    /// Its own text was edited since it was found.
    touched: bool,
}

/// How findings are taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Situation {
    /// The last edit is so young that new findings at its place wait.
    pub(super) typing: bool,
    /// The tree is damaged, and typing does not rest: what is not found may only be out of sight.
    pub(super) damaged: bool,
}

/// What was done with findings on the way to the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// At least one is held back.
    pub(super) holding: bool,
    /// At least one is shown that was not found again.
    pub(super) keeping: bool,
}

impl Shown {
    /// The findings to show, in order.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.items.iter().map(|it| &it.finding)
    }

    /// Moves everything with an edit.
    pub(super) fn edit(&mut self, splice: Splice) {
        for item in &mut self.items {
            let (range, touched) = splice.moved(item.finding.range);
            item.finding.range = range;
            item.touched |= touched;
            for related in item.finding.related.iter_mut().filter(|it| it.path.is_none()) {
                related.range = splice.moved(related.range).0;
            }
        }
        self.last_edit = Some(splice.new_range());
    }

    /// The whole text was replaced: nothing is where it was.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Shows what was found.
    pub(super) fn take(&mut self, found: &[Finding], situation: Situation) -> Taken {
        let mut taken = Taken::default();
        let mut items: Vec<Item> = Vec::new();
        for finding in found {
            if situation.typing && self.is_new(finding) && self.touches_last_edit(finding.range) {
                taken.holding = true;
            } else {
                items.push(Item { finding: finding.clone(), touched: false });
            }
        }
        if situation.damaged {
            let lost = self.items.iter().filter(|it| !it.touched && !found.iter().any(|new| is_same(&it.finding, new)));
            let kept: Vec<Item> = lost.cloned().collect();
            taken.keeping = !kept.is_empty();
            items.extend(kept);
            items.sort_by_key(|it| (it.finding.range.start, it.finding.rule));
        }
        self.items = items;
        taken
    }

    fn is_new(&self, finding: &Finding) -> bool {
        !self.items.iter().any(|it| is_same(&it.finding, finding))
    }

    fn touches_last_edit(&self, range: TextRange) -> bool {
        self.last_edit.is_some_and(|edit| touch(edit, range))
    }
}

/// Whether two findings are one to the eye: of one rule, in one place. The message may have changed with the text.
fn is_same(left: &Finding, right: &Finding) -> bool {
    left.rule == right.rule && touch(left.range, right.range)
}

fn touch(left: TextRange, right: TextRange) -> bool {
    left.start <= right.end && right.start <= left.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &'static str, start: u32, end: u32) -> Finding {
        Finding { rule, ..Finding::new(TextRange::new(start, end), "message") }
    }

    fn shown(shown: &Shown) -> Vec<String> {
        shown.findings().map(|it| format!("{} {:?}", it.rule, it.range)).collect()
    }

    const TYPING: Situation = Situation { typing: true, damaged: false };
    const DAMAGED: Situation = Situation { typing: true, damaged: true };
    const SETTLED: Situation = Situation { typing: false, damaged: false };

    fn insert(at: u32, length: u32) -> Splice {
        Splice { old: TextRange::empty(at), new_end: at + length }
    }

    #[test]
    fn new_findings_at_the_last_edit_wait() {
        let mut screen = Shown::default();
        assert_eq!(screen.take(&[finding("a", 4, 8)], SETTLED), Taken::default());
        screen.edit(insert(20, 3));
        let found = [finding("a", 4, 8), finding("b", 30, 33), finding("c", 19, 21)];
        assert_eq!(screen.take(&found, TYPING), Taken { holding: true, keeping: false });
        assert_eq!(shown(&screen), ["a 4..8", "b 30..33"]);
        assert_eq!(screen.take(&found, SETTLED), Taken::default());
        assert_eq!(shown(&screen), ["a 4..8", "b 30..33", "c 19..21"]);
        screen.edit(insert(20, 1));
        screen.take(&[finding("c", 19, 22)], TYPING);
        assert_eq!(shown(&screen), ["c 19..22"], "typing inside a finding does not blink it away");
    }

    #[test]
    fn lost_findings_stay_in_damaged_code() {
        let mut screen = Shown::default();
        screen.take(&[finding("a", 4, 8), finding("b", 30, 40)], SETTLED);
        screen.edit(insert(10, 2));
        assert_eq!(screen.take(&[], DAMAGED), Taken { holding: false, keeping: true });
        assert_eq!(shown(&screen), ["a 4..8", "b 32..42"]);
        screen.edit(insert(35, 1));
        screen.take(&[], DAMAGED);
        assert_eq!(shown(&screen), ["a 4..8"], "its own text was edited");
        screen.take(&[], SETTLED);
        assert_eq!(shown(&screen), [""; 0]);
    }
}
