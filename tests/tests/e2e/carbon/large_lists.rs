//! Lists of accounts with many files: their cost, and which are refused.

use std::sync::{Arc, Mutex};

use local_adapters::{Operation, Watch};
use serde_json::{Value, json};
use tests::fill;

use super::fixture::Fixture;

/// Number of files that HEAD counts, and number of those that exist.
const COUNTED: u64 = 100_000;
const THERE: u64 = 600;

/// Recorded queries to the table, by their index or by the prefix of their partition.
#[derive(Default)]
struct Queries(Mutex<Vec<String>>);

impl Queries {
    fn taken(&self) -> Vec<String> {
        let mut queries = std::mem::take(&mut *self.0.lock().unwrap());
        queries.sort();
        queries
    }

    /// Takes the queries of indexes and of the partitions of items.
    fn of_items(&self) -> Vec<String> {
        self.taken().into_iter().filter(|query| query.starts_with("by_") || query == "item").collect()
    }
}

impl Watch for Queries {
    fn observe(&self, observe: &Operation<'_>) {
        let Operation::Table { call, .. } = observe else { return };
        if call.operation != "Query" {
            return;
        }
        let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
        let partition = body["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap_or_default();
        let partition = partition.split('#').next().unwrap_or_default().to_owned();
        let index = body["IndexName"].as_str().map(str::to_owned);
        self.0.lock().unwrap().push(index.unwrap_or(partition));
    }
}

/// Creates a connection whose HEAD counts many files.
async fn large() -> (Fixture, Arc<Queries>) {
    let fixture = Fixture::with(&[]).await;
    fixture.world.settled().await;
    fill(fixture.world.stack.store(), fixture.connection, THERE, COUNTED).await.unwrap();
    let queries = Arc::new(Queries::default());
    fixture.world.stack.machine.dynamo.watch(queries.clone());
    (fixture, queries)
}

/// A page in the order of creation or last sync, the first or a late one, is one query of an index; the count
/// reads no files.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_everything_is_one_query_of_an_index() {
    let (fixture, queries) = large().await;
    for (order, index) in [("id", "by_creation"), ("created_at", "by_creation"), ("last_sync", "by_wake")] {
        for page in [json!({"limit": 250}), json!({"limit": 250, "offset": 300})] {
            let query = json!({"order_by": order, "order_dir": "asc", "pagination": page});
            queries.taken();
            let answer = fixture.client.post("user_files_v2", &query).await;
            assert_eq!(answer.body["results"].as_array().map(Vec::len), Some(250), "{query}");
            assert_eq!(answer.body["count"], json!(COUNTED));
            assert_eq!(queries.of_items(), [index], "{query}");
        }
    }
    let first =
        fixture.files(&json!({"order_by": "id", "order_dir": "asc", "pagination": {"limit": 250}})).await;
    queries.taken();
    let query = json!({"order_by": "id", "order_dir": "asc", "pagination": {"limit": 250, "starting_id": first[249]["id"]}});
    let next = fixture.files(&query).await;
    assert_eq!(queries.of_items(), ["by_creation"]);
    assert!(next[0]["id"].as_u64() > first[249]["id"].as_u64());
}

/// A query that would have to read too many files is refused before it reads any; one that names few is
/// answered.
#[tokio::test(flavor = "multi_thread")]
async fn what_looks_at_too_many_files_is_refused() {
    let (fixture, queries) = large().await;
    for query in [
        json!({"filters": {"name": "1"}}),
        json!({"filters": {"non_synced_only": true}}),
        json!({"order_by": "name"}),
        json!({"order_by": "file_size"}),
    ] {
        queries.taken();
        assert_eq!(
            fixture.client.wrong("user_files_v2", &query).await,
            [json!(["body", "filters"])],
            "{query}"
        );
        assert!(queries.of_items().is_empty(), "{query}");
    }
    let page =
        fixture.files(&json!({"order_by": "id", "order_dir": "asc", "pagination": {"limit": 2}})).await;
    let ids: Vec<&Value> = page.iter().map(|file| &file["id"]).collect();
    let named = json!({"filters": {"ids": ids}, "order_by": "name", "order_dir": "asc"});
    assert_eq!(fixture.names(&named).await.len(), 2);
    assert_eq!(
        fixture.names(&json!({"filters": {"external_file_ids": [page[0]["external_file_id"]]}})).await.len(),
        1
    );
    assert_eq!(fixture.names(&json!({"filters": {"root_files_only": true}})).await.len(), 0);
}
