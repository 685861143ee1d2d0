//! Literals that are used as a provider's key: passed to a client, sent in a header, put into an environment variable.

use std::collections::HashSet;

use crate::catalog::libraries::Row;
use crate::catalog::provider::Provider;
use crate::facts::{Call, Root, Step, Store, StoreId, StoreKind, ValueId, ValueKind};
use crate::usage::Usage;
use crate::usage::calls::{CallKind, router};
use crate::usage::clients::{ClientOption, Endpoint};
use crate::usage::joined::Joined;
use crate::usage::resolve::Origin;

/// How many texts one value is followed into: `Bearer {key}`, where `key` is a text again.
const DEPTH: u32 = 4;

/// Headers that carry a key at some provider.
const AUTH_HEADERS: &[&str] = &["authorization", "x-api-key", "api-key", "x-goog-api-key", "xi-api-key"];

/// Words that stand before a key in a header.
const SCHEMES: &[&str] = &["bearer", "token", "basic", "key", "apikey"];

/// A literal that is used as a key.
#[derive(Clone, Debug)]
pub struct BoundKey<'a> {
    /// The literal.
    pub value: ValueId,
    /// Its text, scheme and all.
    pub text: Joined,
    /// The length of the scheme in front of the key, its blank included.
    pub scheme: usize,
    /// Whose key it is used as.
    pub provider: Option<&'a Provider>,
    /// Where it goes.
    pub endpoint: Endpoint<'a>,
    /// How it is used.
    pub binding: Binding,
}

/// How a literal is used as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// As an option of this construction of a client, or of this call of a library that reaches many providers.
    Client {
        /// The call.
        call: ValueId,
        /// The client reads the provider's variable if no key is given.
        reads_env: bool,
    },
    /// In a header, or by a call that sets one.
    Header,
    /// As the value of an environment variable, set by this store or call.
    Variable,
}

impl BoundKey<'_> {
    /// The key without its scheme, blanks included.
    pub fn key(&self) -> &str {
        &self.text.text[self.scheme..]
    }
}

/// Collects the bound keys of a document.
struct Collect<'u, 'a> {
    usage: &'u Usage<'a>,
    /// The same literal may be reached twice: the first binding speaks.
    seen: HashSet<ValueId>,
    res: Vec<BoundKey<'a>>,
}

/// What is known of the place that a value flows to.
#[derive(Clone, Copy)]
struct Target<'a> {
    provider: Option<&'a Provider>,
    endpoint: Endpoint<'a>,
    binding: Binding,
}

/// Finds every literal of a document that is used as a key, in source order.
pub(super) fn bound_keys<'a>(usage: &Usage<'a>) -> Vec<BoundKey<'a>> {
    let mut collect = Collect { usage, seen: HashSet::new(), res: Vec::new() };
    collect.clients();
    collect.routers();
    collect.headers();
    collect.stores();
    collect.res.sort_by_key(|it| it.value);
    collect.res
}

