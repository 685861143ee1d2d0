//! One provider: where it lives, what it accepts, and who speaks to it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// A company or server that answers LLM API calls, or hands out keys that are used beside them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable name, as in `data/providers/<id>.toml`.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Hosts in lower case, with the port where it matters; `*` stands for one label or a part of it.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Base URL that OpenAI-style clients are given.
    pub base_url: Option<String>,
    /// Whether that base URL carries a version segment; `None` where both ways are right.
    pub base_url_includes_version: Option<bool>,
    /// Every form of authentication that its hosts take.
    #[serde(default)]
    pub auth: Vec<AuthForm>,
    /// Headers that people send keys in and that its hosts do not read.
    #[serde(default)]
    pub wrong_headers: Vec<String>,
    /// Query parameter that may carry the key, although it should not.
    pub query_key: Option<String>,
    /// Environment variables that its clients read.
    #[serde(default)]
    pub env: Vec<EnvVar>,
    /// Environment names that look right and are read by no official client, with the one to use.
    #[serde(default)]
    pub env_ignored: BTreeMap<String, String>,
    /// Headers without which its API refuses a raw request, beside authentication.
    #[serde(default)]
    pub required_headers: Vec<String>,
    /// Further headers that its API reads.
    #[serde(default)]
    pub optional_headers: Vec<String>,
    /// Client libraries.
    #[serde(default, rename = "sdk")]
    pub sdks: Vec<Sdk>,
    /// Whether an id missing from the table can be called unknown.
    #[serde(default)]
    pub models: ModelPolicy,
    /// Shape of its model ids; only an id of this shape can be unknown.
    #[serde(default)]
    model_shape: Option<LazyRegex>,
    /// Prefixes that its API accepts in front of an id.
    #[serde(default)]
    pub model_prefixes: Vec<String>,
    /// Suffixes that its API accepts behind an id; a final `*` stands for anything.
    #[serde(default)]
    pub model_suffixes: Vec<String>,
    /// Whether its ids include fine-tunes written `ft:base:org:suffix:id`.
    #[serde(default)]
    pub fine_tunes: bool,
    /// A server on one's own machine: any key, any model, plain `http`.
    #[serde(default)]
    pub local: bool,
    /// Whether it serves models; tools such as vector stores only hold keys.
    #[serde(default = "yes")]
    pub llm: bool,
    /// Known by host and variable alone (`data/registry.tsv`).
    #[serde(skip)]
    pub thin: bool,
    /// Page where keys are made.
    pub key_page: Option<String>,
}

/// One way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthForm {
    /// Header name as documented.
    pub header: String,
    /// Word before the credential, such as `Bearer`; empty where the credential stands alone.
    #[serde(default)]
    pub scheme: String,
    /// The form holds only under paths that begin so.
    pub path_prefix: Option<String>,
    /// What the form carries.
    #[serde(default)]
    pub credential: Credential,
}

/// What an [`AuthForm`] carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// An API key (or a token as well).
    #[default]
    Key,
    /// An OAuth or Entra token, never an API key.
    Token,
}

/// Whether an id missing from the table can be called unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelPolicy {
    /// The table is complete: an id of the right shape that is missing is unknown.
    Closed,
    /// The provider serves more than the table holds.
    #[default]
    Open,
    /// Any name may be right: deployments, local servers, proxies.
    Free,
}

/// An environment variable.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub role: EnvRole,
    /// Read by these packages only, not by the official client; empty = by the official client.
    #[serde(default)]
    pub only: Vec<String>,
}

/// What an environment variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnvRole {
    /// The key for calls to models.
    ApiKey,
    /// A key for administration, refused by model endpoints.
    AdminKey,
    /// A token that replaces the key.
    AuthToken,
    /// Where to send requests.
    BaseUrl,
    /// Organisation, region, logging and the like.
    Other,
}

impl EnvRole {
    /// Whether the value must stay secret.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::ApiKey | Self::AdminKey | Self::AuthToken)
    }
}

/// A client library, or one group of its constructors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sdk {
    /// Language of the library.
    pub language: SdkLanguage,
    /// Name in its registry.
    pub package: String,
    /// Canonical paths of constructors: `openai.OpenAI`, `@anthropic-ai/sdk.default`, `async_openai.Client`.
    #[serde(default)]
    pub clients: Vec<String>,
    /// Canonical paths of ready-made clients, which read the environment.
    #[serde(default)]
    pub instances: Vec<String>,
    /// Named arguments, options or builder methods that take the key.
    #[serde(default)]
    pub key_options: Vec<String>,
    /// Position of the key among the positional arguments of the constructor.
    pub key_position: Option<usize>,
    /// Options that take the base URL.
    #[serde(default)]
    pub base_url_options: Vec<String>,
    /// Options that take headers for every request.
    #[serde(default)]
    pub header_options: Vec<String>,
    /// Options of the constructor that take the model.
    #[serde(default)]
    pub model_options: Vec<String>,
    /// Position of the model among the positional arguments: of the constructor, or for `instances` and
    /// what `createX()` returns, of calling them.
    pub model_position: Option<usize>,
    /// Whether the client reads the provider's variable when no key is given.
    #[serde(default)]
    pub reads_env: bool,
    /// A framework's wrapper, not the vendor's own client.
    #[serde(default)]
    pub wraps: bool,
}

/// Language family of a client library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SdkLanguage {
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    Javascript,
    /// Rust.
    Rust,
}

