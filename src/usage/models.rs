//! Model ids on their way to a provider: literals that reach a call, a client's option, a request's body or URL, or that an
//! environment file gives to a provider's model variable.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::libraries::Row;
use crate::catalog::{EnvRole, ModelPolicy, Provider};
use crate::facts::{ValueId, ValueKind};
use crate::text::TextRange;
use crate::usage::Usage;
use crate::usage::calls::{CallKind, router};
use crate::usage::clients::{Client, ClientOption, Endpoint};

/// A model id that reaches a provider.
#[derive(Clone, Debug)]
pub struct ModelUse<'a> {
    /// The id as the provider is given it.
    pub id: String,
    /// Where it is written, without quotes; as long as `id` unless the source has escapes.
    pub range: TextRange,
    /// The literal.
    pub value: ValueId,
    /// The provider that it reaches.
    pub provider: &'a Provider,
}

/// The model in a URL of Google's API.
static URL_MODEL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"/models/([A-Za-z0-9._-]+):").expect("well formed"));

/// Finds every model id whose provider is known and whose provider does not take any name.
pub(super) fn model_uses<'a>(usage: &Usage<'a>) -> Vec<ModelUse<'a>> {
    let mut res = Collector { usage, found: Vec::new(), seen: HashSet::new() };
    res.calls();
    res.clients();
    res.instances();
    res.builders();
    res.urls();
    res.definitions();
    res.found.sort_by_key(|it| it.range.start);
    res.found
}

struct Collector<'u, 'a> {
    usage: &'u Usage<'a>,
    found: Vec<ModelUse<'a>>,
    seen: HashSet<(ValueId, String)>,
}

