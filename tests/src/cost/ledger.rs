//! Ledger: observes the requests to the adapters and counts them as AWS would.

use std::sync::{Mutex, MutexGuard, PoisonError};

use local_adapters::{DynamoCall, Operation, Watch};
use serde_json::Value;
use shared::queue::TICK_GROUP;

use super::{
    counts::{Count, Counts, number},
    units,
};

/// Names of the queues for walks on this machine.
const WALKS: [&str; 2] = ["changes", "bulk"];
/// Name of the queue of deliveries on this machine.
const DELIVERIES: &str = "deliveries";
/// Name of the queue of runs of workflows on this machine.
const STEPS: &str = "runs";
/// Prefix of the sort keys of wrapped data keys.
const DATA_KEYS: &str = "key#";

/// Counter of the requests to the adapters.
#[derive(Default)]
pub(super) struct Ledger(Mutex<Counts>);

impl Ledger {
    /// Returns the counts so far.
    pub(super) fn so_far(&self) -> Counts {
        self.counts().clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Ledger {
    fn observe(&self, observe: &Operation<'_>) {
        let mut counts = self.counts();
        match observe {
            Operation::Table { call, answer } => table(&mut counts, *call, answer),
            Operation::Sent { queue, bytes } => counts.add(requests_to(queue), number(units::sends(bytes))),
            Operation::Received { queue, group, bytes } => {
                counts.add(requests_to(queue), number(units::chunks(*bytes)));
                counts.add(invocation(queue, *group), 1.0);
            }
            Operation::Acknowledged { queue } | Operation::VisibilitySet { queue } => {
                counts.add(requests_to(queue), 1.0);
            }
            Operation::Published { bytes } => {
                counts.add(Count::Events, bytes.iter().map(|bytes| number(units::chunks(*bytes))).sum());
            }
            Operation::Stored { bytes } => counts.add(Count::BucketWrites, number(units::puts(*bytes))),
            Operation::Copied => {
                // One request reads the size, one copies.
                counts.add(Count::BucketWrites, 1.0);
                counts.add(Count::BucketReads, 1.0);
            }
            Operation::Read => counts.add(Count::BucketReads, 1.0),
            Operation::Listed => counts.add(Count::BucketWrites, 1.0),
        }
    }
}

/// Returns what a request to a queue is counted as: a FIFO queue, whose name says so, has another price.
fn requests_to(queue: &str) -> Count {
    if queue.ends_with(".fifo") { Count::FifoRequests } else { Count::QueueRequests }
}

/// Returns what an invocation is counted as. A function takes one message at a time; the event sender may take ten, but
/// not where there is little to deliver.
fn invocation(queue: &str, group: Option<&str>) -> Count {
    match group {
        Some(TICK_GROUP) => Count::Ticks,
        _ if WALKS.contains(&queue) => Count::Walks,
        _ if queue == DELIVERIES => Count::Deliveries,
        _ if queue == STEPS => Count::Steps,
        _ => Count::Runs,
    }
}

fn table(counts: &mut Counts, call: DynamoCall<'_>, answer: &str) {
    let is_read =
        matches!(call.operation, "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems");
    let count = if is_read { Count::TableReads } else { Count::TableWrites };
    counts.add(count, consumed(answer));
    if is_data_key(call) {
        // A wrapped key is read in order to be unwrapped.
        counts.add(Count::KeyUnwraps, 1.0);
    }
}

/// Sums the capacity units in a response. A refused request has none; DynamoDB bills at least one for a
/// failed condition.
fn consumed(answer: &str) -> f64 {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let units = |consumed: &Value| consumed["CapacityUnits"].as_f64().unwrap_or_default();
    match &answer["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().map(units).sum(),
        Value::Null => 1.0,
        consumed => units(consumed),
    }
}

fn is_data_key(call: DynamoCall<'_>) -> bool {
    let request: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let key = request["Key"]["sk"]["S"].as_str().unwrap_or_default();
    call.operation == "GetItem" && key.starts_with(DATA_KEYS)
}
