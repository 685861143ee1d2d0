//! What texts say once constants, concatenations, formats and helpers are put together.

use crate::catalog::libraries::Row;
use crate::facts::{Call, Part, TextForm, ValueId, ValueKind};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;

/// How deep constants inside texts are followed, and how many pieces a text may have.
const DEPTH: u32 = 4;
const PIECES: usize = 256;

/// A text put together of literal pieces and values that are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The pieces in order; neighbouring literal pieces are kept apart as the source has them.
    pub pieces: Vec<Piece>,
    /// The value that the pieces were taken from: the literal, the format call, the concatenation.
    pub value: Option<ValueId>,
}

/// A piece of a resolved text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text and where it stands.
    Literal {
        /// The cooked text.
        text: String,
        /// Its source; as long as `text` where bytes map one to one.
        range: TextRange,
    },
    /// A value that is no known text.
    Hole {
        /// The value.
        value: ValueId,
        /// The hole with its braces, or the operand.
        range: TextRange,
    },
}

impl Resolved {
    /// The whole text if every piece is known.
    pub fn literal(&self) -> Option<String> {
        let mut res = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal { text, .. } => res.push_str(text),
                Piece::Hole { .. } => return None,
            }
        }
        Some(res)
    }

    /// The literal text before the first hole.
    pub fn prefix(&self) -> String {
        let literals = self.pieces.iter().map_while(|piece| match piece {
            Piece::Literal { text, .. } => Some(text.as_str()),
            Piece::Hole { .. } => None,
        });
        literals.collect()
    }

    /// The values that are not known.
    pub fn holes(&self) -> impl Iterator<Item = ValueId> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole { value, .. } => Some(*value),
            Piece::Literal { .. } => None,
        })
    }

    /// The only hole, if there is nothing else.
    pub fn only_hole(&self) -> Option<ValueId> {
        match self.pieces.as_slice() {
            [Piece::Hole { value, .. }] => Some(*value),
            _ => None,
        }
    }
}

