//! A value in place of a key that cannot be one.
//!
//! Keys do not survive copy and paste whole: the end is cut off, the prefix stands there twice, quotes came along, a page
//! showed a masked copy. The provider answers 401 "invalid API key", which says nothing of what is wrong with it.
//!
//! ```python
//! client = OpenAI(api_key="sk-sk-proj-…")
//! ```
//!
//! Use instead the key as the provider's page shows it when it is made:
//!
//! ```python
//! client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
//! ```
//!
//! keylint looks at values that are tied to a provider: by the client's option, the header or the variable that they go
//! into. It tells a key that is cut off below every length seen, a character that such keys do not have, a doubled prefix,
//! a masked copy, quotes inside quotes, two keys run together, a line break in the middle, and a web address, a path or a
//! sentence in place of a key.
//!
//! Formats grow, so what is longer than any key seen or of a shape not seen is left alone. So are placeholders
//! (`placeholder-key`), blanks at the ends (`key-whitespace`), keys of another provider, everything that goes to a server
//! that keylint does not know (gateways give out keys of their own), and tests.
//!
//! The fix takes away stray quotes or the doubled part; it is safe. Everything else needs the key to be copied again.
//!
//! Sources: the shapes are in `src/catalog/data/providers/*.toml`, each with where it is from.

use std::collections::HashSet;

use crate::catalog::inspect::NotAKey;
use crate::catalog::{Inspection, KeyKind};
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::rules::{Context, Findings};

use super::{Claimed, claimed};

/// Finds values that cannot be keys.
pub fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for claim in claimed(context) {
        if let Some(finding) = judge(context, &claim)
            && seen.insert(finding.range)
        {
            findings.push(finding);
        }
    }
}

/// What is wrong, where, and how it is mended.
struct Fault {
    /// In words, about "the key".
    what: String,
    /// The smallest thing that is wrong, in bytes of the claimed text; all of it if there is no such thing.
    part: Option<(usize, usize)>,
    /// What to cut out, with the fix's title.
    cuts: Vec<(usize, usize)>,
    /// The fix's title.
    title: &'static str,
}

impl Fault {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), part: None, cuts: Vec::new(), title: "" }
    }

    fn at(mut self, from: usize, to: usize) -> Self {
        self.part = Some((from, to));
        self
    }

    fn cut(mut self, title: &'static str, cuts: Vec<(usize, usize)>) -> Self {
        self.title = title;
        self.cuts = cuts;
        self
    }
}

fn judge(context: &Context<'_>, claim: &Claimed<'_>) -> Option<Finding> {
    let kinds = context.catalog.key_kinds();
    let id = claim.provider.map(|it| it.id.as_str());
    let fault = fault(context, claim, &kinds.inspect(&claim.text, id))?;
    let range = match fault.part {
        Some((from, to)) => claim.source(from, to)?,
        None => claim.whole()?,
    };
    let finding =
        Finding::new(range, fault.what).help("copy the key again: a provider shows it whole only when it is made");
    let edits: Vec<Edit> =
        fault.cuts.iter().filter_map(|(from, to)| claim.source(*from, *to)).map(Edit::delete).collect();
    let fix = (!edits.is_empty()).then(|| Fix::safe(fault.title, edits));
    let secret = claim.whole()?;
    Some(finding.secret(secret).fix(fix))
}

fn fault(context: &Context<'_>, claim: &Claimed<'_>, found: &Inspection<'_>) -> Option<Fault> {
    let text = claim.text.as_str();
    let whose = claim.provider.map_or(String::new(), |it| format!(" for {}", it.title));
    // A gateway gives out short keys of its own.
    let proven = claim.certain || matches!(found, Inspection::DoubledPrefix { .. } | Inspection::InnerQuotes { .. });
    if !proven {
        return None;
    }
    Some(match *found {
        Inspection::Truncated { kind, length, .. } => {
            Fault::new(format!("looks like {}, but is cut off after {length} characters", a_kind(context, kind)))
        }
        Inspection::Alphabet { at, found, kind } => {
            let what =
                format!("looks like {}, but holds {}, which no such key does", a_kind(context, kind), shown(found));
            Fault::new(what).at(at, at + found.len_utf8())
        }
        Inspection::Masked => Fault::new(format!("the key{whose} is a masked copy, not the key itself")),
        Inspection::DoubledPrefix { extra } => {
            let cut = (0, extra.len());
            Fault::new(format!("the key{whose} begins with \"{extra}\" twice"))
                .at(cut.0, cut.1)
                .cut("Take the doubled part away", vec![cut])
        }
        Inspection::InnerQuotes { quote } => quotes(text, quote, &whose),
        Inspection::TwoKeys { at } => Fault::new(format!("two keys{whose} are run together")).at(at, text.len()),
        Inspection::LineBreak { at } => {
            let end = at + text[at..].len() - text[at..].trim_start_matches(['\r', '\n']).len();
            Fault::new(format!("the key{whose} has a line break in the middle")).at(at, end)
        }
        Inspection::NotAKey(thing) => {
            let thing = match thing {
                NotAKey::Url => "a web address",
                NotAKey::Sentence => "a sentence",
                NotAKey::Path => "a path",
            };
            Fault::new(format!("{thing} stands where the key{whose} should"))
        }
        _ => return None,
    })
}

/// Quotes around a key, inside the literal's own.
fn quotes(text: &str, quote: char, whose: &str) -> Fault {
    let trimmed = text.trim_matches(|it: char| it.is_whitespace() || crate::catalog::inspect::QUOTES.contains(&it));
    let start = text.find(trimmed).unwrap_or(0);
    let end = start + trimmed.len();
    let fault = Fault::new(format!("the key{whose} has quotes of its own ({quote}) inside the literal's"));
    let part = if start > 0 { (0, start) } else { (end, text.len()) };
    let fault = fault.at(part.0, part.1);
    let cuts = [(0, start), (end, text.len())].into_iter().filter(|(from, to)| from < to).collect();
    fault.cut("Take the quotes away", cuts)
}

/// A kind of key in words, without its article's trouble: `OpenAI project key`.
fn a_kind(context: &Context<'_>, kind: &KeyKind) -> String {
    let title = context.catalog.provider(&kind.provider).map_or(kind.provider.as_str(), |it| it.title.as_str());
    let article = if title.starts_with(['A', 'E', 'I', 'O', 'U']) || title.starts_with("xA") { "an" } else { "a" };
    format!("{article} {title} {}", kind.kind)
}

fn shown(found: char) -> String {
    if found.is_control() { format!("U+{:04X}", u32::from(found)) } else { format!("\"{found}\"") }
}
