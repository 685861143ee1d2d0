//! Which texts may speak of an LLM provider at all: all others need not be parsed.
//!
//! A finding rests on something bound to a provider, and what binds stands in the text: the module of a client, a host, the
//! path of an endpoint, the name of a variable, or a key. Few patterns are enough, since most of these names hold one
//! another (`OPENAI_API_KEY`, `api.openai.com`, `langchain_openai`).

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::libraries::Libraries;
use super::{Catalog, SdkLanguage};
use crate::language::Language;

/// Endpoints by whose path alone a request to any provider shows, variables of keys, a scope of packages for providers, and
/// our own comments.
const ALWAYS: &[&str] = &[
    "@ai-sdk/",
    "/chat/completions",
    "chat.completions",
    "/v1/messages",
    "/v1/responses",
    ":generatecontent",
    "_api_key",
    "keylint:",
];

/// Modules whose names are words of every other text; they count where they are imported.
const WORDS: &[&str] =
    &["ai", "cohere", "fal", "fireworks", "instructor", "modal", "perplexity", "replicate", "rig", "together", "zai"];

/// From this length on a key's beginning stands in few other words.
const LONG_BEGINNING: usize = 6;

impl Catalog {
    /// Whether a text may speak of a provider. If not, no rule would find anything in it.
    pub fn mentions(&self, text: &str) -> bool {
        self.triggers.get_or_init(|| automaton(self)).is_match(text) || !self.key_kinds().find(text).is_empty()
    }
}

fn automaton(catalog: &Catalog) -> AhoCorasick {
    let built = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns(catalog));
    built.expect("some hundred short patterns fit into an automaton")
}

/// Lower-case patterns, none of which holds another.
fn patterns(catalog: &Catalog) -> Vec<String> {
    let mut res: BTreeSet<String> = ALWAYS.iter().map(|it| (*it).to_owned()).collect();
    // Of providers known by host and variable alone no client is known; their requests show by their paths.
    for provider in catalog.providers().iter().filter(|it| !it.thin) {
        if !provider.local {
            res.extend(provider.hosts.iter().filter_map(|it| fixed_part(it)));
        }
        let secrets = provider.env.iter().filter(|it| it.role.is_secret()).map(|it| &it.name);
        res.extend(secrets.chain(provider.env_ignored.keys()).map(|it| it.to_ascii_lowercase()));
        for sdk in &provider.sdks {
            let clients = sdk.clients.iter().chain(&sdk.instances);
            clients.for_each(|it| res.extend(imports(sdk.language, it)));
        }
    }
    // A key may be put together from pieces, of which one holds its beginning.
    let alone = catalog.keys.all().iter().filter(|it| it.stands_alone() && !it.shared);
    let beginnings = alone.flat_map(|it| it.beginnings()).filter(|it| it.len() >= LONG_BEGINNING);
    res.extend(beginnings.map(str::to_ascii_lowercase));
    for (language, of) in [
        (Language::Python, SdkLanguage::Python),
        (Language::JavaScript, SdkLanguage::Javascript),
        (Language::Rust, SdkLanguage::Rust),
    ] {
        Libraries::of(language).llm_paths().for_each(|it| res.extend(imports(of, it)));
    }
    for router in catalog.routers() {
        router.calls.iter().for_each(|it| res.extend(imports(router.language, it)));
    }
    let holds_another = |it: &String| res.iter().any(|other| other != it && it.contains(other.as_str()));
    res.iter().filter(|it| !holds_another(it)).cloned().collect()
}

/// The longest piece of a host without `*`.
fn fixed_part(host: &str) -> Option<String> {
    let pieces = host.split('*').map(|it| it.trim_matches(['.', '-']));
    pieces.max_by_key(|it| it.len()).filter(|it| it.len() > 4).map(str::to_owned)
}

/// How the module of a canonical path (`openai.OpenAI`, `@ai-sdk/openai.openai`) is named where it is used.
fn imports(language: SdkLanguage, path: &str) -> Vec<String> {
    let module = path.rsplit_once('.').map_or(path, |(module, _)| module);
    let top = module.split('.').next().unwrap_or(module);
    let is_word = |it: &str| WORDS.contains(&it);
    let forms = match language {
        SdkLanguage::Javascript if is_word(module) => vec![format!("\"{module}\""), format!("'{module}'")],
        SdkLanguage::Javascript => vec![module.to_owned()],
        SdkLanguage::Rust if is_word(top) => vec![format!("{top}::")],
        SdkLanguage::Python if is_word(top) => vec![format!("import {top}"), format!("from {top}")],
        // A namespace that other packages share.
        SdkLanguage::Python if top == "google" => vec![module.to_owned(), "from google import".to_owned()],
        SdkLanguage::Python | SdkLanguage::Rust => vec![top.to_owned()],
    };
    forms.into_iter().map(|it| it.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_may_speak_of_a_provider() {
        let key = format!("k = 'sk-proj-{}T3BlbkFJ{}'", "aB3dE9xQ".repeat(9), "Zy8xW2vU".repeat(9));
        for (text, want) in [
            ("import openai", true),
            ("from openai import OpenAI", true),
            ("from langchain_anthropic import ChatAnthropic", true),
            ("from google import genai", true),
            ("import { generateText } from 'ai'", true),
            ("use rig::providers::openai;", true),
            ("fetch('https://API.OpenAI.com/v1/models')", true),
            ("post(f'{base}/chat/completions')", true),
            ("os.environ['GEMINI_API_KEY']", true),
            ("x = 1  # keylint: ignore", true),
            (&key, true),
            ("together we are a coherent, modal instructor; replicate task-1 from https://example.com", false),
            ("const ai = trigger::config('main')", false),
            ("", false),
        ] {
            assert_eq!(Catalog::embedded().mentions(text), want, "{text}");
        }
    }

    #[test]
    fn patterns_are_few() {
        let patterns = patterns(Catalog::embedded());
        assert!(patterns.len() < 200, "{}: {patterns:?}", patterns.len());
        assert!(patterns.iter().all(|it| it.len() > 3), "{patterns:?}");
    }
}
