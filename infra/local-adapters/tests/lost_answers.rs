//! The store's client sends a write once more whose answer was lost: nobody takes its first effect for that of
//! another.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, config::retry::RetryConfig};
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo};
use shared::{
    delivery::{Progress, Stream},
    model::{ConnectionId, EndpointId, Head, Lane, Timestamp},
    store::{
        Claims, Commit, DeliveryWork, Dynamo, HeadLease, Lease, Leases, Log, LogWriter, OwedDeliveries, Rest,
        StoreError, WorkLeases, dynamo::create_table,
    },
};
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const LATER: Timestamp = Timestamp(1_800_000_060_000);

/// Outcome of the first attempt at each write of a row.
enum First {
    /// It has its effect, and the answer is lost.
    AnswerLost,
    /// The table refuses it.
    Throttled,
}

struct Table {
    first: First,
    seen: Mutex<BTreeSet<Vec<u8>>>,
}

impl Table {
    fn is_first(&self, call: DynamoCall<'_>) -> bool {
        let writes = ["PutItem", "UpdateItem", "DeleteItem"].contains(&call.operation);
        writes && self.seen.lock().unwrap().insert(call.body.to_vec())
    }
}

#[async_trait]
impl DynamoInterceptor for Table {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        if !matches!(self.first, First::Throttled) || !self.is_first(call) {
            return None;
        }
        let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#;
        Some(Some(DynamoAnswer { status: 400, body: body.to_owned() }))
    }

    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        let is_lost = matches!(self.first, First::AnswerLost) && answer.status == 200 && self.is_first(call);
        (!is_lost).then_some(answer)
    }
}

/// Returns a store whose client repeats attempts, as it does in production.
async fn store(first: First) -> Dynamo {
    let dynamo = EmbeddedDynamo::open(None).unwrap();
    create_table(&dynamo.client(), "dropline").await.unwrap();
    let client = dynamo.inline_client(Arc::new(Table { first, seen: Mutex::default() }));
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    Dynamo::new(Client::from_conf(client.config().to_builder().retry_config(retries).build()), "dropline")
}

fn names() -> (EndpointId, Stream) {
    (EndpointId(Uuid::from_u128(1)), Stream::Connection(ConnectionId(Uuid::from_u128(2))))
}

#[tokio::test]
async fn a_lease_is_its_takers() {
    let store = store(First::AnswerLost).await;
    let lease = Lease::Transfers(ConnectionId(Uuid::from_u128(2)));
    assert!(store.take_lease(lease, NOW, LATER).await.unwrap().is_some());
    assert_eq!(store.take_lease(lease, NOW, LATER).await.unwrap(), None);
}

#[tokio::test]
async fn head_is_its_walkers() {
    let (store, connection) = (store(First::AnswerLost).await, ConnectionId(Uuid::from_u128(2)));
    store.first_head(connection, NOW).await.unwrap();
    let taken = store.take_head(connection, NOW, LATER).await.unwrap();
    let HeadLease::Taken(head) = taken else { panic!("it is free: {taken:?}") };
    assert_eq!(store.take_head(connection, NOW, LATER).await.unwrap(), HeadLease::Held);
    let after = Head { cursor: Some("further".to_owned()), ..head.clone().released() };
    let commit = Commit { after: after.clone(), ..Commit::default() };
    store.commit(connection, &head, &commit, NOW).await.unwrap();
    assert_eq!(store.head(connection).await.unwrap(), after);
}

#[tokio::test]
async fn who_finds_a_delivery_owed_first_sends_the_message() {
    let ((endpoint, stream), store) = (names(), store(First::AnswerLost).await);
    assert!(store.owe_delivery(endpoint, stream, NOW).await.unwrap());
}

#[tokio::test]
async fn a_delivery_is_its_senders() {
    let ((endpoint, stream), store) = (names(), store(First::AnswerLost).await);
    store.owe_delivery(endpoint, stream, NOW).await.unwrap();
    let taken = store.take_delivery(endpoint, stream, NOW, LATER).await.unwrap();
    assert!(taken.is_some());
    assert_eq!(store.take_delivery(endpoint, stream, NOW, LATER).await.unwrap(), None);
}

/// The caller must not learn that another has taken over: it would acknowledge its message.
#[tokio::test]
async fn a_condition_that_fails_because_of_the_first_attempt_is_no_conflict() {
    let ((endpoint, stream), store) = (names(), store(First::AnswerLost).await);
    let (sender, _) = store.take_delivery(endpoint, stream, NOW, LATER).await.unwrap().unwrap();
    let progress = Progress::default();
    let end = || store.end_delivery(endpoint, stream, &sender, &progress, Rest::Nothing, NOW);
    assert!(matches!(end().await, Err(StoreError::Unavailable(_))));
    let conflict = end().await;
    assert!(matches!(conflict, Err(StoreError::Conflict)), "{conflict:?}");
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_may_have_been_made() {
    let store = store(First::AnswerLost).await;
    let (connection, lane) = (ConnectionId(Uuid::from_u128(2)), Lane::Changes);
    assert!(matches!(store.claim(connection, lane, NOW, LATER).await, Err(StoreError::Unavailable(_))));
    assert!(!store.claim(connection, lane, NOW, LATER).await.unwrap(), "another has it");
}

#[tokio::test]
async fn a_condition_that_fails_after_a_refusal_is_a_conflict() {
    let store = store(First::Throttled).await;
    let (connection, lane) = (ConnectionId(Uuid::from_u128(2)), Lane::Changes);
    assert!(store.claim(connection, lane, NOW, LATER).await.unwrap());
    assert!(!store.claim(connection, lane, NOW, LATER).await.unwrap());
}
