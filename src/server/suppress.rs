//! The comments that silence a finding, as edits. Which of the possible places works is found by judging the result.

use crate::finding::Finding;
use crate::language::Language;
use crate::linter::Judgement;
use crate::source::Source;
use crate::text::{LineIndex, TextRange, edits};

/// What a comment silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The finding's line.
    Line,
    /// The whole file.
    File,
}

/// The edits that silence a finding and change nothing else; `None` if no place for a comment does.
pub(super) fn suppression(
    source: &Source,
    lines: &LineIndex,
    finding: &Finding,
    scope: Scope,
    before: &Judgement,
    judge: impl Fn(&Source) -> Judgement,
) -> Option<Vec<(TextRange, String)>> {
    let candidates = match scope {
        Scope::Line => line_candidates(source, lines, finding),
        Scope::File => vec![file_candidate(source, lines, finding.rule)],
    };
    let works = |edit: &(TextRange, String)| {
        let text = edits::apply(&source.text, [(edit.0, edit.1.as_str())])?;
        let after = judge(&Source { text: text.into(), ..source.clone() });
        silences(before, &after, finding, scope).then_some(())
    };
    candidates.into_iter().find(|it| works(it).is_some()).map(|it| vec![it])
}

/// Whether the finding is gone, and of the others none but those of the same rule; no new one has come.
fn silences(before: &Judgement, after: &Judgement, finding: &Finding, scope: Scope) -> bool {
    let of_rule = |judgement: &Judgement| judgement.findings.iter().filter(|it| it.rule == finding.rule).count();
    let others = |judgement: &Judgement| {
        let others = judgement.findings.iter().filter(|it| it.rule != finding.rule);
        others.map(|it| (it.rule, it.message.clone())).collect::<Vec<_>>()
    };
    let gone = match scope {
        Scope::Line => of_rule(after) < of_rule(before),
        Scope::File => of_rule(after) == 0,
    };
    gone && others(before) == others(after)
}

/// A list to extend, else the end of the line, else a line of its own above. In `.env` files only the latter: some loaders
/// take a comment behind a value for a part of it.
fn line_candidates(source: &Source, lines: &LineIndex, finding: &Finding) -> Vec<(TextRange, String)> {
    let text = &*source.text;
    let first = lines.line_of(finding.range.start);
    let line = lines.line(text, first);
    let comment = comment(source.language, "ignore", finding.rule);
    let extended = [Some(first), first.checked_sub(1)].into_iter().flatten().filter_map(|it| {
        let line = lines.line(text, it);
        extension(text, line, "ignore[", finding.rule)
    });
    let behind = (source.language != Language::Dotenv).then(|| {
        let gap = if source.language == Language::Python { "  " } else { " " };
        (TextRange::empty(line.end), format!("{gap}{comment}"))
    });
    let content = line.of(text);
    let indent = &content[..content.len() - content.trim_start().len()];
    let above = (TextRange::empty(line.start), format!("{indent}{comment}{}", edits::line_end(text)));
    extended.chain(behind).chain([above]).collect()
}

fn file_candidate(source: &Source, lines: &LineIndex, rule: &str) -> (TextRange, String) {
    let text = &*source.text;
    let first = lines.line(text, 0);
    let is_shebang = first.of(text).starts_with("#!");
    let at = if is_shebang { lines.full_line(0).end } else { 0 };
    let below = u32::from(is_shebang);
    if let Some(extension) = extension(text, lines.line(text, below), "ignore-file[", rule) {
        return extension;
    }
    let line_end = edits::line_end(text);
    let comment = comment(source.language, "ignore-file", rule);
    let unended = is_shebang && at == first.end;
    match unended {
        true => (TextRange::empty(at), format!("{line_end}{comment}{line_end}")),
        false => (TextRange::empty(at), format!("{comment}{line_end}")),
    }
}

fn comment(language: Language, keyword: &str, rule: &str) -> String {
    format!("{} keylint: {keyword}[{rule}]", language.line_comment())
}

/// The rule added to a list that stands on this line already.
fn extension(text: &str, line: TextRange, opening: &str, rule: &str) -> Option<(TextRange, String)> {
    let content = line.of(text);
    let mark = content.find("keylint:")?;
    let open = mark + content[mark..].find(opening)? + opening.len();
    let close = open + content[open..].find(']')?;
    let at = line.start + TextRange::from(0..close).end;
    let separator = if content[open..close].trim().is_empty() { "" } else { ", " };
    Some((TextRange::empty(at), format!("{separator}{rule}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds `bad`, unless a comment of the right kind is where it counts; strings reach over lines.
    fn judge(source: &Source) -> Judgement {
        let mut findings = Vec::new();
        let mut in_string = false;
        let hides_all =
            source.text.lines().take_while(|it| it.starts_with('#')).any(|it| it.contains("ignore-file[bad]"));
        let (mut at, mut above) = (0, "");
        for line in source.text.split_inclusive('\n') {
            let starts_in_string = in_string;
            in_string ^= line.matches('"').count() % 2 == 1;
            let hides = |it: &str| it.contains("# keylint: ignore[") && it.contains("bad]");
            let hidden = hides_all || (hides(line) && !in_string) || (hides(above) && above.trim().starts_with('#'));
            if let Some(found) = line.find("bad = ").filter(|_| !hidden) {
                findings
                    .push(Finding { rule: "bad", ..Finding::new(TextRange::from(at + found..at + found + 3), "bad") });
            }
            if line.contains("# ") && starts_in_string {
                findings.push(Finding { rule: "spoilt", ..Finding::new(TextRange::from(at..at + 1), "spoilt") });
            }
            at += line.len();
            above = line;
        }
        Judgement { findings, ..Judgement::default() }
    }

    #[test]
    fn comments() {
        for (language, scope, text, want) in [
            (Language::Python, Scope::Line, "  bad = 1\n", Some("  bad = 1  # keylint: ignore[bad]\n")),
            (Language::Python, Scope::Line, "bad = 1", Some("bad = 1  # keylint: ignore[bad]")),
            (Language::Python, Scope::Line, " bad = \"\n\"\n", Some(" # keylint: ignore[bad]\n bad = \"\n\"\n")),
            (
                Language::Python,
                Scope::Line,
                "bad = 1 # keylint: ignore[x]\r\n",
                Some("bad = 1 # keylint: ignore[x, bad]\r\n"),
            ),
            (Language::Dotenv, Scope::Line, "bad = 1\n", Some("# keylint: ignore[bad]\nbad = 1\n")),
            (Language::Rust, Scope::Line, "bad = 1\n", None),
            (Language::Python, Scope::File, "x\nbad = 1\n", Some("# keylint: ignore-file[bad]\nx\nbad = 1\n")),
            (Language::Python, Scope::File, "#!sh\nbad = 1\n", Some("#!sh\n# keylint: ignore-file[bad]\nbad = 1\n")),
        ] {
            let source = Source::new("a", language, text);
            let before = judge(&source);
            let edits = suppression(&source, &LineIndex::new(text), &before.findings[0], scope, &before, judge);
            let got = edits.and_then(|it| edits::apply(text, it.iter().map(|(range, new)| (*range, new.as_str()))));
            assert_eq!(got.as_deref(), want, "{text:?}");
        }
    }
}
