//! What is true outside the code: providers, keys and models.
//!
//! Everything comes from the files in `data/`, which carry their sources. [`Catalog::embedded`] is the one shipped
//! with the program; a configuration may [extend](Catalog::extend) a copy.

pub mod date;
mod embedded;
pub mod inspect;
pub mod keys;
pub mod libraries;
pub mod model_id;
pub mod models;
pub mod names;
mod placeholder;
pub mod provider;
pub mod sample;
mod suggest;
mod triggers;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

pub use date::Date;
pub use inspect::Inspection;
pub use keys::{KeyKind, KeyKinds, KeyMatch};
pub use model_id::{FineTuneFault, ParsedId};
pub use models::{Model, Models, Standing, Status};
pub use placeholder::is_placeholder;
pub use provider::{AuthForm, Credential, EnvRole, ModelPolicy, Provider, Router, Sdk, SdkLanguage};

use provider::LazyRegex;

/// Providers, key kinds and models.
#[derive(Clone, Debug)]
pub struct Catalog {
    providers: Vec<Provider>,
    by_id: HashMap<String, usize>,
    by_host: HashMap<String, usize>,
    host_patterns: Vec<usize>,
    by_env: HashMap<String, Env>,
    vendors: OnceLock<HashMap<String, usize>>,
    keys: KeyKinds,
    models: Models,
    routers: OnceLock<Vec<Router>>,
    /// By [`SdkLanguage`].
    triggers: [OnceLock<aho_corasick::AhoCorasick>; 3],
    common: Common,
}

/// What a host name is.
#[derive(Clone, Copy, Debug)]
pub enum Host<'a> {
    /// A provider's.
    Provider(&'a Provider),
    /// On one's own machine or network.
    Local,
    /// Neither: nothing can be said about what it accepts.
    Unknown,
}

/// What an environment name means.
#[derive(Clone, Copy, Debug)]
pub struct EnvMeaning<'a> {
    /// Whose variable it is.
    pub provider: &'a Provider,
    /// What it holds.
    pub role: EnvRole,
    /// The name to use instead, where no official client reads this one.
    pub instead: Option<&'a str>,
    /// Packages that read it although the official client does not.
    pub only: &'a [String],
}

/// A prefix that makes a variable public in what a bundler builds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicPrefix {
    /// The prefix.
    pub prefix: String,
    /// The bundler or framework.
    pub tool: String,
    /// Stems of the configuration files without which the prefix means nothing; empty = always public.
    #[serde(default)]
    pub only_with: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
enum Env {
    Read { provider: usize, variable: usize },
    Ignored { provider: usize },
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    date: String,
    headers: Vec<String>,
    written_by_hand: Vec<String>,
    local_hosts: LazyRegex,
    loopback: Vec<String>,
    public_prefix: Vec<PublicPrefix>,
}

/// One file of `data/providers`: the provider and its kinds of key.
#[derive(Deserialize)]
struct ProviderFile {
    #[serde(default)]
    key: Vec<KeyKind>,
    #[serde(flatten)]
    rest: toml::Table,
}

/// What a configuration adds to the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Extension {
    /// Whole providers, in the format of `data/providers`.
    pub providers: Vec<Provider>,
    /// Kinds of key; those of an unknown provider are found all the same.
    pub keys: Vec<KeyKind>,
    /// `(provider id, host)`: hosts of known providers, such as a company's own gateway.
    pub hosts: Vec<(String, String)>,
    /// `(provider id, name)`: environment names that hold the provider's key.
    pub env: Vec<(String, String)>,
    /// `(provider id, model id)`; a `*` at the end of the model stands for anything.
    pub models: Vec<(String, String)>,
}

