//! Logs: JSON, one line an event, to standard output. No tokens, no bodies, no file names.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging for a function on Lambda. `RUST_LOG` chooses what; `info` of our own crates by default.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,shared=info"));
    // CloudWatch adds its own time to each line.
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false).without_time();
    tracing_subscriber::registry().with(filter).with(lines).init();
}
