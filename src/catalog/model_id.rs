//! The grammar of model ids.

use super::provider::Provider;

/// What a model string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParsedId<'a> {
    /// An id, without the prefixes and suffixes that the provider accepts around it.
    Plain(&'a str),
    /// `ft:base:org:suffix:id`.
    FineTune(FineTune<'a>),
    /// `davinci:ft-org-2023-04-01-10-11-12`: all shut down on 2024-01-04.
    LegacyFineTune {
        /// The base.
        base: &'a str,
    },
    /// Meant as a fine-tune, and none.
    MalformedFineTune {
        /// What is wrong.
        fault: FineTuneFault,
    },
}

/// The parts of `ft:base:org:suffix:id[:ckpt-step-N]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FineTune<'a> {
    /// The model it was made from.
    pub base: &'a str,
    /// The organisation.
    pub organization: &'a str,
    /// A name given by hand; may be empty.
    pub suffix: &'a str,
    /// The id proper.
    pub id: &'a str,
    /// The step of a checkpoint.
    pub step: Option<u32>,
}

/// What is wrong with a fine-tune's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FineTuneFault {
    /// `ft-…` where `ft:` belongs.
    Hyphen,
    /// A blank inside.
    Blank,
    /// The id of a job, not of a model: `ftjob-…`.
    JobId,
    /// The form of before 2023-08, with a base that never had it: `gpt-3.5-turbo:ft-…`.
    OldForm,
    /// The suffix is missing with its colon: it may be empty, as in `org::id`.
    MissingSuffix,
    /// Fewer parts than `ft:base:org:suffix:id`.
    MissingParts,
    /// More parts than that.
    TooManyParts,
    /// A part is empty or holds characters that it cannot.
    BadPart {
        /// `base`, `organization`, `suffix`, `id` or `checkpoint`.
        part: &'static str,
    },
}

/// Bases of the fine-tunes of before 2023-08.
const LEGACY_BASES: &[&str] = &["ada", "babbage", "curie", "davinci"];

impl Provider {
    /// Reads a model string as this provider does.
    pub fn parse_model<'a>(&self, text: &'a str) -> ParsedId<'a> {
        if self.fine_tunes
            && let Some(parsed) = parse_fine_tune(text)
        {
            return parsed;
        }
        let prefixes = self.model_prefixes.iter();
        let bare = prefixes.filter_map(|prefix| text.strip_prefix(prefix.as_str())).min_by_key(|rest| rest.len());
        let bare = bare.unwrap_or(text);
        let suffixes = self.model_suffixes.iter();
        let cut = suffixes.filter_map(|suffix| match suffix.strip_suffix('*') {
            Some(mark) => bare.split_once(mark).map(|(id, _)| id),
            None => bare.strip_suffix(suffix.as_str()),
        });
        ParsedId::Plain(cut.min_by_key(|rest| rest.len()).unwrap_or(bare))
    }
}

fn parse_fine_tune(text: &str) -> Option<ParsedId<'_>> {
    let malformed = |fault| Some(ParsedId::MalformedFineTune { fault });
    if let Some((base, tail)) = text.split_once(":ft-") {
        let legacy = LEGACY_BASES.contains(&base) && !tail.is_empty();
        return if legacy { Some(ParsedId::LegacyFineTune { base }) } else { malformed(FineTuneFault::OldForm) };
    }
    if text.starts_with("ftjob-") {
        return malformed(FineTuneFault::JobId);
    }
    if text.starts_with("ft-") {
        return malformed(FineTuneFault::Hyphen);
    }
    let rest = text.strip_prefix("ft:")?;
    if rest.contains(char::is_whitespace) {
        return malformed(FineTuneFault::Blank);
    }
    match parse_parts(rest) {
        Ok(tune) => Some(ParsedId::FineTune(tune)),
        Err(fault) => malformed(fault),
    }
}

fn parse_parts(rest: &str) -> Result<FineTune<'_>, FineTuneFault> {
    let parts: Vec<&str> = rest.split(':').collect();
    let (base, organization, suffix, id, checkpoint) = match parts[..] {
        [base, organization, suffix, id] => (base, organization, suffix, id, None),
        [base, organization, suffix, id, checkpoint] => (base, organization, suffix, id, Some(checkpoint)),
        [_, organization, id] if !organization.is_empty() && !id.is_empty() => {
            return Err(FineTuneFault::MissingSuffix);
        }
        [_] | [_, _] | [_, _, _] => return Err(FineTuneFault::MissingParts),
        _ => return Err(FineTuneFault::TooManyParts),
    };
    let step = match checkpoint {
        Some(text) => Some(text.strip_prefix("ckpt-step-").and_then(|n| n.parse().ok()).ok_or(bad("checkpoint"))?),
        None => None,
    };
    let base_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    let name_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if base.is_empty() || !base.chars().all(base_letter) {
        return Err(bad("base"));
    }
    if organization.is_empty() || !organization.chars().all(name_letter) {
        return Err(bad("organization"));
    }
    if !suffix.chars().all(name_letter) {
        return Err(bad("suffix"));
    }
    if id.len() < 6 || !id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(bad("id"));
    }
    Ok(FineTune { base, organization, suffix, id, step })
}

