//! Facts read in the light of the catalogue: what the code asks of an LLM provider.

pub mod environment;
pub mod paths;
pub mod resolve;
pub mod texts;

use crate::facts::Facts;
use crate::usage::resolve::Resolver;

/// What a document's code asks of LLM providers.
pub struct Usage<'a> {
    resolver: Resolver<'a>,
}

impl<'a> Usage<'a> {
    /// Reads a document's facts. The parts are worked out when a rule first asks for them.
    pub fn new(facts: &'a Facts) -> Self {
        Self { resolver: Resolver::new(facts) }
    }

    /// What values stand for.
    pub fn resolver(&self) -> &Resolver<'a> {
        &self.resolver
    }
}
