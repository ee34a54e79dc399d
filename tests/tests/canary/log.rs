//! The functions' log: all lines of our own crates, at every level.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use tracing_subscriber::EnvFilter;

use crate::flows::{CONTENT, NAME};

/// Log filter: everything from our crates, and warnings from libraries.
const FILTER: &str = "warn,shared=trace,api_proxy=trace,carbon_api=trace,endpoints_api=trace,event_sender=trace,files_api=trace,oauth_callback=trace,pages=trace,paragon_api=trace,project_api=trace,sync_worker=trace,\
    webhook_receiver=trace,workflow_runner=trace,workflows_api=trace,fake_dropbox=off";

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts to capture the log.
pub(crate) fn capture() {
    let lines = tracing_subscriber::fmt().json().with_env_filter(EnvFilter::new(FILTER));
    lines.with_writer(|| Lines).init();
}

/// Returns all captured lines, and checks that they are not trivially few.
pub(crate) fn taken() -> String {
    let lines = std::mem::take(&mut *LINES.lock().unwrap_or_else(PoisonError::into_inner));
    let log = String::from_utf8(lines).unwrap();
    for line in ["put off", "a proxied call failed"] {
        assert!(log.contains(line), "the log lacks what these flows write: {line}\n{log}");
    }
    log
}

/// Asserts that the log contains neither names nor contents of files; it refers to files by their ids.
pub(crate) fn assert_names_no_file(log: &str) {
    for text in [NAME, CONTENT] {
        assert!(!log.contains(text), "{text} stands in the log");
    }
}