fn bad(part: &'static str) -> FineTuneFault {
    FineTuneFault::BadPart { part }
}

/// The id without the date of its snapshot: `-2024-08-06`, `-20241022`, `-0613`, `-03-2025`, `-04-17`, `-001`, `@20241022`.
/// `None` where it has none.
pub(super) fn without_date(id: &str) -> Option<&str> {
    let forms: [&[usize]; 6] = [&[4, 2, 2], &[8], &[2, 4], &[2, 2], &[4], &[3]];
    let dated = |form: &&[usize]| {
        let mut rest = id;
        for &digits in form.iter().rev() {
            let at = rest.len().checked_sub(digits + 1)?;
            let (head, tail) = rest.split_at_checked(at)?;
            let whole = tail.starts_with(['-', '@']) && tail[1..].bytes().all(|b| b.is_ascii_digit());
            rest = whole.then_some(head)?;
        }
        (!rest.is_empty()).then_some(rest)
    };
    forms.iter().find_map(dated)
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;

    fn parse<'a>(provider: &str, text: &'a str) -> ParsedId<'a> {
        Catalog::embedded().provider(provider).expect("a provider").parse_model(text)
    }

    #[test]
    fn dates_are_cut_off() {
        let cases = [
            ("gpt-4o-2024-08-06", Some("gpt-4o")),
            ("claude-3-5-sonnet-20241022", Some("claude-3-5-sonnet")),
            ("claude-3-5-sonnet@20241022", Some("claude-3-5-sonnet")),
            ("gpt-4-0613", Some("gpt-4")),
            ("gemini-2.5-flash-preview-04-2025", Some("gemini-2.5-flash-preview")),
            ("gemini-2.5-flash-preview-04-17", Some("gemini-2.5-flash-preview")),
            ("text-embedding-ada-002", Some("text-embedding-ada")),
            ("gpt-4o", None),
            ("claude-sonnet-5-5", None),
        ];
        for (id, expected) in cases {
            assert_eq!(without_date(id), expected, "{id}");
        }
    }

    #[test]
    fn prefixes_and_suffixes_are_the_providers_own() {
        let cases = [
            ("google", "models/gemini-3.8-flash", "gemini-3.8-flash"),
            ("google", "publishers/google/models/gemini-3.8-flash", "gemini-3.8-flash"),
            ("openrouter", "openai/gpt-6-sol:nitro", "openai/gpt-6-sol"),
            ("openrouter", "vendor/model:free", "vendor/model:free"),
            ("huggingface", "org/repo:fastest", "org/repo"),
            ("vertex", "claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
            ("openai", "models/gpt-4o", "models/gpt-4o"),
            ("anthropic", "ft:whatever", "ft:whatever"),
        ];
        for (provider, text, expected) in cases {
            assert_eq!(parse(provider, text), ParsedId::Plain(expected), "{provider} {text}");
        }
    }

    #[test]
    fn fine_tunes() {
        let ParsedId::FineTune(tune) = parse("openai", "ft:gpt-4o-mini:openai::7p4lURel:ckpt-step-90") else {
            panic!("a fine-tune");
        };
        assert_eq!((tune.base, tune.suffix, tune.id, tune.step), ("gpt-4o-mini", "", "7p4lURel", Some(90)));
        let legacy = parse("openai", "davinci:ft-acme-2023-04-01-10-11-12");
        assert_eq!(legacy, ParsedId::LegacyFineTune { base: "davinci" });
        let faults = [
            ("ft-gpt-4o:acme::7p4lURel", FineTuneFault::Hyphen),
            ("ft: gpt-4o:acme::7p4lURel", FineTuneFault::Blank),
            ("ft:gpt-4o:acme:7p4lURel", FineTuneFault::MissingSuffix),
            ("ft:gpt-4o", FineTuneFault::MissingParts),
            ("ftjob-abc123", FineTuneFault::JobId),
            ("gpt-3.5-turbo:ft-acme-2023-09-01", FineTuneFault::OldForm),
            ("ft:GPT-4o:acme::7p4lURel", FineTuneFault::BadPart { part: "base" }),
            ("ft:gpt-4o:acme::7p4", FineTuneFault::BadPart { part: "id" }),
            ("ft:gpt-4o:acme::7p4lURel:step-3", FineTuneFault::BadPart { part: "checkpoint" }),
            ("ft:a:b:c:d:e:f", FineTuneFault::TooManyParts),
        ];
        for (text, fault) in faults {
            assert_eq!(parse("openai", text), ParsedId::MalformedFineTune { fault }, "{text}");
        }
    }
}
