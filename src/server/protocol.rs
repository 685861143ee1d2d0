//! The types of the language server protocol, under one name that is ours.

pub(super) use tower_lsp::lsp_types::*;
