//! Literal text put together from pieces, with the way back to the source.

use std::ops::Range;

use crate::facts::{Facts, Part, Text, ValueId};
use crate::text::TextRange;
use crate::usage::texts::{Piece, Resolved};

/// A run of literal pieces with nothing unknown between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The cooked text.
    pub text: String,
    /// Where each piece begins in the text, and its source.
    pieces: Vec<(usize, TextRange)>,
}

impl Joined {
    /// The runs of a text as it is written.
    pub fn of_text(facts: &Facts, value: ValueId, text: &Text) -> Vec<Self> {
        runs(text.parts.iter().map(|it| match it {
            Part::Literal { text, range } => Some((&**text, facts.at(value.chunk, *range))),
            Part::Hole { .. } => None,
        }))
    }

    /// The runs of a text whose constants are put in.
    pub fn of_resolved(resolved: &Resolved) -> Vec<Self> {
        runs(resolved.pieces.iter().map(|it| match it {
            Piece::Literal { text, range } => Some((text.as_str(), *range)),
            Piece::Hole { .. } => None,
        }))
    }

    /// The number of pieces.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Where a slice of the text stands, piece by piece; an escape of which the slice holds a part is taken whole.
    pub fn sources(&self, slice: Range<usize>) -> Vec<TextRange> {
        let ends = self.pieces.iter().skip(1).map(|it| it.0).chain([self.text.len()]);
        let touched = self.pieces.iter().zip(ends).filter(|((start, _), end)| *start < slice.end && *end > slice.start);
        touched
            .map(|((start, source), end)| {
                let exact = source.len() as usize == end - start;
                let at = |offset: usize| source.start + (offset - start) as u32;
                if exact { TextRange::new(at(slice.start.max(*start)), at(slice.end.min(end))) } else { *source }
            })
            .collect()
    }

    /// The source around a slice of the text: what its pieces cover if they stand in order, else the first piece.
    pub fn source(&self, slice: Range<usize>) -> Option<TextRange> {
        let sources = self.sources(slice);
        let first = *sources.first()?;
        let ordered = sources.windows(2).all(|it| it[0].end <= it[1].start);
        Some(if ordered { first.cover(*sources.last()?) } else { first })
    }
}

fn runs<'a>(pieces: impl Iterator<Item = Option<(&'a str, TextRange)>>) -> Vec<Joined> {
    let mut res: Vec<Joined> = Vec::new();
    let mut open = false;
    for piece in pieces {
        let Some((text, range)) = piece else {
            open = false;
            continue;
        };
        if !open {
            res.push(Joined::default());
        }
        open = true;
        let Some(run) = res.last_mut() else { continue };
        if !text.is_empty() {
            run.pieces.push((run.text.len(), range));
            run.text.push_str(text);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_found_again() {
        let piece = |text: &'static str, start, end| Some((text, TextRange::new(start, end)));
        let joined = runs([piece("Bearer ", 10, 17), piece("abc", 20, 23), piece("\n", 23, 25), None].into_iter());
        let [joined] = joined.as_slice() else { panic!("one run") };
        for (slice, want) in [
            (0..6, vec![TextRange::new(10, 16)]),
            (7..10, vec![TextRange::new(20, 23)]),
            (8..11, vec![TextRange::new(21, 23), TextRange::new(23, 25)]),
            (6..8, vec![TextRange::new(16, 17), TextRange::new(20, 21)]),
        ] {
            assert_eq!(joined.sources(slice), want);
        }
        assert_eq!(joined.source(6..8), Some(TextRange::new(16, 21)));
    }
}
