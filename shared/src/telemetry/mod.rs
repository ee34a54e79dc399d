//! Logs: JSON, one line an event, to standard output. No tokens, no bodies, no file names.

mod line;

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter,
    fmt::{self, MakeWriter, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::line::Line;

/// `info` of our own crates; of the others, what they warn of. The runtime's span around an invocation is `info`, and
/// tells its request and its trace.
const FILTER: &str = "warn,lambda_runtime::layers::trace=info,api_proxy=info,files_api=info,oauth_callback=info,\
    shared=info,sync_worker=info,webhook_receiver=info";

/// Starts logging for a function on Lambda. `RUST_LOG` chooses what; `info` of our own crates by default.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER));
    subscriber(filter, std::io::stdout).init();
}

fn subscriber<W>(filter: EnvFilter, lines: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().fmt_fields(JsonFields::new()).event_format(Line).with_writer(lines);
    tracing_subscriber::registry().with(filter).with(lines)
}

#[cfg(test)]
mod tests;
