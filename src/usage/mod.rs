//! Facts read in the light of the catalogue: what the code asks of an LLM provider.

pub mod callees;
pub mod calls;
pub mod clients;
pub mod contexts;
pub mod credentials;
pub mod environment;
pub mod headers;
pub mod joined;
pub mod keys;
pub mod maps;
pub mod models;
pub mod paths;
pub mod places;
pub mod requests;
pub mod resolve;
pub mod retries;
pub mod texts;
pub mod written;

use std::cell::OnceCell;

use crate::catalog::Catalog;
use crate::facts::Facts;
use crate::usage::calls::LlmCall;
use crate::usage::clients::{Client, SdkIndex};
use crate::usage::headers::HeaderUse;
use crate::usage::keys::BoundKey;
use crate::usage::models::ModelUse;
use crate::usage::places::Places;
use crate::usage::requests::Request;
use crate::usage::resolve::Resolver;
use crate::usage::retries::Retry;
use crate::usage::written::WrittenKey;

/// What a document's code asks of LLM providers. The parts are worked out when a rule first asks for them.
pub struct Usage<'a> {
    resolver: Resolver<'a>,
    catalog: &'a Catalog,
    sdks: OnceCell<SdkIndex<'a>>,
    clients: OnceCell<Vec<Client<'a>>>,
    requests: OnceCell<Vec<Request<'a>>>,
    llm_calls: OnceCell<Vec<LlmCall<'a>>>,
    headers: OnceCell<Vec<HeaderUse<'a>>>,
    models: OnceCell<Vec<ModelUse<'a>>>,
    retries: OnceCell<Vec<Retry>>,
    places: OnceCell<Places>,
    keys: OnceCell<Vec<BoundKey<'a>>>,
    written: OnceCell<Vec<WrittenKey<'a>>>,
}

impl<'a> Usage<'a> {
    /// Reads a document's facts.
    pub fn new(facts: &'a Facts, catalog: &'a Catalog) -> Self {
        Self {
            resolver: Resolver::new(facts),
            catalog,
            sdks: OnceCell::new(),
            clients: OnceCell::new(),
            requests: OnceCell::new(),
            llm_calls: OnceCell::new(),
            headers: OnceCell::new(),
            models: OnceCell::new(),
            retries: OnceCell::new(),
            places: OnceCell::new(),
            keys: OnceCell::new(),
            written: OnceCell::new(),
        }
    }

    /// The document's facts.
    pub fn facts(&self) -> &'a Facts {
        self.resolver.facts
    }

    /// What values stand for.
    pub fn resolver(&self) -> &Resolver<'a> {
        &self.resolver
    }

    /// The catalogue that the facts are read in the light of.
    pub fn catalog(&self) -> &'a Catalog {
        self.catalog
    }

    /// The client libraries of the document's language.
    pub fn sdks(&self) -> &SdkIndex<'a> {
        self.sdks.get_or_init(|| SdkIndex::new(self.catalog, self.facts().language))
    }

    /// Every construction of a provider's client.
    pub fn clients(&self) -> &[Client<'a>] {
        self.clients.get_or_init(|| {
            let calls = self.facts().calls();
            calls.filter_map(|(id, _)| self.resolver.client(id, self.sdks(), self.catalog)).collect()
        })
    }

    /// Every raw HTTP request and session.
    pub fn requests(&self) -> &[Request<'a>] {
        self.requests.get_or_init(|| requests::requests(&self.resolver, self.catalog))
    }

    /// Every construct that calls an LLM again after a failure.
    pub fn retries(&self) -> &[Retry] {
        self.retries.get_or_init(|| {
            let direct: Vec<_> = self.llm_calls().iter().map(|it| it.call).collect();
            retries::find(&self.resolver, &direct)
        })
    }

    /// Every call that reaches an LLM provider directly: through a client, a wrapper, or raw HTTP.
    pub fn llm_calls(&self) -> &[LlmCall<'a>] {
        self.llm_calls.get_or_init(|| calls::llm_calls(self))
    }

    /// Every header that is sent, or put into a map of headers, under a known name.
    pub fn headers(&self) -> &[HeaderUse<'a>] {
        self.headers.get_or_init(|| headers::headers(self))
    }

    /// Every model id that reaches a provider.
    pub fn models(&self) -> &[ModelUse<'a>] {
        self.models.get_or_init(|| models::model_uses(self))
    }

    /// Places by the value that is put there.
    fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::new(self))
    }

    /// Every literal that is used as a provider's key.
    pub fn bound_keys(&self) -> &[BoundKey<'a>] {
        self.keys.get_or_init(|| keys::bound_keys(self))
    }
}
