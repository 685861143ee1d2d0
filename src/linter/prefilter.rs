//! Which documents are parsed at all.
//!
//! Every finding is tied to a provider: by a host, by a client library, by the name of an environment variable, or by a
//! key's own shape. A document without any of those has no finding, and one pass over its text tells.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::catalog::Catalog;
use crate::catalog::libraries::Libraries;
use crate::language::Language;

/// Tells documents in which something may be wrong from those that speak of no LLM provider.
#[derive(Debug)]
pub struct Prefilter<'a> {
    catalog: &'a Catalog,
    names: AhoCorasick,
}

/// Segments of paths and hosts that say nothing about whose they are.
const COMMON: &[&str] = &[
    "api",
    "app",
    "www",
    "client",
    "clients",
    "config",
    "core",
    "default",
    "providers",
    "provider",
    "index",
    "types",
    "chat",
    "models",
    "model",
    "lib",
    "main",
    "cloud",
    "google",
    "googleapis",
    "amazonaws",
    "azure",
    "github",
    "together",
    "replicate",
    "fireworks",
    "langchain",
    "community",
    "router",
    "studio",
    "localhost",
    "databricks",
    "cursor",
    "modal",
    "vercel",
    "platform",
    "gateway",
    "inference",
    "completions",
    "embeddings",
    "create",
    "parse",
    "stream",
    "images",
    "audio",
    "responses",
    "messages",
    "services",
    "generate",
    "embed",
    "agents",
    "image",
    "speech",
    "moderations",
    "transcriptions",
    "beta",
    "com",
];

/// Shorter segments stand in too many words.
const SHORTEST: usize = 5;

impl<'a> Prefilter<'a> {
    /// The filter of a catalogue; that of the embedded one is built once.
    pub fn of(catalog: &'a Catalog) -> &'a Self {
        static EMBEDDED: OnceLock<Prefilter<'static>> = OnceLock::new();
        debug_assert!(std::ptr::eq(catalog, Catalog::embedded()), "only the embedded catalogue is filtered for so far");
        EMBEDDED.get_or_init(|| Prefilter::new(Catalog::embedded()))
    }

    fn new(catalog: &'a Catalog) -> Self {
        let names = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .build(needles(catalog))
            .expect("some hundred short names fit an automaton");
        Self { catalog, names }
    }

    /// Whether a document must be judged.
    pub fn admits(&self, language: Language, text: &str) -> bool {
        language == Language::Dotenv || self.names.is_match(text) || !self.catalog.key_kinds().find(text).is_empty()
    }
}

/// The names to look for; none holds another.
fn needles(catalog: &Catalog) -> Vec<String> {
    let mut all = vec!["keylint:".to_owned()];
    for provider in catalog.providers().iter().filter(|it| !it.local) {
        all.extend(provider.hosts.iter().flat_map(|it| of_host(it)));
        if !provider.thin {
            all.extend(provider.env.iter().map(|it| it.name.to_ascii_lowercase()));
            all.extend(provider.env_ignored.keys().map(|it| it.to_ascii_lowercase()));
        }
        for sdk in &provider.sdks {
            let paths = sdk.clients.iter().chain(&sdk.instances);
            all.extend(paths.flat_map(|it| of_path(it, sdk.language.family())));
        }
    }
    for router in catalog.routers() {
        all.extend(router.calls.iter().flat_map(|it| of_path(it, router.language.family())));
    }
    for language in [Language::Python, Language::JavaScript, Language::Rust] {
        all.extend(Libraries::of(language).llm_paths().flat_map(|it| of_path(it, language.family())));
    }
    minimal(all)
}

/// The domain of a host; the whole host where the domain is many people's.
fn of_host(host: &str) -> Vec<String> {
    let literal = host.split('*').max_by_key(|it| it.len()).unwrap_or_default().trim_matches(['.', '-', ':']);
    let labels: Vec<&str> = literal.split('.').collect();
    let domain = match labels.as_slice() {
        [.., owner, _] if COMMON.contains(owner) => literal.to_owned(),
        [.., owner, top] if owner.len() + top.len() >= SHORTEST => format!("{owner}.{top}"),
        _ => literal.to_owned(),
    };
    vec![domain.to_ascii_lowercase()]
}

/// The segment of a library's path that says whose it is, or the ways to import its module.
fn of_path(path: &str, family: &str) -> Vec<String> {
    // Classes and their members say less than the modules before them.
    let is_class = |it: &&str| it.starts_with(|first: char| first.is_ascii_uppercase());
    let segments: Vec<&str> = path.split(['.', '/']).map(|it| it.trim_start_matches('@')).collect();
    let modules =
        segments.iter().take_while(|it| !is_class(it)).count().clamp(1, segments.len().saturating_sub(1).max(1));
    let module = &segments[..modules];
    match module.iter().find(|it| is_telling(it)) {
        Some(name) => vec![(*name).to_owned()],
        None => {
            ["import {}", "from {}", "\"{}\"", "'{}'", "use {}"].iter().map(|it| it.replace("{}", module[0])).collect()
        }
    }
}

/// How a language imports a module.
fn imports(family: &str) -> &'static [&'static str] {
    match family {
        "python" => &["import {}", "from {}"],
        "rust" => &["use {}", "{}::"],
        _ => &["\"{}\"", "'{}'", "\"{}/", "'{}/"],
    }
}

fn is_telling(segment: &str) -> bool {
    segment.len() >= SHORTEST && !COMMON.contains(&segment)
}

/// Drops every name that holds another one.
fn minimal(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(|it| it.len());
    let mut res: Vec<String> = Vec::new();
    for name in names {
        if !name.is_empty() && !res.iter().any(|it| name.contains(it.as_str())) {
            res.push(name);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_names_stand_for_all() {
        let names = needles(Catalog::embedded());
        assert!(names.len() < 400, "{}", names.len());
        assert!(names.iter().all(|it| it.len() > 2), "{names:?}");
    }

    #[test]
    fn what_can_be_found_is_admitted() {
        let filter = Prefilter::of(Catalog::embedded());
        for (text, want) in [
            ("import OpenAI from 'openai'", true),
            ("from google import genai", true),
            ("requests.post('https://API.Anthropic.com/v1/messages')", true),
            ("import { generateText } from 'ai'", true),
            ("HF_TOKEN", true),
            ("x = 1  # keylint: ignore", true),
            ("https://api.x.ai/v1", true),
            ("from together import Together", true),
            ("we go together to the task-list of the risk-desk", false),
            ("import os\nprint('hello')", false),
        ] {
            assert_eq!(filter.admits(Language::Python, text), want, "{text}");
        }
    }
}
