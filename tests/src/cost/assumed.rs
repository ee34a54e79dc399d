//! What this machine cannot measure, and what is taken for it.
//!
//! Times are no times of AWS here, so a function's is assumed: Dropbox's round trip, 250 ms, dominates; a request to
//! table or queue takes 5 ms.

use super::counts::{Count, Counts};

/// A function, and what it is invoked for.
pub(super) struct Work {
    /// The template's name of the function.
    pub(super) function: &'static str,
    /// What is counted of it.
    pub(super) count: Count,
    /// How long one takes. Milliseconds.
    pub(super) milliseconds: f64,
    /// Whether it is an invocation of its own, and not a part of one.
    pub(super) invokes: bool,
}

/// How long everything takes.
pub(super) const WORK: [Work; 7] = [
    // A query and a send.
    invocation("WebhookReceiverFunction", Count::Notifications, 15.0),
    // Five reads, and Dropbox.
    invocation("ApiProxyFunction", Count::Calls, 275.0),
    // Sixteen queries, four at the same time, and the start of a connection.
    invocation("SyncFunction", Count::Ticks, 50.0),
    // Two calls of Dropbox, and a dozen requests to the table.
    invocation("SyncFunction", Count::Walks, 560.0),
    // Half a dozen requests to the table.
    invocation("TransferFunction", Count::Runs, 30.0),
    // A page of 2,000 is fetched in 2 s, while the one before is written by sixteen at the same time.
    part("SyncFunction", Count::Entries, 1.5),
    // Four at the same time; each is Dropbox, the bucket, and eight requests to the table.
    part("TransferFunction", Count::Downloads, 100.0),
];

/// Lines that Lambda and Dropline write for an invocation, metrics among them. Bytes.
pub(super) const LOG_BYTES: f64 = 1500.0;
/// The API's line for a request. Bytes.
pub(super) const API_LOG_BYTES: f64 = 450.0;
/// X-Ray records the first of each second, and this share of the others.
pub(super) const TRACED: f64 = 0.05;
/// Lambda waits at each queue by so many requests of 20 s, also where nothing comes.
pub(super) const POLLERS: f64 = 5.0;
/// For how long an instance of a function keeps an unwrapped data key. Minutes.
pub(super) const KEY_KEPT_MINUTES: f64 = 5.0;

const fn invocation(function: &'static str, count: Count, milliseconds: f64) -> Work {
    Work { function, count, milliseconds, invokes: true }
}

const fn part(function: &'static str, count: Count, milliseconds: f64) -> Work {
    Work { function, count, milliseconds, invokes: false }
}

/// The seconds that functions of this name work, of all where it is empty.
pub(super) fn seconds(counts: &Counts, function: &str) -> f64 {
    let of = WORK.iter().filter(|work| function.is_empty() || work.function == function);
    of.map(|work| counts.get(work.count) * work.milliseconds / 1000.0).sum()
}

/// Invocations of functions.
pub(super) fn invocations(counts: &Counts) -> f64 {
    WORK.iter().filter(|work| work.invokes).map(|work| counts.get(work.count)).sum()
}

/// The same counts, with a data key unwrapped by each invocation that uses tokens: as where so little happens that no
/// instance has the key still.
pub(super) fn unwrapping_each_time(counts: &Counts) -> Counts {
    let uses = counts.get(Count::Calls) + counts.get(Count::Walks) + counts.get(Count::Runs);
    counts.clone().with(Count::KeyUnwraps, uses.max(counts.get(Count::KeyUnwraps)))
}
