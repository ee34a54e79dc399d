//! Output for a person at the terminal.

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Prints a line, and ignores a closed output.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints an error and its causes in one line on standard error.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}

/// Awaits long work, and shows a spinner with `what` in the meantime, if this is a terminal.
pub async fn waiting<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let bar = progress();
    bar.set_message(what);
    let done = work.await;
    bar.finish_and_clear();
    done
}

/// Creates a spinner for long work, which is hidden unless this is a terminal.
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
