//! Clients of provider libraries: which provider they speak to, and where their calls really go.

use std::collections::HashMap;

use crate::catalog::{Catalog, Host, Provider, Sdk};
use crate::facts::{Call, ValueId, ValueKind};
use crate::language::Language;
use crate::usage::resolve::{Origin, Resolver};

/// How many builder calls a configuration may be made of.
const CHAIN: usize = 24;

/// Where calls go.
#[derive(Clone, Copy, Debug)]
pub enum Endpoint<'a> {
    /// To a provider's own host.
    Provider(&'a Provider),
    /// To one's own machine or network.
    Local,
    /// To a known host that is no provider's.
    Other,
    /// Not known: anything may be right there.
    Unknown,
}

impl<'a> Endpoint<'a> {
    /// The provider, if it is known that calls go to one.
    pub fn provider(self) -> Option<&'a Provider> {
        match self {
            Self::Provider(provider) => Some(provider),
            _ => None,
        }
    }
}

/// The construction of a client.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The call that makes it.
    pub call: ValueId,
    /// The provider whose client it is.
    pub provider: &'a Provider,
    /// The library.
    pub sdk: &'a Sdk,
    /// Where its calls go.
    pub endpoint: Endpoint<'a>,
}

/// Clients by the canonical path of their constructor.
pub struct SdkIndex<'a> {
    by_path: HashMap<&'a str, (&'a Provider, &'a Sdk)>,
}

impl<'a> SdkIndex<'a> {
    /// The libraries of a language.
    pub fn new(catalog: &'a Catalog, language: Language) -> Self {
        let family = language.family();
        let ours = catalog.sdks().filter(|(_, sdk)| sdk.language.family() == family);
        let paths = ours.flat_map(|(provider, sdk)| {
            let all = sdk.clients.iter().chain(&sdk.instances);
            all.map(move |path| (path.as_str(), (provider, sdk)))
        });
        Self { by_path: paths.collect() }
    }

    /// The library that a constructor's or instance's path belongs to.
    /// A CommonJS module that is its own default export is found by its name alone.
    pub fn get(&self, path: &str) -> Option<(&'a Provider, &'a Sdk)> {
        let default = || self.by_path.get(format!("{path}.default").as_str());
        self.by_path.get(path).or_else(default).copied()
    }
}

