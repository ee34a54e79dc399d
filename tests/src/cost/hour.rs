//! Cost of one hour of `infra/prove` in an AWS account: the deployment itself, and the work of its steps.

use super::{
    assumed,
    bill::{Bill, GB},
    choice::Choice,
    counts::{Count, Counts},
    flows::Flows,
    month::{self, METRICS, MINUTES},
    prices::Prices,
    report::services,
    service::Price,
    template,
};

/// Hours for which resources exist: one of work, and one of margin for slow steps.
const HOURS: f64 = 2.0;
/// Bytes that the step `stream` receives: one file whole, one up to the middle, and one resumed from there.
/// The rest of the second may already be in transit.
const BYTES_BACK: f64 = 3.0 * 190e6;
/// Calls for chunks of uploads and downloads.
const STREAM_CALLS: f64 = 55.0;
/// Seconds for which the proxy streams in both directions on a slow line.
const STREAM_SECONDS: f64 = 300.0;
/// Single changes, each with its notification: in `sync`, after a restore and a rotation, and in each minute
/// of a deployment.
const CHANGES: f64 = 100.0;
/// Number of resyncs.
const RESYNCS: f64 = 3.0;
/// Number of files in the tour's folder.
const FILES: f64 = 5.0;
/// Calls through the proxy besides those of the stream.
const CALLS: f64 = 300.0;
/// Status requests, each to the files API.
const LOOKS: f64 = 3_000.0;

/// Returns the expected cost of the hour, as lines of text.
///
/// # Errors
/// If the table of prices is invalid.
pub fn hour(flows: &Flows) -> Result<Vec<String>, String> {
    let prices = Prices::ours()?;
    let bill = bill(flows);
    Ok(vec![
        format!(
            "An hour of infra/prove is expected to cost ${:.2}: with prices of {} as of {}, without free tiers,",
            bill.total(&prices),
            prices.region,
            prices.date
        ),
        format!("and as if what it makes stood for {HOURS} hours."),
        format!("  {}", services(&bill, &prices)),
        format!(
            "Each further hour in which the stack is left standing: ${:.2}.",
            fixed_costs(flows, 1.0).total(&prices)
        ),
    ])
}

/// Returns the bill of the given number of hours without any work. Keys, alarms, metrics and dashboards are
/// billed by the hour.
fn fixed_costs(flows: &Flows, hours: f64) -> Bill {
    let mut month = month::idle(flows, Choice::ALL);
    month.add(Price::Metrics, METRICS);
    month.times(hours * 60.0 / MINUTES)
}

fn bill(flows: &Flows) -> Bill {
    let mut bill = fixed_costs(flows, HOURS).plus(&Bill::of(&assumed::unwrapping_each_time(&work(flows))));
    let memory = template::memory_gb("ApiProxyFunction").unwrap_or_default();
    bill.add(Price::LambdaGbSeconds, STREAM_SECONDS * memory);
    bill.add(Price::BytesOut, BYTES_BACK / GB);
    bill
}

fn work(flows: &Flows) -> Counts {
    let resync = flows.resync.at(FILES).plus(&flows.sweep.at(FILES));
    let sync = flows.with_bytes.at(FILES).plus(&resync.times(RESYNCS));
    let changes = flows.notified.at(1.0).times(CHANGES);
    // A status request is billed like a call that is not forwarded.
    let calls = flows.call.times(CALLS + STREAM_CALLS + LOOKS);
    sync.plus(&changes).plus(&calls).with(Count::CallBytes, BYTES_BACK)
}
