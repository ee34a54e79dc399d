#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, Put, TransactWriteItem},
};
use local::TABLE;
use local_adapters::EmbeddedDynamo;
use shared::store::dynamo::create_table;

use super::{counts::Count, ledger::Ledger};

/// A table with the production indexes, and a ledger.
struct Desk {
    client: Client,
    ledger: Arc<Ledger>,
}

impl Desk {
    async fn new() -> Self {
        let dynamo = EmbeddedDynamo::open(None).unwrap();
        create_table(&dynamo.client(), TABLE).await.unwrap();
        let ledger = Arc::new(Ledger::default());
        dynamo.watch(ledger.clone());
        Self { client: dynamo.client(), ledger }
    }

    /// Returns the read and write units that requests consume.
    async fn units(&self, work: impl AsyncFnOnce(&Client)) -> (f64, f64) {
        let before = self.ledger.so_far();
        work(&self.client).await;
        let taken = self.ledger.so_far().minus(&before);
        (taken.get(Count::TableReads), taken.get(Count::TableWrites))
    }

    async fn put(&self, row: HashMap<String, AttributeValue>) -> (f64, f64) {
        self.units(async |client| {
            client.put_item().table_name(TABLE).set_item(Some(row)).send().await.unwrap();
        })
        .await
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// Builds a row with a text of `bytes` bytes.
fn row(key: &str, bytes: usize) -> HashMap<String, AttributeValue> {
    let row = [("pk", text(key)), ("sk", text("row")), ("text", text(&"x".repeat(bytes)))];
    row.map(|(name, attribute)| (name.to_owned(), attribute)).into()
}

/// Builds a row that is due at a time.
fn due(key: &str, at: u32) -> HashMap<String, AttributeValue> {
    let mut row = row(key, 10);
    row.insert("wake_shard".to_owned(), text("wake#00"));
    row.insert("wake_at".to_owned(), AttributeValue::N(at.to_string()));
    row
}

#[tokio::test]
async fn a_write_is_billed_by_kb_of_the_larger_of_before_and_after() {
    let desk = Desk::new().await;
    assert_eq!(desk.put(row("a", 900)).await, (0.0, 1.0));
    assert_eq!(desk.put(row("a", 1100)).await, (0.0, 2.0));
    assert_eq!(desk.put(row("a", 10)).await, (0.0, 2.0));
}

#[tokio::test]
async fn an_index_is_billed_for_an_entry_and_twice_for_one_that_moves() {
    let desk = Desk::new().await;
    assert_eq!(desk.put(due("a", 1)).await, (0.0, 2.0));
    assert_eq!(desk.put(due("a", 2)).await, (0.0, 3.0));
    assert_eq!(desk.put(due("a", 2)).await, (0.0, 1.0));
}

#[tokio::test]
async fn a_transaction_is_billed_twice() {
    let desk = Desk::new().await;
    let put = Put::builder().table_name(TABLE).set_item(Some(row("a", 1100))).build().unwrap();
    let write = TransactWriteItem::builder().put(put).build();
    let taken = desk.units(async |client| {
        client.transact_write_items().transact_items(write).send().await.unwrap();
    });
    assert_eq!(taken.await, (0.0, 4.0));
}

#[tokio::test]
async fn a_read_is_billed_by_4_kb_and_by_half_where_it_need_not_be_consistent() {
    let desk = Desk::new().await;
    desk.put(row("a", 5000)).await;
    for (consistent, units) in [(true, 2.0), (false, 1.0)] {
        let taken = desk.units(async |client| {
            let get = client.get_item().table_name(TABLE).key("pk", text("a")).key("sk", text("row"));
            get.consistent_read(consistent).send().await.unwrap();
        });
        assert_eq!(taken.await, (units, 0.0));
    }
}

#[tokio::test]
async fn a_condition_that_fails_is_billed() {
    let desk = Desk::new().await;
    let taken = desk.units(async |client| {
        let put = client.put_item().table_name(TABLE).set_item(Some(row("a", 10)));
        put.condition_expression("attribute_exists(pk)").send().await.unwrap_err();
    });
    assert_eq!(taken.await, (0.0, 1.0));
}
