//! A finding with everything that is printed of it.

use std::ops::Range;

use crate::catalog::Catalog;
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Need, ProjectFiles, Safety, TextEdit, WorkspaceEdit};
use crate::rules;
use crate::text::{LineIndex, Place, Redactor, TextRange, clip, mask};

/// A finding as it is printed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file, printable.
    pub path: String,
    /// Where it begins.
    pub start: Place,
    /// Where it ends, exclusive.
    pub end: Place,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The rule's page.
    pub url: String,
    /// Names the finding across line moves.
    pub fingerprint: String,
    /// Places that explain it.
    pub related: Vec<RelatedEntry>,
    /// Ways to mend it.
    pub fixes: Vec<FixEntry>,
    /// Its source.
    pub snippet: Snippet,
}

/// A place that explains a finding.
#[derive(Clone, Debug)]
pub struct RelatedEntry {
    /// The file, printable.
    pub path: String,
    /// Where it begins.
    pub start: Place,
    /// Where it ends, exclusive.
    pub end: Place,
    /// What it shows.
    pub message: String,
    /// Its source, if it is in the finding's own file.
    pub snippet: Option<Snippet>,
}

/// A way to mend a finding.
#[derive(Clone, Debug)]
pub struct FixEntry {
    /// What it does.
    pub title: String,
    /// Whether it may be applied unattended.
    pub safety: Safety,
    /// The edits of all files.
    pub edits: Vec<EditEntry>,
}

/// One replacement.
#[derive(Clone, Debug)]
pub struct EditEntry {
    /// The file, printable.
    pub path: String,
    /// Where it begins.
    pub start: Place,
    /// Where it ends, exclusive.
    pub end: Place,
    /// The new text, printable.
    pub text: String,
    /// The new text holds a key, which is masked here.
    pub masked: bool,
    /// The file is made by this edit.
    pub create: bool,
}

/// Some source lines, printable, and the piece of them that matters.
#[derive(Clone, Debug, Default)]
pub struct Snippet {
    /// The number of the first line.
    pub line: u32,
    /// The lines.
    pub text: String,
    /// The piece, in bytes of `text`.
    pub range: Range<usize>,
}

/// No more lines than these are shown of a finding.
const MOST_LINES: u32 = 6;
/// So much of a long line is shown on each side of a finding, in bytes.
const MOST_AROUND: usize = 100;
/// So much is looked at on each side of what is shown, so that no key is cut before it is recognised.
const MARGIN: usize = 4096;

/// A file that findings are printed of.
pub struct Page<'a> {
    /// Its path as printed.
    path: String,
    text: &'a str,
    lines: LineIndex,
    secrets: &'a [TextRange],
    redactor: Redactor<'a>,
    /// Where the text begins if it is a piece of a larger one.
    origin: Place,
    neighbours: Option<Neighbours<'a>>,
}

/// The other files of a page's project.
pub struct Neighbours<'a> {
    /// Their texts, by their paths in the project.
    pub files: &'a dyn ProjectFiles,
    /// How they are called.
    pub shown: &'a dyn Fn(&str) -> String,
}

impl<'a> Page<'a> {
    /// A file of this path and text, in which keys stand at `secrets`.
    pub fn new(path: &str, text: &'a str, secrets: &'a [TextRange], redactor: Redactor<'a>) -> Self {
        let known = secrets.iter().map(|it| it.of(text));
        let redactor = redactor.knowing(known);
        let path = redactor.label(path).into_owned();
        let origin = Place { line: 1, column: 1 };
        Self { path, text, lines: LineIndex::new(text), secrets, redactor, origin, neighbours: None }
    }

    /// The same among the other files of its project.
    #[must_use]
    pub fn among(mut self, neighbours: Neighbours<'a>) -> Self {
        self.neighbours = Some(neighbours);
        self
    }

    /// The same as a piece of a larger file that begins there.
    #[must_use]
    pub fn starting_at(mut self, origin: Place) -> Self {
        self.origin = origin;
        self
    }

    /// The entries of a file's findings; `fixes` tells each finding's fixes.
    pub fn entries(&self, findings: &[Finding], mut fixes: impl FnMut(&Finding) -> Vec<FixEntry>) -> Vec<Entry> {
        let mut seen = std::collections::HashMap::new();
        let mut entry = |finding: &Finding| {
            let mut res = self.entry(finding);
            let occurrence = seen.entry((finding.rule, res.snippet.text.clone())).or_insert(0_u32);
            res.fingerprint = fingerprint(&[finding.rule, &self.path, &res.snippet.text, &occurrence.to_string()]);
            *occurrence += 1;
            res.fixes = fixes(finding);
            res
        };
        findings.iter().map(&mut entry).collect()
    }

    /// A fix and the edits that carry it out; `own` is the path of the page's document in its project.
    pub fn fix(&self, fix: &Fix, made: &WorkspaceEdit, own: &str) -> FixEntry {
        let mut edits = Vec::new();
        for file in &made.files {
            if file.path == own {
                let entry = |it: &TextEdit| self.edit(it, &self.path, &|offset| self.place(offset), file.create);
                edits.extend(file.edits.iter().map(entry));
                continue;
            }
            let text = self.neighbours.as_ref().and_then(|it| it.files.read(&file.path)).unwrap_or_default();
            let lines = LineIndex::new(&text);
            let path = self.shown(&file.path);
            for edit in &file.edits {
                let mut entry = self.edit(edit, &path, &|offset| lines.place(&text, offset), file.create);
                for secret in fix.needs.iter().filter_map(Need::secret).filter(|_| file.secret) {
                    entry.masked = true;
                    entry.text = entry.text.replace(secret.expose(), &mask(secret.expose()));
                }
                edits.push(entry);
            }
        }
        FixEntry { title: self.redactor.label(&fix.title).into_owned(), safety: fix.safety, edits }
    }