impl Resolver<'_> {
    /// The text that a value certainly is. A value that is no text is one hole.
    pub fn text(&self, value: ValueId) -> Resolved {
        let at = self.origins(value).single_value().unwrap_or(value);
        let mut res = Resolved { pieces: Vec::new(), value: Some(at) };
        self.pieces(at, DEPTH, self.facts.range(value), &mut res.pieces);
        res
    }

    /// The texts that a value may be, one for each origin in this file.
    pub fn texts(&self, value: ValueId) -> Vec<Resolved> {
        self.origins(value).values().map(|it| self.text(it)).collect()
    }

    /// The literal that a value certainly is.
    pub fn literal(&self, value: ValueId) -> Option<String> {
        self.text(value).literal()
    }

    fn pieces(&self, value: ValueId, depth: u32, range: TextRange, res: &mut Vec<Piece>) {
        let facts = self.facts;
        let value = self.origins(value).single_value().unwrap_or(value);
        if depth == 0 || res.len() > PIECES {
            return res.push(Piece::Hole { value, range });
        }
        match &facts[value].kind {
            ValueKind::Text(text) => {
                for part in &text.parts {
                    match part {
                        Part::Literal { text, range } => {
                            res.push(Piece::Literal { text: text.to_string(), range: facts.at(value.chunk, *range) });
                        }
                        Part::Hole { value: hole, range, conversion: None } => {
                            self.pieces(*hole, depth - 1, facts.at(value.chunk, *range), res);
                        }
                        Part::Hole { value: hole, range, .. } => {
                            res.push(Piece::Hole { value: *hole, range: facts.at(value.chunk, *range) });
                        }
                    }
                }
            }
            ValueKind::Number(number) => {
                res.push(Piece::Literal { text: number.to_string(), range: facts.range(value) })
            }
            ValueKind::Binary { operator, left, right } if &**operator == "%" && self.is_text(*left) => {
                self.percent(*left, *right, depth, res);
            }
            ValueKind::Call(call) => self.call_pieces(value, call, depth, range, res),
            _ => res.push(Piece::Hole { value, range }),
        }
    }

    /// Whether a value is certainly a text.
    pub fn is_text(&self, value: ValueId) -> bool {
        self.origins(value).single_value().is_some_and(|it| matches!(self.facts[it].kind, ValueKind::Text(_)))
    }

    /// `"Bearer %s" % key`.
    fn percent(&self, format: ValueId, arguments: ValueId, depth: u32, res: &mut Vec<Piece>) {
        let facts = self.facts;
        let arguments = match &facts[facts.past_transparent(arguments)].kind {
            ValueKind::List(list) => list.items.clone(),
            _ => vec![arguments],
        };
        let mut arguments = arguments.into_iter();
        self.fill(format, &["%s", "%d", "%r"], depth, res, |_| arguments.next());
    }

    fn call_pieces(&self, value: ValueId, call: &Call, depth: u32, range: TextRange, res: &mut Vec<Piece>) {
        let hole = Piece::Hole { value, range };
        let Some(row) = self.method_row(call) else { return res.push(hole) };
        let Some(receiver) = self.receiver(call) else { return res.push(hole) };
        match row {
            Row::Format if self.is_text(receiver) => {
                let mut positional = call.arguments.iter().filter(|it| it.name.is_none()).map(|it| it.value);
                self.fill(receiver, &["{}"], depth, res, |name| match name.parse::<usize>() {
                    Ok(n) => call.positional(n).map(|it| it.value),
                    Err(_) if name.is_empty() => positional.next(),
                    Err(_) => call.named(name).map(|it| it.value),
                });
            }
            Row::Concat if self.is_text(receiver) => {
                self.pieces(receiver, depth - 1, range, res);
                call.arguments.iter().for_each(|it| self.pieces(it.value, depth - 1, facts_range(self, it.value), res));
            }
            Row::Join => self.join(call, receiver, depth, res).unwrap_or_else(|| res.push(hole)),
            _ => res.push(hole),
        }
    }

    /// `" ".join([a, b])`, `[a, b].join(" ")`.
    fn join(&self, call: &Call, receiver: ValueId, depth: u32, res: &mut Vec<Piece>) -> Option<()> {
        let argument = call.positional(0)?.value;
        let (separator, list) = if self.is_text(receiver) { (receiver, argument) } else { (argument, receiver) };
        let list = self.origins(list).single_value()?;
        let ValueKind::List(list) = &self.facts[list].kind else { return None };
        let separator_text = self.literal(separator)?;
        let range = self.facts.range(separator);
        for (at, item) in list.items.iter().enumerate() {
            if at > 0 {
                res.push(Piece::Literal { text: separator_text.clone(), range });
            }
            self.pieces(*item, depth - 1, self.facts.range(*item), res);
        }
        Some(())
    }

    /// Fills the places of a format text; `next` gives the argument for a place's name.
    fn fill(
        &self,
        format: ValueId,
        places: &[&str],
        depth: u32,
        res: &mut Vec<Piece>,
        mut next: impl FnMut(&str) -> Option<ValueId>,
    ) {
        let facts = self.facts;
        let format = self.origins(format).single_value().unwrap_or(format);
        let ValueKind::Text(text) = &facts[format].kind else { return };
        for part in &text.parts {
            let Part::Literal { text, range } = part else {
                res.push(Piece::Hole { value: format, range: facts.range(format) });
                continue;
            };
            let whole = facts.at(format.chunk, *range);
            let mut done = 0;
            while let Some((at, end, name)) = next_place(text, done, places) {
                push_slice(res, text, whole, done..at);
                let place = slice_range(text, whole, at, end);
                match next(&name) {
                    Some(argument) => self.pieces(argument, depth - 1, place, res),
                    None => res.push(Piece::Hole { value: format, range: place }),
                }
                done = end;
            }
            push_slice(res, text, whole, done..text.len());
        }
    }

    /// Whether a text interpolates inside its literal (f-string, template, `format!`).
    pub fn is_interpolated(&self, value: ValueId) -> bool {
        matches!(&self.facts[value].kind, ValueKind::Text(text) if text.form == TextForm::Interpolated)
    }
}

fn facts_range(resolver: &Resolver<'_>, value: ValueId) -> TextRange {
    resolver.facts.range(value)
}

/// The next place of a format: its start, its end, and the name inside its braces.
fn next_place(text: &str, from: usize, places: &[&str]) -> Option<(usize, usize, String)> {
    if places == ["{}"] {
        let at = from + text[from..].find('{')?;
        let end = at + text[at..].find('}')? + 1;
        let name = text[at + 1..end - 1].split([':', '!']).next().unwrap_or_default();
        return Some((at, end, name.to_owned()));
    }
    let at = places.iter().filter_map(|it| text[from..].find(it)).min()? + from;
    Some((at, at + 2, String::new()))
}

fn push_slice(res: &mut Vec<Piece>, text: &str, whole: TextRange, slice: std::ops::Range<usize>) {
    if !slice.is_empty() {
        let range = slice_range(text, whole, slice.start, slice.end);
        res.push(Piece::Literal { text: text[slice].to_owned(), range });
    }
}

/// Where a slice of a cooked text stands; the whole literal if bytes do not map one to one.
fn slice_range(text: &str, whole: TextRange, from: usize, to: usize) -> TextRange {
    if whole.len() as usize == text.len() {
        TextRange::new(whole.start + from as u32, whole.start + to as u32)
    } else {
        whole
    }
}
