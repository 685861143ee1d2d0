//! Reads standard input so that nothing a client sends can end the server.
//!
//! tower-lsp's codec ends the stream at the first frame it cannot decode, and knows only one spelling of the headers. So a
//! thread of its own reads the frames, repairs what can be repaired, drops the rest, and frames each message again. It ends
//! the stream behind `exit`, because clients exist that keep the pipe open and wait for the process to go.

use std::io::{BufRead, BufReader, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::{mpsc, oneshot};

/// Messages that may wait for tower-lsp before the client has to.
const QUEUE: usize = 64;
/// The header that counts, as it is compared.
const LENGTH: &str = "content-length:";
/// The longest header line that is read as one.
const HEADER_LIMIT: u64 = 4 << 10;
/// A longer message is dropped unread; no document that keylint judges is that large.
const MESSAGE_LIMIT: u64 = 256 << 20;

/// Standard input as tower-lsp can bear it.
pub(super) struct Input {
    frames: mpsc::Receiver<Vec<u8>>,
    current: std::io::Cursor<Vec<u8>>,
}

impl Input {
    /// Starts the reading thread. The second part is told when nothing more will come.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn spawn(input: impl Read + Send + 'static) -> std::io::Result<(Self, oneshot::Receiver<()>)> {
        let (sender, frames) = mpsc::channel(QUEUE);
        let (closed, closing) = oneshot::channel();
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            pump(BufReader::new(input), &sender);
            drop(sender);
            let _ = closed.send(());
        })?;
        Ok((Self { frames, current: std::io::Cursor::default() }, closing))
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.current.position() >= self.current.get_ref().len() as u64 {
            match self.frames.poll_recv(context) {
                Poll::Ready(Some(frame)) => self.current = std::io::Cursor::new(frame),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
        Pin::new(&mut self.current).poll_read(context, out)
    }
}

fn pump(mut input: impl BufRead, frames: &mpsc::Sender<Vec<u8>>) {
    while let Some(body) = read_frame(&mut input) {
        let Some(message) = body.and_then(|it| understand(&it)) else {
            tracing::warn!("dropped a message that is no JSON-RPC object");
            continue;
        };
        let is_exit = message["method"] == "exit";
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes();
        if frames.blocking_send(frame).is_err() || is_exit {
            return;
        }
    }
}

/// The body of the next frame; `None` at the end of the input, `Some(None)` for a body that is too long.
fn read_frame(input: &mut impl BufRead) -> Option<Option<Vec<u8>>> {
    let length = read_headers(input)?;
    let mut body = input.take(length);
    if length > MESSAGE_LIMIT {
        std::io::copy(&mut body, &mut std::io::sink()).ok()?;
        return Some(None);
    }
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).ok()?;
    Some(Some(bytes))
}

/// The length that the next headers tell; lines that are no headers are skipped. `None` at the end of the input.
fn read_headers(input: &mut impl BufRead) -> Option<u64> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(HEADER_LIMIT).read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match length {
                Some(length) => return Some(length),
                None => continue,
            }
        }
        // Anywhere in the line, so that the rest of a frame that was longer than it said does not cost the next one.
        if let Some(at) = line.to_ascii_lowercase().rfind(LENGTH) {
            length = line.get(at + LENGTH.len()..).and_then(|it| it.trim().parse().ok());
        }
    }
}

/// The message in a body, reduced to what JSON-RPC knows: tower-lsp takes anything with a `result` for an answer, and an
/// error with an unknown field for a request without a method.
fn understand(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body);
    let parsed = serde_json::from_str::<Map<String, Value>>(&text);
    let mut fields = match parsed {
        Ok(fields) => fields,
        Err(_) => serde_json::from_str(&replace_lone_surrogates(&text)).ok()?,
    };
    let id = fields.remove("id").map(readable_id);
    let mut message = json!({ "jsonrpc": "2.0" });
    match fields.remove("method") {
        Some(Value::String(method)) => {
            message["method"] = method.into();
            if let Some(params) = fields.remove("params") {
                message["params"] = params;
            }
        }
        Some(_) => return None,
        None if id.is_none() => return None,
        None => match (fields.remove("error"), fields.remove("result")) {
            (Some(Value::Object(error)), _) => message["error"] = readable_error(&error),
            (_, result) => message["result"] = result.unwrap_or_default(),
        },
    }
    if let Some(id) = id {
        message["id"] = id;
    }
    Some(message)
}

