//! Rules on the headers of requests to LLM providers.

pub mod header_typo;
pub mod malformed_bearer;
pub mod missing_bearer;
pub mod uninterpolated_template;
pub mod wrong_auth_header;
