//! The language server: `keylint server`, on standard input and output.
//!
//! ```text
//! stdin -> transport -> guard -> tower-lsp -> backend -> actor -> jobs
//!                               stdout <- tower-lsp <- outbox <-+
//! ```
//!
//! Only `transport`, `guard` and `backend` know tower-lsp (and `protocol`, which gives its types another name). The actor
//! owns all state; nothing here computes findings, it hands documents to [`crate::linter`].

mod actions;
mod actor;
mod backend;
mod capabilities;
mod convert;
mod diagnostics;
mod documents;
mod edits;
mod features;
mod fixes;
mod guard;
mod hover;
mod jobs;
mod logging;
mod open;
mod pace;
mod parent;
mod projects;
mod protocol;
mod redact;
mod shown;
mod snapshot;
mod suppress;
mod transport;
mod workspace;

use std::process::ExitCode;
use std::time::Duration;

use crate::linter::Options;

/// How long after the end of the input replies may still be written.
const GRACE: Duration = Duration::from_secs(2);

/// Serves one client until it is done: 0 if it had asked for the shutdown, else 1.
pub fn run(options: Options) -> ExitCode {
    logging::start();
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().enable_time().thread_stack_size(crate::linter::STACK).build()
        {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!("no runtime: {error}");
                return ExitCode::from(2);
            }
        };
    let shut_down = runtime.block_on(backend::serve(options, GRACE));
    // What still computes is of no use to anyone.
    runtime.shutdown_background();
    if shut_down { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
