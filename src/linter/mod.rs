//! `lint(source, options, catalog, project) -> judgement`: pure, no input or output, no clock, no failure.

mod precedence;
mod secrets;
mod select;
mod suppress;

pub use select::{Selection, UnknownSelector, check_selectors};

use std::sync::Arc;
use std::time::Duration;

use crate::catalog::{Catalog, Date};
use crate::facts::{Builder, Facts};
use crate::finding::Finding;
use crate::language::Language;
use crate::project::Project;
use crate::rules::suppressions::unused_ignore;
use crate::rules::{Context, REGISTRY, Rule};
use crate::source::{PathClass, Source};
use crate::syntax::{DeadlinePassed, Syntax};
use crate::text::TextRange;
use crate::usage::Usage;

/// The stack of a thread that judges. Resolution is bounded in depth; this is well above its bounds.
pub const STACK: usize = 16 << 20;

/// What a run judges and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The date to judge by.
    pub today: Date,
    /// Also rules that are off by default.
    pub pedantic: bool,
    /// Rules or families to run instead of the default ones; empty for those.
    pub select: Vec<String>,
    /// Rules or families to run besides the selected ones.
    pub extend_select: Vec<String>,
    /// Rules or families not to run.
    pub ignore: Vec<String>,
    /// A document larger than this many bytes is judged by rules on literals only.
    pub size_cap: usize,
    /// How long a document may take to parse.
    pub parse_deadline: Duration,
}

impl Options {
    /// The defaults on a date.
    pub fn on(today: Date) -> Self {
        Self {
            today,
            pedantic: false,
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            size_cap: 1 << 20,
            parse_deadline: Duration::from_secs(5),
        }
    }
}

/// What the linter says of a document.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// The findings, by start and rule.
    pub findings: Vec<Finding>,
    /// Where keys stand in the text although their shape does not tell: whoever prints a line masks them.
    pub secrets: Vec<TextRange>,
    /// Why the document was judged only in part.
    pub gap: Option<Gap>,
    /// The facts that the findings and their fixes are about; `None` if nothing was found.
    pub facts: Option<Arc<Facts>>,
}

/// Why a document was judged only in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// It is larger than the size cap.
    TooLarge,
    /// Parsing passed its deadline.
    TooSlow,
}

impl Gap {
    /// The gap in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "larger than the size cap: only searched for keys",
            Self::TooSlow => "parsing took too long: only searched for keys",
        }
    }
}

/// Judges a document.
pub fn lint(source: &Source, options: &Options, catalog: &Catalog, project: &Project) -> Judgement {
    match lint_from(source, None, options.parse_deadline, options, catalog, project) {
        Ok((judgement, _)) => judgement,
        Err(DeadlinePassed) => lint_literals(source, options, catalog, project, Some(Gap::TooSlow)),
    }
}

/// Judges a document, parsing from the tree of an earlier text that was told of all edits since. The tree that comes back
/// is the one to start from the next time; there is none if the document needs no parsing.
///
/// # Errors
/// [`DeadlinePassed`] if the parse takes longer than `deadline`.
pub fn lint_from(
    source: &Source,
    old: Option<&Syntax>,
    deadline: Duration,
    options: &Options,
    catalog: &Catalog,
    project: &Project,
) -> Result<(Judgement, Option<Syntax>), DeadlinePassed> {
    if !is_of_interest(source, catalog) {
        return Ok((Judgement::default(), None));
    }
    if source.text.len() > options.size_cap {
        return Ok((lint_literals(source, options, catalog, project, Some(Gap::TooLarge)), None));
    }
    let syntax = Syntax::parse(source.language, &source.text, old, deadline)?;
    let judgement = judge(source, syntax.lower(&source.text), options, catalog, project);
    Ok((judgement, Some(syntax)))
}

/// Whether there may be anything to find in a document: all others are never parsed.
pub fn is_of_interest(source: &Source, catalog: &Catalog) -> bool {
    source.class() != PathClass::Foreign
        && (source.language == Language::Dotenv || catalog.mentions(source.language, &source.text))
}

/// Judges a document by its literals alone: one that is damaged beyond reading, too large, or a piece of a larger one.
pub fn lint_literals(
    source: &Source,
    options: &Options,
    catalog: &Catalog,
    project: &Project,
    gap: Option<Gap>,
) -> Judgement {
    let facts = raw_facts(source.language, &source.text);
    Judgement { gap, ..judge(source, facts, options, catalog, project) }
}

/// Judges a document whose facts are at hand.
pub fn judge(source: &Source, facts: Facts, options: &Options, catalog: &Catalog, project: &Project) -> Judgement {
    if source.class() == PathClass::Foreign {
        return Judgement::default();
    }
    let selection = Selection::new(options);
    let (mut findings, secrets) = run_rules(source, &facts, options, catalog, project, &selection);
    let unused = suppress::apply(&source.text, &facts, &selection, &mut findings);
    if !facts.broken
        && let Some(rule) = selection.get(unused_ignore::NAME)
    {
        let first = findings.len();
        unused.iter().for_each(|it| findings.push(unused_ignore::report(it)));
        findings[first..].iter_mut().for_each(|it| settle(it, rule));
    }
    if findings.is_empty() {
        return Judgement::default();
    }
    findings.sort_by(|a, b| (a.range.start, a.rule, a.range.end).cmp(&(b.range.start, b.rule, b.range.end)));
    Judgement { findings, secrets, gap: None, facts: Some(Arc::new(facts)) }
}

/// Runs the selected rules; on a broken document only those with literal proof. Yields the findings, of which the more
/// specific stand over the others, and the places of keys.
fn run_rules(
    source: &Source,
    facts: &Facts,
    options: &Options,
    catalog: &Catalog,
    project: &Project,
    selection: &Selection,
) -> (Vec<Finding>, Vec<TextRange>) {
    let usage = Usage::new(facts, catalog);
    let context =
        Context { source, facts, usage: &usage, project, catalog, today: options.today, class: source.class() };
    let mut findings = Vec::new();
    for rule in REGISTRY.iter().filter(|it| selection.holds(it.name) && (it.literal_proof || !facts.broken)) {
        let first = findings.len();
        (rule.check)(&context, &mut findings);
        findings[first..].iter_mut().for_each(|it| settle(it, rule));
    }
    precedence::settle(&mut findings);
    let may_be_shown = !findings.is_empty() || suppress::is_mentioned(&source.text, facts);
    let secrets = if may_be_shown { secrets::places(&context, &findings) } else { Vec::new() };
    (findings, secrets)
}

/// Gives a finding its rule's name, and its severity unless it is milder.
fn settle(finding: &mut Finding, rule: &Rule) {
    finding.rule = rule.name;
    finding.severity = finding.severity.min(rule.severity);
}

/// The facts of a document that is not parsed: nothing but its text.
fn raw_facts(language: Language, text: &str) -> Facts {
    let whole = TextRange::from(0..text.len());
    let mut builder = Builder::new(language, whole.end);
    suppress::raw_comments(text).into_iter().for_each(|it| builder.comment(it));
    builder.mark_broken();
    builder.finish(None, whole)
}

#[cfg(test)]
mod tests;
