//! The helpers that the backoff fixes paste do what they promise: they are run, with a clock that does not wait.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// What every helper does in each case, with the random part at its greatest.
const PROMISE: &str = "\
answers: 1 calls, waits [], ok
429 twice: 3 calls, waits [1.0, 2.0], ok
500 for ever: 5 calls, waits [1.0, 2.0, 4.0, 8.0], raises STATUS
retry-after: 2 calls, waits [7.0], ok
retry-after beyond the cap: 1 calls, waits [], raises STATUS
negative retry-after: 2 calls, waits [1.0], ok
retry-after that is no number: 3 calls, waits [1.0, 2.0], ok
infinite retry-after: 1 calls, waits [], raises STATUS
401: 1 calls, waits [], raises STATUS
400: 1 calls, waits [], raises STATUS
403: 1 calls, waits [], raises STATUS
404: 1 calls, waits [], raises STATUS
422: 1 calls, waits [], raises STATUS
insufficient_quota: 1 calls, waits [], raises STATUS
status on the response: 3 calls, waits [2.0, 2.0], ok
quota in the body: 1 calls, waits [], raises HTTP
401 on the response: 1 calls, waits [], raises HTTP
lost connection: 3 calls, waits [1.0, 2.0], ok
a mistake in the code: 1 calls, waits [], raises MISTAKE
nine attempts: 9 calls, waits [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0], raises STATUS
";

#[test]
fn python() {
    for helper in ["backoff_sync.py", "backoff_async.py"] {
        keeps_its_promise("python3", "python.py", helper, ["StatusError", "HTTPError", "ValueError"]);
    }
}

#[test]
fn javascript() {
    keeps_its_promise("node", "node.mjs", "backoff.js", ["APIError", "AxiosError", "TypeError"]);
}

/// The typed helper is the plain one with types.
#[test]
fn typescript() {
    let plain = source("backoff.js");
    let typed = source("backoff.ts")
        .replace(
            "<T>(\n  call: () => PromiseLike<T>,\n  attempts = 5,\n  baseMs = 1000,\n  capMs = 60000,\n): Promise<T>",
            "(call, attempts = 5, baseMs = 1000, capMs = 60000)",
        )
        .replace("(error: any)", "(error)");
    assert_eq!(typed, plain);
}

mod rust {
    include!("../src/fix/helpers/backoff_async.rs");
    include!("../src/fix/helpers/backoff_sync.rs");

    /// Answers in order; how many were taken.
    struct Server(std::cell::Cell<usize>, &'static [Result<u32, &'static str>]);

    impl Server {
        fn answer(&self) -> Result<u32, &'static str> {
            self.0.set(self.0.get() + 1);
            self.1[self.0.get() - 1]
        }
    }

    #[test]
    fn helpers() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        // One real wait of at most a second: two attempts.
        for (answers, calls) in [
            (&[Ok(1)][..], 1),
            (&[Err("429 Too Many Requests"), Ok(2)], 2),
            (&[Err("503 Service Unavailable"), Err("503 Service Unavailable")], 2),
            (&[Err("401 Unauthorized"), Ok(1)], 1),
            (&[Err("invalid_request_error: no such model"), Ok(1)], 1),
            (&[Err("You exceeded your quota (code: insufficient_quota)"), Ok(1)], 1),
        ] {
            let server = Server(std::cell::Cell::new(0), answers);
            let result = retry_with_backoff_blocking(2, || server.answer());
            assert_eq!((server.0.get(), result), (calls, answers[calls - 1]));
            let server = Server(std::cell::Cell::new(0), answers);
            let result = runtime.block_on(retry_with_backoff(2, || async { server.answer() }));
            assert_eq!((server.0.get(), result), (calls, answers[calls - 1]));
        }
    }
}

fn keeps_its_promise(program: &str, script: &str, helper: &str, [status, http, mistake]: [&str; 3]) {
    let path = |it: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(it);
    let output = Command::new(program)
        .arg(path("tests/helpers").join(script))
        .arg(helpers().join(helper))
        .output()
        .unwrap_or_else(|error| panic!("{program} is needed to run the helpers: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{helper}: {errors}");
    let promise = PROMISE.replace("STATUS", status).replace("HTTP", http).replace("MISTAKE", mistake);
    assert_eq!(printed, promise, "{helper}");
}

fn helpers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fix/helpers")
}

fn source(helper: &str) -> String {
    std::fs::read_to_string(helpers().join(helper)).expect("the helper is part of the source")
}
