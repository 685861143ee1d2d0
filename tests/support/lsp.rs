//! A language client that drives the built server over its standard input and output.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take; machines that build other things at the same time are slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and its client.
pub(crate) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    /// Messages that were read while something else was waited for.
    unread: VecDeque<Value>,
    stderr: Arc<Mutex<String>>,
    transcript: String,
    last_id: i64,
    /// Requests that the server has made of the client, answered already.
    pub(crate) asked: Vec<String>,
}

impl Client {
    /// Starts the server and says nothing to it.
    pub(crate) fn spawn() -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("keylint"))
            .args(["server", "--stdio"])
            .env("KEYLINT_LOG", "debug")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("piped");
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Some(message) = read_message(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let (pipe, log) = (child.stderr.take().expect("piped"), stderr.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                log.lock().expect("no panic holds it").push_str(&(line + "\n"));
            }
        });
        let stdin = child.stdin.take();
        Self {
            child,
            stdin,
            incoming,
            unread: VecDeque::new(),
            stderr,
            transcript: String::new(),
            last_id: 0,
            asked: Vec::new(),
        }
    }

    /// Starts the server and initializes it with these parameters (`capabilities`, `workspaceFolders`, …).
    pub(crate) fn start(params: Value) -> Self {
        let mut client = Self::spawn();
        client.request("initialize", params).expect("initialize");
        client.notify("initialized", json!({}));
        client
    }

    /// Sends bytes as they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("not closed");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    /// Sends a body in a frame.
    pub(crate) fn send_body(&mut self, body: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send_body(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// Sends a request; [`Client::reply`] waits for what comes of it.
    pub(crate) fn send(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send_body(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        id
    }

    /// The reply to a request: its result, or its error.
    pub(crate) fn reply(&mut self, id: i64) -> Result<Value, Value> {
        let mut reply =
            self.wait(&format!("the reply to request {id}"), |it| it["id"] == id && it.get("method").is_none());
        match reply.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(reply["result"].take()),
        }
    }

    /// Sends a request and waits for its reply.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.send(method, params);
        self.reply(id)
    }

    /// Opens a document.
    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document; each change is `{ range, text }` or `{ text }`.
    pub(crate) fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    /// The code actions for a range: `(line, column)` of both ends.
    pub(crate) fn code_actions(&mut self, uri: &str, start: (u32, u32), end: (u32, u32), only: Value) -> Vec<Value> {
        let range = range(start, end);
        let context = match only {
            Value::Null => json!({ "diagnostics": [] }),
            only => json!({ "diagnostics": [], "only": only }),
        };
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        match self.request("textDocument/codeAction", params).expect("code actions") {
            Value::Array(actions) => actions,
            other => panic!("code actions are a list, not {other}"),
        }
    }

    /// The answer to a request for the code actions of a document that is not open.
    pub(crate) fn code_actions_of_closed(&mut self, uri: &str) -> Value {
        let range = range((0, 0), (0, 0));
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
        self.request("textDocument/codeAction", params).expect("an answer")
    }

    /// Closes a document.
    pub(crate) fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// The next published diagnostics of a document's version (`null` after it was closed).
    pub(crate) fn diagnostics(&mut self, uri: &str, version: impl Into<Value>) -> Vec<Value> {
        let version = version.into();
        let mut message = self.wait(&format!("diagnostics of {uri} {version}"), |it| {
            let params = &it["params"];
            it["method"] == "textDocument/publishDiagnostics" && params["uri"] == uri && params["version"] == version
        });
        match message["params"]["diagnostics"].take() {
            Value::Array(diagnostics) => diagnostics,
            other => panic!("diagnostics are a list, not {other}"),
        }
    }

    /// The first message that is wanted; others wait for their turn. Requests of the server are answered with `null`.
    pub(crate) fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at).expect("it is there");
        }
        let end = Instant::now() + PATIENCE;
        loop {
            match self.incoming.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(message) => {
                    let message = self.receive(message);
                    if wanted(&message) {
                        return message;
                    }
                    self.unread.push_back(message);
                }
                Err(RecvTimeoutError::Timeout) => panic!("{what} did not come\n{}", self.story()),
                Err(RecvTimeoutError::Disconnected) => panic!("{what}: the server is gone\n{}", self.story()),
            }
        }
    }

    /// Whatever comes within a while.
    pub(crate) fn linger(&mut self, time: Duration) -> Vec<Value> {
        let end = Instant::now() + time;
        let mut messages: Vec<Value> = self.unread.drain(..).collect();
        while let Ok(message) = self.incoming.recv_timeout(end.saturating_duration_since(Instant::now())) {
            messages.push(self.receive(message));
        }
        messages
    }

    fn receive(&mut self, message: Value) -> Value {
        self.transcript.push_str(&format!("{message}\n"));
        if let (Some(id), Some(method)) = (message.get("id"), message["method"].as_str()) {
            self.asked.push(method.to_owned());
            let reply = json!({ "jsonrpc": "2.0", "id": id, "result": null });
            self.send_body(&reply.to_string());
        }
        message
    }

    /// All that the server has said so far, on both channels.
    pub(crate) fn story(&self) -> String {
        let stderr = self.stderr.lock().expect("no panic holds it");
        format!("stdout:\n{}\nstderr:\n{stderr}", self.transcript)
    }

    /// Shuts down and exits as the protocol wants it; standard input stays open. The exit code.
    pub(crate) fn shutdown(&mut self) -> Option<i32> {
        assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
        self.send_body(r#"{"jsonrpc":"2.0","method":"exit"}"#);
        self.exit_code()
    }

    /// Closes the server's standard input.
    pub(crate) fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the server to end.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("our child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not end\n{}", self.story());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The capabilities of a client that can do everything, counting like this.
pub(crate) fn able(encoding: &str) -> Value {
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

/// A range of the protocol.
pub(crate) fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let position = |(line, character): (u32, u32)| json!({ "line": line, "character": character });
    json!({ "start": position(start), "end": position(end) })
}

/// What a workspace edit makes of files, by URI; a file that is not among `files` must be made before it is edited.
/// `units` tells the width of a character in the negotiated encoding.
pub(crate) fn apply(
    files: &BTreeMap<String, String>,
    edit: &Value,
    units: fn(char) -> usize,
) -> BTreeMap<String, String> {
    let mut files = files.clone();
    let operations: Vec<Value> = match (&edit["documentChanges"], &edit["changes"]) {
        (Value::Array(operations), _) => operations.clone(),
        (_, Value::Object(changes)) => {
            let operation = |(uri, edits)| json!({ "textDocument": { "uri": uri }, "edits": edits });
            changes.iter().map(operation).collect()
        }
        _ => panic!("no workspace edit: {edit}"),
    };
    for operation in operations {
        if operation["kind"] == "create" {
            files.entry(text_of(&operation["uri"])).or_default();
            continue;
        }
        let uri = text_of(&operation["textDocument"]["uri"]);
        let text = files.get_mut(&uri).unwrap_or_else(|| panic!("{uri} is edited but not made"));
        let mut edits: Vec<(usize, usize, String)> = operation["edits"]
            .as_array()
            .expect("edits are a list")
            .iter()
            .map(|it| {
                let offset = |it: &Value| offset(text, it, units);
                (offset(&it["range"]["start"]), offset(&it["range"]["end"]), text_of(&it["newText"]))
            })
            .collect();
        edits.sort_by_key(|it| (it.0, it.1));
        for (start, end, new) in edits.into_iter().rev() {
            text.replace_range(start..end, &new);
        }
    }
    files
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn offset(text: &str, position: &Value, units: fn(char) -> usize) -> usize {
    let number = |name: &str| position[name].as_u64().expect("a number") as usize;
    let line_start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
    let mut column = 0;
    for (at, character) in text[line_start..].char_indices() {
        if column >= number("character") {
            return line_start + at;
        }
        column += units(character);
    }
    text.len()
}

fn read_message(input: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(':') {
            Some(("Content-Length", value)) => length = value.trim().parse().expect("a length"),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
