//! A line for each finding.

use std::io::{self, Write};

use super::{Report, Style};

pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for it in &report.entries {
        let (line, column) = (it.start.line, it.start.column);
        writeln!(out, "{}:{line}:{column}: {}[{}] {}", it.path, it.severity.as_str(), it.rule, it.message)?;
    }
    report.write_failures(out)?;
    if !style.quiet {
        writeln!(out, "{}", report.summary())?;
    }
    Ok(())
}
