//! Assumptions for what cannot be measured on this machine.
//!
//! Times measured here do not apply to AWS, so a function's duration is assumed: Dropbox's round trip of 250
//! ms dominates; a request to the table or a queue takes 5 ms. How often a walk asks Dropbox is counted.

use super::counts::{Count, Counts};

/// A function, and one kind of work that it does.
pub(super) struct Work {
    /// Logical name of the function in the template.
    pub(super) function: &'static str,
    /// Count of the work.
    pub(super) count: Count,
    /// Duration of one unit of work, in milliseconds.
    pub(super) milliseconds: f64,
    /// Whether each unit is an invocation of its own rather than part of one.
    pub(super) invokes: bool,
}

/// Durations of all work.
pub(super) const WORK: [Work; 12] = [
    // A query and a send.
    invocation("WebhookReceiverFunction", Count::Notifications, 15.0),
    // One request to the table, and the call to Dropbox.
    invocation("ApiProxyFunction", Count::Calls, 255.0),
    // Sixteen queries, four in parallel, and the setup of a connection.
    invocation("SyncFunction", Count::Ticks, 50.0),
    // A dozen requests to the table, some at the same time.
    invocation("SyncFunction", Count::Walks, 55.0),
    // Half a dozen requests to the table.
    invocation("TransferFunction", Count::Runs, 30.0),
    // Half a dozen requests to the table, and the signature.
    invocation("EventSenderFunction", Count::Deliveries, 35.0),
    // The call to Dropbox, and a dozen requests to the table, some at the same time.
    invocation("WorkflowRunnerFunction", Count::Steps, 300.0),
    // The endpoint answers, and the attempt is recorded. An invocation with other deliveries shares this time.
    part("EventSenderFunction", Count::Delivered, 105.0),
    // The call to Dropbox.
    part("SyncFunction", Count::Pages, 250.0),
    // A page of 2,000 entries is fetched in 2 s, while the previous one is written with sixteen parallel
    // requests.
    part("SyncFunction", Count::Entries, 1.5),
    // It first asks Dropbox for the account; then all items are read, by sixteen queries.
    part("SyncFunction", Count::Comparisons, 300.0),
    // Sixteen in parallel, between the four of the beginning and the bound of 32; each calls Dropbox, writes to the
    // bucket, and sends one request to the table by itself and two with others.
    part("TransferFunction", Count::Downloads, 20.0),
];

/// Log lines of one invocation from Lambda and Dropline, metrics included, in bytes.
pub(super) const LOG_BYTES: f64 = 1500.0;
/// Log lines of a proxied call, in bytes; Lambda writes no lines of its own for it.
pub(super) const CALL_LOG_BYTES: f64 = 850.0;
/// Log lines of an event sender's invocation, in bytes; Lambda writes no lines of its own for it.
pub(super) const DELIVERY_LOG_BYTES: f64 = 500.0;
/// The API's log line for one request, in bytes.
pub(super) const API_LOG_BYTES: f64 = 450.0;
/// Sampled share of requests; X-Ray also records the first request of each second.
pub(super) const TRACED: f64 = 0.05;
/// Concurrent long polls of 20 s that Lambda keeps open at each queue, also if it is empty: 15 empty receives a minute
/// are what others see (getlift/lift, issue 132). AWS's page "Configuring scaling behavior for SQS event source mappings"
/// says that they become two at a standard queue with little traffic, but not where a maximum concurrency is set.
pub(super) const POLLERS: f64 = 5.0;
/// Minutes for which an instance of a function keeps an unwrapped data key.
pub(super) const KEY_KEPT_MINUTES: f64 = 5.0;

const fn invocation(function: &'static str, count: Count, milliseconds: f64) -> Work {
    Work { function, count, milliseconds, invokes: true }
}

const fn part(function: &'static str, count: Count, milliseconds: f64) -> Work {
    Work { function, count, milliseconds, invokes: false }
}

/// Returns the seconds of work of the functions with this name; of all functions if it is empty.
pub(super) fn seconds(counts: &Counts, function: &str) -> f64 {
    let of = WORK.iter().filter(|work| function.is_empty() || work.function == function);
    of.map(|work| counts.get(work.count) * work.milliseconds / 1000.0).sum()
}

/// Returns the number of invocations.
pub(super) fn invocations(counts: &Counts) -> f64 {
    WORK.iter().filter(|work| work.invokes).map(|work| counts.get(work.count)).sum()
}

/// Returns the number of invocations that X-Ray may sample. An event sender's are not: its tracing is `PassThrough`.
pub(super) fn sampled_invocations(counts: &Counts) -> f64 {
    invocations(counts) - counts.get(Count::Deliveries)
}

/// Returns the bytes of all invocations' log lines.
pub(super) fn log_bytes(counts: &Counts) -> f64 {
    let (calls, deliveries) = (counts.get(Count::Calls), counts.get(Count::Deliveries));
    (invocations(counts) - calls - deliveries) * LOG_BYTES
        + calls * CALL_LOG_BYTES
        + deliveries * DELIVERY_LOG_BYTES
}

/// Returns the counts for each of ten deliveries that share an invocation, each asked for by a message of its own: they
/// are received and deleted together, and wait for their endpoints at the same time.
pub(super) fn ten_at_a_time(single: &Counts) -> Counts {
    let tenth = |count| single.get(count) / 10.0;
    let requests = 1.0 + (single.get(Count::QueueRequests) - 1.0) / 10.0;
    single
        .clone()
        .with(Count::QueueRequests, requests)
        .with(Count::Deliveries, tenth(Count::Deliveries))
        .with(Count::Delivered, tenth(Count::Delivered))
}

/// Returns the same counts with one key unwrapped per invocation that uses tokens or signs, for a deployment with so
/// little traffic that no instance still has the key.
pub(super) fn unwrapping_each_time(counts: &Counts) -> Counts {
    let using = [Count::Calls, Count::Walks, Count::Runs, Count::Deliveries, Count::Steps];
    let uses = using.into_iter().map(|count| counts.get(count)).sum::<f64>();
    counts.clone().with(Count::KeyUnwraps, uses.max(counts.get(Count::KeyUnwraps)))
}
