//! The rules: one file each, in one folder per family. A rule reads usage and facts and never sees a syntax tree.

pub mod headers;
pub mod models;
mod registry;
pub mod retries;
pub mod suppressions;

pub use registry::{REGISTRY, Rule, find};

use crate::catalog::{Catalog, Date};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::project::Project;
use crate::source::{PathClass, Source};
use crate::usage::Usage;

/// What a rule may look at.
pub struct Context<'a> {
    /// The document.
    pub source: &'a Source,
    /// Its facts.
    pub facts: &'a Facts,
    /// Its facts in the light of the catalogue.
    pub usage: &'a Usage<'a>,
    /// What is known of the other documents.
    pub project: &'a Project,
    /// What is true outside the code.
    pub catalog: &'a Catalog,
    /// The date to judge by.
    pub today: Date,
    /// What kind of file it is.
    pub class: PathClass,
}

/// Where a rule puts what it finds.
pub type Findings = Vec<Finding>;