/// An id as tower-lsp can hold it: some clients write whole numbers as `1.0`.
fn readable_id(id: Value) -> Value {
    match &id {
        Value::Number(number) if number.as_i64().is_none() => match number.as_f64() {
            Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => json!(number as i64),
            _ => Value::String(number.to_string()),
        },
        Value::Number(_) | Value::String(_) | Value::Null => id,
        _ => Value::Null,
    }
}

fn readable_error(error: &Map<String, Value>) -> Value {
    json!({
        "code": error.get("code").and_then(Value::as_i64).unwrap_or(-32603),
        "message": error.get("message").and_then(Value::as_str).unwrap_or_default(),
    })
}

/// JSON text in which half a surrogate pair (`\ud83d` alone) is the replacement character. Editors cut strings between the
/// halves; a JSON parser refuses the whole message then.
fn replace_lone_surrogates(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut repaired = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while let Some(skipped) = memchr::memchr(b'\\', &bytes[at..]) {
        at += skipped;
        at += match code_unit(bytes, at) {
            Some(0xD800..=0xDBFF) if matches!(code_unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                repaired.push_str(&text[copied..at]);
                repaired.push_str("\\ufffd");
                copied = at + 6;
                6
            }
            Some(_) => 6,
            None => 2,
        };
        if at >= bytes.len() {
            break;
        }
    }
    repaired.push_str(&text[copied..]);
    repaired
}

/// The code unit that a `\uXXXX` escape at this place writes.
fn code_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced() {
        for (input, want) in [
            (r"a", r"a"),
            (r"\ud83d\ude00", r"\ud83d\ude00"),
            (r"\ud83dx", r"\ufffdx"),
            (r"\\ud83d", r"\\ud83d"),
            (r"\ude00", r"\ufffd"),
            (r"é\ud83d", r"é\ufffd"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\", r"\"),
            (r"\u", r"\u"),
            (r"\é", r"\é"),
        ] {
            assert_eq!(replace_lone_surrogates(input), want);
        }
    }

    #[test]
    fn messages_are_reduced_to_json_rpc() {
        for (body, want) in [
            (r#"{"jsonrpc":"2.0","id":1.0,"method":"m","result":1}"#, Some(r#"{"id":1,"jsonrpc":"2.0","method":"m"}"#)),
            (r#"{"id":"a","method":"m","params":[]}"#, Some(r#"{"id":"a","jsonrpc":"2.0","method":"m","params":[]}"#)),
            (r#"{"id":1}"#, Some(r#"{"id":1,"jsonrpc":"2.0","result":null}"#)),
            (
                r#"{"id":1,"error":{"code":-1,"message":"no","stack":"x"}}"#,
                Some(r#"{"error":{"code":-1,"message":"no"},"id":1,"jsonrpc":"2.0"}"#),
            ),
            (
                r#"{"method":"m","params":"\ud83d"}"#,
                Some("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":\"\u{fffd}\"}"),
            ),
            ("{{{", None),
            (r#"[{"id":1,"method":"m"}]"#, None),
            (r#"{"method":7}"#, None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(understand(body.as_bytes()).map(|it| it.to_string()).as_deref(), want, "{body}");
        }
    }

    #[test]
    fn frames() {
        let mut input: &[u8] = b"noise\r\n\r\ncontent-length: 2\r\ncontent-type: x; charset=UTF-16\r\n\r\n{}\
              Content-Length: nine\r\n\r\n}CONTENT-LENGTH:3\n\nabcContent-Length: 99\r\n\r\ncut";
        let bodies: Vec<_> = std::iter::from_fn(|| read_frame(&mut input)).flatten().collect();
        assert_eq!(bodies, [b"{}".to_vec(), b"abc".to_vec(), b"cut".to_vec()]);
    }

    proptest::proptest! {
        #[test]
        fn json_is_left_alone(text in ".*") {
            let json = serde_json::to_string(&text).expect("a string");
            assert_eq!(replace_lone_surrogates(&json), json);
            replace_lone_surrogates(&text);
        }
    }
}
