//! Drives the built server as an editor does.

mod actions;
mod agreement;
mod lifecycle;
mod project;
mod sync;

#[path = "../support"]
mod support {
    #[expect(dead_code, reason = "the fixture runner uses the rest")]
    pub(crate) mod fixture;
    pub(crate) mod keys;
    pub(crate) mod lsp;
    pub(crate) mod random;
}

use serde_json::{Value, json};
use support::lsp::Client;

pub(crate) const URI: &str = "untitled:a";

pub(crate) fn capabilities(capabilities: Value) -> Value {
    json!({ "processId": std::process::id(), "rootUri": null, "capabilities": capabilities })
}

/// The hull of a document's life; answers whether the server still serves.
pub(crate) fn is_alive(client: &mut Client, uri: &str) -> bool {
    client.open(uri, "python", "x = 1\n");
    let diagnostics = client.diagnostics(uri, 1);
    client.close(uri);
    client.diagnostics(uri, Value::Null);
    diagnostics.is_empty()
}
