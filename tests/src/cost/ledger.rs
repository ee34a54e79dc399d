//! The ledger: hears what is asked of the adapters, and counts it as AWS would.

use std::sync::{Mutex, MutexGuard, PoisonError};

use machine::{Asked, DynamoCall, Watch};
use serde_json::Value;
use shared::queue::TICK_GROUP;

use super::{
    counts::{Count, Counts, number},
    units,
};

/// The names of the lanes of walks on this machine.
const WALKS: [&str; 2] = ["changes", "bulk"];
/// What the sort keys of wrapped data keys begin with.
const DATA_KEYS: &str = "key#";

/// Counts what is asked of the adapters.
#[derive(Default)]
pub(super) struct Ledger(Mutex<Counts>);

impl Ledger {
    /// What was counted so far.
    pub(super) fn so_far(&self) -> Counts {
        self.counts().clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Ledger {
    fn asked(&self, asked: &Asked<'_>) {
        let mut counts = self.counts();
        match asked {
            Asked::Table { call, answer } => table(&mut counts, *call, answer),
            Asked::Sent { bytes } => counts.add(Count::QueueRequests, number(units::sends(bytes))),
            Asked::Received { queue, group, bytes } => {
                counts.add(Count::QueueRequests, number(units::chunks(*bytes)));
                counts.add(invocation(queue, *group), 1.0);
            }
            Asked::Acknowledged | Asked::VisibilitySet => counts.add(Count::QueueRequests, 1.0),
            Asked::Published { bytes } => {
                counts.add(Count::Events, bytes.iter().map(|bytes| number(units::chunks(*bytes))).sum());
            }
            Asked::Stored { bytes } => counts.add(Count::BucketWrites, number(units::puts(*bytes))),
            Asked::Copied => {
                // The copy, and before it a look at the size.
                counts.add(Count::BucketWrites, 1.0);
                counts.add(Count::BucketReads, 1.0);
            }
            Asked::Read => counts.add(Count::BucketReads, 1.0),
            Asked::Listed => counts.add(Count::BucketWrites, 1.0),
        }
    }
}

/// A function takes one message at a time.
fn invocation(queue: &str, group: Option<&str>) -> Count {
    match group {
        Some(TICK_GROUP) => Count::Ticks,
        _ if WALKS.contains(&queue) => Count::Walks,
        _ => Count::Runs,
    }
}

fn table(counts: &mut Counts, call: DynamoCall<'_>, answer: &str) {
    let is_read =
        matches!(call.operation, "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems");
    let count = if is_read { Count::TableReads } else { Count::TableWrites };
    counts.add(count, consumed(answer));
    if is_data_key(call) {
        // A wrapped key is read to be unwrapped.
        counts.add(Count::KeyUnwraps, 1.0);
    }
}

/// The units that an answer names. A request that was refused names none; DynamoDB bills at least one for a condition
/// that failed.
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
