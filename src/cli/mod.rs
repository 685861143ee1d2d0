//! The command line: arguments in, exit code out.

mod args;
mod check;
mod judge;
mod mend;
mod output;
mod parallel;
mod rules;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;

use crate::catalog::{Catalog, Date};
use crate::report;
use crate::text::Redactor;

use args::{Arguments, Command};

/// What a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Nothing to complain of.
    Clean,
    /// Findings.
    Findings,
    /// Wrong usage, or an error of our own.
    Trouble,
    /// Nothing found, but not everything could be judged.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Trouble => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return explain(&error),
    };
    let ended = match arguments.command {
        Command::Server(arguments) => {
            // `--stdio` says what is so anyway.
            let _ = arguments.stdio;
            return crate::server::run(crate::linter::Options::on(today()));
        }
        Command::Check(arguments) => check::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => complain(&format!("{error:#}")).into(),
    }
}

/// Prints what clap has to say. An argument may be a key, so it goes through the redactor, too.
fn explain(error: &clap::Error) -> ExitCode {
    let text = match (error.use_stderr(), std::io::stdout().is_terminal()) {
        (false, true) => error.render().ansi().to_string(),
        (false, false) => error.render().to_string(),
        (true, _) => return complain(error.render().to_string().trim_start_matches("error: ").trim_end()).into(),
    };
    output::tolerate(io::stdout().write_all(text.as_bytes()));
    ExitCode::SUCCESS
}

/// Prints an error, keys masked.
fn complain(message: &str) -> Exit {
    let find = report::find_keys(Catalog::embedded());
    let text = Redactor::new(&find).block(message).text;
    output::tolerate(writeln!(io::stderr(), "keylint: {text}"));
    Exit::Trouble
}

/// Today in UTC. Only the command line asks a clock.
fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    let epoch = || Date::new(1970, 1, 1).expect("the epoch is a date");
    Date::from_days_since_epoch((seconds / 86_400) as i64).unwrap_or_else(epoch)
}
