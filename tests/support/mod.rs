//! What the integration tests share.

pub(crate) mod fixture;
pub(crate) mod keys;
pub(crate) mod random;
