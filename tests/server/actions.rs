//! Code actions and hovers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::lsp::{Client, able, apply, range};
use crate::{URI, capabilities};

/// How a client counts columns: its offer, and the width of a character.
type Counting = (&'static str, fn(char) -> usize);

const COUNTINGS: [Counting; 3] = [("utf-8", char::len_utf8), ("utf-16", char::len_utf16), ("utf-32", |_| 1)];

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
