//! Suppression comments: `keylint: ignore[rule]` and `keylint: ignore-file[rule]`.

use super::Selection;
use super::select::{check_selectors, means};
use crate::facts::{Comment, Facts};
use crate::finding::Finding;
use crate::rules::suppressions::unused_ignore::{self, Unused};
use crate::text::{LineIndex, TextRange};

const MARK: &str = "keylint:";

/// A suppression comment.
struct Directive<'a> {
    /// The comment around it.
    comment: TextRange,
    /// From the mark to the end of what it says, a reason included.
    range: TextRange,
    /// The names in brackets; `None` if it hides everything.
    names: Option<Vec<(&'a str, TextRange)>>,
    /// The first and last line whose findings it hides; `None` for the whole file.
    lines: Option<(u32, u32)>,
    /// Which of the names hid something; one entry if there are no names.
    used: Vec<bool>,
}

/// Whether a comment speaks to keylint.
pub(super) fn is_mentioned(text: &str, facts: &Facts) -> bool {
    facts.comments.iter().any(|it| it.range.of(text).contains(MARK))
}

/// Takes away the findings that a comment hides, and yields the comments and names that hid none.
pub(super) fn apply(text: &str, facts: &Facts, selection: &Selection, findings: &mut Vec<Finding>) -> Vec<Unused> {
    if !is_mentioned(text, facts) {
        return Vec::new();
    }
    let index = LineIndex::new(text);
    let mut directives = directives(text, &facts.comments, &index);
    findings.retain(|it| {
        let lines = (index.line_of(it.range.start), index.line_of(it.range.end.max(it.range.start + 1) - 1));
        let mut hidden = false;
        directives.iter_mut().for_each(|directive| hidden |= directive.hides(it.rule, lines));
        !hidden
    });
    directives.iter().filter_map(|it| it.unused(text, selection)).collect()
}

/// The comments of a text that was not parsed, as far as they concern suppression: from the comment sign to the line's end.
pub(super) fn raw_comments(text: &str) -> Vec<TextRange> {
    let comment = |at: usize| {
        let start = text[..at].rfind(['\n', '\r']).map_or(0, |it| it + 1);
        let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |it| at + it);
        let sign = text[start..at].rfind("//").or_else(|| text[start..at].rfind('#'))?;
        Some(TextRange::from(start + sign..end))
    };
    memchr::memmem::find_iter(text.as_bytes(), MARK).filter_map(comment).collect()
}

impl Directive<'_> {
    /// Whether it hides a finding of this rule that begins and ends on these lines; remembers that it did.
    fn hides(&mut self, rule: &str, lines: (u32, u32)) -> bool {
        if let Some((first, last)) = self.lines {
            let within = |line: u32| (first..=last).contains(&line);
            if !within(lines.0) && !within(lines.1) {
                return false;
            }
        }
        let Some(names) = &self.names else {
            self.used[0] = true;
            return true;
        };
        let mut res = false;
        for ((name, _), used) in names.iter().zip(&mut self.used) {
            if means(name, rule) {
                *used = true;
                res = true;
            }
        }
        res
    }

    /// What of it hid nothing although it could have.
    fn unused(&self, text: &str, selection: &Selection) -> Option<Unused> {
        let Some(names) = &self.names else {
            let whole = self.removal(text);
            return (!self.used[0]).then(|| Unused {
                names: None,
                range: self.range,
                edits: vec![(whole, String::new())],
            });
        };
        // A rule that did not run could not have been hidden; a name that is no rule never will be.
        let counts = |name: &str| {
            name != unused_ignore::NAME && (selection.holds(name) || check_selectors([&name.to_owned()]).is_err())
        };
        let idle: Vec<usize> = (0..names.len()).filter(|it| !self.used[*it] && counts(names[*it].0)).collect();
        let first = *idle.first()?;
        let named = idle.iter().map(|it| names[*it].0.to_owned()).collect();
        if idle.len() == names.len() {
            return Some(Unused {
                names: Some(named),
                range: self.range,
                edits: vec![(self.removal(text), String::new())],
            });
        }
        let kept: Vec<&str> = (0..names.len()).filter(|it| !idle.contains(it)).map(|it| names[it].0).collect();
        let list = names[0].1.cover(names[names.len() - 1].1);
        Some(Unused { names: Some(named), range: names[first].1, edits: vec![(list, kept.join(", "))] })
    }

    /// What to delete so that nothing is left of the comment if it says nothing else.
    fn removal(&self, text: &str) -> TextRange {
        let before = text[self.comment.start as usize..self.range.start as usize].trim_matches(is_comment_sign);
        let behind = text[self.range.end as usize..self.comment.end as usize].trim_matches(is_comment_sign);
        if !before.is_empty() || !behind.is_empty() {
            let kept = text[..self.range.start as usize].trim_end_matches([' ', '\t']).len();
            return TextRange::new((kept as u32).max(self.comment.start), self.range.end);
        }
        let (start, end) = (self.comment.start as usize, self.comment.end as usize);
        let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |it| it + 1);
        let rest = &text[end..];
        let ends_line = rest.is_empty() || rest.starts_with(['\n', '\r']);
        if !ends_line {
            return self.comment;
        }
        if !text[line_start..start].trim().is_empty() {
            return TextRange::from(text[..start].trim_end_matches([' ', '\t']).len()..end);
        }
        let line_break = ["\r\n", "\n", "\r"].iter().find(|it| rest.starts_with(**it)).map_or(0, |it| it.len());
        TextRange::from(line_start..end + line_break)
    }
}

