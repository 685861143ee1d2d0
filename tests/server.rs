//! Drives the built server as an editor does.

mod support {
    pub(crate) mod lsp;
}

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use support::lsp::{Client, apply, range};

const URI: &str = "untitled:a";

fn capabilities(capabilities: Value) -> Value {
    json!({ "processId": std::process::id(), "rootUri": null, "capabilities": capabilities })
}

/// The hull of a document's life; answers whether the server still serves.
fn is_alive(client: &mut Client, uri: &str) -> bool {
    client.open(uri, "python", "x = 1\n");
    let diagnostics = client.diagnostics(uri, 1);
    client.close(uri);
    client.diagnostics(uri, Value::Null);
    diagnostics.is_empty()
}

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
fn unknown_documents_are_ignored_with_a_warning() {
    let mut client = Client::start(capabilities(json!({})));
    client.change("untitled:never", 2, json!([{ "text": "x" }]));
    client.open("untitled:text", "plaintext", "x");
    assert!(is_alive(&mut client, URI));
    let said = client.linger(Duration::from_millis(300));
    assert!(said.is_empty(), "{said:?}");
    assert!(client.story().contains("not open"), "{}", client.story());
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

/// How a client counts columns: its offer, and the width of a character.
type Counting = (&'static str, fn(char) -> usize);
const COUNTINGS: [Counting; 3] = [("utf-8", char::len_utf8), ("utf-16", char::len_utf16), ("utf-32", |_| 1)];

/// A client that can do everything, counting like this.
fn able(encoding: &str) -> Value {
    json!({
        "general": { "positionEncodings": [encoding] },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "dataSupport": true,
                "tagSupport": { "valueSet": [1, 2] },
            },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source.fixAll"] } },
                "isPreferredSupport": true,
                "dataSupport": true,
                "resolveSupport": { "properties": ["edit"] },
            },
        },
        "workspace": { "workspaceEdit": {
            "documentChanges": true,
            "resourceOperations": ["create"],
            "changeAnnotationSupport": {},
        } },
    })
}

/// A document with one finding behind an emoji.
const IGNORED: &str = "y = '🙂'; x = 1  # keylint: ignore[hardcoded-key]\n";
const FIXED: &str = "y = '🙂'; x = 1\n";

fn one(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(URI.to_owned(), text.to_owned())])
}

#[test]
fn a_finding_is_shown_fixed_and_gone() {
    for (encoding, units) in COUNTINGS {
        let mut client = Client::start(capabilities(able(encoding)));
        client.open(URI, "python", IGNORED);
        let diagnostics = client.diagnostics(URI, 1);
        let [diagnostic] = &diagnostics[..] else { panic!("one finding: {diagnostics:?}") };
        let (before, comment) = IGNORED.split_at(IGNORED.find("keylint").expect("it is there"));
        let start = before.chars().map(units).sum::<usize>() as u32;
        let end = start + comment.trim_end().len() as u32;
        assert_eq!(diagnostic["range"], range((0, start), (0, end)), "{encoding}");
        assert_eq!(diagnostic["code"], "unused-ignore");
        assert_eq!(diagnostic["source"], "keylint");
        assert_eq!(diagnostic["severity"], 2);
        assert_eq!(diagnostic["tags"], json!([1]));
        let page = diagnostic["codeDescription"]["href"].as_str().expect("a page");
        assert!(page.ends_with("/blob/main/docs/rules/unused-ignore.md"), "{page}");

        let actions = client.code_actions(URI, (0, start + 1), (0, start + 1), Value::Null);
        let titles: Vec<&str> = actions.iter().filter_map(|it| it["title"].as_str()).collect();
        assert_eq!(
            titles,
            ["Remove the unused ignore", "Ignore unused-ignore on this line", "Ignore unused-ignore in this file"]
        );
        let fix = actions[0].clone();
        assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
        assert_eq!(fix["edit"], Value::Null, "the edit is left to resolve");
        let fix = client.request("codeAction/resolve", fix).expect("an edit");
        assert_eq!(fix["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
        let fixed = apply(&one(IGNORED), &fix["edit"], units);
        assert_eq!(fixed[URI], FIXED, "{encoding}");
        client.change(URI, 2, json!([{ "text": fixed[URI] }]));
        assert_eq!(client.diagnostics(URI, 2), [Value::Null; 0]);
        assert_eq!(client.shutdown(), Some(0));
    }
}

#[test]
fn old_clients_get_plain_edits_at_once() {
    let mut client = Client::start(capabilities(json!({
        "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } },
    })));
    client.open(URI, "python", IGNORED);
    let diagnostic = &client.diagnostics(URI, 1)[0];
    for absent in ["tags", "codeDescription", "data", "relatedInformation"] {
        assert_eq!(diagnostic[absent], Value::Null, "{absent}");
    }
    let actions = client.code_actions(URI, (0, 0), (1, 0), Value::Null);
    assert_eq!(actions[0]["isPreferred"], Value::Null);
    assert!(actions[0]["edit"]["changes"].is_object());
    assert_eq!(apply(&one(IGNORED), &actions[0]["edit"], char::len_utf16)[URI], FIXED);

    let mut client = Client::start(capabilities(json!({})));
    client.open(URI, "python", IGNORED);
    assert_eq!(client.code_actions(URI, (0, 0), (1, 0), Value::Null), [Value::Null; 0], "no literals, no actions");
}

#[test]
fn actions_of_an_older_text_are_refused() {
    let mut client = Client::start(capabilities(able("utf-8")));
    client.open(URI, "python", IGNORED);
    let actions = client.code_actions(URI, (0, 0), (0, 50), json!(["quickfix"]));
    client.change(URI, 2, json!([{ "range": range((0, 0), (0, 0)), "text": "z" }]));
    let error = client.request("codeAction/resolve", actions[0].clone()).expect_err("another version");
    assert_eq!(error["code"], -32801);
    client.close(URI);
    assert_eq!(client.code_actions_of_closed(URI), Value::Null);
}

#[test]
fn fix_all_comes_only_when_asked_for() {
    let mut client = Client::start(capabilities(able("utf-16")));
    client.open(URI, "python", IGNORED);
    for (only, want) in
        [(json!(["source.fixAll"]), 1), (json!(["source.fixAll.keylint"]), 1), (json!(["source.organizeImports"]), 0)]
    {
        let actions = client.code_actions(URI, (0, 0), (0, 0), only.clone());
        assert_eq!(actions.len(), want, "{only}: {actions:?}");
        for action in actions {
            assert_eq!(action["kind"], "source.fixAll.keylint");
            assert_eq!(apply(&one(IGNORED), &action["edit"], char::len_utf16)[URI], FIXED);
        }
    }
    client.open("untitled:clean", "python", "x = 1\n");
    let actions = client.code_actions("untitled:clean", (0, 0), (0, 0), json!(["source.fixAll"]));
    assert_eq!(actions, [Value::Null; 0], "empty when there is nothing");
}

#[test]
fn hover_tells_the_rule() {
    let mut client = Client::start(capabilities(able("utf-8")));
    client.open(URI, "python", IGNORED);
    let at = |column: u32| json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": column } });
    let hover = client.request("textDocument/hover", at(30)).expect("a hover");
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().expect("text");
    assert!(text.starts_with("unused-ignore: "), "{text}");
    assert_eq!(client.request("textDocument/hover", at(1)), Ok(Value::Null));
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
