//! Where imports and helpers go in a document, in its own style.

use std::collections::BTreeSet;

use super::Need;
use super::materialise::{ProjectFiles, TextEdit};
use crate::facts::{Facts, FunctionId, Import, Place, Root, StatementKind, StoreKind, ValueKind};
use crate::language::Language;
use crate::source::Source;
use crate::text::{TextRange, edits};

/// A name to import: the module, and what is taken from it.
type Wanted = (String, Option<String>);

/// The edits that bring in what a document's other edits need; `None` if a name is taken by something else.
pub(super) fn meet(
    needs: &[&Need],
    own: &[TextEdit],
    source: &Source,
    facts: &Facts,
    files: &dyn ProjectFiles,
) -> Option<Vec<TextEdit>> {
    let page = Page { source, facts, files, first: own.iter().map(|it| it.range.start).min().unwrap_or(0), own };
    let (mut imports, mut helpers) = (BTreeSet::new(), Vec::new());
    for need in needs {
        match need {
            Need::Import { module, name } => {
                imports.insert((module.clone(), name.clone()));
            }
            Need::Helper { name, source, imports: more } if page.lacks_helper(name, source)? => {
                if !helpers.contains(source) {
                    helpers.push(source.clone());
                }
                imports.extend(more.iter().cloned());
            }
            Need::Helper { .. } | Need::Environment { .. } => {}
        }
    }
    let mut missing = Vec::new();
    for wanted in imports {
        if page.lacks_import(&wanted)? {
            missing.push(wanted);
        }
    }
    Some(page.insertions(&missing, &helpers))
}

struct Page<'a> {
    source: &'a Source,
    facts: &'a Facts,
    files: &'a dyn ProjectFiles,
    /// Where the first of the other edits begins.
    first: u32,
    own: &'a [TextEdit],
}

