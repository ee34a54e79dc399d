//! Size of the table, by DynamoDB's rule for the size of a row.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use local::TABLE;
use local_adapters::EmbeddedDynamo;

/// Bytes that DynamoDB adds to each stored row and each index entry.
const OVERHEAD: usize = 100;
/// Key attributes of each index.
const INDEXES: [[&str; 2]; 2] = [["wake_shard", "wake_at"], ["created_in", "created"]];
/// Key attributes of a row, which every index also stores.
const KEY: [&str; 2] = ["pk", "sk"];

type Row = HashMap<String, AttributeValue>;

/// Returns the bytes of all rows and index entries.
pub(super) async fn bytes(dynamo: &EmbeddedDynamo) -> Result<usize, String> {
    let rows = dynamo.client().scan().table_name(TABLE).into_paginator().items().send();
    let rows: Vec<Row> = rows.try_collect().await.map_err(|error| error.to_string())?;
    Ok(rows.iter().map(with_entries).sum())
}

fn with_entries(row: &Row) -> usize {
    let of = |names: &[&str]| -> Option<usize> {
        names.iter().map(|name| Some(name.len() + value(row.get(*name)?))).sum()
    };
    let whole: usize = row.iter().map(|(name, attribute)| name.len() + value(attribute)).sum();
    let key = of(&KEY).unwrap_or_default();
    let entries = INDEXES.iter().filter_map(|index| of(index));
    whole + OVERHEAD + entries.map(|entry| entry + key + OVERHEAD).sum::<usize>()
}

/// Returns the size of a value: the bytes of a text, half the digits of a number plus one, and three for a
/// container.
fn value(attribute: &AttributeValue) -> usize {
    match attribute {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::M(all) => {
            3 + all.iter().map(|(name, attribute)| name.len() + value(attribute) + 1).sum::<usize>()
        }
        AttributeValue::L(all) => 3 + all.iter().map(|attribute| value(attribute) + 1).sum::<usize>(),
        _ => 1,
    }
}