fn is_comment_sign(character: char) -> bool {
    character.is_whitespace() || matches!(character, '#' | '/' | '*' | '!' | '-' | '<' | '>' | ';')
}

fn directives<'a>(text: &'a str, comments: &[Comment], index: &LineIndex) -> Vec<Directive<'a>> {
    let mut res = Vec::new();
    let mut leading = true;
    let mut done = 0;
    for comment in comments {
        let range = comment.range;
        leading &= is_leading(text.get(done..range.start as usize).unwrap_or_default(), done == 0);
        done = done.max(range.end as usize);
        let mut at = range.start as usize;
        while let Some(found) = text[at..range.end as usize].find(MARK) {
            let Some((directive, whole_file)) = parse(text, range, at + found) else { break };
            at = directive.range.end as usize;
            let lines = lines_hidden(text, comments, range, index);
            match whole_file {
                true if leading => res.push(directive),
                true => {}
                false => res.push(Directive { lines: Some(lines), ..directive }),
            }
        }
    }
    res
}

/// Whether the text between the beginning of the file and a comment is none: blank, or a `#!` line.
fn is_leading(between: &str, first: bool) -> bool {
    let between = between.trim();
    between.is_empty() || (first && between.starts_with("#!") && !between.contains(['\n', '\r']))
}

/// The directive that begins at `at`, and whether it is for the whole file.
fn parse(text: &str, comment: TextRange, at: usize) -> Option<(Directive<'_>, bool)> {
    let end = comment.end as usize;
    let close = text[at..end].find("*/").or_else(|| text[at..end].find("-->")).map_or(end, |it| at + it);
    let line_end = text[at..close].find(['\n', '\r']).map_or(close, |it| at + it);
    let after = |from: usize| from + text[from..line_end].len() - text[from..line_end].trim_start().len();
    let word = after(at + MARK.len());
    let rest = &text[word..line_end];
    let (whole_file, keyword) = match rest {
        _ if rest.starts_with("ignore-file") => (true, "ignore-file"),
        _ if rest.starts_with("ignore") => (false, "ignore"),
        _ => return None,
    };
    let behind = word + keyword.len();
    if text[behind..line_end].starts_with(|it: char| it.is_alphanumeric() || it == '-' || it == '_') {
        return None;
    }
    let open = after(behind);
    let names = match text[open..line_end].strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((list, _)) => Some(names(list, open + 1)),
        None if text[open..line_end].starts_with('[') => return None,
        None => None,
    };
    let end = at + text[at..line_end].trim_end().len();
    let used = vec![false; names.as_ref().map_or(1, Vec::len)];
    Some((Directive { comment, range: TextRange::from(at..end), names, lines: None, used }, whole_file))
}

/// The names of a list that begins at `start`.
fn names(list: &str, start: usize) -> Vec<(&str, TextRange)> {
    let mut res = Vec::new();
    let mut at = start;
    for piece in list.split(',') {
        let name = piece.trim();
        let begin = at + piece.len() - piece.trim_start().len();
        at += piece.len() + 1;
        if !name.is_empty() {
            res.push((name, TextRange::from(begin..begin + name.len())));
        }
    }
    res
}

/// The lines that a comment speaks of: its own, and if it stands alone the next one that is no comment.
fn lines_hidden(text: &str, comments: &[Comment], comment: TextRange, index: &LineIndex) -> (u32, u32) {
    let (first, mut last) = (index.line_of(comment.start), index.line_of(comment.end));
    let before = &text[index.full_line(first).start as usize..comment.start as usize];
    let behind = &text[comment.end as usize..index.line(text, last).end.max(comment.end) as usize];
    // `{/* … */}` is how JSX writes a comment.
    let alone = before.trim_matches(['{', ' ', '\t']).is_empty() && behind.trim_matches(['}', ' ', '\t']).is_empty();
    if !alone {
        return (first, last);
    }
    let is_comment = |line: u32| {
        let range = index.line(text, line);
        let content = range.of(text);
        let start = range.start + (content.len() - content.trim_start().len()) as u32;
        comments.iter().any(|it| it.range.start == start && it.range.end >= range.end)
    };
    last += 1;
    while last < index.count() && is_comment(last) {
        last += 1;
    }
    (first, last)
}

#[cfg(test)]
mod tests;
