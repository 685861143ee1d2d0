//! What is true outside the code (placeholder until the catalogue lands).

pub mod libraries;

/// Placeholder.
#[derive(Debug)]
pub struct Catalog;

impl Catalog {
    /// The embedded catalogue.
    pub fn embedded() -> &'static Self {
        &Self
    }
}

/// Placeholder for the date type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub i32);
