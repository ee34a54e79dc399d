//! Output for a person at the terminal.

use std::io::Write;

/// Prints a line, and ignores a closed output.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints an error and its causes in one line on standard error.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}
