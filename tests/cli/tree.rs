//! A folder of files, and the built program run in it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A temporary folder.
pub(crate) struct Tree(TempDir);

/// What a run of the program ended with.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Tree {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(path, text)| tree.put(path, text.as_bytes()));
        tree
    }

    /// Writes a file.
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// The text of a file; empty if there is none.
    pub(crate) fn get(&self, path: &str) -> String {
        std::fs::read(self.path(path)).map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default()
    }

    /// Where a file lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// The program with these arguments, words apart by blanks, to be run in the folder.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut res = Command::new(env!("CARGO_BIN_EXE_keylint"));
        res.args(arguments.split_whitespace()).current_dir(self.0.path()).env_remove("NO_COLOR");
        res.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        res
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        ended(self.command(arguments))
    }

    /// Runs it with this on standard input.
    pub(crate) fn run_with(&self, arguments: &str, input: &str) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // The program may end without reading.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        result(child.wait_with_output().unwrap())
    }
}

fn ended(mut command: Command) -> Ran {
    result(command.output().unwrap())
}

fn result(output: std::process::Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}
