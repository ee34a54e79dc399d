//! Reads of single rows that are asked for at the same time are one request, and mean what each means by itself.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use futures_util::{
    FutureExt,
    future::{join, join_all, join3},
};
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo};
use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, Schedule, Timestamp},
    store::{Dynamo, Schedules, StoreError, TokenStore, dynamo::create_table},
};

/// Table that records what is asked, and may do as DynamoDB does under load.
#[derive(Default)]
struct Table {
    asked: Mutex<Vec<(String, usize)>>,
    /// Troubles of the next batches.
    troubles: Mutex<Vec<Trouble>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The batch is refused.
    Refused,
    /// No answer comes.
    Broken,
    /// The answer is of a form that nobody knows.
    Strange,
    /// The last key of the batch is left unprocessed.
    Unprocessed,
}

impl Table {
    /// Returns the requests since the last call, each with its number of keys.
    fn asked(&self) -> Vec<(String, usize)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Lets the next batches meet this, each one of it.
    fn trouble(&self, troubles: &[Trouble]) {
        *self.troubles.lock().unwrap() = troubles.to_vec();
    }

    /// Whether a batch meets this trouble now.
    fn meets(&self, trouble: Trouble) -> bool {
        let mut next = self.troubles.lock().unwrap();
        let meets = next.first() == Some(&trouble);
        if meets {
            next.remove(0);
        }
        meets
    }
}

fn keys(call: DynamoCall<'_>) -> usize {
    let body: Value = serde_json::from_slice(call.body).unwrap();
    body.pointer("/RequestItems/dropline/Keys").and_then(Value::as_array).map_or(1, Vec::len)
}

#[async_trait]
impl DynamoInterceptor for Table {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        self.asked.lock().unwrap().push((call.operation.to_owned(), keys(call)));
        if call.operation != "BatchGetItem" {
            return None;
        }
        let answer = |status, body: &str| Some(Some(DynamoAnswer { status, body: body.to_owned() }));
        if self.meets(Trouble::Refused) {
            let kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
            return answer(400, &json!({"__type": kind, "message": "slow"}).to_string());
        }
        if self.meets(Trouble::Strange) {
            return answer(200, r#"{"Responses":{"dropline":[{"pk":{"X":"of a type to come"}}]}}"#);
        }
        self.meets(Trouble::Broken).then_some(None)
    }

    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        if call.operation != "BatchGetItem" || !self.meets(Trouble::Unprocessed) {
            return Some(answer);
        }
        let asked: Value = serde_json::from_slice(call.body).unwrap();
        let mut body: Value = serde_json::from_str(&answer.body).unwrap();
        let left = asked["RequestItems"]["dropline"]["Keys"].as_array().unwrap().last().unwrap().clone();
        let rows = body["Responses"]["dropline"].as_array_mut().unwrap();
        rows.retain(|row| row["pk"] != left["pk"] || row["sk"] != left["sk"]);
        body["UnprocessedKeys"] = json!({"dropline": {"Keys": [left], "ConsistentRead": true}});
        Some(DynamoAnswer { body: body.to_string(), ..answer })
    }
}

/// Returns the table, a client for its rows, and the store that gathers reads.
async fn table() -> (Arc<Table>, Client, Dynamo) {
    let table = Arc::new(Table::default());
    let database = EmbeddedDynamo::open(None).unwrap();
    let client = database.inline_client(table.clone());
    create_table(&client, "dropline").await.unwrap();
    let gathering = Dynamo::new(client.clone(), "dropline").gathering(database.inline_direct(table.clone()));
    table.asked();
    (table, client, gathering)
}

/// Writes when a connection is due.
async fn put(client: &Client, id: ConnectionId, at: Timestamp) {
    let row = client
        .put_item()
        .table_name("dropline")
        .item("pk", AttributeValue::S(format!("connection#{id}")))
        .item("sk", AttributeValue::S("schedule".to_owned()))
        .item("wake_at", AttributeValue::N(at.0.to_string()));
    row.send().await.unwrap();
}

/// Gives each of some connections a schedule of its own.
async fn scheduled(client: &Client, count: u64) -> BTreeMap<ConnectionId, Timestamp> {
    let mut all = BTreeMap::new();
    for number in 1..=count {
        let (id, at) = (ConnectionId::random(), Timestamp(number * 1_000));
        put(client, id, at).await;
        all.insert(id, at);
    }
    all
}

fn of(operation: &str, keys: usize) -> Vec<(String, usize)> {
    vec![(operation.to_owned(), keys)]
}

#[tokio::test]
async fn rows_that_are_asked_for_at_the_same_time_come_in_one_request() {
    let (table, client, gathering) = table().await;
    let known = scheduled(&client, 5).await;
    let none = ConnectionId::random();
    table.asked();
    let schedules = join_all(known.keys().map(|id| gathering.schedule(*id)));
    let (schedules, tokens, absent) =
        join3(schedules, gathering.tokens(none), gathering.schedule(none)).await;
    assert_eq!(table.asked(), of("BatchGetItem", 7));
    for (schedule, until) in schedules.into_iter().zip(known.values()) {
        assert_eq!(schedule.unwrap().wake_at, Some(*until));
    }
    assert!(tokens.unwrap().is_none());
    assert_eq!(absent.unwrap(), Schedule::default());
}

