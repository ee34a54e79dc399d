//! Baseline: the embedded database, written to with its client alone.

use std::path::Path;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use futures_util::{StreamExt, TryStreamExt, stream};
use local_adapters::EmbeddedDynamo;
use shared::store::dynamo::create_table;

use super::measure::{Measurements, Meter};

/// Number of parallel writes, the same as in the store's adapter.
const PARALLEL: usize = 16;
const TABLE: &str = "bare";

/// Writes two rows per entry, as an item and its path are two rows, to a database in this file or in memory.
pub(super) async fn writes(entries: u32, file: Option<&Path>) -> Result<Measurements, String> {
    let dynamo = EmbeddedDynamo::open(file).map_err(|error| error.to_string())?;
    let client = dynamo.client();
    create_table(&client, TABLE).await.map_err(|error| error.to_string())?;
    let meter = Meter::begin("bare writes", entries.into(), 0, 0);
    stream::iter(0..2 * entries)
        .map(|number| write(client.clone(), number))
        .buffer_unordered(PARALLEL)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(meter.end(u64::from(2 * entries), 0))
}

async fn write(client: Client, number: u32) -> Result<(), String> {
    let text = |text: String| AttributeValue::S(text);
    let request = client
        .put_item()
        .table_name(TABLE)
        .item("pk", text(format!("item#{:02}", number % 16)))
        .item("sk", text(format!("id:{number:022}")))
        .item("facts", text("x".repeat(300)));
    request.send().await.map(drop).map_err(|error| error.to_string())
}
