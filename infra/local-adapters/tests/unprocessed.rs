//! T44: rows of a batch for which DynamoDB has no capacity for a while are written, or removed, later.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest},
};
use futures_util::TryStreamExt;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo};
use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, ItemId, Rev},
    store::{Dynamo, PurgeWork, StoreError, Transfers, dynamo::create_table},
};
use tokio::time::Instant;

const TABLE: &str = "dropline";
/// Maximum number of writes in a batch.
const BATCH: usize = 25;
/// Number of answers in a row that write nothing after which a batch is given up.
const MOST: usize = 10;

/// Table with capacity for everything.
struct Ample;

#[async_trait]
impl DynamoInterceptor for Ample {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// Table that is short of capacity for writes.
struct Scarce {
    /// Client with capacity for everything.
    ample: Client,
    /// Number of rows that each of the next batches can write. Later ones can write all.
    capacity: Mutex<VecDeque<usize>>,
    /// Time of each batch.
    asked_at: Mutex<Vec<Instant>>,
}

impl Scarce {
    /// Sets the capacity of the next batches.
    fn limit(&self, capacity: &[usize]) {
        *self.capacity.lock().unwrap() = capacity.iter().copied().collect();
    }

    /// Whether every limit was met.
    fn is_used_up(&self) -> bool {
        self.capacity.lock().unwrap().is_empty()
    }

    /// Returns the times between the batches.
    fn waits(&self) -> Vec<Duration> {
        self.asked_at.lock().unwrap().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

#[async_trait]
impl DynamoInterceptor for Scarce {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        if call.operation != "BatchWriteItem" {
            return None;
        }
        self.asked_at.lock().unwrap().push(Instant::now());
        let capacity = self.capacity.lock().unwrap().pop_front()?;
        let request: Value = serde_json::from_slice(call.body).unwrap();
        let mut writes = request["RequestItems"][TABLE].as_array().unwrap().clone();
        let left = writes.split_off(capacity.min(writes.len()));
        if !writes.is_empty() {
            let writes: Vec<WriteRequest> = writes.iter().map(write).collect();
            self.ample.batch_write_item().request_items(TABLE, writes).send().await.unwrap();
        }
        let left = if left.is_empty() { json!({}) } else { json!({TABLE: left}) };
        Some(Some(DynamoAnswer { status: 200, body: json!({"UnprocessedItems": left}).to_string() }))
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// Reads one write of a batch.
fn write(json: &Value) -> WriteRequest {
    let request = WriteRequest::builder();
    let request = match json.get("PutRequest") {
        Some(put) => {
            let put = PutRequest::builder().set_item(Some(row(&put["Item"])));
            request.put_request(put.build().unwrap())
        }
        None => {
            let delete = DeleteRequest::builder().set_key(Some(row(&json["DeleteRequest"]["Key"])));
            request.delete_request(delete.build().unwrap())
        }
    };
    request.build()
}

/// Reads a row of a transfer, which has only texts and numbers.
fn row(json: &Value) -> HashMap<String, AttributeValue> {
    let attribute = |value: &Value| match (value["S"].as_str(), value["N"].as_str()) {
        (Some(text), _) => AttributeValue::S(text.to_owned()),
        (_, Some(number)) => AttributeValue::N(number.to_owned()),
        _ => panic!("neither a text nor a number: {value}"),
    };
    json.as_object().unwrap().iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

/// Returns a table that is short of capacity, and the store on it.
async fn scarce(capacity: &[usize]) -> (Arc<Scarce>, Dynamo) {
    let dynamo = EmbeddedDynamo::open(None).unwrap();
    let ample = dynamo.inline_client(Arc::new(Ample));
    create_table(&ample, TABLE).await.unwrap();
    let table = Arc::new(Scarce { ample, capacity: Mutex::default(), asked_at: Mutex::default() });
    table.limit(capacity);
    let store = Dynamo::new(dynamo.inline_client(table.clone()), TABLE);
    (table, store)
}

fn files(count: usize) -> Vec<(ItemId, Rev)> {
    (0..count).map(|number| (ItemId::from(format!("id:{number}")), Rev::from("r"))).collect()
}

/// Returns the number of transfers of a connection.
async fn count(store: &Dynamo, connection: ConnectionId) -> usize {
    store.transfers(connection, None, 1_000).await.unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn rows_for_which_there_is_no_capacity_are_written_later() {
    for (rows, capacity) in [
        (BATCH, &[0, 0, 0][..]),
        (BATCH, &[10, 0, 5]),
        (BATCH, &[BATCH - 1]),
        (BATCH, &[1; BATCH - 1]),
        (1, &[0; MOST - 1]),
        // Several batches at a time.
        (4 * BATCH, &[0, 7, BATCH, 3, 0, 1, 24]),
    ] {
        let ((table, store), connection) = (scarce(capacity).await, ConnectionId::random());
        store.add_transfers(connection, &files(rows)).await.unwrap();
        assert_eq!(count(&store, connection).await, rows, "{capacity:?}");
        assert!(table.is_used_up(), "{capacity:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn rows_for_whose_removal_there_is_no_capacity_are_removed_later() {
    for (rows, capacity) in
        [(1, &[0, 0, 0][..]), (BATCH, &[1, 0, 1]), (4 * BATCH, &[0, 3, 0, 1, 0, 0]), (BATCH, &[0; MOST - 1])]
    {
        let ((table, store), connection) = (scarce(&[]).await, ConnectionId::random());
        store.add_transfers(connection, &files(rows)).await.unwrap();
        table.limit(capacity);
        store.purge(connection).try_collect::<Vec<u64>>().await.unwrap();
        assert_eq!(count(&store, connection).await, 0, "{capacity:?}");
        assert!(table.is_used_up(), "{capacity:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_grows_while_nothing_is_written_and_begins_anew_after_a_row() {
    let (table, store) = scarce(&[0, 0, 0, 0, 1, 0]).await;
    store.add_transfers(ConnectionId::random(), &files(BATCH)).await.unwrap();
    let waits = table.waits();
    let least = [50, 100, 200, 400, 25, 50].map(Duration::from_millis);
    assert_eq!(waits.len(), least.len());
    for (wait, least) in waits.iter().zip(least) {
        // A timer may be a millisecond late.
        let most = 2 * least + Duration::from_millis(1);
        assert!((least..=most).contains(wait), "{waits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_for_which_there_is_never_capacity_fails_and_may_be_done_again() {
    for written in [0, 1, BATCH - 1] {
        let capacity = [&[written][..], &[0; MOST]].concat();
        let ((table, store), connection) = (scarce(&capacity).await, ConnectionId::random());
        let failed = store.add_transfers(connection, &files(BATCH)).await;
        assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{written}: {failed:?}");
        assert_eq!(count(&store, connection).await, written);
        table.limit(&[]);
        store.add_transfers(connection, &files(BATCH)).await.unwrap();
        assert_eq!(count(&store, connection).await, BATCH, "{written}");
    }
}
