//! Progress of long work, for a person at the terminal.

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

/// Awaits long work, and shows a spinner with `what` in the meantime, if this is a terminal.
pub(crate) async fn waiting<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let bar = progress();
    bar.set_message(what);
    let done = work.await;
    bar.finish_and_clear();
    done
}

/// Creates a spinner for long work, which is hidden unless this is a terminal.
#[must_use]
pub(crate) fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("   {spinner} {elapsed} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