impl Catalog {
    /// The catalogue shipped with the program, read when first asked for.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Catalog> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            let (providers, keys) = read_providers();
            let common = toml::from_str(embedded::COMMON).expect("common.toml is well formed");
            Self::build(providers, keys, Models::embedded(), common)
        })
    }

    /// A copy with a configuration's additions.
    pub fn extend(&self, extension: Extension) -> Self {
        let mut providers = self.providers.clone();
        let mut by_id = self.by_id.clone();
        for provider in extension.providers {
            if let Some(&known) = by_id.get(&provider.id) {
                providers[known] = provider;
            } else {
                by_id.insert(provider.id.clone(), providers.len());
                providers.push(provider);
            }
        }
        for (id, host) in extension.hosts {
            if let Some(&index) = by_id.get(&id) {
                providers[index].hosts.push(host.to_ascii_lowercase());
            }
        }
        for (id, name) in extension.env {
            if let Some(&index) = by_id.get(&id) {
                providers[index].env_ignored.remove(&name);
                providers[index].env.push(provider::EnvVar { name, role: EnvRole::ApiKey, only: Vec::new() });
            }
        }
        let mut keys = self.keys.all().to_vec();
        keys.extend(extension.keys);
        Self::build(providers, keys, self.models.clone().with_extra(extension.models), self.common.clone())
    }

    fn build(providers: Vec<Provider>, keys: Vec<KeyKind>, models: Models, common: Common) -> Self {
        let mut catalog = Self {
            by_id: providers.iter().enumerate().map(|(index, p)| (p.id.clone(), index)).collect(),
            by_host: HashMap::new(),
            host_patterns: Vec::new(),
            by_env: HashMap::new(),
            vendors: OnceLock::new(),
            keys: KeyKinds::new(keys, providers.iter().filter(|p| p.local).map(|p| p.id.clone())),
            models,
            routers: OnceLock::new(),
            triggers: Default::default(),
            common,
            providers,
        };
        for index in 0..catalog.providers.len() {
            catalog.index_provider(index);
        }
        catalog
    }

    /// Enters one provider into the look-up tables; on a clash the earlier one stays.
    fn index_provider(&mut self, index: usize) {
        let provider = &self.providers[index];
        for host in provider.hosts.iter().filter(|host| !host.contains('*')) {
            self.by_host.entry(host.clone()).or_insert(index);
        }
        if provider.hosts.iter().any(|host| host.contains('*')) {
            self.host_patterns.push(index);
        }
        for (variable, env) in provider.env.iter().enumerate() {
            let entry = Env::Read { provider: index, variable };
            let known = self.by_env.entry(env.name.clone()).or_insert(entry);
            if matches!(known, Env::Ignored { .. }) {
                *known = entry;
            }
        }
        for name in provider.env_ignored.keys() {
            self.by_env.entry(name.clone()).or_insert(Env::Ignored { provider: index });
        }
    }

    /// Every provider, those with a file first.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider of that id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.by_id.get(id).map(|&index| &self.providers[index])
    }

    /// The provider of a host as it stands in a URL, in any case, with or without port.
    pub fn provider_of_host(&self, host: &str) -> Option<&Provider> {
        let host = host.to_ascii_lowercase();
        let host = host.trim_end_matches('.');
        let (name, port) = split_port(host);
        let exact = |host: &str| self.by_host.get(host).map(|&index| &self.providers[index]);
        if let Some(port) = port {
            let loopback = self.common.loopback.iter().any(|other| other == name);
            if let Some(found) = exact(host).or_else(|| loopback.then(|| exact(&format!("localhost:{port}")))?) {
                return Some(found);
            }
        }
        exact(name).or_else(|| {
            let mut patterns = self.host_patterns.iter().map(|&index| &self.providers[index]);
            patterns.find(|provider| provider.has_host(name))
        })
    }

    /// What a host is.
    pub fn host_kind(&self, host: &str) -> Host<'_> {
        if let Some(provider) = self.provider_of_host(host) {
            return Host::Provider(provider);
        }
        let host = host.to_ascii_lowercase();
        if self.common.local_hosts.get().is_match(split_port(&host).0) { Host::Local } else { Host::Unknown }
    }

    /// What an environment name means. Names are compared as written: they are case-sensitive.
    pub fn provider_of_env(&self, name: &str) -> Option<EnvMeaning<'_>> {
        match *self.by_env.get(name)? {
            Env::Read { provider, variable } => {
                let provider = &self.providers[provider];
                let variable = &provider.env[variable];
                Some(EnvMeaning { provider, role: variable.role, instead: None, only: &variable.only })
            }
            Env::Ignored { provider } => {
                let provider = &self.providers[provider];
                let instead = provider.env_ignored.get(name).map(String::as_str)?;
                let role = provider.env.iter().find(|var| var.name == instead).map_or(EnvRole::ApiKey, |var| var.role);
                Some(EnvMeaning { provider, role, instead: Some(instead), only: &[] })
            }
        }
    }

    /// The words that name a provider in code, and which.
    fn vendors(&self) -> &HashMap<String, usize> {
        self.vendors.get_or_init(|| self.vendor_words())
    }

    /// Every client library, with its provider.
    pub fn sdks(&self) -> impl Iterator<Item = (&Provider, &Sdk)> {
        self.providers.iter().flat_map(|provider| provider.sdks.iter().map(move |sdk| (provider, sdk)))
    }

    /// Libraries that reach many providers through one call.
    pub fn routers(&self) -> &[Router] {
        #[derive(Deserialize)]
        struct File {
            router: Vec<Router>,
        }
        self.routers
            .get_or_init(|| toml::from_str::<File>(embedded::ROUTERS).expect("routers.toml is well formed").router)
    }

    /// Kinds of key.
    pub fn key_kinds(&self) -> &KeyKinds {
        &self.keys
    }

    /// Model ids.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// How a model string, as `provider` is given it, stands on a day: normalised first, fine-tunes by their base.
    pub fn standing(&self, provider: &Provider, id: &str, today: Date) -> Standing<'_> {
        match provider.parse_model(id) {
            ParsedId::Plain(plain) => self.models.standing(&provider.id, plain, today),
            ParsedId::FineTune(tune) => self.models.fine_tune_standing(&provider.id, tune.base, today),
            ParsedId::LegacyFineTune { base } => self.models.standing(&provider.id, base, today),
            ParsedId::MalformedFineTune { .. } => Standing::Unknown,
        }
    }

    /// Day the catalogue was last brought up to date, `YYYY-MM-DD`.
    pub fn date(&self) -> &str {
        &self.common.date
    }

    /// Prefixes that make a variable public.
    pub fn public_prefixes(&self) -> &[PublicPrefix] {
        &self.common.public_prefix
    }

    /// Whether `provider` or plain HTTP knows a header of this name, in any case.
    pub fn known_header(&self, provider: &Provider, name: &str) -> bool {
        let common = self.common.headers.iter().map(String::as_str);
        let wrong = provider.wrong_headers.iter().map(String::as_str);
        provider.headers().chain(common).chain(wrong).any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The header that `name` is a misspelling of: none if it is known, or if nothing is near.
    pub fn header_near<'a>(&'a self, provider: &'a Provider, name: &str) -> Option<&'a str> {
        if self.known_header(provider, name) {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let candidates = provider.headers().chain(self.common.written_by_hand.iter().map(String::as_str));
        candidates
            .map(|known| (header_distance(&name, &known.to_ascii_lowercase()), known))
            .filter(|&(distance, known)| distance <= if known.len() < 8 { 1 } else { 2 })
            .min_by_key(|&(distance, _)| distance)
            .map(|(_, known)| known)
    }
}

/// Edits between two names; separators that differ or are missing count as one edit in all.
fn header_distance(name: &str, known: &str) -> usize {
    let letters = |text: &str| text.replace(['-', '_', ' '], "");
    if letters(name) == letters(known) { 1 } else { strsim::osa_distance(name, known) }
}

/// Splits `host:port`; an IPv6 address in brackets keeps them.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => {
            (name, Some(port))
        }
        _ => (host, None),
    }
}

/// Reads one provider in the format of `data/providers`, with its kinds of key.
pub fn read_provider(text: &str) -> Result<(Provider, Vec<KeyKind>), toml::de::Error> {
    let mut file: ProviderFile = toml::from_str(text)?;
    let provider: Provider = file.rest.try_into()?;
    for kind in &mut file.key {
        kind.provider.clone_from(&provider.id);
    }
    Ok((provider, file.key))
}

fn read_providers() -> (Vec<Provider>, Vec<KeyKind>) {
    let mut providers = Vec::new();
    let mut keys = Vec::new();
    for (id, text) in embedded::PROVIDERS {
        let read = read_provider(text).unwrap_or_else(|error| panic!("{id}.toml is well formed: {error}"));
        providers.push(read.0);
        keys.extend(read.1);
    }
    let rows = embedded::REGISTRY.lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let mut cells = row.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        providers.push(Provider::thin(next(), next(), next(), next()));
    }
    (providers, keys)
}

#[cfg(test)]
mod tests;