impl<'a> Resolver<'a> {
    /// The client that a call makes, if it makes one.
    pub fn client(&self, value: ValueId, index: &SdkIndex<'a>, catalog: &'a Catalog) -> Option<Client<'a>> {
        let call = self.facts.call(value)?;
        let path = self.path(call.callee)?;
        // Rust constructs by `Client::new`, `Client::with_config`.
        let (provider, sdk) = index.get(&path).or_else(|| match self.facts.language {
            Language::Rust => {
                path.rsplit_once('.').and_then(|(of, _)| index.get(of)).filter(|_| self.type_of(value).is_some())
            }
            _ => None,
        })?;
        let endpoint = self.client_endpoint(call, provider, sdk, catalog);
        Some(Client { call: value, provider, sdk, endpoint })
    }

    fn client_endpoint(&self, call: &Call, provider: &'a Provider, sdk: &Sdk, catalog: &'a Catalog) -> Endpoint<'a> {
        let default = Endpoint::Provider(provider);
        match self.client_option(call, &sdk.base_url_options) {
            ClientOption::Given(url) => match self.facts[self.facts.past_transparent(url)].kind {
                ValueKind::Null => default,
                _ => self.endpoint(url, catalog).1,
            },
            ClientOption::Absent => default,
            ClientOption::Unknown => Endpoint::Unknown,
        }
    }

    /// An option of a client: a keyword, a key of the options object, a builder method of its configuration.
    pub fn client_option(&self, call: &Call, names: &[String]) -> ClientOption {
        let given = names.iter().find_map(|name| call.named(name)).map(|it| it.value);
        if let Some(value) = given {
            return ClientOption::Given(value);
        }
        match self.facts.language {
            Language::Python if call.has_spread() => ClientOption::Unknown,
            Language::Rust => self.builder_option(call, names),
            _ if self.facts.language.is_ecmascript() => self.options_object(call, names),
            _ => ClientOption::Absent,
        }
    }

    fn options_object(&self, call: &Call, names: &[String]) -> ClientOption {
        let Some(options) = call.arguments.first() else { return ClientOption::Absent };
        if options.spread {
            return ClientOption::Unknown;
        }
        if self.is_text(options.value) {
            return ClientOption::Absent;
        }
        let map = self.map(options.value);
        let named = |key: &str| map.entries.iter().rev().find(|it| it.key.as_deref() == Some(key));
        if let Some(entry) = names.iter().find_map(|name| named(name)) {
            return ClientOption::Given(entry.value);
        }
        // LangChain passes the client's own options on inside one of its own.
        let nested = ["configuration", "clientOptions", "clientConfig"].iter().any(|it| named(it).is_some());
        if map.open || nested { ClientOption::Unknown } else { ClientOption::Absent }
    }

    /// An option set by a builder method of the client or of a configuration passed to it.
    fn builder_option(&self, call: &Call, names: &[String]) -> ClientOption {
        let mut todo: Vec<ValueId> = call.arguments.iter().map(|it| it.value).chain(self.receiver(call)).collect();
        let mut unknown = false;
        for _ in 0..CHAIN {
            let Some(at) = todo.pop() else { break };
            let origins = self.origins(at);
            for origin in &origins.all {
                let Origin::Value(origin) = origin else {
                    unknown |= matches!(origin, Origin::Parameter(_) | Origin::Unknown);
                    continue;
                };
                let Some(inner) = self.facts.call(*origin) else { continue };
                if self.callee_name(inner).is_some_and(|it| names.iter().any(|name| name == it))
                    && let Some(argument) = inner.positional(0)
                {
                    return ClientOption::Given(argument.value);
                }
                todo.extend(self.receiver(inner));
            }
            unknown |= !origins.complete;
        }
        if unknown { ClientOption::Unknown } else { ClientOption::Absent }
    }

    /// The path and the endpoint of a URL or base URL.
    pub fn endpoint(&self, url: ValueId, catalog: &'a Catalog) -> (Option<String>, Endpoint<'a>) {
        let mut found: Option<(Option<String>, Endpoint<'a>)> = None;
        let mut candidates: Vec<String> = self.texts(url).iter().map(|it| self.url_text(it)).collect();
        if candidates.is_empty() {
            candidates.push(self.url_text(&self.text(url)));
        }
        for text in candidates {
            let Some((host, path)) = split_url(&text) else { continue };
            let endpoint = match catalog.host_kind(&host) {
                Host::Provider(provider) => Endpoint::Provider(provider),
                Host::Local => Endpoint::Local,
                Host::Unknown => Endpoint::Other,
            };
            let same = |other: &Endpoint<'_>| other.provider().map(|it| &it.id) == endpoint.provider().map(|it| &it.id);
            match &found {
                Some((_, other)) if !same(other) => return (None, Endpoint::Unknown),
                Some(_) => {}
                None => found = Some((path, endpoint)),
            }
        }
        found.unwrap_or((None, Endpoint::Unknown))
    }

    /// A URL's text as far as it is known; a hole in front gives its own default, later ones end it.
    fn url_text(&self, text: &crate::usage::texts::Resolved) -> String {
        let prefix = text.prefix();
        if !prefix.is_empty() {
            let hole = text.holes().next().is_some();
            return if hole { format!("{prefix}\u{fffd}") } else { prefix };
        }
        let Some(hole) = text.holes().next() else { return prefix };
        let default =
            self.environment_origins(hole).into_iter().find_map(|it| it.default).and_then(|it| self.literal(it));
        let known = default.or_else(|| self.origins(hole).values().find_map(|it| self.literal(it)));
        let rest: String = text
            .pieces
            .iter()
            .skip(1)
            .map_while(|piece| match piece {
                crate::usage::texts::Piece::Literal { text, .. } => Some(text.as_str()),
                crate::usage::texts::Piece::Hole { .. } => None,
            })
            .collect();
        known.map_or(String::new(), |it| it + &rest)
    }
}

/// What is known of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientOption {
    /// It is given.
    Given(ValueId),
    /// It is not given.
    Absent,
    /// It may be given where it cannot be seen.
    Unknown,
}

/// The host and the path of a URL whose host is complete; `\u{fffd}` stands for what is not known.
pub fn split_url(text: &str) -> Option<(String, Option<String>)> {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if ["http", "https", "ws", "wss"].contains(&scheme) => rest,
        Some(_) => return None,
        None => text.strip_prefix("//").unwrap_or(text),
    };
    let (host, path) = match rest.find(['/', '?', '#']) {
        Some(at) => (&rest[..at], Some(rest[at..].to_owned())),
        None => (rest, None),
    };
    let host = host.rsplit('@').next().unwrap_or(host);
    let is_host = !host.is_empty()
        && host.chars().all(|it| it.is_ascii_alphanumeric() || ".-:[]".contains(it))
        && (host.contains('.') || host.contains(':') || text.contains("://"));
    is_host.then(|| (host.to_ascii_lowercase(), path))
}

#[cfg(test)]
mod tests {
    use super::split_url;

    #[test]
    fn urls() {
        for (url, want) in [
            ("https://api.openai.com/v1/chat", Some(("api.openai.com", Some("/v1/chat")))),
            ("https://API.openai.com", Some(("api.openai.com", None))),
            ("api.openai.com", Some(("api.openai.com", None))),
            ("http://localhost:11434/v1", Some(("localhost:11434", Some("/v1")))),
            ("https://\u{fffd}", None),
            ("https://eu.\u{fffd}.example/x", None),
            ("/v1/chat", None),
            ("postgres://db/x", None),
            ("chat/completions", None),
        ] {
            let got = split_url(url);
            assert_eq!(got.as_ref().map(|(host, path)| (host.as_str(), path.as_deref())), want, "{url}");
        }
    }
}
