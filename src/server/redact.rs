//! What a client is told holds no key, whatever a rule has written into its messages.

use crate::catalog::Catalog;
use crate::linter::Judgement;
use crate::report::find_keys;
use crate::text::Redactor;

/// A judgement of `text` whose words may be shown; the same words that the terminal prints.
pub(super) fn redacted(mut judgement: Judgement, text: &str) -> Judgement {
    if judgement.findings.is_empty() {
        return judgement;
    }
    let find_keys = find_keys(Catalog::embedded());
    let redactor = Redactor::new(&find_keys).knowing(judgement.secrets.iter().map(|it| it.of(text)));
    let redact = |words: &mut String| *words = redactor.label(words).into_owned();
    for finding in &mut judgement.findings {
        redact(&mut finding.message);
        finding.help.iter_mut().for_each(redact);
        finding.related.iter_mut().for_each(|it| redact(&mut it.message));
        finding.fixes.iter_mut().for_each(|it| redact(&mut it.title));
    }
    judgement
}
