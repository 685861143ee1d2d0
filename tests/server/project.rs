//! Drives the built server on a project that lies on the disk: fixes across files, and what must not be said.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::support::lsp::{Client, able, apply, range};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A project with a key in its code, behind an emoji.
struct Project {
    folder: TempDir,
    key: String,
    code: String,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".git")).expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let key = "q7Rw2Lx9Vb4Nz8Kd3Th6".to_owned();
        let code = format!("from openai import OpenAI\n\nx = \"🙂\"; client = OpenAI(api_key=\"{key}\")\n");
        fs::write(folder.path().join("app.py"), &code).expect("a file");
        Self { folder, key, code }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there").join(name)
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    fn start(&self, capabilities: Value) -> Client {
        let mut client = Client::start(json!({
            "processId": std::process::id(),
            "workspaceFolders": [{ "uri": self.uri(""), "name": "project" }],
            "capabilities": capabilities,
        }));
        client.open(&self.uri("app.py"), "python", &self.code);
        client
    }

    /// The files on the disk, by URI.
    fn files(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.path("")).expect("a folder").map(|it| it.expect("an entry"));
        let files = entries.filter(|it| it.path().is_file());
        files
            .map(|it| (self.uri(&it.file_name().to_string_lossy()), fs::read_to_string(it.path()).expect("text")))
            .collect()
    }

    /// The action that moves the key.
    fn action(&self, client: &mut Client) -> Value {
        let diagnostics = client.diagnostics(&self.uri("app.py"), 1);
        let found = diagnostics.iter().find(|it| it["code"] == "hardcoded-key");
        let found = found.unwrap_or_else(|| panic!("no key found: {diagnostics:?}"));
        let (start, end) = (&found["range"]["start"], &found["range"]["end"]);
        let at = |it: &Value| {
            (it["line"].as_u64().expect("a number") as u32, it["character"].as_u64().expect("a number") as u32)
        };
        let actions = client.code_actions(&self.uri("app.py"), at(start), at(end), json!(["quickfix"]));
        let moves = |it: &&Value| it["title"].as_str().is_some_and(|it| it.starts_with("Move the key"));
        actions.iter().find(moves).unwrap_or_else(|| panic!("nothing moves the key: {actions:?}")).clone()
    }
}

#[test]
fn a_key_is_moved_to_the_environment() {
    for (encoding, units) in [("utf-8", char::len_utf8 as fn(char) -> usize), ("utf-16", char::len_utf16)] {
        let project = Project::new(&[(".gitignore", "target\n")]);
        let mut client = project.start(able(encoding));
        let action = project.action(&mut client);
        assert_eq!(action["edit"], Value::Null);
        assert!(!client.story().contains(&project.key), "not before the edit that moves it: {}", client.story());
        let edit = client.request("codeAction/resolve", action).expect("an edit")["edit"].take();
        let labels: Vec<&Value> = edit["changeAnnotations"].as_object().expect("annotations").values().collect();
        assert_eq!(labels, [&json!({ "label": "Create .env", "needsConfirmation": true })]);

        let files = apply(&project.files(), &edit, units);
        assert_eq!(files[&project.uri(".env")], format!("OPENAI_API_KEY={}\n", project.key), "{encoding}");
        assert_eq!(files[&project.uri(".gitignore")], "target\n.env\n");
        let code = &files[&project.uri("app.py")];
        assert!(code.contains("x = \"🙂\"; client = OpenAI(api_key=os.environ[\"OPENAI_API_KEY\"])"), "{code}");
        assert!(code.contains("import os\n"), "{code}");
        client.change(&project.uri("app.py"), 2, json!([{ "text": code }]));
        assert_eq!(client.diagnostics(&project.uri("app.py"), 2), [Value::Null; 0]);
        assert_eq!(client.shutdown(), Some(0));
    }
}

#[test]
fn open_buffers_come_before_the_disk() {
    let project = Project::new(&[(".gitignore", ".env\n"), (".env", "OLD=1\n")]);
    let mut client = project.start(able("utf-8"));
    let dotenv = project.uri(".env");
    client.open(&dotenv, "plaintext", "OLD=1\nNEW=2\n");
    let action = project.action(&mut client);
    let edit = client.request("codeAction/resolve", action).expect("an edit")["edit"].take();
    let change =
        edit["documentChanges"].as_array().expect("a list").iter().find(|it| it["textDocument"]["uri"] == dotenv);
    let change = change.unwrap_or_else(|| panic!("no edit of .env: {edit}"));
    assert_eq!(change["textDocument"]["version"], 1);
    assert_eq!(change["edits"][0]["range"], range((2, 0), (2, 0)), "behind the line that is not saved");
    assert_eq!(edit["changeAnnotations"], Value::Null, "nothing is made");
}

#[test]
fn what_the_client_cannot_make_is_left_out() {
    let project = Project::new(&[(".gitignore", ".env\n")]);
    let mut client = project.start(json!({
        "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } },
    }));
    let action = project.action(&mut client);
    assert_eq!(action["title"], "Move the key to OPENAI_API_KEY, without writing .env");
    let files = apply(&project.files(), &action["edit"], char::len_utf16);
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(!files[&project.uri("app.py")].contains(&project.key));
}

#[test]
fn keys_are_said_nowhere() {
    let project = Project::new(&[]);
    let mut client = project.start(able("utf-8"));
    let uri = project.uri("app.py");
    client.diagnostics(&uri, 1);
    let all = range((0, 0), (9, 0));
    let document = json!({ "uri": uri });
    let context = json!({ "diagnostics": [] });
    client
        .request("textDocument/codeAction", json!({ "textDocument": document, "range": all, "context": context }))
        .expect("actions");
    let position = json!({ "line": 2, "character": 45 });
    client.request("textDocument/hover", json!({ "textDocument": document, "position": position })).expect("a hover");
    // The same text where it does not belong: as a method, a URI, a language, a version.
    client.request(&project.key, json!({})).expect_err("no such method");
    client.open(&format!("untitled:{}", project.key), &project.key, "x");
    client.change(&format!("untitled:{}", project.key), 2, json!([{ "text": "x" }]));
    client.notify("textDocument/didChange", json!({ "textDocument": { "uri": uri, "version": project.key } }));
    client.send_body(&format!("{{\"{}", project.key));
    client.close(&uri);
    client.diagnostics(&uri, Value::Null);
    assert_eq!(client.shutdown(), Some(0));
    assert!(!client.story().contains(&project.key), "{}", client.story());
}

#[test]
fn a_change_behind_the_editor_is_noticed() {
    let project = Project::new(&[]);
    let mut client = project.start(able("utf-8"));
    let uri = project.uri("app.py");
    let first = client.diagnostics(&uri, 1).len();
    fs::write(project.path("package.json"), "{}").expect("a file");
    let changes = json!([{ "uri": project.uri("package.json"), "type": 1 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert_eq!(client.diagnostics(&uri, 1).len(), first, "judged again in the new project");
    fs::write(project.path("Cargo.toml"), "").expect("a file");
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(client.diagnostics(&uri, 1).len(), first, "a save is an occasion to look");
}
