//! Starting, ending, and what a client may send without ending the server.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::lsp::Client;
use crate::{URI, capabilities, is_alive};

fn frame(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

#[test]
fn initialize_tells_what_the_server_can_do() {
    for (offered, want) in [
        (json!(["utf-16", "utf-8"]), "utf-8"),
        (json!(["utf-32", "utf-16"]), "utf-32"),
        (json!(["utf-16"]), "utf-16"),
        (Value::Null, "utf-16"),
    ] {
        let mut client = Client::spawn();
        let params = capabilities(json!({ "general": { "positionEncodings": offered } }));
        let result = client.request("initialize", params).expect("initialize");
        assert_eq!(result["capabilities"]["positionEncoding"], want);
        assert_eq!(result["capabilities"]["textDocumentSync"]["change"], 2);
        assert_eq!(
            result["capabilities"]["diagnosticProvider"],
            Value::Null,
            "push unless the client can be refreshed"
        );
        assert_eq!(result["serverInfo"], json!({ "name": "keylint", "version": env!("CARGO_PKG_VERSION") }));
        client.notify("initialized", json!({}));
        assert!(is_alive(&mut client, URI));
        assert_eq!(client.shutdown(), Some(0), "{}", client.story());
    }
}

#[test]
fn initialize_bears_odd_parameters() {
    for params in [
        Value::Null,
        json!({}),
        json!([]),
        json!({ "capabilities": { "textDocument": 7, "workspace": [], "general": { "positionEncodings": "utf-8" } } }),
        json!({ "processId": "one", "rootUri": 7, "workspaceFolders": { "uri": 1 }, "capabilities": null, "trace": "x" }),
    ] {
        let mut client = Client::start(params.clone());
        assert!(is_alive(&mut client, URI), "{params}");
    }
}

#[test]
fn a_client_that_does_not_wait_loses_nothing() {
    let mut client = Client::spawn();
    let id = client.send("initialize", capabilities(json!({})));
    client.notify("initialized", Value::Null);
    client.open(URI, "python", "x = 1\n");
    client.reply(id).expect("initialize");
    client.diagnostics(URI, 1);
}

#[test]
fn shutdown_takes_any_parameters() {
    for params in ["", r#","params":null"#, r#","params":{}"#, r#","params":[]"#] {
        let mut client = Client::start(capabilities(json!({})));
        client.send_body(&format!(r#"{{"jsonrpc":"2.0","id":"bye","method":"shutdown"{params}}}"#));
        let reply = client.wait("the reply to shutdown", |it| it["id"] == "bye");
        assert_eq!(reply, json!({ "jsonrpc": "2.0", "id": "bye", "result": null }));
        client.send_body(&format!(r#"{{"jsonrpc":"2.0","method":"exit"{params}}}"#));
        assert_eq!(client.exit_code(), Some(0), "standard input stays open; {}", client.story());
    }
}

#[test]
fn an_end_without_shutdown_is_a_failure() {
    let mut client = Client::start(capabilities(json!({})));
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));

    let mut client = Client::start(capabilities(json!({})));
    client.hang_up();
    assert_eq!(client.exit_code(), Some(1));

    let mut client = Client::spawn();
    client.hang_up();
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn nothing_a_client_sends_ends_the_server() {
    let mut client = Client::start(capabilities(json!({})));
    let lone_surrogate = r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":
        {"uri":"untitled:s","languageId":"python","version":1,"text":"x = '\ud83d'\n"}}}"#;
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]"#;
    let unknown = r#"{"jsonrpc":"2.0","method":"$/unknown"}"#;
    let frames: Vec<(&str, Vec<u8>)> = vec![
        ("bad JSON", frame(b"{{{")),
        ("an empty body", frame(b"")),
        ("lower-case headers", format!("content-length: {}\r\n\r\n{unknown}", unknown.len()).into_bytes()),
        ("another content type", b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}".to_vec()),
        ("a batch", frame(batch.as_bytes())),
        ("a body longer than its header says", [frame(b"{}"), b"}}".to_vec()].concat()),
        ("noise between frames", b"hello\r\n\r\n".to_vec()),
        ("a length that is no number", b"Content-Length: many\r\n\r\n".to_vec()),
        ("bytes that are not UTF-8", frame(b"\xff\xfe{}")),
        ("a lone surrogate", frame(lone_surrogate.as_bytes())),
        ("deep nesting", frame("[".repeat(100_000).as_bytes())),
    ];
    for (what, bytes) in frames {
        client.send_bytes(&bytes);
        assert!(is_alive(&mut client, URI), "{what}");
    }
    client.diagnostics("untitled:s", 1);
    for body in [
        r#"{"jsonrpc":"2.0","id":99,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x","extra":1}}"#,
        r#"{"jsonrpc":"1.0","method":"x"}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":7}}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didOpen"}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"untitled:never"}}}"#,
    ] {
        client.send_body(body);
        assert!(is_alive(&mut client, URI), "{body}");
    }
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn bad_requests_get_errors_without_content() {
    let mut client = Client::spawn();
    let error = client.request("textDocument/hover", json!({})).expect_err("not initialized");
    assert_eq!(error["code"], -32002);
    client.request("initialize", capabilities(json!({}))).expect("initialize");
    client.notify("initialized", json!({}));
    let canary = "canary".repeat(5);
    let error = client.request("textDocument/codeAction", json!(canary)).expect_err("bad parameters");
    assert_eq!(error["code"], -32602);
    let error = client.request("no/such/method", json!({})).expect_err("unknown");
    assert_eq!(error["code"], -32601);
    assert!(!client.story().contains(&canary), "{}", client.story());
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn watchers_are_registered_where_the_client_can() {
    let watched = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    for (capability, want) in [(watched, vec!["client/registerCapability"]), (json!({}), vec![])] {
        let mut client = Client::start(capabilities(capability));
        client.linger(Duration::from_millis(300));
        assert_eq!(client.asked, want);
        assert!(is_alive(&mut client, URI));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_server_follows_its_parent() {
    let mut parent = std::process::Command::new("sleep").arg("600").spawn().expect("sleep");
    let params = json!({ "processId": parent.id(), "capabilities": {} });
    let mut client = Client::start(params);
    assert!(is_alive(&mut client, URI));
    parent.kill().and_then(|()| parent.wait()).expect("it runs");
    assert_eq!(client.exit_code(), Some(1), "standard input stays open");
}
