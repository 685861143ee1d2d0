//! Documents kept in step, and their diagnostics pushed or pulled.

use std::time::Duration;

use serde_json::json;

use crate::support::lsp::{Client, able, range};
use crate::{URI, capabilities, is_alive};

#[test]
fn unknown_documents_are_ignored_with_a_warning() {
    let mut client = Client::start(capabilities(json!({})));
    client.change("untitled:never", 2, json!([{ "text": "x" }]));
    client.open("untitled:text", "plaintext", "x");
    client.change("untitled:text", 2, json!([{ "text": "y" }]));
    assert!(is_alive(&mut client, URI));
    let said = client.linger(Duration::from_millis(300));
    assert!(said.is_empty(), "{said:?}");
    let warnings = client.story().matches("not open").count();
    assert_eq!(warnings, 1, "none for a document that is only not read: {}", client.story());
}

#[test]
fn pull_instead_of_push() {
    let pull = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = Client::spawn();
    let result = client.request("initialize", capabilities(pull)).expect("initialize");
    assert_eq!(result["capabilities"]["diagnosticProvider"]["interFileDependencies"], true);
    client.notify("initialized", json!({}));
    client.open(URI, "python", "x = 1\n");
    let asked = json!({ "textDocument": { "uri": URI } });
    let report = client.request("textDocument/diagnostic", asked.clone()).expect("a report");
    assert_eq!(report, json!({ "kind": "full", "items": [] }));
    client.change(URI, 2, json!([{ "text": "y = 1\n" }]));
    let report = client.request("textDocument/diagnostic", asked.clone()).expect("a report");
    assert_eq!(report["kind"], "full");
    client.close(URI);
    let report = client.request("textDocument/diagnostic", asked).expect("a report");
    assert_eq!(report, json!({ "kind": "full", "items": [] }));
    let said = client.linger(Duration::from_millis(300));
    assert!(said.is_empty(), "nothing is pushed: {said:?}");
}

#[test]
fn edits_are_published_with_their_version() {
    let mut client = Client::start(capabilities(json!({})));
    client.open(URI, "python", "a = 1\r\nb = '🙂'\rc = 3\n");
    client.diagnostics(URI, 1);
    client.change(URI, 2, json!([
        { "range": { "start": { "line": 1, "character": 5 }, "end": { "line": 1, "character": 7 } }, "text": "x" },
        { "range": { "start": { "line": 9, "character": 9 }, "end": { "line": 99, "character": 0 } }, "text": "d = 4" },
    ]));
    client.diagnostics(URI, 2);
    for version in 3..60 {
        client.change(URI, version, json!([{ "text": format!("x = {version}\n") }]));
    }
    client.diagnostics(URI, 59);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_waiting_request_can_be_cancelled() {
    let mut client = Client::start(capabilities(json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    })));
    client.open(URI, "python", "x = 1\n");
    let asked = json!({ "textDocument": { "uri": URI } });
    client.request("textDocument/diagnostic", asked.clone()).expect("a report");
    // An edit is judged after a while, so this request waits.
    client.change(URI, 2, json!([{ "text": "x = 2\n" }]));
    let id = client.send("textDocument/diagnostic", asked.clone());
    client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(client.reply(id).expect_err("cancelled")["code"], -32800);
    client.request("textDocument/diagnostic", asked).expect("a report");
}

#[test]
fn a_finding_at_the_caret_waits_for_a_pause() {
    let mut client = Client::start(capabilities(able("utf-8")));
    client.open(URI, "python", "x = 1\n");
    client.diagnostics(URI, 1);
    client.change(URI, 2, json!([{ "range": range((0, 5), (0, 5)), "text": "  # keylint: ignore[hardcoded-key]" }]));
    let first = client.diagnostics(URI, 2);
    let then = client.diagnostics(URI, 2);
    assert_eq!((first.len(), then.len()), (0, 1), "held back, then shown");
    client.change(URI, 3, json!([{ "range": range((0, 25), (0, 25)), "text": " " }]));
    assert_eq!(client.diagnostics(URI, 3).len(), 1, "typing in a finding does not blink it away");
    client.change(URI, 4, json!([{ "range": range((0, 0), (0, 0)), "text": "y = (" }]));
    let mut last = client.diagnostics(URI, 4);
    while last.is_empty() {
        last = client.diagnostics(URI, 4);
    }
    assert_eq!(last[0]["range"]["start"]["character"], 14, "moved with the text");
}
