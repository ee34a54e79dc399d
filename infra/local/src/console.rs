//! What a person at the terminal reads.

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Prints a line. A reader that has gone away is no reason to stop.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints an error and what caused it, in one line, to standard error.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}

/// Waits for long work, and shows meanwhile what it is; in a terminal only.
pub async fn waiting<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let bar = progress();
    bar.set_message(what);
    let done = work.await;
    bar.finish_and_clear();
    done
}

/// A line that shows how far long work is; in a terminal only.
#[must_use]
pub fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("   {spinner} {elapsed} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