impl<'a> Collect<'_, 'a> {
    fn clients(&mut self) {
        for client in self.usage.clients() {
            let Some(call) = self.usage.facts().call(client.call) else { continue };
            let target = Target {
                provider: client.endpoint.provider().or(Some(client.provider)),
                endpoint: client.endpoint,
                binding: Binding::Client { call: client.call, reads_env: client.sdk.reads_env },
            };
            if let ClientOption::Given(key) = self.usage.resolver().client_option(call, &client.sdk.key_options) {
                self.add(key, target);
            }
            if let Some(argument) = client.sdk.key_position.and_then(|it| call.positional(it)) {
                self.add(argument.value, target);
            }
        }
    }

    /// `litellm.completion(api_key="…")`.
    fn routers(&mut self) {
        for llm in self.usage.llm_calls().iter().filter(|it| it.kind == CallKind::Wrapper) {
            let Some(call) = self.usage.facts().call(llm.call) else { continue };
            let path = self.usage.resolver().path(call.callee).unwrap_or_default();
            let Some(router) = router(self.usage, &path) else { continue };
            let target = Target {
                provider: llm.provider,
                endpoint: llm.endpoint,
                binding: Binding::Client { call: llm.call, reads_env: false },
            };
            if let ClientOption::Given(key) = self.usage.resolver().client_option(call, &router.key_options) {
                self.add(key, target);
            }
        }
    }

    fn headers(&mut self) {
        for header in self.usage.headers() {
            let Some(provider) = header.endpoint.provider() else { continue };
            let is_auth = AUTH_HEADERS.contains(&header.name.as_str())
                || provider.auth.iter().any(|it| it.header.eq_ignore_ascii_case(&header.name))
                || provider.wrong_headers.iter().any(|it| it.eq_ignore_ascii_case(&header.name));
            if is_auth {
                let target = Target { provider: Some(provider), endpoint: header.endpoint, binding: Binding::Header };
                self.add(header.entry.value, target);
            }
        }
        for request in self.usage.requests() {
            let Some(call) = request.bearer.and_then(|it| self.usage.facts().call(it)) else { continue };
            let Some(provider) = request.endpoint.provider() else { continue };
            let target = Target { provider: Some(provider), endpoint: request.endpoint, binding: Binding::Header };
            if let Some(key) = call.positional(0) {
                self.add(key.value, target);
            }
        }
    }

    /// `openai.api_key = "…"`, `client.apiKey = "…"`, `os.environ["OPENAI_API_KEY"] = "…"`, `set_var("OPENAI_API_KEY", "…")`.
    fn stores(&mut self) {
        for (id, store) in self.usage.facts().stores() {
            let (Some(value), Some(Step::Key(key, _))) = (store.value, store.place.path.last()) else { continue };
            if let Some(meaning) = self.usage.secret_variable(key).filter(|_| self.usage.is_environment_store(id)) {
                let endpoint = Endpoint::Provider(meaning.provider);
                self.add(value, Target { provider: Some(meaning.provider), endpoint, binding: Binding::Variable });
            } else if let Some(target) = self.client_member(store, key) {
                self.add(value, target);
            }
        }
        for (_, call) in self.usage.facts().calls() {
            self.environment_call(call);
        }
    }

    fn environment_call(&mut self, call: &Call) {
        const SETTERS: &[&str] = &["set_var", "setdefault", "putenv", "setenv", "set"];
        let resolver = self.usage.resolver();
        if !resolver.callee_name(call).is_some_and(|it| SETTERS.contains(&it)) {
            return;
        }
        let (Some(name), Some(value)) = (call.positional(0), call.positional(1)) else { return };
        let Some(name) = resolver.literal(name.value) else { return };
        if let Some(meaning) = self.usage.secret_variable(&name) {
            let endpoint = Endpoint::Provider(meaning.provider);
            self.add(value.value, Target { provider: Some(meaning.provider), endpoint, binding: Binding::Variable });
        }
    }

    /// A key set on a provider's module, or on a client after its construction.
    fn client_member(&self, store: &Store, key: &str) -> Option<Target<'a>> {
        let Root::Name(name) = &store.place.root else { return None };
        if !["api_key", "apiKey"].contains(&key) || store.place.path.len() != 1 {
            return None;
        }
        let facts = self.usage.facts();
        for root in facts.stores_of(name, store.scope) {
            let root = &facts[root];
            if let StoreKind::Import(import) = root.kind {
                let path = self.usage.resolver().import_path(&facts[import])?;
                let family = facts.language.family();
                let owner = self.usage.catalog().sdks().find(|(_, sdk)| {
                    sdk.language.family() == family && !sdk.wraps && sdk.package.replace('-', "_") == path
                });
                let (provider, _) = owner?;
                // The module's base URL may be another one.
                return Some(Target {
                    provider: Some(provider),
                    endpoint: Endpoint::Unknown,
                    binding: Binding::Header,
                });
            }
            let made = root.value.map(|it| self.usage.resolver().origins(it));
            let client = made
                .iter()
                .flat_map(|it| it.values())
                .find_map(|made| self.usage.clients().iter().find(|it| it.call == made));
            if let Some(client) = client {
                let provider = client.endpoint.provider().or(Some(client.provider));
                return Some(Target { provider, endpoint: client.endpoint, binding: Binding::Header });
            }
        }
        None
    }

    /// Adds every literal that flows to `value`.
    fn add(&mut self, value: ValueId, target: Target<'a>) {
        let mut todo = vec![(value, DEPTH)];
        while let Some((value, depth)) = todo.pop() {
            let origins = self.usage.resolver().origins(value);
            for origin in &origins.all {
                let Origin::Value(origin) = origin else { continue };
                if let Some(default) = self.usage.resolver().environment_read(*origin).and_then(|it| it.default) {
                    todo.extend(depth.checked_sub(1).map(|it| (default, it)));
                    continue;
                }
                let resolved = self.usage.resolver().text(*origin);
                let holes: Vec<ValueId> = resolved.holes().filter(|it| *it != *origin).collect();
                let runs = Joined::of_resolved(&resolved);
                match (runs.as_slice(), holes.as_slice()) {
                    ([whole], []) => self.push(*origin, whole.clone(), target),
                    (_, [hole]) if depth > 0 && runs.iter().all(|it| is_scheme(&it.text)) => {
                        todo.push((*hole, depth - 1));
                    }
                    _ => {}
                }
            }
        }
    }

    fn push(&mut self, value: ValueId, text: Joined, target: Target<'a>) {
        let facts = self.usage.facts();
        let is_text = matches!(facts[value].kind, ValueKind::Text(_) | ValueKind::Call(_) | ValueKind::Binary { .. });
        // `"Bearer "`, to which the key is added elsewhere.
        if !is_text || is_scheme(&text.text) || !self.seen.insert(value) {
            return;
        }
        let scheme = if target.binding == Binding::Header { scheme_length(&text.text) } else { 0 };
        let Target { provider, endpoint, binding } = target;
        self.res.push(BoundKey { value, text, scheme, provider, endpoint, binding });
    }
}

/// Whether a text in front of a key is a scheme.
fn is_scheme(text: &str) -> bool {
    SCHEMES.contains(&text.trim().trim_end_matches(':').to_ascii_lowercase().as_str())
}

/// The length of the scheme that a header's value begins with, its blank included.
pub fn scheme_length(text: &str) -> usize {
    let word = text.trim_start();
    let Some((first, rest)) = word.split_once(' ') else { return 0 };
    if !is_scheme(first) || rest.is_empty() {
        return 0;
    }
    text.len() - rest.len()
}

impl Usage<'_> {
    /// Whether a store sets an environment variable: `os.environ["X"] = …`, `process.env.X = …`.
    pub fn is_environment_store(&self, id: StoreId) -> bool {
        let facts = self.facts();
        let store = &facts[id];
        let Root::Name(root) = &store.place.root else { return false };
        let Some((_, inner)) = store.place.path.split_last() else { return false };
        let imported = facts.stores_of(root, store.scope).into_iter().find_map(|it| match facts[it].kind {
            StoreKind::Import(import) => self.resolver().import_path(&facts[import]),
            _ => None,
        });
        let mut path = imported.unwrap_or_else(|| root.to_string());
        for step in inner {
            let Step::Key(key, _) = step else { return false };
            path = format!("{path}.{key}");
        }
        matches!(self.resolver().libraries.row(&path), Some(Row::Environment { name: None, .. }))
    }
}
