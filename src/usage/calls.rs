//! Calls that reach an LLM provider.

use crate::catalog::libraries::Row;
use crate::catalog::{Provider, Router};
use crate::facts::{Call, ValueId, ValueKind};
use crate::usage::Usage;
use crate::usage::clients::Endpoint;
use crate::usage::resolve::Origin;

/// One call that reaches an LLM provider.
#[derive(Clone, Debug)]
pub struct LlmCall<'a> {
    /// The call.
    pub call: ValueId,
    /// How it gets there.
    pub kind: CallKind,
    /// The provider whose client or host it is; `None` for a library that reaches many.
    pub provider: Option<&'a Provider>,
    /// Where it goes.
    pub endpoint: Endpoint<'a>,
    /// The construction of its client, if it is in this file.
    pub client: Option<ValueId>,
    /// The argument that names the model.
    pub model: Option<ValueId>,
}

/// How a call gets to its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// Through a provider's client, which retries by itself.
    Sdk,
    /// Through a library that reaches many providers.
    Wrapper,
    /// By HTTP.
    Http,
}

/// Finds every such call of a document.
pub fn llm_calls<'a>(usage: &Usage<'a>) -> Vec<LlmCall<'a>> {
    let resolver = usage.resolver();
    let through_libraries = usage.facts().calls().filter_map(|(id, call)| match resolver.path_row(call) {
        Some(Row::Llm { model }) => {
            let model = model.as_ref().and_then(|it| resolver.argument(call, it));
            Some(library_call(usage, id, call, model))
        }
        _ => None,
    });
    let by_http = usage.requests().iter().filter(|it| !it.session).filter_map(|it| {
        let provider = it.endpoint.provider().filter(|it| it.llm)?;
        let model = it.body.and_then(|body| resolver.entry_of(body_map(usage, body), "model"));
        Some(LlmCall {
            call: it.call,
            kind: CallKind::Http,
            provider: Some(provider),
            endpoint: it.endpoint,
            client: None,
            model,
        })
    });
    let mut res: Vec<LlmCall<'a>> = through_libraries.chain(by_http).collect();
    res.sort_by_key(|it| it.call);
    res
}

/// The map inside a request body: itself, or what the call that serialises it is given.
pub fn body_map(usage: &Usage<'_>, body: ValueId) -> ValueId {
    let resolver = usage.resolver();
    let serialised = resolver.origins(body).single_value().and_then(|it| usage.facts().call(it)).and_then(|call| {
        let serialises = SERIALISERS.contains(&resolver.callee_name(call)?);
        Some(call.positional(0)?.value).filter(|_| serialises)
    });
    serialised.unwrap_or(body)
}

/// Functions that make text or bytes of a map.
const SERIALISERS: &[&str] = &["stringify", "dumps", "to_string", "to_vec", "to_value", "encode"];

fn library_call<'a>(usage: &Usage<'a>, id: ValueId, call: &Call, model: Option<ValueId>) -> LlmCall<'a> {
    let path = usage.resolver().path(call.callee).unwrap_or_default();
    let (client, provider, endpoint) = client_of(usage, call);
    let is_router = router(usage, &path).is_some();
    LlmCall {
        call: id,
        kind: if is_router { CallKind::Wrapper } else { CallKind::Sdk },
        provider,
        endpoint,
        client,
        model,
    }
}

/// The library that reaches many providers and has a call of this path.
pub fn router<'a>(usage: &Usage<'a>, path: &str) -> Option<&'a Router> {
    let family = usage.facts().language.family();
    let mut routers = usage.catalog().routers().iter().filter(|it| it.language.family() == family);
    routers.find(|it| it.calls.iter().any(|it| it == path))
}

/// The client that a method is called on: its construction, its provider, and where its calls go.
fn client_of<'a>(usage: &Usage<'a>, call: &Call) -> (Option<ValueId>, Option<&'a Provider>, Endpoint<'a>) {
    let resolver = usage.resolver();
    let facts = usage.facts();
    let mut at = facts.past_transparent(call.callee);
    // From the method outwards to the first object whose type is a client's.
    while let ValueKind::Member { object, .. } = facts[at].kind {
        at = facts.past_transparent(object);
        let origins = resolver.origins(at);
        let made: Vec<_> =
            origins.values().filter_map(|it| usage.clients().iter().find(|client| client.call == it)).collect();
        if let Some(first) = made.first() {
            let same = made.iter().all(|it| it.provider.id == first.provider.id);
            let known = origins.complete && same && made.len() == origins.all.len();
            let endpoint = if known { joined(made.iter().map(|it| it.endpoint)) } else { Endpoint::Unknown };
            return (Some(first.call), Some(first.provider), endpoint);
        }
        if let Some((provider, _)) = resolver.type_of(at).and_then(|it| usage.sdks().get(&it)) {
            return (None, Some(provider), Endpoint::Unknown);
        }
        if let [Origin::Import(_)] | [Origin::Global(_)] = origins.all.as_slice()
            && let Some(path) = resolver.path(at)
        {
            // A module that is its own client (`openai.chat.completions.create`).
            let owner = usage.catalog().sdks().find(|(_, sdk)| {
                sdk.language.family() == facts.language.family() && !sdk.wraps && sdk.package.replace('-', "_") == path
            });
            if let Some((provider, _)) = owner {
                return (None, Some(provider), module_endpoint(usage, at, provider));
            }
        }
    }
    (None, None, Endpoint::Unknown)
}

/// A module-level client goes to its provider unless the file sets another base URL.
fn module_endpoint<'a>(usage: &Usage<'a>, module: ValueId, provider: &'a Provider) -> Endpoint<'a> {
    let facts = usage.facts();
    let ValueKind::Name(name) = &facts[module].kind else { return Endpoint::Unknown };
    let is_base = |key: &str| ["api_base", "base_url", "api_type", "azure_endpoint"].contains(&key);
    let moved = facts.stores_of(name, facts[module].scope).iter().any(|it| match facts[*it].place.path.first() {
        Some(crate::facts::Step::Key(key, _)) => is_base(key),
        _ => false,
    });
    if moved { Endpoint::Unknown } else { Endpoint::Provider(provider) }
}

fn joined<'a>(mut endpoints: impl Iterator<Item = Endpoint<'a>>) -> Endpoint<'a> {
    let Some(first) = endpoints.next() else { return Endpoint::Unknown };
    let id = |it: Endpoint<'_>| it.provider().map(|it| it.id.clone());
    if endpoints.all(|it| id(it) == id(first)) { first } else { Endpoint::Unknown }
}
