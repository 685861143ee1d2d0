//! Which provider a name in code speaks of: `mistral_api_key`, `openaiKey`, `claude`.
//!
//! The words come from the providers' ids and from the variables that hold their keys.

use std::collections::HashMap;

use super::{Catalog, Provider};

/// What the name of a variable holds behind the provider's word.
const TAILS: &[&str] = &[
    "_API_KEY",
    "_APIKEY",
    "_API_TOKEN",
    "_AUTH_TOKEN",
    "_ACCESS_TOKEN",
    "_SECRET_KEY",
    "_ADMIN_KEY",
    "_KEY",
    "_TOKEN",
    "_SECRET",
    "_PAT",
];

/// Words that also mean something else.
const COMMON: &[&str] =
    &["ai", "api", "app", "co", "llm", "master", "secret", "user", "model", "gateway", "personal", "modal"];

/// Words that say that a value is a key.
const KEY_WORDS: &[&str] =
    &["key", "keys", "apikey", "apikeys", "token", "secret", "secrets", "credential", "credentials", "pat"];

/// A provider's word has at most so many parts: `azure_open_ai`.
const LONGEST: usize = 3;

impl Catalog {
    /// The words that name a provider, and which.
    pub(super) fn vendor_words(&self) -> HashMap<String, usize> {
        let mut res = HashMap::new();
        for (index, provider) in self.providers().iter().enumerate().filter(|(_, it)| !it.thin && !it.local) {
            let read = provider.env.iter().filter(|it| it.role.is_secret()).map(|it| it.name.as_str());
            let ignored = provider.env_ignored.keys().map(String::as_str);
            let stems = read.chain(ignored).filter_map(|name| TAILS.iter().find_map(|it| name.strip_suffix(it)));
            for word in stems.chain([provider.id.as_str()]) {
                let word = word.replace('_', "").to_ascii_lowercase();
                if !COMMON.contains(&word.as_str()) {
                    res.entry(word).or_insert(index);
                }
            }
        }
        res
    }

    /// The provider that a name in code speaks of, whatever it says of it.
    pub fn provider_named(&self, name: &str) -> Option<&Provider> {
        let words = words(name);
        let known = self.vendors();
        (1..=LONGEST.min(words.len())).rev().find_map(|count| {
            let found = words.windows(count).find_map(|it| known.get(&it.concat()));
            found.map(|&index| &self.providers()[index])
        })
    }
}

/// Whether a name in code says that its value is a key.
pub fn names_key(name: &str) -> bool {
    words(name).iter().any(|it| KEY_WORDS.contains(&it.as_str()))
}

/// A name's words in lower case: `openaiApiKey`, `OPENAI_API_KEY` and `openai-api-key` have the same.
pub fn words(name: &str) -> Vec<String> {
    let mut res: Vec<String> = Vec::new();
    for part in name.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty()) {
        let bytes = part.as_bytes();
        let mut start = 0;
        for at in 1..bytes.len() {
            let hump = bytes[at].is_ascii_uppercase()
                && (!bytes[at - 1].is_ascii_uppercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            if hump {
                res.push(part[start..at].to_ascii_lowercase());
                start = at;
            }
        }
        res.push(part[start..].to_ascii_lowercase());
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, provider, key) in [
            ("OPENAI_API_KEY", Some("openai"), true),
            ("openaiApiKey", Some("openai"), true),
            ("openAIKey", Some("openai"), true),
            ("OPEN_AI_KEY", Some("openai"), true),
            ("azure_openai_key", Some("azure_openai"), true),
            ("CLAUDE_KEY", Some("anthropic"), true),
            ("geminiKey", Some("google"), true),
            ("hfToken", Some("huggingface"), true),
            ("mistral", Some("mistral"), false),
            ("MISTRAL_KEY_2", Some("mistral"), true),
            ("stripe_key", None, true),
            ("monkey", None, false),
            ("maxTokens", None, false),
            ("cohere_tokenizer", Some("cohere"), false),
        ] {
            let got = Catalog::embedded().provider_named(name).map(|it| it.id.as_str());
            assert_eq!((got, names_key(name)), (provider, key), "{name}");
        }
    }
}
