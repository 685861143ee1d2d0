//! Applying fixes: pass by pass, until nothing is left to mend.
//!
//! Pure like the linter: it works on texts behind [`ProjectFiles`] and leaves writing to the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Fix, ProjectFiles, Safety, WorkspaceEdit, materialise_all};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::linter::Judgement;
use crate::source::Source;
use crate::syntax::Syntax;
use crate::text::TextRange;

/// After so many passes something is wrong with the fixes, not with the document.
const MOST_PASSES: usize = 10;

/// A project's files with changes that are not on the disk yet.
pub struct Overlay<'a> {
    base: &'a dyn ProjectFiles,
    changed: BTreeMap<String, String>,
}

impl ProjectFiles for Overlay<'_> {
    fn read(&self, path: &str) -> Option<String> {
        self.changed.get(path).cloned().or_else(|| self.base.read(path))
    }
}

impl<'a> Overlay<'a> {
    /// No changes yet.
    pub fn new(base: &'a dyn ProjectFiles) -> Self {
        Self { base, changed: BTreeMap::new() }
    }

    /// The changed files: path and new text.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changed.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Forgets the changes to a file.
    pub fn forget(&mut self, path: &str) {
        self.changed.remove(path);
    }

    /// Carries out an edit of the files around a document; `None` and no change if one of them does not fit.
    fn apply(&mut self, edit: &WorkspaceEdit, own: &str) -> Option<()> {
        let others = edit.files.iter().filter(|it| it.path != own);
        let texts: Vec<(String, String)> = others
            .map(|it| Some((it.path.clone(), it.apply(&self.read(&it.path).unwrap_or_default())?)))
            .collect::<Option<_>>()?;
        self.changed.extend(texts);
        Some(())
    }
}

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Also fixes that a person should look at.
    pub unsafe_fixes: bool,
    /// How long the mended document may take to parse.
    pub parse_deadline: Duration,
}

/// Mends a document as far as its fixes go; how many findings were mended. The new texts, its own included, are in the
/// overlay then.
pub fn mend(source: &Source, overlay: &mut Overlay<'_>, limits: Limits, lint: impl Fn(&Source) -> Judgement) -> usize {
    let (mut at, mut fixed) = (source.clone(), 0);
    for _ in 0..MOST_PASSES {
        let judgement = lint(&at);
        let Some(facts) = &judgement.facts else { break };
        let Some((text, edit, count)) = pass(&at, facts, &judgement.findings, overlay, limits) else { break };
        if overlay.apply(&edit, &at.path).is_none() {
            break;
        }
        fixed += count;
        at = Source::new(at.path, at.language, text);
    }
    if fixed > 0 {
        overlay.changed.insert(source.path.to_string(), at.text.to_string());
    }
    fixed
}

/// One pass: the text after it, the edits, and how many findings they mend; `None` if nothing can be done.
fn pass(
    source: &Source,
    facts: &Facts,
    findings: &[Finding],
    overlay: &Overlay<'_>,
    limits: Limits,
) -> Option<(String, WorkspaceEdit, usize)> {
    let chosen = choose(source, facts, findings, overlay, limits);
    let errors = error_count(source, &source.text, limits)?;
    let check = |fixes: &[&Fix]| {
        let edit = materialise_all(fixes, source, facts, overlay)?;
        let text = match edit.files.iter().find(|it| *it.path == *source.path) {
            Some(own) => own.apply(&source.text)?,
            None => source.text.to_string(),
        };
        (error_count(source, &text, limits)? <= errors).then_some((text, edit))
    };
    if chosen.is_empty() {
        return None;
    }
    if let Some((text, edit)) = check(&chosen) {
        return Some((text, edit, chosen.len()));
    }
    // Some fix breaks the syntax: each is tried with those that did not.
    let (mut kept, mut done) = (Vec::new(), None);
    for fix in chosen {
        kept.push(fix);
        match check(&kept) {
            Some(result) => done = Some(result),
            None => drop(kept.pop()),
        }
    }
    done.map(|(text, edit)| (text, edit, kept.len()))
}

