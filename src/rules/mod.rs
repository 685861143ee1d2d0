//! The rules: one file each, in one folder per family. A rule reads usage and facts and never sees a syntax tree.

pub mod env;
pub mod headers;
pub mod keys;
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
use crate::text::TextRange;
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

impl Context<'_> {
    /// What kind of code stands at a place: test code may stand in any file.
    pub fn class_at(&self, range: TextRange) -> PathClass {
        if self.facts.test_ranges.iter().any(|it| it.contains(range)) { PathClass::Test } else { self.class }
    }
}

/// Where a rule puts what it finds.
pub type Findings = Vec<Finding>;
