//! keylint
fn main() {}
