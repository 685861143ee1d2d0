//! The command line's grammar.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::catalog::Date;

/// Finds and mends the mistakes that break calls to LLM APIs
#[derive(Debug, Parser)]
#[command(name = "keylint", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge files and folders
    Check(Box<CheckArguments>),
    /// Run the language server on standard input and output
    Server(ServerArguments),
    /// List the rules, or explain one
    Rules(RulesArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Exit code: 0 nothing at or above --fail-on; 1 something; 2 usage or internal error; 3 nothing found, but something that was \
asked for could not be judged.")]
pub(super) struct CheckArguments {
    /// Files and folders; `-` reads standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value = "full")]
    pub(super) format: FormatArgument,
    /// Write the report to a file
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Apply the safe fixes
    #[arg(long)]
    pub(super) fix: bool,
    /// With --fix or --diff: also the fixes that a person should look at
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Show what --fix would change, keys masked, and change nothing
    #[arg(long, conflicts_with = "fix")]
    pub(super) diff: bool,
    /// Rules or families to run in place of the default ones
    #[arg(long, value_name = "RULE|FAMILY|all", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Rules or families to run besides
    #[arg(long, value_name = "RULE|FAMILY|all", value_delimiter = ',')]
    pub(super) extend_select: Vec<String>,
    /// Rules or families not to run
    #[arg(long, value_name = "RULE|FAMILY|all", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Also run the rules that are off by default
    #[arg(long)]
    pub(super) pedantic: bool,
    /// The mildest severity that makes the exit code 1
    #[arg(long, value_enum, default_value = "warning")]
    pub(super) fail_on: FailOn,
    /// The name of the file that comes on standard input
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// The date to judge models by
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<Date>,
    /// How many files to judge at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
    /// Count the findings of each rule in place of listing them
    #[arg(long)]
    pub(super) statistics: bool,
    /// Print findings only
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Also judge files that .gitignore names
    #[arg(long)]
    pub(super) no_ignore: bool,
}

#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    /// Accepted for editors that pass it; there is no other way
    #[arg(long)]
    pub(super) stdio: bool,
}

#[derive(Debug, Args)]
pub(super) struct RulesArguments {
    /// The rule to explain
    pub(super) name: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: RulesFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArgument {
    /// Source lines with the place marked
    Full,
    /// A line for each finding
    Concise,
    /// One JSON document
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RulesFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Everything
    Info,
    /// Nothing
    Never,
}
