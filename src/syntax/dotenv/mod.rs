//! Reads the dotenv family: a line parser, for there is no grammar on which the loaders agree.
//!
//! A definition's value is what python-dotenv, npm dotenv and `node --env-file` make of it; where they or `dotenvy`, bash
//! and docker part ways the definition says so in its `problem`. Lines that define nothing are passed over.

mod scan;

use crate::facts::{Builder, Definition, Facts, Part, Text, TextForm, ValueId, ValueKind};
use crate::language::Language;
use crate::text::TextRange;

use scan::{Line, Piece, PieceKind, Scanner};

/// Reads a document.
pub(super) fn lower(text: &str) -> Facts {
    let whole = TextRange::from(0..text.len());
    let mut builder = Builder::new(Language::Dotenv, whole.end);
    let mut scanner = Scanner::new(text);
    while let Some(line) = scanner.next_line() {
        match line {
            Line::Blank => {}
            Line::Comment(range) => builder.comment(range),
            Line::Definition(found) => {
                let value = value(&mut builder, text, &found);
                found.comment.into_iter().for_each(|it| builder.comment(it));
                builder.definition(Definition {
                    name: found.name.of(text).into(),
                    name_range: found.name,
                    value,
                    raw_range: found.raw,
                    quote: found.quote,
                    range: found.line,
                    problem: found.problem.or_else(|| disagreement(text, &found)),
                });
            }
        }
    }
    builder.finish(None, whole)
}

/// Makes the text value of a definition.
fn value(builder: &mut Builder, text: &str, found: &scan::Found) -> ValueId {
    let mut parts = Vec::with_capacity(found.pieces.len());
    for piece in &found.pieces {
        let range = builder.relative(piece.range);
        parts.push(match piece.kind {
            PieceKind::Literal => Part::Literal { text: piece.range.of(text).into(), range },
            PieceKind::Escape(character) => Part::Literal { text: character.to_string().into(), range },
            PieceKind::Variable(name) => {
                let value = builder.value(ValueKind::Name(name.of(text).into()), name);
                Part::Hole { value, range, conversion: None }
            }
            PieceKind::Command => {
                let value = builder.value(ValueKind::Unknown, piece.range);
                Part::Hole { value, range, conversion: None }
            }
        });
    }
    let has_hole = parts.iter().any(|it| matches!(it, Part::Hole { .. }));
    let form = match found.quote {
        _ if has_hole => TextForm::Interpolated,
        Some(_) => TextForm::Plain,
        None => TextForm::Bare,
    };
    builder.value(ValueKind::Text(Text { parts, form }), found.value)
}

/// What `dotenvy` has to say against a definition that looks sound. Values with `$` are not asked about: the answer would
/// depend on the environment keylint runs in.
fn disagreement(text: &str, found: &scan::Found) -> Option<&'static str> {
    let line = found.line.of(text);
    if line.contains('$') {
        return None;
    }
    // A line without its break would seem to be cut off.
    let line = [line, "\n"].concat();
    let mut read = dotenvy::from_read_iter(line.as_bytes());
    match read.next() {
        Some(Ok((name, value))) if name == found.name.of(text) && value == found.cooked(text) => None,
        Some(Ok(_)) => Some("loaders read different values from this line"),
        Some(Err(_)) | None => Some("not every loader accepts this line"),
    }
}

impl scan::Found {
    /// The value if every piece of it is literal; the literal pieces of it otherwise.
    fn cooked(&self, text: &str) -> String {
        let piece = |it: &Piece| match it.kind {
            PieceKind::Literal => it.range.of(text).to_owned(),
            PieceKind::Escape(character) => character.to_string(),
            PieceKind::Variable(_) | PieceKind::Command => String::new(),
        };
        self.pieces.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests;
