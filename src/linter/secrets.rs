//! Where a document holds keys, whether or not a finding is about them: whoever prints a line of it masks them.

use aho_corasick::AhoCorasick;

use crate::catalog::is_placeholder;
use crate::facts::ValueKind;
use crate::finding::Finding;
use crate::fix::Need;
use crate::rules::Context;
use crate::text::TextRange;

/// A shorter text is no key, and its repetitions mean nothing.
const SHORTEST: usize = 8;

/// Words in the name of a variable whose value is nobody's business.
const WORDS: &[&str] = &["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "AUTH", "DSN"];

/// The places of keys, in order, and of their repetitions.
pub(super) fn places(context: &Context<'_>, findings: &[Finding]) -> Vec<TextRange> {
    let text = &*context.source.text;
    let mut res: Vec<TextRange> = findings.iter().flat_map(|it| &it.secrets).copied().collect();
    res.extend(context.usage.written_keys(text).iter().map(|it| it.range));
    res.extend(variables(context));
    let moved = findings.iter().flat_map(|it| &it.fixes).flat_map(|it| &it.needs).filter_map(Need::secret);
    let mut keys: Vec<&str> = res.iter().map(|it| it.of(text)).chain(moved.map(|it| it.expose())).collect();
    keys.retain(|it| it.len() >= SHORTEST);
    keys.sort_unstable();
    keys.dedup();
    if !keys.is_empty() {
        // One pass, however many keys there are.
        let automaton = AhoCorasick::new(&keys).expect("the keys of a document are far below the automaton's limits");
        res.extend(automaton.find_overlapping_iter(text).map(|it| TextRange::from(it.range())));
    }
    res.retain(|it| !it.is_empty());
    res.sort_unstable();
    res.dedup();
    res
}

/// The values of an environment file's variables that are secret by their names.
fn variables(context: &Context<'_>) -> impl Iterator<Item = TextRange> {
    context.facts.definitions.iter().filter_map(|it| {
        let name = it.name.to_ascii_uppercase();
        let ValueKind::Text(value) = &context.facts[it.value].kind else { return None };
        let is_plain = value.literal().is_some_and(|it| it.len() < SHORTEST || is_placeholder(&it));
        let is_secret = WORDS.iter().any(|word| name.contains(word)) && !is_plain;
        is_secret.then(|| bare(&context.source.text, context.facts.range(it.value)))
    })
}

/// A key without the scheme and the blanks around it, which findings are about.
fn bare(text: &str, range: TextRange) -> TextRange {
    let written = range.of(text);
    let is_scheme = |it: &str| it.eq_ignore_ascii_case("bearer");
    let rest = match written.trim_start().split_once(' ') {
        Some((scheme, rest)) if is_scheme(scheme) => rest.trim_start(),
        _ => written.trim_start(),
    };
    // What was cut off in front is what is missing at the end.
    let start = range.end - rest.len() as u32;
    TextRange::new(start, start + rest.trim_end().len() as u32)
}
