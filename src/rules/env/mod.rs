//! Environment files and names.

pub mod env_bearer_prefix;
pub mod real_key_in_example;
