//! Logs to standard error; standard output belongs to the protocol. Every line is redacted.

use std::io::Write;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::text::Redactor;

/// Names what is logged, in the syntax of `tracing_subscriber::EnvFilter`.
const VARIABLE: &str = "KEYLINT_LOG";

/// Starts logging and silences panics, whose texts may quote a document.
pub(super) fn start() {
    let wanted = std::env::var(VARIABLE).unwrap_or_else(|_| "warn".to_owned());
    // tower-lsp logs whole messages.
    let filter = EnvFilter::new(format!("{wanted},tower_lsp=off"));
    let logger = tracing_subscriber::fmt().with_writer(Stderr).with_ansi(false).with_env_filter(filter);
    if logger.try_init().is_err() {
        tracing::debug!("logging was started before");
    }
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(place) => tracing::error!("panic at {}:{}", place.file(), place.line()),
        None => tracing::error!("panic"),
    }));
}

/// Standard error, redacted.
struct Stderr;

impl<'a> MakeWriter<'a> for Stderr {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(Vec::new())
    }
}

/// A line on its way to standard error.
struct Line(Vec<u8>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.0);
        let redacted = Redactor::new(&long_words).block(&text).text;
        // There is nowhere to tell that standard error is closed.
        let _ = std::io::stderr().write_all(redacted.as_bytes());
    }
}

/// Whatever could be a key, known shape or not: a log can spare long words of letters and digits.
fn long_words(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_key_character = |it: char| it.is_ascii_alphanumeric() || "-_.~+".contains(it);
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if is_key_character(character) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            words.push(start..at);
        }
    }
    words.retain(|it| {
        let word = &text[it.clone()];
        it.len() >= 20 && word.contains(|it: char| it.is_ascii_digit()) && word.contains(char::is_alphabetic)
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_masked() {
        let key = format!("sk-proj-{}", "a1B2".repeat(8));
        for (line, want) in [
            (format!("got {key}, stopped"), "got sk-proj-…a1B2, stopped".to_owned()),
            ("WARN keylint::server: unknown document".to_owned(), "WARN keylint::server: unknown document".to_owned()),
            ("2026-11-23T07:25:25.123456Z".to_owned(), "2026-11-23T07:25:25.123456Z".to_owned()),
        ] {
            assert_eq!(Redactor::new(&long_words).block(&line).text, want);
        }
    }
}
