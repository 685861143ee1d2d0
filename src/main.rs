//! keylint
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("server") => keylint::server::run(keylint::linter::Options::on(keylint::catalog::Date(0))),
        _ => ExitCode::from(2),
    }
}
