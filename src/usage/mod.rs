//! Facts read in the light of the catalogue: what the code asks of an LLM provider.

/// What a document's code asks of LLM providers.
pub struct Usage<'a> {
    marker: std::marker::PhantomData<&'a ()>,
}