impl Page<'_> {
    /// Whether a helper must be pasted; `None` if its name means something else.
    fn lacks_helper(&self, name: &str, source: &str) -> Option<bool> {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if squeezed(&self.source.text).contains(&squeezed(source)) {
            return Some(false);
        }
        let is_taken = self.facts.stores().any(|(_, it)| it.declares && root_name(&it.place) == Some(name));
        (!is_taken).then_some(true)
    }

    /// Whether an import must be added; `None` if its local name means something else where it would be used.
    fn lacks_import(&self, wanted: &Wanted) -> Option<bool> {
        if self.source.language == Language::Rust {
            return Some(false);
        }
        let local = local_name(wanted, self.source.language);
        let mut present = false;
        for (id, store) in self.facts.stores().filter(|(_, it)| it.declares && root_name(&it.place) == Some(&local)) {
            let function = self.facts.function_of(id);
            match store.kind {
                StoreKind::Import(import) if self.is_wanted(&self.facts[import], wanted) => {
                    present |= function == FunctionId::MODULE && !self.facts[import].type_only;
                }
                // A name of the module is seen everywhere, one of a function only inside it.
                _ if self.own.iter().any(|it| self.facts.function_range(function).contains(it.range)) => return None,
                _ => {}
            }
        }
        Some(!present)
    }

    fn is_wanted(&self, import: &Import, wanted: &Wanted) -> bool {
        let plain = |module: &str| module.strip_prefix("node:").unwrap_or(module).to_owned();
        let name = wanted.1.as_deref().map(|it| it.split(" as ").next().unwrap_or(it));
        // `import os.path` binds `os`, too.
        let is_module = plain(&import.module) == plain(&wanted.0)
            || (name.is_none() && import.module.split('.').next() == Some(&wanted.0));
        let takes_same = import.name.as_deref() == name
            || (name.is_none() && self.source.language.is_ecmascript() && import.name.as_deref() == Some("default"));
        is_module && takes_same
    }

    /// Imports and helpers as edits.
    fn insertions(&self, imports: &[Wanted], helpers: &[String]) -> Vec<TextEdit> {
        let text = &*self.source.text;
        let end = edits::line_end(text);
        let mut res = Vec::new();
        let after = self.behind_imports();
        let helpers: Vec<String> = helpers.iter().map(|it| self.in_style(it)).collect();
        let mut block = String::new();
        for wanted in imports {
            let line = self.import_line(wanted) + end;
            match self.among_its_like(wanted) {
                Some(at) => res.push(TextEdit::new(TextRange::empty(at), line)),
                None => block.push_str(&line),
            }
        }
        if self.source.language == Language::Rust {
            res.extend((!helpers.is_empty()).then(|| self.at_the_end(&helpers, end)));
        } else if !helpers.is_empty() {
            let gap = end.repeat(if self.source.language == Language::Python { 2 } else { 1 });
            let is_first = text[..after as usize].trim().is_empty() && block.is_empty();
            let rest = &text[after as usize..];
            let blank = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
            if !is_first {
                block.push_str(&gap);
            }
            block.push_str(&helpers.join(&[end, &gap].concat()));
            block.push_str(end);
            if blank < gap.len() && !rest.trim().is_empty() {
                block.push_str(&gap[blank..]);
            }
        }
        if !block.is_empty() {
            // A last line without a break gets one, and gives it to the new last line.
            let is_open = after as usize == text.len() && !text.is_empty() && !text.ends_with(['\n', '\r']);
            let block = if is_open { [end, block.trim_end_matches(['\n', '\r'])].concat() } else { block };
            res.push(TextEdit::new(TextRange::empty(after), block));
        }
        res
    }

    /// Where an import of Python's standard library goes among others of its form, by the alphabet; `None` if there are none
    /// at the top.
    fn among_its_like(&self, (module, name): &Wanted) -> Option<u32> {
        let facts = self.facts;
        if self.source.language != Language::Python || !is_standard(module) {
            return None;
        }
        let keyword = if name.is_some() { "from " } else { "import " };
        let mut after = None;
        for id in &facts.body(FunctionId::MODULE).statements {
            let range = facts.range(*id);
            let written = range.of(&self.source.text);
            let is_alone = self.line_start(range.start) == range.start && !written.contains([';', ',', '(']);
            let other = written.strip_prefix(keyword).and_then(|it| it.split_whitespace().next());
            if self.line_end(range.end) > self.first
                || !matches!(facts[*id].kind, StatementKind::Import(_))
                || !is_alone
            {
                continue;
            }
            match other.filter(|it| is_standard(it)) {
                Some(other) if other > module.as_str() => return after.or(Some(range.start)),
                Some(_) => after = Some(self.line_end(range.end)),
                None => {}
            }
        }
        after
    }

    /// The offset of the line behind the last import at the top, that is before everything that uses one.
    fn behind_imports(&self) -> u32 {
        let facts = self.facts;
        let (mut after, mut start) = (None, None);
        for (number, id) in facts.body(FunctionId::MODULE).statements.iter().enumerate() {
            let range = facts.range(*id);
            let is_head = match &facts[*id].kind {
                StatementKind::Import(_) => true,
                StatementKind::Store(stores) => {
                    // `const x = require("x")`
                    stores.iter().all(|it| matches!(facts[*it].kind, StoreKind::Import(_))) && !stores.is_empty()
                }
                StatementKind::Expression(value) => {
                    let is_text = matches!(facts[*value].kind, ValueKind::Text(_));
                    is_text && (number == 0 || (self.source.language.is_ecmascript() && after == start))
                }
                StatementKind::Function(_) | StatementKind::Class(_) => break,
                _ => false,
            };
            if range.end > self.first && !is_head {
                break;
            }
            start = start.or(Some(range.start));
            if is_head && range.end <= self.first {
                after = Some(range.end);
            }
        }
        match after {
            Some(end) if self.line_end(end) <= self.first || end == self.first => self.line_end(end),
            Some(end) => self.line_start(end),
            None => self.behind_head_comment(),
        }
    }

    /// Behind a `#!` line and the comments at the top that are set off by a blank line, or that a tool reads.
    fn behind_head_comment(&self) -> u32 {
        let text = &*self.source.text;
        let mut after = 0;
        let mut at = 0;
        while at < text.len() {
            let end = self.line_end(at as u32) as usize;
            let line = text[at..end].trim();
            let is_comment = self.facts.comments.iter().any(|it| it.range.contains(TextRange::from(at..at)));
            let is_tool = at == 0 && line.starts_with("#!") || (line.contains("coding") && line.starts_with('#'));
            match line {
                _ if is_tool => after = end,
                "" if at > 0 => after = end,
                _ if !is_comment => break,
                _ => {}
            }
            at = end;
        }
        (after as u32).min(self.line_start(self.first))
    }

    /// The offset behind the line break of the line that holds `offset`.
    fn line_end(&self, offset: u32) -> u32 {
        let text = &self.source.text;
        let rest = &text[offset as usize..];
        let Some(at) = rest.find(['\n', '\r']) else { return text.len() as u32 };
        let width = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        offset + (at + width) as u32
    }

    fn line_start(&self, offset: u32) -> u32 {
        self.source.text[..offset as usize].rfind(['\n', '\r']).map_or(0, |it| it as u32 + 1)
    }

    fn import_line(&self, (module, name): &Wanted) -> String {
        if self.source.language == Language::Python {
            return match name {
                Some(name) => format!("from {module} import {name}"),
                None => format!("import {module}"),
            };
        }
        let (quote, semicolon) = self.neighbours();
        let module_text = format!("{quote}{module}{quote}");
        let local = local_name(&(module.clone(), name.clone()), self.source.language);
        match (self.is_esm(), name.as_deref()) {
            (true, Some("default") | None) => format!("import {local} from {module_text}{semicolon}"),
            (true, Some(name)) => format!("import {{ {name} }} from {module_text}{semicolon}"),
            (false, Some("default") | None) => format!("const {local} = require({module_text}){semicolon}"),
            (false, Some(name)) => {
                let name = name.replace(" as ", ": ");
                format!("const {{ {name} }} = require({module_text}){semicolon}")
            }
        }
    }

    /// The quote and the semicolon that the file's own imports use.
    fn neighbours(&self) -> (char, &'static str) {
        let text = &*self.source.text;
        let Some((_, import)) = self.facts.imports().last() else {
            let count = |it: char| text.matches(it).count();
            let quote = if count('\'') > count('"') { '\'' } else { '"' };
            let is_bare = text.lines().filter(|it| it.trim_end().ends_with(';')).count() * 4 < text.lines().count();
            return (quote, if is_bare && text.lines().count() > 3 { "" } else { ";" });
        };
        let chunk = self.facts.imports().last().map_or(0, |(id, _)| id.chunk);
        let written = self.facts.at(chunk, import.range).of(text);
        let quote = if written.contains('\'') { '\'' } else { '"' };
        (quote, if written.trim_end().ends_with(';') { ";" } else { "" })
    }

    /// Whether the document is an ECMAScript module.
    fn is_esm(&self) -> bool {
        let extension = self.source.path.rsplit('.').next().unwrap_or_default();
        match extension {
            "mjs" | "mts" => return true,
            "cjs" | "cts" => return false,
            _ => {}
        }
        let text = &*self.source.text;
        let starts =
            |word: &str| text.lines().any(|it| it.strip_prefix(word).is_some_and(|it| it.starts_with([' ', '{', '*'])));
        if starts("import") || starts("export") {
            return true;
        }
        if text.contains("require(") || text.contains("module.exports") {
            return false;
        }
        self.source.language != Language::JavaScript || self.package_is_module()
    }

    /// Whether the nearest `package.json` makes plain `.js` files modules.
    fn package_is_module(&self) -> bool {
        let mut folder = &*self.source.path;
        while let Some((outer, _)) = folder.rsplit_once('/') {
            if let Some(text) = self.files.read(&[outer, "/package.json"].concat()) {
                return is_module_package(&text);
            }
            folder = outer;
        }
        self.files.read("package.json").is_some_and(|it| is_module_package(&it))
    }

    /// The helpers at the end of a Rust file, before its tests.
    fn at_the_end(&self, helpers: &[String], end: &str) -> TextEdit {
        let text = &*self.source.text;
        let gap = [end, end].concat();
        let block = helpers.join(&gap);
        let tests = text.match_indices("#[cfg(test)]").map(|(at, _)| at);
        let tests = tests.filter(|it| self.line_start(*it as u32) as usize == *it).last();
        match tests {
            Some(at) if at as u32 >= self.first => TextEdit::new(TextRange::from(at..at), block + &gap),
            _ => {
                let kept = text.trim_end().len();
                TextEdit::new(TextRange::from(kept..text.len()), [&gap, &block, end].concat())
            }
        }
    }

    /// A helper's source with the file's indentation and line ends.
    fn in_style(&self, source: &str) -> String {
        let step = if self.source.language.is_ecmascript() { 2 } else { 4 };
        let unit = indentation(&self.source.text, step);
        let line = |line: &str| {
            let content = line.trim_start_matches(' ');
            let depth = line.len() - content.len();
            [unit.repeat(depth / step), " ".repeat(depth % step), content.to_owned()].concat()
        };
        source.lines().map(line).collect::<Vec<_>>().join(edits::line_end(&self.source.text))
    }
}

