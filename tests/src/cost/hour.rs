//! The hour of `infra/prove` in an account: a deployment's hour, and what its steps do.

use super::{
    assumed,
    bill::{Bill, GB},
    counts::{Count, Counts},
    flows::Flows,
    month::{self, METRICS, MINUTES},
    prices::Prices,
    report::services,
    service::Price,
    template,
};

/// Hours in which something of it is there: one of work, and as much again for whom a step keeps waiting.
const HOURS: f64 = 2.0;
/// Bytes that `stream` has sent back: whole, to the middle, and on from there; of the second the rest may be on its way.
const BYTES_BACK: f64 = 3.0 * 190e6;
/// Pieces and calls of uploads and downloads.
const STREAM_CALLS: f64 = 55.0;
/// Seconds that the proxy streams, both ways, with a slow line.
const STREAM_SECONDS: f64 = 300.0;
/// Changes that are made one at a time, each with its notification: in `sync`, after a restore and a rotation, and in
/// each minute of a deployment.
const CHANGES: f64 = 100.0;
/// Resyncs.
const RESYNCS: f64 = 3.0;
/// Files in the tour's folder.
const FILES: f64 = 5.0;
/// Calls of the proxy beside those of the stream.
const CALLS: f64 = 300.0;
/// Looks at how it stands, each a request to the files API.
const LOOKS: f64 = 3_000.0;

/// What the hour is expected to cost, as lines.
///
/// # Errors
/// Where the table of prices is none.
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
            standing(flows, 1.0).total(&prices)
        ),
    ])
}

/// What is paid for so many hours whatever is done in them. Keys, alarms, metrics and dashboards are billed by the hour.
fn standing(flows: &Flows, hours: f64) -> Bill {
    let mut month = month::idle(flows);
    month.add(Price::Metrics, METRICS);
    month.times(hours * 60.0 / MINUTES)
}

fn bill(flows: &Flows) -> Bill {
    let mut bill = standing(flows, HOURS).plus(&Bill::of(&assumed::unwrapping_each_time(&work(flows))));
    let memory = template::memory_gb("ApiProxyFunction").unwrap_or_default();
    bill.add(Price::LambdaGbSeconds, STREAM_SECONDS * memory);
    bill.add(Price::BytesOut, BYTES_BACK / GB);
    bill
}

fn work(flows: &Flows) -> Counts {
    let sync = flows.with_bytes.at(FILES).plus(&flows.resync.at(FILES).times(RESYNCS));
    let changes = flows.notified.at(1.0).times(CHANGES);
    // A look is billed as a call that goes no further.
    let calls = flows.call.times(CALLS + STREAM_CALLS + LOOKS);
    sync.plus(&changes).plus(&calls).with(Count::CallBytes, BYTES_BACK)
}
