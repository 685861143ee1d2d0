//! keylint
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use keylint::catalog::Date;
use keylint::linter::Options;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("server") => keylint::server::run(Options::on(today())),
        _ => ExitCode::from(2),
    }
}

/// The day in UTC; the epoch on a machine whose clock is before it.
fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = i64::try_from(seconds / 86_400).unwrap_or_default();
    Date::from_days_since_epoch(days).expect("no clock counts past the year 9999")
}