#[tokio::test]
async fn one_row_is_one_read_and_a_row_that_is_asked_for_twice_is_read_once() {
    let (table, client, gathering) = table().await;
    let known = scheduled(&client, 1).await;
    let (id, until) = known.first_key_value().unwrap();
    table.asked();
    assert_eq!(gathering.schedule(*id).await.unwrap().wake_at, Some(*until));
    assert_eq!(table.asked(), of("GetItem", 1));
    let (one, other) = join(gathering.schedule(*id), gathering.schedule(*id)).await;
    assert_eq!(table.asked(), of("GetItem", 1));
    assert_eq!((one.unwrap().wake_at, other.unwrap().wake_at), (Some(*until), Some(*until)));
}

#[tokio::test]
async fn more_rows_than_a_request_may_name_come_in_several() {
    let (table, client, gathering) = table().await;
    let known = scheduled(&client, 150).await;
    table.asked();
    let schedules = join_all(known.keys().map(|id| gathering.schedule(*id))).await;
    assert_eq!(table.asked().iter().map(|(_, keys)| keys).sum::<usize>(), 150);
    assert!(schedules.into_iter().zip(known.values()).all(|(one, at)| one.unwrap().wake_at == Some(*at)));
}

#[tokio::test(start_paused = true)]
async fn what_dynamodb_leaves_is_asked_for_again() {
    let (table, client, gathering) = table().await;
    let known = scheduled(&client, 3).await;
    table.asked();
    table.trouble(&[Trouble::Unprocessed, Trouble::Unprocessed]);
    let schedules = join_all(known.keys().map(|id| gathering.schedule(*id))).await;
    assert_eq!(table.asked(), [of("BatchGetItem", 3), of("BatchGetItem", 1), of("BatchGetItem", 1)].concat());
    assert!(schedules.into_iter().zip(known.values()).all(|(one, at)| one.unwrap().wake_at == Some(*at)));
}

/// The SDK's client, which asks again, would repeat that several times; here it does not.
#[tokio::test(start_paused = true)]
async fn what_a_request_does_not_bring_is_asked_for_once_more() {
    let (table, client, gathering) = table().await;
    let known = scheduled(&client, 3).await;
    for trouble in [Trouble::Refused, Trouble::Broken, Trouble::Strange] {
        table.asked();
        table.trouble(&[trouble]);
        let schedules = join_all(known.keys().map(|id| gathering.schedule(*id))).await;
        assert_eq!(table.asked(), [of("BatchGetItem", 3), of("BatchGetItem", 3)].concat(), "{trouble:?}");
        let found = schedules.into_iter().map(|one| one.unwrap().wake_at);
        assert!(found.eq(known.values().copied().map(Some)), "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_that_of_each_read_and_of_no_later_one() {
    let (table, client, gathering) = table().await;
    let known: Vec<ConnectionId> = scheduled(&client, 2).await.into_keys().collect();
    table.trouble(&[Trouble::Refused, Trouble::Refused]);
    let (one, other) = join(gathering.schedule(known[0]), gathering.schedule(known[1])).await;
    assert!(matches!((one, other), (Err(StoreError::Unavailable(_)), Err(StoreError::Unavailable(_)))));
    let (one, other) = join(gathering.schedule(known[0]), gathering.schedule(known[1])).await;
    assert!(one.is_ok() && other.is_ok());
}

#[tokio::test]
async fn a_reader_that_gives_up_holds_up_nobody() {
    let (_, client, gathering) = table().await;
    let known = scheduled(&client, 2).await;
    let ids: Vec<ConnectionId> = known.keys().copied().collect();
    // It has asked, and is dropped before its round is read.
    assert!(gathering.schedule(ids[0]).now_or_never().is_none());
    assert_eq!(gathering.schedule(ids[1]).await.unwrap().wake_at, known.get(&ids[1]).copied());
}

#[tokio::test]
async fn a_read_sees_what_was_written_before_it_was_asked_for() {
    let (_, client, gathering) = table().await;
    let id = ConnectionId::random();
    for number in 1..50 {
        let until = Timestamp(number);
        // Another read waits while it is written.
        let other = gathering.schedule(ConnectionId::random());
        let written = async {
            put(&client, id, until).await;
            gathering.schedule(id).await.unwrap().wake_at
        };
        assert_eq!(join(other, written).await.1, Some(until));
    }
}

#[tokio::test]
async fn tasks_share_no_request() {
    let (table, client, gathering) = table().await;
    let known = scheduled(&client, 4).await;
    let ids: Vec<ConnectionId> = known.keys().copied().collect();
    table.asked();
    let tasks = ids.chunks(2).map(|pair| {
        let (gathering, one, other) = (gathering.clone(), pair[0], pair[1]);
        tokio::spawn(async move { join(gathering.schedule(one), gathering.schedule(other)).await })
    });
    for task in join_all(tasks.collect::<Vec<_>>()).await {
        let (one, other) = task.unwrap();
        assert!(one.is_ok() && other.is_ok());
    }
    assert_eq!(table.asked(), [of("BatchGetItem", 2), of("BatchGetItem", 2)].concat());
}
