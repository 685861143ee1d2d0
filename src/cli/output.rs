//! Where a report goes.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::project::files;

/// Writes to a file, whole or not at all, or to standard output. A reader that goes away is no error: what was found does
/// not depend on who listens.
pub(super) fn write(to: Option<&Path>, bytes: &[u8]) -> anyhow::Result<()> {
    let Some(path) = to else {
        tolerate(io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()));
        return Ok(());
    };
    let written = files::replace(path, bytes, false);
    written.map_err(|it| anyhow::anyhow!("cannot write {}: {}", path.display(), files::in_words(&it)))
}

/// Whether to colour what goes to standard output: only a terminal, and only if `NO_COLOR` does not say otherwise.
pub(super) fn colour(to: Option<&Path>) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    to.is_none() && !refused && io::stdout().is_terminal()
}

/// Drops the outcome of writing to a stream: there is nobody left to tell.
pub(super) fn tolerate(written: io::Result<()>) {
    drop(written);
}
