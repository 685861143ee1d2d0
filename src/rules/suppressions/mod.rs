//! Rules about suppression comments.

pub mod unused_ignore;
