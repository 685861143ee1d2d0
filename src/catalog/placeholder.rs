//! Telling placeholders from keys by their look.

/// Values that stand for "no key" as a whole, in lower case.
const WHOLE: &[&str] = &[
    "",
    "empty",
    "none",
    "null",
    "nil",
    "undefined",
    "n/a",
    "na",
    "ollama",
    "lm-studio",
    "lmstudio",
    "not-needed",
    "not_needed",
    "not-required",
    "no-key",
    "no-key-required",
    "sk-no-key-required",
    "sk-1234",
    "anything",
    "whatever",
    "unused",
    "ignored",
    "local",
    "llama.cpp",
    "vllm",
];

/// Words that people write in place of a key.
const STRONG: &[&str] = &[
    "your",
    "yours",
    "yourkey",
    "changeme",
    "change",
    "changethis",
    "dummy",
    "fake",
    "test",
    "tests",
    "testing",
    "testkey",
    "example",
    "sample",
    "placeholder",
    "insert",
    "replace",
    "replaceme",
    "todo",
    "fixme",
    "redacted",
    "mock",
    "mocked",
    "demo",
    "here",
    "enter",
    "paste",
    "fill",
    "invalid",
    "removed",
    "hidden",
    "secret",
    "password",
    "foo",
    "bar",
    "foobar",
    "baz",
    "tbd",
    "abc",
    "abcd",
    "abcdef",
    "xyz",
    "qwerty",
    "apikey",
    "mykey",
    "none",
    "bogus",
    "stub",
    "notarealkey",
];

/// Strong words that are long enough to mean something inside a longer word.
const GLUED: &[&str] =
    &["your", "changeme", "placeholder", "example", "dummy", "redacted", "replace", "insert", "notareal", "apikey"];

/// Words that say nothing by themselves but are no part of a random key either; prefixes of keys among them.
const PLAIN: &[&str] = &[
    "api",
    "key",
    "keys",
    "token",
    "my",
    "the",
    "a",
    "an",
    "is",
    "this",
    "not",
    "real",
    "actual",
    "valid",
    "me",
    "with",
    "it",
    "goes",
    "put",
    "some",
    "value",
    "string",
    "auth",
    "bearer",
    "pass",
    "org",
    "id",
    "openai",
    "anthropic",
    "claude",
    "gemini",
    "google",
    "mistral",
    "groq",
    "azure",
    "cohere",
    "openrouter",
    "deepseek",
    "huggingface",
    "gpt",
    "llm",
    "project",
    "service",
    "account",
    "user",
    "admin",
    "prod",
    "production",
    "dev",
    "local",
    "unit",
    "ci",
    "for",
    "from",
    "env",
    "in",
    "of",
    "to",
    "access",
    "private",
    "sk",
    "proj",
    "svcacct",
    "ant",
    "api03",
    "admin01",
    "oat01",
    "or",
    "v1",
    "gsk",
    "hf",
    "xai",
    "pplx",
    "csk",
    "nvapi",
    "tgp",
    "fw",
    "pa",
    "r8",
    "aiza",
    "aq",
    "pk",
    "lf",
];

/// Whether `value` stands in place of a key: words such as `your-key-here`, brackets, runs, sequences, too little variety.
/// A random body is a key even where it holds such a word by chance. The empty text is a placeholder.
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    if WHOLE.contains(&lower.as_str()) || value.len() < 8 || has_markup(&lower) {
        return true;
    }
    let words = Words::of(value);
    if words.rest.len() < 6 {
        return true;
    }
    let squeezed: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let strong = words.strong || GLUED.iter().any(|word| squeezed.contains(word));
    (strong && !looks_random(&words.rest)) || is_monotonous(&words.rest)
}

/// Brackets, variables, ellipses and masks: no key holds them.
fn has_markup(lower: &str) -> bool {
    const MARKS: &[&str] = &["<", ">", "{", "}", "...", "…", "***", "•••", "xxxx", "____", "[your", "[insert", "$("];
    lower.starts_with('$') || MARKS.iter().any(|mark| lower.contains(mark))
}

/// A value taken apart at what is no letter or digit.
struct Words {
    /// A word that people write in place of a key stands alone in it.
    strong: bool,
    /// Letters and digits of what is no known word.
    rest: Vec<u8>,
}

impl Words {
    fn of(value: &str) -> Self {
        let mut words = Self { strong: false, rest: Vec::new() };
        for token in value.split(|c: char| !c.is_ascii_alphanumeric()) {
            let lower = token.to_ascii_lowercase();
            let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
            if STRONG.contains(&stem) {
                words.strong = true;
                words.rest.extend_from_slice(&token.as_bytes()[stem.len()..]);
            } else if !PLAIN.contains(&lower.as_str()) {
                words.rest.extend_from_slice(token.as_bytes());
            }
        }
        words
    }
}