impl<'a> Collector<'_, 'a> {
    fn calls(&mut self) {
        for call in self.usage.llm_calls() {
            let Some(model) = call.model else { continue };
            match (call.kind, call.endpoint.provider()) {
                (CallKind::Wrapper, _) => self.routed(call.call, model),
                (_, Some(provider)) => self.add(provider, model),
                (_, None) => {}
            }
        }
        self.router_calls();
    }

    /// Calls of libraries that reach many providers and that the library tables do not list.
    fn router_calls(&mut self) {
        let resolver = self.usage.resolver();
        for (id, call) in self.usage.facts().calls() {
            let Some(router) = resolver.path(call.callee).and_then(|it| router(self.usage, &it)) else { continue };
            if let ClientOption::Given(model) = resolver.client_option(call, &router.model_options) {
                self.routed(id, model);
            } else if let Some(model) = router.model_position.and_then(|it| call.positional(it)) {
                self.routed(id, model.value);
            }
        }
    }

    /// A model string that names its provider.
    fn routed(&mut self, id: ValueId, model: ValueId) {
        let resolver = self.usage.resolver();
        let Some(call) = self.usage.facts().call(id) else { return };
        let Some(router) = resolver.path(call.callee).and_then(|it| router(self.usage, &it)) else { return };
        if resolver.client_option(call, &router.base_url_options) != ClientOption::Absent || router.gateway.is_some() {
            return;
        }
        for value in self.literals(model) {
            let Some((text, range)) = self.literal(value) else { continue };
            let Some((provider, plain)) = router.split(&text) else { continue };
            let Some(provider) = self.usage.catalog().provider(provider) else { continue };
            let skipped = (text.len() - plain.len()) as u32;
            let exact = range.len() as usize == text.len();
            let range = if exact { TextRange::new(range.start + skipped, range.end) } else { range };
            self.push(provider, plain.to_owned(), range, value);
        }
    }

    fn clients(&mut self) {
        for client in self.usage.clients() {
            let Some(call) = self.usage.facts().call(client.call) else { continue };
            let Some(provider) = client.endpoint.provider() else { continue };
            let named = match self.usage.resolver().client_option(call, &client.sdk.model_options) {
                ClientOption::Given(model) => Some(model),
                _ => None,
            };
            let position = client.sdk.model_position.filter(|_| !self.makes_function(client));
            let given = named.or_else(|| Some(call.positional(position?)?.value));
            given.into_iter().for_each(|it| self.add(provider, it));
        }
    }

    /// `openai("gpt-…")` of libraries whose client is a function.
    fn instances(&mut self) {
        let resolver = self.usage.resolver();
        let functions: Vec<&Client<'a>> = self.usage.clients().iter().filter(|it| self.makes_function(it)).collect();
        if functions.is_empty() {
            return;
        }
        for (_, call) in self.usage.facts().calls() {
            let Some(made) = resolver.origins(call.callee).single_value() else { continue };
            let client = functions.iter().find(|client| client.call == made);
            if let Some(client) = client
                && let (Some(provider), Some(position)) = (client.endpoint.provider(), client.sdk.model_position)
            {
                call.positional(position).into_iter().for_each(|it| self.add(provider, it.value));
            }
        }
    }

    /// Request builders (`CreateChatCompletionRequestArgs::default().model(…)`), where every client of the file goes to one
    /// provider.
    fn builders(&mut self) {
        let resolver = self.usage.resolver();
        let mut endpoints = self.usage.clients().iter().map(|it| it.endpoint);
        let Some(Endpoint::Provider(first)) = endpoints.next() else { return };
        if !endpoints.all(|it| it.provider().is_some_and(|it| it.id == first.id)) {
            return;
        }
        for (_, call) in self.usage.facts().calls() {
            if let Some(Row::Model(argument)) = resolver.path_row(call)
                && let Some(model) = resolver.argument(call, argument)
            {
                self.add(first, model);
            }
        }
    }

    fn urls(&mut self) {
        for request in self.usage.requests() {
            let (Some(provider), Some(path)) = (request.endpoint.provider(), &request.path) else { continue };
            let Some(model) = URL_MODEL.captures(path).and_then(|it| it.get(1)) else { continue };
            let piece = self.usage.facts().values().find_map(|(id, value)| match &value.kind {
                ValueKind::Text(_) => self.usage.own_pieces(id).into_iter().find_map(|(text, range)| {
                    let at = text.find(&format!("/models/{}:", model.as_str()))? + "/models/".len();
                    let start = range.start + at as u32;
                    (text.len() == range.len() as usize)
                        .then(|| (id, TextRange::new(start, start + model.len() as u32)))
                }),
                _ => None,
            });
            if let Some((value, range)) = piece {
                self.push(provider, model.as_str().to_owned(), range, value);
            }
        }
    }

    /// `OPENAI_MODEL=…` in an environment file that does not move the provider elsewhere.
    fn definitions(&mut self) {
        let facts = self.usage.facts();
        for definition in &facts.definitions {
            let Some((prefix, rest)) = definition.name.split_once('_') else { continue };
            let names_model =
                rest == "MODEL" || rest.ends_with("_MODEL") || rest.starts_with("MODEL_") || rest == "DEFAULT_MODEL";
            let provider =
                self.usage.catalog().providers().iter().find(|it| it.llm && !it.thin && calls_itself(it, prefix));
            let Some(provider) = provider.filter(|_| names_model) else { continue };
            let moved = facts.definitions.iter().any(|other| {
                let same = other.name.split_once('_').is_some_and(|(it, _)| it == prefix);
                let is_url = same && ["BASE", "URL", "ENDPOINT", "HOST"].iter().any(|it| other.name.contains(it));
                let endpoint = || self.usage.resolver().endpoint(other.value, self.usage.catalog()).1;
                is_url && endpoint().provider().is_none_or(|it| it.id != provider.id)
            });
            if !moved {
                self.add(provider, definition.value);
            }
        }
    }

    /// Whether a constructor gives a function that takes the model, rather than taking it itself.
    fn makes_function(&self, client: &Client<'_>) -> bool {
        let call = self.usage.facts().call(client.call);
        let path = call.and_then(|it| self.usage.resolver().path(it.callee));
        !client.sdk.instances.is_empty() && path.is_some_and(|it| client.sdk.clients.contains(&it))
    }

    fn add(&mut self, provider: &'a Provider, model: ValueId) {
        for value in self.literals(model) {
            if let Some((text, range)) = self.literal(value) {
                self.push(provider, text, range, value);
            }
        }
    }

    fn push(&mut self, provider: &'a Provider, id: String, range: TextRange, value: ValueId) {
        let is_known = provider.models != ModelPolicy::Free && !provider.local && !provider.thin;
        if is_known && !id.is_empty() && self.seen.insert((value, provider.id.clone())) {
            self.found.push(ModelUse { id, range, value, provider });
        }
    }

    /// The literals that a value may be, defaults of environment reads included.
    fn literals(&self, model: ValueId) -> Vec<ValueId> {
        let resolver = self.usage.resolver();
        let origins = resolver.origins(model);
        let defaults = origins.values().filter_map(|it| resolver.environment_read(it)?.default);
        let defaults: Vec<ValueId> =
            defaults.flat_map(|it| resolver.origins(it).values().collect::<Vec<_>>()).collect();
        origins.values().chain(defaults).filter(|it| !self.is_compared(*it)).collect()
    }

    /// Whether a literal stands in a comparison, which is no use of the model.
    fn is_compared(&self, value: ValueId) -> bool {
        let facts = self.usage.facts();
        facts.parent_past_transparent(value).is_some_and(|it| {
            matches!(&facts[it].kind, ValueKind::Binary { operator, .. } if ["==", "!=", "in", "!in"].contains(&&**operator))
        })
    }

    /// A literal's text and where it is written.
    fn literal(&self, value: ValueId) -> Option<(String, TextRange)> {
        let ValueKind::Text(text) = &self.usage.facts()[value].kind else { return None };
        let text = text.literal()?;
        let range = match self.usage.own_pieces(value).as_slice() {
            [(_, range)] => *range,
            _ => self.usage.facts().range(value),
        };
        Some((text, range))
    }
}

/// Whether the names of a provider's variables begin with this word.
fn calls_itself(provider: &Provider, prefix: &str) -> bool {
    let mut keys = provider.env.iter().filter(|it| it.role == EnvRole::ApiKey);
    keys.any(|it| {
        it.name
            .split_once('_')
            .is_some_and(|(first, rest)| first == prefix && (rest.starts_with("API") || rest == "TOKEN"))
    })
}