/// A library that reaches many providers through one call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Router {
    /// Language of the library.
    pub language: SdkLanguage,
    /// Name in its registry.
    pub package: String,
    /// Canonical paths of its calls.
    pub calls: Vec<String>,
    /// What stands between provider and model.
    pub separator: String,
    /// Options that take the model string.
    #[serde(default)]
    pub model_options: Vec<String>,
    /// Position of the model string among the positional arguments.
    pub model_position: Option<usize>,
    /// Options that take the key.
    #[serde(default)]
    pub key_options: Vec<String>,
    /// Options that take the base URL.
    #[serde(default)]
    pub base_url_options: Vec<String>,
    /// Provider of a string without separator; empty = not known.
    #[serde(default)]
    pub bare: String,
    /// Provider that such calls really go to, where the library is a gateway's own.
    pub gateway: Option<String>,
    /// The library's names of providers, and ours.
    pub providers: BTreeMap<String, String>,
}

impl Router {
    /// Splits a model string into our provider id and the id there; `None` where the provider is not known.
    pub fn split<'a>(&'a self, model: &'a str) -> Option<(&'a str, &'a str)> {
        match model.split_once(self.separator.as_str()) {
            Some((name, id)) => self.providers.get(name).map(|provider| (provider.as_str(), id)),
            None => (!self.bare.is_empty()).then_some((self.bare.as_str(), model)),
        }
    }
}

impl Provider {
    /// A provider of which only host and variables are known: Bearer authentication, any model.
    pub(super) fn thin(id: &str, host: &str, base_url: &str, env: &str) -> Self {
        let variables = env.split(',').filter(|name| !name.is_empty());
        Self {
            id: id.to_owned(),
            title: id.to_owned(),
            hosts: Some(host).filter(|host| !host.is_empty()).map(str::to_owned).into_iter().collect(),
            base_url: Some(base_url).filter(|url| !url.is_empty()).map(str::to_owned),
            base_url_includes_version: None,
            auth: vec![AuthForm {
                header: "Authorization".to_owned(),
                scheme: "Bearer".to_owned(),
                path_prefix: None,
                credential: Credential::Key,
            }],
            wrong_headers: Vec::new(),
            query_key: None,
            env: variables
                .map(|name| EnvVar { name: name.to_owned(), role: EnvRole::ApiKey, only: Vec::new() })
                .collect(),
            env_ignored: BTreeMap::new(),
            required_headers: Vec::new(),
            optional_headers: Vec::new(),
            sdks: Vec::new(),
            models: ModelPolicy::Open,
            model_shape: None,
            model_prefixes: Vec::new(),
            model_suffixes: Vec::new(),
            fine_tunes: false,
            local: false,
            llm: true,
            thin: true,
            key_page: None,
        }
    }

    /// Whether `id` has the shape of this provider's model ids. Always true where no shape is known.
    pub fn has_model_shape(&self, id: &str) -> bool {
        self.model_shape.as_ref().is_none_or(|shape| shape.get().is_match(id))
    }

    /// Whether the shape of its model ids is known.
    pub fn shapes_models(&self) -> bool {
        self.model_shape.is_some()
    }

    /// The variable that its official client reads the key from: the name for new code.
    pub fn key_variable(&self) -> Option<&str> {
        let keys = || self.env.iter().filter(|var| var.role == EnvRole::ApiKey);
        keys().find(|var| var.only.is_empty()).or_else(|| keys().next()).map(|var| var.name.as_str())
    }

    /// The forms that hold at `path` (with its leading slash; `None` if not known, when every form may hold).
    pub fn auth_at<'a>(&'a self, path: Option<&'a str>) -> impl Iterator<Item = &'a AuthForm> {
        self.auth.iter().filter(move |form| match (&form.path_prefix, path) {
            (Some(prefix), Some(path)) => path.starts_with(prefix.as_str()),
            _ => true,
        })
    }

    /// Headers that its API reads: authentication, required, optional.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        let auth = self.auth.iter().map(|form| form.header.as_str());
        auth.chain(self.required_headers.iter().map(String::as_str))
            .chain(self.optional_headers.iter().map(String::as_str))
    }

    /// Whether one of its hosts is `host` (lower case, without port unless the pattern has one).
    pub(super) fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| host_matches(pattern, host))
    }
}

/// `*` in `pattern` stands for one or more letters, digits and hyphens.
fn host_matches(pattern: &str, host: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern == host;
    };
    host.strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .is_some_and(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

/// A regular expression that is compiled when first used.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct LazyRegex {
    source: String,
    compiled: OnceLock<Regex>,
}

impl LazyRegex {
    /// The expression; one that does not compile matches nothing.
    pub(super) fn get(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            Regex::new(&self.source)
                .or_else(|_| Regex::new(NEVER))
                .expect("an expression that matches nothing is well formed")
        })
    }
}

/// A character class that is empty.
const NEVER: &str = r"[^\s\S]";

impl From<String> for LazyRegex {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

fn yes() -> bool {
    true
}

impl SdkLanguage {
    /// The family's name, as [`crate::language::Language::family`] gives it.
    pub fn family(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Javascript => "javascript",
            Self::Rust => "rust",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_label() {
        let cases = [
            ("*.openai.azure.com", "acme.openai.azure.com", true),
            ("*.openai.azure.com", "a.b.openai.azure.com", false),
            ("*.openai.azure.com", ".openai.azure.com", false),
            ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.eu-west-1.amazonaws.com", true),
            ("*-aiplatform.googleapis.com", "europe-west4-aiplatform.googleapis.com", true),
            ("api.openai.com", "api.openai.com.evil.example", false),
        ];
        for (pattern, host, expected) in cases {
            assert_eq!(host_matches(pattern, host), expected, "{pattern} {host}");
        }
    }
}