/// Letters and digits as a generator of keys makes them.
fn looks_random(body: &[u8]) -> bool {
    let digits = body.iter().filter(|b| b.is_ascii_digit()).count();
    // A long body of letters alone turns from small to capital far more often than words do.
    let mixed = (digits >= 3 && digits < body.len()) || (body.len() >= 24 && 5 * turns(body) >= 2 * body.len());
    body.len() >= 16 && mixed && entropy_of(body) >= 3.0 && ordered_share(body) < 0.4
}

/// `CamelCaseWords`: letters alone, which turn from small to capital too rarely for chance.
pub(super) fn is_wordy(body: &str) -> bool {
    let bytes = body.as_bytes();
    bytes.len() >= 16 && bytes.iter().all(u8::is_ascii_alphabetic) && 4 * turns(bytes) < bytes.len()
}

/// Neighbours of different case.
fn turns(body: &[u8]) -> usize {
    body.windows(2).filter(|pair| pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase()).count()
}

/// Runs (`aaaa`), sequences (`12345`, `abcde`), repetitions (`abc1abc1abc1`), few different characters.
fn is_monotonous(body: &[u8]) -> bool {
    let distinct = body.iter().collect::<std::collections::HashSet<_>>().len();
    ordered_share(body) >= 0.6 || (body.len() >= 12 && distinct <= 4) || is_periodic(body)
}

/// Share of neighbours that are equal or follow each other.
fn ordered_share(body: &[u8]) -> f64 {
    let ordered = |pair: &[u8]| {
        let (a, b) = (pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase());
        a == b || a + 1 == b || b + 1 == a || (a == b'9' && b == b'0')
    };
    let pairs = body.windows(2).filter(|pair| ordered(pair)).count();
    count(pairs) / count(body.len().saturating_sub(1).max(1))
}

/// A block of up to ten characters, three times or more.
fn is_periodic(body: &[u8]) -> bool {
    (1..=10).any(|period| body.len() >= 3 * period && body.iter().zip(&body[period..]).all(|(a, b)| a == b))
}

/// Shannon entropy of the bytes of `text`, in bits each.
pub(super) fn entropy(text: &str) -> f64 {
    entropy_of(text.as_bytes())
}

fn entropy_of(bytes: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1;
    }
    let share = |&n: &usize| count(n) / count(bytes.len());
    -counts.iter().filter(|&&n| n > 0).map(share).map(|p| p * p.log2()).sum::<f64>()
}

/// Lengths of keys are far below where this would lose precision.
fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        let cases = [
            "",
            "EMPTY",
            "None",
            "x",
            "k",
            "ollama",
            "lm-studio",
            "not-needed",
            "sk-no-key-required",
            "sk-1234",
            "your-key-here",
            "YOUR_OPENAI_API_KEY",
            "<your key>",
            "${OPENAI_API_KEY}",
            "{{ api_key }}",
            "sk-...",
            "sk-…",
            "sk-proj-...",
            "sk-xxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-XXXXXXXX",
            "changeme",
            "change_me_please",
            "dummy-key",
            "fake-api-key-for-ci",
            "test-key",
            "sk-test-123456",
            "sk-abcdefghijklmnopqrstuvwxyz123456",
            "sk-1234567890abcdef1234567890abcdef",
            "sk-proj-your-key-goes-here",
            "my-api-key",
            "insert-key-here",
            "REPLACE_WITH_YOUR_REAL_KEY",
            "TODO: add key",
            "sk-00000000000000000000000000000000",
            "abc123abc123abc123abc123",
            "yourOpenAIKeyHere",
            "***",
            "sk-ant-api03-...",
            "openai-api-key",
            "[insert key]",
            "hf_xxxxxxxxxxxxxxxxxxxx",
            "thisIsAPlaceholderKey",
            "gsk_your_groq_key",
        ];
        for value in cases {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn random_bodies() {
        // Cut in two so that no scanner takes them for keys.
        let cases = [
            concat!("sk-", "9f8e2d6c5b4a39281706af31"),
            concat!("Zq8", "testR4vN1xWb7LmT0"),
            concat!("b7Fk2", "yourP9sX4dQ1zH6"),
            concat!("5e0c7a91", "4bd34f6e9a2b8c1d"),
            concat!("kJhGvTqWpZ", "nBmXcLsDfRyUeOiA"),
        ];
        for value in cases {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
