//! keylint finds the mistakes that break calls to LLM APIs.
//!
//! Data flows one way; each stage knows only the stages before it:
//!
//! ```text
//! bytes -> source -> syntax -> facts -> usage -> rules -> findings (+ fixes) -> report | server
//!                                         ^
//!                                      catalog
//! ```
//!
//! # Invariants
//!
//! 1. [`linter::lint`] does no input or output, knows no clock and cannot fail; parsing yields facts and gaps, never an error.
//! 2. Only `server` knows LSP; only `cli` and `project` touch the file system.
//! 3. Core types are not `Serialize`; output formats have their own types.
//! 4. A key's text lives in [`text::Secret`] and is printed masked. Only an edit that moves it may carry it, and only to the
//!    file it moves to.
//! 5. No recursion over syntax trees or user data; no `Node::parent()` climbing.
//! 6. At rest, command line and server give the same findings for the same text, configuration and project.
//! 7. [`project::Project`] is an immutable snapshot; `Project::unknown()` silences rules that need other files.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod cli;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod language;
pub mod linter;
pub mod project;
pub mod report;
pub mod rules;
pub mod server;
pub mod source;
pub mod syntax;
pub mod text;
pub mod usage;