    fn edit(&self, edit: &TextEdit, path: &str, place: &dyn Fn(u32) -> Place, create: bool) -> EditEntry {
        EditEntry {
            path: path.to_owned(),
            start: place(edit.range.start),
            end: place(edit.range.end),
            masked: self.redactor.holds_key(&edit.text),
            text: self.redactor.block(&edit.text).text,
            create,
        }
    }

    fn entry(&self, finding: &Finding) -> Entry {
        let related = finding.related.iter().map(|it| match &it.path {
            Some(path) => self.elsewhere(path, it.range, &it.message),
            None => RelatedEntry {
                path: self.path.clone(),
                start: self.place(it.range.start),
                end: self.place(it.range.end),
                message: self.redactor.label(&it.message).into_owned(),
                snippet: Some(self.snippet(it.range)),
            },
        });
        Entry {
            rule: finding.rule,
            severity: finding.severity,
            path: self.path.clone(),
            start: self.place(finding.range.start),
            end: self.place(finding.range.end),
            message: self.redactor.label(&finding.message).into_owned(),
            help: finding.help.as_deref().map(|it| self.redactor.label(it).into_owned()),
            url: rules::find(finding.rule).map(rules::Rule::url).unwrap_or_default(),
            fingerprint: String::new(),
            related: related.collect(),
            fixes: Vec::new(),
            snippet: self.snippet(finding.range),
        }
    }

    /// A place in another document of the project.
    fn elsewhere(&self, path: &str, range: TextRange, message: &str) -> RelatedEntry {
        let text = self.neighbours.as_ref().and_then(|it| it.files.read(path)).unwrap_or_default();
        let lines = LineIndex::new(&text);
        RelatedEntry {
            path: self.shown(path),
            start: lines.place(&text, range.start),
            end: lines.place(&text, range.end),
            message: self.redactor.label(message).into_owned(),
            snippet: None,
        }
    }

    /// How another file of the project is called.
    fn shown(&self, path: &str) -> String {
        let shown = self.neighbours.as_ref().map_or_else(|| path.to_owned(), |it| (it.shown)(path));
        self.redactor.label(&shown).into_owned()
    }

    /// The place of an offset in the whole file.
    fn place(&self, offset: u32) -> Place {
        let place = self.lines.place(self.text, offset);
        match place.line {
            1 => Place { line: self.origin.line, column: self.origin.column - 1 + place.column },
            line => Place { line: self.origin.line - 1 + line, column: place.column },
        }
    }

    /// The lines of a range, masked and trimmed.
    fn snippet(&self, range: TextRange) -> Snippet {
        let lines = self.lines.lines_of(self.text, range);
        let lines = &lines[..lines.len().min(MOST_LINES as usize)];
        let (mut text, mut shown) = (String::new(), 0..0);
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            let (piece, marked) = self.line(*line, range);
            let base = text.len();
            if number == 0 {
                shown.start = base + marked.start;
            }
            shown.end = base + marked.end;
            text.push_str(&piece);
        }
        Snippet { line: self.place(range.start).line, text, range: shown }
    }

    /// A line, masked, trimmed around the part of `range` that lies in it, and that part.
    fn line(&self, line: TextRange, range: TextRange) -> (String, Range<usize>) {
        let clamp = |offset: u32| offset.clamp(line.start, line.end);
        let (start, end) = (clamp(range.start), clamp(range.end));
        // A marked piece that is itself long is trimmed, too.
        let end = if (end - start) as usize > 4 * MOST_AROUND { start + 4 * MOST_AROUND as u32 } else { end };
        let keep = self.around(line, start, end, MOST_AROUND);
        let seen = self.around(line, keep.start, keep.end, MARGIN);
        let printable = self.redactor.line(seen.of(self.text), &clip(self.secrets, seen));
        let relative = |offset: u32| (offset - seen.start) as usize;
        let cropped = printable.cropped(relative(keep.start)..relative(keep.end));
        let relative = |offset: u32| (offset - keep.start) as usize;
        let marked = cropped.offset(relative(start), false)..cropped.offset(relative(self.boundary(end)), true);
        let (head, tail) = (if keep.start > line.start { "…" } else { "" }, if keep.end < line.end { "…" } else { "" });
        (format!("{head}{}{tail}", cropped.text), marked.start + head.len()..marked.end + head.len())
    }

    /// The range from `start` to `end` and so many bytes more on each side, inside the line.
    fn around(&self, line: TextRange, start: u32, end: u32, more: usize) -> TextRange {
        let from = start.saturating_sub(more as u32).max(line.start);
        let to = end.saturating_add(more as u32).min(line.end);
        TextRange::new(self.boundary(from), self.boundary(to))
    }

    /// The last character boundary at or before an offset.
    fn boundary(&self, offset: u32) -> u32 {
        let mut at = offset as usize;
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at as u32
    }
}

/// A redactor that knows the catalogue's kinds of key.
pub fn find_keys(catalog: &Catalog) -> impl Fn(&str) -> Vec<Range<usize>> + Sync {
    |text| catalog.key_kinds().find(text).into_iter().map(|it| it.range).collect()
}

/// A hash that is the same in every version and on every machine: 64-bit FNV-1a, the pieces kept apart by a NUL.
fn fingerprint(pieces: &[&str]) -> String {
    let bytes = pieces.iter().flat_map(|it| it.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}