/// The fixes of a pass, in order of position: each finding's first that may be applied, unless it touches the text of an
/// earlier one, mends the same construct, or cannot be carried out.
fn choose<'f>(
    source: &Source,
    facts: &Facts,
    findings: &'f [Finding],
    overlay: &Overlay<'_>,
    limits: Limits,
) -> Vec<&'f Fix> {
    let allowed = |fix: &&Fix| fix.safety == Safety::Safe || limits.unsafe_fixes;
    let mut wanted: Vec<&Fix> = findings.iter().filter_map(|it| it.fixes.iter().find(allowed)).collect();
    wanted.sort_by_key(|it| it.edits.iter().map(|it| it.range.start).min());
    let (mut chosen, mut groups, mut taken): (Vec<&Fix>, BTreeSet<u32>, Vec<TextRange>) = Default::default();
    for fix in wanted {
        let touches =
            |range: TextRange| taken.iter().any(|it| it.overlaps(range) || it.contains(range) || range.contains(*it));
        let is_free = !fix.edits.iter().any(|it| touches(it.range)) && fix.group.is_none_or(|it| !groups.contains(&it));
        if !is_free {
            continue;
        }
        chosen.push(fix);
        if materialise_all(&chosen, source, facts, overlay).is_none() {
            chosen.pop();
            continue;
        }
        groups.extend(fix.group);
        taken.extend(fix.edits.iter().map(|it| it.range));
    }
    chosen
}

/// The number of syntax errors in a text; `None` if it takes too long to tell.
fn error_count(source: &Source, text: &str, limits: Limits) -> Option<usize> {
    Syntax::parse(source.language, text, None, limits.parse_deadline).ok().map(|it| it.error_count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{Edit, Need};
    use crate::language::Language;
    use crate::text::Secret;

    /// A linter that finds every `bad` and mends it as `fix` says.
    fn bad(fix: impl Fn(TextRange) -> Fix) -> impl Fn(&Source) -> Judgement {
        move |source| {
            let syntax = Syntax::parse(source.language, &source.text, None, Duration::from_secs(5)).expect("parsed");
            let range = |at| TextRange::from(at..at + 3);
            let finding = |(at, _)| Finding::new(range(at), "bad").fix(fix(range(at)));
            Judgement {
                findings: source.text.match_indices("bad").map(finding).collect(),
                facts: Some(std::sync::Arc::new(syntax.lower(&source.text))),
                ..Judgement::default()
            }
        }
    }

    fn mended(text: &str, unsafe_fixes: bool, fix: impl Fn(TextRange) -> Fix) -> (usize, Vec<String>) {
        let files: &[(&str, &str)] = &[(".gitignore", ".env")];
        let mut overlay = Overlay::new(&files);
        let source = Source::new("a.py", Language::Python, text);
        let limits = Limits { unsafe_fixes, parse_deadline: Duration::from_secs(5) };
        let fixed = mend(&source, &mut overlay, limits, bad(fix));
        (fixed, overlay.changed().map(|(path, text)| format!("{path}: {text}")).collect())
    }

    #[test]
    fn fixes_are_applied_until_none_is_left() {
        let good = |range| Fix::safe("", vec![Edit::replace(range, "good")]);
        assert_eq!(mended("bad = bad", false, good), (2, vec!["a.py: good = good".to_owned()]));
        let nested = |range| Fix::safe("", vec![Edit::replace(range, "x(1)")]).group(7);
        assert_eq!(mended("bad + bad", false, nested), (2, vec!["a.py: x(1) + x(1)".to_owned()]), "one pass each");
        let risky = |range| Fix::risky("", vec![Edit::replace(range, "good")]);
        assert_eq!(mended("bad", false, risky), (0, vec![]));
        assert_eq!(mended("bad", true, risky).0, 1);
    }

    #[test]
    fn what_breaks_the_syntax_is_left() {
        let breaking =
            |range: TextRange| Fix::safe("", vec![Edit::replace(range, if range.start == 0 { "(" } else { "y" })]);
        assert_eq!(mended("bad\nbad", false, breaking), (1, vec!["a.py: bad\ny".to_owned()]));
        let endless = |range| Fix::safe("", vec![Edit::replace(range, "bad + 1")]);
        assert_eq!(mended("bad", false, endless).0, MOST_PASSES);
    }

    #[test]
    fn common_needs_are_met_once() {
        let key = |range| {
            let name = crate::fix::Replacement::EnvironmentName { before: "os.environ[\"".into(), after: "\"]".into() };
            Fix::risky("", vec![Edit { range, text: name }])
                .need(Need::Import { module: "os".into(), name: None })
                .need(Need::Environment { name: "K".into(), value: Secret::new("q7Xw2LmZ"), fixed: false })
        };
        let want = [".env: K=q7Xw2LmZ\n", "a.py: import os\nf(os.environ[\"K\"], os.environ[\"K\"])"];
        assert_eq!(mended("f(bad, bad)", true, key), (2, want.map(str::to_owned).to_vec()));
    }
}