/// The name that a place is, if it is no more than a name.
fn root_name(place: &Place) -> Option<&str> {
    match &place.root {
        Root::Name(name) if place.path.is_empty() => Some(name),
        _ => None,
    }
}

/// The local name that an import binds.
fn local_name((module, name): &Wanted, language: Language) -> String {
    match name.as_deref() {
        Some(name) if name != "default" => name.rsplit(" as ").next().unwrap_or(name).to_owned(),
        _ if language == Language::Python => module.split('.').next().unwrap_or(module).to_owned(),
        _ => module.rsplit(['/', ':']).next().unwrap_or(module).replace('-', "_"),
    }
}

/// Whether a module is one that fixes know to be of Python's standard library; enough to find its group.
fn is_standard(module: &str) -> bool {
    const MODULES: &[&str] = &[
        "abc",
        "argparse",
        "asyncio",
        "base64",
        "collections",
        "contextlib",
        "copy",
        "csv",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "glob",
        "hashlib",
        "html",
        "http",
        "io",
        "itertools",
        "json",
        "logging",
        "math",
        "mimetypes",
        "os",
        "pathlib",
        "pickle",
        "queue",
        "random",
        "re",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "string",
        "subprocess",
        "sys",
        "tempfile",
        "textwrap",
        "threading",
        "time",
        "traceback",
        "typing",
        "unittest",
        "urllib",
        "uuid",
        "warnings",
    ];
    MODULES.contains(&module.split('.').next().unwrap_or(module))
}

/// What a file indents with: the most frequent first step of its lines.
fn indentation(text: &str, default: usize) -> String {
    let (mut tabs, mut spaces) = (0_usize, [0_usize; 9]);
    let mut last = 0;
    for line in text.lines().take(2000).filter(|it| !it.trim().is_empty()) {
        if line.starts_with('\t') {
            tabs += 1;
        }
        let depth = line.len() - line.trim_start_matches(' ').len();
        if depth > last && depth - last <= 8 {
            spaces[depth - last] += 1;
        }
        last = depth;
    }
    let best = (2..=8).max_by_key(|it| (spaces[*it], *it == default)).unwrap_or(default);
    match spaces[best] {
        count if tabs > count => "\t".to_owned(),
        0 => " ".repeat(default),
        _ => " ".repeat(best),
    }
}

fn is_module_package(text: &str) -> bool {
    let package: Option<serde_json::Value> = serde_json::from_str(text).ok();
    package.is_some_and(|it| it.get("type").and_then(|it| it.as_str()) == Some("module"))
}
