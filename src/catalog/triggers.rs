//! Which texts may speak of an LLM provider at all: all others need not be parsed.
//!
//! A finding rests on something bound to a provider, and what binds stands in the text: the import or use of a client, a
//! host, the path of an endpoint, the name of a variable, or a key. The words of the field alone (`openai` in a comment, in
//! a package's own modules) bind nothing.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::libraries::Libraries;
use super::{Catalog, SdkLanguage};
use crate::language::Language;

/// Endpoints by whose path alone a request to any provider shows, variables of keys, a scope of packages for providers, and
/// our own comments.
const ALWAYS: &[&str] =
    &["\"@ai-sdk/", "'@ai-sdk/", "/chat/completions", "/v1/messages", "/v1/responses", ":generatecontent", "keylint:"];

/// From this length on a key's beginning stands in few other words.
const LONG_BEGINNING: usize = 6;

impl Catalog {
    /// Whether a text may speak of a provider. If not, no rule would find anything in it.
    /// What binds is looked for as the text's language writes it.
    pub fn mentions(&self, language: Language, text: &str) -> bool {
        let of = match language {
            Language::Python | Language::Dotenv => SdkLanguage::Python,
            Language::JavaScript | Language::TypeScript | Language::Tsx => SdkLanguage::Javascript,
            Language::Rust => SdkLanguage::Rust,
        };
        let automaton = self.triggers[of as usize].get_or_init(|| automaton(self, of, language));
        automaton.is_match(text) || !self.key_kinds().find(text).is_empty()
    }
}

fn automaton(catalog: &Catalog, of: SdkLanguage, language: Language) -> AhoCorasick {
    let built = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns(catalog, of, language));
    built.expect("some hundred short patterns fit into an automaton")
}

/// Lower-case patterns, none of which holds another.
fn patterns(catalog: &Catalog, of: SdkLanguage, language: Language) -> Vec<String> {
    let mut res: BTreeSet<String> = ALWAYS.iter().map(|it| (*it).to_owned()).collect();
    // Of providers known by host and variable alone no client is known; their requests show by their paths.
    for provider in catalog.providers().iter().filter(|it| !it.thin) {
        if !provider.local {
            res.extend(provider.hosts.iter().filter_map(|it| fixed_part(it)));
        }
        let secrets = provider.env.iter().filter(|it| it.role.is_secret()).map(|it| &it.name);
        res.extend(secrets.chain(provider.env_ignored.keys()).map(|it| it.to_ascii_lowercase()));
        for sdk in provider.sdks.iter().filter(|it| it.language == of) {
            let clients = sdk.clients.iter().chain(&sdk.instances);
            clients.for_each(|it| res.extend(imports(of, it)));
        }
    }
    // A key may be put together from pieces, of which one holds its beginning.
    let alone = catalog.keys.all().iter().filter(|it| it.stands_alone() && !it.shared);
    let beginnings = alone.flat_map(|it| it.beginnings()).filter(|it| it.len() >= LONG_BEGINNING);
    res.extend(beginnings.map(str::to_ascii_lowercase));
    Libraries::of(language).llm_paths().for_each(|it| res.extend(imports(of, it)));
    for router in catalog.routers().iter().filter(|it| it.language == of) {
        router.calls.iter().for_each(|it| res.extend(imports(of, it)));
    }
    let holds_another = |it: &String| res.iter().any(|other| other != it && it.contains(other.as_str()));
    res.iter().filter(|it| !holds_another(it)).cloned().collect()
}

/// The longest piece of a host without `*`.
fn fixed_part(host: &str) -> Option<String> {
    let pieces = host.split('*').map(|it| it.trim_matches(['.', '-']));
    pieces.max_by_key(|it| it.len()).filter(|it| it.len() > 4).map(str::to_owned)
}

/// How what has a canonical path (`openai.OpenAI`, `@ai-sdk/openai.openai`) is named in a text that uses it.
fn imports(language: SdkLanguage, path: &str) -> Vec<String> {
    let module = path.rsplit_once('.').map_or(path, |(module, _)| module);
    let top = module.split('.').next().unwrap_or(module);
    // Members of a class are used through it: `openai.OpenAI.responses.create`.
    let is_class = |it: &&str| it.starts_with(|first: char| first.is_ascii_uppercase());
    let home: Vec<&str> = module.split('.').take_while(|it| !is_class(it)).collect();
    let home = home.join(".");
    let forms = match language {
        SdkLanguage::Javascript => ["\"{}\"", "'{}'"].map(|it| it.replace("{}", js_package(path))).to_vec(),
        SdkLanguage::Rust => vec![format!("{top}::")],
        SdkLanguage::Python => {
            let mut forms = vec![format!("from {home} import"), format!("import {home} as"), format!("{top}.api_")];
            forms.push(if is_class(&path.rsplit('.').next().unwrap_or_default()) {
                path.to_owned()
            } else {
                python_use(path, &home)
            });
            if let Some((package, name)) = home.rsplit_once('.') {
                forms.extend([format!("from {package} import {name}"), format!("import {home}")]);
            }
            forms
        }
    };
    forms.into_iter().map(|it| it.to_ascii_lowercase()).collect()
}

/// The package of a JavaScript path: all before the export's name.
fn js_package(path: &str) -> &str {
    let scope = path.find('/').filter(|_| path.starts_with('@')).map_or(0, |it| it + 1);
    path[scope..].find('.').map_or(path, |at| &path[..scope + at])
}

/// A module's function, or its class and one more name: enough of a Python path to tell that it is used.
fn python_use(path: &str, home: &str) -> String {
    let rest = path[home.len()..].trim_start_matches('.').split('.').next().unwrap_or_default();
    format!("{home}.{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_may_speak_of_a_provider() {
        let key = format!("k = 'sk-proj-{}T3BlbkFJ{}'", "aB3dE9xQ".repeat(9), "Zy8xW2vU".repeat(9));
        for (text, want) in [
            ("import openai as oa", true),
            ("import openai\nclient = openai.OpenAI()", true),
            ("import openai\nopenai.chat.completions.create(model=m)", true),
            ("import litellm\nlitellm.completion(model=m)", true),
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
            let all = [Language::Python, Language::JavaScript, Language::Rust];
            let mentioned = all.iter().any(|it| Catalog::embedded().mentions(*it, text));
            assert_eq!(mentioned, want, "{text}");
        }
    }

    #[test]
    fn patterns_are_few() {
        for (of, language) in [
            (SdkLanguage::Python, Language::Python),
            (SdkLanguage::Javascript, Language::JavaScript),
            (SdkLanguage::Rust, Language::Rust),
        ] {
            let patterns = patterns(Catalog::embedded(), of, language);
            assert!(patterns.len() < 650, "{}: {patterns:?}", patterns.len());
            assert!(patterns.iter().all(|it| it.len() > 3), "{patterns:?}");
        }
    }
}
