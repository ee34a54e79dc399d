//! Logs: JSON, one line per event, on standard output, without tokens, bodies or file names.

mod line;

use tracing::Subscriber;
use tracing_subscriber::{
    filter::Targets,
    fmt::{self, MakeWriter, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::line::Line;

/// Default filter: `info` for our own crates, `warn` for others. The runtime's span around an invocation is
/// `info`; it has the request and the trace.
const FILTER: &str = "warn,lambda_runtime::layers::trace=info,api_proxy=info,carbon_api=info,endpoints_api=info,event_sender=info,\
    files_api=info,oauth_callback=info,pages=info,paragon_api=info,project_api=info,shared=info,sync_worker=info,webhook_receiver=info,workflow_runner=info,workflows_api=info";

/// Starts logging for a function on Lambda. `RUST_LOG` sets the filter, as `target=level,…`; the default is
/// `info` for our own crates, which is also the maximum in a release build.
pub fn start() {
    subscriber(filter(std::env::var("RUST_LOG").ok().as_deref()), std::io::stdout).init();
}

/// Returns the filter. It has only targets and levels: the other features of `EnvFilter` need regular
/// expressions, which would slow down every start.
fn filter(chosen: Option<&str>) -> Targets {
    let usual = || FILTER.parse().unwrap_or_default();
    chosen.and_then(|chosen| chosen.parse().ok()).unwrap_or_else(usual)
}

fn subscriber<W>(filter: Targets, lines: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().fmt_fields(JsonFields::new()).event_format(Line).with_writer(lines);
    tracing_subscriber::registry().with(filter).with(lines)
}

#[cfg(test)]
mod tests;
