//! The SDK's client on the embedded database.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, Put,
        ScalarAttributeType, TimeToLiveSpecification, TransactWriteItem,
    },
};
use futures_util::stream::{self, StreamExt};
use local_adapters::{EmbeddedDynamo, count_rounds};
use tempfile::TempDir;

const TABLE: &str = "table";

async fn create_table(client: &Client) {
    let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash).build().unwrap();
    let attribute = AttributeDefinition::builder()
        .attribute_name("pk")
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap();
    let request = client.create_table().table_name(TABLE).key_schema(key).attribute_definitions(attribute);
    request.billing_mode(BillingMode::PayPerRequest).send().await.unwrap();
}

async fn with_table() -> (EmbeddedDynamo, Client) {
    let dynamo = EmbeddedDynamo::open(None).unwrap();
    let client = dynamo.client();
    create_table(&client).await;
    (dynamo, client)
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn get(client: &Client, key: &str) -> Option<HashMap<String, AttributeValue>> {
    let request = client.get_item().table_name(TABLE).key("pk", text(key)).consistent_read(true);
    request.send().await.unwrap().item
}

#[tokio::test]
async fn an_item_comes_back() {
    let (_, client) = with_table().await;
    let put = client
        .put_item()
        .table_name(TABLE)
        .item("pk", text("ünïcode ☃"))
        .item("n", AttributeValue::N("7".into()));
    put.send().await.unwrap();
    assert_eq!(get(&client, "ünïcode ☃").await.unwrap()["n"], AttributeValue::N("7".into()));
    assert_eq!(get(&client, "other").await, None);
}

#[tokio::test]
async fn a_failed_condition_is_the_sdks_own_error() {
    let (_, client) = with_table().await;
    let put = || {
        let put = client.put_item().table_name(TABLE).item("pk", text("one"));
        put.condition_expression("attribute_not_exists(pk)").send()
    };
    put().await.unwrap();
    assert!(put().await.unwrap_err().into_service_error().is_conditional_check_failed_exception());
}

#[tokio::test]
async fn a_cancelled_transaction_says_why_and_writes_nothing() {
    let (_, client) = with_table().await;
    client.put_item().table_name(TABLE).item("pk", text("taken")).send().await.unwrap();
    let put = |key| {
        let put = Put::builder().table_name(TABLE).item("pk", text(key));
        let put = put.condition_expression("attribute_not_exists(pk)").build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let request = client.transact_write_items().transact_items(put("new")).transact_items(put("taken"));
    let error = request.send().await.unwrap_err().into_service_error();
    let codes: Vec<_> = match &error {
        aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
            cancelled,
        ) => cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect(),
        other => panic!("{other:?}"),
    };
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    assert_eq!(get(&client, "new").await, None);
}

#[tokio::test]
async fn a_repeated_transaction_is_a_new_one() {
    let (_, client) = with_table().await;
    for _ in 0..2 {
        let update = aws_sdk_dynamodb::types::Update::builder()
            .table_name(TABLE)
            .key("pk", text("counter"))
            .update_expression("ADD n :one")
            .expression_attribute_values(":one", AttributeValue::N("1".into()))
            .build()
            .unwrap();
        let item = TransactWriteItem::builder().update(update).build();
        // With the token, the database would answer the second request from its memory.
        let request = client.transact_write_items().client_request_token("same").transact_items(item);
        request.send().await.unwrap();
    }
    assert_eq!(get(&client, "counter").await.unwrap()["n"], AttributeValue::N("2".into()));
}

#[tokio::test]
async fn an_operation_that_is_not_wired_says_so() {
    let client = EmbeddedDynamo::open(None).unwrap().client();
    let error = client.list_backups().send().await.unwrap_err().into_service_error();
    assert_eq!(error.meta().message(), Some("ListBackups is not wired to the embedded database"));
}

#[tokio::test]
async fn a_sweep_deletes_what_has_expired() {
    let (dynamo, client) = with_table().await;
    let ttl = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true).build().unwrap();
    client.update_time_to_live().table_name(TABLE).time_to_live_specification(ttl).send().await.unwrap();
    for (key, ttl) in [("old", "1700000000"), ("new", "4000000000")] {
        let put = client
            .put_item()
            .table_name(TABLE)
            .item("pk", text(key))
            .item("ttl", AttributeValue::N(ttl.into()));
        put.send().await.unwrap();
    }
    assert_eq!(dynamo.sweep_ttl().await.unwrap(), 1);
    assert!(get(&client, "old").await.is_none() && get(&client, "new").await.is_some());
}

#[tokio::test]
async fn a_file_keeps_its_tables() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dynamo.sqlite");
    let client = EmbeddedDynamo::open(Some(&file)).unwrap().client();
    create_table(&client).await;
    client.put_item().table_name(TABLE).item("pk", text("kept")).send().await.unwrap();
    drop(client);
    let client = EmbeddedDynamo::open(Some(&file)).unwrap().client();
    assert!(get(&client, "kept").await.is_some());
}

/// A request that waits for an answer is in the next round; parallel requests are in the same one.
#[tokio::test]
async fn rounds_of_requests_are_counted_by_what_waits_for_what() {
    let (_, client) = with_table().await;
    let one = || async { drop(get(&client, "1").await) };
    let one_after_another = |count: usize| async move {
        for _ in 0..count {
            one().await;
        }
    };
    assert_eq!(count_rounds(async {}).await.1, 0);
    assert_eq!(count_rounds(one_after_another(3)).await.1, 3);
    let many = futures_util::future::join_all((0..200).map(|_| one()));
    assert_eq!(count_rounds(many).await.1, 1);
    let both = futures_util::future::join(one_after_another(2), one_after_another(3));
    assert_eq!(count_rounds(both).await.1, 3);
    let at_a_time = stream::iter(0..6).for_each_concurrent(3, |_| one());
    assert_eq!(count_rounds(at_a_time).await.1, 2);
}
